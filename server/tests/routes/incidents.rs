//! `/incidents` and `/products/{slug}/incidents`: what broke over some weeks, and what it comes to.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use domain::incident::{Incident, Severity};
use domain::ratio::Ppm;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use crate::support::{House, get};

async fn document(router: &axum::Router, path: &str) -> Value {
    let answer = get(router, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn felt(id: &str, product: &str, from: Timestamp, minutes: i64) -> Incident {
    let to = from + minutes.minutes();
    Incident {
        source: "story".to_owned(),
        external_id: id.to_owned(),
        title: format!("Outage {id}"),
        product: product.to_owned(),
        severity: Severity::Sev3,
        status: "resolved".to_owned(),
        impact_start: Some(from),
        detected_at: Some(from),
        declared_at: from,
        acknowledged_at: Some(from + 2.minutes()),
        mitigated_at: Some(to),
        resolved_at: Some(to),
        impact_fraction: Ppm(500_000),
        customer_impact: true,
        detected_by: None,
        cause_deploy_id: None,
        fingerprint: None,
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: None,
        updated_at: to,
        raw: "{}".to_owned(),
        calm: Vec::new(),
    }
}

#[tokio::test]
async fn figures_of_the_demo_agree_with_its_review_and_with_each_other() {
    let house = House::furnished().await;
    let router = house.router();
    let page = document(&router, "/incidents.json?period=week&week=2026-W47").await;
    let review = document(&router, "/reviews/2026-W47.json").await;
    let section = &review["review"]["incidents"];
    assert_eq!(page["impact"]["union_seconds"], section["union_seconds"]);
    assert_eq!(page["impact"]["weighted_seconds"], section["weighted_seconds"]);
    let parts: i64 =
        page["incidents"].as_array().unwrap().iter().map(|one| number(&one["union_ppm_seconds"])).sum();
    assert_eq!(parts / 1_000_000, number(&page["impact"]["weighted_seconds"]));
    assert_eq!(page["declared"], 3);
    assert!(page["definitions"]["availability"].as_str().unwrap().contains("customer-impact time"));
    // Six weeks are known: five before this one, on both pages.
    let before: Vec<i64> = section["earlier_counts"].as_array().unwrap().iter().map(number).collect();
    let weeks = page["weeks"].as_array().unwrap();
    let known: Vec<i64> = weeks
        .iter()
        .filter(|week| !week["incidents"].is_null())
        .map(|week| number(&week["incidents"]))
        .collect();
    assert_eq!(known[..known.len() - 1], before);
    assert_eq!(before.len(), 5);
    let band = &page["counts"][0]["band"];
    assert_eq!(
        [&band["lower"], &band["upper"]],
        [&section["band"]["lowest"], &section["band"]["highest"]],
        "{section}"
    );
    // What incidents spent of a budget and what none explains is all that was bad.
    let budgets = page["error_budgets"].as_array().unwrap();
    assert!(!budgets.is_empty());
    for budget in budgets {
        let charged: i64 =
            budget["incidents"].as_array().unwrap().iter().map(|one| number(&one["bad"])).sum();
        assert_eq!(charged + number(&budget["unattributed"]), number(&budget["bad"]), "{budget}");
    }
    // Fewer than twenty have no percentile, and their mean says that it compares with nothing.
    for duration in page["durations"].as_array().unwrap() {
        assert!(duration["percentile_90_seconds"].is_null() && duration["mean_is_comparable"] == false);
        assert!(duration["n"] == 3 && duration["definition"].as_str().unwrap().len() > 20);
    }
    let csv = get(&router, "/incidents.csv?period=week&week=2026-W47").await.body;
    assert_eq!(csv.lines().count(), 4);
}

#[tokio::test]
async fn every_window_and_language_has_its_page() {
    let house = House::furnished().await;
    let router = house.router();
    for query in
        ["", "?period=week", "?period=13w", "?from=2026-11-01&to=2026-11-20", "?week=2026-W45&period=4w"]
    {
        for language in ["ja", "en"] {
            let join = if query.is_empty() { "?" } else { "&" };
            let answer = get(&router, &format!("/incidents{query}{join}lang={language}")).await;
            assert_eq!(answer.status, 200, "{query}");
            let definitions = answer.body.matches("<details><summary>").count();
            assert!(definitions >= 8, "{query}: {definitions} definitions");
        }
    }
    for (path, status) in [
        ("/incidents?from=yesterday", 400),
        ("/incidents?from=2026-11-20&to=2026-11-01", 400),
        ("/incidents?from=2020-01-01&to=2026-11-01", 400),
        ("/incidents?from=2027-01-01&to=2027-01-02", 404),
        ("/incidents?week=2027-W10", 404),
        ("/incidents?week=never", 404),
        ("/incidents.md", 404),
        ("/incidents.json?to=x", 400),
        ("/products/telemed/incidents", 200),
        ("/products/telemed/incidents.json", 200),
        ("/products/telemed/incidents.csv", 200),
        ("/products/nobody/incidents", 404),
        ("/products/nobody/incidents.json", 404),
        ("/products/NOBODY/incidents", 404),
    ] {
        assert_eq!(get(&router, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn filters_choose_and_say_so() {
    let house = House::furnished().await;
    let router = house.router();
    let all = document(&router, "/incidents.json").await;
    let declared = number(&all["declared"]);
    let by_severity: i64 = {
        let mut sum = 0;
        for severity in Severity::ALL {
            let one = document(&router, &format!("/incidents.json?severity={}", severity.as_str())).await;
            sum += number(&one["declared"]);
        }
        sum
    };
    assert_eq!(by_severity, declared);
    let own = document(&router, "/products/telemed/incidents.json?product=erx").await;
    assert!(own["incidents"].as_array().unwrap().iter().all(|one| one["product"] == "telemed"));
    assert_eq!(own["filtered_out"], 0, "other products are not even left out");
    let narrow = document(&router, "/products/telemed/incidents.json?severity=SEV-2").await;
    assert_eq!(
        narrow["incidents"].as_array().unwrap().len() as i64 + number(&narrow["filtered_out"]),
        own["incidents"].as_array().unwrap().len() as i64
    );
    let none = get(&router, "/incidents?source=nobody&lang=en").await;
    assert!(none.body.contains("No incident fits the filters.") && none.body.contains(">nobody</option>"));
    let aside = document(&router, "/incidents.json?uncounted=1").await;
    let counted = all["incidents"].as_array().unwrap().len();
    assert!(aside["incidents"].as_array().unwrap().len() > counted);
    assert_eq!(aside["declared"], all["declared"], "listing them counts none of them");
    let hostile = get(&router, "/incidents?product=%3Cscript%3Ealert(1)%3C/script%3E&sort=%22").await;
    assert!(hostile.status == 200 && !hostile.body.contains("<script>alert"));
}

#[tokio::test]
async fn without_incidents_the_page_says_why() {
    let house = House::empty().await;
    let page = get(&house.router(), "/incidents?lang=en").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("No source of incidents is configured yet"));
    assert!(page.body.contains("teirei import incidents FILE"));
    let from = "2026-09-01T00:00:00Z".parse().unwrap();
    house.store.incident_upsert(vec![felt("old", "telemed", from, 30)], from, false).await.unwrap();
    let calm = get(&house.router(), "/incidents?lang=en").await.body;
    assert!(calm.contains("No incident is on record for this period."));
    assert!(calm.contains("≥ 28 d"), "no failure: at least the period");
    assert!(!calm.contains("NaN"));
}

/// Two hundred incidents, a product that nobody declared, a title that would be markup, times that cannot be.
#[tokio::test]
async fn two_hundred_incidents_are_all_listed() {
    let house = House::furnished().await;
    let start: Timestamp = "2026-11-09T00:30:00Z".parse().unwrap();
    let mut many: Vec<Incident> = (0..198_i64)
        .map(|one| felt(&format!("n{one}"), "telemed", start + (one * 95).minutes(), 5 + one % 90))
        .collect();
    many.push(Incident {
        title: "<script>alert(1)</script>".to_owned(),
        ..felt("x", "unheard-of", start, 7)
    });
    many.push(Incident { impact_start: Some(start + 2.hours()), ..felt("back", "telemed", start, 30) });
    house.store.incident_upsert(many, start + 700.hours(), false).await.unwrap();
    let router = house.router();
    let page = get(&router, "/incidents?lang=en&source=story").await.body;
    assert_eq!(page.matches("<tr id=\"incident-").count(), 200);
    assert!(page.contains("href=\"/incidents/story~n7?lang=en\""), "each leads to its own page");
    assert!(!page.contains("<script>alert(1)"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert!(
        page.contains("Left out because the times stand in the wrong order") && page.contains("story back")
    );
    let unmapped = document(&router, "/incidents.json?product=-").await;
    assert_eq!(unmapped["declared"], 1);
    let json = document(&router, "/incidents.json?source=story").await;
    let mitigate = &json["durations"][0];
    assert_eq!((number(&mitigate["n"]), mitigate["negative"].as_array().unwrap().len()), (199, 1));
    assert!(mitigate["percentile_90_seconds"].is_string() && mitigate["mean_is_comparable"] == true);
    assert_eq!(json["counts"][0]["standing"], "above", "{}", json["counts"][0]);
}
