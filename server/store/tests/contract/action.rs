//! Promises: every step stays, and nobody changes what they did not see.

use domain::action::{Action, ActionMove, ActionState, ActionStep, ActionTerms};
use domain::incident_merge::IncidentKey;
use store::StoreError;

use crate::arena::{Arena, contract, instant};

contract!(
    promises_and_steps_come_back_as_they_were_added,
    a_step_that_was_not_seen_is_not_passed_over,
    a_step_that_cannot_follow_a_promise_is_refused,
    nul_characters_are_refused_in_a_promise
);

const AT: &str = "2026-11-20T01:00:00.123456Z";

fn terms(text: &str) -> ActionTerms {
    ActionTerms {
        text: text.to_owned(),
        owner: "林".to_owned(),
        due_on: "2026-11-30".parse().unwrap(),
        product: Some("telemed".parse().unwrap()),
        incident: Some(IncidentKey { source: "pagerduty".to_owned(), external_id: "118".to_owned() }),
        week: Some("2026-W47".parse().unwrap()),
        link: Some("https://github.com/example/telemed/issues/12".to_owned()),
    }
}

fn step(what: ActionMove) -> ActionStep {
    ActionStep {
        what,
        at: instant("2026-11-23T01:00:00Z"),
        by: "原".to_owned(),
        note: "人が足りない".to_owned(),
    }
}

async fn promises_and_steps_come_back_as_they_were_added(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    let first = store.action_insert(terms("期限を監視する"), instant(AT), "佐藤").await.unwrap();
    let bare =
        ActionTerms { product: None, incident: None, week: None, link: None, ..terms("手順を直す") };
    let second = store.action_insert(bare.clone(), instant(AT), "佐藤").await.unwrap();
    let moved = step(ActionMove::Redate("2026-12-04".parse().unwrap()));
    store.action_step(first, 0, moved.clone()).await.unwrap();
    store.action_step(first, 1, step(ActionMove::Done)).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before + 4, "pages see each at once");
    let promise = |id, terms, steps| Action {
        id,
        terms,
        made_at: instant(AT),
        made_by: "佐藤".to_owned(),
        steps,
        issue: None,
    };
    let expected = vec![
        promise(first, terms("期限を監視する"), vec![moved, step(ActionMove::Done)]),
        promise(second, bare, Vec::new()),
    ];
    assert_eq!(store.action_list().await.unwrap(), expected);
    assert_eq!(store.action_get(first).await.unwrap().as_ref(), expected.first());
    assert_eq!(store.action_get(99).await.unwrap(), None);
}

async fn a_step_that_was_not_seen_is_not_passed_over(arena: &Arena) {
    let store = &arena.store;
    let id = store.action_insert(terms("期限を監視する"), instant(AT), "佐藤").await.unwrap();
    store.action_step(id, 0, step(ActionMove::Done)).await.unwrap();
    let late = store.action_step(id, 0, step(ActionMove::Drop)).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(store.action_get(id).await.unwrap().unwrap().state(), ActionState::Done);
}

async fn a_step_that_cannot_follow_a_promise_is_refused(arena: &Arena) {
    let store = &arena.store;
    let id = store.action_insert(terms("期限を監視する"), instant(AT), "佐藤").await.unwrap();
    let reopened = store.action_step(id, 0, step(ActionMove::Reopen)).await;
    assert!(matches!(reopened, Err(StoreError::Conflict { .. })), "{reopened:?}");
    let unknown = store.action_step(99, 0, step(ActionMove::Done)).await;
    assert!(matches!(unknown, Err(StoreError::Conflict { .. })), "{unknown:?}");
}

async fn nul_characters_are_refused_in_a_promise(arena: &Arena) {
    let refused = arena.store.action_insert(terms("a\0b"), instant(AT), "佐藤").await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert!(arena.store.action_list().await.unwrap().is_empty());
}
