//! Whose SQLite file it is, looked at before anything could change it: another program's is left alone to the
//! byte, also its journal.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::StoreError;
use crate::sqlite::opening;

/// "Teir", which the first migration writes into the header of the file.
const APPLICATION_ID: i64 = 0x5465_6972;

/// What SQLite says of a file that is none of its own.
const NO_DATABASE: &str = "26";

/// What SQLite says of a file that somebody writes while it is read without a lock, or that is damaged.
const TORN: &str = "11";

/// How many tables there are, and how many of them every database of this program has.
const TABLES: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(name IN ('store_state', '_sqlx_migrations')), 0) AS BIGINT) \
     FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// Refuses a file that is no database, or the database of another program. One without tables is fine.
///
/// # Errors
/// [`StoreError::Open`].
pub(crate) async fn refuse(path: &Path) -> Result<(), StoreError> {
    if is_empty(path)? {
        return Ok(());
    }
    let id = application_id(path).await?;
    let ours = match id {
        APPLICATION_ID => true,
        // Not given, or not yet brought over from the journal of a program that was killed.
        0 => has_our_tables(path).await?,
        _ => false,
    };
    if ours { Ok(()) } else { Err(refused("is the database of another program")) }
}

/// Looks through a copy of a SQLite database, as it is and without changing it.
///
/// # Errors
/// [`StoreError::Open`] when it is none, or a part of it is damaged or missing.
pub async fn copy_check(path: &Path) -> Result<(), StoreError> {
    let mut connection = reading(path, true).await?;
    let told = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut connection).await;
    connection.close().await.map_err(opening)?;
    let told: String = told.map_err(opening)?;
    let what = "the file is damaged or not whole: take another copy";
    if told == "ok" { Ok(()) } else { Err(StoreError::Open { what: what.to_owned() }) }
}

fn refused(what: &str) -> StoreError {
    StoreError::Open { what: format!("the file {what}; name another one, Teirei makes it") }
}

/// Whether there is no file, or nothing in it.
fn is_empty(path: &Path) -> Result<bool, StoreError> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(found.is_file() && found.len() == 0),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(StoreError::Open { what: format!("the file cannot be read: {}", error.kind()) }),
    }
}

/// Opens the file to be read only; `quiet` makes no lock and no file beside it.
async fn reading(path: &Path, quiet: bool) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(quiet);
    options.connect().await.map_err(opening)
}

/// The id in the file's header, without what a journal holds. SQLite reads it, because a process that closes
/// the file by any other way gives up all its locks on it, also those of connections that are open.
async fn application_id(path: &Path) -> Result<i64, StoreError> {
    let mut connection = reading(path, true).await?;
    let read = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await;
    connection.close().await.map_err(opening)?;
    match read {
        Ok(id) => Ok(id),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_DATABASE) => {
            Err(refused("is no SQLite database"))
        }
        // A program that ends brings its journal over just now. Whoever asks for the tables waits for it, and says so
        // of a file that is damaged.
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(TORN) => Ok(0),
        Err(error) => Err(opening(error)),
    }
}

async fn has_our_tables(path: &Path) -> Result<bool, StoreError> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    // Without a journal nobody writes, and then SQLite is told to make no file beside it either.
    let quiet = !PathBuf::from(journal).exists();
    let mut connection = reading(path, quiet).await?;
    let counted = sqlx::query_as(TABLES).fetch_one(&mut connection).await;
    connection.close().await.map_err(opening)?;
    let (tables, ours): (i64, i64) = counted.map_err(opening)?;
    // None yet, or only the first of ours: the disk was full when the database was made.
    Ok(ours == 2 || ours == tables)
}
