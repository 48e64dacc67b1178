//! Several weekly reviews together: four weeks, or a quarter, for the meetings that are held less often.
//!
//! Made of the same values as the weeks themselves: a frozen week as it was frozen, every other one as it is known now.
//! Sums are sums over those weeks; counts of objectives are added before anything is divided, and currencies are
//! never added.
//!
//! - [`span`] which weeks; [`cost`], [`objectives`], [`incidents`] what their reviews add up to;
//! - [`promises`] what was promised and decided, [`debt`] what is put off.

pub mod cost;
pub mod debt;
pub mod incidents;
pub mod objectives;
pub mod promises;
pub mod span;

use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::budget::Budget;
use crate::checklist::{ChecklistStanding, LoadTest};
use crate::decision::Decision;
use crate::incident_statistics::change_failure::ChangeFailure;
use crate::incident_statistics::recurrence::RepeatGroup;
use crate::objective_queue::QueueItem;
use crate::organization::Organization;
use crate::period::Period;
use crate::product::{Product, Slug};
use crate::review::WeeklyReview;
use crate::review::actions::ActionInput;
use crate::topic::Topic;
use crate::week::IsoWeek;

use cost::{PeriodBudget, PeriodCost};
use debt::{ReviewDebt, TechnicalDebt};
use incidents::PeriodIncidents;
use objectives::PeriodObjective;
use promises::{PeriodActions, PeriodDecision};
use span::PeriodSpan;

/// What a week of a span is told from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeekKnown {
    /// It has not ended: nothing of it is counted.
    NotEnded,
    /// What is known now.
    Draft,
    /// The newest version that was frozen.
    Frozen {
        /// The version.
        version: i64,
        /// When it was frozen.
        at: Timestamp,
    },
}

/// One week of a span.
#[derive(Clone, Debug)]
pub struct SpanWeek {
    /// The week.
    pub week: IsoWeek,
    /// What it is told from.
    pub known: WeekKnown,
    /// Its review; `None` before it has ended.
    pub review: Option<Arc<WeeklyReview>>,
}

/// Everything a view over several weeks is made from.
#[derive(Clone, Debug)]
pub struct PeriodInput<'a> {
    /// Which weeks.
    pub span: PeriodSpan,
    /// The instant of looking; nothing after it is taken into account.
    pub as_of: Timestamp,
    /// The organisation.
    pub organization: &'a Organization,
    /// The products, in the order of the catalogue.
    pub products: &'a [Product],
    /// All weeks of the span, oldest first.
    pub weeks: Vec<SpanWeek>,
    /// Budgets as the catalogue has them now.
    pub budgets: &'a [Budget],
    /// What promises are told from.
    pub actions: &'a ActionInput,
    /// All decisions.
    pub decisions: &'a [Decision],
    /// All topics.
    pub topics: &'a [Topic],
    /// The open part of the queue of objectives as of the last week that has ended.
    pub queue: &'a [QueueItem],
    /// What the deploys of the span came to; `None` where none was ever supplied.
    pub deploys: Option<&'a ChangeFailure>,
    /// What broke more than once in the 90 days up to the end of the span.
    pub repeats: &'a [RepeatGroup],
    /// How far products have come with checklists by the end of the span.
    pub checklists: Vec<ChecklistStanding>,
    /// All load tests, the newest first.
    pub load_tests: Vec<LoadTest>,
}

/// How much of a week is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodWeek {
    /// The week.
    pub week: IsoWeek,
    /// What it is told from.
    pub known: WeekKnown,
    /// How many of its UTC days the cost of any source is complete for.
    pub cost_days: usize,
}

/// The time that is looked at.
#[derive(Clone, Debug)]
struct Measured {
    /// From the first Monday to the end of the last Sunday in the organisation's zone.
    period: Period,
    /// Up to when things are told: the earlier of its end and the instant of looking.
    until: Timestamp,
    /// The day of that instant.
    today: Date,
    /// The days of the span.
    days: RangeInclusive<Date>,
}

/// Several weeks as a meeting sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodReview {
    /// Which weeks.
    pub span: PeriodSpan,
    /// When it was looked at.
    pub as_of: Timestamp,
    /// Up to when promises and debts are told: the earlier of `as_of` and the end of the span.
    pub measured_until: Timestamp,
    /// The organisation.
    pub organization: Organization,
    /// The products, in the order of the catalogue.
    pub products: Vec<Product>,
    /// Each week, and how much of it is known.
    pub weeks: Vec<PeriodWeek>,
    /// What owners cost, per billing currency.
    pub costs: Vec<PeriodCost>,
    /// What products cost against their budgets.
    pub budgets: Vec<PeriodBudget>,
    /// What objectives attained, worst first.
    pub objectives: Vec<PeriodObjective>,
    /// What broke.
    pub incidents: PeriodIncidents,
    /// How many deploys failed; `None` where no deploy was ever supplied.
    pub deploys: Option<ChangeFailure>,
    /// What was promised.
    pub actions: PeriodActions,
    /// Decisions to look at again.
    pub decisions: Vec<PeriodDecision>,
    /// Objectives whose review is overdue, the longest first.
    pub review_debt: Vec<ReviewDebt>,
    /// Technical debt.
    pub technical_debt: Vec<TechnicalDebt>,
    /// How far products have come with checklists.
    pub checklists: Vec<ChecklistStanding>,
    /// Load tests up to the end of the span, the newest first.
    pub load_tests: Vec<LoadTest>,
}

impl PeriodReview {
    /// Adds up the weeks: pure, so the same input gives the same value on every machine.
    #[must_use]
    pub fn new(input: &PeriodInput<'_>) -> Self {
        let measured = measured(input);
        let costs = cost::costs(input);
        let week = |week: &SpanWeek| PeriodWeek {
            week: week.week,
            known: week.known,
            cost_days: week.review.as_ref().map_or(0, |review| review.cost.compared_days()),
        };
        Self {
            span: input.span,
            as_of: input.as_of,
            measured_until: measured.until,
            organization: input.organization.clone(),
            products: input.products.to_vec(),
            weeks: input.weeks.iter().map(week).collect(),
            budgets: cost::budgets(input, &costs),
            costs,
            objectives: objectives::objectives(input),
            incidents: incidents::incidents(input),
            deploys: input.deploys.cloned(),
            actions: promises::actions(input, &measured),
            decisions: promises::decisions(input, &measured),
            review_debt: debt::reviews(input.queue, measured.today, &input.organization.zone()),
            technical_debt: debt::technical(input, &measured),
            checklists: input.checklists.clone(),
            load_tests: input
                .load_tests
                .iter()
                .filter(|test| test.run_on <= measured.today)
                .cloned()
                .collect(),
        }
    }

    /// The product of a short name.
    #[must_use]
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.products.iter().find(|product| product.slug == *slug)
    }

    /// Its first and its last week.
    #[must_use]
    pub fn ends(&self) -> (IsoWeek, IsoWeek) {
        let weeks = self.span.weeks();
        let first = weeks.first().copied().unwrap_or_else(|| IsoWeek::containing(Date::MIN));
        (first, weeks.last().copied().unwrap_or(first))
    }

    /// How many weeks have ended, and how many of these are told from their frozen version.
    #[must_use]
    pub fn ended_and_frozen(&self) -> (usize, usize) {
        let begun = self.weeks.iter().filter(|week| week.known != WeekKnown::NotEnded).count();
        let frozen = self.weeks.iter().filter(|week| matches!(week.known, WeekKnown::Frozen { .. })).count();
        (begun, frozen)
    }
}

/// The reviews of the weeks that have ended.
fn reviews<'a>(input: &'a PeriodInput<'_>) -> impl Iterator<Item = &'a WeeklyReview> {
    input.weeks.iter().filter_map(|week| week.review.as_deref())
}

fn measured(input: &PeriodInput<'_>) -> Measured {
    let zone = input.organization.zone();
    let weeks = input.span.weeks();
    let first = weeks.first().copied().unwrap_or_else(|| IsoWeek::at(input.as_of, &zone));
    let last = weeks.last().copied().unwrap_or(first);
    let period = Period { start: first.period(&zone).start, end: last.period(&zone).end };
    let until = period.end.min(input.as_of);
    let today = zone.to_datetime(until).date().min(last.sunday());
    Measured { period, until, today, days: first.monday()..=last.sunday() }
}
