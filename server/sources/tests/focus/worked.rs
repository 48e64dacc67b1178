//! Worked cases of a bill's lines (reference/cost.md 3.2): corrections, commitments bought and used, negative
//! usage, kinds of charges, UTC days. Every case says how its sums come about.

use domain::cost::ChargeCategory;

use super::*;

/// Sums of a file by what `place` says: billed, effective.
fn sums<K: Ord>(
    read: &Delivery,
    place: impl Fn(&BillingScope, Date, &CostKey) -> K,
) -> BTreeMap<K, (Decimal, Decimal)> {
    let mut sums = BTreeMap::new();
    for ((scope, day, key), (billed, effective)) in &read.cells {
        let sum: &mut (Decimal, Decimal) = sums.entry(place(scope, *day, key)).or_default();
        *sum = (sum.0 + billed, sum.1 + effective);
    }
    sums
}

fn both(billed: &str, effective: &str) -> (Decimal, Decimal) {
    (amount(billed), amount(effective))
}

/// A day of September 2024 as a charge period.
fn on(number: i8) -> [(&'static str, String); 2] {
    let day = jiff::civil::date(2024, 9, number);
    let next = day.tomorrow().unwrap();
    [("ChargePeriodStart", format!("{day}T00:00:00Z")), ("ChargePeriodEnd", format!("{next}T00:00:00Z"))]
}

fn charged(number: i8, changes: &[(&str, &str)]) -> String {
    let days = on(number);
    let days = days.iter().map(|(name, value)| (*name, value.as_str()));
    row(&days.chain(changes.iter().copied()).collect::<Vec<_>>())
}

/// A commitment of 30 days at 10 a day, paid 300 up front. Cash: 300 on the day it is bought, nothing for what
/// it covers. Accrual: nothing for the purchase, 8 a day that are used and 2 that are not. Σ effective of its
/// usage (30 × 8 + 30 × 2 = 300) = Σ billed of its purchase, and neither basis counts it twice.
#[test]
fn a_commitment_is_paid_when_it_is_bought_and_spent_when_it_is_used() {
    let mut text = header()
        + &charged(1, &[("ChargeCategory", "Purchase"), ("BilledCost", "300"), ("EffectiveCost", "0")]);
    for day in 1..=30 {
        for (service, effective) in [("used", "8"), ("unused", "2")] {
            text +=
                &charged(day, &[("ServiceName", service), ("BilledCost", "0"), ("EffectiveCost", effective)]);
        }
    }
    let read = of_text(&text);
    let by_category = sums(&read, |_, _, key| key.charge_category);
    assert_eq!(by_category[&ChargeCategory::Purchase], both("300", "0"));
    assert_eq!(by_category[&ChargeCategory::Usage], both("0", "300"));
    let by_day = sums(&read, |_, day, _| day.day());
    assert_eq!((by_day[&1], by_day[&2], by_day[&30]), (both("300", "10"), both("0", "10"), both("0", "10")));
    let total = &read.summary.control_totals[0];
    assert_eq!((total.billed, total.effective, total.rows), (amount("300"), amount("300"), 61));
}

/// What each line becomes: (name, changes, (day, category, billed, effective) of its cells).
#[test]
fn lines_go_where_they_belong() {
    use ChargeCategory::{Adjustment, Credit, Other, Purchase, Tax, Usage};
    type Cell<'a> = (&'a str, ChargeCategory, &'a str, &'a str);
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [Cell<'a>]);
    let day = "2024-09-18";
    let cases: [Case<'_>; 12] = [
        // 10 − 13.5 = −3.5: usage may be negative by itself, and is neither dropped nor made a credit.
        ("negative usage", &[("BilledCost", "-3.5"), ("EffectiveCost", "-2")], &[(day, Usage, "-3.5", "-2")]),
        // Of an invoiced August: its day stays, the period is the one whose invoice carries it.
        (
            "a correction of a month before",
            &[
                ("ChargeClass", "Correction"),
                ("ChargePeriodStart", "2024-08-03T00:00:00Z"),
                ("ChargePeriodEnd", "2024-08-04T00:00:00Z"),
                ("BilledCost", "-4"),
                ("EffectiveCost", "-4"),
            ],
            &[("2024-08-03", Usage, "-4", "-4")],
        ),
        // 2 over the two days, half on either side of the turn of the month.
        (
            "a correction over two months",
            &[
                ("ChargeClass", "Correction"),
                ("ChargeCategory", "Tax"),
                ("ChargePeriodStart", "2024-07-31T00:00:00Z"),
                ("ChargePeriodEnd", "2024-08-02T00:00:00Z"),
                ("BilledCost", "2"),
                ("EffectiveCost", "2"),
            ],
            &[("2024-07-31", Tax, "1", "1"), ("2024-08-01", Tax, "1", "1")],
        ),
        ("a credit", &[("ChargeCategory", "Credit"), ("BilledCost", "-99")], &[(day, Credit, "-99", "1")]),
        ("a refund", &[("ChargeCategory", "Adjustment")], &[(day, Adjustment, "1.25", "1")]),
        ("a tax", &[("ChargeCategory", "Tax"), ("EffectiveCost", "1.25")], &[(day, Tax, "1.25", "1.25")]),
        ("a fee", &[("ChargeCategory", "Purchase"), ("EffectiveCost", "0")], &[(day, Purchase, "1.25", "0")]),
        ("something new", &[("ChargeCategory", "Carbon levy")], &[(day, Other, "1.25", "1")]),
        // A marketplace seller is paid, not the cloud: nothing is billed, something is spent.
        ("a marketplace", &[("BilledCost", "0"), ("EffectiveCost", "12")], &[(day, Usage, "0", "12")]),
        ("free of charge", &[("BilledCost", "0"), ("EffectiveCost", "0")], &[(day, Usage, "0", "0")]),
        (
            "twelve decimals",
            &[("BilledCost", "0.000000000001"), ("EffectiveCost", "-0.000000000001")],
            &[(day, Usage, "0.000000000001", "-0.000000000001")],
        ),
        // New York's clocks go back on 3 November: its day lasts 25 hours, from 04:00 to 05:00 UTC. At one an
        // hour 20 of them are on the third and 5 on the fourth; the UTC days know nothing of it.
        (
            "a day of 25 hours",
            &[
                ("ChargePeriodStart", "2024-11-03T04:00:00Z"),
                ("ChargePeriodEnd", "2024-11-04T05:00:00Z"),
                ("BilledCost", "25"),
                ("EffectiveCost", "50"),
            ],
            &[("2024-11-03", Usage, "20", "40"), ("2024-11-04", Usage, "5", "10")],
        ),
    ];
    for (name, changes, expected) in cases {
        let read = of_text(&(header() + &row(changes)));
        let found = sums(&read, |scope, day, key| {
            assert_eq!(scope.period_start.to_string(), "2024-09-01", "{name}: the invoice's period");
            (day.to_string(), key.charge_category)
        });
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(day, category, billed, effective)| {
                (((*day).to_owned(), *category), both(billed, effective))
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// 24 hours of a UTC day are that day, also where a local clock shows 23 or 25 of them: one an hour is 24.
#[test]
fn hours_of_a_utc_day_are_that_day() {
    for day in ["2024-03-10", "2024-03-31", "2024-10-27", "2024-11-03", "2024-09-18"] {
        let start: jiff::Timestamp = format!("{day}T00:00:00Z").parse().unwrap();
        let hours = (0..24).map(|hour| {
            let from = start + jiff::SignedDuration::from_hours(hour);
            let to = from + jiff::SignedDuration::from_hours(1);
            let (from, to) = (from.to_string(), to.to_string());
            row(&[("ChargePeriodStart", &from), ("ChargePeriodEnd", &to), ("BilledCost", "1")])
        });
        let read = of_text(&(header() + &hours.collect::<String>()));
        let found = sums(&read, |_, day, _| day.to_string());
        assert_eq!(found, [(day.to_owned(), both("24", "24"))].into_iter().collect(), "{day}");
    }
}
