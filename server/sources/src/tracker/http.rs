//! Requests to a tracker: one after the other, in step with its rate limit, never to another address.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use domain::tracker::{IssueFault, TrackerKind};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, DATE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION,
    RETRY_AFTER,
};
use reqwest::{Response, StatusCode};

use super::{Options, TrackerError};
use crate::web;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How often one request is tried.
const ATTEMPTS: u32 = 4;

/// How long one waits after the first failure; twice as long after each further one.
const FIRST_REST: Duration = Duration::from_millis(400);

/// The longest rest that a tracker is granted because its headers ask for it; beyond, the next run goes on.
const LONGEST_REST: u64 = 60;

/// How many redirects of one issue are followed.
const REDIRECTS: u32 = 3;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// The longest mark of an answer that is kept, in bytes.
const LONGEST_ETAG: usize = 200;

/// Why one thing has no answer.
#[derive(Clone, Debug)]
pub(super) enum CallError {
    /// This issue cannot be read.
    Issue(IssueFault),
    /// Nothing more can be asked.
    Tracker(TrackerError),
}

/// What was answered, with its mark.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) body: String,
    pub(super) etag: Option<String>,
}

/// A tracker at its address.
pub(super) struct Server {
    client: reqwest::Client,
    kind: TrackerKind,
    endpoint: String,
    headers: HeaderMap,
    requests: AtomicI64,
}

enum Attempt {
    Answer(Got),
    Same,
    Fault(CallError),
    /// It is to be found there.
    Elsewhere(String),
    /// Another attempt may do, after a rest if a header named one.
    Again(TrackerError, Option<Duration>),
}

impl Server {
    pub(super) fn new(options: &Options) -> Result<Self, TrackerError> {
        let settings = |what: String, mend: &str| TrackerError::Settings { what, mend: mend.to_owned() };
        let client = web::client(TIMEOUT).map_err(|error| {
            settings(format!("TLS cannot be set up: {error}"), "look at the machine's certificates")
        })?;
        let token = options.token.trim();
        let credential = match &options.user {
            Some(user) => format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{token}"))),
            None => format!("Bearer {token}"),
        };
        let mut credential = HeaderValue::from_str(&credential).map_err(|_| {
            settings("token has letters that no header may have".to_owned(), "copy the token anew")
        })?;
        credential.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, credential);
        match options.kind {
            TrackerKind::GitHub => {
                headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
                let version = HeaderName::from_static("x-github-api-version");
                headers.insert(version, HeaderValue::from_static("2022-11-28"));
            }
            TrackerKind::Jira => {
                headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
            }
        }
        let endpoint = options.endpoint.trim_end_matches('/').to_owned();
        Ok(Self { client, kind: options.kind, endpoint, headers, requests: AtomicI64::new(0) })
    }

    pub(super) fn place(&self) -> String {
        format!("{} {}", self.kind.name(), self.endpoint)
    }

    pub(super) fn requests(&self) -> i64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn unexpected(&self, what: &str) -> TrackerError {
        TrackerError::Failed { place: self.place(), what: what.to_owned() }
    }

    /// What a path answers; `None` where it is as it was when the mark was given.
    pub(super) async fn get(&self, path: &str, etag: Option<&str>) -> Result<Option<Got>, CallError> {
        let mut url = format!("{}{path}", self.endpoint);
        let (mut rest, mut attempt, mut redirects) = (FIRST_REST, 1, 0);
        loop {
            match self.attempt(&url, etag).await {
                Attempt::Answer(got) => return Ok(Some(got)),
                Attempt::Same => return Ok(None),
                Attempt::Fault(error) => return Err(error),
                Attempt::Elsewhere(place) => match self.within(&place) {
                    Some(place) if redirects < REDIRECTS => {
                        redirects += 1;
                        url = place;
                    }
                    _ => return Err(CallError::Issue(IssueFault::Moved)),
                },
                Attempt::Again(error, _) if attempt == ATTEMPTS => return Err(CallError::Tracker(error)),
                Attempt::Again(_, wished) => {
                    tokio::time::sleep(wished.unwrap_or(rest)).await;
                    rest *= 2;
                    attempt += 1;
                }
            }
        }
    }

    /// Where a redirect leads, when that is below the configured address.
    fn within(&self, place: &str) -> Option<String> {
        let path = match place.strip_prefix(&self.endpoint) {
            Some(path) => path.to_owned(),
            None => place.to_owned(),
        };
        let is_path = path.starts_with('/') && !path.starts_with("//");
        let is_plain = !path.contains("..") && !path.contains(['\\', '@', '#']);
        (is_path && is_plain).then(|| format!("{}{path}", self.endpoint))
    }

    async fn attempt(&self, url: &str, etag: Option<&str>) -> Attempt {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = self.client.get(url).headers(self.headers.clone());
        if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        match request.send().await {
            Ok(response) => self.read(response).await,
            Err(error) if error.is_builder() => Attempt::Fault(CallError::Tracker(TrackerError::Settings {
                what: "the endpoint is no address".to_owned(),
                mend: "write it as in https://api.github.com".to_owned(),
            })),
            Err(error) => {
                let what = if error.is_timeout() {
                    format!("no answer within {} seconds", TIMEOUT.as_secs())
                } else {
                    web::cause(error)
                };
                Attempt::Again(TrackerError::Unreachable { place: self.place(), what }, None)
            }
        }
    }

    async fn read(&self, response: Response) -> Attempt {
        let (status, headers, place) = (response.status(), response.headers().clone(), self.place());
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let what = format!("status {}", status.as_u16());
        match status {
            StatusCode::NOT_MODIFIED => return Attempt::Same,
            status if status.is_redirection() => {
                return Attempt::Elsewhere(text(LOCATION).unwrap_or_default().to_owned());
            }
            StatusCode::UNAUTHORIZED => {
                return Attempt::Fault(CallError::Tracker(TrackerError::Key { place, what }));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::FORBIDDEN => {
                return match throttled(status, &headers) {
                    None => Attempt::Fault(CallError::Issue(IssueFault::Forbidden)),
                    Some(rest) => {
                        let error = TrackerError::Throttled { place, what };
                        match rest.filter(|rest| *rest <= LONGEST_REST) {
                            Some(rest) => Attempt::Again(error, Some(Duration::from_secs(rest))),
                            None => Attempt::Fault(CallError::Tracker(error)),
                        }
                    }
                };
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                return Attempt::Fault(CallError::Issue(IssueFault::Missing));
            }
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                return Attempt::Again(TrackerError::Failed { place, what }, None);
            }
            status if status.is_success() => {}
            _ => return Attempt::Fault(CallError::Issue(IssueFault::Unreadable)),
        }
        let etag = text(ETAG).filter(|etag| etag.len() <= LONGEST_ETAG).map(str::to_owned);
        match body(response).await {
            Ok(Some(body)) => Attempt::Answer(Got { body, etag }),
            Ok(None) => Attempt::Fault(CallError::Issue(IssueFault::Unreadable)),
            Err(what) => Attempt::Again(TrackerError::Failed { place, what }, None),
        }
    }
}

/// Whether a refusal is about too many requests, and how many seconds one is to wait where that is told. A reset is
/// told by the tracker's clock, whose time stands beside it.
fn throttled(status: StatusCode, headers: &HeaderMap) -> Option<Option<u64>> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let after = number(RETRY_AFTER.as_str());
    let is_spent = number("x-ratelimit-remaining") == Some(0);
    if status != StatusCode::TOO_MANY_REQUESTS && after.is_none() && !is_spent {
        return None;
    }
    let reset = || {
        let told = headers.get(DATE)?.to_str().ok()?;
        let told: Timestamp = rfc2822::DateTimeParser::new().parse_timestamp(told).ok()?;
        Some(number("x-ratelimit-reset")? - told.as_second())
    };
    let rest = after.or_else(|| reset().filter(|_| is_spent));
    Some(rest.map(|seconds| u64::try_from(seconds.max(0)).unwrap_or_default()))
}

/// The text of an answer; nothing where it is no text, or too long.
async fn body(mut response: Response) -> Result<Option<String>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(web::cause)? {
        if bytes.len() + chunk.len() > LARGEST {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(bytes).ok())
}
