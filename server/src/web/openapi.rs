//! `/api/openapi.json`: exports and hooks for programs, as an OpenAPI document (3.1).
//!
//! The schemas of reviews and products are made of the very types that are written ([`crate::snapshot::schemas`]); those
//! of the smaller documents and the parameters lie beside this file as JSON. What an address asks of whoever comes is
//! read from the one table of addresses.

use std::sync::LazyLock;

use axum::Router;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Need;
use serde_json::{Map, Value, json};

use super::suffix::{Form, Picture};
use crate::access::routes;
use crate::snapshot::schemas;

/// Where it is.
const PATH: &str = "/api/openapi.json";

/// Where messages come to.
const HOOK: &str = "/hooks/{name}";

/// What documents are made of, by name.
const SCHEMAS: [&str; 9] = [
    include_str!("openapi/common.json"),
    include_str!("openapi/imports.json"),
    include_str!("openapi/changes.json"),
    include_str!("openapi/actions.json"),
    include_str!("openapi/incidents.json"),
    include_str!("openapi/incident.json"),
    include_str!("openapi/objectives.json"),
    include_str!("openapi/product_cost.json"),
    include_str!("openapi/weeks.json"),
];

/// What addresses take, by name.
const PARAMETERS: &str = include_str!("openapi/parameters.json");

/// A page that has other forms, as its address without a suffix.
struct Exported {
    path: &'static str,
    about: &'static str,
    parameters: &'static [&'static str],
    forms: &'static [Form],
    pictures: &'static [Picture],
    /// The schema of its JSON; it has none without.
    schema: &'static str,
}

const TEXTS: &[Form] = &Form::ALL;
const TABLES: &[Form] = &[Form::Json, Form::Csv];
const JSON: &[Form] = &[Form::Json];
const CSV: &[Form] = &[Form::Csv];
const MARKDOWN: &[Form] = &[Form::Markdown];
const PICTURES: &[Picture] = &Picture::ALL;

const fn export(
    path: &'static str,
    about: &'static str,
    parameters: &'static [&'static str],
    forms: &'static [Form],
    schema: &'static str,
) -> Exported {
    Exported { path, about, parameters, forms, pictures: &[], schema }
}

/// The query of incidents; the address of one product's goes before `product`.
const OF_INCIDENTS: &[&str] = &[
    "week",
    "period",
    "from_day",
    "to_day",
    "product",
    "group",
    "severity",
    "incident_state",
    "detected_by",
    "cause",
    "source",
    "uncounted",
    "sort",
];

const OF_COST: &[&str] = &[
    "week",
    "version",
    "by",
    "sort",
    "tax",
    "service",
    "account",
    "environment",
    "region",
    "category",
    "metric",
    "currency",
    "rows",
];

/// Every page that has other forms.
const EXPORTS: &[Exported] = &[
    export(
        "/reviews",
        "Find words in the titles, notes and decisions of all weeks.",
        &["q"],
        TABLES,
        "ArchiveSearch",
    ),
    Exported {
        pictures: PICTURES,
        ..export(
            "/reviews/{week}",
            "A week's review. A frozen one answers the very bytes that were frozen.",
            &["version", "table", "chart", "lang"],
            TEXTS,
            "SnapshotV1",
        )
    },
    export(
        "/reviews/{week}/restatements",
        "What differs now from a frozen version.",
        &["version"],
        JSON,
        "Restatements",
    ),
    export(
        "/reviews/compare",
        "Two weeks side by side.",
        &["from", "to", "from_version", "to_version"],
        TABLES,
        "WeekComparison",
    ),
    export("/reviews/four-weeks/{week}", "Four weeks.", &["lang"], TEXTS, "PeriodReview"),
    export("/reviews/quarter/{quarter}", "A quarter.", &["lang"], TEXTS, "PeriodReview"),
    export(
        "/products",
        "The products of a week, one a row.",
        &["week", "version", "metric", "currency", "rows", "group"],
        CSV,
        "",
    ),
    Exported {
        pictures: PICTURES,
        ..export(
            "/products/{slug}",
            "A product's week.",
            &["week", "version", "table", "chart", "lang"],
            TEXTS,
            "ProductDocument",
        )
    },
    export("/products/{slug}/cost", "What a product's cost is made of.", OF_COST, TABLES, "ProductCost"),
    export(
        "/products/{slug}/incidents",
        "A product's incidents with their figures.",
        OF_INCIDENTS,
        TABLES,
        "Incidents",
    ),
    export("/incidents", "Incidents with their figures.", OF_INCIDENTS, TABLES, "Incidents"),
    export("/incidents/{id}", "One incident.", &[], JSON, "IncidentPage"),
    export("/incidents/{id}/postmortem", "The write-up of an incident.", &["lang"], MARKDOWN, ""),
    export("/incidents/postmortems", "Which write-ups are due.", &[], TABLES, "Postmortems"),
    export(
        "/objectives",
        "The objectives of a week with their error budgets.",
        &["week", "version", "status", "product", "owner", "source"],
        TABLES,
        "Objectives",
    ),
    export("/objectives/{id}", "One objective.", &["week"], TABLES, "Objective"),
    export(
        "/actions",
        "The register of actions.",
        &["state", "product", "owner", "incident", "lang"],
        TEXTS,
        "Actions",
    ),
    export("/imports", "How imports stand.", &[], JSON, "Imports"),
    export(
        "/imports/restatements",
        "What changed in the bills since a moment.",
        &["since", "week", "version", "source", "month", "cost_owner", "metric", "currency"],
        TABLES,
        "Changes",
    ),
];

/// Files that are no form of a page: address, what it is, parameters, media type.
const FILES: [(&str, &str, &[&str], &str); 5] = [
    ("/objectives/openslo.yaml", "All objectives as OpenSLO v1.", &[], "application/yaml"),
    ("/objectives/{id}/openslo.yaml", "One objective as OpenSLO v1.", &[], "application/yaml"),
    ("/metrics", "Counters in the text format of Prometheus.", &[], "text/plain"),
    ("/healthz", "Whether the process lives.", &[], "text/plain"),
    ("/readyz", "Whether the database answers.", &[], "text/plain"),
];

/// The document; made once.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| format!("{}\n", document()));

pub(super) fn routes() -> Router {
    Router::new().route("/api/openapi.json", get(show))
}

async fn show() -> Response {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

fn document() -> Value {
    let mut paths = Map::new();
    for one in EXPORTS {
        for form in one.forms {
            let schema = match form {
                Form::Json => reference(one.schema),
                Form::Csv | Form::Markdown => json!({ "type": "string" }),
            };
            let media = form.content_type().split(';').next().unwrap_or_default();
            let parameters = one.parameters.iter().filter(|name| has_meaning(name, Some(*form)));
            let path = format!("{}.{}", one.path, form.suffix());
            paths.insert(path.clone(), read(&path, one.about, parameters.copied(), media, &schema));
        }
        for picture in one.pictures {
            let parameters = one.parameters.iter().filter(|name| has_meaning(name, None));
            let path = format!("{}.{}", one.path, picture.suffix());
            let schema = json!({ "type": "string", "contentMediaType": picture.content_type() });
            let about = format!("{} As a picture.", one.about);
            let media = picture.content_type();
            paths.insert(path.clone(), read(&path, &about, parameters.copied(), media, &schema));
        }
    }
    for (path, about, parameters, media) in FILES {
        // A stream of several documents is of no one type.
        let schema = if media == "application/yaml" { json!({}) } else { json!({ "type": "string" }) };
        paths.insert(path.to_owned(), read(path, about, parameters.iter().copied(), media, &schema));
    }
    let own = json!({ "type": "object", "required": ["openapi", "info", "paths"] });
    paths.insert(PATH.to_owned(), read(PATH, "This document.", [].into_iter(), "application/json", &own));
    paths.insert(HOOK.to_owned(), hook());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Teirei",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The weekly SRE review: exports and hooks.",
            "description": "Shares end in _ppm (parts per million), durations in _seconds. Within a version of a schema \
                keys are only added. Every page has the same address without its suffix.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "A service token (`teirei token add`), where people sign in.",
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-teirei_session",
                    "description": "Whoever has signed in with a browser.",
                },
            },
            "schemas": all_schemas(),
        },
    })
}

/// Whether a parameter of a page says anything for one form of it; pictures have no form.
fn has_meaning(name: &str, form: Option<Form>) -> bool {
    match name {
        "table" | "rows" => form == Some(Form::Csv),
        "chart" => form.is_none(),
        "lang" => matches!(form, None | Some(Form::Markdown)),
        _ => true,
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A file that is made of the JSON beside this one; a test reads every one of them.
fn beside(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

fn all_schemas() -> Map<String, Value> {
    let mut all = schemas();
    SCHEMAS.into_iter().for_each(|text| all.extend(beside(text)));
    all
}

fn problem(about: &str) -> Value {
    json!({
        "description": about,
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    })
}

/// What an address asks of whoever comes.
fn asked_of(path: &str) -> &'static str {
    match routes::need(&Method::GET, path) {
        Some(Need::Nothing) => "For everybody.",
        Some(Need::Some) => "Reduced to the products that whoever asks may see.",
        Some(Need::All) => "For whoever sees all products.",
        Some(Need::Edit) => "For whoever edits a product.",
        Some(Need::EditAll) => "For whoever edits all products.",
        Some(Need::Freeze) => "For whoever freezes.",
        Some(Need::Administer) => "For whoever administers.",
        None => "For nobody.",
    }
}

fn read(
    path: &str,
    about: &str,
    parameters: impl Iterator<Item = &'static str>,
    media: &str,
    schema: &Value,
) -> Value {
    let known = beside(PARAMETERS);
    let parameters: Vec<&Value> =
        of_path(path).chain(parameters).filter_map(|name| known.get(name)).collect();
    let mut operation = json!({
        "summary": about,
        "description": asked_of(path),
        "operationId": operation_id(path),
        "responses": {
            "200": { "description": "It is.", "content": { media: { "schema": schema } } },
            "304": { "description": "It is as whoever asks has it already." },
            "400": problem("A word of the address cannot be read; the detail says what could be."),
            "401": problem("Nobody has signed in, and there is no valid token."),
            "403": problem("It is somebody else's."),
            "404": problem("There is no such thing, or it is hidden."),
            "503": problem("The database cannot be asked now."),
        },
    });
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if routes::need(&Method::GET, path) == Some(Need::Nothing) {
        operation["security"] = json!([]);
    }
    json!({ "get": operation })
}

/// The parameters in an address itself, by their names in the file beside this one.
fn of_path(path: &str) -> impl Iterator<Item = &'static str> {
    let is_objective = path.starts_with("/objectives/");
    let places = [
        ("{week}", "of_week"),
        ("{quarter}", "of_quarter"),
        ("{slug}", "of_product"),
        ("{id}", if is_objective { "of_objective" } else { "of_incident" }),
        ("{name}", "of_hook"),
    ];
    places.into_iter().filter(|(place, _)| path.contains(place)).map(|(_, name)| name)
}

/// A name without the signs of an address: `get_reviews_week_json`.
fn operation_id(path: &str) -> String {
    let words: Vec<&str> =
        path.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!("get_{}", words.join("_"))
}

fn hook() -> Value {
    let known = beside(PARAMETERS);
    let accepted = json!({
        "type": "object",
        "properties": {
            "topic": { "type": ["integer", "null"] },
            "address": { "type": "string" },
            "text": { "type": "string" },
            "response_type": { "type": "string" },
        },
    });
    let told = |about: &str| json!({ "description": about, "content": { "application/json": { "schema": accepted } } });
    json!({ "post": {
        "summary": "Tell of incidents, deploys or topics.",
        "description": "The name is that of a hook of the configuration, whose kind says what is spoken: PagerDuty, \
            Alertmanager, Datadog, GitHub, Argo CD, Slack, or JSON of our own. A message proves itself by the hook's \
            secret (a token, or a signature over the body), or by a service token.",
        "operationId": "post_hooks_name",
        "security": [{ "token": [] }],
        "parameters": of_path(HOOK).map(|name| known.get(name)).collect::<Vec<_>>(),
        "requestBody": { "required": true, "content": { "application/json": { "schema": {} } } },
        "responses": {
            "200": told("A command of a chat was answered."),
            "201": told("A topic was made."),
            "202": {
                "description": "The message is kept, and read behind. A topic that could not be kept yet says so.",
                "content": { "application/json": { "schema": accepted } },
            },
            "401": problem("The token or the signature is missing or wrong."),
            "404": problem("There is no such hook."),
            "413": problem("The message is too large."),
            "422": told("What was raised cannot be a topic; the text says why."),
            "503": problem("The message could not be kept; send it again."),
        },
    } })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name that something refers to.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(name)) = map.get("$ref") {
                    found.push(name.trim_start_matches("#/components/schemas/").to_owned());
                }
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_name_that_is_referred_to_is_there_and_no_other() {
        let document = document();
        let mut referred = vec![];
        references(&document, &mut referred);
        referred.sort_unstable();
        referred.dedup();
        let mut there: Vec<String> = all_schemas().keys().cloned().collect();
        there.sort_unstable();
        assert_eq!(referred, there);
        let known = beside(PARAMETERS);
        let listed =
            EXPORTS.iter().flat_map(|one| one.parameters).chain(FILES.iter().flat_map(|one| one.2)).copied();
        let paths = EXPORTS.iter().map(|one| one.path).chain(FILES.iter().map(|one| one.0)).chain([HOOK]);
        let mut used: Vec<&str> = listed.chain(paths.flat_map(of_path)).collect();
        used.sort_unstable();
        used.dedup();
        let mut there: Vec<&str> = known.keys().map(String::as_str).collect();
        there.sort_unstable();
        assert_eq!(used, there);
    }

    #[test]
    fn every_export_is_told_of_and_asks_what_the_table_says() {
        let exports = include_str!("exports.rs").lines().filter_map(|line| {
            let line = line.trim().strip_prefix(".route(\"")?;
            line.split_once('"').map(|(path, _)| path)
        });
        let exports: Vec<&str> = exports.collect();
        let told: Vec<&str> = EXPORTS.iter().map(|one| one.path).collect();
        assert!(exports.len() > 15);
        for path in &exports {
            assert!(told.contains(path), "{path} is not told of");
        }
        assert_eq!(exports.len(), told.len());
        for (path, item) in document()["paths"].as_object().unwrap() {
            assert_ne!(item["get"]["description"], "For nobody.", "{path}");
        }
    }
}
