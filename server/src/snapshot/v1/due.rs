//! The first ones of the queue of objectives to review.

use serde::{Deserialize, Serialize};

use domain::objective_queue::{AgedReason, Reason, ReviewRequest, ReviewsDue};

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

/// Declares how the evidence of each reason is written.
macro_rules! reasons {
    ($($variant:ident $(($($field:ident: $kind:ty),*))?,)*) => {
        /// Why an objective needs a look, with the evidence.
        #[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        enum ReasonV1 {
            $($variant { $($($field: $kind,)*)? },)*
        }

        impl Mirror<Reason> for ReasonV1 {
            fn of(value: &Reason) -> Self {
                match value {
                    $(Reason::$variant $(($($field),*))? => Self::$variant { $($($field: Mirror::of($field),)*)? },)*
                }
            }

            fn into_domain(self) -> Result<Reason, SnapshotError> {
                Ok(match self {
                    $(Self::$variant { $($($field,)*)? } => Reason::$variant $(($($field.into_domain()?),*))?,)*
                })
            }
        }
    };
}

reasons! {
    Overdue(due_on: String),
    NeverReviewed(known_since: String),
    Changed,
    MissedWeeks(missed: i64, weeks: i64),
    MissedWindows(missed: i64),
    NeverBurns(most_ppm: i64),
    Constant(days: i64),
    Stale(last_data: Option<String>),
    ThinCoverage(coverage_ppm: i64),
    NoTraffic,
    IncidentWithoutBurn(incident: String),
    BurnWithoutIncident(spent_ppm: i64, explained_ppm: i64),
    CostlyIncident(incident: String, spent_ppm: i64),
    CostlyCause(cause: String, spent_ppm: i64),
    WillExhaust(after_seconds: i64),
    LowAndBurning(remaining_ppm: i64),
    TargetTooHigh(missed: i64, weeks: i64, proposed_ppm: i64),
    TargetTooLow(weeks: i64, proposed_ppm: i64),
    NoProduct,
    NoOwner,
    NoPolicy,
    PolicyOutdated(revisit_on: String),
    LittleTraffic(allowed: String),
    ExcludedTime(excluded_ppm: i64),
    ExclusionsGrow(weeks: i64),
    VendorDiffers(ours_ppm: i64, theirs_ppm: i64),
    FileDiffers(target_ppm: i64, file_ppm: i64),
    AlertImpossible(threshold_ppm: i64, highest_ppm: i64),
    NoAlert,
    AboveDependency(objective: String, target_ppm: i64),
    BelowContract(contract_ppm: i64),
    UnevenWeekends(differs_ppm: i64),
    Restated(before_ppm: i64, after_ppm: i64),
    Ignored(last_seen: Option<String>),
    ActionOverdue(owner: String, due_on: String),
    ShortWindow(window_seconds: i64),
    ImpossibleTarget(target_ppm: i64),
    TargetAsPercent(target_ppm: i64),
}

/// A reason, its rule and since when it holds.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct AgedReasonV1 {
    /// The rule's id, for readers; it follows from the kind.
    rule: String,
    #[serde(flatten)]
    reason: ReasonV1,
    since: String,
}

impl Mirror<AgedReason> for AgedReasonV1 {
    fn of(value: &AgedReason) -> Self {
        Self {
            rule: value.reason.id().to_owned(),
            reason: Mirror::of(&value.reason),
            since: Mirror::of(&value.since),
        }
    }

    fn into_domain(self) -> Result<AgedReason, SnapshotError> {
        Ok(AgedReason { reason: self.reason.into_domain()?, since: self.since.into_domain()? })
    }
}

mirror! {
    /// An objective that the meeting should review.
    ReviewRequestV1 = ReviewRequest {
        objective: String,
        tier: Option<u8>,
        owner: Option<String>,
        reasons: Vec<AgedReasonV1>,
    }
}

/// What the weekly review says of the queue; documents from before it had one say nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct ReviewsDueV1 {
    open: usize,
    first: Vec<ReviewRequestV1>,
}

impl ReviewsDueV1 {
    /// Whether nothing is due: such documents stay as they were before there was a queue.
    pub(in crate::snapshot) fn is_empty(&self) -> bool {
        self.open == 0 && self.first.is_empty()
    }
}

impl Mirror<ReviewsDue> for ReviewsDueV1 {
    fn of(value: &ReviewsDue) -> Self {
        Self { open: value.open, first: Mirror::of(&value.first) }
    }

    fn into_domain(self) -> Result<ReviewsDue, SnapshotError> {
        Ok(ReviewsDue { open: self.open, first: self.first.into_domain()? })
    }
}
