//! Numbers of CloudWatch become counts: joined by their time, whole, and never guessed.

use std::collections::{BTreeMap, BTreeSet};

use domain::objective::BudgetingMethod;
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::cloudwatch::MetricPoints;

/// Above this, a binary number no longer tells one event from the next.
const LARGEST: i64 = 9_007_199_254_740_992;

/// How far from a whole number a count may be: at most one part in so many, which is what adding up binary numbers
/// loses.
const SLACK: i64 = 1_000_000_000;

/// Which events the numerator counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedEvents {
    /// Those that went well.
    Good,
    /// Those that did not.
    Bad,
}

/// How a value is compared with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Whether a value holds against a threshold.
    #[must_use]
    pub fn holds(self, value: Decimal, threshold: Decimal) -> bool {
        match self {
            Self::Below => value < threshold,
            Self::AtMost => value <= threshold,
            Self::Above => value > threshold,
            Self::AtLeast => value >= threshold,
        }
    }
}

/// What is good and what is everything in one period of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What was good.
    pub good: i64,
    /// Everything.
    pub total: i64,
}

/// The samples of an indicator by the start of their period; and what was left out, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Periods that are known.
    pub known: BTreeMap<Timestamp, Sample>,
    /// Periods that could not be counted.
    pub doubts: Vec<Doubt>,
}

/// Why periods were not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Why.
    pub kind: DoubtKind,
    /// The first such period.
    pub first: Timestamp,
    /// How many there are.
    pub periods: u64,
    /// What the first one holds.
    pub value: String,
}

/// Kinds of periods that cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DoubtKind {
    /// A number of events that is not whole, negative, too large or no number.
    NoCount,
    /// There is a total and no numerator, and nobody said what that means.
    NoNumerator,
    /// There is a numerator and no total.
    NoTotal,
    /// More good (or bad) events than events.
    MoreThanAll,
}

/// Gathers doubts by their kind.
#[derive(Default)]
struct Doubts(BTreeMap<DoubtKind, Doubt>);

impl Doubts {
    fn note(&mut self, kind: DoubtKind, at: Timestamp, value: impl FnOnce() -> String) {
        match self.0.get_mut(&kind) {
            Some(doubt) => doubt.periods += 1,
            None => {
                self.0.insert(kind, Doubt { kind, first: at, periods: 1, value: value() });
            }
        }
    }

    fn done(self) -> Vec<Doubt> {
        self.0.into_values().collect()
    }
}

/// What is missing without meaning a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absent {
    /// No number of the numerator means that there were no such events.
    pub numerator_is_zero: bool,
    /// No number of the denominator means that there was no traffic.
    pub total_is_no_traffic: bool,
}

/// Joins numerator and denominator by their time. A period without a denominator is no traffic where the
/// definition says so, else it is not known; one without a numerator is zero where the definition says so and the
/// denominator is there. A denominator without a single number is not known either way: so does a metric answer
/// that nobody may read any more.
#[must_use]
pub fn ratio_samples(
    part: &MetricPoints,
    counted: CountedEvents,
    total: &MetricPoints,
    absent: Absent,
    every: &[Timestamp],
) -> Samples {
    let (mut known, mut doubts) = (BTreeMap::new(), Doubts::default());
    let is_there = !total.values.is_empty();
    for at in every {
        let (numerator, denominator) = (part.values.get(at).copied(), total.values.get(at).copied());
        let Some(denominator) = denominator else {
            match numerator {
                Some(value) if value != Some(Decimal::ZERO) => {
                    doubts.note(DoubtKind::NoTotal, *at, || told(value));
                }
                _ if absent.total_is_no_traffic && is_there => {
                    known.insert(*at, Sample { good: 0, total: 0 });
                }
                _ => {}
            }
            continue;
        };
        let numerator = match numerator {
            None if absent.numerator_is_zero || denominator == Some(Decimal::ZERO) => Some(Decimal::ZERO),
            None => {
                doubts.note(DoubtKind::NoNumerator, *at, || told(denominator));
                continue;
            }
            Some(value) => value,
        };
        let (Some(part), Some(all)) = (numerator.and_then(whole), denominator.and_then(whole)) else {
            let odd = if numerator.and_then(whole).is_none() { numerator } else { denominator };
            doubts.note(DoubtKind::NoCount, *at, || told(odd));
            continue;
        };
        let good = if counted == CountedEvents::Good { part } else { all - part };
        known.insert(*at, Sample { good, total: all });
    }
    Samples { known, doubts: doubts.done() }
}

/// Compares each value with a threshold: every period is one slice, good or bad.
#[must_use]
pub fn threshold_samples(values: &MetricPoints, comparison: Comparison, threshold: Decimal) -> Samples {
    let (mut known, mut doubts) = (BTreeMap::new(), Doubts::default());
    for (at, value) in &values.values {
        match value {
            Some(value) => {
                let good = i64::from(comparison.holds(*value, threshold));
                known.insert(*at, Sample { good, total: 1 });
            }
            None => doubts.note(DoubtKind::NoCount, *at, || told(None)),
        }
    }
    Samples { known, doubts: doubts.done() }
}

/// Counts of periods as their method counts them: events as they are, or one slice a period by its own ratio. A
/// slice without traffic is none.
#[must_use]
pub fn sample_counted(sample: Sample, method: BudgetingMethod) -> Sample {
    let ratio = || Ppm::floor_of(i128::from(sample.good), i128::from(sample.total));
    match method {
        BudgetingMethod::Occurrences => sample,
        _ if sample.total == 0 => sample,
        BudgetingMethod::Timeslices { slice_target, .. } => {
            // The share is not rounded before it is compared.
            let reached =
                i128::from(sample.good) * 1_000_000 >= i128::from(slice_target.0) * i128::from(sample.total);
            Sample { good: i64::from(reached), total: 1 }
        }
        BudgetingMethod::RatioTimeslices { .. } => {
            Sample { good: ratio().map_or(0, |ratio| ratio.0), total: 1_000_000 }
        }
    }
}

/// A number for people.
fn told(value: Option<Decimal>) -> String {
    value.map_or_else(|| "no number".to_owned(), |value| value.normalize().to_string())
}

/// A number of events, where a number is one: not negative, whole but for what adding up loses, and small enough that
/// a binary number tells one event from the next.
fn whole(value: Decimal) -> Option<i64> {
    let rounded = value.round();
    let slack = rounded.max(Decimal::ONE) / Decimal::from(SLACK);
    let is_count =
        rounded >= Decimal::ZERO && rounded <= Decimal::from(LARGEST) && (value - rounded).abs() <= slack;
    if is_count { rounded.abs().normalize().to_string().parse().ok() } else { None }
}

/// Sums of the periods of a question between two instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleSum {
    /// From when to when.
    pub period: Period,
    /// What was good.
    pub good: i64,
    /// Everything.
    pub total: i64,
    /// How many periods are known.
    pub seen: i64,
    /// How many there are.
    pub expected: i64,
}

/// Adds the samples up in spans of time, which hold whole periods; periods that begin in times that are left out are
/// neither counted nor expected. A span with more good events than events is left out: nothing of it can be right.
#[must_use]
pub fn sample_sums(
    samples: &Samples,
    method: BudgetingMethod,
    (spans, left_out): (&[Period], &[Period]),
    seconds: i32,
) -> (Vec<SampleSum>, Option<Doubt>) {
    let is_left_out = |at: Timestamp| left_out.iter().any(|out| out.contains(at));
    let (mut sums, mut doubts) = (Vec::with_capacity(spans.len()), Doubts::default());
    for span in spans {
        let length = span.end.as_second().saturating_sub(span.start.as_second());
        let mut sum = SampleSum {
            period: *span,
            good: 0,
            total: 0,
            seen: 0,
            expected: length / i64::from(seconds.max(1)),
        };
        if left_out.iter().any(|out| out.clip(span).is_some()) {
            let starts = period_starts(std::slice::from_ref(span), seconds);
            let out = starts.into_iter().filter(|at| is_left_out(*at)).count();
            sum.expected -= i64::try_from(out).unwrap_or(i64::MAX);
        }
        let inside = samples.known.range(span.start..span.end);
        for (_, sample) in inside.filter(|(at, _)| !is_left_out(**at)) {
            let counted = sample_counted(*sample, method);
            sum.good = sum.good.saturating_add(counted.good);
            sum.total = sum.total.saturating_add(counted.total);
            sum.seen += 1;
        }
        if (0..=sum.total).contains(&sum.good) {
            sums.push(sum);
        } else {
            let part = if sum.good < 0 { sum.total.saturating_sub(sum.good) } else { sum.good };
            doubts.note(DoubtKind::MoreThanAll, span.start, || format!("{part} of {}", sum.total));
        }
    }
    (sums, doubts.done().pop())
}

/// The starts of all periods in spans of time.
#[must_use]
pub fn period_starts(spans: &[Period], seconds: i32) -> Vec<Timestamp> {
    let mut starts = BTreeSet::new();
    for span in spans {
        let mut at = span.start.as_second();
        while at < span.end.as_second() {
            starts.extend(Timestamp::from_second(at).ok());
            at = at.saturating_add(i64::from(seconds.max(1)));
        }
    }
    starts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(number: i64) -> Timestamp {
        Timestamp::from_second(1_763_769_600 + 60 * number).unwrap()
    }

    fn points(values: &[(i64, &str)]) -> MetricPoints {
        let values = values.iter().map(|(at, value)| (minute(*at), value.parse().ok())).collect();
        MetricPoints { values, fault: None }
    }

    fn span(minutes: i64) -> Vec<Period> {
        vec![Period { start: minute(0), end: minute(minutes) }]
    }

    const DECLARED: Absent = Absent { numerator_is_zero: true, total_is_no_traffic: true };

    #[test]
    fn whole_numbers_are_counts_and_others_are_not() {
        for (value, count) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("17", Some(17)),
            ("9007199254740992", Some(9_007_199_254_740_992)),
            ("3.0000000000000004", Some(3)),
            ("2999999.9999999", Some(3_000_000)),
            ("1.5", None),
            ("0.999", None),
            ("-1", None),
            ("100000000000000000", None),
        ] {
            assert_eq!(whole(value.parse().unwrap()), count, "{value}");
        }
    }

    #[test]
    fn numbers_are_joined_by_their_time() {
        let total = points(&[(0, "10.0"), (1, "20.0"), (3, "30.0"), (4, "5.0"), (5, "0.0")]);
        let bad = points(&[(1, "2.0"), (3, "0.5"), (6, "1.0")]);
        let every = period_starts(&span(8), 60);
        let join = |absent| ratio_samples(&bad, CountedEvents::Bad, &total, absent, &every);

        let told = join(DECLARED);
        let known: Vec<(i64, i64)> = told.known.values().map(|one| (one.good, one.total)).collect();
        assert_eq!(known, [(10, 10), (18, 20), (0, 0), (5, 5), (0, 0), (0, 0)], "2 and 7 had no traffic");
        let kinds: Vec<(DoubtKind, u64)> = told.doubts.iter().map(|one| (one.kind, one.periods)).collect();
        assert_eq!(kinds, [(DoubtKind::NoCount, 1), (DoubtKind::NoTotal, 1)]);

        let nothing = ratio_samples(&points(&[]), CountedEvents::Bad, &points(&[]), DECLARED, &every);
        assert_eq!(nothing, Samples::default(), "no number at all is no data");

        let untold = join(Absent::default());
        let known: Vec<(i64, i64)> = untold.known.values().map(|one| (one.good, one.total)).collect();
        assert_eq!(known, [(18, 20), (0, 0)], "a total of 0 needs no numerator");
        let missing = untold.doubts.iter().find(|one| one.kind == DoubtKind::NoNumerator).unwrap();
        assert_eq!((missing.periods, missing.first, missing.value.as_str()), (2, minute(0), "10"));
    }

    #[test]
    fn sums_say_how_much_was_seen() {
        let good = points(&[(0, "9.0"), (1, "19.0")]);
        let total = points(&[(0, "10.0"), (1, "20.0")]);
        let every = period_starts(&span(5), 60);
        let samples = ratio_samples(&good, CountedEvents::Good, &total, Absent::default(), &every);
        let (sums, doubt) = sample_sums(&samples, BudgetingMethod::Occurrences, (&span(5), &[]), 60);
        let SampleSum { good, total, seen, expected, .. } = sums[0];
        assert_eq!((good, total, seen, expected, doubt), (28, 30, 2, 5, None));

        let (sums, doubt) = sample_sums(
            &ratio_samples(
                &points(&[(0, "11.0")]),
                CountedEvents::Bad,
                &points(&[(0, "10.0")]),
                DECLARED,
                &every,
            ),
            BudgetingMethod::Occurrences,
            (&span(5), &[]),
            60,
        );
        assert!(sums.is_empty());
        assert_eq!(doubt.unwrap().value, "11 of 10");
    }

    #[test]
    fn what_is_left_out_is_not_expected_either() {
        let values: Vec<(i64, &str)> = (0..5).map(|minute| (minute, "10.0")).collect();
        let samples = ratio_samples(
            &points(&values[..4]),
            CountedEvents::Good,
            &points(&values),
            DECLARED,
            &period_starts(&span(5), 60),
        );
        let out = [Period { start: minute(1), end: minute(3) }, Period { start: minute(9), end: minute(10) }];
        let (sums, _) = sample_sums(&samples, BudgetingMethod::Occurrences, (&span(5), &out), 60);
        let SampleSum { good, total, seen, expected, .. } = sums[0];
        assert_eq!((good, total, seen, expected), (20, 30, 3, 3));
        let whole = [Period { start: minute(-1), end: minute(5) }];
        let (sums, _) = sample_sums(&samples, BudgetingMethod::Occurrences, (&span(5), &whole), 60);
        assert_eq!((sums[0].total, sums[0].seen, sums[0].expected), (0, 0, 0));
    }

    #[test]
    fn slices_are_counted_by_their_own_ratio() {
        let sample = Sample { good: 949_999, total: 1_000_000 };
        let target = |ppm| BudgetingMethod::Timeslices { slice_target: Ppm(ppm), slice_seconds: 60 };
        assert_eq!(sample_counted(sample, target(950_000)), Sample { good: 0, total: 1 });
        assert_eq!(sample_counted(sample, target(949_999)), Sample { good: 1, total: 1 });
        let ratio = BudgetingMethod::RatioTimeslices { slice_seconds: 60 };
        assert_eq!(sample_counted(sample, ratio), Sample { good: 949_999, total: 1_000_000 });
        assert_eq!(sample_counted(Sample { good: 0, total: 0 }, ratio), Sample { good: 0, total: 0 });

        let values = points(&[(0, "100.0"), (1, "100.5"), (2, "NaN")]);
        let samples = threshold_samples(&values, Comparison::AtMost, Decimal::from(100));
        assert_eq!(samples.known.values().map(|one| one.good).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(samples.doubts[0].kind, DoubtKind::NoCount);
    }
}
