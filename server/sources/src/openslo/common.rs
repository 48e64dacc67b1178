//! What all kinds share: metadata, names, descriptions, the duration shorthand.

use domain::objective::WindowUnit;

use super::check::{Check, Fields, Grade};
use crate::lint::shown;
use crate::yaml::{Node, Value};

/// The longest description, in characters.
pub(super) const DESCRIPTION_LIMIT: usize = 1050;

/// The longest display name, in characters.
pub(super) const DISPLAY_NAME_LIMIT: usize = 63;

/// What a document says about itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) display_name: String,
    /// Every label with its values, in the order of the file.
    pub(super) labels: Vec<(String, Vec<String>)>,
    pub(super) annotations: Vec<(String, String)>,
}

/// Reads `metadata` of a document or of something inlined.
pub(super) fn metadata(check: &mut Check, parent: &Fields) -> Metadata {
    let Some(fields) = check.table(parent, "metadata") else {
        if !parent.has("metadata") {
            check.missing(Grade::Senseless, parent, "metadata", "Add metadata with a name.");
        }
        return Metadata::default();
    };
    check.only(&fields, &["name", "displayName", "labels", "annotations"]);
    let name = match check.text(&fields, "name") {
        Some(name) => {
            let grade = if is_usable(name) { Grade::Breach } else { Grade::Senseless };
            dns_label(check, &fields, "name", name, grade);
            name.to_owned()
        }
        None => {
            check.missing(Grade::Senseless, &fields, "name", "Give it a name such as web-availability.");
            String::new()
        }
    };
    let display_name = check.text(&fields, "displayName").unwrap_or_default();
    if display_name.chars().count() > DISPLAY_NAME_LIMIT {
        let what = format!("The display name has {} characters.", display_name.chars().count());
        let place = fields.place("displayName");
        check.note(Grade::Breach, place, "openslo/display-name", what, "Write at most 63.");
    }
    Metadata {
        name,
        display_name: display_name.to_owned(),
        labels: labels(check, &fields),
        annotations: annotations(check, &fields),
    }
}

/// Whether a name can stand in an address although it is no DNS label.
fn is_usable(name: &str) -> bool {
    name.chars().count() <= 200 && name.chars().all(|c| c.is_alphanumeric() || " -_.:".contains(c))
}

fn labels(check: &mut Check, metadata: &Fields) -> Vec<(String, Vec<String>)> {
    let Some(fields) = check.table(metadata, "labels") else { return Vec::new() };
    let mut labels = Vec::new();
    for (key, node) in fields.entries {
        if !is_label_key(&key.name) {
            let what = format!("The label {} has a name that labels may not have.", shown(&key.name));
            let mend =
                "Use at most 63 letters, digits, dots, hyphens and underscores; a slash only in annotations.";
            check.note(Grade::Breach, (key.line, fields.key(&key.name)), "openslo/label", what, mend);
        }
        labels.push((key.name.clone(), label_values(check, &fields, &key.name, node)));
    }
    labels
}

fn label_values(check: &mut Check, fields: &Fields, key: &str, node: &Node) -> Vec<String> {
    match &node.value {
        Value::List(nodes) => nodes
            .iter()
            .filter_map(|node| match &node.value {
                Value::Scalar { text, .. } => Some(text.clone()),
                _ => None,
            })
            .collect(),
        Value::Scalar { .. } => check.text(fields, key).map(|text| vec![text.to_owned()]).unwrap_or_default(),
        Value::Map(_) => {
            let what = format!("The label {} is neither a text nor a list.", shown(key));
            check.note(Grade::Breach, fields.place(key), "openslo/type", what, "Write a text or a list.");
            Vec::new()
        }
    }
}

fn annotations(check: &mut Check, metadata: &Fields) -> Vec<(String, String)> {
    let Some(fields) = check.table(metadata, "annotations") else { return Vec::new() };
    let mut annotations = Vec::new();
    for (key, _) in fields.entries {
        if !is_annotation_key(&key.name) {
            let what =
                format!("The annotation {} has a name that annotations may not have.", shown(&key.name));
            let mend = "Write name or domain.org/name.";
            check.note(Grade::Breach, (key.line, fields.key(&key.name)), "openslo/annotation", what, mend);
        }
        annotations.push((key.name.clone(), check.text(&fields, &key.name).unwrap_or_default().to_owned()));
    }
    annotations
}

/// Letters, digits, dots, hyphens, underscores; a letter or digit at both ends; at most 63.
pub(super) fn is_label_key(key: &str) -> bool {
    let bytes = key.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(inner)
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// A label's name, after a domain of at most 253 characters and a slash if there is one.
fn is_annotation_key(key: &str) -> bool {
    match key.rsplit_once('/') {
        None => is_label_key(key),
        Some((domain, name)) => {
            domain.len() <= 253 && domain.split('.').all(is_dns_label) && is_label_key(name)
        }
    }
}

/// RFC 1123: lower-case letters, digits and hyphens, no hyphen at the ends, at most 63.
pub(super) fn is_dns_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(inner)
        && bytes.first() != Some(&b'-')
        && bytes.last() != Some(&b'-')
}

/// Notes a name that is no DNS label.
pub(super) fn dns_label(check: &mut Check, fields: &Fields, key: &str, name: &str, grade: Grade) {
    if !is_dns_label(name) {
        let what = format!("{} is {}, which is no DNS label.", fields.key(key), shown(name));
        let mend = "Use a-z, 0-9 and hyphens, at most 63 characters, no hyphen at the ends.";
        check.note(grade, fields.place(key), "openslo/name", what, mend);
    }
}

/// A reference by name.
pub(super) fn reference<'n>(check: &mut Check, fields: &Fields<'n>, key: &str) -> Option<&'n str> {
    let name = check.text(fields, key)?;
    dns_label(check, fields, key, name, Grade::Breach);
    Some(name)
}

/// `description` of a spec.
pub(super) fn description(check: &mut Check, fields: &Fields) -> String {
    let text = check.text(fields, "description").unwrap_or_default();
    let length = text.chars().count();
    if length > DESCRIPTION_LIMIT {
        let what = format!("The description has {length} characters.");
        let mend = format!("Write at most {DESCRIPTION_LIMIT}.");
        check.note(Grade::Breach, fields.place("description"), "openslo/description", what, mend);
    }
    text.to_owned()
}

/// One of a few words; `None` when it is none of them.
pub(super) fn one_of(
    check: &mut Check,
    fields: &Fields,
    key: &str,
    words: &[&'static str],
    (grade, rule): (Grade, &'static str),
) -> Option<&'static str> {
    let text = check.text(fields, key)?;
    let found = words.iter().find(|word| **word == text).copied();
    if found.is_none() {
        let what = format!("{} is {}.", fields.key(key), shown(text));
        check.note(grade, fields.place(key), rule, what, format!("Write {}.", words.join(", ")));
    }
    found
}

/// A duration as OpenSLO writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shorthand {
    pub(super) count: i32,
    pub(super) unit: WindowUnit,
}

impl Shorthand {
    /// Reads `^\d+[mhdwMQY]$`.
    pub(super) fn of(text: &str) -> Option<Self> {
        let unit = match text.chars().last()? {
            'm' => WindowUnit::Minute,
            'h' => WindowUnit::Hour,
            'd' => WindowUnit::Day,
            'w' => WindowUnit::Week,
            'M' => WindowUnit::Month,
            'Q' => WindowUnit::Quarter,
            'Y' => WindowUnit::Year,
            _ => return None,
        };
        let digits = text.get(..text.len() - 1)?;
        let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count = digits.parse().ok().filter(|_| numeric)?;
        Some(Self { count, unit })
    }

    /// The length; a month has 30 days, a quarter 90, a year 365.
    pub(super) fn seconds(self) -> i64 {
        let unit = match self.unit {
            WindowUnit::Minute => 60,
            WindowUnit::Hour => 3600,
            WindowUnit::Day => 86_400,
            WindowUnit::Week => 7 * 86_400,
            WindowUnit::Month => 30 * 86_400,
            WindowUnit::Quarter => 90 * 86_400,
            WindowUnit::Year => 365 * 86_400,
        };
        i64::from(self.count) * unit
    }
}

/// A duration field; minutes written as a bare number are understood but break the rule.
pub(super) fn duration(check: &mut Check, fields: &Fields, key: &str) -> Option<Shorthand> {
    let node = fields.get(key)?;
    let mend = "Write a whole number and m (minutes), h, d, w, M (months), Q or Y, such as 28d.";
    let Value::Scalar { text, .. } = &node.value else {
        let what = format!("{} is no duration.", fields.key(key));
        check.note(Grade::Senseless, fields.place(key), "openslo/duration", what, mend);
        return None;
    };
    if let Some(shorthand) = Shorthand::of(text) {
        return Some(shorthand);
    }
    let what = format!("{} is {}, which is no duration.", fields.key(key), shown(text));
    let minutes = Shorthand::of(&format!("{text}m"));
    let grade = if minutes.is_some() { Grade::Breach } else { Grade::Senseless };
    check.note(grade, fields.place(key), "openslo/duration", what, mend);
    minutes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let table = [
            ("0w", Some(0)),
            ("10m", Some(600)),
            ("5h", Some(18_000)),
            ("2d", Some(172_800)),
            ("1w", Some(604_800)),
            ("3M", Some(90 * 86_400)),
            ("1Q", Some(90 * 86_400)),
            ("1Y", Some(365 * 86_400)),
            ("", None),
            ("invalid", None),
            ("w", None),
            ("1", None),
            ("1W", None),
            ("1.5h", None),
            ("-1d", None),
            ("+1d", None),
            ("1é", None),
        ];
        for (text, seconds) in table {
            assert_eq!(Shorthand::of(text).map(Shorthand::seconds), seconds, "{text}");
        }
    }

    #[test]
    fn keys_of_labels_and_annotations() {
        let long = |length: usize| "l".repeat(length);
        for good in ["net", "net_this.that-this", "net_.-this", "9net", "net9", "nEt", &long(63)] {
            assert!(is_label_key(good) && is_annotation_key(good), "{good}");
        }
        for bad in ["", "net_", "net.", "net-", "_net", "-net", ".net", &long(64)] {
            assert!(!is_label_key(bad) && !is_annotation_key(bad), "{bad}");
        }
        let longest = [long(63), long(63), long(63)].join(".");
        for good in [
            "openslo.com/service",
            "domain/service",
            "domain.this.org/service.foo",
            &format!("{longest}/{}", long(63)),
        ] {
            assert!(is_annotation_key(good), "{good}");
        }
        for bad in [
            "openslo.com/",
            "openslo.com!/service",
            "-openslo.com/service",
            "_openslo.com/service",
            ".openslo.com/service",
            "openslo.com./service",
            "openslo.com-/service",
            "openslo..this.com/service",
            "openslo.-this.com/service",
            "openslo_this.org/service",
            &format!("{}/net", long(254)),
            &format!("{}/{}", long(253), long(64)),
        ] {
            assert!(!is_annotation_key(bad), "{bad}");
        }
    }
}
