//! Error budget policies from the form to the verdict, maintenance windows from the form to the counts, and the
//! choice of objectives.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use serde_json::Value;

use crate::support::{House, get, post};

fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

async fn page(router: &axum::Router, path: &str) -> String {
    let answer = get(router, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

async fn document(router: &axum::Router, path: &str) -> Value {
    serde_json::from_str(&page(router, path).await).unwrap()
}

/// Sends a form of the catalogue; answers the address of its proposal.
async fn propose(router: &axum::Router, path: &str, fields: &[(&str, &str)]) -> String {
    let body = page(router, path).await;
    let (_, rest) = body.split_once("name=\"base\" value=\"").unwrap();
    let (base, _) = rest.split_once('"').unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("base", base)]).collect();
    let answer = post(router, "/api/catalog/edit", &form(&fields)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

async fn apply(router: &axum::Router, proposal: &str) {
    let id = proposal.rsplit('/').next().unwrap();
    let answer = post(router, "/api/catalog/apply", &form(&[("id", id), ("reason", "agreed")])).await;
    assert_eq!(answer.header("location"), proposal, "it is applied");
}

const POLICY: [(&str, &str); 12] = [
    ("part", "policy"),
    ("product", "platform"),
    ("text", "We stop.\r\n<b>The CTO</b> decides."),
    ("left_0", "25"),
    ("action_0", "ship"),
    ("left_1", "0"),
    ("action_1", "care"),
    ("note_1", "in small steps"),
    ("action_2", "halt"),
    ("approvers", "Ueda"),
    ("approved_on", "2026-11-20"),
    ("revisit_on", "2027-05-20"),
];

#[tokio::test]
async fn a_policy_is_written_and_answers() {
    let house = House::furnished().await;
    let router = house.router();
    let product = "/products/platform?week=2026-W47&lang=en";
    let before = page(&router, product).await;
    assert!(before.contains("no error budget policy is written"), "{before}");
    assert!(before.contains("href=\"/catalog/policies?lang=en&amp;product=platform#edit\""), "{before}");
    let verdict = |document: &Value| document["product"]["verdict"].clone();
    let told = verdict(&document(&router, "/products/platform.json?week=2026-W47").await);
    assert_eq!((&told["action"], &told["gaps"][0]["kind"]), (&Value::Null, &Value::from("policy")));

    let blank = page(&router, "/catalog/policies?lang=en&product=platform").await;
    assert!(blank.contains("<option value=\"platform\" selected"), "the link fills in the product: {blank}");
    let proposal = propose(&router, "/catalog/policies", &POLICY).await;
    let shown = page(&router, &format!("{proposal}?lang=en")).await;
    assert!(shown.contains("+ policy platform"), "{shown}");
    apply(&router, &proposal).await;

    let list = page(&router, "/catalog/policies?lang=en").await;
    assert!(
        list.contains("in small steps") && list.contains("&lt;b&gt;The CTO"),
        "plain text stays text: {list}"
    );
    let after = page(&router, product).await;
    assert!(!after.contains("no error budget policy is written"), "{after}");
    assert!(after.contains("decided by"), "{after}");
    let told = verdict(&document(&router, "/products/platform.json?week=2026-W47").await);
    let action = told["action"].as_str().unwrap();
    let objective = told["decider"]["objective"].as_str().unwrap();
    let left = told["decider"]["remaining_ppm"].as_i64().unwrap();
    let expected = match left {
        250_000.. => "ship",
        0..250_000 => "care",
        _ => "halt",
    };
    assert_eq!(action, expected, "{objective} has {left} left");
    let list = document(&router, "/objectives.json?week=2026-W47").await;
    let rows = list["products"].as_array().unwrap();
    let row = rows.iter().find(|row| row["product"] == "platform").unwrap();
    assert_eq!(
        (&row["may_ship"]["action"], &row["may_ship"]["has_policy"]),
        (&Value::from(action), &Value::from(true))
    );

    // The file holds it, and takes it back.
    let file = house.store.catalogue_get().await.unwrap();
    let written = sources::catalogue::render(&file);
    assert_eq!(sources::catalogue::parse(&written, "catalogue.toml").unwrap(), file);
}

#[tokio::test]
async fn a_faulty_policy_keeps_what_was_typed() {
    let house = House::furnished().await;
    let router = house.router();
    let mut fields = POLICY;
    fields[8] = ("action_2", "ship");
    let proposal = propose(&router, "/catalog/policies", &fields).await;
    let shown = page(&router, &format!("{proposal}?lang=en")).await;
    assert!(shown.contains("allows more than the one before"), "{shown}");
    assert!(shown.contains("value=\"in small steps\""), "{shown}");
    assert!(!shown.contains("action=\"/api/catalog/apply\""), "{shown}");
}

/// A maintenance window that holds a whole day takes that day out of the counts; part of a day it does not.
#[tokio::test]
async fn maintenance_takes_whole_buckets_out() {
    let house = House::furnished().await;
    let router = house.router();
    let path = "/objectives/telemed-video-connect.json?week=2026-W47";
    let counts = |document: &Value| document["window"]["counts"].clone();
    let before = counts(&document(&router, path).await);
    let day = [
        ("part", "maintenance"),
        ("name", "move"),
        ("objective", "telemed-video-connect"),
        ("start", "2026-11-17T00:00"),
        ("end", "2026-11-18T06:00"),
    ];
    let proposal = propose(&router, "/catalog/maintenance", &day).await;
    let shown = page(&router, &format!("{proposal}?lang=en")).await;
    assert!(shown.contains("+ maintenance move"), "{shown}");
    apply(&router, &proposal).await;
    let after = counts(&document(&router, path).await);
    let total = |counts: &Value| counts["total"].as_i64().unwrap();
    assert!(total(&after) < total(&before), "{before} {after}");
    let list = document(&router, "/objectives.json?week=2026-W47&product=telemed").await;
    let rows = list["objectives"].as_array().unwrap();
    let row = rows.iter().find(|row| row["objective"] == "telemed-video-connect").unwrap();
    assert_eq!(row["excluded"]["seconds"], 30 * 3_600);
    let applied = row["excluded"]["applied_seconds"].as_i64().unwrap();
    assert!((24 * 3_600..=30 * 3_600).contains(&applied), "{applied}");
    let shown = page(&router, "/objectives/telemed-video-connect?week=2026-W47&lang=en").await;
    assert!(shown.contains("excluded: 1,800 min"), "{shown}");
}

#[tokio::test]
async fn objectives_are_chosen_by_the_address() {
    let house = House::furnished().await;
    let router = house.router();
    let rows = |document: &Value| -> Vec<(String, String, String)> {
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let rows = document["objectives"].as_array().unwrap().iter();
        rows.map(|row| (text(row, "objective"), text(row, "status"), text(row, "product"))).collect()
    };
    let all = rows(&document(&router, "/objectives.json?week=2026-W47").await);
    assert!(all.len() > 5);
    let breached = rows(&document(&router, "/objectives.json?week=2026-W47&status=breached").await);
    assert!(!breached.is_empty() && breached.len() < all.len());
    assert!(breached.iter().all(|(_, status, _)| status == "breached"));
    let shown = page(&router, "/objectives?week=2026-W47&status=breached&lang=en").await;
    for (id, status, _) in &all {
        assert_eq!(shown.contains(&format!("id=\"objective-{id}\"")), status == "breached", "{id}");
    }
    assert!(shown.contains("method=\"get\" action=\"/objectives\""), "{shown}");
    assert!(shown.contains("<input type=\"hidden\" name=\"status\" value=\"breached\""), "{shown}");
    assert!(shown.contains("href=\"/objectives.csv?week=2026-W47&amp;status=breached\""), "{shown}");
    let telemed = rows(&document(&router, "/objectives.json?week=2026-W47&product=telemed").await);
    assert!(!telemed.is_empty() && telemed.iter().all(|(_, _, product)| product == "telemed"));
    let csv = page(&router, "/objectives.csv?week=2026-W47&product=telemed").await;
    assert_eq!(csv.lines().count(), telemed.len() + 1, "{csv}");
    let cells = csv.lines().next().unwrap().split(',').count();
    assert!(csv.lines().all(|line| line.split(',').count() == cells), "{csv}");
    let nobody = page(&router, "/objectives?week=2026-W47&owner=Nobody%20Here&lang=en").await;
    assert!(nobody.contains("No SLO matches this choice."), "{nobody}");
    assert!(nobody.contains("<option value=\"Nobody Here\" selected"), "the choice stays visible: {nobody}");
    assert_eq!(get(&router, "/objectives.md").await.status, 404);
}
