//! What was talked about and decided.

use serde::{Deserialize, Serialize};

use domain::decision::DecisionResult;
use domain::review::topics::{ReviewDecision, ReviewTopic, TopicSection};
use domain::topic::TopicState;

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

words! {
    "state of a topic": TopicState {
        Open = "open",
        Decided = "decided",
        Acted = "acted",
        Dropped = "dropped",
    }
}

words! {
    "result of a decision": DecisionResult {
        Worked = "worked",
        Failed = "failed",
        Unclear = "unclear",
    }
}

mirror! {
    /// A topic as the meeting looked at it.
    ReviewTopicV1 = ReviewTopic {
        id: i64,
        title: String,
        evidence: String,
        product: Option<String>,
        link: Option<String>,
        raised_by: String,
        state: String,
        note: String,
        week: String,
        carried: i64,
    }

    /// A decision as the meeting looked at it.
    ReviewDecisionV1 = ReviewDecision {
        id: i64,
        text: String,
        expects: String,
        product: Option<String>,
        week: String,
        topic: Option<i64>,
        made_by: String,
        look_again_on: String,
        result: Option<String>,
        note: String,
    }
}

/// Topics and decisions of a week; documents from before there were any have none.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct TopicSectionV1 {
    topics: Vec<ReviewTopicV1>,
    look_again: Vec<ReviewDecisionV1>,
    made: Vec<ReviewDecisionV1>,
}

impl TopicSectionV1 {
    /// Whether there is nothing to tell: such documents stay as they were before there were topics.
    pub(in crate::snapshot) fn is_empty(&self) -> bool {
        self.topics.is_empty() && self.look_again.is_empty() && self.made.is_empty()
    }
}

impl Mirror<TopicSection> for TopicSectionV1 {
    fn of(value: &TopicSection) -> Self {
        Self {
            topics: Mirror::of(&value.topics),
            look_again: Mirror::of(&value.look_again),
            made: Mirror::of(&value.made),
        }
    }

    fn into_domain(self) -> Result<TopicSection, SnapshotError> {
        Ok(TopicSection {
            topics: self.topics.into_domain()?,
            look_again: self.look_again.into_domain()?,
            made: self.made.into_domain()?,
        })
    }
}
