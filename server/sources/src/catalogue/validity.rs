//! Names that may come several times, each time for other days: rules and pools.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Section};
use crate::lint::shown;

/// One use of a name: from which day, up to which (exclusive), on which line.
struct Use {
    from: Option<Date>,
    to: Option<Date>,
    line: u64,
}

/// Refuses a name that two tables of a list use for the same days, and cites the lines of both.
pub(super) fn only_one_at_a_time(document: &mut Document, root: &Section, list: &'static str) {
    let mut known: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    // What is no table was remarked upon when the list was read.
    let Some(DeValue::Array(array)) = root.value(list).map(|value| value.get_ref()) else { return };
    for (index, element) in array.iter().enumerate() {
        let DeValue::Table(table) = element.get_ref() else { continue };
        let section = Section { table, path: format!("{list}[{index}]"), start: element.span().start };
        let Some(name) = section.value("name").and_then(|name| name.get_ref().as_str()) else { continue };
        let line = document.lines.line(section.start);
        let (from, to) = (day(section.table, "valid_from"), day(section.table, "valid_to"));
        let uses = known.entry(name.to_owned()).or_default();
        let earlier =
            uses.iter().find(|earlier| begins_before(from, earlier.to) && begins_before(earlier.from, to));
        if let Some(earlier) = earlier {
            let what = format!(
                "The {list} {} of line {line} is already on line {}, and both are valid {}.",
                shown(name),
                earlier.line,
                common(from.max(earlier.from), [to, earlier.to].into_iter().flatten().min()),
            );
            let mend = "End the earlier one with valid_to on the day that this one begins with valid_from, or rename \
                        one of them.";
            document.reject(&section, "name", "catalogue/repeated", what, mend);
        }
        uses.push(Use { from, to, line });
    }
}

/// Whether days that begin with `from` begin before others are over.
fn begins_before(from: Option<Date>, to: Option<Date>) -> bool {
    from.zip(to).is_none_or(|(from, to)| from < to)
}

/// The days that two uses share, in words.
fn common(from: Option<Date>, to: Option<Date>) -> String {
    match (from, to) {
        (None, None) => "on every day".to_owned(),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(to)) => format!("before {to}"),
        (Some(from), Some(to)) => format!("from {from} until before {to}"),
    }
}

/// A day of a table, where it is a good one; a bad one is remarked upon by whoever reads the table.
pub(super) fn day(table: &DeTable, key: &str) -> Option<Date> {
    match table.get(key)?.get_ref() {
        DeValue::Datetime(date) => date.to_string().parse().ok(),
        DeValue::String(text) => text.parse().ok(),
        _ => None,
    }
}
