//! The catalogue for pages, and proposals to change it.

use app::backend::{AppError, Applied, CataloguePage, Compared, CostMove, Proposal, ProposalPage};
use store::ProposalHead;

use super::{LiveBackend, internal};
use crate::import::{NotApplied, catalogue_faults_now, catalogue_file, proposal_apply, proposal_preview};

/// How many proposals the page lists.
const PROPOSALS_SHOWN: i64 = 50;

/// The longest reason, in characters.
const REASON_LIMIT: usize = 2_000;

impl LiveBackend {
    pub(super) async fn catalogue_in_force(&self) -> Result<CataloguePage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let (file, base) = catalogue_file(&self.store).await.map_err(|error| internal(&error))?;
        let gathered = async {
            let proposals = self.store.catalogue_proposal_list(PROPOSALS_SHOWN).await?;
            Ok::<_, store::StoreError>((proposals, self.store.catalogue_edited_since_file().await?))
        };
        let (proposals, is_file_behind) = gathered.await.map_err(|error| internal(&error))?;
        let proposals = proposals.into_iter().map(proposal_of).collect();
        let today = self.clock.today(&catalogue.organization.zone());
        let faults = catalogue_faults_now(&self.store, &catalogue, today).await;
        let faults = faults.map_err(|error| internal(&error))?;
        Ok(CataloguePage { catalogue, file, base, proposals, is_file_behind, faults })
    }

    pub(super) async fn proposal_page(&self, id: i64) -> Result<ProposalPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let found = self.store.catalogue_proposal_get(id).await.map_err(|error| internal(&error))?;
        let found = found.ok_or(AppError::NotFound)?;
        let (_, base) = catalogue_file(&self.store).await.map_err(|error| internal(&error))?;
        let done = found.head.applied.as_ref().map(|applied| applied.changes.clone());
        let is_stale = done.is_none() && found.head.base != base;
        let preview = proposal_preview(&self.store, self.clock, &found.file).await;
        let edit = self.edit_shown(found.input).await?;
        let mut page = ProposalPage {
            proposal: proposal_of(found.head),
            catalogue,
            base,
            file: found.file,
            edit,
            is_stale,
            issues: Vec::new(),
            faults: Vec::new(),
            changes: done.clone().unwrap_or_default(),
            days: Default::default(),
            compared: Compared::default(),
            moves: Vec::new(),
        };
        match preview.map_err(|error| internal(&error))? {
            _ if done.is_some() => {}
            Err(issues) => page.issues = issues,
            Ok(preview) => {
                page.compared = preview.compared();
                let owners =
                    preview.owners(&self.store, moment.as_of).await.map_err(|error| internal(&error))?;
                let moved =
                    |((owner, currency), (before, after))| CostMove { owner, currency, before, after };
                page.moves = owners.into_iter().map(moved).collect();
                (page.changes, page.days) = (preview.changes, preview.days);
                page.faults = preview.faults;
            }
        }
        Ok(page)
    }

    pub(super) async fn propose(&self, file: &str, base: &str, actor: &str) -> Result<i64, AppError> {
        // Browsers send a text area with the line ends of e-mail.
        let file = file.replace("\r\n", "\n");
        if file.contains('\0') || base.len() > 64 || base.contains('\0') {
            return Err(AppError::Invalid("The file holds a character that cannot be stored.".to_owned()));
        }
        let made = self.store.catalogue_proposal_insert(self.clock.now(), actor, base, &file, None).await;
        made.map_err(|error| internal(&error))
    }

    pub(super) async fn apply(&self, id: i64, reason: &str, actor: &str) -> Result<(), AppError> {
        if reason.is_empty() || reason.chars().count() > REASON_LIMIT || reason.contains('\0') {
            return Err(AppError::Invalid("A change of the catalogue needs a reason.".to_owned()));
        }
        let applied = proposal_apply(&self.store, self.clock, id, (actor, reason)).await;
        match applied.map_err(|error| internal(&error))? {
            Ok(()) => Ok(()),
            Err(NotApplied::Missing) => Err(AppError::NotFound),
            Err(NotApplied::Conflict) => Err(AppError::Conflict),
            Err(NotApplied::Faulty) => Err(AppError::Invalid("The file has faults.".to_owned())),
        }
    }
}

fn proposal_of(head: ProposalHead) -> Proposal {
    let ProposalHead { id, made_at, made_by, applied, .. } = head;
    let applied = applied.map(|applied| Applied { at: applied.at, by: applied.by, reason: applied.reason });
    Proposal { id, made_at, made_by, applied }
}
