//! Weeks without a meeting: the newest word counts, and a frozen week had its meeting.

use domain::week_skip::WeekSkip;
use store::StoreError;

use crate::arena::{Arena, contract, instant};

contract!(a_week_is_marked_and_held_after_all, meetings_do_not_mind_each_other);

fn skip(week: &str, is_skipped: bool, reason: &str) -> WeekSkip {
    let (at, by) = (instant("2026-11-20T01:00:00.123456Z"), "林 拓也".to_owned());
    WeekSkip { week: week.parse().unwrap(), is_skipped, reason: reason.to_owned(), at, by }
}

async fn a_week_is_marked_and_held_after_all(arena: &Arena) {
    let store = &arena.store;
    let word = skip("2026-W47", true, "祝日");
    let before = store.revision().await.unwrap();
    store.week_skip_insert("", &word).await.unwrap();
    assert!(store.revision().await.unwrap() > before);
    assert_eq!(store.week_skip_list("").await.unwrap(), std::slice::from_ref(&word));
    let again = store.week_skip_insert("", &word).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let held = skip("2026-W47", false, "火曜に開く");
    store.week_skip_insert("", &held).await.unwrap();
    assert_eq!(store.week_skip_list("").await.unwrap(), std::slice::from_ref(&held));
    store.week_skip_insert("", &skip("2026-W48", true, "年末")).await.unwrap();
    let weeks: Vec<String> =
        store.week_skip_list("").await.unwrap().iter().map(|word| word.week.to_string()).collect();
    assert_eq!(weeks, ["2026-W48", "2026-W47"]);
    let never = store.week_skip_insert("", &skip("2026-W46", false, "x")).await;
    assert!(matches!(never, Err(StoreError::Conflict { .. })), "it was never marked: {never:?}");
}

async fn meetings_do_not_mind_each_other(arena: &Arena) {
    let store = &arena.store;
    store.week_skip_insert("payments", &skip("2026-W47", true, "祝日")).await.unwrap();
    assert_eq!(store.week_skip_list("").await.unwrap(), []);
    assert_eq!(store.week_skip_list("payments").await.unwrap().len(), 1);
}
