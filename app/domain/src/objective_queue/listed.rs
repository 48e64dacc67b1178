//! The first ones of the queue, as the weekly review lists and keeps them.

use super::{AgedReason, ReviewQueue};

/// How many the weekly review lists.
pub const LISTED: usize = 5;

/// An objective that the meeting should review, and why; its name, product and mark stand in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRequest {
    /// The objective.
    pub objective: String,
    /// The tier of its product; `None` without one.
    pub tier: Option<u8>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why, most urgent first.
    pub reasons: Vec<AgedReason>,
}

/// What the weekly review says of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewsDue {
    /// How many objectives need a look.
    pub open: usize,
    /// The first [`LISTED`] of them, in the order of the queue.
    pub first: Vec<ReviewRequest>,
}

impl ReviewsDue {
    /// Takes the first ones of a queue.
    #[must_use]
    pub fn of(queue: &ReviewQueue) -> Self {
        let first = queue.open.iter().take(LISTED).map(|item| ReviewRequest {
            objective: item.row.id.clone(),
            tier: item.tier,
            owner: item.owner.clone(),
            reasons: item.reasons.clone(),
        });
        Self { open: queue.open.len(), first: first.collect() }
    }
}
