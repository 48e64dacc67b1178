//! Where a product's month ends, its pace, and days that stood out.

use domain::forecast::Basis;
use domain::pace::Pace;
use domain::product_review::MonthCourse;
use domain::product_review::outlook::{CostAnomaly, Unusual};

use super::{Cell, Table};

/// The range of each bill's month end, or why there is none.
pub(super) fn month_ends(months: &[MonthCourse]) -> Table {
    let columns = [
        "month",
        "currency",
        "method",
        "p10",
        "p25",
        "p75",
        "p90",
        "learnt_from",
        "errors",
        "ranges_held",
        "ranges",
        "refused",
    ];
    let row = |course: &MonthCourse| {
        let range = course.range.as_ref().ok();
        let end = range.and_then(|range| range.bands.last());
        let amount = |micros: Option<i64>| micros.map_or_else(Cell::default, Cell::amount);
        let (basis, errors) = match range.map(|range| range.basis) {
            Some(Basis::Months(errors)) => (Some("months"), Some(errors)),
            Some(Basis::Weeks(errors)) => (Some("weeks"), Some(errors)),
            None => (None, None),
        };
        let accuracy = range.and_then(|range| range.accuracy);
        let refused = course.method.as_ref().err().map(ToString::to_string);
        let refused = refused.or_else(|| course.range.as_ref().err().map(ToString::to_string));
        [
            Cell::plain(course.month),
            Cell::plain(course.currency),
            Cell::optional(course.method.as_ref().ok().map(|method| method.as_str())),
            amount(end.map(|band| band.low)),
            amount(end.map(|band| band.lower)),
            amount(end.map(|band| band.upper)),
            amount(end.map(|band| band.high)),
            Cell::optional(basis),
            Cell::optional(errors),
            Cell::optional(accuracy.map(|accuracy| accuracy.held)),
            Cell::optional(accuracy.map(|accuracy| accuracy.fans)),
            Cell::optional(refused),
        ]
    };
    Table::new("month_ends", columns, months.iter().map(row))
}

/// Whether the month keeps step with its budget.
pub(super) fn pace(pace: &Option<Pace>) -> Table {
    let columns = [
        "currency",
        "expected_share_ppm",
        "pace_ppm",
        "remaining",
        "days_left",
        "allowed_per_day",
        "exhausted_on",
    ];
    let row = |pace: &Pace| {
        [
            Cell::plain(pace.remaining.currency),
            Cell::plain(pace.expected_share.0),
            Cell::optional(pace.pace.map(|share| share.0)),
            Cell::amount(pace.remaining.micros),
            Cell::plain(pace.days_left),
            pace.allowed_per_day.map_or_else(Cell::default, |allowed| Cell::amount(allowed.micros)),
            Cell::optional(pace.exhausted_on),
        ]
    };
    Table::new("pace", columns, pace.iter().map(row))
}

/// Runs of days that cost far more than expected.
pub(super) fn unusual_days(unusual: &Unusual) -> Table {
    let columns = [
        "first",
        "last",
        "currency",
        "amount",
        "expected_amount",
        "impact",
        "goes_on",
        "service",
        "reopened",
    ];
    let row = |anomaly: &CostAnomaly| {
        [
            Cell::plain(anomaly.event.first),
            Cell::plain(anomaly.event.last),
            Cell::plain(anomaly.currency),
            Cell::amount(anomaly.event.actual),
            Cell::amount(anomaly.event.expected),
            Cell::amount(anomaly.event.impact()),
            Cell::plain(anomaly.event.goes_on),
            Cell::optional_text(anomaly.service.as_deref()),
            Cell::optional(anomaly.reopened.map(|why| why.as_str())),
        ]
    };
    Table::new("unusual_days", columns, unusual.events.iter().map(row))
}
