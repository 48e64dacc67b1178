//! Topics that people raise from a chat: messages of webhooks that each become one topic.

use async_trait::async_trait;
use domain::hook::HookFault;
use domain::topic::TopicTerms;
use jiff::Timestamp;

use super::HookDelivery;
use crate::error::StoreError;

/// What a message of a chat comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicMessage {
    /// What it raises, and who does; nothing where it could not be used.
    pub raised: Option<(TopicTerms, String)>,
    /// What of it could not be used, and what is doubtful.
    pub faults: Vec<HookFault>,
}

/// What became of a message of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicMessageState {
    /// It is the topic of this number.
    Raised(i64),
    /// It could not be used.
    Refused(HookFault),
    /// It is kept and waits to be read.
    Waiting,
}

/// The messages of webhooks that raise topics.
#[async_trait]
pub trait TopicMessageStore {
    /// The messages of a source that were not read yet, oldest first, at most `limit`.
    async fn topic_message_waiting(&self, source: &str, limit: i64) -> Result<Vec<HookDelivery>, StoreError>;

    /// Raises the topic of a message and notes that the message was read, both or neither. Of a message that was
    /// read nothing is changed.
    async fn topic_message_settle(
        &self,
        number: i64,
        message: TopicMessage,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// What became of a message, by source and digest; `None` when none such came.
    async fn topic_message_get(
        &self,
        source: &str,
        digest: &str,
    ) -> Result<Option<TopicMessageState>, StoreError>;
}
