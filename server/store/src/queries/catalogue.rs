//! The catalogue: read as one value, replaced as one value.

mod checklist;
mod policy;
mod postmortem;
mod read;
mod write;

use domain::catalogue::Catalogue;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Connection, Database, cost_rollup, state};
use crate::StoreError;

pub(super) use read::get;

#[cfg(test)]
pub(super) use read::STATEMENTS as READ_STATEMENTS;
#[cfg(test)]
pub(super) use write::STATEMENTS as WRITE_STATEMENTS;

/// What will be stored: the new catalogue, and what it no longer names, closed.
fn merge(stored: &Catalogue, new: &Catalogue, closed_on: Date) -> Catalogue {
    let mut merged = new.clone();
    for product in &stored.products {
        if new.product(&product.slug).is_none() {
            let mut product = product.clone();
            product.closed_on.get_or_insert(closed_on);
            merged.products.push(product);
        }
    }
    for account in &stored.accounts {
        if !new.accounts.iter().any(|named| named.id == account.id) {
            let mut account = account.clone();
            account.closed_on.get_or_insert(closed_on);
            merged.accounts.push(account);
        }
    }
    merged
}

impl Database {
    pub(super) async fn replace_catalogue(
        &self,
        catalogue: &Catalogue,
        closed_on: Date,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let changed = replace_within(&mut transaction, catalogue, closed_on, at).await?;
        if changed {
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(changed)
    }
}

/// Replaces the catalogue inside a transaction; answers whether anything changed.
pub(super) async fn replace_within(
    connection: &mut Connection,
    catalogue: &Catalogue,
    closed_on: Date,
    at: Timestamp,
) -> Result<bool, StoreError> {
    write::check(catalogue)?;
    let stored = get(&mut *connection).await?;
    let merged = merge(&stored, catalogue, closed_on);
    if merged == stored {
        return Ok(false);
    }
    write::put(connection, &merged, at).await?;
    if merged.accounts != stored.accounts || merged.rules != stored.rules {
        cost_rollup::rebuild_all(connection, &merged).await?;
    }
    Ok(true)
}
