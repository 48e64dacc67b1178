//! The issues in which the work on promises is kept, as trackers tell of them.

use async_trait::async_trait;
use domain::tracker::{TrackedIssue, TrackerState};
use jiff::Timestamp;

use crate::error::StoreError;

/// What a tracker said of the issue of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueReading {
    /// The promise's number.
    pub action: i64,
    /// The issue, as it is to be shown.
    pub issue: TrackedIssue,
    /// The mark of the answer, by which the tracker is asked whether anything changed.
    pub etag: Option<String>,
    /// When it was asked for last, whatever came of it; UTC.
    pub asked_at: Timestamp,
}

/// Issues of promises: facts that the next reading replaces.
#[async_trait]
pub trait TrackerStore {
    /// Keeps readings in the place of what was known of the same promises.
    async fn issue_reading_put(&self, readings: Vec<IssueReading>) -> Result<(), StoreError>;

    /// What was read of a tracker's issues, what was asked for longest ago first.
    async fn issue_reading_list(&self, tracker: &str) -> Result<Vec<IssueReading>, StoreError>;

    /// Keeps how a run of a tracker went.
    async fn tracker_state_put(&self, state: TrackerState) -> Result<(), StoreError>;

    /// How the last run of each tracker went, by name.
    async fn tracker_state_list(&self) -> Result<Vec<TrackerState>, StoreError>;
}
