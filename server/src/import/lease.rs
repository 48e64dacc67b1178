//! Imports wait for each other.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{IMPORT_LEASE, Lease, Store, StoreError};

use super::ImportError;
use crate::clock::{Clock, Stopwatch};

/// How long a lease holds without being prolonged: what a killed import makes the next one wait.
const HELD: SignedDuration = SignedDuration::from_secs(10);

/// How often it is prolonged.
pub(super) const RENEWED: Duration = Duration::from_secs(3);

/// How long one waits for another import.
const PATIENCE: Duration = Duration::from_secs(45);

/// How often one looks whether the other is done.
const LOOKED: Duration = Duration::from_millis(250);

/// The machine's time, also when pages look at a fixed clock: leases run out in real time.
fn until() -> (Timestamp, Timestamp) {
    let now = Clock::System.now();
    (now, now.checked_add(HELD).unwrap_or(Timestamp::MAX))
}

/// A name that no other import has: replicas in containers share process numbers, and two imports of
/// one process may begin in the same microsecond.
fn holder() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let random = RandomState::new().build_hasher().finish();
    format!("{random:016x}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Takes the lease of imports, waiting for whoever holds it.
pub(super) async fn take(store: &Arc<dyn Store>) -> Result<Lease, ImportError> {
    let watch = Stopwatch::start();
    let holder = holder();
    let mut told = false;
    loop {
        let (now, until) = until();
        match store.lease_acquire(IMPORT_LEASE, &holder, now, until).await {
            Ok(Some(lease)) => return Ok(lease),
            Ok(None) | Err(StoreError::Busy(_)) if watch.elapsed() < PATIENCE => {
                if !told {
                    tracing::info!("another import holds the lease; waiting");
                    told = true;
                }
                tokio::time::sleep(LOOKED).await;
            }
            Ok(None) | Err(StoreError::Busy(_)) => return Err(ImportError::Busy),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Prolongs it.
pub(super) async fn renew(store: &Arc<dyn Store>, lease: &Lease) -> Result<Lease, StoreError> {
    store.lease_renew(lease, until().1).await
}

/// Does a piece of work under the lease and gives it back, whatever came of the work.
pub(super) async fn holding<T>(
    store: &Arc<dyn Store>,
    work: impl AsyncFnOnce(&Lease) -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let lease = take(store).await?;
    let done = work(&lease).await;
    match (store.lease_release(lease).await, done) {
        (Err(error), Ok(_)) => Err(error.into()),
        (_, done) => done,
    }
}

/// Does a piece of work under a lease of its own name, prolonged beside the work. Waits as long as the lease
/// of somebody who was killed lasts, and refuses when the holder turns out to be alive.
pub(super) async fn holding_alone<T>(
    store: &Arc<dyn Store>,
    name: &str,
    work: impl AsyncFnOnce() -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let (watch, holder) = (Stopwatch::start(), holder());
    let lease = loop {
        let (now, until) = until();
        match store.lease_acquire(name, &holder, now, until).await? {
            Some(lease) => break lease,
            None if watch.elapsed() > HELD.unsigned_abs() + RENEWED => return Err(ImportError::Asking),
            None => tokio::time::sleep(LOOKED).await,
        }
    };
    let prolonging = async {
        loop {
            tokio::time::sleep(RENEWED).await;
            // A busy database is asked again before the lease runs out; a lost lease is lost.
            if let Err(StoreError::LeaseLost) = renew(store, &lease).await {
                return;
            }
        }
    };
    let done = tokio::select! {
        done = work() => done,
        () = prolonging => Err(ImportError::Asking),
    };
    store.lease_release(lease).await?;
    done
}

/// Clears the staging area of an import that was killed, or that found no room to do so itself; one that is
/// running keeps it. What cannot be done now is done by the next command.
pub async fn leftovers_clear(store: &Arc<dyn Store>) {
    let clear = async || -> Result<(), StoreError> {
        if !store.cost_stage_left().await? {
            return Ok(());
        }
        let (now, until) = until();
        if let Some(lease) = store.lease_acquire(IMPORT_LEASE, &holder(), now, until).await? {
            let begun = store.cost_stage_begin(&lease, "").await;
            store.lease_release(lease).await?;
            begun?;
        }
        Ok(())
    };
    if let Err(error) = clear().await {
        tracing::debug!(%error, "the staging area was not cleared");
    }
}

#[cfg(test)]
mod tests {
    use super::holder;

    #[test]
    fn no_two_imports_share_a_name() {
        let names: std::collections::BTreeSet<String> = (0..1_000).map(|_| holder()).collect();
        assert_eq!(names.len(), 1_000);
    }
}
