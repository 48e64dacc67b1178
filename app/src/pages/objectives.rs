//! `/objectives`: every objective of a week, worst first.

use domain::review::objectives::ObjectiveRow;
use leptos::prelude::*;

use crate::backend;
use crate::components::empty::empty;
use crate::components::frame::{colophon, frame};
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::products::load;
use crate::pages::review::{ReviewView, objectives};
use crate::texts::sentences;

/// The page.
#[component]
pub fn ObjectivesPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/objectives"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &backend::ReviewPage) -> AnyView {
    let view = ReviewView::new(context, &page.review);
    let (words, week) = (view.words, view.review.week);
    let rows: Vec<&ObjectiveRow> = view.review.objectives.iter().collect();
    let body = if rows.is_empty() {
        empty(words.empty_objectives, words.empty_objectives_do, "teirei import objectives FILE").into_any()
    } else {
        view! {
            <p class="prose">{objectives::sentence(&view, &view.review.objectives)}</p>
            {objectives::table(&view, &rows, true)}
        }
        .into_any()
    };
    let content = view! {
        <div class="masthead">
            <p class="kicker">{sentences::week_heading(context.language, week.year(), week.number())}</p>
            <h1>{words.objectives_page_title}</h1>
        </div>
        {item("objectives", String::new(), words.objectives_title, words.objectives_question, body)}
        {colophon(context, &view.review.organization, view.review.as_of, &format!("/reviews/{week}"))}
    }
    .into_any();
    frame(context, words.objectives_page_title, "/objectives", content)
}
