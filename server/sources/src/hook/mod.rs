//! What other systems tell by webhook of incidents, deploys and topics: who may tell, and what a message says.
//!
//! Reading is lenient about what is missing and strict about what would be wrong: a message that cannot be
//! used is a [`Fault`] that says why, and the others go in.

mod alertmanager;
mod argocd;
mod canonical;
mod datadog;
mod deploy;
mod github;
mod pagerduty;
mod sender;
mod topic;

use std::collections::BTreeMap;

use domain::deploy::Deploy;
use domain::incident::{Incident, Severity};
use domain::incident_event::{Alert, Event};
use domain::product::Environment;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::field::is_web_address;

pub use datadog::unbegun;
pub(crate) use pagerduty::ResolveReason;
pub use sender::{Headers, is_authentic};
pub use topic::{ToldTopic, asks_for_help, topic_id};

/// The largest message that is taken, in bytes.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// The longest title that is kept, in letters; the rest of it is cut off.
const TITLE_LETTERS: usize = 500;

/// The longest name of a product or fingerprint that is kept, in letters.
const NAME_LETTERS: usize = 200;

/// What a hook speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookKind {
    /// Prometheus Alertmanager's webhook, payload version 4, with a bearer token or a password.
    Alertmanager,
    /// PagerDuty's webhooks v3, signed.
    PagerDuty,
    /// Datadog's webhooks with the payload of our documentation, with a token or a password.
    Datadog,
    /// One incident in the canonical form as JSON, signed as Teirei signs.
    Incident,
    /// Argo CD's notifications of deploys with the body of our documentation, with a token.
    ArgoCd,
    /// GitHub's webhook of the states of deployments, signed.
    GitHubDeployment,
    /// One deploy in the form of the file as JSON, signed as Teirei signs.
    Deploy,
    /// One topic of a meeting as JSON, signed as Teirei signs.
    Topic,
    /// A slash command of Slack that raises a topic, signed as Slack signs.
    SlackTopic,
}

impl HookKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Alertmanager,
        Self::PagerDuty,
        Self::Datadog,
        Self::Incident,
        Self::ArgoCd,
        Self::GitHubDeployment,
        Self::Deploy,
        Self::Topic,
        Self::SlackTopic,
    ];

    /// Those that tell of incidents.
    pub const OF_INCIDENTS: [Self; 4] = [Self::Alertmanager, Self::PagerDuty, Self::Datadog, Self::Incident];

    /// Those that tell of deploys.
    pub const OF_DEPLOYS: [Self; 3] = [Self::ArgoCd, Self::GitHubDeployment, Self::Deploy];

    /// Those that raise topics.
    pub const OF_TOPICS: [Self; 2] = [Self::Topic, Self::SlackTopic];

    /// The word in the configuration and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alertmanager => "alertmanager",
            Self::PagerDuty => "pagerduty",
            Self::Datadog => "datadog",
            Self::Incident => "incident",
            Self::ArgoCd => "argocd",
            Self::GitHubDeployment => "github_deployment",
            Self::Deploy => "deploy",
            Self::Topic => "topic",
            Self::SlackTopic => "slack_topic",
        }
    }
}

/// How a source's words become ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The name of the source, which incidents carry.
    pub source: String,
    /// The product of every message that names none.
    pub product: Option<String>,
    /// The label of an alert, or the key of a tag of Datadog, that names its product.
    pub product_label: String,
    /// The label of an alert that names its severity.
    pub severity_label: String,
    /// Severities by the source's own word, in small letters; a word that is not here is looked up among
    /// the usual ones.
    pub severities: BTreeMap<String, Severity>,
    /// Products by the source's own name of a service; another name is taken as it is.
    pub products: BTreeMap<String, String>,
    /// Environments of deploys by the source's own word, in small letters; a word that is not here is looked up
    /// among the usual ones.
    pub environments: BTreeMap<String, Environment>,
    /// How much time may pass between two alerts of one outage.
    pub gap: SignedDuration,
}

/// What a message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Alerts of one group.
    Alerts(Vec<Alert>),
    /// Something that happened to one incident.
    Event(Box<Event>),
    /// How one incident stands, and what happened to it.
    History(Vec<Event>),
    /// A whole incident, as it is now.
    Incident(Box<Incident>),
    /// That something was put somewhere.
    Deploy(Box<Deploy>),
    /// What somebody raises for a meeting.
    Topic(Box<ToldTopic>),
    /// Nothing of these, such as a trial.
    Nothing,
}

/// A message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What tells the messages that are folded together from others: a group of alerts, an incident, a deploy.
    pub stream: String,
    /// What it tells.
    pub told: Told,
    /// What of it could not be used, and what is doubtful.
    pub faults: Vec<Fault>,
}

/// Why a message, or a part of it, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule that it breaks.
    pub rule: &'static str,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: &'static str,
}

impl Fault {
    fn new(rule: &'static str, what: impl Into<String>, mend: &'static str) -> Self {
        Self { rule, what: what.into(), mend }
    }
}

/// Reads a message that arrived at `received_at`, in UTC.
///
/// # Errors
/// The [`Fault`] when nothing of it can be used.
pub fn read(
    kind: HookKind,
    mapping: &Mapping,
    body: &[u8],
    received_at: Timestamp,
) -> Result<Message, Fault> {
    let text = std::str::from_utf8(body)
        .map_err(|_| Fault::new("hooks/encoding", "The message is not UTF-8.", "Send JSON as UTF-8."))?;
    match kind {
        HookKind::Alertmanager => alertmanager::read(mapping, text, received_at),
        HookKind::PagerDuty => pagerduty::read(mapping, text, received_at),
        HookKind::Datadog => datadog::read(mapping, text, received_at),
        HookKind::Incident => canonical::read(mapping, text),
        HookKind::ArgoCd => argocd::read(mapping, text, received_at),
        HookKind::GitHubDeployment => github::read(mapping, text, received_at),
        HookKind::Deploy => deploy::read(mapping, text, received_at),
        HookKind::Topic => topic::read(mapping, text),
        HookKind::SlackTopic => topic::read_command(mapping, text),
    }
}

/// A JSON document of a type; nesting is bounded by the reader.
fn json<'a, T: Deserialize<'a>>(text: &'a str, mend: &'static str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let what = match error.classify() {
            serde_json::error::Category::Data => {
                format!("The message has another form than expected ({place}).")
            }
            _ => format!("The message is no JSON, or is nested too deeply ({place})."),
        };
        Fault::new("hooks/form", what, mend)
    })
}

/// The first letters of the SHA-256 of some texts: short enough for an id, long enough never to meet again.
fn mark(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// A text of at most so many letters, without control characters.
pub(crate) fn tidy(text: &str, letters: usize) -> String {
    let plain = |letter: &char| !letter.is_control() && !is_invisible(*letter);
    text.trim()
        .chars()
        .map(|letter| if letter == '\n' { ' ' } else { letter })
        .filter(plain)
        .take(letters)
        .collect()
}

/// Letters that turn the direction of others around or have no width: a title with them reads differently
/// from what it is.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// An address that may become a link.
fn address(text: Option<&str>) -> Option<String> {
    text.filter(|text| is_web_address(text)).map(str::to_owned)
}

/// Instants that a system can mean: from 2000 on, and no more than a day after they were told.
fn is_plausible(instant: Timestamp, received_at: Timestamp) -> bool {
    const YEAR_2000: i64 = 946_684_800;
    instant.as_second() >= YEAR_2000 && instant.duration_since(received_at) <= SignedDuration::from_hours(24)
}

impl Mapping {
    /// The severity behind a source's word: as configured, else as usual, else unclassified.
    pub(crate) fn severity(&self, word: &str) -> Severity {
        let word = word.trim().to_lowercase();
        let usual = || match word.as_str() {
            "critical" | "emergency" | "fatal" | "sev0" | "sev-0" => Severity::Sev1,
            "error" | "high" | "major" | "page" => Severity::Sev2,
            "warning" | "medium" | "minor" | "ticket" => Severity::Sev3,
            "info" | "low" | "none" | "notice" => Severity::Sev4,
            other => other.parse().unwrap_or(Severity::Unclassified),
        };
        self.severities.get(&word).copied().unwrap_or_else(usual)
    }

    /// The product behind a source's name of a service; a name that nobody mapped stays as it is.
    fn product(&self, service: Option<&str>) -> String {
        let named = service.map(|name| tidy(name, NAME_LETTERS)).filter(|name| !name.is_empty());
        match named {
            Some(name) => self.products.get(&name).cloned().unwrap_or(name),
            None => self.product.clone().unwrap_or_else(|| "unknown".to_owned()),
        }
    }
}
