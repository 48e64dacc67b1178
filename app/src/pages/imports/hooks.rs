//! What webhooks told: how much came, what waits to be read, what could not be used.

use domain::finding::Status;
use domain::hook::{HookRemark, HookState};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::texts::hook_words::hook_words;

/// The hooks, one a row, and the newest messages that could not be used.
pub(super) fn body(context: &PageContext, page: &backend::ImportsPage, zone: &TimeZone) -> AnyView {
    let words = hook_words(context.language);
    let states = page.hooks.iter().map(|state| state_row(context, state, zone)).collect_view();
    let columns = [(words.source, false), (words.messages, true), (words.waiting, true), (words.last, false)];
    let states = table(words.title, &columns, states.into_any());
    let faults = (!page.hook_remarks.is_empty()).then(|| {
        let rows = page.hook_remarks.iter().map(|remark| remark_row(context, remark, zone)).collect_view();
        let columns = [(words.message, false), (words.received, false), (words.what, false)];
        view! { <h3>{words.faults}</h3> {table(words.faults, &columns, rows.into_any())} }
    });
    view! { {states} {faults} }.into_any()
}

fn state_row(context: &PageContext, state: &HookState, zone: &TimeZone) -> impl IntoView + use<> {
    let words = hook_words(context.language);
    view! {
        <tr>
            <th scope="row">{state.source.clone()}</th>
            <td class="num" data-label=words.messages>{state.messages}</td>
            <td class="num" data-label=words.waiting>{state.waiting}</td>
            <td class="full" data-label=words.last>
                {when::instant(state.received_at, zone, context.language)}
            </td>
        </tr>
    }
}

/// One fault; readers word them in English.
fn remark_row(context: &PageContext, remark: &HookRemark, zone: &TimeZone) -> impl IntoView + use<> {
    let words = hook_words(context.language);
    view! {
        <tr>
            <th scope="row">{mark(Status::Risk)}" "{remark.source.clone()}" #"{remark.number}</th>
            <td data-label=words.received>
                <span class="nb">{when::instant(remark.received_at, zone, context.language)}</span>
            </td>
            <td class="full" lang="en">{remark.fault.what.clone()}<small>{remark.fault.mend.clone()}</small></td>
        </tr>
    }
}
