//! Budgets, and what was billed week by week.

use domain::cost::Owner;
use domain::money::{Currency, Money};
use domain::period_review::cost::{PeriodBudget, PeriodCost};
use domain::period_review::span::FOUR_WEEKS;
use domain::tax::Tax;
use leptos::prelude::*;

use super::{PeriodView, nothing, small};
use crate::components::amount;
use crate::components::mark::marked_word;
use crate::components::panels::{Heading, figure, panel};
use crate::components::section::scroller;
use crate::components::table::table;
use crate::texts::format;

/// How many owners the chart draws.
const PANELS: usize = 8;

/// One row per product with budgets, those over it first.
pub(super) fn budgets(view: &PeriodView<'_>) -> AnyView {
    let words = view.words;
    let mut rows: Vec<&PeriodBudget> = view.period.budgets.iter().collect();
    if rows.is_empty() {
        let to = view.context.go("/catalog/budgets", &[]);
        return nothing(words.no_budgets, Some((to, words.see_budgets)));
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.status, row.share)));
    let rows = rows.into_iter().map(|row| budget_row(view, row)).collect_view();
    let columns = [
        (words.status, false),
        (words.product, false),
        (words.spent, true),
        (words.allowed, true),
        (words.share, true),
    ];
    view! { {table(words.budget, &columns, rows.into_any())}{small(words.budget_explained.to_owned())} }
        .into_any()
}

fn budget_row(view: &PeriodView<'_>, row: &PeriodBudget) -> AnyView {
    let words = view.words;
    let amount = |money: Money| {
        let exact = money.decimal().normalize().to_string();
        view! { <data value=exact>{format::money(money)}</data> }
    };
    let share = match (row.share, row.tax, row.spent) {
        (Some(share), ..) => view! { {format::percent(share, 1)} }.into_any(),
        (None, Tax::Excluded, _) => view! { "–"<small>{words.without_tax}</small> }.into_any(),
        (None, _, None) => view! { "–"<small>{words.rate_missing}</small> }.into_any(),
        (None, ..) => view! { "–" }.into_any(),
    };
    view! {
        <tr id=format!("budget-{}", row.product)>
            <td>{marked_word(row.status, view.texts)}</td>
            <th scope="row">{view.product(&row.product)}</th>
            <td class="num" data-label=words.spent>{row.spent.map(amount)}{row.spent.is_none().then_some("–")}</td>
            <td class="num" data-label=words.allowed>{amount(row.allowed)}</td>
            <td class="num" data-label=words.share>{share}</td>
        </tr>
    }
    .into_any()
}

/// A chart and a table per billing currency.
pub(super) fn costs(view: &PeriodView<'_>) -> AnyView {
    let mut currencies: Vec<Currency> = view.period.costs.iter().map(|cost| cost.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    if currencies.is_empty() {
        let to = view.context.go("/imports", &[]);
        return nothing(view.words.no_cost, Some((to, view.texts.imports)));
    }
    let parts = currencies.into_iter().map(|currency| of_currency(view, currency)).collect_view();
    view! { {parts}{small(view.words.cost_explained.to_owned())} }.into_any()
}

fn of_currency(view: &PeriodView<'_>, currency: Currency) -> AnyView {
    let (words, metric) = (view.words, view.context.metric());
    let rows: Vec<&PeriodCost> = view.period.costs.iter().filter(|cost| cost.currency == currency).collect();
    let mut largest = rows.clone();
    largest.sort_by_key(|cost| std::cmp::Reverse(cost.sum.get(metric)));
    let ended = view.period.ended_and_frozen().0;
    let panels = largest.into_iter().take(PANELS).map(|cost| {
        let weeks =
            cost.weeks.iter().take(ended).map(|week| week.map(|amounts| amounts.get(metric))).collect();
        panel(name(view, &cost.owner), Some(cost.sum.get(metric)), weeks, (currency, view.language))
    });
    let newest = view.period.weeks.iter().take(ended).next_back();
    let heading = Heading {
        id: "period-cost",
        title: words.chart,
        description: words.cost_explained,
        partial_last: newest.is_some_and(|week| week.cost_days < 7),
    };
    let chart = (view.period.weeks.len() > FOUR_WEEKS && ended > 1)
        .then(|| figure(&heading, panels.collect(), (currency, view.language)));
    view! { {chart}{weeks_table(view, &rows, currency)} }.into_any()
}

/// Four weeks stand side by side; of a quarter only the sum, whose weeks are in the chart and in the files.
fn weeks_table(view: &PeriodView<'_>, rows: &[&PeriodCost], currency: Currency) -> AnyView {
    let (words, metric) = (view.words, view.context.metric());
    let by_week = view.period.weeks.len() <= FOUR_WEEKS;
    let weeks = by_week.then(|| {
        view.period
            .weeks
            .iter()
            .map(|week| view! { <th scope="col" class="num wide">{format!("W{:02}", week.week.number())}</th> })
            .collect_view()
    });
    let total = format!("{} ({})", words.total, currency.code());
    let body = rows
        .iter()
        .map(|cost| {
            let cells = by_week.then(|| {
                let cell = |week: &Option<domain::cost::Amounts>| {
                    let text = amount::cell(week.map(|amounts| amounts.get(metric)), currency);
                    view! { <td class="num wide">{text}</td> }
                };
                cost.weeks.iter().map(cell).collect_view()
            });
            let owner = match &cost.owner {
                Owner::Product(slug) => view.product(slug),
                other => view! { {name(view, other)} }.into_any(),
            };
            let exact = Money { micros: cost.sum.get(metric), currency }.decimal().normalize().to_string();
            view! {
                <tr>
                    <th scope="row">{owner}</th>
                    {cells}
                    <td class="num" data-label=total.clone()><data value=exact>{format::cell(cost.sum.get(metric), currency)}</data></td>
                </tr>
            }
        })
        .collect_view();
    let table = view! {
        <table class="stack">
            <thead><tr><th scope="col">{words.owner}</th>{weeks}<th scope="col" class="num">{total}</th></tr></thead>
            <tbody>{body}</tbody>
        </table>
    };
    scroller(words.cost, table.into_any()).into_any()
}

fn name(view: &PeriodView<'_>, owner: &Owner) -> String {
    match owner {
        Owner::Product(slug) => view.name_of(slug.as_str()),
        Owner::Shared(pool) => format!("{} · {pool}", view.texts.shared_not_split),
        Owner::Unallocated => view.texts.unallocated.to_owned(),
    }
}
