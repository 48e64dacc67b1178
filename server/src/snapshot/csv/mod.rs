//! The review as CSV for spreadsheets and scripts.
//!
//! One file holds all tables: its first column `table` names the table of a row, and a column that a
//! table does not have is empty. One table alone has its own columns only. Column names are English in
//! every language; amounts have six decimals and their currency beside them, shares are parts per
//! million, durations seconds, times RFC 3339 in UTC. UTF-8, line feeds, quotes as in RFC 4180.

mod actions;
mod answers;
mod due;
mod notes;
mod outlook;
mod product;
mod review;
mod shared;
mod shipping;
mod topics;

use domain::product_review::ProductReview;
use domain::review::WeeklyReview;

/// The tables of a review, in the order of the file.
pub const TABLES: [&str; 25] = [
    "review",
    "products",
    "sources",
    "rates",
    "actions",
    "notes",
    "topics",
    "decisions",
    "matrix",
    "questions",
    "cloud_anomalies",
    "cost",
    "cost_weeks",
    "cost_days",
    "movers",
    "pools",
    "reconciliation",
    "budgets",
    "incidents",
    "objectives",
    "objective_weeks",
    "verdicts",
    "demands",
    "reviews_due",
    "unmapped",
];

/// The tables of a product's page, in the order of the file.
pub const PRODUCT_TABLES: [&str; 21] = [
    "review",
    "products",
    "sources",
    "rates",
    "notes",
    "services",
    "environments",
    "pools",
    "month_days",
    "month_ends",
    "budgets",
    "pace",
    "unusual_days",
    "answers",
    "cloud_anomalies",
    "incidents",
    "deploys",
    "objectives",
    "objective_weeks",
    "verdicts",
    "demands",
];

/// Tables of verdicts, which were not always kept: of a document that was frozen before, they are left out of the one
/// file, so that its bytes stay. So are action items, notes,
/// topics, decisions and deploys where there are none.
const LATER: [&str; 2] = ["verdicts", "demands"];

/// All tables of a review in one file.
#[must_use]
pub fn render(review: &WeeklyReview) -> String {
    let has_verdicts = !review.verdicts.is_empty();
    let is_kept = |name: &&str| match *name {
        "actions" => !review.actions.is_empty(),
        "notes" => !review.notes.is_empty(),
        "topics" | "decisions" => !review.topics.is_empty(),
        name => has_verdicts || !LATER.contains(&name),
    };
    let names = TABLES.into_iter().filter(is_kept);
    together(&names.map(|name| review::table(review, name)).collect::<Vec<_>>())
}

/// One table of a review by its name in [`TABLES`]; `None` for another name.
#[must_use]
pub fn table(review: &WeeklyReview, name: &str) -> Option<String> {
    let known = TABLES.into_iter().find(|known| *known == name)?;
    Some(alone(&review::table(review, known)))
}

/// All tables of a product's page in one file.
#[must_use]
pub fn product_render(product: &ProductReview) -> String {
    let has_verdict = product.verdict.is_some();
    let is_kept = |name: &&str| match *name {
        "notes" => product.note.is_some(),
        "deploys" => !product.deploys.is_empty(),
        name => has_verdict || !LATER.contains(&name),
    };
    let names = PRODUCT_TABLES.into_iter().filter(is_kept);
    together(&names.map(|name| product::table(product, name)).collect::<Vec<_>>())
}

/// One table of a product's page by its name in [`PRODUCT_TABLES`]; `None` for another name.
#[must_use]
pub fn product_table(product: &ProductReview, name: &str) -> Option<String> {
    let known = PRODUCT_TABLES.into_iter().find(|known| *known == name)?;
    Some(alone(&product::table(product, known)))
}

/// A value in a table.
#[derive(Clone, Debug, Default)]
struct Cell(String);

impl Cell {
    /// A text that somebody wrote, so that it could be read as a formula.
    fn text(text: &str) -> Self {
        // Japanese spreadsheets take the full-width signs for formulas too.
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        Self(if formula { format!("'{text}") } else { text.to_owned() })
    }

    /// A text that may be missing.
    fn optional_text(text: Option<&str>) -> Self {
        text.map_or_else(Self::default, Self::text)
    }

    /// A number, day, time or word of ours; it may begin with a minus.
    fn plain(value: impl ToString) -> Self {
        Self(value.to_string())
    }

    /// One that may be missing.
    fn optional(value: Option<impl ToString>) -> Self {
        value.map_or_else(Self::default, Self::plain)
    }

    /// Micro-units with six decimals.
    fn amount(micros: i64) -> Self {
        Self::plain(domain::money::decimal_of_micros(micros))
    }
}

/// One table with a value for each of its columns in every row.
struct Table {
    name: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    fn new<const COLUMNS: usize>(
        name: &'static str,
        columns: [&'static str; COLUMNS],
        rows: impl IntoIterator<Item = [Cell; COLUMNS]>,
    ) -> Self {
        Self { name, columns: columns.to_vec(), rows: rows.into_iter().map(Vec::from).collect() }
    }
}

/// One table under its own columns.
fn alone(table: &Table) -> String {
    let mut text = String::new();
    line(&mut text, table.columns.iter().copied());
    for row in &table.rows {
        line(&mut text, row.iter().map(|cell| cell.0.as_str()));
    }
    text
}

/// All tables under the union of their columns.
fn together(tables: &[Table]) -> String {
    let mut columns = vec!["table"];
    for column in tables.iter().flat_map(|table| &table.columns) {
        if !columns.contains(column) {
            columns.push(column);
        }
    }
    let mut text = String::new();
    line(&mut text, columns.iter().copied());
    for table in tables {
        let places: Vec<Option<usize>> =
            columns.iter().map(|column| table.columns.iter().position(|own| own == column)).collect();
        for row in &table.rows {
            let cells = places.iter().skip(1).map(|place| place.map_or("", |place| row[place].0.as_str()));
            line(&mut text, std::iter::once(table.name).chain(cells));
        }
    }
    text
}

/// Writes one record; a field is quoted where RFC 4180 asks for it.
pub fn line<'a>(text: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (position, field) in fields.enumerate() {
        if position > 0 {
            text.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(field);
        }
    }
    text.push('\n');
}
