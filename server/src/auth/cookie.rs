//! The two cookies: of a session, and of somebody on the way to a provider.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use domain::session::ATTEMPT_LASTS;
use jiff::SignedDuration;

/// How the cookies are called and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies {
    /// Whether people come by https: browsers then keep the cookies to this host and to https (`__Host-`).
    pub is_secure: bool,
}

impl Cookies {
    fn session_name(self) -> &'static str {
        if self.is_secure { "__Host-teirei_session" } else { "teirei_session" }
    }

    fn attempt_name(self) -> &'static str {
        if self.is_secure { "__Host-teirei_sign_in" } else { "teirei_sign_in" }
    }

    /// The secret of a session.
    #[must_use]
    pub fn session(self, headers: &HeaderMap) -> Option<&str> {
        one(headers, self.session_name())
    }

    /// The secret of somebody who comes back from a provider.
    #[must_use]
    pub fn attempt(self, headers: &HeaderMap) -> Option<&str> {
        one(headers, self.attempt_name())
    }

    /// Gives a browser the secret of its session.
    #[must_use]
    pub fn open(self, secret: &str, lasts: SignedDuration) -> Option<HeaderValue> {
        self.set(self.session_name(), secret, lasts)
    }

    /// Takes the secret of its session from a browser.
    #[must_use]
    pub fn close(self) -> Option<HeaderValue> {
        self.set(self.session_name(), "", SignedDuration::ZERO)
    }

    /// Gives a browser what it has to bring back from a provider.
    #[must_use]
    pub fn leave(self, secret: &str) -> Option<HeaderValue> {
        self.set(self.attempt_name(), secret, ATTEMPT_LASTS)
    }

    /// Takes that from it again.
    #[must_use]
    pub fn come_back(self) -> Option<HeaderValue> {
        self.set(self.attempt_name(), "", SignedDuration::ZERO)
    }

    fn set(self, name: &str, secret: &str, lasts: SignedDuration) -> Option<HeaderValue> {
        let (seconds, secure) = (lasts.as_secs(), if self.is_secure { "; Secure" } else { "" });
        let cookie = format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        let mut value = HeaderValue::from_str(&cookie).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// The one cookie of that name; where there are two, somebody put one beside ours, and none counts.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(own, _)| *own == name)
        .map(|(_, value)| value);
    let value = found.next().filter(|value| !value.is_empty())?;
    found.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_for_this_host_and_no_script() {
        let told = |is_secure| {
            let cookie = Cookies { is_secure }.open("x", SignedDuration::from_hours(1)).unwrap();
            cookie.to_str().unwrap().to_owned()
        };
        assert_eq!(
            told(true),
            "__Host-teirei_session=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(told(false), "teirei_session=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
        assert!(Cookies { is_secure: true }.close().unwrap().to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn a_cookie_counts_that_is_there_once() {
        for (cookie, expected) in [
            ("teirei_session=a", Some("a")),
            ("lang=ja; teirei_session=a", Some("a")),
            ("teirei_session=a; teirei_session=b", None),
            ("teirei_session=", None),
            ("xteirei_session=a", None),
            ("__Host-teirei_session=a", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, cookie.parse().unwrap());
            assert_eq!(Cookies { is_secure: false }.session(&headers), expected, "{cookie}");
        }
    }
}
