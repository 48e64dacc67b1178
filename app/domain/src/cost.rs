//! Cost in FOCUS words: facts at the grain of the source, and the roll-ups pages read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::{Add, AddAssign, Neg};
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::money::Currency;
use crate::product::{Environment, Slug};
use crate::rate::Month;
use crate::week::IsoWeek;

/// Which of the two amounts of a charge is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Cash basis: what the invoice says (FOCUS `BilledCost`).
    #[default]
    Billed,
    /// Accrual basis: commitments spread over their term (FOCUS `EffectiveCost`).
    Effective,
}

impl Metric {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Billed, Self::Effective];

    /// The word in URLs and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Effective => "effective",
        }
    }
}

/// The text names no metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a metric is billed or effective")]
pub struct MetricError;

impl FromStr for Metric {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == text).ok_or(MetricError)
    }
}

/// Both amounts of something, in micro-units of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Amounts {
    /// Cash basis.
    pub billed: i64,
    /// Accrual basis.
    pub effective: i64,
}

impl Amounts {
    /// The amount of one metric.
    #[must_use]
    pub fn get(&self, metric: Metric) -> i64 {
        match metric {
            Metric::Billed => self.billed,
            Metric::Effective => self.effective,
        }
    }

    /// Whether both are nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.billed == 0 && self.effective == 0
    }
}

impl Add for Amounts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            billed: self.billed.saturating_add(other.billed),
            effective: self.effective.saturating_add(other.effective),
        }
    }
}

impl AddAssign for Amounts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for Amounts {
    type Output = Self;

    fn neg(self) -> Self {
        Self { billed: self.billed.saturating_neg(), effective: self.effective.saturating_neg() }
    }
}

impl std::iter::Sum for Amounts {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

/// FOCUS `ChargeCategory`; a word FOCUS does not know becomes `Other` and is never dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeCategory {
    /// Consumption.
    Usage,
    /// Fees and commitments bought.
    Purchase,
    /// Taxes.
    Tax,
    /// Vouchers and incentives.
    Credit,
    /// Anything applied after the fact.
    Adjustment,
    /// Something FOCUS does not name.
    Other,
}

impl ChargeCategory {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Usage, Self::Purchase, Self::Tax, Self::Credit, Self::Adjustment, Self::Other];

    /// The FOCUS word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Purchase => "Purchase",
            Self::Tax => "Tax",
            Self::Credit => "Credit",
            Self::Adjustment => "Adjustment",
            Self::Other => "Other",
        }
    }

    /// The category of a word, in any case; unknown words are `Other`.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(word)).unwrap_or(Self::Other)
    }
}

/// What a cost fact is about; allocation rules look at nothing else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CostKey {
    /// FOCUS `SubAccountId`; empty where the bill names none.
    pub sub_account: String,
    /// FOCUS `SubAccountName`; empty where the bill names none.
    pub sub_account_name: String,
    /// FOCUS `ServiceName`.
    pub service: String,
    /// FOCUS `RegionId`; empty where the bill names none.
    pub region: String,
    /// FOCUS `ChargeCategory`.
    pub charge_category: ChargeCategory,
    /// The configured tag keys that the row carries, sorted by key.
    pub tags: Vec<(String, String)>,
}

/// The scope of which a delivery replaces everything: (source, billing account, billing period).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingScope {
    /// The name of the source, `focus` unless the import says otherwise.
    pub source: String,
    /// FOCUS `BillingAccountId`.
    pub billing_account: String,
    /// FOCUS `BillingPeriodStart`, a UTC day.
    pub period_start: Date,
    /// FOCUS `BillingPeriodEnd`, exclusive, a UTC day.
    pub period_end: Date,
    /// FOCUS `BillingCurrency`.
    pub currency: Currency,
}

/// What a source read for one cell, exact: it becomes micro-units only against the control total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactCell {
    /// Which delivery scope it belongs to.
    pub scope: BillingScope,
    /// The UTC day of the charge.
    pub day: Date,
    /// What it is about.
    pub key: CostKey,
    /// Cash basis, exact, in units.
    pub billed: Decimal,
    /// Accrual basis, exact, in units.
    pub effective: Decimal,
}

/// The exact sum of one scope, kept beside the rounded cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlTotal {
    /// The scope.
    pub scope: BillingScope,
    /// Exact sum of billed cost, in units.
    pub billed: Decimal,
    /// Exact sum of effective cost, in units.
    pub effective: Decimal,
    /// How many rows of the input it sums.
    pub rows: u64,
    /// The last UTC day of a charge of at most a day. Longer charges are spread over days that may lie
    /// ahead and say nothing about how far the bill has come; with only such ones it is unknown.
    pub latest_day: Option<Date>,
}

/// Whose cost it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A product's own.
    Product(Slug),
    /// In a shared pool of that name, not split.
    Shared(String),
    /// No rule took it.
    Unallocated,
}

/// Cost of one owner in one week, day by day (UTC), as the database keeps it. Rows of one answer share
/// their texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerWeek {
    /// The week whose seven dates are meant as UTC days.
    pub week: IsoWeek,
    /// The source.
    pub source: Arc<str>,
    /// The billing currency.
    pub currency: Currency,
    /// Whose cost.
    pub owner: Owner,
    /// Where it ran, if a rule or account says so.
    pub environment: Environment,
    /// The service, where the roll-up keeps it apart; empty in the roll-up over all services.
    pub service: Arc<str>,
    /// Monday to Sunday.
    pub days: [Amounts; 7],
}

impl OwnerWeek {
    /// The sum of the days at the given positions (0 is Monday).
    #[must_use]
    pub fn sum_of(&self, positions: &[usize]) -> Amounts {
        positions.iter().filter_map(|position| self.days.get(*position)).copied().sum()
    }

    /// The row that takes this one away where both are added.
    #[must_use]
    pub fn taken_away(&self) -> Self {
        Self { days: self.days.map(Neg::neg), ..self.clone() }
    }

    /// Rows over all services, of rows that keep them apart: one a week, source, currency, owner and
    /// environment, in that order.
    #[must_use]
    pub fn over_services(services: Vec<Self>) -> Vec<Self> {
        let mut sums: BTreeMap<_, Self> = BTreeMap::new();
        let none: Arc<str> = "".into();
        for row in services {
            let key = (row.week, Arc::clone(&row.source), row.currency, row.owner.clone(), row.environment);
            match sums.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(Self { service: Arc::clone(&none), ..row });
                }
                Entry::Occupied(mut sum) => {
                    for (sum, amounts) in sum.get_mut().days.iter_mut().zip(row.days) {
                        *sum += amounts;
                    }
                }
            }
        }
        sums.into_values().collect()
    }
}

/// Direct cost of a product in a calendar month of UTC days, of all sources together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerMonth {
    /// The month.
    pub month: Month,
    /// The billing currency.
    pub currency: Currency,
    /// The product.
    pub product: Slug,
    /// Its sum.
    pub amounts: Amounts,
}
