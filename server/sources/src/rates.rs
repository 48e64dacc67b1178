//! Exchange rates: `from,to,month,policy,rate,date,source` as CSV, a JSON array or JSON lines.

use std::collections::BTreeMap;
use std::str::FromStr;

use domain::money::Currency;
use domain::rate::{Month, Rate, RatePolicy};
use jiff::civil::Date;

use crate::field::{Fault, decimal};
use crate::input::{Parsed, ReadError};
use crate::lint::Remarks;
use crate::table::{Columns, Refused, Row, rows};

const COLUMNS: Columns = Columns {
    required: &["from", "to", "month", "policy", "rate", "date"],
    known: &["from", "to", "month", "policy", "rate", "date", "source"],
    keeps_unknown: false,
};

/// Reads exchange rates; `source` may be empty, everything else is needed.
///
/// Two rows with the same currencies, month, policy and day: the first stays, a second one that says
/// otherwise is rejected.
///
/// # Errors
/// [`ReadError`] when nothing of the file can be read.
pub fn parse(bytes: &[u8], file: &str) -> Result<Parsed<Rate>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut values: Vec<Rate> = Vec::new();
    let mut lines = BTreeMap::new();
    rows(bytes, &COLUMNS, &mut remarks, |row, remarks| {
        let Ok(rate) = rate(row, remarks) else { return };
        let key = (rate.from, rate.to, rate.month, rate.policy, rate.date);
        match lines.get(&key) {
            None => {
                lines.insert(key, (row.line, values.len()));
                values.push(rate);
            }
            Some((line, position)) if values[*position] != rate => {
                let what = format!("Line {line} has another rate for the same month, policy and day.");
                remarks.rejected(row.place("rate"), "rates/repeated", what, "Keep the right one.");
            }
            Some(_) => {}
        }
    })?;
    Ok(Parsed { values, issues: remarks.into_issues() })
}

/// A reader of any word with its own message.
fn word<T: FromStr>(
    rule: &'static str,
    what: &'static str,
    mend: &'static str,
) -> impl Fn(&str) -> Result<T, Fault> {
    move |text| text.parse().map_err(|_| Fault { rule, what, mend })
}

fn rate(row: &Row, remarks: &mut Remarks) -> Result<Rate, Refused> {
    let currency = |text: &str| match text.parse::<Currency>() {
        Ok(currency) if currency.is_known() => Ok(currency),
        _ => Err(Fault {
            rule: "rates/currency",
            what: "no currency of ISO 4217",
            mend: "Write its three capitals, such as USD.",
        }),
    };
    let policies = "Write budget, previous-month-end, month-average or invoice.";
    let read = Rate {
        from: row.read_required("from", remarks, &currency)?,
        to: row.read_required("to", remarks, &currency)?,
        month: row.read_required(
            "month",
            remarks,
            word::<Month>("rates/month", "no month", "Write it like 2026-11."),
        )?,
        policy: row.read_required(
            "policy",
            remarks,
            word::<RatePolicy>("rates/policy", "no policy", policies),
        )?,
        rate: row.read_required("rate", remarks, decimal)?.normalize(),
        date: row.read_required(
            "date",
            remarks,
            word::<Date>("rates/date", "no day", "Write it like 2026-10-30."),
        )?,
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
