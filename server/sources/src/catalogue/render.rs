//! The catalogue as the TOML that [`parse`](super::parse) reads back to the same value.

use std::fmt::Write;

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::commitment::Commitment;
use domain::maintenance::{Covers, MaintenanceWindow};
use domain::money::decimal_of_micros;
use domain::organization::{Localized, Organization};
use domain::policy::{ErrorBudgetPolicy, PolicyStep};
use domain::product::{Account, Link, Product};
use domain::rate::Rate;
use domain::ratio::Ppm;
use domain::split::{Method, Pool, Usage};
use domain::tax::Tax;
use rust_decimal::Decimal;

use super::checklists;
use super::sections::Sections;

/// Writes a catalogue; the same catalogue always gives the same text.
#[must_use]
pub fn render(catalogue: &Catalogue) -> String {
    Sections::of(catalogue).file()
}

/// What stands behind the products, accounts, rules and pools.
pub(super) fn rows(catalogue: &Catalogue) -> String {
    let sections = catalogue
        .usage
        .iter()
        .map(usage)
        .chain(catalogue.budgets.iter().map(budget))
        .chain(catalogue.rates.iter().map(rate))
        .chain(catalogue.commitments.iter().map(commitment))
        .chain(catalogue.checklists.iter().map(checklists::render));
    sections.map(|section| format!("\n{section}")).collect()
}

/// Lines of `key = value` below a header.
pub(super) struct Lines(pub(super) String);

impl Lines {
    pub(super) fn below(header: &str) -> Self {
        Self(format!("{header}\n"))
    }

    pub(super) fn put(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{key} = {value}");
        self
    }

    pub(super) fn put_some(self, key: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if (letter as u32) < 0x20 || letter as u32 == 0x7f => {
                let _ = write!(quoted, "\\u{:04X}", letter as u32);
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A key, bare where TOML allows it.
pub(super) fn key(text: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !text.is_empty() && text.bytes().all(bare) { text.to_owned() } else { quoted(text) }
}

pub(super) fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

pub(super) fn localized(name: &Localized) -> String {
    if name.ja == name.en {
        return quoted(&name.ja);
    }
    let parts = [("ja", &name.ja), ("en", &name.en)];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(language, text)| format!("{language} = {}", quoted(text)))
        .collect();
    format!("{{ {} }}", parts.join(", "))
}

/// Parts per million as percent.
fn percent(share: Ppm) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(share.0), 4).normalize()
}

pub(super) fn organization(organization: &Organization) -> String {
    let thresholds = &organization.thresholds;
    let general = Lines::below("[organization]")
        .put("name", localized(&organization.name))
        .put("time_zone", quoted(&organization.time_zone))
        .put("language", quoted(organization.language.tag()))
        .put("reporting_currency", quoted(organization.reporting_currency.code()))
        .put("rate_policy", quoted(organization.rate_policy.as_str()))
        .put("cost_lag_days", organization.cost_lag_days)
        .put("fiscal_year_starts", organization.fiscal_year_starts);
    let marks = Lines::below("\n# Percent, but for the hours.\n[organization.thresholds]")
        .put("change_share", percent(thresholds.change_share))
        .put("change_amount_of_organization", percent(thresholds.change_amount_of_organization))
        .put("change_amount_of_product", percent(thresholds.change_amount_of_product))
        .put("anomaly_amount_of_organization", percent(thresholds.anomaly_amount_of_organization))
        .put("unallocated_limit", percent(thresholds.unallocated_limit))
        .put("budget_risk", percent(thresholds.budget_risk))
        .put("budget_breached", percent(thresholds.budget_breached))
        .put("error_budget_risk", percent(thresholds.error_budget_risk))
        .put("stale_after_hours", thresholds.stale_after_hours);
    general.0 + &marks.0
}

pub(super) fn product(product: &Product) -> String {
    Lines::below("[[product]]")
        .put("slug", quoted(product.slug.as_str()))
        .put("name", localized(&product.name))
        .put_some("group", product.group.as_ref().map(localized))
        .put("tier", product.tier)
        .put_some("product_manager", product.product_manager.as_deref().map(quoted))
        .put_some("embedded_sre", product.embedded_sre.as_deref().map(quoted))
        .put_some("chat_channel", product.chat_channel.as_deref().map(quoted))
        .put_some("links", links(&product.links))
        .put_some("closed_on", product.closed_on)
        .0
}

fn links(links: &[Link]) -> Option<String> {
    let repeats = links
        .iter()
        .enumerate()
        .any(|(index, link)| links[..index].iter().any(|earlier| earlier.kind == link.kind));
    let parts: Vec<String> = links
        .iter()
        .map(|link| match repeats {
            true => format!("{{ kind = {}, url = {} }}", quoted(&link.kind), quoted(&link.url)),
            false => format!("{} = {}", key(&link.kind), quoted(&link.url)),
        })
        .collect();
    match (links.is_empty(), repeats) {
        (true, _) => None,
        (false, true) => Some(format!("[{}]", parts.join(", "))),
        (false, false) => Some(format!("{{ {} }}", parts.join(", "))),
    }
}

pub(super) fn account(account: &Account) -> String {
    Lines::below("[[account]]")
        .put("id", quoted(&account.id))
        .put("name", quoted(&account.name))
        .put_some("product", account.product.as_ref().map(|slug| quoted(slug.as_str())))
        .put("environment", quoted(account.environment.as_str()))
        .put_some("ou", account.ou.as_deref().map(quoted))
        .put_some("tags", account_tags(&account.tags))
        .put_some("closed_on", account.closed_on)
        .0
}

fn account_tags(tags: &[(String, String)]) -> Option<String> {
    let parts: Vec<String> =
        tags.iter().map(|(name, value)| format!("{} = {}", key(name), quoted(value))).collect();
    (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(", ")))
}

fn condition_key(field: &Field) -> String {
    match field {
        Field::Account => "account".to_owned(),
        Field::Tag(tag) => format!("tag.{}", key(tag)),
        Field::CostCategory(name) => format!("cost_category.{}", key(name)),
        Field::OrganizationalUnit => "ou".to_owned(),
        Field::AccountTag(tag) => format!("account_tag.{}", key(tag)),
        Field::Service => "service".to_owned(),
        Field::Region => "region".to_owned(),
        Field::ChargeCategory => "charge_category".to_owned(),
        Field::Source => "source".to_owned(),
    }
}

pub(super) fn rule(rule: &AllocationRule) -> String {
    let mut lines = Lines::below("[[rule]]").put("name", quoted(&rule.name));
    // From the first field that comes a second time on, conditions go to `also`, which keeps the order.
    let is_repeat = |(index, condition): (usize, &Condition)| {
        rule.conditions[..index].iter().any(|earlier| earlier.field == condition.field)
    };
    let plain = rule.conditions.iter().enumerate().position(is_repeat).unwrap_or(rule.conditions.len());
    let (first, more) = rule.conditions.split_at(plain);
    for condition in first {
        lines = lines.put(&condition_key(&condition.field), list(&condition.values));
    }
    if !more.is_empty() {
        let more: Vec<String> = more
            .iter()
            .map(|condition| {
                format!("{{ {} = {} }}", condition_key(&condition.field), list(&condition.values))
            })
            .collect();
        lines = lines.put("also", format!("[{}]", more.join(", ")));
    }
    lines = match &rule.target {
        Target::Product { product, environment } => lines
            .put("product", quoted(product.as_str()))
            .put_some("environment", environment.map(|environment| quoted(environment.as_str()))),
        Target::Shared { pool } => lines.put("shared", quoted(pool)),
    };
    lines.put_some("valid_from", rule.valid_from).put_some("valid_to", rule.valid_to).0
}

pub(super) fn pool(pool: &Pool) -> String {
    let names: Vec<String> = pool.targets.iter().map(|target| target.product.to_string()).collect();
    let weights =
        pool.targets.iter().map(|target| format!("{} = {}", target.product, percent(target.weight)));
    let weights = format!("{{ {} }}", weights.collect::<Vec<_>>().join(", "));
    let is_fixed = pool.method == Method::Fixed;
    Lines::below("[[pool]]")
        .put("name", quoted(&pool.name))
        .put("method", quoted(pool.method.as_str()))
        .put_some("series", pool.series.as_deref().map(quoted))
        .put_some("weights", is_fixed.then_some(weights))
        .put_some("products", (!is_fixed && !names.is_empty()).then(|| list(&names)))
        .put_some("valid_from", pool.valid_from)
        .put_some("valid_to", pool.valid_to)
        .0
}

pub(super) fn policy(policy: &ErrorBudgetPolicy) -> String {
    let step = |step: &PolicyStep| {
        let left = step.at_least.map(|left| format!("left = {}", percent(left)));
        let action = Some(format!("action = {}", quoted(step.action.as_str())));
        let note = (!step.note.is_empty()).then(|| format!("note = {}", quoted(&step.note)));
        let parts: Vec<String> = [left, action, note].into_iter().flatten().collect();
        format!("{{ {} }}", parts.join(", "))
    };
    let steps: Vec<String> = policy.steps.iter().map(step).collect();
    let names = |names: &[String]| (!names.is_empty()).then(|| list(names));
    Lines::below("[[policy]]")
        .put("product", quoted(policy.product.as_str()))
        .put("text", quoted(&policy.text))
        .put("steps", format!("[{}]", steps.join(", ")))
        .put_some("objectives", names(&policy.objectives))
        .put_some("approvers", names(&policy.approvers))
        .put_some("approved_on", policy.approved_on)
        .put_some("revisit_on", policy.revisit_on)
        .0
}

pub(super) fn maintenance(window: &MaintenanceWindow) -> String {
    let (key, target) = match &window.covers {
        Covers::Product(product) => ("product", product.as_str()),
        Covers::Objective(objective) => ("objective", objective.as_str()),
    };
    Lines::below("[[maintenance]]")
        .put("name", quoted(&window.name))
        .put(key, quoted(target))
        .put("start", window.start)
        .put("end", window.end)
        .put_some("repeat", window.repeat.as_ref().map(|repeat| quoted(&repeat.to_string())))
        .0
}

fn usage(usage: &Usage) -> String {
    Lines::below("[[usage]]")
        .put("series", quoted(&usage.series))
        .put("product", quoted(usage.product.as_str()))
        .put("month", quoted(&usage.month.to_string()))
        .put("units", quoted(&decimal_of_micros(usage.units).normalize().to_string()))
        .0
}

fn budget(budget: &Budget) -> String {
    Lines::below("[[budget]]")
        .put("product", quoted(budget.product.as_str()))
        .put("month", quoted(&budget.month.to_string()))
        .put("amount", quoted(&budget.amount.decimal().normalize().to_string()))
        .put("currency", quoted(budget.amount.currency.code()))
        .put_some("rate", budget.rate.map(|rate| quoted(&rate.normalize().to_string())))
        .put_some("bill_currency", budget.bill_currency.map(|currency| quoted(currency.code())))
        .put_some("tax", (budget.tax != Tax::default()).then(|| quoted(budget.tax.as_str())))
        .0
}

fn rate(rate: &Rate) -> String {
    Lines::below("[[rate]]")
        .put("from", quoted(rate.from.code()))
        .put("to", quoted(rate.to.code()))
        .put("month", quoted(&rate.month.to_string()))
        .put("policy", quoted(rate.policy.as_str()))
        .put("rate", quoted(&rate.rate.normalize().to_string()))
        .put("date", rate.date)
        .put("source", quoted(&rate.source))
        .0
}

fn commitment(commitment: &Commitment) -> String {
    let amount = commitment.amount;
    Lines::below("[[commitment]]")
        .put("name", quoted(&commitment.name))
        .put("kind", quoted(commitment.kind.as_str()))
        .put_some("product", commitment.product.as_ref().map(|slug| quoted(slug.as_str())))
        .put("ends_on", commitment.ends_on)
        .put_some("amount", amount.map(|amount| quoted(&amount.decimal().normalize().to_string())))
        .put_some("currency", amount.map(|amount| quoted(amount.currency.code())))
        .0
}
