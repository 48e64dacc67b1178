//! What deliveries changed, summed up, and how far each billing period is settled.

use std::collections::BTreeMap;

use domain::billing_month::{AfterClose, DeliveredPeriod};
use domain::cost::{Amounts, BillingScope};
use domain::rate::Month;
use domain::restatement::{OwnerRestatement, RestatementFilter};

use super::columns::{Columns, date, day_number, day_of};
use super::{Database, Instant, Row};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SUMS, DAY_SUMS, PERIODS, AFTER_CLOSE];

/// Rows of the table since an instant, each beside the first and the last change of its billing period,
/// owner and day, and whether something arrived for the day since. Amounts before are those of the first
/// change, amounts after those of the last.
macro_rules! changed {
    () => {
        "WITH changed AS (SELECT r.source, r.period_start, r.currency, r.owner_kind, r.owner, r.day, r.seen_at, \
         r.old_billed, r.old_effective, r.new_billed, r.new_effective, \
         CASE WHEN r.after_close THEN 1 ELSE 0 END AS closed, \
         MIN(r.seen_at) OVER chain AS first_at, MAX(r.seen_at) OVER chain AS last_at, \
         CASE WHEN r.day > $2 THEN 1 ELSE MAX(CASE WHEN r.completes THEN 1 ELSE 0 END) OVER (PARTITION BY \
         r.source, r.billing_account, r.period_start, r.day) END AS late \
         FROM cost_restatement r WHERE r.seen_at > $1 AND r.day >= $3 AND r.day <= $4 \
         AND ($5 = '' OR r.source = $5) AND r.period_start >= $6 AND r.period_start <= $7 \
         WINDOW chain AS (PARTITION BY r.source, r.billing_account, r.period_start, r.currency, r.owner_kind, \
         r.owner, r.day)) "
    };
}
macro_rules! summed {
    () => {
        "CAST(SUM(CASE WHEN c.seen_at = c.first_at THEN c.old_billed ELSE 0 END) AS BIGINT), \
         CAST(SUM(CASE WHEN c.seen_at = c.first_at THEN c.old_effective ELSE 0 END) AS BIGINT), \
         CAST(SUM(CASE WHEN c.seen_at = c.last_at THEN c.new_billed ELSE 0 END) AS BIGINT), \
         CAST(SUM(CASE WHEN c.seen_at = c.last_at THEN c.new_effective ELSE 0 END) AS BIGINT), \
         CAST(SUM(c.new_billed - c.old_billed) AS BIGINT), CAST(SUM(c.new_effective - c.old_effective) AS BIGINT), \
         MIN(c.day), MAX(c.day), COUNT(DISTINCT c.day), MAX(c.seen_at), MAX(c.closed) FROM changed c \
         WHERE ($8 = '' OR (c.owner_kind = $8 AND c.owner = $9)) "
    };
}
const SUMS: &str = concat!(
    changed!(),
    "SELECT c.source, c.period_start, c.currency, c.owner_kind, c.owner, c.late, ",
    summed!(),
    "GROUP BY c.source, c.period_start, c.currency, c.owner_kind, c.owner, c.late \
     ORDER BY c.source, c.period_start, c.currency, c.owner_kind, c.owner, c.late"
);
const DAY_SUMS: &str = concat!(
    changed!(),
    "SELECT c.source, c.period_start, c.currency, c.owner_kind, c.owner, c.late, ",
    summed!(),
    "GROUP BY c.source, c.period_start, c.currency, c.owner_kind, c.owner, c.late, c.day \
     ORDER BY c.source, c.period_start, c.currency, c.owner_kind, c.owner, c.day, c.late"
);
const PERIODS: &str = "SELECT source, billing_account, period_start, period_end, currency, latest_day, \
     received_at, checked_at FROM cost_scope ORDER BY source, billing_account, period_start, currency";
const AFTER_CLOSE: &str = "SELECT r.source, r.billing_account, r.period_start, r.currency, \
     CAST(SUM(r.new_billed - r.old_billed) AS BIGINT), CAST(SUM(r.new_effective - r.old_effective) AS BIGINT), \
     MAX(r.seen_at) FROM cost_restatement r WHERE r.after_close \
     GROUP BY r.source, r.billing_account, r.period_start, r.currency";

fn sum_of(row: &Row) -> Result<OwnerRestatement, StoreError> {
    let mut columns = Columns::of(row);
    let amounts = |columns: &mut Columns<'_>| {
        Ok::<_, StoreError>(Amounts { billed: columns.take()?, effective: columns.take()? })
    };
    Ok(OwnerRestatement {
        source: columns.take()?,
        month: Month::containing(columns.date()?),
        currency: text::currency(columns.take()?)?,
        owner: text::owner(columns.take::<&str>()?, columns.take()?)?,
        completes: columns.flag()?,
        before: amounts(&mut columns)?,
        after: amounts(&mut columns)?,
        difference: amounts(&mut columns)?,
        first_day: day_of(columns.take()?)?,
        last_day: day_of(columns.take()?)?,
        days: columns.take()?,
        last_seen: columns.instant()?,
        after_close: columns.flag()?,
    })
}

/// What a period is found by among those that changed after their close.
type Place = (String, String, jiff::civil::Date, String);

impl Database {
    pub(super) async fn read_restatement_sums(
        &self,
        filter: &RestatementFilter,
        by_day: bool,
    ) -> Result<Vec<OwnerRestatement>, StoreError> {
        let (first_day, last_day) =
            filter.days.map_or((i64::MIN, i64::MAX), |(first, last)| (day_number(first), day_number(last)));
        let (first, last) = filter.month.map_or(
            (jiff::civil::Date::constant(1, 1, 1), jiff::civil::Date::constant(9999, 12, 31)),
            |month| (month.first_day(), month.last_day()),
        );
        let (kind, owner) = filter.owner.as_ref().map_or(("", ""), text::owner_words);
        let source = filter.source.clone().unwrap_or_default();
        text::refuse_nul([source.as_str(), owner])?;
        let rows = sqlx::query(if by_day { DAY_SUMS } else { SUMS })
            .bind(Instant(text::micros(filter.since)))
            .bind(day_number(filter.complete_through))
            .bind(first_day)
            .bind(last_day)
            .bind(source)
            .bind(date(first))
            .bind(date(last))
            .bind(kind)
            .bind(owner.to_owned())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(sum_of).collect()
    }

    pub(super) async fn read_delivered_periods(&self) -> Result<Vec<DeliveredPeriod>, StoreError> {
        let mut transaction = self.read().await?;
        let mut changes: BTreeMap<Place, AfterClose> = BTreeMap::new();
        for row in sqlx::query(AFTER_CLOSE).fetch_all(&mut *transaction).await? {
            let mut columns = Columns::of(&row);
            let place = (columns.take()?, columns.take()?, columns.date()?, columns.take()?);
            let amounts = Amounts { billed: columns.take()?, effective: columns.take()? };
            changes.insert(place, AfterClose { amounts, seen_at: columns.instant()? });
        }
        let rows = sqlx::query(PERIODS).fetch_all(&mut *transaction).await?;
        rows.iter()
            .map(|row| {
                let mut columns = Columns::of(row);
                let scope = BillingScope {
                    source: columns.take()?,
                    billing_account: columns.take()?,
                    period_start: columns.date()?,
                    period_end: columns.date()?,
                    currency: text::currency(columns.take()?)?,
                };
                let place = (
                    scope.source.clone(),
                    scope.billing_account.clone(),
                    scope.period_start,
                    scope.currency.to_string(),
                );
                Ok(DeliveredPeriod {
                    after_close: changes.get(&place).copied(),
                    scope,
                    latest_day: columns.take::<Option<i64>>()?.map(day_of).transpose()?,
                    received_at: columns.instant()?,
                    checked_at: columns.instant()?,
                })
            })
            .collect()
    }
}
