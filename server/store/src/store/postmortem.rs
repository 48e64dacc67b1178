//! Write-ups of incidents.

use async_trait::async_trait;
use domain::postmortem::{PostmortemHead, PostmortemRecord, PostmortemStep};
use jiff::Timestamp;

use crate::error::StoreError;

/// A version to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemEdit {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The version that the writer saw, 0 where there was none.
    pub seen: i64,
    /// Where it stands, if not here.
    pub link: Option<String>,
    /// Markdown.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// Write-ups of incidents: versions and steps are appended, never changed.
#[async_trait]
pub trait PostmortemStore {
    /// Keeps the next version and answers its number; a text that is the one in force changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another version than the one that was seen is in force, or when what is in force
    /// was agreed to.
    async fn postmortem_save(&self, edit: PostmortemEdit) -> Result<i64, StoreError>;

    /// Adds a step.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it cannot follow the steps that are there.
    async fn postmortem_step(
        &self,
        source: &str,
        external_id: &str,
        step: PostmortemStep,
    ) -> Result<(), StoreError>;

    /// All that is kept about one incident's; empty for none.
    async fn postmortem_get(&self, source: &str, external_id: &str) -> Result<PostmortemRecord, StoreError>;

    /// Where each stands.
    async fn postmortem_list(&self) -> Result<Vec<PostmortemHead>, StoreError>;
}
