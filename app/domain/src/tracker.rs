//! The issue of another program in which the work on a promise is kept, as it was read there: a promise is no
//! second list of things to do.
//!
//! What a tracker says never changes a promise by itself: it is shown beside it, and where both differ somebody
//! is asked.

use std::fmt;

use jiff::Timestamp;

use crate::action::ActionState;

/// What keeps issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackerKind {
    /// GitHub, or GitHub Enterprise Server.
    GitHub,
    /// Jira, in the cloud or in a data center.
    Jira,
}

impl TrackerKind {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::GitHub, Self::Jira];

    /// The word in the configuration, the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::Jira => "jira",
        }
    }

    /// What people call it, in any language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::Jira => "Jira",
        }
    }
}

/// How far the work on an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueState {
    /// Nobody has begun.
    Open,
    /// Somebody is at it; GitHub knows no such state.
    Started,
    /// It is closed.
    Closed,
}

impl IssueState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Started, Self::Closed];

    /// The word in the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Started => "started",
            Self::Closed => "closed",
        }
    }
}

/// Why an issue could not be read when it was asked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueFault {
    /// There is none, or the key may not see it.
    Missing,
    /// The key is not taken, or not any more.
    Key,
    /// The key is taken and may not read it.
    Forbidden,
    /// It was moved to where nobody configured that one may ask.
    Moved,
    /// What was answered is no issue.
    Unreadable,
}

impl IssueFault {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Missing, Self::Key, Self::Forbidden, Self::Moved, Self::Unreadable];

    /// The word in the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Key => "key",
            Self::Forbidden => "forbidden",
            Self::Moved => "moved",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A word that names none of what it is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such word of a tracker")]
pub struct UnknownTrackerWord;

macro_rules! read_by_word {
    ($($kind:ident),*) => {$(
        impl std::str::FromStr for $kind {
            type Err = UnknownTrackerWord;

            fn from_str(text: &str) -> Result<Self, UnknownTrackerWord> {
                Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(UnknownTrackerWord)
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    )*};
}

read_by_word!(TrackerKind, IssueState, IssueFault);

/// The issue that a promise's link leads to, as it was read last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedIssue {
    /// The tracker, as the configuration names it.
    pub tracker: String,
    /// What it is.
    pub kind: TrackerKind,
    /// What people call the issue: `acme/karte#218`, `SRE-42`.
    pub reference: String,
    /// How far it is; nothing while it was never read.
    pub state: Option<IssueState>,
    /// Its title, empty while it was never read.
    pub title: String,
    /// Who has it there.
    pub assignee: Option<String>,
    /// When it was closed there, where that is told; UTC.
    pub closed_at: Option<Timestamp>,
    /// When it was read last; UTC.
    pub read_at: Option<Timestamp>,
    /// Why it could not be read when it was asked for last.
    pub fault: Option<IssueFault>,
}

/// How a promise and its issue differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackerGap {
    /// The issue is closed and the promise is open: somebody may say that it is kept.
    ClosedThere,
    /// The promise is done or given up and the issue is not closed.
    OpenThere,
}

impl TrackedIssue {
    /// How it differs from a promise; nothing where the last reading failed, because what was read before it may
    /// hold no more.
    #[must_use]
    pub fn gap(&self, action: ActionState) -> Option<TrackerGap> {
        let state = self.state.filter(|_| self.fault.is_none())?;
        match (action == ActionState::Open, state == IssueState::Closed) {
            (true, true) => Some(TrackerGap::ClosedThere),
            (false, false) => Some(TrackerGap::OpenThere),
            _ => None,
        }
    }
}

/// How the last run of asking a tracker went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackerState {
    /// The tracker, as the configuration names it.
    pub tracker: String,
    /// What it is.
    pub kind: TrackerKind,
    /// When a run last came to its end; UTC.
    pub finished_at: Option<Timestamp>,
    /// How many promises lead to it.
    pub issues: i64,
    /// How many of them could not be read.
    pub faults: i64,
    /// How many requests the last run made, also one that was cut.
    pub requests: i64,
    /// When the last run was cut and why, in English; `None` when it came to its end.
    pub failure: Option<(Timestamp, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_and_its_issue_differ_where_one_of_them_is_closed() {
        use ActionState::{Done, Dropped, Open};
        for (action, state, fault, gap) in [
            (Open, Some(IssueState::Open), None, None),
            (Open, Some(IssueState::Started), None, None),
            (Open, Some(IssueState::Closed), None, Some(TrackerGap::ClosedThere)),
            (Done, Some(IssueState::Closed), None, None),
            (Done, Some(IssueState::Started), None, Some(TrackerGap::OpenThere)),
            (Dropped, Some(IssueState::Open), None, Some(TrackerGap::OpenThere)),
            (Open, Some(IssueState::Closed), Some(IssueFault::Missing), None),
            (Done, Some(IssueState::Open), Some(IssueFault::Key), None),
            (Open, None, Some(IssueFault::Missing), None),
            (Done, None, None, None),
        ] {
            let issue = TrackedIssue {
                tracker: "github".to_owned(),
                kind: TrackerKind::GitHub,
                reference: "acme/karte#218".to_owned(),
                state,
                title: String::new(),
                assignee: None,
                closed_at: None,
                read_at: None,
                fault,
            };
            assert_eq!(issue.gap(action), gap, "{action} {state:?} {fault:?}");
        }
    }

    #[test]
    fn words_lead_back_to_what_they_name() {
        assert!(TrackerKind::ALL.into_iter().all(|one| one.as_str().parse() == Ok(one)));
        assert!(IssueState::ALL.into_iter().all(|one| one.as_str().parse() == Ok(one)));
        assert!(IssueFault::ALL.into_iter().all(|one| one.as_str().parse() == Ok(one)));
        assert_eq!("bugzilla".parse::<TrackerKind>(), Err(UnknownTrackerWord));
    }
}
