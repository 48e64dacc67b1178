//! What a digest is called, and when the one before the meeting is due.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::catalogue::Catalogue;
use domain::coverage::{SourceKind, SourceState};
use domain::digest::{DigestSubject, DigestTerms, MeetingTime, is_complete, is_freeze_news};
use domain::notice::{NoticeKind, Part};
use domain::objective_queue::QueueInput;
use domain::organization::Localized;
use domain::product::Product;
use domain::review::actions::ActionInput;
use domain::review::anomalies::UnusualInput;
use domain::review::topics::TopicInput;
use domain::review::{ReviewInput, WeeklyReview};
use domain::silence::Unheard;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

fn terms(meeting: &str, hours_before: i64) -> DigestTerms {
    DigestTerms { meeting: meeting.parse().unwrap(), hours_before }
}

#[test]
fn a_subject_is_read_back_as_it_was_written() {
    for (meeting, version, text, kind) in [
        ("", None, "digest//2026-W47/ready", NoticeKind::DigestReady),
        ("", Some(2), "digest//2026-W47/2", NoticeKind::DigestFrozen),
        ("care/night", Some(1), "digest/care/night/2026-W47/1", NoticeKind::DigestFrozen),
    ] {
        let subject = DigestSubject { meeting: meeting.to_owned(), week: week("2026-W47"), version };
        assert_eq!(subject.to_string(), text);
        assert_eq!(text.parse::<DigestSubject>().unwrap(), subject);
        assert_eq!((subject.kind(), subject.key("sre")), (kind, format!("{text}/sre")));
    }
    for text in [
        "",
        "digest",
        "digest/",
        "digest//2026-W54/1",
        "digest//2026-W47/",
        "anomaly/telemed/USD",
        "digest//2026-W47/x",
    ] {
        assert!(text.parse::<DigestSubject>().is_err(), "{text}");
    }
}

#[test]
fn a_meeting_is_a_day_and_a_time() {
    let time: MeetingTime = "sunday 00:05".parse().unwrap();
    assert_eq!((time.weekday, time.time.to_string()), (Weekday::Sunday, "00:05:00".to_owned()));
    for text in ["", "monday", "monday 9:00", "mon 09:00", "monday 25:00", "monday 09:00 JST", "09:00 monday"]
    {
        assert!(text.parse::<MeetingTime>().is_err(), "{text}");
    }
}

#[test]
fn it_is_due_some_hours_before_the_meeting_and_never_before_the_week_has_ended() {
    let (tokyo, berlin) = (TimeZone::get("Asia/Tokyo").unwrap(), TimeZone::get("Europe/Berlin").unwrap());
    for (meeting, hours, week_of, zone, latest) in [
        ("monday 10:00", 1, "2026-W47", &tokyo, "2026-11-23T09:00:00+09:00"),
        ("wednesday 15:30", 2, "2026-W47", &tokyo, "2026-11-25T13:30:00+09:00"),
        ("sunday 10:00", 0, "2026-W53", &tokyo, "2027-01-10T10:00:00+09:00"),
        // An hour before half past midnight the week still goes on.
        ("monday 00:30", 1, "2026-W47", &tokyo, "2026-11-23T00:00:00+09:00"),
        ("monday 10:00", 48, "2026-W47", &tokyo, "2026-11-23T00:00:00+09:00"),
        // The clocks of Berlin went forward on Sunday, 29 March.
        ("monday 10:00", 1, "2026-W13", &berlin, "2026-03-30T09:00:00+02:00"),
    ] {
        let expected: Timestamp = latest.parse().unwrap();
        assert_eq!(
            terms(meeting, hours).latest(week(week_of), zone),
            expected,
            "{meeting} {hours} {week_of}"
        );
    }
}

#[test]
fn a_freeze_is_news_for_a_week() {
    let frozen_at: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert!(is_freeze_news(frozen_at, at("2026-11-30T00:59:59Z")));
    assert!(!is_freeze_news(frozen_at, at("2026-11-30T01:00:00Z")));
}

#[test]
fn parts_are_kept_as_lines() {
    let parts = vec![
        Part::Paragraph("one\nline".to_owned()),
        Part::Heading("名前".to_owned()),
        Part::Item("## no heading".to_owned()),
        Part::Item("- no item".to_owned()),
    ];
    let body = "one line\n## 名前\n- ## no heading\n- - no item";
    assert_eq!(Part::body(&parts), body);
    let back = Part::read(body);
    assert_eq!(back[0], Part::Paragraph("one line".to_owned()));
    assert_eq!(back[1..], parts[1..]);
    assert_eq!(Part::read(""), []);
}

/// A wall clock in Tokyo.
fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn source(name: &str, kind: SourceKind, first_day: &str, last: &str) -> SourceState {
    let (last_day, last_instant) = match kind {
        SourceKind::Cost => (Some(last.parse().unwrap()), None),
        SourceKind::Objectives | SourceKind::Incidents => (None, Some(at(last))),
    };
    SourceState {
        name: name.to_owned(),
        kind,
        received_at: at("2026-11-24T09:00"),
        first_day: Some(first_day.parse().unwrap()),
        last_day,
        period_end: None,
        last_instant,
    }
}

/// The review of 2026-W47, looked at at a time, with one product or none.
fn review(as_of: &str, sources: Vec<SourceState>, unheard: &[&str], has_product: bool) -> WeeklyReview {
    let product = Product {
        slug: "telemed".parse().unwrap(),
        name: Localized::same("telemed"),
        group: None,
        tier: 1,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    };
    let products = if has_product { vec![product] } else { Vec::new() };
    let unheard = unheard.iter().map(|name| Unheard {
        source: (*name).to_owned(),
        since: at("2026-11-18T10:00"),
        products: Vec::new(),
    });
    WeeklyReview::new(&ReviewInput {
        week: week("2026-W47"),
        as_of: at(as_of),
        catalogue: Catalogue { products, ..Catalogue::default() }.into(),
        sources,
        owner_weeks: Vec::new(),
        tax_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives: Vec::new(),
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: unheard.collect(),
        deploys: Vec::new(),
        notes: Vec::new(),
        topics: TopicInput::default(),
        actions: ActionInput::default(),
        unusual: UnusualInput::default(),
        queue: QueueInput::default(),
    })
}

#[test]
fn a_week_is_complete_when_every_source_has_told_all_of_it() {
    use SourceKind::{Cost, Incidents, Objectives};
    let cost = |last| source("aws", Cost, "2026-01-01", last);
    let objectives = |last| source("prometheus", Objectives, "2026-01-01", last);
    let incidents = || source("pagerduty", Incidents, "2026-01-01", "2026-11-02T10:00");
    let later = || source("gcp", Cost, "2026-11-23", "2026-11-23");
    let tuesday = "2026-11-24T10:00";
    for (why, expected, as_of, sources, unheard) in [
        ("the bill is whole", true, tuesday, vec![cost("2026-11-22")], vec![]),
        ("six days of the bill", false, tuesday, vec![cost("2026-11-21")], vec![]),
        ("Sunday is not two days back", false, "2026-11-23T10:00", vec![cost("2026-11-22")], vec![]),
        ("counts to the end", true, tuesday, vec![objectives("2026-11-23T00:00")], vec![]),
        ("an hour of counts is missing", false, tuesday, vec![objectives("2026-11-22T23:00")], vec![]),
        ("no incident is no lateness", true, tuesday, vec![cost("2026-11-22"), incidents()], vec![]),
        (
            "too silent for its habit",
            false,
            tuesday,
            vec![cost("2026-11-22"), incidents()],
            vec!["pagerduty"],
        ),
        ("one that began later", true, tuesday, vec![cost("2026-11-22"), later()], vec![]),
        ("the week goes on", false, "2026-11-22T10:00", vec![incidents()], vec![]),
        ("nobody tells anything", false, tuesday, vec![], vec![]),
    ] {
        assert_eq!(is_complete(&review(as_of, sources, &unheard, true)), expected, "{why}");
    }
}

#[test]
fn it_is_told_from_when_it_is_complete_or_the_meeting_near_until_the_day_of_the_meeting_is_over() {
    let terms = terms("wednesday 15:00", 2);
    let whole = || vec![source("aws", SourceKind::Cost, "2026-01-01", "2026-11-22")];
    for (why, expected, as_of, sources, has_product) in [
        ("complete", true, "2026-11-24T09:00", whole(), true),
        ("not complete and not near", false, "2026-11-25T12:59", vec![], true),
        ("near", true, "2026-11-25T13:00", vec![], true),
        ("the last minute of that day", true, "2026-11-25T23:59", whole(), true),
        ("the day after", false, "2026-11-26T00:00", whole(), true),
        ("there is nothing to tell of", false, "2026-11-25T13:00", whole(), false),
    ] {
        assert_eq!(terms.is_ready(&review(as_of, sources, &[], has_product), at(as_of)), expected, "{why}");
    }
}
