//! What other systems told by webhook: appended, read, folded; never changed.

use async_trait::async_trait;
use domain::hook::{HookFault, HookRemark, HookState, IncidentMessage};
use domain::incident_merge::IncidentKey;
use jiff::Timestamp;

use super::columns::Columns;
use super::{Database, Instant, Row, bulk, state};
use crate::store::{HookDelivery, HookSettled, HookStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[NEXT, INSERT, WAITING, STREAM, SETTLE, NOTE, MESSAGES, FAULTS, STATES, COUNT_WAITING];

const NEXT: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM hook_delivery";
const INSERT: &str = "INSERT INTO hook_delivery (number, source, digest, received_at, body) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (source, digest) DO NOTHING";
const WAITING: &str = "SELECT number, source, received_at, body FROM hook_delivery \
     WHERE settled_at IS NULL ORDER BY number LIMIT $1";
const STREAM: &str = "SELECT number, source, received_at, body FROM hook_delivery \
     WHERE source = $1 AND stream = $2 ORDER BY number";
const SETTLE: &str = "UPDATE hook_delivery SET stream = $2, settled_at = $3 \
     WHERE number = $1 AND settled_at IS NULL";
const NOTE: &str = "INSERT INTO incident_message (source, external_id, message) \
     SELECT source, $2, number FROM hook_delivery WHERE number = $1 ON CONFLICT DO NOTHING";
const MESSAGES: &str = "SELECT d.number, d.received_at, d.settled_at FROM incident_message m \
     JOIN hook_delivery d ON d.number = m.message \
     WHERE m.source = $1 AND m.external_id = $2 AND d.settled_at IS NOT NULL ORDER BY d.number";
const FAULTS: &str = "SELECT d.source, d.number, d.received_at, f.rule, f.what, f.mend \
     FROM hook_fault f JOIN hook_delivery d ON d.number = f.delivery \
     ORDER BY f.delivery DESC, f.position LIMIT $1";
const STATES: &str = "SELECT source, CAST(COUNT(*) AS BIGINT), MAX(received_at) FROM hook_delivery \
     WHERE way = 'hook' GROUP BY source ORDER BY source";
const COUNT_WAITING: &str = "SELECT source, CAST(COUNT(*) AS BIGINT) FROM hook_delivery \
     WHERE settled_at IS NULL AND way = 'hook' GROUP BY source";

pub(super) fn delivery_of(row: &Row) -> Result<HookDelivery, StoreError> {
    let mut columns = Columns::of(row);
    Ok(HookDelivery {
        number: columns.take()?,
        source: columns.take()?,
        received_at: columns.instant()?,
        body: columns.take()?,
    })
}

fn remark_of(row: &Row) -> Result<HookRemark, StoreError> {
    let mut columns = Columns::of(row);
    Ok(HookRemark {
        source: columns.take()?,
        number: columns.take()?,
        received_at: columns.instant()?,
        fault: HookFault { rule: columns.take()?, what: columns.take()?, mend: columns.take()? },
    })
}

#[async_trait]
impl HookStore for Database {
    async fn hook_delivery_insert(
        &self,
        source: &str,
        digest: &str,
        body: &[u8],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([source, digest])?;
        let mut transaction = self.write().await?;
        let number: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        let inserted = sqlx::query(INSERT)
            .bind(number)
            .bind(source.to_owned())
            .bind(digest.to_owned())
            .bind(Instant(text::micros(at)))
            .bind(body.to_vec())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        transaction.commit().await?;
        Ok(inserted > 0)
    }

    async fn hook_delivery_waiting(&self, limit: i64) -> Result<Vec<HookDelivery>, StoreError> {
        let rows = sqlx::query(WAITING).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(delivery_of).collect()
    }

    async fn hook_delivery_stream(
        &self,
        source: &str,
        stream: &str,
    ) -> Result<Vec<HookDelivery>, StoreError> {
        let rows = sqlx::query(STREAM)
            .bind(source.to_owned())
            .bind(stream.to_owned())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(delivery_of).collect()
    }

    async fn hook_delivery_settle(&self, settled: Vec<HookSettled>, at: Timestamp) -> Result<(), StoreError> {
        for one in &settled {
            text::refuse_nul([one.stream.as_str()])?;
            text::refuse_nul(one.incidents.iter().map(String::as_str))?;
        }
        let mut transaction = self.write().await?;
        let mut faults: Vec<(i64, i64, HookFault)> = Vec::new();
        for one in &settled {
            let noted = sqlx::query(SETTLE)
                .bind(one.number)
                .bind(one.stream.clone())
                .bind(Instant(text::micros(at)))
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            for id in &one.incidents {
                sqlx::query(NOTE).bind(one.number).bind(id.clone()).execute(&mut *transaction).await?;
            }
            if noted > 0 {
                let numbered = (0_i64..).zip(one.faults.iter().cloned());
                faults.extend(numbered.map(|(position, fault)| (one.number, position, fault)));
            }
        }
        let head = "INSERT INTO hook_fault (delivery, position, rule, what, mend) ";
        bulk::insert(&mut transaction, head, "", &faults, |row, (delivery, position, fault)| {
            row.push_bind(*delivery)
                .push_bind(*position)
                .push_bind(fault.rule.clone())
                .push_bind(fault.what.replace('\0', "␀"))
                .push_bind(fault.mend.clone());
        })
        .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn incident_message_list(&self, of: &IncidentKey) -> Result<Vec<IncidentMessage>, StoreError> {
        let query = sqlx::query(MESSAGES).bind(of.source.clone()).bind(of.external_id.clone());
        let rows = query.fetch_all(&self.reader).await?;
        let message = |row: &Row| {
            let mut columns = Columns::of(row);
            let number = columns.take()?;
            Ok(IncidentMessage { number, received_at: columns.instant()?, read_at: columns.instant()? })
        };
        rows.iter().map(message).collect()
    }

    async fn hook_remark_list(&self, limit: i64) -> Result<Vec<HookRemark>, StoreError> {
        let rows = sqlx::query(FAULTS).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(remark_of).collect()
    }

    async fn hook_state_list(&self) -> Result<Vec<HookState>, StoreError> {
        let mut transaction = self.read().await?;
        let waiting: Vec<(String, i64)> = sqlx::query_as(COUNT_WAITING).fetch_all(&mut *transaction).await?;
        let rows = sqlx::query(STATES).fetch_all(&mut *transaction).await?;
        rows.iter()
            .map(|row| {
                let mut columns = Columns::of(row);
                let source: String = columns.take()?;
                let waits = waiting.iter().find(|(name, _)| *name == source).map_or(0, |(_, count)| *count);
                Ok(HookState {
                    source,
                    messages: columns.take()?,
                    waiting: waits,
                    received_at: columns.instant()?,
                })
            })
            .collect()
    }
}
