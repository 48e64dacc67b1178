//! What is done is written down: who, what, why and from where, with the write itself or not at all.

use store::AuditWanted;

use super::guarded;
use crate::support::{House, request, send};

async fn post_as(router: &axum::Router, name: &str, path: &str, form: &str) -> u16 {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-story-name", name),
        ("sec-fetch-site", "same-origin"),
    ];
    send(router, request("POST", path, &headers, form)).await.status.as_u16()
}

/// Who, what and on what, the oldest first.
async fn written(house: &House) -> Vec<(String, &'static str, String)> {
    let mut entries = house.store.audit_list(&AuditWanted::default(), 100).await.unwrap();
    entries.reverse();
    entries.into_iter().map(|one| (one.entry.actor, one.entry.act.as_str(), one.entry.object)).collect()
}

#[tokio::test]
async fn every_write_stands_in_the_audit_and_no_refused_one_does() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let before = written(&house).await.len();
    assert_eq!(before, 0, "what is loaded at first is nobody's deed");
    let note = "week=2026-W47&place=product-erx&seen=0&text=A+secret+of+the+meeting";
    assert_eq!(post_as(&router, "viewer", "/api/note", note).await, 403);
    assert_eq!(post_as(&router, "editor-of-erx", "/api/note", note).await, 303);
    // Nobody is told twice that the note was changed meanwhile.
    assert_eq!(post_as(&router, "editor-of-erx", "/api/note", note).await, 409);
    let action = "do=add&text=Look+there&owner=Mori&due=2026-12-01&product=erx";
    assert_eq!(post_as(&router, "editor-of-erx", "/api/action", action).await, 303);
    let freeze = "week=2026-W46&version=0&reason=because+of+the+story&force=on";
    assert_eq!(post_as(&router, "reviewer", "/api/freeze", freeze).await, 303);
    let expected = [
        ("editor-of-erx", "edit", "note:2026-W47/product-erx"),
        ("editor-of-erx", "edit", "action"),
        ("reviewer", "freeze", "review:2026-W46"),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(who, what, on)| (who.to_owned(), what, on.to_owned())).collect();
    assert_eq!(written(&house).await, expected);
    let entries = house.store.audit_list(&AuditWanted::default(), 100).await.unwrap();
    let frozen = &entries[0].entry;
    assert_eq!(frozen.reason.as_deref(), Some("because of the story"));
    assert_eq!((frozen.after.as_deref(), frozen.identity.as_str()), (Some("version 1, forced"), "person:1"));
    // Texts may have to be removed one day; the audit keeps only how they are recognised.
    let all = format!("{entries:?}");
    assert!(!all.contains("secret of the meeting") && !all.contains("Look there"), "{all}");
    assert_eq!(house.store.audit_check().await.unwrap().unwrap().last, 3);
}

#[tokio::test]
async fn what_is_taken_away_is_written_down_once_an_hour_and_names_the_head() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let get = async |name: &str, path: &str| {
        send(&router, request("GET", path, &[("x-story-name", name)], "")).await
    };
    let first = get("viewer", "/reviews/2026-W47.json").await;
    assert_eq!(get("viewer", "/reviews/2026-W47.json").await.body, first.body);
    assert_eq!(get("viewer", "/reviews/2026-W47").await.header("teirei-audit-head"), "");
    assert_eq!(get("newcomer", "/reviews/2026-W47.csv").await.status, 403);
    assert_eq!(get("viewer-of-erx", "/products/erx.csv").await.status, 200);
    let who: Vec<_> =
        written(&house).await.into_iter().map(|(who, what, on)| format!("{who} {what} {on}")).collect();
    assert_eq!(who, ["viewer export /reviews/2026-W47.json", "viewer-of-erx export /products/erx.csv"]);
    assert_eq!(first.header("teirei-audit-head").len(), 64);
    let last = get("viewer", "/reviews/2026-W47.json").await;
    let head = house.store.audit_head().await.unwrap().head.to_string();
    assert_eq!(last.header("teirei-audit-head"), head, "the head as it is now");
}

#[tokio::test]
async fn only_an_administrator_reads_it_and_nobody_changes_it() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let note = "week=2026-W47&place=product-erx&seen=0&text=Hello";
    assert_eq!(post_as(&router, "editor", "/api/note", note).await, 303);
    for (name, status) in [("viewer", 403), ("editor", 403), ("reviewer", 403), ("admin", 200)] {
        let headers = [("x-story-name", name), ("accept", "text/html")];
        let answer = send(&router, request("GET", "/admin/audit?lang=en&act=edit", &headers, "")).await;
        assert_eq!(answer.status, status, "{name}");
        assert_eq!(answer.body.contains("note:2026-W47/product-erx"), name == "admin", "{name}");
        assert_eq!(answer.body.contains("The chain holds up to entry"), name == "admin", "{name}");
    }
    let wrong =
        send(&router, request("GET", "/admin/audit?act=nothing", &[("x-story-name", "admin")], "")).await;
    assert_eq!(wrong.status, 404);
    for method in ["POST", "PUT", "DELETE"] {
        let headers = [("x-story-name", "admin"), ("sec-fetch-site", "same-origin")];
        assert_eq!(
            send(&router, request(method, "/admin/audit", &headers, "")).await.status,
            405,
            "{method}"
        );
    }
}
