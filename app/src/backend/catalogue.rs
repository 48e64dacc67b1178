//! The catalogue as pages show it, and changes of it that people propose.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::catalogue::fault::CatalogueFault;
use domain::cost::Owner;
use domain::money::Currency;
use domain::rejection::Issue;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Compared, EditShown};

/// The catalogue in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CataloguePage {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The same as a file.
    pub file: String,
    /// The hash of that file, which a proposal names as what it was made from.
    pub base: String,
    /// The newest proposals, newest first.
    pub proposals: Vec<Proposal>,
    /// Whether the pages changed it after it was last written to or read from a file.
    pub is_file_behind: bool,
    /// What of it does not fit together.
    pub faults: Vec<CatalogueFault>,
}

/// Somebody's proposal to change the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number, from 1.
    pub id: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// How it came into force, if it did.
    pub applied: Option<Applied>,
}

/// How a proposal came into force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Cost that changes hands by a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostMove {
    /// Whose.
    pub owner: Owner,
    /// The billing currency.
    pub currency: Currency,
    /// Billed micro-units by the catalogue in force.
    pub before: i64,
    /// Billed micro-units by the proposal.
    pub after: i64,
}

/// One proposal, looked at against the catalogue in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalPage {
    /// Who, when, and what became of it.
    pub proposal: Proposal,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The hash of the catalogue in force, as a file.
    pub base: String,
    /// The proposed file.
    pub file: String,
    /// What was put into a form, where the file was made from it.
    pub edit: Option<EditShown>,
    /// Whether the catalogue in force is another than the one the proposal was made from.
    pub is_stale: bool,
    /// Why it cannot be applied: every fault of the file.
    pub issues: Vec<Issue>,
    /// What of it does not fit together; it can be applied all the same.
    pub faults: Vec<CatalogueFault>,
    /// One line per thing that changes: a sign (`+`, `-`, `~`), what it is, its name.
    pub changes: Vec<String>,
    /// The UTC days whose cost was looked at: the first, and the first after.
    pub days: (Date, Date),
    /// Which cost was looked at.
    pub compared: Compared,
    /// Who gets or gives cost in these days, in order of owner.
    pub moves: Vec<CostMove>,
}
