//! Measures forecasts, their ranges and anomalies on generated bills and on the demonstration's, for
//! `make bench`: one JSON object, shares in parts per million.

#[path = "../tests/demo_bills/mod.rs"]
mod demo_bills;
#[path = "../../app/domain/tests/generated/mod.rs"]
mod generated;

use std::collections::BTreeMap;
use std::io::{Error, Write};

use demo_bills::TODAY;
use domain::rate::Month;
use generated::Generated;
use generated::evaluation::{DAYS, KNOWN_DAYS, Outcome, anomalies_found, forecasts, median, share};
use serde_json::{Value, json};

/// Closed months that are forecast in each bill.
const MONTHS: usize = 10;
/// What a page of all products knows of each bill.
const REVIEW_DAYS: i64 = 91;

fn main() -> Result<(), Error> {
    let series = generated::series();
    let demo = demo_bills::products();
    let (generated_end, demo_end) = (Month::containing(generated::LAST), Month::containing(TODAY).previous());
    let found = anomalies_found(&series);
    let answer = json!({
        "generated": measured(&series, generated_end, KNOWN_DAYS),
        "generated, 13 weeks known": measured(&series, generated_end, REVIEW_DAYS),
        "demonstration": measured(&demo, demo_end, KNOWN_DAYS),
        "anomalies": {
            "series": series.len(),
            "one_offs": found.one_offs,
            "large": found.large,
            "rises": found.rises,
            "events": found.events,
            "calendar": found.calendar,
        },
    });
    writeln!(std::io::stdout(), "{answer}")
}

fn measured(series: &[Generated], last: Month, known_days: i64) -> Vec<Value> {
    forecasts(series, last, MONTHS, known_days, &DAYS)
        .iter()
        .map(|(day, outcome)| line(*day, outcome))
        .collect()
}

fn line(day: i8, outcome: &Outcome) -> Value {
    let methods: BTreeMap<&str, i64> =
        outcome.methods.iter().map(|(method, errors)| (method.as_str(), median(errors))).collect();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    json!({
        "day": day,
        "forecasts": outcome.chosen.len(),
        "flat": median(&outcome.flat),
        "chosen": median(&outcome.chosen),
        "methods": methods,
        "ranges": outcome.ranges.0,
        "held": share(count(outcome.ranges.1), count(outcome.ranges.0)),
        "width": median(&outcome.widths),
    })
}
