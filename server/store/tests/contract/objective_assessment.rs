//! Reviews of objectives.

use domain::objective_queue::{Assessment, Decision, Level};
use store::StoreError;

use crate::arena::{Arena, contract, day, instant};

contract!(what_was_held_stays, what_cannot_be_kept_is_refused);

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
