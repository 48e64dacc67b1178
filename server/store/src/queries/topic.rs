//! What a meeting talks about: topics and steps, inserted, never changed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::action::ActionTerms;
use domain::decision::{Decision, DecisionStep, DecisionTerms};
use domain::topic::{Topic, TopicMove, TopicStep, TopicTerms};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, action, decision, state};
use crate::store::{TopicSeen, TopicStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[NEXT, INSERT, INSERT_STEP, ALL, ONE, ALL_STEPS, STEPS];

const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM topic";
const INSERT: &str = "INSERT INTO topic (id, raised_at, raised_by, title, evidence, product, week, link) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const INSERT_STEP: &str = "INSERT INTO topic_step (topic, position, what, week, outcome, done_at, done_by, note) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ALL: &str =
    "SELECT id, raised_at, raised_by, title, evidence, product, week, link FROM topic ORDER BY id";
const ONE: &str =
    "SELECT id, raised_at, raised_by, title, evidence, product, week, link FROM topic WHERE id = $1";
const ALL_STEPS: &str = "SELECT topic, what, week, outcome, done_at, done_by, note FROM topic_step \
     ORDER BY topic, position";
const STEPS: &str = "SELECT topic, what, week, outcome, done_at, done_by, note FROM topic_step WHERE topic = $1 \
     ORDER BY position";

fn topic_of(row: &Row) -> Result<Topic, StoreError> {
    let mut columns = Columns::of(row);
    let (id, raised_at, raised_by) = (columns.take()?, columns.instant()?, columns.take()?);
    let (title, evidence) = (columns.take()?, columns.take()?);
    let product: Option<String> = columns.take()?;
    let product = product.map(|slug| text::read("product of a topic", &slug)).transpose()?;
    let week: String = columns.take()?;
    let week = text::read("week of a topic", &week)?;
    let link = columns.take()?;
    let terms = TopicTerms { title, evidence, product, week, link };
    Ok(Topic { id, terms, raised_at, raised_by, steps: Vec::new() })
}

fn step_of(row: &Row) -> Result<(i64, TopicStep), StoreError> {
    let mut columns = Columns::of(row);
    let (topic, word): (i64, String) = (columns.take()?, columns.take()?);
    let (week, outcome): (Option<String>, Option<i64>) = (columns.take()?, columns.take()?);
    let what = match (word.as_str(), week, outcome) {
        ("carry", Some(week), None) => TopicMove::Carry(text::read("week of a step of a topic", &week)?),
        ("decide", None, Some(decision)) => TopicMove::Decide(decision),
        ("act", None, Some(action)) => TopicMove::Act(action),
        ("drop", None, None) => TopicMove::Drop,
        ("reopen", None, None) => TopicMove::Reopen,
        _ => return Err(StoreError::corrupt(format!("step {word} of topic {topic}"))),
    };
    Ok((topic, TopicStep { what, at: columns.instant()?, by: columns.take()?, note: columns.take()? }))
}

async fn one(connection: &mut Connection, id: i64) -> Result<Option<Topic>, StoreError> {
    let Some(row) = sqlx::query(ONE).bind(id).fetch_optional(&mut *connection).await? else {
        return Ok(None);
    };
    let mut topic = topic_of(&row)?;
    for row in sqlx::query(STEPS).bind(id).fetch_all(connection).await? {
        topic.steps.push(step_of(&row)?.1);
    }
    Ok(Some(topic))
}

/// Keeps a topic within a transaction and answers its number.
pub(super) async fn insert(
    connection: &mut Connection,
    terms: TopicTerms,
    at: Timestamp,
    by: &str,
) -> Result<i64, StoreError> {
    text::refuse_nul([by, &terms.title, &terms.evidence])?;
    text::refuse_nul(terms.link.as_deref())?;
    let id: i64 = sqlx::query_scalar(NEXT).fetch_one(&mut *connection).await?;
    sqlx::query(INSERT)
        .bind(id)
        .bind(Instant(text::micros(at)))
        .bind(by.to_owned())
        .bind(terms.title)
        .bind(terms.evidence)
        .bind(terms.product.map(|slug| slug.as_str().to_owned()))
        .bind(terms.week.to_string())
        .bind(terms.link)
        .execute(connection)
        .await?;
    Ok(id)
}

/// Adds a step within a transaction.
async fn add_step(
    connection: &mut Connection,
    id: i64,
    seen: i64,
    step: TopicStep,
) -> Result<(), StoreError> {
    text::refuse_nul([step.by.as_str(), &step.note])?;
    let known = one(connection, id).await?;
    let known = known.ok_or_else(|| StoreError::conflict(format!("there is no topic {id}")))?;
    if known.version() != seen {
        let what = format!("topic {id} has {} steps by now, not {seen}", known.version());
        return Err(StoreError::conflict(what));
    }
    if !known.may(step.what) {
        let what = format!("{} cannot follow: topic {id} is {}", step.what.as_str(), known.state());
        return Err(StoreError::conflict(what));
    }
    let (week, outcome) = match step.what {
        TopicMove::Carry(week) => (Some(week.to_string()), None),
        TopicMove::Decide(number) | TopicMove::Act(number) => (None, Some(number)),
        TopicMove::Drop | TopicMove::Reopen => (None, None),
    };
    sqlx::query(INSERT_STEP)
        .bind(id)
        .bind(seen)
        .bind(step.what.as_str())
        .bind(week)
        .bind(outcome)
        .bind(Instant(text::micros(step.at)))
        .bind(step.by)
        .bind(step.note)
        .execute(connection)
        .await?;
    Ok(())
}

/// The step that settles a topic.
fn settling(seen: TopicSeen, what: TopicMove) -> (i64, i64, TopicStep) {
    (seen.id, seen.version, TopicStep { what, at: seen.at, by: seen.by, note: String::new() })
}

#[async_trait]
impl TopicStore for Database {
    async fn topic_insert(&self, terms: TopicTerms, at: Timestamp, by: &str) -> Result<i64, StoreError> {
        let mut transaction = self.write().await?;
        let id = insert(&mut transaction, terms, at, by).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn topic_step(&self, id: i64, seen: i64, step: TopicStep) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        add_step(&mut transaction, id, seen, step).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn topic_decide(&self, seen: TopicSeen, terms: DecisionTerms) -> Result<i64, StoreError> {
        let mut transaction = self.write().await?;
        let number = decision::insert(&mut transaction, terms, seen.at, &seen.by).await?;
        let (id, version, step) = settling(seen, TopicMove::Decide(number));
        add_step(&mut transaction, id, version, step).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(number)
    }

    async fn topic_act(&self, seen: TopicSeen, terms: ActionTerms) -> Result<i64, StoreError> {
        let mut transaction = self.write().await?;
        let number = action::insert(&mut transaction, terms, seen.at, &seen.by).await?;
        let (id, version, step) = settling(seen, TopicMove::Act(number));
        add_step(&mut transaction, id, version, step).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(number)
    }

    async fn topic_get(&self, id: i64) -> Result<Option<Topic>, StoreError> {
        let mut transaction = self.read().await?;
        one(&mut transaction, id).await
    }

    async fn topic_list(&self) -> Result<Vec<Topic>, StoreError> {
        let mut transaction = self.read().await?;
        let mut topics: BTreeMap<i64, Topic> = BTreeMap::new();
        for row in sqlx::query(ALL).fetch_all(&mut *transaction).await? {
            let topic = topic_of(&row)?;
            topics.insert(topic.id, topic);
        }
        for row in sqlx::query(ALL_STEPS).fetch_all(&mut *transaction).await? {
            let (id, step) = step_of(&row)?;
            if let Some(topic) = topics.get_mut(&id) {
                topic.steps.push(step);
            }
        }
        Ok(topics.into_values().collect())
    }

    async fn decision_insert(
        &self,
        terms: DecisionTerms,
        at: Timestamp,
        by: &str,
    ) -> Result<i64, StoreError> {
        let mut transaction = self.write().await?;
        let id = decision::insert(&mut transaction, terms, at, by).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn decision_step(&self, id: i64, seen: i64, step: DecisionStep) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        decision::add_step(&mut transaction, id, seen, step).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn decision_get(&self, id: i64) -> Result<Option<Decision>, StoreError> {
        let mut transaction = self.read().await?;
        decision::one(&mut transaction, id).await
    }

    async fn decision_list(&self) -> Result<Vec<Decision>, StoreError> {
        let mut transaction = self.read().await?;
        decision::all(&mut transaction).await
    }
}
