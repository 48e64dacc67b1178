//! Whose SQLite file it is, looked at before anything could change it: another program's is left alone to the
//! byte, also its journal.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::StoreError;
use crate::sqlite::opening;

/// "Teir", which the first migration writes into the header of the file.
const APPLICATION_ID: u32 = 0x5465_6972;

/// The header of a SQLite file: how it begins, and where its application id stands.
const HEADER: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";
const ID_AT: std::ops::Range<usize> = 68..72;

/// How many tables there are, and how many of them every database of this program has.
const TABLES: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(name IN ('store_state', '_sqlx_migrations')), 0) AS BIGINT) \
     FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// Refuses a file that is no database, or the database of another program. One without tables is fine.
///
/// # Errors
/// [`StoreError::Open`].
pub(crate) async fn refuse(path: &Path) -> Result<(), StoreError> {
    let Some(header) = header_of(path)? else { return Ok(()) };
    if header.len() < HEADER || !header.starts_with(MAGIC) {
        return Err(refused("is no SQLite database"));
    }
    let id = header[ID_AT].iter().fold(0, |id, byte| (id << 8) | u32::from(*byte));
    let ours = match id {
        APPLICATION_ID => true,
        // Not given, or not yet brought over from the journal of a program that was killed.
        0 => has_our_tables(path).await?,
        _ => false,
    };
    if ours { Ok(()) } else { Err(refused("is the database of another program")) }
}

fn refused(what: &str) -> StoreError {
    StoreError::Open { what: format!("the file {what}; name another one, Teirei makes it") }
}

/// The first bytes; none where there is no file or nothing in it.
fn header_of(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let mut header = Vec::with_capacity(HEADER);
    let read = std::fs::File::open(path).and_then(|file| file.take(HEADER as u64).read_to_end(&mut header));
    match read {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(header)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Open { what: format!("the file cannot be read: {}", error.kind()) }),
    }
}

async fn has_our_tables(path: &Path) -> Result<bool, StoreError> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    // Without a journal nobody writes, and then SQLite is told to make no file beside it either.
    let quiet = !PathBuf::from(journal).exists();
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(quiet);
    let mut connection = options.connect().await.map_err(opening)?;
    let counted = sqlx::query_as(TABLES).fetch_one(&mut connection).await;
    connection.close().await.map_err(opening)?;
    let (tables, ours): (i64, i64) = counted.map_err(opening)?;
    // None yet, or only the first of ours: the disk was full when the database was made.
    Ok(ours == 2 || ours == tables)
}
