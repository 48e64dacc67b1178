//! Which weeks a view over several of them looks at: four in a row, or those of a quarter.
//!
//! A week belongs to the quarter that its Thursday lies in, as ISO 8601 gives weeks to years: quarters have 13 weeks,
//! one of a year with 53 weeks has 14, and no week belongs to two.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::rate::Month;
use crate::week::IsoWeek;

/// How many weeks the smaller view has.
pub const FOUR_WEEKS: usize = 4;

/// Three months of a calendar year or of a fiscal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quarter {
    /// The calendar year, or the one that the fiscal year begins in (年度).
    pub year: i16,
    /// From 1 to 4.
    pub number: i8,
    /// For a quarter of a fiscal year the month that the year begins with, from 1 to 12.
    pub fiscal_from: Option<i8>,
}

/// The text is no quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quarter is written like 2026-Q4, one of a fiscal year like FY2026-Q3")]
pub struct QuarterError;

impl Quarter {
    /// The quarter of the calendar year that holds a day.
    #[must_use]
    pub fn containing(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1, fiscal_from: None }
    }

    /// The quarter that a week belongs to: that of its Thursday.
    #[must_use]
    pub fn of_week(week: IsoWeek) -> Self {
        Self::containing(thursday(week))
    }

    /// Reads `2026-Q4`, or `FY2026-Q3` where fiscal years begin with the month of a number from 1 to 12.
    ///
    /// # Errors
    /// [`QuarterError`] for anything else, and for years outside 1970 to 9000.
    pub fn read(text: &str, fiscal_year_starts: i8) -> Result<Self, QuarterError> {
        let (rest, fiscal_from) = match text.strip_prefix("FY") {
            Some(rest) => (rest, Some(fiscal_year_starts)),
            None => (text, None),
        };
        let (year, number) = rest.split_once("-Q").ok_or(QuarterError)?;
        let is_digits =
            |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(year, 4) || !is_digits(number, 1) {
            return Err(QuarterError);
        }
        let year: i16 = year.parse().map_err(|_| QuarterError)?;
        let number: i8 = number.parse().map_err(|_| QuarterError)?;
        let is_one = (1970..=9000).contains(&year) && (1..=4).contains(&number);
        is_one.then_some(Self { year, number, fiscal_from }).ok_or(QuarterError)
    }

    /// Its first month.
    #[must_use]
    pub fn first_month(self) -> Month {
        let first = Date::constant(self.year, 1, 1);
        let passed = i32::from(self.fiscal_from.unwrap_or(1) - 1) + 3 * i32::from(self.number - 1);
        Month::containing(first.saturating_add(passed.months()))
    }

    /// Its three months.
    #[must_use]
    pub fn months(self) -> [Month; 3] {
        let first = self.first_month();
        [first, first.next(), first.next().next()]
    }

    /// The quarter so many later, or earlier when negative, of the same kind of year.
    #[must_use]
    pub fn plus(self, count: i16) -> Self {
        let position = self.year.saturating_mul(4).saturating_add(i16::from(self.number) - 1 + count);
        let number = i8::try_from(position.rem_euclid(4)).unwrap_or(0) + 1;
        Self { year: position.div_euclid(4), number, ..self }
    }

    /// The same months as a quarter of the other kind of year, where fiscal years begin with a month; `None` where no
    /// quarter of the other kind has these months.
    #[must_use]
    pub fn other_kind(self, fiscal_year_starts: i8) -> Option<Self> {
        let months = self.first_month();
        let calendar = Self::containing(months.first_day());
        let other = match self.fiscal_from {
            Some(_) => calendar,
            None => {
                let day = months.first_day();
                let passed = (day.month() - fiscal_year_starts).rem_euclid(12);
                let year = if day.month() < fiscal_year_starts { day.year() - 1 } else { day.year() };
                Self { year, number: passed / 3 + 1, fiscal_from: Some(fiscal_year_starts) }
            }
        };
        (other.first_month() == months).then_some(other)
    }

    /// Its weeks, oldest first.
    #[must_use]
    pub fn weeks(self) -> Vec<IsoWeek> {
        let [first, _, last] = self.months();
        let begin = IsoWeek::containing(first.first_day());
        let all = (0..15).map(|count| begin.plus(count));
        let belongs = |week: &IsoWeek| (first.first_day()..=last.last_day()).contains(&thursday(*week));
        all.filter(belongs).collect()
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.fiscal_from.is_some() { "FY" } else { "" };
        write!(formatter, "{prefix}{:04}-Q{}", self.year, self.number)
    }
}

fn thursday(week: IsoWeek) -> Date {
    week.days()[3]
}

/// What a view over several weeks looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodSpan {
    /// Four weeks that end with this one.
    FourWeeks(IsoWeek),
    /// The weeks of a quarter.
    Quarter(Quarter),
}

impl PeriodSpan {
    /// Its weeks, oldest first; never empty.
    #[must_use]
    pub fn weeks(self) -> Vec<IsoWeek> {
        match self {
            Self::FourWeeks(last) => last.trailing(FOUR_WEEKS),
            Self::Quarter(quarter) => quarter.weeks(),
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::FourWeeks(last) => format!("/reviews/four-weeks/{last}"),
            Self::Quarter(quarter) => format!("/reviews/quarter/{quarter}"),
        }
    }

    /// The span after it, or before it, of the same length.
    #[must_use]
    pub fn plus(self, count: i8) -> Self {
        match self {
            Self::FourWeeks(last) => Self::FourWeeks(last.plus(4 * i32::from(count))),
            Self::Quarter(quarter) => Self::Quarter(quarter.plus(i16::from(count))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(text: &str) -> IsoWeek {
        text.parse().unwrap()
    }

    #[test]
    fn quarters_are_read_and_written() {
        for (text, first, weeks, from, to) in [
            ("2026-Q4", "2026-10", 14, "2026-W40", "2026-W53"),
            ("FY2026-Q3", "2026-10", 14, "2026-W40", "2026-W53"),
            ("FY2026-Q4", "2027-01", 12, "2027-W01", "2027-W12"),
            ("2027-Q1", "2027-01", 12, "2027-W01", "2027-W12"),
            ("2026-Q1", "2026-01", 13, "2026-W01", "2026-W13"),
        ] {
            let quarter = Quarter::read(text, 4).unwrap();
            assert_eq!(quarter.to_string(), text);
            assert_eq!(quarter.first_month().to_string(), first, "{text}");
            let found = quarter.weeks();
            assert_eq!(
                (found.first().copied(), found.last().copied()),
                (Some(week(from)), Some(week(to))),
                "{text}"
            );
            assert_eq!(found.len(), weeks, "{text}");
        }
        for text in [
            "2026",
            "2026-Q5",
            "2026-Q0",
            "2026-q4",
            "26-Q4",
            "FY2026",
            "FY2026-W3",
            "2026-Q44",
            "0026-Q1",
            "+026-Q1",
        ] {
            assert_eq!(Quarter::read(text, 4), Err(QuarterError), "{text}");
        }
    }

    #[test]
    fn every_week_belongs_to_one_quarter_of_each_kind() {
        for starts in 1..=12 {
            let mut fiscal = Quarter::read("FY2024-Q1", starts).unwrap();
            let mut next = fiscal.weeks()[0];
            for _ in 0..40 {
                for week in fiscal.weeks() {
                    assert_eq!(week, next);
                    next = next.next();
                }
                fiscal = fiscal.plus(1);
                assert_eq!(fiscal.plus(-1).plus(1), fiscal);
            }
        }
        let mut week = week("2024-W01");
        for _ in 0..300 {
            assert!(Quarter::of_week(week).weeks().contains(&week), "{week}");
            week = week.next();
        }
    }

    #[test]
    fn the_same_months_have_another_name_where_fiscal_years_begin_with_a_quarter() {
        for (text, starts, other) in [
            ("2026-Q4", 4, Some("FY2026-Q3")),
            ("2027-Q1", 4, Some("FY2026-Q4")),
            ("FY2026-Q4", 4, Some("2027-Q1")),
            ("2026-Q4", 1, Some("FY2026-Q4")),
            ("2026-Q4", 2, None),
            ("FY2026-Q1", 2, None),
        ] {
            let quarter = Quarter::read(text, starts).unwrap();
            let found = quarter.other_kind(starts).map(|quarter| quarter.to_string());
            assert_eq!(found.as_deref(), other, "{text}");
        }
    }
}
