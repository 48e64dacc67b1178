//! What programs prove themselves with.

use async_trait::async_trait;
use domain::service_token::{Scope, ServiceToken};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Database, Instant, Row, state};
use crate::store::{NewServiceToken, ServiceTokenStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, SAME, INSERT, ONE, LIST, USE, REVOKE];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM service_token";
const SAME: &str = "SELECT id FROM service_token WHERE name = $1 AND revoked_at IS NULL AND expires_at > $2";
const INSERT: &str = "INSERT INTO service_token (id, digest, name, scopes, created_at, created_by, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ONE: &str = "SELECT id, name, scopes, created_at, created_by, expires_at, used_at, revoked_at \
     FROM service_token WHERE digest = $1";
const LIST: &str = "SELECT id, name, scopes, created_at, created_by, expires_at, used_at, revoked_at \
     FROM service_token ORDER BY id DESC";
const USE: &str = "UPDATE service_token SET used_at = $2 WHERE id = $1";
const REVOKE: &str = "UPDATE service_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

fn token_of(row: &Row) -> Result<ServiceToken, StoreError> {
    let mut columns = Columns::of(row);
    let (id, name) = (columns.take()?, columns.take()?);
    let scopes: String = columns.take()?;
    let scopes = scopes.split_whitespace().map(|scope| text::read("scope of a token", scope));
    Ok(ServiceToken {
        id,
        name,
        scopes: scopes.collect::<Result<_, _>>()?,
        created_at: columns.instant()?,
        created_by: columns.take()?,
        expires_at: columns.instant()?,
        used_at: columns.instant_option()?,
        revoked_at: columns.instant_option()?,
    })
}

fn instant(at: Timestamp) -> Instant {
    Instant(text::micros(at))
}

#[async_trait]
impl ServiceTokenStore for Database {
    async fn service_token_insert(&self, token: &NewServiceToken) -> Result<i64, StoreError> {
        text::refuse_nul([token.name.as_str(), &token.created_by])?;
        let mut transaction = self.write().await?;
        let same = sqlx::query_scalar(SAME).bind(token.name.clone()).bind(instant(token.created_at));
        let same: Option<i64> = same.fetch_optional(&mut *transaction).await?;
        if same.is_some() {
            let what = format!("there is a token “{}” that is still good: take it back first", token.name);
            return Err(StoreError::conflict(what));
        }
        let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        let scopes: Vec<String> = token.scopes.iter().map(Scope::to_string).collect();
        sqlx::query(INSERT)
            .bind(id)
            .bind(token.digest.clone())
            .bind(token.name.clone())
            .bind(scopes.join(" "))
            .bind(instant(token.created_at))
            .bind(token.created_by.clone())
            .bind(instant(token.expires_at))
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn service_token_get(&self, digest: &str) -> Result<Option<ServiceToken>, StoreError> {
        let row = sqlx::query(ONE).bind(digest.to_owned()).fetch_optional(&self.reader).await?;
        row.as_ref().map(token_of).transpose()
    }

    async fn service_token_list(&self) -> Result<Vec<ServiceToken>, StoreError> {
        sqlx::query(LIST).fetch_all(&self.reader).await?.iter().map(token_of).collect()
    }

    async fn service_token_use(&self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(USE).bind(id).bind(instant(at)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn service_token_revoke(&self, id: i64, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let query = sqlx::query(REVOKE).bind(id).bind(instant(at));
        let revoked = query.execute(&mut *transaction).await?.rows_affected() > 0;
        if revoked {
            state::bump(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(revoked)
    }
}
