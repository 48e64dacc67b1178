//! Each fact is told once: after restarts, repeated imports, restated days; a budget again after it had held.

use domain::anomaly::Anomaly;
use domain::answer::{Answer, Evidence, Subject, Verdict};
use domain::money::Currency;

use super::office::{Office, SECRET, instant};

#[tokio::test(flavor = "multi_thread")]
async fn an_unusual_day_is_told_once_whatever_is_imported_again() {
    let office = Office::unusual().await;
    assert_eq!(office.fates("2026-11-20T10:00:00").await, ["sent"]);
    let [told] = &office.slack.told()[..] else { panic!("one message") };
    let value = told.json();
    assert_eq!(value["blocks"][0]["text"]["text"], "オンライン診療: 費用がいつもより大きく増えています");
    let day = value["blocks"][1]["text"]["text"].as_str().unwrap();
    assert!(day.starts_with("11/18(水) $400") && day.contains("想定$100"), "{day}");
    let link = value["blocks"][3]["elements"][0]["text"].as_str().unwrap();
    let page = "<https://teirei.example/products/telemed?week=2026-W47&amp;lang=ja#unusual|Teireiで開く>";
    assert_eq!(link, page);
    assert_eq!(told.header("teirei-signature"), "", "nothing to sign with is configured");

    // The same bill again, more expensive days, an event that begins earlier and goes on, another server.
    office.bill("2026-11-18", &[("2026-11-18", 400)]).await;
    assert!(office.fates("2026-11-20T10:05:00").await.is_empty());
    office.bill("2026-11-18", &[("2026-11-18", 450)]).await;
    assert!(office.fates("2026-11-20T10:10:00").await.is_empty());
    office.bill("2026-11-18", &[("2026-11-17", 300), ("2026-11-18", 450)]).await;
    assert!(office.fates("2026-11-20T10:15:00").await.is_empty());
    let later = [("2026-11-17", 300), ("2026-11-18", 450), ("2026-11-19", 420), ("2026-11-20", 100)];
    office.bill("2026-11-23", &later).await;
    assert!(office.fates("2026-11-25T10:00:00").await.is_empty());
    assert_eq!(office.slack.told().len(), 1);

    // Another event is another fact.
    let more = [&later[..], &[("2026-11-23", 700)]].concat();
    office.bill("2026-11-23", &more).await;
    assert_eq!(office.fates("2026-11-25T10:05:00").await, ["sent"]);
    assert!(office.fates("2026-11-25T10:10:00").await.is_empty());
    let again = office.slack.told();
    assert_eq!(again.len(), 2);
    assert_ne!(again[0].header("idempotency-key"), again[1].header("idempotency-key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_told_again_only_after_it_had_held() {
    let office = Office::open().await;
    assert_eq!(office.fates("2026-11-20T10:00:00").await, ["sent"], "the credit");
    office.declare(2_900).await;
    assert_eq!(office.fates("2026-11-20T10:01:00").await, ["sent"]);
    let told = office.slack.told();
    let value = told[0].json();
    assert_eq!(value["blocks"][0]["text"]["text"], "オンライン診療: 11月は予算を超える見込みです");
    let words: Vec<&str> = value["blocks"].as_array().unwrap()[1..]
        .iter()
        .filter_map(|block| block["text"]["text"].as_str())
        .collect();
    assert!(words[0].contains("予算の$2.90kを$100.00ほど超えそうです"), "{words:?}");
    assert_eq!(words[1], "このままでは11/29(日)に予算を使い切る見込みです。");
    assert!(office.fates("2026-11-20T10:02:00").await.is_empty());
    // 3,000 is what is expected: neither over nor held.
    office.declare(3_000).await;
    assert!(office.fates("2026-11-20T10:03:00").await.is_empty());
    office.declare(2_900).await;
    assert!(office.fates("2026-11-20T10:04:00").await.is_empty(), "it wavered");
    office.declare(4_000).await;
    assert!(office.fates("2026-11-20T10:05:00").await.is_empty());
    office.declare(2_900).await;
    assert_eq!(office.fates("2026-11-20T10:06:00").await, ["sent"], "it had held in between");
    assert_eq!(office.slack.told().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credit_that_several_products_share_is_told_in_the_shared_channel() {
    let office = Office::open().await;
    let dry = office.run(&["notify", "--dry-run"]).await;
    assert_eq!(dry.code, Some(0), "{}", dry.err);
    assert!(
        dry.out.contains("finops at 2026-11-20 10:00: Activate ends on Thu 10 Dec (20 days left)"),
        "{}",
        dry.out
    );
    assert!(office.generic.told().is_empty(), "a dry run sends nothing");
    let said = office.run(&["--json", "notify"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["notices"][0]["state"], "sent");
    let [told] = &office.generic.told()[..] else { panic!("one message") };
    assert!(told.is_signed_with(SECRET) && !told.is_signed_with("another secret"));
    assert_eq!(told.path, "/services/hunter2");
    let value = told.json();
    assert_eq!((&value["version"], &value["language"]), (&1.into(), &"en".into()));
    assert_eq!(value["text"], "Credit, $5,000.00 in all. From then on the bill has no discount from it.");
    assert_eq!(value["link"], "https://teirei.example/catalog?lang=en");
    assert_eq!(told.header("idempotency-key"), value["id"].as_str().unwrap());
    let again = office.run(&["notify"]).await;
    assert!(again.out.contains("nothing is due"), "{}", again.out);
    assert_eq!(office.generic.told().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_have_answered_for_is_not_told() {
    let office = Office::unusual().await;
    assert_eq!(office.courier("2026-11-20T10:00:00").await.planned().await.unwrap().len(), 1);
    let on = |day: &str| day.parse().unwrap();
    let event = Anomaly {
        first: on("2026-11-18"),
        last: on("2026-11-18"),
        actual: 400_000_000,
        expected: 100_000_000,
        goes_on: true,
    };
    let answer = Answer {
        subject: Subject::Anomaly,
        owner: domain::cost::Owner::Product("telemed".parse().unwrap()),
        service: Some("Compute".to_owned()),
        currency: Currency::USD,
        seen: Evidence::of_event(&event),
        verdict: Verdict::Expected,
        note: "A load test".to_owned(),
        snooze_weeks: 4,
        asked_again_on: on("2026-12-18"),
        by: "sre".to_owned(),
        at: instant("2026-11-20T09:00:00"),
    };
    office.store().await.cost_answer_insert(&answer).await.unwrap();
    assert!(office.fates("2026-11-20T10:00:00").await.is_empty());
    assert!(office.slack.told().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_channels_that_do_not_fit() {
    let office = Office::open().await;
    let said = office.run(&["check"]).await;
    assert!(said.out.contains("ok   2 channels are configured; links in messages lead to"), "{}", said.out);
    assert!(!said.out.contains("hears of nothing"), "{}", said.out);
    let url = &office.generic.url;
    office.write("teirei.toml", &format!("[channels.ops]\nkind = \"slack\"\nurl = \"{url}\"\n"));
    let said = office.run(&["check"]).await;
    for line in [
        "look telemed has the chat channel #sre-telemed, which hears of nothing: write [channels.\"sre-telemed\"]",
        "look the channel ops hears of nothing: name it as chat_channel of a product, or say shared = \"on\"",
        "look no channel hears of commitments that several products share",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    assert!(!said.out.contains("hunter2") && !said.err.contains("hunter2"));
    office.write("teirei.toml", "");
    let said = office.run(&["check"]).await;
    assert!(!said.out.contains("channel"), "nothing is said where none is configured: {}", said.out);
    let said = office.run(&["notify"]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("no channel is configured"), "{}", said.err);
}
