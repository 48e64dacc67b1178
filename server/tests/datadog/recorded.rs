//! Answers that were recorded at the real Datadog, through the real client.

use super::desk::{Desk, instant};
use crate::fake::datadog::World;

const LIST: [&str; 2] = [
    include_str!("../../sources/tests/data/datadog/list_paged_1.json"),
    include_str!("../../sources/tests/data/datadog/list_paged_2.json"),
];
const ONE: &str = include_str!("../../sources/tests/data/datadog/list.json");
const HISTORY: &str = include_str!("../../sources/tests/data/datadog/history.json");
const SEARCH: &str = include_str!("../../sources/tests/data/datadog/search.json");

fn recorded(answers: &[(&str, &str)]) -> World {
    let answers = answers.iter().map(|(path, body)| ((*path).to_owned(), (*body).to_owned()));
    World { recorded: answers.collect(), ..World::default() }
}

/// Two pages whose total says two: three SLOs, five targets, no traffic anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn pages_histories_and_the_search_are_understood() {
    let mut answers = vec![
        ("/api/v1/slo?limit=2&offset=0", LIST[0]),
        ("/api/v1/slo?limit=2&offset=2", LIST[1]),
        ("/api/v1/slo/search", SEARCH),
    ];
    let ids = [
        "70e82706f4ae56ff8bdd7f02e767f97c",
        "955ab6301fa656e7b061de4a05ad4774",
        "a17acfd48b7c55d19192e3a697cc1d01",
    ];
    let paths: Vec<String> = ids.iter().map(|id| format!("/api/v1/slo/{id}/history")).collect();
    answers.extend(paths.iter().map(|path| (path.as_str(), HISTORY)));
    let desk = Desk::open(recorded(&answers)).await;
    let said = desk.sync("2024-01-08").await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let objectives = desk.store().await.objective_list().await.unwrap();
    let mut found: Vec<(&str, i64)> = objectives.iter().map(|one| (one.id.as_str(), one.target.0)).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("70e82706f4ae56ff8bdd7f02e767f97c-7d", 900_000),
            ("955ab6301fa656e7b061de4a05ad4774-30d", 980_000),
            ("955ab6301fa656e7b061de4a05ad4774-7d", 995_000),
            ("955ab6301fa656e7b061de4a05ad4774-90d", 999_000),
            ("a17acfd48b7c55d19192e3a697cc1d01-7d", 900_000),
        ]
    );
    let (start, end) = (instant(1_690_000_000), instant(1_710_000_000));
    let histories = desk.store().await.objective_histories(start, end).await.unwrap();
    let counted = histories.iter().flat_map(|history| &history.buckets);
    assert!(
        counted.clone().count() > 0 && counted.clone().all(|one| one.total == 0 && one.samples_seen == 0)
    );
    // What Datadog says of a week without traffic: nothing, in its own word.
    let said = desk.store().await.objective_vendor_list(instant(0)).await.unwrap();
    assert!(said.iter().any(|one| one.state == "no_data" && one.attainment.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_page_data_is_one_page() {
    let path = "/api/v1/slo/c2ce7fb6030c5c0b8035d1ce94dec12c/history";
    let desk = Desk::open(recorded(&[
        ("/api/v1/slo?limit=2&offset=0", ONE),
        ("/api/v1/slo/search", SEARCH),
        (path, HISTORY),
    ]))
    .await;
    let said = desk.sync("2024-01-08").await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let history = desk.history("c2ce7fb6030c5c0b8035d1ce94dec12c-7d").await;
    assert_eq!(
        (history.objective.target.0, history.objective.display_name.as_str()),
        (950_000, "Test-Get_all_SLOs_returns_OK_response-1704322487")
    );
}
