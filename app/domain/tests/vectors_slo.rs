//! The test vectors of reference/slo.md 3.2, 3.3 and 3.7, by their numbers there.
//!
//! Shares are compared after the flooring that `domain` prints with, so a figure that the reference
//! rounds up stands here one millionth lower.

use domain::downtime::{Impact, union_seconds};
use domain::error_budget::{
    ErrorBudget, Exhaustion, allowed_seconds, burn_rate_threshold, detection_seconds, exhaustion,
    remaining_together,
};
use domain::objective::{SliBucket, SliSum, Window, WindowUnit};
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::Timestamp;
use rust_decimal::Decimal;

const DAY: i64 = 86_400;

struct Row {
    vector: &'static str,
    good: i64,
    total: i64,
    target: i64,
    attainment: &'static str,
    allowed: &'static str,
    remaining: i64,
}

const fn row(
    vector: &'static str,
    good: i64,
    total: i64,
    target: i64,
    attainment: &'static str,
    allowed: &'static str,
    remaining: i64,
) -> Row {
    Row { vector, good, total, target, attainment, allowed, remaining }
}

#[test]
fn attainment_allowance_and_remaining_budget() {
    for row in [
        row("1", 3_557_865, 3_663_253, 970_000, "97.123103", "109897.59", 41_034),
        row("3", 999_800, 1_000_000, 999_000, "99.980000", "1000", 800_000),
        row("4", 999_450, 1_000_000, 999_000, "99.945000", "1000", 450_000),
        row("5", 995_000, 1_000_000, 999_000, "99.500000", "1000", -4_000_000),
        row("6 above", 99_950, 100_000, 999_000, "99.950000", "100", 500_000),
        row("6 below", 99_500, 100_000, 999_000, "99.500000", "100", -4_000_000),
        row("7 missing is good", 1_966, 2_016, 990_000, "97.519841", "20.16", -1_480_159),
        row("7 missing is ignored", 1_750, 1_800, 990_000, "97.222222", "18", -1_777_778),
        row("8 any monitor down", 7, 10, 990_000, "70.000000", "0.1", -29_000_000),
        row("10 corrected time dropped", 8_580, 8_640, 990_000, "99.305555", "86.4", 305_555),
        row("10 corrected time good", 10_020, 10_080, 990_000, "99.404761", "100.8", 404_761),
        row("19", 32_519, 100_000, 900_000, "32.519000", "10000", -5_748_100),
        row("23 seven days", 778_200, 781_200, 999_000, "99.615975", "781.2", -2_840_246),
        row("23 thirty days", 3_345_000, 3_348_000, 999_000, "99.910394", "3348", 103_942),
        row("29 minutes", 9_680, 10_080, 900_000, "96.031746", "1008", 603_174),
        row("29 requests", 234, 245, 950_000, "95.510204", "12.25", 102_040),
        row("30", 2_997, 3_000, 999_000, "99.900000", "3", 0),
        row("33", 1_999, 2_000, 999_000, "99.950000", "2", 500_000),
    ] {
        let budget = ErrorBudget::new(row.good, row.total, Ppm(row.target)).unwrap();
        assert_eq!(budget.attainment_percent(6).to_string(), row.attainment, "vector {}", row.vector);
        let allowed: Decimal = row.allowed.parse().unwrap();
        assert_eq!(budget.allowed(), allowed, "vector {}", row.vector);
        assert_eq!(budget.remaining(), Some(Ppm(row.remaining)), "vector {}", row.vector);
        assert_eq!(budget.is_met(), row.remaining >= 0, "vector {}", row.vector);
        assert_eq!(budget.is_met(), budget.remaining_units() >= Decimal::ZERO, "vector {}", row.vector);
    }
}

/// Vectors 1, 2 and 3: what a part of the window spent, and the 20 % rule, which is "more than".
#[test]
fn a_part_spends_a_share_of_the_window() {
    let workbook = ErrorBudget::new(3_557_865, 3_663_253, Ppm(970_000)).unwrap();
    let policy = ErrorBudget::new(1_000_000, 1_000_000, Ppm(999_000)).unwrap();
    let fifth = Ppm(200_000);
    for (budget, bad, spent, beyond) in [
        (workbook, 105_388, 958_965, true),
        (workbook, 14_066, 127_991, false),
        (workbook, 72_000, 655_155, true),
        (workbook, 21_979, 199_995, false),
        (workbook, 21_980, 200_004, true),
        (policy, 200, 200_000, false),
        (policy, 201, 201_000, true),
    ] {
        assert_eq!(budget.spent_by(bad), Some(Ppm(spent)), "{bad}");
        assert_eq!(budget.is_spent_beyond(bad, fifth), beyond, "{bad}");
    }
    assert_eq!(workbook.consumed(), Some(Ppm(958_966)), "consumed and remaining add up to the whole");
}

/// Vector 1: the burn rate follows how much was bad: 10 %, 1 % of all requests.
#[test]
fn burn_rates_over_a_lookback() {
    for (name, bad, total, target, burn_rate) in [
        ("vector 5", 5_000, 1_000_000, 999_000, 5_000_000),
        ("everything bad at 99.9 %", 1_000, 1_000, 999_000, 1_000_000_000),
        ("everything bad at 96 %", 1_000, 1_000, 960_000, 25_000_000),
        ("nothing bad", 0, 1_000, 999_000, 0),
        ("as evenly as allowed", 1, 1_000, 999_000, 1_000_000),
    ] {
        let budget = ErrorBudget::new(total - bad, total, Ppm(target)).unwrap();
        assert_eq!(budget.burn_rate(), Some(Ppm(burn_rate)), "{name}");
    }
}

/// Vector 8: three monitors in ten steps, bad at {5}, {9} and {3, 5}; any of them down is down.
#[test]
fn monitors_unite_their_bad_time() {
    let step = |number: i64| {
        let start = Timestamp::from_second(number * 60).unwrap();
        let period = Period { start, end: Timestamp::from_second(number * 60 + 60).unwrap() };
        Impact { period, fraction: Ppm::ONE }
    };
    assert_eq!(union_seconds(&[step(5), step(9), step(3), step(5)]), 3 * 60);
}

/// Vectors 11, 13, 14 and 15, and the table of reference/incidents_and_review.md 3.4.
#[test]
fn time_budgets_in_seconds() {
    for (name, window_seconds, target, seconds) in [
        ("vector 11: two weeks at 95 %", 14 * DAY, 950_000, "60480"),
        ("vector 13: one week at 99.95 %", 7 * DAY, 999_500, "302.4"),
        ("vector 14: one week at 99 %", 7 * DAY, 990_000, "6048"),
        ("vector 15: thirty days", 30 * DAY, 999_500, "1296"),
        ("vector 15: a mean month", 43_830 * 60, 999_500, "1314.9"),
        ("99.9 % of a week", 7 * DAY, 999_000, "604.8"),
        ("99.9 % of 28 days", 28 * DAY, 999_000, "2419.2"),
        ("99.9 % of thirty days", 30 * DAY, 999_000, "2592"),
    ] {
        let expected: Decimal = seconds.parse().unwrap();
        assert_eq!(allowed_seconds(window_seconds, Ppm(target)), expected, "{name}");
        let budget = ErrorBudget::new(window_seconds, window_seconds, Ppm(target)).unwrap();
        assert_eq!(budget.allowed(), expected, "{name}");
    }
}

/// Vector 16: the table of section 3.2 in millionths.
#[test]
fn thresholds_of_burn_rate_alerts() {
    for (share, window_days, lookback_hours, threshold) in [
        (20_000, 30, 1, 14_400_000),
        (50_000, 30, 6, 6_000_000),
        (100_000, 30, 24, 3_000_000),
        (100_000, 30, 72, 1_000_000),
        (20_000, 28, 1, 13_440_000),
        (50_000, 28, 6, 5_600_000),
        (100_000, 28, 24, 2_800_000),
        (100_000, 28, 72, 933_333),
        (100_000, 7, 1, 16_800_000),
        (10_000, 90, 1, 21_600_000),
        (200_000, 7, 6, 5_600_000),
        (30_000, 90, 6, 10_800_000),
        (400_000, 7, 24, 2_800_000),
        (50_000, 90, 24, 4_500_000),
        (80_000, 7, 1, 13_440_000),
        (125_000, 7, 6, 3_500_000),
        (200_000, 7, 24, 1_400_000),
        (420_000, 7, 72, 980_000),
    ] {
        let found = burn_rate_threshold(Ppm(share), window_days * DAY, lookback_hours * 3_600);
        assert_eq!(found, Some(Ppm(threshold)), "{share} of {window_days} days in {lookback_hours} hours");
    }
    assert_eq!(burn_rate_threshold(Ppm(20_000), 28 * DAY, 0), None);
}

/// Vector 17, and the two ends where there is nothing to divide.
#[test]
fn time_to_exhaustion() {
    for (remaining, burn_rate, expected) in [
        (1_000_000, 14_400_000, Exhaustion::In(50 * 3_600)),
        (1_000_000, 35_000_000, Exhaustion::In(74_057)),
        (1_000_000, 36_000_000, Exhaustion::In(20 * 3_600)),
        (0, 1_000_000, Exhaustion::Now),
        (-380_000, 0, Exhaustion::Now),
        (500_000, 0, Exhaustion::Never),
    ] {
        assert_eq!(exhaustion(Ppm(remaining), Ppm(burn_rate), 30 * DAY), expected, "{remaining} {burn_rate}");
    }
}

/// Vector 18, half an outage, and thresholds that no outage reaches.
#[test]
fn outages_are_detected_after_some_time() {
    for (threshold, lookback, target, errors, seconds) in [
        (14_400_000, 3_600, 999_000, 1_000_000, Some("51.84")),
        (14_400_000, 3_600, 999_000, 500_000, Some("103.68")),
        (14_400_000, 3_600, 999_000, 14_400, Some("3600")),
        (14_400_000, 3_600, 999_000, 14_399, None),
        (1_000_000_000, 3_600, 999_000, 1_000_000, Some("3600")),
        (36_000_000, 3_600, 960_000, 1_000_000, None),
        (14_400_000, 3_600, 999_000, 0, None),
    ] {
        let found = detection_seconds(Ppm(threshold), lookback, Ppm(target), Ppm(errors));
        let expected: Option<Decimal> = seconds.map(|text| text.parse().unwrap());
        assert_eq!(found, expected, "{threshold} at {target} with {errors}");
    }
}

/// Vectors 20 and 21: budgets of one product together, never the mean of percentages.
#[test]
fn budgets_of_one_product_add_up() {
    let budget = |total, bad, target| ErrorBudget::new(total - bad, total, Ppm(target)).unwrap();
    let like = [budget(1_000_000, 500, 999_000), budget(1_000, 50, 999_000)];
    assert_eq!(remaining_together(&like), Some(Ppm(450_549)));
    let sum = budget(1_001_000, 550, 999_000);
    assert_eq!(sum.attainment_percent(6).to_string(), "99.945054");
    assert_eq!(sum.remaining(), remaining_together(&like));

    let unlike = [budget(1_000_000, 500, 999_000), budget(10_000, 150, 990_000)];
    assert_eq!(remaining_together(&unlike), Some(Ppm(409_090)), "650 of 1,100 are spent");
    assert_eq!(unlike[1].remaining(), Some(Ppm(-500_000)), "the worst one stays visible");
    assert_eq!(remaining_together(&[]), None);
}

/// Vector 27: nothing counted is no ratio, and a target of 100 % leaves no share.
#[test]
fn without_counts_there_is_no_budget() {
    assert_eq!(ErrorBudget::new(0, 0, Ppm(999_000)), None);
    assert_eq!(ErrorBudget::new(5, 4, Ppm(999_000)), None);
    assert_eq!(ErrorBudget::new(-1, 4, Ppm(999_000)), None);
    let perfect = ErrorBudget::new(4, 4, Ppm::ONE).unwrap();
    assert_eq!((perfect.is_met(), perfect.remaining(), perfect.burn_rate()), (true, None, None));
    assert_eq!(SliSum::of(&[], &week()).buckets, 0);
    let quiet = [bucket("2026-11-16T00:00:00+09:00", 0, 0)];
    let sum = SliSum::of(&quiet, &week());
    assert_eq!((sum.buckets, sum.total), (1, 0), "no traffic is not no data");
}

/// Vector 32: sums of a Datadog series; the double in the fixture ends in …875, the quotient in …873.
#[test]
fn sums_keep_every_digit() {
    let budget = ErrorBudget::new(458_420_286_000, 2_633_484_600_000, Ppm(999_000)).unwrap();
    assert_eq!(budget.attainment_percent(15).to_string(), "17.407365359189873");
}

/// What a page prints never reads better than it is (look.md, Numbers).
#[test]
fn attainment_is_floored_to_one_digit_more_than_its_target() {
    for (good, total, target, printed) in [
        (999_496, 1_000_000, 999_500, "99.949"),
        (999_999, 1_000_000, 999_000, "99.99"),
        (9_999_999, 10_000_000, 990_000, "99.9"),
        (993_099, 1_000_000, 995_000, "99.30"),
        (1, 1, 950_000, "100.0"),
    ] {
        let target = Ppm(target);
        let budget = ErrorBudget::new(good, total, target).unwrap();
        let decimals = ErrorBudget::attainment_decimals(target);
        assert_eq!(budget.attainment_percent(decimals).to_string(), printed);
    }
}

/// Section 3.3: elapsed time, so that months and weeks with a clock change differ.
#[test]
fn calendar_windows_last_as_long_as_their_clocks_say() {
    let start = "2026-01-01T00:00:00".parse().unwrap();
    for (unit, count, zone, as_of, minutes) in [
        (WindowUnit::Month, 1, "America/New_York", "2026-11-15T12:00:00Z", 43_260),
        (WindowUnit::Month, 1, "Asia/Tokyo", "2026-11-15T12:00:00Z", 43_200),
        (WindowUnit::Quarter, 1, "Asia/Tokyo", "2026-11-15T12:00:00Z", 92 * 1_440),
        (WindowUnit::Year, 1, "Asia/Tokyo", "2028-02-29T12:00:00Z", 366 * 1_440),
        (WindowUnit::Day, 1, "America/New_York", "2026-11-01T12:00:00Z", 1_500),
        (WindowUnit::Hour, 24, "America/New_York", "2026-11-01T12:00:00Z", 1_440),
        (WindowUnit::Minute, 1, "Asia/Tokyo", "2046-11-01T12:00:30Z", 1),
        (WindowUnit::Week, 2, "Asia/Tokyo", "1971-11-01T12:00:00Z", 20_160),
    ] {
        let window = Window::Calendar { unit, count, start, time_zone: zone.to_owned() };
        let as_of: Timestamp = as_of.parse().unwrap();
        let full = window.full_period(as_of);
        assert!(full.contains(as_of), "{unit:?} in {zone}");
        assert_eq!(full.seconds(), minutes * 60, "{unit:?} in {zone}");
        assert_eq!(window.period(as_of), Period { start: full.start, end: as_of });
    }
}

#[test]
fn rolling_windows_look_back_from_the_instant() {
    let as_of: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
    let window = Window::Rolling { seconds: 28 * DAY };
    assert_eq!(window.period(as_of).seconds(), 28 * DAY);
    assert_eq!(window.period(as_of), window.full_period(as_of));
}

fn week() -> Period {
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap_or(jiff::tz::TimeZone::UTC);
    domain::week::IsoWeek::containing(jiff::civil::date(2026, 11, 18)).period(&zone)
}

fn bucket(start: &str, good: i64, total: i64) -> SliBucket {
    let start: Timestamp = start.parse().unwrap_or_default();
    let end = start.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap_or(start);
    let period = Period { start, end };
    SliBucket { objective: "video".into(), period, good, total, samples_seen: 24, samples_expected: 24 }
}
