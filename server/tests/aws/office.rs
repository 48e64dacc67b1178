//! An operator's folder with a configuration, a database, and a fictional AWS to ask.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use axum::Router;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use server::clock::Clock;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Column, ConnectOptions, QueryBuilder, Row, Sqlite};
use store::Store;
use tempfile::TempDir;

use crate::fake::facts::{Fact, Size, account_id, organisation};
use crate::fake::{Account, FakeAws, World};
use crate::support::House;

pub const TODAY: &str = "2026-11-23";

/// A small organisation, for stories that run many times.
pub const SMALL: Size = Size { accounts: 6, services: 4, days: 3 };

/// What a run of the program said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The report of the one source.
    pub fn report(&self) -> serde_json::Value {
        let value: serde_json::Value = serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err));
        value["sources"][0].clone()
    }
}

pub struct Office {
    pub folder: TempDir,
    pub aws: FakeAws,
}

/// An organisation as Organizations tells of it.
pub fn world(today: &str, size: Size) -> World {
    let mut world = World::new(today);
    world.facts = organisation(world.today, size);
    world.accounts = (0..size.accounts)
        .map(|number| Account {
            id: account_id(number),
            name: format!("account {number}"),
            state: if number == 3 { "SUSPENDED" } else { "ACTIVE" },
            unit: if number % 2 == 0 { "production" } else { "staging" },
            tags: vec![("owner", format!("team-{number}"))],
        })
        .collect();
    world
}

impl Office {
    pub async fn open(world: World) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap(), aws: FakeAws::start(world).await };
        office.write(
            "credentials",
            "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n",
        );
        office.configure("");
        office
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Writes the configuration with further keys of the source.
    pub fn configure(&self, more: &str) {
        let url = &self.aws.url;
        let text = format!(
            "[sources.aws]\nkind = \"aws-cost-explorer\"\nendpoint = \"{url}\"\ncredentials_file = \"credentials\"\n{more}"
        );
        self.write("teirei.toml", &text);
    }

    pub fn command(&self, today: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
        command.current_dir(self.folder.path()).args(["--today", today]).args(arguments);
        for name in
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"]
        {
            command.env_remove(name);
        }
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program beside the runtime that the fictional AWS needs.
    pub async fn run(&self, today: &str, arguments: &[&str]) -> Said {
        let mut command = self.command(today, arguments);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        Said::of(output)
    }

    /// Syncs on a day of AWS' and the program's clock.
    pub async fn sync(&self, today: &str) -> Said {
        self.aws.world().today = today.parse().unwrap();
        self.run(today, &["--json", "sync"]).await
    }

    pub fn spawn_sync(&self, today: &str) -> Child {
        self.command(today, &["--json", "sync"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub async fn store(&self) -> Arc<dyn Store> {
        store::open(&format!("sqlite:{}", self.folder.path().join("teirei.db").display())).await.unwrap()
    }

    /// The pages as they are on a day.
    pub async fn router(&self, today: &str) -> Router {
        let clock = Clock::at_ten(today.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
        House { folder: tempfile::tempdir().unwrap(), store: self.store().await, clock }.router()
    }

    /// All rows of all tables that a reader's eye may fall on: not how often AWS was asked, and not how
    /// often the database was written.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        rows(&self.folder.path().join("teirei.db")).await
    }
}

/// Rows of every table but the counters, as text, in their order.
async fn rows(file: &Path) -> BTreeMap<String, Vec<String>> {
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let names: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let mut tables = BTreeMap::new();
    for name in names {
        if ["request_day", "store_state", "lease"].contains(&name.as_str()) || name.starts_with("sqlite_") {
            continue;
        }
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1) ORDER BY cid")
            .bind(name.clone())
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let mut select = QueryBuilder::<Sqlite>::new("SELECT ");
        select.push(quoted.join(" || ',' || ")).push(" AS line FROM \"").push(&name).push("\" ORDER BY line");
        let found = select.build().fetch_all(&mut connection).await.unwrap();
        let line = |row: &sqlx::sqlite::SqliteRow| {
            assert_eq!(row.columns()[0].name(), "line");
            row.get::<String, _>(0)
        };
        tables.insert(name, found.iter().map(line).collect());
    }
    tables
}

/// Says which tables of two databases differ, and by which rows first.
pub fn assert_same(one: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>, story: &str) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{story}");
    for (name, rows) in one {
        let differing = rows.iter().zip(&other[name]).find(|(one, other)| one != other);
        assert_eq!(differing, None, "{story}: {name}");
        assert_eq!(rows.len(), other[name].len(), "{story}: {name}");
    }
}

/// What the facts of a month sum to: billed, effective.
pub fn month_sum(facts: &[Fact], month: Date) -> (Decimal, Decimal) {
    let of_month = facts.iter().filter(|fact| fact.day.first_of_month() == month);
    of_month.fold(Default::default(), |(billed, effective), fact| {
        (billed + fact.unblended, effective + fact.amortized)
    })
}
