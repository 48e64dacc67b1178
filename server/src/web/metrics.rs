//! What `/metrics` says, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::coverage::SourceState;
use domain::notice::{Delivery, Notice};

use super::Web;
use super::problem::Problem;
use crate::backend::Gauges;

/// Counts and times of requests by (area, method, status), and times by area.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counted>);

#[derive(Clone, Debug, Default)]
struct Counted {
    answers: BTreeMap<(&'static str, String, u16), u64>,
    times: BTreeMap<&'static str, Times>,
}

/// How long answers took: how many within each bound of [`BOUNDS`] but not within the one before, and all together.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    within: [u64; BOUNDS.len()],
    beyond: u64,
    microseconds: u128,
}

/// The bounds of the histogram: microseconds, and seconds as Prometheus reads them.
const BOUNDS: [(u128, &str); 9] = [
    (1_000, "0.001"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (100_000, "0.1"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (5_000_000, "5"),
    (30_000_000, "30"),
];

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
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.answers.entry((area, method.to_owned(), status)).or_default() += 1;
        let times = counted.times.entry(area).or_default();
        let microseconds = took.as_micros();
        match BOUNDS.iter().zip(&mut times.within).find(|((bound, _), _)| microseconds <= *bound) {
            Some((_, within)) => *within += 1,
            None => times.beyond += 1,
        }
        times.microseconds += microseconds;
    }

    fn write(&self, text: &mut String) {
        let Counted { answers, times } = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        head(text, "teirei_http_requests_total", "counter", "Answers.");
        for ((area, method, status), count) in &answers {
            let labels = format!("{{area=\"{area}\",method=\"{method}\",status=\"{status}\"}}");
            _ = writeln!(text, "teirei_http_requests_total{labels} {count}");
        }
        let name = "teirei_http_request_duration_seconds";
        head(text, name, "histogram", "Time until an answer began.");
        for (area, times) in &times {
            let mut count = 0;
            for ((_, bound), within) in BOUNDS.iter().zip(times.within) {
                count += within;
                _ = writeln!(text, "{name}_bucket{{area=\"{area}\",le=\"{bound}\"}} {count}");
            }
            count += times.beyond;
            let (seconds, rest) = (times.microseconds / 1_000_000, times.microseconds % 1_000_000);
            _ = writeln!(text, "{name}_bucket{{area=\"{area}\",le=\"+Inf\"}} {count}");
            _ = writeln!(text, "{name}_sum{{area=\"{area}\"}} {seconds}.{rest:06}");
            _ = writeln!(text, "{name}_count{{area=\"{area}\"}} {count}");
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

/// One gauge with a source as its label.
fn by_source<'v>(text: &mut String, name: &str, help: &str, values: impl Iterator<Item = (&'v str, i64)>) {
    head(text, name, "gauge", help);
    // Two values of one name would be refused.
    let sums = values.fold(BTreeMap::<&str, i64>::new(), |mut sums, (source, value)| {
        let sum = sums.entry(source).or_default();
        *sum = sum.saturating_add(value);
        sums
    });
    for (source, value) in sums {
        _ = writeln!(text, "{name}{{source=\"{}\"}} {value}", escaped(source));
    }
}

fn write_imports(text: &mut String, gauges: &Gauges) {
    let rows = gauges
        .totals
        .iter()
        .map(|total| (total.scope.source.as_str(), i64::try_from(total.rows).unwrap_or(i64::MAX)));
    by_source(text, "teirei_bill_rows", "Rows of the bill, as they were delivered last.", rows);
    let hooks = &gauges.hooks;
    let messages = hooks.iter().map(|hook| (hook.source.as_str(), hook.messages));
    by_source(text, "teirei_hook_messages", "Different messages that a hook keeps.", messages);
    let waiting = hooks.iter().map(|hook| (hook.source.as_str(), hook.waiting));
    by_source(text, "teirei_hook_messages_waiting", "Messages that are kept and not read yet.", waiting);
    let received = hooks.iter().map(|hook| (hook.source.as_str(), hook.received_at.as_second()));
    by_source(text, "teirei_hook_received_timestamp_seconds", "When the last message came.", received);
    let finished =
        gauges.polls.iter().filter_map(|poll| Some((poll.source.as_str(), poll.finished_at?.as_second())));
    by_source(
        text,
        "teirei_poll_finished_timestamp_seconds",
        "When a source was last asked to the end.",
        finished,
    );
    let failing = gauges.polls.iter().map(|poll| (poll.source.as_str(), i64::from(poll.failure.is_some())));
    by_source(text, "teirei_poll_failing", "1 where the last run was cut.", failing);
}

fn write_notices(text: &mut String, notices: &[Notice]) {
    head(text, "teirei_notices", "gauge", "Notices of the last weeks by what has become of them.");
    for state in Delivery::ALL {
        let count = notices.iter().filter(|notice| notice.state == state).count();
        _ = writeln!(text, "teirei_notices{{state=\"{}\"}} {count}", state.as_str());
    }
}

/// The page for Prometheus.
pub async fn show(State(web): State<Arc<Web>>) -> Response {
    let gauges = match web.backend.gauges().await {
        Ok(found) => found,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut text = String::new();
    head(&mut text, "teirei_build_info", "gauge", "The version and the build that run.");
    let (version, build) = (env!("CARGO_PKG_VERSION"), escaped(&web.build));
    _ = writeln!(text, "teirei_build_info{{version=\"{version}\",build=\"{build}\"}} 1");
    head(&mut text, "teirei_store_revision", "gauge", "Grows with every change readers can see.");
    _ = writeln!(text, "teirei_store_revision {}", gauges.revision);
    write_sources(&mut text, &gauges.sources);
    write_imports(&mut text, &gauges);
    write_notices(&mut text, &gauges.notices);
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
            "teirei_http_request_duration_seconds_bucket{area=\"reviews\",le=\"0.001\"} 1",
            "teirei_http_request_duration_seconds_bucket{area=\"reviews\",le=\"1\"} 1",
            "teirei_http_request_duration_seconds_bucket{area=\"reviews\",le=\"5\"} 2",
            "teirei_http_request_duration_seconds_bucket{area=\"reviews\",le=\"+Inf\"} 2",
            "teirei_http_request_duration_seconds_sum{area=\"reviews\"} 1.500007",
            "teirei_http_request_duration_seconds_count{area=\"reviews\"} 2",
            "teirei_http_requests_total{area=\"other\",method=\"other\",status=\"404\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}
