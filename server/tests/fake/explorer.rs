//! Cost Explorer: honours dates, metrics, filters and at most two group-bys; pages whose tokens are good
//! only for the same question.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::facts::Fact;
use super::{Answer, Refusal, World, refuse};

const METRICS: [&str; 4] = ["UnblendedCost", "NetUnblendedCost", "AmortizedCost", "NetAmortizedCost"];

/// What is left of an answer, and the question it belongs to.
pub struct Rest {
    question: Value,
    entries: Vec<Entry>,
}

/// One group of one day (or month); a day without groups has an entry without one.
type Entry = (Date, Date, Option<(Vec<String>, Decimal, Decimal)>);

pub fn answer(world: &mut World, action: &str, body: &Value) -> Answer {
    if let Some((code, message)) = world.refusals.get(action) {
        return refuse(code, *message);
    }
    match action {
        "GetCostAndUsage" => cost_and_usage(world, body),
        "GetAnomalies" => super::anomalies::answer(world, body),
        "ListCostAllocationTags" => Ok(tags(world, body)),
        _ => refuse("UnknownOperationException", action),
    }
}

fn tags(world: &World, body: &Value) -> Value {
    let wanted: Vec<&str> =
        body["TagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let found = world.tags.iter().filter(|(key, _)| wanted.contains(key));
    let described =
        found.map(|(key, status)| json!({ "TagKey": key, "Type": "UserDefined", "Status": status }));
    json!({ "CostAllocationTags": described.collect::<Vec<_>>() })
}

fn cost_and_usage(world: &mut World, body: &Value) -> Answer {
    let mut question = body.clone();
    let token = question.as_object_mut().unwrap().remove("NextPageToken");
    let mut rest = match token.as_ref().and_then(Value::as_str) {
        None => Rest { entries: entries(world, &question)?, question },
        Some(token) => match world.rests.remove(token) {
            None => return refuse("InvalidNextTokenException", "Invalid token"),
            Some(rest) if rest.question != question => {
                return refuse("RequestChangedException", "The parameters differ from those of the token");
            }
            Some(rest) => rest,
        },
    };
    let later = rest.entries.split_off(world.page.min(rest.entries.len()));
    let mut answer = json!({
        "ResultsByTime": results(world, &rest),
        "GroupDefinitions": rest.question["GroupBy"],
        "DimensionValueAttributes": attributes(world, &rest),
    });
    if !later.is_empty() {
        let token = format!("token-{}", world.log.len());
        answer["NextPageToken"] = json!(token);
        world.rests.insert(token, Rest { entries: later, question: rest.question });
    }
    Ok(answer)
}

fn day_of(text: &Value) -> Result<Date, Refusal> {
    let day = text.as_str().and_then(|text| text.parse().ok());
    day.map_or_else(|| refuse("ValidationException", "a date is malformed"), Ok)
}

/// Everything that the question is answered with.
fn entries(world: &World, question: &Value) -> Result<Vec<Entry>, Refusal> {
    let (start, end) = (day_of(&question["TimePeriod"]["Start"])?, day_of(&question["TimePeriod"]["End"])?);
    let oldest = world.today.first_of_month().saturating_sub(world.history.months());
    if start >= end || start > world.today || end > world.today.saturating_add(1.day()) || start < oldest {
        return refuse("ValidationException", format!("the period {start} to {end} cannot be asked for"));
    }
    let metrics: Vec<&str> =
        question["Metrics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if metrics.is_empty() || metrics.iter().any(|metric| !METRICS.contains(metric)) {
        return refuse("ValidationException", "an unknown metric");
    }
    if !world.knows_net && metrics.contains(&"NetAmortizedCost") {
        return refuse("ValidationException", "NetAmortizedCost is not available for this account");
    }
    let groups = question["GroupBy"].as_array().cloned().unwrap_or_default();
    if groups.len() > 2 {
        return refuse("ValidationException", "at most two group-bys");
    }
    let monthly = question["Granularity"] == "MONTHLY";
    let mut sums: BTreeMap<Date, BTreeMap<Vec<String>, (Decimal, Decimal)>> = BTreeMap::new();
    let mut day = if monthly { start.first_of_month() } else { start };
    while day < end {
        sums.insert(day, BTreeMap::new());
        day = if monthly { day.saturating_add(1.month()) } else { day.saturating_add(1.day()) };
    }
    for fact in &world.facts {
        let is_seen = fact.seen.0 <= world.today && world.today < fact.seen.1;
        if !is_seen || fact.day < start || fact.day >= end || !fits(&question["Filter"], fact)? {
            continue;
        }
        let day = if monthly { fact.day.first_of_month() } else { fact.day };
        let keys = groups.iter().map(|group| key_of(group, fact)).collect::<Result<Vec<_>, _>>()?;
        let sum = sums.entry(day).or_default().entry(keys).or_default();
        sum.0 += fact.unblended;
        sum.1 += fact.amortized;
    }
    let end_of =
        |day: Date| if monthly { day.saturating_add(1.month()) } else { day.saturating_add(1.day()) };
    let mut entries = Vec::new();
    for (day, groups) in sums {
        if groups.is_empty() {
            entries.push((day, end_of(day), None));
        }
        entries
            .extend(groups.into_iter().map(|(keys, (one, two))| (day, end_of(day), Some((keys, one, two)))));
    }
    Ok(entries)
}

fn dimension<'a>(key: &str, fact: &'a Fact) -> Result<&'a str, Refusal> {
    match key {
        "LINKED_ACCOUNT" => Ok(&fact.account),
        "SERVICE" => Ok(&fact.service),
        "RECORD_TYPE" => Ok(fact.record_type),
        _ => refuse("ValidationException", format!("no dimension {key}")),
    }
}

fn key_of(group: &Value, fact: &Fact) -> Result<String, Refusal> {
    let key = group["Key"].as_str().unwrap_or_default();
    match group["Type"].as_str() {
        Some("DIMENSION") => dimension(key, fact).map(str::to_owned),
        Some("COST_CATEGORY") => Ok(format!("{key}${}", if key == "Team" { fact.team } else { "" })),
        Some("TAG") => Ok(format!("{key}${}", if key == "team" { fact.team } else { "" })),
        _ => refuse("ValidationException", "no such group"),
    }
}

fn fits(filter: &Value, fact: &Fact) -> Result<bool, Refusal> {
    let Some(node) = filter.as_object() else { return Ok(true) };
    let Some((operator, value)) = node.iter().next().filter(|_| node.len() == 1) else {
        return refuse("ValidationException", "an expression has exactly one operator");
    };
    let all =
        || value.as_array().into_iter().flatten().map(|part| fits(part, fact)).collect::<Result<Vec<_>, _>>();
    match operator.as_str() {
        "And" => Ok(all()?.into_iter().all(|fits| fits)),
        "Or" => Ok(all()?.into_iter().any(|fits| fits)),
        "Not" => Ok(!fits(value, fact)?),
        "Dimensions" => {
            let found = dimension(value["Key"].as_str().unwrap_or_default(), fact)?;
            Ok(value["Values"].as_array().into_iter().flatten().any(|wanted| wanted == found))
        }
        _ => refuse("ValidationException", format!("no operator {operator}")),
    }
}

fn results(world: &World, rest: &Rest) -> Vec<Value> {
    let metrics: Vec<&str> =
        rest.question["Metrics"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let closed = world.today.first_of_month().saturating_sub(if world.today.day() > 5 {
        0.months()
    } else {
        1.month()
    });
    let mut results: Vec<Value> = Vec::new();
    for (day, end, group) in &rest.entries {
        let start = day.to_string();
        if results.last().is_none_or(|last| last["TimePeriod"]["Start"] != start.as_str()) {
            results.push(json!({
                "TimePeriod": { "Start": start, "End": end.to_string() },
                "Total": {},
                "Groups": [],
                "Estimated": *day >= closed,
            }));
        }
        let Some((keys, unblended, amortized)) = group else { continue };
        let amounts: BTreeMap<&str, Value> = metrics
            .iter()
            .map(|metric| {
                let amount = if metric.contains("Amortized") { amortized } else { unblended };
                (*metric, json!({ "Amount": amount.to_string(), "Unit": "USD" }))
            })
            .collect();
        let groups = results.last_mut().unwrap()["Groups"].as_array_mut().unwrap();
        groups.push(json!({ "Keys": keys, "Metrics": amounts }));
    }
    results
}

/// The names of the accounts on a page.
fn attributes(world: &World, rest: &Rest) -> Vec<Value> {
    let by_account = world.tells_names && rest.question["GroupBy"][0]["Key"] == "LINKED_ACCOUNT";
    let keys = rest.entries.iter().filter_map(|(_, _, group)| Some(group.as_ref()?.0.first()?.as_str()));
    let ids: BTreeSet<&str> = keys.filter(|_| by_account).collect();
    let named = world.accounts.iter().filter(|account| ids.contains(account.id.as_str()));
    named
        .map(|account| json!({ "Value": account.id, "Attributes": { "description": account.name } }))
        .collect()
}
