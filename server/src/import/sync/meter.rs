//! Priced requests are counted in the database before they are made.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sources::aws::{Meter, MeterError};
use store::{Store, StoreError};

use crate::clock::Clock;

/// Counts the requests of one source under its daily cap.
pub(super) struct StoredMeter {
    store: Arc<dyn Store>,
    clock: Clock,
    source: String,
    cap: u32,
    answered: AtomicI64,
}

impl StoredMeter {
    pub(super) fn new(store: &Arc<dyn Store>, clock: Clock, source: &str, cap: u32) -> Self {
        let (store, source) = (Arc::clone(store), source.to_owned());
        Self { store, clock, source, cap, answered: AtomicI64::new(0) }
    }

    /// How many requests of this run were answered.
    pub(super) fn answered_now(&self) -> i64 {
        self.answered.load(Ordering::Relaxed)
    }

    fn day(&self) -> Date {
        self.clock.today(&TimeZone::UTC)
    }
}

fn broken(error: StoreError) -> MeterError {
    MeterError::Broken { what: error.to_string() }
}

#[async_trait]
impl Meter for StoredMeter {
    async fn reserve(&self) -> Result<(), MeterError> {
        let day = self.day();
        if self.store.request_reserve(&self.source, day, self.cap).await.map_err(broken)? {
            return Ok(());
        }
        Err(MeterError::Cap { source_name: self.source.clone(), cap: self.cap, day })
    }

    async fn answered(&self) -> Result<(), MeterError> {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.store.request_answer(&self.source, self.day()).await.map_err(broken)
    }
}
