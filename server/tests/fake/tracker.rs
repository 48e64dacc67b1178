//! A fictional GitHub and a fictional Jira behind one address, with issues of their own. They throttle, fail, move
//! issues to other places, remember marks of answers, and lie by script.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub const TOKEN: &str = "fictional-token";
/// `agent@acme.example` and the token, as basic authentication has them.
const BASIC: &str = "Basic YWdlbnRAYWNtZS5leGFtcGxlOmZpY3Rpb25hbC10b2tlbg==";

/// What the next answers are in the place of the true ones.
#[derive(Clone, Debug)]
pub enum Failure {
    /// A status with headers.
    Refuse(u16, Vec<(&'static str, String)>),
    /// 200 with something that is no issue.
    Lie(&'static str),
}

/// What the fictional trackers are and do.
#[derive(Default)]
pub struct World {
    /// Answers by path.
    pub issues: BTreeMap<String, Value>,
    /// Where paths lead to.
    pub moved: BTreeMap<String, String>,
    /// What is refused: path → status.
    pub refusals: BTreeMap<String, u16>,
    /// Failures to come, each once: how many requests come before.
    pub script: Vec<(usize, Failure)>,
    /// Requests: path, the mark that was sent, and the status of the answer.
    pub log: Vec<(String, Option<String>, u16)>,
    /// The token is not taken any more.
    pub is_locked: bool,
}

impl World {
    /// An issue of the fictional GitHub.
    pub fn github(&mut self, name: &str, number: u32, state: &str, closed_at: Option<&str>) {
        let path = format!("/repos/{name}/issues/{number}");
        let issue = json!({ "number": number, "state": state, "title": format!("Issue {number} of {name}"),
            "assignee": { "login": "hayashi" }, "assignees": [], "closed_at": closed_at, "labels": [],
            "html_url": format!("https://github.com/{name}/issues/{number}") });
        self.issues.insert(path, issue);
    }

    /// An issue of the fictional Jira.
    pub fn jira(&mut self, key: &str, category: &str, resolved: Option<&str>) {
        let path = format!("/rest/api/2/issue/{key}");
        let issue = json!({ "id": "1", "key": key, "fields": { "summary": format!("課題 {key}"),
            "status": { "name": "様子見", "statusCategory": { "id": 4, "key": category } },
            "assignee": { "displayName": "林 拓也" }, "resolutiondate": resolved } });
        self.issues.insert(path, issue);
    }

    /// The paths that were asked for since the last time.
    pub fn asked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
            .into_iter()
            .map(|(path, _, status)| format!("{status} {path}"))
            .collect()
    }

    fn failure(&mut self) -> Option<Failure> {
        let asked = self.log.len();
        let position = self.script.iter().position(|(after, _)| asked >= *after)?;
        Some(self.script.remove(position).1)
    }

    fn answer(
        &self,
        path: &str,
        known: bool,
        etag: Option<&str>,
    ) -> (u16, Vec<(&'static str, String)>, String) {
        let text = |value: Value| value.to_string();
        if !known || self.is_locked {
            return (401, Vec::new(), text(json!({ "message": "Bad credentials" })));
        }
        if let Some(status) = self.refusals.get(path) {
            return (*status, Vec::new(), text(json!({ "message": "no" })));
        }
        if let Some(place) = self.moved.get(path) {
            return (301, vec![("location", place.clone())], String::new());
        }
        match path {
            "/rate_limit" => return (200, Vec::new(), text(json!({ "rate": { "remaining": 4987 } }))),
            "/rest/api/2/myself" => return (200, Vec::new(), text(json!({ "displayName": "定例 太郎" }))),
            _ => {}
        }
        let Some(issue) = self.issues.get(path) else {
            return (404, Vec::new(), text(json!({ "message": "Not Found" })));
        };
        let body = issue.to_string();
        let mark = format!("W/\"{}\"", body.len() + body.bytes().map(usize::from).sum::<usize>());
        let is_marked = path.starts_with("/repos/") || path.starts_with("/repositories/");
        let headers = if is_marked { vec![("etag", mark.clone())] } else { Vec::new() };
        if is_marked && etag == Some(&mark) {
            return (304, headers, String::new());
        }
        (200, headers, body)
    }
}

/// The fictional trackers at their address.
pub struct FakeTracker {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakeTracker {
    pub async fn start() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&world));
        Self { url: super::opened(router).await, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

async fn answer(State(world): State<Arc<Mutex<World>>>, headers: HeaderMap, uri: Uri) -> Response {
    let mut world = world.lock().unwrap();
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let path = uri.path();
    let known = match path.starts_with("/rest/") {
        true => word("authorization") == Some(BASIC),
        false => word("authorization") == Some(&format!("Bearer {TOKEN}")),
    };
    let etag = word("if-none-match").map(str::to_owned);
    let (status, more, body) = match world.failure() {
        Some(Failure::Refuse(status, headers)) => (status, headers, String::new()),
        Some(Failure::Lie(body)) => (200, Vec::new(), body.to_owned()),
        None => world.answer(path, known, etag.as_deref()),
    };
    world.log.push((path.to_owned(), etag, status));
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    for (name, value) in more {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, HeaderValue::from_str(&value).unwrap());
    }
    response
}
