//! Asking sources for what is new: planned month by month, counted request by request, committed as it comes.
//!
//! Code map: [`objectives`] asks for service levels, [`trackers`] for issues, [`incidents`] and [`datadog_incidents`] for incidents, [`export`] reads exports by their manifests, [`anomalies`] asks AWS for its own. Of Cost Explorer: [`plan`] which months; [`month`] comparing and committing one; [`meter`] the count;
//! [`remarks`] what was remarkable; [`schedule`] doing it by itself.

mod anomalies;
mod datadog_incidents;
mod export;
mod incidents;
mod meter;
mod month;
mod objectives;
mod plan;
mod remarks;
mod schedule;
mod trackers;

use std::sync::Arc;

use domain::cost::ControlTotal;
use domain::coverage::SourceKind;
use domain::rejection::{Gravity, Issue};
use domain::sync::{CloudAccount, REQUEST_PRICE_MICROS};
use domain::week::IsoWeek;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use sources::aws::{Aws, AwsAccess, AwsError, AwsOptions, MixedAccounts, Window};
use store::Store;

use super::lease::holding_alone;
use super::{ImportError, Inbox};
use crate::clock::Clock;
use crate::config::{AwsCostExplorer, AwsEntry, Secret, SourceConfig};
pub use incidents::SyncedIncidents;
use meter::StoredMeter;
use month::{Shelf, is_same};
pub use objectives::SyncedObjectives;
use plan::{months_before, plan};
use remarks::{HISTORY_RULE, cut_keep, merged, months_in_doubt};
pub use schedule::sync_scheduled;
pub use trackers::SyncedIssues;

/// What a run of one source did, also when it was cut.
#[derive(Debug)]
pub struct SyncReport {
    /// The source.
    pub source: String,
    /// The account whose bill was read; empty when AWS was not reached, and for exports, which tell of several.
    pub billing_account: String,
    /// Months that were looked at, the first one asked for first.
    pub months: Vec<SyncedOutcome>,
    /// Accounts that Organizations told of; `None` when it was not asked or did not tell.
    pub accounts: Option<usize>,
    /// Priced requests that were answered; `None` for a source whose requests have no price of their own.
    pub requests: Option<i64>,
    /// How many billing periods an export has; `None` for a source that is no export, or was not reached.
    pub periods: Option<usize>,
    /// What became of service levels; `None` for a source of cost.
    pub objectives: Option<SyncedObjectives>,
    /// What became of incidents; `None` for a source of others.
    pub incidents: Option<SyncedIncidents>,
    /// What became of the issues of promises; `None` for a source of others.
    pub issues_read: Option<SyncedIssues>,
    /// Remarks.
    pub issues: Vec<Issue>,
    /// Whether the database changed.
    pub changed: bool,
    /// Why the run ended before its end; what is stored stays.
    pub cut: Option<ImportError>,
}

impl SyncReport {
    fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            billing_account: String::new(),
            months: Vec::new(),
            accounts: None,
            requests: None,
            periods: None,
            objectives: None,
            incidents: None,
            issues_read: None,
            issues: Vec::new(),
            changed: false,
            cut: None,
        }
    }

    /// What the answered requests cost, in micro-units of USD.
    #[must_use]
    pub fn price_micros(&self) -> Option<i64> {
        Some(self.requests?.saturating_mul(REQUEST_PRICE_MICROS))
    }
}

/// What became of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncedOutcome {
    /// The first day of the month.
    pub month: Date,
    /// Whether something was written.
    pub changed: bool,
    /// Cells of the month, where it was read; `None` where its sums were the same.
    pub cells: Option<u64>,
    /// Daily sums of owners that changed or came new.
    pub restatements: u64,
    /// Exact sums: currency, billed, effective.
    pub totals: Vec<(String, Decimal, Decimal)>,
}

/// What a run finishes at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncStep {
    /// A month of cost; its first day.
    Month(Date),
    /// A week of service levels.
    Week(IsoWeek),
    /// Incidents since a day; UTC.
    Since(Date),
}

/// How far a run has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncProgress {
    /// The month or week that was finished last.
    pub step: SyncStep,
    /// Steps finished.
    pub done: usize,
    /// Steps in all, as far as known.
    pub total: usize,
    /// Priced requests answered so far, where requests have a price.
    pub requests: Option<i64>,
}

/// Who is told about progress.
pub type SyncWatcher = Arc<dyn Fn(&SyncProgress) + Send + Sync>;

/// Asks one source for what is new; what it answers of incidents is read by the inbox. A run that is cut has stored every month it finished, and the next
/// one goes on from there.
///
/// # Errors
/// [`ImportError`] when nothing was begun: another run is on its way, or the database fails.
pub async fn sync_run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &SourceConfig,
    inbox: &Inbox,
    force: bool,
    watcher: &SyncWatcher,
) -> Result<SyncReport, ImportError> {
    let name = source.name();
    if !super::is_source_name(name) {
        return Err(ImportError::Source(name.to_owned()));
    }
    holding_alone(store, &format!("sync {name}"), async || {
        let mut report = SyncReport::new(name);
        let kind = match source {
            SourceConfig::AwsCostExplorer(config) => {
                explorer(store, clock, config, force, watcher, &mut report).await;
                SourceKind::Cost
            }
            SourceConfig::FocusExport(config) => {
                let done = export::run(store, clock, config, force, watcher, &mut report).await;
                report.cut = done.err();
                SourceKind::Cost
            }
            SourceConfig::DatadogIncidents(config) => {
                let done = datadog_incidents::run(store, clock, config, inbox, watcher, &mut report).await;
                report.cut = done.err();
                SourceKind::Incidents
            }
            SourceConfig::PagerDuty(config) => {
                let done = incidents::run(store, clock, config, inbox, watcher, &mut report).await;
                report.cut = done.err();
                SourceKind::Incidents
            }
            SourceConfig::Tracker(config) => {
                // What cut it stands with the tracker, not among the remarks on deliveries.
                report.cut = trackers::run(store, clock, config, &mut report).await.err();
                return Ok(report);
            }
            other => {
                let done = service_levels(store, clock, other, watcher, &mut report).await;
                report.cut = done.err();
                SourceKind::Objectives
            }
        };
        if !matches!(report.cut, Some(ImportError::Store(_))) {
            report.changed |= cut_keep(store, clock, (name, kind), report.cut.as_ref()).await?;
        }
        Ok(report)
    })
    .await
}

/// Asks a source of service levels.
async fn service_levels(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &SourceConfig,
    watcher: &SyncWatcher,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    let Some(client) = objectives::client_of(source) else { return Ok(()) };
    objectives::run(store, clock, source.name(), &mut *client?, watcher, report).await
}

/// Asks Cost Explorer and Organizations.
async fn explorer(
    store: &Arc<dyn Store>,
    clock: Clock,
    config: &AwsCostExplorer,
    force: bool,
    watcher: &SyncWatcher,
    report: &mut SyncReport,
) {
    let meter = Arc::new(StoredMeter::new(store, clock, &config.name, config.daily_request_cap));
    let done = match Aws::connect(options_of(config), Arc::clone(&meter) as _).await {
        Ok(aws) => {
            report.billing_account = aws.billing_account().to_owned();
            let (accounts, aws, meter) = (Vec::new(), &aws, &*meter);
            let mut run =
                Run { store, clock, config, aws, meter, force, watcher, accounts, report: &mut *report };
            let done = run.all().await;
            done.and(run.issues_keep().await)
        }
        Err(error) => Err(error.into()),
    };
    report.requests = Some(meter.answered_now());
    report.cut = done.err();
}

/// What `teirei check` finds out about a source: whether each point is fine, and a sentence. Asks Cost
/// Explorer at most two priced questions, which are counted.
pub async fn sync_probe(store: &Arc<dyn Store>, clock: Clock, source: &SourceConfig) -> Vec<(bool, String)> {
    let config = match source {
        SourceConfig::AwsCostExplorer(config) => config,
        SourceConfig::FocusExport(config) => return export::probe(config).await,
        SourceConfig::PagerDuty(config) => return incidents::probe(config).await,
        SourceConfig::Tracker(config) => return trackers::probe(store, config).await,
        SourceConfig::DatadogIncidents(config) => return datadog_incidents::probe(config).await,
        other => match objectives::client_of(other) {
            Some(client) => return objectives::probe(clock, other.name(), client).await,
            None => return Vec::new(),
        },
    };
    let meter = Arc::new(StoredMeter::new(store, clock, &config.name, config.daily_request_cap));
    match Aws::connect(options_of(config), meter).await {
        Ok(aws) => {
            let findings = aws.probe(clock.today(&TimeZone::UTC)).await;
            findings.into_iter().map(|finding| (finding.is_fine, finding.text)).collect()
        }
        Err(error) => vec![(false, error.to_string())],
    }
}

fn access_of(entry: &AwsEntry) -> AwsAccess {
    AwsAccess {
        region: entry.region.clone(),
        endpoint: entry.endpoint.clone(),
        credentials_file: entry.credentials_file.clone(),
        profile: entry.profile.clone(),
        role_arn: entry.role_arn.clone(),
        external_id: entry.external_id.as_ref().map(Secret::reveal).map(str::to_owned),
    }
}

fn options_of(config: &AwsCostExplorer) -> AwsOptions {
    AwsOptions {
        source: config.name.clone(),
        access: access_of(&config.entry),
        billing_view_arn: config.billing_view_arn.clone(),
        organizations: config.organizations,
        mixed: MixedAccounts { tag_key: config.tag_key.clone(), accounts: config.mixed_accounts.clone() },
    }
}

/// One run on its way.
struct Run<'a> {
    store: &'a Arc<dyn Store>,
    clock: Clock,
    config: &'a AwsCostExplorer,
    aws: &'a Aws,
    meter: &'a StoredMeter,
    force: bool,
    watcher: &'a SyncWatcher,
    accounts: Vec<CloudAccount>,
    report: &'a mut SyncReport,
}

impl Run<'_> {
    async fn all(&mut self) -> Result<(), ImportError> {
        self.accounts().await?;
        let today = self.clock.today(&TimeZone::UTC);
        let tomorrow = today.saturating_add(1.day());
        let plan = plan(today, &self.shelf().marks().await?);
        let mut alone = plan.backfill;
        let doubtful = months_in_doubt(&self.store.import_issue_list().await?, &self.config.name);
        let oldest = months_before(today).last().unwrap_or(today);
        alone.extend(doubtful.into_iter().filter(|month| (oldest..plan.refresh_from).contains(month)));
        let months_of_window = months_between(plan.refresh_from, tomorrow);
        let mut total = months_of_window.len() + alone.len();
        self.window(Window { start: plan.refresh_from, end: tomorrow }, today, total).await?;
        self.anomalies(today).await?;
        if plan.sweep {
            let differing = self.sweep(today).await?;
            alone.extend(differing);
        }
        alone.sort_unstable_by(|one, other| other.cmp(one));
        alone.dedup();
        total = total.max(months_of_window.len() + alone.len());
        for month in alone {
            let end = month.saturating_add(1.month());
            match self.window(Window { start: month, end }, today, total).await {
                Err(ImportError::Aws(error @ (AwsError::Question { .. } | AwsError::Expired { .. }))) => {
                    self.give_up(month, &error).await?;
                }
                done => done?,
            }
        }
        Ok(())
    }

    /// Asks no more for a month that AWS does not tell; the current one was told by the same question.
    async fn give_up(&mut self, month: Date, error: &AwsError) -> Result<(), ImportError> {
        self.report.issues.push(about_history(month, error));
        self.shelf().mark(month, None).await
    }

    fn shelf(&self) -> Shelf<'_> {
        Shelf {
            store: self.store,
            clock: self.clock,
            source: &self.config.name,
            billing_account: self.aws.billing_account(),
            force: self.force,
        }
    }

    /// Learns which accounts there are; where that is not allowed, the bill's own names have to do.
    async fn accounts(&mut self) -> Result<(), ImportError> {
        if !self.config.organizations {
            return Ok(());
        }
        match self.aws.accounts().await {
            Ok(accounts) => {
                self.report.accounts = Some(accounts.len());
                self.accounts.clone_from(&accounts);
                self.report.changed |= self.store.cloud_account_replace(&self.config.name, accounts).await?;
                Ok(())
            }
            Err(error @ (AwsError::Denied { .. } | AwsError::NoOrganization | AwsError::Member)) => {
                self.report.issues.push(about_accounts(&error));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Asks for the days of a window and stores its months. Of months before the current one, those whose
    /// sums are just as stored are not asked for by service.
    async fn window(&mut self, window: Window, today: Date, total: usize) -> Result<(), ImportError> {
        let mut charges = self.aws.charges(window).await?;
        charges.name_accounts(&self.accounts);
        let told = charges.month_totals();
        let stored = self.shelf().stored().await?;
        let marks = self.shelf().marks().await?;
        let doubtful = months_in_doubt(&self.store.import_issue_list().await?, &self.config.name);
        let mut from = window.start;
        for month in months_between(window.start, window.end) {
            let is_known = marks.iter().any(|mark| mark.month == month) && !doubtful.contains(&month);
            let is_current = month == today.first_of_month();
            if month != from || is_current || !is_known || !is_same(month, &stored, &told, false) {
                break;
            }
            self.shelf().mark(month, charges.estimated_from(month)).await?;
            self.report.months.push(unchanged(month, &stored));
            self.tell(month, total);
            from = month.saturating_add(1.month());
        }
        if from >= window.end {
            return Ok(());
        }
        let bill = self.aws.bill(&charges, from).await?;
        self.report.issues.extend(bill.issues.iter().cloned());
        for month in months_between(from, window.end) {
            let done = self.shelf().commit(month, &bill).await?;
            self.shelf().mark(month, charges.estimated_from(month)).await?;
            self.report.changed |= done.scopes_changed > 0;
            self.report.months.push(SyncedOutcome {
                month,
                changed: done.scopes_changed > 0,
                cells: Some(done.cells),
                restatements: done.restatements,
                totals: sums(month, &bill.totals),
            });
            self.tell(month, total);
        }
        Ok(())
    }

    /// Compares the sums of all months before the current one; answers those that differ.
    async fn sweep(&mut self, today: Date) -> Result<Vec<Date>, ImportError> {
        let current = today.first_of_month();
        let oldest = months_before(today).last().unwrap_or(current);
        let stored = self.shelf().stored().await?;
        let months = stored.iter().map(|total| total.scope.period_start).filter(|month| *month >= oldest);
        let Some(mut start) = months.min().filter(|start| *start < current) else { return Ok(Vec::new()) };
        let told = loop {
            match self.aws.month_totals(Window { start, end: current }).await {
                // AWS may have forgotten the oldest months in the meantime; a refusal costs nothing.
                Err(AwsError::Question { .. } | AwsError::Expired { .. })
                    if start.saturating_add(1.month()) < current =>
                {
                    start = start.saturating_add(1.month());
                }
                told => break told?,
            }
        };
        let mut differing = Vec::new();
        for mark in self.shelf().marks().await? {
            if mark.month >= current {
                continue;
            }
            if mark.month < start || is_same(mark.month, &stored, &told, true) {
                self.shelf().mark(mark.month, mark.estimated_from).await?;
            } else {
                differing.push(mark.month);
            }
        }
        Ok(differing)
    }

    fn tell(&self, month: Date, total: usize) {
        let done = self.report.months.len();
        let requests = Some(self.meter.answered_now());
        (self.watcher)(&SyncProgress {
            step: SyncStep::Month(month),
            done,
            total: total.max(done),
            requests,
        });
    }

    /// Keeps the remarks of a run that looked at something.
    async fn issues_keep(&mut self) -> Result<(), ImportError> {
        if self.report.months.is_empty() {
            return Ok(());
        }
        let (name, at) = (&self.config.name, self.clock.now());
        let read = self.report.months.iter().filter(|outcome| outcome.cells.is_some());
        let read: Vec<Date> = read.map(|outcome| outcome.month).collect();
        let issues = merged(self.store.import_issue_list().await?, name, &self.report.issues, &read);
        self.report.issues = merged(Vec::new(), name, &self.report.issues, &read);
        self.report.changed |= self.store.import_issue_replace(name, SourceKind::Cost, at, issues).await?;
        Ok(())
    }
}

/// The months that a window touches.
fn months_between(start: Date, end: Date) -> Vec<Date> {
    let next = |month: &Date| Some(month.saturating_add(1.month()));
    std::iter::successors(Some(start.first_of_month()), next).take_while(|month| *month < end).collect()
}

fn sums(month: Date, totals: &[ControlTotal]) -> Vec<(String, Decimal, Decimal)> {
    let of_month = totals.iter().filter(|total| total.scope.period_start == month);
    of_month.map(|total| (total.scope.currency.to_string(), total.billed, total.effective)).collect()
}

fn unchanged(month: Date, stored: &[ControlTotal]) -> SyncedOutcome {
    SyncedOutcome { month, changed: false, cells: None, restatements: 0, totals: sums(month, stored) }
}

fn about_history(month: Date, error: &AwsError) -> Issue {
    Issue {
        file: "AWS Cost Explorer".to_owned(),
        line: None,
        column: Some(month.to_string()),
        rule: HISTORY_RULE,
        what: format!("AWS does not tell this month: {error}."),
        mend: "Import it from an export if you need it.".to_owned(),
        gravity: Gravity::Warning,
    }
}

fn about_accounts(error: &AwsError) -> Issue {
    Issue {
        file: "AWS Organizations".to_owned(),
        line: None,
        column: None,
        rule: "cost/aws-accounts",
        what: match error {
            AwsError::Denied { what } => format!("Accounts may not be listed: {what}."),
            other => other.to_string(),
        },
        mend: "Allow organizations:ListAccounts, ListTagsForResource and DescribeOrganizationalUnit; until then names \
               come from the bill. Say organizations = \"off\" where this is meant so."
            .to_owned(),
        gravity: Gravity::Warning,
    }
}
