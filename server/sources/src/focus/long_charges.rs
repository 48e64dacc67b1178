//! How many daily amounts the long charges of a file may make: a commitment of five years is a line in the
//! bill and 1,827 cells in the database, so that a few kilobytes could fill a disk.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Charges over at most this many UTC days make no more than a bill with daily lines has: a month's fee
/// from any hour to the same hour of the next month.
const MONTH: i64 = 32;

/// How many daily amounts the longer ones of one file may make: 1,800 different commitments of three years,
/// or 5,400 of one year, each in an account, service and region of its own, in some 100 MB of database.
pub(super) const MOST_CELLS: i64 = 2_000_000;

/// The days that long charges of one file have covered so far.
#[derive(Default)]
pub(super) struct LongCharges {
    /// First and last day by scope and key: commitments of one account and service fall into the same cells.
    /// Kept by hash, because a collision merely counts too little; each entry has more than [`MONTH`] days,
    /// so that there are at most 60,000.
    covered: HashMap<u64, (i64, i64)>,
    cells: i64,
    hashes: RandomState,
}

impl LongCharges {
    /// Counts a charge from one UTC day to another, both included; false when it would make too many cells.
    pub(super) fn admit(&mut self, scope: u32, key: &[u8], first: i64, last: i64) -> bool {
        let days = last - first + 1;
        if days <= MONTH {
            return true;
        }
        let place = self.hashes.hash_one((scope, key));
        let (start, end) = self.covered.get(&place).copied().unwrap_or((first, first - 1));
        let (new_start, new_end) = (start.min(first), end.max(last));
        let cells = self.cells + (new_end - new_start) - (end - start);
        if cells > MOST_CELLS {
            return false;
        }
        self.cells = cells;
        self.covered.insert(place, (new_start, new_end));
        true
    }

    /// Begins the next file.
    pub(super) fn clear(&mut self) {
        self.covered.clear();
        self.cells = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_are_new_count() {
        let mut charges = LongCharges::default();
        for _ in 0..1_000_000 {
            assert!(charges.admit(0, b"a", 0, 31), "a month makes what daily lines would");
        }
        for (key, first, last, cells) in [
            (b"a", 0, 364, 365),
            (b"a", 0, 364, 365),
            (b"a", 10, 374, 375),
            (b"b", -400, -36, 740),
            (b"b", -800, -400, 1_140),
        ] {
            assert!(charges.admit(0, key, first, last));
            assert_eq!(charges.cells, cells, "{first} to {last}");
        }
        assert!(charges.admit(1, b"a", 0, 364), "another billing period");
        assert_eq!(charges.cells, 1_505);
    }

    #[test]
    fn thousands_of_commitments_go_in_and_hundred_thousands_do_not() {
        let mut charges = LongCharges::default();
        let mut admitted = |count: u32| (0..count).take_while(|n| charges.admit(*n, b"k", 0, 1_095)).count();
        assert_eq!(admitted(1_800), 1_800);
        assert_eq!(admitted(1_000_000), 1_824);
        charges.clear();
        assert!(charges.admit(0, b"k", 0, 1_826), "the next file has its own");
    }
}
