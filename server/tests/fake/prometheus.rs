//! A fictional Prometheus that refuses, throttles, warns and forgets as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

/// What is to be said to queries that hold a word, and how often; others are answered.
pub struct Script {
    pub word: &'static str,
    pub status: u16,
    pub body: String,
    pub times: usize,
}

/// How the fictional Prometheus behaves.
pub struct World {
    pub scripts: Vec<Script>,
    /// What every header has to be.
    pub wanted: Vec<(&'static str, &'static str)>,
    /// What a bucket of an hour has of all events; of failures it has one.
    pub total: &'static str,
    /// How many samples a minute has.
    pub samples: i64,
    pub warning: Option<&'static str>,
    pub asked: usize,
    pub at_once: usize,
    pub most_at_once: usize,
    pub most_points: i64,
}

/// It listens until it is dropped.
pub struct Fake {
    pub address: String,
    world: Arc<Mutex<World>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    pub async fn open() -> Self {
        let world = Arc::new(Mutex::new(World {
            scripts: Vec::new(),
            wanted: Vec::new(),
            total: "100",
            samples: 1,
            warning: None,
            asked: 0,
            at_once: 0,
            most_at_once: 0,
            most_points: 0,
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&world));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, world, task }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_at(2);
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                rest = after;
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).unwrap()
}

async fn answer(
    State(world): State<Arc<Mutex<World>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let fields: BTreeMap<String, String> = text
        .split('&')
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| (name.to_owned(), unescaped(value)))
        .collect();
    {
        let mut world = world.lock().unwrap();
        world.asked += 1;
        world.at_once += 1;
        world.most_at_once = world.most_at_once.max(world.at_once);
    }
    // Long enough for others to come meanwhile.
    tokio::time::sleep(Duration::from_millis(3)).await;
    let mut world = world.lock().unwrap();
    world.at_once -= 1;
    let told = said(&mut world, &uri, &headers, &fields);
    let (status, body) = told.unwrap_or_else(|| (StatusCode::OK, matrix(&mut world, &fields)));
    (status, [("content-type", "application/json"), ("retry-after", "0")], body).into_response()
}

/// What is said in the place of an answer.
fn said(
    world: &mut World,
    uri: &Uri,
    headers: &HeaderMap,
    fields: &BTreeMap<String, String>,
) -> Option<(StatusCode, String)> {
    let is_wanted = |(name, value): &(&str, &str)| headers.get(*name).is_some_and(|found| found == value);
    if !world.wanted.iter().all(is_wanted) {
        return Some((StatusCode::UNAUTHORIZED, "Unauthorized".to_owned()));
    }
    if uri.path() == "/api/v1/query_range" && fields.contains_key("query") {
        let query = &fields["query"];
        let script =
            world.scripts.iter_mut().find(|script| script.times > 0 && query.contains(script.word))?;
        script.times -= 1;
        return Some((StatusCode::from_u16(script.status).unwrap(), script.body.clone()));
    }
    Some((StatusCode::NOT_FOUND, "page not found".to_owned()))
}

/// One series with a value at every step.
fn matrix(world: &mut World, fields: &BTreeMap<String, String>) -> String {
    let number = |name: &str| fields[name].parse::<i64>().unwrap();
    let (start, end, step) = (number("start"), number("end"), number("step"));
    world.most_points = world.most_points.max((end - start) / step + 1);
    let query = &fields["query"];
    let value = if query.contains("count_over_time") {
        (world.samples * step / 60).to_string()
    } else if query.contains("500") {
        "1".to_owned()
    } else {
        world.total.to_owned()
    };
    let is_empty = world.samples == 0;
    let points: Vec<String> = (0..=(end - start) / step)
        .map(|position| format!("[{},\"{value}\"]", start + position * step))
        .collect();
    let series = if is_empty {
        String::new()
    } else {
        format!("{{\"metric\":{{}},\"values\":[{}]}}", points.join(","))
    };
    let warnings = world.warning.map(|text| format!("\"warnings\":[\"{text}\"],")).unwrap_or_default();
    format!(
        "{{\"status\":\"success\",{warnings}\"data\":{{\"resultType\":\"matrix\",\"result\":[{series}]}}}}"
    )
}
