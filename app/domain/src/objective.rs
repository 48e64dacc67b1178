//! Service level objectives and the counts they are judged by.

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use crate::counting::{Counting, Excluded};
use crate::period::Period;
use crate::product::{Environment, Slug};
use crate::ratio::Ppm;
use crate::week::start_of_day;

/// How the error budget is counted, in OpenSLO's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BudgetingMethod {
    /// Good events of all events.
    Occurrences,
    /// Good time slices of all slices; a slice is good when its own ratio reaches the slice target.
    Timeslices {
        /// The share a slice has to reach.
        slice_target: Ppm,
        /// The length of a slice in seconds.
        slice_seconds: i64,
    },
    /// The mean of the slices' ratios.
    RatioTimeslices {
        /// The length of a slice in seconds.
        slice_seconds: i64,
    },
}

impl BudgetingMethod {
    /// The word in the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Occurrences => "occurrences",
            Self::Timeslices { .. } => "timeslices",
            Self::RatioTimeslices { .. } => "ratio-timeslices",
        }
    }
}

/// A unit of calendar windows and of OpenSLO's duration shorthand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WindowUnit {
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`
    Month,
    /// `Q`
    Quarter,
    /// `Y`
    Year,
}

/// The window an objective is judged over.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// The last so many seconds; months, quarters and years of the shorthand are 30, 90 and 365 days.
    Rolling {
        /// The length in seconds.
        seconds: i64,
    },
    /// From a start in steps of whole calendar units; minutes are elapsed minutes.
    Calendar {
        /// The unit of a step.
        unit: WindowUnit,
        /// How many units a step has, at least 1.
        count: i32,
        /// When the first window starts, as a wall clock shows it.
        start: DateTime,
        /// The IANA zone of that clock.
        time_zone: String,
    },
}

impl Window {
    /// The window that an instant `as_of` looks back on: `[as_of − length, as_of)` when rolling, else
    /// from the start of the current calendar step to `as_of` (see [`Window::full_period`] for its end).
    #[must_use]
    pub fn period(&self, as_of: Timestamp) -> Period {
        match self {
            Self::Rolling { seconds } => {
                let start = as_of.checked_sub(seconds.seconds()).unwrap_or(Timestamp::MIN);
                Period { start, end: as_of }
            }
            Self::Calendar { .. } => Period { start: self.full_period(as_of).start, end: as_of },
        }
    }

    /// The whole window, also its part that still lies ahead of `as_of`.
    #[must_use]
    pub fn full_period(&self, as_of: Timestamp) -> Period {
        let Self::Calendar { unit, count, start, time_zone } = self else { return self.period(as_of) };
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        let edge = |steps: i64| calendar_edge(*start, *unit, *count, steps, &zone);
        // All of time in minutes, so that the smallest calendar step is found too.
        let (mut low, mut high) = (-11_000_000_000_i64, 11_000_000_000_i64);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if edge(middle) <= as_of { low = middle } else { high = middle }
        }
        Period { start: edge(low), end: edge(high) }
    }
}

/// The instant of the `steps`-th window edge, saturating at the ends of time.
fn calendar_edge(start: DateTime, unit: WindowUnit, count: i32, steps: i64, zone: &TimeZone) -> Timestamp {
    let amount = steps.saturating_mul(i64::from(count.max(1)));
    let span: Result<Span, _> = match unit {
        WindowUnit::Minute => Span::new().try_minutes(amount),
        WindowUnit::Hour => Span::new().try_hours(amount),
        WindowUnit::Day => Span::new().try_days(amount),
        WindowUnit::Week => Span::new().try_weeks(amount),
        WindowUnit::Month => Span::new().try_months(amount),
        WindowUnit::Quarter => Span::new().try_months(amount.saturating_mul(3)),
        WindowUnit::Year => Span::new().try_years(amount),
    };
    let far = if steps < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let elapsed = matches!(unit, WindowUnit::Minute | WindowUnit::Hour);
    let Ok(span) = span else { return far };
    if elapsed {
        let first = zone.to_ambiguous_timestamp(start).compatible();
        return first.ok().and_then(|first| first.checked_add(span).ok()).unwrap_or(far);
    }
    let Ok(wall) = start.checked_add(span) else { return far };
    zone.to_ambiguous_timestamp(wall).compatible().unwrap_or(far)
}

/// One service level objective; several targets of one indicator are several objectives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// The name in URLs and count files: OpenSLO `metadata.name`, with `-2`, `-3` … for further targets.
    pub id: String,
    /// What people call it.
    pub display_name: String,
    /// What it means to a user.
    pub description: String,
    /// The service as the definition names it.
    pub service: String,
    /// The product, if the catalogue knows the service or the definition's label `teirei/product`.
    pub product: Option<Slug>,
    /// Where it is measured.
    pub environment: Environment,
    /// How the budget is counted.
    pub method: BudgetingMethod,
    /// The share that has to be good.
    pub target: Ppm,
    /// Over which window.
    pub window: Window,
    /// What missing data and excluded time count as.
    pub counting: Counting,
    /// The name of the source of the definition.
    pub source: String,
    /// SHA-256 of the definition in canonical form: a change of it is a new version.
    pub definition_hash: String,
    /// From when this version holds.
    pub valid_from: Timestamp,
    /// When the last review of the objective was held.
    pub reviewed_at: Option<Timestamp>,
}

/// What an objective is a part of, as its definition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositePart {
    /// The name of the whole.
    pub whole: String,
    /// How much its failures count beside those of other parts, in millionths of 1; above 0.
    pub weight: Ppm,
}

/// Counts of one objective between two instants, as the source gave them.
///
/// For occurrences `good` and `total` are events; for timeslices they are slices; for ratio
/// timeslices `total` is slices × 1,000,000 and `good` the sum of the slices' ratios in ppm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliBucket {
    /// The objective; the buckets of one answer share it.
    pub objective: Arc<str>,
    /// From when to when; never across a midnight of the organisation's zone.
    pub period: Period,
    /// What was good, 0 to `total`.
    pub good: i64,
    /// Everything that counts; 0 is "no traffic", never "all good".
    pub total: i64,
    /// How many samples the source saw.
    pub samples_seen: i64,
    /// How many it should have seen.
    pub samples_expected: i64,
}

/// Sums of buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SliSum {
    /// What was good.
    pub good: i64,
    /// Everything.
    pub total: i64,
    /// Samples seen.
    pub samples_seen: i64,
    /// Samples expected.
    pub samples_expected: i64,
    /// How many buckets were summed; 0 means no data at all.
    pub buckets: i64,
}

impl SliSum {
    /// Sums the buckets that start inside a period.
    #[must_use]
    pub fn of(buckets: &[SliBucket], period: &Period) -> Self {
        let mut sum = Self::default();
        for bucket in buckets.iter().filter(|bucket| period.contains(bucket.period.start)) {
            sum.good = sum.good.saturating_add(bucket.good);
            sum.total = sum.total.saturating_add(bucket.total);
            sum.samples_seen = sum.samples_seen.saturating_add(bucket.samples_seen);
            sum.samples_expected = sum.samples_expected.saturating_add(bucket.samples_expected);
            // A bucket that expected samples and saw none is missing, not a time without traffic.
            let is_missing = bucket.total == 0 && bucket.samples_seen == 0 && bucket.samples_expected > 0;
            sum.buckets += i64::from(!is_missing);
        }
        sum
    }

    /// What was bad.
    #[must_use]
    pub fn bad(&self) -> i64 {
        self.total - self.good
    }

    /// The share of expected samples that were seen; `None` when none were expected.
    #[must_use]
    pub fn coverage(&self) -> Option<Ppm> {
        Ppm::floor_of(i128::from(self.samples_seen), i128::from(self.samples_expected))
    }
}

/// An objective with its counts, as the store hands it to the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveHistory {
    /// The definition that holds now.
    pub objective: Objective,
    /// Earlier versions, oldest first: a week is judged by the version that held when it ended.
    pub earlier: Vec<Objective>,
    /// Buckets in order of time, reaching back over the window and 13 weeks.
    pub buckets: Vec<SliBucket>,
    /// Times that maintenance windows exclude, in order, within those of the buckets.
    pub excluded: Vec<Excluded>,
}

/// The start of the day in the organisation's zone that holds an instant.
#[must_use]
pub fn start_of_zone_day(instant: Timestamp, zone: &TimeZone) -> Timestamp {
    start_of_day(zone.to_datetime(instant).date(), zone)
}
