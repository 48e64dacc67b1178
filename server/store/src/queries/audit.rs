//! The audit. An entry that tells of a write is added in the same transaction, where the write shows itself to
//! readers ([`state::bump`](super::state)): both are there, or neither.

use async_trait::async_trait;
use domain::audit::{AuditEntry, Chain, ChainBreak, ChainedEntry};
use sha2::{Digest, Sha256};

use super::columns::Columns;
use super::{Connection, Database, Instant, Row};
use crate::store::{AuditStore, AuditWanted};
use crate::{StoreError, audit, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[HEAD, SAME, INSERT, LIST, AFTER];

const HEAD: &str = "SELECT id, hash FROM audit_entry ORDER BY id DESC LIMIT 1";
const SAME: &str = "SELECT hash FROM audit_entry WHERE id = $1";
const INSERT: &str = "INSERT INTO audit_entry (id, at, actor, identity, origin, act, object, before, after, reason, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const LIST: &str = "SELECT id, at, actor, identity, origin, act, object, before, after, reason, hash FROM audit_entry \
     WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR act = $2) AND ($3 = '' OR SUBSTR(object, 1, LENGTH($3)) = $3) \
     AND id < $4 ORDER BY id DESC LIMIT $5";
const AFTER: &str = "SELECT id, at, actor, identity, origin, act, object, before, after, reason, hash FROM audit_entry \
     WHERE id > $1 ORDER BY id LIMIT $2";

/// How many entries are checked at a time.
const CHECKED: i64 = 1_000;

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Adds the entry that waits, unless it is there: of several tries of a change the one that is kept tells of it.
pub(super) async fn append_waiting(connection: &mut Connection) -> Result<(), StoreError> {
    let Some((entry, written)) = audit::waiting() else { return Ok(()) };
    if let Some((id, hash)) = written {
        let found: Option<String> =
            sqlx::query_scalar(SAME).bind(id).fetch_optional(&mut *connection).await?;
        if found == Some(hash.to_string()) {
            return Ok(());
        }
    }
    let chained = append(connection, entry).await?;
    audit::written(chained.id, chained.hash);
    Ok(())
}

async fn head(connection: &mut Connection) -> Result<Chain, StoreError> {
    let row = sqlx::query(HEAD).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(Chain::EMPTY) };
    let mut columns = Columns::of(&row);
    let (last, hash): (i64, String) = (columns.take()?, columns.take()?);
    Ok(Chain { last, head: text::read("hash of the audit", &hash)? })
}

async fn append(connection: &mut Connection, entry: AuditEntry) -> Result<ChainedEntry, StoreError> {
    let mut chain = head(&mut *connection).await?;
    let entry = AuditEntry { at: text::micros(entry.at), ..entry };
    let texts = [Some(&entry.actor), Some(&entry.identity), entry.from.as_ref(), Some(&entry.object)];
    let more = [entry.before.as_ref(), entry.after.as_ref(), entry.reason.as_ref()];
    text::refuse_nul(texts.into_iter().chain(more).flatten().map(String::as_str))?;
    let chained = chain.append(entry, sha256);
    let ChainedEntry { id, entry, hash } = &chained;
    sqlx::query(INSERT)
        .bind(*id)
        .bind(Instant(entry.at))
        .bind(entry.actor.clone())
        .bind(entry.identity.clone())
        .bind(entry.from.clone())
        .bind(entry.act.as_str().to_owned())
        .bind(entry.object.clone())
        .bind(entry.before.clone())
        .bind(entry.after.clone())
        .bind(entry.reason.clone())
        .bind(hash.to_string())
        .execute(connection)
        .await?;
    Ok(chained)
}

fn entry_of(row: &Row) -> Result<ChainedEntry, StoreError> {
    let mut columns = Columns::of(row);
    let (id, at) = (columns.take()?, columns.instant()?);
    let (actor, identity, from) = (columns.take()?, columns.take()?, columns.take()?);
    let (act, object): (String, String) = (columns.take()?, columns.take()?);
    let (before, after, reason) = (columns.take()?, columns.take()?, columns.take()?);
    let hash: String = columns.take()?;
    let act = text::read("act of the audit", &act)?;
    let entry = AuditEntry { at, actor, identity, from, act, object, before, after, reason };
    Ok(ChainedEntry { id, entry, hash: text::read("hash of the audit", &hash)? })
}

#[async_trait]
impl AuditStore for Database {
    async fn audit_append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        append(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn audit_list(&self, wanted: &AuditWanted, limit: i64) -> Result<Vec<ChainedEntry>, StoreError> {
        let rows = sqlx::query(LIST)
            .bind(wanted.actor.clone().unwrap_or_default())
            .bind(wanted.act.map_or("", |act| act.as_str()).to_owned())
            .bind(wanted.object.clone().unwrap_or_default())
            .bind(wanted.before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(entry_of).collect()
    }

    async fn audit_after(&self, id: i64, limit: i64) -> Result<Vec<ChainedEntry>, StoreError> {
        let rows = sqlx::query(AFTER).bind(id).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(entry_of).collect()
    }

    async fn audit_head(&self) -> Result<Chain, StoreError> {
        let mut connection = self.reader.acquire().await?;
        head(&mut connection).await
    }

    async fn audit_check(&self) -> Result<Result<Chain, ChainBreak>, StoreError> {
        let mut chain = Chain::EMPTY;
        loop {
            let entries = self.audit_after(chain.last, CHECKED).await?;
            if entries.is_empty() {
                return Ok(Ok(chain));
            }
            for entry in &entries {
                if let Err(broken) = chain.check(entry, sha256) {
                    return Ok(Err(broken));
                }
            }
        }
    }
}
