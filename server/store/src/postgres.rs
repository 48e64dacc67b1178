//! PostgreSQL: for several replicas on one database.

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgArgumentBuffer, PgConnectOptions, PgPoolOptions, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Pool, Postgres, Type};

use crate::StoreError;

#[path = "queries/mod.rs"]
mod queries;

use queries::Database;

/// The database the queries are compiled for.
type Db = Postgres;

/// The migrations of this database.
static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Begins a transaction that will write.
const BEGIN_WRITE: &str = "BEGIN";

/// Begins a transaction in which all reads see one state.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Keeps other writers out until the transaction ends, so that reading before writing is safe.
const LOCK_WRITERS: &str = "SELECT revision FROM store_state WHERE id = 1 FOR UPDATE";

/// Tells the planner what a large delivery has written: it would take the tables for empty until the
/// server's own analysis comes by, and spend thirty times as long on a roll-up.
const COST_STATISTICS: Option<&str> = Some("ANALYZE cost_scope, cost_key, cost_cell, cost_allocation");

/// PostgreSQL has its own tools for copies.
const BACKUP: Option<&str> = None;

/// How many connections a replica takes.
const CONNECTIONS: u32 = 8;

/// An instant as a column.
#[derive(Clone, Copy, Debug)]
struct Instant(Timestamp);

impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        <jiff_sqlx::Timestamp as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <jiff_sqlx::Timestamp as Encode<'_, Postgres>>::encode(self.0.to_sqlx(), buffer)
    }
}

impl<'r> Decode<'r, Postgres> for Instant {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(<jiff_sqlx::Timestamp as Decode<'r, Postgres>>::decode(value)?.to_jiff()))
    }
}

/// The schema that tables would be made in, how many tables it has but those of extensions, and how many of
/// them every database of this program has.
const TABLES: &str = "SELECT CAST(current_schema() AS TEXT), COUNT(c.oid), \
     COUNT(c.oid) FILTER (WHERE c.relname IN ('store_state', '_sqlx_migrations')) \
     FROM (SELECT 1) AS one LEFT JOIN pg_class c ON c.relkind IN ('r', 'p', 'f') \
     AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid \
     AND d.deptype = 'e')";

/// Connects to the server.
pub(crate) async fn open(url: &str) -> Result<Database, StoreError> {
    let unreadable = |_| StoreError::Open { what: "the address is not understood".to_owned() };
    let options = PgConnectOptions::from_str(url)
        .map_err(unreadable)?
        .application_name("teirei")
        .options([("timezone", "UTC")])
        .statement_cache_capacity(256);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(opening)?;
    refuse_foreign(&pool).await?;
    queries::migrate(&pool).await?;
    Ok(Database { reader: pool.clone(), writer: pool })
}

/// Refuses a schema that holds tables of another program, before anything could change it. One without tables
/// is fine, and so is ours with further tables beside it.
async fn refuse_foreign(pool: &Pool<Postgres>) -> Result<(), StoreError> {
    let counted = sqlx::query_as::<_, (Option<String>, i64, i64)>(TABLES).fetch_one(pool).await;
    let what = match counted.map_err(opening)? {
        (None, ..) => {
            "its search_path names no schema that exists; create the schema, or leave search_path out"
        }
        (Some(_), tables, ours) if tables == 0 || ours == 2 => return Ok(()),
        _ => "it holds the tables of another program; name an empty database, Teirei makes its tables there",
    };
    Err(StoreError::Open { what: what.to_owned() })
}

/// Why the server could not be reached, without its address.
fn opening(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(database) => StoreError::Open { what: database.message().to_owned() },
        sqlx::Error::PoolTimedOut => StoreError::Open { what: "the server does not answer".to_owned() },
        _ => StoreError::Open { what: "the server could not be reached".to_owned() },
    }
}

/// A database of the test's own.
#[cfg(test)]
async fn fresh() -> Database {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its environment which server to use")]
    let url = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names a server for tests");
    let admin = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let name = format!("store_unit_{}", std::process::id());
    for command in ["DROP DATABASE IF EXISTS ", "CREATE DATABASE "] {
        sqlx::QueryBuilder::<Postgres>::new(command).push(&name).build().execute(&admin).await.unwrap();
    }
    let (address, _) = url.split_once('?').unwrap_or((&url, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    open(&format!("{server}/{name}")).await.unwrap()
}
