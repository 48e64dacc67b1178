//! The answer of the allocation rules for every key of every source, for stretches of days.

use std::collections::BTreeSet;

use domain::allocation::allocate;
use domain::catalogue::Catalogue;
use domain::cost::{ChargeCategory, CostKey};
use jiff::civil::Date;
use sqlx::Row as _;

use super::columns::{Columns, day_number};
use super::{Connection, Row, bulk, sync};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[STAGED_KEYS, STORED_KEYS, FORGET, SOURCES];

/// In the order of the staging area, whose primary key finds the next page.
const STAGED_KEYS: &str = "SELECT k.key_id, k.sub_account, k.sub_account_name, k.service, k.region, \
     k.charge_category, k.tags, k.id FROM cost_stage_key k WHERE k.id > $2 AND NOT EXISTS \
     (SELECT 1 FROM cost_allocation a WHERE a.source = $1 AND a.key_id = k.key_id) ORDER BY k.id LIMIT 500";
const STORED_KEYS: &str = "SELECT k.id, k.sub_account, k.sub_account_name, k.service, k.region, \
     k.charge_category, k.tags, k.id FROM cost_key k WHERE k.id > $2 AND EXISTS \
     (SELECT 1 FROM cost_allocation a WHERE a.source = $1 AND a.key_id = k.id) ORDER BY k.id LIMIT 500";
const FORGET: &str = "DELETE FROM cost_allocation WHERE source = $1 AND key_id >= $2 AND key_id <= $3";
const SOURCES: &str = "SELECT DISTINCT source FROM cost_scope ORDER BY source";

/// The column of a page's statement that says where the next page begins.
const PLACE: usize = 7;

/// The first day that is not reached any more: later than every date.
const END_OF_DAYS: i64 = 4_000_000;

/// One answer: key, first day, first day after, kind and name of the owner, environment.
type Answer = (i64, i64, i64, &'static str, String, &'static str);

/// Adds the answers for staged keys that the source has not had before.
pub(super) async fn extend(
    connection: &mut Connection,
    catalogue: &Catalogue,
    source: &str,
) -> Result<(), StoreError> {
    let told = sync::cloud_accounts(&mut *connection).await?;
    let catalogue = &catalogue.with_directory(&told);
    let mut last = 0;
    loop {
        let (keys, place) = page(connection, STAGED_KEYS, source, last).await?;
        if keys.is_empty() {
            return Ok(());
        }
        last = place;
        insert(connection, catalogue, source, &keys).await?;
    }
}

/// Makes all answers again after the catalogue changed.
pub(super) async fn rebuild(connection: &mut Connection, catalogue: &Catalogue) -> Result<(), StoreError> {
    let told = sync::cloud_accounts(&mut *connection).await?;
    let catalogue = &catalogue.with_directory(&told);
    let sources: Vec<String> = sqlx::query_scalar(SOURCES).fetch_all(&mut *connection).await?;
    for source in sources {
        let mut last = 0;
        loop {
            let (keys, place) = page(connection, STORED_KEYS, &source, last).await?;
            let (Some((first, _)), Some((newest, _))) = (keys.first(), keys.last()) else { break };
            sqlx::query(FORGET)
                .bind(source.clone())
                .bind(*first)
                .bind(*newest)
                .execute(&mut *connection)
                .await?;
            insert(connection, catalogue, &source, &keys).await?;
            last = place;
        }
    }
    Ok(())
}

/// The keys behind a place, and the place of the last of them.
async fn page(
    connection: &mut Connection,
    statement: &'static str,
    source: &str,
    last: i64,
) -> Result<(Vec<(i64, CostKey)>, i64), StoreError> {
    let rows = sqlx::query(statement).bind(source.to_owned()).bind(last).fetch_all(connection).await?;
    let place = rows.last().map_or(Ok(last), |row| row.try_get(PLACE))?;
    Ok((rows.iter().map(key_of).collect::<Result<_, _>>()?, place))
}

/// A key and its number, as the first seven columns of a row have them.
pub(super) fn key_of(row: &Row) -> Result<(i64, CostKey), StoreError> {
    let mut columns = Columns::of(row);
    let id = columns.take()?;
    let key = CostKey {
        sub_account: columns.take()?,
        sub_account_name: columns.take()?,
        service: columns.take()?,
        region: columns.take()?,
        charge_category: ChargeCategory::of(columns.take()?),
        tags: text::tags_read(columns.take()?),
    };
    Ok((id, key))
}

async fn insert(
    connection: &mut Connection,
    catalogue: &Catalogue,
    source: &str,
    keys: &[(i64, CostKey)],
) -> Result<(), StoreError> {
    let stretches = stretches(catalogue);
    let answers: Vec<Answer> =
        keys.iter().flat_map(|(id, key)| answers(catalogue, source, *id, key, &stretches)).collect();
    let head = "INSERT INTO cost_allocation \
         (source, key_id, from_day, to_day, owner_kind, owner, environment) ";
    bulk::insert(connection, head, "", &answers, |row, answer| {
        row.push_bind(source.to_owned())
            .push_bind(answer.0)
            .push_bind(answer.1)
            .push_bind(answer.2)
            .push_bind(answer.3)
            .push_bind(answer.4.clone())
            .push_bind(answer.5);
    })
    .await
}

/// The first days of the stretches between which no rule begins or ends to be valid.
fn stretches(catalogue: &Catalogue) -> Vec<Date> {
    let edges = catalogue.rules.iter().flat_map(|rule| [rule.valid_from, rule.valid_to]).flatten();
    let first = Date::constant(1900, 1, 1);
    edges.chain([first]).filter(|edge| *edge >= first).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The same from one day up to another, each with the day after its last.
pub(super) fn stretches_between(catalogue: &Catalogue, from: Date, to: Date) -> Vec<(Date, Date)> {
    let inside = stretches(catalogue).into_iter().filter(|edge| *edge > from && *edge < to);
    let edges: Vec<Date> = std::iter::once(from).chain(inside).chain([to]).collect();
    edges.windows(2).map(|pair| (pair[0], pair[1])).filter(|(first, after)| first < after).collect()
}

fn answers(catalogue: &Catalogue, source: &str, id: i64, key: &CostKey, stretches: &[Date]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for first in stretches {
        let allocation = allocate(catalogue, source, key, *first);
        let (kind, owner) = text::owner_words(&allocation.owner);
        let environment = allocation.environment.as_str();
        let from = day_number(*first);
        match answers.last_mut() {
            Some(last) if last.3 == kind && last.4 == owner && last.5 == environment => {}
            last => {
                if let Some(last) = last {
                    last.2 = from;
                }
                answers.push((id, from, END_OF_DAYS, kind, owner.to_owned(), environment));
            }
        }
    }
    answers
}
