//! A bill as AWS exports it: rows, packed or as Parquet, and the manifests that name them.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rust_decimal::Decimal;

use crate::fake::bucket::Shelf;

/// Where the export lies in its bucket.
pub const EXPORT: &str = "finance/focus";

/// One charge of a day.
#[derive(Clone, Debug)]
pub struct Charge {
    pub day: Date,
    pub account: String,
    pub service: &'static str,
    pub resource: String,
    pub amount: Decimal,
    pub currency: &'static str,
}

const COLUMNS: [&str; 12] = [
    "BilledCost",
    "EffectiveCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargeCategory",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ServiceName",
    "SubAccountId",
    "ResourceId",
];

impl Charge {
    fn cells(&self) -> [String; 12] {
        let (first, last) = (self.day.first_of_month(), self.day.last_of_month());
        let midnight = |day: Date| format!("{day}T00:00:00Z");
        [
            self.amount.to_string(),
            self.amount.to_string(),
            "999900001111".to_owned(),
            self.currency.to_owned(),
            midnight(first),
            midnight(last.tomorrow().unwrap()),
            "Usage".to_owned(),
            midnight(self.day),
            midnight(self.day.tomorrow().unwrap()),
            self.service.to_owned(),
            self.account.clone(),
            self.resource.clone(),
        ]
    }
}

/// Every day of a month up to a day: services of accounts, each with some resources.
pub fn month(month: &str, through: i8) -> Vec<Charge> {
    let first: Date = format!("{month}-01").parse().unwrap();
    let mut charges = Vec::new();
    for day in first.series(jiff::Span::new().days(1)).take_while(|day| day.month() == first.month()) {
        if day.day() > through {
            break;
        }
        for (number, service) in ["Amazon RDS", "Amazon EC2", "Amazon S3"].into_iter().enumerate() {
            for resource in 0..4_i64 {
                let cents = i64::from(day.day()) * 37 + resource * 1_001 + i64::try_from(number).unwrap() * 7;
                charges.push(Charge {
                    day,
                    account: format!("10000000000{}", resource % 2),
                    service,
                    resource: format!("arn:aws:{number}:{resource}"),
                    amount: Decimal::new(cents * 10_007, 7),
                    currency: "USD",
                });
            }
        }
    }
    charges
}

pub fn sum(charges: &[Charge]) -> Decimal {
    charges.iter().map(|charge| charge.amount).sum()
}

pub fn csv(charges: &[Charge]) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for charge in charges {
        writeln!(text, "{}", charge.cells().join(",")).unwrap();
    }
    text
}

pub fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub fn parquet(charges: &[Charge]) -> Vec<u8> {
    let fields: String = COLUMNS.iter().map(|name| format!("REQUIRED BYTE_ARRAY {name} (UTF8);")).collect();
    let schema = Arc::new(parse_message_type(&format!("message focus {{ {fields} }}")).unwrap());
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
    for rows in charges.chunks(100) {
        let mut group = writer.next_row_group().unwrap();
        for position in 0..COLUMNS.len() {
            let values: Vec<ByteArray> =
                rows.iter().map(|row| ByteArray::from(row.cells()[position].as_str())).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// The files of a billing period, by the part of their names after the export's.
pub type Files = Vec<(String, Vec<u8>)>;

/// A month in two packed files.
pub fn in_two(charges: &[Charge]) -> Files {
    let (one, other) = charges.split_at(charges.len() / 2);
    vec![("00001.csv.gz".to_owned(), packed(&csv(one))), ("00002.csv.gz".to_owned(), packed(&csv(other)))]
}

/// What lies where of a billing period: data first, the manifest last.
pub fn laid_out(period: &str, files: Files) -> Vec<(String, Vec<u8>)> {
    let key = |name: &str| format!("data/BILLING_PERIOD={period}/focus-{name}");
    let named: Vec<String> =
        files.iter().map(|(name, _)| format!("\"s3://example-billing/{EXPORT}/{}\"", key(name))).collect();
    let manifest = format!("{{\"executionId\":\"1\",\"dataFiles\":[{}]}}", named.join(","));
    let mut laid: Vec<(String, Vec<u8>)> =
        files.into_iter().map(|(name, bytes)| (key(&name), bytes)).collect();
    laid.push((format!("metadata/BILLING_PERIOD={period}/focus-Manifest.json"), manifest.into_bytes()));
    laid
}

/// Delivers a billing period to a bucket.
pub fn deliver(shelf: &mut Shelf, period: &str, files: Files) {
    for (path, bytes) in laid_out(period, files) {
        shelf.put(&format!("{EXPORT}/{path}"), bytes);
    }
}

/// September and November packed, October as Parquet, and something beside them that no manifest names.
pub fn quarter(shelf: &mut Shelf) -> Decimal {
    let months = [month("2026-09", 31), month("2026-10", 31), month("2026-11", 21)];
    deliver(shelf, "2026-09", in_two(&months[0]));
    deliver(shelf, "2026-10", vec![("00001.snappy.parquet".to_owned(), parquet(&months[1]))]);
    deliver(shelf, "2026-11", in_two(&months[2]));
    shelf.put(&format!("{EXPORT}/data/BILLING_PERIOD=2026-11/left-over.csv.gz"), packed(&csv(&months[0])));
    months.iter().map(|charges| sum(charges)).sum()
}
