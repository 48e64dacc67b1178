//! Exact decimals go in; micro-units that add up to the control total come out.

use domain::cost::ExactCell;
use domain::money::{largest_remainder, micros_of_decimal};
use rust_decimal::Decimal;
use store::StoreError;

use crate::arena::{Arena, cell, contract, decimal, totals_of, week};

contract!(
    cells_add_up_to_the_control_total,
    rounding_is_the_largest_remainder_in_order_of_keys,
    parts_of_a_cell_are_summed_exactly,
    tiny_parts_carry_over,
    more_decimals_than_24_are_refused,
    too_large_is_refused
);

const AT: &str = "2026-11-23T01:00:00Z";

async fn cells_add_up_to_the_control_total(arena: &Arena) {
    let mut seed = 1_u64;
    for round in 0..12 {
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((seed >> 33) % below).unwrap()
        };
        let count = 1 + random(60);
        let cells: Vec<ExactCell> = (0..count)
            .map(|number| {
                let scale = u32::try_from(6 + random(14)).unwrap();
                let billed = Decimal::new(random(2_000_000_000) - 900_000_000, scale);
                let effective = Decimal::new(random(1_000_000_000), scale + 3);
                let on = format!("2026-11-{:02}", 1 + number % 30);
                ExactCell { billed, effective, ..cell(&on, "a", &format!("service {number}"), "0") }
            })
            .collect();
        arena.deliver_with(cells.clone(), AT, true).await.unwrap();
        let total = totals_of(&cells).remove(0);
        let billed = arena.number("SELECT CAST(SUM(billed) AS BIGINT) FROM cost_cell").await;
        let effective = arena.number("SELECT CAST(SUM(effective) AS BIGINT) FROM cost_cell").await;
        assert_eq!(billed, micros_of_decimal(total.billed).unwrap(), "round {round}: {}", total.billed);
        assert_eq!(effective, micros_of_decimal(total.effective).unwrap(), "round {round}");
    }
}

async fn rounding_is_the_largest_remainder_in_order_of_keys(arena: &Arena) {
    for amounts in [
        ["0.0000005", "0.0000005", "0.0000005", "0.0000005"],
        ["1.0000003", "2.0000009", "3.0000004", "-4.0000001"],
        ["-0.0000005", "0.1", "-0.0000004", "-7"],
        ["0.00000033333333", "0.00000033333333", "0.00000033333334", "5"],
    ] {
        let cells: Vec<ExactCell> = amounts
            .iter()
            .zip(["a", "b", "c", "d"])
            .map(|(amount, service)| cell("2026-11-16", "account", service, amount))
            .collect();
        arena.deliver_with(cells, AT, true).await.unwrap();
        let parts: Vec<Decimal> = amounts.iter().map(|amount| decimal(amount) * decimal("1000000")).collect();
        let total: Decimal = amounts.iter().map(|amount| decimal(amount)).sum();
        let expected = largest_remainder(&parts, micros_of_decimal(total).unwrap());
        let weeks = arena.store.cost_service_weeks(week("2026-W47"), week("2026-W47"), None).await.unwrap();
        let stored: Vec<i64> = weeks.iter().map(|week| week.days[0].billed).collect();
        assert_eq!(stored, expected, "{amounts:?}");
    }
}

async fn parts_of_a_cell_are_summed_exactly(arena: &Arena) {
    let thirds = vec![cell("2026-11-16", "a", "s", "0.333333333333333333333333"); 3_000];
    let done = arena.deliver(thirds, AT).await.unwrap();
    assert_eq!(done.cells, 1);
    let total = arena.store.cost_control_totals().await.unwrap().remove(0);
    assert_eq!((total.billed, total.rows), (decimal("999.999999999999999999999"), 3_000));
    assert_eq!(arena.number("SELECT billed FROM cost_cell").await, 1_000_000_000);
}

async fn tiny_parts_carry_over(arena: &Arena) {
    let mut cells = vec![cell("2026-11-16", "a", "s", "0.000000999999999999999999"); 1_401];
    cells.extend(vec![cell("2026-11-16", "a", "s", "-0.000000000000000000000001"); 2]);
    cells.extend(vec![cell("2026-11-16", "a", "t", "-0.000000000000000000000001"); 5]);
    arena.deliver(cells, AT).await.unwrap();
    let weeks = arena.store.cost_service_weeks(week("2026-W47"), week("2026-W47"), None).await.unwrap();
    let stored: Vec<(&str, i64)> =
        weeks.iter().map(|week| (week.service.as_ref(), week.days[0].billed)).collect();
    assert_eq!(stored, [("s", 1_401), ("t", 0)]);
}

async fn more_decimals_than_24_are_refused(arena: &Arena) {
    let lease = arena.import_lease().await;
    let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
    let refused = arena
        .store
        .cost_stage_append(&stage, vec![cell("2026-11-16", "a", "Compute", "0.0000000000000000000000001")])
        .await;
    assert!(
        matches!(&refused, Err(StoreError::TooPrecise { service, .. }) if service == "Compute"),
        "{refused:?}"
    );
    let zeros = vec![cell("2026-11-16", "a", "s", "1.5000000000000000000000000000")];
    arena.store.cost_stage_append(&stage, zeros).await.unwrap();
}

async fn too_large_is_refused(arena: &Arena) {
    let lease = arena.import_lease().await;
    let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
    for amount in ["9223372036855", "79228162514264337593543950335", "-9223372036855"] {
        let refused = arena.store.cost_stage_append(&stage, vec![cell("2026-11-16", "a", "s", amount)]).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{amount}: {refused:?}");
    }
    let half = || vec![cell("2026-11-16", "a", "s", "5000000000000")];
    arena.store.cost_stage_append(&stage, half()).await.unwrap();
    assert!(arena.store.cost_stage_append(&stage, half()).await.is_err(), "never wraps around");
}
