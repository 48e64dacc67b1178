//! The audit as a page shows it.

use domain::audit::{Chain, ChainBreak, ChainedEntry};
use jiff::tz::TimeZone;

/// Which entries are asked for, as the query of an address says it; empty texts ask for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditAsked {
    /// Of this name.
    pub actor: String,
    /// Of this kind.
    pub act: String,
    /// Whose object begins so.
    pub object: String,
    /// Older than the entry of this number.
    pub before: Option<i64>,
}

/// The data of the page.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// What was asked for.
    pub asked: AuditAsked,
    /// The entries, the newest first.
    pub entries: Vec<ChainedEntry>,
    /// Whether there may be older ones.
    pub is_more: bool,
    /// How far the chain goes, or where it is broken first.
    pub chain: Result<Chain, ChainBreak>,
    /// The organisation's zone.
    pub zone: TimeZone,
}
