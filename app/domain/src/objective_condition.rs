//! What is odd about an objective's number, so that its page never shows one without saying so.

use jiff::{Timestamp, ToSpan};

use crate::coverage::SourceKind;
use crate::objective::{ObjectiveHistory, Window, start_of_zone_day};
use crate::period::Period;
use crate::ratio::Ppm;
use crate::review::ReviewInput;

/// A window shorter than this is a slip.
const SHORT_WINDOW: i64 = 3_600;
/// Days without traffic from which on it is said.
const QUIET_DAYS: i64 = 7;

/// Something that people have to know before they trust the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The source has not let us read it since then.
    Denied(Timestamp),
    /// The source has refused the query, or failed at it, since then.
    Refused(Timestamp),
    /// The definition cannot be asked for, seen then.
    Unanswerable(Timestamp),
    /// The source has answered in part since then.
    Partial(Timestamp),
    /// The source no longer remembers what is stored here, seen then.
    Forgotten(Timestamp),
    /// The target is 100 %: a single failure breaches it.
    WholeTarget,
    /// The window has so few seconds.
    ShortWindow(i64),
    /// Nothing happened for so many days.
    NoTraffic(i64),
    /// The source speaks of times that are still to come, up to then.
    Ahead(Timestamp),
    /// Counts of a bucket went down when they were read again: before, after.
    Fell(Period, i64, i64),
}

impl Condition {
    /// What a remark of an import on an objective means, by its rule, seen first at an instant.
    #[must_use]
    pub fn of_rule(rule: &str, at: Timestamp) -> Option<Self> {
        Some(match rule {
            "slo/denied" => Self::Denied(at),
            "slo/refused" => Self::Refused(at),
            "slo/unanswerable" => Self::Unanswerable(at),
            "slo/partial" => Self::Partial(at),
            "slo/forgotten" => Self::Forgotten(at),
            _ => return None,
        })
    }

    /// Whether the number may still change because of it.
    #[must_use]
    pub fn makes_provisional(&self) -> bool {
        matches!(self, Self::Ahead(_) | Self::Fell(..) | Self::Partial(_))
    }
}

/// What is odd about an objective as its definition and counts tell, measured up to an instant.
#[must_use]
pub fn conditions(
    input: &ReviewInput,
    history: &ObjectiveHistory,
    measured_until: Timestamp,
) -> Vec<Condition> {
    let objective = &history.objective;
    let mut found = Vec::new();
    if objective.target >= Ppm::ONE {
        found.push(Condition::WholeTarget);
    }
    if let Window::Rolling { seconds } = objective.window
        && seconds < SHORT_WINDOW
    {
        found.push(Condition::ShortWindow(seconds));
    }
    found.extend(quiet(history, measured_until));
    found.extend(ahead(input, history));
    let window = objective.window.period(measured_until);
    let fell = input.queue.restated.iter().rev().find(|one| {
        one.objective == objective.id && one.new_total < one.old_total && window.contains(one.period.start)
    });
    found.extend(fell.map(|one| Condition::Fell(one.period, one.old_total, one.new_total)));
    found
}

/// Buckets that came without anything in them, up to the newest.
fn quiet(history: &ObjectiveHistory, measured_until: Timestamp) -> Option<Condition> {
    let known = || history.buckets.iter().rev().filter(|bucket| bucket.period.end <= measured_until);
    let newest = known().next().filter(|bucket| bucket.total == 0)?;
    let first = known().take_while(|bucket| bucket.total == 0).last()?;
    let seconds = newest.period.end.as_second() - first.period.start.as_second();
    let days = seconds.div_euclid(86_400);
    (days >= QUIET_DAYS).then_some(Condition::NoTraffic(days))
}

/// A bucket of today may end at midnight; what lies beyond it is a clock that is ahead.
fn ahead(input: &ReviewInput, history: &ObjectiveHistory) -> Option<Condition> {
    let zone = input.catalogue.organization.zone();
    let tomorrow = input.as_of.checked_add(24.hours()).ok()?;
    let limit = start_of_zone_day(tomorrow, &zone);
    let source = input
        .sources
        .iter()
        .find(|state| state.name == history.objective.source && state.kind == SourceKind::Objectives)?;
    source.last_instant.filter(|last| *last > limit).map(Condition::Ahead)
}
