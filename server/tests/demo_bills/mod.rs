//! The bills of the demonstration's products, for the test of their forecasts and for the bench.

use std::collections::BTreeMap;

use domain::allocation::allocate;
use domain::cost::Owner;
use domain::money::micros_of_decimal;
use domain::product::Slug;
use jiff::civil::{Date, date};
use server::demo::World;
use server::demo::world::WEEKS;

use crate::generated::Generated;

/// The day the demonstration is looked at.
pub const TODAY: Date = date(2026, 11, 23);

/// What each product costs by day, in order of their names.
pub fn products() -> Vec<Generated> {
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
