//! What sources tell of incidents one message after another, and the incidents that follow from all of it.
//!
//! Both folds are pure: neither the order in which messages arrive nor how often each comes changes what
//! follows (reference/incidents_and_review.md 2.10).

use jiff::{SignedDuration, Timestamp};

use crate::incident::{DetectedBy, Incident, Severity};
use crate::ratio::Ppm;

/// What a message says of an incident besides its step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facts {
    /// The title.
    pub title: String,
    /// The product's slug, as far as the source knows it.
    pub product: String,
    /// How bad.
    pub severity: Severity,
    /// Who noticed first, where the source can know.
    pub detected_by: Option<DetectedBy>,
    /// What makes two incidents the same one again.
    pub fingerprint: Option<String>,
    /// The incident at its source.
    pub url: Option<String>,
}

/// What happened to an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// It began at its source.
    Triggered,
    /// Somebody took it on.
    Acknowledged,
    /// Nobody has it any more.
    Unacknowledged,
    /// It is over.
    Resolved,
    /// It became part of another one, whose id this is.
    Merged(String),
    /// It is not over after all.
    Reopened,
    /// Something else was told of it.
    Told,
    /// How it stands, as its source says when it is asked.
    Stands(Standing),
}

/// How an incident stands at its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody has it.
    Triggered,
    /// Somebody is at it.
    Acknowledged,
    /// It is over since then; UTC.
    Resolved(Timestamp),
    /// Since then it is part of another one, whose id this is; UTC.
    Merged(Timestamp, String),
}

impl Standing {
    fn apply(&self, incident: &mut Incident) {
        let (status, resolved_at, merged_into) = match self {
            Self::Triggered => ("triggered", None, None),
            Self::Acknowledged => ("acknowledged", None, None),
            Self::Resolved(at) => ("resolved", Some(whole(*at)), None),
            Self::Merged(at, into) => ("merged", Some(whole(*at)), Some(into.clone())),
        };
        status.clone_into(&mut incident.status);
        incident.resolved_at = resolved_at;
        incident.merged_into = merged_into;
    }
}

impl Step {
    /// The state that an incident is in after it; `None` where it changes none.
    fn status(&self) -> Option<&'static str> {
        match self {
            Self::Triggered | Self::Unacknowledged | Self::Reopened => Some("triggered"),
            Self::Acknowledged => Some("acknowledged"),
            Self::Resolved => Some("resolved"),
            Self::Merged(_) => Some("merged"),
            Self::Told | Self::Stands(_) => None,
        }
    }
}

/// One message of a source that keeps a history of each incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When it happened, as the source says; UTC.
    pub at: Timestamp,
    /// The source's id of the message.
    pub id: String,
    /// What happened.
    pub step: Step,
    /// What is said of the incident, and when the source says that it began; a message may say nothing.
    pub facts: Option<(Timestamp, Facts)>,
}

impl Event {
    /// Where it stands among others. Sources that are asked write times in whole seconds, so that what they say
    /// of a second comes after all that happened in it.
    fn order(&self) -> (i64, bool, &Self) {
        (self.at.as_second(), matches!(self.step, Step::Stands(_)), self)
    }
}

/// An instant without what is less than a second: the same thing is told with and without it.
fn whole(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant)
}

/// The incident that follows from its messages, in order of their times and ids, each id once; `None` while
/// none of them says what it is. The newest facts hold, the first acknowledgement counts, and an incident
/// that was reopened is over when it is resolved again. How the source says that an incident stands takes the
/// place of all that follows from messages up to that time. Times are in whole seconds.
#[must_use]
pub fn incident_of(source: &str, external_id: &str, events: &[Event]) -> Option<Incident> {
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_unstable_by_key(|event| event.order());
    let mut seen = std::collections::BTreeSet::new();
    events.retain(|event| seen.insert(event.id.as_str()));
    let (_, facts) = events.iter().rev().find_map(|event| event.facts.as_ref())?;
    let began = events.iter().filter_map(|event| event.facts.as_ref()).map(|(began, _)| *began).min()?;
    let newest = events.iter().map(|event| event.at).max()?;
    let mut incident = told(source, external_id, facts, whole(began), newest.max(began));
    for event in events {
        match &event.step {
            Step::Acknowledged => {
                incident.acknowledged_at.get_or_insert(whole(event.at));
            }
            Step::Resolved => incident.resolved_at = Some(whole(event.at)),
            Step::Stands(standing) => standing.apply(&mut incident),
            Step::Merged(into) => {
                incident.resolved_at = Some(whole(event.at));
                incident.merged_into = Some(into.clone());
            }
            Step::Reopened => {
                incident.resolved_at = None;
                incident.merged_into = None;
            }
            Step::Triggered | Step::Unacknowledged | Step::Told => {}
        }
        // A message that comes late by its own clock does not open what is over.
        let is_over = incident.resolved_at.is_some();
        if let Some(status) = event.step.status()
            && (!is_over || matches!(event.step, Step::Resolved | Step::Merged(_)))
        {
            status.clone_into(&mut incident.status);
        }
    }
    Some(incident)
}

/// An incident of which nothing more is known; customers felt it, for in doubt the higher is assumed.
fn told(source: &str, external_id: &str, facts: &Facts, began: Timestamp, updated: Timestamp) -> Incident {
    Incident {
        source: source.to_owned(),
        external_id: external_id.to_owned(),
        title: facts.title.clone(),
        product: facts.product.clone(),
        severity: facts.severity,
        status: "triggered".to_owned(),
        impact_start: None,
        detected_at: None,
        declared_at: began,
        acknowledged_at: None,
        mitigated_at: None,
        resolved_at: None,
        impact_fraction: Ppm::ONE,
        customer_impact: true,
        detected_by: facts.detected_by,
        cause_deploy_id: None,
        fingerprint: facts.fingerprint.clone(),
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: facts.url.clone(),
        updated_at: updated,
        raw: "{}".to_owned(),
    }
}

/// One alert as an alerting system reports it: alerts are no incidents, outages of a group of them are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alert {
    /// What tells the group from others, short enough to be part of an id.
    pub group: String,
    /// When it began to fire; with `fingerprint` what tells it from others of the group.
    pub starts_at: Timestamp,
    /// The alerting system's mark of its labels.
    pub fingerprint: String,
    /// When it stopped; `None` while it fires.
    pub ends_at: Option<Timestamp>,
    /// What is said of it.
    pub facts: Facts,
}

/// What follows from the alerts of one outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The incident, named after the alert that fired first.
    pub incident: Incident,
    /// The ids that the incident would have had while earlier alerts were not known, or while what lies
    /// between two outages was not: an incident of such an id is part of this one.
    pub former_ids: Vec<String>,
}

/// The id of the incident that begins with an alert of a group at an instant.
#[must_use]
pub fn outage_id(group: &str, starts_at: Timestamp) -> String {
    format!("{group}-{}", starts_at.strftime("%Y%m%dT%H%M%SZ"))
}

/// The outages that alerts tell of: alerts of a group that overlap, or between which at most `gap` passes,
/// are one. An alert that was ever reported as over is over, for reports of several senders overtake each
/// other; when they disagree, the later end holds. Users are taken to feel it from the first alert to the
/// end of the last.
#[must_use]
pub fn outages(source: &str, alerts: &[Alert], gap: SignedDuration) -> Vec<Outage> {
    let mut known: Vec<Alert> = Vec::new();
    let mut sorted: Vec<&Alert> = alerts.iter().collect();
    sorted.sort_unstable();
    for alert in sorted {
        match known.last_mut() {
            Some(last) if is_same(last, alert) => *last = joined(last, alert),
            _ => known.push(alert.clone()),
        }
    }
    let mut outages: Vec<(Vec<Alert>, Option<Timestamp>)> = Vec::new();
    for alert in known {
        match outages.last_mut() {
            Some((outage, end)) if goes_on(outage, *end, &alert, gap) => {
                *end = end.and_then(|end| Some(end.max(alert.ends_at?)));
                outage.push(alert);
            }
            _ => {
                let end = alert.ends_at;
                outages.push((vec![alert], end));
            }
        }
    }
    outages.iter().filter_map(|(alerts, end)| outage_of(source, alerts, *end)).collect()
}

fn is_same(one: &Alert, other: &Alert) -> bool {
    (&one.group, one.starts_at, &one.fingerprint) == (&other.group, other.starts_at, &other.fingerprint)
}

/// Two reports of one alert as one.
fn joined(one: &Alert, other: &Alert) -> Alert {
    let ends_at = one.ends_at.max(other.ends_at);
    Alert { ends_at, ..one.max(other).clone() }
}

/// Whether an alert is part of an outage; `end` is when the last of its alerts ended, `None` while one fires.
fn goes_on(outage: &[Alert], end: Option<Timestamp>, alert: &Alert, gap: SignedDuration) -> bool {
    let is_group = outage.first().is_some_and(|first| first.group == alert.group);
    is_group && end.is_none_or(|end| alert.starts_at.duration_since(end) <= gap)
}

fn outage_of(source: &str, alerts: &[Alert], over: Option<Timestamp>) -> Option<Outage> {
    let first = alerts.first()?;
    let newest = alerts.iter().flat_map(|alert| [Some(alert.starts_at), alert.ends_at]).max().flatten()?;
    let id = outage_id(&first.group, first.starts_at);
    let mut incident = told(source, &id, &first.facts, first.starts_at, newest);
    incident.severity = alerts.iter().map(|alert| alert.facts.severity).min()?;
    incident.impact_start = Some(first.starts_at);
    incident.detected_at = Some(first.starts_at);
    incident.mitigated_at = over;
    incident.resolved_at = over;
    incident.status = if over.is_some() { "resolved" } else { "firing" }.to_owned();
    let mut former_ids: Vec<String> =
        alerts.iter().map(|alert| outage_id(&alert.group, alert.starts_at)).collect();
    former_ids.sort_unstable();
    former_ids.dedup();
    former_ids.retain(|former| *former != id);
    Some(Outage { incident, former_ids })
}
