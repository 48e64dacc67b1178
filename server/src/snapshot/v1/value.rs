//! Money, periods and whose cost something is.

use serde::{Deserialize, Serialize};

use domain::cost::{Amounts, Metric, Owner};
use domain::money::{Currency, Money, decimal_of_micros, micros_of_decimal};
use domain::period::Period;
use domain::product::Environment;
use domain::rate::RatePolicy;

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

/// An amount as text with six decimals, so that no reader loses a digit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::snapshot) struct MoneyV1 {
    amount: String,
    currency: String,
}

impl MoneyV1 {
    /// Micro-units of a currency.
    pub(in crate::snapshot) fn new(micros: i64, currency: Currency) -> Self {
        Self { amount: decimal_of_micros(micros).to_string(), currency: currency.code().to_owned() }
    }

    /// Micro-units, when the amount is in the currency its row is in.
    pub(in crate::snapshot) fn micros(self, currency: Currency) -> Result<i64, SnapshotError> {
        if self.currency != currency.code() {
            return Err(SnapshotError::Word { what: "currency of this row", text: self.currency });
        }
        self.amount
            .parse()
            .ok()
            .and_then(|decimal| micros_of_decimal(decimal).ok())
            .ok_or(SnapshotError::Word { what: "amount", text: self.amount })
    }
}

impl Mirror<Money> for MoneyV1 {
    fn of(value: &Money) -> Self {
        Self::new(value.micros, value.currency)
    }

    fn into_domain(self) -> Result<Money, SnapshotError> {
        let currency: Currency = Mirror::into_domain(self.currency.clone())?;
        Ok(Money { micros: self.micros(currency)?, currency })
    }
}

/// Both amounts of something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::snapshot) struct AmountsV1 {
    billed: MoneyV1,
    effective: MoneyV1,
}

impl AmountsV1 {
    /// Both amounts in a currency.
    pub(in crate::snapshot) fn new(amounts: Amounts, currency: Currency) -> Self {
        Self {
            billed: MoneyV1::new(amounts.billed, currency),
            effective: MoneyV1::new(amounts.effective, currency),
        }
    }

    /// Both amounts, when they are in the currency of their row.
    pub(in crate::snapshot) fn amounts(self, currency: Currency) -> Result<Amounts, SnapshotError> {
        Ok(Amounts { billed: self.billed.micros(currency)?, effective: self.effective.micros(currency)? })
    }
}

mirror! {
    /// From `start` up to but without `end`.
    PeriodV1 = Period {
        start: String,
        end: String,
    }
}

/// Whose cost it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum OwnerV1 {
    /// A product's own.
    Product { product: String },
    /// In a shared pool, not split.
    Shared { pool: String },
    /// No rule took it.
    Unallocated,
}

impl Mirror<Owner> for OwnerV1 {
    fn of(value: &Owner) -> Self {
        match value {
            Owner::Product(product) => Self::Product { product: Mirror::of(product) },
            Owner::Shared(pool) => Self::Shared { pool: pool.clone() },
            Owner::Unallocated => Self::Unallocated,
        }
    }

    fn into_domain(self) -> Result<Owner, SnapshotError> {
        Ok(match self {
            Self::Product { product } => Owner::Product(product.into_domain()?),
            Self::Shared { pool } => Owner::Shared(pool),
            Self::Unallocated => Owner::Unallocated,
        })
    }
}

words! {
    "metric": Metric {
        Billed = "billed",
        Effective = "effective",
    }
    "environment": Environment {
        Production = "production",
        Staging = "staging",
        Development = "development",
        Shared = "shared",
        Preview = "preview",
    }
    "rate policy": RatePolicy {
        Budget = "budget",
        PreviousMonthEnd = "previous-month-end",
        MonthAverage = "month-average",
        Invoice = "invoice",
    }
}
