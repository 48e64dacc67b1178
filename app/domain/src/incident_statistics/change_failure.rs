//! How many changes of production failed: the change failure rate of DORA, as Apache DevLake counts it.
//!
//! Deploys that reached production within the window, and of these those that were rolled back or that at least one
//! counted incident names as its cause; a deploy with two incidents failed once. A deploy that failed on its way
//! changed nothing for customers and is no part of it. Without deploys there is no rate, not one of 0 %.

use jiff::Timestamp;

use super::filter::{IncidentFilter, NONE};
use crate::deploy::{Deploy, DeployStatus, ProductFinder, cause_of};
use crate::incident::Incident;
use crate::incident_merge::IncidentKey;
use crate::incident_override::CauseClass;
use crate::period::Period;
use crate::product::{Product, Slug};
use crate::ratio::Ppm;

/// A deploy and its product, if the catalogue knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDeploy {
    /// The deploy.
    pub deploy: Deploy,
    /// Its product.
    pub product: Option<Slug>,
}

impl ListedDeploy {
    /// Deploys with the products that the catalogue finds for them.
    #[must_use]
    pub fn all(deploys: Vec<Deploy>, products: &[Product]) -> Vec<Self> {
        let mut finder = ProductFinder::new(products);
        let slugs: Vec<Option<Slug>> =
            deploys.iter().map(|deploy| finder.find(deploy).map(|product| product.slug.clone())).collect();
        deploys.into_iter().zip(slugs).map(|(deploy, product)| Self { deploy, product }).collect()
    }

    /// The product's short name, as the source names it where the catalogue knows none.
    #[must_use]
    pub fn product_name(&self) -> &str {
        self.product.as_ref().map_or(self.deploy.product.as_str(), Slug::as_str)
    }

    /// Whether it is of the product and the group that are asked for.
    #[must_use]
    pub fn is_asked_for(&self, filter: &IncidentFilter, products: &[Product]) -> bool {
        let of_product = match filter.product.as_deref() {
            None => true,
            Some(NONE) => self.product.is_none(),
            Some(asked) => self.product_name() == asked,
        };
        let group = || {
            let slug = self.product.as_ref()?;
            products.iter().find(|product| product.slug == *slug)?.group.as_ref()
        };
        let of_group =
            filter.group.as_deref().is_none_or(|asked| group().is_some_and(|group| group.en == asked));
        of_product && of_group
    }
}

/// An incident that names a deploy as its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCause {
    /// The source and the id of the deploy.
    pub deploy: (String, String),
    /// The incident.
    pub incident: IncidentKey,
    /// The title of the incident.
    pub title: String,
}

/// What the deploys of a window came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFailure {
    /// How many reached production.
    pub deploys: i64,
    /// How many of these were rolled back or are named as the cause of an incident.
    pub failed: i64,
    /// How many of these were rolled back.
    pub rolled_back: i64,
    /// How many did not arrive; they are no part of the rate.
    pub not_arrived: i64,
    /// How many were put elsewhere than into production, or nobody knows where; they are no part of the rate.
    pub elsewhere: i64,
    /// How many counted incidents of the window had a deploy as their cause, and which one is not known.
    pub unnamed: i64,
    /// The counted incidents that name a deploy, of the window or of the days before it.
    pub named: Vec<NamedCause>,
}

impl ChangeFailure {
    /// Counts: `deploys` are those asked for, `incidents` all that are known up to `until`, also of later than the
    /// deploys. `cause` says which kind of cause an incident had.
    #[must_use]
    pub fn new(
        period: &Period,
        until: Timestamp,
        deploys: &[ListedDeploy],
        incidents: &[Incident],
        cause: impl Fn(&IncidentKey) -> Option<CauseClass>,
    ) -> Self {
        let all = || deploys.iter().map(|listed| &listed.deploy);
        let inside =
            || all().filter(|deploy| period.contains(deploy.finished_at) && deploy.finished_at <= until);
        let caused_by = |incident: &Incident| {
            let is_its = |deploy: &Deploy| {
                deploys.iter().any(|one| one.deploy == *deploy && one.product_name() == incident.product)
            };
            cause_of(incident, all(), is_its)
        };
        let counted: Vec<&Incident> =
            incidents.iter().filter(|one| one.counts() && one.declared_at <= until).collect();
        let causes: Vec<(&Incident, &Deploy)> =
            counted.iter().filter_map(|incident| Some((*incident, caused_by(incident)?))).collect();
        let is_cause = |deploy: &Deploy| causes.iter().any(|(_, cause)| *cause == deploy);
        let is_unnamed = |incident: &&&Incident| {
            let is_of_deploy = cause(&IncidentKey::of(incident)) == Some(CauseClass::Deploy);
            let names_one = incident.cause_deploy_id.is_some();
            period.contains(incident.declared_at)
                && (is_of_deploy || names_one)
                && deploys.iter().any(|one| one.product_name() == incident.product)
                && caused_by(incident).is_none()
        };
        let count = |holds: &dyn Fn(&Deploy) -> bool| inside().filter(|deploy| holds(deploy)).count() as i64;
        let is_back =
            |deploy: &Deploy| deploy.reached_production() && deploy.status == DeployStatus::RolledBack;
        Self {
            deploys: count(&Deploy::reached_production),
            failed: count(&|deploy| is_back(deploy) || (deploy.reached_production() && is_cause(deploy))),
            rolled_back: count(&is_back),
            not_arrived: count(&|deploy| is_in_production(deploy) && deploy.status == DeployStatus::Failed),
            elsewhere: count(&|deploy| !is_in_production(deploy)),
            unnamed: counted.iter().filter(is_unnamed).count() as i64,
            named: causes
                .iter()
                .map(|(incident, deploy)| NamedCause {
                    deploy: (deploy.source.clone(), deploy.external_id.clone()),
                    incident: IncidentKey::of(incident),
                    title: incident.title.clone(),
                })
                .collect(),
        }
    }

    /// The incidents that name a deploy as their cause.
    pub fn incidents_of<'f>(&'f self, deploy: &'f Deploy) -> impl Iterator<Item = &'f NamedCause> {
        let key = (&deploy.source, &deploy.external_id);
        self.named.iter().filter(move |named| (&named.deploy.0, &named.deploy.1) == key)
    }

    /// The share of deploys that failed, rounded down; `None` where nothing reached production.
    #[must_use]
    pub fn rate(&self) -> Option<Ppm> {
        Ppm::floor_of(i128::from(self.failed), i128::from(self.deploys))
    }
}

fn is_in_production(deploy: &Deploy) -> bool {
    deploy.environment == Some(crate::product::Environment::Production)
}

/// The deploys of a window, and what they came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeployFigures {
    /// Whether any source ever told of a deploy.
    pub is_supplied: bool,
    /// Those of the window that were asked for, newest first, of all environments.
    pub deploys: Vec<ListedDeploy>,
    /// What they came to.
    pub failure: ChangeFailure,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Severity;
    use crate::product::Environment;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn week() -> Period {
        Period { start: at("2026-11-15T15:00:00Z"), end: at("2026-11-22T15:00:00Z") }
    }

    fn deploy(number: i64) -> Deploy {
        let finished_at = at("2026-11-16T00:00:00Z") + jiff::ToSpan::hours(number);
        Deploy {
            source: "ci".to_owned(),
            external_id: format!("d{number}"),
            product: "karte".to_owned(),
            repository: None,
            environment: Some(Environment::Production),
            version: format!("v1.{number}"),
            finished_at,
            status: DeployStatus::Succeeded,
            author: None,
            url: None,
            updated_at: finished_at,
        }
    }

    fn incident(id: &str, cause: Option<&str>) -> Incident {
        let began = at("2026-11-18T00:00:00Z");
        Incident {
            source: "pagerduty".to_owned(),
            external_id: id.to_owned(),
            title: id.to_owned(),
            product: "karte".to_owned(),
            severity: Severity::Sev3,
            status: "resolved".to_owned(),
            impact_start: Some(began),
            detected_at: None,
            declared_at: began,
            acknowledged_at: None,
            mitigated_at: None,
            resolved_at: Some(began),
            impact_fraction: Ppm::ONE,
            customer_impact: true,
            detected_by: None,
            cause_deploy_id: cause.map(str::to_owned),
            fingerprint: None,
            merged_into: None,
            is_test: false,
            planned: false,
            postmortem_url: None,
            postmortem_published_at: None,
            url: None,
            updated_at: began,
            raw: "{}".to_owned(),
            calm: Vec::new(),
        }
    }

    fn failure(deploys: Vec<Deploy>, incidents: &[Incident]) -> ChangeFailure {
        let listed = ListedDeploy::all(deploys, &[]);
        ChangeFailure::new(&week(), week().end, &listed, incidents, |_| None)
    }

    /// T11 of the reference: 20 deploys; two incidents of the third, one of the seventh, one of the twelfth, one of
    /// none.
    #[test]
    fn each_deploy_fails_once() {
        let causes = [Some("d3"), Some("d3"), Some("ci~d7"), Some("v1.12"), None];
        let incidents: Vec<Incident> =
            (0..).zip(causes).map(|(number, cause)| incident(&format!("i{number}"), cause)).collect();
        let found = failure((1..=20).map(deploy).collect(), &incidents);
        assert_eq!((found.deploys, found.failed, found.unnamed), (20, 3, 0));
        assert_eq!(found.rate(), Some(Ppm(150_000)));
        let third = deploy(3);
        let of_third: Vec<_> =
            found.incidents_of(&third).map(|named| named.incident.external_id.as_str()).collect();
        assert_eq!(of_third, ["i0", "i1"]);
    }

    #[test]
    fn without_deploys_there_is_no_rate() {
        assert_eq!(failure(Vec::new(), &[incident("i", Some("d3"))]).rate(), None);
        let only_failed = Deploy { status: DeployStatus::Failed, ..deploy(1) };
        let found = failure(vec![only_failed], &[]);
        assert_eq!((found.rate(), found.not_arrived), (None, 1));
    }

    #[test]
    fn what_did_not_reach_production_is_no_part_and_what_was_taken_back_failed() {
        let deploys = vec![
            deploy(1),
            Deploy { status: DeployStatus::RolledBack, ..deploy(2) },
            Deploy { status: DeployStatus::Failed, ..deploy(3) },
            Deploy { environment: Some(Environment::Staging), ..deploy(4) },
            Deploy { environment: None, ..deploy(5) },
            Deploy { finished_at: at("2026-11-23T00:00:00Z"), ..deploy(6) },
        ];
        let drill = Incident { is_test: true, ..incident("drill", Some("d1")) };
        let found = failure(deploys, &[drill, incident("i", Some("d99"))]);
        let expected = ChangeFailure {
            deploys: 2,
            failed: 1,
            rolled_back: 1,
            not_arrived: 1,
            elsewhere: 2,
            unnamed: 1,
            named: Vec::new(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_version_is_that_of_the_incident_s_own_product_and_before_it() {
        let other = Deploy { product: "erx".to_owned(), external_id: "e".to_owned(), ..deploy(12) };
        let late =
            Deploy { finished_at: at("2026-11-19T00:00:00Z"), external_id: "l".to_owned(), ..deploy(12) };
        let found = failure(vec![other, late], &[incident("i", Some("v1.12"))]);
        assert_eq!((found.failed, found.unnamed), (0, 1));
    }

    #[test]
    fn a_kind_of_cause_without_a_deploy_is_told() {
        let listed = ListedDeploy::all(vec![deploy(1)], &[]);
        let incidents = [incident("i", None)];
        let found =
            ChangeFailure::new(&week(), week().end, &listed, &incidents, |_| Some(CauseClass::Deploy));
        assert_eq!((found.failed, found.unnamed), (0, 1));
    }

    #[test]
    fn deploys_are_chosen_by_product_and_by_what_the_catalogue_does_not_know() {
        let [listed] = &ListedDeploy::all(vec![deploy(1)], &[])[..] else { panic!() };
        let asked =
            |product: &str| IncidentFilter { product: Some(product.to_owned()), ..IncidentFilter::default() };
        assert!(listed.is_asked_for(&asked("karte"), &[]) && listed.is_asked_for(&asked(NONE), &[]));
        assert!(!listed.is_asked_for(&asked("erx"), &[]));
        let grouped = IncidentFilter { group: Some("Care".to_owned()), ..IncidentFilter::default() };
        assert!(!listed.is_asked_for(&grouped, &[]));
    }
}
