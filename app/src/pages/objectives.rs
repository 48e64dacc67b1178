//! `/objectives`: every objective of a week, worst first, chosen by state, product, owner and source; above them
//! how each product stands.

mod choice;
mod together;

use leptos::prelude::*;

use crate::components::empty::empty;
use crate::pages::review::{ReviewView, objectives};
use crate::pages::week_page::{WeekPage, show};
use crate::texts::policy_words::policy_words;
use crate::texts::proposal_words::proposal_words;

use domain::objective_filter::ObjectiveFilter;

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
    if view.review.objectives.is_empty() {
        return empty(words.empty_objectives, words.empty_objectives_do, "teirei import objectives FILE")
            .into_any();
    }
    let filter = ObjectiveFilter::read(|name| view.context.parameter(name));
    let rows = filter.rows(view.review);
    let queue = view.context.go("/objectives/reviews", &[("week", &view.review.week.to_string())]);
    let list = if rows.is_empty() {
        let policy = policy_words(view.language);
        let all = choice::link_to(view, &ObjectiveFilter::default());
        view! { <p class="prose">{policy.filtered_out}" "<a href=all>{words.show_all}</a></p> }.into_any()
    } else {
        view! { {together::table(view, &rows)}{objectives::table(view, &rows, true)} }.into_any()
    };
    view! {
        <p class="prose">{objectives::sentence(view, &view.review.objectives)}</p>
        <p class="evidence">
            <a href=queue>{words.queue_link}" →"</a>" · "
            <a href="/objectives/openslo.yaml" download="">{proposal_words(view.language).export_all}</a>
        </p>
        {choice::states(view, &filter)}
        {choice::form(view, &filter)}
        {list}
        {choice::forms(view, &filter)}
    }
    .into_any()
}
