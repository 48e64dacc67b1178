//! The fictional company, delivered as its sources would deliver it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::action::Action;
use domain::cost::{ControlTotal, ExactCell};
use domain::coverage::SourceKind;
use domain::decision::Decision;
use domain::incident_merge::IncidentKey;
use domain::note::Note;
use domain::objective::Objective;
use domain::period::Period;
use domain::postmortem::PostmortemText;
use domain::resource::KeyResources;
use domain::review::topics::TopicInput;
use domain::topic::Topic;
use domain::tracker::TrackerState;
use domain::week::IsoWeek;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::{CommitOptions, IssueReading, MergeEdit, NoteEdit, OverrideEdit, PostmortemEdit, Store};

use super::ImportError;
use super::catalogue::{catalogue_file, proposal_apply};
use super::edit::{Edit, edit_propose};
use super::lease::holding;
use crate::backend::DEFAULT_MEETING;
use crate::clock::Clock;
use crate::demo::World;
use crate::demo::attention::Attention;
use crate::demo::checklists::Answered;
use crate::demo::corrected::{Corrections, corrections};
use crate::demo::postmortems::WriteUp;
use crate::demo::restated::EarlierBill;
use crate::demo::told;
use crate::demo::world::COST_SOURCE;

/// How many cells are handed over at a time.
const BATCH: usize = 20_000;

/// Stores a whole world; every source has received its data when the world says so.
///
/// # Errors
/// [`ImportError`] when the database fails.
pub async fn world_load(store: &Arc<dyn Store>, world: World) -> Result<(), ImportError> {
    let World {
        as_of,
        week,
        catalogue,
        mut cost_cells,
        mut control_totals,
        resources,
        objectives,
        buckets,
        attention,
        incidents,
        deploys,
        postmortems,
        actions,
        topics,
        checklists,
        sources,
    } = world;
    let received = |name: &str, kind: SourceKind| -> Timestamp {
        let state = sources.iter().find(|state| state.name == name && state.kind == kind);
        state.map_or(as_of, |state| state.received_at)
    };
    store.catalogue_replace(&catalogue, week.monday(), as_of).await?;
    let received_at = received(COST_SOURCE, SourceKind::Cost);
    let earlier = EarlierBill::new(&cost_cells, received_at);
    let from = earlier.changed_from;
    cost_cells.retain(|cell| cell.scope.period_start >= from);
    control_totals.retain(|total| total.scope.period_start >= from);
    let (resources, settled) = resources.into_iter().partition(|one| one.scope.period_start >= from);
    cost_deliver(store, (earlier.cells, earlier.control_totals, settled), earlier.received_at).await?;
    cost_deliver(store, (cost_cells, control_totals, resources), received_at).await?;
    let source_of: BTreeMap<&str, &str> =
        objectives.iter().map(|objective| (objective.id.as_str(), objective.source.as_str())).collect();
    for source in objectives.iter().map(|objective| objective.source.as_str()).collect::<BTreeSet<_>>() {
        let at = received(source, SourceKind::Objectives);
        let before = at.checked_sub((7 * 24).hours()).unwrap_or(at);
        earlier_deliver(store, source, &attention, &objectives, before).await?;
        let mine = objectives.iter().filter(|objective| objective.source == source).cloned().collect();
        store.objective_replace(source, mine, at).await?;
        let counted = |id: &str| source_of.get(id) == Some(&source);
        let mine = buckets.iter().filter(|bucket| counted(&bucket.objective)).cloned().collect();
        store.sli_replace(source, mine, at).await?;
    }
    attention_load(store, attention, &source_of).await?;
    if let Some(source) = incidents.first().map(|incident| incident.source.clone()) {
        store.incident_upsert(incidents, received(&source, SourceKind::Incidents), false).await?;
    }
    store.deploy_upsert(deploys, as_of, false).await?;
    postmortems_load(store, postmortems).await?;
    actions_load(store, actions).await?;
    topics_load(store, topics).await?;
    checklists_load(store, checklists).await
}

/// What people answered to checklists, and what load tests came to.
async fn checklists_load(store: &Arc<dyn Store>, answered: Answered) -> Result<(), ImportError> {
    if !store.checklist_answer_list(None).await?.is_empty() {
        return Ok(());
    }
    for answer in answered.answers {
        store.checklist_answer_insert(answer, 0).await?;
    }
    for test in answered.load_tests {
        store.load_test_insert(test).await?;
    }
    Ok(())
}

/// What people raised and decided, and what became of it.
async fn topics_load(store: &Arc<dyn Store>, told: TopicInput) -> Result<(), ImportError> {
    if !store.topic_list().await?.is_empty() {
        return Ok(());
    }
    let mut steps = Vec::new();
    for Topic { terms, raised_at, raised_by, steps: of_topic, .. } in told.topics {
        let id = store.topic_insert(terms, raised_at, &raised_by).await?;
        steps.extend((0..).zip(of_topic).map(|(seen, step)| (id, seen, step)));
    }
    for Decision { terms, made_at, made_by, steps, .. } in told.decisions {
        let id = store.decision_insert(terms, made_at, &made_by).await?;
        for (seen, step) in (0..).zip(steps) {
            store.decision_step(id, seen, step).await?;
        }
    }
    // Steps name the decisions that settle their topics.
    for (id, seen, step) in steps {
        store.topic_step(id, seen, step).await?;
    }
    Ok(())
}

/// What people promised, and what became of it.
async fn actions_load(store: &Arc<dyn Store>, actions: Vec<Action>) -> Result<(), ImportError> {
    if !store.action_list().await?.is_empty() {
        return Ok(());
    }
    let mut readings = Vec::new();
    for Action { terms, made_at, made_by, steps, issue, .. } in actions {
        let id = store.action_insert(terms, made_at, &made_by).await?;
        for (seen, step) in (0..).zip(steps) {
            store.action_step(id, seen, step).await?;
        }
        readings.extend(issue.and_then(|issue| {
            let asked_at = issue.read_at?;
            Some(IssueReading { action: id, issue, etag: None, asked_at })
        }));
    }
    issues_load(store, readings).await
}

/// What trackers told of the issues of promises, each in a run that came to its end.
async fn issues_load(store: &Arc<dyn Store>, readings: Vec<IssueReading>) -> Result<(), ImportError> {
    for reading in &readings {
        let state = TrackerState {
            tracker: reading.issue.tracker.clone(),
            kind: reading.issue.kind,
            finished_at: Some(reading.asked_at),
            issues: 1,
            faults: 0,
            requests: 1,
            failure: None,
        };
        store.tracker_state_put(state).await?;
    }
    store.issue_reading_put(readings).await?;
    Ok(())
}

/// What people wrote about incidents.
async fn postmortems_load(store: &Arc<dyn Store>, postmortems: Vec<WriteUp>) -> Result<(), ImportError> {
    for WriteUp { source, external_id, record } in postmortems {
        // A world that is told again changes nothing that people wrote.
        if !store.postmortem_get(&source, &external_id).await?.texts.is_empty() {
            continue;
        }
        for PostmortemText { version, at, by, link, text } in record.texts {
            let (source, external_id) = (source.clone(), external_id.clone());
            let edit = PostmortemEdit { source, external_id, seen: version - 1, link, text, at, by };
            store.postmortem_save(edit).await?;
        }
        for step in record.steps {
            store.postmortem_step(&source, &external_id, step).await?;
        }
    }
    Ok(())
}

/// What a source of service levels said a week before: definitions and counts that are others now.
async fn earlier_deliver(
    store: &Arc<dyn Store>,
    source: &str,
    attention: &Attention,
    objectives: &[Objective],
    at: Timestamp,
) -> Result<(), ImportError> {
    let replaced = |objective: &Objective| {
        let earlier = attention.earlier.iter().find(|one| one.id == objective.id);
        earlier.unwrap_or(objective).clone()
    };
    let mine: Vec<Objective> =
        objectives.iter().filter(|objective| objective.source == source).map(replaced).collect();
    if !mine.iter().any(|one| attention.earlier.contains(one)) {
        return Ok(());
    }
    let ids: BTreeSet<&str> = mine.iter().map(|objective| objective.id.as_str()).collect();
    let counted = attention.counted_before.iter().filter(|bucket| ids.contains(&*bucket.objective));
    let counted = counted.cloned().collect();
    store.objective_replace(source, mine, at).await?;
    store.sli_replace(source, counted, at).await?;
    Ok(())
}

/// What people did about service levels.
async fn attention_load(
    store: &Arc<dyn Store>,
    attention: Attention,
    source_of: &BTreeMap<&str, &str>,
) -> Result<(), ImportError> {
    for source in source_of.values().collect::<BTreeSet<_>>() {
        let is_mine = |id: &str| source_of.get(id) == Some(source);
        let terms = attention.terms.iter().filter(|terms| is_mine(&terms.objective)).cloned().collect();
        store.objective_terms_replace(source, terms).await?;
        let said: Vec<_> = attention.vendor.iter().filter(|said| is_mine(&said.objective)).cloned().collect();
        if !said.is_empty() {
            store.objective_vendor_put(source, said).await?;
        }
        let left_out: Vec<_> =
            attention.left_out.iter().filter(|one| is_mine(&one.objective)).cloned().collect();
        if !left_out.is_empty() {
            store.objective_vendor_exclusion_replace(source, left_out).await?;
        }
    }
    for assessment in &attention.assessments {
        store.objective_assessment_insert(assessment).await?;
    }
    for (objective, at) in attention.reads {
        store.objective_read_note(&objective, at).await?;
    }
    Ok(())
}

/// Delivers the cost of some billing periods at an instant: cells, sums, resources.
async fn cost_deliver(
    store: &Arc<dyn Store>,
    (mut cells, totals, resources): (Vec<ExactCell>, Vec<ControlTotal>, Vec<KeyResources>),
    at: Timestamp,
) -> Result<(), ImportError> {
    if totals.is_empty() {
        return Ok(());
    }
    holding(store, async |lease| {
        let stage = store.cost_stage_begin(lease, COST_SOURCE).await?;
        while !cells.is_empty() {
            let rest = cells.split_off(cells.len().min(BATCH));
            store.cost_stage_append(&stage, std::mem::replace(&mut cells, rest)).await?;
        }
        store.cost_stage_resources(&stage, resources).await?;
        store.cost_stage_commit(stage, totals, CommitOptions { force: false, at }).await?;
        Ok(())
    })
    .await
}

/// Stores what is told besides a world that was loaded: what the cloud found by itself, and a change of the catalogue
/// that people proposed and put in force on the day before `today`.
///
/// # Errors
/// [`ImportError`] when the database fails.
pub async fn world_tell(store: &Arc<dyn Store>, today: Date) -> Result<(), ImportError> {
    let catalogue = store.catalogue_get().await?;
    let zone = catalogue.organization.zone();
    let clock = Clock::at_ten(today.yesterday().unwrap_or(today), &zone);
    let week = IsoWeek::containing(today).previous();
    let anomalies = told::cloud_anomalies(week);
    store.cloud_anomaly_replace(COST_SOURCE, week.monday(), anomalies, clock.now()).await?;
    for note in told::notes(week.previous(), &zone) {
        let Note { place, at, by, text, .. } = note;
        let (meeting, week) = (DEFAULT_MEETING.to_owned(), week.previous());
        store.note_save(NoteEdit { meeting, week, place, seen: 0, text, at, by }).await?;
    }
    corrections_load(store, week, &zone).await?;
    if let Some((part, rows, reason)) = told::proposal(&catalogue, week) {
        let (_, base) = catalogue_file(store).await?;
        let id = edit_propose(store, clock, Edit::Rows(part, rows), (&base, "demo")).await?;
        if proposal_apply(store, clock, id, ("demo", reason)).await?.is_err() {
            return Err(ImportError::Reader("the demo's own proposal is not taken".to_owned()));
        }
    }
    Ok(())
}

/// What a monitor told of incidents of the last weeks, and what people said of them.
async fn corrections_load(store: &Arc<dyn Store>, week: IsoWeek, zone: &TimeZone) -> Result<(), ImportError> {
    let last = week.period(zone).end;
    let first = week.plus(-12).period(zone).start;
    let incidents = store.incident_list(Period { start: first, end: last }).await?;
    let Corrections { alerts, overrides, decisions } = corrections(&incidents);
    if alerts.is_empty() {
        return Ok(());
    }
    store.incident_upsert(alerts, last, false).await?;
    for one in overrides {
        let edit = OverrideEdit {
            of: IncidentKey { source: one.source, external_id: one.external_id },
            seen: one.position - 1,
            values: vec![(one.field, one.value)],
            at: one.at,
            by: one.by,
            reason: one.reason,
        };
        store.incident_override_insert(edit).await?;
    }
    for one in decisions {
        let (of, other, word) = (one.of, one.other, one.word);
        let edit = MergeEdit { of, other, word, at: one.at, by: one.by, reason: one.reason };
        store.incident_merge_insert(edit).await?;
    }
    Ok(())
}
