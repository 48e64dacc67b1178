//! What has to be settled before a week is frozen.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::action::{Action, ActionMove, ActionStep, ActionTerms};
use domain::catalogue::Catalogue;
use domain::coverage::{SourceKind, SourceState};
use domain::decision::{Decision, DecisionMove, DecisionResult, DecisionStep, DecisionTerms};
use domain::objective_queue::QueueInput;
use domain::review::actions::ActionInput;
use domain::review::anomalies::UnusualInput;
use domain::review::requirements::{Requirement, freeze_requirements};
use domain::review::topics::TopicInput;
use domain::review::{ReviewInput, WeeklyReview};
use domain::topic::{Topic, TopicMove, TopicStep, TopicTerms};
use jiff::Timestamp;

/// The Monday of the meeting on 2026-W47, at ten in Tokyo.
const MEETING: &str = "2026-11-23T10:00";

fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn source(kind: SourceKind, first_day: &str, last_day: &str) -> SourceState {
    let is_cost = kind == SourceKind::Cost;
    SourceState {
        name: "source".to_owned(),
        kind,
        received_at: at("2026-11-22T06:00"),
        first_day: Some(first_day.parse().unwrap()),
        last_day: Some(last_day.parse().unwrap()),
        period_end: is_cost.then(|| "2026-12-01".parse().unwrap()),
        last_instant: (!is_cost).then(|| at(&format!("{last_day}T23:00"))),
    }
}

fn input(as_of: &str) -> ReviewInput {
    ReviewInput {
        week: "2026-W47".parse().unwrap(),
        as_of: at(as_of),
        catalogue: Catalogue::default().into(),
        sources: Vec::new(),
        owner_weeks: Vec::new(),
        tax_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives: Vec::new(),
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: ActionInput::default(),
        notes: Vec::new(),
        topics: TopicInput::default(),
        unusual: UnusualInput::default(),
        queue: QueueInput::default(),
    }
}

fn left(input: &ReviewInput) -> Vec<(Requirement, usize)> {
    let unmet = freeze_requirements(&WeeklyReview::new(input));
    unmet.into_iter().map(|unmet| (unmet.requirement, unmet.count)).collect()
}

fn promise(id: i64, due: &str, moved: &[ActionMove]) -> Action {
    let step = |what: &ActionMove| ActionStep {
        what: *what,
        at: at("2026-11-23T09:30"),
        by: "林".to_owned(),
        note: "why".to_owned(),
    };
    Action {
        id,
        terms: ActionTerms {
            text: format!("promise {id}"),
            owner: "林".to_owned(),
            due_on: due.parse().unwrap(),
            product: None,
            incident: None,
            week: None,
            link: None,
        },
        issue: None,
        made_at: at("2026-11-02T10:00"),
        made_by: "佐藤".to_owned(),
        steps: moved.iter().map(step).collect(),
    }
}

fn topic(id: i64, moved: &[TopicMove]) -> Topic {
    let step = |what: &TopicMove| TopicStep {
        what: *what,
        at: at("2026-11-23T09:30"),
        by: "原".to_owned(),
        note: String::new(),
    };
    Topic {
        id,
        terms: TopicTerms {
            title: format!("topic {id}"),
            evidence: String::new(),
            product: None,
            week: "2026-W47".parse().unwrap(),
            link: None,
        },
        raised_at: at("2026-11-18T10:00"),
        raised_by: "佐藤".to_owned(),
        steps: moved.iter().map(step).collect(),
    }
}

fn decision(id: i64, look_again: &str, moved: &[DecisionMove]) -> Decision {
    let step = |what: &DecisionMove| DecisionStep {
        what: *what,
        at: at("2026-11-23T09:30"),
        by: "原".to_owned(),
        note: "seen".to_owned(),
    };
    Decision {
        id,
        terms: DecisionTerms {
            text: format!("decision {id}"),
            expects: "less".to_owned(),
            look_again_on: look_again.parse().unwrap(),
            product: None,
            week: "2026-W45".parse().unwrap(),
            topic: None,
        },
        made_at: at("2026-11-09T10:00"),
        made_by: "佐藤".to_owned(),
        steps: moved.iter().map(step).collect(),
    }
}

#[test]
fn a_quiet_week_is_frozen_at_once() {
    assert_eq!(left(&input(MEETING)), []);
}

/// On Monday morning in Tokyo no bill has the Sunday: that alone keeps nobody from freezing.
#[test]
fn a_source_owes_the_days_that_it_can_have() {
    use Requirement::{CostIncomplete, SourceMissing};
    use SourceKind::{Cost, Incidents, Objectives};
    for (kind, first, last, as_of, expected) in [
        (Cost, "2026-10-01", "2026-11-22", MEETING, None),
        (Cost, "2026-10-01", "2026-11-21", MEETING, None),
        (Cost, "2026-10-01", "2026-11-20", MEETING, Some(CostIncomplete)),
        (Cost, "2026-10-01", "2026-11-21", "2026-11-24T10:00", Some(CostIncomplete)),
        (Cost, "2026-10-01", "2026-11-22", "2026-11-24T10:00", None),
        (Cost, "2026-10-01", "2026-11-15", MEETING, Some(SourceMissing)),
        (Cost, "2026-10-01", "2026-11-16", "2026-11-29T10:00", Some(CostIncomplete)),
        (Cost, "2026-11-19", "2026-11-22", MEETING, None),
        (Cost, "2026-11-23", "2026-11-23", "2026-11-25T10:00", None),
        (Objectives, "2026-10-01", "2026-11-22", MEETING, None),
        (Objectives, "2026-10-01", "2026-11-16", MEETING, Some(SourceMissing)),
        (Objectives, "2026-11-23", "2026-11-23", MEETING, None),
        (Incidents, "2026-10-01", "2026-11-01", MEETING, None),
    ] {
        let input = ReviewInput { sources: vec![source(kind, first, last)], ..input(as_of) };
        let expected: Vec<_> = expected.into_iter().map(|one| (one, 1)).collect();
        assert_eq!(left(&input), expected, "{kind:?} from {first} to {last} on {as_of}");
    }
}

#[test]
fn what_was_promised_raised_and_decided_is_settled_first() {
    use Requirement::{ActionOverdue, DecisionDue, TopicOpen};
    let later = "2026-12-18".parse().unwrap();
    let actions = vec![
        promise(1, "2026-11-10", &[]),
        promise(2, "2026-11-20", &[]),
        promise(3, "2026-11-23", &[]),
        promise(4, "2026-11-10", &[ActionMove::Redate(later)]),
        promise(5, "2026-11-10", &[ActionMove::Done]),
    ];
    let topics = vec![
        topic(1, &[]),
        topic(2, &[TopicMove::Carry("2026-W48".parse().unwrap())]),
        topic(3, &[TopicMove::Drop]),
    ];
    let decisions = vec![
        decision(1, "2026-11-23", &[]),
        decision(2, "2026-11-16", &[DecisionMove::Judge(DecisionResult::Worked)]),
        decision(3, "2026-12-07", &[]),
    ];
    let on = |as_of: &str| ReviewInput {
        actions: ActionInput { actions: actions.clone(), frozen_at: Vec::new() },
        topics: TopicInput { topics: topics.clone(), decisions: decisions.clone() },
        ..input(as_of)
    };
    assert_eq!(left(&on(MEETING)), [(ActionOverdue, 2), (TopicOpen, 1), (DecisionDue, 1)]);
    // Past the week of its meeting nothing changes any more in how they stood, so nobody could settle them.
    assert_eq!(left(&on("2026-11-30T10:00")), []);
}
