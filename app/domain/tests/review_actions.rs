//! Which promises the meeting on a week works through, and how late they are when it does.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::action::{Action, ActionMove, ActionState, ActionStep, ActionTerms};
use domain::catalogue::Catalogue;
use domain::finding::{Detail, Status};
use domain::objective_queue::QueueInput;
use domain::organization::Localized;
use domain::product::Product;
use domain::review::actions::{ActionInput, ActionSection, ReviewAction};
use domain::review::anomalies::UnusualInput;
use domain::review::{ReviewInput, WeeklyReview};
use jiff::Timestamp;

/// The Monday of the meeting on 2026-W47, at ten in Tokyo.
const MEETING: &str = "2026-11-23T10:00";

/// A wall clock in Tokyo.
fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn promise(id: i64, product: &str, made: &str, due: &str) -> Action {
    Action {
        id,
        terms: ActionTerms {
            text: format!("promise {id}"),
            owner: "林".to_owned(),
            due_on: due.parse().unwrap(),
            product: (!product.is_empty()).then(|| product.parse().unwrap()),
            incident: None,
            week: None,
            link: None,
        },
        made_at: at(made),
        made_by: "佐藤".to_owned(),
        steps: Vec::new(),
        issue: None,
    }
}

fn then(mut action: Action, what: ActionMove, when: &str) -> Action {
    action.steps.push(ActionStep { what, at: at(when), by: "林".to_owned(), note: "why".to_owned() });
    action
}

/// One promise of every kind that the meeting of 2026-W47 may meet.
fn promises() -> Vec<Action> {
    let agreed = |mut action: Action| {
        action.terms.week = Some("2026-W47".parse().unwrap());
        action
    };
    let later = ActionMove::Redate("2026-12-18".parse().unwrap());
    vec![
        promise(1, "telemed", "2026-11-02T10:00", "2026-11-10"),
        promise(2, "booking", "2026-11-17T10:00", "2026-11-20"),
        promise(3, "telemed", "2026-11-18T10:00", "2026-11-27"),
        then(promise(4, "telemed", "2026-11-05T10:00", "2026-11-10"), ActionMove::Done, "2026-11-19T09:00"),
        then(promise(5, "erx", "2026-11-05T10:00", "2026-11-10"), ActionMove::Done, "2026-11-23T09:30"),
        agreed(promise(6, "erx", "2026-11-23T09:50", "2026-12-04")),
        promise(7, "erx", "2026-11-23T09:55", "2026-12-04"),
        then(promise(8, "", "2026-11-04T10:00", "2026-11-16"), later, "2026-11-16T10:20"),
    ]
}

fn product(slug: &str) -> Product {
    Product {
        slug: slug.parse().unwrap(),
        name: Localized::same(slug),
        group: None,
        tier: 1,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

fn input(actions: Vec<Action>, as_of: &str) -> ReviewInput {
    let products = ["telemed", "booking", "erx", "labs"].map(product).to_vec();
    ReviewInput {
        week: "2026-W47".parse().unwrap(),
        as_of: at(as_of),
        catalogue: Catalogue { products, ..Catalogue::default() }.into(),
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
        notes: Vec::new(),
        topics: Default::default(),
        actions: ActionInput {
            actions,
            frozen_at: vec![at("2026-11-09T10:30"), at("2026-11-16T10:30"), at("2026-11-30T10:30")],
        },
        unusual: UnusualInput::default(),
        queue: QueueInput::default(),
    }
}

fn told(actions: &[ReviewAction]) -> Vec<(i64, ActionState, Status, i64, usize)> {
    actions.iter().map(|one| (one.id, one.state, one.status, one.overdue_days, one.carried)).collect()
}

#[test]
fn the_meeting_sees_what_stood_open_when_its_week_ended_the_longest_overdue_first() {
    use ActionState::{Done, Open};
    let section = ActionSection::new(&input(promises(), MEETING));
    assert_eq!(
        told(&section.carried),
        [
            (1, Open, Status::Breached, 13, 2),
            (2, Open, Status::Risk, 3, 0),
            (3, Open, Status::Ok, 0, 0),
            (8, Open, Status::Ok, 0, 2),
            (5, Done, Status::Ok, 0, 2),
        ],
        "kept before the week ended or promised after it: not carried; kept since: shown last"
    );
    assert_eq!(told(&section.made), [(6, Open, Status::Ok, 0, 0)]);
    let moved = section.carried.iter().find(|action| action.id == 8).unwrap();
    assert_eq!((moved.due_on.to_string().as_str(), moved.redates), ("2026-12-18", 1));
}

/// Who opens the week a month later sees what its meeting could see, not what became of it since.
#[test]
fn a_week_of_the_past_shows_its_promises_as_its_meeting_left_them() {
    let mut actions = promises();
    actions[0] = then(actions[0].clone(), ActionMove::Done, "2026-11-25T10:00");
    actions[2] = then(actions[2].clone(), ActionMove::Drop, "2026-12-01T10:00");
    let section = ActionSection::new(&input(actions, "2026-12-20T10:00"));
    let of = |id: i64| section.carried.iter().find(|action| action.id == id).unwrap();
    assert_eq!(of(1).state, ActionState::Done, "kept on the Wednesday after the meeting");
    assert_eq!(of(3).state, ActionState::Open, "given up when the next meeting had already been held");
    assert_eq!(of(3).overdue_days, 2, "due on the Friday, told on the Sunday on which that week ends");
    assert_eq!(of(2).carried, 0, "the freeze of the next week is not yet known");
}

#[test]
fn a_product_is_judged_by_its_latest_promise_and_has_no_cell_without_one() {
    let review = WeeklyReview::new(&input(promises(), MEETING));
    let cell = |slug: &str| {
        let row = review.matrix.iter().find(|row| row.product.as_str() == slug).unwrap();
        row.actions.as_ref().map(|cell| (cell.status, cell.detail.clone()))
    };
    let open = |open, overdue, longest| Detail::ActionsOpen { open, overdue, longest };
    assert_eq!(cell("telemed"), Some((Status::Breached, open(2, 1, 13))), "late by more than seven days");
    assert_eq!(cell("booking"), Some((Status::Risk, open(1, 1, 3))), "late");
    assert_eq!(
        cell("erx"),
        Some((Status::Ok, open(1, 0, 0))),
        "what the meeting made counts, what is kept not"
    );
    assert_eq!(cell("labs"), None, "nothing promised is nothing to judge");
    let without = WeeklyReview::new(&input(Vec::new(), MEETING));
    assert!(without.actions.is_empty() && without.matrix.iter().all(|row| row.actions.is_none()));
}

/// Seven days late is amber, eight is red (reference/incidents_and_review.md 4.3).
#[test]
fn a_week_of_delay_is_the_edge_between_amber_and_red() {
    for (due, expected) in [
        ("2026-11-23", Status::Ok),
        ("2026-11-22", Status::Risk),
        ("2026-11-16", Status::Risk),
        ("2026-11-15", Status::Breached),
    ] {
        let section = ActionSection::new(&input(vec![promise(1, "erx", "2026-11-02T10:00", due)], MEETING));
        assert_eq!(section.carried[0].status, expected, "due on {due}");
    }
}
