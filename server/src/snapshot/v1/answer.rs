//! What people said about cost that stood out, and what the meeting is asked.

use serde::{Deserialize, Serialize};

use domain::answer::{Answer, Evidence, Reopened, Subject, Verdict};
use domain::cost::Owner;
use domain::coverage::SourceKind;
use domain::finding::Status;
use domain::money::Currency;
use domain::product::Slug;
use domain::ratio::Ppm;
use domain::review::anomalies::OverlappingIncident;
use domain::review::questions::{Matter, Question, ServiceMove};

use super::value::{MoneyV1, OwnerV1, PeriodV1};
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct AnswerV1 {
    subject: String,
    product: Option<String>,
    /// Whose cost it is, where that is no product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<OwnerV1>,
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
            product: product_of(&value.owner),
            owner: other_than_product(&value.owner),
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
            owner: owner_of(self.product, self.owner)?,
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

/// The product, where an owner is one.
fn product_of(owner: &Owner) -> Option<String> {
    match owner {
        Owner::Product(slug) => Some(Mirror::of(slug)),
        Owner::Shared(_) | Owner::Unallocated => None,
    }
}

/// The owner, where it is no product.
fn other_than_product(owner: &Owner) -> Option<OwnerV1> {
    (!matches!(owner, Owner::Product(_))).then(|| Mirror::of(owner))
}

fn owner_of(product: Option<String>, owner: Option<OwnerV1>) -> Result<Owner, SnapshotError> {
    match (owner, product) {
        (Some(owner), _) => owner.into_domain(),
        (None, product) => Ok(Owner::Product(product.unwrap_or_default().into_domain()?)),
    }
}

/// A service of a pool or of unallocated cost that rose past both gates.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct SharedMoveV1 {
    owner: OwnerV1,
    #[serde(flatten)]
    moved: ServiceMoveV1,
}

impl Mirror<(Owner, ServiceMove)> for SharedMoveV1 {
    fn of((owner, moved): &(Owner, ServiceMove)) -> Self {
        Self { owner: Mirror::of(owner), moved: Mirror::of(moved) }
    }

    fn into_domain(self) -> Result<(Owner, ServiceMove), SnapshotError> {
        Ok((self.owner.into_domain()?, self.moved.into_domain()?))
    }
}

/// A service that rose past both gates.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct QuestionV1 {
    status: String,
    product: Option<String>,
    #[serde(flatten)]
    matter: MatterV1,
}

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum MatterV1 {
    OverBudget {
        month: String,
        forecast: MoneyV1,
        budget: MoneyV1,
    },
    Anomaly {
        now: EvidenceV1,
        service: Option<String>,
        reopened: Option<String>,
    },
    Mover {
        now: EvidenceV1,
        service: String,
        reopened: Option<String>,
        /// Whose cost it is, where that is no product's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<OwnerV1>,
    },
    Unallocated {
        amount: MoneyV1,
        share_ppm: i64,
        limit_ppm: i64,
    },
    SourceStale {
        source: String,
        source_kind: String,
        days: Option<i64>,
    },
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
            Matter::Mover { owner, currency, now, service, reopened } => MatterV1::Mover {
                now: EvidenceV1::of(now, *currency),
                service: service.clone(),
                reopened: Mirror::of(reopened),
                owner: other_than_product(owner),
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
        let matter = self.matter.into_domain(self.product.clone())?;
        let product: Option<Slug> = self.product.into_domain()?;
        Ok(Question { status, product, matter })
    }
}

impl MatterV1 {
    fn into_domain(self, product: Option<String>) -> Result<Matter, SnapshotError> {
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
            Self::Mover { now, service, reopened, owner } => {
                let (currency, now) = now.into_domain()?;
                let owner = owner_of(product, owner)?;
                Matter::Mover { owner, currency, now, service, reopened: reopened.into_domain()? }
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
