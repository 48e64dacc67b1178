//! Where a month will end: level × weekday factor + first-day excess.
//!
//! The method with the smallest error in the comparison of reference/cost.md 4.4 (400 synthetic
//! series): the level is the median of the last 14 days without their weekday factor, the factor is
//! the weekday's median over 56 days, and the first of a month carries its own excess.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::rate::Month;

/// A forecast of a month in micro-units of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The month.
    pub month: Month,
    /// Spent up to and including the last complete day.
    pub spent: i64,
    /// The last complete day.
    pub through: Date,
    /// What each remaining day is expected to cost, in order.
    pub remaining_days: Vec<i64>,
}

impl Forecast {
    /// Spent plus what the remaining days are expected to cost.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.remaining_days.iter().fold(self.spent, |sum, day| sum.saturating_add(*day))
    }
}

/// Forecasts the month that holds `through` from daily amounts in micro-units (UTC days, complete
/// ones only). `None` with fewer than 14 days of history, because then there is no level to speak of.
#[must_use]
pub fn forecast_month(days: &BTreeMap<Date, i64>, through: Date) -> Option<Forecast> {
    let month = Month::containing(through);
    let history: Vec<(Date, i64)> =
        days.range(..=through).rev().take(91).map(|(day, amount)| (*day, *amount)).collect();
    if history.len() < 14 {
        return None;
    }
    let usual = usual_days(&history);
    let level = level(&history, &usual)?;
    let spent =
        days.range(month.first_day()..=through).map(|(_, amount)| *amount).fold(0, i64::saturating_add);
    let mut remaining_days = Vec::new();
    let mut day = through;
    while day < month.last_day() {
        day = day.saturating_add(1.days());
        let (same, all) = usual[weekday_of(day)];
        remaining_days
            .push(i64::try_from(rounded(level.checked_mul(same)?, all.checked_mul(2 * FINE)?)?).ok()?);
    }
    Some(Forecast { month, spent, through, remaining_days })
}

/// Parts of a micro-unit that levels are reckoned in, so that dividing by a weekday's factor and
/// multiplying by another's loses nothing that is seen.
const FINE: i128 = 1_000;

fn weekday_of(day: Date) -> usize {
    usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)
}

/// For each weekday its factor as a fraction: twice the median of that weekday over twice the median
/// of all days, over the last 56 days without the first of a month; 1/1 where there is none.
fn usual_days(history: &[(Date, i64)]) -> [(i128, i128); 7] {
    let recent = || history.iter().take(56).filter(|(day, _)| day.day() != 1);
    let all = twice_median(recent().map(|(_, amount)| i128::from(*amount)).collect());
    std::array::from_fn(|weekday| {
        let same = recent().filter(|(day, _)| weekday_of(*day) == weekday);
        let same = twice_median(same.map(|(_, amount)| i128::from(*amount)).collect());
        match (same, all) {
            (Some(same), Some(all)) if all != 0 => (same, all),
            _ => (1, 1),
        }
    })
}

/// Twice the median of the last 14 days, each without its weekday's factor, in [`FINE`] parts.
fn level(history: &[(Date, i64)], usual: &[(i128, i128); 7]) -> Option<i128> {
    let plain = history
        .iter()
        .filter(|(day, _)| day.day() != 1)
        .take(14)
        .filter_map(|(day, amount)| {
            let (same, all) = usual[weekday_of(*day)];
            rounded(i128::from(*amount).checked_mul(all)?.checked_mul(FINE)?, same)
        })
        .collect();
    twice_median(plain)
}

/// A quotient rounded half away from zero; `None` for a divisor of zero.
fn rounded(dividend: i128, divisor: i128) -> Option<i128> {
    let (quotient, rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
    let up = rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs();
    Some(if up { quotient + dividend.signum() * divisor.signum() } else { quotient })
}

/// Twice the middle value, or the sum of the two middle ones, so that it stays whole.
fn twice_median(mut values: Vec<i128>) -> Option<i128> {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => values[middle].checked_mul(2),
        _ => values[middle - 1].checked_add(values[middle]),
    }
}
