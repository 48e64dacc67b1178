//! How near forecasts come, how often their ranges hold, and which seeded anomalies are found.

use std::collections::BTreeMap;

use domain::anomaly::{AnomalyGates, anomalies};
use domain::forecast::{History, Method, choose, fan, forecast, past_errors};
use domain::holiday::Holidays;
use domain::rate::Month;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Generated, LAST, Seeded};

/// Days of the month on which the month is forecast; the bill is complete up to two days before.
pub const DAYS: [i8; 4] = [3, 8, 15, 22];
/// How much of each bill a product's page knows.
pub const KNOWN_DAYS: i64 = 420;

/// What happened on one day of the month over all series.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Errors of the month's end as shares of what it became, in parts per million.
    pub flat: Vec<i64>,
    /// The chosen method's.
    pub chosen: Vec<i64>,
    /// Each method's.
    pub methods: BTreeMap<Method, Vec<i64>>,
    /// How many ranges there were and how many held.
    pub ranges: (usize, usize),
    /// Widths of the ranges as shares of the month.
    pub widths: Vec<i64>,
}

/// Forecasts a number of months that end with `last`, on some days of the month, from what was known then.
#[must_use]
pub fn forecasts(
    series: &[Generated],
    last: Month,
    months: usize,
    known_days: i64,
    days: &[i8],
) -> BTreeMap<i8, Outcome> {
    let mut outcomes: BTreeMap<i8, Outcome> = BTreeMap::new();
    for generated in series {
        let mut month = last;
        for _ in 0..months {
            for day in days.iter().copied() {
                let through = month.first_day().saturating_add((i64::from(day) - 3).days());
                judge(outcomes.entry(day).or_default(), generated, through, known_days);
            }
            month = month.previous();
        }
    }
    outcomes
}

fn judge(outcome: &mut Outcome, generated: &Generated, through: Date, known_days: i64) {
    let month = Month::containing(through);
    let actual: i64 =
        generated.days.range(month.first_day()..=month.last_day()).map(|(_, amount)| amount).sum();
    if actual <= 0 {
        return;
    }
    let known: BTreeMap<Date, i64> = generated
        .days
        .range(through.saturating_sub((known_days - 1).days())..=through)
        .map(|(day, amount)| (*day, *amount))
        .collect();
    let history = History::new(&known, through, &Holidays::JAPAN);
    let error = |expected: i64| share((expected - actual).abs(), actual);
    for method in Method::ALL {
        let Ok(found) = forecast(&history, method) else { return };
        outcome.methods.entry(method).or_default().push(error(found.total()));
    }
    let Ok(chosen) = forecast(&history, choose(&history)) else { return };
    outcome.chosen.push(error(chosen.total()));
    outcome.flat.push(error(chosen.spent * i64::from(month.days()) / i64::from(through.day())));
    if let Ok(fan) = fan(&history, &chosen, &past_errors(&history)) {
        let Some(band) = fan.bands(&chosen).last().copied() else { return };
        outcome.ranges.0 += 1;
        outcome.ranges.1 += usize::from((band.low..=band.high).contains(&actual));
        outcome.widths.push(share(band.high - band.low, actual));
    }
}

/// A share in parts per million.
#[must_use]
pub fn share(part: i64, whole: i64) -> i64 {
    i64::try_from(i128::from(part) * 1_000_000 / i128::from(whole.max(1))).unwrap_or(i64::MAX)
}

/// The middle of values.
#[must_use]
pub fn median(values: &[i64]) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

/// Which seeded anomalies were found, and which events were not seeded.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// One-offs that were put in, and how many were found.
    pub one_offs: (usize, usize),
    /// Those of at least half of a usual day.
    pub large: (usize, usize),
    /// Lasting rises of at least a quarter, and how many were found in their first week.
    pub rises: (usize, usize),
    /// Events reported, and how many of them were put in.
    pub events: (usize, usize),
    /// Events that begin on the first of a month, on a holiday, or on the day of a credit without anything
    /// having been put in.
    pub calendar: usize,
}

/// Looks for anomalies in the last `KNOWN_DAYS` of each series.
#[must_use]
pub fn anomalies_found(series: &[Generated]) -> Found {
    let from = LAST.saturating_sub((KNOWN_DAYS - 1).days());
    let mut found = Found::default();
    for generated in series {
        let history = History::new(&generated.days, LAST, &Holidays::JAPAN);
        let amount = median(&generated.days.values().copied().collect::<Vec<_>>()) / 20;
        let events = anomalies(&history, from, &AnomalyGates::above(amount)).unwrap_or_default();
        // A one-off on a first alone cannot be told from a fee.
        let one_offs = generated.one_offs.iter().filter(|seeded| seeded.first >= from);
        for seeded in one_offs.filter(|seeded| seeded.first != seeded.last || seeded.first.day() != 1) {
            let hit = events.iter().any(|event| event.first <= seeded.last && seeded.first <= event.last);
            count(&mut found.one_offs, hit);
            if seeded.size >= 500_000 {
                count(&mut found.large, hit);
            }
        }
        let week_after = |seeded: &Seeded| seeded.first.saturating_add(6.days());
        for seeded in generated.shifts.iter().filter(|seeded| seeded.first >= from && seeded.size >= 250_000)
        {
            let hit =
                events.iter().any(|event| event.first <= week_after(seeded) && seeded.first <= event.last);
            count(&mut found.rises, hit);
        }
        for event in &events {
            let one_off = generated
                .one_offs
                .iter()
                .any(|seeded| seeded.first <= event.last && event.first <= seeded.last);
            let rise = generated.shifts.iter().any(|seeded| {
                seeded.size >= 100_000
                    && seeded.first <= event.last
                    && event.first <= seeded.first.saturating_add(13.days())
            });
            count(&mut found.events, one_off || rise);
            let calendar = event.first.day() == 1 || Holidays::JAPAN.contains(event.first);
            found.calendar += usize::from(!one_off && !rise && calendar);
        }
    }
    found
}

fn count(pair: &mut (usize, usize), hit: bool) {
    pair.0 += 1;
    pair.1 += usize::from(hit);
}
