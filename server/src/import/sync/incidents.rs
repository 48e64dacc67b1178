//! Incidents of PagerDuty, asked by API: what webhooks lost is found. Answers go into the log of the messages and are folded
//! with them, so that a run that is cut loses nothing and one that is repeated changes nothing.
//!
//! A run asks, in this order: for the incidents of the past, window by window and the newest first, once; for
//! those to which anything happened since the last run; once a day for all of the last weeks, changed or not.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::coverage::SourceKind;
use domain::hook::PollState;
use domain::rejection::{Gravity, Issue};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sources::pagerduty::{Account, LONGEST_WINDOW, Options, PagerDutyError, Window, unclassified};
use store::Store;

use super::super::{ImportError, Inbox};
use super::{SyncProgress, SyncReport, SyncStep, SyncWatcher};
use crate::clock::Clock;
use crate::config::PagerDuty;

/// How far before the end of the last run changes are asked for again.
pub(super) const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// How long the weeks are that are asked for once a day.
const SWEPT: SignedDuration = SignedDuration::from_hours(35 * 24);

/// When they are due again: a little before a day is over, so that a run at a fixed hour does it.
pub(super) const SWEPT_EVERY: SignedDuration = SignedDuration::from_hours(23);

/// How many answers are kept at a time.
const BATCH: usize = 50;

/// What a run did about incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncedIncidents {
    /// How many incidents were asked for.
    pub asked: u64,
    /// How many answers were not known.
    pub new: u64,
    /// How many requests were made, also those that were refused.
    pub requests: i64,
}

/// Asks PagerDuty.
///
/// # Errors
/// [`ImportError`], the first one; what was answered is kept.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &PagerDuty,
    inbox: &Inbox,
    watcher: &SyncWatcher,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    report.incidents = Some(SyncedIncidents::default());
    let now = clock.now();
    let account = Account::new(&options_of(config));
    let state = state_of(store, &config.name, config.reader.name(), now).await?;
    let mut run = Run { store, now, config, inbox, watcher, report, state };
    let done = match account {
        Ok(account) => {
            let done = run.all(&account).await;
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

fn options_of(config: &PagerDuty) -> Options {
    Options { endpoint: config.endpoint.clone(), api_key: config.api_key.reveal().to_owned() }
}

/// How far a source was asked; from the beginning where its incidents are now kept under another source.
pub(super) async fn state_of(
    store: &Arc<dyn Store>,
    source: &str,
    log: &str,
    now: Timestamp,
) -> Result<PollState, ImportError> {
    let known = store.poll_state_list().await?;
    let same = known.into_iter().find(|state| state.source == source && state.log == log);
    Ok(same.unwrap_or_else(|| PollState {
        source: source.to_owned(),
        log: log.to_owned(),
        // What changes while the past is asked for is asked for after it.
        changed_through: now,
        history_from: None,
        swept_at: None,
        finished_at: None,
        requests: 0,
        failure: None,
    }))
}

/// What `teirei check` finds out.
pub(super) async fn probe(config: &PagerDuty) -> Vec<(bool, String)> {
    let asked = async {
        let account = Account::new(&options_of(config))?;
        Ok::<_, PagerDutyError>((account.place(), account.priorities().await?))
    };
    match asked.await {
        Err(error) => vec![(false, error.to_string())],
        Ok((place, priorities)) => {
            let log = config.reader.name();
            let kept = match config.repairs() {
                true => format!("{place} answers; it repairs the webhook {log}"),
                false => {
                    format!("{place} answers; no webhook is told of it, so changes are seen when it is asked")
                }
            };
            let said = match &priorities {
                None => (true, "no priorities: severities follow from the urgency".to_owned()),
                Some(names) => match &unclassified(&config.reader.mapping, names)[..] {
                    [] => (true, format!("every priority has a severity: {}", names.join(", "))),
                    open => (false, format!("priorities without a severity: {}; {MEND}", open.join(", "))),
                },
            };
            vec![(true, kept), said]
        }
    }
}

const MEND: &str = "say it as in severities = [\"Blocker=SEV-1\"]";

/// One run on its way.
struct Run<'a> {
    store: &'a Arc<dyn Store>,
    now: Timestamp,
    config: &'a PagerDuty,
    inbox: &'a Inbox,
    watcher: &'a SyncWatcher,
    report: &'a mut SyncReport,
    state: PollState,
}

impl Run<'_> {
    fn outcome(&mut self) -> &mut SyncedIncidents {
        self.report.incidents.get_or_insert_default()
    }

    async fn all(&mut self, account: &Account) -> Result<(), ImportError> {
        let now = self.now;
        self.priorities(account).await?;
        self.store.poll_state_put(self.state.clone()).await?;
        if self.state.history_from.is_none() {
            self.state.swept_at = Some(now);
        }
        self.history(account).await?;
        let since = before(self.state.changed_through, OVERLAP);
        let mut changed = BTreeSet::new();
        for window in windows(since, now) {
            changed.extend(account.changed(window).await?);
        }
        self.take(account, &changed).await?;
        self.state.changed_through = now;
        if self.state.swept_at.is_none_or(|swept| now.duration_since(swept) >= SWEPT_EVERY) {
            self.store.poll_state_put(self.state.clone()).await?;
            let mut all = BTreeSet::new();
            for window in windows(before(now, SWEPT), now) {
                all.extend(account.created(window).await?);
            }
            let unchanged = all.difference(&changed).cloned().collect();
            self.take(account, &unchanged).await?;
            self.state.swept_at = Some(now);
        }
        self.state.finished_at = Some(now);
        Ok(())
    }

    /// Asks for the incidents of the past that were never asked for.
    async fn history(&mut self, account: &Account) -> Result<(), ImportError> {
        let floor = before(self.now, SignedDuration::from_hours(24 * self.config.history_days));
        let windows = windows(floor, self.state.history_from.unwrap_or(self.now));
        let total = windows.len();
        for (position, window) in windows.into_iter().rev().enumerate() {
            let ids = account.created(window).await?;
            self.take(account, &ids).await?;
            self.state.history_from = Some(window.start);
            self.store.poll_state_put(self.state.clone()).await?;
            let step = SyncStep::Since(TimeZone::UTC.to_datetime(window.start).date());
            (self.watcher)(&SyncProgress { step, done: position + 1, total, requests: None });
        }
        Ok(())
    }

    /// Asks for incidents one by one, keeps the answers, and reads them.
    async fn take(&mut self, account: &Account, ids: &BTreeSet<String>) -> Result<(), ImportError> {
        let ids: Vec<&String> = ids.iter().collect();
        for batch in ids.chunks(BATCH) {
            let mut answers = Vec::new();
            for id in batch {
                if let Some(answer) = account.asked(id).await? {
                    answers.push(digested(answer.body));
                }
            }
            self.outcome().asked += answers.len() as u64;
            let log = self.config.reader.name();
            let new = self.store.poll_delivery_insert(log, answers, self.now).await?;
            self.outcome().new += new;
            self.report.changed |= new > 0;
        }
        self.inbox.read_all().await?;
        Ok(())
    }

    /// Says which priorities have no severity.
    async fn priorities(&mut self, account: &Account) -> Result<(), ImportError> {
        let names = account.priorities().await?.unwrap_or_default();
        let about = |name: &str| Issue {
            file: account.place(),
            line: None,
            column: Some(name.to_owned()),
            rule: "incident/priority",
            what: format!("The priority {name:?} has no severity: incidents that have it are unclassified."),
            mend: format!("Under [{}], {MEND}.", self.section()),
            gravity: Gravity::Warning,
        };
        let open = unclassified(&self.config.reader.mapping, &names);
        let issues: Vec<Issue> = open.into_iter().map(about).collect();
        self.report.issues.clone_from(&issues);
        let (source, kind) = (&self.config.name, SourceKind::Incidents);
        self.report.changed |= self.store.import_issue_replace(source, kind, self.now, issues).await?;
        Ok(())
    }

    /// Where severities are configured.
    fn section(&self) -> String {
        let part = if self.config.repairs() { "hooks" } else { "sources" };
        format!("{part}.{}", self.config.reader.name())
    }
}

/// An answer and what tells it from others in the log.
pub(super) fn digested(body: String) -> (String, String) {
    let digest = Sha256::digest(body.as_bytes());
    (digest.iter().map(|byte| format!("{byte:02x}")).collect(), body)
}

pub(super) fn before(instant: Timestamp, duration: SignedDuration) -> Timestamp {
    instant.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

/// Windows from one instant to another, oldest first, none longer than may be asked for.
fn windows(start: Timestamp, end: Timestamp) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut until = end;
    while until > start {
        let from = before(until, LONGEST_WINDOW).max(start);
        windows.push(Window { start: from, end: until });
        until = from;
    }
    windows.reverse();
    windows
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn windows_follow_each_other_and_none_is_too_long() {
        let end: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
        let start = end - (70 * 24).hours();
        let found = windows(start, end);
        assert_eq!((found.len(), found[0].start, found[2].end), (3, start, end));
        assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert!(found.iter().all(|one| one.end.duration_since(one.start) <= LONGEST_WINDOW));
        assert!(windows(end, end).is_empty());
    }
}
