//! Weeks without a meeting, such as one whose meeting falls on a holiday: the next one that is held takes them over.

use jiff::Timestamp;

use crate::finding::Counts;
use crate::review::WeeklyReview;
use crate::week::IsoWeek;

/// The longest reason, in characters.
pub const REASON_LIMIT: usize = 500;

/// How many weeks in a row are looked back on at most.
pub const LOOKED_BACK: usize = 13;

/// That the meeting on a week is not held, or is after all; the newest word counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekSkip {
    /// The week that the meeting would have been on.
    pub week: IsoWeek,
    /// False where it is held after all.
    pub is_skipped: bool,
    /// Why.
    pub reason: String,
    /// When that was said; UTC.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// A week without a meeting, as the next one that is held takes it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedWeek {
    /// The week.
    pub week: IsoWeek,
    /// Why it had no meeting.
    pub reason: String,
    /// How many incidents of it count.
    pub incidents: i64,
    /// How many questions of it nobody answered.
    pub questions: i64,
    /// How many notes were written on it.
    pub notes: i64,
    /// The marks of its matrix.
    pub counts: Counts,
}

impl CarriedWeek {
    /// What is taken over of a week that had no meeting.
    #[must_use]
    pub fn of(review: &WeeklyReview, skip: &WeekSkip) -> Self {
        let count = |found: usize| i64::try_from(found).unwrap_or(i64::MAX);
        Self {
            week: review.week,
            reason: skip.reason.clone(),
            incidents: review.incidents.counted(),
            questions: count(review.questions.iter().filter(|question| question.takes_answer()).count()),
            notes: count(review.notes.iter().filter(|note| !note.text.is_empty()).count()),
            counts: review.counts,
        }
    }
}

/// The weeks right before one that had no meeting, the nearest first: from the last one that was held, or frozen, on.
#[must_use]
pub fn skipped_before(
    week: IsoWeek,
    skips: &[WeekSkip],
    is_frozen: impl Fn(IsoWeek) -> bool,
) -> Vec<&WeekSkip> {
    let mut found = Vec::new();
    let mut before = week.previous();
    while found.len() < LOOKED_BACK {
        let skip = skips.iter().find(|skip| skip.week == before && skip.is_skipped);
        // Whoever froze it held its meeting, whatever was said before.
        let Some(skip) = skip.filter(|_| !is_frozen(before)) else { break };
        found.push(skip);
        before = before.previous();
    }
    found
}

/// Why a week is not marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkipFault {
    /// Nobody says why.
    #[error("say why there is no meeting, in at most 500 characters")]
    Reason,
    /// It was held: it is frozen.
    #[error("the week is frozen: its meeting was held")]
    Frozen,
    /// It is so already.
    #[error("the week is marked like that already")]
    Same,
}

/// The reason as it is kept.
///
/// # Errors
/// [`SkipFault::Reason`] for none, one that is too long, and one with characters that cannot be shown.
pub fn reason_read(text: &str) -> Result<String, SkipFault> {
    let text = text.trim();
    let fits =
        !text.is_empty() && text.chars().count() <= REASON_LIMIT && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(SkipFault::Reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(week: &str, is_skipped: bool) -> WeekSkip {
        let (reason, by) = ("祝日".to_owned(), "hayashi".to_owned());
        WeekSkip { week: week.parse().unwrap(), is_skipped, reason, at: Timestamp::UNIX_EPOCH, by }
    }

    #[test]
    fn skipped_weeks_in_a_row_add_up_to_the_last_meeting() {
        let skips = [
            skip("2026-W53", true),
            skip("2026-W52", true),
            skip("2026-W51", false),
            skip("2026-W50", true),
            skip("2027-W02", true),
        ];
        let before = |week: &str, frozen: &[&str]| {
            let found = skipped_before(week.parse().unwrap(), &skips, |week| {
                frozen.contains(&week.to_string().as_str())
            });
            found.iter().map(|skip| skip.week.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(before("2027-W01", &[]), ["2026-W53", "2026-W52"], "over the turn of the year");
        assert_eq!(before("2026-W52", &[]), Vec::<String>::new(), "one was held after all");
        assert_eq!(before("2026-W51", &[]), ["2026-W50"]);
        assert_eq!(before("2027-W01", &["2026-W53"]), Vec::<String>::new(), "who froze it held it");
        assert_eq!(before("2027-W01", &["2026-W52"]), ["2026-W53"]);
    }

    #[test]
    fn a_reason_is_said() {
        assert_eq!(reason_read(" 勤労感謝の日 "), Ok("勤労感謝の日".to_owned()));
        for text in ["", "  ", "a\nb", &"あ".repeat(501)] {
            assert_eq!(reason_read(text), Err(SkipFault::Reason), "{text}");
        }
    }
}
