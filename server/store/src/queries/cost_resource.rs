//! What single resources cost: kept beside the cells of a billing period, by the numbers of its keys.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::cost::{Amounts, CostKey, Owner};
use domain::money::Currency;
use domain::product::Environment;
use domain::resource::{ResourceDays, ResourceWeek};
use domain::week::IsoWeek;
use jiff::civil::Date;

use super::columns::{Columns, date, day_number};
use super::{Connection, Database, Row, cost_allocation};
use crate::{StoreError, packed, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[COUNT_STAGED, COUNT_STORED, DIFFERING, DELETE, INSERT, SCOPES, KEYS, OF_SCOPE];

const COUNT_STAGED: &str = "SELECT COUNT(*) FROM cost_stage_resource WHERE scope_id = $1";
const COUNT_STORED: &str = "SELECT COUNT(*) FROM cost_resource WHERE scope_id = $1";
const DIFFERING: &str = "SELECT COUNT(*) FROM cost_stage_resource r JOIN cost_stage_key k ON k.id = r.key_id \
     LEFT JOIN cost_resource s ON s.scope_id = $2 AND s.key_id = k.key_id \
     WHERE r.scope_id = $1 AND (s.key_id IS NULL OR s.others <> r.others OR s.packed <> r.packed)";
const DELETE: &str = "DELETE FROM cost_resource WHERE scope_id = $1";
const INSERT: &str = "INSERT INTO cost_resource (scope_id, key_id, others, packed) \
     SELECT CAST($2 AS BIGINT), k.key_id, r.others, r.packed FROM cost_stage_resource r \
     JOIN cost_stage_key k ON k.id = r.key_id WHERE r.scope_id = $1 ORDER BY k.key_id";

/// Billing periods that touch some days.
const SCOPES: &str = "SELECT s.id, s.source, s.billing_account, s.currency, s.period_start, s.period_end \
     FROM cost_scope s WHERE s.period_start <= $2 AND s.period_end > $1 ORDER BY s.id";

/// The keys of a service that were an owner's at some time, each with when and where.
const KEYS: &str = "SELECT k.id, k.sub_account, k.sub_account_name, k.service, k.region, k.charge_category, k.tags, \
     a.source, a.from_day, a.to_day, a.environment FROM cost_allocation a CROSS JOIN cost_key k \
     WHERE a.owner_kind = $1 AND a.owner = $2 AND k.id = a.key_id AND k.service = $3 \
     ORDER BY k.id, a.source, a.from_day";
const OF_SCOPE: &str = "SELECT r.key_id, r.others, r.packed FROM cost_allocation a CROSS JOIN cost_key k \
     CROSS JOIN cost_resource r WHERE a.owner_kind = $2 AND a.owner = $3 AND k.id = a.key_id AND k.service = $4 \
     AND r.scope_id = $1 AND r.key_id = k.id";

/// Whether the staged resources of a scope are those that are stored of it.
pub(super) async fn is_same(
    connection: &mut Connection,
    staged: Option<i64>,
    stored: Option<i64>,
) -> Result<bool, StoreError> {
    let (staged, stored) = (staged.unwrap_or(0), stored.unwrap_or(0));
    let there: i64 = sqlx::query_scalar(COUNT_STAGED).bind(staged).fetch_one(&mut *connection).await?;
    let here: i64 = sqlx::query_scalar(COUNT_STORED).bind(stored).fetch_one(&mut *connection).await?;
    if there != here {
        return Ok(false);
    }
    let differing: i64 =
        sqlx::query_scalar(DIFFERING).bind(staged).bind(stored).fetch_one(&mut *connection).await?;
    Ok(differing == 0)
}

/// Puts the staged resources of a scope in the place of the stored ones.
pub(super) async fn replace(
    connection: &mut Connection,
    staged: Option<i64>,
    id: i64,
) -> Result<(), StoreError> {
    sqlx::query(DELETE).bind(id).execute(&mut *connection).await?;
    sqlx::query(INSERT).bind(staged.unwrap_or(0)).bind(id).execute(&mut *connection).await?;
    Ok(())
}

/// A billing period that touches the days asked for.
struct Scope {
    id: i64,
    source: Arc<str>,
    billing_account: String,
    currency: Currency,
    start: Date,
    end: Date,
}

impl Scope {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        Ok(Self {
            id: columns.take()?,
            source: columns.take::<&str>()?.into(),
            billing_account: columns.take()?,
            currency: text::currency(columns.take()?)?,
            start: columns.date()?,
            end: columns.date()?,
        })
    }
}

/// A key of an owner, with the days of each source that are its.
struct OwnedKey {
    id: i64,
    key: Arc<CostKey>,
    source: String,
    from_day: i64,
    to_day: i64,
    environment: Environment,
}

impl OwnedKey {
    fn of(row: &Row, keys: &mut BTreeMap<i64, Arc<CostKey>>) -> Result<Self, StoreError> {
        let (id, key) = cost_allocation::key_of(row)?;
        let mut columns = Columns::after(row, 7);
        Ok(Self {
            id,
            key: Arc::clone(keys.entry(id).or_insert_with(|| Arc::new(key))),
            source: columns.take()?,
            from_day: columns.take()?,
            to_day: columns.take()?,
            environment: text::read("environment", columns.take()?)?,
        })
    }
}

/// The resources of a key in one billing period, and whether it names any more.
struct Kept {
    others: i64,
    resources: Vec<ResourceDays>,
}

/// The kept resources of one key, billing period by billing period.
type OfPeriods<'a> = Vec<(&'a Scope, &'a Kept)>;

impl Kept {
    /// What a resource cost on a day; `None` where it is not kept and may be one of the others.
    fn amounts(&self, resource: &str, day: Date) -> Option<Amounts> {
        match self.resources.iter().find(|one| one.id == resource) {
            Some(one) => {
                let found = one.days.iter().find(|(known, _)| *known == day);
                Some(found.map_or_else(Amounts::default, |(_, amounts)| *amounts))
            }
            None => (self.others == 0).then(Amounts::default),
        }
    }
}

/// The kept resources of a service in one billing period, by the number of their key.
async fn kept(
    connection: &mut Connection,
    scope: &Scope,
    owner: &Owner,
    service: &str,
) -> Result<HashMap<i64, Kept>, StoreError> {
    let (kind, name) = text::owner_words(owner);
    let rows = sqlx::query(OF_SCOPE)
        .bind(scope.id)
        .bind(kind)
        .bind(name.to_owned())
        .bind(service.to_owned())
        .fetch_all(connection)
        .await?;
    let mut kept = HashMap::with_capacity(rows.len());
    for row in &rows {
        let mut columns = Columns::of(row);
        let (key, others) = (columns.take()?, columns.take()?);
        kept.insert(key, Kept { others, resources: packed::resources_read(columns.take()?)? });
    }
    Ok(kept)
}

/// A key of which a billing period keeps nothing: what it names there is not known.
static NOT_KNOWN: Kept = Kept { others: 1, resources: Vec::new() };

/// What a resource cost on the days of a week that are the owner's.
fn days_of(resource: &str, week: IsoWeek, owned: &OwnedKey, periods: &OfPeriods<'_>) -> [Option<Amounts>; 7] {
    week.days().map(|day| {
        if !(owned.from_day..owned.to_day).contains(&day_number(day)) {
            return Some(Amounts::default());
        }
        // A day may be told by several periods: by its own, and by later ones that correct it.
        let told = periods.iter().filter(|(scope, kept)| {
            (scope.start..scope.end).contains(&day) || kept.resources.iter().any(|one| one.id == resource)
        });
        told.map(|(_, kept)| kept.amounts(resource, day)).sum()
    })
}

impl Database {
    pub(super) async fn read_resources(
        &self,
        owner: &Owner,
        service: &str,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<ResourceWeek>, StoreError> {
        let mut reading = self.read().await?;
        let rows = sqlx::query(SCOPES)
            .bind(date(from.monday()))
            .bind(date(to.sunday()))
            .fetch_all(&mut *reading)
            .await?;
        let scopes = rows.iter().map(Scope::of).collect::<Result<Vec<_>, _>>()?;
        let (kind, name) = text::owner_words(owner);
        let rows = sqlx::query(KEYS)
            .bind(kind)
            .bind(name.to_owned())
            .bind(service.to_owned())
            .fetch_all(&mut *reading)
            .await?;
        let mut kept_in = Vec::with_capacity(scopes.len());
        for scope in &scopes {
            kept_in.push((scope, kept(&mut reading, scope, owner, service).await?));
        }
        let mut keys = BTreeMap::new();
        let mut weeks = Vec::new();
        for row in &rows {
            let owned = OwnedKey::of(row, &mut keys)?;
            let mut bills: BTreeMap<(&str, Currency), OfPeriods<'_>> = BTreeMap::new();
            for (scope, kept) in kept_in.iter().filter(|(scope, _)| *scope.source == *owned.source) {
                let kept = kept.get(&owned.id).unwrap_or(&NOT_KNOWN);
                bills.entry((&scope.billing_account, scope.currency)).or_default().push((*scope, kept));
            }
            for ((_, currency), periods) in &bills {
                add_weeks((from, to), &owned, *currency, periods, &mut weeks);
            }
        }
        weeks.sort_by(|one, other| order(one).cmp(&order(other)));
        Ok(weeks)
    }
}

/// The weeks of all resources that any period of a bill has kept of a key.
fn add_weeks(
    (from, to): (IsoWeek, IsoWeek),
    owned: &OwnedKey,
    currency: Currency,
    periods: &OfPeriods<'_>,
    weeks: &mut Vec<ResourceWeek>,
) {
    let ids: BTreeSet<&str> =
        periods.iter().flat_map(|(_, kept)| kept.resources.iter().map(|one| one.id.as_str())).collect();
    let Some((scope, _)) = periods.first() else { return };
    for id in ids {
        let resource: Arc<str> = id.into();
        let mut week = from;
        while week <= to {
            weeks.push(ResourceWeek {
                week,
                source: Arc::clone(&scope.source),
                currency,
                key: Arc::clone(&owned.key),
                environment: owned.environment,
                resource: Arc::clone(&resource),
                days: days_of(id, week, owned, periods),
            });
            week = week.next();
        }
    }
}

fn order(week: &ResourceWeek) -> impl Ord + use<'_> {
    let environment = week.environment.as_str();
    (week.week, &*week.source, week.currency, &*week.key, environment, &*week.resource)
}
