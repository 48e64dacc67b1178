//! Write-ups of incidents: what they say, how far they have come, which are required and by when.

pub mod duty;

use std::str::FromStr;

use jiff::Timestamp;

use crate::business_day::YearEnd;
use crate::review::incidents::Postmortem as Standing;

/// How far a write-up has come (下書き, レビュー中, レビュー済, クローズ).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostmortemState {
    /// Somebody writes it.
    Draft,
    /// Others read it.
    InReview,
    /// It was read and agreed to: published.
    Reviewed,
    /// What it asks for is done or kept elsewhere; nothing is to come.
    Closed,
}

impl PostmortemState {
    /// All of them, in the order they follow each other.
    pub const ALL: [Self; 4] = [Self::Draft, Self::InReview, Self::Reviewed, Self::Closed];

    /// The word in forms and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Reviewed => "reviewed",
            Self::Closed => "closed",
        }
    }

    /// Whether one may follow another: a step on, or back to the draft.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::InReview)
                | (Self::InReview, Self::Reviewed)
                | (Self::Reviewed, Self::Closed)
                | (Self::InReview | Self::Reviewed | Self::Closed, Self::Draft)
        )
    }

    /// Whether it is published.
    #[must_use]
    pub fn is_published(self) -> bool {
        matches!(self, Self::Reviewed | Self::Closed)
    }
}

/// What somebody did about a write-up besides writing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostmortemMove {
    /// It came to a state.
    State(PostmortemState),
    /// One is required although no rule says so.
    Flag,
    /// One is no longer required by a person; rules still may.
    Unflag,
}

impl PostmortemMove {
    /// The word in forms and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::State(state) => state.as_str(),
            Self::Flag => "flag",
            Self::Unflag => "unflag",
        }
    }
}

/// The text names nothing that can be done about a write-up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step of a postmortem is one of draft, in-review, reviewed, closed, flag, unflag")]
pub struct PostmortemMoveError;

impl FromStr for PostmortemMove {
    type Err = PostmortemMoveError;

    fn from_str(text: &str) -> Result<Self, PostmortemMoveError> {
        let states = PostmortemState::ALL.map(Self::State);
        let all = states.into_iter().chain([Self::Flag, Self::Unflag]);
        all.into_iter().find(|one| one.as_str() == text).ok_or(PostmortemMoveError)
    }
}

/// One such step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemStep {
    /// What.
    pub done: PostmortemMove,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why; empty where nothing needs to be said.
    pub note: String,
}

/// One version of what is written: a link to where it stands, or the text itself, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemText {
    /// Its number, from 1.
    pub version: i64,
    /// When it was saved.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Where it stands, an address of https.
    pub link: Option<String>,
    /// Markdown; empty where there is only a link.
    pub text: String,
}

/// The longest text, in bytes of UTF-8.
pub const TEXT_LIMIT: usize = 256 * 1024;

/// The longest link, in bytes.
pub const LINK_LIMIT: usize = 2_000;

/// Why a version is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostmortemFault {
    /// Neither link nor text.
    #[error("write a text or give a link")]
    Empty,
    /// The link is no address of https.
    #[error("a link begins with https:// and has no blanks, at most 2,000 bytes")]
    Link,
    /// The text is too long.
    #[error("the text has more than 256 KiB")]
    Long,
    /// It holds characters that cannot be kept.
    #[error("the text holds characters that cannot be shown; remove them")]
    Letters,
    /// What was reviewed is not changed under its readers.
    #[error("send it back to the draft before changing it")]
    State,
}

/// What forms send, trimmed: line ends of the house, no blanks around.
///
/// # Errors
/// [`PostmortemFault`] for what is not taken.
pub fn text_of_form(link: &str, text: &str) -> Result<(Option<String>, String), PostmortemFault> {
    let link = Some(link.trim()).filter(|link| !link.is_empty());
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if link.is_none() && text.is_empty() {
        return Err(PostmortemFault::Empty);
    }
    if link.is_some_and(|link| !is_link(link)) {
        return Err(PostmortemFault::Link);
    }
    if text.contains('\0') {
        return Err(PostmortemFault::Letters);
    }
    if text.len() > TEXT_LIMIT {
        return Err(PostmortemFault::Long);
    }
    Ok((link.map(str::to_owned), text.to_owned()))
}

/// Whether a text is an address of https with a host and without anything that is invisible.
fn is_link(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_seen =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !"<>\"\\^`{|}".contains(letter);
    text.len() <= LINK_LIMIT && !host.is_empty() && !host.contains('@') && text.chars().all(is_seen)
}

/// All that is kept about the write-up of one incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostmortemRecord {
    /// Its versions, oldest first.
    pub texts: Vec<PostmortemText>,
    /// What was done about it, oldest first.
    pub steps: Vec<PostmortemStep>,
}

impl PostmortemRecord {
    /// The version in force.
    #[must_use]
    pub fn latest(&self) -> Option<&PostmortemText> {
        self.texts.last()
    }

    /// Where it stands, as reviews need it.
    #[must_use]
    pub fn head(&self, source: &str, external_id: &str) -> PostmortemHead {
        let latest = self.latest();
        let mut head = PostmortemHead {
            source: source.to_owned(),
            external_id: external_id.to_owned(),
            version: latest.map_or(0, |text| text.version),
            link: latest.and_then(|text| text.link.clone()),
            state: latest.map(|_| PostmortemState::Draft),
            published_at: None,
            flag: None,
        };
        for step in &self.steps {
            head.take(step);
        }
        head
    }
}

/// Where the write-up of an incident stands: a fold of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemHead {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The number of the version in force, 0 where nothing is written.
    pub version: i64,
    /// Where it stands, if not here.
    pub link: Option<String>,
    /// How far it has come; `None` where nothing is written.
    pub state: Option<PostmortemState>,
    /// When it was reviewed first, as long as it is.
    pub published_at: Option<Timestamp>,
    /// Who asked for one although no rule does, and why.
    pub flag: Option<PostmortemStep>,
}

impl PostmortemHead {
    /// Takes the next step in.
    pub fn take(&mut self, step: &PostmortemStep) {
        match step.done {
            PostmortemMove::Flag => self.flag = Some(step.clone()),
            PostmortemMove::Unflag => self.flag = None,
            PostmortemMove::State(state) => {
                self.state = Some(state);
                match state {
                    PostmortemState::Reviewed => self.published_at = self.published_at.or(Some(step.at)),
                    PostmortemState::Draft => self.published_at = None,
                    PostmortemState::InReview | PostmortemState::Closed => {}
                }
            }
        }
    }

    /// Whether a step may come next.
    #[must_use]
    pub fn may(&self, done: PostmortemMove) -> bool {
        match done {
            PostmortemMove::State(next) => self.state.is_some_and(|state| state.may_become(next)),
            PostmortemMove::Flag => self.flag.is_none(),
            PostmortemMove::Unflag => self.flag.is_some(),
        }
    }

    /// Whether the text may be changed: what was agreed to is not.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        self.state.is_none_or(|state| !state.is_published())
    }

    /// The word that lists have for it; `None` where nothing is written.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        Some(match self.state? {
            PostmortemState::Draft => Standing::Draft,
            PostmortemState::InReview => Standing::InReview,
            PostmortemState::Reviewed | PostmortemState::Closed => Standing::Published,
        })
    }
}

/// By when write-ups are due, and where the company's handbook is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemTerms {
    /// Calendar days for SEV-1, default 3.
    pub sev1_days: i64,
    /// Business days for SEV-2 and for what nobody classified, default 5.
    pub sev2_business_days: i64,
    /// Business days for what a budget or a person asks for, default 10.
    pub other_business_days: i64,
    /// On which days around New Year the company rests besides public holidays, default none.
    pub year_end: Option<YearEnd>,
    /// The company's own incident handbook, an address of https.
    pub handbook: Option<String>,
}

impl Default for PostmortemTerms {
    fn default() -> Self {
        Self { sev1_days: 3, sev2_business_days: 5, other_business_days: 10, year_end: None, handbook: None }
    }
}

impl PostmortemTerms {
    /// The longest term, in days.
    pub const LONGEST: i64 = 365;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(word: &str, at: &str) -> PostmortemStep {
        PostmortemStep {
            done: word.parse().unwrap(),
            at: format!("2026-11-{at}T01:00:00Z").parse().unwrap(),
            by: "Sato".to_owned(),
            note: String::new(),
        }
    }

    fn record(steps: &[(&str, &str)]) -> PostmortemRecord {
        let text = PostmortemText {
            version: 1,
            at: "2026-11-01T00:00:00Z".parse().unwrap(),
            by: "Sato".to_owned(),
            link: None,
            text: "# 概要".to_owned(),
        };
        PostmortemRecord { texts: vec![text], steps: steps.iter().map(|(word, at)| step(word, at)).collect() }
    }

    #[test]
    fn a_write_up_is_published_when_it_was_reviewed_first() {
        for (steps, state, published) in [
            (&[][..], PostmortemState::Draft, None),
            (&[("in-review", "02")], PostmortemState::InReview, None),
            (&[("in-review", "02"), ("reviewed", "03")], PostmortemState::Reviewed, Some("03")),
            (
                &[("in-review", "02"), ("reviewed", "03"), ("closed", "04")],
                PostmortemState::Closed,
                Some("03"),
            ),
            // What was sent back is not published, and was published when it was agreed to again.
            (&[("in-review", "02"), ("reviewed", "03"), ("draft", "04")], PostmortemState::Draft, None),
            (
                &[
                    ("in-review", "02"),
                    ("reviewed", "03"),
                    ("draft", "04"),
                    ("in-review", "05"),
                    ("reviewed", "06"),
                ],
                PostmortemState::Reviewed,
                Some("06"),
            ),
        ] {
            let head = record(steps).head("pagerduty", "118");
            assert_eq!(head.state, Some(state), "{steps:?}");
            assert_eq!(head.published_at, published.map(|day| step("reviewed", day).at), "{steps:?}");
        }
        assert_eq!(PostmortemRecord::default().head("pagerduty", "118").standing(), None);
    }

    #[test]
    fn a_flag_is_raised_once_and_taken_back_once() {
        let none = PostmortemRecord::default().head("pagerduty", "118");
        assert!(none.may(PostmortemMove::Flag) && !none.may(PostmortemMove::Unflag));
        let flagged = record(&[("flag", "02")]).head("pagerduty", "118");
        assert!(!flagged.may(PostmortemMove::Flag) && flagged.may(PostmortemMove::Unflag));
        assert_eq!(record(&[("flag", "02"), ("unflag", "03")]).head("pagerduty", "118").flag, None);
    }

    #[test]
    fn states_follow_each_other_and_words_are_their_own() {
        use PostmortemState::{Closed, Draft, InReview, Reviewed};
        for (from, to, may) in [
            (Draft, InReview, true),
            (Draft, Reviewed, false),
            (InReview, Reviewed, true),
            (InReview, Draft, true),
            (Reviewed, Closed, true),
            (Reviewed, InReview, false),
            (Closed, Draft, true),
            (Closed, Closed, false),
            (Draft, Draft, false),
        ] {
            assert_eq!(from.may_become(to), may, "{from:?} {to:?}");
        }
        assert_eq!("in review".parse::<PostmortemMove>(), Err(PostmortemMoveError));
    }

    #[test]
    fn forms_are_trimmed_and_links_are_of_https() {
        let taken = text_of_form(" https://wiki.example/pm/1?a=1#b ", " # a\r\nb \r\n").unwrap();
        assert_eq!(taken, (Some("https://wiki.example/pm/1?a=1#b".to_owned()), "# a\nb".to_owned()));
        assert_eq!(text_of_form("", " \n"), Err(PostmortemFault::Empty));
        for link in [
            "http://wiki.example/",
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "https://sre@wiki.example/",
            "https://wiki.example/a b",
            "https://wiki.example/\u{202e}\u{7}",
            "https://wiki.example/\"onclick=",
            "data:text/html,x",
        ] {
            assert_eq!(text_of_form(link, "text"), Err(PostmortemFault::Link), "{link}");
        }
        let long = format!("https://wiki.example/{}", "a".repeat(LINK_LIMIT));
        assert_eq!(text_of_form(&long, ""), Err(PostmortemFault::Link));
        assert_eq!(text_of_form("", "a\0"), Err(PostmortemFault::Letters));
        assert_eq!(text_of_form("", &"あ".repeat(TEXT_LIMIT / 3 + 1)), Err(PostmortemFault::Long));
    }
}
