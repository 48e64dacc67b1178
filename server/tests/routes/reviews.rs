//! `/`, `/reviews`, `/reviews/{week}` and its other forms.

use crate::support::{House, get, post};

#[tokio::test]
async fn the_root_leads_to_the_last_week_that_has_ended() {
    let house = House::empty().await;
    let router = house.router();
    let answer = get(&router, "/?lang=en").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, "/reviews/2026-W47?lang=en"));
}

#[tokio::test]
async fn a_week_that_has_not_begun_is_not_there() {
    let house = House::furnished().await;
    let router = house.router();
    for (path, status) in [
        ("/reviews/2026-W48", 200),
        ("/reviews/2026-W49", 404),
        ("/reviews/2026-W49.json", 404),
        ("/reviews/2025-W53", 404),
        ("/reviews/2026-W47?version=1", 404),
        ("/reviews/2026-W47?version=draft", 200),
    ] {
        assert_eq!(get(&router, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_same_value_comes_in_three_forms() {
    let house = House::furnished().await;
    let router = house.router();
    let json = get(&router, "/reviews/2026-W47.json").await;
    assert_eq!(json.header("content-type"), "application/json");
    let value = json.json();
    assert_eq!(value["schema"], "teirei/snapshot/v1");
    assert!(value["snapshot"].is_null(), "a draft has no envelope");
    for line in value["reconciliation"].as_array().unwrap() {
        let difference = line["difference"]["amount"].as_str().unwrap().trim_start_matches('-');
        assert!(difference.chars().all(|digit| "0.".contains(digit)), "{line}");
    }
    assert!(
        value["products"].as_array().unwrap().is_empty(),
        "a draft's product pages have addresses of their own"
    );
    let csv = get(&router, "/reviews/2026-W47.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.body.starts_with("table,"), "{}", &csv.body[..80]);
    let table = get(&router, "/reviews/2026-W47.csv?table=movers").await;
    assert!(table.body.len() < csv.body.len() && table.body.lines().count() > 1, "{}", table.body);
    assert_eq!(get(&router, "/reviews/2026-W47.csv?table=nothing").await.status, 404);
    let minutes = get(&router, "/reviews/2026-W47.md?lang=en").await;
    assert!(minutes.header("content-type").starts_with("text/markdown"));
    assert!(minutes.body.contains("Week 47, 2026"), "{}", &minutes.body[..80]);
}

/// The meeting freezes, late data arrives, the link still says the same, and the page says what came.
#[tokio::test]
async fn a_frozen_week_keeps_its_words() {
    let house = House::furnished().await;
    let router = house.router();
    let answer = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.header("location").starts_with("/reviews/2026-W47"), "{}", answer.header("location"));
    assert!(!answer.header("location").contains("problem"), "{}", answer.header("location"));

    let forms = ["json", "csv", "md"].map(|suffix| format!("/reviews/2026-W47.{suffix}"));
    let mut frozen = Vec::new();
    for form in &forms {
        frozen.push(get(&router, form).await.body);
    }
    let hash = server::snapshot::hash_verify(&frozen[0]).unwrap();
    assert!(get(&router, "/reviews/2026-W47").await.body.contains(&hash[..8]), "the page names its hash");
    let quiet = get(&router, "/reviews/2026-W47/restatements.json").await.json();
    assert_eq!(quiet["restatements"].as_array().unwrap().len(), 0, "{quiet}");

    let mut incidents = house.store.incident_list(all_of_time()).await.unwrap();
    let late = incidents.iter_mut().find(|incident| incident.counts()).unwrap();
    late.external_id = "late-1".to_owned();
    late.declared_at = "2026-11-18T03:00:00Z".parse().unwrap();
    late.impact_start = Some(late.declared_at);
    late.detected_at = Some(late.declared_at);
    late.acknowledged_at = None;
    late.mitigated_at = Some("2026-11-18T04:00:00Z".parse().unwrap());
    late.resolved_at = late.mitigated_at;
    let late = vec![late.clone()];
    house.store.incident_upsert(late, house.clock.now(), false).await.unwrap();

    for (form, before) in forms.iter().zip(&frozen) {
        assert_eq!(get(&router, form).await.body, *before, "{form} has changed");
    }
    let told = get(&router, "/reviews/2026-W47/restatements.json").await.json();
    let all = told["restatements"].as_array().unwrap();
    assert!(all.iter().any(|one| one["kind"] == "incident" && one["what"] == "added"), "{told}");
    let draft = get(&router, "/reviews/2026-W47.json?version=draft").await;
    assert_ne!(draft.body, frozen[0]);
    assert!(draft.body.contains("late-1"));

    let first = get(&router, "/products/telemed.json?week=2026-W47").await.json();
    assert_eq!(first["snapshot"]["hash"], hash.as_str(), "product pages freeze with their week");
}

fn all_of_time() -> domain::period::Period {
    domain::period::Period { start: jiff::Timestamp::UNIX_EPOCH, end: jiff::Timestamp::MAX }
}

#[tokio::test]
async fn the_archive_lists_weeks_and_versions() {
    let house = House::furnished().await;
    let router = house.router();
    post(&router, "/api/freeze", "week=2026-W46&version=0&reason=meeting&force=yes").await;
    let archive = get(&router, "/reviews").await;
    for week in ["2026-W47", "2026-W46", "2026-W45"] {
        assert!(archive.body.contains(&format!("/reviews/{week}")), "{week}");
    }
}

#[tokio::test]
async fn a_week_that_has_not_ended_cannot_be_frozen() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/reviews/2026-W48?lang=en").await;
    assert!(page.body.contains("A week can be frozen once it has ended."), "the form is not offered");
    assert!(!page.body.contains("/reviews/2026-W49"), "no link leads to a week that has not begun");
    let answer = post(&router, "/api/freeze", "week=2026-W48&version=0&reason=meeting&force=yes").await;
    assert_eq!(answer.header("location"), "/reviews/2026-W48?problem=week#freeze");
    assert_eq!(get(&router, "/reviews/2026-W48?version=1").await.status, 404);
}

#[tokio::test]
async fn what_nobody_has_told_of_is_not_called_fine() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/reviews/2001-W01?lang=en").await.body;
    assert!(page.contains("No source speaks about incidents of this week."));
    assert!(page.contains("There is no data to judge budgets and error budgets by."));
    assert!(!page.contains("OK: </span>"), "no cell of the matrix is green");
    let first = get(&router, "/products/telemed?week=2001-W01&lang=en").await.body;
    assert!(!first.contains("No incident affected users"));
}
