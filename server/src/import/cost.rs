//! Cost: files are read beside the runtime and handed over in a bounded number of batches.

use std::sync::Arc;

use domain::cost::{ControlTotal, ExactCell};
use domain::coverage::SourceKind;
use domain::money::Currency;
use domain::rejection::Issue;
use domain::resource::KeyResources;
use rust_decimal::Decimal;
use sources::focus::{self, FocusError, FocusOptions, FocusSummary, Receiver, SinkError};
use store::{CommitOptions, CostCommit, Lease, Stage, Store};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

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
    let mut report = Report::new(Kind::Cost, source, delivery);
    if delivery.dry_run {
        describe(&mut report, reader_end(reader_alone(source, delivery, watcher)).await?);
        return Ok(report);
    }
    holding(store, async |lease| {
        let (summary, done) =
            deliver(store, clock, lease, delivery.force, bill_of(source, delivery, watcher)).await?;
        describe(&mut report, summary);
        let Some(done) = done else { return Ok(()) };
        report.changed = done.scopes_changed > 0;
        report.effects = vec![
            ("billing periods written", done.scopes_changed),
            ("billing periods unchanged", done.scopes_unchanged),
            ("cells", done.cells),
            ("daily sums changed or new", done.restatements),
        ];
        let issues = about_rows(&report.issues);
        issues_keep(store, clock, SourceKind::Cost, &mut report, issues).await
    })
    .await?;
    Ok(report)
}

fn bill_of(source: &str, delivery: &Delivery, watcher: &Watcher) -> Bill {
    let files = delivery.files.clone();
    Bill {
        options: FocusOptions { source: source.to_owned(), tag_keys: delivery.tag_keys.clone() },
        left_out: Vec::new(),
        reading: Box::new(move |options, receiver, told| {
            focus::read_local(&focus::files_of(&files)?, options, receiver, told)
        }),
        watcher: Arc::clone(watcher),
    }
}

/// The remarks that are kept in the database.
pub(super) fn about_rows(issues: &[Issue]) -> Vec<Issue> {
    issues.iter().filter(|issue| !ABOUT_THE_FORM.contains(&issue.rule)).cloned().collect()
}

/// What the reader hands over.
enum Handed {
    Cells(Vec<ExactCell>),
    Resources(Vec<KeyResources>),
}

/// Reads the files of a bill on a thread that may wait.
pub(super) type Reading = Box<
    dyn FnOnce(&FocusOptions, &mut Receiver<'_>, &dyn Fn(focus::Progress)) -> Result<FocusSummary, FocusError>
        + Send,
>;

/// One delivery of cost before it is read.
pub(super) struct Bill {
    /// How its rows are to be read.
    pub(super) options: FocusOptions,
    /// Totals of what is stored and has to become nothing where the delivery no longer has it.
    pub(super) left_out: Vec<ControlTotal>,
    /// How its files are read.
    pub(super) reading: Reading,
    /// Who is told how far it has come.
    pub(super) watcher: Watcher,
}

/// Reads and commits one delivery under the lease of imports; no commit where no row was accepted.
pub(super) async fn deliver(
    store: &Arc<dyn Store>,
    clock: Clock,
    lease: &Lease,
    force: bool,
    bill: Bill,
) -> Result<(FocusSummary, Option<CostCommit>), ImportError> {
    let stage = store.cost_stage_begin(lease, &bill.options.source).await?;
    let left_out = bill.left_out.clone();
    let (reader, batches) = reader_start(bill);
    let appended = append_all(store, lease, &stage, batches).await;
    // The reader stops by itself when the store refused a batch; then the store's reason counts.
    let read = reader_end(reader).await;
    let summary = match (appended, read) {
        (Ok(()), Ok(summary)) if summary.rows_accepted > 0 => summary,
        (appended, read) => {
            let discarded = store.cost_stage_discard(stage).await;
            // Why it failed comes first: a disk that is full may refuse the clearing up as well.
            appended?;
            let summary = read?;
            discarded?;
            return Ok((summary, None));
        }
    };
    let mut totals = summary.control_totals.clone();
    let is_there = |total: &ControlTotal| {
        summary.control_totals.iter().any(|one| {
            one.scope.billing_account == total.scope.billing_account
                && one.scope.period_start == total.scope.period_start
        })
    };
    totals.extend(left_out.into_iter().filter(|total| !is_there(total)));
    let at = clock.now();
    renew(store, lease).await?;
    let done = store.cost_stage_commit(stage, totals, CommitOptions { force, at }).await?;
    Ok((summary, Some(done)))
}

type Reader = JoinHandle<Result<FocusSummary, FocusError>>;

/// Reads on a thread of its own; a full channel makes it wait, a closed one makes it stop.
fn reader_start(bill: Bill) -> (Reader, mpsc::Receiver<Handed>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let Bill { options, reading, watcher, .. } = bill;
    let reader = tokio::task::spawn_blocking(move || {
        let hand = |handed| sender.blocking_send(handed).map_err(|_| SinkError::new("the store refused"));
        let mut receiver = Receiver {
            cells: &mut |cells| hand(Handed::Cells(cells)),
            resources: Some(&mut |resources| hand(Handed::Resources(resources))),
        };
        reading(&options, &mut receiver, &|progress| tell(&watcher, progress))
    });
    (reader, receiver)
}

/// Reads a delivery on a thread of its own and keeps nothing of it.
fn reader_alone(source: &str, delivery: &Delivery, watcher: &Watcher) -> Reader {
    let (files, watcher) = (delivery.files.clone(), Arc::clone(watcher));
    let options = FocusOptions { source: source.to_owned(), tag_keys: delivery.tag_keys.clone() };
    tokio::task::spawn_blocking(move || {
        focus::read(&files, &options, &mut |_| Ok(()), &|progress| tell(&watcher, progress))
    })
}

fn tell(watcher: &Watcher, progress: focus::Progress) {
    let focus::Progress { rows, bytes_read: bytes, bytes_total: total } = progress;
    watcher(super::Progress { bytes, total, rows });
}

async fn reader_end(reader: Reader) -> Result<FocusSummary, ImportError> {
    let read = reader.await.map_err(|error| ImportError::Reader(error.to_string()))?;
    Ok(read?)
}

/// Hands every batch to the store and prolongs the lease in between, also while a file is on its way here.
async fn append_all(
    store: &Arc<dyn Store>,
    lease: &Lease,
    stage: &Stage,
    mut batches: mpsc::Receiver<Handed>,
) -> Result<(), ImportError> {
    let mut since_renewal = Stopwatch::start();
    loop {
        let next = timeout(RENEWED, batches.recv()).await;
        if let Ok(None) = next {
            return Ok(());
        }
        if since_renewal.elapsed() > RENEWED {
            renew(store, lease).await?;
            since_renewal = Stopwatch::start();
        }
        match next {
            Ok(Some(Handed::Cells(cells))) => store.cost_stage_append(stage, cells).await?,
            Ok(Some(Handed::Resources(resources))) => store.cost_stage_resources(stage, resources).await?,
            Ok(None) | Err(_) => {}
        }
    }
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
