//! What a delivery changed is kept beside it, apart from what it only completed.

use domain::billing_month::AfterClose;
use domain::cost::{Amounts, BillingScope, ExactCell, Owner};
use domain::organization::Organization;
use domain::restatement::{OwnerRestatement, RestatementFilter};

use crate::arena::{Arena, cell, contract, day, decimal, instant, november, week};
use crate::cost::{apply, catalogue};

contract!(
    late_days_complete_and_changed_days_restate,
    what_only_moves_between_services_restates_nothing,
    a_day_that_vanishes_is_restated_to_nothing,
    the_owner_of_the_time_is_kept,
    changes_are_summed_from_the_first_to_the_last,
    a_correction_on_the_next_bill_restates_its_day,
    a_delivery_that_changes_nothing_is_noted_once_a_day,
    what_changes_after_the_close_is_noted
);

const MONDAY: &str = "2026-11-23T01:00:00Z";
const TUESDAY: &str = "2026-11-24T01:00:00Z";

fn telemed() -> Owner {
    Owner::Product("telemed".parse().unwrap())
}

fn both(units: i64) -> Amounts {
    Amounts { billed: units * 1_000_000, effective: units * 1_000_000 }
}

/// What changed in all since an instant, when bills are complete two days back.
async fn sums(arena: &Arena, since: &str, by_day: bool) -> Vec<OwnerRestatement> {
    arena.store.cost_restatement_sums(&RestatementFilter::since(instant(since), 2), by_day).await.unwrap()
}

/// Day of the month, owner, amounts before and after, whether it completes.
async fn told(arena: &Arena, since: &str) -> Vec<(i8, Owner, Amounts, Amounts, bool)> {
    let of_week = week("2026-W47");
    let filter = RestatementFilter {
        days: Some((of_week.monday(), of_week.sunday())),
        ..RestatementFilter::since(instant(since), 2)
    };
    let found = arena.store.cost_restatement_sums(&filter, true).await.unwrap();
    let mut told: Vec<_> = found
        .into_iter()
        .map(|told| (told.first_day.day(), told.owner, told.before, told.after, told.completes))
        .collect();
    told.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    told
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

/// On the 16th the days up to the 14th are complete. The 12th is restated twice, 5 → 6 → 8, the second time for
/// another product: a rule was edited in between. The 15th completes, although it was there.
async fn changes_are_summed_from_the_first_to_the_last(arena: &Arena) {
    const LOOK: &str = "2026-11-16T01:00:00Z";
    apply(arena, &catalogue()).await;
    let days = |first: &str, last: &str| {
        vec![
            cell("2026-11-12", "tele-prod", "Compute", first),
            cell("2026-11-15", "tele-prod", "Compute", last),
        ]
    };
    arena.deliver(days("5", "1"), LOOK).await.unwrap();
    arena.deliver(days("6", "4"), MONDAY).await.unwrap();
    let mut moved = catalogue();
    moved.accounts[0].product = Some("booking".parse().unwrap());
    apply(arena, &moved).await;
    arena.deliver(days("8", "4"), TUESDAY).await.unwrap();

    let found = sums(arena, LOOK, false).await;
    let told: Vec<_> = found
        .iter()
        .map(|row| {
            (row.owner.clone(), row.completes, row.before, row.after, row.difference, row.first_day.day())
        })
        .collect();
    let booking = Owner::Product("booking".parse().unwrap());
    assert_eq!(
        told,
        [
            (booking.clone(), false, both(6), both(8), both(2), 12),
            (telemed(), false, both(5), both(6), both(1), 12),
            (telemed(), true, both(1), both(4), both(3), 15),
        ]
    );
    assert!(
        found.iter().all(|row| row.source == "focus" && row.month.to_string() == "2026-11" && row.days == 1)
    );
    assert_eq!(found[0].last_seen, instant(TUESDAY));
    assert_eq!(sums(arena, LOOK, true).await.len(), 3);
    assert!(sums(arena, TUESDAY, false).await.is_empty());

    // Back to the first product: one change from 5 to 9, of which the source made 4 − 2 … less what moved.
    apply(arena, &catalogue()).await;
    arena.deliver(days("9", "4"), "2026-11-25T01:00:00Z").await.unwrap();
    let found = sums(arena, LOOK, false).await;
    assert_eq!((found[1].before, found[1].after, found[1].difference), (both(5), both(9), both(2)));

    let filter = |change: fn(&mut RestatementFilter)| {
        let mut filter = RestatementFilter::since(instant(LOOK), 2);
        change(&mut filter);
        filter
    };
    for (filter, rows) in [
        (filter(|filter| filter.owner = Some(telemed())), 2),
        (filter(|filter| filter.owner = Some(Owner::Unallocated)), 0),
        (filter(|filter| filter.source = Some("aws".to_owned())), 0),
        (filter(|filter| filter.month = Some("2026-10".parse().unwrap())), 0),
        (filter(|filter| filter.month = Some("2026-11".parse().unwrap())), 3),
        (filter(|filter| filter.days = Some((day("2026-11-13"), day("2026-11-19")))), 1),
    ] {
        let found = arena.store.cost_restatement_sums(&filter, false).await.unwrap();
        assert_eq!(found.len(), rows, "{filter:?}");
    }
}

fn december() -> BillingScope {
    BillingScope { period_start: day("2026-12-01"), period_end: day("2027-01-01"), ..november() }
}

/// FOCUS puts a correction of November on December's bill: the day was there, so that it is no late arrival.
/// The first delivery of both bills corrects nothing.
async fn a_correction_on_the_next_bill_restates_its_day(arena: &Arena) {
    let correction = |amount: &str| ExactCell { scope: december(), ..cell("2026-11-20", "a", "s", amount) };
    arena.deliver(vec![cell("2026-11-20", "a", "s", "5")], MONDAY).await.unwrap();
    arena
        .deliver(vec![correction("1"), cell("2026-11-20", "a", "s", "5")], "2026-12-05T00:00:00Z")
        .await
        .unwrap();
    let found = sums(arena, MONDAY, false).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[0].completes);
    assert_eq!((found[0].month.to_string().as_str(), found[0].difference), ("2026-12", both(1)));

    let other = fresh(arena).await;
    other.deliver(vec![correction("1"), cell("2026-11-20", "a", "s", "5")], TUESDAY).await.unwrap();
    assert!(sums(&other, MONDAY, false).await.iter().all(|row| row.completes));
}

async fn fresh(arena: &Arena) -> Arena {
    if arena.is_sqlite() { Arena::sqlite().await } else { Arena::postgres().await }
}

async fn a_delivery_that_changes_nothing_is_noted_once_a_day(arena: &Arena) {
    let cells = || vec![cell("2026-11-20", "a", "s", "5")];
    arena.deliver(cells(), MONDAY).await.unwrap();
    let revision = arena.store.revision().await.unwrap();
    let same_day = arena.deliver(cells(), "2026-11-23T23:00:00Z").await.unwrap();
    assert_eq!((same_day.scopes_unchanged, same_day.scopes_checked), (1, 0));
    assert_eq!(arena.store.revision().await.unwrap(), revision, "nothing was written");
    let next_day = arena.deliver(cells(), TUESDAY).await.unwrap();
    assert_eq!((next_day.scopes_changed, next_day.scopes_checked), (0, 1));
    assert!(arena.store.revision().await.unwrap() > revision, "pages say when a month was delivered");
    let periods = arena.store.cost_delivered_periods().await.unwrap();
    assert_eq!(periods.len(), 1);
    assert_eq!((periods[0].received_at, periods[0].checked_at), (instant(MONDAY), instant(TUESDAY)));
    assert_eq!((periods[0].latest_day, periods[0].after_close), (Some(day("2026-11-20")), None));
}

/// November closes on 11 December. What comes on the 12th had not been delivered closed before; what comes on
/// the 16th had.
async fn what_changes_after_the_close_is_noted(arena: &Arena) {
    let cells = |amount: &str| vec![cell("2026-11-20", "a", "s", amount)];
    arena.deliver(cells("5"), MONDAY).await.unwrap();
    arena.deliver(cells("6"), "2026-12-12T00:00:00Z").await.unwrap();
    assert_eq!(arena.store.cost_delivered_periods().await.unwrap()[0].after_close, None);
    arena.deliver(cells("8"), "2026-12-16T00:00:00Z").await.unwrap();
    arena.deliver(cells("7"), "2026-12-17T00:00:00Z").await.unwrap();
    let expected = AfterClose { amounts: both(1), seen_at: instant("2026-12-17T00:00:00Z") };
    assert_eq!(arena.store.cost_delivered_periods().await.unwrap()[0].after_close, Some(expected));
    let found = sums(arena, "2026-12-16T00:00:00Z", false).await;
    assert!(found.len() == 1 && found[0].after_close, "{found:?}");
}
