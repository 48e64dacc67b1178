//! Links for people without an account.

use async_trait::async_trait;
use domain::share::{NewShare, Share, ShareTerms};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Database, Instant, Row, state};
use crate::store::ShareStore;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, ONE, LIST, USE, REVOKE];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM share";
const INSERT: &str = "INSERT INTO share (id, digest, week, version, product, section, language, shows, made_at, made_by, \
     maker, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const ONE: &str = "SELECT id, week, version, product, section, language, shows, made_at, made_by, maker, expires_at, \
     revoked_at, revoked_by, used_at FROM share WHERE digest = $1";
const LIST: &str = "SELECT id, week, version, product, section, language, shows, made_at, made_by, maker, expires_at, \
     revoked_at, revoked_by, used_at FROM share ORDER BY id DESC";
const USE: &str = "UPDATE share SET used_at = $2 WHERE id = $1";
const REVOKE: &str = "UPDATE share SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL";

fn share_of(row: &Row) -> Result<Share, StoreError> {
    let mut columns = Columns::of(row);
    let (id, week): (i64, String) = (columns.take()?, columns.take()?);
    let version = columns.take()?;
    let (product, section): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    let (language, shows): (String, String) = (columns.take()?, columns.take()?);
    let terms = ShareTerms {
        week: text::read("week of a share", &week)?,
        version,
        product: text::read_option("product of a share", product.as_deref())?,
        section: text::read_option("section of a share", section.as_deref())?,
        language: text::language(&language)?,
        shows: text::read("products of a share", &shows)?,
    };
    let (made_at, made_by) = (columns.instant()?, columns.take()?);
    let (maker, expires_at) = (columns.take()?, columns.instant()?);
    let (revoked_at, revoked_by): (_, Option<String>) = (columns.instant_option()?, columns.take()?);
    Ok(Share {
        id,
        terms,
        made_at,
        made_by,
        maker,
        expires_at,
        revoked: revoked_at.zip(revoked_by),
        used_at: columns.instant_option()?,
    })
}

fn instant(at: Timestamp) -> Instant {
    Instant(text::micros(at))
}

#[async_trait]
impl ShareStore for Database {
    async fn share_insert(&self, share: &NewShare) -> Result<i64, StoreError> {
        text::refuse_nul([share.made_by.as_str()])?;
        let terms = &share.terms;
        let mut transaction = self.write().await?;
        let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(share.digest.clone())
            .bind(terms.week.to_string())
            .bind(terms.version)
            .bind(terms.product.as_ref().map(ToString::to_string))
            .bind(terms.section.map(|section| section.as_str().to_owned()))
            .bind(terms.language.tag().to_owned())
            .bind(terms.shows.to_string())
            .bind(instant(share.made_at))
            .bind(share.made_by.clone())
            .bind(share.maker)
            .bind(instant(share.expires_at))
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn share_get(&self, digest: &str) -> Result<Option<Share>, StoreError> {
        let row = sqlx::query(ONE).bind(digest.to_owned()).fetch_optional(&self.reader).await?;
        row.as_ref().map(share_of).transpose()
    }

    async fn share_list(&self) -> Result<Vec<Share>, StoreError> {
        sqlx::query(LIST).fetch_all(&self.reader).await?.iter().map(share_of).collect()
    }

    async fn share_use(&self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(USE).bind(id).bind(instant(at)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn share_revoke(&self, id: i64, at: Timestamp, by: &str) -> Result<bool, StoreError> {
        text::refuse_nul([by])?;
        let mut transaction = self.write().await?;
        let query = sqlx::query(REVOKE).bind(id).bind(instant(at)).bind(by.to_owned());
        let revoked = query.execute(&mut *transaction).await?.rows_affected() > 0;
        if revoked {
            state::bump(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(revoked)
    }
}
