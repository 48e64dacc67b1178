//! The queue of SLO reviews, and reviews that are held.

use std::sync::Arc;

use app::backend::{AppError, AssessmentRequest, Backend, ObjectiveQueuePage};
use app::texts::sentences;
use domain::answer::SNOOZE_WEEKS;
use domain::objective_queue::{Assessment, Decision, QueueItem, ReviewQueue, due_after};
use domain::week::IsoWeek;
use jiff::ToSpan;

use super::answer::check_text;
use super::gather::Draft;
use super::{LiveBackend, internal};

impl LiveBackend {
    /// The queue of a week.
    pub(super) async fn queue_page(&self, week: IsoWeek) -> Result<ObjectiveQueuePage, AppError> {
        let moment = self.moment().await?;
        let draft = self.draft(moment, week).await?;
        let queue = ReviewQueue::new(&draft.review, &draft.input, &self.assessments().await?);
        Ok(ObjectiveQueuePage { review: Arc::clone(&draft.review), queue })
    }

    /// Where one objective of a draft stands.
    pub(super) async fn queue_item_of(&self, draft: &Draft, id: &str) -> Result<Option<QueueItem>, AppError> {
        Ok(QueueItem::of(&draft.review, &draft.input, id, &self.assessments().await?))
    }

    async fn assessments(&self) -> Result<Vec<Assessment>, AppError> {
        self.store.objective_assessment_list().await.map_err(|error| internal(&error))
    }

    /// Keeps a review with the reasons it saw, if the definition is still the one the reader saw.
    pub(super) async fn assess_now(&self, request: AssessmentRequest) -> Result<(), AppError> {
        let invalid = |what: &str| Err(AppError::Invalid(what.to_owned()));
        let note = request.note.trim().to_owned();
        if request.decision != Decision::Keep || !note.is_empty() {
            check_text(&note)?;
        }
        if request.decision == Decision::Snooze && !SNOOZE_WEEKS.contains(&request.snooze_weeks) {
            return invalid("Put it off for 1, 4 or 13 weeks.");
        }
        let week = self.last_week().await?;
        let draft = self.draft(self.moment().await?, week).await?;
        let item = self.queue_item_of(&draft, &request.objective).await?.ok_or(AppError::NotFound)?;
        if item.definition_hash != request.definition_hash {
            return Err(AppError::Conflict);
        }
        let organization = &draft.review.organization;
        let (at, zone) = (self.clock.now(), organization.zone());
        let history = draft.input.objectives.iter().find(|history| history.objective.id == request.objective);
        let due_on = match request.decision {
            Decision::Snooze => zone.to_datetime(at).date().saturating_add((7 * request.snooze_weeks).days()),
            _ => due_after(history.ok_or(AppError::NotFound)?, at, organization),
        };
        let evidence = item.reasons.iter().map(|aged| {
            let text = sentences::reason(organization.language, &aged.reason, &zone);
            (aged.reason.id().to_owned(), text)
        });
        let assessment = Assessment {
            objective: request.objective,
            at,
            by: request.actor,
            decision: request.decision,
            note,
            toil: request.toil,
            satisfaction: request.satisfaction,
            definition_hash: request.definition_hash,
            due_on,
            evidence: evidence.collect(),
        };
        self.store.objective_assessment_insert(&assessment).await.map_err(|error| internal(&error))
    }
}
