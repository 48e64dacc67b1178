//! How remarks are made, so that all of them read alike.

use domain::rejection::{Gravity, Issue};

/// Remarks on one file.
#[derive(Debug)]
pub(crate) struct Remarks {
    /// The file as the person named it.
    pub(crate) file: String,
    /// What was said so far.
    pub(crate) issues: Vec<Issue>,
}

/// Where a remark belongs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The line, from 1.
    pub(crate) line: Option<u64>,
    /// The column's name or the path inside the document.
    pub(crate) column: Option<String>,
}

/// A place on a line, without a column.
pub(crate) fn on_line(line: u64) -> Place {
    Place { line: Some(line), column: None }
}

/// A place in a named column or at a path.
pub(crate) fn at(line: u64, column: impl Into<String>) -> Place {
    Place { line: Some(line), column: Some(column.into()) }
}

impl Remarks {
    /// Starts with nothing said.
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), issues: Vec::new() }
    }

    /// The row or document stays out.
    pub(crate) fn rejected(
        &mut self,
        place: Place,
        rule: &'static str,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.push(place, rule, what.into(), mend.into(), Gravity::Rejected);
    }

    /// The row or document goes in; a person should look.
    pub(crate) fn warning(
        &mut self,
        place: Place,
        rule: &'static str,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.push(place, rule, what.into(), mend.into(), Gravity::Warning);
    }

    fn push(&mut self, place: Place, rule: &'static str, what: String, mend: String, gravity: Gravity) {
        let Place { line, column } = place;
        self.issues.push(Issue { file: self.file.clone(), line, column, rule, what, mend, gravity });
    }

    /// Everything said, in the order of lines.
    pub(crate) fn into_issues(mut self) -> Vec<Issue> {
        self.issues.sort_by_key(|issue| issue.line);
        self.issues
    }
}

/// A value as it may be printed in a remark: short, on one line.
pub(crate) fn shown(value: &str) -> String {
    let flat: String = value.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().count() > 60 { format!("\"{flat}…\"") } else { format!("\"{flat}\"") }
}
