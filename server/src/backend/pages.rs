//! What pages call, and what exports need besides.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::backend::{
    ActionsPage, AnswerRequest, AppError, ArchiveEntry, Backend, CatalogueForms, CataloguePage, DigestPage,
    FreezeRequest, FrozenVersion, ImportIssue, ImportsPage, ObjectivePage, PreviousWeek, ProductCostPage,
    ProductPage, ProposalPage, Restated, RestatementRequest, RestatementsPage, ReviewPage, ReviewState,
    TopicsPage, UnknownAccount, Version,
};
use app::backend::{AssessmentRequest, ClosedObjective, ObjectiveQueuePage};
use app::backend::{ChecklistsPage, PeoplePage, PeriodAsked, TokensPage};
use app::backend::{ComparisonAsked, ComparisonPage};
use app::backend::{IncidentStatisticsPage, IncidentStatisticsRequest};
use app::backend::{NotePage, NotesPage};
use app::backend::{ObjectiveProposalPage, ProposalLook, ProposalRequest, ProposalStepRequest};
use app::backend::{PostmortemListPage, PostmortemPage};
use async_trait::async_trait;
use domain::archive_search::Hit;
use domain::commitment::Commitment;
use domain::cost::Owner;
use domain::note::NotePlace;
use domain::organization::Language;
use domain::period_review::PeriodReview;
use domain::product::Slug;
use domain::product_review::ProductReview;
use domain::resource::ResourceWeek;
use domain::restatement::RestatementFilter;
use domain::review::WeeklyReview;
use domain::silence::Habit;
use domain::sync::CloudAccount;
use domain::week::IsoWeek;
use jiff::{Timestamp, ToSpan};
use store::SnapshotHead;

use super::freeze::{definitions_of, frozen_version};
use super::gather::{Draft, PastWeeks};
use super::{
    DEFAULT_MEETING, Frozen, LiveBackend, Moment, check_begun, internal, product_of, version_number,
};
use crate::snapshot::{SnapshotV1, restated};

/// How many weeks the archive goes back at most.
const ARCHIVE_WEEKS: usize = 520;

/// How many remarks the imports page shows at most.
const ISSUES_SHOWN: usize = 500;

/// Of how many days the imports page tells priced requests.
const REQUEST_DAYS: i64 = 31;

/// How many messages of webhooks that could not be used the imports page shows at most.
const HOOK_REMARKS_SHOWN: i64 = 50;

/// How far back notices are shown, in days.
const NOTICE_DAYS: i64 = 42;

impl LiveBackend {
    /// A frozen version read back; `None` when there is none.
    pub(super) async fn frozen(&self, moment: Moment, head: &SnapshotHead) -> Result<Frozen, AppError> {
        let key = (head.week, head.version);
        if let Some(frozen) = self.cache.frozen(moment, &key) {
            return Ok(frozen);
        }
        let found = self.store.snapshot_get(DEFAULT_MEETING, head.week, Some(head.version)).await;
        let snapshot = found.map_err(|error| internal(&error))?.ok_or(AppError::NotFound)?;
        let document = SnapshotV1::parse(&snapshot.json).map_err(|error| internal(&error))?;
        let record = document.record().map_err(|error| internal(&error))?;
        let (review, products) = document.into_domain().map_err(|error| internal(&error))?;
        let (review, products) = (Arc::new(review), Arc::new(products));
        let frozen = Frozen { head: snapshot.head, review, products, record };
        Ok(self.cache.frozen_keep(moment, key, frozen))
    }

    /// What a version of a week shows: a frozen one, or `None` for the draft.
    pub(super) async fn shown(
        &self,
        moment: Moment,
        versions: &[SnapshotHead],
        version: Version,
    ) -> Result<Option<Frozen>, AppError> {
        let head = match (version, version_number(version)) {
            (Version::Draft, _) => None,
            (_, None) => versions.first(),
            (_, Some(number)) => {
                Some(versions.iter().find(|head| head.version == number).ok_or(AppError::NotFound)?)
            }
        };
        match head {
            Some(head) => Ok(Some(self.frozen(moment, head).await?)),
            None => Ok(None),
        }
    }

    /// What differs now from a frozen version.
    pub(super) async fn restated(&self, moment: Moment, frozen: &Frozen) -> Result<Vec<Restated>, AppError> {
        let now = self.draft(moment, frozen.head.week).await?;
        let week = frozen.head.week;
        let lag = now.input.catalogue.organization.cost_lag_days;
        let filter = RestatementFilter {
            days: Some((week.monday(), week.sunday())),
            ..RestatementFilter::since(frozen.head.frozen_at, lag)
        };
        let noted = self.store.cost_restatement_sums(&filter, true).await;
        let noted = noted.map_err(|error| internal(&error))?;
        Ok(restated::compare(&frozen.review, &now.review, &noted))
    }

    async fn review_page(
        &self,
        moment: Moment,
        week: IsoWeek,
        version: Version,
    ) -> Result<ReviewPage, AppError> {
        check_begun(week, self.catalogue(moment).await?.as_ref(), moment.as_of)?;
        let versions = self.heads_of(week).await?;
        let shown = self.shown(moment, &versions, version).await?;
        let (review, state) = match &shown {
            Some(frozen) => (Arc::clone(&frozen.review), self.frozen_state(moment, frozen).await?),
            None => (Arc::clone(&self.draft(moment, week).await?.review), ReviewState::Draft),
        };
        let previous = match self.heads_of(week.previous()).await?.first() {
            Some(head) => Some(self.previous_week(moment, head).await?),
            None => None,
        };
        let versions = versions.iter().map(frozen_version).collect();
        let definitions = match &shown {
            Some(_) => Some(definitions_of(self.draft(moment, week).await?.as_ref())),
            None => None,
        };
        let record = shown.map(|frozen| frozen.record);
        let skip = self.week_skip(week).await?;
        Ok(ReviewPage { review, state, versions, previous, record, definitions, skip })
    }

    /// What became of a frozen week until now.
    async fn previous_week(&self, moment: Moment, head: &SnapshotHead) -> Result<PreviousWeek, AppError> {
        let frozen = self.frozen(moment, head).await?;
        let now = self.draft(moment, head.week).await?;
        // A source that never had a day of the week does not keep it from being final.
        let days = now.review.cost.comparisons.iter().map(|one| one.positions.len()).filter(|days| *days > 0);
        Ok(PreviousWeek {
            complete_days: days.min().unwrap_or(0),
            restated: self.restated(moment, &frozen).await?,
        })
    }

    async fn frozen_state(&self, moment: Moment, frozen: &Frozen) -> Result<ReviewState, AppError> {
        let restated = self.restated(moment, frozen).await?;
        Ok(ReviewState::Frozen { version: frozen_version(&frozen.head), restated })
    }

    async fn product_page(
        &self,
        moment: Moment,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductPage, AppError> {
        if let Some(page) = self.product_frozen(moment, slug, week, version).await? {
            return Ok(page);
        }
        let draft = self.draft(moment, week).await?;
        let past = self.past_of(&draft, slug).await?;
        let product = self.product_drafted(moment, &draft, &past, slug).await?;
        Ok(ProductPage { product, state: ReviewState::Draft })
    }

    /// A product's page as it is known now.
    pub(super) async fn product_drafted(
        &self,
        moment: Moment,
        draft: &Draft,
        past: &PastWeeks,
        slug: &Slug,
    ) -> Result<Arc<ProductReview>, AppError> {
        let key = (draft.review.week, version_key(Version::Draft), slug.clone());
        if let Some(page) = self.cache.product(moment, &key) {
            return Ok(page.product);
        }
        let product = self.product_draft(draft, past, slug).await?.ok_or(AppError::NotFound)?;
        let page = ProductPage { product: Arc::new(product), state: ReviewState::Draft };
        Ok(self.cache.product_keep(moment, key, page).product)
    }

    /// A product's page as a frozen week keeps it; `None` where the page answers from the draft.
    pub(super) async fn product_frozen(
        &self,
        moment: Moment,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<Option<ProductPage>, AppError> {
        check_begun(week, self.catalogue(moment).await?.as_ref(), moment.as_of)?;
        let versions = self.heads_of(week).await?;
        if let Some(frozen) = self.shown(moment, &versions, version).await?
            && let Some(product) = product_of(&frozen.products, slug)
        {
            let all = self.restated(moment, &frozen).await?;
            let mine = all.into_iter().filter(|one| concerns(one, product, &frozen.review)).collect();
            let state = ReviewState::Frozen { version: frozen_version(&frozen.head), restated: mine };
            return Ok(Some(ProductPage { product: Arc::new(product.clone()), state }));
        }
        // A product that joined after the freeze is no part of the frozen week; it has a draft.
        if matches!(version, Version::Number(_)) {
            return Err(AppError::NotFound);
        }
        Ok(None)
    }

    /// The snapshot behind a version of a week, byte for byte; `None` for the draft.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such version.
    pub async fn snapshot(
        &self,
        week: IsoWeek,
        version: Version,
    ) -> Result<Option<store::Snapshot>, AppError> {
        if version == Version::Draft {
            return Ok(None);
        }
        let found = self.store.snapshot_get(DEFAULT_MEETING, week, version_number(version)).await;
        match found.map_err(|error| internal(&error))? {
            None if matches!(version, Version::Number(_)) => Err(AppError::NotFound),
            found => Ok(found),
        }
    }

    /// The JSON of a product's page as it was frozen; `None` where the page answers from the draft.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such version.
    pub async fn snapshot_of_product(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<Option<String>, AppError> {
        if version == Version::Draft {
            return Ok(None);
        }
        let number = version_number(version);
        let found = self.store.snapshot_product_get(DEFAULT_MEETING, week, number, slug).await;
        match found.map_err(|error| internal(&error))? {
            None if number.is_some() => Err(AppError::NotFound),
            found => Ok(found.map(|(_, json)| json)),
        }
    }
}

/// Whether a change is about one product.
fn concerns(restated: &Restated, product: &ProductReview, frozen: &WeeklyReview) -> bool {
    let slug = &product.product.slug;
    match restated {
        Restated::Cost { owner, .. } => matches!(owner, Some(Owner::Product(owner)) if owner == slug),
        Restated::Moved { owner, .. } => matches!(owner, Owner::Product(owner) if owner == slug),
        Restated::Objective { id, .. } => {
            frozen.objectives.iter().any(|row| row.id == *id && row.product.as_ref() == Some(slug))
        }
        Restated::Note { place, .. } => *place == NotePlace::Product(slug.clone()),
        Restated::Incident { external_id, .. } => {
            product.incidents.rows.iter().any(|row| row.external_id == *external_id)
        }
    }
}

/// A version in the order of the cache.
fn version_key(version: Version) -> i64 {
    match version {
        Version::Latest => 0,
        Version::Draft => -1,
        Version::Number(number) => number,
    }
}

#[async_trait]
impl Backend for LiveBackend {
    async fn people(&self) -> Result<PeoplePage, AppError> {
        self.people_page().await
    }

    async fn audit(&self, asked: app::backend::AuditAsked) -> Result<app::backend::AuditPage, AppError> {
        self.audit_page(&asked).await
    }

    async fn service_tokens(&self) -> Result<TokensPage, AppError> {
        self.tokens_page().await
    }

    async fn last_week(&self) -> Result<IsoWeek, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        Ok(IsoWeek::last_ended(moment.as_of, &catalogue.organization.zone()))
    }

    async fn weekly_review(&self, week: IsoWeek, version: Version) -> Result<ReviewPage, AppError> {
        if version == Version::Number(0) {
            return Err(AppError::NotFound);
        }
        let moment = self.moment().await?;
        let key = (week, version_key(version));
        if let Some(page) = self.cache.review(moment, &key) {
            return Ok(page);
        }
        let page = self.review_page(moment, week, version).await?;
        Ok(self.cache.review_keep(moment, key, page))
    }

    async fn product_review(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductPage, AppError> {
        let moment = self.moment().await?;
        let key = (week, version_key(version), slug.clone());
        if let Some(page) = self.cache.product(moment, &key) {
            return Ok(page);
        }
        let page = self.product_page(moment, slug, week, version).await?;
        Ok(self.cache.product_keep(moment, key, page))
    }

    async fn product_cost(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductCostPage, AppError> {
        self.product_cost_page(slug, week, version).await
    }

    async fn objective_review(&self, id: &str, week: IsoWeek) -> Result<ObjectivePage, AppError> {
        self.objective_page(id, week).await
    }

    async fn objective_closed(&self, id: &str) -> Result<Option<ClosedObjective>, AppError> {
        self.closed_objective(id).await
    }

    async fn incident(
        &self,
        key: &domain::incident_merge::IncidentKey,
        typed: &[(domain::incident_override::OverrideField, String)],
    ) -> Result<app::backend::IncidentPage, AppError> {
        self.incident_page(key, typed).await
    }

    async fn postmortem(&self, source: &str, external_id: &str) -> Result<PostmortemPage, AppError> {
        self.postmortem_page(source, external_id).await
    }

    async fn actions(&self) -> Result<ActionsPage, AppError> {
        self.actions_page().await
    }

    async fn action(&self, id: i64) -> Result<ActionsPage, AppError> {
        self.action_page(id).await
    }

    async fn topics(&self) -> Result<TopicsPage, AppError> {
        self.topics_page().await
    }

    async fn topic(&self, id: i64) -> Result<TopicsPage, AppError> {
        self.topic_page(id).await
    }

    async fn decision(&self, id: i64) -> Result<TopicsPage, AppError> {
        self.decision_page(id).await
    }

    async fn notes(&self, week: IsoWeek) -> Result<NotesPage, AppError> {
        self.notes_page(week).await
    }

    async fn note(
        &self,
        week: IsoWeek,
        place: &NotePlace,
        version: Option<i64>,
    ) -> Result<NotePage, AppError> {
        self.note_page(week, place, version).await
    }

    async fn digest(&self, week: IsoWeek, language: Language) -> Result<DigestPage, AppError> {
        self.digest_page(week, language).await
    }

    async fn postmortem_list(&self) -> Result<PostmortemListPage, AppError> {
        self.postmortems_page().await
    }

    async fn incident_statistics(
        &self,
        request: IncidentStatisticsRequest,
    ) -> Result<IncidentStatisticsPage, AppError> {
        self.incident_statistics_page(request).await
    }

    async fn objective_queue(&self, week: IsoWeek) -> Result<ObjectiveQueuePage, AppError> {
        self.queue_page(week).await
    }

    async fn objective_assess(&self, request: AssessmentRequest) -> Result<(), AppError> {
        self.assess_now(request).await
    }

    async fn objective_action_done(
        &self,
        objective: String,
        held_at: Timestamp,
        actor: String,
    ) -> Result<(), AppError> {
        self.action_end(&objective, held_at, &actor).await
    }

    async fn objective_proposal(
        &self,
        id: &str,
        look: ProposalLook,
    ) -> Result<ObjectiveProposalPage, AppError> {
        self.objective_proposal_page(id, look).await
    }

    async fn objective_propose(&self, request: ProposalRequest) -> Result<i64, AppError> {
        self.propose_now(request).await
    }

    async fn objective_proposal_step(&self, request: ProposalStepRequest) -> Result<(), AppError> {
        self.proposal_step_now(request).await
    }

    fn objective_opened(&self, id: &str) {
        self.opened_note(id);
    }

    async fn product_resources(
        &self,
        slug: &Slug,
        week: IsoWeek,
        service: &str,
    ) -> Result<Vec<ResourceWeek>, AppError> {
        let owner = Owner::Product(slug.clone());
        let found = self.store.cost_resources(&owner, service, week.previous(), week).await;
        found.map_err(|error| internal(&error))
    }

    async fn period_review(&self, asked: PeriodAsked) -> Result<PeriodReview, AppError> {
        self.period_page(asked).await
    }

    async fn checklists(&self, slug: &Slug) -> Result<ChecklistsPage, AppError> {
        self.checklists_page(slug).await
    }

    async fn week_comparison(&self, asked: &ComparisonAsked) -> Result<ComparisonPage, AppError> {
        self.comparison_page(asked).await
    }

    async fn archive_search(&self, query: &str) -> Result<Vec<Hit>, AppError> {
        self.archive_found(query).await
    }

    async fn review_list(&self) -> Result<Vec<ArchiveEntry>, AppError> {
        let last = self.last_week().await?;
        let states = self.store.source_states().await.map_err(|error| internal(&error))?;
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        let first = states.iter().filter_map(|state| state.first_day).min().map(IsoWeek::containing);
        let mut weeks: BTreeSet<IsoWeek> = heads.iter().map(|head| head.week).collect();
        weeks.insert(last);
        if let Some(first) = first {
            weeks.extend(last.trailing(ARCHIVE_WEEKS).into_iter().filter(|week| *week >= first));
        }
        let versions =
            |week: IsoWeek| heads.iter().filter(|head| head.week == week).map(frozen_version).collect();
        let skips = self.week_skips().await?;
        let skip = |week: IsoWeek, versions: &[FrozenVersion]| {
            let found = skips.iter().find(|skip| skip.week == week && skip.is_skipped);
            found.filter(|_| versions.is_empty()).cloned()
        };
        let entry = |week: IsoWeek| {
            let versions: Vec<FrozenVersion> = versions(week);
            ArchiveEntry { week, skip: skip(week, &versions), versions }
        };
        Ok(weeks.into_iter().rev().map(entry).collect())
    }

    async fn imports(&self) -> Result<ImportsPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let gathered = async {
            let mut issues = self.store.import_issue_list().await?;
            let clouds = self.store.cloud_account_list().await?;
            let today = jiff::tz::TimeZone::UTC.to_datetime(moment.as_of).date();
            issues.sort_by_key(|issue| std::cmp::Reverse(issue.seen_at));
            Ok::<_, store::StoreError>(ImportsPage {
                as_of: moment.as_of,
                time_zone: catalogue.organization.time_zone.clone(),
                stale_after_hours: catalogue.organization.thresholds.stale_after_hours,
                sources: self.store.source_states().await?,
                exports: self.store.export_period_list().await?,
                control_totals: self.store.cost_control_totals().await?,
                unknown_accounts: self
                    .store
                    .cost_unknown_accounts()
                    .await?
                    .into_iter()
                    .map(|account| unknown_account(account, &clouds))
                    .collect(),
                requests: self.store.request_days(today.saturating_sub(REQUEST_DAYS.days())).await?,
                issues: issues.into_iter().take(ISSUES_SHOWN).map(import_issue).collect(),
                notices: self.store.notice_list(notices_from(moment.as_of)).await?,
                hooks: self.store.hook_state_list().await?,
                habits: {
                    let came = self.store.hook_arrival_list().await?;
                    let habit = |(source, came)| (source, Habit::of(&came, moment.as_of));
                    came.into_iter().map(habit).collect()
                },
                polls: self.store.poll_state_list().await?,
                trackers: self.store.tracker_state_list().await?,
                hook_remarks: self.store.hook_remark_list(HOOK_REMARKS_SHOWN).await?,
                deploys: super::deploy::imports(&self.store, &catalogue).await?,
            })
        };
        gathered.await.map_err(|error| internal(&error))
    }

    async fn commitments(&self) -> Result<Vec<Commitment>, AppError> {
        Ok(self.catalogue(self.moment().await?).await?.commitments.clone())
    }

    async fn restatements(&self, request: RestatementRequest) -> Result<RestatementsPage, AppError> {
        self.restatements_page(request).await
    }

    async fn week_skip_page(&self, week: IsoWeek) -> Result<app::backend::WeekSkipPage, AppError> {
        self.skip_page(week).await
    }

    async fn shares(&self) -> Result<app::backend::SharesPage, AppError> {
        self.shares_page().await
    }

    async fn freeze(&self, request: FreezeRequest) -> Result<FrozenVersion, AppError> {
        self.freeze_now(request).await
    }

    async fn cost_answer(&self, request: AnswerRequest) -> Result<(), AppError> {
        self.answer_now(request).await
    }

    async fn catalogue_page(&self) -> Result<CataloguePage, AppError> {
        self.catalogue_in_force().await
    }

    async fn catalogue_forms(&self) -> Result<CatalogueForms, AppError> {
        self.forms().await
    }

    async fn catalogue_proposal(&self, id: i64) -> Result<ProposalPage, AppError> {
        self.proposal_page(id).await
    }

    async fn catalogue_propose(&self, file: String, base: String, actor: String) -> Result<i64, AppError> {
        self.propose(&file, &base, &actor).await
    }

    async fn catalogue_apply(&self, id: i64, reason: String, actor: String) -> Result<(), AppError> {
        self.apply(id, &reason, &actor).await
    }
}

pub(super) fn notices_from(as_of: Timestamp) -> Timestamp {
    as_of.checked_sub((24 * NOTICE_DAYS).hours()).unwrap_or(Timestamp::MIN)
}

fn unknown_account(account: store::UnknownAccount, clouds: &[CloudAccount]) -> UnknownAccount {
    let store::UnknownAccount { source, id, name, last_day, .. } = account;
    let cloud = clouds.iter().find(|cloud| cloud.id == id).cloned();
    UnknownAccount { source, id, name, last_day, cloud }
}

fn import_issue(issue: store::StoredIssue) -> ImportIssue {
    let store::StoredIssue { source, seen_at, file, line, column, rule, what, mend, gravity, .. } = issue;
    ImportIssue { source, at: seen_at, file, line, column, rule, what, mend, gravity }
}
