//! PostgreSQL goes away and comes back while people write and read.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};

use super::site::{Site, Written, faults};
use crate::support::place::Place;
use crate::support::program::free_port;

/// Says something to the server about a database, and ends the connections that still go by the old word.
pub async fn tell(url: &str, sentence: &str) {
    let options: PgConnectOptions = url.parse().unwrap();
    let name = options.get_database().unwrap().to_owned();
    let mut connection = options.database("postgres").connect().await.unwrap();
    let sentence = sentence.replace(":name", &format!("\"{name}\""));
    sqlx::query(AssertSqlSafe(sentence)).execute(&mut connection).await.unwrap();
    let ended = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1";
    sqlx::query(ended).bind(name).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A server of the story's own, because it is stopped.
struct Cluster {
    tools: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Cluster {
    fn start() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test is told by its environment where PostgreSQL is"
        )]
        let createdb = std::env::var("TEST_POSTGRES_CREATEDB")
            .unwrap_or_else(|_| panic!("run this test as `make postgres COMMAND=…`, which starts a server"));
        let folder = tempfile::tempdir().unwrap();
        let tools = Path::new(&createdb).parent().unwrap().to_path_buf();
        let cluster = Self { tools, folder, port: free_port() };
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(cluster.folder.path()).status();
            assert!(owned.unwrap().success());
        }
        cluster
            .run("initdb", &["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        cluster.up();
        cluster
    }

    /// Runs one of PostgreSQL's programs, which refuse to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let (path, data) = (self.tools.join(program), self.folder.path().join("data"));
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            }
            false => Command::new(path),
        };
        // What a server writes later must not hold this story open.
        let done = command.current_dir(self.folder.path()).arg("-D").arg(data).args(arguments);
        let done = done.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status();
        assert!(done.unwrap().success(), "{program} {arguments:?}");
    }

    fn up(&self) {
        let folder = self.folder.path().display();
        let settings = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=50",
            self.port
        );
        let log = format!("{folder}/log");
        self.run("pg_ctl", &["-w", "-t", "60", "-l", &log, "-o", &settings, "start"]);
    }

    fn down(&self, how: &str) {
        self.run("pg_ctl", &["-w", "-m", how, "stop"]);
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.down("immediate");
        } else {
            let path = self.tools.join("pg_ctl");
            let data = self.folder.path().join("data");
            _ = Command::new("runuser")
                .args(["-u", "postgres", "--"])
                .arg(path)
                .arg("-D")
                .arg(data)
                .args(["-m", "immediate", "stop"])
                .status();
        }
    }
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output().unwrap();
    said.stdout.starts_with(b"0")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_restarted_under_load_loses_and_doubles_nothing() {
    let cluster = Cluster::start();
    let place = Place::at(cluster.url());
    drop(place.furnished().await);
    let site = Site::start(place.url(), &[], &[]);
    let (written, stop) = (Arc::new(Written::default()), Arc::new(AtomicBool::new(false)));
    let people = written.begin(site.port, false, &stop);
    for how in ["fast", "immediate"] {
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.down(how);
        let ready = site.get("/readyz").unwrap();
        assert_eq!(ready.status, 503, "{how}: {}", ready.text);
        let page = site.get("/products/telemed?week=2026-W46").unwrap();
        assert_eq!(page.status, 503, "{how}: {}", page.text);
        assert!(page.text.contains("データベースが応答しません"), "{}", page.text);
        assert_eq!(page.header("retry-after"), "30");
        assert!(!page.text.contains("postgres:"), "{}", page.text);
        assert_eq!(site.get("/healthz").unwrap().status, 200, "the program itself is well");
        cluster.up();
        let again = Instant::now();
        while site.get("/reviews/2026-W47").unwrap().status != 200 {
            assert!(again.elapsed() < Duration::from_secs(20), "{how}: it does not come back by itself");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    stop.store(true, Ordering::Relaxed);
    people.into_iter().for_each(|person| person.join().unwrap());
    site.kill();
    let house = place.replica().await;
    written.assert_kept(&house.store).await;
    assert_eq!(faults(place.url()), Vec::<String>::new());
    let statuses = written.statuses.lock().unwrap();
    assert!(statuses.contains(&503) && statuses.contains(&303), "people were told");
    let others: Vec<&u16> = statuses.iter().filter(|status| ![303, 503].contains(status)).collect();
    assert!(others.is_empty(), "{others:?}");
}
