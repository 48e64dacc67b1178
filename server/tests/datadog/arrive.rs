//! What arrives is what Datadog has, to the event.

use domain::product::{Environment, Slug};

use super::desk::{DAY, Desk, MONDAY, TODAY, counted, world};
use crate::support::get;
use crate::support::program::assert_same;

#[tokio::test(flavor = "multi_thread")]
async fn weeks_are_exact_and_a_second_run_changes_nothing() {
    let desk = Desk::open(world()).await;
    assert_eq!(desk.run(TODAY, &["catalog", "apply", "catalogue.toml"]).await.code, Some(0));
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.report()["objectives"]["definitions"], 8, "{}", said.out);

    let slos = desk.datadog.world().slos.clone();
    for (slo, id) in
        [(&slos[0], "three-7d"), (&slos[0], "three-30d"), (&slos[0], "three-90d"), (&slos[5], "unknown-7d")]
    {
        let history = desk.history(id).await;
        for week in 0..13 {
            let from = MONDAY - week * 7 * DAY;
            let expected = slo.sum(from, from + 7 * DAY);
            assert_eq!(counted(&history.buckets, from, from + 7 * DAY), expected, "{id} {week} weeks back");
        }
        assert_eq!(history.buckets.len(), 91);
    }
    let three = desk.history("three-30d").await.objective;
    assert_eq!((three.target.0, three.environment), (980_000, Environment::Production));
    assert_eq!(desk.datadog.world().asked("/three/history"), 13, "one history a week for three targets");
    assert_eq!(
        desk.datadog.world().asked("limit=2&offset="),
        4 + 1,
        "pages until one is short, and corrections"
    );
    let unknown = desk.history("unknown-7d").await.objective;
    assert_eq!((unknown.product, unknown.environment), (None, Environment::Staging));

    let before = desk.rows().await;
    let again = desk.sync(TODAY).await;
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert_eq!(again.report()["changed"], false, "{}", again.out);
    assert_same(&before, &desk.rows().await, "the second run");
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_nonsense_and_time_are_what_they_are() {
    let desk = Desk::open(world()).await;
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let silent = desk.history("silent-7d").await;
    assert!(
        silent.buckets.iter().all(|one| one.total == 0 && one.samples_seen == 0 && one.samples_expected > 0)
    );
    assert!(desk.history("nonsense-7d").await.buckets.is_empty(), "more good than all is never stored");
    // Down from 1:00 to 2:00 of Monday by either monitor: an hour of 168.
    let monitor = desk.history("monitor-7d").await;
    let week = 7 * DAY;
    assert_eq!(counted(&monitor.buckets, MONDAY, MONDAY + week), (week - 3_600, week));
    assert_eq!(counted(&monitor.buckets, MONDAY - week, MONDAY), (week, week));
    // Five slices of five minutes.
    let slices = desk.history("slices-7d").await;
    assert_eq!(counted(&slices.buckets, MONDAY, MONDAY + week), (2_016 - 5, 2_016));

    let issues = said.report()["issues"].to_string();
    for words in ["slo/no-data", "Datadog counts more good events than events"] {
        assert!(issues.contains(words), "{words}: {issues}");
    }
    let router = desk.router(TODAY).await;
    let page = get(&router, "/imports?lang=en").await.body;
    assert!(page.contains("dd") && page.contains("nonsense-7d"), "freshness and remarks");
    let silent = get(&router, "/objectives/silent-7d.json?week=2026-W47").await.json();
    assert_eq!((&silent["status"], &silent["remaining_ppm"]), (&"nodata".into(), &serde_json::Value::Null));
}

/// The review queue asks of objectives that no alert looks at, and of alerts that wait for what cannot happen;
/// clearing the cause clears the reason.
#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_asked_for() {
    let mut world = world();
    world.slos.truncate(1);
    // At 99.5 % nothing burns faster than 200 times even.
    world.slos[0].targets = vec![("7d", 99.5), ("30d", 98.0)];
    let desk = Desk::open(world).await;
    let reasons = async || {
        let said = desk.sync(TODAY).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        let queue = get(&desk.router(TODAY).await, "/objectives/reviews?lang=en").await.body;
        let row = |id: &str| {
            let rest = queue.split(&format!("id=\"objective-{id}\"")).nth(1)?;
            let row = rest.split("</tr>").next()?;
            let reason = row.split("title=\"R19\"").nth(1)?.split("</li>").next()?;
            Some(reason.trim_start_matches('>').split('<').next()?.trim().to_owned())
        };
        (row("three-7d"), row("three-30d"), said.report()["issues"].to_string())
    };
    let (week, month, _) = reasons().await;
    assert!(week.is_some() && month.is_some(), "neither has an alert");
    desk.datadog.world().slos[0].alerts = vec![
        (11, r#"burn_rate("three").over("7d").long_window("1h").short_window("5m") > 240"#),
        (12, r#"burn_rate("three").over("30d").long_window("1h").short_window("5m") > 14.4"#),
    ];
    let (week, month, _) = reasons().await;
    assert!(week.as_ref().is_some_and(|reason| reason.contains("200")), "{week:?}");
    assert_eq!(month, None);
    desk.datadog.world().slos[0].alerts[0].1 =
        r#"burn_rate("three").over("7d").long_window("1h").short_window("5m") > 16.8"#;
    let (week, month, _) = reasons().await;
    assert_eq!((week, month), (None, None));
    // What an alert waits for may not be read: that there is one is known without it.
    desk.datadog.world().refusals.insert("/api/v1/monitor".to_owned(), 403);
    let (week, month, issues) = reasons().await;
    assert_eq!((week, month), (None, None));
    assert!(issues.contains("slo/datadog-alerts") && issues.contains("monitors_read"), "{issues}");
    // Whether there is any may not be read: not known is not none.
    desk.datadog.world().slos[0].alerts.clear();
    desk.datadog.world().refusals.insert("/api/v1/slo/three?".to_owned(), 400);
    let (week, month, issues) = reasons().await;
    assert_eq!((week, month), (None, None));
    assert!(issues.contains("which alerts look at them"), "{issues}");
}

/// By a mapping in the configuration, by the product's short name, by its name.
#[tokio::test(flavor = "multi_thread")]
async fn products_are_found_by_tags() {
    let mut world = world();
    world.slos.truncate(1);
    let desk = Desk::open(world).await;
    assert_eq!(desk.run(TODAY, &["catalog", "apply", "catalogue.toml"]).await.code, Some(0));
    for (tag, more, expected) in [
        ("service:checkout", "", Some("payments")),
        ("service:payments", "", Some("payments")),
        ("product:payments", "", Some("payments")),
        ("service:other", "products = [\"service:other=payments\"]\n", Some("payments")),
        ("service:other", "", None),
    ] {
        desk.configure(more);
        desk.datadog.world().slos[0].tags = vec![tag];
        desk.datadog.world().slos[0].modified_at += 1;
        let said = desk.sync(TODAY).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        let found = desk.history("three-7d").await.objective.product;
        assert_eq!(found.as_ref().map(Slug::as_str), expected, "{tag} {more}");
    }
}
