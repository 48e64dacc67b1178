//! `/products/{slug}/cost.json` and `.csv`: the parts of the page as selected there, which add up to its total.

use app::backend::ProductCostPage;
use domain::change::Change;
use domain::cost::Amounts;
use domain::money::{Currency, Money, decimal_of_micros};
use domain::product_cost::calendar::Stretch;
use domain::product_cost::selection::Dimension;
use domain::product_cost::unit::{UnitMonth, UnitSeries};
use domain::product_cost::{ExactTotal, KeyLine, Part, ProductCost};
use domain::resource::{ResourceLine, ResourceTable};
use domain::review::cost::CostView;
use domain::tax::Tax;
use serde_json::{Value, json};

use crate::snapshot::csv;

/// The parts as rows; all of them together are the total, so there is no row for it.
pub fn csv(page: &ProductCostPage, cost: &ProductCost) -> String {
    let mut text = String::from(
        "product,week,by,kind,value,label,currency,metric,tax,this_week,previous_week,difference\n",
    );
    let (slug, week) = (page.live.product.slug.to_string(), page.live.week.to_string());
    for part in &cost.parts {
        let amount = |micros: Option<i64>| micros.map_or_else(String::new, |micros| decimal(micros, cost));
        let cells = [
            slug.clone(),
            week.clone(),
            cost.selection.by.name().into_owned(),
            part.kind.as_str().to_owned(),
            part.value.clone(),
            part.label.clone(),
            cost.view.currency.code().to_owned(),
            cost.view.metric.as_str().to_owned(),
            cost.selection.tax.view().to_owned(),
            amount(part.change.after),
            amount(part.change.before),
            amount(part.change.difference()),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// The resources of the selected service as rows, the last one without an id for all others; together they are
/// what the service used.
pub fn resources_csv(page: &ProductCostPage, cost: &ProductCost, table: Option<&ResourceTable>) -> String {
    let mut text = String::from(
        "product,week,service,resource,account,region,currency,metric,tax,this_week,previous_week,difference\n",
    );
    let Some(table) = table else { return text };
    let (slug, week) = (page.live.product.slug.to_string(), page.live.week.to_string());
    let service = cost.selection.value(&Dimension::Service).unwrap_or_default();
    let lines = table.lines.iter().map(|line| ([&*line.id, &line.account, &line.region], line.change));
    for (place, change) in lines.chain([([""; 3], table.rest)]) {
        let amount = |micros: Option<i64>| micros.map_or_else(String::new, |micros| decimal(micros, cost));
        let [id, account, region] = place.map(str::to_owned);
        let cells = [
            slug.clone(),
            week.clone(),
            service.to_owned(),
            id,
            account,
            region,
            cost.view.currency.code().to_owned(),
            cost.view.metric.as_str().to_owned(),
            cost.selection.tax.view().to_owned(),
            amount(change.after),
            amount(change.before),
            amount(change.difference()),
        ];
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text
}

/// What a unit of use cost, a row a series and month, with what broke beside it; unknown is empty.
pub fn units_csv(page: &ProductCostPage, view: CostView, tax: Tax) -> String {
    let mut text = String::from(
        "product,series,month,currency,metric,tax,cost,units,per_unit,provisional,incidents,impact_seconds\n",
    );
    for series in page.unit_costs(view, tax) {
        for month in &series.months {
            let money = |micros: i64| Money { micros, currency: view.currency }.decimal().to_string();
            let cells = [
                page.live.product.slug.to_string(),
                series.series.clone(),
                month.month.to_string(),
                view.currency.code().to_owned(),
                view.metric.as_str().to_owned(),
                tax.view().to_owned(),
                month.cost.map(money).unwrap_or_default(),
                month.units.map(|units| decimal_of_micros(units).normalize().to_string()).unwrap_or_default(),
                month.per_unit.map(|amount| amount.normalize().to_string()).unwrap_or_default(),
                month.provisional.to_string(),
                month.incidents.map(|found| found.count.to_string()).unwrap_or_default(),
                month.incidents.map(|found| found.seconds.to_string()).unwrap_or_default(),
            ];
            csv::line(&mut text, cells.iter().map(String::as_str));
        }
    }
    text
}

fn resources(table: &ResourceTable, currency: Currency) -> Value {
    let line = |line: &ResourceLine| {
        json!({
            "resource": &*line.id,
            "account": line.account,
            "region": line.region,
            "change": change(&line.change, currency),
        })
    };
    json!({
        "lines": table.lines.iter().map(line).collect::<Vec<_>>(),
        "others": change(&table.rest, currency),
        "total": change(&table.total, currency),
    })
}

fn decimal(micros: i64, cost: &ProductCost) -> String {
    Money { micros, currency: cost.view.currency }.decimal().to_string()
}

/// The whole value.
pub fn json(page: &ProductCostPage, cost: &ProductCost, table: Option<&ResourceTable>) -> String {
    let currency = cost.view.currency;
    let filter: serde_json::Map<String, Value> = cost
        .selection
        .filter
        .iter()
        .map(|(dimension, value)| (dimension.name().into_owned(), Value::from(value.as_str())))
        .collect();
    let document = json!({
        "schema": "teirei/product-cost/v1",
        "product": page.live.product.slug.as_str(),
        "week": page.live.week.to_string(),
        "as_of": page.live.as_of.to_string(),
        "live": true,
        "by": cost.selection.by.name(),
        "filter": filter,
        "metric": cost.view.metric.as_str(),
        "total": change(&cost.total, currency),
        "environments": cost.environments.iter().map(|one| json!({
            "environment": one.environment.as_str(),
            "change": change(&one.change, currency),
        })).collect::<Vec<_>>(),
        "parts": cost.parts.iter().map(|one| part(one, currency)).collect::<Vec<_>>(),
        "resources": table.map(|table| resources(table, currency)),
        "lines": cost.lines.iter().map(|one| line(one, currency)).collect::<Vec<_>>(),
        "lines_rest": { "count": cost.lines_rest.0, "amount": money(cost.lines_rest.1, currency) },
        "billed_in": cost.exact.iter().map(exact).collect::<Vec<_>>(),
        "unconverted": cost.unconverted.iter().map(|one| money(one.micros, one.currency)).collect::<Vec<_>>(),
        "tax": cost.selection.tax.view(),
        "unit_costs": page
            .unit_costs(cost.view, cost.selection.tax)
            .iter()
            .map(|one| unit_series(one, currency))
            .collect::<Vec<_>>(),
        "sums": page.calendar(cost.view, cost.selection.tax).iter().map(|one| stretch(page, one, currency)).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

fn money(micros: i64, currency: Currency) -> Value {
    json!({ "amount": Money { micros, currency }.decimal().to_string(), "currency": currency.code() })
}

fn optional(micros: Option<i64>, currency: Currency) -> Value {
    micros.map_or(Value::Null, |micros| money(micros, currency))
}

fn change(change: &Change, currency: Currency) -> Value {
    json!({
        "this_week": optional(change.after, currency),
        "previous_week": optional(change.before, currency),
        "difference": optional(change.difference(), currency),
    })
}

fn part(part: &Part, currency: Currency) -> Value {
    json!({
        "kind": part.kind.as_str(),
        "value": part.value,
        "label": part.label,
        "change": change(&part.change, currency),
        "weeks": part.history.iter().map(|week| optional(*week, currency)).collect::<Vec<_>>(),
    })
}

fn line(line: &KeyLine, currency: Currency) -> Value {
    let key = &line.key;
    let tags: serde_json::Map<String, Value> =
        key.tags.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    json!({
        "source": &*line.source,
        "account": key.sub_account,
        "account_name": key.sub_account_name,
        "service": key.service,
        "region": key.region,
        "environment": line.environment.as_str(),
        "category": key.charge_category.as_str(),
        "tags": tags,
        "day": line.day.to_string(),
        "this_week": money(line.this, currency),
    })
}

fn exact(total: &ExactTotal) -> Value {
    let both = |amounts: Amounts| {
        let (billed, effective) =
            (money(amounts.billed, total.currency), money(amounts.effective, total.currency));
        json!({ "billed": billed, "effective": effective })
    };
    json!({ "this_week": both(total.this), "previous_week": both(total.previous) })
}

fn stretch(page: &ProductCostPage, stretch: &Stretch, currency: Currency) -> Value {
    json!({
        "months_not_final": page.not_final(stretch).iter().map(ToString::to_string).collect::<Vec<_>>(),
        "kind": stretch.kind.as_str(),
        "from": stretch.from.to_string(),
        "through": stretch.through.to_string(),
        "known_from": stretch.known_from.map(|day| day.to_string()),
        "spent": optional(stretch.spent, currency),
        "spent_as_budgeted": optional(stretch.counted, currency),
        "budget_tax": stretch.budget_tax.map(Tax::as_str),
        "provisional": stretch.provisional,
        "budget": optional(stretch.budget, currency),
        "left": optional(stretch.left(), currency),
        "months_without_budget": stretch.months_without_budget,
    })
}

fn unit_series(series: &UnitSeries, currency: Currency) -> Value {
    let month = |month: &UnitMonth| {
        json!({
            "month": month.month.to_string(),
            "cost": optional(month.cost, currency),
            "provisional": month.provisional,
            "units": month.units.map(|units| decimal_of_micros(units).normalize().to_string()),
            "per_unit": month
                .per_unit
                .map(|amount| json!({ "amount": amount.normalize().to_string(), "currency": currency.code() })),
            "incidents": month
                .incidents
                .map(|found| json!({ "count": found.count, "impact_seconds": found.seconds })),
        })
    };
    json!({ "series": series.series, "months": series.months.iter().map(month).collect::<Vec<_>>() })
}
