//! Rules of alert policies, conditions and notification targets.

use super::check::{Check, Fields, Grade};
use super::common::{description, duration, metadata, one_of, reference};
use super::{Kind, Reference};

/// The comparisons that OpenSLO knows.
pub(super) const OPERATORS: [&str; 4] = ["gt", "lt", "gte", "lte"];

/// `spec` of an alert policy.
pub(super) fn policy(check: &mut Check, fields: &Fields, references: &mut Vec<Reference>) {
    check.only(
        fields,
        &[
            "description",
            "alertWhenNoData",
            "alertWhenBreaching",
            "alertWhenResolved",
            "conditions",
            "notificationTargets",
        ],
    );
    description(check, fields);
    for key in ["alertWhenNoData", "alertWhenBreaching", "alertWhenResolved"] {
        check.flag(fields, key);
    }
    let conditions = check.list(fields, "conditions").unwrap_or_default();
    if conditions.len() != 1 {
        let what = format!("The policy has {} conditions.", conditions.len());
        check.note(
            Grade::Breach,
            fields.place("conditions"),
            "openslo/conditions",
            what,
            "Write exactly one.",
        );
    }
    for (node, path) in conditions {
        if let Some(entry) = check.fields(node, &path) {
            either(check, &entry, "conditionRef", Kind::AlertCondition, references, |check, spec, _| {
                condition(check, spec);
            });
        }
    }
    let targets = check.list(fields, "notificationTargets").unwrap_or_default();
    if targets.is_empty() {
        check.missing(Grade::Breach, fields, "notificationTargets", "Name at least one target.");
    }
    for (node, path) in targets {
        if let Some(entry) = check.fields(node, &path) {
            let kind = Kind::AlertNotificationTarget;
            either(check, &entry, "targetRef", kind, references, |check, spec, _| target(check, spec));
        }
    }
}

/// An entry that is a reference or the thing itself.
pub(super) fn either(
    check: &mut Check,
    entry: &Fields,
    key: &str,
    kind: Kind,
    references: &mut Vec<Reference>,
    inlined: impl Fn(&mut Check, &Fields, &mut Vec<Reference>),
) {
    check.only(entry, &[key, "kind", "metadata", "spec"]);
    let is_inline = ["kind", "metadata", "spec"].iter().any(|key| entry.has(key));
    let place = (entry.line, entry.path.clone());
    match (entry.has(key), is_inline) {
        (true, true) => {
            let what = format!("{} both names {key} and defines it.", entry.path);
            check.note(Grade::Breach, place, "openslo/reference-or-inline", what, "Do one of the two.");
        }
        (false, false) => {
            let what = format!("{} neither names {key} nor defines it.", entry.path);
            check.note(Grade::Breach, place, "openslo/reference-or-inline", what, format!("Add {key}."));
        }
        _ => {}
    }
    if let Some(name) = reference(check, entry, key) {
        references.push(Reference { place: entry.place(key), kind, name: name.to_owned() });
    }
    if !is_inline {
        return;
    }
    match check.text(entry, "kind") {
        None => check.missing(Grade::Breach, entry, "kind", &format!("Write {}.", kind.as_str())),
        Some(word) if word != kind.as_str() => {
            let what = format!("{} is not {}.", entry.key("kind"), kind.as_str());
            let mend = format!("Write {}.", kind.as_str());
            check.note(Grade::Breach, entry.place("kind"), "openslo/kind", what, mend);
        }
        Some(_) => {}
    }
    metadata(check, entry);
    match check.table(entry, "spec") {
        Some(spec) => inlined(check, &spec, references),
        None => check.missing(Grade::Breach, entry, "spec", "Add the spec."),
    }
}

/// `spec` of an alert condition.
pub(super) fn condition(check: &mut Check, fields: &Fields) {
    check.only(fields, &["description", "severity", "condition"]);
    description(check, fields);
    if check.text(fields, "severity").is_none() {
        check.missing(Grade::Breach, fields, "severity", "Write page, ticket or a word of your own.");
    }
    let Some(condition) = check.table(fields, "condition") else {
        check.missing(Grade::Breach, fields, "condition", "Add kind, op, threshold and lookbackWindow.");
        return;
    };
    check.only(&condition, &["kind", "op", "threshold", "lookbackWindow", "alertAfter"]);
    for key in ["kind", "op", "threshold", "lookbackWindow"] {
        if !condition.has(key) {
            check.missing(Grade::Breach, &condition, key, "Fill it in.");
        }
    }
    one_of(check, &condition, "kind", &["burnrate"], (Grade::Breach, "openslo/condition-kind"));
    one_of(check, &condition, "op", &OPERATORS, (Grade::Breach, "openslo/op"));
    check.number(&condition, "threshold");
    duration(check, &condition, "lookbackWindow");
    duration(check, &condition, "alertAfter");
}

/// `spec` of a notification target.
pub(super) fn target(check: &mut Check, fields: &Fields) {
    check.only(fields, &["description", "target"]);
    description(check, fields);
    if check.text(fields, "target").is_none() {
        check.missing(Grade::Breach, fields, "target", "Name it, such as email or pagerduty.");
    }
}
