//! A product's cost by any dimension, under any filter, adds up.

#![expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]

use std::sync::Arc;

use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, ChargeCategory, CostKey, Metric, Owner, OwnerWeek};
use domain::money::{Currency, Money};
use domain::organization::Organization;
use domain::product::Environment;
use domain::product_cost::calendar::{CalendarInput, StretchKind, stretches};
use domain::product_cost::selection::{Dimension, Selection};
use domain::product_cost::unit::{UnitInput, unit_costs};
use domain::product_cost::{CostInput, FactWeek, MONTH_START, PartKind, ProductCost};
use domain::product_review::CostLine;
use domain::rate::{AppliedRate, Month, Rate, RatePolicy};
use domain::review::WEEKS_SHOWN;
use domain::review::cost::{Comparison, CostView};
use domain::tax::Tax;
use domain::week::IsoWeek;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

fn comparisons() -> Vec<Comparison> {
    vec![Comparison { source: "aws".to_owned(), complete_through: None, positions: vec![0, 1, 2, 3, 4, 5] }]
}

fn rates() -> Vec<AppliedRate> {
    let rate = Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month: "2026-11".parse().unwrap(),
        policy: RatePolicy::PreviousMonthEnd,
        rate: Decimal::new(15_820, 2),
        date: "2026-10-30".parse().unwrap(),
        source: "bank".to_owned(),
    };
    vec![AppliedRate { rate, provisional: false }]
}

/// A fact of a week, so many weeks back; seven days of the same amount.
fn fact(back: usize, numbers: (usize, usize, usize, usize), billed: i64) -> FactWeek {
    let (service, account, category, environment) = numbers;
    FactWeek {
        week: week().plus(-i32::try_from(back).unwrap()),
        source: "aws".into(),
        currency: Currency::USD,
        key: Arc::new(CostKey {
            sub_account: format!("{account:012}"),
            sub_account_name: format!("account {account}"),
            service: format!("service {service}"),
            region: ["", "ap-northeast-1"][service % 2].to_owned(),
            charge_category: ChargeCategory::ALL[category],
            tags: Vec::new(),
        }),
        environment: Environment::ALL[environment],
        days: [Amounts { billed, effective: billed / 2 }; 7],
    }
}

fn cost(facts: &[FactWeek], shares: &[CostLine], selection: &Selection, currency: Currency) -> ProductCost {
    ProductCost::new(&CostInput {
        facts,
        shares,
        share_taxes: &[],
        week: week(),
        comparisons: &comparisons(),
        known_from: &[("aws".to_owned(), "2026-W01".parse().unwrap())],
        selection,
        view: CostView { metric: Metric::Billed, currency },
        rates: &rates(),
        organization: &Organization::default(),
    })
}

fn share(micros: i64) -> Vec<CostLine> {
    let amounts = Amounts { billed: micros, effective: micros };
    vec![CostLine {
        name: String::new(),
        currency: Currency::USD,
        this: amounts,
        previous: amounts,
        history: vec![amounts; WEEKS_SHOWN],
        known_from: None,
    }]
}

fn facts() -> impl Strategy<Value = Vec<FactWeek>> {
    let numbers = (0..12_usize, 0..4_usize, 0..6_usize, 0..5_usize);
    let one = (0..3_usize, numbers, -50_000_000_i64..900_000_000);
    prop::collection::vec(one.prop_map(|(back, numbers, billed)| fact(back, numbers, billed)), 0..60)
}

/// What only a source bills that began three weeks ago is unknown before, and nothing of the other source is.
#[test]
fn a_source_that_began_late_has_no_zeros_before() {
    let aws = |back: usize| fact(back, (0, 0, 0, 0), 5_000_000);
    let bank = |back: usize| FactWeek { source: "bank".into(), ..fact(back, (1, 1, 0, 1), 3_000_000) };
    let mut facts: Vec<FactWeek> = (0..3).map(aws).collect();
    facts.extend((0..3).map(bank));
    let mut comparisons = comparisons();
    comparisons.push(Comparison { source: "bank".to_owned(), ..comparisons[0].clone() });
    let begun = [("aws".to_owned(), "2026-W01".parse().unwrap()), ("bank".to_owned(), week().plus(-2))];
    let mut late = share(2_000_000);
    late[0].known_from = Some(week().plus(-1));
    let selection = Selection { by: Dimension::FIXED[0].clone(), ..Selection::default() };
    let cost = ProductCost::new(&CostInput {
        facts: &facts,
        shares: &late,
        share_taxes: &[],
        week: week(),
        comparisons: &comparisons,
        known_from: &begun,
        selection: &selection,
        view: CostView { metric: Metric::Billed, currency: Currency::USD },
        rates: &rates(),
        organization: &Organization::default(),
    });
    let known: Vec<usize> =
        cost.parts.iter().map(|part| part.history.iter().filter(|week| week.is_some()).count()).collect();
    let mut sorted = known.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [2, 3, WEEKS_SHOWN], "{:?}", cost.parts);
}

proptest! {
    #[test]
    fn parts_lines_and_movers_add_up(facts in facts(), shared in 0_i64..1_000_000_000) {
        for currency in [Currency::USD, Currency::JPY] {
            let mut totals = Vec::new();
            for by in Dimension::FIXED {
                let selection = Selection { by, ..Selection::default() };
                let cost = cost(&facts, &share(shared), &selection, currency);
                let sum = |pick: fn(&domain::product_cost::Part) -> Option<i64>| -> i64 {
                    cost.parts.iter().filter_map(pick).sum()
                };
                prop_assert_eq!(sum(|part| part.change.after), cost.total.after.unwrap_or(0));
                prop_assert_eq!(sum(|part| part.change.before), cost.total.before.unwrap_or(0));
                let moved = cost.moved();
                let shown: i64 = moved.shown.iter().filter_map(|part| part.change.difference()).sum();
                let run = cost.sum_of(PartKind::Run).difference().unwrap_or(0);
                prop_assert_eq!(shown + moved.rest, run);
                let lines: i64 = cost.lines.iter().map(|line| line.this).sum();
                let shares = cost.sum_of(PartKind::Share).after.unwrap_or(0);
                prop_assert_eq!(lines + cost.lines_rest.1 + shares, cost.total.after.unwrap_or(0));
                let ran: i64 = cost.environments.iter().filter_map(|one| one.change.after).sum();
                prop_assert_eq!(ran + shares, cost.total.after.unwrap_or(0), "environments add up");
                totals.push((cost.total, cost.exact.clone()));
            }
            prop_assert!(totals.windows(2).all(|pair| pair[0] == pair[1]));
        }
    }

    /// The six compared days in dollars are exactly what the facts and the share of pools say.
    #[test]
    fn the_exact_total_is_that_of_the_facts(facts in facts(), shared in 1_i64..1_000_000_000) {
        let cost = cost(&facts, &share(shared), &Selection::default(), Currency::USD);
        let own: i64 = facts.iter().filter(|fact| fact.week == week()).map(|fact| 6 * fact.days[0].billed).sum();
        prop_assert_eq!(cost.exact[0].this.billed, own + shared);
    }

    /// Filters by all values of a dimension part the whole, without shares of pools.
    #[test]
    fn filters_part_the_whole(facts in facts()) {
        let whole = cost(&facts, &[], &Selection::default(), Currency::USD);
        let whole: i64 = whole.exact.iter().map(|total| total.this.billed).sum();
        for dimension in [Dimension::Service, Dimension::Account, Dimension::Category, Dimension::Environment] {
            let mut values: Vec<String> = facts.iter().map(|fact| dimension.value_of(fact).to_owned()).collect();
            values.sort();
            values.dedup();
            let part = |value: String| {
                let filter = vec![(dimension.clone(), value)];
                let selection = Selection { filter, ..Selection::default() };
                let exact = cost(&facts, &share(5), &selection, Currency::USD).exact;
                exact.iter().map(|total| total.this.billed).sum::<i64>()
            };
            prop_assert_eq!(values.into_iter().map(part).sum::<i64>(), whole);
        }
    }
}

#[test]
fn what_comes_once_is_listed_apart() {
    let facts =
        [fact(0, (1, 1, 0, 0), 1_000_000), fact(1, (1, 1, 0, 0), 500_000), fact(0, (2, 1, 2, 0), 7_000_000)];
    let cost = cost(&facts, &share(600_000), &Selection::default(), Currency::USD);
    let told: Vec<_> = cost
        .parts
        .iter()
        .map(|part| (part.kind, part.value.as_str(), part.label.as_str(), part.change.after))
        .collect();
    assert_eq!(
        told,
        [
            (PartKind::Run, "service 1", "", Some(6_000_000)),
            (PartKind::OneOff, "", "Tax", Some(42_000_000)),
            (PartKind::Share, "", "", Some(600_000)),
        ]
    );
    let moved = cost.moved();
    assert_eq!((moved.shown.len(), moved.rest), (1, 0));
    assert_eq!(moved.shown[0].change.difference(), Some(3_000_000));
}

/// A rule that ended on Wednesday decided about Tuesday, the last day with an amount.
#[test]
fn a_line_is_explained_on_the_last_day_that_cost_something() {
    let mut early = fact(0, (1, 1, 0, 0), 1_000_000);
    early.days[2..].fill(Amounts::default());
    let cost = cost(&[early], &[], &Selection::default(), Currency::USD);
    assert_eq!(cost.lines[0].day.to_string(), "2026-11-17");
}

#[test]
fn a_selection_is_read_or_refused() {
    let read = |name: &str, value: &str| Selection::read(&[(name.to_owned(), value.to_owned())]);
    for (name, value, good) in [
        ("by", "account", true),
        ("by", "tag.team", true),
        ("by", "tag.", false),
        ("by", "colour", false),
        ("sort", "change", true),
        ("sort", "down", false),
        ("tax", "without", true),
        ("tax", "maybe", false),
        ("environment", "production", true),
        ("environment", "moon", false),
        ("category", "tax", true),
        ("category", "Gift", false),
        ("service", "anything at all", true),
        ("region", "", true),
        ("tag.team", "web", true),
    ] {
        assert_eq!(read(name, value).is_ok(), good, "{name}={value}");
    }
    let (category, tag) = (read("category", "tax").unwrap(), read("tag.team", "").unwrap());
    assert_eq!(category.value(&Dimension::Category), Some("Tax"));
    assert_eq!(tag.value(&Dimension::Tag("team".into())), Some(""), "what is not tagged");
    assert_eq!(read("region", "").unwrap(), Selection::default());
}

/// A dollar a day since January 2026 at 100 yen, 150 in November; budgets of 3,000 yen from April on.
#[test]
fn month_half_and_year_are_summed_at_the_rates_of_their_months() {
    let rate = |month: &str, yen: i64| Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month: month.parse().unwrap(),
        policy: RatePolicy::PreviousMonthEnd,
        rate: Decimal::from(yen),
        date: "2026-01-01".parse().unwrap(),
        source: String::new(),
    };
    let product = "telemed".parse().unwrap();
    let budget = |month: Month| Budget {
        product: "telemed".parse().unwrap(),
        month,
        amount: Money { micros: 3_000_000_000, currency: Currency::JPY },
        rate: None,
        bill_currency: None,
        tax: domain::tax::Tax::Included,
    };
    let april: Month = "2026-04".parse().unwrap();
    let budgets = (0..8).scan(april, |month, _| {
        let this = *month;
        *month = month.next();
        Some(budget(this))
    });
    let mut rates = vec![rate("2026-11", 150)];
    rates.extend((4..11).map(|month| rate(&format!("2026-{month:02}"), 100)));
    let catalogue = Catalogue { budgets: budgets.collect(), rates, ..Catalogue::default() };
    let rows: Vec<OwnerWeek> = week()
        .trailing(45)
        .into_iter()
        .map(|week| OwnerWeek {
            week,
            source: "aws".into(),
            currency: Currency::USD,
            owner: Owner::Product("telemed".parse().unwrap()),
            environment: Environment::Production,
            service: "".into(),
            days: [Amounts { billed: 1_000_000, effective: 1_000_000 }; 7],
        })
        .collect();
    let told = stretches(&CalendarInput {
        product: &product,
        rows: &rows,
        taxes: &[],
        through: "2026-11-21".parse().unwrap(),
        known_from: Some("2026-01-12".parse().unwrap()),
        catalogue: &catalogue,
        view: CostView { metric: Metric::Billed, currency: Currency::JPY },
        tax: Tax::Included,
    });
    let yen = 1_000_000;
    // November has 21 days so far, October 31; April to September 183.
    for (stretch, kind, from, spent, budget) in [
        (&told[0], StretchKind::Month, "2026-11-01", 21 * 150, 3_000),
        (&told[1], StretchKind::Half, "2026-10-01", 21 * 150 + 31 * 100, 6_000),
        (&told[2], StretchKind::Year, "2026-04-01", 21 * 150 + (31 + 183) * 100, 24_000),
    ] {
        assert_eq!((stretch.kind, stretch.from.to_string().as_str()), (kind, from));
        assert_eq!((stretch.spent, stretch.budget), (Some(spent * yen), Some(budget * yen)), "{kind:?}");
        assert_eq!((stretch.months_without_budget, stretch.known_from), (0, None), "{kind:?}");
        assert_eq!(stretch.left(), Some((budget - spent) * yen));
    }
}

/// Untagged cost is a part of its own, and the parts are the whole.
#[test]
fn tags_tell_cost_apart() {
    let mut facts = vec![fact(0, (1, 1, 0, 0), 1_000_000), fact(0, (2, 1, 0, 0), 2_000_000)];
    facts.push(fact(0, (3, 1, 0, 0), 4_000_000));
    for (position, team) in [(0, "web"), (1, "video")] {
        let mut key = (*facts[position].key).clone();
        key.tags = vec![("team".to_owned(), team.to_owned())];
        facts[position].key = Arc::new(key);
    }
    let by = Dimension::Tag("team".into());
    let selection = Selection { by: by.clone(), ..Selection::default() };
    let told = cost(&facts, &[], &selection, Currency::USD);
    let parts: Vec<_> = told.parts.iter().map(|part| (part.value.as_str(), part.change.after)).collect();
    assert_eq!(parts, [("", Some(24_000_000)), ("video", Some(12_000_000)), ("web", Some(6_000_000))]);
    let untagged = selection.filtered_by(&[(by, "")]);
    assert_eq!(cost(&facts, &[], &untagged, Currency::USD).total.after, Some(24_000_000));
}

/// Taxes leave own cost by their category.
#[test]
fn a_view_without_taxes_leaves_them_out() {
    let facts = [fact(0, (1, 1, 0, 0), 1_000_000), fact(0, (1, 1, 2, 0), 100_000)];
    for (tax, total) in [(Tax::Included, 6_600_000), (Tax::Excluded, 6_000_000)] {
        let selection = Selection { tax, ..Selection::default() };
        assert_eq!(cost(&facts, &[], &selection, Currency::USD).total.after, Some(total));
    }
}

/// W47's thirteen weeks begin on 24 August and hold 1 September (Tuesday of the second), 1 October
/// (Thursday of the sixth) and 1 November (Sunday of the tenth).
fn with_firsts(usual: i64, firsts: [i64; 3]) -> Vec<FactWeek> {
    let mut facts: Vec<FactWeek> = (0..13).map(|back| fact(back, (1, 1, 0, 0), usual)).collect();
    for ((back, weekday), amount) in [(11, 1), (7, 3), (3, 6)].into_iter().zip(firsts) {
        facts[back].days[weekday] = Amounts { billed: amount, effective: usual };
    }
    facts
}

#[test]
fn fees_of_the_first_of_a_month_are_no_run_rate() {
    let usd = 1_000_000;
    for (what, usual, firsts, fees) in [
        ("the same every month", 2 * usd, [12 * usd; 3], [10 * usd; 3]),
        ("only on firsts", 0, [0, 5 * usd, 5 * usd], [0, 5 * usd, 5 * usd]),
        ("a single one of a key that costs nothing else", 0, [0, 5 * usd, 0], [0, 5 * usd, 0]),
        ("a single busy day", 2 * usd, [2 * usd, 12 * usd, 2 * usd], [0; 3]),
        ("a little more than usual", 2 * usd, [3 * usd; 3], [0; 3]),
        ("a credit", 2 * usd, [-12 * usd; 3], [0; 3]),
    ] {
        let told = cost(&with_firsts(usual, firsts), &[], &Selection::default(), Currency::USD);
        let once = told.parts.iter().find(|part| part.kind == PartKind::OneOff);
        // Weeks from the oldest on; Sunday is not compared, so that 1 November is in none of them.
        let shown = [1, 5].map(|week| once.and_then(|part| part.history[week]).unwrap_or(0));
        assert_eq!(shown, [fees[0], fees[1]], "{what}");
        assert!(once.is_none_or(|part| part.label == MONTH_START), "{what}");
        for week in 0..13 {
            let sum: i64 = told.parts.iter().filter_map(|part| part.history[week]).sum();
            let whole: i64 =
                with_firsts(usual, firsts)[12 - week].days[..6].iter().map(|day| day.billed).sum();
            assert_eq!(sum, whole, "{what}, week {week}");
        }
    }
}

#[test]
fn a_rise_that_stays_from_the_first_on_is_run_rate() {
    let mut facts = with_firsts(2_000_000, [2_000_000; 3]);
    for fact in &mut facts[..7] {
        fact.days = [Amounts { billed: 9_000_000, effective: 0 }; 7];
    }
    facts[7].days[3..].fill(Amounts { billed: 9_000_000, effective: 0 });
    let told = cost(&facts, &[], &Selection::default(), Currency::USD);
    assert!(told.parts.iter().all(|part| part.kind == PartKind::Run));
}

#[test]
fn a_fiscal_year_begins_with_the_month_that_the_organisation_says() {
    for (starts, month, half, year) in [
        (4, "2026-11", "2026-10", "2026-04"),
        (4, "2026-03", "2025-10", "2025-04"),
        (4, "2026-04", "2026-04", "2026-04"),
        (1, "2026-11", "2026-07", "2026-01"),
        (1, "2026-06", "2026-01", "2026-01"),
        (12, "2026-11", "2026-06", "2025-12"),
        (10, "2026-09", "2026-04", "2025-10"),
    ] {
        let month: Month = month.parse().unwrap();
        let first = |kind: StretchKind| kind.first_month(month, starts).to_string();
        assert_eq!(
            StretchKind::ALL.map(first),
            [month.to_string(), half.to_owned(), year.to_owned()],
            "{starts}"
        );
    }
}

/// A dollar a day at 100 yen a dollar; 31 October days cost 3,100 yen. Units are people.
#[test]
fn a_month_is_told_per_unit_only_where_all_of_it_is_known() {
    let product: domain::product::Slug = "telemed".parse().unwrap();
    let usage = |month: &str, people: i64| domain::split::Usage {
        series: "active-users".to_owned(),
        product: "telemed".parse().unwrap(),
        month: month.parse().unwrap(),
        units: people * 1_000_000,
    };
    let rate =
        Rate { month: "2026-08".parse().unwrap(), rate: Decimal::from(100), ..rates()[0].rate.clone() };
    let catalogue = Catalogue {
        usage: vec![usage("2026-08", 9), usage("2026-09", 0), usage("2026-10", 7), usage("2026-11", 8)],
        rates: vec![rate],
        ..Catalogue::default()
    };
    let rows: Vec<OwnerWeek> = week()
        .trailing(14)
        .into_iter()
        .map(|week| OwnerWeek {
            week,
            source: "aws".into(),
            currency: Currency::USD,
            owner: Owner::Product(product.clone()),
            environment: Environment::Production,
            service: "".into(),
            days: [Amounts { billed: 1_000_000, effective: 2_000_000 }; 7],
        })
        .collect();
    let view = |metric| CostView { metric, currency: Currency::JPY };
    let told = |metric| {
        unit_costs(&UnitInput {
            calendar: CalendarInput {
                product: &product,
                rows: &rows,
                taxes: &[],
                through: "2026-11-21".parse().unwrap(),
                known_from: Some("2026-08-17".parse().unwrap()),
                catalogue: &catalogue,
                view: view(metric),
                tax: Tax::Included,
            },
            incidents: &[],
            incidents_from: Some("2026-10-01".parse().unwrap()),
            as_of: "2026-11-23T01:00:00Z".parse().unwrap(),
        })
    };
    let billed = told(Metric::Billed);
    let months: Vec<_> = billed[0]
        .months
        .iter()
        .map(|month| {
            (month.month.to_string(), month.cost, month.per_unit.map(|value| value.round_dp(6).to_string()))
        })
        .collect();
    let yen = |amount: i64| Some(amount * 1_000_000);
    assert_eq!(
        months,
        [
            // Bills begin in the middle of August, September had no users, November is not over.
            ("2026-08".to_owned(), None, None),
            ("2026-09".to_owned(), yen(3_000), None),
            ("2026-10".to_owned(), yen(3_100), Some("442.857143".to_owned())),
            ("2026-11".to_owned(), None, None),
        ]
    );
    let incidents: Vec<bool> = billed[0].months.iter().map(|month| month.incidents.is_some()).collect();
    assert_eq!(incidents, [false, false, true, true], "unknown is not none");
    assert!(billed[0].months[2].provisional, "August's rate stands in");
    assert_eq!(told(Metric::Effective)[0].months[2].cost, yen(6_200));
    let (latest, before) = billed[0].latest().unwrap();
    assert_eq!(latest.change_from(before.unwrap()), None);
}
