//! What Datadog answers: everything may be missing, and what is not known is passed over.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::number::Number;

/// `GET /api/v1/slo`. Each definition is read by itself, so that one that cannot be read loses no other.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct List {
    pub(super) data: Option<Vec<Box<RawValue>>>,
}

/// One SLO as it is defined.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Slo {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) thresholds: Option<Vec<Threshold>>,
    pub(super) query: Option<serde_json::Value>,
    pub(super) sli_specification: Option<serde_json::Value>,
    pub(super) monitor_ids: Option<serde_json::Value>,
    pub(super) groups: Option<serde_json::Value>,
    pub(super) modified_at: Option<Number>,
}

/// One target of an SLO.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Threshold {
    pub(super) timeframe: Option<String>,
    pub(super) target: Option<Number>,
}

/// `GET /api/v1/slo/{id}/history`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HistoryReply {
    pub(super) data: Option<History>,
    pub(super) errors: Option<Vec<HistoryError>>,
}

/// What went wrong with a part of a history.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HistoryError {
    pub(super) error: Option<String>,
    pub(super) error_type: Option<String>,
    pub(super) error_message: Option<String>,
}

/// The history of an SLO over one period.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct History {
    pub(super) overall: Option<Part>,
    pub(super) series: Option<Series>,
    pub(super) monitors: Option<Vec<Part>>,
    pub(super) groups: Option<Vec<Part>>,
}

/// The whole of an SLO, or one of its monitors or groups.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    pub(super) name: Option<String>,
    pub(super) sli_value: Option<Number>,
    pub(super) error_budget_remaining: Option<BTreeMap<String, Number>>,
    pub(super) errors: Option<Vec<HistoryError>>,
    pub(super) state: Option<String>,
    pub(super) history: Option<Vec<Vec<Number>>>,
}

/// The points of a metric SLO.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Series {
    pub(super) times: Option<Vec<Number>>,
    pub(super) numerator: Option<Points>,
    pub(super) denominator: Option<Points>,
}

/// One of its two series.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Points {
    pub(super) values: Option<Vec<Number>>,
    pub(super) sum: Option<Number>,
}

/// `GET /api/v1/slo/search`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    pub(super) data: Option<SearchData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchData {
    pub(super) attributes: Option<SearchAttributes>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchAttributes {
    pub(super) slos: Option<Vec<SearchHit>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchHit {
    pub(super) data: Option<SearchedSlo>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchedSlo {
    pub(super) id: Option<String>,
    pub(super) attributes: Option<Searched>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Searched {
    pub(super) overall_status: Option<Vec<Status>>,
}

/// How an SLO stands over one of its windows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    pub(super) timeframe: Option<String>,
    pub(super) status: Option<Number>,
    pub(super) error_budget_remaining: Option<Number>,
    pub(super) indexed_at: Option<Number>,
    pub(super) state: Option<String>,
}

/// `GET /api/v1/slo/correction`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Corrections {
    pub(super) data: Option<Vec<Correction>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Correction {
    pub(super) id: Option<String>,
    pub(super) attributes: Option<CorrectionAttributes>,
}

/// A time that is left out of an SLO.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CorrectionAttributes {
    pub(super) slo_id: Option<String>,
    pub(super) slo_query: Option<String>,
    pub(super) category: Option<String>,
    pub(super) description: Option<String>,
    pub(super) start: Option<Number>,
    pub(super) end: Option<Number>,
    pub(super) duration: Option<Number>,
    pub(super) rrule: Option<String>,
    pub(super) timezone: Option<String>,
}

/// What an error answer says, in one line.
pub(super) fn error_words(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    let errors = [&value["errors"], &value["error"]].into_iter().find(|errors| !errors.is_null())?;
    let word = |error: &serde_json::Value| {
        let inner = [error, &error["error"], &error["detail"], &error["title"]];
        inner.into_iter().find_map(serde_json::Value::as_str).map(str::to_owned)
    };
    let words: Vec<String> = match errors.as_array() {
        Some(many) => many.iter().filter_map(word).collect(),
        None => word(errors).into_iter().collect(),
    };
    let line: String = words.join("; ").chars().filter(|letter| !letter.is_control()).take(300).collect();
    (!line.is_empty()).then_some(line)
}
