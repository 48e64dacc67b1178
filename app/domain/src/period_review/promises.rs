//! What was promised and decided over several weeks, and what came of it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::action::{Action, ActionState, sort};
use crate::decision::{Decision, DecisionMove, DecisionResult};
use crate::product::Slug;
use crate::review::actions::ReviewAction;
use crate::week::IsoWeek;

use super::{Measured, PeriodInput};

/// The promises of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodActions {
    /// How many were made in it.
    pub opened: usize,
    /// How many were kept in it.
    pub done: usize,
    /// How many were given up in it.
    pub dropped: usize,
    /// Those that stand open at its end, the longest overdue first.
    pub open: Vec<ReviewAction>,
}

impl PeriodActions {
    /// How many stand open past their day.
    #[must_use]
    pub fn overdue(&self) -> usize {
        self.open.iter().filter(|action| action.overdue_days > 0).count()
    }

    /// Through how many frozen reviews the open one that was carried longest was carried.
    #[must_use]
    pub fn longest_carried(&self) -> usize {
        self.open.iter().map(|action| action.carried).max().unwrap_or(0)
    }
}

/// A decision whose day to look again lay in the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodDecision {
    /// Its number.
    pub id: i64,
    /// What was decided.
    pub text: String,
    /// What was expected of it.
    pub expects: String,
    /// For which product.
    pub product: Option<Slug>,
    /// In the review of which week.
    pub week: IsoWeek,
    /// The last of its days to look again that lay in the span.
    pub looked_on: Date,
    /// The day it was put off to, where that lies after the span.
    pub put_off_to: Option<Date>,
    /// What came of it; `None` while nobody said.
    pub result: Option<DecisionResult>,
    /// What was seen then.
    pub note: String,
}

/// Promises as they stand at the end of the span, or now while it lasts.
pub(super) fn actions(input: &PeriodInput<'_>, measured: &Measured) -> PeriodActions {
    let known = || input.actions.actions.iter().filter_map(|action| action.until(measured.until));
    let closed = |state: ActionState| {
        let is_it = |action: &Action| {
            action.state() == state && action.closed_at().is_some_and(|at| measured.period.contains(at))
        };
        known().filter(is_it).count()
    };
    let frozen: Vec<Timestamp> =
        input.actions.frozen_at.iter().copied().filter(|at| *at < measured.until).collect();
    let mut open: Vec<Action> = known().filter(|action| action.state() == ActionState::Open).collect();
    sort(&mut open);
    let zone = input.organization.zone();
    let made_on = |action: &Action| zone.to_datetime(action.made_at).date();
    PeriodActions {
        opened: known().filter(|action| measured.period.contains(action.made_at)).count(),
        done: closed(ActionState::Done),
        dropped: closed(ActionState::Dropped),
        open: open
            .iter()
            .map(|action| ReviewAction::of(action, made_on(action), measured.today, &frozen))
            .collect(),
    }
}

/// Decisions to look at again in the span, the first due first. What came of one is told as it is known now: it is
/// said in the meeting after the day.
pub(super) fn decisions(input: &PeriodInput<'_>, measured: &Measured) -> Vec<PeriodDecision> {
    let known = input.decisions.iter().filter_map(|decision| decision.until(input.as_of));
    let mut found: Vec<PeriodDecision> =
        known.filter_map(|decision| looked_at(&decision, measured)).collect();
    found.sort_by_key(|decision| (decision.looked_on, decision.id));
    found
}

fn looked_at(decision: &Decision, measured: &Measured) -> Option<PeriodDecision> {
    let moved = decision.steps.iter().filter_map(|step| match step.what {
        DecisionMove::Later(day) => Some(day),
        DecisionMove::Judge(_) => None,
    });
    let days = std::iter::once(decision.terms.look_again_on).chain(moved);
    let looked_on = days.filter(|day| measured.days.contains(day)).max()?;
    let result = decision.result();
    let now = decision.look_again_on();
    Some(PeriodDecision {
        id: decision.id,
        text: decision.terms.text.clone(),
        expects: decision.terms.expects.clone(),
        product: decision.terms.product.clone(),
        week: decision.terms.week,
        looked_on,
        put_off_to: (result.is_none() && now > looked_on).then_some(now),
        result: result.map(|(result, _)| result),
        note: result.map(|(_, step)| step.note.clone()).unwrap_or_default(),
    })
}
