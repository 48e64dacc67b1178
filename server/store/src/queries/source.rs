//! How far each source has told its story.

use domain::coverage::{SourceKind, SourceState};

use super::columns::{Columns, date_option};
use super::{Connection, Database, Instant, Row};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, PUT];

const LIST: &str = "SELECT name, kind, received_at, first_day, last_day, period_end, last_instant \
     FROM source ORDER BY name, kind";
const PUT: &str = "INSERT INTO source (name, kind, received_at, first_day, last_day, period_end, last_instant) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name, kind) DO UPDATE SET \
     received_at = excluded.received_at, first_day = excluded.first_day, last_day = excluded.last_day, \
     period_end = excluded.period_end, last_instant = excluded.last_instant";

/// Stores the state of a source.
pub(super) async fn put(connection: &mut Connection, state: &SourceState) -> Result<(), StoreError> {
    sqlx::query(PUT)
        .bind(state.name.clone())
        .bind(state.kind.as_str())
        .bind(Instant(text::micros(state.received_at)))
        .bind(date_option(state.first_day))
        .bind(date_option(state.last_day))
        .bind(date_option(state.period_end))
        .bind(state.last_instant.map(Instant))
        .execute(connection)
        .await?;
    Ok(())
}

fn state_of(row: &Row) -> Result<SourceState, StoreError> {
    let mut columns = Columns::of(row);
    Ok(SourceState {
        name: columns.take()?,
        kind: kind(&mut columns)?,
        received_at: columns.instant()?,
        first_day: columns.date_option()?,
        last_day: columns.date_option()?,
        period_end: columns.date_option()?,
        last_instant: columns.instant_option()?,
    })
}

/// The next column as what a source delivers.
pub(super) fn kind(columns: &mut Columns<'_>) -> Result<SourceKind, StoreError> {
    text::source_kind(columns.take::<&str>()?)
}

impl Database {
    pub(super) async fn read_source_states(&self) -> Result<Vec<SourceState>, StoreError> {
        sqlx::query(LIST).fetch_all(&self.reader).await?.iter().map(state_of).collect()
    }
}
