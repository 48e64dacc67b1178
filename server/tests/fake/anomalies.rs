//! Cost Anomaly Detection: tells of at most 90 days by the last day of each anomaly, in pages whose tokens are
//! good only for the same question.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Answer, World, refuse};

/// How many anomalies are on a page.
const PAGE: usize = 2;

/// One anomaly as AWS has it.
#[derive(Clone)]
pub struct Anomaly {
    pub id: &'static str,
    pub first: &'static str,
    pub last: Option<&'static str>,
    pub impact: f64,
    pub expected: Option<f64>,
    /// Account, service, contribution.
    pub causes: Vec<(String, &'static str, f64)>,
}

pub fn answer(world: &World, body: &Value) -> Answer {
    let day = |key: &str| body["DateInterval"][key].as_str().and_then(|day| day.parse::<Date>().ok());
    let (Some(start), Some(end)) = (day("StartDate"), day("EndDate")) else {
        return refuse("ValidationException", "a date is malformed");
    };
    if end > world.today || start < end.saturating_sub(89.days()) {
        return refuse("ValidationException", format!("{start} to {end} is more than 90 days"));
    }
    let is_told = |anomaly: &&Anomaly| {
        let last = anomaly.last.map_or(world.today, |last| last.parse().unwrap());
        anomaly.first.parse::<Date>().unwrap() <= world.today && (start..=end).contains(&last)
    };
    let told: Vec<&Anomaly> = world.anomalies.iter().filter(is_told).collect();
    let from = match body["NextPageToken"].as_str() {
        None => 0,
        Some(token) => match token.strip_prefix(&format!("{start}-{end}-")).and_then(|at| at.parse().ok()) {
            Some(at) => at,
            None => return refuse("InvalidNextTokenException", "Invalid token"),
        },
    };
    let mut answer =
        json!({ "Anomalies": told.iter().skip(from).take(PAGE).map(|one| value(one)).collect::<Vec<_>>() });
    if from + PAGE < told.len() {
        answer["NextPageToken"] = json!(format!("{start}-{end}-{}", from + PAGE));
    }
    Ok(answer)
}

fn value(anomaly: &Anomaly) -> Value {
    let causes = anomaly.causes.iter().map(|(account, service, contribution)| {
        json!({
            "LinkedAccount": account, "LinkedAccountName": "", "Service": service, "Region": "ap-northeast-1",
            "Impact": { "Contribution": contribution },
        })
    });
    let mut impact = json!({ "MaxImpact": anomaly.impact, "TotalImpact": anomaly.impact });
    if let Some(expected) = anomaly.expected {
        impact["TotalExpectedSpend"] = json!(expected);
    }
    let mut value = json!({
        "AnomalyId": anomaly.id,
        "AnomalyStartDate": format!("{}T00:00:00Z", anomaly.first),
        "AnomalyScore": { "MaxScore": 0.9, "CurrentScore": 0.5 },
        "MonitorArn": "arn:aws:ce::999900001111:anomalymonitor/services",
        "Impact": impact,
        "RootCauses": causes.collect::<Vec<_>>(),
    });
    if let Some(last) = anomaly.last {
        value["AnomalyEndDate"] = json!(format!("{last}T00:00:00Z"));
    }
    value
}
