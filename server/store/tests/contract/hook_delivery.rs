//! Messages of webhooks are kept once, byte by byte, and settled once.

use domain::hook::HookFault;
use domain::incident_merge::IncidentKey;
use jiff::ToSpan;
use store::{HookSettled, StoreError};

use crate::arena::{Arena, contract, instant};

contract!(
    a_message_is_kept_once_for_each_source,
    what_waits_comes_in_the_order_of_arrival,
    a_settled_message_is_found_by_its_stream_and_settled_once,
    states_count_what_came_and_what_waits,
    what_cannot_be_stored_is_refused,
    incidents_follow_from_messages
);

const AT: &str = "2026-11-23T01:00:00.123456Z";

async fn told(arena: &Arena, source: &str, body: &[u8]) -> bool {
    let digest = body.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    arena.store.hook_delivery_insert(source, &digest, body, instant(AT)).await.unwrap()
}

fn settled(number: i64, stream: &str, faults: &[&str]) -> HookSettled {
    let fault = |what: &&str| HookFault {
        rule: "hooks/form".to_owned(),
        what: (*what).to_owned(),
        mend: "Mend it.".to_owned(),
    };
    HookSettled {
        number,
        stream: stream.to_owned(),
        faults: faults.iter().map(fault).collect(),
        incidents: Vec::new(),
    }
}

async fn a_message_is_kept_once_for_each_source(arena: &Arena) {
    let bytes = b"\x00\xff{\"a\":1}";
    assert!(told(arena, "am", bytes).await);
    assert!(!told(arena, "am", bytes).await, "it came again");
    assert!(told(arena, "pd", bytes).await, "another source may say the same");
    let waiting = arena.store.hook_delivery_waiting(10).await.unwrap();
    let kept: Vec<_> =
        waiting.iter().map(|one| (one.source.as_str(), one.body.as_slice(), one.received_at)).collect();
    assert_eq!(kept, [("am", &bytes[..], instant(AT)), ("pd", &bytes[..], instant(AT))]);
}

async fn what_waits_comes_in_the_order_of_arrival(arena: &Arena) {
    for body in [b"1", b"2", b"3"] {
        told(arena, "am", body).await;
    }
    let first = arena.store.hook_delivery_waiting(2).await.unwrap();
    assert_eq!(first.iter().map(|one| one.body.as_slice()).collect::<Vec<_>>(), [b"1", b"2"]);
}

async fn a_settled_message_is_found_by_its_stream_and_settled_once(arena: &Arena) {
    for body in [b"1", b"2", b"3"] {
        told(arena, "am", body).await;
    }
    let numbers: Vec<i64> =
        arena.store.hook_delivery_waiting(10).await.unwrap().iter().map(|one| one.number).collect();
    let revision = arena.store.revision().await.unwrap();
    let ends = vec![settled(numbers[0], "g", &[]), settled(numbers[2], "g", &["first", "second"])];
    arena.store.hook_delivery_settle(ends.clone(), instant(AT)).await.unwrap();
    assert!(arena.store.revision().await.unwrap() > revision, "pages show it");
    arena.store.hook_delivery_settle(ends, instant(AT) + 1.hour()).await.unwrap();
    let stream = arena.store.hook_delivery_stream("am", "g").await.unwrap();
    assert_eq!(stream.iter().map(|one| one.number).collect::<Vec<_>>(), [numbers[0], numbers[2]]);
    assert_eq!(arena.store.hook_delivery_stream("pd", "g").await.unwrap(), []);
    assert_eq!(arena.store.hook_delivery_waiting(10).await.unwrap().len(), 1);
    let remarks = arena.store.hook_remark_list(10).await.unwrap();
    let said: Vec<_> = remarks.iter().map(|one| (one.number, one.fault.what.as_str())).collect();
    assert_eq!(said, [(numbers[2], "first"), (numbers[2], "second")]);
}

async fn states_count_what_came_and_what_waits(arena: &Arena) {
    assert_eq!(arena.store.hook_state_list().await.unwrap(), []);
    for (source, body) in [("am", b"1"), ("am", b"2"), ("pd", b"3")] {
        told(arena, source, body).await;
    }
    let first = arena.store.hook_delivery_waiting(1).await.unwrap()[0].number;
    arena.store.hook_delivery_settle(vec![settled(first, "", &[])], instant(AT)).await.unwrap();
    let states = arena.store.hook_state_list().await.unwrap();
    let rows: Vec<_> = states.iter().map(|one| (one.source.as_str(), one.messages, one.waiting)).collect();
    assert_eq!(rows, [("am", 2, 1), ("pd", 1, 1)]);
    assert_eq!(states[0].received_at, instant(AT));
}

async fn what_cannot_be_stored_is_refused(arena: &Arena) {
    let refused = arena.store.hook_delivery_insert("a\0", "d", b"", instant(AT)).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}

async fn incidents_follow_from_messages(arena: &Arena) {
    let store = &arena.store;
    for (source, digest) in [("am", "a"), ("am", "b"), ("pd", "a")] {
        store.hook_delivery_insert(source, digest, b"x", instant(AT)).await.unwrap();
    }
    let read_at = instant(AT) + 1.minute();
    let follows = |number, ids: &[&str]| HookSettled {
        incidents: ids.iter().map(|id| (*id).to_owned()).collect(),
        ..settled(number, "g", &[])
    };
    let all = vec![follows(1, &["i", "j"]), follows(2, &["i"]), follows(3, &["i"])];
    store.hook_delivery_settle(all, read_at).await.unwrap();
    // One that is settled stays as it is, but for what began with a later one.
    store.hook_delivery_settle(vec![follows(2, &["i", "k"])], read_at + 1.minute()).await.unwrap();
    for (source, id, numbers) in
        [("am", "i", &[1, 2][..]), ("am", "j", &[1]), ("am", "k", &[2]), ("pd", "i", &[3])]
    {
        let key = IncidentKey { source: source.to_owned(), external_id: id.to_owned() };
        let found = store.incident_message_list(&key).await.unwrap();
        assert_eq!(found.iter().map(|one| one.number).collect::<Vec<_>>(), numbers, "{source} {id}");
        assert!(found.iter().all(|one| (one.received_at, one.read_at) == (instant(AT), read_at)));
    }
}
