//! Error budget policies: what a product does with what is left of its error budgets.

pub mod demand;
pub mod verdict;

use jiff::civil::Date;

use crate::product::Slug;
use crate::ratio::Ppm;

/// What a policy allows; the order is from the freest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShipAction {
    /// Ship as usual.
    Ship,
    /// Ship with care, as the step's note says.
    Care,
    /// Halt all but P0 and security.
    Halt,
}

impl ShipAction {
    /// All of them, from the freest to the strictest.
    pub const ALL: [Self; 3] = [Self::Ship, Self::Care, Self::Halt];

    /// The word in files, forms, the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ship => "ship",
            Self::Care => "care",
            Self::Halt => "halt",
        }
    }
}

/// The text names no action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an action is ship, care (ship with care) or halt (all but P0 and security)")]
pub struct ShipActionError;

impl std::str::FromStr for ShipAction {
    type Err = ShipActionError;

    fn from_str(text: &str) -> Result<Self, ShipActionError> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or(ShipActionError)
    }
}

/// One threshold of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyStep {
    /// The step holds while at least this share of the budget is left; the last step of a policy has none and
    /// holds below all others.
    pub at_least: Option<Ppm>,
    /// What is allowed then.
    pub action: ShipAction,
    /// What that means here; may be empty.
    pub note: String,
}

/// What a product does with its error budgets, as people agreed (SRE Workbook, error budget policy).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBudgetPolicy {
    /// The product.
    pub product: Slug,
    /// The policy in people's words: plain text, a line break ends a paragraph.
    pub text: String,
    /// From the most that is left to the least; the last step has no threshold.
    pub steps: Vec<PolicyStep>,
    /// The objectives that decide; the worst of all of the product's in production where none is named.
    pub objectives: Vec<String>,
    /// Who approved it; nobody for a draft.
    pub approvers: Vec<String>,
    /// When it was approved.
    pub approved_on: Option<Date>,
    /// When it has to be looked at again.
    pub revisit_on: Option<Date>,
}

impl ErrorBudgetPolicy {
    /// Whether it is in force on a day: somebody approved it, not later than that.
    #[must_use]
    pub fn is_approved(&self, today: Date) -> bool {
        !self.approvers.is_empty() && self.approved_on.is_some_and(|day| day <= today)
    }

    /// Whether it should have been looked at again before a day.
    #[must_use]
    pub fn is_past_revisit(&self, today: Date) -> bool {
        self.revisit_on.is_some_and(|day| day < today)
    }

    /// The step for what is left of a budget: the first whose threshold is reached; equality reaches it.
    #[must_use]
    pub fn step(&self, remaining: Ppm) -> Option<&PolicyStep> {
        self.steps.iter().find(|step| step.at_least.is_none_or(|least| remaining >= least))
    }
}

/// Why the steps of a policy say nothing sensible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepsFault {
    /// There is none.
    None,
    /// The step of this position is not the last and has no threshold, so that later ones never hold.
    Unreached(usize),
    /// The last step has a threshold: nothing is said of less.
    OpenEnd,
    /// The threshold of this position is not below the one before.
    Order(usize),
    /// The step of this position is freer than the one before, with less left.
    Freer(usize),
    /// The last step is to ship: the policy stops nothing.
    StopsNothing,
}

/// The first thing that is wrong with steps; `None` when each has its place.
#[must_use]
pub fn steps_fault(steps: &[PolicyStep]) -> Option<StepsFault> {
    let Some((last, before)) = steps.split_last() else { return Some(StepsFault::None) };
    if let Some(position) = before.iter().position(|step| step.at_least.is_none()) {
        return Some(StepsFault::Unreached(position));
    }
    if last.at_least.is_some() {
        return Some(StepsFault::OpenEnd);
    }
    let is_out_of_order = |pair: &[PolicyStep]| {
        let (one, next) = (&pair[0], &pair[1]);
        one.at_least.zip(next.at_least).is_some_and(|(one, next)| next >= one)
    };
    if let Some(position) = steps.windows(2).position(is_out_of_order) {
        return Some(StepsFault::Order(position + 1));
    }
    if let Some(position) = steps.windows(2).position(|pair| pair[1].action < pair[0].action) {
        return Some(StepsFault::Freer(position + 1));
    }
    (last.action == ShipAction::Ship).then_some(StepsFault::StopsNothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at_least: Option<i64>, action: ShipAction) -> PolicyStep {
        PolicyStep { at_least: at_least.map(Ppm), action, note: String::new() }
    }

    fn policy(steps: Vec<PolicyStep>) -> ErrorBudgetPolicy {
        ErrorBudgetPolicy {
            product: "telemed".parse().unwrap(),
            text: "We stop.".to_owned(),
            steps,
            objectives: Vec::new(),
            approvers: vec!["Sato".to_owned()],
            approved_on: Some("2026-10-01".parse().unwrap()),
            revisit_on: Some("2027-04-01".parse().unwrap()),
        }
    }

    #[test]
    fn steps_need_order_and_an_end() {
        use ShipAction::{Care, Halt, Ship};
        for (steps, expected) in [
            (vec![], Some(StepsFault::None)),
            (vec![step(None, Halt)], None),
            (vec![step(Some(0), Ship), step(None, Halt)], None),
            (vec![step(Some(250_000), Ship), step(Some(0), Care), step(None, Halt)], None),
            (vec![step(None, Ship), step(None, Halt)], Some(StepsFault::Unreached(0))),
            (vec![step(Some(0), Ship)], Some(StepsFault::OpenEnd)),
            (vec![step(Some(0), Ship), step(Some(0), Care), step(None, Halt)], Some(StepsFault::Order(1))),
            (vec![step(Some(0), Halt), step(None, Care)], Some(StepsFault::Freer(1))),
            (vec![step(Some(0), Ship), step(None, Ship)], Some(StepsFault::StopsNothing)),
        ] {
            assert_eq!(steps_fault(&steps), expected, "{steps:?}");
        }
    }

    /// Exactly nothing left is not overspent: the Workbook's policy halts when the budget is exceeded.
    #[test]
    fn a_threshold_is_reached_by_equality() {
        use ShipAction::{Care, Halt, Ship};
        let policy = policy(vec![step(Some(250_000), Ship), step(Some(0), Care), step(None, Halt)]);
        for (left, expected) in [
            (1_000_000, Ship),
            (250_000, Ship),
            (249_999, Care),
            (0, Care),
            (-1, Halt),
            (-99_900_000_000, Halt),
        ] {
            assert_eq!(policy.step(Ppm(left)).unwrap().action, expected, "{left}");
        }
    }

    #[test]
    fn a_policy_is_in_force_from_its_approval_on() {
        let day = |text: &str| text.parse().unwrap();
        let approved = policy(vec![step(None, ShipAction::Halt)]);
        assert!(!approved.is_approved(day("2026-09-30")) && approved.is_approved(day("2026-10-01")));
        assert!(!approved.is_past_revisit(day("2027-04-01")) && approved.is_past_revisit(day("2027-04-02")));
        let draft = ErrorBudgetPolicy { approvers: Vec::new(), ..approved };
        assert!(!draft.is_approved(day("2026-12-01")));
    }
}
