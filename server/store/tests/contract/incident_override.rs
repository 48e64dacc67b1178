//! What people say of incidents: kept as it was said, never overwritten by imports.

use domain::incident_merge::{IncidentKey, MergeWord};
use domain::incident_override::OverrideField;
use store::{MergeEdit, OverrideEdit, StoreError};

use crate::arena::{Arena, contract, instant};
use crate::incident::incident;

contract!(
    values_come_back_as_they_were_given,
    values_that_were_not_seen_are_not_buried,
    decisions_come_back_in_their_order,
    versions_of_a_source_stay_beside_what_people_say,
    nul_characters_are_refused_in_what_people_say
);

const AT: &str = "2026-11-20T01:00:00.123456Z";

fn key(id: &str) -> IncidentKey {
    IncidentKey { source: "pagerduty".to_owned(), external_id: id.to_owned() }
}

fn edit(id: &str, seen: i64, values: &[(OverrideField, Option<&str>)]) -> OverrideEdit {
    OverrideEdit {
        of: key(id),
        seen,
        values: values.iter().map(|(field, value)| (*field, value.map(str::to_owned))).collect(),
        at: instant(AT),
        by: "佐藤".to_owned(),
        reason: "記録と違う".to_owned(),
    }
}

async fn values_come_back_as_they_were_given(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    let values = [(OverrideField::Title, Some("決済の停止")), (OverrideField::MitigatedAt, Some(""))];
    store.incident_override_insert(edit("P1", 0, &values)).await.unwrap();
    store.incident_override_insert(edit("P1", 2, &[(OverrideField::Title, None)])).await.unwrap();
    store.incident_override_insert(edit("P1", 3, &[])).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before + 2, "pages see each at once, and nothing of nothing");
    let found = store.incident_override_list().await.unwrap();
    let told: Vec<_> = found.iter().map(|one| (one.position, one.field, one.value.as_deref())).collect();
    assert_eq!(
        told,
        [
            (1, OverrideField::Title, Some("決済の停止")),
            (2, OverrideField::MitigatedAt, Some("")),
            (3, OverrideField::Title, None)
        ]
    );
    assert!(found.iter().all(|one| one.at == instant(AT) && one.by == "佐藤" && one.reason == "記録と違う"));
}

async fn values_that_were_not_seen_are_not_buried(arena: &Arena) {
    let store = &arena.store;
    store.incident_override_insert(edit("P1", 0, &[(OverrideField::Title, Some("a"))])).await.unwrap();
    let late = store.incident_override_insert(edit("P1", 0, &[(OverrideField::Title, Some("b"))])).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    store.incident_override_insert(edit("P2", 0, &[(OverrideField::Title, Some("c"))])).await.unwrap();
    assert_eq!(store.incident_override_list().await.unwrap().len(), 2);
}

async fn decisions_come_back_in_their_order(arena: &Arena) {
    let store = &arena.store;
    for (of, other, word) in
        [("P1", "P2", MergeWord::Into), ("P2", "P3", MergeWord::Apart), ("P1", "P2", MergeWord::Undone)]
    {
        let (at, by) = (instant(AT), "伊藤".to_owned());
        let edit = MergeEdit { of: key(of), other: key(other), word, at, by, reason: "同じ".to_owned() };
        store.incident_merge_insert(edit).await.unwrap();
    }
    let found = store.incident_merge_list().await.unwrap();
    let told: Vec<_> =
        found.iter().map(|one| (one.position, one.of.external_id.as_str(), one.word)).collect();
    assert_eq!(told, [(1, "P1", MergeWord::Into), (2, "P2", MergeWord::Apart), (3, "P1", MergeWord::Undone)]);
    assert!(found.iter().all(|one| one.at == instant(AT) && one.by == "伊藤" && one.reason == "同じ"));
}

async fn versions_of_a_source_stay_beside_what_people_say(arena: &Arena) {
    let store = &arena.store;
    let first = incident("P1");
    let mut second = first.clone();
    second.title = "Another title".to_owned();
    second.updated_at = instant("2026-11-21T00:00:00Z");
    store
        .incident_upsert(vec![first.clone(), incident("P2"), incident("P3")], instant(AT), false)
        .await
        .unwrap();
    store.incident_override_insert(edit("P1", 0, &[(OverrideField::Title, Some("a"))])).await.unwrap();
    let at = instant("2026-11-21T01:00:00Z");
    store.incident_upsert(vec![second.clone()], at, false).await.unwrap();
    let merge = MergeEdit {
        of: key("P2"),
        other: key("nobody"),
        word: MergeWord::Apart,
        at,
        by: "b".to_owned(),
        reason: "r".to_owned(),
    };
    store.incident_merge_insert(merge).await.unwrap();
    let versions = store.incident_version_list(&key("P1")).await.unwrap();
    let told: Vec<_> = versions.iter().map(|one| (one.received_at, one.incident.clone())).collect();
    assert_eq!(told, [(instant(AT), first), (at, second)]);
    assert!(store.incident_version_list(&key("nobody")).await.unwrap().is_empty());
    let touched = store.incident_touched_list().await.unwrap();
    let ids: Vec<_> = touched.iter().map(|one| one.external_id.as_str()).collect();
    assert_eq!(ids, ["P1", "P2"]);
    assert_eq!(store.incident_override_list().await.unwrap().len(), 1, "imports do not touch it");
}

async fn nul_characters_are_refused_in_what_people_say(arena: &Arena) {
    let store = &arena.store;
    let value = store.incident_override_insert(edit("P1", 0, &[(OverrideField::Title, Some("a\0"))])).await;
    assert!(matches!(value, Err(StoreError::Invalid { .. })), "{value:?}");
    let reason = OverrideEdit { reason: "\0".to_owned(), ..edit("P1", 0, &[(OverrideField::Title, None)]) };
    assert!(matches!(store.incident_override_insert(reason).await, Err(StoreError::Invalid { .. })));
}
