//! What the queue is told from besides the counts of a review.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Assessment;
use crate::objective::CompositePart;
use crate::objective_vendor::{VendorExclusion, VendorStatement};
use crate::period::Period;
use crate::ratio::Ppm;
use crate::terraform::TerraformObjective;
use crate::week::IsoWeek;

/// What somebody is to do because of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub what: String,
    /// Who.
    pub owner: String,
    /// By when, in the organisation's zone.
    pub due_on: Date,
    /// When it was done, and who said so.
    pub done: Option<(Timestamp, String)>,
}

/// An alert on the burn rate of an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurnAlert {
    /// How loud, such as `page` or `ticket`.
    pub severity: String,
    /// From which burn rate on, in millionths of even; 0 where the source does not tell.
    pub threshold: Ppm,
    /// How far it looks back, in seconds; 0 where the source does not tell.
    pub lookback_seconds: i64,
}

/// What a definition says of an objective besides what makes its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectiveTerms {
    /// The objective.
    pub objective: String,
    /// Its alerts on the burn rate; `None` where the source does not tell of alerts.
    pub alerts: Option<Vec<BurnAlert>>,
    /// The objectives without which it cannot be kept.
    pub depends_on: Vec<String>,
    /// The share that customers are promised by contract.
    pub contract: Option<Ppm>,
    /// What it is a part of.
    pub part: Option<CompositePart>,
    /// How far back its source reckons burn rates by itself, in seconds.
    pub lookbacks: Vec<i64>,
}

/// When a person last opened an objective's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRead {
    /// The objective.
    pub objective: String,
    /// The first time.
    pub first_at: Timestamp,
    /// The last time, to the day at least.
    pub last_at: Timestamp,
}

/// A review that a meeting has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrozenWeek {
    /// Its week.
    pub week: IsoWeek,
    /// When.
    pub at: Timestamp,
}

/// Counts that read differently after a freeze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountsRestated {
    /// The objective.
    pub objective: String,
    /// When the change arrived.
    pub seen_at: Timestamp,
    /// The bucket.
    pub period: Period,
    /// What was good before.
    pub old_good: i64,
    /// Everything before.
    pub old_total: i64,
    /// What is good now.
    pub new_good: i64,
    /// Everything now.
    pub new_total: i64,
}

/// What the queue is told from.
#[derive(Clone, Debug, Default)]
pub struct QueueInput {
    /// Reviews of objectives that were held, newest last.
    pub assessments: Vec<Assessment>,
    /// What definitions say besides, where they say anything.
    pub terms: Vec<ObjectiveTerms>,
    /// Who has been looked at.
    pub reads: Vec<PageRead>,
    /// The last meeting: the newest frozen review of this week or an earlier one; where none is frozen, the day
    /// after the week before.
    pub frozen: Option<FrozenWeek>,
    /// What vendors say of the week.
    pub vendor: Vec<VendorStatement>,
    /// Times that vendors leave out.
    pub left_out: Vec<VendorExclusion>,
    /// What terraform says of objectives.
    pub files: Vec<TerraformObjective>,
    /// Counts that changed since, in order of time; those that complete a week are none of them.
    pub restated: Vec<CountsRestated>,
}
