//! What a meeting decided: decisions and steps, inserted, never changed.

use std::collections::BTreeMap;

use domain::decision::{Decision, DecisionFault, DecisionMove, DecisionStep, DecisionTerms};
use jiff::Timestamp;

use super::columns::{self, Columns};
use super::{Connection, Instant, Row};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, INSERT_STEP, ALL, ONE, ALL_STEPS, STEPS];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM decision";
const INSERT: &str = "INSERT INTO decision (id, made_at, made_by, body, expects, look_again_on, product, week, topic) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const INSERT_STEP: &str = "INSERT INTO decision_step (decision, position, what, look_again_on, done_at, done_by, \
     note) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ALL: &str = "SELECT id, made_at, made_by, body, expects, look_again_on, product, week, topic FROM decision \
     ORDER BY id";
const ONE: &str = "SELECT id, made_at, made_by, body, expects, look_again_on, product, week, topic FROM decision \
     WHERE id = $1";
const ALL_STEPS: &str = "SELECT decision, what, look_again_on, done_at, done_by, note FROM decision_step \
     ORDER BY decision, position";
const STEPS: &str = "SELECT decision, what, look_again_on, done_at, done_by, note FROM decision_step \
     WHERE decision = $1 ORDER BY position";

fn decision_of(row: &Row) -> Result<Decision, StoreError> {
    let mut columns = Columns::of(row);
    let (id, made_at, made_by) = (columns.take()?, columns.instant()?, columns.take()?);
    let (body, expects, look_again_on) = (columns.take()?, columns.take()?, columns.date()?);
    let product: Option<String> = columns.take()?;
    let product = product.map(|slug| text::read("product of a decision", &slug)).transpose()?;
    let week: String = columns.take()?;
    let week = text::read("week of a decision", &week)?;
    let topic = columns.take()?;
    let terms = DecisionTerms { text: body, expects, look_again_on, product, week, topic };
    Ok(Decision { id, terms, made_at, made_by, steps: Vec::new() })
}

fn step_of(row: &Row) -> Result<(i64, DecisionStep), StoreError> {
    let mut columns = Columns::of(row);
    let (decision, word): (i64, String) = (columns.take()?, columns.take()?);
    let day = columns.date_option()?.map(|day| day.to_string()).unwrap_or_default();
    let corrupt = |_: DecisionFault| StoreError::corrupt(format!("step {word} of decision {decision}"));
    let what = DecisionMove::read(&word, &day).map_err(corrupt)?;
    Ok((decision, DecisionStep { what, at: columns.instant()?, by: columns.take()?, note: columns.take()? }))
}

/// One decision.
pub(super) async fn one(connection: &mut Connection, id: i64) -> Result<Option<Decision>, StoreError> {
    let Some(row) = sqlx::query(ONE).bind(id).fetch_optional(&mut *connection).await? else {
        return Ok(None);
    };
    let mut decision = decision_of(&row)?;
    for row in sqlx::query(STEPS).bind(id).fetch_all(connection).await? {
        decision.steps.push(step_of(&row)?.1);
    }
    Ok(Some(decision))
}

/// All decisions by number.
pub(super) async fn all(connection: &mut Connection) -> Result<Vec<Decision>, StoreError> {
    let mut decisions: BTreeMap<i64, Decision> = BTreeMap::new();
    for row in sqlx::query(ALL).fetch_all(&mut *connection).await? {
        let decision = decision_of(&row)?;
        decisions.insert(decision.id, decision);
    }
    for row in sqlx::query(ALL_STEPS).fetch_all(connection).await? {
        let (id, step) = step_of(&row)?;
        if let Some(decision) = decisions.get_mut(&id) {
            decision.steps.push(step);
        }
    }
    Ok(decisions.into_values().collect())
}

/// Keeps a decision within a transaction and answers its number.
pub(super) async fn insert(
    connection: &mut Connection,
    terms: DecisionTerms,
    at: Timestamp,
    by: &str,
) -> Result<i64, StoreError> {
    text::refuse_nul([by, &terms.text, &terms.expects])?;
    let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *connection).await?;
    sqlx::query(INSERT)
        .bind(id)
        .bind(Instant(text::micros(at)))
        .bind(by.to_owned())
        .bind(terms.text)
        .bind(terms.expects)
        .bind(columns::date(terms.look_again_on))
        .bind(terms.product.map(|slug| slug.as_str().to_owned()))
        .bind(terms.week.to_string())
        .bind(terms.topic)
        .execute(connection)
        .await?;
    Ok(id)
}

/// Adds a step within a transaction.
pub(super) async fn add_step(
    connection: &mut Connection,
    id: i64,
    seen: i64,
    step: DecisionStep,
) -> Result<(), StoreError> {
    text::refuse_nul([step.by.as_str(), &step.note])?;
    let known = one(connection, id).await?;
    let known = known.ok_or_else(|| StoreError::conflict(format!("there is no decision {id}")))?;
    if known.version() != seen {
        let what = format!("decision {id} has {} steps by now, not {seen}", known.version());
        return Err(StoreError::conflict(what));
    }
    if !known.may(step.what) {
        let what = format!("{} cannot follow in decision {id}", step.what.as_str());
        return Err(StoreError::conflict(what));
    }
    let day = match step.what {
        DecisionMove::Later(day) => Some(day),
        DecisionMove::Judge(_) => None,
    };
    sqlx::query(INSERT_STEP)
        .bind(id)
        .bind(seen)
        .bind(step.what.as_str())
        .bind(columns::date_option(day))
        .bind(Instant(text::micros(step.at)))
        .bind(step.by)
        .bind(step.note)
        .execute(connection)
        .await?;
    Ok(())
}
