//! Which product a meeting looks at in depth: by chance, and away from those that had their turn lately
//! (reference/incidents_and_review.md 3.6 T17, after aws/aws-ops-wheel).
//!
//! The turns since 2020 are played again from even weights, each by the number of its week, so that anybody finds the
//! same product without anything being stored. Another set of products plays other turns.

use jiff::civil::{Date, date};

use crate::product::Slug;
use crate::split::parts_of;
use crate::week::IsoWeek;

/// The Monday of the first week that is played.
const FIRST: Date = date(2019, 12, 30);

/// The weight that everybody begins with, in millionths.
const EVEN: i64 = 1_000_000;

/// The chances of some products, in millionths of an even one; their sum never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wheel {
    weights: Vec<i64>,
}

impl Wheel {
    /// Even chances for so many.
    #[must_use]
    pub fn even(count: usize) -> Self {
        Self { weights: vec![EVEN; count] }
    }

    /// The chances in order.
    #[must_use]
    pub fn weights(&self) -> &[i64] {
        &self.weights
    }

    /// Takes the chance of the one whose turn it was and shares it evenly among the others.
    pub fn turn(&mut self, position: usize) {
        let others = self.weights.len().saturating_sub(1);
        if others == 0 || position > others {
            return;
        }
        let taken = std::mem::take(&mut self.weights[position]);
        let shares = parts_of(taken, &vec![1; others], 0);
        let rest = self.weights.iter_mut().enumerate().filter(|(other, _)| *other != position);
        for ((_, weight), share) in rest.zip(shares) {
            *weight += share;
        }
    }

    /// Whose turn it is where the wheel stops at a point; `None` without anybody.
    #[must_use]
    pub fn at(&self, point: u64) -> Option<usize> {
        let whole: i64 = self.weights.iter().sum();
        let mut left = i64::try_from(point % u64::try_from(whole).ok().filter(|whole| *whole > 0)?).ok()?;
        self.weights.iter().position(|weight| {
            left -= weight;
            left < 0
        })
    }
}

/// The product whose turn it is in a week; none where there is no choice.
#[must_use]
pub fn turn_of(products: &[Slug], week: IsoWeek) -> Option<Slug> {
    if products.len() < 2 {
        return None;
    }
    let mut sorted: Vec<&Slug> = products.iter().collect();
    sorted.sort();
    let mut wheel = Wheel::even(sorted.len());
    let mut chosen = None;
    let weeks = week.monday().duration_since(FIRST).as_hours() / (24 * 7);
    for played in week.trailing(usize::try_from(weeks).unwrap_or(0) + 1) {
        let position = wheel.at(point_of(played))?;
        wheel.turn(position);
        chosen = sorted.get(position);
    }
    chosen.map(|slug| (*slug).clone())
}

/// Where the wheel stops in a week: its year and number, well mixed (SplitMix64).
fn point_of(week: IsoWeek) -> u64 {
    let number = u64::try_from(i64::from(week.year()) * 64 + i64::from(week.number())).unwrap_or(0);
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Vector T17 of the reference: the chosen one gets nothing, the others share what it had, the sum stays.
    #[test]
    fn whose_turn_it_was_waits_and_the_others_share_its_chance() {
        let mut wheel = Wheel::even(3);
        for (turn, expected) in
            [(0, [0, 1_500_000, 1_500_000]), (1, [750_000, 0, 2_250_000]), (2, [1_875_000, 1_125_000, 0])]
        {
            wheel.turn(turn);
            assert_eq!(wheel.weights(), expected, "after {turn}");
            assert_eq!(wheel.weights().iter().sum::<i64>(), 3 * EVEN);
        }
        let mut alone = Wheel::even(1);
        alone.turn(0);
        alone.turn(7);
        assert_eq!(alone.weights(), [EVEN], "nobody else to take it");
    }

    #[test]
    fn the_wheel_stops_at_the_one_who_holds_the_point() {
        let mut wheel = Wheel::even(3);
        wheel.turn(0);
        for (point, expected) in [(0, 1), (1_499_999, 1), (1_500_000, 2), (2_999_999, 2), (3_000_000, 1)] {
            assert_eq!(wheel.at(point), Some(expected), "{point}");
        }
        assert_eq!(Wheel::even(0).at(5), None);
    }

    /// Two years of a dozen products: never the same twice in a row, everybody several times, whatever their order.
    #[test]
    fn everybody_has_a_turn_and_nobody_twice_in_a_row() {
        let products: Vec<Slug> =
            (0..12).map(|number| format!("product-{number}").parse().unwrap()).collect();
        let turned: Vec<Slug> = products.iter().rev().cloned().collect();
        let last: IsoWeek = "2026-W47".parse().unwrap();
        let mut turns: BTreeMap<Slug, usize> = BTreeMap::new();
        let mut before = None;
        for week in last.trailing(104) {
            let chosen = turn_of(&products, week);
            assert_eq!(chosen, turn_of(&turned, week), "the order of the products is nothing");
            assert_ne!(chosen, before, "{week}");
            *turns.entry(chosen.clone().unwrap()).or_default() += 1;
            before = chosen;
        }
        assert_eq!(turns.len(), 12);
        assert!(turns.values().all(|count| (3..=16).contains(count)), "{turns:?}");
        assert_eq!(turn_of(&products[..1], last), None, "no choice");
    }
}
