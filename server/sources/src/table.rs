//! Rows of CSV, of a JSON array and of JSON lines, one at a time and each with its line.
//!
//! The CSV reader is our own because a quote that is never closed must cost one row, not the rest of
//! the file, and because lines must be right with every kind of line end.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserializer as _;
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::field::Fault;
use crate::input::{ISSUES_LIMIT, ROWS_LIMIT, ReadError, checked, newlines, text};
use crate::lint::{Place, Remarks, at, on_line, shown};
use crate::nearest::nearest;

/// The longest row that is read, in bytes.
const ROW_LIMIT: usize = 1024 * 1024;

/// What the table must and may have.
pub(crate) struct Columns {
    /// Every row needs these; a CSV header without them is refused.
    pub(crate) required: &'static [&'static str],
    /// All known columns.
    pub(crate) known: &'static [&'static str],
    /// Whether unknown columns are kept by the caller; else they are remarked upon once.
    pub(crate) keeps_unknown: bool,
}

/// One cell.
#[derive(Clone, Debug)]
struct Cell<'a> {
    /// Its text; of a JSON string the content, of any other JSON value the source text.
    text: Cow<'a, str>,
    /// Its JSON source, where it came from JSON.
    json: Option<&'a str>,
}

/// One row: cells by the name of their column. Empty cells and JSON nulls are absent.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    /// The line it begins on.
    pub(crate) line: u64,
    cells: BTreeMap<Cow<'a, str>, Cell<'a>>,
}

/// A row was left out; why has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

impl<'a> Row<'a> {
    /// A row of cells that were taken apart elsewhere.
    pub(crate) fn of(line: u64, cells: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let filled = cells.into_iter().filter(|(_, text)| !text.is_empty());
        let cell = |text| Cell { text: Cow::Owned(text), json: None };
        Self { line, cells: filled.map(|(name, text)| (Cow::Borrowed(name), cell(text))).collect() }
    }
}

impl Row<'_> {
    /// The text of a cell that is not empty.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(|cell| cell.text.as_ref())
    }

    /// The place of one of its cells.
    pub(crate) fn place(&self, column: &str) -> Place {
        at(self.line, column)
    }

    /// A cell that has to be there.
    pub(crate) fn required<'r>(&'r self, column: &str, remarks: &mut Remarks) -> Result<&'r str, Refused> {
        self.get(column).ok_or_else(|| {
            let what = format!("The row has no {column}.");
            remarks.rejected(self.place(column), "row/missing-value", what, format!("Fill in {column}."));
            Refused
        })
    }

    /// A cell read by a function, `None` when empty; a fault refuses the row.
    pub(crate) fn read<T>(
        &self,
        column: &str,
        remarks: &mut Remarks,
        reader: impl Fn(&str) -> Result<T, Fault>,
    ) -> Result<Option<T>, Refused> {
        let Some(value) = self.get(column) else { return Ok(None) };
        reader(value).map(Some).map_err(|fault| {
            let what = format!("The column {column} holds {}: {}.", shown(value), fault.what);
            remarks.rejected(self.place(column), fault.rule, what, fault.mend);
            Refused
        })
    }

    /// A cell read by a function that has to be there.
    pub(crate) fn read_required<T>(
        &self,
        column: &str,
        remarks: &mut Remarks,
        reader: impl Fn(&str) -> Result<T, Fault>,
    ) -> Result<T, Refused> {
        self.required(column, remarks)?;
        self.read(column, remarks, reader)?.ok_or(Refused)
    }

    /// The cells of unknown columns as one JSON object, keys in order.
    pub(crate) fn unknown_as_json(&self, known: &[&str]) -> String {
        let members: Vec<String> = self
            .cells
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_ref()))
            .map(|(name, cell)| {
                let value = cell.json.map_or_else(|| json_text(&cell.text), str::to_owned);
                format!("{}:{value}", json_text(name))
            })
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A text as a JSON string.
fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads a file of rows in any of its forms and hands each good row to `visit`.
pub(crate) fn rows(
    bytes: &[u8],
    columns: &Columns,
    remarks: &mut Remarks,
    mut visit: impl FnMut(&Row, &mut Remarks),
) -> Result<(), ReadError> {
    let bytes = checked(bytes, &remarks.file, ROWS_LIMIT)?;
    let mut strangers = BTreeSet::new();
    let mut seen = |row: Option<Row>, remarks: &mut Remarks| {
        if let Some(row) = row {
            remark_strangers(&row, columns, &mut strangers, remarks);
            if only_plain_cells(&row, columns, remarks) {
                visit(&row, remarks);
            }
        }
        remarks.issues.len() <= ISSUES_LIMIT
    };
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => json_array(bytes, remarks, &mut seen)?,
        Some(b'{') => json_objects(bytes, remarks, &mut seen)?,
        _ => csv(bytes, columns, remarks, &mut seen)?,
    }
    if remarks.issues.len() <= ISSUES_LIMIT {
        return Ok(());
    }
    Err(too_many(remarks))
}

/// The error that stands for more issues than are kept.
fn too_many(remarks: &Remarks) -> ReadError {
    let first = remarks.issues.first();
    ReadError::TooManyIssues {
        file: remarks.file.clone(),
        limit: ISSUES_LIMIT,
        line: first.and_then(|issue| issue.line).unwrap_or(1),
        what: first.map(|issue| issue.what.clone()).unwrap_or_default(),
        mend: first.map(|issue| issue.mend.clone()).unwrap_or_default(),
    }
}

/// Says once per unknown column that it is not read, or which known one it looks like.
fn remark_strangers(row: &Row, columns: &Columns, seen: &mut BTreeSet<String>, remarks: &mut Remarks) {
    for name in row.cells.keys().filter(|name| !columns.known.contains(&name.as_ref())) {
        if seen.len() >= 1000 || !seen.insert(name.clone().into_owned()) {
            continue;
        }
        let near = nearest(name, columns.known.iter().copied());
        let mend = match near {
            Some(near) => format!("Did you mean {near}?"),
            None if columns.keeps_unknown => continue,
            None => format!("Known columns: {}.", columns.known.join(", ")),
        };
        let what = format!("The column {} is not known.", shown(name));
        remarks.warning(row.place(name), "row/unknown-column", what, mend);
    }
}

/// Refuses a row whose known columns hold a list or an object of JSON.
fn only_plain_cells(row: &Row, columns: &Columns, remarks: &mut Remarks) -> bool {
    let nested = |cell: &Cell| cell.json.is_some_and(|json| json.starts_with(['[', '{']));
    let bad = columns.known.iter().find(|name| row.cells.get(**name).is_some_and(nested));
    if let Some(name) = bad {
        let what = format!("The member {name} is a list or an object.");
        remarks.rejected(row.place(name), "row/nested", what, "Write a text, a number, true or false.");
    }
    bad.is_none()
}

/// Takes a row, or nothing where a row stayed out; false when there were too many issues to go on.
type Visit<'v> = &'v mut dyn FnMut(Option<Row>, &mut Remarks) -> bool;

fn csv(bytes: &[u8], columns: &Columns, remarks: &mut Remarks, visit: Visit) -> Result<(), ReadError> {
    let mut reader = records(bytes, b',');
    let Some(first) = reader.next() else { return Err(ReadError::Empty { file: remarks.file.clone() }) };
    let header = header(&first, columns, &remarks.file)?;
    for record in reader {
        let row = csv_row(&record, &header, remarks);
        if !visit(row, remarks) {
            break;
        }
    }
    Ok(())
}

/// The names of the columns, checked.
fn header<'a>(record: &Record<'a>, columns: &Columns, file: &str) -> Result<Vec<Cow<'a, str>>, ReadError> {
    text(record.source, file, record.line)?;
    let names: Vec<Cow<str>> = record.fields.iter().map(|field| trimmed(field)).collect();
    for (index, name) in names.iter().enumerate() {
        if !name.is_empty() && names[..index].contains(name) {
            return Err(ReadError::RepeatedColumn { file: file.to_owned(), column: name.to_string() });
        }
    }
    let missing: Vec<&str> =
        columns.required.iter().copied().filter(|wanted| !names.iter().any(|name| name == wanted)).collect();
    if missing.is_empty() {
        return Ok(names);
    }
    let found: String = names.join(", ").chars().take(200).filter(|c| !c.is_control()).collect();
    Err(ReadError::MissingColumns { file: file.to_owned(), missing: missing.join(", "), found })
}

/// The text of a cell without blanks around it.
pub(crate) fn trimmed<'a>(field: &Cow<'a, [u8]>) -> Cow<'a, str> {
    match field {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text.trim()),
            Err(_) => Cow::Owned(String::from_utf8_lossy(bytes).trim().to_owned()),
        },
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(bytes).trim().to_owned()),
    }
}

/// The cells of a record, or a remark on why it has none.
fn csv_row<'a>(record: &Record<'a>, header: &[Cow<'a, str>], remarks: &mut Remarks) -> Option<Row<'a>> {
    let place = on_line(record.line);
    if record.is_open {
        let what = "A quotation mark is opened and never closed.";
        remarks.rejected(place, "row/quote", what, "Close it, or double it inside a quoted cell.");
        return None;
    }
    if !source_is_good(record.source, place.clone(), remarks) {
        return None;
    }
    if record.fields.len() != header.len() {
        let what = format!("The row has {} cells, the header {}.", record.fields.len(), header.len());
        let mend = "Give every row the columns of the header, and quote cells that hold a comma.";
        remarks.rejected(place, "row/cells", what, mend);
        return None;
    }
    let cells = header
        .iter()
        .zip(&record.fields)
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, field)| (name.clone(), Cell { text: trimmed(field), json: None }))
        .filter(|(_, cell)| !cell.text.is_empty())
        .collect();
    Some(Row { line: record.line, cells })
}

/// Whether the bytes of a row are short enough, UTF-8 and without NUL; says so if not.
fn source_is_good(source: &[u8], place: Place, remarks: &mut Remarks) -> bool {
    let (rule, what, mend) = if source.len() > ROW_LIMIT {
        ("row/too-long", "The row is longer than 1 MiB.", "Look for a quotation mark that is not closed.")
    } else if source.contains(&0) {
        ("row/nul", "The row holds a NUL character.", "Remove it; the file may be damaged.")
    } else if std::str::from_utf8(source).is_err() {
        ("row/not-utf8", "The row is not UTF-8.", "Save the file as UTF-8.")
    } else {
        return true;
    };
    remarks.rejected(place, rule, what, mend);
    false
}

/// One record of CSV as bytes.
pub(crate) struct Record<'a> {
    /// The line it begins on.
    pub(crate) line: u64,
    source: &'a [u8],
    /// Its cells.
    pub(crate) fields: Vec<Cow<'a, [u8]>>,
    /// A quotation mark was opened and the file ended.
    pub(crate) is_open: bool,
}

/// Splits CSV (RFC 4180, any line end, any separator) into records; blank lines are passed over.
pub(crate) fn records(bytes: &[u8], separator: u8) -> impl Iterator<Item = Record<'_>> {
    Records { bytes, position: 0, line: 1, separator }
}

struct Records<'a> {
    bytes: &'a [u8],
    position: usize,
    line: u64,
    separator: u8,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        while let Some(byte @ (b'\n' | b'\r')) = self.bytes.get(self.position) {
            self.line += u64::from(*byte == b'\n');
            self.position += 1;
        }
        let start = self.position;
        let line = self.line;
        (start < self.bytes.len()).then(|| {
            let mut fields = Vec::new();
            let mut position = start;
            loop {
                let Some((field, end)) = field_of(self.bytes, position, self.separator) else {
                    return self.resume_after(start, line);
                };
                fields.push(field);
                position = end + 1;
                if self.bytes.get(end) != Some(&self.separator) {
                    self.position = end;
                    let source = &self.bytes[start..end];
                    self.line += newlines(source);
                    return Record { line, source, fields, is_open: false };
                }
            }
        })
    }
}

impl<'a> Records<'a> {
    /// Gives up the line of an open quotation mark and goes on with the next one.
    fn resume_after(&mut self, start: usize, line: u64) -> Record<'a> {
        let length = self.bytes[start..].iter().position(|byte| *byte == b'\n');
        let end = length.map_or(self.bytes.len(), |length| start + length);
        self.position = end;
        Record { line, source: &self.bytes[start..end], fields: Vec::new(), is_open: true }
    }
}

/// The field that begins at a position, and the position of the separator or line end that follows it;
/// `None` when a quotation mark is never closed.
fn field_of(bytes: &[u8], start: usize, separator: u8) -> Option<(Cow<'_, [u8]>, usize)> {
    let ends = |byte: &u8| matches!(byte, b'\n' | b'\r') || *byte == separator;
    let plain_end =
        |from: usize| bytes[from..].iter().position(ends).map_or(bytes.len(), |length| from + length);
    if bytes.get(start) != Some(&b'"') {
        let end = plain_end(start);
        return Some((Cow::Borrowed(&bytes[start..end]), end));
    }
    let mut content = Vec::new();
    let mut position = start + 1;
    loop {
        let length = bytes[position..].iter().position(|byte| *byte == b'"')?;
        content.extend_from_slice(&bytes[position..position + length]);
        position += length + 1;
        if bytes.get(position) != Some(&b'"') {
            break;
        }
        content.push(b'"');
        position += 1;
    }
    let end = plain_end(position);
    content.extend_from_slice(&bytes[position..end]);
    Some((Cow::Owned(content), end))
}

fn json_array(bytes: &[u8], remarks: &mut Remarks, visit: Visit) -> Result<(), ReadError> {
    let whole = text(bytes, &remarks.file, 1)?;
    let (mut line, mut counted, mut stopped) = (1, 0, false);
    let mut element = |source: &str| {
        let start = source.as_ptr() as usize - whole.as_ptr() as usize;
        line += newlines(&bytes[counted..start]);
        counted = start;
        let row = json_row(source, line, remarks);
        stopped = !visit(row, remarks);
        !stopped
    };
    let mut reader = serde_json::Deserializer::from_str(whole);
    let read = reader.deserialize_seq(Elements(&mut element)).and_then(|()| reader.end());
    if stopped {
        return Ok(());
    }
    read.map_err(|error| json_error(&error, &remarks.file))
}

/// Hands on the elements of a JSON array one at a time, until one is refused.
struct Elements<'e>(&'e mut dyn FnMut(&str) -> bool);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<&RawValue>()? {
            if !(self.0)(element.get()) {
                return Err(serde::de::Error::custom("too many issues"));
            }
        }
        Ok(())
    }
}

fn json_error(error: &serde_json::Error, file: &str) -> ReadError {
    ReadError::Json {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
        what: error.to_string(),
    }
}

/// One object over several lines, or one object per line.
fn json_objects(bytes: &[u8], remarks: &mut Remarks, visit: Visit) -> Result<(), ReadError> {
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    let first_is_whole = first.is_some_and(|line| serde_json::from_slice::<&RawValue>(line).is_ok());
    if !first_is_whole && serde_json::from_slice::<&RawValue>(bytes).is_ok() {
        let whole = text(bytes, &remarks.file, 1)?;
        let line = 1 + newlines(&bytes[..bytes.len() - bytes.trim_ascii_start().len()]);
        let row = json_row(whole.trim(), line, remarks);
        visit(row, remarks);
        return Ok(());
    }
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = index as u64 + 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let good = source_is_good(line, on_line(number), remarks);
        let line = std::str::from_utf8(line).ok().filter(|_| good);
        let row = line.and_then(|line| json_row(line.trim(), number, remarks));
        if !visit(row, remarks) {
            break;
        }
    }
    Ok(())
}

/// The members of one JSON object as cells, or a remark on why there are none.
fn json_row<'a>(source: &'a str, line: u64, remarks: &mut Remarks) -> Option<Row<'a>> {
    if !source_is_good(source.as_bytes(), on_line(line), remarks) {
        return None;
    }
    let members: BTreeMap<String, &RawValue> = match serde_json::from_str(source) {
        Ok(members) => members,
        Err(error) => {
            let what = format!("The row is no JSON object: {error}.");
            remarks.rejected(on_line(line), "row/json", what, "Write an object such as {\"slo\": \"web\"}.");
            return None;
        }
    };
    let mut cells = BTreeMap::new();
    for (name, value) in members {
        let json = value.get();
        let text = match serde_json::from_str::<String>(json) {
            Ok(content) if content.contains('\0') => {
                let what = format!("The member {} holds a NUL character.", shown(&name));
                remarks.rejected(at(line, name), "row/nul", what, "Remove it.");
                return None;
            }
            Ok(content) => Cow::Owned(content.trim().to_owned()),
            Err(_) => Cow::Borrowed(json),
        };
        if json != "null" && !text.is_empty() {
            cells.insert(Cow::Owned(name), Cell { text, json: Some(json) });
        }
    }
    Some(Row { line, cells })
}
