//! Who reads and how: language, theme and query, taken from the request once and put beside it.

use std::sync::Arc;

use app::context::Theme;
use axum::extract::{Query, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::organization::Language;

use super::Web;
use super::admit::Asked;
use super::problem::Problem;
use crate::backend::with_seen;

/// The name of the cookie that holds the theme.
pub const THEME_COOKIE: &str = "theme";

/// The name of the cookie that holds the language.
pub const LANGUAGE_COOKIE: &str = "lang";

/// What a request says about its reader.
#[derive(Clone, Debug)]
pub struct Reader {
    /// From `?lang`, cookie, `Accept-Language`, organisation.
    pub language: Language,
    /// From the cookie.
    pub theme: Theme,
    /// The path asked for, without suffix.
    pub path: String,
    /// The query as sent, decoded.
    pub query: Vec<(String, String)>,
    /// The state of the database that the whole answer is made from.
    pub revision: i64,
}

/// Puts a [`Reader`] beside the request and holds the database's revision for the whole answer.
pub async fn recognise(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let seen = match web.backend.seen().await {
        Ok(seen) => seen,
        Err(error) => return Problem::from(error).into_response(),
    };
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let headers = request.headers();
    let language = language(&query, headers).unwrap_or(seen.catalogue.organization.language);
    let theme = cookie(headers, THEME_COOKIE).map_or(Theme::System, Theme::of);
    let asked = request.extensions().get::<Asked>().map(|asked| asked.0.clone());
    let path = asked.unwrap_or_else(|| request.uri().path().to_owned());
    request.extensions_mut().insert(Reader { language, theme, path, query, revision: seen.revision });
    with_seen(seen, next.run(request)).await
}

/// The language the request asks for.
fn language(query: &[(String, String)], headers: &HeaderMap) -> Option<Language> {
    let asked = query.iter().find(|(name, _)| name == "lang").and_then(|(_, value)| language_of(value));
    asked
        .or_else(|| language_of(cookie(headers, LANGUAGE_COOKIE)?))
        .or_else(|| preferred(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
}

/// The language of a tag; its region does not matter.
#[must_use]
pub fn language_of(tag: &str) -> Option<Language> {
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    [Language::Japanese, Language::English].into_iter().find(|language| language.tag() == primary)
}

/// The known language with the highest weight; the first of equals.
fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(u32, Language)> = None;
    for part in header.split(',') {
        let mut words = part.split(';');
        let Some(language) = words.next().and_then(language_of) else { continue };
        let weight = words.find_map(|word| word.trim().strip_prefix("q=")).map_or(1000, thousandths);
        if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// A weight of `Accept-Language` such as `0.8` in thousandths; what cannot be read weighs nothing.
fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    format!("{whole}{part}").parse().unwrap_or(0).min(1000)
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_most_wanted_known_one() {
        for (header, expected) in [
            ("ja", Some("ja")),
            ("en-US,en;q=0.9,ja;q=0.8", Some("en")),
            ("fr, ja;q=0.3, en;q=0.5", Some("en")),
            ("de-DE", None),
            ("en;q=0, ja;q=0.1", Some("ja")),
            ("", None),
            ("*", None),
        ] {
            assert_eq!(preferred(header).map(Language::tag), expected, "{header}");
        }
    }

    #[test]
    fn query_goes_before_cookie_and_cookie_before_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "en".parse().unwrap());
        assert_eq!(language(&[], &headers), Some(Language::English));
        headers.insert(COOKIE, "theme=dark; lang=ja".parse().unwrap());
        assert_eq!(language(&[], &headers), Some(Language::Japanese));
        let query = [("lang".to_owned(), "en".to_owned())];
        assert_eq!(language(&query, &headers), Some(Language::English));
        assert_eq!(cookie(&headers, THEME_COOKIE), Some("dark"));
    }
}
