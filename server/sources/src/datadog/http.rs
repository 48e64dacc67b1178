//! Requests to Datadog, for service levels and for incidents: a few at once, in step with its rate limit, tried again where that may help.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::Mutex;

use super::reply;
use crate::slo::SloSourceError;
use crate::web;

/// How long one request may take: histories of quarters are slow.
const TIMEOUT: Duration = Duration::from_secs(90);

/// How often one request is tried.
const ATTEMPTS: u32 = 5;

/// How long one waits after the first failure; twice as long after each further one.
const FIRST_REST: Duration = Duration::from_millis(400);

/// The longest rest that Datadog is granted because its headers ask for it.
const LONGEST_REST: Duration = Duration::from_secs(120);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// How one gets in.
pub(super) struct Entry<'a> {
    /// The address before `/api`.
    pub(super) endpoint: &'a str,
    /// `DD-API-KEY`.
    pub(super) api_key: &'a str,
    /// `DD-APPLICATION-KEY`.
    pub(super) application_key: &'a str,
    /// The right that reading needs, as a sentence says it.
    pub(super) right: &'static str,
}

/// Why one thing has no answer.
#[derive(Clone, Debug)]
pub(super) enum CallError {
    /// 403: not this one.
    Forbidden(String),
    /// 404: it is not there any more.
    Missing,
    /// 400 and the like: this question does not work; others may.
    Refused(String),
    /// Nothing more can be asked.
    Source(SloSourceError),
}

/// Datadog at its site.
pub(super) struct Server {
    client: reqwest::Client,
    base: String,
    headers: HeaderMap,
    right: &'static str,
    requests: AtomicI64,
    /// Held while Datadog wants to be left in peace.
    gate: Mutex<()>,
}

enum Attempt {
    Answer(String),
    Fault(CallError),
    /// Another attempt may do, after a rest if a header named one.
    Again(SloSourceError, Option<Duration>),
}

impl Server {
    pub(super) fn new(entry: &Entry<'_>) -> Result<Self, SloSourceError> {
        let settings = |what: String, mend: &str| SloSourceError::Settings { what, mend: mend.to_owned() };
        let client = web::client(TIMEOUT).map_err(|error| {
            settings(format!("TLS cannot be set up: {error}"), "look at the machine's certificates")
        })?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let keys = [("dd-api-key", entry.api_key), ("dd-application-key", entry.application_key)];
        for (name, key) in keys {
            let mut value = HeaderValue::from_str(key.trim()).map_err(|_| {
                settings(format!("{name} has letters that no header may have"), "copy the key anew")
            })?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let (base, right, requests) = (entry.endpoint.to_owned(), entry.right, AtomicI64::new(0));
        Ok(Self { client, base, headers, right, requests, gate: Mutex::new(()) })
    }

    /// How many requests were made so far, also those that were refused.
    pub(super) fn requests(&self) -> i64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn place(&self) -> String {
        format!("Datadog {}", self.base)
    }

    /// What a path answers, as text.
    pub(super) async fn get(&self, path: &str) -> Result<String, CallError> {
        let mut rest = FIRST_REST;
        let mut last = SloSourceError::Failed { place: self.place(), what: "it was never asked".to_owned() };
        for attempt in 1..=ATTEMPTS {
            drop(self.gate.lock().await);
            match self.attempt(path).await {
                Attempt::Answer(body) => return Ok(body),
                Attempt::Fault(error) => return Err(error),
                Attempt::Again(error, wished) => {
                    last = error;
                    if attempt < ATTEMPTS {
                        let gate = self.gate.lock().await;
                        tokio::time::sleep(jittered(wished.unwrap_or(rest).min(LONGEST_REST))).await;
                        drop(gate);
                        rest *= 2;
                    }
                }
            }
        }
        Err(CallError::Source(last))
    }

    async fn attempt(&self, path: &str) -> Attempt {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = self.client.get(format!("{}{path}", self.base)).headers(self.headers.clone());
        match request.send().await {
            Ok(response) => self.read(response).await,
            Err(error) if error.is_builder() => Attempt::Fault(CallError::Source(SloSourceError::Settings {
                what: "the endpoint is no address".to_owned(),
                mend: "write it as in https://api.datadoghq.eu".to_owned(),
            })),
            Err(error) => {
                let what = if error.is_timeout() {
                    format!("no answer within {} seconds", TIMEOUT.as_secs())
                } else {
                    web::cause(error)
                };
                Attempt::Again(SloSourceError::Unreachable { place: self.place(), what }, None)
            }
        }
    }

    async fn read(&self, response: Response) -> Attempt {
        let (status, headers, place) = (response.status(), response.headers().clone(), self.place());
        let reset = seconds(&headers, "x-ratelimit-reset");
        let body = match body(response).await {
            Ok(body) => body,
            Err(what) => return Attempt::Again(SloSourceError::Failed { place, what }, None),
        };
        if seconds(&headers, "x-ratelimit-remaining") == Some(0) && status.is_success() {
            // The next request would be one too many: all wait until the period is over.
            let gate = self.gate.lock().await;
            tokio::time::sleep(jittered(Duration::from_secs(reset.unwrap_or(1)).min(LONGEST_REST))).await;
            drop(gate);
        }
        let words = || {
            let said = reply::error_words(&body).unwrap_or_default();
            if said.is_empty() { format!("status {}", status.as_u16()) } else { said }
        };
        match status {
            status if status.is_success() => Attempt::Answer(body),
            StatusCode::TOO_MANY_REQUESTS => {
                let wished = reset.or_else(|| seconds(&headers, RETRY_AFTER.as_str()));
                let error = SloSourceError::Throttled { place, what: words() };
                Attempt::Again(error, wished.map(Duration::from_secs))
            }
            StatusCode::UNAUTHORIZED => Attempt::Fault(CallError::Source(self.denied(words()))),
            StatusCode::FORBIDDEN => Attempt::Fault(CallError::Forbidden(words())),
            StatusCode::NOT_FOUND => Attempt::Fault(CallError::Missing),
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                let what = format!("status {}", status.as_u16());
                Attempt::Again(SloSourceError::Failed { place, what }, None)
            }
            _ => Attempt::Fault(CallError::Refused(words())),
        }
    }

    /// What it means that a whole list may not be read.
    pub(super) fn denied(&self, words: String) -> SloSourceError {
        SloSourceError::Denied { place: self.place(), what: words, mend: self.right.to_owned() }
    }

    /// The error of a list, for which there is nothing else to ask.
    pub(super) fn whole(&self, error: CallError) -> SloSourceError {
        let place = self.place();
        match error {
            CallError::Source(error) => error,
            CallError::Forbidden(what) => self.denied(what),
            CallError::Missing => SloSourceError::Unreadable { place, what: "status 404".to_owned() },
            CallError::Refused(what) => SloSourceError::Unreadable { place, what },
        }
    }
}

/// A header that is a whole number of seconds or requests.
fn seconds(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Up to a quarter longer, so that several who were turned away do not come back together.
fn jittered(rest: Duration) -> Duration {
    let mut bytes = [0_u8; 1];
    // Without random numbers it is merely less spread out.
    let _filled = SystemRandom::new().fill(&mut bytes);
    rest + rest * u32::from(bytes[0]) / 1024
}

async fn body(mut response: Response) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(web::cause)? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(format!("an answer of more than {LARGEST} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| "an answer that is no UTF-8".to_owned())
}
