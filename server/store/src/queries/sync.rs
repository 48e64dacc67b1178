//! Sources that are asked: priced requests, months and how far they have come, periods of exports, accounts.

use domain::sync::{CloudAccount, ExportedPeriod, RequestDay, SyncedMonth};
use jiff::civil::Date;

use super::columns::{Columns, date, date_option};
use super::{Database, Db, Instant, Row, bulk, catalogue, cost_rollup, state};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[RESERVE, ANSWER, DAYS, MONTHS, PUT_MONTH, PERIODS, PUT_PERIOD, ACCOUNTS, DELETE_ACCOUNTS];

const RESERVE: &str = "INSERT INTO request_day (source, day, asked, answered) VALUES ($1, $2, 1, 0) \
     ON CONFLICT (source, day) DO UPDATE SET asked = request_day.asked + 1 WHERE request_day.asked < $3";
const ANSWER: &str = "UPDATE request_day SET answered = answered + 1 WHERE source = $1 AND day = $2";
const DAYS: &str = "SELECT source, day, asked, answered FROM request_day WHERE day >= $1 \
     ORDER BY day DESC, source";
const MONTHS: &str =
    "SELECT source, month, checked_at, estimated_from FROM synced_month ORDER BY source, month";
const PUT_MONTH: &str = "INSERT INTO synced_month (source, month, checked_at, estimated_from) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (source, month) DO UPDATE SET \
     checked_at = excluded.checked_at, estimated_from = excluded.estimated_from";
const PERIODS: &str = "SELECT source, month, manifest, files, bytes, input_rows, read_at FROM export_period \
     ORDER BY source, month DESC";
const PUT_PERIOD: &str = "INSERT INTO export_period (source, month, manifest, files, bytes, input_rows, read_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source, month) DO UPDATE SET \
     manifest = excluded.manifest, files = excluded.files, bytes = excluded.bytes, \
     input_rows = excluded.input_rows, read_at = excluded.read_at";
const ACCOUNTS: &str = "SELECT source, id, name, state, path, tags FROM cloud_account ORDER BY source, id";
const DELETE_ACCOUNTS: &str = "DELETE FROM cloud_account WHERE source = $1";

fn account_of(row: &Row) -> Result<CloudAccount, StoreError> {
    let mut columns = Columns::of(row);
    Ok(CloudAccount {
        source: columns.take()?,
        id: columns.take()?,
        name: columns.take()?,
        state: columns.take()?,
        path: columns.take()?,
        tags: text::tags_read(columns.take()?),
    })
}

/// The accounts that asked sources told of.
pub(super) async fn cloud_accounts(
    connection: impl sqlx::Executor<'_, Database = Db>,
) -> Result<Vec<CloudAccount>, StoreError> {
    sqlx::query(ACCOUNTS).fetch_all(connection).await?.iter().map(account_of).collect()
}

impl Database {
    pub(super) async fn reserve_request(
        &self,
        source: &str,
        day: Date,
        cap: u32,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([source])?;
        if cap == 0 {
            return Ok(false);
        }
        let mut transaction = self.write().await?;
        let counted = sqlx::query(RESERVE)
            .bind(source.to_owned())
            .bind(date(day))
            .bind(i64::from(cap))
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if counted == 0 {
            return Ok(false);
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn answer_request(&self, source: &str, day: Date) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(ANSWER).bind(source.to_owned()).bind(date(day)).execute(&mut *transaction).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_request_days(&self, from: Date) -> Result<Vec<RequestDay>, StoreError> {
        let rows = sqlx::query(DAYS).bind(date(from)).fetch_all(&self.reader).await?;
        let day_of = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(RequestDay {
                source: columns.take()?,
                day: columns.date()?,
                asked: columns.take()?,
                answered: columns.take()?,
            })
        };
        rows.iter().map(day_of).collect()
    }

    pub(super) async fn read_synced_months(&self) -> Result<Vec<SyncedMonth>, StoreError> {
        let month_of = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(SyncedMonth {
                source: columns.take()?,
                month: columns.date()?,
                checked_at: columns.instant()?,
                estimated_from: columns.date_option()?,
            })
        };
        sqlx::query(MONTHS).fetch_all(&self.reader).await?.iter().map(month_of).collect()
    }

    pub(super) async fn put_synced_month(&self, month: &SyncedMonth) -> Result<(), StoreError> {
        text::refuse_nul([month.source.as_str()])?;
        let mut transaction = self.write().await?;
        sqlx::query(PUT_MONTH)
            .bind(month.source.clone())
            .bind(date(month.month))
            .bind(Instant(text::micros(month.checked_at)))
            .bind(date_option(month.estimated_from))
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_export_periods(&self) -> Result<Vec<ExportedPeriod>, StoreError> {
        let period_of = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(ExportedPeriod {
                source: columns.take()?,
                month: columns.date()?,
                manifest: columns.take()?,
                files: columns.take()?,
                bytes: columns.take()?,
                rows: columns.take()?,
                read_at: columns.instant()?,
            })
        };
        sqlx::query(PERIODS).fetch_all(&self.reader).await?.iter().map(period_of).collect()
    }

    pub(super) async fn put_export_period(&self, period: &ExportedPeriod) -> Result<(), StoreError> {
        text::refuse_nul([period.source.as_str(), &period.manifest])?;
        let mut transaction = self.write().await?;
        sqlx::query(PUT_PERIOD)
            .bind(period.source.clone())
            .bind(date(period.month))
            .bind(period.manifest.clone())
            .bind(period.files)
            .bind(period.bytes)
            .bind(period.rows)
            .bind(Instant(text::micros(period.read_at)))
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_cloud_accounts(&self) -> Result<Vec<CloudAccount>, StoreError> {
        cloud_accounts(&self.reader).await
    }

    pub(super) async fn replace_cloud_accounts(
        &self,
        source: &str,
        mut accounts: Vec<CloudAccount>,
    ) -> Result<bool, StoreError> {
        accounts.sort_by(|one, other| one.id.cmp(&other.id));
        for account in &accounts {
            if account.source != source {
                return Err(StoreError::invalid("an account of another source than the delivery's"));
            }
            let tags = text::tags_write(&account.tags);
            text::refuse_nul([
                &*account.source,
                &account.id,
                &account.name,
                &account.state,
                &account.path,
                &tags,
            ])?;
        }
        if accounts.windows(2).any(|pair| pair[0].id == pair[1].id) {
            return Err(StoreError::invalid("an account is named twice"));
        }
        let mut transaction = self.write().await?;
        let rows = sqlx::query(ACCOUNTS).fetch_all(&mut *transaction).await?;
        let stored = rows.iter().map(account_of).collect::<Result<Vec<_>, _>>()?;
        if stored.iter().filter(|account| account.source == source).eq(accounts.iter()) {
            return Ok(false);
        }
        sqlx::query(DELETE_ACCOUNTS).bind(source.to_owned()).execute(&mut *transaction).await?;
        let head = "INSERT INTO cloud_account (source, id, name, state, path, tags) ";
        bulk::insert(&mut transaction, head, "", &accounts, |row, account| {
            row.push_bind(account.source.clone())
                .push_bind(account.id.clone())
                .push_bind(account.name.clone())
                .push_bind(account.state.clone())
                .push_bind(account.path.clone())
                .push_bind(text::tags_write(&account.tags));
        })
        .await?;
        // Rules that look at units and tags of accounts answer anew.
        let catalogue = catalogue::get(&mut *transaction).await?;
        if catalogue.asks_for_directory() {
            cost_rollup::rebuild_all(&mut transaction, &catalogue).await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
