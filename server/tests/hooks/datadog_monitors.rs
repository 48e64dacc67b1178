//! Datadog's monitors by webhook: one incident for each group of a monitor, from the time it alerts until it
//! recovers, in whatever order and however often its messages come.

use axum::http::StatusCode;
use domain::incident::{DetectedBy, Severity};
use serde_json::{Value, json};

use super::desk::{Desk, OLD_SECRET, SECRET, at, datadog, message, monitor};
use crate::support::get;

async fn faults(desk: &Desk) -> Vec<Value> {
    get(&desk.router, "/imports.json").await.json()["hook_faults"].as_array().unwrap().clone()
}

/// A cycle as Datadog tells it, with a repetition and a renotification.
fn cycle() -> Vec<Value> {
    vec![
        monitor("Warn", "2026-11-16T01:00:00Z", &[("alert_priority", "P2"), ("id", "1")]),
        monitor("Triggered", "2026-11-16T01:05:00Z", &[("id", "2")]),
        monitor("Re-Triggered", "2026-11-16T01:15:00Z", &[("id", "3")]),
        monitor("Renotify", "2026-11-16T01:25:00Z", &[("id", "4")]),
        monitor("Recovered", "2026-11-16T01:42:00Z", &[("id", "5"), ("alert_type", "success")]),
    ]
}

#[tokio::test]
async fn a_cycle_is_one_incident_in_any_order_twice_and_with_either_secret() {
    let mut ends = Vec::new();
    for turned in [false, true] {
        let desk = Desk::open().await;
        let mut letters: Vec<Value> = cycle().into_iter().chain(cycle()).collect();
        if turned {
            letters.reverse();
        }
        for (number, body) in letters.iter().enumerate() {
            let secret = if number % 2 == 0 { SECRET } else { OLD_SECRET };
            assert_eq!(desk.told(datadog(body, secret)).await.status, StatusCode::ACCEPTED);
        }
        ends.push(desk.counting().await);
        // Each of them stands on the page of the incident by the number that it has on that of imports.
        let path = format!("/incidents/datadog~{}", ends[0][0].external_id);
        let messages = get(&desk.router, &format!("{path}.json")).await.json()["messages"].clone();
        let numbers: Vec<_> = messages.as_array().unwrap().iter().map(|one| one["number"].clone()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5], "{messages}");
        let page = get(&desk.router, &format!("{path}?lang=en")).await.body;
        assert!(page.contains("#4 #5</a>"), "{page}");
    }
    assert_eq!(ends[0], ends[1]);
    let [incident] = &ends[0][..] else { panic!("{ends:?}") };
    assert_eq!(
        (incident.declared_at, incident.resolved_at),
        (at("2026-11-16T01:00:00Z"), Some(at("2026-11-16T01:42:00Z")))
    );
    assert_eq!((incident.title.as_str(), incident.product.as_str()), ("予約のエラー率", "telemed"));
    assert_eq!((incident.severity, incident.detected_by), (Severity::Sev2, Some(DetectedBy::Monitor)));
    assert_eq!(incident.fingerprint.as_deref(), Some("monitor-1234@telemed"));
    assert!(incident.external_id.starts_with("1234-"), "{}", incident.external_id);
    assert!(incident.url.as_deref().is_some_and(|url| url.starts_with("https://app.datadoghq.com/event")));
}

#[tokio::test]
async fn groups_and_cycles_are_apart_and_no_data_is_an_outage() {
    let desk = Desk::open().await;
    let other = [("alert_scope", "service:booking"), ("tags", "service:booking"), ("alert_priority", "")];
    let next = [("alert_cycle_key", "16630099999")];
    for body in [
        monitor("Triggered", "2026-11-16T01:00:00Z", &[]),
        monitor("No Data", "2026-11-16T01:01:00Z", &other),
        monitor("Recovered", "2026-11-16T01:10:00Z", &[]),
        monitor("Triggered", "2026-11-16T01:11:00Z", &next),
    ] {
        desk.told(datadog(&body, SECRET)).await;
    }
    let rows: Vec<_> =
        desk.counting().await.into_iter().map(|one| (one.product, one.severity, one.resolved_at)).collect();
    assert_eq!(
        rows,
        [
            ("telemed".to_owned(), Severity::Sev2, Some(at("2026-11-16T01:10:00Z"))),
            ("booking".to_owned(), Severity::Sev2, None),
            ("telemed".to_owned(), Severity::Sev2, None),
        ],
        "without a priority the kind of alert says how bad"
    );
    // It is on again under the cycle that was over.
    desk.told(datadog(&monitor("Re-No Data", "2026-11-16T01:30:00Z", &[("id", "9")]), SECRET)).await;
    assert!(desk.counting().await.iter().all(|one| one.resolved_at.is_none()));
}

/// The sender may write the secret into a header of its own, and trials are no incidents.
#[tokio::test]
async fn who_cannot_show_the_secret_is_refused_and_trials_tell_nothing() {
    let desk = Desk::open().await;
    let body = monitor("Triggered", "2026-11-16T01:00:00Z", &[]);
    for (header, value) in [
        ("authorization", "Bearer a guess"),
        ("authorization", SECRET),
        ("teirei-secret", "a guess"),
        ("x-pagerduty-signature", "v1=00"),
        ("dd-api-key", SECRET),
    ] {
        let answer = desk.told(message("/hooks/datadog", (header, value), body.to_string())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header}");
        assert!(!answer.body.contains(SECRET));
    }
    assert_eq!(desk.house.store.hook_state_list().await.unwrap(), []);
    let trial = monitor("Triggered", "2026-11-16T01:00:00Z", &[("alert_title", "[TEST] [Triggered] x")]);
    let answer = desk.told(message("/hooks/datadog", ("teirei-secret", SECRET), trial.to_string())).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(desk.counting().await.is_empty() && faults(&desk).await.is_empty());
    let huge = json!({ "alert_title": "x".repeat(2 * 1024 * 1024) });
    assert_eq!(desk.told(datadog(&huge, SECRET)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_cannot_be_used_is_kept_and_said_and_scripts_stay_text() {
    let desk = Desk::open().await;
    let title = "<script>alert(1)</script>\u{202e}gnp.exe";
    let named = [
        ("alert_title", title),
        ("link", "javascript:alert(1)"),
        ("alert_priority", "P9"),
        ("alert_id", "9"),
    ];
    desk.told(datadog(&monitor("Triggered", "2026-11-22T01:00:00Z", &named), SECRET)).await;
    let [incident] = &desk.counting().await[..] else { panic!() };
    assert_eq!((incident.title.as_str(), incident.url.as_ref()), ("<script>alert(1)</script>gnp.exe", None));
    assert_eq!(incident.severity, Severity::Unclassified, "a priority that nobody knows is none");
    for path in ["/reviews/2026-W47?lang=en", "/incidents?lang=en"] {
        assert!(!get(&desk.router, path).await.body.contains("<script>alert(1)"), "{path}");
    }
    let ms = |text: &str| at(text).as_millisecond().to_string();
    let (long_ago, far_off) = (ms("1970-01-01T00:00:01Z"), ms("2100-01-01T00:00:00Z"));
    let deep = format!("{{\"alert_id\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let said = |more: &[(&str, &str)]| monitor("Triggered", "2026-11-16T01:00:00Z", more).to_string();
    for (body, part) in [
        (said(&[("date", &long_ago)]), "between 2000 and tomorrow"),
        (said(&[("date", &far_off)]), "between 2000 and tomorrow"),
        (said(&[("date", "yesterday")]), "between 2000 and tomorrow"),
        (said(&[("alert_transition", "Exploded")]), "is none of Triggered"),
        (said(&[("alert_cycle_key", "$ALERT_CYCLE_KEY")]), "no alert_cycle_key"),
        (said(&[("alert_id", "")]), "no alert_id"),
        ("{\"body\":\"a payload of our own\"}".to_owned(), "no alert_id"),
        ("no json".to_owned(), "is no JSON"),
        (deep, "nested too deeply"),
        ("[]".to_owned(), "another form"),
        (
            monitor("Recovered", "2026-11-16T01:00:00Z", &[("alert_id", "77")]).to_string(),
            "no message had said",
        ),
    ] {
        let answer = desk.told(message("/hooks/datadog", ("teirei-secret", SECRET), body.clone())).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{body}");
        let told = faults(&desk).await[0].clone();
        assert!(told["what"].as_str().unwrap().contains(part), "{part}: {told}");
        assert!(!told["mend"].as_str().unwrap().is_empty());
    }
    assert_eq!(faults(&desk).await.len(), 11);
    assert_eq!(desk.counting().await.len(), 1);
}
