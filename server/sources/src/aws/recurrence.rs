//! When a window that AWS leaves out comes again: at a rate, or by a cron expression of six fields, both in UTC.

use std::str::FromStr;

use domain::period::Period;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The first and the last year of a cron expression.
const YEARS: (u32, u32) = (1970, 2199);

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The expression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ScheduleError(String);

/// How it comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    /// Not at all.
    Once,
    /// Every so many seconds.
    Rate(i64),
    /// By a cron expression.
    Cron(Box<Cron>),
}

/// A window of time, once or again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    start: Timestamp,
    seconds: i64,
    rule: Rule,
}

impl Schedule {
    /// A window of so many seconds that begins at an instant, and comes again by an expression such as
    /// `rate(7 days)` or `cron(0 18 ? * SUN *)`. With a cron expression it begins at the times that this names, none
    /// of them before the instant.
    pub(super) fn new(
        start: Timestamp,
        seconds: i64,
        expression: Option<&str>,
    ) -> Result<Self, ScheduleError> {
        let rule = match expression.map(str::trim).filter(|text| !text.is_empty()) {
            None => Rule::Once,
            Some(text) => rule(text)?,
        };
        Ok(Self { start, seconds, rule })
    }

    /// Its occurrences that share something with a period, in order of time, whole.
    pub(super) fn occurrences(&self, period: &Period) -> Vec<Period> {
        let length = SignedDuration::from_secs(self.seconds);
        let earliest = period.start.checked_sub(length).unwrap_or(Timestamp::MIN).max(self.start);
        let starts: Vec<Timestamp> = match &self.rule {
            Rule::Once => vec![self.start],
            Rule::Rate(every) => {
                let passed = (earliest.as_second() - self.start.as_second()).div_euclid(*every);
                let first = self.start.as_second().saturating_add(passed.saturating_mul(*every));
                let next = |second: &i64| second.checked_add(*every);
                std::iter::successors(Some(first), next)
                    .take_while(|second| *second < period.end.as_second())
                    .filter_map(|second| Timestamp::from_second(second).ok())
                    .collect()
            }
            Rule::Cron(cron) => cron.between(earliest, period.end),
        };
        let whole = |start: Timestamp| Some(Period { start, end: start.checked_add(length).ok()? });
        starts.into_iter().filter_map(whole).filter(|one| one.clip(period).is_some()).collect()
    }
}

fn rule(text: &str) -> Result<Rule, ScheduleError> {
    let unknown = || ScheduleError(format!("{text} is neither rate(…) nor cron(…)"));
    let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(rate) = inner("rate") {
        let odd = || ScheduleError(format!("{text} is no rate such as rate(7 days)"));
        let (count, unit) = rate.trim().split_once(' ').ok_or_else(odd)?;
        let each = match unit.trim().trim_end_matches('s') {
            "minute" => 60,
            "hour" => 3_600,
            "day" => 86_400,
            "week" => 7 * 86_400,
            _ => return Err(odd()),
        };
        let count: i64 = count.trim().parse().map_err(|_| odd())?;
        let seconds = count.checked_mul(each).filter(|seconds| *seconds > 0).ok_or_else(odd)?;
        return Ok(Rule::Rate(seconds));
    }
    inner("cron").ok_or_else(unknown)?.parse().map(|cron| Rule::Cron(Box::new(cron)))
}

/// Minutes, hours, days of the month, months, days of the week and years, as AWS writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cron {
    minutes: Vec<u32>,
    hours: Vec<u32>,
    days: MonthDays,
    months: Vec<u32>,
    weekdays: WeekDays,
    years: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum MonthDays {
    /// `?`: the day of the week says it.
    Any,
    Some(Vec<u32>),
    /// `L`
    Last,
    /// `15W`: the working day of the month nearest to that day.
    Working(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum WeekDays {
    /// `?`: the day of the month says it.
    Any,
    /// 1 is Sunday.
    Some(Vec<u32>),
    /// `6L`: the last such day of the month.
    Last(u32),
    /// `6#3`: the third such day of the month.
    Nth(u32, u32),
}

impl FromStr for Cron {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays, years] = fields[..] else {
            let what =
                format!("cron({text}) has {} fields, and a cron expression of AWS has six", fields.len());
            return Err(ScheduleError(what));
        };
        let cron = Self {
            minutes: numbers(minutes, (0, 59), &[])?,
            hours: numbers(hours, (0, 23), &[])?,
            days: month_days(days)?,
            months: numbers(months, (1, 12), &MONTHS)?,
            weekdays: week_days(weekdays)?,
            years: numbers(years, YEARS, &[])?,
        };
        if (cron.days == MonthDays::Any) == (cron.weekdays == WeekDays::Any) {
            let what = format!("in cron({text}) one of both days, and not the other, has to be ?");
            return Err(ScheduleError(what));
        }
        Ok(cron)
    }
}

fn month_days(text: &str) -> Result<MonthDays, ScheduleError> {
    Ok(match (text, text.strip_suffix('W')) {
        ("?", _) => MonthDays::Any,
        ("L", _) => MonthDays::Last,
        (_, Some(day)) => MonthDays::Working(one(day, (1, 31), &[])?),
        _ => MonthDays::Some(numbers(text, (1, 31), &[])?),
    })
}

fn week_days(text: &str) -> Result<WeekDays, ScheduleError> {
    let range = (1, 7);
    Ok(match (text, text.strip_suffix('L'), text.split_once('#')) {
        ("?", ..) => WeekDays::Any,
        ("L", ..) => WeekDays::Some(vec![7]),
        (_, Some(day), _) => WeekDays::Last(one(day, range, &DAYS)?),
        (_, _, Some((day, number))) => WeekDays::Nth(one(day, range, &DAYS)?, one(number, (1, 5), &[])?),
        _ => WeekDays::Some(numbers(text, range, &DAYS)?),
    })
}

/// One number, or one of the names that stand for the numbers from the first on.
fn one(text: &str, (low, high): (u32, u32), names: &[&str]) -> Result<u32, ScheduleError> {
    let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let named = named.and_then(|position| u32::try_from(position).ok()).map(|position| position + low);
    let number = named.or_else(|| text.parse().ok()).filter(|number| (low..=high).contains(number));
    number.ok_or_else(|| ScheduleError(format!("{text} is no number from {low} to {high}")))
}

/// Numbers as in `*`, `5`, `1,3`, `MON-FRI`, `0/15`, `8-18/2`; a range may run over its end, as in `FRI-MON`.
fn numbers(text: &str, range: (u32, u32), names: &[&str]) -> Result<Vec<u32>, ScheduleError> {
    let (low, high) = range;
    let mut found = Vec::new();
    for part in text.split(',') {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(one(step, (1, high.max(1)), &[])?)),
            None => (part, None),
        };
        let (first, last) = match span.split_once('-') {
            _ if span == "*" => (low, high),
            Some((first, last)) => (one(first, range, names)?, one(last, range, names)?),
            None => {
                let first = one(span, range, names)?;
                (first, if step.is_some() { high } else { first })
            }
        };
        let step = usize::try_from(step.unwrap_or(1)).unwrap_or(1);
        if first <= last {
            found.extend((first..=last).step_by(step));
        } else {
            found.extend((first..=high).chain(low..=last).step_by(step));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

impl Cron {
    /// All its times from one instant up to another, that one excluded.
    fn between(&self, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let utc = TimeZone::UTC;
        let (first, last) = (utc.to_datetime(from).date(), utc.to_datetime(to).date());
        let days = first.series(1.day()).take_while(|day| *day <= last).filter(|day| self.holds(*day));
        let times =
            self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)));
        let times: Vec<(i8, i8)> = times
            .filter_map(|(hour, minute)| Some((i8::try_from(hour).ok()?, i8::try_from(minute).ok()?)))
            .collect();
        let at = |day: Date, (hour, minute): (i8, i8)| day.at(hour, minute, 0, 0).to_zoned(utc.clone()).ok();
        let all = days.flat_map(|day| times.iter().filter_map(move |time| Some(at(day, *time)?.timestamp())));
        all.filter(|time| (from..to).contains(time)).collect()
    }

    fn holds(&self, day: Date) -> bool {
        let number = |number: i8| u32::try_from(number).unwrap_or(0);
        let year = u32::try_from(day.year()).unwrap_or(0);
        if !self.years.contains(&year) || !self.months.contains(&number(day.month())) {
            return false;
        }
        let weekday = number(day.weekday().to_sunday_one_offset());
        let is_in_last_week = day.day() > day.days_in_month() - 7;
        let by_week = match &self.weekdays {
            WeekDays::Any => true,
            WeekDays::Some(days) => days.contains(&weekday),
            WeekDays::Last(last) => *last == weekday && is_in_last_week,
            WeekDays::Nth(nth, count) => *nth == weekday && number((day.day() - 1) / 7) + 1 == *count,
        };
        let by_month = match &self.days {
            MonthDays::Any => true,
            MonthDays::Some(days) => days.contains(&number(day.day())),
            MonthDays::Last => day == day.last_of_month(),
            MonthDays::Working(near) => working_day(day, *near) == Some(day),
        };
        by_week && by_month
    }
}

/// The working day of a month nearest to one of its days, without leaving the month.
fn working_day(month: Date, near: u32) -> Option<Date> {
    let wanted = i8::try_from(near).ok()?.min(month.days_in_month());
    let day = month.with().day(wanted).build().ok()?;
    let (is_first, is_last) = (day == day.first_of_month(), day == day.last_of_month());
    let days = match day.weekday() {
        Weekday::Saturday if is_first => 2,
        Weekday::Saturday => -1,
        Weekday::Sunday if is_last => -2,
        Weekday::Sunday => 1,
        _ => 0,
    };
    day.checked_add(i64::from(days).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn november() -> Period {
        Period { start: at("2026-11-01T00:00:00Z"), end: at("2026-12-01T00:00:00Z") }
    }

    fn found(start: &str, seconds: i64, expression: Option<&str>) -> Vec<String> {
        let schedule = Schedule::new(at(start), seconds, expression).unwrap();
        schedule.occurrences(&november()).iter().map(|one| one.start.to_string()).collect()
    }

    fn days(expression: &str) -> Vec<i8> {
        let schedule = Schedule::new(at("2026-01-01T00:00:00Z"), 60, Some(expression)).unwrap();
        let starts = schedule.occurrences(&november());
        starts.iter().map(|one| TimeZone::UTC.to_datetime(one.start).day()).collect()
    }

    #[test]
    fn windows_come_once_or_at_a_rate() {
        assert_eq!(found("2026-11-10T03:00:00Z", 7_200, None), ["2026-11-10T03:00:00Z"]);
        assert!(found("2026-10-31T21:00:00Z", 7_200, None).is_empty(), "it was over before");
        assert_eq!(found("2026-10-31T23:00:00Z", 7_200, None).len(), 1, "its rest reaches in");
        assert_eq!(
            found("2026-10-25T18:00:00Z", 3_600, Some("rate(7 days)")),
            [1, 8, 15, 22, 29].map(|day| format!("2026-11-{day:02}T18:00:00Z"))
        );
        assert!(found("2026-12-10T03:00:00Z", 7_200, Some("rate(1 hour)")).is_empty(), "it begins later");
    }

    #[test]
    fn windows_come_by_cron() {
        // 2026-11-01 is a Sunday.
        for (expression, expected) in [
            ("cron(0 18 ? * SUN *)", vec![1, 8, 15, 22, 29]),
            ("cron(0 18 ? * 1 *)", vec![1, 8, 15, 22, 29]),
            ("cron(0 2 1,15 * ? *)", vec![1, 15]),
            ("cron(0 2 L * ? *)", vec![30]),
            ("cron(0 2 ? * 6L *)", vec![27]),
            ("cron(0 2 ? NOV TUE#2 *)", vec![10]),
            ("cron(0 2 15W * ? *)", vec![16]),
            ("cron(0 2 1W * ? *)", vec![2]),
            (
                "cron(0 2 ? * FRI-MON 2026)",
                vec![1, 2, 6, 7, 8, 9, 13, 14, 15, 16, 20, 21, 22, 23, 27, 28, 29, 30],
            ),
            ("cron(0 2 ? * SUN 2027)", vec![]),
            ("cron(0/30 8-9 3 11 ? *)", vec![3, 3, 3, 3]),
            ("cron(15 10 28/1 11 ? 2025-2027)", vec![28, 29, 30]),
        ] {
            assert_eq!(days(expression), expected, "{expression}");
        }
        assert_eq!(
            found("2026-11-15T18:00:00Z", 3_600, Some("cron(0 18 ? * SUN *)")).len(),
            3,
            "none before it begins"
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (expression, words) in [
            ("every sunday", "neither rate(…) nor cron(…)"),
            ("rate(0 days)", "no rate such as"),
            ("rate(5 fortnights)", "no rate such as"),
            ("cron(0 18 * * SUN)", "has 5 fields"),
            ("cron(0 18 * * SUN *)", "one of both days"),
            ("cron(0 18 ? * ? *)", "one of both days"),
            ("cron(60 18 ? * SUN *)", "60 is no number from 0 to 59"),
            ("cron(0 18 ? * DOM *)", "DOM is no number from 1 to 7"),
            ("cron(0/0 18 ? * SUN *)", "0 is no number from 1 to 59"),
        ] {
            let error = Schedule::new(at("2026-11-01T00:00:00Z"), 60, Some(expression)).unwrap_err();
            assert!(error.to_string().contains(words), "{expression}: {error}");
        }
    }
}
