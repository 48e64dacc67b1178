//! A run that is cut goes on where it was, and ends as if nothing had happened.

use std::time::Duration;

use super::bill::{EXPORT, deliver, in_two, month, quarter};
use super::desk::{Desk, months_of};
use crate::fake::bucket::{Mishap, Shelf};
use crate::support::program::assert_same;

async fn desk() -> Desk {
    let mut shelf = Shelf::new();
    quarter(&mut shelf);
    Desk::open(shelf).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_breaks_off_is_gone_on_with() {
    let undisturbed = desk().await;
    assert_eq!(undisturbed.sync().await.code, Some(0));
    let desk = desk().await;
    desk.s3.shelf().script.extend([
        ("2026-11/focus-00002", Mishap::BreakOff(200), 2),
        ("2026-10/focus-00001", Mishap::BreakOff(3_000), 1),
        ("2026-09/focus-00001", Mishap::SlowDown, 2),
        ("metadata", Mishap::Break, 1),
    ]);
    let said = desk.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let ranges: Vec<String> = {
        let shelf = desk.s3.shelf();
        let asked = shelf.log.iter().filter(|(_, key, range, _)| key.contains("00002") && !range.is_empty());
        asked.map(|(_, _, range, _)| range.clone()).collect()
    };
    assert_eq!(ranges, ["bytes=200-", "bytes=400-"], "only what is missing is asked for again");
    assert_same(&undisturbed.rows().await, &desk.rows().await, "broken off and slowed down");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_are_cut_resume() {
    let undisturbed = desk().await;
    assert_eq!(undisturbed.sync().await.code, Some(0));
    let expected = undisturbed.seen().await;
    for (part, mishap, message, stored) in [
        ("2026-10/focus", Mishap::SlowDown, "AWS slows requests down", 1),
        ("2026-09/focus-00002", Mishap::Break, "AWS failed with status 500", 2),
        ("2026-10/focus-00001", Mishap::BreakOff(100), "2026-10/focus-00001.snappy.parquet breaks off", 2),
        ("2026-11/focus-00002", Mishap::Renew, "was written anew while it was being read", 2),
    ] {
        let desk = desk().await;
        let times = if mishap == Mishap::Renew { 1 } else { 50 };
        desk.s3.shelf().script.push((part, mishap, times));
        let said = desk.sync().await;
        let error = said.report()["error"].to_string();
        assert_eq!(said.code, Some(1), "{mishap:?}");
        assert!(error.contains(message), "{mishap:?}: {error}");
        assert_eq!(months_of(&said.report()).len(), stored, "{mishap:?}: {error}");
        desk.s3.shelf().script.clear();
        let said = desk.sync().await;
        assert_eq!(said.code, Some(0), "{mishap:?}: {}", said.err);
        assert_eq!(
            months_of(&said.report()).len(),
            3 - stored,
            "{mishap:?}: stored periods are not read again"
        );
        assert_eq!(desk.seen().await, expected, "{mishap:?}");
    }
}

/// An object that is itself cut off leaves its billing period as it was, and the others are read.
#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_object_spoils_its_period_only() {
    let undisturbed = desk().await;
    assert_eq!(undisturbed.sync().await.code, Some(0));
    let desk = desk().await;
    let mut files = in_two(&month("2026-11", 21));
    let half = files[1].1.len() / 2;
    files[1].1.truncate(half);
    deliver(&mut desk.s3.shelf(), "2026-11", files);
    let said = desk.sync().await;
    let error = said.report()["error"].to_string();
    assert!(error.contains("2026-11/focus-00002.csv.gz ends in the middle"), "{error}");
    assert_eq!(months_of(&said.report()), ["2026-10 changed", "2026-09 changed"]);
    deliver(&mut desk.s3.shelf(), "2026-11", in_two(&month("2026-11", 21)));
    assert_eq!(desk.sync().await.code, Some(0));
    assert_eq!(desk.seen().await, undisturbed.seen().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_runs_resume() {
    let undisturbed = desk().await;
    assert_eq!(undisturbed.sync().await.code, Some(0));
    let expected = undisturbed.rows().await;
    let stories = ["2026-11/focus-00001", "2026-10/focus", "2026-09/focus-00002"].map(|part| {
        let expected = expected.clone();
        tokio::spawn(async move {
            let desk = desk().await;
            let mut child = desk.spawn_sync();
            while desk.s3.shelf().given(part) == 0 {
                assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            let said = desk.sync().await;
            assert_eq!(said.code, Some(0), "{}", said.err);
            assert_same(&expected, &desk.rows().await, part);
        })
    });
    for story in stories {
        story.await.unwrap();
    }
}

/// A shrunken period is refused until somebody says that it is right; a billing account that left is emptied.
#[tokio::test(flavor = "multi_thread")]
async fn a_shrunken_period_waits_for_force() {
    let desk = desk().await;
    assert_eq!(desk.sync().await.code, Some(0));
    deliver(&mut desk.s3.shelf(), "2026-10", in_two(&month("2026-10", 5)));
    deliver(&mut desk.s3.shelf(), "2026-11", in_two(&month("2026-11", 22)));
    let said = desk.sync().await;
    assert!(said.report()["error"].to_string().contains("--force"), "{}", said.out);
    assert_eq!(months_of(&said.report()), ["2026-11 changed"], "the others are read all the same");
    let forced = desk.run(&["--json", "sync", "--force"]).await;
    assert_eq!(months_of(&forced.report()), ["2026-10 changed"], "{}", forced.err);
    assert!(
        desk.s3
            .shelf()
            .objects
            .contains_key(&format!("{EXPORT}/data/BILLING_PERIOD=2026-10/focus-00001.csv.gz"))
    );
}
