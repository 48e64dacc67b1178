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

    /// What follows from it for an incident that all messages before it were applied to.
    fn apply(&self, incident: &mut Incident) {
        match &self.step {
            Step::Acknowledged => {
                incident.acknowledged_at.get_or_insert(whole(self.at));
            }
            Step::Resolved => incident.resolved_at = Some(whole(self.at)),
            Step::Stands(standing) => standing.apply(incident),
            Step::Merged(into) => {
                incident.resolved_at = Some(whole(self.at));
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
        if let Some(status) = self.step.status()
            && (!is_over || matches!(self.step, Step::Resolved | Step::Merged(_)))
        {
            status.clone_into(&mut incident.status);
        }
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
    let events = in_order(events);
    let (_, facts) = events.iter().rev().find_map(|event| event.facts.as_ref())?;
    let began = events.iter().filter_map(|event| event.facts.as_ref()).map(|(began, _)| *began).min()?;
    let newest = events.iter().map(|event| event.at).max()?;
    let mut incident = told(source, external_id, facts, whole(began), newest.max(began));
    for event in events {
        event.apply(&mut incident);
    }
    Some(incident)
}

/// The incident as its source told of it as a whole, and what messages told of it after that. Versions hold by
/// when they were changed last; of two of one time neither is newer, so that any one does as long as it is always
/// the same. `None` without a version. Later messages change its title, severity and state, and nothing that only
/// the source knows, such as its product or when users felt it.
#[must_use]
pub fn incident_with(versions: &[Incident], events: &[Event]) -> Option<Incident> {
    let newest = versions.iter().max_by_key(|one| (one.updated_at, format!("{one:?}")))?;
    let mut incident = newest.clone();
    for event in in_order(events) {
        if event.at.as_second() <= newest.updated_at.as_second() {
            continue;
        }
        // A message is sent a little after what it tells: what the source said already is not moved by it.
        match (&event.step, incident.resolved_at) {
            (Step::Resolved, Some(_)) | (Step::Reopened, None) => {}
            _ => event.apply(&mut incident),
        }
        incident.updated_at = incident.updated_at.max(event.at);
        if let Some((_, facts)) = &event.facts {
            incident.title.clone_from(&facts.title);
            incident.severity = facts.severity;
            incident.url = facts.url.clone().or(incident.url);
        }
    }
    Some(incident)
}

/// Messages in order of their times and ids, each id once.
fn in_order(events: &[Event]) -> Vec<&Event> {
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_unstable_by_key(|event| event.order());
    let mut seen = std::collections::BTreeSet::new();
    events.retain(|event| seen.insert(event.id.as_str()));
    events
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
        calm: Vec::new(),
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
    /// When this was told; UTC.
    pub told_at: Timestamp,
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

/// How long after an end was told a report that it fires may come late: reports of several senders overtake each
/// other, and Alertmanager gives one up at the end of its `group_interval`, 5 minutes where nothing is said.
pub const REPORT_LATE: SignedDuration = SignedDuration::from_mins(10);

/// The outages that alerts tell of: alerts of a group that overlap, or between which at most `gap` passes,
/// are one. An alert that was reported as over is over, unless it is reported as firing again more than
/// [`REPORT_LATE`] after that; when ends disagree, the later one holds. Users are taken to feel it from the first
/// alert to the end of the last.
#[must_use]
pub fn outages(source: &str, alerts: &[Alert], gap: SignedDuration) -> Vec<Outage> {
    let mut sorted: Vec<&Alert> = alerts.iter().collect();
    sorted.sort_unstable();
    let known: Vec<Alert> = sorted.chunk_by(|one, other| is_same(one, other)).filter_map(joined).collect();
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

/// All reports of one alert as one, told when its state last changed.
fn joined(reports: &[&Alert]) -> Option<Alert> {
    let newest = reports.last()?;
    let ends_at = reports.iter().filter_map(|one| one.ends_at).max();
    let ends = || reports.iter().filter(|one| one.ends_at.is_some());
    let is_late = |fired: &Timestamp, told: Timestamp| fired.duration_since(told) <= REPORT_LATE;
    let fired = || reports.iter().filter(|one| one.ends_at.is_none()).map(|one| one.told_at);
    // The first report of any end decides what came after one, so that more reports never make it older.
    let first_end = ends().map(|one| one.told_at).min();
    let again = first_end.and_then(|told| fired().filter(|fired| !is_late(fired, told)).max());
    let last_end = ends().filter(|one| one.ends_at == ends_at).map(|one| one.told_at).min();
    let is_again = again.zip(last_end).is_some_and(|(fired, told)| !is_late(&fired, told));
    // An end may part what followed from what it ends, so that when it was told counts, too.
    let changed_at = again.max(ends_at).max(ends_at.and(last_end)).unwrap_or(newest.starts_at);
    Some(Alert { ends_at: ends_at.filter(|_| !is_again), told_at: changed_at, ..Alert::clone(newest) })
}

/// Whether an alert is part of an outage; `end` is when the last of its alerts ended, `None` while one fires.
fn goes_on(outage: &[Alert], end: Option<Timestamp>, alert: &Alert, gap: SignedDuration) -> bool {
    let is_group = outage.first().is_some_and(|first| first.group == alert.group);
    is_group && end.is_none_or(|end| alert.starts_at.duration_since(end) <= gap)
}

fn outage_of(source: &str, alerts: &[Alert], over: Option<Timestamp>) -> Option<Outage> {
    let first = alerts.first()?;
    let newest = alerts.iter().map(|alert| alert.starts_at.max(alert.told_at)).max()?;
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
