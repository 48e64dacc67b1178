//! A run that is cut goes on where it was, and ends as if nothing had happened.

use std::time::Duration;

use super::office::{Office, SMALL, TODAY, world};
use crate::fake::Failure;
use crate::support::program::assert_same;

async fn office() -> Office {
    let mut world = world(TODAY, SMALL);
    world.page = 40;
    Office::open(world).await
}

/// A run that a failure cut says what to do, keeps what it had, and the next one ends like an undisturbed one.
#[tokio::test(flavor = "multi_thread")]
async fn throttled_forgotten_and_broken_runs_resume() {
    let undisturbed = office().await;
    assert_eq!(undisturbed.sync(TODAY).await.code, Some(0));
    let (expected, answered) = (undisturbed.rows().await, undisturbed.aws.world().answered());
    let cuts = [
        (Failure::Throttle, 0, "run the sync again in some minutes"),
        (Failure::Throttle, answered / 2, "run the sync again in some minutes"),
        (Failure::Forget, answered / 3, "do not fit together: The token has expired"),
        (Failure::Loop, answered / 4, "the same token came twice"),
        (Failure::Break, answered - 2, "AWS failed with status 500"),
    ];
    let stories = cuts.map(|(failure, after, message)| {
        let expected = expected.clone();
        tokio::spawn(async move {
            let office = office().await;
            office.aws.world().script.push((after, failure, 50));
            let said = office.sync(TODAY).await;
            let error = said.report()["error"].to_string();
            assert_eq!(said.code, Some(1), "{failure:?}");
            assert!(error.contains(message), "{failure:?}: {error}");
            let finished = said.report()["months"].as_array().unwrap().len();
            office.aws.world().script.clear();
            let said = office.sync(TODAY).await;
            assert_eq!(said.code, Some(0), "{failure:?}: {}", said.err);
            let again = said.report()["months"].as_array().unwrap().len();
            let current = usize::from(finished > 0);
            assert_eq!(again, 14 - finished + current, "{failure:?}: stored months are not asked for again");
            assert_same(&expected, &office.rows().await, &format!("{failure:?} after {after}"));
        })
    });
    for story in stories {
        story.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_runs_resume() {
    let undisturbed = office().await;
    assert_eq!(undisturbed.sync(TODAY).await.code, Some(0));
    let (expected, answered) = (undisturbed.rows().await, undisturbed.aws.world().answered());
    let stories = [answered / 4, answered / 2, answered * 9 / 10].map(|after| {
        let expected = expected.clone();
        tokio::spawn(async move {
            let office = office().await;
            let mut child = office.spawn_sync(TODAY);
            while office.aws.world().answered() < after {
                assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            let said = office.sync(TODAY).await;
            assert_eq!(said.code, Some(0), "{}", said.err);
            assert_same(&expected, &office.rows().await, &format!("killed after {after} requests"));
        })
    });
    for story in stories {
        story.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_of_the_day_refuses_politely() {
    let office = office().await;
    office.configure("daily_request_cap = 25\n");
    let said = office.sync(TODAY).await;
    let error = said.report()["error"].as_str().unwrap().to_owned();
    assert_eq!(said.code, Some(1));
    assert!(error.starts_with("the cap of 25 priced requests on 2026-11-23 is reached for aws"), "{error}");
    assert_eq!(office.aws.world().answered(), 25);
    let again = office.sync(TODAY).await;
    assert_eq!((again.code, office.aws.world().answered()), (Some(1), 25), "nothing more is asked today");
    office.configure("daily_request_cap = 500\n");
    assert_eq!(office.sync(TODAY).await.code, Some(0));
    let undisturbed = self::office().await;
    assert_eq!(undisturbed.sync(TODAY).await.code, Some(0));
    assert_same(&undisturbed.rows().await, &office.rows().await, "capped");
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_failures_are_sat_out() {
    let office = office().await;
    office.aws.world().script.extend([(3, Failure::Throttle, 2), (9, Failure::Break, 1)]);
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let world = office.aws.world();
    assert_eq!(world.log.len(), world.answered() + 3, "each failure was tried again");
    assert_eq!(said.report()["requests"], world.answered(), "and only answers are paid for");
}
