//! Forecasts of the demonstration's products hold what `make bench` promises of generated bills.

#[path = "../../app/domain/tests/generated/mod.rs"]
#[expect(dead_code, reason = "the demonstration is measured here, generated bills in `domain`")]
mod generated;

use std::collections::BTreeMap;

use domain::allocation::allocate;
use domain::cost::Owner;
use domain::money::micros_of_decimal;
use domain::product::Slug;
use domain::rate::Month;
use generated::Generated;
use generated::evaluation::{DAYS, KNOWN_DAYS, forecasts, median, share};
use jiff::civil::{Date, date};
use server::demo::World;
use server::demo::world::WEEKS;

const TODAY: Date = date(2026, 11, 23);
/// Closed months that are forecast for each product.
const MONTHS: usize = 10;

fn products() -> Vec<Generated> {
    let world = World::new(1, TODAY, WEEKS);
    let mut products: BTreeMap<Slug, BTreeMap<Date, i64>> = BTreeMap::new();
    for cell in &world.cost_cells {
        let found = allocate(&world.catalogue, &cell.scope.source, &cell.key, cell.day);
        if let Owner::Product(slug) = found.owner {
            let sum = products.entry(slug).or_default().entry(cell.day).or_default();
            *sum += micros_of_decimal(cell.billed).unwrap_or_default();
        }
    }
    let bill = |days| Generated { days, one_offs: Vec::new(), shifts: Vec::new() };
    products.into_values().map(bill).collect()
}

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
