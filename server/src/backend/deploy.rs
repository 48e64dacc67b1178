//! Deploys as pages tell of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::backend::{DeployImports, IncidentDeploys, IncidentStatisticsRequest};
use domain::catalogue::Catalogue;
use domain::deploy::{Deploy, cause_of, product_of, shortly_before};
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::incident_override::CauseClass;
use domain::incident_statistics::IncidentStatistics;
use domain::incident_statistics::change_failure::{ChangeFailure, DeployFigures, ListedDeploy};
use domain::period::Period;
use domain::product::Product;
use domain::review::WeeklyReview;
use jiff::{Timestamp, ToSpan};
use store::{Store, StoreError};

/// How long before a window's first deploy, or an incident, one is looked for that an incident names as its cause.
const CAUSE_DAYS: i64 = 30;

/// The deploys of a window of statistics, and what they came to.
pub(super) async fn figures(
    store: &Arc<dyn Store>,
    request: &IncidentStatisticsRequest,
    statistics: &IncidentStatistics,
    incidents: &[Incident],
    causes: &BTreeMap<IncidentKey, CauseClass>,
    review: &WeeklyReview,
) -> Result<DeployFigures, StoreError> {
    let period = statistics.measured;
    if store.deploy_source_list().await?.is_empty() {
        return Ok(DeployFigures::default());
    }
    let read = Period { start: days_before(period.start, CAUSE_DAYS), end: period.end };
    let products = &review.products;
    let mut listed = ListedDeploy::all(store.deploy_list(read).await?, products);
    listed.retain(|listed| listed.is_asked_for(&request.filter, products));
    // The products are reduced to those that are seen: what belongs to none of them belongs to another, or to none.
    listed.retain(|listed| request.sees.has_of(listed.product.as_ref()));
    let cause = |key: &IncidentKey| causes.get(key).copied();
    let failure = ChangeFailure::new(&period, statistics.as_of, &listed, incidents, cause);
    let mut deploys = listed;
    deploys.retain(|listed| period.contains(listed.deploy.finished_at));
    deploys.reverse();
    Ok(DeployFigures { is_supplied: true, deploys, failure })
}

/// The deploy that an incident names as its cause, and those shortly before it, of its product.
pub(super) async fn of_incident(
    store: &Arc<dyn Store>,
    incident: &Incident,
    products: &[Product],
) -> Result<IncidentDeploys, StoreError> {
    let began = incident.began_at();
    let end = began.checked_add(1.second()).unwrap_or(began);
    let all = store.deploy_list(Period { start: days_before(began, CAUSE_DAYS), end }).await?;
    let is_its = |deploy: &Deploy| {
        let slug = deploy.product_of(products).map(|product| product.slug.as_str());
        slug.unwrap_or(deploy.product.as_str()) == incident.product
    };
    Ok(IncidentDeploys {
        cause: cause_of(incident, all.iter(), is_its).cloned(),
        before: shortly_before(all.iter().filter(|deploy| is_its(deploy)), began)
            .into_iter()
            .cloned()
            .collect(),
    })
}

/// What sources told of deploys, and the names of products that the catalogue does not know.
pub(super) async fn imports(
    store: &Arc<dyn Store>,
    catalogue: &Catalogue,
) -> Result<DeployImports, StoreError> {
    let mut unmapped = store.deploy_name_list().await?;
    unmapped.retain(|one| product_of(&one.product, one.repository.as_deref(), &catalogue.products).is_none());
    Ok(DeployImports { sources: store.deploy_source_list().await?, unmapped })
}

fn days_before(at: Timestamp, days: i64) -> Timestamp {
    at.checked_sub((24 * days).hours()).unwrap_or(Timestamp::MIN)
}
