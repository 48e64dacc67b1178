//! Frozen reviews never change.

use store::{Snapshot, SnapshotHead, SnapshotProduct, StoreError};

use crate::arena::{Arena, contract, instant, week};

contract!(
    a_frozen_review_comes_back_as_it_went_in,
    versions_follow_each_other,
    a_snapshot_of_a_database_that_has_moved_on_is_refused,
    meetings_are_kept_apart,
    nobody_changes_a_frozen_review
);

fn snapshot(meeting: &str, of: &str, version: i64, previous: Option<&str>) -> Snapshot {
    Snapshot {
        head: SnapshotHead {
            meeting: meeting.to_owned(),
            week: week(of),
            version,
            hash: format!("hash-{version}"),
            previous_hash: previous.map(str::to_owned),
            frozen_at: instant("2026-11-23T01:30:00.123456789Z"),
            frozen_by: "佐藤".to_owned(),
            reason: "定例".to_owned(),
        },
        json: "{\"week\":\"2026-W47\"}".to_owned(),
        csv: "product,billed\r\ntelemed,1\r\n".to_owned(),
        markdown: "# 2026-W47\n".to_owned(),
        products: ["telemed", "archive"]
            .map(|slug| SnapshotProduct {
                slug: slug.parse().unwrap(),
                json: format!("{{\"p\":\"{slug}\"}}"),
            })
            .to_vec(),
        made_from: None,
    }
}

async fn a_frozen_review_comes_back_as_it_went_in(arena: &Arena) {
    let mut given = snapshot("", "2026-W47", 1, None);
    arena.store.snapshot_insert(given.clone()).await.unwrap();
    given.head.frozen_at = instant("2026-11-23T01:30:00.123456Z");
    for version in [None, Some(1)] {
        let stored = arena.store.snapshot_get("", week("2026-W47"), version).await.unwrap();
        assert_eq!(stored.as_ref(), Some(&given));
    }
    assert_eq!(arena.store.snapshot_get("", week("2026-W47"), Some(2)).await.unwrap(), None);
    assert_eq!(arena.store.snapshot_get("", week("2026-W46"), None).await.unwrap(), None);
    let slug = "archive".parse().unwrap();
    let page = arena.store.snapshot_product_get("", week("2026-W47"), None, &slug).await.unwrap();
    assert_eq!(page, Some((given.head, "{\"p\":\"archive\"}".to_owned())));
    let unknown = "unknown".parse().unwrap();
    assert_eq!(arena.store.snapshot_product_get("", week("2026-W47"), None, &unknown).await.unwrap(), None);
}

fn conflicts(outcome: Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict { .. }))
}

async fn versions_follow_each_other(arena: &Arena) {
    assert!(conflicts(arena.store.snapshot_insert(snapshot("", "2026-W47", 2, None)).await), "begins with 1");
    assert!(conflicts(arena.store.snapshot_insert(snapshot("", "2026-W47", 1, Some("x"))).await));
    arena.store.snapshot_insert(snapshot("", "2026-W47", 1, None)).await.unwrap();
    let before = arena.store.revision().await.unwrap();
    assert!(conflicts(arena.store.snapshot_insert(snapshot("", "2026-W47", 1, None)).await), "exists");
    assert!(conflicts(arena.store.snapshot_insert(snapshot("", "2026-W47", 3, Some("hash-1"))).await), "gap");
    assert!(conflicts(arena.store.snapshot_insert(snapshot("", "2026-W47", 2, Some("wrong"))).await));
    assert_eq!(arena.store.revision().await.unwrap(), before);
    arena.store.snapshot_insert(snapshot("", "2026-W47", 2, Some("hash-1"))).await.unwrap();
    assert_eq!(arena.store.revision().await.unwrap(), before + 1);
    let latest = arena.store.snapshot_get("", week("2026-W47"), None).await.unwrap().unwrap();
    assert_eq!(latest.head.version, 2);
}

/// What somebody saved between the reading and the freezing would be in no version.
async fn a_snapshot_of_a_database_that_has_moved_on_is_refused(arena: &Arena) {
    let of = |revision| Snapshot { made_from: Some(revision), ..snapshot("", "2026-W47", 1, None) };
    let revision = arena.store.revision().await.unwrap();
    for other in [revision - 1, revision + 1] {
        assert!(conflicts(arena.store.snapshot_insert(of(other)).await), "{other}");
    }
    arena.store.snapshot_insert(of(revision)).await.unwrap();
    let kept = arena.store.snapshot_get("", week("2026-W47"), None).await.unwrap().unwrap();
    assert_eq!((kept.head.version, kept.json), (1, of(revision).json));
}

async fn meetings_are_kept_apart(arena: &Arena) {
    for (meeting, of) in [("", "2026-W47"), ("platform", "2026-W47"), ("", "2026-W48"), ("", "2027-W01")] {
        arena.store.snapshot_insert(snapshot(meeting, of, 1, None)).await.unwrap();
    }
    let weeks = async |meeting: &str| -> Vec<String> {
        let heads = arena.store.snapshot_list(meeting).await.unwrap();
        heads.iter().map(|head| head.week.to_string()).collect()
    };
    assert_eq!(weeks("").await, ["2027-W01", "2026-W48", "2026-W47"]);
    assert_eq!(weeks("platform").await, ["2026-W47"]);
    assert!(weeks("nobody").await.is_empty());
}

async fn nobody_changes_a_frozen_review(arena: &Arena) {
    arena.store.snapshot_insert(snapshot("", "2026-W47", 1, None)).await.unwrap();
    let before = arena.dump().await;
    for statement in [
        "UPDATE snapshot SET json = ''",
        "DELETE FROM snapshot",
        "UPDATE snapshot_product SET json = ''",
        "DELETE FROM snapshot_product",
    ] {
        let refused = arena.execute(statement).await.unwrap_err();
        assert!(refused.to_string().contains("never changed"), "{statement}: {refused}");
    }
    assert_eq!(arena.dump().await, before);
}
