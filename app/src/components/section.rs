//! A section of the agenda: number, title and question in the rail, content beside it.

use leptos::prelude::*;

/// One item of the agenda; `id` is its anchor.
pub fn item(
    id: &'static str,
    number: String,
    title: &'static str,
    question: &'static str,
    body: AnyView,
) -> impl IntoView {
    item_beside((id, number), (title, question), None, body)
}

/// The same with something more in the rail, which stays in sight as long as its section does.
pub fn item_beside(
    (id, number): (&'static str, String),
    (title, question): (&'static str, &'static str),
    beside: Option<AnyView>,
    body: AnyView,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <section class="item" id=id aria-labelledby=labelled_by>
            <header>
                <p class="no">{number}</p>
                <h2 id=title_id>{title}</h2>
                <p class="question">{question}</p>
                {beside}
            </header>
            <div class="body">{body}</div>
        </section>
    }
}

/// A scrolling frame around a wide table, reachable by keyboard. A group, not a region: the section
/// around it already is a landmark of that name.
pub fn scroller(label: &'static str, table: AnyView) -> impl IntoView {
    view! { <div class="scroll" role="group" aria-label=label tabindex="0">{table}</div> }
}
