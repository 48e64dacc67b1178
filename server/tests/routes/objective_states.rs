//! `/objectives/{id}` where something is wrong at its source: a state and a sentence each, never a wrong green.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use domain::catalogue::Catalogue;
use domain::counting::Counting;
use domain::coverage::SourceKind;
use domain::objective::{BudgetingMethod, Objective, SliBucket, Window};
use domain::organization::Organization;
use domain::period::Period;
use domain::product::Environment;
use domain::ratio::Ppm;
use domain::rejection::{Gravity, Issue};
use jiff::{Timestamp, ToSpan};

use crate::support::{House, get};

const SOURCE: &str = "datadog";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// So many days before the end of week 47.
fn days_back(days: i64) -> Timestamp {
    at("2026-11-22T15:00:00Z").checked_sub((24 * days).hours()).unwrap()
}

fn objective(id: &str) -> Objective {
    Objective {
        id: id.to_owned(),
        display_name: format!("The {id}"),
        description: String::new(),
        service: "shop".to_owned(),
        product: None,
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(990_000),
        window: Window::Rolling { seconds: 28 * 86_400 },
        counting: Counting::default(),
        source: SOURCE.to_owned(),
        definition_hash: format!("hash of {id}"),
        valid_from: days_back(200),
        reviewed_at: Some(days_back(3)),
    }
}

/// A day with counts.
fn bucket(id: &str, day: i64, bad: i64, total: i64) -> SliBucket {
    SliBucket {
        objective: id.into(),
        period: Period { start: days_back(day), end: days_back(day - 1) },
        good: total - bad,
        total,
        samples_seen: 288,
        samples_expected: 288,
    }
}

fn calm(id: &str) -> Vec<SliBucket> {
    (1..=60).rev().map(|day| bucket(id, day, 10, 10_000)).collect()
}

async fn furnish(house: &House, objectives: Vec<Objective>, buckets: Vec<SliBucket>, received: Timestamp) {
    let store = &house.store;
    let catalogue = Catalogue { organization: Organization::default(), ..Catalogue::default() };
    store.catalogue_replace(&catalogue, "2026-11-23".parse().unwrap(), received).await.unwrap();
    store.objective_replace(SOURCE, objectives, received).await.unwrap();
    store.sli_replace(SOURCE, buckets, received).await.unwrap();
}

async fn page(house: &House, path: &str) -> String {
    let answer = get(&house.router(), &format!("{path}?lang=en")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let japanese = get(&house.router(), path).await;
    assert_eq!(japanese.status, 200, "{path}");
    answer.body
}

/// The mark of the page and its sentences.
async fn state(house: &House, id: &str) -> (String, String) {
    let answer = get(&house.router(), &format!("/objectives/{id}.json?week=2026-W47")).await;
    let status = answer.json()["status"].as_str().unwrap().to_owned();
    (status, page(house, &format!("/objectives/{id}")).await)
}

#[tokio::test]
async fn odd_definitions_and_counts_are_told() {
    type Change = fn(&mut Objective, &mut Vec<SliBucket>);
    let table: [(&str, Change, &str, &str); 6] = [
        ("calm", |_, _| (), "ok", "99.9%"),
        (
            "whole",
            |one, buckets| {
                one.target = Ppm::ONE;
                for bucket in buckets {
                    bucket.good = bucket.total;
                }
            },
            "risk",
            "one failure breaches it, so it is never shown as safe",
        ),
        (
            "minute",
            |one, _| one.window = Window::Rolling { seconds: 60 },
            "nodata",
            "“1m” is a minute, “1M” a month",
        ),
        (
            "quiet",
            |_, buckets| {
                for bucket in buckets.iter_mut().rev().take(30) {
                    (bucket.good, bucket.total) = (0, 0);
                }
            },
            "nodata",
            "Counts have come for 30 days and nothing was in them",
        ),
        ("stale", |_, buckets| buckets.truncate(57), "nodata", "since 20 Nov"),
        ("empty", |_, buckets| buckets.clear(), "nodata", "Nothing was counted"),
    ];
    let house = House::empty().await;
    let mut objectives = Vec::new();
    let mut all = Vec::new();
    for (id, change, ..) in &table {
        let (mut one, mut buckets) = (objective(id), calm(id));
        change(&mut one, &mut buckets);
        objectives.push(one);
        all.extend(buckets);
    }
    furnish(&house, objectives, all, days_back(0)).await;
    for (id, _, expected, sentence) in table {
        let (status, body) = state(&house, id).await;
        assert_eq!(status, expected, "{id}");
        assert!(body.contains(sentence), "{id}: {sentence}");
        assert_eq!(
            body.contains("What to know about the number"),
            matches!(id, "whole" | "minute" | "quiet"),
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_lost_permission_is_told_and_ages_to_grey() {
    let house = House::empty().await;
    let mut buckets = calm("shop");
    furnish(&house, vec![objective("shop")], buckets.clone(), days_back(4)).await;
    let denied = Issue {
        file: "api.datadoghq.com".to_owned(),
        line: None,
        column: Some("shop".to_owned()),
        rule: "slo/denied",
        what: "The source does not let us read it.".to_owned(),
        mend: "Give the permission back.".to_owned(),
        gravity: Gravity::Warning,
    };
    let issues = vec![denied];
    house.store.import_issue_replace(SOURCE, SourceKind::Objectives, days_back(3), issues).await.unwrap();
    let (_, body) = state(&house, "shop").await;
    assert!(body.contains("has not let us read it, so no new counts come"), "{body}");
    buckets.truncate(57);
    let house = House::empty().await;
    furnish(&house, vec![objective("shop")], buckets, days_back(4)).await;
    assert_eq!(state(&house, "shop").await.0, "nodata", "what no longer comes turns grey");
}

#[tokio::test]
async fn a_clock_that_is_ahead_is_told() {
    let house = House::empty().await;
    let mut buckets = calm("shop");
    let today = |day: i64| bucket("shop", day, 10, 10_000);
    buckets.extend([today(0), today(-1), today(-2)]);
    furnish(&house, vec![objective("shop")], buckets, days_back(0)).await;
    let (_, body) = state(&house, "shop").await;
    assert!(body.contains("sends counts of times still to come, up to 26 Nov"), "{body}");
    let json = get(&house.router(), "/objectives/shop.json?week=2026-W47").await.json();
    assert_eq!(json["provisional"], true);
    assert_eq!(json["window"]["counts"]["total"], 280_000, "what is still to come is not counted");
}

#[tokio::test]
async fn counts_that_go_down_are_told() {
    let house = House::empty().await;
    let mut buckets = calm("shop");
    furnish(&house, vec![objective("shop")], buckets.clone(), days_back(9)).await;
    buckets[55] = bucket("shop", 5, 10, 4_000);
    house.store.sli_replace(SOURCE, buckets, at("2026-11-22T16:00:00Z")).await.unwrap();
    let (_, body) = state(&house, "shop").await;
    assert!(body.contains("Counts of 18 Nov went down from 10,000 to 4,000"), "{body}");
    let json = get(&house.router(), "/objectives/shop.json?week=2026-W47").await.json();
    assert_eq!(json["provisional"], true);
}

#[tokio::test]
async fn what_is_gone_or_renamed_leads_on() {
    let house = House::empty().await;
    let (old, gone) = (objective("old"), objective("gone"));
    let mut buckets = calm("old");
    buckets.extend(calm("gone"));
    furnish(&house, vec![old.clone(), gone], buckets, days_back(30)).await;
    let closed_at = days_back(10);
    let renamed =
        Objective { definition_hash: old.definition_hash, valid_from: closed_at, ..objective("new") };
    house.store.objective_replace(SOURCE, vec![renamed], closed_at).await.unwrap();
    let body = page(&house, "/objectives/old").await;
    assert!(
        body.contains("Ended") && body.contains("datadog has no longer defined it since 13 Nov"),
        "{body}"
    );
    let links = get(&house.router(), "/objectives/old").await.body;
    assert!(links.contains("href=\"/objectives/new\"") && body.contains("The new"), "{links}");
    assert!(links.contains("href=\"/objectives/old?week=2026-W45\""), "{links}");
    let body = page(&house, "/objectives/gone").await;
    assert!(body.contains("Ended") && !body.contains("probably renamed"), "{body}");
    let then = get(&house.router(), "/objectives/old?week=2026-W45&lang=en").await;
    assert!(then.body.contains("99.9"), "its numbers stay: {}", then.status);
    assert_eq!(get(&house.router(), "/objectives/never").await.status, 404);
}

/// A proposal ends with its objective: it leaves the queue, and its address says what became of it.
#[tokio::test]
async fn a_proposal_of_what_is_gone_is_told() {
    use domain::objective_proposal::{ObjectiveProposal, Promise, ProposalState, ProposalStep};
    let house = House::empty().await;
    furnish(&house, vec![objective("shop"), objective("other")], calm("shop"), days_back(30)).await;
    let before = Promise::of(&objective("shop"));
    let asked = ProposalStep {
        state: ProposalState::Submitted,
        at: days_back(20),
        by: "Sato".to_owned(),
        reason: "Users are content with less".to_owned(),
    };
    let proposal = ObjectiveProposal {
        id: 0,
        objective: "shop".to_owned(),
        definition_hash: "hash of shop".to_owned(),
        promise: Promise { target: Ppm(980_000), ..before.clone() },
        before,
        steps: vec![asked],
    };
    let number = house.store.objective_proposal_insert(&proposal).await.unwrap();
    let address = format!("/objectives/shop/proposal?number={number}");
    let open = get(&house.router(), "/objectives/reviews?lang=en").await.body;
    assert!(open.contains("id=\"open-proposals\"") && open.contains("/objectives/shop/proposal"));
    house.store.objective_replace(SOURCE, vec![objective("other")], days_back(10)).await.unwrap();
    let queue = get(&house.router(), "/objectives/reviews?lang=en").await.body;
    assert!(!queue.contains("/objectives/shop/proposal"), "{queue}");
    for (path, status) in [
        (address.as_str(), 200),
        ("/objectives/shop/proposal", 200),
        ("/objectives/shop/proposal?number=77", 404),
        ("/objectives/never/proposal", 404),
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let answer = get(&house.router(), &format!("{path}{separator}lang=en")).await;
        assert_eq!(answer.status, status, "{path}");
        if status == 200 {
            for words in
                ["Ended", "99% → 98%", "ended with the SLO", "Propose it anew should the SLO come back."]
            {
                assert!(answer.body.contains(words), "{path}: {words}: {}", answer.body);
            }
        }
    }
    let japanese = get(&house.router(), &address).await.body;
    assert!(japanese.contains("SLOの終了により終了"), "{japanese}");
}
