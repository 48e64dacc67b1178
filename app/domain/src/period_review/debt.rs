//! What a team means to keep up and loses sight of: reviews of objectives that are overdue, and technical debt.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::action::{Action, ActionState};
use crate::incident::Incident;
use crate::incident_merge::IncidentKey;
use crate::incident_statistics::recurrence::RepeatGroup;
use crate::objective_queue::{QueueItem, Reason};
use crate::product::Slug;
use crate::topic::{Topic, TopicState};

use super::{Measured, PeriodInput};

/// The words that make a promise or a topic technical debt when its text has one of them.
pub const DEBT_TAGS: [&str; 3] = ["#debt", "#負債", "＃負債"];

/// A topic that was talked about in so many weeks without being settled is debt, whether somebody says so or not.
pub const WEEKS_CARRIED: i64 = 3;

/// An objective whose review is overdue, or that nobody ever reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewDebt {
    /// The objective.
    pub objective: String,
    /// What people call it.
    pub display_name: String,
    /// Its product.
    pub product: Option<Slug>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Since when its review is due.
    pub since: Date,
    /// For how many days.
    pub days: i64,
    /// Whether nobody ever reviewed it.
    pub is_first: bool,
}

/// Where a piece of technical debt is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DebtKept {
    /// A promise that somebody flagged.
    Action(i64),
    /// A topic that somebody flagged, or that was carried over and over.
    Topic(i64),
    /// Nowhere: incidents came back, and no promise follows one of them.
    Nowhere,
}

/// One piece of technical debt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechnicalDebt {
    /// Where it is written down.
    pub kept: DebtKept,
    /// What it is: the promise, the topic, or the title of the newest incident that came back.
    pub text: String,
    /// Who pays it off.
    pub owner: Option<String>,
    /// For which product, as the catalogue or the source names it.
    pub product: Option<String>,
    /// Since when it is there.
    pub since: Date,
    /// By when it is to be paid off.
    pub due_on: Option<Date>,
    /// Through how many meetings it was carried.
    pub carried: i64,
    /// The incidents that came back because of it, the newest first.
    pub repeats: Vec<IncidentKey>,
}

/// Whether a text is flagged as technical debt.
#[must_use]
pub fn is_flagged(text: &str) -> bool {
    let text = text.to_lowercase();
    DEBT_TAGS.iter().any(|tag| text.contains(tag))
}

/// The longest overdue first.
pub(super) fn reviews(items: &[QueueItem], today: Date, zone: &TimeZone) -> Vec<ReviewDebt> {
    let mut debts: Vec<ReviewDebt> = items.iter().filter_map(|item| review(item, today, zone)).collect();
    debts.sort_by(|one, other| (one.since, &one.objective).cmp(&(other.since, &other.objective)));
    debts
}

fn review(item: &QueueItem, today: Date, zone: &TimeZone) -> Option<ReviewDebt> {
    let due = item.reasons.iter().find_map(|aged| match aged.reason {
        Reason::Overdue(_) => Some((aged.since, false)),
        Reason::NeverReviewed(_) => Some((aged.since, true)),
        _ => None,
    });
    let (since, is_first) = due?;
    let since = zone.to_datetime(since).date();
    Some(ReviewDebt {
        objective: item.row.id.clone(),
        display_name: item.row.display_name.clone(),
        product: item.row.product.clone(),
        owner: item.owner.clone(),
        since,
        days: days_between(since, today),
        is_first,
    })
}

/// What is flagged or carried, then incidents that came back and that no promise follows; each the oldest first.
pub(super) fn technical(input: &PeriodInput<'_>, measured: &Measured) -> Vec<TechnicalDebt> {
    let mut debts: Vec<TechnicalDebt> = Vec::new();
    let actions = input.actions.actions.iter().filter_map(|action| action.until(measured.until));
    let open: Vec<Action> = actions.filter(|action| action.state() == ActionState::Open).collect();
    debts.extend(
        open.iter()
            .filter(|action| is_flagged(&action.terms.text))
            .map(|action| of_action(input, measured, action)),
    );
    let topics = input.topics.iter().filter_map(|topic| topic.until(measured.until));
    debts.extend(topics.filter_map(|topic| of_topic(input, measured, &topic)));
    let came_back = input.repeats.iter().filter(|group| {
        let in_span = |incident: &Incident| measured.period.contains(incident.declared_at);
        let is_followed = |incident: &Incident| {
            open.iter().any(|action| action.terms.incident.as_ref() == Some(&IncidentKey::of(incident)))
        };
        group.incidents.iter().any(in_span) && !group.incidents.iter().any(is_followed)
    });
    debts.extend(came_back.filter_map(|group| of_group(input, group)));
    debts.sort_by(|one, other| {
        let key = |debt: &TechnicalDebt| (debt.kept == DebtKept::Nowhere, debt.since);
        key(one).cmp(&key(other)).then_with(|| one.text.cmp(&other.text))
    });
    debts
}

fn of_action(input: &PeriodInput<'_>, measured: &Measured, action: &Action) -> TechnicalDebt {
    let zone = input.organization.zone();
    let group = action.terms.incident.as_ref().and_then(|key| {
        input.repeats.iter().find(|group| group.incidents.iter().any(|one| IncidentKey::of(one) == *key))
    });
    let frozen: Vec<_> = input.actions.frozen_at.iter().copied().filter(|at| *at < measured.until).collect();
    TechnicalDebt {
        kept: DebtKept::Action(action.id),
        text: action.terms.text.clone(),
        owner: Some(action.terms.owner.clone()),
        product: action.terms.product.as_ref().map(Slug::to_string),
        since: zone.to_datetime(action.made_at).date(),
        due_on: Some(action.due_on()),
        carried: i64::try_from(action.carried(&frozen)).unwrap_or(i64::MAX),
        repeats: group.map(keys).unwrap_or_default(),
    }
}

/// A topic that is open and flagged or carried too often.
fn of_topic(input: &PeriodInput<'_>, measured: &Measured, topic: &Topic) -> Option<TechnicalDebt> {
    let last = input.weeks.iter().rev().find(|week| week.review.is_some())?.week;
    let carried = days_between(topic.terms.week.monday(), last.monday()).max(0) / 7;
    let is_debt = is_flagged(&topic.terms.title) || carried >= WEEKS_CARRIED;
    (topic.state() == TopicState::Open && topic.terms.week <= last && is_debt).then(|| TechnicalDebt {
        kept: DebtKept::Topic(topic.id),
        text: topic.terms.title.clone(),
        owner: None,
        product: topic.terms.product.as_ref().map(Slug::to_string),
        since: input.organization.zone().to_datetime(topic.raised_at).date().min(measured.today),
        due_on: None,
        carried,
        repeats: Vec::new(),
    })
}

fn of_group(input: &PeriodInput<'_>, group: &RepeatGroup) -> Option<TechnicalDebt> {
    let (newest, oldest) = (group.incidents.first()?, group.incidents.last()?);
    Some(TechnicalDebt {
        kept: DebtKept::Nowhere,
        text: newest.title.clone(),
        owner: None,
        product: Some(group.product.clone()),
        since: input.organization.zone().to_datetime(oldest.declared_at).date(),
        due_on: None,
        carried: 0,
        repeats: keys(group),
    })
}

fn keys(group: &RepeatGroup) -> Vec<IncidentKey> {
    group.incidents.iter().map(IncidentKey::of).collect()
}

fn days_between(from: Date, to: Date) -> i64 {
    (to.duration_since(from).as_hours() / 24).max(0)
}
