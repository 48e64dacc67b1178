//! What PagerDuty answers: everything may be missing, and what is not known is passed over.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::hook::ResolveReason;

/// A page of any list. Each thing on it is read by itself, so that one that cannot be read loses no other.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    pub(super) incidents: Option<Vec<Box<RawValue>>>,
    pub(super) log_entries: Option<Vec<Box<RawValue>>>,
    pub(super) more: Option<bool>,
}

/// `GET /incidents/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct One {
    pub(super) incident: Option<Box<RawValue>>,
}

/// `GET /priorities`, the worst first.
#[derive(Debug, Deserialize)]
pub(super) struct Priorities {
    pub(super) priorities: Option<Vec<Priority>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Priority {
    pub(super) name: Option<String>,
}

/// Something that PagerDuty names.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Named {
    pub(crate) id: Option<String>,
    pub(crate) summary: Option<String>,
}

/// What is read of an incident.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RestIncident {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) urgency: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) resolved_at: Option<String>,
    pub(crate) last_status_change_at: Option<String>,
    pub(crate) service: Option<Named>,
    pub(crate) priority: Option<Named>,
    pub(crate) resolve_reason: Option<ResolveReason>,
    pub(crate) html_url: Option<String>,
}

/// What is read of a log entry.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct LogEntry {
    pub(crate) id: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) created_at: Option<String>,
}

/// An incident and what happened to it, as the log keeps them.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) incident: RestIncident,
    #[serde(default)]
    pub(crate) log_entries: Vec<LogEntry>,
}

/// The types of log entries that are kept: the others say who was told, and change nothing.
const KEPT: [&str; 3] = ["acknowledge_log_entry", "unacknowledge_log_entry", "resolve_log_entry"];

/// The message for the log: only what is read later, always in the same order, so that an unchanged incident is
/// the same message. What cannot be read goes in as it came, and its reader says why.
pub(super) fn message(incident: &RawValue, entries: &[Box<RawValue>]) -> String {
    let incident = match serde_json::from_str::<RestIncident>(incident.get()) {
        Ok(read) => serde_json::to_string(&read).unwrap_or_default(),
        Err(_) => incident.get().to_owned(),
    };
    let read = |entry: &RawValue| match serde_json::from_str::<LogEntry>(entry.get()) {
        Ok(read) if !KEPT.contains(&read.kind.as_deref().unwrap_or_default()) => None,
        Ok(read) => serde_json::to_string(&read).ok(),
        Err(_) => Some(entry.get().to_owned()),
    };
    let mut entries: Vec<String> = entries.iter().filter_map(|entry| read(entry)).collect();
    entries.sort_unstable();
    entries.dedup();
    format!("{{\"asked\":{{\"incident\":{incident},\"log_entries\":[{}]}}}}", entries.join(","))
}
