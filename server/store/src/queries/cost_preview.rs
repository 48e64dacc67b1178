//! Whose cost the facts would be by a catalogue that is not in force.

use std::collections::BTreeMap;

use domain::allocation::allocate;
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, ChargeCategory, CostKey, Owner};
use domain::money::Currency;
use futures::TryStreamExt;
use jiff::civil::Date;

use super::columns::{Columns, day_number};
use super::{Database, Row, cost_allocation};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SUMS];

/// Sums per key between two days come first: keys are few, cells are many.
const SUMS: &str = "SELECT t.source, t.currency, t.billed, t.effective, k.sub_account, k.sub_account_name, \
     k.service, k.region, k.charge_category, k.tags FROM \
     (SELECT s.source, s.currency, c.key_id, CAST(SUM(c.billed) AS BIGINT) AS billed, \
     CAST(SUM(c.effective) AS BIGINT) AS effective \
     FROM cost_scope s CROSS JOIN cost_cell c WHERE c.scope_id = s.id AND c.day >= $1 AND c.day < $2 \
     GROUP BY s.source, s.currency, c.key_id) AS t JOIN cost_key k ON k.id = t.key_id";

/// What one key of one source cost in one currency.
struct KeySum {
    source: String,
    currency: Currency,
    amounts: Amounts,
    key: CostKey,
}

fn key_sum_of(row: &Row) -> Result<KeySum, StoreError> {
    let mut columns = Columns::of(row);
    Ok(KeySum {
        source: columns.take()?,
        currency: text::currency(columns.take()?)?,
        amounts: Amounts { billed: columns.take()?, effective: columns.take()? },
        key: CostKey {
            sub_account: columns.take()?,
            sub_account_name: columns.take()?,
            service: columns.take()?,
            region: columns.take()?,
            charge_category: ChargeCategory::of(columns.take()?),
            tags: text::tags_read(columns.take()?),
        },
    })
}

impl Database {
    pub(super) async fn preview_allocation(
        &self,
        catalogue: &Catalogue,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Owner, Currency, Amounts)>, StoreError> {
        let told = self.read_cloud_accounts().await?;
        let catalogue = &catalogue.with_directory(&told);
        let mut sums: BTreeMap<(Owner, Currency), Amounts> = BTreeMap::new();
        for (first, after) in cost_allocation::stretches_between(catalogue, from, to) {
            let mut rows =
                sqlx::query(SUMS).bind(day_number(first)).bind(day_number(after)).fetch(&self.reader);
            while let Some(row) = rows.try_next().await? {
                let sum = key_sum_of(&row)?;
                let owner = allocate(catalogue, &sum.source, &sum.key, first).owner;
                *sums.entry((owner, sum.currency)).or_default() += sum.amounts;
            }
        }
        Ok(sums.into_iter().map(|((owner, currency), amounts)| (owner, currency, amounts)).collect())
    }
}
