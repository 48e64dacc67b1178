//! The week.

use serde::{Deserialize, Serialize};

use domain::review::{Summary, WeeklyReview};
use domain::week_skip::CarriedWeek;

use super::action::ActionSectionV1;
use super::answer::{QuestionV1, SharedMoveV1};
use super::cloud_anomaly::MappedAnomalyV1;
use super::cost::{CostSectionV1, ReconciliationV1};
use super::due::ReviewsDueV1;
use super::incidents::IncidentSectionV1;
use super::matrix::{CountsV1, MatrixRowV1};
use super::note::NoteV1;
use super::objectives::ObjectiveRowV1;
use super::organization::{AppliedRateV1, FreshnessV1, OrganizationV1, ProductV1};
use super::policy::ShipVerdictV1;
use super::topic::TopicSectionV1;
use super::value::PeriodV1;
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// A week without a meeting that this one takes over.
    CarriedWeekV1 = CarriedWeek {
        week: String,
        reason: String,
        incidents: i64,
        questions: i64,
        notes: i64,
        counts: CountsV1,
    }

    /// Positions in the lists of the review.
    SummaryV1 = Summary {
        worst_incident: Option<usize>,
        largest_overrun: Option<usize>,
        lowest_budget: Option<usize>,
    }
}

/// The review without its reconciliation, which stands at the top of the document.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct ReviewV1 {
    week: String,
    as_of: String,
    measured_until: String,
    period: PeriodV1,
    organization: OrganizationV1,
    products: Vec<ProductV1>,
    freshness: Vec<FreshnessV1>,
    rates: Vec<AppliedRateV1>,
    summary: SummaryV1,
    #[serde(default, skip_serializing_if = "ActionSectionV1::is_empty")]
    actions: ActionSectionV1,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteV1>,
    #[serde(default, skip_serializing_if = "TopicSectionV1::is_empty")]
    topics: TopicSectionV1,
    matrix: Vec<MatrixRowV1>,
    counts: CountsV1,
    #[serde(default)]
    questions: Vec<QuestionV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shared_moves: Vec<SharedMoveV1>,
    #[serde(default)]
    cloud_anomalies: Vec<MappedAnomalyV1>,
    cost: CostSectionV1,
    incidents: IncidentSectionV1,
    objectives: Vec<ObjectiveRowV1>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    verdicts: Vec<ShipVerdictV1>,
    #[serde(default, skip_serializing_if = "ReviewsDueV1::is_empty")]
    reviews_due: ReviewsDueV1,
    unmapped: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    carried_weeks: Vec<CarriedWeekV1>,
}

impl ReviewV1 {
    /// The wire form.
    pub(in crate::snapshot) fn of(value: &WeeklyReview) -> Self {
        Self {
            week: Mirror::of(&value.week),
            as_of: Mirror::of(&value.as_of),
            measured_until: Mirror::of(&value.measured_until),
            period: Mirror::of(&value.period),
            organization: Mirror::of(&value.organization),
            products: Mirror::of(&value.products),
            freshness: Mirror::of(&value.freshness),
            rates: Mirror::of(&value.rates),
            summary: Mirror::of(&value.summary),
            actions: Mirror::of(&value.actions),
            notes: Mirror::of(&value.notes),
            topics: Mirror::of(&value.topics),
            matrix: Mirror::of(&value.matrix),
            counts: Mirror::of(&value.counts),
            questions: Mirror::of(&value.questions),
            shared_moves: Mirror::of(&value.shared_moves),
            cloud_anomalies: Mirror::of(&value.cloud_anomalies),
            cost: CostSectionV1::of(&value.cost),
            incidents: Mirror::of(&value.incidents),
            objectives: Mirror::of(&value.objectives),
            verdicts: Mirror::of(&value.verdicts),
            reviews_due: Mirror::of(&value.reviews_due),
            unmapped: Mirror::of(&value.unmapped),
            carried_weeks: Mirror::of(&value.carried_weeks),
        }
    }

    /// The domain value, together with the reconciliation.
    pub(in crate::snapshot) fn into_domain(
        self,
        reconciliation: Vec<ReconciliationV1>,
    ) -> Result<WeeklyReview, SnapshotError> {
        Ok(WeeklyReview {
            week: self.week.into_domain()?,
            as_of: self.as_of.into_domain()?,
            measured_until: self.measured_until.into_domain()?,
            period: self.period.into_domain()?,
            organization: self.organization.into_domain()?,
            products: self.products.into_domain()?,
            freshness: self.freshness.into_domain()?,
            rates: self.rates.into_domain()?,
            summary: self.summary.into_domain()?,
            actions: self.actions.into_domain()?,
            notes: self.notes.into_domain()?,
            topics: self.topics.into_domain()?,
            matrix: self.matrix.into_domain()?,
            counts: self.counts.into_domain()?,
            questions: self.questions.into_domain()?,
            shared_moves: self.shared_moves.into_domain()?,
            cloud_anomalies: self.cloud_anomalies.into_domain()?,
            cost: self.cost.into_domain(reconciliation)?,
            incidents: self.incidents.into_domain()?,
            objectives: self.objectives.into_domain()?,
            verdicts: self.verdicts.into_domain()?,
            reviews_due: self.reviews_due.into_domain()?,
            unmapped: self.unmapped,
            carried_weeks: self.carried_weeks.into_domain()?,
        })
    }
}
