//! The catalogue file: it reads what it writes, and says where a file is wrong.

#![expect(clippy::unwrap_used, reason = "values made for a property are valid by construction")]

use domain::allocation::{Field, Target};
use domain::catalogue::Catalogue;
use domain::money::{Currency, Money};
use domain::organization::Language;
use domain::product::Environment;
use domain::ratio::Ppm;
use jiff::civil::date;
use proptest::prelude::*;
use sources::catalogue::{parse, render};

#[path = "catalogue/any.rs"]
mod any;
#[path = "catalogue/checklists.rs"]
mod checklists;
#[path = "catalogue/policies.rs"]
mod policies;

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

proptest! {
    #[test]
    fn any_catalogue_survives_being_written(catalogue in any::catalogue()) {
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
