//! How far each source has told its story.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::week::IsoWeek;

/// What a source delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// Cost per UTC day.
    Cost,
    /// Service-level counts.
    Objectives,
    /// Incidents.
    Incidents,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cost, Self::Objectives, Self::Incidents];

    /// The word in the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Objectives => "objectives",
            Self::Incidents => "incidents",
        }
    }
}

/// What is known about one source's deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// The name of the source.
    pub name: String,
    /// What it delivers.
    pub kind: SourceKind,
    /// When something from it was last stored.
    pub received_at: Timestamp,
    /// The first day with data: UTC days for cost, days of the organisation's zone otherwise.
    pub first_day: Option<Date>,
    /// The last day with data.
    pub last_day: Option<Date>,
    /// For cost: the last day of the newest billing period delivered.
    pub period_end: Option<Date>,
    /// For objectives and incidents: the newest instant its data speaks about.
    pub last_instant: Option<Timestamp>,
}

/// How long after its end a billing period still changes: AWS freezes a month about the 10th.
pub const DAYS_UNTIL_PERIOD_CLOSES: i64 = 10;

/// The first UTC day on which the bill of a period that ends on a day (exclusive) is taken to be closed.
#[must_use]
pub fn closes_on(period_end: Date) -> Date {
    period_end.saturating_add(DAYS_UNTIL_PERIOD_CLOSES.days())
}

/// The last UTC day that counts as complete: the earlier of `lag_days` back from `as_of` and the
/// last day delivered; the whole of a billing period that is closed by `as_of`.
#[must_use]
pub fn complete_through(as_of: Timestamp, lag_days: i64, state: &SourceState) -> Option<Date> {
    let today = TimeZone::UTC.to_datetime(as_of).date();
    let last_day = state.last_day?;
    if let Some(period_end) = state.period_end
        && today >= period_end.saturating_add((DAYS_UNTIL_PERIOD_CLOSES + 1).days())
    {
        return Some(period_end.max(last_day));
    }
    Some(last_day.min(today.saturating_sub(lag_days.days())))
}

/// The positions (0 is Monday) of the days of a week that a source has complete.
#[must_use]
pub fn complete_positions(week: IsoWeek, state: &SourceState, complete_through: Option<Date>) -> Vec<usize> {
    let (Some(through), Some(first_day)) = (complete_through, state.first_day) else {
        return Vec::new();
    };
    week.days()
        .iter()
        .enumerate()
        .filter(|(_, day)| **day <= through && **day >= first_day)
        .map(|(position, _)| position)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(last_day: &str, period_end: &str) -> SourceState {
        SourceState {
            name: "focus".to_owned(),
            kind: SourceKind::Cost,
            received_at: Timestamp::UNIX_EPOCH,
            first_day: Some("2024-01-01".parse().unwrap()),
            last_day: Some(last_day.parse().unwrap()),
            period_end: Some(period_end.parse().unwrap()),
            last_instant: None,
        }
    }

    /// On Monday at 10:00 in Tokyo the week just ended has six of its seven UTC days.
    #[test]
    fn monday_morning_in_tokyo_sees_six_days() {
        let monday: Timestamp = "2026-11-23T10:00:00+09:00".parse().unwrap();
        let tuesday: Timestamp = "2026-11-24T10:00:00+09:00".parse().unwrap();
        let delivered = state("2026-11-22", "2026-11-30");
        let week: IsoWeek = "2026-W47".parse().unwrap();
        for (as_of, days) in [(monday, 6), (tuesday, 7)] {
            let through = complete_through(as_of, 2, &delivered);
            assert_eq!(complete_positions(week, &delivered, through).len(), days);
        }
    }

    #[test]
    fn the_last_delivered_day_or_a_closed_period_decides() {
        for (as_of, last_day, period_end, expected) in [
            ("2026-11-23T01:00:00Z", "2026-11-19", "2026-11-30", "2026-11-19"),
            ("2026-12-10T01:00:00Z", "2026-11-28", "2026-11-30", "2026-11-28"),
            ("2026-12-11T01:00:00Z", "2026-11-28", "2026-11-30", "2026-11-30"),
        ] {
            let through = complete_through(as_of.parse().unwrap(), 2, &state(last_day, period_end));
            assert_eq!(through.map(|day| day.to_string()).as_deref(), Some(expected), "{as_of}");
        }
    }
}
