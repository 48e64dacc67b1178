//! ISO weeks: the unit of the meeting.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::period::Period;

/// One ISO 8601 week, Monday to Sunday, such as `2026-W47`; 2026 has a week 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek {
    monday: Date,
}

/// Why a text or a pair of numbers is not a week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeekError {
    /// The text has not the form `2026-W47`.
    #[error("a week is written like 2026-W47")]
    Form,
    /// The year has no week of that number.
    #[error("{year} has no week {number}")]
    Number {
        /// The ISO week-numbering year.
        year: i16,
        /// The week asked for.
        number: i8,
    },
}

impl IsoWeek {
    /// The week `number` of the ISO week-numbering year `year`; most years have 52, some 53.
    ///
    /// # Errors
    /// [`WeekError::Number`] when the year has no such week or lies outside 1970 to 9000.
    pub fn new(year: i16, number: i8) -> Result<Self, WeekError> {
        if !(1970..=9000).contains(&year) {
            return Err(WeekError::Number { year, number });
        }
        let day = ISOWeekDate::new(year, number, Weekday::Monday)
            .map_err(|_| WeekError::Number { year, number })?;
        Ok(Self { monday: day.date() })
    }

    /// The week that holds a calendar day.
    #[must_use]
    pub fn containing(day: Date) -> Self {
        let back = i64::from(day.weekday().to_monday_zero_offset());
        Self { monday: day.saturating_sub(back.days()) }
    }

    /// The week that holds an instant, in the organisation's zone.
    #[must_use]
    pub fn at(instant: Timestamp, zone: &TimeZone) -> Self {
        Self::containing(zone.to_datetime(instant).date())
    }

    /// The first week that begins on a day or after it: of the one the day lies in, the beginning is missing.
    #[must_use]
    pub fn beginning_from(day: Date) -> Self {
        let week = Self::containing(day);
        if week.monday == day { week } else { week.next() }
    }

    /// The last week that has ended at an instant, in the organisation's zone.
    #[must_use]
    pub fn last_ended(instant: Timestamp, zone: &TimeZone) -> Self {
        Self::at(instant, zone).previous()
    }

    /// The ISO week-numbering year, which differs from the calendar year around New Year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.monday.iso_week_date().year()
    }

    /// The number of the week in its year, from 1.
    #[must_use]
    pub fn number(self) -> i8 {
        self.monday.iso_week_date().week()
    }

    /// The first day.
    #[must_use]
    pub fn monday(self) -> Date {
        self.monday
    }

    /// The last day.
    #[must_use]
    pub fn sunday(self) -> Date {
        self.days()[6]
    }

    /// The seven days in order; for cost these are UTC days.
    #[must_use]
    pub fn days(self) -> [Date; 7] {
        let mut days = [self.monday; 7];
        for position in 1..7 {
            days[position] = day_after(days[position - 1]);
        }
        days
    }

    /// The week `count` weeks later, or earlier when negative.
    #[must_use]
    pub fn plus(self, count: i32) -> Self {
        Self { monday: self.monday.saturating_add(count.weeks()) }
    }

    /// The week after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The week before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus(-1)
    }

    /// The `count` weeks that end with this one, oldest first.
    #[must_use]
    pub fn trailing(self, count: usize) -> Vec<Self> {
        (0..count).rev().map(|back| self.plus(-i32::try_from(back).unwrap_or(i32::MAX))).collect()
    }

    /// From Monday 00:00 to the next Monday 00:00 in a zone; elapsed time, so that a week with a
    /// daylight-saving change is an hour shorter or longer.
    #[must_use]
    pub fn period(self, zone: &TimeZone) -> Period {
        Period { start: start_of_day(self.monday, zone), end: start_of_day(self.next().monday, zone) }
    }
}

/// The next calendar day; the last one that can be written is its own. Many times as fast as adding a span.
#[must_use]
pub(crate) fn day_after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// The first instant of a calendar day in a zone.
#[must_use]
pub fn start_of_day(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |start| start.timestamp())
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-W{:02}", self.year(), self.number())
    }
}

impl FromStr for IsoWeek {
    type Err = WeekError;

    fn from_str(text: &str) -> Result<Self, WeekError> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
        if bytes.len() != 8 || &bytes[4..6] != b"-W" || !digits(0..4) || !digits(6..8) {
            return Err(WeekError::Form);
        }
        let year = text[0..4].parse().map_err(|_| WeekError::Form)?;
        let number = text[6..8].parse().map_err(|_| WeekError::Form)?;
        Self::new(year, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn weeks_are_read_and_written() {
        for (text, monday) in [
            ("2026-W47", "2026-11-16"),
            ("2026-W53", "2026-12-28"),
            ("2027-W01", "2027-01-04"),
            ("2020-W53", "2020-12-28"),
            ("2025-W01", "2024-12-30"),
        ] {
            let week: IsoWeek = text.parse().unwrap();
            assert_eq!(week.monday().to_string(), monday, "{text}");
            assert_eq!(week.to_string(), text);
            assert_eq!(week.next().previous(), week);
        }
    }

    #[test]
    fn what_is_no_week_is_refused() {
        for text in [
            "2025-W53",
            "2026-W00",
            "2026-W54",
            "2026-w47",
            "2026W47",
            "../etc",
            "",
            "2026-W4",
            "２０２６-W47",
            "2026-W477",
        ] {
            assert!(text.parse::<IsoWeek>().is_err(), "{text}");
        }
    }

    /// Vector T16: Sunday 23:59:59 in Tokyo is still the old week.
    #[test]
    fn an_instant_falls_into_the_week_of_the_zone() {
        let tokyo = zone("Asia/Tokyo");
        let before: Timestamp = "2026-11-15T14:59:59Z".parse().unwrap();
        let after: Timestamp = "2026-11-15T15:00:00Z".parse().unwrap();
        assert_eq!(IsoWeek::at(before, &tokyo).to_string(), "2026-W46");
        assert_eq!(IsoWeek::at(after, &tokyo).to_string(), "2026-W47");
        assert_eq!(IsoWeek::last_ended(after, &tokyo).to_string(), "2026-W46");
    }

    #[test]
    fn a_week_lasts_as_long_as_its_clocks_say() {
        for (week, name, minutes) in [
            ("2026-W47", "Asia/Tokyo", 10_080),
            ("2026-W44", "America/New_York", 10_140),
            ("2026-W10", "America/New_York", 10_020),
        ] {
            let period = week.parse::<IsoWeek>().unwrap().period(&zone(name));
            assert_eq!(period.seconds(), minutes * 60, "{week} in {name}");
        }
    }

    #[test]
    fn trailing_weeks_end_with_the_week_itself() {
        let week: IsoWeek = "2027-W02".parse().unwrap();
        let names: Vec<String> = week.trailing(4).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]);
    }
}
