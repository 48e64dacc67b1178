//! What incidents cost error budgets.

use jiff::Timestamp;

use crate::attribution::Attribution;
use crate::error_budget::ErrorBudget;
use crate::incident::Incident;
use crate::objective::{ObjectiveHistory, SliSum};
use crate::period::Period;
use crate::product::{Environment, Slug};
use crate::ratio::Ppm;

/// What spent the budget of one objective over its own window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetCharges {
    /// The objective.
    pub objective: String,
    /// Its name.
    pub display_name: String,
    /// Its product.
    pub product: Slug,
    /// The window that the budget is for, up to where it is measured.
    pub period: Period,
    /// The counts of the window under the target.
    pub budget: ErrorBudget,
    /// What each incident spent and what none explains; together exactly the bad counts of the window.
    pub attribution: Attribution,
}

impl BudgetCharges {
    /// The budget's share that one charge spent, rounded towards minus infinity; `None` for a target of 100 %.
    #[must_use]
    pub fn share(&self, bad: i64) -> Option<Ppm> {
        self.budget.spent_by(bad)
    }
}

/// The part of an error budget that an incident spent; of several budgets the one it spent most of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetShare {
    /// The objective.
    pub objective: String,
    /// The objective's name.
    pub display_name: String,
    /// The share of its budget, above the whole when it spent more than there is.
    pub share: Ppm,
}

/// The charges of all production objectives that counted something bad while an incident lasted, in the order
/// of the objectives. `incidents` are those of all products, chosen or not: leaving one out would charge its
/// part to others.
#[must_use]
pub fn charges(
    histories: &[ObjectiveHistory],
    incidents: &[Incident],
    measured_until: Timestamp,
) -> Vec<BudgetCharges> {
    let one = |history: &ObjectiveHistory| {
        let objective = &history.objective;
        let product = objective.product.clone()?;
        if objective.environment != Environment::Production {
            return None;
        }
        let period = objective.window.period(measured_until);
        let sum = SliSum::of(&history.buckets, &period);
        let budget = ErrorBudget::new(sum.good, sum.total, objective.target).filter(|one| one.bad() > 0)?;
        let mine = incidents.iter().filter(|incident| incident.product == product.as_str());
        let mut attribution = Attribution::new(&history.buckets, mine, &period);
        attribution.charges.retain(|charge| charge.bad > 0);
        (!attribution.charges.is_empty()).then(|| BudgetCharges {
            objective: objective.id.clone(),
            display_name: objective.display_name.clone(),
            product,
            period,
            budget,
            attribution,
        })
    };
    histories.iter().filter_map(one).collect()
}

/// The largest share of any of these budgets that an incident spent.
#[must_use]
pub fn largest_share(charges: &[BudgetCharges], incident: &Incident) -> Option<BudgetShare> {
    let share_of = |one: &BudgetCharges| {
        let is_it = |charge: &&crate::attribution::Charge| {
            charge.source == incident.source && charge.external_id == incident.external_id
        };
        let charge = one.attribution.charges.iter().find(is_it)?;
        let (objective, display_name) = (one.objective.clone(), one.display_name.clone());
        Some(BudgetShare { objective, display_name, share: one.share(charge.bad)? })
    };
    // Of equal shares the first objective's, whatever the order of comparing.
    charges.iter().filter_map(share_of).reduce(|best, next| if next.share > best.share { next } else { best })
}
