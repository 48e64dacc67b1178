//! What the answer to a message means.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use super::SendError;

/// The longest that a receiver is left in peace because it asked for it.
const LONGEST_REST: Duration = Duration::from_hours(24);
/// The longest word of an answer that is told on, such as Slack's `channel_is_archived`.
const LONGEST_WORD: usize = 40;

/// Reads an answer that came at an instant.
pub(super) async fn read(mut response: Response, at: Timestamp) -> Result<(), SendError> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let after = rest(response.headers(), at);
    // An answer may be endless or quote the address; one word of its beginning is told on at most.
    let beginning = response.chunk().await.ok().flatten().unwrap_or_default();
    let word = word(&beginning).map(|word| format!(" ({word})")).unwrap_or_default();
    let told = format!("answered {}{word}", status.as_u16());
    Err(if status.is_redirection() {
        let what = format!("{told}: redirects are not followed; configure the address that they lead to");
        SendError::Never { what }
    } else if may_change(status) {
        SendError::Later { what: told, after }
    } else {
        SendError::Never { what: told }
    })
}

/// Whether the same message may be accepted later.
fn may_change(status: StatusCode) -> bool {
    let busy = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    status.is_server_error() || busy.contains(&status)
}

/// `Retry-After`: seconds, or an instant.
fn rest(headers: &HeaderMap, at: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let rest = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTimeParser::new().parse_timestamp(text).ok()?;
            until.duration_since(at).try_into().unwrap_or(Duration::ZERO)
        }
    };
    Some(rest.min(LONGEST_REST))
}

/// An answer that is one word.
fn word(beginning: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(beginning).ok()?.trim();
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    (!text.is_empty() && text.len() <= LONGEST_WORD && text.bytes().all(is_word)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_how_long_it_wants_to_rest() {
        let at: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
        for (header, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("9999999999", Some(86_400)),
            ("Mon, 23 Nov 2026 01:02:03 GMT", Some(123)),
            ("Mon, 23 Nov 2026 00:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, header.parse().unwrap())]);
            assert_eq!(rest(&headers, at).map(|rest| rest.as_secs()), seconds, "{header}");
        }
        assert_eq!(rest(&HeaderMap::new(), at), None);
    }

    #[test]
    fn only_a_word_is_told_on() {
        for (answer, told) in [
            ("no_service", Some("no_service")),
            ("invalid_payload\n", Some("invalid_payload")),
            ("", None),
            ("<html>https://hooks.example/secret</html>", None),
            ("two words", None),
        ] {
            assert_eq!(word(answer.as_bytes()), told);
        }
    }
}
