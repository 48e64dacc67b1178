//! The issue in which the work on a promise is kept, in one line beside the promise.

use domain::action::{Action, ActionState};
use domain::organization::Language;
use domain::tracker::{TrackedIssue, TrackerGap};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::context::PageContext;
use crate::texts::action_words::action_words;
use crate::texts::tracker_words;

/// Its name as a link, how far it is, and where promise and issue differ or it could not be read.
pub fn issue_line(
    (language, zone): (Language, &TimeZone),
    link: Option<&str>,
    issue: &TrackedIssue,
    action: ActionState,
) -> AnyView {
    let name = format!("{} {}", issue.kind.name(), issue.reference);
    let name = match link {
        Some(link) => view! { <a href=link.to_owned() rel="noopener noreferrer">{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let standing = tracker_words::standing(language, issue, zone);
    let told = tracker_words::remark(language, issue, action);
    let told = told.map(|told| view! { " · "<strong>{told}</strong> });
    view! { {name}" "{standing}{told} }.into_any()
}

/// Whether somebody may close a promise because its issue is closed.
#[must_use]
pub fn is_closed_there(action: &Action) -> bool {
    let gap = action.issue.as_ref().and_then(|issue| issue.gap(action.state()));
    gap == Some(TrackerGap::ClosedThere)
}

/// One button that says that a promise is kept, because its issue is closed: what came of it names the issue.
pub fn close_too(context: &PageContext, action: &Action) -> Option<AnyView> {
    let may_close = is_closed_there(action) && context.may_edit(action.terms.product.as_ref());
    let issue = action.issue.as_ref().filter(|_| may_close)?;
    let words = action_words(context.language);
    let label = format!("{}: {}", words.mark_done, action.terms.text);
    let form = view! {
        <form class="close-too" method="post" action="/api/action">
            <input type="hidden" name="lang" value=context.language.tag()/>
            <input type="hidden" name="id" value=action.id.to_string()/>
            <input type="hidden" name="seen" value=action.version().to_string()/>
            <input type="hidden" name="note" value=format!("{} {}", issue.kind.name(), issue.reference)/>
            <button name="do" value="done" aria-label=label>{words.mark_done}</button>
        </form>
    };
    Some(form.into_any())
}
