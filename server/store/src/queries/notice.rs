//! What channels are told: notices, whether they were sent, and when they are tried again.

use domain::notice::{Delivery, Notice};
use jiff::Timestamp;

use super::columns::{Columns, date};
use super::{Connection, Database, Instant, Row, state};
use crate::types::{NewNotice, NoticeChange, NoticeEnd};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[LIST, DUE, NEXT, INSERT, KEEP_DAY, KEEP_WORDS, SETTLE, CLAIM, DELAY, SENT, AGAIN, FAILED, RETRY];

/// The columns of a notice, in the order that [`notice_of`] reads them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, key, subject, product, channel, kind, first_day, last_day, language, title, body, ",
            "link, created_at, settled_at, state, attempts, due_at, changed_at, reason FROM notice ",
            $rest
        )
    };
}

const LIST: &str = select!("WHERE created_at >= $1 ORDER BY id DESC");
const DUE: &str = select!("WHERE state = 'waiting' AND due_at <= $1 ORDER BY id");
const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM notice";
const INSERT: &str = "INSERT INTO notice (id, key, subject, product, channel, kind, first_day, last_day, \
     language, title, body, link, created_at, state, attempts, due_at, changed_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting', 0, $14, $13) \
     ON CONFLICT (key) DO NOTHING";
const KEEP_DAY: &str = "UPDATE notice SET last_day = $2 WHERE key = $1 AND last_day < $2";
const KEEP_WORDS: &str = "UPDATE notice SET channel = $2, title = $3, body = $4, link = $5, language = $6 \
     WHERE key = $1 AND state = 'waiting' AND attempts = 0 AND (channel <> $2 OR title <> $3 OR body <> $4 \
     OR language <> $6 OR COALESCE(link, '') <> COALESCE(CAST($5 AS TEXT), ''))";
const SETTLE: &str = "UPDATE notice SET settled_at = $2, changed_at = CASE WHEN state = 'waiting' THEN $2 \
     ELSE changed_at END, state = CASE WHEN state = 'waiting' THEN 'withdrawn' ELSE state END \
     WHERE key = $1 AND settled_at IS NULL";
const CLAIM: &str = "UPDATE notice SET attempts = attempts + 1, due_at = $3, changed_at = $4 \
     WHERE id = $1 AND state = 'waiting' AND attempts = $2 AND due_at <= $4";
const DELAY: &str = "UPDATE notice SET due_at = $2 WHERE id = $1 AND state = 'waiting' AND due_at < $2";
const SENT: &str = "UPDATE notice SET state = 'sent', changed_at = $2, reason = NULL WHERE id = $1";
const AGAIN: &str = "UPDATE notice SET due_at = $3, changed_at = $2, reason = $4 \
     WHERE id = $1 AND state = 'waiting'";
const FAILED: &str = "UPDATE notice SET state = 'failed', changed_at = $2, reason = $3 \
     WHERE id = $1 AND state = 'waiting'";
const RETRY: &str = "UPDATE notice SET state = 'waiting', attempts = 0, due_at = $1, changed_at = $1 \
     WHERE state = 'failed' AND settled_at IS NULL";

fn notice_of(row: &Row) -> Result<Notice, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Notice {
        id: columns.take()?,
        key: columns.take()?,
        subject: columns.take()?,
        product: text::read_option("product", columns.take::<Option<String>>()?.as_deref())?,
        channel: columns.take()?,
        kind: text::read("kind of notice", &columns.take::<String>()?)?,
        first_day: columns.date()?,
        last_day: columns.date()?,
        language: text::language(&columns.take::<String>()?)?,
        title: columns.take()?,
        body: columns.take()?,
        link: columns.take()?,
        created_at: columns.instant()?,
        settled_at: columns.instant_option()?,
        state: text::read::<Delivery>("state of a notice", &columns.take::<String>()?)?,
        attempts: columns.take()?,
        due_at: columns.instant()?,
        changed_at: columns.instant()?,
        reason: columns.take()?,
    })
}

fn moment(instant: Timestamp) -> Instant {
    Instant(text::micros(instant))
}

impl Database {
    pub(super) async fn read_notices(&self, since: Timestamp) -> Result<Vec<Notice>, StoreError> {
        let rows = sqlx::query(LIST).bind(moment(since)).fetch_all(&self.reader).await?;
        rows.iter().map(notice_of).collect()
    }

    pub(super) async fn read_notices_due(&self, at: Timestamp) -> Result<Vec<Notice>, StoreError> {
        let rows = sqlx::query(DUE).bind(moment(at)).fetch_all(&self.reader).await?;
        rows.iter().map(notice_of).collect()
    }

    pub(super) async fn apply_notices(
        &self,
        changes: Vec<NoticeChange>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        for change in &changes {
            check(change)?;
        }
        if changes.is_empty() {
            return Ok(false);
        }
        let mut transaction = self.write().await?;
        let mut changed = 0;
        for change in changes {
            changed += apply(&mut transaction, change, at).await?;
        }
        if changed == 0 {
            return Ok(false);
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn claim_notice(
        &self,
        notice: &Notice,
        again_at: Timestamp,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let claimed = sqlx::query(CLAIM)
            .bind(notice.id)
            .bind(notice.attempts)
            .bind(moment(again_at))
            .bind(moment(at))
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if claimed == 0 {
            return Ok(false);
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn delay_notice(&self, id: i64, due_at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let delayed = sqlx::query(DELAY)
            .bind(id)
            .bind(moment(due_at))
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if delayed > 0 {
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    pub(super) async fn end_notice(&self, id: i64, end: NoticeEnd, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let query = match end {
            NoticeEnd::Sent => sqlx::query(SENT).bind(id).bind(moment(at)),
            NoticeEnd::Again { due_at, reason } => {
                text::refuse_nul([reason.as_str()])?;
                sqlx::query(AGAIN).bind(id).bind(moment(at)).bind(moment(due_at)).bind(reason)
            }
            NoticeEnd::Failed { reason } => {
                text::refuse_nul([reason.as_str()])?;
                sqlx::query(FAILED).bind(id).bind(moment(at)).bind(reason)
            }
        };
        query.execute(&mut *transaction).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn retry_notices(&self, at: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let retried = sqlx::query(RETRY).bind(moment(at)).execute(&mut *transaction).await?.rows_affected();
        if retried > 0 {
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(retried)
    }
}

/// Refuses what cannot be stored.
fn check(change: &NoticeChange) -> Result<(), StoreError> {
    match change {
        NoticeChange::Tell(new) => text::refuse_nul(
            [&*new.key, &new.subject, &new.channel, &new.title, &new.body]
                .into_iter()
                .chain(new.link.as_deref()),
        ),
        NoticeChange::Keep { key, channel, title, body, link, .. } => {
            text::refuse_nul([&**key, channel, title, body].into_iter().chain(link.as_deref()))
        }
        NoticeChange::Settle { key } => text::refuse_nul([key.as_str()]),
    }
}

/// Does one change; answers how many rows it changed.
async fn apply(connection: &mut Connection, change: NoticeChange, at: Timestamp) -> Result<u64, StoreError> {
    match change {
        NoticeChange::Tell(new) => insert(connection, new, at).await,
        NoticeChange::Keep { key, last_day, channel, language, title, body, link } => {
            let moved = sqlx::query(KEEP_DAY)
                .bind(key.clone())
                .bind(date(last_day))
                .execute(&mut *connection)
                .await?;
            let words = sqlx::query(KEEP_WORDS)
                .bind(key)
                .bind(channel)
                .bind(title)
                .bind(body)
                .bind(link)
                .bind(language.tag())
                .execute(connection)
                .await?;
            Ok(moved.rows_affected() + words.rows_affected())
        }
        NoticeChange::Settle { key } => {
            Ok(sqlx::query(SETTLE).bind(key).bind(moment(at)).execute(connection).await?.rows_affected())
        }
    }
}

async fn insert(connection: &mut Connection, new: NewNotice, at: Timestamp) -> Result<u64, StoreError> {
    let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *connection).await?;
    let inserted = sqlx::query(INSERT)
        .bind(id)
        .bind(new.key)
        .bind(new.subject)
        .bind(new.product.map(|slug| slug.to_string()))
        .bind(new.channel)
        .bind(new.kind.as_str())
        .bind(date(new.first_day))
        .bind(date(new.last_day))
        .bind(new.language.tag())
        .bind(new.title)
        .bind(new.body)
        .bind(new.link)
        .bind(moment(at))
        .bind(moment(new.due_at))
        .execute(connection)
        .await?;
    Ok(inserted.rows_affected())
}
