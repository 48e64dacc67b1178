//! The facts of one owner: what its roll-ups are made of, key by key.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::cost::{Amounts, Owner};
use domain::product::Environment;

use crate::arena::{Arena, cell, contract, day, week};
use crate::cost::{apply, catalogue};

contract!(facts_are_those_of_the_owner_alone, facts_follow_a_rule_that_ends_in_the_week, facts_add_up);

const AT: &str = "2026-11-23T01:00:00Z";

fn telemed() -> Owner {
    Owner::Product("telemed".parse().unwrap())
}

async fn facts_are_those_of_the_owner_alone(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let cells = vec![
        cell("2026-11-16", "tele-prod", "Compute", "1.5"),
        cell("2026-11-22", "tele-prod", "Compute", "2"),
        cell("2026-11-17", "tele-stg", "Compute", "3"),
        cell("2026-11-17", "tele-stg", "Support Plan", "10"),
        cell("2026-11-18", "book-prod", "Compute", "4"),
        cell("2026-11-15", "tele-prod", "Compute", "8"),
    ];
    arena.deliver(cells, AT).await.unwrap();
    let facts = arena.store.cost_facts(&telemed(), week("2026-W47"), week("2026-W47")).await.unwrap();
    let told: Vec<_> = facts
        .iter()
        .map(|fact| {
            let billed = fact.days.map(|day| day.billed / 100_000);
            (fact.key.sub_account.as_str(), fact.key.service.as_str(), fact.environment, billed)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("tele-prod", "Compute", Environment::Production, [15, 0, 0, 0, 0, 0, 20]),
            ("tele-stg", "Compute", Environment::Staging, [0, 30, 0, 0, 0, 0, 0]),
        ]
    );
    assert_eq!((facts[0].source.as_ref(), facts[0].currency.code()), ("focus", "USD"));
    assert_eq!(facts[0].key.region, "ap-northeast-1");
    let nobody = Owner::Product("nobody".parse().unwrap());
    assert!(arena.store.cost_facts(&nobody, week("2026-W40"), week("2026-W50")).await.unwrap().is_empty());
}

async fn facts_follow_a_rule_that_ends_in_the_week(arena: &Arena) {
    let mut catalogue = catalogue();
    catalogue.rules = vec![AllocationRule {
        name: "cache".to_owned(),
        conditions: vec![Condition { field: Field::Service, values: vec!["Cache".to_owned()] }],
        target: Target::Product { product: "telemed".parse().unwrap(), environment: None },
        valid_from: None,
        valid_to: Some(day("2026-11-18")),
    }];
    apply(arena, &catalogue).await;
    let cells = vec![
        cell("2026-11-17", "book-prod", "Cache", "1"),
        cell("2026-11-18", "book-prod", "Cache", "2"),
        cell("2026-11-19", "book-prod", "Cache", "4"),
    ];
    arena.deliver(cells, AT).await.unwrap();
    for (owner, units) in [("telemed", 1), ("booking", 6)] {
        let owner = Owner::Product(owner.parse().unwrap());
        let facts = arena.store.cost_facts(&owner, week("2026-W47"), week("2026-W47")).await.unwrap();
        let sum: Amounts = facts.iter().flat_map(|fact| fact.days).sum();
        assert_eq!(sum.billed, units * 1_000_000);
    }
}

/// Facts and roll-ups of every owner say the same, day by day.
async fn facts_add_up(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let accounts = ["tele-prod", "tele-stg", "book-prod", "mixed", "nobody"];
    let cells = (0..200_usize).map(|number| {
        let on = format!("2026-11-{:02}", 1 + number % 25);
        let service = ["Compute", "Storage", "Support Plan"][number % 3];
        cell(&on, accounts[number % 5], service, &format!("{number}.25"))
    });
    arena.deliver(cells.collect(), AT).await.unwrap();
    let (from, to) = (week("2026-W44"), week("2026-W48"));
    let weeks = arena.store.cost_owner_weeks(from, to).await.unwrap();
    let mut owners: Vec<Owner> = weeks.iter().map(|row| row.owner.clone()).collect();
    owners.sort();
    owners.dedup();
    assert_eq!(owners.len(), 4);
    for owner in owners {
        let facts = arena.store.cost_facts(&owner, from, to).await.unwrap();
        for row in weeks.iter().filter(|row| row.owner == owner) {
            let mine =
                facts.iter().filter(|fact| fact.week == row.week && fact.environment == row.environment);
            let mut days = [Amounts::default(); 7];
            for fact in mine {
                for (sum, day) in days.iter_mut().zip(fact.days) {
                    *sum += day;
                }
            }
            assert_eq!(days, row.days, "{owner:?} {}", row.week);
        }
    }
}
