//! Monthly budgets of products, and how a month splits into usage and currency.

use rust_decimal::Decimal;

use crate::money::{Currency, Money};
use crate::product::Slug;
use crate::rate::Month;

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
