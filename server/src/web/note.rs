//! The form of notes, `POST /api/note`: a text to be kept, and notes of a frozen week to be taken up again.
//!
//! What cannot be kept is shown again on the page it was typed on, beside what is in force. A page that saves as
//! people type asks for `application/json` and is told the same in a few words.

use app::backend::{AppError, Backend, NoteKept, NoteRefusal, NoteRefused, NoteRequest};
use app::texts::format;
use app::texts::note_words::note_words;
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::note::NotePlace;
use domain::organization::Language;
use domain::week::IsoWeek;
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;
use serde_json::json;
use std::pin::Pin;

use super::problem::Problem;
use super::reader::Reader;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

fn unreadable(what: &str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST, what).into_response()
}

/// Takes the form in; `context` and `document` are those that pages are rendered with.
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
                return unreadable("The form cannot be read.");
            };
            let Ok(week) = field(&fields, "week").parse::<IsoWeek>() else {
                return unreadable("The form names no week.");
            };
            // What the address of the form carried stays with the page.
            let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            if field(&fields, "do") == "reopen" {
                return reopen(&door, &fields, week, &query).await;
            }
            let Ok(request) = request_of(&door, &fields, week) else {
                return unreadable("The form does not say what it is for, or what was seen.");
            };
            let outcome = door.note_keep(&request).await;
            if wants_json(&parts) {
                return told(&door, &parts, request, outcome).await;
            }
            let page = format!("/reviews/{week}/notes/{}", request.place);
            let why = match outcome {
                Ok(_) => return see(&format!("{page}{query}#text")),
                Err(NoteRefusal::NotFound) => return Problem::from(AppError::NotFound).into_response(),
                Err(NoteRefusal::Forbidden) => return Problem::from(AppError::Forbidden).into_response(),
                Err(why) => why,
            };
            let Ok(uri) = format!("{page}{query}").parse() else {
                return Problem::from(AppError::NotFound).into_response();
            };
            (parts.method, parts.uri) = (Method::GET, uri);
            if let Some(reader) = parts.extensions.get_mut::<Reader>() {
                reader.path = page;
            }
            let refused = NoteRefused { why, request };
            let with_refused = move || {
                context();
                provide_context(refused.clone());
            };
            let shown = Request::from_parts(parts, Body::empty());
            render_app_async_with_context(with_refused, document)(shown).await
        })
    }
}

fn request_of(door: &Door, fields: &Fields, week: IsoWeek) -> Result<NoteRequest, ()> {
    let place: NotePlace = field(fields, "place").parse().map_err(|_| ())?;
    let seen = field(fields, "seen").parse().map_err(|_| ())?;
    let (text, actor) = (field(fields, "text").to_owned(), door.actor());
    Ok(NoteRequest { week, place, seen, text, actor })
}

async fn reopen(door: &Door, fields: &Fields, week: IsoWeek, query: &str) -> Response {
    let Ok(version) = field(fields, "version").parse() else {
        return unreadable("The form does not say which version was seen.");
    };
    let page = format!("/reviews/{week}/notes");
    let problem = match door.notes_reopen(week, version, field(fields, "reason")).await {
        Ok(()) => return see(&format!("{page}{query}#open")),
        Err(AppError::Invalid(_)) => "reason",
        Err(AppError::Conflict) => "conflict",
        Err(AppError::Forbidden) => return Problem::from(AppError::Forbidden).into_response(),
        Err(_) => "internal",
    };
    let joint = if query.is_empty() { '?' } else { '&' };
    see(&format!("{page}{query}{joint}problem={problem}#open"))
}

/// Whether the sender is a page that saves by itself.
fn wants_json(parts: &Parts) -> bool {
    let accepted = parts.headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.starts_with("application/json"))
}

/// The outcome in a few words of the reader's language.
async fn told(
    door: &Door,
    parts: &Parts,
    request: NoteRequest,
    outcome: Result<NoteKept, NoteRefusal>,
) -> Response {
    let language = parts.extensions.get::<Reader>().map_or(Language::Japanese, |reader| reader.language);
    let words = note_words(language);
    let (status, value) = match outcome {
        Ok(kept) => {
            let zone = match door.notes(request.week).await {
                Ok(page) => page.catalogue.organization.zone(),
                Err(error) => return Problem::from(error).into_response(),
            };
            let said = format!("{} {}", words.saved, format::clock(kept.at, &zone));
            (StatusCode::OK, json!({ "version": kept.version.to_string(), "said": said }))
        }
        Err(NoteRefusal::Conflict) => {
            let (version, theirs) = match door.note(request.week, &request.place, None).await {
                Ok(page) => page.latest.map_or((0, String::new()), |note| (note.version, note.text)),
                Err(error) => return Problem::from(error).into_response(),
            };
            let version = version.to_string();
            (
                StatusCode::CONFLICT,
                json!({ "said": words.conflict_live, "version": version, "theirs": theirs }),
            )
        }
        Err(NoteRefusal::Frozen) => (StatusCode::CONFLICT, json!({ "said": words.frozen_unsaved })),
        Err(NoteRefusal::Fault(fault)) => (StatusCode::BAD_REQUEST, json!({ "said": words.fault(fault) })),
        Err(NoteRefusal::NotFound) => return Problem::from(AppError::NotFound).into_response(),
        Err(NoteRefusal::Forbidden) => return Problem::from(AppError::Forbidden).into_response(),
        Err(NoteRefusal::Internal) => {
            (StatusCode::INTERNAL_SERVER_ERROR, json!({ "said": words.problem_internal }))
        }
    };
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, value.to_string()).into_response()
}

/// Leads on, so that a reload sends nothing twice.
fn see(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response()
}
