//! Days and instants as `<time>`.

use domain::organization::Language;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::texts::format;

/// A day with its weekday.
pub fn day(date: Date, language: Language) -> impl IntoView {
    view! { <time datetime=date.to_string()>{format::date(date, language)}</time> }
}

/// A day with its weekday and its year, for days that may lie in another one.
pub fn day_of_year(date: Date, language: Language) -> impl IntoView {
    let day = format::date(date, language);
    let text = match language {
        Language::Japanese => format!("{}年{day}", date.year()),
        Language::English => format!("{day} {}", date.year()),
    };
    view! { <time datetime=date.to_string()>{text}</time> }
}

/// A day and time in a zone.
pub fn instant(at: Timestamp, zone: &TimeZone, language: Language) -> impl IntoView + use<> {
    view! { <time datetime=format::machine_time(at, zone)>{format::date_time(at, zone, language)}</time> }
}
