//! Headers that every answer carries, errors and 404 included.

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

/// For answers that are no pages: nothing may be loaded, run or framed.
const BARE_POLICY: &str = "default-src 'none'; script-src 'none'; object-src 'none'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";

/// The content security policy of one page.
#[must_use]
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src \
         'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action \
         'self'; frame-ancestors 'none'"
    )
}

const ALWAYS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: forms without JavaScript are led back by the referrer.
    (REFERRER_POLICY, "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Browsers come back by https for a year, and to names below this one, too; told only where that is how they come.
const BY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Adds what is missing. A 304 gets no policy: a new nonce would block the scripts of the cached page.
pub async fn secure(State(is_https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_https {
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(BY_HTTPS);
    }
    if status == StatusCode::NOT_MODIFIED {
        headers.remove(CONTENT_SECURITY_POLICY);
    } else {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(BARE_POLICY));
    }
    response
}
