//! Anomalies that clouds told of, with their causes, and when each source was last asked.

use std::collections::BTreeMap;

use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use jiff::Timestamp;
use jiff::civil::Date;

use super::columns::{Columns, date, date_option};
use super::{Connection, Database, Instant, Row, bulk, state};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, CAUSES, DELETE_CAUSES, DELETE, CHECKED, CHECK];

const LIST: &str = "SELECT source, id, first_day, last_day, dimension, currency, impact, expected, feedback \
     FROM cloud_anomaly ORDER BY source, position";
const CAUSES: &str = "SELECT source, id, account, account_name, service, region, usage_type, impact \
     FROM cloud_anomaly_cause ORDER BY source, id, position";
const DELETE_CAUSES: &str = "DELETE FROM cloud_anomaly_cause WHERE source = $1";
const DELETE: &str = "DELETE FROM cloud_anomaly WHERE source = $1";
const CHECKED: &str = "SELECT checked_at FROM cloud_anomaly_check WHERE source = $1";
const CHECK: &str = "INSERT INTO cloud_anomaly_check (source, checked_at) VALUES ($1, $2) \
     ON CONFLICT (source) DO UPDATE SET checked_at = excluded.checked_at";

fn anomaly_of(row: &Row) -> Result<CloudAnomaly, StoreError> {
    let mut columns = Columns::of(row);
    Ok(CloudAnomaly {
        source: columns.take()?,
        id: columns.take()?,
        first: columns.date()?,
        last: columns.date_option()?,
        dimension: columns.take()?,
        currency: text::read("currency", columns.take::<&str>()?)?,
        impact: columns.take()?,
        expected: columns.take()?,
        feedback: columns.take()?,
        causes: Vec::new(),
    })
}

fn cause_of(row: &Row) -> Result<((String, String), CloudCause), StoreError> {
    let mut columns = Columns::of(row);
    let place = (columns.take()?, columns.take()?);
    let cause = CloudCause {
        account: columns.take()?,
        account_name: columns.take()?,
        service: columns.take()?,
        region: columns.take()?,
        usage_type: columns.take()?,
        impact: columns.take()?,
    };
    Ok((place, cause))
}

/// All anomalies of all sources.
async fn all(connection: &mut Connection) -> Result<Vec<CloudAnomaly>, StoreError> {
    let rows = sqlx::query(LIST).fetch_all(&mut *connection).await?;
    let mut anomalies = rows.iter().map(anomaly_of).collect::<Result<Vec<_>, _>>()?;
    let mut causes: BTreeMap<(String, String), Vec<CloudCause>> = BTreeMap::new();
    for row in sqlx::query(CAUSES).fetch_all(&mut *connection).await? {
        let (place, cause) = cause_of(&row)?;
        causes.entry(place).or_default().push(cause);
    }
    for anomaly in &mut anomalies {
        let place = (anomaly.source.clone(), anomaly.id.clone());
        anomaly.causes = causes.remove(&place).unwrap_or_default();
    }
    Ok(anomalies)
}

fn check(source: &str, anomalies: &[CloudAnomaly]) -> Result<(), StoreError> {
    text::refuse_nul([source])?;
    for anomaly in anomalies {
        if anomaly.source != source {
            return Err(StoreError::invalid("an anomaly of another source than the delivery's"));
        }
        let own = [&anomaly.dimension, &anomaly.feedback].into_iter().flatten().chain([&anomaly.id]);
        let causes = anomaly.causes.iter().flat_map(|cause| {
            let CloudCause { account, account_name, service, region, usage_type, .. } = cause;
            [account, account_name, service, region, usage_type].into_iter().flatten()
        });
        text::refuse_nul(own.chain(causes).map(String::as_str))?;
    }
    Ok(())
}

impl Database {
    pub(super) async fn read_cloud_anomalies(
        &self,
        from: Date,
        to: Date,
    ) -> Result<Vec<CloudAnomaly>, StoreError> {
        let mut transaction = self.read().await?;
        let mut found = all(&mut transaction).await?;
        found.retain(|anomaly| anomaly.meets(from, to));
        Ok(found)
    }

    pub(super) async fn read_anomaly_check(&self, source: &str) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(CHECKED).bind(source.to_owned()).fetch_optional(&self.reader).await?;
        row.as_ref().map(|row| Columns::of(row).instant()).transpose()
    }

    pub(super) async fn replace_cloud_anomalies(
        &self,
        source: &str,
        from: Date,
        anomalies: Vec<CloudAnomaly>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        check(source, &anomalies)?;
        let mut transaction = self.write().await?;
        let stored: Vec<CloudAnomaly> =
            all(&mut transaction).await?.into_iter().filter(|anomaly| anomaly.source == source).collect();
        // What ended before the days that were asked about is no longer told, and stays.
        let is_told = |old: &CloudAnomaly| {
            old.last.is_none_or(|last| last >= from) || anomalies.iter().any(|new| new.id == old.id)
        };
        let mut kept: Vec<CloudAnomaly> = stored.iter().filter(|old| !is_told(old)).cloned().collect();
        kept.extend(anomalies);
        kept.sort_by(|one, other| (one.first, &one.id).cmp(&(other.first, &other.id)));
        if kept.windows(2).any(|pair| pair[0].id == pair[1].id) {
            return Err(StoreError::invalid("an anomaly is told twice"));
        }
        let changed = kept != stored;
        if changed {
            sqlx::query(DELETE_CAUSES).bind(source.to_owned()).execute(&mut *transaction).await?;
            sqlx::query(DELETE).bind(source.to_owned()).execute(&mut *transaction).await?;
            insert(&mut transaction, &kept).await?;
            state::bump(&mut transaction).await?;
        }
        sqlx::query(CHECK)
            .bind(source.to_owned())
            .bind(Instant(text::micros(at)))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(changed)
    }
}

async fn insert(connection: &mut Connection, anomalies: &[CloudAnomaly]) -> Result<(), StoreError> {
    let rows: Vec<(i64, &CloudAnomaly)> = (0_i64..).zip(anomalies).collect();
    let head = "INSERT INTO cloud_anomaly (source, id, position, first_day, last_day, dimension, currency, impact, \
         expected, feedback) ";
    bulk::insert(connection, head, "", &rows, |row, (position, anomaly)| {
        row.push_bind(anomaly.source.clone())
            .push_bind(anomaly.id.clone())
            .push_bind(*position)
            .push_bind(date(anomaly.first))
            .push_bind(date_option(anomaly.last))
            .push_bind(anomaly.dimension.clone())
            .push_bind(anomaly.currency.code().to_owned())
            .push_bind(anomaly.impact)
            .push_bind(anomaly.expected)
            .push_bind(anomaly.feedback.clone());
    })
    .await?;
    let causes: Vec<(&CloudAnomaly, i64, &CloudCause)> = anomalies
        .iter()
        .flat_map(|anomaly| {
            (0_i64..).zip(&anomaly.causes).map(move |(position, cause)| (anomaly, position, cause))
        })
        .collect();
    let head = "INSERT INTO cloud_anomaly_cause (source, id, position, account, account_name, service, region, \
         usage_type, impact) ";
    bulk::insert(connection, head, "", &causes, |row, (anomaly, position, cause)| {
        row.push_bind(anomaly.source.clone())
            .push_bind(anomaly.id.clone())
            .push_bind(*position)
            .push_bind(cause.account.clone())
            .push_bind(cause.account_name.clone())
            .push_bind(cause.service.clone())
            .push_bind(cause.region.clone())
            .push_bind(cause.usage_type.clone())
            .push_bind(cause.impact);
    })
    .await
}
