//! What incidents cost an error budget: worked cases of reference/slo.md 3.6 and what holds for every input.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::attribution::Attribution;
use domain::incident::Incident;
use domain::objective::SliBucket;
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::Timestamp;
use proptest::prelude::*;

mod examples;

/// Minutes after 2026-11-16T00:00Z.
fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_794_787_200 + 60 * minute).unwrap()
}

fn period(from: i64, to: i64) -> Period {
    Period { start: at(from), end: at(to) }
}

fn bucket(from: i64, to: i64, bad: i64, total: i64) -> SliBucket {
    SliBucket {
        objective: "o".into(),
        period: period(from, to),
        good: total - bad,
        total,
        samples_seen: 1,
        samples_expected: 1,
    }
}

fn incident(id: &str, from: i64, to: Option<i64>) -> Incident {
    Incident { impact_start: Some(at(from)), resolved_at: to.map(at), ..examples::incident(id, at(from)) }
}

const HOUR: i64 = 60;

/// Charges by id in their order, and the rest.
fn told(buckets: &[SliBucket], incidents: &[Incident], window: Period) -> (Vec<(String, i64)>, i64) {
    let attribution = Attribution::new(buckets, incidents.iter(), &window);
    let charges = attribution.charges.into_iter().map(|charge| (charge.external_id, charge.bad));
    (charges.collect(), attribution.unattributed)
}

#[test]
fn worked_cases() {
    let day = period(0, 24 * HOUR);
    let calm = |hour: i64| bucket(hour * HOUR, (hour + 1) * HOUR, 10, 1_000);
    let bad = |hour: i64, bad: i64| bucket(hour * HOUR, (hour + 1) * HOUR, bad, 1_000);
    let named = |list: &[(&str, i64)]| -> Vec<(String, i64)> {
        list.iter().map(|(id, bad)| ((*id).to_owned(), *bad)).collect()
    };
    let mut test_incident = incident("drill", HOUR, Some(2 * HOUR));
    test_incident.is_test = true;
    let cases = [
        // Calm hours lose 10 of 1,000: of 210 in the incident's hour 200 are above that.
        (
            vec![calm(0), bad(1, 210), calm(2)],
            vec![incident("a", HOUR, Some(2 * HOUR))],
            named(&[("a", 200)]),
            30,
        ),
        // Half an hour is enough: what is above the calm share belongs to the incident all the same.
        (vec![calm(0), bad(1, 210)], vec![incident("a", 90, Some(100))], named(&[("a", 200)]), 20),
        // No more is charged than was bad; an hour calmer than usual charges nothing.
        (vec![calm(0), bad(1, 4)], vec![incident("a", HOUR, Some(2 * HOUR))], named(&[("a", 0)]), 14),
        // Without any calm hour there is nothing to compare with: all of it.
        (vec![bad(1, 210)], vec![incident("a", HOUR, Some(2 * HOUR))], named(&[("a", 210)]), 0),
        // a is open for 60 minutes, b for the last 30, which both share: 30 + 15 to 15 of 60, 150 to 50.
        (
            vec![calm(0), bad(1, 210)],
            vec![incident("a", 60, Some(120)), incident("b", 90, Some(120))],
            named(&[("a", 150), ("b", 50)]),
            20,
        ),
        // 200 between three alike: 67 + 67 + 66, nothing lost.
        (
            vec![calm(0), bad(1, 210)],
            ["a", "b", "c"].map(|id| incident(id, 60, Some(120))).to_vec(),
            named(&[("a", 67), ("b", 67), ("c", 66)]),
            20,
        ),
        // Over two hours, each by what it lost itself.
        (
            vec![calm(0), bad(1, 110), bad(2, 60)],
            vec![incident("a", 60, Some(180))],
            named(&[("a", 150)]),
            30,
        ),
        // Still open: until the end of what is measured. Drills are charged nothing.
        (vec![calm(0), bad(1, 210)], vec![incident("a", 70, None), test_incident], named(&[("a", 200)]), 20),
        // Traffic weighs the calm share: 10 of 1,000 calm makes 5 of 500.
        (
            vec![calm(0), bucket(60, 120, 105, 500)],
            vec![incident("a", 60, Some(120))],
            named(&[("a", 100)]),
            15,
        ),
        // Elsewhere in time: not listed at all.
        (vec![calm(0)], vec![incident("a", -120, Some(-60))], named(&[]), 10),
    ];
    for (number, (buckets, incidents, charges, rest)) in cases.into_iter().enumerate() {
        assert_eq!(told(&buckets, &incidents, day), (charges, rest), "case {number}");
    }
}

/// A budget of the SRE Workbook's chapter 2: 3,663,253 requests at 97 %; incidents of 14,066 and 72,000 errors
/// take 13 % and 65 % of it, and the rest of 105,388 errors is explained by neither.
#[test]
fn vector_2_of_the_reference() {
    use domain::error_budget::ErrorBudget;
    let buckets = [
        bucket(0, 60, 14_066, 100_000),
        bucket(60, 120, 72_000, 100_000),
        bucket(120, 180, 19_322, 3_463_253),
    ];
    let incidents = [incident("first", 0, Some(60)), incident("second", 60, Some(120))];
    let attribution = Attribution::new(&buckets, incidents.iter(), &period(0, 180));
    assert_eq!(attribution.bad(), 105_388);
    let budget = ErrorBudget::new(3_663_253 - 105_388, 3_663_253, Ppm(970_000)).unwrap();
    // Calm hours lose 19,322 of 3,463,253, so 558 of 100,000: 13,508 and 71,442 are charged.
    let charged: Vec<i64> = attribution.charges.iter().map(|charge| charge.bad).collect();
    assert_eq!(charged, [71_442, 13_508]);
    assert_eq!(attribution.unattributed, 19_322 + 558 + 558);
    assert_eq!(budget.spent_by(14_066), Some(Ppm(127_991)));
    assert_eq!(budget.spent_by(72_000), Some(Ppm(655_155)));
}

proptest! {
    #[test]
    fn charges_and_the_rest_are_all_that_was_bad(
        counts in prop::collection::vec((0_i64..1_000, 0_i64..1_000_000), 0..40),
        spans in prop::collection::vec((-500_i64..2_500, prop::option::of(0_i64..600)), 0..12),
        window in (-100_i64..1_000, 0_i64..2_400),
    ) {
        let buckets: Vec<SliBucket> = counts
            .iter()
            .enumerate()
            .map(|(hour, (bad, more))| {
                let hour = hour as i64;
                bucket(hour * HOUR, (hour + 1) * HOUR, *bad, bad + more)
            })
            .collect();
        let incidents: Vec<Incident> = spans
            .iter()
            .enumerate()
            .map(|(number, (from, length))| {
                incident(&number.to_string(), *from, length.map(|length| from + length))
            })
            .collect();
        let window = period(window.0, window.0 + window.1);
        let attribution = Attribution::new(&buckets, incidents.iter(), &window);
        let bad: i64 = buckets
            .iter()
            .filter(|bucket| window.contains(bucket.period.start))
            .map(|bucket| bucket.total - bucket.good)
            .sum();
        prop_assert_eq!(attribution.bad(), bad);
        prop_assert!(attribution.unattributed >= 0);
        prop_assert!(attribution.charges.iter().all(|charge| charge.bad >= 0));
        prop_assert!(attribution.charges.is_sorted_by_key(|charge| std::cmp::Reverse(charge.bad)));
    }
}
