//! What people promised to do.

use async_trait::async_trait;
use domain::action::{Action, ActionStep, ActionTerms};
use jiff::Timestamp;

use crate::error::StoreError;

/// Promises and what became of them: appended, never changed.
#[async_trait]
pub trait ActionStore {
    /// Keeps a promise and answers its number.
    async fn action_insert(&self, terms: ActionTerms, at: Timestamp, by: &str) -> Result<i64, StoreError>;

    /// Adds a step to a promise of which the writer saw so many.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there are more by now, when it cannot follow, or when there is no such
    /// promise.
    async fn action_step(&self, id: i64, seen: i64, step: ActionStep) -> Result<(), StoreError>;

    /// One promise.
    async fn action_get(&self, id: i64) -> Result<Option<Action>, StoreError>;

    /// All promises by number.
    async fn action_list(&self) -> Result<Vec<Action>, StoreError>;
}
