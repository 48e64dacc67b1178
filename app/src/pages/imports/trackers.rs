//! How far the issues behind promises were read, tracker by tracker.

use domain::finding::Status;
use domain::tracker::TrackerState;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::texts::format;
use crate::texts::tracker_words::tracker_words;

/// The trackers, one a row.
pub(super) fn body(context: &PageContext, trackers: &[TrackerState], zone: &TimeZone) -> AnyView {
    let words = tracker_words(context.language);
    let rows = trackers.iter().map(|state| row(context, state, zone)).collect_view();
    let columns = [
        (words.tracker, false),
        (words.finished, false),
        (words.issues, true),
        (words.faults, true),
        (words.requests, true),
    ];
    view! { {table(words.title, &columns, rows.into_any())}<p class="prose">{words.rule}</p> }.into_any()
}

/// One tracker; why its last run was cut is worded in English.
fn row(context: &PageContext, state: &TrackerState, zone: &TimeZone) -> impl IntoView + use<> {
    let words = tracker_words(context.language);
    let instant = |at| when::instant(at, zone, context.language);
    let finished = match state.finished_at {
        Some(at) => instant(at).into_any(),
        None => words.never.into_any(),
    };
    let failure = state.failure.clone().map(|(at, what)| {
        view! {
            <small>{mark(Status::Risk)}" "{words.failed}" "{instant(at)}</small>
            <small lang="en">{what}</small>
        }
    });
    view! {
        <tr>
            <th scope="row">{state.tracker.clone()}<small>{state.kind.name()}</small></th>
            <td class="full" data-label=words.finished>{finished}{failure}</td>
            <td class="num" data-label=words.issues>{format::whole(state.issues)}</td>
            <td class="num" data-label=words.faults>{format::whole(state.faults)}</td>
            <td class="num" data-label=words.requests>{format::whole(state.requests)}</td>
        </tr>
    }
}
