//! Tables that the review and a product's page have in common.

use domain::cost::{Amounts, Metric, Owner};
use domain::organization::Organization;
use domain::period::Period;
use domain::product::{Environment, Product};
use domain::rate::AppliedRate;
use domain::review::Freshness;
use domain::review::cost::{BudgetStatus, Comparison};
use domain::review::incidents::IncidentRow;
use domain::review::objectives::ObjectiveRow;
use domain::split::PoolSplit;
use domain::week::IsoWeek;
use jiff::Timestamp;

use super::{Cell, Table};
use crate::snapshot::mirror::Mirror;

/// The word that the JSON document uses for a value too, so that both forms agree.
pub(super) fn word<T>(value: &T) -> Cell
where
    String: Mirror<T>,
{
    Cell::plain(<String as Mirror<T>>::of(value))
}

/// Whose cost it is, as kind and name.
pub(super) fn owner(owner: &Owner) -> [Cell; 2] {
    match owner {
        Owner::Product(slug) => [Cell::plain("product"), Cell::plain(slug)],
        Owner::Shared(pool) => [Cell::plain("shared"), Cell::text(pool)],
        Owner::Unallocated => [Cell::plain("unallocated"), Cell::default()],
    }
}

/// Before, after and difference of one metric.
pub(super) fn change(before: Amounts, after: Amounts, metric: Metric) -> [Cell; 3] {
    let (before, after) = (before.get(metric), after.get(metric));
    [Cell::amount(before), Cell::amount(after), Cell::amount(after.saturating_sub(before))]
}

/// What the file is about.
pub(super) fn review(
    week: IsoWeek,
    as_of: Timestamp,
    measured_until: Timestamp,
    period: &Period,
    organization: &Organization,
) -> Table {
    let columns =
        ["week", "as_of", "measured_until", "period_start", "period_end", "time_zone", "reporting_currency"];
    let row = [
        Cell::plain(week),
        Cell::plain(as_of),
        Cell::plain(measured_until),
        Cell::plain(period.start),
        Cell::plain(period.end),
        Cell::text(&organization.time_zone),
        Cell::plain(organization.reporting_currency),
    ];
    Table::new("review", columns, [row])
}

/// The products.
pub(super) fn products(products: &[Product]) -> Table {
    let columns = [
        "product",
        "name_ja",
        "name_en",
        "group_ja",
        "group_en",
        "tier",
        "product_manager",
        "embedded_sre",
        "closed_on",
    ];
    let row = |product: &Product| {
        [
            Cell::plain(&product.slug),
            Cell::text(&product.name.ja),
            Cell::text(&product.name.en),
            Cell::optional_text(product.group.as_ref().map(|group| group.ja.as_str())),
            Cell::optional_text(product.group.as_ref().map(|group| group.en.as_str())),
            Cell::plain(product.tier),
            Cell::optional_text(product.product_manager.as_deref()),
            Cell::optional_text(product.embedded_sre.as_deref()),
            Cell::optional(product.closed_on),
        ]
    };
    Table::new("products", columns, products.iter().map(row))
}

/// How fresh the sources were and which UTC days of them are compared.
pub(super) fn sources(week: IsoWeek, freshness: &[Freshness], comparisons: &[Comparison]) -> Table {
    let columns = [
        "source",
        "kind",
        "status",
        "received_at",
        "first_day",
        "complete_through",
        "complete_days",
        "last_instant",
        "stale_days",
        "compared_days",
    ];
    let compared = |source: &str| -> String {
        let positions = comparisons.iter().find(|comparison| comparison.source == source);
        let days = week.days();
        let positions = positions.map_or(&[][..], |comparison| &comparison.positions);
        let dates = positions.iter().filter_map(|position| days.get(*position));
        dates.map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let row = |freshness: &Freshness| {
        [
            Cell::text(&freshness.source),
            word(&freshness.kind),
            word(&freshness.status),
            Cell::plain(freshness.received_at),
            Cell::optional(freshness.first_day),
            Cell::optional(freshness.complete_through),
            Cell::optional(freshness.complete_days),
            Cell::optional(freshness.last_instant),
            Cell::optional(freshness.stale_days),
            Cell::plain(compared(&freshness.source)),
        ]
    };
    Table::new("sources", columns, freshness.iter().map(row))
}

/// The exchange rates, exact.
pub(super) fn rates(rates: &[AppliedRate]) -> Table {
    let columns = ["from", "to", "month", "rate_policy", "rate", "rate_date", "rate_source", "provisional"];
    let row = |applied: &AppliedRate| {
        [
            Cell::plain(applied.rate.from),
            Cell::plain(applied.rate.to),
            Cell::plain(applied.rate.month),
            word(&applied.rate.policy),
            Cell::plain(applied.rate.rate),
            Cell::plain(applied.rate.date),
            Cell::text(&applied.rate.source),
            Cell::plain(applied.provisional),
        ]
    };
    Table::new("rates", columns, rates.iter().map(row))
}

/// Months against budgets.
pub(super) fn budgets<'a>(budgets: impl IntoIterator<Item = &'a BudgetStatus>) -> Table {
    let columns = [
        "product",
        "month",
        "currency",
        "budget",
        "through",
        "spent",
        "forecast",
        "forecast_share_ppm",
        "variance",
        "variance_usage",
        "variance_currency",
        "status",
    ];
    let row = |status: &BudgetStatus| {
        let money = |micros: Option<i64>| micros.map_or_else(Cell::default, Cell::amount);
        let variance = status.variance;
        [
            Cell::plain(&status.product),
            Cell::plain(status.month),
            Cell::plain(status.budget.currency),
            Cell::amount(status.budget.micros),
            Cell::optional(status.through),
            money(status.spent.map(|spent| spent.micros)),
            money(status.forecast.map(|forecast| forecast.micros)),
            Cell::optional(status.forecast_share.map(|share| share.0)),
            money(variance.map(|variance| variance.total.micros)),
            money(variance.map(|variance| variance.usage.micros)),
            money(variance.map(|variance| variance.currency.micros)),
            word(&status.status),
        ]
    };
    Table::new("budgets", columns, budgets.into_iter().map(row))
}

/// How shared pools were split: the shares of products, then what is left where it is asked for; then they add
/// up to the pool.
pub(super) fn pools(pools: &[PoolSplit], with_rest: bool) -> Table {
    let columns = [
        "pool",
        "method",
        "series",
        "weights_of",
        "product",
        "currency",
        "metric",
        "part_ppm",
        "before",
        "after",
    ];
    let mut rows = Vec::new();
    for pool in pools {
        for metric in Metric::ALL {
            let mut row = |product: Cell, part: Cell, before: Cell, after: i64| {
                rows.push([
                    Cell::text(&pool.pool),
                    word(&pool.method),
                    Cell::optional_text(pool.series.as_deref()),
                    Cell::optional(pool.weights_of),
                    product,
                    Cell::plain(pool.currency),
                    word(&metric),
                    part,
                    before,
                    Cell::amount(after),
                ]);
            };
            for share in &pool.shares {
                let part = match metric {
                    Metric::Billed => share.billed_weight,
                    Metric::Effective => share.effective_weight,
                };
                let before = Cell::amount(share.previous.get(metric));
                row(Cell::plain(&share.product), Cell::plain(part.0), before, share.this.get(metric));
            }
            if with_rest {
                row(Cell::default(), Cell::default(), Cell::default(), pool.rest.get(metric));
            }
        }
    }
    Table::new("pools", columns, rows)
}

/// The incidents.
pub(super) fn incidents(rows: &[IncidentRow]) -> Table {
    let columns = [
        "source",
        "external_id",
        "title",
        "product",
        "product_name",
        "severity",
        "impact_start",
        "impact_end",
        "impact_seconds",
        "fraction_ppm",
        "customer_impact",
        "detected_by",
        "open",
        "occurrences",
        "postmortem",
        "postmortem_url",
        "url",
        "counted",
        "planned",
        "is_test",
    ];
    let row = |incident: &IncidentRow| {
        [
            Cell::text(&incident.source),
            Cell::text(&incident.external_id),
            Cell::text(&incident.title),
            Cell::optional(incident.product.as_ref()),
            Cell::text(&incident.product_name),
            word(&incident.severity),
            Cell::optional(incident.impact.map(|impact| impact.start)),
            Cell::optional(incident.impact.map(|impact| impact.end)),
            Cell::plain(incident.impact_seconds),
            Cell::plain(incident.fraction.0),
            Cell::plain(incident.customer_impact),
            incident.detected_by.map_or_else(Cell::default, |by| word(&by)),
            Cell::plain(incident.open),
            Cell::plain(incident.occurrences),
            word(&incident.postmortem),
            Cell::optional_text(incident.postmortem_url.as_deref()),
            Cell::optional_text(incident.url.as_deref()),
            Cell::plain(incident.counted),
            Cell::plain(incident.planned),
            Cell::plain(incident.is_test),
        ]
    };
    Table::new("incidents", columns, rows.iter().map(row))
}

/// The objectives: counts of the window and of the week.
pub(super) fn objectives(rows: &[ObjectiveRow]) -> Table {
    let columns = [
        "objective",
        "name",
        "product",
        "environment",
        "target_ppm",
        "window_start",
        "window_end",
        "window_good",
        "window_total",
        "week_good",
        "week_total",
        "status",
        "remaining_ppm",
        "remaining_units",
        "burn_rate_ppm",
        "last_data",
        "provisional",
        "source",
        "reviewed_at",
    ];
    let row = |objective: &ObjectiveRow| {
        [
            Cell::text(&objective.id),
            Cell::text(&objective.display_name),
            Cell::optional(objective.product.as_ref()),
            word::<Environment>(&objective.environment),
            Cell::plain(objective.target.0),
            Cell::plain(objective.period.start),
            Cell::plain(objective.period.end),
            Cell::plain(objective.sum.good),
            Cell::plain(objective.sum.total),
            Cell::plain(objective.week.good),
            Cell::plain(objective.week.total),
            word(&objective.status),
            Cell::optional(objective.remaining.map(|remaining| remaining.0)),
            Cell::optional(objective.remaining_units),
            Cell::optional(objective.burn_rate.map(|rate| rate.0)),
            Cell::optional(objective.last_data),
            Cell::plain(objective.provisional),
            Cell::text(&objective.source),
            Cell::optional(objective.reviewed_at),
        ]
    };
    Table::new("objectives", columns, rows.iter().map(row))
}

/// The marks of the last weeks, each week on its own.
pub(super) fn objective_weeks(rows: &[ObjectiveRow]) -> Table {
    let columns = ["objective", "week", "status", "week_good", "week_total", "provisional"];
    let marks = rows.iter().flat_map(|objective| {
        objective.history.iter().map(|mark| {
            [
                Cell::text(&objective.id),
                Cell::plain(mark.week),
                word(&mark.status),
                Cell::plain(mark.good),
                Cell::plain(mark.total),
                Cell::plain(mark.provisional),
            ]
        })
    });
    Table::new("objective_weeks", columns, marks)
}
