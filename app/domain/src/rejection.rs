//! How input that was not taken, or taken with a doubt, is reported.

/// Whether the row was left out or only remarked upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// The row or document went in; a person should look.
    Warning,
    /// The row or document was left out; the rest went in.
    Rejected,
}

/// One remark on one place of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The file as the person named it, without its folder.
    pub file: String,
    /// The line, from 1, where the input has lines.
    pub line: Option<u64>,
    /// The column's name, or the path inside a document such as `spec.objectives[0].op`.
    pub column: Option<String>,
    /// A stable rule name such as `cost/naive-time`.
    pub rule: &'static str,
    /// What is wrong, in one English sentence for the command line.
    pub what: String,
    /// How to mend it, in one English sentence.
    pub mend: String,
    /// Whether the row went in.
    pub gravity: Gravity,
}
