//! Issues in which the work on promises is kept, and how the runs that read them went.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::tracker::{TrackedIssue, TrackerState};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, state};
use crate::store::{IssueReading, TrackerStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[PUT, ALL, ONE, OF_TRACKER, PUT_STATE, STATES];

const PUT: &str = "INSERT INTO action_issue (action, tracker, kind, reference, state, title, assignee, closed_at, \
     read_at, fault, etag, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (action) DO UPDATE SET tracker = excluded.tracker, kind = excluded.kind, \
     reference = excluded.reference, state = excluded.state, title = excluded.title, \
     assignee = excluded.assignee, closed_at = excluded.closed_at, read_at = excluded.read_at, \
     fault = excluded.fault, etag = excluded.etag, asked_at = excluded.asked_at";
const ALL: &str = "SELECT action, tracker, kind, reference, state, title, assignee, closed_at, read_at, fault, etag, \
     asked_at FROM action_issue";
const ONE: &str = "SELECT action, tracker, kind, reference, state, title, assignee, closed_at, read_at, fault, etag, \
     asked_at FROM action_issue WHERE action = $1";
const OF_TRACKER: &str = "SELECT action, tracker, kind, reference, state, title, assignee, closed_at, read_at, \
     fault, etag, asked_at FROM action_issue WHERE tracker = $1 ORDER BY asked_at, action";
const PUT_STATE: &str = "INSERT INTO tracker_state (tracker, kind, finished_at, issues, faults, requests, failed_at, \
     failure) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tracker) DO UPDATE SET kind = excluded.kind, \
     finished_at = excluded.finished_at, issues = excluded.issues, faults = excluded.faults, \
     requests = excluded.requests, failed_at = excluded.failed_at, failure = excluded.failure";
const STATES: &str = "SELECT tracker, kind, finished_at, issues, faults, requests, failed_at, failure \
     FROM tracker_state ORDER BY tracker";

fn reading_of(row: &Row) -> Result<IssueReading, StoreError> {
    let mut columns = Columns::of(row);
    let (action, tracker) = (columns.take()?, columns.take()?);
    let kind: String = columns.take()?;
    let kind = text::read("kind of a tracker", &kind)?;
    let reference = columns.take()?;
    let state: Option<String> = columns.take()?;
    let state = state.map(|state| text::read("state of an issue", &state)).transpose()?;
    let (title, assignee) = (columns.take()?, columns.take()?);
    let (closed_at, read_at) = (columns.instant_option()?, columns.instant_option()?);
    let fault: Option<String> = columns.take()?;
    let fault = fault.map(|fault| text::read("fault of an issue", &fault)).transpose()?;
    let issue = TrackedIssue { tracker, kind, reference, state, title, assignee, closed_at, read_at, fault };
    Ok(IssueReading { action, issue, etag: columns.take()?, asked_at: columns.instant()? })
}

/// The issues of all promises, by the promise's number.
pub(super) async fn all(connection: &mut Connection) -> Result<BTreeMap<i64, TrackedIssue>, StoreError> {
    let rows = sqlx::query(ALL).fetch_all(connection).await?;
    rows.iter().map(|row| reading_of(row).map(|reading| (reading.action, reading.issue))).collect()
}

/// The issue of one promise.
pub(super) async fn one(
    connection: &mut Connection,
    action: i64,
) -> Result<Option<TrackedIssue>, StoreError> {
    let row = sqlx::query(ONE).bind(action).fetch_optional(connection).await?;
    row.map(|row| reading_of(&row).map(|reading| reading.issue)).transpose()
}

fn instant(at: Option<Timestamp>) -> Option<Instant> {
    at.map(|at| Instant(text::micros(at)))
}

async fn put(connection: &mut Connection, reading: IssueReading) -> Result<(), StoreError> {
    let IssueReading { action, issue, etag, asked_at } = reading;
    text::refuse_nul([issue.tracker.as_str(), &issue.reference, &issue.title])?;
    text::refuse_nul(issue.assignee.as_deref())?;
    text::refuse_nul(etag.as_deref())?;
    sqlx::query(PUT)
        .bind(action)
        .bind(issue.tracker)
        .bind(issue.kind.as_str())
        .bind(issue.reference)
        .bind(issue.state.map(|state| state.as_str().to_owned()))
        .bind(issue.title)
        .bind(issue.assignee)
        .bind(instant(issue.closed_at))
        .bind(instant(issue.read_at))
        .bind(issue.fault.map(|fault| fault.as_str().to_owned()))
        .bind(etag)
        .bind(Instant(text::micros(asked_at)))
        .execute(connection)
        .await?;
    Ok(())
}

#[async_trait]
impl TrackerStore for Database {
    async fn issue_reading_put(&self, readings: Vec<IssueReading>) -> Result<(), StoreError> {
        if readings.is_empty() {
            return Ok(());
        }
        let mut transaction = self.write().await?;
        for reading in readings {
            put(&mut transaction, reading).await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn issue_reading_list(&self, tracker: &str) -> Result<Vec<IssueReading>, StoreError> {
        let query = sqlx::query(OF_TRACKER).bind(tracker.to_owned());
        query.fetch_all(&self.reader).await?.iter().map(reading_of).collect()
    }

    async fn tracker_state_put(&self, one: TrackerState) -> Result<(), StoreError> {
        text::refuse_nul([one.tracker.as_str()])?;
        let (failed_at, failure) = one.failure.unzip();
        let mut transaction = self.write().await?;
        sqlx::query(PUT_STATE)
            .bind(one.tracker)
            .bind(one.kind.as_str())
            .bind(instant(one.finished_at))
            .bind(one.issues)
            .bind(one.faults)
            .bind(one.requests)
            .bind(instant(failed_at))
            .bind(failure.map(|what| what.replace('\0', "␀")))
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn tracker_state_list(&self) -> Result<Vec<TrackerState>, StoreError> {
        let rows = sqlx::query(STATES).fetch_all(&self.reader).await?;
        let read = |row: &Row| {
            let mut columns = Columns::of(row);
            let (tracker, kind): (String, String) = (columns.take()?, columns.take()?);
            Ok(TrackerState {
                tracker,
                kind: text::read("kind of a tracker", &kind)?,
                finished_at: columns.instant_option()?,
                issues: columns.take()?,
                faults: columns.take()?,
                requests: columns.take()?,
                failure: columns.instant_option()?.zip(columns.take::<Option<String>>()?),
            })
        };
        rows.iter().map(read).collect()
    }
}
