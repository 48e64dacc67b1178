//! Sources that are asked: what their requests cost, how far each month has come, which accounts there are.

use domain::sync::{CloudAccount, ExportedPeriod, RequestDay, SyncedMonth};
use store::StoreError;

use crate::arena::{Arena, contract, day, instant};

contract!(
    requests_are_counted_up_to_the_cap,
    months_are_marked_and_marked_again,
    periods_of_exports_are_noted_and_noted_again,
    accounts_are_replaced_whole
);

async fn requests_are_counted_up_to_the_cap(arena: &Arena) {
    let (monday, tuesday) = (day("2026-11-23"), day("2026-11-24"));
    assert!(!arena.store.request_reserve("aws", monday, 0).await.unwrap(), "a cap of none");
    assert!(arena.store.request_reserve("aws", monday, 2).await.unwrap());
    arena.store.request_answer("aws", monday).await.unwrap();
    assert!(arena.store.request_reserve("aws", monday, 2).await.unwrap());
    let revision = arena.store.revision().await.unwrap();
    assert!(!arena.store.request_reserve("aws", monday, 2).await.unwrap(), "a third one");
    assert_eq!(arena.store.revision().await.unwrap(), revision, "a refusal writes nothing");
    assert!(arena.store.request_reserve("other", monday, 2).await.unwrap(), "each source by itself");
    assert!(arena.store.request_reserve("aws", tuesday, 2).await.unwrap(), "each day by itself");
    let counted =
        |source: &str, day, asked, answered| RequestDay { source: source.into(), day, asked, answered };
    assert_eq!(
        arena.store.request_days(monday).await.unwrap(),
        [counted("aws", tuesday, 1, 0), counted("aws", monday, 2, 1), counted("other", monday, 1, 0)]
    );
    assert_eq!(arena.store.request_days(tuesday).await.unwrap().len(), 1);
}

async fn months_are_marked_and_marked_again(arena: &Arena) {
    let mut month = SyncedMonth {
        source: "aws".into(),
        month: day("2026-11-01"),
        checked_at: instant("2026-11-23T01:00:00Z"),
        estimated_from: Some(day("2026-11-01")),
    };
    arena.store.synced_month_put(&month).await.unwrap();
    assert_eq!(arena.store.synced_month_list().await.unwrap(), [month.clone()]);
    month.checked_at = instant("2026-12-16T01:00:00Z");
    month.estimated_from = None;
    arena.store.synced_month_put(&month).await.unwrap();
    assert_eq!(arena.store.synced_month_list().await.unwrap(), [month]);
}

async fn periods_of_exports_are_noted_and_noted_again(arena: &Arena) {
    let period = |source: &str, month: &str, manifest: &str| ExportedPeriod {
        source: source.into(),
        month: day(month),
        manifest: manifest.into(),
        files: 3,
        bytes: 5_000_000_000,
        rows: 12,
        read_at: instant("2026-11-23T01:00:00Z"),
    };
    let (october, november) = (period("bill", "2026-10-01", "a"), period("bill", "2026-11-01", "b"));
    let other = period("another", "2026-11-01", "a");
    for one in [&october, &november, &other] {
        arena.store.export_period_put(one).await.unwrap();
    }
    assert_eq!(arena.store.export_period_list().await.unwrap(), [other.clone(), november, october.clone()]);
    let anew = ExportedPeriod {
        rows: 13,
        read_at: instant("2026-11-24T01:00:00Z"),
        ..period("bill", "2026-11-01", "c")
    };
    arena.store.export_period_put(&anew).await.unwrap();
    assert_eq!(arena.store.export_period_list().await.unwrap(), [other, anew, october]);
}

async fn accounts_are_replaced_whole(arena: &Arena) {
    let account = |source: &str, id: &str, state: &str| CloudAccount {
        source: source.into(),
        id: id.into(),
        name: "決済 prod".into(),
        state: state.into(),
        path: "Root/Workloads".into(),
        tags: vec![("env".into(), "prod".into())],
    };
    let (one, two) = (account("aws", "1", "ACTIVE"), account("aws", "2", "ACTIVE"));
    let other = account("other", "1", "ACTIVE");
    let store = &arena.store;
    assert!(store.cloud_account_replace("aws", vec![two.clone(), one.clone()]).await.unwrap());
    assert!(store.cloud_account_replace("other", vec![other.clone()]).await.unwrap());
    assert!(!store.cloud_account_replace("aws", vec![one.clone(), two.clone()]).await.unwrap(), "the same");
    assert_eq!(store.cloud_account_list().await.unwrap(), [one.clone(), two, other.clone()]);
    let closed = account("aws", "2", "SUSPENDED");
    assert!(store.cloud_account_replace("aws", vec![closed.clone()]).await.unwrap());
    assert_eq!(store.cloud_account_list().await.unwrap(), [closed, other]);
    let twice = store.cloud_account_replace("aws", vec![one.clone(), one.clone()]).await;
    assert!(matches!(twice, Err(StoreError::Invalid { .. })));
    let foreign = store.cloud_account_replace("other", vec![one]).await;
    assert!(matches!(foreign, Err(StoreError::Invalid { .. })));
}
