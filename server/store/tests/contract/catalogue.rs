//! The catalogue comes back as it went in, and what it no longer names is closed.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::checklist::{Checklist, ChecklistItem};
use domain::commitment::{Commitment, CommitmentKind};
use domain::maintenance::{Covers, MaintenanceWindow};
use domain::money::{Currency, Money};
use domain::organization::{Language, Localized, Organization, Thresholds};
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::postmortem::PostmortemTerms;
use domain::product::{Account, Environment, Link, Product};
use domain::rate::{Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::split::{Method, Pool, PoolTarget, Usage};
use store::StoreError;

use crate::arena::{Arena, contract, day, decimal, instant};

contract!(
    an_empty_database_has_the_default_catalogue,
    every_field_comes_back,
    the_same_catalogue_again_writes_nothing,
    what_is_no_longer_named_is_closed,
    what_cannot_be_stored_is_refused
);

fn product(slug: &str) -> Product {
    Product {
        slug: slug.parse().unwrap(),
        name: Localized { ja: format!("{slug} 診療"), en: slug.to_owned() },
        group: Some(Localized { ja: "遠隔医療".to_owned(), en: String::new() }),
        tier: 1,
        product_manager: Some("山田 \"PM\"".to_owned()),
        embedded_sre: None,
        chat_channel: Some("#sre".to_owned()),
        links: ["runbook", "dashboard", "runbook"]
            .map(|kind| Link { kind: kind.to_owned(), url: format!("https://example.com/{kind}?a=1&b='2'") })
            .to_vec(),
        closed_on: None,
    }
}

fn account(id: &str, product: Option<&str>) -> Account {
    Account {
        id: id.to_owned(),
        name: format!("account {id}"),
        product: product.map(|slug| slug.parse().unwrap()),
        environment: Environment::Staging,
        closed_on: None,
        ou: (id != "2").then(|| "Root/Workloads".to_owned()),
        tags: vec![("cost center".to_owned(), "医療".to_owned()), ("team".to_owned(), format!("of {id}"))],
    }
}

fn rules() -> Vec<AllocationRule> {
    let condition = |field, values: &[&str]| Condition {
        field,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    vec![
        AllocationRule {
            name: "by tag".to_owned(),
            conditions: vec![
                condition(Field::Tag("team".to_owned()), &["b", "a*", ""]),
                condition(Field::Account, &["1"]),
                condition(Field::Service, &[]),
            ],
            target: Target::Product {
                product: "telemed".parse().unwrap(),
                environment: Some(Environment::Preview),
            },
            valid_from: Some(day("2026-04-01")),
            valid_to: None,
        },
        AllocationRule {
            name: "support".to_owned(),
            conditions: vec![
                condition(Field::Region, &["us-east-1"]),
                condition(Field::ChargeCategory, &["Tax"]),
                condition(Field::Source, &["focus"]),
                condition(Field::OrganizationalUnit, &["Root/Care", "Root/Search*"]),
                condition(Field::AccountTag("team".to_owned()), &["care"]),
                condition(Field::CostCategory("Team".to_owned()), &["Care"]),
            ],
            target: Target::Shared { pool: "共通".to_owned() },
            valid_from: None,
            valid_to: Some(day("2027-01-01")),
        },
        AllocationRule {
            name: "rest".to_owned(),
            conditions: Vec::new(),
            target: Target::Product { product: "telemed".parse().unwrap(), environment: None },
            valid_from: None,
            valid_to: None,
        },
    ]
}

fn pool(name: &str, method: Method) -> Pool {
    let target = |slug: &str, weight| PoolTarget { product: slug.parse().unwrap(), weight: Ppm(weight) };
    Pool {
        name: name.to_owned(),
        method,
        targets: match method {
            Method::Fixed => vec![target("telemed", 600_001), target("archive", 399_999)],
            Method::Usage => vec![target("telemed", 0)],
            _ => Vec::new(),
        },
        series: (method == Method::Usage).then(|| "利用者".to_owned()),
        valid_from: (method == Method::Even).then(|| day("2026-10-01")),
        valid_to: (method == Method::Fixed).then(|| day("2026-10-01")),
    }
}

fn full() -> Catalogue {
    Catalogue {
        organization: Organization {
            name: Localized { ja: "例社".to_owned(), en: "Example".to_owned() },
            time_zone: "America/New_York".to_owned(),
            language: Language::English,
            reporting_currency: Currency::USD,
            rate_policy: RatePolicy::Invoice,
            cost_lag_days: 3,
            fiscal_year_starts: 10,
            thresholds: Thresholds {
                change_share: Ppm(1),
                change_amount_of_organization: Ppm(2),
                change_amount_of_product: Ppm(3),
                budget_risk: Ppm(4),
                budget_breached: Ppm(5),
                error_budget_risk: Ppm(6),
                stale_after_hours: 7,
                anomaly_amount_of_organization: Ppm(8),
                unallocated_limit: Ppm(9),
            },
        },
        products: vec![product("telemed"), product("archive"), Product { group: None, ..product("booking") }],
        accounts: vec![account("2", Some("telemed")), account("1", None)],
        rules: rules(),
        pools: vec![
            pool("support", Method::Fixed),
            pool("support", Method::Even),
            pool("logs", Method::Usage),
        ],
        usage: vec![Usage {
            series: "利用者".to_owned(),
            product: "telemed".parse().unwrap(),
            month: "2026-10".parse().unwrap(),
            units: 12_345_678_901_234_567,
        }],
        budgets: vec![
            Budget {
                product: "telemed".parse().unwrap(),
                month: "2026-11".parse().unwrap(),
                amount: Money { micros: 1_234_567_890_123, currency: Currency::JPY },
                rate: Some(decimal("150.250")),
                bill_currency: Some(Currency::USD),
                tax: domain::tax::Tax::Included,
            },
            Budget {
                product: "archive".parse().unwrap(),
                month: "2026-11".parse().unwrap(),
                amount: Money { micros: -1, currency: Currency::USD },
                rate: None,
                bill_currency: None,
                tax: domain::tax::Tax::Included,
            },
        ],
        rates: vec![Rate {
            from: Currency::USD,
            to: Currency::JPY,
            month: "2026-11".parse().unwrap(),
            policy: RatePolicy::PreviousMonthEnd,
            rate: decimal("152.123456789"),
            date: day("2026-10-30"),
            source: "みずほ銀行".to_owned(),
        }],
        commitments: vec![
            Commitment {
                name: "Compute 計画".to_owned(),
                kind: CommitmentKind::SavingsPlan,
                product: Some("telemed".parse().unwrap()),
                ends_on: day("2026-12-16"),
                amount: Some(Money { micros: 1_234_567, currency: Currency::USD }),
            },
            Commitment {
                name: "credit".to_owned(),
                kind: CommitmentKind::Credit,
                product: None,
                ends_on: day("2027-03-31"),
                amount: None,
            },
        ],
        policies: policies(),
        maintenance: maintenance(),
        postmortem_terms: PostmortemTerms {
            sev1_days: 2,
            sev2_business_days: 4,
            other_business_days: 8,
            year_end: Some("12-29..01-03".parse().unwrap()),
            handbook: Some("https://wiki.example/incidents".to_owned()),
        },
        checklists: vec![checklist("readiness", 3), checklist("security", 1)],
    }
}

/// Two items, the second of which came with the newest version.
fn checklist(name: &str, version: i64) -> Checklist {
    let item = |id: &str, since| ChecklistItem {
        id: id.parse().unwrap(),
        text: Localized { ja: "手順書".to_owned(), en: format!("A {id}") },
        since,
    };
    Checklist {
        name: name.parse().unwrap(),
        title: Localized { ja: "準備".to_owned(), en: name.to_owned() },
        version,
        items: vec![item("runbook", 1), item("load-test", version)],
    }
}

fn policies() -> Vec<ErrorBudgetPolicy> {
    let step = |at_least, action, note: &str| PolicyStep { at_least, action, note: note.to_owned() };
    let approved = ErrorBudgetPolicy {
        product: "telemed".parse().unwrap(),
        text: "予算を超えたら直す。\n例外は障害対応だけ。".to_owned(),
        steps: vec![
            step(Some(Ppm(250_000)), ShipAction::Ship, ""),
            step(Some(Ppm(0)), ShipAction::Care, "段階的に"),
            step(None, ShipAction::Halt, ""),
        ],
        objectives: vec!["b".to_owned(), "a".to_owned()],
        approvers: vec!["佐藤".to_owned(), "Abe".to_owned()],
        approved_on: Some(day("2026-10-01")),
        revisit_on: Some(day("2027-04-01")),
    };
    let draft = ErrorBudgetPolicy {
        product: "booking".parse().unwrap(),
        text: "draft".to_owned(),
        steps: vec![step(None, ShipAction::Care, "")],
        objectives: Vec::new(),
        approvers: Vec::new(),
        approved_on: None,
        revisit_on: None,
    };
    vec![approved, draft]
}

fn maintenance() -> Vec<MaintenanceWindow> {
    let once = MaintenanceWindow {
        name: "移行".to_owned(),
        covers: Covers::Objective("telemed-video".to_owned()),
        start: "2026-11-21T23:00:00".parse().unwrap(),
        end: "2026-11-22T05:30:00".parse().unwrap(),
        repeat: None,
    };
    let weekly = MaintenanceWindow {
        name: "weekly".to_owned(),
        covers: Covers::Product("telemed".parse().unwrap()),
        repeat: Some("FREQ=WEEKLY;BYDAY=SU;UNTIL=20270331T150000Z".parse().unwrap()),
        ..once.clone()
    };
    vec![weekly, once]
}

async fn replace(arena: &Arena, catalogue: &Catalogue, closed_on: &str) -> bool {
    let at = instant("2026-11-23T01:00:00Z");
    arena.store.catalogue_replace(catalogue, day(closed_on), at).await.unwrap()
}

async fn an_empty_database_has_the_default_catalogue(arena: &Arena) {
    assert_eq!(arena.store.catalogue_get().await.unwrap(), Catalogue::default());
    assert!(!replace(arena, &Catalogue::default(), "2026-11-23").await);
    assert_eq!(arena.store.revision().await.unwrap(), 0);
}

async fn every_field_comes_back(arena: &Arena) {
    assert!(replace(arena, &full(), "2026-11-23").await);
    assert_eq!(arena.store.catalogue_get().await.unwrap(), full());
    assert_eq!(arena.store.revision().await.unwrap(), 1);
}

async fn the_same_catalogue_again_writes_nothing(arena: &Arena) {
    replace(arena, &full(), "2026-11-23").await;
    let before = arena.dump().await;
    let later = instant("2027-01-01T00:00:00Z");
    assert!(!arena.store.catalogue_replace(&full(), day("2027-01-01"), later).await.unwrap());
    assert_eq!(arena.dump().await, before);
}

async fn what_is_no_longer_named_is_closed(arena: &Arena) {
    replace(arena, &full(), "2026-11-23").await;
    let mut smaller = full();
    smaller.products.retain(|product| product.slug.as_str() != "archive");
    smaller.accounts.retain(|account| account.id != "2");
    assert!(replace(arena, &smaller, "2026-11-24").await);
    let stored = arena.store.catalogue_get().await.unwrap();
    let archive = stored.product(&"archive".parse().unwrap()).unwrap();
    assert_eq!(archive.closed_on, Some(day("2026-11-24")));
    assert_eq!(archive.links, product("archive").links);
    assert_eq!(stored.accounts[1].closed_on, Some(day("2026-11-24")));
    assert_eq!(stored.products.len(), 3);

    let before = arena.dump().await;
    assert!(!replace(arena, &smaller, "2026-11-30").await, "the first closing date stays");
    assert!(!replace(arena, &stored, "2026-11-30").await, "an export names what is closed");
    assert_eq!(arena.dump().await, before);

    assert!(replace(arena, &full(), "2026-12-01").await);
    assert_eq!(arena.store.catalogue_get().await.unwrap(), full(), "named again, it is open again");
}

async fn what_cannot_be_stored_is_refused(arena: &Arena) {
    let mut twice = full();
    twice.products.push(product("telemed"));
    let mut nul = full();
    nul.rates[0].source = "bank\0".to_owned();
    let mut same_account = full();
    same_account.accounts.push(account("1", None));
    let mut series = full();
    series.usage[0].series = "users\0".to_owned();
    let before = arena.dump().await;
    for catalogue in [twice, nul, same_account, series] {
        let at = instant("2026-11-23T01:00:00Z");
        let refused = arena.store.catalogue_replace(&catalogue, day("2026-11-23"), at).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
    assert_eq!(arena.dump().await, before);
}
