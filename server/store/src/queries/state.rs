//! The database as a whole: schema, revision, backup.

use std::path::Path;

use sqlx::migrate::MigrateError;
use sqlx::{Connection as _, Pool};

use super::{BACKUP, BEGIN_WRITE, Connection, Database, Db, MIGRATOR, audit};
use crate::StoreError;

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[PING, REVISION, BUMP, SCHEMA_VERSION, FORGET_WHEN];

const PING: &str = "SELECT id FROM store_state";
const REVISION: &str = "SELECT revision FROM store_state WHERE id = 1";
const BUMP: &str = "UPDATE store_state SET revision = revision + 1 WHERE id = 1";
const SCHEMA_VERSION: &str = "SELECT MAX(version) FROM _sqlx_migrations";

/// When a migration ran and for how long is nobody's business, and would make two databases of the same
/// content differ.
const FORGET_WHEN: &str = "UPDATE _sqlx_migrations SET installed_on = '1970-01-01 00:00:00', execution_time = 0 \
     WHERE execution_time <> 0";

/// Brings the schema up to date. Processes that open a new database at the same time wait for each other:
/// SQLite's migrations take no lock of their own.
pub(in super::super) async fn migrate(pool: &Pool<Db>) -> Result<(), StoreError> {
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0);
    let mut connection = pool.acquire().await?;
    let is_up_to_date = matches!(
        sqlx::query_scalar::<_, Option<i64>>(SCHEMA_VERSION).fetch_one(&mut *connection).await,
        Ok(Some(version)) if version >= known
    );
    if is_up_to_date {
        // Nothing will be written, so nobody has to wait for an import that is being committed.
        MIGRATOR.run(&mut *connection).await.map_err(|error| refused(error, known))?;
        return Ok(());
    }
    let mut transaction = connection.begin_with(BEGIN_WRITE).await?;
    MIGRATOR.run(&mut *transaction).await.map_err(|error| refused(error, known))?;
    sqlx::query(FORGET_WHEN).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Why a schema could not be brought up to date.
fn refused(error: MigrateError, known: i64) -> StoreError {
    match error {
        MigrateError::VersionMissing(found) => StoreError::NewerSchema { found, known },
        MigrateError::VersionMismatch(version) => StoreError::Open {
            what: format!("its schema version {version} is not the one this program knows"),
        },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => StoreError::from(error),
        _ => StoreError::Open { what: "its schema could not be brought up to date".to_owned() },
    }
}

/// Marks that readers can see a change, and writes down whose it is where somebody answers for it.
pub(super) async fn bump(connection: &mut Connection) -> Result<(), StoreError> {
    sqlx::query(BUMP).execute(&mut *connection).await?;
    audit::append_waiting(connection).await
}

/// The revision as a transaction sees it.
pub(super) async fn revision(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(REVISION).fetch_one(connection).await?)
}

impl Database {
    pub(super) async fn state_ping(&self) -> Result<(), StoreError> {
        sqlx::query(PING).fetch_one(&self.reader).await?;
        Ok(())
    }

    pub(super) async fn state_revision(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(REVISION).fetch_one(&self.reader).await?)
    }

    pub(super) async fn state_schema_version(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(SCHEMA_VERSION).fetch_one(&self.reader).await?)
    }

    pub(super) async fn state_backup(&self, path: &Path) -> Result<(), StoreError> {
        let Some(statement) = BACKUP else {
            return Err(StoreError::Unsupported {
                what: "a PostgreSQL database is backed up with pg_dump".to_owned(),
            });
        };
        let Some(text) = path.to_str() else {
            return Err(StoreError::invalid("the path of a backup must be valid UTF-8"));
        };
        if path.exists() {
            return Err(StoreError::conflict("the file of the backup exists already"));
        }
        sqlx::query(statement).bind(text.to_owned()).execute(&self.writer).await?;
        Ok(())
    }
}
