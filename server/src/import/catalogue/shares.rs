//! What another way of splitting pools would do to what products bear.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::cost::{Owner, OwnerWeek};
use domain::coverage::{SourceKind, complete_through};
use domain::money::Currency;
use domain::rate::Month;
use domain::split::Split;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Date;
use store::Store;

use super::Preview;
use crate::import::ImportError;

/// Billed micro-units per owner and currency, before and after.
pub(super) type Moves = BTreeMap<(Owner, Currency), (i64, i64)>;

/// What owners bear on the preview's days, shares of pools included, as pools are split now and as they would be,
/// at a moment.
pub(super) async fn share_moves(
    store: &Arc<dyn Store>,
    preview: &Preview,
    as_of: Timestamp,
) -> Result<Moves, ImportError> {
    let (from, to) = preview.days;
    let last = to.yesterday().unwrap_or(to);
    // Days of the first month are split by the cost of the whole month.
    let first = Month::containing(from).first_day();
    let rows = store.cost_owner_weeks(IsoWeek::containing(first), IsoWeek::containing(last)).await?;
    let lag = preview.old.organization.cost_lag_days;
    let through: BTreeMap<String, Date> = store
        .source_states()
        .await?
        .into_iter()
        .filter(|state| state.kind == SourceKind::Cost)
        .filter_map(|state| Some((state.name.clone(), complete_through(as_of, lag, &state)?)))
        .collect();
    let mut moves = Moves::new();
    let sums =
        [borne(&preview.old, &rows, &through, (from, to)), borne(&preview.new, &rows, &through, (from, to))];
    let [before, after] = sums;
    for (key, amount) in before {
        moves.entry(key).or_default().0 = amount;
    }
    for (key, amount) in after {
        moves.entry(key).or_default().1 = amount;
    }
    Ok(moves)
}

/// Direct cost and shares of the days from one up to another.
fn borne(
    catalogue: &Catalogue,
    rows: &[OwnerWeek],
    through: &BTreeMap<String, Date>,
    (from, to): (Date, Date),
) -> BTreeMap<(Owner, Currency), i64> {
    let split = Split::new(catalogue, rows.iter(), |source| through.get(source).copied());
    let mut sums: BTreeMap<(Owner, Currency), i64> = BTreeMap::new();
    for row in rows.iter().chain(split.shares.iter().map(|share| &share.row)) {
        let days = row.week.days().into_iter().zip(row.days);
        let billed = days
            .filter(|(day, _)| from <= *day && *day < to)
            .fold(0_i64, |sum, (_, amounts)| sum.saturating_add(amounts.billed));
        let sum = sums.entry((row.owner.clone(), row.currency)).or_default();
        *sum = sum.saturating_add(billed);
    }
    sums
}
