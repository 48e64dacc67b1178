//! Incidents as people have them: the only way on which pages read them, and what people say of one.

use std::sync::Arc;

use app::backend::{
    AppError, IncidentPage, IncidentPreview, IncidentRefusal, IncidentToll, MergeRequest, OverrideRequest,
};
use domain::incident::{Incident, merge_root};
use domain::incident_merge::{IncidentKey, MergeWord, Said, closes_circle, parts, suggestions};
use domain::incident_override::{OverrideFault, OverrideField, cause, edited, in_force, previewed};
use domain::incident_statistics::charge::charges;
use domain::incident_union::ProductUnion;
use domain::period::Period;
use domain::product::Slug;
use domain::review::anomalies;
use domain::week::IsoWeek;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::{MergeEdit, OverrideEdit, StoreError};

use super::answer::check_text;
use super::gather::Draft;
use super::{LiveBackend, internal};

/// Weeks longer ago are not gathered for one incident: nothing is known of their budgets.
const GATHERED_HOURS: i64 = 24 * 7 * 260;

impl LiveBackend {
    /// The incidents that a period touches, as people have them.
    pub(super) async fn incidents(&self, period: Period) -> Result<Vec<Incident>, StoreError> {
        let told = self.store.incident_list(period).await?;
        Ok(self.said().await?.apply(told, &period))
    }

    /// One incident as people have it, by itself.
    pub(super) async fn incident_alone(&self, key: &IncidentKey) -> Result<Option<Incident>, StoreError> {
        let Some(told) = self.store.incident_get(&key.source, &key.external_id).await? else {
            return Ok(None);
        };
        Ok(Some(edited(&told, &self.said().await?.of(key))))
    }

    /// The product of an incident as people have it; `None` where its name is no product's.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an incident nobody knows.
    pub async fn incident_product(&self, key: &IncidentKey) -> Result<Option<Slug>, AppError> {
        let found = self.incident_alone(key).await.map_err(|error| internal(&error))?;
        Ok(found.ok_or(AppError::NotFound)?.product.parse().ok())
    }

    /// All that people said of incidents.
    async fn said(&self) -> Result<Said, StoreError> {
        let overrides = self.store.incident_override_list().await?;
        let decisions = self.store.incident_merge_list().await?;
        let touched = match overrides.is_empty() && decisions.is_empty() {
            true => Vec::new(),
            false => self.store.incident_touched_list().await?,
        };
        Ok(Said { touched, overrides, decisions })
    }

    /// The page of one incident; `typed` are values of the form that are looked at before they are kept.
    pub(super) async fn incident_page(
        &self,
        key: &IncidentKey,
        typed: &[(OverrideField, String)],
    ) -> Result<IncidentPage, AppError> {
        let broken = |error: StoreError| internal(&error);
        let told = self.store.incident_get(&key.source, &key.external_id).await.map_err(broken)?;
        let told = told.ok_or(AppError::NotFound)?;
        let said = self.said().await.map_err(broken)?;
        let overrides = said.of(key);
        let alone = edited(&told, &overrides);
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let zone = catalogue.organization.zone();
        let draft = self.draft(moment, week_of(&alone, moment.as_of, &zone)).await?;
        let mut incidents = draft.input.incidents.clone();
        if !incidents.iter().any(|one| IncidentKey::of(one) == *key) {
            incidents.push(alone.clone());
        }
        let incident = found(&incidents, key).cloned().unwrap_or_else(|| alone.clone());
        let window = Period { start: draft.review.period.start, end: draft.review.measured_until };
        let root = incident.merged_into.as_ref().and_then(|_| merge_root(&incidents, &incident)).cloned();
        let slug = draft.review.products.iter().find(|product| product.slug.as_str() == incident.product);
        let events = slug.map(|product| {
            anomalies::of_product(&draft.input, &draft.review.cost.comparisons, &product.slug).events
        });
        let is_on_its_days = |one: &anomalies::CostAnomaly| {
            one.incidents.iter().any(|other| other.external_id == key.external_id)
        };
        let is_its = |one: &&domain::incident_merge::MergeDecision| one.of == *key || one.other == *key;
        Ok(IncidentPage {
            as_of: moment.as_of,
            toll: toll(&draft, &incidents, &incident.product, &window),
            preview: preview(
                &draft,
                &incidents,
                &incident,
                (&alone, cause_word(&overrides)),
                typed,
                &window,
                &zone,
            ),
            parts: parts(&incidents, &incident).into_iter().cloned().collect(),
            suggestions: suggestions(&incidents, &incident, &said.decisions, moment.as_of),
            decisions: said.decisions.iter().filter(is_its).cloned().collect(),
            anomalies: events.unwrap_or_default().into_iter().filter(is_on_its_days).collect(),
            deploys: super::deploy::of_incident(&self.store, &incident, &catalogue.products)
                .await
                .map_err(broken)?,
            versions: self.store.incident_version_list(key).await.map_err(broken)?,
            messages: self.store.incident_message_list(key).await.map_err(broken)?,
            cause: cause(&overrides),
            week: draft.review.week,
            edited: alone,
            catalogue,
            incident,
            told,
            overrides,
            window,
            root,
        })
    }

    /// Keeps values that differ from what is in force; one that is what the source says takes back what was given.
    ///
    /// # Errors
    /// [`IncidentRefusal`] says why not.
    pub async fn incident_override(&self, request: OverrideRequest) -> Result<(), IncidentRefusal> {
        check_text(&request.reason).map_err(|_| IncidentRefusal::Reason)?;
        let broken = |_: AppError| IncidentRefusal::Internal;
        let store = |error: StoreError| broken(internal(&error));
        let key = &request.of;
        let told = self.store.incident_get(&key.source, &key.external_id).await.map_err(store)?;
        let told = told.ok_or(IncidentRefusal::Unknown)?;
        let overrides = self.said().await.map_err(store)?.of(key);
        let moment = self.moment().await.map_err(broken)?;
        let zone = self.catalogue(moment).await.map_err(broken)?.organization.zone();
        let now = edited(&told, &overrides);
        let (changed, faults) = changes(&now, &cause_word(&overrides), &request.typed, &zone);
        if let Some((field, fault)) = faults.first() {
            return Err(IncidentRefusal::Value(*field, *fault));
        }
        let known = in_force(&overrides);
        let is_told =
            |field: OverrideField, value: &str| known.contains_key(&field) && field.value_of(&told) == value;
        let given = changed.into_iter().map(|(field, value)| {
            let value = if is_told(field, &value) { None } else { Some(value) };
            (field, value)
        });
        let taken =
            request.withdrawn.iter().filter(|field| known.contains_key(field)).map(|field| (*field, None));
        let values: Vec<_> = given.chain(taken).collect();
        if values.is_empty() {
            return Err(IncidentRefusal::Nothing);
        }
        let edit = OverrideEdit {
            of: request.of,
            seen: request.seen,
            values,
            at: self.clock.now(),
            by: request.actor,
            reason: request.reason.trim().to_owned(),
        };
        match self.store.incident_override_insert(edit).await {
            Err(StoreError::Conflict { .. }) => Err(IncidentRefusal::Conflict),
            other => other.map_err(store),
        }
    }

    /// Keeps what was decided of two incidents.
    ///
    /// # Errors
    /// [`IncidentRefusal`] says why not.
    pub async fn incident_merge(&self, request: MergeRequest) -> Result<(), IncidentRefusal> {
        check_text(&request.reason).map_err(|_| IncidentRefusal::Reason)?;
        let store = |error: StoreError| {
            internal(&error);
            IncidentRefusal::Internal
        };
        let mut ends = Vec::new();
        for key in [&request.of, &request.other] {
            let one = self.incident_alone(key).await.map_err(store)?;
            ends.push(one.ok_or(IncidentRefusal::Unknown)?);
        }
        if request.word == MergeWord::Into {
            let instants = ends.iter().flat_map(|one| [one.began_at(), one.declared_at]);
            let (first, last) = instants
                .fold((Timestamp::MAX, Timestamp::MIN), |(first, last), at| (first.min(at), last.max(at)));
            let around = |hours: i64, at: Timestamp| at.checked_add(hours.hours()).unwrap_or(at);
            let period = Period { start: around(-24 * 7, first), end: around(24 * 7, last) };
            let incidents = self.incidents(period).await.map_err(store)?;
            if closes_circle(&incidents, &request.of, &request.other) {
                return Err(IncidentRefusal::Circle);
            }
        }
        let edit = MergeEdit {
            of: request.of,
            other: request.other,
            word: request.word,
            at: self.clock.now(),
            by: request.actor,
            reason: request.reason.trim().to_owned(),
        };
        self.store.incident_merge_insert(edit).await.map_err(store)
    }
}

/// The week in which an incident ended, or the one that has begun.
fn week_of(incident: &Incident, as_of: Timestamp, zone: &TimeZone) -> IsoWeek {
    let end = incident.impact(as_of).map_or(incident.declared_at, |impact| impact.end).min(as_of);
    let is_recent = as_of.duration_since(end).as_hours() < GATHERED_HOURS;
    IsoWeek::at(if is_recent { end } else { as_of }, zone)
}

fn found<'a>(incidents: &'a [Incident], key: &IncidentKey) -> Option<&'a Incident> {
    incidents.iter().find(|one| IncidentKey::of(one) == *key)
}

fn toll(draft: &Arc<Draft>, incidents: &[Incident], product: &str, window: &Period) -> IncidentToll {
    let mut budgets = charges(&draft.input.objectives, incidents, window.end);
    budgets.retain(|one| one.product.as_str() == product);
    IncidentToll { union: ProductUnion::new(incidents, product, window), budgets }
}

/// The kind of cause in force as it is kept.
fn cause_word(overrides: &[domain::incident_override::IncidentOverride]) -> String {
    cause(overrides).map_or("", |cause| cause.as_str()).to_owned()
}

/// Values that differ from what is in force.
type Changed = Vec<(OverrideField, String)>;

/// Values that cannot be kept.
type Unkept = Vec<(OverrideField, OverrideFault)>;

/// Values that differ from what is in force, and those that cannot be kept.
fn changes(
    now: &Incident,
    cause: &str,
    typed: &[(OverrideField, String)],
    zone: &TimeZone,
) -> (Changed, Unkept) {
    let (mut changed, mut faults) = (Vec::new(), Vec::new());
    for (field, text) in typed {
        let known = if *field == OverrideField::Cause { cause.to_owned() } else { field.value_of(now) };
        match field.canonical(text, zone) {
            // Forms show whole seconds.
            Ok(value) if value == known || (field.is_time() && is_same_second(&value, &known)) => {}
            Ok(value) => changed.push((*field, value)),
            // What a source says is not held against somebody who edits something else.
            Err(_) if *text == known => {}
            Err(fault) => faults.push((*field, fault)),
        }
    }
    (changed, faults)
}

fn is_same_second(one: &str, other: &str) -> bool {
    let second = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    second(one).is_some() && second(one) == second(other)
}

/// What typed values would change; `None` where nothing was typed.
fn preview(
    draft: &Arc<Draft>,
    incidents: &[Incident],
    incident: &Incident,
    (alone, cause): (&Incident, String),
    typed: &[(OverrideField, String)],
    window: &Period,
    zone: &TimeZone,
) -> Option<IncidentPreview> {
    if typed.is_empty() {
        return None;
    }
    let (values, faults) = changes(alone, &cause, typed, zone);
    let changed = previewed(incident, &values);
    let key = IncidentKey::of(incident);
    let with: Vec<Incident> = incidents
        .iter()
        .map(|one| if IncidentKey::of(one) == key { changed.clone() } else { one.clone() })
        .collect();
    Some(IncidentPreview { values, faults, toll: toll(draft, &with, &incident.product, window) })
}
