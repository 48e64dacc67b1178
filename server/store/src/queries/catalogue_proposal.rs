//! Catalogues that people propose in the browser, and whether a file is in step with what is in force.

use domain::catalogue::Catalogue;
use jiff::Timestamp;
use jiff::civil::Date;

use super::columns::Columns;
use super::{Database, Instant, Row, catalogue, state};
use crate::types::{CatalogueProposal, ProposalApplied, ProposalHead, ProposalInput};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, GET, LIST, APPLY, NOTE_FILE, EDITED];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM catalogue_proposal";
const INSERT: &str = "INSERT INTO catalogue_proposal (id, made_at, made_by, base, file, part, input) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const GET: &str = "SELECT id, made_at, made_by, base, applied_at, applied_by, reason, changes, file, part, input \
     FROM catalogue_proposal WHERE id = $1";
const LIST: &str = "SELECT id, made_at, made_by, base, applied_at, applied_by, reason, changes \
     FROM catalogue_proposal ORDER BY id DESC LIMIT $1";
const APPLY: &str = "UPDATE catalogue_proposal SET applied_at = $2, applied_by = $3, reason = $4, changes = $5 \
     WHERE id = $1 AND applied_at IS NULL";
const NOTE_FILE: &str = "INSERT INTO catalogue_file (id, in_step_at) VALUES (1, $1) \
     ON CONFLICT (id) DO UPDATE SET in_step_at = excluded.in_step_at";
const EDITED: &str = "SELECT COUNT(*) FROM catalogue_proposal p WHERE p.applied_at IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM catalogue_file f WHERE f.in_step_at >= p.applied_at)";

fn head_of(columns: &mut Columns<'_>) -> Result<ProposalHead, StoreError> {
    let (id, made_at) = (columns.take()?, columns.instant()?);
    let (made_by, base) = (columns.take()?, columns.take()?);
    let (at, by) = (columns.instant_option()?, columns.take::<Option<String>>()?);
    let (reason, changes) = (columns.take::<Option<String>>()?, columns.take::<Option<String>>()?);
    let lines = |changes: String| changes.lines().map(str::to_owned).collect();
    let applied = match (at, by, reason, changes) {
        (Some(at), Some(by), Some(reason), Some(changes)) => {
            Some(ProposalApplied { at, by, reason, changes: lines(changes) })
        }
        _ => None,
    };
    Ok(ProposalHead { id, made_at, made_by, base, applied })
}

fn proposal_of(row: &Row) -> Result<CatalogueProposal, StoreError> {
    let mut columns = Columns::of(row);
    let head = head_of(&mut columns)?;
    let (file, part, text) = (columns.take()?, columns.take()?, columns.take()?);
    let input = Option::zip(part, text).map(|(part, text)| ProposalInput { part, text });
    Ok(CatalogueProposal { head, file, input })
}

impl Database {
    pub(super) async fn insert_proposal(
        &self,
        at: Timestamp,
        by: &str,
        (base, file): (&str, &str),
        input: Option<ProposalInput>,
    ) -> Result<i64, StoreError> {
        text::refuse_nul([by, base, file])?;
        text::refuse_nul(input.iter().flat_map(|input| [&*input.part, &input.text]))?;
        let (part, typed) = input.map(|input| (input.part, input.text)).unzip();
        let mut transaction = self.write().await?;
        let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(Instant(text::micros(at)))
            .bind(by.to_owned())
            .bind(base.to_owned())
            .bind(file.to_owned())
            .bind(part)
            .bind(typed)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    pub(super) async fn read_proposal(&self, id: i64) -> Result<Option<CatalogueProposal>, StoreError> {
        let row = sqlx::query(GET).bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(proposal_of).transpose()
    }

    pub(super) async fn read_proposals(&self, limit: i64) -> Result<Vec<ProposalHead>, StoreError> {
        let rows = sqlx::query(LIST).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(|row| head_of(&mut Columns::of(row))).collect()
    }

    pub(super) async fn apply_proposal(
        &self,
        id: i64,
        catalogue: &Catalogue,
        closed_on: Date,
        applied: ProposalApplied,
    ) -> Result<(), StoreError> {
        let changes = applied.changes.join("\n");
        text::refuse_nul([&*applied.by, &applied.reason, &changes])?;
        let mut transaction = self.write().await?;
        let marked = sqlx::query(APPLY)
            .bind(id)
            .bind(Instant(text::micros(applied.at)))
            .bind(applied.by)
            .bind(applied.reason)
            .bind(changes)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if marked == 0 {
            return Err(StoreError::conflict(format!("there is no open proposal {id}")));
        }
        catalogue::replace_within(&mut transaction, catalogue, closed_on, applied.at).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn note_catalogue_file(&self, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(NOTE_FILE).bind(Instant(text::micros(at))).execute(&mut *transaction).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn is_catalogue_edited(&self) -> Result<bool, StoreError> {
        let edited: i64 = sqlx::query_scalar(EDITED).fetch_one(&self.reader).await?;
        Ok(edited > 0)
    }
}
