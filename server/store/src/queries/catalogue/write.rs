//! Writing the catalogue whole.

use std::collections::BTreeSet;

use domain::allocation::{AllocationRule, Target};
use domain::catalogue::Catalogue;
use domain::organization::Organization;
use domain::product::Product;
use domain::split::{Pool, Usage};
use jiff::Timestamp;

use super::super::columns::{date, date_option};
use super::super::{Connection, Instant, bulk};
use super::{checklist, policy, postmortem};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(in super::super) const STATEMENTS: &[&str] = &[
    PUT_ORGANIZATION,
    DELETE_LINKS,
    DELETE_PRODUCTS,
    DELETE_ATTRIBUTES,
    DELETE_ACCOUNTS,
    DELETE_CONDITIONS,
    DELETE_RULES,
    DELETE_TARGETS,
    DELETE_POOLS,
    DELETE_USAGE,
    DELETE_BUDGETS,
    DELETE_RATES,
    DELETE_COMMITMENTS,
    DELETE_POLICY_STEPS,
    DELETE_POLICY_NAMES,
    DELETE_POLICIES,
    DELETE_MAINTENANCE,
    DELETE_POSTMORTEM_TERMS,
    DELETE_CHECKLIST_ITEMS,
    DELETE_CHECKLISTS,
];

const PUT_ORGANIZATION: &str = "INSERT INTO organization (id, name_ja, name_en, time_zone, language, \
     reporting_currency, rate_policy, cost_lag_days, fiscal_year_starts, change_share, \
     change_amount_of_organization, change_amount_of_product, budget_risk, budget_breached, error_budget_risk, \
     stale_after_hours, anomaly_amount_of_organization, unallocated_limit, changed_at) \
     VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
     ON CONFLICT (id) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, \
     time_zone = excluded.time_zone, language = excluded.language, \
     reporting_currency = excluded.reporting_currency, rate_policy = excluded.rate_policy, \
     cost_lag_days = excluded.cost_lag_days, fiscal_year_starts = excluded.fiscal_year_starts, \
     change_share = excluded.change_share, \
     change_amount_of_organization = excluded.change_amount_of_organization, \
     change_amount_of_product = excluded.change_amount_of_product, budget_risk = excluded.budget_risk, \
     budget_breached = excluded.budget_breached, error_budget_risk = excluded.error_budget_risk, \
     stale_after_hours = excluded.stale_after_hours, \
     anomaly_amount_of_organization = excluded.anomaly_amount_of_organization, \
     unallocated_limit = excluded.unallocated_limit, changed_at = excluded.changed_at";
const DELETE_LINKS: &str = "DELETE FROM product_link";
const DELETE_PRODUCTS: &str = "DELETE FROM product";
const DELETE_ACCOUNTS: &str = "DELETE FROM account";
const DELETE_ATTRIBUTES: &str = "DELETE FROM account_attribute";
const DELETE_CONDITIONS: &str = "DELETE FROM allocation_condition";
const DELETE_RULES: &str = "DELETE FROM allocation_rule";
const DELETE_TARGETS: &str = "DELETE FROM pool_target";
const DELETE_POOLS: &str = "DELETE FROM pool";
const DELETE_USAGE: &str = "DELETE FROM usage_month";
const DELETE_BUDGETS: &str = "DELETE FROM budget";
const DELETE_RATES: &str = "DELETE FROM rate";
const DELETE_COMMITMENTS: &str = "DELETE FROM commitment";
const DELETE_CHECKLIST_ITEMS: &str = "DELETE FROM checklist_item";
const DELETE_CHECKLISTS: &str = "DELETE FROM checklist";
const DELETE_POLICY_STEPS: &str = "DELETE FROM error_budget_policy_step";
const DELETE_POLICY_NAMES: &str = "DELETE FROM error_budget_policy_name";
const DELETE_POLICIES: &str = "DELETE FROM error_budget_policy";
const DELETE_MAINTENANCE: &str = "DELETE FROM maintenance_window";
const DELETE_POSTMORTEM_TERMS: &str = "DELETE FROM postmortem_terms";

/// Refuses what cannot be stored: names given twice and NUL characters.
pub(super) fn check(catalogue: &Catalogue) -> Result<(), StoreError> {
    let mut slugs = BTreeSet::new();
    if let Some(twice) = catalogue.products.iter().find(|product| !slugs.insert(&product.slug)) {
        return Err(StoreError::invalid(format!("the product {} is named twice", twice.slug)));
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = catalogue.accounts.iter().find(|account| !ids.insert(&account.id)) {
        return Err(StoreError::invalid(format!("the account {} is named twice", twice.id)));
    }
    let organization = &catalogue.organization;
    text::refuse_nul([&*organization.name.ja, &organization.name.en, &organization.time_zone])?;
    for product in &catalogue.products {
        check_product(product)?;
    }
    for account in &catalogue.accounts {
        text::refuse_nul([&*account.id, &account.name])?;
        let tags = account.tags.iter().flat_map(|(name, value)| [name, value]);
        text::refuse_nul(account.ou.iter().chain(tags).map(String::as_str))?;
    }
    for rule in &catalogue.rules {
        check_rule(rule)?;
    }
    for pool in &catalogue.pools {
        text::refuse_nul([&pool.name].into_iter().chain(&pool.series).map(String::as_str))?;
    }
    policy::check(catalogue)?;
    checklist::check(&catalogue.checklists)?;
    text::refuse_nul(catalogue.commitments.iter().map(|one| one.name.as_str()))?;
    text::refuse_nul(catalogue.usage.iter().map(|usage| usage.series.as_str()))?;
    text::refuse_nul(catalogue.rates.iter().map(|rate| rate.source.as_str()))
}

fn check_product(product: &Product) -> Result<(), StoreError> {
    let names = [&product.name].into_iter().chain(&product.group).flat_map(|name| [&name.ja, &name.en]);
    let people = [&product.product_manager, &product.embedded_sre, &product.chat_channel];
    let links = product.links.iter().flat_map(|link| [&link.kind, &link.url]);
    text::refuse_nul(names.chain(people.into_iter().flatten()).chain(links).map(String::as_str))
}

fn check_rule(rule: &AllocationRule) -> Result<(), StoreError> {
    let pool = match &rule.target {
        Target::Shared { pool } => pool.as_str(),
        Target::Product { .. } => "",
    };
    text::refuse_nul([rule.name.as_str(), pool])?;
    for condition in &rule.conditions {
        let tag = text::field_words(&condition.field).1;
        text::refuse_nul(tag.into_iter().chain(condition.values.iter().map(String::as_str)))?;
    }
    Ok(())
}

/// Writes all of it in place of what was there.
pub(super) async fn put(
    connection: &mut Connection,
    catalogue: &Catalogue,
    at: Timestamp,
) -> Result<(), StoreError> {
    for statement in [
        DELETE_LINKS,
        DELETE_PRODUCTS,
        DELETE_ATTRIBUTES,
        DELETE_ACCOUNTS,
        DELETE_CONDITIONS,
        DELETE_RULES,
        DELETE_TARGETS,
        DELETE_POOLS,
        DELETE_USAGE,
        DELETE_BUDGETS,
        DELETE_RATES,
        DELETE_COMMITMENTS,
        DELETE_POLICY_STEPS,
        DELETE_POLICY_NAMES,
        DELETE_POLICIES,
        DELETE_MAINTENANCE,
        DELETE_POSTMORTEM_TERMS,
        DELETE_CHECKLIST_ITEMS,
        DELETE_CHECKLISTS,
    ] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    put_organization(connection, &catalogue.organization, at).await?;
    put_products(connection, &catalogue.products).await?;
    put_accounts(connection, catalogue).await?;
    put_rules(connection, &catalogue.rules).await?;
    put_pools(connection, &catalogue.pools).await?;
    put_usage(connection, &catalogue.usage).await?;
    put_budgets(connection, catalogue).await?;
    put_rates(connection, catalogue).await?;
    put_commitments(connection, catalogue).await?;
    policy::put_policies(connection, &catalogue.policies).await?;
    policy::put_maintenance(connection, &catalogue.maintenance).await?;
    checklist::put(connection, &catalogue.checklists).await?;
    postmortem::put(connection, &catalogue.postmortem_terms).await
}

async fn put_organization(
    connection: &mut Connection,
    organization: &Organization,
    at: Timestamp,
) -> Result<(), StoreError> {
    let thresholds = &organization.thresholds;
    sqlx::query(PUT_ORGANIZATION)
        .bind(organization.name.ja.clone())
        .bind(organization.name.en.clone())
        .bind(organization.time_zone.clone())
        .bind(organization.language.tag())
        .bind(organization.reporting_currency.code().to_owned())
        .bind(organization.rate_policy.as_str())
        .bind(organization.cost_lag_days)
        .bind(i64::from(organization.fiscal_year_starts))
        .bind(thresholds.change_share.0)
        .bind(thresholds.change_amount_of_organization.0)
        .bind(thresholds.change_amount_of_product.0)
        .bind(thresholds.budget_risk.0)
        .bind(thresholds.budget_breached.0)
        .bind(thresholds.error_budget_risk.0)
        .bind(thresholds.stale_after_hours)
        .bind(thresholds.anomaly_amount_of_organization.0)
        .bind(thresholds.unallocated_limit.0)
        .bind(Instant(text::micros(at)))
        .execute(connection)
        .await?;
    Ok(())
}

async fn put_products(connection: &mut Connection, products: &[Product]) -> Result<(), StoreError> {
    let rows: Vec<(i64, &Product)> = (0_i64..).zip(products).collect();
    let head = "INSERT INTO product (slug, position, name_ja, name_en, group_ja, group_en, tier, \
         product_manager, embedded_sre, chat_channel, closed_on) ";
    bulk::insert(connection, head, "", &rows, |row, (position, product)| {
        row.push_bind(product.slug.as_str().to_owned())
            .push_bind(*position)
            .push_bind(product.name.ja.clone())
            .push_bind(product.name.en.clone())
            .push_bind(product.group.as_ref().map(|group| group.ja.clone()))
            .push_bind(product.group.as_ref().map(|group| group.en.clone()))
            .push_bind(i64::from(product.tier))
            .push_bind(product.product_manager.clone())
            .push_bind(product.embedded_sre.clone())
            .push_bind(product.chat_channel.clone())
            .push_bind(date_option(product.closed_on));
    })
    .await?;
    let links: Vec<_> = products
        .iter()
        .flat_map(|product| {
            (0_i64..).zip(&product.links).map(move |(position, link)| (product, position, link))
        })
        .collect();
    let head = "INSERT INTO product_link (product, position, kind, url) ";
    bulk::insert(connection, head, "", &links, |row, (product, position, link)| {
        row.push_bind(product.slug.as_str().to_owned())
            .push_bind(*position)
            .push_bind(link.kind.clone())
            .push_bind(link.url.clone());
    })
    .await
}

async fn put_accounts(connection: &mut Connection, catalogue: &Catalogue) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(&catalogue.accounts).collect();
    let head = "INSERT INTO account (id, position, name, product, environment, closed_on) ";
    bulk::insert(connection, head, "", &rows, |row, (position, account)| {
        row.push_bind(account.id.clone())
            .push_bind(*position)
            .push_bind(account.name.clone())
            .push_bind(account.product.as_ref().map(ToString::to_string))
            .push_bind(account.environment.as_str())
            .push_bind(date_option(account.closed_on));
    })
    .await?;
    let attributes: Vec<(&str, &str, &str, &str)> = catalogue
        .accounts
        .iter()
        .flat_map(|account| {
            let ou = account.ou.iter().map(|ou| (account.id.as_str(), "ou", "", ou.as_str()));
            let tags = account.tags.iter();
            ou.chain(tags.map(|(name, value)| (account.id.as_str(), "tag", name.as_str(), value.as_str())))
        })
        .collect();
    let head = "INSERT INTO account_attribute (account, kind, name, value) ";
    bulk::insert(connection, head, "", &attributes, |row, (account, kind, name, value)| {
        row.push_bind((*account).to_owned())
            .push_bind(*kind)
            .push_bind((*name).to_owned())
            .push_bind((*value).to_owned());
    })
    .await
}

async fn put_rules(connection: &mut Connection, rules: &[AllocationRule]) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(rules).collect();
    let head = "INSERT INTO allocation_rule \
         (position, name, target_kind, target, environment, valid_from, valid_to) ";
    bulk::insert(connection, head, "", &rows, |row, (position, rule)| {
        let (kind, target, environment) = match &rule.target {
            Target::Product { product, environment } => ("product", product.as_str(), *environment),
            Target::Shared { pool } => ("shared", pool.as_str(), None),
        };
        row.push_bind(*position)
            .push_bind(rule.name.clone())
            .push_bind(kind)
            .push_bind(target.to_owned())
            .push_bind(environment.map(domain::product::Environment::as_str))
            .push_bind(date_option(rule.valid_from))
            .push_bind(date_option(rule.valid_to));
    })
    .await?;
    let mut values = Vec::new();
    for (rule, position, condition) in rows.iter().flat_map(|(number, rule)| {
        (0_i64..).zip(&rule.conditions).map(|(position, condition)| (*number, position, condition))
    }) {
        // A condition without values matches nothing, and must come back as such.
        if condition.values.is_empty() {
            values.push((rule, position, 0, &condition.field, None));
        }
        for (value_position, value) in (0_i64..).zip(&condition.values) {
            values.push((rule, position, value_position, &condition.field, Some(value.clone())));
        }
    }
    let head = "INSERT INTO allocation_condition (rule, position, value_position, field, tag, value) ";
    bulk::insert(connection, head, "", &values, |row, (rule, position, value_position, field, value)| {
        let (word, tag) = text::field_words(field);
        row.push_bind(*rule)
            .push_bind(*position)
            .push_bind(*value_position)
            .push_bind(word)
            .push_bind(tag.map(str::to_owned))
            .push_bind(value.clone());
    })
    .await
}

async fn put_pools(connection: &mut Connection, pools: &[Pool]) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(pools).collect();
    let head = "INSERT INTO pool (position, name, method, series, valid_from, valid_to) ";
    bulk::insert(connection, head, "", &rows, |row, (position, pool)| {
        row.push_bind(*position)
            .push_bind(pool.name.clone())
            .push_bind(pool.method.as_str())
            .push_bind(pool.series.clone())
            .push_bind(date_option(pool.valid_from))
            .push_bind(date_option(pool.valid_to));
    })
    .await?;
    let targets: Vec<_> = rows
        .iter()
        .flat_map(|(pool, declared)| {
            (0_i64..).zip(&declared.targets).map(move |(position, target)| (*pool, position, target))
        })
        .collect();
    let head = "INSERT INTO pool_target (pool, position, product, weight) ";
    bulk::insert(connection, head, "", &targets, |row, (pool, position, target)| {
        row.push_bind(*pool)
            .push_bind(*position)
            .push_bind(target.product.to_string())
            .push_bind(target.weight.0);
    })
    .await
}

async fn put_usage(connection: &mut Connection, usage: &[Usage]) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(usage).collect();
    let head = "INSERT INTO usage_month (position, series, product, month, units) ";
    bulk::insert(connection, head, "", &rows, |row, (position, usage)| {
        row.push_bind(*position)
            .push_bind(usage.series.clone())
            .push_bind(usage.product.to_string())
            .push_bind(date(usage.month.first_day()))
            .push_bind(usage.units);
    })
    .await
}

async fn put_budgets(connection: &mut Connection, catalogue: &Catalogue) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(&catalogue.budgets).collect();
    let head = "INSERT INTO budget (position, product, month, amount, currency, rate, bill_currency, tax) ";
    bulk::insert(connection, head, "", &rows, |row, (position, budget)| {
        row.push_bind(*position)
            .push_bind(budget.product.to_string())
            .push_bind(date(budget.month.first_day()))
            .push_bind(budget.amount.micros)
            .push_bind(budget.amount.currency.to_string())
            .push_bind(budget.rate.map(|rate| rate.to_string()))
            .push_bind(budget.bill_currency.map(|currency| currency.to_string()))
            .push_bind(budget.tax.as_str());
    })
    .await
}

async fn put_rates(connection: &mut Connection, catalogue: &Catalogue) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(&catalogue.rates).collect();
    let head =
        "INSERT INTO rate (position, from_currency, to_currency, month, policy, rate, read_on, source) ";
    bulk::insert(connection, head, "", &rows, |row, (position, rate)| {
        row.push_bind(*position)
            .push_bind(rate.from.to_string())
            .push_bind(rate.to.to_string())
            .push_bind(date(rate.month.first_day()))
            .push_bind(rate.policy.as_str())
            .push_bind(rate.rate.to_string())
            .push_bind(date(rate.date))
            .push_bind(rate.source.clone());
    })
    .await
}

async fn put_commitments(connection: &mut Connection, catalogue: &Catalogue) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(&catalogue.commitments).collect();
    let head = "INSERT INTO commitment (position, name, kind, product, ends_on, amount, currency) ";
    bulk::insert(connection, head, "", &rows, |row, (position, commitment)| {
        row.push_bind(*position)
            .push_bind(commitment.name.clone())
            .push_bind(commitment.kind.as_str())
            .push_bind(commitment.product.as_ref().map(ToString::to_string))
            .push_bind(date(commitment.ends_on))
            .push_bind(commitment.amount.map(|amount| amount.micros))
            .push_bind(commitment.amount.map(|amount| amount.currency.to_string()));
    })
    .await
}
