//! A fictional Datadog that keeps incidents, with a truth of its own: they are declared, made worse, mitigated,
//! resolved, opened again and deleted. It tells by webhook with the payload of our documentation, answers page by
//! page, throttles, fails and breaks off.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::datadog::{API_KEY, APPLICATION_KEY, Failure};

/// An incident as it really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeIncident {
    pub number: i64,
    pub title: String,
    pub severity: &'static str,
    pub state: &'static str,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub resolved: Option<Timestamp>,
    /// From when to when customers felt it; `None` where they did not.
    pub impact: Option<(Timestamp, Option<Timestamp>)>,
    pub is_test: bool,
    pub archived: Option<Timestamp>,
}

/// What the fictional Datadog is and does.
#[derive(Default)]
pub struct World {
    pub incidents: BTreeMap<i64, FakeIncident>,
    /// Webhooks in the order in which they were to be sent.
    pub outbox: Vec<Value>,
    /// How many incidents a page has at most, whatever is asked for; a hundred for 0.
    pub page: usize,
    /// What is refused, with this status.
    pub refused: Option<u16>,
    /// Failures to come: how many answers are given before, what happens then, how often.
    pub script: Vec<(usize, Failure, usize)>,
    /// What a page has besides.
    pub odd: Vec<Value>,
    /// An answer in the place of its own.
    pub recorded: Option<String>,
    /// Requests: path and query, and the status of the answer.
    pub log: Vec<(String, u16)>,
}

impl World {
    /// A new incident; every third one is felt by customers from five minutes before.
    pub fn declare(&mut self, number: i64, title: &str, severity: &'static str, at: Timestamp) {
        let incident = FakeIncident {
            number,
            title: title.to_owned(),
            severity,
            state: "active",
            created: at,
            modified: at,
            resolved: None,
            impact: (number % 3 == 0).then_some((at - 5.minutes(), None)),
            is_test: number % 7 == 0,
            archived: None,
        };
        self.incidents.insert(number, incident);
        self.happened(number, at);
    }

    pub fn mitigate(&mut self, number: i64, at: Timestamp) {
        let incident = self.incident(number);
        incident.state = "stable";
        if let Some((_, end)) = &mut incident.impact {
            *end = Some(at);
        }
        self.happened(number, at);
    }

    pub fn resolve(&mut self, number: i64, at: Timestamp) {
        let incident = self.incident(number);
        incident.state = "resolved";
        incident.resolved = Some(at);
        self.happened(number, at);
    }

    /// The time of the first resolution stays, as at the real one.
    pub fn reopen(&mut self, number: i64, at: Timestamp) {
        self.incident(number).state = "active";
        self.happened(number, at);
    }

    pub fn worsen(&mut self, number: i64, severity: &'static str, at: Timestamp) {
        self.incident(number).severity = severity;
        self.happened(number, at);
    }

    /// It is deleted, of which no webhook tells.
    pub fn archive(&mut self, number: i64, at: Timestamp) {
        let incident = self.incident(number);
        incident.archived = Some(at);
        incident.modified = at;
    }

    fn incident(&mut self, number: i64) -> &mut FakeIncident {
        self.incidents.get_mut(&number).unwrap()
    }

    fn happened(&mut self, number: i64, at: Timestamp) {
        let incident = self.incident(number);
        incident.modified = at;
        let told = incident.told(at + 3.seconds());
        self.outbox.push(told);
    }

    /// How many requests were answered.
    pub fn answered(&self) -> usize {
        self.log.iter().filter(|(_, status)| *status == 200).count()
    }

    fn failure(&mut self) -> Option<Failure> {
        let answered = self.answered();
        let fits = |(after, _, times): &(usize, Failure, usize)| answered >= *after && *times > 0;
        let position = self.script.iter().position(fits)?;
        self.script[position].2 -= 1;
        Some(self.script[position].1)
    }

    /// A page, the incidents that changed last at its beginning: an order that nobody may rely on.
    fn page(&self, size: usize, offset: usize) -> Value {
        let size = if self.page == 0 { size.min(100) } else { size.min(self.page) };
        let mut found: Vec<&FakeIncident> = self.incidents.values().collect();
        found.sort_by_key(|one| std::cmp::Reverse((one.modified, one.number)));
        let shown = found.into_iter().map(FakeIncident::shown).chain(self.odd.iter().cloned());
        let page: Vec<Value> = shown.skip(offset).take(size).collect();
        let next = offset + page.len();
        json!({ "data": page, "included": [],
            "meta": { "pagination": { "offset": offset, "next_offset": next, "size": size } } })
    }
}

impl FakeIncident {
    fn shown(&self) -> Value {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let text = |value: &str| json!({ "type": "dropdown", "value": value });
        json!({ "id": format!("00000000-0000-0000-0000-{:012}", self.number), "type": "incidents",
            "attributes": { "public_id": self.number, "title": self.title, "state": self.state,
                "severity": self.severity, "created": self.created.to_string(), "declared": self.created.to_string(),
                "detected": (self.created - 1.minute()).to_string(), "modified": self.modified.to_string(),
                "resolved": time(self.resolved), "archived": time(self.archived), "is_test": self.is_test,
                "visibility": "organization", "customer_impacted": self.impact.is_some(),
                "customer_impact_start": time(self.impact.map(|(start, _)| start)),
                "customer_impact_end": time(self.impact.and_then(|(_, end)| end)),
                "customer_impact_scope": "患者の一部", "customer_impact_duration": 0, "time_to_repair": 0,
                "fields": { "state": text(self.state), "severity": text(self.severity),
                    "root_cause": { "type": "textbox", "value": null },
                    "detection_method": text("customer"),
                    "services": { "type": "autocomplete", "value": ["karte-api"] },
                    "teams": { "type": "autocomplete", "value": ["clinic"] } } },
            "relationships": { "impacts": { "data": [] } } })
    }

    /// What its notification says.
    fn told(&self, at: Timestamp) -> Value {
        let mut body = payload();
        for (key, value) in [
            ("id", at.as_millisecond().to_string()),
            ("date", at.as_millisecond().to_string()),
            ("last_updated", at.as_millisecond().to_string()),
            ("incident_public_id", self.number.to_string()),
            ("incident_title", self.title.clone()),
            ("incident_severity", self.severity.to_owned()),
            ("incident_status", self.state.to_owned()),
            ("incident_url", format!("https://app.datadoghq.com/incidents/{}", self.number)),
        ] {
            body[key] = json!(value);
        }
        body
    }
}

/// The payload of our documentation, with nothing filled in.
pub fn payload() -> Value {
    let text = include_str!("../../../docs/examples/datadog-webhook.json");
    let mut payload: Value = serde_json::from_str(text).unwrap();
    payload.as_object_mut().unwrap().values_mut().for_each(|value| *value = json!(""));
    payload
}

/// The fictional Datadog at its address.
pub struct FakeDatadogIncidents {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakeDatadogIncidents {
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
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = word("dd-api-key") == API_KEY && word("dd-application-key") == APPLICATION_KEY;
    let question = uri.query().unwrap_or_default().to_owned();
    let number = |name: &str, usual: usize| {
        let pairs = question.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map_or(usual, |(_, text)| text.parse().unwrap())
    };
    let (size, offset) = (number("page%5Bsize%5D", 10), number("page%5Boffset%5D", 0));
    let (status, body) = match world.refused {
        _ if !is_known => (401, json!({ "errors": ["Unauthorized"] }).to_string()),
        Some(status) => {
            (status, json!({ "errors": [{ "title": "Forbidden", "detail": "not yours" }] }).to_string())
        }
        None if uri.path() != "/api/v2/incidents" => (404, String::new()),
        None => match world.failure() {
            Some(Failure::Throttle) => (429, json!({ "errors": ["Too many requests"] }).to_string()),
            Some(Failure::Break) => (500, String::new()),
            failure => {
                let mut body = world.recorded.clone().unwrap_or_else(|| world.page(size, offset).to_string());
                if failure == Some(Failure::Cut) {
                    body = body.chars().take(body.chars().count() / 2).collect();
                }
                (200, body)
            }
        },
    };
    world.log.push((format!("{}?{question}", uri.path()), status));
    let headers = [("x-ratelimit-remaining", "99"), ("x-ratelimit-reset", "1"), ("x-ratelimit-period", "10")];
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}
