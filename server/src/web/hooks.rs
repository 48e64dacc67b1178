//! `/hooks/{name}`: messages of other systems, kept and answered; they are read behind, but for what people raise
//! from a chat, who are answered with what became of it.

use std::sync::Arc;

use app::texts::chat_words;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use store::{StoreError, TopicMessageState};

use super::Web;
use super::problem::Problem;
use crate::config::HookConfig;
use crate::import::{HOOK_BODY_LIMIT, HookHeaders, HookKind, asks_for_help};

/// Where hooks are.
pub(super) const PREFIX: &str = "/hooks/";

/// When a sender may try again, in seconds.
const TRY_AGAIN: HeaderValue = HeaderValue::from_static("5");

struct Sent<'a>(&'a HeaderMap);

impl HookHeaders for Sent<'_> {
    fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }
}

pub(super) fn routes(web: &Arc<Web>) -> Router {
    Router::new()
        .route("/hooks/{name}", post(take))
        .layer(DefaultBodyLimit::max(HOOK_BODY_LIMIT))
        .with_state(Arc::clone(web))
}

/// Answers 202 once the message is kept; 401 to strangers, before anything of the message is looked at; 503
/// when it could not be kept, which senders take as a request to try again.
async fn take(
    State(web): State<Arc<Web>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(hook) = web.inbox.hook(&name) else {
        return Problem::new(StatusCode::NOT_FOUND, "").into_response();
    };
    let is_authentic = match web.inbox.is_authentic(hook, &Sent(&headers), &body) {
        true => Ok(true),
        false => has_token(&web, &headers, &name).await,
    };
    let is_authentic = match is_authentic {
        Ok(is_authentic) => is_authentic,
        Err(error) => return not_kept(hook, &error),
    };
    if !is_authentic {
        tracing::warn!(hook = hook.name(), "a message without a right token or signature was refused");
        let what = "The token or the signature is missing or wrong.";
        let mut response = Problem::new(StatusCode::UNAUTHORIZED, what).into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    if HookKind::OF_TOPICS.contains(&hook.kind) {
        return raise(&web, hook, &body).await;
    }
    match web.inbox.take(hook, &body).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => not_kept(hook, &error),
    }
}

/// Whether a service token tells in the place of the signature, where people sign in and tokens are made.
async fn has_token(web: &Web, headers: &HeaderMap, name: &str) -> Result<bool, StoreError> {
    match web.sign_in.auth() {
        Some(auth) => auth.ingests(headers, name).await,
        None => Ok(false),
    }
}

/// What could not be kept is to be sent again.
fn not_kept(hook: &HookConfig, error: &StoreError) -> Response {
    tracing::error!(hook = hook.name(), %error, "a message could not be kept");
    let what = "The message could not be kept; send it again.";
    let mut response = Problem::new(StatusCode::SERVICE_UNAVAILABLE, what).into_response();
    response.headers_mut().insert(RETRY_AFTER, TRY_AGAIN);
    response
}

/// Makes a topic of what somebody raises from a chat, and answers with its page: Slack in words that only they
/// see, a bot as JSON, with 422 where it could not be used.
async fn raise(web: &Web, hook: &HookConfig, body: &[u8]) -> Response {
    let language = match web.inbox.language().await {
        Ok(language) => language,
        Err(error) => return not_kept(hook, &error),
    };
    let is_slack = hook.kind == HookKind::SlackTopic;
    if is_slack && asks_for_help(body) {
        return said(&chat_words::usage(language, "/teirei"));
    }
    let state = match web.inbox.topic_take(hook, body).await {
        Ok(state) => state,
        Err(error) => return not_kept(hook, &error),
    };
    let base = web.public_url.as_deref().unwrap_or_default();
    let (status, number, address, words) = match &state {
        TopicMessageState::Raised(number) => {
            let address = format!("{base}/topics/{number}");
            (
                StatusCode::CREATED,
                Some(*number),
                address.clone(),
                chat_words::raised(language, *number, &address),
            )
        }
        TopicMessageState::Waiting => {
            let address = format!("{base}/topics");
            (StatusCode::ACCEPTED, None, address.clone(), chat_words::waiting(language, &address))
        }
        TopicMessageState::Refused(fault) => {
            let words = chat_words::refused(language, &fault.what, &fault.mend);
            (StatusCode::UNPROCESSABLE_ENTITY, None, String::new(), words)
        }
    };
    if is_slack {
        return said(&words);
    }
    (status, Json(json!({ "topic": number, "address": address, "text": words }))).into_response()
}

/// What Slack shows to whoever wrote a command; what they wrote means nothing to its markup.
fn said(words: &str) -> Response {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Json(json!({ "response_type": "ephemeral", "text": words })).into_response()
}
