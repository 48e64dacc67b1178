//! An empty database of either kind, for stories that hold on both.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::tz::TimeZone;
use server::clock::Clock;
use server::demo::World;
use server::import::world_load;
use store::Store;
use tempfile::TempDir;

use super::{House, TODAY};

/// Tells stories on both databases, each with one of its own.
macro_rules! on_both_databases {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")] async fn $story() {
                super::$story($crate::support::place::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")] async fn $story() {
                super::$story($crate::support::place::Place::postgres()).await;
            })*
        }
    };
}
pub(crate) use on_both_databases;

/// Where a database is; that of SQLite goes with it, that of PostgreSQL with its throw-away server.
pub struct Place {
    url: String,
    _folder: Option<TempDir>,
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("teirei.db").display());
        Self { url, _folder: Some(folder) }
    }

    /// A new database on the server that `make postgres` starts; without one this fails and is never skipped.
    pub fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("stories_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let (server, createdb) = (told("TEST_POSTGRES_URL"), told("TEST_POSTGRES_CREATEDB"));
        let mut command = Command::new(createdb);
        let made = command.arg(format!("--maintenance-db={server}")).arg(&name).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (host, _) = server.rsplit_once('/').unwrap();
        Self { url: format!("{host}/{name}"), _folder: None }
    }

    /// Where it is, as the program is told.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A process on the database, with connections and a memory of its own.
    pub async fn replica(&self) -> House {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        House {
            folder: tempfile::tempdir().unwrap(),
            store: store::open(&self.url).await.unwrap(),
            clock: Clock::at_ten(TODAY.parse().unwrap(), &zone),
        }
    }

    /// A database that is already there.
    pub fn at(url: String) -> Self {
        Self { url, _folder: None }
    }

    /// The same after six weeks of the fictional company were loaded.
    pub async fn furnished(&self) -> House {
        let house = self.replica().await;
        load(&house.store, 1).await;
        house
    }
}

/// Loads six weeks of the fictional company of a seed, as a later import of everything does.
pub async fn load(store: &Arc<dyn Store>, seed: u64) {
    world_load(store, World::new(seed, TODAY.parse().unwrap(), 6)).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a test is told by its environment which server to use")]
fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set; run this test as `make postgres COMMAND='cargo test …'`, which starts a server")
    })
}
