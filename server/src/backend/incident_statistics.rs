//! Incidents of some time and what they come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::backend::{AppError, IncidentStatisticsPage, IncidentStatisticsRequest};
use domain::coverage::{SourceKind, SourceState};
use domain::holiday::Holidays;
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::incident_override::{CauseClass, IncidentOverride, cause};
use domain::incident_statistics::{IncidentStatistics, StatisticsInput};
use domain::period::Period;
use domain::review::WeeklyReview;
use domain::week::start_of_day;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::gather::{Draft, first_week};
use super::{LiveBackend, deploy, internal};

/// How far back repeats of incidents are looked for, in days.
const REPEAT_DAYS: i64 = domain::review::incidents::REPEAT_DAYS;

impl LiveBackend {
    /// The page of a window, from the draft of its last week.
    pub(super) async fn incident_statistics_page(
        &self,
        request: IncidentStatisticsRequest,
    ) -> Result<IncidentStatisticsPage, AppError> {
        let moment = self.moment().await?;
        let zone = self.catalogue(moment).await?.organization.zone();
        let period = request.window.period(&zone);
        if period.start > moment.as_of {
            return Err(AppError::NotFound);
        }
        let last_week = request.window.last_week(moment.as_of, &zone);
        let draft = self.draft(moment, last_week).await?;
        let review = match request.sees.is_all() {
            true => Arc::clone(&draft.review),
            false => Arc::new(draft.review.only(&request.sees)),
        };
        if request.product.as_ref().is_some_and(|slug| review.product(slug).is_none()) {
            return Err(AppError::NotFound);
        }
        let older = self.older_incidents(&draft, &period, &zone).await?;
        let incidents = older.as_deref().unwrap_or(&draft.input.incidents);
        let seen: Vec<Incident>;
        let incidents = match request.sees.is_all() {
            true => incidents,
            false => {
                let is_seen = |one: &&Incident| request.sees.has_name(&one.product);
                seen = incidents.iter().filter(is_seen).cloned().collect();
                &seen
            }
        };
        let causes = self.causes().await?;
        let statistics = IncidentStatistics::new(&StatisticsInput {
            window: request.window,
            as_of: moment.as_of,
            zone: &zone,
            holidays: &Holidays::of_zone(&review.organization.time_zone),
            incidents,
            causes: &causes,
            known_from: known_from(&draft.input.sources, &zone),
            products: &review.products,
            objectives: &draft.input.objectives,
            scope: request.product.as_ref(),
            filter: &request.filter,
        });
        let has_unmapped = incidents.iter().any(|incident| is_unmapped(&review, incident));
        let deploys = deploy::figures(&self.store, &request, &statistics, incidents, &causes, &review).await;
        let deploys = deploys.map_err(|error| internal(&error))?;
        let sources = speaking(&draft.input.sources).map(|source| source.name.clone()).collect();
        Ok(IncidentStatisticsPage { request, review, statistics, deploys, sources, has_unmapped })
    }

    /// The kinds of cause that people gave.
    async fn causes(&self) -> Result<BTreeMap<IncidentKey, CauseClass>, AppError> {
        let given = self.store.incident_override_list().await.map_err(|error| internal(&error))?;
        let mut by_incident: BTreeMap<IncidentKey, Vec<IncidentOverride>> = BTreeMap::new();
        for one in given {
            let key = IncidentKey { source: one.source.clone(), external_id: one.external_id.clone() };
            by_incident.entry(key).or_default().push(one);
        }
        let causes = by_incident.into_iter().filter_map(|(key, given)| Some((key, cause(&given)?)));
        Ok(causes.collect())
    }

    /// The incidents of a window that begins before those of the draft; `None` where the draft has them all.
    async fn older_incidents(
        &self,
        draft: &Draft,
        period: &Period,
        zone: &TimeZone,
    ) -> Result<Option<Vec<Incident>>, AppError> {
        let shown_from = first_week(draft.review.week).period(zone).start;
        let known = shown_from.checked_sub((24 * REPEAT_DAYS).hours()).unwrap_or(Timestamp::MIN);
        if period.start >= known {
            return Ok(None);
        }
        let wanted = Period { start: period.start, end: draft.review.measured_until };
        let incidents = self.incidents(wanted).await.map_err(|error| internal(&error))?;
        Ok(Some(incidents))
    }
}

/// The sources that speak about incidents.
fn speaking(sources: &[SourceState]) -> impl Iterator<Item = &SourceState> {
    sources.iter().filter(|source| source.kind == SourceKind::Incidents)
}

/// When the first of the sources begins to speak; `None` where none does.
fn known_from(sources: &[SourceState], zone: &TimeZone) -> Option<Timestamp> {
    let first = speaking(sources).filter_map(|source| source.first_day).min()?;
    Some(start_of_day(first, zone))
}

fn is_unmapped(review: &WeeklyReview, incident: &Incident) -> bool {
    !review.products.iter().any(|product| product.slug.as_str() == incident.product)
}
