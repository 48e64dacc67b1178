//! Cost in FOCUS files, versions 1.0 to 1.2, and in AWS' CUR 2.0: csv, csv.gz and Parquet, single files or the
//! folder of an AWS Data Export; `read_files` reads them wherever they lie. What CUR 2.0 says by other means is
//! told in `cur`.
//!
//! Files are recognised by their first bytes, streamed, and rolled up to (scope, UTC day, key)
//! while they are read. Whatever the input, at most 64 MB of memory are used: tables are handed
//! out when full, records are at most 1 MiB, and what unpacks like a bomb is refused.
//!
//! Decisions, where FOCUS and real files leave a choice:
//!
//! - A row without `BilledCost` is left out. A row without `EffectiveCost` goes in with its billed
//!   amount standing in, told once per file (`cost/effective-unknown`): the bill still adds up, and
//!   missing is not zero.
//! - Times without a zone are read as UTC, told once per file (`cost/naive-time`).
//! - Empty fields and `NULL` in any case are no value. Columns are found by name in any case and
//!   order; columns that are not read (`x_…`, names, prices) may hold anything.
//! - A charge over several UTC days is spread over them by the seconds of each; the parts add up to
//!   the charge exactly. A correction keeps its old days and belongs to the billing period that
//!   carries it. Charges of more than a month make at most two million daily amounts per file; what
//!   is beyond is left out (`cost/too-many-days`).
//! - Amounts are exact to 24 decimals; further ones are rounded with a remark (`cost/rounded`).
//!   Parquet's `DOUBLE` counts as the shortest decimal that reads back as the same number.
//! - More than 10,000 different services go in as one (`cost/too-many-services`): the bill adds up.
//! - An unknown charge category counts as `Other`, broken `Tags` as none; both with a remark.

mod amount;
mod bill;
mod columnar;
mod columns;
mod cur;
mod delimited;
mod error;
mod export;
mod issues;
mod long_charges;
mod opening;
mod pages;
mod resources;
mod rollup;
mod runs;
mod services;
mod tags;
mod time;
mod values;

use std::cell::Cell;
use std::fs::File;
use std::path::PathBuf;
use std::rc::Rc;

use domain::cost::{ControlTotal, ExactCell};
use domain::rejection::Issue;
use domain::resource::KeyResources;
use jiff::civil::Date;

use self::bill::Bill;
pub(crate) use self::columns::AWS_FOCUS_EXPORT;
pub use self::error::{FetchError, FocusError, SinkError};
pub(crate) use self::export::LARGEST_MANIFEST;
pub use self::export::{
    ExportPeriod, PARTITION, files_of, is_manifest, manifest_files, month_of, newest, period_files, periods,
};
pub use self::issues::{IssueCount, KEPT_PER_RULE, rule_of};
use self::issues::{Place, Remark};
use self::opening::Opened;
pub use self::opening::{DataFile, LocalFile};

/// How a delivery is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FocusOptions {
    /// The name of the source, the first part of every scope; `focus` unless the import says
    /// otherwise.
    pub source: String,
    /// The keys of `Tags` that allocation rules look at; all others are forgotten.
    pub tag_keys: Vec<String>,
}

/// Where goes what a delivery is made of, while it is read.
pub struct Receiver<'a> {
    /// Gets cells in batches sorted by scope, UTC day and key. A cell may come again in a later batch: the
    /// receiver adds them up.
    pub cells: &'a mut dyn FnMut(Vec<ExactCell>) -> Result<(), SinkError>,
    /// Gets the resources that cost or moved most, after all cells, each key of a billing period once.
    pub resources: Option<&'a mut dyn FnMut(Vec<KeyResources>) -> Result<(), SinkError>>,
}

/// How far reading has come, over all files of the delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows read, accepted or not.
    pub rows: u64,
    /// Bytes read from the disk, packed as they lie there.
    pub bytes_read: u64,
    /// The size of all files.
    pub bytes_total: u64,
}

/// What a delivery came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FocusSummary {
    /// The names of the files, without folders, in the order in which they were read.
    pub files: Vec<String>,
    /// Rows of data in all files.
    pub rows_read: u64,
    /// Rows that went in.
    pub rows_accepted: u64,
    /// Rows that were left out, each with an issue of gravity `Rejected`.
    pub rows_rejected: u64,
    /// The exact sums of the accepted rows per scope, sorted by scope. A sum of more than 28
    /// digits is rounded in its last digits, with a remark (`cost/rounded-sum`).
    pub control_totals: Vec<ControlTotal>,
    /// The last UTC day with a charge of at most one day; charges that were spread say nothing
    /// about how far the bill has come.
    pub latest_day: Option<Date>,
    /// At most [`KEPT_PER_RULE`] issues of every rule, in the order of the files.
    pub issues: Vec<Issue>,
    /// How many issues there were of every rule, kept or not.
    pub issue_counts: Vec<IssueCount>,
    /// How many issues there were, kept or not.
    pub issues_total: u64,
}

/// Reads a delivery: files, or folders of AWS Data Exports (`data/BILLING_PERIOD=…/` and
/// `metadata/BILLING_PERIOD=…/…-Manifest.json`), of which exactly the files that the manifests
/// name are read.
///
/// `sink` gets the cells as [`Receiver::cells`] does. Amounts are exact, in units of the billing currency.
/// Every scope in `control_totals` is delivered whole and replaces what was there.
///
/// # Errors
/// [`FocusError`] where the delivery as a whole cannot be trusted; what the sink got until then is
/// void. Single rows never fail a delivery, they become issues.
pub fn read(
    paths: &[PathBuf],
    options: &FocusOptions,
    sink: &mut dyn FnMut(Vec<ExactCell>) -> Result<(), SinkError>,
    progress: &dyn Fn(Progress),
) -> Result<FocusSummary, FocusError> {
    read_local(&files_of(paths)?, options, &mut Receiver { cells: sink, resources: None }, progress)
}

/// Reads a delivery of files on this machine, as [`read`] does, for a receiver.
///
/// # Errors
/// As [`read`].
pub fn read_local(
    files: &[LocalFile],
    options: &FocusOptions,
    receiver: &mut Receiver<'_>,
    progress: &dyn Fn(Progress),
) -> Result<FocusSummary, FocusError> {
    let named: Vec<DataFile> = files.iter().map(|local| local.file.clone()).collect();
    read_files(&named, &mut |position| files[position].open(), options, receiver, progress)
}

/// Reads a delivery of files wherever they lie, as [`read_local`] does: `open` brings one of them here, at its
/// start, when it is about to be read, and it is let go before the next one.
///
/// # Errors
/// As [`read`].
pub fn read_files(
    files: &[DataFile],
    open: &mut dyn FnMut(usize) -> Result<File, FocusError>,
    options: &FocusOptions,
    receiver: &mut Receiver<'_>,
    progress: &dyn Fn(Progress),
) -> Result<FocusSummary, FocusError> {
    let sink = &mut *receiver.cells;
    let bytes_total = files.iter().map(|file| file.bytes).sum();
    let bytes_read = Rc::new(Cell::new(0));
    let report = |rows| progress(Progress { rows, bytes_read: bytes_read.get(), bytes_total });
    let mut bill = Bill::new(&options.source, &options.tag_keys, receiver.resources.is_some());
    let mut bytes_before = 0;
    for (position, file) in files.iter().enumerate() {
        match opening::open(file, open(position)?, &bytes_read)? {
            Opened::Text(text) => delimited::read(&file.name, text, &mut bill, sink, &report)?,
            Opened::Parquet(table) => {
                let report = |rows, bytes| {
                    bytes_read.set(bytes_before + bytes);
                    report(rows);
                };
                columnar::read(&file.name, &table, &mut bill, sink, &report)?;
            }
        }
        bill.end_file(&file.name);
        bytes_before += file.bytes;
        bytes_read.set(bytes_before);
        report(bill.rows_read);
    }
    bill.rollup.flush(sink)?;
    if let (Some(resources), Some(sink)) = (bill.resources.take(), &mut receiver.resources) {
        resources.finish(&bill.rollup, &mut **sink)?;
    }
    summary(bill, files)
}

fn summary(bill: Bill, files: &[DataFile]) -> Result<FocusSummary, FocusError> {
    let Bill { mut issues, rollup, rows_read, rows_accepted, latest_day, .. } = bill;
    let mut control_totals = Vec::new();
    for (total, rounded) in rollup.into_totals()? {
        if rounded {
            let place = Place { file: files.last().map_or("", |file| &file.name), line: None, row: 0 };
            let account = &total.scope.billing_account;
            let remark = Remark {
                rule: "cost/rounded-sum",
                what: format!(
                    "The sum of billing account {account} has more than 28 digits and was rounded."
                ),
                mend: "Nothing to do: what is rounded is far below a millionth of a unit.",
            };
            issues.warn(&place, None, remark);
        }
        control_totals.push(total);
    }
    let issues_total = issues.total();
    let (issues, issue_counts) = issues.into_parts();
    Ok(FocusSummary {
        files: files.iter().map(|file| file.name.clone()).collect(),
        rows_read,
        rows_accepted,
        rows_rejected: rows_read - rows_accepted,
        control_totals,
        latest_day,
        issues,
        issue_counts,
        issues_total,
    })
}
