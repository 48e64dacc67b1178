//! What came and what went among the exceptions.

use domain::finding::Status;
use domain::week_comparison::ExceptionCompared;
use leptos::prelude::*;

use super::{ComparisonView, nothing};
use crate::components::mark::marked_word;
use crate::components::section::scroller;
use crate::texts::action_words::action_words;
use crate::texts::comparison_words::change_word;

/// One row a cell that is or was an exception, what came first.
pub(super) fn table(view: &ComparisonView<'_>) -> AnyView {
    let words = view.words;
    if view.comparison.exceptions.is_empty() {
        return nothing(words.no_exceptions);
    }
    let [from, to] = view.week_names();
    let rows = view.comparison.exceptions.iter().map(|one| row(view, one)).collect_view();
    let table = view! {
        <table class="stack">
            <thead>
                <tr>
                    <th scope="col">{words.product}</th>
                    <th scope="col">{words.column}</th>
                    <th scope="col">{words.change}</th>
                    <th scope="col">{from}</th>
                    <th scope="col">{to}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    scroller(words.exceptions, table.into_any()).into_any()
}

fn row(view: &ComparisonView<'_>, one: &ExceptionCompared) -> AnyView {
    let [from, to] = view.week_names();
    let mark = |status: Option<Status>| match status {
        Some(status) => marked_word(status, view.texts),
        None => view! { <span class="muted">{view.words.not_applied}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="full">{view.product(&one.product)}</th>
            <td data-label=view.words.column>{column(view, one.column)}</td>
            <td data-label=view.words.change>{change_word(view.language, one.change)}</td>
            <td data-label=from>{mark(one.sides.from)}</td>
            <td data-label=to>{mark(one.sides.to)}</td>
        </tr>
    }
    .into_any()
}

/// The head of a column of the exceptions, in the order of its cells.
fn column(view: &ComparisonView<'_>, column: usize) -> &'static str {
    let texts = view.texts;
    let names = [
        texts.column_incidents,
        texts.column_error_budget,
        texts.column_cost,
        texts.column_postmortems,
        action_words(view.language).title,
        texts.column_data,
    ];
    names.get(column).copied().unwrap_or("–")
}
