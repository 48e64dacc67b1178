//! Over which time incidents are looked at.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::period::Period;
use crate::week::{IsoWeek, day_after, start_of_day};

/// The longest stretch of days that can be asked for.
pub const MOST_DAYS: i64 = 731;

/// A stretch of whole days or weeks of the organisation's zone; half-open as instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatisticsWindow {
    /// So many ISO weeks that end with this one: 1, 4 or 13.
    Weeks(IsoWeek, u8),
    /// From the beginning of the first day to the end of the second.
    Days(Date, Date),
}

/// Why a window cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// A text names no day.
    #[error("from and to are days like 2026-11-16, both ends belong to it")]
    Day,
    /// The last day lies before the first.
    #[error("from is after to: exchange them")]
    Order,
    /// It is too long.
    #[error("from and to are at most 731 days apart: choose fewer")]
    Long,
}

impl StatisticsWindow {
    /// How many weeks a window has when nothing else is said.
    pub const USUAL_WEEKS: u8 = 4;

    /// The words of windows in addresses, with their number of weeks.
    pub const WEEKS: [(&str, u8); 3] = [("week", 1), ("4w", 4), ("13w", 13)];

    /// The window of an address: days where `from` or `to` is given, the missing one being the same day, else
    /// weeks that end with `week`. Unknown words of `period` mean the usual four weeks.
    ///
    /// # Errors
    /// [`WindowError`] for days that are none, exchanged or too far apart.
    pub fn read<'q>(parameter: impl Fn(&str) -> Option<&'q str>, week: IsoWeek) -> Result<Self, WindowError> {
        let day = |name: &str| parameter(name).map(str::trim).filter(|text| !text.is_empty());
        let read = |text: Option<&str>| text.map(|text| text.parse::<Date>().map_err(|_| WindowError::Day));
        let (from, to) = (read(day("from")).transpose()?, read(day("to")).transpose()?);
        if let Some(from_day) = from.or(to) {
            let to_day = to.unwrap_or(from_day);
            let apart = from_day.until(to_day).map_err(|_| WindowError::Day)?.get_days();
            return match i64::from(apart) {
                ..0 => Err(WindowError::Order),
                MOST_DAYS.. => Err(WindowError::Long),
                _ => Ok(Self::Days(from_day, to_day)),
            };
        }
        let named = parameter("period").unwrap_or_default();
        let weeks = Self::WEEKS.into_iter().find(|(word, _)| *word == named);
        Ok(Self::Weeks(week, weeks.map_or(Self::USUAL_WEEKS, |(_, weeks)| weeks)))
    }

    /// Its instants.
    #[must_use]
    pub fn period(&self, zone: &TimeZone) -> Period {
        match self {
            Self::Weeks(week, count) => {
                let first = week.plus(1 - i32::from((*count).max(1)));
                Period { start: first.period(zone).start, end: week.period(zone).end }
            }
            Self::Days(first, last) => {
                Period { start: start_of_day(*first, zone), end: start_of_day(day_after(*last), zone) }
            }
        }
    }

    /// Its first and last day.
    #[must_use]
    pub fn days(&self) -> (Date, Date) {
        match self {
            Self::Weeks(week, count) => (week.plus(1 - i32::from((*count).max(1))).monday(), week.sunday()),
            Self::Days(first, last) => (*first, *last),
        }
    }

    /// The last week of it that has begun at an instant.
    #[must_use]
    pub fn last_week(&self, as_of: Timestamp, zone: &TimeZone) -> IsoWeek {
        let last = match self {
            Self::Weeks(week, _) => *week,
            Self::Days(_, last) => IsoWeek::containing(*last),
        };
        last.min(IsoWeek::at(as_of, zone))
    }
}
