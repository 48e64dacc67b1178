//! What other tools conclude wrongly.

use super::desk::{amount, catalogue, daily, decimal, json};
use crate::aws::office::Office;
use crate::support::get;

const BUDGET: &str =
    "\n[[budget]]\nproduct = \"telemed\"\nmonth = \"2026-11\"\namount = \"4400\"\ncurrency = \"USD\"\n";

/// OptScale: "forecast = MTD + (cost since start of last month ÷ days) · remaining days".
#[tokio::test(flavor = "multi_thread")]
async fn forecast_from_the_mean_since_the_start_of_last_month() {
    // 100 a day and a fee of 1,000 on the first: a month of 30 days is 4,000.
    let office = Office::with_bill(&daily("2026-08-01", "2026-11-10", |day| {
        if day.day() == 1 { "1100" } else { "100" }.to_owned()
    }))
    .await;
    office.declare(&catalogue("USD", &[0], BUDGET)).await;
    let router = office.router("2026-11-12").await;
    let value = json(&router, "/products/telemed.json?week=2026-W46").await;
    let budget = &value["product"]["budget"];
    assert_eq!((amount(&budget["spent"]), &budget["through"]), (decimal("2000"), &"2026-11-10".into()));
    // The mean since 1 October is (41 × 100 + 2 × 1,000) / 41 = 148.78: 2,000 + 20 × 148.78 = 4,975.61, which
    // would be over the budget.
    assert_eq!(amount(&budget["forecast"]), decimal("4000"), "{budget}");
    assert_eq!(budget["status"], "ok");
    let page = get(&router, "/products/telemed?week=2026-W46&lang=en").await.body;
    assert!(page.contains("$4.00k expected by the end of the month"), "{page}");
}

/// OptScale: "anomaly = today > mean(last N) · (1 + x %): compares an incomplete today".
#[tokio::test(flavor = "multi_thread")]
async fn anomaly_compares_an_incomplete_today() {
    let bill = |last: &'static str| {
        daily("2026-09-01", last, |day| {
            if day.to_string() == "2026-11-22" { "1000" } else { "100" }.to_owned()
        })
    };
    // On Monday the 23rd the 22nd is there, ten times as high, and not complete.
    let office = Office::with_bill(&bill("2026-11-22")).await;
    let unusual = async |today: &str| {
        let value = json(&office.router(today).await, "/products/telemed.json?week=2026-W47").await;
        value["product"]["unusual"].clone()
    };
    let found = unusual("2026-11-23").await;
    assert_eq!(found["events"].as_array().map(Vec::len), Some(0), "{found}");
    assert_eq!(found["too_short"], false, "it was judged");
    // On Wednesday it is.
    let found = unusual("2026-11-25").await;
    assert_eq!(found["events"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["events"][0]["first"], "2026-11-22", "{found}");

    // A day of which little has arrived is not a fall either: six days against the same six.
    let office = Office::with_bill(&daily("2026-09-01", "2026-11-22", |day| {
        if day.to_string() == "2026-11-22" { "1" } else { "100" }.to_owned()
    }))
    .await;
    let total = json(&office.router("2026-11-23").await, "/products/telemed/cost.json?week=2026-W47").await;
    assert_eq!(amount(&total["total"]["difference"]), decimal("0"));
}
