//! What of cost is tax.

use domain::cost::{Amounts, ChargeCategory, ExactCell, Owner, OwnerWeek};
use domain::product::Environment;

use crate::arena::{Arena, cell, contract, week};
use crate::cost::{apply, catalogue};

contract!(taxes_are_a_part_of_their_owner, taxes_go_where_the_rules_send_them);

const AT: &str = "2026-11-23T01:00:00Z";

fn tax(day: &str, account: &str, service: &str, amount: &str) -> ExactCell {
    let mut cell = cell(day, account, service, amount);
    cell.key.charge_category = ChargeCategory::Tax;
    cell
}

fn billed(rows: &[OwnerWeek]) -> Vec<(Owner, Environment, i64)> {
    let sum = |row: &OwnerWeek| row.days.iter().copied().sum::<Amounts>().billed / 100_000;
    rows.iter().map(|row| (row.owner.clone(), row.environment, sum(row))).collect()
}

async fn taxes_are_a_part_of_their_owner(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let cells = vec![
        cell("2026-11-16", "tele-prod", "Compute", "1.5"),
        tax("2026-11-16", "tele-prod", "Compute", "0.2"),
        tax("2026-11-17", "tele-prod", "Storage", "0.1"),
        tax("2026-11-17", "tele-stg", "Compute", "0.4"),
        tax("2026-11-09", "tele-prod", "Compute", "0.8"),
        cell("2026-11-18", "book-prod", "Compute", "4"),
    ];
    arena.deliver(cells, AT).await.unwrap();
    let telemed = Owner::Product("telemed".parse().unwrap());
    let (from, to) = (week("2026-W47"), week("2026-W47"));
    let all = arena.store.cost_tax_weeks(from, to, None).await.unwrap();
    let expected =
        [(telemed.clone(), Environment::Production, 3), (telemed.clone(), Environment::Staging, 4)];
    assert_eq!(billed(&all), expected);
    assert!(all.iter().all(|row| row.service.is_empty()));
    assert_eq!(arena.store.cost_tax_weeks(from, to, Some(&telemed)).await.unwrap(), all);
    let both = arena.store.cost_tax_weeks(week("2026-W46"), to, Some(&telemed)).await.unwrap();
    assert_eq!(both.len(), 3);
    let booking = Owner::Product("booking".parse().unwrap());
    assert!(arena.store.cost_tax_weeks(from, to, Some(&booking)).await.unwrap().is_empty());
    // Roll-ups by service and over all services hold taxes once.
    let services = arena.store.cost_service_weeks(from, to, Some(&telemed)).await.unwrap();
    let told: Vec<_> =
        services.iter().map(|row| (row.service.as_ref(), billed(std::slice::from_ref(row))[0].2)).collect();
    assert_eq!(told, [("Compute", 17), ("Storage", 1), ("Compute", 4)]);
    let owners = arena.store.cost_owner_weeks(from, to).await.unwrap();
    assert_eq!(billed(&owners).iter().map(|(.., sum)| sum).sum::<i64>(), 17 + 1 + 4 + 40);
}

/// A delivery that no longer has a tax, and a catalogue that gives the account to another product.
async fn taxes_go_where_the_rules_send_them(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let cells =
        vec![tax("2026-11-16", "tele-prod", "Compute", "1"), cell("2026-11-16", "tele-prod", "A", "2")];
    arena.deliver(cells, AT).await.unwrap();
    let mut moved = catalogue();
    for account in moved.accounts.iter_mut().filter(|account| account.id == "tele-prod") {
        account.product = Some("booking".parse().unwrap());
    }
    apply(arena, &moved).await;
    let of = |slug: &str| Owner::Product(slug.parse().unwrap());
    let (from, to) = (week("2026-W47"), week("2026-W47"));
    let owners: Vec<Owner> =
        arena.store.cost_tax_weeks(from, to, None).await.unwrap().into_iter().map(|row| row.owner).collect();
    assert_eq!(owners, [of("booking")]);
    arena.deliver(vec![cell("2026-11-16", "tele-prod", "A", "2")], AT).await.unwrap();
    assert!(arena.store.cost_tax_weeks(from, to, None).await.unwrap().is_empty());
}
