//! An operator's folder with definitions, and a fictional AWS with metrics.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::sync::Arc;

use axum::Router;
use domain::objective::{ObjectiveHistory, SliBucket};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use server::clock::Clock;
use store::Store;
use tempfile::TempDir;

use crate::fake::cloudwatch::minutes;
use crate::fake::{FakeAws, World};
use crate::support::House;
use crate::support::program::{Said, command, rows, run};

/// A Monday in Tokyo, at ten.
pub const TODAY: &str = "2026-11-23";

/// When that is.
pub const NOW: &str = "2026-11-23T01:00:00Z";

/// When the metrics of the stories begin: earlier than anything is asked for.
pub const FIRST: &str = "2026-08-20T00:00:00Z";

pub struct Office {
    pub folder: TempDir,
    pub aws: FakeAws,
}

/// The requests of a shop by the minute: none at night, and some that fail in three hours of three ages.
pub fn requests() -> BTreeMap<i64, f64> {
    minutes(FIRST, NOW, |minute| {
        let hour = minute.div_euclid(60).rem_euclid(24);
        (!(15..21).contains(&hour)).then_some(100.0 + (minute % 7) as f64)
    })
}

/// Those of them that failed; in other minutes there is no number.
pub fn failures() -> BTreeMap<i64, f64> {
    let mut failures = minutes("2026-11-18T03:00:00Z", "2026-11-18T04:00:00Z", |_| Some(50.0));
    failures.extend(minutes("2026-10-10T03:00:00Z", "2026-10-10T04:00:00Z", |_| Some(40.0)));
    failures.extend(minutes("2026-09-01T03:00:00Z", "2026-09-01T04:00:00Z", |_| Some(30.0)));
    failures
}

/// A world in which the shop's metrics are.
pub fn world() -> World {
    let mut world = World::new(TODAY);
    world.metrics.now = NOW.parse::<Timestamp>().unwrap().as_second();
    world.metrics.put("Requests", ("Service", "shop"), requests());
    world.metrics.put("Failures", ("Service", "shop"), failures());
    world
}

/// A metric of the shop, with further lines of its spec.
pub fn metric(name: &str, more: &[&str]) -> String {
    let mut lines = vec![
        "metricSource:".to_owned(),
        "  type: CloudWatch".to_owned(),
        "  spec:".to_owned(),
        "    namespace: Shop".to_owned(),
        format!("    metricName: {name}"),
        "    dimensions: { Service: shop }".to_owned(),
    ];
    lines.extend(more.iter().map(|line| format!("    {line}")));
    lines.iter().map(|line| format!("          {line}\n")).collect()
}

/// An SLO that counts `part` (`good: …` or `bad: …`) of a total; `method` is what stands after its window.
pub fn slo(name: &str, (word, part): (&str, &str), total: &str, method: &str) -> String {
    format!(
        "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: {name}\nspec:\n  service: shop\n  indicator:\n    \
         metadata:\n      name: {name}-indicator\n    spec:\n      ratioMetric:\n        {word}:\n{part}        \
         total:\n{total}  timeWindow:\n    - duration: 28d\n      isRolling: true\n{method}"
    )
}

/// The usual budget: events, three nines.
pub const EVENTS: &str = "  budgetingMethod: Occurrences\n  objectives:\n    - target: 0.999\n";

/// The shop's availability, with what is missing declared.
pub fn availability() -> String {
    let (bad, total) = (metric("Failures", &["missing: zero"]), metric("Requests", &["missing: zero"]));
    slo("shop-availability", ("bad", &bad), &total, EVENTS)
}

impl Office {
    pub async fn open(world: World, definitions: &[String]) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap(), aws: FakeAws::start(world).await };
        office.write(
            "credentials",
            "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n",
        );
        office.write("slos.yaml", &definitions.join("---\n"));
        office.configure("kind = \"cloudwatch\"\ndefinitions = [\"slos.yaml\"]\n");
        office
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Writes the configuration with the keys of the source.
    pub fn configure(&self, keys: &str) {
        let url = &self.aws.url;
        let text = format!("[sources.slo]\nendpoint = \"{url}\"\ncredentials_file = \"credentials\"\n{keys}");
        self.write("teirei.toml", &text);
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        run(self.folder.path(), TODAY, arguments).await
    }

    pub async fn sync(&self) -> Said {
        self.run(&["--json", "sync"]).await
    }

    /// A sync that runs beside the story.
    pub fn spawn_sync(&self) -> Child {
        let mut sync = command(self.folder.path(), TODAY, &["--json", "sync"]);
        sync.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The pages as they are now.
    pub async fn router(&self) -> Router {
        let clock = Clock::at_ten(TODAY.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
        House { folder: tempfile::tempdir().unwrap(), store: self.store().await, clock }.router()
    }

    pub async fn store(&self) -> Arc<dyn Store> {
        store::open(&format!("sqlite:{}", self.folder.path().join("teirei.db").display())).await.unwrap()
    }

    /// What is stored of an objective.
    pub async fn history(&self, id: &str) -> ObjectiveHistory {
        let (from, to) = (FIRST.parse().unwrap(), NOW.parse().unwrap());
        let histories = self.store().await.objective_histories(from, to).await.unwrap();
        histories.into_iter().find(|history| history.objective.id == id).unwrap()
    }

    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        rows(&self.folder.path().join("teirei.db")).await
    }

    /// The remarks of the last run by their rule.
    pub fn remarks(said: &Said) -> BTreeMap<String, String> {
        let issues = said.report()["issues"].as_array().unwrap().clone();
        let word = |issue: &serde_json::Value, key: &str| issue[key].as_str().unwrap().to_owned();
        issues
            .iter()
            .map(|issue| (word(issue, "rule"), format!("{} {}", word(issue, "what"), word(issue, "mend"))))
            .collect()
    }
}

/// What the minutes of a bucket sum to.
pub fn sum(minutes: &BTreeMap<i64, f64>, bucket: &SliBucket) -> i64 {
    let (start, end) = (bucket.period.start.as_second(), bucket.period.end.as_second());
    minutes.range(start..end).map(|(_, count)| *count as i64).sum()
}

/// How many periods of so many seconds of a bucket have a number.
pub fn periods(minutes: &BTreeMap<i64, f64>, bucket: &SliBucket, seconds: i64) -> i64 {
    let (start, end) = (bucket.period.start.as_second(), bucket.period.end.as_second());
    let with = minutes.range(start..end).map(|(at, _)| at.div_euclid(seconds));
    i64::try_from(with.collect::<std::collections::BTreeSet<_>>().len()).unwrap()
}

/// How many hours a bucket has.
pub fn hours(bucket: &SliBucket) -> i64 {
    (bucket.period.end.as_second() - bucket.period.start.as_second()) / 3_600
}

/// The instant at which a day begins in Tokyo.
pub fn midnight(day: &str) -> Timestamp {
    let day: jiff::civil::Date = day.parse().unwrap();
    day.to_zoned(TimeZone::get("Asia/Tokyo").unwrap()).unwrap().timestamp()
}
