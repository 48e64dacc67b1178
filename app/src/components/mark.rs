//! Status marks: shape, word and colour together.

use domain::finding::Status;
use leptos::prelude::*;

use crate::texts::Texts;
use crate::ui::raw::{Glyph, Markup};

/// The class of a mark and the symbol that it shows.
fn class_and_glyph(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Ok => ("mark ok", "#m-ok"),
        Status::Risk => ("mark risk", "#m-risk"),
        Status::Breached => ("mark breached", "#m-breached"),
        Status::NoData => ("mark nodata", "#m-nodata"),
    }
}

/// The mark alone; its words stand beside it or in a title.
pub fn mark(status: Status) -> impl IntoView {
    let (class, glyph) = class_and_glyph(status);
    view! { <Glyph class=class glyph=glyph/> }
}

/// The mark alone in a row of a large table.
pub fn write_mark(row: &mut Markup, status: Status) {
    let (class, glyph) = class_and_glyph(status);
    let attributes = [("class", class), ("viewBox", "0 0 12 12"), ("aria-hidden", "true")];
    row.element("svg", &attributes, |svg| svg.part("use", &[("href", glyph)]));
}

/// The mark with the word of its status in a row of a large table; only a breach is filled.
pub fn write_marked_word(row: &mut Markup, status: Status, words: &Texts) {
    let (class, gap) = if status == Status::Breached { ("status breached", "") } else { ("nb", " ") };
    row.element("span", &[("class", class)], |span| {
        write_mark(span, status);
        span.text(gap);
        span.text(words.status(status));
    });
}

/// The mark with the word of its status; only a breach is filled.
pub fn marked_word(status: Status, words: &Texts) -> AnyView {
    let word = words.status(status);
    match status {
        Status::Breached => view! { <span class="status breached">{mark(status)}{word}</span> }.into_any(),
        _ => view! { <span class="nb">{mark(status)}" "{word}</span> }.into_any(),
    }
}

/// The look of a count of what stands so; only breaches are filled, and only where there are any.
#[must_use]
pub fn count_class(status: Status, has_any: bool) -> &'static str {
    if status == Status::Breached && has_any { "status breached" } else { "status" }
}

/// The same status for the charts crate.
#[must_use]
pub fn chart_status(status: Status) -> charts::Status {
    match status {
        Status::Ok => charts::Status::Ok,
        Status::Risk => charts::Status::Risk,
        Status::Breached => charts::Status::Breached,
        Status::NoData => charts::Status::NoData,
    }
}
