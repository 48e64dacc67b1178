//! How a maintenance window repeats: the part of RFC 5545's recurrence rules that such windows need.
//!
//! `FREQ` is `DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`, with `INTERVAL`, `BYDAY`, and `UNTIL` or `COUNT`. Weeks
//! begin on Monday. Everything else is refused by name.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How often it repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every so many days.
    Daily,
    /// Every so many weeks.
    Weekly,
    /// Every so many months.
    Monthly,
    /// Every so many years.
    Yearly,
}

impl Frequency {
    const ALL: [Self; 4] = [Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    fn word(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

/// A day of the week, in a month also the which of its kind: `2SU` the second Sunday, `-1FR` the last Friday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekday {
    /// 1 to 5 from the beginning of the month, −1 to −5 from its end; 0 for each.
    pub which: i8,
    /// The day.
    pub day: jiff::civil::Weekday,
}

/// The days' names, from Monday on.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Weekday {
    fn is(self, day: Date) -> bool {
        if day.weekday() != self.day {
            return false;
        }
        let from_start = (day.day() - 1) / 7 + 1;
        let from_end = -((day.days_in_month() - day.day()) / 7 + 1);
        self.which == 0 || self.which == from_start || self.which == from_end
    }
}

/// When it no longer repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Never.
    Never,
    /// After so many occurrences, the first included.
    Count(u32),
    /// The last may begin on this day.
    Day(Date),
    /// The last may begin at this wall clock time of the organisation's zone.
    Wall(DateTime),
    /// The last may begin at this instant.
    Instant(Timestamp),
}

/// How a maintenance window repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// How often.
    pub frequency: Frequency,
    /// Every so many of them, from 1.
    pub interval: u16,
    /// On which days; on that of the start where none is named.
    pub by_day: Vec<Weekday>,
    /// Until when.
    pub ends: Ends,
}

/// The text is no recurrence that is understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    /// A part has no `=`.
    #[error("write parts such as FREQ=WEEKLY;BYDAY=SU, with a semicolon between them; {0:?} is none")]
    Part(String),
    /// A part is not understood.
    #[error("{0} is not understood; use FREQ, INTERVAL, BYDAY, and UNTIL or COUNT")]
    Unknown(String),
    /// A part comes twice.
    #[error("{0} comes twice")]
    Twice(String),
    /// There is no frequency, or an unknown one.
    #[error("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")]
    Frequency,
    /// The interval is no number from 1 on.
    #[error("INTERVAL is a whole number from 1 to 1000")]
    Interval,
    /// A day is not understood.
    #[error(
        "BYDAY names days such as MO,WE; with FREQ=MONTHLY also 2SU (the second Sunday) or -1FR (the last Friday)"
    )]
    Day,
    /// Days with every year.
    #[error("BYDAY with FREQ=YEARLY is not understood; use FREQ=MONTHLY;INTERVAL=12")]
    YearlyDay,
    /// The count is no number from 1 on.
    #[error("COUNT is a whole number from 1 to 10000")]
    Count,
    /// The end is no day.
    #[error("UNTIL is a day such as 20270331, or a time such as 20270331T235900 (Z behind it for UTC)")]
    Until,
    /// Both ends.
    #[error("UNTIL and COUNT exclude each other")]
    BothEnds,
}

/// The longest look ahead for the occurrences that a count allows, in days: a century.
const HORIZON: i64 = 36_525;

impl Recurrence {
    /// Whether a day is one of the rule's, reckoned from the first; ends are not looked at.
    #[must_use]
    pub fn is_on(&self, first: Date, day: Date) -> bool {
        if day < first {
            return false;
        }
        let interval = i64::from(self.interval.max(1));
        let days = |from: Date, to: Date| i64::from((to - from).get_days());
        let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
        let monday =
            |date: Date| date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days());
        let in_step = match self.frequency {
            Frequency::Daily => days(first, day) % interval == 0,
            Frequency::Weekly => days(monday(first), monday(day)) / 7 % interval == 0,
            Frequency::Monthly => (months(day) - months(first)) % interval == 0,
            Frequency::Yearly => i64::from(day.year() - first.year()) % interval == 0,
        };
        let is_one = || match (self.by_day.is_empty(), self.frequency) {
            (false, _) => self.by_day.iter().any(|one| one.is(day)),
            (true, Frequency::Daily) => true,
            (true, Frequency::Weekly) => day.weekday() == first.weekday(),
            // A month without that day has no occurrence, as RFC 5545 wants it.
            (true, Frequency::Monthly) => day.day() == first.day(),
            (true, Frequency::Yearly) => (day.month(), day.day()) == (first.month(), first.day()),
        };
        in_step && is_one()
    }

    /// The days from `from` to `to` on which an occurrence begins that begins first at `start`.
    pub(super) fn days(&self, start: DateTime, from: Date, to: Date, zone: &TimeZone) -> Vec<Date> {
        let first = start.date();
        let mut left = match self.ends {
            Ends::Count(count) => i64::from(count),
            _ => i64::MAX,
        };
        // Occurrences are counted from the first; otherwise nothing before the period matters.
        let begin = if left == i64::MAX { first.max(from) } else { first };
        let (mut day, mut days) = (begin, Vec::new());
        for _ in 0..=HORIZON {
            if day > to || left == 0 {
                break;
            }
            if self.is_on(first, day) {
                if self.is_over(day.to_datetime(start.time()), zone) {
                    break;
                }
                left -= 1;
                if day >= from {
                    days.push(day);
                }
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        days
    }

    fn is_over(&self, wall: DateTime, zone: &TimeZone) -> bool {
        match self.ends {
            Ends::Never | Ends::Count(_) => false,
            Ends::Day(last) => wall.date() > last,
            Ends::Wall(last) => wall > last,
            Ends::Instant(last) => {
                zone.to_ambiguous_timestamp(wall).compatible().is_ok_and(|instant| instant > last)
            }
        }
    }

    /// The same, ended before a day unless it ends earlier; occurrences of a count stay as many as they were.
    pub(super) fn until(&self, start: DateTime, today: Date) -> Self {
        let yesterday = today.yesterday().unwrap_or(today);
        let is_over = match self.ends {
            Ends::Day(day) => day <= yesterday,
            Ends::Wall(wall) => wall.date() <= yesterday,
            Ends::Instant(instant) => TimeZone::UTC.to_datetime(instant).date() <= today,
            Ends::Count(_) | Ends::Never => false,
        };
        let ends = match self.ends {
            ends if is_over => ends,
            Ends::Count(_) => {
                let days = self.days(start, start.date(), yesterday, &TimeZone::UTC);
                Ends::Day(days.last().copied().unwrap_or(yesterday))
            }
            _ => Ends::Day(yesterday),
        };
        Self { ends, ..self.clone() }
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FREQ={}", self.frequency.word())?;
        if self.interval != 1 {
            write!(formatter, ";INTERVAL={}", self.interval)?;
        }
        for (position, day) in self.by_day.iter().enumerate() {
            formatter.write_str(if position == 0 { ";BYDAY=" } else { "," })?;
            if day.which != 0 {
                write!(formatter, "{}", day.which)?;
            }
            formatter.write_str(DAYS[usize::from(day.day.to_monday_zero_offset().unsigned_abs())])?;
        }
        let clock = |wall: DateTime| wall.strftime("%Y%m%dT%H%M%S").to_string();
        match self.ends {
            Ends::Never => Ok(()),
            Ends::Count(count) => write!(formatter, ";COUNT={count}"),
            Ends::Day(day) => write!(formatter, ";UNTIL={}", day.strftime("%Y%m%d")),
            Ends::Wall(wall) => write!(formatter, ";UNTIL={}", clock(wall)),
            Ends::Instant(instant) => {
                write!(formatter, ";UNTIL={}Z", clock(TimeZone::UTC.to_datetime(instant)))
            }
        }
    }
}

impl FromStr for Recurrence {
    type Err = RecurrenceError;

    fn from_str(text: &str) -> Result<Self, RecurrenceError> {
        let text = text.trim();
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        let mut parts: Vec<(String, &str)> = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| RecurrenceError::Part(part.to_owned()))?;
            let name = name.trim().to_ascii_uppercase();
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(RecurrenceError::Twice(name));
            }
            parts.push((name, value.trim()));
        }
        let known = ["FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT"];
        if let Some((name, _)) = parts.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return Err(RecurrenceError::Unknown(name.clone()));
        }
        let value = |name: &str| parts.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        let frequency = value("FREQ").and_then(|word| {
            Frequency::ALL.into_iter().find(|frequency| frequency.word().eq_ignore_ascii_case(word))
        });
        let frequency = frequency.ok_or(RecurrenceError::Frequency)?;
        let interval = value("INTERVAL").map_or(Some(1), |text| text.parse().ok());
        let interval = interval.filter(|interval| (1..=1_000).contains(interval));
        let by_day: Vec<Weekday> = match value("BYDAY") {
            Some(_) if frequency == Frequency::Yearly => return Err(RecurrenceError::YearlyDay),
            Some(days) => days.split(',').map(|day| weekday(day, frequency)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let ends = match (value("UNTIL"), value("COUNT")) {
            (None, None) => Ends::Never,
            (Some(_), Some(_)) => return Err(RecurrenceError::BothEnds),
            (Some(until), None) => end(until).ok_or(RecurrenceError::Until)?,
            (None, Some(count)) => {
                let count: Option<u32> = count.parse().ok().filter(|count| (1..=10_000).contains(count));
                Ends::Count(count.ok_or(RecurrenceError::Count)?)
            }
        };
        Ok(Self { frequency, interval: interval.ok_or(RecurrenceError::Interval)?, by_day, ends })
    }
}

fn weekday(text: &str, frequency: Frequency) -> Result<Weekday, RecurrenceError> {
    let text = text.trim().to_ascii_uppercase();
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)).ok_or(RecurrenceError::Day)?;
    let (which, day) = text.split_at(at);
    let position = DAYS.iter().position(|known| *known == day).ok_or(RecurrenceError::Day)?;
    let day =
        i8::try_from(position).ok().and_then(|day| jiff::civil::Weekday::from_monday_zero_offset(day).ok());
    let which = if which.is_empty() { Some(0) } else { which.parse().ok().filter(|which| *which != 0) };
    let which: i8 = which.filter(|which| (-5..=5).contains(which)).ok_or(RecurrenceError::Day)?;
    if which != 0 && frequency != Frequency::Monthly {
        return Err(RecurrenceError::Day);
    }
    Ok(Weekday { which, day: day.ok_or(RecurrenceError::Day)? })
}

/// `20270331`, `20270331T235900` or `20270331T235900Z`; with hyphens and colons, too.
fn end(text: &str) -> Option<Ends> {
    let (text, is_utc) = match text.strip_suffix(['Z', 'z']) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let plain: String = text.chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    let is_good = |length: usize| {
        plain.len() == length
            && plain.bytes().enumerate().all(|(position, byte)| match position {
                8 => byte == b'T' || byte == b't',
                _ => byte.is_ascii_digit(),
            })
    };
    if is_good(8) && !is_utc {
        return Date::strptime("%Y%m%d", &plain).ok().map(Ends::Day);
    }
    if !is_good(15) {
        return None;
    }
    let wall = DateTime::strptime("%Y%m%dT%H%M%S", plain.to_ascii_uppercase()).ok()?;
    match is_utc {
        true => TimeZone::UTC.to_timestamp(wall).ok().map(Ends::Instant),
        false => Some(Ends::Wall(wall)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(rule: &str, start: &str, from: &str, to: &str) -> Vec<String> {
        let rule: Recurrence = rule.parse().unwrap();
        let days = rule.days(
            start.parse().unwrap(),
            from.parse().unwrap(),
            to.parse().unwrap(),
            &TimeZone::get("Asia/Tokyo").unwrap(),
        );
        days.iter().map(|day| day.strftime("%m-%d").to_string()).collect()
    }

    /// The days beside RFC 5545's own examples where it has one of the kind.
    #[test]
    fn rules_name_their_days() {
        let from = "2026-11-01";
        for (rule, start, to, expected) in [
            ("FREQ=DAILY;COUNT=3", "2026-11-01T02:00", "2026-12-31", vec!["11-01", "11-02", "11-03"]),
            ("FREQ=DAILY;INTERVAL=10", "2026-11-01T02:00", "2026-11-30", vec!["11-01", "11-11", "11-21"]),
            ("FREQ=DAILY;BYDAY=SA,SU", "2026-11-01T02:00", "2026-11-08", vec!["11-01", "11-07", "11-08"]),
            ("FREQ=WEEKLY", "2026-10-27T02:00", "2026-11-11", vec!["11-03", "11-10"]),
            // Every other week on Tuesday and Sunday, weeks beginning on Monday (RFC 5545, 3.8.5.3).
            ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU", "1997-08-05T09:00", "2026-11-30", vec![]),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
                "2026-11-03T09:00",
                "2026-11-22",
                vec!["11-03", "11-08", "11-17", "11-22"],
            ),
            ("FREQ=MONTHLY;BYDAY=2SU", "2026-11-08T02:00", "2027-01-31", vec!["11-08", "12-13", "01-10"]),
            ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27T02:00", "2026-12-31", vec!["11-27", "12-25"]),
            ("FREQ=MONTHLY", "2026-08-31T02:00", "2027-01-31", vec!["12-31", "01-31"]),
            ("FREQ=YEARLY", "2025-11-05T02:00", "2028-01-01", vec!["11-05", "11-05"]),
            ("FREQ=DAILY;UNTIL=20261103", "2026-11-01T02:00", "2026-12-31", vec!["11-01", "11-02", "11-03"]),
            ("FREQ=DAILY;UNTIL=20261103T015959", "2026-11-01T02:00", "2026-12-31", vec!["11-01", "11-02"]),
            // 2:00 in Tokyo is 17:00 of the day before in UTC.
            ("FREQ=DAILY;UNTIL=20261101T170000Z", "2026-11-01T02:00", "2026-12-31", vec!["11-01", "11-02"]),
        ] {
            assert_eq!(days(rule, start, from, to), expected, "{rule}");
        }
        let first = days(
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU",
            "1997-08-05T09:00",
            "1997-08-01",
            "1998-01-01",
        );
        assert_eq!(first, ["08-05", "08-10", "08-19", "08-24"], "the example of RFC 5545 with WKST=MO");
    }

    #[test]
    fn rules_read_back_as_they_are_written() {
        for rule in [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
            "FREQ=MONTHLY;BYDAY=2SU,-1FR;COUNT=12",
            "FREQ=YEARLY;UNTIL=20270331",
            "FREQ=DAILY;UNTIL=20270331T235900",
            "FREQ=DAILY;UNTIL=20270331T235900Z",
        ] {
            let read: Recurrence = rule.parse().unwrap();
            assert_eq!(read.to_string(), rule);
        }
        let loose: Recurrence = "RRULE:freq=weekly; byday=su; until=2027-03-31".parse().unwrap();
        assert_eq!(loose.to_string(), "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270331");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        use RecurrenceError::{BothEnds, Count, Day, Interval, Until, YearlyDay};
        for (rule, expected) in [
            ("", RecurrenceError::Frequency),
            ("FREQ=HOURLY", RecurrenceError::Frequency),
            ("weekly", RecurrenceError::Part("weekly".to_owned())),
            ("FREQ=DAILY;BYHOUR=2", RecurrenceError::Unknown("BYHOUR".to_owned())),
            ("FREQ=DAILY;FREQ=DAILY", RecurrenceError::Twice("FREQ".to_owned())),
            ("FREQ=DAILY;INTERVAL=0", Interval),
            ("FREQ=WEEKLY;BYDAY=2SU", Day),
            ("FREQ=MONTHLY;BYDAY=6SU", Day),
            ("FREQ=WEEKLY;BYDAY=日", Day),
            ("FREQ=YEARLY;BYDAY=SU", YearlyDay),
            ("FREQ=DAILY;COUNT=0", Count),
            ("FREQ=DAILY;UNTIL=2027", Until),
            ("FREQ=DAILY;UNTIL=20270230", Until),
            ("FREQ=DAILY;UNTIL=20270331;COUNT=2", BothEnds),
        ] {
            assert_eq!(rule.parse::<Recurrence>(), Err(expected), "{rule}");
        }
    }
}
