//! `teirei import …`

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::output::{Output, remark_value};
use super::{Outcome, Work};
use crate::clock::Stopwatch;
use crate::import::{self, Delivery, Kind, Progress, Report, Watcher};

#[derive(Debug, clap::Args)]
pub struct Files {
    /// Files of one delivery; for cost also folders of an export.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The name of the source.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Read and report, and leave the database as it is.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// A bill in FOCUS 1.0 to 1.2: csv, csv.gz, Parquet or an export folder.
    Cost {
        #[command(flatten)]
        files: Files,
        /// Accept a delivery that shrinks a billing period by more than half.
        #[arg(long)]
        force: bool,
    },
    /// OpenSLO definitions (YAML, JSON) and SLI counts (CSV, JSON), told apart by their content.
    Objectives {
        #[command(flatten)]
        files: Files,
        /// Reject definitions that break a rule of OpenSLO, one by one.
        #[arg(long)]
        strict: bool,
    },
    /// SLI counts (CSV, JSON).
    Slis {
        #[command(flatten)]
        files: Files,
    },
    /// Incidents in the canonical form (CSV, JSON).
    Incidents {
        #[command(flatten)]
        files: Files,
    },
    /// Deploys (CSV, JSON: external_id, product, version, finished_at, …).
    Deploys {
        #[command(flatten)]
        files: Files,
    },
    /// Exchange rates (CSV, JSON).
    Rates {
        #[command(flatten)]
        files: Files,
    },
    /// Monthly budgets (CSV: product, month, amount; or a column for each month).
    Budgets {
        #[command(flatten)]
        files: Files,
    },
    /// Where terraform declares objectives: the output of `terraform show -json`. Nothing else of it is kept.
    Terraform {
        #[command(flatten)]
        files: Files,
    },
    /// What products used, month by month (CSV: series, product, month, units; or a column for each month).
    Usage {
        #[command(flatten)]
        files: Files,
    },
}

impl Import {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let (kind, files, strict, force) = match self {
            Self::Cost { files, force } => (Kind::Cost, files, false, force),
            Self::Objectives { files, strict } => (Kind::Objectives, files, strict, false),
            Self::Slis { files } => (Kind::Slis, files, false, false),
            Self::Incidents { files } => (Kind::Incidents, files, false, false),
            Self::Deploys { files } => (Kind::Deploys, files, false, false),
            Self::Rates { files } => (Kind::Rates, files, false, false),
            Self::Budgets { files } => (Kind::Budgets, files, false, false),
            Self::Terraform { files } => (Kind::Terraform, files, false, false),
            Self::Usage { files } => (Kind::Usage, files, false, false),
        };
        let Files { files, source, dry_run } = files;
        let tag_keys = work.config.tag_keys.clone();
        let delivery = Delivery { files, source, strict, dry_run, force, tag_keys };
        let store = work.store().await?;
        let clock = work.clock(&store).await?;
        let bar = bar(work.output);
        let watcher = watcher(work.output, &bar);
        let report = import::run(&store, clock, kind, &delivery, &watcher).await;
        bar.finish_and_clear();
        let report = report?;
        print(work.output, &report);
        Ok(if report.rejected > 0 { Outcome::Rejected } else { Outcome::Fine })
    }
}

/// A bar where a terminal watches, else nothing: the last line says it all.
fn bar(output: Output) -> ProgressBar {
    if !output.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style =
        ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg} {elapsed_precise} (eta {eta})");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// How often a line tells of a long import where no terminal watches.
const TOLD_EVERY: Duration = Duration::from_secs(10);

fn watcher(output: Output, bar: &ProgressBar) -> Watcher {
    let bar = bar.clone();
    let told = Mutex::new(Stopwatch::start());
    Arc::new(move |progress: Progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} rows", progress.rows));
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if bar.is_hidden() && !output.json && told.elapsed() > TOLD_EVERY {
            *told = Stopwatch::start();
            let percent = progress.bytes.saturating_mul(100).checked_div(progress.total).unwrap_or(0);
            output.aside(&format!("{percent} % read, {} rows", progress.rows));
        }
    })
}

fn print(output: Output, report: &Report) {
    output.value(&json!({
        "kind": report.kind.as_str(),
        "source": report.source,
        "files": report.files,
        "read": report.read,
        "accepted": report.accepted,
        "rejected": report.rejected,
        "changed": report.changed,
        "dry_run": report.dry_run,
        "effects": report
            .effects
            .iter()
            .map(|(name, count)| ((*name).replace(' ', "_"), json!(count)))
            .collect::<serde_json::Map<_, _>>(),
        "totals": report
            .totals
            .iter()
            .map(|(currency, billed, effective)| {
                json!({ "currency": currency, "billed": billed, "effective": effective })
            })
            .collect::<Vec<_>>(),
        "issues": report.issues.iter().map(remark_value).collect::<Vec<_>>(),
        "issues_total": report.issues_total,
    }));
    if !output.json {
        output.remarks(&report.issues, report.issues_total);
    }
    let rejected =
        if report.rejected > 0 { format!(", {} rejected", report.rejected) } else { String::new() };
    let (kind, source) = (report.kind.as_str(), &report.source);
    output.line(&format!("{kind} of {source}: {} read, {} accepted{rejected}", report.read, report.accepted));
    for (currency, billed, effective) in &report.totals {
        output.line(&format!("  {currency}: billed {billed}, effective {effective}"));
    }
    let effects: Vec<String> = report
        .effects
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    if !effects.is_empty() {
        output.line(&format!("  {}", effects.join(", ")));
    }
    output.line(match (report.dry_run, report.changed, report.accepted) {
        (true, _, _) => "  dry run: the database is as it was",
        (_, true, _) => "  stored",
        (_, _, 0) => "  nothing was accepted: the database is as it was",
        _ => "  nothing new: the database is as it was",
    });
}
