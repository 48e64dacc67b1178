//! Days on which a country rests: for cost they are like Sundays.

use jiff::civil::{Date, date};

/// A table of holidays, in order of time, and the last year it speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holidays {
    /// The days, sorted.
    days: &'static [(i16, i8, i8)],
    /// The first and the last year that the table covers.
    years: (i16, i16),
}

/// Japan's, from the Cabinet Office's list of national holidays (「国民の祝日」について, which is the
/// law of 1948 with the equinoxes of the almanac 暦要項 published each February for the next year);
/// substitute and in-between holidays included. 2027 is the last year announced.
const JAPAN: [(i16, i8, i8); 75] = [
    (2024, 1, 1),
    (2024, 1, 8),
    (2024, 2, 11),
    (2024, 2, 12),
    (2024, 2, 23),
    (2024, 3, 20),
    (2024, 4, 29),
    (2024, 5, 3),
    (2024, 5, 4),
    (2024, 5, 5),
    (2024, 5, 6),
    (2024, 7, 15),
    (2024, 8, 11),
    (2024, 8, 12),
    (2024, 9, 16),
    (2024, 9, 22),
    (2024, 9, 23),
    (2024, 10, 14),
    (2024, 11, 3),
    (2024, 11, 4),
    (2024, 11, 23),
    (2025, 1, 1),
    (2025, 1, 13),
    (2025, 2, 11),
    (2025, 2, 23),
    (2025, 2, 24),
    (2025, 3, 20),
    (2025, 4, 29),
    (2025, 5, 3),
    (2025, 5, 4),
    (2025, 5, 5),
    (2025, 5, 6),
    (2025, 7, 21),
    (2025, 8, 11),
    (2025, 9, 15),
    (2025, 9, 23),
    (2025, 10, 13),
    (2025, 11, 3),
    (2025, 11, 23),
    (2025, 11, 24),
    (2026, 1, 1),
    (2026, 1, 12),
    (2026, 2, 11),
    (2026, 2, 23),
    (2026, 3, 20),
    (2026, 4, 29),
    (2026, 5, 3),
    (2026, 5, 4),
    (2026, 5, 5),
    (2026, 5, 6),
    (2026, 7, 20),
    (2026, 8, 11),
    (2026, 9, 21),
    (2026, 9, 22),
    (2026, 9, 23),
    (2026, 10, 12),
    (2026, 11, 3),
    (2026, 11, 23),
    (2027, 1, 1),
    (2027, 1, 11),
    (2027, 2, 11),
    (2027, 2, 23),
    (2027, 3, 21),
    (2027, 3, 22),
    (2027, 4, 29),
    (2027, 5, 3),
    (2027, 5, 4),
    (2027, 5, 5),
    (2027, 7, 19),
    (2027, 8, 11),
    (2027, 9, 20),
    (2027, 9, 23),
    (2027, 10, 11),
    (2027, 11, 3),
    (2027, 11, 23),
];

impl Holidays {
    /// Nobody rests except on the weekend.
    pub const NONE: Self = Self { days: &[], years: (0, -1) };
    /// Japan's national holidays of 2024 to 2027; in other years none is known.
    pub const JAPAN: Self = Self { days: &JAPAN, years: (2024, 2027) };

    /// The holidays of an IANA zone's country, as far as there is a table for it.
    #[must_use]
    pub fn of_zone(name: &str) -> Self {
        match name {
            "Asia/Tokyo" | "Japan" => Self::JAPAN,
            _ => Self::NONE,
        }
    }

    /// Whether a day is a holiday; years outside the table have none.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.days.binary_search(&(day.year(), day.month(), day.day())).is_ok()
    }

    /// The last day that the table speaks about; `None` for an empty one.
    #[must_use]
    pub fn covered_until(&self) -> Option<Date> {
        (self.years.0 <= self.years.1).then(|| date(self.years.1, 12, 31))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(JAPAN.is_sorted());
        let last = Holidays::JAPAN.covered_until().unwrap();
        assert!(JAPAN.iter().all(|(year, ..)| (2024..=last.year()).contains(year)));
        assert_eq!(Holidays::NONE.covered_until(), None);
    }

    /// What follows from the law of 1948 without an almanac, year by year.
    #[test]
    fn the_table_follows_the_law() {
        let holidays = Holidays::JAPAN;
        for year in 2024..=2027 {
            for (month, day) in
                [(1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23)]
            {
                assert!(holidays.contains(date(year, month, day)), "{year}-{month}-{day} has a fixed date");
            }
            for (month, nth) in [(1, 2), (7, 3), (9, 3), (10, 2)] {
                let day = date(year, month, 1).nth_weekday_of_month(nth, jiff::civil::Weekday::Monday);
                assert!(holidays.contains(day.unwrap()), "{year}-{month} has its Monday");
            }
            // Article 3: a holiday on a Sunday moves on; a day between two holidays is one.
            for day in date(year, 1, 2).series(jiff::Span::new().days(1)).take(360) {
                let (before, after) = (day.yesterday().unwrap(), day.tomorrow().unwrap());
                if holidays.contains(before) && holidays.contains(after) {
                    assert!(holidays.contains(day), "{day} lies between two");
                }
                if holidays.contains(day) && day.weekday() == jiff::civil::Weekday::Sunday {
                    assert!(holidays.contains(after), "{day} is a Sunday");
                }
            }
        }
        assert!(!holidays.contains(date(2026, 11, 24)) && !holidays.contains(date(2028, 1, 1)));
    }
}
