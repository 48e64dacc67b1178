//! `POST /api/week-skip`: that the meeting on a week is not held, or is after all.

use app::backend::{AppError, SkipRefusal, SkipRequest};
use app::context::link;
use app::texts::skip_words::fault_code;
use axum::Form;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// Takes the form in.
pub async fn write(door: Door, Form(fields): Form<Fields>) -> Response {
    let Ok(week) = field(&fields, "week").parse() else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form names no week.").into_response();
    };
    let is_skipped = field(&fields, "do") != "hold";
    let request = SkipRequest { week, is_skipped, reason: field(&fields, "reason").to_owned() };
    let lang = field(&fields, "lang");
    let mut query = if matches!(lang, "ja" | "en") { vec![("lang", lang)] } else { Vec::new() };
    let code = match door.week_skip_say(&request).await {
        Ok(()) => return see(&link(&format!("/reviews/{week}"), &query)),
        Err(SkipRefusal::NotFound) => return Problem::from(AppError::NotFound).into_response(),
        Err(SkipRefusal::Forbidden) => return Problem::from(AppError::Forbidden).into_response(),
        Err(SkipRefusal::Fault(fault)) => fault_code(fault),
        Err(SkipRefusal::Internal) => "internal",
    };
    query.push(("problem", code));
    query.push(("reason", field(&fields, "reason")));
    see(&link(&format!("/reviews/{week}/skip"), &query))
}

/// Leads on, so that a reload sends nothing twice.
fn see(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())]).into_response()
}
