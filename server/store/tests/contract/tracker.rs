//! Issues of promises: the last reading stands, and a promise is shown with it.

use domain::action::ActionTerms;
use domain::tracker::{IssueFault, IssueState, TrackedIssue, TrackerKind, TrackerState};
use store::{IssueReading, StoreError};

use crate::arena::{Arena, contract, instant};

contract!(
    a_promise_comes_with_its_issue_as_it_was_read_last,
    what_was_asked_for_longest_ago_comes_first,
    a_trackers_last_run_stands,
    nul_characters_are_refused_in_an_issue
);

const AT: &str = "2026-11-20T01:00:00.123456Z";

async fn promise(arena: &Arena) -> i64 {
    let terms = ActionTerms {
        text: "期限を監視する".to_owned(),
        owner: "林".to_owned(),
        due_on: "2026-11-30".parse().unwrap(),
        product: None,
        incident: None,
        week: None,
        link: Some("https://github.com/acme/karte/issues/218".to_owned()),
    };
    arena.store.action_insert(terms, instant(AT), "佐藤").await.unwrap()
}

fn reading(action: i64, asked_at: &str) -> IssueReading {
    IssueReading {
        action,
        issue: TrackedIssue {
            tracker: "github".to_owned(),
            kind: TrackerKind::GitHub,
            reference: "acme/karte#218".to_owned(),
            state: Some(IssueState::Closed),
            title: "証明書の期限".to_owned(),
            assignee: Some("hayashi".to_owned()),
            closed_at: Some(instant("2026-11-18T04:05:06Z")),
            read_at: Some(instant(asked_at)),
            fault: None,
        },
        etag: Some("W/\"abc\"".to_owned()),
        asked_at: instant(asked_at),
    }
}

async fn a_promise_comes_with_its_issue_as_it_was_read_last(arena: &Arena) {
    let store = &arena.store;
    let (first, second) = (promise(arena).await, promise(arena).await);
    let before = store.revision().await.unwrap();
    store.issue_reading_put(vec![reading(first, AT)]).await.unwrap();
    store.issue_reading_put(Vec::new()).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before + 1, "pages see it, and nothing writes nothing");
    assert_eq!(store.action_get(first).await.unwrap().unwrap().issue, Some(reading(first, AT).issue));
    assert_eq!(store.action_get(second).await.unwrap().unwrap().issue, None);

    let mut gone = reading(first, "2026-11-21T01:00:00Z");
    (gone.issue.state, gone.issue.read_at, gone.issue.closed_at) = (None, None, None);
    (gone.issue.fault, gone.issue.assignee, gone.etag) = (Some(IssueFault::Missing), None, None);
    store.issue_reading_put(vec![gone.clone()]).await.unwrap();
    let listed = store.action_list().await.unwrap();
    assert_eq!(listed[0].issue, Some(gone.issue.clone()));
    assert_eq!(listed[1].issue, None);
    assert_eq!(store.issue_reading_list("github").await.unwrap(), [gone]);
}

async fn what_was_asked_for_longest_ago_comes_first(arena: &Arena) {
    let store = &arena.store;
    let (first, second) = (promise(arena).await, promise(arena).await);
    let (newer, older) = (reading(first, "2026-11-21T01:00:00Z"), reading(second, AT));
    store.issue_reading_put(vec![newer.clone(), older.clone()]).await.unwrap();
    assert_eq!(store.issue_reading_list("github").await.unwrap(), [older, newer]);
    assert_eq!(store.issue_reading_list("jira").await.unwrap(), []);
}

async fn a_trackers_last_run_stands(arena: &Arena) {
    let store = &arena.store;
    let done = TrackerState {
        tracker: "github".to_owned(),
        kind: TrackerKind::GitHub,
        finished_at: Some(instant(AT)),
        issues: 3,
        faults: 1,
        requests: 4,
        failure: None,
    };
    let cut = TrackerState {
        tracker: "desk".to_owned(),
        kind: TrackerKind::Jira,
        finished_at: None,
        failure: Some((instant(AT), "the key is not taken".to_owned())),
        ..done.clone()
    };
    store.tracker_state_put(TrackerState { issues: 0, ..done.clone() }).await.unwrap();
    store.tracker_state_put(done.clone()).await.unwrap();
    store.tracker_state_put(cut.clone()).await.unwrap();
    assert_eq!(store.tracker_state_list().await.unwrap(), [cut, done]);
}

async fn nul_characters_are_refused_in_an_issue(arena: &Arena) {
    let action = promise(arena).await;
    let mut nul = reading(action, AT);
    nul.issue.title = "a\0b".to_owned();
    let refused = arena.store.issue_reading_put(vec![nul]).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert_eq!(arena.store.issue_reading_list("github").await.unwrap(), []);
}
