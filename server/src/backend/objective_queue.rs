//! The queue of SLO reviews, and reviews that are held.

use std::sync::{Arc, PoisonError};

use app::backend::{AppError, AssessmentRequest, Backend, ObjectiveQueuePage};
use app::texts::sentences;
use domain::answer::SNOOZE_WEEKS;
use domain::objective_queue::{
    Assessment, CountsRestated, Decision, FrozenWeek, QueueInput, QueueItem, due_after,
};
use domain::period::Period;
use domain::week::IsoWeek;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::StoreError;

use super::answer::check_text;
use super::gather::Draft;
use super::{DEFAULT_MEETING, LiveBackend, internal};

/// When a week that nobody froze was looked at: on the day after it ended.
fn meeting_of(week: IsoWeek, zone: &TimeZone) -> FrozenWeek {
    let end = week.period(zone).end;
    FrozenWeek { week, at: end.checked_add(24.hours()).unwrap_or(end) }
}

/// How far back counts of a window may be restated, in days: calendar years and a little more.
const RESTATED_DAYS: i64 = 400;

impl LiveBackend {
    /// The queue of a week.
    pub(super) async fn queue_page(&self, week: IsoWeek) -> Result<ObjectiveQueuePage, AppError> {
        let moment = self.moment().await?;
        let draft = self.draft(moment, week).await?;
        let proposals = self.proposals_open().await?;
        Ok(ObjectiveQueuePage { review: Arc::clone(&draft.review), queue: draft.queue.clone(), proposals })
    }

    /// What the queue of a week that is measured up to an instant is told from besides its counts.
    pub(super) async fn queue_input(
        &self,
        week: IsoWeek,
        end: Timestamp,
        zone: &TimeZone,
    ) -> Result<QueueInput, StoreError> {
        let store = &self.store;
        let heads = store.snapshot_list(DEFAULT_MEETING).await?;
        let frozen = heads.iter().filter(|head| head.week <= week);
        let frozen = frozen.max_by_key(|head| (head.week, head.version));
        let frozen = frozen.map(|head| FrozenWeek { week: head.week, at: head.frozen_at });
        let meeting = frozen.unwrap_or_else(|| meeting_of(week.previous(), zone));
        let start = end.checked_sub((24 * RESTATED_DAYS).hours()).unwrap_or(Timestamp::MIN);
        let restated = store.sli_restatements(Period { start, end }, meeting.at).await?;
        let restated = restated.into_iter().map(|one| CountsRestated {
            objective: one.objective,
            seen_at: one.seen_at,
            period: one.period,
            old_good: one.old_good,
            old_total: one.old_total,
            new_good: one.new_good,
            new_total: one.new_total,
        });
        Ok(QueueInput {
            assessments: store.objective_assessment_list().await?,
            terms: store.objective_terms_list().await?,
            reads: store.objective_read_list().await?,
            frozen: Some(meeting),
            vendor: store.objective_vendor_list(week.period(zone).start).await?,
            left_out: store.objective_vendor_exclusion_list().await?,
            files: store.terraform_list().await?,
            restated: restated.collect(),
        })
    }

    /// Notes that what a review decided is done.
    pub(super) async fn action_end(
        &self,
        objective: &str,
        held_at: Timestamp,
        actor: &str,
    ) -> Result<(), AppError> {
        let done = self.store.objective_action_done(objective, held_at, self.clock.now(), actor).await;
        if done.map_err(|error| internal(&error))? { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// Notes that an objective's page was opened, once a day, beside the answer: an access record must neither
    /// keep a reader waiting for a writer nor fail the page.
    pub(super) fn opened_note(&self, id: &str) {
        let at = self.clock.now();
        let day = at.as_second().div_euclid(86_400);
        let is_new = {
            let mut noted = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            noted.retain(|(_, of)| *of == day);
            noted.insert((id.to_owned(), day))
        };
        if !is_new {
            return;
        }
        let (store, id) = (Arc::clone(&self.store), id.to_owned());
        tokio::spawn(async move {
            if let Err(error) = store.objective_read_note(&id, at).await {
                tracing::warn!(%error, objective = id, "the page was opened, which could not be noted");
            }
        });
    }

    /// Where one objective of a draft stands.
    pub(super) fn queue_item_of(draft: &Draft, id: &str) -> Option<QueueItem> {
        let queue = &draft.queue;
        let mut items = queue.open.iter().chain(&queue.snoozed).chain(&queue.settled);
        items.find(|item| item.row.id == id).cloned()
    }

    /// Keeps a review with the reasons it saw, if the definition is still the one the reader saw.
    pub(super) async fn assess_now(&self, request: AssessmentRequest) -> Result<(), AppError> {
        let invalid = |what: &str| Err(AppError::Invalid(what.to_owned()));
        let note = request.note.trim().to_owned();
        if request.decision != Decision::Keep || !note.is_empty() {
            check_text(&note)?;
        }
        if let Some(action) = &request.action {
            check_text(&action.what)?;
            check_text(&action.owner)?;
        }
        if request.decision == Decision::Snooze && !SNOOZE_WEEKS.contains(&request.snooze_weeks) {
            return invalid("Put it off for 1, 4 or 13 weeks.");
        }
        let week = self.last_week().await?;
        let draft = self.draft(self.moment().await?, week).await?;
        let item = Self::queue_item_of(&draft, &request.objective).ok_or(AppError::NotFound)?;
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
            action: request.action,
        };
        self.store.objective_assessment_insert(&assessment).await.map_err(|error| internal(&error))
    }
}
