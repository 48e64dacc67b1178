//! What people say of incidents, beside what sources say.

use async_trait::async_trait;
use domain::incident::Incident;
use domain::incident_merge::{IncidentKey, MergeDecision, MergeWord};
use domain::incident_override::{IncidentOverride, IncidentVersion, OverrideField};
use jiff::Timestamp;

use crate::error::StoreError;

/// Values to be kept of one incident, given together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideEdit {
    /// Which incident.
    pub of: IncidentKey,
    /// How many values of it the writer saw, withdrawn ones too.
    pub seen: i64,
    /// Fields and their values; `None` takes back what was given before.
    pub values: Vec<(OverrideField, Option<String>)>,
    /// When; UTC.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A decision to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeEdit {
    /// Which incident.
    pub of: IncidentKey,
    /// And which other.
    pub other: IncidentKey,
    /// What was decided.
    pub word: MergeWord,
    /// When; UTC.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What people say of incidents: appended, never changed, and never touched by imports.
#[async_trait]
pub trait IncidentOverrideStore {
    /// Keeps values; nothing is kept of an edit without values.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else gave values meanwhile.
    async fn incident_override_insert(&self, edit: OverrideEdit) -> Result<(), StoreError>;

    /// All values of all incidents, in order of incidents and of their numbers.
    async fn incident_override_list(&self) -> Result<Vec<IncidentOverride>, StoreError>;

    /// Keeps a decision.
    async fn incident_merge_insert(&self, edit: MergeEdit) -> Result<(), StoreError>;

    /// All decisions, oldest first.
    async fn incident_merge_list(&self) -> Result<Vec<MergeDecision>, StoreError>;

    /// The incidents of which people said anything, as their sources tell them, wherever in time they lie.
    async fn incident_touched_list(&self) -> Result<Vec<Incident>, StoreError>;

    /// What the source of an incident told of it, oldest first.
    async fn incident_version_list(&self, key: &IncidentKey) -> Result<Vec<IncidentVersion>, StoreError>;
}
