//! Empty is never blank: what it is, and the one next action.

use leptos::prelude::*;

/// An empty section with a command to copy.
pub fn empty(text: &'static str, action: &'static str, command: &'static str) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{text}</p>
            {(!command.is_empty()).then(|| view! { <p><small>{action}</small><br/><code>{command}</code></p> })}
        </div>
    }
}
