//! A small company whose week shows everything a document can hold.

use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, Owner, OwnerWeek};
use domain::coverage::{SourceKind, SourceState};
use domain::incident::{DetectedBy, Incident, Severity};
use domain::money::{Currency, Money};
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, Window, WindowUnit};
use domain::organization::{Localized, Organization};
use domain::period::Period;
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::{Environment, Link, Product};
use domain::product_review::ProductReview;
use domain::rate::{Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::review::anomalies::UnusualInput;
use domain::review::{BilledDay, ReviewInput, WEEKS_SHOWN, WeeklyReview};
use domain::split::{self, Pool, PoolTarget};
use domain::week::IsoWeek;
use jiff::{Timestamp, ToSpan};

pub fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn product(slug: &str, ja: &str, en: &str, tier: u8) -> Product {
    Product {
        slug: slug.parse().unwrap(),
        name: Localized { ja: ja.to_owned(), en: en.to_owned() },
        group: (tier == 1).then(|| Localized { ja: "診療".to_owned(), en: "Care".to_owned() }),
        tier,
        product_manager: (tier == 1).then(|| "佐藤 葵".to_owned()),
        embedded_sre: Some("Ken O'Neill".to_owned()),
        chat_channel: Some(format!("#sre-{slug}")),
        links: vec![Link { kind: "runbook".to_owned(), url: format!("https://wiki.example/{slug}?a=1&b=2") }],
        closed_on: None,
    }
}

fn catalogue() -> Catalogue {
    let rate = |from: &str, to: &str, rate: &str| Rate {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        month: "2026-10".parse().unwrap(),
        policy: RatePolicy::PreviousMonthEnd,
        rate: rate.parse().unwrap(),
        date: "2026-10-30".parse().unwrap(),
        source: "例の銀行, TTM".to_owned(),
    };
    let budget = |product: &str, micros: i64, currency: Currency, rate: Option<&str>| Budget {
        product: product.parse().unwrap(),
        month: "2026-11".parse().unwrap(),
        amount: Money { micros, currency },
        rate: rate.map(|rate| rate.parse().unwrap()),
        bill_currency: rate.map(|_| Currency::USD),
        tax: domain::tax::Tax::Included,
    };
    Catalogue {
        organization: Organization {
            name: Localized { ja: "例の健康".to_owned(), en: "Example Health".to_owned() },
            ..Organization::default()
        },
        products: vec![
            product("telemed", "オンライン診療", "Telemedicine", 1),
            product("pharmacy", "電子薬局", "Pharmacy", 2),
            product("labs", "検査", "Labs | results", 3),
        ],
        pools: vec![pool()],
        budgets: vec![
            budget("telemed", 2_000_000_000_000, Currency::JPY, Some("140")),
            budget("pharmacy", 9_000_000_000_000, Currency::JPY, None),
        ],
        rates: vec![rate("USD", "JPY", "154.32"), rate("EUR", "JPY", "170.005")],
        policies: vec![policy()],
        ..Catalogue::default()
    }
}

/// Approved, and past its revisit date.
fn policy() -> ErrorBudgetPolicy {
    let step = |at_least, action, note: &str| PolicyStep { at_least, action, note: note.to_owned() };
    ErrorBudgetPolicy {
        product: "telemed".parse().unwrap(),
        text: "We stop.".to_owned(),
        steps: vec![
            step(Some(Ppm(250_000)), ShipAction::Ship, "as usual"),
            step(None, ShipAction::Halt, "all but P0"),
        ],
        objectives: Vec::new(),
        approvers: vec!["Sato".to_owned()],
        approved_on: Some("2026-04-01".parse().unwrap()),
        revisit_on: Some("2026-10-01".parse().unwrap()),
    }
}

/// Split until Thursday of the week, so that a rest stays.
fn pool() -> Pool {
    let target = |slug: &str, weight| PoolTarget { product: slug.parse().unwrap(), weight: Ppm(weight) };
    Pool {
        name: "network".to_owned(),
        method: split::Method::Fixed,
        targets: vec![target("telemed", 700_000), target("pharmacy", 300_000)],
        series: None,
        valid_from: None,
        valid_to: Some("2026-11-20".parse().unwrap()),
    }
}

fn source(name: &str, kind: SourceKind, last_day: &str) -> SourceState {
    let cost = kind == SourceKind::Cost;
    SourceState {
        name: name.to_owned(),
        kind,
        received_at: at("2026-11-22T21:14:03.123456Z"),
        first_day: Some("2026-09-07".parse().unwrap()),
        last_day: Some(last_day.parse().unwrap()),
        period_end: cost.then(|| "2026-11-30".parse().unwrap()),
        last_instant: (!cost).then(|| at("2026-11-22T14:59:00Z")),
    }
}

fn owner_weeks(service_of: impl Fn(usize) -> Vec<(&'static str, i64)>) -> Vec<OwnerWeek> {
    let product = |slug: &str| Owner::Product(slug.parse().unwrap());
    let owners: [(Owner, &str, &str, i64); 6] = [
        (product("telemed"), "focus", "USD", 310_123_457),
        (product("pharmacy"), "focus", "USD", 95_000_003),
        (product("pharmacy"), "azure", "EUR", 12_345_678),
        (product("labs"), "focus", "USD", 4_250_000),
        (Owner::Shared("network".to_owned()), "focus", "USD", 41_999_999),
        (Owner::Unallocated, "focus", "USD", -1_230_001),
    ];
    let mut rows = Vec::new();
    for (age, week) in week().trailing(WEEKS_SHOWN).into_iter().enumerate() {
        for (position, (owner, source, currency, base)) in owners.iter().enumerate() {
            for (service, share) in service_of(position) {
                let days = std::array::from_fn(|day| {
                    let wave = base * (100 + age as i64 + day as i64 % 3) / 100 * share / 100;
                    Amounts { billed: wave, effective: wave - wave / 7 }
                });
                rows.push(OwnerWeek {
                    week,
                    source: (*source).into(),
                    currency: currency.parse().unwrap(),
                    owner: owner.clone(),
                    environment: if position % 2 == 0 {
                        Environment::Production
                    } else {
                        Environment::Staging
                    },
                    service: service.into(),
                    days,
                });
            }
        }
    }
    rows
}

fn service_weeks() -> Vec<OwnerWeek> {
    owner_weeks(|position| {
        if position == 0 {
            vec![("AmazonEC2", 70), ("Amazon RDS", 30)]
        } else {
            vec![("=cmd|' /C calc'!A0", 100)]
        }
    })
}

fn billed_days(weeks: &[OwnerWeek]) -> Vec<BilledDay> {
    let mut days: Vec<BilledDay> = Vec::new();
    for row in weeks.iter().filter(|row| row.week == week()) {
        for (day, amounts) in week().days().into_iter().zip(row.days) {
            let known = days.iter_mut().find(|known| {
                *known.source == *row.source && known.currency == row.currency && known.day == day
            });
            match known {
                Some(known) => known.amounts += amounts,
                None => days.push(BilledDay {
                    source: row.source.to_string(),
                    currency: row.currency,
                    day,
                    amounts,
                }),
            }
        }
    }
    days
}

fn objective(
    id: &str,
    product: Option<&str>,
    method: BudgetingMethod,
    window: Window,
    bad: i64,
) -> ObjectiveHistory {
    let start = at("2026-09-06T15:00:00Z");
    let buckets = (0..77_i64)
        .map(|day| SliBucket {
            objective: id.into(),
            period: Period { start: start + (day * 24).hours(), end: start + ((day + 1) * 24).hours() },
            good: 1_000_000 - bad,
            total: 1_000_000,
            samples_seen: 1_400,
            samples_expected: 1_440,
        })
        .collect();
    ObjectiveHistory {
        objective: Objective {
            id: id.to_owned(),
            display_name: format!("{id} *for users*"),
            description: String::new(),
            service: product.unwrap_or("mystery").to_owned(),
            product: product.map(|slug| slug.parse().unwrap()),
            environment: Environment::Production,
            method,
            target: Ppm(999_500),
            window,
            counting: domain::counting::Counting::default(),
            source: "slo".to_owned(),
            definition_hash: String::new(),
            valid_from: start,
            reviewed_at: product.map(|_| start),
        },
        earlier: Vec::new(),
        buckets,
        excluded: Vec::new(),
    }
}

fn objectives() -> Vec<ObjectiveHistory> {
    let rolling = Window::Rolling { seconds: 28 * 86_400 };
    let monthly = Window::Calendar {
        unit: WindowUnit::Month,
        count: 1,
        start: "2026-01-01T00:00:00".parse().unwrap(),
        time_zone: "Asia/Tokyo".to_owned(),
    };
    let slices = BudgetingMethod::Timeslices { slice_target: Ppm(990_000), slice_seconds: 60 };
    vec![
        objective("checkout", Some("telemed"), BudgetingMethod::Occurrences, rolling.clone(), 620),
        objective("search", Some("pharmacy"), slices, monthly, 12),
        objective(
            "video",
            Some("telemed"),
            BudgetingMethod::RatioTimeslices { slice_seconds: 300 },
            rolling,
            440,
        ),
    ]
}

pub fn incident(id: &str, product: &str, severity: Severity, start: &str, end: Option<&str>) -> Incident {
    let end = end.map(at);
    Incident {
        source: "pagerduty".to_owned(),
        external_id: id.to_owned(),
        title: format!("{id}: [login] fails | 決済 \"timeout\""),
        product: product.to_owned(),
        severity,
        status: "resolved".to_owned(),
        impact_start: Some(at(start)),
        detected_at: Some(at(start)),
        declared_at: at(start),
        acknowledged_at: None,
        mitigated_at: end,
        resolved_at: end,
        impact_fraction: Ppm(250_000),
        customer_impact: true,
        detected_by: Some(DetectedBy::Customer),
        cause_deploy_id: None,
        fingerprint: Some("login".to_owned()),
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: None,
        postmortem_published_at: None,
        url: Some(format!("https://pager.example/incidents/{id}")),
        updated_at: at(start),
        raw: "{}".to_owned(),
        calm: Vec::new(),
    }
}

/// What the meeting of week 47 looked at on Monday at 10:00 in Tokyo, when six of seven days were in.
pub fn input() -> ReviewInput {
    let owner_weeks = owner_weeks(|_| vec![("", 100)]);
    let mut drill =
        incident("P4", "labs", Severity::Sev3, "2026-11-18T01:00:00Z", Some("2026-11-18T02:00:00Z"));
    drill.is_test = true;
    let mut unclear = incident("P3", "mystery", Severity::Unclassified, "2026-11-20T03:00:00Z", None);
    unclear.detected_by = None;
    ReviewInput {
        week: week(),
        as_of: at("2026-11-23T01:00:00Z"),
        catalogue: catalogue().into(),
        sources: vec![
            source("azure", SourceKind::Cost, "2026-11-17"),
            source("focus", SourceKind::Cost, "2026-11-22"),
            source("pagerduty", SourceKind::Incidents, "2026-11-22"),
            source("slo", SourceKind::Objectives, "2026-11-22"),
        ],
        service_weeks: service_weeks(),
        billed_days: billed_days(&owner_weeks),
        owner_weeks,
        objectives: objectives(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        incidents: vec![
            incident("P1", "telemed", Severity::Sev1, "2026-11-17T04:10:00Z", Some("2026-11-17T05:42:30Z")),
            incident("P2", "telemed", Severity::Sev4, "2026-11-19T23:00:00Z", Some("2026-11-20T00:05:00Z")),
            unclear,
            drill,
            incident("P0", "telemed", Severity::Sev2, "2026-11-03T04:10:00Z", Some("2026-11-03T04:40:00Z")),
        ],
        unusual: UnusualInput::default(),
        tax_weeks: Vec::new(),
        queue: Default::default(),
    }
}

pub fn review() -> WeeklyReview {
    WeeklyReview::new(&input())
}

/// The pages of all products of a review made from an input.
pub fn products(review: &WeeklyReview, input: &ReviewInput) -> Vec<ProductReview> {
    review
        .products
        .iter()
        .map(|product| {
            ProductReview::new(review, input, &service_weeks(), &[], &[], &[], &product.slug).unwrap()
        })
        .collect()
}
