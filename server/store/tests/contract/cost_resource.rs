//! What single resources cost: kept beside the cells, replaced with them, asked for by owner and service.

use domain::catalogue::Catalogue;
use domain::cost::{Amounts, ControlTotal, ExactCell, Owner};
use domain::resource::{KeyResources, ResourceDays, ResourceWeek};
use store::{CommitOptions, CostCommit, StoreError};

use crate::arena::{Arena, cell, contract, day, instant, key, november, totals_of, week};

contract!(
    resources_are_replaced_with_their_period,
    what_is_not_kept_is_not_known,
    resources_need_their_cells
);

fn both(amount: i64) -> Amounts {
    Amounts { billed: amount, effective: amount }
}

fn resource(id: &str, days: &[(&str, i64)]) -> ResourceDays {
    let days = days.iter().map(|(on, amount)| (day(on), both(*amount))).collect();
    ResourceDays { id: id.to_owned(), days }
}

fn of_key(account: &str, others: u64, resources: Vec<ResourceDays>) -> KeyResources {
    KeyResources { scope: november(), key: key(account, "Amazon RDS"), others, resources }
}

async fn deliver(
    arena: &Arena,
    cells: Vec<ExactCell>,
    resources: Vec<KeyResources>,
) -> Result<CostCommit, StoreError> {
    let lease = arena.import_lease().await;
    let totals: Vec<ControlTotal> = totals_of(&cells);
    let stage = arena.store.cost_stage_begin(&lease, "focus").await?;
    arena.store.cost_stage_append(&stage, cells).await?;
    let staged = arena.store.cost_stage_resources(&stage, resources).await;
    if let Err(error) = staged {
        arena.store.cost_stage_discard(stage).await?;
        arena.store.lease_release(lease).await?;
        return Err(error);
    }
    let options = CommitOptions { force: true, at: instant("2026-11-23T01:00:00Z") };
    let done = arena.store.cost_stage_commit(stage, totals, options).await;
    arena.store.lease_release(lease).await?;
    done
}

fn cells() -> Vec<ExactCell> {
    vec![
        cell("2026-11-10", "a", "Amazon RDS", "5"),
        cell("2026-11-16", "a", "Amazon RDS", "9"),
        cell("2026-11-16", "b", "Amazon RDS", "2"),
        cell("2026-11-16", "a", "Amazon EC2", "1"),
    ]
}

async fn asked(arena: &Arena, service: &str) -> Vec<ResourceWeek> {
    let (from, to) = (week("2026-W46"), week("2026-W47"));
    arena.store.cost_resources(&Owner::Unallocated, service, from, to).await.unwrap()
}

/// `week account resource: what its days come to`; a question mark where a day is not known.
fn told(weeks: &[ResourceWeek]) -> Vec<String> {
    let line = |one: &ResourceWeek| {
        let sum: Option<Amounts> = one.days.iter().copied().sum();
        let sum = sum.map_or_else(|| "?".to_owned(), |sum| sum.billed.to_string());
        format!("{} {} {}: {sum}", one.week, one.key.sub_account, one.resource)
    };
    weeks.iter().map(line).collect()
}

async fn resources_are_replaced_with_their_period(arena: &Arena) {
    arena
        .store
        .catalogue_replace(&Catalogue::default(), day("2026-11-23"), instant("2026-11-01T00:00:00Z"))
        .await
        .unwrap();
    let database = resource("arn:決済-db", &[("2026-11-10", 4_000_000), ("2026-11-16", 8_000_000)]);
    let replica = resource("arn:replica", &[("2026-11-16", 1_000_000)]);
    let of_a = of_key("a", 0, vec![database.clone(), replica.clone()]);
    let of_b = of_key("b", 0, vec![resource("arn:other", &[("2026-11-16", 2_000_000)])]);
    let done = deliver(arena, cells(), vec![of_a.clone(), of_b.clone()]).await.unwrap();
    assert_eq!(done.scopes_changed, 1);
    let expected = [
        "2026-W46 a arn:replica: 0",
        "2026-W46 a arn:決済-db: 4000000",
        "2026-W46 b arn:other: 0",
        "2026-W47 a arn:replica: 1000000",
        "2026-W47 a arn:決済-db: 8000000",
        "2026-W47 b arn:other: 2000000",
    ];
    assert_eq!(told(&asked(arena, "Amazon RDS").await), expected);
    assert!(asked(arena, "Amazon EC2").await.is_empty());
    let before = arena.dump().await;
    let again = deliver(arena, cells(), vec![of_a, of_b.clone()]).await.unwrap();
    assert_eq!((again.scopes_changed, again.scopes_unchanged), (0, 1));
    assert_eq!(arena.dump().await["cost_resource"], before["cost_resource"]);
    // The same cells with other resources: only what is told of resources changes.
    let done = deliver(arena, cells(), vec![of_key("a", 0, vec![database]), of_b]).await.unwrap();
    assert_eq!((done.scopes_changed, done.restatements), (1, 0));
    assert_eq!(told(&asked(arena, "Amazon RDS").await).len(), 4);
    let done = deliver(arena, cells(), Vec::new()).await.unwrap();
    assert_eq!(done.scopes_changed, 1);
    assert!(asked(arena, "Amazon RDS").await.is_empty());
    assert!(arena.dump().await["cost_stage_resource"].is_empty());
}

async fn what_is_not_kept_is_not_known(arena: &Arena) {
    arena
        .store
        .catalogue_replace(&Catalogue::default(), day("2026-11-23"), instant("2026-11-01T00:00:00Z"))
        .await
        .unwrap();
    let mut october = cells();
    for (cell, on) in october.iter_mut().zip(["2026-10-27", "2026-10-28", "2026-10-28", "2026-10-28"]) {
        cell.day = day(on);
        (cell.scope.period_start, cell.scope.period_end) = (day("2026-10-01"), day("2026-11-01"));
    }
    let mut small = of_key("a", 3, vec![resource("arn:other", &[("2026-10-27", 100)])]);
    small.scope = october[0].scope.clone();
    deliver(arena, october, vec![small]).await.unwrap();
    let mut november = cells();
    november[0].day = day("2026-11-03");
    deliver(arena, november, vec![of_key("a", 0, vec![resource("arn:big", &[("2026-11-03", 5_000_000)])])])
        .await
        .unwrap();
    let (from, to) = (week("2026-W44"), week("2026-W45"));
    let weeks = arena.store.cost_resources(&Owner::Unallocated, "Amazon RDS", from, to).await.unwrap();
    let expected = [
        // In October it may be one of three others, in November there are none.
        "2026-W44 a arn:big: ?",
        "2026-W44 a arn:other: 100",
        "2026-W45 a arn:big: 5000000",
        "2026-W45 a arn:other: 0",
    ];
    assert_eq!(told(&weeks), expected);
}

async fn resources_need_their_cells(arena: &Arena) {
    let foreign = deliver(arena, cells(), vec![of_key("nobody", 0, Vec::new())]).await;
    assert!(matches!(foreign, Err(StoreError::Invalid { .. })), "{foreign:?}");
    let nul = deliver(arena, cells(), vec![of_key("a", 0, vec![resource("a\0b", &[])])]).await;
    assert!(matches!(nul, Err(StoreError::Invalid { .. })), "{nul:?}");
    assert!(arena.dump().await["cost_stage_resource"].is_empty());
}
