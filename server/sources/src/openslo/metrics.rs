//! How an indicator is measured, for whoever asks for it.

use serde_json::Value as Json;

use super::check::Fields;
use crate::yaml::{Key, Node, Value};

/// One `metricSource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricSource {
    /// `type`, else the type of the data source that `metricSourceRef` names, if it is in the import.
    pub kind: Option<String>,
    /// `metricSourceRef`.
    pub reference: Option<String>,
    /// `spec` as it is written; numbers and flags are texts.
    pub spec: Json,
}

impl MetricSource {
    /// The text of a field of the spec that is not empty.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.spec.get(key).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
    }
}

/// The metrics of one indicator: a ratio (`total` with `good` or `bad`, or `raw`) or a threshold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// `ratioMetric.good`.
    pub good: Option<MetricSource>,
    /// `ratioMetric.bad`.
    pub bad: Option<MetricSource>,
    /// `ratioMetric.total`.
    pub total: Option<MetricSource>,
    /// `ratioMetric.raw`.
    pub raw: Option<MetricSource>,
    /// `ratioMetric.rawType`.
    pub raw_type: Option<String>,
    /// `ratioMetric.counter`: whether the metrics count up for ever.
    pub is_counter: Option<bool>,
    /// `thresholdMetric`.
    pub threshold: Option<MetricSource>,
    /// `op` and `value` of the objective, such as `lte 0.5`; empty without a threshold.
    pub comparison: String,
}

impl Metrics {
    /// Of `spec` of an indicator.
    pub(super) fn of(spec: &Fields) -> Self {
        let ratio = spec.get("ratioMetric").map(entries).unwrap_or_default();
        let metric = |key: &str| field(ratio, key).and_then(source);
        Self {
            good: metric("good"),
            bad: metric("bad"),
            total: metric("total"),
            raw: metric("raw"),
            raw_type: field(ratio, "rawType").and_then(text).map(str::to_owned),
            is_counter: field(ratio, "counter").and_then(text).and_then(|word| crate::field::flag(word).ok()),
            threshold: spec.get("thresholdMetric").and_then(source),
            comparison: String::new(),
        }
    }

    /// Each metric there is.
    pub fn sources(&self) -> impl Iterator<Item = &MetricSource> {
        [&self.good, &self.bad, &self.total, &self.raw, &self.threshold].into_iter().flatten()
    }

    /// The types that are named.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.sources().filter_map(|source| source.kind.as_deref())
    }

    /// Gives metrics that name no type that of the data source they refer to.
    pub(super) fn resolve(&mut self, kind_of: impl Fn(&str) -> Option<String>) {
        let metrics = [&mut self.good, &mut self.bad, &mut self.total, &mut self.raw, &mut self.threshold];
        for source in metrics.into_iter().flatten() {
            if source.kind.is_none() {
                source.kind = source.reference.as_deref().and_then(&kind_of);
            }
        }
    }
}

fn entries(node: &Node) -> &[(Key, Node)] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    }
}

fn field<'n>(entries: &'n [(Key, Node)], name: &str) -> Option<&'n Node> {
    entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node).filter(|node| !node.is_null())
}

fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar { text, .. } if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// `metricSource` of a metric.
fn source(metric: &Node) -> Option<MetricSource> {
    let source = entries(field(entries(metric), "metricSource")?);
    let named = |key: &str| field(source, key).and_then(text).map(str::to_owned);
    let spec = field(source, "spec").map(json).unwrap_or_default();
    Some(MetricSource { kind: named("type"), reference: named("metricSourceRef"), spec })
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Scalar { .. } if node.is_null() => Json::Null,
        Value::Scalar { text, .. } => Json::from(text.as_str()),
        Value::List(nodes) => nodes.iter().map(json).collect(),
        Value::Map(entries) => entries.iter().map(|(key, node)| (key.name.clone(), json(node))).collect(),
    }
}
