//! Monthly budgets of products, and how a month splits into usage and currency.

use rust_decimal::Decimal;

use crate::money::{Currency, Money};
use crate::product::Slug;
use crate::rate::Month;
use crate::ratio::Ppm;
use crate::tax::Tax;

/// What a product may spend in a month, over all environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The product.
    pub product: Slug,
    /// The calendar month; cost counts UTC days.
    pub month: Month,
    /// The amount, usually in the reporting currency.
    pub amount: Money,
    /// The rate the budget was made with: units of its currency for one unit of `bill_currency`.
    pub rate: Option<Decimal>,
    /// The currency of the bill that `rate` is for.
    pub bill_currency: Option<Currency>,
    /// Whether it means taxes, too.
    pub tax: Tax,
}

/// A budget variance in the budget's currency: total = usage + currency, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variance {
    /// Actual minus budget.
    pub total: Money,
    /// What using more or less would have cost at the budget rate.
    pub usage: Money,
    /// What the exchange rate added or took away.
    pub currency: Money,
}

impl Variance {
    /// The share of an overrun that is currency, rounded towards minus infinity; above the whole when
    /// using less hides a part of it, `None` when the budget is not overrun.
    #[must_use]
    pub fn currency_share(&self) -> Option<Ppm> {
        Ppm::floor_of(i128::from(self.currency.micros), i128::from(self.total.micros))
    }
}

/// Splits what a bill Q at a rate r differs from a budget B made at a rate r_b, in the budget's
/// currency: total = Q·r − B, currency = Q·(r − r_b), and usage = (Q − B/r_b)·r_b is the rest, so that
/// the two add up to the micro-unit (reference/cost.md 4.6).
///
/// `None` when the budget names no rate, the bill is not in its bill currency, or a number is too large.
#[must_use]
pub fn variance(budget: &Budget, actual_bill: Money, rate: Decimal) -> Option<Variance> {
    let budget_rate = budget.rate?;
    if budget.bill_currency != Some(actual_bill.currency) {
        return None;
    }
    let to = budget.amount.currency;
    let total = actual_bill.convert(rate, to).ok()?.micros.checked_sub(budget.amount.micros)?;
    let currency = actual_bill.convert(rate.checked_sub(budget_rate)?, to).ok()?.micros;
    let usage = total.checked_sub(currency)?;
    let money = |micros| Money { micros, currency: to };
    Some(Variance { total: money(total), usage: money(usage), currency: money(currency) })
}
