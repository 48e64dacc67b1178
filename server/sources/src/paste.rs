//! Tables that people paste from a spreadsheet or save as CSV: tabs or commas, with names of columns on the
//! first line or without, one value a row or a row of months.

use crate::input::{ROWS_LIMIT, ReadError, checked, text};
use crate::lint::{Remarks, at, on_line, shown};
use crate::nearest::nearest;
use crate::table::{Record, Refused, Row, records, trimmed};
use crate::typed::{month, plain};
use domain::catalogue::Catalogue;
use domain::product::Slug;

/// How many remarks one text may cause; what is pasted is kept, and so are they.
const REMARKS_LIMIT: usize = 1_000;

/// What a table holds.
pub(crate) struct Shape {
    /// The columns in the order of a table whose first line does not name them, and what else they are called.
    pub(crate) columns: &'static [(&'static str, &'static [&'static str])],
    /// How many of them, from the first on, every row needs.
    pub(crate) required: usize,
    /// The column whose values stand below months in a wide table, if there are wide ones.
    pub(crate) wide: Option<&'static str>,
}

impl Shape {
    /// The column of a name.
    fn column(&self, name: &str) -> Option<&'static str> {
        let name = plain(name).to_lowercase();
        let is_called = |(column, others): &&(&'static str, &'static [&'static str])| {
            *column == name || others.contains(&name.as_str())
        };
        self.columns.iter().find(is_called).map(|(column, _)| *column)
    }

    fn required(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().take(self.required).map(|(column, _)| *column)
    }
}

/// What the cells of a row mean.
enum Head {
    /// Each is of one column; cells without one are passed over.
    Long(Vec<Option<&'static str>>),
    /// Some are of a column, the others of a month.
    Wide(Vec<Option<&'static str>>, Vec<Option<String>>),
}

/// Reads a pasted or uploaded table and hands each row to `visit`, a wide row once a month that has a value.
pub(crate) fn rows(
    bytes: &[u8],
    shape: &Shape,
    remarks: &mut Remarks,
    mut visit: impl FnMut(&Row, &mut Remarks),
) -> Result<(), ReadError> {
    let bytes = checked(bytes, &remarks.file, ROWS_LIMIT)?;
    let source = text(bytes, &remarks.file, 1)?;
    let delimiter = if source.contains('\t') { b'\t' } else { b',' };
    let mut all = records(source.as_bytes(), delimiter).peekable();
    let Some(first) = all.peek() else { return Err(ReadError::Empty { file: remarks.file.clone() }) };
    let (head, is_named) = head(first, shape, remarks)?;
    for record in all.skip(usize::from(is_named)) {
        if remarks.issues.len() >= REMARKS_LIMIT {
            let mend =
                "Mend the first ones, or check that the columns are the right ones, and send it again.";
            remarks.rejected(on_line(record.line), "row/too-many", "Rows from here on were not read.", mend);
            return Ok(());
        }
        if record.is_open {
            let what = "A quotation mark is opened and never closed.";
            let mend = "Close it, or double it inside a quoted cell.";
            remarks.rejected(on_line(record.line), "row/quote", what, mend);
            continue;
        }
        let cells: Vec<String> = record.fields.iter().map(|field| trimmed(field).into_owned()).collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &head {
            Head::Long(columns) => long(&record, columns, cells, remarks, &mut visit),
            Head::Wide(columns, months) => {
                wide(&record, (columns, months, shape), &cells, remarks, &mut visit)
            }
        }
    }
    Ok(())
}

/// What the first line says, and whether it names columns at all.
fn head(first: &Record, shape: &Shape, remarks: &mut Remarks) -> Result<(Head, bool), ReadError> {
    let names: Vec<String> = first.fields.iter().map(|field| trimmed(field).into_owned()).collect();
    let columns: Vec<Option<&'static str>> = names.iter().map(|name| shape.column(name)).collect();
    let months: Vec<Option<String>> =
        names.iter().map(|name| month(name).ok().map(|month| month.to_string())).collect();
    if columns.iter().all(Option::is_none) {
        let is_wide = shape.wide.is_some()
            && months.len() > 1
            && names.first().is_some_and(|name| name.trim().is_empty())
            && months[1..].iter().all(Option::is_some);
        if is_wide {
            let columns = std::iter::once(shape.required().next()).chain(months[1..].iter().map(|_| None));
            return Ok((Head::Wide(columns.collect(), months), true));
        }
        return Ok((Head::Long(shape.columns.iter().map(|(column, _)| Some(*column)).collect()), false));
    }
    for (index, column) in columns.iter().enumerate() {
        if let Some(column) = column
            && columns[..index].contains(&Some(column))
        {
            return Err(ReadError::RepeatedColumn {
                file: remarks.file.clone(),
                column: (*column).to_owned(),
            });
        }
    }
    let is_wide = shape.wide.is_some_and(|cell| !columns.contains(&Some(cell)))
        && months.iter().any(Option::is_some)
        && !columns.contains(&Some("month"));
    let is_given = |column: &&str| {
        columns.contains(&Some(column)) || (is_wide && (*column == "month" || shape.wide == Some(column)))
    };
    let missing: Vec<&str> = shape.required().filter(|column| !is_given(column)).collect();
    if !missing.is_empty() {
        let found: String = names.join(", ").chars().take(200).filter(|c| !c.is_control()).collect();
        return Err(ReadError::MissingColumns {
            file: remarks.file.clone(),
            missing: missing.join(", "),
            found,
        });
    }
    for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if columns[index].is_none() && !(is_wide && months[index].is_some()) {
            let known: Vec<&str> = shape.columns.iter().map(|(column, _)| *column).collect();
            let what = format!("The column {} is not known and not read.", shown(name));
            let mend = nearest(name, known.iter().copied()).map_or_else(
                || format!("Known columns: {}.", known.join(", ")),
                |near| format!("Did you mean {near}?"),
            );
            remarks.warning(at(first.line, name.clone()), "row/unknown-column", what, mend);
        }
    }
    Ok((if is_wide { Head::Wide(columns, months) } else { Head::Long(columns) }, true))
}

fn long(
    record: &Record,
    columns: &[Option<&'static str>],
    cells: Vec<String>,
    remarks: &mut Remarks,
    visit: &mut impl FnMut(&Row, &mut Remarks),
) {
    if cells.len() > columns.len() && cells[columns.len()..].iter().any(|cell| !cell.is_empty()) {
        let what = format!("The row has {} cells, {} at most are read.", cells.len(), columns.len());
        let mend =
            "Quote cells that hold a comma, such as \"1,200,000\", or paste from the spreadsheet itself.";
        remarks.rejected(on_line(record.line), "row/cells", what, mend);
        return;
    }
    let named = columns.iter().zip(cells).filter_map(|(column, cell)| Some(((*column)?, cell)));
    visit(&Row::of(record.line, named), remarks);
}

/// One row for each month that has a value; remarks on the value name the month's column.
fn wide(
    record: &Record,
    (columns, months, shape): (&[Option<&'static str>], &[Option<String>], &Shape),
    cells: &[String],
    remarks: &mut Remarks,
    visit: &mut impl FnMut(&Row, &mut Remarks),
) {
    let fixed: Vec<(&'static str, String)> =
        columns.iter().zip(cells).filter_map(|(column, cell)| Some(((*column)?, cell.clone()))).collect();
    let value = shape.wide.unwrap_or_default();
    for ((month, cell), _) in months.iter().zip(cells).zip(columns).filter(|(_, column)| column.is_none()) {
        let Some(month) = month.as_ref().filter(|_| !cell.is_empty()) else { continue };
        let before = remarks.issues.len();
        let more = [("month", month.clone()), (value, cell.clone())];
        visit(&Row::of(record.line, fixed.iter().cloned().chain(more)), remarks);
        for issue in remarks.issues[before..].iter_mut() {
            if issue.column.as_deref() == Some(value) {
                issue.column = Some(month.clone());
            }
        }
        // What is wrong with the row as a whole is said once, not for every month.
        remarks.issues.dedup();
    }
}

/// The product that a cell names by its short name or by its name in either language.
pub(crate) fn product(row: &Row, catalogue: &Catalogue, remarks: &mut Remarks) -> Result<Slug, Refused> {
    let typed = row.required("product", remarks)?;
    let wanted = plain(typed).to_lowercase();
    let is_named = |name: &str| plain(name).to_lowercase() == wanted;
    let found: Vec<&Slug> = catalogue
        .products
        .iter()
        .filter(|one| is_named(one.slug.as_str()) || is_named(&one.name.ja) || is_named(&one.name.en))
        .map(|one| &one.slug)
        .collect();
    let slug = catalogue.products.iter().map(|one| &one.slug).find(|slug| slug.as_str() == wanted);
    match (slug, found.as_slice()) {
        (Some(slug), _) => Ok(slug.clone()),
        (None, [slug]) => Ok((*slug).clone()),
        (None, found) => {
            let known = catalogue.products.iter().map(|one| one.slug.as_str());
            let what = if found.is_empty() {
                format!("The product {} is not declared.", shown(typed))
            } else {
                format!("{} is the name of several products.", shown(typed))
            };
            let mend = nearest(&wanted, known).map_or_else(
                || "Write the short name of a product, or add the product first.".to_owned(),
                |near| format!("Did you mean {near}?"),
            );
            remarks.rejected(row.place("product"), "row/unknown-product", what, mend);
            Err(Refused)
        }
    }
}

/// Whether a cell says that the value is to be taken away.
pub(crate) fn is_removal(text: &str) -> bool {
    plain(text) == "-"
}
