//! Deploys from files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::coverage::SourceKind;
use domain::deploy::{Deploy, folded};
use domain::rejection::Issue;
use sources::deploys::{parse, unknown_product};
use store::Store;

use super::lease::holding;
use super::{Delivery, ImportError, Kind, Report, files_read, rejections};
use crate::clock::Clock;

/// Imports deploys by (source, id); a dry run answers the same and writes nothing.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    delivery: &Delivery,
) -> Result<Report, ImportError> {
    let mut report = Report::new(Kind::Deploys, source, delivery);
    let mut deploys = Vec::new();
    for file in files_read(&delivery.files).await? {
        let read = parse(&file.bytes, &file.name, source, &BTreeMap::new())?;
        let (accepted, rejected) = (read.values.len() as u64, rejections(&read.issues));
        report.read += accepted + rejected;
        report.accepted += accepted;
        report.rejected += rejected;
        report.remark(read.issues);
        deploys.extend(read.values);
    }
    if deploys.is_empty() {
        return Ok(report);
    }
    if delivery.dry_run {
        take(store, clock, &mut report, deploys, true).await?;
        return Ok(report);
    }
    holding(store, async |_| {
        take(store, clock, &mut report, deploys, false).await?;
        let issues = report.issues.clone();
        // Remarks have no kind of their own for deploys; no source can be called like this place.
        let place = format!("{source}/deploys");
        report.changed |=
            store.import_issue_replace(&place, SourceKind::Incidents, clock.now(), issues).await?;
        Ok(())
    })
    .await?;
    Ok(report)
}

/// Hands the deploys over; several files may tell of one.
async fn take(
    store: &Arc<dyn Store>,
    clock: Clock,
    report: &mut Report,
    deploys: Vec<Deploy>,
    dry_run: bool,
) -> Result<(), ImportError> {
    report.remark(unmapped(&store.catalogue_get().await?, &deploys, &report.files));
    let changes = store.deploy_upsert(folded(deploys), clock.now(), dry_run).await?;
    report.effects = vec![
        ("deploys added", changes.added),
        ("deploys changed", changes.changed),
        ("deploys unchanged", changes.unchanged),
    ];
    report.changed = changes.any() && !dry_run;
    Ok(())
}

/// Deploys of products nobody declared are kept, shown as unmapped, and somebody is told.
fn unmapped(catalogue: &Catalogue, deploys: &[Deploy], files: &[String]) -> Vec<Issue> {
    let is_unknown = |deploy: &&Deploy| deploy.product_of(&catalogue.products).is_none();
    let names: BTreeSet<&str> =
        deploys.iter().filter(is_unknown).map(|deploy| deploy.product.as_str()).collect();
    names.into_iter().map(|name| unknown_product(&files.join(", "), name)).collect()
}
