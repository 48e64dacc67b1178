//! What products answered to checklists, and what their load tests came to.

use async_trait::async_trait;
use domain::checklist::{ChecklistAnswer, LoadTest};
use domain::product::Slug;

use crate::error::StoreError;

/// Answers to checklists and load tests: appended, never changed.
#[async_trait]
pub trait ChecklistStore {
    /// Keeps an answer to an item that the writer saw so many answers of.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there are more or fewer by now.
    async fn checklist_answer_insert(&self, answer: ChecklistAnswer, seen: i64) -> Result<(), StoreError>;

    /// The answers of a product, or of all: item by item, each in the order in which they were given.
    async fn checklist_answer_list(&self, product: Option<&Slug>)
    -> Result<Vec<ChecklistAnswer>, StoreError>;

    /// Keeps what a load test came to.
    async fn load_test_insert(&self, test: LoadTest) -> Result<(), StoreError>;

    /// The load tests of a product, or of all, the newest first.
    async fn load_test_list(&self, product: Option<&Slug>) -> Result<Vec<LoadTest>, StoreError>;
}
