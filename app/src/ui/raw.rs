//! Everything that leaves Leptos' escaping: titles, text areas and finished SVG.
//!
//! Two views of Leptos 0.8 write their text verbatim, `Title` and `textarea`; both go through here
//! and are escaped first. Nothing else in this crate may use `inner_html`.

use leptos::prelude::*;
use leptos_meta::Title;

/// Escapes text for an HTML element or a double-quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The document's title.
#[component]
pub fn PageTitle(
    /// The title as people read it.
    text: String,
) -> impl IntoView {
    view! { <Title text=escape(&text)/> }
}

/// A text area; Leptos writes its content as it is.
#[component]
pub fn TextArea(
    /// The field's name in the form.
    name: &'static str,
    /// What it holds at first.
    text: String,
    /// How many lines are seen.
    rows: i32,
    /// What it is for, to those who do not see it.
    label: &'static str,
) -> impl IntoView {
    // The first line break after the tag is not part of the content, so one is given away.
    let text = format!("\n{}", escape(&text));
    view! {
        <textarea name=name rows=rows aria-label=label spellcheck="false" wrap="off" inner_html=text></textarea>
    }
}

/// A finished chart of crate `charts`, which escapes every label itself.
#[component]
pub fn Chart(
    /// The SVG text.
    svg: String,
) -> impl IntoView {
    view! { <div class="drawing" inner_html=svg></div> }
}

/// A finished small drawing inside a line or a table cell.
#[component]
pub fn Drawing(
    /// The SVG text.
    svg: String,
) -> impl IntoView {
    view! { <span class="drawing" inner_html=svg></span> }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_would_end_an_element_is_escaped() {
        assert_eq!(escape("</title><script>'\"&"), "&lt;/title&gt;&lt;script&gt;&#39;&quot;&amp;");
    }
}
