//! Sources of incidents that are asked: their answers lie among the messages of webhooks.

use async_trait::async_trait;
use domain::hook::PollState;
use domain::silence::Arrivals;
use jiff::Timestamp;

use crate::error::StoreError;

/// What sources of incidents answered, how far they were asked, and how often webhooks tell.
#[async_trait]
pub trait PollStore {
    /// Keeps answers by digest, as messages of a source that wait to be read; answers how many were new.
    async fn poll_delivery_insert(
        &self,
        source: &str,
        answers: Vec<(String, String)>,
        at: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Keeps how far a source was asked. One that came to its end tells of its incidents until then.
    async fn poll_state_put(&self, state: PollState) -> Result<(), StoreError>;

    /// How far sources were asked, by name.
    async fn poll_state_list(&self) -> Result<Vec<PollState>, StoreError>;

    /// What came by each webhook in the weeks up to its last message that make its habit, by source; people who raise
    /// topics from a chat have none.
    async fn hook_arrival_list(&self) -> Result<Vec<(String, Arrivals)>, StoreError>;

    /// Each source of incidents and each product of which it ever told, by the source's name of it, in order.
    async fn incident_product_list(&self) -> Result<Vec<(String, String)>, StoreError>;
}
