//! Leases: one holder at a time.

use store::{IMPORT_LEASE, StoreError};

use crate::arena::{Arena, cell, contract, instant};

contract!(
    a_lease_has_one_holder,
    a_lease_that_ran_out_can_be_taken,
    a_lease_of_a_clock_that_was_put_back_can_be_taken,
    staging_needs_the_lease,
    a_lost_lease_stops_the_import
);

async fn a_lease_has_one_holder(arena: &Arena) {
    let (now, until) = (instant("2026-11-23T01:00:00Z"), instant("2026-11-23T01:05:00Z"));
    let lease = arena.store.lease_acquire("sync", "one", now, until).await.unwrap().unwrap();
    assert_eq!(lease.until, until);
    assert_eq!(arena.store.lease_acquire("sync", "two", now, until).await.unwrap(), None);
    assert!(arena.store.lease_acquire("other", "two", now, until).await.unwrap().is_some());
    assert!(arena.store.lease_acquire("sync", "one", now, until).await.unwrap().is_some(), "again by itself");
    arena.store.lease_release(lease).await.unwrap();
    assert!(arena.store.lease_acquire("sync", "two", now, until).await.unwrap().is_some());
}

async fn a_lease_that_ran_out_can_be_taken(arena: &Arena) {
    let (now, until) = (instant("2026-11-23T01:00:00Z"), instant("2026-11-23T01:05:00Z"));
    let later = instant("2026-11-23T01:10:00Z");
    let lease = arena.store.lease_acquire("sync", "one", now, until).await.unwrap().unwrap();
    let lease = arena.store.lease_renew(&lease, instant("2026-11-23T01:06:00Z")).await.unwrap();
    assert_eq!(arena.store.lease_acquire("sync", "two", until, later).await.unwrap(), None, "prolonged");
    assert!(arena.store.lease_acquire("sync", "two", lease.until, later).await.unwrap().is_some());
    assert!(matches!(arena.store.lease_renew(&lease, later).await, Err(StoreError::LeaseLost)));
    arena.store.lease_release(lease).await.unwrap();
    assert_eq!(arena.store.lease_acquire("sync", "three", now, later).await.unwrap(), None, "still two's");
}

async fn a_lease_of_a_clock_that_was_put_back_can_be_taken(arena: &Arena) {
    let (now, until) = (instant("2026-11-23T01:00:00Z"), instant("2026-11-23T01:00:10Z"));
    let lease = arena.store.lease_acquire("sync", "one", now, until).await.unwrap().unwrap();
    let (minutes, day) = (instant("2026-11-23T00:30:00Z"), instant("2026-11-22T01:00:00Z"));
    assert_eq!(
        arena.store.lease_acquire("sync", "two", minutes, until).await.unwrap(),
        None,
        "within reason"
    );
    let until = instant("2026-11-22T01:00:10Z");
    assert!(arena.store.lease_acquire("sync", "two", day, until).await.unwrap().is_some());
    assert!(
        matches!(arena.store.lease_renew(&lease, until).await, Err(StoreError::LeaseLost)),
        "and is told"
    );
}

async fn staging_needs_the_lease(arena: &Arena) {
    let (now, until) = (instant("2026-11-23T01:00:00Z"), instant("2026-11-23T01:05:00Z"));
    let other = arena.store.lease_acquire("other", "one", now, until).await.unwrap().unwrap();
    assert!(matches!(arena.store.cost_stage_begin(&other, "focus").await, Err(StoreError::Invalid { .. })));
    let lease = arena.store.lease_acquire(IMPORT_LEASE, "one", now, until).await.unwrap().unwrap();
    arena.store.lease_release(lease.clone()).await.unwrap();
    assert!(matches!(arena.store.cost_stage_begin(&lease, "focus").await, Err(StoreError::LeaseLost)));
}

async fn a_lost_lease_stops_the_import(arena: &Arena) {
    let lease = arena.import_lease().await;
    let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
    let later = instant("2026-11-24T00:00:00Z");
    arena.store.lease_acquire(IMPORT_LEASE, "thief", later, later).await.unwrap().unwrap();
    let appended = arena.store.cost_stage_append(&stage, vec![cell("2026-11-16", "a", "s", "1")]).await;
    assert!(matches!(appended, Err(StoreError::LeaseLost)));
}
