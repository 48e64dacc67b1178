//! A fresh database for each test, and a look at everything in it.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::cost::{Amounts, BillingScope, ChargeCategory, ControlTotal, CostKey, ExactCell};
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Column, Executor, Postgres, QueryBuilder, Row, Sqlite};
use store::{CommitOptions, CostCommit, IMPORT_LEASE, Lease, Store, StoreError};

/// Tells stories on both databases.
macro_rules! contract {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $story() {
                super::$story(&crate::arena::Arena::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test] async fn $story() {
                super::$story(&crate::arena::Arena::postgres().await).await;
            })*
        }
    };
}
pub(crate) use contract;

/// A store on an empty database of its own.
pub(crate) struct Arena {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) url: String,
    directory: Option<tempfile::TempDir>,
}

/// All rows of all tables, in order.
pub(crate) type Dump = BTreeMap<String, Vec<String>>;

impl Arena {
    pub(crate) async fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("teirei.db").display());
        Self { store: store::open(&url).await.unwrap(), url, directory: Some(directory) }
    }

    pub(crate) async fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let url = empty_postgres(&format!("contract_{}_{number}", std::process::id())).await;
        Self { store: store::open(&url).await.unwrap(), url, directory: None }
    }

    /// Another database on the server of this one, without tables.
    pub(crate) async fn another(&self, number: usize) -> String {
        let (_, name) = self.url.rsplit_once('/').unwrap();
        let name = name.split('?').next().unwrap();
        empty_postgres(&format!("{name}_{number}")).await
    }

    /// Whether this is the database in a file.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.directory.is_some()
    }

    /// The folder of the database, where it has one.
    pub(crate) fn directory(&self) -> Option<&std::path::Path> {
        self.directory.as_ref().map(tempfile::TempDir::path)
    }

    /// Everything the database holds but the columns of its own bookkeeping.
    pub(crate) async fn dump(&self) -> Dump {
        if self.is_sqlite() { self.dump_sqlite().await } else { self.dump_postgres().await }
    }

    async fn dump_sqlite(&self) -> Dump {
        let pool = SqlitePoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let mut dump = Dump::new();
        for table in sqlx::query_scalar::<_, String>(names).fetch_all(&pool).await.unwrap() {
            let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM ");
            let rows = query.push(&table).build().fetch_all(&pool).await.unwrap();
            let mut lines: Vec<String> = rows
                .iter()
                .map(|row| {
                    let cells = row.columns().iter().map(|column| {
                        let bytes: Option<Vec<u8>> = row.try_get_unchecked(column.ordinal()).unwrap();
                        let bytes = bytes.unwrap_or_else(|| b"NULL".to_vec());
                        String::from_utf8(bytes).unwrap_or_else(|error| format!("{:02x?}", error.as_bytes()))
                    });
                    cells.collect::<Vec<_>>().join("|")
                })
                .collect();
            lines.sort();
            dump.insert(table, lines);
        }
        dump
    }

    async fn dump_postgres(&self) -> Dump {
        let pool = PgPoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
        let names = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
             WHERE table_schema = 'public' ORDER BY 1";
        let mut dump = Dump::new();
        for table in sqlx::query_scalar::<_, String>(names).fetch_all(&pool).await.unwrap() {
            let mut query = QueryBuilder::<Postgres>::new("SELECT CAST(t AS TEXT) FROM ");
            let rows = query.push(&table).push(" AS t").build().fetch_all(&pool).await.unwrap();
            let mut lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            lines.sort();
            dump.insert(table, lines);
        }
        pool.close().await;
        dump
    }

    /// Every table of a PostgreSQL database in whatever schema, with its rows.
    pub(crate) async fn everything(&self) -> Dump {
        let pool = PgPoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
        let names = "SELECT CAST(schemaname || '.' || tablename AS TEXT) FROM pg_tables \
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
        let mut dump = Dump::new();
        for table in sqlx::query_scalar::<_, String>(names).fetch_all(&pool).await.unwrap() {
            let mut query = QueryBuilder::<Postgres>::new("SELECT CAST(t AS TEXT) FROM ");
            let rows = query.push(&table).push(" AS t").build().fetch_all(&pool).await.unwrap();
            dump.insert(table, rows.iter().map(|row| row.get(0)).collect());
        }
        pool.close().await;
        dump
    }

    /// Runs a statement past the store, as an operator with a database shell could.
    pub(crate) async fn execute(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        if self.is_sqlite() {
            let pool = SqlitePoolOptions::new().max_connections(1).connect(&self.url).await?;
            pool.execute(statement).await.map(drop)
        } else {
            let pool = PgPoolOptions::new().max_connections(1).connect(&self.url).await?;
            pool.execute(statement).await.map(drop)
        }
    }

    /// Asks for one number past the store.
    pub(crate) async fn number(&self, statement: &'static str) -> i64 {
        if self.is_sqlite() {
            let pool = SqlitePoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
            sqlx::query_scalar(statement).fetch_one(&pool).await.unwrap()
        } else {
            let pool = PgPoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
            sqlx::query_scalar(statement).fetch_one(&pool).await.unwrap()
        }
    }

    /// Sums of the facts by source, currency and UTC day.
    pub(crate) async fn facts(&self) -> BTreeMap<(String, String, i64), Amounts> {
        let statement = "SELECT s.source, s.currency, c.day, CAST(SUM(c.billed) AS BIGINT), \
             CAST(SUM(c.effective) AS BIGINT) FROM cost_cell c JOIN cost_scope s ON s.id = c.scope_id \
             GROUP BY s.source, s.currency, c.day";
        let rows: Vec<(String, String, i64, i64, i64)> = if self.is_sqlite() {
            let pool = SqlitePoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
            sqlx::query_as(statement).fetch_all(&pool).await.unwrap()
        } else {
            let pool = PgPoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
            sqlx::query_as(statement).fetch_all(&pool).await.unwrap()
        };
        rows.into_iter()
            .map(|(source, currency, day, billed, effective)| {
                ((source, currency, day), Amounts { billed, effective })
            })
            .collect()
    }

    /// The lease of cost imports.
    pub(crate) async fn import_lease(&self) -> Lease {
        let (now, until) = (instant("2026-11-23T01:00:00Z"), instant("2026-11-23T02:00:00Z"));
        self.store.lease_acquire(IMPORT_LEASE, "test", now, until).await.unwrap().unwrap()
    }

    /// Delivers cells with the control totals they add up to.
    pub(crate) async fn deliver(&self, cells: Vec<ExactCell>, at: &str) -> Result<CostCommit, StoreError> {
        self.deliver_with(cells, at, false).await
    }

    pub(crate) async fn deliver_with(
        &self,
        cells: Vec<ExactCell>,
        at: &str,
        force: bool,
    ) -> Result<CostCommit, StoreError> {
        let lease = self.import_lease().await;
        let source = cells.first().map_or("focus".to_owned(), |cell| cell.scope.source.clone());
        let totals = totals_of(&cells);
        let stage = self.store.cost_stage_begin(&lease, &source).await?;
        for chunk in cells.chunks(700) {
            self.store.cost_stage_append(&stage, chunk.to_vec()).await?;
        }
        let options = CommitOptions { force, at: instant(at) };
        let done = self.store.cost_stage_commit(stage, totals, options).await;
        self.store.lease_release(lease).await?;
        done
    }
}

/// A new database on the server that the environment names; answers its address.
async fn empty_postgres(name: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its environment which server to use")]
    let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names a server for tests");
    let admin = PgPoolOptions::new().max_connections(1).connect(&server).await.unwrap();
    for command in ["DROP DATABASE IF EXISTS ", "CREATE DATABASE "] {
        QueryBuilder::<Postgres>::new(command).push(name).build().execute(&admin).await.unwrap();
    }
    admin.close().await;
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    format!("{host}/{name}?{options}")
}

/// The exact totals of cells.
pub(crate) fn totals_of(cells: &[ExactCell]) -> Vec<ControlTotal> {
    let mut totals: BTreeMap<BillingScope, ControlTotal> = BTreeMap::new();
    for cell in cells {
        let total = totals.entry(cell.scope.clone()).or_insert_with(|| ControlTotal {
            scope: cell.scope.clone(),
            billed: Decimal::ZERO,
            effective: Decimal::ZERO,
            rows: 0,
            latest_day: None,
        });
        total.billed += cell.billed;
        total.effective += cell.effective;
        total.rows += 1;
        total.latest_day = total.latest_day.max(Some(cell.day));
    }
    totals.into_values().collect()
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

/// November 2026 of one billing account, in dollars.
pub(crate) fn november() -> BillingScope {
    BillingScope {
        source: "focus".to_owned(),
        billing_account: "111122223333".to_owned(),
        period_start: day("2026-11-01"),
        period_end: day("2026-12-01"),
        currency: "USD".parse().unwrap(),
    }
}

/// Usage of a service in an account.
pub(crate) fn key(account: &str, service: &str) -> CostKey {
    CostKey {
        sub_account: account.to_owned(),
        sub_account_name: format!("{account} by name"),
        service: service.to_owned(),
        region: "ap-northeast-1".to_owned(),
        charge_category: ChargeCategory::Usage,
        tags: Vec::new(),
    }
}

/// A cell of November whose effective cost is the billed one.
pub(crate) fn cell(on: &str, account: &str, service: &str, amount: &str) -> ExactCell {
    ExactCell {
        scope: november(),
        day: day(on),
        key: key(account, service),
        billed: decimal(amount),
        effective: decimal(amount),
    }
}
