//! What webhooks told: how much came, what waits to be read, what could not be used, and whether it is silent
//! for too long; how far sources of incidents were asked.

use domain::finding::Status;
use domain::hook::{HookRemark, HookState, PollState};
use domain::silence::Habit;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::backend;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::texts::hook_words::{hook_words, silent_for};
use crate::texts::statistics_sentences;

/// The hooks, one a row, and the newest messages that could not be used.
pub(super) fn body(context: &PageContext, page: &backend::ImportsPage, zone: &TimeZone) -> AnyView {
    let words = hook_words(context.language);
    let states = (!page.hooks.is_empty()).then(|| {
        let habit =
            |name: &str| page.habits.iter().find(|(source, _)| source == name).map(|(_, habit)| *habit);
        let row = |state: &HookState| state_row(context, state, habit(&state.source), zone);
        let columns = [
            (words.source, false),
            (words.messages, true),
            (words.waiting, true),
            (words.last, false),
            (words.habit, false),
        ];
        table(words.title, &columns, page.hooks.iter().map(row).collect_view().into_any())
    });
    let polls = (!page.polls.is_empty()).then(|| {
        let row = |state: &PollState| poll_row(context, state, page, zone);
        let columns = [
            (words.source, false),
            (words.kept_as, false),
            (words.finished, false),
            (words.reaches, false),
            (words.requests, true),
        ];
        let rows = page.polls.iter().map(row).collect_view();
        view! { <h3>{words.polls}</h3> {table(words.polls, &columns, rows.into_any())} }
    });
    let faults = (!page.hook_remarks.is_empty()).then(|| {
        let rows = page.hook_remarks.iter().map(|remark| remark_row(context, remark, zone)).collect_view();
        let columns = [(words.message, false), (words.received, false), (words.what, false)];
        view! { <h3>{words.faults}</h3> {table(words.faults, &columns, rows.into_any())} }
    });
    view! { {states} {polls} <p class="prose">{words.rule}</p> {faults} }.into_any()
}

fn state_row(
    context: &PageContext,
    state: &HookState,
    habit: Option<Habit>,
    zone: &TimeZone,
) -> impl IntoView + use<> {
    let words = hook_words(context.language);
    view! {
        <tr>
            <th scope="row">{state.source.clone()}</th>
            <td class="num" data-label=words.messages>{state.messages}</td>
            <td class="num" data-label=words.waiting>{state.waiting}</td>
            <td class="full" data-label=words.last>
                {when::instant(state.received_at, zone, context.language)}
            </td>
            <td class="full" data-label=words.habit>{habit_cell(context, habit)}</td>
        </tr>
    }
}

/// How long a webhook may be silent, and by how much it is over that.
fn habit_cell(context: &PageContext, habit: Option<Habit>) -> AnyView {
    let words = hook_words(context.language);
    let long = |duration: SignedDuration| {
        statistics_sentences::duration(context.language, Decimal::from(duration.as_secs()))
    };
    match habit {
        Some(Habit::Allows { silence, exceeded: None }) => long(silence).into_any(),
        Some(Habit::Allows { silence, exceeded: Some(more) }) => {
            let more = silent_for(context.language, &long(more));
            view! { {long(silence)}<small>{mark(Status::Risk)}" "{more}</small> }.into_any()
        }
        Some(Habit::Unknown) | None => {
            view! { <span class="nb">{mark(Status::NoData)}" "{words.no_habit}</span> }.into_any()
        }
    }
}

/// One source that was asked; why its last run was cut is worded in English.
fn poll_row(
    context: &PageContext,
    state: &PollState,
    page: &backend::ImportsPage,
    zone: &TimeZone,
) -> impl IntoView + use<> {
    let words = hook_words(context.language);
    let instant = |at| when::instant(at, zone, context.language);
    let reaches = state.history_from.map(|at| zone.to_datetime(at).date().to_string());
    let finished = match state.finished_at {
        Some(at) => instant(at).into_any(),
        None => words.never.into_any(),
    };
    let late =
        state.is_late(page.as_of).then(|| view! { <small>{mark(Status::Risk)}" "{words.late}</small> });
    let failure = state.failure.clone().map(|(at, what)| {
        view! {
            <small>{mark(Status::Risk)}" "{words.failed}" "{instant(at)}</small>
            <small lang="en">{what}</small>
        }
    });
    view! {
        <tr>
            <th scope="row">{state.source.clone()}</th>
            <td data-label=words.kept_as>{state.log.clone()}</td>
            <td class="full" data-label=words.finished>{finished}{late}{failure}</td>
            <td data-label=words.reaches><span class="nb">{reaches}</span></td>
            <td class="num" data-label=words.requests>{state.requests}</td>
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
