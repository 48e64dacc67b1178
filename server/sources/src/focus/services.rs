//! How many services a delivery may have: pages and roll-ups hold all of an owner's at once. A cloud has some
//! hundred; a file with a hundred thousand has something else in that column.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::issues::Remark;

/// How many different names are kept apart, and how long they may be together, in bytes.
const MOST: usize = 10_000;
const MOST_BYTES: usize = 1024 * 1024;

/// What all further ones go in as, so that the bill adds up.
const FURTHER: &str = "Further services";

/// The names of services seen so far, by hash: a collision merely counts too little.
#[derive(Default)]
pub(super) struct Services {
    seen: HashSet<u64>,
    bytes: usize,
    hashes: RandomState,
}

impl Services {
    /// The name a service goes in as.
    pub(super) fn shown<'a>(&mut self, name: &'a str) -> &'a str {
        let mark = self.hashes.hash_one(name);
        if self.seen.contains(&mark) {
            return name;
        }
        if self.seen.len() >= MOST || self.bytes + name.len() > MOST_BYTES {
            return FURTHER;
        }
        self.seen.insert(mark);
        self.bytes += name.len();
        name
    }
}

/// What is said of a row whose service goes in as [`FURTHER`].
pub(super) fn too_many() -> Remark {
    Remark {
        rule: "cost/too-many-services",
        what: format!(
            "The delivery names more services than are kept apart; the row went in as “{FURTHER}”."
        ),
        mend: "Check whether ServiceName holds something else, such as resources.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_are_kept_apart_and_stay_so() {
        let mut services = Services::default();
        for round in 0..2 {
            for number in 0..MOST {
                let name = format!("Service {number}");
                assert_eq!(services.shown(&name), name, "round {round}");
            }
            assert_eq!(services.shown("one more"), FURTHER);
        }
        let mut long = Services::default();
        let name = |number: usize| format!("{number:0>1000}");
        let kept = (0..2_000).filter(|number| long.shown(&name(*number)) != FURTHER).count();
        assert_eq!(kept, MOST_BYTES / 1_000);
    }
}
