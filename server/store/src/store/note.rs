//! Notes of the meeting.

use async_trait::async_trait;
use domain::note::{Note, NotePlace, NoteVersion};
use domain::week::IsoWeek;
use jiff::Timestamp;

use crate::error::StoreError;

/// A version of a note to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteEdit {
    /// The meeting; empty for the one that covers all products.
    pub meeting: String,
    /// The week.
    pub week: IsoWeek,
    /// Where it stands.
    pub place: NotePlace,
    /// The version that the writer saw, 0 where there was none.
    pub seen: i64,
    /// Markdown.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// Notes are taken up again after a freeze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteReopening {
    /// The frozen version that had locked them.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Notes of the meeting: versions are appended, never changed.
#[async_trait]
pub trait NoteStore {
    /// Keeps the next version and answers its number; a text that is the one in force changes nothing, and neither
    /// does taking back what nobody wrote.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another version than the one that was seen is in force, or when the week is
    /// frozen.
    async fn note_save(&self, edit: NoteEdit) -> Result<i64, StoreError>;

    /// One version of a note, the newest where none is named; `None` when there is none.
    async fn note_get(
        &self,
        meeting: &str,
        week: IsoWeek,
        place: &NotePlace,
        version: Option<i64>,
    ) -> Result<Option<Note>, StoreError>;

    /// The newest versions of a note, newest first, at most `limit`.
    async fn note_history(
        &self,
        meeting: &str,
        week: IsoWeek,
        place: &NotePlace,
        limit: i64,
    ) -> Result<Vec<NoteVersion>, StoreError>;

    /// The newest version of every note of a week in the order of their places, also of those that were taken back.
    async fn note_list(&self, meeting: &str, week: IsoWeek) -> Result<Vec<Note>, StoreError>;

    /// The newest version of every note of every week, the newest week first, without those that were taken back.
    async fn note_all(&self, meeting: &str) -> Result<Vec<(IsoWeek, Note)>, StoreError>;

    /// The frozen version that locks the notes of a week; `None` while they may be written.
    async fn note_lock(&self, meeting: &str, week: IsoWeek) -> Result<Option<i64>, StoreError>;

    /// Takes the notes of a frozen week up again: what is written then belongs to its next version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another version than the named one locks them, or none.
    async fn note_reopen(
        &self,
        meeting: &str,
        week: IsoWeek,
        reopening: NoteReopening,
    ) -> Result<(), StoreError>;
}
