//! Tables of a product's page.

use domain::cost::Metric;
use domain::product_review::{CostLine, ProductReview};
use jiff::ToSpan;

use super::answers;
use super::notes;
use super::outlook;
use super::shared;
use super::shipping;
use super::{Cell, Table};

/// A table by its name; the caller has checked that there is one.
pub(super) fn table(product: &ProductReview, name: &'static str) -> Table {
    match name {
        "products" => shared::products(std::slice::from_ref(&product.product)),
        "sources" => shared::sources(product.week, &product.freshness, &product.comparisons),
        "rates" => shared::rates(&product.rates),
        "notes" => notes::notes(product.note.as_slice()),
        "services" => lines(name, "service", &product.services),
        "environments" => lines(name, "environment", &product.environments),
        "pools" => shared::pools(&product.pools, false),
        "month_days" => month_days(product),
        "month_ends" => outlook::month_ends(&product.months),
        "pace" => outlook::pace(&product.pace),
        "unusual_days" => outlook::unusual_days(&product.unusual),
        "answers" => answers::answers(product),
        "cloud_anomalies" => {
            let mine = std::slice::from_ref(&product.product.slug);
            answers::cloud_anomalies(product.unusual.cloud.iter().map(|anomaly| (anomaly, mine)))
        }
        "budgets" => shared::budgets(&product.budget),
        "deploys" => deploys(product),
        "incidents" => shared::incidents(&product.incidents.rows),
        "objectives" => shared::objectives(&product.objectives),
        "objective_weeks" => shared::objective_weeks(&product.objectives),
        "verdicts" => shipping::verdicts(product.verdict.as_slice()),
        "demands" => shipping::demands(product.verdict.as_slice()),
        _ => shared::review(
            product.week,
            product.as_of,
            product.measured_until,
            &product.period,
            &product.organization,
        ),
    }
}

/// Services or environments, both metrics.
fn lines(name: &'static str, column: &'static str, lines: &[CostLine]) -> Table {
    let columns = [column, "currency", "metric", "before", "after", "difference"];
    let rows = lines.iter().flat_map(|line| {
        Metric::ALL.map(|metric| {
            let [before, after, difference] = shared::change(line.previous, line.this, metric);
            let (name, currency) = (Cell::text(&line.name), Cell::plain(line.currency));
            [name, currency, shared::word(&metric), before, after, difference]
        })
    });
    Table::new(name, columns, rows)
}

/// What reached production, day by day.
fn deploys(product: &ProductReview) -> Table {
    let rows = product.deploys.iter().map(|one| {
        let versions = Cell::text(&one.versions.join(" "));
        [Cell::plain(one.day), Cell::plain(one.deploys), Cell::plain(one.rolled_back), versions]
    });
    Table::new("deploys", ["day", "deploys", "rolled_back", "versions"], rows)
}

/// The month day by day, billed; days ahead are expected ones.
fn month_days(product: &ProductReview) -> Table {
    let mut rows = Vec::new();
    for course in &product.months {
        let spent = course.days.iter().map(|micros| (*micros, false));
        let ahead = course.remaining_days.iter().map(|micros| (*micros, true));
        let days = course.month.first_day().series(1.days());
        for (day, (micros, expected)) in days.zip(spent.chain(ahead)) {
            let currency = Cell::plain(course.currency);
            rows.push([Cell::plain(day), currency, Cell::amount(micros), Cell::plain(expected)]);
        }
    }
    Table::new("month_days", ["day", "currency", "amount", "expected"], rows)
}
