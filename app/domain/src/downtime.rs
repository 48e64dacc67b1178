//! Weighted union of impact: overlapping minutes are counted once, at the larger share.

use crate::period::Period;
use crate::ratio::Ppm;

/// One stretch of impact and the share of use it affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Impact {
    /// From when to when.
    pub period: Period,
    /// The share affected.
    pub fraction: Ppm,
}

/// The seconds during which at least one impact lasted: sorted, merged when the next starts no later
/// than the current ends, summed.
#[must_use]
pub fn union_seconds(impacts: &[Impact]) -> i64 {
    segments(impacts).iter().map(|(period, _)| period.seconds()).sum()
}

/// ∫ maxᵢ(fractionᵢ(t)) dt in millionths of a second (ppm × seconds).
#[must_use]
pub fn weighted_union_ppm_seconds(impacts: &[Impact]) -> i128 {
    segments(impacts)
        .iter()
        .map(|(period, open)| {
            let largest = open.iter().map(|index| impacts[*index].fraction.0).max().unwrap_or(0);
            i128::from(largest) * i128::from(period.seconds())
        })
        .sum()
}

/// Splits the weighted union over the impacts: at each instant maxᵢ(fᵢ) in proportion to fᵢ; the
/// shares, in ppm × seconds, add up to [`weighted_union_ppm_seconds`] exactly.
#[must_use]
pub fn shares_ppm_seconds(impacts: &[Impact]) -> Vec<i128> {
    let mut shares = vec![0_i128; impacts.len()];
    for (period, open) in segments(impacts) {
        let seconds = i128::from(period.seconds());
        let largest = open.iter().map(|index| impacts[*index].fraction.0).max().unwrap_or(0);
        let sum: i128 = open.iter().map(|index| i128::from(impacts[*index].fraction.0)).sum();
        let whole = i128::from(largest) * seconds;
        if sum == 0 {
            continue;
        }
        let mut given = 0;
        for (rank, index) in open.iter().enumerate() {
            let part = if rank + 1 == open.len() {
                whole - given
            } else {
                whole * i128::from(impacts[*index].fraction.0) / sum
            };
            given += part;
            shares[*index] += part;
        }
    }
    shares
}

/// The share of a window that was not lost, 1 − weighted union / window, rounded towards minus
/// infinity; `None` for an empty window.
#[must_use]
pub fn availability(weighted_ppm_seconds: i128, window_seconds: i64) -> Option<Ppm> {
    let window = i128::from(window_seconds) * 1_000_000;
    Ppm::floor_of(window - weighted_ppm_seconds, window)
}

/// The mean seconds between failures, (window − union) / failures, rounded down; `None` without
/// failures, which a page words as "at least the whole window" (reference/incidents_and_review.md 3.2).
#[must_use]
pub fn mean_seconds_between(window_seconds: i64, union_seconds: i64, failures: i64) -> Option<i64> {
    window_seconds.checked_sub(union_seconds)?.checked_div_euclid(failures)
}

/// The stretches between two neighbouring edges, each with the impacts open during it.
fn segments(impacts: &[Impact]) -> Vec<(Period, Vec<usize>)> {
    let mut edges: Vec<_> =
        impacts.iter().flat_map(|impact| [impact.period.start, impact.period.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .filter_map(|pair| {
            let period = Period { start: pair[0], end: pair[1] };
            let open: Vec<usize> = impacts
                .iter()
                .enumerate()
                .filter(|(_, impact)| impact.period.start <= period.start && period.end <= impact.period.end)
                .map(|(index, _)| index)
                .collect();
            (!open.is_empty()).then_some((period, open))
        })
        .collect()
}
