//! Deliveries of cost on their way in: exact cells in a staging area that no reader sees.

use std::collections::{BTreeMap, HashMap};

use domain::cost::{BillingScope, CostKey, ExactCell};
use domain::resource::KeyResources;
use sqlx::QueryBuilder;
use tokio::sync::Mutex;

use super::columns::{date, day_number};
use super::{Connection, Database, Db, bulk, cost_allocation, lease};
use crate::exact::{InexactError, STEPS_PER_MICRO, micros_and_rest, steps_of};
use crate::types::{IMPORT_LEASE, KeyMark, Lease, Stage, StageState};
use crate::{StoreError, packed, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[CLEAR_RESOURCES, CLEAR_CELLS, CLEAR_KEYS, CLEAR_SCOPES, LEFT, INSERT_SCOPE];

const CLEAR_RESOURCES: &str = "DELETE FROM cost_stage_resource";
const CLEAR_CELLS: &str = "DELETE FROM cost_stage_cell";
const CLEAR_KEYS: &str = "DELETE FROM cost_stage_key";
const CLEAR_SCOPES: &str = "DELETE FROM cost_stage_scope";
/// Whatever is staged belongs to a scope.
const LEFT: &str = "SELECT COUNT(*) FROM (SELECT id FROM cost_stage_scope LIMIT 1) AS one";
const INSERT_SCOPE: &str = "INSERT INTO cost_stage_scope \
     (id, source, billing_account, period_start, period_end, currency) VALUES ($1, $2, $3, $4, $5, $6)";

/// How many keys are looked up at a time.
const LOOKED_UP: usize = 256;

/// Adds to a cell that is there, carrying what the rests make together.
const ON_KNOWN_CELL: &str = " ON CONFLICT (scope_id, day, key_id) DO UPDATE SET \
     billed = cost_stage_cell.billed + excluded.billed + CASE WHEN cost_stage_cell.billed_rest \
     + excluded.billed_rest >= 1000000000000000000 THEN 1 ELSE 0 END, \
     billed_rest = cost_stage_cell.billed_rest + excluded.billed_rest - CASE WHEN cost_stage_cell.billed_rest \
     + excluded.billed_rest >= 1000000000000000000 THEN 1000000000000000000 ELSE 0 END, \
     effective = cost_stage_cell.effective + excluded.effective + CASE WHEN cost_stage_cell.effective_rest \
     + excluded.effective_rest >= 1000000000000000000 THEN 1 ELSE 0 END, \
     effective_rest = cost_stage_cell.effective_rest + excluded.effective_rest \
     - CASE WHEN cost_stage_cell.effective_rest + excluded.effective_rest >= 1000000000000000000 \
     THEN 1000000000000000000 ELSE 0 END";
const _: () = assert!(STEPS_PER_MICRO == 1_000_000_000_000_000_000);

/// How many keys a stage remembers, in 2 MB; beyond that it asks the database. Seven eighths of a power of
/// two fill the table.
const KEYS_REMEMBERED: usize = 57_344;

/// Position of a cell: scope, day, key.
type Position = (i64, i64, i64);

/// A key that is not staged yet, its number and its tags as they are written.
type FreshKey = (i64, CostKey, String);

/// What one call adds, before it is written.
#[derive(Default)]
struct Batch {
    scopes: Vec<(i64, BillingScope)>,
    keys: HashMap<KeyMark, i64>,
    fresh_keys: Vec<FreshKey>,
    cells: BTreeMap<Position, (i128, i128)>,
}

/// Empties the staging area.
pub(super) async fn clear(connection: &mut Connection) -> Result<(), StoreError> {
    for statement in [CLEAR_RESOURCES, CLEAR_CELLS, CLEAR_KEYS, CLEAR_SCOPES] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}

impl Database {
    pub(super) async fn begin_stage(&self, lease: &Lease, source: &str) -> Result<Stage, StoreError> {
        text::refuse_nul([source])?;
        if lease.name != IMPORT_LEASE {
            return Err(StoreError::invalid(format!("an import of cost needs the lease “{IMPORT_LEASE}”")));
        }
        let mut transaction = self.write().await?;
        lease::check(&mut transaction, lease).await?;
        clear(&mut transaction).await?;
        transaction.commit().await?;
        let state = Mutex::new(StageState::new(KEYS_REMEMBERED));
        Ok(Stage { lease: lease.clone(), source: source.to_owned(), state })
    }

    pub(super) async fn append_to_stage(
        &self,
        stage: &Stage,
        cells: Vec<ExactCell>,
    ) -> Result<(), StoreError> {
        let mut state = stage.state.lock().await;
        let mut transaction = self.write().await?;
        lease::check(&mut transaction, &stage.lease).await?;
        let batch = number(&mut transaction, stage, &state, cells).await?;
        write_batch(&mut transaction, &batch).await?;
        transaction.commit().await?;
        remember(&mut state, batch);
        Ok(())
    }

    pub(super) async fn append_resources_to_stage(
        &self,
        stage: &Stage,
        resources: Vec<KeyResources>,
    ) -> Result<(), StoreError> {
        let mut state = stage.state.lock().await;
        let mut transaction = self.write().await?;
        lease::check(&mut transaction, &stage.lease).await?;
        let mut batch = Batch::default();
        let marks: Vec<KeyMark> = resources.iter().map(|one| state.mark(&one.key)).collect();
        let keys = marks.iter().zip(resources.iter().map(|one| &one.key));
        number_keys(&mut transaction, &state, &mut batch, keys).await?;
        let mut rows = Vec::with_capacity(resources.len());
        for (mark, one) in marks.iter().zip(&resources) {
            let key = state.keys.get(mark).or_else(|| batch.keys.get(mark));
            let (Some(scope), Some(key)) = (state.scopes.get(&one.scope), key) else {
                return Err(StoreError::invalid("resources of a key or a billing period without cells"));
            };
            text::refuse_nul(one.resources.iter().map(|resource| &*resource.id))?;
            let others = i64::try_from(one.others).unwrap_or(i64::MAX);
            rows.push((*scope, *key, others, packed::resources_write(&one.resources)));
        }
        let head = "INSERT INTO cost_stage_resource (scope_id, key_id, others, packed) ";
        bulk::insert(&mut transaction, head, "", &rows, |row, (scope, key, others, packed)| {
            row.push_bind(*scope).push_bind(*key).push_bind(*others).push_bind(packed.clone());
        })
        .await?;
        transaction.commit().await?;
        remember(&mut state, batch);
        Ok(())
    }

    pub(super) async fn stage_is_left(&self) -> Result<bool, StoreError> {
        let scopes: i64 = sqlx::query_scalar(LEFT).fetch_one(&self.reader).await?;
        Ok(scopes > 0)
    }

    pub(super) async fn discard_stage(&self, stage: &Stage) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        lease::check(&mut transaction, &stage.lease).await?;
        clear(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Sums cells under the numbers of their scopes and keys.
async fn number(
    connection: &mut Connection,
    stage: &Stage,
    state: &StageState,
    cells: Vec<ExactCell>,
) -> Result<Batch, StoreError> {
    let mut batch = Batch::default();
    let marks: Vec<KeyMark> = cells.iter().map(|cell| state.mark(&cell.key)).collect();
    number_keys(connection, state, &mut batch, marks.iter().zip(cells.iter().map(|cell| &cell.key))).await?;
    for (mark, cell) in marks.into_iter().zip(cells) {
        let scope = number_scope(stage, state, &mut batch, &cell.scope)?;
        let (billed, effective) = amounts(&cell)?;
        let key = match state.keys.get(&mark).or_else(|| batch.keys.get(&mark)) {
            Some(key) => *key,
            None => batch.add_key(state, mark, cell.key),
        };
        let sums = batch.cells.entry((scope, day_number(cell.day), key)).or_default();
        sums.0 = sums.0.saturating_add(billed);
        sums.1 = sums.1.saturating_add(effective);
    }
    Ok(batch)
}

/// Checks the keys that the stage does not remember, and looks up those among them that it has forgotten.
async fn number_keys<'a>(
    connection: &mut Connection,
    state: &StageState,
    batch: &mut Batch,
    keys: impl Iterator<Item = (&'a KeyMark, &'a CostKey)>,
) -> Result<(), StoreError> {
    let mut unknown: BTreeMap<KeyMark, (&CostKey, String)> = BTreeMap::new();
    for (mark, key) in keys {
        if !state.keys.contains_key(mark) && !unknown.contains_key(mark) {
            let tags = text::tags_write(&key.tags);
            text::refuse_nul([&*key.sub_account, &key.sub_account_name, &key.service, &key.region, &tags])?;
            unknown.insert(*mark, (key, tags));
        }
    }
    if !state.forgot_keys {
        return Ok(());
    }
    let digests: Vec<i64> = unknown.values().map(|(key, tags)| text::digest(key, tags)).collect();
    for chunk in digests.chunks(LOOKED_UP) {
        // Keys of the same digest are told apart by their texts.
        let mut find = QueryBuilder::<Db>::new(
            "SELECT id, sub_account, sub_account_name, service, region, charge_category, tags \
             FROM cost_stage_key WHERE digest IN (",
        );
        let mut list = find.separated(", ");
        for digest in chunk {
            list.push_bind(*digest);
        }
        find.push(")");
        for row in find.build().persistent(chunk.len() == LOOKED_UP).fetch_all(&mut *connection).await? {
            let (number, key) = cost_allocation::key_of(&row)?;
            batch.keys.insert(state.mark(&key), number);
        }
    }
    Ok(())
}

impl Batch {
    /// Gives a key that is not staged yet the next number.
    fn add_key(&mut self, state: &StageState, mark: KeyMark, key: CostKey) -> i64 {
        let number = state.key_count + i64::try_from(self.fresh_keys.len()).unwrap_or(i64::MAX) + 1;
        let tags = text::tags_write(&key.tags);
        self.keys.insert(mark, number);
        self.fresh_keys.push((number, key, tags));
        number
    }
}

fn amounts(cell: &ExactCell) -> Result<(i128, i128), StoreError> {
    let steps = |value| match steps_of(value) {
        Ok(steps) => Ok(steps),
        Err(InexactError::TooPrecise) => {
            Err(StoreError::TooPrecise { day: cell.day, service: cell.key.service.clone() })
        }
        Err(InexactError::TooLarge) => Err(too_large()),
    };
    Ok((steps(cell.billed)?, steps(cell.effective)?))
}

fn too_large() -> StoreError {
    StoreError::invalid("a cost is larger than 9.2 trillion units")
}

fn number_scope(
    stage: &Stage,
    state: &StageState,
    batch: &mut Batch,
    scope: &BillingScope,
) -> Result<i64, StoreError> {
    if let Some(number) = state.scopes.get(scope) {
        return Ok(*number);
    }
    if let Some((number, _)) = batch.scopes.iter().find(|(_, known)| known == scope) {
        return Ok(*number);
    }
    if scope.source != stage.source {
        return Err(StoreError::invalid("a cost of another source than the delivery's"));
    }
    text::refuse_nul([scope.billing_account.as_str()])?;
    let number = i64::try_from(state.scopes.len() + batch.scopes.len() + 1).map_err(|_| too_large())?;
    batch.scopes.push((number, scope.clone()));
    Ok(number)
}

/// Takes over what a call has written.
fn remember(state: &mut StageState, batch: Batch) {
    state.key_count += i64::try_from(batch.fresh_keys.len()).unwrap_or(i64::MAX);
    state.scopes.extend(batch.scopes.into_iter().map(|(number, scope)| (scope, number)));
    if state.keys.len() + batch.keys.len() > KEYS_REMEMBERED {
        state.keys.clear();
        state.forgot_keys = true;
    }
    state.keys.extend(batch.keys);
}

async fn write_batch(connection: &mut Connection, batch: &Batch) -> Result<(), StoreError> {
    for (number, scope) in &batch.scopes {
        sqlx::query(INSERT_SCOPE)
            .bind(*number)
            .bind(scope.source.clone())
            .bind(scope.billing_account.clone())
            .bind(date(scope.period_start))
            .bind(date(scope.period_end))
            .bind(scope.currency.to_string())
            .execute(&mut *connection)
            .await?;
    }
    let head = "INSERT INTO cost_stage_key \
         (id, digest, sub_account, sub_account_name, service, region, charge_category, tags) ";
    bulk::insert(connection, head, "", &batch.fresh_keys, |row, (number, key, tags)| {
        row.push_bind(*number)
            .push_bind(text::digest(key, tags))
            .push_bind(key.sub_account.clone())
            .push_bind(key.sub_account_name.clone())
            .push_bind(key.service.clone())
            .push_bind(key.region.clone())
            .push_bind(key.charge_category.as_str())
            .push_bind(tags.clone());
    })
    .await?;
    write_cells(connection, batch).await
}

async fn write_cells(connection: &mut Connection, batch: &Batch) -> Result<(), StoreError> {
    let cells = batch
        .cells
        .iter()
        .map(|(position, (billed, effective))| {
            Some((*position, micros_and_rest(*billed)?, micros_and_rest(*effective)?))
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(too_large)?;
    let head = "INSERT INTO cost_stage_cell \
         (scope_id, day, key_id, billed, billed_rest, effective, effective_rest) ";
    bulk::insert(connection, head, ON_KNOWN_CELL, &cells, |row, (position, billed, effective)| {
        row.push_bind(position.0)
            .push_bind(position.1)
            .push_bind(position.2)
            .push_bind(billed.0)
            .push_bind(billed.1)
            .push_bind(effective.0)
            .push_bind(effective.1);
    })
    .await
}
