//! AWS's own anomalies: asked for where that is wanted and due, counted, and shown beside ours.

use super::office::{Office, SMALL, TODAY, world};
use crate::fake::anomalies::Anomaly;
use crate::fake::facts::account_id;
use crate::support::get;

const DAILY: &str = "anomalies_every_hours = 24\n";

const CATALOGUE: &str = "[organization]
name = \"Company\"
time_zone = \"Asia/Tokyo\"
language = \"en\"
reporting_currency = \"USD\"

[[product]]
slug = \"telemed\"
name = \"Telemedicine\"
tier = 1

[[account]]
id = \"100000000001\"
name = \"telemed\"
product = \"telemed\"
environment = \"production\"
";

fn anomaly(id: &'static str, first: &'static str, last: Option<&'static str>, account: usize) -> Anomaly {
    Anomaly {
        id,
        first,
        last,
        impact: 321.1,
        expected: (id != "new").then_some(100.25),
        causes: vec![(account_id(4), "Service 01", 20.5), (account_id(account), "Service 02", 300.6)],
    }
}

fn asked(office: &Office) -> usize {
    office.aws.world().log.iter().filter(|(body, _)| body["DateInterval"].is_object()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn anomalies_arrive_page_by_page_and_stand_beside_ours() {
    let mut world = world(TODAY, SMALL);
    world.anomalies = vec![
        anomaly("old", "2026-07-01", Some("2026-07-02"), 1),
        anomaly("ended", "2026-11-17", Some("2026-11-18"), 1),
        anomaly("new", "2026-11-20", None, 2),
        anomaly("october", "2026-10-03", Some("2026-10-04"), 1),
    ];
    let office = Office::open(world).await;
    office.write("catalogue.toml", CATALOGUE);
    assert_eq!(office.run(TODAY, &["catalog", "apply", "catalogue.toml"]).await.code, Some(0));
    assert_eq!(office.sync(TODAY).await.code, Some(0));
    assert_eq!(asked(&office), 0, "nobody wanted them");

    office.configure(DAILY);
    let before = office.aws.world().answered();
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(asked(&office), 2, "three of the last 90 days, two on a page");
    assert_eq!(said.report()["requests"], office.aws.world().answered() - before, "each page is counted");
    let (from, to) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    let store = office.store().await;
    let stored = store.cloud_anomaly_list(from, to).await.unwrap();
    let ids: Vec<&str> = stored.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["october", "ended", "new"]);
    assert_eq!((stored[1].impact, stored[1].expected), (321_100_000, Some(100_250_000)));
    assert_eq!((stored[2].last, stored[2].expected), (None, None));
    assert_eq!(stored[1].causes[0].impact, Some(300_600_000), "the largest cause first");

    let router = office.router(TODAY).await;
    let page = get(&router, "/products/telemed?week=2026-W47&lang=en").await.body;
    assert!(page.contains("Found by AWS itself") && page.contains("17 Nov–18 Nov"), "{page}");
    assert!(page.contains("321") && page.contains("Service 02"), "{page}");
    assert!(!page.contains(&account_id(2)), "no account of telemed is a cause of that one: {page}");
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(review.contains("Found by AWS itself") && review.contains(&account_id(2)), "{review}");

    let said = office.sync(TODAY).await;
    assert_eq!((said.code, asked(&office)), (Some(0), 2), "not due yet");
    office.aws.world().anomalies.retain(|one| one.id != "new");
    let said = office.sync("2026-11-24").await;
    assert_eq!((said.code, asked(&office)), (Some(0), 3), "{}", said.err);
    let stored = office.store().await.cloud_anomaly_list(from, to).await.unwrap();
    assert_eq!(stored.len(), 2, "AWS has taken one back");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_permission_the_bill_arrives_and_a_remark_names_it() {
    let mut world = world(TODAY, SMALL);
    let message = "User: arn:aws:iam::1:user/teirei is not authorized to perform: ce:GetAnomalies";
    world.refusals.insert("GetAnomalies", ("AccessDeniedException", message));
    let office = Office::open(world).await;
    office.configure(DAILY);
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let issues = said.report()["issues"].clone();
    let remark =
        issues.as_array().unwrap().iter().find(|issue| issue["rule"] == "cost/aws-anomalies").unwrap();
    assert!(remark["mend"].as_str().unwrap().starts_with("Allow ce:GetAnomalies"), "{remark}");
    assert_eq!(said.report()["months"].as_array().unwrap().len(), 14, "the bill is complete");
    let page = get(&office.router(TODAY).await, "/imports?lang=en").await.body;
    assert!(page.contains("cost/aws-anomalies") || page.contains("Allow ce:GetAnomalies"), "{page}");

    office.aws.world().refusals.clear();
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let issues = said.report()["issues"].clone();
    let is_about = |issue: &serde_json::Value| issue["rule"] == "cost/aws-anomalies";
    assert!(
        !issues.as_array().unwrap().iter().any(is_about),
        "it was asked for again, and the remark has gone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_holds_for_anomalies_too() {
    let mut world = world(TODAY, SMALL);
    world.anomalies = vec![anomaly("ended", "2026-11-17", Some("2026-11-18"), 1)];
    let office = Office::open(world).await;
    office.configure(&format!("{DAILY}daily_request_cap = 7\n"));
    let said = office.sync(TODAY).await;
    assert_eq!(said.code, Some(1));
    assert!(
        said.report()["error"].as_str().unwrap().contains("the cap of 7 priced requests"),
        "{}",
        said.err
    );
    assert!(office.aws.world().answered() <= 7);
}
