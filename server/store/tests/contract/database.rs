//! The database as a whole.

use store::StoreError;

use crate::arena::{Arena, cell, contract};

contract!(
    it_answers,
    it_opens_again,
    a_database_of_a_newer_program_is_refused,
    two_fresh_databases_are_alike,
    a_backup_is_a_copy,
    errors_carry_no_address
);

async fn it_answers(arena: &Arena) {
    arena.store.ping().await.unwrap();
    assert_eq!(arena.store.revision().await.unwrap(), 0);
    assert_eq!(arena.store.schema_version().await.unwrap(), 2);
}

async fn it_opens_again(arena: &Arena) {
    arena.deliver(vec![cell("2026-11-16", "a", "s", "1")], "2026-11-18T00:00:00Z").await.unwrap();
    let before = arena.dump().await;
    let again = store::open(&arena.url).await.unwrap();
    assert_eq!(again.revision().await.unwrap(), 1);
    assert_eq!(arena.dump().await, before);
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
    assert!(matches!(refused, Some(StoreError::NewerSchema { found: 9999, known: 1 })), "{refused:?}");
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
