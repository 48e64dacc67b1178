//! The test vectors of reference/incidents_and_review.md 3.6, by their names there.

use domain::downtime::{
    Impact, availability, mean_seconds_between, shares_ppm_seconds, union_seconds, weighted_union_ppm_seconds,
};
use domain::error_budget::{ErrorBudget, allowed_seconds, time_spent};
use domain::incident::{Incident, merge_root, merged_impact, repeats};
use domain::period::Period;
use domain::ratio::Ppm;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

mod examples;

use examples::incident;

const MINUTE: i64 = 60;

/// An instant of one day in UTC, written like `10:07`.
fn at(clock: &str) -> Timestamp {
    instant(&format!("2026-11-18T{clock}:00Z"))
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::MIN)
}

fn impact(from: &str, to: &str, percent: i64) -> Impact {
    Impact { period: Period { start: at(from), end: at(to) }, fraction: Ppm(percent * 10_000) }
}

#[test]
fn t1_one_incident_has_many_durations() {
    let incident = Incident {
        impact_start: Some(at("10:00")),
        detected_at: Some(at("10:07")),
        acknowledged_at: Some(at("10:09")),
        mitigated_at: Some(at("10:42")),
        resolved_at: Some(at("11:30")),
        ..incident("1", at("10:08"))
    };
    for (name, found, minutes) in [
        ("to detect", incident.seconds_to_detect(), 7),
        ("to acknowledge", incident.seconds_to_acknowledge(), 1),
        ("to repair", incident.seconds_to_repair(), 35),
        ("customer impact", incident.seconds_to_mitigate(), 42),
        ("to resolve", incident.seconds_to_resolve(), 82),
        ("the impact itself", incident.impact(at("12:00")).map(|period| period.seconds()), 42),
    ] {
        assert_eq!(found, Some(minutes * MINUTE), "{name}");
    }
    assert!(!incident.is_out_of_order());
}

#[test]
fn t3_overlap_is_counted_once_and_touching_joins() {
    let mut impacts = vec![
        impact("10:00", "10:30", 100),
        impact("10:20", "10:50", 100),
        impact("11:00", "11:10", 100),
        impact("10:25", "10:28", 100),
    ];
    let sum: i64 = impacts.iter().map(|impact| impact.period.seconds()).sum();
    assert_eq!((sum, union_seconds(&impacts)), (73 * MINUTE, 60 * MINUTE));
    impacts.push(impact("10:50", "11:00", 100));
    assert_eq!(union_seconds(&impacts), 70 * MINUTE);
}

#[test]
fn t4_an_incident_is_clipped_to_the_week_and_an_open_one_ends_as_of() {
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    let week = IsoWeek::containing(date(2026, 11, 16)).period(&tokyo);
    assert_eq!(week.start, instant("2026-11-15T15:00:00Z"));
    let first = Incident {
        impact_start: Some(instant("2026-11-15T14:30:00Z")),
        resolved_at: Some(instant("2026-11-15T16:00:00Z")),
        ..incident("1", instant("2026-11-15T14:30:00Z"))
    };
    let open = Incident {
        impact_start: Some(instant("2026-11-22T10:00:00Z")),
        ..incident("2", instant("2026-11-22T10:00:00Z"))
    };
    let as_of = instant("2026-11-22T12:00:00Z");
    let elapsed = Period { start: week.start, end: week.end.min(as_of) };
    let impacts: Vec<Impact> = [&first, &open]
        .into_iter()
        .filter_map(|incident| incident.impact(as_of)?.clip(&elapsed))
        .map(|period| Impact { period, fraction: Ppm::ONE })
        .collect();
    assert_eq!(impacts[0].period.seconds(), 60 * MINUTE);
    assert_eq!(impacts[1].period.seconds(), 120 * MINUTE);
    assert_eq!(elapsed.seconds(), 9_900 * MINUTE);
    let weighted = weighted_union_ppm_seconds(&impacts);
    assert_eq!(availability(weighted, elapsed.seconds()), Some(Ppm(981_818)));
    assert_eq!(availability(weighted, week.seconds()), Some(Ppm(982_142)));
    assert!(open.is_open(as_of) && !first.is_open(as_of));
}

#[test]
fn t5_downtime_spends_a_time_budget() {
    let window = 28 * 86_400;
    let target = Ppm(999_000);
    assert_eq!(allowed_seconds(window, target).to_string().parse(), Ok(2_419.2));
    let full = [impact("10:00", "10:18", 100)];
    let half = [impact("12:00", "12:30", 50)];
    for (name, impacts, spent) in [
        ("18 minutes of all", full.to_vec(), 446_428),
        ("30 minutes of half", half.to_vec(), 372_023),
        ("both", [full, half].concat(), 818_452),
    ] {
        let weighted = weighted_union_ppm_seconds(&impacts);
        assert_eq!(time_spent(weighted, window, target), Some(Ppm(spent)), "{name}");
        assert!(spent > 200_000, "{name} needs a postmortem");
    }
}

/// The two incidents of the demo's Wednesday: 46 minutes at 63 %, 85 at 10 %, 18 of them together.
#[test]
fn shares_of_an_overlap_add_up_to_the_weighted_union() {
    let impacts = [impact("00:12", "00:58", 63), impact("00:40", "02:05", 10)];
    assert_eq!(union_seconds(&impacts), 113 * MINUTE);
    let weighted = weighted_union_ppm_seconds(&impacts);
    assert_eq!(weighted, i128::from(46 * MINUTE * 630_000 + 67 * MINUTE * 100_000));
    let shares = shares_ppm_seconds(&impacts);
    assert_eq!(shares.iter().sum::<i128>(), weighted);
    let together = i128::from(18 * MINUTE * 630_000);
    assert_eq!(shares[0], i128::from(28 * MINUTE * 630_000) + together * 63 / 73);
}

#[test]
fn t7_what_no_incident_explains_is_shown() {
    let budget = ErrorBudget::new(10_000_000 - 4_100, 10_000_000, Ppm(999_000)).unwrap();
    assert_eq!(budget.attainment_percent(3).to_string(), "99.959");
    assert_eq!(budget.remaining(), Some(Ppm(590_000)));
    for (name, bad, share) in [("raw", 2_600, 260_000), ("net", 2_584, 258_400), ("rest", 1_500, 150_000)] {
        assert_eq!(budget.spent_by(bad), Some(Ppm(share)), "{name}");
    }
}

#[test]
fn t8_mean_time_between_failures_and_availability_agree() {
    let hour = 3_600;
    assert_eq!(mean_seconds_between(720 * hour, 6 * hour, 4), Some(642_600));
    assert_eq!(availability(i128::from(6 * hour) * 1_000_000, 720 * hour), Some(Ppm(991_666)));
    assert_eq!(mean_seconds_between(720 * hour, 0, 0), None);
    assert_eq!(availability(0, 0), None);
}

#[test]
fn t9_what_was_merged_is_one_incident() {
    let root = Incident {
        impact_start: Some(at("10:00")),
        resolved_at: Some(at("10:40")),
        ..incident("INC-1", at("10:00"))
    };
    let merged = Incident {
        impact_start: Some(at("09:55")),
        resolved_at: Some(at("10:10")),
        merged_into: Some("INC-1".to_owned()),
        ..incident("INC-2", at("09:55"))
    };
    let all = [root.clone(), merged.clone()];
    assert_eq!(all.iter().filter(|incident| incident.counts()).count(), 1);
    let impact = merged_impact(&all, &root, at("12:00")).unwrap();
    assert_eq!((impact.start, impact.seconds()), (at("09:55"), 45 * MINUTE));

    let link = |id: &str, into: Option<&str>| Incident {
        merged_into: into.map(str::to_owned),
        ..incident(id, at("10:00"))
    };
    let chain = [link("A", Some("B")), link("B", Some("C")), link("C", None)];
    assert_eq!(merge_root(&chain, &chain[0]).map(|found| found.external_id.as_str()), Some("C"));
    let circle = [link("A", Some("B")), link("B", Some("A"))];
    assert_eq!(merge_root(&circle, &circle[0]), None);
    let dangling = [link("A", Some("Z"))];
    assert_eq!(merge_root(&dangling, &dangling[0]), None);
}

#[test]
fn t16_sunday_night_in_tokyo_is_the_old_week() {
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    for (text, week) in [("2026-11-15T14:59:59Z", "2026-W46"), ("2026-11-15T15:00:00Z", "2026-W47")] {
        assert_eq!(IsoWeek::at(instant(text), &tokyo).to_string(), week);
    }
}

#[test]
fn t19_a_record_that_only_knows_its_end_has_an_unknown_duration() {
    let end = at("10:00");
    let only_resolved = Incident { resolved_at: Some(end), ..incident("1", end) };
    assert_eq!(only_resolved.impact(at("12:00")), None);
    assert_eq!(only_resolved.seconds_to_mitigate(), None);
    let instantaneous = Incident { impact_start: Some(end), resolved_at: Some(end), ..incident("2", end) };
    assert_eq!(instantaneous.impact(at("12:00")).map(|period| period.seconds()), Some(0));
    let backwards =
        Incident { impact_start: Some(at("11:00")), mitigated_at: Some(end), ..incident("3", end) };
    assert_eq!(backwards.impact(at("12:00")), None);
    assert_eq!(backwards.seconds_to_mitigate(), None);
    assert!(backwards.is_out_of_order());
    let still_open = incident("4", end);
    assert_eq!(still_open.impact(end).map(|period| period.seconds()), Some(0));
}

#[test]
fn a_repeat_has_the_same_product_and_fingerprint_within_ninety_days() {
    let certificate = |id: &str, day: &str, product: &str| Incident {
        product: product.to_owned(),
        fingerprint: Some("signing-certificate-expired".to_owned()),
        ..incident(id, instant(&format!("{day}T13:31:00Z")))
    };
    let drill = Incident { is_test: true, ..certificate("drill", "2026-11-01", "erx") };
    let unnamed =
        Incident { fingerprint: Some(String::new()), ..certificate("unnamed", "2026-11-19", "erx") };
    let all = [
        certificate("121", "2026-11-20", "erx"),
        certificate("104", "2026-10-02", "erx"),
        certificate("071", "2026-08-22", "erx"),
        certificate("070", "2026-08-21", "erx"),
        certificate("other", "2026-11-19", "payments"),
        drill,
        unnamed,
    ];
    let found: Vec<(&str, &str, usize)> = repeats(&all, 90)
        .iter()
        .map(|repeat| {
            (repeat.incident.external_id.as_str(), repeat.previous.external_id.as_str(), repeat.occurrence)
        })
        .collect();
    assert_eq!(found, [("071", "070", 2), ("104", "071", 3), ("121", "104", 3)]);
}
