//! Cost: a delivery replaces its billing periods, and the roll-ups add up to it.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, BillingScope, ExactCell, Owner, OwnerWeek};
use domain::coverage::SourceKind;
use domain::organization::Localized;
use domain::product::{Account, Environment, Product};
use domain::rate::Month;
use store::{CommitOptions, StoreError};

use crate::arena::{Arena, cell, contract, day, decimal, instant, key, november, totals_of, week};

contract!(
    roll_ups_follow_accounts_and_rules,
    roll_ups_add_up_to_the_facts,
    a_catalogue_change_moves_cost_at_once,
    a_rule_that_ends_in_the_week_cuts_it,
    the_same_delivery_again_writes_nothing,
    the_order_of_rows_does_not_matter,
    a_killed_import_leaves_no_trace,
    only_the_delivered_periods_are_replaced,
    a_delivery_that_shrinks_is_refused,
    what_does_not_fit_together_is_refused,
    unknown_accounts_are_listed,
    unknown_accounts_are_known_without_the_facts,
    more_keys_than_are_remembered_stay_apart,
    sources_tell_how_far_they_are,
    tags_decide_and_survive
);

const AT: &str = "2026-11-23T01:00:00Z";

pub(crate) fn product(slug: &str) -> Product {
    Product {
        slug: slug.parse().unwrap(),
        name: Localized::same(slug),
        group: None,
        tier: 2,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

fn account(id: &str, product: Option<&str>, environment: Environment) -> Account {
    Account {
        id: id.to_owned(),
        name: id.to_owned(),
        product: product.map(|slug| slug.parse().unwrap()),
        environment,
        closed_on: None,
        ou: None,
        tags: Vec::new(),
    }
}

fn rule(name: &str, field: Field, value: &str, target: Target) -> AllocationRule {
    let conditions = vec![Condition { field, values: vec![value.to_owned()] }];
    AllocationRule { name: name.to_owned(), conditions, target, valid_from: None, valid_to: None }
}

/// Two products with an account each, a shared account, and support as a shared pool.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue {
        products: vec![product("telemed"), product("booking")],
        accounts: vec![
            account("tele-prod", Some("telemed"), Environment::Production),
            account("tele-stg", Some("telemed"), Environment::Staging),
            account("book-prod", Some("booking"), Environment::Production),
            account("mixed", None, Environment::Shared),
        ],
        rules: vec![rule(
            "support",
            Field::Service,
            "Support*",
            Target::Shared { pool: "support".to_owned() },
        )],
        ..Catalogue::default()
    }
}

pub(crate) async fn apply(arena: &Arena, catalogue: &Catalogue) {
    arena.store.catalogue_replace(catalogue, day("2026-11-23"), instant(AT)).await.unwrap();
}

fn telemed() -> Owner {
    Owner::Product("telemed".parse().unwrap())
}

fn booking() -> Owner {
    Owner::Product("booking".parse().unwrap())
}

fn shared(pool: &str) -> Owner {
    Owner::Shared(pool.to_owned())
}

/// Owner, environment, service and billed micro-units of Monday to Sunday.
fn told(weeks: &[OwnerWeek]) -> Vec<(Owner, Environment, &str, [i64; 7])> {
    weeks
        .iter()
        .map(|week| {
            let billed = week.days.map(|day| day.billed);
            (week.owner.clone(), week.environment, week.service.as_ref(), billed)
        })
        .collect()
}

async fn roll_ups_follow_accounts_and_rules(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let done = arena
        .deliver(
            vec![
                cell("2026-11-16", "tele-prod", "Compute", "1.5"),
                cell("2026-11-16", "tele-prod", "Storage", "0.25"),
                cell("2026-11-22", "tele-prod", "Compute", "2"),
                cell("2026-11-17", "tele-stg", "Compute", "3"),
                cell("2026-11-17", "tele-stg", "Support Plan", "10"),
                cell("2026-11-18", "nobody", "Compute", "4"),
                cell("2026-11-23", "book-prod", "Compute", "5"),
            ],
            AT,
        )
        .await
        .unwrap();
    assert_eq!((done.scopes_changed, done.scopes_unchanged, done.cells), (1, 0, 7));
    assert_eq!(done.weeks, Some((week("2026-W47"), week("2026-W48"))));

    let weeks = arena.store.cost_owner_weeks(week("2026-W47"), week("2026-W47")).await.unwrap();
    let unit = 1_000_000;
    assert_eq!(
        told(&weeks),
        [
            (telemed(), Environment::Production, "", [1_750_000, 0, 0, 0, 0, 0, 2 * unit]),
            (telemed(), Environment::Staging, "", [0, 3 * unit, 0, 0, 0, 0, 0]),
            (shared("support"), Environment::Shared, "", [0, 10 * unit, 0, 0, 0, 0, 0]),
            (Owner::Unallocated, Environment::Production, "", [0, 0, 4 * unit, 0, 0, 0, 0]),
        ]
    );
    assert_eq!((weeks[0].source.as_ref(), weeks[0].currency.code()), ("focus", "USD"));

    let services = arena.store.cost_service_weeks(week("2026-W46"), week("2026-W48"), Some(&telemed())).await;
    assert_eq!(
        told(&services.unwrap()),
        [
            (telemed(), Environment::Production, "Compute", [1_500_000, 0, 0, 0, 0, 0, 2 * unit]),
            (telemed(), Environment::Production, "Storage", [250_000, 0, 0, 0, 0, 0, 0]),
            (telemed(), Environment::Staging, "Compute", [0, 3 * unit, 0, 0, 0, 0, 0]),
        ]
    );
    let all = arena.store.cost_service_weeks(week("2026-W47"), week("2026-W48"), None).await.unwrap();
    assert_eq!(all.len(), 6);
    assert_eq!(all.last().unwrap().week, week("2026-W48"));
    let none = arena.store.cost_service_weeks(week("2026-W40"), week("2026-W41"), Some(&booking())).await;
    assert!(none.unwrap().is_empty());
}

/// A few hundred cells over two months, two billing accounts and two currencies.
fn many() -> Vec<ExactCell> {
    let accounts = ["tele-prod", "tele-stg", "book-prod", "mixed", "nobody"];
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut cells = Vec::new();
    for number in 0..900 {
        let (month, last) = if random(2) == 0 { (10, 31) } else { (11, 30) };
        let on = day("2026-10-01").with().month(month).build().unwrap();
        let account = accounts[usize::try_from(random(5)).unwrap()];
        let mut cell = cell("2026-11-01", account, &format!("Service {}", random(6)), "0");
        cell.scope = BillingScope {
            billing_account: format!("billing {}", random(2)),
            period_start: on,
            period_end: on.saturating_add(jiff::ToSpan::months(1)),
            currency: if random(4) == 0 { "JPY" } else { "USD" }.parse().unwrap(),
            ..november()
        };
        let amount = i64::try_from(random(2_000_000_000)).unwrap() - 300_000_000;
        cell.day = on.with().day(i8::try_from(random(last) + 1).unwrap()).build().unwrap();
        cell.billed = rust_decimal::Decimal::new(amount, 9 + u32::try_from(random(6)).unwrap());
        cell.effective = cell.billed * decimal("0.731") + rust_decimal::Decimal::new(number, 11);
        cells.push(cell);
    }
    cells
}

async fn roll_ups_add_up_to_the_facts(arena: &Arena) {
    apply(arena, &catalogue()).await;
    arena.deliver(many(), AT).await.unwrap();
    assert_sums(arena).await;
    for total in arena.store.cost_control_totals().await.unwrap() {
        let given = totals_of(&many());
        assert!(given.contains(&total), "{total:?}");
    }
}

/// Per day, source, currency and metric: the owners of both roll-ups add up to the facts.
async fn assert_sums(arena: &Arena) {
    let (from, to) = (week("2026-W01"), week("2026-W53"));
    let owners = arena.store.cost_owner_weeks(from, to).await.unwrap();
    let services = arena.store.cost_service_weeks(from, to, None).await.unwrap();
    let facts = arena.facts().await;
    assert!(!facts.is_empty());
    for rolled_up in [owners, services] {
        let mut sums: std::collections::BTreeMap<(String, String, i64), Amounts> =
            std::collections::BTreeMap::new();
        for row in rolled_up {
            for (day, amounts) in row.week.days().into_iter().zip(row.days) {
                let number = day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
                let key = (row.source.to_string(), row.currency.to_string(), number);
                *sums.entry(key).or_default() += amounts;
            }
        }
        sums.retain(|key, amounts| facts.contains_key(key) || !amounts.is_zero());
        assert_eq!(sums, facts);
    }
    assert_months(arena).await;
    let mut billed = std::collections::BTreeMap::new();
    for of in from.trailing(1).into_iter().chain((1..53).map(|later| from.plus(later))) {
        for row in arena.store.cost_billed_days(of).await.unwrap() {
            let number = row.day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
            billed.insert((row.source, row.currency.to_string(), number), row.amounts);
        }
    }
    assert_eq!(billed, facts);
}

/// Per month, currency and product: the sums of months are those of the days of the weeks.
async fn assert_months(arena: &Arena) {
    let mut sums: std::collections::BTreeMap<_, Amounts> = std::collections::BTreeMap::new();
    for row in arena.store.cost_owner_weeks(week("2026-W01"), week("2026-W53")).await.unwrap() {
        let Owner::Product(product) = row.owner else { continue };
        for (day, amounts) in row.week.days().into_iter().zip(row.days) {
            *sums.entry((Month::containing(day), row.currency, product.clone())).or_default() += amounts;
        }
    }
    sums.retain(|_, amounts| !amounts.is_zero());
    let month = |text: &str| text.parse::<Month>().unwrap();
    let months = arena.store.cost_owner_months(month("2025-12"), month("2027-01")).await.unwrap();
    let told: Vec<_> =
        months.into_iter().map(|told| ((told.month, told.currency, told.product), told.amounts)).collect();
    assert_eq!(told, sums.into_iter().collect::<Vec<_>>());
    assert!(arena.store.cost_owner_months(month("2020-01"), month("2020-12")).await.unwrap().is_empty());
}

async fn a_catalogue_change_moves_cost_at_once(arena: &Arena) {
    arena.deliver(many(), AT).await.unwrap();
    let owners = async || -> Vec<Owner> {
        let weeks = arena.store.cost_owner_weeks(week("2026-W01"), week("2026-W53")).await.unwrap();
        let mut owners: Vec<Owner> = weeks.into_iter().map(|week| week.owner).collect();
        owners.sort();
        owners.dedup();
        owners
    };
    assert_eq!(owners().await, [Owner::Unallocated]);
    apply(arena, &catalogue()).await;
    assert_eq!(owners().await, [booking(), telemed(), Owner::Unallocated]);
    assert_sums(arena).await;

    let before = arena.dump().await;
    arena.store.cost_rollup_rebuild(None).await.unwrap();
    arena.store.cost_rollup_rebuild(Some((week("2026-W40"), week("2026-W47")))).await.unwrap();
    let mut after = arena.dump().await;
    after.insert("store_state".to_owned(), before["store_state"].clone());
    assert_eq!(after, before, "making roll-ups again makes the same ones");

    let mut pooled = catalogue();
    pooled.rules.push(rule("all", Field::Source, "focus", Target::Shared { pool: "all".to_owned() }));
    apply(arena, &pooled).await;
    assert_eq!(owners().await, [shared("all")]);
    assert_sums(arena).await;
}

async fn a_rule_that_ends_in_the_week_cuts_it(arena: &Arena) {
    let mut cut = catalogue();
    let target = Target::Product { product: "booking".parse().unwrap(), environment: None };
    cut.rules.push(AllocationRule {
        valid_from: Some(day("2026-11-17")),
        valid_to: Some(day("2026-11-19")),
        ..rule("moved", Field::Account, "tele-prod", target)
    });
    apply(arena, &cut).await;
    let days = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"];
    arena.deliver(days.map(|on| cell(on, "tele-prod", "Compute", "1")).to_vec(), AT).await.unwrap();
    let weeks = arena.store.cost_owner_weeks(week("2026-W47"), week("2026-W47")).await.unwrap();
    let unit = 1_000_000;
    assert_eq!(
        told(&weeks),
        [
            (booking(), Environment::Production, "", [0, unit, unit, 0, 0, 0, 0]),
            (telemed(), Environment::Production, "", [unit, 0, 0, unit, unit, 0, 0]),
        ]
    );
}

async fn the_same_delivery_again_writes_nothing(arena: &Arena) {
    apply(arena, &catalogue()).await;
    let first = arena.deliver(many(), AT).await.unwrap();
    let before = arena.dump().await;
    // On a later day, only that day is noted: see `a_delivery_that_changes_nothing_is_noted_once_a_day`.
    let again = arena.deliver(many(), "2026-11-23T22:00:00Z").await.unwrap();
    assert_eq!((again.scopes_changed, again.scopes_unchanged), (0, first.scopes_changed));
    assert_eq!((again.restatements, again.weeks, again.cells), (0, None, first.cells));
    assert_eq!(arena.dump().await, before);
}

async fn the_order_of_rows_does_not_matter(arena: &Arena) {
    let other = if arena.is_sqlite() { Arena::sqlite().await } else { Arena::postgres().await };
    let mut cells = many();
    arena.deliver(cells.clone(), AT).await.unwrap();
    cells.reverse();
    cells.rotate_left(313);
    other.deliver(cells, AT).await.unwrap();
    assert_eq!(arena.dump().await, other.dump().await);
}

async fn a_killed_import_leaves_no_trace(arena: &Arena) {
    let other = if arena.is_sqlite() { Arena::sqlite().await } else { Arena::postgres().await };
    other.deliver(many(), AT).await.unwrap();
    for kept in [1, 300, 899] {
        let lease = arena.import_lease().await;
        let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
        arena.store.cost_stage_append(&stage, many().split_off(kept)).await.unwrap();
        drop(stage);
        assert!(arena.store.cost_stage_left().await.unwrap());
    }
    assert!(arena.store.cost_control_totals().await.unwrap().is_empty());
    arena.deliver(many(), AT).await.unwrap();
    assert_eq!(arena.dump().await, other.dump().await);

    let before = arena.dump().await;
    let lease = arena.import_lease().await;
    let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
    arena.store.cost_stage_append(&stage, vec![cell("2026-11-16", "x", "y", "1")]).await.unwrap();
    arena.store.cost_stage_discard(stage).await.unwrap();
    arena.store.lease_release(lease).await.unwrap();
    assert!(!arena.store.cost_stage_left().await.unwrap());
    assert_eq!(arena.dump().await, before);
}

async fn only_the_delivered_periods_are_replaced(arena: &Arena) {
    let october =
        BillingScope { period_start: day("2026-10-01"), period_end: day("2026-11-01"), ..november() };
    let in_october = ExactCell { scope: october, ..cell("2026-10-31", "a", "s", "7") };
    let elsewhere = ExactCell {
        scope: BillingScope { source: "other".to_owned(), ..november() },
        ..cell("2026-11-02", "a", "s", "9")
    };
    arena.deliver(vec![in_october, cell("2026-11-02", "a", "s", "1")], AT).await.unwrap();
    arena.deliver(vec![elsewhere], AT).await.unwrap();
    let done = arena.deliver(vec![cell("2026-11-02", "a", "s", "2")], AT).await.unwrap();
    assert_eq!((done.scopes_changed, done.scopes_unchanged), (1, 0));
    assert_eq!(done.weeks, Some((week("2026-W45"), week("2026-W45"))));
    let totals = arena.store.cost_control_totals().await.unwrap();
    let billed: Vec<String> = totals.iter().map(|total| total.billed.to_string()).collect();
    assert_eq!(billed, ["7", "2", "9"]);
    assert_sums(arena).await;
}

async fn a_delivery_that_shrinks_is_refused(arena: &Arena) {
    let full = vec![
        cell("2026-11-02", "a", "s", "10"),
        cell("2026-11-03", "a", "s", "10"),
        cell("2026-11-04", "a", "s", "-1"),
    ];
    arena.deliver(full.clone(), AT).await.unwrap();
    let before = arena.dump().await;
    for (cells, now) in [
        (vec![cell("2026-11-02", "a", "s", "19")], (1, 19_000_000)),
        (full.iter().map(|old| ExactCell { billed: decimal("3"), ..old.clone() }).collect(), (3, 9_000_000)),
    ] {
        let refused = arena.deliver(cells.clone(), AT).await.unwrap_err();
        let StoreError::Shrinks { scope, cells_before, cells_now, charged_before, charged_now } = refused
        else {
            panic!("{refused:?}");
        };
        assert_eq!(*scope, november());
        assert_eq!((cells_before, charged_before), (3, 20_000_000));
        assert_eq!((cells_now, charged_now), now);
        assert_eq!(arena.dump().await, before);
    }
    let credited = [full, vec![cell("2026-11-05", "a", "credit", "-18.9")]].concat();
    assert_eq!(arena.deliver(credited, AT).await.unwrap().scopes_changed, 1, "a credit of nearly all of it");
    let half = vec![cell("2026-11-02", "a", "s", "10"), cell("2026-11-03", "a", "s", "0")];
    assert_eq!(arena.deliver(half, AT).await.unwrap().scopes_changed, 1, "half is not less than half");
    let one = vec![cell("2026-11-02", "a", "s", "0.5")];
    assert_eq!(arena.deliver_with(one, AT, true).await.unwrap().scopes_changed, 1, "forced");
    assert_eq!(arena.store.cost_control_totals().await.unwrap()[0].billed, decimal("0.5"));
}

async fn what_does_not_fit_together_is_refused(arena: &Arena) {
    let before = arena.dump().await;
    let lease = arena.import_lease().await;
    let good = vec![cell("2026-11-02", "a", "s", "1.5")];
    let options = CommitOptions { force: true, at: instant(AT) };
    let mut wrong = totals_of(&good);
    wrong[0].billed = decimal("1.500002");
    let mut foreign = totals_of(&good);
    foreign[0].scope.source = "other".to_owned();
    let twice = [totals_of(&good), totals_of(&good)].concat();
    let mut other_end = totals_of(&good);
    other_end.extend(totals_of(&good));
    other_end[1].scope.period_end = day("2026-11-30");
    other_end[1].billed = decimal("0");
    other_end[1].effective = decimal("0");
    for totals in [Vec::new(), wrong, foreign, twice, other_end] {
        let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
        arena.store.cost_stage_append(&stage, good.clone()).await.unwrap();
        let refused = arena.store.cost_stage_commit(stage, totals, options).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
    let stage = arena.store.cost_stage_begin(&lease, "other").await.unwrap();
    let refused = arena.store.cost_stage_append(&stage, good).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "another source's cell");
    let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
    let nul = vec![cell("2026-11-02", "a", "s", "1"), cell("2026-11-02", "a\0", "s", "1")];
    let refused = arena.store.cost_stage_append(&stage, nul).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    arena.store.cost_stage_discard(stage).await.unwrap();
    arena.store.lease_release(lease).await.unwrap();
    assert_eq!(arena.dump().await, before);
}

async fn unknown_accounts_are_listed(arena: &Arena) {
    arena
        .deliver(
            vec![
                cell("2026-11-02", "mixed", "s", "1"),
                cell("2026-11-02", "small", "s", "2"),
                cell("2026-11-03", "large", "s", "2"),
                cell("2026-11-04", "large", "t", "3.5"),
                cell("2026-11-05", "", "tax", "0.1"),
            ],
            AT,
        )
        .await
        .unwrap();
    assert_eq!(arena.store.cost_unknown_accounts().await.unwrap().len(), 4);
    apply(arena, &catalogue()).await;
    let unknown = arena.store.cost_unknown_accounts().await.unwrap();
    let told: Vec<_> = unknown
        .iter()
        .map(|account| (account.id.as_str(), account.name.as_str(), account.total.billed, account.last_day))
        .collect();
    assert_eq!(
        told,
        [
            ("large", "large by name", 5_500_000, day("2026-11-04")),
            ("small", "small by name", 2_000_000, day("2026-11-02")),
            ("", " by name", 100_000, day("2026-11-05")),
        ]
    );
}

/// Years of facts are not read for a list of accounts: it is the same with them out of the way.
async fn unknown_accounts_are_known_without_the_facts(arena: &Arena) {
    let told = async || arena.store.cost_unknown_accounts().await.unwrap();
    let list = async || -> Vec<(String, i64, jiff::civil::Date)> {
        told().await.into_iter().map(|one| (one.id, one.total.billed, one.last_day)).collect()
    };
    let october =
        BillingScope { period_start: day("2026-10-01"), period_end: day("2026-11-01"), ..november() };
    let old = ExactCell { scope: october, ..cell("2026-10-31", "x", "s", "7") };
    let new = vec![cell("2026-11-02", "x", "s", "1"), cell("2026-11-03", "x", "t", "2")];
    arena.deliver([vec![old], new].concat(), AT).await.unwrap();
    assert_eq!(list().await, [("x".to_owned(), 10_000_000, day("2026-11-03"))]);
    let restated = vec![cell("2026-11-02", "y", "s", "1.5"), cell("2026-11-02", "z", "s", "0.5")];
    arena.deliver(restated, AT).await.unwrap();
    let expected = [
        ("x".to_owned(), 7_000_000, day("2026-10-31")),
        ("y".to_owned(), 1_500_000, day("2026-11-02")),
        ("z".to_owned(), 500_000, day("2026-11-02")),
    ];
    assert_eq!(list().await, expected, "what the period no longer has is gone");
    arena.execute("DELETE FROM cost_cell").await.unwrap();
    assert_eq!(list().await, expected);
}

/// A delivery with more keys than a stage remembers, each of them twice and far apart.
async fn more_keys_than_are_remembered_stay_apart(arena: &Arena) {
    const KEYS: usize = 60_000;
    let lease = arena.import_lease().await;
    let stage = arena.store.cost_stage_begin(&lease, "focus").await.unwrap();
    let cells = |from: usize, to: usize| -> Vec<ExactCell> {
        (from..to).map(|number| cell("2026-11-02", &number.to_string(), "s", "0.5")).collect()
    };
    for first in (0..KEYS).step_by(5_000) {
        arena.store.cost_stage_append(&stage, cells(first, first + 5_000)).await.unwrap();
    }
    arena.store.cost_stage_append(&stage, cells(0, 3)).await.unwrap();
    let counted = "SELECT COUNT(*) FROM cost_stage_key";
    assert_eq!(arena.number(counted).await, 60_000);
    assert_eq!(arena.number("SELECT COUNT(*) FROM cost_stage_cell WHERE billed = 1000000").await, 3);
    arena.store.cost_stage_discard(stage).await.unwrap();
}

async fn sources_tell_how_far_they_are(arena: &Arena) {
    assert!(arena.store.source_states().await.unwrap().is_empty());
    arena
        .deliver(vec![cell("2026-11-02", "a", "s", "1"), cell("2026-11-21", "a", "s", "1")], AT)
        .await
        .unwrap();
    let states = arena.store.source_states().await.unwrap();
    assert_eq!(states.len(), 1);
    let state = &states[0];
    assert_eq!(
        (state.name.as_str(), state.kind, state.received_at),
        ("focus", SourceKind::Cost, instant(AT))
    );
    assert_eq!((state.first_day, state.last_day), (Some(day("2026-11-02")), Some(day("2026-11-21"))));
    assert_eq!((state.period_end, state.last_instant), (Some(day("2026-11-30")), None));
}

async fn tags_decide_and_survive(arena: &Arena) {
    let mut tagged = catalogue();
    let target =
        Target::Product { product: "booking".parse().unwrap(), environment: Some(Environment::Preview) };
    tagged.rules.push(rule("by tag", Field::Tag("team=x&y".to_owned()), "50%*", target));
    apply(arena, &tagged).await;
    let with_tags = |value: &str| {
        let mut cell = cell("2026-11-16", "mixed", "Compute", "1");
        cell.key.tags = vec![("a".to_owned(), String::new()), ("team=x&y".to_owned(), value.to_owned())];
        cell
    };
    let plain = ExactCell { key: key("mixed", "Compute"), ..with_tags("") };
    arena.deliver(vec![with_tags("50%26=&"), with_tags("50"), plain], AT).await.unwrap();
    let weeks = arena.store.cost_owner_weeks(week("2026-W47"), week("2026-W47")).await.unwrap();
    assert_eq!(
        told(&weeks),
        [
            (booking(), Environment::Preview, "", [1_000_000, 0, 0, 0, 0, 0, 0]),
            (Owner::Unallocated, Environment::Shared, "", [2_000_000, 0, 0, 0, 0, 0, 0]),
        ]
    );
    apply(arena, &Catalogue { organization: domain::organization::Organization::default(), ..tagged }).await;
}
