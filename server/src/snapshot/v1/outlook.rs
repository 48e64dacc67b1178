//! Where a month ends, how sure that is, and the days that stood out.

use serde::{Deserialize, Serialize};

use domain::anomaly::Anomaly;
use domain::forecast::{Accuracy, Band, Basis, FanRefusal, Method, Refusal};
use domain::money::Currency;
use domain::pace::Pace;
use domain::product_review::outlook::{CostAnomaly, Range, Unusual};

use super::answer::{AnswerV1, OverlappingIncidentV1};
use super::cloud_anomaly::CloudAnomalyV1;
use super::value::MoneyV1;
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

words! {
    "forecast method": Method {
        Trend = "trend",
        Level = "level",
        SameWeekday = "same-weekday",
    }
}

mirror! {
    /// How often ranges of closed months held.
    AccuracyV1 = Accuracy {
        held: usize,
        fans: usize,
    }

    /// Whether a month keeps step with its budget.
    PaceV1 = Pace {
        #[serde(rename = "expected_share_ppm")]
        expected_share: i64,
        #[serde(rename = "pace_ppm")]
        pace: Option<i64>,
        remaining: MoneyV1,
        days_left: i64,
        allowed_per_day: Option<MoneyV1>,
        exhausted_on: Option<String>,
    }

    /// Days that stood out.
    UnusualV1 = Unusual {
        events: Vec<AnomalyV1>,
        #[serde(default)]
        vanished: Vec<AnswerV1>,
        #[serde(default)]
        cloud: Vec<CloudAnomalyV1>,
        too_short: bool,
    }
}

/// How a forecast was made, or why there is none.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum MethodV1 {
    Made { method: String },
    Nothing,
    TooShort { days: usize },
    TooLarge,
}

impl Mirror<Result<Method, Refusal>> for MethodV1 {
    fn of(value: &Result<Method, Refusal>) -> Self {
        match value {
            Ok(method) => Self::Made { method: Mirror::of(method) },
            Err(Refusal::Nothing) => Self::Nothing,
            Err(Refusal::TooShort { days }) => Self::TooShort { days: *days },
            Err(Refusal::TooLarge) => Self::TooLarge,
        }
    }

    fn into_domain(self) -> Result<Result<Method, Refusal>, SnapshotError> {
        Ok(match self {
            Self::Made { method } => Ok(method.into_domain()?),
            Self::Nothing => Err(Refusal::Nothing),
            Self::TooShort { days } => Err(Refusal::TooShort { days }),
            Self::TooLarge => Err(Refusal::TooLarge),
        })
    }
}

/// The running sum at the end of a day ahead.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct BandV1 {
    p10: MoneyV1,
    p25: MoneyV1,
    p75: MoneyV1,
    p90: MoneyV1,
}

/// How far a forecast may be off, or why that is unknown.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum RangeV1 {
    Months { errors: usize, bands: Vec<BandV1>, accuracy: Option<AccuracyV1> },
    Weeks { errors: usize, bands: Vec<BandV1>, accuracy: Option<AccuracyV1> },
    NoForecast,
    NothingAhead,
    TooFew { errors: usize },
}

impl RangeV1 {
    /// The wire form.
    pub(in crate::snapshot) fn of(value: &Result<Range, FanRefusal>, currency: Currency) -> Self {
        let range = match value {
            Ok(range) => range,
            Err(FanRefusal::NoForecast) => return Self::NoForecast,
            Err(FanRefusal::NothingAhead) => return Self::NothingAhead,
            Err(FanRefusal::TooFew { errors }) => return Self::TooFew { errors: *errors },
        };
        let money = |micros| MoneyV1::new(micros, currency);
        let band = |band: &Band| BandV1 {
            p10: money(band.low),
            p25: money(band.lower),
            p75: money(band.upper),
            p90: money(band.high),
        };
        let bands = range.bands.iter().map(band).collect();
        let accuracy = Mirror::of(&range.accuracy);
        match range.basis {
            Basis::Months(errors) => Self::Months { errors, bands, accuracy },
            Basis::Weeks(errors) => Self::Weeks { errors, bands, accuracy },
        }
    }

    /// The domain value.
    pub(in crate::snapshot) fn into_domain(
        self,
        currency: Currency,
    ) -> Result<Result<Range, FanRefusal>, SnapshotError> {
        let (basis, bands, accuracy) = match self {
            Self::Months { errors, bands, accuracy } => (Basis::Months(errors), bands, accuracy),
            Self::Weeks { errors, bands, accuracy } => (Basis::Weeks(errors), bands, accuracy),
            Self::NoForecast => return Ok(Err(FanRefusal::NoForecast)),
            Self::NothingAhead => return Ok(Err(FanRefusal::NothingAhead)),
            Self::TooFew { errors } => return Ok(Err(FanRefusal::TooFew { errors })),
        };
        let band = |band: BandV1| -> Result<Band, SnapshotError> {
            Ok(Band {
                low: band.p10.micros(currency)?,
                lower: band.p25.micros(currency)?,
                upper: band.p75.micros(currency)?,
                high: band.p90.micros(currency)?,
            })
        };
        let bands = bands.into_iter().map(band).collect::<Result<_, _>>()?;
        Ok(Ok(Range { bands, basis, accuracy: accuracy.into_domain()? }))
    }
}

/// A run of days that cost far more than expected.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct AnomalyV1 {
    first: String,
    last: String,
    actual: MoneyV1,
    expected: MoneyV1,
    goes_on: bool,
    service: Option<String>,
    #[serde(default)]
    answers: Vec<AnswerV1>,
    #[serde(default)]
    reopened: Option<String>,
    #[serde(default)]
    incidents: Vec<OverlappingIncidentV1>,
}

impl Mirror<CostAnomaly> for AnomalyV1 {
    fn of(value: &CostAnomaly) -> Self {
        let money = |micros| MoneyV1::new(micros, value.currency);
        Self {
            first: Mirror::of(&value.event.first),
            last: Mirror::of(&value.event.last),
            actual: money(value.event.actual),
            expected: money(value.event.expected),
            goes_on: value.event.goes_on,
            service: value.service.clone(),
            answers: Mirror::of(&value.answers),
            reopened: Mirror::of(&value.reopened),
            incidents: Mirror::of(&value.incidents),
        }
    }

    fn into_domain(self) -> Result<CostAnomaly, SnapshotError> {
        let currency = self.actual.currency();
        Ok(CostAnomaly {
            currency,
            event: Anomaly {
                first: self.first.into_domain()?,
                last: self.last.into_domain()?,
                actual: self.actual.micros(currency)?,
                expected: self.expected.micros(currency)?,
                goes_on: self.goes_on,
            },
            service: self.service,
            answers: self.answers.into_domain()?,
            reopened: self.reopened.into_domain()?,
            incidents: self.incidents.into_domain()?,
        })
    }
}
