//! `/reviews/compare?from=&to=`: two weekly reviews beside each other.

mod cost;
mod exceptions;
mod promises;
mod reliability;

use domain::organization::Language;
use domain::period_review::WeekKnown;
use domain::product::Slug;
use domain::week::IsoWeek;
use domain::week_comparison::{ComparedWeek, WeekComparison};
use leptos::prelude::*;

use crate::backend::{ComparisonAsked, ComparisonPage as Page};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::comparison_words::{ComparisonWords, comparison_words, heading};
use crate::texts::period_words::period_words;
use crate::texts::{Texts, texts};

/// Where the page is.
const PATH: &str = "/reviews/compare";

/// What every section needs.
struct ComparisonView<'a> {
    context: &'a PageContext,
    comparison: &'a WeekComparison,
    words: &'static ComparisonWords,
    texts: &'static Texts,
    language: Language,
}

impl ComparisonView<'_> {
    /// A product's name as a link to its page in the second week.
    fn product(&self, slug: &Slug) -> AnyView {
        let name =
            self.comparison.product(slug).map_or(slug.as_str(), |product| product.name.get(self.language));
        let week = self.comparison.weeks.to.week.to_string();
        let href = self.context.go(&format!("/products/{slug}"), &[("week", &week)]);
        view! { <a href=href>{name.to_owned()}</a> }.into_any()
    }

    /// The heads of the two columns.
    fn week_names(&self) -> [String; 2] {
        let weeks = self.comparison.weeks.map(|week| week.week.to_string());
        [weeks.from, weeks.to]
    }
}

/// The way to it.
pub(crate) fn door(context: &PageContext) -> AnyView {
    let href = context.go(PATH, &[]);
    view! { <p class="facts"><span><a href=href>{comparison_words(context.language).door}" →"</a></span></p> }
        .into_any()
}

/// The page.
#[component]
pub fn ComparisonPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        let asked = ComparisonAsked::read(|name| context.parameter(name));
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match context.backend.week_comparison(&asked).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/reviews"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &Page) -> AnyView {
    let comparison = &page.comparison;
    let words = comparison_words(context.language);
    let view = ComparisonView {
        context,
        comparison,
        words,
        texts: texts(context.language),
        language: context.language,
    };
    let title = heading(context.language, comparison.weeks.map(|week| week.week));
    let heading = title.clone();
    let archive = context.go("/reviews", &[]);
    let content = view! {
        <div class="masthead">
            <p class="kicker"><a href=archive>{view.texts.archive_title}</a>" · "{words.door}</p>
            <h1>{heading}</h1>
            <ul class="facts" aria-label=words.told_from>
                <li>{told_from(&view, &comparison.weeks.from)}</li>
                <li>{told_from(&view, &comparison.weeks.to)}</li>
            </ul>
        </div>
        {choice(&view, page)}
        {item("exceptions", "1".to_owned(), words.exceptions, words.exceptions_question, exceptions::table(&view))}
        {item("cost", "2".to_owned(), words.cost, words.cost_question, cost::tables(&view))}
        {item("incidents", "3".to_owned(), words.incidents, words.incidents_question, reliability::incidents(&view))}
        {item("objectives", "4".to_owned(), words.objectives, words.objectives_question, reliability::objectives(&view))}
        {item("actions", "5".to_owned(), words.actions, words.actions_question, promises::actions(&view))}
        {item("decisions", "6".to_owned(), words.decisions, words.decisions_question, promises::decisions(&view))}
    }
    .into_any();
    frame(context, &title, "/reviews", content)
}

/// The week as a link to the version that is compared.
fn told_from(view: &ComparisonView<'_>, week: &ComparedWeek) -> AnyView {
    let words = period_words(view.language);
    let (version, told) = match week.known {
        WeekKnown::Frozen { version, .. } => (version.to_string(), format!("{} v{version}", words.frozen)),
        WeekKnown::Draft | WeekKnown::NotEnded => ("draft".to_owned(), words.draft.to_owned()),
    };
    let href = view.context.go(&format!("/reviews/{}", week.week), &[("version", &version)]);
    view! { <a href=href>{week.week.to_string()}</a>" "{told} }.into_any()
}

/// Which weeks: a form, the two turned round, and the files.
fn choice(view: &ComparisonView<'_>, page: &Page) -> AnyView {
    let words = view.words;
    let weeks = &view.comparison.weeks;
    let kept = view.context.kept_query().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let hidden =
        kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let (from, to) = (weeks.from.week.to_string(), weeks.to.week.to_string());
    let turned = view.context.go(PATH, &[("from", &to), ("to", &from)]);
    let file = |form: &str| view.context.go(&format!("{PATH}.{form}"), &[("from", &from), ("to", &to)]);
    view! {
        <form class="choice" method="get" action=PATH>
            {hidden}
            {select("from", words.from, &page.weeks, weeks.from.week)}
            {select("to", words.to, &page.weeks, weeks.to.week)}
            <button>{words.compare}</button>
        </form>
        <p class="prose">
            <a href=turned>{words.swap}</a>" · "<a href=file("json")>"JSON"</a>" "<a href=file("csv")>"CSV"</a>
        </p>
    }
    .into_any()
}

fn select(name: &'static str, label: &'static str, weeks: &[IsoWeek], chosen: IsoWeek) -> AnyView {
    let options = weeks.iter().map(|week| {
        let text = week.to_string();
        view! { <option value=text.clone() selected={*week == chosen}>{text.clone()}</option> }
    });
    view! { <label><span>{label}</span><select name=name>{options.collect_view()}</select></label> }
        .into_any()
}

/// A section that has nothing to show.
fn nothing(text: &'static str) -> AnyView {
    view! { <div class="empty"><p>{text}</p></div> }.into_any()
}

/// A line of explanation below a table.
fn small(text: String) -> AnyView {
    view! { <p class="prose"><small>{text}</small></p> }.into_any()
}

/// When something is due or looked at again.
fn day(view: &ComparisonView<'_>, day: jiff::civil::Date) -> AnyView {
    view! { <span class="nb">{when::day_of_year(day, view.language)}</span> }.into_any()
}
