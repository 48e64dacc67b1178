//! Hot topics and decisions as pages read and write them.

use std::sync::Arc;

use domain::action::{ActionFault, ActionForm};
use domain::catalogue::Catalogue;
use domain::decision::{Decision, DecisionFault, DecisionForm};
use domain::review::WeeklyReview;
use domain::topic::{Topic, TopicFault, TopicForm};
use domain::week::IsoWeek;
use jiff::civil::Date;

/// The data of the pages of topics and decisions.
#[derive(Clone, Debug)]
pub struct TopicsPage {
    /// The day of looking in the organisation's zone.
    pub today: Date,
    /// The week whose meeting is next: the first that is not frozen, of those that have ended and the running one.
    pub week: IsoWeek,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The topics, the newest first.
    pub topics: Vec<Topic>,
    /// The decisions, the newest first.
    pub decisions: Vec<Decision>,
    /// The review of that week as it stands, of which rules put topics forward; on the page of all topics only, and
    /// once the week has begun.
    pub review: Option<Arc<WeeklyReview>>,
}

/// What somebody sends about topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicRequest {
    /// A new one.
    Raise(TopicForm),
    /// One is settled by a decision.
    Decide {
        /// Which one, and how many steps the writer saw.
        topic: (i64, i64),
        /// The decision.
        form: DecisionForm,
    },
    /// One is settled by a promise.
    Act {
        /// Which one, and how many steps the writer saw.
        topic: (i64, i64),
        /// The promise.
        form: ActionForm,
    },
    /// One is carried to another week, dropped or taken up again.
    Step {
        /// Which one, and how many steps the writer saw.
        topic: (i64, i64),
        /// The word of the step.
        word: String,
        /// The week to carry it to.
        week: String,
        /// Why.
        note: String,
    },
}

/// What somebody sends about decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionRequest {
    /// A new one, on no topic.
    Make(DecisionForm),
    /// What came of one, or that it is looked at later.
    Step {
        /// Which one, and how many steps the writer saw.
        decision: (i64, i64),
        /// The word of the step.
        word: String,
        /// The day to look again.
        day: String,
        /// What was seen.
        note: String,
    },
}

/// Why something about topics and decisions was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicRefusal {
    /// A field of the topic is wrong.
    Topic(TopicFault),
    /// A field of the decision is wrong.
    Decision(DecisionFault),
    /// A field of the promise is wrong.
    Action(ActionFault),
    /// The review of that week is frozen.
    Frozen,
    /// Somebody else changed it first, or the step cannot follow.
    Conflict,
    /// There is no such topic or decision.
    NotFound,
    /// The reader may not write this.
    Forbidden,
    /// Something broke; it was logged.
    Internal,
}
