//! What people promised to do: who, what, by when; and what became of it.
//!
//! A promise is the fold of its steps, which are added and never changed: a day that was moved keeps the day
//! it was moved from, and who moved it and why.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::finding::Status;
use crate::incident_merge::IncidentKey;
use crate::product::Slug;
use crate::tracker::TrackedIssue;
use crate::week::IsoWeek;

/// The most letters of what is promised.
pub const TEXT_LIMIT: usize = 500;
/// The most letters of an owner's name, a note or a reason.
pub const NOTE_LIMIT: usize = 1_000;
/// The most letters of a link.
const LINK_LIMIT: usize = 2_000;
/// More days than this after it was due a promise is no longer only late
/// (reference/incidents_and_review.md 4.3).
const OVERDUE_LIMIT: i64 = 7;

/// What is promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionTerms {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// By which day, in the organisation's zone, as it was promised first.
    pub due_on: Date,
    /// For which product, as the catalogue names it.
    pub product: Option<Slug>,
    /// After which incident.
    pub incident: Option<IncidentKey>,
    /// In the review of which week.
    pub week: Option<IsoWeek>,
    /// Where the work is kept: https.
    pub link: Option<String>,
}

/// What happened to a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionMove {
    /// It is due on another day.
    Redate(Date),
    /// It is kept.
    Done,
    /// It is given up.
    Drop,
    /// It is to be done after all.
    Reopen,
}

impl ActionMove {
    /// The word in forms and the database; a day stands beside it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redate(_) => "redate",
            Self::Done => "done",
            Self::Drop => "drop",
            Self::Reopen => "reopen",
        }
    }

    /// Reads the word of a form with its day.
    ///
    /// # Errors
    /// [`ActionFault::Move`] for an unknown word, [`ActionFault::Due`] without a day to move to.
    pub fn read(word: &str, day: &str) -> Result<Self, ActionFault> {
        match word {
            "redate" => day.trim().parse().map(Self::Redate).map_err(|_| ActionFault::Due),
            "done" => Ok(Self::Done),
            "drop" => Ok(Self::Drop),
            "reopen" => Ok(Self::Reopen),
            _ => Err(ActionFault::Move),
        }
    }

    /// Whether somebody has to say why.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        !matches!(self, Self::Done)
    }
}

/// One step of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionStep {
    /// What happened.
    pub what: ActionMove,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Why, or what came of it.
    pub note: String,
}

/// Whether something is still to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionState {
    /// It is to be done.
    Open,
    /// It is done.
    Done,
    /// It was given up.
    Dropped,
}

impl ActionState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Dropped];

    /// The word in addresses and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

impl FromStr for ActionState {
    type Err = ActionFault;

    fn from_str(text: &str) -> Result<Self, ActionFault> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(ActionFault::Move)
    }
}

/// A promise with all that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its number.
    pub id: i64,
    /// What was promised.
    pub terms: ActionTerms,
    /// When it was promised.
    pub made_at: Timestamp,
    /// Who wrote it down.
    pub made_by: String,
    /// What happened since, in order.
    pub steps: Vec<ActionStep>,
    /// The issue that its link leads to, as it was read last; nothing where no tracker keeps it.
    pub issue: Option<TrackedIssue>,
}

impl Action {
    /// How many steps there are: an edit names the number that it saw.
    #[must_use]
    pub fn version(&self) -> i64 {
        i64::try_from(self.steps.len()).unwrap_or(i64::MAX)
    }

    /// Whether it is still to be done.
    #[must_use]
    pub fn state(&self) -> ActionState {
        let last = self.steps.iter().rev().find(|step| !matches!(step.what, ActionMove::Redate(_)));
        match last.map(|step| step.what) {
            Some(ActionMove::Done) => ActionState::Done,
            Some(ActionMove::Drop) => ActionState::Dropped,
            _ => ActionState::Open,
        }
    }

    /// By which day it is due now.
    #[must_use]
    pub fn due_on(&self) -> Date {
        let moved = self.steps.iter().rev().find_map(|step| match step.what {
            ActionMove::Redate(day) => Some(day),
            _ => None,
        });
        moved.unwrap_or(self.terms.due_on)
    }

    /// How often its day was moved.
    #[must_use]
    pub fn redates(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.what, ActionMove::Redate(_))).count()
    }

    /// When it was done or given up, while it is.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        let is_end = |step: &&ActionStep| matches!(step.what, ActionMove::Done | ActionMove::Drop);
        (self.state() != ActionState::Open).then(|| self.steps.iter().rev().find(is_end))?.map(|step| step.at)
    }

    /// Whether a step may follow: an open one is moved, done or given up, another one is taken up again.
    #[must_use]
    pub fn may(&self, what: ActionMove) -> bool {
        (self.state() == ActionState::Open) != matches!(what, ActionMove::Reopen)
    }

    /// Days since it was promised, on a day (reference 3.5: age).
    #[must_use]
    pub fn age_days(&self, made_on: Date, today: Date) -> i64 {
        days_between(made_on, today).max(0)
    }

    /// Days since it was due, zero while there is time and once it is closed (reference 3.5: overdue).
    #[must_use]
    pub fn overdue_days(&self, today: Date) -> i64 {
        if self.state() == ActionState::Open { days_between(self.due_on(), today).max(0) } else { 0 }
    }

    /// In how many frozen reviews it stood open; `frozen_at` is when each week was frozen last
    /// (reference 3.5: carried).
    #[must_use]
    pub fn carried(&self, frozen_at: &[Timestamp]) -> usize {
        frozen_at.iter().filter(|at| self.was_open(**at)).count()
    }

    /// Whether it was to be done at an instant.
    #[must_use]
    pub fn was_open(&self, at: Timestamp) -> bool {
        self.until(at).is_some_and(|action| action.state() == ActionState::Open)
    }

    /// As it stood at an instant; nothing before it was promised.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Option<Self> {
        let steps = self.steps.iter().take_while(|step| step.at <= at).cloned().collect();
        (self.made_at <= at).then(|| Self { steps, ..self.clone() })
    }

    /// How it stands on a day: late, and late by more than a week.
    #[must_use]
    pub fn status(&self, today: Date) -> Status {
        match self.overdue_days(today) {
            0 => Status::Ok,
            late if late <= OVERDUE_LIMIT => Status::Risk,
            _ => Status::Breached,
        }
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// Sorts as a meeting works: what is open before what is closed, the longest overdue and then the next due
/// first; of the closed ones the last closed first.
pub fn sort(actions: &mut [Action]) {
    actions.sort_by(|one, other| {
        let open = |action: &Action| action.state() != ActionState::Open;
        open(one)
            .cmp(&open(other))
            .then_with(|| other.closed_at().cmp(&one.closed_at()))
            .then_with(|| one.due_on().cmp(&other.due_on()))
            .then_with(|| one.id.cmp(&other.id))
    });
}

/// Why something cannot be promised or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionFault {
    /// Nothing is promised.
    #[error("say what is to be done, in at most {TEXT_LIMIT} letters")]
    Text,
    /// Nobody promised.
    #[error("say who does it: a promise without an owner is not kept")]
    Owner,
    /// No day, or none that is one.
    #[error("say by which day, as 2026-11-30")]
    Due,
    /// The product is not in the catalogue.
    #[error("the product is not in the catalogue")]
    Product,
    /// The incident is not named as addresses name one, or nobody knows it.
    #[error("there is no such incident; one is named as the address of its page ends, as pagerduty~118")]
    Incident,
    /// The week is none.
    #[error("a week is written as 2026-W47")]
    Week,
    /// The link is no address of the web.
    #[error("a link begins with https:// and has at most {LINK_LIMIT} letters")]
    Link,
    /// A reason is missing or too long.
    #[error("say why, in at most {NOTE_LIMIT} letters")]
    Reason,
    /// The form names no step.
    #[error("a step is one of redate, done, drop, reopen")]
    Move,
    /// Letters that no text has.
    #[error("the text has letters that cannot be kept, such as NUL")]
    Letters,
}

/// The fields of the form as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionForm {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// By which day.
    pub due: String,
    /// The product's slug, empty for none.
    pub product: String,
    /// The incident's word, empty for none.
    pub incident: String,
    /// The week of the review, empty for none.
    pub week: String,
    /// Where the work is kept, empty for nowhere else.
    pub link: String,
}

impl ActionForm {
    /// What the form promises; `is_product` knows the products of the catalogue.
    ///
    /// # Errors
    /// The first [`ActionFault`] in the order of the fields.
    pub fn read(&self, is_product: impl Fn(&Slug) -> bool) -> Result<ActionTerms, ActionFault> {
        let optional = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let product = match optional(&self.product) {
            None => None,
            Some(slug) => Some(slug.parse().ok().filter(is_product).ok_or(ActionFault::Product)?),
        };
        let incident = match optional(&self.incident) {
            None => None,
            Some(word) => Some(incident_of(&word).ok_or(ActionFault::Incident)?),
        };
        let week = match optional(&self.week) {
            None => None,
            Some(week) => Some(week.parse().map_err(|_| ActionFault::Week)?),
        };
        let link = optional(&self.link);
        if link.as_ref().is_some_and(|link| !is_link(link)) {
            return Err(ActionFault::Link);
        }
        Ok(ActionTerms {
            text: written(&self.text, TEXT_LIMIT, ActionFault::Text)?,
            owner: written(&self.owner, NOTE_LIMIT, ActionFault::Owner)?,
            due_on: self.due.trim().parse().map_err(|_| ActionFault::Due)?,
            product,
            incident,
            week,
            link,
        })
    }
}

/// A reason as it is kept: one that is needed is there.
///
/// # Errors
/// [`ActionFault::Reason`] without one where it is needed, [`ActionFault::Letters`] for NUL.
pub fn note_of(what: ActionMove, text: &str) -> Result<String, ActionFault> {
    if !what.needs_reason() && text.trim().is_empty() {
        return Ok(String::new());
    }
    written(text, NOTE_LIMIT, ActionFault::Reason)
}

fn written(text: &str, limit: usize, fault: ActionFault) -> Result<String, ActionFault> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(ActionFault::Letters);
    }
    if text.is_empty() || text.chars().count() > limit { Err(fault) } else { Ok(text.to_owned()) }
}

/// The incident that a word names, `source~id`.
fn incident_of(word: &str) -> Option<IncidentKey> {
    let (source, external_id) = word.split_once('~')?;
    let is_named = !source.is_empty() && !external_id.is_empty() && !word.contains('\0');
    is_named.then(|| IncidentKey { source: source.to_owned(), external_id: external_id.to_owned() })
}

/// Only addresses that a browser opens without running anything.
pub(crate) fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    text.chars().count() <= LINK_LIMIT
        && host.contains(|letter: char| letter.is_alphanumeric())
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\')
}

impl fmt::Display for ActionState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn action(steps: &[(ActionMove, &str)]) -> Action {
        let step = |(what, at): &(ActionMove, &str)| ActionStep {
            what: *what,
            at: instant(at),
            by: "原".to_owned(),
            note: "理由".to_owned(),
        };
        Action {
            id: 1,
            terms: ActionTerms {
                text: "証明書の期限を監視する".to_owned(),
                owner: "林".to_owned(),
                due_on: day("2026-10-29"),
                product: None,
                incident: None,
                week: None,
                link: None,
            },
            made_at: instant("2026-10-01T01:00:00Z"),
            made_by: "佐藤".to_owned(),
            steps: steps.iter().map(step).collect(),
            issue: None,
        }
    }

    /// Vector T13 of the reference.
    #[test]
    fn a_promise_ages_and_falls_behind_by_days() {
        let promise = action(&[]);
        let today = day("2026-11-22");
        assert_eq!(promise.age_days(day("2026-10-01"), today), 52);
        assert_eq!(promise.overdue_days(today), 24);
        assert_eq!(promise.overdue_days(day("2026-10-29")), 0, "on its day it is not late");
    }

    #[test]
    fn the_state_and_the_day_follow_from_the_steps() {
        use ActionMove::{Done, Drop, Redate, Reopen};
        let moved = Redate(day("2026-12-04"));
        let at = "2026-11-02T01:00:00Z";
        for (steps, state, due, status) in [
            (vec![], ActionState::Open, "2026-10-29", Status::Breached),
            (vec![(moved, at)], ActionState::Open, "2026-12-04", Status::Ok),
            (vec![(Done, at)], ActionState::Done, "2026-10-29", Status::Ok),
            (vec![(moved, at), (Drop, at)], ActionState::Dropped, "2026-12-04", Status::Ok),
            (vec![(Done, at), (Reopen, at)], ActionState::Open, "2026-10-29", Status::Breached),
        ] {
            let promise = action(&steps);
            assert_eq!(promise.state(), state, "{steps:?}");
            assert_eq!(promise.due_on(), day(due), "{steps:?}");
            assert_eq!(promise.status(day("2026-11-22")), status, "{steps:?}");
            assert_eq!(promise.may(Reopen), state != ActionState::Open, "{steps:?}");
            assert_eq!(promise.may(Done), state == ActionState::Open, "{steps:?}");
        }
        assert_eq!(action(&[]).status(day("2026-11-05")), Status::Risk, "a week late is only late");
    }

    #[test]
    fn a_promise_is_carried_by_the_reviews_in_which_it_stood_open() {
        let frozen: Vec<Timestamp> =
            ["2026-09-28T02:00:00Z", "2026-10-05T02:00:00Z", "2026-10-12T02:00:00Z", "2026-11-09T02:00:00Z"]
                .map(instant)
                .into();
        assert_eq!(action(&[]).carried(&frozen), 3, "not the one before it was made");
        let done = action(&[(ActionMove::Done, "2026-10-20T00:00:00Z")]);
        assert_eq!(done.carried(&frozen), 2);
        let again = action(&[
            (ActionMove::Done, "2026-10-06T00:00:00Z"),
            (ActionMove::Reopen, "2026-11-01T00:00:00Z"),
        ]);
        assert_eq!(again.carried(&frozen), 2, "not while it was done");
    }

    #[test]
    fn a_form_without_an_owner_or_a_day_promises_nothing() {
        let form = ActionForm {
            text: "原因を調べる".to_owned(),
            owner: "原".to_owned(),
            due: "2026-11-30".to_owned(),
            product: "telemed".to_owned(),
            link: "https://github.com/example/telemed/issues/12".to_owned(),
            ..ActionForm::default()
        };
        let known = |slug: &Slug| slug.as_str() == "telemed";
        assert_eq!(form.read(known).unwrap().due_on, day("2026-11-30"));
        let changed = |change: fn(&mut ActionForm)| {
            let mut changed = form.clone();
            change(&mut changed);
            changed.read(known)
        };
        for (result, fault) in [
            (changed(|form| form.text = "  ".to_owned()), ActionFault::Text),
            (changed(|form| form.text = "長".repeat(501)), ActionFault::Text),
            (changed(|form| form.owner.clear()), ActionFault::Owner),
            (changed(|form| form.due = "来週".to_owned()), ActionFault::Due),
            (changed(|form| form.due = "2026-02-30".to_owned()), ActionFault::Due),
            (changed(|form| form.product = "nobody".to_owned()), ActionFault::Product),
            (changed(|form| form.incident = "118".to_owned()), ActionFault::Incident),
            (changed(|form| form.incident = "pagerduty~".to_owned()), ActionFault::Incident),
            (changed(|form| form.week = "2026-W54".to_owned()), ActionFault::Week),
            (changed(|form| form.week = "next".to_owned()), ActionFault::Week),
            (changed(|form| form.link = "javascript:alert(1)".to_owned()), ActionFault::Link),
            (changed(|form| form.link = "http://intra".to_owned()), ActionFault::Link),
            (changed(|form| form.link = "https:// evil".to_owned()), ActionFault::Link),
            (changed(|form| form.text = "a\0b".to_owned()), ActionFault::Letters),
        ] {
            assert_eq!(result, Err(fault));
        }
    }

    #[test]
    fn moving_and_giving_up_need_a_reason() {
        assert_eq!(note_of(ActionMove::Done, " "), Ok(String::new()));
        assert_eq!(note_of(ActionMove::Drop, " "), Err(ActionFault::Reason));
        assert_eq!(
            note_of(ActionMove::Redate(day("2026-12-01")), "人が足りない"),
            Ok("人が足りない".to_owned())
        );
    }

    #[test]
    fn the_longest_overdue_comes_first_and_the_closed_last() {
        let due = |id, due: &str| {
            let mut promise = action(&[]);
            (promise.id, promise.terms.due_on) = (id, day(due));
            promise
        };
        let mut closed = action(&[(ActionMove::Done, "2026-11-02T01:00:00Z")]);
        closed.id = 9;
        let mut actions = vec![closed, due(1, "2026-12-01"), due(2, "2026-11-01"), due(3, "2026-12-01")];
        sort(&mut actions);
        assert_eq!(actions.iter().map(|action| action.id).collect::<Vec<_>>(), [2, 1, 3, 9]);
    }
}
