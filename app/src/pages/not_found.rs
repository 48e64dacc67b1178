//! Any address that is no page.

use leptos::prelude::*;

use crate::backend::AppError;
use crate::context::PageContext;
use crate::pages::problem::problem;

/// The answer to an address that is not the reader's; it stands in the place of that address.
#[component]
pub fn NoAccessPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| problem(&context, &AppError::Forbidden, ""))
}

/// The answer to an unknown address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| problem(&context, &AppError::NotFound, ""))
}
