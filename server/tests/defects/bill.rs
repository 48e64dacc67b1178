//! What other readers of bills get wrong.

use rust_decimal::Decimal;

use super::desk::{Charge, amount, catalogue, daily, decimal, focus, json, usage};
use crate::aws::office::{Office, TODAY};
use crate::fake::World;
use crate::support::get;

/// awslabs: "`parseFloat` money". Tenths add up to the whole, and a millionth beside four trillion is kept.
#[tokio::test(flavor = "multi_thread")]
async fn float_money() {
    let mut charges = daily("2026-11-09", "2026-11-14", |_| "0.1".to_owned());
    charges.extend((0..4).map(|number| Charge {
        service: ["Amazon S3", "Amazon SQS", "Amazon SNS", "AWS Lambda"][number],
        ..usage("2026-11-10", "0.1")
    }));
    charges.push(Charge { service: "In", ..usage("2026-11-11", "4000000000000.000001") });
    charges.push(Charge { service: "Out", ..usage("2026-11-12", "-4000000000000") });
    let office = Office::with_bill(&charges).await;
    let router = office.router(TODAY).await;
    let cost = json(&router, "/products/telemed/cost.json?week=2026-W46").await;
    assert_eq!(cost["billed_in"][0]["this_week"]["billed"]["amount"], "1.000001");
    let review = json(&router, "/reviews/2026-W46.json").await;
    assert_eq!(review["reconciliation"][0]["products"]["amount"], "1.000001");
    assert_eq!(review["reconciliation"][0]["difference"]["amount"], "0.000000");
    let imports = json(&router, "/imports.json").await;
    assert_eq!(amount(&imports["control_totals"][0]["billed"]), decimal("1.000001"));
}

/// awslabs: "`changeOf` compares first day with last day, not period sums".
#[tokio::test(flavor = "multi_thread")]
async fn first_against_last_day_change() {
    // Every Monday and every Saturday costs 100; what lies between has grown by 300.
    let office = Office::with_bill(&daily("2026-11-02", "2026-11-21", |day| {
        let grown = [("2026-11-18", "250"), ("2026-11-19", "250")];
        let found = grown.iter().find(|(grown, _)| *grown == day.to_string());
        found.map_or("100", |(_, amount)| amount).to_owned()
    }))
    .await;
    let router = office.router(TODAY).await;
    let total = json(&router, "/products/telemed/cost.json?week=2026-W47").await["total"].clone();
    // Monday to Saturday of both weeks: 4 × 100 + 2 × 250 against 6 × 100.
    assert_eq!(amount(&total["this_week"]), decimal("900"));
    assert_eq!(amount(&total["previous_week"]), decimal("600"));
    assert_eq!(amount(&total["difference"]), decimal("300"));
    let page = get(&router, "/products/telemed/cost?week=2026-W47&lang=en").await.body;
    assert!(page.contains("+$300") && page.contains("+50"), "{page}");
}

/// awslabs: "`getLastCompleteBillingDate` = yesterday".
#[tokio::test(flavor = "multi_thread")]
async fn last_complete_day_is_yesterday() {
    // Of Sunday the 22nd only the first hours have arrived.
    let office = Office::with_bill(&daily("2026-11-02", "2026-11-22", |day| {
        if day.day() == 22 { "3" } else { "100" }.to_owned()
    }))
    .await;
    let router = office.router(TODAY).await;
    let review = json(&router, "/reviews/2026-W47.json").await;
    let source = &review["review"]["freshness"][0];
    assert_eq!((&source["complete_through"], &source["complete_days"]), (&"2026-11-21".into(), &6.into()));
    let page = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(page.contains("6 of 7 days"), "{page}");
    let total = json(&router, "/products/telemed/cost.json?week=2026-W47").await["total"].clone();
    assert_eq!(amount(&total["difference"]), Decimal::ZERO, "six days against the same six");
    // Two days later Sunday is complete.
    let later = office.router("2026-11-25").await;
    let review = json(&later, "/reviews/2026-W47.json").await;
    assert_eq!(review["review"]["freshness"][0]["complete_through"], "2026-11-22");
}

/// OptScale: "`Credit` rows ignored": a credit larger than the cost makes the week negative.
#[tokio::test(flavor = "multi_thread")]
async fn credit_rows_ignored() {
    let mut charges = daily("2026-11-09", "2026-11-15", |_| "10".to_owned());
    charges.push(Charge { category: "Credit", ..usage("2026-11-12", "-100.5") });
    let office = Office::with_bill(&charges).await;
    let router = office.router(TODAY).await;
    let review = json(&router, "/reviews/2026-W46.json").await;
    assert_eq!(amount(&review["reconciliation"][0]["products"]), decimal("-30.5"));
    let cost = json(&router, "/products/telemed/cost.json?week=2026-W46&category=Credit").await;
    assert_eq!(amount(&cost["total"]["this_week"]), decimal("-100.5"));
}

/// OptScale: "non-usage rows use BlendedCost spread evenly over days".
#[tokio::test(flavor = "multi_thread")]
async fn non_usage_rows_spread_evenly_over_days() {
    let mut charges = daily("2026-11-09", "2026-11-15", |_| "10".to_owned());
    charges.push(Charge { category: "Tax", ..usage("2026-11-10", "70") });
    let text: String = focus(&charges)
        .lines()
        .enumerate()
        .map(|(line, row)| format!("{row},{}\n", if line == 0 { "BlendedCost" } else { "99" }))
        .collect();
    let office = Office::furnished(World::new(TODAY)).await;
    assert_eq!(office.import(&text).await.code, Some(0));
    let review = json(&office.router(TODAY).await, "/reviews/2026-W46.json").await;
    let days = review["review"]["cost"]["days"][0]["days"].as_array().unwrap();
    let billed: Vec<Decimal> = days.iter().map(|day| amount(&day["billed"])).collect();
    assert_eq!(billed, ["10", "80", "10", "10", "10", "10", "10"].map(decimal), "the tax is on its day");
}

/// OptScale: "org currency can't change once a source is connected and does not convert".
#[tokio::test(flavor = "multi_thread")]
async fn currency_cannot_change_after_connection_and_does_not_convert() {
    let office = Office::with_bill(&daily("2026-11-09", "2026-11-15", |_| "10".to_owned())).await;
    let imports = json(&office.router(TODAY).await, "/imports.json").await;
    let rate = |to: &str, rate: &str| {
        format!(
            "\n[[rate]]\nfrom = \"USD\"\nto = \"{to}\"\nmonth = \"2026-11\"\npolicy = \"previous-month-end\"\n\
             rate = \"{rate}\"\ndate = 2026-10-30\nsource = \"bank\"\n"
        )
    };
    let rates = rate("JPY", "150.05") + &rate("EUR", "0.9");
    // 70 × 150.05 = 10,503.5, half up to a yen.
    for (currency, total, shown) in
        [("JPY", "10504", "10,504"), ("EUR", "63", "63"), ("USD", "70", "70"), ("JPY", "10504", "10,504")]
    {
        office.declare(&catalogue(currency, &[0], &rates)).await;
        let router = office.router(TODAY).await;
        let cost = json(&router, "/products/telemed/cost.json?week=2026-W46").await;
        let told = &cost["total"]["this_week"];
        assert_eq!((amount(told), &told["currency"]), (decimal(total), &currency.into()));
        assert_eq!(cost["billed_in"][0]["this_week"]["billed"]["amount"], "70.000000", "the bill stays");
        let page = get(&router, "/products/telemed/cost?week=2026-W46&lang=en").await.body;
        assert!(page.contains(shown), "{currency}: {page}");
        let page = get(&router, "/reviews/2026-W46?lang=en").await.body;
        let rate = match currency {
            "JPY" => "150.05",
            "EUR" => "0.9",
            _ => "",
        };
        assert!(page.contains(rate), "{currency}: the rate is beside what was converted");
        assert_eq!(json(&router, "/imports.json").await["control_totals"], imports["control_totals"]);
    }
}

/// CID's FOCUS view: "needs 21 FOCUS-1.0 columns to recognise a table, casts missing ones to NULL".
#[tokio::test(flavor = "multi_thread")]
async fn needs_21_columns_and_casts_missing_ones_to_null() {
    let charges = daily("2026-11-09", "2026-11-15", |_| "10".to_owned());
    let office = Office::furnished(World::new(TODAY)).await;
    // Ten columns and the account are enough, in any order and case.
    let backwards: String = focus(&charges)
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n")
        .enumerate()
        .map(|(line, row)| if line == 0 { row.to_lowercase() } else { row })
        .collect();
    let said = office.import(&backwards).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let review = json(&office.router(TODAY).await, "/reviews/2026-W46.json").await;
    assert_eq!(amount(&review["reconciliation"][0]["billed"]), decimal("70"));

    // A column without which a row means nothing is named, and nothing is stored in its place.
    for column in ["BilledCost", "EffectiveCost", "BillingCurrency", "ChargePeriodStart"] {
        let said = office.import(&focus(&charges).replace(column, "Other")).await;
        assert_eq!(said.code, Some(1), "{column}");
        assert!(said.err.contains(column), "{column}: {}", said.err);
    }
    // A value that is missing in one row is neither zero nor silently nothing.
    let text = focus(&charges);
    let said = office.import(&text.replacen("\n10,10,", "\n,10,", 1)).await;
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("bill.csv:2: rejected: BilledCost"), "{}", said.err);
    let said = office.import(&text.replacen("\n10,10,", "\n10,,", 1)).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("cost/effective-unknown"), "{}", said.err);
    let review = json(&office.router(TODAY).await, "/reviews/2026-W46.json").await;
    let effective =
        review["reconciliation"].as_array().unwrap().iter().find(|line| line["metric"] == "effective");
    assert_eq!(amount(&effective.unwrap()["billed"]), decimal("70"), "billed cost stands in");
}

/// CID's FOCUS view: "aliases, e.g. OCI `provider` → `providername`": what a cloud calls its own columns decides
/// nothing, also where an alias stands beside the column it stands for.
#[tokio::test(flavor = "multi_thread")]
async fn alias_columns_of_other_clouds() {
    let charges = daily("2026-11-09", "2026-11-15", |_| "10".to_owned());
    for (name, value) in [
        ("provider", "Oracle"),
        ("ProviderName", "Microsoft"),
        ("ServiceProviderName,HostProviderName", "Google Cloud,Google Cloud"),
        ("ProviderName,provider,x_ServiceCode", "AWS,NULL,AmazonEC2"),
        ("AvailabilityZone", "fjrQ:US-SANJOSE-1-AD-1"),
        ("Id", "1"),
    ] {
        let text: String = focus(&charges)
            .lines()
            .enumerate()
            .map(|(line, row)| format!("{},{row}\n", if line == 0 { name } else { value }))
            .collect();
        let office = Office::furnished(World::new(TODAY)).await;
        let said = office.import(&text).await;
        assert_eq!(said.code, Some(0), "{name}: {}", said.err);
        let cost = json(&office.router(TODAY).await, "/products/telemed/cost.json?week=2026-W46").await;
        assert_eq!(amount(&cost["total"]["this_week"]), decimal("70"), "{name}");
    }
}
