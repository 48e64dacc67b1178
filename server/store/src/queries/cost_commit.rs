//! Committing a delivery of cost: all of its scopes, roll-ups and restatements in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::cost::{BillingScope, ControlTotal};
use domain::coverage::{SourceKind, SourceState};
use domain::week::IsoWeek;
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;

use super::columns::{Columns, date, day_of, monday_number};
use super::cost_scope::{Scope, ScopeChange};
use super::{
    Connection, Database, Instant, bulk, catalogue, cost_allocation, cost_rollup, lease, source, state,
};
use crate::types::{CommitOptions, CostCommit, Stage};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[KNOWN_KEYS, FRESH_KEYS, INSERT_KEYS, CURRENCIES, EDGES];

/// Staged keys that are stored already take over their number …
const KNOWN_KEYS: &str = "UPDATE cost_stage_key SET key_id = (SELECT k.id FROM cost_key k \
     WHERE k.digest = cost_stage_key.digest AND k.sub_account = cost_stage_key.sub_account \
     AND k.sub_account_name = cost_stage_key.sub_account_name AND k.service = cost_stage_key.service \
     AND k.region = cost_stage_key.region AND k.charge_category = cost_stage_key.charge_category \
     AND k.tags = cost_stage_key.tags)";

/// … and the others get the next numbers in the order of their texts, so that the same content gives the
/// same numbers, whatever the order of its rows.
const FRESH_KEYS: &str = "UPDATE cost_stage_key SET key_id = fresh.number \
     + (SELECT COALESCE(MAX(k.id), 0) FROM cost_key k) FROM (SELECT id, ROW_NUMBER() OVER \
     (ORDER BY sub_account, sub_account_name, service, region, charge_category, tags) AS number \
     FROM cost_stage_key WHERE key_id IS NULL) AS fresh WHERE fresh.id = cost_stage_key.id";
const INSERT_KEYS: &str = "INSERT INTO cost_key \
     (id, digest, sub_account, sub_account_name, service, region, charge_category, tags) \
     SELECT key_id, digest, sub_account, sub_account_name, service, region, charge_category, tags \
     FROM cost_stage_key WHERE key_id > (SELECT COALESCE(MAX(k.id), 0) FROM cost_key k) ORDER BY key_id";

const CURRENCIES: &str = "SELECT currency FROM cost_scope \
     WHERE source = $1 AND billing_account = $2 AND period_start = $3 ORDER BY currency";

/// The first and the last day of a source, and the end of its newest billing period.
const EDGES: &str = "SELECT MIN(edges.first_day), MAX(edges.last_day), MAX(edges.period_end) FROM (SELECT \
     (SELECT MIN(c.day) FROM cost_cell c WHERE c.scope_id = s.id) AS first_day, \
     COALESCE(s.latest_day, (SELECT MAX(c.day) FROM cost_cell c WHERE c.scope_id = s.id)) AS last_day, s.period_end \
     FROM cost_scope s WHERE s.source = $1) AS edges";

/// How many sums of an owner and a day are held before they are written: a real delivery has some thousand.
const OWNERS_HELD: usize = 20_000;

/// Adds to what an earlier commit of the same instant, or an earlier scope of this one, has noted.
const ON_KNOWN_RESTATEMENT: &str = " ON CONFLICT (day, seen_at, source, billing_account, \
     period_start, currency, owner_kind, owner, completes) DO UPDATE SET \
     old_billed = cost_restatement.old_billed + excluded.old_billed, \
     old_effective = cost_restatement.old_effective + excluded.old_effective, \
     new_billed = cost_restatement.new_billed + excluded.new_billed, \
     new_effective = cost_restatement.new_effective + excluded.new_effective";

impl Database {
    pub(super) async fn commit_stage(
        &self,
        stage: &Stage,
        totals: Vec<ControlTotal>,
        options: CommitOptions,
    ) -> Result<CostCommit, StoreError> {
        let at = text::micros(options.at);
        let mut transaction = self.write().await?;
        lease::check(&mut transaction, &stage.lease).await?;
        let outcome = match commit(&mut transaction, stage, totals, options.force, at).await {
            Ok(done) if done.scopes_changed > 0 || done.scopes_checked > 0 => {
                transaction.commit().await.map(|()| done).map_err(StoreError::from)
            }
            Ok(done) => transaction.rollback().await.map(|()| done).map_err(StoreError::from),
            // Rolled back by being dropped: where the disk is full, SQLite has done so already and would
            // answer with an error that hides the reason.
            Err(error) => {
                drop(transaction);
                Err(error)
            }
        };
        if let Err(error) = self.discard_stage(stage).await {
            // The next delivery clears the staging area, too.
            tracing::warn!(%error, "the staging area was not cleared");
        }
        outcome
    }
}

async fn commit(
    connection: &mut Connection,
    stage: &Stage,
    totals: Vec<ControlTotal>,
    force: bool,
    at: Timestamp,
) -> Result<CostCommit, StoreError> {
    for statement in [KNOWN_KEYS, FRESH_KEYS, INSERT_KEYS] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    let catalogue = catalogue::get(&mut *connection).await?;
    cost_allocation::extend(connection, &catalogue, &stage.source).await?;
    let mut done = CostCommit::default();
    let mut change = ScopeChange::default();
    let mut scopes = pair(stage, totals).await?;
    let dropped = dropped_currencies(connection, &scopes).await?;
    scopes.extend(dropped.into_iter().map(|total| (total, None)));
    for (total, staged) in scopes {
        let scope = Scope::load(connection, total, staged).await?;
        done.cells += u64::try_from(scope.cells()).unwrap_or(0);
        if !force {
            scope.refuse_shrinking()?;
        }
        if scope.replace(connection, at, &mut change).await? {
            done.scopes_changed += 1;
        } else {
            done.scopes_unchanged += 1;
            done.scopes_checked += u64::from(scope.check(connection, at).await?);
        }
        if change.owners.len() > OWNERS_HELD {
            done.restatements += put_restatements(connection, stage, at, &change).await?;
            change.owners.clear();
        }
    }
    if done.scopes_changed == 0 {
        if done.scopes_checked > 0 {
            state::bump(connection).await?;
        }
        return Ok(done);
    }
    done.restatements += put_restatements(connection, stage, at, &change).await?;
    let mondays: BTreeSet<i64> = change.days.iter().map(|day| monday_number(*day)).collect();
    cost_rollup::rebuild(connection, &mondays).await?;
    if let (Some(first), Some(last)) = (mondays.first(), mondays.last()) {
        done.weeks = Some((IsoWeek::containing(day_of(*first)?), IsoWeek::containing(day_of(*last)?)));
    }
    put_source(connection, &stage.source, at).await?;
    state::bump(connection).await?;
    Ok(done)
}

/// Pairs control totals with the numbers of their staged scopes, in order of scope.
async fn pair(
    stage: &Stage,
    totals: Vec<ControlTotal>,
) -> Result<Vec<(ControlTotal, Option<i64>)>, StoreError> {
    let state = stage.state.lock().await;
    let mut by_scope: BTreeMap<BillingScope, ControlTotal> = BTreeMap::new();
    for total in totals {
        if total.scope.source != stage.source {
            return Err(StoreError::invalid("a control total of another source than the delivery's"));
        }
        text::refuse_nul([total.scope.billing_account.as_str()])?;
        if by_scope.insert(total.scope.clone(), total).is_some() {
            return Err(StoreError::invalid("a billing period has two control totals"));
        }
    }
    if let Some(scope) = state.scopes.keys().find(|scope| !by_scope.contains_key(scope)) {
        let start = scope.period_start;
        return Err(StoreError::invalid(format!("the billing period from {start} has no control total")));
    }
    let mut identities = BTreeSet::new();
    let unique = |scope: &BillingScope| {
        identities.insert((scope.billing_account.clone(), scope.period_start, scope.currency))
    };
    if !by_scope.keys().all(unique) {
        return Err(StoreError::invalid("a billing period is delivered with two different ends"));
    }
    Ok(by_scope.into_iter().map(|(scope, total)| (total, state.scopes.get(&scope).copied())).collect())
}

/// Empty totals for stored currencies of delivered billing periods that the delivery no longer has: a
/// period is replaced whole.
async fn dropped_currencies(
    connection: &mut Connection,
    delivered: &[(ControlTotal, Option<i64>)],
) -> Result<Vec<ControlTotal>, StoreError> {
    let same = |one: &BillingScope, other: &BillingScope| {
        one.billing_account == other.billing_account && one.period_start == other.period_start
    };
    let mut dropped: BTreeMap<BillingScope, ControlTotal> = BTreeMap::new();
    for (total, _) in delivered {
        let rows = sqlx::query(CURRENCIES)
            .bind(total.scope.source.clone())
            .bind(total.scope.billing_account.clone())
            .bind(date(total.scope.period_start))
            .fetch_all(&mut *connection)
            .await?;
        for row in &rows {
            let currency = text::currency(Columns::of(row).take()?)?;
            let scope = BillingScope { currency, ..total.scope.clone() };
            let kept =
                |(one, _): &(ControlTotal, _)| same(&one.scope, &scope) && one.scope.currency == currency;
            if !delivered.iter().any(kept) {
                let (billed, effective) = (Decimal::ZERO, Decimal::ZERO);
                dropped.insert(
                    scope.clone(),
                    ControlTotal { scope, billed, effective, rows: 0, latest_day: None },
                );
            }
        }
    }
    Ok(dropped.into_values().collect())
}

async fn put_restatements(
    connection: &mut Connection,
    stage: &Stage,
    at: Timestamp,
    change: &ScopeChange,
) -> Result<u64, StoreError> {
    let rows: Vec<_> = change.owners.iter().filter(|(_, (old, new))| old != new).collect();
    let head = "INSERT INTO cost_restatement (day, seen_at, source, billing_account, period_start, \
         currency, owner_kind, owner, completes, after_close, old_billed, old_effective, new_billed, new_effective) ";
    bulk::insert(connection, head, ON_KNOWN_RESTATEMENT, &rows, |row, (key, (old, new))| {
        let (kind, owner) = text::owner_words(&key.owner);
        row.push_bind(key.day)
            .push_bind(Instant(at))
            .push_bind(stage.source.clone())
            .push_bind(key.billing_account.clone())
            .push_bind(date(key.period_start))
            .push_bind(key.currency.to_string())
            .push_bind(kind)
            .push_bind(owner.to_owned())
            .push_bind(key.completes)
            .push_bind(key.after_close)
            .push_bind(old.billed)
            .push_bind(old.effective)
            .push_bind(new.billed)
            .push_bind(new.effective);
    })
    .await?;
    Ok(rows.len() as u64)
}

async fn put_source(connection: &mut Connection, name: &str, at: Timestamp) -> Result<(), StoreError> {
    let row = sqlx::query(EDGES).bind(name.to_owned()).fetch_one(&mut *connection).await?;
    let mut columns = Columns::of(&row);
    let first_day = columns.take::<Option<i64>>()?.map(day_of).transpose()?;
    let last_day = columns.take::<Option<i64>>()?.map(day_of).transpose()?;
    let period_end = columns.date_option()?.map(|end| end.saturating_sub(1.day()));
    let state = SourceState {
        name: name.to_owned(),
        kind: SourceKind::Cost,
        received_at: at,
        first_day,
        last_day,
        period_end,
        last_instant: None,
    };
    source::put(connection, &state).await
}
