//! What the HTTP API answers: numbers are texts, and times have a fraction.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;
use serde_json::value::RawValue;

/// An answer, whatever its status.
#[derive(Debug, Deserialize)]
struct Reply<'a> {
    status: Cow<'a, str>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
    error: Option<String>,
    #[serde(default)]
    warnings: Option<Vec<String>>,
    #[serde(default)]
    infos: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    result_type: Cow<'a, str>,
    #[serde(borrow)]
    result: &'a RawValue,
}

#[derive(Debug, Deserialize)]
struct RawSeries<'a> {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(borrow)]
    value: Option<RawPoint<'a>>,
    #[serde(borrow)]
    values: Option<Vec<RawPoint<'a>>>,
    #[serde(borrow)]
    histogram: Option<&'a RawValue>,
    #[serde(borrow)]
    histograms: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct RawPoint<'a>(#[serde(borrow)] &'a RawValue, #[serde(borrow)] Cow<'a, str>);

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// An exact number.
    Finite(Decimal),
    /// `NaN`: nothing, such as nought divided by nought.
    Nothing,
    /// `+Inf`, `-Inf` or too large to be counted.
    Endless,
}

/// A series and its points: milliseconds and values, in order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Series {
    /// The labels without the metric's name, which functions drop.
    pub(super) labels: BTreeMap<String, String>,
    pub(super) points: Vec<(i64, Number)>,
}

/// A successful answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) series: Vec<Series>,
    /// What the server remarked.
    pub(super) warnings: Vec<String>,
}

/// An answer that says what was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `errorType`, such as `bad_data`.
    pub(super) kind: String,
    pub(super) what: String,
}

/// Reads an answer to a query; the outer error is about what is no answer of Prometheus at all.
pub(super) fn query(body: &[u8]) -> Result<Result<Answered, Refusal>, String> {
    let reply: Reply =
        serde_json::from_slice(body).map_err(|error| format!("no JSON of its API ({error})"))?;
    if reply.status != "success" {
        let kind = reply.error_type.unwrap_or_else(|| "error".to_owned());
        return Ok(Err(Refusal { kind, what: reply.error.unwrap_or_default() }));
    }
    let data = reply.data.ok_or("a success without data")?;
    let data: Data = serde_json::from_str(data.get()).map_err(|error| format!("data ({error})"))?;
    let warnings = reply.warnings.into_iter().chain(reply.infos).flatten().collect();
    if !["vector", "matrix"].contains(&&*data.result_type) {
        let what = format!("the query answers a {}, and series are wanted", data.result_type);
        return Ok(Err(Refusal { kind: "result".to_owned(), what }));
    }
    let raw: Vec<RawSeries> =
        serde_json::from_str(data.result.get()).map_err(|error| format!("a result ({error})"))?;
    if raw.iter().any(|series| series.histogram.is_some() || series.histograms.is_some()) {
        let what =
            "the query answers histograms, and numbers are wanted: wrap it in histogram_count()".to_owned();
        return Ok(Err(Refusal { kind: "result".to_owned(), what }));
    }
    let series = raw.into_iter().map(series_of).collect::<Result<_, _>>()?;
    Ok(Ok(Answered { series, warnings }))
}

/// What a refusal says, where an answer is one.
pub(super) fn refusal(body: &[u8]) -> Option<Refusal> {
    let reply: Reply = serde_json::from_slice(body).ok()?;
    Some(Refusal { kind: reply.error_type?, what: reply.error.unwrap_or_default() })
}

/// One text of the data of an answer, such as the version.
pub(super) fn text(body: &[u8], key: &str) -> Option<String> {
    let reply: Reply = serde_json::from_slice(body).ok()?;
    let data: BTreeMap<String, serde_json::Value> = serde_json::from_str(reply.data?.get()).ok()?;
    data.get(key).and_then(|value| value.as_str()).map(str::to_owned)
}

fn series_of(raw: RawSeries<'_>) -> Result<Series, String> {
    let mut labels = raw.metric;
    labels.remove("__name__");
    let points = raw.values.into_iter().flatten().chain(raw.value);
    let points = points.map(|RawPoint(time, value)| Ok((millis(time.get())?, number(&value)?)));
    let mut points = points.collect::<Result<Vec<_>, String>>()?;
    points.sort_unstable_by_key(|(at, _)| *at);
    Ok(Series { labels, points })
}

fn decimal(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    }
}

fn millis(text: &str) -> Result<i64, String> {
    let seconds = decimal(text).and_then(|seconds| seconds.checked_mul(Decimal::ONE_THOUSAND));
    let millis =
        seconds.map(|millis| millis.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven));
    millis.and_then(|millis| millis.try_into().ok()).ok_or_else(|| format!("a time {text}"))
}

fn number(text: &str) -> Result<Number, String> {
    match text {
        "NaN" => Ok(Number::Nothing),
        "+Inf" | "-Inf" | "Inf" => Ok(Number::Endless),
        text => {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            match decimal(text) {
                Some(number) => Ok(Number::Finite(number)),
                // More digits than an exact number keeps: rounded where it is small, else without end.
                None if is_number && !text.is_empty() => {
                    Ok(text.parse().map_or(Number::Endless, Number::Finite))
                }
                None => Err(format!("a value {text:?}")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finite(text: &str) -> Number {
        Number::Finite(text.parse().unwrap())
    }

    #[test]
    fn answers_are_read_exactly() {
        let body = br#"{"status":"success","warnings":["w"],"infos":["i"],"data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"a","job":"x"},"values":[[1761091260.123,"2"],[1761091200,"0.1"],[1.7610913e+09,"NaN"]]}]}}"#;
        let answered = query(body).unwrap().unwrap();
        assert_eq!(answered.warnings, ["w", "i"]);
        let series = &answered.series[0];
        assert_eq!(series.labels.keys().collect::<Vec<_>>(), ["job"]);
        let expected = [
            (1_761_091_200_000, finite("0.1")),
            (1_761_091_260_123, finite("2")),
            (1_761_091_300_000, Number::Nothing),
        ];
        assert_eq!(series.points, expected);
    }

    #[test]
    fn numbers_that_are_none_are_told_apart() {
        for (text, expected) in [
            ("1e+06", Ok(finite("1000000"))),
            ("+Inf", Ok(Number::Endless)),
            ("1e300", Ok(Number::Endless)),
            ("NaN", Ok(Number::Nothing)),
            ("3345038.0000000000000000000000000000001", Ok(finite("3345038.0000000000000000000000"))),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
        assert!(number("many").is_err());
    }

    #[test]
    fn refusals_and_other_answers_are_told_apart() {
        let refused = br#"{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution"}"#;
        assert_eq!(query(refused).unwrap().unwrap_err().kind, "bad_data");
        let scalar = br#"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#;
        assert!(query(scalar).unwrap().unwrap_err().what.contains("a scalar"));
        assert!(query(b"<html>").is_err());
        let version = br#"{"status":"success","data":{"version":"2.42.0"}}"#;
        assert_eq!(text(version, "version").as_deref(), Some("2.42.0"));
    }
}
