//! What is refused before anything else looks at a request: garbage in the address, names that are not
//! ours (DNS rebinding), forwarded requests, and writes that another site sends.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// The longest address that is read, in bytes.
const ADDRESS_LIMIT: usize = 8 * 1024;

/// The largest body of any form, in bytes: a catalogue of a thousand accounts, percent-encoded.
pub const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The largest body of a form that carries no file, in bytes.
const SMALL_BODY_LIMIT: usize = 64 * 1024;

/// The forms that carry a file.
const FILE_FORMS: [&str; 7] = [
    "/api/catalog/propose",
    "/api/catalog/edit",
    "/api/catalog/upload",
    "/api/objective/patch",
    "/api/objective/terraform",
    "/api/incident/postmortem",
    "/api/note",
];

/// The largest body that an address takes, in bytes.
#[must_use]
pub fn body_limit(path: &str) -> usize {
    if FILE_FORMS.contains(&path) {
        BODY_LIMIT
    } else if path.starts_with(super::hooks::PREFIX) {
        crate::import::HOOK_BODY_LIMIT
    } else {
        SMALL_BODY_LIMIT
    }
}

/// Who may knock: only the machine itself where nobody signs in.
#[derive(Clone, Debug)]
pub struct Guard {
    port: u16,
    /// The name under which people open the pages, where they sign in.
    site: Option<String>,
    /// Whether people sign in, so that a proxy may stand in front.
    is_asked: bool,
}

impl Guard {
    /// Lets in requests for this machine at a port.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self { port, site: None, is_asked: false }
    }

    /// Lets in requests for this machine at a port, and for the address under which people open the pages. What a
    /// proxy says of them is let through and never read.
    #[must_use]
    pub fn site(port: u16, public_url: Option<&str>) -> Self {
        let site = public_url.and_then(|url| url.parse::<Uri>().ok());
        let site = site.and_then(|url| Some(url.authority()?.as_str().to_ascii_lowercase()));
        Self { port, site, is_asked: true }
    }

    /// Whether a `Host` names this machine itself; another name that leads here is an attack.
    fn knows(&self, host: &str) -> bool {
        if self.site.as_deref() == Some(host) {
            return true;
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        port == Some(self.port) && ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    }

    fn fault(&self, request: &Request) -> Option<Problem> {
        let headers = request.headers();
        let refused = |status, what: &str| Some(Problem::new(status, what));
        if let Some(problem) = address_fault(request.uri()) {
            return Some(problem);
        }
        let forwarded = || FORWARDED.iter().find(|name| headers.contains_key(**name));
        if let Some(name) = forwarded().filter(|_| !self.is_asked) {
            let what = format!("Requests forwarded by a proxy ({name}) are refused while nobody signs in.");
            return refused(StatusCode::FORBIDDEN, &what);
        }
        // A load balancer asks whether one lives by the machine's address, and hears nothing else.
        let is_health = self.is_asked && ["/healthz", "/readyz"].contains(&request.uri().path());
        if !is_health && !host_of(request).is_some_and(|host| self.knows(&host)) {
            let what = "This address is not served here; use the one that was printed at the start.";
            return refused(StatusCode::MISDIRECTED_REQUEST, what);
        }
        if is_unsafe(request.method()) && is_foreign(headers, host_of(request).as_deref()) {
            return refused(StatusCode::FORBIDDEN, "The form was sent by another site.");
        }
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > body_limit(request.uri().path())) {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large.");
        }
        None
    }
}

/// Headers that only a proxy writes.
const FORWARDED: [&str; 8] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// Passes a request on or answers why not.
pub async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.fault(&request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

/// The one name the request is for; `None` when there are several or none.
fn host_of(request: &Request) -> Option<String> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let named = hosts.next().and_then(|host| host.to_str().ok()).map(str::to_ascii_lowercase);
    let authority = request.uri().authority().map(|authority| authority.as_str().to_ascii_lowercase());
    match (named, authority) {
        _ if hosts.next().is_some() => None,
        (Some(named), Some(authority)) if named != authority => None,
        (named, authority) => named.or(authority),
    }
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a browser says that another site sent the request. Programs say neither and carry no
/// cookies of a browser.
fn is_foreign(headers: &HeaderMap, host: Option<&str>) -> bool {
    let word = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
    if let Some(site) = word("sec-fetch-site")
        && !["same-origin", "none"].contains(&site.as_str())
    {
        return true;
    }
    word(ORIGIN.as_str()).is_some_and(|origin| {
        let name = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        name.is_none() || name != host
    })
}

/// NUL and other control characters, broken escapes, text that is no UTF-8, endless addresses.
fn address_fault(uri: &Uri) -> Option<Problem> {
    let query = uri.query().unwrap_or_default();
    if uri.path().len() + query.len() > ADDRESS_LIMIT {
        return Some(Problem::new(StatusCode::URI_TOO_LONG, "The address is too long."));
    }
    let is_good = |text: &str| decoded(text).is_some_and(|text| !text.chars().any(char::is_control));
    let is_good_query = || query.split(['&', '=']).all(is_good);
    (!is_good(uri.path()) || !is_good_query())
        .then(|| Problem::new(StatusCode::BAD_REQUEST, "The address holds characters that no address has."))
}

/// The text behind the percent signs; `None` for a broken escape or text that is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let digits = text.get(at + 1..at + 3).filter(|digits| !digits.starts_with('+'))?;
            plain.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            plain.push(*byte);
            at += 1;
        }
    }
    String::from_utf8(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_known() {
        let guard = Guard::loopback(3000);
        for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"] {
            assert!(guard.knows(host), "{host}");
        }
        for host in ["localhost", "127.0.0.1:3001", "evil.example:3000", "localhost.evil:3000", "", "[::1]"] {
            assert!(!guard.knows(host), "{host}");
        }
        assert!(Guard::loopback(80).knows("localhost"));
    }

    #[test]
    fn foreign_writes_are_recognised() {
        let table = [
            (None, None, false),
            (Some("same-origin"), Some("http://localhost:3000"), false),
            (Some("none"), None, false),
            (Some("cross-site"), None, true),
            (Some("same-site"), None, true),
            (None, Some("http://evil.example"), true),
            (None, Some("null"), true),
            (None, Some("http://localhost:3001"), true),
            (None, Some("https://localhost:3000"), false),
        ];
        for (site, origin, expected) in table {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_foreign(&headers, Some("localhost:3000")), expected, "{site:?} {origin:?}");
        }
    }

    #[test]
    fn garbage_in_the_address_is_refused() {
        for address in ["/a%00", "/a%zz", "/a%", "/%ff", "/?q=%00", "/a%0d%0ab", "/?a%00=1"] {
            assert!(address_fault(&address.parse().unwrap()).is_some(), "{address}");
        }
        for address in ["/", "/reviews/2026-W47?lang=ja", "/%E9%80%B1", "/..%2f..%2fetc"] {
            assert!(address_fault(&address.parse().unwrap()).is_none(), "{address}");
        }
    }
}
