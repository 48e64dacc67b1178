//! What `/objectives/{id}` shows.

use std::sync::Arc;

use domain::objective_queue::QueueItem;
use domain::objective_review::ObjectiveReview;
use domain::review::WeeklyReview;
use domain::review::objectives::ObjectiveRow;

use super::FrozenVersion;

/// An objective's page: as it is known now, and what a frozen week says of it.
#[derive(Clone, Debug)]
pub struct ObjectivePage {
    /// The objective as it is known now.
    pub objective: Arc<ObjectiveReview>,
    /// The review it is part of.
    pub review: Arc<WeeklyReview>,
    /// Where it stands in the queue of reviews.
    pub item: Option<QueueItem>,
    /// The latest frozen version of the week, and its row of the objective where it had one.
    pub frozen: Option<(FrozenVersion, Option<ObjectiveRow>)>,
}
