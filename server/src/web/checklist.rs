//! The forms of checklists and load tests, `POST /api/checklist`.
//!
//! What cannot be kept is in the address of the page that the form leads back to: nobody types it twice.

use app::backend::{ChecklistRefusal, ChecklistRequest};
use app::context::link;
use app::texts::checklist_words::fault_code;
use axum::Form;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::checklist::{AnswerForm, ItemKey, LoadTestForm};
use domain::product::Slug;

use super::problem::Problem;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

/// The fields that an address brings back.
const TYPED: [&str; 5] = ["state", "note", "link", "day", "result"];

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// What a form asks for; `None` when it does not say what it is about.
fn request_of(fields: &Fields) -> Option<ChecklistRequest> {
    let text = |name: &str| field(fields, name).to_owned();
    let product: Slug = field(fields, "product").parse().ok()?;
    if field(fields, "do") == "load-test" {
        let form = LoadTestForm { day: text("day"), result: text("result"), link: text("link") };
        return Some(ChecklistRequest::LoadTest { product, form });
    }
    Some(ChecklistRequest::Answer {
        key: ItemKey {
            product,
            checklist: field(fields, "checklist").parse().ok()?,
            item: field(fields, "item").parse().ok()?,
        },
        version: field(fields, "version").parse().ok()?,
        seen: field(fields, "seen").parse().ok()?,
        form: AnswerForm { state: text("state"), note: text("note"), link: text("link") },
    })
}

/// Takes a form in.
pub async fn write(door: Door, Form(fields): Form<Fields>) -> Response {
    let Some(request) = request_of(&fields) else {
        let what = "The form does not say which item of which product it is about.";
        return Problem::new(StatusCode::BAD_REQUEST, what).into_response();
    };
    let anchor = match &request {
        ChecklistRequest::Answer { key, .. } => format!("{}-{}", key.checklist, key.item),
        ChecklistRequest::LoadTest { .. } => "load-tests".to_owned(),
    };
    match door.checklist_write(request).await {
        Ok(()) => see(&fields, Vec::new(), &anchor),
        Err(refusal) => refused(&fields, refusal, &anchor),
    }
}

fn refused(fields: &Fields, refusal: ChecklistRefusal, anchor: &str) -> Response {
    let code = match refusal {
        ChecklistRefusal::NotFound => return Problem::new(StatusCode::NOT_FOUND, "").into_response(),
        ChecklistRefusal::Forbidden => {
            return Problem::from(app::backend::AppError::Forbidden).into_response();
        }
        ChecklistRefusal::Field(fault) => fault_code(fault),
        ChecklistRefusal::Conflict => "conflict",
        ChecklistRefusal::Internal => "internal",
    };
    let mut query = vec![("problem", code), ("of", anchor)];
    let typed = TYPED.iter().map(|name| (*name, field(fields, name)));
    query.extend(typed.filter(|(_, value)| !value.is_empty()));
    see(fields, query, anchor)
}

/// Leads on in the language of the page that the form stood on, so that a reload sends nothing twice.
fn see<'f>(fields: &'f Fields, mut query: Vec<(&'f str, &'f str)>, anchor: &str) -> Response {
    let lang = field(fields, "lang");
    if matches!(lang, "ja" | "en") {
        query.insert(0, ("lang", lang));
    }
    let page = format!("/products/{}/checklists", field(fields, "product"));
    let address = format!("{}#{anchor}", link(&page, &query));
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}
