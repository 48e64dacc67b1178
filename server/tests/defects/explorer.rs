//! What other clients of Cost Explorer get wrong.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::desk::{amount, catalogue, decimal, json};
use crate::aws::office::{Office, SMALL, TODAY, month_sum, world};
use crate::fake::World;
use crate::fake::facts::{Fact, Size, account_id};
use crate::support::get;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A charge of a record type on Tuesday of week 46.
fn charge(record_type: &'static str, service: &str, unblended: i64, amortized: i64) -> Fact {
    let amount = Decimal::from(unblended);
    let fact = Fact::new(day("2026-11-10"), &account_id(0), service, record_type, amount);
    Fact { amortized: Decimal::from(amortized), ..fact }
}

/// A payer that has every kind of charge.
fn every_record_type() -> World {
    let mut world = World::new(TODAY);
    world.facts = vec![
        charge("Usage", "Amazon EC2", 100, 100),
        charge("DiscountedUsage", "Amazon EC2", 0, 5),
        charge("SavingsPlanCoveredUsage", "Amazon ECS", 40, 31),
        charge("SavingsPlanNegation", "Savings Plans", -40, 0),
        charge("SavingsPlanRecurringFee", "Savings Plans", 33, 2),
        charge("RIFee", "Amazon EC2", 12, 0),
        charge("Support", "AWS Support (Business)", 30, 30),
        charge("Tax", "Tax", 10, 10),
        charge("Credit", "Amazon EC2", -7, -7),
        charge("Refund", "Amazon EC2", -3, -3),
        charge("EdpDiscount", "Amazon EC2", -2, -2),
        charge("Moon phase surcharge", "Amazon EC2", 1, 1),
    ];
    world
}

async fn synced(world: World) -> Office {
    let office = Office::furnished(world).await;
    office.configure("daily_request_cap = 2000\n");
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    office
}

/// awslabs' Cost Insights client: "ignores `NextPageToken` (first page only)".
#[tokio::test(flavor = "multi_thread")]
async fn ignores_next_page_token() {
    let mut world = world(TODAY, SMALL);
    world.page = 7;
    let facts = world.facts.clone();
    let office = synced(world).await;
    let followed =
        office.aws.world().log.iter().filter(|(body, _)| body["NextPageToken"].is_string()).count();
    assert!(followed > 100, "{followed} pages after the first");

    let today = day(TODAY);
    let seen: Vec<Fact> = facts.into_iter().filter(|fact| fact.day <= today).collect();
    let imports = json(&office.router(TODAY).await, "/imports.json").await;
    let totals = imports["control_totals"].as_array().unwrap();
    assert_eq!(totals.len(), 14);
    for total in totals {
        let month = day(total["period_start"].as_str().unwrap());
        let told = (amount(&total["billed"]), amount(&total["effective"]));
        let exact = month_sum(&seen, month);
        assert_eq!((told.0, told.1), exact, "{month}");
    }
}

/// InfraWallet: "`RECORD_TYPE=['Usage']` filter drops tax, fees, credits and SP-covered / RI-discounted usage";
/// OptScale: "`Credit` rows ignored".
#[tokio::test(flavor = "multi_thread")]
async fn usage_only_filter_drops_tax_fees_credits_and_covered_usage() {
    let office = synced(every_record_type()).await;
    let router = office.router(TODAY).await;
    let cost = json(&router, "/products/telemed/cost.json?week=2026-W46&by=category").await;
    let mut told: BTreeMap<String, Decimal> = BTreeMap::new();
    for line in cost["lines"].as_array().unwrap() {
        let category = line["category"].as_str().unwrap().to_owned();
        *told.entry(category).or_default() += amount(&line["this_week"]);
    }
    assert_eq!(cost["lines_rest"]["count"], 0);
    // Usage: 100 + 0 + 40 − 40 − 2; fees: 33 + 12 + 30.
    let expected = [
        ("Adjustment", "-3"),
        ("Credit", "-7"),
        ("Other", "1"),
        ("Purchase", "75"),
        ("Tax", "10"),
        ("Usage", "98"),
    ];
    let expected = expected.map(|(category, sum)| (category.to_owned(), decimal(sum)));
    assert_eq!(told, expected.into_iter().collect());
    assert_eq!(amount(&cost["total"]["this_week"]), decimal("174"));
    let page = get(&router, "/products/telemed/cost?week=2026-W46&by=category&lang=en").await.body;
    assert!(page.contains("$174"), "{page}");
    // One of the questions is about everything: it is the bill that all others have to add up to.
    assert!(office.aws.world().log.iter().any(|(body, _)| body["Filter"].is_null()));
}

/// InfraWallet and Komiser: "Unblended only"; OptScale: "non-usage rows use BlendedCost".
#[tokio::test(flavor = "multi_thread")]
async fn unblended_only_or_blended_cost() {
    let office = synced(every_record_type()).await;
    let router = office.router(TODAY).await;
    for (metric, total) in [("billed", "174"), ("effective", "167")] {
        let path = format!("/products/telemed/cost.json?week=2026-W46&metric={metric}");
        assert_eq!(amount(&json(&router, &path).await["total"]["this_week"]), decimal(total), "{metric}");
        let path = format!("/products/telemed/cost?week=2026-W46&lang=en&metric={metric}");
        assert!(get(&router, &path).await.body.contains(&format!("${total}")), "{metric}");
    }
    let world = office.aws.world();
    for (body, _) in world.log.iter().filter(|(body, _)| body["Metrics"].is_array()) {
        assert_eq!(body["Metrics"], serde_json::json!(["UnblendedCost", "NetAmortizedCost"]));
    }
}

/// InfraWallet: "drops zero rows". What is free of charge was used, and an account that costs nothing yet is
/// an account that nobody has declared.
#[tokio::test(flavor = "multi_thread")]
async fn drops_zero_rows() {
    let free = |on: &str, account: usize| {
        Fact::new(day(on), &account_id(account), "AWS Lambda", "Usage", Decimal::ZERO)
    };
    let mut world = World::new(TODAY);
    let earlier = Fact { day: day("2026-11-02"), ..charge("Usage", "Amazon EC2", 50, 50) };
    world.facts = vec![earlier, charge("Usage", "Amazon EC2", 100, 100)];
    // The product costs nothing in week 47, and a new account not either.
    world.facts.extend([free("2026-11-11", 0), free("2026-11-17", 0), free("2026-11-21", 5)]);
    let office = synced(world).await;
    let router = office.router(TODAY).await;
    let imports = json(&router, "/imports.json").await;
    assert_eq!(imports["unknown_accounts"][0]["id"], account_id(5), "{imports}");
    assert_eq!(imports["sources"][0]["last_day"], "2026-11-21", "a day that cost nothing has arrived");

    let cost = json(&router, "/products/telemed/cost.json?week=2026-W47").await;
    let gone = cost["parts"].as_array().unwrap().iter().find(|part| part["value"] == "Amazon EC2");
    assert_eq!(amount(&gone.unwrap()["change"]["this_week"]), Decimal::ZERO, "what fell to nothing stays");
    assert_eq!(amount(&cost["total"]["this_week"]), Decimal::ZERO, "nothing, not unknown");
    assert_eq!(amount(&cost["total"]["previous_week"]), decimal("100"));
    let page = get(&router, "/products/telemed/cost?week=2026-W47&lang=en").await.body;
    assert!(page.contains("$0.00") && page.contains("Amazon EC2"), "{page}");
    let keys = office.rows().await["cost_key"].clone();
    assert!(keys.iter().any(|key| key.contains("AWS Lambda")), "{keys:?}");
}

/// Komiser: "`GetCostAndUsage` called from 37 resource collectors, per region → many paid calls; SERVICE×REGION
/// unblended". Ten times the accounts and five times the services ask as often.
#[tokio::test(flavor = "multi_thread")]
async fn many_paid_calls_per_region() {
    let mut asked = Vec::new();
    for size in [SMALL, Size { accounts: 60, services: 20, days: 3 }] {
        let office = synced(world(TODAY, size)).await;
        let first = office.aws.world().answered();
        assert_eq!(office.sync("2026-11-24").await.code, Some(0));
        let world = office.aws.world();
        asked.push((first, world.answered() - first));
        let keys: BTreeSet<&str> = world
            .log
            .iter()
            .flat_map(|(body, _)| body["GroupBy"].as_array().unwrap())
            .filter_map(|group| group["Key"].as_str())
            .collect();
        assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["LINKED_ACCOUNT", "RECORD_TYPE", "SERVICE"]);
        assert!(!world.log.iter().any(|(body, _)| body.to_string().contains("REGION")));
    }
    println!("requests of the first run and of the next day: {asked:?}");
    assert_eq!(asked[0], asked[1], "neither accounts nor services nor regions ask more often");
    assert!(asked[0].1 <= 8, "the next day");
}

/// awslabs: "`formatDate` uses server-local time on a UTC instant"; InfraWallet: "local-time dates via moment".
/// Wherever the server stands, the same days are asked for, stored and shown.
#[tokio::test(flavor = "multi_thread")]
async fn server_local_time_dates_on_utc_instants() {
    /// What was asked for, stored and shown.
    type Told = (Vec<Value>, BTreeMap<String, Vec<String>>, String);
    let mut told: Vec<Told> = Vec::new();
    for zone in ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"] {
        let office = Office::furnished(world(TODAY, SMALL)).await;
        let run = async |arguments: &[&str]| {
            let mut command = office.command(TODAY, arguments);
            command.env("TZ", zone);
            let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            assert_eq!(done.status.code(), Some(0), "{zone}: {}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8(done.stdout).unwrap()
        };
        run(&["sync"]).await;
        // The last minute of Monday and the first of Tuesday, in UTC.
        office.write(
            "bill.csv",
            "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
             ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId\n\
             1,1,1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-16T23:59:00Z,\
             2026-11-17T00:00:00Z,Edge,edge\n\
             2,2,1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-17T00:00:00Z,\
             2026-11-17T00:01:00Z,Edge,edge\n",
        );
        run(&["import", "cost", "--source", "edge", "bill.csv"]).await;
        let review = run(&["review", "export", "2026-W47"]).await;
        let value: Value = serde_json::from_str(&review).unwrap();
        let days = value["review"]["cost"]["days"].as_array().unwrap();
        let edge = days.iter().find(|row| row["source"] == "edge").unwrap_or_else(|| panic!("{review}"));
        let billed: Vec<Decimal> =
            edge["days"].as_array().unwrap().iter().take(2).map(|day| amount(&day["billed"])).collect();
        assert_eq!(billed, [decimal("1"), decimal("2")], "{zone}");
        let periods = office.aws.world().log.iter().map(|(body, _)| body["TimePeriod"].clone()).collect();
        told.push((periods, office.rows().await, review));
    }
    for other in &told[1..] {
        assert_eq!(other.0, told[0].0, "what is asked for");
        crate::support::program::assert_same(&told[0].1, &other.1, "what is stored");
        assert_eq!(other.2, told[0].2, "what is shown");
    }
}

/// awslabs: "group/product/metric/alert calls unimplemented": whatever the pages offer is answered.
#[tokio::test(flavor = "multi_thread")]
async fn group_product_metric_and_alert_calls_unimplemented() {
    let mut world = every_record_type();
    world.facts.push(Fact { day: day("2026-11-02"), ..charge("Usage", "Amazon EC2", 50, 50) });
    let office = synced(world).await;
    office.declare(&catalogue("USD", &[0, 1], "")).await;
    let router = office.router(TODAY).await;
    for by in ["service", "account", "environment", "region", "category"] {
        for metric in ["billed", "effective"] {
            let path = format!("/products/telemed/cost.json?week=2026-W46&by={by}&metric={metric}");
            let cost = json(&router, &path).await;
            let parts = cost["parts"].as_array().unwrap();
            let sum: Decimal = parts.iter().map(|part| amount(&part["change"]["this_week"])).sum();
            assert!(!parts.is_empty() && sum == amount(&cost["total"]["this_week"]), "{path}: {cost}");
        }
    }
    let review = json(&router, "/reviews/2026-W46.json").await;
    for part in ["days", "rows", "movers"] {
        assert!(!review["review"]["cost"][part].as_array().unwrap().is_empty(), "{part}");
    }
    assert_eq!(review["review"]["matrix"][0]["product"], "telemed", "each product is judged");
}
