//! May we ship? The answer of a policy to error budgets, what is missing for one, and the 20 % rules.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::catalogue::Catalogue;
use domain::finding::Status;
use domain::incident::Incident;
use domain::objective::{BudgetingMethod, CompositePart, Objective, ObjectiveHistory, SliBucket, Window};
use domain::objective_filter::ObjectiveFilter;
use domain::objective_queue::ObjectiveTerms;
use domain::organization::Localized;
use domain::period::Period;
use domain::policy::demand::Demand;
use domain::policy::verdict::{Gap, ShipVerdict};
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::{Environment, Product};
use domain::ratio::Ppm;
use domain::review::{ReviewInput, WeeklyReview};
use domain::rollup::{CompositeMethod, CompositeValue, Rollup, ratio_timeslices, rollups, serial_product};
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;

mod examples;

/// The Monday 10:00 in Tokyo on which week 47 is looked at, and the end of that week.
const NOW: &str = "2026-11-23T01:00:00Z";
const END: &str = "2026-11-22T15:00:00Z";

fn days_back(days: i64) -> Timestamp {
    END.parse::<Timestamp>().unwrap().checked_sub((24 * days).hours()).unwrap()
}

fn product(slug: &str) -> Product {
    Product {
        slug: slug.parse().unwrap(),
        name: Localized::same(slug),
        group: None,
        tier: 1,
        product_manager: (slug == "telemed").then(|| "Sato".to_owned()),
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

fn policy() -> ErrorBudgetPolicy {
    let step = |left: Option<i64>, action| PolicyStep {
        at_least: left.map(Ppm),
        action,
        note: format!("{action:?}"),
    };
    ErrorBudgetPolicy {
        product: "telemed".parse().unwrap(),
        text: "We stop.".to_owned(),
        steps: vec![
            step(Some(250_000), ShipAction::Ship),
            step(Some(0), ShipAction::Care),
            step(None, ShipAction::Halt),
        ],
        objectives: Vec::new(),
        approvers: vec!["Sato".to_owned()],
        approved_on: Some("2026-10-01".parse().unwrap()),
        revisit_on: Some("2027-04-01".parse().unwrap()),
    }
}

/// 100,000 requests a day for 91 days at 99.9 %, of which so many failed on each of the last 28 days; the window's
/// budget is 2,800.
fn objective(id: &str, bad_a_day: i64) -> ObjectiveHistory {
    let objective = Objective {
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
        definition_hash: String::new(),
        valid_from: days_back(400),
        reviewed_at: None,
    };
    let bucket = |day: i64| SliBucket {
        objective: id.into(),
        period: Period { start: days_back(day), end: days_back(day - 1) },
        good: 100_000 - if day <= 28 { bad_a_day } else { 0 },
        total: 100_000,
        samples_seen: 288,
        samples_expected: 288,
    };
    let buckets = (1..=91).rev().map(bucket).collect();
    ObjectiveHistory { objective, earlier: Vec::new(), buckets, excluded: Vec::new() }
}

/// The same with another definition.
fn with(mut history: ObjectiveHistory, change: impl Fn(&mut Objective)) -> ObjectiveHistory {
    change(&mut history.objective);
    history
}

/// The same without counts of the last days.
fn silent_for(mut history: ObjectiveHistory, days: i64) -> ObjectiveHistory {
    history.buckets.retain(|bucket| bucket.period.end <= days_back(days));
    history
}

fn review_of(
    policies: Vec<ErrorBudgetPolicy>,
    objectives: Vec<ObjectiveHistory>,
    incidents: Vec<Incident>,
) -> WeeklyReview {
    WeeklyReview::new(&input_of(policies, objectives, incidents))
}

fn input_of(
    policies: Vec<ErrorBudgetPolicy>,
    objectives: Vec<ObjectiveHistory>,
    incidents: Vec<Incident>,
) -> ReviewInput {
    let catalogue =
        Catalogue { products: vec![product("telemed"), product("karte")], policies, ..Catalogue::default() };
    ReviewInput {
        week: "2026-W47".parse().unwrap(),
        as_of: NOW.parse().unwrap(),
        catalogue: catalogue.into(),
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
        queue: Default::default(),
    }
}

fn verdict(policies: Vec<ErrorBudgetPolicy>, objectives: Vec<ObjectiveHistory>) -> ShipVerdict {
    let review = review_of(policies, objectives, Vec::new());
    assert_eq!(review.verdicts.len(), 2, "one a product");
    assert_eq!(review.verdicts[1].gaps, [Gap::Policy], "karte has none");
    review.verdicts[0].clone()
}

#[test]
fn the_worst_budget_decides() {
    use ShipAction::{Care, Halt, Ship};
    let of = |bad: &[i64]| -> Vec<ObjectiveHistory> {
        bad.iter().enumerate().map(|(number, bad)| objective(&format!("slo{number}"), *bad)).collect()
    };
    let staging = with(objective("staging", 900), |one| one.environment = Environment::Staging);
    for (name, objectives, action, decider, left) in [
        ("half is left", of(&[50]), Ship, "slo0", 500_000),
        ("exactly a quarter", of(&[75]), Ship, "slo0", 250_000),
        ("less than a quarter", of(&[76, 10]), Care, "slo0", 240_000),
        ("exactly nothing", of(&[10, 100]), Care, "slo1", 0),
        ("overspent", of(&[10, 101]), Halt, "slo1", -10_000),
        ("staging does not count", [of(&[10]), vec![staging]].concat(), Ship, "slo0", 900_000),
    ] {
        let found = verdict(vec![policy()], objectives);
        assert_eq!(found.action, Some(action), "{name}");
        assert_eq!(found.note, format!("{action:?}"), "{name}");
        assert!(found.gaps.is_empty(), "{name}: {:?}", found.gaps);
        let decided = found.decider.unwrap();
        assert_eq!((decided.objective.as_str(), decided.remaining), (decider, Some(Ppm(left))), "{name}");
    }
}

#[test]
fn a_policy_may_name_who_decides() {
    let named = ErrorBudgetPolicy { objectives: vec!["calm".to_owned()], ..policy() };
    let both = || vec![objective("calm", 10), objective("wild", 300)];
    let found = verdict(vec![named.clone()], both());
    assert_eq!((found.action, found.decider.unwrap().objective.as_str()), (Some(ShipAction::Ship), "calm"));
    let gone = ErrorBudgetPolicy { objectives: vec!["calm".to_owned(), "gone".to_owned()], ..named };
    let found = verdict(vec![gone], both());
    assert_eq!((found.action, found.gaps), (None, vec![Gap::Objective("gone".to_owned())]));
}

/// Unknown is never a reason to ship, and it is said what is missing.
#[test]
fn what_is_missing_is_told() {
    let draft = ErrorBudgetPolicy { approvers: Vec::new(), approved_on: None, ..policy() };
    let later = ErrorBudgetPolicy { approved_on: Some("2026-12-01".parse().unwrap()), ..policy() };
    let silent = || silent_for(objective("silent", 10), 5);
    let counts = || Gap::Counts { objective: "silent".to_owned(), last: Some(days_back(5)) };
    let empty = || ObjectiveHistory { buckets: Vec::new(), ..objective("empty", 0) };
    let perfect = with(objective("perfect", 0), |one| one.target = Ppm::ONE);
    let missed = with(objective("missed", 1), |one| one.target = Ppm::ONE);
    for (name, policies, objectives, action, gaps) in [
        ("nobody wrote one", vec![], vec![objective("a", 10)], None, vec![Gap::Policy]),
        ("nobody approved it", vec![draft], vec![objective("a", 10)], None, vec![Gap::Approval]),
        ("it is approved later", vec![later], vec![objective("a", 10)], None, vec![Gap::Approval]),
        ("no objective", vec![policy()], vec![], None, vec![Gap::Objectives]),
        ("one is silent", vec![policy()], vec![objective("a", 10), silent()], None, vec![counts()]),
        ("care is not sure either", vec![policy()], vec![objective("a", 90), silent()], None, vec![counts()]),
        (
            "a halt is sure",
            vec![policy()],
            vec![objective("a", 200), silent()],
            Some(ShipAction::Halt),
            vec![counts()],
        ),
        (
            "never counted",
            vec![policy()],
            vec![empty()],
            None,
            vec![Gap::Counts { objective: "empty".to_owned(), last: None }],
        ),
        (
            "no budget to speak of",
            vec![policy()],
            vec![perfect],
            None,
            vec![Gap::Budget("perfect".to_owned())],
        ),
        ("100 % missed", vec![policy()], vec![missed], Some(ShipAction::Halt), vec![]),
    ] {
        let found = verdict(policies, objectives);
        assert_eq!((found.action, &found.gaps), (action, &gaps), "{name}");
        let status = if action.is_some() { Status::Breached } else { Status::NoData };
        assert_eq!(found.status(), status, "{name}");
    }
}

#[test]
fn a_policy_past_its_day_still_answers_and_says_so() {
    let old = ErrorBudgetPolicy { revisit_on: Some("2026-11-22".parse().unwrap()), ..policy() };
    let found = verdict(vec![old], vec![objective("a", 10)]);
    assert_eq!((found.action, found.is_past_revisit), (Some(ShipAction::Ship), true));
    assert!(!verdict(vec![policy()], vec![objective("a", 10)]).is_past_revisit);
}

/// Two incidents on days with many more failures than usual: one above a fifth of 2,800, one not.
#[test]
fn large_spenders_oblige() {
    let mut history = objective("video", 10);
    for (day, bad) in [(3, 600), (10, 500), (40, 2_000)] {
        let found = history.buckets.iter_mut().find(|bucket| bucket.period.start == days_back(day)).unwrap();
        found.good -= bad;
    }
    let incident = |id: &str, day: i64, cause: Option<&str>| {
        let start = days_back(day).checked_add(9.hours()).unwrap();
        let end = start.checked_add(1.hour()).unwrap();
        Incident {
            impact_start: Some(start),
            resolved_at: Some(end),
            fingerprint: cause.map(str::to_owned),
            ..examples::incident(id, start)
        }
    };
    let incidents = vec![
        incident("1", 3, Some("deploy")),
        incident("2", 10, Some("")),
        incident("3", 40, Some("deploy")),
    ];
    let review = review_of(vec![policy()], vec![history.clone()], incidents.clone());
    let demands = &review.verdicts[0].demands;
    let [Demand::QuarterlyPriority { cause, share: quarter, .. }, Demand::Postmortem { incident, share, .. }] =
        &demands[..]
    else {
        panic!("{demands:?}")
    };
    // Of 28 × 100,000 × 0.1 % = 2,800: 600, because the usual 10 a day are not charged.
    assert_eq!((incident.as_str(), *share), ("1", Ppm(214_285)));
    // Of 91 × 100 = 9,100: 600 and 2,000 and the days' few beyond what calm days fail.
    assert_eq!(cause, "deploy");
    assert!((285_000..287_000).contains(&quarter.0), "{quarter}");
    let without = review_of(vec![], vec![history], incidents);
    assert!(without.verdicts[0].demands.is_empty(), "nobody agreed to the rules");
}

/// Vectors 20, 21 and 26 on rows of a review.
#[test]
fn like_objectives_are_added_up() {
    let ratio = BudgetingMethod::RatioTimeslices { slice_seconds: 300 };
    let slices = |id: &str, bad: i64| with(objective(id, bad), |one| one.method = ratio);
    let weekly = with(objective("weekly", 20), |one| one.window = Window::Rolling { seconds: 7 * 86_400 });
    let mapped = with(objective("stray", 10), |one| one.product = None);
    let review = review_of(
        vec![],
        vec![
            objective("a", 50),
            // A second target of the same indicator: the same counts.
            with(objective("a-2", 50), |one| one.target = Ppm(990_000)),
            with(objective("b", 1_500), |one| one.target = Ppm(990_000)),
            silent_for(objective("c", 10), 5),
            weekly,
            slices("r", 10),
            slices("s", 20),
            mapped,
        ],
        vec![],
    );
    let rows: Vec<_> = review.objectives.iter().collect();
    let all = rollups(&rows);
    let products: Vec<Option<&str>> =
        all.iter().map(|one| one.product.as_ref().map(|slug| slug.as_str())).collect();
    assert_eq!(products, [Some("telemed"), None]);
    let Rollup { counts, worst, worst_of_time, sums, composites, .. } = &all[0];
    assert_eq!((counts.breached, counts.no_data), (1, 1));
    assert_eq!((worst.as_deref(), worst_of_time.as_deref()), (Some("b"), Some("s")));
    let [sum] = &sums[..] else { panic!("{sums:?}") };
    assert_eq!(sum.objectives, ["b", "a"], "worst first; a-2 counts the same events");
    assert_eq!(sum.missing, ["c"]);
    assert_eq!((sum.total, sum.total - sum.good), (5_600_000, 28 * 1_550));
    // 43,400 of 2,800 + 28,000 are spent.
    assert_eq!(sum.remaining, Some(Ppm(-409_091)));
    assert_eq!(sum.attainment_percent().unwrap().to_string(), "99.22");
    let methods: Vec<(CompositeMethod, CompositeValue)> =
        composites.iter().map(|one| (one.method, one.value)).collect();
    let expected = (CompositeMethod::RatioTimeslices, CompositeValue::Share(Ppm(999_700)));
    assert_eq!(methods, [expected], "in series only with all numbers");
    assert!(all[1].sums.is_empty() && all[1].composites.is_empty());
}

/// Vector 26.
#[test]
fn composites_name_their_method() {
    assert_eq!(serial_product(&[(999, 1_000), (995, 1_000)]), Some(Ppm(994_005)));
    let one = Decimal::ONE;
    assert_eq!(ratio_timeslices(&[(one, 95, 100), (one, 95, 100)]), Some(Ppm(900_000)));
    assert_eq!(ratio_timeslices(&[(Decimal::new(5, 1), 95, 100)]), Some(Ppm(975_000)));
    assert_eq!(ratio_timeslices(&[(one, 0, 100), (one, 50, 100)]), Some(Ppm(-500_000)));
    for (serial, ratio) in [
        (serial_product(&[]), ratio_timeslices(&[])),
        (serial_product(&[(0, 0)]), ratio_timeslices(&[(one, 0, 0)])),
    ] {
        assert_eq!((serial, ratio), (None, None), "nothing counted is no ratio");
    }
}

/// What definitions declare to be one whole, by OpenSLO's rule for each budgeting method.
#[test]
fn declared_composites_use_their_weights() {
    type Method = BudgetingMethod;
    let ratio = Method::RatioTimeslices { slice_seconds: 300 };
    let slices = Method::Timeslices { slice_target: Ppm(950_000), slice_seconds: 300 };
    // Of 100,000 a day 50 and 200 fail: half of the budget of 99.9 %, and twice of it.
    for (method, weights, expected) in [
        (Method::Occurrences, [1_000_000, 1_000_000], CompositeValue::BurnRate(Ppm(2_500_000))),
        (Method::Occurrences, [3_000_000, 500_000], CompositeValue::BurnRate(Ppm(2_500_000))),
        (Method::Occurrences, [4_000_000, 250_000], CompositeValue::BurnRate(Ppm(2_500_000))),
        (Method::Occurrences, [1_000_000, 250_000], CompositeValue::BurnRate(Ppm(1_000_000))),
        (ratio, [2_000_000, 500_000], CompositeValue::Share(Ppm(998_000))),
        (slices, [2_000_000, 500_000], CompositeValue::Between(Ppm(997_500), Ppm(998_000))),
    ] {
        let objectives =
            [("one", 50), ("two", 200)].map(|(id, bad)| with(objective(id, bad), |one| one.method = method));
        let terms = ["one", "two"].iter().zip(weights).map(|(id, weight)| ObjectiveTerms {
            objective: (*id).to_owned(),
            part: Some(CompositePart { whole: "checkout".to_owned(), weight: Ppm(weight) }),
            ..ObjectiveTerms::default()
        });
        let mut input = input_of(vec![], objectives.to_vec(), vec![]);
        input.queue.terms = terms.collect();
        let review = WeeklyReview::new(&input);
        let rows: Vec<_> = review.objectives.iter().collect();
        let found = rollups(&rows).remove(0).composites;
        let declared: Vec<_> = found.iter().filter(|one| one.whole.as_deref() == Some("checkout")).collect();
        let [one] = declared[..] else { panic!("{found:?}") };
        assert_eq!(one.value, expected, "{method:?} {weights:?}");
        assert_eq!(one.objectives.len(), 2);
        let weight_of = |id: &str| one.weights[one.objectives.iter().position(|other| other == id).unwrap()];
        assert_eq!(
            [weight_of("one").0, weight_of("two").0],
            weights,
            "each keeps its own, whatever the order"
        );
    }
}

#[test]
fn objectives_are_chosen() {
    let stray = with(objective("stray", 10), |one| {
        one.product = None;
        one.source = "datadog".to_owned();
    });
    let review = review_of(vec![], vec![objective("a", 10), objective("b", 300), stray], vec![]);
    for (query, expected) in [
        (vec![], vec!["b", "a", "stray"]),
        (vec![("status", "breached")], vec!["b"]),
        (vec![("status", "nonsense")], vec!["b", "a", "stray"]),
        (vec![("product", "telemed"), ("status", "ok")], vec!["a"]),
        (vec![("product", "-")], vec!["stray"]),
        (vec![("owner", "Sato")], vec!["b", "a"]),
        (vec![("owner", "-")], vec!["stray"]),
        (vec![("owner", "Abe")], vec![]),
        (vec![("source", "datadog")], vec!["stray"]),
        (vec![("source", "")], vec!["b", "a", "stray"]),
    ] {
        let filter =
            ObjectiveFilter::read(|name| query.iter().find(|(key, _)| *key == name).map(|(_, value)| *value));
        let found: Vec<&str> = filter.rows(&review).iter().map(|row| row.id.as_str()).collect();
        assert_eq!(found, expected, "{query:?}");
    }
}
