//! What people said about cost that stood out: inserted, never changed.

use domain::answer::{Answer, Evidence};
use jiff::civil::Date;

use super::columns::{Columns, date};
use super::{Database, Instant, Row, state};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, LIST];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM cost_answer";
const INSERT: &str = "INSERT INTO cost_answer (id, answered_at, answered_by, subject, product, service, currency, \
     first_day, last_day, days, goes_on, actual, expected, verdict, note, snooze_weeks, asked_again_on, \
     owner_kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const LIST: &str = "SELECT answered_at, answered_by, subject, owner_kind, product, service, currency, first_day, last_day, \
     days, goes_on, actual, expected, verdict, note, snooze_weeks, asked_again_on \
     FROM cost_answer WHERE last_day >= $1 OR asked_again_on >= $1 ORDER BY id";

fn answer_of(row: &Row) -> Result<Answer, StoreError> {
    let mut columns = Columns::of(row);
    let (at, by) = (columns.instant()?, columns.take()?);
    let subject = text::read("subject", columns.take::<&str>()?)?;
    let owner = text::owner(columns.take::<&str>()?, columns.take()?)?;
    let service = columns.take()?;
    let currency = text::read("currency", columns.take::<&str>()?)?;
    let seen = Evidence {
        first: columns.date()?,
        last: columns.date()?,
        days: columns.take()?,
        goes_on: columns.take::<i64>()? == 1,
        actual: columns.take()?,
        expected: columns.take()?,
    };
    Ok(Answer {
        subject,
        owner,
        service,
        currency,
        seen,
        verdict: text::read("verdict", columns.take::<&str>()?)?,
        note: columns.take()?,
        snooze_weeks: columns.take()?,
        asked_again_on: columns.date()?,
        by,
        at,
    })
}

impl Database {
    pub(super) async fn insert_answer(&self, answer: &Answer) -> Result<(), StoreError> {
        let service = answer.service.as_deref().unwrap_or_default();
        let (kind, owner) = text::owner_words(&answer.owner);
        text::refuse_nul([answer.by.as_str(), &answer.note, service, owner])?;
        if answer.note.is_empty() {
            return Err(StoreError::invalid("an answer needs a note"));
        }
        let seen = &answer.seen;
        let mut transaction = self.write().await?;
        let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(Instant(text::micros(answer.at)))
            .bind(answer.by.clone())
            .bind(answer.subject.as_str())
            .bind(owner.to_owned())
            .bind(answer.service.clone())
            .bind(answer.currency.code().to_owned())
            .bind(date(seen.first))
            .bind(date(seen.last))
            .bind(seen.days)
            .bind(i64::from(seen.goes_on))
            .bind(seen.actual)
            .bind(seen.expected)
            .bind(answer.verdict.as_str())
            .bind(answer.note.clone())
            .bind(answer.snooze_weeks)
            .bind(date(answer.asked_again_on))
            .bind(kind)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_answers(&self, from: Date) -> Result<Vec<Answer>, StoreError> {
        let rows = sqlx::query(LIST).bind(date(from)).fetch_all(&self.reader).await?;
        rows.iter().map(answer_of).collect()
    }
}
