//! `/incidents` and `/products/{slug}/incidents`: what broke over some weeks, and what it comes to. Every figure
//! says what it counts.

mod budgets;
mod choice;
mod counts;
mod deploys;
mod durations;
mod figures;
mod list;
mod products;
mod repeats;
mod timeline;

use domain::incident::{Incident, Severity};
use domain::incident_statistics::IncidentStatistics;
use domain::incident_statistics::filter::IncidentFilter;
use domain::organization::Language;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, IncidentStatisticsPage, IncidentStatisticsRequest};
use crate::components::empty::empty;
use crate::components::frame::{colophon, frame};
use crate::components::section::item;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::incident::incident_path;
use crate::pages::postmortem;
use crate::pages::problem::problem;
use crate::texts::deploy_words::deploy_words;
use crate::texts::statistics_words::{StatisticsWords, statistics_words};
use crate::texts::{Texts, format, statistics_sentences, texts};

/// What every section needs.
struct StatisticsView<'a> {
    context: &'a PageContext,
    page: &'a IncidentStatisticsPage,
    statistics: &'a IncidentStatistics,
    words: &'static StatisticsWords,
    texts: &'static Texts,
    language: Language,
    zone: TimeZone,
}

impl StatisticsView<'_> {
    /// The path of the page, without its query.
    fn path(&self) -> String {
        match &self.page.request.product {
            Some(slug) => format!("/products/{slug}/incidents"),
            None => "/incidents".to_owned(),
        }
    }

    /// The query of a choice and a window; the product of a product's own page stands in its path.
    fn query(
        &self,
        filter: &IncidentFilter,
        window: Vec<(&'static str, String)>,
    ) -> Vec<(&'static str, String)> {
        let is_fixed = self.page.request.product.is_some();
        let chosen = filter.query().into_iter().filter(|(name, _)| !(is_fixed && *name == "product"));
        window.into_iter().chain(chosen).collect()
    }

    /// The address of the same page with another choice or window.
    fn link(&self, filter: &IncidentFilter, window: Vec<(&'static str, String)>) -> String {
        let query = self.query(filter, window);
        let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.context.go(&self.path(), &query)
    }

    /// Whether the filters leave nothing.
    fn is_filtered_empty(&self) -> bool {
        self.statistics.listed.is_empty() && self.statistics.filtered_out > 0
    }

    /// The name of a product in the reader's language, as the source writes it where the catalogue has none.
    fn product_name(&self, written: &str) -> String {
        let product = self.page.review.products.iter().find(|product| product.slug.as_str() == written);
        product.map_or_else(|| written.to_owned(), |product| product.name.get(self.language).to_owned())
    }

    /// Where more is told of an incident.
    fn incident_link(&self, incident: &Incident) -> String {
        self.context.go(&incident_path(&incident.source, &incident.external_id), &[])
    }
}

/// The short word of a severity.
fn severity_word(severity: Severity) -> &'static str {
    if severity == Severity::Unclassified { "SEV-?" } else { severity.as_str() }
}

/// The page of all products.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| show(context, None, "/incidents"))
}

/// The page of one product.
#[component]
pub fn ProductIncidentsPage() -> impl IntoView {
    let slug = use_params_map().with_untracked(|map| map.get("slug")).unwrap_or_default();
    use_context::<PageContext>().map(|context| show(context, Some(slug), "/products"))
}

fn show(context: PageContext, slug: Option<String>, current: &'static str) -> AnyView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load(&context, slug.as_deref()).await {
                    Ok(page) => render(&context, &page, current),
                    Err(error) => problem(&context, &error, current),
                }
            })}
        </Suspense>
    }
    .into_any()
}

async fn load(context: &PageContext, slug: Option<&str>) -> Result<IncidentStatisticsPage, AppError> {
    let product = slug.map(|slug| slug.parse().map_err(|_| AppError::NotFound)).transpose()?;
    let week = context.week().await?;
    let request = IncidentStatisticsRequest::read(|name| context.parameter(name), week, product)?;
    context.backend.incident_statistics(request).await
}

fn render(context: &PageContext, page: &IncidentStatisticsPage, current: &'static str) -> AnyView {
    let view = StatisticsView {
        context,
        page,
        statistics: &page.statistics,
        words: statistics_words(context.language),
        texts: texts(context.language),
        language: context.language,
        zone: page.review.organization.zone(),
    };
    let words = view.words;
    let title = match &page.request.product {
        Some(slug) => format!("{}{}", view.product_name(slug.as_str()), words.of_product),
        None => words.title.to_owned(),
    };
    let heading = title.clone();
    let back = page.request.product.as_ref().map(|slug| {
        let href = context.go(&format!("/products/{slug}"), &[("week", &page.review.week.to_string())]);
        view! { <a href=href>{view.product_name(slug.as_str())}</a>" · " }
    });
    let week = page.review.week;
    let content = view! {
        <div class="masthead">
            <p class="kicker">{back}{period(&view)}</p>
            <h1>{heading}</h1>
            {postmortem::doors(context)}
        </div>
        {sections(&view)}
        {colophon(context, &page.review.organization, page.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, &title, current, content)
}

/// The days looked at, with their zone, and when that was.
fn period(view: &StatisticsView<'_>) -> AnyView {
    let (first, last) = view.statistics.window.days();
    let as_of = when::instant(view.statistics.as_of, &view.zone, view.language);
    let zone = format::zone_name(view.statistics.period.start, &view.zone);
    let japanese = view.language == Language::Japanese;
    let year = |day: Date| format!("{}{}", day.year(), if japanese { "年 " } else { " · " });
    let last_year = (last.year() != first.year()).then(|| year(last));
    view! {
        {year(first)}
        {when::day(first, view.language)}"–"{last_year}{when::day(last, view.language)}" "{zone}" · "
        {if japanese {
            view! { {as_of}{view.words.as_of} }.into_any()
        } else {
            view! { {view.words.as_of}" "{as_of} }.into_any()
        }}
    }
    .into_any()
}

fn sections(view: &StatisticsView<'_>) -> AnyView {
    let (words, statistics) = (view.words, view.statistics);
    if statistics.known_from.is_none() {
        let body = empty(words.empty_source, words.empty_source_do, "teirei import incidents FILE");
        return section("figures", words.figures_title, words.figures_question, body.into_any());
    }
    if view.is_filtered_empty() {
        let href = view.link(&IncidentFilter::default(), view.page.request.window_query());
        let body = view! {
            {choice::controls(view)}
            <div class="empty"><p>{words.empty_filtered}" "<a href=href>{words.show_all}</a></p></div>
        };
        return section("figures", words.figures_title, words.figures_question, body.into_any());
    }
    let figures = view! { {choice::controls(view)}{figures::body(view)} }.into_any();
    let timeline = timeline::figure(view)
        .map(|body| section("timeline", words.timeline_title, words.timeline_question, body));
    let durations = (statistics.declared > 0).then(|| {
        section("durations", words.durations_title, words.durations_question, durations::body(view))
    });
    let budgets = (!view.page.review.objectives.is_empty())
        .then(|| section("budgets", words.budgets_title, words.budgets_question, budgets::body(view)));
    let deploy = deploy_words(view.language);
    let products = products::table(view)
        .map(|body| section("products", words.products_title, words.products_question, body));
    view! {
        {section("figures", words.figures_title, words.figures_question, figures)}
        {timeline}
        {section("counts", words.counts_title, words.counts_question, counts::body(view))}
        {durations}
        {budgets}
        {section("deploys", deploy.title, deploy.question, deploys::body(view))}
        {section("repeats", words.repeats_title, words.repeats_question, repeats::body(view))}
        {products}
        {section("list", words.list_title, words.list_question, list::body(view))}
    }
    .into_any()
}

fn section(id: &'static str, title: &'static str, question: &'static str, body: AnyView) -> AnyView {
    item(id, String::new(), title, question, body).into_any()
}

/// What figures do not count or do not know, in a line below them.
fn remarks(view: &StatisticsView<'_>) -> AnyView {
    let (language, statistics) = (view.language, view.statistics);
    let mut remarks = Vec::new();
    if !statistics.left_out.is_empty() {
        remarks.push(statistics_sentences::left_out(language, &statistics.left_out));
    }
    if statistics.filtered_out > 0 {
        remarks.push(statistics_sentences::filtered_out(language, statistics.filtered_out));
    }
    if let Some(from) = statistics.known_from.filter(|from| *from > statistics.period.start) {
        let day = format::date(view.zone.to_datetime(from).date(), language);
        remarks.push(statistics_sentences::known_since(language, &day));
    }
    remarks
        .into_iter()
        .map(|text| view! { <p class="prose"><small>{text}</small></p> })
        .collect_view()
        .into_any()
}
