//! Allocation rules, budgets, rates and commitments of the catalogue file.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::commitment::{Commitment, CommitmentKind};
use domain::money::{Currency, Money, decimal_of_micros, micros_of_decimal};
use domain::product::{Environment, Slug};
use domain::rate::{Month, Rate, RatePolicy};
use domain::tax::Tax;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::document::{Document, Section, entries};
use super::read::{Names, known_product};
use crate::lint::shown;

/// The keys of conditions but for tags.
const CONDITIONS: [&str; 6] = ["account", "ou", "service", "region", "charge_category", "source"];

/// The keys of conditions that are tables of names.
const NAMED: [&str; 3] = ["tag", "account_tag", "cost_category"];

/// The field of a condition's key.
fn field(key: &str) -> Option<Field> {
    match key {
        "account" => Some(Field::Account),
        "ou" => Some(Field::OrganizationalUnit),
        "service" => Some(Field::Service),
        "region" => Some(Field::Region),
        "charge_category" => Some(Field::ChargeCategory),
        "source" => Some(Field::Source),
        _ => None,
    }
}

/// The field of a condition's key that is a table of names.
fn named_field(key: &str) -> Option<fn(String) -> Field> {
    match key {
        "tag" => Some(Field::Tag),
        "account_tag" => Some(Field::AccountTag),
        "cost_category" => Some(Field::CostCategory),
        _ => None,
    }
}

/// One `[[rule]]`.
pub(super) fn rule(document: &mut Document, section: &Section, names: &Names) -> Option<AllocationRule> {
    let mut known = vec!["name", "also", "product", "environment", "shared", "valid_from", "valid_to"];
    known.extend(CONDITIONS.iter().chain(&NAMED));
    document.only_known(section, &known);
    let name = document.required_text(section, "name");
    let conditions = conditions(document, section);
    let target = target(document, section, names);
    let valid_from = document.word::<Date>(section, "valid_from", "catalogue/date");
    let valid_to = document.word::<Date>(section, "valid_to", "catalogue/date");
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to <= from
    {
        let what = format!("The rule ends on {to} and begins on {from}.");
        let mend = "valid_to is the first day it no longer applies, after valid_from.";
        document.reject(section, "valid_to", "catalogue/validity", what, mend);
    }
    Some(AllocationRule { name: name?, conditions, target: target?, valid_from, valid_to })
}

/// Conditions in the order of the file; `also` holds further ones on a field that is already used.
fn conditions(document: &mut Document, section: &Section) -> Vec<Condition> {
    let mut placed: Vec<(usize, Condition)> = Vec::new();
    for (key, value) in section.in_order() {
        if let Some(field) = named_field(key) {
            let Some(names) = document.section(section, key) else { continue };
            for (name, value) in entries(names.table) {
                if let Some(values) = document.texts(value, &names.key(name)) {
                    let condition = Condition { field: field(name.to_owned()), values };
                    placed.push((value.span().start, condition));
                }
            }
        } else if let Some(field) = field(key)
            && let Some(values) = document.texts(value, &section.key(key))
        {
            placed.push((value.span().start, Condition { field, values }));
        }
    }
    placed.sort_by_key(|(start, _)| *start);
    let mut conditions: Vec<Condition> = placed.into_iter().map(|(_, condition)| condition).collect();
    for more in document.sections(section, "also") {
        let known: Vec<&str> = CONDITIONS.into_iter().chain(NAMED).collect();
        document.only_known(&more, &known);
        conditions.extend(self::conditions(document, &more));
    }
    conditions
}

fn target(document: &mut Document, section: &Section, names: &Names) -> Option<Target> {
    let environment: Option<Environment> = document.word(section, "environment", "catalogue/environment");
    match (section.value("product"), section.value("shared")) {
        (Some(_), None) => {
            known_product(document, section, names).map(|product| Target::Product { product, environment })
        }
        (None, Some(_)) => {
            if section.value("environment").is_some() {
                let what = "A shared pool has no environment of its own.";
                document.reject(section, "environment", "catalogue/target", what, "Remove environment.");
            }
            document.required_text(section, "shared").map(|pool| Target::Shared { pool })
        }
        _ => {
            let what = format!("{} needs product or shared, and not both.", section.path);
            document.reject(section, "product", "catalogue/target", what, "Write one of the two.");
            None
        }
    }
}

/// One `[[budget]]`; the currency is the reporting one unless it says otherwise.
pub(super) fn budget(
    document: &mut Document,
    section: &Section,
    names: &Names,
    reporting: Currency,
) -> Option<Budget> {
    document.only_known(section, &["product", "month", "amount", "currency", "rate", "bill_currency", "tax"]);
    if section.value("product").is_none() {
        document.required_word::<Slug>(section, "product", "catalogue/slug");
    }
    let product = known_product(document, section, names);
    let month: Option<Month> = document.required_word(section, "month", "catalogue/month");
    let currency: Option<Currency> = document.currency(section, "currency");
    let amount = amount(document, section);
    let rate = document.positive(section, "rate");
    let bill_currency: Option<Currency> = document.currency(section, "bill_currency");
    if section.value("rate").is_some() != section.value("bill_currency").is_some() {
        let what = format!("{} has only one of rate and bill_currency.", section.path);
        document.reject(section, "rate", "catalogue/budget-rate", what, "Write both or neither.");
    }
    let tax: Tax = document.word(section, "tax", "catalogue/tax").unwrap_or_default();
    let amount = Money { micros: amount?, currency: currency.unwrap_or(reporting) };
    Some(Budget { product: product?, month: month?, amount, rate, bill_currency, tax })
}

/// Micro-units of the amount, which must be exact and not negative.
fn amount(document: &mut Document, section: &Section) -> Option<i64> {
    if section.value("amount").is_none() {
        let what = format!("{} has no amount.", section.path);
        document.reject(section, "amount", "catalogue/missing", what, "Add amount = \"12000000\".");
        return None;
    }
    let value = document.decimal(section, "amount")?;
    let micros = micros_of_decimal(value).ok().filter(|micros| *micros >= 0);
    let exact = micros.filter(|micros| decimal_of_micros(*micros) == value);
    if exact.is_none() {
        let what = format!("The amount {value} is negative, too large or has more than six decimals.");
        document.reject(section, "amount", "catalogue/amount", what, "Write 0 to 9 trillion.");
    }
    exact
}

/// One `[[rate]]`.
pub(super) fn rate(document: &mut Document, section: &Section) -> Option<Rate> {
    document.only_known(section, &["from", "to", "month", "policy", "rate", "date", "source"]);
    let from: Option<Currency> = document.required_currency(section, "from");
    let to: Option<Currency> = document.required_currency(section, "to");
    let month: Option<Month> = document.required_word(section, "month", "catalogue/month");
    let policy: Option<RatePolicy> = document.required_word(section, "policy", "catalogue/rate-policy");
    let date: Option<Date> = document.required_word(section, "date", "catalogue/date");
    let source = document.text(section, "source").unwrap_or_default();
    if section.value("rate").is_none() {
        let what = format!("{} has no rate.", section.path);
        document.reject(section, "rate", "catalogue/missing", what, "Add rate = \"154.25\".");
    }
    let rate: Option<Decimal> = document.positive(section, "rate");
    if let Some(currency) = from.filter(|from| to == Some(*from)) {
        let what = format!("The rate is from {} to itself.", shown(currency.code()));
        document.reject(section, "to", "catalogue/rate", what, "Name two currencies.");
    }
    Some(Rate { from: from?, to: to?, month: month?, policy: policy?, rate: rate?, date: date?, source })
}

/// One `[[commitment]]`; the currency is the reporting one unless it says otherwise.
pub(super) fn commitment(
    document: &mut Document,
    section: &Section,
    names: &Names,
    reporting: Currency,
) -> Option<Commitment> {
    document.only_known(section, &["name", "kind", "product", "ends_on", "amount", "currency"]);
    let name = document.required_text(section, "name");
    let kind: Option<CommitmentKind> = document.required_word(section, "kind", "catalogue/commitment");
    let product = known_product(document, section, names);
    let ends_on: Option<Date> = document.required_word(section, "ends_on", "catalogue/date");
    let currency: Option<Currency> = document.currency(section, "currency");
    let stated = section.value("amount").is_some();
    let micros = if stated { amount(document, section) } else { None };
    let amount = micros.map(|micros| Money { micros, currency: currency.unwrap_or(reporting) });
    Some(Commitment { name: name?, kind: kind?, product, ends_on: ends_on?, amount })
}
