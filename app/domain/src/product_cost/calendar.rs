//! The month, the half and the fiscal year so far, against the budgets of their months.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::budget::Budget;
use crate::catalogue::Catalogue;
use crate::cost::{Amounts, Metric, OwnerWeek};
use crate::money::{Currency, decimal_of_micros};
use crate::product::Slug;
use crate::rate::Month;
use crate::review::cost::{CostView, rate_to, round_to_written};
use crate::tax::Tax;

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

/// One sum: the product's own cost and its shares of pools.
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
    /// Spent, in micro-units, in the metric asked for, with or without taxes; `None` where a rate is missing.
    /// Each month at its own rate.
    pub spent: Option<i64>,
    /// Spent as the budgets mean it: billed, each month with or without taxes as its budget says.
    pub counted: Option<i64>,
    /// Whether a rate stands in for another month's (仮).
    pub provisional: bool,
    /// The budgets from the first month to the end of the last one; `None` where there are none.
    pub budget: Option<i64>,
    /// Whether these budgets mean taxes, too; `None` where they differ or there are none.
    pub budget_tax: Option<Tax>,
    /// Months without a budget.
    pub months_without_budget: usize,
}

impl Stretch {
    /// The budgets less what was spent, both as the budgets mean it.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.budget?.checked_sub(self.counted?)
    }
}

/// What is known of a product, and how it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct CalendarInput<'a> {
    /// The product.
    pub product: &'a Slug,
    /// Its weeks and its shares of pools, of a year and more.
    pub rows: &'a [OwnerWeek],
    /// What of these rows is tax.
    pub taxes: &'a [OwnerWeek],
    /// The last complete UTC day.
    pub through: Date,
    /// The first UTC day that any cost source speaks about.
    pub known_from: Option<Date>,
    /// Budgets and rates.
    pub catalogue: &'a Catalogue,
    /// In which metric and currency.
    pub view: CostView,
    /// Whether taxes count.
    pub tax: Tax,
}

/// Month, half and fiscal year to the last complete day.
#[must_use]
pub fn stretches(input: &CalendarInput<'_>) -> Vec<Stretch> {
    let months = months(input);
    StretchKind::ALL.into_iter().map(|kind| stretch(input, kind, &months)).collect()
}

/// A month in one billing currency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MonthSum {
    whole: Amounts,
    taxes: Amounts,
}

impl MonthSum {
    /// One amount, in micro-units of the billing currency.
    fn get(&self, metric: Metric, tax: Tax) -> i64 {
        let taxes = if tax == Tax::Excluded { self.taxes.get(metric) } else { 0 };
        self.whole.get(metric).saturating_sub(taxes)
    }
}

/// What each month cost in each billing currency.
fn months(input: &CalendarInput<'_>) -> BTreeMap<(Month, Currency), MonthSum> {
    let mut months: BTreeMap<(Month, Currency), MonthSum> = BTreeMap::new();
    let rows = input.rows.iter().map(|row| (row, false)).chain(input.taxes.iter().map(|row| (row, true)));
    for (row, is_tax) in rows {
        let days = row.week.days().into_iter().zip(row.days);
        for (day, amounts) in days.filter(|(day, _)| *day <= input.through) {
            let sum = months.entry((Month::containing(day), row.currency)).or_default();
            *(if is_tax { &mut sum.taxes } else { &mut sum.whole }) += amounts;
        }
    }
    months
}

/// What a month cost in the view's currency, exact, and whether its rate stands in for another month's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MonthCost {
    /// The month.
    pub(super) month: Month,
    /// In the metric asked for, with or without taxes; `None` where a rate is missing.
    pub(super) amount: Option<Decimal>,
    /// Whether a rate stands in.
    pub(super) provisional: bool,
}

/// The known months in order, in the view's metric, currency and tax.
pub(super) fn month_costs(input: &CalendarInput<'_>) -> Vec<MonthCost> {
    let sums = months(input);
    let mut months: Vec<Month> = sums.keys().map(|(month, _)| *month).collect();
    months.dedup();
    let cost = |month: Month| {
        let of_month = sums.iter().filter(|((one, _), _)| *one == month);
        let (amount, provisional) =
            converted(input, of_month, |sum, _| sum.get(input.view.metric, input.tax));
        MonthCost { month, amount, provisional }
    };
    months.into_iter().map(cost).collect()
}

fn stretch(
    input: &CalendarInput<'_>,
    kind: StretchKind,
    months: &BTreeMap<(Month, Currency), MonthSum>,
) -> Stretch {
    let last = Month::containing(input.through);
    let first = kind.first_month(last, input.catalogue.organization.fiscal_year_starts);
    let mine = || months.iter().filter(|((month, _), _)| *month >= first && *month <= last);
    let budgets = budgets(input, first, last);
    let tax_of = |month: Month| budgets.iter().find(|(one, _)| *one == month).map(|(_, budget)| budget.tax);
    let (spent, provisional) = converted(input, mine(), |sum, _| sum.get(input.view.metric, input.tax));
    let (counted, _) =
        converted(input, mine(), |sum, month| sum.get(Metric::Billed, tax_of(month).unwrap_or_default()));
    let mut amount = None;
    for (month, budget) in &budgets {
        let converted = rate(input, budget.amount.currency, *month)
            .and_then(|(rate, _)| budget.amount.decimal().checked_mul(rate));
        amount = converted.map_or(amount, |more| amount.unwrap_or(Decimal::ZERO).checked_add(more));
    }
    let mut taxes: Vec<Tax> = budgets.iter().map(|(_, budget)| budget.tax).collect();
    taxes.dedup();
    let without = std::iter::successors(Some(first), |month| Some(month.next()))
        .take_while(|month| *month <= last)
        .filter(|month| tax_of(*month).is_none())
        .count();
    let from = first.first_day();
    let written = |exact| round_to_written(exact, input.view.currency);
    Stretch {
        kind,
        from,
        through: input.through,
        known_from: input.known_from.filter(|known| *known > from),
        spent: spent.map(written),
        counted: counted.map(written),
        provisional,
        budget: amount.map(written),
        budget_tax: taxes.first().copied().filter(|_| taxes.len() == 1),
        months_without_budget: without,
    }
}

/// The sum of months in the view's currency, each at its own rate, and whether a rate stands in for another
/// month's.
fn converted<'a>(
    input: &CalendarInput<'_>,
    months: impl Iterator<Item = (&'a (Month, Currency), &'a MonthSum)>,
    amount: impl Fn(&MonthSum, Month) -> i64,
) -> (Option<Decimal>, bool) {
    let (mut whole, mut provisional) = (Some(Decimal::ZERO), false);
    for ((month, currency), sum) in months {
        let rate = rate(input, *currency, *month);
        provisional |= rate.is_some_and(|(_, provisional)| provisional);
        whole = whole.zip(rate).and_then(|(whole, (rate, _))| {
            whole.checked_add(decimal_of_micros(amount(sum, *month)).checked_mul(rate)?)
        });
    }
    (whole, provisional)
}

/// The product's budgets of months whose currency can be converted.
fn budgets<'a>(input: &CalendarInput<'a>, first: Month, last: Month) -> Vec<(Month, &'a Budget)> {
    let mine = input.catalogue.budgets.iter().filter(|one| one.product == *input.product);
    let within = mine.filter(|one| one.month >= first && one.month <= last);
    let mut budgets: Vec<(Month, &Budget)> = within
        .filter(|one| rate(input, one.amount.currency, one.month).is_some())
        .map(|one| (one.month, one))
        .collect();
    budgets.sort_by_key(|(month, _)| *month);
    budgets.dedup_by_key(|(month, _)| *month);
    budgets
}

/// The rate of a month to the view's currency, and whether another month's stands in.
fn rate(input: &CalendarInput<'_>, from: Currency, month: Month) -> Option<(Decimal, bool)> {
    let to = input.view.currency;
    if from == to {
        return Some((Decimal::ONE, false));
    }
    let applied = input.catalogue.rate_of(from, to, month)?;
    let rate = rate_to(std::slice::from_ref(&applied), from, to)?;
    Some((rate, applied.provisional))
}
