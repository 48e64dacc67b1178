//! Freshness, coverage and remarks of what comes in.

use domain::cost::ControlTotal;
use domain::coverage::SourceState;
use domain::hook::{HookRemark, HookState, PollState};
use domain::money::Currency;
use domain::notice::Notice;
use domain::rejection::Gravity;
use domain::silence::Habit;
use domain::sync::{CloudAccount, ExportedPeriod, RequestDay};
use domain::tracker::TrackerState;
use jiff::Timestamp;
use jiff::civil::Date;

use super::DeployImports;

/// One remark of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportIssue {
    /// The source.
    pub source: String,
    /// When.
    pub at: Timestamp,
    /// The file's name.
    pub file: String,
    /// The line.
    pub line: Option<u64>,
    /// The column or path.
    pub column: Option<String>,
    /// The rule's name.
    pub rule: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
    /// Whether the row went in.
    pub gravity: Gravity,
}

/// A cloud account that the bill names and the catalogue does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAccount {
    /// The source.
    pub source: String,
    /// The account's id.
    pub id: String,
    /// The name on the bill.
    pub name: String,
    /// The newest day it cost something.
    pub last_day: Date,
    /// What the cloud's own directory says about it.
    pub cloud: Option<CloudAccount>,
}

/// The imports page's data.
#[derive(Clone, Debug, Default)]
pub struct ImportsPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The organisation's zone.
    pub time_zone: String,
    /// After how many hours a source counts as stale.
    pub stale_after_hours: i64,
    /// All sources.
    pub sources: Vec<SourceState>,
    /// The exact sum of each delivered billing period.
    pub control_totals: Vec<ControlTotal>,
    /// Accounts the catalogue does not know.
    pub unknown_accounts: Vec<UnknownAccount>,
    /// Billing periods of exports that were read, by source, the newest first.
    pub exports: Vec<ExportedPeriod>,
    /// Priced requests of the last days, newest first.
    pub requests: Vec<RequestDay>,
    /// Remarks of the last imports, newest first.
    pub issues: Vec<ImportIssue>,
    /// What chat channels were told in the last weeks, newest first.
    pub notices: Vec<Notice>,
    /// What came by each webhook.
    pub hooks: Vec<HookState>,
    /// How webhooks are used to tell, by source.
    pub habits: Vec<(String, Habit)>,
    /// How far sources of incidents were asked.
    pub polls: Vec<PollState>,
    /// How the last run of each tracker of issues went.
    pub trackers: Vec<TrackerState>,
    /// What of it could not be used, newest first.
    pub hook_remarks: Vec<HookRemark>,
    /// What sources told of deploys.
    pub deploys: DeployImports,
}

impl ImportsPage {
    /// The exact sums over all deliveries, per currency: billed and effective, in units.
    #[must_use]
    pub fn billed_by_currency(&self) -> Vec<(Currency, rust_decimal::Decimal, rust_decimal::Decimal)> {
        let mut sums: Vec<(Currency, rust_decimal::Decimal, rust_decimal::Decimal)> = Vec::new();
        for total in &self.control_totals {
            match sums.iter_mut().find(|(currency, _, _)| *currency == total.scope.currency) {
                Some((_, billed, effective)) => {
                    *billed += total.billed;
                    *effective += total.effective;
                }
                None => sums.push((total.scope.currency, total.billed, total.effective)),
            }
        }
        sums.sort_by_key(|(currency, _, _)| *currency);
        sums
    }
}
