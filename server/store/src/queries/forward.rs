//! The store's methods, each forwarded to the query of its noun.

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
use domain::notice::Notice;
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

use super::{Database, catalogue};
use crate::store::NoticeStore;
use crate::types::ObjectivePatch;
use crate::types::{
    CatalogueProposal, Changes, CommitOptions, CostCommit, IncidentChange, Lease, ProposalApplied,
    ProposalHead, ProposalInput, SliRestatement, Snapshot, SnapshotHead, Stage, StoredIssue, UnknownAccount,
};
use crate::types::{ClosedObjective, NoticeChange, NoticeEnd};
use crate::{Store, StoreError};

#[async_trait]
impl Store for Database {
    async fn ping(&self) -> Result<(), StoreError> {
        self.state_ping().await
    }

    async fn revision(&self) -> Result<i64, StoreError> {
        self.state_revision().await
    }

    async fn schema_version(&self) -> Result<i64, StoreError> {
        self.state_schema_version().await
    }

    async fn backup(&self, path: &Path) -> Result<(), StoreError> {
        self.state_backup(path).await
    }

    async fn catalogue_get(&self) -> Result<Catalogue, StoreError> {
        catalogue::get(&self.reader).await
    }

    async fn catalogue_replace(
        &self,
        catalogue: &Catalogue,
        closed_on: Date,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.replace_catalogue(catalogue, closed_on, at).await
    }

    async fn catalogue_proposal_insert(
        &self,
        at: Timestamp,
        by: &str,
        base: &str,
        file: &str,
        input: Option<ProposalInput>,
    ) -> Result<i64, StoreError> {
        self.insert_proposal(at, by, (base, file), input).await
    }

    async fn catalogue_proposal_get(&self, id: i64) -> Result<Option<CatalogueProposal>, StoreError> {
        self.read_proposal(id).await
    }

    async fn catalogue_proposal_list(&self, limit: i64) -> Result<Vec<ProposalHead>, StoreError> {
        self.read_proposals(limit).await
    }

    async fn catalogue_proposal_apply(
        &self,
        id: i64,
        catalogue: &Catalogue,
        closed_on: Date,
        applied: ProposalApplied,
    ) -> Result<(), StoreError> {
        self.apply_proposal(id, catalogue, closed_on, applied).await
    }

    async fn catalogue_file_note(&self, at: Timestamp) -> Result<(), StoreError> {
        self.note_catalogue_file(at).await
    }

    async fn catalogue_edited_since_file(&self) -> Result<bool, StoreError> {
        self.is_catalogue_edited().await
    }

    async fn cost_allocation_preview(
        &self,
        catalogue: &Catalogue,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Owner, Currency, Amounts)>, StoreError> {
        self.preview_allocation(catalogue, from, to).await
    }

    async fn lease_acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        self.acquire_lease(name, holder, now, until).await
    }

    async fn lease_renew(&self, lease: &Lease, until: Timestamp) -> Result<Lease, StoreError> {
        self.renew_lease(lease, until).await
    }

    async fn lease_release(&self, lease: Lease) -> Result<(), StoreError> {
        self.release_lease(&lease).await
    }

    async fn cost_stage_begin(&self, lease: &Lease, source: &str) -> Result<Stage, StoreError> {
        self.begin_stage(lease, source).await
    }

    async fn cost_stage_append(&self, stage: &Stage, cells: Vec<ExactCell>) -> Result<(), StoreError> {
        self.append_to_stage(stage, cells).await
    }

    async fn cost_stage_resources(
        &self,
        stage: &Stage,
        resources: Vec<KeyResources>,
    ) -> Result<(), StoreError> {
        self.append_resources_to_stage(stage, resources).await
    }

    async fn cost_stage_commit(
        &self,
        stage: Stage,
        totals: Vec<ControlTotal>,
        options: CommitOptions,
    ) -> Result<CostCommit, StoreError> {
        self.commit_stage(&stage, totals, options).await
    }

    async fn cost_stage_discard(&self, stage: Stage) -> Result<(), StoreError> {
        self.discard_stage(&stage).await
    }

    async fn cost_stage_left(&self) -> Result<bool, StoreError> {
        self.stage_is_left().await
    }

    async fn cost_rollup_rebuild(&self, weeks: Option<(IsoWeek, IsoWeek)>) -> Result<(), StoreError> {
        self.rebuild_rollups(weeks).await
    }

    async fn cost_owner_weeks(&self, from: IsoWeek, to: IsoWeek) -> Result<Vec<OwnerWeek>, StoreError> {
        self.read_owner_weeks(from, to).await
    }

    async fn cost_owner_months(&self, from: Month, to: Month) -> Result<Vec<OwnerMonth>, StoreError> {
        self.read_owner_months(from, to).await
    }

    async fn cost_service_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError> {
        self.read_service_weeks(from, to, owner).await
    }

    async fn cost_tax_weeks(
        &self,
        from: IsoWeek,
        to: IsoWeek,
        owner: Option<&Owner>,
    ) -> Result<Vec<OwnerWeek>, StoreError> {
        self.read_tax_weeks(from, to, owner).await
    }

    async fn cost_facts(
        &self,
        owner: &Owner,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<FactWeek>, StoreError> {
        self.read_cost_facts(owner, from, to).await
    }

    async fn cost_resources(
        &self,
        owner: &Owner,
        service: &str,
        from: IsoWeek,
        to: IsoWeek,
    ) -> Result<Vec<ResourceWeek>, StoreError> {
        self.read_resources(owner, service, from, to).await
    }

    async fn cost_billed_days(&self, week: IsoWeek) -> Result<Vec<BilledDay>, StoreError> {
        self.read_billed_days(week).await
    }

    async fn cost_control_totals(&self) -> Result<Vec<ControlTotal>, StoreError> {
        self.read_control_totals().await
    }

    async fn cost_restatement_sums(
        &self,
        filter: &RestatementFilter,
        by_day: bool,
    ) -> Result<Vec<OwnerRestatement>, StoreError> {
        self.read_restatement_sums(filter, by_day).await
    }

    async fn cost_delivered_periods(&self) -> Result<Vec<DeliveredPeriod>, StoreError> {
        self.read_delivered_periods().await
    }

    async fn cost_unknown_accounts(&self) -> Result<Vec<UnknownAccount>, StoreError> {
        self.read_unknown_accounts().await
    }

    async fn objective_assessment_insert(&self, assessment: &Assessment) -> Result<(), StoreError> {
        self.insert_assessment(assessment).await
    }

    async fn objective_assessment_list(&self) -> Result<Vec<Assessment>, StoreError> {
        self.read_assessments().await
    }

    async fn objective_action_done(
        &self,
        objective: &str,
        held_at: Timestamp,
        at: Timestamp,
        by: &str,
    ) -> Result<bool, StoreError> {
        self.end_action(objective, held_at, at, by).await
    }

    async fn objective_terms_replace(
        &self,
        source: &str,
        terms: Vec<ObjectiveTerms>,
    ) -> Result<bool, StoreError> {
        self.replace_terms(source, terms).await
    }

    async fn objective_vendor_put(
        &self,
        source: &str,
        said: Vec<VendorStatement>,
    ) -> Result<bool, StoreError> {
        self.put_vendor_statements(source, said).await
    }

    async fn objective_vendor_list(&self, since: Timestamp) -> Result<Vec<VendorStatement>, StoreError> {
        self.read_vendor_statements(since).await
    }

    async fn objective_vendor_exclusion_replace(
        &self,
        source: &str,
        exclusions: Vec<VendorExclusion>,
    ) -> Result<bool, StoreError> {
        self.replace_vendor_exclusions(source, exclusions).await
    }

    async fn objective_vendor_exclusion_list(&self) -> Result<Vec<VendorExclusion>, StoreError> {
        self.read_vendor_exclusions().await
    }

    async fn objective_terms_list(&self) -> Result<Vec<ObjectiveTerms>, StoreError> {
        self.read_terms().await
    }

    async fn objective_proposal_insert(&self, proposal: &ObjectiveProposal) -> Result<i64, StoreError> {
        self.insert_objective_proposal(proposal).await
    }

    async fn objective_proposal_step(&self, id: i64, step: &ProposalStep) -> Result<(), StoreError> {
        self.insert_proposal_step(id, step).await
    }

    async fn objective_proposal_list(&self) -> Result<Vec<ObjectiveProposal>, StoreError> {
        self.read_objective_proposals().await
    }

    async fn objective_patch_insert(&self, id: i64, patch: &ObjectivePatch) -> Result<(), StoreError> {
        self.insert_proposal_patch(id, patch).await
    }

    async fn objective_patch_list(&self, id: i64) -> Result<Vec<ObjectivePatch>, StoreError> {
        self.read_proposal_patches(id).await
    }

    async fn terraform_replace(
        &self,
        source: &str,
        resources: Vec<TerraformObjective>,
    ) -> Result<bool, StoreError> {
        self.replace_terraform(source, resources).await
    }

    async fn terraform_list(&self) -> Result<Vec<TerraformObjective>, StoreError> {
        self.read_terraform().await
    }

    async fn objective_closed_get(&self, id: &str) -> Result<Option<ClosedObjective>, StoreError> {
        self.read_closed_objective(id).await
    }

    async fn objective_read_note(&self, objective: &str, at: Timestamp) -> Result<(), StoreError> {
        self.note_page_read(objective, at).await
    }

    async fn objective_read_list(&self) -> Result<Vec<PageRead>, StoreError> {
        self.read_page_reads().await
    }

    async fn cost_answer_insert(&self, answer: &Answer) -> Result<(), StoreError> {
        self.insert_answer(answer).await
    }

    async fn cost_answer_list(&self, from: Date) -> Result<Vec<Answer>, StoreError> {
        self.read_answers(from).await
    }

    async fn source_states(&self) -> Result<Vec<SourceState>, StoreError> {
        self.read_source_states().await
    }

    async fn request_reserve(&self, source: &str, day: Date, cap: u32) -> Result<bool, StoreError> {
        self.reserve_request(source, day, cap).await
    }

    async fn request_answer(&self, source: &str, day: Date) -> Result<(), StoreError> {
        self.answer_request(source, day).await
    }

    async fn request_days(&self, from: Date) -> Result<Vec<RequestDay>, StoreError> {
        self.read_request_days(from).await
    }

    async fn synced_month_list(&self) -> Result<Vec<SyncedMonth>, StoreError> {
        self.read_synced_months().await
    }

    async fn synced_month_put(&self, month: &SyncedMonth) -> Result<(), StoreError> {
        self.put_synced_month(month).await
    }

    async fn export_period_list(&self) -> Result<Vec<ExportedPeriod>, StoreError> {
        self.read_export_periods().await
    }

    async fn export_period_put(&self, period: &ExportedPeriod) -> Result<(), StoreError> {
        self.put_export_period(period).await
    }

    async fn cloud_account_list(&self) -> Result<Vec<CloudAccount>, StoreError> {
        self.read_cloud_accounts().await
    }

    async fn cloud_account_replace(
        &self,
        source: &str,
        accounts: Vec<CloudAccount>,
    ) -> Result<bool, StoreError> {
        self.replace_cloud_accounts(source, accounts).await
    }

    async fn cloud_anomaly_list(&self, from: Date, to: Date) -> Result<Vec<CloudAnomaly>, StoreError> {
        self.read_cloud_anomalies(from, to).await
    }

    async fn cloud_anomaly_checked(&self, source: &str) -> Result<Option<Timestamp>, StoreError> {
        self.read_anomaly_check(source).await
    }

    async fn cloud_anomaly_replace(
        &self,
        source: &str,
        from: Date,
        anomalies: Vec<CloudAnomaly>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.replace_cloud_anomalies(source, from, anomalies, at).await
    }

    async fn import_issue_replace(
        &self,
        source: &str,
        kind: SourceKind,
        at: Timestamp,
        issues: Vec<Issue>,
    ) -> Result<bool, StoreError> {
        self.replace_issues(source, kind, at, issues).await
    }

    async fn import_issue_list(&self) -> Result<Vec<StoredIssue>, StoreError> {
        self.read_issues().await
    }

    async fn objective_replace(
        &self,
        source: &str,
        objectives: Vec<Objective>,
        at: Timestamp,
    ) -> Result<Changes, StoreError> {
        self.replace_objectives(source, objectives, at).await
    }

    async fn objective_list(&self) -> Result<Vec<Objective>, StoreError> {
        self.read_objectives().await
    }

    async fn sli_replace(
        &self,
        source: &str,
        buckets: Vec<SliBucket>,
        at: Timestamp,
    ) -> Result<Changes, StoreError> {
        self.replace_buckets(source, buckets, at).await
    }

    async fn objective_histories(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ObjectiveHistory>, StoreError> {
        self.read_histories(from, to).await
    }

    async fn sli_restatements(
        &self,
        period: Period,
        since: Timestamp,
    ) -> Result<Vec<SliRestatement>, StoreError> {
        self.read_sli_restatements(period, since).await
    }

    async fn incident_upsert(
        &self,
        incidents: Vec<Incident>,
        at: Timestamp,
        dry_run: bool,
    ) -> Result<Changes, StoreError> {
        self.upsert_incidents(incidents, at, dry_run).await
    }

    async fn incident_list(&self, period: Period) -> Result<Vec<Incident>, StoreError> {
        self.read_incidents(period).await
    }

    async fn incident_get(&self, source: &str, external_id: &str) -> Result<Option<Incident>, StoreError> {
        self.read_incident(source, external_id).await
    }

    async fn incident_changes(
        &self,
        period: Period,
        since: Timestamp,
    ) -> Result<Vec<IncidentChange>, StoreError> {
        self.read_incident_changes(period, since).await
    }

    async fn snapshot_insert(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.insert_snapshot(&snapshot).await
    }

    async fn snapshot_get(
        &self,
        meeting: &str,
        week: IsoWeek,
        version: Option<i64>,
    ) -> Result<Option<Snapshot>, StoreError> {
        self.read_snapshot(meeting, week, version).await
    }

    async fn snapshot_product_get(
        &self,
        meeting: &str,
        week: IsoWeek,
        version: Option<i64>,
        product: &Slug,
    ) -> Result<Option<(SnapshotHead, String)>, StoreError> {
        self.read_snapshot_product(meeting, week, version, product).await
    }

    async fn snapshot_list(&self, meeting: &str) -> Result<Vec<SnapshotHead>, StoreError> {
        self.read_snapshots(meeting).await
    }
}

#[async_trait]
impl NoticeStore for Database {
    async fn notice_list(&self, since: Timestamp) -> Result<Vec<Notice>, StoreError> {
        self.read_notices(since).await
    }

    async fn notice_apply(&self, changes: Vec<NoticeChange>, at: Timestamp) -> Result<bool, StoreError> {
        self.apply_notices(changes, at).await
    }

    async fn notice_due(&self, at: Timestamp) -> Result<Vec<Notice>, StoreError> {
        self.read_notices_due(at).await
    }

    async fn notice_claim(
        &self,
        notice: &Notice,
        again_at: Timestamp,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.claim_notice(notice, again_at, at).await
    }

    async fn notice_delay(&self, id: i64, due_at: Timestamp) -> Result<(), StoreError> {
        self.delay_notice(id, due_at).await
    }

    async fn notice_end(&self, id: i64, end: NoticeEnd, at: Timestamp) -> Result<(), StoreError> {
        self.end_notice(id, end, at).await
    }

    async fn notice_retry(&self, at: Timestamp) -> Result<u64, StoreError> {
        self.retry_notices(at).await
    }
}
