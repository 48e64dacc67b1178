//! No page offers a form that its reader may not send.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::Method;
use regex::Regex;
use server::access::routes::{TABLE, need};

use super::{access_of, guarded};
use crate::support::{House, get, post, request, send};

/// Pages with forms about things of `telemed`, which the story's SRE of `erx` sees and may not change.
const OF_ANOTHER: [&str; 5] = [
    "/products/telemed/checklists",
    "/reviews/2026-W47/notes/product-telemed",
    "/incidents/pagerduty~118",
    "/incidents/pagerduty~118/postmortem",
    "/objectives/telemed-video-connect/proposal?target=99.8",
];

/// The same of `erx`.
const OF_OWN: [&str; 3] =
    ["/products/erx/checklists", "/reviews/2026-W47/notes/product-erx", "/products/erx?week=2026-W47"];

/// Every page without parameters, and one of each kind that has them.
fn pages() -> Vec<String> {
    let plain = TABLE.iter().filter(|rule| rule.method == "GET" && !rule.pattern.contains('{'));
    let plain = plain.map(|rule| rule.pattern.to_owned());
    let things = [
        "/reviews/2026-W47",
        "/reviews/2026-W46",
        "/reviews/2026-W47?view=present",
        "/reviews/2026-W47/notes",
        "/products/telemed/cost",
    ];
    let asked = [
        "/reviews/2026-W47?version=draft",
        "/objectives/telemed-video-connect",
        "/products/telemed?week=2026-W47",
    ];
    plain.chain(things.into_iter().chain(asked).chain(OF_ANOTHER).chain(OF_OWN).map(str::to_owned)).collect()
}

async fn page_of(router: &Router, who: &str, path: &str) -> String {
    let headers = [("x-story-name", who), ("accept", "text/html")];
    send(router, request("GET", path, &headers, "")).await.body
}

/// Where the forms of a page lead that can be sent: those with a button, outside of closed fields.
fn forms(page: &str) -> Vec<String> {
    let closed = Regex::new(r#"<fieldset[^>]*\bdisabled\b[^>]*>"#).unwrap();
    let open = closed.split(page).next().unwrap_or_default();
    let form = Regex::new(r#"<form\b[^>]*>"#).unwrap();
    let action = Regex::new(r#"\baction="([^"?]*)"#).unwrap();
    let tags = form.find_iter(open).map(|tag| tag.as_str()).filter(|tag| tag.contains("method=\"post\""));
    tags.filter_map(|tag| Some(action.captures(tag)?[1].to_owned())).collect()
}

#[tokio::test]
async fn nobody_is_offered_what_is_refused() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let mut offered: BTreeMap<&str, usize> = BTreeMap::new();
    for who in ["viewer-of-erx", "viewer", "editor-of-erx-who-sees-all", "editor", "reviewer", "admin"] {
        let access = access_of(who).unwrap();
        for path in pages() {
            for action in forms(&page_of(&router, who, &path).await) {
                let asked = need(&Method::POST, &action).unwrap();
                assert!(asked.is_met(&access), "{who} is offered {action} on {path}");
                *offered.entry(who).or_default() += usize::from(action != "/api/preferences");
            }
        }
    }
    assert_eq!(offered.get("viewer"), Some(&0), "{offered:?}");
    assert!(offered["editor"] > 20 && offered["reviewer"] > offered["editor"], "{offered:?}");
    assert!(offered["admin"] > offered["reviewer"], "{offered:?}");
}

#[tokio::test]
async fn an_editor_of_one_product_is_offered_the_forms_of_that_product() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let who = "editor-of-erx-who-sees-all";
    let kept = |action: &String| action != "/api/preferences";
    let mut others = OF_ANOTHER.map(str::to_owned).to_vec();
    let actions = get(&house.router(), "/actions.json?state=all&product=telemed").await.json();
    others.push(format!("/actions/{}", actions["actions"][0]["number"]));
    let form = "do=add&title=Slow&evidence=x&product=telemed&week=2026-W47";
    let raised = post(&house.router(), "/api/topic", form).await;
    others.push(format!("/topics/{}", raised.header("location").rsplit('-').next().unwrap()));
    for path in &others {
        let everybody = page_of(&router, "editor", path).await;
        assert_ne!(forms(&everybody).into_iter().filter(kept).count(), 0, "{path} has forms");
        let theirs = page_of(&router, who, path).await;
        assert_eq!(forms(&theirs).into_iter().find(kept), None, "{path}");
        assert!(theirs.contains("変更する権限はありません"), "{path} says why");
    }
    for path in OF_OWN {
        assert_ne!(forms(&page_of(&router, who, path).await).into_iter().filter(kept).count(), 0, "{path}");
    }
    // Something new is of their own product, or of none that they may not name.
    for path in ["/actions", "/topics"] {
        let page = page_of(&router, who, path).await;
        let form = page.split("id=\"new\"").nth(1).unwrap().split("</form>").next().unwrap();
        assert!(form.contains("value=\"erx\"") && !form.contains("value=\"telemed\""), "{form}");
    }
    // Who sees one product finds no way to what is closed.
    let narrow = page_of(&router, "viewer-of-erx", "/products").await;
    assert!(!narrow.contains("href=\"/imports") && !narrow.contains("href=\"/catalog"), "{narrow}");
    assert!(page_of(&router, "viewer", "/products").await.contains("href=\"/imports"));
    // What is offered is taken.
    let form = "do=add&text=Watch&owner=Hayashi&due=2026-11-30&product=erx";
    assert_eq!(post(&house.router(), "/api/action", form).await.status, 303);
}
