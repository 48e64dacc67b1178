//! Groups of products: their week, their month against their budgets, what moved in one of them.

use charts::movers::{Meaning, MoverRow as Bar, Movers};
use domain::change::{Change, Movement};
use domain::finding::Status;
use domain::money::Money;
use domain::review::cost::gates;
use domain::review::groups::{BudgetSum, GroupCost, GroupRow, groups};
use domain::tax::Tax;
use leptos::prelude::*;

use crate::components::amount::{cell, change};
use crate::components::mark::{mark, marked_word};
use crate::components::section::scroller;
use crate::pages::review::{ReviewView, cost};
use crate::texts::{format, sentences};
use crate::ui::raw::{Chart, Drawing};

/// How many products have a bar of their own.
const BARS: usize = 7;

/// The sums of all groups; nothing where no product has one.
pub(super) fn all(view: &ReviewView<'_>) -> Option<AnyView> {
    let groups = groups(view.review, &view.table);
    if groups.is_empty() || !view.review.cost.has_data() {
        return None;
    }
    let rows: Vec<_> = groups.iter().map(|group| group_row(view, group)).collect();
    let whole = groups.iter().map(|group| group.change);
    let sum = sum_row(view, view.words.groups_all, whole, groups.iter().filter_map(|group| group.budget));
    let table = table(view, view.words.group, view.words.groups_label, rows, sum);
    Some(view! { {table}{csv(view, &[("rows", Some("groups"))])} }.into_any())
}

/// One group, or that there is none of that name.
pub(super) fn one(view: &ReviewView<'_>, word: &str) -> AnyView {
    let groups = groups(view.review, &view.table);
    let back = view.context.link_with("group", None);
    let back = view! { <p class="evidence"><a href=back>"← "{view.words.all_products}</a></p> };
    let Some(group) = groups.iter().find(|group| group.is_called(word)) else {
        return view! { <div class="empty"><p>{sentences::no_group(view.language, word)}</p></div>{back} }
            .into_any();
    };
    let rows: Vec<_> = group.rows.iter().map(|row| product_row(view, row)).collect();
    let changes = group.rows.iter().map(|row| row.cost.change);
    let sum = sum_row(view, view.words.cost_total, changes, group.budget.into_iter());
    view! {
        <h3>{name(view, group)}</h3>
        <p class="answer">{answer(view, group)}</p>
        {movers(view, group)}
        {table(view, view.words.column_product, view.words.cost_by_product_label, rows, sum)}
        {csv(view, &[])}
        {back}
    }
    .into_any()
}

/// The rows of a table as CSV, in the metric and currency of the page.
fn csv(view: &ReviewView<'_>, more: &[(&str, Option<&str>)]) -> AnyView {
    let here = view.context.link_with_all(more);
    let (path, query) = here.split_once('?').unwrap_or((&here, ""));
    let mark = if query.is_empty() { "" } else { "?" };
    view! { <p class="evidence"><a href=format!("{path}.csv{mark}{query}")>"CSV"</a></p> }.into_any()
}

fn name(view: &ReviewView<'_>, group: &GroupCost) -> String {
    group.name.as_ref().map_or(view.words.no_group, |name| name.get(view.language)).to_owned()
}

/// The week and the month of a group in plain words.
fn answer(view: &ReviewView<'_>, group: &GroupCost) -> String {
    let (language, currency) = (view.language, view.table.view.currency);
    let short = |micros: i64| format::money_short(Money { micros, currency }, language);
    let total = group.change.after.map_or_else(|| view.words.unknown.to_owned(), short);
    let share = group.change.share().map(format::percent_change);
    let week = sentences::group_week(language, &total, share.as_deref(), group.rows.len());
    let month = match group.budget {
        Some(BudgetSum { budget: Some(budget), forecast: Some(forecast), .. }) => {
            Some(sentences::group_month(language, &short(forecast), &short(budget)))
        }
        Some(BudgetSum { budget: Some(budget), .. }) => {
            Some(sentences::group_month_unknown(language, &short(budget)))
        }
        _ => None,
    };
    let without = (group.without_budget > 0 && group.budget.is_some())
        .then(|| sentences::group_without_budget(language, group.without_budget));
    let tax = match group.tax {
        Some(Tax::Included) | None if group.budget.is_none() => None,
        Some(Tax::Included) => None,
        Some(Tax::Excluded) => Some(sentences::budget_without_tax(language).to_owned()),
        None => Some(sentences::budgets_mixed_tax(language).to_owned()),
    };
    let between = sentences::space(language);
    [Some(week), month, without, tax].into_iter().flatten().collect::<Vec<_>>().join(between)
}

fn movers(view: &ReviewView<'_>, group: &GroupCost) -> Option<AnyView> {
    let (words, currency) = (view.words, view.table.view.currency);
    let organization = &view.review.organization;
    let share = organization.thresholds.change_amount_of_product;
    let gates = gates(organization, group.change.after.unwrap_or(0), share);
    let bar = |label: String, change: &Change, movement: Movement| Bar {
        label,
        sublabel: String::new(),
        value_micros: change.difference().unwrap_or(0),
        value_label: format::money_short_signed(
            Money { micros: change.difference().unwrap_or(0), currency },
            view.language,
        ),
        share_label: change.share().map_or_else(|| words.new.to_owned(), format::percent_change),
        meaning: match movement {
            Movement::Up | Movement::New => Meaning::Worse,
            Movement::Down | Movement::Gone => Meaning::Better,
            Movement::Flat | Movement::Unknown => Meaning::Flat,
        },
        note: None,
    };
    let difference = group.change.difference()?;
    let mut moved: Vec<&GroupRow> = group.rows.iter().collect();
    moved.retain(|row| row.cost.change.difference().is_some_and(|difference| difference != 0));
    moved.sort_by_key(|row| std::cmp::Reverse(row.cost.change.difference().map(i64::unsigned_abs)));
    let rest = moved.split_off(moved.len().min(BARS));
    let mut rows: Vec<Bar> = moved
        .iter()
        .map(|row| {
            let change = &row.cost.change;
            bar(view.product_name_of(&row.product), change, change.movement(&gates))
        })
        .collect();
    if !rest.is_empty() {
        let sum = |pick: fn(&Change) -> Option<i64>| {
            rest.iter().filter_map(|row| pick(&row.cost.change)).reduce(i64::saturating_add)
        };
        let change = Change { before: sum(|change| change.before), after: sum(|change| change.after) };
        let label = sentences::rest_of_movers(view.language, i64::try_from(rest.len()).unwrap_or(0));
        rows.push(bar(label, &change, Movement::Flat));
    }
    if rows.is_empty() {
        return None;
    }
    let share = group.change.share().map_or_else(|| words.new.to_owned(), format::percent_change);
    let flat = group.change.movement(&gates) == Movement::Flat;
    let signed = format::money_signed(Money { micros: difference, currency });
    let sentence = sentences::movers_sentence(view.language, &signed, &share, flat);
    let chart = Movers {
        id: "group-movers".to_owned(),
        title: words.movers_title.to_owned(),
        description: words.movers_description.to_owned(),
        rows,
    };
    Some(
        view! {
            <figure class="chart">
                <figcaption>{sentence}" "{cost::caption(view)}</figcaption>
                <Chart svg=chart.svg()/>
            </figure>
        }
        .into_any(),
    )
}

fn table(
    view: &ReviewView<'_>,
    first: &'static str,
    label: &'static str,
    rows: Vec<AnyView>,
    sum: AnyView,
) -> AnyView {
    let (words, code) = (view.words, view.table.view.currency.code());
    let with_code = |word: &str| format!("{word} {code}");
    let table = view! {
        <table class="stack cost">
            <thead>
                <tr>
                    <th scope="col">{first}</th>
                    <th scope="col" class="num">{with_code(words.this_week)}</th>
                    <th scope="col" class="num">{with_code(words.difference)}</th>
                    <th scope="col" class="num">{words.change}</th>
                    <th scope="col">{words.thirteen_weeks}</th>
                    <th scope="col" class="num">{with_code(words.budget_month)}</th>
                    <th scope="col" class="num">{with_code(words.forecast)}</th>
                    <th scope="col" class="num">{words.forecast_of_budget}</th>
                </tr>
            </thead>
            <tbody>{rows}{sum}</tbody>
        </table>
    };
    scroller(label, table.into_any()).into_any()
}

/// What a row of either table shows beside its name.
struct Cells<'a> {
    change: &'a Change,
    movement: Movement,
    history: &'a [Option<i64>],
    budget: Option<BudgetSum>,
    status: Status,
}

fn cells(view: &ReviewView<'_>, row: &Cells<'_>) -> AnyView {
    let (words, currency) = (view.words, view.table.view.currency);
    let partial = view.review.cost.compared_days() < 7;
    let spark = (!row.history.is_empty())
        .then(|| charts::sparkline::Sparkline { values: row.history.to_vec(), partial_last: partial }.svg());
    let sum = row.budget.unwrap_or_default();
    let share = match (row.budget, sum.share()) {
        (None, _) => String::new(),
        (Some(_), None) => words.no_data.to_owned(),
        (Some(_), Some(share)) => format::percent(share, 0),
    };
    let marked = row.budget.filter(|_| row.status != Status::Ok).map(|_| {
        view! { {mark(row.status)}" "<span class="sr">{words.status(row.status)}" "</span> }
    });
    let amount = |micros: Option<i64>| row.budget.map(|_| cell(micros, currency));
    view! {
        <td class="num" data-label=words.this_week>{cell(row.change.after, currency)}</td>
        <td class="num wide">{row.change.difference().map(|value| format::signed_cell(value, currency))}</td>
        <td class="num change">{change(row.change, row.movement, view.language)}</td>
        <td class="wide">{spark.map(|svg| view! { <Drawing svg=svg/> })}</td>
        <td class="num wide">{amount(sum.budget)}</td>
        <td class="num wide">{amount(sum.forecast)}</td>
        <td class="num forecast" data-label=words.forecast>{marked}{share}</td>
    }
    .into_any()
}

fn group_row(view: &ReviewView<'_>, group: &GroupCost) -> AnyView {
    let href = view.context.link_with("group", Some(group.key()));
    let count = sentences::products_count(view.language, group.rows.len());
    let row = Cells {
        change: &group.change,
        movement: group.movement,
        history: &group.history,
        budget: group.budget,
        status: group.status,
    };
    view! {
        <tr>
            <th scope="row"><a href=href>{name(view, group)}</a><small>{count}</small></th>
            {cells(view, &row)}
        </tr>
    }
    .into_any()
}

fn product_row(view: &ReviewView<'_>, row: &GroupRow) -> AnyView {
    let told = Cells {
        change: &row.cost.change,
        movement: row.cost.movement,
        history: &row.cost.history,
        budget: row.budget,
        status: row.status,
    };
    let worst = view.review.matrix.iter().find(|one| one.product == row.product);
    view! {
        <tr id=format!("product-{}", row.product)>
            <th scope="row">
                <a href=view.product_link(&row.product)>{view.product_name_of(&row.product)}</a>
                <small>{worst.map(|row| marked_word(row.worst(), view.words))}</small>
            </th>
            {cells(view, &told)}
        </tr>
    }
    .into_any()
}

/// The sum of the rows above it.
fn sum_row(
    view: &ReviewView<'_>,
    name: &'static str,
    changes: impl Iterator<Item = Change> + Clone,
    budgets: impl Iterator<Item = BudgetSum> + Clone,
) -> AnyView {
    let sum = |pick: fn(&Change) -> Option<i64>| {
        changes.clone().filter_map(|change| pick(&change)).reduce(i64::saturating_add)
    };
    let change = Change { before: sum(|change| change.before), after: sum(|change| change.after) };
    let whole = |pick: fn(BudgetSum) -> Option<i64>| {
        budgets.clone().map(pick).reduce(|one, other| Some(one?.saturating_add(other?))).flatten()
    };
    let budget = budgets.clone().next().map(|_| BudgetSum {
        budget: whole(|sum| sum.budget),
        spent: whole(|sum| sum.spent),
        forecast: whole(|sum| sum.forecast),
    });
    let row = Cells {
        change: &change,
        movement: change.movement(&view.table.gates),
        history: &[],
        budget,
        // The sum says how far it comes; whether that is too far is told of those who answer for it.
        status: Status::Ok,
    };
    view! { <tr class="total"><th scope="row">{name}</th>{cells(view, &row)}</tr> }.into_any()
}
