//! A copy that is taken while people write, and what becomes of it.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

use super::site::{Site, Written, faults};
use crate::support::TODAY;
use crate::support::place::Place;

fn run(folder: &Path, database: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--today", TODAY, "--database", database]).args(arguments);
    command.output().unwrap()
}

fn err(said: &Output) -> String {
    String::from_utf8_lossy(&said.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_under_load_is_one_moment_of_the_database() {
    let place = Place::sqlite();
    drop(place.furnished().await);
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(place.url(), &[], &[]);
    let (written, stop) = (Arc::new(Written::default()), Arc::new(AtomicBool::new(false)));
    let people = written.begin(site.port, true, &stop);
    let mut copies = Vec::new();
    for number in 0..3 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let before = written.texts.lock().unwrap().len();
        let copy = format!("copy-{number}.db");
        let said = run(folder.path(), place.url(), &["backup", &copy]);
        assert_eq!(said.status.code(), Some(0), "{}", err(&said));
        let answered =
            written.texts.lock().unwrap().iter().take(before).filter(|(_, _, kept)| *kept).cloned().collect();
        copies.push((copy, Written::of(answered)));
    }
    stop.store(true, Ordering::Relaxed);
    people.into_iter().for_each(|person| person.join().unwrap());
    site.kill();
    for (copy, answered) in copies {
        let database = format!("sqlite:{}", folder.path().join(format!("restored-{copy}")).display());
        let said = run(folder.path(), &database, &["restore", &copy]);
        assert_eq!(said.status.code(), Some(0), "{}", err(&said));
        assert_eq!(faults(&database), Vec::<String>::new());
        let verified = run(folder.path(), &database, &["audit", "verify"]);
        assert_eq!(verified.status.code(), Some(0), "{}", err(&verified));
        // What was answered before the copy began is in it, each once, and stands in its audit.
        answered.assert_kept(&store::open(&database).await.unwrap()).await;
        // A second time there is something that would be lost.
        let again = run(folder.path(), &database, &["restore", &copy]);
        assert!(
            again.status.code() != Some(0) && err(&again).contains("move it away first"),
            "{}",
            err(&again)
        );
    }
}

/// Makes a database as an earlier program left it, which knew the migrations up to a number.
async fn database_of(file: &Path, last: u32) {
    let earlier = tempfile::tempdir().unwrap();
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite");
    for entry in std::fs::read_dir(all).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name.split('_').next().unwrap().parse::<u32>().unwrap() <= last {
            std::fs::copy(entry.path(), earlier.path().join(name)).unwrap();
        }
    }
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    Migrator::new(earlier.path()).await.unwrap().run(&mut connection).await.unwrap();
    sqlx::query("INSERT INTO action (body, owner, due_on, made_at, made_by) VALUES ('kept', 'Hayashi', '2026-11-30', 0, 'sre')")
        .execute(&mut connection)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_an_earlier_program_is_migrated_when_it_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    for last in [30, 36, 40] {
        let copy = format!("of-{last}.db");
        database_of(&folder.path().join(&copy), last).await;
        let database = format!("sqlite:{}", folder.path().join(format!("now-{last}.db")).display());
        let said = run(folder.path(), &database, &["restore", &copy]);
        assert_eq!(said.status.code(), Some(0), "{}", err(&said));
        assert_eq!(faults(&database), Vec::<String>::new(), "{last}");
        let actions = store::open(&database).await.unwrap().action_list().await.unwrap();
        assert_eq!(actions.iter().map(|one| one.terms.text.as_str()).collect::<Vec<_>>(), ["kept"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_copy_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::sqlite();
    drop(place.furnished().await);
    assert_eq!(run(folder.path(), place.url(), &["backup", "whole.db"]).status.code(), Some(0));
    let whole = std::fs::read(folder.path().join("whole.db")).unwrap();
    let mut damaged = whole.clone();
    // Pages in the middle, not those with the schema.
    damaged.iter_mut().skip(whole.len() / 2).take(64 * 1_024).for_each(|byte| *byte = 0xa5);
    std::fs::write(folder.path().join("cut.db"), &whole[..whole.len() / 3]).unwrap();
    std::fs::write(folder.path().join("damaged.db"), damaged).unwrap();
    std::fs::write(folder.path().join("text.db"), "not a database at all, but long enough to be looked at")
        .unwrap();
    std::fs::create_dir(folder.path().join("folder.db")).unwrap();
    let mut foreign = SqliteConnectOptions::new()
        .filename(folder.path().join("foreign.db"))
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::query("CREATE TABLE invoice (id INTEGER)").execute(&mut foreign).await.unwrap();
    for copy in ["cut.db", "damaged.db", "text.db", "folder.db", "foreign.db", "missing.db"] {
        let database = format!("sqlite:{}", folder.path().join("restored.db").display());
        let said = run(folder.path(), &database, &["restore", copy]);
        assert_eq!(said.status.code(), Some(1), "{copy}: {}", String::from_utf8_lossy(&said.stdout));
        assert!(err(&said).contains(copy), "{}", err(&said));
        let left: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .map(|one| one.file_name().into_string().unwrap())
            .filter(|name| name.starts_with("restored"))
            .collect();
        assert!(left.is_empty(), "{copy}: {left:?}");
    }
    let there = run(folder.path(), place.url(), &["backup", "whole.db"]);
    assert!(there.status.code() != Some(0), "a copy is not overwritten");
    assert_eq!(std::fs::read(folder.path().join("whole.db")).unwrap(), whole);
}
