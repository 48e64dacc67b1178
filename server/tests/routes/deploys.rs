//! Deploys from a file to the pages that mark them: incidents, one incident, a product, imports.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use std::path::PathBuf;
use std::sync::Arc;

use domain::period::Period;
use serde_json::{Value, json};
use server::import::{Delivery, Kind, Report, run};

use crate::support::{House, get, post};

async fn import(house: &House, text: &str, dry_run: bool) -> Report {
    let path: PathBuf = house.folder.path().join("deploys.csv");
    std::fs::write(&path, text).unwrap();
    let delivery = Delivery {
        files: vec![path],
        source: Some("ci".to_owned()),
        strict: false,
        dry_run,
        force: false,
        tag_keys: Vec::new(),
    };
    run(&house.store, house.clock, Kind::Deploys, &delivery, &(Arc::new(|_| {}) as _)).await.unwrap()
}

async fn document(router: &axum::Router, path: &str) -> Value {
    let answer = get(router, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Everything that is kept of a source.
async fn kept(house: &House, source: &str) -> usize {
    let all = Period {
        start: "2000-01-01T00:00:00Z".parse().unwrap(),
        end: "2100-01-01T00:00:00Z".parse().unwrap(),
    };
    house.store.deploy_list(all).await.unwrap().iter().filter(|one| one.source == source).count()
}

const HEADER: &str = "external_id,product,environment,version,finished_at,status,url\n";

#[tokio::test]
async fn good_rows_go_in_once_and_bad_ones_are_told() {
    let house = House::furnished().await;
    let text = format!(
        "{HEADER}1,telemed,production,v1,2026-11-18T10:00:00+09:00,,\n\
         2,mystery,production,v2,2026-11-18T11:00:00+09:00,,\n\
         3,telemed,production,v3,2026-11-18T12:00,,\n"
    );
    let before = house.store.revision().await.unwrap();
    let dry = import(&house, &text, true).await;
    assert_eq!((dry.read, dry.accepted, dry.rejected, dry.changed), (3, 2, 1, false));
    assert_eq!(dry.effects[0], ("deploys added", 2));
    assert_eq!((house.store.revision().await.unwrap(), kept(&house, "ci").await), (before, 0));

    let report = import(&house, &text, false).await;
    let rules: Vec<_> = report.issues.iter().map(|issue| (issue.line, issue.rule)).collect();
    assert_eq!(rules, [(Some(4), "time/naive"), (None, "deploys/unknown-product")]);
    assert_eq!((report.changed, kept(&house, "ci").await), (true, 2));
    let again = import(&house, &text, false).await;
    assert_eq!((again.changed, again.effects[2]), (false, ("deploys unchanged", 2)));

    let router = house.router();
    let imports = document(&router, "/imports.json").await;
    let told = |value: &Value, key: &str| -> Vec<Value> {
        value.as_array().unwrap().iter().map(|one| one[key].clone()).collect()
    };
    assert_eq!(told(&imports["deploys"]["sources"], "source"), [json!("argocd"), json!("ci")]);
    assert!(told(&imports["deploys"]["unmapped"], "product").contains(&json!("mystery")));
    assert!(told(&imports["issues"], "rule").contains(&json!("time/naive")));
    let page = get(&router, "/imports?lang=en").await;
    assert!(page.body.contains("Sources of deploys") && page.body.contains("mystery"), "{}", page.body);
}

/// The rate of the page is that of the rows it lists, and the incident that names a deploy fails it.
#[tokio::test]
async fn the_change_failure_rate_counts_what_its_rows_say() {
    let house = House::furnished().await;
    let router = house.router();
    let told = document(&router, "/incidents.json?week=2026-W47&period=4w").await;
    let deploys = told["deploys"]["deploys"].as_array().unwrap().clone();
    let arrived = |one: &&Value| one["environment"] == "production" && one["status"] != "failed";
    let reached = deploys.iter().filter(arrived).count();
    assert_eq!(told["deploys"]["reached_production"], json!(reached));
    let back = deploys.iter().filter(arrived).filter(|one| one["status"] == "rolled_back").count();
    assert_eq!(told["deploys"]["rolled_back"], json!(back));
    let cause = deploys.iter().find(|one| one["external_id"] == "telemed-4127").unwrap();
    assert_eq!(cause["status"], "rolled_back", "it is named by an incident, too, and failed once");
    assert!(cause["caused"][0].as_str().unwrap().starts_with("pagerduty~"), "{cause}");
    assert_eq!(told["deploys"]["failed"], json!(back));
    assert_eq!(told["deploys"]["change_failure_rate_ppm"], json!(back * 1_000_000 / reached));
    assert!(told["definitions"]["change_failure_rate"].as_str().unwrap().contains("failed once"));

    let page = get(&router, "/incidents?week=2026-W47&lang=en").await.body;
    assert!(page.contains("id=\"deploys\"") && page.contains("Change failure rate"), "{page}");
    assert!(page.contains("class=\"bar-flat\"") && page.contains("▲ marks deploys to production"), "{page}");
    let of_one = document(&router, "/products/telemed/incidents.json?week=2026-W47").await;
    let names = of_one["deploys"]["deploys"].as_array().unwrap();
    assert!(!names.is_empty() && names.iter().all(|one| one["product"] == "telemed"), "{names:?}");
}

/// Without deploys there is no rate, and the page says what to do.
#[tokio::test]
async fn a_house_without_deploys_says_how_to_get_them() {
    let house = House::empty().await;
    let row = "I-1,Broken,mystery,2026-11-17T10:00:00+09:00,2026-11-17T12:00:00+09:00\n";
    let path = house.folder.path().join("incidents.csv");
    std::fs::write(&path, format!("external_id,title,product,declared_at,updated_at\n{row}")).unwrap();
    let delivery = Delivery {
        files: vec![path],
        source: None,
        strict: false,
        dry_run: false,
        force: false,
        tag_keys: Vec::new(),
    };
    run(&house.store, house.clock, Kind::Incidents, &delivery, &(Arc::new(|_| {}) as _)).await.unwrap();
    let router = house.router();
    let page = get(&router, "/incidents?week=2026-W47&lang=en").await.body;
    assert!(page.contains("teirei import deploys FILE") && page.contains("it is not 0 %"), "{page}");
    assert_eq!(document(&router, "/incidents.json?week=2026-W47").await["deploys"], Value::Null);
}

#[tokio::test]
async fn an_incident_tells_what_was_deployed_before_it_and_claims_no_cause() {
    let house = House::furnished().await;
    let router = house.router();
    let shortly = get(&router, "/incidents/pagerduty~118?lang=en").await.body;
    assert!(shortly.contains("(24 min before)"), "{shortly}");
    assert!(
        shortly.contains("Being shortly before makes it no cause.")
            && !shortly.contains("Named as its cause")
    );
    let japanese = get(&router, "/incidents/pagerduty~118?lang=ja").await.body;
    assert!(japanese.contains("(24分前)"), "{japanese}");
    let told = document(&router, "/incidents.json?week=2026-W47&period=4w").await;
    let named =
        told["incidents"].as_array().unwrap().iter().find(|one| one["cause_deploy_id"] == "telemed-4127");
    let id = named.unwrap()["external_id"].as_str().unwrap().to_owned();
    let caused = get(&router, &format!("/incidents/pagerduty~{id}?lang=en")).await.body;
    assert!(caused.contains("Named as its cause"), "{caused}");
}

/// The page marks the days, and what a meeting froze keeps them.
#[tokio::test]
async fn a_product_s_page_marks_its_deploys_and_a_frozen_one_keeps_them() {
    let house = House::furnished().await;
    let router = house.router();
    let draft = document(&router, "/products/telemed.json?week=2026-W47").await;
    let days = draft["product"]["deploys"].as_array().unwrap().clone();
    assert!(days.iter().any(|day| day["day"] == "2026-11-18"), "{days:?}");
    let page = get(&router, "/products/telemed?week=2026-W47&lang=en").await.body;
    assert!(page.contains("deploys to production") && page.contains("class=\"bar-flat\""), "{page}");

    let minutes = get(&router, "/products/telemed.md?week=2026-W47&lang=en").await.body;
    assert!(minutes.contains("## Deploys to production") && minutes.contains("Wed 18 Nov: 1 ("), "{minutes}");
    let table = get(&router, "/products/telemed.csv?week=2026-W47&table=deploys").await.body;
    assert!(
        table.contains("day,deploys,rolled_back,versions") && table.contains("2026-11-18,1,0,"),
        "{table}"
    );
    let objective = get(&router, "/objectives/telemed-video-connect?week=2026-W47&lang=en").await.body;
    assert!(objective.contains("deploys to production"), "{objective}");

    post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    let text = format!("{HEADER}9,telemed,production,v999,2026-11-19T10:00:00+09:00,,\n");
    import(&house, &text, false).await;
    let frozen = document(&router, "/products/telemed.json?week=2026-W47").await;
    let kept = frozen["product"]["deploys"].as_array().unwrap();
    assert_eq!(*kept, days);
    let now = get(&router, "/products/telemed.json?week=2026-W47&version=draft").await.body;
    assert!(now.contains("v999") && !frozen.to_string().contains("v999"));
}

#[tokio::test]
async fn what_sources_call_things_is_shown_harmlessly() {
    let house = House::furnished().await;
    let hostile = format!(
        "{HEADER}1,<b>x</b>,production,\"<script>alert(1)</script>\u{202e}\",2026-11-18T10:00:00+09:00,,javascript:alert(1)\n"
    );
    import(&house, &hostile, false).await;
    let router = house.router();
    for path in ["/incidents?week=2026-W47", "/imports"] {
        let page = get(&router, path).await.body;
        assert!(!page.contains("<script>alert") && !page.contains("<b>x</b>"), "{path}");
        assert!(!page.contains("href=\"javascript:") && !page.contains('\u{202e}'), "{path}");
        assert!(page.contains("&lt;b&gt;x&lt;/b&gt;"), "{path}");
    }
}
