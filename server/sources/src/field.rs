//! The values of cells: exact numbers, instants with an offset, addresses.

use domain::money::Currency;
use domain::ratio::Ppm;
use jiff::Timestamp;
use jiff::civil::DateTime;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::nearest::nearest;

/// Why a cell was not taken, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The rule.
    pub(crate) rule: &'static str,
    /// What is wrong, to be read after "the column … holds …:".
    pub(crate) what: &'static str,
    /// How to mend it.
    pub(crate) mend: &'static str,
}

/// An instant: RFC 3339 with an offset, kept to the microsecond.
pub(crate) fn instant(text: &str) -> Result<Timestamp, Fault> {
    let Ok(instant) = text.parse::<Timestamp>() else {
        return Err(if text.parse::<DateTime>().is_ok() {
            Fault {
                rule: "time/naive",
                what: "a time without an offset",
                mend: "Add the offset, such as Z or +09:00.",
            }
        } else {
            Fault {
                rule: "time/form",
                what: "no time",
                mend: "Write it like 2026-11-16T10:00:00+09:00 (RFC 3339 with an offset).",
            }
        });
    };
    let seconds = instant.as_second();
    if !(0..=253_402_300_799).contains(&seconds) {
        return Err(Fault {
            rule: "time/range",
            what: "a time outside the years 1970 to 9999",
            mend: "Leave the cell empty if there is no such time.",
        });
    }
    let micros = instant.as_microsecond();
    Ok(Timestamp::from_microsecond(micros).unwrap_or(instant))
}

/// A whole number from 0, also written like 5.0 or 1e3.
pub(crate) fn count(text: &str) -> Result<i64, Fault> {
    if let Ok(number) = text.parse::<i64>()
        && number >= 0
    {
        return Ok(number);
    }
    let value = decimal(text)?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(Fault {
            rule: "count/negative",
            what: "a negative count",
            mend: "Write the number of events, 0 or more.",
        });
    }
    if !value.fract().is_zero() {
        return Err(Fault {
            rule: "count/fraction",
            what: "a count that is not whole",
            mend: "Write whole numbers; for seconds, round at the source.",
        });
    }
    value.normalize().to_string().parse().map_err(|_| Fault {
        rule: "count/too-large",
        what: "a count that does not fit into 64 bits",
        mend: "Use a shorter period or a larger unit.",
    })
}

/// An exact decimal; no digit is lost, `NaN` and `inf` are none.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Fault> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    let digits_first = plain.strip_prefix('-').unwrap_or(plain);
    let numeric = digits_first.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let parsed = if !numeric || plain.contains('_') {
        None
    } else if plain.contains(['e', 'E']) {
        Decimal::from_scientific(plain).ok()
    } else {
        Decimal::from_str_exact(plain).ok()
    };
    parsed.ok_or(Fault {
        rule: "number/form",
        what: "no number of at most 28 digits",
        mend: "Write plain digits with a dot, such as 1234.5.",
    })
}

/// A share in parts per million of a decimal where 1 is the whole, rounded half up.
pub(crate) fn ppm_of_decimal(value: Decimal) -> Option<Ppm> {
    let scaled = value.checked_mul(Decimal::from(1_000_000))?;
    let rounded = scaled.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    rounded.normalize().to_string().parse().ok().map(Ppm)
}

/// Yes or no, in the words that spreadsheets write.
pub(crate) fn flag(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Fault { rule: "flag/form", what: "neither true nor false", mend: "Write true or false." }),
    }
}

/// Whether ISO 4217 names a currency; the error says what to write instead.
pub(crate) fn known_currency(currency: Currency) -> Result<(), String> {
    if currency.is_known() {
        return Ok(());
    }
    let near = nearest(currency.code(), Currency::known_codes());
    Err(near.map_or_else(
        || "Write an ISO 4217 code such as USD or JPY.".to_owned(),
        |near| format!("Did you mean {near}? Codes are those of ISO 4217."),
    ))
}

/// Whether an address may become a link: http or https, a host, no blanks.
pub(crate) fn is_web_address(text: &str) -> bool {
    let beginning = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let length = if beginning.starts_with("https://") {
        8
    } else if beginning.starts_with("http://") {
        7
    } else {
        return false;
    };
    let rest = text.get(length..).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_and_exact() {
        let table = [
            ("0", Ok(0)),
            ("5.0", Ok(5)),
            ("1e3", Ok(1000)),
            ("9223372036854775807", Ok(i64::MAX)),
            ("9223372036854775807.0", Ok(i64::MAX)),
            ("9223372036854775808", Err("count/too-large")),
            ("-0", Ok(0)),
            ("-1", Err("count/negative")),
            ("5.5", Err("count/fraction")),
            ("NaN", Err("number/form")),
            ("inf", Err("number/form")),
            ("1_000", Err("number/form")),
            ("", Err("number/form")),
        ];
        for (text, expected) in table {
            assert_eq!(count(text).map_err(|fault| fault.rule), expected, "{text}");
        }
    }

    #[test]
    fn instants_need_an_offset() {
        let table = [
            ("2026-11-16T10:00:00Z", Ok("2026-11-16T10:00:00Z")),
            ("2026-11-16T10:00:00+09:00", Ok("2026-11-16T01:00:00Z")),
            ("2026-11-16T10:00:00.1234567Z", Ok("2026-11-16T10:00:00.123456Z")),
            ("2026-11-16T10:00:00", Err("time/naive")),
            ("2026-11-16 10:00", Err("time/naive")),
            ("2026-11-16", Err("time/naive")),
            ("0001-01-01T00:00:00Z", Err("time/range")),
            ("yesterday", Err("time/form")),
        ];
        for (text, expected) in table {
            let read = instant(text).map(|instant| instant.to_string());
            assert_eq!(read.map_err(|fault| fault.rule), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        for good in ["https://a.example/x?y=1#z", "HTTP://a.example", "http://[::1]:3000/"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in
            ["javascript:alert(1)", "https://", "http:///x", "ftp://a", "https://a b", "data:,x", "a", ""]
        {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
