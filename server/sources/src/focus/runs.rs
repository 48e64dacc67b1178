//! Sums by a key of any number, in little memory: what does not fit is sorted and laid aside in temporary
//! files, which are merged so that equal keys come together, in order, exactly summed.
//!
//! A record is written as what its key differs by from the one before: sorted keys share most of their bytes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::rollup::Sums;

/// How many bytes of keys, and how many of them, are held before they are laid aside.
const HELD_BYTES: usize = 2 * 1024 * 1024;
const HELD: usize = 14_336;

/// How many files of one size lie there before they become one.
const WIDTH: usize = 8;

/// How much of a file is held while it is read or written.
const CHUNK: usize = 16 * 1024;

/// Longest key, in bytes: a cost key with all of its tags and a resource.
const LONGEST: usize = 1024 * 1024;

/// Sums that grow beyond what memory holds.
#[derive(Default)]
pub(super) struct Runs {
    held: HashMap<Box<[u8]>, Sums>,
    bytes: usize,
    /// Sorted files, each with how often its records were merged.
    files: Vec<(u32, File)>,
}

impl Runs {
    /// Adds to the sums of a key.
    pub(super) fn add(&mut self, key: &[u8], sums: Sums) -> io::Result<()> {
        if let Some(known) = self.held.get_mut(key) {
            *known = known.saturating_plus(sums);
            return Ok(());
        }
        if self.held.len() >= HELD || self.bytes + key.len() > HELD_BYTES {
            self.lay_aside()?;
        }
        self.bytes += key.len();
        self.held.insert(key.into(), sums);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.files.is_empty()
    }

    fn lay_aside(&mut self) -> io::Result<()> {
        let file = {
            let mut records: Vec<(&[u8], Sums)> =
                self.held.iter().map(|(key, sums)| (&**key, *sums)).collect();
            records.sort_unstable_by_key(|(key, _)| *key);
            let mut writer = RunWriter::new()?;
            for (key, sums) in records {
                writer.write(key, sums)?;
            }
            writer.finish()?
        };
        self.held.clear();
        self.bytes = 0;
        self.files.push((0, file));
        let mut level = 0;
        while self.files.iter().filter(|(known, _)| *known == level).count() >= WIDTH {
            let (merged, others) =
                std::mem::take(&mut self.files).into_iter().partition(|(known, _)| *known == level);
            self.files = others;
            let merged: Vec<(u32, File)> = merged;
            let mut writer = RunWriter::new()?;
            merge(merged.into_iter().map(|(_, file)| file), |key, sums| writer.write(key, sums))?;
            self.files.push((level + 1, writer.finish()?));
            level += 1;
        }
        Ok(())
    }

    /// Hands out all keys in order, each once with its exact sums.
    pub(super) fn finish<E: From<io::Error>>(
        mut self,
        take: impl FnMut(&[u8], Sums) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.held.is_empty() {
            self.lay_aside()?;
        }
        self.held = HashMap::new();
        merge(self.files.into_iter().map(|(_, file)| file), take)
    }
}

/// Hands out the records of sorted files in order, those of equal keys as one.
fn merge<E: From<io::Error>>(
    files: impl Iterator<Item = File>,
    mut take: impl FnMut(&[u8], Sums) -> Result<(), E>,
) -> Result<(), E> {
    let mut readers = Vec::new();
    for file in files {
        let mut reader = RunReader::new(file)?;
        if reader.advance()? {
            readers.push(reader);
        }
    }
    let mut key = Vec::new();
    while let Some(first) = readers.iter().map(|reader| &reader.key).min() {
        key.clone_from(first);
        let mut sums = Sums::default();
        let mut position = 0;
        while position < readers.len() {
            if readers[position].key == key {
                sums = sums.saturating_plus(readers[position].sums);
                if !readers[position].advance()? {
                    readers.swap_remove(position);
                    continue;
                }
            }
            position += 1;
        }
        take(&key, sums)?;
    }
    Ok(())
}

struct RunWriter {
    file: BufWriter<File>,
    before: Vec<u8>,
}

impl RunWriter {
    fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(CHUNK, tempfile::tempfile()?), before: Vec::new() })
    }

    fn write(&mut self, key: &[u8], sums: Sums) -> io::Result<()> {
        let shared = self.before.iter().zip(key).take_while(|(one, other)| one == other).count();
        self.number(shared as u128)?;
        self.number((key.len() - shared) as u128)?;
        self.file.write_all(&key[shared..])?;
        for value in [sums.billed, sums.effective] {
            self.number(((value << 1) ^ (value >> 127)).cast_unsigned())?;
        }
        self.before.clear();
        self.before.extend_from_slice(key);
        Ok(())
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut value: u128) -> io::Result<()> {
        while value >= 0x80 {
            self.file.write_all(&[(value & 0x7f) as u8 | 0x80])?;
            value >>= 7;
        }
        self.file.write_all(&[value as u8])
    }

    fn finish(self) -> io::Result<File> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

struct RunReader {
    file: BufReader<File>,
    key: Vec<u8>,
    sums: Sums,
}

impl RunReader {
    fn new(file: File) -> io::Result<Self> {
        let file = BufReader::with_capacity(CHUNK, file);
        Ok(Self { file, key: Vec::new(), sums: Sums::default() })
    }

    /// Goes on to the next record; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a temporary file was changed");
        let Some(shared) = self.number()? else { return Ok(false) };
        let shared = usize::try_from(shared).map_err(|_| damaged())?;
        let rest = usize::try_from(self.number()?.ok_or_else(damaged)?).map_err(|_| damaged())?;
        if shared > self.key.len() || rest > LONGEST {
            return Err(damaged());
        }
        self.key.resize(shared + rest, 0);
        self.file.read_exact(&mut self.key[shared..])?;
        let mut value = || -> io::Result<i128> {
            let value = self.number()?.ok_or_else(damaged)?;
            Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
        };
        self.sums = Sums { billed: value()?, effective: value()? };
        Ok(true)
    }

    /// The next number; nothing at the end of the file.
    fn number(&mut self) -> io::Result<Option<u128>> {
        let (mut value, mut shift) = (0_u128, 0);
        loop {
            let mut byte = [0];
            if self.file.read(&mut byte)? == 0 {
                return if shift == 0 { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            value |= u128::from(byte[0] & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte[0] < 0x80 {
                return Ok(Some(value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn sums_are_exact_and_in_order_however_often_they_are_laid_aside() {
        let mut runs = Runs::default();
        let mut expected: BTreeMap<Vec<u8>, (i128, i128)> = BTreeMap::new();
        assert!(runs.is_empty());
        let mut seed = 7_u64;
        for number in 0..400_000_i128 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = format!("arn:aws:rds:ap-northeast-1:{}", (seed >> 33) % 150_000).into_bytes();
            let sums = Sums { billed: number * 1_000_000_007 - 9_000_000, effective: -number };
            let known = expected.entry(key.clone()).or_default();
            *known = (known.0 + sums.billed, known.1 + sums.effective);
            runs.add(&key, sums).unwrap();
        }
        assert!(runs.files.len() < WIDTH * 3, "{} files", runs.files.len());
        let mut found = Vec::new();
        runs.finish(|key, sums| {
            found.push((key.to_vec(), (sums.billed, sums.effective)));
            Ok::<(), io::Error>(())
        })
        .unwrap();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn extremes_come_back() {
        let mut runs = Runs::default();
        for (key, value) in [(&b""[..], i128::MAX), (b"a", i128::MIN), (b"ab", 0), (b"b", -1)] {
            runs.add(key, Sums { billed: value, effective: -1 }).unwrap();
        }
        let mut found = Vec::new();
        runs.finish(|key, sums| {
            found.push((key.to_vec(), sums.billed, sums.effective));
            Ok::<(), io::Error>(())
        })
        .unwrap();
        assert_eq!(found[0], (Vec::new(), i128::MAX, -1));
        assert_eq!(found[1], (b"a".to_vec(), i128::MIN, -1));
        assert_eq!(found.len(), 4);
    }
}
