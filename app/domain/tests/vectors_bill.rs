//! Worked cases of a bill, week by week and month by month (reference/cost.md 3.2 and 4.3 to 4.6): which days
//! are compared, UTC weeks, negative amounts, fees of the first, when a budget is used up. Every row says how
//! its numbers come about.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::change::{Change, Gates, Movement};
use domain::cost::{Amounts, Metric, Owner, OwnerWeek};
use domain::coverage::{SourceKind, SourceState};
use domain::forecast::{History, Method, forecast, month_shape};
use domain::holiday::Holidays;
use domain::money::{Currency, Money};
use domain::organization::{Localized, Organization};
use domain::pace::{MonthDays, Pace};
use domain::product::{Environment, Product, Slug};
use domain::rate::{AppliedRate, Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::review::cost::{CostSection, CostView};
use domain::review::{BilledDay, ReviewInput, WeeklyReview};
use domain::week::IsoWeek;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

const UNIT: i64 = 1_000_000;
const YEN: CostView = CostView { metric: Metric::Billed, currency: Currency::JPY };
const DOLLARS: CostView = CostView { metric: Metric::Billed, currency: Currency::USD };

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn catalogue(zone: &str) -> Catalogue {
    let product = |name: &str| Product {
        slug: slug(name),
        name: Localized::same(name),
        group: None,
        tier: 2,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    };
    let organization = Organization { time_zone: zone.to_owned(), ..Organization::default() };
    Catalogue { organization, products: ["one", "two"].map(product).into(), ..Catalogue::default() }
}

/// A week of a product in whole units, Monday to Sunday.
fn row(product: &str, week: &str, source: &str, days: [i64; 7]) -> OwnerWeek {
    OwnerWeek {
        week: week.parse().unwrap(),
        source: source.into(),
        currency: Currency::USD,
        owner: Owner::Product(slug(product)),
        environment: Environment::Production,
        service: Arc::from(""),
        days: days.map(|units| Amounts { billed: units * UNIT, effective: 0 }),
    }
}

fn source(name: &str, first: Date, last: Date) -> SourceState {
    SourceState {
        name: name.to_owned(),
        kind: SourceKind::Cost,
        received_at: "2026-11-23T00:00:00Z".parse().unwrap(),
        first_day: Some(first),
        last_day: Some(last),
        period_end: None,
        last_instant: None,
    }
}

fn review(
    catalogue: Catalogue,
    week: &str,
    as_of: &str,
    sources: Vec<SourceState>,
    rows: Vec<OwnerWeek>,
) -> WeeklyReview {
    let week: IsoWeek = week.parse().unwrap();
    let mut billed: BTreeMap<(String, Currency, Date), Amounts> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.week == week) {
        for (day, amounts) in week.days().into_iter().zip(row.days) {
            *billed.entry((row.source.to_string(), row.currency, day)).or_default() += amounts;
        }
    }
    let billed_day = |((source, currency, day), amounts)| BilledDay { source, currency, day, amounts };
    WeeklyReview::new(&ReviewInput {
        week,
        as_of: as_of.parse().unwrap(),
        catalogue: catalogue.into(),
        sources,
        owner_weeks: rows,
        service_weeks: Vec::new(),
        billed_days: billed.into_iter().map(billed_day).collect(),
        objectives: Vec::new(),
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: Default::default(),
        tax_weeks: Default::default(),
        queue: Default::default(),
    })
}

fn change(section: &CostSection) -> Change {
    section.table(DOLLARS, &Organization::default(), &[]).total.change
}

/// 4.5: A = Σ of the complete days of this week, B = Σ of the same weekdays of the week before, Δ = A − B. The
/// week before cost 10, 20, … 70 on Monday to Sunday, this one a tenth more: 11, 22, … 77.
#[test]
fn week_over_week_compares_the_days_that_are_complete() {
    for (name, as_of, last, days, this, previous, share) in [
        // UTC it is the 23rd at 01:00; two days back is Saturday the 21st. 11+22+33+44+55+66 = 231 against
        // 10+20+30+40+50+60 = 210; 21 / 210 = 10 %.
        ("Monday at ten in Tokyo", "2026-11-23T01:00:00Z", date(2026, 11, 22), 6, 231, 210, Some(100_000)),
        // Two days before the 24th is Sunday: 231 + 77 = 308 against 210 + 70 = 280.
        ("a day later", "2026-11-24T01:00:00Z", date(2026, 11, 23), 7, 308, 280, Some(100_000)),
        // It is still the 22nd in UTC, and Monday the 23rd at 08:59 in Tokyo: to Friday the 20th. 231 − 66 = 165
        // against 210 − 60 = 150.
        (
            "a minute before midnight UTC",
            "2026-11-22T23:59:00Z",
            date(2026, 11, 22),
            5,
            165,
            150,
            Some(100_000),
        ),
        // The bill has come as far as Thursday: 11+22+33+44 = 110 against 10+20+30+40 = 100.
        ("the bill is late", "2026-11-24T01:00:00Z", date(2026, 11, 19), 4, 110, 100, Some(100_000)),
        // Nothing of the week has come: neither side has a day, and nothing is not zero.
        ("the bill is a week late", "2026-11-24T01:00:00Z", date(2026, 11, 15), 0, 0, 0, None),
    ] {
        let rows = vec![
            row("one", "2026-W46", "aws", [10, 20, 30, 40, 50, 60, 70]),
            row("one", "2026-W47", "aws", [11, 22, 33, 44, 55, 66, 77]),
        ];
        let sources = vec![source("aws", date(2026, 1, 1), last)];
        let cost = review(catalogue("Asia/Tokyo"), "2026-W47", as_of, sources, rows).cost;
        assert_eq!(cost.compared_days(), days, "{name}");
        let known = (days > 0).then_some(());
        let expected = Change { before: known.map(|()| previous * UNIT), after: known.map(|()| this * UNIT) };
        assert_eq!((change(&cost), change(&cost).share()), (expected, share.map(Ppm)), "{name}");
        assert!(cost.reconciliation.iter().all(|line| line.difference == 0), "{name}");
    }
}

/// A bill that begins on Thursday the 12th has Thursday to Saturday of week 46: 40 + 50 + 60. That is unknown, not
/// 150, beside six days of week 47; its own page shows what it has, and week 48 has a whole week before it.
#[test]
fn a_week_without_its_beginning_compares_with_nothing() {
    for (week, as_of, this, previous) in [
        ("2026-W46", "2026-11-30T01:00:00Z", Some(40 + 50 + 60 + 70), None),
        ("2026-W47", "2026-11-30T01:00:00Z", Some(308), None),
        ("2026-W48", "2026-12-08T01:00:00Z", Some(0), Some(308)),
    ] {
        let mut rows = vec![
            row("one", "2026-W46", "aws", [0, 0, 0, 40, 50, 60, 70]),
            row("one", "2026-W47", "aws", [11, 22, 33, 44, 55, 66, 77]),
            row("one", "2026-W48", "aws", [0; 7]),
        ];
        rows.retain(|row| row.week <= week.parse().unwrap());
        let sources = vec![source("aws", date(2026, 11, 12), date(2026, 12, 6))];
        let cost = review(catalogue("Asia/Tokyo"), week, as_of, sources, rows).cost;
        let expected = Change {
            before: previous.map(|units: i64| units * UNIT),
            after: this.map(|units: i64| units * UNIT),
        };
        assert_eq!(change(&cost), expected, "{week}");
        assert!(cost.reconciliation.iter().all(|line| line.difference == 0), "{week}");
    }
}

/// Each source is compared on its own days, and only then are sources added: AWS has six days of 10 against 8,
/// the other cloud three of 100 against 90. (6 × 10 + 3 × 100) − (6 × 8 + 3 × 90) = 360 − 318 = 42. Six days of
/// both would compare 360 with 588.
#[test]
fn sources_are_compared_on_their_own_days() {
    let rows = vec![
        row("one", "2026-W46", "aws", [8; 7]),
        row("one", "2026-W47", "aws", [10; 7]),
        row("two", "2026-W46", "gcp", [90; 7]),
        row("two", "2026-W47", "gcp", [100, 100, 100, 0, 0, 0, 0]),
    ];
    let sources = vec![
        source("aws", date(2026, 1, 1), date(2026, 11, 22)),
        source("gcp", date(2026, 1, 1), date(2026, 11, 18)),
    ];
    let cost = review(catalogue("Asia/Tokyo"), "2026-W47", "2026-11-23T01:00:00Z", sources, rows).cost;
    assert_eq!(change(&cost), Change { before: Some(318 * UNIT), after: Some(360 * UNIT) });
}

/// The seven days of a bill are UTC days: 7 × 24 of something that costs one an hour, also in the weeks in
/// which the organisation's clocks change. What is measured in its own zone lasts 167 or 169 hours then.
#[test]
fn weeks_of_a_bill_know_no_summer_time() {
    for (zone, week, hours) in [
        ("UTC", "2026-W44", 168),
        ("Asia/Tokyo", "2026-W44", 168),
        // The clocks go back on Sunday 1 November: an hour more.
        ("America/New_York", "2026-W44", 169),
        // They go forward on Sunday 8 March: an hour less.
        ("America/New_York", "2026-W10", 167),
        // Sunday 25 October, Sunday 29 March.
        ("Europe/London", "2026-W43", 169),
        ("Europe/London", "2026-W13", 167),
        // Half an hour, on Sunday 5 April.
        ("Australia/Lord_Howe", "2026-W14", 168),
    ] {
        let of: IsoWeek = week.parse().unwrap();
        let rows =
            vec![row("one", &of.previous().to_string(), "aws", [24; 7]), row("one", week, "aws", [24; 7])];
        let sources = vec![source("aws", date(2026, 1, 1), date(2026, 12, 30))];
        let told = review(catalogue(zone), week, "2026-12-31T12:00:00Z", sources, rows);
        assert_eq!(told.period.seconds() / 3_600, hours, "{zone} {week}: its own clocks");
        let (this, before) = (Some(168 * UNIT), Some(168 * UNIT));
        assert_eq!(change(&told.cost), Change { before, after: this }, "{zone} {week}");
        assert_eq!(told.cost.compared_days(), 7, "{zone} {week}");
    }
}

/// 3.2: every category may be negative. Parts are rounded by largest remainder so that they add up to the
/// rounded total, whatever their signs; a change is a share of the size before.
#[test]
fn negative_amounts_add_up_and_compare() {
    let rate = AppliedRate {
        rate: Rate {
            from: Currency::USD,
            to: Currency::JPY,
            month: "2026-11".parse().unwrap(),
            policy: RatePolicy::PreviousMonthEnd,
            rate: "150.5".parse().unwrap(),
            date: date(2026, 10, 30),
            source: "bank".to_owned(),
        },
        provisional: false,
    };
    // (name, micro-units of products one and two, their yen, the total in yen)
    for (name, micros, yen, total) in [
        // 1 × 150.5 = 150.5 and −3 × 150.5 = −451.5; together −301 exactly. The floors 150 and −452 make −302:
        // one step is missing, both remainders are a half, the first takes it.
        ("a credit larger than the cost", [UNIT, -3 * UNIT], [151, -452], -301),
        // −0.01 × 150.5 = −1.505 twice, −3.01 together, rounded −3. Floors −2 and −2: one step is missing.
        ("negative usage", [-10_000, -10_000], [-1, -2], -3),
        // 0.003322 × 150.5 = 0.499961, 0 rounded, and nothing.
        ("too little to write", [3_322, 0], [0, 0], 0),
        // −0.003323 × 150.5 = −0.5001115, −1 rounded; its floor is −1.
        ("too little to vanish", [-3_323, 0], [-1, 0], -1),
        // 1,053.5 and −1,053.5, nothing together. Floors 1,053 and −1,054: the first of two halves takes the step.
        ("a correction that cancels", [7 * UNIT, -7 * UNIT], [1_054, -1_054], 0),
    ] {
        let week = |product: &str, micros: i64| {
            let mut row = row(product, "2026-W47", "aws", [0; 7]);
            row.days[2].billed = micros;
            row
        };
        let rows = vec![week("one", micros[0]), week("two", micros[1])];
        let sources = vec![source("aws", date(2026, 1, 1), date(2026, 11, 25))];
        let told = review(catalogue("Asia/Tokyo"), "2026-W47", "2026-11-30T01:00:00Z", sources, rows);
        let line = &told.cost.reconciliation[0];
        assert_eq!((line.billed, line.difference), (micros[0] + micros[1], 0), "{name}");
        let table = told.cost.table(YEN, &told.organization, std::slice::from_ref(&rate));
        let of = |product: &str| {
            let row = table.rows.iter().find(|row| row.owner == Owner::Product(slug(product)));
            row.and_then(|row| row.change.after).unwrap() / UNIT
        };
        assert_eq!(table.total.change.after, Some(total * UNIT), "{name}");
        assert_eq!([of("one"), of("two")], yen, "{name}");
        let written = line.written_in(Currency::JPY, std::slice::from_ref(&rate));
        assert_eq!((written.billed, written.difference), (total * UNIT, 0), "{name}");
    }
    // From −1,000 to −500 is half of its size upwards, from −200 to −250 a quarter downwards.
    let gates = Gates { share: Ppm(50_000), amount_micros: 1 };
    for (before, after, share, movement) in [
        (-1_000, -500, 500_000, Movement::Up),
        (-200, -250, -250_000, Movement::Down),
        (-100, 100, 2_000_000, Movement::Up),
        (100, -100, -2_000_000, Movement::Down),
    ] {
        let change = Change { before: Some(before), after: Some(after) };
        assert_eq!(
            (change.share(), change.movement(&gates)),
            (Some(Ppm(share)), movement),
            "{before} to {after}"
        );
    }
}

/// 4.4, step 2: the fee of the first is the median, over the last three firsts, of what the first cost above
/// a day like it, and never below nothing. 100 a day; the month ahead is 30 × 100 + the fee.
#[test]
fn a_fee_of_the_first_is_learnt_from_three_firsts() {
    for (name, fees, learnt) in [
        ("always the same", [1_000, 1_000, 1_000], 1_000),
        // Sorted 1,000, 2,000, 9,000: the middle one.
        ("one of them was odd", [9_000, 1_000, 2_000], 2_000),
        // Sorted 0, 0, 3,000: once is not a fee.
        ("once", [0, 3_000, 0], 0),
        // Sorted 0, 800, 800.
        ("since last month", [0, 800, 800], 800),
        // Sorted −60, −60, −60: a credit on the first is no fee.
        ("a credit", [-60, -60, -60], 0),
        ("none", [0, 0, 0], 0),
    ] {
        let fee = |day: Date| match (day.month(), day.day()) {
            (9, 1) => fees[0],
            (10, 1) => fees[1],
            (11, 1) => fees[2],
            _ => 0,
        };
        let (first, last) = (date(2026, 7, 15), date(2026, 11, 30));
        let days = first.series(1.days()).take_while(|day| *day <= last);
        let bill: BTreeMap<Date, i64> = days.map(|day| (day, (100 + fee(day)) * UNIT)).collect();
        let known = History::new(&bill, last, &Holidays::NONE);
        for method in Method::ALL {
            // Everything is known up to 30 November: the month is what it was.
            let closed = forecast(&known, method).unwrap();
            assert_eq!(closed.total(), (3_000 + fees[2]) * UNIT, "{name} {method:?}");
            let shape = month_shape(&known, method).unwrap();
            assert_eq!(shape.iter().sum::<i64>(), (3_000 + learnt) * UNIT, "{name} {method:?}");
            assert_eq!(shape[0], (100 + learnt) * UNIT, "{name} {method:?}");
        }
    }
}

/// 4.3: exhausted on the first day at whose end the days so far and those expected have reached the budget; of the
/// days so far, the first since which it has not been given back.
#[test]
fn a_budget_is_used_up_on_the_first_day_that_reaches_it() {
    for (name, spent, ahead, budget, exhausted) in [
        // 10 × 10 = 100 on the 10th.
        ("spent evenly", vec![10; 12], vec![10; 18], 100, Some(10)),
        // 9 × 10 = 90, 10 × 10 = 100 ≥ 91.
        ("in the middle of a day", vec![10; 12], vec![10; 18], 91, Some(10)),
        // 12 × 10 = 120 so far; 120 + 8 × 10 = 200 after eight more days, the 20th.
        ("expected", vec![10; 12], vec![10; 18], 200, Some(20)),
        // The whole month is 300.
        ("with the last day", vec![10; 12], vec![10; 18], 300, Some(30)),
        ("never", vec![10; 12], vec![10; 18], 301, None),
        // A fee of 90 on the first: 100 after one day.
        ("by the fee of the first", [vec![100], vec![10; 11]].concat(), vec![10; 18], 100, Some(1)),
        // 80 + 30 = 110 on the 2nd, and 60 after a credit of 50 on the 3rd: nothing is used up any more.
        ("given back by a credit", vec![80, 30, -50], vec![0; 27], 100, None),
        // 60 + 4 × 10 = 100 on the 3rd + 4.
        ("and used up again", vec![80, 30, -50], vec![10; 27], 100, Some(7)),
        // 80 + 30 on the 2nd, 60 on the 3rd, 120 on the 4th: since then.
        ("used up twice", vec![80, 30, -50, 60, 10], vec![0; 25], 100, Some(4)),
        // A credit is expected on the 5th; 100 was reached on the 2nd and is so today.
        ("a credit ahead", vec![60, 40, 5], vec![0, -90, 0], 100, Some(2)),
        // 80 − 50 = 30, and 30 + 7 × 10 = 100 on the 2nd + 7.
        ("after a credit", vec![80, -50], vec![10; 28], 100, Some(9)),
        // Weekends of nothing: 5 × 20 by Friday the 6th (the 1st is a Sunday), the 9th, a Monday, makes 120.
        (
            "not on a weekend",
            vec![0, 20, 20, 20, 20, 20, 0, 0],
            [vec![20; 5], vec![0; 2]].concat(),
            101,
            Some(9),
        ),
        ("a month of credits", vec![-10; 12], vec![-10; 18], 100, None),
    ] {
        let month = "2026-11".parse().unwrap();
        let days = MonthDays { month, spent: &spent, remaining: &ahead, shape: &[] };
        let found = Pace::new(&days, Money { micros: budget, currency: Currency::JPY }).exhausted_on;
        assert_eq!(found, exhausted.map(|day| date(2026, 11, day)), "{name}");
    }
}

/// 4.6: a bill is converted once and rounded half up to a yen; a month that has no rate of its own takes the
/// newest earlier one, marked 仮; one that has none stays in its own currency and is added to nothing.
#[test]
fn a_month_without_a_rate_is_not_guessed() {
    for (rate_of, provisional, total, unconverted) in [
        // 10 × 7 × 150.05 = 10,503.5, half up.
        (Some("2026-11"), false, Some(10_504), 0),
        (Some("2026-08"), true, Some(10_504), 0),
        (Some("2026-12"), false, None, 70),
        (None, false, None, 70),
    ] {
        let mut catalogue = catalogue("Asia/Tokyo");
        catalogue.organization.reporting_currency = Currency::JPY;
        let policy = catalogue.organization.rate_policy;
        catalogue.rates = rate_of
            .into_iter()
            .map(|month: &str| Rate {
                from: Currency::USD,
                to: Currency::JPY,
                month: month.parse().unwrap(),
                policy,
                rate: Decimal::new(15_005, 2),
                date: date(2026, 7, 31),
                source: "bank".to_owned(),
            })
            .collect();
        let rows = vec![row("one", "2026-W47", "aws", [10; 7])];
        let sources = vec![source("aws", date(2026, 1, 1), date(2026, 11, 25))];
        let told = review(catalogue, "2026-W47", "2026-11-30T01:00:00Z", sources, rows);
        let table = told.cost.table(YEN, &told.organization, &told.rates);
        assert_eq!(table.total.change.after, total.map(|yen| yen * UNIT), "{rate_of:?}");
        assert_eq!(told.rates.first().is_some_and(|applied| applied.provisional), provisional, "{rate_of:?}");
        let left: i64 = table.unconverted.iter().map(|money| money.micros / UNIT).sum();
        assert_eq!(left, unconverted, "{rate_of:?}");
        assert_eq!(
            (told.cost.reconciliation[0].billed, told.cost.reconciliation[0].difference),
            (70 * UNIT, 0)
        );
    }
}
