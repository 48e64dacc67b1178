//! What clouds found unusual by themselves.

use serde::{Deserialize, Serialize};

use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::money::Currency;
use domain::product::Slug;

use super::value::MoneyV1;
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

/// One thing that a cloud holds responsible.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
struct CloudCauseV1 {
    account: Option<String>,
    account_name: Option<String>,
    service: Option<String>,
    region: Option<String>,
    usage_type: Option<String>,
    impact: Option<MoneyV1>,
}

impl CloudCauseV1 {
    fn of(value: &CloudCause, currency: Currency) -> Self {
        let CloudCause { account, account_name, service, region, usage_type, impact } = value.clone();
        let impact = impact.map(|micros| MoneyV1::new(micros, currency));
        Self { account, account_name, service, region, usage_type, impact }
    }

    fn into_domain(self, currency: Currency) -> Result<CloudCause, SnapshotError> {
        let Self { account, account_name, service, region, usage_type, impact } = self;
        let impact = impact.map(|money| money.micros(currency)).transpose()?;
        Ok(CloudCause { account, account_name, service, region, usage_type, impact })
    }
}

/// One anomaly of a cloud.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct CloudAnomalyV1 {
    source: String,
    id: String,
    first: String,
    last: Option<String>,
    dimension: Option<String>,
    impact: MoneyV1,
    expected: Option<MoneyV1>,
    feedback: Option<String>,
    causes: Vec<CloudCauseV1>,
}

impl Mirror<CloudAnomaly> for CloudAnomalyV1 {
    fn of(value: &CloudAnomaly) -> Self {
        let money = |micros| MoneyV1::new(micros, value.currency);
        Self {
            source: value.source.clone(),
            id: value.id.clone(),
            first: Mirror::of(&value.first),
            last: Mirror::of(&value.last),
            dimension: value.dimension.clone(),
            impact: money(value.impact),
            expected: value.expected.map(money),
            feedback: value.feedback.clone(),
            causes: value.causes.iter().map(|cause| CloudCauseV1::of(cause, value.currency)).collect(),
        }
    }

    fn into_domain(self) -> Result<CloudAnomaly, SnapshotError> {
        let currency = self.impact.currency();
        let causes = self.causes.into_iter().map(|cause| cause.into_domain(currency));
        Ok(CloudAnomaly {
            source: self.source,
            id: self.id,
            first: self.first.into_domain()?,
            last: self.last.into_domain()?,
            dimension: self.dimension,
            currency,
            impact: self.impact.micros(currency)?,
            expected: self.expected.map(|money| money.micros(currency)).transpose()?,
            feedback: self.feedback,
            causes: causes.collect::<Result<_, _>>()?,
        })
    }
}

/// One with the products whose accounts it names.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct MappedAnomalyV1 {
    products: Vec<String>,
    #[serde(flatten)]
    anomaly: CloudAnomalyV1,
}

impl Mirror<(CloudAnomaly, Vec<Slug>)> for MappedAnomalyV1 {
    fn of((anomaly, products): &(CloudAnomaly, Vec<Slug>)) -> Self {
        Self { products: Mirror::of(products), anomaly: Mirror::of(anomaly) }
    }

    fn into_domain(self) -> Result<(CloudAnomaly, Vec<Slug>), SnapshotError> {
        Ok((self.anomaly.into_domain()?, self.products.into_domain()?))
    }
}
