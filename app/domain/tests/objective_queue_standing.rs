//! Reasons that no counts tell: policies, exclusions, alerts, promises, restatements, attention and actions. Each
//! has an example that meets it and one where its cause is cleared.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::catalogue::Catalogue;
use domain::counting::{Counting, Excluded};
use domain::coverage::{SourceKind, SourceState};
use domain::finding::Status;
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, Window};
use domain::objective_condition::{Condition, conditions};
use domain::objective_queue::{
    Action, Assessment, BurnAlert, CountsRestated, Decision, FrozenWeek, ObjectiveTerms, PageRead,
    QueueInput, Reason, due_after,
};
use domain::objective_vendor::VendorExclusion;
use domain::organization::{Localized, Organization};
use domain::period::Period;
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::{Environment, Product};
use domain::ratio::Ppm;
use domain::review::{ReviewInput, WeeklyReview};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};

const NOW: &str = "2026-11-23T01:00:00Z";
const END: &str = "2026-11-22T15:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn days_back(days: i64) -> Timestamp {
    at(END).checked_sub((24 * days).hours()).unwrap()
}

fn objective(id: &str, target: i64) -> Objective {
    Objective {
        id: id.to_owned(),
        display_name: id.to_owned(),
        description: String::new(),
        service: "telemed".to_owned(),
        product: Some("telemed".parse().unwrap()),
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(target),
        window: Window::Rolling { seconds: 28 * 86_400 },
        counting: Counting::default(),
        source: "openslo".to_owned(),
        definition_hash: "now".to_owned(),
        valid_from: days_back(400),
        reviewed_at: Some(days_back(40)),
    }
}

/// 60 of 100,000 requests a day fail, a little more on one day in five.
fn history(objective: Objective) -> ObjectiveHistory {
    let bucket = |day: i64| SliBucket {
        objective: objective.id.as_str().into(),
        period: Period { start: days_back(day), end: days_back(day - 1) },
        good: 100_000 - if day % 5 == 0 { 64 } else { 60 },
        total: 100_000,
        samples_seen: 288,
        samples_expected: 288,
    };
    let buckets = (1..=91).rev().map(bucket).collect();
    ObjectiveHistory { objective, earlier: Vec::new(), buckets, excluded: Vec::new() }
}

fn catalogue() -> Catalogue {
    let product = Product {
        slug: "telemed".parse().unwrap(),
        name: Localized::same("Telemedicine"),
        group: None,
        tier: 1,
        product_manager: Some("Sato".to_owned()),
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    };
    let policy = ErrorBudgetPolicy {
        product: product.slug.clone(),
        text: "We stop.".to_owned(),
        steps: vec![PolicyStep { at_least: None, action: ShipAction::Halt, note: String::new() }],
        objectives: Vec::new(),
        approvers: vec!["Sato".to_owned()],
        approved_on: Some(date(2026, 10, 1)),
        revisit_on: Some(date(2027, 4, 1)),
    };
    Catalogue { products: vec![product], policies: vec![policy], ..Catalogue::default() }
}

fn input(objectives: Vec<ObjectiveHistory>) -> ReviewInput {
    ReviewInput {
        week: "2026-W47".parse().unwrap(),
        as_of: at(NOW),
        catalogue: catalogue().into(),
        sources: Vec::new(),
        owner_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives,
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: Default::default(),
        tax_weeks: Vec::new(),
        queue: QueueInput::default(),
    }
}

fn one() -> ReviewInput {
    input(vec![history(objective("a", 999_000))])
}

/// What the queue says of the objective `a`.
fn reasons(input: &ReviewInput) -> Vec<Reason> {
    let queue = WeeklyReview::with_queue(input).1;
    let item = queue.open.into_iter().find(|item| item.row.id == "a");
    item.map(|item| item.reasons.into_iter().map(|aged| aged.reason).collect()).unwrap_or_default()
}

#[test]
fn nothing_is_asked_where_all_is_in_order() {
    assert_eq!(reasons(&one()), []);
}

/// Changes an input that asks for nothing.
type Change = Box<dyn Fn(&mut ReviewInput)>;

fn policy(change: impl Fn(&mut ErrorBudgetPolicy) + 'static) -> Change {
    Box::new(move |input| {
        let mut catalogue = (*input.catalogue).clone();
        change(&mut catalogue.policies[0]);
        input.catalogue = catalogue.into();
    })
}

fn terms(terms: ObjectiveTerms) -> Change {
    Box::new(move |input| {
        let own = ObjectiveTerms { objective: "a".to_owned(), ..terms.clone() };
        input.queue.terms = vec![own];
    })
}

fn alerts(thresholds: &[i64]) -> Change {
    let alert = |threshold: &i64| BurnAlert {
        severity: "page".to_owned(),
        threshold: Ppm(*threshold),
        lookback_seconds: 3_600,
    };
    terms(ObjectiveTerms { alerts: Some(thresholds.iter().map(alert).collect()), ..Default::default() })
}

fn excluded(hours: &'static [(i64, i64)]) -> Change {
    Box::new(move |input| {
        let excluded = hours.iter().map(|(day, hours)| {
            let start = days_back(*day);
            let end = start.checked_add((*hours).hours()).unwrap();
            Excluded { period: Period { start, end }, applied_seconds: 0 }
        });
        input.objectives[0].excluded = excluded.collect();
    })
}

/// A window of so many hours that the vendor leaves out, from the first day of the objective's window on.
fn left_out(hours: i64, rule: Option<&'static str>) -> Change {
    Box::new(move |input| {
        let start = days_back(28);
        input.queue.left_out = vec![VendorExclusion {
            objective: "a".to_owned(),
            id: "1".to_owned(),
            category: "Other".to_owned(),
            description: String::new(),
            start,
            end: Some(start.checked_add(hours.hours()).unwrap()),
            rule: rule.map(str::to_owned),
            time_zone: rule.map(|_| "Asia/Tokyo".to_owned()),
        }];
    })
}

/// Other objectives of the product with these targets, on the first of which `a` depends.
fn beside(target: i64) -> Change {
    Box::new(move |input| {
        input.objectives.push(history(objective("gateway", target)));
        let terms = ObjectiveTerms {
            objective: "a".to_owned(),
            depends_on: vec!["gateway".to_owned(), "elsewhere".to_owned()],
            ..Default::default()
        };
        input.queue.terms = vec![terms];
    })
}

fn restated(bad_then: i64) -> Change {
    Box::new(move |input| {
        let period = Period { start: days_back(10), end: days_back(9) };
        input.queue.frozen = Some(FrozenWeek { week: "2026-W46".parse().unwrap(), at: days_back(6) });
        input.queue.restated = vec![CountsRestated {
            objective: "a".to_owned(),
            seen_at: days_back(2),
            period,
            old_good: 100_000 - bad_then,
            old_total: 100_000,
            new_good: 100_000 - 64,
            new_total: 100_000,
        }];
    })
}

fn read(objective: &str, first: i64, last: i64) -> PageRead {
    PageRead { objective: objective.to_owned(), first_at: days_back(first), last_at: days_back(last) }
}

fn reads(reads: &'static [(&'static str, i64, i64)]) -> Change {
    Box::new(move |input| {
        input.queue.reads = reads.iter().map(|(id, first, last)| read(id, *first, *last)).collect();
    })
}

fn held(days: i64, due_on: jiff::civil::Date, done: bool) -> Assessment {
    Assessment {
        objective: "a".to_owned(),
        at: days_back(days),
        by: "Mori".to_owned(),
        decision: Decision::FixIndicator,
        note: "note".to_owned(),
        toil: None,
        satisfaction: None,
        definition_hash: "now".to_owned(),
        due_on: date(2027, 1, 31),
        evidence: Vec::new(),
        action: Some(Action {
            what: "count retries".to_owned(),
            owner: "Mori".to_owned(),
            due_on,
            done: done.then(|| (days_back(1), "Sato".to_owned())),
        }),
    }
}

fn action(due_on: jiff::civil::Date, done: bool) -> Change {
    Box::new(move |input| input.queue.assessments = vec![held(20, due_on, done)])
}

#[test]
fn each_cause_has_its_reason_and_clearing_it_clears_it() {
    let promised = |contract| terms(ObjectiveTerms { contract: Some(Ppm(contract)), ..Default::default() });
    let contract_of = |contract| promised(contract);
    let (month, last_week) = (date(2026, 10, 20), date(2026, 11, 15));
    let overdue = Reason::ActionOverdue("Mori".to_owned(), last_week);
    let cases: Vec<(&str, Change, Vec<Reason>)> = vec![
        ("nobody approved the policy", policy(|one| one.approvers.clear()), vec![Reason::NoPolicy]),
        (
            "approved from next month on",
            policy(|one| one.approved_on = Some(date(2026, 12, 1))),
            vec![Reason::NoPolicy],
        ),
        (
            "the policy is past its day",
            policy(move |one| one.revisit_on = Some(month)),
            vec![Reason::PolicyOutdated(month)],
        ),
        ("the policy is due today", policy(|one| one.revisit_on = Some(date(2026, 11, 23))), vec![]),
        // 34 of 672 hours are 5.06 %; 33 are 4.91 %.
        ("34 hours are excluded", excluded(&[(20, 34)]), vec![Reason::ExcludedTime(Ppm(50_595))]),
        ("33 hours are excluded", excluded(&[(20, 33)]), vec![]),
        (
            "more is excluded every week",
            excluded(&[(27, 1), (20, 2), (13, 3), (6, 4)]),
            vec![Reason::ExclusionsGrow(3)],
        ),
        ("no more than the week before", excluded(&[(27, 1), (20, 2), (13, 3), (6, 3)]), vec![]),
        ("the vendor leaves 34 hours out", left_out(34, None), vec![Reason::ExcludedTime(Ppm(50_595))]),
        ("the vendor leaves 33 hours out", left_out(33, None), vec![]),
        // Four nights of nine hours in four weeks are 36 hours; of eight hours 32.
        (
            "the vendor leaves a night a week out",
            left_out(9, Some("FREQ=WEEKLY")),
            vec![Reason::ExcludedTime(Ppm(53_571))],
        ),
        ("a shorter one", left_out(8, Some("RRULE:FREQ=WEEKLY")), vec![]),
        ("a rule that nobody understands", left_out(9, Some("FREQ=SECONDLY")), vec![]),
        (
            "what both leave out counts once",
            Box::new(|input: &mut ReviewInput| {
                left_out(20, None)(input);
                excluded(&[(28, 33)])(input);
            }),
            vec![],
        ),
        // At 99.9 % nothing burns faster than 1,000 times even.
        ("an alert at 1,000 times even", alerts(&[14_400_000, 1_000_000_000]), vec![]),
        (
            "an alert above it",
            alerts(&[14_400_000, 1_000_000_001]),
            vec![Reason::AlertImpossible(Ppm(1_000_000_001), Ppm(1_000_000_000))],
        ),
        ("no alert", alerts(&[]), vec![Reason::NoAlert]),
        ("a source that does not tell of alerts", terms(ObjectiveTerms::default()), vec![]),
        ("a stricter dependency", beside(999_500), vec![]),
        (
            "a dependency of the same target",
            beside(999_000),
            vec![Reason::AboveDependency("gateway".to_owned(), Ppm(999_000))],
        ),
        ("room to the contract", contract_of(995_000), vec![]),
        ("no room to the contract", contract_of(999_000), vec![Reason::BelowContract(Ppm(999_000))]),
        // 1,704 failed of the 2,800 that the window of week 46 allows; 280 more are exactly 10 points of it.
        ("restated by 10 points", restated(344), vec![]),
        ("restated by more", restated(345), vec![Reason::Restated(Ppm(291_071), Ppm(391_428))]),
        ("reads are known for three weeks only", reads(&[("other", 21, 1)]), vec![]),
        ("opened three weeks ago", reads(&[("other", 50, 1), ("a", 21, 21)]), vec![]),
    ];
    for (name, change, expected) in cases {
        let mut input = one();
        change(&mut input);
        let found = reasons(&input);
        let shown: Vec<&Reason> = found.iter().collect();
        let expected: Vec<&Reason> = expected.iter().collect();
        assert_eq!(shown, expected, "{name}");
    }
    for (name, change, expected) in [
        ("what was decided is not done", action(last_week, false), vec![overdue]),
        ("it is done", action(last_week, true), vec![]),
        ("it is due today", action(date(2026, 11, 23), false), vec![]),
    ] {
        let mut input = one();
        change(&mut input);
        assert_eq!(reasons(&input), expected, "{name}");
    }
}

/// Who opened it, and how many days ago first and last.
type Opened = (&'static str, i64, i64);

/// Neither opened nor reviewed here nor elsewhere for 28 days.
#[test]
fn what_nobody_looks_at_is_ignored() {
    let table: [(&str, &'static [Opened], i64, Vec<Reason>); 4] = [
        ("opened long ago", &[("a", 50, 45), ("b", 50, 1)], 40, vec![Reason::Ignored(Some(days_back(40)))]),
        ("opened later than reviewed", &[("a", 50, 30)], 40, vec![Reason::Ignored(Some(days_back(30)))]),
        ("never opened", &[("b", 50, 1)], 40, vec![Reason::Ignored(Some(days_back(40)))]),
        ("reviewed elsewhere", &[("b", 50, 1)], 10, vec![]),
    ];
    for (name, read, reviewed, expected) in table {
        let mut input = one();
        input.objectives[0].objective.reviewed_at = Some(days_back(reviewed));
        reads(read)(&mut input);
        assert_eq!(reasons(&input), expected, "{name}");
    }
    let mut new = one();
    (new.objectives[0].objective.valid_from, new.objectives[0].objective.reviewed_at) = (days_back(10), None);
    reads(&[("b", 50, 1)])(&mut new);
    assert_eq!(reasons(&new), [], "an objective of last week could not be ignored");
}

/// A review does not answer what it left to do: only doing it does.
#[test]
fn another_review_does_not_do_the_work() {
    let mut input = one();
    let due = date(2026, 11, 15);
    let mut second = held(3, due, false);
    second.action = None;
    second.evidence = vec![("R24".to_owned(), "not done".to_owned())];
    input.queue.assessments = vec![held(20, due, false), second];
    assert_eq!(reasons(&input), [Reason::ActionOverdue("Mori".to_owned(), due)]);
}

/// Reasons that do hold until somebody says otherwise are answered by a review until the next one is due.
#[test]
fn a_review_answers_what_stands() {
    let mut input = one();
    alerts(&[])(&mut input);
    let mut kept = held(3, date(2027, 1, 1), true);
    kept.evidence = vec![("R19".to_owned(), "no alert".to_owned())];
    input.queue.assessments = vec![kept];
    assert_eq!(reasons(&input), []);
    input.queue.assessments[0].due_on = date(2026, 11, 22);
    assert_eq!(reasons(&input), [Reason::Overdue(date(2026, 11, 22)), Reason::NoAlert]);
}

/// 30 days while an objective is younger than 90, then 90; counted in days of the organisation's zone.
#[test]
fn the_next_review_is_due_by_cadence() {
    let mut history = history(objective("a", 999_000));
    for (age, reviewed, expected) in [
        (0, "2026-11-23T01:00:00Z", date(2026, 12, 23)),
        (89, "2026-11-23T01:00:00Z", date(2026, 12, 23)),
        (90, "2026-11-23T01:00:00Z", date(2027, 2, 21)),
        // 23:00 in London is the next morning in Tokyo.
        (400, "2026-11-22T23:00:00Z", date(2027, 2, 21)),
        (400, "2026-11-22T14:59:59Z", date(2027, 2, 20)),
    ] {
        let reviewed = at(reviewed);
        history.objective.valid_from = reviewed.checked_sub((24 * age).hours()).unwrap();
        assert_eq!(due_after(&history, reviewed, &Organization::default()), expected, "{age} days old");
    }
    // A new version of an old objective makes it no younger.
    let old = history.objective.clone();
    history.objective.valid_from = days_back(1);
    history.earlier = vec![old];
    assert_eq!(due_after(&history, at(NOW), &Organization::default()), date(2027, 2, 21));
}

/// What is odd about a number: each by an example that meets it and one that does not, and never green.
#[test]
fn odd_numbers_are_told() {
    let quiet = |days: usize| -> Change {
        Box::new(move |input| {
            for bucket in input.objectives[0].buckets.iter_mut().rev().take(days) {
                (bucket.good, bucket.total) = (0, 0);
            }
        })
    };
    let ahead = |last: &'static str| -> Change {
        Box::new(move |input| {
            input.sources = vec![SourceState {
                name: "openslo".to_owned(),
                kind: SourceKind::Objectives,
                received_at: at(NOW),
                first_day: None,
                last_day: None,
                period_end: None,
                last_instant: Some(at(last)),
            }];
        })
    };
    let fell = |day: i64, before: i64| -> Change {
        Box::new(move |input| {
            let period = Period { start: days_back(day), end: days_back(day - 1) };
            input.queue.restated = vec![CountsRestated {
                objective: "a".to_owned(),
                seen_at: days_back(1),
                period,
                old_good: before,
                old_total: before,
                new_good: 99_940,
                new_total: 100_000,
            }];
        })
    };
    let target =
        |target: i64| -> Change { Box::new(move |input| input.objectives[0].objective.target = Ppm(target)) };
    let window = |seconds: i64| -> Change {
        Box::new(move |input| input.objectives[0].objective.window = Window::Rolling { seconds })
    };
    let day = Period { start: days_back(5), end: days_back(4) };
    let cases: Vec<(&str, Change, Vec<Condition>, Status, bool)> = vec![
        ("in order", Box::new(|_| ()), vec![], Status::Ok, false),
        ("100 %", target(1_000_000), vec![Condition::WholeTarget], Status::Breached, false),
        ("99.9999 %", target(999_999), vec![], Status::Breached, false),
        ("a minute", window(60), vec![Condition::ShortWindow(60)], Status::NoData, false),
        ("an hour", window(3_600), vec![], Status::NoData, false),
        ("a month without traffic", quiet(30), vec![Condition::NoTraffic(30)], Status::NoData, false),
        ("a week without traffic", quiet(7), vec![Condition::NoTraffic(7)], Status::Ok, false),
        ("six days without traffic", quiet(6), vec![], Status::Ok, false),
        // Today's bucket ends at midnight in Tokyo.
        ("until tonight", ahead("2026-11-23T15:00:00Z"), vec![], Status::Ok, false),
        (
            "until tomorrow",
            ahead("2026-11-23T15:00:01Z"),
            vec![Condition::Ahead(at("2026-11-23T15:00:01Z"))],
            Status::Ok,
            true,
        ),
        ("went down", fell(5, 120_000), vec![Condition::Fell(day, 120_000, 100_000)], Status::Ok, true),
        ("went up", fell(5, 90_000), vec![], Status::Ok, false),
        ("went down before the window", fell(40, 120_000), vec![], Status::Ok, false),
    ];
    for (name, change, expected, status, provisional) in cases {
        let mut input = one();
        change(&mut input);
        let review = WeeklyReview::new(&input);
        let row = &review.objectives[0];
        assert_eq!(conditions(&input, &input.objectives[0], review.measured_until), expected, "{name}");
        assert_eq!((row.status, row.provisional), (status, provisional), "{name}");
    }
    let mut flawless = one();
    target(1_000_000)(&mut flawless);
    for bucket in &mut flawless.objectives[0].buckets {
        bucket.good = bucket.total;
    }
    assert_eq!(
        WeeklyReview::new(&flawless).objectives[0].status,
        Status::Risk,
        "one failure away from a breach"
    );
}

/// What imports remark about one objective.
#[test]
fn remarks_of_imports_have_their_sentence() {
    let seen = at(NOW);
    for (rule, expected) in [
        ("slo/denied", Some(Condition::Denied(seen))),
        ("slo/refused", Some(Condition::Refused(seen))),
        ("slo/unanswerable", Some(Condition::Unanswerable(seen))),
        ("slo/partial", Some(Condition::Partial(seen))),
        ("slo/forgotten", Some(Condition::Forgotten(seen))),
        ("slo/warned", None),
        ("sli/unknown-objective", None),
    ] {
        assert_eq!(Condition::of_rule(rule, seen), expected, "{rule}");
    }
}
