//! Everything the database can be asked. Areas of their own are traits of their own, in `store/`, which
//! [`Store`] gathers.

mod action;
mod audit;
mod checklist;
mod deploy;
mod hook;
mod incident_override;
mod note;
mod notice;
mod person;
mod poll;
mod postmortem;
mod service_token;
mod session;
mod share;
mod topic;
mod topic_message;
mod tracker;
mod week_skip;

use std::path::Path;

use async_trait::async_trait;
use domain::answer::Answer;
use domain::billing_month::DeliveredPeriod;
use domain::catalogue::Catalogue;
use domain::cloud_anomaly::CloudAnomaly;
use domain::cost::{Amounts, ControlTotal, ExactCell, Owner, OwnerMonth, OwnerWeek};
use domain::coverage::{SourceKind, SourceState};
use domain::incident::Incident;
use domain::money::Currency;
use domain::objective::{Objective, ObjectiveHistory, SliBucket};
use domain::objective_proposal::{ObjectiveProposal, ProposalStep};
use domain::objective_queue::{Assessment, ObjectiveTerms, PageRead};
use domain::objective_vendor::{VendorExclusion, VendorStatement};
use domain::period::Period;
use domain::product::Slug;
use domain::product_cost::FactWeek;
use domain::rate::Month;
use domain::rejection::Issue;
use domain::resource::{KeyResources, ResourceWeek};
use domain::restatement::{OwnerRestatement, RestatementFilter};
use domain::review::BilledDay;
use domain::sync::{CloudAccount, ExportedPeriod, RequestDay, SyncedMonth};
use domain::terraform::TerraformObjective;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::StoreError;
use crate::types::{
    CatalogueProposal, Changes, CommitOptions, CostCommit, IncidentChange, Lease, ProposalApplied,
    ProposalHead, ProposalInput, SliRestatement, Snapshot, SnapshotHead, Stage, StoredIssue, UnknownAccount,
};
use crate::types::{ClosedObjective, ObjectivePatch};
pub use action::ActionStore;
pub use audit::{AuditStore, AuditWanted};
pub use checklist::ChecklistStore;
pub use deploy::DeployStore;
pub use hook::{HookDelivery, HookSettled, HookStore};
pub use incident_override::{IncidentOverrideStore, MergeEdit, OverrideEdit};
pub use note::{NoteEdit, NoteReopening, NoteStore};
pub use notice::NoticeStore;
pub use person::{PersonChange, PersonStore, Vouched};
pub use poll::PollStore;
pub use postmortem::{PostmortemEdit, PostmortemStore};
pub use service_token::{NewServiceToken, ServiceTokenStore};
pub use session::SessionStore;
pub use share::ShareStore;
pub use topic::{TopicSeen, TopicStore};
pub use topic_message::{TopicMessage, TopicMessageState, TopicMessageStore};
pub use tracker::{IssueReading, TrackerStore};
pub use week_skip::WeekSkipStore;

/// The database. Every method is one transaction; every write that changes something bumps
/// [`Store::revision`] in the same transaction, and a write that changes nothing writes nothing.
#[async_trait]
pub trait Store:
    ActionStore
    + AuditStore
    + DeployStore
    + HookStore
    + IncidentOverrideStore
    + NoteStore
    + NoticeStore
    + PersonStore
    + PollStore
    + PostmortemStore
    + ServiceTokenStore
    + SessionStore
    + ShareStore
    + TopicStore
    + ChecklistStore
    + TopicMessageStore
    + TrackerStore
    + WeekSkipStore
    + Send
    + Sync
{
    /// Asks the database whether it is there.
    async fn ping(&self) -> Result<(), StoreError>;

    /// A number that grows with every change readers can see; caches are keyed by it.
    async fn revision(&self) -> Result<i64, StoreError>;

    /// The version of the newest migration that was applied.
    async fn schema_version(&self) -> Result<i64, StoreError>;

    /// Writes a consistent copy of a SQLite database to a file that does not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the file exists, [`StoreError::Unsupported`] on PostgreSQL.
    async fn backup(&self, path: &Path) -> Result<(), StoreError>;

    /// The catalogue, also what is closed; the default one where none was stored.
    async fn catalogue_get(&self) -> Result<Catalogue, StoreError>;

    /// Replaces the catalogue: products and accounts the new one does not name are kept but closed on
    /// `closed_on`. Roll-ups follow in the same transaction where accounts or rules changed.
    /// Answers whether anything changed.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a product or an account is named twice.
    async fn catalogue_replace(
        &self,
        catalogue: &Catalogue,
        closed_on: Date,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps a catalogue that somebody proposes, as a file, with the hash of the one it was made from and
    /// what was put into a form; answers its number.
    async fn catalogue_proposal_insert(
        &self,
        at: Timestamp,
        by: &str,
        base: &str,
        file: &str,
        input: Option<ProposalInput>,
    ) -> Result<i64, StoreError>;

    /// One proposal with its file.
    async fn catalogue_proposal_get(&self, id: i64) -> Result<Option<CatalogueProposal>, StoreError>;

    /// The newest proposals without their files, newest first.
    async fn catalogue_proposal_list(&self, limit: i64) -> Result<Vec<ProposalHead>, StoreError>;

    /// Puts a proposal in force: replaces the catalogue as [`Store::catalogue_replace`] does and keeps
    /// who did it and why, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the proposal is applied already or there is none.
    async fn catalogue_proposal_apply(
        &self,
        id: i64,
        catalogue: &Catalogue,
        closed_on: Date,
        applied: ProposalApplied,
    ) -> Result<(), StoreError>;

    /// Notes that a file is in step with the catalogue: it was written from it, or put in force.
    async fn catalogue_file_note(&self, at: Timestamp) -> Result<(), StoreError>;

    /// Whether a proposal was applied after a file was last in step, so that a file may be behind.
    async fn catalogue_edited_since_file(&self) -> Result<bool, StoreError>;

    /// Whose the facts from one UTC day up to another would be by a catalogue, in order of owner and
    /// currency.
    async fn cost_allocation_preview(
        &self,
        catalogue: &Catalogue,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Owner, Currency, Amounts)>, StoreError>;

    /// Takes a lease that nobody holds at `now`, that has run out, that `holder` holds already, or that would
    /// hold for more than an hour, because the clock was put back since;
    /// `None` when somebody else holds it.
    async fn lease_acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError>;

    /// Prolongs a lease.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when somebody else has taken it.
    async fn lease_renew(&self, lease: &Lease, until: Timestamp) -> Result<Lease, StoreError>;

    /// Gives a lease back; one that was lost is left alone.
    async fn lease_release(&self, lease: Lease) -> Result<(), StoreError>;

    /// Begins a delivery of cost and clears what a killed one left. `lease` must be of the name
    /// [`crate::IMPORT_LEASE`]: there is one staging area.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the lease is not held.
    async fn cost_stage_begin(&self, lease: &Lease, source: &str) -> Result<Stage, StoreError>;

    /// Adds cells to a delivery, in one short transaction; cells of the same scope, day and key are
    /// summed exactly. Hand over some ten thousand at a time.
    ///
    /// # Errors
    /// [`StoreError::TooPrecise`] for a cell of more than 24 decimals, [`StoreError::Invalid`] for one
    /// of another source, with a NUL character or an amount that does not fit; no cell of the call is
    /// added then.
    async fn cost_stage_append(&self, stage: &Stage, cells: Vec<ExactCell>) -> Result<(), StoreError>;

    /// Adds the resources of keys of a delivery, each key of a scope once, after its cells.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for a key or a scope that no cell was added for; nothing of the call is added
    /// then.
    async fn cost_stage_resources(
        &self,
        stage: &Stage,
        resources: Vec<KeyResources>,
    ) -> Result<(), StoreError>;

    /// Replaces the delivered scopes, whole, in one transaction with the roll-ups and restatements that
    /// follow. Cells are rounded to micro-units so that each scope adds up to its control total.
    /// A scope that is stored just so is left alone.
    ///
    /// # Errors
    /// [`StoreError::Shrinks`] unless forced; [`StoreError::Invalid`] when a scope has no control total
    /// or cells and control total disagree. The delivery is dropped then.
    async fn cost_stage_commit(
        &self,
        stage: Stage,
        totals: Vec<ControlTotal>,
        options: CommitOptions,
    ) -> Result<CostCommit, StoreError>;

    /// Drops a delivery that is not to be committed.
    async fn cost_stage_discard(&self, stage: Stage) -> Result<(), StoreError>;

    /// Whether something lies in the staging area: of an import that is running, or of one that was killed or
    /// found no room to clear up behind itself.
    async fn cost_stage_left(&self) -> Result<bool, StoreError>;

    /// Makes the roll-ups of all or some weeks (both ends included) again from the facts and the stored
    /// catalogue. Needed by nobody: commits and catalogue changes do it themselves.
    async fn cost_rollup_rebuild(&self, weeks: Option<(IsoWeek, IsoWeek)>) -> Result<(), StoreError>;

    /// Cost per week, source, currency, owner and environment, both weeks included, in that order;
    /// `service` is empty.
    async fn cost_owner_weeks(&self, from: IsoWeek, to: IsoWeek) -> Result<Vec<OwnerWeek>, StoreError>;

    /// Direct cost per month, currency and product of all sources and environments, both months included, in
    /// that order.
    async fn cost_owner_months(&self, from: Month, to: Month) -> Result<Vec<OwnerMonth>, StoreError>;

    /// The weeks with services apart, of all owners or of one.
    async fn cost_service_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError>;

    /// What of the weeks is tax (FOCUS `ChargeCategory` Tax), over all services, of all owners or of one.
    async fn cost_tax_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError>;

    /// The facts of one owner, both weeks included: per week, source, currency, key and environment, in that
    /// order. Reads no cells of others.
    async fn cost_facts(
        &self,
        owner: &Owner,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<FactWeek>, StoreError>;

    /// The kept resources of one owner and service, both weeks included: per week, source, currency, key,
    /// environment and resource, in that order, also weeks in which one of them cost nothing.
    async fn cost_resources(
        &self,
        owner: &Owner,
        service: &str,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<ResourceWeek>, StoreError>;

    /// What the facts of each UTC day of a week sum to, past any allocation.
    async fn cost_billed_days(&self, week: IsoWeek) -> Result<Vec<BilledDay>, StoreError>;

    /// The exact totals of all scopes, in order of scope.
    async fn cost_control_totals(&self) -> Result<Vec<ControlTotal>, StoreError>;

    /// What changed or came late after an instant, per billing period and owner, or per day of them, too;
    /// in order of source, period, currency, owner and day.
    async fn cost_restatement_sums(
        &self,
        filter: &RestatementFilter,
        by_day: bool,
    ) -> Result<Vec<OwnerRestatement>, StoreError>;

    /// When each billing period was delivered, and what changed after its bill had closed, in order of scope.
    async fn cost_delivered_periods(&self) -> Result<Vec<DeliveredPeriod>, StoreError>;

    /// Sub accounts on the bill that the catalogue does not name, the most expensive first.
    async fn cost_unknown_accounts(&self) -> Result<Vec<UnknownAccount>, StoreError>;

    /// Keeps a review of an objective that was held; earlier ones stay.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a text holds a NUL.
    async fn objective_assessment_insert(&self, assessment: &Assessment) -> Result<(), StoreError>;

    /// All reviews of objectives, in the order in which they were held.
    async fn objective_assessment_list(&self) -> Result<Vec<Assessment>, StoreError>;

    /// Notes that the action of a review of an objective is done; `false` when there is none that is not.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a text holds a NUL.
    async fn objective_action_done(
        &self,
        objective: &str,
        held_at: Timestamp,
        at: Timestamp,
        by: &str,
    ) -> Result<bool, StoreError>;

    /// Replaces what a source's definitions say of objectives besides what makes their numbers; `false` when
    /// nothing differs.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another source speaks of one of the objectives.
    async fn objective_terms_replace(
        &self,
        source: &str,
        terms: Vec<ObjectiveTerms>,
    ) -> Result<bool, StoreError>;

    /// What definitions say besides, by objective.
    async fn objective_terms_list(&self) -> Result<Vec<ObjectiveTerms>, StoreError>;

    /// Keeps a proposal to change what an objective promises with its first step; answers its number, whatever
    /// number it has. Earlier ones stay.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a text holds a NUL or there is no step.
    async fn objective_proposal_insert(&self, proposal: &ObjectiveProposal) -> Result<i64, StoreError>;

    /// Adds a step to a proposal.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such proposal or the step cannot follow its last one.
    async fn objective_proposal_step(&self, id: i64, step: &ProposalStep) -> Result<(), StoreError>;

    /// All proposals with their steps, newest first.
    async fn objective_proposal_list(&self) -> Result<Vec<ObjectiveProposal>, StoreError>;

    /// Keeps a patch that was made for a proposal; earlier ones stay.
    async fn objective_patch_insert(&self, id: i64, patch: &ObjectivePatch) -> Result<(), StoreError>;

    /// The patches that were made for a proposal, oldest first.
    async fn objective_patch_list(&self, id: i64) -> Result<Vec<ObjectivePatch>, StoreError>;

    /// Replaces what a source's terraform says of objectives; `false` when nothing differs.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when an address stands there twice or belongs to another source.
    async fn terraform_replace(
        &self,
        source: &str,
        resources: Vec<TerraformObjective>,
    ) -> Result<bool, StoreError>;

    /// What terraform says of objectives, by source and address.
    async fn terraform_list(&self) -> Result<Vec<TerraformObjective>, StoreError>;

    /// Keeps what a vendor says of objectives: of each the newest of its window, and the newest of each week;
    /// `false` when all of it is known.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when it says two things of one objective and period.
    async fn objective_vendor_put(
        &self,
        source: &str,
        said: Vec<VendorStatement>,
    ) -> Result<bool, StoreError>;

    /// What vendors say of periods that end after an instant, by objective; weeks before the window.
    async fn objective_vendor_list(&self, since: Timestamp) -> Result<Vec<VendorStatement>, StoreError>;

    /// Replaces the times that the vendor of a source leaves out; `false` when nothing differs.
    async fn objective_vendor_exclusion_replace(
        &self,
        source: &str,
        exclusions: Vec<VendorExclusion>,
    ) -> Result<bool, StoreError>;

    /// Times that vendors leave out, by objective, in order of time.
    async fn objective_vendor_exclusion_list(&self) -> Result<Vec<VendorExclusion>, StoreError>;

    /// An objective that no source defines any more; `None` for one that is defined or was never known.
    async fn objective_closed_get(&self, id: &str) -> Result<Option<ClosedObjective>, StoreError>;

    /// Notes that somebody opened an objective's page: an access record, which changes the revision only where
    /// nobody had opened it for four weeks.
    async fn objective_read_note(&self, objective: &str, at: Timestamp) -> Result<(), StoreError>;

    /// When pages of objectives were opened first and last, by objective.
    async fn objective_read_list(&self) -> Result<Vec<PageRead>, StoreError>;

    /// Keeps what somebody said about cost that stood out; earlier answers stay.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] without a note, or when a text holds a NUL character.
    async fn cost_answer_insert(&self, answer: &Answer) -> Result<(), StoreError>;

    /// Answers to days from a UTC day on, and those that still hold on it, in the order they were given.
    async fn cost_answer_list(&self, from: Date) -> Result<Vec<Answer>, StoreError>;

    /// How far each source has told its story, by name and kind.
    async fn source_states(&self) -> Result<Vec<SourceState>, StoreError>;

    /// Counts one more priced request to a source on a UTC day, unless `cap` were made already; answers
    /// whether it may be made.
    async fn request_reserve(&self, source: &str, day: Date, cap: u32) -> Result<bool, StoreError>;

    /// Notes that a reserved request was answered, which is what is paid for.
    async fn request_answer(&self, source: &str, day: Date) -> Result<(), StoreError>;

    /// The priced requests of all sources from a UTC day on, the newest day first.
    async fn request_days(&self, from: Date) -> Result<Vec<RequestDay>, StoreError>;

    /// How far each month of each asked source has come, by source and month.
    async fn synced_month_list(&self) -> Result<Vec<SyncedMonth>, StoreError>;

    /// Stores how far a month has come.
    async fn synced_month_put(&self, month: &SyncedMonth) -> Result<(), StoreError>;

    /// The billing periods of exports that were read, by source, the newest first.
    async fn export_period_list(&self) -> Result<Vec<ExportedPeriod>, StoreError>;

    /// Notes that a billing period of an export was read.
    async fn export_period_put(&self, period: &ExportedPeriod) -> Result<(), StoreError>;

    /// The accounts that asked sources told of, by source and id.
    async fn cloud_account_list(&self) -> Result<Vec<CloudAccount>, StoreError>;

    /// Replaces the accounts of a source; the same list again writes nothing.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when an account is named twice or belongs to another source.
    async fn cloud_account_replace(
        &self,
        source: &str,
        accounts: Vec<CloudAccount>,
    ) -> Result<bool, StoreError>;

    /// Anomalies that clouds told of and that have a day between two UTC days (both included), by source and
    /// first day.
    async fn cloud_anomaly_list(&self, from: Date, to: Date) -> Result<Vec<CloudAnomaly>, StoreError>;

    /// When a source was last asked for its anomalies.
    async fn cloud_anomaly_checked(&self, source: &str) -> Result<Option<Timestamp>, StoreError>;

    /// Replaces the anomalies of a source that end on `from` or later or go on, and notes when it was asked;
    /// those that ended before stay. Answers whether anything but that instant changed.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when an anomaly is told twice, belongs to another source or has a NUL character.
    async fn cloud_anomaly_replace(
        &self,
        source: &str,
        from: Date,
        anomalies: Vec<CloudAnomaly>,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Replaces the remarks on imports of a source; the same list again writes nothing.
    async fn import_issue_replace(
        &self,
        source: &str,
        kind: SourceKind,
        at: Timestamp,
        issues: Vec<Issue>,
    ) -> Result<bool, StoreError>;

    /// All remarks, by source and kind, in the order they were given.
    async fn import_issue_list(&self) -> Result<Vec<StoredIssue>, StoreError>;

    /// Replaces the definitions of a source; open proposals that they carry are closed. A changed hash closes
    /// the version that holds and opens a new one; an objective the source no longer names is closed. A product or environment that
    /// changed without the definition is corrected in place.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another source defines an objective of the same id.
    async fn objective_replace(
        &self,
        source: &str,
        objectives: Vec<Objective>,
        at: Timestamp,
    ) -> Result<Changes, StoreError>;

    /// The definitions that hold, by id.
    async fn objective_list(&self) -> Result<Vec<Objective>, StoreError>;

    /// Replaces counts: of each objective in the delivery, the buckets that start between its first
    /// start and its last end. Buckets that changed, came or went are kept as restatements.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when an objective has two buckets of the same start.
    async fn sli_replace(
        &self,
        source: &str,
        buckets: Vec<SliBucket>,
        at: Timestamp,
    ) -> Result<Changes, StoreError>;

    /// Objectives that are not closed at `to`, with their earlier versions and the buckets that start
    /// from `from` up to `to`, by id.
    async fn objective_histories(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ObjectiveHistory>, StoreError>;

    /// Counts of buckets that start in a period and were changed after an instant (exclusive); what only came
    /// late restates nothing.
    async fn sli_restatements(
        &self,
        period: Period,
        since: Timestamp,
    ) -> Result<Vec<SliRestatement>, StoreError>;

    /// Takes incidents by (source, external id); one whose `updated_at` is older than the stored one is
    /// left alone. A dry run answers the same and writes nothing.
    async fn incident_upsert(
        &self,
        incidents: Vec<Incident>,
        at: Timestamp,
        dry_run: bool,
    ) -> Result<Changes, StoreError>;

    /// Incidents whose impact (open ones last on) or declaration touches a period, oldest first.
    async fn incident_list(&self, period: Period) -> Result<Vec<Incident>, StoreError>;

    /// One incident.
    async fn incident_get(&self, source: &str, external_id: &str) -> Result<Option<Incident>, StoreError>;

    /// Versions that arrived after an instant (exclusive) and touch a period, they or the one before.
    async fn incident_changes(
        &self,
        period: Period,
        since: Timestamp,
    ) -> Result<Vec<IncidentChange>, StoreError>;

    /// Stores a frozen review.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its version is not the one after the latest, or its previous hash
    /// is not the latest hash.
    async fn snapshot_insert(&self, snapshot: Snapshot) -> Result<(), StoreError>;

    /// A version of a frozen review, or its latest.
    async fn snapshot_get(
        &self,
        meeting: &str,
        week: IsoWeek,
        version: Option<i64>,
    ) -> Result<Option<Snapshot>, StoreError>;

    /// One product's page value of a version, or of the latest, with its envelope.
    async fn snapshot_product_get(
        &self,
        meeting: &str,
        week: IsoWeek,
        version: Option<i64>,
        product: &Slug,
    ) -> Result<Option<(SnapshotHead, String)>, StoreError>;

    /// All versions of a meeting without their content, newest week and version first.
    async fn snapshot_list(&self, meeting: &str) -> Result<Vec<SnapshotHead>, StoreError>;
}
