//! Strangers are turned away unread; what is senseless is kept, said, and hurts nobody.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::desk::{Desk, SECRET, alerts, group, happened, message, now, pagerduty, signed};
use crate::support::get;

async fn faults(desk: &Desk) -> Vec<Value> {
    get(&desk.router, "/imports.json").await.json()["hook_faults"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_cannot_show_the_secret_is_refused_and_nothing_is_kept() {
    let desk = Desk::open().await;
    let body = happened("P1", "incident.triggered", "2026-11-16T01:00:00Z", &json!({})).to_string();
    let good = signed(SECRET, body.as_bytes());
    let bearer = format!("Bearer {SECRET}");
    let stale = sources::webhook::signature(SECRET, now().as_second() - 301, &body);
    for (path, header, value) in [
        ("/hooks/pagerduty", "x-pagerduty-signature", signed("a guess", body.as_bytes())),
        ("/hooks/pagerduty", "x-pagerduty-signature", signed(SECRET, b"another body")),
        ("/hooks/pagerduty", "x-pagerduty-signature", good.replace("v1=", "v2=")),
        ("/hooks/pagerduty", "x-pagerduty-signature", String::new()),
        ("/hooks/pagerduty", "authorization", bearer.clone()),
        ("/hooks/alerts", "authorization", "Bearer a guess".to_owned()),
        ("/hooks/alerts", "x-pagerduty-signature", good.clone()),
        ("/hooks/tickets", "teirei-signature", stale),
        ("/hooks/tickets", "authorization", bearer.clone()),
    ] {
        let answer = desk.told(message(path, (header, &value), body.clone())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {header} {value}");
        assert!(!answer.body.contains(SECRET));
    }
    let unknown = desk.told(message("/hooks/nobody", ("authorization", &bearer), body.clone())).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&desk.router, "/hooks/alerts").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(desk.house.store.hook_state_list().await.unwrap(), []);
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_at_the_door() {
    let desk = Desk::open().await;
    let huge = "x".repeat(2 * 1024 * 1024 + 1);
    let answer = desk
        .told(message("/hooks/pagerduty", ("x-pagerduty-signature", &signed(SECRET, huge.as_bytes())), huge))
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut largest = group(&[("a", "2026-11-16T01:00:00Z", None)]);
    largest["commonAnnotations"] = json!({ "padding": "x".repeat(2 * 1024 * 1024 - 1_000) });
    let header = format!("Bearer {SECRET}");
    let answer = desk.told(message("/hooks/alerts", ("authorization", &header), largest.to_string())).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(desk.counting().await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_said() {
    let desk = Desk::open().await;
    let header = format!("Bearer {SECRET}");
    let deep = format!(
        "{{\"version\":\"4\",\"groupKey\":\"g\",\"alerts\":{}{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let own = r#"{"text":"a template of our own"}"#.to_owned();
    let bodies =
        [b"no json".to_vec(), vec![0xff, 0x00, 0xfe], deep.into_bytes(), own.into_bytes(), Vec::new()];
    for body in &bodies {
        let answer = desk.told(message("/hooks/alerts", ("authorization", &header), body.clone())).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
    }
    let told = faults(&desk).await;
    assert_eq!(told.len(), bodies.len());
    assert!(told.iter().all(|one| !one["mend"].as_str().unwrap().is_empty()));
    // A good message among them goes in.
    desk.told(alerts(&[("a", "2026-11-16T01:00:00Z", None)])).await;
    assert_eq!(desk.counting().await.len(), 1);
    assert_eq!(faults(&desk).await.len(), bodies.len());
}

#[tokio::test]
async fn scripts_stay_text_and_times_out_of_this_world_are_refused() {
    let desk = Desk::open().await;
    let title =
        json!({ "title": "<script>alert(1)</script>\u{202e}gnp.exe", "html_url": "javascript:alert(1)" });
    desk.told(pagerduty(&happened("P1", "incident.triggered", "2026-11-22T01:00:00Z", &title), SECRET)).await;
    let incident = desk.incident("pagerduty", "P1").await.unwrap();
    assert_eq!((incident.title.as_str(), incident.url), ("<script>alert(1)</script>gnp.exe", None));
    let page = get(&desk.router, "/reviews/2026-W47?lang=en").await.body;
    assert!(!page.contains("<script>alert(1)"), "escaped");
    for occurred in
        ["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "2026-11-16 01:00", "9999-99-99T00:00:00Z"]
    {
        desk.told(pagerduty(&happened("P2", "incident.triggered", occurred, &json!({})), SECRET)).await;
    }
    assert_eq!(desk.incident("pagerduty", "P2").await, None);
    assert_eq!(faults(&desk).await.len(), 4);
}
