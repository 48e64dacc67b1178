//! Errors as people see them, with the right status code.

use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::backend::AppError;
use crate::components::frame::frame;
use crate::context::PageContext;
use crate::texts::freeze_words::freeze_words;
use crate::texts::trouble_words::trouble_words;
use crate::texts::{sentences, texts};

/// Sets the status of the answer; outside a request there is none to set.
pub fn set_status(status: u16) {
    if let Some(options) = use_context::<ResponseOptions>()
        && let Ok(status) = axum_status(status)
    {
        options.set_status(status);
    }
}

fn axum_status(status: u16) -> Result<http::StatusCode, http::status::InvalidStatusCode> {
    http::StatusCode::from_u16(status)
}

/// A page in place of the one that cannot be shown.
pub fn problem(context: &PageContext, error: &AppError, current: &'static str) -> AnyView {
    set_status(error.status());
    let words = texts(context.language);
    let (title, text, id) = match error {
        AppError::NotFound => (words.not_found_title, words.not_found_text.to_owned(), None),
        AppError::Invalid(what) => (words.invalid_title, what.clone(), None),
        AppError::Parameter(error) => {
            (words.invalid_title, sentences::unknown_word(context.language, error), None)
        }
        AppError::Conflict => (words.conflict_title, words.conflict_text.to_owned(), None),
        AppError::Unmet(_) => (words.invalid_title, freeze_words(context.language).refused.to_owned(), None),
        AppError::NotEnded => (words.invalid_title, words.freeze_not_ended.to_owned(), None),
        AppError::Forbidden => (words.forbidden_title, words.forbidden_text.to_owned(), None),
        AppError::Unavailable { id, trouble } => {
            let told = trouble_words(context.language);
            (told.title(*trouble), told.text(*trouble).to_owned(), Some(id.clone()))
        }
        AppError::Internal { id } => (words.error_title, words.error_text.to_owned(), Some(id.clone())),
    };
    let content = view! {
        <div class="masthead"><h1>{title}</h1></div>
        <div class="empty fault">
            <p>{text}</p>
            {id.map(|id| view! { <p><small>{words.error_id}": "<code>{id}</code></small></p> })}
            <p><a href="/">{words.back_to_review}" →"</a></p>
        </div>
    }
    .into_any();
    frame(context, title, current, content)
}
