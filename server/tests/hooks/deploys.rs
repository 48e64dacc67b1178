//! Deploys by webhook: kept byte by byte, folded behind, and what cannot be used is seen.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::deploy::{Deploy, DeployStatus};
use domain::period::Period;
use serde_json::{Value, json};

use super::desk::{Desk, OLD_SECRET, SECRET, at, message, now, signed};
use crate::support::get;

fn github(body: &Value, secret: &str) -> Request<Body> {
    let text = body.to_string();
    let tag = signed(secret, text.as_bytes()).replace("v1=", "sha256=");
    message("/hooks/github", ("x-hub-signature-256", &tag), text)
}

fn argocd(body: &Value) -> Request<Body> {
    message("/hooks/argocd", ("authorization", &format!("Bearer {SECRET}")), body.to_string())
}

fn pipeline(body: &Value) -> Request<Body> {
    let body = body.to_string();
    let signature = sources::webhook::signature(SECRET, now().as_second(), &body);
    message("/hooks/pipeline", ("teirei-signature", &signature), body)
}

fn state(id: i64, state: &str, at: &str) -> Value {
    json!({
        "deployment_status": { "state": state, "environment": "production", "created_at": at },
        "deployment": { "id": id, "sha": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "ref": "v1.2.3" },
        "repository": { "name": "telemed", "full_name": "acme/telemed", "html_url": "https://github.com/acme/telemed" },
    })
}

fn built(id: &str, product: &str, environment: &str) -> Value {
    json!({ "external_id": id, "product": product, "environment": environment, "version": "v7",
        "finished_at": "2026-11-20T01:00:00Z" })
}

async fn kept(desk: &Desk) -> Vec<Deploy> {
    let all = Period { start: at("2000-01-01T00:00:00Z"), end: at("2100-01-01T00:00:00Z") };
    desk.house.store.deploy_list(all).await.unwrap()
}

#[tokio::test]
async fn githubs_states_become_one_deploy_in_any_order_and_however_often() {
    let told = [
        state(7, "in_progress", "2026-11-20T00:50:00Z"),
        state(7, "success", "2026-11-20T01:00:00Z"),
        state(7, "failure", "2026-11-20T01:30:00Z"),
        state(8, "success", "2026-11-20T02:00:00Z"),
        state(7, "inactive", "2026-11-20T02:00:00Z"),
    ];
    let mut ends = Vec::new();
    for turned in [false, true] {
        let desk = Desk::open().await;
        let mut order: Vec<_> = told.iter().chain(&told).collect();
        if turned {
            order.reverse();
        }
        for (number, body) in order.into_iter().enumerate() {
            let secret = if number % 2 == 0 { SECRET } else { OLD_SECRET };
            assert_eq!(desk.told(github(body, secret)).await.status, StatusCode::ACCEPTED);
        }
        ends.push(kept(&desk).await);
    }
    assert_eq!(ends[0], ends[1]);
    let rows: Vec<_> =
        ends[0].iter().map(|one| (one.external_id.as_str(), one.status, one.finished_at)).collect();
    assert_eq!(
        rows,
        [
            ("7", DeployStatus::Failed, at("2026-11-20T01:00:00Z")),
            ("8", DeployStatus::Succeeded, at("2026-11-20T02:00:00Z")),
        ]
    );
}

#[tokio::test]
async fn a_ping_is_answered_and_a_stranger_is_not() {
    let desk = Desk::open().await;
    let ping = json!({ "zen": "Design for failure.", "hook_id": 1 });
    assert_eq!(desk.told(github(&ping, SECRET)).await.status, StatusCode::ACCEPTED);
    let forged = github(&state(7, "success", "2026-11-20T01:00:00Z"), "another secret of that length");
    assert_eq!(desk.told(forged).await.status, StatusCode::UNAUTHORIZED);
    let bare = message("/hooks/argocd", ("authorization", "Bearer nothing of the kind"), "{}");
    assert_eq!(desk.told(bare).await.status, StatusCode::UNAUTHORIZED);
    let old = built("1", "telemed", "production").to_string();
    let signature = sources::webhook::signature(SECRET, now().as_second() - 600, &old);
    let replayed = message("/hooks/pipeline", ("teirei-signature", &signature), old);
    assert_eq!(desk.told(replayed).await.status, StatusCode::UNAUTHORIZED, "a replay");
    assert_eq!(kept(&desk).await, []);
    let told = get(&desk.router, "/imports.json").await.json();
    assert_eq!((&told["hook_faults"], &told["hooks"][0]["messages"]), (&json!([]), &json!(1)));
}

#[tokio::test]
async fn what_could_not_be_used_and_what_nobody_knows_is_seen_on_the_page_of_imports() {
    let desk = Desk::open().await;
    let body = json!({ "application": "telemed-prod", "phase": "Succeeded", "finished_at": "2026-11-20T03:00:00Z",
        "started_at": "2026-11-20T02:59:00Z", "images": ["acme/telemed:v1.2.3"] });
    assert_eq!(desk.told(argocd(&body)).await.status, StatusCode::ACCEPTED);
    assert_eq!(
        desk.told(pipeline(&built("1", "<script>alert(1)</script>", "production"))).await.status,
        StatusCode::ACCEPTED
    );
    assert_eq!(desk.told(pipeline(&built("2", "telemed", "moon"))).await.status, StatusCode::ACCEPTED);
    assert_eq!(desk.told(pipeline(&json!({ "external_id": "3" }))).await.status, StatusCode::ACCEPTED);
    assert_eq!(desk.told(argocd(&json!({ "phase": "Odd" }))).await.status, StatusCode::ACCEPTED);
    assert_eq!(kept(&desk).await.len(), 3);

    let told = get(&desk.router, "/imports.json").await.json();
    let faults: Vec<_> =
        told["hook_faults"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
    assert_eq!(faults, [json!("hooks/form"), json!("hooks/deploy"), json!("hooks/deploy")]);
    let sources = json!([
        { "source": "argocd", "deploys": 1, "finished_at": "2026-11-20T03:00:00Z" },
        { "source": "pipeline", "deploys": 2, "finished_at": "2026-11-20T01:00:00Z" },
    ]);
    assert_eq!(told["deploys"]["sources"], sources);
    let unmapped = told["deploys"]["unmapped"].as_array().unwrap();
    assert!(unmapped.iter().any(|one| one["product"] == "<script>alert(1)</script>"), "{unmapped:?}");
    let page = get(&desk.router, "/imports?lang=en").await;
    assert!(
        page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.body.contains("<script>alert")
    );
}

/// A night without deploys is no failure of a source of incidents.
#[tokio::test]
async fn a_silent_pipeline_is_no_exception_of_the_review() {
    let desk = Desk::open().await;
    for minute in 10..30 {
        let body = json!({ "external_id": format!("b{minute}"), "product": "telemed", "version": "v1",
            "finished_at": format!("2026-11-20T01:{minute}:00Z") });
        desk.told(pipeline(&body)).await;
    }
    assert_eq!(kept(&desk).await.len(), 20);
    let later = desk.on("2026-12-21");
    let review = get(&later.router, "/reviews/2026-W51?lang=en").await;
    assert_eq!(review.status, StatusCode::OK);
    assert!(!review.body.contains("pipeline"), "{}", review.body);
}
