//! Proposals to change what an objective promises: tried on the past, asked for, answered.

use std::sync::Arc;

use app::backend::{
    AppError, Backend, ObjectiveProposalPage, PatchShown, ProposalLook, ProposalRequest, ProposalStepRequest,
};
use domain::counting::counted;
use domain::objective::{Objective, SliBucket};
use domain::objective_proposal::{BackTest, ObjectiveProposal, Promise, ProposalState, ProposalStep};
use domain::product::Slug;
use domain::terraform::{Declared, declared};
use store::{ObjectivePatch, StoreError};

use super::answer::check_text;
use super::gather::Draft;
use super::{LiveBackend, internal};
use crate::import::{
    ImportError, objective_document, objectives_export, terraform_block, terraform_patch, terraform_upload,
};

/// The largest `.tf` file that is changed, in bytes.
const FILE_LIMIT: usize = 1024 * 1024;

/// A file of terraform beside a proposal, as a form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchRequest {
    /// The objective.
    pub objective: String,
    /// The number of the proposal.
    pub number: i64,
    /// The resource.
    pub address: String,
    /// Where the file stands in its repository.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// For whom.
    pub actor: String,
}

impl LiveBackend {
    /// The page of an objective's proposals.
    pub(super) async fn objective_proposal_page(
        &self,
        id: &str,
        look: ProposalLook,
    ) -> Result<ObjectiveProposalPage, AppError> {
        let draft = self.draft(self.moment().await?, self.last_week().await?).await?;
        let objective = objective_of(&draft, id)?.clone();
        let (at, zone) = (self.clock.now(), draft.review.organization.zone());
        let failed = |error: StoreError| internal(&error);
        let proposals = self.proposals_of(id).await?;
        let shown = match look.number {
            Some(number) => Some(of_number(&proposals, number)?.clone()),
            None => None,
        };
        let in_force = Promise::of(&objective);
        let tried = look.target.as_deref().map(|target| {
            let window = look.window.as_deref().unwrap_or_default();
            Promise::read(&in_force, target, window, zone.iana_name().unwrap_or("UTC"), at)
        });
        let fault = tried.as_ref().and_then(|tried| tried.as_ref().err().copied());
        // What was decided is shown beside what was in force then.
        let before = match &shown {
            Some(shown) if !shown.state().is_open() => shown.before.clone(),
            _ => in_force,
        };
        let promise = shown.as_ref().map(|shown| shown.promise.clone()).or(tried.and_then(Result::ok));
        let windows = [Some(&before), promise.as_ref()].into_iter().flatten();
        let buckets = self.tested_buckets(&draft, id, windows).await.map_err(failed)?;
        let test = |promise: &Promise| {
            BackTest::new(&buckets, promise, draft.review.week, draft.review.measured_until, &zone)
        };
        let declared = self.declared_of(&draft, id).await.map_err(failed)?;
        let blocks = promise
            .as_ref()
            .map(|promise| declared.iter().map(|declared| terraform_block(declared, promise)).collect());
        let document = promise.as_ref().map(|promise| {
            let Promise { target, window } = promise.clone();
            objective_document(Objective { target, window, ..objective.clone() }, &draft.input.catalogue)
        });
        let patches = match &shown {
            Some(shown) => self.store.objective_patch_list(shown.id).await.map_err(failed)?,
            None => Vec::new(),
        };
        Ok(ObjectiveProposalPage {
            now: test(&before),
            then: promise.as_ref().map(test),
            review: Arc::clone(&draft.review),
            objective,
            fault,
            shown,
            proposals,
            document,
            blocks: blocks.unwrap_or_default(),
            declared,
            patches: patches.into_iter().rev().map(patch_shown).collect(),
        })
    }

    /// One objective in force as an OpenSLO document.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that nobody knows.
    pub async fn objective_openslo(&self, id: &str) -> Result<String, AppError> {
        let objectives = self.store.objective_list().await.map_err(|error| internal(&error))?;
        let found = objectives.into_iter().find(|objective| objective.id == id);
        let catalogue = self.catalogue(self.moment().await?).await?;
        Ok(objective_document(found.ok_or(AppError::NotFound)?, &catalogue))
    }

    /// The product of an objective in force; `None` where it belongs to none.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that nobody knows.
    pub async fn objective_product(&self, id: &str) -> Result<Option<Slug>, AppError> {
        let objectives = self.store.objective_list().await.map_err(|error| internal(&error))?;
        let found = objectives.into_iter().find(|objective| objective.id == id);
        Ok(found.ok_or(AppError::NotFound)?.product)
    }

    /// All objectives in force as OpenSLO documents.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn objective_documents(&self) -> Result<String, AppError> {
        objectives_export(&self.store).await.map_err(|error| internal(&error))
    }

    /// An objective's proposals, newest first.
    pub(super) async fn proposals_of(&self, id: &str) -> Result<Vec<ObjectiveProposal>, AppError> {
        let mut proposals = self.store.objective_proposal_list().await.map_err(|error| internal(&error))?;
        proposals.retain(|proposal| proposal.objective == id);
        Ok(proposals)
    }

    /// All proposals of which something is still to come, newest first.
    pub(super) async fn proposals_open(&self) -> Result<Vec<ObjectiveProposal>, AppError> {
        let mut proposals = self.store.objective_proposal_list().await.map_err(|error| internal(&error))?;
        proposals.retain(|proposal| proposal.state().is_open());
        Ok(proposals)
    }

    /// The counts that promises are tested on, as the objective's rules make them count.
    async fn tested_buckets<'p>(
        &self,
        draft: &Draft,
        id: &str,
        promises: impl Iterator<Item = &'p Promise>,
    ) -> Result<Vec<SliBucket>, StoreError> {
        let (week, end) = (draft.review.week, draft.review.measured_until);
        let zone = draft.review.organization.zone();
        let needed = promises.map(|promise| BackTest::needed_from(&promise.window, week, &zone)).min();
        let histories = self.store.objective_histories(needed.unwrap_or(end), end).await?;
        let history = histories.into_iter().find(|history| history.objective.id == id);
        let counted = history.map(|history| counted(history, &draft.input.catalogue.maintenance, &zone));
        Ok(counted.map(|history| history.buckets).unwrap_or_default())
    }

    /// Where terraform declares an objective.
    async fn declared_of(&self, draft: &Draft, id: &str) -> Result<Vec<Declared>, StoreError> {
        let resources = self.store.terraform_list().await?;
        let objectives: Vec<Objective> =
            draft.input.objectives.iter().map(|history| history.objective.clone()).collect();
        let mut found = declared(&objectives, &resources, self.clock.now());
        found.retain(|declared| declared.objective == id);
        Ok(found)
    }

    /// Keeps a proposal, if the definition is still the one the reader saw.
    pub(super) async fn propose_now(&self, request: ProposalRequest) -> Result<i64, AppError> {
        let draft = self.draft(self.moment().await?, self.last_week().await?).await?;
        let objective = objective_of(&draft, &request.objective)?;
        if objective.definition_hash != request.definition_hash {
            return Err(AppError::Conflict);
        }
        let (at, zone) = (self.clock.now(), draft.review.organization.zone());
        let before = Promise::of(objective);
        let zone = zone.iana_name().unwrap_or("UTC");
        let promise = Promise::read(&before, &request.target, &request.window, zone, at)
            .map_err(|error| AppError::Invalid(error.to_string()))?;
        let reason = request.reason.trim().to_owned();
        if request.state != ProposalState::Draft || !reason.is_empty() {
            check_text(&reason)?;
        }
        let proposal = ObjectiveProposal {
            id: 0,
            objective: request.objective,
            definition_hash: request.definition_hash,
            before,
            promise,
            steps: vec![ProposalStep { state: request.state, at, by: request.actor, reason }],
        };
        self.store.objective_proposal_insert(&proposal).await.map_err(|error| internal(&error))
    }

    /// Adds a step to a proposal.
    pub(super) async fn proposal_step_now(&self, request: ProposalStepRequest) -> Result<(), AppError> {
        let proposals = self.proposals_of(&request.objective).await?;
        let proposal = of_number(&proposals, request.number)?;
        let reason = request.reason.trim().to_owned();
        // What was kept with a reason is asked for with that one.
        let is_said = request.state == ProposalState::Submitted && !proposal.reason().is_empty();
        if !reason.is_empty() || (request.state != ProposalState::Withdrawn && !is_said) {
            check_text(&reason)?;
        }
        let step = ProposalStep { state: request.state, at: self.clock.now(), by: request.actor, reason };
        match self.store.objective_proposal_step(request.number, &step).await {
            Err(StoreError::Conflict { .. }) => Err(AppError::Conflict),
            other => other.map_err(|error| internal(&error)),
        }
    }

    /// Makes a patch of a file of terraform and keeps it beside the proposal; answers which one it is, from 1.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a proposal or resource that is not there, [`AppError::Invalid`] for no file, one
    /// that is too large, and a path that leaves its repository.
    pub async fn proposal_patch(&self, request: PatchRequest) -> Result<usize, AppError> {
        let invalid = |what: &str| Err(AppError::Invalid(what.to_owned()));
        let proposals = self.proposals_of(&request.objective).await?;
        let proposal = of_number(&proposals, request.number)?;
        if request.text.trim().is_empty() || request.text.len() > FILE_LIMIT || request.text.contains('\0') {
            return invalid("Send a .tf file of at most a mebibyte.");
        }
        let path = request.path.trim().trim_start_matches("./").replace('\\', "/");
        let is_inside = !path.is_empty()
            && path.chars().count() <= 300
            && !path.chars().any(char::is_control)
            && path.split('/').all(|part| !["", ".", ".."].contains(&part));
        if !is_inside {
            return invalid("Write where the file stands in its repository, such as slo/main.tf.");
        }
        let draft = self.draft(self.moment().await?, self.last_week().await?).await?;
        let declared =
            self.declared_of(&draft, &request.objective).await.map_err(|error| internal(&error))?;
        let declared = declared.iter().find(|one| one.resource.address == request.address);
        let declared = declared.ok_or(AppError::NotFound)?;
        let made = terraform_patch(declared, &proposal.promise, &path, &request.text);
        let patch = ObjectivePatch {
            at: self.clock.now(),
            by: request.actor,
            address: request.address,
            path,
            patch: made.patch,
            block: made.block,
            remark: made.remark,
        };
        let kept = async {
            self.store.objective_patch_insert(request.number, &patch).await?;
            self.store.objective_patch_list(request.number).await
        };
        Ok(kept.await.map_err(|error| internal(&error))?.len())
    }

    /// Takes in a state of terraform.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when it is no output of `terraform show -json`.
    pub async fn terraform_take(&self, name: &str, bytes: Vec<u8>) -> Result<(), AppError> {
        match terraform_upload(&self.store, self.clock, name, bytes).await {
            Ok(report) if report.accepted == 0 && report.rejected > 0 => {
                Err(AppError::Invalid("Send the output of terraform show -json.".to_owned()))
            }
            Ok(_) => Ok(()),
            Err(ImportError::Read(error)) => Err(AppError::Invalid(error.to_string())),
            Err(error) => Err(internal(&error)),
        }
    }

    /// A patch that was made for a proposal, by its number from 1; `None` where it has none.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a proposal of another objective.
    pub async fn proposal_patch_text(
        &self,
        objective: &str,
        number: i64,
        index: usize,
    ) -> Result<Option<String>, AppError> {
        of_number(&self.proposals_of(objective).await?, number)?;
        let patches = self.store.objective_patch_list(number).await.map_err(|error| internal(&error))?;
        Ok(index.checked_sub(1).and_then(|index| patches.into_iter().nth(index)).and_then(|one| one.patch))
    }
}

fn objective_of<'d>(draft: &'d Draft, id: &str) -> Result<&'d Objective, AppError> {
    let found = draft.input.objectives.iter().find(|history| history.objective.id == id);
    found.map(|history| &history.objective).ok_or(AppError::NotFound)
}

fn of_number(proposals: &[ObjectiveProposal], number: i64) -> Result<&ObjectiveProposal, AppError> {
    proposals.iter().find(|proposal| proposal.id == number).ok_or(AppError::NotFound)
}

fn patch_shown(patch: ObjectivePatch) -> PatchShown {
    let ObjectivePatch { at, by, address, path, patch, block, remark } = patch;
    PatchShown { at, by, address, path, patch, block, remark }
}
