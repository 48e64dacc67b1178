//! The only place where sources and store meet.
//!
//! Code map: [`cost`] streams a bill into the staging area, [`objectives`] reads definitions and counts,
//! [`incidents`], [`deploys`] and [`rates`] their files, [`rows`] budgets and usage, [`terraform`] where objectives are
//! written; [`objective_export`] writes their definitions. [`catalogue`] applies and writes the catalogue,
//! [`edit`] makes proposals of what forms ask for, [`hook`] folds what webhooks told, [`topic`] raises what chats told, [`world`] stores the demo;
//! [`sync`] asks the sources that are configured; [`lease`] makes imports wait for each other, [`merges`] finds
//! incidents merged in a circle.
//!
//! Invariants: one command is one delivery, also with several files; a delivery in which nothing is
//! accepted, or that fails half-way, leaves the database as it was; the same delivery again changes
//! nothing; readers of files run beside the runtime and hand over a bounded number of batches.

mod catalogue;
mod cost;
mod deploys;
mod edit;
mod hook;
mod incidents;
mod lease;
mod merges;
mod objective_export;
mod objectives;
mod rates;
mod rows;
mod sync;
mod terraform;
mod topic;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::catalogue::entry::RowsPart;
use domain::coverage::SourceKind;
use domain::rejection::{Gravity, Issue};
use store::{Store, StoreError};

use crate::clock::Clock;

pub use catalogue::{
    Applied, How, NotApplied, Preview, backstage_apply, catalogue_apply, catalogue_export,
    catalogue_faults_now, catalogue_file, catalogue_text, fault_text, is_backstage, proposal_apply,
    proposal_preview,
};
pub use edit::{Edit, EditRead, edit_propose, edit_read};
pub use hook::{Inbox, hooks_read};
pub use lease::leftovers_clear;
pub use objective_export::{
    TerraformPatch, objective_document, objectives_export, terraform_block, terraform_patch,
};
pub use rows::{RowsRead, rows_read};
pub use sources::hook::{
    BODY_LIMIT as HOOK_BODY_LIMIT, Headers as HookHeaders, HookKind, Mapping as HookMapping, asks_for_help,
};
pub use sync::{
    SyncProgress, SyncReport, SyncStep, SyncWatcher, SyncedIncidents, SyncedIssues, SyncedObjectives,
    SyncedOutcome, sync_probe, sync_run, sync_scheduled,
};
pub use terraform::terraform_upload;
pub use topic::topic_week;
pub use world::{world_load, world_tell};

/// What is imported and how.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Files, or export folders for cost.
    pub files: Vec<PathBuf>,
    /// The name of the source; a default of its own for every kind.
    pub source: Option<String>,
    /// Whether definitions that break a rule are rejected.
    pub strict: bool,
    /// Whether the database stays as it is.
    pub dry_run: bool,
    /// Whether a delivery may shrink a billing period by more than half.
    pub force: bool,
    /// The tags of the bill that are kept.
    pub tag_keys: Vec<String>,
}

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// FOCUS files or export folders.
    Cost,
    /// OpenSLO definitions and SLI counts, told apart by what the files hold.
    Objectives,
    /// SLI counts only.
    Slis,
    /// Incidents in the canonical form.
    Incidents,
    /// What was put where and when.
    Deploys,
    /// Exchange rates.
    Rates,
    /// Monthly budgets.
    Budgets,
    /// What products used, month by month.
    Usage,
    /// Where terraform declares objectives.
    Terraform,
}

impl Kind {
    /// The word on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Objectives => "objectives",
            Self::Slis => "slis",
            Self::Incidents => "incidents",
            Self::Deploys => "deploys",
            Self::Rates => "rates",
            Self::Budgets => "budgets",
            Self::Usage => "usage",
            Self::Terraform => "terraform",
        }
    }

    /// The name of a source that nobody named.
    #[must_use]
    pub fn default_source(self) -> &'static str {
        match self {
            Self::Cost => "focus",
            Self::Objectives | Self::Slis => "openslo",
            Self::Incidents => "incidents",
            Self::Deploys => "deploys",
            Self::Rates => "rates",
            Self::Budgets => "budgets",
            Self::Usage => "usage",
            Self::Terraform => "terraform",
        }
    }
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was imported.
    pub kind: Kind,
    /// Under which name.
    pub source: String,
    /// The files, without their folders.
    pub files: Vec<String>,
    /// Rows or documents read.
    pub read: u64,
    /// Those that went in.
    pub accepted: u64,
    /// Those that were left out.
    pub rejected: u64,
    /// Whether the database changed.
    pub changed: bool,
    /// What changed, in the order of reading: a few words and a number each.
    pub effects: Vec<(&'static str, u64)>,
    /// Exact totals of cost: currency, billed, effective.
    pub totals: Vec<(String, String, String)>,
    /// Remarks, at most as many as the reader keeps.
    pub issues: Vec<Issue>,
    /// How many remarks there were.
    pub issues_total: u64,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

impl Report {
    fn new(kind: Kind, source: &str, delivery: &Delivery) -> Self {
        Self {
            kind,
            source: source.to_owned(),
            files: delivery.files.iter().map(|path| name_of(path)).collect(),
            read: 0,
            accepted: 0,
            rejected: 0,
            changed: false,
            effects: Vec::new(),
            totals: Vec::new(),
            issues: Vec::new(),
            issues_total: 0,
            dry_run: delivery.dry_run,
        }
    }

    /// Takes remarks over and counts them.
    fn remark(&mut self, issues: Vec<Issue>) {
        self.issues_total += issues.len() as u64;
        self.issues.extend(issues);
    }
}

/// How many of the remarks reject something.
fn rejections(issues: &[Issue]) -> u64 {
    issues.iter().filter(|issue| issue.gravity == Gravity::Rejected).count() as u64
}

/// Why nothing was imported; each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The bill cannot be trusted as a whole.
    #[error(transparent)]
    Cost(#[from] sources::focus::FocusError),
    /// AWS did not answer, or not usefully.
    #[error(transparent)]
    Aws(#[from] sources::aws::AwsError),
    /// An export in S3 could not be read.
    #[error(transparent)]
    Bucket(#[from] sources::aws::BucketError),
    /// A source of service levels, or Datadog about its incidents, did not answer, or not usefully.
    #[error(transparent)]
    Slo(#[from] sources::slo::SloSourceError),
    /// PagerDuty did not answer, or not usefully.
    #[error(transparent)]
    PagerDuty(#[from] sources::pagerduty::PagerDutyError),
    /// A tracker of issues did not answer, or not usefully.
    #[error(transparent)]
    Tracker(#[from] sources::tracker::TrackerError),
    /// Another run asks the same source.
    #[error("another run is asking this source just now; wait for it to finish")]
    Asking,
    /// A file cannot be read as what it should be.
    #[error(transparent)]
    Read(#[from] sources::input::ReadError),
    /// A file cannot be opened.
    #[error("{file} cannot be read: {source}")]
    File {
        /// The file as the person named it.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The delivery shrinks a billing period.
    #[error("{0}; if that is right, do it again with --force")]
    Shrinks(StoreError),
    /// The database refused or failed.
    #[error(transparent)]
    Store(StoreError),
    /// Another import runs for longer than one waits.
    #[error("another import is running; try again when it has finished")]
    Busy,
    /// The reader broke down.
    #[error("the file could not be read to its end: {0}")]
    Reader(String),
    /// The name of a source is not one.
    #[error("{0:?} is no name of a source: use letters, digits, hyphens, dots and underscores, at most 63")]
    Source(String),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Shrinks { .. } => Self::Shrinks(error),
            other => Self::Store(other),
        }
    }
}

/// How far an import has come: bytes read, bytes in all, rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all.
    pub total: u64,
    /// Rows read.
    pub rows: u64,
}

/// Who is told about progress.
pub type Watcher = Arc<dyn Fn(Progress) + Send + Sync>;

/// Imports one delivery.
///
/// # Errors
/// [`ImportError`] when nothing was imported; rows that are left out are in the report instead.
pub async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    kind: Kind,
    delivery: &Delivery,
    watcher: &Watcher,
) -> Result<Report, ImportError> {
    let source = delivery.source.clone().unwrap_or_else(|| kind.default_source().to_owned());
    if !is_source_name(&source) {
        return Err(ImportError::Source(source));
    }
    match kind {
        Kind::Cost => cost::run(store, clock, &source, delivery, watcher).await,
        Kind::Objectives | Kind::Slis => objectives::run(store, clock, kind, &source, delivery).await,
        Kind::Incidents => incidents::run(store, clock, &source, delivery).await,
        Kind::Deploys => deploys::run(store, clock, &source, delivery).await,
        Kind::Rates => rates::run(store, clock, &source, delivery).await,
        Kind::Budgets => rows::run(store, clock, (kind, RowsPart::Budgets), &source, delivery).await,
        Kind::Terraform => terraform::run(store, clock, &source, delivery).await,
        Kind::Usage => rows::run(store, clock, (kind, RowsPart::Usage), &source, delivery).await,
    }
}

/// Letters, digits and a few marks, so that a name is good in files, labels and pages.
pub(crate) fn is_source_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.is_empty() && name.len() <= 63 && name.chars().all(allowed)
}

/// The largest file that is read as a whole, a little above what readers take, so that they can say it.
const FILE_LIMIT: u64 = 64 * 1024 * 1024 + 1;

/// A file read as a whole.
struct Whole {
    name: String,
    bytes: Vec<u8>,
}

/// Reads small files beside the runtime.
async fn files_read(paths: &[PathBuf]) -> Result<Vec<Whole>, ImportError> {
    let paths = paths.to_vec();
    let read = move || paths.iter().map(|path| file_read(path)).collect::<Result<Vec<_>, _>>();
    let done = tokio::task::spawn_blocking(read).await;
    done.map_err(|error| ImportError::Reader(error.to_string()))?
}

fn file_read(path: &Path) -> Result<Whole, ImportError> {
    use std::io::Read;
    let fault = |source| ImportError::File { file: path.display().to_string(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(fault)?;
    file.take(FILE_LIMIT).read_to_end(&mut bytes).map_err(fault)?;
    Ok(Whole { name: name_of(path), bytes })
}

/// The file's name without its folder, as remarks and pages show it.
fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Keeps the remarks of a delivery that changed something or was taken as it is.
async fn issues_keep(
    store: &Arc<dyn Store>,
    clock: Clock,
    kind: SourceKind,
    report: &mut Report,
    issues: Vec<Issue>,
) -> Result<(), ImportError> {
    report.changed |= store.import_issue_replace(&report.source, kind, clock.now(), issues).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sources_are_plain() {
        for name in ["focus", "aws-prod", "billing.v2", "A_1"] {
            assert!(is_source_name(name), "{name}");
        }
        for name in ["", "a b", "a/b", "ä", "nul\0", &"x".repeat(64)] {
            assert!(!is_source_name(name), "{name:?}");
        }
    }
}
