//! Quiet hours put off, over midnight and over a weekend, and never drop; what is over by then is not told.

use domain::notice::Delivery;

use super::office::{Office, instant};

const QUIET: &str = "quiet_hours = \"21:00-08:00\"\nquiet_days = \"weekends\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_friday_night_is_told_on_monday_morning() {
    let office = Office::unusual().await;
    office.configure(QUIET);
    // 2026-11-20 is a Friday.
    for at in ["2026-11-20T22:00:00", "2026-11-21T08:00:00", "2026-11-22T12:00:00", "2026-11-23T07:59:59"] {
        assert!(office.fates(at).await.is_empty(), "{at}");
    }
    assert!(office.slack.told().is_empty());
    let said = office.run(&["notify"]).await;
    assert!(said.out.contains("1 wait, the next one until 2026-11-23 08:00"), "{}", said.out);
    assert_eq!(office.fates("2026-11-23T08:00:00").await, ["sent"]);
    assert_eq!(office.slack.told().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_failed_before_the_quiet_hours_waits_for_their_end() {
    let office = Office::unusual().await;
    office.configure("quiet_hours = \"21:00-08:00\"\n");
    office.slack.will(&[crate::fake::channel::Reply::Status(500, "", None)]);
    let fates = office.fates("2026-11-20T20:59:30").await;
    assert_eq!(fates, ["answered 500, again at 2026-11-20T21:00:30"]);
    assert_eq!(office.fates("2026-11-20T21:01:00").await, ["quiet until 2026-11-21T08:00:00"]);
    assert!(office.fates("2026-11-21T07:00:00").await.is_empty());
    assert_eq!(office.fates("2026-11-21T08:00:00").await, ["sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restated_away_while_it_waits_is_never_told() {
    let office = Office::unusual().await;
    office.configure(QUIET);
    assert!(office.fates("2026-11-20T22:00:00").await.is_empty());
    // The bill is corrected on Saturday.
    office.bill("2026-11-18", &[]).await;
    assert!(office.fates("2026-11-21T12:00:00").await.is_empty());
    assert!(office.fates("2026-11-23T08:00:00").await.is_empty());
    assert!(office.slack.told().is_empty());
    let list = office.store().await.notice_list(instant("2026-11-20T00:00:00")).await.unwrap();
    assert_eq!(list[0].state, Delivery::Withdrawn);
    // It was right after all.
    office.bill("2026-11-18", &[("2026-11-18", 400)]).await;
    assert_eq!(office.fates("2026-11-23T09:00:00").await, ["sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_as_it_is_known_then() {
    let office = Office::unusual().await;
    office.configure(QUIET);
    assert!(office.fates("2026-11-20T22:00:00").await.is_empty());
    office.bill("2026-11-20", &[("2026-11-18", 400), ("2026-11-19", 500)]).await;
    assert_eq!(office.fates("2026-11-23T08:00:00").await, ["sent"]);
    let told = office.slack.told();
    let day = told[0].json()["blocks"][1]["text"]["text"].as_str().unwrap().to_owned();
    assert!(day.starts_with("11/18(水)–11/19(木) $900"), "{day}");
}
