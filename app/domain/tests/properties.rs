//! What has to hold for every input, not only for the examples.

use std::collections::{BTreeMap, BTreeSet};

use domain::allocation::{AllocationRule, Condition, Field, Reason, Target, allocate};
use domain::budget::{Budget, variance};
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, ChargeCategory, CostKey, Owner};
use domain::downtime::{Impact, availability, shares_ppm_seconds, union_seconds, weighted_union_ppm_seconds};
use domain::error_budget::{ErrorBudget, remaining_together, share_of};
use domain::forecast::forecast_month;
use domain::holiday::Holidays;
use domain::money::{Currency, Money, decimal_of_micros, largest_remainder, micros_of_decimal};
use domain::objective::{SliBucket, SliSum, Window, WindowUnit};
use domain::period::Period;
use domain::product::{Account, Environment, Slug};
use domain::rate::Month;
use domain::ratio::Ppm;
use domain::week::IsoWeek;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rust_decimal::Decimal;

const ZONES: [&str; 4] = ["America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Australia/Lord_Howe"];

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn days() -> impl Strategy<Value = Date> {
    (0_i64..40_000).prop_map(|offset| date(1980, 1, 1).saturating_add(offset.days()))
}

fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0_u32..12).prop_map(|(mantissa, scale)| Decimal::new(mantissa / 1_000, scale))
}

fn targets() -> impl Strategy<Value = Ppm> {
    prop_oneof![Just(Ppm(999_000)), Just(Ppm(995_000)), (0_i64..1_000_000).prop_map(Ppm)]
}

fn budgets() -> impl Strategy<Value = ErrorBudget> {
    (1_i64..10_000_000_000, 0_i64..=1_000_000, targets()).prop_map(|(total, bad_ppm, target)| {
        let bad = i64::try_from(i128::from(total) * i128::from(bad_ppm) / 1_000_000).unwrap_or(0);
        ErrorBudget { good: total - bad, total, target }
    })
}

fn impacts() -> impl Strategy<Value = Vec<Impact>> {
    let one = (0_i64..20_000, 0_i64..5_000, 1_i64..=1_000_000).prop_map(|(start, length, fraction)| Impact {
        period: Period { start: instant(start), end: instant(start + length) },
        fraction: Ppm(fraction),
    });
    prop::collection::vec(one, 0..12)
}

fn buckets() -> impl Strategy<Value = Vec<SliBucket>> {
    let one = (0_i64..1_000_000, 0_i64..1_000_000, 0_i64..30, 0_i64..30);
    prop::collection::vec(one, 1..60).prop_map(|rows| {
        let bucket = |(hour, (total, bad, seen, expected)): (i64, (i64, i64, i64, i64))| SliBucket {
            objective: "video".into(),
            period: Period { start: instant(hour * 3_600), end: instant((hour + 1) * 3_600) },
            good: total - bad.min(total),
            total,
            samples_seen: seen,
            samples_expected: expected,
        };
        (0_i64..).zip(rows).map(bucket).collect()
    })
}

proptest! {
    /// However a window is cut, its parts have what the whole has.
    #[test]
    fn parts_of_a_window_sum_to_the_whole(buckets in buckets(), cuts in prop::collection::btree_set(0_i64..60, 0..8)) {
        let end = 60 * 3_600;
        let edges: BTreeSet<i64> =
            cuts.into_iter().map(|hour| hour * 3_600).chain([0, end]).collect();
        let edges: Vec<i64> = edges.into_iter().collect();
        let mut sum = SliSum::default();
        for pair in edges.windows(2) {
            let part = SliSum::of(&buckets, &Period { start: instant(pair[0]), end: instant(pair[1]) });
            sum.good += part.good;
            sum.total += part.total;
            sum.samples_seen += part.samples_seen;
            sum.samples_expected += part.samples_expected;
            sum.buckets += part.buckets;
        }
        prop_assert_eq!(sum, SliSum::of(&buckets, &Period { start: instant(0), end: instant(end) }));
    }

    /// ΣS_p over a partition is C, within the one millionth that each floor may lose.
    #[test]
    fn parts_of_a_window_spend_what_the_window_spent(budget in budgets(), first_ppm in 0_i64..=1_000_000) {
        let bad = i128::from(budget.bad());
        let first = i64::try_from(bad * i128::from(first_ppm) / 1_000_000).unwrap();
        let whole = budget.spent_by(budget.bad()).unwrap().0;
        let parts = budget.spent_by(first).unwrap().0 + budget.spent_by(budget.bad() - first).unwrap().0;
        prop_assert!((whole - 1..=whole).contains(&parts));
    }

    /// (A − B)/A, 1 − B/A and (SLI − τ)/(1 − τ) are one number, and `remaining` is its floor.
    #[test]
    fn three_forms_of_the_remaining_budget_agree(budget in budgets()) {
        let (good, total, bad) = (i128::from(budget.good), i128::from(budget.total), i128::from(budget.bad()));
        let (target, failure) = (i128::from(budget.target.0), i128::from(budget.target.complement().0));
        // All three over the common denominator (1 − τ)·T, in ppm × counts.
        let from_units = failure * total - 1_000_000 * bad;
        let from_consumed = failure * total - bad * 1_000_000;
        let from_attainment = 1_000_000 * good - target * total;
        prop_assert_eq!(from_units, from_attainment);
        prop_assert_eq!(from_consumed, from_attainment);
        let expected = Ppm::floor_of(from_attainment, failure * total);
        prop_assert_eq!(budget.remaining(), expected);
        prop_assert_eq!(budget.remaining().map(|left| left.0), budget.consumed().map(|spent| 1_000_000 - spent.0));
        prop_assert_eq!(remaining_together(&[budget]), expected);
        prop_assert_eq!(budget.is_met(), budget.remaining_units() >= Decimal::ZERO);
        prop_assert_eq!(budget.is_met(), budget.remaining().is_some_and(|left| left.0 >= 0));
        // The exact decimals say the same where a quotient of 28 digits can say it.
        let share = share_of(budget.remaining_units(), budget.allowed()).unwrap();
        prop_assert!((share.0 - expected.unwrap().0).abs() <= 1);
    }

    /// The same window twice has the same ratio, and a burn rate of one is the whole budget.
    #[test]
    fn budgets_scale(budget in budgets(), times in 1_i64..50) {
        let larger = ErrorBudget { good: budget.good * times, total: budget.total * times, ..budget };
        prop_assert_eq!(larger.remaining(), budget.remaining());
        prop_assert_eq!(larger.burn_rate(), budget.burn_rate());
        prop_assert_eq!(remaining_together(&[budget, larger]), budget.remaining());
        prop_assert_eq!(budget.burn_rate(), budget.spent_by(budget.bad()));
    }

    /// Attainment is never printed better than it is.
    #[test]
    fn attainment_is_floored(budget in budgets(), decimals in 0_u32..6) {
        let printed = budget.attainment_percent(decimals);
        let exact = Decimal::from(budget.good) * Decimal::ONE_HUNDRED;
        prop_assert!(printed * Decimal::from(budget.total) <= exact);
        let step = Decimal::new(1, decimals);
        prop_assert!((printed + step) * Decimal::from(budget.total) > exact);
        prop_assert!(!printed.to_string().starts_with('-'));
    }

    #[test]
    fn a_union_lies_between_its_longest_part_and_the_sum(impacts in impacts()) {
        let union = union_seconds(&impacts);
        let lengths: Vec<i64> = impacts.iter().map(|impact| impact.period.seconds()).collect();
        prop_assert!(union >= lengths.iter().copied().max().unwrap_or(0));
        prop_assert!(union <= lengths.iter().sum::<i64>());
        // Counted second by second.
        let felt: BTreeSet<i64> = impacts
            .iter()
            .flat_map(|impact| impact.period.start.as_second()..impact.period.end.as_second())
            .collect();
        prop_assert_eq!(union, i64::try_from(felt.len()).unwrap());
    }

    #[test]
    fn shares_add_up_to_the_weighted_union(impacts in impacts()) {
        let weighted = weighted_union_ppm_seconds(&impacts);
        let shares = shares_ppm_seconds(&impacts);
        prop_assert_eq!(shares.iter().sum::<i128>(), weighted);
        prop_assert!(shares.iter().all(|share| *share >= 0));
        prop_assert!(weighted <= i128::from(union_seconds(&impacts)) * 1_000_000);
        for (impact, share) in impacts.iter().zip(&shares) {
            let alone = i128::from(impact.period.seconds()) * i128::from(impact.fraction.0);
            // What rounding leaves over in a segment falls to its last impact.
            prop_assert!(*share <= alone + i128::try_from(impacts.len().pow(2) * 2).unwrap());
        }
        let available = availability(weighted, 25_000).unwrap();
        prop_assert!((0..=1_000_000).contains(&available.0));
    }

    /// The order in which incidents are read changes neither union.
    #[test]
    fn unions_do_not_depend_on_order(impacts in impacts()) {
        let mut backwards = impacts.clone();
        backwards.reverse();
        prop_assert_eq!(union_seconds(&impacts), union_seconds(&backwards));
        prop_assert_eq!(weighted_union_ppm_seconds(&impacts), weighted_union_ppm_seconds(&backwards));
    }

    #[test]
    fn largest_remainders_add_up_to_any_total(
        parts in prop::collection::vec(decimals(), 1..40),
        total in -1_000_000_000_000_000_i64..1_000_000_000_000_000,
    ) {
        let small: Vec<Decimal> = parts.iter().map(|part| *part / Decimal::from(1_000_000)).collect();
        let whole = largest_remainder(&small, total);
        prop_assert_eq!(whole.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(total));
    }

    /// A total that is the rounded sum of the parts moves no part by a whole step or more.
    #[test]
    fn largest_remainders_stay_beside_their_parts(parts in prop::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..40)) {
        let exact: Vec<Decimal> = parts.iter().map(|part| Decimal::new(*part, 3)).collect();
        let sum: Decimal = exact.iter().sum();
        let total = sum.round().try_into().unwrap();
        for (part, whole) in exact.iter().zip(largest_remainder(&exact, total)) {
            prop_assert!((Decimal::from(whole) - part).abs() < Decimal::ONE, "{} became {}", part, whole);
        }
    }

    #[test]
    fn micro_units_round_trip(micros in any::<i64>()) {
        prop_assert_eq!(micros_of_decimal(decimal_of_micros(micros)), Ok(micros));
        let negative_zero = decimal_of_micros(micros).to_string();
        prop_assert!(micros != 0 || !negative_zero.starts_with('-'));
    }

    /// Nothing that is shown is a negative zero.
    #[test]
    fn negative_zero_never_appears(budget in budgets(), value in decimals(), micros in any::<i64>()) {
        let converted = Money { micros: micros % 1_000, currency: Currency::USD }
            .convert(Decimal::new(1, 5), Currency::JPY);
        let shown = [
            budget.allowed(),
            budget.remaining_units(),
            budget.allowed() - budget.allowed(),
            converted.unwrap().decimal(),
            decimal_of_micros(micros_of_decimal(value / Decimal::from(1_000_000)).unwrap()),
        ];
        for value in shown {
            let text = value.to_string();
            prop_assert!(!value.is_zero() || !text.starts_with('-'), "{}", text);
        }
    }

    /// usage + currency = total, and at the budget's own rate there is no currency.
    #[test]
    fn a_variance_adds_up(
        yen in 0_i64..1_000_000_000_000_000,
        dollars in 0_i64..1_000_000_000_000,
        budget_rate in 1_i64..10_000_000,
        rate in 1_i64..10_000_000,
    ) {
        let budget = Budget {
            product: "telemed".parse().unwrap(),
            month: "2026-11".parse().unwrap(),
            amount: Money { micros: yen, currency: Currency::JPY },
            rate: Some(Decimal::new(budget_rate, 4)),
            bill_currency: Some(Currency::USD),
            tax: domain::tax::Tax::Included,
        };
        let bill = Money { micros: dollars, currency: Currency::USD };
        let found = variance(&budget, bill, Decimal::new(rate, 4)).unwrap();
        prop_assert_eq!(found.usage.micros + found.currency.micros, found.total.micros);
        let at_budget_rate = variance(&budget, bill, Decimal::new(budget_rate, 4)).unwrap();
        prop_assert_eq!(at_budget_rate.currency.micros, 0);
        // Usage does not depend on today's rate, except for the rounding of two conversions.
        prop_assert!((found.usage.micros - at_budget_rate.usage.micros).abs() <= 1);
    }

    #[test]
    fn weeks_round_trip(day in days()) {
        let week = IsoWeek::containing(day);
        prop_assert_eq!(week.to_string().parse(), Ok(week));
        prop_assert_eq!(IsoWeek::new(week.year(), week.number()), Ok(week));
        prop_assert_eq!(week.next().previous(), week);
        prop_assert!(week.days().contains(&day));
        prop_assert_eq!(week.days()[6], week.sunday());
        prop_assert!(week.previous() < week && week < week.next());
    }

    /// No instant falls between two weeks or into both, wherever the clocks change.
    #[test]
    fn trailing_weeks_follow_one_another(day in days(), zone in prop::sample::select(&ZONES[..]), second in 0_i64..86_400) {
        let zone = TimeZone::get(zone).unwrap();
        let week = IsoWeek::containing(day);
        let trailing = week.trailing(13);
        prop_assert_eq!((trailing.len(), trailing.last()), (13, Some(&week)));
        for pair in trailing.windows(2) {
            prop_assert_eq!(pair[0].period(&zone).end, pair[1].period(&zone).start);
        }
        let somewhen = instant(week.period(&zone).start.as_second() + second * 7);
        let holder = IsoWeek::at(somewhen, &zone);
        prop_assert!(holder.period(&zone).contains(somewhen));
        let hours = week.period(&zone).seconds() - 7 * 86_400;
        prop_assert!(hours.abs() <= 3_600, "clocks move by at most an hour");
    }

    #[test]
    fn months_follow_one_another(day in days()) {
        let month = Month::containing(day);
        prop_assert_eq!(month.next().previous(), month);
        prop_assert_eq!(month.previous().next(), month);
        prop_assert_eq!(month.last_day().tomorrow().unwrap(), month.next().first_day());
        prop_assert_eq!(month.to_string().parse(), Ok(month));
        prop_assert!(month.first_day() <= day && day <= month.last_day());
        prop_assert_eq!(month.first_day().until(month.last_day()).unwrap().get_days() + 1, i32::from(month.days()));
    }

    /// Calendar windows tile time, also where New York has 23 and 25 hours.
    #[test]
    fn calendar_windows_tile_time(
        second in 0_i64..4_000_000_000,
        count in 1_i32..8,
        unit in prop::sample::select(&[
            WindowUnit::Minute, WindowUnit::Hour, WindowUnit::Day, WindowUnit::Week,
            WindowUnit::Month, WindowUnit::Quarter, WindowUnit::Year,
        ][..]),
        start_day in days(),
    ) {
        let start = DateTime::from(start_day);
        let window = Window::Calendar { unit, count, start, time_zone: "America/New_York".to_owned() };
        let as_of = instant(second);
        let full = window.full_period(as_of);
        prop_assert!(full.contains(as_of));
        let after = window.full_period(full.end);
        prop_assert_eq!(after.start, full.end);
        let before = window.full_period(instant(full.start.as_second() - 1));
        prop_assert_eq!(before.end, full.start);
        let part = window.period(as_of);
        prop_assert!(part.start == full.start && part.end == as_of);
    }

    #[test]
    fn a_forecast_of_a_steady_bill_is_steady(amount in 1_i64..1_000_000_000_000, through in 40_i64..90) {
        let first = date(2026, 8, 1);
        let bill: BTreeMap<Date, i64> =
            (0..=through).map(|offset| (first.saturating_add(offset.days()), amount)).collect();
        let last = first.saturating_add(through.days());
        let forecast = forecast_month(&bill, last, &Holidays::JAPAN).unwrap();
        prop_assert_eq!(forecast.total(), amount * i64::from(last.days_in_month()));
    }

    /// Extreme amounts end in an answer or in none, never in a panic.
    #[test]
    fn a_forecast_survives_any_amounts(amounts in prop::collection::vec(any::<i64>(), 0..80)) {
        let first = date(2026, 8, 1);
        let bill: BTreeMap<Date, i64> =
            (0_i64..).zip(amounts).map(|(offset, amount)| (first.saturating_add(offset.days()), amount)).collect();
        if let Some(forecast) = forecast_month(&bill, date(2026, 9, 20), &Holidays::JAPAN) {
            prop_assert_eq!(forecast.remaining_days.len(), 10);
        }
    }
}

fn names(prefix: &'static str, count: usize) -> impl Strategy<Value = String> {
    (0..count).prop_map(move |number| format!("{prefix}{number}"))
}

fn rules() -> impl Strategy<Value = Vec<AllocationRule>> {
    let condition = prop_oneof![
        names("account", 5).prop_map(|value| Condition { field: Field::Account, values: vec![value] }),
        names("service", 4).prop_map(|value| Condition { field: Field::Service, values: vec![value] }),
        names("team", 3)
            .prop_map(|value| Condition { field: Field::Tag("team".to_owned()), values: vec![value] }),
        Just(Condition { field: Field::Service, values: vec!["service*".to_owned()] }),
    ];
    let target = prop_oneof![
        names("product", 4).prop_filter_map("a slug", |name| {
            Some(Target::Product { product: name.parse().ok()?, environment: None })
        }),
        names("pool", 2).prop_map(|pool| Target::Shared { pool }),
    ];
    let validity = (prop::option::of(1_i8..28), prop::option::of(1_i8..28));
    let rule =
        (prop::collection::vec(condition, 1..3), target, validity).prop_map(|(conditions, target, days)| {
            let day = |day: i8| date(2026, 11, day);
            AllocationRule {
                name: "rule".to_owned(),
                conditions,
                target,
                valid_from: days.0.map(day),
                valid_to: days.1.map(day),
            }
        });
    prop::collection::vec(rule, 0..6)
}

fn costs() -> impl Strategy<Value = Vec<(CostKey, Date, Amounts)>> {
    let key = (names("account", 6), names("service", 4), prop::option::of(names("team", 3))).prop_map(
        |(sub_account, service, team)| CostKey {
            sub_account_name: sub_account.clone(),
            sub_account,
            service,
            region: "ap-northeast-1".to_owned(),
            charge_category: ChargeCategory::Usage,
            tags: team.map(|team| ("team".to_owned(), team)).into_iter().collect(),
        },
    );
    let amounts = (-1_000_000_i64..1_000_000_000, -1_000_000_i64..1_000_000_000)
        .prop_map(|(billed, effective)| Amounts { billed, effective });
    let day = (1_i8..=30).prop_map(|day| date(2026, 11, day));
    prop::collection::vec((key, day, amounts), 0..60)
}

fn catalogue(rules: Vec<AllocationRule>) -> Catalogue {
    let account = |number: usize| Account {
        id: format!("account{number}"),
        name: format!("account {number}"),
        product: (number < 3).then(|| format!("product{number}").parse::<Slug>()).and_then(Result::ok),
        environment: Environment::Staging,
        closed_on: None,
        ou: None,
        tags: Vec::new(),
    };
    Catalogue { accounts: (0..4).map(account).collect(), rules, ..Catalogue::default() }
}

proptest! {
    /// Products + shared + unallocated = billed, and who gets what follows the order of the rules.
    #[test]
    fn allocation_adds_up_to_the_bill(rules in rules(), costs in costs()) {
        let catalogue = catalogue(rules);
        let billed: Amounts = costs.iter().map(|(_, _, amounts)| *amounts).sum();
        let mut owners: BTreeMap<Owner, Amounts> = BTreeMap::new();
        for (key, day, amounts) in &costs {
            let found = allocate(&catalogue, "focus", key, *day);
            *owners.entry(found.owner.clone()).or_default() += *amounts;
            let applies = |rule: &AllocationRule| rule.is_valid_on(*day) && rule.matches("focus", key, None);
            match found.reason {
                Reason::Rule(position) => {
                    prop_assert!(applies(&catalogue.rules[position]));
                    prop_assert!(!catalogue.rules[..position].iter().any(applies));
                }
                Reason::Account => prop_assert!(!catalogue.rules.iter().any(applies)),
                Reason::Nothing => {
                    prop_assert!(!catalogue.rules.iter().any(applies));
                    prop_assert_eq!(found.owner, Owner::Unallocated);
                }
            }
        }
        prop_assert_eq!(owners.into_values().sum::<Amounts>(), billed);
    }

    /// A rule that is put first takes what it matches, and only that.
    #[test]
    fn an_earlier_rule_takes_precedence(rules in rules(), costs in costs()) {
        let before = catalogue(rules);
        let mut after = before.clone();
        after.rules.insert(0, AllocationRule {
            name: "first".to_owned(),
            conditions: vec![Condition { field: Field::Service, values: vec!["service0".to_owned()] }],
            target: Target::Shared { pool: "first".to_owned() },
            valid_from: Some(date(2026, 11, 10)),
            valid_to: Some(date(2026, 11, 20)),
        });
        for (key, day, _) in &costs {
            let taken = key.service == "service0" && (date(2026, 11, 10)..date(2026, 11, 20)).contains(day);
            let owner = allocate(&after, "focus", key, *day).owner;
            let expected =
                if taken { Owner::Shared("first".to_owned()) } else { allocate(&before, "focus", key, *day).owner };
            prop_assert_eq!(owner, expected);
        }
    }
}
