//! `/s/{token}`: a page for somebody without an account; `POST /api/share` makes and takes back links.
//!
//! Looking changes nothing but the note of the last use, so that programs that look ahead burn no link. Every link
//! that is not good gets the same bytes: nobody learns whether it ever was one. The secret is never logged and led
//! nowhere: no referrer, no cache, no index.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use app::backend::{AppError, ShareMade, ShareRefusal, ShareRequest};
use app::context::link;
use app::texts::share_words::fault_code;
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::organization::Language;
use jiff::Timestamp;
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;

use super::Web;
use super::admit::Asked;
use super::problem::Problem;
use super::reader::Reader;
use super::sign_in::origin_of;
use crate::access::Door;
use crate::access::share::PREFIX;

/// How many links may be opened in a minute; a page in a chat of hundreds stays below it.
const OPENED_A_MINUTE: u32 = 600;

/// What everybody gets who has no good link.
const GONE: &str = "<!DOCTYPE html>\n<html lang=\"ja\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
    content=\"width=device-width\"><title>Teirei</title><h1>このリンクは使えません</h1><p>期限が切れたか、\
    取り消されたか、URLが違います。送った人に新しいリンクを頼んでください。</p><p lang=\"en\">This link is not good: \
    it has run out, was taken back, or the address is not whole. Ask whoever sent it for a new one.</p></html>\n";

/// The minute and how many links were opened in it.
static OPENED: Mutex<(i64, u32)> = Mutex::new((0, 0));

/// Whether one more link may be opened now.
fn has_room(now: Timestamp) -> bool {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    let minute = now.as_second().div_euclid(60);
    if opened.0 != minute {
        *opened = (minute, 0);
    }
    opened.1 += 1;
    opened.1 <= OPENED_A_MINUTE
}

/// What an address may be called in a log: a link's secret never is.
#[must_use]
pub fn loggable(path: &str) -> &str {
    if path.starts_with(PREFIX) { PREFIX } else { path }
}

/// Answers an address behind [`PREFIX`].
pub async fn show(web: &Web, mut request: Request, next: Next) -> Response {
    let token = request.uri().path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return closed((StatusCode::METHOD_NOT_ALLOWED, [("allow", "GET")], "").into_response());
    }
    if !has_room(crate::clock::Clock::System.now()) {
        return closed((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "60")], "").into_response());
    }
    let door = match Door::of_share(&web.backend, &web.sign_in, &token, origin_of(&request)).await {
        Ok(Some(door)) => door,
        Ok(None) => return closed(gone()),
        Err(error) => return closed(Problem::from(error).into_response()),
    };
    let Some(uri) = door.share().and_then(|share| {
        let terms = &share.terms;
        let (week, version) = (terms.week.to_string(), terms.version.map(|version| version.to_string()));
        let mut query = vec![("lang", terms.language.tag())];
        if terms.product.is_some() {
            query.push(("week", week.as_str()));
        }
        if let Some(version) = &version {
            query.push(("version", version));
        }
        link(&share.path(), &query).parse::<Uri>().ok()
    }) else {
        return closed(gone());
    };
    let asked = std::mem::replace(request.uri_mut(), uri);
    request.extensions_mut().insert(Asked(asked.path().to_owned()));
    request.extensions_mut().insert(door);
    let response = next.run(request).await;
    // What a link shows may be gone since, like a product that no version holds.
    if response.status() == StatusCode::NOT_FOUND { closed(gone()) } else { closed(response) }
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/html; charset=utf-8")], GONE).into_response()
}

/// Keeps an answer out of caches, indexes and referrers.
fn closed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    response
}

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// Takes the form in; a link that is made is shown once, on the page of links, and stands in no address.
pub fn write<IV: leptos::IntoView + 'static>(
    context: impl Fn() + Clone + Send + Sync + 'static,
    document: impl Fn() -> IV + Clone + Send + Sync + 'static,
) -> impl Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static {
    move |request: Request| {
        let (context, document) = (context.clone(), document.clone());
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let Ok(door) = Door::from_request_parts(&mut parts, &()).await else {
                return Problem::from(AppError::Forbidden).into_response();
            };
            let whole = Request::from_parts(parts.clone(), body);
            let Ok(Form(fields)) = Form::<Fields>::from_request(whole, &()).await else {
                return Problem::new(StatusCode::BAD_REQUEST, "The form cannot be read.").into_response();
            };
            if field(&fields, "do") == "revoke" {
                return revoke(&door, &fields).await;
            }
            let language =
                parts.extensions.get::<Reader>().map_or(Language::Japanese, |reader| reader.language);
            let made = match door.share_make(&request_of(&fields), language).await {
                Ok(made) => made,
                Err(why) => return refused(&fields, why),
            };
            (parts.method, parts.uri) = (Method::GET, Uri::from_static("/shares"));
            if let Some(reader) = parts.extensions.get_mut::<Reader>() {
                (reader.path, reader.query) = ("/shares".to_owned(), Vec::new());
            }
            let with_made = move || {
                context();
                provide_context::<ShareMade>(made.clone());
            };
            let shown = Request::from_parts(parts, Body::empty());
            closed(render_app_async_with_context(with_made, document)(shown).await)
        })
    }
}

fn request_of(fields: &Fields) -> ShareRequest {
    let text = |name: &str| field(fields, name).to_owned();
    ShareRequest {
        week: text("week"),
        product: text("product"),
        section: text("section"),
        is_frozen: field(fields, "state") == "frozen",
        days: text("days"),
    }
}

async fn revoke(door: &Door, fields: &Fields) -> Response {
    let Ok(id) = field(fields, "id").parse() else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form names no link.").into_response();
    };
    match door.share_revoke(id).await {
        Ok(()) => see(&link("/shares", &language_of(fields)), &format!("share-{id}")),
        Err(error) => Problem::from(error).into_response(),
    }
}

fn refused(fields: &Fields, why: ShareRefusal) -> Response {
    let code = match why {
        ShareRefusal::Fault(fault) => fault_code(fault),
        ShareRefusal::Forbidden => return Problem::from(AppError::Forbidden).into_response(),
        ShareRefusal::Internal => "internal",
    };
    let mut query = language_of(fields);
    query.push(("problem", code));
    let typed = ["week", "product", "section", "state", "days"].map(|name| (name, field(fields, name)));
    query.extend(typed.into_iter().filter(|(_, value)| !value.is_empty()));
    see(&link("/shares", &query), "new")
}

/// The language of the page that the form stood on.
fn language_of(fields: &Fields) -> Vec<(&'static str, &str)> {
    let lang = field(fields, "lang");
    if matches!(lang, "ja" | "en") { vec![("lang", lang)] } else { Vec::new() }
}

/// Leads on, so that a reload sends nothing twice.
fn see(address: &str, anchor: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{address}#{anchor}"))]).into_response()
}
