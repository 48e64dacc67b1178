//! One incident in the canonical form, as a JSON object of the columns that the file has.

use domain::rejection::Gravity;
use serde_json::Value;

use super::{Fault, Mapping, Message, NAME_LETTERS, TITLE_LETTERS, Told, json, tidy};
use crate::incidents;

const MEND: &str = "Send one incident a message, as a JSON object with the columns of the canonical file.";

pub(super) fn read(mapping: &Mapping, text: &str) -> Result<Message, Fault> {
    let mut object: serde_json::Map<String, Value> = json(text, MEND)?;
    // Who tells is decided by the secret, not by the message.
    object.insert("source".to_owned(), Value::String(mapping.source.clone()));
    let service = object.get("product").and_then(Value::as_str);
    let product = mapping.product(service);
    object.insert("product".to_owned(), Value::String(product));
    if let Some(word) = object.get("severity").and_then(Value::as_str) {
        let severity = mapping.severity(word).as_str().to_owned();
        object.insert("severity".to_owned(), Value::String(severity));
    }
    let rows = Value::Array(vec![Value::Object(object)]).to_string();
    let read = incidents::parse(rows.as_bytes(), "the message", &mapping.source);
    let read = read.map_err(|error| Fault::new("hooks/form", error.to_string(), MEND))?;
    let refused = read.issues.iter().find(|issue| issue.gravity == Gravity::Rejected);
    let Some(mut incident) = read.values.into_iter().next().map(|found| found.incident) else {
        let what =
            refused.map_or_else(|| "The message holds no incident.".to_owned(), |issue| issue.what.clone());
        return Err(Fault::new("hooks/incident", what, MEND));
    };
    incident.title = tidy(&incident.title, TITLE_LETTERS);
    incident.external_id = tidy(&incident.external_id, NAME_LETTERS);
    let faults =
        read.issues.into_iter().map(|issue| Fault::new("hooks/incident", issue.what, MEND)).collect();
    Ok(Message { stream: incident.external_id.clone(), told: Told::Incident(Box::new(incident)), faults })
}
