//! Forms of the catalogue: what they are filled with, and what became of what was typed into them.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::catalogue::entry::EditPart;
use domain::rejection::Issue;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// What every form of the catalogue is filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueForms {
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The hash of the catalogue in force, as a file; a proposal names it as what it was made from.
    pub base: String,
    /// Today in the organisation's zone.
    pub today: Date,
    /// What changed in budgets, rates and usage, newest first.
    pub history: Vec<RowChange>,
}

/// A row of the catalogue that somebody changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChange {
    /// The proposal it came with.
    pub proposal: i64,
    /// When it came into force.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// `budget`, `rate` or `usage`.
    pub part: String,
    /// Which one, such as `telemed 2026-11`.
    pub name: String,
    /// What it was; nothing where it is new.
    pub before: Option<String>,
    /// What it is; nothing where it was taken away.
    pub after: Option<String>,
}

/// Which cost a proposal is compared by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compared {
    /// Direct cost, because nothing else moves.
    #[default]
    Direct,
    /// Direct cost and shares of pools, because only the way of splitting changes.
    WithShares,
    /// Direct cost, although the way of splitting changes, too.
    WithoutShares,
}

/// What was put into the form that a proposal was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditShown {
    /// Which form.
    pub part: EditPart,
    /// The text of rows.
    pub text: String,
    /// The fields of an entry.
    pub typed: Vec<(String, String)>,
    /// How many rows were taken, and how many were not.
    pub rows: (u64, u64),
    /// Remarks on the rows, with line and column.
    pub issues: Vec<Issue>,
}

/// An amount as a cell of a form shows it, which reads back as the same: `1,200,000`, `0.5`.
#[must_use]
pub fn cell_text(value: Decimal) -> String {
    let plain = value.normalize().to_string();
    let (whole, rest) =
        plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match rest {
        Some(rest) => format!("{text}.{rest}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::cell_text;

    #[test]
    fn cells_group_thousands() {
        for (value, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1200000.50", "1,200,000.5"),
            ("0.000001", "0.000001"),
        ] {
            assert_eq!(cell_text(value.parse().unwrap()), expected);
        }
    }
}
