//! Leases: who may do a piece of work alone.

use jiff::{SignedDuration, Timestamp};

use super::{Connection, Database, Instant};
use crate::StoreError;
use crate::text;
use crate::types::Lease;

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ACQUIRE, RENEW, RELEASE, HELD];

const ACQUIRE: &str = "INSERT INTO lease (name, holder, held_until) VALUES ($1, $2, $3) \
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
     WHERE lease.held_until <= $4 OR lease.holder = excluded.holder OR lease.held_until > $5";
const RENEW: &str = "UPDATE lease SET held_until = $3 WHERE name = $1 AND holder = $2";
const RELEASE: &str = "DELETE FROM lease WHERE name = $1 AND holder = $2";
const HELD: &str = "SELECT COUNT(*) FROM lease WHERE name = $1 AND holder = $2";

/// No lease is taken for so long: one that says so was taken before the clock was put back, and its holder may be
/// gone. If it lives, it finds its lease lost and stops.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Refuses work whose lease somebody else has taken.
pub(super) async fn check(connection: &mut Connection, lease: &Lease) -> Result<(), StoreError> {
    let held: i64 = sqlx::query_scalar(HELD)
        .bind(lease.name.as_str())
        .bind(lease.holder.as_str())
        .fetch_one(connection)
        .await?;
    if held == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}

impl Database {
    pub(super) async fn acquire_lease(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        text::refuse_nul([name, holder])?;
        let until = text::micros(until);
        let taken = sqlx::query(ACQUIRE)
            .bind(name.to_owned())
            .bind(holder.to_owned())
            .bind(Instant(until))
            .bind(Instant(now))
            .bind(Instant(text::micros(now.checked_add(LONGEST).unwrap_or(Timestamp::MAX))))
            .execute(&self.writer)
            .await?
            .rows_affected();
        let lease = Lease { name: name.to_owned(), holder: holder.to_owned(), until };
        Ok((taken == 1).then_some(lease))
    }

    pub(super) async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<Lease, StoreError> {
        let until = text::micros(until);
        let kept = sqlx::query(RENEW)
            .bind(lease.name.clone())
            .bind(lease.holder.clone())
            .bind(Instant(until))
            .execute(&self.writer)
            .await?
            .rows_affected();
        if kept == 1 { Ok(Lease { until, ..lease.clone() }) } else { Err(StoreError::LeaseLost) }
    }

    pub(super) async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        sqlx::query(RELEASE)
            .bind(lease.name.clone())
            .bind(lease.holder.clone())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
