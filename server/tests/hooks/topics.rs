//! Topics from a chat: a slash command of Slack and the JSON of a bot become topics of the next review, once each,
//! and whoever wrote is answered.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::desk::{Desk, SECRET, message, now, signed};
use crate::support::{HOST, get, post};

fn form(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// What Slack sends of a command, at a time.
fn command(text: &str, trigger: &str, seconds: i64) -> Request<Body> {
    let body = form(&[
        ("command", "/teirei"),
        ("text", text),
        ("user_name", "hayashi"),
        ("channel_name", "sre"),
        ("response_url", "https://hooks.slack.example/commands/1"),
        ("trigger_id", trigger),
    ]);
    let tag = signed(SECRET, format!("v0:{seconds}:{body}").as_bytes()).replace("v1=", "v0=");
    let request = Request::builder().method("POST").uri("/hooks/slack").header("host", HOST);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("x-slack-signature", tag);
    request.header("x-slack-request-timestamp", seconds.to_string()).body(body.into()).unwrap()
}

fn bot(body: &Value) -> Request<Body> {
    let body = body.to_string();
    let signature = sources::webhook::signature(SECRET, now().as_second(), &body);
    message("/hooks/bot", ("teirei-signature", &signature), body)
}

async fn answer(desk: &Desk, request: Request<Body>) -> (StatusCode, Value) {
    let answer = crate::support::send(&desk.router, request).await;
    (answer.status, if answer.body.is_empty() { Value::Null } else { answer.json() })
}

#[tokio::test]
async fn a_slash_command_raises_a_topic_and_is_answered_with_its_page() {
    let desk = Desk::open().await;
    let text = "[診療] 検索が <遅い> | p95 3.1 s https://dash.example/d?a=1&b=2";
    let (status, said) = answer(&desk, command(text, "13.1", now().as_second())).await;
    assert_eq!((status, &said["response_type"]), (StatusCode::OK, &json!("ephemeral")));
    assert!(said["text"].as_str().unwrap().ends_with("(#1): https://teirei.example/topics/1"), "{said}");
    let topics = desk.house.store.topic_list().await.unwrap();
    let terms = &topics[0].terms;
    assert_eq!((terms.title.as_str(), terms.evidence.as_str()), ("検索が <遅い>", "p95 3.1 s"));
    assert_eq!(terms.product.as_ref().unwrap().as_str(), "telemed");
    assert_eq!(
        (terms.week.to_string().as_str(), topics[0].raised_by.as_str()),
        ("2026-W47", "hayashi (#sre)")
    );
    assert_eq!(terms.link.as_deref(), Some("https://dash.example/d?a=1&b=2"));
    // The same once more, as a replay within its time would be: the same topic, and no second one.
    let (_, again) = answer(&desk, command(text, "13.1", now().as_second())).await;
    assert_eq!(again, said);
    desk.inbox.read_all().await.unwrap();
    assert_eq!(desk.house.store.topic_list().await.unwrap().len(), 1);
    let page = get(&desk.router, "/topics/1").await.body;
    assert!(page.contains("検索が &lt;遅い&gt;") && page.contains("hayashi (#sre)"), "{page}");
    assert!(get(&desk.router, "/reviews/2026-W47").await.body.contains("検索が &lt;遅い&gt;"));
}

#[tokio::test]
async fn strangers_replays_and_questions_leave_nothing() {
    let desk = Desk::open().await;
    let old = command("x", "1", now().as_second() - 301);
    assert_eq!(answer(&desk, old).await.0, StatusCode::UNAUTHORIZED, "a replay");
    let mut forged = command("x", "1", now().as_second());
    *forged.body_mut() = Body::from(form(&[("text", "y")]));
    assert_eq!(answer(&desk, forged).await.0, StatusCode::UNAUTHORIZED);
    for text in ["", " help "] {
        let (status, said) = answer(&desk, command(text, "2", now().as_second())).await;
        assert_eq!(status, StatusCode::OK);
        assert!(said["text"].as_str().unwrap().starts_with("使い方: /teirei"), "{said}");
    }
    assert!(desk.house.store.topic_list().await.unwrap().is_empty());
    assert_eq!(get(&desk.router, "/imports.json").await.json()["hooks"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_used_is_told_there_and_on_the_page_of_imports() {
    let desk = Desk::open().await;
    let (status, said) = answer(&desk, command("[telemed]", "3", now().as_second())).await;
    assert_eq!(status, StatusCode::OK, "Slack shows nothing of another status");
    assert!(said["text"].as_str().unwrap().contains("does not say what it is about"), "{said}");
    let (status, said) = answer(&desk, bot(&json!({ "id": "1", "evidence": "p95" }))).await;
    assert_eq!((status, &said["topic"]), (StatusCode::UNPROCESSABLE_ENTITY, &Value::Null));
    let unknown = json!({ "id": "2", "title": "遅い", "product": "nobody-knows", "reporter": "林" });
    let (status, said) = answer(&desk, bot(&unknown)).await;
    assert_eq!(
        (status, &said["topic"], &said["address"]),
        (StatusCode::CREATED, &json!(1), &json!("https://teirei.example/topics/1"))
    );
    let nameless = json!({ "id": "3", "title": "高い", "product": "Nobody Knows", "evidence": "2倍" });
    assert_eq!(answer(&desk, bot(&nameless)).await.0, StatusCode::CREATED);
    // The same delivery, written anew: its id tells that it came before.
    let again = json!({ "title": "遅い!", "id": "2", "product": "nobody-knows" });
    assert_eq!(answer(&desk, bot(&again)).await.1["topic"], 1);
    let topics = desk.house.store.topic_list().await.unwrap();
    assert_eq!(topics.len(), 2);
    assert_eq!(topics[0].terms.product.as_ref().unwrap().as_str(), "nobody-knows", "kept as it was named");
    assert_eq!(topics[1].terms.evidence, "[Nobody Knows] 2倍", "what is no slug is not lost either");
    let page = get(&desk.router, "/topics").await.body;
    assert!(page.contains("nobody-knows"), "{page}");
    let told = get(&desk.router, "/imports.json").await.json();
    let rules: Vec<_> = told["hook_faults"].as_array().unwrap().iter().map(|one| &one["rule"]).collect();
    assert_eq!(rules, ["hooks/product", "hooks/product", "hooks/topic", "hooks/topic"]);
    assert_eq!(told["hooks"][0]["silence_allowed"], Value::Null, "people are silent as long as they like");
}

#[tokio::test]
async fn a_topic_does_not_wait_for_an_import_and_stands_in_the_next_review_that_takes_it() {
    let desk = Desk::open().await;
    let form = "week=2026-W47&version=0&reason=the+meeting&force=yes";
    assert_eq!(post(&desk.router, "/api/freeze", form).await.status, 303);
    let store = &desk.house.store;
    let (now_, until) = (now(), now() + jiff::SignedDuration::from_secs(60));
    let lease = store.lease_acquire(store::IMPORT_LEASE, "an import", now_, until).await.unwrap();
    assert!(lease.is_some());
    assert_eq!(answer(&desk, bot(&json!({ "title": "遅い" }))).await.0, StatusCode::CREATED);
    assert_eq!(store.topic_list().await.unwrap()[0].terms.week.to_string(), "2026-W48");
    // A message that was kept by a server that was killed before it read it.
    store.hook_delivery_insert("bot", "left", br#"{"title":"left"}"#, now_).await.unwrap();
    desk.inbox.read_all().await.unwrap();
    assert_eq!(store.topic_list().await.unwrap().len(), 2);
}
