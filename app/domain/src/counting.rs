//! What does not count as it stands: time without data, and time that is agreed to be excluded.
//!
//! Counts come in buckets of a day or an hour of the organisation's zone. A rule can only be applied to what a
//! bucket tells: an exclusion takes effect on buckets that lie inside it whole, and the time it shares with
//! others is told as not applied, never estimated.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::maintenance::{MaintenanceWindow, union};
use crate::objective::{BudgetingMethod, Objective, ObjectiveHistory, SliBucket, start_of_zone_day};
use crate::period::Period;
use crate::ratio::Ppm;

/// What time without data counts as, for objectives that count slices; events that were not counted are unknown
/// by any rule, so that for occurrences only [`Missing::Ignore`] means something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Missing {
    /// It does not count: the total is smaller.
    #[default]
    Ignore,
    /// Slices without data are good.
    Good,
    /// Slices without data are bad.
    Bad,
    /// Slices without data are as those before them; bad parts are rounded up.
    Carry,
}

/// What excluded time counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Exclusion {
    /// It does not count: good and total shrink.
    #[default]
    Drop,
    /// All of it is good: the total stays.
    CountGood,
}

/// The text names no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountingError {
    /// Of missing data.
    #[error("missing data is ignore, good, bad or carry")]
    Missing,
    /// Of exclusions.
    #[error("exclusions are drop or count_good")]
    Exclusion,
}

impl Missing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ignore, Self::Good, Self::Bad, Self::Carry];

    /// The word in definitions, the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Carry => "carry",
        }
    }
}

impl FromStr for Missing {
    type Err = CountingError;

    fn from_str(text: &str) -> Result<Self, CountingError> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(CountingError::Missing)
    }
}

impl Exclusion {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Drop, Self::CountGood];

    /// The word in definitions, the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::CountGood => "count_good",
        }
    }
}

impl FromStr for Exclusion {
    type Err = CountingError;

    fn from_str(text: &str) -> Result<Self, CountingError> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(CountingError::Exclusion)
    }
}

/// The two rules of an objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counting {
    /// What time without data counts as.
    pub missing: Missing,
    /// What excluded time counts as.
    pub exclusion: Exclusion,
}

/// A stretch of time that is agreed to be excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// From when to when.
    pub period: Period,
    /// How many of its seconds lie in buckets that it holds whole, so that they were taken out.
    pub applied_seconds: i64,
}

/// How much of a period is excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExcludedTime {
    /// Seconds that are agreed to be excluded.
    pub seconds: i64,
    /// Seconds of them that were taken out; the rest lies in buckets that reach beyond it.
    pub applied_seconds: i64,
    /// The share of the period that is agreed to be excluded, in ppm rounded down; `None` where nothing is.
    pub share: Option<Ppm>,
}

/// The excluded time of an objective within a period, such as its window or a week.
#[must_use]
pub fn excluded_time(excluded: &[Excluded], period: &Period) -> ExcludedTime {
    let mut time = ExcludedTime::default();
    for one in excluded {
        let Some(shared) = one.period.clip(period) else { continue };
        time.seconds = time.seconds.saturating_add(shared.seconds());
        time.applied_seconds = time.applied_seconds.saturating_add(one.applied_seconds.min(shared.seconds()));
    }
    if time.seconds > 0 {
        time.share = Ppm::floor_of(i128::from(time.seconds), i128::from(period.seconds()));
    }
    time
}

/// A history as its objective's rules and the maintenance windows that cover it make it count.
#[must_use]
pub fn counted(
    mut history: ObjectiveHistory,
    windows: &[MaintenanceWindow],
    zone: &TimeZone,
) -> ObjectiveHistory {
    let (Some(first), Some(last)) = (history.buckets.first(), history.buckets.last()) else { return history };
    let known = Period { start: first.period.start, end: last.period.end };
    let covering = windows.iter().filter(|window| window.covers(&history.objective));
    let periods = union(covering.flat_map(|window| window.occurrences(&known, zone)).collect());
    let fills = history.objective.counting.missing != Missing::Ignore;
    let has_gaps = history.buckets.windows(2).any(|pair| pair[0].period.end < pair[1].period.start);
    if periods.is_empty() && !has_gaps && !fills {
        return history;
    }
    let drops = history.objective.counting.exclusion == Exclusion::Drop;
    let buckets = std::mem::take(&mut history.buckets);
    let buckets = if has_gaps { with_gaps(buckets, fills, zone) } else { buckets };
    let newest = buckets.len().saturating_sub(1);
    let mut excluded: Vec<Excluded> =
        periods.into_iter().map(|period| Excluded { period, applied_seconds: 0 }).collect();
    let mut before = None;
    let (mut position, mut counted) = (0, Vec::with_capacity(buckets.len()));
    for (number, bucket) in buckets.into_iter().enumerate() {
        while excluded.get(position).is_some_and(|one| one.period.end <= bucket.period.start) {
            position += 1;
        }
        let holder = excluded
            .get_mut(position)
            .filter(|one| one.period.start <= bucket.period.start && bucket.period.end <= one.period.end);
        match holder {
            Some(holder) => {
                holder.applied_seconds += bucket.period.seconds();
                // The newest stays without counts: it says that the source has not fallen silent.
                if !drops || number == newest {
                    counted.push(without(bucket, &history.objective));
                }
            }
            None => {
                let bucket = filled(bucket, &history.objective, before);
                if bucket.total > 0 {
                    before = Some((bucket.good, bucket.total));
                }
                counted.push(bucket);
            }
        }
    }
    (history.buckets, history.excluded) = (counted, excluded);
    history
}

/// Buckets without counts where there are none between others, day by day: to be filled, or so that missing
/// samples are seen.
fn with_gaps(buckets: Vec<SliBucket>, fills: bool, zone: &TimeZone) -> Vec<SliBucket> {
    let mut whole: Vec<SliBucket> = Vec::with_capacity(buckets.len() + 8);
    for bucket in buckets {
        if let Some(last) = whole.last().cloned() {
            let mut start = last.period.end;
            while start < bucket.period.start {
                let end = next_midnight(start, zone).min(bucket.period.start);
                if fills || last.samples_expected > 0 {
                    whole.push(empty(&last, Period { start, end }));
                }
                start = end;
            }
        }
        whole.push(bucket);
    }
    whole
}

fn next_midnight(instant: Timestamp, zone: &TimeZone) -> Timestamp {
    let tomorrow = zone.to_datetime(instant).date().tomorrow();
    let noon = tomorrow.ok().map(|day| day.at(12, 0, 0, 0));
    let inside = noon.and_then(|noon| zone.to_ambiguous_timestamp(noon).compatible().ok());
    inside.map_or(Timestamp::MAX, |inside| start_of_zone_day(inside, zone))
}

/// A bucket without counts; it expects as many samples an hour as one that has some.
fn empty(like: &SliBucket, period: Period) -> SliBucket {
    let expected = i128::from(like.samples_expected) * i128::from(period.seconds());
    let expected = expected / i128::from(like.period.seconds().max(1));
    SliBucket {
        objective: like.objective.clone(),
        period,
        good: 0,
        total: 0,
        samples_seen: 0,
        samples_expected: i64::try_from(expected).unwrap_or(i64::MAX),
    }
}

/// A bucket that is excluded whole.
fn without(bucket: SliBucket, objective: &Objective) -> SliBucket {
    match objective.counting.exclusion {
        Exclusion::Drop => SliBucket { good: 0, total: 0, samples_seen: 0, samples_expected: 0, ..bucket },
        Exclusion::CountGood => {
            // Slices that were not measured are good as well; of events only those that came are known.
            let total = slices(&bucket, objective).map_or(bucket.total, |all| all.max(bucket.total));
            SliBucket { good: total, total, ..bucket }
        }
    }
}

/// The whole of a bucket in the unit of its counts, where that is known without counting.
fn slices(bucket: &SliBucket, objective: &Objective) -> Option<i64> {
    let (slice_seconds, unit) = match objective.method {
        BudgetingMethod::Occurrences => return None,
        BudgetingMethod::Timeslices { slice_seconds, .. } => (slice_seconds, 1),
        BudgetingMethod::RatioTimeslices { slice_seconds } => (slice_seconds, Ppm::ONE.0),
    };
    bucket.period.seconds().checked_div(slice_seconds)?.checked_mul(unit)
}

/// A bucket with its slices without data as the rule has them; `before`: good and total of the newest data.
fn filled(bucket: SliBucket, objective: &Objective, before: Option<(i64, i64)>) -> SliBucket {
    let whole = slices(&bucket, objective).unwrap_or(0);
    let missing = whole.saturating_sub(bucket.total);
    if missing <= 0 {
        return bucket;
    }
    let good = match objective.counting.missing {
        Missing::Ignore => return bucket,
        Missing::Good => missing,
        Missing::Bad => 0,
        Missing::Carry => {
            let like = if bucket.total > 0 { Some((bucket.good, bucket.total)) } else { before };
            let Some((good, total)) = like else { return bucket };
            let share = i128::from(missing) * i128::from(good) / i128::from(total.max(1));
            i64::try_from(share).unwrap_or(missing)
        }
    };
    SliBucket { good: bucket.good.saturating_add(good), total: whole, ..bucket }
}
