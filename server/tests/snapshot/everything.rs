//! The same company with every word and every shape that a document can hold.

use domain::action::ActionState;
use domain::anomaly::Anomaly;
use domain::answer::{Answer, Evidence, Reopened, Subject, Verdict};
use domain::budget::Variance;
use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::cost::Owner;
use domain::coverage::SourceKind;
use domain::decision::DecisionResult;
use domain::deploy::DeployDay;
use domain::finding::{Cell, Detail, MatrixRow, Status};
use domain::forecast::{Accuracy, Band, Basis, FanRefusal, Method, Refusal};
use domain::incident::{DetectedBy, Severity};
use domain::incident_merge::IncidentKey;
use domain::money::{Currency, Money};
use domain::note::{Note, NotePlace, NoteSection};
use domain::objective::{CompositePart, Window, WindowUnit};
use domain::objective_queue::{AgedReason, Reason, ReviewRequest, ReviewsDue};
use domain::pace::Pace;
use domain::period::Period;
use domain::policy::ShipAction;
use domain::policy::demand::Demand;
use domain::policy::verdict::{Decider, Gap, ShipVerdict};
use domain::product::Environment;
use domain::product_review::MonthCourse;
use domain::product_review::ProductReview;
use domain::product_review::outlook::{CostAnomaly, Range};
use domain::rate::RatePolicy;
use domain::ratio::Ppm;
use domain::review::WeeklyReview;
use domain::review::actions::{ActionSection, ReviewAction};
use domain::review::anomalies::OverlappingIncident;
use domain::review::incidents::Postmortem;
use domain::review::questions::{Matter, Question, ServiceMove};
use domain::review::topics::{ReviewDecision, ReviewTopic, TopicSection};
use domain::topic::TopicState;
use rust_decimal::Decimal;

use super::sample::{at, input, products};

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
        actions: None,
        data: None,
    }));
    every_word(&mut review);
    review.questions = every_question();
    review.reviews_due = every_reason();
    let telemed = "telemed".parse().unwrap();
    review.cloud_anomalies =
        vec![(cloud_anomaly(Some("2026-11-18")), vec![telemed]), (cloud_anomaly(None), Vec::new())];
    review.verdicts = every_verdict();
    review.actions = every_promise();
    review.topics = every_topic();
    review.notes = every_note();
    products[0].note = review.notes.last().cloned();
    products[0].actions = review.actions.carried.clone();
    products[0].deploys = vec![DeployDay {
        day: "2026-11-18".parse().unwrap(),
        deploys: 2,
        rolled_back: 1,
        versions: vec!["v1.2.3".to_owned(), "緊急".to_owned()],
    }];
    products[0].verdict = review.verdicts.first().cloned();
    (review, products)
}

/// A note of every section and of a product.
fn every_note() -> Vec<Note> {
    let note = |place| Note {
        place,
        version: 2,
        at: at("2026-11-23T01:20:00Z"),
        by: "@sato".to_owned(),
        text: "# =1+1\n\n<b>| bold |</b>".to_owned(),
    };
    let sections = NoteSection::ALL.map(NotePlace::Section);
    let all = sections.into_iter().chain([NotePlace::Product("telemed".parse().unwrap())]);
    all.map(note).collect()
}

/// Topics in every state and decisions with every result, with everything that one can have and with nothing.
fn every_topic() -> TopicSection {
    let topic = |(position, state): (usize, TopicState)| ReviewTopic {
        id: 3 + position as i64,
        title: "=1+1 | _search_ is <b>slow</b>".to_owned(),
        evidence: if position == 0 { "3.1 s | p95".to_owned() } else { String::new() },
        product: (position == 0).then(|| "telemed".parse().unwrap()),
        link: (position == 0).then(|| "https://dash.example/?a=1&b=2".to_owned()),
        raised_by: "@sato".to_owned(),
        state,
        note: if position == 3 { "+1 next time".to_owned() } else { String::new() },
        week: "2026-W47".parse().unwrap(),
        carried: position as i64,
    };
    let decision = |(position, result): (usize, Option<DecisionResult>)| ReviewDecision {
        id: 5 + position as i64,
        text: "-stop | *staging* at night".to_owned(),
        expects: "=¥180,000".to_owned(),
        product: (position == 0).then(|| "telemed".parse().unwrap()),
        week: "2026-W41".parse().unwrap(),
        topic: (position == 0).then_some(3),
        made_by: "@sato".to_owned(),
        look_again_on: "2026-11-20".parse().unwrap(),
        result,
        note: if result.is_some() { "¥20,000".to_owned() } else { String::new() },
    };
    let results = [None].into_iter().chain(DecisionResult::ALL.map(Some));
    let all: Vec<ReviewDecision> = results.enumerate().map(decision).collect();
    TopicSection {
        topics: TopicState::ALL.into_iter().enumerate().map(topic).collect(),
        made: all[..1].to_vec(),
        look_again: all,
    }
}

/// Promises in every state, with everything that one can have and with nothing.
fn every_promise() -> ActionSection {
    let promise = |(position, state): (usize, ActionState)| ReviewAction {
        id: 7 + position as i64,
        version: position as i64,
        text: "=1+1 | _watch_ the <b>expiry</b>".to_owned(),
        owner: "@hayashi".to_owned(),
        product: (position == 0).then(|| "telemed".parse().unwrap()),
        incident: (position == 0)
            .then(|| IncidentKey { source: "pagerduty".to_owned(), external_id: "118".to_owned() }),
        link: (position == 0).then(|| "https://tracker.example/7?a=1&b=2".to_owned()),
        state,
        status: if position == 0 { Status::Breached } else { Status::Ok },
        due_on: "2026-11-10".parse().unwrap(),
        redates: position,
        age_days: 21,
        overdue_days: if position == 0 { 13 } else { 0 },
        carried: 2,
        issue: None,
    };
    let all: Vec<ReviewAction> = ActionState::ALL.into_iter().enumerate().map(promise).collect();
    ActionSection { made: all[..1].to_vec(), carried: all }
}

/// Every answer of a policy, and everything that it can demand or miss.
fn every_verdict() -> Vec<ShipVerdict> {
    let text = || "telemed-video-connect".to_owned();
    let postmortem = |postmortem_url: Option<&str>| Demand::Postmortem {
        objective: text(),
        source: "pagerduty".to_owned(),
        incident: "118".to_owned(),
        title: "P1: [login] fails | =1+1".to_owned(),
        share: Ppm(311_000),
        postmortem_url: postmortem_url.map(str::to_owned),
    };
    let halt = ShipVerdict {
        product: "telemed".parse().unwrap(),
        action: Some(ShipAction::Halt),
        note: "=1+1 | _only_ repairs".to_owned(),
        decider: Some(Decider { objective: text(), remaining: Some(Ppm(-380_000)) }),
        gaps: Vec::new(),
        demands: vec![
            postmortem(None),
            postmortem(Some("https://wiki.example/1")),
            Demand::QuarterlyPriority { objective: text(), cause: "db/pool".to_owned(), share: Ppm(220_000) },
        ],
        approved_on: Some("2026-10-01".parse().unwrap()),
        revisit_on: Some("2026-11-01".parse().unwrap()),
        is_past_revisit: true,
        provisional: true,
    };
    let gaps = vec![
        Gap::Approval,
        Gap::Objectives,
        Gap::Objective(text()),
        Gap::Counts { objective: text(), last: None },
        Gap::Counts { objective: text(), last: Some(at("2026-11-18T21:10:00Z")) },
        Gap::Budget(text()),
    ];
    let unknown = ShipVerdict { action: None, decider: None, gaps, demands: Vec::new(), ..halt.clone() };
    let without = ShipVerdict { gaps: vec![Gap::Policy], ..unknown.clone() };
    let others = [ShipAction::Care, ShipAction::Ship].map(|action| ShipVerdict {
        action: Some(action),
        decider: Some(Decider { objective: text(), remaining: None }),
        ..unknown.clone()
    });
    [halt, unknown, without].into_iter().chain(others).collect()
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
        Detail::ActionsOpen { open: 3, overdue: 2, longest: 13 },
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
        row.part = Some(CompositePart { whole: "a, \"b\"".to_owned(), weight: Ppm(2_500_000) });
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
