//! What terraform says of objectives: where each is written, and whether what is in force still says the same.

use std::str::FromStr;

use jiff::Timestamp;

use crate::objective::Objective;
use crate::objective_proposal::Promise;

/// The kinds of resources that are objectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TerraformKind {
    /// Datadog's.
    Datadog,
    /// Of CloudWatch Application Signals.
    ApplicationSignals,
}

/// The word is no kind of resource that is an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("objectives are datadog_service_level_objective or aws_applicationsignals_service_level_objective")]
pub struct TerraformKindError;

impl TerraformKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Datadog, Self::ApplicationSignals];

    /// The type of the resource, as terraform writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Datadog => "datadog_service_level_objective",
            Self::ApplicationSignals => "aws_applicationsignals_service_level_objective",
        }
    }
}

impl FromStr for TerraformKind {
    type Err = TerraformKindError;

    fn from_str(text: &str) -> Result<Self, TerraformKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(TerraformKindError)
    }
}

/// A resource of a terraform state that is an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerraformObjective {
    /// The name under which its state was uploaded.
    pub source: String,
    /// Where it is written, such as `module.shop.datadog_service_level_objective.web["jp"]`.
    pub address: String,
    /// What it is.
    pub kind: TerraformKind,
    /// The vendor's id; empty before it was created.
    pub external_id: String,
    /// The name that the vendor shows.
    pub name: String,
    /// What it promises: one for each of its time frames.
    pub promises: Vec<Promise>,
}

/// An objective that a resource of terraform declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The objective.
    pub objective: String,
    /// The resource.
    pub resource: TerraformObjective,
    /// What it promises of this objective; `None` where none of its time frames fits.
    pub promise: Option<Promise>,
    /// What is in force.
    pub live: Promise,
}

impl Declared {
    /// Whether terraform promises something else than what is in force at an instant; a resource of which no time
    /// frame fits does.
    #[must_use]
    pub fn is_drifted(&self, at: Timestamp) -> bool {
        self.promise.as_ref().is_none_or(|promise| !promise.is_like(&self.live, at))
    }
}

/// Which objective each resource declares, by objective and address: by the vendor's id where an objective's id has
/// it, else by a name that only one resource has. What cannot be told apart is left out, never guessed.
#[must_use]
pub fn declared(objectives: &[Objective], resources: &[TerraformObjective], at: Timestamp) -> Vec<Declared> {
    let mut found: Vec<Declared> = Vec::new();
    for resource in resources {
        let mut ours: Vec<&Objective> =
            objectives.iter().filter(|objective| has_id(objective, resource)).collect();
        let is_only = || resources.iter().filter(|other| other.name == resource.name).count() == 1;
        if ours.is_empty() && is_only() {
            ours = objectives.iter().filter(|objective| has_name(objective, &resource.name)).collect();
        }
        for objective in &ours {
            found.push(Declared {
                objective: objective.id.clone(),
                resource: resource.clone(),
                promise: promise_of(objective, resource, ours.len(), at),
                live: Promise::of(objective),
            });
        }
    }
    found.sort_by(|one, other| {
        (&one.objective, &one.resource.address).cmp(&(&other.objective, &other.resource.address))
    });
    found
}

/// Whether the vendor's id is an objective's id or a part of it between hyphens, dots or the like.
fn has_id(objective: &Objective, resource: &TerraformObjective) -> bool {
    let id = resource.external_id.as_str();
    let Some(position) = (!id.is_empty()).then(|| objective.id.find(id)).flatten() else { return false };
    let is_edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    is_edge(objective.id[..position].chars().next_back())
        && is_edge(objective.id[position + id.len()..].chars().next())
}

/// Whether an objective has the name, alone or with one of its targets after it.
fn has_name(objective: &Objective, name: &str) -> bool {
    let rest = objective.display_name.strip_prefix(name);
    let is_shown = rest
        .is_some_and(|rest| rest.is_empty() || [":", " (", " ["].iter().any(|mark| rest.starts_with(mark)));
    !name.is_empty() && (objective.id == name || is_shown)
}

/// The promise with the window of the objective; of a resource that has only one, that one.
fn promise_of(
    objective: &Objective,
    resource: &TerraformObjective,
    objectives: usize,
    at: Timestamp,
) -> Option<Promise> {
    let live = Promise::of(objective);
    let fits = |promise: &&Promise| {
        let like = Promise { target: live.target, window: promise.window.clone() };
        like.is_like(&live, at)
    };
    let only =
        || (objectives == 1 && resource.promises.len() == 1).then(|| resource.promises.first()).flatten();
    resource.promises.iter().find(fits).or_else(only).cloned()
}
