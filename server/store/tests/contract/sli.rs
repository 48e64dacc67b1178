//! Counts of objectives: windows are replaced, what changed is kept.

use domain::coverage::SourceKind;
use domain::objective::{BudgetingMethod, Objective, SliBucket, Window};
use domain::period::Period;
use domain::product::Environment;
use domain::ratio::Ppm;
use jiff::ToSpan;
use store::{Changes, StoreError};

use crate::arena::{Arena, contract, day, instant};

contract!(
    counts_come_back_with_their_objective,
    a_delivery_replaces_its_window,
    the_same_counts_again_write_nothing,
    late_and_restated_counts_are_told_apart,
    two_counts_of_one_start_are_refused,
    months_of_counts_come_back_in_order_however_they_came
);

const AT: &str = "2026-11-18T01:00:00Z";

/// The counts of one day in Tokyo.
fn bucket(objective: &str, on: &str, good: i64, total: i64) -> SliBucket {
    let start = instant(&format!("{on}T00:00:00+09:00"));
    SliBucket {
        objective: objective.into(),
        period: Period { start, end: start.checked_add(24.hours()).unwrap() },
        good,
        total,
        samples_seen: 1_440,
        samples_expected: 1_441,
    }
}

async fn define(arena: &Arena, id: &str) {
    let objective = Objective {
        id: id.to_owned(),
        display_name: id.to_owned(),
        description: String::new(),
        service: "api".to_owned(),
        product: None,
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(999_000),
        window: Window::Rolling { seconds: 2_419_200 },
        counting: domain::counting::Counting::default(),
        source: format!("source of {id}"),
        definition_hash: "1".to_owned(),
        valid_from: instant("2026-01-01T00:00:00Z"),
        reviewed_at: None,
    };
    let source = objective.source.clone();
    arena.store.objective_replace(&source, vec![objective], instant(AT)).await.unwrap();
}

async fn replace(arena: &Arena, buckets: &[SliBucket], at: &str) -> Changes {
    arena.store.sli_replace("counts", buckets.to_vec(), instant(at)).await.unwrap()
}

async fn counts_come_back_with_their_objective(arena: &Arena) {
    for id in ["a", "b", "c"] {
        define(arena, id).await;
    }
    let given = [
        bucket("a", "2026-11-16", 9, 10),
        bucket("a", "2026-11-17", 0, 0),
        bucket("b", "2026-11-16", 5, 5),
        bucket("unknown", "2026-11-16", 5, 5),
    ];
    assert_eq!(replace(arena, &given, AT).await, Changes { added: 4, ..Changes::default() });
    let (from, to) = (instant("2026-11-15T15:00:00Z"), instant("2026-11-22T15:00:00Z"));
    let histories = arena.store.objective_histories(from, to).await.unwrap();
    let told: Vec<_> = histories.iter().map(|history| history.buckets.as_slice()).collect();
    assert_eq!(told, [&given[0..2], &given[2..3], &[]]);
    let first = instant("2026-11-16T15:00:00Z");
    let later = arena.store.objective_histories(first, to).await.unwrap();
    assert_eq!(later[0].buckets, given[1..2]);
    let earlier = arena.store.objective_histories(from, first).await.unwrap();
    assert_eq!(earlier[0].buckets, given[0..1], "the end is not part of the period");

    let states = arena.store.source_states().await.unwrap();
    assert_eq!((states[0].name.as_str(), states[0].kind), ("counts", SourceKind::Objectives));
    assert_eq!((states[0].first_day, states[0].last_day), (Some(day("2026-11-16")), Some(day("2026-11-17"))));
    assert_eq!(states[0].last_instant, Some(instant("2026-11-17T15:00:00Z")));
}

async fn a_delivery_replaces_its_window(arena: &Arena) {
    define(arena, "a").await;
    define(arena, "b").await;
    let days = ["2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18"];
    let first: Vec<_> = days.iter().map(|on| bucket("a", on, 9, 10)).collect();
    replace(arena, &first, AT).await;
    replace(arena, &[bucket("b", "2026-11-16", 1, 1)], AT).await;
    let second = [bucket("a", "2026-11-16", 9, 10), bucket("a", "2026-11-18", 8, 10)];
    let changes = replace(arena, &second, "2026-11-19T01:00:00Z").await;
    assert_eq!(changes, Changes { changed: 1, unchanged: 1, closed: 1, ..Changes::default() });
    let (from, to) = (instant("2026-11-01T00:00:00Z"), instant("2026-12-01T00:00:00Z"));
    let histories = arena.store.objective_histories(from, to).await.unwrap();
    assert_eq!(histories[0].buckets, [first[0].clone(), second[0].clone(), second[1].clone()]);
    assert_eq!(histories[1].buckets.len(), 1, "another objective is left alone");
}

async fn the_same_counts_again_write_nothing(arena: &Arena) {
    let all: Vec<_> = (1..=28).map(|on| bucket("a", &format!("2026-02-{on:02}"), on, 30)).collect();
    replace(arena, &all, AT).await;
    let before = arena.dump().await;
    let changes = replace(arena, &all, "2026-11-24T01:00:00Z").await;
    assert_eq!(changes, Changes { unchanged: 28, ..Changes::default() });
    assert_eq!(arena.dump().await, before);
}

async fn late_and_restated_counts_are_told_apart(arena: &Arena) {
    let week = Period { start: instant("2026-11-15T15:00:00Z"), end: instant("2026-11-22T15:00:00Z") };
    replace(arena, &[bucket("a", "2026-11-20", 9, 10), bucket("a", "2026-11-21", 9, 10)], AT).await;
    let frozen_at = instant("2026-11-23T01:00:00Z");
    assert!(arena.store.sli_restatements(week, frozen_at).await.unwrap().is_empty());
    let next = [
        bucket("a", "2026-11-20", 7, 10),
        bucket("a", "2026-11-21", 9, 10),
        bucket("a", "2026-11-22", 6, 6),
        bucket("a", "2026-11-23", 6, 6),
    ];
    replace(arena, &next, "2026-11-24T01:00:00Z").await;
    replace(arena, &[bucket("a", "2026-11-20", 8, 10)], "2026-11-25T01:00:00Z").await;
    let told: Vec<_> = arena
        .store
        .sli_restatements(week, frozen_at)
        .await
        .unwrap()
        .into_iter()
        .map(|told| {
            (told.period.start, told.old_good, told.old_total, told.new_good, told.new_total, told.completes)
        })
        .collect();
    let start = |on: &str| bucket("a", on, 0, 0).period.start;
    assert_eq!(
        told,
        [(start("2026-11-20"), 9, 10, 7, 10, false), (start("2026-11-20"), 7, 10, 8, 10, false),]
    );
}

async fn two_counts_of_one_start_are_refused(arena: &Arena) {
    let before = arena.dump().await;
    let twice = vec![bucket("a", "2026-11-20", 9, 10), bucket("a", "2026-11-20", 8, 10)];
    let refused = arena.store.sli_replace("counts", twice, instant(AT)).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })));
    assert_eq!(arena.dump().await, before);
}

/// Half a year is packed in several spans: each is made again when one of its counts changes.
async fn months_of_counts_come_back_in_order_however_they_came(arena: &Arena) {
    let other = if arena.is_sqlite() { Arena::sqlite().await } else { Arena::postgres().await };
    for id in ["a", "b"] {
        define(arena, id).await;
        define(&other, id).await;
    }
    let first = day("2026-05-20");
    let days: Vec<String> = (0..180).map(|later| (first + later.days()).to_string()).collect();
    let mut told: Vec<SliBucket> =
        days.iter().zip(0..).map(|(on, number)| bucket("a", on, number, 200 + 7 * number)).collect();
    replace(arena, &told[100..], AT).await;
    replace(arena, &told[..110], AT).await;
    replace(arena, &[bucket("b", "2026-07-01", 1, 2)], AT).await;
    // Days 60 to 99 come anew without day 70.
    told[60].good += 1;
    told.remove(70);
    replace(arena, &told[60..99], AT).await;
    replace(&other, &told, AT).await;
    replace(&other, &[bucket("b", "2026-07-01", 1, 2)], AT).await;

    let start = |on: &str| instant(&format!("{on}T00:00:00+09:00"));
    for (from, to) in [(0, 180), (0, 1), (27, 29), (60, 110), (70, 71), (179, 180), (180, 180), (90, 20)] {
        let edge = |day: i64| start(&(first + day.days()).to_string());
        let (from, to) = (edge(from), edge(to));
        let wanted: Vec<SliBucket> = told
            .iter()
            .filter(|bucket| bucket.period.start >= from && bucket.period.start < to)
            .cloned()
            .collect();
        let histories = arena.store.objective_histories(from, to).await.unwrap();
        assert_eq!(histories[0].buckets, wanted, "{from} to {to}");
    }
    let spans = ["sli_bucket", "sli_span"];
    let (one, two) = (arena.dump().await, other.dump().await);
    spans.into_iter().for_each(|table| assert_eq!(one[table], two[table], "{table}"));
    replace(arena, &[bucket("b", "2026-07-01", 1, 2)], AT).await;
    assert_eq!(arena.dump().await, one);
}
