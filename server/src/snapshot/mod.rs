//! The review as a document: one JSON shape for drafts and frozen weeks, and what is read from it.
//!
//! # Code map
//! - [`SnapshotV1`]: the document `teirei/snapshot/v1`, both ways between text and domain.
//! - [`schemas`]: what that document and a product's are made of, for programs that read them.
//! - [`FrozenTexts`]: what a freeze stores, byte for byte.
//! - [`hash_verify`], [`version_faults`]: whether a document, and all that is stored of a version, still says what
//!   was frozen.
//! - [`csv`], [`markdown`]: the same value as a table and as minutes; [`lines`]: in three sentences;
//!   [`preview`]: as the card of a link; [`digest`]: as what chats and mailboxes are told.
//! - [`restated`]: what differs now from what was frozen.
//! - `mirror`, `v1`: the wire types, one line per field.
//!
//! # Invariants
//! - Wire types are not domain types: renaming a domain field changes no stored document.
//! - Reading back gives the very value that was written; no number passes through floating point.
//! - The same value gives the same bytes: no clock, no locale, no map order.
//! - Within v1 fields are only added, each with a default; what a reader needs differently is v2.

#[macro_use]
mod mirror;

pub mod csv;
pub mod digest;
mod document;
mod hash;
pub mod lines;
pub mod markdown;
pub mod preview;
pub mod restated;
mod v1;
mod verify;

pub use document::{FreezeStamp, FrozenTexts, SCHEMA, SnapshotError, SnapshotStamp, SnapshotV1};
pub use document::{PRODUCT_SCHEMA, product_text, schemas};
pub use hash::hash_verify;
pub use verify::version_faults;
