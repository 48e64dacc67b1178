//! Objectives of Application Signals in our words.

use std::fmt::Write;

use aws_sdk_applicationsignals::primitives::DateTime;
use aws_sdk_applicationsignals::types::{
    DurationUnit, Goal, Interval, MetricDataQuery, MonitoredRequestCountMetricDataQueries as Monitored,
    RequestBasedServiceLevelIndicatorMetric, ServiceLevelIndicator,
    ServiceLevelIndicatorComparisonOperator as Operator, ServiceLevelObjective,
};
use domain::objective::{BudgetingMethod, Window, WindowUnit};
use domain::product::Environment;
use domain::ratio::Ppm;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::cloudwatch_count::{Absent, Comparison, CountedEvents};
use super::cloudwatch_indicator::{MetricIndicator, PERIOD, SLICE};
use super::cloudwatch_series::{MetricPart, MetricQuery, MetricSeries};

/// What AWS assumes where a goal says nothing: 99 % over the last seven days.
const GOAL: Ppm = Ppm(990_000);
const ROLLING_SECONDS: i64 = 7 * 86_400;

/// An objective as Application Signals keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalsObjective {
    /// What AWS calls it everywhere.
    pub arn: String,
    /// Its name, which is its own within an account and a region.
    pub name: String,
    /// Whether it lies in another account than the identity's, and in which.
    pub linked_account: Option<String>,
    /// What it means.
    pub description: String,
    /// The service that it is about; its own name where it is about none.
    pub service: String,
    /// Where that service runs, as far as its environment says.
    pub environment: Environment,
    /// How the budget is counted.
    pub method: BudgetingMethod,
    /// The share that has to be good.
    pub target: Ppm,
    /// Over which window.
    pub window: Window,
    /// What is counted; why it cannot be, where it cannot.
    pub indicator: Result<MetricIndicator, String>,
    /// The period that it is counted by, in seconds.
    pub period: i32,
    /// How far back AWS reckons burn rates, in minutes.
    pub burn_rate_minutes: Vec<i64>,
    /// SHA-256 over what makes the numbers.
    pub definition_hash: String,
}

/// An objective in our words; `account` is the identity's own.
pub(super) fn objective(slo: &ServiceLevelObjective, account: &str) -> Result<SignalsObjective, String> {
    let owner = slo.arn().split(':').nth(4).unwrap_or_default();
    let linked = (!owner.is_empty() && !account.is_empty() && owner != account).then(|| owner.to_owned());
    let window = window(slo.goal())?;
    let target = match slo.goal().and_then(Goal::attainment_goal) {
        None => GOAL,
        Some(goal) => {
            percent(&goal.to_string()).ok_or_else(|| format!("its goal is {goal}, which is no percentage"))?
        }
    };
    let (method, period, indicator) = measured(slo, linked.as_deref())?;
    let (service, place) = subject(slo);
    Ok(SignalsObjective {
        arn: slo.arn().to_owned(),
        name: slo.name().to_owned(),
        description: slo.description().unwrap_or_default().to_owned(),
        service: service.unwrap_or_else(|| slo.name().to_owned()),
        environment: environment(place.as_deref().unwrap_or_default()),
        definition_hash: hash(&[
            format!("target {}", target.0),
            window_line(&window),
            format!("period {period}"),
            indicator.as_ref().map_or_else(String::clone, indicator_line),
        ]),
        linked_account: linked,
        burn_rate_minutes: slo
            .burn_rate_configurations()
            .iter()
            .map(|one| i64::from(one.look_back_window_minutes()))
            .filter(|minutes| *minutes > 0)
            .collect(),
        method,
        target,
        window,
        indicator,
        period,
    })
}

/// How it is measured: by request, or by period against a threshold.
fn measured(
    slo: &ServiceLevelObjective,
    linked: Option<&str>,
) -> Result<(BudgetingMethod, i32, Result<MetricIndicator, String>), String> {
    if let Some(sli) = slo.request_based_sli() {
        let metric = sli.request_based_sli_metric();
        let indicator = metric.map_or_else(|| Err(NO_QUERIES.to_owned()), |metric| requests(metric, linked));
        return Ok((BudgetingMethod::Occurrences, PERIOD, indicator));
    }
    let Some(sli) = slo.sli() else {
        return Err("it has neither an indicator by request nor one by period".to_owned());
    };
    let queries = sli.sli_metric().map(|metric| metric.metric_data_queries()).unwrap_or_default();
    let seconds = period_of(queries).unwrap_or(SLICE);
    let method = BudgetingMethod::Timeslices { slice_target: Ppm::ONE, slice_seconds: i64::from(seconds) };
    Ok((method, seconds, periods(sli, queries, linked)))
}

const NO_QUERIES: &str = "AWS does not tell the metrics that it is counted by";

fn requests(
    metric: &RequestBasedServiceLevelIndicatorMetric,
    linked: Option<&str>,
) -> Result<MetricIndicator, String> {
    let total = series(metric.total_request_count_metric(), linked)?;
    let (counted, part) = match metric.monitored_request_count_metric() {
        Some(Monitored::GoodCountMetric(queries)) => (CountedEvents::Good, queries),
        Some(Monitored::BadCountMetric(queries)) => (CountedEvents::Bad, queries),
        _ => return Err(NO_QUERIES.to_owned()),
    };
    // AWS itself counts a period without failures as one without failures, and one without requests not at all.
    let absent = Absent { numerator_is_zero: counted == CountedEvents::Bad, total_is_no_traffic: true };
    Ok(MetricIndicator::Ratio { part: series(part, linked)?, counted, total, absent })
}

fn periods(
    sli: &ServiceLevelIndicator,
    queries: &[MetricDataQuery],
    linked: Option<&str>,
) -> Result<MetricIndicator, String> {
    let comparison = match sli.comparison_operator() {
        Operator::GreaterThan => Comparison::Above,
        Operator::GreaterThanOrEqualTo => Comparison::AtLeast,
        Operator::LessThan => Comparison::Below,
        Operator::LessThanOrEqualTo => Comparison::AtMost,
        other => return Err(format!("it compares by {}, which is not known", other.as_str())),
    };
    let threshold = sli.metric_threshold().to_string();
    Ok(MetricIndicator::Threshold {
        values: series(queries, linked)?,
        comparison,
        threshold: threshold
            .parse()
            .map_err(|_| format!("its threshold is {threshold}, which is no number"))?,
    })
}

/// The period of the query whose numbers are returned.
fn period_of(queries: &[MetricDataQuery]) -> Option<i32> {
    let own = |query: &MetricDataQuery| query.metric_stat().map(|stat| stat.period()).or(query.period());
    let returned = queries.iter().find(|query| query.return_data() != Some(false));
    returned.and_then(own).or_else(|| queries.iter().find_map(own)).filter(|seconds| *seconds > 0)
}

/// The queries of an objective, as they are asked again.
fn series(queries: &[MetricDataQuery], linked: Option<&str>) -> Result<MetricSeries, String> {
    if queries.is_empty() {
        return Err(NO_QUERIES.to_owned());
    }
    let part = |query: &MetricDataQuery| {
        let asked = match (query.metric_stat(), query.expression()) {
            (Some(stat), _) => {
                let metric = stat.metric();
                let dimensions = metric.map(|metric| metric.dimensions()).unwrap_or_default();
                let pair = |one: &aws_sdk_applicationsignals::types::Dimension| {
                    (one.name().to_owned(), one.value().to_owned())
                };
                MetricQuery::Stat {
                    namespace: metric.and_then(|metric| metric.namespace()).unwrap_or_default().to_owned(),
                    metric_name: metric
                        .and_then(|metric| metric.metric_name())
                        .unwrap_or_default()
                        .to_owned(),
                    dimensions: dimensions.iter().map(pair).collect(),
                    stat: stat.stat().to_owned(),
                    unit: stat.unit().map(|unit| unit.as_str().to_owned()),
                }
            }
            (None, Some(expression)) => MetricQuery::Expression(expression.to_owned()),
            (None, None) => return Err(NO_QUERIES.to_owned()),
        };
        Ok(MetricPart {
            id: query.id().to_owned(),
            query: asked,
            account_id: query.account_id().or(linked).map(str::to_owned),
            is_returned: query.return_data() != Some(false),
        })
    };
    let mut parts = queries.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    // Where several are returned, the last one is what the others make.
    let last = parts.iter().rposition(|part| part.is_returned);
    for (position, part) in parts.iter_mut().enumerate() {
        part.is_returned = Some(position) == last.or(Some(0));
    }
    Ok(MetricSeries { parts })
}

/// The service and the environment that an objective is about.
fn subject(slo: &ServiceLevelObjective) -> (Option<String>, Option<String>) {
    let by_period = slo.sli().and_then(|sli| sli.sli_metric()).and_then(|metric| metric.key_attributes());
    let by_request = slo
        .request_based_sli()
        .and_then(|sli| sli.request_based_sli_metric())
        .and_then(|metric| metric.key_attributes());
    let attributes = by_request.or(by_period);
    let word =
        |name: &str| attributes.and_then(|known| known.get(name)).filter(|word| !word.is_empty()).cloned();
    (word("Name"), word("Environment"))
}

/// The environment that a word of the place names, such as `eks:staging-cluster/shop`; production else.
fn environment(place: &str) -> Environment {
    let words = place.split(|letter: char| !letter.is_ascii_alphanumeric());
    let known = |word: &str| match word.to_ascii_lowercase().as_str() {
        "staging" | "stage" | "stg" => Some(Environment::Staging),
        "development" | "develop" | "dev" => Some(Environment::Development),
        "preview" => Some(Environment::Preview),
        _ => None,
    };
    words.filter_map(known).next().unwrap_or(Environment::Production)
}

fn window(goal: Option<&Goal>) -> Result<Window, String> {
    match goal.and_then(Goal::interval) {
        None => Ok(Window::Rolling { seconds: ROLLING_SECONDS }),
        Some(Interval::RollingInterval(rolling)) => {
            let (unit, count) = length(rolling.duration_unit(), rolling.duration())?;
            let seconds = match unit {
                WindowUnit::Minute => 60,
                WindowUnit::Hour => 3_600,
                WindowUnit::Day => 86_400,
                _ => 30 * 86_400,
            };
            Ok(Window::Rolling { seconds: i64::from(count).saturating_mul(seconds) })
        }
        Some(Interval::CalendarInterval(calendar)) => {
            let (unit, count) = length(calendar.duration_unit(), calendar.duration())?;
            let start = instant(calendar.start_time())
                .ok_or_else(|| "its first interval begins at no time".to_owned())?;
            // AWS names an instant and no zone.
            let start = TimeZone::UTC.to_datetime(start);
            Ok(Window::Calendar { unit, count, start, time_zone: "UTC".to_owned() })
        }
        Some(_) => Err("its interval is of a kind that is not known".to_owned()),
    }
}

fn length(unit: &DurationUnit, count: i32) -> Result<(WindowUnit, i32), String> {
    let known = match unit {
        DurationUnit::Minute => WindowUnit::Minute,
        DurationUnit::Hour => WindowUnit::Hour,
        DurationUnit::Day => WindowUnit::Day,
        DurationUnit::Month => WindowUnit::Month,
        other => return Err(format!("its interval counts in {}, which is not known", other.as_str())),
    };
    if count < 1 { Err(format!("its interval has {count} units")) } else { Ok((known, count)) }
}

/// A length of time as people write it, such as `2 hours`.
pub(super) fn duration_word(count: i32, unit: &DurationUnit) -> String {
    let unit = unit.as_str().to_ascii_lowercase();
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// A length of time in seconds; `None` for months, which have no one length.
pub(super) fn seconds_of(count: i32, unit: &DurationUnit) -> Option<i64> {
    let each = match unit {
        DurationUnit::Minute => 60,
        DurationUnit::Hour => 3_600,
        DurationUnit::Day => 86_400,
        _ => return None,
    };
    i64::from(count).checked_mul(each)
}

/// A percentage as a share, rounded down. The interface gives binary numbers; their shortest text is what was
/// written, so that 99.95 is exactly that.
pub(super) fn percent(number: &str) -> Option<Ppm> {
    let exact: Decimal = number.parse().ok()?;
    let ppm = exact.checked_mul(Decimal::from(10_000))?.floor();
    let ppm: i64 = ppm.normalize().to_string().parse().ok()?;
    (0..=1_000_000).contains(&ppm).then_some(Ppm(ppm))
}

/// An instant, to the second.
pub(super) fn instant(time: &DateTime) -> Option<Timestamp> {
    Timestamp::from_second(time.secs()).ok()
}

fn window_line(window: &Window) -> String {
    match window {
        Window::Rolling { seconds } => format!("window rolling {seconds}"),
        Window::Calendar { unit, count, start, .. } => format!("window calendar {count} {unit:?} {start}"),
    }
}

/// What is counted, in a form of its own: our names for it may change, and the definition has not then.
fn indicator_line(indicator: &MetricIndicator) -> String {
    match indicator {
        MetricIndicator::Ratio { part, counted, total, .. } => {
            let word = if *counted == CountedEvents::Good { "good" } else { "bad" };
            format!("{word} {} total {}", series_line(part), series_line(total))
        }
        MetricIndicator::Threshold { values, comparison, threshold } => {
            let word = match comparison {
                Comparison::Below => "lt",
                Comparison::AtMost => "lte",
                Comparison::Above => "gt",
                Comparison::AtLeast => "gte",
            };
            format!("threshold {word} {threshold} {}", series_line(values))
        }
    }
}

fn series_line(series: &MetricSeries) -> String {
    let part = |part: &MetricPart| {
        let query = match &part.query {
            MetricQuery::Expression(text) => format!("expression {text:?}"),
            MetricQuery::Stat { namespace, metric_name, dimensions, stat, unit } => {
                let mut pairs: Vec<String> =
                    dimensions.iter().map(|(name, value)| format!("{name:?}={value:?}")).collect();
                pairs.sort();
                let unit = unit.as_deref().unwrap_or_default();
                format!("metric {namespace:?} {metric_name:?} {} {stat} {unit}", pairs.join(","))
            }
        };
        let account = part.account_id.as_deref().unwrap_or_default();
        format!("{} {} {account} {query}", part.id, part.is_returned)
    };
    series.parts.iter().map(part).collect::<Vec<_>>().join(";")
}

/// SHA-256 in hexadecimal over lines.
pub(super) fn hash(lines: &[String]) -> String {
    let digest = Sha256::digest(lines.join("\n").as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exactly_what_was_written() {
        for (number, share) in [
            ("99.95", Some(Ppm(999_500))),
            ("99.9", Some(Ppm(999_000))),
            ("99.0", Some(Ppm(990_000))),
            ("100.0", Some(Ppm(1_000_000))),
            ("99.99999", Some(Ppm(999_999))),
            ("0.0", Some(Ppm(0))),
            ("100.1", None),
            ("-1.0", None),
            ("NaN", None),
        ] {
            assert_eq!(percent(number), share, "{number}");
        }
    }

    #[test]
    fn places_name_their_environment() {
        for (place, expected) in [
            ("eks:staging-cluster/shop", Environment::Staging),
            ("ec2:default", Environment::Production),
            ("eks:device/default", Environment::Production),
            ("generic:dev", Environment::Development),
            ("", Environment::Production),
        ] {
            assert_eq!(environment(place), expected, "{place}");
        }
    }

    #[test]
    fn a_goal_that_says_nothing_is_the_last_seven_days() {
        assert_eq!(window(None), Ok(Window::Rolling { seconds: 604_800 }));
        assert_eq!(duration_word(1, &DurationUnit::Hour), "1 hour");
        assert_eq!(duration_word(2, &DurationUnit::Minute), "2 minutes");
    }
}
