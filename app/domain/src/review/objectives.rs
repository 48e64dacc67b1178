//! Objectives of the week: window, week and thirteen weeks of marks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::counting::{Counting, ExcludedTime, excluded_time};
use crate::error_budget::ErrorBudget;
use crate::finding::Status;
use crate::objective::{BudgetingMethod, CompositePart, Objective, ObjectiveHistory, SliSum, Window};
use crate::objective_condition::{Condition, conditions};
use crate::organization::Thresholds;
use crate::period::Period;
use crate::product::{Environment, Slug};
use crate::ratio::Ppm;
use crate::review::{ReviewInput, WEEKS_SHOWN};
use crate::week::IsoWeek;

/// A week whose samples cover less than this share of what was expected is provisional.
pub const COVERAGE_NEEDED: Ppm = Ppm(900_000);

/// The mark of one earlier week, judged by the definition that held when the week ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekMark {
    /// The week.
    pub week: IsoWeek,
    /// Met, burning faster than even, missed, or no data.
    pub status: Status,
    /// What was good.
    pub good: i64,
    /// Everything.
    pub total: i64,
    /// Whether later data may still change it.
    pub provisional: bool,
}

/// One objective as the page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveRow {
    /// The name in URLs.
    pub id: String,
    /// What people call it.
    pub display_name: String,
    /// The product, if known.
    pub product: Option<Slug>,
    /// Where it is measured.
    pub environment: Environment,
    /// How the budget is counted.
    pub method: BudgetingMethod,
    /// The share that has to be good.
    pub target: Ppm,
    /// Over which window.
    pub window: Window,
    /// The window as it was measured.
    pub period: Period,
    /// Counts of the window.
    pub sum: SliSum,
    /// Counts of the week.
    pub week: SliSum,
    /// The mark.
    pub status: Status,
    /// The share of the budget left.
    pub remaining: Option<Ppm>,
    /// What is left in the unit of the counts, exact.
    pub remaining_units: Option<Decimal>,
    /// How fast the week burned, in millionths of even.
    pub burn_rate: Option<Ppm>,
    /// The last weeks, oldest first, this one last.
    pub history: Vec<WeekMark>,
    /// The end of the newest bucket.
    pub last_data: Option<Timestamp>,
    /// Whether later data may still change the window's number.
    pub provisional: bool,
    /// What missing data and excluded time count as.
    pub counting: Counting,
    /// The excluded time of the window.
    pub excluded: ExcludedTime,
    /// The source of the definition.
    pub source: String,
    /// When it was last reviewed.
    pub reviewed_at: Option<Timestamp>,
    /// What it is a part of.
    pub part: Option<CompositePart>,
}

impl ObjectiveRow {
    /// The budget of the window, if anything was counted.
    #[must_use]
    pub fn budget(&self) -> Option<ErrorBudget> {
        ErrorBudget::new(self.sum.good, self.sum.total, self.target)
    }

    /// Seconds that one counted unit stands for, where the objective counts time.
    #[must_use]
    pub fn seconds_per_unit(&self) -> Option<Decimal> {
        match self.method {
            BudgetingMethod::Occurrences => None,
            BudgetingMethod::Timeslices { slice_seconds, .. } => Some(Decimal::from(slice_seconds)),
            BudgetingMethod::RatioTimeslices { slice_seconds } => Some(Decimal::new(slice_seconds, 6)),
        }
    }
}

/// All objectives, worst first.
#[must_use]
pub fn rows(input: &ReviewInput, measured_until: Timestamp) -> Vec<ObjectiveRow> {
    let parts = input.queue.terms.iter().filter_map(|terms| Some((&terms.objective, terms.part.as_ref()?)));
    let parts: BTreeMap<&String, &CompositePart> = parts.collect();
    let part = |history: &ObjectiveHistory| parts.get(&history.objective.id).copied();
    let histories = input.objectives.iter();
    let mut rows: Vec<ObjectiveRow> =
        histories.map(|history| row(input, history, part(history), measured_until)).collect();
    rows.sort_by(|one, other| {
        (other.status.cmp(&one.status)).then(one.remaining.cmp(&other.remaining)).then(one.id.cmp(&other.id))
    });
    rows
}

fn row(
    input: &ReviewInput,
    history: &ObjectiveHistory,
    part: Option<&CompositePart>,
    measured_until: Timestamp,
) -> ObjectiveRow {
    let organization = &input.catalogue.organization;
    let zone = organization.zone();
    let objective = &history.objective;
    let period = objective.window.period(measured_until);
    let sum = SliSum::of(&history.buckets, &period);
    let week_period = Period { start: input.week.period(&zone).start, end: measured_until };
    let week = SliSum::of(&history.buckets, &week_period);
    let budget = ErrorBudget::new(sum.good, sum.total, objective.target);
    let last_data =
        history.buckets.iter().map(|bucket| bucket.period.end).filter(|end| *end <= measured_until).max();
    let stale_seconds = organization.thresholds.stale_after_hours.saturating_mul(3600);
    let stale = last_data.is_none_or(|last| measured_until.as_second() - last.as_second() > stale_seconds);
    let burn_rate =
        ErrorBudget::new(week.good, week.total, objective.target).and_then(|budget| budget.burn_rate());
    let status = status(budget.as_ref(), burn_rate, stale, &organization.thresholds);
    ObjectiveRow {
        id: objective.id.clone(),
        display_name: objective.display_name.clone(),
        product: objective.product.clone(),
        environment: objective.environment,
        method: objective.method,
        target: objective.target,
        window: objective.window.clone(),
        period,
        sum,
        week,
        status,
        remaining: budget.as_ref().and_then(ErrorBudget::remaining),
        remaining_units: budget.as_ref().map(ErrorBudget::remaining_units),
        burn_rate,
        history: marks(input, history, measured_until),
        last_data,
        provisional: last_data.is_some_and(|last| last < week_period.end)
            || sum.coverage().is_some_and(|coverage| coverage < COVERAGE_NEEDED)
            || conditions(input, history, measured_until).iter().any(Condition::makes_provisional),
        counting: objective.counting,
        excluded: excluded_time(&history.excluded, &period),
        source: objective.source.clone(),
        reviewed_at: objective.reviewed_at,
        part: part.cloned(),
    }
}

/// Breached without budget, at risk with little left or burning, no data when nothing is known or
/// what is known is stale.
fn status(
    budget: Option<&ErrorBudget>,
    burn_rate: Option<Ppm>,
    stale: bool,
    thresholds: &Thresholds,
) -> Status {
    let Some(budget) = budget else { return Status::NoData };
    // A budget of exactly zero left is spent, yet the target is met: the page calls it at risk.
    if !budget.is_met() {
        return Status::Breached;
    }
    if stale {
        return Status::NoData;
    }
    let low = budget.remaining().is_none_or(|remaining| remaining < thresholds.error_budget_risk);
    let burning = burn_rate.is_some_and(|rate| rate > Ppm::ONE);
    // A target of 100 % leaves no room at all: met as it may be, it is never green.
    if low || burning { Status::Risk } else { Status::Ok }
}

/// The marks of the last weeks.
fn marks(input: &ReviewInput, history: &ObjectiveHistory, measured_until: Timestamp) -> Vec<WeekMark> {
    let zone = input.catalogue.organization.zone();
    input
        .week
        .trailing(WEEKS_SHOWN)
        .into_iter()
        .map(|week| {
            let mut period = week.period(&zone);
            let unfinished = period.end > measured_until;
            period.end = period.end.min(measured_until);
            let sum = SliSum::of(&history.buckets, &period);
            let version = version_at(history, period.end);
            let budget = ErrorBudget::new(sum.good, sum.total, version.target);
            let status = match &budget {
                None => Status::NoData,
                Some(budget) if !budget.is_met() => Status::Breached,
                Some(budget)
                    if budget.remaining().is_some_and(|left| {
                        left < input.catalogue.organization.thresholds.error_budget_risk
                    }) =>
                {
                    Status::Risk
                }
                Some(_) => Status::Ok,
            };
            let thin = sum.coverage().is_some_and(|coverage| coverage < COVERAGE_NEEDED);
            WeekMark { week, status, good: sum.good, total: sum.total, provisional: unfinished || thin }
        })
        .collect()
}

/// The version of a definition that held at an instant; the oldest known one before it.
pub(crate) fn version_at(history: &ObjectiveHistory, instant: Timestamp) -> &Objective {
    if history.objective.valid_from <= instant {
        return &history.objective;
    }
    let held = history.earlier.iter().rev().find(|version| version.valid_from <= instant);
    held.or(history.earlier.first()).unwrap_or(&history.objective)
}
