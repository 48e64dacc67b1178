//! Opening a file: what it is by its first bytes, how far it has been read, and how large it may
//! become.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::error::FocusError;

/// Files that unpack to less are never suspected.
const UNSUSPECTED: u64 = 256 * 1024 * 1024;

/// A bill unpacks to 10 to 40 times its size, zeros to 1,030 times.
const RATIO: u64 = 250;

const CHUNK: usize = 64 * 1024;

/// One file of a delivery before it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// What issues and errors call it.
    pub name: String,
    /// Its size as it lies there.
    pub bytes: u64,
}

/// One file of a delivery on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name and size.
    pub file: DataFile,
}

impl LocalFile {
    /// The file at a path, called by its name without folder.
    pub(super) fn at(path: &Path) -> Result<Self, FocusError> {
        let name = name_of(path);
        match std::fs::metadata(path) {
            Ok(found) => Ok(Self { path: path.to_owned(), file: DataFile { name, bytes: found.len() } }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(FocusError::NotFound { path: path.display().to_string() })
            }
            Err(source) => Err(FocusError::Io { file: name, source }),
        }
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// [`FocusError::Io`].
    pub fn open(&self) -> Result<File, FocusError> {
        File::open(&self.path).map_err(|source| FocusError::Io { file: self.file.name.clone(), source })
    }
}

/// The last part of a path.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// An opened file.
pub(super) enum Opened {
    /// Unpacked text.
    Text(Box<dyn Read>),
    /// A Parquet file, at its start.
    Parquet(File),
}

/// Looks what a file at its start is, unpacking gzip. `bytes_read` counts bytes as they lie on the disk.
pub(super) fn open(file: &DataFile, mut raw: File, bytes_read: &Rc<Cell<u64>>) -> Result<Opened, FocusError> {
    let io = |source| FocusError::Io { file: file.name.clone(), source };
    let head = head_of(&mut raw).map_err(io)?;
    if head.starts_with(b"PAR1") {
        return Ok(Opened::Parquet(raw));
    }
    if !head.starts_with(&[0x1f, 0x8b]) {
        refuse_container(&file.name, &head)?;
        let text = Cursor::new(without_mark(&head)).chain(raw);
        return Ok(Opened::Text(Box::new(Counted { input: text, bytes: Rc::clone(bytes_read) })));
    }
    let counted = Counted { input: Cursor::new(head).chain(raw), bytes: Rc::clone(bytes_read) };
    let before = bytes_read.get();
    let packed = MultiGzDecoder::new(BufReader::with_capacity(CHUNK, counted));
    let mut unpacked = Guarded { input: packed, unpacked: 0, before, bytes: Rc::clone(bytes_read) };
    let inner = head_of(&mut unpacked).map_err(|error| failure(&file.name, error, 0))?;
    if inner.starts_with(b"PAR1") || inner.starts_with(&[0x1f, 0x8b]) {
        return Err(FocusError::Format {
            file: file.name.clone(),
            found: "packed twice",
            mend: "unpack it once with gunzip",
        });
    }
    refuse_container(&file.name, &inner)?;
    Ok(Opened::Text(Box::new(Cursor::new(without_mark(&inner)).chain(unpacked))))
}

/// Says what a failure while reading text means.
pub(super) fn failure(file: &str, error: io::Error, rows: u64) -> FocusError {
    let file = file.to_owned();
    if error.get_ref().is_some_and(|inner| inner.is::<Bomb>()) {
        return FocusError::Bomb { file, ratio: RATIO };
    }
    if error.get_ref().is_some_and(|inner| inner.is::<Endless>()) {
        let mend = "name a FOCUS file; a device or a pipe has to deliver rows";
        return FocusError::Format { file, found: "no table: 64 MiB of it went by without a row", mend };
    }
    match error.kind() {
        ErrorKind::UnexpectedEof => FocusError::Truncated { file, rows },
        ErrorKind::InvalidData | ErrorKind::InvalidInput => {
            FocusError::Damaged { file, what: error.to_string() }
        }
        _ => FocusError::Io { file, source: error },
    }
}

fn head_of(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(8);
    input.take(8).read_to_end(&mut head)?;
    Ok(head)
}

/// The first bytes without the UTF-8 byte order mark.
fn without_mark(head: &[u8]) -> Vec<u8> {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).to_vec()
}

fn refuse_container(file: &str, head: &[u8]) -> Result<(), FocusError> {
    let (found, mend) = match head {
        [] => return Err(FocusError::Empty { file: file.to_owned() }),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => ("a ZIP archive", "unpack it, or export as csv.gz"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16 text", "save it as UTF-8"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("packed by zstd", "unpack it, or export as csv.gz"),
        [b'B', b'Z', b'h', ..] => ("packed by bzip2", "unpack it, or export as csv.gz"),
        [0xfd, b'7', b'z', ..] => ("packed by xz", "unpack it, or export as csv.gz"),
        [b'P', b'A', b'R', b'E', ..] => ("an encrypted Parquet file", "export it without encryption"),
        [b'{' | b'[', ..] => ("JSON", "export FOCUS as csv, csv.gz or Parquet"),
        _ => return Ok(()),
    };
    Err(FocusError::Format { file: file.to_owned(), found, mend })
}

struct Counted<R> {
    input: R,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(target)?;
        self.bytes.set(self.bytes.get() + read as u64);
        Ok(read)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unpacks to far more than its size")]
struct Bomb;

/// Why reading text stops that has no rows and no end.
#[derive(Debug, thiserror::Error)]
#[error("goes on and on without a row")]
pub(super) struct Endless;

/// Stops what unpacks to more than a bill can.
struct Guarded<R> {
    input: R,
    unpacked: u64,
    before: u64,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(target)?;
        self.unpacked += read as u64;
        let packed = self.bytes.get() - self.before;
        if self.unpacked > UNSUSPECTED && self.unpacked / RATIO > packed {
            return Err(io::Error::other(Bomb));
        }
        Ok(read)
    }
}
