//! Questions to Cost Explorer: what is asked, page by page, and what it costs.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use aws_sdk_costexplorer::error::ProvideErrorMetadata;
use aws_sdk_costexplorer::error::SdkError;
use aws_sdk_costexplorer::operation::get_cost_and_usage::{GetCostAndUsageError, GetCostAndUsageOutput};
use aws_sdk_costexplorer::types::{
    DateInterval, Dimension, DimensionValues, Expression, Granularity, GroupDefinition, GroupDefinitionType,
    MetricValue, ResultByTime,
};
use domain::money::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::access::Aws;
use super::error::AwsError;
use crate::field;

const BILLED: &str = "UnblendedCost";
const NET: &str = "NetAmortizedCost";
const AMORTIZED: &str = "AmortizedCost";

/// More pages than any answer has.
const PAGES: usize = 10_000;

/// Who counts priced requests.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Reserves one request.
    ///
    /// # Errors
    /// [`MeterError`] when it must not be made.
    async fn reserve(&self) -> Result<(), MeterError>;

    /// Notes that a reserved request was answered.
    ///
    /// # Errors
    /// [`MeterError::Broken`] when that cannot be noted.
    async fn answered(&self) -> Result<(), MeterError>;
}

/// Why a priced request is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeterError {
    /// The cap of the day is reached.
    #[error(
        "the cap of {cap} priced requests on {day} is reached for {source_name}, so that AWS is not asked any more today; \
         what is stored stays, the next run goes on. Raise daily_request_cap (a request costs $0.01) to go on now"
    )]
    Cap {
        /// The source.
        source_name: String,
        /// The cap.
        cap: u32,
        /// The UTC day.
        day: Date,
    },
    /// Counting failed, and what is not counted is not asked.
    #[error("requests cannot be counted: {what}")]
    Broken {
        /// Why.
        what: String,
    },
}

/// UTC days, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub start: Date,
    /// The day after the last one.
    pub end: Date,
}

/// What an answer is grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GroupBy {
    Account,
    Service,
    RecordType,
    Tag(String),
    CostCategory(String),
}

/// One question; all of its pages are asked for with it.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) window: Window,
    pub(super) monthly: bool,
    pub(super) groups: [GroupBy; 2],
    /// Only this account.
    pub(super) account: Option<String>,
    /// Only these record types; all where empty.
    pub(super) record_types: Vec<String>,
}

/// The amounts of one group on one day (or in one month).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) day: Date,
    pub(super) keys: [String; 2],
    pub(super) currency: Currency,
    pub(super) billed: Decimal,
    pub(super) effective: Decimal,
}

/// All pages of an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) groups: Vec<Group>,
    /// Days (or months) that AWS calls estimates.
    pub(super) estimated: BTreeSet<Date>,
    /// Account id → name.
    pub(super) names: BTreeMap<String, String>,
}

/// What came of asking for the pages of a question.
enum Asked {
    Answer(Answer),
    /// AWS has no net metric for this bill.
    NoNet,
}

impl Aws {
    /// Asks a question to its last page.
    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, AwsError> {
        if let Asked::Answer(answer) = self.ask_all(question).await? {
            return Ok(answer);
        }
        self.knows_net.store(false, Ordering::Relaxed);
        match self.ask_all(question).await? {
            Asked::Answer(answer) => Ok(answer),
            Asked::NoNet => Err(AwsError::Answer { what: format!("groups without {AMORTIZED}") }),
        }
    }

    async fn ask_all(&self, question: &Question) -> Result<Asked, AwsError> {
        let effective = if self.knows_net.load(Ordering::Relaxed) { NET } else { AMORTIZED };
        let mut answer = Answer::default();
        let mut seen = BTreeSet::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            self.meter.reserve().await?;
            let page = match self.page(question, effective, token).await {
                Err(error) if effective == NET && is_about_net(&error) => return Ok(Asked::NoNet),
                page => page.map_err(|error| AwsError::of(&error))?,
            };
            self.meter.answered().await?;
            if !answer.take(&page, effective)? {
                return Ok(Asked::NoNet);
            }
            match page.next_page_token {
                None => return answer.checked().map(Asked::Answer),
                Some(next) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => break,
            }
        }
        Err(AwsError::Pages { what: "the same token came twice".to_owned() })
    }

    async fn page(
        &self,
        question: &Question,
        effective: &str,
        token: Option<String>,
    ) -> Result<GetCostAndUsageOutput, SdkError<GetCostAndUsageError>> {
        let Window { start, end } = question.window;
        let period = DateInterval::builder().start(start.to_string()).end(end.to_string()).build();
        self.explorer
            .get_cost_and_usage()
            .time_period(period.map_err(SdkError::construction_failure)?)
            .granularity(if question.monthly { Granularity::Monthly } else { Granularity::Daily })
            .metrics(BILLED)
            .metrics(effective)
            .set_group_by(Some(question.groups.iter().map(GroupBy::definition).collect()))
            .set_filter(question.filter())
            .set_billing_view_arn(self.options.billing_view_arn.clone())
            .set_next_page_token(token)
            .send()
            .await
    }
}

/// Whether AWS refuses the net metric and nothing else.
fn is_about_net(error: &SdkError<GetCostAndUsageError>) -> bool {
    let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
    message.is_some_and(|message| message.contains(NET))
}

impl GroupBy {
    fn definition(&self) -> GroupDefinition {
        let (kind, key) = match self {
            Self::Account => (GroupDefinitionType::Dimension, Dimension::LinkedAccount.as_str()),
            Self::Service => (GroupDefinitionType::Dimension, Dimension::Service.as_str()),
            Self::RecordType => (GroupDefinitionType::Dimension, Dimension::RecordType.as_str()),
            Self::Tag(key) => (GroupDefinitionType::Tag, key.as_str()),
            Self::CostCategory(name) => (GroupDefinitionType::CostCategory, name.as_str()),
        };
        GroupDefinition::builder().r#type(kind).key(key).build()
    }
}

impl Question {
    fn filter(&self) -> Option<Expression> {
        let only = |dimension: Dimension, values: Vec<String>| {
            let values = DimensionValues::builder().key(dimension).set_values(Some(values)).build();
            Expression::builder().dimensions(values).build()
        };
        let mut parts = Vec::new();
        if let Some(account) = &self.account {
            parts.push(only(Dimension::LinkedAccount, vec![account.clone()]));
        }
        if !self.record_types.is_empty() {
            parts.push(only(Dimension::RecordType, self.record_types.clone()));
        }
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Expression::builder().set_and(Some(parts)).build()),
        }
    }
}

impl Answer {
    /// Takes a page over; answers false when it lacks the effective metric.
    fn take(&mut self, page: &GetCostAndUsageOutput, effective: &str) -> Result<bool, AwsError> {
        for described in page.dimension_value_attributes() {
            let name = described.attributes().and_then(|attributes| attributes.get("description"));
            if let (Some(value), Some(name)) = (described.value(), name) {
                self.names.insert(value.to_owned(), name.clone());
            }
        }
        for result in page.results_by_time() {
            if !self.take_day(result, effective)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn take_day(&mut self, result: &ResultByTime, effective: &str) -> Result<bool, AwsError> {
        let start = result.time_period().map(DateInterval::start).unwrap_or_default();
        let day = start.get(..10).and_then(|day| Date::from_str(day).ok());
        let day = day.ok_or_else(|| unexpected(format!("a result of the day {start:?}")))?;
        if result.estimated() {
            self.estimated.insert(day);
        }
        for group in result.groups() {
            let [first, second] = group.keys() else {
                return Err(unexpected(format!("a group with {} keys", group.keys().len())));
            };
            let metric = |name: &str| group.metrics().and_then(|metrics| metrics.get(name));
            let Some(effective) = metric(effective) else { return Ok(false) };
            let billed = metric(BILLED).ok_or_else(|| unexpected(format!("a group without {BILLED}")))?;
            let (effective, (billed, currency)) = (amount(effective)?, priced(billed)?);
            let keys = [first.clone(), second.clone()];
            self.groups.push(Group { day, keys, currency, billed, effective });
        }
        Ok(true)
    }

    /// Refuses an answer whose pages overlap, and brings it into order.
    fn checked(mut self) -> Result<Self, AwsError> {
        self.groups.sort_by(|one, other| one.place().cmp(&other.place()));
        if let Some(pair) = self.groups.windows(2).find(|pair| pair[0].place() == pair[1].place()) {
            let Group { day, keys, .. } = &pair[0];
            let what = format!("{} × {} of {day} came twice", keys[0], keys[1]);
            return Err(AwsError::Pages { what });
        }
        Ok(self)
    }
}

impl Group {
    fn place(&self) -> (Date, &[String; 2], Currency) {
        (self.day, &self.keys, self.currency)
    }
}

fn unexpected(what: String) -> AwsError {
    AwsError::Answer { what }
}

fn amount(value: &MetricValue) -> Result<Decimal, AwsError> {
    let text = value.amount().unwrap_or_default();
    field::decimal(text).map_err(|_| unexpected(format!("the amount {text:?}")))
}

fn priced(value: &MetricValue) -> Result<(Decimal, Currency), AwsError> {
    let unit = value.unit().unwrap_or_default();
    let currency = Currency::from_str(unit).map_err(|_| unexpected(format!("the currency {unit:?}")))?;
    Ok((amount(value)?, currency))
}
