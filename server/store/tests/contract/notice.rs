//! Notices are kept once by their key, claimed by one sender at a time, and end sent, failed or withdrawn.

use domain::notice::{Delivery, Notice, NoticeKind};
use domain::organization::Language;
use jiff::ToSpan;
use store::{NewNotice, NoticeChange, NoticeEnd, StoreError};

use crate::arena::{Arena, contract, day, instant};

contract!(
    a_key_is_kept_once_and_comes_back_whole,
    what_waits_is_reworded_and_what_was_tried_is_not,
    only_one_sender_gets_a_notice,
    a_notice_ends_sent_failed_or_tried_again,
    what_is_settled_is_withdrawn_while_it_waits,
    what_cannot_be_stored_is_refused
);

const AT: &str = "2026-11-23T01:00:00.123456Z";

fn new(key: &str) -> NewNotice {
    NewNotice {
        key: key.to_owned(),
        subject: "anomaly/telemed/USD".to_owned(),
        product: Some("telemed".parse().unwrap()),
        channel: "sre-telemed".to_owned(),
        kind: NoticeKind::Anomaly,
        first_day: day("2026-11-19"),
        last_day: day("2026-11-20"),
        language: Language::Japanese,
        title: "オンライン診療".to_owned(),
        body: "一行目\n二行目 'x'".to_owned(),
        link: Some("https://teirei.example/products/telemed".to_owned()),
        due_at: instant(AT),
    }
}

async fn tell(arena: &Arena, key: &str) -> Notice {
    assert!(arena.store.notice_apply(vec![NoticeChange::Tell(new(key))], instant(AT)).await.unwrap());
    found(arena, key).await
}

async fn found(arena: &Arena, key: &str) -> Notice {
    let list = arena.store.notice_list(instant(AT)).await.unwrap();
    list.into_iter().find(|notice| notice.key == key).unwrap()
}

fn keep(key: &str, last_day: &str, title: &str) -> NoticeChange {
    let NewNotice { channel, language, body, link, .. } = new(key);
    NoticeChange::Keep {
        key: key.to_owned(),
        last_day: day(last_day),
        channel,
        language,
        title: title.to_owned(),
        body,
        link,
    }
}

async fn a_key_is_kept_once_and_comes_back_whole(arena: &Arena) {
    let store = &arena.store;
    let notice = tell(arena, "a").await;
    let expected = Notice {
        id: 1,
        key: "a".to_owned(),
        subject: "anomaly/telemed/USD".to_owned(),
        product: Some("telemed".parse().unwrap()),
        channel: "sre-telemed".to_owned(),
        kind: NoticeKind::Anomaly,
        first_day: day("2026-11-19"),
        last_day: day("2026-11-20"),
        language: Language::Japanese,
        title: "オンライン診療".to_owned(),
        body: "一行目\n二行目 'x'".to_owned(),
        link: Some("https://teirei.example/products/telemed".to_owned()),
        created_at: instant(AT),
        settled_at: None,
        state: Delivery::Waiting,
        attempts: 0,
        due_at: instant(AT),
        changed_at: instant(AT),
        reason: None,
    };
    assert_eq!(notice, expected);
    let revision = store.revision().await.unwrap();
    let later = instant("2026-11-23T02:00:00Z");
    assert!(!store.notice_apply(vec![NoticeChange::Tell(new("a"))], later).await.unwrap(), "told already");
    assert!(!store.notice_apply(Vec::new(), later).await.unwrap());
    assert_eq!(store.revision().await.unwrap(), revision, "nothing was written");
    let shared = NewNotice { product: None, link: None, ..new("b") };
    let both = vec![NoticeChange::Tell(new("a")), NoticeChange::Tell(shared)];
    assert!(store.notice_apply(both, later).await.unwrap());
    assert!(store.revision().await.unwrap() > revision);
    let list = store.notice_list(instant(AT)).await.unwrap();
    let keys: Vec<&str> = list.iter().map(|notice| notice.key.as_str()).collect();
    assert_eq!(keys, ["b", "a"], "the newest first");
    assert_eq!((&list[0].product, &list[0].link), (&None, &None));
    assert_eq!(store.notice_list(later).await.unwrap().len(), 1, "since an instant");
}

async fn what_waits_is_reworded_and_what_was_tried_is_not(arena: &Arena) {
    let store = &arena.store;
    let notice = tell(arena, "a").await;
    let same = keep("a", "2026-11-20", &notice.title);
    assert!(!store.notice_apply(vec![same], instant(AT)).await.unwrap(), "it says the same");
    assert!(store.notice_apply(vec![keep("a", "2026-11-22", "new")], instant(AT)).await.unwrap());
    let earlier = keep("a", "2026-11-19", "new");
    assert!(!store.notice_apply(vec![earlier], instant(AT)).await.unwrap(), "days are not taken back");
    let reworded = found(arena, "a").await;
    assert_eq!((reworded.title.as_str(), reworded.last_day), ("new", day("2026-11-22")));
    assert!(store.notice_claim(&reworded, instant("2026-11-23T01:01:00Z"), instant(AT)).await.unwrap());
    assert!(!store.notice_apply(vec![keep("a", "2026-11-22", "newer")], instant(AT)).await.unwrap());
    assert!(store.notice_apply(vec![keep("a", "2026-11-24", "newer")], instant(AT)).await.unwrap());
    let tried = found(arena, "a").await;
    assert_eq!((tried.title.as_str(), tried.last_day), ("new", day("2026-11-24")));
}

async fn only_one_sender_gets_a_notice(arena: &Arena) {
    let store = &arena.store;
    let notice = tell(arena, "a").await;
    let (now, again) = (instant(AT), instant("2026-11-23T01:01:00Z"));
    let before = now.checked_sub(1.second()).unwrap();
    assert_eq!(store.notice_due(before).await.unwrap(), []);
    assert_eq!(store.notice_due(now).await.unwrap(), std::slice::from_ref(&notice));
    assert!(store.notice_claim(&notice, again, now).await.unwrap());
    assert!(!store.notice_claim(&notice, again, now).await.unwrap(), "another sender was faster");
    assert_eq!(store.notice_due(now).await.unwrap(), [], "it is on its way");
    // The sender was killed: the notice is due again when its time has passed.
    let [left] = &store.notice_due(again).await.unwrap()[..] else { panic!() };
    assert_eq!((left.attempts, left.due_at), (1, again));
    assert!(!store.notice_claim(left, again, now).await.unwrap(), "not yet");
    let later = instant("2026-11-23T08:00:00Z");
    store.notice_delay(left.id, later).await.unwrap();
    let revision = store.revision().await.unwrap();
    store.notice_delay(left.id, again).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), revision, "nothing comes sooner by a delay");
    assert_eq!(store.notice_due(again).await.unwrap(), []);
    assert_eq!(store.notice_due(later).await.unwrap().len(), 1);
}

async fn a_notice_ends_sent_failed_or_tried_again(arena: &Arena) {
    let store = &arena.store;
    let (now, later) = (instant(AT), instant("2026-11-23T02:00:00Z"));
    let sent = tell(arena, "sent").await;
    let failed = tell(arena, "failed").await;
    let again = tell(arena, "again").await;
    store.notice_end(sent.id, NoticeEnd::Sent, later).await.unwrap();
    let why = NoticeEnd::Failed { reason: "404".to_owned() };
    store.notice_end(failed.id, why, later).await.unwrap();
    let busy = NoticeEnd::Again { due_at: later, reason: "429".to_owned() };
    store.notice_end(again.id, busy, now).await.unwrap();
    let end = async |key: &str| {
        let notice = found(arena, key).await;
        (notice.state, notice.changed_at, notice.reason)
    };
    assert_eq!(end("sent").await, (Delivery::Sent, later, None));
    assert_eq!(end("failed").await, (Delivery::Failed, later, Some("404".to_owned())));
    assert_eq!(end("again").await, (Delivery::Waiting, now, Some("429".to_owned())));
    let due: Vec<String> =
        store.notice_due(later).await.unwrap().into_iter().map(|notice| notice.key).collect();
    assert_eq!(due, ["again"]);
    assert_eq!(store.notice_retry(later).await.unwrap(), 1);
    let retried = found(arena, "failed").await;
    assert_eq!((retried.state, retried.attempts, retried.due_at), (Delivery::Waiting, 0, later));
    let revision = store.revision().await.unwrap();
    assert_eq!(store.notice_retry(later).await.unwrap(), 0);
    assert_eq!(store.revision().await.unwrap(), revision);
}

async fn what_is_settled_is_withdrawn_while_it_waits(arena: &Arena) {
    let store = &arena.store;
    let later = instant("2026-11-23T02:00:00Z");
    tell(arena, "waits").await;
    let sent = tell(arena, "sent").await;
    store.notice_end(sent.id, NoticeEnd::Sent, instant(AT)).await.unwrap();
    let settle = |key: &str| NoticeChange::Settle { key: key.to_owned() };
    assert!(store.notice_apply(vec![settle("waits"), settle("sent")], later).await.unwrap());
    let (waits, sent) = (found(arena, "waits").await, found(arena, "sent").await);
    assert_eq!((waits.state, waits.settled_at, waits.changed_at), (Delivery::Withdrawn, Some(later), later));
    assert_eq!((sent.state, sent.settled_at, sent.changed_at), (Delivery::Sent, Some(later), instant(AT)));
    assert!(!store.notice_apply(vec![settle("waits"), settle("sent")], later).await.unwrap());
    assert_eq!(store.notice_due(later).await.unwrap(), []);
    // A sender that was on its way and has arrived.
    store.notice_end(waits.id, NoticeEnd::Sent, later).await.unwrap();
    assert_eq!(found(arena, "waits").await.state, Delivery::Sent);
}

async fn what_cannot_be_stored_is_refused(arena: &Arena) {
    let nul = NewNotice { title: "a\0b".to_owned(), ..new("a") };
    let refused = arena.store.notice_apply(vec![NoticeChange::Tell(nul)], instant(AT)).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert_eq!(arena.store.notice_list(instant(AT)).await.unwrap(), []);
}
