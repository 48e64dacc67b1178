//! Exports of AWS' table CUR 2.0, as csv.gz and as Parquet: kinds of line items, effective cost as AWS defines it,
//! maps of tags and products, and what is refused. Every case says how its sums come about.

use std::sync::Arc;

use domain::cost::ChargeCategory;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;

const COLUMNS: [&str; 22] = [
    "bill_billing_period_start_date",
    "bill_billing_period_end_date",
    "bill_payer_account_id",
    "line_item_usage_account_id",
    "line_item_usage_account_name",
    "line_item_line_item_type",
    "line_item_usage_start_date",
    "line_item_usage_end_date",
    "line_item_product_code",
    "line_item_resource_id",
    "line_item_currency_code",
    "line_item_unblended_cost",
    "product",
    "product_region_code",
    "product_servicecode",
    "resource_tags",
    "cost_category",
    "reservation_reservation_a_r_n",
    "reservation_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
    "savings_plan_savings_plan_effective_cost",
];

/// The two columns that come with a savings plan's fee, behind the others.
const PLAN: [&str; 2] = ["savings_plan_total_commitment_to_date", "savings_plan_used_commitment"];

fn columns() -> Vec<&'static str> {
    COLUMNS.into_iter().chain(PLAN).collect()
}

/// One line item of 18 September 2024 with what a case changes of it.
fn item(changes: &[(&str, &str)]) -> Vec<String> {
    let usual = |name: &str| match name {
        "bill_billing_period_start_date" => "2024-09-01T00:00:00.000Z",
        "bill_billing_period_end_date" => "2024-10-01T00:00:00.000Z",
        "bill_payer_account_id" => "999999999999",
        "line_item_usage_account_id" => "111111111111",
        "line_item_usage_account_name" => "portal",
        "line_item_line_item_type" => "Usage",
        "line_item_usage_start_date" => "2024-09-18T00:00:00.000Z",
        "line_item_usage_end_date" => "2024-09-19T00:00:00.000Z",
        "line_item_product_code" => "AmazonEC2",
        "line_item_resource_id" => "i-1",
        "line_item_currency_code" => "USD",
        "line_item_unblended_cost" => "0",
        "product" => r#"{"product_name":"Amazon Elastic Compute Cloud","region":"x"}"#,
        "product_region_code" => "ap-northeast-1",
        "product_servicecode" => "AmazonEC2",
        _ => "",
    };
    let value = |name: &str| changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| *value);
    columns().into_iter().map(|name| value(name).unwrap_or(usual(name)).to_owned()).collect()
}

fn csv_of(columns: &[&str], items: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).unwrap();
    for item in items {
        writer.write_record(&item[..columns.len()]).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn of_items(items: &[Vec<String>]) -> Delivery {
    of_text(&csv_of(&columns(), items))
}

/// Billed and effective by charge category.
fn by_category(read: &Delivery) -> BTreeMap<ChargeCategory, (Decimal, Decimal)> {
    let mut sums: BTreeMap<ChargeCategory, (Decimal, Decimal)> = BTreeMap::new();
    for ((_, _, key), (billed, effective)) in &read.cells {
        let sum = sums.entry(key.charge_category).or_default();
        *sum = (sum.0 + billed, sum.1 + effective);
    }
    sums
}

fn both(billed: &str, effective: &str) -> (Decimal, Decimal) {
    (amount(billed), amount(effective))
}

/// What a day costs under every kind of line item:
///
/// - usage on demand of 10;
/// - a savings plan that commits 1 an hour, 24 a day, of which 20 are used by usage that would cost 30 on demand:
///   covered usage stands at 30 and is negated by −30, the fee is 24. Effective: 20 for the usage, 24 − 20 = 4
///   unused for the fee. Both sum to 24;
/// - another one paid up front, 365: billed on the day, effective through what it covers, so nothing here;
/// - a reservation that covers usage for 7 of fee and spread upfront fee, billed at nothing in the usage's row; its
///   monthly fee of 90 with 12 + 3 unused; its upfront fee of 500, which is spread;
/// - a support fee of 100, tax of 14, a credit of −5, a refund of −8, a discount of −2: as billed.
#[test]
fn every_kind_of_line_item_is_billed_and_amortised() {
    let cost = |value: &'static str| ("line_item_unblended_cost", value);
    let kind = |value: &'static str| ("line_item_line_item_type", value);
    let arn = ("reservation_reservation_a_r_n", "arn:aws:ec2:::reserved-instances/1");
    let items = [
        item(&[cost("10")]),
        item(&[
            kind("SavingsPlanCoveredUsage"),
            cost("30"),
            ("savings_plan_savings_plan_effective_cost", "20"),
        ]),
        item(&[kind("SavingsPlanNegation"), cost("-30")]),
        item(&[
            kind("SavingsPlanRecurringFee"),
            cost("24"),
            ("savings_plan_total_commitment_to_date", "24"),
            ("savings_plan_used_commitment", "20"),
        ]),
        item(&[
            kind("SavingsPlanUpfrontFee"),
            cost("365"),
            ("line_item_usage_end_date", "2024-09-18T00:00:00.000Z"),
        ]),
        item(&[kind("DiscountedUsage"), arn, ("reservation_effective_cost", "7")]),
        item(&[
            kind("RIFee"),
            cost("90"),
            arn,
            ("reservation_unused_amortized_upfront_fee_for_billing_period", "12"),
            ("reservation_unused_recurring_fee", "3"),
        ]),
        item(&[kind("Fee"), cost("500"), arn]),
        item(&[kind("Fee"), cost("100"), ("line_item_product_code", "AWSSupportBusiness")]),
        item(&[kind("Tax"), cost("14")]),
        item(&[kind("Credit"), cost("-5")]),
        item(&[kind("Refund"), cost("-8")]),
        item(&[kind("EdpDiscount"), cost("-2")]),
    ];
    let read = of_items(&items);
    assert_eq!(read.summary.rows_rejected, 0, "{:?}", read.marks());
    let sums = by_category(&read);
    // 10 + 30 − 30 + 0 − 2 billed; 10 + 20 + 0 + 7 − 2 effective.
    assert_eq!(sums[&ChargeCategory::Usage], both("8", "35"));
    // 24 + 365 + 90 + 500 + 100 billed; 4 + 0 + 15 + 0 + 100 effective.
    assert_eq!(sums[&ChargeCategory::Purchase], both("1079", "119"));
    assert_eq!(sums[&ChargeCategory::Tax], both("14", "14"));
    assert_eq!(sums[&ChargeCategory::Credit], both("-5", "-5"));
    assert_eq!(sums[&ChargeCategory::Adjustment], both("-8", "-8"));
    let days: std::collections::BTreeSet<Date> = read.cells.keys().map(|(_, day, _)| *day).collect();
    assert_eq!(days.len(), 1, "what ends when it begins counts on its day: {days:?}");
    let total = &read.summary.control_totals[0];
    assert_eq!((total.billed, total.effective, total.rows), (amount("1088"), amount("155"), 13));
    assert_eq!(total.scope.billing_account, "999999999999");
    assert_eq!(total.scope.period_end.to_string(), "2024-10-01");
}

/// The savings plan of 24 of the case above without the columns that say what was used: all of its rows stand as
/// they are billed, 30 − 30 + 24, so that the plan still costs 24 and not 30 + 24.
#[test]
fn without_their_columns_plans_cost_what_is_billed() {
    let cost = |value: &'static str| ("line_item_unblended_cost", value);
    let kind = |value: &'static str| ("line_item_line_item_type", value);
    let items = [
        item(&[kind("SavingsPlanCoveredUsage"), cost("30")]),
        item(&[kind("SavingsPlanNegation"), cost("-30")]),
        item(&[kind("SavingsPlanRecurringFee"), cost("24")]),
        item(&[cost("1")]),
    ];
    let read = of_text(&csv_of(&columns()[..17], &items));
    let total = &read.summary.control_totals[0];
    assert_eq!((total.billed, total.effective), (amount("25"), amount("25")));
    assert!(
        read.marks().contains(&"cost/effective-unknown 2 EffectiveCost".to_owned()),
        "{:?}",
        read.marks()
    );
    let told = read.summary.issues.iter().find(|issue| issue.rule == "cost/effective-unknown").unwrap();
    assert!(told.what.starts_with("3 rows have no effective cost of a reservation"), "{}", told.what);
    let missing = read.summary.issues.iter().find(|issue| issue.rule == "cost/missing-column").unwrap();
    assert!(missing.what.contains("savings_plan_used_commitment"), "{}", missing.what);
}

/// AWS writes keys in lower case with underscores; the catalogue has them as people wrote them.
#[test]
fn tags_products_and_categories_come_out_of_maps() {
    let options = FocusOptions {
        source: "focus".to_owned(),
        tag_keys: ["CostCenter", "team", "costCategory/Business Unit"].map(str::to_owned).to_vec(),
    };
    let items = [
        item(&[
            ("line_item_unblended_cost", "1.5"),
            ("resource_tags", r#"{"user_cost_center":"42","user_team":"care","user_other":"x"}"#),
            ("cost_category", r#"{"business_unit":"Clinic"}"#),
        ]),
        item(&[("line_item_unblended_cost", "2"), ("product", ""), ("product_region_code", "")]),
        item(&[("line_item_unblended_cost", "4"), ("product", "{}"), ("product_servicecode", "")]),
    ];
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("cur.csv");
    std::fs::write(&path, csv_of(&columns(), &items)).unwrap();
    let read = delivery_with(&[path], &options).unwrap();
    let keys: BTreeMap<Decimal, CostKey> =
        read.cells.iter().map(|((_, _, key), (billed, _))| (*billed, key.clone())).collect();
    let first = &keys[&amount("1.5")];
    let pairs: Vec<(&str, &str)> =
        first.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("CostCenter", "42"), ("costCategory/Business Unit", "Clinic"), ("team", "care")]);
    assert_eq!(first.service, "Amazon Elastic Compute Cloud");
    assert_eq!((first.sub_account.as_str(), first.sub_account_name.as_str()), ("111111111111", "portal"));
    assert_eq!((first.region.as_str(), keys[&amount("2")].region.as_str()), ("ap-northeast-1", ""));
    assert_eq!(keys[&amount("2")].service, "AmazonEC2");
    assert_eq!(keys[&amount("4")].service, "AmazonEC2");
}

/// The column `tags`, which newer exports have instead, tells apart what the tags belong to.
#[test]
fn the_column_of_all_tags_is_read_by_what_they_belong_to() {
    let text = csv_of(
        &columns(),
        &[item(&[
            ("line_item_unblended_cost", "1"),
            (
                "resource_tags",
                r#"{"accountTag/org":"account","resourceTags/user:org":"resource","costCategory/org":"category"}"#,
            ),
        ])],
    );
    let read = of_text(&text.replace("resource_tags", "tags").replace(",cost_category", ",unused"));
    let (_, _, key) = read.cells.keys().next().unwrap();
    assert_eq!(key.tags, [("org".to_owned(), "resource".to_owned())]);
}

#[test]
fn a_month_of_tax_is_spread_and_a_broken_row_is_told_by_the_name_of_its_column() {
    let items = [
        item(&[
            ("line_item_line_item_type", "Tax"),
            ("line_item_unblended_cost", "30"),
            ("line_item_usage_start_date", "2024-09-01T00:00:00.000Z"),
            ("line_item_usage_end_date", "2024-10-01T00:00:00.000Z"),
        ]),
        item(&[("line_item_unblended_cost", "much")]),
        item(&[("bill_payer_account_id", "")]),
        item(&[("line_item_line_item_type", "Moonphase"), ("line_item_unblended_cost", "1")]),
    ];
    let read = of_items(&items);
    let marks = read.marks();
    for mark in [
        "cost/not-a-number 3 line_item_unblended_cost",
        "cost/missing-value 4 bill_payer_account_id",
        "cost/charge-category 5 line_item_line_item_type",
    ] {
        assert!(marks.iter().any(|found| found == mark), "{mark} in {marks:?}");
    }
    let sums = by_category(&read);
    assert_eq!(sums[&ChargeCategory::Tax], both("30", "30"));
    assert_eq!(sums[&ChargeCategory::Other], both("1", "1"));
    let taxed = read.cells.keys().filter(|(_, _, key)| key.charge_category == ChargeCategory::Tax).count();
    assert_eq!(taxed, 30);
}

#[test]
fn a_legacy_report_stays_refused_and_a_narrow_export_is_told_what_it_lacks() {
    let refused = |header: &str| match delivery_of(header) {
        Ok(_) => panic!("{header}"),
        Err(error) => error.to_string(),
    };
    let legacy =
        "identity_line_item_id,line_item_unblended_cost,product_product_name,resource_tags_user_team\n";
    for header in ["identity/LineItemId,lineItem/UnblendedCost\n", legacy] {
        let text = refused(header);
        assert!(text.contains("a legacy AWS Cost and Usage Report"), "{text}");
        assert!(text.contains("“FOCUS 1.2 with AWS columns”"), "{text}");
    }
    let narrow = refused("line_item_unblended_cost,bill_payer_account_id,resource_tags\n");
    assert!(narrow.contains("an AWS CUR 2.0 export without line_item_currency_code"), "{narrow}");
    assert!(narrow.contains("line_item_line_item_type"), "{narrow}");
}

fn delivery_of(text: &str) -> Result<Delivery, FocusError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bill.csv");
    std::fs::write(&path, text).unwrap();
    delivery(&[path])
}

/// Data Exports write amounts as DOUBLE, times as TIMESTAMP(MILLIS) and maps as MAP.
#[test]
fn parquet_and_the_folder_of_an_export_say_the_same_as_csv() {
    let arn = ("reservation_reservation_a_r_n", "arn:aws:ec2:::reserved-instances/1");
    let items = [
        item(&[("line_item_unblended_cost", "10.25"), ("resource_tags", r#"{"user_org":"care"}"#)]),
        item(&[("line_item_line_item_type", "DiscountedUsage"), arn, ("reservation_effective_cost", "7.5")]),
        item(&[("line_item_line_item_type", "Tax"), ("line_item_unblended_cost", "1.03")]),
    ];
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data/BILLING_PERIOD=2024-09");
    let metadata = folder.path().join("metadata/BILLING_PERIOD=2024-09");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::create_dir_all(&metadata).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(csv_of(&columns(), &items).as_bytes()).unwrap();
    let manifest = |name: &str| {
        let address = format!("s3://bucket/cur/data/BILLING_PERIOD=2024-09/{name}");
        std::fs::write(metadata.join("cur-Manifest.json"), format!(r#"{{"dataFiles":["{address}"]}}"#))
            .unwrap();
    };
    std::fs::write(data.join("cur-00001.csv.gz"), packed.finish().unwrap()).unwrap();
    manifest("cur-00001.csv.gz");
    let of_csv = delivery(&[folder.path().to_owned()]).unwrap();
    write_parquet(&data.join("cur-00001.snappy.parquet"), &items);
    manifest("cur-00001.snappy.parquet");
    let of_parquet = delivery(&[folder.path().to_owned()]).unwrap();
    assert_eq!(of_csv.cells, of_parquet.cells);
    assert_eq!(of_csv.summary.rows_accepted, 3);
    let total = &of_parquet.summary.control_totals[0];
    assert_eq!((total.billed, total.effective), (amount("11.28"), amount("18.78")));
    let tagged = of_parquet.cells.keys().filter(|(_, _, key)| !key.tags.is_empty()).count();
    assert_eq!(tagged, 1);
}

const MAPS: [&str; 3] = ["product", "resource_tags", "cost_category"];

fn write_parquet(path: &Path, items: &[Vec<String>]) {
    let is_amount =
        |name: &str| name.ends_with("_cost") || name.contains("commitment") || name.contains("unused");
    let field = |name: &&str| match *name {
        name if name.ends_with("_date") && !name.contains("commitment") => {
            format!("OPTIONAL INT64 {name} (TIMESTAMP(MILLIS,true));")
        }
        name if is_amount(name) => format!("OPTIONAL DOUBLE {name};"),
        name if MAPS.contains(&name) => format!(
            "OPTIONAL GROUP {name} (MAP) {{ REPEATED GROUP key_value {{ REQUIRED BYTE_ARRAY key (UTF8); \
             OPTIONAL BYTE_ARRAY value (UTF8); }} }}"
        ),
        name => format!("OPTIONAL BYTE_ARRAY {name} (UTF8);"),
    };
    let fields: String = columns().iter().map(field).collect();
    let schema = Arc::new(parse_message_type(&format!("message cur {{ {fields} }}")).unwrap());
    let mut writer = SerializedFileWriter::new(
        std::fs::File::create(path).unwrap(),
        schema,
        Arc::new(WriterProperties::new()),
    )
    .unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (index, name) in columns().into_iter().enumerate() {
        let values: Vec<&str> =
            items.iter().map(|item| item[index].as_str()).filter(|value| !value.is_empty()).collect();
        let levels: Vec<i16> = items.iter().map(|item| i16::from(!item[index].is_empty())).collect();
        if MAPS.contains(&name) {
            let maps: Vec<BTreeMap<String, String>> =
                items.iter().map(|item| serde_json::from_str(&item[index]).unwrap_or_default()).collect();
            let (mut keys, mut texts, mut keyed, mut valued, mut repeated) =
                (vec![], vec![], vec![], vec![], vec![]);
            for map in &maps {
                if map.is_empty() {
                    keyed.push(0);
                    valued.push(0);
                    repeated.push(0);
                }
                for (position, (key, value)) in map.iter().enumerate() {
                    keys.push(ByteArray::from(key.as_str()));
                    texts.push(ByteArray::from(value.as_str()));
                    keyed.push(2);
                    valued.push(3);
                    repeated.push(i16::from(position > 0));
                }
            }
            for (data, levels) in [(&keys, &keyed), (&texts, &valued)] {
                let mut column = group.next_column().unwrap().unwrap();
                column.typed::<ByteArrayType>().write_batch(data, Some(levels), Some(&repeated)).unwrap();
                column.close().unwrap();
            }
            continue;
        }
        let mut column = group.next_column().unwrap().unwrap();
        if name.ends_with("_date") && !name.contains("commitment") {
            let millis: Vec<i64> = values
                .iter()
                .map(|value| value.parse::<jiff::Timestamp>().unwrap().as_millisecond())
                .collect();
            column.typed::<Int64Type>().write_batch(&millis, Some(&levels), None).unwrap();
        } else if is_amount(name) {
            let doubles: Vec<f64> = values.iter().map(|value| value.parse().unwrap()).collect();
            column.typed::<DoubleType>().write_batch(&doubles, Some(&levels), None).unwrap();
        } else {
            let texts: Vec<ByteArray> = values.iter().map(|value| ByteArray::from(*value)).collect();
            column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}
