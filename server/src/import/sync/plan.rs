//! Which months are asked for: what a source that was asked before needs today.

use domain::sync::{SWEEP_DAY, SyncedMonth};
use jiff::ToSpan;
use jiff::civil::Date;

/// How many months before the current one are kept: as far back as Cost Explorer remembers days.
const MONTHS_BACK: i32 = 13;

/// What a run asks for, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The first month of the window that every run asks for; its end is today.
    pub(super) refresh_from: Date,
    /// Whether the months before the current one are compared by their sums.
    pub(super) sweep: bool,
    /// Months that are asked for one by one, the newest first, so that pages are of use early.
    pub(super) backfill: Vec<Date>,
}

/// The months before the current one that are kept, the newest first.
pub(super) fn months_before(today: Date) -> impl Iterator<Item = Date> {
    let current = today.first_of_month();
    (1..=MONTHS_BACK).map(move |back| current.saturating_sub(back.months()))
}

/// Plans a run on a UTC day from what earlier runs have marked.
///
/// Every run asks for the current month, and for the one before it while its bill is not closed: on the
/// days 1 to 15, and later while AWS calls days of it estimates. A month that was never asked for, or was
/// last asked for before its bill had closed, is asked for by itself. From the 16th on, once a month, the
/// sums of all months are compared, and what differs is asked for again.
pub(super) fn plan(today: Date, marks: &[SyncedMonth]) -> Plan {
    let current = today.first_of_month();
    let previous = current.saturating_sub(1.month());
    let mark = |month: Date| marks.iter().find(|mark| mark.month == month);
    let is_open = |mark: &SyncedMonth| today.day() < SWEEP_DAY || mark.estimated_from.is_some();
    let refresh_from = if mark(previous).is_some_and(is_open) { previous } else { current };
    let sweep_from = current.saturating_add(i64::from(SWEEP_DAY - 1).days());
    let is_due = |month: Date| mark(month).is_some_and(|mark| mark.checked_on() < sweep_from);
    let sweep = today >= sweep_from && months_before(today).any(is_due);
    let is_missing = |month: &Date| match mark(*month) {
        None => true,
        Some(mark) => *month < previous && !sweep && !mark.is_settled(),
    };
    Plan { refresh_from, sweep, backfill: months_before(today).filter(is_missing).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn mark(month: &str, checked_on: &str, estimated: bool) -> SyncedMonth {
        let month = day(&format!("{month}-01"));
        SyncedMonth {
            source: "aws".to_owned(),
            month,
            checked_at: format!("{checked_on}T12:00:00Z").parse().unwrap(),
            estimated_from: estimated.then_some(month),
        }
    }

    /// Sixteen months up to `last`, checked on a day.
    fn checked(last: &str, checked_on: &str) -> Vec<SyncedMonth> {
        let last = day(&format!("{last}-01"));
        (0..16)
            .map(|back| {
                let month = last.saturating_sub(back.months());
                mark(&month.strftime("%Y-%m").to_string(), checked_on, false)
            })
            .collect()
    }

    #[test]
    fn the_first_run_goes_back_thirteen_months() {
        let plan = plan(day("2026-11-23"), &[]);
        assert_eq!((plan.refresh_from, plan.sweep), (day("2026-11-01"), false));
        assert_eq!(plan.backfill.len(), 13);
        assert_eq!((plan.backfill[0], plan.backfill[12]), (day("2026-10-01"), day("2025-10-01")));
    }

    #[test]
    fn a_cut_run_goes_on_at_the_first_month_not_stored() {
        let marks = [mark("2026-11", "2026-11-23", true), mark("2026-10", "2026-11-23", false)];
        let plan = plan(day("2026-11-23"), &marks);
        assert_eq!((plan.backfill[0], plan.backfill.len()), (day("2026-09-01"), 12));
    }

    /// (today, last run): from which month on, whether the sums are compared, which months by themselves.
    #[test]
    fn later_runs_ask_for_what_may_have_changed() {
        for (today, last_run, from, sweep, alone) in [
            ("2026-11-24", "2026-11-23", "2026-11", false, vec![]),
            ("2026-12-01", "2026-11-30", "2026-11", false, vec![]),
            ("2026-12-15", "2026-12-14", "2026-11", false, vec![]),
            ("2026-12-16", "2026-12-15", "2026-12", true, vec![]),
            ("2026-12-17", "2026-12-16", "2026-12", false, vec![]),
            ("2026-11-30", "2026-11-10", "2026-11", true, vec![]),
            ("2027-01-05", "2026-11-20", "2027-01", false, vec!["2026-12", "2026-11"]),
        ] {
            let marks = checked(&last_run[..7], last_run);
            let plan = plan(day(today), &marks);
            let named: Vec<String> =
                plan.backfill.iter().map(|month| month.strftime("%Y-%m").to_string()).collect();
            assert_eq!((plan.refresh_from, plan.sweep), (day(&format!("{from}-01")), sweep), "{today}");
            assert_eq!(named, alone, "{today}");
        }
    }

    #[test]
    fn a_month_that_aws_still_estimates_stays_open() {
        let mut marks = checked("2026-11", "2026-11-30");
        marks[0].estimated_from = Some(day("2026-11-01"));
        assert_eq!(plan(day("2026-12-20"), &marks).refresh_from, day("2026-11-01"));
    }
}
