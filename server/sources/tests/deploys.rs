//! Deploys from files, and what Argo CD, GitHub and any pipeline tell of them by webhook.

#![expect(clippy::unwrap_used, reason = "a message of a test that cannot be made fails it")]

use std::collections::BTreeMap;

use domain::deploy::{Deploy, DeployStatus};
use domain::product::Environment;
use domain::rejection::Gravity;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sources::deploys::parse;
use sources::hook::{HookKind, Mapping, Message, Told, read};

fn mapping() -> Mapping {
    Mapping {
        source: "ci".to_owned(),
        product: None,
        product_label: "product".to_owned(),
        severity_label: "severity".to_owned(),
        severities: BTreeMap::new(),
        products: BTreeMap::from([("acme/mono".to_owned(), "karte".to_owned())]),
        environments: BTreeMap::from([("tokyo".to_owned(), Environment::Production)]),
        gap: SignedDuration::ZERO,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn message(kind: HookKind, body: &Value) -> Message {
    read(kind, &mapping(), body.to_string().as_bytes(), at("2026-11-16T02:00:00Z")).unwrap()
}

fn deploy(kind: HookKind, body: &Value) -> Deploy {
    let Told::Deploy(deploy) = message(kind, body).told else { panic!("{body}") };
    *deploy
}

fn refused(kind: HookKind, body: &str) -> &'static str {
    read(kind, &mapping(), body.as_bytes(), at("2026-11-16T02:00:00Z")).unwrap_err().rule
}

/// A remark by its line, its rule and whether the row went in.
type Remark = (Option<u64>, &'static str, Gravity);

fn file(text: &str) -> (Vec<Deploy>, Vec<Remark>) {
    let read = parse(text.as_bytes(), "deploys.csv", "ci", &BTreeMap::new()).unwrap();
    let issues = read.issues.iter().map(|issue| (issue.line, issue.rule, issue.gravity)).collect();
    (read.values, issues)
}

#[test]
fn good_rows_go_in_and_bad_ones_are_told_with_their_line() {
    let (deploys, issues) = file(
        "external_id,product,environment,version,finished_at,status,author,url,repository\n\
         1,karte,production,v1.2.3,2026-11-16T10:00:00+09:00,,山田,https://ci.example/1,https://github.com/acme/karte\n\
         2,karte,,v1.2.4,2026-11-16 10:00,,,,\n\
         3,karte,moon,v1.2.5,2026-11-16T11:00:00+09:00,rolled back,,javascript:alert(1),\n\
         4,,stg,v1,2026-11-16T11:00:00+09:00,,,,\n\
         5,erx,stg,v7,2026-11-16T11:00:00+09:00,in progress,,,\n\
         1,karte,,v1.2.3,2026-11-16T10:05:00+09:00,failed,,,\n",
    );
    assert_eq!(
        issues,
        [
            (Some(2), "deploys/repeated", Gravity::Warning),
            (Some(3), "time/naive", Gravity::Rejected),
            (Some(4), "deploys/environment", Gravity::Warning),
            (Some(4), "deploys/url", Gravity::Warning),
            (Some(5), "row/missing-value", Gravity::Rejected),
            (Some(6), "deploys/status", Gravity::Rejected),
        ]
    );
    let rows: Vec<_> =
        deploys.iter().map(|one| (one.external_id.as_str(), one.environment, one.status)).collect();
    assert_eq!(
        rows,
        [("1", Some(Environment::Production), DeployStatus::Failed), ("3", None, DeployStatus::RolledBack),]
    );
    assert_eq!((deploys[0].source.as_str(), deploys[0].updated_at), ("ci", at("2026-11-16T01:05:00Z")));
    assert_eq!(deploys[1].url, None, "no script becomes a link");
}

#[test]
fn json_says_the_same_and_a_file_without_the_columns_is_refused() {
    let (deploys, issues) = file(
        r#"[{"external_id":"1","product":"karte","version":"v1","finished_at":"2026-11-16T01:00:00Z","updated_at":"2026-11-16T02:00:00Z"}]"#,
    );
    assert_eq!((deploys.len(), issues.len()), (1, 0));
    assert_eq!(
        (deploys[0].status, deploys[0].updated_at),
        (DeployStatus::Succeeded, at("2026-11-16T02:00:00Z"))
    );
    let refused = parse(b"external_id,version\n1,v1\n", "deploys.csv", "ci", &BTreeMap::new()).unwrap_err();
    assert!(refused.to_string().contains("product, finished_at"), "{refused}");
}

#[test]
fn a_pipeline_tells_one_deploy_a_message() {
    let body = json!({ "source": "someone-else", "external_id": "b-7", "product": "acme/mono", "environment": "Tokyo",
        "version": "v2\u{202e}", "finished_at": "2026-11-16T01:00:00Z", "status": "success" });
    let found = deploy(HookKind::Deploy, &body);
    assert_eq!((found.source.as_str(), found.product.as_str()), ("ci", "karte"));
    assert_eq!((found.environment, found.version.as_str()), (Some(Environment::Production), "v2"));
    assert_eq!(message(HookKind::Deploy, &body).stream, "deploy-b-7");
    for (body, rule) in [
        (r#"{"external_id":"1"}"#, "hooks/deploy"),
        (
            r#"{"external_id":"1","product":"k","version":"\u202e","finished_at":"2026-11-16T01:00:00Z"}"#,
            "hooks/deploy",
        ),
        ("[]", "hooks/form"),
        (
            r#"{"external_id":"1","product":"k","version":"v","finished_at":"1970-01-01T00:00:00Z"}"#,
            "hooks/times",
        ),
        (
            r#"{"external_id":"1","product":"k","version":"v","finished_at":"2100-01-01T00:00:00Z"}"#,
            "hooks/times",
        ),
    ] {
        assert_eq!(refused(HookKind::Deploy, body), rule, "{body}");
    }
    let nested = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    assert_eq!(refused(HookKind::Deploy, &nested), "hooks/form");
}

/// A `deployment_status` as GitHub documents it, with only what is read.
fn github(state: &str, more: &Value) -> Value {
    let mut deployment = json!({ "id": 145_988_746, "sha": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "ref": "main",
        "task": "deploy", "payload": {}, "environment": "production", "description": null,
        "creator": { "login": "Codertocat" }, "created_at": "2026-11-16T00:50:00Z" });
    for (key, value) in more.as_object().into_iter().flatten() {
        deployment[key] = value.clone();
    }
    json!({
        "action": "created",
        "deployment_status": { "id": 209_916_254, "state": state, "creator": { "login": "Codertocat" },
            "environment": deployment["environment"], "target_url": "", "log_url": "https://github.com/acme/karte/actions/runs/1",
            "created_at": "2026-11-16T01:00:00Z", "updated_at": "2026-11-16T01:00:01Z" },
        "deployment": deployment,
        "repository": { "name": "karte", "full_name": "acme/karte", "html_url": "https://github.com/acme/karte" },
        "sender": { "login": "Codertocat" },
    })
}

#[test]
fn github_tells_the_ends_of_deployments_and_nothing_else() {
    let found = deploy(HookKind::GitHubDeployment, &github("success", &json!({})));
    let expected = Deploy {
        source: "ci".to_owned(),
        external_id: "145988746".to_owned(),
        product: "karte".to_owned(),
        repository: Some("https://github.com/acme/karte".to_owned()),
        environment: Some(Environment::Production),
        version: "f95f852".to_owned(),
        finished_at: at("2026-11-16T01:00:00Z"),
        status: DeployStatus::Succeeded,
        author: Some("Codertocat".to_owned()),
        url: Some("https://github.com/acme/karte/actions/runs/1".to_owned()),
        updated_at: at("2026-11-16T01:00:01Z"),
    };
    assert_eq!(found, expected);
    assert_eq!(deploy(HookKind::GitHubDeployment, &github("error", &json!({}))).status, DeployStatus::Failed);
    for state in ["pending", "queued", "in_progress", "inactive"] {
        let told = message(HookKind::GitHubDeployment, &github(state, &json!({}))).told;
        assert_eq!(told, Told::Nothing, "{state}");
    }
    let ping = json!({ "zen": "Keep it logically awesome.", "hook_id": 1, "hook": {}, "repository":
        { "name": "karte", "full_name": "acme/karte" } });
    assert_eq!(message(HookKind::GitHubDeployment, &ping).told, Told::Nothing);
    assert_eq!(
        refused(HookKind::GitHubDeployment, r#"{"ref":"refs/heads/main","commits":[]}"#),
        "hooks/form"
    );
}

#[test]
fn github_names_versions_products_and_environments() {
    for (more, version, product, environment) in [
        (json!({ "ref": "v1.2.3" }), "v1.2.3", "karte", Some(Environment::Production)),
        (json!({ "payload": { "product": "erx" } }), "f95f852", "erx", Some(Environment::Production)),
        (json!({ "payload": "{}" }), "f95f852", "karte", Some(Environment::Production)),
        (json!({ "environment": "Tokyo" }), "f95f852", "karte", Some(Environment::Production)),
        (
            json!({ "environment": "pr-12", "transient_environment": true }),
            "f95f852",
            "karte",
            Some(Environment::Preview),
        ),
        (
            json!({ "environment": "live site", "production_environment": true }),
            "f95f852",
            "karte",
            Some(Environment::Production),
        ),
        (json!({ "environment": "moon" }), "f95f852", "karte", None),
    ] {
        let body = github("success", &more);
        let found = deploy(HookKind::GitHubDeployment, &body);
        assert_eq!(
            (found.version.as_str(), found.product.as_str(), found.environment),
            (version, product, environment),
            "{more}"
        );
        let faults: Vec<_> =
            message(HookKind::GitHubDeployment, &body).faults.iter().map(|one| one.rule).collect();
        assert_eq!(faults.is_empty(), environment.is_some(), "{more}");
    }
}

/// What the template of the documentation makes.
fn argocd(more: &Value) -> Value {
    let mut body = json!({ "application": "karte-prod", "phase": "Succeeded",
        "revision": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "started_at": "2026-11-16T00:59:00Z",
        "finished_at": "2026-11-16T01:00:00Z", "repository": "https://github.com/acme/gitops",
        "namespace": "karte", "labels": null, "images": ["registry.example:5000/acme/karte:v1.2.3"],
        "initiated_by": { "username": "yamada" }, "url": "https://argocd.example/applications/karte-prod" });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}

#[test]
fn argo_cd_tells_synchronisations() {
    let found = deploy(HookKind::ArgoCd, &argocd(&json!({})));
    assert_eq!((found.product.as_str(), found.environment), ("karte", Some(Environment::Production)));
    assert_eq!((found.version.as_str(), found.author.as_deref()), ("v1.2.3", Some("yamada")));
    assert_eq!((found.finished_at, found.status), (at("2026-11-16T01:00:00Z"), DeployStatus::Succeeded));
    let failed = deploy(
        HookKind::ArgoCd,
        &argocd(&json!({ "phase": "Failed", "finished_at": "2026-11-16T01:01:00Z" })),
    );
    assert_eq!(
        (&failed.external_id, failed.status),
        (&found.external_id, DeployStatus::Failed),
        "it is the same one"
    );
    let next = deploy(HookKind::ArgoCd, &argocd(&json!({ "started_at": "2026-11-16T01:10:00Z" })));
    assert_ne!(next.external_id, found.external_id);
    assert_eq!(message(HookKind::ArgoCd, &argocd(&json!({ "phase": "Running" }))).told, Told::Nothing);
    for more in [json!({ "phase": "Odd" }), json!({ "application": " " }), json!({ "finished_at": null })] {
        let body = argocd(&more).to_string();
        let rule = refused(HookKind::ArgoCd, &body);
        assert!(matches!(rule, "hooks/form" | "hooks/times"), "{more}: {rule}");
    }
}

#[test]
fn argo_cd_names_products_environments_and_versions() {
    for (more, product, environment, version) in [
        (json!({ "application": "erx-stg" }), "erx", Some(Environment::Staging), "v1.2.3"),
        (json!({ "application": "erx" }), "erx", Some(Environment::Production), "v1.2.3"),
        (json!({ "application": "acme/mono" }), "karte", Some(Environment::Production), "v1.2.3"),
        (
            json!({ "application": "web", "namespace": "tokyo" }),
            "web",
            Some(Environment::Production),
            "v1.2.3",
        ),
        (
            json!({ "labels": { "env": "dev", "product": "booking" } }),
            "booking",
            Some(Environment::Development),
            "v1.2.3",
        ),
        (json!({ "labels": { "environment": "moon" } }), "karte", None, "v1.2.3"),
        (json!({ "images": ["a:v1", "b:v2"] }), "karte", Some(Environment::Production), "f95f852"),
        (json!({ "images": ["a:v1", "b:v1"] }), "karte", Some(Environment::Production), "v1"),
        (
            json!({ "images": ["registry:5000/a@sha256:00"] }),
            "karte",
            Some(Environment::Production),
            "f95f852",
        ),
        (json!({ "images": null }), "karte", Some(Environment::Production), "f95f852"),
    ] {
        let found = deploy(HookKind::ArgoCd, &argocd(&more));
        assert_eq!(
            (found.product.as_str(), found.environment, found.version.as_str()),
            (product, environment, version),
            "{more}"
        );
    }
}
