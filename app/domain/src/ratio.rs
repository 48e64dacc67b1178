//! Shares in parts per million.

use std::fmt;

/// A share in parts per million: 1,000,000 is the whole, negative and larger values are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ppm(pub i64);

impl Ppm {
    /// The whole.
    pub const ONE: Self = Self(1_000_000);

    /// `part / whole`, rounded towards minus infinity; `None` when the whole is not positive.
    #[must_use]
    pub fn floor_of(part: i128, whole: i128) -> Option<Self> {
        if whole <= 0 {
            return None;
        }
        i64::try_from((part.checked_mul(1_000_000)?).div_euclid(whole)).ok().map(Self)
    }

    /// What is missing to the whole.
    #[must_use]
    pub fn complement(self) -> Self {
        Self(Self::ONE.0 - self.0)
    }
}

impl fmt::Display for Ppm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ppm", self.0)
    }
}
