//! People who sign in, and what went wrong when they tried.

use async_trait::async_trait;
use domain::access::Grant;
use domain::person::{Person, PersonListed, grants_of, grants_text};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, session, state};
use crate::store::{PersonChange, PersonStore, Vouched};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    NEXT,
    INSERT,
    UPDATE,
    ONE,
    BY_ID,
    LIST,
    DISABLE,
    ENABLE,
    GRANT,
    SET_PASSWORD,
    SIGNED_IN,
    NEXT_FAILURE,
    INSERT_FAILURE,
    FORGET_FAILURES,
    COUNT_FAILURES,
];

/// How many columns [`person_of`] reads.
pub(super) const COLUMNS: usize = 9;

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM person";
const INSERT: &str = "INSERT INTO person (id, issuer, subject, name, email, grants, created_at, password) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (issuer, subject) DO NOTHING";
const UPDATE: &str =
    "UPDATE person SET name = $3, email = $4, grants = $5 WHERE issuer = $1 AND subject = $2";
const ONE: &str = "SELECT id, issuer, subject, name, email, grants, created_at, signed_in_at, disabled_at, password \
     FROM person WHERE issuer = $1 AND subject = $2";
const BY_ID: &str = "SELECT id, issuer, subject, name, email, grants, created_at, signed_in_at, disabled_at \
     FROM person WHERE id = $1";
const LIST: &str = "SELECT p.id, p.issuer, p.subject, p.name, p.email, p.grants, p.created_at, p.signed_in_at, \
     p.disabled_at, (SELECT CAST(COUNT(*) AS BIGINT) FROM session s WHERE s.person = p.id AND s.used_at >= $1), \
     (SELECT MAX(s.used_at) FROM session s WHERE s.person = p.id), \
     (SELECT s.opened_from FROM session s WHERE s.person = p.id ORDER BY s.created_at DESC, s.digest LIMIT 1) \
     FROM person p ORDER BY p.name, p.id";
const DISABLE: &str = "UPDATE person SET disabled_at = COALESCE(disabled_at, $2) WHERE id = $1";
const ENABLE: &str = "UPDATE person SET disabled_at = NULL WHERE id = $1";
const GRANT: &str = "UPDATE person SET grants = $2 WHERE id = $1";
const SET_PASSWORD: &str = "UPDATE person SET password = $2 WHERE id = $1 AND issuer = ''";
const SIGNED_IN: &str = "UPDATE person SET signed_in_at = $2 WHERE id = $1";
const NEXT_FAILURE: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM sign_in_failure";
const INSERT_FAILURE: &str = "INSERT INTO sign_in_failure (number, what, at) VALUES ($1, $2, $3)";
const FORGET_FAILURES: &str = "DELETE FROM sign_in_failure WHERE at < $1";
const COUNT_FAILURES: &str =
    "SELECT CAST(COUNT(*) AS BIGINT) FROM sign_in_failure WHERE what = $1 AND at >= $2 AND at <= $3";

/// The person whose columns come next.
pub(super) fn person_of(columns: &mut Columns) -> Result<Person, StoreError> {
    let (id, issuer, subject) = (columns.take()?, columns.take()?, columns.take()?);
    let (name, email) = (columns.take()?, columns.take()?);
    let grants: String = columns.take()?;
    let grants = grants_of(&grants).map_err(|_| StoreError::corrupt(format!("grants “{grants}”")))?;
    let (created_at, signed_in_at) = (columns.instant()?, columns.instant_option()?);
    let disabled_at = columns.instant_option()?;
    Ok(Person { id, issuer, subject, name, email, grants, created_at, signed_in_at, disabled_at })
}

async fn one(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<(Person, Option<String>)>, StoreError> {
    let query = sqlx::query(ONE).bind(issuer.to_owned()).bind(subject.to_owned());
    let row = query.fetch_optional(connection).await?;
    let read = |row: &Row| {
        let mut columns = Columns::of(row);
        Ok((person_of(&mut columns)?, columns.take()?))
    };
    row.as_ref().map(read).transpose()
}

/// Puts somebody in who was not there; answers the number, or nothing where there is somebody.
async fn insert(
    connection: &mut Connection,
    vouched: &Vouched,
    password: Option<&str>,
    at: Timestamp,
) -> Result<Option<i64>, StoreError> {
    text::refuse_nul([vouched.issuer.as_str(), &vouched.subject, &vouched.name])?;
    text::refuse_nul(vouched.email.as_deref())?;
    let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *connection).await?;
    let inserted = sqlx::query(INSERT)
        .bind(id)
        .bind(vouched.issuer.clone())
        .bind(vouched.subject.clone())
        .bind(vouched.name.clone())
        .bind(vouched.email.clone())
        .bind(grants_text(&vouched.grants))
        .bind(Instant(text::micros(at)))
        .bind(password.map(str::to_owned))
        .execute(connection)
        .await?
        .rows_affected();
    Ok((inserted > 0).then_some(id))
}

/// Notes that somebody signed in.
pub(super) async fn signed_in(connection: &mut Connection, id: i64, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SIGNED_IN).bind(id).bind(Instant(text::micros(at))).execute(connection).await?;
    Ok(())
}

#[async_trait]
impl PersonStore for Database {
    async fn person_insert(
        &self,
        account: &str,
        password: &str,
        grants: &[Grant],
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let vouched = Vouched {
            issuer: String::new(),
            subject: account.to_owned(),
            name: account.to_owned(),
            email: None,
            grants: grants.to_vec(),
        };
        let mut transaction = self.write().await?;
        let Some(id) = insert(&mut transaction, &vouched, Some(password), at).await? else {
            return Err(StoreError::conflict(format!("there is an account “{account}” already")));
        };
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn person_put(&self, vouched: &Vouched, at: Timestamp) -> Result<Person, StoreError> {
        if vouched.issuer.is_empty() || vouched.subject.is_empty() {
            return Err(StoreError::invalid(
                "somebody without issuer and subject cannot be told from others",
            ));
        }
        let mut transaction = self.write().await?;
        let known = one(&mut transaction, &vouched.issuer, &vouched.subject).await?;
        let known = known.map(|(person, _)| person);
        let is_same = known.as_ref().is_some_and(|known| {
            (&known.name, &known.email, &known.grants) == (&vouched.name, &vouched.email, &vouched.grants)
        });
        if let (Some(known), true) = (&known, is_same) {
            return Ok(known.clone());
        }
        if known.is_some() {
            text::refuse_nul([vouched.name.as_str()])?;
            text::refuse_nul(vouched.email.as_deref())?;
            sqlx::query(UPDATE)
                .bind(vouched.issuer.clone())
                .bind(vouched.subject.clone())
                .bind(vouched.name.clone())
                .bind(vouched.email.clone())
                .bind(grants_text(&vouched.grants))
                .execute(&mut *transaction)
                .await?;
        } else {
            insert(&mut transaction, vouched, None, at).await?;
        }
        let kept = one(&mut transaction, &vouched.issuer, &vouched.subject).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        kept.map(|(person, _)| person).ok_or_else(|| StoreError::corrupt("a person who was just kept"))
    }

    async fn person_get(&self, id: i64) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id).fetch_optional(&self.reader).await?;
        row.map(|row| person_of(&mut Columns::of(&row))).transpose()
    }

    async fn person_find(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<(Person, Option<String>)>, StoreError> {
        // What cannot be kept cannot be there.
        if issuer.contains('\0') || subject.contains('\0') {
            return Ok(None);
        }
        let mut connection = self.reader.acquire().await?;
        one(&mut connection, issuer, subject).await
    }

    async fn person_list(&self, since: Timestamp) -> Result<Vec<PersonListed>, StoreError> {
        let rows = sqlx::query(LIST).bind(Instant(text::micros(since))).fetch_all(&self.reader).await?;
        let read = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(PersonListed {
                person: person_of(&mut columns)?,
                sessions: columns.take()?,
                seen_at: columns.instant_option()?,
                from: columns.take()?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn person_change(&self, id: i64, change: &PersonChange) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let query = match change {
            PersonChange::Disable(at) => sqlx::query(DISABLE).bind(id).bind(Instant(text::micros(*at))),
            PersonChange::Enable => sqlx::query(ENABLE).bind(id),
            PersonChange::Grants(grants) => sqlx::query(GRANT).bind(id).bind(grants_text(grants)),
            PersonChange::Password(hash) => sqlx::query(SET_PASSWORD).bind(id).bind(hash.clone()),
        };
        let is_there = query.execute(&mut *transaction).await?.rows_affected() > 0;
        if is_there {
            if matches!(change, PersonChange::Disable(_) | PersonChange::Password(_)) {
                session::delete_all(&mut transaction, id).await?;
            }
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(is_there)
    }

    async fn person_seen(&self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        signed_in(&mut transaction, id, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn sign_in_failure_insert(
        &self,
        what: &[String],
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        text::refuse_nul(what.iter().map(String::as_str))?;
        let mut transaction = self.write().await?;
        sqlx::query(FORGET_FAILURES).bind(Instant(text::micros(since))).execute(&mut *transaction).await?;
        for what in what {
            let number: i64 = sqlx::query_scalar(NEXT_FAILURE).fetch_one(&mut *transaction).await?;
            let query = sqlx::query(INSERT_FAILURE).bind(number).bind(what.clone());
            query.bind(Instant(text::micros(at))).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn sign_in_failure_count(
        &self,
        what: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<i64, StoreError> {
        text::refuse_nul([what])?;
        let query = sqlx::query_scalar(COUNT_FAILURES).bind(what.to_owned());
        let query = query.bind(Instant(text::micros(since))).bind(Instant(text::micros(until)));
        Ok(query.fetch_one(&self.reader).await?)
    }
}
