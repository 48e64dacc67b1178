//! What a promise would have been worth: weeks, budgets and alerts of the past, told from stored counts.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::Promise;
use crate::error_budget::{ErrorBudget, burn_rate_threshold};
use crate::objective::{SliBucket, SliSum, Window};
use crate::period::Period;
use crate::ratio::Ppm;
use crate::week::IsoWeek;

/// How many weeks are looked at.
pub const WEEKS_TESTED: usize = 12;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

/// An alert on the burn rate of two windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// How loud.
    pub severity: &'static str,
    /// The window that says it matters, in seconds.
    pub long: i64,
    /// The window that says it goes on, in seconds.
    pub short: i64,
    /// The share of the budget that is spent within the long window.
    pub share: Ppm,
}

/// The rules of reference/slo.md 3.2 (SRE Workbook, chapter 5), loudest first.
pub const RULES: [AlertRule; 4] = [
    AlertRule { severity: "page", long: HOUR, short: 5 * MINUTE, share: Ppm(20_000) },
    AlertRule { severity: "page", long: 6 * HOUR, short: 30 * MINUTE, share: Ppm(50_000) },
    AlertRule { severity: "ticket", long: 24 * HOUR, short: 2 * HOUR, share: Ppm(100_000) },
    AlertRule { severity: "ticket", long: 72 * HOUR, short: 6 * HOUR, share: Ppm(100_000) },
];

/// A time during which an alert would have fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    /// The end of the first counts that made it fire.
    pub first_at: Timestamp,
    /// The end of the last ones.
    pub last_at: Timestamp,
    /// How long the counts are that tell it, in seconds: it cannot be told more exactly when it began or ended.
    pub granularity: i64,
}

/// What an alert would have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertTest {
    /// The rule.
    pub rule: AlertRule,
    /// The burn rate it waits for at the end of the tested time, in millionths of even.
    pub threshold: Option<Ppm>,
    /// Whether everything failing would reach that.
    pub can_fire: bool,
    /// The times it would have fired, oldest first.
    pub fired: Vec<Fired>,
    /// How often it could be told, by the length of the counts in seconds, the shortest first.
    pub told: Vec<(i64, i64)>,
    /// How often it could not: the counts are longer than the rule's long window, or do not reach back over it.
    pub untold: i64,
}

/// A week under a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestedWeek {
    /// The week.
    pub week: IsoWeek,
    /// Its counts.
    pub sum: SliSum,
    /// Whether they reach the target; `None` without traffic or data.
    pub met: Option<bool>,
    /// The counts of the window that ends with the week.
    pub window_sum: SliSum,
    /// What was left of that window's budget; `None` without traffic or data.
    pub remaining: Option<Ppm>,
    /// The same in the unit of the counts.
    pub remaining_units: Option<Decimal>,
    /// Whether counts reach back to where that window begins; else what was left is of a part of it.
    pub is_whole: bool,
}

/// A promise tested on the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackTest {
    /// What was tested.
    pub promise: Promise,
    /// The weeks, oldest first.
    pub weeks: Vec<TestedWeek>,
    /// Each of [`RULES`] that a window of this length has room for.
    pub alerts: Vec<AlertTest>,
}

impl BackTest {
    /// Tests a promise on the counts of the weeks that end with `last`. Counts reach from the window before the
    /// first of them up to `measured_until`, in order of time and as the objective's rules make them count.
    #[must_use]
    pub fn new(
        buckets: &[SliBucket],
        promise: &Promise,
        last: IsoWeek,
        measured_until: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        let weeks = last.trailing(WEEKS_TESTED);
        let periods: Vec<(IsoWeek, Period)> = weeks
            .into_iter()
            .map(|week| {
                let mut period = week.period(zone);
                period.end = period.end.min(measured_until).max(period.start);
                (week, period)
            })
            .collect();
        let tested = Period {
            start: periods.first().map_or(measured_until, |(_, period)| period.start),
            end: periods.last().map_or(measured_until, |(_, period)| period.end),
        };
        Self {
            promise: promise.clone(),
            weeks: periods
                .iter()
                .map(|(week, period)| tested_week(buckets, promise, *week, period))
                .collect(),
            alerts: RULES
                .into_iter()
                .filter(|rule| rule.long < promise.window.full_period(tested.end).seconds())
                .map(|rule| alert_test(buckets, promise, rule, &tested))
                .collect(),
        }
    }

    /// How many weeks would have missed the target.
    #[must_use]
    pub fn missed(&self) -> usize {
        self.weeks.iter().filter(|week| week.met == Some(false)).count()
    }

    /// How many weeks had counts to tell it from.
    #[must_use]
    pub fn told(&self) -> usize {
        self.weeks.iter().filter(|week| week.met.is_some()).count()
    }

    /// At how many weeks' ends the budget would have been overspent.
    #[must_use]
    pub fn overspent(&self) -> usize {
        self.weeks.iter().filter(|week| week.remaining.is_some_and(|left| left.0 < 0)).count()
    }
}

impl BackTest {
    /// From when counts are needed: the start of the window that ends with the first of the weeks up to `last`.
    #[must_use]
    pub fn needed_from(window: &Window, last: IsoWeek, zone: &TimeZone) -> Timestamp {
        let first = last.trailing(WEEKS_TESTED).first().copied().unwrap_or(last).period(zone);
        window.period(first.end).start.min(first.start)
    }
}

fn tested_week(buckets: &[SliBucket], promise: &Promise, week: IsoWeek, period: &Period) -> TestedWeek {
    let sum = SliSum::of(buckets, period);
    let window = promise.window.period(period.end);
    let window_sum = SliSum::of(buckets, &window);
    let budget = ErrorBudget::new(window_sum.good, window_sum.total, promise.target);
    let first = buckets.iter().map(|bucket| bucket.period).find(|bucket| bucket.end > window.start);
    TestedWeek {
        week,
        met: ErrorBudget::new(sum.good, sum.total, promise.target).map(|budget| budget.is_met()),
        sum,
        window_sum,
        remaining: budget.and_then(|budget| budget.remaining()),
        remaining_units: budget.map(|budget| budget.remaining_units()),
        // The bucket in which the window begins need not begin with it.
        is_whole: first.is_some_and(|bucket| bucket.start <= window.start),
    }
}

fn alert_test(buckets: &[SliBucket], promise: &Promise, rule: AlertRule, tested: &Period) -> AlertTest {
    let whole = |at: Timestamp| promise.window.full_period(at).seconds();
    let threshold = burn_rate_threshold(rule.share, whole(tested.end), rule.long);
    let highest = i128::from(Ppm::ONE.0) * i128::from(Ppm::ONE.0);
    let beta = i128::from(promise.target.complement().0);
    let mut test = AlertTest {
        rule,
        threshold,
        can_fire: threshold.is_some_and(|threshold| i128::from(threshold.0) * beta < highest),
        fired: Vec::new(),
        told: Vec::new(),
        untold: 0,
    };
    for (position, bucket) in buckets.iter().enumerate() {
        let now = bucket.period.end;
        if now <= tested.start || now > tested.end {
            continue;
        }
        let granularity = bucket.period.seconds();
        let Some(long) = sum_back(&buckets[..=position], rule.long) else {
            test.untold += 1;
            continue;
        };
        // Counts longer than the short window stand for it.
        let short = sum_back(&buckets[..=position], rule.short.max(granularity)).unwrap_or(long);
        match test.told.iter_mut().find(|(length, _)| *length == granularity) {
            Some((_, count)) => *count += 1,
            None => test.told.push((granularity, 1)),
        }
        let window = whole(now);
        if [long, short].iter().all(|sum| burns_beyond(sum, promise.target, &rule, window)) {
            note_fired(&mut test.fired, bucket.period, granularity);
        }
    }
    test.told.sort_unstable();
    test
}

/// The counts of the last so many seconds before the end of the newest bucket; `None` where no bucket begins just
/// there, so that these counts cannot tell it.
fn sum_back(buckets: &[SliBucket], seconds: i64) -> Option<SliSum> {
    let end = buckets.last()?.period.end;
    let start = end.checked_sub(SignedDuration::from_secs(seconds)).ok()?;
    let first = buckets.iter().rposition(|bucket| bucket.period.start <= start)?;
    let begins = buckets[first].period.start == start;
    begins.then(|| SliSum::of(&buckets[first..], &Period { start, end }))
}

/// Whether counts burn faster than the rule allows, compared exactly: (B/T)/(1 − τ) > s·|W|/w.
fn burns_beyond(sum: &SliSum, target: Ppm, rule: &AlertRule, window_seconds: i64) -> bool {
    let product = |factors: [i64; 4]| {
        factors.into_iter().fold(1_i128, |product, factor| product.saturating_mul(i128::from(factor)))
    };
    let burnt = product([sum.bad(), Ppm::ONE.0, Ppm::ONE.0, rule.long]);
    let allowed = product([target.complement().0, sum.total, rule.share.0, window_seconds]);
    sum.total > 0 && burnt > allowed
}

fn note_fired(fired: &mut Vec<Fired>, bucket: Period, granularity: i64) {
    match fired.last_mut() {
        Some(last) if last.last_at == bucket.start => {
            last.last_at = bucket.end;
            last.granularity = last.granularity.max(granularity);
        }
        _ => fired.push(Fired { first_at: bucket.end, last_at: bucket.end, granularity }),
    }
}
