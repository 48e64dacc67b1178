//! Which product a cost belongs to: ordered rules, the first match wins.

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::cost::{CostKey, Owner};
use crate::product::{Account, Environment, Slug};

/// What stands before the name of a cost category among the tags of a cost, as AWS itself writes it where both
/// share a column (the column `tags` of CUR 2.0).
pub const COST_CATEGORY_PREFIX: &str = "costCategory/";

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The sub account's id.
    Account,
    /// The value of a tag; a row without the tag never matches.
    Tag(String),
    /// The value of a cost category of AWS; a row without the category never matches.
    CostCategory(String),
    /// The path of the account's organizational unit; a value takes the unit and all below it, with or without
    /// the root in front.
    OrganizationalUnit,
    /// The value of a tag of the account itself; an account without the tag never matches.
    AccountTag(String),
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
    /// What a cost of a source has of the field; `account` is the one it arose in, where the catalogue knows it.
    #[must_use]
    pub fn value_of<'a>(
        &self,
        source: &'a str,
        key: &'a CostKey,
        account: Option<&'a Account>,
    ) -> Option<&'a str> {
        let among = |tags: &'a [(String, String)], name: &str| {
            tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str())
        };
        match &self.field {
            Field::Account => Some(key.sub_account.as_str()),
            Field::Tag(name) => among(&key.tags, name),
            Field::CostCategory(name) => {
                let named = |tag: &str| tag.strip_prefix(COST_CATEGORY_PREFIX) == Some(name);
                key.tags.iter().find(|(tag, _)| named(tag)).map(|(_, value)| value.as_str())
            }
            Field::OrganizationalUnit => account?.ou.as_deref(),
            Field::AccountTag(name) => among(&account?.tags, name),
            Field::Service => Some(key.service.as_str()),
            Field::Region => Some(key.region.as_str()),
            Field::ChargeCategory => Some(key.charge_category.as_str()),
            Field::Source => Some(source),
        }
    }

    /// Whether the condition holds for a cost of a source; `account` is the one it arose in, where the
    /// catalogue knows it.
    #[must_use]
    pub fn matches(&self, source: &str, key: &CostKey, account: Option<&Account>) -> bool {
        let is_unit = self.field == Field::OrganizationalUnit;
        let fits = |value: &str, wanted: &str| match wanted.strip_suffix('*') {
            Some(beginning) if is_unit => below_root(value).starts_with(below_root(beginning)),
            Some(beginning) => value.starts_with(beginning),
            None if is_unit => is_within(below_root(value), below_root(wanted)),
            None => value == wanted,
        };
        let value = self.value_of(source, key, account);
        value.is_some_and(|value| self.values.iter().any(|wanted| fits(value, wanted)))
    }
}

/// A path of units without the root, which people leave out, and without slashes at its ends.
fn below_root(path: &str) -> &str {
    let path = path.trim_start_matches('/');
    match path.strip_prefix("Root") {
        Some("") => "",
        Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
        _ => path,
    }
}

/// Whether a path is a unit or lies below it.
fn is_within(path: &str, unit: &str) -> bool {
    let unit = unit.trim_end_matches('/');
    unit.is_empty() || path.strip_prefix(unit).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl AllocationRule {
    /// Whether the rule applies to charges of a UTC day.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }

    /// Whether every condition holds.
    #[must_use]
    pub fn matches(&self, source: &str, key: &CostKey, account: Option<&Account>) -> bool {
        self.conditions.iter().all(|condition| condition.matches(source, key, account))
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
        .find(|(_, rule)| rule.is_valid_on(day) && rule.matches(source, key, account));
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

/// What became of one rule when a cost was allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It decided.
    Matched,
    /// It does not apply to charges of the day.
    NotValid,
    /// The condition at this position does not hold; later ones were not looked at.
    Fails(usize),
}

/// A rule that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its position in the catalogue.
    pub rule: usize,
    /// What became of it.
    pub outcome: Outcome,
}

/// Why a cost is where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The answer.
    pub allocation: Allocation,
    /// The rules in the order they were tried, up to the one that decided.
    pub tried: Vec<Tried>,
}

/// Allocates a cost on a UTC day as [`allocate`] does, and says which rules were tried on the way.
#[must_use]
pub fn explain(catalogue: &Catalogue, source: &str, key: &CostKey, day: Date) -> Explanation {
    let allocation = allocate(catalogue, source, key, day);
    let count = match allocation.reason {
        Reason::Rule(position) => position + 1,
        Reason::Account | Reason::Nothing => catalogue.rules.len(),
    };
    let account = catalogue.accounts.iter().find(|account| account.id == key.sub_account);
    let outcome = |rule: &AllocationRule| {
        if !rule.is_valid_on(day) {
            return Outcome::NotValid;
        }
        let failing = rule.conditions.iter().position(|condition| !condition.matches(source, key, account));
        failing.map_or(Outcome::Matched, Outcome::Fails)
    };
    let rules = catalogue.rules.iter().take(count).enumerate();
    let tried = rules.map(|(rule, one)| Tried { rule, outcome: outcome(one) }).collect();
    Explanation { allocation, tried }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::ChargeCategory;

    fn rule(name: &str, service: &str, valid_to: Option<&str>) -> AllocationRule {
        AllocationRule {
            name: name.to_owned(),
            conditions: vec![
                Condition { field: Field::Source, values: vec!["aws".to_owned()] },
                Condition { field: Field::Service, values: vec![service.to_owned()] },
            ],
            target: Target::Shared { pool: name.to_owned() },
            valid_from: None,
            valid_to: valid_to.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn what_was_tried_is_told_in_order_up_to_what_decided() {
        let rules = vec![
            rule("ended", "Compute", Some("2026-11-01")),
            rule("storage", "Storage", None),
            rule("compute", "Comp*", None),
            rule("later", "Compute", None),
        ];
        let catalogue = Catalogue { rules, ..Catalogue::default() };
        let key = |service: &str| CostKey {
            sub_account: "1".to_owned(),
            sub_account_name: String::new(),
            service: service.to_owned(),
            region: String::new(),
            charge_category: ChargeCategory::Usage,
            tags: Vec::new(),
        };
        for (source, service, expected, reason) in [
            ("aws", "Compute", vec![Outcome::NotValid, Outcome::Fails(1), Outcome::Matched], Reason::Rule(2)),
            ("aws", "Storage", vec![Outcome::NotValid, Outcome::Matched], Reason::Rule(1)),
            (
                "csv",
                "Compute",
                vec![Outcome::NotValid, Outcome::Fails(0), Outcome::Fails(0), Outcome::Fails(0)],
                Reason::Nothing,
            ),
        ] {
            let told = explain(&catalogue, source, &key(service), "2026-11-16".parse().unwrap());
            let outcomes: Vec<Outcome> = told.tried.iter().map(|tried| tried.outcome).collect();
            assert_eq!((outcomes, told.allocation.reason), (expected, reason), "{source} {service}");
        }
    }
}
