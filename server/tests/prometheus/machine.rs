//! A Prometheus of its own, filled and started, that ends with the story; and the office that asks it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use domain::objective::ObjectiveHistory;
use tempfile::TempDir;

use super::counters;
use crate::support::program::{self, Said};

/// The day on which one asks: the samples end an hour before 10:00 in Tokyo.
pub const TODAY: &str = "2026-11-21";

/// Debian's program, unpacked or installed.
fn tool(name: &str) -> PathBuf {
    let unpacked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/prometheus/usr/bin").join(name);
    if unpacked.exists() {
        return unpacked;
    }
    let installed = Path::new("/usr/bin").join(name);
    assert!(installed.exists(), "{name} is missing: run `make has-prometheus`");
    installed
}

/// What `promtool` has to say against metrics in its text format; nothing where all is well.
pub fn lint(metrics: &str) -> String {
    let mut command = Command::new(tool("promtool"));
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr))
}

/// A running Prometheus.
pub struct Machine {
    child: Child,
    pub address: String,
    _folder: TempDir,
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Machine {
    /// Holds the samples of [`counters`].
    pub async fn start() -> Self {
        tokio::task::spawn_blocking(Self::start_now).await.unwrap()
    }

    fn start_now() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("in.om"), counters::open_metrics()).unwrap();
        std::fs::write(path("prometheus.yml"), "scrape_configs: []\n").unwrap();
        let filled = Command::new(tool("promtool"))
            .args(["tsdb", "create-blocks-from", "--max-block-duration=240h", "openmetrics", "-q"])
            .args([path("in.om"), path("data")])
            .output()
            .unwrap();
        assert!(filled.status.success(), "{}", String::from_utf8_lossy(&filled.stderr));
        let address = format!("127.0.0.1:{}", crate::support::program::free_port());
        let log = std::fs::File::create(path("log")).unwrap();
        let child = Command::new(tool("prometheus"))
            .arg(format!("--config.file={}", path("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", path("data").display()))
            .arg("--storage.tsdb.retention.time=10y")
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut machine = Self { child, address, _folder: folder };
        machine.wait_ready();
        machine
    }

    fn wait_ready(&mut self) {
        for _ in 0..300 {
            let said = || std::fs::read_to_string(self._folder.path().join("log")).unwrap_or_default();
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("Prometheus ended with {status}: {}", said());
            }
            if said().contains("Server is ready to receive web requests") {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("Prometheus did not get ready within 30 seconds");
    }
}

/// One definition: its name, method, good or bad, and the queries.
pub struct Slo<'a> {
    pub name: &'a str,
    pub part: (&'a str, &'a str),
    pub total: &'a str,
    pub method: &'a str,
}

impl Slo<'_> {
    fn text(&self) -> String {
        let Self { name, part: (kind, part), total, method } = self;
        let metric =
            |query: &str| format!("{{metricSource: {{type: Prometheus, spec: {{query: '{query}'}}}}}}");
        let slices = match *method {
            "Timeslices" => "\n      timeSliceTarget: 0.95\n      timeSliceWindow: 1m",
            "RatioTimeslices" => "\n      timeSliceWindow: 1m",
            _ => "",
        };
        format!(
            "apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: {name}}}\nspec:\n  service: {name}\n  \
             indicator:\n    metadata: {{name: {name}}}\n    spec:\n      ratioMetric:\n        counter: true\n        \
             {kind}: {}\n        total: {}\n  timeWindow:\n    - {{duration: 30d, isRolling: true}}\n  \
             budgetingMethod: {method}\n  objectives:\n    - target: 0.999{slices}\n",
            metric(part),
            metric(total)
        )
    }
}

/// A folder with definitions, a configuration and a database.
pub struct Office {
    pub folder: TempDir,
}

impl Office {
    pub fn open(address: &str, more: &str, slos: &[Slo]) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(office.folder.path().join("slo")).unwrap();
        office.define(slos);
        office.configure(address, more);
        office
    }

    pub fn configure(&self, address: &str, more: &str) {
        let text = format!(
            "[database]\nurl = \"sqlite:teirei.db\"\n[sources.metrics]\nkind = \"prometheus\"\n\
             endpoint = \"http://{address}\"\ndefinitions = [\"slo/*.yaml\"]\n{more}\n"
        );
        std::fs::write(self.folder.path().join("teirei.toml"), text).unwrap();
    }

    /// Writes the definitions anew.
    pub fn define(&self, slos: &[Slo]) {
        let texts: Vec<String> = slos.iter().map(Slo::text).collect();
        std::fs::write(self.folder.path().join("slo/all.yaml"), texts.join("---\n")).unwrap();
    }

    pub async fn sync(&self) -> Said {
        self.sync_on(TODAY).await
    }

    pub async fn sync_on(&self, today: &str) -> Said {
        program::run(self.folder.path(), today, &["--json", "sync", "metrics"]).await
    }

    pub async fn rows(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        program::rows(&self.folder.path().join("teirei.db")).await
    }

    /// What is stored of the thirty days and around.
    pub async fn histories(&self) -> Vec<ObjectiveHistory> {
        let url = format!("sqlite:{}", self.folder.path().join("teirei.db").display());
        let store = store::open(&url).await.unwrap();
        let (from, to) = ("2026-08-01T00:00:00Z", "2026-12-01T00:00:00Z");
        store.objective_histories(from.parse().unwrap(), to.parse().unwrap()).await.unwrap()
    }
}

/// The rules under which something is said about an objective.
pub fn rules(said: &Said, objective: &str) -> Vec<String> {
    let report = said.report();
    let issues = report["issues"].as_array().unwrap().iter();
    let mine = issues.filter(|issue| issue["column"] == objective);
    mine.map(|issue| issue["rule"].as_str().unwrap().to_owned()).collect()
}
