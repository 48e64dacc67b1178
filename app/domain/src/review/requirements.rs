//! What has to be settled before the record of a week may stand: each with the number that says how much is left.
//!
//! What nobody can settle any more is not required: how actions, topics and decisions stand in a past week is read at
//! the end of the week after it, in which its meeting was held, so that after this nothing is asked of them.

use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::action::ActionState;
use crate::coverage::SourceKind;
use crate::topic::TopicState;

use super::{Freshness, WeeklyReview};

/// What a meeting owes its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Requirement {
    /// A source that had begun says nothing up to the end of the week: it is silent, or the bill has no day of it.
    SourceMissing,
    /// A bill lacks days of the week that are old enough to be in it; the youngest days, which no bill has yet, are
    /// not asked for.
    CostIncomplete,
    /// Something that stood out in cost has no answer.
    QuestionOpen,
    /// A topic was neither decided, nor turned into an action, dropped or carried to a later week.
    TopicOpen,
    /// The day of a promise has passed, and it was neither done, nor dropped, nor given another day.
    ActionOverdue,
    /// The day to look at a decision again has come, and nobody said what came of it.
    DecisionDue,
}

impl Requirement {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::SourceMissing,
        Self::CostIncomplete,
        Self::ActionOverdue,
        Self::QuestionOpen,
        Self::TopicOpen,
        Self::DecisionDue,
    ];

    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceMissing => "source_missing",
            Self::CostIncomplete => "cost_incomplete",
            Self::QuestionOpen => "question_open",
            Self::TopicOpen => "topic_open",
            Self::ActionOverdue => "action_overdue",
            Self::DecisionDue => "decision_due",
        }
    }
}

/// A requirement that is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What is required.
    pub requirement: Requirement,
    /// How many of its kind are left, at least one.
    pub count: usize,
}

/// What is left to settle of a week, in the order of the page; nothing where its record may stand.
#[must_use]
pub fn freeze_requirements(review: &WeeklyReview) -> Vec<Unmet> {
    let count = |requirement: &Requirement| match requirement {
        Requirement::SourceMissing => sources(review, Told::Nothing),
        Requirement::CostIncomplete => sources(review, Told::Less),
        Requirement::QuestionOpen => {
            review.questions.iter().filter(|question| question.takes_answer()).count()
        }
        _ if !is_meeting_on(review) => 0,
        Requirement::ActionOverdue => {
            let all = review.actions.carried.iter().chain(&review.actions.made);
            all.filter(|action| action.state == ActionState::Open && action.overdue_days > 0).count()
        }
        Requirement::TopicOpen => {
            let is_open = |state, week| state == TopicState::Open && week <= review.week;
            review.topics.topics.iter().filter(|topic| is_open(topic.state, topic.week)).count()
        }
        Requirement::DecisionDue => {
            review.topics.look_again.iter().filter(|decision| decision.result.is_none()).count()
        }
    };
    let unmet = |requirement: Requirement| Unmet { requirement, count: count(&requirement) };
    Requirement::ALL.into_iter().map(unmet).filter(|unmet| unmet.count > 0).collect()
}

/// Whether what is done now still shows in the week: its meeting belongs to the week after it.
fn is_meeting_on(review: &WeeklyReview) -> bool {
    review.as_of < review.week.plus(1).period(&review.organization.zone()).end
}

/// How much a source told of what it could have told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    All,
    Less,
    Nothing,
}

fn sources(review: &WeeklyReview, told: Told) -> usize {
    review.freshness.iter().filter(|freshness| told_of(review, freshness) == told).count()
}

fn told_of(review: &WeeklyReview, freshness: &Freshness) -> Told {
    if freshness.begins_after(review.week) {
        return Told::All;
    }
    let (SourceKind::Cost, Some(complete)) = (freshness.kind, freshness.complete_days) else {
        return if freshness.stale_days.is_some() { Told::Nothing } else { Told::All };
    };
    match (complete, days_due(review, freshness)) {
        (0, due) if due > 0 => Told::Nothing,
        (complete, due) if complete < due => Told::Less,
        _ => Told::All,
    }
}

/// How many days of the week a bill can have by now, since its first day.
fn days_due(review: &WeeklyReview, freshness: &Freshness) -> usize {
    let today = TimeZone::UTC.to_datetime(review.as_of).date();
    let last = today.saturating_sub(review.organization.cost_lag_days.days());
    let is_due =
        |day: &&jiff::civil::Date| **day <= last && freshness.first_day.is_some_and(|first| first <= **day);
    review.week.days().iter().filter(is_due).count()
}
