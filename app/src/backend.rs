//! The one door that pages read and write through.

mod action;
mod answer;
mod audit;
mod catalogue;
mod catalogue_edit;
mod checklist;
mod deploy;
mod digest;
mod imports;
mod incident;
mod incident_statistics;
mod note;
mod objective;
mod objective_proposal;
mod objective_queue;
mod period_review;
mod person;
mod postmortem;
mod product_cost;
mod restatement;
mod share;
mod topic;
mod week_comparison;
mod week_skip;

use std::sync::Arc;

use async_trait::async_trait;
use domain::archive_search::Hit;
use domain::commitment::Commitment;
use domain::cost::{Metric, Owner};
use domain::freeze_record::{Definitions, FreezeRecord};
use domain::money::Currency;
use domain::note::NotePlace;
use domain::organization::Language;
use domain::period_review::PeriodReview;
use domain::product::Slug;
use domain::product_cost::selection::SelectionError;
use domain::product_review::ProductReview;
use domain::rate::Month;
use domain::resource::ResourceWeek;
use domain::review::WeeklyReview;
use domain::review::requirements::Unmet;
use domain::week::IsoWeek;
use domain::week_skip::WeekSkip;
use jiff::Timestamp;

pub use action::{ActionRefusal, ActionRequest, ActionStepRequest, ActionsPage};
pub use answer::{AnswerRequest, QuestionKey, QuestionKeyError};
pub use audit::{AuditAsked, AuditPage};
pub use catalogue::{Applied, CataloguePage, CostMove, Proposal, ProposalPage};
pub use catalogue_edit::{CatalogueForms, Compared, EditShown, RowChange, cell_text};
pub use checklist::{ChecklistRefusal, ChecklistRequest, ChecklistsPage};
pub use deploy::{DeployImports, IncidentDeploys};
pub use digest::{DigestChannel, DigestPage, DigestShown};
pub use imports::{ImportIssue, ImportsPage, UnknownAccount};
pub use incident::{
    IncidentPage, IncidentPreview, IncidentRefusal, IncidentToll, MERGE_FROM, MergeRequest, OverrideRequest,
};
pub use incident_statistics::{IncidentStatisticsPage, IncidentStatisticsRequest};
pub use note::{NoteKept, NotePage, NoteRefusal, NoteRefused, NoteRequest, NotesPage};
pub use objective::{ClosedObjective, ObjectivePage, VendorView};
pub use objective_proposal::{
    ObjectiveProposalPage, PatchShown, ProposalLook, ProposalRequest, ProposalStepRequest,
};
pub use objective_queue::{AssessmentRequest, ObjectiveQueuePage};
pub use period_review::PeriodAsked;
pub use person::{PeoplePage, PersonRequest, SignInWays, TokensPage};
pub use postmortem::{
    PostmortemListPage, PostmortemPage, PostmortemRefusal, PostmortemRefused, PostmortemRequest,
    PostmortemStepRequest, incident_of_word, incident_word,
};
pub use product_cost::ProductCostPage;
pub use restatement::{Look, RestatementRequest, RestatementsPage, Since, owner_read, owner_word};
pub use share::{ShareMade, ShareRefusal, ShareRequest, SharesPage};
pub use topic::{DecisionRequest, TopicRefusal, TopicRequest, TopicsPage};
pub use week_comparison::{ComparisonAsked, ComparisonPage};
pub use week_skip::{SkipRefusal, SkipRequest, WeekSkipPage};

/// Why a request cannot be answered; safe to show, because it names nothing that is not the reader's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// There is no such page, week, product or version.
    #[error("not found")]
    NotFound,
    /// The request cannot be understood; the text says how to mend it.
    #[error("{0}")]
    Invalid(String),
    /// A parameter of the address has a word that does not exist.
    #[error("{0}")]
    Parameter(#[from] SelectionError),
    /// Somebody else was faster: the version on the form is no longer the latest.
    #[error("the review has changed since the page was opened")]
    Conflict,
    /// What has to be settled before a freeze is left open.
    #[error("not frozen: something is left open, and nobody said why it may be")]
    Unmet(Vec<Unmet>),
    /// The week has not ended, so there is nothing final to keep.
    #[error("the week has not ended: it can be frozen once it has")]
    NotEnded,
    /// The reader may not do this.
    #[error("not allowed")]
    Forbidden,
    /// The database cannot do it now, for a reason that people can mend or wait out.
    #[error("{trouble}")]
    Unavailable {
        /// The id in the log.
        id: String,
        /// Why.
        trouble: Trouble,
    },
    /// Something broke; the id stands in the log beside the cause.
    #[error("internal error {id}")]
    Internal {
        /// The id in the log.
        id: String,
    },
}

impl AppError {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Invalid(_) | Self::Parameter(_) => 400,
            Self::Conflict | Self::NotEnded | Self::Unmet(_) => 409,
            Self::Forbidden => 403,
            Self::Unavailable { trouble, .. } => trouble.status(),
            Self::Internal { .. } => 500,
        }
    }
}

/// Why the database cannot do what it was asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It does not answer, or not in time.
    #[error("the database does not answer now; try again in half a minute")]
    Away,
    /// There is no room for what is to be written.
    #[error("nothing was kept: the disk of the database is full; free space and send it again")]
    Full,
    /// It may be read and not written.
    #[error("nothing was kept: the database may only be read; let the program write its file and folder")]
    ReadOnly,
}

impl Trouble {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Full => 507,
            Self::Away | Self::ReadOnly => 503,
        }
    }
}

/// Which state of a week is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// The latest frozen one, else the draft.
    #[default]
    Latest,
    /// What is known now, frozen or not.
    Draft,
    /// A frozen one by its number, from 1.
    Number(i64),
}

/// One frozen version of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenVersion {
    /// Its number, from 1.
    pub version: i64,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    /// By whom.
    pub frozen_by: String,
    /// Why there is another version; empty for the first.
    pub reason: String,
    /// SHA-256 over the canonical JSON of its content, hexadecimal.
    pub hash: String,
}

/// One thing that differs now from what was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restated {
    /// Cost that was there and changed, or arrived late and completes the week; in micro-units.
    Cost {
        /// Whose cost; `None` for the whole bill.
        owner: Option<Owner>,
        /// The source and the month of the days; `None` for the whole bill.
        place: Option<(String, Month)>,
        /// The billing currency.
        currency: Currency,
        /// Which amount.
        metric: Metric,
        /// Now minus frozen.
        difference: i64,
        /// True when days arrived that had no data; false when a number changed.
        completes: bool,
    },
    /// Cost that edited rules moved to or from an owner; the source says the same as before. In micro-units.
    Moved {
        /// Whose cost.
        owner: Owner,
        /// The source and the month of the days.
        place: (String, Month),
        /// The billing currency.
        currency: Currency,
        /// Which amount.
        metric: Metric,
        /// Now minus frozen, without what the source changed.
        difference: i64,
    },
    /// An objective's attainment of the week changed.
    Objective {
        /// The objective.
        id: String,
        /// Good and total as frozen.
        frozen: (i64, i64),
        /// Good and total now.
        now: (i64, i64),
        /// True when only data that had been missing arrived.
        completes: bool,
    },
    /// An incident was added to the week, changed or taken from it.
    Incident {
        /// The source's id.
        external_id: String,
        /// The title now, or as frozen when it is gone.
        title: String,
        /// What happened to it.
        what: IncidentChange,
    },
    /// A note was written or changed after it was taken up again.
    Note {
        /// Where it stands.
        place: NotePlace,
        /// Which version of it was frozen, 0 where there was none.
        frozen: i64,
        /// Which version there is now.
        now: i64,
    },
}

/// What happened to an incident since a freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentChange {
    /// It was not known then.
    Added,
    /// It reads differently now.
    Changed,
    /// It no longer touches the week.
    Removed,
}

/// Whether the page shows what is known now or what was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// What is known now.
    Draft,
    /// A frozen version and what has come since.
    Frozen {
        /// The version shown.
        version: FrozenVersion,
        /// What differs now.
        restated: Vec<Restated>,
    },
}

/// What became of a frozen week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousWeek {
    /// How many of its UTC days every source of cost has complete now.
    pub complete_days: usize,
    /// What has changed or arrived since its newest freeze.
    pub restated: Vec<Restated>,
}

/// A review page's data.
#[derive(Clone, Debug)]
pub struct ReviewPage {
    /// The review, live or from its snapshot.
    pub review: Arc<WeeklyReview>,
    /// Which of the two.
    pub state: ReviewState,
    /// All frozen versions, newest first.
    pub versions: Vec<FrozenVersion>,
    /// What became of the week before since its newest freeze; `None` where it was not frozen.
    pub previous: Option<PreviousWeek>,
    /// What the frozen version that is shown says about its own making; `None` for a draft.
    pub record: Option<FreezeRecord>,
    /// The definitions in force, beside a frozen version; `None` for a draft.
    pub definitions: Option<Definitions>,
    /// That the week has no meeting; `None` where it has one, or was frozen all the same.
    pub skip: Option<WeekSkip>,
}

/// A product page's data.
#[derive(Clone, Debug)]
pub struct ProductPage {
    /// The product's week, live or from its snapshot.
    pub product: Arc<ProductReview>,
    /// Which of the two.
    pub state: ReviewState,
}

/// One week in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveEntry {
    /// The week.
    pub week: IsoWeek,
    /// Its frozen versions, newest first; empty for a draft.
    pub versions: Vec<FrozenVersion>,
    /// That it has no meeting.
    pub skip: Option<WeekSkip>,
}

/// A freeze as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezeRequest {
    /// The week.
    pub week: IsoWeek,
    /// The latest version the reader saw, 0 when there was none; guards against two people at once.
    pub seen_version: i64,
    /// Why there is another version, or why something may stay open; required from the second version on, and with
    /// `force` where something is left open.
    pub reason: String,
    /// Freeze also where something that is required is left open; what it is stands in the version then.
    pub force: bool,
    /// Who freezes.
    pub actor: String,
}

/// What pages need of the server.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Everybody who may come.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to whoever does not administer.
    async fn people(&self) -> Result<PeoplePage, AppError>;
    /// Who did what.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to whoever does not administer, [`AppError::NotFound`] for a word that is no act.
    async fn audit(&self, asked: AuditAsked) -> Result<AuditPage, AppError>;
    /// What programs prove themselves with.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] to whoever does not administer.
    async fn service_tokens(&self) -> Result<TokensPage, AppError>;
    /// The last week that has ended, in the organisation's zone.
    async fn last_week(&self) -> Result<IsoWeek, AppError>;
    /// One week.
    async fn weekly_review(&self, week: IsoWeek, version: Version) -> Result<ReviewPage, AppError>;
    /// One product's week.
    async fn product_review(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductPage, AppError>;
    /// What one product's week is made of, down to single lines.
    async fn product_cost(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductCostPage, AppError>;
    /// The kept resources of one product and service in a week and the one before, as they are known now.
    async fn product_resources(
        &self,
        slug: &Slug,
        week: IsoWeek,
        service: &str,
    ) -> Result<Vec<ResourceWeek>, AppError>;
    /// One objective in a week, as it is known now.
    async fn objective_review(&self, id: &str, week: IsoWeek) -> Result<ObjectivePage, AppError>;
    /// An objective that no source defines any more; `None` for one that is defined or was never known.
    async fn objective_closed(&self, id: &str) -> Result<Option<ClosedObjective>, AppError>;
    /// Incidents of some time and what they come to, as it is known now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a time to come and for a product nobody knows.
    async fn incident_statistics(
        &self,
        request: IncidentStatisticsRequest,
    ) -> Result<IncidentStatisticsPage, AppError>;
    /// Which objectives to look at again, as of a week.
    async fn objective_queue(&self, week: IsoWeek) -> Result<ObjectiveQueuePage, AppError>;
    /// Keeps a review of an objective that was held.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the definition has changed since, [`AppError::Invalid`] without a reason
    /// where one is needed, [`AppError::NotFound`] for an objective nobody knows.
    async fn objective_assess(&self, request: AssessmentRequest) -> Result<(), AppError>;
    /// Notes that what the review of an instant decided is done.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such action that is not done.
    async fn objective_action_done(
        &self,
        objective: String,
        held_at: Timestamp,
        actor: String,
    ) -> Result<(), AppError>;
    /// Proposals for an objective: one that was kept, or one that is tried.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an objective or a proposal nobody knows.
    async fn objective_proposal(
        &self,
        id: &str,
        look: ProposalLook,
    ) -> Result<ObjectiveProposalPage, AppError>;
    /// Keeps a proposal; answers its number.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the definition has changed since, [`AppError::Invalid`] for what cannot be
    /// promised and without a reason.
    async fn objective_propose(&self, request: ProposalRequest) -> Result<i64, AppError>;
    /// Adds a step to a proposal.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it has come to something else meanwhile, [`AppError::Invalid`] without a reason.
    async fn objective_proposal_step(&self, request: ProposalStepRequest) -> Result<(), AppError>;
    /// One incident, with what the values that were typed and not kept would change.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an incident nobody knows.
    async fn incident(
        &self,
        key: &domain::incident_merge::IncidentKey,
        typed: &[(domain::incident_override::OverrideField, String)],
    ) -> Result<IncidentPage, AppError>;
    /// The write-up of one incident, and what asks for one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an incident nobody knows.
    async fn postmortem(&self, source: &str, external_id: &str) -> Result<PostmortemPage, AppError>;
    /// What people promised to do, as a meeting works through it.
    async fn actions(&self) -> Result<ActionsPage, AppError>;
    /// One promise.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none of that number.
    async fn action(&self, id: i64) -> Result<ActionsPage, AppError>;
    /// What people raised and what meetings decided.
    async fn topics(&self) -> Result<TopicsPage, AppError>;
    /// One topic, with the decision that settled it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none of that number.
    async fn topic(&self, id: i64) -> Result<TopicsPage, AppError>;
    /// One decision, with the topic that it settled.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none of that number.
    async fn decision(&self, id: i64) -> Result<TopicsPage, AppError>;
    /// The notes of a week.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a week that has not begun.
    async fn notes(&self, week: IsoWeek) -> Result<NotesPage, AppError>;
    /// One note, beside a version of it where one is named.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a week that has not begun and a product nobody knows.
    async fn note(
        &self,
        week: IsoWeek,
        place: &NotePlace,
        version: Option<i64>,
    ) -> Result<NotePage, AppError>;
    /// What chats and mailboxes are told of a week, in a language.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a week that has not begun.
    async fn digest(&self, week: IsoWeek, language: Language) -> Result<DigestPage, AppError>;
    /// The write-ups that are required, of incidents of the weeks that reviews show.
    async fn postmortem_list(&self) -> Result<PostmortemListPage, AppError>;
    /// Notes that somebody opened an objective's page; never waits and never fails a page.
    fn objective_opened(&self, id: &str);
    /// What was paid or promised ahead, as the catalogue in force declares it.
    async fn commitments(&self) -> Result<Vec<Commitment>, AppError>;
    /// Four weeks or a quarter together: frozen weeks as they were frozen, the others as they are known now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a word that names no time, and for one that has not begun.
    async fn period_review(&self, asked: PeriodAsked) -> Result<PeriodReview, AppError>;
    /// A product's checklists and load tests.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a product nobody knows.
    async fn checklists(&self, slug: &Slug) -> Result<ChecklistsPage, AppError>;
    /// Two weeks beside each other: frozen ones as they were frozen, the others as they are known now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a word that is no week or no version, and for a week that has not begun.
    async fn week_comparison(&self, asked: &ComparisonAsked) -> Result<ComparisonPage, AppError>;
    /// What was written and decided in any week in which all words of a query occur, newest week first.
    async fn archive_search(&self, query: &str) -> Result<Vec<Hit>, AppError>;
    /// The archive, newest first.
    async fn review_list(&self) -> Result<Vec<ArchiveEntry>, AppError>;
    /// Freshness, coverage and issues of what comes in.
    async fn imports(&self) -> Result<ImportsPage, AppError>;
    /// What sources changed since a moment, and how far months are settled.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a version that was not frozen, [`AppError::Invalid`] for a moment to come.
    async fn restatements(&self, request: RestatementRequest) -> Result<RestatementsPage, AppError>;
    /// Whether the meeting on a week is held.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a week that has not begun.
    async fn week_skip_page(&self, week: IsoWeek) -> Result<WeekSkipPage, AppError>;
    /// Links for people without an account: all that the reader may see the terms of.
    async fn shares(&self) -> Result<SharesPage, AppError>;
    /// Freezes a week and answers the new version.
    ///
    /// # Errors
    /// [`AppError::Unmet`] where something required is left open and nobody forces it, [`AppError::Conflict`] when
    /// somebody was faster, [`AppError::Invalid`] without a reason where one is needed, [`AppError::NotEnded`] for a
    /// week that goes on.
    async fn freeze(&self, request: FreezeRequest) -> Result<FrozenVersion, AppError>;
    /// Keeps an answer to what stood out in cost, with what is known of it now.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when it is no longer what the reader saw, [`AppError::Invalid`] without a note.
    async fn cost_answer(&self, request: AnswerRequest) -> Result<(), AppError>;
    /// The catalogue in force.
    async fn catalogue_page(&self) -> Result<CataloguePage, AppError>;
    /// What forms of the catalogue are filled with.
    async fn catalogue_forms(&self) -> Result<CatalogueForms, AppError>;
    /// One proposal.
    async fn catalogue_proposal(&self, id: i64) -> Result<ProposalPage, AppError>;
    /// Keeps a proposal made from the catalogue of hash `base`; answers its number.
    async fn catalogue_propose(&self, file: String, base: String, actor: String) -> Result<i64, AppError>;
    /// Puts a proposal in force.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the catalogue has changed since or it is applied already,
    /// [`AppError::Invalid`] without a reason or when the file has faults.
    async fn catalogue_apply(&self, id: i64, reason: String, actor: String) -> Result<(), AppError>;
}
