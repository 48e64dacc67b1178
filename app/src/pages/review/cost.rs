//! Cost: what changed, product by product, and whether it adds up to the bill.

use charts::movers::{Meaning, MoverRow as Bar, Movers};
use domain::change::Movement;
use domain::cost::Owner;
use domain::finding::Status;
use domain::money::Money;
use domain::note::NoteSection;
use domain::review::cost::{BudgetStatus, CostTableRow, MoverRow, Reconciliation};
use leptos::prelude::*;

use super::masthead::what_to_enter;
use super::summary::total_share;
use super::{ReviewView, notes, pools, shared_moves};
use crate::components::amount::{cell, movement_class, write_change};
use crate::components::empty::empty;
use crate::components::mark::{chart_status, mark, write_mark};
use crate::components::section::scroller;
use crate::texts::{format, sentences};
use crate::ui::raw::{Chart, Markup, TableBody};

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
    let named = (view.words.cost_title, view.words.cost_question);
    notes::item(view, (NoteSection::Cost, "5"), named, body)
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

/// The bars of what changed, as the page draws them; nothing where no cost is known.
pub(super) fn drawing(view: &ReviewView<'_>) -> Option<String> {
    (!view.table.movers.is_empty()).then(|| movers_chart(view).svg())
}

fn movers_chart(view: &ReviewView<'_>) -> Movers {
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
    Movers {
        id: "movers".to_owned(),
        title: view.words.movers_title.to_owned(),
        description: view.words.movers_description.to_owned(),
        rows,
    }
}

fn movers(view: &ReviewView<'_>) -> AnyView {
    let currency = view.table.view.currency;
    let chart = movers_chart(view);
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
    let mut body = Markup::with_room_for(table.rows.len() + 1);
    for row in &table.rows {
        product_row(&mut body, view, row);
    }
    total_row(&mut body, view);
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
            <TableBody rows=body/>
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

fn product_row(body: &mut Markup, view: &ReviewView<'_>, row: &CostTableRow) {
    let currency = view.table.view.currency;
    let (class, id) = match &row.owner {
        Owner::Product(slug) => ("", format!("cost-{slug}")),
        Owner::Shared(pool) => ("aside", format!("cost-shared-{}", anchor(pool))),
        Owner::Unallocated => ("aside", "cost-unallocated".to_owned()),
    };
    let name = owner_name(view, &row.owner);
    let amount = cell(row.change.after, currency);
    body.element("tr", &[("id", &id), ("class", class)], |tr| {
        if let Owner::Product(slug) = &row.owner {
            let (page, lines) = (view.product_link(slug), view.cost_link(slug));
            tr.element("th", &[("scope", "row")], |th| th.words("a", &[("href", &page)], &name));
            // Every number opens what it is made of.
            tr.element("td", &[("class", "num")], |td| td.words("a", &[("href", &lines)], &amount));
        } else {
            tr.words("th", &[("scope", "row")], &name);
            tr.words("td", &[("class", "num")], &amount);
        }
        shared_cell(tr, view, row);
        tr.words("td", &[("class", "num wide")], &cell(row.change.before, currency));
        tr.words("td", &[("class", "num wide")], &difference(view, row));
        course_cells(tr, view, row);
        budget_cells(tr, view, &row.owner);
    });
}

/// The difference from the week before; nothing where either is unknown.
fn difference(view: &ReviewView<'_>, row: &CostTableRow) -> String {
    let currency = view.table.view.currency;
    row.change.difference().map(|value| format::signed_cell(value, currency)).unwrap_or_default()
}

/// The change as a share, and the last weeks.
fn course_cells(tr: &mut Markup, view: &ReviewView<'_>, row: &CostTableRow) {
    tr.element("td", &[("class", "num change")], |td| {
        write_change(td, &row.change, row.movement, view.language);
    });
    let partial = view.review.cost.compared_days() < 7;
    tr.element("td", &[("class", "wide")], |td| td.drawing(&spark(row, partial)));
}

/// Whether the table has a column of shares.
fn has_shares(view: &ReviewView<'_>) -> bool {
    view.table.total.shared.is_some()
}

/// What of a row came out of shared pools.
fn shared_cell(tr: &mut Markup, view: &ReviewView<'_>, row: &CostTableRow) {
    if has_shares(view) {
        let text = row.shared.map(|micros| format::cell(micros, view.table.view.currency));
        tr.words("td", &[("class", "num wide")], &text.unwrap_or_default());
    }
}

/// Letters and digits of a name for an id.
fn anchor(name: &str) -> String {
    name.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte) } else { '-' }).collect()
}

fn budget_cells(tr: &mut Markup, view: &ReviewView<'_>, owner: &Owner) {
    let budgets = &view.review.cost.budgets;
    let found =
        budgets.iter().find(|status| matches!(owner, Owner::Product(slug) if status.product == *slug));
    let Some(BudgetStatus { budget, forecast_share: share, status, .. }) = found else {
        for class in ["num wide", "num forecast", "wide"] {
            tr.words("td", &[("class", class)], "");
        }
        return;
    };
    tr.words("td", &[("class", "num wide")], &format::money(*budget));
    let forecast = [("data-label", view.words.forecast), ("class", "num forecast")];
    tr.element("td", &forecast, |td| {
        if *status != Status::Ok {
            write_mark(td, *status);
            td.text(" ");
            td.words("span", &[("class", "sr")], &format!("{} ", view.words.status(*status)));
        }
        let text = share.map_or_else(|| view.words.no_data.to_owned(), |share| format::percent(share, 0));
        td.text(&text);
    });
    tr.element("td", &[("class", "wide")], |td| {
        if let Some(share) = share {
            let (used_ppm, status) = (share.0, chart_status(*status));
            td.drawing(&charts::gauge::BudgetGauge { used_ppm, target_ppm: 1_000_000, status }.svg());
        }
    });
}

fn total_row(body: &mut Markup, view: &ReviewView<'_>) {
    let (row, currency) = (&view.table.total, view.table.view.currency);
    body.element("tr", &[("id", "cost-total"), ("class", "total")], |tr| {
        tr.words("th", &[("scope", "row")], view.words.total_bill);
        tr.words("td", &[("class", "num")], &cell(row.change.after, currency));
        shared_cell(tr, view, row);
        tr.words("td", &[("class", "num wide")], &cell(row.change.before, currency));
        tr.element("td", &[("class", "num wide")], |td| {
            td.words("span", &[("class", movement_class(row.movement))], &difference(view, row));
        });
        course_cells(tr, view, row);
        for _ in 0..3 {
            tr.words("td", &[("class", "wide")], "");
        }
    });
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
