//! What terraform says of objectives, as the newest upload of each source has it.

use domain::terraform::TerraformObjective;

use super::columns::Columns;
use super::objective_proposal::promise_of;
use super::{Connection, Database, bulk, state};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, PROMISES, CLEAR, CLEAR_PROMISES];

const LIST: &str =
    "SELECT source, address, kind, external_id, name FROM terraform_objective ORDER BY source, address";
const PROMISES: &str = "SELECT source, address, target, target_window FROM terraform_promise \
     ORDER BY source, address, position";
const CLEAR: &str = "DELETE FROM terraform_objective WHERE source = $1";
const CLEAR_PROMISES: &str = "DELETE FROM terraform_promise WHERE source = $1";

async fn resources(connection: &mut Connection) -> Result<Vec<TerraformObjective>, StoreError> {
    let mut resources = Vec::new();
    for row in sqlx::query(LIST).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        resources.push(TerraformObjective {
            source: columns.take()?,
            address: columns.take()?,
            kind: text::read("kind of resource", columns.take::<&str>()?)?,
            external_id: columns.take()?,
            name: columns.take()?,
            promises: Vec::new(),
        });
    }
    for row in sqlx::query(PROMISES).fetch_all(connection).await? {
        let mut columns = Columns::of(&row);
        let (source, address): (&str, &str) = (columns.take()?, columns.take()?);
        let of = |one: &&mut TerraformObjective| one.source == source && one.address == address;
        if let Some(resource) = resources.iter_mut().find(of) {
            resource.promises.push(promise_of(&mut columns)?);
        }
    }
    Ok(resources)
}

async fn insert(connection: &mut Connection, resources: &[TerraformObjective]) -> Result<(), StoreError> {
    let head = "INSERT INTO terraform_objective (source, address, kind, external_id, name) ";
    bulk::insert(connection, head, "", resources, |row, resource| {
        row.push_bind(resource.source.clone())
            .push_bind(resource.address.clone())
            .push_bind(resource.kind.as_str())
            .push_bind(resource.external_id.clone())
            .push_bind(resource.name.clone());
    })
    .await?;
    let promises: Vec<_> = resources
        .iter()
        .flat_map(|resource| {
            resource.promises.iter().enumerate().map(move |(position, promise)| (resource, position, promise))
        })
        .collect();
    let head = "INSERT INTO terraform_promise (source, address, position, target, target_window) ";
    bulk::insert(connection, head, "", &promises, |row, (resource, position, promise)| {
        row.push_bind(resource.source.clone())
            .push_bind(resource.address.clone())
            .push_bind(i64::try_from(*position).unwrap_or(i64::MAX))
            .push_bind(promise.target.0)
            .push_bind(text::window_text(&promise.window));
    })
    .await?;
    Ok(())
}

impl Database {
    pub(super) async fn replace_terraform(
        &self,
        source: &str,
        mut delivered: Vec<TerraformObjective>,
    ) -> Result<bool, StoreError> {
        for one in &delivered {
            text::refuse_nul([one.source.as_str(), &one.address, &one.external_id, &one.name])?;
            if one.source != source {
                return Err(StoreError::invalid("a resource of another source than the delivery's"));
            }
        }
        delivered.sort_by(|one, other| one.address.cmp(&other.address));
        if delivered.windows(2).any(|pair| pair[0].address == pair[1].address) {
            return Err(StoreError::invalid("a resource of terraform stands there twice"));
        }
        let mut transaction = self.write().await?;
        let known = resources(&mut transaction).await?;
        if known.iter().filter(|one| one.source == source).eq(&delivered) {
            return Ok(false);
        }
        for statement in [CLEAR_PROMISES, CLEAR] {
            sqlx::query(statement).bind(source.to_owned()).execute(&mut *transaction).await?;
        }
        insert(&mut transaction, &delivered).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn read_terraform(&self) -> Result<Vec<TerraformObjective>, StoreError> {
        let mut transaction = self.read().await?;
        resources(&mut transaction).await
    }
}
