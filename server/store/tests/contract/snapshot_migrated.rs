//! Frozen reviews outlive every change of the schema: a database of any earlier program that holds one answers the
//! same bytes after it was brought up to date.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use store::Snapshot;

use crate::arena::{Arena, contract, instant, week};

contract!(a_frozen_review_of_every_earlier_schema_is_the_same_after_the_migrations);

/// What the first release froze.
const JSON: &str = include_str!("../../../tests/data/snapshot_v1.json");
const CSV: &str = "table,product,note\r\nreview,オンライン診療,\"a \"\"b\"\"\nc\"\r\n";
const MARKDOWN: &str = "# 週次レビュー · 2026年 第47週\n\n- \u{1f4a1} é \\| x\n";
const HASH: &str = "9365190832b066ff75527aef3d80c2732cee6964a98519de43c97dbfdc113d34";

/// The files of the migrations, in order.
fn migrations(database: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The program that had the first so many migrations.
async fn earlier(files: &[PathBuf]) -> Migrator {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        std::fs::copy(file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    Migrator::new(folder.path()).await.unwrap()
}

const FREEZE: &str = "INSERT INTO snapshot (meeting, week, version, hash, previous_hash, frozen_at, frozen_by, reason, \
     json, csv, markdown) VALUES ('', '2026-W47', 1, $1, NULL, $2, '佐藤', '', $3, $4, $5)";
const FREEZE_PRODUCT: &str = "INSERT INTO snapshot_product (meeting, week, version, position, slug, json) \
     VALUES ('', '2026-W47', 1, 0, 'telemed', $1)";
const FROZEN_AT: &str = "2026-11-23T01:31:07.000123Z";

/// A database as an earlier program left it, at an address.
async fn sqlite_of(files: &[PathBuf], path: &Path) -> String {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    earlier(files).await.run(&pool).await.unwrap();
    let at = instant(FROZEN_AT).as_microsecond();
    let insert = sqlx::query(FREEZE).bind(HASH).bind(at).bind(JSON).bind(CSV).bind(MARKDOWN);
    insert.execute(&pool).await.unwrap();
    sqlx::query(FREEZE_PRODUCT).bind(CSV).execute(&pool).await.unwrap();
    pool.close().await;
    format!("sqlite:{}", path.display())
}

async fn postgres_of(files: &[PathBuf], url: String) -> String {
    let pool = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    earlier(files).await.run(&pool).await.unwrap();
    let at = jiff_sqlx::ToSqlx::to_sqlx(instant(FROZEN_AT));
    let insert = sqlx::query(FREEZE).bind(HASH).bind(at).bind(JSON).bind(CSV).bind(MARKDOWN);
    insert.execute(&pool).await.unwrap();
    sqlx::query(FREEZE_PRODUCT).bind(CSV).execute(&pool).await.unwrap();
    pool.close().await;
    url
}

async fn a_frozen_review_of_every_earlier_schema_is_the_same_after_the_migrations(arena: &Arena) {
    let files = migrations(if arena.is_sqlite() { "sqlite" } else { "postgres" });
    assert!(files.len() > 20, "{files:?}");
    let mut told: Option<Snapshot> = None;
    for count in 1..files.len() {
        let earlier = &files[..count];
        let url = match arena.directory() {
            Some(directory) => sqlite_of(earlier, &directory.join(format!("earlier-{count}.db"))).await,
            None => postgres_of(earlier, arena.another(count).await).await,
        };
        let store = store::open(&url).await.unwrap();
        assert_eq!(store.schema_version().await.unwrap(), arena.store.schema_version().await.unwrap());
        let frozen = store.snapshot_get("", week("2026-W47"), None).await.unwrap().unwrap();
        let texts = [frozen.json.as_str(), frozen.csv.as_str(), frozen.markdown.as_str()];
        assert!(texts == [JSON, CSV, MARKDOWN], "after {:?}", files[count - 1]);
        assert_eq!((frozen.head.hash.as_str(), frozen.head.frozen_at), (HASH, instant(FROZEN_AT)));
        assert_eq!(frozen.products[0].json, CSV);
        assert_eq!(*told.get_or_insert_with(|| frozen.clone()), frozen);
    }
}
