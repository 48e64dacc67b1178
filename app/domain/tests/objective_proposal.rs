//! What a change of a target or a window would have been worth, and how a proposal goes its way.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::sync::Arc;

use domain::objective::{SliBucket, Window, WindowUnit};
use domain::objective_proposal::{
    AlertTest, BackTest, Promise, PromiseError, ProposalState, RULES, WindowChoice, target_read,
};
use domain::period::Period;
use domain::ratio::Ppm;
use domain::week::IsoWeek;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The end of ISO week 47 of 2026 in Tokyo.
const END: &str = "2026-11-22T15:00:00Z";
const DAY: i64 = 86_400;

fn end() -> Timestamp {
    END.parse().unwrap()
}

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

fn rolling(days: i64) -> Window {
    Window::Rolling { seconds: days * DAY }
}

fn promise(target: i64, days: i64) -> Promise {
    Promise { target: Ppm(target), window: rolling(days) }
}

/// Buckets of a length that end with the week, the newest first numbered 0, each with its bad of 1,000.
fn buckets(seconds: i64, count: i64, bad: impl Fn(i64) -> i64) -> Vec<SliBucket> {
    let back = |number: i64| end().checked_sub(SignedDuration::from_secs(number * seconds)).unwrap();
    let bucket = |number: i64| SliBucket {
        objective: Arc::from("web"),
        period: Period { start: back(number + 1), end: back(number) },
        good: 1_000 - bad(number),
        total: 1_000,
        samples_seen: 1,
        samples_expected: 1,
    };
    (0..count).rev().map(bucket).collect()
}

fn test_of(buckets: &[SliBucket], promise: &Promise) -> BackTest {
    BackTest::new(buckets, promise, week(), end(), &tokyo())
}

#[test]
fn targets_are_read_exactly() {
    for (text, expected) in [
        ("99.95", Some(999_500)),
        (" 99.9 % ", Some(999_000)),
        ("99.9％", Some(999_000)),
        ("99.9999", Some(999_999)),
        ("50", Some(500_000)),
        ("0.0001", Some(1)),
        ("99.99999", None),
        ("100", None),
        ("0", None),
        ("-1", None),
        ("", None),
        ("99,9", None),
        ("1e2", None),
        ("ninety", None),
        ("79228162514264337593543950335", None),
    ] {
        assert_eq!(target_read(text), expected.map(Ppm), "{text:?}");
    }
}

#[test]
fn windows_are_chosen_by_their_words() {
    for choice in WindowChoice::ALL {
        assert_eq!(choice.to_string().parse(), Ok(choice));
    }
    for (word, from, to) in [
        ("week", "2026-11-15T15:00:00Z", "2026-11-22T15:00:00Z"),
        ("month", "2026-10-31T15:00:00Z", "2026-11-30T15:00:00Z"),
        ("quarter", "2026-09-30T15:00:00Z", "2026-12-31T15:00:00Z"),
        ("year", "2025-12-31T15:00:00Z", "2026-12-31T15:00:00Z"),
    ] {
        let window = word.parse::<WindowChoice>().unwrap().window("Asia/Tokyo");
        let now = "2026-11-20T00:00:00Z".parse().unwrap();
        let expected = Period { start: from.parse().unwrap(), end: to.parse().unwrap() };
        assert_eq!(window.full_period(now), expected, "{word}");
    }
    assert_eq!("fortnight".parse::<WindowChoice>(), Err(PromiseError::Window));
}

#[test]
fn a_proposal_has_to_change_something() {
    let calendar = |start: &str| Promise {
        target: Ppm(999_000),
        window: Window::Calendar {
            unit: WindowUnit::Month,
            count: 1,
            start: start.parse::<DateTime>().unwrap(),
            time_zone: "Asia/Tokyo".to_owned(),
        },
    };
    let read =
        |now: &Promise, target: &str, window: &str| Promise::read(now, target, window, "Asia/Tokyo", end());
    let four_weeks = promise(999_000, 28);
    for (now, target, window, expected) in [
        (&four_weeks, "99.5", "", Ok(promise(995_000, 28))),
        (&four_weeks, "99.9", "30d", Ok(promise(999_000, 30))),
        (&four_weeks, "99.9", "", Err(PromiseError::Same)),
        (&four_weeks, "99.9", "28d", Err(PromiseError::Same)),
        (&four_weeks, "100", "", Err(PromiseError::Target)),
        (&four_weeks, "99.5", "x", Err(PromiseError::Window)),
        // A month is a month, whenever its first one was.
        (&calendar("2020-05-01T00:00:00"), "99.9", "month", Err(PromiseError::Same)),
        (&calendar("2020-05-15T00:00:00"), "99.9", "month", Ok(calendar("2024-01-01T00:00:00"))),
    ] {
        assert_eq!(read(now, target, window), expected, "{now:?} {target} {window}");
    }
}

#[test]
fn states_follow_each_other() {
    use ProposalState::{Approved, Closed, Draft, Refused, Submitted, Withdrawn};
    let table = [
        (Draft, vec![Submitted, Withdrawn, Closed]),
        (Submitted, vec![Approved, Refused, Withdrawn, Closed]),
        (Approved, vec![Refused, Withdrawn, Closed]),
        (Refused, vec![]),
        (Withdrawn, vec![]),
        (Closed, vec![]),
    ];
    for (state, expected) in table {
        let next: Vec<_> = ProposalState::ALL.into_iter().filter(|next| state.may_become(*next)).collect();
        assert_eq!(next, expected, "{state:?}");
        assert_eq!(state.is_open(), !expected.is_empty(), "{state:?}");
        assert_eq!(state.as_str().parse(), Ok(state));
    }
}

#[test]
fn weeks_and_budgets_are_told_under_each_promise() {
    // Each day 1 of 1,000 is bad; a day of week 46 (12 days back) and each day of week 40 lose 28.
    let days = buckets(DAY, 120, |day| if day == 12 || (49..56).contains(&day) { 28 } else { 1 });
    for (promise, missed, overspent, last_left) in [
        // 28 days: 27 + 28 = 55 bad of 28,000, of which 28 are allowed: −27/28.
        (promise(999_000, 28), 2, 6, Some(-964_286)),
        // 140 are allowed, and 35 a week: 85/140.
        (promise(995_000, 28), 1, 4, Some(607_142)),
        // 7 of 7,000 bad, 7 allowed: met, and nothing is left.
        (promise(999_000, 7), 2, 2, Some(0)),
        (promise(960_000, 28), 0, 0, Some(950_892)),
    ] {
        let test = test_of(&days, &promise);
        assert_eq!(test.weeks.len(), 12);
        assert_eq!(test.weeks[11].week, week());
        assert!(test.weeks.iter().all(|week| week.is_whole), "{promise:?}");
        assert_eq!((test.missed(), test.told()), (missed, 12), "{promise:?}");
        assert_eq!(test.overspent(), overspent, "{promise:?}");
        assert_eq!(test.weeks[11].remaining.map(|left| left.0), last_left, "{promise:?}");
    }
}

#[test]
fn what_was_not_counted_is_not_told() {
    let days = buckets(DAY, 35, |_| 0);
    let test = test_of(&days, &promise(999_000, 28));
    let told: Vec<bool> = test.weeks.iter().map(|week| week.met.is_some()).collect();
    assert_eq!(told, [[false; 7].as_slice(), &[true; 5]].concat());
    let whole: Vec<bool> = test.weeks.iter().map(|week| week.is_whole).collect();
    assert_eq!(
        whole,
        [[false; 10].as_slice(), &[true; 2]].concat(),
        "the others rest on a part of the window"
    );
    assert!(test.weeks[..7].iter().all(|week| week.remaining.is_none()));
    let needed = BackTest::needed_from(&rolling(28), week(), &tokyo());
    assert_eq!(needed, "2026-08-09T15:00:00Z".parse().unwrap(), "15 weeks before");
}

/// Times between which an alert would have fired, in hours before the end of the week.
fn hours(test: &AlertTest) -> Vec<(i64, i64)> {
    let back = |at: Timestamp| end().duration_since(at).as_secs() / 3_600;
    test.fired.iter().map(|fired| (back(fired.first_at), back(fired.last_at))).collect()
}

#[test]
fn alerts_are_told_from_hours() {
    // One hour in which everything failed, 100 hours ago.
    let counts = buckets(3_600, 14 * 24, |hour| if hour == 100 { 1_000 } else { 0 });
    let test = test_of(&counts, &promise(999_000, 30));
    let fired: Vec<Vec<(i64, i64)>> = test.alerts.iter().map(hours).collect();
    // Short windows are an hour at least; then the rule's own: two hours, six hours.
    assert_eq!(fired, [vec![(100, 100)], vec![(100, 100)], vec![(100, 99)], vec![(100, 95)]]);
    let thresholds: Vec<_> = test.alerts.iter().map(|alert| alert.threshold.unwrap().0).collect();
    assert_eq!(thresholds, [14_400_000, 6_000_000, 3_000_000, 1_000_000]);
    assert!(test.alerts.iter().all(|alert| alert.can_fire && alert.fired[0].granularity == 3_600));
    // Every hour of two weeks tells the shortest rule; the longest needs three days behind it.
    assert_eq!(test.alerts[0].told, [(3_600, 336)]);
    assert_eq!((test.alerts[3].told.clone(), test.alerts[3].untold), (vec![(3_600, 336 - 71)], 71));
}

#[test]
fn alerts_are_told_from_days_as_far_as_days_tell() {
    // 4 of 1,000 failed on two days one after the other: four times even.
    let counts = buckets(DAY, 120, |day| if [20, 21].contains(&day) { 4 } else { 0 });
    let test = test_of(&counts, &promise(999_000, 30));
    assert_eq!(test.alerts.iter().map(|alert| alert.fired.len()).collect::<Vec<_>>(), [0, 0, 1, 1]);
    assert_eq!(hours(&test.alerts[2]), [(21 * 24, 20 * 24)]);
    assert_eq!(hours(&test.alerts[3]), [(21 * 24, 20 * 24)], "the third day after is calm again");
    assert_eq!(test.alerts.iter().map(|alert| alert.untold).collect::<Vec<_>>(), [84, 84, 0, 0]);
    assert_eq!(test.alerts[2].told, [(DAY, 84)]);
    // Three times even exactly is not more than that.
    let calm = buckets(DAY, 120, |day| if day == 20 { 3 } else { 0 });
    assert!(test_of(&calm, &promise(999_000, 30)).alerts[2].fired.is_empty());
}

#[test]
fn alerts_that_cannot_fire_are_named() {
    let counts = buckets(DAY, 120, |_| 0);
    let can_fire = |target: i64, days: i64| -> Vec<bool> {
        test_of(&counts, &promise(target, days)).alerts.iter().map(|alert| alert.can_fire).collect()
    };
    assert_eq!(can_fire(990_000, 30), [true; 4]);
    // At most 10 times even can burn, and 14.4 are waited for.
    assert_eq!(can_fire(900_000, 30), [false, true, true, true]);
    assert_eq!(RULES.len(), 4);
    let short = test_of(&counts, &Promise { target: Ppm(990_000), window: Window::Rolling { seconds: DAY } });
    assert_eq!(short.alerts.len(), 2, "rules that look back over a day have no room in a window of a day");
}
