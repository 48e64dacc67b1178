//! The digests of a weekly review: before its meeting and of each frozen version, once to each channel.

use domain::decision::DecisionTerms;
use domain::notice::{Delivery, NoticeKind};
use domain::topic::TopicTerms;

use server::backend::DigestSetting;
use server::clock::Clock;

use super::office::{Office, SECRET, instant};
use crate::fake::channel::Reply;
use crate::support::{House, get};

/// Freezes a week whose bill is late.
const FORCED: [&str; 6] = ["review", "freeze", "2026-W47", "--force", "--reason", "the bill is late"];

/// The channels of a company whose earlier notices are told: only digests are new.
async fn told_already(more: &str, meeting: &str) -> Office {
    let office = Office::open().await;
    office.tell("2026-11-20T10:00:00").await;
    office.generic.world().told.clear();
    office.configure_digest(more, meeting);
    office
}

fn decision(text: &str, week: &str, look_again_on: &str) -> DecisionTerms {
    DecisionTerms {
        text: text.to_owned(),
        expects: "a third less".to_owned(),
        look_again_on: look_again_on.parse().unwrap(),
        product: None,
        week: week.parse().unwrap(),
        topic: None,
    }
}

/// What stands in each section of Slack's form.
fn sections(value: &serde_json::Value) -> Vec<String> {
    let blocks = value["blocks"].as_array().unwrap().iter();
    let sections = blocks.filter(|block| block["type"] == "section");
    sections.map(|block| block["text"]["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_before_the_meeting_each_channel_hears_of_the_week_once_in_its_language() {
    let office = told_already("", "").await;
    let promise = ["action", "add", "Rehearse the fail over", "--owner", "Sato", "--due", "2026-11-16"];
    let said = office.run_on("2026-11-12", &promise).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let store = office.store().await;
    let topic = TopicTerms {
        title: "Logs double".to_owned(),
        evidence: "¥280,000 a month".to_owned(),
        product: Some("telemed".parse().unwrap()),
        week: "2026-W47".parse().unwrap(),
        link: None,
    };
    store.topic_insert(topic, instant("2026-11-20T12:00:00"), "Sato").await.unwrap();
    let decision = decision("Keep logs for 14 days", "2026-W44", "2026-11-20");
    store.decision_insert(decision, instant("2026-11-03T10:00:00"), "Sato").await.unwrap();
    assert!(office.fates("2026-11-22T23:00:00").await.is_empty(), "the week has not ended");
    assert!(office.fates("2026-11-23T08:59:59").await.is_empty(), "neither complete nor near");
    assert_eq!(office.fates("2026-11-23T09:00:00").await, ["sent", "sent"]);
    for at in ["2026-11-23T09:00:30", "2026-11-23T10:00:00", "2026-11-24T10:00:00", "2026-11-29T23:00:00"] {
        assert!(office.fates(at).await.is_empty(), "{at}");
    }
    let [slack] = &office.slack.told()[..] else { panic!("once") };
    let value = slack.json();
    assert_eq!(value["blocks"][0]["text"]["text"], "週次レビュー 2026年 第47週: 準備ができました");
    let texts = sections(&value);
    assert!(texts[0].starts_with("11/16(月)–11/22(日) JST · ■ 違反 "), "{texts:?}");
    assert_eq!(texts[1], "費用は暫定です(focus: UTC日で11/18まで、7日のうち3日)");
    assert!(texts.iter().any(|text| text.starts_with("*三行でいうと*\n• いちばん大きな障害: ")), "{texts:?}");
    assert!(
        texts.iter().any(|text| text.starts_with("*例外*\n• – オンライン診療: 障害 データなし")),
        "{texts:?}"
    );
    let promised = "*前回からのアクション*\n• Sato: Rehearse the fail over(期限 11/16、7日超過)";
    assert!(texts.iter().any(|text| text == promised), "{texts:?}");
    for section in [
        "*話し合うこと*\n• オンライン診療: Logs double(¥280,000 a month)",
        "*結果を見直す決定*\n• Keep logs for 14 days(見直す日 11/20)",
    ] {
        assert!(texts.iter().any(|text| text == section), "{section}: {texts:?}");
    }
    let link = "<https://teirei.example/reviews/2026-W47?lang=ja|Teireiで開く>";
    assert_eq!(value["blocks"].as_array().unwrap().last().unwrap()["elements"][0]["text"], link);
    assert!(
        !slack.body.contains("image_url"),
        "a chat that cannot fetch a picture refuses the whole message"
    );

    let [generic] = &office.generic.told()[..] else { panic!("once") };
    assert!(generic.is_signed_with(SECRET));
    let value = generic.json();
    assert_eq!(value["title"], "Weekly review, Week 47, 2026: ready for the meeting");
    assert_eq!((&value["kind"], &value["week"]), (&"digest-ready".into(), &"2026-W47".into()));
    assert_eq!(value["image"], "https://teirei.example/reviews/2026-W47.png?lang=en");
    assert_eq!(value["sections"][1]["heading"], "In three lines");
    assert_ne!(generic.header("idempotency-key"), slack.header("idempotency-key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_whose_data_is_complete_is_told_before_the_hour_of_the_meeting() {
    let office = told_already("", "[digest]\nmeeting = \"wednesday 15:00\"\nhours_before = 2\n").await;
    office.bill("2026-11-22", &[]).await;
    assert!(office.fates("2026-11-23T23:00:00").await.is_empty(), "Sunday is not two days back");
    assert_eq!(office.fates("2026-11-24T09:00:00").await, ["sent", "sent"]);
    let texts = sections(&office.slack.told()[0].json());
    assert!(!texts.iter().any(|text| text.contains("暫定")), "{texts:?}");

    let late = told_already("", "[digest]\nmeeting = \"wednesday 15:00\"\nhours_before = 2\n").await;
    assert!(late.fates("2026-11-25T12:59:59").await.is_empty());
    assert_eq!(late.fates("2026-11-25T13:00:00").await, ["sent", "sent"], "the bill did not come");

    let over = told_already("", "").await;
    assert!(over.fates("2026-11-24T00:00:00").await.is_empty(), "the day of the meeting is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_by_the_command_line_is_told_by_a_running_server_once_for_each_version() {
    let office = told_already("preview_image = \"on\"\n", "").await;
    for (text, owner, due) in
        [("Add a probe", "Suzuki", "2026-11-27"), ("Raise the limit", "Abe", "2026-12-04")]
    {
        let promise = ["action", "add", text, "--owner", owner, "--due", due, "--week", "2026-W46"];
        assert_eq!(office.run(&promise).await.code, Some(0));
    }
    let made = decision("Keep logs for 14 days", "2026-W46", "2026-12-18");
    office.store().await.decision_insert(made, instant("2026-11-20T09:00:00"), "Sato").await.unwrap();
    let child = office.serve();
    let said = office.run(&["--json", "review", "freeze", "2026-W46", "--by", "Tanaka"]).await;
    let hash = serde_json::from_str::<serde_json::Value>(&said.out).unwrap()["hash"].clone();
    let said = office.run(&["review", "freeze", "2026-W46", "--by", "Tanaka", "--reason", "late bill"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    office.wait_for(|| office.slack.told().len() == 2 && office.generic.told().len() == 2).await;
    office.stop(child);
    assert!(office.fates("2026-11-20T10:05:00").await.is_empty(), "once for each version");

    let value = office.slack.told()[0].json();
    assert_eq!(value["blocks"][0]["text"]["text"], "週次レビュー 2026年 第46週: 凍結しました(版1)");
    let texts = sections(&value);
    assert!(texts.contains(&"凍結済み: 版1 · 11/20 10:00 JST · Tanaka".to_owned()), "{texts:?}");
    let decided = "*決まったこと*\n• Abe: Raise the limit(期限 12/4)\n• Suzuki: Add a probe(期限 11/27)";
    assert!(texts.contains(&decided.to_owned()), "{texts:?}");
    let decisions = "*決定*\n• Keep logs for 14 days(見直す日 12/18)";
    assert!(texts.contains(&decisions.to_owned()), "{texts:?}");
    assert!(texts.contains(&format!("内容のハッシュ: {}", hash.as_str().unwrap())), "{texts:?}");
    let image = value["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "image").unwrap();
    assert_eq!(image["image_url"], "https://teirei.example/reviews/2026-W46.png?lang=ja&version=1");
    let second = sections(&office.slack.told()[1].json());
    assert!(
        second.contains(&"凍結済み: 版2 · 11/20 10:00 JST · Tanaka · late bill".to_owned()),
        "{second:?}"
    );
    let generic = office.generic.told()[0].json();
    assert_eq!((&generic["kind"], &generic["review_version"]), (&"digest-frozen".into(), &1.into()));
    assert_eq!(generic["link"], "https://teirei.example/reviews/2026-W46?lang=en&version=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_new_hears_of_what_was_frozen_lately_alone() {
    let office = Office::open().await;
    office.tell("2026-11-20T10:00:00").await;
    office.generic.world().told.clear();
    assert_eq!(office.run_on("2026-11-10", &["review", "freeze", "2026-W45"]).await.code, Some(0));
    assert_eq!(office.run(&["review", "freeze", "2026-W46"]).await.code, Some(0));
    assert!(office.fates("2026-11-20T11:00:00").await.is_empty(), "no channel gets digests");
    office.configure_digest("", "");
    assert_eq!(office.fates("2026-11-20T11:05:00").await, ["sent", "sent"]);
    let told = office.slack.told();
    assert_eq!(told[0].json()["blocks"][0]["text"]["text"], "週次レビュー 2026年 第46週: 凍結しました(版1)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_waits_is_reworded_and_not_told_once_the_week_is_frozen() {
    let quiet = "quiet_hours = \"08:30-12:00\"\n";
    let office = told_already(quiet, "").await;
    assert_eq!(office.fates("2026-11-23T09:00:00").await, ["sent"], "the other channel has no quiet hours");
    office.bill("2026-11-20", &[]).await;
    assert!(office.fates("2026-11-23T09:30:00").await.is_empty());
    assert_eq!(office.fates("2026-11-23T12:00:00").await, ["sent"]);
    let texts = sections(&office.slack.told()[0].json());
    assert_eq!(texts[1], "費用は暫定です(focus: UTC日で11/20まで、7日のうち5日)", "as it is known then");

    let frozen = told_already(quiet, "").await;
    assert_eq!(frozen.fates("2026-11-23T09:00:00").await, ["sent"]);
    assert_eq!(frozen.run_on("2026-11-23", &FORCED).await.code, Some(0));
    assert_eq!(frozen.fates("2026-11-23T10:00:00").await, ["sent"], "of the freeze, where it is not quiet");
    assert_eq!(frozen.fates("2026-11-23T12:00:00").await, ["sent"]);
    let [told] = &frozen.slack.told()[..] else { panic!("the freeze alone") };
    assert_eq!(told.json()["blocks"][0]["text"]["text"], "週次レビュー 2026年 第47週: 凍結しました(版1)");
    let although = "残したまま凍結: 届いているはずの日が欠けている費用の情報源: 1件";
    assert!(sections(&told.json()).iter().any(|text| text == although), "{:?}", sections(&told.json()));
    let list = frozen.store().await.notice_list(instant("2026-11-23T00:00:00")).await.unwrap();
    let ready = list.iter().find(|one| one.kind == NoticeKind::DigestReady && one.channel == "sre-telemed");
    assert_eq!(ready.unwrap().state, Delivery::Withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_wants_digests_no_longer_is_left_in_peace() {
    let office = told_already("quiet_hours = \"08:30-12:00\"\n", "").await;
    assert_eq!(office.fates("2026-11-23T09:00:00").await, ["sent"]);
    office.configure("");
    assert!(office.fates("2026-11-23T12:00:00").await.is_empty());
    assert!(office.slack.told().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_word_for_word_what_was_told_and_what_became_of_it() {
    let office = told_already("", "").await;
    let overrides = server::config::Overrides {
        file: Some(office.folder.path().join("teirei.toml")),
        ..server::config::Overrides::default()
    };
    let config = server::config::Config::load(&overrides, &std::collections::BTreeMap::new()).unwrap();
    let house = House {
        folder: tempfile::tempdir().unwrap(),
        store: office.store().await,
        clock: Clock::Fixed(instant("2026-11-23T09:30:00")),
    };
    let router = house.router_telling(DigestSetting::of(&config));
    let before = get(&router, "/reviews/2026-W47/digest?lang=en").await.body;
    assert!(before.contains("data is complete, 23 Nov 09:00 at the latest"), "{before}");
    assert!(
        before.contains("This week is not frozen yet.") && before.contains("not written yet"),
        "{before}"
    );

    office.generic.will(&[Reply::Status(500, "", None)]);
    assert_eq!(office.fates("2026-11-23T09:30:00").await.len(), 2);
    let after = get(&router, "/reviews/2026-W47/digest?lang=en").await.body;
    let told = office.generic.told()[0].json();
    let lines = told["sections"].as_array().unwrap().iter().flat_map(|section| {
        section["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned())
    });
    let plain = after.replace("&amp;", "&").replace("&#x27;", "'").replace("&lt;", "<");
    for line in lines.chain([told["title"].as_str().unwrap().to_owned()]) {
        assert!(plain.contains(&line), "{line}: {plain}");
    }
    for words in ["finops", "sre-telemed", "generic", "slack", "日本語", "Sent", "Waiting", "answered 500"]
    {
        assert!(plain.contains(words), "{words}");
    }
    assert!(!plain.contains("hunter2"));

    assert_eq!(office.run_on("2026-11-23", &FORCED).await.code, Some(0));
    let frozen = get(&router, "/reviews/2026-W47/digest").await.body;
    assert!(frozen.contains("週次レビュー 2026年 第47週: 凍結しました(版1)"), "{frozen}");
    assert!(frozen.contains("会議の前のダイジェストは届きません"));
    assert_eq!(get(&router, "/reviews/2026-W50/digest").await.status, 404, "the week has not begun");
    let without = get(&house.router(), "/reviews/2026-W46/digest").await.body;
    assert!(without.contains("ダイジェストの届け先はまだありません。"), "{without}");
    let review = get(&house.router(), "/reviews/2026-W47").await.body;
    assert!(review.contains("href=\"/reviews/2026-W47/digest\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_prints_a_digest_and_sends_it_before_its_hour() {
    let office = Office::open().await;
    let said = office.run(&["review", "digest", "2026-W46"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.starts_with("**週次レビュー 2026年 第46週: 準備ができました**\n\n11/9(月)–11/15(日) JST · ")
    );
    let link = "[Teireiで開く](<https://teirei.example/reviews/2026-W46?lang=ja>)";
    assert!(
        said.out.contains("### 三行でいうと\n\n- いちばん大きな障害: ") && said.out.contains(link),
        "{}",
        said.out
    );
    let said = office.run(&["review", "digest", "2026-W46", "--language", "en"]).await;
    assert!(said.out.starts_with("**Weekly review, Week 46, 2026: ready for the meeting**"), "{}", said.out);
    assert_eq!(office.run(&["review", "digest", "2026-W50"]).await.code, Some(1));

    let said = office.run(&["review", "digest", "2026-W46", "--send"]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("no channel gets the digest: say digest = \"on\""), "{}", said.err);
    office.tell("2026-11-20T10:00:00").await;
    office.generic.world().told.clear();
    office.configure_digest("", "");
    let said = office.run(&["review", "digest", "2026-W45", "--send"]).await;
    let why =
        "2026-W45 is not frozen, and the digest before the meeting is that of 2026-W46, which ended last";
    assert!(said.err.contains(why), "{}", said.err);
    let said = office.run(&["review", "digest", "2026-W46", "--send"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!((office.slack.told().len(), office.generic.told().len()), (1, 1));
    let said = office.run(&["review", "digest", "2026-W46", "--send"]).await;
    assert!(said.out.contains("nothing is due"), "{}", said.out);
    assert_eq!((office.slack.told().len(), office.generic.told().len()), (1, 1));
}
