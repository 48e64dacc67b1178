//! Reviews of objectives.

use domain::objective::CompositePart;
use domain::objective_queue::{Action, Assessment, BurnAlert, Decision, Level, ObjectiveTerms, PageRead};
use domain::ratio::Ppm;
use store::StoreError;

use crate::arena::{Arena, contract, day, instant};

contract!(
    what_was_held_stays,
    what_cannot_be_kept_is_refused,
    an_action_is_done_once,
    terms_are_those_of_the_last_delivery,
    a_page_is_noted_as_opened
);

fn assessment(objective: &str, decision: Decision) -> Assessment {
    Assessment {
        objective: objective.to_owned(),
        at: instant("2026-11-23T01:00:00.123456Z"),
        by: "Mori".to_owned(),
        decision,
        note: "目標は妥当".to_owned(),
        toil: Some(Level::Low),
        satisfaction: None,
        definition_hash: "abc".to_owned(),
        due_on: day("2027-02-21"),
        evidence: vec![("R04".to_owned(), "4 of 12".to_owned()), ("R01".to_owned(), "due".to_owned())],
        action: None,
    }
}

async fn what_was_held_stays(arena: &Arena) {
    assert!(arena.store.objective_assessment_list().await.unwrap().is_empty());
    let first = assessment("a", Decision::Keep);
    let second = Assessment { evidence: Vec::new(), toil: None, ..assessment("b", Decision::Snooze) };
    for one in [&first, &second, &first] {
        let before = arena.store.revision().await.unwrap();
        arena.store.objective_assessment_insert(one).await.unwrap();
        assert_eq!(arena.store.revision().await.unwrap(), before + 1, "pages see it at once");
    }
    assert_eq!(arena.store.objective_assessment_list().await.unwrap(), [first.clone(), second, first]);
    for change in ["UPDATE objective_assessment SET note = 'x'", "DELETE FROM objective_assessment"] {
        assert!(arena.execute(change).await.is_err(), "{change}");
    }
}

async fn what_cannot_be_kept_is_refused(arena: &Arena) {
    let nul = Assessment { note: "a\0b".to_owned(), ..assessment("a", Decision::Keep) };
    let refused = arena.store.objective_assessment_insert(&nul).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert!(arena.store.objective_assessment_list().await.unwrap().is_empty());
}

async fn an_action_is_done_once(arena: &Arena) {
    let action = Action {
        what: "窓を28日にする".to_owned(),
        owner: "Mori".to_owned(),
        due_on: day("2026-12-01"),
        done: None,
    };
    let held = Assessment { action: Some(action.clone()), ..assessment("a", Decision::FixIndicator) };
    arena.store.objective_assessment_insert(&held).await.unwrap();
    assert_eq!(arena.store.objective_assessment_list().await.unwrap(), std::slice::from_ref(&held));
    let at = instant("2026-11-30T01:00:00Z");
    for (objective, held_at, expected) in [
        ("b", held.at, false),
        ("a", instant("2026-11-23T01:00:00Z"), false),
        ("a", held.at, true),
        ("a", held.at, false),
    ] {
        let before = arena.store.revision().await.unwrap();
        let done = arena.store.objective_action_done(objective, held_at, at, "Sato").await.unwrap();
        assert_eq!(done, expected, "{objective} {held_at}");
        assert_eq!(arena.store.revision().await.unwrap() - before, i64::from(expected));
    }
    let listed = arena.store.objective_assessment_list().await.unwrap();
    assert_eq!(listed[0].action, Some(Action { done: Some((at, "Sato".to_owned())), ..action }));
}

async fn terms_are_those_of_the_last_delivery(arena: &Arena) {
    let alert = |threshold: i64| BurnAlert {
        severity: "page".to_owned(),
        threshold: Ppm(threshold),
        lookback_seconds: 3_600,
    };
    let full = ObjectiveTerms {
        objective: "a".to_owned(),
        alerts: Some(vec![alert(14_400_000), alert(6_000_000)]),
        depends_on: vec!["gateway".to_owned(), "database".to_owned()],
        contract: Some(Ppm(995_000)),
        part: Some(CompositePart { whole: "checkout".to_owned(), weight: Ppm(2_500_000) }),
        lookbacks: vec![3_600, 300],
    };
    let without =
        ObjectiveTerms { objective: "b".to_owned(), alerts: Some(Vec::new()), ..Default::default() };
    let silent = ObjectiveTerms { objective: "c".to_owned(), ..Default::default() };
    let delivered = vec![without.clone(), full.clone(), silent.clone()];
    let store = &arena.store;
    assert!(store.objective_terms_replace("openslo", delivered.clone()).await.unwrap());
    assert_eq!(store.objective_terms_list().await.unwrap(), [full.clone(), without.clone(), silent]);
    let before = store.revision().await.unwrap();
    assert!(!store.objective_terms_replace("openslo", delivered).await.unwrap(), "the same again");
    assert_eq!(store.revision().await.unwrap(), before);
    let refused = store.objective_terms_replace("datadog", vec![without.clone()]).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert!(store.objective_terms_replace("openslo", vec![without.clone()]).await.unwrap());
    assert_eq!(store.objective_terms_list().await.unwrap(), std::slice::from_ref(&without));
    let twice = store.objective_terms_replace("openslo", vec![without.clone(), without]).await;
    assert!(matches!(twice, Err(StoreError::Invalid { .. })), "{twice:?}");
}

async fn a_page_is_noted_as_opened(arena: &Arena) {
    let store = &arena.store;
    let note = async |at: &str| {
        let before = store.revision().await.unwrap();
        store.objective_read_note("a", instant(at)).await.unwrap();
        store.revision().await.unwrap() - before
    };
    assert_eq!(note("2026-10-01T01:00:00Z").await, 0, "nobody could be ignored before");
    assert_eq!(note("2026-10-20T01:00:00Z").await, 0, "an access record changes no page");
    assert_eq!(note("2026-10-19T01:00:00Z").await, 0, "an older one does not go back");
    assert_eq!(note("2026-11-17T01:00:00Z").await, 1, "after four weeks it leaves the queue");
    let (first_at, last_at) = (instant("2026-10-01T01:00:00Z"), instant("2026-11-17T01:00:00Z"));
    let expected = PageRead { objective: "a".to_owned(), first_at, last_at };
    assert_eq!(store.objective_read_list().await.unwrap(), [expected]);
}
