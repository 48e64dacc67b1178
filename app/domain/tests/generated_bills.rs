//! What forecasts and anomalies must reach on 200 generated bills; `make bench` prints the same in full.

mod generated;

use domain::rate::Month;
use generated::evaluation::{DAYS, KNOWN_DAYS, anomalies_found, forecasts, median, share};

/// The last months only: a build without optimisation is slow.
const MONTHS: usize = 3;

fn last() -> Month {
    Month::containing(generated::LAST)
}

#[test]
fn a_forecast_on_day_8_is_far_nearer_than_the_flat_mean() {
    let outcomes = forecasts(&generated::series(), last(), MONTHS, KNOWN_DAYS, &DAYS[1..2]);
    let day_8 = &outcomes[&8];
    let (chosen, flat) = (median(&day_8.chosen), median(&day_8.flat));
    assert!(chosen * 10 <= flat * 4, "median error {chosen} ppm, the flat mean's {flat} ppm");
    let held = share(day_8.ranges.1 as i64, day_8.ranges.0 as i64);
    assert_eq!(day_8.ranges.0, generated::SERIES * MONTHS, "each has a range");
    assert!((700_000..=900_000).contains(&held), "{held} ppm of the ranges held");
}

/// A product that is three months old has no closed months to learn from.
#[test]
fn ranges_hold_from_thirteen_weeks_on() {
    for (day, outcome) in forecasts(&generated::series(), last(), MONTHS, 91, &DAYS[1..]) {
        let held = share(outcome.ranges.1 as i64, outcome.ranges.0 as i64);
        assert!(
            (700_000..=900_000).contains(&held),
            "day {day}: {held} ppm of {} ranges held",
            outcome.ranges.0
        );
        assert_eq!(outcome.ranges.0, generated::SERIES * MONTHS, "each has a range");
    }
}

#[test]
fn seeded_anomalies_are_found_and_little_else() {
    let found = anomalies_found(&generated::series());
    let ppm = |(all, some): (usize, usize)| share(some as i64, all as i64);
    assert!(found.one_offs.0 > 1_000 && found.rises.0 > 100, "{found:?}");
    assert!(ppm(found.one_offs) >= 950_000, "recall of one-offs {:?}", found.one_offs);
    assert!(ppm(found.large) >= 980_000, "recall of large one-offs {:?}", found.large);
    assert!(ppm(found.rises) >= 900_000, "recall of lasting rises {:?}", found.rises);
    assert!(ppm(found.events) >= 950_000, "precision {:?}", found.events);
    assert_eq!(found.calendar, 0, "fees, credits and holidays do not alarm");
}
