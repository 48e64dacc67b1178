//! Incidents that PagerDuty keeps, asked by its REST API v2: what webhooks lose is found here.
//!
//! An incident and what happened to it become one [`message`](Account::asked) for the log of the hook of the
//! same account, so that both end in one incident. Calls are made one after the other, as PagerDuty asks.
//!
//! Code map: here the questions; [`http`] requests, rests and refusals; [`reply`] what is answered.

mod http;
mod reply;

use std::collections::BTreeSet;

use domain::incident::Severity;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::hook::Mapping;
use http::{CallError, Server};
use reply::Page;

pub(crate) use reply::{Asked, LogEntry, Named, RestIncident};

/// What PagerDuty gives at once at most.
const PAGE: usize = 100;

/// Beyond so many of one question it refuses; a window that has more is asked for in halves.
const REACH: usize = 10_000;

/// So many empty pages in a row are borne.
const EMPTY_PAGES: u32 = 3;

/// The longest window that is asked for at once: PagerDuty takes six months.
pub const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How one gets in.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address before `/incidents`.
    pub endpoint: String,
    /// A key of the REST API; reading is enough.
    pub api_key: String,
}

/// Why PagerDuty cannot be asked; each message says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PagerDutyError {
    /// What is configured cannot be used.
    #[error("PagerDuty cannot be asked: {what}; {mend}")]
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
    /// 401, 402 or 403.
    #[error("{place} does not let us in: {what}; {mend}")]
    Denied {
        /// The address.
        place: String,
        /// What it said.
        what: String,
        /// Which key or right is needed.
        mend: String,
    },
    /// 429, again and again.
    #[error(
        "{place} is asked too often: {what}; sync less often or give this key to nothing else, what is stored stays"
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
    /// 400, 404 and answers that are no JSON.
    #[error(
        "{place} answered what cannot be used: {what}; look whether it is PagerDuty's REST API of version 2"
    )]
    Unreadable {
        /// The address.
        place: String,
        /// What it said.
        what: String,
    },
}

/// From one instant to another, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant.
    pub start: Timestamp,
    /// The instant after the last one.
    pub end: Timestamp,
}

impl Window {
    /// Both halves, the newer first; `None` for a window of one second.
    fn halves(self) -> Option<[Self; 2]> {
        let (start, end) = (self.start.as_second(), self.end.as_second());
        let middle = Timestamp::from_second(start + (end - start) / 2).ok()?;
        let is_longer = middle > self.start && middle < self.end;
        let halves = [Self { start: middle, end: self.end }, Self { start: self.start, end: middle }];
        is_longer.then_some(halves)
    }
}

/// One incident, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its id at PagerDuty.
    pub id: String,
    /// The message for the log.
    pub body: String,
}

/// An account of PagerDuty.
pub struct Account {
    server: Server,
}

impl Account {
    /// An account behind a key.
    ///
    /// # Errors
    /// [`PagerDutyError::Settings`] when no request can be made with it.
    pub fn new(options: &Options) -> Result<Self, PagerDutyError> {
        Ok(Self { server: Server::new(options)? })
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

    /// The ids of the incidents that were created in a window; of one that was created twice, once.
    ///
    /// # Errors
    /// [`PagerDutyError`].
    pub async fn created(&self, window: Window) -> Result<BTreeSet<String>, PagerDutyError> {
        let found = self.all("/incidents", "sort_by=created_at%3Aasc", window, |page| page.incidents).await?;
        Ok(found.into_iter().filter_map(|incident: Headed| incident.id).collect())
    }

    /// The ids of the incidents to which anything happened in a window.
    ///
    /// # Errors
    /// [`PagerDutyError`].
    pub async fn changed(&self, window: Window) -> Result<BTreeSet<String>, PagerDutyError> {
        let entries = self.all("/log_entries", "is_overview=false", window, |page| page.log_entries).await?;
        Ok(entries.into_iter().filter_map(|entry: Entry| entry.incident?.id).collect())
    }

    /// An incident as it stands, with what happened to it, as a message for the log; `None` when there is none
    /// of that id.
    ///
    /// # Errors
    /// [`PagerDutyError`].
    pub async fn asked(&self, id: &str) -> Result<Option<Answer>, PagerDutyError> {
        let path = format!("/incidents/{}", escaped(id));
        let text = match self.server.get(&path).await {
            Ok(text) => text,
            Err(CallError::Missing) => return Ok(None),
            Err(error) => return Err(self.server.whole(error)),
        };
        let one: reply::One = self.read(&text)?;
        let Some(incident) = one.incident else {
            return Err(self.server.unreadable("an answer without an incident"));
        };
        let entries = |overview: bool| format!("{path}/log_entries?is_overview={overview}");
        let found = match self.pages(&entries(false), |page| page.log_entries).await? {
            Some(all) => all,
            // Somebody was told so often that not all can be reached: the most important are enough.
            None => self.pages(&entries(true), |page| page.log_entries).await?.unwrap_or_default(),
        };
        Ok(Some(Answer { id: id.to_owned(), body: reply::message(&incident, &found) }))
    }

    /// The names of the account's priorities, the worst first; `None` where its plan has none.
    ///
    /// # Errors
    /// [`PagerDutyError`].
    pub async fn priorities(&self) -> Result<Option<Vec<String>>, PagerDutyError> {
        match self.server.get("/priorities?limit=100").await {
            Ok(text) => {
                let found: reply::Priorities = self.read(&text)?;
                let names: Vec<String> =
                    found.priorities.unwrap_or_default().into_iter().filter_map(|one| one.name).collect();
                Ok((!names.is_empty()).then_some(names))
            }
            Err(CallError::Missing | CallError::NoSuchPlan(_)) => Ok(None),
            Err(error) => Err(self.server.whole(error)),
        }
    }

    /// Everything of a window: page after page, and in halves where a window has more than can be reached.
    async fn all<T: DeserializeOwned>(
        &self,
        path: &str,
        more_of: &str,
        window: Window,
        items: impl Fn(Page) -> Option<Vec<Box<RawValue>>>,
    ) -> Result<Vec<T>, PagerDutyError> {
        let mut windows = vec![window];
        let mut found = Vec::new();
        while let Some(window) = windows.pop() {
            let question = format!("{path}?since={}&until={}&{more_of}", window.start, window.end);
            match (self.pages(&question, &items).await?, window.halves()) {
                // What cannot be read has no id to ask for; its incident is asked for because of others.
                (Some(got), _) => {
                    found.extend(got.iter().filter_map(|item| serde_json::from_str(item.get()).ok()));
                }
                (None, Some(halves)) => windows.extend(halves),
                (None, None) => {
                    return Err(self
                        .server
                        .unreadable(&format!("more than {REACH} of {path} in one second")));
                }
            }
        }
        Ok(found)
    }

    /// All pages of a question; `None` when there are more than can be reached.
    async fn pages(
        &self,
        question: &str,
        items: impl Fn(Page) -> Option<Vec<Box<RawValue>>>,
    ) -> Result<Option<Vec<Box<RawValue>>>, PagerDutyError> {
        let (mut found, mut offset, mut empty) = (Vec::new(), 0, 0);
        while offset + PAGE <= REACH {
            let text = self.server.get(&format!("{question}&limit={PAGE}&offset={offset}")).await;
            let page: Page = self.read(&text.map_err(|error| self.server.whole(error))?)?;
            let more = page.more.unwrap_or_default();
            let got = items(page).unwrap_or_default();
            empty = if got.is_empty() { empty + 1 } else { 0 };
            found.extend(got);
            if !more {
                return Ok(Some(found));
            }
            if empty > EMPTY_PAGES {
                return Err(self
                    .server
                    .unreadable("page after page without anything, and that there is more"));
            }
            offset += PAGE;
        }
        Ok(None)
    }

    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, PagerDutyError> {
        serde_json::from_str(text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            self.server.unreadable(&format!("no JSON of the expected form ({place})"))
        })
    }
}

#[derive(Deserialize)]
struct Headed {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    incident: Option<Headed>,
}

/// The names of priorities that have no severity under a mapping.
#[must_use]
pub fn unclassified<'a>(mapping: &Mapping, priorities: &'a [String]) -> Vec<&'a str> {
    let is_unclassified = |name: &&String| mapping.severity(name) == Severity::Unclassified;
    priorities.iter().filter(is_unclassified).map(String::as_str).collect()
}

/// Text as a part of a path: only letters, digits, hyphens and underscores stay.
fn escaped(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    id.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_halved_down_to_a_second() {
        let window = |start: i64, end: i64| Window {
            start: Timestamp::from_second(start).unwrap(),
            end: Timestamp::from_second(end).unwrap(),
        };
        assert_eq!(window(0, 10).halves(), Some([window(5, 10), window(0, 5)]));
        assert_eq!(window(0, 2).halves(), Some([window(1, 2), window(0, 1)]));
        assert_eq!(window(0, 1).halves(), None);
    }

    #[test]
    fn ids_cannot_leave_their_path() {
        assert_eq!(escaped("PABC-1_2"), "PABC-1_2");
        assert_eq!(escaped("../x?y#z"), "%2E%2E%2Fx%3Fy%23z");
    }
}
