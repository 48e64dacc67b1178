//! What is remembered about sources that are asked: requests and their price, months and how far they
//! are settled, the accounts a cloud organisation has.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::coverage::closes_on;

/// What one answered request to AWS Cost Explorer costs, in micro-units of USD; every page is a
/// request, a refused one is free (AWS price list `USE1-APIRequest`).
pub const REQUEST_PRICE_MICROS: i64 = 10_000;

/// The day of the month from which the month before is taken to be settled and the year is compared.
pub const SWEEP_DAY: i8 = 16;

/// The priced requests to one source on one UTC day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDay {
    /// The source.
    pub source: String,
    /// The UTC day.
    pub day: Date,
    /// Requests that were made, also those that were refused.
    pub asked: i64,
    /// Requests that were answered, which is what is paid for.
    pub answered: i64,
}

impl RequestDay {
    /// What the answered requests cost, in micro-units of USD.
    #[must_use]
    pub fn price_micros(&self) -> i64 {
        self.answered.saturating_mul(REQUEST_PRICE_MICROS)
    }
}

/// One billing period of an export as it was read last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPeriod {
    /// The source.
    pub source: String,
    /// The first day of the billing period's month.
    pub month: Date,
    /// Tells the manifest that was read, and how it was read, from any other; means nothing else.
    pub manifest: String,
    /// How many files it named.
    pub files: i64,
    /// Their size in bytes, as they lie there.
    pub bytes: i64,
    /// How many rows they had.
    pub rows: i64,
    /// When they were read.
    pub read_at: Timestamp,
}

/// How far one billing month of an asked source has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncedMonth {
    /// The source.
    pub source: String,
    /// The first day of the month.
    pub month: Date,
    /// When what is stored was last known to agree with the source.
    pub checked_at: Timestamp,
    /// The first day that the source still called an estimate then.
    pub estimated_from: Option<Date>,
}

impl SyncedMonth {
    /// The UTC day on which what is stored was last known to agree with the source.
    #[must_use]
    pub fn checked_on(&self) -> Date {
        TimeZone::UTC.to_datetime(self.checked_at).date()
    }

    /// Whether the month's bill had closed when it was last checked.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.checked_on() >= closes_on(self.month.saturating_add(1.month()))
    }
}

/// An account as the cloud's own directory has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudAccount {
    /// The source that told of it.
    pub source: String,
    /// The account's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// AWS Organizations `State`, such as `ACTIVE` or `SUSPENDED`.
    pub state: String,
    /// The organizational units it lies in, from the root, separated by `/`; empty where unknown.
    pub path: String,
    /// Its tags, by key; empty where they may not be read.
    pub tags: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_answers_cost_ten_cents() {
        let day = RequestDay {
            source: "aws".to_owned(),
            day: Date::constant(2026, 11, 23),
            asked: 12,
            answered: 10,
        };
        assert_eq!(day.price_micros(), 100_000);
    }

    #[test]
    fn a_month_is_settled_when_it_was_checked_after_its_bill_had_closed() {
        for (checked_at, settled) in
            [("2026-10-31T23:00:00Z", false), ("2026-11-10T23:59:59Z", false), ("2026-11-11T00:00:00Z", true)]
        {
            let month = SyncedMonth {
                source: "aws".to_owned(),
                month: Date::constant(2026, 10, 1),
                checked_at: checked_at.parse().unwrap(),
                estimated_from: None,
            };
            assert_eq!(month.is_settled(), settled, "{checked_at}");
        }
    }
}
