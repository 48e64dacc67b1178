//! What people said about cost that stood out, and what the meeting is asked.

use serde::{Deserialize, Serialize};

use domain::answer::{Answer, Evidence, Reopened, Subject, Verdict};
use domain::coverage::SourceKind;
use domain::finding::Status;
use domain::money::Currency;
use domain::product::Slug;
use domain::ratio::Ppm;
use domain::review::anomalies::OverlappingIncident;
use domain::review::questions::{Matter, Question, ServiceMove};

use super::value::{MoneyV1, PeriodV1};
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

words! {
    "subject of an answer": Subject {
        Anomaly = "anomaly",
        Mover = "mover",
    }
    "verdict": Verdict {
        Expected = "expected",
        Real = "real",
        Ignored = "ignored",
    }
    "reason to ask again": Reopened {
        Dearer = "dearer",
        Earlier = "earlier",
        Longer = "longer",
    }
}

mirror! {
    /// An incident on days that stood out.
    OverlappingIncidentV1 = OverlappingIncident {
        external_id: String,
        title: String,
        severity: String,
        impact: PeriodV1,
    }
}

/// What was known of an event or a mover.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::snapshot) struct EvidenceV1 {
    first: String,
    last: String,
    days: i64,
    goes_on: bool,
    actual: MoneyV1,
    expected: MoneyV1,
}

impl EvidenceV1 {
    /// The wire form.
    fn of(value: &Evidence, currency: Currency) -> Self {
        Self {
            first: Mirror::of(&value.first),
            last: Mirror::of(&value.last),
            days: value.days,
            goes_on: value.goes_on,
            actual: MoneyV1::new(value.actual, currency),
            expected: MoneyV1::new(value.expected, currency),
        }
    }

    /// The domain value with its currency.
    fn into_domain(self) -> Result<(Currency, Evidence), SnapshotError> {
        let currency = self.actual.currency();
        let evidence = Evidence {
            first: self.first.into_domain()?,
            last: self.last.into_domain()?,
            days: self.days,
            goes_on: self.goes_on,
            actual: self.actual.micros(currency)?,
            expected: self.expected.micros(currency)?,
        };
        Ok((currency, evidence))
    }
}

/// What somebody said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::snapshot) struct AnswerV1 {
    subject: String,
    product: String,
    service: Option<String>,
    seen: EvidenceV1,
    verdict: String,
    note: String,
    snooze_weeks: i64,
    asked_again_on: String,
    by: String,
    at: String,
}

impl Mirror<Answer> for AnswerV1 {
    fn of(value: &Answer) -> Self {
        Self {
            subject: Mirror::of(&value.subject),
            product: Mirror::of(&value.product),
            service: value.service.clone(),
            seen: EvidenceV1::of(&value.seen, value.currency),
            verdict: Mirror::of(&value.verdict),
            note: value.note.clone(),
            snooze_weeks: value.snooze_weeks,
            asked_again_on: Mirror::of(&value.asked_again_on),
            by: value.by.clone(),
            at: Mirror::of(&value.at),
        }
    }

    fn into_domain(self) -> Result<Answer, SnapshotError> {
        let (currency, seen) = self.seen.into_domain()?;
        Ok(Answer {
            subject: self.subject.into_domain()?,
            product: self.product.into_domain()?,
            service: self.service,
            currency,
            seen,
            verdict: self.verdict.into_domain()?,
            note: self.note,
            snooze_weeks: self.snooze_weeks,
            asked_again_on: self.asked_again_on.into_domain()?,
            by: self.by,
            at: self.at.into_domain()?,
        })
    }
}

/// A service that rose past both gates.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::snapshot) struct ServiceMoveV1 {
    service: String,
    now: EvidenceV1,
    answers: Vec<AnswerV1>,
    reopened: Option<String>,
    explained: bool,
}

impl Mirror<ServiceMove> for ServiceMoveV1 {
    fn of(value: &ServiceMove) -> Self {
        Self {
            service: value.service.clone(),
            now: EvidenceV1::of(&value.now, value.currency),
            answers: Mirror::of(&value.answers),
            reopened: Mirror::of(&value.reopened),
            explained: value.explained,
        }
    }

    fn into_domain(self) -> Result<ServiceMove, SnapshotError> {
        let (currency, now) = self.now.into_domain()?;
        Ok(ServiceMove {
            service: self.service,
            currency,
            now,
            answers: self.answers.into_domain()?,
            reopened: self.reopened.into_domain()?,
            explained: self.explained,
        })
    }
}

/// One thing that the meeting is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::snapshot) struct QuestionV1 {
    status: String,
    product: Option<String>,
    #[serde(flatten)]
    matter: MatterV1,
}

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum MatterV1 {
    OverBudget { month: String, forecast: MoneyV1, budget: MoneyV1 },
    Anomaly { now: EvidenceV1, service: Option<String>, reopened: Option<String> },
    Mover { now: EvidenceV1, service: String, reopened: Option<String> },
    Unallocated { amount: MoneyV1, share_ppm: i64, limit_ppm: i64 },
    SourceStale { source: String, source_kind: String, days: Option<i64> },
}

impl Mirror<Question> for QuestionV1 {
    fn of(value: &Question) -> Self {
        let matter = match &value.matter {
            Matter::OverBudget { month, forecast, budget } => MatterV1::OverBudget {
                month: Mirror::of(month),
                forecast: Mirror::of(forecast),
                budget: Mirror::of(budget),
            },
            Matter::Anomaly { currency, now, service, reopened } => MatterV1::Anomaly {
                now: EvidenceV1::of(now, *currency),
                service: service.clone(),
                reopened: Mirror::of(reopened),
            },
            Matter::Mover { currency, now, service, reopened } => MatterV1::Mover {
                now: EvidenceV1::of(now, *currency),
                service: service.clone(),
                reopened: Mirror::of(reopened),
            },
            Matter::Unallocated { amount, share, limit } => {
                MatterV1::Unallocated { amount: Mirror::of(amount), share_ppm: share.0, limit_ppm: limit.0 }
            }
            Matter::SourceStale { source, kind, days } => {
                MatterV1::SourceStale { source: source.clone(), source_kind: Mirror::of(kind), days: *days }
            }
        };
        Self { status: Mirror::of(&value.status), product: Mirror::of(&value.product), matter }
    }

    fn into_domain(self) -> Result<Question, SnapshotError> {
        let status: Status = self.status.into_domain()?;
        let product: Option<Slug> = self.product.into_domain()?;
        Ok(Question { status, product, matter: self.matter.into_domain()? })
    }
}

impl MatterV1 {
    fn into_domain(self) -> Result<Matter, SnapshotError> {
        Ok(match self {
            Self::OverBudget { month, forecast, budget } => Matter::OverBudget {
                month: month.into_domain()?,
                forecast: forecast.into_domain()?,
                budget: budget.into_domain()?,
            },
            Self::Anomaly { now, service, reopened } => {
                let (currency, now) = now.into_domain()?;
                Matter::Anomaly { currency, now, service, reopened: reopened.into_domain()? }
            }
            Self::Mover { now, service, reopened } => {
                let (currency, now) = now.into_domain()?;
                Matter::Mover { currency, now, service, reopened: reopened.into_domain()? }
            }
            Self::Unallocated { amount, share_ppm, limit_ppm } => Matter::Unallocated {
                amount: amount.into_domain()?,
                share: Ppm(share_ppm),
                limit: Ppm(limit_ppm),
            },
            Self::SourceStale { source, source_kind, days } => {
                let kind: SourceKind = source_kind.into_domain()?;
                Matter::SourceStale { source, kind, days }
            }
        })
    }
}
