//! Which incidents need a write-up, why, by which day, and how well that is done.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::finding::{Detail, Status};
use domain::incident::{Incident, Severity};
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, Window};
use domain::organization::Localized;
use domain::period::Period;
use domain::postmortem::duty::{Completion, Duty, DutyInput, Reason, duties};
use domain::postmortem::{
    PostmortemHead, PostmortemMove, PostmortemRecord, PostmortemState, PostmortemStep, PostmortemTerms,
    PostmortemText,
};
use domain::product::{Environment, Product};
use domain::ratio::Ppm;
use domain::review::incidents::Postmortem as Standing;
use domain::review::{ReviewInput, WeeklyReview};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

mod examples;

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

/// A wall clock in Tokyo.
fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// One whose users stopped feeling it at a wall clock, half an hour after they began to.
fn ended(id: &str, severity: Severity, end: &str) -> Incident {
    let end = at(end);
    let start = end.checked_sub(30.minutes()).unwrap();
    Incident { severity, impact_start: Some(start), mitigated_at: Some(end), ..examples::incident(id, start) }
}

fn text(at: Timestamp) -> PostmortemText {
    PostmortemText { version: 1, at, by: "佐藤".to_owned(), link: None, text: "# 概要".to_owned() }
}

fn head(id: &str, steps: &[(&str, &str)]) -> PostmortemHead {
    let step = |(done, when): &(&str, &str)| PostmortemStep {
        done: done.parse().unwrap(),
        at: at(when),
        by: "佐藤".to_owned(),
        note: "同じ原因が続いた".to_owned(),
    };
    let is_written = steps.iter().any(|(done, _)| !done.ends_with("flag"));
    let texts = if is_written { vec![text(at("2026-01-01T00:00"))] } else { Vec::new() };
    PostmortemRecord { texts, steps: steps.iter().map(step).collect() }.head("pagerduty", id)
}

fn told(incidents: &[Incident], heads: &[PostmortemHead], terms: &PostmortemTerms, now: &str) -> Vec<Duty> {
    let zone = tokyo();
    duties(&DutyInput {
        incidents,
        histories: &[],
        heads,
        terms,
        zone: &zone,
        as_of: at(now),
        until: at(now),
    })
}

fn of_one(incident: Incident, heads: &[PostmortemHead]) -> Option<Duty> {
    told(&[incident], heads, &PostmortemTerms::default(), "2028-06-01T10:00").pop()
}

/// The days were counted by hand on the Cabinet Office's calendar.
#[test]
fn the_day_follows_the_severity_and_the_calendar() {
    use Severity::{Sev1, Sev2, Unclassified};
    for (severity, end, due, is_covered) in [
        // Over 勤労感謝の日, a Monday.
        (Sev2, "2026-11-18T09:58", "2026-11-26", true),
        (Sev2, "2026-11-22T23:59", "2026-11-30", true),
        // Just before and just after midnight in Tokyo.
        (Sev2, "2026-11-19T23:59:59", "2026-11-27", true),
        (Sev2, "2026-11-20T00:00", "2026-11-30", true),
        // The golden week and the week of September.
        (Sev2, "2026-04-28T12:00", "2026-05-11", true),
        (Sev2, "2026-05-01T12:00", "2026-05-13", true),
        (Sev2, "2026-09-17T12:00", "2026-09-29", true),
        (Unclassified, "2026-09-18T12:00", "2026-09-30", true),
        // New Year, by law one day.
        (Sev2, "2026-12-25T12:00", "2027-01-04", true),
        // Calendar days know no holidays, and no calendar that ends.
        (Sev1, "2026-11-20T12:00", "2026-11-23", true),
        (Sev1, "2026-05-02T12:00", "2026-05-05", true),
        (Sev1, "2027-12-30T12:00", "2028-01-02", true),
        // 2028 is not announced: weekends are all that is known of it.
        (Sev2, "2027-12-24T12:00", "2027-12-31", true),
        (Sev2, "2027-12-27T12:00", "2028-01-03", false),
    ] {
        let due_of = of_one(ended("1", severity, end), &[]).unwrap().due.unwrap();
        assert_eq!((due_of.on, due_of.is_covered), (day(due), is_covered), "{severity:?} {end}");
    }
}

#[test]
fn the_company_says_how_long_it_takes_and_when_it_rests() {
    let terms = PostmortemTerms {
        sev1_days: 1,
        sev2_business_days: 3,
        year_end: Some("12-29..01-03".parse().unwrap()),
        ..PostmortemTerms::default()
    };
    let incidents =
        [ended("1", Severity::Sev1, "2026-12-28T12:00"), ended("2", Severity::Sev2, "2026-12-25T12:00")];
    let days = told(&incidents, &[], &terms, "2027-02-01T10:00");
    let days: Vec<_> = days.iter().map(|duty| (duty.external_id.as_str(), duty.due.unwrap().on)).collect();
    assert_eq!(days, [("1", day("2026-12-29")), ("2", day("2027-01-05"))]);
}

#[test]
fn only_what_a_rule_or_a_person_asks_for_is_required() {
    let end = "2026-11-18T09:58";
    for (incident, reasons) in [
        (ended("1", Severity::Sev1, end), vec![Reason::Severity(Severity::Sev1)]),
        (ended("1", Severity::Unclassified, end), vec![Reason::Unclassified]),
        (ended("1", Severity::Sev3, end), vec![]),
        (Incident { is_test: true, ..ended("1", Severity::Sev1, end) }, vec![]),
        (Incident { planned: true, ..ended("1", Severity::Sev1, end) }, vec![]),
        (Incident { merged_into: Some("2".to_owned()), ..ended("1", Severity::Sev1, end) }, vec![]),
    ] {
        let found = of_one(incident, &[]).map(|duty| duty.reasons).unwrap_or_default();
        assert_eq!(found, reasons);
    }
    // Whoever asks for one gets one, also of a drill; the day is counted from when they asked.
    let flagged = head("1", &[("flag", "2026-11-20T15:00")]);
    let drill = Incident { is_test: true, ..ended("1", Severity::Sev4, end) };
    let duty = of_one(drill, std::slice::from_ref(&flagged)).unwrap();
    assert!(matches!(duty.reasons.as_slice(), [Reason::Flag(flag)] if flag.by == "佐藤"));
    assert_eq!(duty.due.unwrap().on, day("2026-12-07"));
    let merged = Incident { merged_into: Some("2".to_owned()), ..ended("1", Severity::Sev4, end) };
    assert_eq!(of_one(merged, &[flagged]), None, "the one it was merged into has the write-up");
    // Of two reasons the earlier day counts.
    let both =
        of_one(ended("1", Severity::Sev2, end), &[head("1", &[("flag", "2026-11-20T15:00")])]).unwrap();
    assert_eq!((both.reasons.len(), both.due.unwrap().on), (2, day("2026-11-26")));
}

#[test]
fn what_lasts_has_no_day_yet() {
    let open = Incident { mitigated_at: None, ..ended("1", Severity::Sev2, "2026-11-18T09:58") };
    let duty = told(&[open], &[], &PostmortemTerms::default(), "2026-11-23T10:00").pop().unwrap();
    assert_eq!((duty.due, duty.is_overdue(day("2030-01-01"))), (None, false));
    let later = ended("1", Severity::Sev2, "2026-11-24T09:58");
    assert!(told(&[later], &[], &PostmortemTerms::default(), "2026-11-23T10:00").is_empty());
}

#[test]
fn what_is_written_here_wins_over_what_the_source_says() {
    let end = "2026-11-18T09:58";
    let linked = || Incident {
        postmortem_url: Some("https://wiki.example/1".to_owned()),
        ..ended("1", Severity::Sev2, end)
    };
    let published = || Incident { postmortem_published_at: Some(at("2026-11-20T10:00")), ..linked() };
    let in_review = || head("1", &[("in-review", "2026-11-19T10:00")]);
    let reviewed = head("1", &[("in-review", "2026-11-19T10:00"), ("reviewed", "2026-11-27T00:30")]);
    for (incident, heads, standing, on_time) in [
        (ended("1", Severity::Sev2, end), vec![], Standing::Missing, None),
        (linked(), vec![], Standing::Draft, None),
        (published(), vec![], Standing::Published, Some(true)),
        (published(), vec![in_review()], Standing::InReview, None),
        // A flag alone is nothing that is written.
        (published(), vec![head("1", &[("flag", "2026-11-19T10:00")])], Standing::Published, Some(true)),
        (ended("1", Severity::Sev2, end), vec![reviewed], Standing::Published, Some(false)),
        (ended("1", Severity::Sev2, end), vec![head("2", &[("in-review", end)])], Standing::Missing, None),
    ] {
        let duty = of_one(incident, &heads).unwrap();
        assert_eq!((duty.standing, duty.is_on_time()), (standing, on_time), "{heads:?}");
    }
    let tomorrow = Incident { postmortem_published_at: Some(at("2026-11-24T10:00")), ..linked() };
    let duty = told(&[tomorrow], &[], &PostmortemTerms::default(), "2026-11-23T10:00").pop().unwrap();
    assert_eq!(duty.standing, Standing::Draft, "what is announced has not happened");
}

#[test]
fn completion_counts_what_is_required_due_and_on_time() {
    let incidents = [
        ended("late", Severity::Sev2, "2026-11-02T12:00"),
        ended("missed", Severity::Sev2, "2026-11-09T12:00"),
        ended("on-time", Severity::Sev2, "2026-11-10T12:00"),
        ended("early", Severity::Sev2, "2026-11-19T12:00"),
        ended("to-come", Severity::Sev2, "2026-11-20T12:00"),
        ended("small", Severity::Sev3, "2026-11-20T12:00"),
    ];
    let reviewed = |id, on: &str| head(id, &[("in-review", "2026-11-03T00:00"), ("reviewed", on)]);
    let heads = [
        reviewed("late", "2026-11-12T10:00"),
        reviewed("on-time", "2026-11-17T23:59"),
        reviewed("early", "2026-11-20T10:00"),
    ];
    let found = told(&incidents, &heads, &PostmortemTerms::default(), "2026-11-23T10:00");
    let order: Vec<&str> = found.iter().map(|duty| duty.external_id.as_str()).collect();
    assert_eq!(order, ["missed", "to-come", "early", "on-time", "late"]);
    let counts = Completion::of(found.iter(), day("2026-11-23"));
    assert_eq!(counts, Completion { required: 5, published: 3, due: 4, on_time: 2, overdue: 1 });
}

/// 1,000 requests a day at 99.9 % for thirteen weeks: the budget of four weeks is 28.
fn history(bad_on: &str, bad: i64) -> ObjectiveHistory {
    let objective = Objective {
        id: "telemed-calls".to_owned(),
        display_name: "通話".to_owned(),
        description: String::new(),
        service: "telemed".to_owned(),
        product: Some("telemed".parse().unwrap()),
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(999_000),
        window: Window::Rolling { seconds: 28 * 86_400 },
        counting: domain::counting::Counting::default(),
        source: "openslo".to_owned(),
        definition_hash: String::new(),
        valid_from: at("2026-01-01T00:00"),
        reviewed_at: None,
    };
    let last = at("2026-11-23T00:00");
    let bucket = |days: i64| {
        let start = last.checked_sub((24 * days).hours()).unwrap();
        let is_bad = tokyo().to_datetime(start).date() == day(bad_on);
        SliBucket {
            objective: "telemed-calls".into(),
            period: Period { start, end: start.checked_add(24.hours()).unwrap() },
            good: 1_000 - if is_bad { bad } else { 0 },
            total: 1_000,
            samples_seen: 288,
            samples_expected: 288,
        }
    };
    ObjectiveHistory {
        objective,
        earlier: Vec::new(),
        buckets: (1..=91).rev().map(bucket).collect(),
        excluded: Vec::new(),
    }
}

fn input(incidents: Vec<Incident>, history: ObjectiveHistory) -> ReviewInput {
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
    let catalogue =
        domain::catalogue::Catalogue { products: vec![product], ..domain::catalogue::Catalogue::default() };
    ReviewInput {
        week: "2026-W47".parse().unwrap(),
        as_of: at("2026-11-23T10:00"),
        catalogue: catalogue.into(),
        sources: Vec::new(),
        owner_weeks: Vec::new(),
        tax_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives: vec![history],
        incidents,
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: domain::review::anomalies::UnusualInput::default(),
        queue: domain::objective_queue::QueueInput::default(),
    }
}

/// The rule asks for more than a fifth of the four weeks up to its end, exactly, and does not forget it later.
#[test]
fn a_large_part_of_a_budget_asks_for_a_write_up_for_good() {
    let small = |on: &str| ended("1", Severity::Sev3, &format!("{on}T12:00"));
    for (on, bad, expected) in [
        ("2026-11-18", 6, Some(214_285)),
        ("2026-11-18", 5, None),
        ("2026-11-18", 28, Some(1_000_000)),
        // Nine weeks ago: its own four weeks are still read.
        ("2026-09-24", 6, Some(214_285)),
        // Twelve weeks ago: the four weeks up to its end are not.
        ("2026-09-01", 20, None),
    ] {
        let found = input(vec![small(on)], history(on, bad)).duties(at("2026-11-23T00:00"));
        let shares: Vec<_> = found
            .iter()
            .flat_map(|duty| &duty.reasons)
            .map(|reason| match reason {
                Reason::Budget { objective, share } if objective == "telemed-calls" => share.0,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(shares, expected.into_iter().collect::<Vec<i64>>(), "{bad} on {on}");
    }
    let found = input(vec![small("2026-11-06")], history("2026-11-06", 10)).duties(at("2026-11-23T00:00"));
    assert_eq!(found[0].due.unwrap().on, day("2026-11-20"), "ten business days");
    let alone = input(
        vec![Incident { product: "karte".to_owned(), ..small("2026-11-18") }],
        history("2026-11-18", 9),
    );
    assert!(alone.duties(at("2026-11-23T00:00")).is_empty(), "another product's budget");
}

#[test]
fn the_matrix_names_what_is_overdue_and_what_comes_next() {
    let cell = |incidents: Vec<Incident>, heads: Vec<PostmortemHead>| {
        let mut input = input(incidents, history("2026-11-01", 0));
        input.postmortems = heads;
        let review = WeeklyReview::new(&input);
        let rows: Vec<_> =
            review.incidents.rows.iter().map(|row| (row.postmortem, row.postmortem_due)).collect();
        (review.matrix[0].postmortems.clone().map(|cell| (cell.status, cell.detail)), rows)
    };
    let of_the_week = || ended("118", Severity::Sev2, "2026-11-18T09:58");
    let before = || ended("110", Severity::Sev2, "2026-11-05T09:58");
    let (found, rows) = cell(vec![before(), of_the_week()], Vec::new());
    let next = Some(day("2026-11-26"));
    let detail = Detail::PostmortemsDue { overdue: 1, due: 1, next };
    assert_eq!(found, Some((Status::Breached, detail)), "also that of two weeks before");
    assert_eq!(rows, [(Standing::Missing, next)]);
    let (found, rows) = cell(vec![of_the_week()], vec![head("118", &[("in-review", "2026-11-20T10:00")])]);
    assert_eq!(found, Some((Status::Risk, Detail::PostmortemsDue { overdue: 0, due: 1, next })));
    assert_eq!(rows, [(Standing::InReview, next)]);
    let reviewed = head("118", &[("in-review", "2026-11-20T10:00"), ("reviewed", "2026-11-21T10:00")]);
    let (found, _) = cell(vec![of_the_week()], vec![reviewed]);
    assert_eq!(found, Some((Status::Ok, Detail::PostmortemsDone { published: 1 })));
    let (found, rows) = cell(vec![ended("118", Severity::Sev4, "2026-11-18T09:58")], Vec::new());
    assert_eq!((found, rows), (None, vec![(Standing::NotRequired, None)]));
}

#[test]
fn a_step_may_follow_only_what_is_there() {
    let written = head("1", &[("in-review", "2026-11-20T10:00")]);
    assert!(written.may(PostmortemMove::State(PostmortemState::Reviewed)));
    assert!(!written.may(PostmortemMove::State(PostmortemState::Closed)));
    assert!(written.is_editable());
    assert!(
        !head("1", &[("flag", "2026-11-20T10:00")]).may(PostmortemMove::State(PostmortemState::InReview))
    );
}
