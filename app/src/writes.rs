//! The forms' server functions; each has a fixed address, so that an open page outlives a deployment.

#![expect(missing_docs, reason = "the macro `server` writes a struct of arguments without documentation")]

use leptos::prelude::*;

use crate::backend::{AppError, FreezeRequest};
use crate::context::PageContext;

/// Freezes a week and leads to its new version.
///
/// # Errors
/// Leads back to the week with the error's code when the request is refused.
#[server(prefix = "/api", endpoint = "freeze")]
pub async fn freeze(week: String, version: i64, reason: Option<String>) -> Result<(), ServerFnError> {
    let context = expect_context::<PageContext>();
    let target = match week.parse() {
        Err(_) => "/?problem=invalid".to_owned(),
        Ok(parsed) => {
            let request = FreezeRequest {
                week: parsed,
                seen_version: version,
                reason: reason.unwrap_or_default().trim().to_owned(),
                actor: context.actor.clone(),
            };
            match context.backend.freeze(request).await {
                Ok(_) => format!("/reviews/{parsed}#freeze"),
                Err(AppError::NotEnded) => format!("/reviews/{parsed}?problem=week#freeze"),
                Err(AppError::NotFound) => "/reviews".to_owned(),
                Err(AppError::Conflict) => format!("/reviews/{parsed}?problem=conflict#freeze"),
                Err(AppError::Invalid(_)) => format!("/reviews/{parsed}?problem=reason#freeze"),
                Err(AppError::Forbidden) => format!("/reviews/{parsed}?problem=forbidden#freeze"),
                Err(AppError::Internal { .. }) => format!("/reviews/{parsed}?problem=internal#freeze"),
            }
        }
    };
    leptos_axum::redirect(&target);
    Ok(())
}
