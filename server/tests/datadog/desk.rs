//! An operator's folder with a configuration, a database, and a fictional Datadog to ask.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use domain::objective::{ObjectiveHistory, SliBucket};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use server::clock::Clock;
use store::Store;
use tempfile::TempDir;

use crate::fake::datadog::{API_KEY, APPLICATION_KEY, Facts, FakeDatadog, FakeSlo, World};
use crate::support::House;
use crate::support::program::{Said, command, rows, run};

/// A Monday; the week before it has ended in Tokyo.
pub const TODAY: &str = "2026-11-23";
/// Its predecessor's Monday, in Tokyo.
pub const MONDAY: i64 = 1_763_305_200 + 364 * 86_400;
pub const DAY: i64 = 86_400;

pub struct Desk {
    pub folder: TempDir,
    pub datadog: FakeDatadog,
}

/// SLOs of every kind.
pub fn world() -> World {
    let mut three = FakeSlo::new("three", Facts::Events { an_hour: 1_000, bad_every: 9 });
    three.targets = vec![("7d", 99.5), ("30d", 98.0), ("90d", 99.9)];
    let mut unknown = FakeSlo::new("unknown", Facts::Events { an_hour: 40, bad_every: 5 });
    unknown.tags = vec!["service:nobody-knows", "env:staging"];
    let monitors = vec![vec![(MONDAY + 3_600, MONDAY + 5_400)], vec![(MONDAY + 4_500, MONDAY + 7_200)]];
    World {
        slos: vec![
            three,
            FakeSlo::new("silent", Facts::Silence),
            FakeSlo::new("nonsense", Facts::Nonsense),
            FakeSlo::new("monitor", Facts::Monitors(monitors)),
            FakeSlo::new("slices", Facts::Slices(vec![(MONDAY + DAY, MONDAY + DAY + 1_500)])),
            unknown,
        ],
        ..World::default()
    }
}

impl Desk {
    pub async fn open(world: World) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), datadog: FakeDatadog::start(world).await };
        desk.configure("");
        let catalogue = "[[product]]\nslug = \"payments\"\nname = \"Checkout\"\ntier = 1\n";
        std::fs::write(desk.folder.path().join("catalogue.toml"), catalogue).unwrap();
        desk
    }

    /// Writes the configuration with further keys of the source.
    pub fn configure(&self, more: &str) {
        let text = format!(
            "[sources.dd]\nkind = \"datadog\"\nendpoint = \"{}\"\npage_size = 2\napi_key = \"{API_KEY}\"\n\
             application_key = \"{APPLICATION_KEY}\"\n{more}",
            self.datadog.url
        );
        std::fs::write(self.folder.path().join("teirei.toml"), text).unwrap();
    }

    pub fn command(&self, today: &str, arguments: &[&str]) -> Command {
        command(self.folder.path(), today, arguments)
    }

    pub async fn run(&self, today: &str, arguments: &[&str]) -> Said {
        run(self.folder.path(), today, arguments).await
    }

    /// Syncs on a day of Datadog's and the program's clock.
    pub async fn sync(&self, today: &str) -> Said {
        self.datadog.world().now = format!("{today}T01:00:00Z").parse::<Timestamp>().unwrap().as_second();
        self.run(today, &["--json", "sync"]).await
    }

    pub fn spawn_sync(&self, today: &str) -> Child {
        self.datadog.world().now = format!("{today}T01:00:00Z").parse::<Timestamp>().unwrap().as_second();
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

    /// All rows, without the address, which is another one in each story.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        let mut rows = rows(&self.folder.path().join("teirei.db")).await;
        let lines = rows.values_mut().flatten();
        lines.for_each(|line| *line = line.replace(&self.datadog.url, "http://datadog"));
        rows
    }

    /// What is stored of an objective.
    pub async fn history(&self, id: &str) -> ObjectiveHistory {
        let (start, end) = (instant(MONDAY - 400 * DAY), instant(MONDAY + 400 * DAY));
        let histories = self.store().await.objective_histories(start, end).await.unwrap();
        histories.into_iter().find(|history| history.objective.id == id).unwrap()
    }
}

pub fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Good and all of the buckets that begin from second to second.
pub fn counted(buckets: &[SliBucket], from: i64, to: i64) -> (i64, i64) {
    let inside = |bucket: &&SliBucket| (from..to).contains(&bucket.period.start.as_second());
    buckets.iter().filter(inside).fold((0, 0), |sum, one| (sum.0 + one.good, sum.1 + one.total))
}
