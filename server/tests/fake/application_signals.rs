//! Application Signals as it is on the wire: REST in JSON. It lists page by page, some pages empty, tells budgets of
//! 50 objectives at once and of some of them not.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// One objective of the fictional AWS.
#[derive(Clone)]
pub struct Slo {
    /// As GetServiceLevelObjective tells it.
    pub definition: Value,
    /// What is told of its budget: a report without ARN and name, or a code and a message.
    pub report: Result<Value, (&'static str, &'static str)>,
    /// Windows that are left out.
    pub exclusions: Vec<Value>,
}

/// The objectives of the fictional AWS.
#[derive(Default)]
pub struct Signals {
    pub slos: Vec<Slo>,
    /// Objectives on a page; 50 where 0.
    pub page: usize,
    /// Objectives that are listed and gone when they are asked for.
    pub vanished: Vec<String>,
    /// What was asked: method and path, and the body.
    pub log: Vec<(String, Value)>,
}

pub fn arn(account: &str, name: &str) -> String {
    format!("arn:aws:application-signals:us-east-1:{account}:slo/{name}")
}

/// Whether a path is one of Application Signals'.
pub fn is_path(path: &str) -> bool {
    path == "/slos" || path == "/budget-report" || path.starts_with("/slo/")
}

type Told = Result<Value, (StatusCode, &'static str, String)>;

/// Answers one request; `refusals` by the name of the operation.
pub fn answer(
    signals: &mut Signals,
    refusals: &BTreeMap<&'static str, (&'static str, &'static str)>,
    path: &str,
    query: &str,
    body: &[u8],
) -> Response {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    signals.log.push((path.to_owned(), body.clone()));
    let operation = match path {
        "/slos" => "ListServiceLevelObjectives",
        "/budget-report" => "BatchGetServiceLevelObjectiveBudgetReport",
        path if path.ends_with("/exclusion-windows") => "ListServiceLevelObjectiveExclusionWindows",
        _ => "GetServiceLevelObjective",
    };
    let told = match (refusals.get(operation), operation) {
        (Some((code, message)), _) => Err((StatusCode::FORBIDDEN, *code, (*message).to_owned())),
        (None, "ListServiceLevelObjectives") => Ok(list(signals, query)),
        (None, "BatchGetServiceLevelObjectiveBudgetReport") => reports(signals, &body),
        (None, "GetServiceLevelObjective") => {
            found(signals, path.trim_start_matches("/slo/")).map(|slo| json!({ "Slo": slo.definition }))
        }
        (None, _) => {
            let id = path.trim_start_matches("/slo/").trim_end_matches("/exclusion-windows");
            found(signals, id).map(|slo| json!({ "ExclusionWindows": slo.exclusions }))
        }
    };
    let (status, code, value) = match told {
        Ok(value) => (StatusCode::OK, "", value),
        Err((status, code, message)) => (status, code, json!({ "Message": message })),
    };
    let mut response =
        (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response();
    if !code.is_empty() {
        response.headers_mut().insert("x-amzn-errortype", code.parse().unwrap());
    }
    response
}

/// Every second page is empty and still not the last one.
fn list(signals: &Signals, query: &str) -> Value {
    let page = if signals.page == 0 { 50 } else { signals.page };
    let token = super::between(&format!("{query}&"), "NextToken=", "&").to_owned();
    let (from, is_empty) = match token.split_once('-') {
        Some((from, kind)) => (from.parse::<usize>().unwrap(), kind == "empty"),
        None => (0, false),
    };
    let is_linked = query.contains("IncludeLinkedAccounts=true");
    let own = |slo: &&Slo| is_linked || slo.definition["Arn"].as_str().unwrap().contains(super::PAYER);
    let listed: Vec<&Slo> = signals.slos.iter().filter(own).collect();
    if is_empty {
        return json!({ "SloSummaries": [], "NextToken": format!("{from}-full") });
    }
    let some = listed.iter().skip(from).take(page);
    let summaries: Vec<Value> =
        some.map(|slo| json!({ "Arn": slo.definition["Arn"], "Name": slo.definition["Name"] })).collect();
    let mut answer = json!({ "SloSummaries": summaries });
    if from + page < listed.len() {
        answer["NextToken"] = json!(format!("{}-empty", from + page));
    }
    answer
}

fn found<'s>(signals: &'s Signals, id: &str) -> Result<&'s Slo, (StatusCode, &'static str, String)> {
    let id = id.replace("%3A", ":").replace("%2F", "/");
    let slo = signals.slos.iter().find(|slo| slo.definition["Arn"] == json!(id));
    let slo = slo.filter(|_| !signals.vanished.contains(&id));
    slo.ok_or_else(|| (StatusCode::NOT_FOUND, "ResourceNotFoundException", format!("{id} is not there")))
}

fn reports(signals: &Signals, body: &Value) -> Told {
    let ids: Vec<&str> = body["SloIds"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    if ids.is_empty() || ids.len() > 50 {
        return Err((StatusCode::BAD_REQUEST, "ValidationException", format!("{} ids", ids.len())));
    }
    let (mut reports, mut errors) = (Vec::new(), Vec::new());
    for id in ids {
        let Ok(slo) = found(signals, id) else { continue };
        let name = slo.definition["Name"].clone();
        match &slo.report {
            Ok(report) => {
                let mut report = report.clone();
                report["Arn"] = json!(id);
                report["Name"] = name;
                reports.push(report);
            }
            Err((code, message)) => {
                errors.push(json!({ "Name": name, "Arn": id, "ErrorCode": code, "ErrorMessage": message }));
            }
        }
    }
    Ok(json!({ "Timestamp": body["Timestamp"], "Reports": reports, "Errors": errors }))
}
