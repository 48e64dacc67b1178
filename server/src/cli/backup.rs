//! `teirei backup`, `teirei restore` and `teirei migrate`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::json;

use super::{Outcome, Work};
use crate::config::Secret;

#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The new file.
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct Restore {
    /// A file that `teirei backup` wrote.
    file: PathBuf,
}

impl Backup {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        store.backup(&self.file).await?;
        let file = self.file.display().to_string();
        work.output.line(&format!("the database is copied to {file}"));
        work.output.value(&json!({ "file": file }));
        Ok(Outcome::Fine)
    }
}

impl Restore {
    /// Checks the copy by opening a copy of it, then puts that in place; nothing is overwritten.
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let target = sqlite_path(&work.config.database)?;
        if target.exists() {
            bail!("{} exists: move it away first, so that nothing is lost", target.display());
        }
        // A device or a pipe might never end.
        if !self.file.is_file() {
            bail!("{} is no file: name one that `teirei backup` wrote", self.file.display());
        }
        let unfinished = PathBuf::from(format!("{}.restoring", target.display()));
        std::fs::copy(&self.file, &unfinished)
            .with_context(|| format!("cannot copy {}", self.file.display()))?;
        let opened = async {
            store::copy_check(&unfinished).await?;
            store::open(&format!("sqlite:{}", unfinished.display())).await?.schema_version().await
        };
        let version = match opened.await {
            Ok(version) => version,
            Err(error) => {
                clear(&unfinished);
                bail!("{} is no usable copy: {error}", self.file.display());
            }
        };
        std::fs::rename(&unfinished, &target)
            .with_context(|| format!("cannot write {}", target.display()))?;
        clear(&unfinished);
        let database = target.display().to_string();
        work.output.line(&format!("{database} is restored, schema version {version}"));
        work.output.value(&json!({ "database": database, "schema_version": version }));
        Ok(Outcome::Fine)
    }
}

/// Takes the unfinished copy and what SQLite keeps beside it away; what is not there is fine.
fn clear(file: &std::path::Path) {
    for suffix in ["", "-wal", "-shm"] {
        _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
}

/// The file of a SQLite database.
fn sqlite_path(database: &Secret) -> anyhow::Result<PathBuf> {
    let path = database.reveal().strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
    match path {
        Some(path) if !path.is_empty() && path != ":memory:" => Ok(PathBuf::from(path)),
        _ => bail!(
            "restore works on a SQLite file, and the database is {}; use its own tools",
            database.scheme()
        ),
    }
}

pub async fn migrate(work: &Work) -> anyhow::Result<Outcome> {
    let version = work.store().await?.schema_version().await?;
    work.output.line(&format!("the database has schema version {version}"));
    work.output.value(&json!({ "schema_version": version }));
    Ok(Outcome::Fine)
}
