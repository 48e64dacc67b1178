//! Reviews of objectives that were held: inserted, never changed.

use std::collections::BTreeMap;

use domain::objective_queue::{Action, Assessment};
use jiff::Timestamp;

use super::columns::{Columns, date};
use super::{Connection, Database, Instant, bulk, state};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, LIST, REASONS, ACTION_INSERT, ACTIONS, ACTION_DONE];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM objective_assessment";
const INSERT: &str = "INSERT INTO objective_assessment (id, objective, held_at, held_by, decision, note, toil, \
     satisfaction, definition_hash, due_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const LIST: &str = "SELECT id, objective, held_at, held_by, decision, note, toil, satisfaction, \
     definition_hash, due_on FROM objective_assessment ORDER BY id";
const REASONS: &str = "SELECT assessment, reason, evidence FROM objective_assessment_reason \
     ORDER BY assessment, position";
const ACTION_INSERT: &str = "INSERT INTO objective_assessment_action (assessment, what, owner, due_on, \
     done_at, done_by) VALUES ($1, $2, $3, $4, $5, $6)";
const ACTIONS: &str = "SELECT assessment, what, owner, due_on, done_at, done_by \
     FROM objective_assessment_action ORDER BY assessment";
const ACTION_DONE: &str = "UPDATE objective_assessment_action SET done_at = $3, done_by = $4 \
     WHERE done_at IS NULL AND assessment IN (SELECT a.id FROM objective_assessment a \
     WHERE a.objective = $1 AND a.held_at = $2)";

async fn insert_action(connection: &mut Connection, id: i64, action: &Action) -> Result<(), StoreError> {
    text::refuse_nul([action.what.as_str(), &action.owner])?;
    sqlx::query(ACTION_INSERT)
        .bind(id)
        .bind(action.what.clone())
        .bind(action.owner.clone())
        .bind(date(action.due_on))
        .bind(action.done.as_ref().map(|(at, _)| Instant(text::micros(*at))))
        .bind(action.done.as_ref().map(|(_, by)| by.clone()))
        .execute(connection)
        .await?;
    Ok(())
}

impl Database {
    pub(super) async fn insert_assessment(&self, assessment: &Assessment) -> Result<(), StoreError> {
        let Assessment { objective, by, note, definition_hash, .. } = assessment;
        text::refuse_nul([objective.as_str(), by, note, definition_hash])?;
        for (reason, evidence) in &assessment.evidence {
            text::refuse_nul([reason.as_str(), evidence])?;
        }
        let mut transaction = self.write().await?;
        let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(objective.clone())
            .bind(Instant(text::micros(assessment.at)))
            .bind(by.clone())
            .bind(assessment.decision.as_str())
            .bind(note.clone())
            .bind(assessment.toil.map(|level| level.as_str()))
            .bind(assessment.satisfaction.map(|level| level.as_str()))
            .bind(definition_hash.clone())
            .bind(date(assessment.due_on))
            .execute(&mut *transaction)
            .await?;
        let head = "INSERT INTO objective_assessment_reason (assessment, position, reason, evidence) ";
        let rows: Vec<_> = assessment.evidence.iter().enumerate().collect();
        bulk::insert(&mut transaction, head, "", &rows, |row, (position, (reason, evidence))| {
            row.push_bind(id)
                .push_bind(i64::try_from(*position).unwrap_or(i64::MAX))
                .push_bind(reason.clone())
                .push_bind(evidence.clone());
        })
        .await?;
        if let Some(action) = &assessment.action {
            insert_action(&mut transaction, id, action).await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn end_action(
        &self,
        objective: &str,
        held_at: Timestamp,
        at: Timestamp,
        by: &str,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([objective, by])?;
        let mut transaction = self.write().await?;
        let done = sqlx::query(ACTION_DONE)
            .bind(objective.to_owned())
            .bind(Instant(text::micros(held_at)))
            .bind(Instant(text::micros(at)))
            .bind(by.to_owned())
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn read_assessments(&self) -> Result<Vec<Assessment>, StoreError> {
        let mut evidence: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
        for row in sqlx::query(REASONS).fetch_all(&self.reader).await? {
            let mut columns = Columns::of(&row);
            let of = evidence.entry(columns.take()?).or_default();
            of.push((columns.take()?, columns.take()?));
        }
        let mut actions: BTreeMap<i64, Action> = BTreeMap::new();
        for row in sqlx::query(ACTIONS).fetch_all(&self.reader).await? {
            let mut columns = Columns::of(&row);
            let id = columns.take()?;
            let (what, owner, due_on) = (columns.take()?, columns.take()?, columns.date()?);
            let done = columns.instant_option()?.zip(columns.take::<Option<String>>()?);
            actions.insert(id, Action { what, owner, due_on, done });
        }
        let mut assessments = Vec::new();
        for row in sqlx::query(LIST).fetch_all(&self.reader).await? {
            let mut columns = Columns::of(&row);
            let id: i64 = columns.take()?;
            let (objective, at, by) = (columns.take()?, columns.instant()?, columns.take()?);
            let decision = text::read("decision", columns.take::<&str>()?)?;
            let note = columns.take()?;
            let mut level =
                || columns.take::<Option<&str>>()?.map(|word| text::read("level", word)).transpose();
            let (toil, satisfaction) = (level()?, level()?);
            assessments.push(Assessment {
                objective,
                at,
                by,
                decision,
                note,
                toil,
                satisfaction,
                definition_hash: columns.take()?,
                due_on: columns.date()?,
                evidence: evidence.remove(&id).unwrap_or_default(),
                action: actions.remove(&id),
            });
        }
        Ok(assessments)
    }
}
