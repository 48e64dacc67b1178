//! Notes of the meeting: what is kept, what is refused, and which versions there are.

use std::sync::Arc;

use app::backend::{AppError, NoteKept, NotePage, NoteRefusal, NoteRequest, NotesPage};
use domain::catalogue::Catalogue;
use domain::note::{Note, NotePlace, text_of_form};
use domain::week::IsoWeek;
use store::{NoteEdit, NoteReopening, StoreError};

use super::answer::check_text;
use super::{DEFAULT_MEETING, LiveBackend, check_begun, internal};

/// How many versions of a note its page lists.
const HISTORY_SHOWN: i64 = 50;

impl LiveBackend {
    /// The notes of a week that say something, in the order of their places.
    pub(super) async fn notes_written(&self, week: IsoWeek) -> Result<Vec<Note>, StoreError> {
        let mut notes = self.store.note_list(DEFAULT_MEETING, week).await?;
        notes.retain(|note| !note.text.is_empty());
        Ok(notes)
    }

    /// The list of a week's notes.
    pub(super) async fn notes_page(&self, week: IsoWeek) -> Result<NotesPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        check_begun(week, &catalogue, moment.as_of)?;
        let lock = self.store.note_lock(DEFAULT_MEETING, week).await.map_err(|error| internal(&error))?;
        let notes = self.notes_written(week).await.map_err(|error| internal(&error))?;
        Ok(NotesPage { as_of: moment.as_of, catalogue, week, notes, lock })
    }

    /// The page of one note.
    pub(super) async fn note_page(
        &self,
        week: IsoWeek,
        place: &NotePlace,
        version: Option<i64>,
    ) -> Result<NotePage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        check_begun(week, &catalogue, moment.as_of)?;
        check_place(place, &catalogue)?;
        let read = async {
            let store = &self.store;
            let asked = match version {
                None => None,
                version => store.note_get(DEFAULT_MEETING, week, place, version).await?,
            };
            let latest = store.note_get(DEFAULT_MEETING, week, place, None).await?;
            let history = store.note_history(DEFAULT_MEETING, week, place, HISTORY_SHOWN).await?;
            let lock = store.note_lock(DEFAULT_MEETING, week).await?;
            Ok::<_, StoreError>((asked, latest, history, lock))
        };
        let (asked, latest, history, lock) = read.await.map_err(|error| internal(&error))?;
        let (as_of, place) = (moment.as_of, place.clone());
        Ok(NotePage { as_of, catalogue, week, place, latest, asked, history, lock })
    }

    /// Keeps a text.
    ///
    /// # Errors
    /// [`NoteRefusal`] for what cannot be kept; what broke was logged.
    pub async fn note_keep(&self, request: &NoteRequest) -> Result<NoteKept, NoteRefusal> {
        let text = text_of_form(&request.text).map_err(NoteRefusal::Fault)?;
        let refused = |error: AppError| match error {
            AppError::NotFound => NoteRefusal::NotFound,
            _ => NoteRefusal::Internal,
        };
        let moment = self.moment().await.map_err(refused)?;
        let catalogue = self.catalogue(moment).await.map_err(refused)?;
        check_begun(request.week, &catalogue, moment.as_of).map_err(refused)?;
        check_place(&request.place, &catalogue).map_err(refused)?;
        let at = self.clock.now();
        let edit = NoteEdit {
            meeting: DEFAULT_MEETING.to_owned(),
            week: request.week,
            place: request.place.clone(),
            seen: request.seen,
            text,
            at,
            by: request.actor.clone(),
        };
        match self.store.note_save(edit).await {
            Ok(version) => Ok(NoteKept { version, at }),
            Err(StoreError::Conflict { .. }) => {
                let found = self.store.note_get(DEFAULT_MEETING, request.week, &request.place, None).await;
                let found = found.map_err(|error| refused(internal(&error)))?;
                let is_newer = found.map_or(0, |note| note.version) != request.seen;
                Err(if is_newer { NoteRefusal::Conflict } else { NoteRefusal::Frozen })
            }
            Err(error) => Err(refused(internal(&error))),
        }
    }

    /// Takes the notes of a frozen week up again.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, [`AppError::Conflict`] when another version locks them, or none.
    pub async fn notes_reopen(
        &self,
        week: IsoWeek,
        version: i64,
        reason: &str,
        actor: &str,
    ) -> Result<(), AppError> {
        let reason = reason.trim().to_owned();
        check_text(&reason)?;
        let reopening = NoteReopening { version, at: self.clock.now(), by: actor.to_owned(), reason };
        match self.store.note_reopen(DEFAULT_MEETING, week, reopening).await {
            Err(StoreError::Conflict { .. }) => Err(AppError::Conflict),
            other => other.map_err(|error| internal(&error)),
        }
    }

    /// Whether a week's page answers from a frozen version.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a week that has not begun.
    pub async fn is_frozen(&self, week: IsoWeek) -> Result<bool, AppError> {
        let moment = self.moment().await?;
        check_begun(week, self.catalogue(moment).await?.as_ref(), moment.as_of)?;
        Ok(!self.heads_of(week).await?.is_empty())
    }

    /// The newest version of each note of a week, whether it says something, as the database has it now.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn note_versions(&self, week: IsoWeek) -> Result<Vec<(NotePlace, i64, bool)>, AppError> {
        let notes = self.store.note_list(DEFAULT_MEETING, week).await.map_err(|error| internal(&error))?;
        Ok(notes.into_iter().map(|note| (note.place, note.version, !note.text.is_empty())).collect())
    }

    /// The revision of the database as it is now, whatever the request being answered has seen.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn revision_now(&self) -> Result<i64, AppError> {
        self.store.revision().await.map_err(|error| internal(&error))
    }
}

/// A product that nobody declared has no notes.
fn check_place(place: &NotePlace, catalogue: &Arc<Catalogue>) -> Result<(), AppError> {
    match place {
        NotePlace::Section(_) => Ok(()),
        NotePlace::Product(slug) => {
            let is_known = catalogue.products.iter().any(|product| product.slug == *slug);
            if is_known { Ok(()) } else { Err(AppError::NotFound) }
        }
    }
}
