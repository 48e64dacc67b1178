//! What happened to a topic or a decision, the newest first; and what somebody sent too late.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::backend::TopicsPage as Page;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::texts::topic_words::topic_words;

/// One thing that somebody did.
pub(super) struct Happened {
    pub(super) at: Timestamp,
    pub(super) what: AnyView,
    pub(super) by: String,
    pub(super) note: String,
}

/// The rows under their columns.
pub(super) fn history(
    context: &PageContext,
    page: &Page,
    label: &'static str,
    happened: Vec<Happened>,
) -> AnyView {
    let words = topic_words(context.language);
    let zone = page.catalogue.organization.zone();
    let rows = happened.into_iter().map(|one| {
        view! {
            <tr>
                <th scope="row" class="nb">{when::instant(one.at, &zone, context.language)}</th>
                <td>{one.what}</td>
                <td data-label=words.who>{one.by}</td>
                <td class="full">{one.note}</td>
            </tr>
        }
    });
    let columns = [(words.when, false), (words.happened, false), (words.who, false), (words.why, false)];
    table(label, &columns, rows.collect_view().into_any())
}

/// What others did since the form was opened, beside what its writer sent: that exists nowhere else.
pub(super) fn conflict(
    context: &PageContext,
    page: &Page,
    since: impl FnOnce(usize) -> Vec<Happened>,
) -> Option<AnyView> {
    if context.parameter("problem") != Some("conflict") {
        return None;
    }
    let words = topic_words(context.language);
    let seen = context.parameter("seen").and_then(|seen| seen.parse().ok()).unwrap_or(usize::MAX);
    let theirs = since(seen);
    let theirs = (!theirs.is_empty()).then(|| history(context, page, words.theirs, theirs));
    let sent = ["text", "expects", "look_again", "owner", "due", "week", "day", "note"];
    let sent = sent.into_iter().filter_map(|name| context.parameter(name)).map(|text| {
        view! { <p>{text.to_owned()}</p> }
    });
    Some(
        view! {
            <div class="sheet">
                <div><h3>{words.theirs}</h3>{theirs}</div>
                <div><h3>{words.yours}</h3>{sent.collect_view()}</div>
            </div>
        }
        .into_any(),
    )
}
