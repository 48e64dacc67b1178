//! `/reviews/compare`: two weeks beside each other.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::{House, get, post};

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// The sum of what a review's owners cost by themselves on the given weekdays, 1 is Monday.
fn own_cost(review: &Value, owner: &str, weekdays: &[u64]) -> Decimal {
    let rows = review["review"]["cost"]["days"].as_array().unwrap().iter();
    rows.filter(|row| row["owner"]["product"] == owner)
        .flat_map(|row| row["days"].as_array().unwrap().iter().enumerate())
        .filter(|(position, _)| weekdays.contains(&(*position as u64 + 1)))
        .map(|(_, day)| decimal(&day["billed"]["amount"]))
        .sum()
}

#[tokio::test]
async fn amounts_are_those_of_both_reviews_on_the_days_that_both_know() {
    let house = House::furnished().await;
    let router = house.router();
    let compared = get(&router, "/reviews/compare.json?from=2026-W46&to=2026-W47").await.json();
    assert_eq!(
        (&compared["from"]["week"], &compared["to"]["week"]),
        (&"2026-W46".into(), &"2026-W47".into())
    );
    let days = &compared["cost_days"].as_array().unwrap()[0];
    let weekdays: Vec<u64> =
        days["weekdays"].as_array().unwrap().iter().map(|day| day.as_u64().unwrap()).collect();
    // The week before is complete; of the last one Sunday is not.
    assert_eq!((weekdays.len(), &days["from_days"], &days["to_days"]), (6, &7.into(), &6.into()));
    let rows = compared["cost"].as_array().unwrap();
    assert!(rows.len() > 2);
    for side in ["from", "to"] {
        let week = compared[side]["week"].as_str().unwrap();
        let review = get(&router, &format!("/reviews/{week}.json?version=draft")).await.json();
        let telemed = rows.iter().find(|row| row["name"] == "telemed").unwrap();
        assert_eq!(decimal(&telemed[side]["billed"]), own_cost(&review, "telemed", &weekdays), "{week}");
    }
}

#[tokio::test]
async fn the_weeks_may_stand_either_way_round() {
    let house = House::furnished().await;
    let router = house.router();
    let one = get(&router, "/reviews/compare.json?from=2026-W46&to=2026-W47").await.json();
    let other = get(&router, "/reviews/compare.json?from=2026-W47&to=2026-W46").await.json();
    let changes = |value: &Value, change: &str| {
        let all = value["exceptions"].as_array().unwrap().iter();
        let mut cells: Vec<String> = all
            .filter(|one| one["change"] == change)
            .map(|one| format!("{} {}", one["product"], one["column"]))
            .collect();
        cells.sort();
        cells
    };
    assert!(!changes(&one, "came").is_empty());
    for (there, back) in [("came", "went"), ("went", "came"), ("worsened", "eased"), ("stayed", "stayed")] {
        assert_eq!(changes(&one, there), changes(&other, back), "{there}");
    }
    for key in ["cost", "objectives", "incidents"] {
        let find = |value: &Value, wanted: &Value| {
            let all = value[key].as_array().unwrap().iter();
            all.clone()
                .find(|row| {
                    ["name", "objective", "product", "owner"].iter().all(|name| row[*name] == wanted[*name])
                })
                .cloned()
        };
        for row in one[key].as_array().unwrap() {
            let turned = find(&other, row).unwrap();
            assert_eq!((&row["from"], &row["to"]), (&turned["to"], &turned["from"]), "{key}");
        }
    }
}

#[tokio::test]
async fn a_frozen_week_is_compared_as_it_was_frozen() {
    let house = House::furnished().await;
    let router = house.router();
    let frozen = post(&router, "/api/freeze", "week=2026-W46&version=0&reason=meeting&force=yes").await;
    assert!(frozen.status.is_redirection(), "{}", frozen.body);
    let compared = get(&router, "/reviews/compare.json").await.json();
    assert_eq!((&compared["from"]["version"], &compared["to"]["version"]), (&1.into(), &Value::Null));
    let draft = get(&router, "/reviews/compare.json?from_version=draft").await.json();
    assert_eq!(draft["from"]["version"], Value::Null);
    let page = get(&router, "/reviews/compare?lang=en").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("/reviews/2026-W46?lang=en&amp;version=1"), "{}", page.body);
}

#[tokio::test]
async fn a_week_with_itself_differs_in_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    let compared = get(&router, "/reviews/compare.json?from=2026-W47&to=2026-W47").await.json();
    assert!(compared["exceptions"].as_array().unwrap().iter().all(|one| one["change"] == "stayed"));
    assert!(compared["objectives"].as_array().unwrap().iter().all(|one| one["changed"] == false));
    assert!(compared["actions"]["opened"].as_array().unwrap().is_empty());
    let csv = get(&router, "/reviews/compare.csv?from=2026-W47&to=2026-W47").await.body;
    let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(rows.iter().filter(|row| row[0] == "cost").all(|row| row[4] == row[5]));
}

#[tokio::test]
async fn what_is_no_week_or_has_not_begun_is_not_found() {
    let house = House::furnished().await;
    let router = house.router();
    for (query, status) in [
        ("", 200),
        ("?from=&to=", 200),
        ("?from=2026-W47&to=2026-W48", 200),
        ("?to=2026-W60", 404),
        ("?to=2027-W01", 404),
        ("?from=yesterday", 404),
        ("?from_version=1", 404),
        ("?to_version=newest", 404),
    ] {
        assert_eq!(get(&router, &format!("/reviews/compare{query}")).await.status, status, "{query}");
        assert_eq!(get(&router, &format!("/reviews/compare.json{query}")).await.status, status, "{query}");
    }
    assert_eq!(get(&router, "/reviews/compare.md").await.status, 404);
}
