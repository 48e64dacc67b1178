//! Weeks without a meeting.

use async_trait::async_trait;
use domain::week_skip::WeekSkip;

use super::columns::Columns;
use super::{Database, Instant, Row, state};
use crate::store::WeekSkipStore;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LAST, FROZEN, INSERT, LIST];

const LAST: &str = "SELECT position, is_skipped FROM week_skip WHERE meeting = $1 AND week = $2 \
     ORDER BY position DESC LIMIT 1";
const FROZEN: &str = "SELECT version FROM snapshot WHERE meeting = $1 AND week = $2 LIMIT 1";
const INSERT: &str = "INSERT INTO week_skip (meeting, week, position, is_skipped, reason, said_at, said_by) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LIST: &str = "SELECT week, is_skipped, reason, said_at, said_by FROM week_skip AS said WHERE meeting = $1 \
     AND position = (SELECT MAX(position) FROM week_skip WHERE meeting = said.meeting AND week = said.week) \
     ORDER BY week DESC";

fn skip_of(row: &Row) -> Result<WeekSkip, StoreError> {
    let mut columns = Columns::of(row);
    let week: String = columns.take()?;
    Ok(WeekSkip {
        week: text::read("week without a meeting", &week)?,
        is_skipped: columns.take::<i64>()? == 1,
        reason: columns.take()?,
        at: columns.instant()?,
        by: columns.take()?,
    })
}

#[async_trait]
impl WeekSkipStore for Database {
    async fn week_skip_insert(&self, meeting: &str, skip: &WeekSkip) -> Result<(), StoreError> {
        text::refuse_nul([meeting, &skip.reason, &skip.by])?;
        let week = skip.week.to_string();
        let mut transaction = self.write().await?;
        let frozen = sqlx::query(FROZEN).bind(meeting.to_owned()).bind(week.clone());
        if frozen.fetch_optional(&mut *transaction).await?.is_some() {
            return Err(StoreError::conflict("the week is frozen"));
        }
        let last = sqlx::query(LAST).bind(meeting.to_owned()).bind(week.clone());
        let (position, is_skipped) = match last.fetch_optional(&mut *transaction).await? {
            None => (0, false),
            Some(row) => {
                let mut columns = Columns::of(&row);
                (columns.take::<i64>()?, columns.take::<i64>()? == 1)
            }
        };
        if is_skipped == skip.is_skipped {
            return Err(StoreError::conflict("the week is marked like that already"));
        }
        sqlx::query(INSERT)
            .bind(meeting.to_owned())
            .bind(week)
            .bind(position + 1)
            .bind(i64::from(skip.is_skipped))
            .bind(skip.reason.clone())
            .bind(Instant(text::micros(skip.at)))
            .bind(skip.by.clone())
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn week_skip_list(&self, meeting: &str) -> Result<Vec<WeekSkip>, StoreError> {
        let rows = sqlx::query(LIST).bind(meeting.to_owned()).fetch_all(&self.reader).await?;
        rows.iter().map(skip_of).collect()
    }
}
