//! Write-ups of incidents: every version and step stays, and nobody overwrites what they did not see.

use domain::postmortem::{PostmortemMove, PostmortemRecord, PostmortemState, PostmortemStep, PostmortemText};
use store::{PostmortemEdit, StoreError};

use crate::arena::{Arena, contract, instant};

contract!(
    versions_and_steps_come_back_as_they_were_added,
    a_version_that_was_not_seen_is_not_overwritten,
    what_was_agreed_to_is_not_changed,
    a_step_that_cannot_follow_is_refused_by_the_store,
    write_ups_stand_where_their_steps_say,
    nul_characters_are_refused_in_a_write_up
);

const AT: &str = "2026-11-20T01:00:00.123456Z";

fn edit(id: &str, seen: i64, text: &str) -> PostmortemEdit {
    PostmortemEdit {
        source: "pagerduty".to_owned(),
        external_id: id.to_owned(),
        seen,
        link: None,
        text: text.to_owned(),
        at: instant(AT),
        by: "佐藤".to_owned(),
    }
}

fn step(done: PostmortemMove, at: &str) -> PostmortemStep {
    PostmortemStep { done, at: instant(at), by: "伊藤".to_owned(), note: "確認した".to_owned() }
}

fn state(state: PostmortemState) -> PostmortemStep {
    step(PostmortemMove::State(state), AT)
}

async fn versions_and_steps_come_back_as_they_were_added(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    assert_eq!(store.postmortem_save(edit("118", 0, "# 概要\n")).await.unwrap(), 1);
    let linked = PostmortemEdit { link: Some("https://wiki.example/1".to_owned()), ..edit("118", 1, "") };
    assert_eq!(store.postmortem_save(linked.clone()).await.unwrap(), 2);
    store.postmortem_step("pagerduty", "118", state(PostmortemState::InReview)).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before + 3, "pages see each at once");
    let same = PostmortemEdit { seen: 2, by: "森".to_owned(), ..linked.clone() };
    assert_eq!(store.postmortem_save(same).await.unwrap(), 2, "nothing changed");
    assert_eq!(store.revision().await.unwrap(), before + 3);
    let version = |version, link: Option<String>, text: &str| PostmortemText {
        version,
        at: instant(AT),
        by: "佐藤".to_owned(),
        link,
        text: text.to_owned(),
    };
    let expected = PostmortemRecord {
        texts: vec![version(1, None, "# 概要\n"), version(2, linked.link, "")],
        steps: vec![state(PostmortemState::InReview)],
    };
    assert_eq!(store.postmortem_get("pagerduty", "118").await.unwrap(), expected);
    for (source, id) in [("pagerduty", "119"), ("datadog", "118")] {
        assert_eq!(store.postmortem_get(source, id).await.unwrap(), PostmortemRecord::default());
    }
    for change in [
        "UPDATE postmortem_text SET body = 'x'",
        "DELETE FROM postmortem_text",
        "UPDATE postmortem_step SET note = 'x'",
        "DELETE FROM postmortem_step",
    ] {
        assert!(arena.execute(change).await.is_err(), "{change}");
    }
}

async fn a_version_that_was_not_seen_is_not_overwritten(arena: &Arena) {
    let store = &arena.store;
    store.postmortem_save(edit("118", 0, "first")).await.unwrap();
    store.postmortem_save(edit("118", 1, "second")).await.unwrap();
    for seen in [0, 1, 3] {
        let refused = store.postmortem_save(edit("118", seen, "late")).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{seen}: {refused:?}");
    }
    let kept = store.postmortem_get("pagerduty", "118").await.unwrap();
    assert_eq!(kept.texts.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["first", "second"]);
}

async fn what_was_agreed_to_is_not_changed(arena: &Arena) {
    let store = &arena.store;
    store.postmortem_save(edit("118", 0, "first")).await.unwrap();
    for to in [PostmortemState::InReview, PostmortemState::Reviewed] {
        store.postmortem_step("pagerduty", "118", state(to)).await.unwrap();
    }
    let refused = store.postmortem_save(edit("118", 1, "second")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    store.postmortem_step("pagerduty", "118", state(PostmortemState::Draft)).await.unwrap();
    assert_eq!(store.postmortem_save(edit("118", 1, "second")).await.unwrap(), 2);
}

async fn a_step_that_cannot_follow_is_refused_by_the_store(arena: &Arena) {
    let store = &arena.store;
    for done in [PostmortemMove::State(PostmortemState::InReview), PostmortemMove::Unflag] {
        let refused = store.postmortem_step("pagerduty", "118", step(done, AT)).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "nothing is written: {refused:?}");
    }
    store.postmortem_step("pagerduty", "118", step(PostmortemMove::Flag, AT)).await.unwrap();
    let again = store.postmortem_step("pagerduty", "118", step(PostmortemMove::Flag, AT)).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    store.postmortem_save(edit("118", 0, "first")).await.unwrap();
    let skipped = store.postmortem_step("pagerduty", "118", state(PostmortemState::Reviewed)).await;
    assert!(matches!(skipped, Err(StoreError::Conflict { .. })), "{skipped:?}");
}

async fn write_ups_stand_where_their_steps_say(arena: &Arena) {
    let store = &arena.store;
    let later = "2026-11-21T03:00:00Z";
    store.postmortem_step("datadog", "7", step(PostmortemMove::Flag, AT)).await.unwrap();
    store.postmortem_save(edit("118", 0, "first")).await.unwrap();
    store.postmortem_save(edit("119", 0, "first")).await.unwrap();
    store.postmortem_save(edit("119", 1, "second")).await.unwrap();
    store.postmortem_step("pagerduty", "119", state(PostmortemState::InReview)).await.unwrap();
    let reviewed = step(PostmortemMove::State(PostmortemState::Reviewed), later);
    store.postmortem_step("pagerduty", "119", reviewed).await.unwrap();
    let heads = store.postmortem_list().await.unwrap();
    let told: Vec<_> = heads
        .iter()
        .map(|head| {
            (head.external_id.as_str(), head.version, head.state, head.published_at, head.flag.is_some())
        })
        .collect();
    let expected = [
        ("7", 0, None, None, true),
        ("118", 1, Some(PostmortemState::Draft), None, false),
        ("119", 2, Some(PostmortemState::Reviewed), Some(instant(later)), false),
    ];
    assert_eq!(told, expected);
    for head in &heads {
        let record = store.postmortem_get(&head.source, &head.external_id).await.unwrap();
        assert_eq!(record.head(&head.source, &head.external_id), *head, "the list and the page agree");
    }
}

async fn nul_characters_are_refused_in_a_write_up(arena: &Arena) {
    let store = &arena.store;
    let linked = PostmortemEdit { link: Some("https://a/\0".to_owned()), ..edit("118", 0, "") };
    for refused in [edit("118", 0, "a\0"), edit("\0", 0, "a"), linked] {
        let refused = store.postmortem_save(refused).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
    let noted = PostmortemStep { note: "\0".to_owned(), ..step(PostmortemMove::Flag, AT) };
    let refused = store.postmortem_step("pagerduty", "118", noted).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}
