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

/// A day and time in a zone.
pub fn instant(at: Timestamp, zone: &TimeZone, language: Language) -> impl IntoView + use<> {
    view! { <time datetime=format::machine_time(at, zone)>{format::date_time(at, zone, language)}</time> }
}
