//! Every answer is counted and has one line in the log; the line, whatever is logged on the way, and the answer itself
//! bear one id, so that each is found by the other.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, info_span};

use super::{Web, metrics, share};
use crate::access::share::PREFIX;
use crate::auth::secret;
use crate::clock::Stopwatch;

/// The header with the id, of requests and answers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a request.
const LONGEST_ID: usize = 64;

/// The most of a path that a line shows, in bytes.
const LONGEST_PATH: usize = 400;

/// Areas that are asked all day long by machines: their good answers are told to whoever wants every detail.
const QUIET: [&str; 3] = ["healthz", "readyz", "pkg"];

/// Who a request was found to be from, beside its answer: the word of the audit, never a name or a mail address.
#[derive(Clone, Debug)]
pub(super) struct Who(pub(super) String);

/// What one request is called.
struct RequestId(String);

impl RequestId {
    /// The one that a proxy in front gave it, where it has a harmless shape; else a new one.
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let is_harmless = |id: &&str| {
            let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            (8..=LONGEST_ID).contains(&id.len()) && id.bytes().all(sign)
        };
        match given.filter(is_harmless) {
            Some(id) => Self(id.to_owned()),
            None => Self(
                secret::random().map_or_else(|_| "unknown".to_owned(), |id| id.chars().take(16).collect()),
            ),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The trace that a request is a part of, as W3C's `traceparent` tells: 32 hexadecimal digits.
fn trace_of(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-');
    let (version, trace, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length
            && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_some = |text: &str| text.bytes().any(|byte| byte != b'0');
    let is_good = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(parent, 16);
    (is_good && is_some(trace) && is_some(parent)).then_some(trace)
}

/// A path as the log shows it: without a link's secret, and never too long. Queries are never shown.
fn shown(path: &str) -> String {
    let path = share::loggable(path);
    path.get(..LONGEST_PATH).map_or_else(|| path.to_owned(), |start| format!("{start}…"))
}

/// Counts and logs.
pub(super) async fn observe(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let id = RequestId::of(request.headers());
    let (area, method) = (metrics::area_of(request.uri().path()), request.method().clone());
    let path = shown(request.uri().path());
    let span = info_span!(target: "server::request", "request", %id, trace = trace_of(request.headers()));
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), watch.elapsed());
    web.metrics.count(area, method.as_str(), status, took);
    let who = response.extensions_mut().remove::<Who>().map(|Who(who)| who);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let _entered = span.enter();
    // What was refused or went wrong is told to whoever wants no line for each request, too.
    if matches!(status, 401 | 403 | 429 | 500..) {
        tracing::warn!(%method, path, status, milliseconds, who, "answered");
    } else if QUIET.contains(&area) {
        tracing::debug!(%method, path, status, milliseconds, who, "answered");
    } else {
        tracing::info!(%method, path, status, milliseconds, who, "answered");
    }
    // Links that are not good are answered with the same bytes, whatever is wrong with them.
    let is_link = path == PREFIX;
    if let Ok(id) = HeaderValue::from_str(&id.0)
        && !is_link
    {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn an_id_is_taken_over_only_where_it_can_do_no_harm() {
        let id = |value: &str| RequestId::of(&headers("x-request-id", value)).0;
        assert_eq!(id("4bf92f35-77b3.4da6_A3ce"), "4bf92f35-77b3.4da6_A3ce");
        for harmful in ["", "short", "with space in it", "a\"b\"cdefgh", "{\"level\":1}", &"a".repeat(65)] {
            let made = id(harmful);
            assert!(made != harmful && made.len() == 16, "{made}");
        }
        assert_ne!(RequestId::of(&HeaderMap::new()).0, RequestId::of(&HeaderMap::new()).0);
    }

    #[test]
    fn a_trace_is_known_by_its_form() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (value, expected) in [
            (format!("00-{trace}-00f067aa0ba902b7-01"), Some(trace)),
            (format!("01-{trace}-00f067aa0ba902b7-01-later"), Some(trace)),
            (format!("ff-{trace}-00f067aa0ba902b7-01"), None),
            (format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), None),
            (format!("00-{trace}-0000000000000000-01"), None),
            (format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()), None),
            ("00-short-00f067aa0ba902b7-01".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(trace_of(&headers("traceparent", &value)), expected, "{value}");
        }
    }

    #[test]
    fn a_line_shows_no_secret_and_no_endless_path() {
        assert_eq!(shown("/s/aVerySecretToken"), "/s/");
        assert_eq!(shown("/reviews/2026-W47"), "/reviews/2026-W47");
        assert_eq!(shown(&"/a".repeat(4_000)).chars().count(), LONGEST_PATH + 1);
    }
}
