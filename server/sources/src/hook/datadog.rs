//! Datadog's webhooks, whose payload its users write: the one of our documentation. A message tells that a
//! monitor alerts or recovers, or how an incident of Datadog's stands. And what Datadog answers when it is asked
//! for its incidents.

use std::collections::BTreeMap;

use domain::incident::{ARCHIVED, DetectedBy, Incident, Severity};
use domain::incident_event::{Event, Facts, Step};
use domain::ratio::Ppm;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Fault, Mapping, Message, NAME_LETTERS, TITLE_LETTERS, Told, address, is_plausible, json, mark, tidy,
};
use crate::datadog::{AskedIncident, IncidentAttributes, keys_of_product};

const MEND: &str = "Give the webhook in Datadog the payload of docs/sources-datadog.md.";
const MEND_ANSWER: &str = "Look at the incident in Datadog; the next sync asks for it again once it changes.";
const MEND_BEGAN: &str =
    "If the message of its beginning comes later, all is well; else import the incident from a file.";

#[derive(Deserialize)]
struct Payload {
    asked: Option<AskedIncident>,
    #[serde(flatten)]
    said: BTreeMap<String, Value>,
}

/// The variables of a message, by the keys of our payload.
struct Said(BTreeMap<String, Value>);

impl Said {
    /// A variable's text; `None` for what Datadog leaves empty or as it is because the event has no such thing.
    fn text(&self, key: &str) -> Option<String> {
        let text = match self.0.get(key)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let is_name =
            text.strip_prefix('$').is_some_and(|name| name.starts_with(|one: char| one.is_ascii_uppercase()));
        let is_nothing = text.is_empty() || is_name || matches!(text.as_str(), "null" | "None" | "N/A");
        (!is_nothing).then_some(text)
    }

    fn needed(&self, key: &str) -> Result<String, Fault> {
        let what = || format!("The message has no {key}.");
        self.text(key).ok_or_else(|| Fault::new("hooks/form", what(), MEND))
    }

    /// When it happened: milliseconds or seconds since 1970, or RFC 3339.
    fn at(&self, received_at: Timestamp) -> Result<Timestamp, Fault> {
        const MILLISECONDS: i64 = 100_000_000_000;
        let text = self.text("date").or_else(|| self.text("last_updated"));
        let read = text.and_then(|text| match text.parse::<i64>() {
            Ok(number) if number >= MILLISECONDS => Timestamp::from_millisecond(number).ok(),
            Ok(number) => Timestamp::from_second(number).ok(),
            Err(_) => text.parse().ok(),
        });
        read.filter(|at| is_plausible(*at, received_at)).ok_or_else(|| {
            let what = "The message has no date between 2000 and tomorrow.";
            Fault::new("hooks/times", what, MEND)
        })
    }
}

pub(super) fn read(mapping: &Mapping, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let payload: Payload = json(text, MEND)?;
    if let Some(asked) = payload.asked {
        return answer(mapping, asked, received_at);
    }
    let said = Said(payload.said);
    match said.text("incident_public_id") {
        Some(id) => incident(mapping, &said, &id, received_at),
        None => monitor(mapping, &said, received_at),
    }
}

/// A monitor that alerts or recovers. Each group of a monitor is an incident of its own from the time it alerts
/// until it recovers, which is what Datadog calls a cycle.
fn monitor(mapping: &Mapping, said: &Said, received_at: Timestamp) -> Result<Message, Fault> {
    let title = said.text("alert_title").or_else(|| said.text("event_title")).unwrap_or_default();
    // A trial of the monitor's notification.
    if title.starts_with("[TEST]") {
        return Ok(Message { stream: String::new(), told: Told::Nothing, faults: Vec::new() });
    }
    let alert = tidy(&said.needed("alert_id")?, NAME_LETTERS);
    let cycle = said.needed("alert_cycle_key")?;
    let transition = said.needed("alert_transition")?;
    let is_open = is_open(&transition).ok_or_else(|| {
        let known = "Triggered, Warn, No Data, Recovered or Renotify";
        let transition = tidy(&transition, NAME_LETTERS);
        Fault::new("hooks/form", format!("The alert_transition {transition:?} is none of {known}."), MEND)
    })?;
    let at = said.at(received_at)?;
    let scope = said.text("alert_scope").unwrap_or_default();
    let stream = format!("{alert}-{}", mark(&[&alert, &scope, &cycle]));
    let product = product(mapping, &[&scope, &said.text("tags").unwrap_or_default()]);
    let facts = is_open.then(|| {
        let facts = Facts {
            title: titled(&title),
            severity: severity(mapping, said),
            detected_by: Some(DetectedBy::Monitor),
            fingerprint: Some(format!("monitor-{alert}@{product}")),
            url: address(said.text("link").as_deref()),
            product,
        };
        (at, facts)
    });
    // Of what happens in one instant, the end comes last.
    let (rank, step) = if is_open { (0, Step::Reopened) } else { (1, Step::Resolved) };
    let event = said.text("id").unwrap_or_default();
    let id = format!("{rank}-{}", mark(&[&event, &transition, &at.to_string()]));
    let told = Told::Event(Box::new(Event { at, id, step, facts }));
    Ok(Message { stream, told, faults: Vec::new() })
}

/// Whether an alert is on after a transition, as Datadog words it; `None` for a word that it does not have.
fn is_open(transition: &str) -> Option<bool> {
    let word = transition.trim().to_lowercase();
    match word.strip_prefix("re-").unwrap_or(&word).trim() {
        "triggered" | "warn" | "no data" | "renotify" => Some(true),
        "recovered" => Some(false),
        _ => None,
    }
}

/// The priority of the monitor; where it has none, what kind of alert it is.
fn severity(mapping: &Mapping, said: &Said) -> Severity {
    let word = said.text("alert_priority").or_else(|| said.text("alert_type")).unwrap_or_default();
    mapping.severity(&word)
}

/// A title without the transition that Datadog puts before it.
fn titled(title: &str) -> String {
    let title = tidy(title, TITLE_LETTERS);
    let plain = title.strip_prefix('[').and_then(|rest| rest.split_once(']')).filter(|(word, _)| {
        let word = word.split(" on ").next().unwrap_or_default();
        is_open(word).is_some()
    });
    let plain = plain.map_or(title.as_str(), |(_, rest)| rest.trim());
    if plain.is_empty() { "(untitled)".to_owned() } else { plain.to_owned() }
}

/// The product behind comma-separated tags: one that the configuration names as a whole, else the value of the tag
/// of the product.
fn product(mapping: &Mapping, lists: &[&str]) -> String {
    let tags: Vec<String> =
        lists.iter().flat_map(|list| list.split(',')).map(|tag| tidy(tag, NAME_LETTERS)).collect();
    if let Some(slug) = tags.iter().find_map(|tag| mapping.products.get(tag)) {
        return slug.clone();
    }
    let keys = keys_of_product(&mapping.product_label);
    let pairs: Vec<(&str, &str)> = tags.iter().filter_map(|tag| tag.split_once(':')).collect();
    let value =
        keys.iter().find_map(|name| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| *value));
    mapping.product(value)
}

/// How an incident of Datadog's stands, as a notification says.
fn incident(mapping: &Mapping, said: &Said, id: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let status = said.needed("incident_status")?.to_lowercase();
    let step = match status.as_str() {
        "active" => Step::Reopened,
        "resolved" | "completed" => Step::Resolved,
        _ => Step::Told,
    };
    let at = said.at(received_at)?;
    let facts = Facts {
        title: titled(&said.text("incident_title").unwrap_or_default()),
        product: product(mapping, &[&said.text("tags").unwrap_or_default()]),
        severity: mapping.severity(&said.text("incident_severity").unwrap_or_default()),
        detected_by: None,
        fingerprint: None,
        url: address(said.text("incident_url").as_deref()),
    };
    let rank = u8::from(step == Step::Resolved);
    let title = facts.title.as_str();
    let id_of_event =
        format!("{rank}-{}", mark(&[id, &status, title, facts.severity.as_str(), &at.to_string()]));
    let event = Event { at, id: id_of_event, step, facts: Some((at, facts)) };
    Ok(Message { stream: incident_id(id), told: Told::Event(Box::new(event)), faults: Vec::new() })
}

/// The id under which an incident of Datadog's is kept, such as `IR-7`.
fn incident_id(public: &str) -> String {
    format!("IR-{}", tidy(public.trim_start_matches("IR-"), NAME_LETTERS))
}

/// One incident as Datadog has it.
fn answer(mapping: &Mapping, asked: AskedIncident, received_at: Timestamp) -> Result<Message, Fault> {
    let missing = |what: &str| Fault::new("hooks/form", format!("The answer has no {what}."), MEND_ANSWER);
    let said: IncidentAttributes = asked.incident;
    let id = said.public_id.map(|id| incident_id(&id.to_string())).ok_or_else(|| missing("public_id"))?;
    let time = |field: &str, text: &Option<String>| match text.as_deref() {
        None => Ok(None),
        Some(text) => instant(field, text, received_at).map(Some),
    };
    let declared = match time("declared", &said.declared)? {
        Some(declared) => declared,
        None => time("created", &said.created)?.ok_or_else(|| missing("created"))?,
    };
    let updated_at = time("modified", &said.modified)?.ok_or_else(|| missing("modified"))?;
    let state = said.word(said.state.as_deref(), "state").unwrap_or_default().to_lowercase();
    let is_over = matches!(state.as_str(), "resolved" | "completed");
    let is_archived = said.archived.is_some();
    let product = said.product(mapping);
    let incident = Incident {
        source: mapping.source.clone(),
        title: titled(&said.title.clone().unwrap_or_default()),
        product,
        severity: mapping.severity(&said.word(said.severity.as_deref(), "severity").unwrap_or_default()),
        status: if is_archived { ARCHIVED.to_owned() } else { tidy(&state, NAME_LETTERS) },
        impact_start: time("customer_impact_start", &said.customer_impact_start)?,
        detected_at: time("detected", &said.detected)?,
        declared_at: declared,
        acknowledged_at: None,
        mitigated_at: time("customer_impact_end", &said.customer_impact_end)?,
        // What was opened again keeps the time of its first resolution at Datadog.
        resolved_at: time("resolved", &said.resolved)?.filter(|_| is_over),
        impact_fraction: Ppm::ONE,
        customer_impact: said.customer_impacted.unwrap_or(true),
        detected_by: said.detected_by(),
        cause_deploy_id: None,
        fingerprint: None,
        merged_into: None,
        is_test: said.is_test.unwrap_or_default(),
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: address(asked.url.as_deref()),
        updated_at,
        raw: "{}".to_owned(),
        calm: Vec::new(),
        external_id: id.clone(),
    };
    Ok(Message { stream: id, told: Told::Incident(Box::new(incident)), faults: Vec::new() })
}

impl IncidentAttributes {
    /// An attribute, or the field of its name.
    fn word(&self, own: Option<&str>, field: &str) -> Option<String> {
        own.map(str::to_owned).or_else(|| self.values(field).into_iter().next())
    }

    /// The product behind the fields that name one; of several services, the first that the configuration names.
    fn product(&self, mapping: &Mapping) -> String {
        let of_key = |key: &str| {
            let values = [self.values(key), self.values(&format!("{key}s"))].concat();
            values.into_iter().map(|value| (format!("{key}:{value}"), value)).collect::<Vec<_>>()
        };
        let tagged: Vec<(String, String)> =
            keys_of_product(&mapping.product_label).into_iter().flat_map(of_key).collect();
        let known = tagged
            .iter()
            .find_map(|(tag, value)| mapping.products.get(tag).or_else(|| mapping.products.get(value)));
        match known {
            Some(slug) => slug.clone(),
            None => mapping.product(tagged.first().map(|(_, value)| value.as_str())),
        }
    }

    fn detected_by(&self) -> Option<DetectedBy> {
        match self.values("detection_method").first().map(String::as_str) {
            Some("customer") => Some(DetectedBy::Customer),
            Some("employee") => Some(DetectedBy::Staff),
            Some("monitor") => Some(DetectedBy::Monitor),
            _ => None,
        }
    }
}

fn instant(field: &str, text: &str, received_at: Timestamp) -> Result<Timestamp, Fault> {
    let read = text.parse::<Timestamp>().ok();
    read.filter(|instant| is_plausible(*instant, received_at)).ok_or_else(|| {
        let what = format!("The answer's {field} is no time between 2000 and tomorrow.");
        Fault::new("hooks/times", what, MEND_ANSWER)
    })
}

/// What is said of a cycle of which only the end came.
#[must_use]
pub fn unbegun() -> Fault {
    let what = "An alert recovered of which no message had said that it was on.";
    Fault::new("hooks/began", what, MEND_BEGAN)
}
