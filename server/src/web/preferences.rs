//! Theme and language of a reader, kept in cookies: `POST /api/preferences`.

use app::context::Theme;
use axum::Form;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::organization::Language;
use serde::Deserialize;

use super::problem::Problem;
use super::reader::{LANGUAGE_COOKIE, THEME_COOKIE, language_of};

/// A year in seconds.
const KEPT_FOR: u32 = 365 * 24 * 3600;

/// What the form sends; absent fields stay as they are.
#[derive(Debug, Deserialize)]
pub struct Preferences {
    theme: Option<String>,
    lang: Option<String>,
    /// Where to go back to: a path of this site.
    #[serde(default)]
    back: String,
}

/// Sets the cookies and leads back.
pub async fn set(Form(form): Form<Preferences>) -> Response {
    let Some(back) = local_path(&form.back) else {
        return Problem::new(StatusCode::BAD_REQUEST, "back has to be a path of this site.").into_response();
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let theme = form.theme.as_deref().map(|word| (THEME_COOKIE, Theme::of(word).as_str()));
    let language =
        form.lang.as_deref().and_then(language_of).map(|known| (LANGUAGE_COOKIE, Language::tag(known)));
    for (name, value) in [theme, language].into_iter().flatten() {
        let cookie = format!("{name}={value}; Path=/; Max-Age={KEPT_FOR}; HttpOnly; SameSite=Lax");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response.headers_mut().insert(LOCATION, back);
    response
}

/// A path of this site, and nothing a browser could read as another one (`//evil`, `/\evil`).
fn local_path(text: &str) -> Option<HeaderValue> {
    let text = if text.is_empty() { "/" } else { text };
    let rest = text.strip_prefix('/')?;
    let is_local = !rest.starts_with(['/', '\\']) && text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    is_local.then(|| HeaderValue::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_back_to_this_site_only() {
        for path in ["/", "/reviews/2026-W47?view=present#cost", ""] {
            assert!(local_path(path).is_some(), "{path}");
        }
        for path in ["//evil.example", "/\\evil", "https://evil.example", "x", "/a\r\nb", "/\t/evil", "/ä"] {
            assert!(local_path(path).is_none(), "{path}");
        }
    }
}
