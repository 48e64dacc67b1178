//! Requests to PagerDuty: one after the other, in step with its rate limit, tried again where that may help.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Response, StatusCode};
use serde::Deserialize;

use super::{Options, PagerDutyError};
use crate::web;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How often one request is tried.
const ATTEMPTS: u32 = 5;

/// How long one waits after the first failure; twice as long after each further one.
const FIRST_REST: Duration = Duration::from_millis(400);

/// The longest rest that PagerDuty is granted because its headers ask for it; its limit is by the minute.
const LONGEST_REST: Duration = Duration::from_secs(120);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

const KEY: &str =
    "make a key of the REST API v2 that may read (Integrations, API Access Keys) and give it as api_key_file";

/// Why one thing has no answer.
#[derive(Clone, Debug)]
pub(super) enum CallError {
    /// 404: there is nothing there.
    Missing,
    /// 402: the account's plan has it not.
    NoSuchPlan(String),
    /// Nothing more can be asked.
    Account(PagerDutyError),
}

/// PagerDuty at its address.
pub(super) struct Server {
    client: reqwest::Client,
    base: String,
    headers: HeaderMap,
    requests: AtomicI64,
}

enum Attempt {
    Answer(String),
    Fault(CallError),
    /// Another attempt may do, after a rest if a header named one.
    Again(PagerDutyError, Option<Duration>),
}

/// What PagerDuty says when it refuses.
#[derive(Deserialize)]
struct Refusal {
    error: Option<Words>,
}

#[derive(Deserialize)]
struct Words {
    message: Option<String>,
    errors: Option<Vec<String>>,
}

impl Server {
    pub(super) fn new(options: &Options) -> Result<Self, PagerDutyError> {
        let settings = |what: String, mend: &str| PagerDutyError::Settings { what, mend: mend.to_owned() };
        let client = web::client(TIMEOUT).map_err(|error| {
            settings(format!("TLS cannot be set up: {error}"), "look at the machine's certificates")
        })?;
        let key = format!("Token token={}", options.api_key.trim());
        let mut key = HeaderValue::from_str(&key).map_err(|_| {
            settings("api_key has letters that no header may have".to_owned(), "copy the key anew")
        })?;
        key.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.pagerduty+json;version=2"));
        headers.insert(AUTHORIZATION, key);
        let base = options.endpoint.trim_end_matches('/').to_owned();
        Ok(Self { client, base, headers, requests: AtomicI64::new(0) })
    }

    pub(super) fn place(&self) -> String {
        format!("PagerDuty {}", self.base)
    }

    pub(super) fn requests(&self) -> i64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// What a path answers, as text.
    pub(super) async fn get(&self, path: &str) -> Result<String, CallError> {
        let mut rest = FIRST_REST;
        let mut attempt = 1;
        loop {
            match self.attempt(path).await {
                Attempt::Answer(body) => return Ok(body),
                Attempt::Fault(error) => return Err(error),
                Attempt::Again(error, _) if attempt == ATTEMPTS => return Err(CallError::Account(error)),
                Attempt::Again(_, wished) => {
                    tokio::time::sleep(wished.unwrap_or(rest).min(LONGEST_REST)).await;
                    rest *= 2;
                    attempt += 1;
                }
            }
        }
    }

    async fn attempt(&self, path: &str) -> Attempt {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = self.client.get(format!("{}{path}", self.base)).headers(self.headers.clone());
        match request.send().await {
            Ok(response) => self.read(response).await,
            Err(error) if error.is_builder() => {
                Attempt::Fault(CallError::Account(PagerDutyError::Settings {
                    what: "the endpoint is no address".to_owned(),
                    mend: "write it as in https://api.eu.pagerduty.com".to_owned(),
                }))
            }
            Err(error) => {
                let what = if error.is_timeout() {
                    format!("no answer within {} seconds", TIMEOUT.as_secs())
                } else {
                    web::cause(error)
                };
                Attempt::Again(PagerDutyError::Unreachable { place: self.place(), what }, None)
            }
        }
    }

    async fn read(&self, response: Response) -> Attempt {
        let (status, headers, place) = (response.status(), response.headers().clone(), self.place());
        let reset = seconds(&headers, "ratelimit-reset").map(Duration::from_secs);
        let body = match body(response).await {
            Ok(body) => body,
            Err(what) => return Attempt::Again(PagerDutyError::Failed { place, what }, None),
        };
        if seconds(&headers, "ratelimit-remaining") == Some(0) && status.is_success() {
            // The next request would be one too many.
            tokio::time::sleep(reset.unwrap_or(FIRST_REST).min(LONGEST_REST)).await;
        }
        let what = words(&body).unwrap_or_else(|| format!("status {}", status.as_u16()));
        let denied = |what, mend: &str| {
            let mend = mend.to_owned();
            Attempt::Fault(CallError::Account(PagerDutyError::Denied { place: self.place(), what, mend }))
        };
        match status {
            status if status.is_success() => Attempt::Answer(body),
            StatusCode::TOO_MANY_REQUESTS => Attempt::Again(PagerDutyError::Throttled { place, what }, reset),
            StatusCode::UNAUTHORIZED => denied(what, KEY),
            StatusCode::FORBIDDEN => denied(what, "let an administrator of the account make the key"),
            StatusCode::PAYMENT_REQUIRED => Attempt::Fault(CallError::NoSuchPlan(what)),
            StatusCode::NOT_FOUND => Attempt::Fault(CallError::Missing),
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Attempt::Again(PagerDutyError::Failed { place, what }, None)
            }
            _ => Attempt::Fault(CallError::Account(PagerDutyError::Unreadable { place, what })),
        }
    }

    pub(super) fn unreadable(&self, what: &str) -> PagerDutyError {
        PagerDutyError::Unreadable { place: self.place(), what: what.to_owned() }
    }

    /// The error where there is nothing else to ask.
    pub(super) fn whole(&self, error: CallError) -> PagerDutyError {
        match error {
            CallError::Account(error) => error,
            CallError::Missing => self.unreadable("status 404"),
            CallError::NoSuchPlan(what) => PagerDutyError::Denied {
                place: self.place(),
                what,
                mend: "the account's plan has to include the REST API".to_owned(),
            },
        }
    }
}

/// What a refusal says, as one short sentence.
fn words(body: &str) -> Option<String> {
    let said = serde_json::from_str::<Refusal>(body).ok()?.error?;
    let details = said.errors.unwrap_or_default();
    let parts: Vec<String> = said.message.into_iter().chain(details).collect();
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let text: String = parts.join(": ").chars().map(plain).take(300).collect();
    (!text.trim().is_empty()).then(|| text.trim().trim_end_matches('.').to_owned())
}

/// A header that is a whole number of seconds or requests.
fn seconds(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
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
