//! From SLOs to the objectives of the domain.

use std::fmt::Write;

use domain::counting::{Counting, Missing};
use domain::objective::{BudgetingMethod, Objective, Window};
use domain::product::{Environment, Slug};
use sha2::{Digest, Sha256};

use super::Settings;
use super::check::{Check, Grade};
use super::common::Metadata;
use super::slo::{Draft, Part, Source};
use crate::lint::shown;

/// The objectives of an SLO, one per target; `indicator` finds a named SLI in canonical form.
pub(super) fn objectives(
    draft: &Draft,
    metadata: &Metadata,
    settings: &Settings,
    indicator: impl Fn(&str) -> Option<String>,
    check: &mut Check,
    line: u64,
) -> Vec<Objective> {
    let environment = environment(metadata, check, line);
    let counting = counting(metadata, draft, check, line);
    let product = product(metadata, draft, check, line);
    let several = draft.parts.len() > 1;
    let id = own(metadata, "teirei/id").unwrap_or(&metadata.name);
    let description = own(metadata, "teirei/description").unwrap_or(&draft.description);
    // Strict readers want a service, and the objective may have none.
    let service = if own(metadata, "teirei/service") == Some(NONE) { "" } else { &draft.service };
    draft
        .parts
        .iter()
        .enumerate()
        .map(|(index, part)| Objective {
            id: match index {
                0 => id.to_owned(),
                _ => format!("{id}-{}", index + 1),
            },
            display_name: display_name(metadata, part, several),
            description: description.to_owned(),
            service: service.to_owned(),
            product: product.clone(),
            environment,
            method: part.method,
            target: part.target,
            window: draft.window.clone(),
            counting,
            source: settings.source.clone(),
            definition_hash: definition_hash(draft, part, counting, &indicator),
            valid_from: settings.valid_from,
            reviewed_at: None,
        })
        .collect()
}

/// The SLO's display name, with the target's own where there are several targets.
fn display_name(metadata: &Metadata, part: &Part, several: bool) -> String {
    let shown = if metadata.display_name.is_empty() { &metadata.name } else { &metadata.display_name };
    let name = own(metadata, "teirei/display-name").unwrap_or(shown);
    if several && !part.display_name.is_empty() {
        format!("{name}: {}", part.display_name)
    } else {
        name.to_owned()
    }
}

/// What an annotation says that stands there for "there is none".
pub(super) const NONE: &str = "-";

/// An annotation that only the writer of this crate makes, for what the format has no room for.
fn own<'m>(metadata: &'m Metadata, key: &str) -> Option<&'m str> {
    let (_, value) = metadata.annotations.iter().find(|(name, _)| name == key)?;
    Some(value.as_str()).filter(|value| !value.is_empty())
}

/// The first value of a label or annotation of one of some names.
fn marked<'m>(metadata: &'m Metadata, names: &[&str]) -> Option<&'m str> {
    let label = |name: &&str| {
        let (_, values) = metadata.labels.iter().find(|(key, _)| key == name)?;
        values.first().map(String::as_str)
    };
    let annotation = |name: &&str| {
        let (_, value) = metadata.annotations.iter().find(|(key, _)| key == name)?;
        Some(value.as_str())
    };
    names.iter().find_map(label).or_else(|| names.iter().find_map(annotation)).filter(|text| !text.is_empty())
}

/// The product of label or annotation `teirei/product` (`teirei.product` where a slash is not
/// allowed), else the service when it can be a product's name; the catalogue has the last word.
fn product(metadata: &Metadata, draft: &Draft, check: &mut Check, line: u64) -> Option<Slug> {
    let Some(name) = marked(metadata, &["teirei/product", "teirei.product"]) else {
        return draft.service.parse().ok();
    };
    if name == NONE {
        return None;
    }
    let slug = name.parse().ok();
    if slug.is_none() {
        let what = format!("The product {} is no short name.", shown(name));
        let mend = "Write the product's slug: a-z, 0-9 and hyphens.";
        let place = (line, "metadata".to_owned());
        check.note(Grade::Doubt, place, "openslo/product", what, mend);
    }
    slug
}

/// The environment of label `env` or `environment`; production where there is none.
fn environment(metadata: &Metadata, check: &mut Check, line: u64) -> Environment {
    let Some(word) = marked(metadata, &["environment", "env"]) else { return Environment::Production };
    let known = match word.to_ascii_lowercase().as_str() {
        "prod" | "prd" | "live" => Some(Environment::Production),
        "stage" | "stg" => Some(Environment::Staging),
        "dev" | "develop" => Some(Environment::Development),
        other => other.parse().ok(),
    };
    known.unwrap_or_else(|| {
        let what = format!("The environment {} is not known; production is assumed.", shown(word));
        let mend = "Write production, staging, development, shared or preview.";
        let place = (line, "metadata.labels".to_owned());
        check.note(Grade::Doubt, place, "openslo/environment", what, mend);
        Environment::Production
    })
}

/// The rules of labels or annotations `teirei/missing-data` and `teirei/exclusions`.
fn counting(metadata: &Metadata, draft: &Draft, check: &mut Check, line: u64) -> Counting {
    let usual = Counting::default();
    let missing = rule(metadata, ["teirei/missing-data", "teirei.missing-data"], check, line);
    let exclusion = rule(metadata, ["teirei/exclusions", "teirei.exclusions"], check, line);
    let counting = Counting {
        missing: missing.unwrap_or(usual.missing),
        exclusion: exclusion.unwrap_or(usual.exclusion),
    };
    let counts_events = draft.parts.iter().any(|part| part.method == BudgetingMethod::Occurrences);
    if counting.missing != Missing::Ignore && counts_events {
        let what = "Events that were not counted cannot count as anything; missing data is ignored.";
        let mend = "Remove teirei/missing-data, or budget by time slices.";
        check.note(Grade::Doubt, (line, "metadata".to_owned()), "openslo/missing-data", what, mend);
        return Counting { missing: Missing::Ignore, ..counting };
    }
    counting
}

fn rule<T>(metadata: &Metadata, names: [&str; 2], check: &mut Check, line: u64) -> Option<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let word = marked(metadata, &names)?;
    match word.to_ascii_lowercase().replace('-', "_").parse() {
        Ok(rule) => Some(rule),
        Err(error) => {
            let what = format!("{} of {} is not known; the usual rule is taken.", shown(word), names[0]);
            let place = (line, "metadata".to_owned());
            check.note(Grade::Doubt, place, "openslo/counting", what, format!("{error}."));
            None
        }
    }
}

/// SHA-256 in hexadecimal over what makes the numbers: target, window, method, comparison and the
/// indicator. Names, descriptions, labels, comments and the order of fields do not matter.
fn definition_hash(
    draft: &Draft,
    part: &Part,
    counting: Counting,
    indicator: impl Fn(&str) -> Option<String>,
) -> String {
    let source = if part.source.inline.is_some() || part.source.reference.is_some() {
        &part.source
    } else {
        &draft.source
    };
    let mut lines = vec![
        "openslo 1".to_owned(),
        format!("target {}", part.target.0),
        window_line(&draft.window),
        method_line(part.method),
        format!("comparison {}", part.comparison),
        format!("indicator {}", source_line(source, indicator)),
    ];
    // The usual rules change no hash that was made before there were others.
    if counting != Counting::default() {
        lines.push(format!("counting {} {}", counting.missing.as_str(), counting.exclusion.as_str()));
    }
    let digest = Sha256::digest(lines.join("\n").as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn source_line(source: &Source, indicator: impl Fn(&str) -> Option<String>) -> String {
    match (&source.inline, &source.reference) {
        (Some(inline), _) => inline.canonical.clone(),
        (None, Some(name)) => indicator(name).unwrap_or_else(|| format!("reference={name}")),
        (None, None) => String::new(),
    }
}

fn window_line(window: &Window) -> String {
    match window {
        Window::Rolling { seconds } => format!("window rolling {seconds}"),
        Window::Calendar { unit, count, start, time_zone } => {
            format!("window calendar {count} {unit:?} {start} {time_zone}")
        }
    }
}

fn method_line(method: BudgetingMethod) -> String {
    match method {
        BudgetingMethod::Occurrences => "method occurrences".to_owned(),
        BudgetingMethod::Timeslices { slice_target, slice_seconds } => {
            format!("method timeslices {} {slice_seconds}", slice_target.0)
        }
        BudgetingMethod::RatioTimeslices { slice_seconds } => {
            format!("method ratio-timeslices {slice_seconds}")
        }
    }
}
