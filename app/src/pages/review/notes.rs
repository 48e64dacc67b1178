//! What people wrote, at the section or product that it is about.

use domain::note::{Note, NotePlace, NoteSection};
use leptos::prelude::*;

use super::ReviewView;
use crate::components::section::item_beside;
use crate::pages::note::note_path;
use crate::texts::format;
use crate::texts::note_words::{note_words, place_name, version_line};
use crate::ui::markdown::markdown;

/// A section with its note at the end; where there is none, the way to write one stands beside the title.
pub(super) fn item(
    view: &ReviewView<'_>,
    (section, number): (NoteSection, &str),
    named: (&'static str, &'static str),
    body: AnyView,
) -> AnyView {
    let place = NotePlace::Section(section);
    let note = view.review.note(&place).map(|note| shown(view, note, note_words(view.language).note));
    let beside = if note.is_none() { write(view, &place) } else { None };
    let body = view! { {body}{note} }.into_any();
    item_beside((section.as_str(), number.to_owned()), named, beside, body).into_any()
}

/// The notes of all products, each under its name.
pub(super) fn of_products(view: &ReviewView<'_>) -> AnyView {
    let of_product = |note: &&Note| matches!(note.place, NotePlace::Product(_));
    let notes = view.review.notes.iter().filter(of_product);
    let name = |note: &Note| place_name(view.language, &note.place, view.review.products.iter()).to_owned();
    notes.map(|note| shown(view, note, &name(note))).collect_view().into_any()
}

/// A note, and where it is written.
pub(crate) fn shown(view: &ReviewView<'_>, note: &Note, name: &str) -> AnyView {
    let words = note_words(view.language);
    let at = format::short_date_time(note.at, &view.zone, view.language);
    let href = view.context.go(&note_path(view.review.week, &note.place), &[]);
    let edit = if view.is_frozen { words.history } else { words.edit };
    view! {
        <article data-note=note.place.to_string() data-version=note.version.to_string()>
            <h3>{name.to_owned()}</h3>
            {markdown(&note.text, words.note)}
            <p><small>{version_line(view.language, note.version, &at, &note.by)}" · "<a href=href>{edit}</a></small></p>
        </article>
    }
    .into_any()
}

/// The way to write a note; a frozen week has none.
fn write(view: &ReviewView<'_>, place: &NotePlace) -> Option<AnyView> {
    if view.is_frozen {
        return None;
    }
    let href = view.context.go(&note_path(view.review.week, place), &[]);
    let word = note_words(view.language).open;
    Some(view! { <a class="evidence" href=href>{word}</a> }.into_any())
}
