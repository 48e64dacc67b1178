//! The range around a forecast, from how far the same forecasts were off before.

use jiff::ToSpan;
use jiff::civil::Date;

use super::history::History;
use super::method::{Method, Profile};
use super::{Forecast, choose_at, days_left, missed};
use crate::rate::Month;
use crate::ratio::Ppm;

/// Past errors that a range needs.
const ERRORS_NEEDED: usize = 4;
/// From this many errors on, both sides of a range are taken apart.
const ERRORS_FOR_SIDES: usize = 9;
/// Closed months that are looked at.
const MONTHS: usize = 13;
/// Fans that an [`Accuracy`] speaks of.
const FANS: usize = 8;
/// Days that a past forecast must have known.
const TAUGHT_DAYS: usize = 42;
/// The same where there are only weeks.
const TAUGHT_DAYS_WEEKLY: usize = 28;

/// How far one past forecast was off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastError {
    /// The last day it knew.
    pub through: Date,
    /// What came minus what was expected of the days ahead, as a share of what was expected.
    pub error: Ppm,
}

/// Where the days ahead may end, as shares of what is expected of them: half of past forecasts fell
/// between the quartiles, eight of ten between low and high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// The 10th percentile.
    pub low: Ppm,
    /// The 25th percentile.
    pub lower: Ppm,
    /// The 75th percentile.
    pub upper: Ppm,
    /// The 90th percentile.
    pub high: Ppm,
    /// What it was learnt from.
    pub basis: Basis,
}

/// What a range was learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The forecasts of that many closed months on the same day of the month.
    Months(usize),
    /// That many forecasts, a week apart, of as many days as are ahead now; for products younger than
    /// about half a year.
    Weeks(usize),
}

/// The range of one sum, in micro-units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// The 10th percentile.
    pub low: i64,
    /// The 25th percentile.
    pub lower: i64,
    /// The 75th percentile.
    pub upper: i64,
    /// The 90th percentile.
    pub high: i64,
}

/// Why there is no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FanRefusal {
    /// There is no forecast either.
    #[error("there is no forecast")]
    NoForecast,
    /// The month is over; what was spent is what it cost.
    #[error("no day is ahead")]
    NothingAhead,
    /// Too few past forecasts to learn from.
    #[error("a range needs {ERRORS_NEEDED} past forecasts, there are {errors}")]
    TooFew {
        /// How many there are.
        errors: usize,
    },
}

/// How often the ranges of closed months held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// How many held.
    pub held: usize,
    /// Of how many, at most eight.
    pub fans: usize,
}

impl Fan {
    /// The running sums of the days ahead with their ranges; each opens from what was spent.
    #[must_use]
    pub fn bands(&self, forecast: &Forecast) -> Vec<Band> {
        let mut ahead = 0_i128;
        let band = |ahead: i128| {
            let at = |share: Ppm| {
                let sum = i128::from(forecast.spent) + ahead * (1_000_000 + i128::from(share.0)) / 1_000_000;
                i64::try_from(sum).unwrap_or(forecast.spent)
            };
            Band { low: at(self.low), lower: at(self.lower), upper: at(self.upper), high: at(self.high) }
        };
        let days = forecast.remaining_days.iter().map(|day| {
            ahead += i128::from(*day);
            band(ahead)
        });
        days.collect()
    }

    /// Whether an error lies between low and high.
    fn holds(&self, error: Ppm) -> bool {
        self.low <= error && error <= self.high
    }
}

/// How far off the forecasts of the closed months were on the same day of the month, oldest first: each
/// knew only the days before it, and used the method that those spoke for.
#[must_use]
pub fn past_errors(history: &History) -> Vec<PastError> {
    let Some(last) = history.len().checked_sub(1) else { return Vec::new() };
    let mut month = Month::containing(history.day(last));
    let day = history.day(last).day();
    let mut errors = Vec::new();
    for _ in 0..MONTHS {
        month = month.previous();
        // The same number of days ahead at the end of a short month as the day has in its own.
        let through = month.first_day().saturating_add(i64::from(day.min(month.days() - 1) - 1).days());
        let Some(known) = history.position(through).map(|position| position + 1) else { break };
        if known < TAUGHT_DAYS {
            break;
        }
        let method = choose_at(history, known);
        errors.extend(error_at(history, known, days_left(through), method));
    }
    errors.reverse();
    errors
}

fn error_at(history: &History, known: usize, ahead: usize, method: Method) -> Option<PastError> {
    let missed = missed(history, &Profile::new(history, 0, known, method)?, known, ahead);
    let error = Ppm::floor_of(missed.actual - missed.expected, missed.expected)?;
    Some(PastError { through: history.day(known - 1), error })
}

/// The range that the errors of closed months speak for, or those of recent weeks where there are too few
/// closed months.
///
/// # Errors
/// A [`FanRefusal`] says why there is none.
pub fn fan(history: &History, forecast: &Forecast, errors: &[PastError]) -> Result<Fan, FanRefusal> {
    let ahead = forecast.remaining_days.len();
    if ahead == 0 {
        return Err(FanRefusal::NothingAhead);
    }
    let shares: Vec<i64> = errors.iter().map(|past| past.error.0).collect();
    if let Some(fan) = fan_of(&shares) {
        return Ok(fan);
    }
    let weeks = weekly_errors(history, ahead, forecast.method);
    fan_of_weeks(&weeks, ahead).ok_or(FanRefusal::TooFew { errors: weeks.len() })
}

/// How far off a method was week by week when it was asked for as many days as are ahead now.
fn weekly_errors(history: &History, ahead: usize, method: Method) -> Vec<i64> {
    let origins = std::iter::successors(history.len().checked_sub(ahead), |origin| origin.checked_sub(7));
    origins
        .take_while(|origin| *origin >= TAUGHT_DAYS_WEEKLY)
        .filter_map(|origin| error_at(history, origin, ahead, method))
        .map(|past| past.error.0)
        .collect()
}

/// Weeks that look ahead over the same days err alike: they count as many times as looks of that length
/// fit into them side by side, and a few of them widen the range by the part that one more would.
fn fan_of_weeks(errors: &[i64], ahead: usize) -> Option<Fan> {
    if errors.len() < ERRORS_NEEDED {
        return None;
    }
    let mut sizes: Vec<i64> = errors.iter().map(|error| error.saturating_abs()).collect();
    sizes.sort_unstable();
    let (looks, days) = (ahead as i128 + 7 * (errors.len() as i128 - 1), ahead as i128);
    let widened = |percent| {
        let size = i128::from(quantile(&sizes, percent));
        Ppm(i64::try_from(size * (looks + days) / looks).unwrap_or(i64::MAX))
    };
    let (half, most) = (widened(50), widened(80));
    let (low, lower) = (Ppm(most.0.saturating_neg()), Ppm(half.0.saturating_neg()));
    Some(Fan { low, lower, upper: half, high: most, basis: Basis::Weeks(errors.len()) })
}

fn fan_of(errors: &[i64]) -> Option<Fan> {
    let count = errors.len();
    if count < ERRORS_NEEDED {
        return None;
    }
    let basis = Basis::Months(count);
    let mut sorted = errors.to_vec();
    if count >= ERRORS_FOR_SIDES {
        sorted.sort_unstable();
        let at = |percent| Ppm(quantile(&sorted, percent));
        return Some(Fan { low: at(10), lower: at(25), upper: at(75), high: at(90), basis });
    }
    // Too few for a tail of their own: both sides are as wide as the errors are large.
    for error in &mut sorted {
        *error = error.saturating_abs();
    }
    sorted.sort_unstable();
    let (half, most) = (quantile(&sorted, 50), quantile(&sorted, 80));
    Some(Fan {
        low: Ppm(most.saturating_neg()),
        lower: Ppm(half.saturating_neg()),
        upper: Ppm(half),
        high: Ppm(most),
        basis,
    })
}

/// The percentile of sorted values so that a new one is expected below it as often: position
/// percent × (n + 1), between neighbours in proportion, the ends where it lies outside.
fn quantile(sorted: &[i64], percent: usize) -> i64 {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return 0 };
    let place = percent * (sorted.len() + 1);
    let (rank, part) = (place / 100, place % 100);
    let lower = if rank == 0 { first } else { sorted.get(rank - 1).unwrap_or(last) };
    let upper = sorted.get(rank).unwrap_or(last);
    let step = (i128::from(*upper) - i128::from(*lower)) * part as i128 / 100;
    lower.saturating_add(i64::try_from(step).unwrap_or(0))
}

/// How often the ranges of the last eight closed months held, each made from the errors before it only.
/// `None` before the first range.
#[must_use]
pub fn accuracy(errors: &[PastError]) -> Option<Accuracy> {
    let shares: Vec<i64> = errors.iter().map(|past| past.error.0).collect();
    let mut accuracy = Accuracy { held: 0, fans: 0 };
    for position in (ERRORS_NEEDED..shares.len()).rev().take(FANS) {
        let Some(fan) = fan_of(&shares[..position]) else { break };
        accuracy.fans += 1;
        accuracy.held += usize::from(fan.holds(Ppm(shares[position])));
    }
    (accuracy.fans > 0).then_some(accuracy)
}
