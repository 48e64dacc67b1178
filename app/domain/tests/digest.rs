//! What a digest is called, and when the one before the meeting is due.

use domain::digest::{DigestSubject, DigestTerms, MeetingTime, is_freeze_news};
use domain::notice::{NoticeKind, Part};
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
