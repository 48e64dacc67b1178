//! What is written, checked before it is kept: on which product it is, and that its writer is who has come.

use app::backend::{
    ActionRefusal, ActionRequest, ActionStepRequest, AppError, Backend, ChecklistRefusal, ChecklistRequest,
    DecisionRequest, IncidentRefusal, MergeRequest, NoteKept, NoteRefusal, NoteRequest, OverrideRequest,
    PersonRequest, PostmortemRefusal, PostmortemRequest, PostmortemStepRequest, SkipRefusal, SkipRequest,
    TopicRefusal, TopicRequest,
};
use domain::audit::Act;
use domain::cost::Owner;
use domain::incident_merge::IncidentKey;
use domain::incident_override::OverrideField;
use domain::note::NotePlace;
use domain::product::Slug;
use domain::week::IsoWeek;
use store::audited;

use super::Door;
use super::audit::{because, text_mark};
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
        let entry = self.entry_of(Act::RoleChange, format!("person:{id}"), format!("{request:?}"));
        audited(entry, self.live.person_write(id, request)).await
    }

    /// Takes a service token back.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to others, [`AppError::NotFound`] when there is none that is not taken back.
    pub async fn service_token_revoke(&self, id: i64) -> Result<(), AppError> {
        self.check_administers()?;
        let entry = self.entry_of(Act::Token, format!("token:{id}"), "taken back");
        audited(entry, self.live.service_token_revoke(id)).await
    }

    /// Keeps a new action item and answers its number.
    ///
    /// # Errors
    /// [`ActionRefusal`] for what cannot be kept; what broke was logged.
    pub async fn action_add(&self, request: ActionRequest) -> Result<i64, ActionRefusal> {
        self.check_edit_of_word(&request.form.product).map_err(refused!(ActionRefusal))?;
        let entry = self.entry_of(Act::Edit, "action", text_mark(&request.form.text));
        audited(entry, self.live.action_add(ActionRequest { actor: self.actor(), ..request })).await
    }

    /// Adds a step to an action item.
    ///
    /// # Errors
    /// [`ActionRefusal`] for what cannot be kept; what broke was logged.
    pub async fn action_step_add(&self, request: ActionStepRequest) -> Result<(), ActionRefusal> {
        self.check_edit_of_action(request.id).await.map_err(refused!(ActionRefusal))?;
        let after = format!("{} {}", request.step, request.due).trim().to_owned();
        let entry = self.entry_of(Act::Edit, format!("action:{}", request.id), after);
        let request = ActionStepRequest { actor: self.actor(), ..request };
        audited(entry, self.live.action_step_add(request)).await
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
        let (object, after) = topic_of(&request);
        let entry = self.entry_of(Act::Edit, object, after);
        audited(entry, self.live.topic_write(request, &self.access.actor)).await
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
        let (object, after) = match &request {
            DecisionRequest::Make(form) => ("decision".to_owned(), text_mark(&form.text)),
            DecisionRequest::Step { decision, word, .. } => {
                (format!("decision:{}", decision.0), word.clone())
            }
        };
        let entry = self.entry_of(Act::Edit, object, after);
        audited(entry, self.live.decision_write(request, &self.access.actor)).await
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
        let entry = self.entry(Act::Edit, format!("checklist:{product}"));
        audited(entry, self.live.checklist_write(request, &self.access.actor)).await
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
        let object = format!("note:{}/{}", request.week, request.place);
        let entry = self.entry_of(Act::Edit, object, text_mark(&request.text));
        let request = NoteRequest { actor: self.actor(), ..request.clone() };
        audited(entry, self.live.note_keep(&request)).await
    }

    /// Takes the notes of a frozen week up again.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who may not freeze, [`AppError::Invalid`] without a reason,
    /// [`AppError::Conflict`] when another version locks them, or none.
    pub async fn notes_reopen(&self, week: IsoWeek, version: i64, reason: &str) -> Result<(), AppError> {
        self.check_freezes()?;
        let entry = self.entry_of(Act::Reopen, format!("review:{week}"), format!("version {version}"));
        let reopened = self.live.notes_reopen(week, version, reason, &self.access.actor);
        audited(because(entry, reason), reopened).await
    }

    /// Says that a week has no meeting, or has one after all.
    ///
    /// # Errors
    /// [`SkipRefusal`] says why not.
    pub async fn week_skip_say(&self, request: &SkipRequest) -> Result<(), SkipRefusal> {
        self.check_freezes().map_err(|_| SkipRefusal::Forbidden)?;
        let after = if request.is_skipped { "no meeting" } else { "held" };
        let entry = self.entry_of(Act::Edit, format!("review:{}", request.week), after);
        let said = self.live.week_skip_say(request, &self.access.actor);
        audited(because(entry, &request.reason), said).await
    }

    /// Keeps values of an incident that differ from what its source says.
    ///
    /// # Errors
    /// [`IncidentRefusal`] says why not.
    pub async fn incident_override(&self, request: OverrideRequest) -> Result<(), IncidentRefusal> {
        self.check_edit_of_incident(&request.of).await.map_err(incident_refusal)?;
        let object = format!("incident:{}~{}", request.of.source, request.of.external_id);
        let typed = request.typed.iter().filter(|(field, _)| *field != OverrideField::Title);
        let after: Vec<String> = typed.map(|(field, value)| format!("{}={value}", field.as_str())).collect();
        let entry = because(self.entry_of(Act::Override, object, after.join(" ")), &request.reason);
        let request = OverrideRequest { actor: self.actor(), ..request };
        audited(entry, self.live.incident_override(request)).await
    }

    /// Keeps what was decided of two incidents.
    ///
    /// # Errors
    /// [`IncidentRefusal`] says why not.
    pub async fn incident_merge(&self, request: MergeRequest) -> Result<(), IncidentRefusal> {
        self.check_edit_of_incident(&request.of).await.map_err(incident_refusal)?;
        self.check_edit_of_incident(&request.other).await.map_err(incident_refusal)?;
        let object = format!("incident:{}~{}", request.of.source, request.of.external_id);
        let after =
            format!("{} {}~{}", request.word.as_str(), request.other.source, request.other.external_id);
        let entry = because(self.entry_of(Act::Override, object, after), &request.reason);
        audited(entry, self.live.incident_merge(MergeRequest { actor: self.actor(), ..request })).await
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
        let object = format!("postmortem:{}~{}", request.source, request.external_id);
        let entry = self.entry_of(Act::Edit, object, text_mark(&request.text));
        let request = PostmortemRequest { actor: self.actor(), ..request.clone() };
        audited(entry, self.live.postmortem_keep(&request)).await
    }

    /// Adds a step to a write-up.
    ///
    /// # Errors
    /// As [`LiveBackend::postmortem_step_now`](crate::backend::LiveBackend::postmortem_step_now), and
    /// [`AppError::Forbidden`].
    pub async fn postmortem_step_now(&self, request: PostmortemStepRequest) -> Result<(), AppError> {
        let key = IncidentKey { source: request.source.clone(), external_id: request.external_id.clone() };
        self.check_edit_of_incident(&key).await?;
        let object = format!("postmortem:{}~{}", request.source, request.external_id);
        let entry = because(self.entry(Act::Edit, object), &request.note);
        let request = PostmortemStepRequest { actor: self.actor(), ..request };
        audited(entry, self.live.postmortem_step_now(request)).await
    }

    /// Makes a patch of a file of terraform and keeps it beside the proposal.
    ///
    /// # Errors
    /// As [`LiveBackend::proposal_patch`](crate::backend::LiveBackend::proposal_patch), and
    /// [`AppError::Forbidden`].
    pub async fn proposal_patch(&self, request: PatchRequest) -> Result<usize, AppError> {
        self.check_edit_of_objective(&request.objective).await?;
        let object = format!("objective:{}/proposal:{}", request.objective, request.number);
        let entry = self.entry_of(Act::Edit, object, text_mark(&request.text));
        audited(entry, self.live.proposal_patch(PatchRequest { actor: self.actor(), ..request })).await
    }

    /// Takes in a state of terraform.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who does not administer, [`AppError::Invalid`] when it is no output of
    /// `terraform show -json`.
    pub async fn terraform_take(&self, name: &str, bytes: Vec<u8>) -> Result<(), AppError> {
        self.check_administers()?;
        audited(self.entry(Act::Import, "terraform"), self.live.terraform_take(name, bytes)).await
    }

    /// Keeps a change of the catalogue as a proposal.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who does not administer.
    pub async fn catalogue_edit(&self, edit: Edit, base: &str) -> Result<i64, AppError> {
        self.check_administers()?;
        let entry = self.entry(Act::Catalogue, "catalogue:proposal");
        audited(entry, self.live.catalogue_edit(edit, base, &self.access.actor)).await
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

/// What is written down of a write on topics: which one, and what was done.
fn topic_of(request: &TopicRequest) -> (String, String) {
    match request {
        TopicRequest::Raise(form) => ("topic".to_owned(), text_mark(&form.title)),
        TopicRequest::Decide { topic, .. } => (format!("topic:{}", topic.0), "decided".to_owned()),
        TopicRequest::Act { topic, .. } => (format!("topic:{}", topic.0), "action".to_owned()),
        TopicRequest::Step { topic, word, .. } => (format!("topic:{}", topic.0), word.clone()),
    }
}

fn incident_refusal(error: AppError) -> IncidentRefusal {
    match error {
        AppError::NotFound => IncidentRefusal::Unknown,
        AppError::Forbidden => IncidentRefusal::Forbidden,
        _ => IncidentRefusal::Internal,
    }
}
