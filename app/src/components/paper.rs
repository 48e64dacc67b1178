//! What only paper shows.

use domain::organization::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_meta::Style;

use crate::texts::{format, sentences};

/// At the foot of every printed page: what was printed, and as of when.
pub(crate) fn page_foot(what: &str, as_of: Timestamp, zone: &TimeZone, language: Language) -> AnyView {
    let time = format::short_date_time(as_of, zone, language);
    let as_of = sentences::as_of(language, &time, &format::zone_name(as_of, zone));
    let foot = foot_rule(&[what, " · ", &as_of].concat());
    view! { <Style media="print">{foot}</Style> }.into_any()
}

/// The rule of all pages; what could end the text or the style sheet is left out of it.
fn foot_rule(text: &str) -> String {
    let safe: String =
        text.chars().filter(|letter| !matches!(letter, '"' | '\\' | '<' | '\n' | '\r')).collect();
    format!("@page{{@bottom-left{{content:\"{safe}\"}}}}")
}

#[cfg(test)]
mod tests {
    use super::foot_rule;

    #[test]
    fn nothing_in_the_text_ends_it() {
        assert_eq!(
            foot_rule("Week 47</style>\\\"}\n body{}"),
            "@page{@bottom-left{content:\"Week 47/style>} body{}\"}}"
        );
    }
}
