//! What a reader asks to see of a product's cost.

use std::str::FromStr;

use crate::cost::ChargeCategory;
use crate::product::Environment;

use super::FactWeek;

/// What a cost can be told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// The service.
    #[default]
    Service,
    /// The sub account.
    Account,
    /// The environment.
    Environment,
    /// The region.
    Region,
    /// The charge category.
    Category,
}

impl Dimension {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::Service, Self::Account, Self::Environment, Self::Region, Self::Category];

    /// The word in URLs, which is also the name of its filter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Account => "account",
            Self::Environment => "environment",
            Self::Region => "region",
            Self::Category => "category",
        }
    }

    /// What a fact has of it.
    #[must_use]
    pub fn value_of(self, fact: &FactWeek) -> String {
        match self {
            Self::Service => fact.key.service.clone(),
            Self::Account => fact.key.sub_account.clone(),
            Self::Environment => fact.environment.as_str().to_owned(),
            Self::Region => fact.key.region.clone(),
            Self::Category => fact.key.charge_category.as_str().to_owned(),
        }
    }

    fn is(self, fact: &FactWeek, value: &str) -> bool {
        match self {
            Self::Service => fact.key.service == value,
            Self::Account => fact.key.sub_account == value,
            Self::Environment => fact.environment.as_str() == value,
            Self::Region => fact.key.region == value,
            Self::Category => fact.key.charge_category.as_str() == value,
        }
    }
}

/// In which order parts stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By this week, largest first.
    #[default]
    This,
    /// By the week before, largest first.
    Previous,
    /// By the change, largest rise first.
    Change,
    /// By name.
    Name,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::This, Self::Previous, Self::Change, Self::Name];

    /// The word in URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::Previous => "previous",
            Self::Change => "change",
            Self::Name => "name",
        }
    }
}

/// A word that names nothing; the message says what would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} is one of {known}, not “{given}”")]
pub struct SelectionError {
    /// The parameter.
    pub parameter: &'static str,
    /// What was given.
    pub given: String,
    /// What could have been.
    pub known: String,
}

/// A dimension, a filter and an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// What the cost is told apart by.
    pub by: Dimension,
    /// What it must have, at most one value a dimension, in the order of [`Dimension::ALL`].
    pub filter: Vec<(Dimension, String)>,
    /// The order.
    pub sort: Sort,
}

impl Selection {
    /// Reads the parameters `by`, `sort` and those named like dimensions; empty ones are as if not given.
    ///
    /// # Errors
    /// [`SelectionError`] for a dimension, order, environment or category that does not exist. Services,
    /// accounts and regions are the bill's own words: one it does not know selects nothing.
    pub fn read<'a>(parameter: impl Fn(&str) -> Option<&'a str>) -> Result<Self, SelectionError> {
        let given = |name: &str| parameter(name).filter(|value| !value.is_empty());
        let by = word("by", given("by"), &Dimension::ALL, |dimension| dimension.as_str())?;
        let sort = word("sort", given("sort"), &Sort::ALL, |sort| sort.as_str())?;
        let mut filter = Vec::new();
        for dimension in Dimension::ALL {
            let Some(value) = given(dimension.as_str()) else { continue };
            let value = match dimension {
                Dimension::Environment if Environment::from_str(value).is_err() => {
                    let known = Environment::ALL.map(Environment::as_str);
                    return Err(unknown("environment", value, &known));
                }
                Dimension::Category => {
                    let known = ChargeCategory::ALL.map(ChargeCategory::as_str);
                    let found = known.iter().find(|word| word.eq_ignore_ascii_case(value));
                    (*found.ok_or_else(|| unknown("category", value, &known))?).to_owned()
                }
                _ => value.to_owned(),
            };
            filter.push((dimension, value));
        }
        Ok(Self { by: by.unwrap_or_default(), filter, sort: sort.unwrap_or_default() })
    }

    /// The value that a dimension is filtered by.
    #[must_use]
    pub fn value(&self, dimension: Dimension) -> Option<&str> {
        self.filter.iter().find(|(known, _)| *known == dimension).map(|(_, value)| value.as_str())
    }

    /// Whether a fact is selected.
    #[must_use]
    pub fn holds(&self, fact: &FactWeek) -> bool {
        self.filter.iter().all(|(dimension, value)| dimension.is(fact, value))
    }
}

fn word<T: Copy>(
    parameter: &'static str,
    given: Option<&str>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, SelectionError> {
    let Some(given) = given else { return Ok(None) };
    let found = all.iter().copied().find(|one| name(*one) == given);
    let known: Vec<&str> = all.iter().map(|one| name(*one)).collect();
    found.map(Some).ok_or_else(|| unknown(parameter, given, &known))
}

fn unknown(parameter: &'static str, given: &str, known: &[&str]) -> SelectionError {
    SelectionError { parameter, given: given.chars().take(60).collect(), known: known.join(", ") }
}
