//! Which topics and decisions the meeting on a week sees, and what becomes of them.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::catalogue::Catalogue;
use domain::decision::{
    Decision, DecisionFault, DecisionForm, DecisionMove, DecisionResult, DecisionStep, DecisionTerms,
};
use domain::finding::Status;
use domain::incident::{DetectedBy, Incident, Severity};
use domain::objective_queue::QueueInput;
use domain::review::actions::ActionInput;
use domain::review::anomalies::UnusualInput;
use domain::review::candidates::{CandidateMatter, IncidentReason, candidates};
use domain::review::topics::{TopicInput, TopicSection};
use domain::review::{ReviewInput, WeeklyReview};
use domain::topic::{Topic, TopicFault, TopicForm, TopicMove, TopicState, TopicStep, TopicTerms};
use domain::week::IsoWeek;
use jiff::{Timestamp, ToSpan};

mod examples;

/// The Monday of the meeting on 2026-W47, at ten in Tokyo.
const MEETING: &str = "2026-11-23T10:00";

/// A wall clock in Tokyo.
fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

fn topic(id: i64, in_week: &str, raised: &str, steps: &[(TopicMove, &str)]) -> Topic {
    let step = |(what, when): &(TopicMove, &str)| TopicStep {
        what: *what,
        at: at(when),
        by: "原".to_owned(),
        note: format!("note {id}"),
    };
    Topic {
        id,
        terms: TopicTerms {
            title: format!("topic {id}"),
            evidence: "3.1 s".to_owned(),
            product: None,
            week: week(in_week),
            link: None,
        },
        raised_at: at(raised),
        raised_by: "佐藤".to_owned(),
        steps: steps.iter().map(step).collect(),
    }
}

fn decision(id: i64, in_week: &str, look_again: &str, steps: &[(DecisionMove, &str)]) -> Decision {
    let step = |(what, when): &(DecisionMove, &str)| DecisionStep {
        what: *what,
        at: at(when),
        by: "原".to_owned(),
        note: format!("seen {id}"),
    };
    Decision {
        id,
        terms: DecisionTerms {
            text: format!("decision {id}"),
            expects: "月に¥180,000減る".to_owned(),
            look_again_on: look_again.parse().unwrap(),
            product: None,
            week: week(in_week),
            topic: None,
        },
        made_at: at("2026-10-05T10:00"),
        made_by: "佐藤".to_owned(),
        steps: steps.iter().map(step).collect(),
    }
}

fn section(topics: Vec<Topic>, decisions: Vec<Decision>, as_of: &str) -> TopicSection {
    TopicSection::new(&input(TopicInput { topics, decisions }, Vec::new(), as_of))
}

fn input(topics: TopicInput, incidents: Vec<Incident>, as_of: &str) -> ReviewInput {
    ReviewInput {
        week: week("2026-W47"),
        as_of: at(as_of),
        catalogue: Catalogue::default().into(),
        sources: Vec::new(),
        owner_weeks: Vec::new(),
        tax_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives: Vec::new(),
        incidents,
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: ActionInput::default(),
        notes: Vec::new(),
        topics,
        unusual: UnusualInput::default(),
        queue: QueueInput::default(),
    }
}

#[test]
fn the_meeting_sees_what_was_raised_for_it_and_what_was_left_over() {
    use TopicState::{Decided, Dropped, Open};
    let carry = TopicMove::Carry(week("2026-W48"));
    let topics = vec![
        topic(1, "2026-W47", "2026-11-18T15:00", &[]),
        topic(2, "2026-W45", "2026-11-04T15:00", &[]),
        topic(3, "2026-W46", "2026-11-11T15:00", &[(TopicMove::Drop, "2026-11-16T10:20")]),
        topic(4, "2026-W47", "2026-11-19T15:00", &[(TopicMove::Decide(9), "2026-11-23T09:50")]),
        topic(5, "2026-W47", "2026-11-20T15:00", &[(carry, "2026-11-23T09:55")]),
        topic(6, "2026-W48", "2026-11-20T15:00", &[]),
        topic(
            7,
            "2026-W46",
            "2026-11-12T15:00",
            &[
                (TopicMove::Carry(week("2026-W47")), "2026-11-16T10:30"),
                (TopicMove::Drop, "2026-11-23T09:58"),
            ],
        ),
    ];
    let found = section(topics, Vec::new(), MEETING);
    let seen: Vec<_> = found
        .topics
        .iter()
        .map(|topic| (topic.id, topic.state, topic.week.to_string(), topic.carried))
        .collect();
    let expected = [
        (2, Open, "2026-W47", 2),
        (1, Open, "2026-W47", 0),
        (7, Dropped, "2026-W47", 1),
        (4, Decided, "2026-W47", 0),
        (5, Open, "2026-W48", 0),
    ];
    assert_eq!(
        seen,
        expected.map(|(id, state, week, carried)| (id, state, week.to_owned(), carried)),
        "settled in an earlier meeting or raised for a later one: not this week's"
    );
    assert_eq!(found.topics[2].note, "note 7", "the reason stands beside it");
}

#[test]
fn a_week_of_the_past_shows_its_topics_as_its_meeting_left_them() {
    let topics = vec![
        topic(1, "2026-W47", "2026-11-18T15:00", &[(TopicMove::Drop, "2026-12-02T10:00")]),
        topic(2, "2026-W47", "2026-12-03T15:00", &[]),
    ];
    let found = section(topics, Vec::new(), "2026-12-20T10:00");
    let seen: Vec<_> = found.topics.iter().map(|topic| (topic.id, topic.state)).collect();
    assert_eq!(
        seen,
        [(1, TopicState::Open)],
        "dropped, and another one raised, after the week of its meeting"
    );
}

#[test]
fn decisions_come_back_on_their_day_until_somebody_says_what_came_of_them() {
    use DecisionResult::{Failed, Worked};
    let later = DecisionMove::Later("2026-12-14".parse().unwrap());
    let judged = DecisionMove::Judge;
    let decisions = vec![
        decision(1, "2026-W41", "2026-11-20", &[]),
        decision(2, "2026-W41", "2026-11-23", &[]),
        decision(3, "2026-W41", "2026-11-24", &[]),
        decision(4, "2026-W41", "2026-11-09", &[(judged(Worked), "2026-11-09T10:10")]),
        decision(5, "2026-W41", "2026-11-16", &[(judged(Failed), "2026-11-23T09:40")]),
        decision(6, "2026-W41", "2026-11-16", &[(later, "2026-11-16T10:10")]),
        decision(7, "2026-W47", "2026-12-21", &[]),
        decision(8, "2026-W48", "2026-12-21", &[]),
    ];
    let found = section(Vec::new(), decisions, MEETING);
    let seen: Vec<_> = found.look_again.iter().map(|one| (one.id, one.result)).collect();
    assert_eq!(seen, [(1, None), (2, None), (5, Some(Failed))], "judged since the week ended: last");
    assert_eq!(found.look_again[2].note, "seen 5");
    assert_eq!(found.made.iter().map(|one| one.id).collect::<Vec<_>>(), [7]);
}

#[test]
fn what_may_follow_a_topic_depends_on_how_it_stands() {
    let to = |text| TopicMove::Carry(week(text));
    let open = topic(1, "2026-W47", "2026-11-18T15:00", &[]);
    let dropped = topic(1, "2026-W47", "2026-11-18T15:00", &[(TopicMove::Drop, MEETING)]);
    for (what, when_open, when_dropped) in [
        (to("2026-W48"), true, false),
        (to("2026-W47"), false, false),
        (to("2026-W46"), false, false),
        (TopicMove::Decide(1), true, false),
        (TopicMove::Act(1), true, false),
        (TopicMove::Drop, true, false),
        (TopicMove::Reopen, false, true),
    ] {
        assert_eq!((open.may(what), dropped.may(what)), (when_open, when_dropped), "{what:?}");
    }
}

#[test]
fn forms_say_what_is_missing() {
    let whole =
        TopicForm {
            title: "検索が遅い".to_owned(), week: "2026-W47".to_owned(), ..TopicForm::default()
        };
    let long = "あ".repeat(201);
    for (form, expected) in [
        (TopicForm { title: " ".to_owned(), ..whole.clone() }, TopicFault::Title),
        (TopicForm { title: long, ..whole.clone() }, TopicFault::Title),
        (TopicForm { title: "a\0".to_owned(), ..whole.clone() }, TopicFault::Letters),
        (TopicForm { evidence: "a".repeat(1_001), ..whole.clone() }, TopicFault::Evidence),
        (TopicForm { product: "nobody".to_owned(), ..whole.clone() }, TopicFault::Product),
        (TopicForm { week: "W47".to_owned(), ..whole.clone() }, TopicFault::Week),
        (TopicForm { week: "2025-W53".to_owned(), ..whole.clone() }, TopicFault::Week),
        (TopicForm { link: "javascript:alert(1)".to_owned(), ..whole.clone() }, TopicFault::Link),
    ] {
        assert_eq!(form.read(|slug| slug.as_str() == "telemed"), Err(expected), "{form:?}");
    }
    let known = TopicForm { product: "telemed".to_owned(), link: "https://a.example".to_owned(), ..whole };
    assert!(known.read(|slug| slug.as_str() == "telemed").is_ok());

    let whole = DecisionForm {
        text: "止める".to_owned(),
        expects: "減る".to_owned(),
        look_again: "2026-12-21".to_owned(),
        week: "2026-W47".to_owned(),
        ..DecisionForm::default()
    };
    for (form, expected) in [
        (DecisionForm { text: String::new(), ..whole.clone() }, DecisionFault::Text),
        (DecisionForm { expects: String::new(), ..whole.clone() }, DecisionFault::Expects),
        (DecisionForm { look_again: "soon".to_owned(), ..whole.clone() }, DecisionFault::Day),
        (DecisionForm { week: String::new(), ..whole.clone() }, DecisionFault::Week),
        (DecisionForm { product: "nobody".to_owned(), ..whole.clone() }, DecisionFault::Product),
    ] {
        assert_eq!(form.read(None, |_| false), Err(expected), "{form:?}");
    }
    assert_eq!(whole.read(Some(4), |_| false).unwrap().topic, Some(4));
}

/// The rules of reference/incidents_and_review.md 4.3 on incidents, one at a time and together.
#[test]
fn the_rules_put_incidents_forward_with_the_reasons_that_make_them_worth_it() {
    let on = |id: &str, day: &str, severity| {
        let over = at(day).checked_add(30.minutes()).unwrap();
        let ended =
            Incident { mitigated_at: Some(over), resolved_at: Some(over), ..examples::incident(id, at(day)) };
        Incident { severity, ..ended }
    };
    let by = |incident: Incident, detected_by| Incident { detected_by: Some(detected_by), ..incident };
    let of = |incident: Incident, kind: &str| Incident { fingerprint: Some(kind.to_owned()), ..incident };
    let small = |id| on(id, "2026-11-18T09:00", Severity::Sev3);
    let incidents = vec![
        on("severe", "2026-11-18T09:00", Severity::Sev2),
        small("small"),
        by(small("customer"), DetectedBy::Customer),
        by(small("monitor"), DetectedBy::Monitor),
        of(small("again"), "dns"),
        of(on("before", "2026-10-20T09:00", Severity::Sev3), "dns"),
        of(small("other"), "disk"),
        Incident { is_test: true, ..on("drill", "2026-11-18T09:00", Severity::Sev1) },
        by(of(on("all", "2026-11-17T09:00", Severity::Sev1), "dns"), DetectedBy::Customer),
    ];
    let review = WeeklyReview::new(&input(TopicInput::default(), incidents, MEETING));
    let mut found: Vec<(String, Status, Vec<IncidentReason>)> = candidates(&review)
        .into_iter()
        .filter_map(|candidate| match candidate.matter {
            CandidateMatter::Incident { external_id, reasons, .. } => {
                Some((external_id, candidate.status, reasons))
            }
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    use IncidentReason::{FoundByCustomer, Repeated, Severe, WriteUpLate};
    // Three business days after a SEV-1 of the Tuesday.
    let late = "2026-11-20".parse().unwrap();
    let expected = [
        ("again", Status::Risk, vec![Repeated(3)]),
        (
            "all",
            Status::Breached,
            vec![Severe(Severity::Sev1), Repeated(2), FoundByCustomer, WriteUpLate(late)],
        ),
        ("customer", Status::Risk, vec![FoundByCustomer]),
        ("severe", Status::Breached, vec![Severe(Severity::Sev2)]),
    ];
    let expected = expected.map(|(id, status, reasons)| (id.to_owned(), status, reasons));
    assert_eq!(found, expected, "small ones, the first of its kind, and drills are not put forward");
}
