//! Forecasts of the demonstration's products hold what `make bench` promises of generated bills.

use crate::demo_bills::{TODAY, products};
use crate::generated::evaluation::{DAYS, KNOWN_DAYS, forecasts, median, share};
use domain::rate::Month;

/// Closed months that are forecast for each product.
const MONTHS: usize = 10;

#[test]
fn the_demonstration_is_forecast_far_better_than_by_the_flat_mean() {
    let last = Month::containing(TODAY).previous();
    let outcomes = forecasts(&products(), last, MONTHS, KNOWN_DAYS, &DAYS);
    let day_8 = &outcomes[&8];
    let (chosen, flat) = (median(&day_8.chosen), median(&day_8.flat));
    assert!(chosen * 10 <= flat * 4, "median error {chosen} ppm, the flat mean's {flat} ppm");
    let ranges: (usize, usize) =
        outcomes.values().fold((0, 0), |sum, outcome| (sum.0 + outcome.ranges.0, sum.1 + outcome.ranges.1));
    let held = share(ranges.1 as i64, ranges.0 as i64);
    assert!((700_000..=900_000).contains(&held), "{held} ppm of {} ranges held", ranges.0);
}
