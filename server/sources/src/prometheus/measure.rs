//! How one objective is measured: its definition's metrics as questions to PromQL, and the sums of their answers.

use domain::objective::{BudgetingMethod, SliBucket};
use domain::period::Period;
use domain::ratio::Ppm;
use rust_decimal::{Decimal, RoundingStrategy};

use super::query::Query;
use crate::openslo::Metrics;

/// How it is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Events: those that are good (or bad) and all.
    Ratio { part: Query, is_bad: bool, total: Query },
    /// A query that answers a share by itself.
    Share { query: String, is_failure: bool },
    /// A query that is compared with a value.
    Threshold { query: String, comparison: Comparison },
}

/// `op` and `value` of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Below(Decimal),
    AtMost(Decimal),
    Above(Decimal),
    AtLeast(Decimal),
}

impl Comparison {
    fn of(text: &str) -> Option<Self> {
        let (word, value) = text.split_once(' ')?;
        let value = value.trim().parse().ok()?;
        match word {
            "lt" => Some(Self::Below(value)),
            "lte" => Some(Self::AtMost(value)),
            "gt" => Some(Self::Above(value)),
            "gte" => Some(Self::AtLeast(value)),
            _ => None,
        }
    }

    fn holds(self, value: Decimal) -> bool {
        match self {
            Self::Below(limit) => value < limit,
            Self::AtMost(limit) => value <= limit,
            Self::Above(limit) => value > limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

/// Why an objective cannot be asked for, and how to mend it.
pub(super) type Unanswerable = (String, &'static str);

impl Measure {
    /// Of a definition's metrics; `is_raw` where events are counted from samples.
    pub(super) fn of(metrics: &Metrics, method: BudgetingMethod, is_raw: bool) -> Result<Self, Unanswerable> {
        let is_sliced = method != BudgetingMethod::Occurrences;
        if let Some(total) = &metrics.total {
            let (part, is_bad) = match (&metrics.good, &metrics.bad) {
                (Some(good), _) => (good, false),
                (None, Some(bad)) => (bad, true),
                (None, None) => return Err(lacking("good or bad beside total")),
            };
            let text = |metric: &crate::openslo::MetricSource| metric.text("query").map(str::to_owned);
            let (Some(part), Some(total)) = (text(part), text(total)) else {
                return Err(lacking("spec.query in each metricSource"));
            };
            let (part, total) = (Query::of(&part), Query::of(&total));
            for query in [&part, &total] {
                countable(query, is_raw)?;
            }
            return Ok(Self::Ratio { part, is_bad, total });
        }
        if !is_sliced {
            let what = "Only shares and thresholds are defined, and Occurrences count events.".to_owned();
            return Err((what, "Write total with good or bad, or another budgetingMethod."));
        }
        if let Some(raw) = &metrics.raw {
            let query = raw.text("query").ok_or_else(|| lacking("spec.query"))?.to_owned();
            return Ok(Self::Share { query, is_failure: metrics.raw_type.as_deref() == Some("failure") });
        }
        let threshold =
            metrics.threshold.as_ref().ok_or_else(|| lacking("a ratioMetric or thresholdMetric"))?;
        let query = threshold.text("query").ok_or_else(|| lacking("spec.query"))?.to_owned();
        let comparison = Comparison::of(&metrics.comparison).ok_or_else(|| lacking("op and value"))?;
        Ok(Self::Threshold { query, comparison })
    }
}

fn lacking(what: &str) -> Unanswerable {
    (format!("The definition lacks {what}."), "Add it to the OpenSLO file.")
}

fn countable(query: &Query, is_raw: bool) -> Result<(), Unanswerable> {
    match query {
        Query::Selector(_) => Ok(()),
        Query::Windowed(text) if is_raw => Err((
            format!("The query {text} is computed by Prometheus, and this source counts samples itself."),
            "Write a plain selector of a counter, or mode = \"increase\".",
        )),
        Query::Windowed(_) => Ok(()),
        Query::Other(text) => Err((
            format!("How many events a window had cannot be told from the query {text}."),
            "Write a selector of a counter, or put {{.window}} where the window goes, as in \
             sum(increase(requests_total[{{.window}}])).",
        )),
    }
}

/// What is known of one cell: a bucket, or a slice of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Good (or bad) events, a share, or a value; nothing where the series is not there.
    pub(super) part: Option<Decimal>,
    /// All events; nothing where there are no samples.
    pub(super) total: Option<Decimal>,
    /// Samples seen and expected, where that is known.
    pub(super) samples: Option<(i64, i64)>,
}

/// One bucket of events.
pub(super) fn occurrences(measure: &Measure, cell: &Cell, mut bucket: SliBucket) -> SliBucket {
    let is_there = cell.total.is_some();
    bucket.total = whole(cell.total);
    // A series that is never written has nothing to count, if what it is a part of is there.
    let part = whole(cell.part).min(bucket.total);
    let is_bad = matches!(measure, Measure::Ratio { is_bad: true, .. });
    bucket.good = if is_bad { bucket.total - part } else { part };
    (bucket.samples_seen, bucket.samples_expected) = match cell.samples {
        Some((seen, expected)) => (seen.clamp(0, expected), expected),
        None => (i64::from(is_there), 1),
    };
    bucket
}

/// One bucket of slices. A slice without samples or without events is none: what it counts as is a rule of
/// the objective.
pub(super) fn slices(
    measure: &Measure,
    method: BudgetingMethod,
    cells: &[Cell],
    mut bucket: SliBucket,
) -> SliBucket {
    (bucket.good, bucket.total) = (0, 0);
    (bucket.samples_seen, bucket.samples_expected) = (0, i64::try_from(cells.len()).unwrap_or(i64::MAX));
    for cell in cells {
        let is_there = if matches!(measure, Measure::Ratio { .. }) { cell.total } else { cell.part };
        bucket.samples_seen += i64::from(is_there.is_some());
        let Some((good, total)) = of_slice(measure, cell) else { continue };
        let share = || good.checked_div(total).unwrap_or_default();
        match method {
            BudgetingMethod::RatioTimeslices { .. } => {
                bucket.total += Ppm::ONE.0;
                let ppm = share().saturating_mul(Decimal::from(Ppm::ONE.0)).floor();
                bucket.good += i64::try_from(ppm).unwrap_or_default().clamp(0, Ppm::ONE.0);
            }
            BudgetingMethod::Timeslices { slice_target, .. } => {
                let reached = good.saturating_mul(Decimal::from(Ppm::ONE.0))
                    >= total.saturating_mul(Decimal::from(slice_target.0));
                let is_good = matches!(measure, Measure::Threshold { .. }) && good == total
                    || !matches!(measure, Measure::Threshold { .. }) && reached;
                bucket.total += 1;
                bucket.good += i64::from(is_good);
            }
            BudgetingMethod::Occurrences => {}
        }
    }
    bucket
}

/// What is good of how much in a slice; nothing where there is nothing to judge.
fn of_slice(measure: &Measure, cell: &Cell) -> Option<(Decimal, Decimal)> {
    match measure {
        Measure::Ratio { is_bad, .. } => {
            let total = cell.total.filter(|total| *total > Decimal::ZERO)?;
            let part = cell.part.unwrap_or_default().clamp(Decimal::ZERO, total);
            Some((if *is_bad { total.saturating_sub(part) } else { part }, total))
        }
        Measure::Share { is_failure, .. } => {
            let share = cell.part?.clamp(Decimal::ZERO, Decimal::ONE);
            Some((if *is_failure { Decimal::ONE - share } else { share }, Decimal::ONE))
        }
        Measure::Threshold { comparison, .. } => {
            let holds = comparison.holds(cell.part?);
            Some((if holds { Decimal::ONE } else { Decimal::ZERO }, Decimal::ONE))
        }
    }
}

/// A number of events: what `increase()` estimates between two numbers is rounded.
fn whole(number: Option<Decimal>) -> i64 {
    let rounded = number
        .map(|number| number.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
        .unwrap_or_default();
    i64::try_from(rounded).unwrap_or(i64::MAX).max(0)
}

/// The slices of a bucket; nothing when it is not made of whole ones.
pub(super) fn slices_of(bucket: &Period, seconds: i64) -> Option<Vec<Period>> {
    let length = bucket.seconds();
    if seconds < 1 || length % seconds != 0 {
        return None;
    }
    let start = bucket.start.as_second();
    let edge = |position: i64| jiff::Timestamp::from_second(start + position * seconds).ok();
    (0..length / seconds)
        .map(|position| Some(Period { start: edge(position)?, end: edge(position + 1)? }))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn bucket() -> SliBucket {
        let period = Period { start: Timestamp::UNIX_EPOCH, end: Timestamp::from_second(3600).unwrap() };
        SliBucket { objective: "a".into(), period, good: 0, total: 0, samples_seen: 0, samples_expected: 0 }
    }

    fn ratio(is_bad: bool) -> Measure {
        Measure::Ratio { part: Query::of("a"), is_bad, total: Query::of("b") }
    }

    fn cell(part: Option<&str>, total: Option<&str>) -> Cell {
        let number = |text: &str| text.parse().unwrap();
        Cell { part: part.map(number), total: total.map(number), samples: Some((60, 60)) }
    }

    #[test]
    fn a_series_that_is_never_written_counts_nothing_where_the_total_is_there() {
        for (is_bad, part, total, expected) in [
            (true, None, Some("100"), (100, 100)),
            (false, None, Some("100"), (0, 100)),
            (true, Some("3.4"), Some("100.6"), (98, 101)),
            (true, Some("200"), Some("100"), (0, 100)),
            (true, None, None, (0, 0)),
            (true, Some("5"), None, (0, 0)),
            (true, Some("0"), Some("0"), (0, 0)),
        ] {
            let counted = occurrences(&ratio(is_bad), &cell(part, total), bucket());
            assert_eq!((counted.good, counted.total), expected, "{part:?} of {total:?}");
        }
    }

    #[test]
    fn slices_without_events_are_none() {
        let method = BudgetingMethod::Timeslices { slice_target: Ppm(950_000), slice_seconds: 60 };
        let cells = [
            cell(Some("5"), Some("100")),
            cell(Some("5.0001"), Some("100")),
            cell(None, Some("10")),
            cell(Some("0"), Some("0")),
            cell(None, None),
        ];
        let counted = slices(&ratio(true), method, &cells, bucket());
        assert_eq!((counted.good, counted.total), (2, 3));
        assert_eq!((counted.samples_seen, counted.samples_expected), (4, 5));
        let method = BudgetingMethod::RatioTimeslices { slice_seconds: 60 };
        let counted = slices(&ratio(true), method, &cells, bucket());
        assert_eq!((counted.good, counted.total), (950_000 + 949_999 + 1_000_000, 3_000_000));
    }

    #[test]
    fn thresholds_and_shares_are_judged_by_slice() {
        let method = BudgetingMethod::Timeslices { slice_target: Ppm(900_000), slice_seconds: 60 };
        let comparison = Comparison::of("lte 0.5").unwrap();
        let slow = Measure::Threshold { query: "q".to_owned(), comparison };
        let cells = [cell(Some("0.5"), None), cell(Some("0.51"), None), cell(None, None)];
        let counted = slices(&slow, method, &cells, bucket());
        assert_eq!((counted.good, counted.total, counted.samples_seen), (1, 2, 2));
        let share = Measure::Share { query: "q".to_owned(), is_failure: true };
        let cells = [cell(Some("0.1"), None), cell(Some("0.11"), None)];
        let counted = slices(&share, method, &cells, bucket());
        assert_eq!((counted.good, counted.total), (1, 2));
    }

    #[test]
    fn a_bucket_has_whole_slices_or_none() {
        assert_eq!(slices_of(&bucket().period, 60).unwrap().len(), 60);
        assert_eq!(slices_of(&bucket().period, 7), None);
        assert_eq!(slices_of(&bucket().period, 0), None);
    }
}
