//! Reading the catalogue.

use std::collections::BTreeMap;

use domain::allocation::{AllocationRule, Condition, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::money::Money;
use domain::organization::{Localized, Organization, Thresholds};
use domain::product::{Account, Link, Product};
use domain::rate::{Month, Rate};
use domain::ratio::Ppm;

use super::super::columns::Columns;
use super::super::{Connection, Row};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(in super::super) const STATEMENTS: &[&str] =
    &[ORGANIZATION, PRODUCTS, LINKS, ACCOUNTS, RULES, CONDITIONS, BUDGETS, RATES];

const ORGANIZATION: &str = "SELECT name_ja, name_en, time_zone, language, reporting_currency, rate_policy, \
     cost_lag_days, change_share, change_amount_of_organization, change_amount_of_product, budget_risk, \
     budget_breached, error_budget_risk, stale_after_hours FROM organization WHERE id = 1";
const PRODUCTS: &str = "SELECT slug, name_ja, name_en, group_ja, group_en, tier, product_manager, embedded_sre, \
     chat_channel, closed_on FROM product ORDER BY position";
const LINKS: &str = "SELECT product, kind, url FROM product_link ORDER BY product, position";
const ACCOUNTS: &str = "SELECT id, name, product, environment, closed_on FROM account ORDER BY position";
const RULES: &str = "SELECT name, target_kind, target, environment, valid_from, valid_to FROM allocation_rule \
     ORDER BY position";
const CONDITIONS: &str = "SELECT rule, position, field, tag, value FROM allocation_condition \
     ORDER BY rule, position, value_position";
const BUDGETS: &str =
    "SELECT product, month, amount, currency, rate, bill_currency FROM budget ORDER BY position";
const RATES: &str = "SELECT from_currency, to_currency, month, policy, rate, read_on, source FROM rate \
     ORDER BY position";

/// The stored catalogue; the default one where none was stored.
pub(in super::super) async fn get(connection: &mut Connection) -> Result<Catalogue, StoreError> {
    let organization = sqlx::query(ORGANIZATION).fetch_optional(&mut *connection).await?;
    let organization = organization.as_ref().map(organization_of).transpose()?.unwrap_or_default();
    Ok(Catalogue {
        organization,
        products: products(connection).await?,
        accounts: all(connection, ACCOUNTS, account_of).await?,
        rules: rules(connection).await?,
        budgets: all(connection, BUDGETS, budget_of).await?,
        rates: all(connection, RATES, rate_of).await?,
    })
}

async fn all<T>(
    connection: &mut Connection,
    statement: &'static str,
    read: fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    sqlx::query(statement).fetch_all(connection).await?.iter().map(read).collect()
}

fn organization_of(row: &Row) -> Result<Organization, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Organization {
        name: Localized { ja: columns.take()?, en: columns.take()? },
        time_zone: columns.take()?,
        language: text::language(columns.take()?)?,
        reporting_currency: text::currency(columns.take()?)?,
        rate_policy: text::read("rate policy", columns.take()?)?,
        cost_lag_days: columns.take()?,
        thresholds: Thresholds {
            change_share: Ppm(columns.take()?),
            change_amount_of_organization: Ppm(columns.take()?),
            change_amount_of_product: Ppm(columns.take()?),
            budget_risk: Ppm(columns.take()?),
            budget_breached: Ppm(columns.take()?),
            error_budget_risk: Ppm(columns.take()?),
            stale_after_hours: columns.take()?,
        },
    })
}

async fn products(connection: &mut Connection) -> Result<Vec<Product>, StoreError> {
    let mut links: BTreeMap<String, Vec<Link>> = BTreeMap::new();
    for row in sqlx::query(LINKS).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        let product = columns.take()?;
        links.entry(product).or_default().push(Link { kind: columns.take()?, url: columns.take()? });
    }
    let mut products = all(connection, PRODUCTS, product_of).await?;
    for product in &mut products {
        product.links = links.remove(product.slug.as_str()).unwrap_or_default();
    }
    Ok(products)
}

fn product_of(row: &Row) -> Result<Product, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Product {
        slug: text::read("product", columns.take()?)?,
        name: Localized { ja: columns.take()?, en: columns.take()? },
        group: match (columns.take()?, columns.take()?) {
            (Some(ja), Some(en)) => Some(Localized { ja, en }),
            _ => None,
        },
        tier: u8::try_from(columns.take::<i64>()?).map_err(|_| StoreError::corrupt("tier of a product"))?,
        product_manager: columns.take()?,
        embedded_sre: columns.take()?,
        chat_channel: columns.take()?,
        links: Vec::new(),
        closed_on: columns.date_option()?,
    })
}

fn account_of(row: &Row) -> Result<Account, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Account {
        id: columns.take()?,
        name: columns.take()?,
        product: text::read_option("product", columns.take()?)?,
        environment: text::read("environment", columns.take()?)?,
        closed_on: columns.date_option()?,
    })
}

async fn rules(connection: &mut Connection) -> Result<Vec<AllocationRule>, StoreError> {
    let mut rules = all(connection, RULES, rule_of).await?;
    let mut last = None;
    for row in sqlx::query(CONDITIONS).fetch_all(connection).await? {
        let mut columns = Columns::of(&row);
        let (rule, position): (i64, i64) = (columns.take()?, columns.take()?);
        let target = usize::try_from(rule).ok().and_then(|rule| rules.get_mut(rule));
        let conditions =
            &mut target.ok_or_else(|| StoreError::corrupt("condition without a rule"))?.conditions;
        let field = text::field(columns.take()?, columns.take()?)?;
        if last != Some((rule, position)) {
            conditions.push(Condition { field, values: Vec::new() });
            last = Some((rule, position));
        }
        if let (Some(value), Some(condition)) = (columns.take()?, conditions.last_mut()) {
            condition.values.push(value);
        }
    }
    Ok(rules)
}

fn rule_of(row: &Row) -> Result<AllocationRule, StoreError> {
    let mut columns = Columns::of(row);
    let name = columns.take()?;
    let (kind, target): (&str, String) = (columns.take()?, columns.take()?);
    let environment = text::read_option("environment", columns.take()?)?;
    let target = match kind {
        "product" => Target::Product { product: text::read("product", &target)?, environment },
        _ => Target::Shared { pool: target },
    };
    Ok(AllocationRule {
        name,
        conditions: Vec::new(),
        target,
        valid_from: columns.date_option()?,
        valid_to: columns.date_option()?,
    })
}

fn budget_of(row: &Row) -> Result<Budget, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Budget {
        product: text::read("product", columns.take()?)?,
        month: Month::containing(columns.date()?),
        amount: Money { micros: columns.take()?, currency: text::currency(columns.take()?)? },
        rate: text::read_option("rate", columns.take()?)?,
        bill_currency: text::read_option("currency", columns.take()?)?,
    })
}

fn rate_of(row: &Row) -> Result<Rate, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Rate {
        from: text::currency(columns.take()?)?,
        to: text::currency(columns.take()?)?,
        month: Month::containing(columns.date()?),
        policy: text::read("rate policy", columns.take()?)?,
        rate: text::read("rate", columns.take()?)?,
        date: columns.date()?,
        source: columns.take()?,
    })
}
