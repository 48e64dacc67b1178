//! May we ship? The answer of a product's policy to what is left of its error budgets.

use jiff::Timestamp;
use jiff::civil::Date;

use super::demand::{Demand, demands};
use super::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use crate::finding::Status;
use crate::incident::Incident;
use crate::objective::ObjectiveHistory;
use crate::product::{Environment, Slug};
use crate::ratio::Ppm;
use crate::review::ReviewInput;
use crate::review::objectives::ObjectiveRow;

/// What is missing for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nobody wrote a policy.
    Policy,
    /// Nobody approved the policy yet.
    Approval,
    /// The product has no objective in production.
    Objectives,
    /// The policy names an objective that the product does not have.
    Objective(String),
    /// An objective has no counts, or none since an instant.
    Counts {
        /// The objective.
        objective: String,
        /// The end of the newest counts.
        last: Option<Timestamp>,
    },
    /// An objective's target is 100 %: it has no budget of which anything could be left.
    Budget(String),
}

/// The objective that decides, and what is left of its budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// The objective.
    pub objective: String,
    /// The share left; `None` where the target of 100 % is missed.
    pub remaining: Option<Ppm>,
}

/// Whether a product may ship, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShipVerdict {
    /// The product.
    pub product: Slug,
    /// What is allowed; `None` when it cannot be told, and [`ShipVerdict::gaps`] says why.
    pub action: Option<ShipAction>,
    /// What the policy says of it.
    pub note: String,
    /// The objective with the least left among those that decide, if any has a number.
    pub decider: Option<Decider>,
    /// What is missing for a sure answer.
    pub gaps: Vec<Gap>,
    /// What large spenders oblige to.
    pub demands: Vec<Demand>,
    /// When the policy was approved.
    pub approved_on: Option<Date>,
    /// When the policy has to be looked at again.
    pub revisit_on: Option<Date>,
    /// Whether that day is over.
    pub is_past_revisit: bool,
    /// Whether later counts may still change the deciding number.
    pub provisional: bool,
}

impl ShipVerdict {
    /// How a page marks it: an answer that is missing is never green.
    #[must_use]
    pub fn status(&self) -> Status {
        match self.action {
            None => Status::NoData,
            Some(ShipAction::Ship) => Status::Ok,
            Some(ShipAction::Care) => Status::Risk,
            Some(ShipAction::Halt) => Status::Breached,
        }
    }

    /// Whether nobody wrote a policy.
    #[must_use]
    pub fn is_without_policy(&self) -> bool {
        self.gaps.contains(&Gap::Policy)
    }

    /// A product without anything to tell from.
    fn unknown(product: &Slug, gap: Gap) -> Self {
        Self {
            product: product.clone(),
            action: None,
            note: String::new(),
            decider: None,
            gaps: vec![gap],
            demands: Vec::new(),
            approved_on: None,
            revisit_on: None,
            is_past_revisit: false,
            provisional: false,
        }
    }

    /// The answer of a policy on a day to the product's rows of a review, worst first as they stand there.
    ///
    /// What is strictest among the objectives that decide counts. An objective without a number could be worse
    /// than all others, so that only a halt is sure without it.
    #[must_use]
    pub fn new(
        product: &Slug,
        policy: Option<&ErrorBudgetPolicy>,
        rows: &[&ObjectiveRow],
        today: Date,
    ) -> Self {
        let Some(policy) = policy else { return Self::unknown(product, Gap::Policy) };
        let mut verdict = Self {
            approved_on: policy.approved_on,
            revisit_on: policy.revisit_on,
            is_past_revisit: policy.is_past_revisit(today),
            ..Self::unknown(product, Gap::Approval)
        };
        if !policy.is_approved(today) {
            return verdict;
        }
        let (deciding, gaps) = deciding(policy, rows);
        verdict.gaps = gaps;
        let mut strictest: Option<(&PolicyStep, &ObjectiveRow)> = None;
        for row in deciding {
            match step_of(policy, row) {
                Err(gap) => verdict.gaps.push(gap),
                Ok(step) => {
                    let is_stricter = strictest.is_none_or(|(known, of)| {
                        (step.action, std::cmp::Reverse(row.remaining))
                            > (known.action, std::cmp::Reverse(of.remaining))
                    });
                    if is_stricter {
                        strictest = Some((step, row));
                    }
                }
            }
        }
        if let Some((step, row)) = strictest {
            verdict.decider = Some(Decider { objective: row.id.clone(), remaining: row.remaining });
            verdict.provisional = row.provisional;
            if verdict.gaps.is_empty() || step.action == ShipAction::Halt {
                verdict.action = Some(step.action);
                verdict.note.clone_from(&step.note);
            }
        }
        verdict
    }
}

/// The rows that decide, and what is missing among them.
fn deciding<'a>(policy: &ErrorBudgetPolicy, rows: &[&'a ObjectiveRow]) -> (Vec<&'a ObjectiveRow>, Vec<Gap>) {
    if policy.objectives.is_empty() {
        let in_production = rows.iter().copied().filter(|row| row.environment == Environment::Production);
        let rows: Vec<&ObjectiveRow> = in_production.collect();
        let gap = rows.is_empty().then_some(Gap::Objectives);
        return (rows, gap.into_iter().collect());
    }
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for id in &policy.objectives {
        match rows.iter().find(|row| row.id == *id) {
            Some(row) => found.push(*row),
            None => gaps.push(Gap::Objective(id.clone())),
        }
    }
    (found, gaps)
}

/// The step that an objective leads to, or what is missing for one.
fn step_of<'p>(policy: &'p ErrorBudgetPolicy, row: &ObjectiveRow) -> Result<&'p PolicyStep, Gap> {
    if row.status == Status::NoData {
        return Err(Gap::Counts { objective: row.id.clone(), last: row.last_data });
    }
    let step = match row.remaining {
        Some(remaining) => policy.step(remaining),
        // A target of 100 % that is missed is overspent by any measure; one that is kept has nothing to spend.
        None if row.status == Status::Breached => policy.steps.last(),
        None => None,
    };
    step.ok_or_else(|| Gap::Budget(row.id.clone()))
}

/// The verdict of every product of a review, in its order.
#[must_use]
pub(crate) fn verdicts(
    input: &ReviewInput,
    products: &[crate::product::Product],
    rows: &[ObjectiveRow],
    measured_until: Timestamp,
) -> Vec<ShipVerdict> {
    let catalogue = &input.catalogue;
    let today = catalogue.organization.zone().to_datetime(input.as_of).date();
    products
        .iter()
        .map(|product| {
            let policy = catalogue.policies.iter().find(|policy| policy.product == product.slug);
            let mine: Vec<&ObjectiveRow> =
                rows.iter().filter(|row| row.product.as_ref() == Some(&product.slug)).collect();
            let mut verdict = ShipVerdict::new(&product.slug, policy, &mine, today);
            if policy.is_some_and(|policy| policy.is_approved(today)) {
                verdict.demands = demands_of(input, &product.slug, measured_until);
            }
            verdict
        })
        .collect()
}

fn demands_of(input: &ReviewInput, product: &Slug, measured_until: Timestamp) -> Vec<Demand> {
    let histories: Vec<&ObjectiveHistory> = input
        .objectives
        .iter()
        .filter(|history| {
            let objective = &history.objective;
            objective.product.as_ref() == Some(product) && objective.environment == Environment::Production
        })
        .collect();
    let incidents: Vec<&Incident> =
        input.incidents.iter().filter(|incident| incident.product == product.as_str()).collect();
    demands(&histories, &incidents, measured_until)
}
