//! `/reviews/four-weeks/{week}` and `/reviews/quarter/{quarter}`: several weekly reviews together.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::{House, get, post};

#[expect(clippy::unwrap_used, reason = "a document without the number fails its story")]
fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn sums_are_those_of_the_weekly_reviews() {
    let house = House::furnished().await;
    let router = house.router();
    let period = get(&router, "/reviews/four-weeks/2026-W47.json").await.json();
    assert_eq!(period["weeks"].as_array().unwrap().len(), 4);
    for cost in period["cost"].as_array().unwrap() {
        let weeks = cost["weeks"].as_array().unwrap();
        let sum: Decimal = weeks.iter().map(|week| decimal(&week["billed"])).sum();
        assert_eq!(sum, decimal(&cost["billed"]), "{cost}");
    }
    let mut counts = std::collections::BTreeMap::<String, (i64, i64)>::new();
    let mut billed = Decimal::ZERO;
    for week in ["2026-W44", "2026-W45", "2026-W46", "2026-W47"] {
        let review = get(&router, &format!("/reviews/{week}.json")).await.json();
        for objective in review["review"]["objectives"].as_array().unwrap() {
            let sums = counts.entry(objective["id"].as_str().unwrap().to_owned()).or_default();
            sums.0 += objective["week"]["good"].as_i64().unwrap();
            sums.1 += objective["week"]["total"].as_i64().unwrap();
        }
        let table = get(&router, &format!("/reviews/{week}.csv?table=cost")).await.body;
        let columns: Vec<&str> = table.lines().next().unwrap().split(',').collect();
        let place = |name: &str| columns.iter().position(|column| *column == name).unwrap();
        let telemed = table
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>())
            .filter(|row| row.contains(&"telemed") && row.contains(&"billed"));
        billed += telemed.map(|row| row[place("after")].parse::<Decimal>().unwrap()).sum::<Decimal>();
    }
    let objectives = period["objectives"].as_array().unwrap();
    assert_eq!(objectives.len(), counts.len());
    for objective in objectives {
        let found = (objective["good"].as_i64().unwrap(), objective["total"].as_i64().unwrap());
        assert_eq!(found, counts[objective["objective"].as_str().unwrap()], "{objective}");
    }
    let telemed = period["cost"].as_array().unwrap().iter().find(|cost| cost["name"] == "telemed").unwrap();
    assert_eq!(decimal(&telemed["billed"]), billed);
}

#[tokio::test]
async fn a_frozen_week_is_told_from_its_version_and_said_so() {
    let house = House::furnished().await;
    let router = house.router();
    let before = get(&router, "/reviews/four-weeks/2026-W47?lang=en").await.body;
    assert!(before.contains("0 of them told from frozen versions"), "{before}");
    post(&router, "/api/freeze", "week=2026-W46&version=0&reason=meeting&force=yes").await;
    let page = get(&router, "/reviews/four-weeks/2026-W47?lang=en").await.body;
    assert!(page.contains("/reviews/2026-W46?lang=en&amp;version=1"), "{page}");
    assert!(page.contains("4 of 4 weeks have ended, 1 of them told from frozen versions"), "{page}");
    let json = get(&router, "/reviews/four-weeks/2026-W47.json").await.json();
    let known: Vec<&str> =
        json["weeks"].as_array().unwrap().iter().map(|week| week["known"].as_str().unwrap()).collect();
    assert_eq!(known, ["draft", "draft", "frozen", "draft"]);
    assert_eq!(json["weeks"][2]["version"], 1);
}

#[tokio::test]
async fn a_quarter_says_which_kind_it_is_and_counts_what_has_ended() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/reviews/quarter/2026-Q4?lang=en").await.body;
    assert!(page.contains("Q4 of calendar year 2026 = Q3 of the fiscal year that begins in 2026"), "{page}");
    assert!(page.contains("8 of 14 weeks have ended"), "{page}");
    let calendar = get(&router, "/reviews/quarter/2026-Q4.json").await.json();
    let fiscal = get(&router, "/reviews/quarter/FY2026-Q3.json").await.json();
    for part in ["cost", "objectives", "incidents", "weeks", "budgets"] {
        assert_eq!(calendar[part], fiscal[part], "the same months, the same numbers: {part}");
    }
    assert_eq!(calendar["weeks"][7]["known"], "draft");
    assert_eq!(calendar["weeks"][8]["known"], "not-ended", "the running week is counted once it is over");
}

#[tokio::test]
async fn addresses_lead_to_the_newest_span_and_refuse_what_is_none() {
    let house = House::furnished().await;
    let router = house.router();
    for (from, to) in [
        ("/reviews/four-weeks?lang=en", "/reviews/four-weeks/2026-W47?lang=en"),
        ("/reviews/quarter", "/reviews/quarter/2026-Q4"),
    ] {
        let answer = get(&router, from).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (302, to));
    }
    for address in [
        "/reviews/four-weeks/2026-W54",
        "/reviews/four-weeks/latest",
        "/reviews/four-weeks/2027-W30",
        "/reviews/quarter/2026-Q5",
        "/reviews/quarter/2027-Q2",
        "/reviews/quarter/2026-W47",
        "/reviews/four-weeks/2027-W30.json",
        "/reviews/quarter/x.md",
    ] {
        assert_eq!(get(&router, address).await.status, 404, "{address}");
    }
    let archive = get(&router, "/reviews?lang=en").await.body;
    assert!(archive.contains("/reviews/four-weeks") && archive.contains("/reviews/quarter"), "{archive}");
}

#[tokio::test]
async fn its_files_say_what_the_page_says() {
    let house = House::furnished().await;
    let router = house.router();
    let csv = get(&router, "/reviews/four-weeks/2026-W47.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.body.starts_with("table,product,item,week,measure,value,unit\n"), "{}", csv.body);
    for table in ["cost,", "budgets,", "objectives,", "incidents,", "deploys,", "actions,", "checklists,"] {
        assert!(csv.body.contains(&format!("\n{table}")), "{table}");
    }
    let japanese = get(&router, "/reviews/four-weeks/2026-W47.md?lang=ja").await.body;
    assert!(japanese.starts_with("# 4週レビュー 2026-W44–W47\n"), "{japanese}");
    assert!(
        japanese.contains("\n## 技術的負債\n") && japanese.contains("\n## チェックリスト\n"),
        "{japanese}"
    );
    let english = get(&router, "/reviews/quarter/2026-Q4.md?lang=en").await.body;
    assert!(english.starts_with("# Quarter Oct 2026 – Dec 2026\n"), "{english}");
}

#[tokio::test]
async fn nothing_known_is_said_in_every_section() {
    let house = House::empty().await;
    let router = house.router();
    let page = get(&router, "/reviews/four-weeks/2026-W47?lang=en").await;
    assert_eq!(page.status, 200);
    for text in [
        "No product has budgets",
        "No objective was measured",
        "No source speaks about incidents",
        "No cost of this time has arrived",
        "the change failure rate is unknown",
        "No open action item is overdue",
        "No decision was to be looked at again",
        "No review of an objective is overdue",
        "Nothing is flagged",
        "The catalogue has no checklists",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    for form in ["json", "csv", "md"] {
        assert_eq!(get(&router, &format!("/reviews/quarter/2026-Q4.{form}")).await.status, 200, "{form}");
    }
}

#[tokio::test]
async fn what_is_flagged_as_debt_is_listed_with_its_owner() {
    let house = House::empty().await;
    let router = house.router();
    for text in ["Replace+the+queue+%23debt", "Write+a+runbook"] {
        let form = format!("do=add&lang=en&text={text}&owner=Hayashi&due=2026-11-20");
        assert_eq!(post(&router, "/api/action", &form).await.status, 303);
    }
    let json = get(&router, "/reviews/quarter/2026-Q4.json").await.json();
    let debts = json["technical_debt"].as_array().unwrap();
    assert_eq!(debts.len(), 1, "{json}");
    assert_eq!((debts[0]["kept"].as_str(), debts[0]["owner"].as_str()), (Some("action"), Some("Hayashi")));
    assert_eq!(json["actions"]["overdue"], 2);
    let page = get(&router, "/reviews/quarter/2026-Q4?lang=en").await.body;
    let debt = &page[page.find("id=\"debt\"").unwrap()..];
    assert!(debt.contains("Replace the queue") && !debt.contains("Write a runbook"), "{debt}");
}
