//! `/objectives`: every objective of a week, worst first.

use domain::review::objectives::ObjectiveRow;
use leptos::prelude::*;

use crate::components::empty::empty;
use crate::pages::review::{ReviewView, objectives};
use crate::pages::week_page::{WeekPage, show};

/// The page.
#[component]
pub fn ObjectivesPage() -> impl IntoView {
    show(WeekPage {
        path: "/objectives",
        id: "objectives",
        words: |words| [words.objectives_page_title, words.objectives_title, words.objectives_question],
        body,
    })
}

fn body(view: &ReviewView<'_>) -> AnyView {
    let words = view.words;
    let rows: Vec<&ObjectiveRow> = view.review.objectives.iter().collect();
    if rows.is_empty() {
        return empty(words.empty_objectives, words.empty_objectives_do, "teirei import objectives FILE")
            .into_any();
    }
    let queue = view.context.go("/objectives/reviews", &[("week", &view.review.week.to_string())]);
    view! {
        <p class="prose">{objectives::sentence(view, &view.review.objectives)}</p>
        <p class="evidence"><a href=queue>{words.queue_link}" →"</a></p>
        {objectives::table(view, &rows, true)}
    }
    .into_any()
}
