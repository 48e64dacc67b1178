//! Exchange rates: what goes in and what stays out.

use domain::rate::RatePolicy;
use domain::rejection::Gravity;

const HEADER: &str = "from,to,month,policy,rate,date,source";

#[test]
fn rows_become_rates() {
    let text = format!("{HEADER}\nUSD,JPY,2026-11,previous-month-end,154.250,2026-10-30,MUFG TTM\n");
    let parsed = sources::rates::parse(text.as_bytes(), "rates.csv").unwrap();
    assert_eq!(parsed.issues, []);
    let rate = &parsed.values[0];
    assert_eq!((rate.from.code(), rate.to.code()), ("USD", "JPY"));
    assert_eq!(rate.month.to_string(), "2026-11");
    assert_eq!(rate.policy, RatePolicy::PreviousMonthEnd);
    assert_eq!(rate.rate.to_string(), "154.25");
    assert_eq!((rate.date.to_string().as_str(), rate.source.as_str()), ("2026-10-30", "MUFG TTM"));
}

#[test]
fn every_fault_of_a_row_is_named_and_the_others_go_in() {
    let good = "USD,JPY,2026-11,invoice,150,2026-10-30,";
    let table = [
        ("usd,JPY,2026-11,invoice,150,2026-10-30,", "rates/currency"),
        ("USD,USD,2026-11,invoice,150,2026-10-30,", "rates/same-currency"),
        ("USD,JPY,2026-13,invoice,150,2026-10-30,", "rates/month"),
        ("USD,JPY,2026-11,guess,150,2026-10-30,", "rates/policy"),
        ("USD,JPY,2026-11,invoice,0,2026-10-30,", "rates/positive"),
        ("USD,JPY,2026-11,invoice,-1,2026-10-30,", "rates/positive"),
        ("USD,JPY,2026-11,invoice,NaN,2026-10-30,", "number/form"),
        ("USD,JPY,2026-11,invoice,150,yesterday,", "rates/date"),
        ("USD,JPY,2026-11,invoice,151,2026-10-30,", "rates/repeated"),
        ("USD,JPY,2026-11,invoice,,2026-10-30,", "row/missing-value"),
    ];
    for (row, rule) in table {
        let text = format!("{HEADER}\n{good}\n{row}\n");
        let parsed = sources::rates::parse(text.as_bytes(), "rates.csv").unwrap();
        let said: Vec<_> =
            parsed.issues.iter().map(|issue| (issue.line, issue.rule, issue.gravity)).collect();
        assert_eq!(said, [(Some(3), rule, Gravity::Rejected)], "{row}");
        assert_eq!(parsed.values.len(), 1);
    }
}
