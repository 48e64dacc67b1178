//! The database as a whole.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};
use store::StoreError;

use crate::arena::{Arena, cell, contract};

contract!(
    it_answers,
    it_opens_again,
    who_opens_a_new_file_at_the_same_time_waits,
    a_database_of_a_newer_program_is_refused,
    a_file_of_another_program_is_left_alone,
    a_server_database_of_another_program_is_left_alone,
    two_fresh_databases_are_alike,
    a_backup_is_a_copy,
    errors_carry_no_address
);

/// The number of the last file below `migrations`.
fn newest_migration() -> i64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_str().unwrap()[..4].parse().unwrap()).max().unwrap()
}

async fn it_answers(arena: &Arena) {
    arena.store.ping().await.unwrap();
    assert_eq!(arena.store.revision().await.unwrap(), 0);
    assert_eq!(arena.store.schema_version().await.unwrap(), newest_migration());
}

async fn it_opens_again(arena: &Arena) {
    arena.deliver(vec![cell("2026-11-16", "a", "s", "1")], "2026-11-18T00:00:00Z").await.unwrap();
    let before = arena.dump().await;
    let again = store::open(&arena.url).await.unwrap();
    assert_eq!(again.revision().await.unwrap(), 1);
    assert_eq!(arena.dump().await, before);
}

/// PostgreSQL's migrations hold a lock of the server's own; here it is ours.
async fn who_opens_a_new_file_at_the_same_time_waits(arena: &Arena) {
    let Some(directory) = arena.directory() else { return };
    for round in 0..5 {
        let url = format!("sqlite:{}", directory.join(format!("new{round}.db")).display());
        let opened = futures::future::join_all((0..6).map(|_| store::open(&url))).await;
        for store in opened {
            assert_eq!(store.unwrap().schema_version().await.unwrap(), newest_migration());
        }
    }
}

async fn a_database_of_a_newer_program_is_refused(arena: &Arena) {
    arena
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'later', TRUE, 'x', 0)",
        )
        .await
        .unwrap();
    let refused = store::open(&arena.url).await.err();
    let Some(StoreError::NewerSchema { found, known }) = refused else { panic!("{refused:?}") };
    assert_eq!((found, known), (9999, newest_migration()));
}

/// Not a byte of it changes, and nothing is put beside it; a file without any table is taken.
async fn a_file_of_another_program_is_left_alone(arena: &Arena) {
    let Some(directory) = arena.directory() else { return };
    let named = |name: &str| directory.join(name);
    let url = |name: &str| format!("sqlite:{}", named(name).display());
    for (name, statements) in [
        ("todo.db", "CREATE TABLE task (id INTEGER); INSERT INTO task VALUES (1)"),
        ("wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE task (id INTEGER)"),
        (
            "named.db",
            "PRAGMA application_id = 7; CREATE TABLE store_state (id); CREATE TABLE _sqlx_migrations (id)",
        ),
        ("cousin.db", "CREATE TABLE _sqlx_migrations (version); CREATE TABLE users (id)"),
        ("empty.db", "PRAGMA user_version = 3"),
    ] {
        let options = SqliteConnectOptions::new().filename(named(name)).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        connection.execute(statements).await.unwrap();
        connection.close().await.unwrap();
    }
    std::fs::write(named("noise.db"), [b'x'; 5_000]).unwrap();
    std::fs::write(named("nothing.db"), "").unwrap();
    let files = || -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
    };
    let before = files();
    for (name, said) in [
        ("todo.db", "the file is the database of another program; name another one"),
        ("wal.db", "is the database of another program"),
        ("named.db", "is the database of another program"),
        ("cousin.db", "is the database of another program"),
        ("noise.db", "the file is no SQLite database"),
    ] {
        let refused = store::open(&url(name)).await.err();
        let told = matches!(&refused, Some(StoreError::Open { what }) if what.contains(said));
        assert!(told, "{name}: {refused:?}");
    }
    assert!(files() == before, "something was written");
    for name in ["empty.db", "nothing.db"] {
        assert!(store::open(&url(name)).await.is_ok(), "{name}");
    }
    let header = std::fs::read(named("nothing.db")).unwrap();
    let journal = std::fs::read(named("nothing.db-wal")).unwrap_or_default();
    let marked = [header, journal].iter().any(|bytes| bytes.windows(4).any(|four| four == b"Teir"));
    assert!(marked, "other programs can tell whose it is");
}

/// The same for PostgreSQL: neither a table nor a row of it changes; tables of extensions are nobody's, and a
/// schema of its own is as good as a database.
async fn a_server_database_of_another_program_is_left_alone(arena: &Arena) {
    if arena.is_sqlite() {
        return;
    }
    let other = async |schema: &'static str| {
        arena.execute(schema).await.unwrap();
        let before = arena.everything().await;
        let refused = store::open(&arena.url).await.err();
        assert!(arena.everything().await == before, "{schema}: something was written");
        match refused {
            Some(StoreError::Open { what }) => what,
            refused => panic!("{schema}: {refused:?}"),
        }
    };
    let said = "it holds the tables of another program; name an empty database";
    let told = other(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE task (id INTEGER); \
                      INSERT INTO task VALUES (1)",
    );
    assert!(told.await.starts_with(said));
    // Another program whose tables are kept by the same library.
    let cousin = "DROP TABLE task; CREATE TABLE _sqlx_migrations (version BIGINT, description TEXT, \
                  installed_on TIMESTAMPTZ, success BOOLEAN, checksum BYTEA, execution_time BIGINT); \
                  INSERT INTO _sqlx_migrations VALUES (7, 'x', NOW(), TRUE, '', 0); CREATE TABLE users (id INTEGER)";
    assert!(other(cousin).await.starts_with(said));
    let told = other("DROP SCHEMA public CASCADE").await;
    assert!(told.starts_with("its search_path names no schema that exists"), "{told}");

    // Somebody else's schema beside ours is none of our business, nor is a view.
    arena
        .execute(
            "CREATE SCHEMA public; CREATE SCHEMA other; CREATE TABLE other.task (id INTEGER); \
                  CREATE VIEW public.glance AS SELECT 1 AS one",
        )
        .await
        .unwrap();
    store::open(&arena.url).await.unwrap();
    // Nor are tables that were put beside ours.
    arena.execute("CREATE TABLE mine (id INTEGER)").await.unwrap();
    assert_eq!(store::open(&arena.url).await.unwrap().revision().await.unwrap(), 0);
}

async fn two_fresh_databases_are_alike(arena: &Arena) {
    let other = if arena.is_sqlite() { Arena::sqlite().await } else { Arena::postgres().await };
    assert_eq!(arena.dump().await, other.dump().await);
}

async fn a_backup_is_a_copy(arena: &Arena) {
    arena.deliver(vec![cell("2026-11-16", "a", "s", "1")], "2026-11-18T00:00:00Z").await.unwrap();
    let Some(directory) = arena.directory() else {
        let refused = arena.store.backup(std::path::Path::new("copy.db")).await;
        assert!(matches!(refused, Err(StoreError::Unsupported { what }) if what.contains("pg_dump")));
        return;
    };
    let path = directory.join("it's a copy.db");
    arena.store.backup(&path).await.unwrap();
    assert!(matches!(arena.store.backup(&path).await, Err(StoreError::Conflict { .. })), "never overwritten");
    let copy = store::open(&format!("sqlite:{}", path.display())).await.unwrap();
    assert_eq!(copy.revision().await.unwrap(), 1);
    assert_eq!(copy.cost_control_totals().await.unwrap(), arena.store.cost_control_totals().await.unwrap());
}

async fn errors_carry_no_address(arena: &Arena) {
    let wrong = match arena.directory() {
        Some(directory) => format!("sqlite:{}/no/such/folder/x.db", directory.display()),
        None => "postgres://somebody:secret@127.0.0.1:1/nothing".to_owned(),
    };
    let refused = store::open(&wrong).await.err().unwrap();
    assert!(matches!(refused, StoreError::Open { .. }), "{refused:?}");
    for secret in ["secret", "no/such", "127.0.0.1"] {
        assert!(!refused.to_string().contains(secret), "{refused}");
    }
    assert!(store::open("mysql://x").await.is_err());
}
