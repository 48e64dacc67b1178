//! Amounts of money with their full value in reach.

use domain::change::{Change, Movement};
use domain::money::Currency;
use domain::organization::Language;
use leptos::prelude::*;

use crate::texts::{format, texts};

/// The class of a movement in cost, where up is worse.
#[must_use]
pub fn movement_class(movement: Movement) -> &'static str {
    match movement {
        Movement::Up | Movement::New => "delta worse",
        Movement::Down | Movement::Gone => "delta better",
        Movement::Flat | Movement::Unknown => "delta flat",
    }
}

/// The change as a share with arrow, or its word where there is no share.
pub fn change(change: &Change, movement: Movement, language: Language) -> impl IntoView + use<> {
    let words = texts(language);
    let difference = change.difference().unwrap_or(0);
    let moved = change.share().is_none_or(|share| share.0.abs() >= 500);
    let arrow = match difference.signum() * i64::from(moved) {
        1 => "↑ ",
        -1 => "↓ ",
        _ => "",
    };
    let share = change.share();
    let text = match (movement, share) {
        (Movement::Unknown, _) => words.unknown.to_owned(),
        (Movement::New, _) => words.new.to_owned(),
        (Movement::Gone, _) => words.gone.to_owned(),
        (_, Some(share)) => format!("{arrow}{}", format::percent_change(share)),
        (_, None) if difference == 0 => format::percent_change(domain::ratio::Ppm(0)),
        (_, None) => words.new.to_owned(),
    };
    let value = share.map(|share| rust_decimal::Decimal::new(share.0, 6).normalize().to_string());
    let flat = movement == Movement::Flat;
    view! {
        <data class=movement_class(movement) value=value>
            {flat.then(|| view! { <span class="sr">{words.flat}" "</span> })}
            {text}
        </data>
    }
}

/// A number of a column whose header names the currency; a dash where it is unknown.
#[must_use]
pub fn cell(micros: Option<i64>, currency: Currency) -> String {
    micros.map_or_else(|| "–".to_owned(), |micros| format::cell(micros, currency))
}
