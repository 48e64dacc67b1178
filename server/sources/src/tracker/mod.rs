//! Issues in which the work on promises is kept, asked one by one at GitHub and Jira by their REST APIs.
//!
//! Only the configured address is ever asked: a link says which issue, never where to ask, and a redirect that
//! leads elsewhere is not followed.
//!
//! Code map: here which issue a link names and what is asked; [`http`] requests, rests and refusals; [`reply`] what
//! is answered.

mod http;
mod reply;

use domain::tracker::{IssueFault, IssueState, TrackerKind};
use jiff::Timestamp;

use http::{CallError, Server};

/// How one gets in.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it is.
    pub kind: TrackerKind,
    /// The address under which people open it, without a slash at its end: what links begin with.
    pub url: String,
    /// The address that is asked, without a slash at its end.
    pub endpoint: String,
    /// Whose token it is, for Jira in the cloud; without one the token stands alone.
    pub user: Option<String>,
    /// A token that may read issues.
    pub token: String,
}

/// Why a tracker cannot be asked at all; each message says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackerError {
    /// What is configured cannot be used.
    #[error("the tracker cannot be asked: {what}; {mend}")]
    Settings {
        /// What is wrong.
        what: String,
        /// How to mend it.
        mend: String,
    },
    /// No connection, or no answer in time.
    #[error("{place} cannot be reached: {what}; check the address and whether this machine may open it")]
    Unreachable {
        /// The address.
        place: String,
        /// What happened.
        what: String,
    },
    /// 401.
    #[error(
        "{place} does not take the token: {what}; make a new one that may read issues and give it as token_file"
    )]
    Key {
        /// The address.
        place: String,
        /// What it said.
        what: String,
    },
    /// 429, or 403 because of too many requests, for longer than one waits.
    #[error(
        "{place} is asked too often: {what}; the next run goes on with what was read longest ago, what is stored stays"
    )]
    Throttled {
        /// The address.
        place: String,
        /// What it said.
        what: String,
    },
    /// 5xx, again and again, or an answer that breaks off.
    #[error("{place} failed: {what}; try again later, what is stored stays")]
    Failed {
        /// The address.
        place: String,
        /// What happened.
        what: String,
    },
}

/// An issue as its address names it; every part is safe to stand in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueName {
    /// What people call it.
    pub reference: String,
    path: String,
}

/// What a tracker says of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// How far it is.
    pub state: IssueState,
    /// Its title.
    pub title: String,
    /// Who has it.
    pub assignee: Option<String>,
    /// When it was closed, where that is told.
    pub closed_at: Option<Timestamp>,
}

/// What came of asking for one issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is as it was.
    Same,
    /// As it is, with the mark of the answer.
    Issue(Issue, Option<String>),
    /// It cannot be read; others may.
    Fault(IssueFault),
}

/// The issue that a link leads to; `None` where it does not lead to one of the tracker at this address.
#[must_use]
pub fn issue_of(kind: TrackerKind, url: &str, link: &str) -> Option<IssueName> {
    let (start, rest) = (link.get(..url.len())?, link.get(url.len()..)?);
    // Of a host capitals mean nothing; what follows has to be a path, or the host is another one.
    let path = start.eq_ignore_ascii_case(url).then_some(rest)?.strip_prefix('/')?;
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    match (kind, &parts[..]) {
        (TrackerKind::GitHub, [owner, repository, "issues" | "pull", number]) => {
            let is_number = number.len() <= 12 && number.bytes().all(|byte| byte.is_ascii_digit());
            let is_named = is_name(owner) && is_name(repository) && is_number && !number.is_empty();
            is_named.then(|| IssueName {
                reference: format!("{owner}/{repository}#{number}"),
                path: format!("/repos/{owner}/{repository}/issues/{number}"),
            })
        }
        (TrackerKind::Jira, ["browse", key]) => {
            let key = key.to_ascii_uppercase();
            is_key(&key).then(|| IssueName {
                path: format!("/rest/api/2/issue/{key}?fields=summary,status,assignee,resolutiondate"),
                reference: key,
            })
        }
        _ => None,
    }
}

/// A name of an owner or a repository of GitHub.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=100).contains(&text.len()) && text.bytes().all(plain) && !matches!(text, "." | "..")
}

/// A key of an issue of Jira.
fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.rsplit_once('-') else { return false };
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_project = (1..=40).contains(&project.len())
        && project.starts_with(|first: char| first.is_ascii_uppercase())
        && project.bytes().all(plain);
    is_project && (1..=12).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// A tracker behind a token.
pub struct Tracker {
    kind: TrackerKind,
    server: Server,
}

impl Tracker {
    /// A tracker at its address.
    ///
    /// # Errors
    /// [`TrackerError::Settings`] when no request can be made with what is configured.
    pub fn new(options: &Options) -> Result<Self, TrackerError> {
        Ok(Self { kind: options.kind, server: Server::new(options)? })
    }

    /// How many requests were made so far, also those that were refused.
    #[must_use]
    pub fn requests(&self) -> i64 {
        self.server.requests()
    }

    /// Where it is asked.
    #[must_use]
    pub fn place(&self) -> String {
        self.server.place()
    }

    /// One issue; `etag` is the mark of the last answer about it.
    ///
    /// # Errors
    /// [`TrackerError`] when no issue can be asked for now.
    pub async fn read(&self, name: &IssueName, etag: Option<&str>) -> Result<Answer, TrackerError> {
        match self.server.get(&name.path, etag).await {
            Ok(None) => Ok(Answer::Same),
            Ok(Some(got)) => {
                let read = match self.kind {
                    TrackerKind::GitHub => reply::github(&got.body),
                    TrackerKind::Jira => reply::jira(&got.body),
                };
                Ok(read.map_or(Answer::Fault(IssueFault::Unreadable), |issue| Answer::Issue(issue, got.etag)))
            }
            Err(CallError::Issue(fault)) => Ok(Answer::Fault(fault)),
            Err(CallError::Tracker(error)) => Err(error),
        }
    }

    /// Whether it can be asked: a sentence of what it says of the token.
    ///
    /// # Errors
    /// [`TrackerError`].
    pub async fn probe(&self) -> Result<String, TrackerError> {
        let path = match self.kind {
            TrackerKind::GitHub => "/rate_limit",
            TrackerKind::Jira => "/rest/api/2/myself",
        };
        let place = self.place();
        match (self.server.get(path, None).await, self.kind) {
            (Ok(Some(got)), TrackerKind::GitHub) => Ok(match reply::requests_left(&got.body) {
                Some(left) => format!("{place} answers; {left} requests are left in this hour"),
                None => format!("{place} answers"),
            }),
            (Ok(Some(got)), TrackerKind::Jira) => match reply::user(&got.body) {
                Some(name) => Ok(format!("{place} answers and knows the token as {name}")),
                None => Err(self.server.unexpected("no user behind the token")),
            },
            // A server that counts no requests has no such page; it took the token.
            (Err(CallError::Issue(IssueFault::Missing)), TrackerKind::GitHub) => {
                Ok(format!("{place} answers"))
            }
            (Ok(None), _) | (Err(CallError::Issue(_)), _) => {
                Err(self.server.unexpected("another answer than expected"))
            }
            (Err(CallError::Tracker(error)), _) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(kind: TrackerKind, link: &str) -> Option<String> {
        let url = match kind {
            TrackerKind::GitHub => "https://github.com",
            TrackerKind::Jira => "https://desk.example/jira",
        };
        issue_of(kind, url, link).map(|issue| issue.reference)
    }

    #[test]
    fn links_name_issues_of_the_configured_address_alone() {
        let named = |link: &str| reference(TrackerKind::GitHub, link);
        let issue = Some("acme/karte.js#218".to_owned());
        for link in [
            "https://github.com/acme/karte.js/issues/218",
            "https://GitHub.com/acme/karte.js/issues/218#issuecomment-1",
            "https://github.com/acme/karte.js/pull/218?w=1",
            "https://github.com/acme/karte.js/issues/218/",
        ] {
            assert_eq!(named(link), issue, "{link}");
        }
        for link in [
            "https://github.com.evil.example/acme/karte/issues/1",
            "https://github.company/acme/karte/issues/1",
            "https://user@github.com/acme/karte/issues/1",
            "https://evil.example/https://github.com/acme/karte/issues/1",
            "https://github.com/acme/../issues/1",
            "https://github.com/acme/karte/issues/1x",
            "https://github.com/acme/karte/issues/",
            "https://github.com/acme/karte%2f..%2f/issues/1",
            "https://github.com/acme/karte",
            "https://github.com",
            "日本",
        ] {
            assert_eq!(named(link), None, "{link}");
        }
    }

    #[test]
    fn keys_of_jira_are_read_from_where_people_open_them() {
        let named = |link: &str| reference(TrackerKind::Jira, link);
        assert_eq!(named("https://desk.example/jira/browse/SRE-42"), Some("SRE-42".to_owned()));
        assert_eq!(
            named("https://desk.example/jira/browse/sre_2-42?focusedId=1"),
            Some("SRE_2-42".to_owned())
        );
        for link in [
            "https://desk.example/browse/SRE-42",
            "https://desk.example/jira/browse/42",
            "https://desk.example/jira/browse/SRE-42x",
            "https://desk.example/jira/browse/../SRE-42",
            "https://desk.example/jira/browse/-1",
        ] {
            assert_eq!(named(link), None, "{link}");
        }
    }
}
