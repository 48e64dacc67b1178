//! What webhooks tell, read leniently where something is missing and refused where something is wrong.

#![expect(clippy::unwrap_used, reason = "a message of a test that cannot be made fails it")]

use std::collections::BTreeMap;

use domain::incident::Severity;
use domain::incident_event::{Alert, Event, Standing, Step};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sources::hook::{HookKind, Mapping, Message, Told, read};

fn mapping() -> Mapping {
    Mapping {
        source: "ops".to_owned(),
        product: Some("shared".to_owned()),
        product_label: "service".to_owned(),
        severity_label: "severity".to_owned(),
        severities: BTreeMap::from([("bad".to_owned(), Severity::Sev2)]),
        products: BTreeMap::from([("PSVC1".to_owned(), "karte".to_owned())]),
        environments: BTreeMap::new(),
        gap: SignedDuration::from_mins(10),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn told(kind: HookKind, body: &Value) -> Message {
    read(kind, &mapping(), body.to_string().as_bytes(), at("2026-11-16T02:00:00Z")).unwrap()
}

fn refused(kind: HookKind, body: &[u8]) -> (&'static str, String) {
    let fault = read(kind, &mapping(), body, at("2026-11-16T02:00:00Z")).unwrap_err();
    (fault.rule, fault.what)
}

fn alerts(message: Message) -> Vec<Alert> {
    let Told::Alerts(alerts) = message.told else { panic!("{message:?}") };
    alerts
}

fn group(alerts: &Value) -> Value {
    json!({ "version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "truncatedAlerts": 0, "status": "firing",
        "receiver": "ops", "externalURL": "http://am:9093", "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "alerts": alerts })
}

fn firing() -> Value {
    json!({ "status": "firing", "labels": { "alertname": "HighErrorRate", "severity": "critical", "service": "karte" },
        "annotations": { "summary": "カルテの\u{202e}エラー率\n<script>alert(1)</script>" },
        "startsAt": "2026-11-16T01:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "c4f3" })
}

#[test]
fn alertmanager_tells_a_group_of_alerts() {
    let over = json!({ "status": "resolved", "labels": { "alertname": "Slow", "severity": "bad" },
        "startsAt": "2026-11-16T01:05:00.5Z", "endsAt": "2026-11-16T01:09:00+00:00" });
    let message = told(HookKind::Alertmanager, &group(&json!([firing(), over])));
    assert_eq!(message.faults, []);
    let [first, second] = &alerts(message)[..] else { panic!() };
    assert_eq!(first.facts.title, "カルテのエラー率 <script>alert(1)</script>", "text stays text");
    assert_eq!((first.facts.product.as_str(), first.facts.severity), ("karte", Severity::Sev1));
    assert_eq!((first.starts_at, first.ends_at), (at("2026-11-16T01:00:00Z"), None));
    assert_eq!(first.facts.fingerprint.as_deref(), Some("HighErrorRate@karte"));
    assert_eq!((second.facts.product.as_str(), second.facts.severity), ("shared", Severity::Sev2));
    assert_eq!(second.ends_at, Some(at("2026-11-16T01:09:00Z")));
    assert_ne!(first.group, second.group, "products are apart, whatever the grouping of routes");
}

#[test]
fn the_zero_time_and_the_end_of_an_alert_that_fires_are_no_ends() {
    for end in [json!("0001-01-01T00:00:00Z"), json!(null), json!("2026-11-16T06:00:00Z")] {
        let mut alert = firing();
        alert["endsAt"] = end;
        assert_eq!(alerts(told(HookKind::Alertmanager, &group(&json!([alert]))))[0].ends_at, None);
    }
}

#[test]
fn one_alert_that_cannot_be_used_does_not_lose_the_others() {
    let with = |field: &str, value: &str| {
        let mut alert = firing();
        alert["status"] = json!("resolved");
        alert["endsAt"] = json!("2026-11-16T01:30:00Z");
        alert[field] = json!(value);
        alert
    };
    let bad = json!([
        with("startsAt", "1970-01-01T00:00:00Z"),
        with("startsAt", "2100-01-01T00:00:00Z"),
        with("startsAt", "yesterday"),
        with("endsAt", "2026-11-16T00:59:59Z"),
        firing()
    ]);
    let message = told(HookKind::Alertmanager, &group(&bad));
    let rules: Vec<_> = message.faults.iter().map(|fault| fault.rule).collect();
    assert_eq!(rules, ["hooks/times"; 4]);
    assert_eq!(alerts(message).len(), 1);
}

#[test]
fn what_alertmanager_left_out_is_said() {
    let mut payload = group(&json!([firing()]));
    payload["truncatedAlerts"] = json!(12);
    let message = told(HookKind::Alertmanager, &payload);
    assert!(message.faults[0].what.contains("left out 12 alerts"), "{:?}", message.faults);
}

#[test]
fn another_payload_is_refused_with_the_mend() {
    let deep = "[".repeat(100_000);
    for (body, rule) in [
        (r#"{"text":"our own template"}"#.as_bytes(), "hooks/version"),
        (br#"{"version":"5","groupKey":"g","alerts":[]}"#, "hooks/version"),
        (br#"{"version":"4","alerts":[]}"#, "hooks/group"),
        (br#"{"version":"4","groupKey":"g","alerts":7}"#, "hooks/form"),
        (b"not json", "hooks/form"),
        (b"", "hooks/form"),
        (b"\xff\xfe", "hooks/encoding"),
        (deep.as_bytes(), "hooks/form"),
    ] {
        assert_eq!(refused(HookKind::Alertmanager, body).0, rule);
    }
}

fn event(kind: &str, more: &Value) -> Value {
    let mut data = json!({ "id": "PT4KHLK", "type": "incident", "html_url": "https://acme.pagerduty.com/incidents/PT4KHLK",
        "number": 7, "status": "triggered", "incident_key": "k", "created_at": "2026-11-16T01:00:00Z",
        "title": "決済APIの障害", "service": { "id": "PSVC1", "summary": "Karte API" }, "priority": null, "urgency": "high",
        "resolve_reason": null });
    for (key, value) in more.as_object().unwrap() {
        data[key] = value.clone();
    }
    json!({ "event": { "id": format!("E-{kind}"), "event_type": kind, "resource_type": "incident",
        "occurred_at": "2026-11-16T01:02:03.000Z", "agent": null, "data": data } })
}

fn happened(body: &Value) -> (String, Event) {
    let message = told(HookKind::PagerDuty, body);
    let Told::Event(event) = message.told else { panic!("{message:?}") };
    (message.stream, *event)
}

#[test]
fn pagerduty_tells_one_thing_of_one_incident() {
    let (stream, triggered) = happened(&event("incident.triggered", &json!({})));
    assert_eq!((stream.as_str(), &triggered.step), ("PT4KHLK", &Step::Triggered));
    assert_eq!(triggered.at, at("2026-11-16T01:02:03Z"));
    let (began, facts) = triggered.facts.unwrap();
    assert_eq!(began, at("2026-11-16T01:00:00Z"));
    assert_eq!(
        (facts.product.as_str(), facts.severity),
        ("karte", Severity::Sev2),
        "urgency stands in for a priority"
    );
    assert_eq!(facts.title, "決済APIの障害");
    let merged =
        json!({ "resolve_reason": { "type": "merge_resolve_reason", "incident": { "id": "PROOT" } } });
    for (kind, more, step) in [
        ("incident.acknowledged", json!({}), Step::Acknowledged),
        ("incident.resolved", json!({}), Step::Resolved),
        ("incident.resolved", merged, Step::Merged("PROOT".to_owned())),
        ("incident.unacknowledged", json!({}), Step::Unacknowledged),
        ("incident.reopened", json!({}), Step::Reopened),
        ("incident.priority_updated", json!({ "priority": { "id": "P", "summary": "P1" } }), Step::Told),
        ("incident.of.the.future", json!({}), Step::Told),
    ] {
        assert_eq!(happened(&event(kind, &more)).1.step, step, "{kind}");
    }
    let priority = event("incident.priority_updated", &json!({ "priority": { "id": "P", "summary": "P1" } }));
    assert_eq!(happened(&priority).1.facts.unwrap().1.severity, Severity::Sev1);
}

#[test]
fn a_note_belongs_to_its_incident_and_trials_to_none() {
    let note = json!({ "event": { "id": "E1", "event_type": "incident.annotated", "resource_type": "incident",
        "occurred_at": "2026-11-16T01:02:03Z", "data": { "id": "PNOTE", "type": "incident_note",
        "incident": { "id": "PT4KHLK", "type": "incident_reference" } } } });
    let (stream, event) = happened(&note);
    assert_eq!((stream.as_str(), event.facts), ("PT4KHLK", None));
    let trial = json!({ "event": { "id": "E2", "event_type": "pagey.ping", "occurred_at": "2026-11-16T01:02:03Z",
        "data": { "type": "ping", "message": "Hello" } } });
    assert_eq!(told(HookKind::PagerDuty, &trial).told, Told::Nothing);
}

#[test]
fn pagerduty_without_what_is_needed_is_refused() {
    for (body, part) in [
        (json!({}), "no event"),
        (json!({ "event": 7 }), "another form"),
        (json!({ "event": { "event_type": "incident.triggered" } }), "event.id"),
        (json!({ "event": { "id": "E", "event_type": "incident.triggered" } }), "occurred_at"),
        (
            json!({ "event": { "id": "E", "event_type": "incident.triggered", "occurred_at": "2026-11-16T01:00:00Z",
                "data": { "type": "incident" } } }),
            "incident's id",
        ),
    ] {
        let (_, what) = refused(HookKind::PagerDuty, body.to_string().as_bytes());
        assert!(what.contains(part), "{what}");
    }
}

/// What the log keeps of an answer, with other values in the place of some.
fn asked(more: &Value, entries: &Value) -> Value {
    let mut incident = json!({ "id": "PT4KHLK", "title": "決済APIの障害", "status": "acknowledged", "urgency": "low",
        "created_at": "2026-11-16T01:00:00Z", "updated_at": "2026-11-16T01:30:00Z", "resolved_at": null,
        "last_status_change_at": "2026-11-16T01:20:00Z", "service": { "id": "PSVC1", "summary": "Karte API" },
        "priority": { "id": "P", "summary": "bad" }, "resolve_reason": null, "html_url": null });
    for (key, value) in more.as_object().unwrap() {
        incident[key] = value.clone();
    }
    json!({ "asked": { "incident": incident, "log_entries": entries } })
}

fn standing(more: &Value) -> (Timestamp, Standing) {
    let message = told(HookKind::PagerDuty, &asked(more, &json!([])));
    let Told::History(events) = message.told else { panic!("{message:?}") };
    let [Event { at, step: Step::Stands(standing), .. }] = &events[..] else { panic!("{events:?}") };
    (*at, standing.clone())
}

#[test]
fn an_answer_tells_how_an_incident_stands() {
    let merged = json!({ "type": "merge_resolve_reason", "incident": { "id": "PROOT" } });
    let (updated, changed) = (at("2026-11-16T01:30:00Z"), at("2026-11-16T01:20:00Z"));
    for (more, expected) in [
        (json!({}), (updated, Standing::Acknowledged)),
        (json!({ "status": "triggered" }), (updated, Standing::Triggered)),
        (json!({ "status": "triggered", "updated_at": null }), (changed, Standing::Triggered)),
        (
            json!({ "status": "resolved", "resolved_at": "2026-11-16T01:25:00Z" }),
            (updated, Standing::Resolved(at("2026-11-16T01:25:00Z"))),
        ),
        (json!({ "status": "resolved" }), (updated, Standing::Resolved(changed))),
        (
            json!({ "status": "resolved", "resolve_reason": merged }),
            (updated, Standing::Merged(changed, "PROOT".to_owned())),
        ),
    ] {
        assert_eq!(standing(&more), expected, "{more}");
    }
    for (more, part) in [
        (json!({ "id": "" }), "incident's id"),
        (json!({ "status": "sleeping" }), "no status of triggered, acknowledged or resolved"),
        (json!({ "updated_at": "2100-01-01T00:00:00Z" }), "updated_at between 2000 and tomorrow"),
        (json!({ "created_at": "1970-01-01T00:00:00Z" }), "created_at between 2000 and tomorrow"),
        (json!({ "title": ["x"] }), "another form"),
    ] {
        let (_, what) = refused(HookKind::PagerDuty, asked(&more, &json!([])).to_string().as_bytes());
        assert!(what.contains(part), "{what}");
    }
}

#[test]
fn log_entries_tell_who_took_it_on_and_one_that_is_wrong_loses_no_other() {
    let entry = |id: &str, kind: &str, at: &str| json!({ "id": id, "type": kind, "created_at": at });
    let entries = json!([
        entry("R1", "acknowledge_log_entry", "2026-11-16T01:05:00Z"),
        entry("R2", "unacknowledge_log_entry", "2026-11-16T01:06:00Z"),
        entry("R3", "notify_log_entry", "2026-11-16T01:07:00Z"),
        entry("R4", "resolve_log_entry", "2100-01-01T00:00:00Z"),
    ]);
    let message = told(HookKind::PagerDuty, &asked(&json!({}), &entries));
    let Told::History(events) = &message.told else { panic!("{message:?}") };
    let steps: Vec<_> = events.iter().skip(1).map(|event| (event.id.as_str(), &event.step)).collect();
    assert_eq!(steps, [("log-R1", &Step::Acknowledged), ("log-R2", &Step::Unacknowledged)]);
    let (_, facts) = events[0].facts.as_ref().unwrap();
    assert_eq!((facts.product.as_str(), facts.severity), ("karte", Severity::Sev2));
    let faults: Vec<_> = message.faults.iter().map(|fault| fault.rule).collect();
    assert_eq!((faults, message.stream.as_str()), (vec!["hooks/times"], "PT4KHLK"));
}

#[test]
fn a_whole_incident_carries_the_name_of_its_hook() {
    let body = json!({ "source": "someone-else", "external_id": "42", "title": "x", "product": "PSVC1", "severity": "bad",
        "declared_at": "2026-11-16T01:00:00Z", "updated_at": "2026-11-16T01:30:00Z" });
    let message = told(HookKind::Incident, &body);
    let Told::Incident(incident) = message.told else { panic!() };
    assert_eq!((incident.source.as_str(), incident.product.as_str()), ("ops", "karte"));
    assert_eq!((message.stream.as_str(), incident.severity), ("42", Severity::Sev2));
    let (_, what) = refused(HookKind::Incident, br#"{"external_id":"42"}"#);
    assert!(!what.is_empty());
    assert_eq!(refused(HookKind::Incident, b"[]").0, "hooks/form");
}
