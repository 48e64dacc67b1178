//! From TOML tables to the catalogue: the organisation, products and accounts; what must be unique.

use std::collections::BTreeMap;

use domain::catalogue::Catalogue;
use domain::organization::{Language, Localized, Organization, Thresholds};
use domain::postmortem::PostmortemTerms;
use domain::product::{Account, Environment, Link, Product, Slug};
use domain::rate::RatePolicy;
use domain::ratio::Ppm;
use domain::split::Pool;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Section};
use super::{checklists, parts, policies, pools, postmortem, validity};
use crate::lint::{at, shown};

/// The names that other parts may point to.
pub(super) struct Names {
    /// Every product declared.
    pub(super) products: Vec<Slug>,
}

/// The whole file.
pub(super) fn catalogue<'t>(document: &mut Document, table: &'t DeTable<'t>) -> Catalogue {
    let root = Section { table, path: String::new(), start: 0 };
    document.only_known(
        &root,
        &[
            "organization",
            "product",
            "account",
            "rule",
            "pool",
            "policy",
            "maintenance",
            "usage",
            "budget",
            "rate",
            "commitment",
            "postmortem",
            "checklist",
        ],
    );
    let organization = match document.section(&root, "organization") {
        Some(section) => organization(document, &section),
        None => Organization::default(),
    };
    let postmortem_terms = match document.section(&root, "postmortem") {
        Some(section) => postmortem::terms(document, &section),
        None => PostmortemTerms::default(),
    };
    let products: Vec<Product> =
        document.sections(&root, "product").iter().filter_map(|section| product(document, section)).collect();
    let names = Names { products: products.iter().map(|product| product.slug.clone()).collect() };
    let accounts = document
        .sections(&root, "account")
        .iter()
        .filter_map(|section| account(document, section, &names))
        .collect();
    let rules = document
        .sections(&root, "rule")
        .iter()
        .filter_map(|section| parts::rule(document, section, &names))
        .collect();
    let pools: Vec<Pool> = document
        .sections(&root, "pool")
        .iter()
        .filter_map(|section| pools::pool(document, section, &names))
        .collect();
    let policies = document
        .sections(&root, "policy")
        .iter()
        .filter_map(|section| policies::policy(document, section, &names))
        .collect();
    let maintenance = document
        .sections(&root, "maintenance")
        .iter()
        .filter_map(|section| policies::maintenance(document, section, &names))
        .collect();
    let usage = document
        .sections(&root, "usage")
        .iter()
        .filter_map(|section| pools::usage(document, section, &names))
        .collect();
    let budgets = document
        .sections(&root, "budget")
        .iter()
        .filter_map(|section| parts::budget(document, section, &names, organization.reporting_currency))
        .collect();
    let rates = document
        .sections(&root, "rate")
        .iter()
        .filter_map(|section| parts::rate(document, section))
        .collect();
    let commitments = document
        .sections(&root, "commitment")
        .iter()
        .filter_map(|section| parts::commitment(document, section, &names, organization.reporting_currency))
        .collect();
    let checklists = document
        .sections(&root, "checklist")
        .iter()
        .filter_map(|section| checklists::checklist(document, section))
        .collect();
    only_once(document, &root);
    validity::only_one_at_a_time(document, &root, "rule");
    validity::only_one_at_a_time(document, &root, "pool");
    Catalogue {
        organization,
        products,
        accounts,
        rules,
        pools,
        usage,
        budgets,
        rates,
        commitments,
        policies,
        maintenance,
        postmortem_terms,
        checklists,
    }
}

/// Refuses names that are used twice.
fn only_once(document: &mut Document, root: &Section) {
    let keys: [(&str, &[&str]); 9] = [
        ("product", &["slug"]),
        ("account", &["id"]),
        ("policy", &["product"]),
        ("maintenance", &["name"]),
        ("usage", &["series", "product", "month"]),
        ("budget", &["product", "month"]),
        ("rate", &["from", "to", "month", "policy", "date"]),
        ("commitment", &["name", "ends_on"]),
        ("checklist", &["name"]),
    ];
    for (list, names) in keys {
        let Some(DeValue::Array(array)) = root.value(list).map(|value| value.get_ref()) else { continue };
        let mut lines: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        for (index, element) in array.iter().enumerate() {
            let Some(table) = element.get_ref().as_table() else { continue };
            let key: Vec<String> = names.iter().filter_map(|name| plain(table, name)).collect();
            if key.is_empty() {
                continue;
            }
            let line = document.lines.line(element.span().start);
            let Some(first) = lines.get(&key) else {
                lines.insert(key, line);
                continue;
            };
            let what = format!("{list} {} is already on line {first}.", shown(&key.join(" ")));
            let place = at(line, format!("{list}[{index}].{}", names[0]));
            document.remarks.rejected(place, "catalogue/repeated", what, "Rename or remove one of them.");
        }
    }
}

/// A text or a date as text.
fn plain(table: &DeTable, key: &str) -> Option<String> {
    match table.get(key)?.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => None,
    }
}

fn organization(document: &mut Document, section: &Section) -> Organization {
    document.only_known(
        section,
        &[
            "name",
            "time_zone",
            "language",
            "reporting_currency",
            "rate_policy",
            "cost_lag_days",
            "fiscal_year_starts",
            "thresholds",
        ],
    );
    let usual = Organization::default();
    let thresholds = match document.section(section, "thresholds") {
        Some(section) => thresholds(document, &section),
        None => usual.thresholds,
    };
    Organization {
        name: localized(document, section, "name").unwrap_or(usual.name),
        time_zone: time_zone(document, section).unwrap_or(usual.time_zone),
        language: language(document, section).unwrap_or(usual.language),
        reporting_currency: document
            .currency(section, "reporting_currency")
            .unwrap_or(usual.reporting_currency),
        rate_policy: document
            .word::<RatePolicy>(section, "rate_policy", "catalogue/rate-policy")
            .unwrap_or(usual.rate_policy),
        cost_lag_days: document.integer(section, "cost_lag_days", (0, 31)).unwrap_or(usual.cost_lag_days),
        fiscal_year_starts: document
            .integer(section, "fiscal_year_starts", (1, 12))
            .and_then(|month| month.try_into().ok())
            .unwrap_or(usual.fiscal_year_starts),
        thresholds,
    }
}

/// Shares are written in percent with at most four decimals, which is whole parts per million.
fn thresholds(document: &mut Document, section: &Section) -> Thresholds {
    let known = [
        "change_share",
        "change_amount_of_organization",
        "change_amount_of_product",
        "budget_risk",
        "budget_breached",
        "error_budget_risk",
        "stale_after_hours",
        "anomaly_amount_of_organization",
        "unallocated_limit",
    ];
    document.only_known(section, &known);
    let usual = Thresholds::default();
    Thresholds {
        change_share: percent(document, section, known[0]).unwrap_or(usual.change_share),
        change_amount_of_organization: percent(document, section, known[1])
            .unwrap_or(usual.change_amount_of_organization),
        change_amount_of_product: percent(document, section, known[2])
            .unwrap_or(usual.change_amount_of_product),
        budget_risk: percent(document, section, known[3]).unwrap_or(usual.budget_risk),
        budget_breached: percent(document, section, known[4]).unwrap_or(usual.budget_breached),
        error_budget_risk: percent(document, section, known[5]).unwrap_or(usual.error_budget_risk),
        stale_after_hours: document
            .integer(section, known[6], (1, 24 * 366))
            .unwrap_or(usual.stale_after_hours),
        anomaly_amount_of_organization: percent(document, section, known[7])
            .unwrap_or(usual.anomaly_amount_of_organization),
        unallocated_limit: percent(document, section, known[8]).unwrap_or(usual.unallocated_limit),
    }
}

pub(super) fn percent(document: &mut Document, section: &Section, key: &str) -> Option<Ppm> {
    let value = document.decimal(section, key)?;
    let steps = value.checked_mul(Decimal::from(10_000)).filter(|steps| steps.fract().is_zero());
    let share = steps.and_then(|steps| steps.normalize().to_string().parse::<i64>().ok());
    let share = share.filter(|share| (0..=100_000_000).contains(share)).map(Ppm);
    if share.is_none() {
        let what = format!("{} is {value} percent.", section.key(key));
        let mend = "Write percent from 0 to 10000 with at most four decimals, such as 0.5.";
        document.reject(section, key, "catalogue/percent", what, mend);
    }
    share
}

fn time_zone(document: &mut Document, section: &Section) -> Option<String> {
    let name = document.text(section, "time_zone")?;
    if TimeZone::get(&name).is_ok() {
        return Some(name);
    }
    let what = format!("{} is no time zone.", shown(&name));
    let mend = "Write a name of the IANA database, such as Asia/Tokyo.";
    document.reject(section, "time_zone", "catalogue/time-zone", what, mend);
    None
}

fn language(document: &mut Document, section: &Section) -> Option<Language> {
    match document.text(section, "language")?.as_str() {
        "ja" => Some(Language::Japanese),
        "en" => Some(Language::English),
        other => {
            let what = format!("{} is no language of the pages.", shown(other));
            document.reject(section, "language", "catalogue/language", what, "Write ja or en.");
            None
        }
    }
}

/// One text for both languages, or `{ ja = "…", en = "…" }`.
pub(super) fn localized(document: &mut Document, section: &Section, key: &str) -> Option<Localized> {
    if !section.value(key)?.get_ref().is_table() {
        return document.required_text(section, key).map(|text| Localized::same(&text));
    }
    let names = document.section(section, key)?;
    if !document.only_known(&names, &["ja", "en"]) {
        return None;
    }
    let ja = document.text(&names, "ja").unwrap_or_default();
    let en = document.text(&names, "en").unwrap_or_default();
    if ja.trim().is_empty() && en.trim().is_empty() {
        let what = format!("{} names nothing.", section.key(key));
        document.reject(section, key, "catalogue/missing", what, "Write ja, en or both.");
        return None;
    }
    Some(Localized { ja, en })
}

fn product(document: &mut Document, section: &Section) -> Option<Product> {
    document.only_known(
        section,
        &[
            "slug",
            "name",
            "group",
            "tier",
            "product_manager",
            "embedded_sre",
            "chat_channel",
            "links",
            "closed_on",
        ],
    );
    let slug: Option<Slug> = document.required_word(section, "slug", "catalogue/slug");
    let name = localized(document, section, "name")
        .unwrap_or_else(|| Localized::same(slug.as_ref().map_or("", Slug::as_str)));
    let product = Product {
        slug: slug.clone().unwrap_or(placeholder()?),
        name,
        group: localized(document, section, "group"),
        tier: document.integer(section, "tier", (1, 3)).and_then(|tier| tier.try_into().ok()).unwrap_or(3),
        product_manager: document.text(section, "product_manager"),
        embedded_sre: document.text(section, "embedded_sre"),
        chat_channel: document.text(section, "chat_channel"),
        links: links(document, section),
        closed_on: document.word::<Date>(section, "closed_on", "catalogue/date"),
    };
    slug.map(|_| product)
}

/// A stand-in so that the rest of a product without a good slug is checked too.
fn placeholder() -> Option<Slug> {
    "unnamed".parse().ok()
}

/// `{ runbook = "https://…" }`, or `[{ kind = "runbook", url = "https://…" }]` where a kind comes twice.
fn links(document: &mut Document, section: &Section) -> Vec<Link> {
    let Some(value) = section.value("links") else { return Vec::new() };
    if value.get_ref().is_array() {
        return document
            .sections(section, "links")
            .iter()
            .filter_map(|link| {
                document.only_known(link, &["kind", "url"]);
                let kind = document.required_text(link, "kind")?;
                let url = document.required_text(link, "url")?;
                document.address(link, "url", &url);
                Some(Link { kind, url })
            })
            .collect();
    }
    let Some(links) = document.section(section, "links") else { return Vec::new() };
    links
        .in_order()
        .into_iter()
        .filter_map(|(kind, _)| {
            let url = document.required_text(&links, kind)?;
            document.address(&links, kind, &url);
            Some(Link { kind: kind.to_owned(), url })
        })
        .collect()
}

fn account(document: &mut Document, section: &Section, names: &Names) -> Option<Account> {
    document.only_known(section, &["id", "name", "product", "environment", "ou", "tags", "closed_on"]);
    let id = document.required_text(section, "id");
    let name = document.text(section, "name");
    let environment: Option<Environment> = document.word(section, "environment", "catalogue/environment");
    let product = known_product(document, section, names);
    let closed_on = document.word::<Date>(section, "closed_on", "catalogue/date");
    let ou = section.value("ou").and_then(|_| document.required_text(section, "ou"));
    let tags = account_tags(document, section);
    let id = id?;
    Some(Account {
        name: name.unwrap_or_else(|| id.clone()),
        id,
        product,
        environment: environment.unwrap_or_default(),
        closed_on,
        ou,
        tags,
    })
}

/// `{ team = "telemed" }`: tags of the account itself, by key.
fn account_tags(document: &mut Document, section: &Section) -> Vec<(String, String)> {
    let Some(tags) = document.section(section, "tags") else { return Vec::new() };
    let stated = tags.in_order().into_iter();
    let read: BTreeMap<String, String> =
        stated.filter_map(|(key, _)| Some((key.to_owned(), document.text(&tags, key)?))).collect();
    read.into_iter().collect()
}

/// The product that a key names, which has to be declared.
pub(super) fn known_product(document: &mut Document, section: &Section, names: &Names) -> Option<Slug> {
    let slug: Slug = document.word(section, "product", "catalogue/slug")?;
    declared(document, section, "product", slug, names)
}

/// A product that a key names, if it is declared.
pub(super) fn declared(
    document: &mut Document,
    section: &Section,
    key: &str,
    slug: Slug,
    names: &Names,
) -> Option<Slug> {
    if names.products.contains(&slug) {
        return Some(slug);
    }
    let near = crate::nearest::nearest(slug.as_str(), names.products.iter().map(Slug::as_str));
    let mend = near.map_or_else(
        || format!("Declare it: [[product]] slug = \"{slug}\"."),
        |near| format!("Did you mean {near}?"),
    );
    let what = format!("The product {slug} is not declared.");
    document.reject(section, key, "catalogue/unknown-product", what, mend);
    None
}
