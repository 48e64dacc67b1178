//! Missing data and excluded time: the vectors of reference/slo.md 3.7 that speak of them, and what has to hold
//! for all counts.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::counting::{Counting, Exclusion, Missing, counted, excluded_time};
use domain::error_budget::ErrorBudget;
use domain::maintenance::{Covers, MaintenanceWindow};
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, SliSum, Window};
use domain::period::Period;
use domain::product::Environment;
use domain::ratio::Ppm;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

const DAY: i64 = 86_400;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn slices(seconds: i64) -> BudgetingMethod {
    BudgetingMethod::Timeslices { slice_target: Ppm(990_000), slice_seconds: seconds }
}

fn objective(method: BudgetingMethod, missing: Missing, exclusion: Exclusion) -> Objective {
    Objective {
        id: "video".to_owned(),
        display_name: "video".to_owned(),
        description: String::new(),
        service: "telemed".to_owned(),
        product: Some("telemed".parse().unwrap()),
        environment: Environment::Production,
        method,
        target: Ppm(990_000),
        window: Window::Rolling { seconds: 7 * DAY },
        counting: Counting { missing, exclusion },
        source: "openslo".to_owned(),
        definition_hash: String::new(),
        valid_from: instant("2026-01-01T00:00:00Z"),
        reviewed_at: None,
    }
}

fn bucket(start: Timestamp, seconds: i64, bad: i64, total: i64) -> SliBucket {
    let end = start.checked_add(seconds.seconds()).unwrap();
    SliBucket {
        objective: "video".into(),
        period: Period { start, end },
        good: total - bad,
        total,
        samples_seen: total,
        samples_expected: seconds / 60,
    }
}

fn history(objective: Objective, buckets: Vec<SliBucket>) -> ObjectiveHistory {
    ObjectiveHistory { objective, earlier: Vec::new(), buckets, excluded: Vec::new() }
}

fn window(start: &str, end: &str, repeat: Option<&str>) -> MaintenanceWindow {
    MaintenanceWindow {
        name: "night".to_owned(),
        covers: Covers::Product("telemed".parse().unwrap()),
        start: start.parse().unwrap(),
        end: end.parse().unwrap(),
        repeat: repeat.map(|rule| rule.parse().unwrap()),
    }
}

/// Monday to Monday in Tokyo.
fn week() -> Period {
    Period { start: instant("2026-11-15T15:00:00Z"), end: instant("2026-11-22T15:00:00Z") }
}

fn days() -> Vec<Timestamp> {
    (0..7).map(|day| week().start.checked_add((24 * day).hours()).unwrap()).collect()
}

fn sum(history: &ObjectiveHistory) -> SliSum {
    SliSum::of(&history.buckets, &week())
}

/// Vector 7: a week of 2,016 slices of five minutes, 1,800 of them observed, 50 bad, 99 %. The 216 that are
/// missing are spread over days that have the rest, or make up most of one that has none.
#[test]
fn missing_slices_count_as_their_rule_says() {
    let spread: Vec<SliBucket> = days()
        .iter()
        .zip([258, 257, 257, 257, 257, 257, 257])
        .enumerate()
        .map(|(day, (start, total))| bucket(*start, DAY, if day == 3 { 50 } else { 0 }, total))
        .collect();
    let gap: Vec<SliBucket> = days()
        .iter()
        .enumerate()
        .filter(|(day, _)| *day != 2)
        .map(|(day, start)| match day {
            0 => bucket(*start, DAY, 50, 288),
            // 72 more than a day without any of its 288 would leave.
            _ => bucket(*start, DAY, 0, 288),
        })
        .collect();
    for (missing, attainment, remaining) in [
        (Missing::Good, "97.519841", -1_480_159),
        (Missing::Ignore, "97.222222", -1_777_778),
        (Missing::Bad, "86.805555", -12_194_445),
    ] {
        let counted = counted(
            history(objective(slices(300), missing, Exclusion::Drop), spread.clone()),
            &[],
            &zone("Asia/Tokyo"),
        );
        let sum = sum(&counted);
        let budget = ErrorBudget::new(sum.good, sum.total, Ppm(990_000)).unwrap();
        assert_eq!(budget.attainment_percent(6).to_string(), attainment, "{missing:?}");
        assert_eq!(budget.remaining(), Some(Ppm(remaining)), "{missing:?}");
    }
    for (missing, good, total) in [
        (Missing::Good, 1_966, 2_016),
        (Missing::Ignore, 1_678, 1_728),
        (Missing::Bad, 1_678, 2_016),
        // The day before had no failure; the first had 50 of 288.
        (Missing::Carry, 1_966, 2_016),
    ] {
        let rule = objective(slices(300), missing, Exclusion::Drop);
        let sum = sum(&counted(history(rule, gap.clone()), &[], &zone("Asia/Tokyo")));
        assert_eq!((sum.good, sum.total), (good, total), "{missing:?} of a whole day");
        assert_eq!(sum.samples_expected, 7 * 1_440, "{missing:?}: what is missing lowers the coverage");
    }
}

/// A day that is missing is as the one before it; what is bad of it is rounded up.
#[test]
fn carried_slices_are_as_those_before_them() {
    let known = [bucket(days()[0], DAY, 50, 288), bucket(days()[2], DAY, 0, 288)];
    let rule = objective(slices(300), Missing::Carry, Exclusion::Drop);
    let counted = counted(history(rule, known.to_vec()), &[], &zone("Asia/Tokyo"));
    let parts: Vec<(i64, i64)> = counted.buckets.iter().map(|one| (one.good, one.total)).collect();
    assert_eq!(parts, [(238, 288), (238, 288), (288, 288)]);
    let thin = [bucket(days()[0], DAY, 1, 100)];
    let rule = objective(slices(300), Missing::Carry, Exclusion::Drop);
    let counted = self::counted_of(rule, &thin);
    assert_eq!((counted.good, counted.total), (99 + 186, 288), "188 × 99 % is 186.12");
}

fn counted_of(rule: Objective, buckets: &[SliBucket]) -> SliBucket {
    let counted = counted(history(rule, buckets.to_vec()), &[], &zone("Asia/Tokyo"));
    counted.buckets.into_iter().next().unwrap()
}

/// Events that nobody counted are unknown by any rule.
#[test]
fn missing_events_stay_unknown() {
    for missing in Missing::ALL {
        let rule = objective(BudgetingMethod::Occurrences, missing, Exclusion::Drop);
        let known = [bucket(days()[0], DAY, 5, 1_000), bucket(days()[2], DAY, 5, 1_000)];
        let sum = sum(&counted(history(rule, known.to_vec()), &[], &zone("Asia/Tokyo")));
        assert_eq!((sum.good, sum.total), (1_990, 2_000), "{missing:?}");
        assert_eq!(sum.buckets, 2, "a day without data is no day without traffic");
    }
}

/// Vector 10: a week with 60 bad minutes and a correction of one whole day elsewhere.
#[test]
fn excluded_time_counts_as_its_rule_says() {
    let minutes: Vec<SliBucket> = days()
        .iter()
        .enumerate()
        .map(|(day, start)| bucket(*start, DAY, if day == 1 { 60 } else { 0 }, 1_440))
        .collect();
    let correction = [window("2026-11-20T00:00", "2026-11-21T00:00", None)];
    for (exclusion, good, total, attainment) in
        [(Exclusion::Drop, 8_580, 8_640, "99.305555"), (Exclusion::CountGood, 10_020, 10_080, "99.404761")]
    {
        let rule = objective(slices(60), Missing::Ignore, exclusion);
        let counted = counted(history(rule, minutes.clone()), &correction, &zone("Asia/Tokyo"));
        let sum = sum(&counted);
        assert_eq!((sum.good, sum.total), (good, total), "{exclusion:?}");
        let budget = ErrorBudget::new(sum.good, sum.total, Ppm(990_000)).unwrap();
        assert_eq!(budget.attainment_percent(6).to_string(), attainment, "{exclusion:?}");
        let time = excluded_time(&counted.excluded, &week());
        assert_eq!((time.seconds, time.applied_seconds, time.share), (DAY, DAY, Some(Ppm(142_857))));
    }
}

/// Days tell nothing of two hours; hours do.
#[test]
fn an_exclusion_takes_effect_on_whole_buckets_only() {
    let night = [window("2026-11-17T02:00", "2026-11-17T04:00", None)];
    let by_day = vec![bucket(days()[1], DAY, 120, 1_440)];
    let rule = || objective(slices(60), Missing::Ignore, Exclusion::Drop);
    let counted_days = counted(history(rule(), by_day.clone()), &night, &zone("Asia/Tokyo"));
    assert_eq!(counted_days.buckets, by_day, "what cannot be told apart stays counted");
    let time = excluded_time(&counted_days.excluded, &week());
    assert_eq!((time.seconds, time.applied_seconds), (7_200, 0));

    let hours = (0..24).map(|hour| {
        let start = days()[1].checked_add(hour.hours()).unwrap();
        bucket(start, 3_600, if (2..4).contains(&hour) { 60 } else { 0 }, 60)
    });
    let counted_hours = counted(history(rule(), hours.collect()), &night, &zone("Asia/Tokyo"));
    let sum = SliSum::of(&counted_hours.buckets, &week());
    assert_eq!((sum.good, sum.total), (22 * 60, 22 * 60));
    assert_eq!(sum.samples_expected, 22 * 60, "excluded time lowers no coverage");
    let time = excluded_time(&counted_hours.excluded, &week());
    assert_eq!((time.seconds, time.applied_seconds), (7_200, 7_200));
}

/// What nobody declares changes nothing; another product's window neither.
#[test]
fn the_usual_rules_change_nothing() {
    let known = vec![bucket(days()[0], DAY, 5, 200), bucket(days()[1], DAY, 5, 200)];
    let plain = history(objective(slices(300), Missing::Ignore, Exclusion::Drop), known);
    assert_eq!(counted(plain.clone(), &[], &zone("Asia/Tokyo")), plain);
    let other = MaintenanceWindow {
        covers: Covers::Product("karte".parse().unwrap()),
        ..window("2026-11-16T00:00", "2026-11-17T00:00", None)
    };
    assert_eq!(counted(plain.clone(), &[other], &zone("Asia/Tokyo")), plain);
}

const ZONES: [&str; 4] = ["America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Australia/Lord_Howe"];

/// Hours of a history with gaps, from an hour of 2026 on.
fn hours() -> impl Strategy<Value = (i64, Vec<Option<(i64, i64)>>)> {
    let counts = prop::option::weighted(0.8, (0_i64..=60, 0_i64..=60));
    (0_i64..8_000, prop::collection::vec(counts, 1..72))
}

fn history_of(objective: Objective, first: i64, hours: &[Option<(i64, i64)>]) -> ObjectiveHistory {
    let start = instant("2026-01-01T00:00:00Z").checked_add(first.hours()).unwrap();
    let buckets = (0_i64..).zip(hours).filter_map(|(hour, counts)| {
        let (total, bad) = (*counts)?;
        Some(bucket(start.checked_add(hour.hours()).unwrap(), 3_600, bad.min(total), total))
    });
    let buckets = buckets.collect();
    history(objective, buckets)
}

proptest! {
    /// Bad ≥ carry ≥ … ≥ good: a rule only moves what is missing, and never past the whole time.
    #[test]
    fn rules_of_missing_data_are_ordered((first, hours) in hours(), zone in prop::sample::select(&ZONES[..])) {
        let zone = self::zone(zone);
        let sum_by = |missing| {
            let rule = objective(slices(60), missing, Exclusion::Drop);
            let counted = counted(history_of(rule, first, &hours), &[], &zone);
            SliSum::of(&counted.buckets, &Period { start: Timestamp::MIN, end: Timestamp::MAX })
        };
        let [ignore, good, bad, carry] = Missing::ALL.map(sum_by);
        let known = hours.iter().flatten().count() as i64;
        prop_assert_eq!(good.total, bad.total);
        prop_assert_eq!(good.bad(), ignore.bad());
        prop_assert_eq!(bad.good, ignore.good);
        prop_assert!(bad.good <= carry.good && carry.good <= good.good);
        prop_assert!(ignore.total <= carry.total && carry.total <= good.total);
        prop_assert!(good.total >= 60 * known, "every hour that is known is whole");
        prop_assert_eq!(ignore.samples_seen, good.samples_seen);
    }

    /// Dropped and kept make up all there is, also in weeks in which clocks change; excluded time is the union of
    /// occurrences and never more than the period.
    #[test]
    fn exclusions_take_out_what_they_hold(
        (first, hours) in hours(),
        zone in prop::sample::select(&ZONES[..]),
        (start, length) in (0_i8..24, 1_i64..30),
    ) {
        let zone = self::zone(zone);
        let start = jiff::civil::date(2026, 1, 1).at(start, 0, 0, 0);
        let nightly = MaintenanceWindow {
            start,
            end: start + length.hours(),
            ..window("2026-01-01T00:00", "2026-01-01T01:00", Some("FREQ=DAILY"))
        };
        let rule = |exclusion| objective(slices(60), Missing::Ignore, exclusion);
        let plain = history_of(rule(Exclusion::Drop), first, &hours);
        let dropped = counted(plain.clone(), std::slice::from_ref(&nightly), &zone);
        let good = counted(history_of(rule(Exclusion::CountGood), first, &hours), &[nightly], &zone);
        let all = Period { start: Timestamp::MIN, end: Timestamp::MAX };
        let of = |history: &ObjectiveHistory| SliSum::of(&history.buckets, &all);
        prop_assert!(of(&dropped).total <= of(&plain).total);
        prop_assert!(of(&dropped).bad() <= of(&plain).bad());
        prop_assert_eq!(of(&good).bad(), of(&dropped).bad(), "both leave what is excluded unpunished");
        prop_assert!(of(&good).total >= of(&plain).total);
        for pair in dropped.excluded.windows(2) {
            prop_assert!(pair[0].period.end < pair[1].period.start, "merged and in order");
        }
        for bucket in &plain.buckets {
            let holds = |one: &domain::counting::Excluded| {
                one.period.start <= bucket.period.start && bucket.period.end <= one.period.end
            };
            let is_excluded = dropped.excluded.iter().any(holds);
            let kept = dropped.buckets.iter().find(|other| other.period == bucket.period);
            prop_assert_eq!(kept.is_some_and(|kept| kept == bucket), !is_excluded || bucket.total == 0 && kept == Some(bucket));
        }
        if let (Some(start), Some(end)) = (plain.buckets.first(), plain.buckets.last()) {
            let known = Period { start: start.period.start, end: end.period.end };
            let time = excluded_time(&dropped.excluded, &known);
            prop_assert!(time.seconds <= known.seconds());
            prop_assert!(time.applied_seconds <= time.seconds);
            prop_assert_eq!(time.share.is_some(), time.seconds > 0);
            prop_assert!(time.share.is_none_or(|share| share <= Ppm::ONE));
        }
    }

    /// A day's occurrence lies where the wall clock says, however the clock was moved.
    #[test]
    fn occurrences_keep_to_the_wall_clock(day in 0_i64..700, hour in 0_i8..24, zone in prop::sample::select(&ZONES[..])) {
        let zone = self::zone(zone);
        let start = jiff::civil::date(2026, 1, 1).at(hour, 0, 0, 0);
        let daily = MaintenanceWindow {
            start,
            end: start + 2.hours(),
            ..window("2026-01-01T00:00", "2026-01-01T01:00", Some("FREQ=DAILY"))
        };
        let date = jiff::civil::date(2026, 1, 1) + day.days();
        let from = zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().unwrap();
        let to = zone.to_ambiguous_timestamp(date.tomorrow().unwrap().at(0, 0, 0, 0)).compatible().unwrap();
        let found = daily.occurrences(&Period { start: from, end: to }, &zone);
        let begun: Vec<&Period> = found.iter().filter(|one| from <= one.start && one.start < to).collect();
        prop_assert_eq!(begun.len(), 1, "{:?}", found);
        let lasted = begun[0].seconds();
        prop_assert!((3_600..=3 * 3_600).contains(&lasted), "{} seconds", lasted);
        let wall = zone.to_datetime(begun[0].start);
        prop_assert!(wall.hour() == hour || wall.hour() == (hour + 1) % 24, "{}", wall);
    }
}
