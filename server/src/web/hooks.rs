//! `/hooks/{name}`: messages of other systems, kept and answered; they are read behind.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use super::Web;
use super::problem::Problem;
use crate::import::{HOOK_BODY_LIMIT, HookHeaders};

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
    if !web.inbox.is_authentic(hook, &Sent(&headers), &body) {
        tracing::warn!(hook = hook.name(), "a message without a right token or signature was refused");
        let what = "The token or the signature is missing or wrong.";
        let mut response = Problem::new(StatusCode::UNAUTHORIZED, what).into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    match web.inbox.take(hook, &body).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => {
            tracing::error!(hook = hook.name(), %error, "a message could not be kept");
            let what = "The message could not be kept; send it again.";
            let mut response = Problem::new(StatusCode::SERVICE_UNAVAILABLE, what).into_response();
            response.headers_mut().insert(RETRY_AFTER, TRY_AGAIN);
            response
        }
    }
}
