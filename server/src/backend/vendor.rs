//! What vendors say of an objective, held against its counts.

use app::backend::VendorView;
use domain::objective_vendor::{VendorComparison, VendorSpan};
use jiff::ToSpan;
use store::StoreError;

use super::LiveBackend;
use super::gather::Draft;

/// How many days of weeks are shown, up to the end of the week that is looked at.
const DAYS: i64 = 28;

impl LiveBackend {
    /// What the vendor says of an objective: the last weeks, newest first, and its window.
    pub(super) async fn vendor_view(&self, draft: &Draft, id: &str) -> Result<VendorView, StoreError> {
        let review = &draft.review;
        let Some(history) = draft.input.objectives.iter().find(|history| history.objective.id == id) else {
            return Ok(VendorView::default());
        };
        let since = review.measured_until.checked_sub((24 * DAYS).hours()).unwrap_or(jiff::Timestamp::MIN);
        let mut said = self.store.objective_vendor_list(since).await?;
        said.retain(|one| {
            one.objective == id
                && (one.span == VendorSpan::Window || one.period.start < review.measured_until)
        });
        said.sort_by_key(|one| (one.span, std::cmp::Reverse(one.period.start)));
        let target = history.objective.target;
        let compare = |one| VendorComparison::new(one, &history.buckets, target);
        let mut exclusions = self.store.objective_vendor_exclusion_list().await?;
        exclusions.retain(|one| one.objective == id);
        Ok(VendorView { comparisons: said.into_iter().map(compare).collect(), exclusions })
    }
}
