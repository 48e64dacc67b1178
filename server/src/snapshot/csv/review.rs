//! Tables of the weekly review.

use domain::cost::Metric;
use domain::finding::{Cell as Mark, Detail, MatrixRow};
use domain::ratio::Ppm;
use domain::review::{WEEKS_SHOWN, WeeklyReview};

use super::actions;
use super::answers;
use super::due;
use super::notes;
use super::shared;
use super::shipping;
use super::topics;
use super::{Cell, Table};

/// The columns of the matrix in order, as [`MatrixRow::cells`] gives them.
const MATRIX_COLUMNS: [&str; 6] = ["incidents", "error_budget", "cost", "postmortems", "actions", "data"];

/// A table by its name; the caller has checked that there is one.
pub(super) fn table(review: &WeeklyReview, name: &'static str) -> Table {
    match name {
        "products" => shared::products(&review.products),
        "sources" => shared::sources(review.week, &review.freshness, &review.cost.comparisons),
        "rates" => shared::rates(&review.rates),
        "actions" => actions::actions(&review.actions),
        "notes" => notes::notes(&review.notes),
        "topics" => topics::topics(&review.topics),
        "decisions" => topics::decisions(&review.topics),
        "matrix" => matrix(&review.matrix),
        "questions" => answers::questions(&review.questions),
        "cloud_anomalies" => {
            let all = review.cloud_anomalies.iter();
            answers::cloud_anomalies(all.map(|(anomaly, products)| (anomaly, products.as_slice())))
        }
        "cost" => cost(review),
        "cost_weeks" => cost_weeks(review),
        "cost_days" => cost_days(review),
        "movers" => movers(review),
        "pools" => shared::pools(&review.cost.pools, true),
        "reconciliation" => reconciliation(review),
        "budgets" => shared::budgets(&review.cost.budgets),
        "incidents" => shared::incidents(&review.incidents.rows),
        "objectives" => shared::objectives(&review.objectives),
        "objective_weeks" => shared::objective_weeks(&review.objectives),
        "verdicts" => shipping::verdicts(&review.verdicts),
        "demands" => shipping::demands(&review.verdicts),
        "reviews_due" => due::reviews_due(&review.reviews_due),
        "unmapped" => {
            Table::new("unmapped", ["product_name"], review.unmapped.iter().map(|name| [Cell::text(name)]))
        }
        _ => shared::review(
            review.week,
            review.as_of,
            review.measured_until,
            &review.period,
            &review.organization,
        ),
    }
}

/// One row per cell that applies.
fn matrix(rows: &[MatrixRow]) -> Table {
    let cell = |row: &MatrixRow, column: &'static str, mark: &Mark| {
        [
            Cell::plain(&row.product),
            Cell::plain(column),
            shared::word(&mark.status),
            Cell::text(&detail(&mark.detail)),
            Cell::plain(mark.provisional),
        ]
    };
    let cells = rows.iter().flat_map(|row| {
        let marks = MATRIX_COLUMNS.into_iter().zip(row.cells());
        marks.filter_map(move |(column, mark)| Some(cell(row, column, mark?))).collect::<Vec<_>>()
    });
    Table::new("matrix", ["product", "column", "status", "detail", "provisional"], cells)
}

/// What a cell says, as `key=value` with spaces between.
fn detail(detail: &Detail) -> String {
    let share = |key: &str, share: Option<Ppm>| share.map(|share| format!("{key}_ppm={}", share.0));
    let count = |key: &str, count: i64| (count > 0).then(|| format!("{key}={count}"));
    let parts: Vec<Option<String>> = match detail {
        Detail::NoIncidents
        | Detail::IncidentsUnknown
        | Detail::NoObjectives
        | Detail::NoCost
        | Detail::DataArrives => Vec::new(),
        Detail::Incidents { counts, open, repeats } => counts
            .iter()
            .map(|(severity, count)| Some(format!("{}={count}", severity.as_str())))
            .chain([Some(format!("open={open}")), Some(format!("repeats={repeats}"))])
            .collect(),
        Detail::ErrorBudget { objective, remaining, burn_rate } => vec![
            Some(format!("objective={objective}")),
            share("remaining", Some(*remaining)),
            share("burn_rate", *burn_rate),
        ],
        Detail::ObjectiveWithoutData { objective } => vec![Some(format!("objective={objective}"))],
        Detail::CostWithoutBudget { change, unanswered } => {
            vec![share("change", *change), count("unanswered", *unanswered)]
        }
        Detail::CostForecast { forecast, currency_share, change, unanswered } => vec![
            share("forecast", Some(*forecast)),
            share("currency_share", *currency_share),
            share("change", *change),
            count("unanswered", *unanswered),
        ],
        Detail::RateMissing { from, to, month } => {
            vec![Some(format!("rate_missing={}-{}", from.code(), to.code())), Some(format!("month={month}"))]
        }
        Detail::SourceNotCompared { source } => vec![Some(format!("not_compared={source}"))],
        Detail::PostmortemsMissing { missing } => vec![Some(format!("missing={missing}"))],
        Detail::PostmortemsDue { overdue, due, next } => {
            vec![count("overdue", *overdue), count("due", *due), next.map(|day| format!("next={day}"))]
        }
        Detail::PostmortemsDone { published } => vec![Some(format!("published={published}"))],
        Detail::ActionsOpen { open, overdue, longest } => {
            vec![count("open", *open), count("overdue", *overdue), count("longest_days", *longest)]
        }
        Detail::SourceStale { source, days } => {
            vec![Some(format!("source={source}")), Some(format!("stale_days={days}"))]
        }
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Owners in their billing currencies, both metrics.
fn cost(review: &WeeklyReview) -> Table {
    let columns =
        ["owner_kind", "owner", "currency", "metric", "before", "after", "difference", "after_shared"];
    let rows = review.cost.rows.iter().flat_map(|row| {
        Metric::ALL.map(|metric| {
            let [kind, owner] = shared::owner(&row.owner);
            let [before, after, difference] = shared::change(row.previous, row.this, metric);
            let (currency, metric_word) = (Cell::plain(row.currency), shared::word(&metric));
            let borne = Cell::amount(row.shared_this().get(metric));
            [kind, owner, currency, metric_word, before, after, difference, borne]
        })
    });
    Table::new("cost", columns, rows)
}

/// The compared weekdays of the last weeks; an amount that is not known is empty.
fn cost_weeks(review: &WeeklyReview) -> Table {
    let columns = ["owner_kind", "owner", "currency", "metric", "week", "amount"];
    let weeks = review.week.trailing(WEEKS_SHOWN);
    let mut rows = Vec::new();
    for row in &review.cost.rows {
        for metric in Metric::ALL {
            for (week, amounts) in weeks.iter().zip(&row.history) {
                let [kind, owner] = shared::owner(&row.owner);
                let amount = amounts.map_or_else(Cell::default, |amounts| Cell::amount(amounts.get(metric)));
                let (currency, metric) = (Cell::plain(row.currency), shared::word(&metric));
                rows.push([kind, owner, currency, metric, Cell::plain(week), amount]);
            }
        }
    }
    Table::new("cost_weeks", columns, rows)
}

/// The UTC days of the week, also those that are not compared yet.
fn cost_days(review: &WeeklyReview) -> Table {
    let columns = ["source", "owner_kind", "owner", "currency", "metric", "day", "amount", "compared"];
    let mut rows = Vec::new();
    for row in &review.cost.days {
        let comparison = review.cost.comparisons.iter().find(|comparison| comparison.source == row.source);
        for metric in Metric::ALL {
            for (position, (day, amounts)) in review.week.days().into_iter().zip(row.days).enumerate() {
                let [kind, owner] = shared::owner(&row.owner);
                let compared = comparison.is_some_and(|found| found.positions.contains(&position));
                rows.push([
                    Cell::text(&row.source),
                    kind,
                    owner,
                    Cell::plain(row.currency),
                    shared::word(&metric),
                    Cell::plain(day),
                    Cell::amount(amounts.get(metric)),
                    Cell::plain(compared),
                ]);
            }
        }
    }
    Table::new("cost_days", columns, rows)
}

/// What moved most.
fn movers(review: &WeeklyReview) -> Table {
    let columns = ["owner_kind", "owner", "service", "currency", "metric", "before", "after", "difference"];
    let rows = review.cost.movers.iter().flat_map(|mover| {
        Metric::ALL.map(|metric| {
            let [kind, owner] = shared::owner(&mover.owner);
            let [before, after, difference] = shared::change(mover.before, mover.after, metric);
            let (service, currency) = (Cell::text(&mover.service), Cell::plain(mover.currency));
            [kind, owner, service, currency, shared::word(&metric), before, after, difference]
        })
    });
    Table::new("movers", columns, rows)
}

/// Whether the parts add up to the bill.
fn reconciliation(review: &WeeklyReview) -> Table {
    let columns = [
        "source",
        "currency",
        "metric",
        "products",
        "shared_not_split",
        "unallocated",
        "billed",
        "difference",
    ];
    let rows = review.cost.reconciliation.iter().map(|line| {
        [
            Cell::text(&line.source),
            Cell::plain(line.currency),
            shared::word(&line.metric),
            Cell::amount(line.products),
            Cell::amount(line.shared_not_split),
            Cell::amount(line.unallocated),
            Cell::amount(line.billed),
            Cell::amount(line.difference),
        ]
    });
    Table::new("reconciliation", columns, rows)
}
