//! The catalogue file: it reads what it writes, and says where a file is wrong.

#![expect(clippy::unwrap_used, reason = "values made for a property are valid by construction")]

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::commitment::{Commitment, CommitmentKind};
use domain::money::{Currency, Money};
use domain::organization::{Language, Localized, Organization, Thresholds};
use domain::product::{Account, Environment, Link, Product, Slug};
use domain::rate::{Month, Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::split::{Method, Pool, PoolTarget, Usage};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;
use sources::catalogue::{parse, render};

const EXAMPLE: &str = r##"
[organization]
name = { ja = "オンライン健康", en = "Online Health" }
time_zone = "Asia/Tokyo"
language = "en"
reporting_currency = "JPY"
rate_policy = "budget"
cost_lag_days = 3
fiscal_year_starts = 1
[organization.thresholds]
change_share = "7.5"
change_amount_of_organization = 0.0001
budget_risk = 95

[[product]]
slug = "telemed"
name = { ja = "オンライン診療", en = "Telemedicine" }
group = "Care"
tier = 1
product_manager = "Sato"
chat_channel = "#sre-telemed"
links = { runbook = "https://wiki.example/t", "on call" = "http://wiki.example/o", dashboard = "https://d.example" }

[[product]]
slug = "karte"
name = "Karte"

[[account]]
id = "123456789012"
product = "telemed"

[[account]]
id = "000000000001"
name = "mixed"
environment = "shared"

[[rule]]
name = "search"
source = "focus"
tag."team:name" = ["search", "search-*"]
account = ["000000000001"]
tag.env = ["prod"]
product = "karte"
environment = "staging"
valid_from = 2026-04-01
valid_to = "2027-04-01"

[[rule]]
name = "rest"
shared = "platform"

[[budget]]
product = "telemed"
month = "2026-11"
amount = 12000000
rate = 150.10
bill_currency = "USD"

[[rate]]
from = "USD"
to = "JPY"
month = "2026-11"
policy = "previous-month-end"
rate = 154.2500000000000000000001
date = 2026-10-30
"##;

#[test]
fn the_example_is_read_in_its_own_order_and_exactly() {
    let catalogue = parse(EXAMPLE, "catalogue.toml").unwrap();
    let organization = &catalogue.organization;
    assert_eq!(organization.name.get(Language::Japanese), "オンライン健康");
    assert_eq!(organization.language, Language::English);
    assert_eq!(organization.cost_lag_days, 3);
    assert_eq!(organization.fiscal_year_starts, 1);
    let thresholds = organization.thresholds;
    assert_eq!(thresholds.change_share, Ppm(75_000));
    assert_eq!(thresholds.change_amount_of_organization, Ppm(1));
    assert_eq!(thresholds.budget_risk, Ppm(950_000));
    assert_eq!(thresholds.stale_after_hours, 48, "what is not named keeps its default");
    let kinds: Vec<&str> = catalogue.products[0].links.iter().map(|link| link.kind.as_str()).collect();
    assert_eq!(kinds, ["runbook", "on call", "dashboard"]);
    assert_eq!(catalogue.products[1].tier, 3);
    assert_eq!(catalogue.accounts[0].name, "123456789012");
    assert_eq!(catalogue.accounts[0].environment, Environment::Production);
    let fields: Vec<&Field> =
        catalogue.rules[0].conditions.iter().map(|condition| &condition.field).collect();
    let expected =
        [Field::Source, Field::Tag("team:name".to_owned()), Field::Account, Field::Tag("env".to_owned())];
    assert_eq!(fields, expected.iter().collect::<Vec<_>>());
    assert_eq!(catalogue.rules[0].valid_to, Some(date(2027, 4, 1)));
    assert_eq!(catalogue.rules[1].target, Target::Shared { pool: "platform".to_owned() });
    let budget = &catalogue.budgets[0];
    assert_eq!(budget.amount, Money { micros: 12_000_000_000_000, currency: Currency::JPY });
    assert_eq!(budget.rate.unwrap().to_string(), "150.1");
    assert_eq!(catalogue.rates[0].rate.to_string(), "154.2500000000000000000001");
}

#[test]
fn what_is_written_is_read_back() {
    for catalogue in [Catalogue::default(), parse(EXAMPLE, "catalogue.toml").unwrap()] {
        let text = render(&catalogue);
        let again = parse(&text, "catalogue.toml").unwrap_or_else(|issues| panic!("{issues:?}\n{text}"));
        assert_eq!(again, catalogue, "{text}");
        assert_eq!(render(&again), text);
    }
    assert_eq!(parse("# nothing yet", "c").unwrap(), Catalogue::default());
    let crlf = format!("\u{feff}{}", EXAMPLE.replace('\n', "\r\n"));
    assert_eq!(parse(crlf, "c").unwrap(), parse(EXAMPLE, "c").unwrap());
}

/// A file that is one line longer than the smallest good one.
fn with(addition: &str) -> String {
    format!("[[product]]\nslug = \"karte\"\n{addition}\n")
}

#[test]
fn every_fault_is_named_with_its_line_and_path() {
    let table: &[(&str, &str, &str, u64)] = &[
        ("nmae = \"x\"", "catalogue/unknown-key", "product[0].nmae", 3),
        ("tier = 4", "catalogue/range", "product[0].tier", 3),
        ("tier = \"1\"", "catalogue/range", "product[0].tier", 3),
        ("name = 5", "catalogue/type", "product[0].name", 3),
        ("name = { de = \"x\" }", "catalogue/unknown-key", "product[0].name.de", 3),
        ("links = { runbook = \"javascript:x\" }", "catalogue/address", "product[0].links.runbook", 3),
        ("links = \"https://x.example\"", "catalogue/type", "product[0].links", 3),
        ("product_manager = \"a\\u0000b\"", "catalogue/nul", "product[0].product_manager", 3),
        ("[[product]]\nslug = \"karte\"", "catalogue/repeated", "product[1].slug", 3),
        ("[[product]]\nslug = \"Karte.x\"", "catalogue/slug", "product[1].slug", 4),
        ("[[product]]\nname = \"x\"", "catalogue/missing", "product[1].slug", 3),
        ("[organization]\ntime_zone = \"Asia/Tokio\"", "catalogue/time-zone", "organization.time_zone", 4),
        ("[organization]\nlanguage = \"de\"", "catalogue/language", "organization.language", 4),
        (
            "[organization]\nreporting_currency = \"yen\"",
            "catalogue/currency",
            "organization.reporting_currency",
            4,
        ),
        (
            "[organization.thresholds]\nbudget_risk = 0.00001",
            "catalogue/percent",
            "organization.thresholds.budget_risk",
            4,
        ),
        ("[[account]]\nid = 12", "catalogue/type", "account[0].id", 4),
        (
            "[[account]]\nid = \"1\"\nproduct = \"katre\"",
            "catalogue/unknown-product",
            "account[0].product",
            5,
        ),
        (
            "[[account]]\nid = \"1\"\nenvironment = \"prod\"",
            "catalogue/environment",
            "account[0].environment",
            5,
        ),
        ("[[account]]\nid = \"1\"\n[[account]]\nid = \"1\"", "catalogue/repeated", "account[1].id", 5),
        ("[[rule]]\nname = \"a\"", "catalogue/target", "rule[0].product", 3),
        (
            "[[rule]]\nname = \"a\"\nshared = \"s\"\nproduct = \"karte\"",
            "catalogue/target",
            "rule[0].product",
            6,
        ),
        (
            "[[rule]]\nname = \"a\"\nshared = \"s\"\nenvironment = \"staging\"",
            "catalogue/target",
            "rule[0].environment",
            6,
        ),
        ("[[rule]]\nname = \"a\"\nshared = \"s\"\naccount = []", "catalogue/type", "rule[0].account", 6),
        ("[[pool]]\nname = \"s\"", "catalogue/missing", "pool[0].method", 3),
        ("[[pool]]\nname = \"s\"\nmethod = \"equal\"", "catalogue/method", "pool[0].method", 5),
        ("[[pool]]\nname = \"s\"\nmethod = \"fixed\"", "catalogue/missing", "pool[0].weights", 3),
        (
            "[[pool]]\nname = \"s\"\nmethod = \"fixed\"\nweights = { karte = 99.9999 }",
            "catalogue/weights",
            "pool[0].weights",
            6,
        ),
        (
            "[[pool]]\nname = \"s\"\nmethod = \"fixed\"\nweights = { katre = 100 }",
            "catalogue/unknown-product",
            "pool[0].weights.katre",
            6,
        ),
        (
            "[[pool]]\nname = \"s\"\nmethod = \"even\"\nproducts = [\"katre\"]",
            "catalogue/unknown-product",
            "pool[0].products",
            6,
        ),
        (
            "[[pool]]\nname = \"s\"\nmethod = \"even\"\nseries = \"users\"",
            "catalogue/method",
            "pool[0].series",
            6,
        ),
        ("[[pool]]\nname = \"s\"\nmethod = \"usage\"", "catalogue/missing", "pool[0].series", 3),
        (
            "[[pool]]\nname = \"s\"\nmethod = \"even\"\n[[pool]]\nname = \"s\"\nmethod = \"proportional\"\nvalid_from = 2026-10-01",
            "catalogue/repeated",
            "pool[1].name",
            7,
        ),
        (
            "[organization]\nreporting_currency = \"USX\"",
            "catalogue/currency",
            "organization.reporting_currency",
            4,
        ),
        (
            "[[rate]]\nfrom = \"UDS\"\nto = \"JPY\"\nmonth = \"2026-11\"\npolicy = \"invoice\"\nrate = 1\ndate = 2026-11-01",
            "catalogue/currency",
            "rate[0].from",
            4,
        ),
        (
            "[[rule]]\nname = \"a\"\nshared = \"s\"\n[[rule]]\nname = \"a\"\nshared = \"s\"\nvalid_from = 2026-10-01",
            "catalogue/repeated",
            "rule[1].name",
            7,
        ),
        (
            "[[usage]]\nseries = \"users\"\nproduct = \"karte\"\nmonth = \"2026-11\"\nunits = -1",
            "catalogue/amount",
            "usage[0].units",
            7,
        ),
        ("[[rule]]\nname = \"a\"\nshared = \"s\"\ntag.x = 5", "catalogue/type", "rule[0].tag.x", 6),
        (
            "[[rule]]\nname = \"a\"\nshared = \"s\"\nvalid_from = 2026-01-02\nvalid_to = 2026-01-02",
            "catalogue/validity",
            "rule[0].valid_to",
            7,
        ),
        (
            "[[budget]]\nproduct = \"karte\"\nmonth = \"2026-1\"\namount = 1",
            "catalogue/month",
            "budget[0].month",
            5,
        ),
        (
            "[[budget]]\nproduct = \"karte\"\nmonth = \"2026-01\"\namount = \"-1\"",
            "catalogue/amount",
            "budget[0].amount",
            6,
        ),
        (
            "[[budget]]\nproduct = \"karte\"\nmonth = \"2026-01\"\namount = 0.0000001",
            "catalogue/amount",
            "budget[0].amount",
            6,
        ),
        (
            "[[budget]]\nproduct = \"karte\"\nmonth = \"2026-01\"\namount = nan",
            "catalogue/number",
            "budget[0].amount",
            6,
        ),
        (
            "[[budget]]\nproduct = \"karte\"\nmonth = \"2026-01\"\namount = 1\nrate = 2",
            "catalogue/budget-rate",
            "budget[0].rate",
            7,
        ),
        (
            "[[rate]]\nfrom = \"USD\"\nto = \"JPY\"\nmonth = \"2026-11\"\npolicy = \"budget\"\nrate = 0\ndate = 2026-10-30",
            "catalogue/positive",
            "rate[0].rate",
            8,
        ),
        ("[product2]\nx = 1", "catalogue/unknown-key", "product2", 3),
    ];
    for (addition, rule, path, line) in table {
        let issues = parse(with(addition), "c.toml").expect_err(addition);
        let said: Vec<_> =
            issues.iter().map(|issue| (issue.rule, issue.column.as_deref(), issue.line)).collect();
        assert_eq!(said, [(*rule, Some(*path), Some(*line))], "{addition}");
    }
    let near = parse(with("nmae = \"x\""), "c.toml").unwrap_err();
    assert_eq!(near[0].mend, "Did you mean name?");
    let near = parse(with("[[account]]\nid = \"1\"\nproduct = \"katre\""), "c.toml").unwrap_err();
    assert_eq!(near[0].mend, "Did you mean karte?");
}

#[test]
fn what_is_no_toml_is_told_by_line() {
    let issues = parse("[organization\nname = 5\n", "c.toml").unwrap_err();
    assert!(issues.iter().all(|issue| issue.rule == "catalogue/toml"), "{issues:?}");
    assert_eq!(issues[0].line, Some(1));
    for bytes in [&b"a = \"\0\""[..], b"\xFF\xFE", b""] {
        assert_eq!(parse(bytes, "c.toml").unwrap_err()[0].rule, "catalogue/file");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z .:/#_-]{0,12}[a-z]",
        "[\\x01-\\x7f]{0,6}[a-z\"\\\\]",
        "(オンライン|診療|é|😀|\"|'|\\n|\\t){1,4}x",
    ]
}

fn localized() -> impl Strategy<Value = Localized> {
    prop_oneof![
        text().prop_map(|text| Localized::same(&text)),
        (text(), text()).prop_map(|(ja, en)| Localized { ja, en }),
        text().prop_map(|ja| Localized { ja, en: String::new() }),
        text().prop_map(|en| Localized { ja: String::new(), en }),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    (0_i32..6000).prop_map(|days| date(2020, 1, 1) + days.days())
}

fn month() -> impl Strategy<Value = Month> {
    day().prop_map(Month::containing)
}

fn currency() -> impl Strategy<Value = Currency> {
    let codes: Vec<&str> = Currency::known_codes().collect();
    proptest::sample::select(codes).prop_map(|code| code.parse().unwrap())
}

fn positive() -> impl Strategy<Value = Decimal> {
    (1_i64..i64::MAX, 0_u32..18).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn organization() -> impl Strategy<Value = Organization> {
    let share = || (0_i64..=100_000_000).prop_map(Ppm);
    let marks = (share(), share());
    let shares = (share(), share(), share(), share(), share(), share(), marks, 1_i64..5000);
    let thresholds = shares.prop_map(|(a, b, c, d, e, f, (g, h), hours)| Thresholds {
        change_share: a,
        change_amount_of_organization: b,
        change_amount_of_product: c,
        budget_risk: d,
        budget_breached: e,
        error_budget_risk: f,
        anomaly_amount_of_organization: g,
        unallocated_limit: h,
        stale_after_hours: hours,
    });
    let zone = prop_oneof![Just("Asia/Tokyo"), Just("UTC"), Just("America/New_York")];
    let policy = (0_usize..4).prop_map(|index| RatePolicy::ALL[index]);
    let days = (0_i64..=31, 1_i8..=12);
    (localized(), zone, any::<bool>(), currency(), policy, days, thresholds).prop_map(
        |(name, zone, japanese, reporting_currency, rate_policy, days, thresholds)| Organization {
            name,
            time_zone: zone.to_owned(),
            language: if japanese { Language::Japanese } else { Language::English },
            reporting_currency,
            rate_policy,
            cost_lag_days: days.0,
            fiscal_year_starts: days.1,
            thresholds,
        },
    )
}

fn slug(index: usize) -> Slug {
    ["telemed", "karte", "shop-2", "9lives"][index].parse().unwrap()
}

fn product(index: usize) -> impl Strategy<Value = Product> {
    let link = (text(), "[a-z0-9/?=&\"]{0,8}")
        .prop_map(|(kind, rest)| Link { kind, url: format!("https://wiki.example/{rest}") });
    (
        localized(),
        of(localized()),
        1_u8..=3,
        of(text()),
        of(text()),
        of(Just(String::new())),
        vec(link, 0..4),
        of(day()),
    )
        .prop_map(
            move |(name, group, tier, product_manager, embedded_sre, chat_channel, links, closed_on)| {
                Product {
                    slug: slug(index),
                    name,
                    group,
                    tier,
                    product_manager,
                    embedded_sre,
                    chat_channel,
                    links,
                    closed_on,
                }
            },
        )
}

fn environment() -> impl Strategy<Value = Environment> {
    (0_usize..5).prop_map(|index| Environment::ALL[index])
}

fn account(index: usize) -> impl Strategy<Value = Account> {
    let tags = proptest::collection::btree_map("[a-c é]", text(), 0..3);
    (text(), of(0_usize..2), environment(), of(day()), of(text()), tags).prop_map(
        move |(name, product, environment, closed_on, ou, tags)| Account {
            id: format!("00{index} \"x\""),
            name,
            product: product.map(slug),
            environment,
            closed_on,
            ou,
            tags: tags.into_iter().collect(),
        },
    )
}

fn rule(index: usize) -> impl Strategy<Value = AllocationRule> {
    let field = prop_oneof![
        Just(Field::Account),
        Just(Field::Service),
        Just(Field::Region),
        Just(Field::ChargeCategory),
        Just(Field::Source),
        Just(Field::OrganizationalUnit),
        text().prop_map(Field::CostCategory),
        "[a-c]".prop_map(Field::AccountTag),
        text().prop_map(Field::Tag),
        "[a-c]".prop_map(Field::Tag),
    ];
    let condition = (field, vec(text(), 1..3)).prop_map(|(field, values)| Condition { field, values });
    let target = prop_oneof![
        (0_usize..2, of(environment()))
            .prop_map(|(product, environment)| Target::Product { product: slug(product), environment }),
        text().prop_map(|pool| Target::Shared { pool }),
    ];
    (vec(condition, 0..6), target, of(day()), of(1_i32..500)).prop_map(
        move |(conditions, target, valid_from, length)| AllocationRule {
            name: format!("rule {index}"),
            conditions,
            target,
            valid_from,
            valid_to: length.map(|days| valid_from.unwrap_or(date(2026, 1, 1)) + days.days()),
        },
    )
}

fn catalogue() -> impl Strategy<Value = Catalogue> {
    let budget = (0_usize..2, month(), 0_i64..i64::MAX, currency(), of((positive(), currency()))).prop_map(
        |(product, month, micros, currency, rate)| Budget {
            product: slug(product),
            month,
            amount: Money { micros, currency },
            rate: rate.map(|(rate, _)| rate),
            bill_currency: rate.map(|(_, currency)| currency),
        },
    );
    let rate =
            tax: domain::tax::Tax::Included,
        (0_usize..4, month(), positive(), day(), text()).prop_map(|(policy, month, rate, date, source)| {
            Rate {
                from: Currency::USD,
                to: Currency::JPY,
                month,
                policy: RatePolicy::ALL[policy],
                rate,
                date,
                source,
            }
        });
    (
        organization(),
        (product(0), product(1)),
        (account(0), account(1)),
        (rule(0), rule(1)),
        vec(budget, 0..4),
        vec(rate, 0..4),
        pools(),
        vec(usage(), 0..4),
        vec(commitment(), 0..4),
    )
        .prop_map(
            |(
                organization,
                products,
                accounts,
                rules,
                mut budgets,
                mut rates,
                pools,
                mut usage,
                mut commitments,
            )| {
                usage.sort_by_key(|usage| (usage.series.clone(), usage.month, usage.product.clone()));
                usage.dedup_by_key(|usage| (usage.series.clone(), usage.month, usage.product.clone()));
                budgets.sort_by_key(|budget| (budget.product.clone(), budget.month));
                budgets.dedup_by_key(|budget| (budget.product.clone(), budget.month));
                rates.sort_by_key(|rate| (rate.month, rate.policy, rate.date));
                rates.dedup_by_key(|rate| (rate.month, rate.policy, rate.date));
                commitments.sort_by_key(|one| (one.name.clone(), one.ends_on));
                commitments.dedup_by_key(|one| (one.name.clone(), one.ends_on));
                Catalogue {
                    organization,
                    products: vec![products.0, products.1],
                    accounts: vec![accounts.0, accounts.1],
                    rules: vec![rules.0, rules.1],
                    pools,
                    usage,
                    budgets,
                    rates,
                    commitments,
                }
            },
        )
}

fn commitment() -> impl Strategy<Value = Commitment> {
    let amount = of((0_i64..i64::MAX, currency()));
    ("[ab円]{1,2}", 0_usize..3, of(0_usize..2), day(), amount).prop_map(
        |(name, kind, product, ends_on, amount)| Commitment {
            name,
            kind: CommitmentKind::ALL[kind],
            product: product.map(slug),
            ends_on,
            amount: amount.map(|(micros, currency)| Money { micros, currency }),
        },
    )
}

/// Pools of every method, one after the other.
fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let pool = (text(), 0_usize..4, 0_i64..=1_000_000, text(), of(day()), 0_usize..3).prop_map(
        |(name, method, weight, series, valid_from, named)| {
            let method = Method::ALL[method];
            let weights = [Ppm(weight), Ppm(1_000_000 - weight)];
            let targets = (0..2).map(|index| PoolTarget {
                product: slug(index),
                weight: if method == Method::Fixed { weights[index] } else { Ppm(0) },
            });
            let count = if method == Method::Fixed { 2 } else { named };
            Pool {
                name,
                method,
                targets: targets.take(count).collect(),
                series: (method == Method::Usage).then_some(series),
                valid_from,
                valid_to: None,
            }
        },
    );
    vec(pool, 0..4).prop_map(|mut pools| {
        for (position, pool) in pools.iter_mut().enumerate() {
            pool.name.push_str(&position.to_string());
        }
        pools
    })
}

fn usage() -> impl Strategy<Value = Usage> {
    (text(), 0_usize..2, month(), 0..i64::MAX / 1_000_000).prop_map(|(series, product, month, units)| Usage {
        series,
        product: slug(product),
        month,
        units,
    })
}

proptest! {
    #[test]
    fn any_catalogue_survives_being_written(catalogue in catalogue()) {
        let text = render(&catalogue);
        let again = parse(&text, "catalogue.toml");
        prop_assert_eq!(again.as_ref(), Ok(&catalogue), "{}", text);
        prop_assert_eq!(render(&catalogue), text);
    }
}

#[test]
fn a_name_may_come_again_for_other_days_and_both_lines_are_cited_where_they_meet() {
    let rule = |valid: &str| format!("[[rule]]\nname = \"a\"\nshared = \"s\"\n{valid}\n");
    let apart = rule("valid_to = 2026-10-01") + &rule("valid_from = 2026-10-01");
    let read = parse(apart.as_bytes(), "c.toml").unwrap();
    assert_eq!(read.rules.len(), 2);
    let lines: Vec<u64> =
        sources::catalogue::rule_lines(apart.as_bytes()).iter().map(|rule| rule.line).collect();
    assert_eq!(lines, [1, 5]);
    let together = rule("valid_to = 2026-10-11") + &rule("valid_from = 2026-10-01");
    let issues = parse(together.as_bytes(), "c.toml").unwrap_err();
    assert_eq!(
        issues[0].what,
        "The rule \"a\" of line 5 is already on line 1, and both are valid from 2026-10-01 until before 2026-10-11."
    );
    assert!(issues[0].mend.contains("valid_to"), "{}", issues[0].mend);
}
