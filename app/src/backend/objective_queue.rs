//! What `/objectives/reviews` shows and its form sends.

use std::sync::Arc;

use domain::objective_proposal::ObjectiveProposal;
use domain::objective_queue::{Action, Decision, Level, ReviewQueue};
use domain::review::WeeklyReview;

/// The queue of reviews, as of a week.
#[derive(Clone, Debug)]
pub struct ObjectiveQueuePage {
    /// The review whose objectives it sorts.
    pub review: Arc<WeeklyReview>,
    /// The queue.
    pub queue: ReviewQueue,
    /// Proposals of which something is still to come, newest first.
    pub proposals: Vec<ObjectiveProposal>,
}

/// A review as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentRequest {
    /// The objective.
    pub objective: String,
    /// The hash of the definition that the reader saw.
    pub definition_hash: String,
    /// What is decided.
    pub decision: Decision,
    /// Why; needed for all but keeping.
    pub note: String,
    /// How much toil, if told.
    pub toil: Option<Level>,
    /// How satisfied users are, if told.
    pub satisfaction: Option<Level>,
    /// For how many weeks it is put off; counts only for [`Decision::Snooze`].
    pub snooze_weeks: i64,
    /// What somebody is to do because of it.
    pub action: Option<Action>,
    /// Who reviews.
    pub actor: String,
}
