//! The fictional company, delivered as its sources would deliver it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::cost::{ControlTotal, ExactCell};
use domain::coverage::SourceKind;
use domain::resource::KeyResources;
use jiff::Timestamp;
use store::{CommitOptions, Store};

use super::ImportError;
use super::lease::holding;
use crate::demo::World;
use crate::demo::restated::EarlierBill;
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
        incidents,
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
        let mine = objectives.iter().filter(|objective| objective.source == source).cloned().collect();
        store.objective_replace(source, mine, at).await?;
        let counted = |id: &str| source_of.get(id) == Some(&source);
        let mine = buckets.iter().filter(|bucket| counted(&bucket.objective)).cloned().collect();
        store.sli_replace(source, mine, at).await?;
    }
    if let Some(source) = incidents.first().map(|incident| incident.source.clone()) {
        store.incident_upsert(incidents, received(&source, SourceKind::Incidents), false).await?;
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
