//! Exchange rates: rows of the catalogue.

use std::sync::Arc;

use domain::rate::Rate;
use store::Store;

use super::lease::holding;
use super::{Delivery, ImportError, Kind, Report, files_read, rejections};
use crate::clock::Clock;

/// Adds rates to the catalogue; a row for the same currencies, month, policy and day takes the place
/// of the one before.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    delivery: &Delivery,
) -> Result<Report, ImportError> {
    let mut report = Report::new(Kind::Rates, source, delivery);
    let mut rates: Vec<Rate> = Vec::new();
    for file in files_read(&delivery.files).await? {
        let read = sources::rates::parse(&file.bytes, &file.name)?;
        let (accepted, rejected) = (read.values.len() as u64, rejections(&read.issues));
        report.read += accepted + rejected;
        report.accepted += accepted;
        report.rejected += rejected;
        report.remark(read.issues);
        rates.extend(read.values);
    }
    if rates.is_empty() || delivery.dry_run {
        return Ok(report);
    }
    holding(store, async |_| {
        let mut catalogue = store.catalogue_get().await?;
        let (added, changed) = merge(&mut catalogue.rates, rates);
        report.effects = vec![("rates added", added), ("rates changed", changed)];
        let today = clock.today(&catalogue.organization.zone());
        report.changed = store.catalogue_replace(&catalogue, today, clock.now()).await?;
        Ok(())
    })
    .await?;
    Ok(report)
}

/// How many rates are new and how many read differently.
fn merge(kept: &mut Vec<Rate>, rates: Vec<Rate>) -> (u64, u64) {
    let (mut added, mut changed) = (0, 0);
    for rate in rates {
        let key = |rate: &Rate| (rate.from, rate.to, rate.month, rate.policy, rate.date);
        match kept.iter_mut().find(|known| key(known) == key(&rate)) {
            Some(known) if *known == rate => {}
            Some(known) => {
                *known = rate;
                changed += 1;
            }
            None => {
                kept.push(rate);
                added += 1;
            }
        }
    }
    (added, changed)
}
