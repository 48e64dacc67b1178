//! Change between two amounts, coloured only when it passes two gates.

use crate::ratio::Ppm;

/// What has to be passed before a change counts: a share of the amount before and an absolute amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gates {
    /// The share of the amount before, default 5 %.
    pub share: Ppm,
    /// The amount in micro-units of the same currency.
    pub amount_micros: i64,
}

/// How an amount changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Within the gates: neutral, 横ばい.
    Flat,
    /// Passed both gates upwards.
    Up,
    /// Passed both gates downwards.
    Down,
    /// There was nothing before.
    New,
    /// There is nothing any more.
    Gone,
    /// One of the two sides is unknown; unknown is neither zero nor flat.
    Unknown,
}

/// The change from one amount to another, in micro-units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The amount of the earlier window, if known.
    pub before: Option<i64>,
    /// The amount of the later window, if known.
    pub after: Option<i64>,
}

impl Change {
    /// After minus before, in micro-units.
    #[must_use]
    pub fn difference(&self) -> Option<i64> {
        self.after?.checked_sub(self.before?)
    }

    /// The difference as a share of the size of the amount before; `None` from nothing or unknown.
    #[must_use]
    pub fn share(&self) -> Option<Ppm> {
        let before = self.before?;
        Ppm::floor_of(i128::from(self.difference()?), i128::from(before.unsigned_abs()))
    }

    /// Judges the change by the two gates.
    #[must_use]
    pub fn movement(&self, gates: &Gates) -> Movement {
        let (Some(before), Some(after), Some(difference)) = (self.before, self.after, self.difference())
        else {
            return Movement::Unknown;
        };
        let passes_amount =
            difference.unsigned_abs() >= gates.amount_micros.unsigned_abs() && difference != 0;
        let share_reached =
            i128::from(difference).abs() * 1_000_000 >= i128::from(gates.share.0) * i128::from(before).abs();
        match (before, after) {
            _ if !passes_amount || !share_reached => Movement::Flat,
            (0, _) => Movement::New,
            (_, 0) => Movement::Gone,
            _ if difference > 0 => Movement::Up,
            _ => Movement::Down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_only_past_both_gates() {
        let gates = Gates { share: Ppm(50_000), amount_micros: 100 };
        for (before, after, expected) in [
            (Some(1_000), Some(1_050), Movement::Flat),
            (Some(1_000), Some(1_100), Movement::Up),
            (Some(10_000), Some(10_100), Movement::Flat),
            (Some(1_000), Some(900), Movement::Down),
            (Some(0), Some(500), Movement::New),
            (Some(0), Some(50), Movement::Flat),
            (Some(500), Some(0), Movement::Gone),
            (Some(-1_000), Some(-500), Movement::Up),
            (None, Some(500), Movement::Unknown),
            (Some(0), Some(0), Movement::Flat),
        ] {
            assert_eq!(Change { before, after }.movement(&gates), expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn a_share_is_of_the_size_before() {
        assert_eq!(Change { before: Some(200), after: Some(250) }.share(), Some(Ppm(250_000)));
        assert_eq!(Change { before: Some(-200), after: Some(-250) }.share(), Some(Ppm(-250_000)));
        assert_eq!(Change { before: Some(0), after: Some(250) }.share(), None);
    }
}
