//! CloudWatch as it is on the wire: RPC in CBOR. GetMetricData pages, answers newest first, keeps numbers for as long
//! as AWS does, and refuses what AWS refuses. Numbers are put by the minute.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::cbor::{Cbor, read, write};

/// Where the SDK posts.
pub const PATH: &str = "/service/GraniteServiceVersion20100801/operation/";

/// One metric, and its numbers by the second at which their minute begins.
#[derive(Clone)]
pub struct Series {
    pub namespace: &'static str,
    pub name: String,
    pub dimensions: BTreeMap<String, String>,
    pub unit: &'static str,
    /// Another account than the identity's.
    pub account: Option<String>,
    pub minutes: BTreeMap<i64, f64>,
}

/// How a call, or a metric, fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Throttle,
    Break,
    /// The identity may not do it.
    Deny,
}

/// What one call asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub queries: usize,
    pub periods: BTreeSet<i64>,
    pub is_next_page: bool,
    pub is_answered: bool,
}

/// The metrics of the fictional AWS.
#[derive(Default)]
pub struct Metrics {
    /// Numbers are kept by their age at this instant.
    pub now: i64,
    pub series: Vec<Series>,
    /// Points on a page; AWS' own number where 0.
    pub page: usize,
    /// Status of a metric by its name, such as `Forbidden`.
    pub statuses: BTreeMap<String, &'static str>,
    /// Failures to come: after how many answers, what happens, how often.
    pub script: VecDeque<(usize, Failure, usize)>,
    pub log: Vec<Asked>,
    rests: BTreeMap<String, Rest>,
}

/// What is left of an answer, and the question that it belongs to.
struct Rest {
    question: Cbor,
    left: Vec<(String, Vec<(i64, f64)>)>,
}

impl Metrics {
    pub fn put(&mut self, name: &str, dimension: (&str, &str), minutes: BTreeMap<i64, f64>) {
        self.series.push(Series {
            namespace: "Shop",
            name: name.to_owned(),
            dimensions: BTreeMap::from([(dimension.0.to_owned(), dimension.1.to_owned())]),
            unit: "Count",
            account: None,
            minutes,
        });
    }

    /// Takes away everything that is older than an instant.
    pub fn forget_before(&mut self, instant: Timestamp) {
        for series in &mut self.series {
            series.minutes = series.minutes.split_off(&instant.as_second());
        }
    }

    pub fn answered(&self) -> usize {
        self.log.iter().filter(|asked| asked.is_answered).count()
    }

    fn failure(&mut self) -> Option<Failure> {
        let answered = self.answered();
        let position = self.script.iter().position(|(after, _, times)| answered >= *after && *times > 0)?;
        self.script[position].2 -= 1;
        Some(self.script[position].1)
    }
}

/// A refusal: the code and the message.
type Refused = (&'static str, String);

fn invalid<T>(message: impl Into<String>) -> Result<T, Refused> {
    Err(("ValidationError", message.into()))
}

/// Answers one request to CloudWatch.
pub fn answer(metrics: &mut Metrics, action: &str, body: &[u8]) -> Response {
    let question = read(body);
    let queries = question["MetricDataQueries"].list();
    let periods = queries.iter().filter_map(|query| {
        query["MetricStat"]["Period"]
            .number()
            .or_else(|| query["Period"].number())
            .map(|seconds| seconds as i64)
    });
    metrics.log.push(Asked {
        queries: queries.len(),
        periods: periods.collect(),
        is_next_page: question["NextToken"].text().is_some(),
        is_answered: false,
    });
    let told = match metrics.failure() {
        Some(Failure::Break) => return (StatusCode::INTERNAL_SERVER_ERROR, "out of order").into_response(),
        Some(Failure::Throttle) => Err(("ThrottlingException", "Rate exceeded".to_owned())),
        Some(Failure::Deny) => Err((
            "AccessDenied",
            format!("User: arn:aws:iam::1:user/teirei is not authorized to perform: cloudwatch:{action}"),
        )),
        None if action == "GetMetricData" => metric_data(metrics, question),
        None => invalid(format!("no operation {action}")),
    };
    let (status, value) = match told {
        Ok(value) => {
            metrics.log.last_mut().unwrap().is_answered = true;
            (StatusCode::OK, value)
        }
        Err((code, message)) => (
            StatusCode::BAD_REQUEST,
            Cbor::map([
                ("__type", Cbor::Text(format!("com.amazonaws.cloudwatch#{code}"))),
                ("message", Cbor::Text(message)),
            ]),
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/cbor"),
        (header::HeaderName::from_static("smithy-protocol"), "rpc-v2-cbor"),
    ];
    (status, headers, write(&value)).into_response()
}

fn metric_data(metrics: &mut Metrics, mut question: Cbor) -> Result<Cbor, Refused> {
    let token = question.remove("NextToken");
    let rest = match token.as_ref().and_then(Cbor::text) {
        None => Rest { left: everything(metrics, &question)?, question },
        Some(token) => match metrics.rests.remove(token) {
            Some(rest) if rest.question == question => rest,
            Some(_) => return invalid("the question differs from that of the token"),
            None => return Err(("InvalidNextToken", "the token is not known".to_owned())),
        },
    };
    let page = if metrics.page == 0 { 100_800 } else { metrics.page };
    let each = (page / rest.left.len().max(1)).max(1);
    let (mut results, mut later) = (Vec::new(), Vec::new());
    for (id, mut points) in rest.left {
        let further = points.split_off(each.min(points.len()));
        let status = status_of(metrics, &rest.question, &id);
        let is_calculated = query_of(&rest.question, &id)["Expression"].text().is_some();
        let word = match status {
            Some(word) => word,
            None if further.is_empty() => "Complete",
            None => "PartialData",
        };
        if status.is_some() {
            points.clear();
        }
        results.push(Cbor::map([
            ("Id", Cbor::Text(id.clone())),
            ("Label", Cbor::Text(id.clone())),
            ("Timestamps", Cbor::List(points.iter().map(|(at, _)| Cbor::Time(*at)).collect())),
            ("Values", Cbor::List(points.iter().map(|(_, value)| Cbor::Number(*value)).collect())),
            ("StatusCode", Cbor::Text(word.to_owned())),
            ("Messages", Cbor::List(Vec::new())),
        ]));
        // What is calculated has no next page.
        if !further.is_empty() && status.is_none() && !is_calculated {
            later.push((id, further));
        }
    }
    let mut answer = vec![("MetricDataResults", Cbor::List(results)), ("Messages", Cbor::List(Vec::new()))];
    if !later.is_empty() {
        let token = format!("page-{}", metrics.log.len());
        answer.push(("NextToken", Cbor::Text(token.clone())));
        metrics.rests.insert(token, Rest { question: rest.question, left: later });
    }
    Ok(Cbor::map(answer))
}

fn query_of<'q>(question: &'q Cbor, id: &str) -> &'q Cbor {
    let queries = question["MetricDataQueries"].list();
    queries.iter().find(|query| query["Id"].text() == Some(id)).unwrap()
}

fn status_of(metrics: &Metrics, question: &Cbor, id: &str) -> Option<&'static str> {
    let name = query_of(question, id)["MetricStat"]["Metric"]["MetricName"].text()?;
    metrics.statuses.get(name).copied()
}

/// The points of one result, by its id.
type Points = (String, Vec<(i64, f64)>);

/// The points of every query that is returned, in the order that is wanted.
fn everything(metrics: &Metrics, question: &Cbor) -> Result<Vec<Points>, Refused> {
    let queries = question["MetricDataQueries"].list();
    if queries.is_empty() || queries.len() > 500 {
        return invalid(format!("{} queries, and at most 500 are allowed", queries.len()));
    }
    let (start, end) =
        (question["StartTime"].number().unwrap() as i64, question["EndTime"].number().unwrap() as i64);
    if start >= end {
        return invalid("the start is not before the end");
    }
    let ids: BTreeSet<&str> = queries.iter().filter_map(|query| query["Id"].text()).collect();
    let is_good = |id: &&str| {
        id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    if ids.len() != queries.len() || !ids.iter().all(is_good) {
        return invalid("ids are unique and begin with a small letter");
    }
    let mut known: BTreeMap<&str, BTreeMap<i64, f64>> = BTreeMap::new();
    for query in queries.iter().filter(|query| query["Expression"].text().is_none()) {
        let stat = &query["MetricStat"];
        let period = stat["Period"].number().unwrap() as i64;
        if period % 60 != 0 || period < 60 {
            return invalid(format!("the period {period}"));
        }
        known.insert(query["Id"].text().unwrap(), points(metrics, query, (start, end), period));
    }
    let mut answer = Vec::new();
    for query in queries {
        let id = query["Id"].text().unwrap();
        let values = match query["Expression"].text() {
            Some(text) => {
                let period = query["Period"].number().map_or(60, |seconds| seconds as i64);
                let every: Vec<i64> = (start.div_euclid(period)..=end.div_euclid(period))
                    .map(|step| step * period)
                    .filter(|at| (start..end).contains(at))
                    .collect();
                Formula { left: text, known: &known, every: &every }.sum()?.series(&every)
            }
            None => known.get(id).cloned().unwrap_or_default(),
        };
        if query["ReturnData"] != Cbor::Flag(false) {
            let mut points: Vec<(i64, f64)> = values.into_iter().collect();
            if question["ScanBy"].text() != Some("TimestampAscending") {
                points.reverse();
            }
            answer.push((id.to_owned(), points));
        }
    }
    Ok(answer)
}

/// The finest period that is kept at an age in seconds.
fn kept(age: i64) -> Option<i64> {
    const DAY: i64 = 86_400;
    [(15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3_600)]
        .into_iter()
        .find(|(oldest, _)| age <= *oldest)
        .map(|(_, period)| period)
}

fn points(metrics: &Metrics, query: &Cbor, (start, end): (i64, i64), period: i64) -> BTreeMap<i64, f64> {
    let (stat, metric) = (&query["MetricStat"], &query["MetricStat"]["Metric"]);
    let mut dimensions = BTreeMap::new();
    for one in metric["Dimensions"].list() {
        dimensions.insert(one["Name"].text().unwrap().to_owned(), one["Value"].text().unwrap().to_owned());
    }
    let found = metrics.series.iter().find(|series| {
        Some(series.namespace) == metric["Namespace"].text()
            && Some(series.name.as_str()) == metric["MetricName"].text()
            && series.dimensions == dimensions
            && series.account.as_deref() == query["AccountId"].text()
            && stat["Unit"].text().is_none_or(|unit| unit == series.unit)
    });
    let Some(series) = found else { return BTreeMap::new() };
    // The start is rounded down to what is kept at its age.
    let Some(least) = kept(metrics.now - start) else { return BTreeMap::new() };
    if period % least != 0 {
        return BTreeMap::new();
    }
    let mut periods: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (at, value) in series.minutes.range(start.div_euclid(least) * least..end) {
        periods.entry(at.div_euclid(period) * period).or_default().push(*value);
    }
    let of = |values: Vec<f64>| match stat["Stat"].text().unwrap() {
        "Sum" => values.iter().sum(),
        "SampleCount" => values.len() as f64,
        "Maximum" => values.iter().copied().fold(f64::MIN, f64::max),
        _ => values.iter().sum::<f64>() / values.len() as f64,
    };
    periods.into_iter().map(|(at, values)| (at, of(values))).collect()
}

/// A series, or one number.
enum Worth {
    Series(BTreeMap<i64, f64>),
    Number(f64),
}

impl Worth {
    fn series(self, every: &[i64]) -> BTreeMap<i64, f64> {
        match self {
            Self::Series(series) => series,
            Self::Number(number) => every.iter().map(|at| (*at, number)).collect(),
        }
    }
}

/// Metric math, as far as stories need it: names, numbers, `+`, `-`, `*` and `FILL`.
struct Formula<'a> {
    left: &'a str,
    known: &'a BTreeMap<&'a str, BTreeMap<i64, f64>>,
    every: &'a [i64],
}

impl Formula<'_> {
    fn sum(&mut self) -> Result<Worth, Refused> {
        let mut worth = self.one()?;
        while let Some(sign) = self.left.trim_start().chars().next().filter(|sign| "+-*".contains(*sign)) {
            self.left = &self.left.trim_start()[1..];
            let other = self.one()?.series(self.every);
            let first = worth.series(self.every);
            let pair = |(at, one): (&i64, &f64)| {
                let other = other.get(at)?;
                let made = match sign {
                    '+' => one + other,
                    '-' => one - other,
                    _ => one * other,
                };
                Some((*at, made))
            };
            worth = Worth::Series(first.iter().filter_map(pair).collect());
        }
        Ok(worth)
    }

    fn one(&mut self) -> Result<Worth, Refused> {
        self.left = self.left.trim_start();
        let length =
            self.left.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '.');
        let (word, rest) = self.left.split_at(length.unwrap_or(self.left.len()));
        self.left = rest;
        if let Ok(number) = word.parse() {
            return Ok(Worth::Number(number));
        }
        if word != "FILL" {
            let series = self.known.get(word).cloned();
            return series.map(Worth::Series).ok_or_else(|| {
                ("ValidationError", format!("Error in expression: undefined variable '{word}'"))
            });
        }
        self.left = self.left.trim_start().strip_prefix('(').unwrap();
        let mut series = self.sum()?.series(self.every);
        self.left = self.left.trim_start().strip_prefix(',').unwrap();
        let Worth::Number(number) = self.one()? else { return invalid("FILL takes a number") };
        self.left = self.left.trim_start().strip_prefix(')').unwrap();
        for at in self.every {
            series.entry(*at).or_insert(number);
        }
        Ok(Worth::Series(series))
    }
}

/// A count for every minute between two instants, where one is wanted.
pub fn minutes(from: &str, to: &str, count: impl Fn(i64) -> Option<f64>) -> BTreeMap<i64, f64> {
    let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
    let (from, to) = (second(from), second(to));
    (0..(to - from) / 60).filter_map(|minute| Some((from + 60 * minute, count(minute)?))).collect()
}
