//! Cost: files are read beside the runtime and handed over in a bounded number of batches.

use std::sync::Arc;

use domain::cost::{ControlTotal, ExactCell};
use domain::coverage::SourceKind;
use domain::money::Currency;
use domain::rejection::Issue;
use rust_decimal::Decimal;
use sources::focus::{self, FocusError, FocusOptions, FocusSummary, SinkError};
use store::{CommitOptions, Lease, Stage, Store};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::lease::{RENEWED, holding, renew};
use super::{Delivery, ImportError, Kind, Report, Watcher, issues_keep};
use crate::clock::{Clock, Stopwatch};

/// How many batches may wait for the store: one, so that memory stays small.
const WAITING: usize = 1;

/// Remarks on the form of a file: they are said at the command line and not stored, so that the same
/// rows in another form or under another name leave the same database.
const ABOUT_THE_FORM: [&str; 2] = ["cost/missing-column", "cost/naive-time"];

/// Imports one delivery of cost.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    delivery: &Delivery,
    watcher: &Watcher,
) -> Result<Report, ImportError> {
    let options = FocusOptions { source: source.to_owned(), tag_keys: delivery.tag_keys.clone() };
    let mut report = Report::new(Kind::Cost, source, delivery);
    if delivery.dry_run {
        let (reader, mut batches) = reader_start(delivery, options, watcher);
        while batches.recv().await.is_some() {}
        describe(&mut report, reader_end(reader).await?);
        return Ok(report);
    }
    holding(store, async |lease| {
        let stage = store.cost_stage_begin(lease, source).await?;
        let (reader, batches) = reader_start(delivery, options, watcher);
        let appended = append_all(store, lease, &stage, batches).await;
        // The reader stops by itself when the store refused a batch; then the store's reason counts.
        let read = reader_end(reader).await;
        let summary = match (appended, read) {
            (Ok(()), Ok(summary)) if summary.rows_accepted > 0 => summary,
            (appended, read) => {
                let discarded = store.cost_stage_discard(stage).await;
                // Why it failed comes first: a disk that is full may refuse the clearing up as well.
                appended?;
                describe(&mut report, read?);
                return Ok(discarded?);
            }
        };
        let totals = summary.control_totals.clone();
        describe(&mut report, summary);
        let at = clock.now();
        renew(store, lease).await?;
        let done =
            store.cost_stage_commit(stage, totals, CommitOptions { force: delivery.force, at }).await?;
        report.changed = done.scopes_changed > 0;
        report.effects = vec![
            ("billing periods written", done.scopes_changed),
            ("billing periods unchanged", done.scopes_unchanged),
            ("cells", done.cells),
            ("daily sums changed or new", done.restatements),
        ];
        let about_rows = |issue: &&Issue| !ABOUT_THE_FORM.contains(&issue.rule);
        let issues = report.issues.iter().filter(about_rows).cloned().collect();
        issues_keep(store, clock, SourceKind::Cost, &mut report, issues).await
    })
    .await?;
    Ok(report)
}

type Reader = JoinHandle<Result<FocusSummary, FocusError>>;

/// Reads on a thread of its own; a full channel makes it wait, a closed one makes it stop.
fn reader_start(
    delivery: &Delivery,
    options: FocusOptions,
    watcher: &Watcher,
) -> (Reader, mpsc::Receiver<Vec<ExactCell>>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let (files, watcher) = (delivery.files.clone(), Arc::clone(watcher));
    let reader = tokio::task::spawn_blocking(move || {
        let mut sink = |cells: Vec<ExactCell>| {
            sender.blocking_send(cells).map_err(|_| SinkError::new("the store refused"))
        };
        let told = |progress: focus::Progress| {
            watcher(super::Progress {
                bytes: progress.bytes_read,
                total: progress.bytes_total,
                rows: progress.rows,
            });
        };
        focus::read(&files, &options, &mut sink, &told)
    });
    (reader, receiver)
}

async fn reader_end(reader: Reader) -> Result<FocusSummary, ImportError> {
    let read = reader.await.map_err(|error| ImportError::Reader(error.to_string()))?;
    Ok(read?)
}

/// Hands every batch to the store and prolongs the lease in between.
async fn append_all(
    store: &Arc<dyn Store>,
    lease: &Lease,
    stage: &Stage,
    mut batches: mpsc::Receiver<Vec<ExactCell>>,
) -> Result<(), ImportError> {
    let mut since_renewal = Stopwatch::start();
    while let Some(cells) = batches.recv().await {
        if since_renewal.elapsed() > RENEWED {
            renew(store, lease).await?;
            since_renewal = Stopwatch::start();
        }
        store.cost_stage_append(stage, cells).await?;
    }
    Ok(())
}

fn describe(report: &mut Report, summary: FocusSummary) {
    report.files = summary.files;
    report.read = summary.rows_read;
    report.accepted = summary.rows_accepted;
    report.rejected = summary.rows_rejected;
    report.totals = totals_by_currency(&summary.control_totals);
    report.issues = summary.issues;
    report.issues_total = summary.issues_total;
}

/// The exact sums that the page and the file must agree on.
fn totals_by_currency(totals: &[ControlTotal]) -> Vec<(String, String, String)> {
    let mut sums: std::collections::BTreeMap<Currency, (Decimal, Decimal)> = Default::default();
    for total in totals {
        let (billed, effective) = sums.entry(total.scope.currency).or_default();
        *billed = billed.saturating_add(total.billed);
        *effective = effective.saturating_add(total.effective);
    }
    let text = |amount: Decimal| amount.normalize().to_string();
    sums.into_iter()
        .map(|(currency, (billed, effective))| (currency.to_string(), text(billed), text(effective)))
        .collect()
}
