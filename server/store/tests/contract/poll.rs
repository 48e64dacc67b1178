//! Answers lie among messages, and only messages make a habit.

use domain::coverage::SourceKind;
use domain::hook::PollState;
use domain::incident::Incident;
use jiff::{SignedDuration, ToSpan};

use crate::arena::{Arena, contract, instant};
use crate::incident::incident;

contract!(
    answers_wait_beside_messages_and_are_no_habit,
    the_longest_gap_of_the_last_weeks_is_found,
    how_far_was_asked_comes_back,
    a_run_that_came_to_its_end_tells_of_its_weeks,
    products_of_which_a_source_ever_told_are_known
);

const AT: &str = "2026-11-23T01:00:00Z";

fn asked() -> PollState {
    PollState {
        source: "pd".to_owned(),
        log: "pagerduty".to_owned(),
        changed_through: instant(AT),
        history_from: Some(instant("2026-06-01T00:00:00Z")),
        swept_at: None,
        finished_at: None,
        requests: 7,
        failure: Some((instant(AT), "It failed.".to_owned())),
    }
}

fn answers(bodies: &[&str]) -> Vec<(String, String)> {
    bodies.iter().map(|body| (format!("digest-{body}"), (*body).to_owned())).collect()
}

async fn answers_wait_beside_messages_and_are_no_habit(arena: &Arena) {
    let store = &arena.store;
    store.hook_delivery_insert("pagerduty", "d", b"1", instant(AT)).await.unwrap();
    assert_eq!(store.poll_delivery_insert("pagerduty", answers(&["2", "3"]), instant(AT)).await.unwrap(), 2);
    let later = instant(AT) + 1.hour();
    assert_eq!(store.poll_delivery_insert("pagerduty", answers(&["3", "4"]), later).await.unwrap(), 1);
    let waiting = store.hook_delivery_waiting(10).await.unwrap();
    let found: Vec<_> = waiting.iter().map(|one| (one.number, one.body.as_slice())).collect();
    assert_eq!(found, [(1, &b"1"[..]), (2, b"2"), (3, b"3"), (4, b"4")]);
    let states = store.hook_state_list().await.unwrap();
    assert_eq!((states.len(), states[0].messages, states[0].waiting), (1, 1, 1));
    let [(source, arrivals)] = &store.hook_arrival_list().await.unwrap()[..] else { panic!() };
    assert_eq!((source.as_str(), arrivals.count, arrivals.last), ("pagerduty", 1, instant(AT)));
    assert_eq!(arrivals.longest_gap, SignedDuration::ZERO);
}

async fn the_longest_gap_of_the_last_weeks_is_found(arena: &Arena) {
    for (number, hours) in [-13 * 7 * 24 - 1, -30, -20, -19, 0].into_iter().enumerate() {
        let at = instant(AT) + i64::from(hours).hours();
        arena.store.hook_delivery_insert("am", &number.to_string(), b"x", at).await.unwrap();
        arena.store.hook_delivery_insert("pd", &number.to_string(), b"x", instant(AT)).await.unwrap();
    }
    let found = arena.store.hook_arrival_list().await.unwrap();
    let rows: Vec<_> =
        found.iter().map(|(name, one)| (name.as_str(), one.count, one.longest_gap.as_hours())).collect();
    assert_eq!(rows, [("am", 4, 19), ("pd", 5, 0)]);
}

async fn how_far_was_asked_comes_back(arena: &Arena) {
    let store = &arena.store;
    let revision = store.revision().await.unwrap();
    store.poll_state_put(asked()).await.unwrap();
    assert!(store.revision().await.unwrap() > revision, "pages show it");
    assert_eq!(store.poll_state_list().await.unwrap(), [asked()]);
    let finished = PollState { finished_at: Some(instant(AT)), failure: None, ..asked() };
    store.poll_state_put(finished.clone()).await.unwrap();
    assert_eq!(store.poll_state_list().await.unwrap(), [finished]);
}

async fn a_run_that_came_to_its_end_tells_of_its_weeks(arena: &Arena) {
    let store = &arena.store;
    store.poll_state_put(asked()).await.unwrap();
    assert!(store.source_states().await.unwrap().is_empty(), "one that was cut tells nothing");
    let finished = PollState { finished_at: Some(instant(AT)), failure: None, ..asked() };
    store.poll_state_put(finished).await.unwrap();
    let [state] = &store.source_states().await.unwrap()[..] else { panic!() };
    assert_eq!((state.name.as_str(), state.kind), ("pagerduty", SourceKind::Incidents));
    assert_eq!((state.received_at, state.last_instant), (instant(AT), Some(instant(AT))));
    assert_eq!(state.first_day.map(|day| day.to_string()).as_deref(), Some("2026-06-01"));
}

async fn products_of_which_a_source_ever_told_are_known(arena: &Arena) {
    let store = &arena.store;
    assert!(store.incident_product_list().await.unwrap().is_empty());
    let of = |id: &str, source: &str, product: &str, minute: i64| {
        let one = incident(id);
        let updated_at = one.updated_at + minute.minutes();
        Incident { source: source.to_owned(), product: product.to_owned(), updated_at, ..one }
    };
    for told in [
        of("1", "pd", "karte", 0),
        of("1", "pd", "予約", 1),
        of("2", "pd", "karte", 0),
        of("1", "am", "karte", 0),
    ] {
        store.incident_upsert(vec![told], instant(AT), false).await.unwrap();
    }
    let found = store.incident_product_list().await.unwrap();
    let found: Vec<_> = found.iter().map(|(source, product)| (source.as_str(), product.as_str())).collect();
    assert_eq!(
        found,
        [("am", "karte"), ("pd", "karte"), ("pd", "予約")],
        "also of a version that was replaced"
    );
}
