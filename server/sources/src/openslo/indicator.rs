//! Rules of service level indicators, inlined or on their own.

use super::check::{Check, Fields, Grade};
use super::common::{description, metadata, one_of, reference};
use super::metrics::Metrics;
use crate::yaml::Node;

/// Which way an indicator is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Threshold,
    Ratio,
}

/// An indicator as far as others need it.
#[derive(Clone, Debug)]
pub(super) struct Indicator {
    /// `None` when it says neither or both.
    pub(super) measure: Option<Measure>,
    /// What it measures, in canonical form.
    pub(super) canonical: String,
    /// The data sources it names: line, path, name.
    pub(super) sources: Vec<(u64, String, String)>,
    /// How it is measured.
    pub(super) metrics: Metrics,
}

/// An indicator inlined at a field: its metadata and its spec.
pub(super) fn inlined(check: &mut Check, parent: &Fields, key: &str) -> Option<Indicator> {
    let fields = check.table(parent, key)?;
    check.only(&fields, &["metadata", "spec"]);
    metadata(check, &fields);
    spec(check, &fields)
}

/// `spec` of an indicator.
pub(super) fn spec(check: &mut Check, parent: &Fields) -> Option<Indicator> {
    let Some(fields) = check.table(parent, "spec") else {
        if !parent.has("spec") {
            check.missing(Grade::Breach, parent, "spec", "Add thresholdMetric or ratioMetric.");
        }
        return None;
    };
    check.only(&fields, &["description", "thresholdMetric", "ratioMetric"]);
    description(check, &fields);
    let measure = match (fields.has("thresholdMetric"), fields.has("ratioMetric")) {
        (true, false) => Some(Measure::Threshold),
        (false, true) => Some(Measure::Ratio),
        (both, _) => {
            let count = if both { "both" } else { "neither" };
            let what = format!("{} has {count} of thresholdMetric and ratioMetric.", fields.path);
            let place = (fields.line, fields.path.clone());
            check.note(
                Grade::Breach,
                place,
                "openslo/indicator-metric",
                what,
                "Write exactly one of the two.",
            );
            None
        }
    };
    let mut sources = Vec::new();
    metric(check, &fields, "thresholdMetric", &mut sources);
    if let Some(ratio) = check.table(&fields, "ratioMetric") {
        ratio_metric(check, &ratio, &mut sources);
    }
    let canonical = ["thresholdMetric", "ratioMetric"]
        .into_iter()
        .filter_map(|key| fields.get(key).map(|node| format!("{key}={}", Node::canonical(node))))
        .collect::<Vec<_>>()
        .join(";");
    Some(Indicator { measure, canonical, sources, metrics: Metrics::of(&fields) })
}

/// `total` with `good` or `bad`, or `raw` with `rawType`.
fn ratio_metric(check: &mut Check, fields: &Fields, sources: &mut Vec<(u64, String, String)>) {
    check.only(fields, &["counter", "good", "bad", "total", "rawType", "raw"]);
    check.flag(fields, "counter");
    let [good, bad, total, raw] = ["good", "bad", "total", "raw"].map(|key| fields.has(key));
    let fault = match (total, raw) {
        (true, true) => Some("both total and raw"),
        (false, false) => Some("neither total nor raw"),
        (false, true) if good || bad => Some("good or bad beside raw"),
        (true, false) if good == bad => Some(if good { "both good and bad" } else { "neither good nor bad" }),
        _ => None,
    };
    if let Some(fault) = fault {
        let what = format!("{} has {fault}.", fields.path);
        let mend = "Write total with good or bad, or raw with rawType.";
        check.note(Grade::Breach, (fields.line, fields.path.clone()), "openslo/ratio-metric", what, mend);
    }
    for key in ["good", "bad", "total", "raw"] {
        metric(check, fields, key, sources);
    }
    let query = |key: &str| fields.get(key).map(Node::canonical);
    let same = ["good", "bad"].into_iter().find(|key| query(key).is_some() && query(key) == query("total"));
    if let Some(key) = same {
        let what = format!("{key} and total are the same query, so that the share is always all or nothing.");
        let place = (fields.line, fields.path.clone());
        check.note(
            Grade::Doubt,
            place,
            "openslo/same-queries",
            what,
            "Count in the total what the other leaves out.",
        );
    }
    if raw && !fields.has("rawType") {
        check.missing(Grade::Breach, fields, "rawType", "Write success or failure.");
    }
    one_of(check, fields, "rawType", &["success", "failure"], (Grade::Breach, "openslo/raw-type"));
}

fn metric(check: &mut Check, parent: &Fields, key: &str, sources: &mut Vec<(u64, String, String)>) {
    let Some(fields) = check.table(parent, key) else { return };
    check.only(&fields, &["metricSource"]);
    let Some(source) = check.table(&fields, "metricSource") else {
        if !fields.has("metricSource") {
            check.missing(Grade::Breach, &fields, "metricSource", "Name the source and its query.");
        }
        return;
    };
    check.only(&source, &["metricSourceRef", "type", "spec"]);
    if let Some(name) = reference(check, &source, "metricSourceRef") {
        let (line, path) = source.place("metricSourceRef");
        sources.push((line, path, name.to_owned()));
    }
    check.text(&source, "type");
    let spec = check.table(&source, "spec");
    if spec.is_none_or(|spec| spec.entries.is_empty()) {
        check.missing(Grade::Breach, &source, "spec", "Add the query.");
    }
}
