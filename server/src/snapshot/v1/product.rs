//! One product's week, complete in itself, so that its page needs nothing else.

use serde::{Deserialize, Serialize};

use jiff::Timestamp;

use domain::cost::Amounts;
use domain::deploy::DeployDay;
use domain::money::Currency;
use domain::product_review::{BudgetCourse, CostLine, MonthCourse, ProductReview};
use domain::ratio::Ppm;

use super::action::ReviewActionV1;
use super::answer::ServiceMoveV1;
use super::cost::{BudgetStatusV1, ComparisonV1, PoolSplitV1};
use super::incidents::IncidentSectionV1;
use super::matrix::MatrixRowV1;
use super::note::NoteV1;
use super::objectives::ObjectiveRowV1;
use super::organization::{AppliedRateV1, FreshnessV1, OrganizationV1, ProductV1};
use super::outlook::{MethodV1, PaceV1, RangeV1, UnusualV1};
use super::policy::ShipVerdictV1;
use super::value::{AmountsV1, MoneyV1, PeriodV1};
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// How one objective's budget ran down.
    BudgetCourseV1 = BudgetCourse {
        objective: String,
        period: PeriodV1,
        points: Vec<PointV1>,
    }

    /// The product's page value.
    ProductReviewV1 = ProductReview {
        product: ProductV1,
        week: String,
        as_of: String,
        measured_until: String,
        period: PeriodV1,
        organization: OrganizationV1,
        freshness: Vec<FreshnessV1>,
        rates: Vec<AppliedRateV1>,
        matrix: Option<MatrixRowV1>,
        comparisons: Vec<ComparisonV1>,
        services: Vec<CostLineV1>,
        environments: Vec<CostLineV1>,
        shares: Vec<CostLineV1>,
        pools: Vec<PoolSplitV1>,
        budget: Option<BudgetStatusV1>,
        months: Vec<MonthCourseV1>,
        month_rates: Vec<AppliedRateV1>,
        pace: Option<PaceV1>,
        unusual: UnusualV1,
        #[serde(default)]
        moves: Vec<ServiceMoveV1>,
        objectives: Vec<ObjectiveRowV1>,
        courses: Vec<BudgetCourseV1>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verdict: Option<ShipVerdictV1>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        actions: Vec<ReviewActionV1>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteV1>,
        incidents: IncidentSectionV1,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deploys: Vec<DeployDayV1>,
    }

    /// What reached production on a day of the organisation's zone.
    DeployDayV1 = DeployDay {
        day: String,
        deploys: i64,
        rolled_back: i64,
        versions: Vec<String>,
    }
}

/// The share of a budget left at an instant.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct PointV1 {
    at: String,
    remaining_ppm: i64,
}

impl Mirror<(Timestamp, Ppm)> for PointV1 {
    fn of((at, remaining): &(Timestamp, Ppm)) -> Self {
        Self { at: Mirror::of(at), remaining_ppm: remaining.0 }
    }

    fn into_domain(self) -> Result<(Timestamp, Ppm), SnapshotError> {
        Ok((self.at.into_domain()?, Ppm(self.remaining_ppm)))
    }
}

/// One service or environment; `history` is oldest first and ends with this week.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct CostLineV1 {
    name: String,
    currency: String,
    this: AmountsV1,
    previous: AmountsV1,
    history: Vec<AmountsV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known_from: Option<String>,
}

impl Mirror<CostLine> for CostLineV1 {
    fn of(value: &CostLine) -> Self {
        let amounts = |amounts: Amounts| AmountsV1::new(amounts, value.currency);
        Self {
            name: value.name.clone(),
            currency: Mirror::of(&value.currency),
            this: amounts(value.this),
            previous: amounts(value.previous),
            history: value.history.iter().copied().map(amounts).collect(),
            known_from: Mirror::of(&value.known_from),
        }
    }

    fn into_domain(self) -> Result<CostLine, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        let history = self.history.into_iter().map(|week| week.amounts(currency));
        Ok(CostLine {
            name: self.name,
            currency,
            this: self.this.amounts(currency)?,
            previous: self.previous.amounts(currency)?,
            history: history.collect::<Result<_, _>>()?,
            known_from: self.known_from.into_domain()?,
        })
    }
}

/// A month day by day, billed.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct MonthCourseV1 {
    month: String,
    currency: String,
    days: Vec<MoneyV1>,
    remaining_days: Vec<MoneyV1>,
    shape: Vec<MoneyV1>,
    method: MethodV1,
    range: RangeV1,
}

impl Mirror<MonthCourse> for MonthCourseV1 {
    fn of(value: &MonthCourse) -> Self {
        let money = |micros: &i64| MoneyV1::new(*micros, value.currency);
        Self {
            month: Mirror::of(&value.month),
            currency: Mirror::of(&value.currency),
            days: value.days.iter().map(money).collect(),
            remaining_days: value.remaining_days.iter().map(money).collect(),
            shape: value.shape.iter().map(money).collect(),
            method: Mirror::of(&value.method),
            range: RangeV1::of(&value.range, value.currency),
        }
    }

    fn into_domain(self) -> Result<MonthCourse, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        let micros = |days: Vec<MoneyV1>| -> Result<Vec<i64>, SnapshotError> {
            days.into_iter().map(|day| day.micros(currency)).collect()
        };
        Ok(MonthCourse {
            month: self.month.into_domain()?,
            currency,
            days: micros(self.days)?,
            remaining_days: micros(self.remaining_days)?,
            shape: micros(self.shape)?,
            method: self.method.into_domain()?,
            range: self.range.into_domain(currency)?,
        })
    }
}
