//! Any address that is no page.

use leptos::prelude::*;

use crate::backend::AppError;
use crate::context::PageContext;
use crate::pages::problem::problem;

/// The answer to an unknown address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| problem(&context, &AppError::NotFound, ""))
}
