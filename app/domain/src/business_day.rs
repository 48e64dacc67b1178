//! Days on which a company works: what promises that count business days fall due by.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};

use crate::holiday::Holidays;

/// The longest rest around New Year, in days.
const REST_LIMIT: i32 = 31;

/// Days around New Year on which a company rests, by month and day, both included; written `12-29..01-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearEnd {
    first: (i8, i8),
    last: (i8, i8),
}

impl YearEnd {
    /// Whether a day is one of them.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        let day = (day.month(), day.day());
        if self.first <= self.last {
            self.first <= day && day <= self.last
        } else {
            day >= self.first || day <= self.last
        }
    }
}

impl fmt::Display for YearEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((first_month, first_day), (last_month, last_day)) = (self.first, self.last);
        write!(formatter, "{first_month:02}-{first_day:02}..{last_month:02}-{last_day:02}")
    }
}

/// The text names no days around New Year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("days of rest are written as two days of the year, such as 12-29..01-03, at most 31 days apart")]
pub struct YearEndError;

impl FromStr for YearEnd {
    type Err = YearEndError;

    fn from_str(text: &str) -> Result<Self, YearEndError> {
        let day_of = |part: &str| {
            let (month, day) = part.trim().split_once('-').ok_or(YearEndError)?;
            let is_short = |word: &str| word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
            if !is_short(month) || !is_short(day) {
                return Err(YearEndError);
            }
            let parsed = (month.parse::<i8>(), day.parse::<i8>());
            let (Ok(month), Ok(day)) = parsed else { return Err(YearEndError) };
            // A common year, so that the days are there every year.
            Date::new(2027, month, day).map_err(|_| YearEndError)
        };
        let (first, last) = text.split_once("..").ok_or(YearEndError)?;
        let (first, last) = (day_of(first)?, day_of(last)?);
        let apart = i32::from(last.day_of_year()) - i32::from(first.day_of_year());
        if apart.rem_euclid(365) >= REST_LIMIT {
            return Err(YearEndError);
        }
        Ok(Self { first: (first.month(), first.day()), last: (last.month(), last.day()) })
    }
}

/// Monday to Friday without the holidays of a country and the days on which the company rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusinessDays {
    /// The country's.
    pub holidays: Holidays,
    /// The company's.
    pub year_end: Option<YearEnd>,
}

impl BusinessDays {
    /// Whether the company works on a day.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !is_weekend && !self.is_rest(day)
    }

    /// Whether a day is a holiday or one of the company's days of rest, on a weekend or not.
    #[must_use]
    pub fn is_rest(&self, day: Date) -> bool {
        self.holidays.contains(day) || self.year_end.is_some_and(|rest| rest.contains(day))
    }

    /// The `count`-th business day after a day; the day itself is not counted, whatever it is.
    #[must_use]
    pub fn after(&self, day: Date, count: i64) -> Date {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            left -= i64::from(self.contains(day));
        }
        day
    }

    /// The days from Monday to Friday between two days that are holidays or days of rest; neither end is one of them.
    #[must_use]
    pub fn rests_between(&self, after: Date, before: Date) -> Vec<Date> {
        let mut rests = Vec::new();
        let mut day = after;
        while let Ok(next) = day.tomorrow() {
            if next >= before {
                break;
            }
            let is_weekend = matches!(next.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !is_weekend && self.is_rest(next) {
                rests.push(next);
            }
            day = next;
        }
        rests
    }

    /// Whether the holidays of a day's year are known; where the country has no table none are, ever.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.holidays.covered_until().is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Counted by hand on the calendars of the Cabinet Office.
    #[test]
    fn business_days_leave_out_weekends_holidays_and_the_rest_of_the_company() {
        let rest: YearEnd = "12-29..01-03".parse().unwrap();
        for (year_end, from, count, expected) in [
            // 勤労感謝の日 on a Monday.
            (None, "2026-11-18", 5, "2026-11-26"),
            (None, "2026-11-20", 1, "2026-11-24"),
            (None, "2026-11-21", 1, "2026-11-24"),
            (None, "2026-11-23", 1, "2026-11-24"),
            (None, "2026-11-19", 0, "2026-11-19"),
            // The golden week: 5/3 is a Sunday, 5/6 its substitute.
            (None, "2026-05-01", 1, "2026-05-07"),
            (None, "2026-04-28", 5, "2026-05-11"),
            // 敬老の日, the day between, 秋分の日.
            (None, "2026-09-18", 1, "2026-09-24"),
            (None, "2026-09-17", 5, "2026-09-29"),
            // The vernal equinox of 2027 is a Sunday, its substitute a Monday.
            (None, "2027-03-19", 1, "2027-03-23"),
            // New Year by law, and with the days on which the company rests.
            (None, "2026-12-25", 5, "2027-01-04"),
            (Some(rest), "2026-12-25", 5, "2027-01-07"),
            (Some(rest), "2026-12-28", 1, "2027-01-04"),
            (Some(rest), "2025-12-26", 2, "2026-01-06"),
            (None, "2026-10-30", 10, "2026-11-16"),
        ] {
            let days = BusinessDays { holidays: Holidays::JAPAN, year_end };
            assert_eq!(days.after(day(from), count), day(expected), "{count} after {from}");
        }
        let nowhere = BusinessDays { holidays: Holidays::NONE, year_end: None };
        assert_eq!(nowhere.after(day("2026-11-20"), 1), day("2026-11-23"));
        assert!(nowhere.covers(day("2099-01-01")));
    }

    #[test]
    fn the_table_ends_and_the_days_that_were_left_out_can_be_named() {
        let days = BusinessDays { holidays: Holidays::JAPAN, year_end: None };
        assert!(days.covers(day("2027-12-31")) && !days.covers(day("2028-01-01")));
        assert_eq!(days.rests_between(day("2026-11-18"), day("2026-11-26")), [day("2026-11-23")]);
        // 5/3 is a Sunday and named by nobody who counts weekdays.
        let golden = ["2026-04-29", "2026-05-04", "2026-05-05", "2026-05-06"].map(day);
        assert_eq!(days.rests_between(day("2026-04-28"), day("2026-05-11")), golden);
    }

    #[test]
    fn days_of_rest_are_read_and_refused() {
        for text in ["12-29..01-03", "12-31..12-31", "01-01..01-31", "12-20..01-19"] {
            let read: YearEnd = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in
            ["", "12-29", "12-29..13-01", "02-29..03-01", "01-04..12-28", "12-15..01-15", "+1-1..01-02"]
        {
            assert_eq!(text.parse::<YearEnd>(), Err(YearEndError), "{text}");
        }
    }
}
