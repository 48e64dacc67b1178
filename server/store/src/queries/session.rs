//! Sessions, and people on the way to a provider and back.

use async_trait::async_trait;
use domain::person::Person;
use domain::session::{Session, SessionTerms, SignInAttempt};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, person, state};
use crate::store::SessionStore;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    INSERT,
    ONE,
    USE,
    CLAIM,
    CHECK,
    DELETE,
    DELETE_ALL,
    FORGET,
    INSERT_ATTEMPT,
    ATTEMPT,
    DELETE_ATTEMPT,
    FORGET_ATTEMPTS,
];

const INSERT: &str = "INSERT INTO session (digest, person, created_at, used_at, checked_at, asked_at, renewal, \
     opened_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// The columns of the person come first.
const ONE: &str = "SELECT p.id, p.issuer, p.subject, p.name, p.email, p.grants, p.created_at, p.signed_in_at, \
     p.disabled_at, s.digest, s.created_at, s.used_at, s.checked_at, s.asked_at, s.renewal, s.opened_from \
     FROM session s JOIN person p ON p.id = s.person WHERE s.digest = $1";
const USE: &str = "UPDATE session SET used_at = $2 WHERE digest = $1 AND used_at < $2";
const CLAIM: &str = "UPDATE session SET asked_at = $3 WHERE digest = $1 AND asked_at = $2";
const CHECK: &str = "UPDATE session SET checked_at = $2, asked_at = $2, renewal = $3 WHERE digest = $1";
const DELETE: &str = "DELETE FROM session WHERE digest = $1";
const DELETE_ALL: &str = "DELETE FROM session WHERE person = $1";
const FORGET: &str = "DELETE FROM session WHERE created_at <= $1 OR used_at <= $2";
const INSERT_ATTEMPT: &str = "INSERT INTO sign_in_attempt (digest, state, nonce, verifier, back, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const ATTEMPT: &str =
    "SELECT digest, state, nonce, verifier, back, created_at FROM sign_in_attempt WHERE digest = $1";
const DELETE_ATTEMPT: &str = "DELETE FROM sign_in_attempt WHERE digest = $1";
const FORGET_ATTEMPTS: &str = "DELETE FROM sign_in_attempt WHERE created_at < $1";

fn session_of(row: &Row) -> Result<(Session, Person), StoreError> {
    let person = person::person_of(&mut Columns::of(row))?;
    let mut columns = Columns::after(row, person::COLUMNS);
    let session = Session {
        digest: columns.take()?,
        person: person.id,
        created_at: columns.instant()?,
        used_at: columns.instant()?,
        checked_at: columns.instant()?,
        asked_at: columns.instant()?,
        renewal: columns.take()?,
        from: columns.take()?,
    };
    Ok((session, person))
}

fn attempt_of(row: &Row) -> Result<SignInAttempt, StoreError> {
    let mut columns = Columns::of(row);
    Ok(SignInAttempt {
        digest: columns.take()?,
        state: columns.take()?,
        nonce: columns.take()?,
        verifier: columns.take()?,
        back: columns.take()?,
        created_at: columns.instant()?,
    })
}

fn instant(at: Timestamp) -> Instant {
    Instant(text::micros(at))
}

/// Ends all sessions of somebody.
pub(super) async fn delete_all(connection: &mut Connection, person: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(DELETE_ALL).bind(person).execute(connection).await?.rows_affected())
}

#[async_trait]
impl SessionStore for Database {
    async fn session_insert(
        &self,
        session: &Session,
        replaces: Option<&str>,
        terms: SessionTerms,
    ) -> Result<(), StoreError> {
        let (now, before) = (session.created_at, |age| session.created_at.checked_sub(age));
        let oldest = before(terms.absolute).unwrap_or(Timestamp::MIN);
        let idlest = before(terms.idle).unwrap_or(Timestamp::MIN);
        text::refuse_nul([session.digest.as_str(), &session.from])?;
        let mut transaction = self.write().await?;
        if let Some(replaced) = replaces {
            sqlx::query(DELETE).bind(replaced.to_owned()).execute(&mut *transaction).await?;
        }
        let forget = sqlx::query(FORGET).bind(instant(oldest)).bind(instant(idlest));
        forget.execute(&mut *transaction).await?;
        sqlx::query(INSERT)
            .bind(session.digest.clone())
            .bind(session.person)
            .bind(instant(session.created_at))
            .bind(instant(session.used_at))
            .bind(instant(session.checked_at))
            .bind(instant(session.asked_at))
            .bind(session.renewal.clone())
            .bind(session.from.clone())
            .execute(&mut *transaction)
            .await?;
        person::signed_in(&mut transaction, session.person, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn session_get(&self, digest: &str) -> Result<Option<(Session, Person)>, StoreError> {
        let row = sqlx::query(ONE).bind(digest.to_owned()).fetch_optional(&self.reader).await?;
        row.as_ref().map(session_of).transpose()
    }

    async fn session_use(&self, digest: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(USE).bind(digest.to_owned()).bind(instant(at)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn session_claim(&self, digest: &str, seen: Timestamp, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let query = sqlx::query(CLAIM).bind(digest.to_owned()).bind(instant(seen)).bind(instant(at));
        let claimed = query.execute(&mut *transaction).await?.rows_affected() > 0;
        transaction.commit().await?;
        Ok(claimed)
    }

    async fn session_check(&self, digest: &str, at: Timestamp, renewal: &str) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let query = sqlx::query(CHECK).bind(digest.to_owned()).bind(instant(at)).bind(renewal.to_owned());
        query.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn session_delete(&self, digest: &str) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(DELETE).bind(digest.to_owned()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn session_delete_all(&self, person: i64) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let ended = delete_all(&mut transaction, person).await?;
        if ended > 0 {
            state::bump(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }

    async fn sign_in_attempt_insert(
        &self,
        attempt: &SignInAttempt,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        text::refuse_nul([attempt.back.as_str()])?;
        let mut transaction = self.write().await?;
        sqlx::query(FORGET_ATTEMPTS).bind(instant(since)).execute(&mut *transaction).await?;
        sqlx::query(INSERT_ATTEMPT)
            .bind(attempt.digest.clone())
            .bind(attempt.state.clone())
            .bind(attempt.nonce.clone())
            .bind(attempt.verifier.clone())
            .bind(attempt.back.clone())
            .bind(instant(attempt.created_at))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn sign_in_attempt_take(&self, digest: &str) -> Result<Option<SignInAttempt>, StoreError> {
        let mut transaction = self.write().await?;
        let row = sqlx::query(ATTEMPT).bind(digest.to_owned()).fetch_optional(&mut *transaction).await?;
        let attempt = row.as_ref().map(attempt_of).transpose()?;
        sqlx::query(DELETE_ATTEMPT).bind(digest.to_owned()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(attempt)
    }
}
