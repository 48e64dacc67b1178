//! `/imports` and its JSON.

use crate::support::{House, get};

#[tokio::test]
async fn freshness_and_totals_are_there_for_programs_too() {
    let house = House::furnished().await;
    let router = house.router();
    let value = get(&router, "/imports.json").await.json();
    assert_eq!(value["schema"], "teirei/imports/v1");
    assert_eq!(value["time_zone"], "Asia/Tokyo");
    let kinds: Vec<&str> =
        value["sources"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    for kind in ["cost", "objectives", "incidents"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert!(value["control_totals"][0]["billed"]["amount"].is_string());
}
