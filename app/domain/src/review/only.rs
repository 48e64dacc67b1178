//! A review reduced to some products: for readers who may see only these, for meetings on them, for shares.
//!
//! Reducing never adds: every number is one of a product that is kept, or is reckoned anew from such numbers. What
//! tells of several products and cannot be taken apart (the bill, shared pools, how many incidents earlier weeks
//! had) is left out, so that nothing of a product that is not kept can be read from a difference.

use crate::access::Products;
use crate::allocation::Target;
use crate::catalogue::Catalogue;
use crate::cost::Owner;
use crate::finding::Counts;
use crate::maintenance::Covers;
use crate::note::NotePlace;
use crate::period::Period;
use crate::product::Slug;

use super::cost::CostSection;
use super::incidents::IncidentSection;
use super::{WeeklyReview, summary};

impl WeeklyReview {
    /// The review of only these products; of all of them it is the same.
    #[must_use]
    pub fn only(&self, products: &Products) -> Self {
        if products.is_all() {
            return self.clone();
        }
        let mut review = self.clone();
        review.reduce(products);
        review
    }

    fn reduce(&mut self, kept: &Products) {
        let has = |slug: &Option<Slug>| kept.has_of(slug.as_ref());
        self.products.retain(|product| kept.has(&product.slug));
        self.actions.carried.retain(|action| has(&action.product));
        self.actions.made.retain(|action| has(&action.product));
        self.notes.retain(|note| matches!(&note.place, NotePlace::Product(slug) if kept.has(slug)));
        self.topics.topics.retain(|topic| has(&topic.product));
        self.topics.look_again.retain(|decision| has(&decision.product));
        self.topics.made.retain(|decision| has(&decision.product));
        self.matrix.retain(|row| kept.has(&row.product));
        self.counts = Counts::of(&self.matrix);
        self.questions.retain(|question| has(&question.product));
        self.shared_moves.clear();
        // A cloud tells one sum for all accounts that it holds responsible.
        self.cloud_anomalies
            .retain(|(_, products)| !products.is_empty() && products.iter().all(|slug| kept.has(slug)));
        self.cost.reduce(kept);
        self.incidents.reduce(kept, &Period { start: self.period.start, end: self.measured_until });
        self.objectives.retain(|row| has(&row.product));
        self.verdicts.retain(|verdict| kept.has(&verdict.product));
        let listed = self.reviews_due.first.len();
        let is_kept = |id: &str| self.objectives.iter().any(|row| row.id == id);
        self.reviews_due.first.retain(|request| is_kept(&request.objective));
        // How many more of the queue are about what is kept is not known here: those that are listed count.
        if self.reviews_due.first.len() < listed || self.reviews_due.open > listed {
            self.reviews_due.open = self.reviews_due.first.len();
        }
        // What is counted of those weeks is counted over all products, and why none was held may speak of any.
        self.carried_weeks.clear();
        self.unmapped.clear();
        self.summary = summary(&self.cost, &self.incidents, &self.objectives);
    }
}

impl CostSection {
    fn reduce(&mut self, kept: &Products) {
        let has = |owner: &Owner| matches!(owner, Owner::Product(slug) if kept.has(slug));
        self.rows.retain(|row| has(&row.owner));
        self.days.retain(|days| has(&days.owner));
        self.movers.retain(|mover| has(&mover.owner));
        self.changed_pairs = i64::try_from(self.movers.len()).unwrap_or(i64::MAX);
        self.budgets.retain(|budget| kept.has(&budget.product));
        // How large a pool is explains what a product bears of it; what others bear is theirs.
        self.pools.iter_mut().for_each(|pool| pool.shares.retain(|share| kept.has(&share.product)));
        self.pools.retain(|pool| !pool.shares.is_empty());
        self.reconciliation.clear();
    }
}

impl IncidentSection {
    fn reduce(&mut self, kept: &Products, window: &Period) {
        self.rows.retain(|row| kept.has_of(row.product.as_ref()));
        (self.union_seconds, self.weighted_seconds) = super::incidents::sums(&self.rows, window);
        self.earlier_counts.clear();
        self.band = None;
    }
}

impl Catalogue {
    /// What it says of only these products, and of none; of all of them it is the same. It is for showing: what is
    /// left does not add up to the bill.
    #[must_use]
    pub fn only(&self, products: &Products) -> Self {
        let mut catalogue = self.clone();
        if products.is_all() {
            return catalogue;
        }
        let has = |slug: &Option<Slug>| slug.as_ref().is_some_and(|slug| products.has(slug));
        catalogue.products.retain(|product| products.has(&product.slug));
        catalogue.accounts.retain(|account| has(&account.product));
        catalogue
            .rules
            .retain(|rule| matches!(&rule.target, Target::Product { product, .. } if products.has(product)));
        catalogue.pools.clear();
        catalogue.usage.retain(|usage| products.has(&usage.product));
        catalogue.budgets.retain(|budget| products.has(&budget.product));
        catalogue.commitments.retain(|commitment| has(&commitment.product));
        let is_kept = |covers: &Covers| matches!(covers, Covers::Product(slug) if products.has(slug));
        catalogue.maintenance.retain(|window| is_kept(&window.covers));
        catalogue.policies.retain(|policy| products.has(&policy.product));
        catalogue
    }
}
