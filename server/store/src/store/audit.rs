//! What was done, by whom.

use async_trait::async_trait;
use domain::audit::{Act, AuditEntry, Chain, ChainBreak, ChainedEntry};

use crate::error::StoreError;

/// Which entries are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditWanted {
    /// Of this name.
    pub actor: Option<String>,
    /// Of this kind.
    pub act: Option<Act>,
    /// Whose object begins so.
    pub object: Option<String>,
    /// Older than the entry of this number.
    pub before: Option<i64>,
}

/// The audit: entries are added, read and checked; nothing else can be done with them.
#[async_trait]
pub trait AuditStore {
    /// Adds an entry about what is no write of its own. It is no change of what pages show.
    async fn audit_append(&self, entry: AuditEntry) -> Result<(), StoreError>;

    /// Entries that were wanted, the newest first, at most `limit`.
    async fn audit_list(&self, wanted: &AuditWanted, limit: i64) -> Result<Vec<ChainedEntry>, StoreError>;

    /// Entries after a number in their order, at most `limit`, for who reads all of them.
    async fn audit_after(&self, id: i64, limit: i64) -> Result<Vec<ChainedEntry>, StoreError>;

    /// How far the audit goes, without checking it.
    async fn audit_head(&self) -> Result<Chain, StoreError>;

    /// Checks every entry; answers how far the chain goes, or where it is broken first.
    async fn audit_check(&self) -> Result<Result<Chain, ChainBreak>, StoreError>;
}
