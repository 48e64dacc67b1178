//! What people are told when the database could not do what a request asked of it.
//!
//! Handlers know only that something broke; why, is known where the database was asked. This door stands around
//! them: it turns their answer into one that says what is the matter, what to do and that it is worth trying again.

use std::cell::Cell;
use std::sync::Arc;

use app::backend::Trouble;
use app::texts::trouble_words::{TroubleWords, trouble_words};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::organization::Language;

use super::Web;
use super::problem::Problem;
use crate::backend::TROUBLE;

/// After how many seconds it is worth trying again.
const RETRY_SECONDS: u16 = 30;

/// Such a page has its style and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Says what is the matter where a handler could only say that something broke.
pub async fn tell(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let wants_page = request.headers().get(ACCEPT).is_some_and(|kinds| {
        String::from_utf8_lossy(kinds.as_bytes()).split(',').any(|kind| kind.trim().starts_with("text/html"))
    });
    let is_form = *request.method() == Method::POST;
    let answer = async {
        let response = next.run(request).await;
        (response, TROUBLE.with(Cell::get))
    };
    let (mut response, trouble) = TROUBLE.scope(Cell::new(None), answer).await;
    let Some(trouble) = trouble else { return response };
    let led_back = led_back(&response).filter(|_| is_form);
    let is_page = kind_of(&response).starts_with("text/html");
    if led_back.is_none() && !response.status().is_server_error() {
        // It was done after all, or what could not be done was no part of the answer.
        return response;
    }
    let status = StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    if is_page && led_back.is_none() {
        // Such a page still has what was typed.
        *response.status_mut() = status;
    } else if wants_page {
        response = page(&web, status, trouble, led_back.as_deref());
    } else {
        response = Problem::new(status, &format!("{trouble}.")).into_response();
    }
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response
}

fn kind_of(response: &Response) -> &str {
    response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// Where a form that was not kept leads: the page on which it is filled in as it was typed.
fn led_back(response: &Response) -> Option<String> {
    let address = response.headers().get(LOCATION)?.to_str().ok()?;
    let code = address.split(['?', '&', '#']).find_map(|part| part.strip_prefix("problem="));
    (code == Some("internal")).then(|| address.to_owned())
}

/// A page that asks nothing of the database, not even who reads it: it speaks both languages.
fn page(web: &Web, status: StatusCode, trouble: Trouble, back: Option<&str>) -> Response {
    let part = |language: Language| {
        let words: &TroubleWords = trouble_words(language);
        let back = back.filter(|back| back.starts_with('/') && !back.starts_with("//"));
        let back =
            back.map(|back| format!("<p><a href=\"{}\">{} \u{2192}</a></p>", escaped(back), words.back));
        format!(
            "<section lang=\"{}\"><div class=\"masthead\"><h1>{}</h1></div><p class=\"prose\">{}</p>{}</section>",
            language.tag(),
            words.title(trouble),
            words.text(trouble),
            back.unwrap_or_default()
        )
    };
    let body = format!(
        "<!DOCTYPE html><html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{} \u{b7} Teirei</title><link rel=\"stylesheet\" href=\"{}\"></head>\
         <body><main id=\"main\">{}{}</main></body></html>",
        trouble_words(Language::Japanese).title(trouble),
        web.assets.style,
        part(Language::Japanese),
        part(Language::English),
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
