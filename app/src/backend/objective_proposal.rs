//! What `/objectives/{id}/proposal` shows and its forms send.

use std::sync::Arc;

use domain::objective::Objective;
use domain::objective_proposal::{BackTest, ObjectiveProposal, PromiseError, ProposalState};
use domain::review::WeeklyReview;
use domain::terraform::Declared;
use jiff::Timestamp;

/// What of proposals is looked at, as the address has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProposalLook {
    /// One that was kept.
    pub number: Option<i64>,
    /// The target that is tried, as it was typed.
    pub target: Option<String>,
    /// The window that is tried, by its word.
    pub window: Option<String>,
}

/// A change of terraform that was made for a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchShown {
    /// When.
    pub at: Timestamp,
    /// For whom.
    pub by: String,
    /// The resource.
    pub address: String,
    /// The file.
    pub path: String,
    /// The diff, where there is one.
    pub patch: Option<String>,
    /// What the resource should say.
    pub block: String,
    /// Why there is no diff, by the word of `sources::terraform::Obstacle`.
    pub remark: String,
}

/// Proposals for one objective, and one that is tried or was kept.
#[derive(Clone, Debug)]
pub struct ObjectiveProposalPage {
    /// The last week's review, for its words and zone.
    pub review: Arc<WeeklyReview>,
    /// The definition in force.
    pub objective: Objective,
    /// What that was worth in the last weeks.
    pub now: BackTest,
    /// What the one that is tried or was kept would have been worth.
    pub then: Option<BackTest>,
    /// Why what was typed cannot be proposed.
    pub fault: Option<PromiseError>,
    /// The one that is looked at.
    pub shown: Option<ObjectiveProposal>,
    /// All of the objective, newest first.
    pub proposals: Vec<ObjectiveProposal>,
    /// The proposed definition as an OpenSLO document.
    pub document: Option<String>,
    /// Where terraform declares the objective.
    pub declared: Vec<Declared>,
    /// What each of these should say, in their order.
    pub blocks: Vec<String>,
    /// The changes that were made for the one that is looked at, newest first.
    pub patches: Vec<PatchShown>,
}

/// A proposal as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalRequest {
    /// The objective.
    pub objective: String,
    /// The hash of the definition that the reader saw.
    pub definition_hash: String,
    /// The target as it was typed.
    pub target: String,
    /// The word of the window, empty for the one in force.
    pub window: String,
    /// Why; needed unless it is only kept.
    pub reason: String,
    /// [`ProposalState::Draft`] to keep it, [`ProposalState::Submitted`] to ask for it.
    pub state: ProposalState,
    /// Who proposes.
    pub actor: String,
}

/// A further step of a proposal as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalStepRequest {
    /// The objective.
    pub objective: String,
    /// The number of the proposal.
    pub number: i64,
    /// What it comes to.
    pub state: ProposalState,
    /// Why; needed for all but taking it back.
    pub reason: String,
    /// Who says so.
    pub actor: String,
}
