//! What `/objectives/{id}` shows.

use std::sync::Arc;

use domain::deploy::DeployDay;
use domain::objective_proposal::ObjectiveProposal;
use domain::objective_queue::QueueItem;
use domain::objective_review::ObjectiveReview;
use domain::objective_vendor::{VendorComparison, VendorExclusion};
use domain::organization::Organization;
use domain::review::WeeklyReview;
use domain::review::objectives::ObjectiveRow;
use domain::week::IsoWeek;
use jiff::Timestamp;

use super::FrozenVersion;

/// What the vendor of the source says of an objective.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorView {
    /// What it says of weeks, newest first, and of the window, each beside our counts.
    pub comparisons: Vec<VendorComparison>,
    /// Times that it leaves out.
    pub exclusions: Vec<VendorExclusion>,
}

/// An objective's page: as it is known now, and what a frozen week says of it.
#[derive(Clone, Debug)]
pub struct ObjectivePage {
    /// The objective as it is known now.
    pub objective: Arc<ObjectiveReview>,
    /// The review it is part of.
    pub review: Arc<WeeklyReview>,
    /// Where it stands in the queue of reviews.
    pub item: Option<QueueItem>,
    /// The days on which something of its product reached production, oldest first.
    pub deploys: Vec<DeployDay>,
    /// What the vendor of the source says of it.
    pub vendor: VendorView,
    /// Proposals to change it, newest first.
    pub proposals: Vec<ObjectiveProposal>,
    /// The latest frozen version of the week, and its row of the objective where it had one.
    pub frozen: Option<(FrozenVersion, Option<ObjectiveRow>)>,
}

/// An objective that no source defines any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedObjective {
    /// What people called it.
    pub display_name: String,
    /// Who defined it.
    pub source: String,
    /// When it was seen to be gone.
    pub closed_at: Timestamp,
    /// The last week in which it was measured, in the organisation's zone.
    pub last_week: IsoWeek,
    /// One of the same source and definition that came in its place: its id and what people call it.
    pub successor: Option<(String, String)>,
    /// What had been proposed for it, newest first.
    pub proposals: Vec<ObjectiveProposal>,
    /// The organisation.
    pub organization: Organization,
    /// When it was looked at.
    pub as_of: Timestamp,
}
