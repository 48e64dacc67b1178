//! `/products/{slug}`: the page a product manager opens. First the answer, then what it rests on.

mod budget;
mod commitments;
pub(crate) mod course;
mod deploys;
mod masthead;
mod movers;
mod pace;
mod provenance;
mod unusual;

use domain::commitment::Commitment;
use domain::note::NotePlace;
use domain::product_review::ProductReview;
use domain::review::{Summary, WeeklyReview};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{self, AppError};
use crate::components::empty::empty;
use crate::components::frame::{colophon, frame};
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::note::note_path;
use crate::pages::problem::problem;
use crate::pages::review::{ReviewView, actions, incidents, notes, objectives, shipping, version};
use crate::pages::shares;
use crate::texts::action_words::action_words;
use crate::texts::note_words::note_words;
use crate::texts::{sentences, texts};

/// The page.
#[component]
pub fn ProductPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let slug = use_params_map().with_untracked(|map| map.get("slug"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, slug.as_deref()).await {
                        Ok((page, commitments)) => render(&context, &page, &commitments),
                        Err(error) => problem(&context, &error, "/products"),
                    }
                })}
            </Suspense>
        }
    })
}

async fn load(
    context: &PageContext,
    slug: Option<&str>,
) -> Result<(backend::ProductPage, Vec<Commitment>), AppError> {
    let slug = slug.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let week = context.week().await?;
    let page = context.backend.product_review(&slug, week, version(context)?).await?;
    Ok((page, context.backend.commitments().await?))
}

/// The product's part as a review of its own, so that both pages share their tables.
fn as_review(product: &ProductReview) -> WeeklyReview {
    WeeklyReview {
        week: product.week,
        as_of: product.as_of,
        measured_until: product.measured_until,
        period: product.period,
        organization: product.organization.clone(),
        products: vec![product.product.clone()],
        freshness: product.freshness.clone(),
        rates: product.rates.clone(),
        summary: Summary::default(),
        actions: domain::review::actions::ActionSection::default(),
        notes: product.note.iter().cloned().collect(),
        topics: domain::review::topics::TopicSection::default(),
        matrix: product.matrix.iter().cloned().collect(),
        counts: domain::finding::Counts::default(),
        questions: Vec::new(),
        shared_moves: Vec::new(),
        cloud_anomalies: Vec::new(),
        cost: product.as_cost_section(),
        incidents: product.incidents.clone(),
        objectives: product.objectives.clone(),
        verdicts: product.verdict.iter().cloned().collect(),
        reviews_due: domain::objective_queue::ReviewsDue::default(),
        unmapped: Vec::new(),
        carried_weeks: Vec::new(),
    }
}

/// The month's running total with its range and budget, as the product's page draws it; nothing without a day.
pub(crate) fn month_figure(context: &PageContext, product: &ProductReview) -> Option<AnyView> {
    let review = as_review(product);
    budget::month_of(&ReviewView::new(context, &review), product)
}

/// The product's state in plain words, then budget, users and shipping, each with its name: what a card says.
#[must_use]
pub fn card_lines(context: &PageContext, page: &backend::ProductPage) -> Vec<(String, String)> {
    let review = as_review(&page.product);
    masthead::card_lines(&ReviewView::new(context, &review), &page.product)
}

/// The timeline of the week's incidents, as the page draws it; nothing without one.
#[must_use]
pub fn timeline_drawing(context: &PageContext, page: &backend::ProductPage) -> Option<String> {
    let review = as_review(&page.product);
    incidents::drawing(&ReviewView::new(context, &review))
}

fn render(context: &PageContext, page: &backend::ProductPage, commitments: &[Commitment]) -> AnyView {
    let review = as_review(&page.product);
    let view = ReviewView::new(context, &review).of_state(&page.state);
    let product = &page.product;
    let words = texts(context.language);
    let name = product.product.name.get(context.language).to_owned();
    let week = product.week;
    let title = format!("{name} · {}", sentences::week_short(context.language, week.number()));
    let path = format!("/products/{}", product.product.slug);
    let content = view! {
        {context.share.as_ref().map(|share| shares::banner(context.language, share, &view.zone))}
        {masthead::masthead(&view, page)}
        {masthead::verdicts(&view, product)}
        {item("budget", "1".to_owned(), words.product_budget_title, words.product_budget_question, budget_body(&view, product, commitments))}
        {item("movers", "2".to_owned(), words.product_movers_title, words.product_movers_question, movers_body(&view, product))}
        {item("objectives", "3".to_owned(), words.product_objectives_title, words.product_objectives_question, objectives_body(&view, product))}
        {item("incidents", "4".to_owned(), words.product_incidents_title, words.product_incidents_question, incidents_body(&view, product))}
        {promises(&view, product)}
        {note(&view, product)}
        {colophon(context, &product.organization, product.as_of, &path)}
    }
    .into_any();
    frame(context, &title, "/products", content)
}

fn budget_body(view: &ReviewView<'_>, product: &ProductReview, commitments: &[Commitment]) -> AnyView {
    view! { {budget::body(view, product)}{commitments::list(view, product, commitments)} }.into_any()
}

fn movers_body(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let link = view.review.cost.has_data().then(|| {
        let href = view.cost_link(&product.product.slug);
        view! { <p class="evidence"><a href=href>{view.words.cost_page_title}" →"</a></p> }
    });
    view! { {movers::body(view, product)}{link} }.into_any()
}

fn objectives_body(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    if product.objectives.is_empty() {
        let words = view.words;
        let empty = empty(words.empty_objectives, words.empty_objectives_do, "teirei import objectives FILE");
        return view! { {shipping(view, product)}{empty} }.into_any();
    }
    let rows: Vec<_> = product.objectives.iter().collect();
    view! { {shipping(view, product)}{course::chart(view, product)}{objectives::table(view, &rows, true)} }
        .into_any()
}

fn shipping(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    product.verdict.as_ref().map(|verdict| shipping::block(view, verdict))
}

/// What is promised for the product; nothing where nothing is.
fn promises(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    if product.actions.is_empty() {
        return None;
    }
    let words = action_words(view.language);
    let list = actions::list(view, &product.actions);
    Some(item("actions", "5".to_owned(), words.promises_title, words.promises_question, list).into_any())
}

/// What people wrote about the product, and where they do; a frozen week without a note has no such section.
fn note(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    let words = note_words(view.language);
    let place = NotePlace::Product(product.product.slug.clone());
    let body = match &product.note {
        Some(note) => notes::shown(view, note, product.product.name.get(view.language)),
        None if view.is_frozen => return None,
        None => {
            let href = view.context.go(&note_path(product.week, &place), &[]);
            view! { <p>{words.shown_none}" "<a href=href>{words.open}" →"</a></p> }.into_any()
        }
    };
    let number = if product.actions.is_empty() { "5" } else { "6" };
    Some(item("note", number.to_owned(), words.note, words.product_question, body).into_any())
}

fn incidents_body(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let body = match view.review.incidents.rows.as_slice() {
        [] => empty(view.words.empty_incidents, "", "").into_any(),
        rows => incidents::table(view, rows),
    };
    let path = format!("/products/{}/incidents", product.product.slug);
    let href = view.context.go(&path, &[("week", &view.review.week.to_string())]);
    view! { {body}<p class="evidence"><a href=href>{view.words.all_incidents}" →"</a></p> }.into_any()
}
