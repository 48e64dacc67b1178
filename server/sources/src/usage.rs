//! Usage of products as people paste or upload it: `series,product,month,units`, or a row of months a product.

use std::collections::BTreeMap;

use domain::catalogue::Catalogue;
use domain::product::Slug;
use domain::rate::Month;

use crate::input::{Parsed, ReadError};
use crate::lint::Remarks;
use crate::paste::{Shape, is_removal, product, rows};
use crate::table::{Refused, Row};
use crate::typed;

const SHAPE: Shape = Shape {
    columns: &[
        ("series", &["系列", "指標"]),
        ("product", &["製品", "プロダクト", "製品名", "サービス"]),
        ("month", &["月", "年月", "対象月"]),
        ("units", &["usage", "数量", "使用量", "利用量", "値"]),
    ],
    required: 4,
    wide: Some("units"),
};

/// What a product used in a month, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRow {
    /// The line it stands on, from 1.
    pub line: u64,
    /// The series.
    pub series: String,
    /// The product, which the catalogue declares.
    pub product: Slug,
    /// The month.
    pub month: Month,
    /// Millionths of the unit; `None` takes the value away (`-`).
    pub units: Option<i64>,
}

/// Reads usage; products may be named by short name or by name.
///
/// Two rows for one series, product and month: the first stays, a second one that says otherwise is rejected.
///
/// # Errors
/// [`ReadError`] when nothing of the text can be read.
pub fn parse(bytes: &[u8], file: &str, catalogue: &Catalogue) -> Result<Parsed<UsageRow>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut values: Vec<UsageRow> = Vec::new();
    let mut lines: BTreeMap<(String, Slug, Month), usize> = BTreeMap::new();
    rows(bytes, &SHAPE, &mut remarks, |row, remarks| {
        let Ok(usage) = usage(row, catalogue, remarks) else { return };
        let key = (usage.series.clone(), usage.product.clone(), usage.month);
        match lines.get(&key).map(|position| &values[*position]) {
            None => {
                lines.insert(key, values.len());
                values.push(usage);
            }
            Some(first) if first.units != usage.units => {
                let what = format!("Line {} has other units for {} in {}.", first.line, key.1, key.2);
                remarks.rejected(row.place("units"), "usage/repeated", what, "Keep the right one.");
            }
            Some(_) => {}
        }
    })?;
    Ok(Parsed { values, issues: remarks.into_issues() })
}

fn usage(row: &Row, catalogue: &Catalogue, remarks: &mut Remarks) -> Result<UsageRow, Refused> {
    let units = |text: &str| if is_removal(text) { Ok(None) } else { typed::micros(text).map(Some) };
    Ok(UsageRow {
        line: row.line,
        series: row.required("series", remarks)?.to_owned(),
        product: product(row, catalogue, remarks)?,
        month: row.read_required("month", remarks, typed::month)?,
        units: row.read_required("units", remarks, units)?,
    })
}
