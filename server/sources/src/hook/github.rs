//! GitHub's webhook of the event `deployment_status`, and the ping by which it tries one out.

use domain::deploy::{Deploy, DeployStatus, environment_of};
use domain::product::Environment;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::deploy::stream;
use super::{Fault, Mapping, Message, NAME_LETTERS, Told, address, is_plausible, json, tidy};

const MEND: &str = "Let the webhook in GitHub send the event “Deployment statuses” as application/json.";
const MEND_ENVIRONMENT: &str = "Name it under environments of the hook, such as \"tokyo=production\".";

#[derive(Deserialize)]
struct Payload {
    zen: Option<Value>,
    deployment_status: Option<State>,
    deployment: Option<Deployment>,
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct State {
    state: String,
    environment: Option<String>,
    creator: Option<Creator>,
    log_url: Option<String>,
    target_url: Option<String>,
    created_at: String,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Deployment {
    id: i64,
    sha: String,
    #[serde(rename = "ref")]
    reference: Option<String>,
    environment: Option<String>,
    production_environment: Option<bool>,
    transient_environment: Option<bool>,
    payload: Option<Value>,
    creator: Option<Creator>,
}

#[derive(Deserialize)]
struct Creator {
    login: Option<String>,
}

#[derive(Deserialize)]
struct Repository {
    name: String,
    full_name: String,
    html_url: Option<String>,
}

pub(super) fn read(mapping: &Mapping, text: &str, received_at: Timestamp) -> Result<Message, Fault> {
    let payload: Payload = json(text, MEND)?;
    let nothing = Message { stream: String::new(), told: Told::Nothing, faults: Vec::new() };
    let (state, deployment, repository) = match payload {
        Payload { zen: Some(_), .. } => return Ok(nothing),
        Payload {
            deployment_status: Some(state),
            deployment: Some(deployment),
            repository: Some(repository),
            ..
        } => (state, deployment, repository),
        // A deployment that was asked for and has no state yet.
        Payload { deployment: Some(_), .. } => return Ok(nothing),
        _ => {
            let what = "The message is of another event than a deployment's state.";
            return Err(Fault::new("hooks/form", what, MEND));
        }
    };
    let status = match state.state.as_str() {
        "success" => DeployStatus::Succeeded,
        "failure" | "error" => DeployStatus::Failed,
        // It goes on, or a newer one took its place.
        _ => return Ok(nothing),
    };
    let at = |text: &str| {
        let read = text.parse::<Timestamp>().ok().filter(|at| is_plausible(*at, received_at));
        let what = "The deployment's state has no time between 2000 and tomorrow.";
        read.ok_or_else(|| Fault::new("hooks/times", what, MEND))
    };
    let finished_at = at(&state.created_at)?;
    let updated_at = state.updated_at.as_deref().map_or(Ok(finished_at), at)?;
    let (environment, faults) = environment(mapping, &state, &deployment);
    let deploy = Deploy {
        source: mapping.source.clone(),
        external_id: deployment.id.to_string(),
        product: product(mapping, &deployment, &repository),
        repository: address(repository.html_url.as_deref()),
        environment,
        version: version(&deployment),
        finished_at,
        status,
        author: author(&deployment, &state),
        url: address(state.log_url.as_deref()).or_else(|| address(state.target_url.as_deref())),
        updated_at,
    };
    Ok(Message { stream: stream(&deploy.external_id), told: Told::Deploy(Box::new(deploy)), faults })
}

/// The product that the deployment's own payload names, else the one behind the repository.
fn product(mapping: &Mapping, deployment: &Deployment, repository: &Repository) -> String {
    let named =
        deployment.payload.as_ref().and_then(|payload| payload.get("product")).and_then(Value::as_str);
    if let Some(named) = named {
        return mapping.product(Some(named));
    }
    let known = mapping.products.get(&repository.full_name);
    known.cloned().unwrap_or_else(|| mapping.product(Some(&repository.name)))
}

/// The environment by its name, else as GitHub's two marks say.
fn environment(
    mapping: &Mapping,
    state: &State,
    deployment: &Deployment,
) -> (Option<Environment>, Vec<Fault>) {
    let word = state.environment.as_deref().or(deployment.environment.as_deref()).unwrap_or("production");
    let marked = match (deployment.production_environment, deployment.transient_environment) {
        (Some(true), _) => Some(Environment::Production),
        (_, Some(true)) => Some(Environment::Preview),
        _ => None,
    };
    match mapping.environment(word).or(marked) {
        Some(environment) => (Some(environment), Vec::new()),
        None => (None, vec![unknown_environment(word)]),
    }
}

/// What is said of an environment that nobody named: the deploy is kept.
pub(super) fn unknown_environment(word: &str) -> Fault {
    let word = tidy(word, NAME_LETTERS);
    let what = format!("The environment {word:?} is not known; the deploy is listed and not counted.");
    Fault::new("hooks/environment", what, MEND_ENVIRONMENT)
}

/// A tag is a version; of a branch the revision tells more.
fn version(deployment: &Deployment) -> String {
    let is_version =
        |text: &&str| *text != deployment.sha && text.contains(|letter: char| letter.is_ascii_digit());
    let plain = deployment.reference.as_deref().map(|text| text.strip_prefix("refs/tags/").unwrap_or(text));
    match plain.filter(is_version) {
        Some(tag) => tidy(tag, NAME_LETTERS),
        None => short(&deployment.sha),
    }
}

/// The first letters of a revision, as people say them.
pub(super) fn short(revision: &str) -> String {
    let is_revision = revision.len() >= 12 && revision.chars().all(|letter| letter.is_ascii_hexdigit());
    tidy(revision, if is_revision { 7 } else { NAME_LETTERS })
}

fn author(deployment: &Deployment, state: &State) -> Option<String> {
    let login = |creator: &Option<Creator>| creator.as_ref().and_then(|one| one.login.clone());
    login(&deployment.creator).or_else(|| login(&state.creator)).map(|name| tidy(&name, NAME_LETTERS))
}

impl Mapping {
    /// The environment behind a source's word: as configured, else as usual.
    pub(super) fn environment(&self, word: &str) -> Option<Environment> {
        self.environments.get(&word.trim().to_lowercase()).copied().or_else(|| environment_of(word))
    }
}
