//! What `/metrics` says, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::coverage::SourceState;

use super::Web;
use super::problem::Problem;

/// Counts and times of requests by (area, method, status).
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<(&'static str, String, u16), Series>>);

#[derive(Clone, Copy, Debug, Default)]
struct Series {
    count: u64,
    microseconds: u128,
}

/// The first segments that are told apart; everything else is `other`, so that nobody can fill the
/// memory with invented paths.
const AREAS: [&str; 11] = [
    "hooks",
    "reviews",
    "products",
    "objectives",
    "incidents",
    "imports",
    "api",
    "pkg",
    "healthz",
    "readyz",
    "metrics",
];

/// Which part of the site a path belongs to.
#[must_use]
pub fn area_of(path: &str) -> &'static str {
    let first = path.trim_start_matches('/').split(['/', '.']).next().unwrap_or_default();
    if path == "/" { "home" } else { AREAS.into_iter().find(|area| *area == first).unwrap_or("other") }
}

impl Metrics {
    /// Counts one answer.
    pub fn count(&self, area: &'static str, method: &str, status: u16, took: Duration) {
        // Methods are a closed list for the same reason as areas.
        let method = if ["GET", "HEAD", "POST"].contains(&method) { method } else { "other" };
        let mut series = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = series.entry((area, method.to_owned(), status)).or_default();
        entry.count += 1;
        entry.microseconds += took.as_micros();
    }

    fn write(&self, text: &mut String) {
        let series = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let label = |(area, method, status): &(&str, String, u16)| {
            format!("{{area=\"{area}\",method=\"{method}\",status=\"{status}\"}}")
        };
        head(text, "teirei_http_requests_total", "counter", "Answers.");
        for (key, one) in &series {
            _ = writeln!(text, "teirei_http_requests_total{} {}", label(key), one.count);
        }
        head(text, "teirei_http_request_seconds_total", "counter", "Time spent on answers.");
        for (key, one) in &series {
            let (seconds, rest) = (one.microseconds / 1_000_000, one.microseconds % 1_000_000);
            _ = writeln!(text, "teirei_http_request_seconds_total{} {seconds}.{rest:06}", label(key));
        }
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Text inside the quotes of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn write_sources(text: &mut String, states: &[SourceState]) {
    let label = |state: &SourceState| {
        format!("{{source=\"{}\",kind=\"{}\"}}", escaped(&state.name), state.kind.as_str())
    };
    head(text, "teirei_source_received_timestamp_seconds", "gauge", "When a source was last stored.");
    for state in states {
        let second = state.received_at.as_second();
        _ = writeln!(text, "teirei_source_received_timestamp_seconds{} {second}", label(state));
    }
}

/// The page for Prometheus.
pub async fn show(State(web): State<Arc<Web>>) -> Response {
    let (revision, states) = match web.backend.revision_and_sources().await {
        Ok(found) => found,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut text = String::new();
    head(&mut text, "teirei_build_info", "gauge", "The version that runs.");
    _ = writeln!(text, "teirei_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    head(&mut text, "teirei_store_revision", "counter", "Grows with every change readers can see.");
    _ = writeln!(text, "teirei_store_revision {revision}");
    write_sources(&mut text, &states);
    web.metrics.write(&mut text);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_area_and_status() {
        let metrics = Metrics::default();
        metrics.count(area_of("/reviews/2026-W47"), "GET", 200, Duration::from_micros(1_500_000));
        metrics.count(area_of("/reviews.json"), "GET", 200, Duration::from_micros(7));
        metrics.count(area_of("/wp-login.php"), "BREW", 404, Duration::ZERO);
        let mut text = String::new();
        metrics.write(&mut text);
        for line in [
            "teirei_http_requests_total{area=\"reviews\",method=\"GET\",status=\"200\"} 2",
            "teirei_http_request_seconds_total{area=\"reviews\",method=\"GET\",status=\"200\"} 1.500007",
            "teirei_http_requests_total{area=\"other\",method=\"other\",status=\"404\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}
