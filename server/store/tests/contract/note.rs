//! Notes of the meeting: every version stays, nobody overwrites what they did not see, and a freeze locks them.

use domain::note::{Note, NotePlace, NoteVersion};
use store::{NoteEdit, NoteReopening, Snapshot, SnapshotHead, StoreError};

use crate::arena::{Arena, contract, instant, week};

contract!(
    versions_come_back_as_they_were_added,
    a_version_of_a_note_that_was_not_seen_is_not_overwritten,
    of_many_who_saw_the_same_exactly_one_wins,
    a_freeze_locks_notes_until_they_are_taken_up_again,
    nul_characters_are_refused_in_a_note
);

const AT: &str = "2026-11-23T01:00:00.123456Z";
const WEEK: &str = "2026-W47";

fn place(word: &str) -> NotePlace {
    word.parse().unwrap()
}

fn edit(of: &str, seen: i64, text: &str) -> NoteEdit {
    NoteEdit {
        meeting: String::new(),
        week: week(WEEK),
        place: place(of),
        seen,
        text: text.to_owned(),
        at: instant(AT),
        by: "佐藤".to_owned(),
    }
}

fn note(of: &str, version: i64, text: &str) -> Note {
    Note { place: place(of), version, at: instant(AT), by: "佐藤".to_owned(), text: text.to_owned() }
}

fn is_conflict<T>(outcome: Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Conflict { .. }))
}

async fn versions_come_back_as_they_were_added(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    for (of, seen, text) in
        [("product-b", 0, "b"), ("cost", 0, "一"), ("cost", 1, "二"), ("summary", 0, "要点")]
    {
        assert_eq!(store.note_save(edit(of, seen, text)).await.unwrap(), seen + 1);
    }
    assert_eq!(store.revision().await.unwrap(), before + 4, "pages see each at once");
    let same = NoteEdit { by: "森".to_owned(), ..edit("cost", 2, "二") };
    assert_eq!(store.note_save(same).await.unwrap(), 2, "nothing changed");
    assert_eq!(store.note_save(edit("incidents", 0, "")).await.unwrap(), 0, "nobody wrote anything");
    assert_eq!(store.revision().await.unwrap(), before + 4);
    let all = store.note_list("", week(WEEK)).await.unwrap();
    let expected = [note("summary", 1, "要点"), note("cost", 2, "二"), note("product-b", 1, "b")];
    assert_eq!(all, expected);
    assert_eq!(store.note_save(edit("cost", 2, "")).await.unwrap(), 3, "a note can be taken back");
    assert_eq!(store.note_list("", week(WEEK)).await.unwrap()[1], note("cost", 3, ""));
    let left = [note("product-b", 1, "b"), note("summary", 1, "要点")].map(|note| (week(WEEK), note));
    assert_eq!(store.note_all("").await.unwrap(), left, "what was taken back is gone");
    assert!(store.note_all("payments").await.unwrap().is_empty());
    let cost = place("cost");
    for (version, found) in
        [(None, Some(note("cost", 3, ""))), (Some(1), Some(note("cost", 1, "一"))), (Some(4), None)]
    {
        assert_eq!(store.note_get("", week(WEEK), &cost, version).await.unwrap(), found);
    }
    let history = store.note_history("", week(WEEK), &cost, 2).await.unwrap();
    let version = |version| NoteVersion { version, at: instant(AT), by: "佐藤".to_owned() };
    assert_eq!(history, [version(3), version(2)]);
    for (meeting, of) in [("payments", WEEK), ("", "2026-W46")] {
        assert!(store.note_list(meeting, week(of)).await.unwrap().is_empty());
        assert_eq!(store.note_get(meeting, week(of), &cost, None).await.unwrap(), None);
    }
    for change in ["UPDATE note_text SET body = 'x'", "DELETE FROM note_text"] {
        assert!(arena.execute(change).await.is_err(), "{change}");
    }
}

async fn a_version_of_a_note_that_was_not_seen_is_not_overwritten(arena: &Arena) {
    let store = &arena.store;
    store.note_save(edit("cost", 0, "first")).await.unwrap();
    store.note_save(edit("cost", 1, "second")).await.unwrap();
    for seen in [0, 1, 3] {
        assert!(is_conflict(store.note_save(edit("cost", seen, "late")).await), "{seen}");
    }
    assert!(is_conflict(store.note_save(edit("incidents", 1, "late")).await), "nothing was there to see");
    let kept = store.note_get("", week(WEEK), &place("cost"), None).await.unwrap();
    assert_eq!(kept, Some(note("cost", 2, "second")));
}

async fn of_many_who_saw_the_same_exactly_one_wins(arena: &Arena) {
    let store = &arena.store;
    for seen in 0..5 {
        let texts: Vec<String> = (0..8).map(|writer| format!("version {seen} of writer {writer}")).collect();
        let saves = texts.iter().map(|text| store.note_save(edit("cost", seen, text)));
        let outcomes = futures::future::join_all(saves).await;
        let won: Vec<&String> = outcomes
            .iter()
            .zip(&texts)
            .filter(|(outcome, _)| outcome.is_ok())
            .map(|(_, text)| text)
            .collect();
        let [winner] = won[..] else { panic!("{outcomes:?}") };
        assert!(outcomes.into_iter().filter(Result::is_err).all(is_conflict), "all others are told");
        let kept = store.note_get("", week(WEEK), &place("cost"), None).await.unwrap().unwrap();
        assert_eq!((kept.version, &kept.text), (seen + 1, winner));
    }
}

fn frozen(version: i64) -> Snapshot {
    let hash = |version: i64| format!("hash-{version}");
    Snapshot {
        head: SnapshotHead {
            meeting: String::new(),
            week: week(WEEK),
            version,
            hash: hash(version),
            previous_hash: (version > 1).then(|| hash(version - 1)),
            frozen_at: instant(AT),
            frozen_by: "佐藤".to_owned(),
            reason: String::new(),
        },
        json: "{}".to_owned(),
        csv: String::new(),
        markdown: String::new(),
        products: Vec::new(),
        made_from: None,
    }
}

async fn a_freeze_locks_notes_until_they_are_taken_up_again(arena: &Arena) {
    let store = &arena.store;
    let reopening = |version| NoteReopening {
        version,
        at: instant(AT),
        by: "伊藤".to_owned(),
        reason: "誤字".to_owned(),
    };
    assert_eq!(store.note_save(edit("cost", 0, "first")).await.unwrap(), 1);
    assert_eq!(store.note_lock("", week(WEEK)).await.unwrap(), None);
    assert!(is_conflict(store.note_reopen("", week(WEEK), reopening(1)).await), "nothing locks them");
    store.snapshot_insert(frozen(1)).await.unwrap();
    assert_eq!(store.note_lock("", week(WEEK)).await.unwrap(), Some(1));
    assert!(is_conflict(store.note_save(edit("cost", 1, "late")).await));
    assert!(is_conflict(store.note_save(edit("incidents", 0, "new")).await));
    let other = NoteEdit { week: week("2026-W46"), ..edit("cost", 0, "other week") };
    assert_eq!(store.note_save(other).await.unwrap(), 1, "another week is not locked");
    assert!(is_conflict(store.note_reopen("", week(WEEK), reopening(2)).await));
    store.note_reopen("", week(WEEK), reopening(1)).await.unwrap();
    assert!(is_conflict(store.note_reopen("", week(WEEK), reopening(1)).await), "once is enough");
    assert_eq!(store.note_lock("", week(WEEK)).await.unwrap(), None);
    assert_eq!(store.note_save(edit("cost", 1, "mended")).await.unwrap(), 2);
    store.snapshot_insert(frozen(2)).await.unwrap();
    assert_eq!(store.note_lock("", week(WEEK)).await.unwrap(), Some(2), "the next version locks them anew");
    assert!(arena.execute("DELETE FROM note_reopening").await.is_err());
}

async fn nul_characters_are_refused_in_a_note(arena: &Arena) {
    let refused = arena.store.note_save(edit("cost", 0, "a\0")).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}
