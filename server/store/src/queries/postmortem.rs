//! Write-ups of incidents: versions and steps, inserted, never changed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::postmortem::{PostmortemHead, PostmortemRecord, PostmortemState, PostmortemStep, PostmortemText};

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, state};
use crate::store::{PostmortemEdit, PostmortemStore};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[TEXTS, STEPS, HEADS, ALL_STEPS, INSERT_TEXT, INSERT_STEP];

const TEXTS: &str = "SELECT version, saved_at, saved_by, link, body FROM postmortem_text \
     WHERE source = $1 AND external_id = $2 ORDER BY version";
const STEPS: &str = "SELECT done, done_at, done_by, note FROM postmortem_step \
     WHERE source = $1 AND external_id = $2 ORDER BY position";
const HEADS: &str = "SELECT source, external_id, version, link FROM postmortem_text t WHERE version = \
     (SELECT MAX(version) FROM postmortem_text o WHERE o.source = t.source AND o.external_id = t.external_id)";
const ALL_STEPS: &str = "SELECT source, external_id, done, done_at, done_by, note FROM postmortem_step \
     ORDER BY source, external_id, position";
const INSERT_TEXT: &str = "INSERT INTO postmortem_text (source, external_id, version, saved_at, saved_by, link, \
     body) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const INSERT_STEP: &str = "INSERT INTO postmortem_step (source, external_id, position, done, done_at, done_by, \
     note) VALUES ($1, $2, $3, $4, $5, $6, $7)";

fn text_of(row: &Row) -> Result<PostmortemText, StoreError> {
    let mut columns = Columns::of(row);
    Ok(PostmortemText {
        version: columns.take()?,
        at: columns.instant()?,
        by: columns.take()?,
        link: columns.take()?,
        text: columns.take()?,
    })
}

fn step_of(columns: &mut Columns<'_>) -> Result<PostmortemStep, StoreError> {
    Ok(PostmortemStep {
        done: text::read("step of a postmortem", columns.take::<&str>()?)?,
        at: columns.instant()?,
        by: columns.take()?,
        note: columns.take()?,
    })
}

async fn record(
    connection: &mut Connection,
    source: &str,
    external_id: &str,
) -> Result<PostmortemRecord, StoreError> {
    let (source, external_id) = (source.to_owned(), external_id.to_owned());
    let query = sqlx::query(TEXTS).bind(source.clone()).bind(external_id.clone());
    let texts = query.fetch_all(&mut *connection).await?.iter().map(text_of).collect::<Result<_, _>>()?;
    let rows = sqlx::query(STEPS).bind(source).bind(external_id).fetch_all(connection).await?;
    let steps = rows.iter().map(|row| step_of(&mut Columns::of(row))).collect::<Result<_, _>>()?;
    Ok(PostmortemRecord { texts, steps })
}

#[async_trait]
impl PostmortemStore for Database {
    async fn postmortem_save(&self, edit: PostmortemEdit) -> Result<i64, StoreError> {
        text::refuse_nul([edit.source.as_str(), &edit.external_id, &edit.by, &edit.text])?;
        text::refuse_nul(edit.link.as_deref())?;
        let mut transaction = self.write().await?;
        let known = record(&mut transaction, &edit.source, &edit.external_id).await?;
        let head = known.head(&edit.source, &edit.external_id);
        if head.version != edit.seen {
            let what = format!("version {} is in force, not {}", head.version, edit.seen);
            return Err(StoreError::conflict(what));
        }
        if !head.is_editable() {
            let state = head.state.map_or("", PostmortemState::as_str);
            return Err(StoreError::conflict(format!("the postmortem is {state}")));
        }
        if known.latest().is_some_and(|latest| latest.text == edit.text && latest.link == edit.link) {
            return Ok(edit.seen);
        }
        let version = edit.seen + 1;
        sqlx::query(INSERT_TEXT)
            .bind(edit.source)
            .bind(edit.external_id)
            .bind(version)
            .bind(Instant(text::micros(edit.at)))
            .bind(edit.by)
            .bind(edit.link)
            .bind(edit.text)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(version)
    }

    async fn postmortem_step(
        &self,
        source: &str,
        external_id: &str,
        step: PostmortemStep,
    ) -> Result<(), StoreError> {
        text::refuse_nul([source, external_id, &step.by, &step.note])?;
        let mut transaction = self.write().await?;
        let known = record(&mut transaction, source, external_id).await?;
        if !known.head(source, external_id).may(step.done) {
            let what = format!("the step {} cannot follow", step.done.as_str());
            return Err(StoreError::conflict(what));
        }
        sqlx::query(INSERT_STEP)
            .bind(source.to_owned())
            .bind(external_id.to_owned())
            .bind(i64::try_from(known.steps.len()).unwrap_or(i64::MAX))
            .bind(step.done.as_str())
            .bind(Instant(text::micros(step.at)))
            .bind(step.by)
            .bind(step.note)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn postmortem_get(&self, source: &str, external_id: &str) -> Result<PostmortemRecord, StoreError> {
        let mut transaction = self.read().await?;
        record(&mut transaction, source, external_id).await
    }

    async fn postmortem_list(&self) -> Result<Vec<PostmortemHead>, StoreError> {
        let mut transaction = self.read().await?;
        let mut heads: BTreeMap<(String, String), PostmortemHead> = BTreeMap::new();
        for row in sqlx::query(HEADS).fetch_all(&mut *transaction).await? {
            let mut columns = Columns::of(&row);
            let (source, external_id): (String, String) = (columns.take()?, columns.take()?);
            let mut head = PostmortemRecord::default().head(&source, &external_id);
            (head.version, head.link) = (columns.take()?, columns.take()?);
            head.state = Some(PostmortemState::Draft);
            heads.insert((source, external_id), head);
        }
        for row in sqlx::query(ALL_STEPS).fetch_all(&mut *transaction).await? {
            let mut columns = Columns::of(&row);
            let (source, external_id): (String, String) = (columns.take()?, columns.take()?);
            let empty = || PostmortemRecord::default().head(&source, &external_id);
            let head = heads.entry((source.clone(), external_id.clone())).or_insert_with(empty);
            head.take(&step_of(&mut columns)?);
        }
        Ok(heads.into_values().collect())
    }
}
