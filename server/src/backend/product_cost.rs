//! What a product's cost page is made from.

use std::sync::Arc;

use app::backend::{AppError, Backend, ProductCostPage, ReviewState, Version};
use domain::cost::{Owner, OwnerWeek};
use domain::product::Slug;
use domain::week::IsoWeek;

use super::gather::{first_week, shares};
use super::{LiveBackend, internal};

impl LiveBackend {
    /// The page as asked for, the same as it is known now, and the facts below it.
    pub(super) async fn product_cost_page(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductCostPage, AppError> {
        let moment = self.moment().await?;
        let page = self.product_review(slug, week, version).await?;
        let live = match page.state {
            ReviewState::Draft => Arc::clone(&page.product),
            ReviewState::Frozen { .. } => self.product_review(slug, week, Version::Draft).await?.product,
        };
        let draft = self.draft(moment, week).await?;
        let older = self.older_weeks(&draft).await?;
        let owner = Owner::Product(slug.clone());
        let mine = |row: &&OwnerWeek| row.owner == owner;
        let borne = shares(&draft, &older);
        let rows = older.iter().chain(&draft.input.owner_weeks).chain(&borne).filter(mine).cloned();
        let rows: Vec<OwnerWeek> = rows.collect();
        let facts = self.store.cost_facts(&owner, first_week(week), week).await;
        Ok(ProductCostPage {
            page,
            live,
            facts: Arc::new(facts.map_err(|error| internal(&error))?),
            rows: Arc::new(rows),
            catalogue: self.catalogue(moment).await?,
        })
    }
}
