//! Maintenance windows: times that are agreed not to count against objectives.
//!
//! They are wall clock times of the organisation's zone, once or again and again.

pub mod recurrence;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::objective::Objective;
use crate::period::Period;
use crate::product::Slug;

pub use recurrence::{Ends, Frequency, Recurrence, RecurrenceError, Weekday};

/// What a maintenance window is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// All objectives of a product.
    Product(Slug),
    /// One objective.
    Objective(String),
}

/// A time that is agreed not to count, once or again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaintenanceWindow {
    /// What tells it from others.
    pub name: String,
    /// What it is for.
    pub covers: Covers,
    /// When it begins, as a wall clock of the organisation's zone shows it.
    pub start: DateTime,
    /// When it ends, likewise; an occurrence ends at the same wall clock time, so that it lasts an hour less or
    /// more where clocks change while it lasts.
    pub end: DateTime,
    /// How it repeats; not at all without.
    pub repeat: Option<Recurrence>,
}

impl MaintenanceWindow {
    /// Whether it is for an objective.
    #[must_use]
    pub fn covers(&self, objective: &Objective) -> bool {
        match &self.covers {
            Covers::Product(product) => objective.product.as_ref() == Some(product),
            Covers::Objective(id) => objective.id == *id,
        }
    }

    /// Its occurrences that share something with a period, in order of time, whole. Wall clock times that a
    /// zone skips are those an hour later; of those that come twice the first begins and the last ends it.
    #[must_use]
    pub fn occurrences(&self, period: &Period, zone: &TimeZone) -> Vec<Period> {
        let lasts = self.start.until(self.end).unwrap_or_default();
        // Wide enough for any zone: an occurrence that touches the period begins at most its length earlier.
        let date = |instant: Timestamp| zone.to_datetime(instant).date();
        let reach = (self.end.date() - self.start.date()).get_days().saturating_add(1);
        let first = date(period.start).saturating_sub(i64::from(reach).days());
        let last = date(period.end).saturating_add(1.day());
        let at = |wall: DateTime| zone.to_ambiguous_timestamp(wall);
        let occurrence = |day: Date| {
            let start = day.to_datetime(self.start.time());
            let end = start.checked_add(lasts).ok()?;
            let whole = Period { start: at(start).compatible().ok()?, end: at(end).later().ok()? };
            whole.clip(period).map(|_| whole)
        };
        self.days(first, last, zone).into_iter().filter_map(occurrence).collect()
    }

    /// The days from `first` to `last` on which it begins.
    fn days(&self, first: Date, last: Date, zone: &TimeZone) -> Vec<Date> {
        match &self.repeat {
            Some(repeat) => repeat.days(self.start, first, last, zone),
            None => Some(self.start.date()).filter(|day| first <= *day && *day <= last).into_iter().collect(),
        }
    }

    /// The window as it is kept when nothing declares it any more: what has begun stays, because weeks were
    /// judged by it; `None` when it never began before that day.
    #[must_use]
    pub fn closed(&self, today: Date) -> Option<Self> {
        if self.start.date() >= today {
            return None;
        }
        let repeat = self.repeat.as_ref().map(|repeat| repeat.until(self.start, today));
        Some(Self { repeat, ..self.clone() })
    }
}

/// Periods merged where they overlap or touch, in order of time.
#[must_use]
pub fn union(mut periods: Vec<Period>) -> Vec<Period> {
    periods.retain(|period| period.start < period.end);
    periods.sort_unstable();
    let mut merged: Vec<Period> = Vec::new();
    for period in periods {
        match merged.last_mut() {
            Some(last) if period.start <= last.end => last.end = last.end.max(period.end),
            _ => merged.push(period),
        }
    }
    merged
}

/// A wall clock time, written without a zone.
///
/// # Errors
/// A sentence that says how it is written: an offset or a zone would be ignored silently otherwise.
pub fn wall_clock(text: &str) -> Result<DateTime, WallClockError> {
    let text = text.trim();
    let time = text.find(['T', 't', ' ']).map_or("", |at| &text[at + 1..]);
    if time.contains(['Z', 'z', '+', '-', '[']) {
        return Err(WallClockError);
    }
    text.parse().map_err(|_| WallClockError)
}

/// The text is no wall clock time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a time of the organisation's own clock, such as 2026-11-29T02:00, without a zone")]
pub struct WallClockError;

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: &str, end: &str, repeat: Option<&str>) -> MaintenanceWindow {
        MaintenanceWindow {
            name: "nightly".to_owned(),
            covers: Covers::Objective("a".to_owned()),
            start: wall_clock(start).unwrap(),
            end: wall_clock(end).unwrap(),
            repeat: repeat.map(|rule| rule.parse().unwrap()),
        }
    }

    fn shown(window: &MaintenanceWindow, from: &str, to: &str, zone: &str) -> Vec<String> {
        let period = Period { start: from.parse().unwrap(), end: to.parse().unwrap() };
        let zone = TimeZone::get(zone).unwrap();
        let found = window.occurrences(&period, &zone);
        found.iter().map(|one| format!("{} {}", one.start, one.seconds() / 60)).collect()
    }

    #[test]
    fn occurrences_follow_the_wall_clock() {
        let weekly = window("2026-11-01T02:00", "2026-11-01T04:00", Some("FREQ=WEEKLY;BYDAY=SU"));
        assert_eq!(
            shown(&weekly, "2026-11-10T00:00:00Z", "2026-11-24T00:00:00Z", "Asia/Tokyo"),
            ["2026-11-14T17:00:00Z 120", "2026-11-21T17:00:00Z 120"]
        );
        let once = window("2026-11-20T23:30", "2026-11-21T00:30", None);
        assert_eq!(
            shown(&once, "2026-11-20T15:00:00Z", "2026-11-22T00:00:00Z", "Asia/Tokyo"),
            ["2026-11-20T14:30:00Z 60"],
            "one that began before the period shares its rest"
        );
        assert!(shown(&once, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z", "Asia/Tokyo").is_empty());
    }

    /// In New York 2:00 does not exist on 2026-03-08, and 1:00 to 2:00 comes twice on 2026-11-01.
    #[test]
    fn clocks_that_change_make_an_occurrence_shorter_or_longer() {
        let nightly = window("2026-01-01T01:30", "2026-01-01T03:30", Some("FREQ=DAILY"));
        for (from, to, expected) in [
            ("2026-03-07T12:00:00Z", "2026-03-08T12:00:00Z", "2026-03-08T06:30:00Z 60"),
            ("2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z", "2026-11-01T05:30:00Z 180"),
            ("2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z", "2026-06-02T05:30:00Z 120"),
        ] {
            assert_eq!(shown(&nightly, from, to, "America/New_York"), [expected]);
        }
        let skipped = window("2026-01-01T02:10", "2026-01-01T02:50", Some("FREQ=DAILY"));
        assert_eq!(
            shown(&skipped, "2026-03-07T12:00:00Z", "2026-03-08T12:00:00Z", "America/New_York"),
            ["2026-03-08T07:10:00Z 40"],
            "an hour later, as clocks that were put forward show it"
        );
    }

    #[test]
    fn what_is_no_longer_declared_keeps_its_past() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let weekly = window("2026-11-01T02:00", "2026-11-01T04:00", Some("FREQ=WEEKLY;COUNT=9"));
        let closed = weekly.closed(day("2026-11-23")).unwrap();
        assert_eq!(
            shown(&closed, "2026-10-01T00:00:00Z", "2027-10-01T00:00:00Z", "Asia/Tokyo").len(),
            4,
            "1, 8, 15 and 22 November"
        );
        assert_eq!(closed.closed(day("2026-12-25")).unwrap(), closed, "closing again changes nothing");
        let once = window("2026-11-20T23:30", "2026-11-21T00:30", None);
        assert_eq!(once.closed(day("2026-11-23")), Some(once.clone()));
        assert_eq!(once.closed(day("2026-11-20")), None);
    }

    #[test]
    fn periods_are_merged() {
        let period = |from: i64, to: i64| Period {
            start: Timestamp::from_second(from).unwrap(),
            end: Timestamp::from_second(to).unwrap(),
        };
        let merged = union(vec![period(5, 7), period(0, 2), period(2, 3), period(6, 6), period(6, 9)]);
        assert_eq!(merged, [period(0, 3), period(5, 9)]);
    }

    #[test]
    fn times_with_a_zone_are_refused() {
        for (text, good) in [
            ("2026-11-29T02:00", true),
            ("2026-11-29 02:00:00", true),
            ("2026-11-29", true),
            ("2026-11-29T02:00Z", false),
            ("2026-11-29T02:00+09:00", false),
            ("2026-11-29T02:00[Asia/Tokyo]", false),
            ("29.11.2026 02:00", false),
        ] {
            assert_eq!(wall_clock(text).is_ok(), good, "{text}");
        }
    }
}
