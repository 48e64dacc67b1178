//! Cost of accounts that rules know by the cloud's own directory: organizational units and tags of accounts.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::catalogue::Catalogue;
use domain::cost::Owner;
use domain::sync::CloudAccount;

use crate::arena::{Arena, cell, contract, day, week};
use crate::cost::{apply, catalogue};

contract!(what_a_cloud_tells_of_accounts_decides_at_once);

const AT: &str = "2026-11-23T01:00:00Z";

fn told(id: &str, path: &str, team: &str) -> CloudAccount {
    CloudAccount {
        source: "aws".to_owned(),
        id: id.to_owned(),
        name: id.to_owned(),
        state: "ACTIVE".to_owned(),
        path: path.to_owned(),
        tags: vec![("team".to_owned(), team.to_owned())],
    }
}

/// What is booking's, telemed's and nobody's, in units.
async fn sums(arena: &Arena) -> [i64; 3] {
    let weeks = arena.store.cost_owner_weeks(week("2026-W47"), week("2026-W47")).await.unwrap();
    let sum = |owner: &Owner| {
        let mine = weeks.iter().filter(|week| week.owner == *owner);
        mine.flat_map(|week| week.days).map(|day| day.billed).sum::<i64>() / 1_000_000
    };
    let product = |slug: &str| Owner::Product(slug.parse().unwrap());
    [sum(&product("booking")), sum(&product("telemed")), sum(&Owner::Unallocated)]
}

async fn what_a_cloud_tells_of_accounts_decides_at_once(arena: &Arena) {
    let rule = |name: &str, field: Field, value: &str, slug: &str| AllocationRule {
        name: name.to_owned(),
        conditions: vec![Condition { field, values: vec![value.to_owned()] }],
        target: Target::Product { product: slug.parse().unwrap(), environment: None },
        valid_from: None,
        valid_to: None,
    };
    let rules = vec![
        rule("unit", Field::OrganizationalUnit, "Care", "booking"),
        rule("tag", Field::AccountTag("team".to_owned()), "telemed", "telemed"),
    ];
    let asking = Catalogue { rules, ..catalogue() };
    apply(arena, &asking).await;
    let bill = vec![
        cell("2026-11-16", "mixed", "Compute", "1"),
        cell("2026-11-17", "unknown-1", "Compute", "2"),
        cell("2026-11-18", "unknown-2", "Compute", "4"),
    ];
    arena.deliver(bill.clone(), AT).await.unwrap();
    assert_eq!(sums(arena).await, [0, 0, 7], "nobody has told anything yet");

    let accounts =
        vec![told("unknown-1", "Root/Care/Production", "x"), told("unknown-2", "Root/Other", "telemed")];
    assert!(arena.store.cloud_account_replace("aws", accounts.clone()).await.unwrap());
    assert_eq!(sums(arena).await, [2, 4, 1], "what is stored is answered anew");
    let more = [bill, vec![cell("2026-11-19", "unknown-1", "Storage", "8")]].concat();
    arena.deliver(more, AT).await.unwrap();
    assert_eq!(sums(arena).await, [10, 4, 1], "what comes later, too");

    let (from, to) = (day("2026-11-16"), day("2026-11-23"));
    let preview = arena.store.cost_allocation_preview(&asking, from, to).await.unwrap();
    let units: Vec<i64> = preview.iter().map(|(_, _, amounts)| amounts.billed / 1_000_000).collect();
    assert_eq!(units, [10, 4, 1], "a preview sees it");

    let mut declared = asking.clone();
    declared.accounts[3].ou = Some("Care/Shared".to_owned());
    apply(arena, &declared).await;
    assert_eq!(sums(arena).await, [11, 4, 0], "what people declare counts as well");

    let revision = arena.store.revision().await.unwrap();
    assert!(!arena.store.cloud_account_replace("aws", accounts).await.unwrap());
    assert_eq!(arena.store.revision().await.unwrap(), revision, "the same list again writes nothing");
}
