//! One billing month at a time: what was read is committed by itself, so that a run that is cut loses
//! at most the month it was reading.

use std::sync::Arc;

use domain::cost::{BillingScope, ControlTotal, ExactCell};
use domain::sync::SyncedMonth;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sources::aws::{Bill, MonthTotal};
use store::{CommitOptions, CostCommit, Store};

use super::super::ImportError;
use super::super::lease::{holding, renew};
use crate::clock::Clock;

/// How many cells are handed over at a time.
const BATCH: usize = 20_000;

/// How far the sums of a month by days and by month may differ in AWS' own rounding: half a cent.
const ROUNDING: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// The database as one source sees it.
pub(super) struct Shelf<'a> {
    pub(super) store: &'a Arc<dyn Store>,
    pub(super) clock: Clock,
    pub(super) source: &'a str,
    pub(super) billing_account: &'a str,
    pub(super) force: bool,
}

impl Shelf<'_> {
    /// The months that earlier runs have marked.
    pub(super) async fn marks(&self) -> Result<Vec<SyncedMonth>, ImportError> {
        let mut marks = self.store.synced_month_list().await?;
        marks.retain(|mark| mark.source == self.source);
        Ok(marks)
    }

    /// What is stored of the months of this bill.
    pub(super) async fn stored(&self) -> Result<Vec<ControlTotal>, ImportError> {
        let mut totals = self.store.cost_control_totals().await?;
        totals.retain(|total| {
            total.scope.source == self.source && total.scope.billing_account == self.billing_account
        });
        Ok(totals)
    }

    /// Notes that a month agrees with the source now.
    pub(super) async fn mark(&self, month: Date, estimated_from: Option<Date>) -> Result<(), ImportError> {
        let source = self.source.to_owned();
        let checked_at = self.clock.now();
        Ok(self.store.synced_month_put(&SyncedMonth { source, month, checked_at, estimated_from }).await?)
    }

    /// Replaces one month by its part of a bill.
    pub(super) async fn commit(&self, month: Date, bill: &Bill) -> Result<CostCommit, ImportError> {
        let cells: Vec<ExactCell> =
            bill.cells.iter().filter(|cell| cell.scope.period_start == month).cloned().collect();
        let mut totals: Vec<ControlTotal> =
            bill.totals.iter().filter(|total| total.scope.period_start == month).cloned().collect();
        if totals.is_empty() {
            // A month that has become empty is stored as empty; one that always was is nothing to store.
            let stored = self.stored().await?;
            totals.extend(stored.into_iter().filter(|total| total.scope.period_start == month).map(emptied));
        }
        if totals.is_empty() {
            return Ok(CostCommit::default());
        }
        let mut done = CostCommit::default();
        holding(self.store, async |lease| {
            let stage = self.store.cost_stage_begin(lease, self.source).await?;
            for batch in cells.chunks(BATCH) {
                renew(self.store, lease).await?;
                self.store.cost_stage_append(&stage, batch.to_vec()).await?;
            }
            renew(self.store, lease).await?;
            let options = CommitOptions { force: self.force, at: self.clock.now() };
            done = self.store.cost_stage_commit(stage, totals, options).await?;
            Ok(())
        })
        .await?;
        Ok(done)
    }
}

fn emptied(total: ControlTotal) -> ControlTotal {
    let scope: BillingScope = total.scope;
    ControlTotal { scope, billed: Decimal::ZERO, effective: Decimal::ZERO, rows: 0, latest_day: None }
}

/// Whether what is stored of a month is what the source says it sums to.
pub(super) fn is_same(month: Date, stored: &[ControlTotal], told: &[MonthTotal], rounded: bool) -> bool {
    let allowed = if rounded { ROUNDING } else { Decimal::ZERO };
    let near = |one: Decimal, other: Decimal| (one - other).abs() <= allowed;
    let is_nothing =
        |billed: Decimal, effective: Decimal| near(billed, Decimal::ZERO) && near(effective, Decimal::ZERO);
    let stored: Vec<&ControlTotal> =
        stored.iter().filter(|total| total.scope.period_start == month).collect();
    let told: Vec<&MonthTotal> = told.iter().filter(|total| total.month == month).collect();
    let is_told = |total: &&ControlTotal| {
        let found = told.iter().find(|told| told.currency == total.scope.currency);
        found.map_or(is_nothing(total.billed, total.effective), |told| {
            near(told.billed, total.billed) && near(told.effective, total.effective)
        })
    };
    let is_stored = |told: &&MonthTotal| {
        stored.iter().any(|total| total.scope.currency == told.currency)
            || is_nothing(told.billed, told.effective)
    };
    stored.iter().all(is_told) && told.iter().all(is_stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTH: Date = Date::constant(2026, 10, 1);

    fn told(currency: &str, amount: &str) -> MonthTotal {
        let amount: Decimal = amount.parse().unwrap();
        MonthTotal { month: MONTH, currency: currency.parse().unwrap(), billed: amount, effective: amount }
    }

    fn stored(currency: &str, amount: &str) -> ControlTotal {
        let MonthTotal { month, currency, billed, effective } = told(currency, amount);
        let scope = BillingScope {
            source: "aws".to_owned(),
            billing_account: "1".to_owned(),
            period_start: month,
            period_end: Date::constant(2026, 11, 1),
            currency,
        };
        ControlTotal { scope, billed, effective, rows: 1, latest_day: None }
    }

    #[test]
    fn months_are_compared_exactly_or_up_to_rounding() {
        for (stored, told, rounded, same) in [
            (vec![stored("USD", "10.5")], vec![told("USD", "10.50")], false, true),
            (vec![stored("USD", "10.5")], vec![told("USD", "10.5000000001")], false, false),
            (vec![stored("USD", "10.5")], vec![told("USD", "10.5000000001")], true, true),
            (vec![stored("USD", "10.5")], vec![told("USD", "10.51")], true, false),
            (vec![stored("USD", "10.5")], vec![], true, false),
            (vec![], vec![told("USD", "1")], true, false),
            (vec![], vec![told("USD", "0")], true, true),
            (vec![], vec![], false, true),
            (vec![stored("USD", "1")], vec![told("JPY", "1")], false, false),
        ] {
            assert_eq!(is_same(MONTH, &stored, &told, rounded), same, "{stored:?} {told:?}");
        }
    }
}
