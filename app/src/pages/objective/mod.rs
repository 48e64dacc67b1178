//! `/objectives/{id}`: what is left of one objective's budget, what spent it, and how it is defined.

pub(super) mod closed;
mod counting;
mod definition;
mod head;
mod left;
mod reasons;
mod spent;
mod vendor;
mod weeks;

use domain::objective_review::ObjectiveReview;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{AppError, ClosedObjective, ObjectivePage};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::review::ReviewView;
use crate::texts::{format, sentences};

/// The page.
#[component]
pub fn ObjectivePage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let id = use_params_map().with_untracked(|map| map.get("id"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, id.as_deref()).await {
                        Ok(Found::Open(page)) => render(&context, &page),
                        Ok(Found::Closed(id, objective)) => closed::page(&context, &id, &objective),
                        Err(error) => problem(&context, &error, "/objectives"),
                    }
                })}
            </Suspense>
        }
    })
}

/// An objective that some source defines, or one that none does any more.
enum Found {
    Open(Box<ObjectivePage>),
    Closed(String, Box<ClosedObjective>),
}

async fn load(context: &PageContext, id: Option<&str>) -> Result<Found, AppError> {
    let (week, id) = (context.week().await?, id.unwrap_or_default());
    match context.backend.objective_review(id, week).await {
        Ok(page) => {
            context.backend.objective_opened(&page.objective.row.id);
            Ok(Found::Open(Box::new(page)))
        }
        Err(AppError::NotFound) => match context.backend.objective_closed(id).await? {
            Some(closed) => Ok(Found::Closed(id.to_owned(), Box::new(closed))),
            None => Err(AppError::NotFound),
        },
        Err(error) => Err(error),
    }
}

/// What every section needs.
struct ObjectiveView<'a> {
    review: ReviewView<'a>,
    page: &'a ObjectivePage,
    objective: &'a ObjectiveReview,
}

impl ObjectiveView<'_> {
    /// Whether nothing asks for a review.
    fn objective_is_settled(&self) -> bool {
        self.page.item.as_ref().is_none_or(|item| item.reasons.is_empty())
    }

    /// Bad or good counts in the unit that people know: events, or time.
    fn units(&self, count: i64) -> String {
        let language = self.review.language;
        match self.objective.row.seconds_per_unit() {
            None => sentences::events(language, count),
            Some(seconds) => {
                use rust_decimal::prelude::ToPrimitive;
                let seconds = (rust_decimal::Decimal::from(count) * seconds).floor();
                format::minutes(seconds.to_i64().unwrap_or(i64::MAX), language)
            }
        }
    }
}

fn render(context: &PageContext, page: &ObjectivePage) -> AnyView {
    let review = ReviewView::new(context, &page.review);
    let (words, objective) = (review.words, &*page.objective);
    let title = format!(
        "{} · {}",
        objective.row.display_name,
        sentences::week_short(context.language, objective.week.number())
    );
    let view = ObjectiveView { review, page, objective };
    let content = view! {
        {head::masthead(&view)}
        {item("budget", "1".to_owned(), words.objective_left_title, words.objective_left_question, left::body(&view))}
        {item("spent", "2".to_owned(), words.objective_spent_title, words.objective_spent_question, spent::body(&view))}
        {item("weeks", "3".to_owned(), words.objective_weeks_title, words.objective_weeks_question, weeks::body(&view))}
        {item("definition", "4".to_owned(), words.objective_definition_title, words.objective_definition_question, definition::body(&view))}
        {item("reasons", "5".to_owned(), words.queue_reasons_title, words.queue_reasons_question, reasons::body(&view))}
        {vendor::section(&view, "6")}
        {head::colophon(&view)}
    }
    .into_any();
    frame(context, &title, "/objectives", content)
}
