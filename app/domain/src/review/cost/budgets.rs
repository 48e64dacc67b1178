//! Months against their budgets.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{BudgetStatus, Comparison, complete_through_of, rate_to};
use crate::budget::{Budget, variance};
use crate::cost::{Owner, OwnerWeek};
use crate::finding::Status;
use crate::forecast::{Forecast, forecast_month};
use crate::money::{Currency, Money};
use crate::product::Slug;
use crate::rate::{AppliedRate, Month};
use crate::ratio::Ppm;
use crate::review::ReviewInput;

/// Every budget of the month that the week's last complete day lies in.
pub(super) fn budgets(
    input: &ReviewInput,
    comparisons: &[Comparison],
    rates: &[AppliedRate],
) -> Vec<BudgetStatus> {
    let sunday = input.week.sunday();
    let mut statuses: Vec<BudgetStatus> = input
        .catalogue
        .budgets
        .iter()
        .filter(|budget| {
            budget.month == Month::containing(sunday) || budget.month.next() == Month::containing(sunday)
        })
        .filter_map(|budget| {
            let through = complete_through_of(&input.owner_weeks, comparisons, &budget.product);
            let through = through.map(|day| day.min(sunday));
            let month = Month::containing(through.unwrap_or(sunday));
            (budget.month == month).then(|| budget_status(input, budget, through, rates))
        })
        .collect();
    statuses.sort_by(|one, other| {
        other.forecast_share.cmp(&one.forecast_share).then(one.product.cmp(&other.product))
    });
    statuses
}

/// Daily billed amounts of a product in one billing currency, up to a day.
#[must_use]
pub fn daily_billed(
    owner_weeks: &[OwnerWeek],
    product: &Slug,
    currency: Currency,
    through: Date,
) -> BTreeMap<Date, i64> {
    let mut days = BTreeMap::new();
    for row in owner_weeks.iter().filter(|row| row.currency == currency) {
        if !matches!(&row.owner, Owner::Product(slug) if slug == product) {
            continue;
        }
        for (day, amounts) in row.week.days().into_iter().zip(row.days).filter(|(day, _)| *day <= through) {
            let sum: &mut i64 = days.entry(day).or_default();
            *sum = sum.saturating_add(amounts.billed);
        }
    }
    days
}

/// The currencies a product is billed in.
fn currencies_of(input: &ReviewInput, product: &Slug) -> Vec<Currency> {
    let mine = |row: &&OwnerWeek| matches!(&row.owner, Owner::Product(slug) if slug == product);
    let mut currencies: Vec<Currency> =
        input.owner_weeks.iter().filter(mine).map(|row| row.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies
}

/// One budget: spent, expected, and why it differs.
fn budget_status(
    input: &ReviewInput,
    budget: &Budget,
    through: Option<Date>,
    rates: &[AppliedRate],
) -> BudgetStatus {
    let currencies = currencies_of(input, &budget.product);
    let forecasts: Vec<(Currency, Option<Forecast>, i64)> = through.map_or_else(Vec::new, |through| {
        currencies
            .iter()
            .map(|currency| {
                let days = daily_billed(&input.owner_weeks, &budget.product, *currency, through);
                let spent = days.range(budget.month.first_day()..=through).map(|(_, amount)| *amount).sum();
                (*currency, forecast_month(&days, through), spent)
            })
            .collect()
    });
    let to = budget.amount.currency;
    let convert = |micros: i64, currency: Currency| {
        let rate = rate_to(rates, currency, to)?;
        Money { micros, currency }.convert(rate, to).ok().map(|money| money.micros)
    };
    let sum = |pick: &dyn Fn(&(Currency, Option<Forecast>, i64)) -> Option<i64>| -> Option<Money> {
        let parts: Option<Vec<i64>> = forecasts.iter().map(pick).collect();
        let micros = parts.filter(|parts| !parts.is_empty())?.into_iter().fold(0, i64::saturating_add);
        Some(Money { micros, currency: to })
    };
    let spent = sum(&|(currency, _, spent)| convert(*spent, *currency));
    let forecast = sum(&|(currency, forecast, _)| convert(forecast.as_ref()?.total(), *currency));
    let forecast_share = forecast
        .and_then(|forecast| Ppm::floor_of(i128::from(forecast.micros), i128::from(budget.amount.micros)));
    let applied =
        rates.iter().find(|applied| currencies.contains(&applied.rate.from) && applied.rate.to == to);
    let variance = match (forecasts.as_slice(), applied) {
        ([(currency, Some(forecast), _)], Some(applied)) if Some(*currency) == budget.bill_currency => {
            variance(budget, Money { micros: forecast.total(), currency: *currency }, applied.rate.rate)
        }
        _ => None,
    };
    let thresholds = &input.catalogue.organization.thresholds;
    let status = match forecast_share {
        None => Status::NoData,
        Some(share) if share > thresholds.budget_breached => Status::Breached,
        Some(share) if share > thresholds.budget_risk => Status::Risk,
        Some(_) => Status::Ok,
    };
    BudgetStatus {
        product: budget.product.clone(),
        month: budget.month,
        budget: budget.amount,
        through,
        spent,
        forecast,
        forecast_share,
        variance,
        rate: applied.cloned(),
        status,
    }
}
