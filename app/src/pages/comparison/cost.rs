//! What costs more and what less.

use domain::change::Change;
use domain::cost::{Amounts, Owner};
use domain::money::{Currency, Money};
use domain::week_comparison::CostCompared;
use leptos::prelude::*;

use super::{ComparisonView, nothing, small};
use crate::components::section::scroller;
use crate::texts::{comparison_words, format};

/// A table per billing currency, and which days are in it.
pub(super) fn tables(view: &ComparisonView<'_>) -> AnyView {
    let comparison = view.comparison;
    let has_days = comparison.days.iter().any(|days| !days.positions.is_empty());
    let days = comparison
        .days
        .iter()
        .map(|days| comparison_words::days(view.language, &days.source, days.positions.len(), days.known));
    let days = days.collect::<Vec<_>>().join(" · ");
    if !has_days || comparison.cost.is_empty() {
        return view! { {nothing(view.words.no_cost)}{small(days)} }.into_any();
    }
    let mut currencies: Vec<Currency> = comparison.cost.iter().map(|row| row.currency).collect();
    currencies.dedup();
    let tables = currencies.into_iter().map(|currency| table(view, currency)).collect_view();
    view! { {tables}{small([view.words.cost_explained, " ", &days].concat())} }.into_any()
}

fn table(view: &ComparisonView<'_>, currency: Currency) -> AnyView {
    let words = view.words;
    let [from, to] = view.week_names().map(|week| format!("{week} ({})", currency.code()));
    let rows: Vec<&CostCompared> =
        view.comparison.cost.iter().filter(|row| row.currency == currency).collect();
    let body = rows.iter().map(|one| row(view, one)).collect_view();
    let sum = |side: fn(&CostCompared) -> Option<Amounts>| {
        rows.iter().filter_map(|row| side(row)).fold(Amounts::default(), |sum, amounts| sum + amounts)
    };
    let total = CostCompared {
        owner: Owner::Unallocated,
        currency,
        amounts: domain::week_comparison::Sides {
            from: Some(sum(|row| row.amounts.from)),
            to: Some(sum(|row| row.amounts.to)),
        },
    };
    let total = cells(view, &total);
    let table = view! {
        <table class="stack">
            <thead>
                <tr>
                    <th scope="col">{words.owner}</th>
                    <th scope="col" class="num">{from}</th>
                    <th scope="col" class="num">{to}</th>
                    <th scope="col" class="num">{words.difference}</th>
                    <th scope="col" class="num">{words.share}</th>
                </tr>
            </thead>
            <tbody>
                {body}
                <tr class="total"><th scope="row" class="full">{words.all}</th>{total}</tr>
            </tbody>
        </table>
    };
    scroller(words.cost, table.into_any()).into_any()
}

fn row(view: &ComparisonView<'_>, one: &CostCompared) -> AnyView {
    let owner = match &one.owner {
        Owner::Product(slug) => view.product(slug),
        Owner::Shared(pool) => view! { {format!("{} · {pool}", view.words.pool)} }.into_any(),
        Owner::Unallocated => view! { {view.texts.unallocated} }.into_any(),
    };
    view! { <tr><th scope="row" class="full">{owner}</th>{cells(view, one)}</tr> }.into_any()
}

fn cells(view: &ComparisonView<'_>, one: &CostCompared) -> AnyView {
    let words = view.words;
    let metric = view.context.metric();
    let sides = one.amounts.map(|amounts| amounts.map(|amounts| amounts.get(metric)));
    let change = Change { before: sides.from, after: sides.to };
    let [from, to] = view.week_names();
    let amount = |micros: Option<i64>, label: String| {
        let text = match micros {
            Some(micros) => {
                let exact = Money { micros, currency: one.currency }.decimal().normalize().to_string();
                view! { <data value=exact>{format::cell(micros, one.currency)}</data> }.into_any()
            }
            None => view! { <small>{words.not_there}</small> }.into_any(),
        };
        view! { <td class="num" data-label=label>{text}</td> }
    };
    let difference = change.difference().map(|micros| format::signed_cell(micros, one.currency));
    let share = change.share().map(format::percent_change);
    view! {
        {amount(sides.from, from)}
        {amount(sides.to, to)}
        <td class="num" data-label=words.difference>{difference.unwrap_or_else(|| "–".to_owned())}</td>
        <td class="num" data-label=words.share>{share.unwrap_or_else(|| "–".to_owned())}</td>
    }
    .into_any()
}
