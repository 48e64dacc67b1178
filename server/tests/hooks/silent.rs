//! Who is silent for longer than it is used to is an exception; who is asked in time may be silent.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use server::clock::Clock;

use super::desk::{Desk, SECRET, alerts, at, happened, pagerduty};
use crate::support::program::run;
use crate::support::{House, get};

/// The same house on another day, at ten.
fn on(house: &House, today: &str) -> House {
    let clock = Clock::at_ten(today.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
    House { folder: tempfile::tempdir().unwrap(), store: Arc::clone(&house.store), clock }
}

/// For how many days a review says that a source is late; nothing where it is not.
async fn late(house: &House, week: &str, source: &str) -> Value {
    let review = get(&house.router(), &format!("/reviews/{week}.json")).await.json();
    let found =
        review["review"]["freshness"].as_array().unwrap().iter().find(|one| one["source"] == source).cloned();
    found.unwrap()["stale_days"].clone()
}

#[tokio::test]
async fn a_webhook_that_is_silent_for_longer_than_its_habit_is_an_exception() {
    let desk = Desk::open().await;
    // A day after the last one at most; three days later it is still as usual.
    for hour in 0..12 {
        let came = at("2026-11-11T01:00:00Z") + (hour * 24).hours();
        desk.house.store.hook_delivery_insert("alerts", &hour.to_string(), b"{}", came).await.unwrap();
    }
    desk.told(alerts(&[("a1", "2026-11-22T01:00:00Z", Some("2026-11-22T01:30:00Z"))])).await;
    for (today, days) in [("2026-11-24", None), ("2026-11-26", None), ("2026-11-28", Some(5))] {
        let house = on(&desk.house, today);
        assert_eq!(late(&house, "2026-W48", "alerts").await, json!(days), "{today}");
        let page = get(&house.router(), "/imports?lang=en").await.body;
        assert_eq!(page.contains("longer than that"), days.is_some(), "{today}");
        assert!(page.contains("three times the longest time between two messages"), "the rule is said");
        let told = get(&house.router(), "/imports.json").await.json()["hooks"][0].clone();
        assert_eq!(
            (&told["is_silent"], &told["silence_allowed"]),
            (&json!(days.is_some()), &json!(3 * 86_400))
        );
    }
    // What reaches the end of a week is fresh for that week, however silent it is since.
    assert_eq!(late(&on(&desk.house, "2026-11-28"), "2026-W47", "alerts").await, json!(null));
}

/// The meeting sees it: as a question, and in the column of data of every product of which it told.
#[tokio::test]
async fn a_silent_webhook_is_an_exception_of_the_meeting() {
    let house = House::furnished().await;
    let before = get(&house.router(), "/reviews/2026-W47?lang=en").await.body;
    for day in 0..12 {
        let came = at("2026-11-05T01:00:00Z") + (day * 24).hours();
        house.store.hook_delivery_insert("pagerduty", &day.to_string(), b"{}", came).await.unwrap();
    }
    let waiting = house.store.hook_delivery_waiting(20).await.unwrap();
    let read = |one: &store::HookDelivery| store::HookSettled {
        number: one.number,
        stream: String::new(),
        faults: Vec::new(),
        incidents: Vec::new(),
    };
    house.store.hook_delivery_settle(waiting.iter().map(read).collect(), house.clock.now()).await.unwrap();
    let after = get(&house.router(), "/reviews/2026-W47?lang=en").await.body;
    let count = |page: &str| page.matches("silent for 7 days").count();
    assert_eq!(count(&before), 0);
    assert!(count(&after) >= 2, "{}", count(&after));
    assert!(after.contains("pagerduty: silent for 7 days"));
}

/// A source that only ever told of one product says nothing of the others by its silence.
#[tokio::test]
async fn a_silence_greys_the_products_of_which_the_source_told() {
    let desk = Desk::open().await;
    desk.told(alerts(&[("a1", "2026-11-16T01:00:00Z", Some("2026-11-16T01:20:00Z"))])).await;
    let [incident] = &desk.counting().await[..] else { panic!() };
    let house = House::furnished().await;
    house.store.incident_upsert(vec![incident.clone()], house.clock.now(), false).await.unwrap();
    for day in 0..12 {
        let came = at("2026-11-05T01:00:00Z") + (day * 24).hours();
        house.store.hook_delivery_insert("alerts", &day.to_string(), b"{}", came).await.unwrap();
    }
    let review = get(&house.router(), "/reviews/2026-W47.json").await.json();
    let rows = review["review"]["matrix"].as_array().unwrap().clone();
    let grey = rows.iter().filter(|row| row["data"].to_string().contains("\"alerts\""));
    let grey: Vec<&str> = grey.map(|row| row["product"].as_str().unwrap()).collect();
    assert!(rows.len() > 3 && grey == ["telemed"], "{grey:?} of {}", rows.len());
}

#[tokio::test]
async fn a_few_messages_are_no_habit() {
    let desk = Desk::open().await;
    desk.told(alerts(&[("a1", "2026-11-22T01:00:00Z", None)])).await;
    let house = on(&desk.house, "2026-12-18");
    assert_eq!(late(&house, "2026-W50", "alerts").await, json!(null));
    assert!(get(&house.router(), "/imports?lang=en").await.body.contains("Not known yet"));
}

/// One that is asked and fails is late, although its webhook is as usual.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_asked_in_vain_is_an_exception() {
    let desk = Desk::open().await;
    desk.told(pagerduty(&happened("P1", "incident.triggered", "2026-11-16T01:00:00Z", &json!({})), SECRET))
        .await;
    let text = format!(
        "[hooks.pagerduty]\nkind = \"pagerduty\"\nsecret = \"{SECRET}\"\n[sources.pd]\nkind = \"pagerduty\"\n\
         repairs = \"pagerduty\"\nendpoint = \"http://127.0.0.1:9\"\napi_key = \"key\"\n"
    );
    std::fs::write(desk.house.folder.path().join("teirei.toml"), text).unwrap();
    let said = run(desk.house.folder.path(), "2026-11-23", &["--json", "sync"]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    for (today, days) in [("2026-11-23", None), ("2026-11-25", Some(2))] {
        let house = on(&desk.house, today);
        assert_eq!(late(&house, "2026-W48", "pagerduty").await, json!(days), "{today}");
        let page = get(&house.router(), "/imports?lang=en").await.body;
        assert!(page.contains("the last run was cut") && page.contains("cannot be reached"), "{today}");
        assert_eq!(page.contains("none for more than 24 hours"), days.is_some(), "{today}");
        let told = get(&house.router(), "/imports.json").await.json()["polls"][0].clone();
        assert_eq!((&told["kept_as"], &told["is_late"]), (&json!("pagerduty"), &json!(days.is_some())));
    }
}
