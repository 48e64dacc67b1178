//! Single pages reduced to the products that are seen.

use std::sync::Arc;

use app::backend::{
    ActionsPage, AppError, FrozenVersion, IncidentPage, ObjectivePage, ObjectiveProposalPage,
    ObjectiveQueuePage, PostmortemListPage, PreviousWeek, ProductCostPage, ProductPage, Restated, ReviewPage,
    ReviewState, TopicsPage,
};
use domain::catalogue::Catalogue;
use domain::cost::Owner;
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::note::NotePlace;
use domain::postmortem::duty::Completion;
use domain::review::WeeklyReview;

use super::Door;

impl Door {
    /// The catalogue as it may be shown.
    pub(super) fn reduced_catalogue(&self, catalogue: &Arc<Catalogue>) -> Arc<Catalogue> {
        match self.sees_all() {
            true => Arc::clone(catalogue),
            false => Arc::new(catalogue.only(&self.access.sees)),
        }
    }

    pub(super) fn reduced_value(&self, review: &Arc<WeeklyReview>) -> Arc<WeeklyReview> {
        match self.sees_all() {
            true => Arc::clone(review),
            false => Arc::new(review.only(&self.access.sees)),
        }
    }

    /// Whether a note of that place may be read: those of sections speak of all products.
    pub(super) fn sees_place(&self, place: &NotePlace) -> bool {
        match place {
            NotePlace::Section(_) => self.sees_all(),
            NotePlace::Product(slug) => self.access.sees.has(slug),
        }
    }

    pub(super) fn sees_incident(&self, incident: &Incident) -> bool {
        self.access.sees.has_name(&incident.product)
    }

    /// Why a week was frozen again may speak of any product.
    pub(super) fn reduce_versions(&self, versions: &mut [FrozenVersion]) {
        if !self.sees_all() {
            versions.iter_mut().for_each(|version| version.reason.clear());
        }
    }

    fn reduce_state(&self, state: &mut ReviewState, before: &WeeklyReview) {
        if let ReviewState::Frozen { version, restated } = state
            && !self.sees_all()
        {
            version.reason.clear();
            restated.retain(|one| self.sees_restated(one, before));
        }
    }

    /// Whether a change since a freeze is about a product that is seen; `review` is that of the frozen week, whole.
    fn sees_restated(&self, restated: &Restated, review: &WeeklyReview) -> bool {
        let sees = &self.access.sees;
        let of_owner = |owner: &Owner| matches!(owner, Owner::Product(slug) if sees.has(slug));
        match restated {
            Restated::Cost { owner, .. } => owner.as_ref().is_some_and(of_owner),
            Restated::Moved { owner, .. } => of_owner(owner),
            Restated::Objective { id, .. } => {
                let row = review.objectives.iter().find(|row| row.id == *id);
                row.is_some_and(|row| sees.has_of(row.product.as_ref()))
            }
            // One that was not known at the freeze stands on no page of that week: whose it is cannot be told here.
            Restated::Incident { external_id, .. } => {
                let row = review.incidents.rows.iter().find(|row| row.external_id == *external_id);
                row.is_some_and(|row| sees.has_of(row.product.as_ref()))
            }
            Restated::Note { place, .. } => self.sees_place(place),
        }
    }

    pub(super) fn reduced_review(&self, page: ReviewPage) -> ReviewPage {
        if self.sees_all() {
            return page;
        }
        let ReviewPage { review, mut state, mut versions, previous, .. } = page;
        // Why there is no meeting may speak of any product.
        self.reduce_state(&mut state, &review);
        self.reduce_versions(&mut versions);
        // The week before is not at hand: of what changed in it only cost and notes say whose they are.
        let reduced = |restated: Vec<Restated>| {
            let is_seen = |one: &Restated| self.sees_restated(one, &review);
            restated.into_iter().filter(is_seen).collect()
        };
        let previous = previous.map(|previous| PreviousWeek {
            complete_days: previous.complete_days,
            restated: reduced(previous.restated),
        });
        // What was open at a freeze, and what was defined, are told of the organisation.
        let review = self.reduced_value(&review);
        ReviewPage { review, state, versions, previous, record: None, definitions: None, skip: None }
    }

    pub(super) fn reduced_product(&self, page: ProductPage) -> ProductPage {
        if self.sees_all() {
            return page;
        }
        let ProductPage { product, mut state } = page;
        if let ReviewState::Frozen { version, .. } = &mut state {
            version.reason.clear();
        }
        ProductPage { product, state }
    }

    pub(super) fn reduced_cost(&self, page: ProductCostPage) -> ProductCostPage {
        if self.sees_all() {
            return page;
        }
        ProductCostPage {
            page: self.reduced_product(page.page),
            incidents: Arc::new(
                page.incidents.iter().filter(|one| self.sees_incident(one)).cloned().collect(),
            ),
            catalogue: self.reduced_catalogue(&page.catalogue),
            ..page
        }
    }

    pub(super) fn reduced_objective(&self, page: ObjectivePage) -> Result<ObjectivePage, AppError> {
        self.check_seen(page.objective.row.product.as_ref())?;
        let review = self.reduced_value(&page.review);
        let frozen = page.frozen.map(|(mut version, row)| {
            self.reduce_versions(std::slice::from_mut(&mut version));
            (version, row)
        });
        Ok(ObjectivePage { review, frozen, ..page })
    }

    pub(super) fn reduced_proposal(
        &self,
        page: ObjectiveProposalPage,
    ) -> Result<ObjectiveProposalPage, AppError> {
        self.check_seen(page.objective.product.as_ref())?;
        Ok(ObjectiveProposalPage { review: self.reduced_value(&page.review), ..page })
    }

    pub(super) fn reduced_queue(&self, page: ObjectiveQueuePage) -> ObjectiveQueuePage {
        if self.sees_all() {
            return page;
        }
        let ObjectiveQueuePage { review, mut queue, mut proposals } = page;
        for items in [&mut queue.open, &mut queue.snoozed, &mut queue.settled] {
            items.retain(|item| self.access.sees.has_of(item.row.product.as_ref()));
        }
        let review = self.reduced_value(&review);
        proposals.retain(|proposal| review.objectives.iter().any(|row| row.id == proposal.objective));
        ObjectiveQueuePage { review, queue, proposals }
    }

    pub(super) fn reduced_incident(&self, page: IncidentPage) -> IncidentPage {
        if self.sees_all() {
            return page;
        }
        let mut page = page;
        page.root = page.root.filter(|root| self.sees_incident(root));
        page.parts.retain(|part| self.sees_incident(part));
        page.suggestions.retain(|suggestion| self.sees_incident(&suggestion.other));
        let others = page.suggestions.iter().map(|suggestion| &suggestion.other);
        let known: Vec<IncidentKey> = others
            .chain(&page.parts)
            .chain(&page.root)
            .chain(std::iter::once(&page.incident))
            .map(IncidentKey::of)
            .collect();
        page.decisions.retain(|one| known.contains(&one.of) && known.contains(&one.other));
        page.catalogue = self.reduced_catalogue(&page.catalogue);
        page
    }

    pub(super) fn reduced_actions(&self, page: ActionsPage) -> ActionsPage {
        let mut page = page;
        page.actions.retain(|action| self.access.sees.has_of(action.terms.product.as_ref()));
        ActionsPage { catalogue: self.reduced_catalogue(&page.catalogue), ..page }
    }

    pub(super) fn reduced_topics(&self, page: TopicsPage) -> TopicsPage {
        let mut page = page;
        page.topics.retain(|topic| self.access.sees.has_of(topic.terms.product.as_ref()));
        page.decisions.retain(|decision| self.access.sees.has_of(decision.terms.product.as_ref()));
        let review = page.review.map(|review| self.reduced_value(&review));
        TopicsPage { catalogue: self.reduced_catalogue(&page.catalogue), review, ..page }
    }

    pub(super) fn reduced_postmortems(&self, page: PostmortemListPage) -> PostmortemListPage {
        if self.sees_all() {
            return page;
        }
        let mut duties = page.duties;
        duties.retain(|duty| self.access.sees.has_name(&duty.product));
        PostmortemListPage {
            completion: Completion::of(duties.iter(), page.today),
            catalogue: self.reduced_catalogue(&page.catalogue),
            duties,
            ..page
        }
    }
}
