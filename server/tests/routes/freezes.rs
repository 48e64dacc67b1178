//! `/api/freeze`: what has to be settled before, what the refused form keeps, and what a forced version says for ever.

#![expect(clippy::unwrap_used, reason = "a story stops where its answer breaks off")]

use crate::support::{House, get, post};

/// The ids of a list like `"unmet":[…]`.
fn left(document: &serde_json::Value) -> Vec<String> {
    let each = document["snapshot"]["unmet"].as_array().into_iter().flatten();
    each.map(|one| format!("{} {}", one["requirement"].as_str().unwrap(), one["count"])).collect()
}

#[tokio::test]
async fn a_week_with_something_left_open_is_refused_and_the_form_keeps_what_was_typed() {
    let house = House::furnished().await;
    let router = house.router();
    let form = "week=2026-W47&version=0&reason=%E5%AE%9A%E4%BE%8B%20%26%20%3Cb%3E";
    let refused = post(&router, "/api/freeze", form).await;
    let location = refused.header("location").to_owned();
    assert_eq!(location, "/reviews/2026-W47?problem=unmet&reason=%E5%AE%9A%E4%BE%8B%20%26%20%3Cb%3E#freeze");
    assert_eq!(house.store.snapshot_list("").await.unwrap().len(), 0, "nothing was kept");

    let page = get(&router, &location.replace("#freeze", "&lang=en")).await.body;
    let (_, section) = page.split_once("id=\"freeze\"").unwrap();
    for part in ["Not frozen: this is still open.", "name=\"force\"", "value=\"定例 &amp; &lt;b&gt;\""] {
        assert!(section.contains(part), "{part}: {section}");
    }
    let list = section.split_once("<ul").unwrap().1.split_once("</ul>").unwrap().0;
    let places: Vec<&str> =
        list.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    assert!(places.len() > 1, "{list}");
    for place in places {
        let is_there = match place.strip_prefix('#') {
            Some(anchor) => page.contains(&format!("id=\"{anchor}\"")),
            None => get(&router, place).await.status == 200,
        };
        assert!(is_there, "{place} leads nowhere");
    }
    let fresh = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(!fresh.contains("name=\"force\""), "nobody is offered to leave things open before");
}

#[tokio::test]
async fn force_needs_a_reason_and_what_was_left_open_stands_in_the_version() {
    let house = House::furnished().await;
    let router = house.router();
    let silent = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=+&force=yes").await;
    assert_eq!(silent.header("location"), "/reviews/2026-W47?problem=reason&reason=#freeze");
    let page = get(&router, "/reviews/2026-W47?problem=reason&reason=&lang=en").await.body;
    assert!(page.contains("Give a reason, then freeze again.") && page.contains("name=\"force\""));
    assert_eq!(house.store.snapshot_list("").await.unwrap().len(), 0);

    let form = "week=2026-W47&version=0&reason=the+chair+is+ill&force=yes";
    assert_eq!(post(&router, "/api/freeze", form).await.header("location"), "/reviews/2026-W47#freeze");
    let document = get(&router, "/reviews/2026-W47.json").await.json();
    let open = left(&document);
    assert!(open.iter().any(|one| one.starts_with("question_open ")), "{open:?}");
    let snapshot = &document["snapshot"];
    assert_eq!(snapshot["reason"], "the chair is ill");
    let sources = snapshot["sources"].as_array().unwrap();
    assert_eq!(sources.len(), document["review"]["freshness"].as_array().unwrap().len(), "{snapshot}");
    assert!(sources.iter().all(|source| source["received_at"].is_string()), "{snapshot}");
    let exported = get(&router, "/catalog").await.body;
    let hash = snapshot["definitions"]["catalogue_sha256"].as_str().unwrap();
    assert!(exported.contains(hash), "the catalogue's page names proposals by the same hash");

    let page = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(page.contains("Frozen although: ") && page.contains("the chair is ill"), "the page says so");
    let minutes = get(&router, "/reviews/2026-W47.md").await.body;
    assert!(minutes.contains("残したまま凍結: "), "{minutes}");

    let again = post(&router, "/api/freeze", "week=2026-W47&version=1&reason=late+bill").await;
    let location = "/reviews/2026-W47?version=draft&problem=unmet&reason=late%20bill#freeze";
    assert_eq!(again.header("location"), location, "the form stands on the draft");
    let page = get(&router, &location.replace("#freeze", "&lang=en")).await.body;
    assert!(page.contains("value=\"late bill\"") && page.contains("name=\"force\""), "{page}");
}

#[tokio::test]
async fn a_week_with_nothing_left_open_is_frozen_at_once() {
    let house = House::empty().await;
    let router = house.router();
    let page = get(&router, "/reviews/2026-W47?problem=unmet&reason=x&lang=en").await.body;
    assert!(page.contains("All of it is settled by now."), "somebody settled it meanwhile");
    assert!(!page.contains("name=\"force\""));
    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=").await;
    assert_eq!(frozen.header("location"), "/reviews/2026-W47#freeze");
    let document = get(&router, "/reviews/2026-W47.json").await.json();
    assert_eq!(left(&document), Vec::<String>::new());
    assert!(document["snapshot"].get("unmet").is_none(), "absent, not empty");
}

/// What people changed after the freeze is told beside the frozen numbers, which stay.
#[tokio::test]
async fn notes_and_definitions_that_changed_since_are_told() {
    let house = House::furnished().await;
    let router = house.router();
    let save = |seen: u8, text: &str| format!("week=2026-W47&place=cost&seen={seen}&text={text}&do=save");
    assert_eq!(post(&router, "/api/note", &save(0, "before")).await.status, 303);
    let form = "week=2026-W47&version=0&reason=meeting&force=yes";
    assert_eq!(post(&router, "/api/freeze", form).await.header("location"), "/reviews/2026-W47#freeze");
    let bytes = get(&router, "/reviews/2026-W47.json").await.body;
    let quiet = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(quiet.contains("Nothing has changed since the freeze.") && !quiet.contains("(changed since)"));

    let reopen = "week=2026-W47&version=1&reason=typo&do=reopen";
    assert_eq!(post(&router, "/api/note", reopen).await.status, 303);
    assert_eq!(post(&router, "/api/note", &save(1, "after")).await.status, 303);
    let first = "week=2026-W47&place=product-telemed&seen=0&text=new&do=save";
    assert_eq!(post(&router, "/api/note", first).await.status, 303);
    let told = get(&router, "/reviews/2026-W47/restatements.json").await.json();
    let notes = serde_json::json!([
        { "kind": "note", "place": "cost", "frozen": 1, "now": 2 },
        { "kind": "note", "place": "product-telemed", "frozen": 0, "now": 1 },
    ]);
    assert_eq!(told["restatements"], notes);
    let page = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(page.contains("Note on Cost: version 1 → 2") && page.contains(": written since"), "{page}");

    let mut catalogue = house.store.catalogue_get().await.unwrap();
    catalogue.organization.cost_lag_days += 1;
    let monday = "2026-11-23".parse().unwrap();
    house.store.catalogue_replace(&catalogue, monday, house.clock.now()).await.unwrap();
    let page = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert_eq!(page.matches("(changed since)").count(), 1, "the catalogue, and not the objectives");
    assert_eq!(get(&router, "/reviews/2026-W47.json").await.body, bytes);
}
