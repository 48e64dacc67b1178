//! How amounts, shares, dates and durations are written in the reader's habit.

use domain::money::{Currency, MICROS_PER_UNIT, Money};
use domain::organization::Language;
use domain::ratio::Ppm;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use rust_decimal::{Decimal, RoundingStrategy};

/// The minus of typography; a hyphen is too short beside figures.
const MINUS: &str = "\u{2212}";

/// Writes a whole number with commas between thousands.
#[must_use]
pub fn whole(value: i64) -> String {
    let mut text = String::with_capacity(16);
    if value < 0 {
        text.push_str(MINUS);
    }
    push_grouped(&mut text, u128::from(value.unsigned_abs()));
    text
}

/// Digits in groups of three. A page has hundreds of numbers, and the formatter takes several times as long.
fn push_grouped(text: &mut String, value: u128) {
    if value < 1000 {
        let width = 1 + usize::from(value >= 10) + usize::from(value >= 100);
        return push_digits(text, value, width);
    }
    let thousands = quotient(value, 1000);
    push_grouped(text, thousands);
    text.push(',');
    push_digits(text, value - thousands * 1000, 3);
}

/// The last digits of a value.
fn push_digits(text: &mut String, value: u128, width: usize) {
    let rest = quotient(value, 10);
    if width > 1 {
        push_digits(text, rest, width - 1);
    }
    text.push(char::from(b'0' + u8::try_from(value - rest * 10).unwrap_or(0)));
}

/// A quotient rounded down; nearly all that is written fits into 64 bits, where dividing takes no time.
fn quotient(value: u128, divisor: u128) -> u128 {
    match (u64::try_from(value), u64::try_from(divisor)) {
        (Ok(value), Ok(divisor)) => u128::from(value / divisor),
        _ => value / divisor,
    }
}

/// A decimal with commas, at a fixed number of digits; −0 is written 0.
#[must_use]
pub fn decimal(value: Decimal, digits: u32) -> String {
    let (scale, mut size) = (value.scale(), value.mantissa().unsigned_abs());
    if scale > digits {
        let step = 10_u128.pow(scale - digits);
        size = quotient(size + step / 2, step);
    }
    let kept = scale.min(digits);
    let unit = 10_u128.pow(kept);
    let mut text = String::with_capacity(16);
    if size > 0 && value.is_sign_negative() {
        text.push_str(MINUS);
    }
    let integer = quotient(size, unit);
    push_grouped(&mut text, integer);
    if digits > 0 {
        text.push('.');
        if kept > 0 {
            push_digits(&mut text, size - integer * unit, kept as usize);
        }
        text.extend(std::iter::repeat_n('0', (digits - kept) as usize));
    }
    text
}

/// The sign before a currency, `¥` in both languages; other currencies by their code.
#[must_use]
pub fn symbol(currency: Currency) -> String {
    match currency.code() {
        "JPY" => "\u{a5}".to_owned(),
        "USD" => "$".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        other => format!("{other}\u{a0}"),
    }
}

/// The whole amount: yen without decimals, others with two.
#[must_use]
pub fn money(amount: Money) -> String {
    let sign = if amount.micros < 0 { MINUS } else { "" };
    format!(
        "{sign}{}{}",
        symbol(amount.currency),
        decimal(amount.decimal().abs(), amount.currency.decimals())
    )
}

/// A number for a column whose header names the currency: no decimals from 100 units up.
#[must_use]
pub fn cell(micros: i64, currency: Currency) -> String {
    let large = micros.unsigned_abs() >= 100 * MICROS_PER_UNIT.unsigned_abs();
    decimal(domain::money::decimal_of_micros(micros), if large { 0 } else { currency.decimals() })
}

/// The same with a plus for increases.
#[must_use]
pub fn signed_cell(micros: i64, currency: Currency) -> String {
    plus(micros, cell(micros, currency))
}

fn plus(value: i64, text: String) -> String {
    if value > 0 { format!("+{text}") } else { text }
}

/// Three significant digits for headlines: ¥958万, ¥1.23億, ¥9.58M, $60.6k; small amounts in full.
#[must_use]
pub fn money_short(amount: Money, language: Language) -> String {
    let units = amount.decimal().abs();
    let steps: &[(i64, &str)] = match (language, amount.currency) {
        (Language::Japanese, Currency::JPY) => &[(100_000_000, "億"), (10_000, "万")],
        _ => &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")],
    };
    let step = steps.iter().find(|(size, _)| units >= Decimal::from(*size));
    let Some((size, unit)) = step else { return money(amount) };
    let scaled = units / Decimal::from(*size);
    // Rounding may carry into one more digit before the point: 9.999 is written 10.0.
    let rounded = |digits: u32| scaled.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    let digits = if rounded(1) >= Decimal::from(100) {
        0
    } else if rounded(2) >= Decimal::TEN {
        1
    } else {
        2
    };
    let sign = if amount.micros < 0 { MINUS } else { "" };
    format!("{sign}{}{}{unit}", symbol(amount.currency), decimal(scaled, digits))
}

/// The short form with a plus for increases.
#[must_use]
pub fn money_short_signed(amount: Money, language: Language) -> String {
    plus(amount.micros, money_short(amount, language))
}

/// The whole amount with a plus for increases.
#[must_use]
pub fn money_signed(amount: Money) -> String {
    plus(amount.micros, money(amount))
}

/// A share in percent.
#[must_use]
pub fn percent(share: Ppm, digits: u32) -> String {
    let mut text = decimal(Decimal::new(share.0, 4), digits);
    text.push('%');
    text
}

/// A change in percent with its sign, `>10×` beyond tenfold.
#[must_use]
pub fn percent_change(share: Ppm) -> String {
    if share.0 > 10_000_000 {
        return ">10×".to_owned();
    }
    // What is written as zero has no sign.
    if share.0.abs() < 500 { percent(Ppm(0), 1) } else { plus(share.0, percent(share, 1)) }
}

/// What is left in whole percent: floored, because 24.9 % left must not read as 25 %; what is
/// overspent is rounded, but never to nothing, because a missed target must not read as 0 %.
#[must_use]
pub fn percent_left(share: Ppm) -> String {
    let whole_percent = if share.0 >= 0 { share.0 / 10_000 } else { ((share.0 - 5_000) / 10_000).min(-1) };
    format!("{}%", whole(whole_percent))
}

/// A burn rate such as 3.4×.
#[must_use]
pub fn times(rate: Ppm) -> String {
    format!("{}×", decimal(Decimal::new(rate.0, 6), 1))
}

/// A calendar day: 11/16(月), Mon 16 Nov.
#[must_use]
pub fn date(day: Date, language: Language) -> String {
    match language {
        Language::Japanese => format!("{}/{}({})", day.month(), day.day(), weekday(day.weekday(), language)),
        Language::English => {
            format!("{} {} {}", weekday(day.weekday(), language), day.day(), month_name(day.month()))
        }
    }
}

/// A calendar day without its weekday: 11/16, 16 Nov.
#[must_use]
pub fn short_date(day: Date, language: Language) -> String {
    match language {
        Language::Japanese => format!("{}/{}", day.month(), day.day()),
        Language::English => format!("{} {}", day.day(), month_name(day.month())),
    }
}

/// A month: 2026年11月, November 2026 shortened.
#[must_use]
pub fn month(month: domain::rate::Month, language: Language) -> String {
    let first = month.first_day();
    match language {
        Language::Japanese => format!("{}月", first.month()),
        Language::English => format!("{} {}", month_name(first.month()), first.year()),
    }
}

/// The weekday: 月, Mon.
#[must_use]
pub fn weekday(day: Weekday, language: Language) -> &'static str {
    let names = match language {
        Language::Japanese => ["月", "火", "水", "木", "金", "土", "日"],
        Language::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    };
    names[usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)]
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[usize::try_from(month - 1).unwrap_or(0).min(11)]
}

/// Day and time in a zone: 11/18(水) 09:12.
#[must_use]
pub fn date_time(instant: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = zone.to_datetime(instant);
    format!("{} {}", date(local.date(), language), time_of_day(local))
}

/// Day and time without the weekday: 11/23 10:00.
#[must_use]
pub fn short_date_time(instant: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = zone.to_datetime(instant);
    format!("{} {}", short_date(local.date(), language), time_of_day(local))
}

/// The time of day in a zone: 09:12.
#[must_use]
pub fn clock(instant: Timestamp, zone: &TimeZone) -> String {
    time_of_day(zone.to_datetime(instant))
}

fn time_of_day(local: DateTime) -> String {
    let mut text = String::with_capacity(5);
    push_digits(&mut text, u128::from(local.hour().unsigned_abs()), 2);
    text.push(':');
    push_digits(&mut text, u128::from(local.minute().unsigned_abs()), 2);
    text
}

/// The value of a `datetime` attribute: with the zone's offset.
#[must_use]
pub fn machine_time(instant: Timestamp, zone: &TimeZone) -> String {
    let offset = zone.to_offset(instant);
    instant.display_with_offset(offset).to_string()
}

/// The zone's own abbreviation at an instant, such as JST.
#[must_use]
pub fn zone_name(instant: Timestamp, zone: &TimeZone) -> String {
    zone.to_offset_info(instant).abbreviation().to_owned()
}

/// A duration in minutes, floored; above 48 hours in days and hours.
#[must_use]
pub fn minutes(seconds: i64, language: Language) -> String {
    let total = seconds / 60;
    if total >= 48 * 60 {
        let (days, hours) = (total / 1440, total % 1440 / 60);
        return match language {
            Language::Japanese => format!("{days}日{hours}時間"),
            Language::English => format!("{days} d {hours} h"),
        };
    }
    match language {
        Language::Japanese => format!("{}分", whole(total)),
        Language::English => format!("{} min", whole(total)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yen(units: i64) -> Money {
        Money { micros: units * MICROS_PER_UNIT, currency: Currency::JPY }
    }

    #[test]
    fn amounts_are_written_in_the_readers_habit() {
        assert_eq!(money(yen(1_234_567)), "¥1,234,567");
        assert_eq!(money(yen(-422)), "−¥422");
        assert_eq!(money(Money { micros: 60_558_960_000, currency: Currency::USD }), "$60,558.96");
        for (units, japanese, english) in [
            (123_000_000, "¥1.23億", "¥123M"),
            (9_580_427, "¥958万", "¥9.58M"),
            (312_581, "¥31.3万", "¥313k"),
            (-141_382, "−¥14.1万", "−¥141k"),
            (9_999, "¥9,999", "¥10.0k"),
            (0, "¥0", "¥0"),
        ] {
            assert_eq!(money_short(yen(units), Language::Japanese), japanese);
            assert_eq!(money_short(yen(units), Language::English), english);
        }
    }

    #[test]
    fn numbers_have_commas_and_the_wanted_digits() {
        for (value, digits, text) in [
            ("0", 2, "0.00"),
            ("1234567.895", 2, "1,234,567.90"),
            ("-1000", 0, "−1,000"),
            ("999.5", 0, "1,000"),
            ("12.3", 3, "12.300"),
            ("1000000.000049", 4, "1,000,000.0000"),
            ("-79228162514264337593543950335", 1, "−79,228,162,514,264,337,593,543,950,335.0"),
            ("0.0000000000000000000000000005", 27, "0.000000000000000000000000001"),
        ] {
            assert_eq!(decimal(value.parse().unwrap(), digits), text);
        }
        assert_eq!(whole(i64::MIN), "−9,223,372,036,854,775,808");
        assert_eq!([whole(9), whole(99), whole(100)], ["9", "99", "100"]);
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(decimal(Decimal::new(-4, 3), 1), "0.0");
        assert_eq!(decimal(Decimal::new(-5, 2), 1), "−0.1");
        assert_eq!(percent_change(Ppm(0)), "0.0%");
        assert_eq!(percent_change(Ppm(-300)), "0.0%");
    }

    #[test]
    fn dates_are_written_in_the_readers_habit() {
        let day: Date = "2026-11-16".parse().unwrap();
        assert_eq!(date(day, Language::Japanese), "11/16(月)");
        assert_eq!(date(day, Language::English), "Mon 16 Nov");
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        let instant: Timestamp = "2026-11-18T00:12:00Z".parse().unwrap();
        assert_eq!(date_time(instant, &tokyo, Language::Japanese), "11/18(水) 09:12");
        assert_eq!(machine_time(instant, &tokyo), "2026-11-18T09:12:00+09:00");
        assert_eq!(zone_name(instant, &tokyo), "JST");
    }

    #[test]
    fn shares_are_floored_where_more_would_flatter() {
        assert_eq!(percent_left(Ppm(249_999)), "24%");
        assert_eq!(percent_left(Ppm(-380_030)), "−38%");
        assert_eq!(percent_left(Ppm(-1)), "−1%");
        assert_eq!(percent_left(Ppm(0)), "0%");
        assert_eq!(percent_change(Ppm(10_000_001)), ">10×");
        assert_eq!(times(Ppm(3_400_000)), "3.4×");
    }
}
