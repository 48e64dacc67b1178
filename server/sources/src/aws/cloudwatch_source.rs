//! CloudWatch as a source of service levels: defined in OpenSLO files, counted by GetMetricData.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::maintenance::union;
use domain::objective::{Objective, SliBucket};
use domain::period::Period;
use jiff::{SignedDuration, Timestamp};

use super::access::AwsAccess;
use super::cloudwatch::{CloudWatch, KEPT_WORDS, MetricFault, MetricPoints, period_kept};
use super::cloudwatch_count::{
    Doubt, DoubtKind, Samples, period_starts, ratio_samples, sample_sums, threshold_samples,
};
use super::cloudwatch_error::{MetricsError, MetricsService};
use super::cloudwatch_indicator::{MetricIndicator, MetricObjective, Unusable, metric_objective};
use super::cloudwatch_series::MetricSeries;
use super::error::AwsError;
use crate::slo::{
    Answer, Definitions, Fault, Grain, Habits, Question, SloSource, SloSourceError, State, files,
};

/// The word in `metricSource.type`.
const KIND: &str = "CloudWatch";

/// How long after its end a period is taken to be complete in CloudWatch.
const DELAY: SignedDuration = SignedDuration::from_mins(10);

/// Objectives of two metrics each fill one call.
const BATCH: usize = 250;

/// How CloudWatch is asked.
pub(super) const HABITS: Habits = Habits { recent: Grain::Hours, delay: DELAY, batch: BATCH };

/// Service levels counted in CloudWatch.
pub struct CloudWatchSource {
    access: AwsAccess,
    patterns: Vec<String>,
    watch: Option<CloudWatch>,
    measured: BTreeMap<String, Result<MetricObjective, Unusable>>,
    now: Timestamp,
}

impl CloudWatchSource {
    /// A source that is not asked yet; `patterns` name its OpenSLO files.
    #[must_use]
    pub fn new(access: AwsAccess, patterns: Vec<String>) -> Self {
        let (watch, measured, now) = (None, BTreeMap::new(), Timestamp::UNIX_EPOCH);
        Self { access, patterns, watch, measured, now }
    }

    async fn connected(&mut self) -> Result<&CloudWatch, SloSourceError> {
        let watch = match self.watch.take() {
            Some(watch) => watch,
            None => CloudWatch::connect(&self.access)
                .await
                .map_err(|error| source_error(error.into(), &self.place()))?,
        };
        Ok(self.watch.insert(watch))
    }
}

#[async_trait]
impl SloSource for CloudWatchSource {
    fn place(&self) -> String {
        format!("CloudWatch {}", self.access.region())
    }

    fn habits(&self) -> Habits {
        HABITS
    }

    async fn definitions(&mut self, source: &str, at: Timestamp) -> Result<Definitions, SloSourceError> {
        self.now = at;
        let found = files::read(&self.patterns, KIND, source, at)?;
        let method_of = |id: &str| found.definitions.objectives.iter().find(|one| one.id == id);
        self.measured = found
            .metrics
            .iter()
            .filter_map(|(id, metrics)| Some((id.clone(), metric_objective(metrics, method_of(id)?.method))))
            .collect();
        self.connected().await?;
        Ok(found.definitions)
    }

    async fn counts(&mut self, questions: &[Question]) -> Result<Answer, SloSourceError> {
        let (now, measured, place) = (self.now, std::mem::take(&mut self.measured), self.place());
        let answer = match self.connected().await {
            Ok(watch) => {
                counts(watch, questions, &measured, now).await.map_err(|error| source_error(error, &place))
            }
            Err(error) => Err(error),
        };
        self.measured = measured;
        answer
    }

    async fn probe(&mut self, source: &str, at: Timestamp) -> Vec<(bool, String)> {
        let mut points = Vec::new();
        let definitions = match self.definitions(source, at).await {
            Ok(definitions) => definitions,
            Err(error) => return vec![(false, error.to_string())],
        };
        let count = definitions.objectives.len();
        points.push((count > 0, format!("{count} objectives are defined for CloudWatch")));
        for issue in &definitions.issues {
            points.push((false, format!("{} {}", issue.what, issue.mend)));
        }
        points.extend(last_hours(self, &definitions.objectives, at).await);
        points
    }
}

/// Asks for the last whole hours of every objective, and says of each whether something comes.
async fn last_hours(
    source: &mut dyn SloSource,
    objectives: &[Objective],
    at: Timestamp,
) -> Vec<(bool, String)> {
    let hour = at.as_second().saturating_sub(DELAY.as_secs()).div_euclid(3_600) * 3_600;
    let edge = |second: i64| Timestamp::from_second(second).unwrap_or(at);
    let bucket = Period { start: edge(hour - 6 * 3_600), end: edge(hour) };
    let questions: Vec<Question> = objectives
        .iter()
        .map(|objective| Question { objective: objective.clone(), buckets: vec![bucket] })
        .collect();
    let mut points = Vec::new();
    for batch in questions.chunks(BATCH) {
        let answer = match source.counts(batch).await {
            Ok(answer) => answer,
            Err(error) => return vec![(false, error.to_string())],
        };
        for fault in answer.faults {
            points.push((false, format!("{}: {} {}", fault.objective, fault.what, fault.mend)));
        }
        for bucket in answer.buckets {
            let SliBucket { objective, good, total, samples_seen, samples_expected, .. } = bucket;
            let is_there = samples_seen > 0;
            let said = if is_there {
                format!("{objective}: {good} of {total} were good in the last six hours")
            } else {
                format!(
                    "{objective}: CloudWatch has none of {samples_expected} periods of the last six hours: look at the metric's name and all of its dimensions"
                )
            };
            points.push((is_there, said));
        }
    }
    points
}

/// One objective that is asked about, and in which period which of its buckets are.
struct Asked<'q> {
    question: &'q Question,
    measured: &'q MetricObjective,
    buckets: Vec<Period>,
}

/// The counts of some questions: each bucket by the finest period that is wanted and still kept, everything of one
/// period in as few calls as can be.
pub(super) async fn counts(
    watch: &CloudWatch,
    questions: &[Question],
    measured: &BTreeMap<String, Result<MetricObjective, Unusable>>,
    now: Timestamp,
) -> Result<Answer, MetricsError> {
    let mut answer = Answer::default();
    let mut by_period: BTreeMap<i32, Vec<Asked<'_>>> = BTreeMap::new();
    for question in questions {
        let id = &question.objective.id;
        match measured.get(id) {
            Some(Ok(measured)) => {
                for (period, buckets) in periods(question, measured, now, &mut answer.faults) {
                    by_period.entry(period).or_default().push(Asked { question, measured, buckets });
                }
            }
            Some(Err((what, mend))) => {
                answer.faults.push(fault(id, State::Unanswerable, what.clone(), mend.clone()));
            }
            None => {}
        }
    }
    for (period, asked) in by_period {
        ask(watch, period, &asked, &mut answer).await?;
    }
    Ok(answer)
}

/// Which buckets of a question can be read by which period. What is kept no more stays as it is stored.
fn periods(
    question: &Question,
    measured: &MetricObjective,
    now: Timestamp,
    faults: &mut Vec<Fault>,
) -> BTreeMap<i32, Vec<Period>> {
    let mut periods: BTreeMap<i32, Vec<Period>> = BTreeMap::new();
    let id = &question.objective.id;
    let (mut is_too_old, mut is_uneven) = (false, false);
    for bucket in &question.buckets {
        let period = match period_kept(bucket.start, now) {
            Some(kept) if kept <= measured.period => measured.period,
            Some(kept) if !measured.is_fixed => kept,
            _ => {
                is_too_old = true;
                continue;
            }
        };
        let is_even = |edge: Timestamp| edge.as_second().rem_euclid(i64::from(period)) == 0;
        if is_even(bucket.start) && is_even(bucket.end) {
            periods.entry(period).or_default().push(*bucket);
        } else {
            is_uneven = true;
        }
    }
    if is_too_old {
        let what = format!(
            "CloudWatch keeps {KEPT_WORDS}: earlier days of {id} cannot be counted by {} seconds.",
            measured.period
        );
        let mend = "Sync at least once a week, then every day is counted while it is kept.";
        faults.push(fault(id, State::Forgotten, what, mend.to_owned()));
    }
    if is_uneven {
        let what = format!("Days of the organisation's zone do not begin with a period of {id}.");
        let mend = "Take a shorter period; older days are kept by the hour only and stay without counts.";
        faults.push(fault(id, State::Partial, what, mend.to_owned()));
    }
    periods
}

/// Asks for everything of one period, and counts it.
async fn ask(
    watch: &CloudWatch,
    period: i32,
    asked: &[Asked<'_>],
    answer: &mut Answer,
) -> Result<(), MetricsError> {
    let edges = asked.iter().flat_map(|one| &one.buckets);
    let (start, end) = (edges.clone().map(|bucket| bucket.start).min(), edges.map(|bucket| bucket.end).max());
    let Some((start, end)) = start.zip(end) else { return Ok(()) };
    let series: Vec<MetricSeries> = asked
        .iter()
        .flat_map(|one| match &one.measured.indicator {
            MetricIndicator::Ratio { part, total, .. } => vec![part.clone(), total.clone()],
            MetricIndicator::Threshold { values, .. } => vec![values.clone()],
        })
        .collect();
    let mut points = watch.points(&series, Period { start, end }, period).await?.into_iter().zip(&series);
    for one in asked {
        let id = &one.question.objective.id;
        let every = period_starts(&one.buckets, period);
        let samples = match &one.measured.indicator {
            MetricIndicator::Ratio { counted, absent, .. } => {
                let (Some((part, part_of)), Some((total, total_of))) = (points.next(), points.next()) else {
                    continue;
                };
                usable(id, &part, part_of, &mut answer.faults);
                usable(id, &total, total_of, &mut answer.faults);
                let are_usable = part.fault.is_none() && total.fault.is_none();
                are_usable.then(|| ratio_samples(&part, *counted, &total, *absent, &every))
            }
            MetricIndicator::Threshold { comparison, threshold, .. } => {
                let Some((values, values_of)) = points.next() else { continue };
                usable(id, &values, values_of, &mut answer.faults);
                values.fault.is_none().then(|| threshold_samples(&values, *comparison, *threshold))
            }
        };
        if let Some(samples) = samples {
            count(one, period, &samples, answer);
        }
    }
    Ok(())
}

fn count(asked: &Asked<'_>, period: i32, samples: &Samples, answer: &mut Answer) {
    let objective = &asked.question.objective;
    let id: std::sync::Arc<str> = objective.id.as_str().into();
    let left_out = left_out(asked);
    let (sums, more) = sample_sums(samples, objective.method, (&asked.buckets, &left_out), period);
    answer.buckets.extend(sums.into_iter().map(|sum| SliBucket {
        objective: std::sync::Arc::clone(&id),
        period: sum.period,
        good: sum.good,
        total: sum.total,
        samples_seen: sum.seen,
        samples_expected: sum.expected,
    }));
    let doubts = samples.doubts.iter().chain(&more);
    answer.faults.extend(doubts.map(|doubt| doubtful(&objective.id, doubt)));
}

/// The times that do not count, merged, as far as buckets reach.
fn left_out(asked: &Asked<'_>) -> Vec<Period> {
    let (Some(first), Some(last)) = (asked.buckets.first(), asked.buckets.last()) else { return Vec::new() };
    let whole = Period { start: first.start, end: last.end };
    union(asked.measured.left_out.iter().flat_map(|schedule| schedule.occurrences(&whole)).collect())
}

/// A remark on periods that were not counted.
fn doubtful(id: &str, doubt: &Doubt) -> Fault {
    let Doubt { kind, first, periods, value } = doubt;
    let (state, what, mend) = match kind {
        DoubtKind::NoCount => (
            State::Warned,
            format!(
                "{periods} periods of {id} hold no number of events, the first at {first}: {value}; they are not counted."
            ),
            "Count with a statistic or an expression that gives whole numbers, such as Sum of a count.",
        ),
        DoubtKind::NoNumerator => (
            State::Partial,
            format!(
                "{periods} periods of {id} have a total and no numerator, the first at {first}; they are not counted."
            ),
            "Write missing: zero into the numerator's spec where CloudWatch puts no number when there were none.",
        ),
        DoubtKind::NoTotal => (
            State::Partial,
            format!(
                "{periods} periods of {id} have a numerator and no total, the first at {first}: {value}; they are not counted."
            ),
            "Look whether both count the same thing, with the same dimensions.",
        ),
        DoubtKind::MoreThanAll => (
            State::Partial,
            format!(
                "{periods} buckets of {id} have more events of one kind than events, the first at {first}: {value}; they are not counted."
            ),
            "Look whether both count the same thing, with the same dimensions and statistic.",
        ),
    };
    fault(id, state, what, mend.to_owned())
}

/// Notes why a series cannot be used, if it cannot.
fn usable(id: &str, points: &MetricPoints, series: &MetricSeries, faults: &mut Vec<Fault>) {
    let Some(found) = &points.fault else { return };
    let word = series.word();
    let said = |words: &str| if words.is_empty() { String::new() } else { format!(": {words}") };
    let (state, what, mend) = match found {
        MetricFault::Forbidden(words) => (
            State::Denied,
            format!("CloudWatch does not let us read {word}{}; what is stored of {id} stays.", said(words)),
            format!(
                "Where the metric lies in another account, link it to the monitoring account. The identity needs:\n{}",
                MetricsService::CloudWatch.statement()
            ),
        ),
        MetricFault::Broken(words) => (
            State::Refused,
            format!("CloudWatch failed at {word}{}; what is stored of {id} stays.", said(words)),
            "Sync again later; it is asked for again then.".to_owned(),
        ),
        MetricFault::Partial => (
            State::Partial,
            format!("CloudWatch answered a part of {word} only; what is stored of {id} stays."),
            "Sync again later; where it stays so, take a longer period.".to_owned(),
        ),
        MetricFault::Unit(unit) => (
            State::Unanswerable,
            format!("{word} has numbers, but none with the unit {unit}; what is stored of {id} stays."),
            "Take unit out of the spec, or write the unit that the metric is put with.".to_owned(),
        ),
    };
    faults.push(fault(id, state, what, mend));
}

pub(super) fn fault(id: &str, state: State, what: String, mend: String) -> Fault {
    Fault { objective: id.to_owned(), state, what, mend }
}

/// A failure of AWS as all sources of service levels say it.
pub(super) fn source_error(error: MetricsError, place: &str) -> SloSourceError {
    let place = place.to_owned();
    match error {
        MetricsError::Denied { asked, what } => SloSourceError::Denied {
            place,
            what,
            mend: format!("add this statement to the policy of the identity:\n{}", asked.statement()),
        },
        MetricsError::Aws(AwsError::Unreachable { what }) => SloSourceError::Unreachable { place, what },
        MetricsError::Aws(AwsError::Throttled) => {
            SloSourceError::Throttled { place, what: "AWS slows requests down".to_owned() }
        }
        MetricsError::Aws(AwsError::Server { status }) => {
            SloSourceError::Failed { place, what: format!("status {status}, also when asked again") }
        }
        MetricsError::Aws(error @ (AwsError::Credentials { .. } | AwsError::Role { .. })) => {
            SloSourceError::Settings { what: error.to_string(), mend: "then sync again".to_owned() }
        }
        MetricsError::Aws(AwsError::Question { what }) => SloSourceError::Settings {
            what: format!("AWS refuses the question: {what}"),
            mend: "look at region, and at the metrics that the definitions name".to_owned(),
        },
        MetricsError::Aws(AwsError::Answer { what } | AwsError::Pages { what }) => {
            SloSourceError::Unreadable { place, what }
        }
        MetricsError::Aws(error) => SloSourceError::Failed { place, what: error.to_string() },
        error @ MetricsError::Missing { .. } => SloSourceError::Failed { place, what: error.to_string() },
    }
}
