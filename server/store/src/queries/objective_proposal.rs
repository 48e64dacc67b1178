//! Proposals to change what objectives promise: inserted, never changed; their steps likewise.

use std::collections::BTreeMap;

use domain::objective::Objective;
use domain::objective_proposal::{GONE_AT_SOURCE, ObjectiveProposal, Promise, ProposalState, ProposalStep};
use domain::ratio::Ppm;
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, state};
use crate::types::ObjectivePatch;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[NEXT, INSERT, STEP, LIST, STEPS, LAST, PATCH_NEXT, PATCH_INSERT, PATCH_LIST];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM objective_proposal";
const INSERT: &str = "INSERT INTO objective_proposal (id, objective, definition_hash, before_target, \
     before_window, target, target_window) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const STEP: &str = "INSERT INTO objective_proposal_step (proposal, position, state, done_at, done_by, reason) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const LIST: &str = "SELECT id, objective, definition_hash, before_target, before_window, target, target_window \
     FROM objective_proposal ORDER BY id DESC";
const STEPS: &str = "SELECT proposal, state, done_at, done_by, reason FROM objective_proposal_step \
     ORDER BY proposal, position";
const LAST: &str = "SELECT position, state FROM objective_proposal_step WHERE proposal = $1 \
     ORDER BY position DESC LIMIT 1";
const PATCH_NEXT: &str =
    "SELECT COALESCE(MAX(position), 0) + 1 FROM objective_proposal_patch WHERE proposal = $1";
const PATCH_INSERT: &str = "INSERT INTO objective_proposal_patch (proposal, position, made_at, made_by, address, \
     path, patch, block, remark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PATCH_LIST: &str = "SELECT made_at, made_by, address, path, patch, block, remark \
     FROM objective_proposal_patch WHERE proposal = $1 ORDER BY position";

fn proposal_of(row: &Row) -> Result<ObjectiveProposal, StoreError> {
    let mut columns = Columns::of(row);
    Ok(ObjectiveProposal {
        id: columns.take()?,
        objective: columns.take()?,
        definition_hash: columns.take()?,
        before: promise_of(&mut columns)?,
        promise: promise_of(&mut columns)?,
        steps: Vec::new(),
    })
}

/// A target and a window, as two columns.
pub(super) fn promise_of(columns: &mut Columns<'_>) -> Result<Promise, StoreError> {
    Ok(Promise { target: Ppm(columns.take()?), window: text::window(columns.take()?)? })
}

async fn insert_step(
    connection: &mut Connection,
    proposal: i64,
    position: i64,
    step: &ProposalStep,
) -> Result<(), StoreError> {
    text::refuse_nul([step.by.as_str(), &step.reason])?;
    sqlx::query(STEP)
        .bind(proposal)
        .bind(position)
        .bind(step.state.as_str())
        .bind(Instant(text::micros(step.at)))
        .bind(step.by.clone())
        .bind(step.reason.clone())
        .execute(connection)
        .await?;
    Ok(())
}

async fn proposals(connection: &mut Connection) -> Result<Vec<ObjectiveProposal>, StoreError> {
    let mut steps: BTreeMap<i64, Vec<ProposalStep>> = BTreeMap::new();
    for row in sqlx::query(STEPS).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        let of = steps.entry(columns.take()?).or_default();
        let state = text::read("state of a proposal", columns.take::<&str>()?)?;
        of.push(ProposalStep { state, at: columns.instant()?, by: columns.take()?, reason: columns.take()? });
    }
    let rows = sqlx::query(LIST).fetch_all(connection).await?;
    let mut proposals: Vec<ObjectiveProposal> = rows.iter().map(proposal_of).collect::<Result<_, _>>()?;
    for proposal in &mut proposals {
        proposal.steps = steps.remove(&proposal.id).unwrap_or_default();
    }
    Ok(proposals)
}

/// Closes the open proposals that the definitions of a delivery carry, and those of objectives that no source
/// defines any more: `gone` answers the source that defined one. Answers how many of the first and of the second.
pub(super) async fn close_settled(
    connection: &mut Connection,
    delivered: &[Objective],
    gone: impl Fn(&str) -> Option<String>,
    at: Timestamp,
) -> Result<(u64, u64), StoreError> {
    let open = proposals(connection).await?.into_iter().filter(|proposal| proposal.state().is_open());
    let (mut carried, mut ended) = (0, 0);
    for proposal in open.collect::<Vec<_>>() {
        let carrier = delivered.iter().find(|objective| proposal.is_carried_by(objective, at));
        let (by, reason) = match (carrier, gone(&proposal.objective)) {
            (Some(objective), _) => (objective.source.clone(), String::new()),
            (None, Some(source)) => (source, GONE_AT_SOURCE.to_owned()),
            (None, None) => continue,
        };
        let step = ProposalStep { state: ProposalState::Closed, at, by, reason };
        let position = i64::try_from(proposal.steps.len()).unwrap_or(i64::MAX);
        insert_step(connection, proposal.id, position, &step).await?;
        let count = if carrier.is_some() { &mut carried } else { &mut ended };
        *count += 1;
    }
    Ok((carried, ended))
}

impl Database {
    pub(super) async fn insert_objective_proposal(
        &self,
        proposal: &ObjectiveProposal,
    ) -> Result<i64, StoreError> {
        text::refuse_nul([proposal.objective.as_str(), &proposal.definition_hash])?;
        if proposal.steps.is_empty() {
            return Err(StoreError::invalid("a proposal begins with a step"));
        }
        let mut transaction = self.write().await?;
        let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(proposal.objective.clone())
            .bind(proposal.definition_hash.clone())
            .bind(proposal.before.target.0)
            .bind(text::window_text(&proposal.before.window))
            .bind(proposal.promise.target.0)
            .bind(text::window_text(&proposal.promise.window))
            .execute(&mut *transaction)
            .await?;
        for (position, step) in proposal.steps.iter().enumerate() {
            insert_step(&mut transaction, id, i64::try_from(position).unwrap_or(i64::MAX), step).await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    pub(super) async fn insert_proposal_step(&self, id: i64, step: &ProposalStep) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let row = sqlx::query(LAST).bind(id).fetch_optional(&mut *transaction).await?;
        let row = row.ok_or_else(|| StoreError::conflict(format!("there is no proposal {id}")))?;
        let mut columns = Columns::of(&row);
        let position: i64 = columns.take()?;
        let before: ProposalState = text::read("state of a proposal", columns.take::<&str>()?)?;
        if !before.may_become(step.state) {
            let what =
                format!("the proposal {id} is {}, it cannot be {}", before.as_str(), step.state.as_str());
            return Err(StoreError::conflict(what));
        }
        insert_step(&mut transaction, id, position + 1, step).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_objective_proposals(&self) -> Result<Vec<ObjectiveProposal>, StoreError> {
        let mut transaction = self.read().await?;
        proposals(&mut transaction).await
    }

    pub(super) async fn insert_proposal_patch(
        &self,
        id: i64,
        patch: &ObjectivePatch,
    ) -> Result<(), StoreError> {
        text::refuse_nul([patch.by.as_str(), &patch.address, &patch.path, &patch.block, &patch.remark])?;
        text::refuse_nul(patch.patch.as_deref())?;
        let mut transaction = self.write().await?;
        let position: i64 = sqlx::query_scalar(PATCH_NEXT).bind(id).fetch_one(&mut *transaction).await?;
        sqlx::query(PATCH_INSERT)
            .bind(id)
            .bind(position)
            .bind(Instant(text::micros(patch.at)))
            .bind(patch.by.clone())
            .bind(patch.address.clone())
            .bind(patch.path.clone())
            .bind(patch.patch.clone())
            .bind(patch.block.clone())
            .bind(patch.remark.clone())
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_proposal_patches(&self, id: i64) -> Result<Vec<ObjectivePatch>, StoreError> {
        let rows = sqlx::query(PATCH_LIST).bind(id).fetch_all(&self.reader).await?;
        let patch_of = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(ObjectivePatch {
                at: columns.instant()?,
                by: columns.take()?,
                address: columns.take()?,
                path: columns.take()?,
                patch: columns.take()?,
                block: columns.take()?,
                remark: columns.take()?,
            })
        };
        rows.iter().map(patch_of).collect()
    }
}
