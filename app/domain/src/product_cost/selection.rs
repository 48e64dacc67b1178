//! What a reader asks to see of a product's cost.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use crate::cost::ChargeCategory;
use crate::product::Environment;
use crate::tax::Tax;

use super::FactWeek;

/// What a cost can be told apart by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The value of a tag, by its key; nothing for a cost without the tag.
    Tag(Arc<str>),
}

/// What stands before the key of a tag in URLs.
const TAG: &str = "tag.";

impl Dimension {
    /// Those that every bill has, in the order of the page; tags come after them.
    pub const FIXED: [Self; 5] =
        [Self::Service, Self::Account, Self::Environment, Self::Region, Self::Category];

    /// The word in URLs, which is also the name of its filter.
    #[must_use]
    pub fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Service => "service",
            Self::Account => "account",
            Self::Environment => "environment",
            Self::Region => "region",
            Self::Category => "category",
            Self::Tag(key) => return Cow::Owned(format!("{TAG}{key}")),
        })
    }

    /// The dimension of a word.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        if let Some(key) = name.strip_prefix(TAG) {
            return (!key.is_empty()).then(|| Self::Tag(key.into()));
        }
        Self::FIXED.into_iter().find(|dimension| dimension.name() == name)
    }

    /// What a fact has of it.
    #[must_use]
    pub fn value_of<'a>(&self, fact: &'a FactWeek) -> &'a str {
        match self {
            Self::Service => &fact.key.service,
            Self::Account => &fact.key.sub_account,
            Self::Environment => fact.environment.as_str(),
            Self::Region => &fact.key.region,
            Self::Category => fact.key.charge_category.as_str(),
            Self::Tag(key) => {
                let found = fact.key.tags.iter().find(|(name, _)| **name == **key);
                found.map_or("", |(_, value)| value)
            }
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

/// A dimension, a filter, an order, and whether taxes count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// What the cost is told apart by.
    pub by: Dimension,
    /// What it must have, at most one value a dimension, in the order of [`Dimension`].
    pub filter: Vec<(Dimension, String)>,
    /// The order.
    pub sort: Sort,
    /// Whether taxes count.
    pub tax: Tax,
}

impl Selection {
    /// Reads the parameters `by`, `sort`, `tax` and those named like dimensions; of several of one name the
    /// first counts. Empty ones are as if not given, but for tags, where nothing is what is not tagged.
    ///
    /// # Errors
    /// [`SelectionError`] for a dimension, order, environment, category or word about taxes that does not
    /// exist. Services, accounts, regions and tags are the bill's own words: one it does not know selects
    /// nothing.
    pub fn read(query: &[(String, String)]) -> Result<Self, SelectionError> {
        let given = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let by = given("by").map(|name| Dimension::of(name).ok_or_else(|| unknown_dimension(name)));
        let sort = given("sort").map(|name| {
            let found = Sort::ALL.into_iter().find(|sort| sort.as_str() == name);
            found.ok_or_else(|| unknown("sort", name, &Sort::ALL.map(Sort::as_str)))
        });
        let tax = given("tax").map(|word| {
            let found = Tax::ALL.into_iter().find(|tax| tax.view() == word);
            found.ok_or_else(|| unknown("tax", word, &Tax::ALL.map(Tax::view)))
        });
        let mut filter: Vec<(Dimension, String)> = Vec::new();
        for (name, value) in query {
            let Some(dimension) = Dimension::of(name) else { continue };
            let is_tag = matches!(dimension, Dimension::Tag(_));
            if (value.is_empty() && !is_tag) || filter.iter().any(|(known, _)| *known == dimension) {
                continue;
            }
            filter.push((dimension.clone(), filter_value(&dimension, value)?));
        }
        filter.sort();
        Ok(Self {
            by: by.transpose()?.unwrap_or_default(),
            filter,
            sort: sort.transpose()?.unwrap_or_default(),
            tax: tax.transpose()?.unwrap_or_default(),
        })
    }

    /// The value that a dimension is filtered by.
    #[must_use]
    pub fn value(&self, dimension: &Dimension) -> Option<&str> {
        self.filter.iter().find(|(known, _)| known == dimension).map(|(_, value)| value.as_str())
    }

    /// The same, filtered by more.
    #[must_use]
    pub fn filtered_by(&self, more: &[(Dimension, &str)]) -> Self {
        let mut filter = self.filter.clone();
        filter.retain(|(known, _)| !more.iter().any(|(dimension, _)| dimension == known));
        filter.extend(more.iter().map(|(dimension, value)| (dimension.clone(), (*value).to_owned())));
        filter.sort();
        Self { filter, ..self.clone() }
    }

    /// Whether a fact is selected.
    #[must_use]
    pub fn holds(&self, fact: &FactWeek) -> bool {
        let is_taken = self.tax == Tax::Included || fact.key.charge_category != ChargeCategory::Tax;
        is_taken && self.filter.iter().all(|(dimension, value)| dimension.value_of(fact) == value)
    }
}

/// The value of a filter as facts have it.
fn filter_value(dimension: &Dimension, value: &str) -> Result<String, SelectionError> {
    match dimension {
        Dimension::Environment if Environment::from_str(value).is_err() => {
            Err(unknown("environment", value, &Environment::ALL.map(Environment::as_str)))
        }
        Dimension::Category => {
            let known = ChargeCategory::ALL.map(ChargeCategory::as_str);
            let found = known.iter().find(|word| word.eq_ignore_ascii_case(value));
            Ok((*found.ok_or_else(|| unknown("category", value, &known))?).to_owned())
        }
        _ => Ok(value.to_owned()),
    }
}

fn unknown_dimension(given: &str) -> SelectionError {
    let mut known: Vec<Cow<'_, str>> = Dimension::FIXED.iter().map(Dimension::name).collect();
    known.push("tag.KEY".into());
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    unknown("by", given, &known)
}

fn unknown(parameter: &'static str, given: &str, known: &[&str]) -> SelectionError {
    SelectionError { parameter, given: given.chars().take(60).collect(), known: known.join(", ") }
}
