//! What a product's own page adds to its month: the range and the pace.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{MonthCourse, ProductReview};
use crate::cost::OwnerWeek;
use crate::forecast::{
    Accuracy, Band, Basis, FanRefusal, History, accuracy, choose, fan, forecast, month_shape, past_errors,
};
use crate::holiday::Holidays;
use crate::money::{Currency, Money};
use crate::pace::{MonthDays, Pace};
use crate::rate::{AppliedRate, Month};
pub use crate::review::anomalies::{CostAnomaly, Unusual};
use crate::review::cost::{BudgetStatus, daily_billed, rate_to};

/// How many weeks of a product's cost its own page reads: a year of closed months and what they learnt from.
pub const WEEKS_LEARNT: usize = 60;

/// Where the days ahead may end, day by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The running sum at the end of each remaining day.
    pub bands: Vec<Band>,
    /// What it was learnt from.
    pub basis: Basis,
    /// How often such ranges held before, if there were any.
    pub accuracy: Option<Accuracy>,
}

/// What the outlook is made from.
pub(super) struct Known<'a> {
    /// The product's rows of all known weeks.
    pub(super) rows: Vec<&'a OwnerWeek>,
    /// What it bears of pools in those weeks.
    pub(super) shares: Vec<&'a OwnerWeek>,
    /// What takes away of these rows what the budget leaves out.
    pub(super) less: Vec<OwnerWeek>,
    /// The currencies it is billed in now.
    pub(super) currencies: Vec<Currency>,
    /// The last complete day, at most the week's Sunday.
    pub(super) through: Date,
    pub(super) holidays: Holidays,
}

impl Known<'_> {
    /// The month of the last complete day, per billing currency.
    pub(super) fn months(&self) -> Vec<MonthCourse> {
        self.currencies.iter().map(|currency| self.month(*currency)).collect()
    }

    fn month(&self, currency: Currency) -> MonthCourse {
        let month = Month::containing(self.through);
        let rows: Vec<&OwnerWeek> = self.rows.iter().chain(&self.shares).copied().chain(&self.less).collect();
        let days = daily_billed(&rows, currency, self.through);
        let of_month = month.first_day().series(1.days()).take_while(|day| *day <= self.through);
        let of_month = of_month.map(|day| days.get(&day).copied().unwrap_or(0)).collect();
        let history = History::new(&days, self.through, &self.holidays);
        let method = choose(&history);
        let found = forecast(&history, method);
        let range = found.as_ref().map_err(|_| FanRefusal::NoForecast).and_then(|found| {
            let errors = past_errors(&history);
            let fan = fan(&history, found, &errors)?;
            Ok(Range { bands: fan.bands(found), basis: fan.basis, accuracy: accuracy(&errors) })
        });
        MonthCourse {
            month,
            currency,
            days: of_month,
            shape: month_shape(&history, method).unwrap_or_default(),
            range,
            method: found.as_ref().map(|found| found.method).map_err(|refusal| *refusal),
            remaining_days: found.map(|found| found.remaining_days).unwrap_or_default(),
        }
    }
}

impl ProductReview {
    /// Where the running sum may lie at the end of each remaining day, in one currency; empty where a range
    /// or a rate is missing. The ranges of several bills are added as if they erred alike, which is the
    /// widest case.
    #[must_use]
    pub fn bands(&self, to: Currency) -> Vec<Band> {
        let mut sums: Vec<Band> = Vec::new();
        for month in &self.months {
            let (Ok(range), Some(rate)) = (&month.range, rate_to(&self.month_rates, month.currency, to))
            else {
                return Vec::new();
            };
            let convert = |micros| {
                Money { micros, currency: month.currency }.convert(rate, to).map_or(0, |money| money.micros)
            };
            sums.resize(range.bands.len(), Band::default());
            for (sum, band) in sums.iter_mut().zip(&range.bands) {
                sum.low = sum.low.saturating_add(convert(band.low));
                sum.lower = sum.lower.saturating_add(convert(band.lower));
                sum.upper = sum.upper.saturating_add(convert(band.upper));
                sum.high = sum.high.saturating_add(convert(band.high));
            }
        }
        sums
    }
}

/// The pace of months against a budget, in the budget's currency; `None` without a rate for one of them.
pub(super) fn pace(months: &[MonthCourse], status: &BudgetStatus, rates: &[AppliedRate]) -> Option<Pace> {
    let to = status.budget.currency;
    let first = months.first().filter(|first| first.month == status.month)?;
    let sum = |days: fn(&MonthCourse) -> &[i64]| converted_sum(months, days, to, rates);
    let (spent, remaining) = (sum(|month| &month.days)?, sum(|month| &month.remaining_days)?);
    let shape = sum(|month| &month.shape)?;
    let days = MonthDays { month: first.month, spent: &spent, remaining: &remaining, shape: &shape };
    Some(Pace::new(&days, status.budget))
}

/// Adds the months' days in one currency, position by position.
fn converted_sum(
    months: &[MonthCourse],
    days: fn(&MonthCourse) -> &[i64],
    to: Currency,
    rates: &[AppliedRate],
) -> Option<Vec<i64>> {
    let mut sums: Vec<i64> = Vec::new();
    for month in months {
        let rate = rate_to(rates, month.currency, to)?;
        let days = days(month);
        sums.resize(sums.len().max(days.len()), 0);
        for (sum, micros) in sums.iter_mut().zip(days) {
            let money = Money { micros: *micros, currency: month.currency };
            *sum = sum.saturating_add(money.convert(rate, to).ok()?.micros);
        }
    }
    Some(sums)
}
