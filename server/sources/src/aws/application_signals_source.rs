//! Application Signals as a source of service levels: defined there, counted again by GetMetricData.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::objective::Objective;
use domain::objective_queue::ObjectiveTerms;
use domain::objective_vendor::{VendorExclusion, VendorSpan, VendorStatement};
use domain::rejection::{Gravity, Issue};
use jiff::{SignedDuration, Timestamp};

use super::access::AwsAccess;
use super::application_signals::{ApplicationSignals, SignalsExclusion, SignalsReport};
use super::application_signals_definition::SignalsObjective;
use super::cloudwatch_error::MetricsError;
use super::cloudwatch_indicator::{MetricObjective, Unusable};
use super::cloudwatch_source::{HABITS, counts, source_error};
use super::recurrence::Schedule;
use crate::slo::{Answer, Definitions, Habits, Question, SloSource, SloSourceError, VendorNews};

/// The rules of remarks on definitions.
const UNUSABLE_RULE: &str = "slo/application-signals";
const EXCLUSION_RULE: &str = "slo/exclusion-windows";
const REPORT_RULE: &str = "slo/budget-report";

/// Service levels that Application Signals keeps.
pub struct ApplicationSignalsSource {
    access: AwsAccess,
    linked_accounts: bool,
    signals: Option<ApplicationSignals>,
    measured: BTreeMap<String, Result<MetricObjective, Unusable>>,
    news: VendorNews,
    now: Timestamp,
}

impl ApplicationSignalsSource {
    /// A source that is not asked yet; `linked_accounts`: also the objectives of accounts that are linked to this
    /// monitoring account.
    #[must_use]
    pub fn new(access: AwsAccess, linked_accounts: bool) -> Self {
        let (signals, measured, now) = (None, BTreeMap::new(), Timestamp::UNIX_EPOCH);
        Self { access, linked_accounts, signals, measured, news: VendorNews::default(), now }
    }

    async fn connected(&mut self) -> Result<&ApplicationSignals, SloSourceError> {
        let signals = match self.signals.take() {
            Some(signals) => signals,
            None => ApplicationSignals::connect(&self.access, self.linked_accounts)
                .await
                .map_err(|error| source_error(error, &self.place()))?,
        };
        Ok(self.signals.insert(signals))
    }
}

/// An objective with its id here, and the times that AWS leaves out of it.
struct Defined {
    id: String,
    objective: SignalsObjective,
    left_out: Vec<Schedule>,
}

/// Everything that Application Signals told in one go.
#[derive(Default)]
struct Told {
    objectives: Vec<Defined>,
    definitions: Definitions,
    exclusions: Vec<VendorExclusion>,
}

impl Told {
    fn remark(&mut self, place: &str, name: &str, rule: &'static str, what: String, mend: &str) {
        self.definitions.issues.push(Issue {
            file: place.to_owned(),
            line: None,
            column: Some(name.to_owned()),
            rule,
            what,
            mend: mend.to_owned(),
            gravity: Gravity::Warning,
        });
    }
}

/// What an objective is called here: its name, with its account where that is another one, so that objectives of
/// two accounts keep apart.
fn id_of(objective: &SignalsObjective) -> String {
    match &objective.linked_account {
        Some(account) => format!("{}-{account}", objective.name),
        None => objective.name.clone(),
    }
}

/// The name at the end of an ARN.
fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Asks for all definitions, one by one, and for what AWS leaves out of each.
async fn told(signals: &ApplicationSignals, place: &str) -> Result<Told, MetricsError> {
    let mut told =
        Told { definitions: Definitions { is_whole: true, ..Definitions::default() }, ..Told::default() };
    for arn in signals.objective_arns().await? {
        let objective = match signals.objective(&arn).await {
            Ok(Ok(objective)) => objective,
            Ok(Err(what)) => {
                let name = name_of(&arn).to_owned();
                told.definitions.kept.push(name.clone());
                let what = format!("The objective {name} cannot be told in our words: {what}.");
                told.remark(place, &name, UNUSABLE_RULE, what, "Change it in Application Signals.");
                continue;
            }
            // It was deleted since it was listed: the next list no longer has it.
            Err(MetricsError::Missing { .. }) => continue,
            Err(error) => return Err(error),
        };
        let id = id_of(&objective);
        let windows = signals.exclusions(&arn).await?;
        let mut left_out = Vec::new();
        for window in &windows {
            match window.schedule() {
                Ok(schedule) => left_out.push(schedule),
                Err(why) => {
                    let what = format!("AWS leaves a window out of {id}: {}; {why}.", window.sentence());
                    let mend =
                        "Counts here hold it; declare the same maintenance window to leave it out here, too.";
                    told.remark(place, &id, EXCLUSION_RULE, what, mend);
                }
            }
        }
        told.exclusions.extend(windows.iter().enumerate().filter_map(|one| exclusion(&id, one)));
        told.objectives.push(Defined { id, objective, left_out });
    }
    Ok(told)
}

#[async_trait]
impl SloSource for ApplicationSignalsSource {
    fn place(&self) -> String {
        format!("Application Signals {}", self.access.region())
    }

    fn habits(&self) -> Habits {
        HABITS
    }

    fn vendor_news(&mut self) -> VendorNews {
        std::mem::take(&mut self.news)
    }

    async fn definitions(&mut self, source: &str, at: Timestamp) -> Result<Definitions, SloSourceError> {
        self.now = at;
        let place = self.place();
        let signals = self.connected().await?;
        let mut found = told(signals, &place).await.map_err(|error| source_error(error, &place))?;
        let arns: Vec<String> = found.objectives.iter().map(|one| one.objective.arn.clone()).collect();
        let reports = signals.reports(&arns, at).await.map_err(|error| source_error(error, &place))?;
        for (name, words) in reports.faults {
            let what = format!("AWS does not tell the budget of {}: {words}.", name_of(&name));
            let mend = "What is counted here does not need it; it is asked for again in the next run.";
            found.remark(&place, name_of(&name), REPORT_RULE, what, mend);
        }
        self.news = VendorNews {
            statements: found
                .objectives
                .iter()
                .filter_map(|one| Some(statement(one, reports.reports.get(&one.objective.arn)?)))
                .collect(),
            exclusions: Some(std::mem::take(&mut found.exclusions)),
        };
        self.measured = found.objectives.iter().map(|one| (one.id.clone(), measured(one))).collect();
        found.definitions.terms = Some(found.objectives.iter().map(terms).collect());
        found.definitions.objectives =
            found.objectives.into_iter().map(|one| objective(one.id, one.objective, source, at)).collect();
        Ok(found.definitions)
    }

    async fn counts(&mut self, questions: &[Question]) -> Result<Answer, SloSourceError> {
        let (now, measured, place) = (self.now, std::mem::take(&mut self.measured), self.place());
        let answer = match self.connected().await {
            Ok(signals) => {
                let asked = counts(signals.watch(), questions, &measured, now).await;
                asked.map_err(|error| source_error(error, &place))
            }
            Err(error) => Err(error),
        };
        self.measured = measured;
        answer
    }

    async fn probe(&mut self, _source: &str, at: Timestamp) -> Vec<(bool, String)> {
        let place = self.place();
        let signals = match self.connected().await {
            Ok(signals) => signals,
            Err(error) => return vec![(false, error.to_string())],
        };
        let mut points = vec![(true, format!("credentials are taken: {}", signals.identity()))];
        let failed = |error: MetricsError| (false, source_error(error, &place).to_string());
        let arns = match signals.objective_arns().await {
            Ok(arns) => arns,
            Err(error) => {
                points.push(failed(error));
                return points;
            }
        };
        points.push((!arns.is_empty(), format!("Application Signals has {} objectives", arns.len())));
        let some: Vec<String> = arns.into_iter().take(1).collect();
        if some.is_empty() {
            return points;
        }
        points.push(match signals.reports(&some, at).await {
            Ok(_) => (true, "Application Signals tells budgets".to_owned()),
            Err(error) => failed(error),
        });
        if let Some(arn) = some.first() {
            points.push(match signals.exclusions(arn).await {
                Ok(_) => (true, "Application Signals tells windows that it leaves out".to_owned()),
                Err(error) => failed(error),
            });
        }
        points.push(match signals.watch().look(at).await {
            Ok(()) => (true, "CloudWatch gives metrics".to_owned()),
            Err(error) => failed(error),
        });
        points
    }
}

/// What AWS says of an objective over its own interval, up to when it looked.
fn statement(defined: &Defined, report: &SignalsReport) -> VendorStatement {
    let objective = &defined.objective;
    VendorStatement {
        objective: defined.id.clone(),
        span: VendorSpan::Window,
        period: objective.window.period(report.as_of),
        attainment: report.attainment,
        budget_left: report.budget.and_then(|budget| budget.left(objective.target)),
        state: report.status.to_ascii_lowercase(),
        as_of: report.as_of,
    }
}

/// What AWS says besides: how far back it reckons burn rates. It does not say which alarms look at them.
fn terms(defined: &Defined) -> ObjectiveTerms {
    ObjectiveTerms {
        objective: defined.id.clone(),
        lookbacks: defined.objective.burn_rate_minutes.iter().map(|minutes| minutes * 60).collect(),
        ..ObjectiveTerms::default()
    }
}

/// A window that AWS leaves out; `None` where it does not say when it begins. Its recurrence is a cron or rate
/// expression, in UTC.
fn exclusion(id: &str, (position, window): (usize, &SignalsExclusion)) -> Option<VendorExclusion> {
    let start = window.start?;
    Some(VendorExclusion {
        objective: id.to_owned(),
        id: format!("{}-{position}", start.as_second()),
        category: "Exclusion window".to_owned(),
        description: window.reason.clone(),
        start,
        end: window.seconds.and_then(|seconds| start.checked_add(SignedDuration::from_secs(seconds)).ok()),
        rule: window.recurrence.clone(),
        time_zone: window.recurrence.as_ref().map(|_| "UTC".to_owned()),
    })
}

fn measured(defined: &Defined) -> Result<MetricObjective, Unusable> {
    let objective = &defined.objective;
    let mend = "The budget that AWS tells stands beside it; nothing is counted here.";
    let indicator = objective.indicator.clone();
    let indicator = indicator.map_err(|what| (format!("{what}."), mend.to_owned()))?;
    let is_fixed = indicator.is_by_period();
    if objective.period < 60 || 3_600 % objective.period != 0 {
        let what = format!("Its period is {} seconds, and hours are cut into periods.", objective.period);
        return Err((what, mend.to_owned()));
    }
    Ok(MetricObjective { indicator, period: objective.period, is_fixed, left_out: defined.left_out.clone() })
}

fn objective(id: String, told: SignalsObjective, source: &str, at: Timestamp) -> Objective {
    Objective {
        display_name: told.name,
        description: told.description,
        service: told.service,
        product: None,
        environment: told.environment,
        method: told.method,
        target: told.target,
        window: told.window,
        counting: domain::counting::Counting::default(),
        source: source.to_owned(),
        definition_hash: told.definition_hash,
        valid_from: at,
        reviewed_at: None,
        id,
    }
}
