//! Which SLOs need a look: each rule of reference/slo.md 4.2 by an example that meets it and one that does not.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::catalogue::Catalogue;
use domain::incident::Incident;
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, Window};
use domain::objective_queue::{Assessment, Decision, QueueInput, QueueItem, ReviewQueue};
use domain::organization::Localized;
use domain::period::Period;
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::{Environment, Product};
use domain::ratio::Ppm;
use domain::review::{ReviewInput, WeeklyReview};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};

mod examples;

/// The Monday 10:00 in Tokyo on which week 47 is looked at.
const NOW: &str = "2026-11-23T01:00:00Z";
/// The end of that week: 00:00 in Tokyo.
const END: &str = "2026-11-22T15:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// So many days before the end of the week.
fn days_back(days: i64) -> Timestamp {
    at(END).checked_sub((24 * days).hours()).unwrap()
}

fn product(tier: u8) -> Product {
    Product {
        slug: "telemed".parse().unwrap(),
        name: Localized::same("Telemedicine"),
        group: None,
        tier,
        product_manager: Some("Sato".to_owned()),
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

fn objective(id: &str) -> Objective {
    Objective {
        id: id.to_owned(),
        display_name: id.to_owned(),
        description: String::new(),
        service: "telemed".to_owned(),
        product: Some("telemed".parse().unwrap()),
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(999_000),
        window: Window::Rolling { seconds: 28 * 86_400 },
        counting: domain::counting::Counting::default(),
        source: "openslo".to_owned(),
        definition_hash: "now".to_owned(),
        valid_from: days_back(400),
        // Not due before January.
        reviewed_at: Some(days_back(40)),
    }
}

/// Counts of the last 91 days: bad and total of the day that is so many days before the end of the week.
fn history(objective: Objective, counts: impl Fn(i64) -> (i64, i64)) -> ObjectiveHistory {
    let bucket = |day: i64| {
        let (bad, total) = counts(day);
        SliBucket {
            objective: objective.id.as_str().into(),
            period: Period { start: days_back(day), end: days_back(day - 1) },
            good: total - bad,
            total,
            samples_seen: 288,
            samples_expected: 288,
        }
    };
    let buckets = (1..=91).rev().map(bucket).collect();
    ObjectiveHistory { objective, earlier: Vec::new(), buckets, excluded: Vec::new() }
}

/// 100,000 requests a day of which 60 fail: 60 % of the budget of 99.9 %, a little more on one day in five.
fn usual(day: i64) -> (i64, i64) {
    (if day % 5 == 0 { 64 } else { 60 }, 100_000)
}

fn incident(id: &str, day: i64) -> Incident {
    let start = days_back(day).checked_add(9.hours()).unwrap();
    let end = start.checked_add(1.hour()).unwrap();
    Incident { impact_start: Some(start), resolved_at: Some(end), ..examples::incident(id, start) }
}

/// A catalogue in which each product has a policy that somebody approved.
fn catalogue(products: Vec<Product>) -> Catalogue {
    let policy = |product: &Product| ErrorBudgetPolicy {
        product: product.slug.clone(),
        text: "We stop.".to_owned(),
        steps: vec![PolicyStep { at_least: None, action: ShipAction::Halt, note: String::new() }],
        objectives: Vec::new(),
        approvers: vec!["Sato".to_owned()],
        approved_on: Some(date(2026, 10, 1)),
        revisit_on: Some(date(2027, 4, 1)),
    };
    let policies = products.iter().map(policy).collect();
    Catalogue { products, policies, ..Catalogue::default() }
}

fn queue(
    products: Vec<Product>,
    objectives: Vec<ObjectiveHistory>,
    incidents: Vec<Incident>,
    held: &[Assessment],
) -> ReviewQueue {
    let input = ReviewInput {
        week: "2026-W47".parse().unwrap(),
        as_of: at(NOW),
        catalogue: catalogue(products).into(),
        sources: Vec::new(),
        owner_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives,
        incidents,
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: Default::default(),
        tax_weeks: Vec::new(),
        queue: QueueInput { assessments: held.to_vec(), ..QueueInput::default() },
    };
    WeeklyReview::with_queue(&input).1
}

fn ids(item: &QueueItem) -> Vec<&'static str> {
    item.reasons.iter().map(|aged| aged.reason.id()).collect()
}

/// The reasons of one objective of one product.
fn reasons(history: ObjectiveHistory, incidents: Vec<Incident>) -> Vec<&'static str> {
    let queue = queue(vec![product(1)], vec![history], incidents, &[]);
    queue.open.first().map(ids).unwrap_or_default()
}

#[test]
fn nothing_is_asked_of_an_objective_that_does_its_work() {
    assert_eq!(reasons(history(objective("a"), usual), vec![]), [""; 0]);
}

#[test]
fn each_rule_has_its_example() {
    let base = || objective("a");
    let with = |change: fn(&mut Objective)| {
        let mut changed = base();
        change(&mut changed);
        changed
    };
    let written = |mut incident: Incident| {
        incident.postmortem_url = Some("https://wiki.example/1".to_owned());
        incident
    };
    let caused = |id: &str, day: i64| {
        let mut one = written(incident(id, day));
        one.fingerprint = Some("pool".to_owned());
        one
    };
    let outage =
        |on: i64, bad: i64| move |day: i64| if day == on { (bad, 100_000) } else { (30 + day % 2, 100_000) };
    let cases: Vec<(&str, Vec<&str>, ObjectiveHistory, Vec<Incident>)> = vec![
        // 30 days after the review of a young objective, 90 later: 91 days ago is overdue, 90 is not.
        ("overdue", vec!["R01"], history(with(|one| one.reviewed_at = Some(days_back(91))), usual), vec![]),
        ("due today", vec![], history(with(|one| one.reviewed_at = Some(days_back(90))), usual), vec![]),
        ("never", vec!["R02"], history(with(|one| one.reviewed_at = None), usual), vec![]),
        (
            "new, not reviewed yet",
            vec![],
            history(with(|one| (one.reviewed_at, one.valid_from) = (None, days_back(29))), usual),
            vec![],
        ),
        (
            "changed since",
            vec!["R03"],
            {
                let mut changed = history(with(|one| one.valid_from = days_back(39)), usual);
                changed.earlier = vec![base()];
                changed
            },
            vec![],
        ),
        // 200 of 100,000 fail in four weeks of the last twelve, and never in the last three.
        (
            "missed in four weeks",
            vec!["R04"],
            history(base(), |day| if (36..=63).contains(&day) { (200, 100_000) } else { usual(day) }),
            vec![],
        ),
        (
            "missed in three weeks",
            vec![],
            history(
                base(),
                |day| if (36..=56).contains(&day) { (115, 100_000) } else { (50 + day % 2, 100_000) },
            ),
            vec![],
        ),
        // 4 of 100 that may fail; and so 99.95 % would hold in all weeks, too.
        ("never burns", vec!["R05", "R13"], history(base(), |day| (3 + day % 2, 100_000)), vec![]),
        ("constant", vec!["R06"], history(base(), |_| (60, 100_000)), vec![]),
        // No counts for three days.
        (
            "stale",
            vec!["R07"],
            {
                let mut late = history(base(), usual);
                late.buckets.truncate(88);
                late
            },
            vec![],
        ),
        (
            "no traffic for a week",
            vec!["R07"],
            history(base(), |day| if day <= 7 { (0, 0) } else { usual(day) }),
            vec![],
        ),
        (
            "thin",
            vec!["R07"],
            {
                let mut thin = history(base(), usual);
                for bucket in thin.buckets.iter_mut().rev().take(7) {
                    bucket.samples_seen = 250;
                }
                thin
            },
            vec![],
        ),
        ("an incident nobody measured", vec!["R08"], history(base(), usual), vec![incident("1", 3)]),
        // 700 above the 30 of other days on one day: a quarter of the window's 2,800, and no incident.
        ("a burn without incident", vec!["R09"], history(base(), outage(3, 730)), vec![]),
        (
            "the same with its incident and postmortem",
            vec![],
            history(base(), outage(3, 730)),
            vec![written(incident("1", 3))],
        ),
        ("without postmortem", vec!["R10"], history(base(), outage(3, 730)), vec![incident("1", 3)]),
        // Twice 1,000 of the quarter's 9,100 are 22 %; each has a postmortem.
        (
            "one cause twice",
            vec!["R11"],
            history(base(), |day| if day == 60 || day == 80 { (1_060, 100_000) } else { usual(day) }),
            vec![caused("1", 60), caused("2", 80)],
        ),
        // The week burned 5.5 × even; what is left of 28 days lasts for less than a week.
        (
            "will be used up",
            vec!["R12"],
            history(base(), |day| if day <= 4 { (300, 100_000) } else { (55 + day % 2, 100_000) }),
            vec![
                written(incident("1", 1)),
                written(incident("2", 2)),
                written(incident("3", 3)),
                written(incident("4", 4)),
            ],
        ),
        ("no product", vec!["R14"], history(with(|one| one.product = None), usual), vec![]),
        // 280 of 28 × 320 events at 99.9 %: 8.96 failures a window.
        ("little traffic", vec!["R16"], history(base(), |day| (i64::from(day % 9 == 0), 320)), vec![]),
        (
            "uneven weekends",
            vec!["R21"],
            history(with(|one| one.window = Window::Rolling { seconds: 30 * 86_400 }), |day| {
                // The week ends on a Sunday: days 1 and 2 of each week are its weekend.
                let total = if matches!(day % 7, 1 | 2) { 50_000 } else { 100_000 };
                (total * (6 + day % 2) / 10_000, total)
            }),
            vec![],
        ),
        (
            "a window of a minute",
            vec!["R25"],
            history(with(|one| one.window = Window::Rolling { seconds: 60 }), usual),
            vec![],
        ),
    ];
    for (name, expected, history, incidents) in cases {
        assert_eq!(reasons(history, incidents), expected, "{name}");
    }
}

#[test]
fn targets_that_make_no_sense_are_named() {
    for (target, method, expected) in [
        (Ppm::ONE, BudgetingMethod::Occurrences, true),
        (Ppm(9_990), BudgetingMethod::Occurrences, true),
        (Ppm(999_990), BudgetingMethod::Occurrences, false),
        (Ppm(999_990), BudgetingMethod::RatioTimeslices { slice_seconds: 60 }, true),
        (Ppm(999_900), BudgetingMethod::RatioTimeslices { slice_seconds: 60 }, false),
    ] {
        let mut odd = objective("a");
        (odd.target, odd.method) = (target, method);
        let found = reasons(history(odd, usual), vec![]);
        assert_eq!(found.contains(&"R25"), expected, "{target:?} {method:?} {found:?}");
    }
}

fn held(decision: Decision, due_on: jiff::civil::Date, evidence: &[&str]) -> Assessment {
    Assessment {
        objective: "a".to_owned(),
        at: days_back(5),
        by: "Mori".to_owned(),
        decision,
        note: "note".to_owned(),
        toil: None,
        satisfaction: None,
        definition_hash: "now".to_owned(),
        due_on,
        evidence: evidence.iter().map(|id| ((*id).to_owned(), "text".to_owned())).collect(),
        action: None,
    }
}

/// An objective that was never reviewed and is never burned, and reviews that were held.
#[test]
fn a_review_answers_what_it_saw_until_the_next_is_due() {
    let lazy = || {
        let mut lazy = objective("a");
        lazy.reviewed_at = None;
        history(lazy, |day| (3 + day % 2, 100_000))
    };
    let (soon, passed) = (date(2026, 12, 20), date(2026, 11, 22));
    let mut other_definition = held(Decision::Keep, soon, &["R02", "R05", "R13"]);
    other_definition.definition_hash = "before".to_owned();
    let cases = [
        ("none", vec![], vec!["R02", "R05", "R13"], 0),
        ("kept", vec![held(Decision::Keep, soon, &["R02", "R05", "R13"])], vec![], 0),
        ("a new reason", vec![held(Decision::Keep, soon, &["R02", "R05"])], vec!["R13"], 0),
        ("overdue again", vec![held(Decision::Keep, passed, &["R05", "R13"])], vec!["R01", "R05", "R13"], 0),
        ("another definition", vec![other_definition], vec!["R03"], 0),
        ("put off", vec![held(Decision::Snooze, soon, &["R02", "R05", "R13"])], vec![], 1),
        // What was put off is overdue on the day after.
        (
            "put off until yesterday",
            vec![held(Decision::Snooze, passed, &["R05"])],
            vec!["R01", "R05", "R13"],
            0,
        ),
        (
            "put off, then kept",
            vec![held(Decision::Snooze, soon, &[]), held(Decision::Keep, soon, &["R05", "R13"])],
            vec![],
            0,
        ),
    ];
    for (name, held, expected, snoozed) in cases {
        let queue = queue(vec![product(1)], vec![lazy()], vec![], &held);
        assert_eq!(queue.open.first().map(ids).unwrap_or_default(), expected, "{name}");
        assert_eq!(queue.snoozed.len(), snoozed, "{name}");
        assert_eq!(queue.open.len() + queue.snoozed.len() + queue.settled.len(), 1, "{name}");
    }
}

/// Urgency first, then the tier of the product, then the age of the reason.
#[test]
fn the_queue_has_an_order() {
    let second = Product { slug: "booking".parse().unwrap(), ..product(2) };
    let named = |id: &str, product: &str, change: &dyn Fn(&mut Objective)| {
        let mut one = objective(id);
        one.product = Some(product.parse().unwrap());
        change(&mut one);
        one
    };
    let objectives = vec![
        history(named("lazy", "telemed", &|_| ()), |day| (3 + day % 2, 100_000)),
        history(named("due", "telemed", &|one| one.reviewed_at = Some(days_back(100))), usual),
        history(named("due-longer", "telemed", &|one| one.reviewed_at = Some(days_back(200))), usual),
        history(named("due-tier-2", "booking", &|one| one.reviewed_at = Some(days_back(300))), usual),
        history(named("constant", "booking", &|_| ()), |_| (60, 100_000)),
        history(named("missing", "booking", &|_| ()), |_| (200, 100_000)),
    ];
    let queue = queue(vec![product(1), second], objectives, vec![], &[]);
    let order: Vec<&str> = queue.open.iter().map(|item| item.row.id.as_str()).collect();
    assert_eq!(order, ["missing", "constant", "due-longer", "due", "due-tier-2", "lazy"]);
}
