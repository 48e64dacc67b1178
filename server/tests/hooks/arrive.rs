//! Messages become incidents, in whatever order and however often they come.

use axum::http::StatusCode;
use domain::incident::Severity;
use serde_json::json;

use super::desk::{Desk, OLD_SECRET, SECRET, alerts, at, happened, pagerduty, ticket};
use crate::support::get;

#[tokio::test]
async fn an_outage_fires_is_repeated_is_over_and_comes_again() {
    let desk = Desk::open().await;
    let first = ("a1", "2026-11-16T01:00:00Z", None);
    assert_eq!(desk.told(alerts(&[first])).await.status, StatusCode::ACCEPTED);
    desk.told(alerts(&[first])).await;
    let open = desk.counting().await;
    assert_eq!(open.len(), 1, "a repetition is no second incident");
    assert_eq!((open[0].resolved_at, open[0].severity), (None, Severity::Sev1));
    assert_eq!((open[0].product.as_str(), open[0].title.as_str()), ("telemed", "オンライン診療のエラー率"));

    // The other peer is late: what it repeats does not open what is over.
    desk.told(alerts(&[("a1", "2026-11-16T01:00:00Z", Some("2026-11-16T01:20:00Z"))])).await;
    desk.told(alerts(&[first, ("b2", "2026-11-16T01:05:00Z", Some("2026-11-16T01:06:00Z"))])).await;
    let over = desk.counting().await;
    assert_eq!(
        over.iter().map(|one| one.resolved_at).collect::<Vec<_>>(),
        [Some(at("2026-11-16T01:20:00Z"))]
    );

    desk.told(alerts(&[("a1", "2026-11-16T03:00:00Z", None)])).await;
    let again = desk.counting().await;
    assert_eq!(
        again.iter().map(|one| one.declared_at).collect::<Vec<_>>(),
        [at("2026-11-16T01:00:00Z"), at("2026-11-16T03:00:00Z")]
    );
    let page = get(&desk.router, "/imports?lang=en").await;
    assert!(page.body.contains("What webhooks told"), "{}", page.body);
    let told = get(&desk.router, "/imports.json").await.json();
    assert_eq!((&told["hooks"][0]["messages"], &told["hooks"][0]["waiting"]), (&json!(4), &json!(0)));
    assert_eq!(told["hook_faults"], json!([]));
}

/// An alert whose end is not known yet covers all that follows; once it is, what only seemed a part stands by itself.
#[tokio::test]
async fn an_end_that_comes_late_parts_what_seemed_one() {
    let desk = Desk::open().await;
    desk.told(alerts(&[("a1", "2026-11-16T01:40:00Z", None)])).await;
    desk.told(alerts(&[("b2", "2026-11-16T01:00:00Z", None)])).await;
    assert_eq!(desk.counting().await.len(), 1, "the first one goes on");
    desk.told(alerts(&[("b2", "2026-11-16T01:00:00Z", Some("2026-11-16T01:10:00Z"))])).await;
    let rows: Vec<_> =
        desk.counting().await.into_iter().map(|one| (one.declared_at, one.resolved_at)).collect();
    let (first, second) = (at("2026-11-16T01:00:00Z"), at("2026-11-16T01:40:00Z"));
    assert_eq!(rows, [(first, Some(at("2026-11-16T01:10:00Z"))), (second, None)]);
    desk.told(alerts(&[("a1", "2026-11-16T01:40:00Z", Some("2026-11-16T01:50:00Z"))])).await;
    assert!(desk.counting().await.iter().all(|one| one.resolved_at.is_some()));
}

/// Prometheus was away for longer than Alertmanager waits for it: the alert is said to be over, then fires on with its
/// first beginning, and Alertmanager says so with the very bytes of its first message.
#[tokio::test]
async fn an_alert_that_fires_on_with_its_first_beginning_is_opened_again() {
    let desk = Desk::open().await;
    let first = ("a1", "2026-11-22T01:00:00Z", None);
    desk.told(alerts(&[first])).await;
    desk.told(alerts(&[("a1", "2026-11-22T01:00:00Z", Some("2026-11-22T01:20:00Z"))])).await;
    let over = desk.counting().await;
    assert_eq!(over[0].resolved_at, Some(at("2026-11-22T01:20:00Z")));
    let later = desk.on("2026-11-24");
    later.told(alerts(&[first])).await;
    later.told(alerts(&[first])).await;
    let [again] = &later.counting().await[..] else { panic!() };
    assert_eq!((&again.external_id, again.resolved_at), (&over[0].external_id, None), "it is the same one");
    assert_eq!((again.status.as_str(), again.declared_at), ("firing", at("2026-11-22T01:00:00Z")));
    later.told(alerts(&[("a1", "2026-11-22T01:00:00Z", Some("2026-11-24T00:50:00Z"))])).await;
    let [closed] = &later.counting().await[..] else { panic!() };
    assert_eq!(closed.resolved_at, Some(at("2026-11-24T00:50:00Z")));
    let told = get(&later.router, "/imports.json").await.json();
    assert_eq!(told["hooks"][0]["messages"], json!(4), "a repetition is no message of its own");
}

#[tokio::test]
async fn what_lies_between_two_outages_makes_them_one() {
    let desk = Desk::open().await;
    desk.told(alerts(&[("a1", "2026-11-16T01:00:00Z", Some("2026-11-16T01:10:00Z"))])).await;
    desk.told(alerts(&[("a1", "2026-11-16T01:40:00Z", Some("2026-11-16T02:00:00Z"))])).await;
    let apart = desk.counting().await;
    assert_eq!(apart.len(), 2);
    desk.told(alerts(&[("b2", "2026-11-16T01:05:00Z", Some("2026-11-16T01:45:00Z"))])).await;
    let [one] = &desk.counting().await[..] else { panic!() };
    assert_eq!(one.external_id, apart[0].external_id);
    assert_eq!(one.resolved_at, Some(at("2026-11-16T02:00:00Z")));
    let second = desk.incident("alerts", &apart[1].external_id).await.unwrap();
    assert_eq!(second.merged_into.as_ref(), Some(&one.external_id), "nothing is lost");
    // An alert that began before all others takes them over.
    desk.told(alerts(&[("c3", "2026-11-16T00:50:00Z", Some("2026-11-16T01:01:00Z"))])).await;
    let [earlier] = &desk.counting().await[..] else { panic!() };
    assert_eq!(earlier.declared_at, at("2026-11-16T00:50:00Z"));
}

#[tokio::test]
async fn pagerduty_out_of_order_twice_and_with_either_secret() {
    let told = [
        ("incident.resolved", "2026-11-16T01:42:00Z"),
        ("incident.acknowledged", "2026-11-16T01:09:00Z"),
        ("incident.triggered", "2026-11-16T01:00:00Z"),
        ("incident.acknowledged", "2026-11-16T01:30:00Z"),
    ];
    let mut ends = Vec::new();
    for turned in [false, true] {
        let desk = Desk::open().await;
        let mut order: Vec<_> = told.iter().chain(&told).collect();
        if turned {
            order.reverse();
        }
        for (number, (kind, occurred)) in order.into_iter().enumerate() {
            let secret = if number % 2 == 0 { SECRET } else { OLD_SECRET };
            let body = happened("PINC", kind, occurred, &json!({}));
            assert_eq!(desk.told(pagerduty(&body, secret)).await.status, StatusCode::ACCEPTED);
        }
        ends.push(desk.counting().await);
    }
    assert_eq!(ends[0], ends[1]);
    let [incident] = &ends[0][..] else { panic!("{ends:?}") };
    assert_eq!(incident.acknowledged_at, Some(at("2026-11-16T01:09:00Z")));
    assert_eq!(incident.resolved_at, Some(at("2026-11-16T01:42:00Z")));
    assert_eq!((incident.product.as_str(), incident.severity), ("telemed", Severity::Sev2));
}

#[tokio::test]
async fn merged_and_reopened_incidents_count_as_they_are_now() {
    let desk = Desk::open().await;
    let merged =
        json!({ "resolve_reason": { "type": "merge_resolve_reason", "incident": { "id": "PROOT" } } });
    desk.told(pagerduty(
        &happened("PROOT", "incident.triggered", "2026-11-16T01:00:00Z", &json!({})),
        SECRET,
    ))
    .await;
    desk.told(pagerduty(
        &happened("PTWIN", "incident.triggered", "2026-11-16T01:01:00Z", &json!({})),
        SECRET,
    ))
    .await;
    desk.told(pagerduty(&happened("PTWIN", "incident.resolved", "2026-11-16T01:10:00Z", &merged), SECRET))
        .await;
    assert_eq!(desk.counting().await.len(), 1);
    // A circle would leave nobody to count: its last part is left out, and somebody is told.
    let back = json!({ "resolve_reason": { "type": "merge_resolve_reason", "incident": { "id": "PTWIN" } } });
    desk.told(pagerduty(&happened("PROOT", "incident.resolved", "2026-11-16T01:20:00Z", &back), SECRET))
        .await;
    assert_eq!(desk.counting().await.len(), 1);
    let faults = get(&desk.router, "/imports.json").await.json()["hook_faults"].clone();
    assert!(faults[0]["what"].as_str().unwrap().contains("PROOT"), "{faults}");
    desk.told(pagerduty(&happened("PTWIN", "incident.reopened", "2026-11-16T01:30:00Z", &json!({})), SECRET))
        .await;
    assert_eq!(desk.counting().await.len(), 2);
}

#[tokio::test]
async fn a_whole_incident_is_taken_as_it_was_changed_last() {
    let desk = Desk::open().await;
    let version = |updated: &str, title: &str| {
        json!({ "external_id": "T-1", "title": title, "product": "telemed", "severity": "SEV-3",
            "declared_at": "2026-11-16T01:00:00Z", "updated_at": updated })
    };
    for (updated, title) in [("2026-11-16T03:00:00Z", "new"), ("2026-11-16T02:00:00Z", "old")] {
        assert_eq!(desk.told(ticket(&version(updated, title))).await.status, StatusCode::ACCEPTED);
    }
    assert_eq!(desk.incident("tickets", "T-1").await.unwrap().title, "new");
}
