//! How results and remarks are printed: results on the output, faults and progress on the error side.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use domain::rejection::{Gravity, Issue};
use serde_json::{Value, json};

/// How many remarks are printed in full; further ones are counted by rule.
const REMARKS_SHOWN: usize = 50;

/// Prints for people, or for programs.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Whether results are JSON.
    pub json: bool,
}

impl Output {
    /// Prints for people unless `json`.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a terminal watches, so that a bar makes sense.
    pub fn is_watched(self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    /// One line for people; programs get JSON instead.
    pub fn line(self, text: &str) {
        if !self.json {
            self.raw(&format!("{text}\n"));
        }
    }

    /// The result for programs.
    pub fn value(self, value: &Value) {
        if self.json {
            self.raw(&format!("{value}\n"));
        }
    }

    /// Text as it is. A closed pipe is nobody's fault.
    pub fn raw(self, text: &str) {
        let mut output = std::io::stdout().lock();
        _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    }

    /// What went wrong, on the error side; for programs on both.
    pub fn fault(self, text: &str) {
        self.value(&json!({ "error": text }));
        self.aside(&format!("teirei: {text}"));
    }

    /// A line on the error side.
    pub fn aside(self, text: &str) {
        _ = writeln!(std::io::stderr().lock(), "{}", printable(text));
    }

    /// Remarks as `file:line: column: what mend [rule]`, a count by rule after the first ones.
    pub fn remarks(self, issues: &[Issue], total: u64) {
        for issue in issues.iter().take(REMARKS_SHOWN) {
            self.aside(&remark_of(issue));
        }
        let hidden = total.saturating_sub(issues.len().min(REMARKS_SHOWN) as u64);
        if hidden > 0 {
            let mut rules: BTreeMap<&str, u64> = BTreeMap::new();
            for issue in issues.iter().skip(REMARKS_SHOWN) {
                *rules.entry(issue.rule).or_default() += 1;
            }
            let counts: Vec<String> = rules.iter().map(|(rule, count)| format!("{rule} × {count}")).collect();
            let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
            self.aside(&format!("… and {hidden} more remarks{counts}"));
        }
    }
}

/// An error and its causes on one line. Many a message tells its cause itself; it is not told again.
pub fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// Text from files without what could steer a terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter })
        .collect()
}

/// One remark on one line.
pub fn remark_of(issue: &Issue) -> String {
    let line = issue.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = issue.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
    let gravity = gravity_of(issue.gravity);
    format!("{}{line}: {gravity}: {column}{} {} [{}]", issue.file, issue.what, issue.mend, issue.rule)
}

/// One remark for programs.
pub fn remark_value(issue: &Issue) -> Value {
    json!({
        "file": issue.file,
        "line": issue.line,
        "column": issue.column,
        "rule": issue.rule,
        "what": issue.what,
        "mend": issue.mend,
        "gravity": gravity_of(issue.gravity),
    })
}

fn gravity_of(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Warning => "warning",
        Gravity::Rejected => "rejected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let system = || std::io::Error::from_raw_os_error(2);
        let file = crate::import::ImportError::File { file: "a.csv".to_owned(), source: system() };
        for (error, expected) in [
            (anyhow::Error::from(file), format!("a.csv cannot be read: {}", system())),
            (anyhow::Error::from(system()).context("cannot copy a"), format!("cannot copy a: {}", system())),
            (anyhow::anyhow!("alone"), "alone".to_owned()),
        ] {
            assert_eq!(causes(&error), expected);
        }
    }

    #[test]
    fn a_remark_says_where_what_and_how() {
        let issue = Issue {
            file: "bill.csv".to_owned(),
            line: Some(7),
            column: Some("BilledCost".to_owned()),
            rule: "cost/not-a-number",
            what: "“NaN” is no amount.".to_owned(),
            mend: "Write a number.".to_owned(),
            gravity: Gravity::Rejected,
        };
        let expected =
            "bill.csv:7: rejected: BilledCost: “NaN” is no amount. Write a number. [cost/not-a-number]";
        assert_eq!(remark_of(&issue), expected);
        assert_eq!(printable("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
