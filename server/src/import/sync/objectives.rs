//! Service levels asked by API: definitions first, then counts week by week, each week stored in one
//! transaction, the newest first. A run that is cut has stored every week it finished; the next one asks for
//! the buckets that are missing and goes on from there.
//!
//! Code map: here the run, [`due`] which buckets are asked for, [`remarks`] what was remarkable, [`vendor`] what
//! the vendor itself says. A kind of source has its arm in [`client_of`].
//!
//! Invariants: what the source has forgotten never replaces what is stored; a definition that changed is not
//! applied to counts that were stored before it; an objective that could not be asked for stays as it is.

mod due;
mod remarks;
mod vendor;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::objective::{Objective, SliBucket};
use domain::objective_queue::ObjectiveTerms;
use domain::product::Slug;
use domain::sync::SyncedMonth;
use domain::week::IsoWeek;
use jiff::tz::TimeZone;
use sources::aws::{ApplicationSignalsSource, CloudWatchSource};
use sources::prometheus;
use sources::slo::{Definitions, Question, SloSource, SloSourceError};
use store::{Changes, Store};

use super::super::ImportError;
use super::super::lease::holding;
use super::super::objectives::{is_target_of, product_of};
use super::{SyncProgress, SyncReport, SyncStep, SyncWatcher, access_of};
use crate::clock::Clock;
use crate::config::{self, Secret, SourceConfig};
use due::Due;
use remarks::Remarks;

/// What a run did to service levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncedObjectives {
    /// How many definitions hold.
    pub definitions: usize,
    /// What became of definitions.
    pub changes: Changes,
    /// Weeks that were asked for, the newest first, and what became of their counts.
    pub weeks: Vec<(IsoWeek, Changes)>,
}

/// The client of a source of service levels; `None` for a source of another kind.
pub(super) fn client_of(source: &SourceConfig) -> Option<Result<Box<dyn SloSource>, SloSourceError>> {
    match source {
        SourceConfig::AwsCostExplorer(_)
        | SourceConfig::FocusExport(_)
        | SourceConfig::DatadogIncidents(_)
        | SourceConfig::PagerDuty(_)
        | SourceConfig::Tracker(_) => None,
        SourceConfig::Prometheus(config) => {
            let client = prometheus::Prometheus::new(prometheus_options(config));
            Some(client.map(|client| Box::new(client) as _))
        }
        SourceConfig::ApplicationSignals(config) => {
            let access = access_of(&config.entry);
            Some(Ok(Box::new(ApplicationSignalsSource::new(access, config.linked_accounts))))
        }
        SourceConfig::Datadog(config) => Some(vendor::datadog(config)),
        SourceConfig::CloudWatch(config) => {
            let access = access_of(&config.entry);
            Some(Ok(Box::new(CloudWatchSource::new(access, config.definitions.clone()))))
        }
    }
}

fn prometheus_options(config: &config::Prometheus) -> prometheus::Options {
    let revealed = |secret: &Secret| secret.reveal().to_owned();
    let entry = match (&config.basic, &config.bearer_token) {
        (Some((name, password)), _) => {
            prometheus::Entry::Basic { name: name.clone(), password: revealed(password) }
        }
        (None, Some(token)) => prometheus::Entry::Bearer(revealed(token)),
        (None, None) => prometheus::Entry::Open,
    };
    prometheus::Options {
        endpoint: config.endpoint.clone(),
        definitions: config.definitions.clone(),
        is_raw: config.mode == config::PrometheusMode::Raw,
        entry,
        tenant: config.tenant.clone(),
        scrape_seconds: config.scrape_seconds,
        queries_at_once: config.queries_at_once,
    }
}

/// Asks one source of service levels for what is due.
///
/// # Errors
/// [`ImportError`], the first one; every week that was finished is stored.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    source: &str,
    client: &mut dyn SloSource,
    watcher: &SyncWatcher,
    report: &mut SyncReport,
) -> Result<(), ImportError> {
    report.objectives = Some(SyncedObjectives::default());
    let now = clock.now();
    let catalogue = store.catalogue_get().await?;
    let zone = catalogue.organization.zone();
    client.set_zone(&zone);
    let definitions = client.definitions(source, now).await?;
    report.changed |= vendor::keep(store, source, client).await?;
    let remarks = Remarks::new(source, client.place(), definitions.issues.clone());
    let mut run = Run { store, clock, source, zone, remarks, report };
    let objectives = run.define(definitions, &catalogue).await?;
    let due = Due::new(now, &run.zone, client.habits());
    for (position, week) in due.weeks.iter().enumerate() {
        run.week(client, &due, *week, &objectives).await?;
        let (done, total) = (position + 1, due.weeks.len());
        watcher(&SyncProgress { step: SyncStep::Week(*week), done, total, requests: None });
    }
    run.finish().await
}

/// What `teirei check` finds out.
pub(super) async fn probe(
    clock: Clock,
    source: &str,
    client: Result<Box<dyn SloSource>, SloSourceError>,
) -> Vec<(bool, String)> {
    match client {
        Ok(mut client) => client.probe(source, clock.now()).await,
        Err(error) => vec![(false, error.to_string())],
    }
}

/// One run on its way.
struct Run<'a> {
    store: &'a Arc<dyn Store>,
    clock: Clock,
    source: &'a str,
    zone: TimeZone,
    remarks: Remarks,
    report: &'a mut SyncReport,
}

impl Run<'_> {
    fn outcome(&mut self) -> &mut SyncedObjectives {
        self.report.objectives.get_or_insert_default()
    }

    /// Stores the definitions and answers those that can be asked for.
    async fn define(
        &mut self,
        definitions: Definitions,
        catalogue: &Catalogue,
    ) -> Result<BTreeSet<String>, ImportError> {
        let known = self.store.objective_list().await?;
        let mut objectives = self.own(definitions.objectives, &known);
        for objective in &mut objectives {
            let is_known = |slug: &Slug| catalogue.product(slug).is_some();
            if !objective.product.as_ref().is_some_and(is_known)
                && let Some(product) = product_of(catalogue, &objective.service)
            {
                objective.product = Some(product);
            }
        }
        let ids: BTreeSet<String> = objectives.iter().map(|objective| objective.id.clone()).collect();
        let missing = known.iter().filter(|known| known.source == self.source && !ids.contains(&known.id));
        let mut kept = BTreeSet::new();
        for known in missing {
            let is_kept = definitions.kept.iter().any(|name| is_target_of(&known.id, name));
            if is_kept || !definitions.is_whole {
                kept.insert(known.id.clone());
                objectives.push(known.clone());
            } else {
                self.remarks.gone(known, self.clock.now());
            }
        }
        let (store, source, at) = (self.store, self.source, self.clock.now());
        let count = objectives.len();
        let changes =
            holding(store, async |_| Ok(store.objective_replace(source, objectives, at).await?)).await?;
        self.report.changed |= changes.any();
        if let Some(terms) = definitions.terms {
            self.terms(terms, &ids, &kept).await?;
        }
        *self.outcome() = SyncedObjectives { definitions: count, changes, weeks: Vec::new() };
        Ok(ids)
    }

    /// Stores what definitions say besides; those that are kept keep what they said.
    async fn terms(
        &mut self,
        mut terms: Vec<ObjectiveTerms>,
        ids: &BTreeSet<String>,
        kept: &BTreeSet<String>,
    ) -> Result<(), ImportError> {
        let known = self.store.objective_terms_list().await?;
        terms.retain(|terms| ids.contains(&terms.objective));
        terms.extend(known.into_iter().filter(|terms| kept.contains(&terms.objective)));
        self.report.changed |= self.store.objective_terms_replace(self.source, terms).await?;
        Ok(())
    }

    /// Without those that another source defines.
    fn own(&mut self, objectives: Vec<Objective>, known: &[Objective]) -> Vec<Objective> {
        let (mut own, mut ids) = (Vec::new(), BTreeSet::new());
        for objective in objectives {
            let other = known.iter().find(|known| known.id == objective.id && known.source != self.source);
            if let Some(other) = other {
                self.remarks.taken(&objective.id, &other.source);
            } else if ids.insert(objective.id.clone()) {
                own.push(objective);
            } else {
                self.remarks.taken(&objective.id, self.source);
            }
        }
        own
    }

    /// Asks for the buckets of one week that are due and stores them.
    async fn week(
        &mut self,
        client: &mut dyn SloSource,
        due: &Due,
        week: IsoWeek,
        ids: &BTreeSet<String>,
    ) -> Result<(), ImportError> {
        let period = week.period(&self.zone);
        let histories = self.store.objective_histories(period.start, period.end).await?;
        let mut stored: BTreeMap<String, Vec<SliBucket>> = BTreeMap::new();
        let mut questions = Vec::new();
        for history in histories {
            let objective = history.objective;
            if objective.source != self.source || !ids.contains(&objective.id) {
                continue;
            }
            // Versions of an earlier definition count in their own way: what was stored then stays.
            let since = (!history.earlier.is_empty()).then_some(objective.valid_from);
            let buckets = due.buckets(week, &self.zone, &history.buckets, since);
            stored.insert(objective.id.clone(), history.buckets);
            if !buckets.is_empty() {
                questions.push(Question { objective, buckets });
            }
        }
        if questions.is_empty() {
            return Ok(());
        }
        let mut delivery = Vec::new();
        for batch in questions.chunks(client.habits().batch.max(1)) {
            let answer = client.counts(batch).await?;
            self.remarks.faults(answer.faults);
            delivery.extend(self.answered(batch, answer.buckets, &mut stored, due.is_recent(week)));
        }
        let (store, source, at) = (self.store, self.source, self.clock.now());
        self.report.changed |= vendor::keep(store, source, client).await?;
        let changes = holding(store, async |_| Ok(store.sli_replace(source, delivery, at).await?)).await?;
        self.report.changed |= changes.any();
        self.outcome().weeks.push((week, changes));
        Ok(())
    }

    /// What takes the place of the week of each objective: the answer over what is stored. Nothing for an
    /// objective about which the source said nothing.
    fn answered(
        &mut self,
        questions: &[Question],
        buckets: Vec<SliBucket>,
        stored: &mut BTreeMap<String, Vec<SliBucket>>,
        is_recent: bool,
    ) -> Vec<SliBucket> {
        let mut told: BTreeMap<Arc<str>, Vec<SliBucket>> = BTreeMap::new();
        for bucket in buckets {
            told.entry(Arc::clone(&bucket.objective)).or_default().push(bucket);
        }
        let mut delivery = Vec::new();
        for question in questions {
            let id = question.objective.id.as_str();
            let (Some(told), Some(stored)) = (told.remove(id), stored.remove(id)) else { continue };
            let mut week: BTreeMap<jiff::Timestamp, SliBucket> =
                stored.into_iter().map(|bucket| (bucket.period.start, bucket)).collect();
            for bucket in told.into_iter().filter(|bucket| question.buckets.contains(&bucket.period)) {
                match week.get(&bucket.period.start) {
                    Some(known) if is_forgotten(known, &bucket) => self.remarks.forgotten(id, known.period),
                    _ => {
                        week.insert(bucket.period.start, bucket);
                    }
                }
            }
            if is_recent {
                self.remarks.recent(id, week.values());
            }
            delivery.extend(week.into_values());
        }
        delivery
    }

    async fn finish(&mut self) -> Result<(), ImportError> {
        let now = self.clock.now();
        let open: BTreeSet<String> = {
            let list = self.store.objective_list().await?;
            list.into_iter().map(|objective| objective.id).collect()
        };
        let earlier = self.store.import_issue_list().await?;
        let issues = self.remarks.issues(earlier, &open);
        self.report.issues.clone_from(&issues);
        let kind = domain::coverage::SourceKind::Objectives;
        self.report.changed |= self.store.import_issue_replace(self.source, kind, now, issues).await?;
        // How `serve` knows when it asked last.
        let month = TimeZone::UTC.to_datetime(now).date().first_of_month();
        let mark =
            SyncedMonth { source: self.source.to_owned(), month, checked_at: now, estimated_from: None };
        Ok(self.store.synced_month_put(&mark).await?)
    }
}

/// Whether a source saw a smaller share of the samples of a bucket than it had seen before: it has forgotten,
/// or coarsened, what is stored.
fn is_forgotten(known: &SliBucket, told: &SliBucket) -> bool {
    let product = |seen: i64, expected: i64| i128::from(seen) * i128::from(expected);
    // Where time is left out now, fewer are expected and only samples of that time are missing; coarser samples
    // are a whole part of the finer ones.
    let fewer = known.samples_expected - told.samples_expected;
    let is_coarser = told.samples_expected > 0 && known.samples_expected % told.samples_expected == 0;
    let is_left_out = fewer > 0 && !is_coarser && known.samples_seen - told.samples_seen <= fewer;
    known.period == told.period
        && !is_left_out
        && known.samples_expected > 0
        && told.samples_expected > 0
        && product(told.samples_seen, known.samples_expected)
            < product(known.samples_seen, told.samples_expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_not_forgotten() {
        let bucket = |seen: i64, expected: i64| SliBucket {
            objective: "a".into(),
            period: domain::period::Period {
                start: jiff::Timestamp::UNIX_EPOCH,
                end: jiff::Timestamp::from_second(86_400).unwrap(),
            },
            good: 1,
            total: 1,
            samples_seen: seen,
            samples_expected: expected,
        };
        for (known, told, expected) in [
            ((288, 288), (288, 288), false),
            ((288, 288), (200, 288), true),
            ((1_440, 1_440), (288, 288), false),
            ((70, 72), (11, 12), true),
            // Two hours of a day are left out, in which all samples were there; others had been missing before.
            ((270, 288), (246, 264), false),
            ((270, 288), (240, 264), true),
            ((0, 0), (0, 0), false),
        ] {
            assert_eq!(
                is_forgotten(&bucket(known.0, known.1), &bucket(told.0, told.1)),
                expected,
                "{known:?} {told:?}"
            );
        }
    }
}
