//! Cost: what changed, product by product, and whether it adds up to the bill.

use charts::movers::{Meaning, MoverRow as Bar, Movers};
use domain::change::Movement;
use domain::cost::Owner;
use domain::finding::Status;
use domain::money::Money;
use domain::review::cost::{BudgetStatus, CostTableRow, MoverRow, Reconciliation};
use leptos::prelude::*;

use super::masthead::what_to_enter;
use super::summary::total_share;
use super::{ReviewView, pools, shared_moves};
use crate::components::amount::{cell, change, movement_class};
use crate::components::empty::empty;
use crate::components::mark::{chart_status, mark};
use crate::components::section::{item, scroller};
use crate::texts::{format, sentences};
use crate::ui::raw::{Chart, Drawing};

pub(super) fn section(view: &ReviewView<'_>) -> AnyView {
    let words = view.words;
    let body = if view.review.cost.has_data() {
        view! { {movers(view)}{unconverted(view)}{pools::allocated(view)}{by_product(view)}{reconciliation(view)}{pools::details(view)}{shared_moves::table(view)} }
            .into_any()
    } else {
        empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any()
    };
    section_of(view, body)
}

fn section_of(view: &ReviewView<'_>, body: AnyView) -> AnyView {
    item("cost", "3".to_owned(), view.words.cost_title, view.words.cost_question, body).into_any()
}

/// The name of whoever bears a cost.
pub(crate) fn owner_name(view: &ReviewView<'_>, owner: &Owner) -> String {
    match owner {
        Owner::Product(slug) => view
            .review
            .product(slug)
            .map_or(slug.as_str(), |product| product.name.get(view.language))
            .to_owned(),
        Owner::Shared(pool) if is_split(view, pool) => format!("{} · {pool}", view.words.shared_pool),
        Owner::Shared(pool) => format!("{} · {pool}", view.words.shared_not_split),
        Owner::Unallocated => view.words.unallocated.to_owned(),
    }
}

/// Whether some of a pool is borne by products.
fn is_split(view: &ReviewView<'_>, pool: &str) -> bool {
    view.review.cost.pools.iter().any(|split| split.pool == pool && split.whole != split.rest)
}

fn meaning(movement: Movement) -> Meaning {
    match movement {
        Movement::Up | Movement::New => Meaning::Worse,
        Movement::Down | Movement::Gone => Meaning::Better,
        Movement::Flat | Movement::Unknown => Meaning::Flat,
    }
}

/// One bar, worded.
pub(crate) fn bar(view: &ReviewView<'_>, mover: &MoverRow, label: String, sublabel: String) -> Bar {
    let currency = view.table.view.currency;
    let difference = mover.change.difference().unwrap_or(0);
    let money = Money { micros: difference, currency };
    let share = match mover.movement {
        Movement::New => view.words.new.to_owned(),
        Movement::Gone => view.words.gone.to_owned(),
        _ => mover.change.share().map_or_else(|| view.words.new.to_owned(), format::percent_change),
    };
    Bar {
        label,
        sublabel,
        value_micros: difference,
        value_label: format::money_short_signed(money, view.language),
        share_label: share,
        meaning: meaning(mover.movement),
        note: None,
    }
}

fn movers(view: &ReviewView<'_>) -> AnyView {
    let table = &view.table;
    let currency = table.view.currency;
    let mut rows: Vec<Bar> = table
        .movers
        .iter()
        .map(|mover| bar(view, mover, owner_name(view, &mover.owner), mover.service.clone()))
        .collect();
    if table.rest_pairs > 0 {
        rows.push(Bar {
            label: sentences::rest_of_movers(view.language, table.rest_pairs),
            sublabel: String::new(),
            value_micros: table.rest,
            value_label: format::money_short_signed(Money { micros: table.rest, currency }, view.language),
            share_label: String::new(),
            meaning: Meaning::Flat,
            note: None,
        });
    }
    let chart = Movers {
        id: "movers".to_owned(),
        title: view.words.movers_title.to_owned(),
        description: view.words.movers_description.to_owned(),
        rows,
    };
    let (share, flat) = total_share(view);
    let difference = Money { micros: total_difference(view), currency };
    let sentence = sentences::movers_sentence(view.language, &format::money_signed(difference), &share, flat);
    view! {
        <figure class="chart">
            <figcaption>{sentence}</figcaption>
            <Chart svg=chart.svg()/>
            {movers_table(view)}
        </figure>
    }
    .into_any()
}

/// The change of the whole bill in micro-units of the view's currency.
pub(crate) fn total_difference(view: &ReviewView<'_>) -> i64 {
    view.table.total.change.difference().unwrap_or(0)
}

fn movers_table(view: &ReviewView<'_>) -> AnyView {
    let table = &view.table;
    let (words, currency) = (view.words, table.view.currency);
    let rows: Vec<_> = table
        .movers
        .iter()
        .map(|mover| {
            view! {
                <tr>
                    <th scope="row">{owner_name(view, &mover.owner)}</th>
                    <td>{mover.service.clone()}</td>
                    <td class="num">{cell(mover.change.before, currency)}</td>
                    <td class="num">{mover.change.difference().map(|value| format::signed_cell(value, currency))}</td>
                </tr>
            }
        })
        .collect();
    let rest = (table.rest_pairs > 0).then(|| {
        view! {
            <tr>
                <th scope="row">{sentences::rest_of_movers(view.language, table.rest_pairs)}</th>
                <td></td><td></td>
                <td class="num">{format::signed_cell(table.rest, currency)}</td>
            </tr>
        }
    });
    let code = currency.code().to_owned();
    view! {
        <details class="data">
            <summary>{words.value_table}</summary>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words.column_product}</th>
                            <th scope="col">{words.service}</th>
                            <th scope="col" class="num">{words.previous_week}" "{code.clone()}</th>
                            <th scope="col" class="num">{words.difference}" "{code}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows}
                        {rest}
                        <tr class="total">
                            <th scope="row">{words.total_bill}</th>
                            <td></td>
                            <td class="num">{cell(table.total.change.before, currency)}</td>
                            <td class="num">{format::signed_cell(total_difference(view), currency)}</td>
                        </tr>
                    </tbody>
                </table>
            </div>
            <p><a href=format!("/reviews/{}.csv?table=movers", view.review.week)>"CSV"</a></p>
        </details>
    }
    .into_any()
}

/// What is in no figure of the page, because no rate is known for its currency.
pub(crate) fn unconverted(view: &ReviewView<'_>) -> Option<AnyView> {
    let amounts: Vec<String> = view.table.unconverted.iter().map(|money| format::money(*money)).collect();
    (!amounts.is_empty()).then(|| {
        let text =
            sentences::unconverted(view.language, &amounts.join(sentences::list_separator(view.language)));
        view! { <p class="prose">{mark(Status::NoData)}" "{text}{what_to_enter(view)}</p> }.into_any()
    })
}

fn by_product(view: &ReviewView<'_>) -> AnyView {
    let (table, words) = (&view.table, view.words);
    let code = table.view.currency.code().to_owned();
    let rows = table.rows.iter().map(|row| product_row(view, row)).collect_view();
    let head = view! {
        <tr>
            <th scope="col">{words.column_product}</th>
            <th scope="col" class="num" aria-sort="descending">{words.this_week}" "{code.clone()}" ↓"</th>
            {has_shares(view).then(|| view! { <th scope="col" class="num">{words.shared_share}" "{code.clone()}</th> })}
            <th scope="col" class="num">{words.previous_week}" "{code.clone()}</th>
            <th scope="col" class="num">{words.difference}" "{code}</th>
            <th scope="col" class="num">{words.change}</th>
            <th scope="col">{words.thirteen_weeks}</th>
            <th scope="col" class="num">{words.budget_month}</th>
            <th scope="col" class="num">{words.forecast}</th>
            <th scope="col"><span class="sr">{words.forecast_of_budget}</span></th>
        </tr>
    };
    let table_view = view! {
        <table class="stack cost">
            <caption>{caption(view)}</caption>
            <thead>{head}</thead>
            <tbody>{rows}{total_row(view)}</tbody>
        </table>
    };
    scroller(words.cost_by_product_label, table_view.into_any()).into_any()
}

/// Metric, currency, rate and the days compared.
pub(crate) fn caption(view: &ReviewView<'_>) -> String {
    let shown = view.table.view;
    let metric = match shown.metric {
        domain::cost::Metric::Billed => view.words.billed,
        domain::cost::Metric::Effective => view.words.effective,
    };
    let rates: Vec<String> = view
        .review
        .rates
        .iter()
        .filter(|applied| applied.rate.to == shown.currency)
        .map(|applied| {
            let amount =
                format!("{}{}", format::symbol(shown.currency), format::decimal(applied.rate.rate, 2));
            let date = format::short_date(applied.rate.date, view.language);
            sentences::rate(view.language, applied.rate.from.code(), &amount, &date, applied.provisional)
        })
        .collect();
    let rate = (!rates.is_empty()).then(|| rates.join(sentences::list_separator(view.language)));
    let days = view.review.week.days();
    let compared = view.review.cost.compared_days();
    let last = days[compared.clamp(1, 7) - 1];
    sentences::cost_caption(
        view.language,
        metric,
        shown.currency.code(),
        rate.as_deref(),
        &format::short_date(days[0], view.language),
        &format::short_date(last, view.language),
        compared,
    )
}

fn spark(row: &CostTableRow, partial: bool) -> String {
    charts::sparkline::Sparkline { values: row.history.clone(), partial_last: partial }.svg()
}

fn product_row(view: &ReviewView<'_>, row: &CostTableRow) -> AnyView {
    let currency = view.table.view.currency;
    let partial = view.review.cost.compared_days() < 7;
    let (class, id, name) = match &row.owner {
        Owner::Product(slug) => {
            let link = view! { <a href=view.product_link(slug)>{owner_name(view, &row.owner)}</a> };
            ("", format!("cost-{slug}"), link.into_any())
        }
        Owner::Shared(pool) => {
            ("aside", format!("cost-shared-{}", anchor(pool)), owner_name(view, &row.owner).into_any())
        }
        Owner::Unallocated => {
            ("aside", "cost-unallocated".to_owned(), owner_name(view, &row.owner).into_any())
        }
    };
    let budget = match &row.owner {
        Owner::Product(slug) => view.review.cost.budgets.iter().find(|status| status.product == *slug),
        _ => None,
    };
    // Every number opens what it is made of.
    let amount = cell(row.change.after, currency);
    let amount = match &row.owner {
        Owner::Product(slug) => view! { <a href=view.cost_link(slug)>{amount}</a> }.into_any(),
        Owner::Shared(_) | Owner::Unallocated => amount.into_any(),
    };
    view! {
        <tr class=class id=id>
            <th scope="row">{name}</th>
            <td class="num">{amount}</td>
            {shared_cell(view, row)}
            <td class="num wide">{cell(row.change.before, currency)}</td>
            <td class="num wide">{row.change.difference().map(|value| format::signed_cell(value, currency))}</td>
            <td class="num change">{change(&row.change, row.movement, view.language)}</td>
            <td class="wide"><Drawing svg=spark(row, partial)/></td>
            {budget_cells(view, budget)}
        </tr>
    }
    .into_any()
}

/// Whether the table has a column of shares.
fn has_shares(view: &ReviewView<'_>) -> bool {
    view.table.total.shared.is_some()
}

/// What of a row came out of shared pools.
fn shared_cell(view: &ReviewView<'_>, row: &CostTableRow) -> Option<AnyView> {
    let currency = view.table.view.currency;
    has_shares(view).then(|| {
        let text = row.shared.map(|micros| format::cell(micros, currency));
        view! { <td class="num wide">{text}</td> }.into_any()
    })
}

/// Letters and digits of a name for an id.
fn anchor(name: &str) -> String {
    name.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte) } else { '-' }).collect()
}

fn budget_cells(view: &ReviewView<'_>, budget: Option<&BudgetStatus>) -> AnyView {
    let Some(status) = budget else {
        return view! { <td class="num wide"></td><td class="num forecast"></td><td class="wide"></td> }
            .into_any();
    };
    let share = status.forecast_share;
    let marked = (status.status != Status::Ok).then(|| {
        view! { {mark(status.status)}" "<span class="sr">{view.words.status(status.status)}" "</span> }
    });
    let gauge = share.map(|share| {
        let gauge = charts::gauge::BudgetGauge {
            used_ppm: share.0,
            target_ppm: 1_000_000,
            status: chart_status(status.status),
        };
        view! { <Drawing svg=gauge.svg()/> }
    });
    let text = share.map_or_else(|| view.words.no_data.to_owned(), |share| format::percent(share, 0));
    view! {
        <td class="num wide">{format::money(status.budget)}</td>
        <td class="num forecast" data-label=view.words.forecast>{marked}{text}</td>
        <td class="wide">{gauge}</td>
    }
    .into_any()
}

fn total_row(view: &ReviewView<'_>) -> AnyView {
    let (row, currency) = (&view.table.total, view.table.view.currency);
    let partial = view.review.cost.compared_days() < 7;
    view! {
        <tr class="total" id="cost-total">
            <th scope="row">{view.words.total_bill}</th>
            <td class="num">{cell(row.change.after, currency)}</td>
            {shared_cell(view, row)}
            <td class="num wide">{cell(row.change.before, currency)}</td>
            <td class="num wide">
                <span class=movement_class(row.movement)>
                    {row.change.difference().map(|value| format::signed_cell(value, currency))}
                </span>
            </td>
            <td class="num change">{change(&row.change, row.movement, view.language)}</td>
            <td class="wide"><Drawing svg=spark(row, partial)/></td>
            <td class="wide"></td><td class="wide"></td><td class="wide"></td>
        </tr>
    }
    .into_any()
}

/// Products + shared + unallocated = billed, per source and billing currency.
///
/// The bill is judged in its own currency; where the page shows another one, the parts are written in
/// that and rounded so that they add up, and the bill stands beside them as it was issued.
fn reconciliation(view: &ReviewView<'_>) -> AnyView {
    let metric = view.table.view.metric;
    let lines = view.review.cost.reconciliation.iter().filter(|line| line.metric == metric);
    lines.map(|line| reconciliation_line(view, line)).collect_view().into_any()
}

fn reconciliation_line(view: &ReviewView<'_>, line: &Reconciliation) -> AnyView {
    let words = view.words;
    let shown = line.written_in(view.table.view.currency, &view.review.rates);
    let money = |micros: i64| format::money(Money { micros, currency: shown.currency });
    let issued = (shown.currency != line.currency)
        .then(|| format::money(Money { micros: line.billed, currency: line.currency }));
    let status = if line.difference == 0 { Status::Ok } else { Status::Breached };
    view! {
        <dl class="sum">
            <div><dt>{words.reconcile_products}</dt><dd>{money(shown.products)}</dd></div>
            <div class="op"><dt class="sr">{words.reconcile_and}</dt><dd>"+"</dd></div>
            <div><dt>{words.shared_not_split}</dt><dd>{money(shown.shared_not_split)}</dd></div>
            <div class="op"><dt class="sr">{words.reconcile_and}</dt><dd>"+"</dd></div>
            <div><dt>{words.unallocated}</dt><dd>{money(shown.unallocated)}</dd></div>
            <div class="op"><dt class="sr">{words.reconcile_equals}</dt><dd>"="</dd></div>
            <div>
                <dt>{line.source.clone()}" "{words.reconcile_bill}</dt>
                <dd><b>{money(shown.billed)}</b>" "<small>{issued}</small></dd>
            </div>
            <div class="zero"><dt>{words.left_over}</dt><dd>{mark(status)}" "<b>{money(shown.difference)}</b></dd></div>
        </dl>
    }
    .into_any()
}
