//! What a delivery changed is kept beside it, apart from what it only completed.

use domain::cost::{Amounts, ExactCell, Owner};
use domain::organization::Organization;

use crate::arena::{Arena, cell, contract, decimal, instant, week};
use crate::cost::{apply, catalogue};

contract!(
    late_days_complete_and_changed_days_restate,
    what_only_moves_between_services_restates_nothing,
    a_day_that_vanishes_is_restated_to_nothing,
    the_owner_of_the_time_is_kept
);

const MONDAY: &str = "2026-11-23T01:00:00Z";
const TUESDAY: &str = "2026-11-24T01:00:00Z";

fn telemed() -> Owner {
    Owner::Product("telemed".parse().unwrap())
}

fn both(units: i64) -> Amounts {
    Amounts { billed: units * 1_000_000, effective: units * 1_000_000 }
}

/// Day of the month, owner, amounts before and after, whether it completes.
async fn told(arena: &Arena, since: &str) -> Vec<(i8, Owner, Amounts, Amounts, bool)> {
    let restatements = arena.store.cost_restatements(week("2026-W47"), instant(since)).await.unwrap();
    restatements
        .into_iter()
        .map(|told| (told.day.day(), told.owner, told.old, told.new, told.completes))
        .collect()
}

async fn late_days_complete_and_changed_days_restate(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let monday = vec![
        cell("2026-11-20", "tele-prod", "Compute", "5"),
        cell("2026-11-21", "tele-prod", "Compute", "5"),
        cell("2026-11-21", "book-prod", "Compute", "5"),
    ];
    arena.deliver(monday.clone(), MONDAY).await.unwrap();
    assert_eq!(told(arena, "2026-11-01T00:00:00Z").await.len(), 3);
    assert!(told(arena, MONDAY).await.is_empty(), "since is exclusive");

    let mut tuesday = monday;
    tuesday[1].billed = decimal("6");
    tuesday.push(cell("2026-11-21", "nobody", "Compute", "1"));
    tuesday.push(cell("2026-11-22", "tele-prod", "Compute", "7"));
    tuesday.push(cell("2026-11-23", "tele-prod", "Compute", "8"));
    let done = arena.deliver(tuesday, TUESDAY).await.unwrap();
    assert_eq!(done.restatements, 4);
    assert_eq!(done.weeks, Some((week("2026-W47"), week("2026-W48"))));
    let restated = Amounts { billed: 6_000_000, effective: 5_000_000 };
    assert_eq!(
        told(arena, MONDAY).await,
        [
            (21, telemed(), both(5), restated, false),
            (21, Owner::Unallocated, both(0), both(1), false),
            (22, telemed(), both(0), both(7), true),
        ]
    );
}

async fn what_only_moves_between_services_restates_nothing(arena: &Arena) {
    apply(arena, &catalogue()).await;
    arena.deliver(vec![cell("2026-11-20", "tele-prod", "Compute", "5")], MONDAY).await.unwrap();
    let moved = vec![cell("2026-11-20", "tele-prod", "Database", "5")];
    let done = arena.deliver(moved, TUESDAY).await.unwrap();
    assert_eq!((done.scopes_changed, done.restatements), (1, 0));
    assert!(told(arena, MONDAY).await.is_empty());
}

async fn a_day_that_vanishes_is_restated_to_nothing(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let days = ["2026-11-19", "2026-11-20", "2026-11-21"];
    let all: Vec<ExactCell> = days.map(|on| cell(on, "tele-prod", "Compute", "5")).to_vec();
    arena.deliver(all.clone(), MONDAY).await.unwrap();
    arena.deliver(all[..2].to_vec(), TUESDAY).await.unwrap();
    assert_eq!(told(arena, MONDAY).await, [(21, telemed(), both(5), both(0), false)]);
    let weeks = arena.store.cost_owner_weeks(week("2026-W47"), week("2026-W47")).await.unwrap();
    assert_eq!(weeks[0].days[5], both(0));
}

async fn the_owner_of_the_time_is_kept(arena: &Arena) {
    apply(arena, &catalogue()).await;
    arena.deliver(vec![cell("2026-11-20", "tele-prod", "Compute", "5")], MONDAY).await.unwrap();
    arena.deliver(vec![cell("2026-11-20", "tele-prod", "Compute", "6")], TUESDAY).await.unwrap();
    let mut moved = catalogue();
    moved.accounts[0].product = Some("booking".parse().unwrap());
    moved.organization = Organization::default();
    apply(arena, &moved).await;
    assert_eq!(told(arena, MONDAY).await, [(20, telemed(), both(5), both(6), false)]);
    let weeks = arena.store.cost_owner_weeks(week("2026-W47"), week("2026-W47")).await.unwrap();
    assert_eq!(weeks[0].owner, Owner::Product("booking".parse().unwrap()));
}
