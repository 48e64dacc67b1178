//! Times of a bill as seconds since 1970 in UTC.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

pub(super) const SECONDS_PER_DAY: i64 = 86_400;

/// A time, and whether the text said which zone it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) seconds: i64,
    /// No `Z` and no offset: FOCUS times are UTC, so it is read as UTC, with a remark.
    pub(super) naive: bool,
}

/// Reads `2024-09-18T22:00:00Z`, with an offset, without seconds, with a space for the `T`,
/// without a zone, or a date alone. Fractions of a second are cut off. Years 1990 to 2200.
pub(super) fn parse(text: &[u8]) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = date_of(date)?;
    let (hour, minute, second, zone) = match rest {
        [] => (0, 0, 0, rest),
        [b'T' | b't' | b' ', clock @ ..] => clock_of(clock)?,
        _ => return None,
    };
    let offset = offset_of(zone)?;
    let local = DateTime::from_parts(date, jiff::civil::Time::new(hour, minute, second, 0).ok()?);
    let utc = TimeZone::UTC.to_timestamp(local).ok()?.as_second();
    Some(Moment { seconds: utc - offset.unwrap_or(0), naive: offset.is_none() })
}

fn date_of(text: &[u8]) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let year = i16::from(pair(*y1, *y2)?) * 100 + i16::from(pair(*y3, *y4)?);
    if !(1990..=2200).contains(&year) {
        return None;
    }
    Date::new(year, pair(*m1, *m2)?, pair(*d1, *d2)?).ok()
}

/// Hour, minute, second and what follows them.
fn clock_of(text: &[u8]) -> Option<(i8, i8, i8, &[u8])> {
    let [h1, h2, b':', m1, m2, rest @ ..] = text else { return None };
    let (hour, minute) = (pair(*h1, *h2)?, pair(*m1, *m2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (pair(*s1, *s2)?, fraction_skipped(rest)?),
        _ => (0, rest),
    };
    Some((hour, minute, second, rest))
}

fn fraction_skipped(text: &[u8]) -> Option<&[u8]> {
    let [b'.', digits @ ..] = text else { return Some(text) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=9).contains(&count).then(|| &digits[count..])
}

/// Seconds east of UTC; `Some(None)` for a text without a zone.
fn offset_of(text: &[u8]) -> Option<Option<i64>> {
    let text = text.trim_ascii();
    match text {
        [] => Some(None),
        b"Z" | b"z" | b"UTC" => Some(Some(0)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] | [sign @ (b'+' | b'-'), h1, h2, m1, m2] => {
            let (hours, minutes) = (i64::from(pair(*h1, *h2)?), i64::from(pair(*m1, *m2)?));
            let east = (hours <= 18 && minutes < 60).then_some(hours * 3_600 + minutes * 60)?;
            Some(Some(if *sign == b'-' { -east } else { east }))
        }
        _ => None,
    }
}

fn pair(tens: u8, ones: u8) -> Option<i8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
    i8::try_from(digit(tens)? * 10 + digit(ones)?).ok()
}

/// The UTC day of a number of days since 1970.
pub(super) fn day_of(number: i64) -> Date {
    Date::constant(1970, 1, 1).saturating_add(number.days())
}

/// The number of a UTC day: days since 1970.
pub(super) fn number_of(day: Date) -> i64 {
    day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The UTC day that holds a second since 1970.
pub(super) fn day_holding(seconds: i64) -> Date {
    day_of(seconds.div_euclid(SECONDS_PER_DAY))
}

/// A time as FOCUS writes it.
pub(super) fn text_of(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_utc() {
        for (text, expected, naive) in [
            ("2024-09-18T22:00:00Z", "2024-09-18T22:00:00Z", false),
            ("2024-09-18t22:00:00z", "2024-09-18T22:00:00Z", false),
            ("2024-09-18T22:00Z", "2024-09-18T22:00:00Z", false),
            ("2024-09-18T22:00:00.000Z", "2024-09-18T22:00:00Z", false),
            ("2024-09-18 22:00:00 UTC", "2024-09-18T22:00:00Z", false),
            ("2024-09-19T07:00:00+09:00", "2024-09-18T22:00:00Z", false),
            ("2024-09-18T18:30:00-0330", "2024-09-18T22:00:00Z", false),
            ("2024-09-18 22:00:00", "2024-09-18T22:00:00Z", true),
            ("2024-09-18T22:00:00", "2024-09-18T22:00:00Z", true),
            ("2024-09-18 22:00:00.123456", "2024-09-18T22:00:00Z", true),
            ("2024-09-18", "2024-09-18T00:00:00Z", true),
            ("2024-02-29", "2024-02-29T00:00:00Z", true),
        ] {
            let moment = parse(text.as_bytes()).unwrap();
            assert_eq!(text_of(moment.seconds), expected, "{text}");
            assert_eq!(moment.naive, naive, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2024",
            "2024-9-18",
            "18/09/2024",
            "09/18/2024 00:00",
            "2023-02-29",
            "2024-13-01",
            "2024-09-18T24:00:00Z",
            "2024-09-18T22:60:00Z",
            "2024-09-18T22:00:00X",
            "2024-09-18T22:00:00+99:00",
            "2024-09-18T22:00:00.",
            "0001-01-01T00:00:00Z",
            "9999-12-31",
            "２０２４-09-18",
            "1726696800",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
