//! What changes something, for those who may change it.

use domain::product::Slug;
use leptos::prelude::*;

use crate::context::PageContext;
use crate::texts::access_words::access_words;

/// The form of something that belongs to a product, or to none: for others, in its place, who could change it.
pub fn written(context: &PageContext, product: Option<&Slug>, form: impl FnOnce() -> AnyView) -> AnyView {
    if context.may_edit(product) { form() } else { only_reads(context) }
}

/// The form of something new whose product is chosen in it.
pub fn written_somewhere(context: &PageContext, form: impl FnOnce() -> AnyView) -> AnyView {
    if context.only_reads() { only_reads(context) } else { form() }
}

/// The same where many stand in rows: nothing for others, so that a table does not say one thing forty times.
pub fn written_in_row(
    context: &PageContext,
    product: Option<&Slug>,
    form: impl FnOnce() -> AnyView,
) -> Option<AnyView> {
    context.may_edit(product).then(form)
}

/// Pages that are forms throughout: for those who do not administer with every field closed, so that what is
/// configured can be read.
pub fn administered(context: &PageContext, content: AnyView) -> AnyView {
    if context.access.administers {
        return content;
    }
    view! { <fieldset class="closed" disabled=true>{content}</fieldset> }.into_any()
}

/// Why the fields of such a page are closed; nothing for those who administer.
pub fn why_closed(context: &PageContext) -> Option<AnyView> {
    let words = access_words(context.language);
    (!context.access.administers)
        .then(|| view! { <p class="prose" role="note">{words.only_administrators}</p> }.into_any())
}

fn only_reads(context: &PageContext) -> AnyView {
    view! { <p class="prose" role="note">{access_words(context.language).only_reads}</p> }.into_any()
}
