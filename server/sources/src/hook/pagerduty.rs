//! PagerDuty's webhooks v3: one message tells one thing that happened to one incident. And what PagerDuty
//! answers when it is asked: one incident as it stands, with what happened to it.

use domain::incident_event::{Event, Facts, Standing, Step};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Fault, Mapping, Message, NAME_LETTERS, TITLE_LETTERS, Told, address, is_plausible, json, mark, tidy,
};
use crate::pagerduty::{Asked, LogEntry, Named, RestIncident};

#[derive(Deserialize)]
struct Payload {
    event: Option<Happened>,
    asked: Option<Asked>,
}

#[derive(Deserialize)]
struct Happened {
    id: Option<String>,
    event_type: Option<String>,
    occurred_at: Option<String>,
    data: Option<Data>,
}

/// The incident, or something that belongs to one.
#[derive(Deserialize)]
struct Data {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    html_url: Option<String>,
    title: Option<String>,
    created_at: Option<String>,
    service: Option<Named>,
    priority: Option<Named>,
    urgency: Option<String>,
    resolve_reason: Option<ResolveReason>,
    incident: Option<Named>,
}

/// Why it is over.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ResolveReason {
    #[serde(rename = "type")]
    kind: Option<String>,
    incident: Option<Named>,
}

impl ResolveReason {
    /// The id of the incident that this one became part of.
    fn merged_into(&self) -> Option<String> {
        let into = self.incident.as_ref().filter(|_| self.kind.as_deref() == Some("merge_resolve_reason"))?;
        into.id.as_deref().map(|id| tidy(id, NAME_LETTERS))
    }
}

const MEND: &str = "Let PagerDuty send webhooks of version 3.";
const MEND_ANSWER: &str =
    "Look at the incident in PagerDuty; the next sync asks for it again once it changes.";

pub(super) fn read(mapping: &Mapping, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let missing = |what: &str| Fault::new("hooks/form", format!("The message has no {what}."), MEND);
    let payload: Payload = json(text, MEND)?;
    if let Some(asked) = &payload.asked {
        return answer(mapping, asked, text, received_at);
    }
    let event = payload.event.ok_or_else(|| missing("event"))?;
    let kind = event.event_type.as_deref().unwrap_or_default();
    // A trial, or something of a service.
    if !kind.starts_with("incident.") {
        return Ok(Message { stream: String::new(), told: Told::Nothing, faults: Vec::new() });
    }
    let id = event.id.as_deref().filter(|id| !id.is_empty()).ok_or_else(|| missing("event.id"))?;
    let at = instant("occurred_at", event.occurred_at.as_deref(), received_at)?;
    let data = event.data.as_ref().ok_or_else(|| missing("event.data"))?;
    let is_incident = data.kind.as_deref() == Some("incident");
    let about = if is_incident {
        data.id.as_deref()
    } else {
        data.incident.as_ref().and_then(|one| one.id.as_deref())
    };
    let incident = about.map(|id| tidy(id, NAME_LETTERS)).filter(|id| !id.is_empty());
    let incident = incident.ok_or_else(|| missing("incident's id"))?;
    let facts = if is_incident { Some(facts(mapping, &data.said(), received_at)?) } else { None };
    let event = Event { at, id: tidy(id, NAME_LETTERS), step: step(kind, data), facts };
    Ok(Message { stream: incident, told: Told::Event(Box::new(event)), faults: Vec::new() })
}

fn step(kind: &str, data: &Data) -> Step {
    match kind {
        "incident.triggered" => Step::Triggered,
        "incident.acknowledged" => Step::Acknowledged,
        "incident.unacknowledged" => Step::Unacknowledged,
        "incident.reopened" => Step::Reopened,
        "incident.resolved" => data
            .resolve_reason
            .as_ref()
            .and_then(ResolveReason::merged_into)
            .map_or(Step::Resolved, Step::Merged),
        _ => Step::Told,
    }
}

/// One incident as PagerDuty has it, and what happened to it until then.
fn answer(mapping: &Mapping, asked: &Asked, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let incident: &RestIncident = &asked.incident;
    let missing = |what: &str| Fault::new("hooks/form", format!("The answer has no {what}."), MEND_ANSWER);
    let id = incident.id.as_deref().map(|id| tidy(id, NAME_LETTERS)).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| missing("incident's id"))?;
    let time = |field: &str, text: &Option<String>| instant(field, text.as_deref(), received_at);
    let updated = incident.updated_at.as_ref().or(incident.last_status_change_at.as_ref());
    let at = instant("updated_at", updated.map(String::as_str), received_at)?;
    let ended = || match &incident.resolved_at {
        Some(_) => time("resolved_at", &incident.resolved_at),
        None => time("last_status_change_at", &incident.last_status_change_at),
    };
    let standing = match incident.status.as_deref() {
        Some("triggered") => Standing::Triggered,
        Some("acknowledged") => Standing::Acknowledged,
        Some("resolved") => match incident.resolve_reason.as_ref().and_then(ResolveReason::merged_into) {
            Some(into) => Standing::Merged(ended()?, into),
            None => Standing::Resolved(ended()?),
        },
        _ => return Err(missing("status of triggered, acknowledged or resolved")),
    };
    let facts = facts(mapping, &incident.said(), received_at)?;
    let told = Event { at, id: mark(&[text]), step: Step::Stands(standing), facts: Some(facts) };
    let (mut events, mut faults) = (vec![told], Vec::new());
    for entry in &asked.log_entries {
        match logged(entry, received_at) {
            Ok(event) => events.extend(event),
            Err(fault) => faults.push(fault),
        }
    }
    Ok(Message { stream: id, told: Told::History(events), faults })
}

/// What a log entry tells; nothing where the state of the incident says it.
fn logged(entry: &LogEntry, received_at: Timestamp) -> Result<Option<Event>, Fault> {
    let step = match entry.kind.as_deref() {
        Some("acknowledge_log_entry") => Step::Acknowledged,
        Some("unacknowledge_log_entry") => Step::Unacknowledged,
        Some("resolve_log_entry") => Step::Resolved,
        _ => return Ok(None),
    };
    let Some(id) = entry.id.as_deref() else { return Ok(None) };
    let at = instant("created_at", entry.created_at.as_deref(), received_at)?;
    Ok(Some(Event { at, id: format!("log-{}", tidy(id, NAME_LETTERS)), step, facts: None }))
}

/// When the incident began, and what is said of it.
fn facts(mapping: &Mapping, said: &Said<'_>, received_at: Timestamp) -> Result<(Timestamp, Facts), Fault> {
    let began = instant("created_at", said.created_at, received_at)?;
    let title = said.title.map(|title| tidy(title, TITLE_LETTERS)).unwrap_or_default();
    // A plan without priorities still says how urgent an incident is.
    let word = said.priority.and_then(|priority| priority.summary.as_deref());
    let word = word.or(said.urgency).unwrap_or_default();
    let service = said.service;
    let mapped =
        service.and_then(|service| service.id.as_deref()).filter(|id| mapping.products.contains_key(*id));
    let name = mapped.or_else(|| service.and_then(|service| service.summary.as_deref()));
    let facts = Facts {
        title: if title.is_empty() { "(untitled)".to_owned() } else { title },
        product: mapping.product(name),
        severity: mapping.severity(word),
        detected_by: None,
        fingerprint: None,
        url: address(said.html_url),
    };
    Ok((began, facts))
}

/// What is said of an incident, by message or in an answer.
struct Said<'a> {
    html_url: Option<&'a str>,
    title: Option<&'a str>,
    created_at: Option<&'a str>,
    service: Option<&'a Named>,
    priority: Option<&'a Named>,
    urgency: Option<&'a str>,
}

macro_rules! said {
    ($kind:ty) => {
        impl $kind {
            fn said(&self) -> Said<'_> {
                Said {
                    html_url: self.html_url.as_deref(),
                    title: self.title.as_deref(),
                    created_at: self.created_at.as_deref(),
                    service: self.service.as_ref(),
                    priority: self.priority.as_ref(),
                    urgency: self.urgency.as_deref(),
                }
            }
        }
    };
}
said!(Data);
said!(RestIncident);

fn instant(field: &str, text: Option<&str>, received_at: Timestamp) -> Result<Timestamp, Fault> {
    let read = text.and_then(|text| text.parse::<Timestamp>().ok());
    read.filter(|instant| is_plausible(*instant, received_at)).ok_or_else(|| {
        let mend = "Look at the clock of this machine; PagerDuty writes times with their offset.";
        Fault::new("hooks/times", format!("The message has no {field} between 2000 and tomorrow."), mend)
    })
}
