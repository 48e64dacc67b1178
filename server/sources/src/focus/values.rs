//! Values of a Parquet column as the texts that a csv file would hold.

use std::io::Write;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

use super::columns::Column;
use super::time::{self, SECONDS_PER_DAY};

/// Longest object of tags, in bytes, as for a line of csv.
const LONGEST_TAGS: usize = 1024 * 1024;

/// How a column's values are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Float,
    /// Integers or big-endian bytes, times 10 to the power of minus the scale.
    Decimal {
        scale: i32,
    },
    /// Days since 1970.
    Date,
    /// Ticks since 1970; local times name no zone.
    Time {
        per_second: i64,
        is_utc: bool,
    },
    /// 96 bits of day and nanosecond, UTC by convention.
    OldTime,
}

impl Kind {
    /// How a plain column is to be understood; None where its type cannot hold what FOCUS asks for.
    pub(super) fn of(column: Column, descriptor: &ColumnDescriptor) -> Option<Self> {
        let kind = Self::of_type(descriptor)?;
        let fits = match column {
            _ if column.is_amount() => {
                matches!(kind, Self::Text | Self::Integer | Self::Float | Self::Decimal { .. })
            }
            Column::BillingPeriodStart
            | Column::BillingPeriodEnd
            | Column::ChargePeriodStart
            | Column::ChargePeriodEnd => {
                matches!(kind, Self::Text | Self::Date | Self::Time { .. } | Self::OldTime)
            }
            Column::BillingAccountId | Column::SubAccountId => matches!(kind, Self::Text | Self::Integer),
            _ => kind == Self::Text,
        };
        fits.then_some(kind)
    }

    fn of_type(descriptor: &ColumnDescriptor) -> Option<Self> {
        let logical = descriptor.logical_type_ref();
        let converted = descriptor.converted_type();
        let is_decimal =
            matches!(logical, Some(LogicalType::Decimal(_))) || converted == ConvertedType::DECIMAL;
        let decimal = Self::Decimal { scale: descriptor.type_scale() };
        match descriptor.physical_type() {
            Type::INT32 | Type::INT64 | Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY if is_decimal => {
                Some(decimal)
            }
            Type::BYTE_ARRAY => Some(Self::Text),
            Type::INT32 if converted == ConvertedType::DATE || logical == Some(&LogicalType::Date) => {
                Some(Self::Date)
            }
            Type::INT64 => Some(Self::of_ticks(logical, converted).unwrap_or(Self::Integer)),
            Type::INT32 => Some(Self::Integer),
            Type::INT96 => Some(Self::OldTime),
            Type::DOUBLE => Some(Self::Float),
            // 32 bits of floating point do not even hold the cents of a million.
            Type::BOOLEAN | Type::FLOAT | Type::FIXED_LEN_BYTE_ARRAY => None,
        }
    }

    fn of_ticks(logical: Option<&LogicalType>, converted: ConvertedType) -> Option<Self> {
        if let Some(LogicalType::Timestamp(timestamp)) = logical {
            let per_second = match timestamp.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            };
            return Some(Self::Time { per_second, is_utc: timestamp.is_adjusted_to_u_t_c });
        }
        match converted {
            ConvertedType::TIMESTAMP_MILLIS => Some(Self::Time { per_second: 1_000, is_utc: true }),
            ConvertedType::TIMESTAMP_MICROS => Some(Self::Time { per_second: 1_000_000, is_utc: true }),
            _ => None,
        }
    }

    /// Whether two leaves are the keys and values of a map of texts.
    pub(super) fn is_map(schema: &SchemaDescriptor, keys: usize, values: usize) -> bool {
        [keys, values].into_iter().all(|leaf| {
            let column = schema.column(leaf);
            column.max_rep_level() == 1
                && column.path().parts().len() == 3
                && Self::of_type(&column) == Some(Self::Text)
        })
    }

    /// The types that can be read for a column.
    pub(super) fn wanted(column: Column) -> &'static str {
        match column {
            _ if column.is_amount() => "DECIMAL, DOUBLE or text",
            Column::BillingPeriodStart
            | Column::BillingPeriodEnd
            | Column::ChargePeriodStart
            | Column::ChargePeriodEnd => "TIMESTAMP or text",
            _ if column.is_map() => "JSON text or a map of texts",
            _ => "text",
        }
    }
}

/// A few rows of a plain column.
pub(super) struct Texts {
    kind: Kind,
    /// The definition level of a value that is there.
    full: i16,
    levels: Vec<i16>,
    /// For each row where its value stands, None where it has none.
    places: Vec<Option<usize>>,
    /// Texts as they lie in the page; they are not copied.
    arrays: Vec<ByteArray>,
    /// Texts written from numbers, one after the other.
    written: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn new(kind: Kind, full: i16) -> Self {
        let (levels, places, ends) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, full, levels, places, arrays: Vec::new(), written: Vec::new(), ends }
    }

    /// Lets go of the rows before.
    pub(super) fn clear(&mut self) {
        self.arrays.clear();
        self.written.clear();
        self.ends.clear();
    }

    /// Reads up to `rows` rows; how many there were.
    pub(super) fn fill(&mut self, reader: &mut ColumnReader, rows: usize) -> Result<usize> {
        let kind = self.kind;
        let read = match reader {
            ColumnReader::ByteArrayColumnReader(reader) if kind == Kind::Text => {
                let (mut arrays, levels) = (std::mem::take(&mut self.arrays), &mut self.levels);
                levels.clear();
                let read = reader.read_records(rows, Some(levels), None, &mut arrays)?.0;
                self.arrays = arrays;
                read
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.write(reader, rows, |target, value| write_bytes(target, kind, value.data()))?
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.write(reader, rows, |target, value| write_bytes(target, kind, value.data()))?
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.write(reader, rows, |target, value| write_integer(target, kind, i64::from(*value)))?
            }
            ColumnReader::Int64ColumnReader(reader) => {
                self.write(reader, rows, |target, value| write_integer(target, kind, *value))?
            }
            ColumnReader::Int96ColumnReader(reader) => {
                self.write(reader, rows, |target, value| write_time(target, value.to_seconds(), true))?
            }
            // The shortest decimal that reads back as the same number is what its writer meant.
            ColumnReader::DoubleColumnReader(reader) => {
                self.write(reader, rows, |target, value| Ok(write!(target, "{value:e}")?))?
            }
            _ => return Err(ParquetError::NYI("columns of booleans".to_owned())),
        };
        self.place(read);
        Ok(read)
    }

    fn write<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        rows: usize,
        mut write: impl FnMut(&mut Vec<u8>, &T::T) -> Result<()>,
    ) -> Result<usize> {
        let mut values = Vec::new();
        self.levels.clear();
        let (read, _, _) = reader.read_records(rows, Some(&mut self.levels), None, &mut values)?;
        for value in &values {
            write(&mut self.written, value)?;
            self.ends.push(self.written.len());
        }
        Ok(read)
    }

    /// Columns that cannot be null have no levels: every row has its value.
    fn place(&mut self, rows: usize) {
        self.places.clear();
        let mut next = 0;
        for row in 0..rows {
            let is_there = self.full == 0 || self.levels.get(row) == Some(&self.full);
            self.places.push(is_there.then_some(next));
            next += usize::from(is_there);
        }
    }

    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        let place = self.places.get(row).copied().flatten()?;
        if self.kind == Kind::Text {
            return self.arrays.get(place).map(ByteArray::data);
        }
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        self.written.get(start..*self.ends.get(place)?)
    }
}

/// A few rows of a map of texts; each becomes a JSON object when it is asked for.
pub(super) struct TagTexts {
    full_key: i16,
    full_value: i16,
    keys: MapSide,
    values: MapSide,
    /// Where each row begins.
    starts: Vec<MapPlace>,
    object: Vec<u8>,
}

#[derive(Default)]
struct MapSide {
    levels: Vec<i16>,
    repeats: Vec<i16>,
    texts: Vec<ByteArray>,
}

#[derive(Clone, Copy, Default)]
struct MapPlace {
    entry: usize,
    key: usize,
    value: usize,
}

impl MapSide {
    fn fill(&mut self, reader: &mut ColumnReader, rows: usize) -> Result<usize> {
        let ColumnReader::ByteArrayColumnReader(reader) = reader else {
            return Err(ParquetError::NYI("tags that are no texts".to_owned()));
        };
        let (levels, repeats) = (&mut self.levels, &mut self.repeats);
        Ok(reader.read_records(rows, Some(levels), Some(repeats), &mut self.texts)?.0)
    }

    fn clear(&mut self) {
        self.levels.clear();
        self.repeats.clear();
        self.texts.clear();
    }
}

impl TagTexts {
    pub(super) fn new(full_key: i16, full_value: i16) -> Self {
        let (keys, values) = (MapSide::default(), MapSide::default());
        Self { full_key, full_value, keys, values, starts: Vec::new(), object: Vec::new() }
    }

    /// Lets go of the rows before.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
        self.starts.clear();
    }

    /// Reads up to `rows` rows; how many there were.
    pub(super) fn fill(
        &mut self,
        keys: &mut ColumnReader,
        values: &mut ColumnReader,
        rows: usize,
    ) -> Result<usize> {
        let read = self.keys.fill(keys, rows)?;
        if self.values.fill(values, rows)? != read || self.keys.repeats != self.values.repeats {
            return Err(ParquetError::General("a map has more keys than values".to_owned()));
        }
        let mut place = MapPlace::default();
        for (entry, repeat) in self.keys.repeats.iter().enumerate() {
            if *repeat == 0 {
                self.starts.push(MapPlace { entry, ..place });
            }
            place.key += usize::from(self.keys.levels.get(entry) == Some(&self.full_key));
            place.value += usize::from(self.values.levels.get(entry) == Some(&self.full_value));
        }
        self.starts.push(MapPlace { entry: self.keys.repeats.len(), ..place });
        Ok(read)
    }

    /// Makes a row's object ready to be got. Cut short it is no object, which is told as such.
    pub(super) fn prepare(&mut self, row: usize) -> Result<()> {
        self.object.clear();
        let (Some(start), Some(end)) = (self.starts.get(row), self.starts.get(row + 1)) else {
            return Ok(());
        };
        let mut keys = self.keys.texts.get(start.key..end.key).unwrap_or_default().iter();
        let mut values = self.values.texts.get(start.value..end.value).unwrap_or_default().iter();
        for entry in start.entry..end.entry {
            let has_key = self.keys.levels.get(entry) == Some(&self.full_key);
            let has_value = self.values.levels.get(entry) == Some(&self.full_value);
            let Some(key) = keys.next().filter(|_| has_key) else { break };
            self.object.push(if self.object.is_empty() { b'{' } else { b',' });
            write_json(&mut self.object, key.data())?;
            self.object.push(b':');
            match has_value.then(|| values.next()).flatten() {
                Some(value) => write_json(&mut self.object, value.data())?,
                None => self.object.extend_from_slice(b"null"),
            }
            if self.object.len() > LONGEST_TAGS {
                return Ok(());
            }
        }
        if !self.object.is_empty() {
            self.object.push(b'}');
        }
        Ok(())
    }

    /// The object of the row prepared last.
    pub(super) fn get(&self) -> Option<&[u8]> {
        (!self.object.is_empty()).then_some(&self.object)
    }
}

fn write_json(target: &mut Vec<u8>, text: &[u8]) -> Result<()> {
    serde_json::to_writer(target, &String::from_utf8_lossy(text))
        .map_err(|error| ParquetError::External(Box::new(error)))
}

fn write_integer(target: &mut Vec<u8>, kind: Kind, value: i64) -> Result<()> {
    match kind {
        Kind::Decimal { scale } => Ok(write!(target, "{value}e{}", -scale)?),
        Kind::Date => write_time(target, value.saturating_mul(SECONDS_PER_DAY), false),
        Kind::Time { per_second, is_utc } => write_time(target, value.div_euclid(per_second), is_utc),
        _ => Ok(write!(target, "{value}")?),
    }
}

/// Decimals in bytes are big-endian two's complement.
fn write_bytes(target: &mut Vec<u8>, kind: Kind, bytes: &[u8]) -> Result<()> {
    let Kind::Decimal { scale } = kind else {
        target.extend_from_slice(bytes);
        return Ok(());
    };
    let (first, rest) = bytes.split_at(bytes.len().saturating_sub(16));
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { 0xff } else { 0 };
    if first.iter().any(|byte| *byte != sign) {
        target.extend_from_slice(b"a decimal of more than 128 bits");
        return Ok(());
    }
    let mut wide = [sign; 16];
    wide[16 - rest.len()..].copy_from_slice(rest);
    Ok(write!(target, "{}e{}", i128::from_be_bytes(wide), -scale)?)
}

/// Times beyond what a calendar holds are written as numbers and refused as times later.
fn write_time(target: &mut Vec<u8>, seconds: i64, is_utc: bool) -> Result<()> {
    let (day, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    if !(0..=100_000).contains(&day) {
        return Ok(write!(target, "{seconds}")?);
    }
    let date = time::day_of(day);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let zone = if is_utc { "Z" } else { "" };
    Ok(write!(target, "{date}T{hour:02}:{minute:02}:{second:02}{zone}")?)
}
