//! Issues in which the work on promises is kept, asked one by one. Nothing is asked because of what stands on a page:
//! only runs ask, and only the configured addresses.
//!
//! A run asks for what was asked for longest ago first, so that one that is cut is carried on by the next. What
//! trackers say never closes a promise: it stands beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::action::{Action, ActionState};
use domain::tracker::{IssueFault, IssueState, TrackedIssue, TrackerState};
use jiff::Timestamp;
use sources::tracker::{Answer, IssueName, Options, Tracker, TrackerError, issue_of};
use store::{IssueReading, Store};

use super::super::ImportError;
use super::SyncReport;
use crate::clock::Clock;
use crate::config::TrackerConfig;

/// How many readings are kept at a time.
const BATCH: usize = 20;

/// What a run did about issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncedIssues {
    /// How many issues were asked for.
    pub asked: u64,
    /// How many of them are not as they were.
    pub changed: u64,
    /// How many could not be read.
    pub faults: u64,
    /// How many requests were made, also those that were refused.
    pub requests: i64,
}

fn options_of(config: &TrackerConfig) -> Options {
    Options {
        kind: config.kind,
        url: config.url.clone(),
        endpoint: config.endpoint.clone(),
        user: config.user.clone(),
        token: config.token.reveal().to_owned(),
    }
}

/// Asks a tracker for the issues of promises.
///
/// # Errors
/// [`ImportError`], the first one; what was answered is kept.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &TrackerConfig,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    let now = clock.now();
    let known = store.tracker_state_list().await?.into_iter().find(|state| state.tracker == config.name);
    let actions = store.action_list().await?;
    let known_issues = store.issue_reading_list(&config.name).await?;
    let wanted = wanted(config, &actions, &known_issues);
    let readings = known_issues.into_iter().map(|reading| (reading.action, reading)).collect();
    let mut run = Run { store, now, config, readings, fresh: Vec::new(), outcome: SyncedIssues::default() };
    let done = match Tracker::new(&options_of(config)) {
        Ok(tracker) => {
            let done = run.all(&tracker, &wanted).await;
            run.outcome.requests = tracker.requests();
            done
        }
        Err(error) => Err(error.into()),
    };
    let mut state = TrackerState {
        tracker: config.name.clone(),
        kind: config.kind,
        finished_at: known.and_then(|state| state.finished_at),
        issues: count(actions.iter().filter(|action| name_of(config, action).is_some()).count()),
        faults: count(run.readings.values().filter(|one| one.issue.fault.is_some()).count()),
        requests: run.outcome.requests,
        failure: None,
    };
    report.changed |= run.outcome.changed > 0;
    report.issues_read = Some(run.outcome);
    match &done {
        Ok(()) => state.finished_at = Some(now),
        Err(ImportError::Store(_)) => return done,
        Err(error) => state.failure = Some((now, error.to_string())),
    }
    store.tracker_state_put(state).await?;
    done
}

/// What `teirei check` finds out.
pub(super) async fn probe(store: &Arc<dyn Store>, config: &TrackerConfig) -> Vec<(bool, String)> {
    let asked = async { Tracker::new(&options_of(config))?.probe().await };
    let answer = match asked.await {
        Ok(sentence) => (true, sentence),
        Err(error) => (false, error.to_string()),
    };
    let actions = store.action_list().await.unwrap_or_default();
    let leading = actions.iter().filter(|action| name_of(config, action).is_some()).count();
    let unread = actions.iter().filter_map(|action| action.issue.as_ref());
    let unread = unread.filter(|issue| issue.tracker == config.name && issue.fault.is_some()).count();
    let read = format!("{leading} action items lead to it, {unread} of them could not be read");
    vec![answer, (unread == 0, read)]
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn name_of(config: &TrackerConfig, action: &Action) -> Option<IssueName> {
    issue_of(config.kind, &config.url, action.terms.link.as_deref()?)
}

/// The promises whose issues are to be asked for, what was asked for longest ago first. Of a promise that is closed
/// on both sides nothing more is asked.
fn wanted(config: &TrackerConfig, actions: &[Action], known: &[IssueReading]) -> Vec<(i64, IssueName)> {
    let known: BTreeMap<i64, &IssueReading> = known.iter().map(|one| (one.action, one)).collect();
    let is_over = |action: &Action| {
        let issue = known.get(&action.id).map(|one| &one.issue);
        action.state() != ActionState::Open
            && issue.is_some_and(|issue| issue.state == Some(IssueState::Closed) && issue.fault.is_none())
    };
    let mut wanted: Vec<(Option<Timestamp>, i64, IssueName)> = actions
        .iter()
        .filter(|action| !is_over(action))
        .filter_map(|action| {
            let asked_at = known.get(&action.id).map(|one| one.asked_at);
            Some((asked_at, action.id, name_of(config, action)?))
        })
        .collect();
    wanted.sort_by_key(|(asked_at, id, _)| (*asked_at, *id));
    wanted.into_iter().map(|(_, id, name)| (id, name)).collect()
}

/// One run on its way.
struct Run<'a> {
    store: &'a Arc<dyn Store>,
    now: Timestamp,
    config: &'a TrackerConfig,
    /// What is known, by the promise's number.
    readings: BTreeMap<i64, IssueReading>,
    /// What was read and is not kept yet.
    fresh: Vec<IssueReading>,
    outcome: SyncedIssues,
}

impl Run<'_> {
    async fn all(&mut self, tracker: &Tracker, wanted: &[(i64, IssueName)]) -> Result<(), ImportError> {
        for (position, (action, name)) in wanted.iter().enumerate() {
            let known = self.readings.get(action).filter(|one| one.issue.reference == name.reference);
            // What is not known any more cannot be as it was.
            let etag = known.filter(|one| one.issue.state.is_some()).and_then(|one| one.etag.clone());
            match tracker.read(name, etag.as_deref()).await {
                Ok(answer) => self.take(*action, name, answer),
                Err(error) => {
                    if matches!(error, TrackerError::Key { .. }) {
                        for (action, name) in wanted.iter().skip(position) {
                            self.take(*action, name, Answer::Fault(IssueFault::Key));
                        }
                    }
                    self.keep().await?;
                    return Err(error.into());
                }
            }
            if self.fresh.len() >= BATCH {
                self.keep().await?;
            }
        }
        self.keep().await
    }

    /// Puts an answer in the place of what was known.
    fn take(&mut self, action: i64, name: &IssueName, answer: Answer) {
        let known = self.readings.remove(&action).filter(|one| one.issue.reference == name.reference);
        let mut reading = known.clone().unwrap_or_else(|| IssueReading {
            action,
            issue: TrackedIssue {
                tracker: self.config.name.clone(),
                kind: self.config.kind,
                reference: name.reference.clone(),
                state: None,
                title: String::new(),
                assignee: None,
                closed_at: None,
                read_at: None,
                fault: None,
            },
            etag: None,
            asked_at: self.now,
        });
        reading.asked_at = self.now;
        reading.issue.fault = None;
        match answer {
            // What was never read cannot be as it was.
            Answer::Same if reading.issue.state.is_none() => {
                reading.issue.fault = Some(IssueFault::Unreadable);
            }
            Answer::Same => reading.issue.read_at = Some(self.now),
            Answer::Fault(fault) => reading.issue.fault = Some(fault),
            Answer::Issue(read, etag) => {
                let issue = &mut reading.issue;
                (issue.state, issue.title, issue.assignee) = (Some(read.state), read.title, read.assignee);
                (issue.closed_at, issue.read_at) = (read.closed_at, Some(self.now));
                reading.etag = etag;
            }
        }
        let told = |one: &IssueReading| TrackedIssue { read_at: None, ..one.issue.clone() };
        self.outcome.asked += 1;
        self.outcome.faults += u64::from(reading.issue.fault.is_some());
        self.outcome.changed += u64::from(known.as_ref().map(told) != Some(told(&reading)));
        self.fresh.push(reading.clone());
        self.readings.insert(action, reading);
    }

    async fn keep(&mut self) -> Result<(), ImportError> {
        Ok(self.store.issue_reading_put(std::mem::take(&mut self.fresh)).await?)
    }
}
