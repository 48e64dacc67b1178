//! What people promised, as the meeting on a week works through it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::action::{Action, ActionState, sort};
use crate::finding::{Cell, Detail, Status};
use crate::incident_merge::IncidentKey;
use crate::product::Slug;
use crate::tracker::TrackedIssue;

use super::{Held, ReviewInput};

/// What the promises of a review are told from.
#[derive(Clone, Debug, Default)]
pub struct ActionInput {
    /// All promises.
    pub actions: Vec<Action>,
    /// When each week was frozen last.
    pub frozen_at: Vec<Timestamp>,
}

/// A promise as it stood when the meeting looked at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAction {
    /// Its number.
    pub id: i64,
    /// How many steps it had: an edit names them.
    pub version: i64,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// For which product.
    pub product: Option<Slug>,
    /// After which incident.
    pub incident: Option<IncidentKey>,
    /// Where the work is kept.
    pub link: Option<String>,
    /// Whether it is still to be done.
    pub state: ActionState,
    /// How late it is.
    pub status: Status,
    /// By which day it is due.
    pub due_on: Date,
    /// How often that day was moved.
    pub redates: usize,
    /// Days since it was promised.
    pub age_days: i64,
    /// Days since it was due, zero while there is time.
    pub overdue_days: i64,
    /// In how many frozen reviews it stood open.
    pub carried: usize,
    /// The issue that its link leads to, as it was read last.
    pub issue: Option<TrackedIssue>,
}

/// The promises of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionSection {
    /// Those that stood open when the week ended, the longest overdue first; closed since then, they come last.
    pub carried: Vec<ReviewAction>,
    /// Those that the meeting on this week made.
    pub made: Vec<ReviewAction>,
}

impl ActionSection {
    /// The promises as they stand at the instant of looking, for a past week at the end of the week after it,
    /// in which its meeting was held.
    #[must_use]
    pub fn new(input: &ReviewInput) -> Self {
        let zone = input.catalogue.organization.zone();
        let Held { until, today, ended } = input.held();
        let mut known: Vec<Action> =
            input.actions.actions.iter().filter_map(|action| action.until(until)).collect();
        sort(&mut known);
        let frozen: Vec<Timestamp> =
            input.actions.frozen_at.iter().copied().filter(|at| *at < until).collect();
        let of = |actions: Vec<Action>| -> Vec<ReviewAction> {
            let made_on = |action: &Action| zone.to_datetime(action.made_at).date();
            actions.iter().map(|action| ReviewAction::of(action, made_on(action), today, &frozen)).collect()
        };
        let (made, others): (Vec<Action>, Vec<Action>) =
            known.into_iter().partition(|action| action.terms.week == Some(input.week));
        Self {
            carried: of(others.into_iter().filter(|action| action.was_open(ended)).collect()),
            made: of(made),
        }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.carried.is_empty() && self.made.is_empty()
    }

    /// The open promises for a product.
    pub fn open_of<'a>(&'a self, product: &'a Slug) -> impl Iterator<Item = &'a ReviewAction> {
        let mine = move |action: &&ReviewAction| {
            action.state == ActionState::Open && action.product.as_ref() == Some(product)
        };
        self.carried.iter().chain(&self.made).filter(mine)
    }

    /// Red when one of a product is overdue by more than a week, amber when one is overdue
    /// (reference/incidents_and_review.md 4.3); nothing where none is open.
    pub(crate) fn cell(&self, product: &Slug) -> Option<Cell> {
        let late: Vec<i64> =
            self.open_of(product).map(|action| action.overdue_days).filter(|days| *days > 0).collect();
        let detail = Detail::ActionsOpen {
            open: self.open_of(product).count() as i64,
            overdue: late.len() as i64,
            longest: late.iter().copied().max().unwrap_or(0),
        };
        let status = self.open_of(product).map(|action| action.status).max()?;
        Some(Cell { status, detail, provisional: false })
    }
}

impl ReviewAction {
    /// A promise as it stands on a day; `made_on` is the day it was promised, in the organisation's zone.
    #[must_use]
    pub fn of(action: &Action, made_on: Date, today: Date, frozen: &[Timestamp]) -> Self {
        let terms = action.terms.clone();
        Self {
            id: action.id,
            version: action.version(),
            text: terms.text,
            owner: terms.owner,
            product: terms.product,
            incident: terms.incident,
            link: terms.link,
            state: action.state(),
            status: action.status(today),
            due_on: action.due_on(),
            redates: action.redates(),
            age_days: action.age_days(made_on, today),
            overdue_days: action.overdue_days(today),
            carried: action.carried(frozen),
            issue: action.issue.clone(),
        }
    }
}
