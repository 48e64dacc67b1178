//! Exchange rates: `from,to,month,policy,rate,date,source` as CSV, a JSON array or JSON lines.

use std::collections::BTreeMap;

use domain::money::Currency;
use domain::rate::{Month, Rate, RatePolicy};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::field::{Fault, decimal};
use crate::input::{Parsed, ReadError};
use crate::lint::Remarks;
use crate::paste::{self, Shape};
use crate::table::{Columns, Refused, Row, rows};
use crate::typed;

const COLUMNS: Columns = Columns {
    required: &["from", "to", "month", "policy", "rate", "date"],
    known: &["from", "to", "month", "policy", "rate", "date", "source"],
    keeps_unknown: false,
};

/// How rates are pasted.
const SHAPE: Shape = Shape {
    columns: &[
        ("from", &["換算元", "元の通貨"]),
        ("to", &["換算先", "先の通貨"]),
        ("month", &["月", "年月", "対象月"]),
        ("policy", &["方針", "種類", "レートの種類"]),
        ("rate", &["レート", "値"]),
        ("date", &["日", "日付", "確認日"]),
        ("source", &["出所", "出典"]),
    ],
    required: 6,
    wide: None,
};

/// Reads exchange rates that were pasted from a spreadsheet, with the names of columns on the first line or in
/// the order of the file.
///
/// # Errors
/// [`ReadError`] when nothing of the text can be read.
pub fn parse_pasted(bytes: &[u8], file: &str) -> Result<Parsed<Rate>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut kept = Kept::default();
    paste::rows(bytes, &SHAPE, &mut remarks, |row, remarks| kept.take(row, remarks))?;
    Ok(Parsed { values: kept.values, issues: remarks.into_issues() })
}

/// Reads exchange rates; `source` may be empty, everything else is needed.
///
/// Two rows with the same currencies, month, policy and day: the first stays, a second one that says
/// otherwise is rejected.
///
/// # Errors
/// [`ReadError`] when nothing of the file can be read.
pub fn parse(bytes: &[u8], file: &str) -> Result<Parsed<Rate>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut kept = Kept::default();
    rows(bytes, &COLUMNS, &mut remarks, |row, remarks| kept.take(row, remarks))?;
    Ok(Parsed { values: kept.values, issues: remarks.into_issues() })
}

/// Currencies, month, policy and day.
type Key = (Currency, Currency, Month, RatePolicy, Date);

/// The rates that were read, and on which lines.
#[derive(Default)]
struct Kept {
    values: Vec<Rate>,
    lines: BTreeMap<Key, (u64, usize)>,
}

impl Kept {
    fn take(&mut self, row: &Row, remarks: &mut Remarks) {
        let Ok(rate) = rate(row, remarks) else { return };
        let key = (rate.from, rate.to, rate.month, rate.policy, rate.date);
        match self.lines.get(&key) {
            None => {
                self.lines.insert(key, (row.line, self.values.len()));
                self.values.push(rate);
            }
            Some((line, position)) if self.values[*position] != rate => {
                let what = format!("Line {line} has another rate for the same month, policy and day.");
                remarks.rejected(row.place("rate"), "rates/repeated", what, "Keep the right one.");
            }
            Some(_) => {}
        }
    }
}

/// The policies as Japanese finance calls them.
const POLICIES: [(&str, RatePolicy); 4] = [
    ("社内レート", RatePolicy::Budget),
    ("前月末", RatePolicy::PreviousMonthEnd),
    ("月中平均", RatePolicy::MonthAverage),
    ("請求書", RatePolicy::Invoice),
];

fn policy(text: &str) -> Result<RatePolicy, Fault> {
    let plain = typed::plain(text);
    let called = POLICIES.iter().find(|(name, _)| *name == plain).map(|(_, policy)| *policy);
    called.or_else(|| plain.parse().ok()).ok_or(Fault {
        rule: "rates/policy",
        what: "no policy",
        mend: "Write budget, previous-month-end, month-average or invoice.",
    })
}

/// A rate as files write it, or as people type it.
fn number(text: &str) -> Result<Decimal, Fault> {
    decimal(text).or_else(|fault| typed::amount(text).map_err(|_| fault))
}

/// A currency that ISO 4217 knows.
pub(crate) fn currency(text: &str) -> Result<Currency, Fault> {
    let known = typed::plain(text).parse().ok().filter(Currency::is_known);
    known.ok_or(Fault {
        rule: "rates/currency",
        what: "no currency of ISO 4217",
        mend: "Write its three capitals, such as USD.",
    })
}

fn rate(row: &Row, remarks: &mut Remarks) -> Result<Rate, Refused> {
    let read = Rate {
        from: row.read_required("from", remarks, currency)?,
        to: row.read_required("to", remarks, currency)?,
        month: row.read_required("month", remarks, |text| {
            typed::month(text).map_err(|fault| Fault { rule: "rates/month", ..fault })
        })?,
        policy: row.read_required("policy", remarks, policy)?,
        rate: row.read_required("rate", remarks, number)?.normalize(),
        date: row.read_required("date", remarks, |text| {
            typed::day(text).map_err(|fault| Fault { rule: "rates/date", ..fault })
        })?,
        source: row.get("source").unwrap_or_default().to_owned(),
    };
    let place = row.place("rate");
    if read.rate.is_zero() || read.rate.is_sign_negative() {
        let what = format!("The rate {} is not positive.", read.rate);
        remarks.rejected(place, "rates/positive", what, "Write units of `to` for one unit of `from`.");
        return Err(Refused);
    }
    if read.from == read.to {
        let what = format!("The rate is from {} to itself.", read.from);
        remarks.rejected(row.place("to"), "rates/same-currency", what, "Name two currencies.");
        return Err(Refused);
    }
    Ok(read)
}
