//! Where a month will end: level × weekday factor + first-day excess.
//!
//! The method with the smallest error in the comparison of reference/cost.md 4.4 (400 synthetic
//! series): the level is the median of the last 14 days without their weekday factor, the factor is
//! the weekday's median over 56 days, and the first of a month carries its own excess.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

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
    let factors = weekday_factors(&history);
    let level = level(&history, &factors)?;
    let spent =
        days.range(month.first_day()..=through).map(|(_, amount)| *amount).fold(0, i64::saturating_add);
    let mut remaining_days = Vec::new();
    let mut day = through;
    while day < month.last_day() {
        day = day.saturating_add(1.days());
        let factor = factors[day.weekday().to_monday_zero_offset() as usize];
        remaining_days.push(level.checked_mul(factor)?.round().to_i64()?);
    }
    Some(Forecast { month, spent, through, remaining_days })
}

/// Median of each weekday over the last 56 days against the median of all, first days left out.
fn weekday_factors(history: &[(Date, i64)]) -> [Decimal; 7] {
    let recent: Vec<(Date, i64)> =
        history.iter().take(56).filter(|(day, _)| day.day() != 1).copied().collect();
    let all = median(recent.iter().map(|(_, amount)| Decimal::from(*amount)).collect());
    std::array::from_fn(|weekday| {
        let same = recent
            .iter()
            .filter(|(day, _)| day.weekday().to_monday_zero_offset() as usize == weekday)
            .map(|(_, amount)| Decimal::from(*amount))
            .collect();
        match (median(same), all) {
            (Some(same), Some(all)) if !all.is_zero() => same.checked_div(all).unwrap_or(Decimal::ONE),
            _ => Decimal::ONE,
        }
    })
}

/// Median of the last 14 days, each without its weekday's factor.
fn level(history: &[(Date, i64)], factors: &[Decimal; 7]) -> Option<Decimal> {
    let plain = history
        .iter()
        .filter(|(day, _)| day.day() != 1)
        .take(14)
        .filter_map(|(day, amount)| {
            Decimal::from(*amount).checked_div(factors[day.weekday().to_monday_zero_offset() as usize])
        })
        .collect();
    median(plain)
}

/// The middle value, or the mean of the two middle ones.
fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => values.get(middle).copied(),
        _ => Some((values[middle - 1] + values[middle]) / Decimal::TWO),
    }
}
