//! A fictional Datadog that speaks HTTP to the real client: facts by the hour, pages, rate limits with their
//! headers, parts that fail, numbers that are none, and answers that were recorded at the real one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub const API_KEY: &str = "fictional-api-key";
pub const APPLICATION_KEY: &str = "fictional-application-key";

const HOUR: i64 = 3_600;
/// The length of a point of a history of a day or longer, as recordings show it.
const POINT: i64 = 7_200;
/// From this hour on the fictional world has facts: 2026-08-01T00:00Z.
pub const FIRST: i64 = 1_785_542_400;

/// What makes the numbers of an SLO.
#[derive(Clone, Debug)]
pub enum Facts {
    /// So many events an hour and, every so many hours, a bad one among ten.
    Events { an_hour: i64, bad_every: i64 },
    /// Nothing ever happens.
    Silence,
    /// More good events than events.
    Nonsense,
    /// Monitors, each down from second to second.
    Monitors(Vec<Vec<(i64, i64)>>),
    /// Slices, down from second to second.
    Slices(Vec<(i64, i64)>),
}

/// One SLO.
#[derive(Clone, Debug)]
pub struct FakeSlo {
    pub id: String,
    pub name: String,
    pub tags: Vec<&'static str>,
    /// Timeframe and target.
    pub targets: Vec<(&'static str, f64)>,
    pub modified_at: i64,
    pub facts: Facts,
    /// Monitors that alert on it, and their queries.
    pub alerts: Vec<(i64, &'static str)>,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 429 with its headers.
    Throttle,
    /// 500.
    Break,
    /// 200, and half of the answer.
    Cut,
}

/// What the fictional Datadog is and does.
#[derive(Default)]
pub struct World {
    /// Seconds; nothing later is known.
    pub now: i64,
    pub slos: Vec<FakeSlo>,
    pub corrections: Vec<Value>,
    /// Answers to what begins like this, in the place of its own.
    pub recorded: Vec<(String, String)>,
    /// What is refused: beginning of the path → status.
    pub refusals: BTreeMap<String, u16>,
    /// Failures to come: how many answers are given before, what happens then, how often.
    pub script: Vec<(usize, Failure, usize)>,
    /// By how many seconds its clock is ahead.
    pub ahead: i64,
    /// SLOs whose histories say that a part of them failed.
    pub partial: Vec<String>,
    /// How many requests a period of one second allows; no limit for 0.
    pub allowance: usize,
    /// How many are left of it.
    pub left: usize,
    /// Requests: the path, and the status of the answer.
    pub log: Vec<(String, u16)>,
}

impl FakeSlo {
    pub fn new(id: &str, facts: Facts) -> Self {
        Self {
            id: id.to_owned(),
            name: format!("SLO {id}"),
            tags: vec!["service:checkout", "env:prod"],
            targets: vec![("7d", 99.0)],
            modified_at: FIRST,
            facts,
            alerts: Vec::new(),
        }
    }

    fn kind(&self) -> &'static str {
        match self.facts {
            Facts::Monitors(_) => "monitor",
            Facts::Slices(_) => "time_slice",
            _ => "metric",
        }
    }

    fn definition(&self) -> Value {
        let thresholds = self.targets.iter().map(|(timeframe, target)| {
            json!({ "timeframe": timeframe, "target": target, "target_display": target.to_string() })
        });
        let mut slo = json!({
            "id": self.id, "name": self.name, "description": null, "type": self.kind(), "tags": self.tags,
            "monitor_tags": [], "thresholds": thresholds.collect::<Vec<_>>(), "created_at": FIRST,
            "modified_at": self.modified_at, "creator": { "name": null, "handle": "frog@example.com" },
        });
        match self.facts {
            Facts::Monitors(_) => slo["monitor_ids"] = json!([1, 2]),
            Facts::Slices(_) => {
                slo["sli_specification"] = json!({ "time_slice": { "query_interval_seconds": 300, "comparator": ">", "threshold": 5 } });
            }
            _ => slo["query"] = json!({ "numerator": "sum:good{}", "denominator": "sum:all{}" }),
        }
        slo
    }

    /// Good and all events of the hour that begins at an instant.
    pub fn events(&self, hour: i64) -> (i64, i64) {
        match self.facts {
            Facts::Events { .. } if hour < FIRST => (0, 0),
            Facts::Events { an_hour, bad_every } => {
                let total = an_hour + (hour / HOUR) % 7;
                let bad = if (hour / HOUR) % bad_every == 0 { total / 10 } else { 0 };
                (total - bad, total)
            }
            Facts::Nonsense => (12, 10),
            _ => (0, 0),
        }
    }

    /// Good and all events from second to second.
    pub fn sum(&self, from: i64, to: i64) -> (i64, i64) {
        let hours = (from.div_euclid(HOUR)..to.div_euclid(HOUR)).map(|hour| self.events(hour * HOUR));
        hours.fold((0, 0), |sum, (good, total)| (sum.0 + good, sum.1 + total))
    }
}

impl World {
    /// How many requests were answered well.
    pub fn answered(&self) -> usize {
        self.log.iter().filter(|(_, status)| *status == 200).count()
    }

    /// How often something was asked for that holds a word.
    pub fn asked(&self, word: &str) -> usize {
        self.log.iter().filter(|(path, _)| path.contains(word)).count()
    }

    fn failure(&mut self) -> Option<Failure> {
        let answered = self.answered();
        let fits = |(after, _, times): &(usize, Failure, usize)| answered >= *after && *times > 0;
        let position = self.script.iter().position(fits)?;
        self.script[position].2 -= 1;
        Some(self.script[position].1)
    }

    fn history(&self, slo: &FakeSlo, from: i64, to: i64) -> Value {
        let mut data = json!({ "from_ts": from, "to_ts": to, "type": slo.kind(), "group_by": [] });
        let target = slo.targets.first().map_or(99.0, |(_, target)| *target);
        let overall = match &slo.facts {
            Facts::Monitors(monitors) => {
                let parts = monitors.iter().map(|down| {
                    json!({ "name": "a monitor", "history": transitions(down, from, to), "errors": null })
                });
                data["monitors"] = Value::Array(parts.collect());
                json!({ "sli_value": null, "state": "ok", "errors": null })
            }
            Facts::Slices(down) => {
                let out: i64 = down.iter().map(|(start, end)| (end.min(&to) - start.max(&from)).max(0)).sum();
                let sli = 100.0 * (1.0 - out as f64 / (to - from) as f64);
                json!({ "sli_value": sli, "history": transitions(down, from, to), "state": "ok" })
            }
            _ => {
                let (series, good, total) = series(slo, from, to);
                data["series"] = series;
                if total == 0 {
                    let error = json!({ "error_type": "ZERO_VALUED_DENOMINATOR", "error_message": "The denominator is zero valued" });
                    json!({ "sli_value": null, "errors": [error], "state": "no_data" })
                } else {
                    let sli = good as f64 / total as f64 * 100.0;
                    let left = 100.0 * (sli - target) / (100.0 - target);
                    json!({ "sli_value": sli, "error_budget_remaining": { "7d": left }, "errors": null, "state": "ok" })
                }
            }
        };
        data["overall"] = overall;
        let errors =
            self.partial.contains(&slo.id).then(|| json!([{ "error": "one group could not be read" }]));
        json!({ "data": data, "errors": errors })
    }

    fn search(&self, page: usize, size: usize) -> Value {
        let hits = self.slos.iter().skip(page * size).take(size).map(|slo| {
            let as_of = self.now - 600 + self.ahead;
            let status = slo.targets.iter().map(|(timeframe, target)| {
                let days: i64 = timeframe.trim_end_matches('d').parse().unwrap();
                let (good, total) = slo.sum(as_of - days * 24 * HOUR, as_of);
                let sli = (total > 0).then(|| good as f64 / total as f64 * 100.0);
                let left = sli.map(|sli| 100.0 * (sli - target) / (100.0 - target));
                json!({ "timeframe": timeframe, "target": target, "status": sli, "error_budget_remaining": left,
                    "indexed_at": as_of, "state": if sli.is_some() { "ok" } else { "no_data" } })
            });
            json!({ "data": { "type": "slo", "id": slo.id, "attributes": {
                "name": slo.name, "overall_status": status.collect::<Vec<_>>() } } })
        });
        json!({ "data": { "attributes": { "slos": hits.collect::<Vec<_>>() } },
            "meta": { "pagination": { "total": self.slos.len() } } })
    }
}

/// States from second to second: up but for these.
fn transitions(down: &[(i64, i64)], from: i64, to: i64) -> Value {
    let mut states = vec![json!([from, 0])];
    for (start, end) in down.iter().filter(|(start, end)| *start < to && *end > from) {
        states.extend([json!([start.max(&from), 1]), json!([end.min(&to), 0])]);
    }
    json!(states)
}

/// Points of two hours, the first of which begins before what was asked for; of each tenth nothing is known.
fn series(slo: &FakeSlo, from: i64, to: i64) -> (Value, i64, i64) {
    let (mut times, mut goods, mut totals) = (Vec::new(), Vec::new(), Vec::new());
    let mut sum = (0, 0);
    let mut start = from.div_euclid(POINT) * POINT;
    while start < to {
        let (good, total) = slo.sum(start.max(from), (start + POINT).min(to));
        sum = (sum.0 + good, sum.1 + total);
        times.push(json!(start as f64 * 1000.0));
        // Datadog fills with zeros, and now and then with what JSON does not know.
        let is_odd = total == 0 && (start / POINT) % 10 == 0;
        goods.push(if is_odd { json!("@NaN") } else { json!(good as f64) });
        totals.push(if is_odd { Value::Null } else { json!(total as f64) });
        start += POINT;
    }
    let points =
        |values: Vec<Value>, sum: i64| json!({ "count": values.len(), "values": values, "sum": sum as f64 });
    let series = json!({ "interval": POINT, "times": times, "numerator": points(goods, sum.0),
        "denominator": points(totals, sum.1) });
    (series, sum.0, sum.1)
}

/// The fictional Datadog at its address.
pub struct FakeDatadog {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakeDatadog {
    /// Listens on an address of its own until the runtime of the test ends.
    pub async fn start(world: World) -> Self {
        let world = Arc::new(Mutex::new(world));
        let url = super::opened(Router::new().fallback(answer).with_state(Arc::clone(&world))).await;
        Self { url, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

async fn answer(State(world): State<Arc<Mutex<World>>>, headers: HeaderMap, uri: Uri) -> Response {
    let world = &mut *world.lock().unwrap();
    let path = uri.to_string();
    let key = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (status, body) = if (key("dd-api-key"), key("dd-application-key")) != (API_KEY, APPLICATION_KEY) {
        (StatusCode::FORBIDDEN, json!({ "errors": ["Forbidden"] }).to_string())
    } else {
        match world.failure() {
            Some(Failure::Throttle) => (
                StatusCode::TOO_MANY_REQUESTS,
                json!({ "errors": ["Rate limit of 1 requests in 1 seconds reached"] }).to_string(),
            ),
            Some(Failure::Break) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "<html>out of order</html>".to_owned())
            }
            failure => {
                let (status, mut body) = reply(world, &path);
                if failure == Some(Failure::Cut) {
                    body.truncate(body.len() / 2);
                }
                (status, body)
            }
        }
    };
    if world.left == 0 {
        world.left = world.allowance;
    }
    world.left = world.left.saturating_sub(1);
    let remaining = if world.allowance == 0 { 100 } else { world.left };
    world.log.push((path, status.as_u16()));
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::HeaderName::from_static("x-ratelimit-limit"), "100".to_owned()),
        (header::HeaderName::from_static("x-ratelimit-period"), "1".to_owned()),
        (header::HeaderName::from_static("x-ratelimit-remaining"), remaining.to_string()),
        (header::HeaderName::from_static("x-ratelimit-reset"), "1".to_owned()),
    ];
    (status, headers, body).into_response()
}

fn reply(world: &World, path: &str) -> (StatusCode, String) {
    let refused = world.refusals.iter().find(|(start, _)| path.starts_with(start.as_str()));
    if let Some((_, status)) = refused {
        return (
            StatusCode::from_u16(*status).unwrap(),
            json!({ "errors": ["Forbidden: slos_read"] }).to_string(),
        );
    }
    if let Some((_, body)) = world.recorded.iter().find(|(start, _)| path.starts_with(start.as_str())) {
        return (StatusCode::OK, body.clone());
    }
    let (route, query) = path.split_once('?').unwrap_or((path, ""));
    let number = |name: &str| -> i64 {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok()).unwrap_or(0)
    };
    let count = |name: &str| usize::try_from(number(name)).unwrap();
    let body = match route.trim_start_matches("/api/v1/slo").split('/').collect::<Vec<_>>()[..] {
        [""] => {
            let page = world.slos.iter().skip(count("offset")).take(count("limit"));
            let page: Vec<Value> = page.map(FakeSlo::definition).collect();
            // As recorded: the counts are those of the page, whatever they are called.
            let counts = json!({ "total_count": world.slos.len(), "total_filtered_count": page.len() });
            json!({ "data": page, "error": null, "metadata": { "page": counts } })
        }
        ["", "search"] => world.search(count("page%5Bnumber%5D"), count("page%5Bsize%5D")),
        ["", "correction"] => {
            let page = world.corrections.iter().skip(count("offset")).take(count("limit"));
            json!({ "data": page.collect::<Vec<_>>() })
        }
        ["", id, "history"] => match world.slos.iter().find(|slo| slo.id == id) {
            Some(slo) => world.history(slo, number("from_ts"), number("to_ts")),
            None => return (StatusCode::NOT_FOUND, json!({ "errors": ["SLO not found"] }).to_string()),
        },
        ["", id] => match world.slos.iter().find(|slo| slo.id == id) {
            Some(slo) => {
                let mut found = slo.definition();
                if query.contains("with_configured_alert_ids=true") {
                    found["configured_alert_ids"] = slo.alerts.iter().map(|(id, _)| *id).collect();
                }
                json!({ "data": found })
            }
            None => return (StatusCode::NOT_FOUND, json!({ "errors": ["SLO not found"] }).to_string()),
        },
        _ => return monitor(world, route),
    };
    (StatusCode::OK, body.to_string().replace("\"@NaN\"", "NaN"))
}

/// A monitor that alerts on an SLO.
fn monitor(world: &World, route: &str) -> (StatusCode, String) {
    let id = route.strip_prefix("/api/v1/monitor/").and_then(|id| id.parse::<i64>().ok());
    let mut alerts = world.slos.iter().flat_map(|slo| &slo.alerts);
    match alerts.find(|(known, _)| Some(*known) == id) {
        Some((id, query)) => {
            (StatusCode::OK, json!({ "id": id, "type": "slo alert", "query": query }).to_string())
        }
        None => (StatusCode::NOT_FOUND, json!({ "errors": ["Not found"] }).to_string()),
    }
}
