//! What a frozen version says about its own making: what was left open, from which deliveries it was made and by
//! which definitions. Versions of earlier programs say less.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::coverage::SourceKind;
use crate::review::requirements::Unmet;

/// The record of a freeze.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreezeRecord {
    /// What was required and left open; the version's reason says why it was frozen all the same.
    pub unmet: Vec<Unmet>,
    /// How far each source had told, by kind and name; empty in versions of earlier programs.
    pub sources: Vec<SourceRecord>,
    /// By which definitions it was made; `None` in versions of earlier programs.
    pub definitions: Option<Definitions>,
}

/// How far a source had told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRecord {
    /// The source.
    pub source: String,
    /// What it delivers.
    pub kind: SourceKind,
    /// When its last delivery was stored.
    pub received_at: Timestamp,
    /// The last day with data: UTC days for cost, days of the organisation's zone otherwise.
    pub last_day: Option<Date>,
    /// For objectives and incidents: the newest instant its data speaks about.
    pub last_instant: Option<Timestamp>,
}

/// Which definitions figures are made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definitions {
    /// SHA-256 of the catalogue as `teirei catalog export` writes it, hexadecimal.
    pub catalogue: String,
    /// SHA-256 over the lines `ID HASH` of all objectives by id, each with the hash of its definition, hexadecimal.
    pub objectives: String,
}
