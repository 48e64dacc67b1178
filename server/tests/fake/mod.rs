//! A fictional AWS that speaks HTTP to the real SDK: Cost Explorer over facts, Organizations with empty
//! pages, STS. It knows a clock, charges for answers, throttles, fails and lies by script.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

pub mod anomalies;
pub mod application_signals;
pub mod bucket;
pub mod cbor;
pub mod channel;
pub mod cloudwatch;
pub mod datadog;
pub mod datadog_incidents;
pub mod explorer;
pub mod facts;
pub mod mail;
pub mod organizations;
pub mod pagerduty;
pub mod prometheus;
pub mod provider;
pub mod token_service;
pub mod tracker;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde_json::{Value, json};

use explorer::Rest;
use facts::Fact;

/// The management account, and whom the machine's own credentials are.
pub const PAYER: &str = "999900001111";
/// The account whose role may be assumed.
pub const ROLE: &str = "arn:aws:iam::777700002222:role/teirei";

/// What the fictional AWS is and does.
pub struct World {
    /// Facts after today are not seen; months that are not closed are estimates.
    pub today: Date,
    pub facts: Vec<Fact>,
    /// Groups on a page.
    pub page: usize,
    /// What was found unusual.
    pub anomalies: Vec<anomalies::Anomaly>,
    /// How many months before the current one are remembered.
    pub history: i32,
    pub accounts: Vec<Account>,
    /// What is refused from now on: action → (error, message).
    pub refusals: BTreeMap<&'static str, (&'static str, &'static str)>,
    /// Failures to come: how many answers are given before, what happens then, how often.
    pub script: Vec<(usize, Failure, usize)>,
    /// Whether the bill names its accounts.
    pub tells_names: bool,
    /// Whether the net metric is known.
    pub knows_net: bool,
    /// The external id that the role asks for.
    pub external_id: Option<&'static str>,
    /// What CloudWatch knows and does.
    pub metrics: cloudwatch::Metrics,
    /// What Application Signals knows.
    pub signals: application_signals::Signals,
    /// Tags that are activated, or only seen.
    pub tags: Vec<(&'static str, &'static str)>,
    /// Requests to Cost Explorer: the body, and whether it was answered.
    pub log: Vec<(Value, bool)>,
    /// Which credentials signed the last request, and for which region and service.
    pub signed_by: String,
    rests: BTreeMap<String, Rest>,
}

/// An account of the organisation.
pub struct Account {
    pub id: String,
    pub name: String,
    pub state: &'static str,
    pub unit: &'static str,
    pub tags: Vec<(&'static str, String)>,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Throttle,
    Break,
    /// The page token is no longer good; only pages after the first fail.
    Forget,
    /// The same token again and again.
    Loop,
}

impl World {
    pub fn new(today: &str) -> Self {
        Self {
            today: today.parse().unwrap(),
            facts: Vec::new(),
            anomalies: Vec::new(),
            page: 5_000,
            history: 13,
            accounts: Vec::new(),
            refusals: BTreeMap::new(),
            script: Vec::new(),
            tells_names: true,
            knows_net: true,
            external_id: None,
            metrics: cloudwatch::Metrics::default(),
            signals: application_signals::Signals::default(),
            tags: Vec::new(),
            log: Vec::new(),
            signed_by: String::new(),
            rests: BTreeMap::new(),
        }
    }

    /// How many requests were answered, which is what is paid for.
    pub fn answered(&self) -> usize {
        self.log.iter().filter(|(_, answered)| *answered).count()
    }

    /// The failure that the script wants now.
    fn failure(&mut self, body: &Value) -> Option<Failure> {
        let answered = self.answered();
        let is_next_page = body["NextPageToken"].is_string();
        let fits = |(after, failure, times): &(usize, Failure, usize)| {
            answered >= *after && *times > 0 && (*failure != Failure::Forget || is_next_page)
        };
        let position = self.script.iter().position(fits)?;
        self.script[position].2 -= 1;
        Some(self.script[position].1)
    }
}

/// Opens the door of a fictional server until the runtime of the test ends; answers its address.
pub async fn opened(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The fictional AWS at its address.
pub struct FakeAws {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakeAws {
    /// Listens on an address of its own until the runtime of the test ends.
    pub async fn start(world: World) -> Self {
        let world = Arc::new(Mutex::new(world));
        let url = opened(Router::new().fallback(answer).with_state(Arc::clone(&world))).await;
        Self { url, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

/// An answer of JSON 1.1, good or bad.
pub type Answer = Result<Value, Refusal>;

/// An error as AWS words it.
pub struct Refusal {
    pub code: &'static str,
    pub message: String,
}

pub fn refuse<T>(code: &'static str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, message: message.into() })
}

async fn answer(
    State(world): State<Arc<Mutex<World>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut world = world.lock().unwrap();
    let signature = word("authorization");
    world.signed_by = between(signature, "Credential=", ",").to_owned();
    if let Some(action) = uri.path().strip_prefix(cloudwatch::PATH) {
        return cloudwatch::answer(&mut world.metrics, action, &body);
    }
    if application_signals::is_path(uri.path()) {
        let World { signals, refusals, .. } = &mut *world;
        let query = uri.query().unwrap_or_default();
        return application_signals::answer(signals, refusals, uri.path(), query, &body);
    }
    let Some((service, action)) = word("x-amz-target").split_once('.') else {
        return token_service::answer(&world, &String::from_utf8_lossy(&body));
    };
    let body: Value = serde_json::from_slice(&body).unwrap();
    let answer = match service {
        _ if !signature.starts_with("AWS4-HMAC-SHA256") => {
            refuse("MissingAuthenticationTokenException", "not signed")
        }
        "AWSInsightsIndexService" => return explorer(&mut world, action, body),
        "AWSOrganizationsV20161128" => organizations::answer(&world, action, &body),
        _ => refuse("UnknownOperationException", service),
    };
    respond(answer)
}

/// A priced request: it may fail by script, and is logged.
fn explorer(world: &mut World, action: &str, body: Value) -> Response {
    let failure = world.failure(&body);
    let response = match failure {
        Some(Failure::Throttle) => respond(refuse("LimitExceededException", "Rate limit exceeded")),
        Some(Failure::Break) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "<html>out of order</html>").into_response()
        }
        Some(Failure::Forget) => respond(refuse("InvalidNextTokenException", "The token has expired")),
        Some(Failure::Loop) => {
            world.log.push((body, true));
            return respond(Ok(json!({ "ResultsByTime": [], "NextPageToken": "again" })));
        }
        None => respond(explorer::answer(world, action, &body)),
    };
    world.log.push((body, response.status() == StatusCode::OK));
    response
}

fn respond(answer: Answer) -> Response {
    let (status, value) = match answer {
        Ok(value) => (StatusCode::OK, value),
        Err(Refusal { code, message }) => {
            (StatusCode::BAD_REQUEST, json!({ "__type": code, "message": message }))
        }
    };
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], value.to_string()).into_response()
}

/// The part of a text between two marks.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or(rest, |(part, _)| part)
}
