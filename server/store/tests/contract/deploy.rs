//! Deploys are kept once for each source and id, and the newest version counts.

use domain::deploy::{Deploy, DeployStatus};
use domain::period::Period;
use domain::product::Environment;
use jiff::ToSpan;
use store::StoreError;

use crate::arena::{Arena, contract, instant};

contract!(
    a_deploy_is_kept_once_and_the_newest_version_counts,
    a_dry_run_answers_the_same_and_writes_nothing,
    deploys_are_listed_by_the_end_they_came_to,
    sources_and_names_are_counted,
    a_nul_in_a_deploy_is_refused
);

const AT: &str = "2026-11-23T01:00:00.123456Z";

fn deploy(source: &str, id: &str, finished: &str) -> Deploy {
    Deploy {
        source: source.to_owned(),
        external_id: id.to_owned(),
        product: "karte".to_owned(),
        repository: Some("https://github.com/acme/karte".to_owned()),
        environment: Some(Environment::Production),
        version: "v1.2.3".to_owned(),
        finished_at: instant(finished),
        status: DeployStatus::Succeeded,
        author: Some("山田".to_owned()),
        url: Some("https://ci.example/1".to_owned()),
        updated_at: instant(finished),
    }
}

/// Everything that was over in 2026.
fn year() -> Period {
    Period { start: instant("2026-01-01T00:00:00Z"), end: instant("2027-01-01T00:00:00Z") }
}

async fn a_deploy_is_kept_once_and_the_newest_version_counts(arena: &Arena) {
    let store = &arena.store;
    let first = deploy("ci", "1", "2026-11-16T01:00:00.000001Z");
    let changes = store.deploy_upsert(vec![first.clone()], instant(AT), false).await.unwrap();
    assert_eq!((changes.added, changes.changed, changes.unchanged), (1, 0, 0));
    let revision = store.revision().await.unwrap();
    let again = store.deploy_upsert(vec![first.clone()], instant(AT) + 1.hour(), false).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 1));
    assert_eq!(store.revision().await.unwrap(), revision, "the same again changes nothing");

    let back = Deploy {
        status: DeployStatus::RolledBack,
        environment: None,
        repository: None,
        author: None,
        url: None,
        updated_at: first.updated_at + 1.hour(),
        ..first.clone()
    };
    let newer = store.deploy_upsert(vec![back.clone(), first], instant(AT), false).await.unwrap();
    assert_eq!((newer.added, newer.changed, newer.unchanged), (0, 1, 1), "an older version changes nothing");
    assert!(store.revision().await.unwrap() > revision, "pages show it");
    assert_eq!(store.deploy_list(year()).await.unwrap(), [back]);
}

async fn a_dry_run_answers_the_same_and_writes_nothing(arena: &Arena) {
    let store = &arena.store;
    let tried = vec![deploy("ci", "1", "2026-11-16T01:00:00Z"), deploy("ci", "2", "2026-11-16T01:00:00Z")];
    let changes = store.deploy_upsert(tried, instant(AT), true).await.unwrap();
    assert_eq!(changes.added, 2);
    assert_eq!(store.deploy_list(year()).await.unwrap(), []);
}

async fn deploys_are_listed_by_the_end_they_came_to(arena: &Arena) {
    let store = &arena.store;
    let ends = [
        ("b", "2026-11-16T02:00:00Z"),
        ("a", "2026-11-16T02:00:00Z"),
        ("c", "2026-11-16T01:00:00Z"),
        ("d", "2026-11-16T03:00:00Z"),
    ];
    let all = ends.iter().map(|(id, end)| deploy("ci", id, end)).collect();
    store.deploy_upsert(all, instant(AT), false).await.unwrap();
    let period = Period { start: instant("2026-11-16T01:00:00Z"), end: instant("2026-11-16T03:00:00Z") };
    let found = store.deploy_list(period).await.unwrap();
    assert_eq!(found.iter().map(|one| one.external_id.as_str()).collect::<Vec<_>>(), ["c", "a", "b"]);
}

async fn sources_and_names_are_counted(arena: &Arena) {
    let store = &arena.store;
    assert_eq!(store.deploy_source_list().await.unwrap(), []);
    let other =
        Deploy { product: "web".to_owned(), repository: None, ..deploy("argo", "1", "2026-11-15T01:00:00Z") };
    let all =
        vec![deploy("ci", "1", "2026-11-16T01:00:00Z"), deploy("ci", "2", "2026-11-17T01:00:00Z"), other];
    store.deploy_upsert(all, instant(AT), false).await.unwrap();
    let sources = store.deploy_source_list().await.unwrap();
    let rows: Vec<_> = sources
        .iter()
        .map(|one| (one.source.as_str(), one.deploys, one.finished_at, one.received_at))
        .collect();
    assert_eq!(
        rows,
        [
            ("argo", 1, instant("2026-11-15T01:00:00Z"), instant(AT)),
            ("ci", 2, instant("2026-11-17T01:00:00Z"), instant(AT)),
        ]
    );
    let names = store.deploy_name_list().await.unwrap();
    let rows: Vec<_> = names
        .iter()
        .map(|one| (one.source.as_str(), one.product.as_str(), one.repository.is_some(), one.deploys))
        .collect();
    assert_eq!(rows, [("argo", "web", false, 1), ("ci", "karte", true, 2)]);
}

async fn a_nul_in_a_deploy_is_refused(arena: &Arena) {
    let bad = Deploy { version: "v\0".to_owned(), ..deploy("ci", "1", "2026-11-16T01:00:00Z") };
    let refused = arena.store.deploy_upsert(vec![bad], instant(AT), false).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}
