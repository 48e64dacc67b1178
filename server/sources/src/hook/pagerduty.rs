//! PagerDuty's webhooks v3: one message tells one thing that happened to one incident.

use domain::incident_event::{Event, Facts, Step};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Fault, Mapping, Message, NAME_LETTERS, TITLE_LETTERS, Told, address, is_plausible, json, tidy};

#[derive(Deserialize)]
struct Payload {
    event: Happened,
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

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    summary: Option<String>,
}

#[derive(Deserialize)]
struct ResolveReason {
    #[serde(rename = "type")]
    kind: Option<String>,
    incident: Option<Named>,
}

const MEND: &str = "Let PagerDuty send webhooks of version 3.";

pub(super) fn read(mapping: &Mapping, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let Payload { event } = json(text, MEND)?;
    let kind = event.event_type.as_deref().unwrap_or_default();
    // A trial, or something of a service.
    if !kind.starts_with("incident.") {
        return Ok(Message { stream: String::new(), told: Told::Nothing, faults: Vec::new() });
    }
    let missing = |what: &str| Fault::new("hooks/form", format!("The message has no {what}."), MEND);
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
    let facts = if is_incident { Some(facts(mapping, data, received_at)?) } else { None };
    let event = Event { at, id: tidy(id, NAME_LETTERS), step: step(kind, data), facts };
    Ok(Message { stream: incident, told: Told::Event(Box::new(event)), faults: Vec::new() })
}

fn step(kind: &str, data: &Data) -> Step {
    match kind {
        "incident.triggered" => Step::Triggered,
        "incident.acknowledged" => Step::Acknowledged,
        "incident.reopened" => Step::Reopened,
        "incident.resolved" => {
            let reason = data.resolve_reason.as_ref();
            let merged = reason.filter(|reason| reason.kind.as_deref() == Some("merge_resolve_reason"));
            let into = merged.and_then(|reason| reason.incident.as_ref()?.id.as_deref());
            into.map_or(Step::Resolved, |into| Step::Merged(tidy(into, NAME_LETTERS)))
        }
        _ => Step::Told,
    }
}

/// When the incident began, and what is said of it.
fn facts(mapping: &Mapping, data: &Data, received_at: Timestamp) -> Result<(Timestamp, Facts), Fault> {
    let began = instant("created_at", data.created_at.as_deref(), received_at)?;
    let title = data.title.as_deref().map(|title| tidy(title, TITLE_LETTERS)).unwrap_or_default();
    // A plan without priorities still says how urgent an incident is.
    let word = data.priority.as_ref().and_then(|priority| priority.summary.as_deref());
    let word = word.or(data.urgency.as_deref()).unwrap_or_default();
    let service = data.service.as_ref();
    let mapped =
        service.and_then(|service| service.id.as_deref()).filter(|id| mapping.products.contains_key(*id));
    let name = mapped.or_else(|| service.and_then(|service| service.summary.as_deref()));
    let facts = Facts {
        title: if title.is_empty() { "(untitled)".to_owned() } else { title },
        product: mapping.product(name),
        severity: mapping.severity(word),
        detected_by: None,
        fingerprint: None,
        url: address(data.html_url.as_deref()),
    };
    Ok((began, facts))
}

fn instant(field: &str, text: Option<&str>, received_at: Timestamp) -> Result<Timestamp, Fault> {
    let read = text.and_then(|text| text.parse::<Timestamp>().ok());
    read.filter(|instant| is_plausible(*instant, received_at)).ok_or_else(|| {
        let mend = "Look at the clock of this machine; PagerDuty writes times with their offset.";
        Fault::new("hooks/times", format!("The message has no {field} between 2000 and tomorrow."), mend)
    })
}
