//! Incidents of Datadog, asked by API: what its webhooks lost is found. Answers go into the log of the messages and
//! are folded with them, so that a run that is cut loses nothing and one that is repeated changes nothing.
//!
//! A run reads the list of all incidents to its end, for Datadog promises no order in it and takes no question by
//! when something changed. Kept are those that changed since the last run; once a day, and at first, all of the
//! days that are looked back.

use std::sync::Arc;

use domain::hook::PollState;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sources::datadog::{IncidentAccount, IncidentAnswer, IncidentOptions};
use sources::slo::SloSourceError;
use store::Store;

use super::super::{ImportError, Inbox};
use super::incidents::{OVERLAP, SWEPT_EVERY, SyncedIncidents, before, digested, state_of};
use super::{SyncProgress, SyncReport, SyncStep, SyncWatcher};
use crate::clock::Clock;
use crate::config::DatadogIncidents;

/// Asks Datadog.
///
/// # Errors
/// [`ImportError`], the first one; what was answered is kept.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &DatadogIncidents,
    inbox: &Inbox,
    watcher: &SyncWatcher,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    report.incidents = Some(SyncedIncidents::default());
    let now = clock.now();
    let account = IncidentAccount::new(options_of(config));
    let state = state_of(store, &config.name, config.reader.name(), now).await?;
    let mut run = Run { store, now, config, inbox, watcher, report, state };
    let done = match account {
        Ok(mut account) => {
            let done = run.all(&mut account).await;
            run.state.requests = account.requests();
            run.outcome().requests = account.requests();
            done
        }
        Err(error) => Err(error.into()),
    };
    run.state.failure = match &done {
        Ok(()) => None,
        Err(ImportError::Store(_)) => return done,
        Err(error) => Some((now, error.to_string())),
    };
    store.poll_state_put(run.state).await?;
    done
}

fn options_of(config: &DatadogIncidents) -> IncidentOptions {
    IncidentOptions {
        endpoint: config.endpoint.clone(),
        api_key: config.api_key.reveal().to_owned(),
        application_key: config.application_key.reveal().to_owned(),
        product_label: config.reader.mapping.product_label.clone(),
    }
}

/// What `teirei check` finds out.
pub(super) async fn probe(config: &DatadogIncidents) -> Vec<(bool, String)> {
    let asked = async {
        let mut account = IncidentAccount::new(options_of(config))?;
        let page = account.next().await?;
        Ok::<_, SloSourceError>((account.place(), page.answers.len()))
    };
    match asked.await {
        Err(error) => vec![(false, error.to_string())],
        Ok((place, count)) => {
            let log = config.reader.name();
            let kept = match config.repairs() {
                true => format!("it repairs the webhook {log}"),
                false => "no webhook tells of them, so changes are seen when it is asked".to_owned(),
            };
            vec![(true, format!("{place} shows {count} incidents on its first page; {kept}"))]
        }
    }
}

/// One run on its way.
struct Run<'a> {
    store: &'a Arc<dyn Store>,
    now: Timestamp,
    config: &'a DatadogIncidents,
    inbox: &'a Inbox,
    watcher: &'a SyncWatcher,
    report: &'a mut SyncReport,
    state: PollState,
}

impl Run<'_> {
    fn outcome(&mut self) -> &mut SyncedIncidents {
        self.report.incidents.get_or_insert_default()
    }

    async fn all(&mut self, account: &mut IncidentAccount) -> Result<(), ImportError> {
        let now = self.now;
        let floor = before(now, SignedDuration::from_hours(24 * self.config.history_days));
        let is_first = self.state.history_from.is_none_or(|from| from > floor);
        let is_swept = self.state.swept_at.is_some_and(|swept| now.duration_since(swept) < SWEPT_EVERY);
        let since = before(self.state.changed_through, OVERLAP);
        self.store.poll_state_put(self.state.clone()).await?;
        let is_due = |answer: &IncidentAnswer| {
            // What has no times that can be read goes to its reader, who says so.
            answer.created_and_modified.is_none_or(|(created, modified)| {
                modified >= since || (is_first || !is_swept) && created >= floor
            })
        };
        let mut pages = 0;
        loop {
            let page = account.next().await?;
            let oldest =
                page.answers.iter().filter_map(|one| one.created_and_modified).map(|(created, _)| created);
            let oldest = oldest.min().unwrap_or(now);
            self.take(page.answers.into_iter().filter(is_due).collect()).await?;
            pages += 1;
            let step = SyncStep::Since(TimeZone::UTC.to_datetime(oldest).date());
            (self.watcher)(&SyncProgress { step, done: pages, total: pages, requests: None });
            if page.is_last {
                break;
            }
        }
        self.inbox.read_all().await?;
        self.state.changed_through = now;
        self.state.history_from = self.state.history_from.map_or(Some(floor), |from| Some(from.min(floor)));
        self.state.swept_at = if is_swept { self.state.swept_at } else { Some(now) };
        self.state.finished_at = Some(now);
        Ok(())
    }

    /// Keeps answers, to be read with the messages.
    async fn take(&mut self, answers: Vec<IncidentAnswer>) -> Result<(), ImportError> {
        self.outcome().asked += answers.len() as u64;
        let answers = answers.into_iter().map(|answer| digested(answer.body)).collect();
        let new = self.store.poll_delivery_insert(self.config.reader.name(), answers, self.now).await?;
        self.outcome().new += new;
        self.report.changed |= new > 0;
        Ok(())
    }
}
