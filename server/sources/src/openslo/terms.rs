//! What definitions say of an objective besides what makes its numbers: alerts, dependencies, a contract.
//!
//! Rules are checked elsewhere; here is only read what can be understood.

use std::collections::BTreeMap;

use domain::objective::CompositePart;
use domain::objective_queue::{BurnAlert, ObjectiveTerms};
use domain::ratio::Ppm;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Kind;
use super::check::{Check, Fields, Grade};
use super::common::{Metadata, duration};
use super::document::Read;
use super::slo::{Draft, Part};
use crate::lint::shown;

/// An alert, or the name of what defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Alert {
    /// An alert policy of a name.
    Policy(String),
    /// An alert condition of a name.
    Condition(String),
    /// The alert itself.
    Burn(BurnAlert),
}

/// The alerts that the `spec` of an SLO, a policy or a condition names or defines.
pub(super) fn alerts(kind: Kind, spec: &Fields) -> Vec<Alert> {
    // What is wrong with these fields was noted where they were checked.
    let mut check = Check::default();
    match kind {
        Kind::Slo => entries(&mut check, spec, "alertPolicies")
            .iter()
            .flat_map(|entry| match check.text(entry, "alertPolicyRef") {
                Some(name) => vec![Alert::Policy(name.to_owned())],
                None => {
                    check.table(entry, "spec").map_or_else(Vec::new, |spec| conditions(&mut check, &spec))
                }
            })
            .collect(),
        Kind::AlertPolicy => conditions(&mut check, spec),
        Kind::AlertCondition => burn(&mut check, spec).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn entries<'n>(check: &mut Check, fields: &Fields<'n>, key: &str) -> Vec<Fields<'n>> {
    let nodes = check.list(fields, key).unwrap_or_default();
    nodes.into_iter().filter_map(|(node, path)| check.fields(node, &path)).collect()
}

fn conditions(check: &mut Check, policy: &Fields) -> Vec<Alert> {
    entries(check, policy, "conditions")
        .iter()
        .filter_map(|entry| match check.text(entry, "conditionRef") {
            Some(name) => Some(Alert::Condition(name.to_owned())),
            None => check.table(entry, "spec").and_then(|spec| burn(check, &spec)),
        })
        .collect()
}

fn burn(check: &mut Check, spec: &Fields) -> Option<Alert> {
    let severity = check.text(spec, "severity").unwrap_or_default().to_owned();
    let condition = check.table(spec, "condition")?;
    let threshold = check.number(&condition, "threshold")?.checked_mul(Decimal::from(1_000_000))?;
    let lookback_seconds = duration(check, &condition, "lookbackWindow")?.seconds();
    Some(Alert::Burn(BurnAlert { severity, threshold: Ppm(threshold.floor().to_i64()?), lookback_seconds }))
}

/// The policies and conditions of an import by name.
#[derive(Debug, Default)]
pub(super) struct Alerts(BTreeMap<(Kind, String), Vec<Alert>>);

impl Alerts {
    /// Those of the documents that were taken.
    pub(super) fn of<'r>(reads: impl Iterator<Item = &'r Read>) -> Self {
        let defines = |kind: Kind| matches!(kind, Kind::AlertPolicy | Kind::AlertCondition);
        let named = reads.filter_map(|read| {
            let kind = read.kind.filter(|kind| defines(*kind))?;
            Some(((kind, read.metadata.name.clone()), read.alerts.clone()))
        });
        Self(named.collect())
    }

    /// The alerts themselves; `None` when a name leads out of the import, so that they are not known.
    fn resolved(&self, alerts: &[Alert]) -> Option<Vec<BurnAlert>> {
        let mut found = Vec::new();
        for alert in alerts {
            let (kind, name) = match alert {
                Alert::Burn(burn) => {
                    found.push(burn.clone());
                    continue;
                }
                Alert::Policy(name) => (Kind::AlertPolicy, name),
                Alert::Condition(name) => (Kind::AlertCondition, name),
            };
            let further = self.0.get(&(kind, name.clone()))?;
            // A policy names conditions and a condition nothing, so this ends.
            found.extend(self.resolved(further)?);
        }
        Some(found)
    }

    /// The terms of the objectives that an SLO makes.
    pub(super) fn terms(
        &self,
        read: &Read,
        (draft, ids): (&Draft, &[String]),
        check: &mut Check,
    ) -> Vec<ObjectiveTerms> {
        let alerts = self.resolved(&read.alerts);
        let depends_on = annotation(&read.metadata, "teirei/depends-on").unwrap_or_default();
        let depends_on: Vec<String> =
            depends_on.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let contract = contract(&read.metadata, read.line, check);
        let has_own = |part: &&Part| part.source.inline.is_some() || part.source.reference.is_some();
        let is_composite = draft.parts.iter().filter(has_own).count() > 1;
        let whole = || read.metadata.name.clone();
        let part_of = |part: &Part| {
            let is_part = is_composite && has_own(&part);
            is_part.then(|| CompositePart { whole: whole(), weight: part.weight })
        };
        let terms = |(id, part): (&String, &Part)| ObjectiveTerms {
            objective: id.clone(),
            alerts: alerts.clone(),
            depends_on: depends_on.clone(),
            contract,
            part: part_of(part),
            lookbacks: Vec::new(),
        };
        ids.iter().zip(&draft.parts).map(terms).collect()
    }
}

fn annotation<'m>(metadata: &'m Metadata, name: &str) -> Option<&'m str> {
    let (_, value) = metadata.annotations.iter().find(|(key, _)| key == name)?;
    Some(value.as_str())
}

/// Annotation `teirei/contract`: what customers are promised, in percent.
fn contract(metadata: &Metadata, line: u64, check: &mut Check) -> Option<Ppm> {
    let text = annotation(metadata, "teirei/contract")?;
    let number = text.trim().trim_end_matches('%').trim_end().parse::<Decimal>().ok();
    let share = number.filter(|percent| *percent > Decimal::ZERO && *percent <= Decimal::ONE_HUNDRED);
    let share = share.and_then(|percent| (percent * Decimal::from(10_000)).floor().to_i64()).map(Ppm);
    if share.is_none() {
        let what = format!("The contract {} is no percentage.", shown(text));
        let place = (line, "metadata.annotations".to_owned());
        check.note(Grade::Doubt, place, "openslo/contract", what, "Write percent such as 99.5.");
    }
    share
}
