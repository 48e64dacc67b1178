//! Which sources of cost a week is compared by, what is asked of cost that no product has, and which rate is missing.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::sync::Arc;

use domain::answer::{Answer, Evidence, Subject, Verdict};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, Metric, Owner, OwnerWeek};
use domain::coverage::{SourceKind, SourceState};
use domain::finding::{Cell, Detail, Status};
use domain::money::{Currency, Money};
use domain::organization::Localized;
use domain::product::{Environment, Product, Slug};
use domain::rate::{Rate, RatePolicy};
use domain::review::cost::{CostTable, CostView};
use domain::review::questions::Matter;
use domain::review::{BilledDay, ReviewInput, WEEKS_SHOWN, WeeklyReview};
use domain::tax::Tax;
use domain::week::IsoWeek;
use jiff::civil::{Date, date};

const UNIT: i64 = 1_000_000;

fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

fn product(name: &str) -> Product {
    Product {
        slug: slug(name),
        name: Localized::same(name),
        group: None,
        tier: 2,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

fn source(name: &str, first: Date) -> SourceState {
    SourceState {
        name: name.to_owned(),
        kind: SourceKind::Cost,
        received_at: "2026-11-25T00:00:00Z".parse().unwrap(),
        first_day: Some(first),
        last_day: Some(date(2026, 11, 24)),
        period_end: None,
        last_instant: None,
    }
}

/// A week of an owner in a source, on each day from its first one on the same amount.
fn row(source: &SourceState, owner: &Owner, week: IsoWeek, daily: i64) -> OwnerWeek {
    let first = source.first_day.unwrap();
    OwnerWeek {
        week,
        source: source.name.as_str().into(),
        currency: Currency::USD,
        owner: owner.clone(),
        environment: Environment::Production,
        service: Arc::from("EC2"),
        days: week.days().map(|day| {
            let amount = if day >= first { daily } else { 0 };
            Amounts { billed: amount, effective: amount }
        }),
    }
}

/// `aws` knows all weeks, `azure` begins on a day; `portal` is billed by both, `labs` by the second one alone.
fn input(azure_begins: Date, portal_daily: i64) -> ReviewInput {
    let sources = vec![source("aws", date(2026, 1, 1)), source("azure", azure_begins)];
    let (portal, labs) = (Owner::Product(slug("portal")), Owner::Product(slug("labs")));
    let mut owner_weeks = Vec::new();
    for week in week().trailing(WEEKS_SHOWN) {
        owner_weeks.push(row(&sources[0], &portal, week, portal_daily));
        if azure_begins <= week.sunday() {
            owner_weeks.push(row(&sources[1], &portal, week, 40 * UNIT));
            owner_weeks.push(row(&sources[1], &labs, week, 7 * UNIT));
        }
    }
    let mut billed_days: Vec<BilledDay> = Vec::new();
    for row in owner_weeks.iter().filter(|row| row.week == week()) {
        for (day, amounts) in row.week.days().into_iter().zip(row.days) {
            billed_days.push(BilledDay {
                source: row.source.to_string(),
                currency: row.currency,
                day,
                amounts,
            });
        }
    }
    ReviewInput {
        week: week(),
        as_of: "2026-11-25T01:00:00Z".parse().unwrap(),
        catalogue: Catalogue { products: vec![product("portal"), product("labs")], ..Catalogue::default() }
            .into(),
        sources,
        service_weeks: owner_weeks.clone(),
        owner_weeks,
        billed_days,
        objectives: Vec::new(),
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: Default::default(),
        queue: Default::default(),
        tax_weeks: Vec::new(),
    }
}

fn dollars(review: &WeeklyReview) -> CostTable {
    let view = CostView { metric: Metric::Billed, currency: Currency::USD };
    review.cost.table(view, &review.organization, &review.rates)
}

fn change(table: &CostTable, name: &str) -> (Option<i64>, Option<i64>) {
    let owner = Owner::Product(slug(name));
    let row = table.rows.iter().find(|row| row.owner == owner).unwrap();
    (row.change.before, row.change.after)
}

/// 100 a day from `aws` in both weeks: 700 against 700, whatever the second source is.
#[test]
fn a_source_that_begins_later_leaves_both_sides() {
    for begins in [date(2026, 11, 10), date(2026, 11, 16), date(2026, 11, 18)] {
        let input = input(begins, 100 * UNIT);
        let review = WeeklyReview::new(&input);
        let table = dollars(&review);
        assert_eq!(change(&table, "portal"), (Some(700 * UNIT), Some(700 * UNIT)), "{begins}");
        assert_eq!(change(&table, "labs"), (None, None), "{begins}: unknown, not nothing");
        assert_eq!(table.total.change.difference(), Some(0), "{begins}");
        assert!(review.cost.movers.is_empty(), "{begins}: {:?}", review.cost.movers);
        let azure = review.freshness.iter().find(|one| one.source == "azure").unwrap();
        assert_eq!(azure.status, Status::NoData, "{begins}: grey");
        assert!(azure.is_not_compared(), "{begins}");
        let labs = review.matrix.iter().find(|row| row.product == slug("labs")).unwrap();
        let told = Detail::SourceNotCompared { source: "azure".to_owned() };
        assert_eq!(labs.data.as_ref().map(|cell| &cell.detail), Some(&told), "{begins}");
        assert_eq!(labs.cost.as_ref().map(|cell| cell.status), Some(Status::NoData), "{begins}");
        // Its bill of the week still adds up, over the days it has.
        let days = week().days().into_iter().filter(|day| *day >= begins).count() as i64;
        for line in &review.cost.reconciliation {
            let expected = if line.source == "azure" { 47 * days } else { 700 };
            assert_eq!((line.billed, line.difference), (expected * UNIT, 0), "{begins} {}", line.source);
        }
    }
}

#[test]
fn a_source_with_the_whole_week_before_is_compared() {
    let review = WeeklyReview::new(&input(date(2026, 11, 9), 100 * UNIT));
    let table = dollars(&review);
    assert_eq!(change(&table, "portal"), (Some(980 * UNIT), Some(980 * UNIT)));
    assert_eq!(change(&table, "labs"), (Some(49 * UNIT), Some(49 * UNIT)));
    let labs = table.rows.iter().find(|row| row.owner == Owner::Product(slug("labs"))).unwrap();
    assert_eq!(labs.history.iter().filter(|week| week.is_some()).count(), 2, "no zeros before it began");
}

#[test]
fn the_first_week_of_all_sources_is_shown_alone() {
    let mut input = input(date(2026, 11, 16), 100 * UNIT);
    input.sources.remove(0);
    input.owner_weeks.retain(|row| &*row.source == "azure");
    let review = WeeklyReview::new(&input);
    assert_eq!(change(&dollars(&review), "labs"), (None, Some(49 * UNIT)));
}

fn cost_cell(review: &WeeklyReview, name: &str) -> Cell {
    let row = review.matrix.iter().find(|row| row.product == slug(name)).unwrap();
    row.cost.clone().unwrap()
}

#[test]
fn the_matrix_says_which_rate_is_missing() {
    let missing =
        Detail::RateMissing { from: Currency::USD, to: Currency::JPY, month: "2026-11".parse().unwrap() };
    let budget = Budget {
        product: slug("portal"),
        month: "2026-11".parse().unwrap(),
        amount: Money { micros: 1_000_000 * UNIT, currency: Currency::JPY },
        rate: None,
        bill_currency: None,
        tax: Tax::Included,
    };
    let mut input = input(date(2026, 1, 1), 100 * UNIT);
    let review = WeeklyReview::new(&input);
    assert_eq!(cost_cell(&review, "portal").detail, missing, "without a budget");
    let catalogue = Arc::make_mut(&mut input.catalogue);
    catalogue.budgets = vec![budget];
    let review = WeeklyReview::new(&input);
    assert_eq!(cost_cell(&review, "portal").detail, missing);
    assert_eq!(cost_cell(&review, "portal").status, Status::NoData);
    Arc::make_mut(&mut input.catalogue).rates = vec![Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month: "2026-10".parse().unwrap(),
        policy: RatePolicy::PreviousMonthEnd,
        rate: 150.into(),
        date: date(2026, 9, 30),
        source: "bank".to_owned(),
    }];
    let review = WeeklyReview::new(&input);
    assert!(matches!(cost_cell(&review, "portal").detail, Detail::CostForecast { .. }));
}

/// A pool that doubles is asked about, and no longer once somebody said why; a product of the same name is not
/// spared by that.
#[test]
fn a_pool_that_rose_takes_an_answer() {
    let mut input = input(date(2026, 1, 1), 100 * UNIT);
    for owner in [Owner::Shared("portal".to_owned()), Owner::Unallocated] {
        for (week, daily) in [(week().previous(), 100), (week(), 300)] {
            let new = row(&input.sources[0], &owner, week, daily * UNIT);
            input.owner_weeks.push(new.clone());
            input.service_weeks.push(new);
        }
    }
    let asked = |input: &ReviewInput| -> Vec<(Option<Slug>, Owner, Evidence)> {
        let review = WeeklyReview::new(input);
        let movers = review.questions.iter().filter_map(|question| match &question.matter {
            Matter::Mover { owner, now, .. } => Some((question.product.clone(), owner.clone(), *now)),
            _ => None,
        });
        movers.collect()
    };
    let before = asked(&input);
    let pool = Owner::Shared("portal".to_owned());
    let owners: Vec<&Owner> = before.iter().map(|(_, owner, _)| owner).collect();
    assert_eq!(owners, [&pool, &Owner::Unallocated]);
    assert!(before.iter().all(|(product, _, _)| product.is_none()));
    input.unusual.answers.push(Answer {
        subject: Subject::Mover,
        owner: pool.clone(),
        service: Some("EC2".to_owned()),
        currency: Currency::USD,
        seen: before[0].2,
        verdict: Verdict::Expected,
        note: "load test".to_owned(),
        snooze_weeks: 1,
        asked_again_on: date(2026, 11, 30),
        by: "佐藤".to_owned(),
        at: "2026-11-24T00:00:00Z".parse().unwrap(),
    });
    assert_eq!(
        asked(&input).iter().map(|(_, owner, _)| owner.clone()).collect::<Vec<_>>(),
        [Owner::Unallocated]
    );
    let review = WeeklyReview::new(&input);
    let (_, answered) = review.shared_moves.iter().find(|(owner, _)| *owner == pool).unwrap();
    assert!(!answered.is_open());
    assert_eq!(answered.answers.len(), 1);
}
