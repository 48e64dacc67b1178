//! Budgets, usage and rates as people paste them from spreadsheets.

#![expect(clippy::unwrap_used, reason = "a test stops where its story breaks off")]

use domain::catalogue::Catalogue;
use domain::rejection::{Gravity, Issue};
use sources::{budgets, catalogue, rates, usage};

fn house() -> Catalogue {
    let file = "[[product]]\nslug = \"telemed\"\nname = { ja = \"オンライン診療\", en = \"Telemedicine\" }\n\n\
                [[product]]\nslug = \"booking\"\nname = { ja = \"予約\", en = \"Booking\" }\n";
    catalogue::parse(file, "catalogue.toml").unwrap()
}

fn budgets_of(text: &str) -> (Vec<String>, Vec<Issue>) {
    let read = budgets::parse(text.as_bytes(), "pasted", &house()).unwrap();
    let line = |row: &budgets::BudgetRow| {
        let amount = row.amount.map_or("-".to_owned(), |micros| (micros / 1_000_000).to_string());
        let rate = row.rate.map(|rate| format!(" at {rate}")).unwrap_or_default();
        let currency = row.currency.map(|currency| format!(" {currency}")).unwrap_or_default();
        format!("{}: {} {} {amount}{currency}{rate}", row.line, row.product, row.month)
    };
    (read.values.iter().map(line).collect(), read.issues)
}

#[test]
fn a_spreadsheet_is_pasted_in_any_of_its_forms() {
    let table = [
        // With tabs, without names of columns.
        (
            "telemed\t2026-11\t120万\nbooking\t2026/12\t１，０００",
            vec!["1: telemed 2026-11 1200000", "2: booking 2026-12 1000"],
        ),
        // With names in Japanese, in an order of their own, products by name, lines of Windows.
        (
            "月\t製品\t予算\r\n2026年11月\tオンライン診療\t¥680,000\r\n\r\n2026年12月\tBooking\t5千\r\n",
            vec!["2: telemed 2026-11 680000", "4: booking 2026-12 5000"],
        ),
        // CSV with quoted amounts, currency and rate.
        (
            "product,month,amount,currency,rate,bill_currency\ntelemed,2026-11,\"680,000\",JPY,150,USD\n",
            vec!["2: telemed 2026-11 680000 JPY at 150"],
        ),
        // A row of months a product; empty cells say nothing, a dash takes away.
        (
            "product\t2026-11\t2026-12\t2027-01\ntelemed\t100\t\t300\nbooking\t-\t20万\t\n",
            vec![
                "2: telemed 2026-11 100",
                "2: telemed 2027-01 300",
                "3: booking 2026-11 -",
                "3: booking 2026-12 200000",
            ],
        ),
        // The same with an empty corner, as spreadsheets have it.
        ("\t2026/11\t2026/12\n予約\t1\t2\n", vec!["2: booking 2026-11 1", "2: booking 2026-12 2"]),
        // The same row twice is one.
        ("telemed,2026-11,5\ntelemed,2026-11,5\n", vec!["1: telemed 2026-11 5"]),
    ];
    for (text, expected) in table {
        let (rows, issues) = budgets_of(text);
        assert_eq!(rows, expected, "{text}");
        assert_eq!(issues, [], "{text}");
    }
}

#[test]
fn bad_rows_are_named_with_line_and_column_and_the_rest_goes_in() {
    let text = "product\tmonth\tamount\tnote\n\
                telemd\t2026-11\t1\tx\n\
                telemed\t11/2026\t1\t\n\
                telemed\t2026-11\t1,2\t\n\
                telemed\t2026-11\t\t\n\
                telemed\t2026-12\t5\t\n\
                telemed\t2026-12\t6\t\n";
    let (rows, issues) = budgets_of(text);
    assert_eq!(rows, ["6: telemed 2026-12 5"]);
    let places: Vec<(u64, &str, &str)> = issues
        .iter()
        .map(|issue| (issue.line.unwrap(), issue.column.as_deref().unwrap(), issue.rule))
        .collect();
    assert_eq!(
        places,
        [
            (1, "note", "row/unknown-column"),
            (2, "product", "row/unknown-product"),
            (3, "month", "typed/month"),
            (4, "amount", "typed/amount"),
            (5, "amount", "row/missing-value"),
            (7, "amount", "budgets/repeated"),
        ]
    );
    assert_eq!(issues[0].gravity, Gravity::Warning);
    assert!(issues[1].mend.contains("telemed"), "{:?}", issues[1]);
    let (_, issues) = budgets_of("product\t2026-11\t2026-12\ntelemed\tx\t1\n");
    assert_eq!(issues[0].column.as_deref(), Some("2026-11"), "a wide table names the month");
    let (rows, issues) = budgets_of("telemed,2026-11,1,200,000,JPY,9,USD\n");
    assert_eq!((rows.len(), issues[0].rule), (0, "row/cells"));
}

#[test]
fn what_cannot_be_read_at_all_says_why() {
    for (text, expected) in [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        ("product,amount\ntelemed,1\n", "no column month"),
        ("product,month,month,amount\n", "names the column month twice"),
        ("a\0b", "NUL"),
    ] {
        let error = budgets::parse(text.as_bytes(), "pasted", &house()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?}: {error}");
    }
    let error = budgets::parse(b"\x90\xbb\x95i,\x8c\x8e\n", "budget.csv", &house()).unwrap_err().to_string();
    assert!(error.contains("CSV UTF-8"), "a file of an old Excel: {error}");
    let many = "nobody,2026-11,1\n".repeat(3_000);
    let (rows, issues) = budgets_of(&many);
    assert_eq!((rows.len(), issues.len()), (0, 1_001), "so many remarks are kept and one that says so");
}

#[test]
fn usage_and_rates_are_pasted_too() {
    let text = "系列\t製品\t2026-10\t2026-11\nactive-users\ttelemed\t48,200\t4.9万\n";
    let read = usage::parse(text.as_bytes(), "pasted", &house()).unwrap();
    let units: Vec<_> = read.values.iter().map(|row| (row.month.to_string(), row.units.unwrap())).collect();
    let expected = [("2026-10".to_owned(), 48_200_000_000), ("2026-11".to_owned(), 49_000_000_000)];
    assert_eq!((units, read.issues), (expected.to_vec(), Vec::new()));

    let text = "USD\tJPY\t2026/11\t前月末\t１５４．２５\t2026/10/30\t銀行\nUSD\tJPY\t2026-12\tinvoice\t0\t2026-12-03\t\n";
    let read = rates::parse_pasted(text.as_bytes(), "pasted").unwrap();
    assert_eq!(read.values.len(), 1);
    assert_eq!(read.values[0].rate.to_string(), "154.25");
    assert_eq!(read.values[0].policy.as_str(), "previous-month-end");
    assert_eq!((read.issues[0].line, read.issues[0].rule), (Some(2), "rates/positive"));
}

#[test]
fn a_budget_says_whether_it_means_taxes() {
    for (words, tax) in [
        ("税込", Some(domain::tax::Tax::Included)),
        ("税抜", Some(domain::tax::Tax::Excluded)),
        ("excluded", Some(domain::tax::Tax::Excluded)),
        ("", None),
    ] {
        let text = format!("product,month,amount,税区分\ntelemed,2026-11,5,{words}\n");
        let read = budgets::parse(text.as_bytes(), "pasted", &house()).unwrap();
        assert_eq!(read.values[0].tax, tax, "{words}");
    }
    let (rows, issues) = budgets_of("product,month,amount,tax\ntelemed,2026-11,5,some\n");
    assert_eq!((rows.len(), issues[0].rule, issues[0].gravity), (0, "budgets/tax", Gravity::Rejected));
}
