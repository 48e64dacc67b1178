//! Whether a message comes from whom it says: before anything else of it is read.

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use ring::hmac;

use super::HookKind;
use crate::webhook::SIGNATURE;

/// The header of PagerDuty's signatures.
const PAGERDUTY_SIGNATURE: &str = "x-pagerduty-signature";

/// The header of GitHub's signatures.
const GITHUB_SIGNATURE: &str = "x-hub-signature-256";

/// The header of Slack's signatures, and that of the time that is signed with the body, in seconds.
const SLACK_SIGNATURE: &str = "x-slack-signature";
/// See [`SLACK_SIGNATURE`].
const SLACK_TIME: &str = "x-slack-request-timestamp";

/// The header that shows a secret itself, for senders that can neither sign nor authorize.
const SECRET: &str = "teirei-secret";

/// How far the clock of a sender may be from ours, in seconds; an older message is a replay.
const CLOCKS_APART: i64 = 300;

/// The headers of a message, by their names in small letters.
pub trait Headers {
    /// The one value of a header; `None` when it is missing, repeated or no text.
    fn one(&self, name: &str) -> Option<&str>;
}

/// Whether a message carries what only a sender with one of the secrets can make; several secrets are known
/// while they are being changed. Comparisons take the same time whatever is compared.
#[must_use]
pub fn is_authentic(
    kind: HookKind,
    secrets: &[&str],
    headers: &dyn Headers,
    body: &[u8],
    now: Timestamp,
) -> bool {
    let by_any = |check: &dyn Fn(&str) -> bool| secrets.iter().filter(|secret| check(secret)).count() > 0;
    match kind {
        HookKind::Alertmanager | HookKind::ArgoCd => {
            let Some(given) = headers.one("authorization").and_then(credential) else { return false };
            by_any(&|secret| is_same(secret, given.as_bytes()))
        }
        HookKind::Datadog => {
            let shown = headers.one(SECRET).map(|value| value.trim().to_owned());
            let Some(given) = headers.one("authorization").and_then(credential).or(shown) else {
                return false;
            };
            by_any(&|secret| is_same(secret, given.as_bytes()))
        }
        HookKind::PagerDuty => {
            let Some(signatures) = headers.one(PAGERDUTY_SIGNATURE) else { return false };
            let tags: Vec<Vec<u8>> = signatures.split(',').filter_map(|one| tag(one.trim())).collect();
            by_any(&|secret| tags.iter().any(|tag| is_tag_of(secret, &[body], tag)))
        }
        HookKind::GitHubDeployment => {
            let tag = headers.one(GITHUB_SIGNATURE).and_then(|header| header.trim().strip_prefix("sha256="));
            let Some(tag) = tag.and_then(|tag| hex::decode(tag).ok()) else { return false };
            by_any(&|secret| is_tag_of(secret, &[body], &tag))
        }
        HookKind::SlackTopic => {
            let time = headers.one(SLACK_TIME).map(str::trim);
            let tag = headers.one(SLACK_SIGNATURE).and_then(|header| header.trim().strip_prefix("v0="));
            let (Some(time), Some(tag)) = (time, tag.and_then(|tag| hex::decode(tag).ok())) else {
                return false;
            };
            let Ok(seconds) = time.parse::<i64>() else { return false };
            let is_fresh = now.as_second().abs_diff(seconds) <= CLOCKS_APART.unsigned_abs();
            let stamped = format!("v0:{time}:");
            is_fresh && by_any(&|secret| is_tag_of(secret, &[stamped.as_bytes(), body], &tag))
        }
        HookKind::Incident | HookKind::Deploy | HookKind::Topic => {
            let Some((seconds, tag)) = headers.one(SIGNATURE).and_then(timed) else { return false };
            let is_fresh = now.as_second().abs_diff(seconds) <= CLOCKS_APART.unsigned_abs();
            let stamped = format!("{seconds}.");
            is_fresh && by_any(&|secret| is_tag_of(secret, &[stamped.as_bytes(), body], &tag))
        }
    }
}

/// A bearer token, or the password of basic authentication, whoever the user is.
fn credential(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// `v1=HEX` as bytes; other versions are ignored.
fn tag(signature: &str) -> Option<Vec<u8>> {
    hex::decode(signature.strip_prefix("v1=")?).ok()
}

/// `t=SECONDS,v1=HEX`.
fn timed(header: &str) -> Option<(i64, Vec<u8>)> {
    let (seconds, signature) = header.split_once(',')?;
    Some((seconds.trim().strip_prefix("t=")?.parse().ok()?, tag(signature.trim())?))
}

fn is_tag_of(secret: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let whole: Vec<u8> = parts.concat();
    hmac::verify(&key, &whole, tag).is_ok()
}

/// Whether two secrets are the same; marks of both are compared, because equal lengths would be told by the
/// time that a comparison of the texts takes.
fn is_same(secret: &str, given: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let own = hmac::sign(&key, secret.as_bytes());
    hmac::verify(&key, given, own.as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Given(BTreeMap<&'static str, String>);

    impl Headers for Given {
        fn one(&self, name: &str) -> Option<&str> {
            self.0.get(name).map(String::as_str)
        }
    }

    fn with(name: &'static str, value: &str) -> Given {
        Given(BTreeMap::from([(name, value.to_owned())]))
    }

    const BODY: &[u8] = br#"{"event":{"id":"01TESTEVENT0001","event_type":"incident.triggered","resource_type":"incident","occurred_at":"2026-11-16T01:02:03.000Z","data":{"id":"PT4KHLK","type":"incident"}}}"#;
    const NEW: &str = "fa0202efad3737e7a65712473b74177de2cc03758f1086d1ee559fb97c24f233";
    const OLD: &str = "594c032df68b86290f842cec9d628b255d67f372462812079512656827573593";

    fn now() -> Timestamp {
        "2026-11-16T01:00:00Z".parse().unwrap()
    }

    fn pagerduty(header: &str, secrets: &[&str], body: &[u8]) -> bool {
        is_authentic(HookKind::PagerDuty, secrets, &with(PAGERDUTY_SIGNATURE, header), body, now())
    }

    /// T15 of the reference.
    #[test]
    fn pagerduty_signs_the_raw_body_also_while_secrets_change() {
        assert_eq!(BODY.len(), 178);
        let new = "test-signing-secret";
        let flipped = NEW.replace("fa02", "fa03");
        for (header, secrets, expected) in [
            (format!("v1={NEW}"), &[new][..], true),
            (format!("v1={OLD},v1={NEW}"), &[new][..], true),
            (format!("v1={NEW}"), &["another-secret", new][..], true),
            (format!("v1={OLD}"), &["old-secret"][..], true),
            (format!("v1={OLD}"), &[new][..], false),
            (format!("v2={NEW}"), &[new][..], false),
            (format!("v1={flipped}"), &[new][..], false),
            (NEW.to_owned(), &[new][..], false),
            ("v1=".to_owned(), &[new][..], false),
            (format!("v1={NEW}"), &[][..], false),
        ] {
            assert_eq!(pagerduty(&header, secrets, BODY), expected, "{header} {secrets:?}");
        }
        let japanese = "v1=63596b508ad1168d080cf870db23968de87b5c4f4a0f91c6e4d3d8729e27b765";
        assert!(pagerduty(japanese, &[new], r#"{"title":"決済APIの障害"}"#.as_bytes()));
        assert!(!is_authentic(HookKind::PagerDuty, &[new], &Given(BTreeMap::new()), BODY, now()));
    }

    /// The example of Slack's own documentation.
    #[test]
    fn slack_signs_the_time_and_the_body() {
        let secret = "8f742231b10e8888abcd99yyyzzz85a5";
        let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let tag = "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let sent = |time: &str, tag: &str| {
            Given(BTreeMap::from([(SLACK_TIME, time.to_owned()), (SLACK_SIGNATURE, format!("v0={tag}"))]))
        };
        let at = |seconds: i64| Timestamp::from_second(1_531_420_618 + seconds).unwrap();
        let check = |headers: &Given, secrets: &[&str], now| {
            is_authentic(HookKind::SlackTopic, secrets, headers, body, now)
        };
        let good = sent("1531420618", tag);
        assert!(check(&good, &[secret], at(0)) && check(&good, &["another", secret], at(300)));
        assert!(!check(&good, &[secret], at(301)) && !check(&good, &[secret], at(-301)), "a replay");
        assert!(!check(&good, &["another"], at(0)) && !check(&good, &[], at(0)));
        assert!(!check(&sent("1531420619", tag), &[secret], at(0)), "the time is signed");
        assert!(!check(&sent("1531420618", &tag.replace("a2", "a3")), &[secret], at(0)));
        assert!(!check(&sent("x", tag), &[secret], at(0)));
        assert!(!check(&with(SLACK_SIGNATURE, &format!("v0={tag}")), &[secret], at(0)));
    }

    #[test]
    fn alertmanager_shows_a_token_or_a_password() {
        let basic = |text: &str| format!("Basic {text}");
        for (header, expected) in [
            ("Bearer 0123456789abcdef".to_owned(), true),
            ("bearer 0123456789abcdef".to_owned(), true),
            ("Bearer 0123456789abcde".to_owned(), false),
            ("Bearer ".to_owned(), false),
            ("0123456789abcdef".to_owned(), false),
            // alertmanager:0123456789abcdef
            (basic("YWxlcnRtYW5hZ2VyOjAxMjM0NTY3ODlhYmNkZWY="), true),
            // alertmanager:wrong
            (basic("YWxlcnRtYW5hZ2VyOndyb25n"), false),
            (basic("%%%"), false),
        ] {
            let headers = with("authorization", &header);
            let found = is_authentic(HookKind::Alertmanager, &["0123456789abcdef"], &headers, b"", now());
            assert_eq!(found, expected, "{header}");
        }
    }

    #[test]
    fn datadog_shows_a_token_a_password_or_the_secret_itself() {
        let secrets = ["the one before this one", "0123456789abcdef"];
        for (name, value, expected) in [
            ("authorization", "Bearer 0123456789abcdef", true),
            ("authorization", "Bearer the one before this one", true),
            // alertmanager:0123456789abcdef
            ("authorization", "Basic YWxlcnRtYW5hZ2VyOjAxMjM0NTY3ODlhYmNkZWY=", true),
            ("authorization", "Bearer 0123456789abcdeg", false),
            ("teirei-secret", "0123456789abcdef", true),
            ("teirei-secret", "0123456789abcde", false),
            ("teirei-secret", "", false),
            ("x-api-key", "0123456789abcdef", false),
        ] {
            let found = is_authentic(HookKind::Datadog, &secrets, &with(name, value), b"", now());
            assert_eq!(found, expected, "{name}: {value}");
        }
    }

    /// The example of GitHub's own documentation of webhooks.
    #[test]
    fn github_signs_the_raw_body() {
        let secret = "It's a Secret to Everybody";
        let tag = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        for (header, body, expected) in [
            (format!("sha256={tag}"), "Hello, World!", true),
            (format!("sha256={tag}"), "Hello, World", false),
            (format!("sha1={tag}"), "Hello, World!", false),
            (tag.to_owned(), "Hello, World!", false),
            ("sha256=".to_owned(), "Hello, World!", false),
        ] {
            let headers = with(GITHUB_SIGNATURE, &header);
            let secrets = ["the one before this one", secret];
            let found = is_authentic(HookKind::GitHubDeployment, &secrets, &headers, body.as_bytes(), now());
            assert_eq!(found, expected, "{header} {body}");
        }
        let bare = Given(BTreeMap::new());
        assert!(!is_authentic(HookKind::GitHubDeployment, &[secret], &bare, b"Hello, World!", now()));
    }

    #[test]
    fn a_signature_of_our_own_form_holds_for_five_minutes() {
        let secret = "0123456789abcdef";
        for (seconds, expected) in [(0, true), (300, true), (301, false), (-300, true), (-301, false)] {
            let at = now().as_second() - seconds;
            let header = crate::webhook::signature(secret, at, "{}");
            let headers = with(SIGNATURE, &header);
            assert_eq!(
                is_authentic(HookKind::Incident, &[secret], &headers, b"{}", now()),
                expected,
                "{seconds}"
            );
            assert!(!is_authentic(HookKind::Incident, &[secret], &headers, b"{ }", now()));
        }
    }
}
