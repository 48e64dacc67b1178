//! What the vendor of a source says of its own objectives, kept beside what is counted here.
//!
//! Nothing is reckoned from it: it stands beside our numbers, so that people see by how much they differ.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::maintenance::{Covers, MaintenanceWindow, Recurrence};
use crate::objective::{SliBucket, SliSum};
use crate::period::Period;
use crate::ratio::Ppm;

/// By how much both may differ at most whatever the target, in ppm: 0.01 percentage points, R18 of
/// reference/slo.md 4.2.
const TOLERANCE: i64 = 100;

/// What a vendor speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VendorSpan {
    /// An ISO week of the organisation's zone, as far as it was asked for: just what is counted here.
    Week,
    /// The objective's own window, up to when the vendor looked.
    Window,
}

impl VendorSpan {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Week, Self::Window];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Window => "window",
        }
    }
}

/// What a vendor says of an objective over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorStatement {
    /// The objective.
    pub objective: String,
    /// Of what it speaks.
    pub span: VendorSpan,
    /// From when to when.
    pub period: Period,
    /// The share that was good, rounded down; `None` where the vendor has none, such as without traffic.
    pub attainment: Option<Ppm>,
    /// The share of the error budget that is left, negative when it is overspent; `None` where it tells none.
    pub budget_left: Option<Ppm>,
    /// Its own word for the state, such as `ok` or `no_data`; may be empty.
    pub state: String,
    /// When the vendor reckoned it.
    pub as_of: Timestamp,
}

/// A time that a vendor leaves out of an objective's numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VendorExclusion {
    /// The objective.
    pub objective: String,
    /// The vendor's own id of it.
    pub id: String,
    /// The vendor's word for its kind, such as `Scheduled Maintenance`.
    pub category: String,
    /// What somebody wrote about it; may be empty.
    pub description: String,
    /// When it begins first.
    pub start: Timestamp,
    /// When its first occurrence ends; `None` where it has no end.
    pub end: Option<Timestamp>,
    /// How it repeats, as RFC 5545 writes it.
    pub rule: Option<String>,
    /// The IANA zone of the rule.
    pub time_zone: Option<String>,
}

impl VendorExclusion {
    /// Its occurrences that share something with a period, whole: by its rule as far as maintenance windows
    /// understand one, the first alone where they do not.
    #[must_use]
    pub fn occurrences(&self, period: &Period) -> Vec<Period> {
        let first = Period { start: self.start, end: self.end.unwrap_or(Timestamp::MAX) };
        let rule = self.rule.as_deref().map(|rule| rule.trim_start_matches("RRULE:").parse::<Recurrence>());
        let zone = TimeZone::get(self.time_zone.as_deref().unwrap_or("UTC")).ok();
        let (Some(Ok(repeat)), Some(end), Some(zone)) = (rule, self.end, zone) else {
            return first.clip(period).map(|_| first).into_iter().collect();
        };
        let window = MaintenanceWindow {
            name: self.id.clone(),
            covers: Covers::Objective(self.objective.clone()),
            start: zone.to_datetime(self.start),
            end: zone.to_datetime(end),
            repeat: Some(repeat),
        };
        window.occurrences(period, &zone)
    }
}

/// What a vendor says, and what is counted here of the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorComparison {
    /// What it says.
    pub statement: VendorStatement,
    /// The share that was good by our counts of the buckets that start in the period, rounded down; `None` without
    /// traffic.
    pub ours: Option<Ppm>,
    /// The vendor's share less ours; `None` where either is missing.
    pub difference: Option<Ppm>,
    /// Whether that is more than rounding explains: more than 0.01 percentage points and more than 1 % of the
    /// budget, or one has a number and the other has none. Only weeks are held against each other: a window
    /// ends in the middle of a day.
    pub differs: bool,
}

impl VendorComparison {
    /// Holds a statement against counts; `target`: that of the objective.
    #[must_use]
    pub fn new(statement: VendorStatement, buckets: &[SliBucket], target: Ppm) -> Self {
        let sum = SliSum::of(buckets, &statement.period);
        let ours = Ppm::floor_of(i128::from(sum.good), i128::from(sum.total));
        let difference = statement.attainment.zip(ours).map(|(theirs, ours)| Ppm(theirs.0 - ours.0));
        let tolerance = (target.complement().0 / 100).max(TOLERANCE);
        let is_far = match difference {
            Some(difference) => difference.0.abs() > tolerance,
            None => statement.attainment.is_some() != ours.is_some(),
        };
        let differs = statement.span == VendorSpan::Week && is_far;
        Self { statement, ours, difference, differs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn week() -> Period {
        Period { start: instant("2026-11-15T15:00:00Z"), end: instant("2026-11-22T15:00:00Z") }
    }

    fn compared(span: VendorSpan, theirs: Option<i64>, good: i64, total: i64) -> VendorComparison {
        let statement = VendorStatement {
            objective: "a".to_owned(),
            span,
            period: week(),
            attainment: theirs.map(Ppm),
            budget_left: None,
            state: String::new(),
            as_of: week().end,
        };
        let bucket = SliBucket {
            objective: "a".into(),
            period: week(),
            good,
            total,
            samples_seen: 1,
            samples_expected: 1,
        };
        VendorComparison::new(statement, &[bucket], Ppm(990_000))
    }

    #[test]
    fn rounding_is_no_difference() {
        for (theirs, good, total, difference, differs) in [
            (Some(999_000), 999, 1_000, Some(0), false),
            (Some(999_100), 999, 1_000, Some(100), false),
            (Some(999_101), 999, 1_000, Some(101), true),
            (Some(998_000), 999, 1_000, Some(-1_000), true),
            (None, 0, 0, None, false),
            (None, 999, 1_000, None, true),
            (Some(1_000_000), 0, 0, None, true),
        ] {
            let found = compared(VendorSpan::Week, theirs, good, total);
            assert_eq!(
                (found.difference.map(|ppm| ppm.0), found.differs),
                (difference, differs),
                "{theirs:?}"
            );
        }
        assert!(!compared(VendorSpan::Window, Some(1), 999, 1_000).differs);
    }
}
