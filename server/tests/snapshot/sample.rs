//! A small company whose week shows everything a document can hold.

use domain::anomaly::Anomaly;
use domain::answer::{Answer, Evidence, Reopened, Subject, Verdict};
use domain::budget::{Budget, Variance};
use domain::catalogue::Catalogue;
use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::cost::{Amounts, Owner, OwnerWeek};
use domain::coverage::{SourceKind, SourceState};
use domain::finding::{Cell, Detail, MatrixRow, Status};
use domain::forecast::{Accuracy, Band, Basis, FanRefusal, Method, Refusal};
use domain::incident::{DetectedBy, Incident, Severity};
use domain::money::{Currency, Money};
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, Window, WindowUnit};
use domain::objective_queue::{AgedReason, Reason, ReviewRequest, ReviewsDue};
use domain::organization::{Localized, Organization};
use domain::pace::Pace;
use domain::period::Period;
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::{Environment, Link, Product};
use domain::product_review::MonthCourse;
use domain::product_review::ProductReview;
use domain::product_review::outlook::{CostAnomaly, Range};
use domain::rate::{Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::review::anomalies::{OverlappingIncident, UnusualInput};
use domain::review::incidents::Postmortem;
use domain::review::questions::{Matter, Question, ServiceMove};
use domain::review::{BilledDay, ReviewInput, WEEKS_SHOWN, WeeklyReview};
use domain::split::{self, Pool, PoolTarget};
use domain::week::IsoWeek;
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;

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

/// A review in which every word and every shape of the document occurs at least once.
pub fn everything() -> (WeeklyReview, Vec<ProductReview>) {
    let input = input();
    let mut review = WeeklyReview::new(&input);
    let mut products = products(&review, &input);
    every_outlook(&mut products[1]);
    (products[0].pace, products[0].unusual) = (products[1].pace.clone(), products[1].unusual.clone());
    products[0].moves = products[1].moves.clone();
    review.products[2].closed_on = Some("2026-11-20".parse().unwrap());
    review.matrix.extend(details().into_iter().map(|detail| MatrixRow {
        product: "labs".parse().unwrap(),
        incidents: Some(Cell { status: Status::Breached, detail, provisional: true }),
        error_budget: None,
        cost: None,
        postmortems: None,
        data: None,
    }));
    every_word(&mut review);
    review.questions = every_question();
    review.reviews_due = every_reason();
    let telemed = "telemed".parse().unwrap();
    review.cloud_anomalies =
        vec![(cloud_anomaly(Some("2026-11-18")), vec![telemed]), (cloud_anomaly(None), Vec::new())];
    (review, products)
}

/// Every way in which a month's end is known or not, and days that stood out.
fn every_outlook(product: &mut ProductReview) {
    let band = Band { low: 1, lower: 2, upper: 3, high: 4 };
    let range = |basis, accuracy| Range { bands: vec![band], basis, accuracy };
    let template = product.months[0].clone();
    for (method, range) in [
        (Ok(Method::Level), Ok(range(Basis::Months(12), Some(Accuracy { held: 7, fans: 8 })))),
        (Ok(Method::SameWeekday), Ok(range(Basis::Weeks(6), None))),
        (Ok(Method::Trend), Err(FanRefusal::TooFew { errors: 3 })),
        (Ok(Method::Trend), Err(FanRefusal::NothingAhead)),
        (Err(Refusal::TooShort { days: 13 }), Err(FanRefusal::NoForecast)),
        (Err(Refusal::Nothing), Err(FanRefusal::NoForecast)),
        (Err(Refusal::TooLarge), Err(FanRefusal::NoForecast)),
    ] {
        product.months.push(MonthCourse { method, range, shape: vec![5, -6], ..template.clone() });
    }
    let yen = |micros| Money { micros, currency: Currency::JPY };
    product.pace = Some(Pace {
        expected_share: Ppm(700_000),
        pace: Some(Ppm(1_030_000)),
        remaining: yen(-1),
        days_left: 9,
        allowed_per_day: Some(yen(1)),
        exhausted_on: Some("2026-11-28".parse().unwrap()),
    });
    let (first, last) = ("2026-11-17".parse().unwrap(), "2026-11-18".parse().unwrap());
    for service in [None, Some("RDS".to_owned())] {
        let event = Anomaly { first, last, actual: 300, expected: 200, goes_on: service.is_some() };
        let answers = [Verdict::Expected, Verdict::Real, Verdict::Ignored]
            .map(|verdict| answer(Subject::Anomaly, Evidence::of_event(&event), verdict));
        let is_first = service.is_none();
        product.unusual.events.push(CostAnomaly {
            currency: Currency::USD,
            answers: if is_first { Vec::new() } else { answers.to_vec() },
            reopened: (!is_first).then_some(Reopened::Longer),
            incidents: vec![OverlappingIncident {
                external_id: "P1".to_owned(),
                title: "P1: [login] fails".to_owned(),
                severity: Severity::Sev1,
                impact: Period { start: at("2026-11-17T04:10:00Z"), end: at("2026-11-17T05:42:30Z") },
            }],
            event,
            service,
        });
    }
    let gone = Anomaly { first, last: first, actual: 3, expected: 2, goes_on: false };
    let gone = Evidence::of_event(&gone);
    product.unusual.vanished.push(answer(Subject::Anomaly, gone, Verdict::Ignored));
    product.unusual.cloud.push(cloud_anomaly(None));
    product.unusual.too_short = true;
    for reopened in [None, Some(Reopened::Dearer), Some(Reopened::Earlier)] {
        product.moves.push(ServiceMove {
            service: "RDS".to_owned(),
            currency: Currency::USD,
            now: gone,
            answers: vec![answer(Subject::Mover, gone, Verdict::Real)],
            reopened,
            explained: reopened.is_none(),
        });
    }
}

fn answer(subject: Subject, seen: Evidence, verdict: Verdict) -> Answer {
    Answer {
        subject,
        owner: Owner::Product("pharmacy".parse().unwrap()),
        service: (subject == Subject::Mover).then(|| "RDS".to_owned()),
        currency: Currency::USD,
        seen,
        verdict,
        note: "負荷試験 | \"11/20\" まで".to_owned(),
        snooze_weeks: 4,
        asked_again_on: "2026-12-16".parse().unwrap(),
        by: "demo".to_owned(),
        at: at("2026-11-18T02:00:00Z"),
    }
}

fn cloud_anomaly(last: Option<&str>) -> CloudAnomaly {
    let cause = CloudCause {
        account: Some("123456789012".to_owned()),
        account_name: Some("本番".to_owned()),
        service: Some("RDS".to_owned()),
        impact: last.map(|_| 40),
        ..CloudCause::default()
    };
    CloudAnomaly {
        source: "aws".to_owned(),
        id: "a-1".to_owned(),
        first: "2026-11-17".parse().unwrap(),
        last: last.map(|day| day.parse().unwrap()),
        dimension: Some("RDS".to_owned()),
        currency: Currency::USD,
        impact: 50,
        expected: last.map(|_| 60),
        feedback: last.map(|_| "YES".to_owned()),
        causes: vec![cause],
    }
}

/// Every reason to review an objective.
fn every_reason() -> ReviewsDue {
    let (day, share, other) = ("2026-11-20".parse().unwrap(), Ppm(990_000), Ppm(995_000));
    let reasons = vec![
        Reason::Overdue(day),
        Reason::NeverReviewed(day),
        Reason::Changed,
        Reason::MissedWeeks(4, 12),
        Reason::MissedWindows(2),
        Reason::NeverBurns(share),
        Reason::Constant(28),
        Reason::Stale(Some(at("2026-11-19T00:00:00Z"))),
        Reason::Stale(None),
        Reason::ThinCoverage(share),
        Reason::NoTraffic,
        Reason::IncidentWithoutBurn("P1".to_owned()),
        Reason::BurnWithoutIncident(share, other),
        Reason::CostlyIncident("P1".to_owned(), share),
        Reason::CostlyCause("[pool] | exhausted".to_owned(), share),
        Reason::WillExhaust(3_600),
        Reason::LowAndBurning(share),
        Reason::TargetTooHigh(7, 12, share),
        Reason::TargetTooLow(12, other),
        Reason::NoProduct,
        Reason::NoOwner,
        Reason::NoPolicy,
        Reason::PolicyOutdated(day),
        Reason::LittleTraffic(Decimal::new(93, 1)),
        Reason::ExcludedTime(share),
        Reason::ExclusionsGrow(3),
        Reason::VendorDiffers(share, other),
        Reason::FileDiffers(share, other),
        Reason::AlertImpossible(other, share),
        Reason::NoAlert,
        Reason::AboveDependency("gateway".to_owned(), share),
        Reason::BelowContract(share),
        Reason::UnevenWeekends(share),
        Reason::Restated(other, share),
        Reason::Ignored(None),
        Reason::Ignored(Some(at("2026-10-01T00:00:00Z"))),
        Reason::ActionOverdue("佐藤 葵".to_owned(), day),
        Reason::ShortWindow(60),
        Reason::ImpossibleTarget(Ppm::ONE),
        Reason::TargetAsPercent(Ppm(9_990)),
    ];
    let since = at("2026-11-16T00:00:00Z");
    let reasons = reasons.into_iter().map(|reason| AgedReason { reason, since }).collect();
    let request = |objective: &str, tier, owner: Option<&str>, reasons| ReviewRequest {
        objective: objective.to_owned(),
        tier,
        owner: owner.map(str::to_owned),
        reasons,
    };
    let first = vec![request("a", Some(1), Some("佐藤 葵"), reasons), request("b", None, None, Vec::new())];
    ReviewsDue { open: 7, first }
}

/// Every kind of question.
fn every_question() -> Vec<Question> {
    let yen = |micros| Money { micros, currency: Currency::JPY };
    let first = "2026-11-17".parse().unwrap();
    let now = Evidence { first, last: first, days: 1, goes_on: true, actual: 300, expected: 200 };
    let matters = [
        Matter::OverBudget { month: "2026-11".parse().unwrap(), forecast: yen(3), budget: yen(2) },
        Matter::Anomaly { currency: Currency::USD, now, service: None, reopened: Some(Reopened::Earlier) },
        Matter::Mover {
            owner: Owner::Product("telemed".parse().unwrap()),
            currency: Currency::USD,
            now,
            service: "RDS".to_owned(),
            reopened: None,
        },
        Matter::Mover {
            owner: Owner::Shared("Platform".to_owned()),
            currency: Currency::USD,
            now,
            service: "RDS".to_owned(),
            reopened: None,
        },
        Matter::Unallocated { amount: yen(9), share: Ppm(60_000), limit: Ppm(50_000) },
        Matter::SourceStale { source: "azure".to_owned(), kind: SourceKind::Cost, days: Some(5) },
    ];
    let question = |(position, matter): (usize, Matter)| Question {
        status: if position == 5 { Status::NoData } else { Status::Risk },
        product: (position < 3).then(|| "telemed".parse().unwrap()),
        matter,
    };
    matters.into_iter().enumerate().map(question).collect()
}

fn details() -> Vec<Detail> {
    let text = || "checkout".to_owned();
    vec![
        Detail::NoIncidents,
        Detail::Incidents {
            counts: Severity::ALL.map(|severity| (severity, 2)).to_vec(),
            open: 1,
            repeats: 3,
        },
        Detail::NoObjectives,
        Detail::ErrorBudget { objective: text(), remaining: Ppm(-12), burn_rate: None },
        Detail::ErrorBudget { objective: text(), remaining: Ppm(12), burn_rate: Some(Ppm(3)) },
        Detail::ObjectiveWithoutData { objective: text() },
        Detail::CostWithoutBudget { change: None, unanswered: 0 },
        Detail::CostForecast {
            forecast: Ppm(1),
            currency_share: Some(Ppm(2)),
            change: Some(Ppm(-3)),
            unanswered: 2,
        },
        Detail::CostForecast { forecast: Ppm(1), currency_share: None, change: None, unanswered: 0 },
        Detail::NoCost,
        Detail::RateMissing { from: Currency::USD, to: Currency::JPY, month: "2026-11".parse().unwrap() },
        Detail::SourceNotCompared { source: text() },
        Detail::PostmortemsMissing { missing: 1 },
        Detail::PostmortemsDone { published: 2 },
        Detail::DataArrives,
        Detail::SourceStale { source: text(), days: 4 },
    ]
}

fn every_word(review: &mut WeeklyReview) {
    let rows = &mut review.incidents.rows;
    let states = [Postmortem::NotRequired, Postmortem::Missing, Postmortem::Draft, Postmortem::Published];
    let template = rows[0].clone();
    for (position, severity) in Severity::ALL.into_iter().enumerate() {
        let mut row = template.clone();
        row.severity = severity;
        row.detected_by = DetectedBy::ALL.get(position).copied();
        row.postmortem = states[position % 4];
        row.impact = None;
        row.planned = position == 0;
        rows.push(row);
    }
    let objectives = &mut review.objectives;
    let template = objectives[0].clone();
    let units = [
        WindowUnit::Minute,
        WindowUnit::Hour,
        WindowUnit::Day,
        WindowUnit::Week,
        WindowUnit::Month,
        WindowUnit::Quarter,
        WindowUnit::Year,
    ];
    for (position, unit) in units.into_iter().enumerate() {
        let mut row = template.clone();
        row.window = Window::Calendar {
            unit,
            count: 2,
            start: "2026-01-05T09:30:00".parse().unwrap(),
            time_zone: "America/New_York".to_owned(),
        };
        row.environment = Environment::ALL[position % 5];
        row.remaining_units = (position > 0).then(|| Decimal::new(-12_345, position as u32));
        row.remaining = None;
        row.last_data = None;
        objectives.push(row);
    }
    let template = review.rates[0].clone();
    for policy in RatePolicy::ALL {
        let mut applied = template.clone();
        applied.rate.policy = policy;
        applied.rate.rate = "0.00648004147226542249870398921".parse().unwrap();
        review.rates.push(applied);
    }
    let yen = |micros| Money { micros, currency: Currency::JPY };
    let mut budget = review.cost.budgets[0].clone();
    budget.variance = Some(Variance { total: yen(i64::MAX), usage: yen(i64::MIN), currency: yen(-1) });
    budget.spent = None;
    budget.status = Status::NoData;
    review.cost.budgets.push(budget);
}
