//! What an objective's page is made from.

use std::sync::Arc;

use app::backend::{AppError, ObjectivePage, Version};
use domain::objective_review::ObjectiveReview;
use domain::week::IsoWeek;

use super::LiveBackend;
use super::freeze::frozen_version;

impl LiveBackend {
    /// The objective as it is known now, and what the latest frozen version of the week says of it.
    pub(super) async fn objective_page(&self, id: &str, week: IsoWeek) -> Result<ObjectivePage, AppError> {
        let moment = self.moment().await?;
        let draft = self.draft(moment, week).await?;
        let found = ObjectiveReview::new(&draft.review, &draft.input, id);
        let objective = Arc::new(found.ok_or(AppError::NotFound)?);
        let versions = self.heads_of(week).await?;
        let frozen = self.shown(moment, &versions, Version::Latest).await?.map(|frozen| {
            let row = frozen.review.objectives.iter().find(|row| row.id == id).cloned();
            (frozen_version(&frozen.head), row)
        });
        let item = Self::queue_item_of(&draft, id);
        Ok(ObjectivePage { objective, item, review: Arc::clone(&draft.review), frozen })
    }
}
