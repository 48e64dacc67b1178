//! Proposals to change what an objective promises: its target, its window, or both.
//!
//! A proposal changes nothing by itself: definitions live where their source keeps them. It is open until the
//! source carries it, somebody refuses it or its author takes it back.

mod back_test;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::objective::{Objective, Window, WindowUnit};
use crate::ratio::Ppm;

pub use back_test::{AlertRule, AlertTest, BackTest, Fired, RULES, TestedWeek, WEEKS_TESTED};

/// What an objective promises: how much of which window is good.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Promise {
    /// The share that has to be good.
    pub target: Ppm,
    /// Over which window.
    pub window: Window,
}

/// Why something cannot be promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromiseError {
    /// The target is no percentage between nothing and all, with at most four decimals.
    #[error("a target is a percentage above 0 and below 100 with at most four decimals, such as 99.95")]
    Target,
    /// The window is none that can be chosen.
    #[error("the window is none of those that can be chosen")]
    Window,
    /// It is what the objective promises already.
    #[error("the objective promises that already")]
    Same,
}

impl Promise {
    /// What an objective promises now.
    #[must_use]
    pub fn of(objective: &Objective) -> Self {
        Self { target: objective.target, window: objective.window.clone() }
    }

    /// Whether two promises mean the same at an instant: calendars may count from different starts.
    #[must_use]
    pub fn is_like(&self, other: &Self, at: Timestamp) -> bool {
        self.target == other.target && is_like(&self.window, &other.window, at)
    }

    /// Reads what a form sends: a percentage, and a word of [`WindowChoice`] or nothing for the window as it is.
    ///
    /// # Errors
    /// [`PromiseError`] says which of the two cannot be read, or that both are as they are.
    pub fn read(
        now: &Self,
        target: &str,
        window: &str,
        time_zone: &str,
        at: Timestamp,
    ) -> Result<Self, PromiseError> {
        let target = target_read(target).ok_or(PromiseError::Target)?;
        let window = match window.trim() {
            "" => now.window.clone(),
            word => word.parse::<WindowChoice>()?.window(time_zone),
        };
        let promise = Self { target, window };
        if promise.is_like(now, at) { Err(PromiseError::Same) } else { Ok(promise) }
    }
}

fn is_like(one: &Window, other: &Window, at: Timestamp) -> bool {
    match (one, other) {
        (Window::Rolling { seconds }, Window::Rolling { seconds: others }) => seconds == others,
        (Window::Calendar { .. }, Window::Calendar { .. }) => {
            one == other || one.full_period(at) == other.full_period(at)
        }
        _ => false,
    }
}

/// A target as people write it, such as `99.95` or `99.95%`; `None` for all that is no such percentage.
#[must_use]
pub fn target_read(text: &str) -> Option<Ppm> {
    let text = text.trim().trim_end_matches(['%', '\u{ff05}']).trim_end();
    let millionths = Decimal::from_str_exact(text).ok()?.checked_mul(Decimal::from(10_000))?;
    let target = millionths.fract().is_zero().then(|| millionths.to_i64()).flatten()?;
    (1..Ppm::ONE.0).contains(&target).then_some(Ppm(target))
}

/// A window that a proposal can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WindowChoice {
    /// The last so many days.
    Rolling(i64),
    /// The calendar's weeks, months, quarters or years.
    Calendar(WindowUnit),
}

impl WindowChoice {
    /// All of them, the shorter ones first.
    pub const ALL: [Self; 9] = [
        Self::Rolling(7),
        Self::Rolling(14),
        Self::Rolling(28),
        Self::Rolling(30),
        Self::Rolling(90),
        Self::Calendar(WindowUnit::Week),
        Self::Calendar(WindowUnit::Month),
        Self::Calendar(WindowUnit::Quarter),
        Self::Calendar(WindowUnit::Year),
    ];

    /// The window; calendars run by a clock of a zone, weeks from Monday.
    #[must_use]
    pub fn window(self, time_zone: &str) -> Window {
        // A Monday, and the first day of a month, a quarter and a year.
        const START: DateTime = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
        match self {
            Self::Rolling(days) => Window::Rolling { seconds: days * 86_400 },
            Self::Calendar(unit) => {
                Window::Calendar { unit, count: 1, start: START, time_zone: time_zone.to_owned() }
            }
        }
    }
}

impl fmt::Display for WindowChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(days) => write!(formatter, "{days}d"),
            Self::Calendar(WindowUnit::Week) => formatter.write_str("week"),
            Self::Calendar(WindowUnit::Quarter) => formatter.write_str("quarter"),
            Self::Calendar(WindowUnit::Year) => formatter.write_str("year"),
            Self::Calendar(_) => formatter.write_str("month"),
        }
    }
}

impl FromStr for WindowChoice {
    type Err = PromiseError;

    fn from_str(text: &str) -> Result<Self, PromiseError> {
        Self::ALL.into_iter().find(|choice| choice.to_string() == text).ok_or(PromiseError::Window)
    }
}

/// The reason of a proposal that is closed because its objective is no longer defined at its source; where the
/// source carries what was proposed, it is closed without one.
pub const GONE_AT_SOURCE: &str = "gone-at-source";

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProposalState {
    /// Kept by its author, asked of nobody yet.
    Draft,
    /// Waits for an answer.
    Submitted,
    /// Agreed; the source does not carry it yet.
    Approved,
    /// Not agreed.
    Refused,
    /// Taken back by its author.
    Withdrawn,
    /// The source carries it, or no longer has the objective.
    Closed,
}

/// The word names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proposal is draft, submitted, approved, refused, withdrawn or closed")]
pub struct ProposalStateError;

impl ProposalState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Submitted, Self::Approved, Self::Refused, Self::Withdrawn, Self::Closed];

    /// The word in addresses and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }

    /// Whether something is still to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Approved)
    }

    /// Whether one state may follow this one.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Draft => false,
            Self::Submitted => self == Self::Draft,
            Self::Approved => self == Self::Submitted,
            Self::Refused => matches!(self, Self::Submitted | Self::Approved),
            Self::Withdrawn | Self::Closed => self.is_open(),
        }
    }
}

impl FromStr for ProposalState {
    type Err = ProposalStateError;

    fn from_str(text: &str) -> Result<Self, ProposalStateError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(ProposalStateError)
    }
}

/// One step of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalStep {
    /// What it came to.
    pub state: ProposalState,
    /// When.
    pub at: Timestamp,
    /// By whom; the source that carries it for [`ProposalState::Closed`].
    pub by: String,
    /// Why.
    pub reason: String,
}

impl ProposalStep {
    /// Whether the proposal ended with it because its objective did.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.state == ProposalState::Closed && self.reason == GONE_AT_SOURCE
    }
}

/// A proposal and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveProposal {
    /// Its number.
    pub id: i64,
    /// The objective.
    pub objective: String,
    /// The hash of the definition that it was made from.
    pub definition_hash: String,
    /// What that definition promised.
    pub before: Promise,
    /// What is proposed.
    pub promise: Promise,
    /// Its steps in their order, at least one: the first one's author is the proposal's.
    pub steps: Vec<ProposalStep>,
}

impl ObjectiveProposal {
    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> ProposalState {
        self.steps.last().map_or(ProposalState::Draft, |step| step.state)
    }

    /// Who proposes.
    #[must_use]
    pub fn author(&self) -> &str {
        self.steps.first().map_or("", |step| step.by.as_str())
    }

    /// The reason that its author gave, of the newest step that has one of theirs.
    #[must_use]
    pub fn reason(&self) -> &str {
        let of_author = |step: &&ProposalStep| {
            matches!(step.state, ProposalState::Draft | ProposalState::Submitted) && !step.reason.is_empty()
        };
        self.steps.iter().rev().find(of_author).map_or("", |step| step.reason.as_str())
    }

    /// Whether a definition promises what is proposed, so that there is nothing left to ask for.
    #[must_use]
    pub fn is_carried_by(&self, objective: &Objective, at: Timestamp) -> bool {
        self.objective == objective.id && self.promise.is_like(&Promise::of(objective), at)
    }
}
