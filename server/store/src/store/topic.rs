//! What a meeting talks about, and what it decides.

use async_trait::async_trait;
use domain::action::ActionTerms;
use domain::decision::{Decision, DecisionStep, DecisionTerms};
use domain::topic::{Topic, TopicStep, TopicTerms};
use jiff::Timestamp;

use crate::error::StoreError;

/// Who settles a topic, and what they saw of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSeen {
    /// Its number.
    pub id: i64,
    /// How many steps it had.
    pub version: i64,
    /// When it is settled.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// Topics, decisions and what became of them: appended, never changed.
#[async_trait]
pub trait TopicStore {
    /// Keeps a topic and answers its number.
    async fn topic_insert(&self, terms: TopicTerms, at: Timestamp, by: &str) -> Result<i64, StoreError>;

    /// Adds a step to a topic of which the writer saw so many.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there are more by now, when it cannot follow, or when there is no such topic.
    async fn topic_step(&self, id: i64, seen: i64, step: TopicStep) -> Result<(), StoreError>;

    /// Settles a topic by a decision, both or neither, and answers the decision's number.
    ///
    /// # Errors
    /// As [`TopicStore::topic_step`].
    async fn topic_decide(&self, seen: TopicSeen, terms: DecisionTerms) -> Result<i64, StoreError>;

    /// Settles a topic by a promise, both or neither, and answers the promise's number.
    ///
    /// # Errors
    /// As [`TopicStore::topic_step`].
    async fn topic_act(&self, seen: TopicSeen, terms: ActionTerms) -> Result<i64, StoreError>;

    /// One topic.
    async fn topic_get(&self, id: i64) -> Result<Option<Topic>, StoreError>;

    /// All topics by number.
    async fn topic_list(&self) -> Result<Vec<Topic>, StoreError>;

    /// Keeps a decision on no topic and answers its number.
    async fn decision_insert(&self, terms: DecisionTerms, at: Timestamp, by: &str)
    -> Result<i64, StoreError>;

    /// Adds a step to a decision of which the writer saw so many.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there are more by now, when it cannot follow, or when there is no such decision.
    async fn decision_step(&self, id: i64, seen: i64, step: DecisionStep) -> Result<(), StoreError>;

    /// One decision.
    async fn decision_get(&self, id: i64) -> Result<Option<Decision>, StoreError>;

    /// All decisions by number.
    async fn decision_list(&self) -> Result<Vec<Decision>, StoreError>;
}
