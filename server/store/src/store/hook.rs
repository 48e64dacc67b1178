//! What other systems told by webhook.

use async_trait::async_trait;
use domain::hook::{HookFault, HookRemark, HookState, IncidentMessage};
use domain::incident_merge::IncidentKey;
use jiff::Timestamp;

use crate::error::StoreError;

/// A message of a webhook as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookDelivery {
    /// Its number in the log.
    pub number: i64,
    /// The name of the source.
    pub source: String,
    /// When it came.
    pub received_at: Timestamp,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookSettled {
    /// Its number in the log.
    pub number: i64,
    /// With which others it is folded; empty for one that tells nothing.
    pub stream: String,
    /// What of it could not be used.
    pub faults: Vec<HookFault>,
    /// The ids of the incidents of its source that follow from it.
    pub incidents: Vec<String>,
}

/// The messages of webhooks: appended, read, never changed.
#[async_trait]
pub trait HookStore {
    /// Keeps a message of a webhook as it came; `false` when one of the same source and digest is kept.
    async fn hook_delivery_insert(
        &self,
        source: &str,
        digest: &str,
        body: &[u8],
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The messages that were not read yet, oldest first, at most `limit`.
    async fn hook_delivery_waiting(&self, limit: i64) -> Result<Vec<HookDelivery>, StoreError>;

    /// The messages of a source that are folded together, oldest first.
    async fn hook_delivery_stream(&self, source: &str, stream: &str)
    -> Result<Vec<HookDelivery>, StoreError>;

    /// Notes that messages were read, which incidents follow from them, and what of them could not be used; of a
    /// settled one only further incidents are noted.
    async fn hook_delivery_settle(&self, settled: Vec<HookSettled>, at: Timestamp) -> Result<(), StoreError>;

    /// The messages from which an incident follows, oldest first; none of those that were read before this was noted.
    async fn incident_message_list(&self, of: &IncidentKey) -> Result<Vec<IncidentMessage>, StoreError>;

    /// What of messages could not be used, newest first, at most `limit`.
    async fn hook_remark_list(&self, limit: i64) -> Result<Vec<HookRemark>, StoreError>;

    /// What came by each webhook, by source.
    async fn hook_state_list(&self) -> Result<Vec<HookState>, StoreError>;
}
