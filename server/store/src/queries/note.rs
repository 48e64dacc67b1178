//! Notes of the meeting: versions are inserted, never changed.

use async_trait::async_trait;
use domain::note::{Note, NotePlace, NoteVersion};
use domain::week::IsoWeek;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, state};
use crate::store::{NoteEdit, NoteReopening, NoteStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, HISTORY, LIST, ALL, LOCK, INSERT, REOPEN];

const GET: &str = "SELECT place, version, saved_at, saved_by, body FROM note_text WHERE meeting = $1 AND week = $2 \
     AND place = $3 AND (version = $4 OR CAST($4 AS BIGINT) IS NULL) ORDER BY version DESC LIMIT 1";
const HISTORY: &str = "SELECT version, saved_at, saved_by FROM note_text WHERE meeting = $1 AND week = $2 \
     AND place = $3 ORDER BY version DESC LIMIT CAST($4 AS BIGINT)";
const LIST: &str = "SELECT place, version, saved_at, saved_by, body FROM note_text t WHERE meeting = $1 \
     AND week = $2 AND version = (SELECT MAX(version) FROM note_text o WHERE o.meeting = t.meeting \
     AND o.week = t.week AND o.place = t.place)";
const ALL: &str = "SELECT place, version, saved_at, saved_by, body, week FROM note_text t WHERE meeting = $1 AND body <> '' \
     AND version = (SELECT MAX(version) FROM note_text o WHERE o.meeting = t.meeting AND o.week = t.week \
     AND o.place = t.place) ORDER BY week DESC, place";
/// A freeze locks notes until they are taken up again; the next freeze locks them anew.
const LOCK: &str = "SELECT s.version, r.version FROM snapshot s LEFT JOIN note_reopening r ON r.meeting = s.meeting \
     AND r.week = s.week AND r.version = s.version WHERE s.meeting = $1 AND s.week = $2 \
     ORDER BY s.version DESC LIMIT 1";
const INSERT: &str = "INSERT INTO note_text (meeting, week, place, version, saved_at, saved_by, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const REOPEN: &str = "INSERT INTO note_reopening (meeting, week, version, reopened_at, reopened_by, reason) \
     VALUES ($1, $2, $3, $4, $5, $6)";

fn note_of(row: &Row) -> Result<Note, StoreError> {
    note_taken(&mut Columns::of(row))
}

fn note_taken(columns: &mut Columns<'_>) -> Result<Note, StoreError> {
    Ok(Note {
        place: text::read("place of a note", columns.take::<&str>()?)?,
        version: columns.take()?,
        at: columns.instant()?,
        by: columns.take()?,
        text: columns.take()?,
    })
}

async fn newest(
    connection: &mut Connection,
    (meeting, week, place): (&str, IsoWeek, &NotePlace),
    version: Option<i64>,
) -> Result<Option<Note>, StoreError> {
    let row = sqlx::query(GET)
        .bind(meeting.to_owned())
        .bind(week.to_string())
        .bind(place.to_string())
        .bind(version)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(note_of).transpose()
}

async fn lock(connection: &mut Connection, meeting: &str, week: IsoWeek) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query_as::<_, (i64, Option<i64>)>(LOCK)
        .bind(meeting.to_owned())
        .bind(week.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.and_then(|(frozen, reopened)| if reopened.is_none() { Some(frozen) } else { None }))
}

#[async_trait]
impl NoteStore for Database {
    async fn note_save(&self, edit: NoteEdit) -> Result<i64, StoreError> {
        text::refuse_nul([edit.meeting.as_str(), &edit.by, &edit.text])?;
        let mut transaction = self.write().await?;
        let known = newest(&mut transaction, (&edit.meeting, edit.week, &edit.place), None).await?;
        let version = known.as_ref().map_or(0, |note| note.version);
        if version != edit.seen {
            let what = format!("version {version} of the note is in force, not {}", edit.seen);
            return Err(StoreError::conflict(what));
        }
        if let Some(frozen) = lock(&mut transaction, &edit.meeting, edit.week).await? {
            let what = format!("week {} is frozen as version {frozen}", edit.week);
            return Err(StoreError::conflict(what));
        }
        if known.map_or(String::new(), |note| note.text) == edit.text {
            return Ok(version);
        }
        sqlx::query(INSERT)
            .bind(edit.meeting)
            .bind(edit.week.to_string())
            .bind(edit.place.to_string())
            .bind(version + 1)
            .bind(Instant(text::micros(edit.at)))
            .bind(edit.by)
            .bind(edit.text)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(version + 1)
    }

    async fn note_get(
        &self,
        meeting: &str,
        week: IsoWeek,
        place: &NotePlace,
        version: Option<i64>,
    ) -> Result<Option<Note>, StoreError> {
        let mut transaction = self.read().await?;
        newest(&mut transaction, (meeting, week, place), version).await
    }

    async fn note_history(
        &self,
        meeting: &str,
        week: IsoWeek,
        place: &NotePlace,
        limit: i64,
    ) -> Result<Vec<NoteVersion>, StoreError> {
        let rows = sqlx::query(HISTORY)
            .bind(meeting.to_owned())
            .bind(week.to_string())
            .bind(place.to_string())
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        let version_of = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(NoteVersion { version: columns.take()?, at: columns.instant()?, by: columns.take()? })
        };
        rows.iter().map(version_of).collect()
    }

    async fn note_list(&self, meeting: &str, week: IsoWeek) -> Result<Vec<Note>, StoreError> {
        let query = sqlx::query(LIST).bind(meeting.to_owned()).bind(week.to_string());
        let rows = query.fetch_all(&self.reader).await?;
        let mut notes: Vec<Note> = rows.iter().map(note_of).collect::<Result<_, _>>()?;
        notes.sort_by(|one, two| one.place.cmp(&two.place));
        Ok(notes)
    }

    async fn note_all(&self, meeting: &str) -> Result<Vec<(IsoWeek, Note)>, StoreError> {
        let rows = sqlx::query(ALL).bind(meeting.to_owned()).fetch_all(&self.reader).await?;
        let note_in_week = |row: &Row| {
            let mut columns = Columns::of(row);
            let note = note_taken(&mut columns)?;
            Ok((text::read("week of a note", columns.take::<&str>()?)?, note))
        };
        rows.iter().map(note_in_week).collect()
    }

    async fn note_lock(&self, meeting: &str, week: IsoWeek) -> Result<Option<i64>, StoreError> {
        let mut transaction = self.read().await?;
        lock(&mut transaction, meeting, week).await
    }

    async fn note_reopen(
        &self,
        meeting: &str,
        week: IsoWeek,
        reopening: NoteReopening,
    ) -> Result<(), StoreError> {
        text::refuse_nul([meeting, &reopening.by, &reopening.reason])?;
        let mut transaction = self.write().await?;
        let locked = lock(&mut transaction, meeting, week).await?;
        if locked != Some(reopening.version) {
            let what = format!("version {} does not lock the notes of week {week}", reopening.version);
            return Err(StoreError::conflict(what));
        }
        sqlx::query(REOPEN)
            .bind(meeting.to_owned())
            .bind(week.to_string())
            .bind(reopening.version)
            .bind(Instant(text::micros(reopening.at)))
            .bind(reopening.by)
            .bind(reopening.reason)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}
