//! Whether the bill of a month is final: open, closing, closed, changed after that.
//!
//! AWS issues the invoice on the days 3 to 5 of the next month, charges support on the days 6 and 7, and
//! refreshes the month until about the 10th. What was delivered before that may still change.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::cost::{Amounts, BillingScope};
use crate::coverage::closes_on;
use crate::money::Currency;
use crate::rate::Month;
use crate::sync::SyncedMonth;

/// One billing period as it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredPeriod {
    /// Which it is.
    pub scope: BillingScope,
    /// The last UTC day of a charge of at most a day.
    pub latest_day: Option<Date>,
    /// When a delivery last changed it.
    pub received_at: Timestamp,
    /// When it was last delivered, changed or not.
    pub checked_at: Timestamp,
    /// What changed after it had been delivered closed.
    pub after_close: Option<AfterClose>,
}

/// Changes of a bill that had been closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterClose {
    /// Their sum.
    pub amounts: Amounts,
    /// When the last one arrived.
    pub seen_at: Timestamp,
}

/// How far a bill is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthState {
    /// The month is not over, or the source still calls days of it estimates.
    Open,
    /// The month is over; invoice, support and refunds may still come before this UTC day.
    Closing(Date),
    /// The bill should be closed by now, and was not delivered since; `was_over` tells whether the month was
    /// over when it was.
    Unconfirmed {
        /// Whether the month was over at the last delivery.
        was_over: bool,
    },
    /// Delivered, or compared with the source, after the bill had closed.
    Closed,
    /// Closed, and changed since.
    Changed,
}

impl MonthState {
    /// The word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closing(_) => "closing",
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::Closed => "closed",
            Self::Changed => "changed-after-close",
        }
    }

    /// Whether the number is final as far as anybody knows.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Changed)
    }
}

/// The bill of one source for one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingMonth {
    /// The source.
    pub source: String,
    /// The month in which the billing period begins.
    pub month: Month,
    /// The first UTC day after it.
    pub period_end: Date,
    /// How far it is settled.
    pub state: MonthState,
    /// When all of it was last known to agree with the source.
    pub checked_at: Timestamp,
    /// Whether the source is asked, so that it compares the month by itself.
    pub is_asked: bool,
    /// What changed after the close, per billing currency.
    pub after_close: Vec<(Currency, Amounts)>,
    /// When the last of that arrived.
    pub changed_at: Option<Timestamp>,
}

impl BillingMonth {
    /// The UTC day on which all of it was last known to agree with the source.
    #[must_use]
    pub fn checked_on(&self) -> Date {
        utc_day(self.checked_at)
    }
}

fn utc_day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// The bills by source, the newest month first. `as_of` is the instant that is judged from; a month of several
/// billing accounts is as settled as the least settled of them.
#[must_use]
pub fn billing_months(
    periods: &[DeliveredPeriod],
    asked: &[SyncedMonth],
    as_of: Timestamp,
) -> Vec<BillingMonth> {
    let mut months: BTreeMap<(&str, Reverse<Month>), Vec<&DeliveredPeriod>> = BTreeMap::new();
    for period in periods {
        let month = Month::containing(period.scope.period_start);
        months.entry((&period.scope.source, Reverse(month))).or_default().push(period);
    }
    let mut judged = Vec::with_capacity(months.len());
    for ((source, Reverse(month)), periods) in months {
        let mark = asked.iter().find(|mark| mark.source == source && mark.month == month.first_day());
        judged.push(billing_month((source, month), &periods, mark, utc_day(as_of)));
    }
    judged
}

fn billing_month(
    (source, month): (&str, Month),
    periods: &[&DeliveredPeriod],
    mark: Option<&SyncedMonth>,
    today: Date,
) -> BillingMonth {
    let period_end = periods.iter().map(|period| period.scope.period_end).max();
    let period_end = period_end.unwrap_or_else(|| month.last_day().saturating_add(1.day()));
    let delivered_at = periods.iter().map(|period| period.checked_at).min().unwrap_or(Timestamp::UNIX_EPOCH);
    let checked_at = mark.map_or(delivered_at, |mark| mark.checked_at.max(delivered_at));
    let mut after_close: BTreeMap<Currency, Amounts> = BTreeMap::new();
    for (period, change) in periods.iter().filter_map(|period| Some((period, period.after_close?))) {
        *after_close.entry(period.scope.currency).or_default() += change.amounts;
    }
    after_close.retain(|_, amounts| !amounts.is_zero());
    let is_estimate = mark.is_some_and(|mark| mark.estimated_from.is_some());
    let checked_on = utc_day(checked_at);
    let state = if today < period_end || is_estimate {
        MonthState::Open
    } else if checked_on >= closes_on(period_end) {
        if after_close.is_empty() { MonthState::Closed } else { MonthState::Changed }
    } else if today < closes_on(period_end) {
        MonthState::Closing(closes_on(period_end))
    } else {
        MonthState::Unconfirmed { was_over: checked_on >= period_end }
    };
    BillingMonth {
        source: source.to_owned(),
        month,
        period_end,
        state,
        checked_at,
        is_asked: mark.is_some(),
        after_close: after_close.into_iter().collect(),
        changed_at: periods.iter().filter_map(|period| Some(period.after_close?.seen_at)).max(),
    }
}

/// The months from one to another of some sources whose bills are not final, the earliest first.
#[must_use]
pub fn not_final<'a>(
    months: &[BillingMonth],
    sources: impl IntoIterator<Item = &'a str>,
    (from, to): (Month, Month),
) -> Vec<Month> {
    let sources: Vec<&str> = sources.into_iter().collect();
    let mine = months.iter().filter(|one| {
        sources.contains(&one.source.as_str())
            && one.month >= from
            && one.month <= to
            && !one.state.is_final()
    });
    let mut found: Vec<Month> = mine.map(|one| one.month).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(checked_at: &str, after_close: Option<i64>) -> DeliveredPeriod {
        let checked_at: Timestamp = checked_at.parse().unwrap();
        DeliveredPeriod {
            scope: BillingScope {
                source: "focus".to_owned(),
                billing_account: "1".to_owned(),
                period_start: Date::constant(2026, 10, 1),
                period_end: Date::constant(2026, 11, 1),
                currency: Currency::USD,
            },
            latest_day: None,
            received_at: checked_at,
            checked_at,
            after_close: after_close.map(|billed| AfterClose {
                amounts: Amounts { billed, effective: billed },
                seen_at: checked_at,
            }),
        }
    }

    fn state(today: &str, periods: &[DeliveredPeriod], mark: Option<(&str, bool)>) -> MonthState {
        let mark = mark.map(|(checked_at, estimated)| SyncedMonth {
            source: "focus".to_owned(),
            month: Date::constant(2026, 10, 1),
            checked_at: checked_at.parse().unwrap(),
            estimated_from: estimated.then_some(Date::constant(2026, 10, 1)),
        });
        let as_of = format!("{today}T01:00:00Z").parse().unwrap();
        billing_months(periods, mark.as_slice(), as_of)[0].state
    }

    /// October closes on 11 November: (today, delivered, changed after close, asked) → state.
    #[test]
    fn a_bill_is_final_when_it_was_delivered_after_its_close() {
        let closing = MonthState::Closing(Date::constant(2026, 11, 11));
        let unconfirmed = |was_over| MonthState::Unconfirmed { was_over };
        for (today, delivered, changed, asked, expected) in [
            ("2026-10-31", "2026-10-31T00:00:00Z", None, None, MonthState::Open),
            ("2026-11-01", "2026-10-31T00:00:00Z", None, None, closing),
            ("2026-11-10", "2026-11-10T00:00:00Z", None, None, closing),
            ("2026-11-11", "2026-10-28T00:00:00Z", None, None, unconfirmed(false)),
            ("2026-11-11", "2026-11-10T23:59:59Z", None, None, unconfirmed(true)),
            ("2026-11-11", "2026-11-11T00:00:00Z", None, None, MonthState::Closed),
            ("2026-12-20", "2026-12-16T00:00:00Z", Some(5), None, MonthState::Changed),
            ("2026-12-20", "2026-12-16T00:00:00Z", Some(0), None, MonthState::Closed),
            (
                "2026-12-20",
                "2026-11-02T00:00:00Z",
                None,
                Some(("2026-12-16T00:00:00Z", false)),
                MonthState::Closed,
            ),
            (
                "2026-11-20",
                "2026-11-20T00:00:00Z",
                None,
                Some(("2026-11-20T00:00:00Z", true)),
                MonthState::Open,
            ),
        ] {
            assert_eq!(state(today, &[period(delivered, changed)], asked), expected, "{today} {delivered}");
        }
    }

    #[test]
    fn the_least_settled_account_decides() {
        let two = [period("2026-11-12T00:00:00Z", None), period("2026-11-02T00:00:00Z", None)];
        assert_eq!(state("2026-11-20", &two, None), MonthState::Unconfirmed { was_over: true });
        let months = billing_months(&two, &[], "2026-11-20T01:00:00Z".parse().unwrap());
        let october = Month::containing(Date::constant(2026, 10, 1));
        assert_eq!(not_final(&months, ["focus"], (october, october)), [october]);
        assert_eq!(not_final(&months, ["other"], (october, october)), []);
    }
}
