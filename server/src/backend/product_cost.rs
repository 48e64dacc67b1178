//! What a product's cost page is made from.

use std::sync::Arc;

use app::backend::{AppError, ProductCostPage, ProductPage, ReviewState, Version};
use domain::catalogue::Catalogue;
use domain::cost::{Owner, OwnerWeek};
use domain::incident::Incident;
use domain::period::Period;
use domain::product::Slug;
use domain::product_cost::unit::MONTHS_SHOWN;
use domain::rate::Month;
use domain::week::{IsoWeek, start_of_day};

use super::gather::{PastWeeks, first_week};
use super::{LiveBackend, Moment, internal};

impl LiveBackend {
    /// The page as asked for, the same as it is known now, and the facts below it.
    pub(super) async fn product_cost_page(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: Version,
    ) -> Result<ProductCostPage, AppError> {
        let moment = self.moment().await?;
        let draft = self.draft(moment, week).await?;
        let past = self.past_of(&draft, slug).await?;
        let live = self.product_drafted(moment, &draft, &past, slug).await?;
        let page = match self.product_frozen(moment, slug, week, version).await? {
            Some(page) => page,
            None => ProductPage { product: Arc::clone(&live), state: ReviewState::Draft },
        };
        let owner = Owner::Product(slug.clone());
        let mine = |row: &&OwnerWeek| row.owner == owner;
        let PastWeeks { older, shares, taxes } = past;
        let rows = older.iter().chain(&draft.input.owner_weeks).chain(&shares).filter(mine).cloned();
        let rows: Vec<OwnerWeek> = rows.collect();
        let facts = self.store.cost_facts(&owner, first_week(week), week).await;
        Ok(ProductCostPage {
            page,
            live,
            facts: Arc::new(facts.map_err(|error| internal(&error))?),
            rows: Arc::new(rows),
            taxes: Arc::new(taxes.own),
            share_taxes: Arc::new(taxes.borne),
            incidents: Arc::new(self.incidents_of_units(moment, slug, week).await?),
            catalogue: self.catalogue_with_directory(moment).await?,
            months: self.billing_months(moment).await?,
        })
    }

    /// The catalogue as rules are answered with it: with what clouds tell of accounts, where a rule asks.
    async fn catalogue_with_directory(&self, moment: Moment) -> Result<Arc<Catalogue>, AppError> {
        let catalogue = self.catalogue(moment).await?;
        if !catalogue.asks_for_directory() {
            return Ok(catalogue);
        }
        let told = self.store.cloud_account_list().await.map_err(|error| internal(&error))?;
        Ok(Arc::new(catalogue.with_directory(&told).into_owned()))
    }

    /// Incidents of the months that unit costs are told for; nothing to read where no series knows the product.
    async fn incidents_of_units(
        &self,
        moment: Moment,
        slug: &Slug,
        week: IsoWeek,
    ) -> Result<Vec<Incident>, AppError> {
        let catalogue = self.catalogue(moment).await?;
        if !catalogue.usage.iter().any(|usage| usage.product == *slug) {
            return Ok(Vec::new());
        }
        let last = Month::containing(week.sunday());
        let first = (1..MONTHS_SHOWN).fold(last, |month, _| month.previous());
        let zone = catalogue.organization.zone();
        let end = week.period(&zone).end.min(moment.as_of);
        let start = start_of_day(first.first_day(), &zone).min(end);
        self.incidents(Period { start, end }).await.map_err(|error| internal(&error))
    }
}
