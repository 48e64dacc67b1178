//! `teirei audit …`: whether anybody changed what was written down, and all of it as a file.

use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use domain::audit::{AuditHash, ChainedEntry};
use serde_json::{Value, json};
use store::Store;

use super::{Outcome, Work};

/// How many entries are read at a time.
const READ: i64 = 1_000;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check the chain of all entries; names the first one that was changed, removed or inserted.
    Verify {
        /// A head hash that was kept elsewhere: it has to be one of the chain's.
        #[arg(long)]
        head: Option<AuditHash>,
    },
    /// Print all entries, one JSON object a line; the last line has the head hash.
    Export,
}

impl AuditCommand {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        match self {
            Self::Verify { head } => verify(work, &store, head).await,
            Self::Export => export(work, &store).await,
        }
    }
}

async fn verify(work: &Work, store: &Arc<dyn Store>, head: Option<AuditHash>) -> anyhow::Result<Outcome> {
    let chain = match store.audit_check().await? {
        Ok(chain) => chain,
        Err(broken) => bail!("{broken}"),
    };
    if let Some(head) = head {
        let mut last = 0;
        let found = loop {
            let entries = store.audit_after(last, READ).await?;
            if let Some(found) = entries.iter().find(|entry| entry.hash == head) {
                break Some(found.id);
            }
            match entries.last() {
                Some(entry) => last = entry.id,
                None => break None,
            }
        };
        let Some(found) = found else {
            bail!("{head} is no hash of this audit: it was written anew, or is of another database");
        };
        work.output.line(&format!("the hash that was kept is that of entry {found}"));
    }
    work.output.line(&format!("the audit holds: {} entries, head hash {}", chain.last, chain.head));
    work.output.value(&json!({ "entries": chain.last, "head": chain.head.to_string() }));
    Ok(Outcome::Fine)
}

async fn export(work: &Work, store: &Arc<dyn Store>) -> anyhow::Result<Outcome> {
    let mut last = 0;
    loop {
        let entries = store.audit_after(last, READ).await?;
        let Some(end) = entries.last() else { break };
        last = end.id;
        let lines: Vec<String> = entries.iter().map(|entry| format!("{}\n", line(entry))).collect();
        work.output.raw(&lines.concat());
    }
    let head = store.audit_head().await?;
    work.output.raw(&format!("{}\n", json!({ "entries": head.last, "head": head.head.to_string() })));
    Ok(Outcome::Fine)
}

fn line(chained: &ChainedEntry) -> Value {
    let entry = &chained.entry;
    json!({
        "id": chained.id, "at": entry.at.to_string(), "actor": entry.actor, "identity": entry.identity,
        "from": entry.from, "act": entry.act.as_str(), "object": entry.object, "before": entry.before,
        "after": entry.after, "reason": entry.reason, "hash": chained.hash.to_string(),
    })
}
