//! What was frozen is answered byte for byte: by another process, after later imports, out of either database.

use axum::Router;

use crate::support::place::{Place, load, on_both_databases};
use crate::support::{House, get, post};

on_both_databases!(a_frozen_week_is_the_same_after_a_restart, a_frozen_week_is_the_same_after_later_imports);

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

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_week_is_the_same_on_sqlite_and_postgresql() {
    let (sqlite, postgres) = (Place::sqlite(), Place::postgres());
    let one = frozen(&sqlite.furnished().await).await;
    assert_same(&frozen(&postgres.furnished().await).await, &one);
}
