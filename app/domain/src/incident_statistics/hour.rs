//! At which hours incidents called for people.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::holiday::Holidays;
use crate::incident::Incident;

/// The hours of sleep: from this hour of the evening …
pub const SLEEP_FROM: i8 = 22;
/// … up to this one of the morning.
pub const SLEEP_TO: i8 = 6;
/// The hours of business on working days: from this hour …
pub const BUSINESS_FROM: i8 = 9;
/// … up to this one.
pub const BUSINESS_TO: i8 = 18;

/// Which hours of a day an instant belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayPart {
    /// 09:00 to 18:00 of Mondays to Fridays that are no holidays.
    Business,
    /// All that is neither of the others.
    Off,
    /// 22:00 to 06:00 of every day.
    Sleep,
}

impl DayPart {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Business, Self::Off, Self::Sleep];

    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Off => "off",
            Self::Sleep => "sleep",
        }
    }

    /// The part of the day that an instant falls into, by the clocks of a zone.
    #[must_use]
    pub fn of(instant: Timestamp, zone: &TimeZone, holidays: &Holidays) -> Self {
        let local = zone.to_datetime(instant);
        let (day, hour) = (local.date(), local.hour());
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if !(SLEEP_TO..SLEEP_FROM).contains(&hour) {
            Self::Sleep
        } else if (BUSINESS_FROM..BUSINESS_TO).contains(&hour) && !is_weekend && !holidays.contains(day) {
            Self::Business
        } else {
            Self::Off
        }
    }
}

/// How many incidents were declared in each part of the day, in the order of [`DayPart::ALL`]. One incident
/// is one call, however many people and devices rang.
#[must_use]
pub fn calls(incidents: &[&Incident], zone: &TimeZone, holidays: &Holidays) -> [i64; 3] {
    DayPart::ALL.map(|part| {
        let mine = |incident: &&&Incident| DayPart::of(incident.declared_at, zone, holidays) == part;
        incidents.iter().filter(mine).count() as i64
    })
}
