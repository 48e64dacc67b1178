//! Frozen reviews: inserted, never changed.

use domain::product::Slug;
use domain::week::IsoWeek;

use super::columns::Columns;
use super::{Database, Instant, Row, state};
use crate::types::{Snapshot, SnapshotHead, SnapshotProduct};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LATEST, INSERT, INSERT_PRODUCT, GET, PRODUCTS, PRODUCT, LIST];

macro_rules! head {
    () => {
        "s.meeting, s.week, s.version, s.hash, s.previous_hash, s.frozen_at, s.frozen_by, s.reason"
    };
}

const LATEST: &str =
    "SELECT version, hash FROM snapshot WHERE meeting = $1 AND week = $2 ORDER BY version DESC LIMIT 1";
const INSERT: &str = "INSERT INTO snapshot (meeting, week, version, hash, previous_hash, frozen_at, frozen_by, \
     reason, json, csv, markdown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const INSERT_PRODUCT: &str = "INSERT INTO snapshot_product (meeting, week, version, position, slug, json) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const GET: &str = concat!(
    "SELECT ",
    head!(),
    ", s.json, s.csv, s.markdown FROM snapshot s WHERE s.meeting = $1 AND s.week = $2 \
     AND (s.version = $3 OR CAST($3 AS BIGINT) IS NULL) ORDER BY s.version DESC LIMIT 1"
);
const PRODUCTS: &str = "SELECT slug, json FROM snapshot_product WHERE meeting = $1 AND week = $2 \
     AND version = $3 ORDER BY position";
const PRODUCT: &str = concat!(
    "SELECT ",
    head!(),
    ", p.json FROM snapshot s LEFT JOIN snapshot_product p ON p.meeting = s.meeting AND p.week = s.week \
     AND p.version = s.version AND p.slug = $4 WHERE s.meeting = $1 AND s.week = $2 \
     AND (s.version = $3 OR CAST($3 AS BIGINT) IS NULL) ORDER BY s.version DESC LIMIT 1"
);
const LIST: &str =
    concat!("SELECT ", head!(), " FROM snapshot s WHERE s.meeting = $1 ORDER BY s.week DESC, s.version DESC");

fn head_of(columns: &mut Columns<'_>) -> Result<SnapshotHead, StoreError> {
    Ok(SnapshotHead {
        meeting: columns.take()?,
        week: text::read("week", columns.take::<&str>()?)?,
        version: columns.take()?,
        hash: columns.take()?,
        previous_hash: columns.take()?,
        frozen_at: columns.instant()?,
        frozen_by: columns.take()?,
        reason: columns.take()?,
    })
}

fn product_of(row: &Row) -> Result<SnapshotProduct, StoreError> {
    let mut columns = Columns::of(row);
    let slug = text::read("product", columns.take::<&str>()?)?;
    Ok(SnapshotProduct { slug, json: columns.take()? })
}

fn check(snapshot: &Snapshot, latest: Option<(i64, String)>) -> Result<(), StoreError> {
    let head = &snapshot.head;
    let (version, hash) = latest.map_or((0, None), |(version, hash)| (version, Some(hash)));
    if head.version != version + 1 {
        return Err(StoreError::conflict(format!(
            "week {} is frozen as version {version}; version {} cannot follow",
            head.week, head.version
        )));
    }
    if head.previous_hash != hash {
        return Err(StoreError::conflict(format!(
            "version {} of week {} does not name the hash of the version before",
            head.version, head.week
        )));
    }
    Ok(())
}

impl Database {
    pub(super) async fn insert_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let head = &snapshot.head;
        let texts = [&head.meeting, &head.hash, &head.frozen_by, &head.reason, &snapshot.json, &snapshot.csv];
        let pages = snapshot.products.iter().map(|product| &product.json);
        let previous = head.previous_hash.iter().chain([&snapshot.markdown]);
        text::refuse_nul(texts.into_iter().chain(pages).chain(previous).map(String::as_str))?;
        let week = head.week.to_string();
        let mut transaction = self.write().await?;
        let latest = sqlx::query_as(LATEST)
            .bind(head.meeting.clone())
            .bind(week.clone())
            .fetch_optional(&mut *transaction)
            .await?;
        check(snapshot, latest)?;
        if let Some(revision) = snapshot.made_from
            && state::revision(&mut transaction).await? != revision
        {
            return Err(StoreError::conflict("the database has changed since the snapshot was made"));
        }
        sqlx::query(INSERT)
            .bind(head.meeting.clone())
            .bind(week.clone())
            .bind(head.version)
            .bind(head.hash.clone())
            .bind(head.previous_hash.clone())
            .bind(Instant(text::micros(head.frozen_at)))
            .bind(head.frozen_by.clone())
            .bind(head.reason.clone())
            .bind(snapshot.json.clone())
            .bind(snapshot.csv.clone())
            .bind(snapshot.markdown.clone())
            .execute(&mut *transaction)
            .await?;
        for (position, product) in (0_i64..).zip(&snapshot.products) {
            sqlx::query(INSERT_PRODUCT)
                .bind(head.meeting.clone())
                .bind(week.clone())
                .bind(head.version)
                .bind(position)
                .bind(product.slug.as_str().to_owned())
                .bind(product.json.clone())
                .execute(&mut *transaction)
                .await?;
        }
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_snapshot(
        &self,
        meeting: &str,
        week: IsoWeek,
        version: Option<i64>,
    ) -> Result<Option<Snapshot>, StoreError> {
        // Two statements need no transaction here: what they read is never changed.
        let row = sqlx::query(GET)
            .bind(meeting.to_owned())
            .bind(week.to_string())
            .bind(version)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut columns = Columns::of(&row);
        let head = head_of(&mut columns)?;
        let products = sqlx::query(PRODUCTS)
            .bind(meeting.to_owned())
            .bind(week.to_string())
            .bind(head.version)
            .fetch_all(&self.reader)
            .await?;
        Ok(Some(Snapshot {
            head,
            json: columns.take()?,
            csv: columns.take()?,
            markdown: columns.take()?,
            products: products.iter().map(product_of).collect::<Result<_, _>>()?,
            made_from: None,
        }))
    }

    pub(super) async fn read_snapshot_product(
        &self,
        meeting: &str,
        week: IsoWeek,
        version: Option<i64>,
        product: &Slug,
    ) -> Result<Option<(SnapshotHead, String)>, StoreError> {
        let row = sqlx::query(PRODUCT)
            .bind(meeting.to_owned())
            .bind(week.to_string())
            .bind(version)
            .bind(product.as_str().to_owned())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut columns = Columns::of(&row);
        let head = head_of(&mut columns)?;
        Ok(columns.take::<Option<String>>()?.map(|json| (head, json)))
    }

    pub(super) async fn read_snapshots(&self, meeting: &str) -> Result<Vec<SnapshotHead>, StoreError> {
        let rows = sqlx::query(LIST).bind(meeting.to_owned()).fetch_all(&self.reader).await?;
        rows.iter().map(|row| head_of(&mut Columns::of(row))).collect()
    }
}
