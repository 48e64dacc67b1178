//! Requests to the HTTP API: never more than agreed at once, tried again where that may help, cut so that no
//! answer has too many points.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;

use super::query::form;
use super::reply::{self, Answered, Number, Refusal, Series};
use super::{Entry, Options};
use crate::slo::SloSourceError;
use crate::web;

/// How long one request may take: a little more than Prometheus' own limit of two minutes.
const TIMEOUT: Duration = Duration::from_secs(130);

/// How often one request is tried.
const ATTEMPTS: u32 = 4;

/// How long one waits after the first failure; twice as long after each further one.
const FIRST_REST: Duration = Duration::from_millis(500);

/// The longest rest that a server is granted because it asked for it.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 128 * 1024 * 1024;

/// How many steps one range query has at most: servers refuse more than 11,000.
const STEPS: i64 = 10_000;

/// `errorType` of a query that took longer than the server lets it.
pub(super) const TOO_SLOW: &str = "timeout";

/// Why a query has no answer.
#[derive(Clone, Debug)]
pub(super) enum QueryError {
    /// This query does not work; others may.
    Refused(Refusal),
    /// Nothing more can be asked.
    Source(SloSourceError),
}

impl From<SloSourceError> for QueryError {
    fn from(error: SloSourceError) -> Self {
        Self::Source(error)
    }
}

/// A server that answers PromQL.
pub(super) struct Server {
    client: reqwest::Client,
    endpoint: String,
    headers: HeaderMap,
    permits: Semaphore,
}

/// What became of one attempt.
enum Attempt {
    Answer(Vec<u8>),
    Refusal(Refusal),
    /// Another attempt may do, after a rest if the server named one.
    Again(SloSourceError, Option<Duration>),
    Never(SloSourceError),
}

impl Server {
    pub(super) fn new(options: &Options) -> Result<Self, SloSourceError> {
        let settings = |what: String, mend: &str| SloSourceError::Settings { what, mend: mend.to_owned() };
        let client = web::client(TIMEOUT).map_err(|error| {
            settings(format!("TLS cannot be set up: {error}"), "look at the machine's certificates")
        })?;
        let mut headers = HeaderMap::new();
        let bad =
            |what: &str| settings(format!("{what} has letters that no header may have"), "write it anew");
        let value = match &options.entry {
            Entry::Open => None,
            Entry::Basic { name, password } => {
                Some(format!("Basic {}", base64(&format!("{name}:{password}"))))
            }
            Entry::Bearer(token) => Some(format!("Bearer {token}")),
        };
        if let Some(value) = value {
            let mut value = HeaderValue::from_str(&value).map_err(|_| bad("bearer_token"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(tenant) = &options.tenant {
            let value = HeaderValue::from_str(tenant).map_err(|_| bad("tenant"))?;
            headers.insert(HeaderName::from_static("x-scope-orgid"), value);
        }
        let permits = Semaphore::new(options.queries_at_once.max(1));
        Ok(Self { client, endpoint: options.endpoint.clone(), headers, permits })
    }

    pub(super) fn place(&self) -> String {
        format!("Prometheus {}", self.endpoint)
    }

    /// One instant, in seconds.
    pub(super) async fn query(&self, query: &str, at: i64) -> Result<Answered, QueryError> {
        let body = form(&[("query", query), ("time", &at.to_string())]);
        self.answer("/api/v1/query", body).await
    }

    /// Instants from `first` to `last` (both included) a step apart, all in seconds; asked in parts.
    pub(super) async fn query_range(
        &self,
        query: &str,
        (first, last): (i64, i64),
        step: i64,
    ) -> Result<Answered, QueryError> {
        let mut whole = Answered::default();
        let mut series: BTreeMap<BTreeMap<String, String>, Vec<(i64, Number)>> = BTreeMap::new();
        for (start, end) in parts(first, last, step) {
            let (start, end, step) = (start.to_string(), end.to_string(), step.to_string());
            let body = form(&[("query", query), ("start", &start), ("end", &end), ("step", &step)]);
            let part = self.answer("/api/v1/query_range", body).await?;
            whole.warnings.extend(part.warnings);
            for one in part.series {
                series.entry(one.labels).or_default().extend(one.points);
            }
        }
        whole.series = series.into_iter().map(|(labels, points)| Series { labels, points }).collect();
        Ok(whole)
    }

    async fn answer(&self, path: &str, body: String) -> Result<Answered, QueryError> {
        match self.ask(path, Some(body)).await? {
            Ok(bytes) => match reply::query(&bytes) {
                Ok(answered) => answered.map_err(QueryError::Refused),
                Err(what) => Err(SloSourceError::Unreadable { place: self.place(), what }.into()),
            },
            Err(refusal) => Err(QueryError::Refused(refusal)),
        }
    }

    /// A page of the API that is no query, such as the version.
    pub(super) async fn page(&self, path: &str) -> Result<Vec<u8>, SloSourceError> {
        let place = self.place();
        self.ask(path, None)
            .await?
            .map_err(|refusal| SloSourceError::Unreadable { place, what: refusal.what })
    }

    /// Asks until there is an answer or it makes no sense any more.
    async fn ask(
        &self,
        path: &str,
        body: Option<String>,
    ) -> Result<Result<Vec<u8>, Refusal>, SloSourceError> {
        let mut rest = FIRST_REST;
        for left in (0..ATTEMPTS).rev() {
            let attempt = {
                // A closed semaphore would only let more requests out at once; it is never closed.
                let _permit = self.permits.acquire().await;
                self.attempt(path, body.as_deref()).await
            };
            let wished = match attempt {
                Attempt::Answer(bytes) => return Ok(Ok(bytes)),
                Attempt::Refusal(refusal) => return Ok(Err(refusal)),
                Attempt::Never(error) => return Err(error),
                Attempt::Again(error, _) if left == 0 => return Err(error),
                Attempt::Again(_, wished) => wished,
            };
            tokio::time::sleep(wished.unwrap_or(rest).min(LONGEST_REST)).await;
            rest *= 2;
        }
        Err(SloSourceError::Failed { place: self.place(), what: "it was never asked".to_owned() })
    }

    async fn attempt(&self, path: &str, body: Option<&str>) -> Attempt {
        let url = format!("{}{path}", self.endpoint);
        let request = match body {
            Some(body) => self
                .client
                .post(url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.to_owned()),
            None => self.client.get(url),
        };
        match request.headers(self.headers.clone()).send().await {
            Ok(response) => self.read(path, response).await,
            Err(error) if error.is_builder() => Attempt::Never(SloSourceError::Settings {
                what: "the endpoint is no address".to_owned(),
                mend: "write it as in http://prometheus:9090".to_owned(),
            }),
            Err(error) => Attempt::Again(self.unreachable(error), None),
        }
    }

    fn unreachable(&self, error: reqwest::Error) -> SloSourceError {
        let what = if error.is_timeout() {
            format!("no answer within {} seconds", TIMEOUT.as_secs())
        } else {
            web::cause(error)
        };
        SloSourceError::Unreachable { place: self.place(), what }
    }

    /// What an answer means by its status.
    async fn read(&self, path: &str, mut response: Response) -> Attempt {
        let (status, place) = (response.status(), self.place());
        let wished = rest_of(response.headers());
        let bytes = match self.bytes(&mut response).await {
            Ok(bytes) => bytes,
            Err(attempt) => return attempt,
        };
        let refusal = reply::refusal(&bytes);
        let said = refusal.as_ref().map(|refusal| format!(" ({})", refusal.what)).unwrap_or_default();
        let told = format!("it answered {}{said}", status.as_u16());
        match (status, refusal) {
            (status, _) if status.is_success() => Attempt::Answer(bytes),
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                let mend = "give it username and password or bearer_token, and tenant where it has several";
                Attempt::Never(SloSourceError::Denied { place, what: told, mend: mend.to_owned() })
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => {
                Attempt::Again(SloSourceError::Throttled { place, what: told }, wished)
            }
            // It would take as long again.
            (StatusCode::SERVICE_UNAVAILABLE, Some(refusal)) if refusal.kind == TOO_SLOW => {
                Attempt::Refusal(refusal)
            }
            (StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, Some(refusal)) => {
                Attempt::Refusal(refusal)
            }
            (status, _) if status.is_server_error() => {
                Attempt::Again(SloSourceError::Failed { place, what: told }, wished)
            }
            _ => Attempt::Never(SloSourceError::Unreadable { place, what: format!("{told} at {path}") }),
        }
    }

    async fn bytes(&self, response: &mut Response) -> Result<Vec<u8>, Attempt> {
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() > LARGEST => {
                    return Err(Attempt::Refusal(Refusal {
                        kind: "size".to_owned(),
                        what: format!("its answer is larger than {} MiB", LARGEST / 1024 / 1024),
                    }));
                }
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return Ok(bytes),
                Err(error) => return Err(Attempt::Again(self.unreachable(error), None)),
            }
        }
    }
}

/// Parts of a range of which each has few enough steps.
fn parts(first: i64, last: i64, step: i64) -> impl Iterator<Item = (i64, i64)> {
    let step = step.max(1);
    let span = step.saturating_mul(STEPS);
    let starts = std::iter::successors(Some(first), move |start| Some(start + span + step));
    starts.take_while(move |start| *start <= last).map(move |start| (start, last.min(start + span)))
}

/// `Retry-After` in seconds.
fn rest_of(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |position: usize| u32::from(chunk.get(position).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4_u32 {
            let letter = (bits >> (18 - 6 * position)) & 63;
            let is_there = position as usize <= chunk.len();
            encoded.push(if is_there { char::from(LETTERS[letter as usize]) } else { '=' });
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_below_the_limit() {
        assert_eq!(parts(0, 600, 60).collect::<Vec<_>>(), [(0, 600)]);
        // Thirty days by the minute: no point is lost and none comes twice.
        let month: Vec<(i64, i64)> = parts(60, 43_200 * 60, 60).collect();
        assert_eq!(month.len(), 5);
        let points: i64 = month.iter().map(|(start, end)| (end - start) / 60 + 1).sum();
        assert_eq!(points, 43_200);
        assert!(month.iter().all(|(start, end)| (end - start) / 60 <= 11_000));
        assert!(month.windows(2).all(|pair| pair[1].0 == pair[0].1 + 60));
    }

    /// The vectors of RFC 4648, section 10.
    #[test]
    fn credentials_are_encoded() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text), expected, "{text}");
        }
    }
}
