//! The forms of hot topics and decisions, `POST /api/topic` and `POST /api/decision`.
//!
//! What cannot be kept is in the address of the page that the form leads back to: nobody types it twice.

use app::backend::{DecisionRequest, TopicRefusal, TopicRequest};
use app::context::link;
use app::texts::action_words::fault_code;
use app::texts::topic_words::{decision_fault_code, topic_fault_code};
use axum::Form;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::action::ActionForm;
use domain::decision::DecisionForm;
use domain::topic::TopicForm;

use super::problem::Problem;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

/// The fields that an address brings back.
const TYPED: [&str; 12] = [
    "title",
    "evidence",
    "product",
    "week",
    "link",
    "text",
    "expects",
    "look_again",
    "owner",
    "due",
    "note",
    "day",
];

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

fn decision_form(fields: &Fields) -> DecisionForm {
    let text = |name: &str| field(fields, name).to_owned();
    DecisionForm {
        text: text("text"),
        expects: text("expects"),
        look_again: text("look_again"),
        product: text("product"),
        week: text("week"),
    }
}

fn action_form(fields: &Fields) -> ActionForm {
    let text = |name: &str| field(fields, name).to_owned();
    ActionForm {
        text: text("text"),
        owner: text("owner"),
        due: text("due"),
        product: text("product"),
        week: text("week"),
        ..ActionForm::default()
    }
}

/// What a form about topics asks for; `None` when it names no topic that it saw.
fn topic_request(fields: &Fields) -> Option<TopicRequest> {
    let text = |name: &str| field(fields, name).to_owned();
    if field(fields, "do") == "add" {
        return Some(TopicRequest::Raise(TopicForm {
            title: text("title"),
            evidence: text("evidence"),
            product: text("product"),
            week: text("week"),
            link: text("link"),
        }));
    }
    let topic = seen(fields)?;
    Some(match field(fields, "do") {
        "decide" => TopicRequest::Decide { topic, form: decision_form(fields) },
        "act" => TopicRequest::Act { topic, form: action_form(fields) },
        word => TopicRequest::Step { topic, word: word.to_owned(), week: text("week"), note: text("note") },
    })
}

fn seen(fields: &Fields) -> Option<(i64, i64)> {
    Some((field(fields, "id").parse().ok()?, field(fields, "seen").parse().ok()?))
}

/// Takes a form about topics in.
pub async fn topic_write(door: Door, Form(fields): Form<Fields>) -> Response {
    let Some(request) = topic_request(&fields) else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form does not say which topic it saw.")
            .into_response();
    };
    let is_new = matches!(request, TopicRequest::Raise(_));
    let page = if is_new { "/topics".to_owned() } else { format!("/topics/{}", field(&fields, "id")) };
    match door.topic_write(request).await {
        Ok(id) if is_new => see(&fields, &page, Vec::new(), &format!("topic-{id}")),
        Ok(_) => see(&fields, &page, Vec::new(), "history"),
        Err(refusal) => refused(&fields, &page, refusal, if is_new { "new" } else { "settle" }),
    }
}

/// Takes a form about decisions in.
pub async fn decision_write(door: Door, Form(fields): Form<Fields>) -> Response {
    let is_new = field(&fields, "do") == "add";
    let request = if is_new {
        DecisionRequest::Make(decision_form(&fields))
    } else if let Some(decision) = seen(&fields) {
        let text = |name: &str| field(&fields, name).to_owned();
        DecisionRequest::Step { decision, word: text("do"), day: text("day"), note: text("note") }
    } else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form does not say which decision it saw.")
            .into_response();
    };
    let page = if is_new { "/topics".to_owned() } else { format!("/decisions/{}", field(&fields, "id")) };
    match door.decision_write(request).await {
        Ok(id) if is_new => see(&fields, &page, Vec::new(), &format!("decision-{id}")),
        Ok(_) => see(&fields, &page, Vec::new(), "history"),
        Err(refusal) => refused(&fields, &page, refusal, if is_new { "decide" } else { "judge" }),
    }
}

fn refused(fields: &Fields, page: &str, refusal: TopicRefusal, anchor: &str) -> Response {
    let code = match refusal {
        TopicRefusal::NotFound => return Problem::new(StatusCode::NOT_FOUND, "").into_response(),
        TopicRefusal::Forbidden => return Problem::from(app::backend::AppError::Forbidden).into_response(),
        TopicRefusal::Topic(fault) => topic_fault_code(fault),
        TopicRefusal::Decision(fault) => decision_fault_code(fault),
        TopicRefusal::Action(fault) => fault_code(fault),
        TopicRefusal::Frozen => "frozen",
        TopicRefusal::Conflict => "conflict",
        TopicRefusal::Internal => "internal",
    };
    let mut query = vec![("problem", code), ("of", anchor), ("step", field(fields, "do"))];
    if refusal == TopicRefusal::Conflict {
        query.push(("seen", field(fields, "seen")));
    }
    let typed = TYPED.iter().map(|name| (*name, field(fields, name)));
    query.extend(typed.filter(|(_, value)| !value.is_empty()));
    see(fields, page, query, anchor)
}

/// Leads on in the language of the page that the form stood on, so that a reload sends nothing twice.
fn see<'f>(fields: &'f Fields, page: &str, mut query: Vec<(&'f str, &'f str)>, anchor: &str) -> Response {
    let lang = field(fields, "lang");
    if matches!(lang, "ja" | "en") {
        query.push(("lang", lang));
    }
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{}#{anchor}", link(page, &query)))]).into_response()
}
