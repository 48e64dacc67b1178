//! Which product a cost belongs to: ordered rules, the first match wins.

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::cost::{CostKey, Owner};
use crate::product::{Environment, Slug};

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The sub account's id.
    Account,
    /// The value of a tag; a row without the tag never matches.
    Tag(String),
    /// The service's name.
    Service,
    /// The region's id.
    Region,
    /// The FOCUS charge category.
    ChargeCategory,
    /// The name of the source.
    Source,
}

/// One condition: the field has one of the values; a trailing `*` matches any ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub field: Field,
    /// The values that match, exactly and in the bill's own spelling.
    pub values: Vec<String>,
}

/// Where a rule puts the cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A product; without an environment the account's is taken.
    Product {
        /// The product.
        product: Slug,
        /// The environment, if the rule says so.
        environment: Option<Environment>,
    },
    /// A shared pool, shown as shared and not split.
    Shared {
        /// The pool's name.
        pool: String,
    },
}

/// One allocation rule; all of its conditions must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocationRule {
    /// A name that people recognise, unique.
    pub name: String,
    /// What has to match; a rule without conditions matches everything.
    pub conditions: Vec<Condition>,
    /// Where the cost goes.
    pub target: Target,
    /// The first day of charge it applies to.
    pub valid_from: Option<Date>,
    /// The first day of charge it no longer applies to.
    pub valid_to: Option<Date>,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The rule at this position of the catalogue.
    Rule(usize),
    /// The account belongs to a product as a whole.
    Account,
    /// Nothing matched.
    Nothing,
}

/// The answer for one cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Whose cost it is.
    pub owner: Owner,
    /// Where it runs.
    pub environment: Environment,
    /// What decided.
    pub reason: Reason,
}

impl Condition {
    /// Whether the condition holds for a cost of a source.
    #[must_use]
    pub fn matches(&self, source: &str, key: &CostKey) -> bool {
        let value = match &self.field {
            Field::Account => Some(key.sub_account.as_str()),
            Field::Tag(name) => key.tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str()),
            Field::Service => Some(key.service.as_str()),
            Field::Region => Some(key.region.as_str()),
            Field::ChargeCategory => Some(key.charge_category.as_str()),
            Field::Source => Some(source),
        };
        value.is_some_and(|value| {
            self.values.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(beginning) => value.starts_with(beginning),
                None => value == wanted,
            })
        })
    }
}

impl AllocationRule {
    /// Whether the rule applies to charges of a UTC day.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }

    /// Whether every condition holds.
    #[must_use]
    pub fn matches(&self, source: &str, key: &CostKey) -> bool {
        self.conditions.iter().all(|condition| condition.matches(source, key))
    }
}

/// Finds the owner of a cost on a UTC day: the first valid rule that matches, else the account's
/// product, else nobody. Rules come first because they are the exceptions to what an account says.
#[must_use]
pub fn allocate(catalogue: &Catalogue, source: &str, key: &CostKey, day: Date) -> Allocation {
    let account = catalogue.accounts.iter().find(|account| account.id == key.sub_account);
    let home = account.map_or(Environment::Production, |account| account.environment);
    let rule = catalogue
        .rules
        .iter()
        .enumerate()
        .find(|(_, rule)| rule.is_valid_on(day) && rule.matches(source, key));
    if let Some((position, rule)) = rule {
        let (owner, environment) = match &rule.target {
            Target::Product { product, environment } => {
                (Owner::Product(product.clone()), environment.unwrap_or(home))
            }
            Target::Shared { pool } => (Owner::Shared(pool.clone()), Environment::Shared),
        };
        return Allocation { owner, environment, reason: Reason::Rule(position) };
    }
    match account.and_then(|account| account.product.clone()) {
        Some(product) => {
            Allocation { owner: Owner::Product(product), environment: home, reason: Reason::Account }
        }
        None => Allocation { owner: Owner::Unallocated, environment: home, reason: Reason::Nothing },
    }
}
