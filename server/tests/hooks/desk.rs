//! A house with four hooks, and what their senders send.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::incident::Incident;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use server::clock::Clock;
use server::config::{Config, HookConfig, Overrides};
use server::import::Inbox;
use server::web::Patience;
use sha2::{Digest, Sha256};

use crate::support::{Answer, HOST, House, send};

pub const SECRET: &str = "correct horse battery";
pub const OLD_SECRET: &str = "the one before this one";

/// What is configured.
pub fn configured() -> String {
    format!(
        "[hooks.alerts]\nkind = \"alertmanager\"\nsecret = \"{SECRET}\"\nproduct_label = \"service\"\n\
         [hooks.pagerduty]\nkind = \"pagerduty\"\nsecret = \"{SECRET}\"\nprevious_secret = \"{OLD_SECRET}\"\n\
         products = [\"Karte API=telemed\"]\n\
         [hooks.datadog]\nkind = \"datadog\"\nsecret = \"{SECRET}\"\nprevious_secret = \"{OLD_SECRET}\"\n\
         products = [\"service:karte-api=telemed\"]\n\
         [hooks.argocd]\nkind = \"argocd\"\nsecret = \"{SECRET}\"\n\
         [hooks.github]\nkind = \"github_deployment\"\nsecret = \"{SECRET}\"\nprevious_secret = \"{OLD_SECRET}\"\n\
         [hooks.pipeline]\nkind = \"deploy\"\nsecret = \"{SECRET}\"\n\
         [hooks.slack]\nkind = \"slack_topic\"\nsecret = \"{SECRET}\"\nproducts = [\"診療=telemed\"]\n\
         [hooks.bot]\nkind = \"topic\"\nsecret = \"{SECRET}\"\n\
         [hooks.tickets]\nkind = \"incident\"\nsecret = \"{SECRET}\"\n"
    )
}

fn hooks() -> Vec<HookConfig> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("teirei.toml");
    std::fs::write(&file, configured()).unwrap();
    let overrides = Overrides { file: Some(file), ..Overrides::default() };
    Config::load(&overrides, &BTreeMap::new()).unwrap().hooks
}

/// The company, its inbox and its doors.
pub struct Desk {
    pub house: House,
    pub inbox: Arc<Inbox>,
    pub router: Router,
}

impl Desk {
    pub async fn open() -> Self {
        let house = House::empty().await;
        let inbox = house.inbox(hooks());
        let router = house.router_with(3000, Patience::default(), Arc::clone(&inbox));
        Self { house, inbox, router }
    }

    /// The same company on another day, at ten.
    pub fn on(&self, today: &str) -> Self {
        let clock = Clock::at_ten(today.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
        let folder = tempfile::tempdir().unwrap();
        let house = House { folder, store: Arc::clone(&self.house.store), clock };
        let inbox = house.inbox(hooks());
        let router = house.router_with(3000, Patience::default(), Arc::clone(&inbox));
        Self { house, inbox, router }
    }

    /// Sends a message as its sender would; it is read at once.
    pub async fn told(&self, request: Request<Body>) -> Answer {
        let answer = send(&self.router, request).await;
        self.inbox.read_all().await.unwrap();
        answer
    }

    /// What is stored under an id.
    pub async fn incident(&self, source: &str, id: &str) -> Option<Incident> {
        self.house.store.incident_get(source, id).await.unwrap()
    }

    /// What is stored and counts, oldest first.
    pub async fn counting(&self) -> Vec<Incident> {
        let all =
            domain::period::Period { start: at("2000-01-01T00:00:00Z"), end: at("2100-01-01T00:00:00Z") };
        let found = self.house.store.incident_list(all).await.unwrap();
        found.into_iter().filter(Incident::counts).collect()
    }
}

/// The machine's time in whole seconds: senders that are real, or that sign, live in it.
pub fn now() -> Timestamp {
    Timestamp::from_second(Clock::System.now().as_second()).unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A message with one header that shows who sends it.
pub fn message(path: &str, header: (&str, &str), body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method("POST").uri(path).header("host", HOST);
    request.header("content-type", "application/json").header(header.0, header.1).body(body.into()).unwrap()
}

/// What Alertmanager sends of a group: alerts by fingerprint, start and end.
pub fn group(alerts: &[(&str, &str, Option<&str>)]) -> Value {
    let alert = |(fingerprint, starts, ends): &(&str, &str, Option<&str>)| {
        json!({ "status": if ends.is_some() { "resolved" } else { "firing" }, "fingerprint": fingerprint,
            "labels": { "alertname": "HighErrorRate", "severity": "critical", "service": "telemed" },
            "annotations": { "summary": "オンライン診療のエラー率" },
            "startsAt": starts, "endsAt": ends.unwrap_or("0001-01-01T00:00:00Z") })
    };
    json!({ "version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "truncatedAlerts": 0,
        "externalURL": "http://am.example:9093", "alerts": alerts.iter().map(alert).collect::<Vec<_>>() })
}

pub fn alerts(alerts: &[(&str, &str, Option<&str>)]) -> Request<Body> {
    message("/hooks/alerts", ("authorization", &format!("Bearer {SECRET}")), group(alerts).to_string())
}

/// `v1=` and the signature of a body: HMAC-SHA256 as RFC 2104 defines it.
pub fn signed(secret: &str, body: &[u8]) -> String {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(secret.bytes()).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(body).finalize();
    let tag = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    let hex: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={hex}")
}

/// What PagerDuty says of an incident.
pub fn happened(id: &str, kind: &str, occurred: &str, more: &Value) -> Value {
    let mut data = json!({ "id": id, "type": "incident", "html_url": format!("https://acme.pagerduty.com/incidents/{id}"),
        "created_at": "2026-11-16T01:00:00Z", "title": "決済が遅い", "service": { "id": "P1", "summary": "Karte API" },
        "priority": { "id": "PR", "summary": "P2" }, "urgency": "high", "resolve_reason": null });
    for (key, value) in more.as_object().into_iter().flatten() {
        data[key] = value.clone();
    }
    json!({ "event": { "id": format!("{id}-{kind}-{occurred}"), "event_type": kind, "resource_type": "incident",
        "occurred_at": occurred, "data": data } })
}

pub fn pagerduty(body: &Value, secret: &str) -> Request<Body> {
    let body = body.to_string();
    let signature = signed(secret, body.as_bytes());
    message("/hooks/pagerduty", ("x-pagerduty-signature", &signature), body)
}

/// What Datadog's webhook sends, with a secret of ours.
pub fn datadog(body: &Value, secret: &str) -> Request<Body> {
    message("/hooks/datadog", ("authorization", &format!("Bearer {secret}")), body.to_string())
}

/// What Datadog says of a monitor, by the variables that it fills in.
pub fn monitor(transition: &str, date: &str, more: &[(&str, &str)]) -> Value {
    let mut body = crate::fake::datadog_incidents::payload();
    let millisecond = at(date).as_millisecond().to_string();
    let usual = [
        ("id", "7654321"),
        ("date", &millisecond),
        ("last_updated", &millisecond),
        ("alert_id", "1234"),
        ("alert_cycle_key", "16630045671"),
        ("alert_transition", transition),
        ("alert_title", "[Triggered on {service:karte-api}] 予約のエラー率"),
        ("alert_scope", "service:karte-api"),
        ("alert_priority", "P2"),
        ("alert_type", "error"),
        ("tags", "monitor,service:karte-api,env:prod"),
        ("link", "https://app.datadoghq.com/event/event?id=7654321"),
    ];
    for (key, value) in usual.iter().chain(more) {
        body[*key] = json!(value);
    }
    body
}

/// A whole incident, signed as Teirei signs.
pub fn ticket(body: &Value) -> Request<Body> {
    let body = body.to_string();
    let signature = sources::webhook::signature(SECRET, now().as_second(), &body);
    message("/hooks/tickets", ("teirei-signature", &signature), body)
}
