//! Reading cost: roll-ups, control totals, accounts nobody knows.

use domain::cost::{Amounts, BillingScope, ControlTotal, Owner, OwnerMonth, OwnerWeek};
use domain::rate::Month;
use domain::review::BilledDay;
use domain::week::IsoWeek;

use super::columns::{Columns, day_number, day_of};
use super::{Database, Db, Row};
use crate::types::UnknownAccount;
use crate::{StoreError, packed, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    OWNER_WEEKS,
    OWNER_MONTHS,
    SERVICE_WEEKS,
    SERVICE_WEEKS_OF,
    TAX_WEEKS,
    TAX_WEEKS_OF,
    BILLED_DAYS,
    CONTROL_TOTALS,
    UNKNOWN_ACCOUNTS,
];

const OWNER_WEEKS: &str =
    "SELECT monday, packed FROM cost_owner_week WHERE monday >= $1 AND monday <= $2 ORDER BY monday";
const OWNER_MONTHS: &str =
    "SELECT month, packed FROM cost_owner_month WHERE month >= $1 AND month <= $2 ORDER BY month";
const SERVICE_WEEKS: &str = "SELECT monday, packed FROM cost_service_week \
     WHERE monday >= $1 AND monday <= $2 ORDER BY monday, owner_kind, owner";

/// One seek a week: the primary key begins with week and owner.
const SERVICE_WEEKS_OF: &str = "WITH RECURSIVE week (first_day) AS (SELECT CAST($1 AS BIGINT) UNION ALL \
     SELECT first_day + 7 FROM week WHERE first_day + 7 <= $2) \
     SELECT monday, packed FROM week CROSS JOIN cost_service_week \
     WHERE monday = first_day AND owner_kind = $3 AND owner = $4 ORDER BY monday";
const TAX_WEEKS: &str = "SELECT monday, packed FROM cost_tax_week \
     WHERE monday >= $1 AND monday <= $2 ORDER BY monday, owner_kind, owner";
const TAX_WEEKS_OF: &str = "WITH RECURSIVE week (first_day) AS (SELECT CAST($1 AS BIGINT) UNION ALL \
     SELECT first_day + 7 FROM week WHERE first_day + 7 <= $2) \
     SELECT monday, packed FROM week CROSS JOIN cost_tax_week \
     WHERE monday = first_day AND owner_kind = $3 AND owner = $4 ORDER BY monday";
const BILLED_DAYS: &str = "SELECT day, source, currency, billed, effective FROM cost_billed_day \
     WHERE day >= $1 AND day <= $1 + 6 ORDER BY day, source, currency";
const CONTROL_TOTALS: &str = "SELECT source, billing_account, period_start, period_end, currency, billed_total, \
     effective_total, input_rows, latest_day FROM cost_scope ORDER BY source, billing_account, period_start, currency";
const UNKNOWN_ACCOUNTS: &str = "SELECT s.source, t.sub_account, MAX(t.name), s.currency, \
     CAST(SUM(t.billed) AS BIGINT), CAST(SUM(t.effective) AS BIGINT), MAX(t.last_day) \
     FROM cost_account_sum t JOIN cost_scope s ON s.id = t.scope_id \
     WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = t.sub_account) \
     GROUP BY s.source, t.sub_account, s.currency ORDER BY 5 DESC, 1, 2, 4";

/// The weeks of rows in their order.
fn weeks_of(rows: &[Row]) -> Result<Vec<OwnerWeek>, StoreError> {
    let (mut texts, mut weeks) = (packed::Texts::default(), Vec::new());
    for row in rows {
        let mut columns = Columns::of(row);
        let week = IsoWeek::containing(day_of(columns.take()?)?);
        packed::weeks_read(week, columns.take()?, &mut texts, &mut weeks)?;
    }
    Ok(weeks)
}

/// Weeks over all services whose Mondays lie between two days.
pub(super) async fn owner_weeks(
    connection: impl sqlx::Executor<'_, Database = Db>,
    from: i64,
    to: i64,
) -> Result<Vec<OwnerWeek>, StoreError> {
    weeks_of(&sqlx::query(OWNER_WEEKS).bind(from).bind(to).fetch_all(connection).await?)
}

fn billed_day_of(row: &Row) -> Result<BilledDay, StoreError> {
    let mut columns = Columns::of(row);
    Ok(BilledDay {
        day: day_of(columns.take()?)?,
        source: columns.take()?,
        currency: text::currency(columns.take()?)?,
        amounts: Amounts { billed: columns.take()?, effective: columns.take()? },
    })
}

fn control_total_of(row: &Row) -> Result<ControlTotal, StoreError> {
    let mut columns = Columns::of(row);
    Ok(ControlTotal {
        scope: BillingScope {
            source: columns.take()?,
            billing_account: columns.take()?,
            period_start: columns.date()?,
            period_end: columns.date()?,
            currency: text::currency(columns.take()?)?,
        },
        billed: text::read("control total", columns.take()?)?,
        effective: text::read("control total", columns.take()?)?,
        rows: u64::try_from(columns.take::<i64>()?).unwrap_or(0),
        latest_day: columns.take::<Option<i64>>()?.map(day_of).transpose()?,
    })
}

fn unknown_account_of(row: &Row) -> Result<UnknownAccount, StoreError> {
    let mut columns = Columns::of(row);
    Ok(UnknownAccount {
        source: columns.take()?,
        id: columns.take()?,
        name: columns.take()?,
        currency: text::currency(columns.take()?)?,
        total: Amounts { billed: columns.take()?, effective: columns.take()? },
        last_day: day_of(columns.take()?)?,
    })
}

impl Database {
    pub(super) async fn read_owner_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<OwnerWeek>, StoreError> {
        owner_weeks(&self.reader, day_number(from.monday()), day_number(to.monday())).await
    }

    pub(super) async fn read_owner_months(
        &self,
        from: Month,
        to: Month,
    ) -> Result<Vec<OwnerMonth>, StoreError> {
        let (from, to) = (day_number(from.first_day()), day_number(to.first_day()));
        let mut months = Vec::new();
        for row in sqlx::query(OWNER_MONTHS).bind(from).bind(to).fetch_all(&self.reader).await? {
            let mut columns = Columns::of(&row);
            let month = Month::containing(day_of(columns.take()?)?);
            packed::months_read(month, columns.take()?, &mut months)?;
        }
        Ok(months)
    }

    pub(super) async fn read_service_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError> {
        self.read_weeks_of((SERVICE_WEEKS, SERVICE_WEEKS_OF), (from, to), owner).await
    }

    pub(super) async fn read_tax_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError> {
        self.read_weeks_of((TAX_WEEKS, TAX_WEEKS_OF), (from, to), owner).await
    }

    /// Weeks by the statement for all owners or by the one for a single one.
    async fn read_weeks_of(
        &self,
        (of_all, of_one): (&'static str, &'static str),
        (from, to): (IsoWeek, IsoWeek),
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError> {
        let (from, to) = (day_number(from.monday()), day_number(to.monday()));
        let rows = match owner.map(text::owner_words) {
            None => sqlx::query(of_all).bind(from).bind(to).fetch_all(&self.reader).await?,
            Some((kind, name)) => {
                sqlx::query(of_one)
                    .bind(from)
                    .bind(to)
                    .bind(kind)
                    .bind(name.to_owned())
                    .fetch_all(&self.reader)
                    .await?
            }
        };
        weeks_of(&rows)
    }

    pub(super) async fn read_billed_days(&self, week: IsoWeek) -> Result<Vec<BilledDay>, StoreError> {
        let rows = sqlx::query(BILLED_DAYS).bind(day_number(week.monday())).fetch_all(&self.reader).await?;
        rows.iter().map(billed_day_of).collect()
    }

    pub(super) async fn read_control_totals(&self) -> Result<Vec<ControlTotal>, StoreError> {
        sqlx::query(CONTROL_TOTALS).fetch_all(&self.reader).await?.iter().map(control_total_of).collect()
    }

    pub(super) async fn read_unknown_accounts(&self) -> Result<Vec<UnknownAccount>, StoreError> {
        let rows = sqlx::query(UNKNOWN_ACCOUNTS).fetch_all(&self.reader).await?;
        rows.iter().map(unknown_account_of).collect()
    }
}
