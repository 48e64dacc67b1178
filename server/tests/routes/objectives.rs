//! `/objectives/{id}`: from a mark to the counts, incidents and definition it rests on.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use serde_json::Value;

use crate::support::{House, get, post};

const PATH: &str = "/objectives/telemed-video-connect";

async fn document(router: &axum::Router, path: &str) -> Value {
    let answer = get(router, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn every_objective_of_the_list_has_its_page() {
    let house = House::furnished().await;
    let router = house.router();
    let review = document(&router, "/reviews/2026-W47.json").await;
    let rows = review["review"]["objectives"].as_array().unwrap();
    assert!(!rows.is_empty());
    let list = get(&router, "/objectives?week=2026-W47").await.body;
    for row in rows {
        let id = row["id"].as_str().unwrap();
        assert!(list.contains(&format!("href=\"/objectives/{id}?week=2026-W47\"")), "{id}");
        let page = document(&router, &format!("/objectives/{id}.json?week=2026-W47")).await;
        assert_eq!(page["window"]["counts"], row["sum"], "{id}");
        assert_eq!(page["remaining_ppm"], row["remaining_ppm"], "{id}");
        let number = |value: &Value| value.as_i64().unwrap();
        // Incidents and what none explains are exactly what was bad.
        let charged: i64 =
            page["attribution"]["incidents"].as_array().unwrap().iter().map(|one| number(&one["bad"])).sum();
        let bad = number(&row["sum"]["total"]) - number(&row["sum"]["good"]);
        assert_eq!(charged + number(&page["attribution"]["unattributed"]), bad, "{id}");
        // Before − spent + recovered is what is left.
        if let Some(moved) = page["week_moved"].as_object() {
            let now =
                number(&moved["before_ppm"]) - number(&moved["spent_ppm"]) + number(&moved["recovered_ppm"]);
            assert_eq!(now, number(&page["remaining_ppm"]), "{id}");
        }
        assert_eq!(page["weeks"].as_array().unwrap().len(), 13, "{id}");
        for language in ["ja", "en"] {
            let answer = get(&router, &format!("/objectives/{id}?lang={language}")).await;
            assert_eq!(answer.status, 200, "{id}");
        }
    }
}

#[tokio::test]
async fn weeks_come_as_rows_for_spreadsheets() {
    let house = House::furnished().await;
    let router = house.router();
    let csv = get(&router, &format!("{PATH}.csv?week=2026-W47")).await.body;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 14);
    assert!(lines[13].starts_with("telemed-video-connect,2026-W47,breached,995000,"), "{}", lines[13]);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::furnished().await;
    let router = house.router();
    for path in [
        "/objectives/nobody",
        "/objectives/%F0%9F%98%80",
        "/objectives/nobody.json",
        "/objectives/telemed-video-connect.md",
        "/objectives/telemed-video-connect?week=2026-W60",
        "/objectives/telemed-video-connect?week=2031-W01",
    ] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
}

/// A frozen week keeps its number; the page shows what is known now and says what was frozen.
#[tokio::test]
async fn the_page_says_what_a_frozen_week_says() {
    let house = House::furnished().await;
    let router = house.router();
    let path = format!("{PATH}?week=2026-W47&lang=en");
    assert!(!get(&router, &path).await.body.contains("frozen, says"));
    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=").await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    assert!(get(&router, &path).await.body.contains("Version 1, frozen, says the same."));
    let page = document(&router, &format!("{PATH}.json?week=2026-W47")).await;
    assert_eq!(page["frozen"]["version"], 1);
    assert_eq!(page["frozen"]["window"], page["window"]["counts"]);
}

/// The hash that the form on an objective's page carries.
fn hash_of(page: &str) -> &str {
    let start = page.find("name=\"definition\" value=\"").unwrap() + "name=\"definition\" value=\"".len();
    page[start..].split('"').next().unwrap()
}

#[tokio::test]
async fn a_review_is_held_and_leaves_the_queue() {
    let house = House::furnished().await;
    let router = house.router();
    let queue = get(&router, "/objectives/reviews?lang=en").await;
    assert_eq!(queue.status, 200);
    let open = queue.body.split("id=\"settled\"").next().unwrap().to_owned();
    assert!(open.contains("id=\"objective-erx-pharmacy-delivery\""), "its review was due in September");
    assert!(open.contains("title=\"R01\""), "the rule's id stands in the title");

    let path = "/objectives/erx-pharmacy-delivery";
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(page.contains("the review was due on 16 Sep"));
    let hash = hash_of(&page);
    let form = |rest: &str| format!("objective=erx-pharmacy-delivery&definition={hash}&{rest}");
    for (form, expected) in [
        (form("decision=loosen&note="), "problem=note"),
        (form("decision=snooze&note=later&snooze=3"), "problem=note"),
        (form("decision=perhaps"), "problem=invalid"),
        (form("decision=keep&toil=medium"), "problem=invalid"),
        ("objective=erx-pharmacy-delivery&definition=other&decision=keep".to_owned(), "problem=conflict"),
        (format!("objective=nobody&definition={hash}&decision=keep"), "/objectives"),
    ] {
        let answer = post(&router, "/api/objective/assess", &form).await;
        assert!(answer.header("location").contains(expected), "{form}: {}", answer.header("location"));
        assert!(house.store.objective_assessment_list().await.unwrap().is_empty(), "{form}");
    }

    let kept = form("decision=keep&toil=low&satisfaction=high&note=%E5%A6%A5%E5%BD%93&snooze=1");
    let answer = post(&router, "/api/objective/assess", &kept).await;
    assert_eq!(answer.header("location"), "/objectives/erx-pharmacy-delivery#reasons");
    let held = house.store.objective_assessment_list().await.unwrap();
    assert_eq!(held[0].evidence.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["R01", "R03"]);
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(page.contains("Nothing asks for a review now."));
    assert!(
        page.contains("妥当") && page.contains("next by 23 Dec"),
        "30 days, because the definition is young"
    );
    let queue = get(&router, "/objectives/reviews?lang=en").await.body;
    let open = queue.split("id=\"settled\"").next().unwrap();
    assert!(!open.contains("id=\"objective-erx-pharmacy-delivery\""));
}

#[tokio::test]
async fn what_is_put_off_is_listed_apart() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, &format!("{PATH}?lang=en")).await.body;
    let form = format!(
        "objective=telemed-video-connect&definition={}&decision=snooze&note=next+release&snooze=4",
        hash_of(&page)
    );
    post(&router, "/api/objective/assess", &form).await;
    let queue = get(&router, "/objectives/reviews?lang=en").await.body;
    let (open, rest) = queue.split_once("id=\"snoozed\"").unwrap();
    assert!(!open.contains("id=\"objective-telemed-video-connect\""));
    assert!(rest.contains("id=\"objective-telemed-video-connect\"") && rest.contains("next by 21 Dec"));
}
