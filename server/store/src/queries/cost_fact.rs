//! The facts of one owner, week by week: what a figure is made of.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::cost::{Amounts, CostKey, Owner};
use domain::money::Currency;
use domain::product::Environment;
use domain::product_cost::FactWeek;
use domain::week::IsoWeek;

use super::columns::{Columns, day_number, day_of, monday_number};
use super::{Connection, Database, Row, cost_allocation};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SCOPES, KEYS, CELLS];

/// Each billing period with the first and last day that it says anything about, which the primary key of the
/// cells knows.
const SCOPES: &str = "SELECT s.id, s.source, s.currency, \
     (SELECT MIN(c.day) FROM cost_cell c WHERE c.scope_id = s.id), \
     (SELECT MAX(c.day) FROM cost_cell c WHERE c.scope_id = s.id) FROM cost_scope s ORDER BY s.id";
const KEYS: &str = "SELECT k.id, k.sub_account, k.sub_account_name, k.service, k.region, k.charge_category, \
     k.tags FROM cost_key k WHERE k.id IN \
     (SELECT a.key_id FROM cost_allocation a WHERE a.owner_kind = $1 AND a.owner = $2)";

/// One seek a day and key: the cells of others, which are most, are never looked at. `CROSS JOIN` keeps
/// SQLite to the order of the joins.
const CELLS: &str = "WITH RECURSIVE span (day) AS (SELECT CAST($2 AS BIGINT) UNION ALL \
     SELECT day + 1 FROM span WHERE day < $3) \
     SELECT c.day, c.key_id, a.environment, c.billed, c.effective \
     FROM cost_allocation a CROSS JOIN span CROSS JOIN cost_cell c \
     WHERE a.owner_kind = $5 AND a.owner = $6 AND a.source = $4 \
     AND a.from_day <= span.day AND a.to_day > span.day \
     AND c.scope_id = $1 AND c.day = span.day AND c.key_id = a.key_id";

/// A billing period and the days of it that are asked for.
struct Scope {
    id: i64,
    source: Arc<str>,
    currency: Currency,
    first: i64,
    last: i64,
}

/// What the days of a week are summed under: Monday, source, currency, key, environment.
type Place = (i64, Arc<str>, Currency, i64, &'static str);

/// The scope of a row, if it has a day between two days.
fn scope_of(row: &Row, from: i64, to: i64) -> Result<Option<Scope>, StoreError> {
    let mut columns = Columns::of(row);
    let (id, source, currency) = (columns.take()?, columns.take::<&str>()?.into(), columns.take()?);
    let (first, last): (Option<i64>, Option<i64>) = (columns.take()?, columns.take()?);
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let (first, last) = (first.max(from), last.min(to));
    let currency = text::currency(currency)?;
    Ok((first <= last).then_some(Scope { id, source, currency, first, last }))
}

async fn add_cells(
    connection: &mut Connection,
    scope: &Scope,
    owner: &Owner,
    sums: &mut BTreeMap<Place, [Amounts; 7]>,
) -> Result<(), StoreError> {
    let (kind, name) = text::owner_words(owner);
    let rows = sqlx::query(CELLS)
        .bind(scope.id)
        .bind(scope.first)
        .bind(scope.last)
        .bind(scope.source.to_string())
        .bind(kind)
        .bind(name.to_owned())
        .fetch_all(connection)
        .await?;
    for row in &rows {
        let mut columns = Columns::of(row);
        let (day, key): (i64, i64) = (columns.take()?, columns.take()?);
        let environment: Environment = text::read("environment", columns.take()?)?;
        let amounts = Amounts { billed: columns.take()?, effective: columns.take()? };
        let monday = monday_number(day);
        let place = (monday, Arc::clone(&scope.source), scope.currency, key, environment.as_str());
        let days = sums.entry(place).or_default();
        if let Some(sum) = usize::try_from(day - monday).ok().and_then(|position| days.get_mut(position)) {
            *sum += amounts;
        }
    }
    Ok(())
}

impl Database {
    pub(super) async fn read_cost_facts(
        &self,
        owner: &Owner,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<FactWeek>, StoreError> {
        let mut reading = self.read().await?;
        let (first, last) = (day_number(from.monday()), day_number(to.sunday()));
        let mut sums = BTreeMap::new();
        for row in &sqlx::query(SCOPES).fetch_all(&mut *reading).await? {
            if let Some(scope) = scope_of(row, first, last)? {
                add_cells(&mut reading, &scope, owner, &mut sums).await?;
            }
        }
        let (kind, name) = text::owner_words(owner);
        let rows = sqlx::query(KEYS).bind(kind).bind(name.to_owned()).fetch_all(&mut *reading).await?;
        let mut keys: HashMap<i64, Arc<CostKey>> = HashMap::with_capacity(rows.len());
        for row in &rows {
            let (id, key) = cost_allocation::key_of(row)?;
            keys.insert(id, Arc::new(key));
        }
        let fact = |((monday, source, currency, key, environment), days)| {
            let unknown = || StoreError::corrupt(format!("cost key {key}"));
            Ok(FactWeek {
                week: IsoWeek::containing(day_of(monday)?),
                source,
                currency,
                key: keys.get(&key).map(Arc::clone).ok_or_else(unknown)?,
                environment: text::read("environment", environment)?,
                days,
            })
        };
        let mut facts: Vec<FactWeek> = sums.into_iter().map(fact).collect::<Result<_, StoreError>>()?;
        facts.sort_by(|one, other| one.order().cmp(&other.order()));
        Ok(facts)
    }
}
