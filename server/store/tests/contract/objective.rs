//! Definitions of objectives, version by version.

use domain::counting::{Counting, Exclusion, Missing};
use domain::objective::{BudgetingMethod, Objective, Window, WindowUnit};
use domain::product::Environment;
use domain::ratio::Ppm;
use store::{Changes, StoreError};

use crate::arena::{Arena, contract, instant};

contract!(
    every_kind_comes_back,
    a_changed_definition_is_a_new_version,
    the_same_definitions_again_write_nothing,
    a_product_is_corrected_in_place,
    what_is_no_longer_named_is_closed_and_may_return,
    an_id_belongs_to_one_source
);

const AT: &str = "2026-11-23T01:00:00Z";

fn objective(id: &str, hash: &str) -> Objective {
    Objective {
        id: id.to_owned(),
        display_name: "予約の成功率".to_owned(),
        description: "Bookings that work".to_owned(),
        service: "booking-api".to_owned(),
        product: Some("booking".parse().unwrap()),
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(999_000),
        window: Window::Rolling { seconds: 2_419_200 },
        counting: domain::counting::Counting::default(),
        source: "openslo".to_owned(),
        definition_hash: hash.to_owned(),
        valid_from: instant("2026-11-01T00:00:00Z"),
        reviewed_at: None,
    }
}

async fn replace(arena: &Arena, objectives: &[Objective], at: &str) -> Changes {
    arena.store.objective_replace("openslo", objectives.to_vec(), instant(at)).await.unwrap()
}

async fn every_kind_comes_back(arena: &Arena) {
    let all = [
        Objective {
            method: BudgetingMethod::Timeslices { slice_target: Ppm(950_000), slice_seconds: 60 },
            counting: Counting { missing: Missing::Carry, exclusion: Exclusion::CountGood },
            product: None,
            ..objective("a", "1")
        },
        Objective {
            method: BudgetingMethod::RatioTimeslices { slice_seconds: 300 },
            window: Window::Calendar {
                unit: WindowUnit::Quarter,
                count: 2,
                start: "2026-01-01T00:30:00".parse().unwrap(),
                time_zone: "Asia/Tokyo".to_owned(),
            },
            reviewed_at: Some(instant("2026-10-01T00:00:00Z")),
            ..objective("b", "2")
        },
        objective("c", "3"),
    ];
    assert_eq!(replace(arena, &all, AT).await, Changes { added: 3, ..Changes::default() });
    assert_eq!(arena.store.objective_list().await.unwrap(), all);
}

async fn a_changed_definition_is_a_new_version(arena: &Arena) {
    replace(arena, &[objective("a", "1")], "2026-11-01T00:00:00Z").await;
    let stricter = Objective { target: Ppm(999_900), ..objective("a", "2") };
    assert_eq!(replace(arena, &[stricter], AT).await, Changes { changed: 1, ..Changes::default() });
    let looser = Objective { target: Ppm(990_000), ..objective("a", "3") };
    replace(arena, &[looser], "2026-11-30T01:00:00Z").await;

    let to = instant("2026-12-01T00:00:00Z");
    let histories = arena.store.objective_histories(instant("2026-08-01T00:00:00Z"), to).await.unwrap();
    assert_eq!(histories.len(), 1);
    let held = |objective: &Objective| (objective.target.0, objective.valid_from);
    assert_eq!(held(&histories[0].objective), (990_000, instant("2026-11-30T01:00:00Z")));
    let earlier: Vec<_> = histories[0].earlier.iter().map(held).collect();
    assert_eq!(
        earlier,
        [(999_000, instant("2026-11-01T00:00:00Z")), (999_900, instant("2026-11-23T01:00:00Z"))]
    );
    assert_eq!(arena.store.objective_list().await.unwrap().len(), 1);
}

async fn the_same_definitions_again_write_nothing(arena: &Arena) {
    replace(arena, &[objective("a", "1"), objective("b", "2")], AT).await;
    let before = arena.dump().await;
    let again = Objective { valid_from: instant("2026-12-01T00:00:00Z"), ..objective("a", "1") };
    let changes = replace(arena, &[again, objective("b", "2")], "2026-12-01T00:00:00Z").await;
    assert_eq!(changes, Changes { unchanged: 2, ..Changes::default() });
    assert_eq!(arena.dump().await, before);
}

async fn a_product_is_corrected_in_place(arena: &Arena) {
    replace(arena, &[Objective { product: None, ..objective("a", "1") }], AT).await;
    let changes = replace(arena, &[objective("a", "1")], "2026-12-01T00:00:00Z").await;
    assert_eq!(changes, Changes { changed: 1, ..Changes::default() });
    assert_eq!(arena.store.objective_list().await.unwrap(), [objective("a", "1")]);
    assert_eq!(arena.number("SELECT COUNT(*) FROM objective").await, 1);
}

async fn what_is_no_longer_named_is_closed_and_may_return(arena: &Arena) {
    replace(arena, &[objective("a", "1"), objective("b", "2")], AT).await;
    let changes = replace(arena, &[objective("b", "2")], "2026-11-30T00:00:00Z").await;
    assert_eq!(changes, Changes { unchanged: 1, closed: 1, ..Changes::default() });
    let ids_at = async |to: &str| -> Vec<String> {
        let from = instant("2026-08-01T00:00:00Z");
        let histories = arena.store.objective_histories(from, instant(to)).await.unwrap();
        histories.into_iter().map(|history| history.objective.id).collect()
    };
    assert_eq!(ids_at("2026-11-29T00:00:00Z").await, ["a", "b"], "a past week still has it");
    assert_eq!(ids_at("2026-11-30T00:00:00Z").await, ["b"]);
    let changes = replace(arena, &[objective("a", "1"), objective("b", "2")], "2026-12-07T00:00:00Z").await;
    assert_eq!(changes, Changes { added: 1, unchanged: 1, ..Changes::default() });
    assert_eq!(ids_at("2026-12-08T00:00:00Z").await, ["a", "b"]);
}

async fn an_id_belongs_to_one_source(arena: &Arena) {
    replace(arena, &[objective("a", "1")], AT).await;
    let other = Objective { source: "other".to_owned(), ..objective("a", "9") };
    let refused = arena.store.objective_replace("other", vec![other], instant(AT)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { what }) if what.contains("openslo")));
    let twice = arena.store.objective_replace("openslo", vec![objective("z", "1"); 2], instant(AT)).await;
    assert!(matches!(twice, Err(StoreError::Invalid { .. })));
    assert_eq!(arena.store.objective_list().await.unwrap(), [objective("a", "1")]);
}
