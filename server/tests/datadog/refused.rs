//! What is said when Datadog refuses, and what stays.

use super::desk::{Desk, TODAY, world};
use crate::support::program::assert_same;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_permission_is_told_and_loses_nothing() {
    let desk = Desk::open(world()).await;
    assert_eq!(desk.sync(TODAY).await.code, Some(0));
    let before = desk.rows().await;
    desk.datadog.world().refusals.insert("/api/v1/slo".to_owned(), 403);
    let said = desk.sync(TODAY).await;
    let error = said.report()["error"].to_string();
    assert_eq!(said.code, Some(1));
    assert!(error.contains("does not let us in") && error.contains("the scope slos_read"), "{error}");
    let mut after = desk.rows().await;
    after.insert("import_issue".to_owned(), before["import_issue"].clone());
    assert_same(&before, &after, "refused");
    let check = desk.run(TODAY, &["check"]).await;
    assert!(format!("{}{}", check.out, check.err).contains("the scope slos_read"), "{}", check.out);
}

/// One SLO, the search or the corrections alone: the others go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_refused_does_not_stop_the_rest() {
    let mut world = world();
    world.partial.push("unknown".to_owned());
    for (path, status) in [
        ("/api/v1/slo/slices/history", 403),
        ("/api/v1/slo/monitor/history", 400),
        ("/api/v1/slo/search", 403),
        ("/api/v1/slo/correction", 403),
    ] {
        world.refusals.insert(path.to_owned(), status);
    }
    let desk = Desk::open(world).await;
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let issues = said.report()["issues"].to_string();
    for words in [
        "Datadog does not let us read its history",
        "Give the application key the scope slos_read for it.",
        "Datadog refuses its history",
        "how its SLOs stand by its own reckoning",
        "slos_corrections",
        "one group could not be read",
    ] {
        assert!(issues.contains(words), "{words}: {issues}");
    }
    assert!(desk.history("slices-7d").await.buckets.is_empty());
    assert_eq!(desk.history("three-7d").await.buckets.len(), 91);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_ahead_and_a_wrong_key_are_told() {
    let mut world = world();
    world.slos.truncate(1);
    world.ahead = 7_200;
    let desk = Desk::open(world).await;
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let issues = said.report()["issues"].to_string();
    assert!(issues.contains("slo/clock") && issues.contains("Set this machine's clock"), "{issues}");
    let text = std::fs::read_to_string(desk.folder.path().join("teirei.toml")).unwrap();
    std::fs::write(desk.folder.path().join("teirei.toml"), text.replace("fictional-api", "wrong-api"))
        .unwrap();
    let said = desk.sync(TODAY).await;
    let error = said.report()["error"].to_string();
    assert_eq!(said.code, Some(1));
    assert!(error.contains("does not let us in: Forbidden"), "{error}");
    assert!(!format!("{}{}", said.out, said.err).contains("wrong-api"), "keys are never printed");
}
