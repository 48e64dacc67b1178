//! Exact amounts: units of 10⁻²⁴ in 128 bits, so that sums never round.

use rust_decimal::Decimal;

use super::time::SECONDS_PER_DAY;

/// How many decimals are kept of an amount.
pub(super) const SCALE: u32 = 24;

/// How many significant digits an amount may have; `Decimal` keeps no more.
const DIGITS: u32 = 28;

/// Parts of a charge are cut to this many decimals, so that their sums stay short.
const PART_SCALE: u32 = 12;

/// Amounts beyond ± 9 × 10¹² units do not fit into 64 bits of micro-units.
pub(super) const LARGEST: i128 = 9_000_000_000_000 * POWERS[SCALE as usize];

pub(super) const POWERS: [i128; 39] = {
    let mut powers = [1; 39];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AmountError {
    NotANumber,
    TooManyDigits,
    TooLarge,
}

/// Exactly what the digits say, or, for `rounded`, the nearest value with 24 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) value: i128,
    pub(super) rounded: bool,
}

/// The digits of a number without trailing zeros: `mantissa` × 10^`exponent`.
struct Digits {
    negative: bool,
    mantissa: i128,
    exponent: i64,
}

/// Reads `-12.50`, `35.2E-7`, `.5`; no separators, no words, no currency signs.
pub(super) fn parse(text: &[u8]) -> Result<Amount, AmountError> {
    if let Some(value) = parse_short(text) {
        return if value.abs() > LARGEST {
            Err(AmountError::TooLarge)
        } else {
            Ok(Amount { value, rounded: false })
        };
    }
    let digits = scan(text)?;
    if digits.mantissa == 0 {
        return Ok(Amount { value: 0, rounded: false });
    }
    let shift = i64::from(SCALE) + digits.exponent;
    let (value, rounded) = if shift >= 0 {
        let power = usize::try_from(shift).ok().and_then(|shift| POWERS.get(shift));
        let scaled = power.and_then(|power| digits.mantissa.checked_mul(*power));
        (scaled.ok_or(AmountError::TooLarge)?, false)
    } else {
        let power = usize::try_from(-shift).ok().and_then(|shift| POWERS.get(shift));
        (power.map_or(0, |power| half_even(digits.mantissa, *power)), true)
    };
    if value > LARGEST {
        return Err(AmountError::TooLarge);
    }
    // Digits beyond the 24th decimal are rounded away above; what is left must fit.
    let too_long = if rounded {
        !matches!(decimal_of(value), Some((_, false)))
    } else {
        digits.mantissa >= POWERS[DIGITS as usize]
    };
    if too_long {
        return Err(AmountError::TooManyDigits);
    }
    Ok(Amount { value: if digits.negative { -value } else { value }, rounded })
}

/// Nearly all amounts are plain digits that fit into 64 bits; None for all others.
fn parse_short(text: &[u8]) -> Option<i128> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if !(1..=18).contains(&digits.len()) || digits == b"." {
        return None;
    }
    let (mut mantissa, mut decimals, mut point) = (0_u64, 0_usize, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                decimals += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    let value = i128::from(mantissa).checked_mul(POWERS[SCALE as usize - decimals])?;
    Some(if digits.len() < text.len() { -value } else { value })
}

fn half_even(mantissa: i128, power: i128) -> i128 {
    let (quotient, remainder) = (mantissa / power, mantissa % power);
    let left = power - remainder;
    let up = remainder > left || (remainder == left && quotient % 2 == 1);
    quotient + i128::from(up)
}

fn scan(text: &[u8]) -> Result<Digits, AmountError> {
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (mut mantissa, mut zeros, mut decimals, mut seen, mut point) = (0_i128, 0_usize, 0_i64, false, false);
    let mut bytes = body.iter();
    let mut exponent = 0;
    while let Some(byte) = bytes.next() {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                decimals += i64::from(point);
                if *byte == b'0' {
                    zeros += usize::from(mantissa != 0);
                    continue;
                }
                let power = POWERS.get(zeros + 1).ok_or(AmountError::TooManyDigits)?;
                let grown = mantissa.checked_mul(*power).ok_or(AmountError::TooManyDigits)?;
                mantissa = grown.checked_add(i128::from(byte - b'0')).ok_or(AmountError::TooManyDigits)?;
                zeros = 0;
            }
            b'.' if !point => point = true,
            b'e' | b'E' if seen => {
                exponent = exponent_of(bytes.as_slice())?;
                break;
            }
            _ => return Err(AmountError::NotANumber),
        }
    }
    if !seen {
        return Err(AmountError::NotANumber);
    }
    let trailing = i64::try_from(zeros).map_err(|_| AmountError::TooLarge)?;
    Ok(Digits { negative, mantissa, exponent: exponent + trailing - decimals })
}

fn exponent_of(text: &[u8]) -> Result<i64, AmountError> {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() || digits.len() > 4 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(AmountError::NotANumber);
    }
    let value = digits.iter().fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'));
    Ok(if text.starts_with(b"-") { -value } else { value })
}

/// The value with as few decimals as it needs. Dividing 128 bits is slow, so it is done once for
/// the many values that have no more than 12 decimals.
fn without_zeros(value: i128) -> (i128, u32) {
    let step = POWERS[(SCALE - PART_SCALE) as usize];
    let coarse = value / step;
    let (mut mantissa, mut scale) = (value, SCALE);
    if coarse * step == value {
        (mantissa, scale) = (coarse, PART_SCALE);
        if let Ok(mut short) = i64::try_from(coarse) {
            while scale > 0 && short % 10 == 0 {
                (short, scale) = (short / 10, scale - 1);
            }
            return (i128::from(short), scale);
        }
    }
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    (mantissa, scale)
}

/// The value as a decimal; true where the 28 digits of a decimal do not hold it and the last ones
/// were rounded away. None where even the whole units do not fit.
pub(super) fn decimal_of(value: i128) -> Option<(Decimal, bool)> {
    let (mantissa, scale) = without_zeros(value);
    if let Ok(exact) = Decimal::try_from_i128_with_scale(mantissa, scale) {
        return Some((exact, false));
    }
    for cut in 1..=scale {
        let power = POWERS[cut as usize];
        let shortened = half_even(mantissa.abs(), power) * mantissa.signum();
        if let Ok(rounded) = Decimal::try_from_i128_with_scale(shortened, scale - cut) {
            return Some((rounded, true));
        }
    }
    None
}

/// Cuts a charge into its UTC days, each weighted by the seconds of the charge that fall into it.
///
/// The parts add up to the amount exactly: part i is the difference of two cumulated shares, each
/// cut to 12 decimals; what is finer goes to the last day. `start` and `end` are seconds since
/// 1970 with `start < end`; `take` gets the day's number since 1970 and its part.
pub(super) fn spread<E>(
    amount: i128,
    start: i64,
    end: i64,
    mut take: impl FnMut(i64, i128) -> Result<(), E>,
) -> Result<(), E> {
    let (first, last) = (start.div_euclid(SECONDS_PER_DAY), (end - 1).div_euclid(SECONDS_PER_DAY));
    let step = POWERS[(SCALE - PART_SCALE) as usize];
    let (steps, finer) = (amount / step, amount % step);
    let total = i128::from(end - start);
    let mut given = 0;
    for day in first..=last {
        let until = ((day + 1) * SECONDS_PER_DAY).min(end);
        let share = steps * i128::from(until - start) / total;
        let rest = if day == last { finer } else { 0 };
        take(day, (share - given) * step + rest)?;
        given = share;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.000", "0"),
            ("+1", "1"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-.5", "-0.5"),
            ("123456789012345678E-18", "0.123456789012345678"),
            ("-1234567.12345678901", "-1234567.12345678901"),
            ("8999999999999.123456", "8999999999999.123456"),
            ("12.50", "12.5"),
            ("35.2E-7", "0.00000352"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("-0.00000080000", "-0.0000008"),
            ("0.100000000000000000000000000000000000000000", "0.1"),
            ("8.0000000000000007e-8", "0.000000080000000000000007"),
            ("9000000000000", "9000000000000"),
            ("0e9999", "0"),
        ] {
            let amount = parse(text.as_bytes()).unwrap();
            assert_eq!(decimal_of(amount.value), Some((expected.parse().unwrap(), false)), "{text}");
            assert!(!amount.rounded, "{text}");
        }
    }

    #[test]
    fn decimals_beyond_the_24th_are_rounded_and_reported() {
        for (text, expected) in [
            ("1.2345678901234567E-9", "0.000000001234567890123457"),
            ("0.0000000000000000000000005", "0"),
            ("0.0000000000000000000000015", "0.000000000000000000000002"),
            ("1e-300", "0"),
        ] {
            let amount = parse(text.as_bytes()).unwrap();
            assert_eq!(decimal_of(amount.value), Some((expected.parse().unwrap(), false)), "{text}");
            assert!(amount.rounded, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        use AmountError::{NotANumber, TooLarge, TooManyDigits};
        for (text, error) in [
            ("", NotANumber),
            ("-", NotANumber),
            (".", NotANumber),
            ("NaN", NotANumber),
            ("Infinity", NotANumber),
            ("-inf", NotANumber),
            ("1,234.5", NotANumber),
            ("1_000", NotANumber),
            ("$1", NotANumber),
            ("1.2.3", NotANumber),
            ("--1", NotANumber),
            ("-.", NotANumber),
            ("-+1", NotANumber),
            ("1e", NotANumber),
            ("1e5e5", NotANumber),
            ("0x10", NotANumber),
            ("１２", NotANumber),
            ("9000000000000.000001", TooLarge),
            ("9000000000001", TooLarge),
            ("-999999999999999999", TooLarge),
            ("1e40", TooLarge),
            ("1e9999", TooLarge),
            ("12345.123456789012345678901234", TooManyDigits),
            ("123456.1234567890123456789012345", TooManyDigits),
            ("1234567890123456789012345678901234567890123456789", TooManyDigits),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(error), "{text}");
        }
    }

    #[test]
    fn a_sum_longer_than_28_digits_is_rounded_in_its_last_digits_only() {
        let long = 1_234_567 * POWERS[24] + 123_456_789_012_345_678_901_234;
        let (decimal, rounded) = decimal_of(long).unwrap();
        assert!(rounded);
        assert_eq!(decimal.to_string(), "1234567.1234567890123456789012");
    }

    fn parts(amount: i128, start: i64, end: i64) -> Vec<(i64, i128)> {
        let mut parts = Vec::new();
        spread(amount, start, end, |day, part| {
            parts.push((day, part));
            Ok::<(), ()>(())
        })
        .unwrap();
        parts
    }

    #[test]
    fn days_weigh_as_much_as_the_seconds_of_the_charge_in_them() {
        let unit = POWERS[24];
        let (day, hour) = (SECONDS_PER_DAY, 3_600);
        for (amount, start, end, expected) in [
            (unit, 22 * hour, 23 * hour, vec![(0, unit)]),
            (unit, 0, day, vec![(0, unit)]),
            (3 * unit, 0, 3 * day, vec![(0, unit), (1, unit), (2, unit)]),
            (4 * unit, 21 * hour, day + hour, vec![(0, 3 * unit), (1, unit)]),
            (-unit, -day, day, vec![(-1, -unit / 2), (0, -unit / 2)]),
        ] {
            assert_eq!(parts(amount, start, end), expected);
        }
    }

    proptest! {
        #[test]
        fn the_days_of_a_charge_add_up_to_the_charge(
            amount in -LARGEST..=LARGEST,
            start in -1_000_000_000_i64..4_000_000_000,
            seconds in 1_i64..(1_830 * SECONDS_PER_DAY),
        ) {
            let parts = parts(amount, start, start + seconds);
            prop_assert_eq!(parts.iter().map(|(_, part)| part).sum::<i128>(), amount);
            prop_assert!(parts.iter().all(|(_, part)| part.signum() * amount.signum() >= 0));
            prop_assert!(parts.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1));
        }

        #[test]
        fn what_a_decimal_writes_is_read_back(mantissa in -(10_i128.pow(27))..10_i128.pow(27), scale in 15_u32..=24) {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            let amount = parse(decimal.to_string().as_bytes()).unwrap();
            prop_assert_eq!(decimal_of(amount.value).map(|(read, _)| read), Some(decimal));
        }
    }
}
