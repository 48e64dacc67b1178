//! The form of an incident's write-up, `POST /api/incident/postmortem`, and its text as a file.
//!
//! What cannot be kept is shown again on the page it was typed on, beside what is in force: nobody types it twice.

use app::backend::{
    AppError, Backend, PostmortemRefused, PostmortemRequest, PostmortemStepRequest, incident_of_word,
};
use app::context::segment;
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;
use std::pin::Pin;

use super::problem::Problem;
use super::reader::Reader;
use super::suffix::Form as Suffix;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
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
                return Problem::new(StatusCode::BAD_REQUEST, "The form cannot be read.").into_response();
            };
            let word = field(&fields, "incident");
            let Some((source, external_id)) = incident_of_word(word) else {
                return Problem::new(StatusCode::BAD_REQUEST, "The form does not say what it is for.")
                    .into_response();
            };
            let page = format!("/incidents/{}/postmortem", segment(word));
            // What the address of the page carried stays with it.
            let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            let page_asked = format!("{page}{query}");
            if field(&fields, "do") != "save" {
                return step(&door, &fields, (source, external_id), &page_asked).await;
            }
            let Ok(seen) = field(&fields, "seen").parse() else {
                return Problem::new(StatusCode::BAD_REQUEST, "The form does not say what was seen.")
                    .into_response();
            };
            let request = PostmortemRequest {
                source: source.to_owned(),
                external_id: external_id.to_owned(),
                seen,
                link: field(&fields, "link").to_owned(),
                text: field(&fields, "text").to_owned(),
                actor: door.actor(),
            };
            let why = match door.postmortem_keep(&request).await {
                Ok(()) => return see(&format!("{page_asked}#text")),
                Err(app::backend::PostmortemRefusal::Forbidden) => {
                    return Problem::from(AppError::Forbidden).into_response();
                }
                Err(why) => why,
            };
            let Ok(uri) = page_asked.parse() else {
                return Problem::from(AppError::NotFound).into_response();
            };
            (parts.method, parts.uri) = (Method::GET, uri);
            if let Some(reader) = parts.extensions.get_mut::<Reader>() {
                reader.path.clone_from(&page);
            }
            let refused = PostmortemRefused { why, request };
            let with_refused = move || {
                context();
                provide_context(refused.clone());
            };
            let shown = Request::from_parts(parts, Body::empty());
            render_app_async_with_context(with_refused, document)(shown).await
        })
    }
}

async fn step(door: &Door, fields: &Fields, (source, external_id): (&str, &str), page: &str) -> Response {
    let Ok(done) = field(fields, "do").parse() else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form names no step.").into_response();
    };
    let request = PostmortemStepRequest {
        source: source.to_owned(),
        external_id: external_id.to_owned(),
        done,
        note: field(fields, "note").to_owned(),
        actor: door.actor(),
    };
    let problem = match door.postmortem_step_now(request).await {
        Ok(()) => return see(&format!("{page}#steps")),
        Err(AppError::NotFound) => return Problem::from(AppError::NotFound).into_response(),
        Err(AppError::Forbidden) => return Problem::from(AppError::Forbidden).into_response(),
        Err(AppError::Conflict) => "step",
        Err(AppError::Invalid(_)) => "reason",
        Err(_) => "internal",
    };
    let joint = if page.contains('?') { '&' } else { '?' };
    see(&format!("{page}{joint}problem={problem}#steps"))
}

/// Leads on, so that a reload sends nothing twice.
fn see(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response()
}

/// The text as it was typed: the version that the query names with `at`, else the one in force.
pub async fn text(
    door: Door,
    Path(word): Path<String>,
    axum::Extension(form): axum::Extension<Suffix>,
    axum::Extension(reader): axum::Extension<Reader>,
) -> Result<Response, Problem> {
    let (source, external_id) = incident_of_word(&word).ok_or(AppError::NotFound)?;
    if form != Suffix::Markdown {
        return Err(AppError::NotFound.into());
    }
    let page = door.postmortem(source, external_id).await?;
    let asked = reader.query.iter().find(|(name, _)| name == "at").map(|(_, value)| value.as_str());
    let found = match asked {
        Some(asked) => page.record.texts.iter().find(|text| text.version.to_string() == asked),
        None => page.record.latest(),
    };
    let found = found.filter(|text| !text.text.is_empty()).ok_or(AppError::NotFound)?;
    let headers = [
        (CONTENT_TYPE, form.content_type().to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"postmortem-{}.md\"", found.version)),
    ];
    Ok((headers, format!("{}\n", found.text)).into_response())
}
