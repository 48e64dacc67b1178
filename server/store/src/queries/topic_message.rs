//! Topics that people raise from a chat: one topic a message, however often it is read.

use async_trait::async_trait;
use domain::hook::HookFault;
use jiff::Timestamp;

use super::columns::Columns;
use super::{Database, Instant, Row, hook_delivery, state, topic};
use crate::store::{HookDelivery, TopicMessage, TopicMessageState, TopicMessageStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[WAITING, SETTLE, NOTE, FAULT, GET];

const WAITING: &str = "SELECT number, source, received_at, body FROM hook_delivery \
     WHERE settled_at IS NULL AND source = $1 ORDER BY number LIMIT $2";
const SETTLE: &str =
    "UPDATE hook_delivery SET stream = '', settled_at = $2 WHERE number = $1 AND settled_at IS NULL";
const NOTE: &str = "INSERT INTO topic_message (message, topic) VALUES ($1, $2)";
const FAULT: &str =
    "INSERT INTO hook_fault (delivery, position, rule, what, mend) VALUES ($1, $2, $3, $4, $5)";
/// A topic, else the first fault; a message that waits has neither.
const GET: &str = "SELECT m.topic, f.rule, f.what, f.mend FROM hook_delivery d \
     LEFT JOIN topic_message m ON m.message = d.number \
     LEFT JOIN hook_fault f ON f.delivery = d.number AND f.position = 0 \
     WHERE d.source = $1 AND d.digest = $2";

fn state_of(row: &Row) -> Result<TopicMessageState, StoreError> {
    let mut columns = Columns::of(row);
    let topic: Option<i64> = columns.take()?;
    let rule: Option<String> = columns.take()?;
    let (what, mend): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    Ok(match (topic, rule) {
        (Some(topic), _) => TopicMessageState::Raised(topic),
        (None, Some(rule)) => TopicMessageState::Refused(HookFault {
            rule,
            what: what.unwrap_or_default(),
            mend: mend.unwrap_or_default(),
        }),
        (None, None) => TopicMessageState::Waiting,
    })
}

#[async_trait]
impl TopicMessageStore for Database {
    async fn topic_message_waiting(&self, source: &str, limit: i64) -> Result<Vec<HookDelivery>, StoreError> {
        let query = sqlx::query(WAITING).bind(source.to_owned()).bind(limit);
        query.fetch_all(&self.reader).await?.iter().map(hook_delivery::delivery_of).collect()
    }

    async fn topic_message_settle(
        &self,
        number: i64,
        message: TopicMessage,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let query = sqlx::query(SETTLE).bind(number).bind(Instant(text::micros(at)));
        if query.execute(&mut *transaction).await?.rows_affected() == 0 {
            // Another server was faster; its topic stands.
            return Ok(());
        }
        if let Some((terms, by)) = message.raised {
            let id = topic::insert(&mut transaction, terms, at, &by).await?;
            sqlx::query(NOTE).bind(number).bind(id).execute(&mut *transaction).await?;
        }
        for (position, fault) in (0_i64..).zip(message.faults) {
            sqlx::query(FAULT)
                .bind(number)
                .bind(position)
                .bind(fault.rule)
                .bind(fault.what.replace('\0', "␀"))
                .bind(fault.mend)
                .execute(&mut *transaction)
                .await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn topic_message_get(
        &self,
        source: &str,
        digest: &str,
    ) -> Result<Option<TopicMessageState>, StoreError> {
        let query = sqlx::query(GET).bind(source.to_owned()).bind(digest.to_owned());
        query.fetch_optional(&self.reader).await?.as_ref().map(state_of).transpose()
    }
}
