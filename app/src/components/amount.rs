//! Amounts of money with their full value in reach.

use domain::change::{Change, Movement};
use domain::money::Currency;
use domain::organization::Language;
use leptos::prelude::*;

use crate::texts::{format, texts};
use crate::ui::raw::Markup;

/// The class of a movement in cost, where up is worse.
#[must_use]
pub fn movement_class(movement: Movement) -> &'static str {
    match movement {
        Movement::Up | Movement::New => "delta worse",
        Movement::Down | Movement::Gone => "delta better",
        Movement::Flat | Movement::Unknown => "delta flat",
    }
}

/// A change in words: its text, and its exact share for machines.
struct ChangeWords {
    text: String,
    value: Option<String>,
    /// What a change that does not count is called, to those who do not see its colour.
    flat: Option<&'static str>,
}

fn change_words(change: &Change, movement: Movement, language: Language) -> ChangeWords {
    let words = texts(language);
    let difference = change.difference().unwrap_or(0);
    let share = change.share();
    let moved = share.is_none_or(|share| share.0.abs() >= 500);
    let arrow = match difference.signum() * i64::from(moved) {
        1 => "↑ ",
        -1 => "↓ ",
        _ => "",
    };
    let text = match (movement, share) {
        (Movement::Unknown, _) => words.unknown.to_owned(),
        (Movement::New, _) => words.new.to_owned(),
        (Movement::Gone, _) => words.gone.to_owned(),
        (_, Some(share)) => [arrow, &format::percent_change(share)].concat(),
        (_, None) if difference == 0 => format::percent_change(domain::ratio::Ppm(0)),
        (_, None) => words.new.to_owned(),
    };
    let value = share.map(|share| rust_decimal::Decimal::new(share.0, 6).normalize().to_string());
    ChangeWords { text, value, flat: (movement == Movement::Flat).then_some(words.flat) }
}

/// The change as a share with arrow, or its word where there is no share.
pub fn change(change: &Change, movement: Movement, language: Language) -> impl IntoView + use<> {
    let ChangeWords { text, value, flat } = change_words(change, movement, language);
    view! {
        <data class=movement_class(movement) value=value>
            {flat.map(|flat| view! { <span class="sr">{flat}" "</span> })}
            {text}
        </data>
    }
}

/// The same in a row of a large table.
pub fn write_change(row: &mut Markup, change: &Change, movement: Movement, language: Language) {
    let ChangeWords { text, value, flat } = change_words(change, movement, language);
    let value = value.unwrap_or_default();
    row.element("data", &[("class", movement_class(movement)), ("value", &value)], |data| {
        if let Some(flat) = flat {
            data.element("span", &[("class", "sr")], |span| {
                span.text(flat);
                span.text(" ");
            });
        }
        data.text(&text);
    });
}

/// A number of a column whose header names the currency; a dash where it is unknown.
#[must_use]
pub fn cell(micros: Option<i64>, currency: Currency) -> String {
    micros.map_or_else(|| "–".to_owned(), |micros| format::cell(micros, currency))
}
