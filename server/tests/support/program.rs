//! The real program in a folder of its own, what it says, and what it leaves in its database.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Column, ConnectOptions, QueryBuilder, Row, Sqlite};

/// A port that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What is answered to a request that closes its connection; nothing where nobody answers.
pub fn asked(port: u16, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// The status of such an answer.
pub fn status_of(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

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

/// The program as it is run in a folder on a day; nothing of the machine's own access to AWS is left to it.
pub fn command(folder: &Path, today: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--today", today]).args(arguments);
    for name in
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"]
    {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program beside the runtime that a fictional outside world needs.
pub async fn run(folder: &Path, today: &str, arguments: &[&str]) -> Said {
    let mut command = command(folder, today, arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    Said::of(output)
}

/// Rows of every table but the counters, as text, in their order.
pub async fn rows(file: &Path) -> BTreeMap<String, Vec<String>> {
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'audit_entry' ORDER BY name",
    )
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
