//! Incidents in the canonical form.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::coverage::SourceKind;
use domain::incident::Incident;
use domain::rejection::{Gravity, Issue};
use store::{Changes, Store};

use super::lease::holding;
use super::merges::{Delivered, without_circles};
use super::{Delivery, ImportError, Kind, Report, files_read, issues_keep, rejections};
use crate::clock::Clock;

/// Imports incidents by (source, id); a dry run answers the same and writes nothing.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    delivery: &Delivery,
) -> Result<Report, ImportError> {
    let mut report = Report::new(Kind::Incidents, source, delivery);
    let mut delivered = Vec::new();
    for file in files_read(&delivery.files).await? {
        let read = sources::incidents::parse(&file.bytes, &file.name, source)?;
        let (accepted, rejected) = (read.values.len() as u64, rejections(&read.issues));
        report.read += accepted + rejected;
        report.accepted += accepted;
        report.rejected += rejected;
        report.remark(read.issues);
        let named = read.values.into_iter().map(|found| Delivered { file: file.name.clone(), found });
        delivered.extend(named);
    }
    if delivered.is_empty() {
        return Ok(report);
    }
    if delivery.dry_run {
        take(store, clock, &mut report, delivered, true).await?;
        return Ok(report);
    }
    holding(store, async |_| {
        take(store, clock, &mut report, delivered, false).await?;
        let issues = report.issues.clone();
        issues_keep(store, clock, SourceKind::Incidents, &mut report, issues).await
    })
    .await?;
    Ok(report)
}

/// Hands the incidents over, but for those that are merged in a circle with what is stored.
async fn take(
    store: &Arc<dyn Store>,
    clock: Clock,
    report: &mut Report,
    delivered: Vec<Delivered>,
    dry_run: bool,
) -> Result<(), ImportError> {
    let (incidents, circular) = without_circles(store, delivered).await?;
    report.accepted -= circular.len() as u64;
    report.rejected += circular.len() as u64;
    report.remark(circular);
    report.remark(unmapped(&store.catalogue_get().await?, &incidents, &report.files));
    let changes = store.incident_upsert(incidents, clock.now(), dry_run).await?;
    describe(report, changes);
    report.changed = changes.any() && !dry_run;
    Ok(())
}

fn describe(report: &mut Report, changes: Changes) {
    report.effects = vec![
        ("incidents added", changes.added),
        ("incidents changed", changes.changed),
        ("incidents unchanged", changes.unchanged),
    ];
}

/// Incidents of products nobody declared are kept, shown as unmapped, and somebody is told.
fn unmapped(catalogue: &Catalogue, incidents: &[Incident], files: &[String]) -> Vec<Issue> {
    let known: BTreeSet<&str> = catalogue.products.iter().map(|product| product.slug.as_str()).collect();
    let named: BTreeSet<&str> = incidents.iter().map(|incident| incident.product.as_str()).collect();
    let issue = |name: &&str| Issue {
        file: files.join(", "),
        line: None,
        column: Some("product".to_owned()),
        rule: "incidents/unknown-product",
        what: format!("The catalogue does not know the product {name:?}; its incidents are kept."),
        mend: "Add the product to the catalogue, or mend the name.".to_owned(),
        gravity: Gravity::Warning,
    };
    named.difference(&known).map(issue).collect()
}
