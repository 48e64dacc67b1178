//! The only place that asks what time it is; everywhere else time is a value.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit};

/// Where instants come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always the same instant, so that a demonstration or a test says the same every day.
    Fixed(Timestamp),
}

impl Clock {
    /// The instant to work with, truncated to microseconds, because PostgreSQL keeps no more.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => truncated(system_now(), Unit::Microsecond),
            Self::Fixed(instant) => instant,
        }
    }

    /// The instant that pages look from, truncated to the minute: within one minute and one state of
    /// the database every page says the same, which is what makes an answer reusable.
    #[must_use]
    pub fn minute(self) -> Timestamp {
        truncated(self.now(), Unit::Minute)
    }

    /// 10:00 of a day in a zone, when a weekly meeting might look; shifted where no clock shows it.
    #[must_use]
    pub fn at_ten(day: Date, zone: &TimeZone) -> Self {
        let wall = day.at(10, 0, 0, 0);
        let instant = zone.to_ambiguous_timestamp(wall).compatible();
        Self::Fixed(instant.unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// The calendar day in a zone.
    #[must_use]
    pub fn today(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.now()).date()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the time")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

fn truncated(instant: Timestamp, unit: Unit) -> Timestamp {
    let second = instant.as_second();
    let part = match unit {
        Unit::Minute => Timestamp::from_second(second - second.rem_euclid(60)).ok(),
        _ => {
            let over = i64::from(instant.subsec_nanosecond()).rem_euclid(1_000);
            instant.checked_sub(over.nanoseconds()).ok()
        }
    };
    part.unwrap_or(instant)
}

/// How long something takes; tells durations, never times.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_no_finer_than_the_databases_keep() {
        let fine: Timestamp = "2026-11-22T01:02:03.123456789Z".parse().unwrap();
        assert_eq!(truncated(fine, Unit::Microsecond).to_string(), "2026-11-22T01:02:03.123456Z");
        assert_eq!(truncated(fine, Unit::Minute).to_string(), "2026-11-22T01:02:00Z");
        assert_eq!(Clock::System.now().subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn a_fixed_clock_shows_ten_in_the_zone() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let clock = Clock::at_ten("2026-11-23".parse().unwrap(), &zone);
        assert_eq!(clock.now().to_string(), "2026-11-23T01:00:00Z");
        assert_eq!(clock.today(&zone).to_string(), "2026-11-23");
    }
}
