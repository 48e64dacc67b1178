//! Everything arrives, exactly, and a second run changes nothing.

use std::collections::BTreeSet;

use domain::objective::SliBucket;
use domain::period::Period;

use super::office::{
    EVENTS, FIRST, NOW, Office, TODAY, availability, failures, hours, metric, midnight, periods, requests,
    slo, sum, world,
};
use crate::fake::cloudwatch::minutes;
use crate::support::program::assert_same;

#[tokio::test(flavor = "multi_thread")]
async fn fourteen_weeks_arrive_exactly_from_three_retentions_page_by_page() {
    let mut world = world();
    world.metrics.page = 700;
    let office = Office::open(world, &[availability()]).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
    assert!(Office::remarks(&said).is_empty(), "{}", said.out);

    let history = office.history("shop-availability").await;
    let (all, bad) = (requests(), failures());
    for bucket in &history.buckets {
        let (total, failed) = (sum(&all, bucket), sum(&bad, bucket));
        assert_eq!((bucket.good, bucket.total), (total - failed, total), "{:?}", bucket.period);
        let (seen, expected) = (bucket.samples_seen, bucket.samples_expected);
        assert_eq!(seen, expected, "no number means no traffic, as the definition says: {:?}", bucket.period);
    }
    let totals = history.buckets.iter().fold((0, 0), |sum, one| (sum.0 + one.good, sum.1 + one.total));
    let (first, last) = (history.buckets[0].period.start, history.buckets.last().unwrap().period.end);
    assert_eq!((first, last), (midnight("2026-08-24"), "2026-11-23T00:00:00Z".parse().unwrap()));
    let failed = 60 * (50 + 40 + 30);
    assert_eq!(totals.1 - totals.0, failed, "all failures of three retentions, none twice");
    println!("{} buckets, {} of {} good", history.buckets.len(), totals.0, totals.1);

    let by_hours: Vec<&SliBucket> = history.buckets.iter().filter(|bucket| hours(bucket) == 1).collect();
    assert_eq!(by_hours[0].period.start, midnight("2026-11-09"), "the last fourteen days by the hour");
    assert_eq!(by_hours.len(), 14 * 24 + 9, "and nine whole hours of today");
    assert!(history.buckets.iter().all(|bucket| [1, 24].contains(&hours(bucket))));

    {
        let world = office.aws.world();
        let periods: BTreeSet<i64> =
            world.metrics.log.iter().flat_map(|asked| asked.periods.iter().copied()).collect();
        assert_eq!(periods, BTreeSet::from([300, 3_600]));
        assert!(world.metrics.log.iter().any(|asked| asked.is_next_page), "answers came on several pages");
        assert!(world.metrics.log.iter().all(|asked| asked.queries == 2 && asked.is_answered));
    }
    let before = office.rows().await;
    let said = office.sync().await;
    assert_eq!(
        (said.code, said.report()["changed"].clone()),
        (Some(0), serde_json::json!(false)),
        "{}",
        said.err
    );
    assert_same(&before, &office.rows().await, "a second run changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_numbers_are_restated_and_nothing_else() {
    let office = Office::open(world(), &[availability()]).await;
    assert_eq!(office.sync().await.code, Some(0));
    let late = minutes("2026-11-20T02:00:00Z", "2026-11-20T02:05:00Z", |_| Some(7.0));
    office.aws.world().metrics.series[1].minutes.extend(late);
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.report()["changed"], true);
    let period = Period { start: FIRST.parse().unwrap(), end: NOW.parse().unwrap() };
    let restated = office.store().await.sli_restatements(period, period.start).await.unwrap();
    let changed: Vec<(i64, i64)> = restated
        .iter()
        .filter(|one| !one.completes)
        .map(|one| (one.old_good - one.new_good, one.new_total - one.old_total))
        .collect();
    assert_eq!(changed, [(35, 0)], "one hour lost 35 good requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_means_what_the_definition_says() {
    let all = requests();
    let gap = |minute: &i64| {
        (midnight("2026-11-12").as_second()..midnight("2026-11-13").as_second()).contains(minute)
    };
    let good = all.iter().filter(|(at, _)| !gap(at)).map(|(at, count)| (*at, *count)).collect();
    let mut world = world();
    world.metrics.put("Answers", ("Service", "shop"), good);
    let (good, total) = (metric("Answers", &[]), metric("Requests", &[]));
    let office = Office::open(world, &[slo("shop-answers", ("good", &good), &total, EVENTS)]).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let remark = Office::remarks(&said)["slo/partial"].clone();
    assert!(
        remark.starts_with("216 periods of shop-answers have a total and no numerator, the first at"),
        "{remark}"
    );
    assert!(remark.contains("missing: zero"), "{remark}");

    let history = office.history("shop-answers").await;
    for bucket in &history.buckets {
        let is_gap = gap(&bucket.period.start.as_second());
        let expected = if is_gap { 0 } else { sum(&all, bucket) };
        assert_eq!((bucket.good, bucket.total), (expected, expected), "{:?}", bucket.period);
        if hours(bucket) == 1 {
            let seen = if is_gap { 0 } else { periods(&all, bucket, 300) };
            assert_eq!((bucket.samples_seen, bucket.samples_expected), (seen, 12), "{:?}", bucket.period);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn expressions_are_counted_whole_although_they_have_no_next_page() {
    let mut world = world();
    world.metrics.put("Timeouts", ("Service", "shop"), minutes("2026-11-18T03:00:00Z", NOW, |_| Some(1.0)));
    world.metrics.page = 100_800;
    let bad = "          metricSource:\n            type: CloudWatch\n            spec:\n              expression: \
               FILL(m1, 0) + FILL(m2, 0)\n              metrics:\n                - { id: m1, namespace: Shop, \
               metricName: Failures, dimensions: { Service: shop } }\n                - { id: m2, namespace: Shop, \
               metricName: Timeouts, dimensions: { Service: shop } }\n";
    let total = metric("Requests", &["missing: zero"]);
    // So many that they do not fit on one page together.
    let definitions: Vec<String> =
        (0..60).map(|number| slo(&format!("shop-{number:02}"), ("bad", bad), &total, EVENTS)).collect();
    let office = Office::open(world, &definitions).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let remarks = Office::remarks(&said);
    assert!(remarks["slo/partial"].contains("a numerator and no total"), "timeouts at night: {remarks:?}");
    let (all, mut bad) = (requests(), failures());
    let timeouts = minutes("2026-11-18T03:00:00Z", NOW, |_| Some(1.0));
    for (at, count) in timeouts.iter().filter(|(at, _)| all.contains_key(at)) {
        *bad.entry(*at).or_default() += count;
    }
    for id in ["shop-00", "shop-59"] {
        for bucket in office.history(id).await.buckets {
            let total = sum(&all, &bucket);
            assert_eq!(
                (bucket.good, bucket.total),
                (total - sum(&bad, &bucket), total),
                "{:?}",
                bucket.period
            );
        }
    }
    let world = office.aws.world();
    let calls = world.metrics.log.iter().filter(|asked| asked.queries > 1).count();
    assert!(calls > 14, "{calls} calls of 14 weeks");
}

#[tokio::test(flavor = "multi_thread")]
async fn slices_are_counted_while_their_minutes_are_kept() {
    let (bad, total) = (metric("Failures", &["missing: zero"]), metric("Requests", &["missing: zero"]));
    let method = "  budgetingMethod: Timeslices\n  objectives:\n    - target: 0.99\n      timeSliceTarget: 0.95\n      \
                  timeSliceWindow: 1m\n";
    let office = Office::open(world(), &[slo("shop-minutes", ("bad", &bad), &total, method)]).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let remark = Office::remarks(&said)["slo/forgotten"].clone();
    assert!(remark.contains("earlier days of shop-minutes cannot be counted by 60 seconds"), "{remark}");

    let (all, failed) = (requests(), failures());
    let history = office.history("shop-minutes").await;
    assert_eq!(
        history.buckets[0].period.start,
        midnight("2026-11-09"),
        "older days are left out, not guessed"
    );
    for bucket in &history.buckets {
        let (start, end) = (bucket.period.start.as_second(), bucket.period.end.as_second());
        let minutes: Vec<(i64, f64)> = all.range(start..end).map(|(at, count)| (*at, *count)).collect();
        let is_good = |(at, count): &&(i64, f64)| failed.get(at).copied().unwrap_or(0.0) <= 0.05 * count;
        let good = i64::try_from(minutes.iter().filter(is_good).count()).unwrap();
        assert_eq!((bucket.good, bucket.total), (good, i64::try_from(minutes.len()).unwrap()));
        assert_eq!(bucket.samples_expected, 60 * hours(bucket));
    }
    let bad: i64 = history.buckets.iter().map(|bucket| bucket.total - bucket.good).sum();
    assert_eq!(bad, 60, "the hour in which half of the requests failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn thresholds_make_good_and_bad_minutes() {
    let mut world = world();
    let seconds =
        minutes("2026-11-10T00:00:00Z", NOW, |minute| Some(if minute % 100 < 3 { 0.9 } else { 0.2 }));
    world.metrics.put("Latency", ("Service", "shop"), seconds);
    let latency = metric("Latency", &["stat: Average"]).replace("          ", "        ");
    let definition = format!(
        "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: shop-latency\nspec:\n  service: shop\n  indicator:\n    \
         metadata:\n      name: shop-latency-indicator\n    spec:\n      thresholdMetric:\n{latency}  timeWindow:\n    - \
         duration: 28d\n      isRolling: true\n  budgetingMethod: Timeslices\n  objectives:\n    - target: 0.95\n      \
         op: lte\n      value: 0.5\n      timeSliceTarget: 1\n      timeSliceWindow: 1m\n"
    );
    let office = Office::open(world, &[definition]).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let buckets = office.history("shop-latency").await.buckets;
    let told = |bucket: &&SliBucket| bucket.total > 0;
    let (good, total) =
        buckets.iter().filter(told).fold((0, 0), |sum, one| (sum.0 + one.good, sum.1 + one.total));
    let expected = 13 * 1_440;
    assert_eq!(total, expected, "minutes up to midnight UTC: nine hours of today in Tokyo are over");
    let bad = (0..expected).filter(|minute| minute % 100 < 3).count();
    assert_eq!(total - good, i64::try_from(bad).unwrap(), "{TODAY}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_objectives_share_calls() {
    let (bad, total) = (metric("Failures", &["missing: zero"]), metric("Requests", &["missing: zero"]));
    let definitions: Vec<String> =
        (0..260).map(|number| slo(&format!("shop-{number:03}"), ("bad", &bad), &total, EVENTS)).collect();
    let mut world = world();
    world.metrics.forget_before(midnight("2026-11-16"));
    let all = world.metrics.series[0].minutes.clone();
    let office = Office::open(world, &definitions).await;
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    for id in ["shop-000", "shop-259"] {
        let buckets = office.history(id).await.buckets;
        assert_eq!(
            buckets.iter().map(|one| one.total).sum::<i64>(),
            buckets.iter().map(|one| sum(&all, one)).sum::<i64>()
        );
    }
    let world = office.aws.world();
    let most = world.metrics.log.iter().map(|asked| asked.queries).max().unwrap();
    let first = world.metrics.log.iter().filter(|asked| !asked.is_next_page).count();
    println!("260 objectives, 14 weeks: {first} calls, {} pages", world.metrics.log.len());
    assert_eq!(most, 500, "a call is filled");
    assert!(first <= 2 * 16, "{first} calls");
}
