//! What exports and downloads read besides pages.

use app::backend::{AppError, Backend, Version};
use domain::incident_merge::IncidentKey;
use domain::organization::Language;
use domain::product::Slug;
use domain::week::IsoWeek;

use super::Door;
use crate::backend::internal;
use crate::snapshot::{SnapshotV1, csv, markdown};
use crate::web::{Form, review_text};

impl Door {
    /// A review in one of its forms: for who sees all of it byte for byte as it was frozen, for others what they
    /// see of it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such version, or the week has not begun.
    pub async fn review_text(
        &self,
        week: IsoWeek,
        version: Version,
        form: Form,
        language: Language,
    ) -> Result<String, AppError> {
        if self.sees_all() {
            return review_text(&self.live, week, version, form, language).await;
        }
        let review = self.weekly_review(week, version).await?.review;
        match form {
            Form::Json => SnapshotV1::from_domain(&review, &[]).text().map_err(|error| internal(&error)),
            Form::Csv => Ok(csv::render(&review)),
            Form::Markdown => Ok(markdown::render(&review, language)),
        }
    }

    /// The JSON of a product's page as it was frozen; `None` where the page answers from the draft, or is reduced.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such version.
    pub async fn snapshot_of_product(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<Option<String>, AppError> {
        self.check_seen(Some(slug))?;
        // Why a week was frozen stands in it, and may speak of any product.
        if self.sees_all() { self.live.snapshot_of_product(slug, week, version).await } else { Ok(None) }
    }

    /// One objective in force as an OpenSLO document.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that nobody knows.
    pub async fn objective_openslo(&self, id: &str) -> Result<String, AppError> {
        self.check_objective(id).await?;
        self.live.objective_openslo(id).await
    }

    /// All objectives in force as OpenSLO documents.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] where some of them are hidden.
    pub async fn objective_documents(&self) -> Result<String, AppError> {
        self.check_all()?;
        self.live.objective_documents().await
    }

    /// A patch that was made for a proposal.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a proposal of another objective.
    pub async fn proposal_patch_text(
        &self,
        objective: &str,
        number: i64,
        index: usize,
    ) -> Result<Option<String>, AppError> {
        self.check_objective(objective).await?;
        self.live.proposal_patch_text(objective, number, index).await
    }

    /// A hidden incident does not exist.
    pub(super) async fn check_incident(&self, key: &IncidentKey) -> Result<(), AppError> {
        if self.sees_all() {
            return Ok(());
        }
        self.check_seen(self.live.incident_product(key).await?.as_ref())
    }

    /// A hidden objective does not exist.
    pub(super) async fn check_objective(&self, id: &str) -> Result<(), AppError> {
        if self.sees_all() {
            return Ok(());
        }
        self.check_seen(self.live.objective_product(id).await?.as_ref())
    }
}
