//! Argo CD's notifications, whose body its users write: the template of docs/deploys.md.

use std::collections::BTreeMap;

use domain::deploy::{Deploy, DeployStatus, environment_of};
use domain::product::Environment;
use jiff::Timestamp;
use serde::Deserialize;

use super::deploy::stream;
use super::github::{short, unknown_environment};
use super::{Fault, Mapping, Message, NAME_LETTERS, Told, address, is_plausible, json, mark, tidy};

const MEND: &str = "Give the notification in Argo CD the template of docs/deploys.md.";

/// The labels of an application that name its environment.
const ENVIRONMENT_LABELS: [&str; 2] = ["environment", "env"];

/// The labels of an application that name its product.
const PRODUCT_LABELS: [&str; 2] = ["product", "app.kubernetes.io/part-of"];

#[derive(Deserialize)]
struct Payload {
    application: String,
    phase: String,
    revision: Option<String>,
    started_at: Option<String>,
    finished_at: Option<String>,
    repository: Option<String>,
    namespace: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    images: Option<Vec<String>>,
    initiated_by: Option<Initiator>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Initiator {
    username: Option<String>,
}

pub(super) fn read(mapping: &Mapping, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let payload: Payload = json(text, MEND)?;
    let nothing = Message { stream: String::new(), told: Told::Nothing, faults: Vec::new() };
    let status = match payload.phase.as_str() {
        "Succeeded" => DeployStatus::Succeeded,
        "Failed" | "Error" => DeployStatus::Failed,
        "Running" | "Terminating" => return Ok(nothing),
        other => {
            let what = format!("The phase {:?} is none of Argo CD's.", tidy(other, NAME_LETTERS));
            return Err(Fault::new("hooks/form", what, MEND));
        }
    };
    let finished_at = payload.finished_at.as_deref().and_then(|text| text.parse().ok());
    let finished_at = finished_at.filter(|at| is_plausible(*at, received_at)).ok_or_else(|| {
        let what = "The message has no finished_at between 2000 and tomorrow.";
        Fault::new("hooks/times", what, MEND)
    })?;
    let name = tidy(&payload.application, NAME_LETTERS);
    if name.is_empty() {
        return Err(Fault::new("hooks/form", "The message names no application.", MEND));
    }
    let revision = payload.revision.clone().unwrap_or_default();
    // A synchronisation is told apart by its beginning, which stays the same in each message about it.
    let began = payload.started_at.clone().unwrap_or_else(|| finished_at.to_string());
    let external_id = format!("{name}-{}", mark(&[&name, &revision, &began]));
    let (environment, faults) = environment(mapping, &payload, &name);
    let deploy = Deploy {
        source: mapping.source.clone(),
        product: product(mapping, &payload, &name),
        repository: address(payload.repository.as_deref()),
        environment,
        version: version(&payload, &revision),
        finished_at,
        status,
        author: author(&payload),
        url: address(payload.url.as_deref()),
        updated_at: finished_at,
        external_id,
    };
    Ok(Message { stream: stream(&deploy.external_id), told: Told::Deploy(Box::new(deploy)), faults })
}

fn label<'p>(payload: &'p Payload, names: &[&str]) -> Option<&'p str> {
    let labels = payload.labels.as_ref()?;
    let value = names.iter().find_map(|name| labels.get(*name))?;
    (!value.trim().is_empty()).then_some(value.as_str())
}

/// An application such as `karte-prod`, whose name ends in its environment.
fn parted(name: &str) -> Option<(&str, Environment)> {
    let (product, word) = name.rsplit_once('-')?;
    environment_of(word).map(|environment| (product, environment))
}

/// By a label, else by the end of the application's name or a namespace that the configuration names, else production.
fn environment(mapping: &Mapping, payload: &Payload, name: &str) -> (Option<Environment>, Vec<Fault>) {
    if let Some(word) = label(payload, &ENVIRONMENT_LABELS) {
        let known = mapping.environment(word);
        let faults = if known.is_none() { vec![unknown_environment(word)] } else { Vec::new() };
        return (known, faults);
    }
    let named = |word: &str| mapping.environments.get(&word.trim().to_lowercase()).copied();
    let by_namespace = || payload.namespace.as_deref().and_then(named);
    let by_name = || parted(name).map(|(_, environment)| environment);
    (named(name).or_else(by_namespace).or_else(by_name).or(Some(Environment::Production)), Vec::new())
}

/// By the application as the configuration names it, else by a label, else the application without its environment.
fn product(mapping: &Mapping, payload: &Payload, name: &str) -> String {
    if let Some(slug) = mapping.products.get(name) {
        return slug.clone();
    }
    let of_name = parted(name).map_or(name, |(product, _)| product);
    mapping.product(Some(label(payload, &PRODUCT_LABELS).unwrap_or(of_name)))
}

/// The tag that all images have, else the revision of the configuration.
fn version(payload: &Payload, revision: &str) -> String {
    let images = payload.images.as_deref().unwrap_or_default();
    let first = images.first().and_then(|image| tag(image));
    match first.filter(|first| images.iter().all(|image| tag(image) == Some(first))) {
        Some(tag) => tidy(tag, NAME_LETTERS),
        None if revision.is_empty() => "?".to_owned(),
        None => short(revision),
    }
}

/// The tag of an image; a digest and a registry's port are none.
fn tag(image: &str) -> Option<&str> {
    let named = image.split('@').next().unwrap_or(image);
    let (_, tag) = named.rsplit_once(':')?;
    (!tag.contains('/')).then_some(tag)
}

fn author(payload: &Payload) -> Option<String> {
    let name = payload.initiated_by.as_ref()?.username.as_deref()?;
    (!name.trim().is_empty()).then(|| tidy(name, NAME_LETTERS))
}
