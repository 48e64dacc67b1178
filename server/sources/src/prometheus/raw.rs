//! Counting from samples themselves, exactly: what a counter gained from one sample to the next belongs to the
//! time in which the later one was taken. `increase()` estimates what lies between samples; this does not.
//!
//! - A counter that goes down was reset: it gained what it shows.
//! - What was gained over a gap is counted when the counter is seen again.
//! - A series that appears began at nought if another series of the total goes on at that time: then it is the
//!   series that is new, and not the name under which everything is written. Else its first sample is only
//!   where one begins to count, as `increase()` has it.

use std::collections::{BTreeMap, BTreeSet};

use domain::period::Period;
use rust_decimal::Decimal;

use super::http::{QueryError, Server};
use super::reply::Number;

/// How far back one looks for the sample before the first one.
const LOOKED_BACK: &str = "7d";

/// How many seconds of samples are fetched at a time.
const FETCHED_SECONDS: i64 = 86_400;

type Labels = BTreeMap<String, String>;

/// The samples of a selector over a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Samples {
    /// Values before the period, then those in it by their milliseconds.
    series: BTreeMap<Labels, (Option<Decimal>, BTreeMap<i64, Decimal>)>,
    /// What the server remarked, and samples that are no numbers.
    pub(super) warnings: Vec<String>,
}

impl Samples {
    /// Fetches the samples of `(start, end]`, and the last one before each.
    pub(super) async fn fetch(server: &Server, selector: &str, period: &Period) -> Result<Self, QueryError> {
        let (start, end) = (period.start.as_second(), period.end.as_second());
        let mut samples = Self::default();
        let before = server.query(&format!("last_over_time({selector}[{LOOKED_BACK}])"), start).await?;
        samples.warnings.extend(before.warnings);
        for series in before.series {
            let value = series.points.last().and_then(|(_, value)| samples.finite(*value));
            samples.series.entry(series.labels).or_default().0 = value;
        }
        let mut from = start;
        while from < end {
            let to = end.min(from + FETCHED_SECONDS);
            let part = server.query(&format!("{selector}[{}s]", to - from), to).await?;
            samples.warnings.extend(part.warnings);
            for series in part.series {
                // Where a version includes the edge, the sample there was fetched as the one before.
                let inside = series.points.into_iter().filter(|(at, _)| *at > start.saturating_mul(1000));
                let fresh: Vec<(i64, Decimal)> =
                    inside.filter_map(|(at, value)| Some((at, samples.finite(value)?))).collect();
                samples.series.entry(series.labels).or_default().1.extend(fresh);
            }
            from = to;
        }
        samples.warnings.sort_unstable();
        samples.warnings.dedup();
        Ok(samples)
    }

    fn finite(&mut self, number: Number) -> Option<Decimal> {
        match number {
            Number::Finite(number) => Some(number),
            Number::Nothing | Number::Endless => {
                self.warnings.push("some samples are no numbers and are left out".to_owned());
                None
            }
        }
    }

    /// Whether a series other than the one with some labels goes on at an instant.
    fn goes_on(&self, but: &Labels, at: i64) -> bool {
        self.series.iter().any(|(labels, (before, samples))| {
            let is_older =
                before.is_some() || samples.first_key_value().is_some_and(|(first, _)| *first < at);
            labels != but && is_older && samples.last_key_value().is_some_and(|(last, _)| *last >= at)
        })
    }

    /// What the counters gained, by the milliseconds of the later sample; `total` is those of the total, by
    /// which one tells series that are new. Nothing where there are no samples at all.
    pub(super) fn gains(&self, total: &Self) -> BTreeMap<i64, Decimal> {
        let mut gains: BTreeMap<i64, Decimal> = BTreeMap::new();
        for (labels, (before, samples)) in &self.series {
            let mut known = *before;
            for (at, value) in samples {
                let gain = match known {
                    Some(known) if *value >= known => value.saturating_sub(known),
                    Some(_) => *value,
                    None if total.goes_on(labels, *at) => *value,
                    None => Decimal::ZERO,
                };
                let sum = gains.entry(*at).or_default();
                *sum = sum.saturating_add(gain);
                known = Some(*value);
            }
        }
        gains
    }

    /// In how many scrapes of a cell any of the series was seen.
    pub(super) fn seen(&self, cell: &Period, scrape_seconds: i64) -> i64 {
        let (start, end) = edges(cell);
        let slot = |at: &i64| (at - 1).div_euclid(scrape_seconds.max(1) * 1000);
        let slots: BTreeSet<i64> = self
            .series
            .values()
            .flat_map(|(_, samples)| samples.range(start + 1..=end).map(|(at, _)| slot(at)))
            .collect();
        i64::try_from(slots.len()).unwrap_or(i64::MAX)
    }
}

/// What was gained within a cell, `(start, end]`; nothing where no sample is in it.
pub(super) fn within(gains: &BTreeMap<i64, Decimal>, cell: &Period) -> Option<Decimal> {
    let (start, end) = edges(cell);
    let mut inside = gains.range(start + 1..=end).map(|(_, gain)| *gain);
    let first = inside.next()?;
    Some(inside.fold(first, |sum, gain| sum.saturating_add(gain)))
}

fn edges(cell: &Period) -> (i64, i64) {
    (cell.start.as_millisecond(), cell.end.as_millisecond())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// A series: its name, when it was created, its points.
    type Series<'a> = (&'a str, Option<i64>, &'a [(i64, i64)]);

    fn samples(series: &[Series<'_>]) -> Samples {
        let series = series.iter().map(|(name, before, points)| {
            let points = points.iter().map(|(at, value)| (at * 1000, Decimal::from(*value))).collect();
            let labels = Labels::from([("instance".to_owned(), (*name).to_owned())]);
            (labels, (before.map(Decimal::from), points))
        });
        Samples { series: series.collect(), warnings: Vec::new() }
    }

    fn gained(samples: &Samples, total: &Samples) -> Vec<(i64, i64)> {
        let gains = samples.gains(total).into_iter();
        gains.map(|(at, gain)| (at / 1000, gain.try_into().unwrap())).collect()
    }

    #[test]
    fn a_reset_gains_what_the_counter_shows_and_a_gap_what_it_gained() {
        let one = samples(&[("a", Some(100), &[(60, 110), (120, 5), (180, 25), (7200, 100)])]);
        assert_eq!(gained(&one, &one), [(60, 10), (120, 5), (180, 20), (7200, 75)]);
        let cell = |start: i64, end: i64| Period {
            start: Timestamp::from_second(start).unwrap(),
            end: Timestamp::from_second(end).unwrap(),
        };
        let gains = one.gains(&one);
        assert_eq!(within(&gains, &cell(0, 120)), Some(Decimal::from(15)), "its end belongs to a cell");
        assert_eq!(within(&gains, &cell(120, 240)), Some(Decimal::from(20)), "its start does not");
        assert_eq!(within(&gains, &cell(240, 3600)), None, "nobody knows");
        assert_eq!(one.seen(&cell(0, 240), 60), 3);
        assert_eq!(one.seen(&cell(0, 240), 240), 1);
    }

    #[test]
    fn a_series_that_is_new_began_at_nought_where_the_total_goes_on() {
        let total = samples(&[("a", Some(10), &[(60, 20), (120, 30)])]);
        let failures = samples(&[("b", None, &[(120, 3)])]);
        assert_eq!(gained(&failures, &total), [(120, 3)]);
        // Everything is written under another name: nobody knows where it began.
        let renamed = samples(&[("a", Some(1000), &[(60, 1010)]), ("b", None, &[(120, 1020), (180, 1030)])]);
        assert_eq!(gained(&renamed, &renamed), [(60, 10), (120, 0), (180, 10)]);
        let first_ever = samples(&[("a", None, &[(60, 500), (120, 501)])]);
        assert_eq!(gained(&first_ever, &first_ever), [(60, 0), (120, 1)]);
    }
}
