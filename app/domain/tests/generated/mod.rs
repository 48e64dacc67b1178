//! Bills made from chance with a fixed seed: what forecasts and anomalies are measured on.
//!
//! 200 series of two years: a weekly shape, drifts that change, level shifts, fees on the first of a
//! month, credits, holidays, one-offs of one to three days, noise of 1 to 8 %. All in whole numbers, the
//! same on every machine. `server/examples/forecast.rs` measures with them too.

pub mod evaluation;

use std::collections::BTreeMap;

use domain::holiday::Holidays;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const MILLION: i128 = 1_000_000;
/// The seed of all series.
pub const SEED: u64 = 20_261_123;
/// How many series there are.
pub const SERIES: usize = 200;
/// The first day of each series.
pub const FIRST: Date = date(2024, 10, 1);
/// The last day of each series.
pub const LAST: Date = date(2026, 9, 30);

/// Something that was put on top of the usual cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// How much above the usual, in parts per million.
    pub size: i64,
}

/// One bill and what was put into it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Micro-units by day.
    pub days: BTreeMap<Date, i64>,
    /// One-offs.
    pub one_offs: Vec<Seeded>,
    /// Days from which on it costs more (or less), for good.
    pub shifts: Vec<Seeded>,
}

struct Random(ChaCha8Rng);

impl Random {
    fn between(&mut self, low: i64, high: i64) -> i64 {
        let count = (i128::from(high) - i128::from(low) + 1).max(1).unsigned_abs();
        low + i64::try_from((u128::from(self.0.next_u64()) * count) >> 64).unwrap_or(0)
    }

    fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// Bell-shaped around nothing: four dice, the standard deviation is `spread`.
    fn bell(&mut self, spread: i64) -> i64 {
        // The sum of four even numbers of ±w has the deviation w·√(4/3).
        let width = spread * 866 / 1_000;
        (0..4).map(|_| self.between(-width, width)).sum()
    }
}

/// All series.
#[must_use]
pub fn series() -> Vec<Generated> {
    (0..SERIES).map(|number| one(number as u64)).collect()
}

fn one(number: u64) -> Generated {
    let mut generator = ChaCha8Rng::seed_from_u64(SEED);
    generator.set_stream(number);
    let mut random = Random(generator);
    let base = i128::from(random.between(20, 90)) * 10_i128.pow(random.between(0, 2) as u32) * MILLION;
    // One in ten is busier on weekends.
    let weekend = if random.chance(10) {
        random.between(1_050_000, 1_250_000)
    } else {
        random.between(550_000, 1_000_000)
    };
    let saturday = weekend + random.between(0, 40_000);
    let noise = random.between(10_000, 80_000);
    let fee = if random.chance(60) { i128::from(random.between(500_000, 12_000_000)) } else { 0 };
    let fee_changes = random.chance(25).then(|| FIRST.saturating_add(random.between(200, 700).days()));
    let credit = random.chance(30).then(|| random.between(1, 5) as i8);
    let (mut level, mut drift, mut drift_left) = (MILLION, 0_i128, 0);
    let mut bump: Option<(i64, i64)> = None;
    let mut generated = Generated { days: BTreeMap::new(), one_offs: Vec::new(), shifts: Vec::new() };
    for day in FIRST.series(1.days()).take_while(|day| *day <= LAST) {
        if drift_left == 0 {
            drift_left = random.between(45, 120);
            drift = if random.chance(50) { 0 } else { i128::from(random.between(-2_000, 4_000)) };
        }
        drift_left -= 1;
        level += level * drift / MILLION;
        if random.between(1, 200) == 1 {
            let size = random.between(-300_000, 500_000);
            level += level * i128::from(size) / MILLION;
            generated.shifts.push(Seeded { first: day, last: day, size });
        }
        if bump.is_none() && random.between(1, 75) == 1 {
            let (length, size) = (random.between(1, 3), random.between(250_000, 2_000_000));
            bump = Some((length, size));
            let last = day.saturating_add((length - 1).days());
            generated.one_offs.push(Seeded { first: day, last, size });
        }
        let shape = match day.weekday() {
            _ if Holidays::JAPAN.contains(day) => weekend,
            Weekday::Sunday => weekend,
            Weekday::Saturday => saturday,
            _ => 1_000_000,
        };
        let usual = base * level / MILLION * i128::from(shape) / MILLION;
        let mut amount = usual * (MILLION + i128::from(random.bell(noise))) / MILLION;
        if let Some((left, size)) = bump {
            amount += usual * i128::from(size) / MILLION;
            bump = (left > 1).then_some((left - 1, size));
        }
        if day.day() == 1 {
            let changed = fee_changes.is_some_and(|change| day >= change);
            amount += base * fee / MILLION * if changed { 3 } else { 2 } / 2;
        }
        if credit == Some(day.day()) && random.chance(50) {
            amount -= usual * i128::from(random.between(500_000, 3_000_000)) / MILLION;
        }
        generated.days.insert(day, i64::try_from(amount).unwrap_or(i64::MAX));
    }
    generated
}
