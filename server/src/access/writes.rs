//! What is written, checked before it is kept: on which product it is, and that its writer is who has come.

use app::backend::{
    ActionRefusal, ActionRequest, ActionStepRequest, AppError, Backend, ChecklistRefusal, ChecklistRequest,
    DecisionRequest, IncidentRefusal, MergeRequest, NoteKept, NoteRefusal, NoteRequest, OverrideRequest,
    PersonRequest, PostmortemRefusal, PostmortemRequest, PostmortemStepRequest, SkipRefusal, SkipRequest,
    TopicRefusal, TopicRequest,
};
use domain::cost::Owner;
use domain::incident_merge::IncidentKey;
use domain::note::NotePlace;
use domain::product::Slug;
use domain::week::IsoWeek;

use super::Door;
use crate::backend::PatchRequest;
use crate::import::Edit;

/// Turns why somebody may not write into the words of a refusal.
macro_rules! refused {
    ($refusal:ident) => {
        |error: AppError| match error {
            AppError::NotFound => $refusal::NotFound,
            AppError::Forbidden => $refusal::Forbidden,
            _ => $refusal::Internal,
        }
    };
}

impl Door {
    /// Does what an administrator says of a person.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to others, [`AppError::NotFound`] for nobody.
    pub async fn person_write(&self, id: i64, request: PersonRequest) -> Result<(), AppError> {
        self.check_administers()?;
        self.live.person_write(id, request).await
    }

    /// Takes a service token back.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to others, [`AppError::NotFound`] when there is none that is not taken back.
    pub async fn service_token_revoke(&self, id: i64) -> Result<(), AppError> {
        self.check_administers()?;
        self.live.service_token_revoke(id).await
    }

    /// Keeps a new action item and answers its number.
    ///
    /// # Errors
    /// [`ActionRefusal`] for what cannot be kept; what broke was logged.
    pub async fn action_add(&self, request: ActionRequest) -> Result<i64, ActionRefusal> {
        self.check_edit_of_word(&request.form.product).map_err(refused!(ActionRefusal))?;
        self.live.action_add(ActionRequest { actor: self.actor(), ..request }).await
    }

    /// Adds a step to an action item.
    ///
    /// # Errors
    /// [`ActionRefusal`] for what cannot be kept; what broke was logged.
    pub async fn action_step_add(&self, request: ActionStepRequest) -> Result<(), ActionRefusal> {
        self.check_edit_of_action(request.id).await.map_err(refused!(ActionRefusal))?;
        self.live.action_step_add(ActionStepRequest { actor: self.actor(), ..request }).await
    }

    /// Keeps what somebody sends about topics, and answers the topic's number.
    ///
    /// # Errors
    /// [`TopicRefusal`] for what cannot be kept; what broke was logged.
    pub async fn topic_write(&self, request: TopicRequest) -> Result<i64, TopicRefusal> {
        let may = async {
            match &request {
                TopicRequest::Raise(form) => self.check_edit_of_word(&form.product),
                TopicRequest::Decide { topic, form } => {
                    self.check_edit_of_topic(topic.0).await?;
                    self.check_edit_of_word(&form.product)
                }
                TopicRequest::Act { topic, form } => {
                    self.check_edit_of_topic(topic.0).await?;
                    self.check_edit_of_word(&form.product)
                }
                TopicRequest::Step { topic, .. } => self.check_edit_of_topic(topic.0).await,
            }
        };
        may.await.map_err(refused!(TopicRefusal))?;
        self.live.topic_write(request, &self.access.actor).await
    }

    /// Keeps what somebody sends about decisions, and answers the decision's number.
    ///
    /// # Errors
    /// [`TopicRefusal`] for what cannot be kept; what broke was logged.
    pub async fn decision_write(&self, request: DecisionRequest) -> Result<i64, TopicRefusal> {
        let may = async {
            match &request {
                DecisionRequest::Make(form) => self.check_edit_of_word(&form.product),
                DecisionRequest::Step { decision, .. } => {
                    let page = self.live.decision(decision.0).await?;
                    let product = page.decisions.first().and_then(|one| one.terms.product.as_ref());
                    self.check_edit_hidden(product)
                }
            }
        };
        may.await.map_err(refused!(TopicRefusal))?;
        self.live.decision_write(request, &self.access.actor).await
    }

    /// Keeps what somebody sends about checklists.
    ///
    /// # Errors
    /// [`ChecklistRefusal`] for what cannot be kept; what broke was logged.
    pub async fn checklist_write(&self, request: ChecklistRequest) -> Result<(), ChecklistRefusal> {
        let product = match &request {
            ChecklistRequest::Answer { key, .. } => &key.product,
            ChecklistRequest::LoadTest { product, .. } => product,
        };
        self.check_edit(Some(product)).map_err(refused!(ChecklistRefusal))?;
        self.live.checklist_write(request, &self.access.actor).await
    }

    /// Keeps a text of a note.
    ///
    /// # Errors
    /// [`NoteRefusal`] for what cannot be kept; what broke was logged.
    pub async fn note_keep(&self, request: &NoteRequest) -> Result<NoteKept, NoteRefusal> {
        let product = match &request.place {
            NotePlace::Section(_) => None,
            NotePlace::Product(slug) => Some(slug),
        };
        self.check_edit_hidden(product).map_err(refused!(NoteRefusal))?;
        self.live.note_keep(&NoteRequest { actor: self.actor(), ..request.clone() }).await
    }

    /// Takes the notes of a frozen week up again.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who may not freeze, [`AppError::Invalid`] without a reason,
    /// [`AppError::Conflict`] when another version locks them, or none.
    pub async fn notes_reopen(&self, week: IsoWeek, version: i64, reason: &str) -> Result<(), AppError> {
        self.check_freezes()?;
        self.live.notes_reopen(week, version, reason, &self.access.actor).await
    }

    /// Says that a week has no meeting, or has one after all.
    ///
    /// # Errors
    /// [`SkipRefusal`] says why not.
    pub async fn week_skip_say(&self, request: &SkipRequest) -> Result<(), SkipRefusal> {
        self.check_freezes().map_err(|_| SkipRefusal::Forbidden)?;
        self.live.week_skip_say(request, &self.access.actor).await
    }

    /// Keeps values of an incident that differ from what its source says.
    ///
    /// # Errors
    /// [`IncidentRefusal`] says why not.
    pub async fn incident_override(&self, request: OverrideRequest) -> Result<(), IncidentRefusal> {
        self.check_edit_of_incident(&request.of).await.map_err(incident_refusal)?;
        self.live.incident_override(OverrideRequest { actor: self.actor(), ..request }).await
    }

    /// Keeps what was decided of two incidents.
    ///
    /// # Errors
    /// [`IncidentRefusal`] says why not.
    pub async fn incident_merge(&self, request: MergeRequest) -> Result<(), IncidentRefusal> {
        self.check_edit_of_incident(&request.of).await.map_err(incident_refusal)?;
        self.check_edit_of_incident(&request.other).await.map_err(incident_refusal)?;
        self.live.incident_merge(MergeRequest { actor: self.actor(), ..request }).await
    }

    /// Keeps the text or the link of a write-up.
    ///
    /// # Errors
    /// [`PostmortemRefusal`] for what cannot be kept; what broke was logged.
    pub async fn postmortem_keep(&self, request: &PostmortemRequest) -> Result<(), PostmortemRefusal> {
        let key = IncidentKey { source: request.source.clone(), external_id: request.external_id.clone() };
        self.check_edit_of_incident(&key).await.map_err(|error| match error {
            AppError::NotFound | AppError::Forbidden => PostmortemRefusal::Forbidden,
            _ => PostmortemRefusal::Internal,
        })?;
        self.live.postmortem_keep(&PostmortemRequest { actor: self.actor(), ..request.clone() }).await
    }

    /// Adds a step to a write-up.
    ///
    /// # Errors
    /// As [`LiveBackend::postmortem_step_now`](crate::backend::LiveBackend::postmortem_step_now), and
    /// [`AppError::Forbidden`].
    pub async fn postmortem_step_now(&self, request: PostmortemStepRequest) -> Result<(), AppError> {
        let key = IncidentKey { source: request.source.clone(), external_id: request.external_id.clone() };
        self.check_edit_of_incident(&key).await?;
        self.live.postmortem_step_now(PostmortemStepRequest { actor: self.actor(), ..request }).await
    }

    /// Makes a patch of a file of terraform and keeps it beside the proposal.
    ///
    /// # Errors
    /// As [`LiveBackend::proposal_patch`](crate::backend::LiveBackend::proposal_patch), and
    /// [`AppError::Forbidden`].
    pub async fn proposal_patch(&self, request: PatchRequest) -> Result<usize, AppError> {
        self.check_edit_of_objective(&request.objective).await?;
        self.live.proposal_patch(PatchRequest { actor: self.actor(), ..request }).await
    }

    /// Takes in a state of terraform.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who does not administer, [`AppError::Invalid`] when it is no output of
    /// `terraform show -json`.
    pub async fn terraform_take(&self, name: &str, bytes: Vec<u8>) -> Result<(), AppError> {
        self.check_administers()?;
        self.live.terraform_take(name, bytes).await
    }

    /// Keeps a change of the catalogue as a proposal.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who does not administer.
    pub async fn catalogue_edit(&self, edit: Edit, base: &str) -> Result<i64, AppError> {
        self.check_administers()?;
        self.live.catalogue_edit(edit, base, &self.access.actor).await
    }

    /// What belongs to nobody whose products are seen is hidden, not only closed.
    fn check_edit_hidden(&self, product: Option<&Slug>) -> Result<(), AppError> {
        self.check_seen(product)?;
        self.check_edit(product)
    }

    /// The product as a form names it; what is no product is refused behind the door in the form's own words.
    fn check_edit_of_word(&self, product: &str) -> Result<(), AppError> {
        match product.trim() {
            "" => self.check_edit(None),
            word => self.check_edit(word.parse().ok().as_ref()),
        }
    }

    /// What is said of cost is said of its owner.
    pub(super) fn check_edit_of_owner(&self, owner: &Owner) -> Result<(), AppError> {
        match owner {
            Owner::Product(slug) => self.check_edit(Some(slug)),
            Owner::Shared(_) | Owner::Unallocated => self.check_edit_hidden(None),
        }
    }

    async fn check_edit_of_action(&self, id: i64) -> Result<(), AppError> {
        let page = self.live.action(id).await?;
        self.check_edit_hidden(page.actions.first().and_then(|action| action.terms.product.as_ref()))
    }

    async fn check_edit_of_topic(&self, id: i64) -> Result<(), AppError> {
        let page = self.live.topic(id).await?;
        self.check_edit_hidden(page.topics.first().and_then(|topic| topic.terms.product.as_ref()))
    }

    async fn check_edit_of_incident(&self, key: &IncidentKey) -> Result<(), AppError> {
        if self.access.edits.is_all() {
            return Ok(());
        }
        self.check_edit_hidden(self.live.incident_product(key).await?.as_ref())
    }

    pub(super) async fn check_edit_of_objective(&self, id: &str) -> Result<(), AppError> {
        if self.access.edits.is_all() {
            return Ok(());
        }
        self.check_edit_hidden(self.live.objective_product(id).await?.as_ref())
    }
}

fn incident_refusal(error: AppError) -> IncidentRefusal {
    match error {
        AppError::NotFound => IncidentRefusal::Unknown,
        AppError::Forbidden => IncidentRefusal::Forbidden,
        _ => IncidentRefusal::Internal,
    }
}
