//! Roll-ups per week, made of the facts in the transaction that changes either.

use std::collections::BTreeSet;

use domain::catalogue::Catalogue;
use domain::week::IsoWeek;

use super::columns::{day_number, monday_number};
use super::{COST_STATISTICS, Connection, Database, catalogue, cost_allocation, state};
use crate::StoreError;

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    DAYS,
    FORGET_SERVICES,
    FORGET_OWNERS,
    FORGET_DAYS,
    FORGET_ALL_SERVICES,
    FORGET_ALL_OWNERS,
    FORGET_ALL_DAYS,
    SERVICES,
    OWNERS,
    BILLED_DAYS,
];

/// The first and the last day with facts; each scope knows its own by its primary key.
const DAYS: &str = "SELECT MIN(edges.first_day), MAX(edges.last_day) FROM (SELECT \
     (SELECT MIN(c.day) FROM cost_cell c WHERE c.scope_id = s.id) AS first_day, \
     (SELECT MAX(c.day) FROM cost_cell c WHERE c.scope_id = s.id) AS last_day FROM cost_scope s) AS edges";
const FORGET_SERVICES: &str = "DELETE FROM cost_service_week WHERE monday = $1";
const FORGET_OWNERS: &str = "DELETE FROM cost_owner_week WHERE monday = $1";
const FORGET_DAYS: &str = "DELETE FROM cost_billed_day WHERE day >= $1 AND day <= $1 + 6";
const FORGET_ALL_DAYS: &str = "DELETE FROM cost_billed_day";
const FORGET_ALL_SERVICES: &str = "DELETE FROM cost_service_week";
const FORGET_ALL_OWNERS: &str = "DELETE FROM cost_owner_week";

/// `CROSS JOIN` keeps SQLite to this order, which follows the primary keys.
const SERVICES: &str = "INSERT INTO cost_service_week (monday, owner_kind, owner, source, currency, environment, \
     service, billed_1, effective_1, billed_2, effective_2, billed_3, effective_3, billed_4, effective_4, \
     billed_5, effective_5, billed_6, effective_6, billed_7, effective_7) \
     SELECT CAST($1 AS BIGINT), a.owner_kind, a.owner, s.source, s.currency, a.environment, k.service, \
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
     GROUP BY a.owner_kind, a.owner, s.source, s.currency, a.environment, k.service";
const OWNERS: &str = "INSERT INTO cost_owner_week (monday, source, currency, owner_kind, owner, environment, \
     billed_1, effective_1, billed_2, effective_2, billed_3, effective_3, billed_4, effective_4, \
     billed_5, effective_5, billed_6, effective_6, billed_7, effective_7) \
     SELECT w.monday, w.source, w.currency, w.owner_kind, w.owner, w.environment, \
     CAST(SUM(w.billed_1) AS BIGINT), CAST(SUM(w.effective_1) AS BIGINT), \
     CAST(SUM(w.billed_2) AS BIGINT), CAST(SUM(w.effective_2) AS BIGINT), \
     CAST(SUM(w.billed_3) AS BIGINT), CAST(SUM(w.effective_3) AS BIGINT), \
     CAST(SUM(w.billed_4) AS BIGINT), CAST(SUM(w.effective_4) AS BIGINT), \
     CAST(SUM(w.billed_5) AS BIGINT), CAST(SUM(w.effective_5) AS BIGINT), \
     CAST(SUM(w.billed_6) AS BIGINT), CAST(SUM(w.effective_6) AS BIGINT), \
     CAST(SUM(w.billed_7) AS BIGINT), CAST(SUM(w.effective_7) AS BIGINT) \
     FROM cost_service_week w WHERE w.monday = $1 \
     GROUP BY w.monday, w.source, w.currency, w.owner_kind, w.owner, w.environment";

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
        for statement in [FORGET_SERVICES, FORGET_OWNERS, FORGET_DAYS, SERVICES, OWNERS, BILLED_DAYS] {
            sqlx::query(statement).bind(*monday).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Makes the answers of the rules and all roll-ups again, for a catalogue that has changed.
pub(super) async fn rebuild_all(
    connection: &mut Connection,
    catalogue: &Catalogue,
) -> Result<(), StoreError> {
    cost_allocation::rebuild(connection, catalogue).await?;
    for statement in [FORGET_ALL_SERVICES, FORGET_ALL_OWNERS, FORGET_ALL_DAYS] {
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
                let catalogue = catalogue::get(&mut transaction).await?;
                rebuild_all(&mut transaction, &catalogue).await?;
            }
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}
