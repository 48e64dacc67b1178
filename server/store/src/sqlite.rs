//! SQLite: one writer connection, several readers, write-ahead log.

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteArgumentsBuffer, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    SqliteTypeInfo, SqliteValueRef,
};
use sqlx::{Connection, Decode, Encode, Pool, Sqlite, SqliteConnection, Type};

use crate::{StoreError, foreign};

#[path = "queries/mod.rs"]
mod queries;

use queries::Database;

/// The database the queries are compiled for.
type Db = Sqlite;

/// The migrations of this database.
static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Begins a transaction that will write: taking the lock at once avoids the deadlock of two readers
/// that both want to become the writer.
const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// Begins a transaction in which all reads see one state.
const BEGIN_READ: &str = "BEGIN";

/// Keeps other writers out until the transaction ends; `BEGIN IMMEDIATE` has done so already.
const LOCK_WRITERS: &str = "SELECT revision FROM store_state WHERE id = 1";

/// SQLite follows the order of the joins as they are written and needs no statistics.
const COST_STATISTICS: Option<&str> = None;

/// Writes a consistent copy to the file `$1`.
const BACKUP: Option<&str> = Some("VACUUM INTO $1");

/// What the writer keeps of the file, and of whatever it sorts, in KiB (with SQLite's minus sign): imports
/// stay below 64 MB with it.
const WRITER_CACHE: &str = "-4000";

/// How many rows wait for the program while a roll-up is made.
const WRITER_ROWS: usize = 256;

/// How often a file that others are opening is asked again, and after how long.
const OPENING_TRIES: u32 = 200;
const OPENING_PAUSE: Duration = Duration::from_millis(25);

/// How many readers work at the same time.
const READERS: u32 = 4;

/// An instant as a column: microseconds since 1970, because text of different precision sorts wrong.
#[derive(Clone, Copy, Debug)]
struct Instant(Timestamp);

impl Type<Sqlite> for Instant {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(info: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(info)
    }
}

impl Encode<'_, Sqlite> for Instant {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<'_, Sqlite>>::encode(self.0.as_microsecond(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for Instant {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(Timestamp::from_microsecond(<i64 as Decode<'r, Sqlite>>::decode(value)?)?))
    }
}

/// How long a statement waits for whoever writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same patience as a statement, for a connection that was told to have none.
const BE_PATIENT: &str = "PRAGMA busy_timeout = 30000";

/// Opens the file, or a database in memory that has one connection for everything.
pub(crate) async fn open(url: &str) -> Result<Database, StoreError> {
    let unreadable = |_| StoreError::Open { what: "the address is not understood".to_owned() };
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    let options = SqliteConnectOptions::from_str(url)
        .map_err(unreadable)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(256)
        // Enough for the largest read of a page: a full channel costs a change of threads.
        .row_buffer_size(4_096)
        .pragma("journal_size_limit", "67108864");
    if !in_memory {
        foreign::refuse(options.get_filename()).await?;
    }
    let writer = if in_memory { writer_of(&options).await? } else { open_writer(&options).await? };
    queries::migrate(&writer).await?;
    if in_memory {
        return Ok(Database { reader: writer.clone(), writer });
    }
    let reader = SqlitePoolOptions::new()
        .max_connections(READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "on"))
        .await
        .map_err(opening)?;
    Ok(Database { reader, writer })
}

/// The writer of a file that may be written. What was only to be read until now is asked twice: SQLite gives an empty log
/// beside the file the rights of the file, but only after it has opened it.
async fn open_writer(options: &SqliteConnectOptions) -> Result<Pool<Sqlite>, StoreError> {
    let writer = writer_of(options).await?;
    if refuse_closed(&writer).await.is_ok() {
        return Ok(writer);
    }
    writer.close().await;
    let writer = writer_of(options).await?;
    refuse_closed(&writer).await?;
    Ok(writer)
}

/// Refuses a file that may only be read: SQLite opens it all the same, and every write would fail later. It is asked
/// itself, because a process that opens and closes the file by any other way gives up all its locks on it; and it is
/// asked to write, because it begins a transaction of such a file as one that reads.
async fn refuse_closed(writer: &Pool<Sqlite>) -> Result<(), StoreError> {
    let mut connection = writer.acquire().await?;
    // Where somebody else writes, it can be written.
    sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
    let told = match sqlx::query(BEGIN_WRITE).execute(&mut *connection).await {
        Ok(_) => {
            let written = sqlx::query("PRAGMA user_version = 0").execute(&mut *connection).await;
            sqlx::query("ROLLBACK").execute(&mut *connection).await?;
            written
        }
        refused => refused,
    };
    let told = match told.map_err(StoreError::from) {
        Err(error @ StoreError::ReadOnly(_)) => Err(error),
        // What else may be wrong is told by the first statement that needs it.
        _ => Ok(()),
    };
    sqlx::query(BE_PATIENT).execute(&mut *connection).await?;
    told
}

/// Whether a connection is out of its transaction. SQLite ends one by itself where the disk is full, and sqlx
/// then counts it as open for ever: such a connection is closed, and the next one begins anew.
async fn is_idle(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A roll back that was only ordered is done by then.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// One connection that lives as long as the pool: what is in memory would vanish with it. Turning a new
/// file to the write-ahead log waits for nobody by itself, so one that others open just now is asked again.
async fn writer_of(options: &SqliteConnectOptions) -> Result<Pool<Sqlite>, StoreError> {
    let mut tries = 0;
    loop {
        let opened = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .after_release(|connection, _| Box::pin(is_idle(connection)))
            .connect_with(options.clone().row_buffer_size(WRITER_ROWS).pragma("cache_size", WRITER_CACHE))
            .await;
        match opened.map_err(StoreError::from) {
            Ok(writer) => return Ok(writer),
            Err(StoreError::Busy(_)) if tries < OPENING_TRIES => {
                tries += 1;
                tokio::time::sleep(OPENING_PAUSE).await;
            }
            Err(
                StoreError::Busy(error)
                | StoreError::Database(error)
                | StoreError::Full(error)
                | StoreError::ReadOnly(error)
                | StoreError::Away(error),
            ) => return Err(opening(error)),
            Err(error) => return Err(error),
        }
    }
}

/// Why SQLite did not open the file, without its path.
pub(crate) fn opening(error: sqlx::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Busy(sqlx::Error::Database(database))
        | StoreError::Database(sqlx::Error::Database(database)) => {
            StoreError::Open { what: database.message().to_owned() }
        }
        known @ (StoreError::Full(_) | StoreError::ReadOnly(_)) => known,
        _ => StoreError::Open { what: "the file could not be opened".to_owned() },
    }
}

/// A database of the test's own.
#[cfg(test)]
async fn fresh() -> Database {
    open("sqlite::memory:").await.unwrap()
}
