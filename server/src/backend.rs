//! The pages' door to the data: gathers what the store has, lets the domain judge it, and remembers
//! the answer while the database says the same.
//!
//! Code map: [`gather`] from the store to a draft, [`freeze`] from a draft to a snapshot, [`cache`] what is
//! remembered and for how long, [`pages`] the trait that pages call. [`answer`] is what people say about cost that
//! stood out, [`catalogue`] and [`catalogue_edit`] the catalogue and its changes, [`notice`] what chats are to hear
//! of, [`digest`] what digests are worded from, [`vendor`] what vendors say of service levels, [`gauge`] what machines are told; every other file is
//! named like its page.

mod action;
mod answer;
mod archive;
mod audit;
mod cache;
mod catalogue;
mod catalogue_edit;
mod checklist;
mod deploy;
mod digest;
mod freeze;
mod gather;
mod gauge;
mod incident;
mod incident_statistics;
mod note;
mod notice;
mod objective;
mod objective_proposal;
mod objective_queue;
mod pages;
mod period_review;
mod person;
mod postmortem;
mod product_cost;
mod restatement;
mod share;
mod topic;
mod vendor;
mod week_comparison;
mod week_skip;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use app::backend::{AppError, Trouble, Version};
use domain::catalogue::Catalogue;
use domain::freeze_record::FreezeRecord;
use domain::product::Slug;
use domain::product_review::ProductReview;
use domain::review::WeeklyReview;
use domain::session::SessionTerms;
use domain::week::IsoWeek;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::{SnapshotHead, Store, StoreError};

use crate::clock::Clock;
use cache::Cache;
pub use digest::{DigestDraft, DigestSetting, digest_of};
pub use gauge::Gauges;
pub use notice::Found;
pub use objective_proposal::PatchRequest;

/// The name of the meeting that covers all products.
pub const DEFAULT_MEETING: &str = "";

/// What a request has seen of the database at its beginning.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The revision.
    pub revision: i64,
    /// The catalogue of that revision.
    pub catalogue: Arc<Catalogue>,
}

tokio::task_local! {
    /// What the request being answered has seen.
    static SEEN: Seen;
}

/// Answers a request from one state of the database, which is read once, at its beginning.
pub async fn with_seen<F: Future>(seen: Seen, answer: F) -> F::Output {
    SEEN.scope(seen, answer).await
}

/// Reads and writes for pages, exports and the command line.
pub struct LiveBackend {
    store: Arc<dyn Store>,
    clock: Clock,
    cache: Cache,
    digests: DigestSetting,
    sessions: SessionTerms,
    /// Objectives whose pages were opened on a UTC day, so that each is noted once.
    opened: Mutex<BTreeSet<(String, i64)>>,
    /// The hour, and who took which page away in it.
    exported: Mutex<(i64, BTreeSet<(String, String)>)>,
}

/// The state of the database and the minute an answer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    revision: i64,
    as_of: Timestamp,
}

/// A frozen version read back.
#[derive(Clone, Debug)]
struct Frozen {
    head: SnapshotHead,
    review: Arc<WeeklyReview>,
    products: Arc<Vec<ProductReview>>,
    record: FreezeRecord,
}

impl LiveBackend {
    /// A backend that remembers answers while the database and the minute stay the same.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self {
            store,
            clock,
            cache: Cache::new(),
            digests: DigestSetting::default(),
            sessions: SessionTerms::default(),
            opened: Mutex::default(),
            exported: Mutex::default(),
        }
    }

    /// A backend that reads the store anew for every answer.
    #[must_use]
    pub fn without_cache(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self {
            store,
            clock,
            cache: Cache::off(),
            digests: DigestSetting::default(),
            sessions: SessionTerms::default(),
            opened: Mutex::default(),
            exported: Mutex::default(),
        }
    }

    /// The same, with channels that get digests.
    #[must_use]
    pub fn with_digests(self, digests: DigestSetting) -> Self {
        Self { digests, ..self }
    }

    /// The same, where sessions last so long.
    #[must_use]
    pub fn with_sessions(self, sessions: SessionTerms) -> Self {
        Self { sessions, ..self }
    }

    /// The clock that pages look at.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`AppError::Internal`] when it does not.
    pub async fn ping(&self) -> Result<(), AppError> {
        self.store.ping().await.map_err(|error| internal(&error))
    }

    /// The revision of the database and its catalogue.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn seen(&self) -> Result<Seen, AppError> {
        let moment = self.moment().await?;
        Ok(Seen { revision: moment.revision, catalogue: self.catalogue(moment).await? })
    }

    async fn moment(&self) -> Result<Moment, AppError> {
        let revision = match SEEN.try_with(|seen| seen.revision) {
            Ok(revision) => revision,
            Err(_) => self.store.revision().await.map_err(|error| internal(&error))?,
        };
        Ok(Moment { revision, as_of: self.clock.minute() })
    }

    async fn catalogue(&self, moment: Moment) -> Result<Arc<Catalogue>, AppError> {
        let seen =
            SEEN.try_with(|seen| (seen.revision == moment.revision).then(|| Arc::clone(&seen.catalogue)));
        if let Ok(Some(catalogue)) = seen {
            return Ok(catalogue);
        }
        if let Some(catalogue) = self.cache.catalogue(moment) {
            return Ok(catalogue);
        }
        let catalogue = self.store.catalogue_get().await.map_err(|error| internal(&error))?;
        Ok(self.cache.catalogue_keep(moment, Arc::new(catalogue)))
    }
}

/// One version of a week in the words of the store: `None` is the latest.
fn version_number(version: Version) -> Option<i64> {
    match version {
        Version::Latest | Version::Draft => None,
        Version::Number(number) => Some(number),
    }
}

/// The product of a short name among frozen ones.
fn product_of<'a>(products: &'a [ProductReview], slug: &Slug) -> Option<&'a ProductReview> {
    products.iter().find(|review| review.product.slug == *slug)
}

/// A week that has not begun has no review.
fn check_begun(week: IsoWeek, catalogue: &Catalogue, as_of: Timestamp) -> Result<(), AppError> {
    let starts = week.period(&catalogue.organization.zone()).start;
    if starts > as_of { Err(AppError::NotFound) } else { Ok(()) }
}

/// Logs a cause once and answers an error that names nothing but the id of the log line.
pub fn internal(error: &(dyn Error + 'static)) -> AppError {
    let id = error_id();
    let trouble = trouble_of(error);
    let mut causes = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string cannot fail.
        _ = write!(causes, ": {cause}");
        source = cause.source();
    }
    tracing::error!(id, "{causes}");
    match trouble {
        Some(trouble) => {
            // Nobody listens outside of a request.
            _ = TROUBLE.try_with(|heard| heard.set(Some(trouble)));
            AppError::Unavailable { id, trouble }
        }
        None => AppError::Internal { id },
    }
}

tokio::task_local! {
    /// What the database could not do while a request was answered: the last of it.
    pub(crate) static TROUBLE: Cell<Option<Trouble>>;
}

/// What of an error people can mend or wait out.
fn trouble_of(error: &(dyn Error + 'static)) -> Option<Trouble> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<StoreError>() {
            Some(StoreError::Full(_)) => return Some(Trouble::Full),
            Some(StoreError::ReadOnly(_)) => return Some(Trouble::ReadOnly),
            Some(StoreError::Busy(_) | StoreError::Away(_)) => return Some(Trouble::Away),
            _ => cause = error.source(),
        }
    }
    None
}

/// Eight hexadecimal digits that no other error of this process or its neighbours is likely to have.
fn error_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut hasher = Sha256::new();
    hasher.update(COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    hasher.update(std::process::id().to_le_bytes());
    hasher.update(Clock::System.now().as_microsecond().to_le_bytes());
    hasher.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
