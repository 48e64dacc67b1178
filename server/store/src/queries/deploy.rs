//! Deploys: one row for each source and id, replaced when its source says something newer.

use async_trait::async_trait;
use domain::deploy::{Deploy, DeployName, DeploySource};
use domain::period::Period;
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, state};
use crate::store::DeployStore;
use crate::types::Changes;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, LIST, PUT, SOURCES, NAMES];

const GET: &str = "SELECT source, external_id, product, repository, environment, version, finished_at, status, \
     author, url, updated_at FROM deploy WHERE source = $1 AND external_id = $2";
const LIST: &str = "SELECT source, external_id, product, repository, environment, version, finished_at, status, \
     author, url, updated_at FROM deploy WHERE finished_at >= $1 AND finished_at < $2 \
     ORDER BY finished_at, source, external_id";
const PUT: &str = "INSERT INTO deploy (source, external_id, product, repository, environment, version, finished_at, \
     status, author, url, updated_at, received_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (source, external_id) DO UPDATE SET product = excluded.product, repository = excluded.repository, \
     environment = excluded.environment, version = excluded.version, finished_at = excluded.finished_at, \
     status = excluded.status, author = excluded.author, url = excluded.url, updated_at = excluded.updated_at, \
     received_at = excluded.received_at";
const SOURCES: &str = "SELECT source, CAST(COUNT(*) AS BIGINT), MAX(finished_at), MAX(received_at) FROM deploy \
     GROUP BY source ORDER BY source";
const NAMES: &str = "SELECT source, product, repository, CAST(COUNT(*) AS BIGINT), MAX(finished_at) FROM deploy \
     GROUP BY source, product, repository ORDER BY source, product, COALESCE(repository, '')";

fn deploy_of(row: &Row) -> Result<Deploy, StoreError> {
    let mut columns = Columns::of(row);
    let (source, external_id, product) = (columns.take()?, columns.take()?, columns.take()?);
    let repository = columns.take()?;
    let environment: Option<String> = columns.take()?;
    Ok(Deploy {
        source,
        external_id,
        product,
        repository,
        environment: text::read_option("environment of a deploy", environment.as_deref())?,
        version: columns.take()?,
        finished_at: columns.instant()?,
        status: text::read("status of a deploy", columns.take()?)?,
        author: columns.take()?,
        url: columns.take()?,
        updated_at: columns.instant()?,
    })
}

/// The deploy as the database can keep it: whole microseconds, no NUL.
fn storable(mut deploy: Deploy) -> Result<Deploy, StoreError> {
    let texts = [&deploy.source, &deploy.external_id, &deploy.product, &deploy.version];
    let optional = [&deploy.repository, &deploy.author, &deploy.url];
    text::refuse_nul(texts.into_iter().chain(optional.into_iter().flatten()).map(String::as_str))?;
    deploy.finished_at = text::micros(deploy.finished_at);
    deploy.updated_at = text::micros(deploy.updated_at);
    Ok(deploy)
}

async fn known(connection: &mut Connection, of: &Deploy) -> Result<Option<Deploy>, StoreError> {
    let query = sqlx::query(GET).bind(of.source.clone()).bind(of.external_id.clone());
    query.fetch_optional(connection).await?.map(|row| deploy_of(&row)).transpose()
}

async fn put(connection: &mut Connection, deploy: Deploy, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(PUT)
        .bind(deploy.source)
        .bind(deploy.external_id)
        .bind(deploy.product)
        .bind(deploy.repository)
        .bind(deploy.environment.map(domain::product::Environment::as_str))
        .bind(deploy.version)
        .bind(Instant(deploy.finished_at))
        .bind(deploy.status.as_str())
        .bind(deploy.author)
        .bind(deploy.url)
        .bind(Instant(deploy.updated_at))
        .bind(Instant(at))
        .execute(connection)
        .await?;
    Ok(())
}

#[async_trait]
impl DeployStore for Database {
    async fn deploy_upsert(
        &self,
        deploys: Vec<Deploy>,
        at: Timestamp,
        dry_run: bool,
    ) -> Result<Changes, StoreError> {
        let at = text::micros(at);
        let deploys = deploys.into_iter().map(storable).collect::<Result<Vec<_>, _>>()?;
        let mut transaction = self.write().await?;
        let mut changes = Changes::default();
        for deploy in deploys {
            match known(&mut transaction, &deploy).await? {
                None => changes.added += 1,
                Some(known) if known.updated_at > deploy.updated_at || known == deploy => {
                    changes.unchanged += 1;
                    continue;
                }
                Some(_) => changes.changed += 1,
            }
            put(&mut transaction, deploy, at).await?;
        }
        if changes.any() && !dry_run {
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(changes)
    }

    async fn deploy_list(&self, period: Period) -> Result<Vec<Deploy>, StoreError> {
        let rows = sqlx::query(LIST)
            .bind(Instant(text::micros(period.start)))
            .bind(Instant(text::micros(period.end)))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(deploy_of).collect()
    }

    async fn deploy_source_list(&self) -> Result<Vec<DeploySource>, StoreError> {
        let rows = sqlx::query(SOURCES).fetch_all(&self.reader).await?;
        let source = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(DeploySource {
                source: columns.take()?,
                deploys: columns.take()?,
                finished_at: columns.instant()?,
                received_at: columns.instant()?,
            })
        };
        rows.iter().map(source).collect()
    }

    async fn deploy_name_list(&self) -> Result<Vec<DeployName>, StoreError> {
        let rows = sqlx::query(NAMES).fetch_all(&self.reader).await?;
        let name = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(DeployName {
                source: columns.take()?,
                product: columns.take()?,
                repository: columns.take()?,
                deploys: columns.take()?,
                finished_at: columns.instant()?,
            })
        };
        rows.iter().map(name).collect()
    }
}
