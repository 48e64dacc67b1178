//! Answers to checklists, and load tests: inserted, never changed.

use async_trait::async_trait;
use domain::checklist::{ChecklistAnswer, ItemKey, LoadTest};
use domain::product::Slug;

use super::columns::{Columns, date};
use super::{Database, Instant, Row, state};
use crate::store::ChecklistStore;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[COUNT, INSERT, ALL, OF_PRODUCT, NEXT_TEST, INSERT_TEST, ALL_TESTS, TESTS_OF_PRODUCT];

const COUNT: &str =
    "SELECT COUNT(*) FROM checklist_answer WHERE product = $1 AND checklist = $2 AND item = $3";
const INSERT: &str = "INSERT INTO checklist_answer \
     (product, checklist, item, position, version, state, note, link, answered_at, answered_by) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const ALL: &str = "SELECT product, checklist, item, version, state, note, link, answered_at, answered_by \
     FROM checklist_answer ORDER BY product, checklist, item, position";
const OF_PRODUCT: &str = "SELECT product, checklist, item, version, state, note, link, answered_at, answered_by \
     FROM checklist_answer WHERE product = $1 ORDER BY product, checklist, item, position";
const NEXT_TEST: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM load_test";
const INSERT_TEST: &str = "INSERT INTO load_test (id, product, run_on, result, link, written_at, written_by) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ALL_TESTS: &str = "SELECT product, run_on, result, link, written_at, written_by FROM load_test \
     ORDER BY run_on DESC, id DESC";
const TESTS_OF_PRODUCT: &str = "SELECT product, run_on, result, link, written_at, written_by FROM load_test \
     WHERE product = $1 ORDER BY run_on DESC, id DESC";

fn answer_of(row: &Row) -> Result<ChecklistAnswer, StoreError> {
    let mut columns = Columns::of(row);
    let (product, checklist): (String, String) = (columns.take()?, columns.take()?);
    let (item, version): (String, i64) = (columns.take()?, columns.take()?);
    let state: String = columns.take()?;
    let key = ItemKey {
        product: text::read("product of an answer", &product)?,
        checklist: text::read("checklist of an answer", &checklist)?,
        item: text::read("item of an answer", &item)?,
    };
    Ok(ChecklistAnswer {
        key,
        version,
        state: text::read("state of an answer", &state)?,
        note: columns.take()?,
        link: columns.take()?,
        at: columns.instant()?,
        by: columns.take()?,
    })
}

fn test_of(row: &Row) -> Result<LoadTest, StoreError> {
    let mut columns = Columns::of(row);
    let product: String = columns.take()?;
    Ok(LoadTest {
        product: text::read("product of a load test", &product)?,
        run_on: columns.date()?,
        result: columns.take()?,
        link: columns.take()?,
        at: columns.instant()?,
        by: columns.take()?,
    })
}

#[async_trait]
impl ChecklistStore for Database {
    async fn checklist_answer_insert(&self, answer: ChecklistAnswer, seen: i64) -> Result<(), StoreError> {
        text::refuse_nul([answer.note.as_str(), &answer.by])?;
        text::refuse_nul(answer.link.as_deref())?;
        let ItemKey { product, checklist, item } = &answer.key;
        let mut transaction = self.write().await?;
        let count: i64 = sqlx::query_scalar(COUNT)
            .bind(product.to_string())
            .bind(checklist.to_string())
            .bind(item.to_string())
            .fetch_one(&mut *transaction)
            .await?;
        if count != seen {
            let what = format!("{checklist}/{item} of {product} has {count} answers by now, not {seen}");
            return Err(StoreError::conflict(what));
        }
        sqlx::query(INSERT)
            .bind(product.to_string())
            .bind(checklist.to_string())
            .bind(item.to_string())
            .bind(count)
            .bind(answer.version)
            .bind(answer.state.as_str())
            .bind(answer.note)
            .bind(answer.link)
            .bind(Instant(text::micros(answer.at)))
            .bind(answer.by)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn checklist_answer_list(
        &self,
        product: Option<&Slug>,
    ) -> Result<Vec<ChecklistAnswer>, StoreError> {
        let mut transaction = self.read().await?;
        let query = match product {
            Some(slug) => sqlx::query(OF_PRODUCT).bind(slug.to_string()),
            None => sqlx::query(ALL),
        };
        query.fetch_all(&mut *transaction).await?.iter().map(answer_of).collect()
    }

    async fn load_test_insert(&self, test: LoadTest) -> Result<(), StoreError> {
        text::refuse_nul([test.result.as_str(), &test.link, &test.by])?;
        let mut transaction = self.write().await?;
        let id: i64 = sqlx::query_scalar(NEXT_TEST).fetch_one(&mut *transaction).await?;
        sqlx::query(INSERT_TEST)
            .bind(id)
            .bind(test.product.to_string())
            .bind(date(test.run_on))
            .bind(test.result)
            .bind(test.link)
            .bind(Instant(text::micros(test.at)))
            .bind(test.by)
            .execute(&mut *transaction)
            .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn load_test_list(&self, product: Option<&Slug>) -> Result<Vec<LoadTest>, StoreError> {
        let mut transaction = self.read().await?;
        let query = match product {
            Some(slug) => sqlx::query(TESTS_OF_PRODUCT).bind(slug.to_string()),
            None => sqlx::query(ALL_TESTS),
        };
        query.fetch_all(&mut *transaction).await?.iter().map(test_of).collect()
    }
}
