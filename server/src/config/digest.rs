//! `[digest]`: when the meeting is held, so that its digest comes before it.

use domain::digest::DigestTerms;

use super::{ConfigError, Values, text};

/// The key of the day and time of the meeting.
pub(super) const MEETING: &str = "digest.meeting";
/// The key of how long before it the digest is sent at the latest.
pub(super) const HOURS_BEFORE: &str = "digest.hours_before";

/// The longest time before the meeting: two days.
const MOST_HOURS: i64 = 48;

/// What is configured, or the defaults.
pub(super) fn of(values: &Values) -> Result<DigestTerms, ConfigError> {
    let mut terms = DigestTerms::default();
    if let Some((word, place)) = text(values, MEETING)? {
        let wrong = |error| ConfigError::Value {
            place,
            key: MEETING.to_owned(),
            what: format!("cannot be read: {error}"),
        };
        terms.meeting = word.parse().map_err(wrong)?;
    }
    if let Some((word, place)) = text(values, HOURS_BEFORE)? {
        let hours = word.parse().ok().filter(|hours| (0..=MOST_HOURS).contains(hours));
        terms.hours_before = hours.ok_or_else(|| ConfigError::Value {
            place,
            key: HOURS_BEFORE.to_owned(),
            what: format!("is a whole number of hours from 0 to {MOST_HOURS}"),
        })?;
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    #[test]
    fn the_meeting_is_read_and_what_cannot_be_is_named() {
        assert_eq!(config("", &[]).unwrap().digest, DigestTerms::default());
        let read = config("[digest]\nmeeting = \"wednesday 13:30\"\nhours_before = 2\n", &[]).unwrap().digest;
        assert_eq!((read.meeting, read.hours_before), ("wednesday 13:30".parse().unwrap(), 2));
        for (file, message) in [
            (
                "meeting = \"noon\"",
                "teirei.toml:2: digest.meeting cannot be read: a meeting is written monday 10:00",
            ),
            ("meeting = \"Monday 10:00\"", "teirei.toml:2: digest.meeting cannot be read"),
            ("meeting = \"monday 24:00\"", "teirei.toml:2: digest.meeting cannot be read"),
            (
                "hours_before = -1",
                "teirei.toml:2: digest.hours_before is a whole number of hours from 0 to 48",
            ),
            ("hours_before = 49", "teirei.toml:2: digest.hours_before is a whole number"),
            ("meting = \"x\"", "teirei.toml:2: digest.meting is not known; did you mean digest.meeting?"),
        ] {
            let error = config(&format!("[digest]\n{file}"), &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
        }
    }
}
