//! Remarks on rows: the first of every rule are kept, all of them are counted.

use std::collections::BTreeMap;

use domain::rejection::{Gravity, Issue};

/// How many issues of one rule are kept; further ones are only counted.
pub const KEPT_PER_RULE: usize = 1_000;

/// Every rule that rows and files are held against.
const RULES: [&str; 22] = [
    "cost/billing-period",
    "cost/charge-category",
    "cost/charge-period",
    "cost/columns",
    "cost/currency",
    "cost/effective-unknown",
    "cost/encoding",
    "cost/missing-column",
    "cost/missing-value",
    "cost/naive-time",
    "cost/not-a-number",
    "cost/not-a-time",
    "cost/resource",
    "cost/rounded",
    "cost/rounded-sum",
    "cost/tags",
    "cost/too-large",
    "cost/too-long",
    "cost/too-many-days",
    "cost/too-many-digits",
    "cost/too-many-services",
    "cost/unknown-currency",
];

/// The rule of a stored name; `None` where no reader knows it any more.
#[must_use]
pub fn rule_of(name: &str) -> Option<&'static str> {
    RULES.into_iter().find(|rule| *rule == name)
}

/// How many characters of a found value an issue quotes.
const QUOTED: usize = 60;

/// Where in a file a remark belongs; `row` counts data rows from 1.
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: Option<u64>,
    pub(super) row: u64,
}

/// What is said about a place.
pub(super) struct Remark {
    pub(super) rule: &'static str,
    pub(super) what: String,
    pub(super) mend: &'static str,
}

/// How often a rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueCount {
    /// The rule, such as `cost/not-a-number`.
    pub rule: &'static str,
    /// How many issues it gave rise to, kept or not.
    pub count: u64,
}

#[derive(Default)]
pub(super) struct IssueLog {
    kept: Vec<Issue>,
    counts: BTreeMap<&'static str, u64>,
}

impl IssueLog {
    pub(super) fn warn(&mut self, place: &Place<'_>, column: Option<&str>, remark: Remark) {
        self.add(place, column, remark, Gravity::Warning);
    }

    pub(super) fn reject(&mut self, place: &Place<'_>, column: Option<&str>, remark: Remark) {
        self.add(place, column, remark, Gravity::Rejected);
    }

    fn add(&mut self, place: &Place<'_>, column: Option<&str>, remark: Remark, gravity: Gravity) {
        debug_assert!(RULES.contains(&remark.rule), "{} is no known rule", remark.rule);
        let count = self.counts.entry(remark.rule).or_default();
        *count += 1;
        if *count > KEPT_PER_RULE as u64 {
            return;
        }
        // Files without lines (Parquet) are pointed into by the number of the row.
        let what = match (place.line, place.row) {
            (None, row) if row > 0 => format!("Row {row}: {}", remark.what),
            _ => remark.what,
        };
        self.kept.push(Issue {
            file: place.file.to_owned(),
            line: place.line,
            column: column.map(str::to_owned),
            rule: remark.rule,
            what,
            mend: remark.mend.to_owned(),
            gravity,
        });
    }

    pub(super) fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    pub(super) fn into_parts(self) -> (Vec<Issue>, Vec<IssueCount>) {
        let counts = self.counts.into_iter().map(|(rule, count)| IssueCount { rule, count }).collect();
        (self.kept, counts)
    }
}

/// A found value as an issue shows it: short, on one line, without control characters.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(QUOTED * 4)];
    let text = String::from_utf8_lossy(head);
    let shown: String =
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(QUOTED).collect();
    let rest = if bytes.len() > shown.len() { "…" } else { "" };
    format!("“{shown}{rest}”")
}
