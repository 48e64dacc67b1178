//! The examples of reference/cost.md 4.1 and 4.6 and the numbers of the design's two pages.

use domain::allocation::{AllocationRule, Condition, Field, Reason, Target, allocate};
use domain::budget::{Budget, variance};
use domain::catalogue::Catalogue;
use domain::cost::{ChargeCategory, CostKey, Owner};
use domain::money::{Currency, Money, largest_remainder, micros_of_decimal};
use domain::product::{Account, Environment, Slug};
use domain::rate::{Month, Rate, RatePolicy, rate_for};
use domain::ratio::Ppm;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

const MICRO: i64 = 1_000_000;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap_or_else(|_| unreachable!("{text} is a slug"))
}

fn month(text: &str) -> Month {
    text.parse().unwrap_or_else(|_| Month::containing(Date::MIN))
}

fn dollars(text: &str) -> Money {
    Money { micros: micros_of_decimal(decimal(text)).unwrap_or(0), currency: Currency::USD }
}

fn budget(yen: i64, rate: Option<&str>) -> Budget {
    Budget {
        product: slug("telemed"),
        month: month("2026-11"),
        amount: Money { micros: yen * MICRO, currency: Currency::JPY },
        rate: rate.map(decimal),
        bill_currency: rate.map(|_| Currency::USD),
        tax: domain::tax::Tax::Included,
    }
}

/// Section 4.6: total = usage + currency to the micro-unit, whatever the rates.
#[test]
fn a_variance_splits_into_usage_and_currency() {
    for (name, yen, budget_rate, bill, rate, total, usage, currency) in [
        // 12,000,000 / 150 = $80,000. Usage (80,900 − 80,000) × 150 = 135,000; currency 80,900 × 8.20 = 663,380.
        ("the telemedicine month", 12_000_000, "150.00", "80900", "158.20", "798380", "135000", "663380"),
        // Usage (80,000 − 80,000) × 150 = 0; currency 80,000 × 8.20 = 656,000.
        ("nothing but currency", 12_000_000, "150", "80000", "158.20", "656000", "0", "656000"),
        // Usage (88,000 − 80,000) × 150 = 1,200,000; currency 88,000 × 0 = 0.
        ("nothing but usage", 12_000_000, "150", "88000", "150", "1200000", "1200000", "0"),
        // Usage (84,000 − 80,000) × 150 = 600,000; currency 84,000 × −10 = −840,000.
        ("a stronger yen hides usage", 12_000_000, "150", "84000", "140", "-240000", "600000", "-840000"),
        // Usage (0 − 80,000) × 150; a currency moves nothing of nothing.
        ("spent nothing", 12_000_000, "150", "0", "158.20", "-12000000", "-12000000", "0"),
        // A credit of $1,000 above the cost: usage (−1,000 − 80,000) × 150; currency −1,000 × 8.20.
        ("a credit", 12_000_000, "150", "-1000", "158.20", "-12158200", "-12150000", "-8200"),
        // A yen / 149.3333337. Total 0.000003 × 158.2000001 − 1 = −0.9995253999997, to a micro-unit −0.999525;
        // usage 0.000003 × 149.3333337 − 1 = −0.9995519999989, −0.999552; currency is what is left of the total.
        (
            "digits beyond a micro-unit",
            1,
            "149.3333337",
            "0.000003",
            "158.2000001",
            "-0.999525",
            "-0.999552",
            "0.000027",
        ),
    ] {
        let found = variance(&budget(yen, Some(budget_rate)), dollars(bill), decimal(rate)).unwrap();
        assert_eq!(found.total.decimal(), decimal(total), "{name}");
        assert_eq!(found.usage.decimal(), decimal(usage), "{name}");
        assert_eq!(found.currency.decimal(), decimal(currency), "{name}");
        assert_eq!(found.total.currency, Currency::JPY);
    }
}

#[test]
fn a_variance_needs_the_rate_of_the_bills_currency() {
    assert_eq!(variance(&budget(1, None), dollars("1"), decimal("158.20")), None);
    let euros = Money { micros: MICRO, currency: "EUR".parse().unwrap() };
    assert_eq!(variance(&budget(1, Some("150")), euros, decimal("158.20")), None);
}

#[test]
fn the_currency_share_of_an_overrun() {
    for (bill, rate, share) in [
        // 663,380 / 798,380 = 0.8309076…, rounded down.
        ("80900", "158.20", Some(830_907)),
        // Nothing of 600,000.
        ("84000", "150", Some(0)),
        // Usage −1,000 × 150 = −150,000, currency 79,000 × 8.20 = 647,800: 647,800 / 497,800 = 1.3013258….
        ("79000", "158.20", Some(1_301_325)),
        // 1,500,000 below the budget, and on the yen: there is no overrun to have a share of.
        ("70000", "150", None),
        ("80000", "150", None),
    ] {
        let found = variance(&budget(12_000_000, Some("150")), dollars(bill), decimal(rate)).unwrap();
        assert_eq!(found.currency_share(), share.map(Ppm), "{bill} at {rate}");
    }
}

/// The bill of the designed week: converted once, its parts by largest remainder.
#[test]
fn a_bill_is_converted_once_and_its_parts_add_up() {
    let bill = dollars("60558.96");
    let yen = bill.convert(decimal("158.20"), Currency::JPY).unwrap();
    assert_eq!(yen.decimal(), decimal("9580427.472"));
    let dollars = ["58579.74", "1667.68", "311.54"];
    let parts: Vec<Decimal> = dollars.iter().map(|part| decimal(part) * decimal("158.20")).collect();
    let whole = largest_remainder(&parts, 9_580_427);
    assert_eq!(whole, [9_267_315, 263_827, 49_285]);
}

#[test]
fn rounding_to_micro_units_is_half_away_from_zero() {
    for (text, micros) in [
        ("20.52022672899", Some(20_520_227)),
        ("0.0000005", Some(1)),
        ("-0.0000005", Some(-1)),
        ("0.00000049999999999999999999", Some(0)),
        ("-0.0000004", Some(0)),
        ("1.0000004999999999999999999999", Some(1_000_000)),
        ("9223372036854.775807", Some(i64::MAX)),
        ("9223372036854.775808", None),
        ("-9223372036854.775808", Some(i64::MIN)),
        ("79228162514264337593543950335", None),
    ] {
        assert_eq!(micros_of_decimal(decimal(text)).ok(), micros, "{text}");
    }
}

#[test]
fn largest_remainders_go_to_the_largest_first() {
    for (parts, total, expected) in [
        // Floors 0 and 0, one step is missing, remainders .5 and .5: the first.
        (vec!["0.5", "0.5"], 1, vec![1, 0]),
        // Floors 33, 33, 33, one is missing, remainders .3, .4, .3: the second.
        (vec!["33.3", "33.4", "33.3"], 100, vec![33, 34, 33]),
        // Floors −1 and −1, one step up is missing, remainders .5 and .5: the first.
        (vec!["-0.5", "-0.5"], -1, vec![0, -1]),
        // A rate's yen: 1.2, 1.9 and −0.6 are 2.5, rounded 3. Floors 1, 1, −1, two are missing: .9, then .4.
        (vec!["1.2", "1.9", "-0.6"], 3, vec![1, 2, 0]),
        // A total that is no sum of the parts is spread over all: 5 more than 2 over two, the first takes the odd.
        (vec!["1", "1"], 7, vec![4, 3]),
        // 5 less than 2.
        (vec!["1", "1"], -3, vec![-1, -2]),
        (vec![], 5, vec![]),
    ] {
        let exact: Vec<Decimal> = parts.iter().map(|part| decimal(part)).collect();
        assert_eq!(largest_remainder(&exact, total), expected, "{parts:?} to {total}");
    }
}

/// Section 4.6: the month's own row, else the newest earlier one, marked provisional (仮).
#[test]
fn a_rate_stands_in_until_the_month_has_its_own() {
    let row = |policy, text: &str, rate: &str| Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month: month(text),
        policy,
        rate: decimal(rate),
        date: month(text).previous().last_day(),
        source: "bank".to_owned(),
    };
    let rates = [
        row(RatePolicy::PreviousMonthEnd, "2026-10", "156.40"),
        row(RatePolicy::PreviousMonthEnd, "2026-11", "158.20"),
        row(RatePolicy::Budget, "2026-04", "150"),
    ];
    for (policy, wanted, expected) in [
        (RatePolicy::PreviousMonthEnd, "2026-11", Some(("158.20", false))),
        (RatePolicy::PreviousMonthEnd, "2026-12", Some(("158.20", true))),
        (RatePolicy::PreviousMonthEnd, "2026-09", None),
        (RatePolicy::Budget, "2026-11", Some(("150", true))),
        (RatePolicy::Invoice, "2026-11", None),
    ] {
        let found = rate_for(&rates, policy, Currency::USD, Currency::JPY, month(wanted));
        let found = found.map(|applied| (applied.rate.rate, applied.provisional));
        assert_eq!(found, expected.map(|(rate, provisional)| (decimal(rate), provisional)), "{wanted}");
        assert_eq!(rate_for(&rates, policy, Currency::JPY, Currency::USD, month(wanted)), None);
    }
}

/// Section 4.6, invoice rate override: what the invoice of a month used wins over the policy for that month, is not
/// provisional, and stands in for no other month; of two the one read last counts.
#[test]
fn the_rate_of_an_invoice_wins_for_its_month_alone() {
    let row = |policy, (from, to), text: &str, rate: &str, day: &str| Rate {
        from,
        to,
        month: month(text),
        policy,
        rate: decimal(rate),
        date: day.parse().unwrap(),
        source: "bank".to_owned(),
    };
    let (dollar, yen) = (Currency::USD, Currency::JPY);
    let policy = RatePolicy::PreviousMonthEnd;
    let mut catalogue = domain::catalogue::Catalogue {
        rates: vec![
            row(policy, (dollar, yen), "2026-09", "149", "2026-08-31"),
            row(policy, (dollar, yen), "2026-10", "151.20", "2026-09-30"),
            row(RatePolicy::Invoice, (dollar, yen), "2026-10", "152", "2026-11-03"),
            row(RatePolicy::Invoice, (dollar, yen), "2026-10", "152.35", "2026-11-05"),
            row(RatePolicy::Invoice, (dollar, yen), "2026-08", "147.77", "2026-09-04"),
        ],
        ..Default::default()
    };
    catalogue.organization.rate_policy = policy;
    for (wanted, rate, provisional) in [
        ("2026-08", "147.77", false),
        ("2026-09", "149", false),
        ("2026-10", "152.35", false),
        // The policy's newest row stands in, not the invoice's.
        ("2026-11", "151.20", true),
    ] {
        let applied = catalogue.rate_of(dollar, yen, month(wanted)).unwrap();
        assert_eq!((applied.rate.rate, applied.provisional), (decimal(rate), provisional), "{wanted}");
    }
    assert!(catalogue.rate_of(dollar, yen, month("2026-07")).is_none());
    // Written the other way round it wins over what would stand in.
    catalogue.rates.push(row(RatePolicy::Invoice, (yen, dollar), "2026-11", "0.0065", "2026-12-04"));
    let applied = catalogue.rate_of(dollar, yen, month("2026-11")).unwrap();
    assert_eq!((applied.rate.from, applied.provisional), (yen, false));
}

fn key(account: &str, service: &str, tags: &[(&str, &str)]) -> CostKey {
    CostKey {
        sub_account: account.to_owned(),
        sub_account_name: String::new(),
        service: service.to_owned(),
        region: "ap-northeast-1".to_owned(),
        charge_category: ChargeCategory::Usage,
        tags: tags.iter().map(|(tag, value)| ((*tag).to_owned(), (*value).to_owned())).collect(),
    }
}

fn rule(name: &str, field: Field, values: &[&str], target: Target) -> AllocationRule {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    AllocationRule {
        name: name.to_owned(),
        conditions: vec![Condition { field, values }],
        target,
        valid_from: None,
        valid_to: None,
    }
}

fn catalogue() -> Catalogue {
    let product = |text: &str, environment| Target::Product { product: slug(text), environment };
    let mut moved = rule("team", Field::Tag("team".to_owned()), &["booking*"], product("booking", None));
    moved.valid_from = Some(date(2026, 11, 1));
    moved.valid_to = Some(date(2026, 12, 1));
    let account = |id: &str, owner: Option<&str>, environment| Account {
        id: id.to_owned(),
        name: id.to_owned(),
        product: owner.map(slug),
        environment,
        closed_on: None,
        ou: None,
        tags: Vec::new(),
    };
    Catalogue {
        accounts: vec![
            account("111111111111", Some("telemed"), Environment::Staging),
            account("999999999999", None, Environment::Shared),
        ],
        rules: vec![
            rule("support", Field::Service, &["AWS Support*"], Target::Shared { pool: "shared".to_owned() }),
            moved,
            rule(
                "team later",
                Field::Tag("team".to_owned()),
                &["booking-web"],
                product("payments", Some(Environment::Preview)),
            ),
        ],
        ..Catalogue::default()
    }
}

/// Section 4.1: rules in order, within their days, then the account, then nobody.
#[test]
fn a_cost_belongs_to_the_first_rule_that_is_valid() {
    let catalogue = catalogue();
    let web = [("team", "booking-web")];
    for (name, key, day, owner, environment, reason) in [
        (
            "a rule comes before the account",
            key("111111111111", "AWS Support (Business)", &web),
            date(2026, 11, 16),
            Owner::Shared("shared".to_owned()),
            Environment::Shared,
            Reason::Rule(0),
        ),
        (
            "the first valid rule wins and the account gives the environment",
            key("111111111111", "ECS", &web),
            date(2026, 11, 1),
            Owner::Product(slug("booking")),
            Environment::Staging,
            Reason::Rule(1),
        ),
        (
            "before its first day a rule does not apply",
            key("111111111111", "ECS", &web),
            date(2026, 10, 31),
            Owner::Product(slug("payments")),
            Environment::Preview,
            Reason::Rule(2),
        ),
        (
            "from its last day on neither",
            key("111111111111", "ECS", &web),
            date(2026, 12, 1),
            Owner::Product(slug("payments")),
            Environment::Preview,
            Reason::Rule(2),
        ),
        (
            "without a rule the account decides",
            key("111111111111", "ECS", &[("team", "other")]),
            date(2026, 11, 16),
            Owner::Product(slug("telemed")),
            Environment::Staging,
            Reason::Account,
        ),
        (
            "a mixed account names nobody",
            key("999999999999", "ECS", &[]),
            date(2026, 11, 16),
            Owner::Unallocated,
            Environment::Shared,
            Reason::Nothing,
        ),
        (
            "an account nobody knows is a line of its own",
            key("000000000000", "ECS", &[]),
            date(2026, 11, 16),
            Owner::Unallocated,
            Environment::Production,
            Reason::Nothing,
        ),
    ] {
        let found = allocate(&catalogue, "focus", &key, day);
        assert_eq!((found.owner, found.environment, found.reason), (owner, environment, reason), "{name}");
    }
}
