//! Anomalies that AWS Cost Anomaly Detection found by itself.

use std::collections::BTreeSet;
use std::str::FromStr;

use aws_sdk_costexplorer::types::{Anomaly, AnomalyDateInterval, RootCause};
use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::money::{Currency, micros_of_decimal};
use jiff::ToSpan;
use jiff::civil::Date;

use super::access::Aws;
use super::error::AwsError;
use crate::field;

/// How many days back AWS tells of anomalies, today included; by the last day of each.
pub const ANOMALY_DAYS: i64 = 90;

/// More pages than there are.
const PAGES: usize = 1_000;

/// What has to be allowed for it.
pub const ANOMALIES_ACTION: &str = "ce:GetAnomalies";

impl Aws {
    /// The anomalies of the last [`ANOMALY_DAYS`] days, by first day and id; amounts are in USD, which is the
    /// only currency that AWS detects in. Each page is a priced request.
    ///
    /// # Errors
    /// [`AwsError::Denied`] without the permission [`ANOMALIES_ACTION`], and all others.
    pub async fn anomalies(&self, today: Date) -> Result<Vec<CloudAnomaly>, AwsError> {
        let from = first_day_told(today);
        let mut found: Vec<CloudAnomaly> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            self.meter.reserve().await?;
            let interval =
                AnomalyDateInterval::builder().start_date(from.to_string()).end_date(today.to_string());
            let interval = interval.build().map_err(|error| AwsError::Answer { what: error.to_string() })?;
            let asked = self.explorer.get_anomalies().date_interval(interval).set_next_page_token(token);
            let page = asked.send().await.map_err(|error| AwsError::of(&error))?;
            self.meter.answered().await?;
            for anomaly in page.anomalies() {
                found.push(self.anomaly(anomaly)?);
            }
            match page.next_page_token.filter(|token| !token.is_empty()) {
                None => return in_order(found),
                Some(next) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => break,
            }
        }
        Err(AwsError::Pages { what: "the same token came twice".to_owned() })
    }

    fn anomaly(&self, anomaly: &Anomaly) -> Result<CloudAnomaly, AwsError> {
        let id = anomaly.anomaly_id().to_owned();
        let first = anomaly.anomaly_start_date().map(day).transpose()?;
        let first = first.ok_or_else(|| unexpected(format!("the anomaly {id} without a first day")))?;
        let impact =
            anomaly.impact().ok_or_else(|| unexpected(format!("the anomaly {id} without an impact")))?;
        let mut causes = anomaly.root_causes().iter().map(cause).collect::<Result<Vec<_>, _>>()?;
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.impact));
        Ok(CloudAnomaly {
            source: self.options.source.clone(),
            first,
            last: anomaly.anomaly_end_date().map(day).transpose()?,
            dimension: named(anomaly.dimension_value()),
            currency: Currency::USD,
            impact: micros(&impact.total_impact().to_string())?,
            expected: impact.total_expected_spend().map(|spend| micros(&spend.to_string())).transpose()?,
            feedback: anomaly.feedback().map(|feedback| feedback.as_str().to_owned()),
            causes,
            id,
        })
    }
}

/// The first day that AWS tells of on a day.
#[must_use]
pub fn first_day_told(today: Date) -> Date {
    today.saturating_sub((ANOMALY_DAYS - 1).days())
}

/// Refuses an answer whose pages overlap, and brings it into order.
fn in_order(mut found: Vec<CloudAnomaly>) -> Result<Vec<CloudAnomaly>, AwsError> {
    found.sort_by(|one, other| (one.first, &one.id).cmp(&(other.first, &other.id)));
    let ids: BTreeSet<&str> = found.iter().map(|anomaly| anomaly.id.as_str()).collect();
    if ids.len() < found.len() {
        return Err(AwsError::Pages { what: "an anomaly came twice".to_owned() });
    }
    Ok(found)
}

fn cause(cause: &RootCause) -> Result<CloudCause, AwsError> {
    let impact = cause.impact().map(|impact| micros(&impact.contribution().to_string())).transpose()?;
    Ok(CloudCause {
        account: named(cause.linked_account()),
        account_name: named(cause.linked_account_name()),
        service: named(cause.service()),
        region: named(cause.region()),
        usage_type: named(cause.usage_type()),
        impact,
    })
}

/// A text that says something.
fn named(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A day, which AWS writes with or without a time.
fn day(text: &str) -> Result<Date, AwsError> {
    let day = text.get(..10).and_then(|day| Date::from_str(day).ok());
    day.ok_or_else(|| unexpected(format!("the day {text:?}")))
}

/// The interface gives binary numbers; their shortest text is what AWS wrote.
fn micros(text: &str) -> Result<i64, AwsError> {
    let amount = field::decimal(text).ok().and_then(|amount| micros_of_decimal(amount).ok());
    amount.ok_or_else(|| unexpected(format!("the amount {text:?}")))
}

fn unexpected(what: String) -> AwsError {
    AwsError::Answer { what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_amounts_are_read_as_they_are_written() {
        assert_eq!(day("2026-11-17T00:00:00Z"), Ok(Date::constant(2026, 11, 17)));
        assert_eq!(day("2026-11-17"), Ok(Date::constant(2026, 11, 17)));
        assert!(day("17/11/2026").is_err() && day("").is_err());
        assert_eq!(micros("2272.19"), Ok(2_272_190_000));
        assert_eq!(micros("-0.1234567"), Ok(-123_457));
        assert!(micros("NaN").is_err() && micros("inf").is_err());
    }

    #[test]
    fn ninety_days_are_asked_for() {
        let today = Date::constant(2026, 11, 23);
        assert_eq!(first_day_told(today), Date::constant(2026, 8, 26));
    }
}
