//! Cost: rows, days, movers, budgets and the reconciliation.

use serde::{Deserialize, Serialize};

use domain::budget::Variance;
use domain::cost::Amounts;
use domain::money::Currency;
use domain::ratio::Ppm;
use domain::review::cost::{BudgetStatus, Comparison, CostRow, CostSection, Mover, Reconciliation};
use domain::review::days::OwnerDays;
use domain::split::{Method, PoolShare, PoolSplit};
use domain::tax::Tax;

use super::organization::AppliedRateV1;
use super::value::{AmountsV1, MoneyV1, OwnerV1};
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// Which days of a source are compared; 0 is Monday.
    ComparisonV1 = Comparison {
        source: String,
        complete_through: Option<String>,
        positions: Vec<usize>,
    }

    /// What a month differs from its budget.
    VarianceV1 = Variance {
        total: MoneyV1,
        usage: MoneyV1,
        currency: MoneyV1,
    }

    /// A month against its budget.
    BudgetStatusV1 = BudgetStatus {
        product: String,
        month: String,
        budget: MoneyV1,
        tax: String,
        through: Option<String>,
        spent: Option<MoneyV1>,
        forecast: Option<MoneyV1>,
        #[serde(rename = "forecast_share_ppm")]
        forecast_share: Option<i64>,
        variance: Option<VarianceV1>,
        rate: Option<AppliedRateV1>,
        status: String,
    }
}

/// One owner in one billing currency; `history` is oldest first and ends with this week.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct CostRowV1 {
    owner: OwnerV1,
    currency: String,
    this: AmountsV1,
    previous: AmountsV1,
    history: Vec<Option<AmountsV1>>,
    /// What of each week came out of shared pools; empty where nothing ever did.
    shared: Vec<AmountsV1>,
}

impl Mirror<CostRow> for CostRowV1 {
    fn of(value: &CostRow) -> Self {
        let amounts = |amounts: Amounts| AmountsV1::new(amounts, value.currency);
        Self {
            owner: Mirror::of(&value.owner),
            currency: Mirror::of(&value.currency),
            this: amounts(value.this),
            previous: amounts(value.previous),
            history: value.history.iter().map(|week| week.map(amounts)).collect(),
            shared: value.shared.iter().copied().map(amounts).collect(),
        }
    }

    fn into_domain(self) -> Result<CostRow, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        let history =
            self.history.into_iter().map(|week| week.map(|week| week.amounts(currency)).transpose());
        let shared = self.shared.into_iter().map(|week| week.amounts(currency));
        Ok(CostRow {
            owner: self.owner.into_domain()?,
            currency,
            this: self.this.amounts(currency)?,
            previous: self.previous.amounts(currency)?,
            history: history.collect::<Result<_, _>>()?,
            shared: shared.collect::<Result<_, _>>()?,
        })
    }
}

/// One product's part of a pool.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct PoolShareV1 {
    product: String,
    billed_weight_ppm: i64,
    effective_weight_ppm: i64,
    this: AmountsV1,
    previous: AmountsV1,
}

/// How a pool was split: what products bear of it and what is left add up to the whole.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct PoolSplitV1 {
    pool: String,
    method: String,
    series: Option<String>,
    currency: String,
    weights_of: Option<String>,
    whole: AmountsV1,
    rest: AmountsV1,
    shares: Vec<PoolShareV1>,
}

impl Mirror<PoolSplit> for PoolSplitV1 {
    fn of(value: &PoolSplit) -> Self {
        let amounts = |amounts: Amounts| AmountsV1::new(amounts, value.currency);
        let share = |share: &PoolShare| PoolShareV1 {
            product: Mirror::of(&share.product),
            billed_weight_ppm: share.billed_weight.0,
            effective_weight_ppm: share.effective_weight.0,
            this: amounts(share.this),
            previous: amounts(share.previous),
        };
        Self {
            pool: value.pool.clone(),
            method: Mirror::of(&value.method),
            series: value.series.clone(),
            currency: Mirror::of(&value.currency),
            weights_of: Mirror::of(&value.weights_of),
            whole: amounts(value.whole),
            rest: amounts(value.rest),
            shares: value.shares.iter().map(share).collect(),
        }
    }

    fn into_domain(self) -> Result<PoolSplit, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        let share = |share: PoolShareV1| -> Result<PoolShare, SnapshotError> {
            Ok(PoolShare {
                product: share.product.into_domain()?,
                billed_weight: Ppm(share.billed_weight_ppm),
                effective_weight: Ppm(share.effective_weight_ppm),
                this: share.this.amounts(currency)?,
                previous: share.previous.amounts(currency)?,
            })
        };
        Ok(PoolSplit {
            pool: self.pool,
            method: self.method.into_domain()?,
            series: self.series,
            currency,
            weights_of: self.weights_of.into_domain()?,
            whole: self.whole.amounts(currency)?,
            rest: self.rest.amounts(currency)?,
            shares: self.shares.into_iter().map(share).collect::<Result<_, _>>()?,
        })
    }
}

words! {
    "tax": Tax {
        Included = "included",
        Excluded = "excluded",
    }
    "method of a split": Method {
        Even = "even",
        Fixed = "fixed",
        Proportional = "proportional",
        Usage = "usage",
    }
}

/// One owner's seven UTC days, Monday first.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct OwnerDaysV1 {
    source: String,
    owner: OwnerV1,
    currency: String,
    days: [AmountsV1; 7],
}

impl Mirror<OwnerDays> for OwnerDaysV1 {
    fn of(value: &OwnerDays) -> Self {
        Self {
            source: value.source.clone(),
            owner: Mirror::of(&value.owner),
            currency: Mirror::of(&value.currency),
            days: value.days.map(|amounts| AmountsV1::new(amounts, value.currency)),
        }
    }

    fn into_domain(self) -> Result<OwnerDays, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        let mut days = [Amounts::default(); 7];
        for (day, amounts) in days.iter_mut().zip(self.days) {
            *day = amounts.amounts(currency)?;
        }
        Ok(OwnerDays { source: self.source, owner: self.owner.into_domain()?, currency, days })
    }
}

/// One owner and service that moved.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct MoverV1 {
    owner: OwnerV1,
    service: String,
    currency: String,
    before: AmountsV1,
    after: AmountsV1,
}

impl Mirror<Mover> for MoverV1 {
    fn of(value: &Mover) -> Self {
        Self {
            owner: Mirror::of(&value.owner),
            service: value.service.clone(),
            currency: Mirror::of(&value.currency),
            before: AmountsV1::new(value.before, value.currency),
            after: AmountsV1::new(value.after, value.currency),
        }
    }

    fn into_domain(self) -> Result<Mover, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        Ok(Mover {
            owner: self.owner.into_domain()?,
            service: self.service,
            currency,
            before: self.before.amounts(currency)?,
            after: self.after.amounts(currency)?,
        })
    }
}

/// Whether the parts add up to the bill; `difference` is zero or a fault.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct ReconciliationV1 {
    source: String,
    currency: String,
    metric: String,
    products: MoneyV1,
    shared_not_split: MoneyV1,
    unallocated: MoneyV1,
    billed: MoneyV1,
    difference: MoneyV1,
}

impl Mirror<Reconciliation> for ReconciliationV1 {
    fn of(value: &Reconciliation) -> Self {
        let money = |micros| MoneyV1::new(micros, value.currency);
        Self {
            source: value.source.clone(),
            currency: Mirror::of(&value.currency),
            metric: Mirror::of(&value.metric),
            products: money(value.products),
            shared_not_split: money(value.shared_not_split),
            unallocated: money(value.unallocated),
            billed: money(value.billed),
            difference: money(value.difference),
        }
    }

    fn into_domain(self) -> Result<Reconciliation, SnapshotError> {
        let currency: Currency = self.currency.into_domain()?;
        Ok(Reconciliation {
            source: self.source,
            currency,
            metric: self.metric.into_domain()?,
            products: self.products.micros(currency)?,
            shared_not_split: self.shared_not_split.micros(currency)?,
            unallocated: self.unallocated.micros(currency)?,
            billed: self.billed.micros(currency)?,
            difference: self.difference.micros(currency)?,
        })
    }
}

/// Cost without the reconciliation, which stands at the top of the document.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct CostSectionV1 {
    comparisons: Vec<ComparisonV1>,
    rows: Vec<CostRowV1>,
    pools: Vec<PoolSplitV1>,
    days: Vec<OwnerDaysV1>,
    movers: Vec<MoverV1>,
    changed_pairs: i64,
    budgets: Vec<BudgetStatusV1>,
}

impl CostSectionV1 {
    /// The wire form.
    pub(in crate::snapshot) fn of(value: &CostSection) -> Self {
        Self {
            comparisons: Mirror::of(&value.comparisons),
            rows: Mirror::of(&value.rows),
            pools: Mirror::of(&value.pools),
            days: Mirror::of(&value.days),
            movers: Mirror::of(&value.movers),
            changed_pairs: value.changed_pairs,
            budgets: Mirror::of(&value.budgets),
        }
    }

    /// The domain value, together with the reconciliation.
    pub(in crate::snapshot) fn into_domain(
        self,
        reconciliation: Vec<ReconciliationV1>,
    ) -> Result<CostSection, SnapshotError> {
        Ok(CostSection {
            comparisons: self.comparisons.into_domain()?,
            rows: self.rows.into_domain()?,
            pools: self.pools.into_domain()?,
            days: self.days.into_domain()?,
            movers: self.movers.into_domain()?,
            changed_pairs: self.changed_pairs,
            reconciliation: reconciliation.into_domain()?,
            budgets: self.budgets.into_domain()?,
        })
    }
}
