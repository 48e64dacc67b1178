//! AWS changes its mind: frozen weeks keep their numbers and say what has changed since.

use domain::restatement::RestatementFilter;
use rust_decimal::Decimal;

use super::office::{Office, SMALL, TODAY, world};
use crate::fake::facts::{Fact, account_id};
use crate::support::get;

const CATALOGUE: &str = "[organization]
name = { ja = \"会社\", en = \"Company\" }
time_zone = \"Asia/Tokyo\"
language = \"en\"
reporting_currency = \"USD\"
";

#[tokio::test(flavor = "multi_thread")]
async fn a_restated_month_is_seen_and_a_frozen_week_keeps_its_numbers() {
    let office = Office::open(world(TODAY, SMALL)).await;
    office.write("catalogue.toml", CATALOGUE);
    assert_eq!(office.run(TODAY, &["catalog", "apply", "catalogue.toml"]).await.code, Some(0));
    assert_eq!(office.sync(TODAY).await.code, Some(0));
    let freeze = ["review", "freeze", "2026-W46", "--force", "--reason", "the meeting"];
    let frozen = office.run(TODAY, &freeze).await;
    assert_eq!(frozen.code, Some(0), "{}", frozen.err);
    let before = get(&office.router(TODAY).await, "/reviews/2026-W46.json").await.body;

    // In December a charge of USD 31 is found for 11 November, and USD 7 for 20 August.
    let late = |day: &str, amount: i64| {
        let mut fact =
            Fact::new(day.parse().unwrap(), &account_id(1), "Service 01", "Usage", Decimal::from(amount));
        fact.seen.0 = "2026-12-02".parse().unwrap();
        fact
    };
    office.aws.world().facts.extend([late("2026-11-11", 31), late("2026-08-20", 7)]);
    let said = office.sync("2026-12-03").await;
    let months: Vec<String> = months_of(&said.report());
    assert_eq!(months, ["2026-11 changed", "2026-12 changed"], "{}", said.err);

    let router = office.router("2026-12-03").await;
    assert_eq!(get(&router, "/reviews/2026-W46.json").await.body, before, "what the meeting saw");
    let restated = get(&router, "/reviews/2026-W46/restatements.json").await.body;
    assert!(restated.contains("\"31.000000\"") || restated.contains("\"31\""), "{restated}");

    // November was an estimate when it was last seen, so that it is looked at; the compare of the 16th
    // finds August.
    let asked = office.aws.world().answered();
    let said = office.sync("2026-12-16").await;
    let months = months_of(&said.report());
    assert_eq!(months, ["2026-11 unchanged", "2026-12 changed", "2026-08 changed"], "{}", said.err);
    assert!(office.aws.world().answered() - asked <= 15);
    let store = office.store().await;
    let before_compare = RestatementFilter::since("2026-12-15T00:00:00Z".parse().unwrap(), 2);
    let filter = RestatementFilter { month: Some("2026-08".parse().unwrap()), ..before_compare };
    let found = store.cost_restatement_sums(&filter, true).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[0].completes && found[0].after_close, "{found:?}");
    assert_eq!(
        (found[0].first_day.to_string().as_str(), found[0].difference.billed),
        ("2026-08-20", 7_000_000)
    );

    // The page says so, and which months are final: the compare confirms those that agree, in one request.
    let router = office.router("2026-12-16").await;
    let value = get(&router, "/imports/restatements.json?since=2026-12-15").await.json();
    let state = |name: &str| {
        let months = value["month_close"].as_array().unwrap();
        let month = months.iter().find(|month| month["month"] == name).unwrap();
        (month["state"].as_str().unwrap().to_owned(), month["changed_after_close"].to_string())
    };
    assert_eq!(state("2026-12").0, "open");
    assert_eq!(state("2026-11"), ("closed".to_owned(), "[]".to_owned()));
    assert_eq!(state("2026-09"), ("closed".to_owned(), "[]".to_owned()));
    let (august, changes) = state("2026-08");
    assert!(august == "changed-after-close" && changes.contains("\"7.000000\""), "{august} {changes}");
    let said = office.sync("2026-12-17").await;
    assert_eq!(months_of(&said.report()), ["2026-12 changed"], "compared once a month");
}

fn months_of(report: &serde_json::Value) -> Vec<String> {
    let months = report["months"].as_array().unwrap();
    let word = |month: &serde_json::Value| {
        let state = if month["changed"] == true { "changed" } else { "unchanged" };
        format!("{} {state}", month["month"].as_str().unwrap())
    };
    months.iter().map(word).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_before_that_has_not_changed_costs_one_request() {
    let office = Office::open(world(TODAY, SMALL)).await;
    assert_eq!(office.sync(TODAY).await.code, Some(0));
    assert_eq!(office.sync("2026-12-01").await.code, Some(0), "November is completed");
    let said = office.sync("2026-12-02").await;
    assert_eq!(months_of(&said.report())[0], "2026-11 unchanged", "{}", said.err);
    let world = office.aws.world();
    let last = world.log.last().unwrap().0["TimePeriod"]["Start"].clone();
    assert_eq!(last, "2026-12-01", "services are asked for from December on");
}
