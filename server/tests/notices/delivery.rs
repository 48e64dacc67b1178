//! Failures: again after a rest, given up where nothing helps, once more after a kill, one of two servers.

use std::time::{Duration, Instant};

use domain::notice::Delivery;

use super::office::{Office, instant};
use crate::fake::channel::Reply;
use crate::support::{House, get};

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_channel_is_told_again_after_the_rest_it_asked_for() {
    let office = Office::unusual().await;
    office.slack.will(&[
        Reply::Status(500, "<html>hunter2</html>", None),
        Reply::Status(429, "rate_limited", Some(600)),
        Reply::Status(503, "", Some(1)),
    ]);
    for (at, fate) in [
        ("2026-11-20T10:00:00", Some("answered 500, again at 2026-11-20T10:01:00")),
        ("2026-11-20T10:00:59", None),
        ("2026-11-20T10:01:00", Some("answered 429 (rate_limited), again at 2026-11-20T10:11:00")),
        ("2026-11-20T10:10:59", None),
        // A shorter rest than our own does not count.
        ("2026-11-20T10:11:00", Some("answered 503, again at 2026-11-20T10:15:00")),
        ("2026-11-20T10:15:00", Some("sent")),
        ("2026-11-20T12:00:00", None),
    ] {
        assert_eq!(office.fates(at).await, Vec::from_iter(fate.map(str::to_owned)), "{at}");
    }
    let told = office.slack.told();
    assert_eq!(told.len(), 4);
    assert!(told.iter().all(|one| one.header("idempotency-key") == told[0].header("idempotency-key")));
    assert!(told.iter().all(|one| one.body == told[0].body));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_helps_is_given_up_shown_and_sent_once_more_on_demand() {
    let office = Office::unusual().await;
    office.slack.will(&[Reply::Status(404, "no_service", None), Reply::Elsewhere]);
    let said = office.run(&["notify"]).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("failed: answered 404 (no_service)"), "{}", said.out);
    assert!(!said.out.contains("hunter2") && !said.err.contains("hunter2"));
    assert!(office.fates("2026-11-21T10:00:00").await.is_empty());

    let store = office.store().await;
    let clock = server::clock::Clock::Fixed(instant("2026-11-20T11:00:00"));
    let router = House { folder: tempfile::tempdir().unwrap(), store, clock }.router();
    let page = get(&router, "/imports?lang=en").await.body;
    for words in [
        "Notices to chat",
        "費用がいつもより大きく増えています",
        "sre-telemed",
        "Failed",
        "answered 404 (no_service)",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("hunter2"), "the address is a secret");
    let value = get(&router, "/imports.json").await.json();
    assert_eq!(value["notices"][0]["state"], "failed");

    let said = office.run(&["notify", "--again"]).await;
    assert!(said.out.contains("answered 302: redirects are not followed"), "{}", said.out);
    assert!(office.slack.told().iter().all(|told| told.path == "/services/hunter2"), "nobody went elsewhere");
    let said = office.run(&["notify", "--again"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("sent"), "{}", said.out);
    assert_eq!(office.slack.told().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_was_killed_is_followed_by_another_with_the_same_key() {
    let office = Office::unusual().await;
    office.slack.will(&[Reply::Silence]);
    let mut child = office.spawn(&["notify"]);
    let patience = Instant::now() + Duration::from_secs(30);
    while office.slack.told().is_empty() {
        assert!(Instant::now() < patience, "nothing was told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(office.fates("2026-11-20T10:00:30").await.is_empty(), "it may still be on its way");
    assert_eq!(office.fates("2026-11-20T10:01:00").await, ["sent"]);
    let told = office.slack.told();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].header("idempotency-key"), told[1].header("idempotency-key"));
    assert!(office.fates("2026-11-20T11:00:00").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_channel_is_left_after_ten_seconds_and_an_absent_one_is_named() {
    let office = Office::unusual().await;
    office.slack.will(&[Reply::Silence]);
    let fates = office.fates("2026-11-20T10:00:00").await;
    assert_eq!(fates, ["no answer within 10 seconds, again at 2026-11-20T10:01:00"]);
    // A port that nobody listens on.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    office.write("slack-url", &format!("http://{address}/services/hunter2"));
    let fates = office.fates("2026-11-20T10:01:00").await;
    assert!(fates[0].starts_with("no connection: Connection refused"), "{fates:?}");
    assert!(!fates[0].contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_tells_by_itself_and_its_log_names_no_address() {
    let office = Office::unusual().await;
    office.slack.will(&[Reply::Status(404, "no_service", None)]);
    let mut child = office.serve();
    let patience = Instant::now() + Duration::from_secs(60);
    let store = office.store().await;
    let failed = async || {
        let list = store.notice_list(instant("2026-11-20T00:00:00")).await.unwrap();
        list.iter().any(|notice| notice.state == Delivery::Failed)
    };
    while !failed().await {
        assert!(Instant::now() < patience, "nothing was told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("sre-telemed") && log.contains("answered 404 (no_service)"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
    assert_eq!(office.slack.told().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_sends() {
    let office = Office::unusual().await;
    let couriers = [office.courier("2026-11-20T10:00:00").await, office.courier("2026-11-20T10:00:00").await];
    let work = couriers.iter().map(|courier| async {
        courier.write().await.unwrap();
        courier.send().await.unwrap().len()
    });
    let sent: usize = futures::future::join_all(work).await.into_iter().sum();
    assert_eq!((sent, office.slack.told().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_taken_away_fails_its_notices() {
    let office = Office::unusual().await;
    office.slack.will(&[Reply::Status(500, "", None)]);
    office.tell("2026-11-20T10:00:00").await;
    office.write("teirei.toml", "");
    assert_eq!(office.fates("2026-11-20T10:01:00").await, ["failed: the channel is not configured"]);
    let store = office.store().await;
    let list = store.notice_list(instant("2026-11-20T00:00:00")).await.unwrap();
    assert_eq!(list[0].state, Delivery::Failed);
}
