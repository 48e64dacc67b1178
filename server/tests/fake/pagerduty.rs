//! A fictional PagerDuty with a truth of its own: incidents that are triggered, taken on, given back, resolved,
//! reopened and merged. It tells by webhook, answers page by page up to its limits, throttles, fails, and now
//! and then forgets to write down what happened.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

pub const API_KEY: &str = "fictional-rest-key";

/// What PagerDuty refuses beyond.
const REACH: usize = 10_000;

/// An incident as it really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeIncident {
    pub id: String,
    pub title: String,
    pub priority: Option<&'static str>,
    pub urgency: &'static str,
    pub status: &'static str,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    pub merged_into: Option<String>,
}

/// What happened to one.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    pub kind: &'static str,
    pub at: Timestamp,
    pub incident: String,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 429 with its header.
    Throttle,
    /// 500.
    Break,
    /// 200, and a page without anything that says there is more.
    Empty,
}

/// What the fictional PagerDuty is and does.
#[derive(Default)]
pub struct World {
    pub incidents: BTreeMap<String, FakeIncident>,
    pub entries: Vec<Entry>,
    /// Webhooks in the order in which they were to be sent.
    pub outbox: Vec<Value>,
    /// Nothing is written into the log of what happens, and nothing is told.
    pub is_silent: bool,
    /// The account's priorities; its plan has none where there are none.
    pub priorities: Vec<&'static str>,
    /// What is refused: beginning of the path → status.
    pub refusals: BTreeMap<String, u16>,
    /// Failures to come: how many answers are given before, what happens then, how often.
    pub script: Vec<(usize, Failure, usize)>,
    /// Answers to what begins like this, in the place of its own.
    pub recorded: Vec<(String, String)>,
    /// Requests: path and query, and the status of the answer.
    pub log: Vec<(String, u16)>,
}

impl World {
    /// A new incident.
    pub fn trigger(&mut self, id: &str, title: &str, priority: Option<&'static str>, at: Timestamp) {
        let incident = FakeIncident {
            id: id.to_owned(),
            title: title.to_owned(),
            priority,
            urgency: "high",
            status: "triggered",
            created_at: at,
            updated_at: at,
            acknowledged_at: None,
            resolved_at: None,
            merged_into: None,
        };
        self.incidents.insert(id.to_owned(), incident);
        self.happened(id, "incident.triggered", "trigger_log_entry", at);
    }

    pub fn acknowledge(&mut self, id: &str, at: Timestamp) {
        let incident = self.incident(id);
        incident.status = "acknowledged";
        incident.acknowledged_at.get_or_insert(at);
        self.happened(id, "incident.acknowledged", "acknowledge_log_entry", at);
    }

    pub fn unacknowledge(&mut self, id: &str, at: Timestamp) {
        self.incident(id).status = "triggered";
        self.happened(id, "incident.unacknowledged", "unacknowledge_log_entry", at);
    }

    pub fn resolve(&mut self, id: &str, at: Timestamp) {
        let incident = self.incident(id);
        incident.status = "resolved";
        incident.resolved_at = Some(at);
        self.happened(id, "incident.resolved", "resolve_log_entry", at);
    }

    pub fn reopen(&mut self, id: &str, at: Timestamp) {
        let incident = self.incident(id);
        incident.status = "triggered";
        incident.resolved_at = None;
        incident.merged_into = None;
        self.happened(id, "incident.reopened", "trigger_log_entry", at);
    }

    pub fn merge(&mut self, id: &str, into: &str, at: Timestamp) {
        let incident = self.incident(id);
        incident.status = "resolved";
        incident.resolved_at = Some(at);
        incident.merged_into = Some(into.to_owned());
        self.happened(id, "incident.resolved", "resolve_log_entry", at);
    }

    pub fn reprioritise(&mut self, id: &str, priority: &'static str, at: Timestamp) {
        self.incident(id).priority = Some(priority);
        self.happened(id, "incident.priority_updated", "field_value_change_log_entry", at);
    }

    /// Somebody is told, which changes nothing.
    pub fn notify(&mut self, id: &str, at: Timestamp) {
        self.write(id, "notify_log_entry", at);
    }

    fn incident(&mut self, id: &str) -> &mut FakeIncident {
        self.incidents.get_mut(id).unwrap()
    }

    fn write(&mut self, id: &str, kind: &'static str, at: Timestamp) {
        let number = self.entries.len();
        self.entries.push(Entry { id: format!("R{number:06}"), kind, at, incident: id.to_owned() });
    }

    fn happened(&mut self, id: &str, event: &str, entry: &'static str, at: Timestamp) {
        self.incident(id).updated_at = at;
        if self.is_silent {
            return;
        }
        self.write(id, entry, at);
        // Webhooks have milliseconds, answers have not.
        let occurred = at + 250.milliseconds();
        let mut data = self.incidents[id].shown();
        data["type"] = json!("incident");
        let number = self.outbox.len();
        self.outbox.push(json!({ "event": { "id": format!("E{number:06}"), "event_type": event,
            "resource_type": "incident", "occurred_at": occurred.to_string(), "data": data } }));
    }

    /// How many requests were answered.
    pub fn answered(&self) -> usize {
        self.log.iter().filter(|(_, status)| *status == 200).count()
    }

    fn failure(&mut self, is_list: bool) -> Option<Failure> {
        let answered = self.answered();
        let fits = |(after, failure, times): &(usize, Failure, usize)| {
            answered >= *after && *times > 0 && (is_list || *failure != Failure::Empty)
        };
        let position = self.script.iter().position(fits)?;
        self.script[position].2 -= 1;
        Some(self.script[position].1)
    }

    fn answer(&self, path: &str, query: &BTreeMap<String, String>) -> (u16, Value) {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts[..] {
            ["priorities"] if self.priorities.is_empty() => (402, refusal(2012, "Account lacks the ability")),
            ["priorities"] => {
                let one = |name: &&str| json!({ "id": format!("PR{name}"), "name": name, "summary": name });
                (200, json!({ "priorities": self.priorities.iter().map(one).collect::<Vec<_>>() }))
            }
            ["incidents"] => {
                let of = |one: &&FakeIncident| is_within(one.created_at, query);
                let mut found: Vec<&FakeIncident> = self.incidents.values().filter(of).collect();
                found.sort_by_key(|one| (one.created_at, &one.id));
                page("incidents", found.into_iter().map(FakeIncident::shown).collect(), query)
            }
            ["incidents", id] => match self.incidents.get(id) {
                Some(incident) => (200, json!({ "incident": incident.shown() })),
                None => (404, refusal(2100, "Not Found")),
            },
            ["incidents", id, "log_entries"] => self.logged(|entry| entry.incident == id, query),
            ["log_entries"] => self.logged(|_| true, query),
            _ => (404, refusal(2100, "Not Found")),
        }
    }

    /// The newest first, as PagerDuty has them.
    fn logged(&self, of: impl Fn(&Entry) -> bool, query: &BTreeMap<String, String>) -> (u16, Value) {
        let overview = query.get("is_overview").is_some_and(|word| word == "true");
        let is_meant = |entry: &&Entry| {
            of(entry) && is_within(entry.at, query) && !(overview && entry.kind == "notify_log_entry")
        };
        let mut found: Vec<&Entry> = self.entries.iter().filter(is_meant).collect();
        found.sort_by_key(|entry| std::cmp::Reverse((entry.at, &entry.id)));
        let shown = |entry: &Entry| {
            json!({ "id": entry.id, "type": entry.kind, "created_at": entry.at.to_string(),
                "agent": { "id": "PUSER", "type": "user_reference", "summary": "当番" }, "channel": { "type": "web" },
                "incident": { "id": entry.incident, "type": "incident_reference" } })
        };
        page("log_entries", found.into_iter().map(shown).collect(), query)
    }
}

impl FakeIncident {
    fn shown(&self) -> Value {
        let named = |name: &str| json!({ "id": format!("PR{name}"), "summary": name, "type": "priority" });
        let reason = |into: &String| json!({ "type": "merge_resolve_reason", "incident": { "id": into, "type": "incident_reference" } });
        json!({ "id": self.id, "incident_number": 1, "title": self.title, "status": self.status,
            "urgency": self.urgency, "created_at": self.created_at.to_string(), "updated_at": self.updated_at.to_string(),
            "resolved_at": self.resolved_at.map(|at| at.to_string()),
            "last_status_change_at": self.updated_at.to_string(), "acknowledgements": [], "assignments": [],
            "service": { "id": "P1", "summary": "Karte API", "type": "service_reference" },
            "priority": self.priority.map(named), "resolve_reason": self.merged_into.as_ref().map(reason),
            "html_url": format!("https://acme.pagerduty.com/incidents/{}", self.id) })
    }
}

fn refusal(code: i64, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}

fn is_within(at: Timestamp, query: &BTreeMap<String, String>) -> bool {
    let edge = |name: &str| query.get(name).map(|text| text.parse::<Timestamp>().unwrap());
    edge("since").is_none_or(|since| at >= since) && edge("until").is_none_or(|until| at < until)
}

fn page(name: &str, all: Vec<Value>, query: &BTreeMap<String, String>) -> (u16, Value) {
    let number = |name: &str, usual: usize| query.get(name).map_or(usual, |text| text.parse().unwrap());
    let (limit, offset) = (number("limit", 25).min(100), number("offset", 0));
    if offset + limit > REACH {
        return (400, refusal(2001, "Invalid Input Provided"));
    }
    let more = all.len() > offset + limit;
    let found: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    (200, json!({ name: found, "limit": limit, "offset": offset, "more": more, "total": null }))
}

/// The fictional PagerDuty at its address.
pub struct FakePagerDuty {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakePagerDuty {
    pub async fn start(world: World) -> Self {
        let world = Arc::new(Mutex::new(world));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&world));
        Self { url: super::opened(router).await, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

async fn answer(State(world): State<Arc<Mutex<World>>>, headers: HeaderMap, uri: Uri) -> Response {
    let mut world = world.lock().unwrap();
    let (path, question) = (uri.path().to_owned(), uri.query().unwrap_or_default().to_owned());
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = word("authorization") == format!("Token token={API_KEY}");
    let is_version = word("accept") == "application/vnd.pagerduty+json;version=2";
    let parted = question.split('&').filter_map(|pair| pair.split_once('='));
    let query = parted.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let refused =
        world.refusals.iter().find(|(begins, _)| path.starts_with(*begins)).map(|(_, status)| *status);
    let recorded = world.recorded.iter().find(|(whole, _)| path == *whole).map(|(_, body)| body.clone());
    let (status, body) = match (is_known && is_version, refused, recorded) {
        (false, ..) => (401, refusal(2006, "Unauthorized").to_string()),
        (_, Some(status), _) => (status, refusal(2010, "Access Denied").to_string()),
        (_, _, recorded) => match (world.failure(question.contains("offset=")), recorded) {
            (Some(Failure::Throttle), _) => (429, refusal(2020, "Rate Limit Exceeded").to_string()),
            (Some(Failure::Break), _) => (500, String::new()),
            (Some(Failure::Empty), _) => {
                (200, json!({ "more": true, "limit": 100, "offset": 0 }).to_string())
            }
            (None, Some(body)) => (200, body),
            (None, None) => {
                let (status, value) = world.answer(&path, &query);
                (status, value.to_string())
            }
        },
    };
    world.log.push((format!("{path}?{question}"), status));
    let status = StatusCode::from_u16(status).unwrap();
    let headers = [
        ("content-type", "application/json"),
        ("ratelimit-limit", "960"),
        ("ratelimit-remaining", "959"),
        ("ratelimit-reset", "1"),
    ];
    (status, headers, body).into_response()
}
