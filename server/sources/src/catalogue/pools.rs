//! Shared pools of the catalogue file, and what products used.

use domain::money::{decimal_of_micros, micros_of_decimal};
use domain::product::Slug;
use domain::rate::Month;
use domain::ratio::Ppm;
use domain::split::{Method, Pool, PoolTarget, Usage};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::document::{Document, Section};
use super::read::{Names, declared, known_product, percent};
use crate::lint::shown;

/// One `[[pool]]`.
pub(super) fn pool(document: &mut Document, section: &Section, names: &Names) -> Option<Pool> {
    let known = ["name", "method", "series", "weights", "products", "valid_from", "valid_to"];
    document.only_known(section, &known);
    let name = document.required_text(section, "name");
    let method: Option<Method> = document.required_word(section, "method", "catalogue/method");
    let series = document.text(section, "series");
    let weights = weights(document, section, names);
    let products = products(document, section, names);
    let valid_from = document.word::<Date>(section, "valid_from", "catalogue/date");
    let valid_to = document.word::<Date>(section, "valid_to", "catalogue/date");
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to <= from
    {
        let what = format!("The pool ends on {to} and begins on {from}.");
        let mend = "valid_to is the first day it is no longer split this way, after valid_from.";
        document.reject(section, "valid_to", "catalogue/validity", what, mend);
    }
    let method = method?;
    fits(document, section, method);
    let targets = if method == Method::Fixed { weights } else { products };
    Some(Pool { name: name?, method, targets, series, valid_from, valid_to })
}

/// Refuses keys that the method has no use for, and misses those it needs.
fn fits(document: &mut Document, section: &Section, method: Method) {
    let keys = [
        ("weights", method == Method::Fixed, method == Method::Fixed, "weights = { karte = 60, care = 40 }"),
        ("series", method == Method::Usage, method == Method::Usage, "series = \"active-users\""),
        ("products", false, method != Method::Fixed, ""),
    ];
    for (key, is_needed, is_allowed, example) in keys {
        let is_there = section.value(key).is_some();
        if is_there && !is_allowed {
            let what = format!("A pool that is split {} has no {key}.", method.as_str());
            document.reject(
                section,
                key,
                "catalogue/method",
                what,
                format!("Remove {key}, or change method."),
            );
        } else if !is_there && is_needed {
            let what = format!("A pool that is split {} needs {key}.", method.as_str());
            document.reject(section, key, "catalogue/missing", what, format!("Add {example}."));
        }
    }
}

/// `{ karte = 60, care = 40 }`: percent that add up to 100.
fn weights(document: &mut Document, section: &Section, names: &Names) -> Vec<PoolTarget> {
    let Some(stated) = document.section(section, "weights") else { return Vec::new() };
    let mut targets = Vec::new();
    for (key, _) in stated.in_order() {
        let slug: Option<Slug> = key.parse().ok();
        let Some(slug) = slug else {
            let what = format!("{} is no short name of a product.", shown(key));
            document.reject(&stated, key, "catalogue/slug", what, "Write the slug of a product.");
            continue;
        };
        let product = declared(document, &stated, key, slug, names);
        let weight = percent(document, &stated, key);
        if let (Some(product), Some(weight)) = (product, weight) {
            targets.push(PoolTarget { product, weight });
        }
    }
    let sum: i64 = targets.iter().map(|target| target.weight.0).sum();
    if targets.len() == stated.table.len() && sum != Ppm::ONE.0 {
        let percent = Decimal::from_i128_with_scale(i128::from(sum), 4).normalize();
        let what = format!("The weights add up to {percent} percent.");
        document.reject(section, "weights", "catalogue/weights", what, "Let them add up to 100.");
    }
    targets
}

/// The slugs that a pool is split between.
fn products(document: &mut Document, section: &Section, names: &Names) -> Vec<PoolTarget> {
    let Some(value) = section.value("products") else { return Vec::new() };
    let texts = document.texts(value, &section.key("products")).unwrap_or_default();
    let mut targets: Vec<PoolTarget> = Vec::new();
    for text in texts {
        let Ok(slug) = text.parse::<Slug>() else {
            let what = format!("{} is no short name of a product.", shown(&text));
            document.reject(section, "products", "catalogue/slug", what, "Write the slug of a product.");
            continue;
        };
        let Some(product) = declared(document, section, "products", slug, names) else { continue };
        if targets.iter().any(|target| target.product == product) {
            let what = format!("{product} is named twice.");
            document.reject(section, "products", "catalogue/repeated", what, "Remove one of them.");
            continue;
        }
        targets.push(PoolTarget { product, weight: Ppm(0) });
    }
    targets
}

/// One `[[usage]]`.
pub(super) fn usage(document: &mut Document, section: &Section, names: &Names) -> Option<Usage> {
    document.only_known(section, &["series", "product", "month", "units"]);
    let series = document.required_text(section, "series");
    if section.value("product").is_none() {
        document.required_word::<Slug>(section, "product", "catalogue/slug");
    }
    let product = known_product(document, section, names);
    let month: Option<Month> = document.required_word(section, "month", "catalogue/month");
    let units = units(document, section);
    Some(Usage { series: series?, product: product?, month: month?, units: units? })
}

/// Millionths of the units, which must be exact and not negative.
fn units(document: &mut Document, section: &Section) -> Option<i64> {
    if section.value("units").is_none() {
        let what = format!("{} has no units.", section.path);
        document.reject(section, "units", "catalogue/missing", what, "Add units = 12345.");
        return None;
    }
    let value = document.decimal(section, "units")?;
    let micros = micros_of_decimal(value).ok().filter(|micros| *micros >= 0);
    let exact = micros.filter(|micros| decimal_of_micros(*micros) == value);
    if exact.is_none() {
        let what = format!("The units {value} are negative, too many or have more than six decimals.");
        document.reject(section, "units", "catalogue/amount", what, "Write 0 to 9 trillion.");
    }
    exact
}
