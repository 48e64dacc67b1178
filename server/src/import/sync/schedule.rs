//! Syncing by itself while pages are served. Several servers share the work: whoever comes first takes the
//! lease, and the others find that nothing is due.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Store;

use super::super::{ImportError, Inbox};
use super::sync_run;
use crate::clock::{Clock, Stopwatch};
use crate::config::SourceConfig;

/// How often one looks whether a source is due.
const LOOKED: Duration = Duration::from_secs(60);

/// How long a source that failed is left in peace.
const AFTER_A_FAILURE: Duration = Duration::from_secs(30 * 60);

/// Syncs all sources that say how often, for ever.
pub async fn sync_scheduled(store: Arc<dyn Store>, clock: Clock, sources: Vec<SourceConfig>, inbox: Inbox) {
    let scheduled = sources.iter().filter_map(|source| Some((source, source.every()?)));
    join_all(scheduled.map(|(source, every)| source_scheduled(&store, clock, source, &inbox, every))).await;
}

async fn source_scheduled(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &SourceConfig,
    inbox: &Inbox,
    every: SignedDuration,
) {
    let mut failed: Option<Stopwatch> = None;
    loop {
        let at_rest = failed.is_some_and(|since| since.elapsed() < AFTER_A_FAILURE);
        if !at_rest {
            match run_if_due(store, clock, source, inbox, every).await {
                Ok(()) => failed = None,
                Err(error) => {
                    tracing::warn!(source = source.name(), %error, "the sync was cut");
                    failed = Some(Stopwatch::start());
                }
            }
        }
        tokio::time::sleep(LOOKED).await;
    }
}

async fn run_if_due(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &SourceConfig,
    inbox: &Inbox,
    every: SignedDuration,
) -> Result<(), ImportError> {
    let (name, now) = (source.name(), clock.now());
    let current = TimeZone::UTC.to_datetime(now).date().first_of_month();
    let marks = store.synced_month_list().await?;
    let last = marks.iter().find(|mark| mark.source == name && mark.month == current);
    let polls = store.poll_state_list().await?;
    let polled = polls.iter().find(|state| state.source == name).and_then(|state| state.finished_at);
    let trackers = store.tracker_state_list().await?;
    let tracked = trackers.iter().find(|state| state.tracker == name).and_then(|state| state.finished_at);
    let last = last.map(|mark| mark.checked_at).max(polled).max(tracked);
    if last.is_some_and(|last| !is_due(last, now, every)) {
        return Ok(());
    }
    let quiet = Arc::new(|_: &super::SyncProgress| {}) as _;
    let report = match sync_run(store, clock, source, inbox, false, &quiet).await {
        // Another server is at it.
        Err(ImportError::Asking) => return Ok(()),
        done => done?,
    };
    let (months, requests) = (report.months.len(), report.requests);
    let weeks = report.objectives.as_ref().map_or(0, |objectives| objectives.weeks.len());
    tracing::info!(source = name, months, weeks, ?requests, changed = report.changed, "synced");
    report.cut.map_or(Ok(()), Err)
}

fn is_due(last: Timestamp, now: Timestamp, every: SignedDuration) -> bool {
    now.duration_since(last) >= every
}
