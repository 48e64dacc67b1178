//! Write-ups of incidents: which are required, where they stand, and what people write.

use std::sync::Arc;

use app::backend::{
    AppError, PostmortemListPage, PostmortemPage, PostmortemRefusal, PostmortemRequest, PostmortemStepRequest,
};
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::postmortem::duty::{Completion, DutyInput, Reason, duty};
use domain::postmortem::{PostmortemFault, PostmortemMove, PostmortemState, PostmortemStep, text_of_form};
use domain::week::IsoWeek;
use store::{PostmortemEdit, StoreError};

use super::answer::check_text;
use super::gather::Draft;
use super::{LiveBackend, internal};

impl LiveBackend {
    /// The draft of the week that has begun: what is known now.
    async fn draft_of_today(&self) -> Result<Arc<Draft>, AppError> {
        let moment = self.moment().await?;
        let zone = self.catalogue(moment).await?.organization.zone();
        self.draft(moment, IsoWeek::at(moment.as_of, &zone)).await
    }

    /// The incident, as reviews read it where they do.
    async fn incident_of(&self, draft: &Draft, source: &str, id: &str) -> Result<Incident, AppError> {
        let is_it = |one: &&Incident| one.source == source && one.external_id == id;
        if let Some(found) = draft.input.incidents.iter().find(is_it) {
            return Ok(found.clone());
        }
        let key = IncidentKey { source: source.to_owned(), external_id: id.to_owned() };
        let found = self.incident_alone(&key).await.map_err(|error| internal(&error))?;
        found.ok_or(AppError::NotFound)
    }

    /// The page of one incident's write-up.
    pub(super) async fn postmortem_page(&self, source: &str, id: &str) -> Result<PostmortemPage, AppError> {
        let draft = self.draft_of_today().await?;
        let incident = self.incident_of(&draft, source, id).await?;
        let record = self.store.postmortem_get(source, id).await.map_err(|error| internal(&error))?;
        let catalogue = Arc::clone(&draft.input.catalogue);
        let zone = catalogue.organization.zone();
        let head = record.head(source, id);
        let is_read = draft.input.incidents.iter().any(|one| one.source == source && one.external_id == id);
        // One of long ago is judged by itself: nothing is known of the budgets of its weeks.
        let alone = std::slice::from_ref(&incident);
        let duty = duty(
            &DutyInput {
                incidents: if is_read { &draft.input.incidents } else { alone },
                histories: if is_read { &draft.input.objectives } else { &[] },
                heads: std::slice::from_ref(&head),
                terms: &catalogue.postmortem_terms,
                zone: &zone,
                as_of: draft.input.as_of,
                until: draft.input.as_of,
            },
            &incident,
        );
        let asked = duty.iter().flat_map(|duty| &duty.reasons).find_map(|reason| match reason {
            Reason::Budget { objective, .. } => Some(objective),
            _ => None,
        });
        let objective = asked.map(|id| {
            let row = draft.review.objectives.iter().find(|row| row.id == *id);
            row.map_or_else(|| id.clone(), |row| row.display_name.clone())
        });
        Ok(PostmortemPage { as_of: draft.input.as_of, catalogue, incident, duty, objective, record, head })
    }

    /// The list of write-ups.
    pub(super) async fn postmortems_page(&self) -> Result<PostmortemListPage, AppError> {
        let draft = self.draft_of_today().await?;
        let as_of = draft.input.as_of;
        let catalogue = Arc::clone(&draft.input.catalogue);
        let today = catalogue.organization.zone().to_datetime(as_of).date();
        let duties = draft.input.duties(as_of);
        let completion = Completion::of(duties.iter(), today);
        Ok(PostmortemListPage { as_of, today, catalogue, duties, completion })
    }

    /// Keeps a text or a link.
    ///
    /// # Errors
    /// [`PostmortemRefusal`] for what cannot be kept; what broke was logged.
    pub async fn postmortem_keep(&self, request: &PostmortemRequest) -> Result<(), PostmortemRefusal> {
        let (link, text) = text_of_form(&request.link, &request.text).map_err(PostmortemRefusal::Fault)?;
        let broken = |_: AppError| PostmortemRefusal::Internal;
        let draft = self.draft_of_today().await.map_err(broken)?;
        self.incident_of(&draft, &request.source, &request.external_id).await.map_err(broken)?;
        let edit = PostmortemEdit {
            source: request.source.clone(),
            external_id: request.external_id.clone(),
            seen: request.seen,
            link,
            text,
            at: self.clock.now(),
            by: request.actor.clone(),
        };
        match self.store.postmortem_save(edit).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                let known = self.store.postmortem_get(&request.source, &request.external_id).await;
                let known = known.map_err(|error| broken(internal(&error)))?;
                let head = known.head(&request.source, &request.external_id);
                let is_newer = head.version != request.seen;
                Err(match head.is_editable() || is_newer {
                    true => PostmortemRefusal::Conflict,
                    false => PostmortemRefusal::Fault(PostmortemFault::State),
                })
            }
            Err(StoreError::Invalid { .. }) => Err(PostmortemRefusal::Fault(PostmortemFault::Letters)),
            Err(error) => Err(broken(internal(&error))),
        }
    }

    /// Adds a step.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason where one is needed, [`AppError::Conflict`] when it cannot follow,
    /// [`AppError::NotFound`] for an incident nobody knows.
    pub async fn postmortem_step_now(&self, request: PostmortemStepRequest) -> Result<(), AppError> {
        let note = request.note.trim().to_owned();
        // Asking, taking back and sending back need a reason; steps on speak for themselves.
        let speaks = matches!(request.done, PostmortemMove::State(state) if state != PostmortemState::Draft);
        if !speaks || !note.is_empty() {
            check_text(&note)?;
        }
        let draft = self.draft_of_today().await?;
        self.incident_of(&draft, &request.source, &request.external_id).await?;
        let step = PostmortemStep { done: request.done, at: self.clock.now(), by: request.actor, note };
        match self.store.postmortem_step(&request.source, &request.external_id, step).await {
            Err(StoreError::Conflict { .. }) => Err(AppError::Conflict),
            other => other.map_err(|error| internal(&error)),
        }
    }
}
