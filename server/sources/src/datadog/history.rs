//! One history of one SLO as counts of the days that were asked for.
//!
//! A history covers one ISO week and is never asked for in smaller pieces: Datadog's points grow and shrink
//! with the length of what is asked. Points are given to the day in which they begin, and what begins before the
//! week to its first day, so that the days add up to Datadog's own sum to the event.

use domain::objective::SliBucket;
use domain::period::Period;
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::definition::Measure;
use super::number::{Number, rounded};
use super::reply::{History, HistoryError, Part, Series};
use crate::slo::State;

/// The error that stands for "nobody used it".
const NO_TRAFFIC: &str = "ZERO_VALUED_DENOMINATOR";

/// What of one day was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) good: i64,
    pub(super) total: i64,
    pub(super) seen: i64,
    pub(super) expected: i64,
}

/// What is wrong with a history: what, in which words, and how to mend it.
pub(super) type Doubt = (State, String, &'static str);

/// What a history says.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Counts by day, for days that can be told.
    pub(super) days: Vec<(Period, Counts)>,
    /// What is doubtful.
    pub(super) doubts: Vec<Doubt>,
}

impl Read {
    /// The buckets of an objective that were asked for.
    pub(super) fn buckets(&self, objective: &str, wanted: &[Period]) -> Vec<SliBucket> {
        let objective = objective.into();
        let days = self.days.iter().filter(|(period, _)| wanted.contains(period));
        days.map(|(period, counts)| SliBucket {
            objective: std::sync::Arc::clone(&objective),
            period: *period,
            good: counts.good,
            total: counts.total,
            samples_seen: counts.seen,
            samples_expected: counts.expected,
        })
        .collect()
    }
}

/// Reads a history. `days`: all days from the beginning of what was asked for to its end, in order;
/// `excluded`: times that Datadog leaves out, merged, in order.
pub(super) fn read(history: &History, measure: Measure, days: &[Period], excluded: &[Period]) -> Read {
    let mut read = match measure {
        Measure::Events => events(history, days),
        Measure::Monitor => time(history, days, |states, day| seconds(states, day, excluded)),
        Measure::Slices(slice) => time(history, days, |states, day| slices(states, day, slice, excluded)),
    };
    let own = history.overall.iter().flat_map(|overall| overall.errors.iter().flatten());
    let others = own.filter(|error| error.error_type.as_deref() != Some(NO_TRAFFIC));
    read.doubts.extend(others.map(|error| (State::Warned, words(error), LOOK)));
    for part in history.monitors.iter().chain(&history.groups).flatten() {
        for error in part.errors.iter().flatten() {
            let what = format!("{}: {}", part.name.as_deref().unwrap_or("a part"), words(error));
            read.doubts.push((State::Partial, what, LOOK));
        }
    }
    read
}

const LOOK: &str = "Look at the SLO in Datadog; it is asked for again in the next run.";

/// What an error says.
pub(super) fn words(error: &HistoryError) -> String {
    let word = error.error_message.as_ref().or(error.error.as_ref()).or(error.error_type.as_ref());
    word.map_or_else(|| "an error without words".to_owned(), |word| word.replace(['\n', '\r'], " "))
}

fn is_without_traffic(overall: Option<&Part>) -> bool {
    let errors = overall.into_iter().flat_map(|overall| overall.errors.iter().flatten());
    errors.into_iter().any(|error| error.error_type.as_deref() == Some(NO_TRAFFIC))
}

/// The points of one day.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    good: Decimal,
    bad: Decimal,
    seen: i64,
    expected: i64,
}

fn events(history: &History, days: &[Period]) -> Read {
    let mut read = Read::default();
    let Some(series) = &history.series else {
        let what = "Datadog sent no points of it".to_owned();
        read.doubts.push((State::Partial, what, LOOK));
        return read;
    };
    let Some(sums) = sums(series, days) else {
        let what = "Datadog's points of it cannot be added up".to_owned();
        read.doubts.push((State::Refused, what, LOOK));
        return read;
    };
    if let Some(what) = disagreement(series, &sums) {
        read.doubts.push((State::Partial, what, LOOK));
    }
    let is_silent = is_without_traffic(history.overall.as_ref())
        || sums.iter().all(|sum| sum.good.is_zero() && sum.bad.is_zero());
    let (mut good, mut bad) = (Decimal::ZERO, Decimal::ZERO);
    for (day, sum) in days.iter().zip(&sums) {
        if is_silent {
            // Datadog fills gaps with zeros: what adds up to nothing is no data, never all good.
            let counts = Counts { expected: sum.expected.max(1), ..Counts::default() };
            read.days.push((*day, counts));
            continue;
        }
        let before = (rounded(good), rounded(bad));
        (good, bad) = (good + sum.good, bad + sum.bad);
        let (Some(good_before), Some(bad_before)) = before else { continue };
        let (Some(good_now), Some(bad_now)) = (rounded(good), rounded(bad)) else { continue };
        let (good, bad) = (good_now - good_before, bad_now - bad_before);
        match good.checked_add(bad).filter(|_| good >= 0 && bad >= 0) {
            Some(total) => {
                let counts = Counts { good, total, seen: sum.seen, expected: sum.expected };
                read.days.push((*day, counts));
            }
            None => {
                let what = format!(
                    "From {} to {} Datadog counts more good events than events, or fewer than none",
                    day.start, day.end
                );
                let mend =
                    "Mend the query in Datadog: all that is in the numerator is in the denominator, too.";
                read.doubts.push((State::Refused, what, mend));
            }
        }
    }
    read
}

/// The points by day; `None` where a sum is too large.
fn sums(series: &Series, days: &[Period]) -> Option<Vec<Sum>> {
    let values = |points: &Option<super::reply::Points>| {
        points.as_ref().and_then(|points| points.values.clone()).unwrap_or_default()
    };
    let (good, total) = (values(&series.numerator), values(&series.denominator));
    let mut sums = vec![Sum::default(); days.len()];
    for (position, time) in series.times.iter().flatten().enumerate() {
        let Some(at) = time.whole().and_then(|time| Timestamp::from_millisecond(time).ok()) else { continue };
        let Some(day) = day_of(days, at) else { continue };
        let sum = sums.get_mut(day)?;
        sum.expected += 1;
        // No numerator beside a denominator is none that was good.
        let number = |values: &[Number]| values.get(position).and_then(|number| number.0);
        if let Some(total) = number(&total) {
            let good = number(&good).unwrap_or_default();
            sum.good = sum.good.checked_add(good)?;
            sum.bad = sum.bad.checked_add(total.checked_sub(good)?)?;
            sum.seen += 1;
        }
    }
    Some(sums)
}

/// The day in which a point begins; points that begin a little before the first day belong to it.
fn day_of(days: &[Period], at: Timestamp) -> Option<usize> {
    let first = days.first()?;
    if at < first.start {
        return Some(0);
    }
    days.iter().position(|day| day.contains(at))
}

/// Where points and Datadog's own sums do not fit together: some points are missing.
fn disagreement(series: &Series, sums: &[Sum]) -> Option<String> {
    let total: Decimal = sums.iter().map(|sum| sum.good + sum.bad).sum();
    let theirs = series.denominator.as_ref()?.sum?.0?;
    let far = (total - theirs).abs();
    // Their sum is a float; a millionth of it is rounding.
    (far > Decimal::ONE && far * Decimal::from(1_000_000) > theirs.abs())
        .then(|| format!("Its points add up to {total}, and Datadog's own sum is {theirs}"))
}

/// A stretch of time in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    period: Period,
    state: Uptime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Uptime {
    Up,
    Down,
    Unknown,
}

/// Counts of monitors and time slices.
fn time(history: &History, days: &[Period], counts: impl Fn(&[Stretch], Period) -> Counts) -> Read {
    let mut read = Read::default();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return read };
    let whole = Period { start: first.start, end: last.end };
    let Some(stretches) = stretches(history, whole) else {
        let what = "Datadog sent no states of it".to_owned();
        read.doubts.push((State::Partial, what, LOOK));
        return read;
    };
    read.days = days.iter().map(|day| (*day, counts(&stretches, *day))).collect();
    read
}

/// The states of the whole SLO; where Datadog tells only those of its monitors or groups, it is down while any
/// of them is.
fn stretches(history: &History, whole: Period) -> Option<Vec<Stretch>> {
    let own = history.overall.as_ref().and_then(|overall| overall.history.as_deref());
    if let Some(own) = own.filter(|own| !own.is_empty()) {
        return Some(of_transitions(own, whole));
    }
    let parts = history.groups.iter().chain(&history.monitors).flatten();
    let parts: Vec<Vec<Stretch>> =
        parts.filter_map(|part| Some(of_transitions(part.history.as_deref()?, whole))).collect();
    (!parts.is_empty()).then(|| any_down(&parts, whole))
}

fn of_transitions(transitions: &[Vec<Number>], whole: Period) -> Vec<Stretch> {
    let mut known: Vec<(Timestamp, Uptime)> = transitions
        .iter()
        .filter_map(|pair| {
            let at = Timestamp::from_second(pair.first()?.whole()?).ok()?;
            let state = match pair.get(1)?.whole() {
                Some(0) => Uptime::Up,
                Some(1) => Uptime::Down,
                _ => Uptime::Unknown,
            };
            Some((at, state))
        })
        .collect();
    known.sort_by_key(|(at, _)| *at);
    let mut stretches = Vec::new();
    let (mut since, mut state) = (whole.start, Uptime::Unknown);
    for (at, next) in known.into_iter().chain([(whole.end, Uptime::Unknown)]) {
        let at = at.clamp(whole.start, whole.end);
        if since < at {
            stretches.push(Stretch { period: Period { start: since, end: at }, state });
        }
        (since, state) = (at, next);
    }
    stretches
}

/// Down while any part is, up while any other is, else unknown.
fn any_down(parts: &[Vec<Stretch>], whole: Period) -> Vec<Stretch> {
    let mut edges: Vec<Timestamp> =
        parts.iter().flatten().flat_map(|stretch| [stretch.period.start, stretch.period.end]).collect();
    edges.extend([whole.start, whole.end]);
    edges.sort_unstable();
    edges.dedup();
    let state = |at: Timestamp| {
        let states: Vec<Uptime> = parts.iter().map(|part| state_at(part, at)).collect();
        match () {
            () if states.contains(&Uptime::Down) => Uptime::Down,
            () if states.contains(&Uptime::Up) => Uptime::Up,
            () => Uptime::Unknown,
        }
    };
    let pairs = edges.windows(2);
    pairs
        .map(|pair| Stretch { period: Period { start: pair[0], end: pair[1] }, state: state(pair[0]) })
        .collect()
}

fn state_at(stretches: &[Stretch], at: Timestamp) -> Uptime {
    stretches.iter().find(|one| one.period.contains(at)).map_or(Uptime::Unknown, |one| one.state)
}

/// Seconds of a day in which a monitor was up, and in which it is known; excluded time does not count.
fn seconds(stretches: &[Stretch], day: Period, excluded: &[Period]) -> Counts {
    let mut counts = Counts { expected: day.seconds(), ..Counts::default() };
    for out in excluded.iter().filter_map(|out| out.clip(&day)) {
        counts.expected -= out.seconds();
    }
    for stretch in stretches {
        let Some(part) = stretch.period.clip(&day) else { continue };
        let out: i64 = excluded.iter().filter_map(|out| out.clip(&part)).map(|out| out.seconds()).sum();
        let counted = part.seconds() - out;
        match stretch.state {
            Uptime::Up => (counts.good, counts.total) = (counts.good + counted, counts.total + counted),
            Uptime::Down => counts.total += counted,
            Uptime::Unknown => {}
        }
    }
    counts.seen = counts.total;
    counts
}

/// Slices of a day; what is excluded counts as up, and slices without data do not count.
fn slices(stretches: &[Stretch], day: Period, slice: i64, excluded: &[Period]) -> Counts {
    let all = day.seconds() / slice.max(1);
    let mut counts = Counts { expected: all, ..Counts::default() };
    for number in 0..all {
        let seconds = jiff::SignedDuration::from_secs(number * slice);
        let Ok(at) = day.start.checked_add(seconds) else { continue };
        let is_excluded = excluded.iter().any(|out| out.contains(at));
        let state = if is_excluded { Uptime::Up } else { state_at(stretches, at) };
        counts.good += i64::from(state == Uptime::Up);
        counts.total += i64::from(state != Uptime::Unknown);
    }
    counts.seen = counts.total;
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn days(length: i64, count: i64) -> Vec<Period> {
        let day = |number: i64| Period { start: at(number * length), end: at((number + 1) * length) };
        (0..count).map(day).collect()
    }

    fn reply(json: &str) -> History {
        serde_json::from_str(json).unwrap()
    }

    fn counted(read: &Read) -> Vec<(i64, i64, i64, i64)> {
        read.days.iter().map(|(_, one)| (one.good, one.total, one.seen, one.expected)).collect()
    }

    #[test]
    fn the_days_add_up_to_the_sum_of_the_points() {
        let json = r#"{"series":{"times":[-500.0,5000.0,10000.0,15000.0,20000.0],
            "numerator":{"values":[10.4,20.4,30.4,null,7.0],"sum":68.2},
            "denominator":{"values":[11.0,21.0,31.0,4.0,null],"sum":67.0}},"overall":{"sli_value":91.0}}"#;
        let read = read(&reply(json), Measure::Events, &days(10, 3), &[]);
        assert_eq!(counted(&read), [(31, 32, 2, 2), (30, 35, 2, 2), (0, 0, 0, 1)]);
        assert!(read.doubts.is_empty(), "{:?}", read.doubts);
    }

    #[test]
    fn sums_of_slo_generators_fixture_come_out() {
        let json = r#"{"series":{"times":[0,10000],"numerator":{"values":[458420286000.0,0]},
            "denominator":{"values":[1.0E12,1633484600000.0],"sum":2633484600000.0}}}"#;
        let read = read(&reply(json), Measure::Events, &days(10, 2), &[]);
        let sum = read.days.iter().fold((0, 0), |sum, (_, one)| (sum.0 + one.good, sum.1 + one.total));
        assert_eq!(sum, (458_420_286_000, 2_633_484_600_000));
    }

    #[test]
    fn zero_traffic_is_no_data() {
        let json = r#"{"series":{"times":[0,10000],"numerator":{"values":[0,0]},"denominator":{"values":[0,0]}},
            "overall":{"errors":[{"error_type":"ZERO_VALUED_DENOMINATOR"}],"sli_value":null}}"#;
        let read = read(&reply(json), Measure::Events, &days(10, 2), &[]);
        assert_eq!(counted(&read), [(0, 0, 0, 1), (0, 0, 0, 1)]);
        assert!(read.doubts.is_empty());
    }

    #[test]
    fn more_good_than_all_is_never_green() {
        let json =
            r#"{"series":{"times":[0,10000],"numerator":{"values":[5,9]},"denominator":{"values":[6,8]}}}"#;
        let read = read(&reply(json), Measure::Events, &days(10, 2), &[]);
        assert_eq!(counted(&read), [(5, 6, 1, 1)]);
        assert_eq!(read.doubts[0].0, State::Refused);
    }

    #[test]
    fn points_that_are_missing_are_told() {
        let json =
            r#"{"series":{"times":[0],"numerator":{"values":[5]},"denominator":{"values":[6],"sum":90}}}"#;
        let read = read(&reply(json), Measure::Events, &days(10, 1), &[]);
        assert_eq!(read.doubts[0].0, State::Partial);
        let read = super::read(&reply("{}"), Measure::Events, &days(10, 1), &[]);
        assert!(read.days.is_empty() && read.doubts.len() == 1);
    }

    /// reference/slo.md 3.7, vector 8: down at {5}, {9}, {3, 5} of ten.
    #[test]
    fn any_monitor_that_is_down_is_down() {
        let json = r#"{"monitors":[
            {"history":[[0,0],[5,1],[6,0]]},{"history":[[0,0],[9,1]]},{"history":[[0,0],[3,1],[4,0],[5,1],[6,0]]}]}"#;
        let found = read(&reply(json), Measure::Monitor, &days(10, 1), &[]);
        assert_eq!(counted(&found), [(7, 10, 10, 10)]);
        let own = r#"{"overall":{"history":[[2,0],[5,1],[7,2]]},"monitors":[{"history":[[0,1]]}]}"#;
        let found = read(&reply(own), Measure::Monitor, &days(5, 2), &[]);
        assert_eq!(counted(&found), [(3, 3, 3, 5), (0, 2, 2, 5)], "its own states come first");
    }

    #[test]
    fn exclusions_shrink_time_and_fill_slices() {
        let json = r#"{"overall":{"history":[[0,0],[600,1],[1200,0]]}}"#;
        let out = [Period { start: at(900), end: at(1500) }];
        let monitor = read(&reply(json), Measure::Monitor, &days(3000, 1), &out);
        assert_eq!(counted(&monitor), [(2100, 2400, 2400, 2400)]);
        let slices = read(&reply(json), Measure::Slices(300), &days(3000, 1), &out);
        assert_eq!(counted(&slices), [(9, 10, 10, 10)]);
    }
}
