//! The queries, one file a noun, compiled once for each database.
//!
//! Rules of the common dialect:
//! 1. Placeholders are `$1`, `$2` … on both; statements are named constants listed in `STATEMENTS`.
//! 2. `CAST(SUM(x) AS BIGINT)`: PostgreSQL's sum of bigints is numeric.
//! 3. `CAST($1 AS BIGINT)` where PostgreSQL could not tell the type of a parameter.
//! 4. SQL stores, filters and groups; Rust computes. No dates are reckoned in SQL but UTC day numbers.
//! 5. Writes begin with [`Database::write`], which keeps other writers out until the end.
//! 6. Bulk inserts go through [`bulk`] in chunks: PostgreSQL takes 65,535 parameters at most.
//! 7. What only one database has stands in `sqlite.rs` and `postgres.rs`.

mod action;
mod audit;
mod bulk;
mod catalogue;
mod catalogue_proposal;
mod checklist;
mod cloud_anomaly;
mod columns;
mod cost;
mod cost_allocation;
mod cost_answer;
mod cost_commit;
mod cost_fact;
mod cost_preview;
mod cost_resource;
mod cost_restatement;
mod cost_rollup;
mod cost_scope;
mod cost_stage;
mod decision;
mod deploy;
mod fields;
mod forward;
mod hook_delivery;
mod import_issue;
mod incident;
mod incident_override;
mod lease;
mod note;
mod notice;
mod objective;
mod objective_assessment;
mod objective_attention;
mod objective_proposal;
mod objective_vendor;
mod person;
mod poll;
mod postmortem;
mod service_token;
mod session;
mod share;
mod sli;
mod snapshot;
mod source;
mod state;
mod sync;
mod terraform;
#[cfg(test)]
mod tests;
mod topic;
mod topic_message;
mod tracker;
mod week_skip;

use sqlx::{Pool, Transaction};

use super::{BACKUP, BEGIN_READ, BEGIN_WRITE, COST_STATISTICS, Db, Instant, LOCK_WRITERS, MIGRATOR};
use crate::StoreError;

pub(super) use state::migrate;

/// A connection of the database.
type Connection = <Db as sqlx::Database>::Connection;

/// A row of the database.
type Row = <Db as sqlx::Database>::Row;

/// The open database.
pub(crate) struct Database {
    /// For reads.
    pub(super) reader: Pool<Db>,
    /// For writes.
    pub(super) writer: Pool<Db>,
}

impl Database {
    /// Begins a transaction that keeps other writers out until its end.
    async fn write(&self) -> Result<Transaction<'static, Db>, StoreError> {
        let mut transaction = self.writer.begin_with(BEGIN_WRITE).await?;
        sqlx::query(LOCK_WRITERS).execute(&mut *transaction).await?;
        Ok(transaction)
    }

    /// Begins a transaction in which all reads see one state.
    async fn read(&self) -> Result<Transaction<'static, Db>, StoreError> {
        Ok(self.reader.begin_with(BEGIN_READ).await?)
    }
}
