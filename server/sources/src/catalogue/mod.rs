//! The catalogue file: what people declare, in TOML that they can read and edit.
//!
//! ```toml
//! [organization]
//! name = { ja = "オンライン健康", en = "Online Health" }
//! time_zone = "Asia/Tokyo"
//! language = "ja"
//! reporting_currency = "JPY"
//! rate_policy = "previous-month-end"
//! cost_lag_days = 2
//! fiscal_year_starts = 4
//! [organization.thresholds]            # percent, but for the hours
//! change_share = 5
//! stale_after_hours = 48
//!
//! [[product]]
//! slug = "telemed"
//! name = { ja = "オンライン診療", en = "Telemedicine" }
//! tier = 1
//! links = { runbook = "https://wiki.example/telemed" }
//!
//! [[account]]
//! id = "123456789012"
//! product = "telemed"
//! environment = "production"
//!
//! [[rule]]
//! name = "search cluster"
//! account = ["210987654321"]
//! tag.team = ["search", "search-*"]
//! product = "telemed"                  # or shared = "platform"
//! valid_from = 2026-04-01
//!
//! [[pool]]
//! name = "platform"                    # what rules write as shared = "platform"
//! method = "proportional"              # even, fixed, proportional or usage
//!
//! [[policy]]                           # what the product does with what is left of its error budgets
//! product = "telemed"
//! text = "Over the budget we fix what spent it."
//! steps = [{ left = 25, action = "ship" }, { left = 0, action = "care" }, { action = "halt" }]
//! objectives = ["telemed-availability"] # these decide; the worst of all without
//! approvers = ["Sato"]
//! approved_on = 2026-10-01
//! revisit_on = 2027-04-01
//!
//! [[maintenance]]                      # does not count; times of the organisation's clock
//! name = "weekly restart"
//! product = "telemed"                  # or objective = "telemed-availability"
//! start = 2026-11-01T02:00:00
//! end = 2026-11-01T04:00:00
//! repeat = "FREQ=WEEKLY;BYDAY=SU"
//!
//! [[budget]]
//! product = "telemed"
//! month = "2026-11"
//! amount = "12000000"
//! currency = "JPY"
//!
//! [[rate]]
//! from = "USD"
//! to = "JPY"
//! month = "2026-11"
//! policy = "previous-month-end"
//! rate = "154.25"
//! date = 2026-10-30
//! source = "MUFG TTM"
//!
//! [[commitment]]
//! name = "Compute Savings Plan"
//! kind = "savings-plan"                # or reservation, credit
//! ends_on = 2027-03-31
//! ```
//!
//! Amounts and rates are exact: strings, integers, or floats taken by their source text.

mod checklists;
mod document;
mod parts;
mod policies;
mod pools;
mod postmortem;
mod read;
mod render;
mod sections;
mod validity;

use domain::catalogue::Catalogue;
use domain::rejection::Issue;
use jiff::civil::Date;
use toml::de::DeTable;

use crate::input::{DOCUMENT_LIMIT, Lines, checked, text};
use crate::lint::{Place, Remarks, on_line};

pub use render::render;
pub use sections::{Sections, Typed};

/// Reads a catalogue; it goes in whole or not at all.
///
/// # Errors
/// Every issue of the file, with line and path: TOML that does not parse, unknown keys (the nearest
/// known one is named), values out of range, names used twice, products that are not declared.
pub fn parse(bytes: impl AsRef<[u8]>, file: &str) -> Result<Catalogue, Vec<Issue>> {
    let mut remarks = Remarks::new(file);
    let opened = checked(bytes.as_ref(), file, DOCUMENT_LIMIT).and_then(|bytes| text(bytes, file, 1));
    let source = match opened {
        Ok(source) => source,
        Err(error) => {
            let mend = "Save the catalogue as a text file in UTF-8.";
            remarks.rejected(Place::default(), "catalogue/file", error.to_string(), mend);
            return Err(remarks.into_issues());
        }
    };
    let lines = Lines::of(source);
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors.iter().take(100) {
        let place = error.span().map_or_else(Place::default, |span| on_line(lines.line(span.start)));
        let what = format!("This is no TOML: {}.", error.message());
        remarks.rejected(place, "catalogue/toml", what, "See toml.io for how values are written.");
    }
    if !errors.is_empty() {
        return Err(remarks.into_issues());
    }
    let mut document = document::Document { lines, remarks };
    let catalogue = read::catalogue(&mut document, table.get_ref());
    let issues = document.remarks.into_issues();
    if issues.is_empty() { Ok(catalogue) } else { Err(issues) }
}

/// Where a rule stands in a file; rules of one name are told apart by their first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// The rule's name.
    pub name: String,
    /// The first day of charge it applies to.
    pub valid_from: Option<Date>,
    /// The line, from 1.
    pub line: u64,
}

/// The lines of all rules of a file that can be read; none of one that cannot.
#[must_use]
pub fn rule_lines(file: &[u8]) -> Vec<RuleLine> {
    let Ok(source) = text(file, "", 1) else { return Vec::new() };
    let lines = Lines::of(source);
    let (table, _) = DeTable::parse_recoverable(source);
    let rules = table.get_ref().get("rule").and_then(|rules| rules.get_ref().as_array());
    let line = |rule: &toml::Spanned<toml::de::DeValue<'_>>| {
        let table = rule.get_ref().as_table()?;
        let name = table.get("name")?.get_ref().as_str()?.to_owned();
        let valid_from = validity::day(table, "valid_from");
        Some(RuleLine { name, valid_from, line: lines.line(rule.span().start) })
    };
    rules.into_iter().flat_map(|rules| rules.iter()).filter_map(line).collect()
}
