//! What objectives attained over several weeks: good of total of all weeks, never a mean of percentages.

use crate::error_budget::ErrorBudget;
use crate::finding::Status;
use crate::product::Slug;
use crate::ratio::Ppm;
use crate::review::objectives::{COVERAGE_NEEDED, ObjectiveRow};
use crate::week::IsoWeek;

use super::{PeriodInput, reviews};

/// One objective over the weeks of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodObjective {
    /// The name in URLs.
    pub id: String,
    /// What people call it, as its newest week does.
    pub display_name: String,
    /// The product, if known.
    pub product: Option<Slug>,
    /// The share that has to be good, as the newest week has it.
    pub target: Ppm,
    /// Whether an earlier week had another target.
    pub target_changed: bool,
    /// What was good in all weeks.
    pub good: i64,
    /// Everything in all weeks.
    pub total: i64,
    /// The mark of each week of the span by the target of that week; `None` where its review does not know it.
    pub weeks: Vec<Option<Status>>,
    /// The weeks that missed their target.
    pub missed: Vec<IsoWeek>,
    /// Whether a week has too few samples, or none.
    pub has_gaps: bool,
    /// The mark of the whole by the newest target.
    pub status: Status,
}

impl PeriodObjective {
    /// The budget of the counts, if anything was counted.
    #[must_use]
    pub fn budget(&self) -> Option<ErrorBudget> {
        ErrorBudget::new(self.good, self.total, self.target)
    }
}

/// All objectives that a week knows, worst first.
pub(super) fn objectives(input: &PeriodInput<'_>) -> Vec<PeriodObjective> {
    let mut ids: Vec<&str> =
        reviews(input).flat_map(|review| &review.objectives).map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found: Vec<PeriodObjective> = ids.into_iter().filter_map(|id| objective(input, id)).collect();
    found.sort_by(|one, other| {
        let left = |objective: &PeriodObjective| objective.budget().and_then(|budget| budget.remaining());
        let key = |one: &PeriodObjective| (std::cmp::Reverse(one.status), left(one));
        key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
    });
    found
}

fn objective(input: &PeriodInput<'_>, id: &str) -> Option<PeriodObjective> {
    let rows: Vec<Option<&ObjectiveRow>> = input
        .weeks
        .iter()
        .map(|week| week.review.as_ref()?.objectives.iter().find(|row| row.id == id))
        .collect();
    let newest = *rows.iter().flatten().last()?;
    let (good, total) = rows.iter().flatten().fold((0_i64, 0_i64), |(good, total), row| {
        (good.saturating_add(row.week.good), total.saturating_add(row.week.total))
    });
    let weeks: Vec<Option<Status>> =
        rows.iter().map(|row| Some(row.as_ref()?.history.last()?.status)).collect();
    let missed = input.weeks.iter().zip(&weeks).filter(|(_, status)| **status == Some(Status::Breached));
    let budget = ErrorBudget::new(good, total, newest.target);
    let limit = input.organization.thresholds.error_budget_risk;
    let status = match budget {
        None => Status::NoData,
        Some(budget) if !budget.is_met() => Status::Breached,
        Some(budget) if budget.remaining().is_some_and(|left| left < limit) => Status::Risk,
        Some(_) => Status::Ok,
    };
    Some(PeriodObjective {
        id: id.to_owned(),
        display_name: newest.display_name.clone(),
        product: newest.product.clone(),
        target: newest.target,
        target_changed: rows.iter().flatten().any(|row| row.target != newest.target),
        good,
        total,
        missed: missed.map(|(week, _)| week.week).collect(),
        has_gaps: input.weeks.iter().zip(&rows).any(|(week, row)| week.review.is_some() && has_gap(*row)),
        weeks,
        status,
    })
}

/// Whether a week of an objective is told by too few samples.
fn has_gap(row: Option<&ObjectiveRow>) -> bool {
    let Some(row) = row else { return true };
    let (seen, expected) = (i128::from(row.week.samples_seen), i128::from(row.week.samples_expected));
    row.week.buckets == 0 || Ppm::floor_of(seen, expected).is_some_and(|share| share < COVERAGE_NEEDED)
}
