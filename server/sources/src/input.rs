//! How every file is opened up: size, encoding, NUL, and what to say when nothing can be read.

use domain::rejection::Issue;

/// The largest file of rows that is read, in bytes.
pub const ROWS_LIMIT: usize = 64 * 1024 * 1024;

/// The largest definition document (YAML, TOML) that is read, in bytes.
pub const DOCUMENT_LIMIT: usize = 16 * 1024 * 1024;

/// How many remarks on one file are kept before it is given up.
pub const ISSUES_LIMIT: usize = 100_000;

/// What was read: the good values and the remarks, each in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What goes in.
    pub values: Vec<T>,
    /// What was left out, or goes in with a doubt.
    pub issues: Vec<Issue>,
}

/// Why nothing of a file could be read; each message says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file is larger than the limit of its kind.
    #[error("{file} has {bytes} bytes and at most {limit} are read: split it and import the parts")]
    TooLarge {
        /// The file as the person named it.
        file: String,
        /// Its size.
        bytes: usize,
        /// What is read at most.
        limit: usize,
    },
    /// The file holds nothing.
    #[error("{file} is empty: export it again")]
    Empty {
        /// The file as the person named it.
        file: String,
    },
    /// A document, or the header of a table, is not UTF-8.
    #[error("{file} is not UTF-8 on line {line}: save it as UTF-8 (a spreadsheet calls it \"CSV UTF-8\")")]
    NotUtf8 {
        /// The file as the person named it.
        file: String,
        /// The first line that is not.
        line: u64,
    },
    /// A document, or the header of a table, holds a NUL character.
    #[error("{file} holds a NUL character on line {line}: it is no text file; export it again as text")]
    Nul {
        /// The file as the person named it.
        file: String,
        /// The first line that holds one.
        line: u64,
    },
    /// The header does not name the columns that every row needs.
    #[error(
        "{file} has no column {missing}: the first line has to name the columns, separated by commas \
         (found: {found})"
    )]
    MissingColumns {
        /// The file as the person named it.
        file: String,
        /// The missing names.
        missing: String,
        /// The names found.
        found: String,
    },
    /// The header names a column twice.
    #[error("{file} names the column {column} twice: rename or remove one of them")]
    RepeatedColumn {
        /// The file as the person named it.
        file: String,
        /// The name.
        column: String,
    },
    /// The file begins like JSON and is none.
    #[error(
        "{file} is no JSON at line {line}, column {column}: {what}; mend it or write one object per line"
    )]
    Json {
        /// The file as the person named it.
        file: String,
        /// The line of the fault.
        line: usize,
        /// The column of the fault.
        column: usize,
        /// What the reader says.
        what: String,
    },
    /// So many rows are at fault that it is the file as a whole that is.
    #[error("{file} has more than {limit} faults, the first on line {line}: {what} {mend}")]
    TooManyIssues {
        /// The file as the person named it.
        file: String,
        /// How many are kept at most.
        limit: usize,
        /// The line of the first.
        line: u64,
        /// What is wrong there.
        what: String,
        /// How to mend it.
        mend: String,
    },
}

/// The bytes without a byte order mark, if their number is within the limit and not nothing.
pub(crate) fn checked<'a>(bytes: &'a [u8], file: &str, limit: usize) -> Result<&'a [u8], ReadError> {
    if bytes.len() > limit {
        return Err(ReadError::TooLarge { file: file.to_owned(), bytes: bytes.len(), limit });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty { file: file.to_owned() });
    }
    Ok(bytes)
}

/// The text of a part of a file that begins on line `first_line`.
pub(crate) fn text<'a>(bytes: &'a [u8], file: &str, first_line: u64) -> Result<&'a str, ReadError> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(ReadError::Nul { file: file.to_owned(), line: first_line + newlines(&bytes[..at]) });
    }
    std::str::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
        file: file.to_owned(),
        line: first_line + newlines(&bytes[..error.valid_up_to()]),
    })
}

/// How many lines end in a stretch of bytes.
pub(crate) fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Turns byte positions of one text into lines.
pub(crate) struct Lines {
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the beginnings of all lines.
    pub(crate) fn of(text: &str) -> Self {
        let later = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(later).collect() }
    }

    /// The line of a byte position, from 1.
    pub(crate) fn line(&self, position: usize) -> u64 {
        self.starts.partition_point(|start| *start <= position) as u64
    }
}
