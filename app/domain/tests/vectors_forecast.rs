//! Worked cases of reference/cost.md 4.3 to 4.5: pace, exhaustion, forecasts, ranges, anomalies.

use std::collections::BTreeMap;

use domain::anomaly::{AnomalyGates, TooShort, anomalies};
use domain::forecast::{
    Accuracy, Basis, FanRefusal, History, Method, PastError, Refusal, accuracy, choose, fan, forecast,
    month_shape, past_errors,
};
use domain::holiday::Holidays;
use domain::money::{Currency, Money};
use domain::pace::{MonthDays, Pace, due, even_share, expected_share};
use domain::rate::Month;
use domain::ratio::Ppm;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

const MICRO: i64 = 1_000_000;

/// A bill from a rule, in whole units, from `first` to `last`.
fn bill(first: Date, last: Date, rule: impl Fn(Date) -> i64) -> BTreeMap<Date, i64> {
    first.series(1.days()).take_while(|day| *day <= last).map(|day| (day, rule(day) * MICRO)).collect()
}

fn history(first: Date, last: Date, rule: impl Fn(Date) -> i64) -> History {
    History::new(&bill(first, last, rule), last, &Holidays::JAPAN)
}

fn yen(micros: i64) -> Money {
    Money { micros, currency: Currency::JPY }
}

fn is_quiet(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || Holidays::JAPAN.contains(day)
}

/// 100 on working days, 60 on weekends and holidays, 1,000 more on the first of each month.
fn with_fee(day: Date) -> i64 {
    (if is_quiet(day) { 60 } else { 100 }) + if day.day() == 1 { 1_000 } else { 0 }
}

/// Vantage's even share: 11 of February's 28 days of $40,000 are $15,714.29 (4.3).
#[test]
fn an_even_share_of_a_budget() {
    for (month, elapsed, budget, share, dollars) in [
        // 11/28 = 392,857.14 ppm; 0.392857 × 40,000 = 15,714.28, 15,714.29 before the share is rounded down.
        ("2027-02", 11, 40_000, 392_857, "15714.28"),
        // 0/30 and 30/30.
        ("2026-11", 0, 3_000, 0, "0"),
        ("2026-11", 30, 3_000, 1_000_000, "3000"),
        // 10/30 = 333,333.3 ppm, rounded down: 0.333333 × 3,000 = 999.999.
        ("2026-11", 10, 3_000, 333_333, "999.999"),
    ] {
        let found = even_share(elapsed, month.parse().unwrap());
        assert_eq!(found, Ppm(share), "{month}");
        let wanted: rust_decimal::Decimal = dollars.parse().unwrap();
        assert_eq!(domain::money::decimal_of_micros(due(budget * MICRO, found)), wanted, "{month}");
    }
}

/// A month of 30 days with a fee of 70 on its first and 10 on each day: 70 + 300 = 370.
#[test]
fn a_pace_is_measured_against_the_shape_of_the_month() {
    let shape: Vec<i64> = (1..=30).map(|day| if day == 1 { 80 } else { 10 }).collect();
    let month: Month = "2026-11".parse().unwrap();
    // (name, days so far, budget, expected share, pace, remaining, allowed per day, exhausted on)
    for (name, spent, budget, share, pace, remaining, allowed, exhausted) in [
        // (80 + 2×10) / 370 = 270,270 ppm; 370 × 0.27027 = 99.9999: 100 / 99.9999 rounds down to the whole.
        ("in step after the fee", vec![80, 10, 10], 370, 270_270, Some(1_000_001), 270, Some(10), Some(30)),
        // 110 / 99.9999 = 1.100001; 260 / 27 = 9.6; 110 + 26 × 10 = 370 on the 3rd + 26. An even pace would call
        // this 110 ÷ (370 × 3/30) = 3 times too fast.
        ("a tenth too fast", vec![88, 11, 11], 370, 270_270, Some(1_100_001), 260, Some(9), Some(29)),
        // 50 / 99.9999 rounds down to 0.500000; 320 / 27 = 11.85; 50 + 27 × 5 = 185 never reach 370.
        ("half of it", vec![40, 5, 5], 370, 270_270, Some(500_000), 320, Some(11), None),
        // 100 / (90 × 0.27027 = 24.3243) = 4.111115; 80 + 10 = 90 on the second; nothing is left to allow.
        ("used up on the second", vec![80, 10, 10], 90, 270_270, Some(4_111_115), -10, None, Some(2)),
        // 100 / (100 × 0.27027 = 27.027) = 3.700003; 80 + 10 + 10 = 100 on the third.
        ("exactly used up", vec![80, 10, 10], 100, 270_270, Some(3_700_003), 0, None, Some(3)),
        // Nothing is due of nothing, so that there is no pace; the first day is more than that.
        ("a budget of nothing", vec![80, 10, 10], 0, 270_270, None, -100, None, Some(1)),
        // 370 / 30 = 12.33; 80 + 29 × 10 = 370 on the thirtieth.
        ("before the first day", vec![], 370, 0, None, 370, Some(12), Some(30)),
    ] {
        let remaining_days: Vec<i64> = if spent.is_empty() {
            shape.clone()
        } else if name == "half of it" {
            vec![5; 27]
        } else {
            vec![10; 27]
        };
        let days = MonthDays { month, spent: &spent, remaining: &remaining_days, shape: &shape };
        let found = Pace::new(&days, yen(budget));
        assert_eq!(found.expected_share, Ppm(share), "{name}");
        assert_eq!(found.pace, pace.map(Ppm), "{name}");
        assert_eq!(found.remaining, yen(remaining), "{name}");
        assert_eq!(found.days_left, 30 - spent.len() as i64, "{name}");
        assert_eq!(found.allowed_per_day, allowed.map(yen), "{name}");
        assert_eq!(found.exhausted_on, exhausted.map(|day| date(2026, 11, day)), "{name}");
    }
}

#[test]
fn a_closed_month_has_no_day_left() {
    let spent = [10; 30];
    let days = MonthDays { month: "2026-11".parse().unwrap(), spent: &spent, remaining: &[], shape: &spent };
    let found = Pace::new(&days, yen(400));
    assert_eq!((found.days_left, found.allowed_per_day, found.remaining), (0, None, yen(100)));
    assert_eq!((found.pace, found.exhausted_on), (Some(Ppm(750_000)), None));
}

/// Without a shape (too little history, a month of credits) days count alike.
#[test]
fn a_pace_without_a_shape_is_even() {
    assert_eq!(expected_share(&[], 3), None);
    assert_eq!(expected_share(&[-1, -1], 1), None);
    let days = MonthDays { month: "2026-11".parse().unwrap(), spent: &[10; 3], remaining: &[], shape: &[] };
    assert_eq!(Pace::new(&days, yen(300)).expected_share, Ppm(100_000));
}

/// 4.4: weekdays, holidays and the fee of the first are where they belong; 3 and 23 November are holidays.
#[test]
fn a_forecast_knows_weekends_holidays_and_fees() {
    let known = history(date(2026, 6, 1), date(2026, 11, 20), with_fee);
    for method in Method::ALL {
        let found = forecast(&known, method).unwrap();
        let actual: i64 = bill(date(2026, 11, 1), date(2026, 11, 30), with_fee).values().sum();
        assert_eq!(found.total(), actual, "{method:?}");
        assert_eq!(found.remaining_days[2], 60 * MICRO, "{method:?}: Monday the 23rd is a holiday");
        let shape = month_shape(&known, method).unwrap();
        assert_eq!(shape.len(), 30, "{method:?}");
        // Sunday the first: 60 and the fee, as learnt from the firsts of September to November.
        assert_eq!(shape[0], 1_060 * MICRO, "{method:?}");
        assert_eq!(shape.iter().sum::<i64>(), actual, "{method:?}");
    }
}

#[test]
fn a_forecast_is_refused_with_its_reason() {
    let first = date(2026, 11, 1);
    for (days, wanted) in [
        (0, Err(Refusal::Nothing)),
        (1, Err(Refusal::TooShort { days: 1 })),
        (13, Err(Refusal::TooShort { days: 13 })),
        (14, Ok(100 * 30 * MICRO)),
    ] {
        let last = first.saturating_add((days - 1).days());
        let found = forecast(&history(first, last, |_| 100), Method::default());
        assert_eq!(found.map(|forecast| forecast.total()), wanted, "{days} days");
    }
    // Days before the first that cost anything are unknown, not free.
    let late = history(date(2026, 10, 1), date(2026, 11, 10), |day| i64::from(day >= date(2026, 11, 3)));
    assert_eq!(forecast(&late, Method::default()), Err(Refusal::TooShort { days: 8 }));
    let large = BTreeMap::from_iter(first.series(1.days()).take(28).map(|day| (day, i64::MAX)));
    let large = History::new(&large, date(2026, 11, 28), &Holidays::NONE);
    assert_eq!(forecast(&large, Method::default()).map(|found| found.total()), Ok(i64::MAX));
}

/// Each series gets the method that its own past speaks for, and keeps it however much else is known.
#[test]
fn a_method_is_chosen_by_the_series_own_past() {
    let (first, last) = (date(2026, 1, 1), date(2026, 11, 16));
    let jump = last.saturating_sub(48.days());
    let week = |day: Date| i64::from(first.until(day).unwrap().get_days()) / 7;
    type Rule<'a> = Box<dyn Fn(Date) -> i64 + 'a>;
    let cases: [(&str, Method, Rule<'_>); 3] = [
        ("steady", Method::Trend, Box::new(with_fee)),
        // Grows by 2 % of the start per week in steps that the fortnights have in common.
        ("growing", Method::Trend, Box::new(|day| 10_000 + 200 * week(day))),
        // Asked one to five weeks after the jump: only the newest week is never wrong.
        (
            "jumped seven weeks ago",
            Method::SameWeekday,
            Box::new(|day| if day < jump { 1_000 } else { 3_000 }),
        ),
    ];
    for (name, wanted, rule) in cases {
        assert_eq!(choose(&history(first, last, &rule)), wanted, "{name}");
        let short = last.saturating_sub(86.days());
        assert_eq!(choose(&history(short, last, &rule)), wanted, "{name}, twelve weeks and a bit");
    }
}

fn errors(shares: &[i64]) -> Vec<PastError> {
    shares.iter().map(|share| PastError { through: date(2026, 1, 8), error: Ppm(*share) }).collect()
}

/// Percentiles at percent × (n + 1), in proportion between neighbours; symmetric below nine errors.
#[test]
fn a_range_comes_from_past_errors() {
    let known = history(date(2026, 10, 1), date(2026, 11, 20), |_| 100);
    let found = forecast(&known, Method::Level).unwrap();
    type Percentiles = (i64, i64, i64, i64);
    let cases: [(&str, &[i64], Percentiles); 3] = [
        // 80 % of 4 + 1 is the 4th size, 50 % half way between the 2nd and 3rd.
        ("four", &[-10_000, 20_000, -30_000, 40_000], (-40_000, -25_000, 25_000, 40_000)),
        // 10 % of 9 + 1 is the 1st, 25 % half way between the 2nd and 3rd, 90 % the 9th.
        (
            "nine",
            &[-5_000, 0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000],
            (-5_000, 5_000, 55_000, 70_000),
        ),
        ("always the same", &[10_000; 12], (10_000, 10_000, 10_000, 10_000)),
    ];
    for (name, shares, wanted) in cases {
        let fan = fan(&known, &found, &errors(shares)).unwrap();
        assert_eq!((fan.low.0, fan.lower.0, fan.upper.0, fan.high.0), wanted, "{name}");
        assert_eq!(fan.basis, Basis::Months(shares.len()));
        let last = *fan.bands(&found).last().unwrap();
        // 20 days of 100 are spent, 10 are ahead: 1,000 × (1 + the percentile).
        let low = 2_000 * MICRO + 1_000 * (MICRO + fan.low.0);
        assert_eq!((last.low, fan.bands(&found).len()), (low, 10), "{name}");
        assert!(last.low <= last.lower && last.upper <= last.high, "{name}");
    }
    assert_eq!(fan(&known, &found, &errors(&[1, 2, 3])), Err(FanRefusal::TooFew { errors: 2 }));
    let closed = history(date(2026, 10, 1), date(2026, 10, 31), |_| 100);
    let found = forecast(&closed, Method::Level).unwrap();
    assert_eq!(fan(&closed, &found, &[]), Err(FanRefusal::NothingAhead));
}

/// Each range is made from the errors before it: the fifth of ±1 % holds, one of 9 % does not.
#[test]
fn past_ranges_held_or_not() {
    for (shares, wanted) in [
        (vec![10_000; 4], None),
        (vec![10_000; 5], Some(Accuracy { held: 1, fans: 1 })),
        (vec![10_000, -10_000, 10_000, -10_000, 90_000, 10_000], Some(Accuracy { held: 1, fans: 2 })),
        (vec![10_000; 13], Some(Accuracy { held: 8, fans: 8 })),
    ] {
        assert_eq!(accuracy(&errors(&shares)), wanted, "{shares:?}");
    }
    let known = history(date(2025, 10, 1), date(2026, 11, 20), with_fee);
    let past = past_errors(&known);
    assert_eq!(past.len(), 12, "the closed months that six weeks of history lie before");
    assert!(past.iter().all(|error| error.error == Ppm(0)), "{past:?}");
    assert_eq!(past.last().unwrap().through, date(2026, 10, 20));
}

/// (name, what comes on top, the events as first day, last day and impact)
type Story<'a> = (&'a str, Box<dyn Fn(Date) -> i64>, &'a [(Date, Date, i64)]);

/// What stands out in November 2026 on a bill with noise of ±2 %, a fee on each first and holidays.
#[test]
fn only_what_is_unusual_stands_out() {
    let day = |day| date(2026, 11, day);
    let on = |first: i8, last: i8, amount: i64| -> Box<dyn Fn(Date) -> i64> {
        let (first, last) = (date(2026, 11, first), date(2026, 11, last));
        Box::new(move |day| if (first..=last).contains(&day) { amount } else { 0 })
    };
    let stories: [Story<'_>; 9] = [
        ("nothing", on(1, 1, 0), &[]),
        ("a day of +50 %", on(11, 11, 5_000), &[(day(11), day(11), 5_000)]),
        ("three days are one event", on(10, 12, 5_000), &[(day(10), day(12), 15_000)]),
        ("over a weekend", on(13, 16, 5_000), &[(day(13), day(16), 20_000)]),
        ("a tenth is chance", on(11, 11, 1_000), &[]),
        ("a credit", on(5, 5, -30_000), &[]),
        ("a larger fee on the first", on(1, 1, 90_000), &[]),
        (
            "two runs",
            Box::new({
                let (one, two) = (on(5, 5, 4_000), on(13, 13, 4_000));
                move |day| one(day) + two(day)
            }),
            &[(day(5), day(5), 4_000), (day(13), day(13), 4_000)],
        ),
        // The same weekday of the week before costs as much from the eighth day on: known by then.
        ("a lasting rise", on(5, 30, 10_000), &[(day(5), day(11), 70_000)]),
    ];
    for (name, extra, wanted) in stories {
        let chance = |day: Date| i64::from(day.day()) * 37 % 5 * 100 - 200;
        let rule = |day: Date| with_fee(day) * 100 + chance(day) + extra(day);
        let known = history(date(2026, 6, 1), date(2026, 11, 21), rule);
        let gates = AnomalyGates::above(500 * MICRO);
        let found = anomalies(&known, day(2), &gates).unwrap();
        let spans: Vec<_> = found.iter().map(|event| (event.first, event.last)).collect();
        assert_eq!(
            spans,
            wanted.iter().map(|(first, last, _)| (*first, *last)).collect::<Vec<_>>(),
            "{name}"
        );
        for (event, (_, _, impact)) in found.iter().zip(wanted).filter(|(_, wanted)| wanted.2 > 0) {
            let off = (event.impact() - impact * MICRO).abs();
            assert!(off <= impact * MICRO / 4, "{name}: {} of {impact}", event.impact() / MICRO);
        }
    }
}

/// A product that is busier when people are at home is no exception on a holiday.
#[test]
fn holidays_are_sundays() {
    let rule = |day: Date| if is_quiet(day) { 150 } else { 100 };
    let known = history(date(2026, 6, 1), date(2026, 11, 24), rule);
    assert_eq!(anomalies(&known, date(2026, 9, 1), &AnomalyGates::above(0)), Ok(Vec::new()));
    let without =
        History::new(&bill(date(2026, 6, 1), date(2026, 11, 24), rule), date(2026, 11, 24), &Holidays::NONE);
    let found = anomalies(&without, date(2026, 11, 22), &AnomalyGates::above(0)).unwrap();
    assert_eq!(found.iter().map(|event| event.first).collect::<Vec<_>>(), [date(2026, 11, 23)]);
}

/// A product that works on holidays as on any other day of their weekday is no exception either.
#[test]
fn holidays_are_days_of_their_weekday_too() {
    let is_weekend = |day: Date| day.weekday().to_monday_zero_offset() >= 5;
    let known = history(date(2026, 6, 1), date(2026, 11, 24), |day| if is_weekend(day) { 60 } else { 100 });
    assert_eq!(anomalies(&known, date(2026, 9, 1), &AnomalyGates::above(0)), Ok(Vec::new()));
}

#[test]
fn an_event_is_told_from_its_beginning_and_amounts_matter() {
    let rule = |day: Date| if day >= date(2026, 11, 19) { 200 } else { 100 };
    let known = history(date(2026, 6, 1), date(2026, 11, 21), rule);
    let found = anomalies(&known, date(2026, 11, 21), &AnomalyGates::above(50 * MICRO)).unwrap();
    assert_eq!(found.len(), 1);
    let event = &found[0];
    assert_eq!((event.first, event.last, event.goes_on), (date(2026, 11, 19), date(2026, 11, 21), true));
    assert_eq!((event.impact(), event.share()), (300 * MICRO, Some(Ppm(1_000_000))));
    assert_eq!(anomalies(&known, date(2026, 11, 21), &AnomalyGates::above(101 * MICRO)), Ok(Vec::new()));
    // A bill that is late ends before the window begins.
    assert_eq!(anomalies(&known, date(2026, 11, 23), &AnomalyGates::above(0)), Ok(Vec::new()));
    let young = history(date(2026, 10, 25), date(2026, 11, 21), rule);
    assert_eq!(anomalies(&young, date(2026, 11, 21), &AnomalyGates::above(0)), Err(TooShort { days: 28 }));
}
