//! Topics that people raise from a chat: one message is one topic, however often it is read.

use domain::hook::HookFault;
use domain::topic::TopicTerms;
use store::{TopicMessage, TopicMessageState};

use crate::arena::{Arena, contract, instant};

contract!(a_message_becomes_one_topic_however_often_it_is_read, what_cannot_be_used_says_why);

const AT: &str = "2026-11-20T01:00:00.123456Z";

fn message(title: &str, faults: Vec<HookFault>) -> TopicMessage {
    let terms = TopicTerms {
        title: title.to_owned(),
        evidence: String::new(),
        product: Some("nobody-knows-it".parse().unwrap()),
        week: "2026-W47".parse().unwrap(),
        link: None,
    };
    TopicMessage { raised: (!title.is_empty()).then(|| (terms, "林".to_owned())), faults }
}

fn fault() -> HookFault {
    HookFault {
        rule: "hooks/topic".to_owned(),
        what: "It says \0 nothing.".to_owned(),
        mend: "Say it.".to_owned(),
    }
}

async fn keep(arena: &Arena, source: &str, digest: &str) {
    assert!(arena.store.hook_delivery_insert(source, digest, b"text=x", instant(AT)).await.unwrap());
}

async fn a_message_becomes_one_topic_however_often_it_is_read(arena: &Arena) {
    let store = &arena.store;
    keep(arena, "other", "0").await;
    keep(arena, "chat", "1").await;
    keep(arena, "chat", "2").await;
    let waiting = store.topic_message_waiting("chat", 10).await.unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(store.topic_message_get("chat", "1").await.unwrap(), Some(TopicMessageState::Waiting));
    assert_eq!(store.topic_message_get("chat", "9").await.unwrap(), None);
    for title in ["検索が遅い", "again"] {
        store.topic_message_settle(waiting[0].number, message(title, Vec::new()), instant(AT)).await.unwrap();
    }
    let topics = store.topic_list().await.unwrap();
    assert_eq!(topics.len(), 1);
    assert_eq!((topics[0].terms.title.as_str(), topics[0].raised_by.as_str()), ("検索が遅い", "林"));
    let state = store.topic_message_get("chat", "1").await.unwrap();
    assert_eq!(state, Some(TopicMessageState::Raised(topics[0].id)));
    assert_eq!(store.topic_message_waiting("chat", 10).await.unwrap(), &waiting[1..]);
    assert_eq!(store.hook_delivery_waiting(10).await.unwrap().len(), 2, "the other source's and the second");
}

async fn what_cannot_be_used_says_why(arena: &Arena) {
    let store = &arena.store;
    keep(arena, "chat", "1").await;
    let number = store.topic_message_waiting("chat", 10).await.unwrap()[0].number;
    store.topic_message_settle(number, message("", vec![fault()]), instant(AT)).await.unwrap();
    let shown = HookFault { what: "It says ␀ nothing.".to_owned(), ..fault() };
    let state = store.topic_message_get("chat", "1").await.unwrap();
    assert_eq!(state, Some(TopicMessageState::Refused(shown.clone())));
    assert_eq!(store.hook_remark_list(10).await.unwrap()[0].fault, shown);
    assert!(store.topic_list().await.unwrap().is_empty());
    keep(arena, "chat", "2").await;
    let number = store.topic_message_waiting("chat", 10).await.unwrap()[0].number;
    store.topic_message_settle(number, message("遅い", vec![fault()]), instant(AT)).await.unwrap();
    let state = store.topic_message_get("chat", "2").await.unwrap();
    assert!(matches!(state, Some(TopicMessageState::Raised(_))), "doubts do not stop it: {state:?}");
}
