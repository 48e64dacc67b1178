//! From the store to a draft.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::backend::AppError;
use domain::catalogue::Catalogue;
use domain::cost::{Owner, OwnerMonth, OwnerWeek};
use domain::counting::counted;
use domain::objective::ObjectiveHistory;
use domain::objective_queue::ReviewQueue;
use domain::period::Period;
use domain::product::Slug;
use domain::product_review::ProductReview;
use domain::product_review::outlook::WEEKS_LEARNT;
use domain::rate::Month;
use domain::review::anomalies::{UnusualInput, WEEKS_JUDGED, first_service_week, owners_of_events};
use domain::review::{DEPLOY_DAYS, ReviewInput, WEEKS_SHOWN, WeeklyReview};
use domain::silence::{Unheard, unheard};
use domain::split::{Method, Split, SplitScope};
use domain::week::IsoWeek;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use store::StoreError;

use super::{LiveBackend, Moment, check_begun, internal};

/// How far back repeats of incidents are looked for, in days before the weeks that are shown.
const REPEAT_DAYS: i64 = domain::review::incidents::REPEAT_DAYS;

/// A week as it is known now.
pub(super) struct Draft {
    pub(super) input: ReviewInput,
    pub(super) review: Arc<WeeklyReview>,
    pub(super) queue: ReviewQueue,
}

impl LiveBackend {
    /// The draft of a week.
    pub(super) async fn draft(&self, moment: Moment, week: IsoWeek) -> Result<Arc<Draft>, AppError> {
        if let Some(draft) = self.cache.draft(moment, &week) {
            return Ok(draft);
        }
        let input = self.review_input(moment, week).await?;
        let (mut review, queue) = WeeklyReview::with_queue(&input);
        // A week that is taken over is told from its own draft, which may take over one before it.
        review.carried_weeks = Box::pin(self.carried_weeks(moment, week)).await?;
        let draft = Draft { input, review: Arc::new(review), queue };
        Ok(self.cache.draft_keep(moment, week, Arc::new(draft)))
    }

    /// All that a review is made from.
    async fn review_input(&self, moment: Moment, week: IsoWeek) -> Result<ReviewInput, AppError> {
        let catalogue = self.catalogue(moment).await?;
        check_begun(week, &catalogue, moment.as_of)?;
        let zone = catalogue.organization.zone();
        let first = first_week(week);
        let (start, end) = (first.period(&zone).start, week.period(&zone).end.min(moment.as_of));
        let read_from = first_read(week, &catalogue);
        let gathered = async {
            let store = &self.store;
            let incidents_from = start.checked_sub((24 * REPEAT_DAYS).hours()).unwrap_or(Timestamp::MIN);
            let mut input = ReviewInput {
                week,
                as_of: moment.as_of,
                sources: store.source_states().await?,
                owner_weeks: store.cost_owner_weeks(read_from, week).await?,
                tax_weeks: self.tax_weeks(week, &catalogue).await?,
                service_weeks: store.cost_service_weeks(week.previous(), week, None).await?,
                billed_days: store.cost_billed_days(week).await?,
                objectives: self.histories(start, end, &catalogue).await?,
                incidents: self.incidents(Period { start: incidents_from, end }).await?,
                catalogue,
                postmortems: store.postmortem_list().await?,
                unheard: self.unheard(moment.as_of).await?,
                deploys: store.deploy_list(Period { start: deploys_from(end), end }).await?,
                actions: self.action_input().await?,
                notes: self.notes_written(week).await?,
                topics: self.topic_input().await?,
                unusual: UnusualInput::default(),
                queue: self.queue_input(week, end, &zone).await?,
            };
            self.add_unusual_input(&mut input, read_from).await?;
            Ok::<_, StoreError>(input)
        };
        gathered.await.map_err(|error| internal(&error))
    }

    /// The sources of incidents of which nothing is heard, and of which products each ever told.
    async fn unheard(&self, as_of: Timestamp) -> Result<Vec<Unheard>, StoreError> {
        let store = &self.store;
        // Nobody has to deploy: a webhook of deploys may be silent for as long as it likes.
        let of_deploys = store.deploy_source_list().await?;
        let mut arrivals = store.hook_arrival_list().await?;
        arrivals.retain(|(source, _)| !of_deploys.iter().any(|one| one.source == *source));
        let mut silent = unheard(&arrivals, &store.poll_state_list().await?, as_of);
        if !silent.is_empty() {
            let told = store.incident_product_list().await?;
            for one in &mut silent {
                let of_it = told.iter().filter(|(source, _)| *source == one.source);
                one.products = of_it.map(|(_, product)| product.clone()).collect();
            }
        }
        Ok(silent)
    }

    /// Adds what unusual days of a week are told from: some weeks before those read anyway, answers, and the
    /// services of the few products that have such days.
    async fn add_unusual_input(&self, input: &mut ReviewInput, read_from: IsoWeek) -> Result<(), StoreError> {
        let (week, store) = (input.week, &self.store);
        let older_weeks = match weeks_back(week, WEEKS_JUDGED) {
            first if first < read_from => store.cost_owner_weeks(first, read_from.previous()).await?,
            _ => Vec::new(),
        };
        // An answer may be to an event that began before the week.
        let answers = store.cost_answer_list(weeks_back(week, WEEKS_SHOWN).monday()).await?;
        let cloud = store.cloud_anomaly_list(week.monday(), week.sunday()).await?;
        input.unusual = UnusualInput { older_weeks, service_weeks: Vec::new(), answers, cloud };
        for slug in owners_of_events(input) {
            let services =
                store.cost_service_weeks(first_service_week(week), week, Some(&Owner::Product(slug))).await?;
            input.unusual.service_weeks.extend(services);
        }
        Ok(())
    }

    /// What of the weeks that a review reads is tax; nothing to read where no budget leaves taxes out.
    async fn tax_weeks(&self, week: IsoWeek, catalogue: &Catalogue) -> Result<Vec<OwnerWeek>, StoreError> {
        if !catalogue.leaves_taxes_out() {
            return Ok(Vec::new());
        }
        self.store.cost_tax_weeks(first_read(week, catalogue), week, None).await
    }

    /// Objectives with their counts since the weeks shown begin, or the longest window where that is
    /// earlier, which it seldom is; as the objectives' rules and maintenance windows make them count.
    async fn histories(
        &self,
        start: Timestamp,
        end: Timestamp,
        catalogue: &Catalogue,
    ) -> Result<Vec<ObjectiveHistory>, StoreError> {
        let mut histories = self.store.objective_histories(start, end).await?;
        let begins = |history: &ObjectiveHistory| history.objective.window.period(end).start;
        if let Some(earliest) = histories.iter().map(begins).min().filter(|earliest| *earliest < start) {
            histories = self.store.objective_histories(earliest, end).await?;
        }
        let zone = catalogue.organization.zone();
        let count = |history| counted(history, &catalogue.maintenance, &zone);
        Ok(histories.into_iter().map(count).collect())
    }

    /// One product's week out of a draft; `None` when the review does not know the product.
    pub(super) async fn product_draft(
        &self,
        draft: &Draft,
        past: &PastWeeks,
        slug: &Slug,
    ) -> Result<Option<ProductReview>, AppError> {
        if draft.review.product(slug).is_none() {
            return Ok(None);
        }
        let week = draft.review.week;
        let owner = Owner::Product(slug.clone());
        let services = self.store.cost_service_weeks(first_week(week), week, Some(&owner)).await;
        let services = services.map_err(|error| internal(&error))?;
        let PastWeeks { older, shares, taxes } = past;
        let taxes: Vec<OwnerWeek> = taxes.own.iter().chain(&taxes.borne).cloned().collect();
        Ok(ProductReview::new(&draft.review, &draft.input, &services, older, shares, &taxes, slug))
    }

    /// All products of a draft, in its order.
    pub(super) async fn product_drafts(&self, draft: &Draft) -> Result<Vec<ProductReview>, AppError> {
        let week = draft.review.week;
        let services = self.store.cost_service_weeks(first_week(week), week, None).await;
        let services = services.map_err(|error| internal(&error))?;
        let (first, last) = older_weeks(draft);
        let older = self.store.cost_owner_weeks(first, last).await.map_err(|error| internal(&error))?;
        let months = self.older_months(draft).await.map_err(|error| internal(&error))?;
        let scope = SplitScope { months: &months, product: None };
        let shares = shares(draft, &older, scope);
        let taxes = match draft.input.catalogue.leaves_taxes_out() {
            true => self.store.cost_tax_weeks(first, week, None).await.map_err(|error| internal(&error))?,
            false => Vec::new(),
        };
        let borne = tax_shares(draft, &taxes, &older, scope);
        let taxes: Vec<OwnerWeek> = taxes.into_iter().chain(borne).collect();
        let review = |slug: &Slug| {
            ProductReview::new(&draft.review, &draft.input, &services, &older, &shares, &taxes, slug)
        };
        Ok(draft.review.products.iter().filter_map(|product| review(&product.slug)).collect())
    }

    /// What a product cost before the weeks of a draft, and what it bears of pools. Reads no rows of other
    /// products.
    pub(super) async fn past_of(&self, draft: &Draft, slug: &Slug) -> Result<PastWeeks, AppError> {
        let gathered = async {
            let mut older = self.older_weeks_of(draft, &Owner::Product(slug.clone())).await?;
            let (first, last) = (older_weeks(draft).0, draft.review.week);
            let owner = Owner::Product(slug.clone());
            let own = self.store.cost_tax_weeks(first, last, Some(&owner)).await?;
            let pools: BTreeSet<&str> =
                draft.input.catalogue.pools.iter().map(|pool| pool.name.as_str()).collect();
            let mut of_pools = Vec::new();
            for pool in pools {
                let pool = Owner::Shared(pool.to_owned());
                older.extend(self.older_weeks_of(draft, &pool).await?);
                of_pools.extend(self.store.cost_tax_weeks(first, last, Some(&pool)).await?);
            }
            let months = self.older_months(draft).await?;
            let scope = SplitScope { months: &months, product: Some(slug) };
            let taxes = Taxes { own, borne: tax_shares(draft, &of_pools, &older, scope) };
            Ok::<_, StoreError>(PastWeeks { shares: shares(draft, &older, scope), older, taxes })
        };
        gathered.await.map_err(|error| internal(&error))
    }

    /// An owner's weeks before those of a draft, over all services.
    async fn older_weeks_of(&self, draft: &Draft, owner: &Owner) -> Result<Vec<OwnerWeek>, StoreError> {
        let (first, last) = older_weeks(draft);
        let services = self.store.cost_service_weeks(first, last, Some(owner)).await?;
        Ok(OwnerWeek::over_services(services))
    }

    /// By what older days of pools are split: nothing to read where no pool is split by cost.
    async fn older_months(&self, draft: &Draft) -> Result<Vec<OwnerMonth>, StoreError> {
        if !splits_by_cost(&draft.input.catalogue) {
            return Ok(Vec::new());
        }
        let last = Month::containing(first_week(draft.review.week).monday()).previous();
        self.store.cost_owner_months(Month::containing(older_weeks(draft).0.monday()), last).await
    }
}

/// A product's cost before the weeks of a draft, and its shares of pools in all weeks.
pub(super) struct PastWeeks {
    /// Weeks before those of the draft: the product's own, and those of declared pools.
    pub(super) older: Vec<OwnerWeek>,
    /// What it bears of pools, in these weeks and in those of the draft.
    pub(super) shares: Vec<OwnerWeek>,
    /// What of all this is tax.
    pub(super) taxes: Taxes,
}

/// A product's taxes.
pub(super) struct Taxes {
    /// Of its own cost.
    pub(super) own: Vec<OwnerWeek>,
    /// Of what it bears of pools.
    pub(super) borne: Vec<OwnerWeek>,
}

/// The first and the last of the weeks before those of a draft, from which ranges and unusual days are told.
fn older_weeks(draft: &Draft) -> (IsoWeek, IsoWeek) {
    let (week, catalogue) = (draft.review.week, &draft.input.catalogue);
    (weeks_back(week, WEEKS_LEARNT), first_read(week, catalogue).previous())
}

/// What products bear of shared pools, in older weeks and in those of a draft.
fn shares(draft: &Draft, older: &[OwnerWeek], scope: SplitScope<'_>) -> Vec<OwnerWeek> {
    let rows = older.iter().chain(&draft.input.owner_weeks);
    let split = Split::of(&draft.input.catalogue, rows, through_of(draft), scope);
    split.of_products().cloned().collect()
}

/// What of these shares is tax.
fn tax_shares(
    draft: &Draft,
    taxes: &[OwnerWeek],
    older: &[OwnerWeek],
    scope: SplitScope<'_>,
) -> Vec<OwnerWeek> {
    let rows = older.iter().chain(&draft.input.owner_weeks);
    let split = Split::of_part(&draft.input.catalogue, taxes.iter(), rows, through_of(draft), scope);
    split.of_products().cloned().collect()
}

/// The last complete day of a source, at most the Sunday of the draft's week.
fn through_of(draft: &Draft) -> impl Fn(&str) -> Option<Date> {
    let sunday = draft.review.week.sunday();
    move |source: &str| {
        let comparisons = &draft.review.cost.comparisons;
        let found = comparisons.iter().find(|comparison| comparison.source == source)?;
        found.complete_through.map(|day| day.min(sunday))
    }
}

/// The first week that a review of `week` reads: pools that are split by what products cost need the whole
/// of the month that the first shown week begins in.
fn first_read(week: IsoWeek, catalogue: &Catalogue) -> IsoWeek {
    let shown = first_week(week);
    let by_cost = splits_by_cost(catalogue);
    if by_cost { IsoWeek::containing(Month::containing(shown.monday()).first_day()) } else { shown }
}

fn splits_by_cost(catalogue: &Catalogue) -> bool {
    catalogue.pools.iter().any(|pool| pool.method == Method::Proportional)
}

/// From when on deploys are read that pages of products mark.
fn deploys_from(end: Timestamp) -> Timestamp {
    end.checked_sub((24 * DEPLOY_DAYS).hours()).unwrap_or(Timestamp::MIN)
}

/// The first of the weeks that a review of `week` shows.
pub(super) fn first_week(week: IsoWeek) -> IsoWeek {
    weeks_back(week, WEEKS_SHOWN)
}

/// The first of a number of weeks that end with `week`.
fn weeks_back(week: IsoWeek, count: usize) -> IsoWeek {
    week.plus(1 - i32::try_from(count).unwrap_or(1))
}
