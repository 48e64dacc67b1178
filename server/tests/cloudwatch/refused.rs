//! What is said when AWS refuses, fails at one metric, or has numbers that count nothing.

use super::office::{EVENTS, Office, availability, failures, metric, slo, sum, world};
use crate::fake::cloudwatch::{Failure, minutes};

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_gives_the_statement_to_copy() {
    let office = Office::open(world(), &[availability()]).await;
    office.aws.world().metrics.script.push_back((0, Failure::Deny, 100));
    let said = office.sync().await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    let error = said.report()["error"].as_str().unwrap().to_owned();
    for words in [
        "CloudWatch us-east-1 does not let us in",
        "is not authorized to perform: cloudwatch:GetMetricData",
        "\"Action\": \"cloudwatch:GetMetricData\"",
    ] {
        assert!(error.contains(words), "{words}: {error}");
    }
    let said = office.run(&["check"]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("look slo: CloudWatch us-east-1 does not let us in"), "{}", said.out);

    office.aws.world().metrics.script.clear();
    let said = office.run(&["check"]).await;
    for line in ["ok   slo: 1 objectives are defined for CloudWatch", "ok   slo: shop-availability: "] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    office.write("credentials", "[other]\n");
    let said = office.sync().await;
    assert!(
        said.report()["error"].as_str().unwrap().contains("takes no credentials of this machine"),
        "{}",
        said.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_metric_that_fails_leaves_the_others_alone() {
    let bad = metric("Failures", &["missing: zero"]);
    let total = metric("Requests", &["missing: zero"]);
    let of = |name: &str, part: &str| slo(name, ("bad", part), &total, EVENTS);
    let definitions = [
        availability(),
        of("shop-forbidden", &metric("Secret", &["missing: zero"])),
        of("shop-broken", &metric("Broken", &["missing: zero"])),
        of("shop-unit", &metric("Failures", &["missing: zero", "unit: Seconds"])),
        of("shop-halves", &metric("Halves", &["missing: zero"])),
        of("shop-more", &metric("More", &["missing: zero"])),
        of("shop-average", &metric("Failures", &["stat: Average"])),
        slo("shop-slip", ("bad", &bad), &metric("Requests", &["missin: zero"]), EVENTS),
    ];
    let mut world = world();
    world.metrics.put(
        "Halves",
        ("Service", "shop"),
        minutes("2026-11-18T03:00:00Z", "2026-11-18T03:10:00Z", |_| Some(0.3)),
    );
    world.metrics.put(
        "More",
        ("Service", "shop"),
        minutes("2026-11-18T03:00:00Z", "2026-11-18T04:00:00Z", |_| Some(1e4)),
    );
    world.metrics.statuses.insert("Secret".to_owned(), "Forbidden");
    world.metrics.statuses.insert("Broken".to_owned(), "InternalError");
    let office = Office::open(world, &definitions).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let issues = said.report()["issues"].as_array().unwrap().clone();
    for (id, rule, words) in [
        ("shop-forbidden", "slo/denied", "does not let us read Shop Secret"),
        ("shop-forbidden", "slo/denied", "\"Action\": \"cloudwatch:GetMetricData\""),
        ("shop-broken", "slo/refused", "CloudWatch failed at Shop Broken"),
        ("shop-unit", "slo/unanswerable", "none with the unit Seconds"),
        ("shop-halves", "slo/warned", "2 periods of shop-halves hold no number of events, the first at"),
        ("shop-more", "slo/partial", "more events of one kind than events"),
        ("shop-average", "slo/unanswerable", "The statistic Average counts no events."),
        ("shop-slip", "slo/unanswerable", "Did you mean missing?"),
    ] {
        let told = issues.iter().any(|issue| {
            let text = format!("{} {}", issue["what"].as_str().unwrap(), issue["mend"].as_str().unwrap());
            issue["rule"] == rule && issue["column"] == id && text.contains(words)
        });
        assert!(told, "{id} {words}: {issues:#?}");
    }
    let good = office.history("shop-availability").await.buckets;
    assert!(good.len() > 300, "the others are complete");
    let failed = failures();
    let unit = office.history("shop-unit").await.buckets;
    assert!(unit.iter().all(|bucket| sum(&failed, bucket) == 0), "no week with numbers of another unit");
    for id in ["shop-forbidden", "shop-broken", "shop-average", "shop-slip"] {
        assert!(office.history(id).await.buckets.is_empty(), "{id}: never a wrong green");
    }
    let halves = office.history("shop-halves").await.buckets;
    let lost: i64 = halves.iter().map(|one| one.samples_expected - one.samples_seen).sum();
    assert_eq!(lost, 2, "two periods of five minutes are not counted");
    let more = office.history("shop-more").await.buckets;
    assert_eq!(more.len(), good.len() - 1, "the hour that cannot be right is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_later_leaves_what_is_stored() {
    let office = Office::open(world(), &[availability()]).await;
    assert_eq!(office.sync().await.code, Some(0));
    let before = office.history("shop-availability").await;
    office.aws.world().metrics.statuses.insert("Requests".to_owned(), "Forbidden");
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(Office::remarks(&said)["slo/denied"].contains("what is stored of shop-availability stays"));
    assert_eq!(office.history("shop-availability").await, before);

    // A metric that is gone is no data, and what was seen of it stays.
    office.aws.world().metrics.statuses.clear();
    office.aws.world().metrics.series.clear();
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(office.history("shop-availability").await, before);
    assert!(Office::remarks(&said).contains_key("slo/forgotten"), "{}", said.out);
}
