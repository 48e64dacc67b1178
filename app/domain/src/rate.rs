//! Exchange rates as rows that people enter or import.

use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::money::Currency;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The first day of the month.
    first: Date,
}

/// The text is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written like 2026-11")]
pub struct MonthError;

impl Month {
    /// The month that holds a day.
    #[must_use]
    pub fn containing(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> i8 {
        self.first.days_in_month()
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.yesterday().map_or(self.first, Date::first_of_month) }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.last_day().tomorrow().unwrap_or(self.first) }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        if text.len() != 7 || text.as_bytes().get(4) != Some(&b'-') {
            return Err(MonthError);
        }
        format!("{text}-01").parse::<Date>().map(Self::containing).map_err(|_| MonthError)
    }
}

/// Which kind of rate converts the bill; 法人税基本通達 13の2-1-2 allows each with continuous use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RatePolicy {
    /// The company's own rate for a budget year (社内レート).
    Budget,
    /// The middle rate of the last business day of the month before (前月末).
    #[default]
    PreviousMonthEnd,
    /// The mean of the month (月中平均).
    MonthAverage,
    /// What the provider's invoice used.
    Invoice,
}

impl RatePolicy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Budget, Self::PreviousMonthEnd, Self::MonthAverage, Self::Invoice];

    /// The word in files and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::PreviousMonthEnd => "previous-month-end",
            Self::MonthAverage => "month-average",
            Self::Invoice => "invoice",
        }
    }

    /// Whether the rate of a month can be known on a day: an average once the month is over, an invoice's by
    /// the 10th of the month after (AWS issues it on the 3rd to the 5th), the others when the month begins.
    #[must_use]
    pub fn is_due(self, month: Month, today: Date) -> bool {
        match self {
            Self::Budget | Self::PreviousMonthEnd => month.first_day() <= today,
            Self::MonthAverage => month.next().first_day() <= today,
            Self::Invoice => {
                Month::containing(today) > month.next() || {
                    Month::containing(today) == month.next() && today.day() >= 10
                }
            }
        }
    }
}

/// The text names no rate policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate policy is one of budget, previous-month-end, month-average, invoice")]
pub struct RatePolicyError;

impl FromStr for RatePolicy {
    type Err = RatePolicyError;

    fn from_str(text: &str) -> Result<Self, RatePolicyError> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text).ok_or(RatePolicyError)
    }
}

/// One exchange rate for one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The currency converted from.
    pub from: Currency,
    /// The currency converted to.
    pub to: Currency,
    /// The month it is used for.
    pub month: Month,
    /// Which kind it is.
    pub policy: RatePolicy,
    /// Units of `to` for one unit of `from`; positive.
    pub rate: Decimal,
    /// The day it was read.
    pub date: Date,
    /// Where it was read, such as the bank's name.
    pub source: String,
}

/// A rate as it was applied, so that a page can print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedRate {
    /// The row used.
    pub rate: Rate,
    /// True when the wanted month had no row and an earlier month's stands in (仮).
    pub provisional: bool,
}

/// The rate of a policy for a month: what the invoice of that very month used, where somebody entered it; else the
/// month's own row of the policy, or the newest earlier one marked provisional. Of several rows of a month the one
/// read last counts.
#[must_use]
pub fn rate_for(
    rates: &[Rate],
    policy: RatePolicy,
    from: Currency,
    to: Currency,
    month: Month,
) -> Option<AppliedRate> {
    if let Some(row) = invoice_rate_for(rates, from, to, month) {
        return Some(AppliedRate { rate: row.clone(), provisional: false });
    }
    rates
        .iter()
        .filter(|row| row.policy == policy && row.from == from && row.to == to && row.month <= month)
        .max_by_key(|row| (row.month, row.date))
        .map(|row| AppliedRate { rate: row.clone(), provisional: row.month != month })
}

/// What the invoice of a month used, which wins over every policy for that month and says nothing of any other.
#[must_use]
pub fn invoice_rate_for(rates: &[Rate], from: Currency, to: Currency, month: Month) -> Option<&Rate> {
    let is_meant = |row: &&Rate| {
        row.policy == RatePolicy::Invoice && row.from == from && row.to == to && row.month == month
    };
    rates.iter().filter(is_meant).max_by_key(|row| row.date)
}
