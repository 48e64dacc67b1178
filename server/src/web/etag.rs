//! Answers that need not be sent again.
//!
//! A page is a pure function of the state of the database, the minute, the address, the reader's
//! language, theme, name and rights, and the build; its tag is made of exactly these, so that a page that
//! would say anything else is always sent.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::Web;
use super::reader::Reader;
use crate::access::Door;

/// Tags good answers and answers 304 where the reader already has them.
pub async fn tag(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    // What a link shows is kept nowhere.
    let is_shared = request.extensions().get::<Door>().is_some_and(|door| door.share().is_some());
    let Some(reader) = request.extensions().get::<Reader>().filter(|_| readable && !is_shared) else {
        return next.run(request).await;
    };
    let tag = tag_of(&web, reader, &request);
    if is_known(request.headers(), &tag) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        label(response.headers_mut(), &tag);
        return response;
    }
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        label(response.headers_mut(), &tag);
    } else {
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

fn label(headers: &mut HeaderMap, tag: &str) {
    if let Ok(value) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, value);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.append(VARY, HeaderValue::from_static("cookie, accept-language"));
}

/// A weak tag, because the same page may be sent compressed or not.
fn tag_of(web: &Web, reader: &Reader, request: &Request) -> String {
    let access = request.extensions().get::<Door>().map(|door| door.access().word()).unwrap_or_default();
    let mut hasher = Sha256::new();
    let parts = [
        &reader.revision.to_string(),
        &web.backend.clock().minute().to_string(),
        reader.language.tag(),
        reader.theme.as_str(),
        &access,
        &web.build,
        &request.uri().to_string(),
    ];
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digits: String = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{digits}\"")
}

/// Whether the reader already has the answer of that tag.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','))
        .any(|known| opaque(known) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_compare_weakly() {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, "\"x\", W/\"abc\"".parse().unwrap());
        assert!(is_known(&headers, "W/\"abc\""));
        assert!(is_known(&headers, "\"x\""));
        assert!(!is_known(&headers, "W/\"other\""));
        headers.insert(IF_NONE_MATCH, "*".parse().unwrap());
        assert!(!is_known(&headers, "W/\"abc\""));
    }
}
