//! The OpenAPI document tells the truth: what is answered is what it says, down to every key, and a program that makes
//! up requests from it finds no answer that it does not tell of.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use server::demo::World;
use server::demo::world::WEEKS;
use server::import::{world_load, world_tell};
use tempfile::TempDir;

use crate::support::TODAY;
use crate::support::program::{asked, free_port, run, status_of};

/// The real program with the demonstration's data, and people who sign in; a token reads and tells.
struct Api {
    port: u16,
    token: String,
    child: Child,
    folder: TempDir,
}

const CONFIG: &str =
    "[sign_in]\naccounts = \"on\"\n[hooks.api]\nkind = \"topic\"\nsecret = \"known to this story alone\"\n";

impl Api {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}/api.db", folder.path().display());
        let store = store::open(&database).await.unwrap();
        let today = TODAY.parse().unwrap();
        world_load(&store, World::new(1, today, WEEKS)).await.unwrap();
        world_tell(&store, today).await.unwrap();
        drop(store);
        let config = folder.path().join("teirei.toml");
        std::fs::write(&config, CONFIG).unwrap();
        let config = config.to_str().unwrap();
        let common = ["--config", config, "--database", &database];
        let words = ["--json", "token", "add", "story", "--scope", "read", "--scope", "ingest:api"];
        let said = run(folder.path(), TODAY, &[&common[..], &words].concat()).await;
        let token: Value =
            serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
        let freeze = ["review", "freeze", "2026-W46", "--force", "--reason", "A story"];
        let frozen = run(folder.path(), TODAY, &[&common[..], &freeze].concat()).await;
        assert_eq!(frozen.code, Some(0), "{}{}", frozen.out, frozen.err);
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
        command.current_dir(folder.path()).args(["--today", TODAY]).args(common);
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]).env("HOME", folder.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let api = Self { port, token: token["secret"].as_str().unwrap().to_owned(), child, folder };
        api.until_ready().await;
        api
    }

    async fn until_ready(&self) {
        for _ in 0..600 {
            if self.get("/readyz").0 == 200 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the server does not become ready");
    }

    /// Status and body.
    fn get(&self, path: &str) -> (u16, String) {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            self.port, self.token
        );
        let Some(answer) = asked(self.port, &request) else { return (0, String::new()) };
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
        (status_of(&answer).unwrap_or_default(), body)
    }

    fn json(&self, path: &str) -> Option<Value> {
        let (status, body) = self.get(path);
        (status == 200).then(|| serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}")))
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a document says of the value at one place: the alternatives, with names looked up.
fn alternatives<'d>(document: &'d Value, schema: &'d Value, found: &mut Vec<&'d Value>) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        let schema = document.pointer(pointer).unwrap_or_else(|| panic!("{name} is not there"));
        alternatives(document, schema, found);
    }
    for several in ["anyOf", "oneOf", "allOf"] {
        for one in schema[several].as_array().into_iter().flatten() {
            alternatives(document, one, found);
        }
    }
    found.push(schema);
}

/// Every key of a value that the document does not tell of, as its place.
fn untold(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut BTreeSet<String>) {
    let mut schemas = vec![];
    alternatives(document, schema, &mut schemas);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let place = format!("{place}.{key}");
                let of_key = schemas.iter().filter_map(|one| one["properties"].get(key));
                let of_any = schemas.iter().filter_map(|one| one.get("additionalProperties"));
                let told: Vec<&Value> = of_key.chain(of_any).collect();
                // Values whose form depends on something else may be anything.
                let is_free =
                    schemas.iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty));
                if told.is_empty() && !is_free {
                    found.insert(place.clone());
                }
                told.into_iter().for_each(|one| untold(document, one, value, &place, found));
            }
        }
        Value::Array(values) => {
            for one in schemas.iter().filter_map(|one| one.get("items")) {
                values.iter().for_each(|value| untold(document, one, value, &format!("{place}[]"), found));
            }
        }
        _ => {}
    }
}

/// Addresses of the demonstration, each with the path that the document has for it.
fn addresses(api: &Api) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = vec![];
    for week in ["2026-W30", "2026-W45", "2026-W46", "2026-W47", "2026-W48"] {
        for version in ["", "?version=1", "?version=draft"] {
            found.push(("/reviews/{week}.json", format!("/reviews/{week}.json{version}")));
        }
        found.push(("/reviews/{week}/restatements.json", format!("/reviews/{week}/restatements.json")));
        found.push(("/reviews/four-weeks/{week}.json", format!("/reviews/four-weeks/{week}.json")));
        found.push(("/incidents.json", format!("/incidents.json?week={week}&period=13w&uncounted=1")));
        found.push(("/objectives.json", format!("/objectives.json?week={week}")));
        for product in ["telemed", "erx", "platform", "payments"] {
            found.push(("/products/{slug}.json", format!("/products/{product}.json?week={week}")));
            let cost = format!("/products/{product}/cost.json?week={week}&currency=USD&service=Amazon%20RDS");
            found.push(("/products/{slug}/cost.json", cost));
            found.push((
                "/products/{slug}/incidents.json",
                format!("/products/{product}/incidents.json?week={week}"),
            ));
        }
    }
    found.push(("/reviews.json", "/reviews.json?q=a".to_owned()));
    found.push(("/reviews/compare.json", "/reviews/compare.json?from=2026-W44&to=2026-W47".to_owned()));
    found.push(("/reviews/quarter/{quarter}.json", "/reviews/quarter/2026-Q3.json".to_owned()));
    found.push(("/actions.json", "/actions.json?state=all".to_owned()));
    found.push(("/imports.json", "/imports.json".to_owned()));
    found.push(("/imports/restatements.json", "/imports/restatements.json?since=400d".to_owned()));
    found.push(("/incidents/postmortems.json", "/incidents/postmortems.json".to_owned()));
    let incidents = api.json("/incidents.json?period=13w").unwrap();
    for one in incidents["incidents"].as_array().unwrap() {
        let word = format!("{}~{}", one["source"].as_str().unwrap(), one["external_id"].as_str().unwrap());
        found.push(("/incidents/{id}.json", format!("/incidents/{word}.json")));
    }
    let objectives = api.json("/objectives.json").unwrap();
    for one in objectives["objectives"].as_array().unwrap() {
        found.push((
            "/objectives/{id}.json",
            format!("/objectives/{}.json", one["objective"].as_str().unwrap()),
        ));
    }
    found
}

/// Packages that `make` unpacks beside the sources.
fn packages() -> std::path::PathBuf {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/schemathesis");
    assert!(packages.join("ready").exists(), "schemathesis is missing: run `make has-schemathesis`");
    packages
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_what_the_document_says() {
    let api = Api::start().await;
    let document = api.json("/api/openapi.json").unwrap();
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    for (path, address) in addresses(&api) {
        let schema =
            &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path} is told of");
        if let Some(value) = api.json(&address) {
            seen.insert(path);
            untold(&document, schema, &value, path, &mut found);
        }
    }
    assert!(found.is_empty(), "the document does not tell of {found:#?}");
    let told = document["paths"].as_object().unwrap().keys().filter(|path| path.ends_with(".json"));
    let unseen: Vec<_> =
        told.filter(|path| !seen.contains(path.as_str()) && !path.starts_with("/api/")).collect();
    assert!(unseen.is_empty(), "no document was looked at of {unseen:?}");

    let report = api.folder.path().join("report");
    let mut command = Command::new("python3");
    command.args(["-B", "-m", "schemathesis.cli", "run"]);
    command.arg(format!("http://127.0.0.1:{}/api/openapi.json", api.port));
    command.args(["--header", &format!("Authorization: Bearer {}", api.token)]);
    // Words that say nothing known are passed over on purpose, so that no link ever dies of one; and words that can
    // be read alone may not fit together, such as a last day before the first.
    command.args(["--exclude-checks", "negative_data_rejection,positive_data_acceptance"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--seed", "1"]);
    command.args(["--request-timeout", "30", "--continue-on-failure", "--no-color"]);
    command.arg("--report-dir").arg(&report);
    command.current_dir(api.folder.path()).env("PYTHONPATH", packages()).stdin(Stdio::null());
    let said = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
}
