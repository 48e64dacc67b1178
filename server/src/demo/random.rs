//! Numbers that look like chance and are the same everywhere.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of numbers of its own for each purpose, so that one more number for one purpose moves no other.
pub(super) struct Random(ChaCha8Rng);

impl Random {
    /// The stream of a purpose under a seed.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(fingerprint(purpose));
        Self(generator)
    }

    /// A whole number from `low` to `high`, both included; `low` when there is nothing between.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let count = (i128::from(high) - i128::from(low) + 1).max(1).unsigned_abs();
        let offset = (u128::from(self.0.next_u64()) * count) >> 64;
        low.saturating_add(i64::try_from(offset).unwrap_or(0))
    }

    /// One, give or take at most `spread`, in parts per million.
    pub(super) fn around_one(&mut self, spread: i64) -> i64 {
        1_000_000 + self.between(-spread, spread)
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let last = i64::try_from(choices.len()).unwrap_or(0) - 1;
        usize::try_from(self.between(0, last)).ok().and_then(|position| choices.get(position)).copied()
    }
}

/// FNV-1a of 64 bits: the same number for a text on every machine.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
