//! FOCUS files as they come: the real sample, every known deviation, folders, and hostile input.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod cur;
mod folders;
mod hostile;
mod parquet_files;
mod resources;
mod rows;
mod sample;
mod worked;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use domain::cost::{BillingScope, CostKey, ExactCell};
use domain::rejection::Issue;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sources::focus::{self, FocusError, FocusOptions, FocusSummary};
use tempfile::TempDir;

/// The cells of a delivery as a receiver adds them up: (billed, effective).
type Cells = BTreeMap<(BillingScope, Date, CostKey), (Decimal, Decimal)>;

struct Delivery {
    summary: FocusSummary,
    cells: Cells,
}

impl Delivery {
    fn billed(&self) -> Decimal {
        self.cells.values().map(|(billed, _)| billed).sum()
    }

    /// `rule line column` of every issue.
    fn marks(&self) -> Vec<String> {
        self.summary.issues.iter().map(mark).collect()
    }
}

fn mark(issue: &Issue) -> String {
    let line = issue.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    format!("{} {line} {}", issue.rule, issue.column.as_deref().unwrap_or("-"))
}

fn options() -> FocusOptions {
    FocusOptions {
        source: "focus".to_owned(),
        tag_keys: ["application", "environment", "org"].map(str::to_owned).to_vec(),
    }
}

fn delivery(paths: &[PathBuf]) -> Result<Delivery, FocusError> {
    delivery_with(paths, &options())
}

fn delivery_with(paths: &[PathBuf], options: &FocusOptions) -> Result<Delivery, FocusError> {
    let mut cells = Cells::new();
    let mut collect = |batch: Vec<ExactCell>| {
        assert!(batch.len() <= 50_000);
        for cell in batch {
            let sums = cells.entry((cell.scope, cell.day, cell.key)).or_default();
            *sums = (sums.0 + cell.billed, sums.1 + cell.effective);
        }
        Ok(())
    };
    let summary = focus::read(paths, options, &mut collect, &|_| {})?;
    assert_eq!(summary.rows_read, summary.rows_accepted + summary.rows_rejected);
    assert_eq!(summary.control_totals.iter().map(|total| total.rows).sum::<u64>(), summary.rows_accepted);
    for total in &summary.control_totals {
        let of_scope = || cells.iter().filter(|((scope, ..), _)| *scope == total.scope);
        assert_eq!(of_scope().map(|(_, (billed, _))| billed).sum::<Decimal>(), total.billed);
        assert_eq!(of_scope().map(|(_, (_, effective))| effective).sum::<Decimal>(), total.effective);
    }
    Ok(Delivery { summary, cells })
}

fn written(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn of_bytes(bytes: &[u8]) -> Result<Delivery, FocusError> {
    let folder = tempfile::tempdir().unwrap();
    delivery(&[written(&folder, "bill.csv", bytes)])
}

fn of_text(text: &str) -> Delivery {
    of_bytes(text.as_bytes()).unwrap()
}

/// The same, keeping other names of tags and cost categories.
fn of_text_keeping(text: &str, keys: &[&str]) -> Delivery {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, "bill.csv", text.as_bytes());
    let tag_keys = keys.iter().map(|key| (*key).to_owned()).collect();
    delivery_with(&[path], &FocusOptions { tag_keys, ..options() }).unwrap()
}

fn excerpt() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/focus/focus_1_0_excerpt.csv")
}

/// A good row: one hour on 18 September 2024, 1.25 billed, 1 effective.
const COLUMNS: [(&str, &str); 26] = [
    ("BilledCost", "1.25"),
    ("EffectiveCost", "1"),
    ("BillingAccountId", "1234567890123"),
    ("BillingAccountName", "SunBird"),
    ("BillingCurrency", "USD"),
    ("BillingPeriodStart", "2024-09-01T00:00:00Z"),
    ("BillingPeriodEnd", "2024-10-01T00:00:00Z"),
    ("ChargeCategory", "Usage"),
    ("ChargeClass", ""),
    ("ChargeDescription", "an hour"),
    ("ChargePeriodStart", "2024-09-18T22:00:00Z"),
    ("ChargePeriodEnd", "2024-09-18T23:00:00Z"),
    ("ContractedCost", "1.25"),
    ("InvoiceIssuerName", "Amazon Web Services, Inc."),
    ("ListCost", "1.25"),
    ("PricingQuantity", "1"),
    ("PricingUnit", "Hours"),
    ("ProviderName", "AWS"),
    ("PublisherName", "AWS"),
    ("ServiceCategory", "Compute"),
    ("ServiceName", "Amazon Elastic Compute Cloud"),
    ("SubAccountId", "11353890204"),
    ("SubAccountName", "Atlas Orion"),
    ("RegionId", "us-west-2"),
    ("Tags", "{\"application\":\"visits\"}"),
    ("x_Discounts", "{}"),
];

fn header() -> String {
    COLUMNS.map(|(name, _)| name).join(",") + "\n"
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

/// The good row with some values changed.
fn row(changes: &[(&str, &str)]) -> String {
    let value = |name: &str, usual: &str| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        quoted(change.map_or(usual, |(_, value)| value))
    };
    COLUMNS.map(|(name, usual)| value(name, usual)).join(",") + "\n"
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}
