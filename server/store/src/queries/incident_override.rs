//! What people say of incidents: values and decisions, inserted, never changed.

use async_trait::async_trait;
use domain::incident::Incident;
use domain::incident_merge::{IncidentKey, MergeDecision};
use domain::incident_override::{IncidentOverride, IncidentVersion};

use super::columns::Columns;
use super::{Database, Instant, incident, state};
use crate::store::{IncidentOverrideStore, MergeEdit, OverrideEdit};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LAST, INSERT, LIST, LAST_MERGE, INSERT_MERGE, MERGES];

const LAST: &str = "SELECT COALESCE(MAX(position), 0) FROM incident_override \
     WHERE source = $1 AND external_id = $2";
const INSERT: &str = "INSERT INTO incident_override (source, external_id, position, field, value, said_at, \
     said_by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const LIST: &str = "SELECT source, external_id, position, field, value, said_at, said_by, reason \
     FROM incident_override ORDER BY source, external_id, position";
const LAST_MERGE: &str = "SELECT COALESCE(MAX(position), 0) FROM incident_merge";
const INSERT_MERGE: &str = "INSERT INTO incident_merge (position, source, external_id, other_source, \
     other_external_id, decision, decided_at, decided_by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const MERGES: &str = "SELECT position, source, external_id, other_source, other_external_id, decision, \
     decided_at, decided_by, reason FROM incident_merge ORDER BY position";

#[async_trait]
impl IncidentOverrideStore for Database {
    async fn incident_override_insert(&self, edit: OverrideEdit) -> Result<(), StoreError> {
        text::refuse_nul([edit.of.source.as_str(), &edit.of.external_id, &edit.by, &edit.reason])?;
        text::refuse_nul(edit.values.iter().filter_map(|(_, value)| value.as_deref()))?;
        if edit.values.is_empty() {
            return Ok(());
        }
        let mut transaction = self.write().await?;
        let mut position: i64 = sqlx::query_scalar(LAST)
            .bind(edit.of.source.clone())
            .bind(edit.of.external_id.clone())
            .fetch_one(&mut *transaction)
            .await?;
        if position != edit.seen {
            let what = format!("{position} values are known of the incident, not {}", edit.seen);
            return Err(StoreError::conflict(what));
        }
        for (field, value) in edit.values {
            position += 1;
            sqlx::query(INSERT)
                .bind(edit.of.source.clone())
                .bind(edit.of.external_id.clone())
                .bind(position)
                .bind(field.as_str())
                .bind(value)
                .bind(Instant(text::micros(edit.at)))
                .bind(edit.by.clone())
                .bind(edit.reason.clone())
                .execute(&mut *transaction)
                .await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn incident_override_list(&self) -> Result<Vec<IncidentOverride>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(&self.reader).await?;
        let read = |row| {
            let mut columns = Columns::of(row);
            Ok(IncidentOverride {
                source: columns.take()?,
                external_id: columns.take()?,
                position: columns.take()?,
                field: text::read("field of an incident", columns.take::<&str>()?)?,
                value: columns.take()?,
                at: columns.instant()?,
                by: columns.take()?,
                reason: columns.take()?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn incident_merge_insert(&self, edit: MergeEdit) -> Result<(), StoreError> {
        text::refuse_nul([edit.of.source.as_str(), &edit.of.external_id, &edit.by, &edit.reason])?;
        text::refuse_nul([edit.other.source.as_str(), &edit.other.external_id])?;
        let mut transaction = self.write().await?;
        let last: i64 = sqlx::query_scalar(LAST_MERGE).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT_MERGE)
            .bind(last + 1)
            .bind(edit.of.source)
            .bind(edit.of.external_id)
            .bind(edit.other.source)
            .bind(edit.other.external_id)
            .bind(edit.word.as_str())
            .bind(Instant(text::micros(edit.at)))
            .bind(edit.by)
            .bind(edit.reason)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn incident_merge_list(&self) -> Result<Vec<MergeDecision>, StoreError> {
        let rows = sqlx::query(MERGES).fetch_all(&self.reader).await?;
        let read = |row| {
            let mut columns = Columns::of(row);
            Ok(MergeDecision {
                position: columns.take()?,
                of: IncidentKey { source: columns.take()?, external_id: columns.take()? },
                other: IncidentKey { source: columns.take()?, external_id: columns.take()? },
                word: text::read("decision on incidents", columns.take::<&str>()?)?,
                at: columns.instant()?,
                by: columns.take()?,
                reason: columns.take()?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn incident_touched_list(&self) -> Result<Vec<Incident>, StoreError> {
        incident::touched(&self.reader).await
    }

    async fn incident_version_list(&self, key: &IncidentKey) -> Result<Vec<IncidentVersion>, StoreError> {
        incident::versions(&self.reader, key).await
    }
}
