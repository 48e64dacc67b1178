//! Bills in exports: the billing periods whose manifest was written anew are read, each whole, each as one
//! delivery, the newest first.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::cost::ControlTotal;
use domain::coverage::SourceKind;
use domain::rejection::Issue;
use domain::sync::{ExportedPeriod, SyncedMonth};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use sources::aws::{Bucket, BucketError, BucketPlace};
use sources::focus::{self, DataFile, ExportPeriod, FetchError, FocusError, FocusOptions, FocusSummary};
use store::{CostCommit, Store, StoreError, StoredIssue};
use tokio::runtime::Handle;

use super::super::cost::{self, Bill, Reading};
use super::super::lease::holding;
use super::super::{ImportError, Watcher};
use super::{SyncProgress, SyncReport, SyncStep, SyncWatcher, SyncedOutcome, access_of};
use crate::clock::Clock;
use crate::config::FocusExport;

/// Part of what a manifest is told by: another one when rows are read in another way, so that all billing
/// periods are read again.
const READ_AS: &str = "2";

/// Where an export lies.
enum Place {
    Folder(PathBuf),
    Bucket(Arc<Bucket>),
}

impl Place {
    async fn of(config: &FocusExport) -> Result<Self, ImportError> {
        match BucketPlace::parse(&config.location) {
            None => Ok(Self::Folder(PathBuf::from(&config.location))),
            Some(place) => {
                let bucket = Bucket::connect(&access_of(&config.entry), place).await;
                Ok(Self::Bucket(Arc::new(bucket.map_err(BucketError::from)?)))
            }
        }
    }

    /// The billing periods, newest first.
    async fn periods(&self) -> Result<Vec<ExportPeriod>, ImportError> {
        match self {
            Self::Folder(folder) => {
                let folder = folder.clone();
                Ok(beside(move || focus::periods(&folder)).await??)
            }
            Self::Bucket(bucket) => Ok(bucket.periods().await?),
        }
    }

    /// How the files of a billing period are read, and their names and sizes.
    async fn reading(&self, period: &ExportPeriod) -> Result<(Vec<DataFile>, Reading), ImportError> {
        match self {
            Self::Folder(folder) => {
                let (folder, period) = (folder.clone(), period.clone());
                let files = beside(move || focus::period_files(&folder, &period)).await??;
                let named = files.iter().map(|local| local.file.clone()).collect();
                Ok((
                    named,
                    Box::new(move |options, receiver, told| {
                        focus::read_local(&files, options, receiver, told)
                    }),
                ))
            }
            Self::Bucket(bucket) => {
                let objects = bucket.files(period).await?;
                let named: Vec<DataFile> = objects.iter().map(|object| object.file.clone()).collect();
                let (bucket, runtime, files) = (Arc::clone(bucket), Handle::current(), named.clone());
                // One object at a time lies in the folder for temporary files, without a name.
                let mut fetch = move |position: usize| -> Result<File, FocusError> {
                    let object = &objects[position];
                    let disk = |source| {
                        FetchError::new(BucketError::Disk { file: object.file.name.clone(), source })
                    };
                    let mut file = tempfile::tempfile().map_err(disk)?;
                    runtime.block_on(bucket.fetch(object, &mut file)).map_err(FetchError::new)?;
                    Ok(file)
                };
                Ok((
                    named,
                    Box::new(move |options, receiver, told| {
                        focus::read_files(&files, &mut fetch, options, receiver, told)
                    }),
                ))
            }
        }
    }
}

/// Does what may wait for a disk beside the runtime.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ImportError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ImportError::Reader(error.to_string()))
}

/// Reads what is new. A billing period that cannot be read leaves what is stored of it, and the others are
/// read all the same.
///
/// # Errors
/// [`ImportError`], the first one; every period that was finished is stored.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &FocusExport,
    force: bool,
    watcher: &SyncWatcher,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    let place = Place::of(config).await?;
    let periods = place.periods().await?;
    report.periods = Some(periods.len());
    let known = store.export_period_list().await?;
    let is_new = |period: &&ExportPeriod| {
        let manifest = manifest_mark(config, period);
        !known
            .iter()
            .any(|one| one.source == config.name && one.month == period.month && one.manifest == manifest)
    };
    let fresh: Vec<&ExportPeriod> = periods.iter().filter(is_new).collect();
    let mut first_fault = None;
    for (position, period) in fresh.iter().enumerate() {
        match read(store, clock, config, force, &place, period, report).await {
            Ok(()) => {
                let (done, total) = (position + 1, fresh.len());
                let step = SyncStep::Month(period.month);
                watcher(&SyncProgress { step, done, total, requests: None });
            }
            Err(error) if is_about_period(&error) => first_fault = first_fault.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    if let Some(error) = first_fault {
        return Err(error);
    }
    let (checked_at, month) = (clock.now(), clock.today(&TimeZone::UTC).first_of_month());
    let source = config.name.clone();
    Ok(store.synced_month_put(&SyncedMonth { source, month, checked_at, estimated_from: None }).await?)
}

/// Whether other billing periods may well be read.
fn is_about_period(error: &ImportError) -> bool {
    match error {
        ImportError::Cost(FocusError::Sink(_)) => false,
        ImportError::Cost(_) | ImportError::Shrinks(_) => true,
        ImportError::Bucket(error) => error.is_about_period(),
        _ => false,
    }
}

/// What is remembered of a manifest that was read: also where it lies and which tags were kept.
fn manifest_mark(config: &FocusExport, period: &ExportPeriod) -> String {
    let parts = [READ_AS, &config.location, &period.manifest, &period.mark, &config.tag_keys.join("\0")];
    format!("{:x}", Sha256::digest(parts.join("\n")))
}

/// Reads one billing period and puts it in the place of what is stored of it.
async fn read(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &FocusExport,
    force: bool,
    place: &Place,
    period: &ExportPeriod,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    let (files, reading) = place.reading(period).await?;
    let mut outcome = None;
    holding(store, async |lease| {
        let bill = Bill {
            options: FocusOptions { source: config.name.clone(), tag_keys: config.tag_keys.clone() },
            left_out: stored(store, &config.name, period.month).await?,
            reading,
            watcher: Arc::new(|_| {}) as Watcher,
        };
        let (summary, done) = cost::deliver(store, clock, lease, force, bill).await.map_err(bucket_error)?;
        let done = done.unwrap_or_default();
        let issues = cost::about_rows(&summary.issues);
        report.changed |= issues_keep(store, clock, config, period, issues).await?;
        report.changed |= done.scopes_changed > 0;
        report.issues.extend(summary.issues.iter().cloned());
        outcome = Some((summary, done));
        Ok(())
    })
    .await?;
    let Some((summary, done)) = outcome else { return Ok(()) };
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let noted = ExportedPeriod {
        source: config.name.clone(),
        month: period.month,
        manifest: manifest_mark(config, period),
        files: whole(files.len() as u64),
        bytes: whole(files.iter().map(|file| file.bytes).sum()),
        rows: whole(summary.rows_read),
        read_at: clock.now(),
    };
    store.export_period_put(&noted).await?;
    report.months.push(outcome_of(period.month, &summary, &done));
    Ok(())
}

/// What is stored of a billing period, as totals of nothing: a billing account that the export no longer has
/// leaves no cost behind.
async fn stored(store: &Arc<dyn Store>, source: &str, month: Date) -> Result<Vec<ControlTotal>, StoreError> {
    let mut totals = store.cost_control_totals().await?;
    totals
        .retain(|total| total.scope.source == source && total.scope.period_start == month && total.rows > 0);
    let nothing = |total| ControlTotal {
        billed: Decimal::ZERO,
        effective: Decimal::ZERO,
        rows: 0,
        latest_day: None,
        ..total
    };
    Ok(totals.into_iter().map(nothing).collect())
}

/// Why a file could not be brought here, in the words of whoever tried.
fn bucket_error(error: ImportError) -> ImportError {
    match error {
        ImportError::Cost(FocusError::Fetch(fetch)) => match fetch.into_inner().downcast::<BucketError>() {
            Ok(error) => ImportError::Bucket(*error),
            Err(other) => ImportError::Cost(FocusError::Fetch(FetchError::new(other))),
        },
        other => other,
    }
}

/// Keeps the remarks on a billing period beside those on the others.
async fn issues_keep(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &FocusExport,
    period: &ExportPeriod,
    fresh: Vec<Issue>,
) -> Result<bool, StoreError> {
    let month = format!("{}/", period.month.strftime("%Y-%m"));
    let others = store.import_issue_list().await?.into_iter().filter(|issue| {
        issue.source == config.name && issue.kind == SourceKind::Cost && !issue.file.starts_with(&month)
    });
    let mut issues: Vec<Issue> = others.filter_map(again).chain(fresh).collect();
    // Newest period first, whatever the order in which they were read; within one as they came.
    issues.sort_by(|one, other| month_word(&other.file).cmp(month_word(&one.file)));
    store.import_issue_replace(&config.name, SourceKind::Cost, clock.now(), issues).await
}

fn month_word(file: &str) -> &str {
    file.split('/').next().unwrap_or_default()
}

fn again(issue: StoredIssue) -> Option<Issue> {
    let rule = focus::rule_of(&issue.rule)?;
    let StoredIssue { file, line, column, what, mend, gravity, .. } = issue;
    Some(Issue { file, line, column, rule, what, mend, gravity })
}

fn outcome_of(month: Date, summary: &FocusSummary, done: &CostCommit) -> SyncedOutcome {
    let mut totals: Vec<(String, Decimal, Decimal)> = Vec::new();
    for total in &summary.control_totals {
        let code = total.scope.currency.to_string();
        match totals.iter_mut().find(|(known, ..)| *known == code) {
            Some((_, billed, effective)) => {
                *billed = billed.saturating_add(total.billed);
                *effective = effective.saturating_add(total.effective);
            }
            None => totals.push((code, total.billed, total.effective)),
        }
    }
    totals.sort();
    SyncedOutcome {
        month,
        changed: done.scopes_changed > 0,
        cells: Some(done.cells),
        restatements: done.restatements,
        totals,
    }
}

/// What `teirei check` finds out about an export.
pub(super) async fn probe(config: &FocusExport) -> Vec<(bool, String)> {
    match Place::of(config).await {
        Ok(Place::Bucket(bucket)) => {
            bucket.probe().await.into_iter().map(|finding| (finding.is_fine, finding.text)).collect()
        }
        Ok(Place::Folder(folder)) => vec![folder_probe(folder).await],
        Err(error) => vec![(false, error.to_string())],
    }
}

async fn folder_probe(folder: PathBuf) -> (bool, String) {
    let looked = beside(move || folder_look(&folder)).await;
    match looked.and_then(|found| Ok(found?)) {
        Ok(found) => (true, found),
        Err(error) => (false, error.to_string()),
    }
}

fn folder_look(folder: &Path) -> Result<String, FocusError> {
    let periods = focus::periods(folder)?;
    let Some(newest) = periods.first() else { return Ok(String::new()) };
    let files = focus::period_files(folder, newest)?;
    for file in &files {
        file.open()?;
    }
    Ok(format!(
        "{} has {} billing periods, the newest is {} with {} files",
        folder.display(),
        periods.len(),
        newest.month.strftime("%Y-%m"),
        files.len()
    ))
}
