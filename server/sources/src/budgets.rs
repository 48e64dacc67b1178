//! Budgets as people paste or upload them: `product,month,amount,currency,rate,bill_currency,tax`, or a row of
//! months a product.

use std::collections::BTreeMap;

use domain::catalogue::Catalogue;
use domain::money::Currency;
use domain::product::Slug;
use domain::rate::Month;
use domain::tax::Tax;
use rust_decimal::Decimal;

use crate::field::Fault;
use crate::input::{Parsed, ReadError};
use crate::lint::Remarks;
use crate::paste::{Shape, is_removal, product, rows};
use crate::rates::currency;
use crate::table::{Refused, Row};
use crate::typed;

const SHAPE: Shape = Shape {
    columns: &[
        ("product", &["製品", "プロダクト", "製品名", "サービス"]),
        ("month", &["月", "年月", "対象月"]),
        ("amount", &["budget", "金額", "予算", "予算額"]),
        ("currency", &["通貨"]),
        ("rate", &["レート", "社内レート", "予算レート"]),
        ("bill_currency", &["請求通貨", "bill currency"]),
        ("tax", &["税", "税区分", "消費税"]),
    ],
    required: 3,
    wide: Some("amount"),
};

/// One budget as it was written; what is not written stays as it is in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRow {
    /// The line it stands on, from 1.
    pub line: u64,
    /// The product, which the catalogue declares.
    pub product: Slug,
    /// The month.
    pub month: Month,
    /// Micro-units; `None` takes the budget away (`-`).
    pub amount: Option<i64>,
    /// The currency of the amount.
    pub currency: Option<Currency>,
    /// Units of the currency for one unit of `bill_currency`.
    pub rate: Option<Decimal>,
    /// The currency that the rate is for.
    pub bill_currency: Option<Currency>,
    /// Whether the amount means taxes, too.
    pub tax: Option<Tax>,
}

/// Reads budgets; products may be named by short name or by name.
///
/// Two rows for one product and month: the first stays, a second one that says otherwise is rejected.
///
/// # Errors
/// [`ReadError`] when nothing of the text can be read.
pub fn parse(bytes: &[u8], file: &str, catalogue: &Catalogue) -> Result<Parsed<BudgetRow>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut values: Vec<BudgetRow> = Vec::new();
    let mut lines: BTreeMap<(Slug, Month), usize> = BTreeMap::new();
    rows(bytes, &SHAPE, &mut remarks, |row, remarks| {
        let Ok(budget) = budget(row, catalogue, remarks) else { return };
        let key = (budget.product.clone(), budget.month);
        match lines.get(&key).map(|position| &values[*position]) {
            None => {
                lines.insert(key, values.len());
                values.push(budget);
            }
            Some(first) if *first != (BudgetRow { line: first.line, ..budget }) => {
                let what = format!("Line {} has another budget for {} in {}.", first.line, key.0, key.1);
                remarks.rejected(row.place("amount"), "budgets/repeated", what, "Keep the right one.");
            }
            Some(_) => {}
        }
    })?;
    Ok(Parsed { values, issues: remarks.into_issues() })
}

fn budget(row: &Row, catalogue: &Catalogue, remarks: &mut Remarks) -> Result<BudgetRow, Refused> {
    let product = product(row, catalogue, remarks)?;
    let month = row.read_required("month", remarks, typed::month)?;
    let amount = |text: &str| if is_removal(text) { Ok(None) } else { typed::micros(text).map(Some) };
    Ok(BudgetRow {
        line: row.line,
        product,
        month,
        amount: row.read_required("amount", remarks, amount)?,
        currency: row.read("currency", remarks, currency)?,
        rate: row.read("rate", remarks, positive)?,
        bill_currency: row.read("bill_currency", remarks, currency)?,
        tax: row.read("tax", remarks, tax)?,
    })
}

fn tax(text: &str) -> Result<Tax, Fault> {
    match text.trim() {
        "included" | "税込" | "込" => Ok(Tax::Included),
        "excluded" | "税抜" | "抜" => Ok(Tax::Excluded),
        _ => Err(Fault {
            rule: "budgets/tax",
            what: "nothing about taxes",
            mend: "Write included (税込) or excluded (税抜).",
        }),
    }
}

fn positive(text: &str) -> Result<Decimal, Fault> {
    let value = typed::amount(text)?;
    if value.is_zero() {
        return Err(Fault {
            rule: "budgets/rate",
            what: "no rate above 0",
            mend: "Write how many units of the budget's currency one unit of the bill's is worth.",
        });
    }
    Ok(value)
}
