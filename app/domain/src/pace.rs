//! Whether a month's spending keeps step with its budget (reference/cost.md 4.3).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::money::Money;
use crate::rate::Month;
use crate::ratio::Ppm;

/// A month under way against its budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// What is usually spent by now of what is usually spent in the whole month: the first day's fees and
    /// the weekends are where they are, so that a fee on the first is no alarm on the second.
    pub expected_share: Ppm,
    /// What is spent of what should be spent by now; above the whole is too fast. `None` without a budget
    /// above zero or before anything is expected.
    pub pace: Option<Ppm>,
    /// The budget minus what is spent; negative once it is used up.
    pub remaining: Money,
    /// How many days are left after the last complete one.
    pub days_left: i64,
    /// What each of them may cost, rounded down; `None` when none is left or nothing remains.
    pub allowed_per_day: Option<Money>,
    /// The day at whose end the budget is used up, passed or expected; `None` when the month ends before, and
    /// while credits have given back what was used up.
    pub exhausted_on: Option<Date>,
}

/// A month day by day, in micro-units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDays<'a> {
    /// The month.
    pub month: Month,
    /// What each complete day cost, from the first of the month on.
    pub spent: &'a [i64],
    /// What each remaining day is expected to cost.
    pub remaining: &'a [i64],
    /// What each day of the whole month is usually expected to cost.
    pub shape: &'a [i64],
}

impl Pace {
    /// Measures a month against a budget; the days are in the budget's currency.
    #[must_use]
    pub fn new(days: &MonthDays<'_>, budget: Money) -> Self {
        let Money { micros: budget, currency } = budget;
        let money = |micros| Money { micros, currency };
        let spent = sum(days.spent);
        let days_in_month = i64::from(days.month.days());
        let elapsed = days.spent.len().min(usize::try_from(days_in_month).unwrap_or(0));
        let days_left = days_in_month - i64::try_from(elapsed).unwrap_or(days_in_month);
        let share = expected_share(days.shape, elapsed).unwrap_or_else(|| even_share(elapsed, days.month));
        let remaining = i64::try_from(i128::from(budget) - spent).unwrap_or(i64::MIN);
        Self {
            expected_share: share,
            pace: pace(spent, budget, share),
            remaining: money(remaining),
            days_left,
            allowed_per_day: (days_left > 0 && remaining > 0).then(|| money(remaining / days_left)),
            exhausted_on: exhausted_on(days, budget),
        }
    }
}

/// The share of a month that is usually spent after `elapsed` days: Σ of the expected days so far over Σ of
/// all, rounded down. `None` where the shape is not that of a month that costs something.
#[must_use]
pub fn expected_share(shape: &[i64], elapsed: usize) -> Option<Ppm> {
    let so_far = sum(shape.get(..elapsed)?);
    Ppm::floor_of(so_far, sum(shape)).filter(|share| (0..=Ppm::ONE.0).contains(&share.0))
}

/// The share of a month's days that have passed, rounded down.
#[must_use]
pub fn even_share(elapsed: usize, month: Month) -> Ppm {
    Ppm::floor_of(elapsed as i128, i128::from(month.days())).unwrap_or(Ppm::ONE)
}

/// What should be spent of a budget by a share of the month, rounded down to a micro-unit.
#[must_use]
pub fn due(budget: i64, share: Ppm) -> i64 {
    let due = (i128::from(budget) * i128::from(share.0)).div_euclid(i128::from(Ppm::ONE.0));
    i64::try_from(due).unwrap_or(budget)
}

fn pace(spent: i128, budget: i64, share: Ppm) -> Option<Ppm> {
    // Multiplied out, so that the share of the month is not rounded twice.
    let due = i128::from(budget).checked_mul(i128::from(share.0))?;
    Ppm::floor_of(spent.checked_mul(i128::from(Ppm::ONE.0))?, due)
}

fn exhausted_on(days: &MonthDays<'_>, budget: i64) -> Option<Date> {
    let position = reached_at(days.spent, days.remaining, budget).filter(|position| *position < 31)?;
    Some(days.month.first_day().saturating_add(i64::try_from(position).ok()?.days()))
}

/// The position of the day at whose end the running sum reaches a budget. Of the days spent it is the one since
/// which the budget is used up: a credit that came later gives it back. Of those ahead it is the first.
#[must_use]
pub fn reached_at(spent: &[i64], remaining: &[i64], budget: i64) -> Option<usize> {
    let (mut total, mut since) = (0_i128, None);
    for (position, day) in spent.iter().enumerate() {
        total += i128::from(*day);
        since = if total < i128::from(budget) { None } else { since.or(Some(position)) };
    }
    let mut ahead = || {
        remaining.iter().position(|day| {
            total += i128::from(*day);
            total >= i128::from(budget)
        })
    };
    since.or_else(|| ahead().map(|position| spent.len() + position))
}

fn sum(days: &[i64]) -> i128 {
    days.iter().map(|day| i128::from(*day)).sum()
}
