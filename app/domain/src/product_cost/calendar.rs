//! The month, the half and the fiscal year so far, against the budgets of their months.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::catalogue::Catalogue;
use crate::cost::OwnerWeek;
use crate::money::{Currency, decimal_of_micros};
use crate::product::Slug;
use crate::rate::{Month, rate_for};
use crate::review::cost::round_to_written;

/// What is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StretchKind {
    /// The month of the last complete day.
    Month,
    /// The half of the fiscal year, six months.
    Half,
    /// The fiscal year.
    Year,
}

impl StretchKind {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Month, Self::Half, Self::Year];

    /// The word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Half => "half",
            Self::Year => "fiscal-year",
        }
    }

    /// The month that the stretch around another begins with, where fiscal years begin with the month of a
    /// number from 1 to 12.
    #[must_use]
    pub fn first_month(self, month: Month, fiscal_year_starts: i8) -> Month {
        let passed = (month.first_day().month() - fiscal_year_starts).rem_euclid(12);
        let back = match self {
            Self::Month => 0,
            Self::Half => passed % 6,
            Self::Year => passed,
        };
        (0..back).fold(month, |month, _| month.previous())
    }
}

/// One sum: billed cost, the product's own and its shares of pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// What is summed.
    pub kind: StretchKind,
    /// The first UTC day.
    pub from: Date,
    /// The last complete UTC day.
    pub through: Date,
    /// The first day that any source speaks about, where it lies within.
    pub known_from: Option<Date>,
    /// Spent, in micro-units; `None` where a rate is missing. Each month at its own rate.
    pub spent: Option<i64>,
    /// Whether a rate stands in for another month's (仮).
    pub provisional: bool,
    /// The budgets from the first month to the end of the last one; `None` where there are none.
    pub budget: Option<i64>,
    /// Months without a budget.
    pub months_without_budget: usize,
}

impl Stretch {
    /// The budgets less what was spent.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.budget?.checked_sub(self.spent?)
    }
}

/// What is known of a product.
#[derive(Clone, Copy, Debug)]
pub struct CalendarInput<'a> {
    /// The product.
    pub product: &'a Slug,
    /// Its weeks and its shares of pools, of a year and more.
    pub rows: &'a [&'a OwnerWeek],
    /// The last complete UTC day.
    pub through: Date,
    /// The first UTC day that any cost source speaks about.
    pub known_from: Option<Date>,
    /// Budgets and rates.
    pub catalogue: &'a Catalogue,
    /// In which currency.
    pub currency: Currency,
}

/// Month, half and fiscal year to the last complete day.
#[must_use]
pub fn stretches(input: &CalendarInput<'_>) -> Vec<Stretch> {
    let months = months(input);
    StretchKind::ALL.into_iter().map(|kind| stretch(input, kind, &months)).collect()
}

/// What each month cost in each billing currency.
fn months(input: &CalendarInput<'_>) -> BTreeMap<(Month, Currency), i64> {
    let mut months: BTreeMap<(Month, Currency), i64> = BTreeMap::new();
    for row in input.rows {
        let days = row.week.days().into_iter().zip(row.days);
        for (day, amounts) in days.filter(|(day, _)| *day <= input.through) {
            let sum = months.entry((Month::containing(day), row.currency)).or_default();
            *sum = sum.saturating_add(amounts.billed);
        }
    }
    months
}

fn stretch(
    input: &CalendarInput<'_>,
    kind: StretchKind,
    months: &BTreeMap<(Month, Currency), i64>,
) -> Stretch {
    let last = Month::containing(input.through);
    let first = kind.first_month(last, input.catalogue.organization.fiscal_year_starts);
    let (mut spent, mut provisional) = (Some(Decimal::ZERO), false);
    for ((month, currency), micros) in
        months.iter().filter(|((month, _), _)| *month >= first && *month <= last)
    {
        let rate = rate(input.catalogue, *currency, input.currency, *month);
        provisional |= rate.is_some_and(|(_, provisional)| provisional);
        spent = spent
            .zip(rate)
            .and_then(|(sum, (rate, _))| sum.checked_add(decimal_of_micros(*micros).checked_mul(rate)?));
    }
    let (budget, months_without_budget) = budget(input, first, last);
    let from = first.first_day();
    Stretch {
        kind,
        from,
        through: input.through,
        known_from: input.known_from.filter(|known| *known > from),
        spent: spent.map(|spent| round_to_written(spent, input.currency)),
        provisional,
        budget,
        months_without_budget,
    }
}

fn budget(input: &CalendarInput<'_>, first: Month, last: Month) -> (Option<i64>, usize) {
    let (mut sum, mut without, mut month) = (None, 0, first);
    while month <= last {
        let mut mine = input.catalogue.budgets.iter().filter(|one| one.product == *input.product);
        let found = mine.find(|one| one.month == month).and_then(|one| {
            let (rate, _) = rate(input.catalogue, one.amount.currency, input.currency, month)?;
            one.amount.decimal().checked_mul(rate)
        });
        match found {
            Some(amount) => sum = sum.unwrap_or(Decimal::ZERO).checked_add(amount),
            None => without += 1,
        }
        month = month.next();
    }
    (sum.map(|sum| round_to_written(sum, input.currency)), without)
}

/// The rate of a month by the organisation's policy, backwards where only the opposite is known, and whether
/// another month's stands in.
fn rate(catalogue: &Catalogue, from: Currency, to: Currency, month: Month) -> Option<(Decimal, bool)> {
    if from == to {
        return Some((Decimal::ONE, false));
    }
    let policy = catalogue.organization.rate_policy;
    if let Some(applied) = rate_for(&catalogue.rates, policy, from, to, month) {
        return Some((applied.rate.rate, applied.provisional));
    }
    let applied = rate_for(&catalogue.rates, policy, to, from, month)?;
    Some((Decimal::ONE.checked_div(applied.rate.rate)?, applied.provisional))
}
