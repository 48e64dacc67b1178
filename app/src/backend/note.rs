//! Notes of the meeting as pages read and write them.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::note::{Note, NoteFault, NotePlace, NoteVersion};
use domain::product::Product;
use domain::week::IsoWeek;
use jiff::Timestamp;

/// The data of the list of a week's notes.
#[derive(Clone, Debug)]
pub struct NotesPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The week.
    pub week: IsoWeek,
    /// The notes there are, in the order of their places.
    pub notes: Vec<Note>,
    /// The frozen version that locks them; `None` while they may be written.
    pub lock: Option<i64>,
}

impl NotesPage {
    /// The products that were open at some time of the week.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        let monday = self.week.monday();
        let is_open = move |product: &&Product| product.closed_on.is_none_or(|day| day > monday);
        self.catalogue.products.iter().filter(is_open)
    }
}

/// The data of the page of one note.
#[derive(Clone, Debug)]
pub struct NotePage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The week.
    pub week: IsoWeek,
    /// Where it stands.
    pub place: NotePlace,
    /// The version in force; `None` where nobody wrote anything.
    pub latest: Option<Note>,
    /// The version that was asked for, or the one that a writer had seen.
    pub asked: Option<Note>,
    /// The newest versions, newest first.
    pub history: Vec<NoteVersion>,
    /// The frozen version that locks it; `None` while it may be written.
    pub lock: Option<i64>,
}

/// A text to be kept, as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRequest {
    /// The week.
    pub week: IsoWeek,
    /// Where it stands.
    pub place: NotePlace,
    /// The version that the writer saw, 0 for none.
    pub seen: i64,
    /// The text as typed.
    pub text: String,
    /// Who writes.
    pub actor: String,
}

/// What was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteKept {
    /// The version in force.
    pub version: i64,
    /// When it was kept.
    pub at: Timestamp,
}

/// Why a text was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteRefusal {
    /// Somebody saved another version meanwhile.
    Conflict,
    /// The week is frozen.
    Frozen,
    /// It cannot be taken as it is.
    Fault(NoteFault),
    /// There is no such week or product.
    NotFound,
    /// The reader may not write this.
    Forbidden,
    /// Something broke.
    Internal,
}

/// A text that was not kept, put beside the request that shows it again: nobody types it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRefused {
    /// Why.
    pub why: NoteRefusal,
    /// What was sent.
    pub request: NoteRequest,
}
