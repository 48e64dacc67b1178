//! Objectives as OpenSLO v1: what is written here is read back equal, and strict mode takes it.
//!
//! What the format has no field for stands in annotations `teirei/…`: names and texts that are longer than it
//! allows, the product, and the rules of what does not count. An indicator that is not known is referred to by
//! name, because every SLO needs one.

#[cfg(test)]
mod tests;

use std::fmt::Write;

use domain::counting::Counting;
use domain::objective::{BudgetingMethod, Objective, Window, WindowUnit};
use domain::ratio::Ppm;
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::common::{DESCRIPTION_LIMIT, DISPLAY_NAME_LIMIT, is_dns_label};
use super::metrics::{MetricSource, Metrics};
use super::objective::NONE;

/// The longest name of a document, in bytes.
const NAME_LIMIT: usize = 63;

/// An objective with what is known about it besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The objective.
    pub objective: Objective,
    /// Who looks after it.
    pub owners: Vec<String>,
    /// Further labels; those whose keys the format does not allow are left out.
    pub labels: Vec<(String, Vec<String>)>,
    /// How it is measured, where that is known.
    pub metrics: Option<Metrics>,
}

impl Written {
    /// An objective of which nothing else is known.
    #[must_use]
    pub fn new(objective: Objective) -> Self {
        Self { objective, owners: Vec::new(), labels: Vec::new(), metrics: None }
    }
}

/// The documents of some objectives, one after the other. The format has no target of 100 %: of such an objective
/// there is a comment that says so.
#[must_use]
pub fn write(objectives: &[Written]) -> String {
    let documents: Vec<String> = objectives.iter().map(document).collect();
    documents.join("---\n")
}

fn document(written: &Written) -> String {
    let objective = &written.objective;
    if objective.target >= Ppm::ONE {
        return format!(
            "# {}: OpenSLO has no target of 100 %, so this objective is left out.\n",
            quoted(&objective.id)
        );
    }
    let mut lines = Lines::default();
    lines.word(0, "apiVersion", "openslo/v1");
    lines.word(0, "kind", "SLO");
    metadata(&mut lines, written);
    lines.open(0, "spec");
    if !objective.description.is_empty() {
        lines.text(1, "description", &shortened(&objective.description, DESCRIPTION_LIMIT));
    }
    lines.text(1, "service", if objective.service.is_empty() { "unknown" } else { &objective.service });
    let name = name_of(&objective.id);
    let metrics = written.metrics.as_ref().filter(|metrics| is_whole(metrics));
    match metrics {
        Some(metrics) => indicator(&mut lines, &name, metrics),
        None => lines.text(1, "indicatorRef", &name),
    }
    window(&mut lines, &objective.window);
    lines.word(1, "budgetingMethod", method_word(objective.method));
    lines.open(1, "objectives");
    target(&mut lines, objective, metrics);
    lines.text
}

fn metadata(lines: &mut Lines, written: &Written) {
    let objective = &written.objective;
    let name = name_of(&objective.id);
    lines.open(0, "metadata");
    lines.text(1, "name", &name);
    let shown = shortened(&objective.display_name, DISPLAY_NAME_LIMIT);
    if shown != name {
        lines.text(1, "displayName", &shown);
    }
    let owner = (!written.owners.is_empty()).then(|| ("owner".to_owned(), written.owners.clone()));
    let environment = ("environment".to_owned(), vec![objective.environment.as_str().to_owned()]);
    let is_label =
        |key: &str| super::common::is_label_key(key) && !["owner", "environment", "env"].contains(&key);
    let own = written.labels.iter().filter(|(key, _)| is_label(key)).cloned();
    lines.open(1, "labels");
    for (key, values) in [environment].into_iter().chain(owner).chain(own) {
        match values.as_slice() {
            [value] => lines.text(2, &key, value),
            values => {
                lines.open(2, &key);
                values.iter().for_each(|value| lines.entry(3, value));
            }
        }
    }
    let mut annotations: Vec<(&str, String)> = Vec::new();
    if name != objective.id {
        annotations.push(("teirei/id", objective.id.clone()));
    }
    if shown != objective.display_name {
        annotations.push(("teirei/display-name", objective.display_name.clone()));
    }
    if objective.description.chars().count() > DESCRIPTION_LIMIT {
        annotations.push(("teirei/description", objective.description.clone()));
    }
    if objective.service.is_empty() {
        annotations.push(("teirei/service", NONE.to_owned()));
    }
    let product = objective.product.as_ref().map_or_else(|| NONE.to_owned(), ToString::to_string);
    annotations.push(("teirei/product", product));
    let usual = Counting::default();
    if objective.counting.missing != usual.missing {
        annotations.push(("teirei/missing-data", objective.counting.missing.as_str().to_owned()));
    }
    if objective.counting.exclusion != usual.exclusion {
        annotations.push(("teirei/exclusions", objective.counting.exclusion.as_str().to_owned()));
    }
    lines.open(1, "annotations");
    annotations.iter().for_each(|(key, value)| lines.text(2, key, value));
}

/// Whether the metrics are such as an indicator has: one threshold, or one kind of ratio.
fn is_whole(metrics: &Metrics) -> bool {
    let counts = metrics.total.is_some() && (metrics.good.is_some() != metrics.bad.is_some());
    let raw = metrics.raw.is_some() && metrics.raw_type.is_some();
    let threshold = metrics.threshold.is_some() && metrics.comparison.split(' ').count() == 2;
    let has_spec = |source: &MetricSource| source.spec.as_object().is_some_and(|spec| !spec.is_empty());
    metrics.sources().all(has_spec) && [counts, raw, threshold].iter().filter(|one| **one).count() == 1
}

fn indicator(lines: &mut Lines, name: &str, metrics: &Metrics) {
    lines.open(1, "indicator");
    lines.open(2, "metadata");
    lines.text(3, "name", name);
    lines.open(2, "spec");
    if let Some(threshold) = &metrics.threshold {
        lines.open(3, "thresholdMetric");
        metric(lines, 4, threshold);
        return;
    }
    lines.open(3, "ratioMetric");
    if let Some(is_counter) = metrics.is_counter {
        lines.word(4, "counter", if is_counter { "true" } else { "false" });
    }
    let named =
        [("good", &metrics.good), ("bad", &metrics.bad), ("total", &metrics.total), ("raw", &metrics.raw)];
    for (key, source) in named {
        if let Some(source) = source {
            lines.open(4, key);
            metric(lines, 5, source);
        }
    }
    if let Some(word) = &metrics.raw_type {
        lines.text(4, "rawType", word);
    }
}

fn metric(lines: &mut Lines, depth: usize, source: &MetricSource) {
    lines.open(depth, "metricSource");
    if let Some(reference) = &source.reference {
        lines.text(depth + 1, "metricSourceRef", reference);
    }
    if let Some(kind) = &source.kind {
        lines.text(depth + 1, "type", kind);
    }
    lines.json(depth + 1, "spec", &source.spec);
}

fn window(lines: &mut Lines, window: &Window) {
    lines.open(1, "timeWindow");
    match window {
        Window::Rolling { seconds } => {
            let _ = writeln!(lines.text, "    - duration: {}", duration(*seconds));
            lines.word(3, "isRolling", "true");
        }
        Window::Calendar { unit, count, start, time_zone } => {
            let _ = writeln!(lines.text, "    - duration: {count}{}", unit_letter(*unit));
            lines.word(3, "isRolling", "false");
            lines.open(3, "calendar");
            lines.text(4, "startTime", &start.strftime("%Y-%m-%d %H:%M:%S").to_string());
            lines.text(4, "timeZone", time_zone);
        }
    }
}

fn target(lines: &mut Lines, objective: &Objective, metrics: Option<&Metrics>) {
    let _ = writeln!(lines.text, "    - target: {}", share(objective.target));
    match objective.method {
        BudgetingMethod::Occurrences => {}
        BudgetingMethod::Timeslices { slice_target, slice_seconds } => {
            lines.word(3, "timeSliceTarget", &share(slice_target));
            lines.word(3, "timeSliceWindow", &duration(slice_seconds));
        }
        BudgetingMethod::RatioTimeslices { slice_seconds } => {
            lines.word(3, "timeSliceWindow", &duration(slice_seconds));
        }
    }
    let comparison = metrics.filter(|metrics| metrics.threshold.is_some());
    if let Some((op, value)) = comparison.and_then(|metrics| metrics.comparison.split_once(' ')) {
        lines.word(3, "op", op);
        lines.word(3, "value", value);
    }
}

fn method_word(method: BudgetingMethod) -> &'static str {
    match method {
        BudgetingMethod::Occurrences => "Occurrences",
        BudgetingMethod::Timeslices { .. } => "Timeslices",
        BudgetingMethod::RatioTimeslices { .. } => "RatioTimeslices",
    }
}

/// A share without trailing zeros, such as `0.9995`.
fn share(share: Ppm) -> String {
    Decimal::new(share.0, 6).normalize().to_string()
}

/// The shortest shorthand of whole minutes; seconds that make none are rounded up to one.
fn duration(seconds: i64) -> String {
    for (length, letter) in [(86_400, 'd'), (3_600, 'h')] {
        if seconds % length == 0 {
            return format!("{}{letter}", seconds / length);
        }
    }
    format!("{}m", (seconds + 59) / 60)
}

fn unit_letter(unit: WindowUnit) -> char {
    match unit {
        WindowUnit::Minute => 'm',
        WindowUnit::Hour => 'h',
        WindowUnit::Day => 'd',
        WindowUnit::Week => 'w',
        WindowUnit::Month => 'M',
        WindowUnit::Quarter => 'Q',
        WindowUnit::Year => 'Y',
    }
}

/// An id as the name of a document: itself where it can be one, else its letters and digits and, so that two ids
/// stay two names, a number made of all of it.
fn name_of(id: &str) -> String {
    if is_dns_label(id) {
        return id.to_owned();
    }
    let plain: String = id
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    let number = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |number, byte| {
        (number ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let suffix = format!("{number:016x}");
    let room = NAME_LIMIT - suffix.len() - 1;
    let plain = plain.trim_matches('-').get(..plain.trim_matches('-').len().min(room)).unwrap_or_default();
    match plain.trim_matches('-') {
        "" => suffix,
        plain => format!("{plain}-{suffix}"),
    }
}

/// At most so many characters.
fn shortened(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// YAML in block style, every text in double quotes.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn indent(&mut self, depth: usize) {
        self.text.push_str(&"  ".repeat(depth));
    }

    /// A key with a map or a list below it.
    fn open(&mut self, depth: usize, key: &str) {
        self.indent(depth);
        let _ = writeln!(self.text, "{}:", key_text(key));
    }

    /// A key with a word of ours, which needs no quotes.
    fn word(&mut self, depth: usize, key: &str, word: &str) {
        self.indent(depth);
        let _ = writeln!(self.text, "{key}: {word}");
    }

    /// A key with anybody's text.
    fn text(&mut self, depth: usize, key: &str, text: &str) {
        self.indent(depth);
        let _ = writeln!(self.text, "{}: {}", key_text(key), quoted(text));
    }

    /// An entry of a list.
    fn entry(&mut self, depth: usize, text: &str) {
        self.indent(depth);
        let _ = writeln!(self.text, "- {}", quoted(text));
    }

    /// A value of any shape; scalars are texts.
    fn json(&mut self, depth: usize, key: &str, value: &Json) {
        match value {
            Json::Object(entries) if !entries.is_empty() => {
                self.open(depth, key);
                entries.iter().for_each(|(key, value)| self.json(depth + 1, key, value));
            }
            // Flow style is JSON, which is YAML.
            Json::Array(_) | Json::Object(_) => {
                self.indent(depth);
                let _ = writeln!(self.text, "{}: {value}", key_text(key));
            }
            Json::Null => self.word(depth, &key_text(key), "null"),
            Json::String(text) => self.text(depth, key, text),
            other => self.word(depth, &key_text(key), &other.to_string()),
        }
    }
}

/// A key, in quotes where it is not plain beyond doubt.
fn key_text(key: &str) -> String {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
            .contains(&key.to_ascii_lowercase().as_str());
    if plain { key.to_owned() } else { quoted(key) }
}

/// A text in double quotes; what YAML would fold, or a terminal would act on, is escaped.
fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            letter if needs_escape(letter) => {
                let code = u32::from(letter);
                let _ = match code {
                    0..=0xff => write!(written, "\\x{code:02x}"),
                    0x100..=0xffff => write!(written, "\\u{code:04x}"),
                    _ => write!(written, "\\U{code:08x}"),
                };
            }
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}

fn needs_escape(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200e}' | '\u{200f}')
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
        || ('\u{fffe}'..='\u{ffff}').contains(&letter)
}
