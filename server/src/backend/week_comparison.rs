//! Two weeks beside each other: frozen ones as they were frozen, the others as they are known now.

use std::sync::Arc;

use app::backend::{AppError, Backend, ComparisonAsked, ComparisonPage, Version};
use domain::catalogue::Catalogue;
use domain::period_review::WeekKnown;
use domain::review::WeeklyReview;
use domain::week::IsoWeek;
use domain::week_comparison::{Sides, WeekComparison};

use super::{DEFAULT_MEETING, LiveBackend, Moment, check_begun, internal};

impl LiveBackend {
    /// The page of two weeks.
    pub(super) async fn comparison_page(&self, asked: &ComparisonAsked) -> Result<ComparisonPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let archive = self.review_list().await?;
        let weeks = asked.weeks(self.last_week().await?)?;
        let versions = asked.versions()?;
        let from = self.compared(moment, &catalogue, weeks.from, versions.from).await?;
        let to = self.compared(moment, &catalogue, weeks.to, versions.to).await?;
        let comparison = WeekComparison::new(Sides { from: (&*from.0, from.1), to: (&*to.0, to.1) });
        let mut known: Vec<IsoWeek> = archive.iter().map(|entry| entry.week).collect();
        known.extend([weeks.from, weeks.to]);
        known.sort_unstable_by(|one, other| other.cmp(one));
        known.dedup();
        Ok(ComparisonPage { comparison, weeks: known })
    }

    async fn compared(
        &self,
        moment: Moment,
        catalogue: &Catalogue,
        week: IsoWeek,
        version: Version,
    ) -> Result<(Arc<WeeklyReview>, WeekKnown), AppError> {
        check_begun(week, catalogue, moment.as_of)?;
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        let versions: Vec<_> = heads.into_iter().filter(|head| head.week == week).collect();
        Ok(match self.shown(moment, &versions, version).await? {
            Some(frozen) => {
                let known = WeekKnown::Frozen { version: frozen.head.version, at: frozen.head.frozen_at };
                (frozen.review, known)
            }
            None => (Arc::clone(&self.draft(moment, week).await?.review), WeekKnown::Draft),
        })
    }
}
