//! One objective's own page: what its number rests on, what spent its budget, how it was defined when.

use jiff::{SignedDuration, Timestamp};

use crate::attribution::Attribution;
use crate::error_budget::{ErrorBudget, Exhaustion, exhaustion};
use crate::objective::{Objective, ObjectiveHistory, SliSum};
use crate::objective_condition::{Condition, conditions};
use crate::organization::Organization;
use crate::period::Period;
use crate::product::Product;
use crate::product_review::BudgetCourse;
use crate::ratio::Ppm;
use crate::review::objectives::{ObjectiveRow, version_at};
use crate::review::{ReviewInput, WeeklyReview};
use crate::week::IsoWeek;

const DAY: i64 = 86_400;

/// How far burn rates look back besides the window itself, in seconds: one, three and seven days.
pub const LOOKBACKS: [i64; 3] = [DAY, 3 * DAY, 7 * DAY];

/// The burn rate of these last seconds says when the budget runs out: a week, so that every weekday counts once.
const PACE: i64 = 7 * DAY;

/// How fast the budget burned over the last while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookback {
    /// From when to when; it ends with the newest counts.
    pub period: Period,
    /// Counts that start in it.
    pub sum: SliSum,
    /// In millionths of even; `None` without traffic or for a target of 100 %.
    pub burn_rate: Option<Ppm>,
}

/// Why the share of the budget that is left differs from what it was when the week began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What was left of the window that ended when the week began.
    pub before: Ppm,
    /// What the week spent of the present window's budget, S_p of reference/slo.md 3.1.
    pub spent: Ppm,
    /// What came back: old failures that left a rolling window, a calendar window that began anew, or a total
    /// that grew. Before − spent + recovered is what is left now.
    pub recovered: Ppm,
}

/// A week of the objective under the target that held when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekOfObjective {
    /// The week.
    pub week: IsoWeek,
    /// The target that held.
    pub target: Ppm,
    /// Counts of the week.
    pub sum: SliSum,
}

/// An objective, looked at in a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveReview {
    /// The week.
    pub week: IsoWeek,
    /// When it was looked at.
    pub as_of: Timestamp,
    /// Up to when it is measured.
    pub measured_until: Timestamp,
    /// The organisation.
    pub organization: Organization,
    /// The objective's row of the weekly review.
    pub row: ObjectiveRow,
    /// The definition in force.
    pub objective: Objective,
    /// Earlier definitions, newest first.
    pub earlier: Vec<Objective>,
    /// The product, if the catalogue knows it.
    pub product: Option<Product>,
    /// How the budget of the window ran down.
    pub course: Option<BudgetCourse>,
    /// Burn rates: those of the source's own lookbacks that counts are fine enough for and [`LOOKBACKS`], the
    /// shortest first, then the window.
    pub lookbacks: Vec<Lookback>,
    /// How far back the source itself reckons burn rates, in seconds.
    pub source_lookbacks: Vec<i64>,
    /// When the budget runs out at the burn rate of the last seven days.
    pub exhaustion: Option<Exhaustion>,
    /// Why the budget moved in the week.
    pub movement: Option<Movement>,
    /// The last weeks, oldest first.
    pub weeks: Vec<WeekOfObjective>,
    /// What spent the window's budget.
    pub attribution: Attribution,
    /// What is odd about the number.
    pub conditions: Vec<Condition>,
}

impl ObjectiveReview {
    /// Takes an objective out of a review and adds what only its own page shows; `None` when the review does
    /// not list it.
    #[must_use]
    pub fn new(review: &WeeklyReview, input: &ReviewInput, id: &str) -> Option<Self> {
        let row = review.objectives.iter().find(|row| row.id == id)?.clone();
        let history = input.objectives.iter().find(|history| history.objective.id == id)?;
        let product = row.product.as_ref().and_then(|slug| review.product(slug)).cloned();
        let mine = input
            .incidents
            .iter()
            .filter(|incident| row.product.as_ref().is_some_and(|slug| slug.as_str() == incident.product));
        let terms = input.queue.terms.iter().find(|terms| terms.objective == id);
        let source_lookbacks = terms.map(|terms| terms.lookbacks.clone()).unwrap_or_default();
        let lookbacks = lookbacks(history, &row, &source_lookbacks);
        let pace = lookbacks.iter().find(|lookback| lookback.period.seconds() == PACE);
        let pace = pace.and_then(|lookback| lookback.burn_rate);
        let whole = history.objective.window.full_period(review.measured_until).seconds();
        Some(Self {
            week: review.week,
            as_of: review.as_of,
            measured_until: review.measured_until,
            organization: review.organization.clone(),
            objective: history.objective.clone(),
            earlier: history.earlier.iter().rev().cloned().collect(),
            course: BudgetCourse::of(history, review.measured_until),
            exhaustion: row.remaining.zip(pace).map(|(left, pace)| exhaustion(left, pace, whole)),
            movement: movement(history, &row, review.period.start),
            weeks: weeks(input, history, review),
            attribution: Attribution::new(&history.buckets, mine, &row.period),
            conditions: conditions(input, history, review.measured_until),
            product,
            lookbacks,
            source_lookbacks,
            row,
        })
    }

    /// The budget of the window, if anything was counted.
    #[must_use]
    pub fn budget(&self) -> Option<ErrorBudget> {
        self.row.budget()
    }
}

/// Counted back from the newest counts, so that a source that is late does not read as calm.
fn lookbacks(history: &ObjectiveHistory, row: &ObjectiveRow, of_source: &[i64]) -> Vec<Lookback> {
    let Some(end) = row.last_data else { return Vec::new() };
    // A lookback is told where the last buckets make it up whole.
    let newest = history.buckets.iter().rev().find(|bucket| bucket.period.end == end);
    let grain = newest.map_or(DAY, |bucket| bucket.period.seconds()).max(1);
    let told = of_source.iter().copied().filter(|seconds| *seconds >= grain && seconds % grain == 0);
    let mut seconds: Vec<i64> = told.chain(LOOKBACKS).collect();
    seconds.sort_unstable();
    seconds.dedup();
    let back = |seconds: &i64| {
        let start = end.checked_sub(SignedDuration::from_secs(*seconds)).unwrap_or(Timestamp::MIN);
        Period { start, end }
    };
    let periods = seconds.iter().map(back).chain([row.period]);
    periods
        .map(|period| {
            let sum = SliSum::of(&history.buckets, &period);
            let budget = ErrorBudget::new(sum.good, sum.total, row.target);
            Lookback { period, sum, burn_rate: budget.and_then(|budget| budget.burn_rate()) }
        })
        .collect()
}

/// `None` where the budget cannot be told now or when the week began.
fn movement(history: &ObjectiveHistory, row: &ObjectiveRow, week_start: Timestamp) -> Option<Movement> {
    let now = row.budget()?;
    let before = SliSum::of(&history.buckets, &row.window.period(week_start));
    let before = ErrorBudget::new(before.good, before.total, row.target)?.remaining()?;
    let spent = now.spent_by(row.week.bad())?;
    let recovered = Ppm(now.remaining()?.0.saturating_sub(before.0).saturating_add(spent.0));
    Some(Movement { before, spent, recovered })
}

fn weeks(input: &ReviewInput, history: &ObjectiveHistory, review: &WeeklyReview) -> Vec<WeekOfObjective> {
    let zone = input.catalogue.organization.zone();
    let marks = review.objectives.iter().find(|row| row.id == history.objective.id);
    let marks = marks.map(|row| row.history.iter()).into_iter().flatten();
    marks
        .map(|mark| {
            let mut period = mark.week.period(&zone);
            period.end = period.end.min(review.measured_until);
            WeekOfObjective {
                week: mark.week,
                target: version_at(history, period.end).target,
                sum: SliSum::of(&history.buckets, &period),
            }
        })
        .collect()
}
