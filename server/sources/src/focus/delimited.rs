//! Comma-separated text, record by record, in bounded memory and with the right line numbers.

use std::io::{self, ErrorKind, Read};

use csv_core::{ReadRecordResult, Reader};

use super::bill::{Bill, Fields};
use super::columns::{COUNT, Layout};
use super::error::FocusError;
use super::issues::{Place, Remark};
use super::opening::{self, Endless};
use super::rollup::Sink;

/// Longest record; a longer one is left out and reading goes on at the next line.
pub(super) const LONGEST_RECORD: usize = 1024 * 1024;

/// Most fields of a record.
const MOST_FIELDS: usize = 8_192;

/// How much may be read without coming to the end of a row before it is given up: a device, or a pipe that
/// somebody writes zeros into, would be read for ever.
const LONGEST_WITHOUT_ROW: usize = 64 * 1024 * 1024;

const CHUNK: usize = 128 * 1024;

/// How many rows pass between two reports of progress.
const REPORT_EVERY: u64 = 4_096;

/// Reads all rows of one file.
pub(super) fn read(
    file: &str,
    input: Box<dyn Read>,
    bill: &mut Bill,
    sink: &mut Sink<'_>,
    report: &dyn Fn(u64),
) -> Result<(), FocusError> {
    let mut records = Records::new(input);
    let before = bill.rows_read;
    let (line, header) = match records.next() {
        Ok(Next::Record { line, fields, .. }) => {
            let names = (0..fields).map(|index| String::from_utf8_lossy(records.field(index)).into_owned());
            (line, names.collect::<Vec<_>>())
        }
        Ok(Next::TooLong { .. }) => {
            // Not gone on behind it: without a header the rest is of no use.
            return Err(FocusError::Format {
                file: file.to_owned(),
                found: "no table: its first line is longer than 1 MiB",
                mend: "export FOCUS as csv, csv.gz or Parquet",
            });
        }
        Ok(Next::End) => return Err(FocusError::Empty { file: file.to_owned() }),
        Err(error) => return Err(opening::failure(file, error, 0)),
    };
    let wants = bill.wants();
    let layout = Layout::of(file, Some(line), &header, wants, &mut bill.issues)?;
    bill.begin_file(&layout);
    loop {
        let rows = bill.rows_read - before;
        if rows.is_multiple_of(REPORT_EVERY) {
            report(bill.rows_read);
        }
        match records.next().map_err(|error| opening::failure(file, error, rows))? {
            Next::End => return Ok(()),
            Next::TooLong { line } => {
                let last =
                    records.resume_at_next_line().map_err(|error| opening::failure(file, error, rows))?;
                let place = Place { file, line: Some(line), row: rows + 1 };
                bill.take_unreadable(&place, too_long(line, last));
            }
            Next::Record { line, last, fields } => {
                let place = Place { file, line: Some(line), row: rows + 1 };
                let damaged = records.field_with_nul(fields).filter(|field| !layout.reads(*field));
                if let Some(column) = damaged {
                    bill.take_unreadable(&place, holds_nul(header.get(column).map_or("", String::as_str)));
                } else if fields == layout.width {
                    bill.take(&place, &records.fields(&layout), sink)?;
                } else {
                    bill.take_unreadable(&place, wrong_width(line, last, fields, layout.width));
                }
            }
        }
    }
}

fn too_long(line: u64, last: u64) -> Remark {
    Remark {
        rule: "cost/too-long",
        what: format!("{} longer than 1 MiB; reading went on at line {}.", lines(line, last, "is"), last + 1),
        mend: "Check whether a quotation mark is missing.",
    }
}

/// In a column that is not read: a row that was damaged there may be damaged elsewhere.
fn holds_nul(column: &str) -> Remark {
    Remark {
        rule: "cost/encoding",
        what: format!("{column} holds a NUL character."),
        mend: "The file was damaged on its way; export or fetch it again.",
    }
}

fn wrong_width(line: u64, last: u64, fields: usize, width: usize) -> Remark {
    let what = format!("{} {fields} fields and the header {width}.", lines(line, last, "has"));
    let mend = if last > line {
        "Check for a quotation mark that is never closed."
    } else {
        "Check for a missing or an unquoted comma, or a file cut off in the middle."
    };
    Remark { rule: "cost/columns", what, mend }
}

fn lines(line: u64, last: u64, verb: &str) -> String {
    if last > line {
        format!("The row from line {line} to {last} {verb}")
    } else {
        format!("The line {verb}")
    }
}

/// What comes next; `last` is the line on which it ends.
enum Next {
    Record {
        line: u64,
        last: u64,
        fields: usize,
    },
    /// Whoever wants to go on calls [`Records::resume_at_next_line`].
    TooLong {
        line: u64,
    },
    End,
}

/// The number again, as long as a file could hold so much without a row.
fn refuse_endless(passed: usize) -> io::Result<usize> {
    if passed > LONGEST_WITHOUT_ROW { Err(io::Error::other(Endless)) } else { Ok(passed) }
}

struct Records {
    input: Box<dyn Read>,
    chunk: Vec<u8>,
    start: usize,
    end: usize,
    parser: Reader,
    /// Lines that the parser has not seen or has forgotten.
    lines_before: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Records {
    fn new(input: Box<dyn Read>) -> Self {
        Self {
            input,
            chunk: vec![0; CHUNK],
            start: 0,
            end: 0,
            parser: Reader::new(),
            lines_before: 0,
            text: vec![0; 16 * 1024],
            ends: vec![0; 128],
        }
    }

    fn line(&self) -> u64 {
        self.lines_before + self.parser.line()
    }

    /// Makes sure that there is unread input; false at its end.
    fn fill(&mut self) -> io::Result<bool> {
        while self.start == self.end {
            match self.input.read(&mut self.chunk) {
                Ok(0) => return Ok(false),
                Ok(read) => (self.start, self.end) = (0, read),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Passes over empty lines and the line feed of CR LF, so that the next record's line is known.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        let mut passed = 0;
        while self.fill()? {
            passed = refuse_endless(passed + 1)?;
            match self.chunk[self.start] {
                b'\n' => self.lines_before += 1,
                b'\r' => {}
                _ => break,
            }
            self.start += 1;
        }
        Ok(())
    }

    fn next(&mut self) -> io::Result<Next> {
        self.skip_line_ends()?;
        let line = self.line();
        let (mut length, mut fields, mut fed) = (0, 0, false);
        loop {
            self.fill()?;
            let unread = &self.chunk[self.start..self.end];
            let (result, read, written, ended) =
                self.parser.read_record(unread, &mut self.text[length..], &mut self.ends[fields..]);
            // A line feed that ends the record is counted before the record is handed out.
            fed = if read > 0 { unread[read - 1] == b'\n' } else { fed };
            self.start += read;
            length += written;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() < LONGEST_RECORD => {
                    self.text.resize((self.text.len() * 2).min(LONGEST_RECORD), 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_FIELDS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Ok(Next::TooLong { line });
                }
                ReadRecordResult::Record => {
                    let last = (self.line() - u64::from(fed)).max(line);
                    return Ok(Next::Record { line, last, fields });
                }
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    /// Forgets the record and goes to the next line feed, whatever quotes say; the line it ends.
    fn resume_at_next_line(&mut self) -> io::Result<u64> {
        let (last, mut passed) = (self.line(), 0);
        while self.fill()? {
            passed = refuse_endless(passed + self.end - self.start)?;
            let found = self.chunk[self.start..self.end].iter().position(|byte| *byte == b'\n');
            self.start = found.map_or(self.end, |offset| self.start + offset + 1);
            if found.is_some() {
                break;
            }
        }
        self.parser.reset();
        // A parser that was reset stands on its line 1, which is the line after `last`.
        self.lines_before = last;
        Ok(last)
    }

    /// The first of the record's fields that holds a NUL character.
    fn field_with_nul(&self, fields: usize) -> Option<usize> {
        let length = fields.checked_sub(1).map_or(0, |last| self.ends[last]);
        if !self.text[..length].contains(&0) {
            return None;
        }
        (0..fields).find(|index| self.field(*index).contains(&0))
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    fn fields(&self, layout: &Layout) -> Fields<'_> {
        let mut fields: Fields<'_> = [None; COUNT];
        for (field, position) in fields.iter_mut().zip(layout.positions) {
            *field = position.map(|position| self.field(position));
        }
        fields
    }
}
