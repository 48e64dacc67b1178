//! `/incidents/{id}`: what is known of one incident, what people correct of it, and which are one.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use domain::incident::{Incident, Severity};
use domain::ratio::Ppm;
use jiff::Timestamp;
use serde_json::Value;

use crate::support::{House, get, post};

const CALLS: &str = "/incidents/pagerduty~118";
const CORRECT: &str = "/api/incident/override";
const MERGE: &str = "/api/incident/merge";

/// A form as browsers send it.
fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An incident of another source, on the Wednesday of the demo's week.
fn told(id: &str, title: &str, from: &str, until: &str) -> Incident {
    Incident {
        source: "datadog".to_owned(),
        external_id: id.to_owned(),
        title: title.to_owned(),
        product: "telemed".to_owned(),
        severity: Severity::Sev3,
        status: "resolved".to_owned(),
        impact_start: Some(at(from)),
        detected_at: Some(at(from)),
        declared_at: at(from),
        acknowledged_at: None,
        mitigated_at: Some(at(until)),
        resolved_at: Some(at(until)),
        impact_fraction: Ppm(500_000),
        customer_impact: true,
        detected_by: None,
        cause_deploy_id: None,
        fingerprint: None,
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: None,
        updated_at: at(until),
        raw: "{}".to_owned(),
        calm: Vec::new(),
    }
}

async fn json(router: &axum::Router, path: &str) -> Value {
    let answer = get(router, &format!("{path}.json")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The incident's row in the week's review as programs read it.
async fn row(router: &axum::Router, id: &str) -> Value {
    let review = json(router, "/reviews/2026-W47").await;
    let rows = review["review"]["incidents"]["rows"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["external_id"] == id).unwrap()
}

#[tokio::test]
async fn a_page_says_what_is_known_and_shares_add_up() {
    let house = House::furnished().await;
    let router = house.router();
    for language in ["ja", "en"] {
        let page = get(&router, &format!("{CALLS}?lang={language}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("pagerduty~118/postmortem"), "a link to the write-up");
    }
    let value = json(&router, CALLS).await;
    let union = &value["union"];
    let parts = union["parts"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["external_id"] == "118"));
    let minutes: i64 = parts.iter().map(|part| part["minutes"].as_i64().unwrap()).sum();
    assert_eq!(Some(minutes), union["minutes"].as_i64());
    let budgets = value["budgets"].as_array().unwrap();
    assert!(!budgets.is_empty(), "it spent a budget");
    for budget in budgets {
        let charged: i64 =
            budget["charges"].as_array().unwrap().iter().map(|one| one["bad"].as_i64().unwrap()).sum();
        assert_eq!(charged + budget["unattributed"].as_i64().unwrap(), budget["bad"].as_i64().unwrap());
    }
    for path in [
        "/incidents/pagerduty~nobody",
        "/incidents/pagerduty",
        "/incidents/~118",
        "/incidents/pagerduty~118.csv",
    ] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_people_correct_holds_everywhere_and_through_imports_and_is_taken_back() {
    let house = House::furnished().await;
    let router = house.router();
    let before = row(&router, "118").await;
    let preview = "?lang=en&do=preview&impact_fraction=20&mitigated_at=2026-11-18T10:12:00";
    let shown = get(&router, &format!("{CALLS}{preview}")).await.body;
    assert!(shown.contains("Saved, it would be") && shown.contains("20%"), "{shown}");
    assert_eq!(row(&router, "118").await, before, "looking changes nothing");

    let edit = [
        ("incident", "pagerduty~118"),
        ("seen", "0"),
        ("title", "Calls fail\u{202e} <script>alert(1)</script>"),
        ("mitigated_at", "2026-11-18T10:12:00"),
        ("impact_fraction", "20"),
        ("cause", "capacity"),
        ("reason", "Support found the real end"),
        ("do", "save"),
    ];
    let kept = post(&router, CORRECT, &form(&edit)).await;
    assert_eq!((kept.status.as_u16(), kept.header("location")), (303, "/incidents/pagerduty~118#edit"));
    let after = row(&router, "118").await;
    assert_eq!(after["title"], "Calls fail\u{202e} <script>alert(1)</script>");
    assert_ne!(after, before);
    let value = json(&router, CALLS).await;
    assert_eq!(value["incident"]["mitigated_at"], "2026-11-18T01:12:00Z");
    assert_eq!(value["incident"]["impact_fraction_ppm"], 200_000);
    assert_eq!(value["cause"], "capacity");
    assert_eq!(value["edits"].as_array().unwrap().len(), 4);
    let page = get(&router, &format!("{CALLS}?lang=en")).await.body;
    assert!(page.contains("Support found the real end") && page.contains("The source says"));
    assert!(!page.contains("<script>alert") && page.contains("[U+202E]"));

    // The source tells it anew: people's word holds, and the page says where both agree.
    let mut newer = house.store.incident_get("pagerduty", "118").await.unwrap().unwrap();
    newer.impact_fraction = Ppm(200_000);
    newer.title = "Told again".to_owned();
    newer.updated_at = at("2026-11-22T00:00:00Z");
    house.store.incident_upsert(vec![newer], at("2026-11-22T00:00:00Z"), false).await.unwrap();
    assert_eq!(row(&router, "118").await["title"], after["title"]);
    assert!(get(&router, &format!("{CALLS}?lang=en")).await.body.contains("the source now says the same"));

    let late = form(&[("incident", "pagerduty~118"), ("seen", "0"), ("severity", "SEV-4"), ("reason", "r")]);
    let refused = post(&router, CORRECT, &late).await;
    assert!(refused.header("location").contains("problem=conflict&severity=SEV-4"), "kept in the form");
    for (name, value, problem) in [
        ("impact_start", "yesterday", "time"),
        ("impact_fraction", "0", "fraction"),
        ("title", "", "empty"),
        ("severity", "worst", "word"),
    ] {
        let bad = form(&[("incident", "pagerduty~118"), ("seen", "4"), (name, value), ("reason", "r")]);
        let refused = post(&router, CORRECT, &bad).await;
        let to = refused.header("location").to_owned();
        assert!(to.contains(&format!("problem={problem}&field={name}")), "{to}");
        assert_eq!(get(&router, to.split('#').next().unwrap()).await.status, 200);
    }
    let silent =
        form(&[("incident", "pagerduty~118"), ("seen", "4"), ("severity", "SEV-4"), ("reason", " ")]);
    assert!(post(&router, CORRECT, &silent).await.header("location").contains("problem=reason"));

    let back = form(&[
        ("incident", "pagerduty~118"),
        ("seen", "4"),
        ("reason", "It was right"),
        ("do", "withdraw-title"),
    ]);
    post(&router, CORRECT, &back).await;
    assert_eq!(row(&router, "118").await["title"], "Told again");
    let alarm = form(&[
        ("incident", "pagerduty~118"),
        ("seen", "5"),
        ("false_alarm", "true"),
        ("reason", "A test call"),
    ]);
    post(&router, CORRECT, &alarm).await;
    assert_eq!(row(&router, "118").await["counted"], false);
}

#[tokio::test]
async fn what_people_merge_counts_once_and_no_circle_is_taken() {
    let house = House::furnished().await;
    let router = house.router();
    let own = house.store.incident_get("pagerduty", "118").await.unwrap().unwrap();
    let other = told("dd1", &own.title, "2026-11-18T00:05:00Z", "2026-11-18T00:40:00Z");
    let third = told("dd2", "<img src=x onerror=alert(1)>", "1970-01-01T00:00:00Z", "1970-01-01T00:10:00Z");
    let fourth = told("dd3", "遠い\u{200b}未来", "2100-01-01T00:00:00Z", "2100-01-01T00:10:00Z");
    house.store.incident_upsert(vec![other, third, fourth], house.clock.now(), false).await.unwrap();
    for id in ["dd2", "dd3"] {
        let page = get(&router, &format!("/incidents/datadog~{id}?lang=en")).await;
        assert_eq!(page.status, 200, "{id}: {}", page.body);
        assert!(!page.body.contains("<img src=x"));
    }
    let page = get(&router, &format!("{CALLS}?lang=en")).await.body;
    assert!(page.contains("similar title") && page.contains("datadog~dd1"), "suggested");

    let decide = |of: &'static str, other: &'static str, word: &'static str| {
        form(&[("incident", of), ("other", other), ("do", word), ("reason", "One outage"), ("page", of)])
    };
    let merged = post(&router, MERGE, &decide("datadog~dd1", "pagerduty~118", "into")).await;
    assert_eq!((merged.status.as_u16(), merged.header("location")), (303, "/incidents/datadog~dd1#merge"));
    assert_eq!(row(&router, "dd1").await["counted"], false);
    let value = json(&router, CALLS).await;
    assert_eq!(value["incident"]["impact_start"], "2026-11-18T00:05:00Z", "the earliest");
    assert_eq!(value["incident"]["mitigated_at"], own.mitigated_at.unwrap().to_string(), "the last");
    assert_eq!(value["parts"], serde_json::json!(["datadog~dd1"]));
    assert_eq!(json(&router, "/incidents/datadog~dd1").await["merged_into"], "pagerduty~118");

    let circle = post(&router, MERGE, &decide("pagerduty~118", "datadog~dd1", "into")).await;
    assert!(circle.header("location").contains("merge=circle"));
    let to = circle.header("location").split('#').next().unwrap().to_owned();
    assert!(get(&router, &format!("{to}&lang=en")).await.body.contains("This would run in a circle"));
    let nobody = post(&router, MERGE, &decide("pagerduty~118", "datadog~nobody", "into")).await;
    assert!(nobody.header("location").contains("merge=unknown"));

    post(&router, MERGE, &decide("datadog~dd1", "pagerduty~118", "undone")).await;
    assert_eq!(row(&router, "dd1").await["counted"], true);
    post(&router, MERGE, &decide("pagerduty~118", "datadog~dd1", "apart")).await;
    let page = get(&router, &format!("{CALLS}?lang=en")).await.body;
    assert!(!page.contains("similar title"), "decided, so no longer suggested");
}

/// Two that are one and do not touch: nobody felt what lies between, live and as it is frozen.
#[tokio::test]
async fn what_comes_back_after_a_pause_is_one_incident_without_the_pause() {
    let house = House::furnished().await;
    let router = house.router();
    let own = house.store.incident_get("pagerduty", "118").await.unwrap().unwrap();
    let again = told("dd1", "ぶり返し", "2026-11-18T05:00:00Z", "2026-11-18T05:20:00Z");
    house.store.incident_upsert(vec![again], house.clock.now(), false).await.unwrap();
    let before = json(&router, CALLS).await;
    let felt = row(&router, "118").await["impact_seconds"].as_i64().unwrap();
    let decision = form(&[
        ("incident", "pagerduty~118"),
        ("other", "datadog~dd1"),
        ("do", "from"),
        ("reason", "It came back"),
        ("page", "pagerduty~118"),
        ("lang", "en"),
    ]);
    let merged = post(&router, MERGE, &decision).await;
    assert_eq!(merged.header("location"), "/incidents/pagerduty~118?lang=en#merge");

    let pause = serde_json::json!([{
        "start": own.mitigated_at.unwrap().to_string(),
        "end": "2026-11-18T05:00:00Z",
    }]);
    let after = json(&router, CALLS).await;
    assert_eq!(after["incident"]["calm"], pause);
    assert_eq!(after["parts"], serde_json::json!(["datadog~dd1"]));
    assert_eq!(after["union"]["seconds"], before["union"]["seconds"], "the pause is no part of the union");
    let parts = |value: &Value| value["union"]["parts"].as_array().unwrap().len();
    assert_eq!(parts(&after), parts(&before), "each stretch is a row");
    let page = get(&router, &format!("{CALLS}?lang=en")).await.body;
    assert!(page.contains("Merged") && page.contains("It came back"), "{page}");

    let live = row(&router, "118").await;
    assert_eq!(live["impact_seconds"], felt + 20 * 60);
    assert_eq!(live["calm"], pause);
    let freeze = form(&[("week", "2026-W47"), ("version", "0"), ("reason", "meeting"), ("force", "yes")]);
    let frozen = post(&router, "/api/freeze", &freeze).await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    let undone = form(&[
        ("incident", "datadog~dd1"),
        ("other", "pagerduty~118"),
        ("do", "undone"),
        ("reason", "It was another one"),
        ("page", "pagerduty~118"),
    ]);
    post(&router, MERGE, &undone).await;
    assert_eq!(row(&router, "118").await["calm"], pause, "as the meeting saw it");
    assert_eq!(json(&router, CALLS).await["incident"]["calm"], serde_json::json!([]));
}
