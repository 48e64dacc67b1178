//! `/imports/restatements`: what changed since a moment.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use server::clock::Clock;
use server::import::{Delivery, Kind, run};

use crate::support::{House, get, post};

const PATH: &str = "/imports/restatements";

fn amount(value: &serde_json::Value) -> Decimal {
    value["amount"].as_str().unwrap_or_else(|| panic!("{value}")).parse().unwrap()
}

/// The sum of a column of decimals; empty cells count nothing.
fn column_sum(csv: &str, column: &str) -> Decimal {
    let mut lines = csv.lines();
    let position = lines.next().unwrap().split(',').position(|name| name == column).unwrap();
    let cells = lines.map(|line| line.split(',').nth(position).unwrap());
    cells.filter(|cell| !cell.is_empty()).map(|cell| cell.parse::<Decimal>().unwrap()).sum()
}

#[tokio::test]
async fn the_page_and_its_forms_answer_every_question() {
    let house = House::furnished().await;
    let router = house.router();
    for (query, status) in [
        ("", 200),
        ("?since=7d", 200),
        ("?since=35d&metric=effective&currency=USD", 200),
        ("?since=2026-11-16", 200),
        ("?since=7d&week=2026-W46", 200),
        ("?since=35d&source=aws&month=2026-10&owner=product.telemed", 200),
        ("?owner=unallocated", 200),
        ("?since=yesterday", 400),
        ("?since=2026-11-24", 400),
        ("?month=2026", 400),
        ("?owner=telemed", 400),
        ("?week=2026-W60", 404),
        ("?week=2026-W46&version=1", 404),
    ] {
        for suffix in ["", ".json", ".csv"] {
            let path = format!("{PATH}{suffix}{query}");
            let answer = get(&router, &path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
    }
    assert_eq!(get(&router, &format!("{PATH}.md")).await.status, 404);
}

/// In the demo a service's days 20 to 22 of October were corrected, and a week arrived.
#[tokio::test]
async fn lines_add_up_to_months_and_months_to_the_whole() {
    let house = House::furnished().await;
    let router = house.router();
    for query in ["since=7d", "since=7d&metric=effective", "since=35d", "since=7d&currency=USD"] {
        let value = get(&router, &format!("{PATH}.json?{query}")).await.json();
        let csv = get(&router, &format!("{PATH}.csv?{query}")).await.body;
        let months = value["months"].as_array().unwrap();
        let mut restated = Decimal::ZERO;
        for month in months {
            let sum = &month["sum"];
            for column in ["before", "restated", "arrived", "difference"] {
                let lines = month["lines"].as_array().unwrap().iter();
                let lines: Decimal = lines.map(|line| amount(&line["amounts"][column])).sum();
                assert_eq!(lines, amount(&sum[column]), "{query} {column}");
            }
            assert_eq!(amount(&month["bill"]) - amount(&month["bill_before"]), amount(&sum["difference"]));
            restated += amount(&sum["restated"]);
        }
        assert_eq!(column_sum(&csv, "restated"), restated, "{query}");
        assert_eq!(column_sum(&csv, "converted"), amount(&value["converted"]), "{query}");
        assert_eq!(amount(&value["totals"][0]["restated"]), restated);
    }
    let value = get(&router, &format!("{PATH}.json?since=7d")).await.json();
    let october =
        value["months"].as_array().unwrap().iter().find(|month| month["month"] == "2026-10").unwrap();
    assert!(amount(&october["sum"]["restated"]) > Decimal::ZERO, "{october}");
    assert_eq!(amount(&october["sum"]["arrived"]), Decimal::ZERO);
    let close = value["month_close"].as_array().unwrap();
    let state = |month: &str| close.iter().find(|one| one["month"] == month).unwrap()["state"].clone();
    assert_eq!((state("2026-11"), state("2026-10")), ("open".into(), "changed-after-close".into()));
}

#[tokio::test]
async fn a_product_of_a_month_opens_to_its_days() {
    let house = House::furnished().await;
    let router = house.router();
    let value = get(&router, &format!("{PATH}.json?since=7d&month=2026-10")).await.json();
    let line = &value["months"][0]["lines"][0];
    let owner = line["owner"].as_str().unwrap();
    let query = format!("since=7d&source=aws&month=2026-10&owner={owner}");
    let days = get(&router, &format!("{PATH}.json?{query}")).await.json();
    let all = days["days"].as_array().unwrap();
    assert_eq!(
        all.iter().map(|day| day["day"].as_str().unwrap()).collect::<Vec<_>>(),
        ["2026-10-20", "2026-10-21", "2026-10-22"]
    );
    let sum: Decimal = all.iter().map(|day| amount(&day["amounts"]["restated"])).sum();
    assert_eq!(sum, amount(&line["amounts"]["restated"]));
    let page = get(&router, &format!("{PATH}?{query}&lang=en")).await.body;
    assert!(page.contains("Day (UTC)") && page.contains("after close"), "{page}");
}

/// Which kind of nothing it is: never imported, nothing delivered, nothing changed, filtered out.
#[tokio::test]
async fn every_kind_of_nothing_is_named() {
    let empty = House::empty().await;
    let page = get(&empty.router(), &format!("{PATH}?lang=en")).await.body;
    assert!(
        page.contains("teirei import cost FILE") && page.contains("No week has been frozen yet"),
        "{page}"
    );

    let house = House::furnished().await;
    let router = house.router();
    let filtered = get(&router, &format!("{PATH}?since=7d&owner=product.nobody&lang=en")).await.body;
    assert!(filtered.contains("Nothing changed under these filters."), "{filtered}");
    post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    let after = get(&router, &format!("{PATH}?lang=en")).await.body;
    assert!(after.contains("No cost was delivered in the meantime."), "{after}");
    assert!(after.contains("since Week 47 was frozen (version 1"), "{after}");
}

#[tokio::test]
async fn imports_lead_to_what_changed() {
    let house = House::furnished().await;
    let page = get(&house.router(), "/imports?lang=en").await.body;
    assert!(page.contains("href=\"/imports/restatements?lang=en\""), "{page}");
    assert!(page.contains("/imports/restatements?lang=en#close"));
}

/// November of one account as a FOCUS file: (day, cost).
fn bill(days: &[(i8, &str)]) -> String {
    let mut text = String::from(
        "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
         ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId\n",
    );
    for (day, cost) in days {
        let day: Date = format!("2026-11-{day:02}").parse().unwrap();
        let next = day.tomorrow().unwrap();
        text.push_str(&format!(
            "{cost},{cost},1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,{day}T00:00:00Z,\
             {next}T00:00:00Z,EC2,acc-1\n"
        ));
    }
    text
}

async fn import(house: &mut House, today: &str, text: &str) {
    house.clock = Clock::at_ten(today.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
    let file = house.folder.path().join("bill.csv");
    std::fs::write(&file, text).unwrap();
    let delivery = Delivery {
        files: vec![file],
        source: None,
        strict: false,
        dry_run: false,
        force: false,
        tag_keys: Vec::new(),
    };
    run(&house.store, house.clock, Kind::Cost, &delivery, &(Arc::new(|_| {}) as _)).await.unwrap();
}

/// A file is imported before the meeting and after it, with a changed number and with the days that were missing.
/// On Monday 23 November the 21st is the last complete day, so that the 22nd completes although it was there.
#[tokio::test]
async fn a_file_imported_twice_tells_what_it_changed() {
    let mut house = House::empty().await;
    let before: Vec<(i8, &str)> = (9..=22).map(|day| (day, "10")).collect();
    import(&mut house, "2026-11-23", &bill(&before)).await;
    let monday = house.router();
    assert_eq!(
        post(&monday, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await.status,
        303
    );
    let quiet = get(&monday, &format!("{PATH}.json")).await.json();
    assert_eq!(
        (quiet["months"].as_array().unwrap().len(), &quiet["since_freeze"]["week"]),
        (0, &"2026-W47".into())
    );

    let mut after: Vec<(i8, &str)> = (9..=29).map(|day| (day, "10")).collect();
    (after[8].1, after[13].1) = ("12.5", "11"); // the 17th and the 22nd
    import(&mut house, "2026-11-30", &bill(&after)).await;
    let router = house.router();

    let value = get(&router, &format!("{PATH}.json")).await.json();
    let total = &value["totals"][0];
    assert_eq!(
        (amount(&total["restated"]), amount(&total["arrived"])),
        (Decimal::new(25, 1), Decimal::from(71))
    );
    let month = &value["months"][0];
    assert_eq!(
        (amount(&month["bill_before"]), amount(&month["bill"])),
        (Decimal::from(140), Decimal::new(2135, 1))
    );

    // The frozen week says the same of its own days, and leads to them.
    let of_week = get(&router, &format!("{PATH}.json?week=2026-W47&version=1")).await.json();
    let total = &of_week["totals"][0];
    assert_eq!((amount(&total["restated"]), amount(&total["arrived"])), (Decimal::new(25, 1), Decimal::ONE));
    let told = get(&router, "/reviews/2026-W47/restatements.json").await.json();
    assert_eq!(told["changes"], "/imports/restatements?week=2026-W47&version=1");
    let lines = told["restatements"].as_array().unwrap();
    let restated: Vec<_> = lines.iter().filter(|line| line["completes"] == false).collect();
    assert_eq!(restated.len(), 2, "the bill and nobody's cost: {told}");
    assert!(restated.iter().all(|line| amount(&line["difference"]) == Decimal::new(25, 1)), "{told}");
    assert_eq!((&restated[1]["source"], &restated[1]["month"]), (&"focus".into(), &"2026-11".into()));
    let page = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(page.contains("(focus, Nov 2026): +$2.50"), "{page}");
    assert!(page.contains("/imports/restatements?week=2026-W47&amp;lang=en&amp;version=1"), "{page}");

    // The next review opens with what became of it: the 22nd came with 11, the 17th with 2.50 more.
    let next = get(&router, "/reviews/2026-W48?lang=en").await.body;
    assert!(next.contains("Week 47 final: +$13.50 (+$2.50 of it restated)"), "{next}");
}
