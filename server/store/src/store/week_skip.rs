//! Weeks without a meeting.

use async_trait::async_trait;
use domain::week_skip::WeekSkip;

use crate::error::StoreError;

/// What was said of weeks whose meeting is not held.
#[async_trait]
pub trait WeekSkipStore {
    /// Keeps a word on a week.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the week is marked like that already, or is frozen.
    async fn week_skip_insert(&self, meeting: &str, skip: &WeekSkip) -> Result<(), StoreError>;

    /// The newest word on every week of a meeting, the newest week first.
    async fn week_skip_list(&self, meeting: &str) -> Result<Vec<WeekSkip>, StoreError>;
}
