//! The forms of action items, `POST /api/action`: a new one, and what became of one.
//!
//! What cannot be kept is in the address of the page that the form leads back to: nobody types it twice.

use app::backend::{ActionRefusal, ActionRequest, ActionStepRequest, AppError};
use app::context::link;
use app::texts::action_words::fault_code;
use axum::Form;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::action::ActionForm;

use super::problem::Problem;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

/// The fields of a new action item that an address brings back.
const TYPED: [&str; 8] = ["text", "owner", "due", "product", "incident", "week", "link", "back"];

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// Takes a form in.
pub async fn write(door: Door, Form(fields): Form<Fields>) -> Response {
    match (field(&fields, "do"), field(&fields, "done")) {
        ("add", _) => add(&door, &fields).await,
        ("", done) if !done.is_empty() => done_in_review(&door, &fields, done).await,
        _ => step(&door, &fields).await,
    }
}

async fn add(door: &Door, fields: &Fields) -> Response {
    let text = |name: &str| field(fields, name).to_owned();
    let form = ActionForm {
        text: text("text"),
        owner: text("owner"),
        due: text("due"),
        product: text("product"),
        incident: text("incident"),
        week: text("week"),
        link: text("link"),
    };
    let lang = field(fields, "lang");
    match door.action_add(ActionRequest { form, actor: door.actor() }).await {
        Ok(id) => see(&with_language(back_of(fields), lang, Vec::new()), &format!("action-{id}")),
        Err(ActionRefusal::Forbidden) => Problem::from(AppError::Forbidden).into_response(),
        Err(ActionRefusal::NotFound) => Problem::from(AppError::NotFound).into_response(),
        Err(refusal) => {
            let mut query: Vec<(&str, &str)> = vec![("problem", code(refusal))];
            let typed = TYPED.iter().map(|name| (*name, field(fields, name)));
            query.extend(typed.filter(|(_, value)| !value.is_empty()));
            see(&with_language("/actions", lang, query), "new")
        }
    }
}

async fn step(door: &Door, fields: &Fields) -> Response {
    let (Ok(id), Ok(seen)) = (field(fields, "id").parse(), field(fields, "seen").parse()) else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form does not say which action item it saw.")
            .into_response();
    };
    let request = ActionStepRequest {
        id,
        seen,
        step: field(fields, "do").to_owned(),
        due: field(fields, "due").to_owned(),
        note: field(fields, "note").to_owned(),
        actor: door.actor(),
    };
    let (page, lang) = (format!("/actions/{id}"), field(fields, "lang"));
    match door.action_step_add(request).await {
        Ok(()) if back_of(fields) != REGISTER => lead_back(fields, id),
        Ok(()) => see(&with_language(&page, lang, Vec::new()), "history"),
        Err(ActionRefusal::NotFound) => Problem::new(StatusCode::NOT_FOUND, "").into_response(),
        Err(ActionRefusal::Forbidden) => Problem::from(AppError::Forbidden).into_response(),
        Err(refusal) => {
            let typed = ["due", "note", "seen", "back", "view"].map(|name| (name, field(fields, name)));
            let mut query = vec![("problem", code(refusal)), ("step", field(fields, "do"))];
            query.extend(typed.into_iter().filter(|(_, value)| !value.is_empty()));
            see(&with_language(&page, lang, query), "change")
        }
    }
}

/// A button beside an action item of a review or a product: `ID.STEPS` is kept, and the page is shown again.
async fn done_in_review(door: &Door, fields: &Fields, done: &str) -> Response {
    let read = done.split_once('.').and_then(|(id, seen)| Some((id.parse().ok()?, seen.parse().ok()?)));
    let Some((id, seen)) = read else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form does not say which action item it saw.")
            .into_response();
    };
    let request =
        ActionStepRequest { id, seen, step: "done".to_owned(), actor: door.actor(), ..Default::default() };
    let lang = field(fields, "lang");
    match door.action_step_add(request).await {
        Ok(()) => lead_back(fields, id),
        Err(ActionRefusal::NotFound) => Problem::new(StatusCode::NOT_FOUND, "").into_response(),
        Err(ActionRefusal::Forbidden) => Problem::from(AppError::Forbidden).into_response(),
        Err(refusal) => {
            let seen = done.split_once('.').map_or("", |(_, seen)| seen);
            let query = vec![("problem", code(refusal)), ("step", "done"), ("seen", seen)];
            see(&with_language(&format!("/actions/{id}"), lang, query), "change")
        }
    }
}

/// Leads back to the promise on the page that the form stood on, presented if it was.
fn lead_back(fields: &Fields, id: i64) -> Response {
    let view = Some(("view", "present")).filter(|(name, present)| field(fields, name) == *present);
    let address = with_language(back_of(fields), field(fields, "lang"), view.into_iter().collect());
    see(&address, &format!("action-{id}"))
}

/// The page of all promises.
const REGISTER: &str = "/actions";

/// The page that the form stood on: a path of this program, else the register.
fn back_of(fields: &Fields) -> &str {
    let back = field(fields, "back");
    let is_ours = ["/reviews/", "/products/", "/incidents/"].iter().any(|start| back.starts_with(start));
    let is_plain = back.chars().all(|letter| letter.is_ascii_alphanumeric() || "/-_~%.".contains(letter))
        && !back.contains("..")
        && !back.contains("//");
    if is_ours && is_plain { back } else { REGISTER }
}

fn code(refusal: ActionRefusal) -> &'static str {
    match refusal {
        ActionRefusal::Fault(fault) => fault_code(fault),
        ActionRefusal::Conflict => "conflict",
        ActionRefusal::NotFound | ActionRefusal::Forbidden | ActionRefusal::Internal => "internal",
    }
}

/// An address that stays in the language of the page the form stood on.
fn with_language<'f>(path: &str, lang: &'f str, mut query: Vec<(&'f str, &'f str)>) -> String {
    if matches!(lang, "ja" | "en") {
        query.push(("lang", lang));
    }
    link(path, &query)
}

/// Leads on, so that a reload sends nothing twice.
fn see(address: &str, anchor: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{address}#{anchor}"))]).into_response()
}
