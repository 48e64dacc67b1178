//! Forms of the catalogue: what they are filled with, and the proposals made of them.

use app::backend::{AppError, CatalogueForms, EditShown, RowChange};
use store::{ProposalHead, ProposalInput};

use super::{LiveBackend, internal};
use crate::import::{Edit, EditRead, catalogue_file, edit_propose, edit_read};

/// How many applied proposals the history of rows looks back on.
const HISTORY_PROPOSALS: i64 = 500;

/// How many changed rows a page lists.
const HISTORY_ROWS: usize = 2_000;

impl LiveBackend {
    pub(super) async fn forms(&self) -> Result<CatalogueForms, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let (_, base) = catalogue_file(&self.store).await.map_err(|error| internal(&error))?;
        let proposals = self.store.catalogue_proposal_list(HISTORY_PROPOSALS).await;
        let proposals = proposals.map_err(|error| internal(&error))?;
        let history = proposals.iter().flat_map(row_changes).take(HISTORY_ROWS).collect();
        let today = self.clock.today(&catalogue.organization.zone());
        Ok(CatalogueForms { catalogue, base, today, history })
    }

    /// Keeps a proposal that makes a change to the catalogue of hash `base`; answers its number.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for text that cannot be stored, [`AppError::Internal`] when the database fails.
    pub async fn catalogue_edit(&self, edit: Edit, base: &str, actor: &str) -> Result<i64, AppError> {
        let texts: Vec<&str> = match &edit {
            Edit::Rows(_, text) | Edit::Step(text, _) => vec![text],
            Edit::Entry(_, typed) => typed.iter().flat_map(|(name, value)| [name.as_str(), value]).collect(),
        };
        if texts.iter().any(|text| text.contains('\0')) || base.len() > 64 || base.contains('\0') {
            return Err(AppError::Invalid("The form holds a character that cannot be stored.".to_owned()));
        }
        let made = edit_propose(&self.store, self.clock, edit, (base, actor)).await;
        made.map_err(|error| internal(&error))
    }

    pub(super) async fn edit_shown(
        &self,
        input: Option<ProposalInput>,
    ) -> Result<Option<EditShown>, AppError> {
        let Some(input) = input else { return Ok(None) };
        let moment = self.moment().await?;
        let today = self.clock.today(&self.catalogue(moment).await?.organization.zone());
        let read = edit_read(&self.store, today, input).await.map_err(|error| internal(&error))?;
        let EditRead { part, text, typed, rows, issues } = read;
        Ok(Some(EditShown { part, text, typed, rows, issues }))
    }
}

/// The rows that an applied proposal changed, of its lines such as `~ budget telemed 2026-11: 1 JPY → 2 JPY`.
fn row_changes(head: &ProposalHead) -> Vec<RowChange> {
    let Some(applied) = &head.applied else { return Vec::new() };
    let change = |line: &String| {
        let (sign, rest) = line.split_once(' ')?;
        let (part, rest) = rest.split_once(' ')?;
        let (name, values) =
            rest.rsplit_once(": ").filter(|_| ["budget", "rate", "usage"].contains(&part))?;
        let (before, after) = match sign {
            "+" => (None, Some(values)),
            "-" => (Some(values), None),
            _ => values.split_once(" → ").map(|(before, after)| (Some(before), Some(after)))?,
        };
        Some(RowChange {
            proposal: head.id,
            at: applied.at,
            by: applied.by.clone(),
            reason: applied.reason.clone(),
            part: part.to_owned(),
            name: name.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        })
    };
    applied.changes.iter().filter_map(change).collect()
}
