//! Reading the catalogue: one statement, one row.
//!
//! The catalogue has eighteen tables and few rows in each; asking them one after the other costs more than
//! reading them. Each table comes as one text instead: the [`Fields`] of its rows one after the other.

use std::collections::BTreeMap;

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::commitment::Commitment;
use domain::money::Money;
use domain::organization::{Localized, Organization, Thresholds};
use domain::product::{Account, Link, Product};
use domain::rate::{Month, Rate};
use domain::ratio::Ppm;
use domain::split::{Pool, PoolTarget, Usage};

use super::super::Db;
use super::super::columns::Columns;
use super::super::fields::{Fields, fields};
use super::{checklist, policy, postmortem};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(in super::super) const STATEMENTS: &[&str] = &[CATALOGUE];

/// All fields of a table in an order of its rows; NULL where it is empty.
macro_rules! table {
    ($table:literal by $order:literal: $first:literal $(, $name:literal)*) => {
        concat!(
            "(SELECT string_agg(", fields!($first $(, $name)*), ", '' ORDER BY ", $order,
            ") FROM ", $table, ")"
        )
    };
}

const CATALOGUE: &str = concat!(
    "SELECT ",
    table!(
        "organization" by "id": "name_ja", "name_en", "time_zone", "language", "reporting_currency",
        "rate_policy", "cost_lag_days", "fiscal_year_starts", "change_share", "change_amount_of_organization",
        "change_amount_of_product", "budget_risk", "budget_breached", "error_budget_risk", "stale_after_hours",
        "anomaly_amount_of_organization", "unallocated_limit"
    ),
    ", ",
    table!(
        "product" by "position": "slug", "name_ja", "name_en", "group_ja", "group_en", "tier",
        "product_manager", "embedded_sre", "chat_channel", "closed_on"
    ),
    ", ",
    table!("product_link" by "product, position": "product", "kind", "url"),
    ", ",
    table!("account" by "position": "id", "name", "product", "environment", "closed_on"),
    ", ",
    table!("account_attribute" by "account, kind, name": "account", "kind", "name", "value"),
    ", ",
    table!(
        "allocation_rule" by "position": "name", "target_kind", "target", "environment", "valid_from", "valid_to"
    ),
    ", ",
    table!(
        "allocation_condition" by "rule, position, value_position": "rule", "position", "field", "tag", "value"
    ),
    ", ",
    table!("pool" by "position": "name", "method", "series", "valid_from", "valid_to"),
    ", ",
    table!("pool_target" by "pool, position": "pool", "product", "weight"),
    ", ",
    table!("usage_month" by "position": "series", "product", "month", "units"),
    ", ",
    table!("budget" by "position": "product", "month", "amount", "currency", "rate", "bill_currency", "tax"),
    ", ",
    table!(
        "rate" by "position": "from_currency", "to_currency", "month", "policy", "rate", "read_on", "source"
    ),
    ", ",
    table!("commitment" by "position": "name", "kind", "product", "ends_on", "amount", "currency"),
    ", ",
    table!("error_budget_policy" by "position": "product", "policy", "approved_on", "revisit_on"),
    ", ",
    table!("error_budget_policy_step" by "policy, position": "policy", "at_least", "action", "note"),
    ", ",
    table!("error_budget_policy_name" by "policy, kind, position": "policy", "kind", "name"),
    ", ",
    table!(
        "maintenance_window" by "position": "name", "covers", "target", "starts_at", "ends_at", "recurrence"
    ),
    ", ",
    table!(
        "postmortem_terms" by "id": "sev1_days", "sev2_business_days", "other_business_days", "year_end", "handbook"
    ),
    ", ",
    table!("checklist" by "position": "name", "title_ja", "title_en", "version"),
    ", ",
    table!("checklist_item" by "checklist, position": "checklist", "id", "text_ja", "text_en", "since")
);

/// The stored catalogue; the default one where none was stored.
pub(in super::super) async fn get(
    connection: impl sqlx::Executor<'_, Database = Db>,
) -> Result<Catalogue, StoreError> {
    let row = sqlx::query(CATALOGUE).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    let mut table = || Ok::<_, StoreError>(Fields::of(columns.take::<Option<&str>>()?.unwrap_or("")));
    Ok(Catalogue {
        organization: table()?.rows(organization_of)?.pop().unwrap_or_default(),
        products: products(table()?, table()?)?,
        accounts: accounts(table()?, table()?)?,
        rules: rules(table()?, table()?)?,
        pools: pools(table()?, table()?)?,
        usage: table()?.rows(usage_of)?,
        budgets: table()?.rows(budget_of)?,
        rates: table()?.rows(rate_of)?,
        commitments: table()?.rows(commitment_of)?,
        policies: policy::policies(table()?, table()?, table()?)?,
        maintenance: table()?.rows(policy::window_of)?,
        postmortem_terms: table()?.rows(postmortem::terms_of)?.pop().unwrap_or_default(),
        checklists: checklist::checklists(table()?, table()?)?,
    })
}

fn organization_of(fields: &mut Fields<'_>) -> Result<Organization, StoreError> {
    Ok(Organization {
        name: Localized { ja: fields.owned()?, en: fields.owned()? },
        time_zone: fields.owned()?,
        language: text::language(fields.text()?)?,
        reporting_currency: fields.read("currency")?,
        rate_policy: fields.read("rate policy")?,
        cost_lag_days: fields.read("days of lag")?,
        fiscal_year_starts: fields.read("first month of the fiscal year")?,
        thresholds: Thresholds {
            change_share: Ppm(fields.read("threshold")?),
            change_amount_of_organization: Ppm(fields.read("threshold")?),
            change_amount_of_product: Ppm(fields.read("threshold")?),
            budget_risk: Ppm(fields.read("threshold")?),
            budget_breached: Ppm(fields.read("threshold")?),
            error_budget_risk: Ppm(fields.read("threshold")?),
            stale_after_hours: fields.read("threshold")?,
            anomaly_amount_of_organization: Ppm(fields.read("threshold")?),
            unallocated_limit: Ppm(fields.read("threshold")?),
        },
    })
}

fn products(products: Fields<'_>, links: Fields<'_>) -> Result<Vec<Product>, StoreError> {
    let mut products = products.rows(product_of)?;
    let mut of: BTreeMap<String, Vec<Link>> = BTreeMap::new();
    for (product, link) in links.rows(link_of)? {
        of.entry(product).or_default().push(link);
    }
    for product in &mut products {
        product.links = of.remove(product.slug.as_str()).unwrap_or_default();
    }
    Ok(products)
}

fn link_of(fields: &mut Fields<'_>) -> Result<(String, Link), StoreError> {
    Ok((fields.owned()?, Link { kind: fields.owned()?, url: fields.owned()? }))
}

fn product_of(fields: &mut Fields<'_>) -> Result<Product, StoreError> {
    Ok(Product {
        slug: fields.read("product")?,
        name: Localized { ja: fields.owned()?, en: fields.owned()? },
        group: match (fields.owned_option()?, fields.owned_option()?) {
            (Some(ja), Some(en)) => Some(Localized { ja, en }),
            _ => None,
        },
        tier: fields.read("tier of a product")?,
        product_manager: fields.owned_option()?,
        embedded_sre: fields.owned_option()?,
        chat_channel: fields.owned_option()?,
        links: Vec::new(),
        closed_on: fields.read_option("day")?,
    })
}

fn account_of(fields: &mut Fields<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: fields.owned()?,
        name: fields.owned()?,
        product: fields.read_option("product")?,
        environment: fields.read("environment")?,
        closed_on: fields.read_option("day")?,
        ou: None,
        tags: Vec::new(),
    })
}

fn accounts(accounts: Fields<'_>, attributes: Fields<'_>) -> Result<Vec<Account>, StoreError> {
    let mut accounts = accounts.rows(account_of)?;
    let mut of: BTreeMap<String, Vec<(String, String, String)>> = BTreeMap::new();
    for (account, kind, name, value) in attributes.rows(attribute_of)? {
        of.entry(account).or_default().push((kind, name, value));
    }
    for account in &mut accounts {
        for (kind, name, value) in of.remove(&account.id).unwrap_or_default() {
            match kind.as_str() {
                "ou" => account.ou = Some(value),
                _ => account.tags.push((name, value)),
            }
        }
    }
    Ok(accounts)
}

fn attribute_of(fields: &mut Fields<'_>) -> Result<(String, String, String, String), StoreError> {
    Ok((fields.owned()?, fields.owned()?, fields.owned()?, fields.owned()?))
}

/// One value of a condition: rule, position in the rule, field, value.
type Part = (usize, i64, Field, Option<String>);

fn rules(rules: Fields<'_>, conditions: Fields<'_>) -> Result<Vec<AllocationRule>, StoreError> {
    let mut rules = rules.rows(rule_of)?;
    let mut last = None;
    for (rule, position, field, value) in conditions.rows(part_of)? {
        let target = rules.get_mut(rule).ok_or_else(|| StoreError::corrupt("condition without a rule"))?;
        if last != Some((rule, position)) {
            target.conditions.push(Condition { field, values: Vec::new() });
            last = Some((rule, position));
        }
        if let (Some(value), Some(condition)) = (value, target.conditions.last_mut()) {
            condition.values.push(value);
        }
    }
    Ok(rules)
}

fn part_of(fields: &mut Fields<'_>) -> Result<Part, StoreError> {
    let (rule, position) = (fields.read("rule")?, fields.read("position")?);
    let field = text::field(fields.text()?, fields.owned_option()?)?;
    Ok((rule, position, field, fields.owned_option()?))
}

fn rule_of(fields: &mut Fields<'_>) -> Result<AllocationRule, StoreError> {
    let name = fields.owned()?;
    let (kind, target) = (fields.text()?, fields.text()?);
    let environment = fields.read_option("environment")?;
    let target = match kind {
        "product" => Target::Product { product: text::read("product", target)?, environment },
        _ => Target::Shared { pool: target.to_owned() },
    };
    Ok(AllocationRule {
        name,
        conditions: Vec::new(),
        target,
        valid_from: fields.read_option("day")?,
        valid_to: fields.read_option("day")?,
    })
}

fn pools(pools: Fields<'_>, targets: Fields<'_>) -> Result<Vec<Pool>, StoreError> {
    let mut pools = pools.rows(pool_of)?;
    for (pool, target) in targets.rows(target_of)? {
        let pool: &mut Pool =
            pools.get_mut(pool).ok_or_else(|| StoreError::corrupt("target without a pool"))?;
        pool.targets.push(target);
    }
    Ok(pools)
}

fn pool_of(fields: &mut Fields<'_>) -> Result<Pool, StoreError> {
    Ok(Pool {
        name: fields.owned()?,
        method: fields.read("method of a pool")?,
        targets: Vec::new(),
        series: fields.owned_option()?,
        valid_from: fields.read_option("day")?,
        valid_to: fields.read_option("day")?,
    })
}

fn target_of(fields: &mut Fields<'_>) -> Result<(usize, PoolTarget), StoreError> {
    let pool = fields.read("pool")?;
    Ok((pool, PoolTarget { product: fields.read("product")?, weight: Ppm(fields.read("weight")?) }))
}

fn usage_of(fields: &mut Fields<'_>) -> Result<Usage, StoreError> {
    Ok(Usage {
        series: fields.owned()?,
        product: fields.read("product")?,
        month: Month::containing(fields.read("day")?),
        units: fields.read("units")?,
    })
}

fn budget_of(fields: &mut Fields<'_>) -> Result<Budget, StoreError> {
    Ok(Budget {
        product: fields.read("product")?,
        month: Month::containing(fields.read("day")?),
        amount: Money { micros: fields.read("amount")?, currency: fields.read("currency")? },
        rate: fields.read_option("rate")?,
        bill_currency: fields.read_option("currency")?,
        tax: fields.read("tax")?,
    })
}

fn rate_of(fields: &mut Fields<'_>) -> Result<Rate, StoreError> {
    Ok(Rate {
        from: fields.read("currency")?,
        to: fields.read("currency")?,
        month: Month::containing(fields.read("day")?),
        policy: fields.read("rate policy")?,
        rate: fields.read("rate")?,
        date: fields.read("day")?,
        source: fields.owned()?,
    })
}

fn commitment_of(fields: &mut Fields<'_>) -> Result<Commitment, StoreError> {
    Ok(Commitment {
        name: fields.owned()?,
        kind: fields.read("kind of a commitment")?,
        product: fields.read_option("product")?,
        ends_on: fields.read("day")?,
        amount: match (fields.read_option("amount")?, fields.read_option("currency")?) {
            (Some(micros), Some(currency)) => Some(Money { micros, currency }),
            _ => None,
        },
    })
}
