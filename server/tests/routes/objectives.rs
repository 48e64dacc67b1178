//! `/objectives/{id}`: from a mark to the counts, incidents and definition it rests on.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use std::collections::BTreeSet;

use serde_json::Value;
use server::demo::World;
use server::import::world_load;

use crate::support::{House, TODAY, get, post};

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
    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
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
    let before = house.store.objective_assessment_list().await.unwrap().len();
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
        assert_eq!(house.store.objective_assessment_list().await.unwrap().len(), before, "{form}");
    }

    let kept = form("decision=keep&toil=low&satisfaction=high&note=%E5%A6%A5%E5%BD%93&snooze=1");
    let answer = post(&router, "/api/objective/assess", &kept).await;
    assert_eq!(answer.header("location"), "/objectives/erx-pharmacy-delivery#reasons");
    let held = house.store.objective_assessment_list().await.unwrap();
    assert_eq!(held[before].evidence.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["R01", "R03"]);
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

/// The ids of the rules whose reasons a page shows.
fn rules_of(page: &str) -> BTreeSet<String> {
    let titles = page.split("title=\"R").skip(1).filter_map(|rest| rest.split('"').next());
    titles.map(|number| format!("R{number}")).collect()
}

/// Each rule has its objective on the demo, with evidence that fits it.
#[tokio::test]
async fn every_reason_occurs_on_the_demo() {
    let house = House::empty().await;
    world_load(&house.store, World::new(1, TODAY.parse().unwrap(), 60)).await.unwrap();
    let router = house.router();
    let queue = get(&router, "/objectives/reviews?lang=en").await.body;
    let expected: BTreeSet<String> = (1..=25).map(|number| format!("R{number:02}")).collect();
    let found = rules_of(&queue);
    let missing: Vec<&String> = expected.difference(&found).collect();
    assert!(missing.is_empty(), "no objective has {missing:?}");
    assert!(found.is_subset(&expected), "{found:?}");
    for (objective, rule, evidence) in [
        ("data-delivery-freshness", "R01", "the review was due on 9 Aug"),
        ("karte-import", "R02", "never reviewed since it came in on 29 Sep"),
        ("insurance-quote", "R03", "the definition changed after the last review"),
        ("karte-search", "R04", "of 12 weeks"),
        ("booking-slot-search", "R05", "no more than 1% of the budget"),
        ("karte-import", "R06", "the same value for 28 days"),
        ("data-delivery-freshness", "R07", "no counts since 19 Nov"),
        ("telemed-video-connect", "R08", "shows in no SLO of the product"),
        ("karte-search", "R09", "incidents explain 0% of it"),
        ("erx-send", "R10", "incident 121 alone took"),
        ("erx-send", "R11", "erx/signing-certificate-expired"),
        ("erx-send", "R12", "at this pace it ends in"),
        ("karte-search", "R13", "history supports 99%"),
        ("karte-search", "R14", "belongs to no product"),
        ("payments-success", "R15", "no error budget policy"),
        ("trials-record-save", "R16", "failures only"),
        ("booking-reminder", "R17", "7% of the window is left out"),
        ("platform-gateway", "R18", "the vendor says"),
        ("booking-reminder", "R19", "200"),
        ("payments-success", "R20", "platform-gateway"),
        ("booking-reminder", "R21", "weekend traffic differs"),
        ("booking-reminder", "R22", "was left at the last meeting"),
        ("booking-reminder", "R23", "nobody has looked since"),
        ("platform-sign-in", "R24", "by 13 Nov"),
        ("platform-status-page", "R25", "99.999%"),
    ] {
        let row = queue.split(&format!("id=\"objective-{objective}\"")).nth(1);
        let row =
            row.and_then(|rest| rest.split("</tr>").next()).unwrap_or_else(|| panic!("{objective}: {queue}"));
        let reason =
            row.split(&format!("title=\"{rule}\"")).nth(1).and_then(|rest| rest.split("</li>").next());
        let reason = reason.unwrap_or_else(|| panic!("{objective} {rule}: {row}"));
        assert!(reason.contains(evidence), "{objective} {rule}: {reason}");
    }
}

/// The weekly review lists the first ones of the queue in every form, and keeps them when it is frozen.
#[tokio::test]
async fn the_review_lists_the_first_ones() {
    let house = House::furnished().await;
    let router = house.router();
    let queue = get(&router, "/objectives/reviews?lang=en").await.body;
    let order: Vec<&str> =
        queue.split("id=\"objective-").skip(1).filter_map(|rest| rest.split('"').next()).take(5).collect();
    let review = document(&router, "/reviews/2026-W47.json").await;
    let due = &review["review"]["reviews_due"];
    let listed: Vec<&str> =
        due["first"].as_array().unwrap().iter().map(|one| one["objective"].as_str().unwrap()).collect();
    assert_eq!(listed, order);
    let page = get(&router, "/reviews/2026-W47").await.body;
    let (csv, minutes) = (
        get(&router, "/reviews/2026-W47.csv").await.body,
        get(&router, "/reviews/2026-W47.md?lang=en").await.body,
    );
    let section = page.split("id=\"reviews-due\"").nth(1).unwrap();
    for request in due["first"].as_array().unwrap() {
        let (id, rule) =
            (request["objective"].as_str().unwrap(), request["reasons"][0]["rule"].as_str().unwrap());
        assert!(section.contains(&format!("href=\"/objectives/{id}?week=2026-W47#reasons\"")), "{id}");
        assert!(section.contains(&format!("title=\"{rule}\"")), "{id} {rule}");
        assert!(csv.lines().any(|line| line.starts_with("reviews_due,") && line.contains(id)), "{id}");
        assert!(minutes.contains(&format!("({rule}, since ")), "{id} {rule}");
    }

    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    let first = listed[0].to_owned();
    let page = get(&router, &format!("/objectives/{first}")).await.body;
    let form = format!("objective={first}&definition={}&decision=snooze&note=later&snooze=4", hash_of(&page));
    post(&router, "/api/objective/assess", &form).await;
    let kept = document(&router, "/reviews/2026-W47.json").await;
    assert_eq!(kept["review"]["reviews_due"], *due, "a frozen review keeps what was listed");
    let draft = document(&router, "/reviews/2026-W47.json?version=draft").await;
    assert_ne!(draft["review"]["reviews_due"], *due);
}

/// What a review leaves to do has an owner and a day, and is done with a button.
#[tokio::test]
async fn a_review_leaves_something_to_do() {
    let house = House::empty().await;
    world_load(&house.store, World::new(1, TODAY.parse().unwrap(), 18)).await.unwrap();
    let router = house.router();
    let path = "/objectives/platform-sign-in";
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(rules_of(&page).contains("R24") && page.contains("再試行で成功した分を数え直す"));
    let held_at = page.split("name=\"held_at\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    for (form, expected) in [
        ("objective=platform-sign-in&held_at=yesterday".to_owned(), "problem=invalid"),
        ("objective=platform-sign-in&held_at=2026-01-01T00:00:00Z".to_owned(), "problem=conflict"),
        (format!("objective=platform-sign-in&held_at={held_at}"), "platform-sign-in#reasons"),
        (format!("objective=platform-sign-in&held_at={held_at}"), "problem=conflict"),
    ] {
        let answer = post(&router, "/api/objective/action-done", &form).await;
        assert!(answer.header("location").contains(expected), "{form}: {}", answer.header("location"));
    }
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(!rules_of(&page).contains("R24"));

    let held = async || house.store.objective_assessment_list().await.unwrap().len();
    let (before, hash) = (held().await, hash_of(&page).to_owned());
    let form = |rest: &str| format!("objective=platform-sign-in&definition={hash}&decision=keep&{rest}");
    let half =
        post(&router, "/api/objective/assess", &form("action=mend&action_owner=Mori&action_due=")).await;
    assert!(half.header("location").contains("problem=action"), "{}", half.header("location"));
    assert_eq!(held().await, before);
    post(&router, "/api/objective/assess", &form("action=mend&action_owner=Mori&action_due=2026-12-01"))
        .await;
    assert_eq!(held().await, before + 1);
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(page.contains("mend") && page.contains("Mori, by 1 Dec"));
}

/// Opening a page is noted beside the answer, once a day; other forms of it are for programs.
#[tokio::test]
async fn an_opened_page_is_noted() {
    let house = House::empty().await;
    world_load(&house.store, World::new(1, TODAY.parse().unwrap(), 18)).await.unwrap();
    let router = house.router();
    let path = "/objectives/booking-reminder";
    get(&router, &format!("{path}.json")).await;
    assert!(rules_of(&get(&router, "/objectives/reviews").await.body).contains("R23"));
    let revision = house.store.revision().await.unwrap();
    assert_eq!(get(&router, path).await.status, 200);
    for _ in 0..200 {
        if house.store.revision().await.unwrap() > revision {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let reads = house.store.objective_read_list().await.unwrap();
    assert!(reads.iter().any(|read| read.objective == "booking-reminder"));
    assert!(!rules_of(&get(&router, "/objectives/reviews").await.body).contains("R23"));
}
