//! Roll-ups per week and month, made of the facts in the transaction that changes either.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalogue::Catalogue;
use domain::cost::{Amounts, Owner, OwnerMonth, OwnerWeek};
use domain::money::Currency;
use domain::product::Slug;
use domain::rate::Month;
use domain::week::IsoWeek;
use futures::TryStreamExt;

use super::columns::{Columns, day_number, day_of, monday_number};
use super::{COST_STATISTICS, Connection, Database, Row, bulk, catalogue, cost, cost_allocation, state};
use crate::{StoreError, packed, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    DAYS,
    FORGET_SERVICES,
    FORGET_TAXES,
    FORGET_OWNERS,
    FORGET_DAYS,
    FORGET_ALL_SERVICES,
    FORGET_ALL_TAXES,
    FORGET_ALL_OWNERS,
    FORGET_ALL_DAYS,
    FORGET_MONTH,
    FORGET_ALL_MONTHS,
    SERVICES,
    INSERT_OWNERS,
    INSERT_MONTH,
    BILLED_DAYS,
];

/// The first and the last day with facts; each scope knows its own by its primary key.
const DAYS: &str = "SELECT MIN(edges.first_day), MAX(edges.last_day) FROM (SELECT \
     (SELECT MIN(c.day) FROM cost_cell c WHERE c.scope_id = s.id) AS first_day, \
     (SELECT MAX(c.day) FROM cost_cell c WHERE c.scope_id = s.id) AS last_day FROM cost_scope s) AS edges";
const FORGET_SERVICES: &str = "DELETE FROM cost_service_week WHERE monday = $1";
const FORGET_TAXES: &str = "DELETE FROM cost_tax_week WHERE monday = $1";
const FORGET_OWNERS: &str = "DELETE FROM cost_owner_week WHERE monday = $1";
const FORGET_DAYS: &str = "DELETE FROM cost_billed_day WHERE day >= $1 AND day <= $1 + 6";
const FORGET_MONTH: &str = "DELETE FROM cost_owner_month WHERE month = $1";
const FORGET_ALL_MONTHS: &str = "DELETE FROM cost_owner_month";
const FORGET_ALL_DAYS: &str = "DELETE FROM cost_billed_day";
const FORGET_ALL_SERVICES: &str = "DELETE FROM cost_service_week";
const FORGET_ALL_TAXES: &str = "DELETE FROM cost_tax_week";
const FORGET_ALL_OWNERS: &str = "DELETE FROM cost_owner_week";

/// A week of the facts in the order in which it is packed, taxes of a service right after the rest of it.
/// `CROSS JOIN` keeps SQLite to the order of the joins, which follows the primary keys.
const SERVICES: &str = "SELECT a.owner_kind, a.owner, s.source, s.currency, a.environment, k.service, \
     k.charge_category = 'Tax', \
     CAST(SUM(CASE WHEN c.day = $1 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 THEN c.effective ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 1 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 1 THEN c.effective ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 2 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 2 THEN c.effective ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 3 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 3 THEN c.effective ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 4 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 4 THEN c.effective ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 5 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 5 THEN c.effective ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 6 THEN c.billed ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.day = $1 + 6 THEN c.effective ELSE 0 END) AS BIGINT) \
     FROM cost_scope s CROSS JOIN cost_cell c CROSS JOIN cost_key k CROSS JOIN cost_allocation a \
     WHERE c.scope_id = s.id AND c.day >= $1 AND c.day <= $1 + 6 AND k.id = c.key_id \
     AND a.source = s.source AND a.key_id = c.key_id AND a.from_day <= c.day AND a.to_day > c.day \
     GROUP BY a.owner_kind, a.owner, s.source, s.currency, a.environment, k.service, k.charge_category = 'Tax' \
     ORDER BY a.owner_kind, a.owner, s.source, s.currency, a.environment, k.service, k.charge_category = 'Tax'";
const INSERT_OWNERS: &str = "INSERT INTO cost_owner_week (monday, packed) VALUES ($1, $2)";
const INSERT_MONTH: &str = "INSERT INTO cost_owner_month (month, packed) VALUES ($1, $2)";

/// Straight from the facts, past allocation, so that a cell which no allocation answers would show.
const BILLED_DAYS: &str = "INSERT INTO cost_billed_day (day, source, currency, billed, effective) \
     SELECT c.day, s.source, s.currency, CAST(SUM(c.billed) AS BIGINT), CAST(SUM(c.effective) AS BIGINT) \
     FROM cost_scope s CROSS JOIN cost_cell c \
     WHERE c.scope_id = s.id AND c.day >= $1 AND c.day <= $1 + 6 GROUP BY c.day, s.source, s.currency";

/// How many weeks are rolled up without a look at the statistics of the tables first.
const FEW_WEEKS: usize = 6;

/// Makes the roll-ups of the weeks with these Mondays again.
pub(super) async fn rebuild(connection: &mut Connection, mondays: &BTreeSet<i64>) -> Result<(), StoreError> {
    if let Some(statement) = COST_STATISTICS.filter(|_| mondays.len() > FEW_WEEKS) {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    for monday in mondays {
        for statement in [FORGET_SERVICES, FORGET_TAXES, FORGET_OWNERS, FORGET_DAYS, BILLED_DAYS] {
            sqlx::query(statement).bind(*monday).execute(&mut *connection).await?;
        }
        let rolled_up = roll_up(connection, *monday).await?;
        insert(connection, *monday, rolled_up).await?;
    }
    rebuild_months(connection, mondays).await
}

/// Makes the sums of the months that these weeks touch again, out of the roll-ups of all their weeks.
async fn rebuild_months(connection: &mut Connection, mondays: &BTreeSet<i64>) -> Result<(), StoreError> {
    let mut months = BTreeSet::new();
    for monday in mondays {
        months.extend([Month::containing(day_of(*monday)?), Month::containing(day_of(*monday + 6)?)]);
    }
    for month in months {
        let (first, last) = (day_number(month.first_day()), day_number(month.last_day()));
        sqlx::query(FORGET_MONTH).bind(first).execute(&mut *connection).await?;
        let weeks = cost::owner_weeks(&mut *connection, monday_number(first), last).await?;
        let sums = month_of(month, &weeks)?;
        if !sums.is_empty() {
            let packed = packed::months_write(sums.iter());
            sqlx::query(INSERT_MONTH).bind(first).bind(packed).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// What products cost in a month, by currency and product.
fn month_of(month: Month, weeks: &[OwnerWeek]) -> Result<Vec<OwnerMonth>, StoreError> {
    let mut sums: BTreeMap<(Currency, &Slug), Amounts> = BTreeMap::new();
    for row in weeks {
        let Owner::Product(product) = &row.owner else { continue };
        let days = row.week.days().into_iter().zip(row.days);
        let sum = sums.entry((row.currency, product)).or_default();
        for (_, amounts) in days.filter(|(day, _)| Month::containing(*day) == month) {
            *sum = plus(*sum, amounts).ok_or_else(|| StoreError::invalid("a month costs too much"))?;
        }
    }
    let sums = sums.into_iter().filter(|(_, amounts)| !amounts.is_zero());
    let month_of = |((currency, product), amounts): ((Currency, &Slug), Amounts)| OwnerMonth {
        month,
        currency,
        product: product.clone(),
        amounts,
    };
    Ok(sums.map(month_of).collect())
}

/// An owner's kind and name, and its rows packed.
type Packed = (&'static str, String, Vec<u8>);

/// A week by owner, each owner packed, its taxes apart, and the week over all services.
struct RolledUp {
    services: Vec<Packed>,
    taxes: Vec<Packed>,
    owners: Vec<OwnerWeek>,
}

/// Sums up the facts of a week; no more than one owner's services are held unpacked.
async fn roll_up(connection: &mut Connection, monday: i64) -> Result<RolledUp, StoreError> {
    let week = IsoWeek::containing(day_of(monday)?);
    let mut rolled_up = RolledUp { services: Vec::new(), taxes: Vec::new(), owners: Vec::new() };
    let (mut services, mut taxes): (Vec<OwnerWeek>, Vec<OwnerWeek>) = (Vec::new(), Vec::new());
    let mut rows = sqlx::query(SERVICES).bind(monday).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let (service, is_tax) = service_week_of(&row, week)?;
        if services.last().is_some_and(|last| last.owner != service.owner) {
            rolled_up.keep(&services, &taxes);
            services.clear();
            taxes.clear();
        }
        add(&mut rolled_up.owners, OwnerWeek { service: "".into(), ..service.clone() })?;
        if is_tax {
            add(&mut taxes, OwnerWeek { service: "".into(), ..service.clone() })?;
        }
        add(&mut services, service)?;
    }
    rolled_up.keep(&services, &taxes);
    rolled_up.owners.sort_by(|one, other| order_of(one).cmp(&order_of(other)));
    Ok(rolled_up)
}

impl RolledUp {
    /// Packs all services of one owner, and its taxes.
    fn keep(&mut self, services: &[OwnerWeek], taxes: &[OwnerWeek]) {
        for (rows, packed) in [(services, &mut self.services), (taxes, &mut self.taxes)] {
            if let Some(first) = rows.first() {
                let (kind, owner) = text::owner_words(&first.owner);
                packed.push((kind, owner.to_owned(), packed::weeks_write(rows)));
            }
        }
    }
}

/// Adds a row to the last one where both are the same but for their days: what belongs together comes one
/// after the other.
fn add(rows: &mut Vec<OwnerWeek>, row: OwnerWeek) -> Result<(), StoreError> {
    let same = |last: &&mut OwnerWeek| order_of(last) == order_of(&row) && last.service == row.service;
    match rows.last_mut().filter(same) {
        Some(last) => {
            for (sum, day) in last.days.iter_mut().zip(row.days) {
                *sum = plus(*sum, day).ok_or_else(|| StoreError::invalid("a day costs too much"))?;
            }
        }
        None => rows.push(row),
    }
    Ok(())
}

fn plus(one: Amounts, other: Amounts) -> Option<Amounts> {
    let billed = one.billed.checked_add(other.billed)?;
    Some(Amounts { billed, effective: one.effective.checked_add(other.effective)? })
}

fn order_of(week: &OwnerWeek) -> (&str, &str, (&'static str, &str), &'static str) {
    (&week.source, week.currency.code(), text::owner_words(&week.owner), week.environment.as_str())
}

/// A row, and whether it is tax.
fn service_week_of(row: &Row, week: IsoWeek) -> Result<(OwnerWeek, bool), StoreError> {
    let mut columns = Columns::of(row);
    let (owner, source) = (text::owner(columns.take()?, columns.take()?)?, columns.take::<&str>()?.into());
    let currency = text::currency(columns.take()?)?;
    let environment = text::read("environment", columns.take()?)?;
    let (service, is_tax) = (columns.take::<&str>()?.into(), columns.take()?);
    let days = days_of(&mut columns)?;
    Ok((OwnerWeek { week, owner, source, currency, environment, service, days }, is_tax))
}

fn days_of(columns: &mut Columns<'_>) -> Result<[Amounts; 7], StoreError> {
    let mut days = [Amounts::default(); 7];
    for day in &mut days {
        *day = Amounts { billed: columns.take()?, effective: columns.take()? };
    }
    Ok(days)
}

async fn insert(connection: &mut Connection, monday: i64, rolled_up: RolledUp) -> Result<(), StoreError> {
    if rolled_up.owners.is_empty() {
        return Ok(());
    }
    let services = "INSERT INTO cost_service_week (monday, owner_kind, owner, packed) ";
    let taxes = "INSERT INTO cost_tax_week (monday, owner_kind, owner, packed) ";
    for (head, rows) in [(services, &rolled_up.services), (taxes, &rolled_up.taxes)] {
        bulk::insert(connection, head, "", rows, |row, (kind, owner, packed)| {
            row.push_bind(monday).push_bind(*kind).push_bind(owner.clone()).push_bind(packed.clone());
        })
        .await?;
    }
    let owners = packed::weeks_write(&rolled_up.owners);
    sqlx::query(INSERT_OWNERS).bind(monday).bind(owners).execute(connection).await?;
    Ok(())
}

/// Makes the answers of the rules and all roll-ups again, for a catalogue that has changed.
pub(super) async fn rebuild_all(
    connection: &mut Connection,
    catalogue: &Catalogue,
) -> Result<(), StoreError> {
    cost_allocation::rebuild(connection, catalogue).await?;
    for statement in
        [FORGET_ALL_SERVICES, FORGET_ALL_TAXES, FORGET_ALL_OWNERS, FORGET_ALL_DAYS, FORGET_ALL_MONTHS]
    {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    let edges: (Option<i64>, Option<i64>) = sqlx::query_as(DAYS).fetch_one(&mut *connection).await?;
    let (Some(first), Some(last)) = edges else { return Ok(()) };
    rebuild(connection, &mondays(first, last)).await
}

/// The Mondays of the weeks from one day to another.
fn mondays(first: i64, last: i64) -> BTreeSet<i64> {
    (monday_number(first)..=last).step_by(7).collect()
}

impl Database {
    pub(super) async fn rebuild_rollups(&self, weeks: Option<(IsoWeek, IsoWeek)>) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        match weeks {
            Some((from, to)) => {
                let mondays = mondays(day_number(from.monday()), day_number(to.sunday()));
                rebuild(&mut transaction, &mondays).await?;
            }
            None => {
                let catalogue = catalogue::get(&mut *transaction).await?;
                rebuild_all(&mut transaction, &catalogue).await?;
            }
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}
