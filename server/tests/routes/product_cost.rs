//! `/products/{slug}/cost`: from a figure to its lines.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use rust_decimal::Decimal;

use crate::support::{House, get};

const PATH: &str = "/products/telemed/cost";

#[tokio::test]
async fn the_page_and_its_forms_answer_every_selection() {
    let house = House::furnished().await;
    let router = house.router();
    for (query, status) in [
        ("", 200),
        ("?week=2026-W46", 200),
        ("?by=account", 200),
        ("?by=region&environment=production&sort=change", 200),
        ("?service=No%20Such%20Service", 200),
        ("?metric=effective&currency=USD", 200),
        ("?by=tag.team", 200),
        ("?by=account&tag.team=", 200),
        ("?tax=without", 200),
        ("?tax=perhaps", 400),
        ("?by=colour", 400),
        ("?sort=down", 400),
        ("?environment=moon", 400),
        ("?category=Gift", 400),
        ("?week=2026-W60", 404),
        ("?version=7", 404),
    ] {
        for suffix in ["", ".json", ".csv"] {
            let path = format!("{PATH}{suffix}{query}");
            let answer = get(&router, &path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
    }
    assert_eq!(get(&router, "/products/nobody/cost").await.status, 404);
    assert_eq!(get(&router, &format!("{PATH}.md")).await.status, 404);
}

/// The sum of a column of whole yen.
fn column_sum(csv: &str, column: &str) -> Decimal {
    let mut lines = csv.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let position = head.iter().position(|name| *name == column).unwrap();
    lines.map(|line| line.split(',').nth(position).unwrap().parse::<Decimal>().unwrap()).sum()
}

fn amount(value: &serde_json::Value) -> Decimal {
    value["amount"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn rows_add_up_to_the_figure_by_every_dimension() {
    let house = House::furnished().await;
    let router = house.router();
    let mut totals = Vec::new();
    for by in ["service", "account", "environment", "region", "category", "tag.team"] {
        let csv = get(&router, &format!("{PATH}.csv?by={by}")).await.body;
        let value = get(&router, &format!("{PATH}.json?by={by}")).await.json();
        let total = amount(&value["total"]["this_week"]);
        assert_eq!(column_sum(&csv, "this_week"), total, "{by}");
        assert_eq!(column_sum(&csv, "difference"), amount(&value["total"]["difference"]), "{by}");
        let lines = value["lines"].as_array().unwrap().iter().map(|line| amount(&line["this_week"]));
        let shared = value["parts"].as_array().unwrap().iter().filter(|part| part["kind"] == "shared");
        let shared: Decimal = shared.map(|part| amount(&part["change"]["this_week"])).sum();
        let lines: Decimal = lines.sum::<Decimal>() + amount(&value["lines_rest"]["amount"]);
        assert_eq!(lines + shared, total, "{by}");
        totals.push(total);
    }
    assert!(totals.windows(2).all(|pair| pair[0] == pair[1]), "{totals:?}");
}

/// The exact sums are those of the review, to the micro-unit.
#[tokio::test]
async fn the_total_is_that_of_the_review() {
    let house = House::furnished().await;
    let router = house.router();
    let review = get(&router, "/reviews/2026-W47.json").await.json();
    let text = review.to_string();
    for slug in ["telemed", "data"] {
        let value = get(&router, &format!("/products/{slug}/cost.json")).await.json();
        let exact = value["billed_in"][0]["this_week"]["billed"]["amount"].as_str().unwrap();
        assert!(text.contains(&format!("\"amount\":\"{exact}\"")), "{slug}: {exact}");
    }
}

#[tokio::test]
async fn an_unknown_filter_is_empty_and_says_so() {
    let house = House::furnished().await;
    let router = house.router();
    let answer = get(&router, &format!("{PATH}?service=Nothing&lang=en")).await;
    assert!(answer.body.contains("Nothing was billed under these filters"), "{}", answer.body);
    let value = get(&router, &format!("{PATH}.json?service=Nothing")).await.json();
    assert_eq!(value["parts"].as_array().unwrap().len(), 0);
}

/// Runners carry the tag, the rest of the platform does not: a line of its own, which filters like any other.
#[tokio::test]
async fn untagged_cost_is_a_line_of_its_own() {
    let house = House::furnished().await;
    let router = house.router();
    let path = "/products/platform/cost";
    let whole = get(&router, &format!("{path}.json?by=tag.team")).await.json();
    let run = |value: &serde_json::Value| -> Vec<(String, Decimal)> {
        let parts = value["parts"].as_array().unwrap().iter().filter(|part| part["kind"] == "run-rate");
        let told = parts.map(|part| (part["value"].to_string(), amount(&part["change"]["this_week"])));
        told.collect()
    };
    let parts = run(&whole);
    assert_eq!(parts.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), ["\"\"", "\"platform\""]);
    for (filter, (_, expected)) in [("tag.team=", &parts[0]), ("tag.team=platform", &parts[1])] {
        let filtered = get(&router, &format!("{path}.json?by=tag.team&{filter}")).await.json();
        let told: Decimal = run(&filtered).iter().map(|(_, amount)| *amount).sum();
        assert!((told - expected).abs() <= Decimal::ONE, "{filter}: {told}, not {expected}");
    }
    let page = get(&router, &format!("{path}?by=tag.team&lang=en")).await.body;
    assert!(page.contains("(untagged)") && page.contains("tag.team=platform"), "{page}");
    assert!(page.contains("growableValue"), "no link to the console with the tag in\n{page}");
}

/// What cannot be understood is said in the reader's language, with what could be.
#[tokio::test]
async fn a_word_that_does_not_exist_is_named_in_both_languages() {
    let house = House::furnished().await;
    let router = house.router();
    for (language, words) in [("ja", "使えるのは次のものです"), ("en", "There is: service, account")]
    {
        let answer = get(&router, &format!("{PATH}?by=colour&lang={language}")).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains(words) && answer.body.contains("tag.KEY"), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_line_tells_which_rules_were_tried() {
    let house = House::furnished().await;
    let router = house.router();
    let body = get(&router, &format!("{PATH}?lang=en")).await.body;
    assert!(body.contains("the account&#39;s product") || body.contains("the account's product"), "{body}");
    assert!(body.contains(", not “"), "no rule that was tried in\n{body}");
    assert!(body.contains("console.aws.amazon.com/costmanagement"), "no console link");
}

#[tokio::test]
async fn a_frozen_week_is_followed_live_and_says_so() {
    let house = House::furnished().await;
    let router = house.router();
    let frozen =
        crate::support::post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes")
            .await;
    assert!(frozen.status.is_redirection(), "{}", frozen.body);
    let body = get(&router, &format!("{PATH}?week=2026-W47&lang=en")).await.body;
    assert!(body.contains("This page is live"), "{body}");
}

/// With tax = without tax + taxes, in every form and for month, half and year; without is what the insurance
/// business' budget means.
#[tokio::test]
async fn taxes_can_be_left_out_and_nothing_else_changes() {
    let house = House::furnished().await;
    let router = house.router();
    for slug in ["telemed", "insurance"] {
        let path = format!("/products/{slug}/cost.json?currency=USD");
        let with = get(&router, &path).await.json();
        let without = get(&router, &format!("{path}&tax=without")).await.json();
        assert_eq!((with["tax"].as_str(), without["tax"].as_str()), (Some("with"), Some("without")));
        let billed = |value: &serde_json::Value| amount(&value["billed_in"][0]["this_week"]["billed"]);
        let taxes = get(&router, &format!("{path}&category=Tax")).await.json();
        let part = |value: &serde_json::Value| value["parts"].as_array().unwrap().clone();
        assert!(billed(&taxes) > Decimal::ZERO && part(&taxes).iter().all(|part| part["kind"] == "one-off"));
        assert_eq!(billed(&with) - billed(&without), billed(&taxes), "{slug}");
        assert!(part(&without).iter().all(|part| part["label"] != "Tax"));
        for position in 0..3 {
            let sum = |value: &serde_json::Value, key: &str| amount(&value["sums"][position][key]);
            assert!(sum(&with, "spent") > sum(&without, "spent"), "{slug} {position}");
            // What is left of a budget does not depend on what is shown.
            assert_eq!(sum(&with, "left"), sum(&without, "left"), "{slug} {position}");
            let counted = if slug == "insurance" { &without } else { &with };
            assert_eq!(sum(&with, "spent_as_budgeted"), sum(counted, "spent"), "{slug} {position}");
        }
        let page = get(&router, &format!("/products/{slug}/cost?tax=without&lang=en")).await.body;
        assert!(page.contains("without tax") && page.contains("Show with tax"), "{slug}");
    }
    let product = get(&router, "/products/insurance?lang=en").await.body;
    assert!(product.contains("The budget is without tax"), "{product}");
}

/// What the month cost so far is the same figure on both pages of a product, in a week of two months, too,
/// looked at while its last complete day lies in the first of them.
#[tokio::test]
async fn the_month_so_far_is_the_same_on_both_pages() {
    for (today, slug) in [("2026-11-02", "telemed"), ("2026-11-23", "telemed"), ("2026-11-02", "insurance")] {
        let house = House::furnished_on(today).await;
        let router = house.router();
        let product = get(&router, &format!("/products/{slug}.json")).await.json();
        let cost = get(&router, &format!("/products/{slug}/cost.json")).await.json();
        let spent = amount(&product["product"]["budget"]["spent"]);
        let counted = amount(&cost["sums"][0]["spent_as_budgeted"]);
        // The budget's figure is to the micro-yen, the sum is written in whole yen.
        assert_eq!(
            spent.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero),
            counted,
            "{today}"
        );
    }
}

/// Six weeks of bills hold one whole month; the month under way has neither a whole bill nor a count.
#[tokio::test]
async fn a_month_is_told_per_user_beside_what_broke() {
    let house = House::furnished().await;
    let router = house.router();
    let value = get(&router, &format!("{PATH}.json")).await.json();
    assert_eq!(value["unit_costs"][0]["series"], "active-users");
    let months = value["unit_costs"][0]["months"].as_array().unwrap();
    let last = months.last().unwrap();
    assert_eq!(last["month"], "2026-11");
    assert!(last["per_unit"].is_null() && last["cost"].is_null() && last["units"].is_null(), "{last}");
    assert!(months.iter().any(|month| !month["units"].is_null()));
    let page = get(&router, &format!("{PATH}?lang=en")).await.body;
    assert!(page.contains("What does one unit of use cost?"), "{page}");
    let filtered = get(&router, &format!("{PATH}?service=ECS&lang=en")).await.body;
    assert!(!filtered.contains("What does one unit of use cost?"));
    let other = get(&router, "/products/erx/cost.json").await.json();
    assert_eq!(other["unit_costs"].as_array().unwrap().len(), 0, "no series knows it");
}

#[tokio::test]
async fn a_service_opens_down_to_its_resources() {
    let house = House::furnished().await;
    let router = house.router();
    let service = "service=Chime%20SDK";
    let value = get(&router, &format!("{PATH}.json?{service}")).await.json();
    let table = &value["resources"];
    let lines = table["lines"].as_array().unwrap();
    assert!(lines[0]["resource"].as_str().unwrap().ends_with("-visits"), "the one that moved most: {table}");
    for side in ["this_week", "previous_week"] {
        let sum: Decimal = lines.iter().map(|line| amount(&line["change"][side])).sum();
        assert_eq!(sum + amount(&table["others"][side]), amount(&table["total"][side]), "{side}");
    }
    let csv = get(&router, &format!("{PATH}.csv?{service}&rows=resources")).await.body;
    assert_eq!(column_sum(&csv, "this_week"), amount(&table["total"]["this_week"]), "{csv}");
    assert_eq!(column_sum(&csv, "previous_week"), amount(&table["total"]["previous_week"]), "{csv}");
    // The run rate of the parts is the same money.
    let run = value["parts"].as_array().unwrap().iter().filter(|part| part["kind"] == "run-rate");
    let run: Decimal = run.map(|part| amount(&part["change"]["this_week"])).sum();
    assert_eq!(run, amount(&table["total"]["this_week"]));
    let page = get(&router, &format!("{PATH}?{service}&lang=en")).await.body;
    for word in ["-visits", "All other resources", "Usage in total", "rows=resources"] {
        assert!(page.contains(word), "no {word}");
    }
    let bare = get(&router, &format!("{PATH}?service=CloudFront&lang=en")).await.body;
    assert!(bare.contains("The bill names no resources for this service"), "says what would tell them");
    assert!(!get(&router, &format!("{PATH}?lang=en")).await.body.contains("All other resources"));
    for (query, status) in [("rows=resources", 400), ("rows=keys", 400), ("rows=parts", 200)] {
        assert_eq!(get(&router, &format!("{PATH}.csv?{query}")).await.status, status, "{query}");
    }
}

/// The month is drawn where the figures of the page are what its budget counts.
#[tokio::test]
async fn the_month_is_drawn_as_its_budget_counts() {
    let house = House::furnished().await;
    let router = house.router();
    for (path, drawn) in [
        ("/products/telemed/cost", true),
        ("/products/telemed/cost?tax=without", false),
        ("/products/insurance/cost", false),
        ("/products/insurance/cost?tax=without", true),
        ("/products/telemed/cost?metric=effective", false),
        ("/products/telemed/cost?service=ECS", false),
    ] {
        let body = get(&router, path).await.body;
        assert_eq!(body.contains("id=\"month-wt\""), drawn, "{path}");
    }
}

/// What a unit cost as a file, the same figures as the document has.
#[tokio::test]
async fn unit_costs_come_as_csv() {
    let house = House::furnished().await;
    let router = house.router();
    let value = get(&router, "/products/telemed/cost.json").await.json();
    let file = get(&router, "/products/telemed/cost.csv?rows=units").await;
    assert_eq!(file.status, 200, "{}", file.body);
    let rows: Vec<Vec<&str>> = file.body.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let months = value["unit_costs"][0]["months"].as_array().unwrap();
    assert_eq!(rows.len(), months.len());
    for (row, month) in rows.iter().zip(months) {
        assert_eq!(row[2], month["month"].as_str().unwrap());
        let amount = month["per_unit"]["amount"].as_str().unwrap_or_default();
        assert_eq!((row[8], row[7].is_empty()), (amount, month["units"].is_null()), "{row:?}");
    }
    assert!(rows.iter().any(|row| !row[7].is_empty()), "units of the months before are known");
    let page = get(&router, "/products/telemed/cost?lang=en").await.body;
    assert!(page.contains("cost.csv?") && page.contains("rows=units"), "{page}");
}
