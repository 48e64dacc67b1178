//! `teirei export …`

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use super::{Outcome, Work};
use crate::import::objectives_export;

#[derive(Debug, Subcommand)]
pub enum Export {
    /// Write all objectives in force as OpenSLO v1 documents to a file, or print them.
    Objectives {
        /// Where to; printed when absent.
        file: Option<PathBuf>,
    },
}

impl Export {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let Self::Objectives { file } = self;
        let store = work.store().await?;
        let text = objectives_export(&store).await?;
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
}
