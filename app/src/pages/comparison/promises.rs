//! What became of promises, and what each meeting decided.

use domain::review::actions::ReviewAction;
use domain::review::topics::ReviewDecision;
use leptos::prelude::*;

use super::{ComparisonView, day};

/// Newly promised, closed, and open in both.
pub(super) fn actions(view: &ComparisonView<'_>) -> AnyView {
    let (words, actions) = (view.words, &view.comparison.actions);
    [(words.opened, &actions.opened), (words.closed, &actions.closed), (words.kept_open, &actions.kept_open)]
        .map(|(title, actions)| list(view, title, actions.iter().map(|one| action(view, one)).collect()))
        .collect_view()
        .into_any()
}

/// The decisions of each week.
pub(super) fn decisions(view: &ComparisonView<'_>) -> AnyView {
    let made =
        view.comparison.decisions.map(|made| made.iter().map(|one| decision(view, one)).collect::<Vec<_>>());
    let [from, to] = view.week_names();
    view! { {list_named(view, from, made.from)}{list_named(view, to, made.to)} }.into_any()
}

fn list(view: &ComparisonView<'_>, title: &'static str, rows: Vec<AnyView>) -> AnyView {
    list_named(view, title.to_owned(), rows)
}

fn list_named(view: &ComparisonView<'_>, title: String, rows: Vec<AnyView>) -> AnyView {
    let body = if rows.is_empty() {
        view! { <p class="muted">{view.words.none}</p> }.into_any()
    } else {
        view! { <ul>{rows.into_iter().map(|row| view! { <li>{row}</li> }).collect_view()}</ul> }.into_any()
    };
    view! { <h3>{title}</h3>{body} }.into_any()
}

fn action(view: &ComparisonView<'_>, one: &ReviewAction) -> AnyView {
    let href = view.context.go(&format!("/actions/{}", one.id), &[]);
    view! { <a href=href>{one.text.clone()}</a>" "<small>{one.owner.clone()}" · "{day(view, one.due_on)}</small> }.into_any()
}

fn decision(view: &ComparisonView<'_>, one: &ReviewDecision) -> AnyView {
    let href = view.context.go(&format!("/decisions/{}", one.id), &[]);
    view! { <a href=href>{one.text.clone()}</a>" "<small>{one.expects.clone()}" · "{day(view, one.look_again_on)}</small> }.into_any()
}
