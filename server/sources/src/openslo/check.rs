//! Reading fields of a document and noting what breaks a rule.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::field::decimal;
use crate::lint::shown;
use crate::nearest::nearest;
use crate::yaml::{Node, Value};

/// How many unknown fields of one table are named.
const NAMED_LIMIT: usize = 20;

/// A name as it may stand in a path.
fn shortened(name: &str) -> String {
    name.chars().take(80).collect()
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// Breaks no rule but looks like a slip: a warning always.
    Doubt,
    /// Breaks a rule of OpenSLO v1 and can be understood: a warning, in strict mode a rejection.
    Breach,
    /// Cannot be understood: a rejection always.
    Senseless,
}

/// One thing found in a document.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) line: u64,
    pub(super) path: String,
    pub(super) rule: &'static str,
    pub(super) what: String,
    pub(super) mend: String,
    pub(super) grade: Grade,
}

/// What was found in one document so far.
#[derive(Debug, Default)]
pub(super) struct Check {
    pub(super) findings: Vec<Finding>,
}

/// A table of the document and its path.
#[derive(Clone, Debug)]
pub(super) struct Fields<'n> {
    pub(super) line: u64,
    pub(super) path: String,
    pub(super) entries: &'n [(crate::yaml::Key, Node)],
}

impl Check {
    /// Notes a finding.
    pub(super) fn note(
        &mut self,
        grade: Grade,
        place: (u64, String),
        rule: &'static str,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let (line, path) = place;
        self.findings.push(Finding { line, path, rule, what: what.into(), mend: mend.into(), grade });
    }

    /// Whether anything of at least a grade was found.
    pub(super) fn has(&self, grade: Grade) -> bool {
        self.findings.iter().any(|finding| finding.grade == grade)
    }

    /// A node as a table; anything else breaks the type.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, path: &str) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
            let what =
                format!("{} is no table of fields.", if path.is_empty() { "The document" } else { path });
            self.note(Grade::Senseless, (node.line, path.to_owned()), "openslo/type", what, "Write fields.");
            return None;
        };
        let fields = Fields { line: node.line, path: path.to_owned(), entries };
        let mut seen = BTreeSet::new();
        if let Some((key, _)) = entries.iter().find(|(key, _)| !seen.insert(key.name.as_str())) {
            let what = format!("The field {} comes twice.", shown(&key.name));
            let place = (key.line, fields.key(&key.name));
            self.note(Grade::Senseless, place, "openslo/repeated-field", what, "Remove one of the two.");
        }
        Some(fields)
    }

    /// Notes the fields that are not known; after a handful it only says how many more there are.
    pub(super) fn only(&mut self, fields: &Fields, known: &[&str]) {
        let rule = "openslo/unknown-field";
        let strangers: Vec<&crate::yaml::Key> = fields
            .entries
            .iter()
            .map(|(key, _)| key)
            .filter(|key| !known.contains(&key.name.as_str()))
            .collect();
        let (told, more) = strangers.split_at(strangers.len().min(NAMED_LIMIT));
        for key in told {
            let mend = nearest(&key.name, known.iter().copied()).map_or_else(
                || format!("Known here: {}.", known.join(", ")),
                |near| format!("Did you mean {near}?"),
            );
            let what = format!("The field {} is not known here.", shown(&key.name));
            let place = (key.line, fields.key(&shortened(&key.name)));
            self.note(Grade::Breach, place, rule, what, mend);
        }
        if let Some(key) = more.first() {
            let what = format!("{} more fields are not known here.", more.len());
            let place = (key.line, fields.path.clone());
            self.note(Grade::Breach, place, rule, what, "Remove them.");
        }
    }

    /// Notes that a field is needed; how grave that is depends on what can be done without it.
    pub(super) fn missing(&mut self, grade: Grade, fields: &Fields, key: &str, mend: &str) {
        let what = format!("{} is missing.", fields.key(key));
        self.note(grade, fields.place(key), "openslo/missing-field", what, mend);
    }

    /// A sub-table.
    pub(super) fn table<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<Fields<'n>> {
        let node = fields.get(key)?;
        self.fields(node, &fields.key(key))
    }

    /// The elements of a list with their paths; anything else breaks the type.
    pub(super) fn list<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<Vec<(&'n Node, String)>> {
        let node = fields.get(key)?;
        let Value::List(nodes) = &node.value else {
            let what = format!("{} is no list.", fields.key(key));
            self.note(
                Grade::Breach,
                fields.place(key),
                "openslo/type",
                what,
                "Write each entry after a dash.",
            );
            return Some(vec![(node, fields.key(key))]);
        };
        let path = fields.key(key);
        Some(nodes.iter().enumerate().map(|(index, node)| (node, format!("{path}[{index}]"))).collect())
    }

    /// A text; a number or a flag without quotes is taken as text but breaks the type.
    pub(super) fn text<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n str> {
        let node = fields.get(key)?;
        let Value::Scalar { text, plain } = &node.value else {
            let what = format!("{} is no text.", fields.key(key));
            self.note(Grade::Breach, fields.place(key), "openslo/type", what, "Write a text.");
            return None;
        };
        if *plain && (decimal(text).is_ok() || matches!(text.as_str(), "true" | "false")) {
            let what = format!("{} is a number or a flag, not a text.", fields.key(key));
            self.note(Grade::Breach, fields.place(key), "openslo/type", what, "Put it in quotes.");
        }
        (!text.is_empty()).then_some(text.as_str())
    }

    /// An exact number; one in quotes is taken but breaks the type.
    pub(super) fn number(&mut self, fields: &Fields, key: &str) -> Option<Decimal> {
        let node = fields.get(key)?;
        let Value::Scalar { text, plain } = &node.value else {
            let what = format!("{} is no number.", fields.key(key));
            self.note(Grade::Senseless, fields.place(key), "openslo/type", what, "Write a number.");
            return None;
        };
        let Ok(number) = decimal(text) else {
            let what = format!("{} is {}, which is no number.", fields.key(key), shown(text));
            self.note(Grade::Senseless, fields.place(key), "openslo/type", what, "Write a number.");
            return None;
        };
        if !plain {
            let what = format!("{} is a text, not a number.", fields.key(key));
            self.note(Grade::Breach, fields.place(key), "openslo/type", what, "Remove the quotes.");
        }
        Some(number)
    }

    /// A flag; absent is `None`.
    pub(super) fn flag(&mut self, fields: &Fields, key: &str) -> Option<bool> {
        let node = fields.get(key)?;
        match &node.value {
            Value::Scalar { text, plain: true } if text == "true" => Some(true),
            Value::Scalar { text, plain: true } if text == "false" => Some(false),
            other => {
                let what = format!("{} is neither true nor false.", fields.key(key));
                self.note(Grade::Breach, fields.place(key), "openslo/type", what, "Write true or false.");
                match other {
                    Value::Scalar { text, .. } => crate::field::flag(text).ok(),
                    _ => None,
                }
            }
        }
    }
}

impl<'n> Fields<'n> {
    /// A field that is there and not null.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|(name, _)| name.name == key)
            .map(|(_, node)| node)
            .filter(|node| !node.is_null())
    }

    /// Whether a field is there and not null.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The path of a field.
    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The place of a field, or of its table where it is missing.
    pub(super) fn place(&self, key: &str) -> (u64, String) {
        let line = self.entries.iter().find(|(name, _)| name.name == key).map(|(key, _)| key.line);
        (line.unwrap_or(self.line), self.key(key))
    }
}
