//! One incident as its page reads it, and what people say of it.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::hook::IncidentMessage;
use domain::incident::Incident;
use domain::incident_merge::{IncidentKey, MergeDecision, MergeSuggestion, MergeWord};
use domain::incident_override::{
    CauseClass, IncidentOverride, IncidentVersion, OverrideFault, OverrideField,
};
use domain::incident_statistics::charge::BudgetCharges;
use domain::incident_union::ProductUnion;
use domain::period::Period;
use domain::review::anomalies::CostAnomaly;
use domain::week::IsoWeek;
use jiff::Timestamp;

use super::deploy::IncidentDeploys;

/// What incidents of a product come to in a week, and what its budgets lost.
#[derive(Clone, Debug)]
pub struct IncidentToll {
    /// The week's weighted union and the part of each incident.
    pub union: ProductUnion,
    /// The budgets of the product that any incident spent, over their own windows.
    pub budgets: Vec<BudgetCharges>,
}

/// Values that were typed and not kept: what they would change.
#[derive(Clone, Debug)]
pub struct IncidentPreview {
    /// Those that differ from what is in force, as they would be kept.
    pub values: Vec<(OverrideField, String)>,
    /// Those that cannot be kept.
    pub faults: Vec<(OverrideField, OverrideFault)>,
    /// What the product's incidents would come to.
    pub toll: IncidentToll,
}

/// The data of the page of one incident.
#[derive(Clone, Debug)]
pub struct IncidentPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The incident as it counts: edited, and joined with its parts.
    pub incident: Incident,
    /// As people corrected it, without its parts: what the form edits.
    pub edited: Incident,
    /// As its source tells it.
    pub told: Incident,
    /// The kind of cause that people gave.
    pub cause: Option<CauseClass>,
    /// All values that people gave, oldest first.
    pub overrides: Vec<IncidentOverride>,
    /// All that its source told, oldest first.
    pub versions: Vec<IncidentVersion>,
    /// The messages from which it follows, oldest first.
    pub messages: Vec<IncidentMessage>,
    /// The week that it ended in, or the one that has begun.
    pub week: IsoWeek,
    /// What of the week is measured.
    pub window: Period,
    /// What the product's incidents come to.
    pub toll: IncidentToll,
    /// What it is part of, at the end of all merges.
    pub root: Option<Incident>,
    /// What is part of it.
    pub parts: Vec<Incident>,
    /// What may be the same.
    pub suggestions: Vec<MergeSuggestion>,
    /// What was decided of it, oldest first.
    pub decisions: Vec<MergeDecision>,
    /// Days around it that cost unusually much.
    pub anomalies: Vec<CostAnomaly>,
    /// Deploys of its product before it.
    pub deploys: IncidentDeploys,
    /// What typed values would change, if any were typed.
    pub preview: Option<IncidentPreview>,
}

/// Values as a form sends them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideRequest {
    /// Which incident.
    pub of: IncidentKey,
    /// How many values of it the writer saw.
    pub seen: i64,
    /// Fields as typed; those that are not there stay as they are.
    pub typed: Vec<(OverrideField, String)>,
    /// Fields whose values are taken back.
    pub withdrawn: Vec<OverrideField>,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
}

/// What a form says where the other incident is part of the one that it stands on.
pub const MERGE_FROM: &str = "from";

/// A decision as a form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRequest {
    /// Which incident.
    pub of: IncidentKey,
    /// And which other.
    pub other: IncidentKey,
    /// What was decided.
    pub word: MergeWord,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
}

/// Why what was said of an incident was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentRefusal {
    /// A value cannot be kept.
    Value(OverrideField, OverrideFault),
    /// No reason, or none that can be kept.
    Reason,
    /// Nothing would change.
    Nothing,
    /// Somebody else gave values meanwhile.
    Conflict,
    /// One of the incidents is not known.
    Unknown,
    /// Merging would run in a circle.
    Circle,
    /// The reader may not write this.
    Forbidden,
    /// Something broke.
    Internal,
}

impl IncidentRefusal {
    /// The word in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value(_, OverrideFault::Empty) => "empty",
            Self::Value(_, OverrideFault::Long) => "long",
            Self::Value(_, OverrideFault::Letters) => "letters",
            Self::Value(_, OverrideFault::Time) => "time",
            Self::Value(_, OverrideFault::Fraction) => "fraction",
            Self::Value(_, OverrideFault::Word) => "word",
            Self::Reason => "reason",
            Self::Nothing => "nothing",
            Self::Conflict => "conflict",
            Self::Unknown => "unknown",
            Self::Circle => "circle",
            Self::Forbidden => "forbidden",
            Self::Internal => "internal",
        }
    }
}
