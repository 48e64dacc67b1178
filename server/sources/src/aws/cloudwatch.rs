//! CloudWatch' metrics: many series in one call, page by page.
//!
//! # What GetMetricData does
//! - It takes at most [`QUERIES`] queries a call. Points come newest first, at most [`POINTS`] a page, and a series
//!   may come on several pages, each with further points: they belong together until no token is left.
//! - `PartialData` says that more is on the next page. What is calculated has no next page, so that few enough
//!   calculated series are put into one call to fit on one.
//! - A period without samples is not there: what that means is for the definition to say.
//! - Numbers are kept for 15 days by the minute, 63 days by five minutes, 455 days by the hour. Asked for a
//!   finer period than is kept, CloudWatch answers with nothing and no error; see [`period_kept`].

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{MetricDataQuery, MetricDataResult, ScanBy, StatusCode};
use domain::period::Period;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::access::{AwsAccess, entered};
use super::cloudwatch_error::{MetricsError, MetricsService};
use super::cloudwatch_series::{MetricQuery, MetricSeries};
use super::error::AwsError;

/// How many queries one call takes.
const QUERIES: usize = 500;

/// How many points one page holds where nothing else is asked for.
const POINTS: i64 = 100_800;

/// More pages than any answer has.
const PAGES: usize = 10_000;

/// How long numbers are kept: up to which age, by periods of how many seconds. An hour below AWS' own 15 and 63
/// days, so that nothing is asked for in the moment in which it goes.
const KEPT: [(i64, i32); 3] = [(15 * 24 - 1, 60), (63 * 24 - 1, 300), (455 * 24 - 1, 3_600)];

/// The same in words.
pub(super) const KEPT_WORDS: &str =
    "periods of a minute for 15 days, of five minutes for 63 days and of an hour for 455 days";

/// The finest period, in seconds, in which numbers that begin at an instant are still kept; `None` where they are
/// kept no more.
#[must_use]
pub fn period_kept(start: Timestamp, now: Timestamp) -> Option<i32> {
    let age = now.duration_since(start);
    KEPT.into_iter().find(|(hours, _)| age <= SignedDuration::from_hours(*hours)).map(|(_, period)| period)
}

/// CloudWatch, as one source may ask it.
pub struct CloudWatch {
    client: Client,
    asked: MetricsService,
}

/// The numbers of a series by the start of their period, and what hinders their use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricPoints {
    /// Each number as CloudWatch writes it; `None` where it is none, or has more than 28 digits.
    pub values: BTreeMap<Timestamp, Option<Decimal>>,
    /// Why these numbers cannot be relied on; nothing of them may be used then.
    pub fault: Option<MetricFault>,
}

/// Why the numbers of a series cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetricFault {
    /// The identity may not read this metric, or not in that account.
    Forbidden(String),
    /// CloudWatch failed, for this series only.
    Broken(String),
    /// Something is missing at the end.
    Partial,
    /// There are numbers, with another unit than the definition insists on.
    Unit(String),
}

impl CloudWatch {
    /// Finds credentials and assumes the role.
    ///
    /// # Errors
    /// [`AwsError::Credentials`], [`AwsError::Role`] or [`AwsError::Unreachable`].
    pub async fn connect(access: &AwsAccess) -> Result<Self, AwsError> {
        Ok(Self::new(&entered(access).await?, MetricsService::CloudWatch))
    }

    pub(super) fn new(config: &aws_config::SdkConfig, asked: MetricsService) -> Self {
        Self { client: Client::new(config), asked }
    }

    /// The numbers of each series between two instants, by periods of so many seconds, in the order of the series.
    /// A series that CloudWatch does not give says why; the others come all the same.
    ///
    /// # Errors
    /// [`MetricsError`] when a call was not answered.
    pub async fn points(
        &self,
        series: &[MetricSeries],
        window: Period,
        period: i32,
    ) -> Result<Vec<MetricPoints>, MetricsError> {
        let mut points = Vec::with_capacity(series.len());
        for call in calls(series, window, period) {
            points.extend(self.call(call, window, period).await?);
        }
        self.look_for_units(series, &mut points, window, period).await?;
        Ok(points)
    }

    /// Asks for a metric that every account has, to learn whether that is allowed.
    ///
    /// # Errors
    /// [`MetricsError`] as AWS refuses it.
    pub async fn look(&self, at: Timestamp) -> Result<(), MetricsError> {
        let query = MetricQuery::Stat {
            namespace: "AWS/Usage".to_owned(),
            metric_name: "CallCount".to_owned(),
            dimensions: Vec::new(),
            stat: "Sum".to_owned(),
            unit: None,
        };
        let start = at.checked_sub(SignedDuration::from_hours(1)).unwrap_or(at);
        let series = [MetricSeries::single(query, None)];
        self.points(&series, Period { start, end: at }, 300).await.map(drop)
    }

    /// A unit that nothing was put with makes an answer empty without a word: what is empty and insists on a unit
    /// is asked for once more without it.
    async fn look_for_units(
        &self,
        series: &[MetricSeries],
        points: &mut [MetricPoints],
        window: Period,
        period: i32,
    ) -> Result<(), MetricsError> {
        let is_doubtful = |(one, points): &(&MetricSeries, &MetricPoints)| {
            one.unit().is_some() && points.values.is_empty() && points.fault.is_none()
        };
        let doubtful: Vec<usize> = (series.iter().zip(&*points).enumerate())
            .filter_map(|(position, pair)| is_doubtful(&pair).then_some(position))
            .collect();
        let without: Vec<MetricSeries> =
            doubtful.iter().filter_map(|position| Some(series.get(*position)?.of_any_unit())).collect();
        for (call, places) in calls(&without, window, period).into_iter().scan(0, |from, call| {
            let places = *from..*from + call.len();
            *from = places.end;
            Some((call, places))
        }) {
            let found = self.call(call, window, period).await?;
            for (found, position) in found.into_iter().zip(doubtful.get(places).unwrap_or_default()) {
                if let Some(empty) = points.get_mut(*position).filter(|_| !found.values.is_empty()) {
                    let unit = series.get(*position).and_then(MetricSeries::unit).unwrap_or_default();
                    empty.fault = Some(MetricFault::Unit(unit.to_owned()));
                }
            }
        }
        Ok(())
    }

    /// One call to its last page.
    async fn call(
        &self,
        series: &[MetricSeries],
        window: Period,
        period: i32,
    ) -> Result<Vec<MetricPoints>, MetricsError> {
        let ids: BTreeMap<String, usize> =
            series.iter().enumerate().map(|(position, one)| (one.id_at(position), position)).collect();
        let queries: Vec<MetricDataQuery> =
            series.iter().enumerate().flat_map(|(position, one)| one.queries_at(position, period)).collect();
        let mut answer = vec![Gathered::default(); series.len()];
        let (mut seen, mut token) = (BTreeSet::new(), None);
        for _ in 0..PAGES {
            let page = self
                .client
                .get_metric_data()
                .set_metric_data_queries(Some(queries.clone()))
                .start_time(DateTime::from_secs(window.start.as_second()))
                .end_time(DateTime::from_secs(window.end.as_second()))
                .scan_by(ScanBy::TimestampDescending)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| MetricsError::of(&error, self.asked))?;
            for result in page.metric_data_results() {
                let position = result.id().and_then(|id| ids.get(id));
                if let Some(one) = position.and_then(|position| answer.get_mut(*position)) {
                    one.take(result)?;
                }
            }
            match page.next_token.filter(|token| !token.is_empty()) {
                None => return Ok(answer.into_iter().map(Gathered::done).collect()),
                Some(next) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => break,
            }
        }
        Err(AwsError::Pages { what: "the same token came twice".to_owned() }.into())
    }
}

/// Series as they are asked for together: whole ones, of at most [`QUERIES`] queries, and of what is calculated
/// no more than fits on one page.
fn calls(series: &[MetricSeries], window: Period, period: i32) -> Vec<&[MetricSeries]> {
    let seconds = window.end.as_second().saturating_sub(window.start.as_second());
    let points = (seconds / i64::from(period.max(1)) + 1).max(1);
    let (mut calls, mut from, mut queries) = (Vec::new(), 0, 0);
    for (position, one) in series.iter().enumerate() {
        let together = series.get(from..=position).unwrap_or_default();
        let is_calculated = together.iter().any(MetricSeries::is_calculated);
        let is_too_long = is_calculated
            && i64::try_from(together.len()).unwrap_or(i64::MAX).saturating_mul(points) > POINTS;
        if position > from && (queries + one.parts.len() > QUERIES || is_too_long) {
            calls.push(series.get(from..position).unwrap_or_default());
            (from, queries) = (position, 0);
        }
        queries += one.parts.len();
    }
    if from < series.len() {
        calls.push(series.get(from..).unwrap_or_default());
    }
    calls
}

/// What came of one series so far.
#[derive(Clone, Default)]
struct Gathered {
    values: BTreeMap<Timestamp, Option<Decimal>>,
    status: Option<StatusCode>,
    words: String,
}

impl Gathered {
    /// Takes what a page has of the series.
    fn take(&mut self, result: &MetricDataResult) -> Result<(), MetricsError> {
        let (times, values) = (result.timestamps(), result.values());
        if times.len() != values.len() {
            return Err(unexpected(format!("{} times and {} values", times.len(), values.len())));
        }
        for (time, value) in times.iter().zip(values) {
            let start = Timestamp::from_second(time.secs());
            let start = start.map_err(|_| unexpected(format!("the time {}", time.secs())))?;
            // The interface gives binary numbers; their shortest text is what was put.
            let value = value.to_string().parse().ok();
            if self.values.insert(start, value).is_some_and(|known| known != value) {
                let what = format!("{start} came twice, with two values");
                return Err(AwsError::Pages { what }.into());
            }
        }
        // A failure of one page is one of the whole series.
        let is_failure =
            |status: &StatusCode| matches!(status, StatusCode::Forbidden | StatusCode::InternalError);
        if !self.status.as_ref().is_some_and(is_failure) {
            self.status = result.status_code().cloned().or(self.status.take());
        }
        for message in result.messages() {
            let word = message.value().or(message.code()).unwrap_or_default();
            if !word.is_empty() && !self.words.contains(word) {
                let space = if self.words.is_empty() { "" } else { "; " };
                self.words.push_str(space);
                self.words.push_str(word.trim_end_matches('.'));
            }
        }
        Ok(())
    }

    fn done(self) -> MetricPoints {
        let fault = match self.status {
            Some(StatusCode::Forbidden) => Some(MetricFault::Forbidden(self.words)),
            Some(StatusCode::InternalError) => Some(MetricFault::Broken(self.words)),
            Some(StatusCode::PartialData) => Some(MetricFault::Partial),
            _ => None,
        };
        MetricPoints { values: self.values, fault }
    }
}

fn unexpected(what: String) -> MetricsError {
    AwsError::Answer { what }.into()
}

#[cfg(test)]
mod tests {
    use super::super::cloudwatch_series::MetricPart;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_period_follows_the_age() {
        let now = at("2026-11-23T01:00:00Z");
        for (start, period) in [
            ("2026-11-22T00:00:00Z", Some(60)),
            ("2026-11-08T03:00:00Z", Some(60)),
            ("2026-11-08T00:00:00Z", Some(300)),
            ("2026-09-22T00:00:00Z", Some(300)),
            ("2026-09-20T00:00:00Z", Some(3_600)),
            ("2025-08-26T00:00:00Z", Some(3_600)),
            ("2025-08-01T00:00:00Z", None),
        ] {
            assert_eq!(period_kept(at(start), now), period, "{start}");
        }
    }

    fn series(parts: usize, calculated: bool) -> MetricSeries {
        let part = |number: usize| MetricPart {
            id: format!("m{number}"),
            query: if calculated {
                MetricQuery::Expression("1".to_owned())
            } else {
                MetricQuery::Stat {
                    namespace: String::new(),
                    metric_name: String::new(),
                    dimensions: Vec::new(),
                    stat: "Sum".to_owned(),
                    unit: None,
                }
            },
            account_id: None,
            is_returned: number == 0,
        };
        MetricSeries { parts: (0..parts).map(part).collect() }
    }

    #[test]
    fn calls_stay_within_the_limits() {
        let day = Period { start: at("2026-11-21T00:00:00Z"), end: at("2026-11-22T00:00:00Z") };
        let lengths = |series: &[MetricSeries], period| {
            calls(series, day, period).iter().map(|call| call.len()).collect::<Vec<_>>()
        };
        assert!(lengths(&[], 60).is_empty());
        assert_eq!(lengths(&vec![series(1, false); 1_001], 60), [500, 500, 1]);
        assert_eq!(lengths(&vec![series(3, false); 200], 60), [166, 34], "series stay whole");
        // 1,441 points each: 69 of them fit on a page.
        assert_eq!(lengths(&vec![series(1, true); 100], 60), [69, 31]);
        assert_eq!(
            lengths(&[series(501, false), series(1, false)], 60),
            [1, 1],
            "CloudWatch has the last word"
        );
    }
}
