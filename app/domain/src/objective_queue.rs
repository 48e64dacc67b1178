//! Which objectives people should look at again, and why.
//!
//! Every reason is a rule of reference/slo.md 4.2 with its evidence; it goes when its cause goes. A review
//! answers the reasons it saw until the next one is due: only new reasons ask before. Overdue stays overdue
//! until somebody reviews.

mod input;
mod listed;
mod reason;
mod rules;
mod standing;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::objective::{Objective, ObjectiveHistory};
use crate::organization::Organization;
use crate::period::Period;
use crate::product::Product;
use crate::review::objectives::ObjectiveRow;
use crate::review::{ReviewInput, WeeklyReview};
use crate::terraform::{Declared, declared};

pub use input::{Action, BurnAlert, CountsRestated, FrozenWeek, ObjectiveTerms, PageRead, QueueInput};
pub use listed::{LISTED, ReviewRequest, ReviewsDue};
pub use reason::{Reason, Urgency};
use rules::Look;

/// A review is due this many days after the last one while an objective is young.
pub const DAYS_WHILE_YOUNG: i64 = 30;
/// And this many days once it is not.
pub const DAYS_LATER: i64 = 90;
/// How long an objective is young, in days.
const YOUNG: i64 = 90;
/// How many weeks back the age of a reason is looked for.
const WEEKS_OF_AGE: i64 = 8;
/// Incidents of so long ago are asked after: the window that most objectives have.
const RECALLED: SignedDuration = SignedDuration::from_hours(28 * 24);

/// What a review decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Target and indicator are right.
    Keep,
    /// The target should be stricter.
    Tighten,
    /// The target should be looser.
    Loosen,
    /// The indicator does not measure what users feel.
    FixIndicator,
    /// Nobody needs it any more.
    Retire,
    /// Not now: it comes back on the day it is due.
    Snooze,
}

impl Decision {
    /// All of them, as forms offer them.
    pub const ALL: [Self; 6] =
        [Self::Keep, Self::Tighten, Self::Loosen, Self::FixIndicator, Self::Retire, Self::Snooze];

    /// The word in the database, in JSON and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Tighten => "tighten",
            Self::Loosen => "loosen",
            Self::FixIndicator => "fix-indicator",
            Self::Retire => "retire",
            Self::Snooze => "snooze",
        }
    }
}

impl std::str::FromStr for Decision {
    type Err = crate::answer::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|decision| decision.as_str() == text);
        known.ok_or_else(|| crate::answer::UnknownWord(text.to_owned()))
    }
}

/// One of the two inputs of the matrix in the SRE Workbook's chapter 2 besides attainment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Low.
    Low,
    /// High.
    High,
}

impl Level {
    /// The word in the database, in JSON and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }
}

impl std::str::FromStr for Level {
    type Err = crate::answer::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Low, Self::High].into_iter().find(|level| level.as_str() == text);
        known.ok_or_else(|| crate::answer::UnknownWord(text.to_owned()))
    }
}

/// A review that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The objective.
    pub objective: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub note: String,
    /// How much toil keeping the objective costs, if told.
    pub toil: Option<Level>,
    /// How satisfied users are, if told.
    pub satisfaction: Option<Level>,
    /// The definition it looked at.
    pub definition_hash: String,
    /// When the next one is due, in the organisation's zone.
    pub due_on: Date,
    /// The reasons it saw, by their ids, each with its evidence as the page wrote it.
    pub evidence: Vec<(String, String)>,
    /// What somebody is to do because of it.
    pub action: Option<Action>,
}

/// A reason and since when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgedReason {
    /// The reason.
    pub reason: Reason,
    /// Since when, as far back as counts tell.
    pub since: Timestamp,
}

/// One objective in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueItem {
    /// The objective's row of the weekly review.
    pub row: ObjectiveRow,
    /// The hash of the definition in force.
    pub definition_hash: String,
    /// The tier of its product; objectives without one come after all others.
    pub tier: Option<u8>,
    /// Who answers for it: the product manager, else the embedded SRE.
    pub owner: Option<String>,
    /// Why it is listed, most urgent first.
    pub reasons: Vec<AgedReason>,
    /// The newest review.
    pub last: Option<Assessment>,
    /// When the next review is due; `None` before the first one.
    pub due_on: Option<Date>,
    /// What reviews left to do, by the instant of the review: what is not done, and that of the newest one.
    pub actions: Vec<(Timestamp, Action)>,
}

/// All objectives, sorted by whether they need a look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewQueue {
    /// Those that do: by urgency, tier and age.
    pub open: Vec<QueueItem>,
    /// Those put off until a day, which comes first.
    pub snoozed: Vec<QueueItem>,
    /// Those without an open reason, the next due first.
    pub settled: Vec<QueueItem>,
}

impl ReviewQueue {
    /// Looks at every objective of a review.
    #[must_use]
    pub fn new(review: &WeeklyReview, input: &ReviewInput) -> Self {
        let mut queue = Self::default();
        let today = review.organization.zone().to_datetime(review.as_of).date();
        let common = Common::new(review, input);
        for row in &review.objectives {
            let Some(item) = item(review, input, row, &common) else { continue };
            let is_snoozed = item
                .last
                .as_ref()
                .is_some_and(|last| last.decision == Decision::Snooze && today < last.due_on);
            let list = match (is_snoozed, item.reasons.is_empty()) {
                (true, _) => &mut queue.snoozed,
                (false, true) => &mut queue.settled,
                (false, false) => &mut queue.open,
            };
            list.push(item);
        }
        queue.open.sort_by_key(|item| {
            let first = item.reasons.first();
            let urgency = first.map(|reason| reason.reason.urgency());
            (urgency, item.tier.unwrap_or(u8::MAX), first.map(|reason| reason.since), item.row.id.clone())
        });
        for list in [&mut queue.snoozed, &mut queue.settled] {
            list.sort_by_key(|item| (item.due_on.is_none(), item.due_on, item.row.id.clone()));
        }
        queue
    }
}

/// When the next review of an objective is due after one on a day.
#[must_use]
pub fn due_after(history: &ObjectiveHistory, reviewed: Timestamp, organization: &Organization) -> Date {
    let first = history.earlier.first().unwrap_or(&history.objective).valid_from;
    let is_young = reviewed.duration_since(first) < SignedDuration::from_hours(24 * YOUNG);
    let days = if is_young { DAYS_WHILE_YOUNG } else { DAYS_LATER };
    organization.zone().to_datetime(reviewed).date().saturating_add(days.days())
}

fn item(
    review: &WeeklyReview,
    input: &ReviewInput,
    row: &ObjectiveRow,
    common: &Common,
) -> Option<QueueItem> {
    let history = input.objectives.iter().find(|history| history.objective.id == row.id)?;
    let assessments: Vec<&Assessment> =
        input.queue.assessments.iter().filter(|assessment| assessment.objective == row.id).collect();
    let product = row.product.as_ref().and_then(|slug| review.product(slug));
    let last = assessments.last().map(|last| (*last).clone());
    let reviewed = assessments.iter().rev().find(|one| one.decision != Decision::Snooze).copied();
    let organization = &review.organization;
    // A definition can carry the date of a review held elsewhere.
    let elsewhere = history.objective.reviewed_at.filter(|at| reviewed.is_none_or(|own| own.at < *at));
    let due_on = match (elsewhere, &last) {
        (Some(at), _) => Some(due_after(history, at, organization)),
        (None, Some(last)) => Some(last.due_on),
        (None, None) => None,
    };
    let mut look = Look::new(review, input, row, history, product);
    let mut reasons: Vec<AgedReason> =
        look.clock_reasons(due_on, elsewhere.or(reviewed.map(|own| own.at)), reviewed).into_iter().collect();
    let found = look.reasons();
    let today = organization.zone().to_datetime(review.as_of).date();
    let is_answered = |reason: &Reason| {
        reviewed
            .is_some_and(|own| today <= own.due_on && own.evidence.iter().any(|(id, _)| id == reason.id()))
    };
    let open: Vec<Reason> = found.into_iter().filter(|reason| !is_answered(reason)).collect();
    let since = look.ages(&open);
    let drifted = common.drifted.iter().find(|one| one.objective == row.id);
    let standing = standing::Standing { review, input, row, history, assessments: &assessments, drifted };
    reasons.extend(standing.lasting());
    let unburned = common.unburned.iter().filter(|(id, _)| *id == row.id).map(|(_, aged)| aged.clone());
    let standing = unburned.chain(standing.answerable());
    reasons.extend(standing.filter(|aged| !is_answered(&aged.reason)));
    reasons.extend(open.into_iter().zip(since).map(|(reason, since)| AgedReason { reason, since }));
    reasons.sort_by_key(|reason| (reason.reason.urgency(), reason.reason.id(), reason.since));
    Some(QueueItem {
        row: row.clone(),
        definition_hash: history.objective.definition_hash.clone(),
        tier: product.map(|product| product.tier),
        owner: product.and_then(|product: &Product| {
            product.product_manager.clone().or_else(|| product.embedded_sre.clone())
        }),
        reasons,
        due_on,
        actions: actions(&assessments),
        last,
    })
}

fn actions(assessments: &[&Assessment]) -> Vec<(Timestamp, Action)> {
    let newest = assessments.last().map(|held| held.at);
    let listed = assessments.iter().filter_map(|held| {
        let action = held.action.clone()?;
        (action.done.is_none() || newest == Some(held.at)).then_some((held.at, action))
    });
    listed.collect()
}

/// What is looked for once for all objectives.
struct Common {
    /// Major incidents that nothing measured, by the objective to ask.
    unburned: Vec<(String, AgedReason)>,
    /// Objectives whose file in terraform says something else.
    drifted: Vec<Declared>,
}

impl Common {
    fn new(review: &WeeklyReview, input: &ReviewInput) -> Self {
        let at = review.as_of;
        let drifted = if input.queue.files.is_empty() {
            Vec::new()
        } else {
            let objectives: Vec<Objective> =
                input.objectives.iter().map(|history| history.objective.clone()).collect();
            declared(&objectives, &input.queue.files, at)
                .into_iter()
                .filter(|one| one.is_drifted(at))
                .collect()
        };
        Self { unburned: unburned_incidents(review, input), drifted }
    }
}

/// Major incidents of the last four weeks that spent less than 1 % of every budget of their product, each with
/// the objective that has least left: it is the one to ask whether it measures what users felt.
fn unburned_incidents(review: &WeeklyReview, input: &ReviewInput) -> Vec<(String, AgedReason)> {
    let end = review.measured_until;
    let from = end.checked_sub(RECALLED).unwrap_or(Timestamp::MIN);
    let mut found = Vec::new();
    for incident in input.incidents.iter().filter(|one| one.counts() && one.severity.is_major()) {
        let Some(since) = incident.impact_start.filter(|at| from <= *at && *at < end) else { continue };
        let is_mine =
            |row: &&ObjectiveRow| row.product.as_ref().is_some_and(|slug| slug.as_str() == incident.product);
        let mut rows = review.objectives.iter().filter(is_mine).peekable();
        let Some(first) = rows.peek().map(|row| row.id.clone()) else { continue };
        if !rows.any(|row| rules::has_burned(input, row, incident, Period { start: from, end })) {
            let reason = Reason::IncidentWithoutBurn(incident.external_id.clone());
            found.push((first, AgedReason { reason, since }));
        }
    }
    found
}
