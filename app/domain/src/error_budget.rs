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

    /// The share of the budget that is spent, C = 1 − R, in ppm; above the whole when overspent.
    #[must_use]
    pub fn consumed(&self) -> Option<Ppm> {
        self.remaining().map(Ppm::complement)
    }

    /// The share of this window's budget that a part of it spent, S_p = B_p/((1 − τ)·T), in ppm rounded
    /// towards minus infinity; a week, an incident or what no incident explains (reference/slo.md 3.1).
    #[must_use]
    pub fn spent_by(&self, bad: i64) -> Option<Ppm> {
        let allowed = i128::from(self.target.complement().0) * i128::from(self.total);
        Ppm::floor_of(i128::from(bad) * 1_000_000, allowed)
    }

    /// Whether a part of the window spent more than a share of its budget; equality is not more, and it
    /// is compared exactly (the 20 % rule of the SRE Workbook's error budget policy).
    #[must_use]
    pub fn is_spent_beyond(&self, bad: i64, share: Ppm) -> bool {
        let allowed = i128::from(self.target.complement().0) * i128::from(self.total);
        i128::from(bad) * 1_000_000_000_000 > allowed.saturating_mul(i128::from(share.0))
    }

    /// How many times faster than evenly the budget burns over the counts given, in millionths:
    /// (B/T)/(1 − τ). A budget made of a lookback's counts gives the burn rate over that lookback.
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

/// When a budget runs out if it goes on burning as now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhaustion {
    /// Nothing is left.
    Now,
    /// After so many seconds.
    In(i64),
    /// It does not burn.
    Never,
}

/// When the budget runs out at a constant burn rate, R·|W|/BR; `remaining` is of the window W,
/// `burn_rate` of a lookback. Pessimistic for rolling windows, because old failures drop out
/// (reference/slo.md 3.1).
#[must_use]
pub fn exhaustion(remaining: Ppm, burn_rate: Ppm, window_seconds: i64) -> Exhaustion {
    if remaining.0 <= 0 {
        return Exhaustion::Now;
    }
    if burn_rate.0 <= 0 {
        return Exhaustion::Never;
    }
    let seconds = i128::from(remaining.0) * i128::from(window_seconds) / i128::from(burn_rate.0);
    Exhaustion::In(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// The burn rate that spends a share of the budget of a window within a lookback, s·|W|/w, in
/// millionths rounded towards minus infinity (SRE Workbook, chapter 5).
#[must_use]
pub fn burn_rate_threshold(share: Ppm, window_seconds: i64, lookback_seconds: i64) -> Option<Ppm> {
    let spent = i128::from(share.0) * i128::from(window_seconds);
    let millionths = spent.checked_div_euclid(i128::from(lookback_seconds.max(0)))?;
    i64::try_from(millionths).ok().map(Ppm)
}

/// After how many seconds an outage of a ratio of errors has raised the burn rate over a lookback to a threshold,
/// w·BR·(1 − τ)/e, exact where the quotient is; `None` where that ratio never reaches it (reference/slo.md 3.1).
#[must_use]
pub fn detection_seconds(threshold: Ppm, lookback_seconds: i64, target: Ppm, errors: Ppm) -> Option<Decimal> {
    let needed = Decimal::new(threshold.0, 6).checked_mul(Decimal::new(target.complement().0, 6))?;
    let errors = Decimal::new(errors.0, 6);
    if errors <= Decimal::ZERO || needed > errors {
        return None;
    }
    Decimal::from(lookback_seconds).checked_mul(needed)?.checked_div(errors)
}

/// The seconds that a time objective allows to be bad in a window, (1 − τ)·|W|, exact.
#[must_use]
pub fn allowed_seconds(window_seconds: i64, target: Ppm) -> Decimal {
    Decimal::from(window_seconds) * Decimal::new(target.complement().0, 6)
}

/// The share of a time budget that weighted downtime spends (ppm × seconds, as
/// [`crate::downtime::weighted_union_ppm_seconds`] gives them), in ppm rounded towards minus infinity;
/// `None` for a target of 100 %.
#[must_use]
pub fn time_spent(weighted_ppm_seconds: i128, window_seconds: i64, target: Ppm) -> Option<Ppm> {
    Ppm::floor_of(weighted_ppm_seconds, i128::from(target.complement().0) * i128::from(window_seconds))
}

/// What is left of the budgets of several objectives with the same meaning, taken together:
/// 1 − ΣB_i/Σ(1 − τ_i)·T_i, in ppm rounded towards minus infinity. A sum hides small services, so show
/// the worst one beside it (reference/slo.md 3.4).
#[must_use]
pub fn remaining_together(budgets: &[ErrorBudget]) -> Option<Ppm> {
    let allowed: i128 = budgets
        .iter()
        .map(|budget| i128::from(budget.target.complement().0) * i128::from(budget.total))
        .sum();
    let spent: i128 = budgets.iter().map(|budget| i128::from(budget.bad()) * 1_000_000).sum();
    Ppm::floor_of(allowed - spent, allowed)
}
