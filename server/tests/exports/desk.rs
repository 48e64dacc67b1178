//! An operator's folder with a configuration, a database, and a fictional S3.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::sync::Arc;

use axum::Router;
use jiff::tz::TimeZone;
use server::clock::Clock;
use store::Store;
use tempfile::TempDir;

use crate::fake::bucket::{FakeBucket, Shelf};
use crate::support::House;
use crate::support::program::{Said, command, rows, run};

pub const TODAY: &str = "2026-11-23";

pub struct Desk {
    pub folder: TempDir,
    pub s3: FakeBucket,
}

impl Desk {
    pub async fn open(shelf: Shelf) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), s3: FakeBucket::start(shelf).await };
        desk.write(
            "credentials",
            "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n",
        );
        desk.configure("finance/focus", "region = \"ap-northeast-1\"\n");
        desk
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Writes the configuration: an export below a prefix of the bucket, with further keys of the source.
    pub fn configure(&self, prefix: &str, more: &str) {
        let url = &self.s3.url;
        self.write(
            "teirei.toml",
            &format!(
                "[sources.bill]\nkind = \"focus-export\"\nlocation = \"s3://example-billing/{prefix}\"\n\
                 endpoint = \"{url}\"\ncredentials_file = \"credentials\"\n{more}"
            ),
        );
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        run(self.folder.path(), TODAY, arguments).await
    }

    pub async fn sync(&self) -> Said {
        self.run(&["--json", "sync"]).await
    }

    pub fn spawn_sync(&self) -> Child {
        let mut sync = command(self.folder.path(), TODAY, &["--json", "sync"]);
        sync.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub async fn store(&self) -> Arc<dyn Store> {
        store::open(&format!("sqlite:{}", self.folder.path().join("teirei.db").display())).await.unwrap()
    }

    pub async fn router(&self) -> Router {
        let clock = Clock::at_ten(TODAY.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
        House { folder: tempfile::tempdir().unwrap(), store: self.store().await, clock }.router()
    }

    /// Every row of the database.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        rows(&self.folder.path().join("teirei.db")).await
    }

    /// What readers see of the cost, whatever the numbers that rows go by.
    pub async fn seen(&self) -> String {
        let store = self.store().await;
        let (from, to) = ("2026-W36".parse().unwrap(), "2026-W48".parse().unwrap());
        let mut text = format!("{:?}", store.cost_control_totals().await.unwrap());
        write!(text, "{:?}", store.cost_owner_weeks(from, to).await.unwrap()).unwrap();
        write!(text, "{:?}", store.cost_service_weeks(from, to, None).await.unwrap()).unwrap();
        write!(text, "{:?}", store.import_issue_list().await.unwrap()).unwrap();
        text
    }
}

/// The months of a report that were read, each with whether it changed.
pub fn months_of(report: &serde_json::Value) -> Vec<String> {
    let months = report["months"].as_array().unwrap();
    let word = |month: &serde_json::Value| {
        let state = if month["changed"] == true { "changed" } else { "unchanged" };
        format!("{} {state}", month["month"].as_str().unwrap())
    };
    months.iter().map(word).collect()
}
