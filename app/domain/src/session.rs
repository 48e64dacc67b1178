//! Sessions: somebody who signed in, in one browser, for a while.

use jiff::{SignedDuration, Timestamp};

/// How long after the provider last vouched for somebody it is asked again.
pub const CHECKED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// How long a session goes on while its provider does not answer at all.
pub const UNANSWERED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// How long one waits before a provider that did not answer is asked again.
pub const ASKED_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(20);

/// How often the last use is noted at most.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How long somebody may take to sign in at a provider.
pub const ATTEMPT_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTerms {
    /// Without being used.
    pub idle: SignedDuration,
    /// Since signing in.
    pub absolute: SignedDuration,
}

impl Default for SessionTerms {
    fn default() -> Self {
        Self { idle: SignedDuration::from_hours(12), absolute: SignedDuration::from_hours(7 * 24) }
    }
}

/// One session, without the secret that only the browser has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The SHA-256 of the secret, hexadecimal.
    pub digest: String,
    /// The number of who signed in.
    pub person: i64,
    /// When; UTC.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so; UTC.
    pub used_at: Timestamp,
    /// When the provider last vouched for the person; UTC.
    pub checked_at: Timestamp,
    /// When the provider was last asked, whatever came of it; UTC.
    pub asked_at: Timestamp,
    /// By what the provider is asked again, sealed; nothing for an account that is kept here.
    pub renewal: Option<String>,
    /// The address it was opened from.
    pub from: String,
}

impl Session {
    /// Whether it has ended by now.
    #[must_use]
    pub fn is_over(&self, terms: SessionTerms, now: Timestamp) -> bool {
        now.duration_since(self.used_at) >= terms.idle
            || now.duration_since(self.created_at) >= terms.absolute
    }

    /// Whether its use is to be noted.
    #[must_use]
    pub fn is_use_due(&self, now: Timestamp) -> bool {
        now.duration_since(self.used_at) >= NOTED_EVERY
    }

    /// Whether the provider has to vouch for the person again before anything is shown.
    #[must_use]
    pub fn is_check_due(&self, now: Timestamp) -> bool {
        self.renewal.is_some() && now.duration_since(self.checked_at) >= CHECKED_EVERY
    }

    /// Whether somebody just asked the provider, so that one waits for the answer, or for a better moment.
    #[must_use]
    pub fn was_just_asked(&self, now: Timestamp) -> bool {
        self.asked_at > self.checked_at && now.duration_since(self.asked_at) < ASKED_AGAIN_AFTER
    }

    /// Whether the provider has been silent for so long that nobody vouches for the person any more.
    #[must_use]
    pub fn is_unanswered(&self, now: Timestamp) -> bool {
        now.duration_since(self.checked_at) >= UNANSWERED_FOR
    }
}

/// Somebody on the way to a provider and back; used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAttempt {
    /// The SHA-256 of the secret in the browser's cookie, hexadecimal.
    pub digest: String,
    /// What the provider has to bring back.
    pub state: String,
    /// What has to stand in the provider's token.
    pub nonce: String,
    /// The proof that whoever brings the code back asked for it (PKCE).
    pub verifier: String,
    /// The address of ours that was asked for.
    pub back: String,
    /// When it began; UTC.
    pub created_at: Timestamp,
}

impl SignInAttempt {
    /// Whether it took too long.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.created_at) >= ATTEMPT_LASTS
    }
}

/// An address of ours that one is led to after signing in; `/` for what could be read as another site's.
#[must_use]
pub fn way_back(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('/') else { return "/" };
    let is_plain = text.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    // Whoever just signed in does not want to sign in or out.
    let leads_on = !["/sign-in", "/api/", "/no-access"].iter().any(|start| text.starts_with(start));
    if is_plain && leads_on && !rest.starts_with('/') { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn session() -> Session {
        Session {
            digest: String::new(),
            person: 1,
            created_at: at(0),
            used_at: at(0),
            checked_at: at(0),
            asked_at: at(0),
            renewal: Some(String::new()),
            from: String::new(),
        }
    }

    #[test]
    fn a_session_ends_when_it_is_not_used_and_ends_at_last() {
        let terms = SessionTerms::default();
        assert!(!session().is_over(terms, at(12 * 3600 - 1)));
        assert!(session().is_over(terms, at(12 * 3600)));
        let used = |seconds| Session { used_at: at(seconds), ..session() };
        assert!(!used(12 * 3600 - 1).is_over(terms, at(13 * 3600)));
        assert!(used(7 * 86_400 - 1).is_over(terms, at(7 * 86_400)));
    }

    #[test]
    fn a_use_is_noted_once_a_minute_and_a_provider_is_asked_every_five() {
        assert!(!session().is_use_due(at(59)) && session().is_use_due(at(60)));
        assert!(!session().is_check_due(at(299)) && session().is_check_due(at(300)));
        assert!(!Session { renewal: None, ..session() }.is_check_due(at(3_000)));
        let asked = Session { asked_at: at(300), ..session() };
        assert!(asked.was_just_asked(at(319)) && !asked.was_just_asked(at(320)));
        assert!(!session().is_unanswered(at(1_799)) && session().is_unanswered(at(1_800)));
    }

    #[test]
    fn nobody_is_led_to_another_site() {
        for path in ["/", "/reviews/2026-W47?view=present&lang=ja", "/products/shop/cost"] {
            assert_eq!(way_back(path), path);
        }
        let elsewhere =
            ["", "x", "//evil.example", "/\\evil", "https://evil.example", "/a\nb", "/\t/evil", "/ä"];
        for path in elsewhere.into_iter().chain(["/a\\b", "/sign-in?back=/", "/api/sign-out", "/no-access"]) {
            assert_eq!(way_back(path), "/", "{path:?}");
        }
    }
}
