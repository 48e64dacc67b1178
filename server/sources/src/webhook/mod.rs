//! Messages to webhooks: of Slack's form, which other chats understand too, or of Teirei's own, signed.
//!
//! One call is one attempt; when to try again is the caller's business, and [`SendError`] tells whether.
//! A receiver that gets a message twice, because the sender was killed before it could note the answer,
//! tells so by the header `Idempotency-Key`. Addresses are secrets: no error carries one.

mod answer;
mod form;

use std::time::Duration;

use domain::notice::Part;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use ring::hmac;

pub use form::markdown;

use crate::web::{self, cause};

/// How long one waits for a connection, and for the whole of one attempt.
const CONNECT: Duration = Duration::from_secs(5);
/// See [`CONNECT`]; whoever claims a message has to hold it for longer.
pub const ATTEMPT: Duration = Duration::from_secs(10);

/// The header with the time and the signature.
pub const SIGNATURE: &str = "teirei-signature";
/// The header that is the same for every attempt at one message.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What tells it from others: the same for every attempt.
    pub id: String,
    /// What it is about, such as `anomaly`.
    pub kind: String,
    /// The short name of the product it is about.
    pub product: Option<String>,
    /// The language's tag, such as `ja`.
    pub language: String,
    /// One line.
    pub title: String,
    /// What is told, as plain text.
    pub parts: Vec<Part>,
    /// The page that shows more, and the words that lead there.
    pub link: Option<(String, String)>,
    /// The address of a picture of it, which only who may open the pages can fetch.
    pub image: Option<String>,
    /// The week of the review that it is the digest of, such as `2026-W47`.
    pub week: Option<String>,
    /// The frozen version of that review.
    pub review_version: Option<i64>,
    /// When it was written.
    pub written_at: Timestamp,
    /// The head of the audit when it is sent, so that a chain that is written anew later is found: the hash, and a line
    /// that names it.
    pub audit_head: Option<(String, String)>,
}

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An incoming webhook of Slack: text and blocks.
    Slack,
    /// Teirei's own: plain text and Markdown.
    Generic,
}

/// Where a message goes.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// How it is written.
    pub form: Form,
    /// The address, which is a secret.
    pub url: &'a str,
    /// What it is signed with.
    pub signing_secret: Option<&'a str>,
    /// Whether a chat is told to show the picture. Slack refuses a whole message whose picture it cannot fetch.
    pub shows_image: bool,
}

/// Why a message was not accepted; both say in words for people what happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may be accepted later.
    #[error("{what}")]
    Later {
        /// What happened.
        what: String,
        /// How long the receiver wants to be left in peace.
        after: Option<Duration>,
    },
    /// It will not be accepted, however often it is tried.
    #[error("{what}")]
    Never {
        /// What happened.
        what: String,
    },
}

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Sender {
    client: reqwest::Client,
}

impl Sender {
    /// A sender that trusts the certificates that the machine trusts.
    ///
    /// # Errors
    /// [`SendError::Later`] when TLS cannot be set up.
    pub fn new() -> Result<Self, SendError> {
        let refused = |what: String| SendError::Later { what, after: None };
        let builder = web::builder(CONNECT, ATTEMPT).map_err(refused)?;
        // A connection that the receiver has closed meanwhile must not lose a message.
        let client = builder.pool_max_idle_per_host(0).build();
        Ok(Self { client: client.map_err(|error| refused(cause(error)))? })
    }

    /// Sends a message once, signed for the instant `at`.
    ///
    /// # Errors
    /// [`SendError`] when it was not accepted, or nobody can tell whether it was.
    pub async fn send(&self, target: Target<'_>, message: &Message, at: Timestamp) -> Result<(), SendError> {
        let body = form::body(target.form, message, target.shows_image);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Ok(id) = HeaderValue::from_str(&message.id) {
            headers.insert(IDEMPOTENCY_KEY, id);
        }
        if let Some(secret) = target.signing_secret
            && let Ok(signature) = HeaderValue::from_str(&signature(secret, at.as_second(), &body))
        {
            headers.insert(SIGNATURE, signature);
        }
        match self.client.post(target.url).headers(headers).body(body).send().await {
            Ok(response) => answer::read(response, at).await,
            Err(error) if error.is_builder() => Err(SendError::Never {
                what: "the address cannot be used: see channels in the configuration".to_owned(),
            }),
            Err(error) if error.is_timeout() => {
                let what = format!("no answer within {} seconds", ATTEMPT.as_secs());
                Err(SendError::Later { what, after: None })
            }
            Err(error) => {
                let what = if error.is_connect() { "no connection" } else { "the connection broke" };
                Err(SendError::Later { what: format!("{what}: {}", cause(error)), after: None })
            }
        }
    }
}

/// `t=SECONDS,v1=HEX`: HMAC-SHA256 with the secret over the seconds, a full stop and the body.
#[must_use]
pub fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tag was computed with OpenSSL:
    /// `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac Jefe`.
    #[test]
    fn a_signature_is_hmac_over_time_and_body() {
        let signed = signature("Jefe", 1_700_000_000, "{\"a\":1}");
        let expected = "fa5f6481efc59da48b19c9dc10196c9953e5651f8304b3a318b6b87d70272e0a";
        assert_eq!(signed, format!("t=1700000000,v1={expected}"));
    }
}
