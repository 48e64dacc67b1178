//! Incidents that Datadog keeps, asked by its API v2, which Datadog calls unstable: everything may be missing.
//!
//! The list of all incidents has everything that is read, a hundred at a time, and in no order that Datadog
//! promises. So it is read to its end, and what has changed is picked from it by `modified`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::http::{Entry, Server};
use super::parsed;
use crate::slo::SloSourceError;

/// How many incidents are asked for at once: what Datadog gives at most.
const PAGE: usize = 100;

/// One of so many incidents of a page is asked for again with the next one: what is deleted meanwhile moves others
/// forward.
const OVERLAP: usize = 10;

/// So many pages without anything new are borne.
const KNOWN_PAGES: u32 = 3;

/// The right that reading incidents needs.
const RIGHT: &str =
    "give the application key the scope incident_read, and look whether both keys are of this site";

/// The fields that are read whatever tag names the product.
const FIELDS: [&str; 3] = ["detection_method", "severity", "state"];

/// The longest value of a field that is kept, in letters.
const VALUE_LETTERS: usize = 200;

/// What is asked and how.
#[derive(Clone, Debug)]
pub struct IncidentOptions {
    /// The address before `/api/v2`.
    pub endpoint: String,
    /// `DD-API-KEY`.
    pub api_key: String,
    /// `DD-APPLICATION-KEY`, with the scope `incident_read`.
    pub application_key: String,
    /// The key of the tag, or the name of the field, that names the product.
    pub product_label: String,
}

/// One incident, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentAnswer {
    /// When it was created and last changed, as Datadog says; `None` where that cannot be read; UTC.
    pub created_and_modified: Option<(Timestamp, Timestamp)>,
    /// The message for the log.
    pub body: String,
}

/// A page of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentPage {
    /// Those that no page before had.
    pub answers: Vec<IncidentAnswer>,
    /// Whether it is the last one.
    pub is_last: bool,
}

/// The incidents of an organisation at Datadog, page by page.
pub struct IncidentAccount {
    server: Server,
    options: IncidentOptions,
    offset: usize,
    seen: BTreeSet<String>,
    known_pages: u32,
}

impl IncidentAccount {
    /// An account behind two keys; nothing is asked yet.
    ///
    /// # Errors
    /// [`SloSourceError::Settings`] when no request can be made with them.
    pub fn new(options: IncidentOptions) -> Result<Self, SloSourceError> {
        let entry = Entry {
            endpoint: &options.endpoint,
            api_key: &options.api_key,
            application_key: &options.application_key,
            right: RIGHT,
        };
        let server = Server::new(&entry)?;
        Ok(Self { server, options, offset: 0, seen: BTreeSet::new(), known_pages: 0 })
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

    /// The next incidents.
    ///
    /// # Errors
    /// [`SloSourceError`].
    pub async fn next(&mut self) -> Result<IncidentPage, SloSourceError> {
        let path = format!("/api/v2/incidents?page%5Bsize%5D={PAGE}&page%5Boffset%5D={}", self.offset);
        let body = self.server.get(&path).await.map_err(|error| self.server.whole(error))?;
        let list: List = parsed(&body).map_err(|what| self.unreadable(what))?;
        let found = list.data.ok_or_else(|| self.unreadable("the list of incidents has no data"))?;
        let size = list.meta.and_then(|meta| meta.pagination?.size);
        let is_last = found.is_empty() || size.is_some_and(|size| found.len() < size);
        self.offset += found.len() - found.len() / OVERLAP;
        let mut answers: Vec<IncidentAnswer> = found.iter().map(|one| self.answer(one)).collect();
        answers.retain(|answer| self.seen.insert(answer.body.clone()));
        self.known_pages = if answers.is_empty() { self.known_pages + 1 } else { 0 };
        if self.known_pages > KNOWN_PAGES && !is_last {
            return Err(self.unreadable("the same page of incidents again and again"));
        }
        Ok(IncidentPage { answers, is_last })
    }

    fn unreadable(&self, what: impl Into<String>) -> SloSourceError {
        SloSourceError::Unreadable { place: self.server.place(), what: what.into() }
    }

    /// The message for the log: only what is read later, always in the same order, so that an unchanged incident is
    /// the same message. What cannot be read goes in as it came, and its reader says why.
    fn answer(&self, raw: &RawValue) -> IncidentAnswer {
        let read = serde_json::from_str::<Listed>(raw.get()).ok().and_then(|listed| listed.attributes);
        let Some(mut incident) = read else {
            let body = format!("{{\"asked\":{{\"incident\":{}}}}}", raw.get());
            return IncidentAnswer { created_and_modified: None, body };
        };
        let wanted = self.fields();
        let kept = wanted.into_iter().map(|name| (incident.values(&name), name));
        let kept = kept.filter(|(values, _)| !values.is_empty());
        incident.fields = Some(kept.map(|(values, name)| (name, json!({ "value": values }))).collect());
        let instant = |text: &Option<String>| text.as_ref()?.parse::<Timestamp>().ok();
        let created_and_modified = instant(&incident.created).zip(instant(&incident.modified));
        let url = incident.public_id.and_then(|id| page_of(&self.options.endpoint, id));
        let body =
            serde_json::to_string(&Message { asked: AskedIncident { url, incident } }).unwrap_or_default();
        IncidentAnswer { created_and_modified, body }
    }

    /// The names of the fields that are read.
    fn fields(&self) -> Vec<String> {
        let keys = keys_of_product(&self.options.product_label);
        let of_product = keys.iter().flat_map(|key| [(*key).to_owned(), format!("{key}s")]);
        of_product.chain(FIELDS.map(str::to_owned)).collect()
    }
}

/// The keys of tags that name a product, the configured one first.
pub(crate) fn keys_of_product(label: &str) -> Vec<&str> {
    const SERVICE: &str = "service";
    if label == SERVICE { vec![SERVICE] } else { vec![label, SERVICE] }
}

/// The page of an incident in Datadog's application; `None` behind a proxy, whose site is not known.
fn page_of(endpoint: &str, id: i64) -> Option<String> {
    let site = endpoint.strip_prefix("https://api.")?;
    let has_own_name = matches!(site, "datadoghq.com" | "datadoghq.eu" | "ddog-gov.com");
    let host = if has_own_name { format!("app.{site}") } else { site.to_owned() };
    Some(format!("https://{host}/incidents/{id}"))
}

/// `GET /api/v2/incidents`. Each incident is read by itself, so that one that cannot be read loses no other.
#[derive(Deserialize)]
struct List {
    data: Option<Vec<Box<RawValue>>>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
struct Pagination {
    size: Option<usize>,
}

#[derive(Deserialize)]
struct Listed {
    attributes: Option<IncidentAttributes>,
}

#[derive(Serialize)]
struct Message {
    asked: AskedIncident,
}

/// An incident, as the log keeps it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct AskedIncident {
    /// Its page at Datadog.
    #[serde(default)]
    pub(crate) url: Option<String>,
    pub(crate) incident: IncidentAttributes,
}

/// What is read of an incident.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct IncidentAttributes {
    pub(crate) public_id: Option<i64>,
    pub(crate) title: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) severity: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) declared: Option<String>,
    pub(crate) detected: Option<String>,
    pub(crate) resolved: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) archived: Option<String>,
    pub(crate) is_test: Option<bool>,
    pub(crate) customer_impacted: Option<bool>,
    pub(crate) customer_impact_start: Option<String>,
    pub(crate) customer_impact_end: Option<String>,
    pub(crate) fields: Option<BTreeMap<String, Value>>,
}

impl IncidentAttributes {
    /// The texts of a field that the organisation has defined; none where it is empty, or longer than a name.
    pub(crate) fn values(&self, field: &str) -> Vec<String> {
        let texts = |fields: &BTreeMap<String, Value>| fields.get(field).map(texts);
        self.fields.as_ref().and_then(texts).unwrap_or_default()
    }
}

fn texts(field: &Value) -> Vec<String> {
    let text = |value: &Value| {
        let text = value.as_str()?.trim();
        (!text.is_empty() && text.chars().count() <= VALUE_LETTERS).then(|| text.to_owned())
    };
    match &field["value"] {
        Value::Array(many) => many.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_has_a_page_of_its_site() {
        for (endpoint, expected) in [
            ("https://api.datadoghq.com", Some("https://app.datadoghq.com/incidents/7")),
            ("https://api.ap1.datadoghq.com", Some("https://ap1.datadoghq.com/incidents/7")),
            ("https://api.datadoghq.eu", Some("https://app.datadoghq.eu/incidents/7")),
            ("http://127.0.0.1:9", None),
        ] {
            assert_eq!(page_of(endpoint, 7).as_deref(), expected, "{endpoint}");
        }
    }

    #[test]
    fn only_what_is_read_is_kept_and_what_cannot_be_read_as_it_came() {
        let options = IncidentOptions {
            endpoint: "https://api.datadoghq.com".to_owned(),
            api_key: "a".to_owned(),
            application_key: "b".to_owned(),
            product_label: "team".to_owned(),
        };
        let account = IncidentAccount::new(options).unwrap();
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        let good = raw(
            r#"{"id":"u","type":"incidents","attributes":{"public_id":7,"title":"t","created":"2026-11-16T01:00:00+00:00",
            "modified":"2026-11-16T02:00:00Z","commander":{"name":"somebody"},"fields":{"teams":{"type":"autocomplete",
            "value":["pay"]},"root_cause":{"type":"textbox","value":"a long story"},"services":{"value":null},"odd":null}}}"#,
        );
        let answer = account.answer(&good);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let times = (at("2026-11-16T01:00:00Z"), at("2026-11-16T02:00:00Z"));
        assert_eq!(answer.created_and_modified, Some(times));
        assert!(answer.body.contains(r#""fields":{"teams":{"value":["pay"]}}"#), "{}", answer.body);
        for left_out in ["somebody", "long story", "services"] {
            assert!(!answer.body.contains(left_out), "{}", answer.body);
        }
        let bad = account.answer(&raw(r#"{"attributes":{"public_id":"seven"}}"#));
        assert_eq!(bad.created_and_modified, None);
        assert!(bad.body.contains("seven"));
    }
}
