//! What a unit of use cost, month by month, beside what broke.

use charts::Label;
use charts::weeks::WeekColumns;
use domain::money::decimal_of_micros;
use domain::product_cost::unit::{UnitMonth, UnitSeries};
use leptos::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::CostPageView;
use crate::components::amount::cell;
use crate::texts::{format, sentences};
use crate::ui::raw::Chart;

/// Every series with its chart; nothing where none knows the product, or where lines are filtered, which have
/// no units of their own.
pub(super) fn body(view: &CostPageView<'_>) -> Option<AnyView> {
    if !view.cost.selection.filter.is_empty() {
        return None;
    }
    let all = view.page.unit_costs(view.cost.view, view.cost.selection.tax);
    let figures: Vec<_> = all.iter().enumerate().map(|(position, one)| figure(view, position, one)).collect();
    (!figures.is_empty()).then(|| figures.into_any())
}

fn figure(view: &CostPageView<'_>, position: usize, series: &UnitSeries) -> AnyView {
    let caption = caption(view, series);
    let values: Vec<Option<i64>> =
        series.months.iter().map(|month| month.per_unit.and_then(height)).collect();
    let most = values.iter().flatten().copied().max().unwrap_or(0);
    let label = |month: &UnitMonth| {
        let number = month.month.first_day().month();
        Label::new(format::month(month.month, view.language), number.to_string())
    };
    let tick = |value: i64| (value, Label::from(amount(view, decimal_of_micros(value))));
    let chart = WeekColumns {
        id: format!("unit-{position}"),
        title: sentences::unit_title(view.language, &series.series),
        description: caption.clone(),
        labels: series.months.iter().map(label).collect(),
        ticks: if most > 0 { vec![tick(0), tick(most)] } else { Vec::new() },
        last_label: Label::default(),
        partial_last: false,
        values,
    };
    let drawing = (most > 0).then(|| view! { <Chart svg=chart.svg()/> });
    view! {
        <figure class="chart">
            <figcaption>{caption}</figcaption>
            {drawing}
            {table(view, series)}
        </figure>
    }
    .into_any()
}

/// Millionths for the height of a column; only the drawing rounds.
fn height(value: Decimal) -> Option<i64> {
    value.checked_mul(Decimal::from(1_000_000))?.round().to_i64()
}

/// The last month in a sentence, or that there is none.
fn caption(view: &CostPageView<'_>, series: &UnitSeries) -> String {
    let language = view.language;
    let Some((latest, before)) = series.latest() else {
        return sentences::unit_unknown(language, &series.series);
    };
    let month = format::month(latest.month, language);
    let per_unit = latest.per_unit.map(|value| amount(view, value)).unwrap_or_default();
    let change = before.and_then(|before| latest.change_from(before)).map(percent);
    let incidents = latest.incidents.map(|found| {
        sentences::unit_incidents(language, found.count, &format::minutes(found.seconds, language))
    });
    sentences::unit_latest(
        language,
        &series.series,
        &month,
        (&per_unit, change.as_deref()),
        incidents.as_deref(),
    )
}

fn percent(share: Decimal) -> String {
    let percent = share * Decimal::ONE_HUNDRED;
    let sign = if percent.is_sign_positive() && !percent.round_dp(1).is_zero() { "+" } else { "" };
    format!("{sign}{}%", format::decimal(percent, 1))
}

/// An amount of money per unit: two decimals, more where it is a small part of a yen or cent.
fn amount(view: &CostPageView<'_>, value: Decimal) -> String {
    let currency = view.cost.view.currency;
    let mut digits = if value.abs() >= Decimal::ONE_THOUSAND { currency.decimals() } else { 2 };
    let mut rest = value.abs();
    while !rest.is_zero() && rest < Decimal::ONE && digits < 8 {
        rest *= Decimal::TEN;
        digits += 1;
    }
    format!("{}{}", format::symbol(currency), format::decimal(value, digits))
}

fn table(view: &CostPageView<'_>, series: &UnitSeries) -> AnyView {
    let (words, currency) = (view.words, view.cost.view.currency);
    let unknown = || "–".to_owned();
    let row = |month: &UnitMonth| {
        let provisional = month.provisional.then_some(words.provisional);
        let units = month.units.map_or_else(unknown, |units| units_text(decimal_of_micros(units)));
        let per_unit = month.per_unit.map_or_else(unknown, |value| amount(view, value));
        let count = month.incidents.map_or_else(unknown, |found| found.count.to_string());
        let minutes =
            month.incidents.map_or_else(unknown, |found| format::minutes(found.seconds, view.language));
        view! {
            <tr>
                <th scope="row">{format::month(month.month, view.language)}<small>{provisional}</small></th>
                <td class="num">{cell(month.cost, currency)}</td>
                <td class="num">{units}</td>
                <td class="num">{per_unit}</td>
                <td class="num">{count}</td>
                <td class="num">{minutes}</td>
            </tr>
        }
    };
    let rows: Vec<_> = series.months.iter().rev().map(row).collect();
    view! {
        <details class="data">
            <summary>{words.value_table}</summary>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words.unit_month}</th>
                            <th scope="col" class="num">{words.cost_title}" "{currency.code().to_owned()}</th>
                            <th scope="col" class="num">{series.series.clone()}</th>
                            <th scope="col" class="num">{words.unit_per_unit}</th>
                            <th scope="col" class="num">{words.incidents_title}</th>
                            <th scope="col" class="num">{words.impact}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p><a href=csv(view)>"CSV"</a></p>
        </details>
    }
    .into_any()
}

/// Every series as rows, under the same choices as the page.
fn csv(view: &CostPageView<'_>) -> String {
    let here = view.context.link_with_all(&[("rows", Some("units"))]);
    let (path, query) = here.split_once('?').unwrap_or((&here, ""));
    format!("{path}.csv?{query}")
}

/// Whole numbers without decimals, others as they are.
fn units_text(units: Decimal) -> String {
    format::decimal(units, units.normalize().scale())
}
