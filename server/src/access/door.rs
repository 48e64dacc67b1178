//! The data as one request may see and change it.
//!
//! A [`Door`] is a [`Backend`] in front of the live one, so that a method that is added to the trait cannot be
//! forgotten here. Whoever sees and edits everything gets the live one's values untouched.

use std::sync::Arc;

use app::backend::{
    ActionsPage, AnswerRequest, AppError, ArchiveEntry, AssessmentRequest, AuditAsked, AuditPage, Backend,
    CatalogueForms, CataloguePage, ChecklistsPage, ClosedObjective, ComparisonAsked, ComparisonPage,
    DigestPage, FreezeRequest, FrozenVersion, ImportsPage, IncidentPage, IncidentStatisticsPage,
    IncidentStatisticsRequest, NotePage, NotesPage, ObjectivePage, ObjectiveProposalPage, ObjectiveQueuePage,
    PeoplePage, PeriodAsked, PostmortemListPage, PostmortemPage, ProductCostPage, ProductPage, ProposalLook,
    ProposalPage, ProposalRequest, ProposalStepRequest, RestatementRequest, RestatementsPage, ReviewPage,
    SharesPage, TokensPage, TopicsPage, Version, WeekSkipPage,
};
use async_trait::async_trait;
use domain::access::Access;
use domain::archive_search::Hit;
use domain::audit::Act;
use domain::commitment::Commitment;
use domain::incident_merge::IncidentKey;
use domain::incident_override::OverrideField;
use domain::note::NotePlace;
use domain::organization::Language;
use domain::period_review::PeriodReview;
use domain::product::Slug;
use domain::resource::ResourceWeek;
use domain::share::Share;
use domain::week::IsoWeek;
use jiff::Timestamp;
use store::audited;

use super::audit::{because, text_mark};
use crate::backend::LiveBackend;
use crate::clock::Clock;

/// The data behind one request.
#[derive(Clone)]
pub struct Door {
    pub(super) live: Arc<LiveBackend>,
    pub(super) access: Arc<Access>,
    /// The link through which somebody looks, if through one.
    pub(super) share: Option<Arc<Share>>,
    /// The address that the request came from, as the connection tells.
    pub(super) from: Option<String>,
}

impl Door {
    /// The data as somebody may see and change it.
    #[must_use]
    pub fn new(live: Arc<LiveBackend>, access: Arc<Access>) -> Self {
        Self { live, access, share: None, from: None }
    }

    /// The same for a request that came from an address.
    #[must_use]
    pub fn with_origin(self, from: Option<String>) -> Self {
        Self { from, ..self }
    }

    /// Who has come.
    #[must_use]
    pub fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// The name kept beside what is written.
    #[must_use]
    pub fn actor(&self) -> String {
        self.access.actor.clone()
    }

    /// The clock that pages look at.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.live.clock()
    }

    /// Whether nothing is hidden.
    pub(super) fn sees_all(&self) -> bool {
        self.access.sees.is_all()
    }

    /// What cannot be taken apart by products is shown to those who see all of them.
    pub(super) fn check_all(&self) -> Result<(), AppError> {
        if self.sees_all() { Ok(()) } else { Err(AppError::Forbidden) }
    }

    /// What is hidden does not exist.
    pub(super) fn check_seen(&self, product: Option<&Slug>) -> Result<(), AppError> {
        if self.access.sees.has_of(product) { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// What is seen may still not be edited.
    pub(super) fn check_edit(&self, product: Option<&Slug>) -> Result<(), AppError> {
        // What belongs to no product exists for everybody: only writing there is refused.
        if let Some(product) = product {
            self.check_seen(Some(product))?;
        }
        if self.access.edits.has_of(product) { Ok(()) } else { Err(AppError::Forbidden) }
    }

    /// Only who administers goes on.
    pub(super) fn check_administers(&self) -> Result<(), AppError> {
        if self.access.administers { Ok(()) } else { Err(AppError::Forbidden) }
    }

    /// Only who freezes goes on.
    pub(super) fn check_freezes(&self) -> Result<(), AppError> {
        if self.access.freezes { Ok(()) } else { Err(AppError::Forbidden) }
    }
}

#[async_trait]
impl Backend for Door {
    async fn people(&self) -> Result<PeoplePage, AppError> {
        self.check_administers()?;
        self.live.people().await
    }

    async fn audit(&self, asked: AuditAsked) -> Result<AuditPage, AppError> {
        self.check_administers()?;
        self.live.audit(asked).await
    }

    async fn service_tokens(&self) -> Result<TokensPage, AppError> {
        self.check_administers()?;
        self.live.service_tokens().await
    }

    async fn last_week(&self) -> Result<IsoWeek, AppError> {
        self.live.last_week().await
    }

    async fn weekly_review(&self, week: IsoWeek, version: Version) -> Result<ReviewPage, AppError> {
        self.check_shared(week, None)?;
        let page = match self.shared_version() {
            Some(version) => self.live.frozen_review(week, version).await?,
            None => self.live.weekly_review(week, version).await?,
        };
        Ok(self.reduced_review(page))
    }

    async fn product_review(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductPage, AppError> {
        self.check_seen(Some(slug))?;
        self.check_shared(week, Some(slug))?;
        let page = match self.shared_version() {
            Some(version) => self.live.frozen_product(slug, week, version).await?,
            None => self.live.product_review(slug, week, version).await?,
        };
        Ok(self.reduced_product(page))
    }

    async fn product_cost(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductCostPage, AppError> {
        self.check_seen(Some(slug))?;
        Ok(self.reduced_cost(self.live.product_cost(slug, week, version).await?))
    }

    async fn product_resources(
        &self,
        slug: &Slug,
        week: IsoWeek,
        service: &str,
    ) -> Result<Vec<ResourceWeek>, AppError> {
        self.check_seen(Some(slug))?;
        self.live.product_resources(slug, week, service).await
    }

    async fn objective_review(&self, id: &str, week: IsoWeek) -> Result<ObjectivePage, AppError> {
        self.reduced_objective(self.live.objective_review(id, week).await?)
    }

    async fn objective_closed(&self, id: &str) -> Result<Option<ClosedObjective>, AppError> {
        // What is closed belongs to no product any more.
        if self.sees_all() { self.live.objective_closed(id).await } else { Ok(None) }
    }

    async fn incident_statistics(
        &self,
        request: IncidentStatisticsRequest,
    ) -> Result<IncidentStatisticsPage, AppError> {
        if let Some(slug) = &request.product {
            self.check_seen(Some(slug))?;
        }
        let request = IncidentStatisticsRequest { sees: self.access.sees.clone(), ..request };
        self.live.incident_statistics(request).await
    }

    async fn objective_queue(&self, week: IsoWeek) -> Result<ObjectiveQueuePage, AppError> {
        Ok(self.reduced_queue(self.live.objective_queue(week).await?))
    }

    async fn objective_assess(&self, request: AssessmentRequest) -> Result<(), AppError> {
        self.check_edit_of_objective(&request.objective).await?;
        let entry = self.entry_of(Act::Edit, format!("objective:{}", request.objective), "review held");
        let request = AssessmentRequest { actor: self.actor(), ..request };
        audited(entry, self.live.objective_assess(request)).await
    }

    async fn objective_action_done(
        &self,
        objective: String,
        held_at: Timestamp,
        _actor: String,
    ) -> Result<(), AppError> {
        self.check_edit_of_objective(&objective).await?;
        let entry = self.entry_of(Act::Edit, format!("objective:{objective}"), "action done");
        audited(entry, self.live.objective_action_done(objective, held_at, self.actor())).await
    }

    async fn objective_proposal(
        &self,
        id: &str,
        look: ProposalLook,
    ) -> Result<ObjectiveProposalPage, AppError> {
        self.reduced_proposal(self.live.objective_proposal(id, look).await?)
    }

    async fn objective_propose(&self, request: ProposalRequest) -> Result<i64, AppError> {
        self.check_edit_of_objective(&request.objective).await?;
        let after = format!("{} over {}", request.target, request.window);
        let entry = self.entry_of(Act::Edit, format!("objective:{}", request.objective), after);
        let request = ProposalRequest { actor: self.actor(), ..request };
        audited(entry, self.live.objective_propose(request)).await
    }

    async fn objective_proposal_step(&self, request: ProposalStepRequest) -> Result<(), AppError> {
        self.check_edit_of_objective(&request.objective).await?;
        let object = format!("objective:{}/proposal:{}", request.objective, request.number);
        let entry = because(self.entry_of(Act::Edit, object, request.state.as_str()), &request.reason);
        let request = ProposalStepRequest { actor: self.actor(), ..request };
        audited(entry, self.live.objective_proposal_step(request)).await
    }

    async fn incident(
        &self,
        key: &IncidentKey,
        typed: &[(OverrideField, String)],
    ) -> Result<IncidentPage, AppError> {
        self.check_incident(key).await?;
        Ok(self.reduced_incident(self.live.incident(key, typed).await?))
    }

    async fn postmortem(&self, source: &str, external_id: &str) -> Result<PostmortemPage, AppError> {
        let key = IncidentKey { source: source.to_owned(), external_id: external_id.to_owned() };
        self.check_incident(&key).await?;
        let page = self.live.postmortem(source, external_id).await?;
        Ok(PostmortemPage { catalogue: self.reduced_catalogue(&page.catalogue), ..page })
    }

    async fn actions(&self) -> Result<ActionsPage, AppError> {
        Ok(self.reduced_actions(self.live.actions().await?))
    }

    async fn action(&self, id: i64) -> Result<ActionsPage, AppError> {
        let page = self.reduced_actions(self.live.action(id).await?);
        if page.actions.is_empty() { Err(AppError::NotFound) } else { Ok(page) }
    }

    async fn topics(&self) -> Result<TopicsPage, AppError> {
        Ok(self.reduced_topics(self.live.topics().await?))
    }

    async fn topic(&self, id: i64) -> Result<TopicsPage, AppError> {
        let page = self.reduced_topics(self.live.topic(id).await?);
        if page.topics.is_empty() { Err(AppError::NotFound) } else { Ok(page) }
    }

    async fn decision(&self, id: i64) -> Result<TopicsPage, AppError> {
        let page = self.reduced_topics(self.live.decision(id).await?);
        if page.decisions.is_empty() { Err(AppError::NotFound) } else { Ok(page) }
    }

    async fn notes(&self, week: IsoWeek) -> Result<NotesPage, AppError> {
        let mut page = self.live.notes(week).await?;
        page.notes.retain(|note| self.sees_place(&note.place));
        Ok(NotesPage { catalogue: self.reduced_catalogue(&page.catalogue), ..page })
    }

    async fn note(
        &self,
        week: IsoWeek,
        place: &NotePlace,
        version: Option<i64>,
    ) -> Result<NotePage, AppError> {
        if !self.sees_place(place) {
            return Err(AppError::NotFound);
        }
        let page = self.live.note(week, place, version).await?;
        Ok(NotePage { catalogue: self.reduced_catalogue(&page.catalogue), ..page })
    }

    async fn digest(&self, week: IsoWeek, language: Language) -> Result<DigestPage, AppError> {
        self.check_all()?;
        self.live.digest(week, language).await
    }

    async fn postmortem_list(&self) -> Result<PostmortemListPage, AppError> {
        Ok(self.reduced_postmortems(self.live.postmortem_list().await?))
    }

    fn objective_opened(&self, id: &str) {
        self.live.objective_opened(id);
    }

    async fn commitments(&self) -> Result<Vec<Commitment>, AppError> {
        let mut commitments = self.live.commitments().await?;
        commitments.retain(|commitment| self.access.sees.has_of(commitment.product.as_ref()));
        Ok(commitments)
    }

    async fn period_review(&self, asked: PeriodAsked) -> Result<PeriodReview, AppError> {
        self.check_all()?;
        self.live.period_review(asked).await
    }

    async fn checklists(&self, slug: &Slug) -> Result<ChecklistsPage, AppError> {
        self.check_seen(Some(slug))?;
        self.live.checklists(slug).await
    }

    async fn week_comparison(&self, asked: &ComparisonAsked) -> Result<ComparisonPage, AppError> {
        self.check_all()?;
        self.live.week_comparison(asked).await
    }

    async fn archive_search(&self, query: &str) -> Result<Vec<Hit>, AppError> {
        let mut hits = self.live.archive_search(query).await?;
        hits.retain(|hit| self.access.sees.has_of(hit.entry.product.as_ref()));
        Ok(hits)
    }

    async fn review_list(&self) -> Result<Vec<ArchiveEntry>, AppError> {
        let mut entries = self.live.review_list().await?;
        for entry in &mut entries {
            self.reduce_versions(&mut entry.versions);
            if !self.sees_all() {
                entry.skip = None;
            }
        }
        Ok(entries)
    }

    async fn imports(&self) -> Result<ImportsPage, AppError> {
        self.check_all()?;
        self.live.imports().await
    }

    async fn restatements(&self, request: RestatementRequest) -> Result<RestatementsPage, AppError> {
        self.check_all()?;
        self.live.restatements(request).await
    }

    async fn week_skip_page(&self, week: IsoWeek) -> Result<WeekSkipPage, AppError> {
        self.check_all()?;
        self.live.week_skip_page(week).await
    }

    async fn shares(&self) -> Result<SharesPage, AppError> {
        let mut page = self.live.shares().await?;
        page.shares.retain(|share| share.is_revocable_by(&self.access));
        Ok(SharesPage { catalogue: self.reduced_catalogue(&page.catalogue), ..page })
    }

    async fn freeze(&self, request: FreezeRequest) -> Result<FrozenVersion, AppError> {
        self.check_freezes()?;
        let after = format!("version {}", request.seen_version + 1);
        let after = if request.force { format!("{after}, forced") } else { after };
        let entry = self.entry_of(Act::Freeze, format!("review:{}", request.week), after);
        let entry = because(entry, &request.reason);
        audited(entry, self.live.freeze(FreezeRequest { actor: self.actor(), ..request })).await
    }

    async fn cost_answer(&self, request: AnswerRequest) -> Result<(), AppError> {
        self.check_edit_of_owner(&request.owner)?;
        let object = format!("question:{}/{}", request.week, app::backend::owner_word(&request.owner));
        let entry = self.entry_of(Act::Edit, object, text_mark(&request.note));
        audited(entry, self.live.cost_answer(AnswerRequest { actor: self.actor(), ..request })).await
    }

    async fn catalogue_page(&self) -> Result<CataloguePage, AppError> {
        self.check_all()?;
        self.live.catalogue_page().await
    }

    async fn catalogue_forms(&self) -> Result<CatalogueForms, AppError> {
        self.check_all()?;
        self.live.catalogue_forms().await
    }

    async fn catalogue_proposal(&self, id: i64) -> Result<ProposalPage, AppError> {
        self.check_all()?;
        self.live.catalogue_proposal(id).await
    }

    async fn catalogue_propose(&self, file: String, base: String, _actor: String) -> Result<i64, AppError> {
        self.check_administers()?;
        let entry = self.entry_of(Act::Catalogue, "catalogue:proposal", text_mark(&file));
        audited(entry, self.live.catalogue_propose(file, base, self.actor())).await
    }

    async fn catalogue_apply(&self, id: i64, reason: String, _actor: String) -> Result<(), AppError> {
        self.check_administers()?;
        let entry = self.entry_of(Act::Catalogue, format!("catalogue:proposal:{id}"), "applied");
        let entry = because(entry, &reason);
        audited(entry, self.live.catalogue_apply(id, reason, self.actor())).await
    }
}
