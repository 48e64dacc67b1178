//! One deploy in the form of the file, as a JSON object of its columns.

use domain::rejection::Gravity;
use serde_json::Value;

use super::{Fault, Mapping, Message, NAME_LETTERS, Told, is_plausible, json, tidy};
use crate::deploys;

const MEND: &str = "Send one deploy a message, as a JSON object with the columns of docs/deploys.md.";

pub(super) fn read(mapping: &Mapping, text: &str, received_at: jiff::Timestamp) -> Result<Message, Fault> {
    let mut object: serde_json::Map<String, Value> = json(text, MEND)?;
    // Who tells is decided by the secret, not by the message.
    object.insert("source".to_owned(), Value::String(mapping.source.clone()));
    let product = mapping.product(object.get("product").and_then(Value::as_str));
    object.insert("product".to_owned(), Value::String(product));
    let rows = Value::Array(vec![Value::Object(object)]).to_string();
    let read = deploys::parse(rows.as_bytes(), "the message", &mapping.source, &mapping.environments);
    let read = read.map_err(|error| Fault::new("hooks/form", error.to_string(), MEND))?;
    let refused = read.issues.iter().find(|issue| issue.gravity == Gravity::Rejected);
    let Some(mut deploy) = read.values.into_iter().next() else {
        let what =
            refused.map_or_else(|| "The message holds no deploy.".to_owned(), |issue| issue.what.clone());
        return Err(Fault::new("hooks/deploy", what, MEND));
    };
    for at in [deploy.finished_at, deploy.updated_at] {
        if !is_plausible(at, received_at) {
            let what = format!("The deploy has the time {at}, which is not between 2000 and tomorrow.");
            return Err(Fault::new("hooks/times", what, MEND));
        }
    }
    for text in [&mut deploy.external_id, &mut deploy.version, &mut deploy.product] {
        *text = tidy(text, NAME_LETTERS);
    }
    if deploy.external_id.is_empty() || deploy.version.is_empty() {
        return Err(Fault::new("hooks/deploy", "The deploy has no id or no version that can be read.", MEND));
    }
    deploy.author = deploy.author.map(|author| tidy(&author, NAME_LETTERS));
    let faults = read.issues.into_iter().map(|issue| Fault::new("hooks/deploy", issue.what, MEND)).collect();
    Ok(Message { stream: stream(&deploy.external_id), told: Told::Deploy(Box::new(deploy)), faults })
}

/// What the messages about one deploy have in common.
pub(super) fn stream(id: &str) -> String {
    format!("deploy-{id}")
}
