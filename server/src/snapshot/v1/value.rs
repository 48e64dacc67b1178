//! Money, periods and whose cost something is.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use domain::cost::{Amounts, Metric, Owner};
use domain::money::{Currency, Money, micros_of_decimal};
use domain::period::Period;
use domain::product::Environment;
use domain::rate::RatePolicy;

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

/// An amount as text with six decimals, so that no reader loses a digit.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct MoneyV1(Money);

impl MoneyV1 {
    /// Micro-units of a currency.
    pub(in crate::snapshot) fn new(micros: i64, currency: Currency) -> Self {
        Self(Money { micros, currency })
    }

    /// The currency.
    pub(in crate::snapshot) fn currency(self) -> Currency {
        self.0.currency
    }

    /// Micro-units, when the amount is in the currency its row is in.
    pub(in crate::snapshot) fn micros(self, currency: Currency) -> Result<i64, SnapshotError> {
        if self.0.currency == currency {
            return Ok(self.0.micros);
        }
        Err(SnapshotError::Word { what: "currency of this row", text: self.0.currency.to_string() })
    }
}

impl Serialize for MoneyV1 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut money = serializer.serialize_struct("Money", 2)?;
        money.serialize_field("amount", &SixDecimals(self.0.micros))?;
        money.serialize_field("currency", self.0.currency.code())?;
        money.end()
    }
}

impl JsonSchema for MoneyV1 {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "required": ["amount", "currency"],
            "properties": { "amount": { "type": "string" }, "currency": { "type": "string" } },
        })
    }
}

/// Micro-units as units; a document holds thousands, so they are written without a decimal in between.
struct SixDecimals(i64);

impl fmt::Display for SixDecimals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        write!(formatter, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    }
}

impl Serialize for SixDecimals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MoneyV1 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Texts {
            amount: String,
            currency: String,
        }

        let texts = Texts::deserialize(deserializer)?;
        let exact = texts.amount.parse().ok().and_then(|decimal| micros_of_decimal(decimal).ok());
        let micros =
            exact.ok_or_else(|| D::Error::custom(format_args!("{:?} is no amount", texts.amount)))?;
        let currency = texts.currency.parse().map_err(D::Error::custom)?;
        Ok(Self(Money { micros, currency }))
    }
}

impl Mirror<Money> for MoneyV1 {
    fn of(value: &Money) -> Self {
        Self(*value)
    }

    fn into_domain(self) -> Result<Money, SnapshotError> {
        Ok(self.0)
    }
}

/// Both amounts of something.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
