//! What several weekly reviews add up to, and what is told of promises, decisions and debts meanwhile.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::sync::Arc;

use domain::action::{Action, ActionMove, ActionStep, ActionTerms};
use domain::budget::Budget;
use domain::checklist::LoadTest;
use domain::cost::Owner;
use domain::decision::{Decision, DecisionMove, DecisionResult, DecisionStep, DecisionTerms};
use domain::finding::Status;
use domain::incident::Severity;
use domain::incident_merge::IncidentKey;
use domain::incident_statistics::recurrence::RepeatGroup;
use domain::money::{Currency, Money};
use domain::organization::Organization;
use domain::period_review::debt::{DebtKept, is_flagged};
use domain::period_review::span::{PeriodSpan, Quarter};
use domain::period_review::{PeriodInput, PeriodReview, SpanWeek, WeekKnown};
use domain::rate::{AppliedRate, Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::review::actions::ActionInput;
use domain::review::{ReviewInput, WeeklyReview};
use domain::tax::Tax;
use domain::topic::{Topic, TopicTerms};
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

mod examples;
#[path = "period_review/weeks.rs"]
mod weeks;

use examples::incident;
use weeks::{billed, input, objective, product, review, with_cost};

const UNIT: i64 = 1_000_000;

fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

fn last() -> IsoWeek {
    week("2026-W47")
}

fn load_test(run_on: &str) -> LoadTest {
    LoadTest {
        product: "telemed".parse().unwrap(),
        run_on: run_on.parse().unwrap(),
        result: "1,200".to_owned(),
        link: "https://wiki.example/load".to_owned(),
        at: at("2026-11-23T09:00"),
        by: "林".to_owned(),
    }
}

/// What a view is made from, besides its weeks.
#[derive(Default)]
struct Around {
    organization: Organization,
    budgets: Vec<Budget>,
    actions: ActionInput,
    decisions: Vec<Decision>,
    topics: Vec<Topic>,
    repeats: Vec<RepeatGroup>,
}

impl Around {
    fn look(&self, span: PeriodSpan, reviews: Vec<WeeklyReview>) -> PeriodReview {
        let mut reviews: Vec<Option<Arc<WeeklyReview>>> =
            reviews.into_iter().map(|review| Some(Arc::new(review))).collect();
        let weeks = span.weeks();
        reviews.resize(weeks.len(), None);
        let weeks = weeks.into_iter().zip(reviews).map(|(week, review)| SpanWeek {
            week,
            known: if review.is_some() { WeekKnown::Draft } else { WeekKnown::NotEnded },
            review,
        });
        PeriodReview::new(&PeriodInput {
            span,
            as_of: at("2026-11-23T10:00"),
            organization: &self.organization,
            products: &[product("telemed"), product("erx")],
            weeks: weeks.collect(),
            budgets: &self.budgets,
            actions: &self.actions,
            decisions: &self.decisions,
            topics: &self.topics,
            queue: &[],
            deploys: None,
            repeats: &self.repeats,
            checklists: Vec::new(),
            load_tests: ["2026-11-23", "2026-11-22"].map(load_test).to_vec(),
        })
    }
}

fn four(reviews: Vec<WeeklyReview>) -> PeriodReview {
    Around::default().look(PeriodSpan::FourWeeks(last()), reviews)
}

#[test]
fn currencies_are_never_added_and_a_week_without_data_is_unknown_not_zero() {
    let weeks = last().trailing(4);
    let usd = |micros| billed("telemed", Currency::USD, micros);
    let found = four(vec![
        review(weeks[0]),
        with_cost(review(weeks[1]), 7, vec![usd(5 * UNIT), billed("telemed", Currency::JPY, 900 * UNIT)]),
        with_cost(review(weeks[2]), 7, vec![billed("erx", Currency::USD, 2 * UNIT)]),
        with_cost(review(weeks[3]), 6, vec![usd(7 * UNIT)]),
    ]);
    let told: Vec<(String, &str, Vec<Option<i64>>, i64)> = found
        .costs
        .iter()
        .map(|cost| {
            let weeks = cost.weeks.iter().map(|week| week.map(|amounts| amounts.billed / UNIT)).collect();
            (format!("{:?}", cost.owner), cost.currency.code(), weeks, cost.sum.billed / UNIT)
        })
        .collect();
    let owner = |slug: &str| format!("{:?}", Owner::Product(slug.parse().unwrap()));
    let jpy = ("JPY", vec![None, Some(900), Some(0), Some(0)], 900);
    let usd = ("USD", vec![None, Some(5), Some(0), Some(7)], 12);
    assert!(told.contains(&(owner("telemed"), jpy.0, jpy.1, jpy.2)), "{told:?}");
    assert!(told.contains(&(owner("telemed"), usd.0, usd.1, usd.2)), "{told:?}");
    assert!(told.contains(&(owner("erx"), "USD", vec![None, Some(0), Some(2), Some(0)], 2)), "{told:?}");
    assert_eq!(found.weeks.iter().map(|week| week.cost_days).collect::<Vec<_>>(), [0, 7, 7, 6]);
}

fn budget(month: &str, yen: i64, tax: Tax) -> Budget {
    Budget {
        product: "telemed".parse().unwrap(),
        month: month.parse().unwrap(),
        amount: Money { micros: yen * UNIT, currency: Currency::JPY },
        rate: None,
        bill_currency: None,
        tax,
    }
}

fn yen_per_dollar(rate: i64) -> AppliedRate {
    AppliedRate {
        rate: Rate {
            from: Currency::USD,
            to: Currency::JPY,
            month: "2026-11".parse().unwrap(),
            policy: RatePolicy::PreviousMonthEnd,
            date: date(2026, 10, 30),
            rate: Decimal::from(rate),
            source: "bank".to_owned(),
        },
        provisional: false,
    }
}

/// Weeks 44 to 47: 26 October to 22 November, of which the last day is not complete.
fn october_and_november(rates: [Option<i64>; 4]) -> Vec<WeeklyReview> {
    let of_week = |(week, rate): (IsoWeek, Option<i64>)| {
        let days = if week == last() { 6 } else { 7 };
        let mut review = with_cost(review(week), days, vec![billed("telemed", Currency::USD, 100 * UNIT)]);
        review.rates = rate.map(yen_per_dollar).into_iter().collect();
        review
    };
    last().trailing(4).into_iter().zip(rates).map(of_week).collect()
}

#[test]
fn a_budget_allows_its_even_share_of_the_days_whose_cost_is_known() {
    let rates = [Some(150), Some(150), Some(160), Some(160)];
    // 26 to 31 October are 6 of 31 days, 1 to 21 November 21 of 30.
    let (october, november) = (31_000, 30_000);
    for (name, budgets, rates, spent, share, status) in [
        (
            "within",
            vec![budget("2026-10", october, Tax::Included), budget("2026-11", 300_000, Tax::Included)],
            rates,
            Some(62_000),
            Some(287_037),
            Status::Ok,
        ),
        (
            "over",
            vec![budget("2026-10", october, Tax::Included), budget("2026-11", november, Tax::Included)],
            rates,
            Some(62_000),
            Some(2_296_296),
            Status::Breached,
        ),
        (
            "a rate is missing",
            vec![budget("2026-10", october, Tax::Included), budget("2026-11", november, Tax::Included)],
            [Some(150), None, Some(160), Some(160)],
            None,
            None,
            Status::NoData,
        ),
        (
            "taxes are not comparable",
            vec![budget("2026-10", october, Tax::Excluded), budget("2026-11", november, Tax::Excluded)],
            rates,
            Some(62_000),
            None,
            Status::NoData,
        ),
    ] {
        let around = Around { budgets, ..Around::default() };
        let found = around.look(PeriodSpan::FourWeeks(last()), october_and_november(rates));
        let [one] = found.budgets.as_slice() else { panic!("{name}: {:?}", found.budgets) };
        assert_eq!(one.spent.map(|spent| spent.micros / UNIT), spent, "{name}");
        assert_eq!((one.share.map(|share| share.0), one.status), (share, status), "{name}");
    }
    for budgets in [
        vec![budget("2026-11", november, Tax::Included)],
        vec![budget("2026-10", october, Tax::Excluded), budget("2026-11", november, Tax::Included)],
    ] {
        let around = Around { budgets, ..Around::default() };
        let found = around.look(PeriodSpan::FourWeeks(last()), october_and_november(rates));
        assert_eq!(
            found.budgets,
            [],
            "days without a budget, or budgets of two kinds, allow nothing that can be told"
        );
    }
}

#[test]
fn attainment_is_good_of_total_over_all_weeks_and_never_a_mean() {
    let counts = [(999_000, 1_000_000), (90, 100), (0, 0), (1_000_000, 1_000_000)];
    let reviews = last().trailing(4).into_iter().zip(counts).map(|(week, counts)| {
        let mut review = review(week);
        let target = if week == last() { 999_000 } else { 990_000 };
        review.objectives = vec![objective(week, counts, target)];
        review
    });
    let found = four(reviews.collect());
    let [one] = found.objectives.as_slice() else { panic!("{:?}", found.objectives) };
    assert_eq!((one.good, one.total), (1_999_090, 2_000_100));
    // The mean of 99.9 %, 90 % and 100 % is 96.6 %: the counts say 99.949 %, which the newest target allows.
    assert_eq!((one.target, one.target_changed, one.status), (Ppm(999_000), true, Status::Ok));
    assert_eq!(one.missed, [week("2026-W45")]);
    assert_eq!(one.weeks, [Some(Status::Ok), Some(Status::Breached), Some(Status::NoData), Some(Status::Ok)]);
    assert!(one.has_gaps, "a week without counts is a gap");
    let unknown = four(vec![review(last().plus(-3))]);
    assert_eq!(unknown.objectives, []);
}

#[test]
fn an_incident_of_two_weeks_is_one_and_its_downtime_is_of_both() {
    let (one, two) = (week("2026-W46"), week("2026-W47"));
    let mut long = incident("PD-1", at("2026-11-15T23:00"));
    long.impact_start = Some(at("2026-11-15T23:00"));
    long.mitigated_at = Some(at("2026-11-16T01:00"));
    long.resolved_at = long.mitigated_at;
    let mut drill = incident("PD-2", at("2026-11-17T10:00"));
    drill.impact_start = Some(at("2026-11-17T10:00"));
    drill.mitigated_at = Some(at("2026-11-17T11:00"));
    drill.is_test = true;
    let of_week = |week: IsoWeek| {
        let incidents = vec![long.clone(), drill.clone()];
        WeeklyReview::new(&ReviewInput { incidents, ..input(week) })
    };
    let found = four(vec![review(one.plus(-2)), review(one.previous()), of_week(one), of_week(two)]);
    assert_eq!(found.incidents.all.counts, [(Severity::Sev2, 1)]);
    assert_eq!((found.incidents.all.union_seconds, found.incidents.all.weighted_seconds), (7_200, 7_200));
    let [(slug, toll)] = found.incidents.products.as_slice() else { panic!("{:?}", found.incidents) };
    assert_eq!((slug.as_str(), toll), ("telemed", &found.incidents.all));
    assert_eq!(found.incidents.unknown_weeks, 2, "of weeks without a source nothing is known");
}

fn promise(id: i64, text: &str, made: &str, due: &str, steps: &[(ActionMove, &str)]) -> Action {
    let step = |(what, when): &(ActionMove, &str)| ActionStep {
        what: *what,
        at: at(when),
        by: "林".to_owned(),
        note: "why".to_owned(),
    };
    Action {
        id,
        terms: ActionTerms {
            text: text.to_owned(),
            owner: "林".to_owned(),
            due_on: due.parse().unwrap(),
            product: Some("telemed".parse().unwrap()),
            incident: None,
            week: None,
            link: None,
        },
        made_at: at(made),
        made_by: "佐藤".to_owned(),
        steps: steps.iter().map(step).collect(),
        issue: None,
    }
}

#[test]
fn promises_are_counted_where_they_were_made_and_kept_and_told_as_they_stand_at_the_end() {
    let actions = vec![
        promise(1, "before, open and late", "2026-09-01T10:00", "2026-10-30", &[]),
        promise(
            2,
            "made and kept",
            "2026-10-27T10:00",
            "2026-11-10",
            &[(ActionMove::Done, "2026-11-09T10:00")],
        ),
        promise(
            3,
            "kept before",
            "2026-09-01T10:00",
            "2026-10-10",
            &[(ActionMove::Done, "2026-10-25T10:00")],
        ),
        promise(4, "given up", "2026-09-01T10:00", "2026-11-10", &[(ActionMove::Drop, "2026-11-16T10:00")]),
        promise(
            5,
            "kept after the end",
            "2026-11-20T10:00",
            "2026-11-21",
            &[(ActionMove::Done, "2026-11-23T09:00")],
        ),
        promise(6, "made after the end", "2026-11-23T09:00", "2026-11-30", &[]),
        promise(7, "made and open", "2026-11-17T10:00", "2026-12-10", &[]),
    ];
    let frozen_at = vec![at("2026-11-02T10:30"), at("2026-11-16T10:30"), at("2026-11-23T09:30")];
    let around = Around { actions: ActionInput { actions, frozen_at }, ..Around::default() };
    let found = around.look(PeriodSpan::FourWeeks(last()), Vec::new()).actions;
    assert_eq!((found.opened, found.done, found.dropped), (3, 1, 1));
    let open: Vec<(i64, i64, usize)> =
        found.open.iter().map(|action| (action.id, action.overdue_days, action.carried)).collect();
    assert_eq!(open, [(1, 23, 2), (5, 1, 0), (7, 0, 0)]);
    assert_eq!((found.overdue(), found.longest_carried()), (2, 2));
}

fn decision(id: i64, look_again: &str, steps: &[(DecisionMove, &str)]) -> Decision {
    let step = |(what, when): &(DecisionMove, &str)| DecisionStep {
        what: *what,
        at: at(when),
        by: "原".to_owned(),
        note: format!("seen {id}"),
    };
    Decision {
        id,
        terms: DecisionTerms {
            text: format!("decision {id}"),
            expects: "fewer".to_owned(),
            look_again_on: look_again.parse().unwrap(),
            product: None,
            week: week("2026-W40"),
            topic: None,
        },
        made_at: at("2026-10-05T10:30"),
        made_by: "原".to_owned(),
        steps: steps.iter().map(step).collect(),
    }
}

#[test]
fn decisions_are_told_whose_day_lay_in_the_span_with_what_came_of_them() {
    let later = DecisionMove::Later(date(2026, 12, 21));
    let decisions = vec![
        decision(1, "2026-11-16", &[(DecisionMove::Judge(DecisionResult::Worked), "2026-11-23T09:30")]),
        decision(2, "2026-10-25", &[]),
        decision(3, "2026-11-23", &[]),
        decision(4, "2026-11-09", &[(later, "2026-11-09T10:30")]),
        decision(5, "2026-11-02", &[]),
    ];
    let around = Around { decisions, ..Around::default() };
    let found = around.look(PeriodSpan::FourWeeks(last()), Vec::new()).decisions;
    let told: Vec<_> =
        found.iter().map(|one| (one.id, one.result, one.put_off_to, one.note.as_str())).collect();
    let put_off = Some(date(2026, 12, 21));
    assert_eq!(
        told,
        [(5, None, None, ""), (4, None, put_off, ""), (1, Some(DecisionResult::Worked), None, "seen 1")]
    );
}

#[test]
fn debt_is_what_somebody_flagged_what_is_carried_and_what_came_back_and_nobody_follows() {
    for (text, flagged) in
        [("古いキューを置き換える #負債", true), ("#Debt: replace the queue", true), ("debt", false)]
    {
        assert_eq!(is_flagged(text), flagged, "{text}");
    }
    let topic = |id: i64, title: &str, in_week: &str| Topic {
        id,
        terms: TopicTerms {
            title: title.to_owned(),
            evidence: String::new(),
            product: None,
            week: week(in_week),
            link: None,
        },
        raised_at: at("2026-10-20T10:00"),
        raised_by: "佐藤".to_owned(),
        steps: Vec::new(),
    };
    let group = |name: &str, days: [&str; 2]| RepeatGroup {
        product: "telemed".to_owned(),
        fingerprint: name.to_owned(),
        incidents: days
            .iter()
            .map(|day| incident(&format!("{name}-{day}"), at(&format!("{day}T10:00"))))
            .collect(),
    };
    let followed = group("queue", ["2026-11-18", "2026-10-02"]);
    let mut action = promise(1, "キューを置き換える #負債", "2026-11-01T10:00", "2026-12-01", &[]);
    action.terms.incident = Some(IncidentKey::of(&followed.incidents[1]));
    let actions = vec![action, promise(2, "not flagged", "2026-10-01T10:00", "2026-12-01", &[])];
    let around = Around {
        actions: ActionInput { actions, frozen_at: vec![at("2026-11-02T10:30")] },
        topics: vec![
            topic(1, "carried", "2026-W43"),
            topic(2, "young", "2026-W46"),
            topic(3, "young and flagged #debt", "2026-W47"),
        ],
        repeats: vec![
            followed,
            group("disk", ["2026-11-10", "2026-10-11"]),
            group("over before the span", ["2026-10-20", "2026-10-11"]),
        ],
        ..Around::default()
    };
    let reviews = last().trailing(4).into_iter().map(review).collect();
    let found = around.look(PeriodSpan::FourWeeks(last()), reviews).technical_debt;
    let told: Vec<(&DebtKept, i64, usize, bool)> =
        found.iter().map(|one| (&one.kept, one.carried, one.repeats.len(), one.owner.is_some())).collect();
    assert_eq!(
        told,
        [
            (&DebtKept::Topic(1), 4, 0, false),
            (&DebtKept::Topic(3), 0, 0, false),
            (&DebtKept::Action(1), 1, 2, true),
            (&DebtKept::Nowhere, 0, 2, false),
        ]
    );
}

#[test]
fn a_quarter_says_which_of_its_weeks_have_not_ended() {
    let quarter = Quarter::read("FY2026-Q3", 4).unwrap();
    let reviews = PeriodSpan::Quarter(quarter).weeks().into_iter().take(8).map(review).collect();
    let found = Around::default().look(PeriodSpan::Quarter(quarter), reviews);
    assert_eq!((found.weeks.len(), found.ended_and_frozen()), (14, (8, 0)));
    assert_eq!(found.measured_until, at("2026-11-23T10:00"), "while it lasts, it is told as of now");
    assert_eq!(found.incidents.unknown_weeks, 0);
    let tests = four(Vec::new()).load_tests;
    assert_eq!(tests, [load_test("2026-11-22")], "what was tested after the span is not told");
}

proptest! {
    /// What the view tells of any weeks is what one gets by adding them by hand.
    #[test]
    fn sums_of_the_view_are_sums_over_its_weeks(
        costs in prop::collection::vec((-1_000_000_i64..9_000_000_000, any::<bool>(), 0_usize..=7), 4),
        counts in prop::collection::vec((0_i64..1_000_000, 0_i64..1_000_000), 4),
    ) {
        let weeks = last().trailing(4);
        let mut reviews = Vec::new();
        for ((week, (micros, in_yen, days)), (bad, good)) in weeks.into_iter().zip(&costs).zip(&counts) {
            let currency = if *in_yen { Currency::JPY } else { Currency::USD };
            let rows = if *days > 0 { vec![billed("telemed", currency, *micros)] } else { Vec::new() };
            let mut review = with_cost(review(week), *days, rows);
            review.objectives = vec![objective(week, (*good, good + bad), 990_000)];
            reviews.push(review);
        }
        let expected: Vec<(Currency, i64)> = [Currency::JPY, Currency::USD].into_iter().map(|currency| {
            let mine = reviews.iter().flat_map(|review| &review.cost.rows).filter(|row| row.currency == currency);
            (currency, mine.map(|row| row.this.billed).sum())
        }).collect();
        let found = four(reviews.clone());
        for (currency, sum) in expected {
            let mine = found.costs.iter().filter(|cost| cost.currency == currency);
            prop_assert_eq!(mine.map(|cost| cost.sum.billed).sum::<i64>(), sum);
        }
        for cost in &found.costs {
            let weeks: i64 = cost.weeks.iter().flatten().map(|amounts| amounts.billed).sum();
            prop_assert_eq!(weeks, cost.sum.billed);
        }
        let good: i64 = counts.iter().map(|(_, good)| good).sum();
        let bad: i64 = counts.iter().map(|(bad, _)| bad).sum();
        let one = &found.objectives[0];
        prop_assert_eq!((one.good, one.total), (good, good + bad));
        let met = i128::from(good) * 1_000_000 >= 990_000 * i128::from(good + bad);
        prop_assert_eq!(one.status == Status::Breached, good + bad > 0 && !met);
        let missed = reviews.iter().filter(|review| review.objectives[0].status == Status::Breached).count();
        prop_assert_eq!(one.missed.len(), missed);
    }
}
