//! Where a product's own cost ran: production, staging and throwaway environments apart.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{CostInput, FactWeek};
use crate::change::Change;
use crate::money::{MICROS_PER_UNIT, decimal_of_micros, largest_remainder};
use crate::product::Environment;
use crate::review::cost::{rate_to, written_step};
use crate::week::IsoWeek;

/// What ran in one environment, in micro-units of the view's currency, whole in what people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentCost {
    /// The environment.
    pub environment: Environment,
    /// This week against the same weekdays of the one before.
    pub change: Change,
}

/// The product's own cost by environment, in the order of a page: run rate and one-off items together, without
/// shares of pools, which are in none. As written they add up to `own`.
pub(super) fn environments(input: &CostInput<'_>, facts: &[&FactWeek], own: Change) -> Vec<EnvironmentCost> {
    let now = exact(input, facts, input.week);
    let before = exact(input, facts, input.week.previous());
    let known: Vec<Environment> = Environment::ALL
        .into_iter()
        .filter(|environment| now.contains_key(environment) || before.contains_key(environment))
        .collect();
    let column = |sums: &BTreeMap<Environment, Decimal>, total: Option<i64>| -> Vec<Option<i64>> {
        let Some(total) = total else { return vec![None; known.len()] };
        let step = written_step(input.view.currency);
        let steps = |environment: &Environment| {
            sums.get(environment).copied().unwrap_or_default() * Decimal::from(MICROS_PER_UNIT / step)
        };
        let steps: Vec<Decimal> = known.iter().map(steps).collect();
        let written = largest_remainder(&steps, total / step);
        written.into_iter().map(|steps| Some(steps.saturating_mul(step))).collect()
    };
    let (now, before) = (column(&now, own.after), column(&before, own.before));
    let costs = known.iter().zip(before.into_iter().zip(now));
    costs
        .map(|(environment, (before, after))| EnvironmentCost {
            environment: *environment,
            change: Change { before, after },
        })
        .collect()
}

/// The compared days of a week by environment, exact in units of the view's currency.
fn exact(input: &CostInput<'_>, facts: &[&FactWeek], week: IsoWeek) -> BTreeMap<Environment, Decimal> {
    let mut sums: BTreeMap<Environment, Decimal> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.week == week) {
        let Some(rate) = rate_to(input.rates, fact.currency, input.view.currency) else { continue };
        let micros = fact.compared(input.comparisons).get(input.view.metric);
        if micros != 0 {
            *sums.entry(fact.environment).or_default() += decimal_of_micros(micros) * rate;
        }
    }
    sums
}
