//! Terraform: where objectives are declared, from the output of `terraform show -json`.

use std::path::PathBuf;
use std::sync::Arc;

use domain::coverage::SourceKind;
use domain::terraform::{Declared, declared};
use jiff::Timestamp;
use sources::terraform::{Shown, parse};
use store::Store;

use super::lease::holding;
use super::{Delivery, ImportError, Kind, Report, Whole, files_read, issues_keep, rejections};
use crate::clock::Clock;

/// Imports the states of one delivery; together they are what the source says.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    delivery: &Delivery,
) -> Result<Report, ImportError> {
    let files = files_read(&delivery.files).await?;
    take(store, clock, source, delivery, files).await
}

/// Imports one state that was sent by a form.
///
/// # Errors
/// [`ImportError`] when nothing was imported.
pub async fn terraform_upload(
    store: &Arc<dyn Store>,
    clock: Clock,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Report, ImportError> {
    let delivery = Delivery {
        files: vec![PathBuf::from(name)],
        source: None,
        strict: false,
        dry_run: false,
        force: false,
        tag_keys: Vec::new(),
    };
    let files = vec![Whole { name: name.to_owned(), bytes }];
    take(store, clock, Kind::Terraform.default_source(), &delivery, files).await
}

async fn take(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    delivery: &Delivery,
    files: Vec<Whole>,
) -> Result<Report, ImportError> {
    let mut report = Report::new(Kind::Terraform, source, delivery);
    let mut shown = Shown::default();
    for file in files {
        let read = parse(&file.bytes, &file.name, source)?;
        shown.issues.extend(read.issues);
        shown.resources.extend(read.resources);
    }
    shown.resources.sort_by(|one, other| one.address.cmp(&other.address));
    shown.resources.dedup_by(|one, other| one.address == other.address);
    report.accepted = shown.resources.len() as u64;
    report.rejected = rejections(&shown.issues);
    report.read = report.accepted + report.rejected;
    report.remark(shown.issues);
    let objectives = store.objective_list().await?;
    let matched = declared(&objectives, &shown.resources, clock.now());
    report.effects.extend(counted(&matched, shown.resources.len(), clock.now()));
    if delivery.dry_run || (report.accepted == 0 && report.rejected > 0) {
        return Ok(report);
    }
    holding(store, async |_| {
        report.changed |= store.terraform_replace(source, shown.resources).await?;
        let issues = report.issues.clone();
        issues_keep(store, clock, SourceKind::Objectives, &mut report, issues).await
    })
    .await?;
    Ok(report)
}

/// How many resources are objectives that are known, and of how many something else is in force.
fn counted(matched: &[Declared], resources: usize, at: Timestamp) -> [(&'static str, u64); 3] {
    let known: std::collections::BTreeSet<&str> =
        matched.iter().map(|one| one.resource.address.as_str()).collect();
    let drifted = matched.iter().filter(|one| one.is_drifted(at)).count();
    [
        ("resources matched to objectives", known.len() as u64),
        ("resources of unknown objectives", (resources - known.len()) as u64),
        ("objectives that differ from terraform", drifted as u64),
    ]
}
