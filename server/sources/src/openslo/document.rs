//! One document: its version, its kind, its rules.

use super::check::{Check, Fields, Grade};
use super::common::{Metadata, description, metadata};
use super::indicator::{self, Indicator};
use super::slo::{self, Draft};
use super::terms::{self, Alert};
use super::{Kind, Reference, alert};
use crate::lint::shown;
use crate::nearest::nearest;
use crate::yaml::{Node, Value};

/// The version that is read.
const VERSION: &str = "openslo/v1";

/// What a document holds, once read.
#[derive(Debug)]
pub(super) enum Content {
    Slo(Box<Draft>),
    Sli(Box<Indicator>),
    /// A data source and its type.
    DataSource(String),
    Other,
}

/// A document with everything found in it.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) line: u64,
    pub(super) kind: Option<Kind>,
    pub(super) metadata: Metadata,
    /// `None` when the document cannot be understood.
    pub(super) content: Option<Content>,
    pub(super) references: Vec<Reference>,
    /// Alerts that an SLO, a policy or a condition names or defines.
    pub(super) alerts: Vec<Alert>,
    pub(super) check: Check,
}

/// Reads one document; `path` is its place in a top-level list, else empty.
pub(super) fn read(node: &Node, path: &str) -> Read {
    let mut check = Check::default();
    let mut read = Read {
        line: node.line,
        kind: None,
        metadata: Metadata::default(),
        content: None,
        references: Vec::new(),
        alerts: Vec::new(),
        check: Check::default(),
    };
    no_control(&mut check, node, path);
    if let Some(fields) = check.fields(node, path)
        && supported(&mut check, &fields)
    {
        check.only(&fields, &["apiVersion", "kind", "metadata", "spec"]);
        read.kind = kind(&mut check, &fields);
        if let Some(kind) = read.kind {
            read.metadata = metadata(&mut check, &fields);
            read.content = content(&mut check, &fields, kind, &mut read.references);
            let spec = Check::default().table(&fields, "spec");
            read.alerts = spec.map_or_else(Vec::new, |spec| terms::alerts(kind, &spec));
        }
    }
    if check.has(Grade::Senseless) {
        read.content = None;
    }
    read.check = check;
    read
}

/// Refuses a document with NUL characters in its texts, which YAML can write and no database keeps.
fn no_control(check: &mut Check, node: &Node, path: &str) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let is_odd = match &node.value {
            Value::Scalar { text, .. } => text.contains('\0'),
            Value::List(entries) => {
                open.extend(entries);
                false
            }
            Value::Map(entries) => {
                open.extend(entries.iter().map(|(_, value)| value));
                entries.iter().any(|(key, _)| key.name.contains('\0'))
            }
        };
        if is_odd {
            let what = "A text holds a NUL character.";
            check.note(Grade::Senseless, (node.line, path.to_owned()), "openslo/nul", what, "Take it out.");
            return;
        }
    }
}

/// Whether the version is the one that is read; a version that is not is all there is to say.
fn supported(check: &mut Check, fields: &Fields) -> bool {
    let version = check.text(fields, "apiVersion").map(str::to_owned);
    match version.as_deref() {
        Some(VERSION) => true,
        Some(other) => {
            let what = format!("The version {} is not supported; {VERSION} is.", shown(other));
            let mend = format!("Convert the document to {VERSION}.");
            check.note(Grade::Senseless, fields.place("apiVersion"), "openslo/api-version", what, mend);
            false
        }
        None => {
            let what = format!("The document names no version; {VERSION} is supported.");
            let mend = format!("Add apiVersion: {VERSION}.");
            check.note(Grade::Senseless, fields.place("apiVersion"), "openslo/api-version", what, mend);
            false
        }
    }
}

fn kind(check: &mut Check, fields: &Fields) -> Option<Kind> {
    let Some(word) = check.text(fields, "kind") else {
        check.missing(Grade::Senseless, fields, "kind", "Write the kind, such as SLO.");
        return None;
    };
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
    if kind.is_none() {
        let words = Kind::ALL.map(Kind::as_str);
        let mend = nearest(word, words)
            .map_or_else(|| format!("Write {}.", words.join(", ")), |near| format!("Did you mean {near}?"));
        let what = format!("The kind {} is not known.", shown(word));
        check.note(Grade::Senseless, fields.place("kind"), "openslo/kind", what, mend);
    }
    kind
}

fn content(
    check: &mut Check,
    fields: &Fields,
    kind: Kind,
    references: &mut Vec<Reference>,
) -> Option<Content> {
    if kind == Kind::Sli {
        let Some(indicator) = indicator::spec(check, fields) else { return Some(Content::Other) };
        references.extend(indicator.sources.iter().map(|(line, path, name)| Reference {
            place: (*line, path.clone()),
            kind: Kind::DataSource,
            name: name.clone(),
        }));
        return Some(Content::Sli(Box::new(indicator)));
    }
    let Some(spec) = check.table(fields, "spec") else {
        if kind == Kind::Service || fields.has("spec") {
            return Some(Content::Other);
        }
        let grade = if kind == Kind::Slo { Grade::Senseless } else { Grade::Breach };
        check.missing(grade, fields, "spec", "Add the spec.");
        return Some(Content::Other);
    };
    match kind {
        Kind::Slo => return slo::spec(check, &spec, references).map(|draft| Content::Slo(Box::new(draft))),
        Kind::Service => {
            check.only(&spec, &["description"]);
            description(check, &spec);
        }
        Kind::DataSource => return Some(Content::DataSource(data_source(check, &spec))),
        Kind::AlertPolicy => alert::policy(check, &spec, references),
        Kind::AlertCondition => alert::condition(check, &spec),
        Kind::AlertNotificationTarget => alert::target(check, &spec),
        Kind::Sli => {}
    }
    Some(Content::Other)
}

/// The type of a data source, empty where it has none.
fn data_source(check: &mut Check, spec: &Fields) -> String {
    check.only(spec, &["description", "type", "connectionDetails"]);
    description(check, spec);
    let kind = check.text(spec, "type").unwrap_or_default().to_owned();
    if kind.is_empty() {
        check.missing(Grade::Breach, spec, "type", "Write it, such as Prometheus.");
    }
    if !spec.has("connectionDetails") {
        check.missing(Grade::Breach, spec, "connectionDetails", "Add them.");
    }
    kind
}
