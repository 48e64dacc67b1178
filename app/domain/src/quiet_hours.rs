//! When nobody is to be woken: hours of the night and whole days of rest, in a zone.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::holiday::Holidays;
use crate::week::start_of_day;

/// Hours of each day, from the first up to the second; over midnight where the second is the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourSpan {
    /// When it begins.
    pub from: Time,
    /// When it is over.
    pub to: Time,
}

/// The text names no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours are written 21:00-08:00, from one time of day up to another one")]
pub struct HourSpanError;

impl FromStr for HourSpan {
    type Err = HourSpanError;

    fn from_str(text: &str) -> Result<Self, HourSpanError> {
        let (from, to) = text.split_once('-').ok_or(HourSpanError)?;
        let span = Self { from: time_of_day(from)?, to: time_of_day(to)? };
        if span.from == span.to { Err(HourSpanError) } else { Ok(span) }
    }
}

/// A time of day such as `08:00`.
pub(crate) fn time_of_day(text: &str) -> Result<Time, HourSpanError> {
    let digits =
        |text: &str| (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(());
    let (hour, minute) = text.trim().split_once(':').ok_or(HourSpanError)?;
    digits(hour).and(digits(minute)).ok_or(HourSpanError)?;
    let hour = hour.parse().map_err(|_| HourSpanError)?;
    let minute = minute.parse().map_err(|_| HourSpanError)?;
    Time::new(hour, minute, 0, 0).map_err(|_| HourSpanError)
}

impl HourSpan {
    fn contains(self, time: Time) -> bool {
        if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

/// Whole days on which nobody is to be disturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuietDays {
    /// There are none.
    #[default]
    None,
    /// Saturdays and Sundays.
    Weekends,
    /// Saturdays, Sundays and the holidays of the zone's country.
    WeekendsAndHolidays,
}

impl QuietDays {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Weekends, Self::WeekendsAndHolidays];

    /// The word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weekends => "weekends",
            Self::WeekendsAndHolidays => "weekends-and-holidays",
        }
    }

    fn contains(self, day: Date, holidays: &Holidays) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self {
            Self::None => false,
            Self::Weekends => is_weekend,
            Self::WeekendsAndHolidays => is_weekend || holidays.contains(day),
        }
    }
}

/// When a channel is not to be disturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuietHours {
    /// Hours of every day.
    pub hours: Option<HourSpan>,
    /// Whole days.
    pub days: QuietDays,
}

/// More quiet days in a row than any calendar has.
const LONGEST_REST: usize = 40;

impl QuietHours {
    /// The first instant at or after `at` that is not quiet; `at` itself where it is not.
    #[must_use]
    pub fn over_from(&self, at: Timestamp, zone: &TimeZone, holidays: &Holidays) -> Timestamp {
        let mut at = at;
        for _ in 0..LONGEST_REST {
            let local = zone.to_datetime(at);
            let (day, time) = (local.date(), local.time());
            let tomorrow = day.tomorrow().unwrap_or(day);
            at = if self.days.contains(day, holidays) {
                start_of_day(tomorrow, zone)
            } else if let Some(hours) = self.hours.filter(|hours| hours.contains(time)) {
                let day = if time < hours.to { day } else { tomorrow };
                let ends = zone.to_ambiguous_timestamp(day.to_datetime(hours.to)).compatible();
                ends.unwrap_or(at).max(at)
            } else {
                return at;
            };
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over_from(quiet: QuietHours, at: &str) -> String {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let at = at.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap().timestamp();
        let over = quiet.over_from(at, &zone, &Holidays::JAPAN);
        zone.to_datetime(over).to_string()
    }

    /// 2026-11-20 is a Friday, Monday the 23rd is a holiday in Japan.
    #[test]
    fn quiet_hours_end_when_all_of_them_are_over() {
        let night = Some("21:00-08:00".parse().unwrap());
        let nights = QuietHours { hours: night, days: QuietDays::None };
        let weekends = QuietHours { hours: night, days: QuietDays::Weekends };
        let holidays = QuietHours { hours: night, days: QuietDays::WeekendsAndHolidays };
        let noon = QuietHours { hours: Some("12:00-13:00".parse().unwrap()), days: QuietDays::None };
        for (quiet, at, over) in [
            (QuietHours::default(), "2026-11-20T03:00:00", "2026-11-20T03:00:00"),
            (nights, "2026-11-20T20:59:59", "2026-11-20T20:59:59"),
            (nights, "2026-11-20T21:00:00", "2026-11-21T08:00:00"),
            (nights, "2026-11-20T07:59:59", "2026-11-20T08:00:00"),
            (nights, "2026-11-20T08:00:00", "2026-11-20T08:00:00"),
            (weekends, "2026-11-20T22:00:00", "2026-11-23T08:00:00"),
            (weekends, "2026-11-21T12:00:00", "2026-11-23T08:00:00"),
            (holidays, "2026-11-20T22:00:00", "2026-11-24T08:00:00"),
            (noon, "2026-11-20T12:30:00", "2026-11-20T13:00:00"),
            (noon, "2026-11-20T13:00:00", "2026-11-20T13:00:00"),
        ] {
            assert_eq!(over_from(quiet, at), over, "{quiet:?}");
        }
    }

    #[test]
    fn the_hours_follow_the_clocks_of_the_zone() {
        // New York puts its clocks forward in the night of 8 March 2026, from 02:00 to 03:00.
        let zone = TimeZone::get("America/New_York").unwrap();
        let quiet = QuietHours { hours: Some("21:00-02:30".parse().unwrap()), days: QuietDays::None };
        let at: Timestamp = "2026-03-08T06:00:00Z".parse().unwrap();
        let over = quiet.over_from(at, &zone, &Holidays::NONE);
        assert_eq!(zone.to_datetime(over).to_string(), "2026-03-08T03:30:00");
    }

    #[test]
    fn what_names_no_hours_is_refused() {
        for text in
            ["", "21:00", "21:00-21:00", "24:00-08:00", "9:00-17:00", "21-08", "21:00–08:00", "21:00-08:60"]
        {
            assert_eq!(text.parse::<HourSpan>(), Err(HourSpanError), "{text}");
        }
    }
}
