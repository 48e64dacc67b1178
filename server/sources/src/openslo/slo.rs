//! Rules of an SLO, and what it says once it is understood.

use domain::objective::{BudgetingMethod, Window};
use domain::ratio::Ppm;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::alert::{OPERATORS, either, policy};
use super::check::{Check, Fields, Grade};
use super::common::{description, one_of, reference};
use super::indicator::{Indicator, Measure, inlined};
use super::target::{slice_seconds, slice_target, target};
use super::window::window;
use super::{Kind, Reference};
use crate::lint::shown;

/// Where an indicator comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) inline: Option<Indicator>,
    pub(super) reference: Option<String>,
}

/// One target of an SLO.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) display_name: String,
    pub(super) method: BudgetingMethod,
    pub(super) target: Ppm,
    /// Comparison and value of a threshold, in canonical form.
    pub(super) comparison: String,
    pub(super) source: Source,
    /// Its weight in a composite, in millionths.
    pub(super) weight: Ppm,
}

/// An SLO as it is written, before references are followed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) description: String,
    pub(super) service: String,
    pub(super) window: Window,
    pub(super) source: Source,
    pub(super) parts: Vec<Part>,
}

/// The budgeting methods by name.
const METHODS: [&str; 3] = ["Occurrences", "Timeslices", "RatioTimeslices"];

/// `spec` of an SLO; `None` when it cannot be understood, which has then been noted.
pub(super) fn spec(check: &mut Check, fields: &Fields, references: &mut Vec<Reference>) -> Option<Draft> {
    check.only(
        fields,
        &[
            "description",
            "service",
            "indicator",
            "indicatorRef",
            "timeWindow",
            "budgetingMethod",
            "objectives",
            "alertPolicies",
        ],
    );
    let description = description(check, fields);
    let service = check.text(fields, "service").map(str::to_owned);
    if service.is_none() {
        check.missing(Grade::Breach, fields, "service", "Name the service that it belongs to.");
    }
    let source = source(check, fields, references);
    let window = window(check, fields);
    let method = method(check, fields);
    let entries = check.list(fields, "objectives").unwrap_or_default();
    let entries: Vec<Fields> =
        entries.into_iter().filter_map(|(node, path)| check.fields(node, &path)).collect();
    where_indicators_are(check, fields, &entries);
    if entries.is_empty() {
        let what = "The SLO has no objectives; nothing is imported from it.";
        check.note(Grade::Doubt, fields.place("objectives"), "openslo/no-objectives", what, "Add a target.");
    }
    let measure = source.inline.as_ref().and_then(|indicator| indicator.measure);
    let parts: Vec<Option<Part>> =
        entries.iter().map(|entry| part(check, entry, method, measure, references)).collect();
    alert_policies(check, fields, references);
    let parts: Option<Vec<Part>> = parts.into_iter().collect();
    Some(Draft { description, service: service.unwrap_or_default(), window: window?, source, parts: parts? })
}

/// `indicator` or `indicatorRef` of the spec or of one objective.
fn source(check: &mut Check, fields: &Fields, references: &mut Vec<Reference>) -> Source {
    if fields.has("indicator") && fields.has("indicatorRef") {
        let what = format!("{} has both indicator and indicatorRef.", fields.path);
        let place = fields.place("indicatorRef");
        check.note(Grade::Breach, place, "openslo/indicator", what, "Keep one of the two.");
    }
    let inline = inlined(check, fields, "indicator");
    if let Some(indicator) = &inline {
        references.extend(indicator.sources.iter().map(|(line, path, name)| Reference {
            place: (*line, path.clone()),
            kind: Kind::DataSource,
            name: name.clone(),
        }));
    }
    let name = reference(check, fields, "indicatorRef").map(str::to_owned);
    if let Some(name) = &name {
        let place = fields.place("indicatorRef");
        references.push(Reference { place, kind: Kind::Sli, name: name.clone() });
    }
    Source { inline, reference: name }
}

/// Indicators stand in the spec, or in every objective of a composite; not in both, not in neither.
fn where_indicators_are(check: &mut Check, spec: &Fields, objectives: &[Fields]) {
    let has_one = |fields: &Fields| fields.has("indicator") || fields.has("indicatorRef");
    let place = (spec.line, spec.path.clone());
    let parts = objectives.iter().filter(|objective| has_one(objective)).count();
    match (has_one(spec), parts) {
        (false, 0) => {
            let what = "The SLO has no indicator.";
            check.note(Grade::Breach, place, "openslo/indicator", what, "Add indicator or indicatorRef.");
        }
        (true, 1..) => {
            let what = "The SLO has an indicator of its own and others in its objectives.";
            check.note(Grade::Breach, place, "openslo/indicator", what, "Keep the one or the others.");
        }
        (false, 1..) => {
            let what = "The SLO is a composite; each objective is imported on its own.";
            let mend = "Nothing to do: /objectives shows the whole with the weights beside its parts.";
            check.note(Grade::Doubt, place, "openslo/composite", what, mend);
            for bare in objectives.iter().filter(|objective| !has_one(objective)) {
                let what = format!("{} has no indicator and others of the SLO have one.", bare.path);
                let place = (bare.line, bare.path.clone());
                check.note(Grade::Doubt, place, "openslo/composite-part", what, "Add indicatorRef.");
            }
        }
        (true, 0) => {}
    }
}

/// The budgeting method; where there is none, occurrences are assumed.
fn method(check: &mut Check, fields: &Fields) -> Option<&'static str> {
    let Some(text) = check.text(fields, "budgetingMethod") else {
        let mend = "Write Occurrences, which is assumed, Timeslices or RatioTimeslices.";
        check.missing(Grade::Breach, fields, "budgetingMethod", mend);
        return Some(METHODS[0]);
    };
    let similar = METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(text));
    if similar != Some(text) {
        let grade = if similar.is_some() { Grade::Breach } else { Grade::Senseless };
        let what = format!("The budgeting method {} is not known.", shown(text));
        let mend = format!("Write {}.", METHODS.join(", "));
        check.note(grade, fields.place("budgetingMethod"), "openslo/budgeting-method", what, mend);
    }
    similar
}

/// One entry of `objectives`.
fn part(
    check: &mut Check,
    fields: &Fields,
    method: Option<&str>,
    measure: Option<Measure>,
    references: &mut Vec<Reference>,
) -> Option<Part> {
    check.only(
        fields,
        &[
            "displayName",
            "op",
            "value",
            "target",
            "targetPercent",
            "timeSliceTarget",
            "timeSliceWindow",
            "indicator",
            "indicatorRef",
            "compositeWeight",
        ],
    );
    let display_name = check.text(fields, "displayName").unwrap_or_default().to_owned();
    let comparison = comparison(check, fields, measure);
    let target = target(check, fields);
    let method = match method {
        Some("Timeslices") => {
            let (slice_target, slice_seconds) = (slice_target(check, fields), slice_seconds(check, fields));
            slice_target.zip(slice_seconds).map(|(slice_target, slice_seconds)| BudgetingMethod::Timeslices {
                slice_target,
                slice_seconds,
            })
        }
        Some("RatioTimeslices") => slice_seconds(check, fields)
            .map(|slice_seconds| BudgetingMethod::RatioTimeslices { slice_seconds }),
        Some(_) => Some(BudgetingMethod::Occurrences),
        None => None,
    };
    let source = source(check, fields, references);
    let is_composite = source.inline.is_some() || source.reference.is_some();
    let weight = if is_composite { weight(check, fields) } else { Ppm::ONE };
    Some(Part { display_name, method: method?, target: target?, comparison, source, weight })
}

/// `compositeWeight`, to a millionth; 1 where there is none that can be taken.
fn weight(check: &mut Check, fields: &Fields) -> Ppm {
    let Some(weight) = check.number(fields, "compositeWeight") else { return Ppm::ONE };
    let millionths = weight.checked_mul(Decimal::from(1_000_000)).and_then(|number| number.round().to_i64());
    match millionths.filter(|millionths| *millionths > 0) {
        Some(millionths) => Ppm(millionths),
        None => {
            let what = format!("The weight {weight} is not positive.");
            let place = fields.place("compositeWeight");
            check.note(Grade::Breach, place, "openslo/composite-weight", what, "Write a number above 0.");
            Ppm::ONE
        }
    }
}

/// `op` and `value`: needed with an inlined threshold, forbidden with an inlined ratio.
fn comparison(check: &mut Check, fields: &Fields, measure: Option<Measure>) -> String {
    match measure {
        Some(Measure::Ratio) => {
            for (key, rule) in [("op", "openslo/op-with-ratio"), ("value", "openslo/value-with-ratio")] {
                if fields.has(key) {
                    let what =
                        format!("{} stands with a ratio metric, which compares nothing.", fields.key(key));
                    check.note(Grade::Breach, fields.place(key), rule, what, format!("Remove {key}."));
                }
            }
        }
        Some(Measure::Threshold) => {
            for key in ["op", "value"] {
                if !fields.has(key) {
                    check.missing(Grade::Breach, fields, key, "A threshold metric needs op and value.");
                }
            }
        }
        None => {}
    }
    let grade = if measure == Some(Measure::Threshold) { Grade::Breach } else { Grade::Doubt };
    let op = one_of(check, fields, "op", &OPERATORS, (grade, "openslo/op"));
    let value = check.number(fields, "value").map(|value| value.normalize().to_string());
    format!("{} {}", op.unwrap_or_default(), value.unwrap_or_default())
}

fn alert_policies(check: &mut Check, fields: &Fields, references: &mut Vec<Reference>) {
    for (node, path) in check.list(fields, "alertPolicies").unwrap_or_default() {
        if let Some(entry) = check.fields(node, &path) {
            either(check, &entry, "alertPolicyRef", Kind::AlertPolicy, references, policy);
        }
    }
}
