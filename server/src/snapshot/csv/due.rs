//! The first ones of the queue of objectives to review.

use app::texts::sentences;
use domain::objective_queue::ReviewsDue;
use domain::organization::Language;
use jiff::tz::TimeZone;

use super::{Cell, Table};

/// One row a reason, in the order of the queue; the evidence as English words, days in UTC.
pub(super) fn reviews_due(due: &ReviewsDue) -> Table {
    let columns = ["position", "objective", "tier", "owner", "rule", "since", "evidence"];
    let rows = due.first.iter().enumerate().flat_map(|(position, request)| {
        request.reasons.iter().map(move |aged| {
            [
                Cell::plain(position + 1),
                Cell::text(&request.objective),
                Cell::optional(request.tier),
                Cell::optional_text(request.owner.as_deref()),
                Cell::plain(aged.reason.id()),
                Cell::plain(aged.since),
                Cell::text(&sentences::reason(Language::English, &aged.reason, &TimeZone::UTC)),
            ]
        })
    });
    Table::new("reviews_due", columns, rows)
}
