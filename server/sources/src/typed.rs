//! What people type into cells: amounts such as `1,200,000`, `120万` or full-width digits, months and days
//! as spreadsheets write them.

use domain::money::{decimal_of_micros, micros_of_decimal};
use domain::rate::Month;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::field::Fault;

/// Powers of ten that Japanese writes as words; longer words first, because `百万` ends in `万`.
const UNITS: [(&str, u32); 6] = [("千万", 7), ("百万", 6), ("兆", 12), ("億", 8), ("万", 4), ("千", 3)];

const NUMBER: Fault = Fault {
    rule: "typed/amount",
    what: "no amount",
    mend: "Write it like 1200000, 1,200,000 or 120万; a comma stands before three digits.",
};

/// The text with full-width letters, digits and marks as plain ones, without blanks around it.
pub(crate) fn plain(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '\u{3000}' | '\u{A0}' => ' ',
        '\u{2212}' | '\u{2013}' | '\u{2014}' => '-',
        '\u{FFE5}' => '¥',
        other => other,
    };
    text.chars().map(narrow).collect::<String>().trim().to_owned()
}

/// An exact number that is not negative, as people write it; marks of currency are passed over.
pub(crate) fn amount(text: &str) -> Result<Decimal, Fault> {
    let plain = plain(text);
    let bare = plain.trim_start_matches(['¥', '$', '€', '\\']).trim_end_matches('円');
    let mut rest: &str = &bare.replace(' ', "");
    let (mut sum, mut last) = (Decimal::ZERO, u32::MAX);
    loop {
        let end = rest.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ',')).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        let value = number(digits).ok_or(NUMBER)?;
        let unit = UNITS.iter().find_map(|(word, power)| Some((after.strip_prefix(word)?, *power)));
        let (after, power) = unit.unwrap_or((after, 0));
        if power >= last || (power == 0 && !after.is_empty()) {
            return Err(NUMBER);
        }
        let part = value.checked_mul(Decimal::from(10_u64.pow(power))).ok_or(NUMBER)?;
        sum = sum.checked_add(part).ok_or(NUMBER)?;
        if after.is_empty() {
            return Ok(sum.normalize());
        }
        (rest, last) = (after, power);
    }
}

/// Plain digits, with a point, with commas before groups of three.
fn number(text: &str) -> Option<Decimal> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let (first, more) = groups.split_first()?;
    let is_grouped = more.is_empty() || (1..=3).contains(&first.len());
    let is_good = !first.is_empty() && is_grouped && more.iter().all(|group| group.len() == 3);
    if !is_good {
        return None;
    }
    // A comma after the point stays in, and is no digit.
    let plain = format!("{}{}", whole.replace(',', ""), &text[whole.len()..]);
    Decimal::from_str_exact(&plain).ok()
}

/// An amount in millionths of its unit, which must be exact.
pub(crate) fn micros(text: &str) -> Result<i64, Fault> {
    let value = amount(text)?;
    let micros = micros_of_decimal(value).ok().filter(|micros| decimal_of_micros(*micros) == value);
    micros.ok_or(Fault {
        rule: "typed/exact",
        what: "an amount that is too large or has more than six decimals",
        mend: "Write 0 to 9 trillion with at most six decimals.",
    })
}

/// The numbers of a date and nothing but its marks between them.
fn numbers(text: &str) -> Option<Vec<i16>> {
    let plain = plain(text);
    let is_mark = |letter: char| matches!(letter, '-' | '/' | '.' | '年' | '月' | '日');
    let parts: Vec<&str> = plain.trim_end_matches(['年', '月', '日']).split(is_mark).collect();
    let is_year = parts.first().is_some_and(|year| year.len() == 4);
    let all_digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year || !parts.iter().all(all_digits) {
        return None;
    }
    parts.iter().map(|part| part.parse().ok()).collect()
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A month: `2026-11`, `2026/11`, `2026年11月`, or a day of it.
pub(crate) fn month(text: &str) -> Result<Month, Fault> {
    let first = match numbers(text).as_deref() {
        Some([year, month]) => date(*year, *month, 1),
        Some([year, month, day]) => date(*year, *month, *day),
        _ => None,
    };
    first.map(Month::containing).ok_or(Fault {
        rule: "typed/month",
        what: "no month",
        mend: "Write it like 2026-11.",
    })
}

/// A day: `2026-10-30`, `2026/10/30` or `2026年10月30日`.
pub(crate) fn day(text: &str) -> Result<Date, Fault> {
    let day = match numbers(text).as_deref() {
        Some([year, month, day]) => date(*year, *month, *day),
        _ => None,
    };
    day.ok_or(Fault { rule: "typed/day", what: "no day", mend: "Write it like 2026-10-30." })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let table = [
            ("1200000", Some("1200000")),
            ("1,200,000", Some("1200000")),
            ("120万", Some("1200000")),
            ("１２０万円", Some("1200000")),
            ("１，２００，０００", Some("1200000")),
            ("¥1,200,000", Some("1200000")),
            ("￥１２０万", Some("1200000")),
            ("1.2百万円", Some("1200000")),
            ("1億2,000万", Some("120000000")),
            ("1億 2000万 500", Some("120000500")),
            ("3千万", Some("30000000")),
            ("500千円", Some("500000")),
            ("$1,234.56", Some("1234.56")),
            ("0", Some("0")),
            ("1,2", None),
            ("1,2000", None),
            ("1,200.000,5", None),
            ("12万3億", None),
            ("万", None),
            ("-5", None),
            ("1e3", None),
            ("12 apples", None),
            ("", None),
            ("99999999999999999999999999999", None),
        ];
        for (text, expected) in table {
            let read = amount(text).ok().map(|amount| amount.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
        assert!(micros("0.0000001").is_err());
        assert_eq!(micros("0.000001").ok(), Some(1));
    }

    #[test]
    fn months_and_days_are_read_as_spreadsheets_write_them() {
        for text in
            ["2026-11", "2026/11", "2026年11月", "2026/11/1", "2026-11-30", "２０２６／１１", "2026.11"]
        {
            assert_eq!(month(text).ok().map(|month| month.to_string()).as_deref(), Some("2026-11"), "{text}");
        }
        for text in ["", "11/2026", "2026", "2026-13", "26-11", "2026-11-31", "Nov-26", "2026--11"] {
            assert!(month(text).is_err(), "{text}");
        }
        for text in ["2026-10-30", "2026/10/30", "2026年10月30日"] {
            assert_eq!(day(text).ok().map(|day| day.to_string()).as_deref(), Some("2026-10-30"), "{text}");
        }
        assert!(day("2026-10").is_err());
    }
}
