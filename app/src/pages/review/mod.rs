//! `/reviews/{week}`: the agenda of the meeting.

pub(crate) mod actions;
pub(crate) mod answers;
pub(crate) mod cloud_anomalies;
pub(crate) mod cost;
mod due;
pub(crate) mod exceptions;
mod freeze;
pub(crate) mod incidents;
mod masthead;
pub(crate) mod notes;
pub(crate) mod objectives;
pub(crate) mod pools;
mod questions;
mod restated;
mod shared_moves;
pub(crate) mod shipping;
mod summary;
mod topics;

use domain::coverage::SourceKind;
use domain::finding::Status;
use domain::money::{Currency, Money};
use domain::organization::Language;
use domain::product::Slug;
use domain::review::cost::{CostTable, CostView, rate_to, shown_in};
use domain::review::{Freshness, WeeklyReview};
use domain::share::{Share, ShareSection};
use domain::week::IsoWeek;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_meta::Link;
use leptos_router::hooks::use_params_map;

use crate::backend::{self, AppError, ReviewState, Version};
use crate::components::frame::{colophon, frame};
use crate::context::{PageContext, segment};
use crate::pages::problem::problem;
use crate::pages::{shares, week_skip};
use crate::texts::{Texts, sentences, texts};
use crate::ui::at_once::AtOnce;

/// What every section needs.
pub(crate) struct ReviewView<'a> {
    pub(crate) context: &'a PageContext,
    pub(crate) review: &'a WeeklyReview,
    pub(crate) table: CostTable,
    pub(crate) words: &'static Texts,
    pub(crate) language: Language,
    pub(crate) zone: TimeZone,
    /// Whether nothing can be written on it: a version that never changes, or a reader who only reads.
    pub(crate) is_frozen: bool,
    /// The week as links name it.
    week_name: String,
}

/// A chart of the review as the page draws it; nothing for an unknown name or where there is nothing to draw.
#[must_use]
pub fn drawing(context: &PageContext, review: &WeeklyReview, name: &str) -> Option<String> {
    let view = ReviewView::new(context, review);
    match name {
        "movers" => cost::drawing(&view),
        "incidents" => incidents::drawing(&view),
        _ => None,
    }
}

impl<'a> ReviewView<'a> {
    /// Computes the table that the query asks for.
    pub(crate) fn new(context: &'a PageContext, review: &'a WeeklyReview) -> Self {
        let view = cost_view(context, review);
        Self {
            context,
            review,
            table: review.cost.table(view, &review.organization, &review.rates),
            words: texts(context.language),
            language: context.language,
            zone: review.organization.zone(),
            is_frozen: false,
            week_name: review.week.to_string(),
        }
    }

    /// The same as it stands in a frozen version, where nothing can be answered.
    pub(crate) fn of_state(self, state: &ReviewState) -> Self {
        let is_frozen = matches!(state, ReviewState::Frozen { .. });
        Self { is_frozen: is_frozen || self.context.only_reads(), ..self }
    }

    /// The name of a product in the reader's language, its slug where the catalogue has none.
    pub(crate) fn product_name(&self, slug: &'a Slug) -> &'a str {
        self.review.product(slug).map_or(slug.as_str(), |product| product.name.get(self.language))
    }

    /// The same name for a row that outlives the view.
    pub(crate) fn product_name_of(&self, slug: &Slug) -> String {
        self.review.product(slug).map_or(slug.as_str(), |product| product.name.get(self.language)).to_owned()
    }

    /// An amount in the page's currency, where a rate leads there.
    pub(crate) fn shown(&self, money: Money) -> Money {
        shown_in(&self.review.rates, money, self.table.view.currency)
    }

    /// A link to a product's page for this week.
    pub(crate) fn product_link(&self, slug: &Slug) -> String {
        self.context.go(&format!("/products/{slug}"), &[("week", &self.week_name)])
    }

    /// A link to an objective's page for this week.
    pub(crate) fn objective_link(&self, id: &str) -> String {
        self.context.go(&format!("/objectives/{}", segment(id)), &[("week", &self.week_name)])
    }

    /// A link to the lines of a product's cost in this week.
    pub(crate) fn cost_link(&self, slug: &Slug) -> String {
        self.context.go(&format!("/products/{slug}/cost"), &[("week", &self.week_name)])
    }

    /// Whether a week has begun when the page is looked at; later ones have no page yet.
    pub(crate) fn has_begun(&self, week: IsoWeek) -> bool {
        week.period(&self.zone).start <= self.review.as_of
    }

    /// Whether any source speaks about incidents of the week.
    pub(crate) fn incidents_known(&self) -> bool {
        let speaks =
            |freshness: &Freshness| freshness.kind == SourceKind::Incidents && freshness.status == Status::Ok;
        self.review.freshness.iter().any(speaks)
    }

    /// The status that the header's counts filter by.
    pub(crate) fn status_filter(&self) -> Option<Status> {
        let wanted = self.context.parameter("status")?;
        [Status::Ok, Status::NoData, Status::Risk, Status::Breached]
            .into_iter()
            .find(|status| status.as_str() == wanted)
    }
}

/// The metric and currency of the query. Without one: the reporting currency, or the first billing
/// currency where no rate leads from any of them to the reporting one.
pub(crate) fn cost_view(context: &PageContext, review: &WeeklyReview) -> CostView {
    let billed = || review.cost.rows.iter().map(|row| row.currency);
    let reporting = review.organization.reporting_currency;
    let known = |currency: &Currency| *currency == reporting || billed().any(|code| code == *currency);
    let readable = billed().any(|code| rate_to(&review.rates, code, reporting).is_some());
    let usual = if readable { reporting } else { billed().next().unwrap_or(reporting) };
    CostView { metric: context.metric(), currency: context.currency().filter(known).unwrap_or(usual) }
}

/// Which version the query asks for.
///
/// # Errors
/// [`AppError::NotFound`] for a word that is no version.
pub(crate) fn version(context: &PageContext) -> Result<Version, AppError> {
    match context.parameter("version") {
        None => Ok(Version::Latest),
        Some("draft") => Ok(Version::Draft),
        Some(number) => {
            number.parse().ok().filter(|number| *number > 0).map(Version::Number).ok_or(AppError::NotFound)
        }
    }
}

/// The page.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let week = use_params_map().with_untracked(|map| map.get("week"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, week.as_deref()).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/reviews"),
                    }
                })}
            </Suspense>
        }
    })
}

async fn load(context: &PageContext, week: Option<&str>) -> Result<backend::ReviewPage, AppError> {
    let week: IsoWeek = week.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    context.backend.weekly_review(week, version(context)?).await
}

/// Whether it shows what most reviews do not, and what therefore stands in the style of the other pages.
fn needs_more(view: &ReviewView<'_>, page: &backend::ReviewPage) -> bool {
    let review = view.review;
    let has_gap = review.products.is_empty()
        || review.cost.rows.is_empty()
        || review.objectives.is_empty()
        || review.incidents.rows.is_empty();
    view.context.is_review() && (has_gap || !review.notes.is_empty() || page.state != ReviewState::Draft)
}

fn render(context: &PageContext, page: &backend::ReviewPage) -> AnyView {
    let view = ReviewView::new(context, &page.review).of_state(&page.state);
    let week = view.review.week;
    let title = format!(
        "{} · {}",
        sentences::week_heading(view.language, week.year(), week.number()),
        view.words.weekly_review
    );
    if let Some(share) = &context.share {
        return shared(context, &view, page, share, &title);
    }
    let path = format!("/reviews/{week}");
    let style = context.assets.style_more.clone().filter(|_| needs_more(&view, page));
    let content = view! {
        {style.map(|href| view! { <Link rel="stylesheet" href=href/> })}
        {masthead::masthead(&view, page)}
        {restated::notice(&view, &page.state)}
        {page.skip.as_ref().map(|skip| week_skip::skipped(context, skip))}
        {week_skip::carried(context, &view.review.carried_weeks)}
        {summary::summary(&view, page.previous.as_ref())}
        {actions::carried(&view)}
        {exceptions::section(&view)}
        {topics::section(&view)}
        {cost::section(&view)}
        {incidents::section(&view)}
        {objectives::section(&view)}
        {actions::made(&view)}
        {freeze::section(&view, page)}
        {colophon(context, &view.review.organization, view.review.as_of, &path)}
    }
    .into_any();
    frame(context, &title, "/reviews", AtOnce(content).into_any())
}

/// The page as a link shows it: all of the agenda, or one section, and nothing to write or to go on to.
fn shared(
    context: &PageContext,
    view: &ReviewView<'_>,
    page: &backend::ReviewPage,
    share: &Share,
    title: &str,
) -> AnyView {
    let sections = match share.terms.section {
        Some(ShareSection::Exceptions) => exceptions::section(view),
        Some(ShareSection::Cost) => cost::section(view),
        Some(ShareSection::Incidents) => incidents::section(view),
        Some(ShareSection::Objectives) => objectives::section(view),
        None => view! {
            {summary::summary(view, None)}
            {actions::carried(view)}
            {exceptions::section(view)}
            {topics::section(view)}
            {cost::section(view)}
            {incidents::section(view)}
            {objectives::section(view)}
            {actions::made(view)}
        }
        .into_any(),
    };
    let content = view! {
        {shares::banner(view.language, share, &view.zone)}
        {masthead::shared(view, page)}
        {sections}
    };
    frame(context, title, "", content.into_any())
}
