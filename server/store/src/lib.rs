//! The database: SQLite and PostgreSQL from one text.
//!
//! # Code map
//! - [`Store`] (`store.rs`): everything the database can be asked; callers see nothing else. It gathers the
//!   traits of `store/`, one an area, each with the types of its own.
//! - `types.rs`: what goes in and comes out beside the domain's own words; `error.rs`: what can go wrong.
//! - `foreign.rs`: whose file it is, before anything is done to it.
//! - `exact.rs`: exact decimals as two integers, which SQL can add; `text.rs`: how words are written down;
//!   `packed.rs`: many records as the bytes of one value, for what pages read by the thousand.
//! - `queries/`: the SQL, one file a noun, compiled twice: `sqlite.rs` and `postgres.rs` each say what
//!   differs (types of columns, how a transaction begins) and mount the same folder.
//! - `migrations/sqlite`, `migrations/postgres` (at the root of the repository): same file names in both.
//!
//! # Invariants
//! - A write is one transaction that bumps the revision; a write that changes nothing writes nothing.
//! - Replacing a window is idempotent, and what changed is kept beside it as a restatement.
//! - Facts and the roll-ups and packed copies made of them change in the same transaction.
//! - Time is a parameter, truncated to microseconds at the door; NUL characters are refused there.
//! - Statements are named constants with `$1` placeholders; a test prepares each one on both databases.
//!
//! # To add a query
//! Write the statement as a constant in the noun's file under `queries/`, add it to that file's
//! `STATEMENTS`, add a method with one sentence of documentation to the trait of its area in `store/` (a
//! new area is a new trait that [`Store`] names) and implement it beside the statement, as
//! `queries/hook_delivery.rs` does; methods of [`Store`] itself are forwarded in `queries/forward.rs`.
//! Tell its story in `tests/contract/`, which runs on both databases.

#![expect(clippy::duplicate_mod, reason = "the queries are compiled once for each database, on purpose")]

mod audit;
mod error;
mod exact;
mod foreign;
mod open;
mod packed;
mod postgres;
mod sqlite;
mod store;
mod text;
mod types;

pub use audit::audited;
pub use error::StoreError;
pub use foreign::copy_check;
pub use open::open;
pub use store::ChecklistStore;
pub use store::DeployStore;
pub use store::{
    ActionStore, HookDelivery, HookSettled, HookStore, PollStore, PostmortemEdit, PostmortemStore, Store,
};
pub use store::{
    AuditStore, AuditWanted, NewServiceToken, NoticeStore, PersonChange, PersonStore, ServiceTokenStore,
    SessionStore, ShareStore, Vouched, WeekSkipStore,
};
pub use store::{IncidentOverrideStore, MergeEdit, OverrideEdit};
pub use store::{IssueReading, TrackerStore};
pub use store::{NoteEdit, NoteReopening, NoteStore};
pub use store::{TopicMessage, TopicMessageState, TopicMessageStore, TopicSeen, TopicStore};
pub use types::{
    CatalogueProposal, Changes, CommitOptions, CostCommit, IMPORT_LEASE, IncidentChange, Lease,
    ProposalApplied, ProposalHead, ProposalInput, SliRestatement, Snapshot, SnapshotHead, SnapshotProduct,
    Stage, StoredIssue, UnknownAccount,
};
pub use types::{ClosedObjective, NewNotice, NoticeChange, NoticeEnd, ObjectivePatch};
