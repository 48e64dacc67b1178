//! Digests and a chat that is busy, slow, absent, wrong, or hangs up; and a server that is killed: shown, retried,
//! in order, and never told twice once an answer has come.

use std::time::{Duration, Instant};

use super::office::{Office, instant};
use crate::fake::channel::Reply;
use crate::support::{House, get};

/// A company whose product's channel gets digests alone, with W46 frozen as of Friday, 20 November at ten.
async fn frozen() -> Office {
    let office = Office::open().await;
    office.tell("2026-11-20T10:00:00").await;
    office.configure("digest = \"on\"\n");
    assert_eq!(office.run(&["review", "freeze", "2026-W46"]).await.code, Some(0));
    office
}

/// The pages of a server that reads the company's database.
async fn imports_page(office: &Office, at: &str) -> (String, Duration) {
    let clock = server::clock::Clock::Fixed(instant(at));
    let house = House { folder: tempfile::tempdir().unwrap(), store: office.store().await, clock };
    let begun = Instant::now();
    let page = get(&house.router(), "/imports?lang=en").await.body;
    (page, begun.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_or_broken_chat_is_told_again_until_it_takes_the_digest() {
    let office = frozen().await;
    office.slack.will(&[
        Reply::Status(500, "", None),
        Reply::Status(429, "rate_limited", Some(900)),
        Reply::HangUp,
        Reply::Status(408, "", None),
    ]);
    for (at, fate) in [
        ("2026-11-20T10:00:00", Some("answered 500, again at 2026-11-20T10:01:00")),
        ("2026-11-20T10:01:00", Some("answered 429 (rate_limited), again at 2026-11-20T10:16:00")),
        ("2026-11-20T10:15:59", None),
        ("2026-11-20T10:16:00", Some("the connection broke: ")),
        ("2026-11-20T10:20:00", Some("answered 408, again at 2026-11-20T10:28:00")),
        ("2026-11-20T10:28:00", Some("sent")),
        ("2026-11-20T12:00:00", None),
    ] {
        let fates = office.fates(at).await;
        assert_eq!(fates.len(), usize::from(fate.is_some()), "{at}: {fates:?}");
        assert!(fates.iter().all(|said| said.starts_with(fate.unwrap())), "{at}: {fates:?}");
    }
    let told = office.slack.told();
    assert_eq!(told.len(), 5);
    assert!(told.iter().all(|one| one.header("idempotency-key") == told[0].header("idempotency-key")));
    assert!(told.iter().all(|one| one.body == told[0].body));
    let (page, _) = imports_page(&office, "2026-11-20T12:00:00").await;
    assert!(page.contains("週次レビュー 2026年 第46週: 凍結しました(版1)") && page.contains("Sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_a_chat_refuses_is_a_fault_at_once_and_shown() {
    for (status, word) in [(400, "invalid_blocks"), (404, "no_service"), (410, "channel_is_archived")] {
        let office = frozen().await;
        office.slack.will(&[Reply::Status(status, word, None)]);
        let said = office.run(&["notify"]).await;
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.out.contains(&format!("failed: answered {status} ({word})")), "{}", said.out);
        assert!(office.fates("2026-11-20T12:00:00").await.is_empty(), "it is not tried again");
        let (page, _) = imports_page(&office, "2026-11-20T12:00:00").await;
        assert!(page.contains(&format!("answered {status} ({word})")) && page.contains("Failed"));
        assert!(!page.contains("hunter2"));
        assert_eq!(office.slack.told().len(), 1);
        let said = office.run(&["notify", "--again"]).await;
        assert!(said.out.contains("sent"), "{}", said.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_down_or_slow_blocks_no_page_and_is_shown_while_the_digest_waits() {
    let office = frozen().await;
    office.slack.will(&[Reply::Silence]);
    let mut child = office.serve();
    office.wait_for(|| office.slack.told().len() == 1).await;
    // The attempt lasts ten seconds; pages do not.
    let (page, took) = imports_page(&office, "2026-11-20T10:00:05").await;
    assert!(page.contains("週次レビュー 2026年 第46週: 凍結しました(版1)") && page.contains("Waiting"));
    assert!(took < Duration::from_secs(5), "{took:?}");
    let list = async || office.store().await.notice_list(instant("2026-11-20T10:00:00")).await.unwrap();
    let patience = Instant::now() + Duration::from_secs(40);
    while !list().await.iter().any(|notice| notice.reason.is_some()) {
        assert!(Instant::now() < patience, "the attempt never ended");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (page, _) = imports_page(&office, "2026-11-20T10:00:30").await;
    assert!(page.contains("no answer within 10 seconds"));

    // Nobody listens at the address.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    office.write("slack-url", &format!("http://{address}/services/hunter2"));
    let fates = office.fates("2026-11-20T10:02:00").await;
    assert!(fates[0].starts_with("no connection: Connection refused"), "{fates:?}");
    let (page, _) = imports_page(&office, "2026-11-20T10:02:10").await;
    assert!(page.contains("no connection") && !page.contains("hunter2"));
    office.write("slack-url", &office.slack.url);
    assert_eq!(office.fates("2026-11-20T11:00:00").await, ["sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_sending_and_noting_repeats_once_at_most_under_the_same_key() {
    let office = frozen().await;
    office.slack.will(&[Reply::Silence]);
    let mut child = office.serve();
    office.wait_for(|| office.slack.told().len() == 1).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(office.fates("2026-11-20T10:00:30").await.is_empty(), "the claim still holds");
    assert_eq!(office.fates("2026-11-20T10:01:00").await, ["sent"]);
    assert!(office.fates("2026-11-20T13:00:00").await.is_empty());
    let told = office.slack.told();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].header("idempotency-key"), told[1].header("idempotency-key"));
    assert_eq!(told[0].body, told[1].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_tells_the_digest() {
    let office = frozen().await;
    let at = "2026-11-20T10:00:00";
    let couriers = [office.courier(at).await, office.courier(at).await, office.courier(at).await];
    let work = couriers.iter().map(|courier| async {
        courier.write().await.unwrap();
        courier.send().await.unwrap().len()
    });
    let sent: usize = futures::future::join_all(work).await.into_iter().sum();
    assert_eq!((sent, office.slack.told().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_hears_of_versions_in_their_order_also_after_a_failure() {
    let office = frozen().await;
    let said = office.run(&["review", "freeze", "2026-W46", "--reason", "late bill"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    office.slack.will(&[Reply::Status(503, "", None)]);
    assert_eq!(office.fates("2026-11-20T10:00:00").await, ["answered 503, again at 2026-11-20T10:01:00"]);
    assert!(office.fates("2026-11-20T10:00:30").await.is_empty(), "the second waits for the first");
    assert_eq!(office.fates("2026-11-20T10:01:00").await, ["sent", "sent"]);
    let titles: Vec<String> =
        office.slack.told().iter().map(|told| told.json()["text"].to_string()).collect();
    assert!(
        titles[0].contains("版1") && titles[1].contains("版1") && titles[2].contains("版2"),
        "{titles:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_named_and_not_sent_again_once_it_is_of_yesterday() {
    let office = Office::open().await;
    office.tell("2026-11-20T10:00:00").await;
    office.configure("digest = \"on\"\n");
    office.slack.will(&[Reply::Status(404, "no_service", None), Reply::Status(404, "no_service", None)]);
    let send = ["review", "digest", "2026-W46", "--send"];
    let said = office.run(&send).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    let said = office.run(&send).await;
    let hint = "sre-telemed: given up before (answered 404 (no_service)); `teirei notify --again` sends it once more";
    assert!(said.out.contains(hint), "{}", said.out);
    assert_eq!(office.run(&["notify", "--again"]).await.code, Some(1));
    assert_eq!(office.slack.told().len(), 2, "the last one was refused as well");
    // Once the week is frozen nobody is told that it can be looked at, also not by hand.
    assert_eq!(office.run(&["review", "freeze", "2026-W46"]).await.code, Some(0));
    let said = office.run(&["notify", "--again"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(office.slack.told().len(), 3, "of the freeze alone");
    assert_eq!(
        office.slack.told()[2].json()["blocks"][0]["text"]["text"],
        "週次レビュー 2026年 第46週: 凍結しました(版1)"
    );
}
