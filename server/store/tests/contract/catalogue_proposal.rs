//! Catalogues that people propose: kept, applied once, and compared with what is in force.

use domain::cost::{Amounts, Owner};
use store::{ProposalApplied, ProposalInput, StoreError};

use crate::arena::{Arena, cell, contract, day, instant};
use crate::cost::{apply, catalogue};

contract!(a_proposal_is_kept_and_applied_once, a_file_is_behind_until_it_is_noted, a_preview_reads_the_facts);

const AT: &str = "2026-11-23T02:00:00Z";

fn applied() -> ProposalApplied {
    ProposalApplied {
        at: instant(AT),
        by: "鈴木".to_owned(),
        reason: "新しいアカウント".to_owned(),
        changes: vec!["+ account mixed".to_owned(), "~ rule support".to_owned()],
    }
}

async fn a_proposal_is_kept_and_applied_once(arena: &Arena) {
    let store = &arena.store;
    assert_eq!(store.catalogue_proposal_list(10).await.unwrap(), []);
    let first = store.catalogue_proposal_insert(instant(AT), "佐藤", "abc", "# 一\n", None).await.unwrap();
    let input =
        ProposalInput { part: "budget".to_owned(), text: "telemed\t2026-11\t１２０万\n".to_owned() };
    let second = store
        .catalogue_proposal_insert(instant(AT), "佐藤", "abc", "# 二\n", Some(input.clone()))
        .await
        .unwrap();
    assert_eq!((first, second), (1, 2));
    let ids: Vec<i64> = store.catalogue_proposal_list(10).await.unwrap().iter().map(|head| head.id).collect();
    assert_eq!(ids, [2, 1]);

    let revision = store.revision().await.unwrap();
    store.catalogue_proposal_apply(first, &catalogue(), day("2026-11-23"), applied()).await.unwrap();
    assert!(store.revision().await.unwrap() > revision);
    let kept = store.catalogue_proposal_get(first).await.unwrap().unwrap();
    assert_eq!((kept.file.as_str(), kept.head.made_by.as_str()), ("# 一\n", "佐藤"));
    assert_eq!(kept.head.applied, Some(applied()));
    assert_eq!(store.catalogue_get().await.unwrap().products, catalogue().products);

    let again = store.catalogue_proposal_apply(first, &catalogue(), day("2026-11-23"), applied()).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let nothing = store.catalogue_proposal_apply(9, &catalogue(), day("2026-11-23"), applied()).await;
    assert!(matches!(nothing, Err(StoreError::Conflict { .. })), "{nothing:?}");
    assert_eq!(store.catalogue_proposal_get(9).await.unwrap(), None);
    assert_eq!(kept.input, None);
    let kept = store.catalogue_proposal_get(second).await.unwrap().unwrap();
    assert_eq!((kept.head.applied, kept.input), (None, Some(input)));
}

async fn a_file_is_behind_until_it_is_noted(arena: &Arena) {
    let store = &arena.store;
    let id = store.catalogue_proposal_insert(instant(AT), "佐藤", "", "", None).await.unwrap();
    assert!(!store.catalogue_edited_since_file().await.unwrap(), "nothing is applied yet");
    store.catalogue_proposal_apply(id, &catalogue(), day("2026-11-23"), applied()).await.unwrap();
    assert!(store.catalogue_edited_since_file().await.unwrap());
    store.catalogue_file_note(instant("2026-11-23T01:59:59Z")).await.unwrap();
    assert!(store.catalogue_edited_since_file().await.unwrap(), "the file is older");
    let revision = store.revision().await.unwrap();
    store.catalogue_file_note(instant("2026-11-23T02:00:01Z")).await.unwrap();
    assert!(store.revision().await.unwrap() > revision, "the page no longer says the same");
    assert!(!store.catalogue_edited_since_file().await.unwrap());
}

async fn a_preview_reads_the_facts(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let cells = vec![
        cell("2026-11-16", "tele-prod", "Compute", "1"),
        cell("2026-11-18", "tele-prod", "Compute", "2"),
        cell("2026-11-18", "mixed", "Compute", "4"),
        cell("2026-11-20", "mixed", "Support", "8"),
    ];
    arena.deliver(cells, AT).await.unwrap();
    let mut other = catalogue();
    // From the 18th on, telemed's compute is booking's.
    let mut rule = other.rules[0].clone();
    rule.name = "compute".to_owned();
    rule.conditions[0].values = vec!["Compute".to_owned()];
    rule.target =
        domain::allocation::Target::Product { product: "booking".parse().unwrap(), environment: None };
    rule.valid_from = Some(day("2026-11-18"));
    other.rules.push(rule);

    let owner = |slug: &str| Owner::Product(slug.parse().unwrap());
    let unit = |units: i64| units * 1_000_000;
    for (catalogue, expected) in [
        (
            catalogue(),
            vec![
                (owner("telemed"), unit(3)),
                (Owner::Shared("support".to_owned()), unit(8)),
                (Owner::Unallocated, unit(4)),
            ],
        ),
        (
            other,
            vec![
                (owner("booking"), unit(6)),
                (owner("telemed"), unit(1)),
                (Owner::Shared("support".to_owned()), unit(8)),
            ],
        ),
    ] {
        let found = arena
            .store
            .cost_allocation_preview(&catalogue, day("2026-11-16"), day("2026-11-23"))
            .await
            .unwrap();
        let billed: Vec<(Owner, i64)> =
            found.into_iter().map(|(owner, _, amounts)| (owner, amounts.billed)).collect();
        assert_eq!(billed, expected);
    }
    let none = arena.store.cost_allocation_preview(&catalogue(), day("2026-11-23"), day("2026-11-23")).await;
    assert_eq!(none.unwrap(), Vec::<(Owner, domain::money::Currency, Amounts)>::new());
}
