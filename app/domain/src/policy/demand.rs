//! The 20 % rules of the SRE Workbook's error budget policy: what a large spender obliges a product to.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::attribution::{Attribution, Charge};
use crate::error_budget::ErrorBudget;
use crate::incident::Incident;
use crate::objective::{ObjectiveHistory, SliSum};
use crate::period::Period;
use crate::ratio::Ppm;

/// More than this share of a budget makes one incident, or one class of causes, a large spender.
pub const LARGE_SHARE: Ppm = Ppm(200_000);

/// The budget that one incident is held against: four weeks, in seconds.
const FOUR_WEEKS: i64 = 28 * 86_400;

/// The budget that a class of causes is held against: a quarter of thirteen weeks, in seconds.
const QUARTER: i64 = 91 * 86_400;

/// What a large spender obliges to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// One incident spent more than 20 % of a four-week budget: a postmortem with at least one action of the
    /// highest priority (P0).
    Postmortem {
        /// The objective whose budget it spent most of.
        objective: String,
        /// The incident's source.
        source: String,
        /// The source's id.
        incident: String,
        /// The title.
        title: String,
        /// The share of the four-week budget.
        share: Ppm,
        /// Where its postmortem stands, if there is one.
        postmortem_url: Option<String>,
    },
    /// Incidents of one class of causes spent more than 20 % of a quarter's budget: an item of the highest
    /// priority on the quarterly plan.
    QuarterlyPriority {
        /// The objective whose budget they spent most of.
        objective: String,
        /// The class: the incidents' fingerprint.
        cause: String,
        /// The share of the quarter's budget.
        share: Ppm,
    },
}

impl Demand {
    /// The share of the budget that makes it a demand.
    #[must_use]
    pub fn share(&self) -> Ppm {
        match self {
            Self::Postmortem { share, .. } | Self::QuarterlyPriority { share, .. } => *share,
        }
    }

    /// Whether two demands are for the same thing, of whichever objective.
    fn is_for_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Postmortem { source, incident, .. },
                Self::Postmortem { source: other_source, incident: other_incident, .. },
            ) => (source, incident) == (other_source, other_incident),
            (Self::QuarterlyPriority { cause, .. }, Self::QuarterlyPriority { cause: other, .. }) => {
                cause == other
            }
            _ => false,
        }
    }
}

/// What the product's incidents oblige it to, measured up to an instant: each incident and each class once, with
/// the objective it cost most, the largest share first.
#[must_use]
pub fn demands(
    histories: &[&ObjectiveHistory],
    incidents: &[&Incident],
    measured_until: Timestamp,
) -> Vec<Demand> {
    let mut found: Vec<Demand> = Vec::new();
    let all = histories.iter().flat_map(|history| {
        let of_incidents = large_incidents(history, incidents, measured_until);
        of_incidents.into_iter().chain(large_cause(history, incidents, measured_until))
    });
    for demand in all {
        match found.iter_mut().find(|known| known.is_for_the_same(&demand)) {
            Some(known) if known.share() < demand.share() => *known = demand,
            Some(_) => {}
            None => found.push(demand),
        }
    }
    found.sort_by_key(|demand| std::cmp::Reverse(demand.share()));
    found
}

/// The budget of the last seconds, if a large part of it was spent at all: without that nobody spent one.
fn spent_budget(history: &ObjectiveHistory, until: Timestamp, seconds: i64) -> Option<(ErrorBudget, Period)> {
    let start = until.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MIN);
    let period = Period { start, end: until };
    let sum = SliSum::of(&history.buckets, &period);
    let budget = ErrorBudget::new(sum.good, sum.total, history.objective.target)?;
    budget.is_spent_beyond(sum.bad(), LARGE_SHARE).then_some((budget, period))
}

fn incident_of<'a>(incidents: &[&'a Incident], charge: &Charge) -> Option<&'a Incident> {
    let is_it = |one: &&&Incident| one.source == charge.source && one.external_id == charge.external_id;
    incidents.iter().find(is_it).copied()
}

fn large_incidents(history: &ObjectiveHistory, incidents: &[&Incident], until: Timestamp) -> Vec<Demand> {
    let Some((budget, period)) = spent_budget(history, until, FOUR_WEEKS) else { return Vec::new() };
    let charges = Attribution::new(&history.buckets, incidents.iter().copied(), &period).charges;
    let large = charges.into_iter().filter(|charge| budget.is_spent_beyond(charge.bad, LARGE_SHARE));
    large
        .filter_map(|charge| {
            let incident = incident_of(incidents, &charge);
            Some(Demand::Postmortem {
                objective: history.objective.id.clone(),
                share: budget.spent_by(charge.bad)?,
                postmortem_url: incident.and_then(|incident| incident.postmortem_url.clone()),
                source: charge.source,
                incident: charge.external_id,
                title: charge.title,
            })
        })
        .collect()
}

fn large_cause(history: &ObjectiveHistory, incidents: &[&Incident], until: Timestamp) -> Option<Demand> {
    let (cause, share) = costliest_cause(history, incidents, until)?;
    Some(Demand::QuarterlyPriority { objective: history.objective.id.clone(), cause, share })
}

/// The class of causes that spent most of the quarter's budget up to an instant, and what share of it, where that
/// is a large one and more than one incident: a single one is told by itself.
#[must_use]
pub fn costliest_cause(
    history: &ObjectiveHistory,
    incidents: &[&Incident],
    until: Timestamp,
) -> Option<(String, Ppm)> {
    let (budget, period) = spent_budget(history, until, QUARTER)?;
    let mut causes: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
    for charge in Attribution::new(&history.buckets, incidents.iter().copied(), &period).charges {
        let incident = incident_of(incidents, &charge);
        let cause = incident.and_then(|incident| incident.fingerprint.as_deref());
        if let Some(cause) = cause.filter(|cause| !cause.is_empty()) {
            let (bad, count) = causes.entry(cause).or_default();
            (*bad, *count) = (bad.saturating_add(charge.bad), *count + 1);
        }
    }
    let (cause, (bad, _)) = causes
        .into_iter()
        .filter(|(_, (bad, count))| *count > 1 && budget.is_spent_beyond(*bad, LARGE_SHARE))
        .max_by_key(|(_, (bad, _))| *bad)?;
    Some((cause.to_owned(), budget.spent_by(bad)?))
}
