//! Alertmanager's webhook, payload version 4: one message tells the state of one group of alerts.

use std::collections::BTreeMap;

use domain::incident::DetectedBy;
use domain::incident_event::{Alert, Facts};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Fault, Mapping, Message, NAME_LETTERS, TITLE_LETTERS, Told, address, is_plausible, json, mark, tidy,
};

/// What an alert that still fires carries as its end: Go's zero time.
const STILL_FIRING_YEAR: i16 = 1;

#[derive(Deserialize)]
struct Payload {
    version: Option<String>,
    #[serde(rename = "groupKey")]
    group_key: Option<String>,
    #[serde(rename = "truncatedAlerts", default)]
    truncated: u64,
    #[serde(rename = "externalURL")]
    external_url: Option<String>,
    #[serde(default)]
    alerts: Vec<Reported>,
}

#[derive(Deserialize)]
struct Reported {
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(rename = "startsAt")]
    starts_at: Option<String>,
    #[serde(rename = "endsAt")]
    ends_at: Option<String>,
    status: Option<String>,
    fingerprint: Option<String>,
}

pub(super) fn read(mapping: &Mapping, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    const MEND: &str = "Let Alertmanager send its own payload: set no template of your own for this webhook.";
    let payload: Payload = json(text, MEND)?;
    if payload.version.as_deref() != Some("4") {
        let what = "The message is no payload of version 4.";
        return Err(Fault::new("hooks/version", what, MEND));
    }
    let Some(key) = payload.group_key.as_deref().filter(|key| !key.is_empty()) else {
        return Err(Fault::new("hooks/group", "The message names no group (groupKey).", MEND));
    };
    let mut faults = Vec::new();
    if payload.truncated > 0 {
        let what =
            format!("Alertmanager left out {} alerts of the group {}.", payload.truncated, mark(&[key]));
        faults.push(Fault::new("hooks/truncated", what, "Set max_alerts of the webhook to 0, which is all."));
    }
    let url = address(payload.external_url.as_deref());
    let mut alerts = Vec::new();
    for reported in &payload.alerts {
        match alert(mapping, key, url.as_deref(), reported, received_at) {
            Ok(alert) => alerts.push(alert),
            Err(fault) => faults.push(fault),
        }
    }
    Ok(Message { stream: mark(&[key]), told: Told::Alerts(alerts), faults })
}

fn alert(
    mapping: &Mapping,
    key: &str,
    url: Option<&str>,
    reported: &Reported,
    received_at: Timestamp,
) -> Result<Alert, Fault> {
    let name = reported.labels.get("alertname").map_or("alert", String::as_str);
    let starts_at = instant(name, "startsAt", reported.starts_at.as_deref(), received_at)?;
    let ends_at = match reported.ends_at.as_deref() {
        None => None,
        Some(_) if reported.status.as_deref() == Some("firing") => None,
        Some(text) if is_zero(text) => None,
        Some(_) => Some(instant(name, "endsAt", reported.ends_at.as_deref(), received_at)?),
    };
    if ends_at.is_some_and(|end| end < starts_at) {
        let what = format!("The alert {} ends before it starts.", tidy(name, NAME_LETTERS));
        return Err(Fault::new("hooks/times", what, "Look at the clocks of Prometheus and Alertmanager."));
    }
    let product = mapping.product(reported.labels.get(&mapping.product_label).map(String::as_str));
    let fingerprint = match &reported.fingerprint {
        Some(fingerprint) => tidy(fingerprint, NAME_LETTERS),
        None => labels_mark(&reported.labels),
    };
    let severity = reported.labels.get(&mapping.severity_label);
    let facts = Facts {
        title: title(name, reported),
        severity: severity.map_or(domain::incident::Severity::Unclassified, |word| mapping.severity(word)),
        detected_by: Some(DetectedBy::Monitor),
        fingerprint: Some(format!("{}@{product}", tidy(name, NAME_LETTERS))),
        url: url.map(str::to_owned),
        product: product.clone(),
    };
    let group = mark(&[key, &product]);
    Ok(Alert { group, starts_at, fingerprint, ends_at, told_at: received_at, facts })
}

/// The summary that the rule gives, else the alert's name.
fn title(name: &str, reported: &Reported) -> String {
    let summary = reported.annotations.get("summary").or_else(|| reported.annotations.get("title"));
    let written = summary.map(|summary| tidy(summary, TITLE_LETTERS)).filter(|summary| !summary.is_empty());
    written.unwrap_or_else(|| tidy(name, TITLE_LETTERS))
}

/// What older versions do not send: a mark of all labels.
fn labels_mark(labels: &BTreeMap<String, String>) -> String {
    let texts: Vec<&str> = labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    mark(&texts)
}

fn is_zero(text: &str) -> bool {
    text.parse::<Timestamp>()
        .is_ok_and(|end| jiff::tz::TimeZone::UTC.to_datetime(end).year() == STILL_FIRING_YEAR)
}

fn instant(name: &str, field: &str, text: Option<&str>, received_at: Timestamp) -> Result<Timestamp, Fault> {
    let read = text.and_then(|text| text.parse::<Timestamp>().ok());
    read.filter(|instant| is_plausible(*instant, received_at)).ok_or_else(|| {
        let what =
            format!("The alert {} has no {field} between 2000 and tomorrow.", tidy(name, NAME_LETTERS));
        Fault::new("hooks/times", what, "Look at the clocks of Prometheus and Alertmanager.")
    })
}
