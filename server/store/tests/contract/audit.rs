//! The audit: an entry is there with the write that it tells of or not at all, and nothing of it is ever changed.

use domain::audit::{Act, AuditEntry, Chain, ChainBreak};
use domain::note::{NotePlace, NoteSection};
use store::{AuditWanted, NoteEdit, StoreError, audited};

use crate::arena::{Arena, contract, instant};

contract!(
    an_entry_stands_with_the_write_it_tells_of,
    a_write_that_fails_leaves_no_entry,
    what_is_no_write_is_added_by_itself,
    writers_at_once_make_one_chain,
    entries_are_found_by_who_what_and_where,
    nothing_of_it_is_changed
);

fn entry(actor: &str, act: Act, object: &str) -> AuditEntry {
    AuditEntry {
        at: instant("2026-11-23T01:00:00.123456Z"),
        actor: actor.to_owned(),
        identity: "person:3".to_owned(),
        from: Some("192.0.2.7".to_owned()),
        act,
        object: object.to_owned(),
        before: None,
        after: Some("森 友美 ✓".to_owned()),
        reason: Some(String::new()),
    }
}

fn note(seen: i64) -> NoteEdit {
    NoteEdit {
        meeting: String::new(),
        week: "2026-W47".parse().unwrap(),
        place: NotePlace::Section(NoteSection::Cost),
        seen,
        text: format!("version {seen}"),
        at: instant("2026-11-23T01:00:00Z"),
        by: "mori".to_owned(),
    }
}

async fn an_entry_stands_with_the_write_it_tells_of(arena: &Arena) {
    let store = &arena.store;
    let wanted = entry("mori", Act::Edit, "note:2026-W47/cost");
    audited(wanted.clone(), store.note_save(note(0))).await.unwrap();
    let found = store.audit_list(&AuditWanted::default(), 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, &found[0].entry), (1, &wanted));
    let head = store.audit_head().await.unwrap();
    assert_eq!((head.last, head.head), (1, found[0].hash));
    assert_eq!(store.audit_check().await.unwrap(), Ok(head));
    // What nobody answers for is no less a write.
    store.note_save(note(1)).await.unwrap();
    assert_eq!(store.audit_head().await.unwrap(), head);
}

async fn a_write_that_fails_leaves_no_entry(arena: &Arena) {
    let store = &arena.store;
    store.note_save(note(0)).await.unwrap();
    let refused = audited(entry("mori", Act::Edit, "note"), store.note_save(note(0))).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!(store.audit_head().await.unwrap(), Chain::EMPTY);
    // Of several tries the one that is kept tells of it, once.
    let tries = async {
        _ = store.note_save(note(0)).await;
        store.note_save(note(1)).await.unwrap();
        store.note_save(note(2)).await.unwrap();
    };
    audited(entry("mori", Act::Edit, "note"), tries).await;
    assert_eq!(store.audit_head().await.unwrap().last, 1);
}

async fn what_is_no_write_is_added_by_itself(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    store.audit_append(entry("", Act::SignInFailed, "account:sato")).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before, "no page shows anything else");
    assert_eq!(store.audit_head().await.unwrap().last, 1);
    let refused = store.audit_append(entry("a\0b", Act::SignIn, "x")).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}

async fn writers_at_once_make_one_chain(arena: &Arena) {
    let store = &arena.store;
    let writers = (0..20).map(|number| store.audit_append(entry(&format!("p{number}"), Act::Read, "x")));
    for done in futures::future::join_all(writers).await {
        done.unwrap();
    }
    let chain = store.audit_check().await.unwrap().unwrap();
    assert_eq!((chain.last, chain), (20, store.audit_head().await.unwrap()));
}

async fn entries_are_found_by_who_what_and_where(arena: &Arena) {
    let store = &arena.store;
    for (actor, act, object) in [
        ("mori", Act::ShareMake, "share:1"),
        ("", Act::ShareUse, "share:1"),
        ("mori", Act::Freeze, "review:2026-W47"),
        ("sato", Act::Freeze, "review:2026-W46"),
    ] {
        store.audit_append(entry(actor, act, object)).await.unwrap();
    }
    let ids = async |wanted: AuditWanted| {
        let found = store.audit_list(&wanted, 3).await.unwrap();
        found.iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    let none = AuditWanted::default;
    assert_eq!(ids(none()).await, [4, 3, 2], "the newest first, as many as are wanted");
    assert_eq!(ids(AuditWanted { before: Some(2), ..none() }).await, [1]);
    assert_eq!(ids(AuditWanted { actor: Some("mori".into()), ..none() }).await, [3, 1]);
    assert_eq!(ids(AuditWanted { act: Some(Act::Freeze), ..none() }).await, [4, 3]);
    assert_eq!(ids(AuditWanted { object: Some("share:".into()), ..none() }).await, [2, 1]);
    assert_eq!(ids(AuditWanted { object: Some("share:%".into()), ..none() }).await, Vec::<i64>::new());
    assert_eq!(store.audit_after(2, 10).await.unwrap().len(), 2);
}

async fn nothing_of_it_is_changed(arena: &Arena) {
    let store = &arena.store;
    for number in 0..3 {
        store.audit_append(entry(&format!("p{number}"), Act::Export, "x")).await.unwrap();
    }
    for statement in [
        "UPDATE audit_entry SET actor = 'nobody' WHERE id = 2",
        "DELETE FROM audit_entry WHERE id = 2",
        "DELETE FROM audit_entry",
    ] {
        assert!(arena.execute(statement).await.is_err(), "{statement}");
    }
    assert_eq!(store.audit_check().await.unwrap().unwrap().last, 3);
    // Whoever owns the database can do away with that; the chain tells.
    let open = match arena.is_sqlite() {
        true => "DROP TRIGGER audit_entry_no_update",
        false => "ALTER TABLE audit_entry DISABLE TRIGGER USER",
    };
    arena.execute(open).await.unwrap();
    arena.execute("UPDATE audit_entry SET actor = 'nobody' WHERE id = 2").await.unwrap();
    assert_eq!(store.audit_check().await.unwrap(), Err(ChainBreak::Altered { id: 2 }));
}
