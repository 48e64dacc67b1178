//! One billing scope of a delivery: rounding, comparing with what is stored, replacing day by day.

use std::collections::{BTreeMap, BTreeSet};

use domain::cost::{Amounts, BillingScope, ControlTotal, Owner};
use domain::coverage::closes_on;
use domain::money::{Currency, micros_of_decimal};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::columns::{Columns, date, day_number, day_of};
use super::{Connection, Instant, cost_resource};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    FIND,
    NEXT_ID,
    INSERT,
    UPDATE,
    CHECK,
    HOME,
    STAGED_SUM,
    STORED_SUM,
    CUT_BILLED,
    CUT_EFFECTIVE,
    COMPARE,
    STORED_DAYS,
    OWNER_SUMS,
    DELETE_DAY,
    INSERT_DAY,
    DELETE_ACCOUNTS,
    INSERT_ACCOUNTS,
];

const FIND: &str = "SELECT id, period_end, billed_total, effective_total, input_rows, latest_day, checked_at, \
     (SELECT m.checked_at FROM synced_month m WHERE m.source = cost_scope.source \
     AND m.month = cost_scope.period_start) FROM cost_scope \
     WHERE source = $1 AND billing_account = $2 AND period_start = $3 AND currency = $4";
const NEXT_ID: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM cost_scope";
const INSERT: &str = "INSERT INTO cost_scope (id, source, billing_account, period_start, period_end, currency, \
     billed_total, effective_total, input_rows, received_at, latest_day, checked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10)";
const UPDATE: &str = "UPDATE cost_scope SET period_end = $2, billed_total = $3, effective_total = $4, \
     input_rows = $5, received_at = $6, latest_day = $7, checked_at = $6 WHERE id = $1";
const CHECK: &str = "UPDATE cost_scope SET checked_at = $2 WHERE id = $1";

/// Whether the billing period that a day belongs to has something for it; `$4` is the day as a date, `$5`
/// as a number.
const HOME: &str = "SELECT COUNT(*) FROM cost_scope s WHERE s.source = $1 AND s.billing_account = $2 \
     AND s.id <> $3 AND s.period_start <= $4 AND s.period_end > $4 \
     AND EXISTS (SELECT 1 FROM cost_cell c WHERE c.scope_id = s.id AND c.day = $5)";
const STAGED_SUM: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(billed), 0) AS BIGINT), \
     CAST(COALESCE(SUM(effective), 0) AS BIGINT), \
     CAST(COALESCE(SUM(CASE WHEN billed > 0 THEN billed ELSE 0 END), 0) AS BIGINT) \
     FROM cost_stage_cell WHERE scope_id = $1";

/// Cells, and what they charge before credits and refunds.
const STORED_SUM: &str = "SELECT COUNT(*), \
     CAST(COALESCE(SUM(CASE WHEN billed > 0 THEN billed ELSE 0 END), 0) AS BIGINT) FROM cost_cell \
     WHERE scope_id = $1";

/// The last cell that is rounded up: `$2` cells with larger rests come before it.
const CUT_BILLED: &str = "SELECT c.billed_rest, c.day, k.key_id FROM cost_stage_cell c \
     JOIN cost_stage_key k ON k.id = c.key_id WHERE c.scope_id = $1 \
     ORDER BY c.billed_rest DESC, c.day, k.key_id LIMIT 1 OFFSET $2";
const CUT_EFFECTIVE: &str = "SELECT c.effective_rest, c.day, k.key_id FROM cost_stage_cell c \
     JOIN cost_stage_key k ON k.id = c.key_id WHERE c.scope_id = $1 \
     ORDER BY c.effective_rest DESC, c.day, k.key_id LIMIT 1 OFFSET $2";

/// Micro-units of a staged cell after rounding: one more for the cells up to the cut.
macro_rules! billed {
    () => {
        "c.billed + CASE WHEN c.billed_rest > $3 OR (c.billed_rest = $3 \
         AND (c.day < $4 OR (c.day = $4 AND k.key_id <= $5))) THEN 1 ELSE 0 END"
    };
}
macro_rules! effective {
    () => {
        "c.effective + CASE WHEN c.effective_rest > $6 OR (c.effective_rest = $6 \
         AND (c.day < $7 OR (c.day = $7 AND k.key_id <= $8))) THEN 1 ELSE 0 END"
    };
}

/// Per staged day: how many cells, and how many of them are stored just so.
const COMPARE: &str = concat!(
    "SELECT c.day, COUNT(*), CAST(SUM(CASE WHEN s.billed = ",
    billed!(),
    " AND s.effective = ",
    effective!(),
    " THEN 1 ELSE 0 END) AS BIGINT) FROM cost_stage_cell c JOIN cost_stage_key k ON k.id = c.key_id \
     LEFT JOIN cost_cell s ON s.scope_id = $2 AND s.day = c.day AND s.key_id = k.key_id \
     WHERE c.scope_id = $1 GROUP BY c.day"
);
const STORED_DAYS: &str = "SELECT day, COUNT(*) FROM cost_cell WHERE scope_id = $1 GROUP BY day";
const OWNER_SUMS: &str = "SELECT a.owner_kind, a.owner, CAST(SUM(c.billed) AS BIGINT), \
     CAST(SUM(c.effective) AS BIGINT) FROM cost_cell c JOIN cost_allocation a ON a.source = $1 \
     AND a.key_id = c.key_id AND a.from_day <= c.day AND a.to_day > c.day \
     WHERE c.scope_id = $2 AND c.day = $3 GROUP BY a.owner_kind, a.owner";
const DELETE_DAY: &str = "DELETE FROM cost_cell WHERE scope_id = $1 AND day = $2";
const INSERT_DAY: &str = concat!(
    "INSERT INTO cost_cell (scope_id, day, key_id, billed, effective) SELECT CAST($2 AS BIGINT), c.day, k.key_id, ",
    billed!(),
    ", ",
    effective!(),
    " FROM cost_stage_cell c JOIN cost_stage_key k ON k.id = c.key_id \
     WHERE c.scope_id = $1 AND c.day = $9 ORDER BY k.key_id"
);

const DELETE_ACCOUNTS: &str = "DELETE FROM cost_account_sum WHERE scope_id = $1";

/// Sums per key come first: keys are few, cells are many.
const INSERT_ACCOUNTS: &str = "INSERT INTO cost_account_sum \
     (scope_id, sub_account, name, billed, effective, last_day) \
     SELECT CAST($1 AS BIGINT), k.sub_account, MAX(k.sub_account_name), CAST(SUM(t.billed) AS BIGINT), \
     CAST(SUM(t.effective) AS BIGINT), MAX(t.last_day) FROM \
     (SELECT c.key_id, CAST(SUM(c.billed) AS BIGINT) AS billed, CAST(SUM(c.effective) AS BIGINT) AS effective, \
     MAX(c.day) AS last_day FROM cost_cell c WHERE c.scope_id = $1 GROUP BY c.key_id) AS t \
     JOIN cost_key k ON k.id = t.key_id GROUP BY k.sub_account";

/// What a commit changed so far.
#[derive(Default)]
pub(super) struct ScopeChange {
    /// Days that were written.
    pub(super) days: BTreeSet<i64>,
    /// Billing accounts and days that came new with this commit.
    fresh: BTreeSet<(String, i64)>,
    /// Per owner: what was stored and what replaced it.
    pub(super) owners: BTreeMap<OwnerDay, (Amounts, Amounts)>,
}

/// Whose cost of which day on which bill, and whether the day had nothing before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnerDay {
    pub(super) day: i64,
    pub(super) billing_account: String,
    pub(super) period_start: Date,
    pub(super) currency: Currency,
    pub(super) owner: Owner,
    pub(super) completes: bool,
    /// Whether the period had been delivered after its bill had closed.
    pub(super) after_close: bool,
}

/// The last cell that is rounded up; by default none is.
#[derive(Clone, Copy)]
struct Cut {
    rest: i64,
    day: i64,
    key: i64,
}

const NO_CUT: Cut = Cut { rest: i64::MAX, day: 0, key: 0 };

/// A delivered scope beside the stored one.
pub(super) struct Scope {
    total: ControlTotal,
    staged: Option<i64>,
    staged_cells: i64,
    stored: Option<StoredScope>,
    /// What is charged before credits and refunds, but for what rounding adds.
    charged: i64,
    billed_cut: Cut,
    effective_cut: Cut,
}

/// The scope as it is stored.
struct StoredScope {
    id: i64,
    same_totals: bool,
    cells: i64,
    /// What is charged before credits and refunds.
    charged: i64,
    /// When it was last known to agree with its source.
    checked_at: Timestamp,
}

impl Scope {
    /// Looks up the stored scope and finds out which cells are rounded up.
    pub(super) async fn load(
        connection: &mut Connection,
        total: ControlTotal,
        staged: Option<i64>,
    ) -> Result<Self, StoreError> {
        let too_large = |_| StoreError::invalid("a control total is larger than 9.2 trillion units");
        let billed = micros_of_decimal(total.billed).map_err(too_large)?;
        let effective = micros_of_decimal(total.effective).map_err(too_large)?;
        let (staged_cells, billed_floor, effective_floor, charged): (i64, i64, i64, i64) =
            sqlx::query_as(STAGED_SUM).bind(staged.unwrap_or(0)).fetch_one(&mut *connection).await?;
        let stored = StoredScope::find(connection, &total).await?;
        let mut scope =
            Self { total, staged, staged_cells, stored, charged, billed_cut: NO_CUT, effective_cut: NO_CUT };
        scope.billed_cut = scope.cut(connection, CUT_BILLED, billed, billed_floor).await?;
        scope.effective_cut = scope.cut(connection, CUT_EFFECTIVE, effective, effective_floor).await?;
        Ok(scope)
    }

    /// The cell up to which cells are rounded up so that the floors add up to the control total.
    async fn cut(
        &self,
        connection: &mut Connection,
        statement: &'static str,
        total: i64,
        floor: i64,
    ) -> Result<Cut, StoreError> {
        let missing = total.checked_sub(floor).filter(|missing| (0..=self.staged_cells).contains(missing));
        match missing {
            None => Err(StoreError::invalid(format!(
                "cells and control total of the billing period from {} disagree: {floor} and {total} micro-units",
                self.total.scope.period_start
            ))),
            Some(0) => Ok(NO_CUT),
            Some(missing) => {
                let (rest, day, key) = sqlx::query_as(statement)
                    .bind(self.staged.unwrap_or(0))
                    .bind(missing - 1)
                    .fetch_one(connection)
                    .await?;
                Ok(Cut { rest, day, key })
            }
        }
    }

    /// How many cells the delivery has for the scope.
    pub(super) fn cells(&self) -> i64 {
        self.staged_cells
    }

    /// Refuses a delivery that has less than half of the cells or of the charges that are stored. Credits and
    /// refunds make a bill smaller and a delivery no less complete: they are left out on both sides.
    pub(super) fn refuse_shrinking(&self) -> Result<(), StoreError> {
        let Some(stored) = &self.stored else { return Ok(()) };
        let less_than_half = |now: i64, before: i64| before > 0 && i128::from(now) * 2 < i128::from(before);
        if less_than_half(self.staged_cells, stored.cells) || less_than_half(self.charged, stored.charged) {
            return Err(StoreError::Shrinks {
                scope: Box::new(self.total.scope.clone()),
                cells_before: stored.cells,
                cells_now: self.staged_cells,
                charged_before: stored.charged,
                charged_now: self.charged,
            });
        }
        Ok(())
    }

    /// Replaces the days that differ; answers whether anything did.
    pub(super) async fn replace(
        &self,
        connection: &mut Connection,
        at: Timestamp,
        change: &mut ScopeChange,
    ) -> Result<bool, StoreError> {
        let days = self.changed_days(connection).await?;
        let same_totals = self.stored.as_ref().is_some_and(|stored| stored.same_totals);
        let known = self.stored.as_ref().map(|stored| stored.id);
        let same_resources = cost_resource::is_same(connection, self.staged, known).await?;
        if days.is_empty() && same_totals && same_resources {
            return Ok(false);
        }
        let id = self.put(connection, at).await?;
        if !same_resources {
            cost_resource::replace(connection, self.staged, id).await?;
        }
        let after_close = self.stored.as_ref().is_some_and(|stored| self.was_closed(stored.checked_at));
        for (day, had_data) in days {
            let completes = !had_data && !self.corrects(connection, (id, day), change).await?;
            let old = if had_data { self.owner_sums(connection, id, day).await? } else { Vec::new() };
            sqlx::query(DELETE_DAY).bind(id).bind(day).execute(&mut *connection).await?;
            let mut insert = sqlx::query(INSERT_DAY);
            for number in self.rounding(id) {
                insert = insert.bind(number);
            }
            insert.bind(day).execute(&mut *connection).await?;
            let new = self.owner_sums(connection, id, day).await?;
            change.days.insert(day);
            let mut note = |owner: Owner, old: Amounts, new: Amounts| {
                let BillingScope { billing_account, period_start, currency, .. } = self.total.scope.clone();
                let key =
                    OwnerDay { day, billing_account, period_start, currency, owner, completes, after_close };
                let sums = change.owners.entry(key).or_default();
                sums.0 += old;
                sums.1 += new;
            };
            old.into_iter().for_each(|(owner, amounts)| note(owner, amounts, Amounts::default()));
            new.into_iter().for_each(|(owner, amounts)| note(owner, Amounts::default(), amounts));
        }
        for statement in [DELETE_ACCOUNTS, INSERT_ACCOUNTS] {
            sqlx::query(statement).bind(id).execute(&mut *connection).await?;
        }
        Ok(true)
    }

    /// Notes that a scope was delivered just as it is stored; answers whether that was on a new UTC day.
    pub(super) async fn check(&self, connection: &mut Connection, at: Timestamp) -> Result<bool, StoreError> {
        let utc_day = |instant| TimeZone::UTC.to_datetime(instant).date();
        let Some(stored) = self.stored.as_ref().filter(|stored| utc_day(stored.checked_at) < utc_day(at))
        else {
            return Ok(false);
        };
        sqlx::query(CHECK).bind(stored.id).bind(Instant(at)).execute(connection).await?;
        Ok(true)
    }

    /// Whether the period's bill had closed at an instant.
    fn was_closed(&self, at: Timestamp) -> bool {
        TimeZone::UTC.to_datetime(at).date() >= closes_on(self.total.scope.period_end)
    }

    /// Whether a new day lies outside of the period and was on the bill of its own period before this commit:
    /// FOCUS puts corrections of earlier periods on the bill of the present one.
    async fn corrects(
        &self,
        connection: &mut Connection,
        (id, day): (i64, i64),
        change: &mut ScopeChange,
    ) -> Result<bool, StoreError> {
        let scope = &self.total.scope;
        let fresh = (scope.billing_account.clone(), day);
        let on = day_of(day)?;
        if on >= scope.period_start && on < scope.period_end {
            change.fresh.insert(fresh);
            return Ok(false);
        }
        let homes: i64 = sqlx::query_scalar(HOME)
            .bind(scope.source.clone())
            .bind(scope.billing_account.clone())
            .bind(id)
            .bind(date(on))
            .bind(day)
            .fetch_one(connection)
            .await?;
        Ok(homes > 0 && !change.fresh.contains(&fresh))
    }

    /// Days whose cells differ from the stored ones, and whether the scope had data for them.
    async fn changed_days(&self, connection: &mut Connection) -> Result<BTreeMap<i64, bool>, StoreError> {
        let id = self.stored.as_ref().map_or(0, |stored| stored.id);
        let stored: Vec<(i64, i64)> =
            sqlx::query_as(STORED_DAYS).bind(id).fetch_all(&mut *connection).await?;
        let mut stored: BTreeMap<i64, i64> = stored.into_iter().collect();
        let mut compare = sqlx::query_as(COMPARE);
        for number in self.rounding(id) {
            compare = compare.bind(number);
        }
        let staged: Vec<(i64, i64, i64)> = compare.fetch_all(connection).await?;
        let mut days = BTreeMap::new();
        for (day, cells, same) in staged {
            let before = stored.remove(&day);
            if before != Some(cells) || same != cells {
                days.insert(day, before.is_some());
            }
        }
        days.extend(stored.into_keys().map(|day| (day, true)));
        Ok(days)
    }

    /// The parameters `$1` to `$8` of the statements that round staged cells for a stored scope.
    fn rounding(&self, id: i64) -> [i64; 8] {
        let (billed, effective) = (self.billed_cut, self.effective_cut);
        let staged = self.staged.unwrap_or(0);
        [staged, id, billed.rest, billed.day, billed.key, effective.rest, effective.day, effective.key]
    }

    async fn owner_sums(
        &self,
        connection: &mut Connection,
        id: i64,
        day: i64,
    ) -> Result<Vec<(Owner, Amounts)>, StoreError> {
        let rows = sqlx::query(OWNER_SUMS)
            .bind(self.total.scope.source.clone())
            .bind(id)
            .bind(day)
            .fetch_all(connection)
            .await?;
        rows.iter()
            .map(|row| {
                let mut columns = Columns::of(row);
                let owner = text::owner(columns.take()?, columns.take()?)?;
                Ok((owner, Amounts { billed: columns.take()?, effective: columns.take()? }))
            })
            .collect()
    }

    /// Writes the scope's own row and answers its number.
    async fn put(&self, connection: &mut Connection, at: Timestamp) -> Result<i64, StoreError> {
        let total = &self.total;
        let rows = i64::try_from(total.rows).unwrap_or(i64::MAX);
        let (billed, effective) = (text::decimal(total.billed), text::decimal(total.effective));
        let latest_day = total.latest_day.map(day_number);
        if let Some(stored) = &self.stored {
            sqlx::query(UPDATE)
                .bind(stored.id)
                .bind(date(total.scope.period_end))
                .bind(billed)
                .bind(effective)
                .bind(rows)
                .bind(Instant(at))
                .bind(latest_day)
                .execute(connection)
                .await?;
            return Ok(stored.id);
        }
        let id: i64 = sqlx::query_scalar(NEXT_ID).fetch_one(&mut *connection).await?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(total.scope.source.clone())
            .bind(total.scope.billing_account.clone())
            .bind(date(total.scope.period_start))
            .bind(date(total.scope.period_end))
            .bind(total.scope.currency.to_string())
            .bind(billed)
            .bind(effective)
            .bind(rows)
            .bind(Instant(at))
            .bind(latest_day)
            .execute(connection)
            .await?;
        Ok(id)
    }
}

impl StoredScope {
    async fn find(connection: &mut Connection, total: &ControlTotal) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query(FIND)
            .bind(total.scope.source.clone())
            .bind(total.scope.billing_account.clone())
            .bind(date(total.scope.period_start))
            .bind(total.scope.currency.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut columns = Columns::of(&row);
        let id = columns.take()?;
        let found = (
            columns.date()?,
            columns.take::<String>()?,
            columns.take::<String>()?,
            columns.take::<i64>()?,
            columns.take::<Option<i64>>()?,
        );
        let same_totals = found
            == (
                total.scope.period_end,
                text::decimal(total.billed),
                text::decimal(total.effective),
                i64::try_from(total.rows).unwrap_or(i64::MAX),
                total.latest_day.map(day_number),
            );
        let (delivered_at, asked_at) = (columns.instant()?, columns.instant_option()?);
        let checked_at = asked_at.map_or(delivered_at, |asked_at| asked_at.max(delivered_at));
        let (cells, charged) = sqlx::query_as(STORED_SUM).bind(id).fetch_one(connection).await?;
        Ok(Some(Self { id, same_totals, cells, charged, checked_at }))
    }
}
