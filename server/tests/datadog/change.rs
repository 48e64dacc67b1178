//! What changes at Datadog: targets, names, SLOs that go.

use super::desk::{DAY, Desk, MONDAY, TODAY, counted, instant, world};
use crate::fake::datadog::{Facts, FakeSlo};
use crate::support::get;

/// Changed on Wednesday, seen on Thursday: weeks before are judged by the old target, and keep their counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_changed_in_the_middle_of_a_week_rewrites_no_old_week() {
    let mut world = world();
    world.slos.truncate(1);
    let desk = Desk::open(world).await;
    assert_eq!(desk.sync("2026-11-18").await.code, Some(0));
    let before = desk.history("three-7d").await;
    {
        let mut world = desk.datadog.world();
        world.slos[0].targets[0].1 = 90.0;
        world.slos[0].modified_at = MONDAY + 3 * DAY;
        world.slos[0].facts = Facts::Events { an_hour: 10, bad_every: 2 };
    }
    assert_eq!(desk.sync("2026-11-19").await.code, Some(0));
    assert_eq!(desk.sync(TODAY).await.code, Some(0));
    let after = desk.history("three-7d").await;
    assert_eq!((after.objective.target.0, after.earlier.len()), (900_000, 1));
    let page = get(&desk.router(TODAY).await, "/objectives/three-7d.json?week=2026-W47").await.json();
    let weeks = page["weeks"].as_array().unwrap();
    let judged = |week: &str| weeks.iter().find(|one| one["week"] == week).unwrap()["target_ppm"].clone();
    assert_eq!((judged("2026-W46"), judged("2026-W47")), (995_000.into(), 900_000.into()));
    let known = MONDAY + 2 * DAY;
    for bucket in before.buckets.iter().filter(|one| one.period.start.as_second() < known) {
        let now = after.buckets.iter().find(|one| one.period == bucket.period).unwrap();
        assert_eq!(now, bucket, "counted under the old definition");
    }
    let new = desk.datadog.world().slos[0].clone();
    let (from, to) = (MONDAY + 4 * DAY, MONDAY + 7 * DAY);
    let far = counted(&after.buckets, from, to).1 - new.sum(from, to).1;
    assert!(far.abs() < 20, "but for the one point over midnight: {far}");
    let store = desk.store().await;
    let week = domain::period::Period { start: instant(MONDAY - 90 * DAY), end: instant(MONDAY) };
    let restated = store.sli_restatements(week, instant(0)).await.unwrap();
    assert!(restated.is_empty(), "{restated:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_and_renamed_slos_say_so() {
    let desk = Desk::open(world()).await;
    assert_eq!(desk.sync(TODAY).await.code, Some(0));
    {
        let mut world = desk.datadog.world();
        world.slos.retain(|slo| slo.id != "monitor");
        world.slos[0].name = "Renamed".to_owned();
        world.slos[0].modified_at += 60;
        world.slos.push(FakeSlo::new("new", Facts::Events { an_hour: 5, bad_every: 3 }));
    }
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let issues = said.report()["issues"].to_string();
    assert!(issues.contains("slo/gone") && issues.contains("SLO monitor is no longer defined"), "{issues}");
    let objectives = desk.store().await.objective_list().await.unwrap();
    assert!(objectives.iter().all(|one| one.id != "monitor-7d"), "closed");
    assert!(objectives.iter().any(|one| one.id == "new-7d"));
    let renamed = desk.history("three-7d").await;
    assert_eq!((renamed.objective.display_name.as_str(), renamed.earlier.len()), ("Renamed", 1));
    assert_eq!(renamed.buckets.len(), 91, "its history stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_datadog_says_stands_beside_what_is_counted() {
    let mut world = world();
    world.corrections.push(serde_json::json!({ "id": "c1", "type": "correction", "attributes": {
        "slo_id": "three", "category": "Scheduled Maintenance", "description": "計画停止", "start": MONDAY + 3_600,
        "duration": 7_200, "rrule": "FREQ=WEEKLY;COUNT=2", "timezone": "Asia/Tokyo" } }));
    let desk = Desk::open(world).await;
    assert_eq!(desk.sync(TODAY).await.code, Some(0));
    let said = desk.store().await.objective_vendor_list(instant(0)).await.unwrap();
    let weeks = said.iter().filter(|one| one.objective == "three-7d").count();
    assert_eq!(weeks, 14, "thirteen weeks and the window");
    let router = desk.router(TODAY).await;
    let page = get(&router, "/objectives/three-7d.json?week=2026-W47").await.json();
    let week =
        page["vendor"]["statements"].as_array().unwrap().iter().find(|one| one["span"] == "week").unwrap();
    assert_eq!((&week["difference_ppm"], &week["differs"]), (&0.into(), &false.into()), "{week}");
    assert_eq!(page["vendor"]["exclusions"][0]["category"], "Scheduled Maintenance");
    let html = get(&router, "/objectives/three-7d?week=2026-W47&lang=en").await.body;
    for words in ["id=\"vendor\"", "Scheduled Maintenance", "計画停止"] {
        assert!(html.contains(words), "{words}");
    }
}
