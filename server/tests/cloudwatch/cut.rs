//! A run that is cut goes on where it was, and ends as if nothing had happened.

use std::time::Duration;

use super::office::{EVENTS, Office, availability, metric, slo, world};
use crate::fake::World;
use crate::fake::cloudwatch::Failure;
use crate::support::program::assert_same;

fn paged() -> World {
    let mut world = world();
    world.metrics.page = 1_000;
    world
}

fn definitions() -> Vec<String> {
    let (good, total) = (metric("Requests", &[]), metric("Requests", &["missing: zero"]));
    vec![availability(), slo("shop-all", ("good", &good), &total, EVENTS)]
}

#[tokio::test(flavor = "multi_thread")]
async fn throttled_and_broken_runs_end_like_undisturbed_ones() {
    let undisturbed = Office::open(paged(), &definitions()).await;
    let said = undisturbed.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let (expected, answered) = (undisturbed.rows().await, undisturbed.aws.world().metrics.answered());
    let cuts = [
        (Failure::Throttle, 0, "is asked too often: AWS slows requests down"),
        (Failure::Throttle, answered / 2, "is asked too often: AWS slows requests down"),
        (Failure::Break, answered / 3, "failed: status 500, also when asked again"),
        (Failure::Break, answered - 1, "failed: status 500, also when asked again"),
        (Failure::Deny, answered / 4, "is not authorized to perform"),
    ];
    for (failure, after, message) in cuts {
        let office = Office::open(paged(), &definitions()).await;
        office.aws.world().metrics.script.push_back((after, failure, 50));
        let said = office.sync().await;
        let error = said.report()["error"].to_string();
        assert_eq!(said.code, Some(1), "{failure:?}");
        assert!(error.contains(message), "{failure:?}: {error}");
        let asked = office.aws.world().metrics.answered();
        office.aws.world().metrics.script.clear();
        let said = office.sync().await;
        assert_eq!(said.code, Some(0), "{failure:?}: {}", said.err);
        assert_same(&expected, &office.rows().await, &format!("{failure:?} after {after}"));
        let again = office.aws.world().metrics.answered() - asked;
        println!("{failure:?} after {after} of {answered}: {again} more calls");
        if after == answered - 1 {
            assert!(
                again < answered,
                "old weeks that are stored are not asked for again: {again} of {answered}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_runs_resume() {
    let undisturbed = Office::open(paged(), &definitions()).await;
    assert_eq!(undisturbed.sync().await.code, Some(0));
    let (expected, answered) = (undisturbed.rows().await, undisturbed.aws.world().metrics.answered());
    for after in [answered / 4, answered / 2, answered * 9 / 10] {
        let office = Office::open(paged(), &definitions()).await;
        let mut child = office.spawn_sync();
        while office.aws.world().metrics.answered() < after {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let said = office.sync().await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_same(&expected, &office.rows().await, &format!("killed after {after} of {answered} requests"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_of_throttling_is_not_even_seen() {
    let office = Office::open(paged(), &definitions()).await;
    for after in [3, 9] {
        office.aws.world().metrics.script.push_back((after, Failure::Throttle, 2));
    }
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let world = office.aws.world();
    assert_eq!(world.metrics.log.len() - world.metrics.answered(), 4, "each was asked again");
}
