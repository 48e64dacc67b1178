//! `/reviews/four-weeks/{week}` and `/reviews/quarter/{quarter}`: several weekly reviews together, for the meetings
//! that are held less often.

mod checklists;
mod cost;
mod debt;
mod promises;
mod reliability;
mod weeks;

use domain::finding::Status;
use domain::organization::Language;
use domain::period_review::PeriodReview;
use domain::period_review::span::{PeriodSpan, Quarter};
use domain::product::Slug;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::PeriodAsked;
use crate::components::frame::{colophon, frame};
use crate::components::mark::mark;
use crate::components::section::item;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::checklist_words::checklist_words;
use crate::texts::period_words::{self, PeriodWords, period_words};
use crate::texts::{Texts, format, texts};

/// The ways to the newest of them.
pub(crate) fn doors(context: &PageContext) -> AnyView {
    let words = period_words(context.language);
    let (four, quarter) = (context.go("/reviews/four-weeks", &[]), context.go("/reviews/quarter", &[]));
    view! {
        <p class="facts">
            <span><a href=four>{words.four_weeks}" →"</a>" · "<a href=quarter>{words.quarter}" →"</a></span>
        </p>
    }
    .into_any()
}

/// What every section needs.
struct PeriodView<'a> {
    context: &'a PageContext,
    period: &'a PeriodReview,
    words: &'static PeriodWords,
    texts: &'static Texts,
    language: Language,
    zone: TimeZone,
}

impl PeriodView<'_> {
    /// A product's name as a link to its page in the last week.
    fn product(&self, slug: &Slug) -> AnyView {
        let name = self.period.product(slug).map_or(slug.as_str(), |product| product.name.get(self.language));
        let href = self.context.go(&format!("/products/{slug}"), &[]);
        view! { <a href=href>{name.to_owned()}</a> }.into_any()
    }

    /// A day, with its year where it is another one than that of the span's last day.
    fn day(&self, day: Date) -> AnyView {
        let (_, last) = self.period.ends();
        match day.year() == last.sunday().year() {
            true => view! { <span class="nb">{when::day(day, self.language)}</span> }.into_any(),
            false => view! { <span class="nb">{when::day_of_year(day, self.language)}</span> }.into_any(),
        }
    }

    /// The name of a product as somebody wrote it, as the catalogue has it where it knows one.
    fn name_of(&self, written: &str) -> String {
        let known = self.period.products.iter().find(|product| product.slug.as_str() == written);
        known.map_or(written, |product| product.name.get(self.language)).to_owned()
    }
}

/// The page of four weeks.
#[component]
pub fn FourWeeksPage() -> impl IntoView {
    let word = use_params_map().with_untracked(|map| map.get("week")).unwrap_or_default();
    use_context::<PageContext>().map(|context| show(context, PeriodAsked::FourWeeks(word)))
}

/// The page of a quarter.
#[component]
pub fn QuarterPage() -> impl IntoView {
    let word = use_params_map().with_untracked(|map| map.get("quarter")).unwrap_or_default();
    use_context::<PageContext>().map(|context| show(context, PeriodAsked::Quarter(word)))
}

fn show(context: PageContext, asked: PeriodAsked) -> AnyView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match context.backend.period_review(asked).await {
                    Ok(period) => render(&context, &period),
                    Err(error) => problem(&context, &error, "/reviews"),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn render(context: &PageContext, period: &PeriodReview) -> AnyView {
    let view = PeriodView {
        context,
        period,
        words: period_words(context.language),
        texts: texts(context.language),
        language: context.language,
        zone: period.organization.zone(),
    };
    let words = view.words;
    let title = period_words::title(view.language, period.span);
    let (heading, lists) = (title.clone(), checklist_words(view.language));
    let content = view! {
        <div class="masthead">
            <p class="kicker">{kicker(&view)}</p>
            <h1>{heading}</h1>
        </div>
        {tabs(&view)}
        {figures(&view)}
        {item("budgets", "1".to_owned(), words.budget, words.budget_question, cost::budgets(&view))}
        {item("objectives", "2".to_owned(), words.objectives, words.objectives_question, reliability::objectives(&view))}
        {item("incidents", "3".to_owned(), words.incidents, words.incidents_question, reliability::incidents(&view))}
        {item("cost", "4".to_owned(), words.cost, words.cost_question, cost::costs(&view))}
        {item("actions", "5".to_owned(), words.actions, words.actions_question, promises::actions(&view))}
        {item("decisions", "6".to_owned(), words.decisions, words.decisions_question, promises::decisions(&view))}
        {item("review-debt", "7".to_owned(), words.review_debt, words.review_debt_question, debt::reviews(&view))}
        {item("debt", "8".to_owned(), words.debt, words.debt_question, debt::technical(&view))}
        {item("checklists", "9".to_owned(), lists.title, lists.question, checklists::lines(&view))}
        {item("weeks", "10".to_owned(), words.sources, words.sources_question, weeks::table(&view))}
        {colophon(context, &period.organization, period.as_of, &period.span.path())}
    }
    .into_any();
    frame(context, &title, "/reviews", content)
}

/// The archive, the days with their zone, which kind of quarter it is, and when that was.
fn kicker(view: &PeriodView<'_>) -> AnyView {
    let (first, last) = view.period.ends();
    let archive = view.context.go("/reviews", &[]);
    let zone = format::zone_name(view.period.measured_until, &view.zone);
    let quarter = match view.period.span {
        PeriodSpan::FourWeeks(_) => None,
        PeriodSpan::Quarter(quarter) => {
            let other = quarter.other_kind(view.period.organization.fiscal_year_starts);
            let names = [Some(quarter), other].into_iter().flatten();
            let names: Vec<String> =
                names.map(|one| period_words::quarter_name(view.language, one)).collect();
            Some(format!("{} · ", names.join(" = ")))
        }
    };
    let as_of = when::instant(view.period.as_of, &view.zone, view.language);
    let as_of = match view.language {
        Language::Japanese => view! { {as_of}{view.words.as_of} }.into_any(),
        Language::English => view! { {view.words.as_of}" "{as_of} }.into_any(),
    };
    view! {
        <a href=archive>{view.texts.archive_title}</a>" · "{quarter}
        {when::day(first.monday(), view.language)}"–"{when::day(last.sunday(), view.language)}" "{zone}" · "
        {as_of}
    }
    .into_any()
}

/// The same length of time before and after, and the other lengths around the same last week.
fn tabs(view: &PeriodView<'_>) -> AnyView {
    let (words, context, period) = (view.words, view.context, view.period);
    let (_, last) = period.ends();
    let ended = period.weeks.iter().filter(|week| week.known != domain::period_review::WeekKnown::NotEnded);
    let newest = ended.map(|week| week.week).next_back().unwrap_or(last);
    let go = |span: PeriodSpan| context.go(&span.path(), &[]);
    let next = period.span.plus(1);
    let has_ended = next.weeks().first().is_some_and(|first| first.period(&view.zone).end <= period.as_of);
    let next = has_ended.then(|| view! { <a href=go(next)>{words.later}</a> });
    let is_four = matches!(period.span, PeriodSpan::FourWeeks(_));
    let four = PeriodSpan::FourWeeks(newest);
    let quarter = match period.span {
        PeriodSpan::Quarter(quarter) => quarter,
        PeriodSpan::FourWeeks(week) => Quarter::of_week(week),
    };
    let weekly = context.go(&format!("/reviews/{newest}"), &[]);
    let here = |is: bool| is.then_some("page");
    view! {
        <nav class="tabs" aria-label=words.links_label>
            <a href=weekly>{view.texts.weekly_review}" "{newest.to_string()}</a>
            <a href=go(four) aria-current=here(is_four)>{words.four_weeks}</a>
            <a href=go(PeriodSpan::Quarter(quarter)) aria-current=here(!is_four)>{words.quarter}</a>
            <a href=go(period.span.plus(-1))>{words.earlier}</a>
            {next}
        </nav>
    }
    .into_any()
}

/// The four figures that the meeting begins with.
fn figures(view: &PeriodView<'_>) -> AnyView {
    let (words, period) = (view.words, view.period);
    let judged = period.budgets.iter().filter(|budget| budget.share.is_some()).count();
    let over =
        period.budgets.iter().filter(|one| matches!(one.status, Status::Risk | Status::Breached)).count();
    let measured = period.objectives.iter().filter(|one| one.total > 0).count();
    let missed = period.objectives.iter().filter(|one| one.status == Status::Breached).count();
    let count = |count: usize, of: usize| if of == 0 { "–".to_owned() } else { count.to_string() };
    let is_silent = period.incidents.unknown_weeks >= period.ended_and_frozen().0;
    let broke = period.incidents.all.incidents();
    let downtime = format::minutes(period.incidents.all.union_seconds, view.language);
    let overdue = period.actions.overdue();
    let of = |what: &str, all: usize| {
        if all == 0 { words.no_data.to_owned() } else { period_words::of_all(view.language, what, all) }
    };
    let longest = period_words::of_all(view.language, words.open_of, period.actions.open.len());
    let all = [
        (words.over_budget, count(over, judged), of(words.with_budget, judged), over > 0, "#budgets"),
        (words.missed, count(missed, measured), of(words.objectives_of, measured), missed > 0, "#objectives"),
        (
            words.incidents,
            if is_silent { "–".to_owned() } else { broke.to_string() },
            if is_silent { words.no_data.to_owned() } else { format!("{} {downtime}", words.downtime) },
            false,
            "#incidents",
        ),
        (words.late_actions, overdue.to_string(), longest, overdue > 0, "#actions"),
    ];
    let shown = all.map(|(name, value, more, stands_out, to)| {
        let risk = stands_out.then(|| {
            view! { {mark(Status::Risk)}<span class="sr">{view.texts.status(Status::Risk)}" "</span> }
        });
        view! {
            <div>
                <dt><a href=to>{name}</a></dt>
                <dd class="big">{risk}{value}</dd>
                <dd><small>{more}</small></dd>
            </div>
        }
    });
    view! { <dl class="verdicts">{shown.collect_view()}</dl> }.into_any()
}

/// A section that has nothing to show, and where to go about it.
fn nothing(text: &'static str, link: Option<(String, &'static str)>) -> AnyView {
    let link = link.map(|(href, name)| view! { " "<a href=href>{name}" →"</a> });
    view! { <div class="empty"><p>{text}{link}</p></div> }.into_any()
}

/// A line of explanation below a table.
fn small(text: String) -> AnyView {
    view! { <p class="prose"><small>{text}</small></p> }.into_any()
}
