//! What was promised before, and what this meeting promises.

use domain::action::ActionState;
use domain::organization::Language;
use domain::review::actions::ReviewAction;
use leptos::prelude::*;

use super::{ReviewView, topics};
use crate::components::mark::mark;
use crate::components::section::item;
use crate::components::when;
use crate::pages::incident::incident_path;
use crate::texts::action_words::{self, ActionWords, action_words};
use crate::texts::key_words::key_words;
use crate::texts::topic_words::topic_words;
use crate::texts::tracker_words;

/// What stood open when the week ended, each to be marked as done in one step.
pub(super) fn carried(view: &ReviewView<'_>) -> AnyView {
    let words = action_words(view.language);
    let body = match view.review.actions.carried.as_slice() {
        [] => view! { <p>{words.none_carried}</p> }.into_any(),
        actions => {
            let keys = view.context.is_presenting().then(|| keys(view.language));
            view! { {list(view, actions)}{keys} }.into_any()
        }
    };
    item("carried", "2".to_owned(), words.carried_title, words.carried_question, body).into_any()
}

/// What this meeting promised, and the way to the next promise.
pub(super) fn made(view: &ReviewView<'_>) -> AnyView {
    let words = action_words(view.language);
    let made = match view.review.actions.made.as_slice() {
        [] => view! { <p>{words.none_made}</p> }.into_any(),
        actions => list(view, actions),
    };
    let add = (!view.is_frozen).then(|| {
        let href = view.context.go("/actions", &[("week", &view.review.week.to_string())]);
        let decide = view.context.go("/topics", &[("week", &view.week_name)]);
        view! {
            <p>
                <a class="button" href=format!("{href}#new")>{words.new}</a>" "
                <a class="button" href=format!("{decide}#decide")>{topic_words(view.language).new_decision}</a>
            </p>
        }
    });
    let body = view! { {topics::decisions(view)}{made}{add} }.into_any();
    item("agreed", "8".to_owned(), words.made_title, words.made_question, body).into_any()
}

/// Promises in a table; where the week is not frozen, a button beside each open one says that it is kept.
pub(crate) fn list(view: &ReviewView<'_>, actions: &[ReviewAction]) -> AnyView {
    let words = action_words(view.language);
    let is_kept = !actions.iter().any(|action| is_changed_here(view, action));
    let rows = actions.iter().map(|action| row(view, words, action)).collect_view();
    let table = view! {
        <table class="stack">
            <thead class="sr">
                <tr>
                    <th scope="col">{words.what}</th>
                    <th scope="col">{words.owner}</th>
                    <th scope="col">{words.due}</th>
                    <th scope="col">{words.state}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    if is_kept {
        return table.into_any();
    }
    view! {
        <form method="post" action="/api/action">
            <input type="hidden" name="back" value=view.context.path.clone()/>
            {lang(view)}
            {presenting(view)}
            {table}
        </form>
    }
    .into_any()
}

/// The keys that work in the rows above, behind a line that opens them.
fn keys(language: Language) -> AnyView {
    let words = key_words(language);
    let keys = words.keys.map(|(key, does)| view! { <li><kbd>{key}</kbd>" "{does}</li> });
    view! {
        <details id="keys">
            <summary>{words.title}" "<kbd aria-hidden="true">"?"</kbd></summary>
            <p>{words.rule}</p>
            <ul>{keys.collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// That the page is presented, so that the form leads back into it.
fn presenting(view: &ReviewView<'_>) -> Option<impl IntoView + use<>> {
    view.context.is_presenting().then(|| view! { <input type="hidden" name="view" value="present"/> })
}

/// The language that the address names, so that the form leads back into it.
fn lang(view: &ReviewView<'_>) -> Option<impl IntoView + use<>> {
    view.context.parameter("lang").map(|lang| {
        view! { <input type="hidden" name="lang" value=lang.to_owned()/> }
    })
}

/// Whether the reader may say on this page what became of a promise.
fn is_changed_here(view: &ReviewView<'_>, action: &ReviewAction) -> bool {
    let is_open = !view.is_frozen && action.state == ActionState::Open;
    is_open && view.context.may_edit(action.product.as_ref())
}

fn row(view: &ReviewView<'_>, words: &'static ActionWords, action: &ReviewAction) -> AnyView {
    let language = view.language;
    let href = view.context.go(&format!("/actions/{}", action.id), &[]);
    let is_open = action.state == ActionState::Open;
    let late = (is_open && action.overdue_days > 0).then(|| {
        view! { <strong>{words.overdue}" "{action_words::days(language, action.overdue_days)}</strong>" " }
    });
    // On a shared screen a step leads back to where the meeting is; elsewhere the address stays short.
    let change = if view.context.is_presenting() {
        let back = [("back", view.context.path.as_str()), ("view", "present")];
        view.context.go(&format!("/actions/{}", action.id), &back)
    } else {
        href.clone()
    };
    let state = match is_changed_here(view, action) {
        true => view! {
            <button name="done" value=format!("{}.{}", action.id, action.version)>{words.mark_done}</button>
            " "<a href=format!("{change}#change")>{words.move_or_drop}</a>
        }
        .into_any(),
        false => view! { {mark(action.status)}" "{words.state_word(action.state)} }.into_any(),
    };
    view! {
        <tr id=format!("action-{}", action.id)>
            <th scope="row" class="full">
                <a href=href>{action.text.clone()}</a>
                <small>{about(view, action)}</small>
            </th>
            <td>{action.owner.clone()}</td>
            <td class="due">{late}{when::day(action.due_on, language)}<small>{history(language, words, action)}</small></td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

/// How old it is, how often it was carried over and moved.
fn history(language: Language, words: &'static ActionWords, action: &ReviewAction) -> String {
    let age = format!("{} {}", words.age, action_words::days(language, action.age_days));
    let carried = (action.carried > 0)
        .then(|| format!("{} {}", words.carried, action_words::times(language, action.carried)));
    let moved = (action.redates > 0).then(|| action_words::redated(language, action.redates));
    [Some(age), carried, moved].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Its product and its incident as links, and the issue where the work is kept.
fn about(view: &ReviewView<'_>, action: &ReviewAction) -> AnyView {
    let product = action.product.as_ref().map(|slug| {
        let href = view.product_link(slug);
        view! { <a href=href>{view.product_name_of(slug)}</a>" " }
    });
    let incident = action.incident.as_ref().map(|key| {
        let href = view.context.go(&incident_path(&key.source, &key.external_id), &[]);
        view! { <a href=href>{key.external_id.clone()}</a> }
    });
    let issue = action.issue.as_ref().map(|issue| {
        // The link is on the page of the promise: every byte of this page is counted.
        tracker_words::line(view.language, &view.zone, issue, action.state)
    });
    view! { {product}{incident}" "{issue} }.into_any()
}
