//! Error budgets: exact, negative when overspent, in three forms that agree.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::ratio::Ppm;

/// What a target allows of a total, and what was spent of it.
///
/// Symbols of the SRE Workbook: total T, good G, bad B = T − G, target τ, budget A = (1 − τ)·T,
/// consumed C = B/A, remaining R = 1 − C = (SLI − τ)/(1 − τ).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorBudget {
    /// What was good.
    pub good: i64,
    /// Everything.
    pub total: i64,
    /// The share that has to be good.
    pub target: Ppm,
}

impl ErrorBudget {
    /// A budget over counts; `None` when nothing was counted, because then there is no ratio at all.
    #[must_use]
    pub fn new(good: i64, total: i64, target: Ppm) -> Option<Self> {
        (total > 0 && (0..=total).contains(&good)).then_some(Self { good, total, target })
    }

    /// What was bad.
    #[must_use]
    pub fn bad(&self) -> i64 {
        self.total - self.good
    }

    /// Whether the target is met; equality is met, and it is compared exactly.
    #[must_use]
    pub fn is_met(&self) -> bool {
        i128::from(self.good) * 1_000_000 >= i128::from(self.target.0) * i128::from(self.total)
    }

    /// Bad that is allowed, A, exact.
    #[must_use]
    pub fn allowed(&self) -> Decimal {
        Decimal::from(self.total) * Decimal::new(self.target.complement().0, 6)
    }

    /// What is left in the unit of the counts, A − B, exact; negative when overspent.
    #[must_use]
    pub fn remaining_units(&self) -> Decimal {
        self.allowed() - Decimal::from(self.bad())
    }

    /// The share of the budget that is left, R, in ppm rounded towards minus infinity; `None` for a
    /// target of 100 %, which allows nothing and of which no share can be left.
    #[must_use]
    pub fn remaining(&self) -> Option<Ppm> {
        let allowed = i128::from(self.target.complement().0) * i128::from(self.total);
        let spent = i128::from(self.bad()) * 1_000_000;
        Ppm::floor_of(allowed - spent, allowed)
    }

    /// How many times faster than evenly the budget burns, in millionths: (B/T)/(1 − τ).
    #[must_use]
    pub fn burn_rate(&self) -> Option<Ppm> {
        let allowed = i128::from(self.target.complement().0) * i128::from(self.total);
        Ppm::floor_of(i128::from(self.bad()) * 1_000_000, allowed)
    }

    /// Good of total in percent, floored to `decimals` digits: 99.9496 must not read as 99.95.
    #[must_use]
    pub fn attainment_percent(&self, decimals: u32) -> Decimal {
        let scale = 10_i128.pow(decimals);
        let floored = i128::from(self.good) * 100 * scale / i128::from(self.total);
        Decimal::from_i128_with_scale(floored, decimals)
    }

    /// The digits a page prints: one more than the target has in percent.
    #[must_use]
    pub fn attainment_decimals(target: Ppm) -> u32 {
        let percent = Decimal::new(target.0, 4).normalize();
        percent.scale() + 1
    }
}

/// A target in percent as people write it, such as `99.95`.
#[must_use]
pub fn target_percent(target: Ppm) -> Decimal {
    Decimal::new(target.0, 4).normalize()
}

/// Ratio as ppm of an exact decimal quotient, used where shares of a budget are printed.
#[must_use]
pub fn share_of(part: Decimal, whole: Decimal) -> Option<Ppm> {
    if whole.is_zero() {
        return None;
    }
    part.checked_div(whole)?.checked_mul(Decimal::from(1_000_000))?.floor().to_i64().map(Ppm)
}
