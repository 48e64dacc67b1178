//! Action items: the register, and what people write into it.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::backend::{ActionRefusal, ActionRequest, ActionStepRequest, ActionsPage, AppError};
use domain::action::{Action, ActionFault, ActionMove, ActionStep, note_of, sort};
use domain::review::actions::ActionInput;
use domain::week::IsoWeek;
use jiff::Timestamp;
use store::StoreError;

use super::{DEFAULT_MEETING, LiveBackend, internal};

impl LiveBackend {
    /// The register, as a meeting works through it.
    pub(super) async fn actions_page(&self) -> Result<ActionsPage, AppError> {
        let mut actions = self.store.action_list().await.map_err(|error| internal(&error))?;
        sort(&mut actions);
        self.page_of_actions(actions).await
    }

    /// One action item on a page of its own.
    pub(super) async fn action_page(&self, id: i64) -> Result<ActionsPage, AppError> {
        let action = self.store.action_get(id).await.map_err(|error| internal(&error))?;
        self.page_of_actions(vec![action.ok_or(AppError::NotFound)?]).await
    }

    async fn page_of_actions(&self, actions: Vec<Action>) -> Result<ActionsPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let today = catalogue.organization.zone().to_datetime(moment.as_of).date();
        let frozen_at = self.frozen_at().await.map_err(|error| internal(&error))?;
        Ok(ActionsPage { as_of: moment.as_of, today, catalogue: Arc::clone(&catalogue), actions, frozen_at })
    }

    /// All promises, and when each week was frozen.
    pub(super) async fn action_input(&self) -> Result<ActionInput, StoreError> {
        Ok(ActionInput { actions: self.store.action_list().await?, frozen_at: self.frozen_at().await? })
    }

    /// When each week was frozen last.
    async fn frozen_at(&self) -> Result<Vec<Timestamp>, StoreError> {
        // A week that was frozen twice was one meeting; its last version is what people remember.
        let mut frozen: BTreeMap<IsoWeek, Timestamp> = BTreeMap::new();
        for head in self.store.snapshot_list(DEFAULT_MEETING).await? {
            let last = frozen.entry(head.week).or_insert(head.frozen_at);
            *last = (*last).max(head.frozen_at);
        }
        Ok(frozen.into_values().collect())
    }

    /// Keeps a new action item and answers its number.
    ///
    /// # Errors
    /// [`ActionRefusal`] for what cannot be kept; what broke was logged.
    pub async fn action_add(&self, request: ActionRequest) -> Result<i64, ActionRefusal> {
        let broken = |_: AppError| ActionRefusal::Internal;
        let moment = self.moment().await.map_err(broken)?;
        let catalogue = self.catalogue(moment).await.map_err(broken)?;
        let is_product = |slug: &_| catalogue.products.iter().any(|product| product.slug == *slug);
        let terms = request.form.read(is_product).map_err(ActionRefusal::Fault)?;
        if let Some(key) = &terms.incident {
            let known = self.store.incident_get(&key.source, &key.external_id).await;
            let known = known.map_err(|error| broken(internal(&error)))?;
            known.ok_or(ActionRefusal::Fault(ActionFault::Incident))?;
        }
        let kept = self.store.action_insert(terms, self.clock.now(), &request.actor).await;
        kept.map_err(|error| broken(internal(&error)))
    }

    /// Adds a step to an action item.
    ///
    /// # Errors
    /// [`ActionRefusal`] for what cannot be kept; what broke was logged.
    pub async fn action_step_add(&self, request: ActionStepRequest) -> Result<(), ActionRefusal> {
        let what = ActionMove::read(&request.step, &request.due).map_err(ActionRefusal::Fault)?;
        let note = note_of(what, &request.note).map_err(ActionRefusal::Fault)?;
        let broken = |error: StoreError| {
            internal(&error);
            ActionRefusal::Internal
        };
        self.store.action_get(request.id).await.map_err(broken)?.ok_or(ActionRefusal::NotFound)?;
        let step = ActionStep { what, at: self.clock.now(), by: request.actor, note };
        match self.store.action_step(request.id, request.seen, step).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict { .. }) => Err(ActionRefusal::Conflict),
            Err(error) => Err(broken(error)),
        }
    }
}
