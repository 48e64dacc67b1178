//! Whatever people declare and however often they change it, everything adds up to the bill: for every day,
//! source, currency and metric, exactly and as it is written.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::allocation::{AllocationRule, Condition, Field, Target, allocate};
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, ChargeCategory, CostKey, Metric, Owner, OwnerWeek};
use domain::coverage::{SourceKind, SourceState, complete_positions, complete_through};
use domain::money::Currency;
use domain::organization::Localized;
use domain::product::{Account, Environment, Product, Slug};
use domain::rate::{Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::review::cost::CostView;
use domain::review::{BilledDay, ReviewInput, WeeklyReview};
use domain::split::{Method, Pool, PoolTarget, Split, Usage};
use domain::week::IsoWeek;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

const SOURCES: [&str; 2] = ["aws", "gcp"];

fn currency(number: usize) -> Currency {
    ["USD", "JPY", "EUR"][number].parse().unwrap()
}

fn slug(number: usize) -> Slug {
    format!("p{number}").parse().unwrap()
}

/// What a bill says: where, on which day, what about, and how much.
#[derive(Clone, Debug)]
struct Fact {
    source: usize,
    currency: usize,
    day: Date,
    key: CostKey,
    amounts: Amounts,
}

/// What people do between two looks.
#[derive(Clone, Debug)]
enum Step {
    Rules(Vec<AllocationRule>),
    Pools(Vec<Pool>),
    Rates(Vec<Rate>),
    Usage(Vec<Usage>),
    /// A product closes, and an account changes hands.
    Hands(usize, Date, usize, Option<usize>),
    /// A month is delivered anew.
    Restated(i8, Vec<Fact>),
    ReportingCurrency(usize),
}

/// The last days of September to the end of November.
fn day() -> impl Strategy<Value = Date> {
    (0_i64..70).prop_map(|offset| date(2026, 9, 22).saturating_add(offset.days()))
}

fn validity() -> impl Strategy<Value = (Option<Date>, Option<Date>)> {
    (prop::option::of(day()), prop::option::of(day()))
}

fn rules() -> impl Strategy<Value = Vec<AllocationRule>> {
    let condition = prop_oneof![
        (0_usize..5).prop_map(|number| (Field::Account, format!("a{number}"))),
        (0_usize..3).prop_map(|number| (Field::Service, format!("s{number}"))),
        (0_usize..2).prop_map(|number| (Field::Tag("team".to_owned()), format!("t{number}"))),
        (0_usize..2).prop_map(|number| (Field::Source, SOURCES[number].to_owned())),
        Just((Field::Service, "s*".to_owned())),
    ];
    let condition = condition.prop_map(|(field, value)| Condition { field, values: vec![value] });
    let target = prop_oneof![
        (0_usize..4).prop_map(|number| Target::Product { product: slug(number), environment: None }),
        (0_usize..3).prop_map(|number| Target::Shared { pool: format!("pool{number}") }),
    ];
    let rule = (prop::collection::vec(condition, 0..3), target, validity());
    let rule = rule.prop_map(|(conditions, target, (valid_from, valid_to))| AllocationRule {
        name: "rule".to_owned(),
        conditions,
        target,
        valid_from,
        valid_to,
    });
    prop::collection::vec(rule, 0..6)
}

fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let targets = prop::collection::btree_set(0_usize..4, 0..4);
    let pool = (0_usize..3, 0_usize..4, 0_i64..=1_000_000, targets, validity());
    let pool = pool.prop_map(|(name, method, weight, targets, (valid_from, valid_to))| {
        let method = Method::ALL[method];
        let target = |(number, weight)| PoolTarget { product: slug(number), weight: Ppm(weight) };
        let targets: Vec<PoolTarget> = match method {
            Method::Fixed => [(0, weight), (1, 1_000_000 - weight)].map(target).into(),
            _ => targets.into_iter().map(|number| target((number, 0))).collect(),
        };
        let series = (method == Method::Usage).then(|| "users".to_owned());
        Pool { name: format!("pool{name}"), method, targets, series, valid_from, valid_to }
    });
    prop::collection::vec(pool, 0..5)
}

fn rates() -> impl Strategy<Value = Vec<Rate>> {
    // From a thousandth to ten thousand either way, so that sums of the largest amounts stay within what a bill
    // may be: above nine trillion a line is refused before it comes here.
    let rate = (0_usize..3, 0_usize..3, 9_i8..=12, 10_000_i64..100_000_000, 4_u32..8, 0_usize..4);
    let rate = rate.prop_map(|(from, to, month, digits, scale, policy)| Rate {
        from: currency(from),
        to: currency(to),
        month: format!("2026-{month:02}").parse().unwrap(),
        policy: RatePolicy::ALL[policy],
        rate: Decimal::new(digits, scale),
        date: date(2026, month, 1),
        source: "bank".to_owned(),
    });
    prop::collection::vec(rate, 0..12)
}

fn usage() -> impl Strategy<Value = Vec<Usage>> {
    let one = (0_usize..4, 8_i8..=12, 0_i64..1_000).prop_map(|(product, month, units)| Usage {
        series: "users".to_owned(),
        product: slug(product),
        month: format!("2026-{month:02}").parse().unwrap(),
        units,
    });
    prop::collection::vec(one, 0..6)
}

fn facts(most: usize) -> impl Strategy<Value = Vec<Fact>> {
    let amount = || prop_oneof![-1_000_000_000_i64..1_000_000_000_000, -3_i64..4, Just(0)];
    let key = (0_usize..6, 0_usize..3, prop::option::of(0_usize..2));
    let fact = (0_usize..2, 0_usize..3, day(), key, amount(), amount());
    let fact = fact.prop_map(|(source, currency, day, (account, service, team), billed, effective)| Fact {
        source,
        currency,
        day,
        key: CostKey {
            sub_account: format!("a{account}"),
            sub_account_name: String::new(),
            service: format!("s{service}"),
            region: String::new(),
            charge_category: ChargeCategory::Usage,
            tags: team.map(|team| ("team".to_owned(), format!("t{team}"))).into_iter().collect(),
        },
        amounts: Amounts { billed, effective },
    });
    prop::collection::vec(fact, 0..most)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        rules().prop_map(Step::Rules),
        pools().prop_map(Step::Pools),
        rates().prop_map(Step::Rates),
        usage().prop_map(Step::Usage),
        (0_usize..4, day(), 0_usize..4, prop::option::of(0_usize..4))
            .prop_map(|(product, on, account, owner)| Step::Hands(product, on, account, owner)),
        (9_i8..=11, facts(30)).prop_map(|(month, facts)| Step::Restated(month, facts)),
        (0_usize..3).prop_map(Step::ReportingCurrency),
    ];
    prop::collection::vec(step, 1..8)
}

fn catalogue() -> Catalogue {
    let product = |number: usize| Product {
        slug: slug(number),
        name: Localized::same("product"),
        group: None,
        tier: 2,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    };
    let account = |number: usize| Account {
        id: format!("a{number}"),
        name: String::new(),
        product: (number < 3).then(|| slug(number)),
        environment: Environment::Production,
        closed_on: None,
        ou: Default::default(),
        tags: Default::default(),
    };
    Catalogue {
        products: (0..4).map(product).collect(),
        accounts: (0..4).map(account).collect(),
        ..Catalogue::default()
    }
}

fn take(step: Step, catalogue: &mut Catalogue, bill: &mut Vec<Fact>) {
    match step {
        Step::Rules(rules) => catalogue.rules = rules,
        Step::Pools(pools) => catalogue.pools = pools,
        Step::Rates(rates) => catalogue.rates = rates,
        Step::Usage(usage) => catalogue.usage = usage,
        Step::Hands(product, on, account, owner) => {
            catalogue.products[product].closed_on = Some(on);
            catalogue.accounts[account].product = owner.map(slug);
        }
        Step::Restated(month, facts) => {
            bill.retain(|fact| fact.day.month() != month);
            bill.extend(facts.into_iter().filter(|fact| fact.day.month() == month));
        }
        Step::ReportingCurrency(number) => catalogue.organization.reporting_currency = currency(number),
    }
}

/// The bill by owner and week, as the roll-up of the database makes it.
fn owner_weeks(catalogue: &Catalogue, bill: &[Fact]) -> Vec<OwnerWeek> {
    let mut rows: BTreeMap<_, [Amounts; 7]> = BTreeMap::new();
    for fact in bill {
        let source = SOURCES[fact.source];
        let found = allocate(catalogue, source, &fact.key, fact.day);
        let week = IsoWeek::containing(fact.day);
        let place = (week, source, currency(fact.currency), found.owner, found.environment);
        let position = usize::try_from(fact.day.weekday().to_monday_zero_offset()).unwrap();
        rows.entry(place).or_default()[position] += fact.amounts;
    }
    rows.into_iter()
        .map(|((week, source, currency, owner, environment), days)| OwnerWeek {
            week,
            source: source.into(),
            currency,
            owner,
            environment,
            service: Arc::from(""),
            days,
        })
        .collect()
}

type Sums = BTreeMap<(String, Currency, Date), Amounts>;

/// The bill by source, currency and day, without asking who owns it.
fn billed(bill: &[Fact]) -> Sums {
    let mut sums = Sums::new();
    for fact in bill {
        let place = (SOURCES[fact.source].to_owned(), currency(fact.currency), fact.day);
        *sums.entry(place).or_default() += fact.amounts;
    }
    sums
}

fn input(catalogue: &Catalogue, bill: &[Fact], week: IsoWeek, last: [Date; 2]) -> ReviewInput {
    let state = |(name, last): (&str, Date)| SourceState {
        name: name.to_owned(),
        kind: SourceKind::Cost,
        received_at: "2026-11-30T00:00:00Z".parse().unwrap(),
        first_day: Some(date(2026, 9, 22)),
        last_day: Some(last),
        period_end: None,
        last_instant: None,
    };
    let days = billed(bill).into_iter().filter(|((.., day), _)| week.days().contains(day));
    let day = |((source, currency, day), amounts)| BilledDay { source, currency, day, amounts };
    ReviewInput {
        week,
        as_of: "2026-12-05T01:00:00Z".parse().unwrap(),
        catalogue: catalogue.clone().into(),
        sources: SOURCES.into_iter().zip(last).map(state).collect(),
        owner_weeks: owner_weeks(catalogue, bill),
        service_weeks: Vec::new(),
        billed_days: days.map(day).collect(),
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
    }
}

/// Products with their shares + what stayed in pools + what nobody took = the bill, on every single day.
fn assert_days(catalogue: &Catalogue, bill: &[Fact]) -> Result<(), TestCaseError> {
    let rows = owner_weeks(catalogue, bill);
    let split = Split::new(catalogue, rows.iter(), |_| Some(date(2026, 11, 30)));
    let mut sums = Sums::new();
    for row in rows.iter().chain(split.shares.iter().map(|share| &share.row)) {
        for (day, amounts) in row.week.days().into_iter().zip(row.days) {
            *sums.entry((row.source.to_string(), row.currency, day)).or_default() += amounts;
        }
    }
    let exact = billed(bill);
    sums.retain(|place, amounts| exact.contains_key(place) || !amounts.is_zero());
    prop_assert_eq!(sums, exact);
    Ok(())
}

/// The review says so, exactly and in every currency it may be written in.
fn assert_review(input: &ReviewInput) -> Result<(), TestCaseError> {
    let review = WeeklyReview::new(input);
    let cost = &review.cost;
    for line in &cost.reconciliation {
        prop_assert_eq!(line.difference, 0);
        prop_assert_eq!(line.products + line.shared_not_split + line.unallocated, line.billed);
        // All days that are complete, also of a source that is compared with nothing.
        let state = input.sources.iter().find(|state| state.name == line.source).unwrap();
        let through = complete_through(input.as_of, input.catalogue.organization.cost_lag_days, state);
        let positions = complete_positions(input.week, state, through);
        let days: Vec<Date> = positions.iter().map(|position| input.week.days()[*position]).collect();
        let told = input.billed_days.iter().filter(|told| {
            told.source == line.source && told.currency == line.currency && days.contains(&told.day)
        });
        prop_assert_eq!(line.billed, told.map(|told| told.amounts.get(line.metric)).sum::<i64>());
        for number in 0..3 {
            let written = line.written_in(currency(number), &review.rates);
            let parts = written.products + written.shared_not_split + written.unallocated;
            prop_assert_eq!((parts, written.difference), (written.billed, 0));
        }
    }
    for metric in Metric::ALL {
        for number in 0..3 {
            let view = CostView { metric, currency: currency(number) };
            let table = cost.table(view, &review.organization, &review.rates);
            let sum = |pick: fn(&domain::change::Change) -> Option<i64>| {
                table.rows.iter().filter_map(|row| pick(&row.change)).sum::<i64>()
            };
            prop_assert_eq!(sum(|change| change.after), table.total.change.after.unwrap_or(0));
            prop_assert_eq!(sum(|change| change.before), table.total.change.before.unwrap_or(0));
            let shown: i64 = table.movers.iter().filter_map(|mover| mover.change.difference()).sum();
            prop_assert_eq!(shown + table.rest, table.total.change.difference().unwrap_or(0));
        }
    }
    let unowned = cost.rows.iter().filter(|row| row.owner == Owner::Unallocated);
    let unallocated: i64 = unowned.map(|row| row.this.billed).sum();
    let is_compared =
        |source: &str| cost.comparisons.iter().any(|one| one.source == source && !one.positions.is_empty());
    let lines = cost.reconciliation.iter().filter(|line| line.metric == Metric::Billed);
    let lines = lines.filter(|line| is_compared(&line.source));
    prop_assert_eq!(unallocated, lines.map(|line| line.unallocated).sum::<i64>());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// After any change of rules, splits, rates, hands and the bill itself.
    #[test]
    fn everything_adds_up_to_the_bill_after_every_change(
        bill in facts(60),
        steps in steps(),
        week in 44_i8..=48,
        last in [day(), day()],
    ) {
        let (mut catalogue, mut bill) = (catalogue(), bill);
        let week = IsoWeek::new(2026, week).unwrap();
        for step in steps {
            take(step, &mut catalogue, &mut bill);
            assert_days(&catalogue, &bill)?;
            assert_review(&input(&catalogue, &bill, week, last))?;
        }
    }

    /// Rates move what is written and nothing that is counted.
    #[test]
    fn rates_change_no_amount(bill in facts(60), pools in pools(), rules in rules(), rates in rates()) {
        let mut catalogue = Catalogue { pools, rules, ..catalogue() };
        let week = IsoWeek::new(2026, 47).unwrap();
        let last = [date(2026, 11, 30); 2];
        let before = WeeklyReview::new(&input(&catalogue, &bill, week, last)).cost;
        catalogue.rates = rates;
        let after = WeeklyReview::new(&input(&catalogue, &bill, week, last)).cost;
        prop_assert_eq!(before.rows, after.rows);
        prop_assert_eq!(before.reconciliation, after.reconciliation);
        prop_assert_eq!(before.pools, after.pools);
    }

    /// A rule that ends and its successor that begins on the same day part the history there: days before are
    /// as if the successor had never come, days from then on as if the rule had never been.
    #[test]
    fn validity_dates_part_the_history(bill in facts(60), on in day()) {
        let to = |number: usize, valid_from, valid_to| AllocationRule {
            name: format!("to {number}"),
            conditions: Vec::new(),
            target: Target::Product { product: slug(number), environment: None },
            valid_from,
            valid_to,
        };
        let catalogue =
            Catalogue { rules: vec![to(0, None, Some(on)), to(1, Some(on), None)], ..catalogue() };
        assert_days(&catalogue, &bill)?;
        for fact in &bill {
            let owner = allocate(&catalogue, SOURCES[fact.source], &fact.key, fact.day).owner;
            prop_assert_eq!(owner, Owner::Product(slug(usize::from(fact.day >= on))));
        }
    }
}
