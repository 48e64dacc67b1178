//! Months against their budgets.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{BudgetStatus, Comparison, complete_through_of, rate_to, through_of};
use crate::budget::{Budget, variance};
use crate::cost::{Owner, OwnerWeek};
use crate::finding::Status;
use crate::forecast::{Forecast, forecast_month};
use crate::holiday::Holidays;
use crate::money::{Currency, Money};
use crate::organization::Thresholds;
use crate::product::Slug;
use crate::rate::{AppliedRate, Month};
use crate::ratio::Ppm;
use crate::review::ReviewInput;
use crate::split::{Split, SplitScope};
use crate::tax::Tax;
use crate::week::IsoWeek;

/// Every budget of the month that the week's last complete day lies in, at the rates of that month.
pub(super) fn budgets(input: &ReviewInput, comparisons: &[Comparison], split: &Split) -> Vec<BudgetStatus> {
    let sunday = input.week.sunday();
    let taxes = taxes_taken_away(input, comparisons);
    let mut owned: BTreeMap<&Slug, Vec<&OwnerWeek>> = BTreeMap::new();
    for row in input.owner_weeks.iter().chain(split.of_products()) {
        if let Owner::Product(slug) = &row.owner {
            owned.entry(slug).or_default().push(row);
        }
    }
    let mut statuses: Vec<BudgetStatus> = input
        .catalogue
        .budgets
        .iter()
        .filter(|budget| {
            budget.month == Month::containing(sunday) || budget.month.next() == Month::containing(sunday)
        })
        .filter_map(|budget| {
            let mine = owned.get(&budget.product).map_or(&[][..], Vec::as_slice);
            let through = complete_through_of(mine, comparisons);
            let through = through.map(|day| day.min(sunday));
            let month = Month::containing(through.unwrap_or(sunday));
            (budget.month == month).then(|| match budget.tax {
                Tax::Included => budget_status(input, budget, mine, through),
                Tax::Excluded => {
                    let of_budget =
                        |row: &&OwnerWeek| matches!(&row.owner, Owner::Product(slug) if *slug == budget.product);
                    let less: Vec<&OwnerWeek> =
                        mine.iter().copied().chain(taxes.iter().filter(of_budget)).collect();
                    budget_status(input, budget, &less, through)
                }
            })
        })
        .collect();
    statuses.sort_by(|one, other| {
        other.forecast_share.cmp(&one.forecast_share).then(one.product.cmp(&other.product))
    });
    statuses
}

/// The taxes of products, their own and those of their shares of pools, with the opposite sign: added to a
/// product's rows they leave what it costs without taxes.
fn taxes_taken_away(input: &ReviewInput, comparisons: &[Comparison]) -> Vec<OwnerWeek> {
    let (taxes, rows) = (input.tax_weeks.iter(), input.owner_weeks.iter());
    let through = through_of(input, comparisons);
    let split = Split::of_part(&input.catalogue, taxes.clone(), rows, through, SplitScope::default());
    let own = taxes.filter(|row| matches!(row.owner, Owner::Product(_)));
    own.chain(split.of_products()).map(OwnerWeek::taken_away).collect()
}

/// Daily billed amounts of a product's rows in one billing currency, up to a day.
pub(crate) fn daily_billed(mine: &[&OwnerWeek], currency: Currency, through: Date) -> BTreeMap<Date, i64> {
    let mut weeks: BTreeMap<IsoWeek, [i64; 7]> = BTreeMap::new();
    for row in mine.iter().filter(|row| row.currency == currency) {
        for (sum, amounts) in weeks.entry(row.week).or_default().iter_mut().zip(row.days) {
            *sum = sum.saturating_add(amounts.billed);
        }
    }
    let days = weeks.into_iter().flat_map(|(week, sums)| week.days().into_iter().zip(sums));
    days.filter(|(day, _)| *day <= through).collect()
}

/// The currencies a product's rows are billed in.
pub(crate) fn currencies_of(mine: &[&OwnerWeek]) -> Vec<Currency> {
    let mut currencies: Vec<Currency> = mine.iter().map(|row| row.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies
}

/// A product's month in one billing currency.
struct BilledMonth {
    currency: Currency,
    spent: i64,
    forecast: Option<Forecast>,
}

/// The month of a budget per billing currency, up to the last complete day.
fn billed_months(
    mine: &[&OwnerWeek],
    budget: &Budget,
    through: Option<Date>,
    holidays: &Holidays,
) -> Vec<BilledMonth> {
    let Some(through) = through else { return Vec::new() };
    let month = |currency: Currency| {
        let days = daily_billed(mine, currency, through);
        let of_month = days.range(budget.month.first_day()..=through);
        let spent = of_month.map(|(_, amount)| *amount).fold(0, i64::saturating_add);
        BilledMonth { currency, spent, forecast: forecast_month(&days, through, holidays) }
    };
    currencies_of(mine).into_iter().map(month).collect()
}

/// Adds amounts of several currencies once each is converted; unknown when one of them is.
fn converted_sum(
    amounts: impl Iterator<Item = Option<Money>>,
    to: Currency,
    rates: &[AppliedRate],
) -> Option<Money> {
    let convert = |money: Money| money.convert(rate_to(rates, money.currency, to)?, to).ok();
    let parts: Option<Vec<i64>> = amounts.map(|amount| Some(convert(amount?)?.micros)).collect();
    let micros = parts.filter(|parts| !parts.is_empty())?.into_iter().fold(0, i64::saturating_add);
    Some(Money { micros, currency: to })
}

/// One budget: spent, expected, and why it differs.
fn budget_status(
    input: &ReviewInput,
    budget: &Budget,
    mine: &[&OwnerWeek],
    through: Option<Date>,
) -> BudgetStatus {
    let rates = &input.catalogue.rates_of(currencies_of(mine), budget.month);
    let holidays = Holidays::of_zone(&input.catalogue.organization.time_zone);
    let months = billed_months(mine, budget, through, &holidays);
    let to = budget.amount.currency;
    let expected = |month: &BilledMonth| {
        month.forecast.as_ref().map(|forecast| Money { micros: forecast.total(), currency: month.currency })
    };
    let spent = months.iter().map(|month| Some(Money { micros: month.spent, currency: month.currency }));
    let spent = converted_sum(spent, to, rates);
    let forecast = converted_sum(months.iter().map(expected), to, rates);
    let forecast_share = forecast
        .and_then(|forecast| Ppm::floor_of(i128::from(forecast.micros), i128::from(budget.amount.micros)));
    let billed_in = |applied: &&AppliedRate| months.iter().any(|month| month.currency == applied.rate.from);
    let applied = rates.iter().find(|applied| applied.rate.to == to && billed_in(applied));
    let variance = match (months.as_slice(), applied) {
        ([month], Some(applied)) if Some(month.currency) == budget.bill_currency => {
            expected(month).and_then(|bill| variance(budget, bill, applied.rate.rate))
        }
        _ => None,
    };
    BudgetStatus {
        product: budget.product.clone(),
        month: budget.month,
        budget: budget.amount,
        tax: budget.tax,
        through,
        spent,
        forecast,
        forecast_share,
        variance,
        rate: applied.cloned(),
        status: status_of(forecast_share, &input.catalogue.organization.thresholds),
    }
}

/// The mark of an expected share of a budget.
pub(crate) fn status_of(share: Option<Ppm>, thresholds: &Thresholds) -> Status {
    match share {
        None => Status::NoData,
        Some(share) if share > thresholds.budget_breached => Status::Breached,
        Some(share) if share > thresholds.budget_risk => Status::Risk,
        Some(_) => Status::Ok,
    }
}
