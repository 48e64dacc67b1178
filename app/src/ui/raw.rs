//! Everything that leaves Leptos' escaping: titles, text areas, finished SVG and rows of large tables.
//!
//! Two views of Leptos 0.8 write their text verbatim, `Title` and `textarea`; both go through here
//! and are escaped first. Nothing else in this crate may use `inner_html`.

use leptos::prelude::*;
use leptos_meta::Title;

/// Escapes text for an HTML element or a double-quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(&mut escaped, text);
    escaped
}

fn escape_into(written: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        written.push_str(&text[from..at]);
        written.push_str(entity);
        from = at + 1;
    }
    written.push_str(&text[from..]);
}

/// A symbol of the page's drawings in a square; Leptos would close its element with a tag of its own, which
/// the thousand marks of a page need not have.
#[component]
pub fn Glyph(
    /// The classes that colour it.
    class: &'static str,
    /// The symbol, as `#m-ok`.
    glyph: &'static str,
) -> impl IntoView {
    let drawing = ["<use href=\"", glyph, "\"/>"].concat();
    view! { <svg class=class viewBox="0 0 12 12" aria-hidden="true" inner_html=drawing></svg> }
}

/// The rows of a table as text. A review has a thousand cells; as views they take several times the
/// processor time of the whole rest of the page.
///
/// Names of elements and attributes are ours, everything else is escaped here.
#[derive(Default)]
pub struct Markup(String);

/// About what a row of the large tables takes, so that its text is not moved while it grows.
const ROW_BYTES: usize = 2_048;

impl Markup {
    /// Nothing yet, with room for some rows.
    #[must_use]
    pub fn with_room_for(rows: usize) -> Self {
        Self(String::with_capacity(ROW_BYTES * rows))
    }

    /// An element with what `content` writes into it; an attribute whose value is empty is left out, and so is
    /// the end tag of a cell, which HTML does not need.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        self.0.push('>');
        content(self);
        // What follows a cell says that it has ended: a tag less for every one of a thousand.
        if !matches!(name, "td" | "th") {
            self.0.push_str("</");
            self.0.push_str(name);
            self.0.push('>');
        }
    }

    /// A part of a drawing that holds nothing.
    pub fn part(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.start(name, attributes);
        self.0.push_str("/>");
    }

    fn start(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (attribute, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.0.push(' ');
            self.0.push_str(attribute);
            self.0.push_str("=\"");
            escape_into(&mut self.0, value);
            self.0.push('"');
        }
    }

    /// An element that holds nothing at all.
    pub fn void(&mut self, name: &'static str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element that holds nothing but text.
    pub fn words(&mut self, name: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.element(name, attributes, |element| element.text(text));
    }

    /// The markup as text.
    #[cfg(test)]
    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// Text.
    pub fn text(&mut self, text: &str) {
        escape_into(&mut self.0, text);
    }

    /// A finished small drawing of crate `charts`, which escapes every label itself.
    pub fn drawing(&mut self, svg: &str) {
        self.element("span", &[("class", "drawing")], |span| span.0.push_str(svg));
    }
}

/// What people wrote, as [`markdown`](super::markdown) has read it.
#[component]
pub fn Written(
    /// Its elements.
    markup: Markup,
) -> impl IntoView {
    view! { <div class="written prose" inner_html=markup.0></div> }
}

/// The body of a table.
#[component]
pub fn TableBody(
    /// Its rows.
    rows: Markup,
) -> impl IntoView {
    view! { <tbody inner_html=rows.0></tbody> }
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

/// A text area for prose, whose lines break where they end on the screen.
#[component]
pub fn ProseArea(
    /// The field's name in the form.
    name: &'static str,
    /// What it holds at first.
    text: String,
    /// How many lines are seen.
    rows: i32,
    /// What it is for, to those who do not see it.
    label: &'static str,
) -> impl IntoView {
    let text = format!("\n{}", escape(&text));
    view! { <textarea name=name rows=rows aria-label=label inner_html=text></textarea> }
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
    use super::{Markup, escape};

    #[test]
    fn what_would_end_an_element_is_escaped() {
        assert_eq!(escape("</title><script>'\"&"), "&lt;/title&gt;&lt;script&gt;&#39;&quot;&amp;");
    }

    #[test]
    fn whatever_is_written_into_a_row_is_escaped() {
        let mut rows = Markup::default();
        rows.element("td", &[("title", "\"><b>"), ("class", "")], |cell| {
            cell.text("a & b");
            cell.words("small", &[], "</td>費用");
        });
        let expected = "<td title=\"&quot;&gt;&lt;b&gt;\">a &amp; b<small>&lt;/td&gt;費用</small>";
        assert_eq!(rows.0, expected);
    }

    #[test]
    fn only_cells_are_ended_by_what_follows() {
        let mut rows = Markup::default();
        rows.element("tr", &[], |row| {
            row.words("th", &[], "a");
            row.element("td", &[], |cell| cell.part("use", &[("href", "#m-ok")]));
        });
        assert_eq!(rows.0, "<tr><th>a<td><use href=\"#m-ok\"/></tr>");
    }
}
