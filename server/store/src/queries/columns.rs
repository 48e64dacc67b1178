//! Reading the columns of a row in the order of its statement.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{Decode, Row as _, Type};

use super::{Db, Instant, Row};
use crate::StoreError;

/// A row and the position of its next column.
pub(super) struct Columns<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Columns<'r> {
    /// Begins with the first column.
    pub(super) fn of(row: &'r Row) -> Self {
        Self { row, next: 0 }
    }

    /// Begins behind so many columns that somebody else reads.
    pub(super) fn after(row: &'r Row, columns: usize) -> Self {
        Self { row, next: columns }
    }

    /// The next column.
    pub(super) fn take<T: Decode<'r, Db> + Type<Db>>(&mut self) -> Result<T, StoreError> {
        let position = self.next;
        self.next += 1;
        Ok(self.row.try_get(position)?)
    }

    /// The next column, 1 or 0 as an expression makes it, as a truth value.
    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.take::<i32>()? == 1)
    }

    /// The next column as an instant.
    pub(super) fn instant(&mut self) -> Result<Timestamp, StoreError> {
        Ok(self.take::<Instant>()?.0)
    }

    /// The next column as an instant that may be missing.
    pub(super) fn instant_option(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.take::<Option<Instant>>()?.map(|instant| instant.0))
    }

    /// The next column as a date.
    pub(super) fn date(&mut self) -> Result<Date, StoreError> {
        Ok(self.take::<jiff_sqlx::Date>()?.to_jiff())
    }

    /// The next column as a date that may be missing.
    pub(super) fn date_option(&mut self) -> Result<Option<Date>, StoreError> {
        Ok(self.take::<Option<jiff_sqlx::Date>>()?.map(jiff_sqlx::Date::to_jiff))
    }
}

/// A date as a parameter.
pub(super) fn date(date: Date) -> jiff_sqlx::Date {
    jiff_sqlx::ToSqlx::to_sqlx(date)
}

/// A date that may be missing as a parameter.
pub(super) fn date_option(date: Option<Date>) -> Option<jiff_sqlx::Date> {
    date.map(jiff_sqlx::ToSqlx::to_sqlx)
}

/// The number of a UTC day: days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i64 {
    day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The UTC day of a number.
pub(super) fn day_of(number: i64) -> Result<Date, StoreError> {
    Date::constant(1970, 1, 1)
        .checked_add(jiff::SignedDuration::from_hours(number.saturating_mul(24)))
        .map_err(|_| StoreError::corrupt(format!("day {number}")))
}

/// The number of the Monday of a UTC day's week; 1970-01-01 was a Thursday.
pub(super) fn monday_number(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, number, monday) in [
            ("1970-01-01", 0, -3),
            ("1970-01-05", 4, 4),
            ("1969-12-28", -4, -10),
            ("2026-11-16", 20_773, 20_773),
            ("2026-11-22", 20_779, 20_773),
        ] {
            let day: Date = text.parse().unwrap();
            assert_eq!(day_number(day), number, "{text}");
            assert_eq!(day_of(number).unwrap(), day);
            assert_eq!(monday_number(number), monday, "{text}");
        }
    }
}
