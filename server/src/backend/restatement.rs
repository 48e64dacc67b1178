//! What changed since a moment, read for the page and its other forms.

use app::backend::{AppError, Look, RestatementRequest, RestatementsPage, Since};
use domain::billing_month::{BillingMonth, billing_months};
use domain::coverage::SourceKind;
use domain::restatement::RestatementFilter;
use domain::week::start_of_day;
use jiff::{SignedDuration, Timestamp};
use store::SnapshotHead;

use super::{DEFAULT_MEETING, LiveBackend, Moment, internal};

/// How many days are shown where nothing was ever frozen: from one meeting to the next.
const DAYS_WITHOUT_FREEZE: i64 = 7;

impl LiveBackend {
    /// The page for a request.
    pub(super) async fn restatements_page(
        &self,
        request: RestatementRequest,
    ) -> Result<RestatementsPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let (look, since) = self.look(moment, &request).await?;
        if since > moment.as_of {
            return Err(AppError::Invalid("since lies in the future: name a day that has begun".to_owned()));
        }
        let filter = RestatementFilter {
            days: request.week.map(|week| (week.monday(), week.sunday())),
            source: request.source.clone(),
            month: request.month,
            owner: request.owner.clone(),
            ..RestatementFilter::since(since, catalogue.organization.cost_lag_days)
        };
        let months = self.billing_months(moment).await?;
        let gathered = async {
            let days = if request.owner.is_some() {
                self.store.cost_restatement_sums(&filter, true).await?
            } else {
                Vec::new()
            };
            let mut sources = self.store.source_states().await?;
            sources.retain(|source| source.kind == SourceKind::Cost);
            Ok::<_, store::StoreError>(RestatementsPage {
                as_of: moment.as_of,
                rows: self.store.cost_restatement_sums(&filter, false).await?,
                request,
                look,
                since,
                days,
                control_totals: self.store.cost_control_totals().await?,
                months,
                sources,
                catalogue,
            })
        };
        gathered.await.map_err(|error| internal(&error))
    }

    /// How far the bill of each month of each source is settled.
    pub(super) async fn billing_months(&self, moment: Moment) -> Result<Vec<BillingMonth>, AppError> {
        let periods = self.store.cost_delivered_periods().await.map_err(|error| internal(&error))?;
        let asked = self.store.synced_month_list().await.map_err(|error| internal(&error))?;
        Ok(billing_months(&periods, &asked, moment.as_of))
    }

    /// What a request looks back to.
    async fn look(
        &self,
        moment: Moment,
        request: &RestatementRequest,
    ) -> Result<(Look, Timestamp), AppError> {
        let days_back = |days: i64| {
            let hours = SignedDuration::from_hours(days.saturating_mul(24));
            moment.as_of.checked_sub(hours).unwrap_or(Timestamp::MIN)
        };
        match request.since {
            Since::Days(days) => Ok((Look::Days(days), days_back(days))),
            Since::Day(day) => {
                let zone = self.catalogue(moment).await?.organization.zone();
                Ok((Look::Day(day), start_of_day(day, &zone)))
            }
            Since::Freeze => Ok(match self.freeze_of(request).await? {
                Some(head) => (Look::Frozen { week: head.week, version: head.version }, head.frozen_at),
                None => (Look::NeverFrozen(DAYS_WITHOUT_FREEZE), days_back(DAYS_WITHOUT_FREEZE)),
            }),
        }
    }

    /// The last freeze, or the one of the week and version asked for.
    async fn freeze_of(&self, request: &RestatementRequest) -> Result<Option<SnapshotHead>, AppError> {
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        let of_week = |head: &SnapshotHead| request.week.is_none_or(|week| head.week == week);
        let of_version = |head: &SnapshotHead| request.version.is_none_or(|version| head.version == version);
        let found = heads.into_iter().filter(|head| of_week(head) && of_version(head));
        match found.max_by_key(|head| (head.frozen_at, head.week, head.version)) {
            None if request.version.is_some() => Err(AppError::NotFound),
            found => Ok(found),
        }
    }
}
