//! Weeks without a meeting, and what the next one takes over of them.

use app::backend::{AppError, SkipRefusal, SkipRequest, WeekSkipPage};
use domain::holiday::Holidays;
use domain::week::IsoWeek;
use domain::week_skip::{CarriedWeek, SkipFault, WeekSkip, reason_read, skipped_before};
use store::StoreError;

use super::{DEFAULT_MEETING, LiveBackend, Moment, check_begun, internal};

impl LiveBackend {
    /// What was said of every week, the newest week first.
    pub(super) async fn week_skips(&self) -> Result<Vec<WeekSkip>, AppError> {
        self.store.week_skip_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))
    }

    /// Whether a week has no meeting: it was said so, and nobody froze it all the same.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn week_skip(&self, week: IsoWeek) -> Result<Option<WeekSkip>, AppError> {
        let skips = self.week_skips().await?;
        let Some(skip) = skips.into_iter().find(|skip| skip.week == week && skip.is_skipped) else {
            return Ok(None);
        };
        Ok(self.heads_of(week).await?.is_empty().then_some(skip))
    }

    /// The weeks before one that had no meeting, each told from its own review.
    pub(super) async fn carried_weeks(
        &self,
        moment: Moment,
        week: IsoWeek,
    ) -> Result<Vec<CarriedWeek>, AppError> {
        let skips = self.week_skips().await?;
        // Most organisations skip nothing: they pay for no list of what is frozen.
        if skips.iter().all(|skip| !skip.is_skipped) {
            return Ok(Vec::new());
        }
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        let is_frozen = |week: IsoWeek| heads.iter().any(|head| head.week == week);
        let mut carried = Vec::new();
        for skip in skipped_before(week, &skips, is_frozen) {
            let draft = self.draft(moment, skip.week).await?;
            carried.push(CarriedWeek::of(&draft.review, skip));
        }
        Ok(carried)
    }

    /// The page on which a week is marked.
    pub(super) async fn skip_page(&self, week: IsoWeek) -> Result<WeekSkipPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        check_begun(week, &catalogue, moment.as_of)?;
        let meeting_on = self.digests.terms.meeting_day(week);
        Ok(WeekSkipPage {
            week,
            meeting_on,
            is_holiday: Holidays::of_zone(&catalogue.organization.time_zone).contains(meeting_on),
            is_frozen: !self.heads_of(week).await?.is_empty(),
            skip: self.week_skips().await?.into_iter().find(|skip| skip.week == week),
            organization: catalogue.organization.clone(),
        })
    }

    /// Says that a week has no meeting, or has one after all.
    ///
    /// # Errors
    /// [`SkipRefusal`] says why not.
    pub async fn week_skip_say(&self, request: &SkipRequest, actor: &str) -> Result<(), SkipRefusal> {
        let broken = |error: AppError| match error {
            AppError::NotFound => SkipRefusal::NotFound,
            _ => SkipRefusal::Internal,
        };
        let moment = self.moment().await.map_err(broken)?;
        let catalogue = self.catalogue(moment).await.map_err(broken)?;
        check_begun(request.week, &catalogue, moment.as_of).map_err(broken)?;
        let skip = WeekSkip {
            week: request.week,
            is_skipped: request.is_skipped,
            reason: reason_read(&request.reason).map_err(SkipRefusal::Fault)?,
            at: self.clock.now(),
            by: actor.to_owned(),
        };
        match self.store.week_skip_insert(DEFAULT_MEETING, &skip).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                let is_frozen = !self.heads_of(request.week).await.map_err(broken)?.is_empty();
                Err(SkipRefusal::Fault(if is_frozen { SkipFault::Frozen } else { SkipFault::Same }))
            }
            Err(error) => Err(broken(internal(&error))),
        }
    }
}
