//! What was frozen is answered byte for byte: by another process, after later imports, out of either database.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use axum::Router;
use store::{Snapshot, SnapshotHead};

use crate::support::place::{Place, load, on_both_databases};
use crate::support::{House, get, post};

on_both_databases!(
    a_frozen_week_is_the_same_after_a_restart,
    a_frozen_week_is_the_same_after_later_imports,
    what_the_first_release_froze_is_answered_as_it_was,
);

/// A document of the first release.
const GOLDEN: &str = include_str!("data/snapshot_v1.json");

const FREEZE: &str = "week=2026-W47&version=0&reason=the+meeting&force=yes";

/// All that a frozen week is read as.
async fn forms(router: &Router) -> Vec<(String, String)> {
    let mut forms = Vec::new();
    for path in [
        "/reviews/2026-W47.json",
        "/reviews/2026-W47.csv",
        "/reviews/2026-W47.md",
        "/reviews/2026-W47.json?version=1",
        "/reviews/2026-W47.csv?version=1",
        "/reviews/2026-W47.md?version=1",
        "/products/telemed.json?week=2026-W47",
    ] {
        let answer = get(router, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        forms.push((path.to_owned(), answer.body));
    }
    forms
}

async fn frozen(house: &House) -> Vec<(String, String)> {
    let router = house.router();
    let answer = post(&router, "/api/freeze", FREEZE).await;
    assert_eq!(answer.header("location"), "/reviews/2026-W47#freeze");
    let forms = forms(&router).await;
    server::snapshot::hash_verify(&forms[0].1).unwrap();
    forms
}

fn assert_same(now: &[(String, String)], before: &[(String, String)]) {
    for ((path, now), (_, before)) in now.iter().zip(before) {
        assert!(now == before, "{path} has changed");
    }
}

async fn a_frozen_week_is_the_same_after_a_restart(place: Place) {
    let before = frozen(&place.furnished().await).await;
    let again = place.replica().await;
    assert_same(&forms(&again.router()).await, &before);
}

/// Other bills, objectives, incidents and another catalogue under the same names.
async fn a_frozen_week_is_the_same_after_later_imports(place: Place) {
    let house = place.furnished().await;
    let before = frozen(&house).await;
    load(&house.store, 2).await;
    let router = house.router();
    let draft = get(&router, "/reviews/2026-W47.json?version=draft").await;
    assert_ne!(draft.json()["review"], json(&before[0].1)["review"], "something came in");
    assert_same(&forms(&router).await, &before);
    assert_same(&forms(&place.replica().await.router()).await, &before);
}

/// That its row outlives every change of the schema is told with the store.
async fn what_the_first_release_froze_is_answered_as_it_was(place: Place) {
    let house = place.furnished().await;
    let hash = server::snapshot::hash_verify(GOLDEN).unwrap();
    let head = SnapshotHead {
        meeting: String::new(),
        week: "2026-W47".parse().unwrap(),
        version: 1,
        hash: hash.clone(),
        previous_hash: None,
        frozen_at: "2026-11-23T01:31:07.000123Z".parse().unwrap(),
        frozen_by: "demo".to_owned(),
        reason: String::new(),
    };
    let (csv, markdown) = ("table,note\r\nreview,\"a\nb\"\r\n", "# 週次レビュー\n");
    let texts = (GOLDEN.to_owned(), csv.to_owned(), markdown.to_owned());
    let (json, csv, markdown) = texts.clone();
    let frozen = Snapshot { head, json, csv, markdown, products: Vec::new(), made_from: None };
    assert_eq!(server::snapshot::version_faults(&frozen, None), ["0 of its 3 product pages are stored"]);
    house.store.snapshot_insert(frozen).await.unwrap();
    let router = place.replica().await.router();
    for (form, text) in [("json", &texts.0), ("csv", &texts.1), ("md", &texts.2)] {
        let answer = get(&router, &format!("/reviews/2026-W47.{form}")).await;
        assert!(answer.body == *text, "{form} has changed");
    }
    let page = get(&router, "/reviews/2026-W47?lang=en").await;
    assert!(page.status == 200 && page.body.contains(&hash[..12]), "it is shown");
    let said = ["Frozen although", "Definitions: "].map(|words| page.body.contains(words));
    assert_eq!(said, [false, false], "it says nothing of what the first release did not keep");
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_week_is_the_same_on_sqlite_and_postgresql() {
    let (sqlite, postgres) = (Place::sqlite(), Place::postgres());
    let one = frozen(&sqlite.furnished().await).await;
    assert_same(&frozen(&postgres.furnished().await).await, &one);
}
