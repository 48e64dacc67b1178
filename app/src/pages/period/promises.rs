//! What was promised and decided, and what came of it.

use domain::period_review::promises::PeriodDecision;
use domain::review::actions::ReviewAction;
use leptos::prelude::*;

use super::{PeriodView, nothing, small};
use crate::components::table::table;
use crate::texts::topic_words::topic_words;
use crate::texts::{action_words, format, period_words};

/// How many overdue promises are listed; the register has them all.
const LISTED: usize = 20;

/// A sentence, and the promises that are overdue.
pub(super) fn actions(view: &PeriodView<'_>) -> AnyView {
    let (words, actions) = (view.words, &view.period.actions);
    let counts = [actions.opened, actions.done, actions.dropped];
    let open = [actions.open.len(), actions.overdue(), actions.longest_carried()];
    let sentence = period_words::promises(view.language, counts, open);
    let late: Vec<&ReviewAction> = actions.open.iter().filter(|action| action.overdue_days > 0).collect();
    let body = if late.is_empty() {
        nothing(words.none_late, None)
    } else {
        let columns = [
            (words.late_by, true),
            (words.action, false),
            (words.who, false),
            (words.due, false),
            (words.carried, true),
        ];
        let rows = late.iter().take(LISTED).map(|action| action_row(view, action)).collect_view();
        table(words.actions, &columns, rows.into_any())
    };
    let more = late.len().checked_sub(LISTED).filter(|count| *count > 0);
    let more = more.map(|count| small(period_words::more(view.language, count)));
    let register = view.context.go("/actions", &[]);
    view! {
        <p class="prose">{sentence}</p>
        {body}{more}
        <a class="evidence" href=register>{words.register}" →"</a>
    }
    .into_any()
}

fn action_row(view: &PeriodView<'_>, action: &ReviewAction) -> AnyView {
    let words = view.words;
    let href = view.context.go(&format!("/actions/{}", action.id), &[]);
    let product = action.product.as_ref().map(|slug| view.name_of(slug.as_str()));
    view! {
        <tr>
            <td class="num" data-label=words.late_by>{action_words::days(view.language, action.overdue_days)}</td>
            <th scope="row" class="full"><a href=href>{action.text.clone()}</a><small>{product}</small></th>
            <td data-label=words.who>{action.owner.clone()}</td>
            <td class="nb" data-label=words.due>{view.day(action.due_on)}</td>
            <td class="num" data-label=words.carried>{action.carried}</td>
        </tr>
    }
    .into_any()
}

/// Decisions whose day came, with what came of them.
pub(super) fn decisions(view: &PeriodView<'_>) -> AnyView {
    let words = view.words;
    if view.period.decisions.is_empty() {
        return nothing(words.no_decisions, None);
    }
    let columns = [
        (words.result, false),
        (words.looked_on, false),
        (words.decision, false),
        (words.expected, false),
        (words.seen, false),
    ];
    let rows = view.period.decisions.iter().map(|one| decision_row(view, one)).collect_view();
    table(words.decisions, &columns, rows.into_any())
}

fn decision_row(view: &PeriodView<'_>, one: &PeriodDecision) -> AnyView {
    let words = view.words;
    let href = view.context.go(&format!("/decisions/{}", one.id), &[]);
    let product = one.product.as_ref().map(|slug| view.name_of(slug.as_str()));
    let put_off = one
        .put_off_to
        .map(|day| view! { <small>{words.put_off}" → "{format::short_date(day, view.language)}</small> });
    view! {
        <tr>
            <td data-label=words.result>{topic_words(view.language).result_word(one.result)}{put_off}</td>
            <td class="nb" data-label=words.looked_on>{view.day(one.looked_on)}</td>
            <th scope="row" class="full"><a href=href>{one.text.clone()}</a><small>{product}</small></th>
            <td data-label=words.expected>{one.expects.clone()}</td>
            <td data-label=words.seen>{if one.note.is_empty() { "–".to_owned() } else { one.note.clone() }}</td>
        </tr>
    }
    .into_any()
}
