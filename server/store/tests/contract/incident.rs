//! Incidents: the newest version counts, every version is kept.

use domain::coverage::SourceKind;
use domain::incident::{DetectedBy, Incident, Severity};
use domain::period::Period;
use domain::ratio::Ppm;
use store::{Changes, StoreError};

use crate::arena::{Arena, contract, day, instant};

contract!(
    every_field_comes_back,
    the_newest_version_counts,
    the_same_incidents_again_write_nothing,
    a_dry_run_only_answers,
    those_that_touch_a_period_are_listed,
    what_changed_since_is_told_with_what_was_before,
    nul_is_refused
);

const AT: &str = "2026-11-23T01:00:00Z";

pub(crate) fn incident(id: &str) -> Incident {
    Incident {
        source: "pagerduty".to_owned(),
        external_id: id.to_owned(),
        title: "決済が失敗する".to_owned(),
        product: "unknown product".to_owned(),
        severity: Severity::Sev1,
        status: "resolved".to_owned(),
        impact_start: Some(instant("2026-11-17T01:00:00.5Z")),
        detected_at: Some(instant("2026-11-17T01:01:00Z")),
        declared_at: instant("2026-11-17T01:05:00Z"),
        acknowledged_at: Some(instant("2026-11-17T01:06:00Z")),
        mitigated_at: Some(instant("2026-11-17T02:00:00Z")),
        resolved_at: Some(instant("2026-11-17T03:00:00Z")),
        impact_fraction: Ppm(250_000),
        customer_impact: true,
        detected_by: Some(DetectedBy::Customer),
        cause_deploy_id: Some("deploy-1".to_owned()),
        fingerprint: Some("payment".to_owned()),
        merged_into: Some("P0".to_owned()),
        is_test: false,
        planned: true,
        postmortem_url: Some("https://example.com/pm".to_owned()),
        postmortem_published_at: Some(instant("2026-11-20T00:00:00Z")),
        url: Some("https://example.com/i".to_owned()),
        updated_at: instant("2026-11-18T00:00:00Z"),
        raw: "{\"extra\":1}".to_owned(),
        calm: Vec::new(),
    }
}

/// An incident of which nothing is known but when it was declared.
fn bare(id: &str, declared_at: &str) -> Incident {
    Incident {
        severity: Severity::Unclassified,
        impact_start: None,
        detected_at: None,
        declared_at: instant(declared_at),
        acknowledged_at: None,
        mitigated_at: None,
        resolved_at: None,
        detected_by: None,
        cause_deploy_id: None,
        fingerprint: None,
        merged_into: None,
        postmortem_url: None,
        postmortem_published_at: None,
        url: None,
        updated_at: instant(declared_at),
        ..incident(id)
    }
}

async fn upsert(arena: &Arena, incidents: &[Incident], at: &str) -> Changes {
    arena.store.incident_upsert(incidents.to_vec(), instant(at), false).await.unwrap()
}

fn week() -> Period {
    Period { start: instant("2026-11-15T15:00:00Z"), end: instant("2026-11-22T15:00:00Z") }
}

async fn every_field_comes_back(arena: &Arena) {
    for given in [incident("P1"), bare("P2", "2026-11-18T00:00:00Z")] {
        let changes = upsert(arena, std::slice::from_ref(&given), AT).await;
        assert_eq!(changes, Changes { added: 1, ..Changes::default() });
        let stored = arena.store.incident_get("pagerduty", &given.external_id).await.unwrap();
        assert_eq!(stored, Some(given));
    }
    assert_eq!(arena.store.incident_get("pagerduty", "P3").await.unwrap(), None);
    assert_eq!(arena.store.incident_get("other", "P1").await.unwrap(), None);
    let states = arena.store.source_states().await.unwrap();
    assert_eq!((states[0].kind, states[0].received_at), (SourceKind::Incidents, instant(AT)));
    assert_eq!(states[0].last_instant, Some(instant("2026-11-18T00:00:00Z")));
    assert_eq!(states[0].first_day, Some(day("2026-11-17")));
}

async fn the_newest_version_counts(arena: &Arena) {
    upsert(arena, &[incident("P1")], AT).await;
    let older =
        Incident { title: "older".to_owned(), updated_at: instant("2026-11-17T23:59:59Z"), ..incident("P1") };
    let newer =
        Incident { title: "newer".to_owned(), updated_at: instant("2026-11-18T00:00:01Z"), ..incident("P1") };
    let corrected = Incident { title: "corrected".to_owned(), ..newer.clone() };
    for (given, title, changes) in [
        (older.clone(), "決済が失敗する", Changes { unchanged: 1, ..Changes::default() }),
        (newer, "newer", Changes { changed: 1, ..Changes::default() }),
        (older, "newer", Changes { unchanged: 1, ..Changes::default() }),
        (corrected, "corrected", Changes { changed: 1, ..Changes::default() }),
    ] {
        assert_eq!(upsert(arena, &[given], AT).await, changes);
        let stored = arena.store.incident_get("pagerduty", "P1").await.unwrap().unwrap();
        assert_eq!(stored.title, title);
    }
    assert_eq!(arena.number("SELECT COUNT(*) FROM incident_delivery").await, 3);
}

async fn the_same_incidents_again_write_nothing(arena: &Arena) {
    let all = [incident("P1"), bare("P2", "2026-11-18T00:00:00Z"), incident("P1")];
    let changes = upsert(arena, &all, AT).await;
    assert_eq!(changes, Changes { added: 2, unchanged: 1, ..Changes::default() });
    let before = arena.dump().await;
    assert!(!upsert(arena, &all, "2026-11-24T01:00:00Z").await.any());
    assert_eq!(arena.dump().await, before);
}

async fn a_dry_run_only_answers(arena: &Arena) {
    let before = arena.dump().await;
    let all = vec![incident("P1"), incident("P1"), incident("P2")];
    let changes = arena.store.incident_upsert(all, instant(AT), true).await.unwrap();
    assert_eq!(changes, Changes { added: 2, unchanged: 1, ..Changes::default() });
    assert_eq!(arena.dump().await, before);
}

async fn those_that_touch_a_period_are_listed(arena: &Arena) {
    let lasting = |id: &str, from: &str, to: Option<&str>| Incident {
        impact_start: Some(instant(from)),
        mitigated_at: to.map(instant),
        ..bare(id, from)
    };
    upsert(
        arena,
        &[
            lasting("before", "2026-11-15T10:00:00Z", Some("2026-11-15T14:59:59Z")),
            lasting("into", "2026-11-15T10:00:00Z", Some("2026-11-15T15:00:01Z")),
            lasting("open", "2026-11-01T00:00:00Z", None),
            lasting("inside", "2026-11-18T00:00:00Z", Some("2026-11-18T00:10:00Z")),
            lasting("after", "2026-11-22T15:00:00Z", Some("2026-11-22T15:10:00Z")),
            lasting("open after", "2026-11-23T15:00:00Z", None),
            Incident {
                declared_at: instant("2026-11-16T00:00:00Z"),
                ..lasting("declared late", "2026-11-14T00:00:00Z", Some("2026-11-14T00:10:00Z"))
            },
            Incident {
                resolved_at: Some(instant("2026-11-15T00:00:00Z")),
                ..bare("resolved", "2026-11-14T00:00:00Z")
            },
        ],
        AT,
    )
    .await;
    let listed = arena.store.incident_list(week()).await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|incident| incident.external_id.as_str()).collect();
    assert_eq!(ids, ["open", "declared late", "into", "inside"]);
}

async fn what_changed_since_is_told_with_what_was_before(arena: &Arena) {
    upsert(arena, &[incident("P1"), incident("P2")], "2026-11-20T00:00:00Z").await;
    let frozen_at = instant("2026-11-23T01:00:00Z");
    assert!(arena.store.incident_changes(week(), frozen_at).await.unwrap().is_empty());
    let moved_away = Incident {
        impact_start: Some(instant("2026-11-23T01:00:00Z")),
        declared_at: instant("2026-11-23T01:00:00Z"),
        mitigated_at: None,
        resolved_at: None,
        updated_at: instant("2026-11-24T00:00:00Z"),
        ..incident("P1")
    };
    let elsewhere = bare("P4", "2026-11-24T00:00:00Z");
    let late = incident("P3");
    upsert(arena, &[moved_away.clone(), late.clone(), elsewhere], "2026-11-25T00:00:00Z").await;
    let changes = arena.store.incident_changes(week(), frozen_at).await.unwrap();
    let told: Vec<_> = changes.into_iter().map(|change| (change.seen_at, change.old, change.new)).collect();
    let seen_at = instant("2026-11-25T00:00:00Z");
    assert_eq!(told, [(seen_at, Some(incident("P1")), moved_away), (seen_at, None, late)]);
}

async fn nul_is_refused(arena: &Arena) {
    let before = arena.dump().await;
    let nul = Incident { raw: "{\"a\":\"\0\"}".to_owned(), ..incident("P1") };
    let refused = arena.store.incident_upsert(vec![incident("P2"), nul], instant(AT), false).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })));
    assert_eq!(arena.dump().await, before);
}
