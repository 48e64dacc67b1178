//! What an objective is counted by in CloudWatch, read from `metricSource.spec` of its OpenSLO definition.

use std::collections::BTreeSet;

use domain::objective::BudgetingMethod;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use super::cloudwatch_count::{Absent, Comparison, CountedEvents};
use super::cloudwatch_series::{MetricPart, MetricQuery, MetricSeries};
use super::recurrence::Schedule;
use crate::nearest::nearest;
use crate::openslo::{MetricSource, Metrics};

/// By how many seconds events are counted where nothing is said. The sums of a day are the same by any period; five
/// minutes are a fifth of the numbers of one, and metrics that come every five minutes have no gaps by them.
pub(super) const PERIOD: i32 = 300;

/// The length of a slice, in seconds, where nothing is said.
pub(super) const SLICE: i32 = 60;

/// The keys of a metric, and of the spec around it.
const METRIC_KEYS: [&str; 6] = ["namespace", "metricName", "dimensions", "stat", "unit", "accountId"];
const SPEC_KEYS: [&str; 4] = ["expression", "metrics", "missing", "period"];

/// What an objective is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetricIndicator {
    /// Events of events.
    Ratio {
        /// The numerator.
        part: MetricSeries,
        /// Which events it counts.
        counted: CountedEvents,
        /// The denominator.
        total: MetricSeries,
        /// What a number that is not there means.
        absent: Absent,
    },
    /// Periods by a value.
    Threshold {
        /// The values.
        values: MetricSeries,
        /// How they are compared.
        comparison: Comparison,
        /// With what.
        threshold: Decimal,
    },
}

impl MetricIndicator {
    /// Whether a period is an event of its own, so that it cannot be counted by a coarser one.
    #[must_use]
    pub fn is_by_period(&self) -> bool {
        matches!(self, Self::Threshold { .. })
    }
}

/// An indicator and the period that it is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricObjective {
    /// The indicator.
    pub indicator: MetricIndicator,
    /// The period, in seconds.
    pub period: i32,
    /// Whether it may be counted by a longer period where a shorter one is kept no more.
    pub is_fixed: bool,
    /// Times that are left out: no period counts that begins in one.
    pub left_out: Vec<Schedule>,
}

/// A metric of an expression: its id, and its keys.
type NamedMetric = (String, Map<String, Json>);

/// Why a definition cannot be asked for: what is wrong, and how to mend it.
pub type Unusable = (String, String);

/// Reads how an objective is measured.
///
/// # Errors
/// A sentence and its mend where that cannot be asked of CloudWatch.
pub fn metric_objective(metrics: &Metrics, method: BudgetingMethod) -> Result<MetricObjective, Unusable> {
    let slice = match method {
        BudgetingMethod::Occurrences => None,
        BudgetingMethod::Timeslices { slice_seconds, .. }
        | BudgetingMethod::RatioTimeslices { slice_seconds } => Some(slice_seconds),
    };
    let (indicator, period) = if let Some(source) = &metrics.threshold {
        let values = series(source, None)?;
        let (comparison, threshold) = comparison(&metrics.comparison)?;
        (MetricIndicator::Threshold { values, comparison, threshold }, period(source)?.unwrap_or(SLICE))
    } else {
        ratio(metrics)?
    };
    let is_fixed = slice.is_some() || indicator.is_by_period();
    let period = match slice {
        Some(seconds) => i32::try_from(seconds).unwrap_or(0),
        None => period,
    };
    if period < 60 || 3_600 % period != 0 {
        return Err((
            format!("Its period is {period} seconds, and hours are cut into periods."),
            "Take 60, 120, 300, 600, 900, 1800 or 3600 seconds.".to_owned(),
        ));
    }
    Ok(MetricObjective { indicator, period, is_fixed, left_out: Vec::new() })
}

fn ratio(metrics: &Metrics) -> Result<(MetricIndicator, i32), Unusable> {
    let (counted, part) = match (&metrics.good, &metrics.bad) {
        (Some(good), _) => (CountedEvents::Good, good),
        (None, Some(bad)) => (CountedEvents::Bad, bad),
        (None, None) if metrics.raw.is_some() => {
            let what = "Its indicator is a raw ratio, of which no events can be counted.";
            return Err((what.to_owned(), "Write total with good or bad.".to_owned()));
        }
        (None, None) => {
            let what = "Its indicator has neither good nor bad events.";
            return Err((what.to_owned(), "Add good or bad with a metricSource of CloudWatch.".to_owned()));
        }
    };
    let Some(total) = &metrics.total else {
        return Err(("Its indicator has no total.".to_owned(), "Add total with a metricSource.".to_owned()));
    };
    let own = [period(part)?, period(total)?];
    if let [Some(one), Some(other)] = own
        && one != other
    {
        let what = format!("Its numerator has a period of {one} seconds and its total one of {other}.");
        return Err((what, "Give both the same period.".to_owned()));
    }
    let absent = Absent { numerator_is_zero: missing(part)?, total_is_no_traffic: missing(total)? };
    let (part, total) =
        (series(part, Some(&["Sum", "SampleCount"]))?, series(total, Some(&["Sum", "SampleCount"]))?);
    let period = own.into_iter().flatten().next().unwrap_or(PERIOD);
    Ok((MetricIndicator::Ratio { part, counted, total, absent }, period))
}

/// `missing`: `zero` where a number that is not there is one of none.
fn missing(source: &MetricSource) -> Result<bool, Unusable> {
    match source.text("missing") {
        None | Some("gap") => Ok(false),
        Some("zero") => Ok(true),
        Some(other) => Err((
            format!("missing is {other:?}."),
            "Write zero where CloudWatch puts no number when nothing happened, or gap, which is assumed."
                .to_owned(),
        )),
    }
}

fn period(source: &MetricSource) -> Result<Option<i32>, Unusable> {
    let Some(text) = source.text("period") else { return Ok(None) };
    let seconds = text.parse().ok().filter(|seconds| (60..=3_600).contains(seconds) && seconds % 60 == 0);
    let mend = || "Write a number of seconds such as 60, 300 or 3600.".to_owned();
    seconds.map(Some).ok_or_else(|| (format!("period is {text:?}."), mend()))
}

/// The series that a spec names; `stats` are those that may be added up.
fn series(source: &MetricSource, stats: Option<&[&str]>) -> Result<MetricSeries, Unusable> {
    let Some(spec) = source.spec.as_object() else {
        return Err(("metricSource has no spec.".to_owned(), example()));
    };
    let known: Vec<&str> = METRIC_KEYS.into_iter().chain(SPEC_KEYS).collect();
    only(spec, &known)?;
    if spec.contains_key("period") {
        period(source)?;
    }
    let Some(expression) = source.text("expression") else {
        let (query, account_id) = metric(spec, stats)?;
        return Ok(MetricSeries::single(query, account_id));
    };
    let beside =
        METRIC_KEYS.into_iter().filter(|key| *key != "accountId").find(|key| spec.contains_key(*key));
    if let Some(key) = beside {
        let what = format!("spec has expression and {key}.");
        return Err((what, "Put the metrics of an expression under metrics, each with its id.".to_owned()));
    }
    let mut parts = Vec::new();
    for (id, entry) in metrics_of(spec)? {
        if !is_id(&id) || parts.iter().any(|part: &MetricPart| part.id == id) {
            let what = format!("metrics has the id {id:?}, which is none or comes twice.");
            return Err((
                what,
                "Begin ids with a small letter; then letters, digits, underscores.".to_owned(),
            ));
        }
        only(&entry, &["id"].into_iter().chain(METRIC_KEYS).collect::<Vec<_>>())?;
        let (query, account_id) = metric(&entry, None)?;
        parts.push(MetricPart { id, query, account_id, is_returned: false });
    }
    let names: BTreeSet<&str> = parts.iter().map(|part| part.id.as_str()).collect();
    let mut id = "e".to_owned();
    while names.contains(id.as_str()) {
        id.push('e');
    }
    parts.push(MetricPart {
        id,
        query: MetricQuery::Expression(expression.to_owned()),
        account_id: text(spec, "accountId"),
        is_returned: true,
    });
    Ok(MetricSeries { parts })
}

/// The metrics of an expression: a list of metrics with ids, or metrics under their ids.
fn metrics_of(spec: &Map<String, Json>) -> Result<Vec<NamedMetric>, Unusable> {
    let wrong = || {
        let mend = "Write a list of metrics, each with id, namespace, metricName, dimensions and stat.";
        ("metrics is no list of metrics with ids.".to_owned(), mend.to_owned())
    };
    match spec.get("metrics") {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(entries)) => entries
            .iter()
            .map(|entry| {
                let entry = entry.as_object().ok_or_else(wrong)?;
                Ok((text(entry, "id").ok_or_else(wrong)?, entry.clone()))
            })
            .collect(),
        Some(Json::Object(entries)) => entries
            .iter()
            .map(|(id, entry)| Ok((id.clone(), entry.as_object().ok_or_else(wrong)?.clone())))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

fn metric(
    entry: &Map<String, Json>,
    stats: Option<&[&str]>,
) -> Result<(MetricQuery, Option<String>), Unusable> {
    let needed = |key: &str| text(entry, key).ok_or_else(|| (format!("spec has no {key}."), example()));
    let stat = text(entry, "stat").unwrap_or_else(|| "Sum".to_owned());
    if let Some(stats) = stats.filter(|stats| !stats.contains(&stat.as_str()) && !stat.starts_with("TC(")) {
        let what = format!("The statistic {stat} counts no events.");
        return Err((what, format!("Write {} or a trimmed count such as TC(:0.5).", stats.join(", "))));
    }
    let query = MetricQuery::Stat {
        namespace: needed("namespace")?,
        metric_name: needed("metricName")?,
        dimensions: dimensions(entry)?,
        stat,
        unit: text(entry, "unit"),
    };
    Ok((query, text(entry, "accountId")))
}

/// `dimensions`: names with their values, or a list of `{name, value}`.
fn dimensions(entry: &Map<String, Json>) -> Result<Vec<(String, String)>, Unusable> {
    let wrong = || {
        let mend = "Write names with their values, such as LoadBalancer: app/shop/50dc6c495c0c9188.";
        ("dimensions are no names with values.".to_owned(), mend.to_owned())
    };
    match entry.get("dimensions") {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Object(pairs)) => pairs
            .iter()
            .map(|(name, value)| Ok((name.clone(), value.as_str().ok_or_else(wrong)?.to_owned())))
            .collect(),
        Some(Json::Array(entries)) => entries
            .iter()
            .map(|entry| {
                let entry = entry.as_object().ok_or_else(wrong)?;
                let word = |keys: [&str; 2]| keys.into_iter().find_map(|key| text(entry, key));
                word(["name", "Name"]).zip(word(["value", "Value"])).ok_or_else(wrong)
            })
            .collect(),
        Some(_) => Err(wrong()),
    }
}

/// Refuses keys that nobody reads: a slip would otherwise count something else.
fn only(entry: &Map<String, Json>, known: &[&str]) -> Result<(), Unusable> {
    let Some(stranger) = entry.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    let mend = nearest(stranger, known.iter().copied())
        .map_or_else(|| format!("It has {}.", known.join(", ")), |near| format!("Did you mean {near}?"));
    Err((format!("spec has {stranger:?}, which is not known."), mend))
}

fn text(entry: &Map<String, Json>, key: &str) -> Option<String> {
    let text = entry.get(key).and_then(Json::as_str).map(str::trim);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn is_id(id: &str) -> bool {
    let mut letters = id.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// `op` and `value` of the objective.
fn comparison(text: &str) -> Result<(Comparison, Decimal), Unusable> {
    let (word, value) = text.split_once(' ').unwrap_or((text, ""));
    let comparison = match word {
        "lt" => Some(Comparison::Below),
        "lte" => Some(Comparison::AtMost),
        "gt" => Some(Comparison::Above),
        "gte" => Some(Comparison::AtLeast),
        _ => None,
    };
    comparison.zip(value.parse().ok()).ok_or_else(|| {
        let mend = "Write op (lt, lte, gt, gte) and value of the objective.";
        ("A threshold without a comparison.".to_owned(), mend.to_owned())
    })
}

fn example() -> String {
    "Write namespace: AWS/ApplicationELB, metricName: RequestCount, dimensions and stat: Sum, or expression."
        .to_owned()
}

#[cfg(test)]
mod tests {
    use domain::ratio::Ppm;
    use serde_json::json;

    use super::*;

    fn source(spec: Json) -> MetricSource {
        MetricSource { kind: Some("CloudWatch".to_owned()), reference: None, spec }
    }

    fn of(bad: Json, total: Json) -> Result<MetricObjective, Unusable> {
        let metrics = Metrics { bad: Some(source(bad)), total: Some(source(total)), ..Metrics::default() };
        metric_objective(&metrics, BudgetingMethod::Occurrences)
    }

    fn elb(metric: &str) -> Json {
        json!({
            "namespace": "AWS/ApplicationELB", "metricName": metric,
            "dimensions": { "LoadBalancer": "app/shop/50dc6c495c0c9188" }, "stat": "Sum",
        })
    }

    #[test]
    fn a_ratio_of_two_metrics_is_read() {
        let mut bad = elb("HTTPCode_Target_5XX_Count");
        bad["missing"] = json!("zero");
        bad["period"] = json!("60");
        let read = of(bad, elb("RequestCount")).unwrap();
        assert_eq!((read.period, read.is_fixed), (60, false));
        let MetricIndicator::Ratio { part, counted, total, absent } = read.indicator else { panic!() };
        assert_eq!(counted, CountedEvents::Bad);
        assert_eq!(part.word(), "AWS/ApplicationELB HTTPCode_Target_5XX_Count");
        assert_eq!(total.word(), "AWS/ApplicationELB RequestCount");
        assert_eq!(absent, Absent { numerator_is_zero: true, total_is_no_traffic: false });
        assert_eq!(of(elb("a"), elb("b")).unwrap().period, PERIOD);
    }

    #[test]
    fn an_expression_brings_its_metrics() {
        let expression = json!({
            "expression": "e + FILL(e2, 0)", "accountId": "123456789012",
            "metrics": [
                { "id": "e", "namespace": "Shop", "metricName": "A", "dimensions": [{ "name": "N", "value": "V" }] },
                { "id": "e2", "namespace": "Shop", "metricName": "B", "stat": "SampleCount" },
            ],
        });
        let read = of(expression, elb("RequestCount")).unwrap();
        let MetricIndicator::Ratio { part, .. } = read.indicator else { panic!() };
        let ids: Vec<(&str, bool)> =
            part.parts.iter().map(|part| (part.id.as_str(), part.is_returned)).collect();
        assert_eq!(ids, [("e", false), ("e2", false), ("ee", true)]);
        assert_eq!(part.parts[2].account_id.as_deref(), Some("123456789012"));
        assert!(part.is_calculated());
    }

    #[test]
    fn what_cannot_be_asked_says_what_to_write() {
        let with = |key: &str, value: Json| {
            let mut spec = elb("x");
            spec[key] = value;
            spec
        };
        for (bad, what) in [
            (with("metricname", json!("y")), "spec has \"metricname\", which is not known."),
            (with("stat", json!("Average")), "The statistic Average counts no events."),
            (with("missing", json!("nothing")), "missing is \"nothing\"."),
            (with("period", json!("90")), "period is \"90\"."),
            (with("expression", json!("m1")), "spec has expression and namespace."),
            (with("dimensions", json!("x")), "dimensions are no names with values."),
            (json!({ "namespace": "A" }), "spec has no metricName."),
            (json!({ "expression": "M1", "metrics": [{ "id": "M1" }] }), "metrics has the id \"M1\""),
        ] {
            let (said, mend) = of(bad, elb("RequestCount")).unwrap_err();
            assert!(said.starts_with(what) && !mend.is_empty(), "{said}");
        }
        let (said, _) = of(with("period", json!("60")), with("period", json!("300"))).unwrap_err();
        assert!(said.contains("a period of 60 seconds and its total one of 300"), "{said}");
    }

    #[test]
    fn thresholds_and_slices_keep_their_period() {
        let values = source(json!({ "namespace": "A", "metricName": "Latency", "stat": "p99" }));
        let metrics =
            Metrics { threshold: Some(values), comparison: "lte 0.5".to_owned(), ..Metrics::default() };
        let slices =
            |slice_seconds| BudgetingMethod::Timeslices { slice_target: Ppm(950_000), slice_seconds };
        let read = metric_objective(&metrics, slices(300)).unwrap();
        assert_eq!((read.period, read.is_fixed), (300, true));
        assert!(matches!(
            read.indicator,
            MetricIndicator::Threshold { comparison: Comparison::AtMost, threshold, .. }
                if threshold == Decimal::new(5, 1)
        ));
        let (said, _) = metric_objective(&metrics, slices(420)).unwrap_err();
        assert!(said.contains("420 seconds"), "{said}");
        let none = Metrics { comparison: String::new(), ..metrics };
        assert!(metric_objective(&none, slices(60)).is_err());
    }
}
