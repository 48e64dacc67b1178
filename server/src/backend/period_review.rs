//! Four weeks or a quarter: the reviews of the weeks, and what was promised and put off meanwhile.

use std::sync::Arc;

use app::backend::{AppError, IncidentStatisticsRequest, PeriodAsked, Version};
use domain::access::Products;
use domain::catalogue::Catalogue;
use domain::incident_statistics::filter::IncidentFilter;
use domain::incident_statistics::window::StatisticsWindow;
use domain::period_review::{PeriodInput, PeriodReview, SpanWeek, WeekKnown};
use domain::product::Product;
use domain::week::IsoWeek;

use super::{DEFAULT_MEETING, LiveBackend, Moment, check_begun, internal};

impl LiveBackend {
    /// The view over several weeks: frozen weeks as they were frozen, the others as they are known now.
    pub(super) async fn period_page(&self, asked: PeriodAsked) -> Result<PeriodReview, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let span = asked.span(catalogue.organization.fiscal_year_starts)?;
        let asked_weeks = span.weeks();
        let first = asked_weeks.first().copied().ok_or(AppError::NotFound)?;
        check_begun(first, &catalogue, moment.as_of)?;
        let weeks = self.span_weeks(moment, &asked_weeks, &catalogue).await?;
        let ended = weeks.iter().filter(|week| week.known != WeekKnown::NotEnded);
        let last = ended.map(|week| week.week).next_back().unwrap_or(first);
        let draft = self.draft(moment, last).await?;
        let count =
            u8::try_from(weeks.iter().take_while(|week| week.week <= last).count()).unwrap_or(u8::MAX);
        let statistics = self
            .incident_statistics_page(IncidentStatisticsRequest {
                window: StatisticsWindow::Weeks(last, count),
                filter: IncidentFilter::default(),
                product: None,
                sees: Products::All,
            })
            .await?;
        let actions = self.action_input().await.map_err(|error| internal(&error))?;
        let topics = self.topic_input().await.map_err(|error| internal(&error))?;
        let zone = catalogue.organization.zone();
        let ends = asked_weeks.last().map_or(moment.as_of, |week| week.period(&zone).end);
        let (checklists, load_tests) = self.checklist_input(&catalogue, ends).await?;
        Ok(PeriodReview::new(&PeriodInput {
            span,
            as_of: moment.as_of,
            organization: &catalogue.organization,
            products: &products_of(&catalogue, first),
            weeks,
            budgets: &catalogue.budgets,
            actions: &actions,
            decisions: &topics.decisions,
            topics: &topics.topics,
            queue: &draft.queue.open,
            deploys: statistics.deploys.is_supplied.then_some(&statistics.deploys.failure),
            repeats: &statistics.statistics.recurrence.groups,
            checklists,
            load_tests,
        }))
    }

    /// Each week with what it is told from.
    async fn span_weeks(
        &self,
        moment: Moment,
        weeks: &[IsoWeek],
        catalogue: &Catalogue,
    ) -> Result<Vec<SpanWeek>, AppError> {
        let zone = catalogue.organization.zone();
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        let mut told = Vec::with_capacity(weeks.len());
        for week in weeks {
            if week.period(&zone).end > moment.as_of {
                told.push(SpanWeek { week: *week, known: WeekKnown::NotEnded, review: None });
                continue;
            }
            let versions: Vec<_> = heads.iter().filter(|head| head.week == *week).cloned().collect();
            let (known, review) = match self.shown(moment, &versions, Version::Latest).await? {
                Some(frozen) => {
                    let (version, at) = (frozen.head.version, frozen.head.frozen_at);
                    (WeekKnown::Frozen { version, at }, frozen.review)
                }
                None => (WeekKnown::Draft, Arc::clone(&self.draft(moment, *week).await?.review)),
            };
            told.push(SpanWeek { week: *week, known, review: Some(review) });
        }
        Ok(told)
    }
}

/// Products that were open at some time from a week on.
fn products_of(catalogue: &Catalogue, first: IsoWeek) -> Vec<Product> {
    let is_open = |product: &&Product| product.closed_on.is_none_or(|day| day > first.monday());
    catalogue.products.iter().filter(is_open).cloned().collect()
}
