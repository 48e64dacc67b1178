//! Shared pools that are split: worked cases of sections 4.1 and 4.2, and what holds for every catalogue.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::allocation::{AllocationRule, Target};
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, Metric, Owner, OwnerMonth, OwnerWeek};
use domain::coverage::{SourceKind, SourceState};
use domain::money::Currency;
use domain::organization::Localized;
use domain::product::{Environment, Product, Slug};
use domain::rate::Month;
use domain::ratio::Ppm;
use domain::review::cost::{CostSection, CostView};
use domain::review::{BilledDay, ReviewInput, WeeklyReview};
use domain::split::{
    Method, Pool, PoolFault, PoolTarget, Split, SplitScope, Usage, part_at, parts_of, pool_faults,
};
use domain::week::IsoWeek;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const UNIT: i64 = 1_000_000;

fn slug(number: usize) -> Slug {
    format!("p{number}").parse().unwrap()
}

fn product(number: usize) -> Product {
    Product {
        slug: slug(number),
        name: Localized::same("product"),
        group: None,
        tier: 2,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

fn pool(method: Method, targets: &[(usize, i64)]) -> Pool {
    let target =
        |(number, weight): &(usize, i64)| PoolTarget { product: slug(*number), weight: Ppm(*weight) };
    Pool {
        name: "pool".to_owned(),
        method,
        targets: targets.iter().map(target).collect(),
        series: (method == Method::Usage).then(|| "users".to_owned()),
        valid_from: None,
        valid_to: None,
    }
}

fn usage(number: usize, month: &str, units: i64) -> Usage {
    Usage { series: "users".to_owned(), product: slug(number), month: month.parse().unwrap(), units }
}

/// A week of an owner: each day the same billed amount, effective twice that.
fn row(owner: Owner, week: &str, source: &str, currency: Currency, daily: i64) -> OwnerWeek {
    OwnerWeek {
        week: week.parse().unwrap(),
        source: source.into(),
        currency,
        owner,
        environment: Environment::Production,
        service: Arc::from(""),
        days: [Amounts { billed: daily, effective: daily.saturating_mul(2) }; 7],
    }
}

fn direct(number: usize, week: &str, daily: i64) -> OwnerWeek {
    row(Owner::Product(slug(number)), week, "aws", Currency::USD, daily)
}

fn shared(week: &str, daily: i64) -> OwnerWeek {
    row(Owner::Shared("pool".to_owned()), week, "aws", Currency::USD, daily)
}

fn state(name: &str, last: Date) -> SourceState {
    SourceState {
        name: name.to_owned(),
        kind: SourceKind::Cost,
        received_at: "2026-11-23T00:00:00Z".parse().unwrap(),
        first_day: Some(date(2026, 1, 1)),
        last_day: Some(last),
        period_end: None,
        last_instant: None,
    }
}

/// Week 47 of 2026, 16 to 22 November, looked at when all of it is complete.
fn input(catalogue: Catalogue, owner_weeks: Vec<OwnerWeek>) -> ReviewInput {
    let week: IsoWeek = "2026-W47".parse().unwrap();
    let mut billed: BTreeMap<(String, Currency, Date), Amounts> = BTreeMap::new();
    for row in owner_weeks.iter().filter(|row| row.week == week) {
        for (day, amounts) in week.days().into_iter().zip(row.days) {
            *billed.entry((row.source.to_string(), row.currency, day)).or_default() += amounts;
        }
    }
    let billed_days = billed.into_iter().map(|((source, currency, day), amounts)| BilledDay {
        source,
        currency,
        day,
        amounts,
    });
    let mut names: Vec<String> = owner_weeks.iter().map(|row| row.source.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    ReviewInput {
        week,
        as_of: "2026-11-30T01:00:00Z".parse().unwrap(),
        catalogue: catalogue.into(),
        sources: names.iter().map(|name| state(name, date(2026, 11, 25))).collect(),
        owner_weeks,
        service_weeks: Vec::new(),
        billed_days: billed_days.collect(),
        objectives: Vec::new(),
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: Default::default(),
        tax_weeks: Vec::new(),
        queue: Default::default(),
    }
}

fn section(catalogue: Catalogue, rows: Vec<OwnerWeek>) -> CostSection {
    WeeklyReview::new(&input(catalogue, rows)).cost
}

fn three_products(pools: Vec<Pool>) -> Catalogue {
    Catalogue { products: (0..3).map(product).collect(), pools, ..Catalogue::default() }
}

/// The shares of products 0, 1 and 2, and what is left.
fn borne(section: &CostSection, metric: Metric) -> ([i64; 3], i64) {
    let share = |number: usize| {
        let rows = section.rows.iter().filter(|row| row.owner == Owner::Product(slug(number)));
        rows.map(|row| row.shared_this().get(metric)).sum()
    };
    let line = section.reconciliation.iter().find(|line| line.metric == metric);
    ([share(0), share(1), share(2)], line.map_or(0, |line| line.shared_not_split))
}

/// 4.2, rounding: floors first, then the missing steps to the largest remainders, earlier parts first.
#[test]
fn parts_are_exact_to_the_micro_unit() {
    for (name, amount, weights, unclaimed, expected) in [
        // 100 / 3 = 33.3 each: one step is missing, all remainders are equal, the first takes it.
        ("even", 100, &[1, 1, 1][..], 0, &[34, 33, 33][..]),
        // 101 / 3 = 33.67: two steps are missing.
        ("even, two missing", 101, &[1, 1, 1], 0, &[34, 34, 33]),
        // 10 by 1 : 2 : 3 is 1.67, 3.33, 5.00: the missing step goes to .67.
        ("largest remainder", 10, &[1, 2, 3], 0, &[2, 3, 5]),
        // A credit is split like a charge.
        ("negative", -10, &[1, 2, 3], 0, &[-2, -3, -5]),
        ("one weight only", 7, &[0, 5, 0], 0, &[0, 7, 0]),
        ("no weight at all", 7, &[0, 0], 0, &[0, 0]),
        // 600,000 and 400,000 millionths, of which the second is nobody's: 6 of 10 are borne.
        ("unclaimed", 10, &[600_000, 0], 400_000, &[6, 0]),
        // 5 / 2 = 2.5 each: the part comes before what is nobody's.
        ("unclaimed comes last", 5, &[1], 1, &[3]),
        (
            "as large as it gets",
            i64::MAX,
            &[u64::MAX / 2, u64::MAX / 2],
            0,
            &[i64::MAX / 2 + 1, i64::MAX / 2],
        ),
    ] {
        assert_eq!(parts_of(amount, weights, unclaimed), expected, "{name}");
        for (position, part) in expected.iter().enumerate() {
            let alone = part_at(amount, weights.iter().copied(), unclaimed, position);
            assert_eq!(alone, *part, "{name}, the one at {position}");
        }
    }
    assert_eq!(part_at(5, std::iter::empty(), 1, 3), 0, "nobody stands there");
    assert_eq!(parts_of(5, &[], 0), Vec::<i64>::new());
}

/// 4.2: the four methods. Products 0 and 1 cost 30 and 10 a day, the pool 8; all days are in November and
/// complete, so 7 days of the pool are 56.
#[test]
fn every_method_splits_the_pool() {
    let rows = |daily: [i64; 3]| {
        let own = (0..3).map(|number| direct(number, "2026-W47", daily[number] * UNIT));
        own.chain([shared("2026-W47", 8 * UNIT)]).collect::<Vec<_>>()
    };
    let closed = |number: usize| {
        let mut catalogue = three_products(vec![pool(Method::Fixed, &[(0, 750_000), (1, 250_000)])]);
        catalogue.products[number].closed_on = Some(date(2026, 11, 16));
        catalogue
    };
    let mut by_users = three_products(vec![pool(Method::Usage, &[])]);
    by_users.usage =
        vec![usage(0, "2026-09", 1), usage(1, "2026-10", 3), usage(2, "2026-10", 1), usage(0, "2026-12", 9)];
    let mut even_without_closed = three_products(vec![pool(Method::Even, &[])]);
    even_without_closed.products[2].closed_on = Some(date(2026, 11, 1));
    let mut not_yet = three_products(vec![pool(Method::Even, &[])]);
    not_yet.pools[0].valid_from = Some(date(2026, 11, 22));
    for (name, catalogue, daily, shares, rest) in [
        // 56 / 4 to two named products: 28 each.
        ("even", three_products(vec![pool(Method::Even, &[(0, 0), (2, 0)])]), [30, 10, 0], [28, 0, 28], 0),
        // A closed product gets nothing, the others its part.
        ("even, one closed", even_without_closed, [30, 10, 5], [28, 28, 0], 0),
        // 75 % and 25 % of 56.
        (
            "fixed",
            three_products(vec![pool(Method::Fixed, &[(0, 750_000), (1, 250_000)])]),
            [0, 0, 9],
            [42, 14, 0],
            0,
        ),
        // The stated quarter of a closed product stays visible.
        ("fixed, one closed", closed(1), [1, 1, 1], [42, 0, 0], 14),
        // 30 : 10 : 0 of 56.
        ("proportional", three_products(vec![pool(Method::Proportional, &[])]), [30, 10, 0], [42, 14, 0], 0),
        // A product whose credits exceed its cost bears nothing, and takes nothing from the others.
        (
            "proportional, a credit",
            three_products(vec![pool(Method::Proportional, &[])]),
            [30, 10, -40],
            [42, 14, 0],
            0,
        ),
        // Only targets count: 10 of 10.
        (
            "proportional, one target",
            three_products(vec![pool(Method::Proportional, &[(1, 0)])]),
            [30, 10, 0],
            [0, 56, 0],
            0,
        ),
        // Nobody has a weight: nothing vanishes.
        (
            "proportional to nothing",
            three_products(vec![pool(Method::Proportional, &[])]),
            [0, 0, 0],
            [0, 0, 0],
            56,
        ),
        // The newest month up to November is October: 0 : 3 : 1.
        ("usage", by_users, [30, 10, 0], [0, 42, 14], 0),
        (
            "usage without a series",
            three_products(vec![pool(Method::Usage, &[])]),
            [30, 10, 0],
            [0, 0, 0],
            56,
        ),
        // Valid on Sunday only: 8 / 4 … of one day, 48 stay.
        ("valid from Sunday", not_yet, [1, 1, 1], [3, 3, 2], 48),
        ("not declared", three_products(Vec::new()), [30, 10, 0], [0, 0, 0], 56),
    ] {
        let section = section(catalogue, rows(daily));
        if name == "valid from Sunday" {
            // 8 / 3 = 2.666666…: the missing two micro-units go to the first two.
            let found = borne(&section, Metric::Billed);
            assert_eq!(found, ([2_666_667, 2_666_667, 2_666_666], rest * UNIT), "{name}");
        } else {
            assert_eq!(
                borne(&section, Metric::Billed),
                (shares.map(|share| share * UNIT), rest * UNIT),
                "{name}"
            );
            let doubled = (shares.map(|share| share * 2 * UNIT), rest * 2 * UNIT);
            assert_eq!(borne(&section, Metric::Effective), doubled, "{name}");
        }
        assert!(section.reconciliation.iter().all(|line| line.difference == 0), "{name}");
        let left = section.rows.iter().any(|row| matches!(row.owner, Owner::Shared(_)));
        assert_eq!(left, rest != 0, "{name}: a pool without a rest has no row");
    }
}

/// 4.2: weights are those of the month, not of the day or the week, and a closed month counts whole.
/// October: product 0 has 3 weeks (W41 to W43) of 10 a day, product 1 none. November up to the 22nd:
/// product 0 has W47, product 1 W46 and W47, 10 a day each, so 70 : 140.
#[test]
fn weights_are_counted_over_the_month() {
    let mut rows: Vec<OwnerWeek> =
        ["2026-W41", "2026-W42", "2026-W43", "2026-W47"].map(|week| direct(0, week, 10 * UNIT)).into();
    rows.extend(["2026-W46", "2026-W47"].map(|week| direct(1, week, 10 * UNIT)));
    rows.extend(["2026-W43", "2026-W46", "2026-W47"].map(|week| shared(week, 3 * UNIT)));
    let section = section(three_products(vec![pool(Method::Proportional, &[])]), rows);
    let shares = |number: usize| -> Vec<i64> {
        let row = section.rows.iter().find(|row| row.owner == Owner::Product(slug(number))).unwrap();
        row.shared.iter().rev().take(5).map(|amounts| amounts.billed / UNIT).collect()
    };
    // Newest first: W47, W46, W45, W44, W43.
    assert_eq!(shares(0), [7, 7, 0, 0, 21]);
    assert_eq!(shares(1), [14, 14, 0, 0, 0]);
    let pool = &section.pools[0];
    assert_eq!(
        (pool.weights_of, pool.whole.billed, pool.rest.billed),
        (Some("2026-11".parse::<Month>().unwrap()), 21 * UNIT, 0)
    );
    let parts: Vec<i64> = pool.shares.iter().map(|share| share.billed_weight.0).collect();
    assert_eq!(parts, [666_667, 333_333], "product 1 first, it bears more");
}

/// A week that spans two months is split by both; a pool in one source is split by what products cost in all
/// sources of its currency, but never by amounts of another currency.
#[test]
fn a_pool_is_split_within_its_currency() {
    let yen = |daily| row(Owner::Product(slug(0)), "2026-W47", "yen bill", Currency::JPY, daily);
    let tool = row(Owner::Shared("pool".to_owned()), "2026-W47", "tool", Currency::USD, 4 * UNIT);
    let rows =
        vec![direct(1, "2026-W47", 10 * UNIT), direct(2, "2026-W47", 30 * UNIT), tool, yen(1_000 * UNIT)];
    let section = section(three_products(vec![pool(Method::Proportional, &[])]), rows);
    assert_eq!(borne(&section, Metric::Billed).0, [0, 7 * UNIT, 21 * UNIT]);
    let tool = section.reconciliation.iter().find(|line| line.source == "tool").unwrap();
    assert_eq!((tool.products, tool.shared_not_split, tool.difference), (28 * UNIT, 0, 0));
}

/// Days that are not complete are shown nowhere, and do not weigh either.
#[test]
fn weights_stop_at_the_last_complete_day() {
    let mut late = direct(1, "2026-W47", 0);
    late.days[6].billed = 1_000 * UNIT;
    let rows = vec![direct(0, "2026-W47", 10 * UNIT), late, shared("2026-W47", 7 * UNIT)];
    let mut input = input(three_products(vec![pool(Method::Proportional, &[])]), rows);
    input.as_of = "2026-11-23T01:00:00Z".parse().unwrap();
    let section = WeeklyReview::new(&input).cost;
    assert_eq!(section.compared_days(), 6);
    assert_eq!(borne(&section, Metric::Billed), ([42 * UNIT, 0, 0], 0));
}

#[test]
fn a_budget_counts_shares() {
    let mut catalogue = three_products(vec![pool(Method::Even, &[])]);
    catalogue.budgets = vec![domain::budget::Budget {
        product: slug(0),
        month: "2026-11".parse().unwrap(),
        amount: domain::money::Money { micros: 1_000 * UNIT, currency: Currency::USD },
        rate: None,
        bill_currency: None,
        tax: domain::tax::Tax::Included,
    }];
    let rows = vec![direct(0, "2026-W47", 10 * UNIT), shared("2026-W47", 3 * UNIT)];
    let section = section(catalogue, rows);
    assert_eq!(section.budgets[0].spent.unwrap().micros, 77 * UNIT, "7 days of 10 + 3 / 3");
}

/// 10 dollars a day of which 1 is tax, and a third of a pool's 3 of which 0.6 are: with tax 77 dollars in seven
/// days, without 77 − 7 − 1.4. The bill is in dollars at 150 yen, the budget was made at 140: it splits exactly.
#[test]
fn a_budget_without_tax_leaves_it_out_of_shares_and_variance_too() {
    use domain::tax::Tax;
    let week: IsoWeek = "2026-W47".parse().unwrap();
    let rate = domain::rate::Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month: "2026-11".parse().unwrap(),
        policy: domain::rate::RatePolicy::PreviousMonthEnd,
        rate: rust_decimal::Decimal::from(150),
        date: "2026-10-30".parse().unwrap(),
        source: String::new(),
    };
    for (tax, spent) in [(Tax::Included, 77 * UNIT), (Tax::Excluded, 68_600_000)] {
        let mut catalogue = three_products(vec![pool(Method::Even, &[])]);
        catalogue.rates = vec![rate.clone()];
        catalogue.budgets = vec![domain::budget::Budget {
            product: slug(0),
            month: "2026-11".parse().unwrap(),
            amount: domain::money::Money { micros: 40_000 * UNIT, currency: Currency::JPY },
            rate: Some(rust_decimal::Decimal::from(140)),
            bill_currency: Some(Currency::USD),
            tax,
        }];
        let weeks: Vec<String> = week.trailing(6).iter().map(ToString::to_string).collect();
        let both = |own: i64, pool: i64| -> Vec<OwnerWeek> {
            weeks.iter().flat_map(|week| [direct(0, week, own), shared(week, pool)]).collect()
        };
        let mut input = input(catalogue, both(10 * UNIT, 3 * UNIT));
        input.tax_weeks = both(UNIT, 600_000);
        let status = WeeklyReview::new(&input).cost.budgets[0].clone();
        // November has three whole weeks and a Sunday before: 22 days so far.
        assert_eq!(status.spent.unwrap().micros, spent / 7 * 22 * 150, "{tax:?}");
        let (forecast, variance) = (status.forecast.unwrap().micros, status.variance.unwrap());
        assert_eq!(variance.total.micros, forecast - status.budget.micros, "{tax:?}");
        assert_eq!(variance.usage.micros + variance.currency.micros, variance.total.micros, "{tax:?}");
    }
}

/// The tax of a pool and the rest of it go the same way, and nothing of either is lost.
#[test]
fn a_part_of_a_pool_is_split_by_the_weights_of_the_whole() {
    let catalogue = three_products(vec![pool(Method::Proportional, &[])]);
    let rows = [direct(0, "2026-W47", 3 * UNIT), direct(1, "2026-W47", UNIT), shared("2026-W47", 8 * UNIT)];
    let taxes = [shared("2026-W47", 1_000_001)];
    let through = |_: &str| Some(date(2026, 11, 22));
    let part = Split::of_part(&catalogue, taxes.iter(), rows.iter(), through, SplitScope::default());
    let sum = |number: usize| -> i64 {
        let mine = part.of_products().filter(|row| row.owner == Owner::Product(slug(number)));
        mine.map(|row| row.days[0].billed).sum()
    };
    assert_eq!((sum(0), sum(1), sum(2)), (750_001, 250_000, 0));
}

#[test]
fn the_share_that_products_bear_is_floored() {
    let rows = [
        direct(0, "2026-W47", 600),
        shared("2026-W47", 300),
        row(Owner::Unallocated, "2026-W47", "aws", Currency::USD, 1),
    ];
    for (pools, expected) in [(vec![pool(Method::Even, &[])], Some(998_890)), (Vec::new(), Some(665_926))] {
        // 900 / 901 and 600 / 901; the view is in cents, so the rows are made large first.
        let rows = rows.iter().cloned().map(|mut row| {
            row.days = row.days.map(|day| Amounts { billed: day.billed * UNIT, effective: 0 });
            row
        });
        let section = section(three_products(pools), rows.collect());
        let view = CostView { metric: Metric::Billed, currency: Currency::USD };
        let table = section.table(view, &domain::organization::Organization::default(), &[]);
        assert_eq!(table.allocated_share().map(|share| share.0), expected);
    }
}

#[test]
fn pools_and_rules_have_to_agree() {
    let rule = |pool: &str, valid_to| AllocationRule {
        name: format!("to {pool}"),
        conditions: Vec::new(),
        target: Target::Shared { pool: pool.to_owned() },
        valid_from: None,
        valid_to,
    };
    let today = date(2026, 11, 23);
    let mut catalogue = three_products(vec![
        pool(Method::Fixed, &[(0, 500_000), (1, 500_000)]),
        Pool { name: "unused".to_owned(), ..pool(Method::Usage, &[]) },
    ]);
    catalogue.products[1].closed_on = Some(today);
    catalogue.rules = vec![rule("pool", None), rule("typo", None), rule("over", Some(today))];
    let typo = PoolFault::NotDeclared { pool: "typo".to_owned(), rule: "to typo".to_owned() };
    let closed = PoolFault::ClosedTarget { pool: "pool".to_owned(), product: slug(1) };
    let unused = PoolFault::NotUsed { pool: "unused".to_owned() };
    let series = PoolFault::NoUsage { pool: "unused".to_owned(), series: "users".to_owned() };
    assert_eq!(pool_faults(&catalogue, today), [typo, closed, unused, series]);
    assert_eq!(pool_faults(&Catalogue::default(), today), []);
}

fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let day = || prop::option::of((1_u8..=30).prop_map(|day| date(2026, 11, day as i8)));
    let one = (
        0_usize..3,
        0_usize..4,
        0_i64..=1_000_000,
        prop::collection::btree_set(0_usize..4, 0..4),
        day(),
        day(),
    );
    let one = one.prop_map(|(name, method, weight, targets, valid_from, valid_to)| {
        let method = Method::ALL[method];
        let targets: Vec<(usize, i64)> = match method {
            Method::Fixed => vec![(0, weight), (1, 1_000_000 - weight)],
            _ => targets.into_iter().map(|target| (target, 0)).collect(),
        };
        Pool { name: format!("pool{name}"), valid_from, valid_to, ..pool(method, &targets) }
    });
    prop::collection::vec(one, 0..5)
}

fn rows() -> impl Strategy<Value = Vec<OwnerWeek>> {
    let owner = prop_oneof![
        4 => (0_usize..4).prop_map(|number| Owner::Product(slug(number))),
        3 => (0_usize..4).prop_map(|number| Owner::Shared(format!("pool{number}"))),
        1 => Just(Owner::Unallocated),
    ];
    let amount = || prop_oneof![-1_000_000_000_000_i64..1_000_000_000_000, -3_i64..4, Just(0)];
    let days = prop::array::uniform7((amount(), amount()));
    let one = (owner, 40_i8..=47, 0_usize..2, 0_usize..2, days).prop_map(
        |(owner, week, source, currency, days)| OwnerWeek {
            week: IsoWeek::new(2026, week).unwrap(),
            days: days.map(|(billed, effective)| Amounts { billed, effective }),
            ..row(owner, "2026-W47", ["aws", "gcp"][source], [Currency::USD, Currency::JPY][currency], 0)
        },
    );
    prop::collection::vec(one, 0..40)
}

/// What products cost in each month.
fn months_of(rows: &[OwnerWeek]) -> Vec<OwnerMonth> {
    let mut sums: BTreeMap<(Month, Currency, Slug), Amounts> = BTreeMap::new();
    for row in rows {
        let Owner::Product(product) = &row.owner else { continue };
        for (day, amounts) in row.week.days().into_iter().zip(row.days) {
            *sums.entry((Month::containing(day), row.currency, product.clone())).or_default() += amounts;
        }
    }
    let told = |((month, currency, product), amounts)| OwnerMonth { month, currency, product, amounts };
    sums.into_iter().map(told).collect()
}

proptest! {
    /// Products (direct + share) + shared, not split + unallocated = billed, whatever is declared, per source,
    /// currency and metric; nobody but products and pools is touched; weeks before add up as well.
    #[test]
    fn what_is_split_adds_up_to_the_bill(
        pools in pools(),
        rows in rows(),
        units in prop::collection::vec((0_usize..4, 8_i8..=12, 0_i64..1_000), 0..6),
        closings in prop::collection::vec((0_usize..4, 1_i8..=30), 0..3),
    ) {
        let mut catalogue = Catalogue { products: (0..4).map(product).collect(), pools, ..Catalogue::default() };
        for (number, day) in closings {
            catalogue.products[number].closed_on = Some(date(2026, 11, day));
        }
        catalogue.usage =
            units.into_iter().map(|(number, month, units)| usage(number, &format!("2026-{month:02}"), units)).collect();
        let direct = section(Catalogue { pools: Vec::new(), ..catalogue.clone() }, rows.clone());
        let split = section(catalogue, rows);
        prop_assert_eq!(direct.reconciliation.len(), split.reconciliation.len());
        for (before, after) in direct.reconciliation.iter().zip(&split.reconciliation) {
            prop_assert_eq!(after.difference, 0);
            prop_assert_eq!(after.billed, after.products + after.shared_not_split + after.unallocated);
            prop_assert_eq!(after.unallocated, before.unallocated);
            prop_assert_eq!(after.billed, before.billed);
        }
        for currency in [Currency::USD, Currency::JPY] {
            for metric in Metric::ALL {
                let sum = |section: &CostSection, week: usize| -> i64 {
                    let rows = section.rows.iter().filter(|row| row.currency == currency);
                    rows.filter_map(|row| row.history[week]).map(|amounts| amounts.get(metric)).sum()
                };
                for week in 0..13 {
                    prop_assert_eq!(sum(&direct, week), sum(&split, week));
                }
            }
        }
        for pool in &split.pools {
            let borne: Amounts = pool.shares.iter().map(|share| share.this).sum();
            prop_assert_eq!(borne + pool.rest, pool.whole);
            let parts: i64 = pool.shares.iter().map(|share| share.billed_weight.0).sum();
            prop_assert!(parts <= 1_000_000);
        }
    }

    /// A product's shares are the same from its pools and the sums of months alone as from all rows.
    #[test]
    fn one_product_needs_no_rows_of_others(pools in pools(), rows in rows(), number in 0_usize..4) {
        let catalogue = Catalogue { products: (0..4).map(product).collect(), pools, ..Catalogue::default() };
        let through = |_: &str| Some(date(2026, 12, 31));
        let all = Split::new(&catalogue, rows.iter(), through);
        let months = months_of(&rows);
        let of_pools = rows.iter().filter(|row| matches!(row.owner, Owner::Shared(_)));
        let wanted = slug(number);
        let scope = SplitScope { months: &months, product: Some(&wanted) };
        let one = Split::of(&catalogue, of_pools, through, scope);
        let mine = Owner::Product(wanted.clone());
        let expected: Vec<&OwnerWeek> = all.of_products().filter(|row| row.owner == mine).collect();
        prop_assert_eq!(one.of_products().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn parts_never_lose_anything(
        amount in any::<i64>(),
        weights in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..3], 0..50),
        unclaimed in prop_oneof![Just(0), any::<u64>()],
    ) {
        for (position, part) in parts_of(amount, &weights, unclaimed).iter().enumerate() {
            prop_assert_eq!(part_at(amount, weights.iter().copied(), unclaimed, position), *part);
        }
        let parts = parts_of(amount, &weights, 0);
        let sum: i128 = parts.iter().copied().map(i128::from).sum();
        let has_weight = weights.iter().any(|weight| *weight > 0);
        prop_assert_eq!(sum, if has_weight { i128::from(amount) } else { 0 });
        for (part, weight) in parts.iter().zip(&weights) {
            prop_assert!(*weight > 0 || *part == 0);
            prop_assert!(*part == 0 || (*part < 0) == (amount < 0));
        }
    }
}
