//! What the bill said a week before: later days were not there yet, and the month before had not been
//! corrected yet. So that the demo has something that changed.

use std::collections::BTreeMap;

use domain::cost::{ChargeCategory, ControlTotal, ExactCell};
use domain::rate::Month;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;

/// The days of the month that are corrected.
const CORRECTED: std::ops::RangeInclusive<i8> = 20..=22;

/// What part of its corrected amount such a day had before: discounts were taken off twice.
const BEFORE: Decimal = Decimal::from_parts(90, 0, 0, false, 2);

/// The bill as it was delivered seven days before `received_at`.
pub struct EarlierBill {
    /// When that was.
    pub received_at: Timestamp,
    /// The first billing period that reads differently now.
    pub changed_from: Date,
    /// Its cells.
    pub cells: Vec<ExactCell>,
    /// Its exact sums by billing period.
    pub control_totals: Vec<ControlTotal>,
}

impl EarlierBill {
    /// Takes later days away and corrections back.
    #[must_use]
    pub fn new(cells: &[ExactCell], received_at: Timestamp) -> Self {
        let received_at = received_at.checked_sub((7 * 24).hours()).unwrap_or(received_at);
        let today = TimeZone::UTC.to_datetime(received_at).date();
        let corrected = Month::containing(today).previous();
        let service = dearest(cells, corrected);
        let mut earlier: Vec<ExactCell> = cells.iter().filter(|cell| cell.day < today).cloned().collect();
        for cell in &mut earlier {
            if is_corrected(cell, corrected) && Some(cell.key.service.as_str()) == service {
                cell.billed *= BEFORE;
                cell.effective *= BEFORE;
            }
        }
        let control_totals = totals(&earlier);
        Self { received_at, changed_from: corrected.first_day(), cells: earlier, control_totals }
    }
}

fn is_corrected(cell: &ExactCell, month: Month) -> bool {
    Month::containing(cell.day) == month
        && CORRECTED.contains(&cell.day.day())
        && cell.key.charge_category == ChargeCategory::Usage
}

/// The service that costs most on the corrected days.
fn dearest(cells: &[ExactCell], month: Month) -> Option<&str> {
    let mut sums: BTreeMap<&str, Decimal> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| is_corrected(cell, month)) {
        *sums.entry(cell.key.service.as_str()).or_default() += cell.billed;
    }
    sums.into_iter().max_by_key(|(_, sum)| *sum).map(|(service, _)| service)
}

fn totals(cells: &[ExactCell]) -> Vec<ControlTotal> {
    let mut totals: BTreeMap<Date, ControlTotal> = BTreeMap::new();
    for cell in cells {
        let total = totals.entry(cell.scope.period_start).or_insert_with(|| ControlTotal {
            scope: cell.scope.clone(),
            billed: Decimal::ZERO,
            effective: Decimal::ZERO,
            rows: 0,
            latest_day: None,
        });
        total.billed += cell.billed;
        total.effective += cell.effective;
        total.rows += 1;
        total.latest_day = total.latest_day.max(Some(cell.day));
    }
    totals.into_values().collect()
}
