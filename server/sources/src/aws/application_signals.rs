//! Application Signals: the objectives that AWS itself keeps, what it says of their budgets, and the windows that
//! it leaves out. It gives no counts; those are asked of CloudWatch with each objective's own queries.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_applicationsignals::Client;
use aws_sdk_applicationsignals::primitives::DateTime;
use aws_sdk_applicationsignals::types::{
    ExclusionWindow, ServiceLevelObjectiveBudgetReport, ServiceLevelObjectiveSummary,
};
use domain::ratio::Ppm;
use jiff::Timestamp;

use super::access::{AwsAccess, entered};
use super::application_signals_definition::{
    SignalsObjective, duration_word, instant, objective, percent, seconds_of,
};
use super::cloudwatch::CloudWatch;
use super::cloudwatch_error::{MetricsError, MetricsService};
use super::error::AwsError;
use super::recurrence::Schedule;

/// How many objectives one question about budgets takes.
const REPORTS: usize = 50;

/// The largest page of the list.
const PAGE: i32 = 50;

/// More pages than there are.
const PAGES: usize = 1_000;

/// Application Signals, as one source may ask it.
pub struct ApplicationSignals {
    client: Client,
    watch: CloudWatch,
    account: String,
    identity: String,
    linked_accounts: bool,
}

/// What Application Signals says of one objective's budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalsReport {
    /// The objective's ARN.
    pub arn: String,
    /// As of when.
    pub as_of: Timestamp,
    /// AWS' own word: `OK`, `WARNING`, `BREACHED`, `INSUFFICIENT_DATA`.
    pub status: String,
    /// The share that was good over its interval, rounded down.
    pub attainment: Option<Ppm>,
    /// The whole budget and what is left of it.
    pub budget: Option<SignalsBudget>,
}

/// A budget in AWS' own numbers, which are of 32 bits and stop there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalsBudget {
    /// Whether it counts seconds; requests otherwise.
    pub is_seconds: bool,
    /// The whole budget.
    pub total: Option<i64>,
    /// What is left: less than nothing once it is exhausted. For requests AWS counts how many may fail before any
    /// further one succeeds, which is more than what is left of the whole.
    pub remaining: Option<i64>,
    /// Whether a number is the largest that AWS can tell: the real one may be larger.
    pub is_cut: bool,
}

/// The answer about budgets: what AWS told, and of which objectives it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignalsReports {
    /// What AWS told, by ARN.
    pub reports: BTreeMap<String, SignalsReport>,
    /// Of which it did not: the ARN or the name, and AWS' own words.
    pub faults: Vec<(String, String)>,
}

/// A window of time that AWS leaves out of an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalsExclusion {
    /// When the first one begins; `None` where AWS does not say.
    pub start: Option<Timestamp>,
    /// How long it is, such as `2 hours`.
    pub length: String,
    /// The same in seconds; `None` where it counts in months.
    pub seconds: Option<i64>,
    /// A cron or rate expression, where it comes again.
    pub recurrence: Option<String>,
    /// Why.
    pub reason: String,
}

impl ApplicationSignals {
    /// Finds credentials, assumes the role and learns which account that is.
    ///
    /// # Errors
    /// [`MetricsError`] when AWS takes no credentials, or cannot be reached.
    pub async fn connect(access: &AwsAccess, linked_accounts: bool) -> Result<Self, MetricsError> {
        let config = entered(access).await?;
        let asked = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        let identity = asked.map_err(|error| AwsError::of(&error))?;
        Ok(Self {
            client: Client::new(&config),
            watch: CloudWatch::new(&config, MetricsService::ApplicationSignals),
            account: identity.account().unwrap_or_default().to_owned(),
            identity: identity.arn().unwrap_or("the identity").to_owned(),
            linked_accounts,
        })
    }

    /// CloudWatch, of which the counts are asked.
    #[must_use]
    pub fn watch(&self) -> &CloudWatch {
        &self.watch
    }

    /// Who asks, as AWS names it.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The ARNs of all objectives, in order.
    ///
    /// # Errors
    /// [`MetricsError`] when AWS did not answer to the end.
    pub async fn objective_arns(&self) -> Result<Vec<String>, MetricsError> {
        let mut arns = BTreeSet::new();
        let (mut seen, mut token): (BTreeSet<String>, Option<String>) = (BTreeSet::new(), None);
        for _ in 0..PAGES {
            let page = self
                .client
                .list_service_level_objectives()
                .max_results(PAGE)
                .include_linked_accounts(self.linked_accounts)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| MetricsError::of(&error, MetricsService::ApplicationSignals))?;
            arns.extend(
                page.slo_summaries().iter().map(ServiceLevelObjectiveSummary::arn).map(str::to_owned),
            );
            // A page may be empty and still not be the last one.
            match page.next_token.filter(|token| !token.is_empty()) {
                None => return Ok(arns.into_iter().collect()),
                Some(next) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => break,
            }
        }
        Err(AwsError::Pages { what: "the same token came twice".to_owned() }.into())
    }

    /// An objective as it is defined; why it cannot be told in our words, where it cannot.
    ///
    /// # Errors
    /// [`MetricsError::Missing`] when it is gone, and all others.
    pub async fn objective(&self, arn: &str) -> Result<Result<SignalsObjective, String>, MetricsError> {
        let asked = self.client.get_service_level_objective().id(arn).send().await;
        let told =
            asked.map_err(|error| MetricsError::of(&error, MetricsService::ApplicationSignals).about(arn))?;
        let slo = told.slo.ok_or_else(|| AwsError::Answer { what: format!("{arn} without a definition") })?;
        Ok(objective(&slo, &self.account))
    }

    /// What AWS says of the budgets of objectives at an instant, 50 of them in one question.
    ///
    /// # Errors
    /// [`MetricsError`] when a question was not answered; an objective that AWS cannot tell of is no error.
    pub async fn reports(&self, arns: &[String], at: Timestamp) -> Result<SignalsReports, MetricsError> {
        let mut told = SignalsReports::default();
        for some in arns.chunks(REPORTS) {
            let answer = self
                .client
                .batch_get_service_level_objective_budget_report()
                .timestamp(DateTime::from_secs(at.as_second()))
                .set_slo_ids(Some(some.to_vec()))
                .send()
                .await
                .map_err(|error| MetricsError::of(&error, MetricsService::ApplicationSignals))?;
            let as_of = instant(answer.timestamp()).unwrap_or(at);
            for report in answer.reports() {
                told.reports.insert(report.arn().to_owned(), report_of(report, as_of));
            }
            told.faults.extend(answer.errors().iter().map(|fault| {
                let name = if fault.arn().is_empty() { fault.name() } else { fault.arn() };
                let words = [fault.error_code(), fault.error_message()];
                let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
                (name.to_owned(), words.join(": ").trim_end_matches('.').to_owned())
            }));
            let is_told = |arn: &&String| {
                told.reports.contains_key(*arn) || told.faults.iter().any(|(name, _)| name == *arn)
            };
            let untold: Vec<String> = some.iter().filter(|arn| !is_told(arn)).cloned().collect();
            told.faults.extend(untold.into_iter().map(|arn| (arn, "AWS does not mention it".to_owned())));
        }
        Ok(told)
    }

    /// The windows that AWS leaves out of an objective.
    ///
    /// # Errors
    /// [`MetricsError`] when AWS did not answer to the end.
    pub async fn exclusions(&self, arn: &str) -> Result<Vec<SignalsExclusion>, MetricsError> {
        let mut windows = Vec::new();
        let (mut seen, mut token): (BTreeSet<String>, Option<String>) = (BTreeSet::new(), None);
        for _ in 0..PAGES {
            let asked = self.client.list_service_level_objective_exclusion_windows().id(arn);
            let page =
                asked.set_next_token(token).send().await.map_err(|error| {
                    MetricsError::of(&error, MetricsService::ApplicationSignals).about(arn)
                })?;
            windows.extend(page.exclusion_windows().iter().map(exclusion_of));
            match page.next_token.filter(|token| !token.is_empty()) {
                None => return Ok(windows),
                Some(next) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => break,
            }
        }
        Err(AwsError::Pages { what: "the same token came twice".to_owned() }.into())
    }
}

fn exclusion_of(window: &ExclusionWindow) -> SignalsExclusion {
    let length = window.window().map(|window| duration_word(window.duration(), window.duration_unit()));
    SignalsExclusion {
        start: window.start_time().and_then(instant),
        length: length.unwrap_or_default(),
        seconds: window.window().and_then(|window| seconds_of(window.duration(), window.duration_unit())),
        recurrence: window.recurrence_rule().map(|rule| rule.expression().to_owned()),
        reason: window.reason().unwrap_or_default().to_owned(),
    }
}

fn report_of(report: &ServiceLevelObjectiveBudgetReport, as_of: Timestamp) -> SignalsReport {
    let seconds = (report.total_budget_seconds(), report.budget_seconds_remaining());
    let requests = (report.total_budget_requests(), report.budget_requests_remaining());
    let is_seconds = seconds != (None, None);
    let (total, remaining) = if is_seconds { seconds } else { requests };
    let is_largest = |number: Option<i32>| matches!(number, Some(i32::MAX | i32::MIN));
    let budget = SignalsBudget {
        is_seconds,
        total: total.map(i64::from),
        remaining: remaining.map(i64::from),
        is_cut: is_largest(total) || is_largest(remaining),
    };
    SignalsReport {
        arn: report.arn().to_owned(),
        as_of,
        status: report.budget_status().as_str().to_owned(),
        attainment: report
            .attainment()
            .and_then(|share| percent(&share.to_string()))
            .map(|share| share.min(Ppm::ONE)),
        budget: (budget.total.is_some() || budget.remaining.is_some()).then_some(budget),
    }
}

impl SignalsBudget {
    /// The share of the budget that is left, rounded down, for a target; `None` where AWS' numbers do not tell.
    ///
    /// Of requests AWS tells how many may fail before any further one succeeds, ⌊((1−g)·N − B) / g⌋, and what is left
    /// of the budget is the g-th part of that.
    #[must_use]
    pub fn left(&self, target: Ppm) -> Option<Ppm> {
        let (total, remaining) = (i128::from(self.total?), i128::from(self.remaining?));
        if self.is_cut || total <= 0 {
            return None;
        }
        let share = if self.is_seconds { 1_000_000 } else { i128::from(target.0) };
        let left = i64::try_from((remaining * share).div_euclid(total)).ok()?;
        Some(Ppm(left).min(Ppm::ONE))
    }
}

impl SignalsExclusion {
    /// When it comes.
    ///
    /// # Errors
    /// Why that cannot be told, as the end of a sentence.
    pub fn schedule(&self) -> Result<Schedule, String> {
        let start = self.start.ok_or_else(|| "it does not say when it begins".to_owned())?;
        let seconds = self.seconds.filter(|seconds| *seconds > 0);
        let seconds = seconds.ok_or_else(|| format!("{} has no one length", self.length))?;
        Schedule::new(start, seconds, self.recurrence.as_deref()).map_err(|error| error.to_string())
    }

    /// One window in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let from = self.start.map(|start| format!(" from {start}")).unwrap_or_default();
        let again = self.recurrence.as_ref().map(|rule| format!(", again by {rule}")).unwrap_or_default();
        let why = if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
        format!("{}{from}{again}{why}", self.length)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_applicationsignals::types::ServiceLevelObjectiveBudgetStatus as Status;

    use super::*;

    fn report() -> aws_sdk_applicationsignals::types::builders::ServiceLevelObjectiveBudgetReportBuilder {
        ServiceLevelObjectiveBudgetReport::builder().arn("arn").name("n").budget_status(Status::Breached)
    }

    #[test]
    fn budgets_are_told_in_their_own_unit() {
        let told = report().attainment(99.95).total_budget_seconds(6_048).budget_seconds_remaining(-12);
        let told = report_of(&told.build().unwrap(), Timestamp::UNIX_EPOCH);
        assert_eq!((told.status.as_str(), told.attainment), ("BREACHED", Some(Ppm(999_500))));
        let budget = told.budget.unwrap();
        assert_eq!((budget.is_seconds, budget.total, budget.remaining), (true, Some(6_048), Some(-12)));
        assert!(!budget.is_cut);
        assert_eq!(budget.left(Ppm(990_000)), Some(Ppm(-1_985)), "twelve seconds of 6,048 too many");

        let told = report().total_budget_requests(i32::MAX).budget_requests_remaining(5).build().unwrap();
        let budget = report_of(&told, Timestamp::UNIX_EPOCH).budget.unwrap();
        assert!(!budget.is_seconds && budget.is_cut, "AWS counts up to 2,147,483,647");
        assert_eq!(budget.left(Ppm(990_000)), None);
        // Of 1,000 requests without a failure, 100 may fail; before any further success 111 may.
        let told = report().total_budget_requests(100).budget_requests_remaining(111).build().unwrap();
        let budget = report_of(&told, Timestamp::UNIX_EPOCH).budget.unwrap();
        assert_eq!(budget.left(Ppm(900_000)), Some(Ppm(999_000)));
        let told = report_of(&report().build().unwrap(), Timestamp::UNIX_EPOCH);
        assert_eq!((told.attainment, told.budget), (None, None), "nothing is never zero");
    }
}
