//! What an objective's page is made from.

use std::sync::Arc;

use app::backend::{AppError, ClosedObjective, ObjectivePage, Version};
use domain::coverage::SourceKind;
use domain::objective_condition::Condition;
use domain::objective_review::ObjectiveReview;
use domain::product_review::deploy_days;
use domain::week::IsoWeek;

use super::freeze::frozen_version;
use super::{LiveBackend, internal};

impl LiveBackend {
    /// The objective as it is known now, and what the latest frozen version of the week says of it.
    pub(super) async fn objective_page(&self, id: &str, week: IsoWeek) -> Result<ObjectivePage, AppError> {
        let moment = self.moment().await?;
        let draft = self.draft(moment, week).await?;
        let found = ObjectiveReview::new(&draft.review, &draft.input, id);
        let mut objective = found.ok_or(AppError::NotFound)?;
        let remarks = self.store.import_issue_list().await.map_err(|error| internal(&error))?;
        let mine = remarks.iter().filter(|remark| {
            remark.kind == SourceKind::Objectives
                && remark.source == objective.row.source
                && remark.column.as_deref() == Some(id)
        });
        objective
            .conditions
            .extend(mine.filter_map(|remark| Condition::of_rule(&remark.rule, remark.seen_at)));
        let objective = Arc::new(objective);
        let versions = self.heads_of(week).await?;
        let frozen = self.shown(moment, &versions, Version::Latest).await?.map(|frozen| {
            let row = frozen.review.objectives.iter().find(|row| row.id == id).cloned();
            (frozen_version(&frozen.head), row)
        });
        let item = Self::queue_item_of(&draft, id);
        let vendor = self.vendor_view(&draft, id).await.map_err(|error| internal(&error))?;
        let proposals = self.proposals_of(id).await?;
        let product = objective.row.product.as_ref();
        let deploys = product.map(|slug| deploy_days(&draft.review, &draft.input, slug)).unwrap_or_default();
        let review = Arc::clone(&draft.review);
        Ok(ObjectivePage { objective, proposals, item, review, deploys, vendor, frozen })
    }

    /// An objective that no source defines any more, and what may have come in its place.
    pub(super) async fn closed_objective(&self, id: &str) -> Result<Option<ClosedObjective>, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let found = self.store.objective_closed_get(id).await.map_err(|error| internal(&error))?;
        let Some(closed) = found else { return Ok(None) };
        Ok(Some(ClosedObjective {
            proposals: self.proposals_of(id).await?,
            last_week: IsoWeek::at(closed.closed_at, &catalogue.organization.zone()).previous(),
            display_name: closed.display_name,
            source: closed.source,
            closed_at: closed.closed_at,
            successor: closed.successor,
            organization: catalogue.organization.clone(),
            as_of: moment.as_of,
        }))
    }
}
