//! Sources of incidents that are asked: answers among the messages of webhooks, and how far they were asked.

use async_trait::async_trait;
use domain::hook::PollState;
use domain::silence::{Arrivals, LOOKED_BACK};
use jiff::{SignedDuration, Timestamp};

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, incident, state};
use crate::store::PollStore;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[NEXT, INSERT, PUT, LIST, THROUGH, SOURCES, PEOPLE, COUNT, GAP, PRODUCTS];

const NEXT: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM hook_delivery";
const INSERT: &str = "INSERT INTO hook_delivery (number, source, digest, received_at, body, way) \
     VALUES ($1, $2, $3, $4, $5, 'poll') ON CONFLICT (source, digest) DO NOTHING";
const PUT: &str = "INSERT INTO poll_state (source, log, changed_through, history_from, swept_at, finished_at, \
     requests, failed_at, failure) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (source) DO UPDATE SET \
     log = excluded.log, changed_through = excluded.changed_through, history_from = excluded.history_from, \
     swept_at = excluded.swept_at, finished_at = excluded.finished_at, requests = excluded.requests, \
     failed_at = excluded.failed_at, failure = excluded.failure";
const LIST: &str = "SELECT source, log, changed_through, history_from, swept_at, finished_at, requests, failed_at, \
     failure FROM poll_state ORDER BY source";
const THROUGH: &str = "SELECT MIN(history_from), MAX(changed_through) FROM poll_state \
     WHERE log = $1 AND finished_at IS NOT NULL";
/// The sources and their last messages: a look into the index for each, however many messages there ever were.
const SOURCES: &str = "WITH RECURSIVE named(source) AS (SELECT MIN(source) FROM hook_delivery WHERE way = 'hook' \
     UNION ALL SELECT (SELECT MIN(d.source) FROM hook_delivery d WHERE d.way = 'hook' AND d.source > n.source) \
     FROM named n WHERE n.source IS NOT NULL) \
     SELECT n.source, (SELECT MAX(d.received_at) FROM hook_delivery d WHERE d.way = 'hook' AND d.source = n.source) \
     FROM named n WHERE n.source IS NOT NULL ORDER BY n.source";
/// The sources by which people raise topics: they are silent for as long as they like.
const PEOPLE: &str =
    "SELECT DISTINCT d.source FROM topic_message m JOIN hook_delivery d ON d.number = m.message";
const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM hook_delivery \
     WHERE source = $1 AND way = 'hook' AND received_at >= $2";
/// The two messages of a source with the longest time between them.
const GAP: &str = "SELECT d.previous, d.received_at FROM (SELECT received_at, \
     LAG(received_at) OVER (ORDER BY received_at) AS previous FROM hook_delivery \
     WHERE source = $1 AND way = 'hook' AND received_at >= $2) d WHERE d.previous IS NOT NULL \
     ORDER BY d.received_at - d.previous DESC LIMIT 1";
const PRODUCTS: &str = "SELECT DISTINCT source, product FROM incident_delivery ORDER BY source, product";

fn state_of(row: &Row) -> Result<PollState, StoreError> {
    let mut columns = Columns::of(row);
    Ok(PollState {
        source: columns.take()?,
        log: columns.take()?,
        changed_through: columns.instant()?,
        history_from: columns.instant_option()?,
        swept_at: columns.instant_option()?,
        finished_at: columns.instant_option()?,
        requests: columns.take()?,
        failure: columns.instant_option()?.zip(columns.take::<Option<String>>()?),
    })
}

/// Since when and until when polls that came to their end know all incidents of a source.
pub(super) async fn known(
    connection: &mut Connection,
    source: &str,
) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    let (from, through): (Option<Instant>, Option<Instant>) =
        sqlx::query_as(THROUGH).bind(source.to_owned()).fetch_one(connection).await?;
    Ok((from.map(|one| one.0), through.map(|one| one.0)))
}

#[async_trait]
impl PollStore for Database {
    async fn poll_delivery_insert(
        &self,
        source: &str,
        answers: Vec<(String, String)>,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        text::refuse_nul([source])?;
        let mut transaction = self.write().await?;
        let mut number: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        let mut count = 0;
        for (digest, body) in answers {
            let inserted = sqlx::query(INSERT)
                .bind(number)
                .bind(source.to_owned())
                .bind(digest)
                .bind(Instant(text::micros(at)))
                .bind(body.into_bytes())
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if inserted > 0 {
                number += 1;
                count += 1;
            }
        }
        transaction.commit().await?;
        Ok(count)
    }

    async fn poll_state_put(&self, state: PollState) -> Result<(), StoreError> {
        let instant = |at: Option<Timestamp>| at.map(|at| Instant(text::micros(at)));
        let (failed_at, failure) = state.failure.clone().unzip();
        text::refuse_nul([state.source.as_str(), &state.log])?;
        let mut transaction = self.write().await?;
        sqlx::query(PUT)
            .bind(state.source)
            .bind(state.log.clone())
            .bind(Instant(text::micros(state.changed_through)))
            .bind(instant(state.history_from))
            .bind(instant(state.swept_at))
            .bind(instant(state.finished_at))
            .bind(state.requests)
            .bind(instant(failed_at))
            .bind(failure.map(|what| what.replace('\0', "␀")))
            .execute(&mut *transaction)
            .await?;
        if let Some(finished_at) = state.finished_at.filter(|_| state.failure.is_none()) {
            incident::put_source(&mut transaction, &state.log, text::micros(finished_at)).await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn poll_state_list(&self) -> Result<Vec<PollState>, StoreError> {
        sqlx::query(LIST).fetch_all(&self.reader).await?.iter().map(state_of).collect()
    }

    async fn hook_arrival_list(&self) -> Result<Vec<(String, Arrivals)>, StoreError> {
        let mut transaction = self.read().await?;
        let sources: Vec<(String, Instant)> = sqlx::query_as(SOURCES).fetch_all(&mut *transaction).await?;
        let people: Vec<String> = sqlx::query_scalar(PEOPLE).fetch_all(&mut *transaction).await?;
        let mut found = Vec::new();
        for (source, last) in sources.into_iter().filter(|(source, _)| !people.contains(source)) {
            let from = last.0.checked_sub(LOOKED_BACK).unwrap_or(Timestamp::MIN);
            let query = sqlx::query_scalar(COUNT).bind(source.clone()).bind(Instant(from));
            let count: i64 = query.fetch_one(&mut *transaction).await?;
            let query = sqlx::query_as(GAP).bind(source.clone()).bind(Instant(from));
            let gap: Option<(Instant, Instant)> = query.fetch_optional(&mut *transaction).await?;
            let longest_gap = gap.map_or(SignedDuration::ZERO, |(one, next)| next.0.duration_since(one.0));
            found.push((source, Arrivals { count, longest_gap, last: last.0 }));
        }
        Ok(found)
    }

    async fn incident_product_list(&self) -> Result<Vec<(String, String)>, StoreError> {
        Ok(sqlx::query_as(PRODUCTS).fetch_all(&self.reader).await?)
    }
}
