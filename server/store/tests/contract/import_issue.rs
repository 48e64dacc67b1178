//! Remarks on imports are replaced per source and kind.

use domain::coverage::SourceKind;
use domain::rejection::{Gravity, Issue};

use crate::arena::{Arena, contract, instant};

contract!(
    remarks_are_replaced_per_source_and_kind,
    the_same_remarks_again_write_nothing,
    a_quoted_nul_is_shown
);

fn issue(line: u64, what: &str) -> Issue {
    Issue {
        file: "november.csv".to_owned(),
        line: (line > 0).then_some(line),
        column: (line % 2 == 1).then(|| "BilledCost".to_owned()),
        rule: "cost/not-a-number",
        what: what.to_owned(),
        mend: "Write a number.".to_owned(),
        gravity: if line > 1 { Gravity::Rejected } else { Gravity::Warning },
    }
}

async fn put(arena: &Arena, source: &str, kind: SourceKind, at: &str, issues: Vec<Issue>) -> bool {
    arena.store.import_issue_replace(source, kind, instant(at), issues).await.unwrap()
}

async fn remarks_are_replaced_per_source_and_kind(arena: &Arena) {
    let many: Vec<Issue> = (0..1_200).map(|line| issue(line, "x")).collect();
    assert!(put(arena, "focus", SourceKind::Cost, "2026-11-23T01:00:00Z", many).await);
    let other = vec![issue(0, "no line")];
    assert!(put(arena, "focus", SourceKind::Objectives, "2026-11-23T01:00:00Z", other).await);
    assert_eq!(arena.store.import_issue_list().await.unwrap().len(), 1_201);
    let fewer = vec![issue(2, "b"), issue(1, "a")];
    assert!(put(arena, "focus", SourceKind::Cost, "2026-11-24T01:00:00Z", fewer).await);
    let stored = arena.store.import_issue_list().await.unwrap();
    let shown: Vec<_> = stored
        .iter()
        .map(|issue| (issue.kind, issue.line, issue.column.as_deref(), issue.what.as_str(), issue.gravity))
        .collect();
    assert_eq!(
        shown,
        [
            (SourceKind::Cost, Some(2), None, "b", Gravity::Rejected),
            (SourceKind::Cost, Some(1), Some("BilledCost"), "a", Gravity::Warning),
            (SourceKind::Objectives, None, None, "no line", Gravity::Warning),
        ]
    );
    assert!(put(arena, "focus", SourceKind::Cost, "2026-11-25T01:00:00Z", Vec::new()).await);
    assert_eq!(arena.store.import_issue_list().await.unwrap().len(), 1);
}

async fn the_same_remarks_again_write_nothing(arena: &Arena) {
    put(arena, "focus", SourceKind::Cost, "2026-11-23T01:00:00Z", vec![issue(1, "a"), issue(2, "b")]).await;
    let before = arena.dump().await;
    let again = vec![issue(1, "a"), issue(2, "b")];
    assert!(!put(arena, "focus", SourceKind::Cost, "2026-11-24T01:00:00Z", again).await);
    assert!(!put(arena, "other", SourceKind::Cost, "2026-11-24T01:00:00Z", Vec::new()).await);
    assert_eq!(arena.dump().await, before);
}

async fn a_quoted_nul_is_shown(arena: &Arena) {
    put(arena, "focus", SourceKind::Cost, "2026-11-23T01:00:00Z", vec![issue(1, "“a\0b” is no number")])
        .await;
    assert_eq!(arena.store.import_issue_list().await.unwrap()[0].what, "“a␀b” is no number");
}
