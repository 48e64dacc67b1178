//! Everything arrives, exactly, and little is paid for it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};

use super::office::{Office, SMALL, TODAY, month_sum, world};
use crate::fake::facts::{Fact, Size, account_id};
use crate::support::get;

/// (day, account, service, category) → billed, effective.
type Cells = BTreeMap<(String, String, String, String), (Decimal, Decimal)>;

/// What the database has, in units.
async fn stored(office: &Office) -> Cells {
    let file = office.folder.path().join("teirei.db");
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let rows = sqlx::query(
        "SELECT date(c.day * 86400, 'unixepoch'), k.sub_account, k.service, k.charge_category, SUM(c.billed), \
         SUM(c.effective) FROM cost_cell c JOIN cost_key k ON k.id = c.key_id GROUP BY 1, 2, 3, 4",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let cell = |row: &sqlx::sqlite::SqliteRow| {
        let place = (row.get(0), row.get(1), row.get(2), row.get(3));
        (place, (Decimal::new(row.get(4), 6), Decimal::new(row.get(5), 6)))
    };
    rows.iter().map(cell).collect()
}

fn category(record_type: &str) -> &'static str {
    match record_type {
        "Tax" => "Tax",
        "Credit" => "Credit",
        "SavingsPlanRecurringFee" | "Support" => "Purchase",
        "Moon phase surcharge" => "Other",
        _ => "Usage",
    }
}

/// What the facts up to a day make, exactly.
fn expected(facts: &[Fact], today: Date) -> Cells {
    let mut cells = Cells::new();
    for fact in facts.iter().filter(|fact| fact.day <= today) {
        let place = (
            fact.day.to_string(),
            fact.account.clone(),
            fact.service.clone(),
            category(fact.record_type).to_owned(),
        );
        let sum = cells.entry(place).or_default();
        sum.0 += fact.unblended;
        sum.1 += fact.amortized;
    }
    cells.retain(|_, sum| !(sum.0.is_zero() && sum.1.is_zero()));
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn fourteen_months_of_120_accounts_and_40_services_arrive_complete_and_exact() {
    let mut world = world(TODAY, Size { accounts: 120, services: 40, days: 2 });
    world.page = 4_000;
    let office = Office::open(world).await;
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = said.report();
    let answered = office.aws.world().answered();
    println!(
        "14 months × 120 accounts × 40 services: {answered} requests, USD {}",
        report["price"]["amount"].as_str().unwrap()
    );
    assert_eq!(report["requests"], answered);
    assert_eq!(report["accounts"], 120);
    assert_eq!(report["months"].as_array().unwrap().len(), 14);

    let today: Date = TODAY.parse().unwrap();
    let facts: Vec<Fact> =
        office.aws.world().facts.iter().filter(|fact| fact.day <= today).cloned().collect();
    for total in office.store().await.cost_control_totals().await.unwrap() {
        let exact = month_sum(&facts, total.scope.period_start);
        assert_eq!((total.billed, total.effective), exact, "{}", total.scope.period_start);
    }
    let (stored, expected) = (stored(&office).await, expected(&facts, today));
    assert_eq!(stored.len(), expected.len());
    let micro = Decimal::new(1, 6);
    for (place, exact) in &expected {
        let found = stored[place];
        assert!((found.0 - exact.0).abs() < micro && (found.1 - exact.1).abs() < micro, "{place:?}");
    }

    let before = office.aws.world().answered();
    let said = office.sync("2026-11-24").await;
    let asked = office.aws.world().answered() - before;
    println!("the next day: {asked} requests");
    assert!(said.code == Some(0) && asked <= 8, "{asked} requests: {}", said.err);
    assert_eq!(said.report()["months"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_accounts_are_on_the_page() {
    let mut world = world(TODAY, SMALL);
    world.tells_names = false;
    let office = Office::open(world).await;
    let said = office.run(TODAY, &["sync", "aws"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("14 months looked at, 6 accounts"), "{}", said.out);
    assert!(said.err.contains("2026-11 finished, 1 of 14 months"), "{}", said.err);
    assert!(said.err.contains("[cost/aws-record-type]"), "{}", said.err);
    let answered = office.aws.world().answered();

    let router = office.router(TODAY).await;
    let value = get(&router, "/imports.json").await.json();
    let day = &value["requests"][0];
    assert_eq!(
        (&day["source"], &day["day"], &day["answered"]),
        (&"aws".into(), &TODAY.into(), &answered.into())
    );
    let price: Decimal = day["price"]["amount"].as_str().unwrap().parse().unwrap();
    assert_eq!(price, Decimal::new(i64::try_from(answered).unwrap(), 2));
    let unknown = value["unknown_accounts"].as_array().unwrap();
    let suspended = unknown.iter().find(|account| account["id"] == account_id(3)).unwrap();
    assert_eq!((&suspended["name"], &suspended["state"]), (&"account 3".into(), &"SUSPENDED".into()));
    assert_eq!((&suspended["path"], &suspended["tags"]["owner"]), (&"Root/staging".into(), &"team-3".into()));
    let page = get(&router, "/imports").await.body;
    assert!(page.contains("Root/staging") && page.contains("SUSPENDED"), "{page}");
    assert!(page.contains(&format!("<td data-label=\"応答\" class=\"num\">{answered}</td>")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_syncs_by_itself_and_pages_never_ask() {
    let office = Office::open(world(TODAY, SMALL)).await;
    office.configure("sync_every_hours = 12\n");
    assert_eq!(office.run(TODAY, &["migrate"]).await.code, Some(0));
    let mut server = office.command(TODAY, &["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let store = office.store().await;
    let all_months = async {
        while store.synced_month_list().await.unwrap().len() < 14 {
            assert!(server.try_wait().unwrap().is_none(), "the server ended");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), all_months).await.expect("the server syncs by itself");
    server.kill().unwrap();
    server.wait().unwrap();
    let asked = office.aws.world().log.len();
    let router = office.router(TODAY).await;
    for page in ["/imports", "/reviews/2026-W46", "/reviews/2026-W46.json", "/products"] {
        assert_eq!(get(&router, page).await.status, 200, "{page}");
    }
    assert_eq!(office.aws.world().log.len(), asked, "a page view asks for nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_of_mixed_accounts_is_told_apart_by_tag() {
    let mut world = world(TODAY, SMALL);
    let mixed = account_id(4);
    for (number, fact) in world.facts.iter_mut().filter(|fact| fact.account == mixed).enumerate() {
        fact.team = ["pay", "", "search"][number % 3];
    }
    let facts = world.facts.clone();
    let office = Office::open(world).await;
    office.configure(&format!("tag_key = \"team\"\nmixed_accounts = [\"{mixed}\"]\n"));
    let by_tag = told_apart(&office, &facts).await;
    assert_eq!(by_tag, ["team=pay", "team=search"]);
    let asked = office.aws.world().log.len();

    let other = Office::open(super::office::world(TODAY, SMALL)).await;
    other.aws.world().facts.clone_from(&facts);
    other.configure(&format!("tag_key = \"costCategory/Team\"\nmixed_accounts = [\"{mixed}\"]\n"));
    let by_category = told_apart(&other, &facts).await;
    assert_eq!(by_category, ["costCategory/Team=pay", "costCategory/Team=search"]);
    assert_eq!(
        other.aws.world().log.len(),
        asked,
        "a cost category takes the place of the tag, and costs as much"
    );
}

/// Syncs, and answers the tags that the cost of four services carries; everything still adds up to the bill.
async fn told_apart(office: &Office, facts: &[Fact]) -> Vec<String> {
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let today: Date = TODAY.parse().unwrap();
    let seen: Vec<Fact> = facts.iter().filter(|fact| fact.day <= today).cloned().collect();
    for total in office.store().await.cost_control_totals().await.unwrap() {
        assert_eq!((total.billed, total.effective), month_sum(&seen, total.scope.period_start));
    }
    let rows = office.rows().await;
    let tag = |row: &String| {
        let quoted = row.rsplit(",'").next().unwrap().trim_end_matches('\'').to_owned();
        (quoted.contains('=')).then_some(quoted)
    };
    let mut tags: Vec<String> = rows["cost_key"].iter().filter_map(tag).collect();
    assert_eq!(tags.len(), 8, "each of four services for each of two teams");
    tags.sort();
    tags.dedup();
    tags
}

#[tokio::test(flavor = "multi_thread")]
async fn months_that_aws_has_forgotten_are_named_and_not_asked_for_again() {
    let mut world = world(TODAY, SMALL);
    world.history = 11;
    let office = Office::open(world).await;
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = said.report();
    let rules =
        |rule: &str| report["issues"].as_array().unwrap().iter().filter(|one| one["rule"] == rule).count();
    assert_eq!((report["months"].as_array().unwrap().len(), rules("cost/aws-history")), (12, 2));
    let asked = office.aws.world().log.len();
    assert_eq!(office.sync("2026-12-16").await.code, Some(0));
    let refused = office.aws.world().log.iter().skip(asked).filter(|(_, answered)| !answered).count();
    assert_eq!(refused, 1, "the compare learns that December 2025 is forgotten, too");
    assert!(office.rows().await["import_issue"].iter().any(|row| row.contains("cost/aws-history")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_without_net_amounts_is_read_amortized() {
    let mut world = world(TODAY, SMALL);
    world.knows_net = false;
    let office = Office::open(world).await;
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let world = office.aws.world();
    let refused = world.log.iter().filter(|(_, answered)| !answered).count();
    assert_eq!(refused, 1, "asked once and remembered");
    assert!(world.log.iter().skip(1).all(|(body, _)| body["Metrics"][1] == "AmortizedCost"));
}
