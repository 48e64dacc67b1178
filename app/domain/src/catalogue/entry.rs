//! Entries of the catalogue that forms edit one at a time, and how each is told from its neighbours.

use std::str::FromStr;

use jiff::civil::Date;

use crate::allocation::AllocationRule;
use crate::split::Pool;

/// Which list an entry stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// `[[product]]`.
    Product,
    /// `[[account]]`.
    Account,
    /// `[[rule]]`.
    Rule,
    /// `[[pool]]`.
    Pool,
    /// `[[policy]]`.
    Policy,
    /// `[[maintenance]]`.
    Maintenance,
}

impl EntryKind {
    /// All of them, in the order of the file.
    pub const ALL: [Self; 6] =
        [Self::Product, Self::Account, Self::Rule, Self::Pool, Self::Policy, Self::Maintenance];

    /// The word in files and forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Account => "account",
            Self::Rule => "rule",
            Self::Pool => "pool",
            Self::Policy => "policy",
            Self::Maintenance => "maintenance",
        }
    }
}

impl EntryKind {
    /// The field with the day on which an entry ends, where it has one.
    #[must_use]
    pub fn end(self) -> Option<&'static str> {
        match self {
            Self::Product | Self::Account => Some("closed_on"),
            Self::Rule | Self::Pool => Some("valid_to"),
            Self::Policy | Self::Maintenance => None,
        }
    }
}

/// The text names no list of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry is a product, an account, a rule, a pool, a policy or a maintenance window")]
pub struct EntryKindError;

impl FromStr for EntryKind {
    type Err = EntryKindError;

    fn from_str(text: &str) -> Result<Self, EntryKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(EntryKindError)
    }
}

/// A name and, because it may come again for other days, the day from which it is meant.
fn dated(name: &str, from: Option<Date>) -> String {
    from.map_or_else(|| name.to_owned(), |day| format!("{name} from {day}"))
}

/// What tells a rule from all others.
#[must_use]
pub fn rule_key(rule: &AllocationRule) -> String {
    dated(&rule.name, rule.valid_from)
}

/// What tells a declaration of a pool from all others.
#[must_use]
pub fn pool_key(pool: &Pool) -> String {
    dated(&pool.name, pool.valid_from)
}

/// A list of the catalogue that forms edit as a table of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowsPart {
    /// `[[budget]]`.
    Budgets,
    /// `[[rate]]`.
    Rates,
    /// `[[usage]]`.
    Usage,
}

impl RowsPart {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Budgets, Self::Rates, Self::Usage];

    /// The word in forms and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Budgets => "budgets",
            Self::Rates => "rates",
            Self::Usage => "usage",
        }
    }
}

/// What a form edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditPart {
    /// Rows of a table.
    Rows(RowsPart),
    /// One entry.
    Entry(EntryKind),
}

impl EditPart {
    /// The page with its form.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Rows(RowsPart::Budgets) => "/catalog/budgets",
            Self::Rows(RowsPart::Rates) => "/catalog/rates",
            Self::Rows(RowsPart::Usage) => "/catalog/usage",
            Self::Entry(EntryKind::Product) => "/catalog/products",
            Self::Entry(EntryKind::Account) => "/catalog/accounts",
            Self::Entry(EntryKind::Rule) => "/catalog/rules",
            Self::Entry(EntryKind::Pool) => "/catalog/pools",
            Self::Entry(EntryKind::Policy) => "/catalog/policies",
            Self::Entry(EntryKind::Maintenance) => "/catalog/maintenance",
        }
    }
}

impl FromStr for EditPart {
    type Err = EntryKindError;

    fn from_str(text: &str) -> Result<Self, EntryKindError> {
        let rows = RowsPart::ALL.into_iter().find(|part| part.as_str() == text);
        rows.map(Self::Rows).map_or_else(|| text.parse().map(Self::Entry), Ok)
    }
}
