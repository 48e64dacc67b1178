//! Which months are final, per source.

use domain::billing_month::{BillingMonth, MonthState};
use domain::money::Money;
use leptos::prelude::*;

use super::ChangesView;
use crate::components::empty::empty;
use crate::components::table::table;
use crate::components::when;
use crate::texts::{Texts, format, sentences};

/// What people call a state.
#[must_use]
pub fn state(words: &Texts, state: MonthState) -> &'static str {
    match state {
        MonthState::Open => words.month_open,
        MonthState::Closing(_) => words.month_closing,
        MonthState::Unconfirmed { .. } => words.month_unconfirmed,
        MonthState::Closed => words.month_closed,
        MonthState::Changed => words.month_changed,
    }
}

pub(super) fn body(view: &ChangesView<'_>) -> AnyView {
    let words = view.words;
    if view.page.months.is_empty() {
        return empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any();
    }
    let rows = view.page.months.iter().map(|month| row(view, month)).collect_view();
    let columns = [
        (words.changes_month, false),
        (words.source, false),
        (words.state, false),
        (words.month_checked, false),
        (words.month_changed, true),
    ];
    table(words.changes_close_title, &columns, rows.into_any())
}

fn row(view: &ChangesView<'_>, month: &BillingMonth) -> impl IntoView + use<> {
    let (words, language) = (view.words, view.language);
    let metric = view.report.view.metric;
    let changes: Vec<String> = month
        .after_close
        .iter()
        .map(|(currency, amounts)| {
            format::money_signed(Money { micros: amounts.get(metric), currency: *currency })
        })
        .collect();
    let changed_at = month.changed_at.filter(|_| !month.after_close.is_empty());
    let changed_at = changed_at.map(|at| view! { <small>{when::instant(at, &view.zone, language)}</small> });
    let changes = if changes.is_empty() { "–".to_owned() } else { changes.join(" ") };
    let note = sentences::month_state_note(language, month.state, month.is_asked);
    view! {
        <tr>
            <th scope="row">{sentences::month_of_year(language, month.month)}</th>
            <td data-label=words.source>{month.source.clone()}</td>
            <td class="full" data-label=words.state>{state(words, month.state)}<small>{note}</small></td>
            <td class="full" data-label=words.month_checked>{when::instant(month.checked_at, &view.zone, language)}</td>
            <td class="num full" data-label=words.month_changed>{changes}{changed_at}</td>
        </tr>
    }
}
