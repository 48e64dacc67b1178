//! Parquet files, row group by row group, a few rows of every column at a time.
//!
//! Every value becomes the text that a csv file would hold, so both go the same way from there.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
    ParquetStatisticsPolicy, RowGroupMetaData,
};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::SchemaDescriptor;

use super::bill::{Bill, Fields};
use super::columns::{COUNT, Column, Layout, Wants};
use super::error::FocusError;
use super::issues::Place;
use super::pages::{ColumnPages, Footer, PartTooLarge};
use super::rollup::Sink;
use super::values::{Kind, TagTexts, Texts};

/// How many rows are held of every column.
pub(super) const ROWS: usize = 512;

/// How many batches pass between two reports of progress.
const REPORT_EVERY: u64 = 8;

/// Reads all rows of one file. `report` gets rows and the share of the file's bytes behind them.
pub(super) fn read(
    name: &str,
    file: &File,
    bill: &mut Bill,
    sink: &mut Sink<'_>,
    report: &dyn Fn(u64, u64),
) -> Result<(), FocusError> {
    let metadata = metadata_of(name, file)?;
    let schema = metadata.file_metadata().schema_descr();
    let roots: Vec<String> =
        schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let wants = bill.wants();
    let layout = Layout::of(name, None, &roots, wants, &mut bill.issues)?;
    bill.begin_file(&layout);
    let columns = columns_of(name, schema, &layout, wants)?;
    let bytes = file.metadata().map_or(0, |found| found.len());
    let (rows_total, before) = (metadata.file_metadata().num_rows().max(1).unsigned_abs(), bill.rows_read);
    let mut batches = 0_u64;
    refuse_codecs(name, &metadata)?;
    for group in metadata.row_groups() {
        let mut rows = GroupRows::open(name, file, group, &columns)?;
        loop {
            let count = rows.next_batch(name)?;
            if count == 0 {
                break;
            }
            for index in 0..count {
                let row = bill.rows_read - before + 1;
                bill.take(&Place { file: name, line: None, row }, &rows.fields(name, index)?, sink)?;
            }
            batches += 1;
            if batches.is_multiple_of(REPORT_EVERY) {
                let done = (bill.rows_read - before).min(rows_total);
                report(
                    bill.rows_read,
                    u64::try_from(u128::from(bytes) * u128::from(done) / u128::from(rows_total))
                        .unwrap_or(bytes),
                );
            }
        }
    }
    Ok(())
}

fn metadata_of(name: &str, file: &File) -> Result<ParquetMetaData, FocusError> {
    let mut options = ParquetMetaDataOptions::new();
    options.set_encoding_stats_as_mask(true);
    options.set_column_stats_policy(ParquetStatisticsPolicy::SkipAll);
    options.set_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let file = file.try_clone().map_err(|source| FocusError::Io { file: name.to_owned(), source })?;
    decoded(name, || {
        ParquetMetaDataReader::new().with_metadata_options(Some(options)).parse_and_finish(&Footer(file))
    })
}

fn refuse_codecs(name: &str, metadata: &ParquetMetaData) -> Result<(), FocusError> {
    let mut chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
    let is_read = |chunk: &ColumnChunkMetaData| {
        let codec = chunk.compression();
        matches!(
            codec,
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_)
        )
    };
    if chunks.all(is_read) {
        return Ok(());
    }
    let (found, mend) = ("a Parquet file packed by another codec", "write it with snappy, zstd or gzip");
    Err(FocusError::Format { file: name.to_owned(), found, mend })
}

/// Runs the decoder. It holds most damage to be an error, but asserts some; a panic in it says
/// that the file is damaged, not that this program is.
fn decoded<T>(name: &str, decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, FocusError> {
    let file = name.to_owned();
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(ParquetError::External(inner))) => match inner.downcast::<PartTooLarge>() {
            Ok(part) => Err(FocusError::TooLarge { file, what: part.0 }),
            Err(inner) => Err(FocusError::Damaged { file, what: inner.to_string() }),
        },
        Ok(Err(ParquetError::NYI(what))) => {
            Err(FocusError::Damaged { file, what: format!("it uses {what}") })
        }
        Ok(Err(error)) => Err(FocusError::Damaged { file, what: error.to_string() }),
        Err(_) => Err(FocusError::Damaged { file, what: "its pages contradict each other".to_owned() }),
    }
}

/// Where a column that is read lies among the leaves of the schema.
struct Source {
    column: Column,
    leaf: usize,
    /// The leaf of the values, where the column is a map.
    values: Option<usize>,
    kind: Kind,
}

fn columns_of(
    name: &str,
    schema: &SchemaDescriptor,
    layout: &Layout,
    wants: Wants,
) -> Result<Vec<Source>, FocusError> {
    let mut sources = Vec::new();
    for column in Column::ALL {
        let Some(position) = layout.positions[column as usize] else { continue };
        if !wants.column(column) {
            continue;
        }
        let leaves: Vec<usize> =
            (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == position).collect();
        let source = match leaves.as_slice() {
            [leaf] if schema.column(*leaf).max_rep_level() == 0 => {
                Kind::of(column, &schema.column(*leaf)).map(|kind| (*leaf, None, kind))
            }
            [keys, values] if column.is_map() && Kind::is_map(schema, *keys, *values) => {
                Some((*keys, Some(*values), Kind::Text))
            }
            _ => None,
        };
        let Some((leaf, values, kind)) = source else {
            return Err(FocusError::ColumnType {
                file: name.to_owned(),
                column: column.name_in(layout.dialect),
                found: leaves.first().map_or_else(|| "nothing".to_owned(), |leaf| type_name(schema, *leaf)),
                wanted: Kind::wanted(column),
            });
        };
        sources.push(Source { column, leaf, values, kind });
    }
    Ok(sources)
}

fn type_name(schema: &SchemaDescriptor, leaf: usize) -> String {
    let column = schema.column(leaf);
    match column.max_rep_level() {
        0 => column.physical_type().to_string(),
        _ => format!("a list of {}", column.physical_type()),
    }
}

/// One leaf of the schema while a row group is read.
struct Leaf {
    reader: ColumnReader,
    pages: Arc<ColumnPages>,
}

/// One column while a row group is read.
enum Reading {
    Plain { column: Column, reader: Box<Leaf>, texts: Texts },
    Map { column: Column, keys: Box<Leaf>, values: Box<Leaf>, texts: Box<TagTexts> },
}

struct GroupRows {
    columns: Vec<Reading>,
    left: u64,
}

impl GroupRows {
    fn open(
        name: &str,
        file: &File,
        group: &RowGroupMetaData,
        sources: &[Source],
    ) -> Result<Self, FocusError> {
        let in_use = Arc::new(AtomicU64::new(0));
        let open = |source: &Source, leaf: usize| {
            let chunk = group.columns().get(leaf);
            decoded(name, || {
                let chunk = chunk.ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
                column_reader(file, source.column, chunk, group, &in_use)
            })
        };
        let mut columns = Vec::with_capacity(sources.len());
        for source in sources {
            let (column, reader) = (source.column, open(source, source.leaf)?);
            let levels =
                |leaf: usize| group.columns().get(leaf).map(|chunk| chunk.column_descr().max_def_level());
            columns.push(match source.values {
                None => {
                    let full = levels(source.leaf).unwrap_or_default();
                    Reading::Plain { column, reader, texts: Texts::new(source.kind, full) }
                }
                Some(leaf) => {
                    let texts = Box::new(TagTexts::new(
                        levels(source.leaf).unwrap_or_default(),
                        levels(leaf).unwrap_or_default(),
                    ));
                    Reading::Map { column, keys: reader, values: open(source, leaf)?, texts }
                }
            });
        }
        Ok(Self { columns, left: group.num_rows().max(0).unsigned_abs() })
    }

    /// Reads the next rows of every column; how many.
    fn next_batch(&mut self, name: &str) -> Result<usize, FocusError> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(ROWS);
        if wanted == 0 {
            return Ok(0);
        }
        for reading in &mut self.columns {
            let count = decoded(name, || match reading {
                Reading::Plain { reader, texts, .. } => {
                    texts.clear();
                    reader.pages.release();
                    texts.fill(&mut reader.reader, wanted)
                }
                Reading::Map { keys, values, texts, .. } => {
                    texts.clear();
                    keys.pages.release();
                    values.pages.release();
                    texts.fill(&mut keys.reader, &mut values.reader, wanted)
                }
            })?;
            if count != wanted {
                let what = "its columns have different numbers of rows".to_owned();
                return Err(FocusError::Damaged { file: name.to_owned(), what });
            }
        }
        self.left -= wanted as u64;
        Ok(wanted)
    }

    fn fields(&mut self, name: &str, row: usize) -> Result<Fields<'_>, FocusError> {
        for reading in &mut self.columns {
            if let Reading::Map { texts, .. } = reading {
                decoded(name, || texts.prepare(row))?;
            }
        }
        let mut fields: Fields<'_> = [None; COUNT];
        for reading in &self.columns {
            let (column, field) = match reading {
                Reading::Plain { column, texts, .. } => (column, texts.get(row)),
                Reading::Map { column, texts, .. } => (column, texts.get()),
            };
            fields[*column as usize] = field;
        }
        Ok(fields)
    }
}

fn column_reader(
    file: &File,
    column: Column,
    chunk: &ColumnChunkMetaData,
    group: &RowGroupMetaData,
    in_use: &Arc<AtomicU64>,
) -> Result<Box<Leaf>, ParquetError> {
    let starts =
        [chunk.data_page_offset(), chunk.dictionary_page_offset().unwrap_or(0), chunk.compressed_size()];
    if starts.iter().any(|start| *start < 0) {
        return Err(ParquetError::General("a column begins before the file".to_owned()));
    }
    let descriptor = chunk.column_descr_ptr();
    let pages = Arc::new(ColumnPages {
        file: file.try_clone()?,
        column: column.name(),
        is_gzip: matches!(chunk.compression(), Compression::GZIP(_)),
        is_repeated: descriptor.max_rep_level() > 0,
        next: Mutex::new(None),
        in_use: Arc::clone(in_use),
        page: AtomicU64::new(0),
        held: AtomicU64::new(0),
    });
    let rows = usize::try_from(group.num_rows()).unwrap_or(0);
    let page_reader = SerializedPageReader::new(Arc::clone(&pages), chunk, rows, None)?;
    Ok(Box::new(Leaf { reader: get_column_reader(descriptor, Box::new(page_reader)), pages }))
}
