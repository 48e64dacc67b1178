//! Where a month will end, how sure that is, and how often such a range has held.
//!
//! Three methods (reference/cost.md 4.4), all in whole micro-units: a level with weekday factors, the
//! same with growth, and the newest day of the same weekday. A series gets the one that was nearest on
//! its own last twelve weeks. The first of a month carries its own excess, holidays cost what Sundays do.

mod fan;
mod history;
mod method;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::holiday::Holidays;
use crate::rate::Month;

pub use fan::{Accuracy, Band, Basis, Fan, FanRefusal, PastError, accuracy, fan, past_errors};
pub use history::History;
pub use method::Method;
pub(crate) use method::{Profile, twice_median};

/// Days that a forecast needs.
pub const DAYS_NEEDED: usize = 14;
/// The last days that decide which method a series gets. Less than the [`crate::review::WEEKS_SHOWN`]
/// weeks that a review reads, so that every page that knows more finds the same method.
const JUDGED_DAYS: usize = 84;
/// Days that a method learns from in its own test.
const TAUGHT_DAYS: usize = 28;
/// How many times each method is tested.
const TESTS: usize = 5;
/// Another method is taken only if its errors are at most this share of the usual one's, in percent, so
/// that a series does not change its method from week to week.
const BETTER_PERCENT: u128 = 80;

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
    /// How it was made.
    pub method: Method,
}

impl Forecast {
    /// Spent plus what the remaining days are expected to cost.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.remaining_days.iter().fold(self.spent, |sum, day| sum.saturating_add(*day))
    }
}

/// Why there is no forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was ever spent.
    #[error("nothing was spent yet")]
    Nothing,
    /// Too few days to speak of a level.
    #[error("a forecast needs {DAYS_NEEDED} days, there are {days}")]
    TooShort {
        /// How many days there are.
        days: usize,
    },
    /// The amounts do not fit into 64 bits.
    #[error("the amounts are too large")]
    TooLarge,
}

/// Forecasts the month that holds `through` from daily amounts in micro-units (UTC days, complete ones
/// only) by the method that their past speaks for. `None` where [`forecast`] gives a reason.
#[must_use]
pub fn forecast_month(days: &BTreeMap<Date, i64>, through: Date, holidays: &Holidays) -> Option<Forecast> {
    let history = History::new(days, through, holidays);
    forecast(&history, choose(&history)).ok()
}

/// Forecasts the month that holds the last known day.
///
/// # Errors
/// A [`Refusal`] says why there is none.
pub fn forecast(history: &History, method: Method) -> Result<Forecast, Refusal> {
    let known = history.len();
    if known == 0 {
        return Err(Refusal::Nothing);
    }
    if known < DAYS_NEEDED {
        return Err(Refusal::TooShort { days: known });
    }
    let through = history.day(known - 1);
    let month = Month::containing(through);
    let profile = Profile::new(history, 0, known, method).ok_or(Refusal::TooLarge)?;
    let first = history.position(month.first_day()).unwrap_or(0);
    let spent = history.amounts()[first..].iter().copied().fold(0, i64::saturating_add);
    let remaining_days =
        (known..known + days_left(through)).map(|position| profile.expected(history, position));
    Ok(Forecast { month, spent, through, remaining_days: remaining_days.collect(), method })
}

/// What each day of the month of the last known day is expected to cost, past days too: the shape of the
/// month, with the fees of its first day and its weekends, that a pace is measured against.
///
/// # Errors
/// A [`Refusal`] says why there is none.
pub fn month_shape(history: &History, method: Method) -> Result<Vec<i64>, Refusal> {
    let known = history.len();
    let forecast = forecast(history, method)?;
    let profile =
        Profile::new(history, 0, known, method).ok_or(Refusal::TooLarge)?.with_month_opening(history);
    // A product that began within the month is spread over the whole month all the same.
    let passed = usize::try_from(forecast.through.day()).unwrap_or(1).min(known);
    let last = known + forecast.remaining_days.len();
    Ok((known - passed..last).map(|position| profile.expected(history, position)).collect())
}

/// How many days of the month come after a day.
fn days_left(through: Date) -> usize {
    usize::try_from(through.days_in_month() - through.day()).unwrap_or(0)
}

/// The method whose forecasts of the last twelve weeks were nearest: each is asked, a week apart, for as
/// many days as the month has left (at least 7, at most 21), knowing only what came before. First days of
/// months are left out, since none is ever ahead in its own month.
#[must_use]
pub fn choose(history: &History) -> Method {
    choose_at(history, history.len())
}

/// The same as if only the first `known` days were known.
pub(crate) fn choose_at(history: &History, known: usize) -> Method {
    let Some(last) = known.checked_sub(1) else { return Method::default() };
    let ahead = days_left(history.day(last)).clamp(7, 21);
    let floor = known.saturating_sub(JUDGED_DAYS);
    let mut errors = [0_u128; Method::ALL.len()];
    for test in 0..TESTS {
        let Some(origin) =
            known.checked_sub(ahead + 7 * test).filter(|origin| *origin >= floor + TAUGHT_DAYS)
        else {
            break;
        };
        let Some(profiles) = Profile::of_all(history, floor, origin) else { return Method::default() };
        for (error, profile) in errors.iter_mut().zip(profiles) {
            let missed = missed(history, &profile, origin, ahead);
            *error = error.saturating_add((missed.actual - missed.expected).unsigned_abs());
        }
    }
    let usual = errors[0];
    let nearest = (1..errors.len()).min_by_key(|position| errors[*position]).unwrap_or(0);
    let better = errors[nearest].saturating_mul(100) < usual.saturating_mul(BETTER_PERCENT);
    if better { Method::ALL[nearest] } else { Method::default() }
}

/// What a run of days was expected to cost and what it did cost.
pub(crate) struct Missed {
    pub(crate) expected: i128,
    pub(crate) actual: i128,
}

/// Asks for the `ahead` days from `origin` on, without first days of months.
pub(crate) fn missed(history: &History, profile: &Profile, origin: usize, ahead: usize) -> Missed {
    let (mut expected, mut actual) = (0, 0);
    for position in (origin..history.len().min(origin + ahead)).filter(|day| !history.kind(*day).opens_month)
    {
        expected += i128::from(profile.expected(history, position));
        actual += i128::from(history.amounts()[position]);
    }
    Missed { expected, actual }
}
