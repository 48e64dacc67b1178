//! Counts of service levels: what goes in and what stays out.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a table whose stage cannot be set fails")]

use domain::objective::{SliBucket, SliSum};
use domain::period::Period;
use domain::rejection::Gravity;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sources::input::Parsed;

const HEADER: &str = "slo,period_start,period_end,good,total";

fn read(text: &str) -> Parsed<SliBucket> {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    sources::sli::parse(text.as_bytes(), "sli.csv", &zone).expect("the file is readable")
}

#[test]
fn rows_become_buckets_in_every_form() {
    let csv = format!(
        "{HEADER},samples_seen,samples_expected\r\n\
         web,2026-11-16T00:00:00+09:00,2026-11-17T00:00:00+09:00,9995.0,10000,1439,1440\r\n"
    );
    let json = r#"[{"slo":"web","period_start":"2026-11-15T15:00:00Z","period_end":"2026-11-16T15:00:00Z",
        "good":9995.0,"total":1e4,"samples_seen":1439,"samples_expected":"1440"}]"#;
    let bucket = SliBucket {
        objective: "web".into(),
        period: Period {
            start: "2026-11-15T15:00:00Z".parse().unwrap(),
            end: "2026-11-16T15:00:00Z".parse().unwrap(),
        },
        good: 9995,
        total: 10_000,
        samples_seen: 1439,
        samples_expected: 1440,
    };
    for text in [csv.as_str(), json, json.trim_matches(['[', ']'])] {
        assert_eq!(read(text), Parsed { values: vec![bucket.clone()], issues: vec![] }, "{text}");
    }
}

#[test]
fn without_numbers_of_samples_coverage_is_unknown() {
    let Parsed { values, issues } =
        read(&format!("{HEADER}\nweb,2026-11-16T00:00:00Z,2026-11-16T01:00:00Z,0,0\n"));
    assert_eq!(issues, []);
    let everything = Period { start: Timestamp::MIN, end: Timestamp::MAX };
    assert_eq!(SliSum::of(&values, &everything).coverage(), None);
}

#[test]
fn every_fault_of_a_row_is_named_and_the_others_go_in() {
    let table: &[(&str, &str, Gravity)] = &[
        ("web,2026-11-16T01:00:00,2026-11-16T02:00:00Z,1,1,,", "time/naive", Gravity::Rejected),
        ("web,2026-11-16T02:00:00Z,2026-11-16T02:00:00Z,1,1,,", "sli/period", Gravity::Rejected),
        ("web,2026-11-16T02:00:00Z,2026-11-16T01:00:00Z,1,1,,", "sli/period", Gravity::Rejected),
        ("web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,2,1,,", "sli/good", Gravity::Rejected),
        ("web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,-1,1,,", "count/negative", Gravity::Rejected),
        ("web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,5.5,9,,", "count/fraction", Gravity::Rejected),
        ("web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,NaN,9,,", "number/form", Gravity::Rejected),
        (
            "web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,1,99999999999999999999,,",
            "count/too-large",
            Gravity::Rejected,
        ),
        ("web,2026-11-16T14:00:00Z,2026-11-16T15:00:01Z,1,1,,", "sli/midnight", Gravity::Rejected),
        ("web,2026-11-16T00:30:00Z,2026-11-16T01:30:00Z,1,1,,", "sli/overlap", Gravity::Rejected),
        ("web,2026-11-15T23:00:00Z,2026-11-16T00:00:01Z,1,1,,", "sli/overlap", Gravity::Rejected),
        ("web,2026-11-16T00:00:00Z,2026-11-16T01:00:00Z,8,9,,", "sli/overlap", Gravity::Rejected),
        ("web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,1,1,5,", "sli/samples", Gravity::Rejected),
        ("web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,1,1,,5", "sli/samples", Gravity::Rejected),
        (
            "web,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,1,1,6,5",
            "sli/samples-above-expected",
            Gravity::Warning,
        ),
        (",2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,1,1,,", "row/missing-value", Gravity::Rejected),
    ];
    let good = "web,2026-11-16T00:00:00Z,2026-11-16T01:00:00Z,9,9,,";
    for (row, rule, gravity) in table {
        let Parsed { values, issues } =
            read(&format!("{HEADER},samples_seen,samples_expected\n{good}\n{row}\n"));
        assert_eq!(issues.len(), 1, "{row}: {issues:?}");
        assert_eq!((issues[0].rule, issues[0].gravity, issues[0].line), (*rule, *gravity, Some(3)), "{row}");
        let expected = if *gravity == Gravity::Warning { 2 } else { 1 };
        assert_eq!(values.len(), expected, "{row}");
    }
}

#[test]
fn neighbours_and_other_objectives_do_not_overlap() {
    let Parsed { values, issues } = read(&format!(
        "{HEADER}\nweb,2026-11-16T01:00:00Z,2026-11-16T02:00:00Z,1,1\n\
         web,2026-11-16T00:00:00Z,2026-11-16T01:00:00Z,1,1\n\
         api,2026-11-16T00:00:00Z,2026-11-16T02:00:00Z,1,1\n"
    ));
    assert_eq!((values.len(), issues.len()), (3, 0), "unknown objectives are the caller's to judge");
}

#[test]
fn a_day_of_a_zone_with_summer_time_is_one_day() {
    let zone = TimeZone::get("America/New_York").unwrap();
    // 2026-11-01 has 25 hours in New York.
    let text = format!("{HEADER}\nweb,2026-11-01T00:00:00-04:00,2026-11-02T00:00:00-05:00,1,1\n");
    let parsed = sources::sli::parse(text.as_bytes(), "sli.csv", &zone).unwrap();
    assert_eq!((parsed.values.len(), parsed.issues.len()), (1, 0));
    assert_eq!(parsed.values[0].period.seconds(), 25 * 3600);
}
