//! One row at a time: what goes in, what is left out, and what is said about it.

use super::*;

/// Rows that go in: what changes, the cells (day, billed, effective), the issues.
#[test]
fn deviations_that_go_in() {
    let day = "2024-09-18";
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, &'a str, &'a str)], &'a [&'a str]);
    let table: [Case<'_>; 28] = [
        (&[], &[(day, "1.25", "1")], &[]),
        (&[("BilledCost", "35.2E-7")], &[(day, "0.00000352", "1")], &[]),
        (&[("BilledCost", "-3.50"), ("EffectiveCost", "-3.5")], &[(day, "-3.5", "-3.5")], &[]),
        (&[("BilledCost", " 2 ")], &[(day, "2", "1")], &[]),
        (&[("EffectiveCost", "NULL")], &[(day, "1.25", "1.25")], &["cost/effective-unknown 2 EffectiveCost"]),
        (&[("EffectiveCost", "")], &[(day, "1.25", "1.25")], &["cost/effective-unknown 2 EffectiveCost"]),
        (&[("EffectiveCost", "0")], &[(day, "1.25", "0")], &[]),
        (
            &[("BilledCost", "1.2345678901234567E-9")],
            &[(day, "0.000000001234567890123457", "1")],
            &["cost/rounded 2 BilledCost"],
        ),
        (
            &[("ChargePeriodStart", "2024-09-18 22:00:00"), ("ChargePeriodEnd", "2024-09-18 23:00:00")],
            &[(day, "1.25", "1")],
            &["cost/naive-time 2 ChargePeriodStart"],
        ),
        (
            &[("ChargePeriodEnd", "2024-09-18T23:00:00")],
            &[(day, "1.25", "1")],
            &["cost/naive-time 2 ChargePeriodEnd"],
        ),
        (
            &[("BillingPeriodEnd", "2024-10-01")],
            &[(day, "1.25", "1")],
            &["cost/naive-time 2 BillingPeriodEnd"],
        ),
        (
            &[
                ("ChargePeriodStart", "2024-09-19T08:30:00+09:00"),
                ("ChargePeriodEnd", "2024-09-19T09:30:00+09:00"),
            ],
            &[(day, "0.625", "0.5"), ("2024-09-19", "0.625", "0.5")],
            &[],
        ),
        (
            &[("ChargePeriodStart", "2024-09-18T00:00Z"), ("ChargePeriodEnd", "2024-09-19T00:00Z")],
            &[(day, "1.25", "1")],
            &[],
        ),
        (
            &[
                ("ChargePeriodStart", "2024-09-17T00:00:00Z"),
                ("ChargePeriodEnd", "2024-09-20T00:00:00Z"),
                ("BilledCost", "1"),
            ],
            &[
                ("2024-09-17", "0.333333333333", "0.333333333333"),
                ("2024-09-18", "0.333333333333", "0.333333333333"),
                ("2024-09-19", "0.333333333334", "0.333333333334"),
            ],
            &[],
        ),
        (
            &[
                ("ChargePeriodStart", "2024-09-17T12:00:00Z"),
                ("ChargePeriodEnd", "2024-09-19T00:00:00Z"),
                ("BilledCost", "3"),
            ],
            &[("2024-09-17", "1", "0.333333333333"), (day, "2", "0.666666666667")],
            &[],
        ),
        (
            &[
                ("ChargeClass", "Correction"),
                ("ChargePeriodStart", "2024-08-03T00:00:00Z"),
                ("ChargePeriodEnd", "2024-08-04T00:00:00Z"),
            ],
            &[("2024-08-03", "1.25", "1")],
            &[],
        ),
        (&[("ChargeCategory", "usage")], &[(day, "1.25", "1")], &[]),
        (&[("ChargeCategory", "Rebate")], &[(day, "1.25", "1")], &["cost/charge-category 2 ChargeCategory"]),
        (&[("ChargeCategory", "")], &[(day, "1.25", "1")], &["cost/charge-category 2 ChargeCategory"]),
        (&[("ServiceName", "null")], &[(day, "1.25", "1")], &["cost/missing-value 2 ServiceName"]),
        (&[("Tags", "{\"application\":")], &[(day, "1.25", "1")], &["cost/tags 2 Tags"]),
        (&[("Tags", "{\"org\":[1]}")], &[(day, "1.25", "1")], &["cost/tags 2 Tags"]),
        (&[("Tags", "NULL")], &[(day, "1.25", "1")], &[]),
        (&[("BillingCurrency", "JPY"), ("BilledCost", "1200")], &[(day, "1200", "1")], &[]),
        (
            &[("SubAccountId", "/subscriptions/64e355d7-997c-491d-b0c1-8414dccfcf42")],
            &[(day, "1.25", "1")],
            &[],
        ),
        (
            &[("ProviderName", "Microsoft"), ("ContractedCost", "NULL"), ("ListCost", "NaN")],
            &[(day, "1.25", "1")],
            &[],
        ),
        (&[("BillingCurrency", "USX")], &[(day, "1.25", "1")], &["cost/unknown-currency 2 BillingCurrency"]),
        (&[("ChargeDescription", "two\nlines, \"quoted\"")], &[(day, "1.25", "1")], &[]),
    ];
    for (changes, expected, issues) in table {
        let read = of_text(&(header() + &row(changes)));
        let cells: Vec<_> = read.cells.iter().map(|((_, day, _), sums)| (day.to_string(), *sums)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(day, b, e)| ((*day).to_owned(), (amount(b), amount(e)))).collect();
        assert_eq!(cells, expected, "{changes:?}");
        assert_eq!(read.marks(), issues, "{changes:?}");
        assert_eq!(read.summary.rows_accepted, 1, "{changes:?}");
    }
}

#[test]
fn rows_that_are_left_out() {
    let long = "x".repeat(1_025);
    let table: [(&[(&str, &str)], &str); 32] = [
        (&[("BilledCost", "NaN")], "cost/not-a-number 3 BilledCost"),
        (&[("BilledCost", "Infinity")], "cost/not-a-number 3 BilledCost"),
        (&[("BilledCost", "1,234.5")], "cost/not-a-number 3 BilledCost"),
        (&[("BilledCost", "$1")], "cost/not-a-number 3 BilledCost"),
        (&[("EffectiveCost", "1.2.3")], "cost/not-a-number 3 EffectiveCost"),
        (&[("BilledCost", "12345.123456789012345678901234")], "cost/too-many-digits 3 BilledCost"),
        (&[("BilledCost", "9000000000001")], "cost/too-large 3 BilledCost"),
        (&[("BilledCost", "1e300")], "cost/too-large 3 BilledCost"),
        (&[("BilledCost", "NULL")], "cost/missing-value 3 BilledCost"),
        (&[("BillingAccountId", "")], "cost/missing-value 3 BillingAccountId"),
        (&[("BillingCurrency", "null")], "cost/missing-value 3 BillingCurrency"),
        (&[("BillingCurrency", "dollars")], "cost/currency 3 BillingCurrency"),
        (&[("BillingCurrency", "円")], "cost/currency 3 BillingCurrency"),
        (&[("ChargePeriodStart", "")], "cost/missing-value 3 ChargePeriodStart"),
        (&[("ChargePeriodStart", "18/09/2024")], "cost/not-a-time 3 ChargePeriodStart"),
        (&[("ChargePeriodEnd", "2024-09-31T00:00:00Z")], "cost/not-a-time 3 ChargePeriodEnd"),
        (&[("ChargePeriodEnd", "9999-12-31T00:00:00Z")], "cost/not-a-time 3 ChargePeriodEnd"),
        (&[("BillingPeriodStart", "September")], "cost/not-a-time 3 BillingPeriodStart"),
        (&[("ChargePeriodEnd", "2024-09-18T22:00:00Z")], "cost/charge-period 3 ChargePeriodEnd"),
        (&[("ChargePeriodEnd", "2024-09-18T21:00:00Z")], "cost/charge-period 3 ChargePeriodEnd"),
        (&[("ChargePeriodEnd", "2030-09-18T21:00:00Z")], "cost/charge-period 3 ChargePeriodEnd"),
        (&[("BillingPeriodEnd", "2024-09-01T00:00:00Z")], "cost/billing-period 3 BillingPeriodEnd"),
        (&[("ServiceName", "a\0b")], "cost/encoding 3 ServiceName"),
        (&[("InvoiceIssuerName", "a\0b")], "cost/encoding 3 -"),
        (&[("SubAccountId", "\0")], "cost/encoding 3 SubAccountId"),
        (&[("BillingAccountId", "1\0 2")], "cost/encoding 3 BillingAccountId"),
        (&[("BilledCost", "1\0")], "cost/not-a-number 3 BilledCost"),
        (&[("ChargePeriodStart", "2024-09-18\0")], "cost/not-a-time 3 ChargePeriodStart"),
        (&[("ServiceName", &long)], "cost/too-long 3 ServiceName"),
        (&[("RegionId", &long)], "cost/too-long 3 RegionId"),
        (&[("SubAccountName", &long)], "cost/too-long 3 SubAccountName"),
        (&[("BillingAccountId", &long)], "cost/too-long 3 BillingAccountId"),
    ];
    for (changes, issue) in table {
        let read = of_text(&(header() + &row(&[]) + &row(changes) + &row(&[])));
        assert_eq!(read.marks(), [issue], "{changes:?}");
        assert_eq!((read.summary.rows_accepted, read.summary.rows_rejected), (2, 1), "{changes:?}");
        assert_eq!(read.billed(), amount("2.50"), "{changes:?}");
        let told = &read.summary.issues[0];
        assert_eq!(told.file, "bill.csv");
        assert!(!told.mend.is_empty() && told.what.len() < 300 && !told.what.contains('\0'), "{}", told.what);
    }
}

#[test]
fn keys_hold_what_rules_look_at() {
    let tags = r#"{" org":"trey","application":"visits","environment":true,"Name":"i-1"}"#;
    let read = of_text(&(header() + &row(&[("Tags", tags), ("SubAccountName", "NULL"), ("RegionId", "")])));
    let ((scope, _, key), _) = read.cells.first_key_value().unwrap();
    let texts = [&key.sub_account, &key.sub_account_name, &key.service, &key.region];
    assert_eq!(texts, ["11353890204", "", "Amazon Elastic Compute Cloud", ""]);
    let tags: Vec<String> = key.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(tags, ["application=visits", "environment=true", "org=trey"]);
    assert_eq!((scope.source.as_str(), scope.period_end.to_string()), ("focus", "2024-10-01".to_owned()));
}

/// AWS tells of cost categories in a column of its own (FOCUS 1.0) or among the tags, with a prefix.
#[test]
fn cost_categories_are_kept_under_the_name_that_aws_gives_them_among_tags() {
    let keys = ["team", "application", "costCategory/Team", "costCategory/Stage"];
    for (tags, categories, expected, issues) in [
        (r#"{"team":"a"}"#, r#"{"Team":"Care","Other":"x"}"#, "costCategory/Team=Care team=a", &[][..]),
        (r#"{"team":"a"}"#, "", "team=a", &[]),
        ("", r#"{"Stage":"","Team":"Care"}"#, "costCategory/Stage= costCategory/Team=Care", &[]),
        (r#"{"costCategory/Team":"Care"}"#, "", "costCategory/Team=Care", &[]),
        (
            r#"{"costCategory/Team":"old","application":"x"}"#,
            r#"{"Team":"new"}"#,
            "application=x costCategory/Team=new",
            &[],
        ),
        (r#"{"team":"a"}"#, "Team=Care", "team=a", &["cost/tags 2 x_CostCategories"]),
    ] {
        let line = |name: &str, cell: &str, row: String| {
            let end = if name.is_empty() { quoted(cell) } else { name.to_owned() };
            row.trim_end().to_owned() + "," + &end + "\n"
        };
        let text = line("x_CostCategories", "", header()) + &line("", categories, row(&[("Tags", tags)]));
        let read = of_text_keeping(&text, &keys);
        let ((_, _, key), _) = read.cells.first_key_value().unwrap();
        let found: Vec<String> = key.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(found.join(" "), expected, "{tags} {categories}");
        assert_eq!(read.marks(), issues, "{tags} {categories}");
    }
}

#[test]
fn tags_nobody_asked_for_do_not_split_cells() {
    let rows: String =
        (0..50).map(|n| row(&[("Tags", &format!("{{\"Name\":\"i-{n}\",\"org\":\"trey\"}}"))])).collect();
    let read = of_text(&(header() + &rows));
    assert_eq!(read.cells.len(), 1);
    assert_eq!(read.billed(), amount("62.5"));
}

#[test]
fn columns_come_in_any_order_and_case() {
    let order: Vec<usize> = (0..COLUMNS.len()).rev().collect();
    let reordered = |names: bool| {
        let fields = order.iter().map(|index| match names {
            true => COLUMNS[*index].0.to_lowercase(),
            false => quoted(COLUMNS[*index].1),
        });
        fields.collect::<Vec<_>>().join(",") + "\n"
    };
    let read = of_text(&(reordered(true) + &reordered(false)));
    assert_eq!(read.cells, of_text(&(header() + &row(&[]))).cells);
    assert!(read.marks().is_empty());
}

#[test]
fn columns_that_are_only_recommended_may_be_missing() {
    let few: Vec<_> =
        COLUMNS.into_iter().filter(|(name, _)| !matches!(*name, "Tags" | "RegionId" | "ListCost")).collect();
    let names: Vec<&str> = few.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = few.iter().map(|(_, value)| quoted(value)).collect();
    let read = of_text(&format!("{}\n{}\n", names.join(","), values.join(",")));
    assert_eq!(read.billed(), amount("1.25"));
    assert_eq!(read.marks(), ["cost/missing-column 1 -"]);
    assert!(
        read.summary.issues[0].what.contains("RegionId, Tags, ListCost"),
        "{}",
        read.summary.issues[0].what
    );
}

#[test]
fn one_remark_per_file_on_times_without_a_zone_and_on_unknown_effective_cost() {
    let odd = row(&[("ChargePeriodStart", "2024-09-18 22:00:00"), ("EffectiveCost", "NULL")]);
    let read = of_text(&(header() + &odd.repeat(40)));
    assert_eq!(
        read.marks(),
        ["cost/naive-time 2 ChargePeriodStart", "cost/effective-unknown 2 EffectiveCost"]
    );
    assert!(read.summary.issues[1].what.starts_with("40 rows"));
}

#[test]
fn every_line_has_its_number() {
    let bad = row(&[("BilledCost", "NaN")]);
    let two_lines = row(&[("ChargeDescription", "two\nlines")]);
    let text = header() + "\n" + &row(&[]) + &two_lines + &bad + "\n\n" + &bad + "1,2,3\n" + &bad;
    for text in
        [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.trim_end().to_owned()]
    {
        let read = of_text(&text);
        assert_eq!(
            read.marks(),
            [
                "cost/not-a-number 6 BilledCost",
                "cost/not-a-number 9 BilledCost",
                "cost/columns 10 -",
                "cost/not-a-number 11 BilledCost",
            ]
        );
        assert_eq!(read.billed(), amount("2.50"));
    }
}

#[test]
fn the_same_account_in_two_periods_and_currencies_is_three_scopes() {
    let october =
        [("BillingPeriodStart", "2024-10-01T00:00:00Z"), ("BillingPeriodEnd", "2024-11-01T00:00:00Z")];
    let yen = [("BillingCurrency", "JPY"), ("BilledCost", "150")];
    let read = of_text(&(header() + &row(&[]) + &row(&october) + &row(&yen) + &row(&[])));
    let totals: Vec<String> = read
        .summary
        .control_totals
        .iter()
        .map(|total| {
            format!("{} {} {}", total.scope.period_start, total.scope.currency, total.billed.normalize())
        })
        .collect();
    assert_eq!(totals, ["2024-09-01 JPY 150", "2024-09-01 USD 2.5", "2024-10-01 USD 1.25"]);
}

#[test]
fn the_latest_day_is_that_of_the_last_charge_that_was_not_spread() {
    let month = [("ChargePeriodStart", "2024-09-01T00:00:00Z"), ("ChargePeriodEnd", "2024-10-01T00:00:00Z")];
    let read = of_text(&(header() + &row(&[]) + &row(&month)));
    assert_eq!(read.summary.latest_day.map(|day| day.to_string()), Some("2024-09-18".to_owned()));
    assert_eq!(read.cells.len(), 30);
}

#[test]
fn a_sum_of_more_than_28_digits_says_so() {
    let fine = row(&[("BilledCost", "0.123456789012345678901234")]);
    let large = row(&[("BilledCost", "1234567")]);
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, "bill.csv", (header() + &fine + &large).as_bytes());
    let summary = focus::read(&[path], &options(), &mut |_| Ok(()), &|_| {}).unwrap();
    assert_eq!(summary.control_totals[0].billed, amount("1234567.1234567890123456789012"));
    assert_eq!(summary.issues[0].rule, "cost/rounded-sum");
}
