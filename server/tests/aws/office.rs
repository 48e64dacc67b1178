//! An operator's folder with a configuration, a database, and a fictional AWS to ask.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use server::clock::Clock;
use store::Store;
use tempfile::TempDir;

use crate::fake::facts::{Fact, Size, account_id, organisation};
use crate::fake::{Account, FakeAws, World};
use crate::support::House;
use crate::support::program::{Said, command, rows, run};

pub const TODAY: &str = "2026-11-23";

/// A small organisation, for stories that run many times.
pub const SMALL: Size = Size { accounts: 6, services: 4, days: 3 };

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
        command(self.folder.path(), today, arguments)
    }

    /// Runs the program beside the runtime that the fictional AWS needs.
    pub async fn run(&self, today: &str, arguments: &[&str]) -> Said {
        run(self.folder.path(), today, arguments).await
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

/// What the facts of a month sum to: billed, effective.
pub fn month_sum(facts: &[Fact], month: Date) -> (Decimal, Decimal) {
    let of_month = facts.iter().filter(|fact| fact.day.first_of_month() == month);
    of_month.fold(Default::default(), |(billed, effective), fact| {
        (billed + fact.unblended, effective + fact.amortized)
    })
}
