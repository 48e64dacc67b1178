//! Answers to checklists: each stays, an answer to something else than the writer saw is refused.

use domain::checklist::{ChecklistAnswer, ItemKey, ItemState, LoadTest};
use store::StoreError;

use crate::arena::{Arena, contract, day, instant};

contract!(
    answers_and_load_tests_come_back_as_they_were_added,
    of_two_who_answer_one_item_one_is_told,
    nul_characters_are_refused_in_answers
);

fn answer(product: &str, item: &str, state: ItemState, at: &str) -> ChecklistAnswer {
    ChecklistAnswer {
        key: ItemKey {
            product: product.parse().unwrap(),
            checklist: "readiness".parse().unwrap(),
            item: item.parse().unwrap(),
        },
        version: 3,
        state,
        note: "10月の訓練で6分".to_owned(),
        link: Some("https://wiki.example/runbook?a=1".to_owned()),
        at: instant(at),
        by: "西村 光".to_owned(),
    }
}

fn load_test(product: &str, run_on: &str) -> LoadTest {
    LoadTest {
        product: product.parse().unwrap(),
        run_on: day(run_on),
        result: "1,200本で99.3%".to_owned(),
        link: "https://wiki.example/load".to_owned(),
        at: instant("2026-11-20T01:00:00.123456Z"),
        by: "林".to_owned(),
    }
}

async fn answers_and_load_tests_come_back_as_they_were_added(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    let first = answer("telemed", "runbook", ItemState::NotDone, "2026-11-01T01:00:00.123456Z");
    let second = ChecklistAnswer {
        link: None,
        note: String::new(),
        ..answer("telemed", "runbook", ItemState::Done, "2026-11-02T01:00:00Z")
    };
    let other = answer("erx", "backup", ItemState::NotApplicable, "2026-11-03T01:00:00Z");
    store.checklist_answer_insert(first.clone(), 0).await.unwrap();
    store.checklist_answer_insert(second.clone(), 1).await.unwrap();
    store.checklist_answer_insert(other.clone(), 0).await.unwrap();
    assert!(store.revision().await.unwrap() > before, "a reader has to hear of it");
    let slug = "telemed".parse().unwrap();
    assert_eq!(store.checklist_answer_list(Some(&slug)).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.checklist_answer_list(None).await.unwrap(), [other, first, second]);

    for test in [
        load_test("telemed", "2026-08-06"),
        load_test("erx", "2026-11-19"),
        load_test("telemed", "2026-11-19"),
    ] {
        store.load_test_insert(test).await.unwrap();
    }
    let newest = [load_test("telemed", "2026-11-19"), load_test("telemed", "2026-08-06")];
    assert_eq!(store.load_test_list(Some(&slug)).await.unwrap(), newest);
    assert_eq!(store.load_test_list(None).await.unwrap().len(), 3);
}

async fn of_two_who_answer_one_item_one_is_told(arena: &Arena) {
    let store = &arena.store;
    let done = answer("telemed", "runbook", ItemState::Done, "2026-11-01T01:00:00Z");
    store.checklist_answer_insert(done.clone(), 0).await.unwrap();
    let revision = store.revision().await.unwrap();
    for seen in [0, 2] {
        let late = answer("telemed", "runbook", ItemState::NotDone, "2026-11-01T01:00:01Z");
        let told = store.checklist_answer_insert(late, seen).await;
        assert!(matches!(told, Err(StoreError::Conflict { .. })), "{told:?}");
    }
    assert_eq!(store.checklist_answer_list(None).await.unwrap(), [done]);
    assert_eq!(store.revision().await.unwrap(), revision, "what is refused changes nothing");
}

async fn nul_characters_are_refused_in_answers(arena: &Arena) {
    let store = &arena.store;
    let mut broken = answer("telemed", "runbook", ItemState::Done, "2026-11-01T01:00:00Z");
    broken.note = "a\0b".to_owned();
    assert!(store.checklist_answer_insert(broken, 0).await.is_err());
    let mut test = load_test("telemed", "2026-11-19");
    test.result = "a\0b".to_owned();
    assert!(store.load_test_insert(test).await.is_err());
    assert_eq!(store.checklist_answer_list(None).await.unwrap(), []);
    assert_eq!(store.load_test_list(None).await.unwrap(), []);
}
