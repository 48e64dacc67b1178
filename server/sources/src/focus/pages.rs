//! Parquet pages are looked at before they are unpacked: a header may claim, and a gzip page may
//! unpack to, any number of bytes, and the decoder would believe it.

use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// How many bytes the pages of all columns may take together at any time.
const BUDGET: u64 = 28 * 1024 * 1024;

/// What one entry of a dictionary costs besides its bytes.
const ENTRY: u64 = 32;

/// What one value of a repeated column costs besides its bytes.
const LEVELS: u64 = 48;

/// The largest description of a file at its end.
const LARGEST_FOOTER: usize = 4 * 1024 * 1024;

/// Headers are short; statistics inside may make them longer.
const HEADERS: [u64; 2] = [4 * 1024, 128 * 1024];

/// A part of the file is larger than may be held in memory.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct PartTooLarge(pub(super) String);

fn too_large(what: String) -> ParquetError {
    ParquetError::External(Box::new(PartTooLarge(what)))
}

fn damaged(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

/// The file as its description is read from it.
pub(super) struct Footer(pub(super) File);

impl Length for Footer {
    fn len(&self) -> u64 {
        Length::len(&self.0)
    }
}

impl ChunkReader for Footer {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if length > LARGEST_FOOTER {
            return Err(too_large(format!("its description of {length} bytes")));
        }
        self.0.get_bytes(start, length)
    }
}

/// One column of one row group, as its decoder reads it page by page.
pub(super) struct ColumnPages {
    pub(super) file: File,
    pub(super) column: &'static str,
    pub(super) is_gzip: bool,
    pub(super) is_repeated: bool,
    /// Where the body of the next page begins, and its header.
    pub(super) next: Mutex<Option<(u64, PageHeader)>>,
    /// Bytes in use by all columns of the row group.
    pub(super) in_use: Arc<AtomicU64>,
    /// Bytes in use by this column's present data page.
    pub(super) page: AtomicU64,
    /// Bytes of earlier data pages that texts handed out still lie in.
    pub(super) held: AtomicU64,
}

impl Length for ColumnPages {
    fn len(&self) -> u64 {
        Length::len(&self.file)
    }
}

impl ChunkReader for ColumnPages {
    type T = BufReader<File>;

    /// Asked for at a page's header, and again at its body where the header is known already.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut next = self.next.lock().map_err(|_| damaged("a page could not be read"))?;
        if next.as_ref().is_none_or(|(body, _)| *body != start) {
            let header = self.header_at(start)?;
            *next = Some((start + header.length, header));
        }
        self.file.get_read(start)
    }

    /// Asked for the body of the page whose header was read last.
    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let next = self.next.lock().map_err(|_| damaged("a page could not be read"))?.take();
        let header = next.filter(|(body, header)| *body == start && header.packed == length as u64);
        let (_, header) = header.ok_or_else(|| damaged("its pages are not in order"))?;
        self.reserve(&header)?;
        let bytes = self.file.get_bytes(start, length)?;
        if self.is_gzip && header.is_packed {
            check_gzip(&bytes, &header)?;
        }
        Ok(bytes)
    }
}

impl ColumnPages {
    fn header_at(&self, start: u64) -> Result<PageHeader> {
        let mut bytes = Vec::new();
        for limit in HEADERS {
            bytes.clear();
            self.file.get_read(start)?.take(limit).read_to_end(&mut bytes)?;
            if let Some(header) = PageHeader::of(&bytes) {
                return Ok(header);
            }
        }
        Err(damaged("a page begins with no page header"))
    }

    /// Counts the page in. What was handed out of the page before it may still be in use.
    fn reserve(&self, header: &PageHeader) -> Result<()> {
        let entries = if header.is_dictionary {
            header.values * ENTRY
        } else if self.is_repeated {
            header.values * LEVELS
        } else {
            0
        };
        let kept = header.unpacked + entries;
        let in_use = self.in_use.load(Ordering::Relaxed) + kept;
        if in_use + header.packed > BUDGET {
            return Err(too_large(format!("a page of {kept} bytes in the column {}", self.column)));
        }
        self.in_use.store(in_use, Ordering::Relaxed);
        if !header.is_dictionary {
            let before = self.page.swap(kept, Ordering::Relaxed);
            self.held.fetch_add(before, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Nothing that was handed out of earlier pages is in use any more.
    pub(super) fn release(&self) {
        let held = self.held.swap(0, Ordering::Relaxed);
        self.in_use.fetch_sub(held, Ordering::Relaxed);
    }
}

/// The decoder unpacks gzip to its end, whatever the header says about its size.
fn check_gzip(bytes: &[u8], header: &PageHeader) -> Result<()> {
    let body = usize::try_from(header.plain).ok().and_then(|plain| bytes.get(plain..)).unwrap_or_default();
    let claimed = header.unpacked.saturating_sub(header.plain);
    let mut unpacked = MultiGzDecoder::new(body).take(claimed + 1);
    let size = std::io::copy(&mut unpacked, &mut std::io::sink())?;
    if size > claimed { Err(damaged("a page unpacks to more than it claims")) } else { Ok(()) }
}

/// What a page says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PageHeader {
    /// Bytes of the header itself.
    length: u64,
    /// Bytes of the page in the file.
    packed: u64,
    /// Bytes of the page as it is used.
    unpacked: u64,
    values: u64,
    is_dictionary: bool,
    /// Bytes at the start of the page that are not packed (levels of version 2).
    plain: u64,
    is_packed: bool,
}

impl PageHeader {
    /// Reads Thrift's compact protocol; None for what is no whole page header.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut thrift = Compact { bytes, position: 0 };
        let mut header = Self { is_packed: true, ..Self::default() };
        let (mut sizes, mut kinds) = (0, 0);
        let mut id = 0;
        while let Some(kind) = thrift.field(&mut id)? {
            match (id, kind) {
                (2, Compact::I32) => (header.unpacked, sizes) = (thrift.size()?, sizes + 1),
                (3, Compact::I32) => (header.packed, sizes) = (thrift.size()?, sizes + 1),
                (5 | 7 | 8, Compact::STRUCT) => {
                    header.is_dictionary = id == 7;
                    header.read_kind(&mut thrift, id == 8)?;
                    kinds += 1;
                }
                _ => thrift.skip(kind, 0)?,
            }
        }
        header.length = thrift.position as u64;
        (sizes == 2 && kinds == 1).then_some(header)
    }

    fn read_kind(&mut self, thrift: &mut Compact<'_>, is_version_2: bool) -> Option<()> {
        let mut id = 0;
        while let Some(kind) = thrift.field(&mut id)? {
            match (id, kind) {
                (1, Compact::I32) => self.values = thrift.size()?,
                (5 | 6, Compact::I32) if is_version_2 => self.plain += thrift.size()?,
                (7, Compact::FALSE) if is_version_2 => self.is_packed = false,
                _ => thrift.skip(kind, 0)?,
            }
        }
        Some(())
    }
}

/// As much of Thrift's compact protocol as a page header needs.
struct Compact<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Compact<'_> {
    const FALSE: u8 = 2;
    const I32: u8 = 5;
    const STRUCT: u8 = 12;

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.position).copied()?;
        self.position += 1;
        Some(byte)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        let half = i64::try_from(value >> 1).ok()?;
        Some(if value & 1 == 1 { -half - 1 } else { half })
    }

    /// A size of at most 31 bits.
    fn size(&mut self) -> Option<u64> {
        u64::try_from(self.signed()?).ok().filter(|size| *size <= i32::MAX as u64)
    }

    /// The type of the next field, `Some(None)` at the end of the struct.
    fn field(&mut self, id: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *id = match byte >> 4 {
            0 => self.signed()?,
            step => *id + i64::from(step),
        };
        Some(Some(byte & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: u8) -> Option<()> {
        match kind {
            1 | 2 => Some(()),
            3 => self.byte().map(|_| ()),
            4..=6 => self.number(),
            7 => self.pass(8),
            8 => {
                let length = usize::try_from(self.unsigned()?).ok()?;
                self.pass(length)
            }
            Self::STRUCT if depth < 8 => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    /// A number of up to 64 bits, whatever it is.
    fn number(&mut self) -> Option<()> {
        for _ in 0..10 {
            if self.byte()? < 0x80 {
                return Some(());
            }
        }
        None
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        self.position = self.position.checked_add(length).filter(|end| *end <= self.bytes.len())?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn gzip_pages_may_not_unpack_to_more_than_they_claim() {
        let mut encoder = GzEncoder::new(vec![1, 2, 3], Compression::fast());
        encoder.write_all(&[0; 5_000]).unwrap();
        let bytes = encoder.finish().unwrap();
        for (unpacked, is_fine) in [(5_003, true), (5_002, false), (3, false), (0, false)] {
            let header = PageHeader { unpacked, plain: 3, ..PageHeader::default() };
            assert_eq!(check_gzip(&bytes, &header).is_ok(), is_fine, "{unpacked}");
        }
    }

    #[test]
    fn headers_are_read_to_their_end() {
        // type, unpacked 200, packed 100, data page header {values 17, three encodings}
        let data = [
            0x15, 0, 0x15, 0x90, 0x03, 0x15, 0xc8, 0x01, 0x2c, 0x15, 0x22, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0,
            0xff,
        ];
        let expected = PageHeader {
            length: 19,
            packed: 100,
            unpacked: 200,
            values: 17,
            is_dictionary: false,
            plain: 0,
            is_packed: true,
        };
        assert_eq!(PageHeader::of(&data), Some(expected));
        for cut in 0..19 {
            assert_eq!(PageHeader::of(&data[..cut]), None, "{cut}");
        }
        // Negative sizes, an unknown type, endless nesting.
        assert_eq!(PageHeader::of(&[0x15, 0, 0x15, 0x01, 0x15, 0x01, 0x2c, 0, 0]), None);
        assert_eq!(PageHeader::of(&[0x1f; 40]), None);
        assert_eq!(PageHeader::of(&[0x1c; 4_000]), None);
    }
}
