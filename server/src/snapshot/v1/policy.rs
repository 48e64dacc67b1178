//! Whether a product may ship, and what of an objective's time does not count.

use serde::{Deserialize, Serialize};

use domain::counting::{Counting, ExcludedTime, Exclusion, Missing};
use domain::policy::ShipAction;
use domain::policy::demand::Demand;
use domain::policy::verdict::{Decider, Gap, ShipVerdict};
use domain::ratio::Ppm;

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// The objective that decides.
    DeciderV1 = Decider {
        objective: String,
        #[serde(rename = "remaining_ppm")]
        remaining: Option<i64>,
    }

    /// The answer; `action` is `null` when it cannot be told, and `gaps` says why.
    ShipVerdictV1 = ShipVerdict {
        product: String,
        action: Option<String>,
        note: String,
        decider: Option<DeciderV1>,
        gaps: Vec<GapV1>,
        demands: Vec<DemandV1>,
        approved_on: Option<String>,
        revisit_on: Option<String>,
        is_past_revisit: bool,
        provisional: bool,
    }

    /// The rules of an objective.
    CountingV1 = Counting {
        missing: String,
        exclusion: String,
    }

    /// The excluded time of a window.
    ExcludedTimeV1 = ExcludedTime {
        seconds: i64,
        applied_seconds: i64,
        #[serde(rename = "share_ppm")]
        share: Option<i64>,
    }
}

// Documents that were frozen before these fields were kept read and write the same bytes: what is usual is not
// written.
impl CountingV1 {
    pub(in crate::snapshot) fn is_usual(&self) -> bool {
        let usual = Counting::default();
        (self.missing.as_str(), self.exclusion.as_str()) == (usual.missing.as_str(), usual.exclusion.as_str())
    }
}

impl ExcludedTimeV1 {
    pub(in crate::snapshot) fn is_none(&self) -> bool {
        self.seconds == 0
    }
}

impl Default for CountingV1 {
    fn default() -> Self {
        Self::of(&Counting::default())
    }
}

impl Default for ExcludedTimeV1 {
    fn default() -> Self {
        Self::of(&ExcludedTime::default())
    }
}

words! {
    "action": ShipAction {
        Ship = "ship",
        Care = "care",
        Halt = "halt",
    }

    "rule of missing data": Missing {
        Ignore = "ignore",
        Good = "good",
        Bad = "bad",
        Carry = "carry",
    }

    "rule of exclusions": Exclusion {
        Drop = "drop",
        CountGood = "count_good",
    }
}

/// What is missing for an answer.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum GapV1 {
    Policy,
    Approval,
    Objectives,
    Objective { objective: String },
    Counts { objective: String, last: Option<String> },
    Budget { objective: String },
}

impl Mirror<Gap> for GapV1 {
    fn of(value: &Gap) -> Self {
        match value {
            Gap::Policy => Self::Policy,
            Gap::Approval => Self::Approval,
            Gap::Objectives => Self::Objectives,
            Gap::Objective(objective) => Self::Objective { objective: objective.clone() },
            Gap::Counts { objective, last } => {
                Self::Counts { objective: objective.clone(), last: Mirror::of(last) }
            }
            Gap::Budget(objective) => Self::Budget { objective: objective.clone() },
        }
    }

    fn into_domain(self) -> Result<Gap, SnapshotError> {
        Ok(match self {
            Self::Policy => Gap::Policy,
            Self::Approval => Gap::Approval,
            Self::Objectives => Gap::Objectives,
            Self::Objective { objective } => Gap::Objective(objective),
            Self::Counts { objective, last } => Gap::Counts { objective, last: last.into_domain()? },
            Self::Budget { objective } => Gap::Budget(objective),
        })
    }
}

/// What a large spender obliges to.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum DemandV1 {
    Postmortem {
        objective: String,
        source: String,
        incident: String,
        title: String,
        share_ppm: i64,
        postmortem_url: Option<String>,
    },
    QuarterlyPriority {
        objective: String,
        cause: String,
        share_ppm: i64,
    },
}

impl Mirror<Demand> for DemandV1 {
    fn of(value: &Demand) -> Self {
        match value.clone() {
            Demand::Postmortem { objective, source, incident, title, share, postmortem_url } => {
                Self::Postmortem { objective, source, incident, title, share_ppm: share.0, postmortem_url }
            }
            Demand::QuarterlyPriority { objective, cause, share } => {
                Self::QuarterlyPriority { objective, cause, share_ppm: share.0 }
            }
        }
    }

    fn into_domain(self) -> Result<Demand, SnapshotError> {
        Ok(match self {
            Self::Postmortem { objective, source, incident, title, share_ppm, postmortem_url } => {
                let share = Ppm(share_ppm);
                Demand::Postmortem { objective, source, incident, title, share, postmortem_url }
            }
            Self::QuarterlyPriority { objective, cause, share_ppm } => {
                Demand::QuarterlyPriority { objective, cause, share: Ppm(share_ppm) }
            }
        })
    }
}
