//! What people promised to do: promises and steps, inserted, never changed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::action::{Action, ActionFault, ActionMove, ActionStep, ActionTerms};
use domain::incident_merge::IncidentKey;
use jiff::Timestamp;

use super::columns::{self, Columns};
use super::{Connection, Database, Instant, Row, state, tracker};
use crate::store::ActionStore;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, INSERT_STEP, ALL, ONE, ALL_STEPS, STEPS];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM action";
const INSERT: &str = "INSERT INTO action (id, made_at, made_by, body, owner, due_on, product, incident_source, \
     incident_id, week, link) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const INSERT_STEP: &str = "INSERT INTO action_step (action, position, what, due_on, done_at, done_by, note) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ALL: &str = "SELECT id, made_at, made_by, body, owner, due_on, product, incident_source, incident_id, week, \
     link FROM action ORDER BY id";
const ONE: &str = "SELECT id, made_at, made_by, body, owner, due_on, product, incident_source, incident_id, week, \
     link FROM action WHERE id = $1";
const ALL_STEPS: &str = "SELECT action, what, due_on, done_at, done_by, note FROM action_step \
     ORDER BY action, position";
const STEPS: &str = "SELECT action, what, due_on, done_at, done_by, note FROM action_step WHERE action = $1 \
     ORDER BY position";

fn action_of(row: &Row) -> Result<Action, StoreError> {
    let mut columns = Columns::of(row);
    let (id, made_at, made_by) = (columns.take()?, columns.instant()?, columns.take()?);
    let (body, owner, due_on) = (columns.take()?, columns.take()?, columns.date()?);
    let product: Option<String> = columns.take()?;
    let product = product.map(|slug| text::read("product of an action", &slug)).transpose()?;
    let key: (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    let incident = key.0.zip(key.1).map(|(source, external_id)| IncidentKey { source, external_id });
    let week: Option<String> = columns.take()?;
    let week = week.map(|week| text::read("week of an action", &week)).transpose()?;
    let link = columns.take()?;
    let terms = ActionTerms { text: body, owner, due_on, product, incident, week, link };
    Ok(Action { id, terms, made_at, made_by, steps: Vec::new(), issue: None })
}

fn step_of(row: &Row) -> Result<(i64, ActionStep), StoreError> {
    let mut columns = Columns::of(row);
    let (action, word): (i64, String) = (columns.take()?, columns.take()?);
    let day = columns.date_option()?.map(|day| day.to_string()).unwrap_or_default();
    let corrupt = |_: ActionFault| StoreError::corrupt(format!("step {word} of action {action}"));
    let what = ActionMove::read(&word, &day).map_err(corrupt)?;
    Ok((action, ActionStep { what, at: columns.instant()?, by: columns.take()?, note: columns.take()? }))
}

async fn one(connection: &mut Connection, id: i64) -> Result<Option<Action>, StoreError> {
    let Some(row) = sqlx::query(ONE).bind(id).fetch_optional(&mut *connection).await? else {
        return Ok(None);
    };
    let mut action = action_of(&row)?;
    for row in sqlx::query(STEPS).bind(id).fetch_all(&mut *connection).await? {
        action.steps.push(step_of(&row)?.1);
    }
    action.issue = tracker::one(connection, id).await?;
    Ok(Some(action))
}

/// Keeps a promise within a transaction and answers its number.
pub(super) async fn insert(
    connection: &mut Connection,
    terms: ActionTerms,
    at: Timestamp,
    by: &str,
) -> Result<i64, StoreError> {
    text::refuse_nul([by, &terms.text, &terms.owner])?;
    text::refuse_nul(terms.link.as_deref())?;
    let (source, external_id) = match terms.incident {
        Some(key) => (Some(key.source), Some(key.external_id)),
        None => (None, None),
    };
    text::refuse_nul(source.as_deref().into_iter().chain(external_id.as_deref()))?;
    let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *connection).await?;
    sqlx::query(INSERT)
        .bind(id)
        .bind(Instant(text::micros(at)))
        .bind(by.to_owned())
        .bind(terms.text)
        .bind(terms.owner)
        .bind(columns::date(terms.due_on))
        .bind(terms.product.map(|slug| slug.as_str().to_owned()))
        .bind(source)
        .bind(external_id)
        .bind(terms.week.map(|week| week.to_string()))
        .bind(terms.link)
        .execute(&mut *connection)
        .await?;
    Ok(id)
}

#[async_trait]
impl ActionStore for Database {
    async fn action_insert(&self, terms: ActionTerms, at: Timestamp, by: &str) -> Result<i64, StoreError> {
        let mut transaction = self.write().await?;
        let id = insert(&mut transaction, terms, at, by).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn action_step(&self, id: i64, seen: i64, step: ActionStep) -> Result<(), StoreError> {
        text::refuse_nul([step.by.as_str(), &step.note])?;
        let mut transaction = self.write().await?;
        let known = one(&mut transaction, id).await?;
        let known = known.ok_or_else(|| StoreError::conflict(format!("there is no action {id}")))?;
        if known.version() != seen {
            let what = format!("action {id} has {} steps by now, not {seen}", known.version());
            return Err(StoreError::conflict(what));
        }
        if !known.may(step.what) {
            let what = format!("{} cannot follow: action {id} is {}", step.what.as_str(), known.state());
            return Err(StoreError::conflict(what));
        }
        let day = match step.what {
            ActionMove::Redate(day) => Some(day),
            _ => None,
        };
        sqlx::query(INSERT_STEP)
            .bind(id)
            .bind(seen)
            .bind(step.what.as_str())
            .bind(columns::date_option(day))
            .bind(Instant(text::micros(step.at)))
            .bind(step.by)
            .bind(step.note)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn action_get(&self, id: i64) -> Result<Option<Action>, StoreError> {
        let mut transaction = self.read().await?;
        one(&mut transaction, id).await
    }

    async fn action_list(&self) -> Result<Vec<Action>, StoreError> {
        let mut transaction = self.read().await?;
        let mut actions: BTreeMap<i64, Action> = BTreeMap::new();
        for row in sqlx::query(ALL).fetch_all(&mut *transaction).await? {
            let action = action_of(&row)?;
            actions.insert(action.id, action);
        }
        for row in sqlx::query(ALL_STEPS).fetch_all(&mut *transaction).await? {
            let (id, step) = step_of(&row)?;
            if let Some(action) = actions.get_mut(&id) {
                action.steps.push(step);
            }
        }
        for (id, issue) in tracker::all(&mut transaction).await? {
            if let Some(action) = actions.get_mut(&id) {
                action.issue = Some(issue);
            }
        }
        Ok(actions.into_values().collect())
    }
}
