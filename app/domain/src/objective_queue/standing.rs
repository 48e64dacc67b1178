//! Reasons that no counts of a week tell: alerts, dependencies, contracts, restatements, attention, actions.

use jiff::SignedDuration;

use super::{AgedReason, Assessment, Reason};
use crate::error_budget::ErrorBudget;
use crate::maintenance::union;
use crate::objective::{ObjectiveHistory, SliSum};
use crate::objective_vendor::{VendorComparison, VendorSpan, VendorStatement};
use crate::period::Period;
use crate::ratio::Ppm;
use crate::review::objectives::{ObjectiveRow, version_at};
use crate::review::{ReviewInput, WeeklyReview};
use crate::terraform::Declared;
use crate::week::start_of_day;

/// So long without anybody looking is too long: four meetings.
const UNSEEN: SignedDuration = SignedDuration::from_hours(28 * 24);
/// A restatement counts from this change of what is left on: 10 percentage points.
const RESTATED: i64 = 100_000;
/// More than this share of the window should not be excluded.
const EXCLUDED: Ppm = Ppm(50_000);
/// Excluded time that grows for so many weeks is looked at.
const GROWING: usize = 3;

/// One objective of a review.
pub(super) struct Standing<'a> {
    pub(super) review: &'a WeeklyReview,
    pub(super) input: &'a ReviewInput,
    pub(super) row: &'a ObjectiveRow,
    pub(super) history: &'a ObjectiveHistory,
    pub(super) assessments: &'a [&'a Assessment],
    pub(super) drifted: Option<&'a Declared>,
}

impl Standing<'_> {
    /// Reasons that a review does not answer: only doing it does.
    pub(super) fn lasting(&self) -> Vec<AgedReason> {
        self.actions().chain(self.ignored()).collect()
    }

    /// Reasons that a review answers until the next one is due.
    pub(super) fn answerable(&self) -> Vec<AgedReason> {
        let data = self.restated().into_iter().chain(self.excluded()).chain(self.vendor()).chain(self.file());
        let people = self.policy().into_iter().chain(self.alerts()).chain(self.promises());
        data.chain(people).collect()
    }

    /// R24: what a review decided and nobody did.
    fn actions(&self) -> impl Iterator<Item = AgedReason> {
        let zone = self.review.organization.zone();
        let today = zone.to_datetime(self.review.as_of).date();
        self.assessments.iter().filter_map(move |held| {
            let action = held.action.as_ref()?;
            let is_late = action.done.is_none() && action.due_on < today;
            let since = start_of_day(action.due_on, &zone);
            let reason = Reason::ActionOverdue(action.owner.clone(), action.due_on);
            is_late.then_some(AgedReason { reason, since })
        })
    }

    /// R23: for four weeks nobody has opened the page or held a review. Reads are known from the first one on
    /// that was ever noted, of whichever objective.
    fn ignored(&self) -> Option<AgedReason> {
        let reads = &self.input.queue.reads;
        let limit = self.review.as_of.checked_sub(UNSEEN).ok()?;
        let known_since = reads.iter().map(|read| read.first_at).min()?;
        let first = self.history.earlier.first().unwrap_or(&self.history.objective).valid_from;
        if known_since > limit || first > limit {
            return None;
        }
        let opened = reads.iter().find(|read| read.objective == self.row.id).map(|read| read.last_at);
        let discussed = self.assessments.last().map(|held| held.at);
        let elsewhere = self.history.objective.reviewed_at;
        let seen = opened.into_iter().chain(discussed).chain(elsewhere).max();
        let is_ignored = seen.is_none_or(|seen| seen < limit);
        let since = seen.unwrap_or(known_since.max(first));
        is_ignored.then_some(AgedReason { reason: Reason::Ignored(seen), since })
    }

    /// R15: no policy that anybody approved, or one that should have been looked at again. It is asked of the
    /// objective of the product that stands worst, not of each.
    fn policy(&self) -> Option<AgedReason> {
        let product = self.row.product.as_ref().filter(|slug| self.review.product(slug).is_some())?;
        let worst = self.review.objectives.iter().find(|row| row.product.as_ref() == Some(product))?;
        if worst.id != self.row.id {
            return None;
        }
        let zone = self.review.organization.zone();
        let today = zone.to_datetime(self.review.as_of).date();
        let policy = self.input.catalogue.policies.iter().find(|policy| policy.product == *product);
        let Some(policy) = policy.filter(|policy| policy.is_approved(today)) else {
            let first = self.history.earlier.first().unwrap_or(&self.history.objective).valid_from;
            return Some(AgedReason { reason: Reason::NoPolicy, since: first });
        };
        let revisit = policy.revisit_on.filter(|_| policy.is_past_revisit(today))?;
        Some(AgedReason { reason: Reason::PolicyOutdated(revisit), since: start_of_day(revisit, &zone) })
    }

    /// R17: too much of the window is excluded, here or by the vendor, or more every week.
    fn excluded(&self) -> Option<AgedReason> {
        let since = self.review.period.start;
        let window = self.row.period;
        let share = Ppm::floor_of(i128::from(self.excluded_seconds(&window)), i128::from(window.seconds()));
        if let Some(share) = share.filter(|share| *share > EXCLUDED) {
            return Some(AgedReason { reason: Reason::ExcludedTime(share), since });
        }
        let zone = self.review.organization.zone();
        let weeks = self.review.week.trailing(1 + GROWING);
        let seconds: Vec<i64> = weeks.iter().map(|week| self.excluded_seconds(&week.period(&zone))).collect();
        let grows = seconds.len() > GROWING && seconds.windows(2).all(|pair| pair[0] < pair[1]);
        let reason = Reason::ExclusionsGrow(i64::try_from(GROWING).unwrap_or(0));
        grows.then_some(AgedReason { reason, since })
    }

    /// The time of a period that maintenance windows or the vendor leave out; what both do counts once.
    fn excluded_seconds(&self, period: &Period) -> i64 {
        let vendor = self.input.queue.left_out.iter().filter(|one| one.objective == self.row.id);
        let vendor = vendor.flat_map(|one| one.occurrences(period));
        let all = self.history.excluded.iter().map(|one| one.period).chain(vendor);
        union(all.filter_map(|one| one.clip(period)).collect()).iter().map(Period::seconds).sum()
    }

    /// R18: the vendor's number of the week is another than ours.
    fn vendor(&self) -> Option<AgedReason> {
        let is_meant = |one: &&VendorStatement| {
            one.objective == self.row.id
                && one.span == VendorSpan::Week
                && one.period.start == self.review.period.start
        };
        let said = self.input.queue.vendor.iter().filter(is_meant).max_by_key(|one| one.as_of)?;
        let compared = VendorComparison::new(said.clone(), &self.history.buckets, self.row.target);
        let (ours, theirs) = compared.ours.zip(compared.statement.attainment)?;
        let reason = Reason::VendorDiffers(ours, theirs);
        compared.differs.then_some(AgedReason { reason, since: self.review.period.start })
    }

    /// R18: the file that the definition should come from says another target.
    fn file(&self) -> Option<AgedReason> {
        let drifted = self.drifted?;
        let promise = drifted.promise.as_ref().or(drifted.resource.promises.first())?;
        let reason = Reason::FileDiffers(drifted.live.target, promise.target);
        Some(AgedReason { reason, since: self.history.objective.valid_from })
    }

    /// R19: no alert, or one that waits for what cannot happen: a burn rate is at most 1/β.
    fn alerts(&self) -> Option<AgedReason> {
        let objective = &self.history.objective;
        let terms = self.input.queue.terms.iter().find(|terms| terms.objective == objective.id)?;
        let alerts = terms.alerts.as_ref()?;
        let since = objective.valid_from;
        if alerts.is_empty() {
            return Some(AgedReason { reason: Reason::NoAlert, since });
        }
        let beta = i128::from(objective.target.complement().0);
        let highest = Ppm::floor_of(1_000_000, beta)?;
        let impossible = |threshold: Ppm| i128::from(threshold.0) * beta > 1_000_000_000_000;
        let found =
            alerts.iter().map(|alert| alert.threshold).filter(|threshold| impossible(*threshold)).max()?;
        Some(AgedReason { reason: Reason::AlertImpossible(found, highest), since })
    }

    /// R20: a target that what it depends on cannot carry, or that promises no more than a contract does.
    fn promises(&self) -> Vec<AgedReason> {
        let objective = &self.history.objective;
        let terms = self.input.queue.terms.iter().find(|terms| terms.objective == objective.id);
        let Some(terms) = terms else { return Vec::new() };
        let weakest = terms
            .depends_on
            .iter()
            .filter_map(|id| self.input.objectives.iter().find(|history| history.objective.id == *id))
            .map(|history| (&history.objective.id, history.objective.target))
            .filter(|(_, target)| objective.target >= *target)
            .min_by_key(|(_, target)| *target)
            .map(|(id, target)| Reason::AboveDependency(id.clone(), target));
        let contract = terms.contract.filter(|contract| objective.target <= *contract);
        let reasons = weakest.into_iter().chain(contract.map(Reason::BelowContract));
        reasons.map(|reason| AgedReason { reason, since: objective.valid_from }).collect()
    }

    /// R22: what was left of the window when the last review was frozen, against what later counts leave of it.
    fn restated(&self) -> Option<AgedReason> {
        let frozen = self.input.queue.frozen?;
        let end = frozen.week.period(&self.review.organization.zone()).end.min(frozen.at);
        let version = version_at(self.history, end);
        let period = version.window.period(end);
        let changes: Vec<_> = self
            .input
            .queue
            .restated
            .iter()
            .filter(|one| one.objective == self.row.id && period.contains(one.period.start))
            .collect();
        let newest = changes.last()?;
        let sum = SliSum::of(&self.history.buckets, &period);
        let good = changes.iter().fold(sum.good, |good, one| good + one.old_good - one.new_good);
        let total = changes.iter().fold(sum.total, |total, one| total + one.old_total - one.new_total);
        let left = |good, total| ErrorBudget::new(good, total, version.target)?.remaining();
        let (then, now) = (left(good, total)?, left(sum.good, sum.total)?);
        let moved = now.0.saturating_sub(then.0).abs() > RESTATED;
        moved.then_some(AgedReason { reason: Reason::Restated(then, now), since: newest.seen_at })
    }
}
