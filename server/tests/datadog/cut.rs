//! A run that is cut goes on where it was, and ends as if nothing had happened.

use std::time::Duration;

use super::desk::{Desk, TODAY, world};
use crate::fake::datadog::Failure;
use crate::support::program::assert_same;

#[tokio::test(flavor = "multi_thread")]
async fn throttled_broken_and_cut_runs_resume() {
    let undisturbed = Desk::open(world()).await;
    assert_eq!(undisturbed.sync(TODAY).await.code, Some(0));
    let (expected, answered) = (undisturbed.rows().await, undisturbed.datadog.world().answered());
    let cuts = [
        (Failure::Throttle, 0, "is asked too often: Rate limit of 1 requests"),
        (Failure::Break, 5, "status 500"),
        (Failure::Throttle, answered / 2, "sync less often or later, what is stored stays"),
        (Failure::Break, answered - 2, "status 500"),
        (Failure::Cut, 1, "answered what cannot be read"),
    ];
    let stories = cuts.map(|(failure, after, message)| {
        let expected = expected.clone();
        tokio::spawn(async move {
            let desk = Desk::open(world()).await;
            desk.datadog.world().script.push((after, failure, 50));
            let said = desk.sync(TODAY).await;
            let error = said.report()["error"].to_string();
            assert_eq!(said.code, Some(1), "{failure:?}: {}", said.out);
            assert!(error.contains(message), "{failure:?}: {error}");
            let remarks = desk.rows().await.remove("import_issue").unwrap();
            let cut: Vec<_> = remarks.iter().filter(|remark| remark.contains("sync-cut")).collect();
            let [cut] = cut[..] else { panic!("{remarks:?}") };
            assert!(
                cut.contains("slo/sync-cut") && cut.contains("objectives") && !cut.contains("cost"),
                "{cut}"
            );
            desk.datadog.world().script.clear();
            let said = desk.sync(TODAY).await;
            assert_eq!(said.code, Some(0), "{failure:?}: {}", said.err);
            assert_same(&expected, &desk.rows().await, &format!("{failure:?} after {after}"));
        })
    });
    for story in stories {
        story.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_runs_resume() {
    let undisturbed = Desk::open(world()).await;
    assert_eq!(undisturbed.sync(TODAY).await.code, Some(0));
    let (expected, answered) = (undisturbed.rows().await, undisturbed.datadog.world().answered());
    let stories = [answered / 4, answered / 2, answered * 9 / 10].map(|after| {
        let expected = expected.clone();
        tokio::spawn(async move {
            let desk = Desk::open(world()).await;
            let mut child = desk.spawn_sync(TODAY);
            while desk.datadog.world().answered() < after {
                assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            let said = desk.sync(TODAY).await;
            assert_eq!(said.code, Some(0), "{}", said.err);
            assert_same(&expected, &desk.rows().await, &format!("killed after {after} requests"));
        })
    });
    for story in stories {
        story.await.unwrap();
    }
}

/// The last request of a period is answered, and the next one waits until the period is over.
#[tokio::test(flavor = "multi_thread")]
async fn what_headers_say_is_honoured_and_passing_failures_are_sat_out() {
    let mut world = world();
    world.slos.truncate(1);
    world.allowance = 10;
    world.script.extend([(2, Failure::Throttle, 1), (4, Failure::Break, 2)]);
    let desk = Desk::open(world).await;
    let started = std::time::Instant::now();
    let said = desk.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let world = desk.datadog.world();
    assert_eq!(world.log.len(), world.answered() + 3, "each failure was tried again");
    assert!(
        started.elapsed() > Duration::from_secs(2),
        "two periods were waited for: {:?}",
        started.elapsed()
    );
}
