//! `teirei catalog …`

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use domain::rejection::{Gravity, Issue};
use serde_json::json;

use super::output::remark_value;
use super::{Outcome, Work};
use crate::import::{How, backstage_apply, catalogue_apply, catalogue_export, is_backstage};

#[derive(Debug, Subcommand)]
pub enum Catalog {
    /// Put a catalogue file in force; what it no longer names is closed with today's date. Files of Backstage
    /// are merged instead: products that they name are added or brought up to date, and nothing is closed.
    Apply {
        /// The catalogue, TOML; or any number of Backstage's catalog-info.yaml.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would change, and change nothing.
        #[arg(long, conflicts_with = "overwrite")]
        dry_run: bool,
        /// Apply although the catalogue was changed in the browser since it was last exported.
        #[arg(long)]
        overwrite: bool,
    },
    /// Write the catalogue in force to a file, or print it.
    Export {
        /// Where to; printed when absent.
        file: Option<PathBuf>,
    },
}

impl Catalog {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        match self {
            Self::Apply { files, dry_run, overwrite } => {
                let how = match (dry_run, overwrite) {
                    (true, _) => How::DryRun,
                    (_, true) => How::Overwrite,
                    _ => How::Apply,
                };
                apply(work, &files, how).await
            }
            Self::Export { file } => export(work, file).await,
        }
    }
}

async fn apply(work: &Work, files: &[PathBuf], how: How) -> anyhow::Result<Outcome> {
    let is_merge = files.iter().all(|file| is_backstage(file));
    let dry_run = how == How::DryRun;
    let applied = match files {
        [file] if !is_merge => {
            let store = work.store().await?;
            let clock = work.clock(&store).await?;
            catalogue_apply(&store, clock, file, how).await?
        }
        _ if is_merge => {
            anyhow::ensure!(
                how != How::Overwrite,
                "--overwrite means nothing for files of Backstage: they undo nothing"
            );
            let store = work.store().await?;
            let clock = work.clock(&store).await?;
            backstage_apply(&store, clock, files, dry_run).await?
        }
        _ => anyhow::bail!(
            "name one catalogue in TOML, or only Backstage's files (.yaml, .yml): a catalogue is applied whole, theirs are merged into it"
        ),
    };
    let output = work.output;
    output.value(&json!({
        "changes": applied.changes,
        "changed": applied.changed,
        "warnings": applied.warnings,
        "dry_run": dry_run,
        "issues": applied.issues.iter().map(remark_value).collect::<Vec<_>>(),
    }));
    if !output.json {
        output.remarks(&applied.issues, applied.issues.len() as u64);
    }
    let is_refused = |issue: &Issue| !is_merge || issue.rule.starts_with("catalogue/");
    if applied.issues.iter().any(is_refused) {
        if !output.json {
            output.line("the catalogue was not applied: the database is as it was");
        }
        return Ok(Outcome::Bad);
    }
    for change in &applied.changes {
        output.line(change);
    }
    if !output.json {
        for warning in &applied.warnings {
            output.aside(&format!("warning: {warning}"));
        }
    }
    output.line(match (dry_run, applied.changes.is_empty() && !applied.changed) {
        (_, true) => "nothing changes",
        (true, _) => "dry run: the database is as it was",
        _ => "applied",
    });
    let is_left_out = applied.issues.iter().any(|issue| issue.gravity == Gravity::Rejected);
    Ok(if is_left_out { Outcome::Rejected } else { Outcome::Fine })
}

async fn export(work: &Work, file: Option<PathBuf>) -> anyhow::Result<Outcome> {
    let store = work.store().await?;
    let clock = work.clock(&store).await?;
    let text = catalogue_export(&store, clock).await?;
    match file {
        Some(file) => {
            std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
            work.output.line(&format!("written to {}", file.display()));
            work.output.value(&json!({ "file": file.display().to_string() }));
        }
        None => work.output.raw(&text),
    }
    Ok(Outcome::Fine)
}
